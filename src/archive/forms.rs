//! 目录、案卷、交接、日志: the forms of a bundle as data (DA/T 22-2015, GB/T 9705-2008, 档发〔2012〕7号).
//!
//! What only a hand can add (signatures, seals, findings of the receiver) stays null: a form says what is known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::description::Description;
use super::xml::Element;
use crate::fixity::{DigestSet, digest_bytes};
use crate::record::Metadata;
use crate::vocab::date;

/// What was done by whom, for EEP, PREMIS and 业务日志 alike.
pub(super) struct Act<'a> {
    /// 业务行为.
    pub(super) act: &'static str,
    /// 行为时间, ISO 8601.
    pub(super) day: &'a str,
    /// 单位 or 个人.
    pub(super) agent: &'a str,
    /// Whether the agent is a person.
    pub(super) person: bool,
    /// 行为描述.
    pub(super) words: String,
}

/// The acts that are known of an item. 成文日期 is the day of signing (公文处理工作条例 第九条), so a signer gives
/// the act 签发; 归档 and 移交 are of the day the package is dated.
pub(super) fn acts<'a>(d: &'a Description, m: &'a Metadata) -> Vec<Act<'a>> {
    let act = |act, day, agent, words: String| Act { act, day, agent, person: false, words };
    let made = if m.signer.is_none() { "形成" } else { "形成并成文" };
    let mut out = vec![act("形成", m.date.as_str(), m.responsible.as_str(), made.into())];
    if let Some(signer) = &m.signer {
        let words = "签发，成文日期即签发日期".to_owned();
        out.push(Act { act: "签发", day: &m.date, agent: signer, person: true, words });
    }
    let words = format!("编为 {}，装入归档包 {}", m.archival_code, d.id);
    out.push(act("归档", d.date.as_str(), d.sender.as_str(), words));
    let words = format!("移交{}", d.receiver);
    out.push(act("移交", d.date.as_str(), d.sender.as_str(), words));
    out
}

/// All items, on paper too, by the part of the 档号 before the 件号: one 目录, one 案卷 each.
pub(super) fn series(d: &Description) -> BTreeMap<String, Vec<&Metadata>> {
    let mut all: Vec<&Metadata> = d.items.iter().map(|i| &i.metadata).chain(&d.absent).collect();
    all.sort_by(|a, b| a.archival_code.cmp(&b.archival_code));
    let mut out: BTreeMap<String, Vec<&Metadata>> = BTreeMap::new();
    for m in all {
        let series = m.archival_code.rsplit_once('-').map_or("", |(series, _)| series);
        out.entry(series.to_owned()).or_default().push(m);
    }
    out
}

fn t(name: &str, text: impl Into<String>) -> Element {
    Element::text(name, text)
}

fn day(m: &Metadata) -> String {
    date::parse(&m.date).map(date::eight_figures).unwrap_or_default()
}

/// 密级 of a catalogue line: empty where the document has none (DA/T 22-2015).
fn secrecy(m: &Metadata) -> &'static str {
    if m.secrecy.is_state_secret() { m.secrecy.name() } else { "" }
}

fn note(d: &Description, m: &Metadata) -> String {
    let paper = d.absent.iter().any(|a| a.archival_code == m.archival_code);
    let mut words: Vec<&str> = m.note.as_deref().into_iter().collect();
    if paper {
        words.push("纸质，未附电子文件");
    }
    words.join("；")
}

/// 归档文件目录: nine columns, a part for each 年度, 保管期限 and 机构.
pub(super) fn filing_list(d: &Description) -> Element {
    let parts = series(d).into_values().map(|items| {
        let cover = Element::new("封面").holding([
            t("全宗号", &d.fonds.number),
            t("全宗名称", &d.fonds.name),
            t("年度", d.fonds.year.to_string()),
            t("保管期限", items.first().map_or("", |m| m.retention.name())),
            t("机构或问题", &d.fonds.unit),
        ]);
        let rows = items.iter().enumerate().map(|(i, m)| {
            Element::new("件").holding([
                t("序号", (i + 1).to_string()),
                t("档号", &m.archival_code),
                t("文号", m.document_number.clone().unwrap_or_default()),
                t("责任者", &m.responsible),
                t("题名", &m.title),
                t("日期", day(m)),
                t("密级", secrecy(m)),
                t("页数", m.pages.to_string()),
                t("备注", note(d, m)),
            ])
        });
        Element::new("目录").holding([cover]).holding(rows)
    });
    Element::new("归档文件目录").holding(parts)
}

