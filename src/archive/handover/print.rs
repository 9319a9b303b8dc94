//! 印件: the lists, notes, covers and spines of a bundle as data, form by form, for every box and volume.
//!
//! They say what the forms under 其他/ say, made from the list that was inspected. What a hand fills stays empty. How they look
//! is the business of a style (`templates/_styles/archive-forms`), which gets this data and nothing else.

use serde_json::{Map, Value, json};

use super::stationery::Stationery;
use crate::archive::description::Description;
use crate::archive::forms;
use crate::archive::inspect::Inspection;
use crate::archive::xml::Element;
use crate::diag::{Diagnostic, Failure};
use crate::record::Metadata;
use crate::vocab::date;

/// 印件: one form of one series of 件 (档号 without 件号), as data.
#[derive(Clone, Debug)]
pub struct Print {
    /// Name of its file, without extension.
    pub name: String,
    /// Which form, as the style names it: `filing-list`.
    pub form: &'static str,
    /// Its title, with the 档号.
    pub title: String,
    /// What stands on it; every text must be printed.
    pub data: Value,
}

/// 成套印件: all forms of a bundle.
#[derive(Clone, Debug)]
pub struct PrintSet {
    /// 归档包编号.
    pub bundle: String,
    /// 移交单位.
    pub sender: String,
    /// 移交日期, ISO 8601.
    pub date: String,
    /// 示例数据: every page says so (P-07).
    pub illustrative: bool,
    /// The forms, series by series.
    pub prints: Vec<Print>,
}

/// 印件 of a bundle. A series fills as many boxes as `stationery` says, with spines of `spine` mm or as narrow as may be.
///
/// # Errors
/// [`Failure::No`] with P-06 for a bundle that is not acceptable: nothing is printed from what is not proved.
/// [`Failure::Usage`] for a breadth of spine that boxes are not made with.
pub fn prints(
    inspection: &Inspection,
    stationery: &Stationery,
    spine: Option<u16>,
) -> Result<PrintSet, Failure> {
    if let Some(asked) = spine
        && !stationery.box_spines().contains(&asked)
    {
        let known: Vec<String> = stationery.box_spines().iter().map(u16::to_string).collect();
        let words = format!("没有厚 {asked} 毫米的档案盒；可用：{}", known.join("、"));
        return Err(Failure::Usage(words));
    }
    let d = proved(inspection)?;
    let lists = forms::filing_list(d).children;
    let volumes = forms::volume_list(d).children;
    let covers = rows(&forms::cover(d), "案卷");
    let notes = rows(&forms::volume_note(d), "案卷");
    let mut out = Vec::new();
    for (at, (code, items)) in forms::series(d).iter().enumerate() {
        let mut put = |form, name: &str, data| {
            out.push(Print {
                name: format!("{code} {name}"),
                form,
                title: format!("{name}（{code}）"),
                data,
            });
        };
        let count: Vec<u32> = items.iter().map(|m| m.pages).collect();
        let boxes: Vec<(&[&Metadata], u16)> = stationery
            .boxes(&count, spine)
            .into_iter()
            .filter_map(|(range, mm)| Some((items.get(range)?, mm)))
            .collect();
        if let Some(list) = lists.get(at) {
            put("filing-list", "归档文件目录", filing_list(code, list));
            put("filing-note", "备考表", box_notes(d, code, &boxes));
            put("box-front", "档案盒封面", json!({ "全宗名称": d.fonds.name }));
            put("box-spines", "档案盒脊背", box_spines(d, &boxes));
        }
        if let (Some(cover), Some(list), Some(note)) =
            (covers.get(at), volumes.get(at), notes.get(at))
        {
            put("volume-cover", "案卷封面", volume_cover(d, cover));
            let mm = stationery.volume_spine(count.iter().sum());
            put("volume-spine", "案卷脊背", volume_spine(d, mm));
            put("volume-list", "卷内文件目录", json!({ "档号": code, "件": cells(list) }));
            put("volume-note", "卷内备考表", shown(note));
        }
    }
    Ok(PrintSet {
        bundle: d.id.clone(),
        sender: d.sender.clone(),
        date: d.date.clone(),
        illustrative: d.illustrative,
        prints: out,
    })
}

/// What is known of a bundle that passed inspection.
pub(super) fn proved(inspection: &Inspection) -> Result<&Description, Failure> {
    inspection.description.as_ref().filter(|_| inspection.accepted).ok_or_else(|| {
        let finding = Diagnostic::error("P-06", "归档包检测不合格，不据以印制");
        Failure::No(vec![finding.hint("用 anjuan verify 看检测结果。")])
    })
}

