//! 印件的文稿: the lists, notes, covers and spines of a bundle as manuscripts for `anjuan set`, a set of them for each volume.
//!
//! They say what the forms under 其他/ say, made from the list that was inspected. What a hand fills stays empty.

use std::fmt::Write as _;

use serde_json::Value;

use super::form::{grid, head};
use super::print::proved;
use crate::archive::cell_text as plain;
use crate::archive::description::Description;
use crate::archive::forms;
use crate::archive::inspect::Inspection;
use crate::archive::xml::Element;
use crate::diag::Failure;

/// A cell to be filled by hand.
const BLANK: &str = "　";
const PAIR: &str = "|:--------:|------------------------|";

/// 印件 of a bundle as manuscripts: names of files and texts, volume by volume.
///
/// # Errors
/// [`Failure::No`] with P-06 for a bundle that is not acceptable: nothing is printed from what is not proved.
pub fn manuscripts(inspection: &Inspection) -> Result<Vec<(String, String)>, Failure> {
    let d = proved(inspection)?;
    let lists = forms::filing_list(d).children;
    let volumes = forms::volume_list(d).children;
    let rows = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let notes = rows(&forms::filing_note(d), "备考表");
    let covers = rows(&forms::cover(d), "案卷");
    let volume_notes = rows(&forms::volume_note(d), "案卷");
    let mut out = Vec::new();
    for (at, code) in forms::series(d).keys().enumerate() {
        let mut put = |name: &str, text: String| out.push((format!("{code} {name}.md"), text));
        if let Some(list) = lists.get(at) {
            put("归档文件目录", filing_list(d, code, list));
            put("脊背", spines(d, code, list));
        }
        for (name, all) in
            [("备考表", &notes), ("案卷封面", &covers), ("卷内备考表", &volume_notes)]
        {
            if let Some(value) = all.get(at) {
                put(name, fields(d, name, code, value));
            }
        }
        if let Some(list) = volumes.get(at) {
            put("卷内文件目录", volume_list(d, code, list));
        }
    }
    Ok(out)
}

fn cells(row: &Element) -> Vec<String> {
    row.children.iter().map(|c| filled(&c.text)).collect()
}

fn filled(text: &str) -> String {
    if text.trim().is_empty() { BLANK.into() } else { text.to_owned() }
}

/// 归档文件目录 (DA/T 22-2015): what its cover says, then nine columns on sheets laid crosswise.
fn filing_list(d: &Description, code: &str, list: &Element) -> String {
    let mut out = head("归档文件目录", &d.sender, &d.date);
    if let Some(cover) = list.children.first() {
        let rows: Vec<Vec<String>> =
            cover.children.iter().map(|c| vec![c.name.clone(), filled(&c.text)]).collect();
        grid(&mut out, "::: 表 封面", &["项目", "内容"], PAIR, &rows);
    }
    let rows: Vec<Vec<String>> = list.children.iter().skip(1).map(cells).collect();
    out.push_str("\n::: 附件 归档文件目录\n");
    let heads = ["序号", "档号", "文号", "责任者", "题名", "日期", "密级", "页数", "备注"];
    let marks = "|:---:|:-------------:|:---------:|--------|----------------------|:-------:|:---:|:---:|-------|";
    grid(&mut out, &format!("::: 横表 {}", plain(code)), &heads, marks, &rows);
    out
}

/// 卷内文件目录 (GB/T 9705-2008): seven columns.
fn volume_list(d: &Description, code: &str, list: &Element) -> String {
    let mut out = head("卷内文件目录", &d.sender, &d.date);
    let _ = writeln!(out, "档号：{}。", plain(code));
    let rows: Vec<Vec<String>> = list.children.iter().skip(1).map(cells).collect();
    let heads = ["顺序号", "文号", "责任者", "题名", "日期", "页号", "备注"];
    let marks = "|:----:|:---------:|--------|------------------|:-------:|:---:|-------|";
    grid(&mut out, &format!("::: 表 {}", plain(code)), &heads, marks, &rows);
    out
}

/// A form of two columns, as its data say it.
fn fields(d: &Description, title: &str, code: &str, value: &Value) -> String {
    let mut out = head(title, &d.sender, &d.date);
    let mut rows = Vec::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        let words = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Object(span) => {
                let ends = span.values().filter_map(Value::as_str);
                ends.collect::<Vec<_>>().join("至")
            }
            _ => String::new(),
        };
        rows.push(vec![key.clone(), filled(&words)]);
    }
    grid(&mut out, &format!("::: 表 {}", plain(code)), &["项目", "内容"], PAIR, &rows);
    out
}

/// 档案盒、案卷的脊背: what stands on them. The sizes are those of box and cover; this is to be copied or cut.
fn spines(d: &Description, code: &str, list: &Element) -> String {
    let mut out = head("脊背", &d.sender, &d.date);
    let numbers = || {
        let rows = list.children.iter().skip(1);
        rows.filter_map(|row| row.value("档号").rsplit_once('-').map(|(_, n)| n.to_owned()))
    };
    let range = match (numbers().min(), numbers().max()) {
        (Some(first), Some(last)) => format!("{first}至{last}"),
        _ => String::new(),
    };
    let cover = |name: &str| {
        let found = list.children.first().map(|c| c.value(name).to_owned());
        filled(&found.unwrap_or_default())
    };
    let row = |name: &str, value: String| vec![name.to_owned(), filled(&value)];
    let boxed = [
        row("全宗号", d.fonds.number.clone()),
        row("年度", d.fonds.year.to_string()),
        row("保管期限", cover("保管期限")),
        row("机构（问题）", cover("机构或问题")),
        row("起止件号", range),
        row("盒号", String::new()),
    ];
    grid(&mut out, "::: 表 档案盒脊背", &["项目", "内容"], PAIR, &boxed);
    let volume = [
        row("全宗号", d.fonds.number.clone()),
        row("目录号", String::new()),
        row("年度", d.fonds.year.to_string()),
        row("案卷号", String::new()),
        row("归档号", String::new()),
        row("档号", code.to_owned()),
    ];
    grid(&mut out, "::: 表 案卷脊背", &["项目", "内容"], PAIR, &volume);
    out
}