/// 卷内文件目录: seven columns; 页号 is the item's first page within the volume.
pub(super) fn volume_list(d: &Description) -> Element {
    let volumes = series(d).into_iter().map(|(code, items)| {
        let head = Element::new("卷首").holding([t("档号", code)]);
        let mut page = 1;
        let rows = items.iter().enumerate().map(|(i, m)| {
            let from = page;
            page += m.pages;
            Element::new("件").holding([
                t("顺序号", (i + 1).to_string()),
                t("文号", m.document_number.clone().unwrap_or_default()),
                t("责任者", &m.responsible),
                t("题名", &m.title),
                t("日期", day(m)),
                t("页号", from.to_string()),
                t("备注", note(d, m)),
            ])
        });
        Element::new("案卷").holding([head]).holding(rows)
    });
    Element::new("卷内文件目录").holding(volumes)
}

fn pages(items: &[&Metadata]) -> u32 {
    items.iter().map(|m| m.pages).sum()
}

/// 情况说明 as far as data tell: how many 件 and pages, how many of them on paper alone.
pub(super) fn situation(d: &Description, items: &[&Metadata]) -> String {
    let paper = items.iter().filter(|m| d.absent.iter().any(|a| a.id == m.id)).count();
    let mut out = format!("共 {} 件 {} 页", items.len(), pages(items));
    if paper > 0 {
        // Writing to a String cannot fail.
        let _ = write!(out, "，其中 {paper} 件为纸质，未附电子文件");
    }
    out + "。"
}

/// 备考表 (DA/T 22-2015 6.4.2), one a part of the catalogue.
pub(super) fn filing_note(d: &Description) -> Value {
    let forms = series(d).into_iter().map(|(code, items)| {
        json!({
            "档号": code,
            "盒内文件情况说明": situation(d, &items),
            "整理人": null, "整理日期": d.date, "检查人": null, "检查日期": null,
        })
    });
    json!({ "表名": "备考表", "依据": "DA/T 22-2015 6.4.2", "备考表": forms.collect::<Vec<_>>() })
}

/// 案卷封面 (GB/T 9705-2008).
pub(super) fn cover(d: &Description) -> Value {
    let forms = series(d).into_iter().map(|(code, items)| {
        let days = || items.iter().map(|m| m.date.as_str());
        let retention = items.first().map_or("", |m| m.retention.name());
        json!({
            "全宗名称": d.fonds.name,
            "类目名称": d.fonds.category,
            "案卷题名": format!("{}文件材料（{retention}）", d.case_title),
            "时间": { "起": days().min(), "止": days().max() },
            "保管期限": retention,
            "件数": items.len(),
            "页数": pages(&items),
            "归档号": null,
            "档号": code,
        })
    });
    json!({ "表名": "案卷封面", "依据": "GB/T 9705-2008", "案卷": forms.collect::<Vec<_>>() })
}

/// 卷内备考表 (GB/T 9705-2008).
pub(super) fn volume_note(d: &Description) -> Value {
    let forms = series(d).into_iter().map(|(code, items)| {
        json!({
            "档号": code,
            "本卷情况说明": situation(d, &items),
            "立卷人": null, "检查人": null, "立卷时间": d.date,
        })
    });
    json!({ "表名": "卷内备考表", "依据": "GB/T 9705-2008", "案卷": forms.collect::<Vec<_>>() })
}

/// What the digests of the table are taken over: the lines `<digest>  <path>` of all files of the fonds.
pub(super) struct Content {
    /// Number of files.
    pub(super) files: usize,
    /// Their bytes.
    pub(super) bytes: u64,
    /// Digest of the SHA-256 lines.
    pub(super) sha256: String,
    /// Digest of the SM3 lines.
    pub(super) sm3: String,
}

/// The 内容摘要 of the files under `data/<全宗号>/`.
pub(super) fn content<'a>(
    d: &Description,
    files: impl Iterator<Item = (&'a str, &'a DigestSet)>,
) -> Content {
    let prefix = format!("data/{}/", d.fonds.number);
    let (mut sha256, mut sm3) = (String::new(), String::new());
    let (mut count, mut bytes) = (0, 0);
    for (path, digests) in files.filter(|(path, _)| path.starts_with(&prefix)) {
        // Writing to a String cannot fail.
        let _ = writeln!(sha256, "{}  {path}", digests.sha256);
        let _ = writeln!(sm3, "{}  {path}", digests.sm3);
        count += 1;
        bytes += digests.size;
    }
    Content {
        files: count,
        bytes,
        sha256: digest_bytes(sha256.as_bytes()).sha256.to_string(),
        sm3: digest_bytes(sm3.as_bytes()).sm3.to_string(),
    }
}