fn rows(value: &Value, key: &str) -> Vec<Value> {
    value.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// 归档文件目录 with its cover (DA/T 22-2015).
fn filing_list(code: &str, list: &Element) -> Value {
    let cover: Map<String, Value> = list
        .children
        .first()
        .into_iter()
        .flat_map(|head| &head.children)
        .map(|field| (field.name.clone(), Value::from(field.text.as_str())))
        .collect();
    json!({ "档号": code, "封面": cover, "件": cells(list) })
}

/// The rows of a list, cell by cell; its first child is its head.
fn cells(list: &Element) -> Vec<Value> {
    let texts = |row: &Element| -> Vec<Value> {
        row.children.iter().map(|cell| Value::from(cell.text.as_str())).collect()
    };
    list.children.iter().skip(1).map(|row| Value::from(texts(row))).collect()
}

/// A form as its data say it, with days as people write them and nothing where nothing is known.
fn shown(form: &Value) -> Value {
    let fields = form.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.clone(), Value::from(words(value)))).collect()
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => date::parse(text).map_or_else(|| text.clone(), date::chinese),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

fn number(m: &Metadata) -> &str {
    m.archival_code.rsplit_once('-').map_or("", |(_, number)| number)
}

fn ends<'a>(items: &[&'a Metadata]) -> (&'a str, &'a str) {
    (items.first().map_or("", |m| number(m)), items.last().map_or("", |m| number(m)))
}

/// 备考表 (DA/T 22-2015 6.4.2): one in each box.
fn box_notes(d: &Description, code: &str, boxes: &[(&[&Metadata], u16)]) -> Value {
    let notes = boxes.iter().enumerate().map(|(at, (items, _))| {
        let (first, last) = ends(items);
        let place = match boxes.len() {
            1 => String::new(),
            n => format!("（{n}盒之{}，{first}至{last}）", at + 1),
        };
        json!({
            "档号": format!("{code}{place}"),
            "盒内文件情况说明": forms::situation(d, items),
            "整理人": "", "整理日期": words(&Value::from(d.date.as_str())),
            "检查人": "", "检查日期": "",
        })
    });
    json!({ "备考表": notes.collect::<Vec<_>>() })
}

/// 盒脊 (DA/T 22-2015 6.4.1.2): 起件号 above, 止件号 below; 盒号 is the archives'.
fn box_spines(d: &Description, boxes: &[(&[&Metadata], u16)]) -> Value {
    let spines = boxes.iter().map(|(items, mm)| {
        let (first, last) = ends(items);
        json!({
            "厚": mm,
            "全宗号": d.fonds.number,
            "年度": d.fonds.year.to_string(),
            "保管期限": items.first().map_or("", |m| m.retention.name()),
            "机构或问题": d.fonds.unit,
            "起件号": first,
            "止件号": last,
            "盒号": "",
        })
    });
    json!({ "盒": spines.collect::<Vec<_>>() })
}

/// 案卷封面 (GB/T 9705-2008 3.1.2): 时间 is from month to month; 目录号 and 案卷号 are the archives'.
fn volume_cover(d: &Description, cover: &Value) -> Value {
    let mut out = shown(cover);
    let month = |end: &str| {
        let day = cover.get("时间").and_then(|span| span.get(end)).and_then(Value::as_str);
        let month = day.and_then(|day| day.get(..7)).and_then(|month| month.split_once('-'));
        month.map(|(y, m)| (y.to_owned(), m.trim_start_matches('0').to_owned())).unwrap_or_default()
    };
    if let Some(fields) = out.as_object_mut() {
        fields.remove("时间");
        let ((from_year, from_month), (to_year, to_month)) = (month("起"), month("止"));
        for (name, value) in [
            ("起年", from_year.as_str()),
            ("起月", &from_month),
            ("止年", &to_year),
            ("止月", &to_month),
            ("类目名称", category(&d.fonds.category)),
            ("全宗号", &d.fonds.number),
            ("目录号", ""),
            ("案卷号", ""),
        ] {
            fields.insert(name.to_owned(), Value::from(value));
        }
    }
    out
}

/// 类目名称 of an 档案门类代码: people read 文书, not WS (DA/T 22-2015 5.4.2).
fn category(code: &str) -> &str {
    if code == "WS" { "文书档案" } else { code }
}

/// 卷脊 (GB/T 9705-2008 3.1.4).
fn volume_spine(d: &Description, mm: u16) -> Value {
    json!({
        "厚": mm,
        "全宗号": d.fonds.number,
        "目录号": "",
        "年度": d.fonds.year.to_string(),
        "案卷号": "",
        "归档号": "",
    })
}