/// Bytes in GB with three decimals (档发〔2012〕7号), rounded up in the last.
fn gigabytes(bytes: u64) -> String {
    let thousandths = bytes.div_ceil(1_000_000);
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

/// 内容描述; of a part also which it is.
pub(super) fn about(d: &Description) -> String {
    let part = d.part.as_ref().map(|p| format!("（{}）", p.words())).unwrap_or_default();
    format!("{}（{}）归档文件材料{part}", d.case_title, d.case_id)
}

/// 电子档案移交与接收登记表 (档发〔2012〕7号).
pub(super) fn handover(d: &Description, content: &Content) -> Value {
    let side = |name: &str| {
        json!({
            "单位": name,
            "检验内容": {
                "准确性": null, "完整性": null, "可用性": null, "安全性": null,
                "载体外观": null, "数字摘要": null,
            },
            "填表人": null, "填表日期": null, "审核人": null, "审核日期": null, "盖章日期": null,
        })
    };
    json!({
        "表名": "电子档案移交与接收登记表",
        "依据": "档发〔2012〕7号",
        "交接工作名称": format!("{}电子档案移交", d.case_title),
        "内容描述": about(d),
        "移交电子档案数量": { "文件": d.items.len(), "案卷": series(d).len() },
        "移交数据量": { "GB": gigabytes(content.bytes), "字节": content.bytes },
        "载体起止顺序号": d.id,
        "移交载体类型、规格": "在线",
        "移交日期": d.date,
        "移交单位": side(&d.sender),
        "接收单位": side(&d.receiver),
    })
}

/// 电子档案数字摘要表 (档发〔2012〕7号).
pub(super) fn sums(d: &Description, content: &Content) -> Value {
    let prefix = format!("data/{}/", d.fonds.number);
    json!({
        "表名": "电子档案数字摘要表",
        "依据": "档发〔2012〕7号",
        "算法": format!(
            "SHA-256 取 manifest-sha256.txt、SM3（GB/T 32905-2016）取 metadata/sm3sums.txt 中路径以 {prefix} 开头的各行，连同换行，再求摘要"
        ),
        "摘要": [{
            "载体（包）编号": d.id,
            "内容说明": format!("{prefix} 下的全部文件"),
            "SHA-256": content.sha256,
            "SM3": content.sm3,
            "实际容量": format!("{} GB", gigabytes(content.bytes)),
            "字节": content.bytes,
            "文件数": content.files,
        }],
    })
}

/// 前项摘要 of the first entry of the log.
pub(super) const FIRST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// 本项摘要: SHA-256 over 前项摘要 and the entry's values, each with a line feed.
pub(super) fn link(last: &str, values: [&str; 6]) -> String {
    let mut text = format!("{last}\n");
    for value in values {
        text.push_str(value);
        text.push('\n');
    }
    digest_bytes(text.as_bytes()).sha256.to_string()
}

/// 业务日志: what was done to the items, by day, each entry bound to the one before.
pub(super) fn log(d: &Description) -> Element {
    let all = d.items.iter().map(|i| &i.metadata).chain(&d.absent);
    let mut entries: Vec<(&Metadata, Act<'_>)> =
        all.flat_map(|m| acts(d, m).into_iter().map(move |a| (m, a))).collect();
    // By day; on one day as the acts follow each other, then by 档号.
    let order = |act: &str| ["形成", "签发", "归档", "移交"].iter().position(|a| *a == act);
    entries.sort_by_key(|(m, a)| (a.day.to_owned(), order(a.act), m.archival_code.clone()));
    let mut last = FIRST.to_owned();
    let lines = entries.iter().enumerate().map(|(i, (m, a))| {
        let number = (i + 1).to_string();
        let values =
            [number.as_str(), a.day, a.act, a.agent.trim(), &m.archival_code, a.words.trim()];
        let digest = link(&last, values);
        let names = ["序号", "时间", "行为", "责任者", "对象", "描述"];
        let fields = names.into_iter().zip(values).map(|(name, value)| t(name, value));
        let line = Element::new("事项")
            .holding(fields)
            .holding([t("前项摘要", &last), t("本项摘要", &digest)]);
        last = digest;
        line
    });
    Element::new("业务日志").holding(lines)
}
