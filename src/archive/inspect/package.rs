//! 外来的移交信息包: a package laid out by DA/T 93-2022 or 档发〔2012〕7号 that another program made, without a bag.
//!
//! It carries no digests, so that nothing is proved of its content; what can be compared is compared.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    AUTHENTICITY, COMPLETENESS, Check, Depth, Inspection, Outcome, Report, SAFETY, USABILITY,
    accepted, all, safety, usability,
};
use crate::archive::foreign_text;
use crate::archive::profile::profile;
use crate::archive::reader::BundleReader;
use crate::archive::xml::Element;
use crate::vocab::archival_code::ArchivalCode;

/// Where the catalogue is, if there is one.
pub(super) fn catalogue(reader: &BundleReader) -> Option<String> {
    [profile().names.catalogue.as_str(), "文件目录.XML", "文件目录.xml", "目录文件.xml"]
        .into_iter()
        .find(|name| reader.has(name))
        .map(str::to_owned)
}

struct Package<'a> {
    reader: &'a BundleReader,
    path: String,
    /// Entries of the catalogue; the inner error says why there are none.
    entries: Result<Vec<Element>, String>,
    /// Folders of items, by name, with their files.
    folders: BTreeMap<String, Vec<String>>,
    note: Option<String>,
}

/// Inspects the package as far as it goes.
pub(super) fn inspect(reader: &BundleReader, depth: Depth) -> Inspection {
    let path = catalogue(reader).unwrap_or_default();
    let entries = reader
        .small(&path, 1 << 26)
        .ok_or_else(|| "读不出".to_owned())
        .and_then(|bytes| foreign_text::parse(&bytes))
        .map(|root| root.children.into_iter().filter(|c| c.name == "文件").collect());
    let package = Package { reader, entries, folders: folders(reader), note: note(reader), path };
    let p = &package;
    let made = vec![
        Report::new("Z2", AUTHENTICITY).plain(Outcome::Manual, "来源须由移交手续确认"),
        codes(p),
        doubles(p),
        forms(p),
        structure(p),
        Report::new("Z14", AUTHENTICITY)
            .plain(Outcome::Manual, "包内没有摘要；请与电子档案数字摘要表核对"),
        counts(p),
        columns(p),
        contents(p),
        Report::new("W9", COMPLETENESS).plain(Outcome::Manual, "归档范围是否齐全，须人工核对"),
        linked(p),
        usability::readable_foreign(reader),
        environment(p),
        usability::plain(reader, ""),
        safety::scanner(),
        safety::scan(),
        safety::strays(reader),
        safety::paths(reader),
        secrecy(p),
    ];
    let checks = all(made, "外来的移交信息包没有供这一项检测的数据");
    Inspection {
        accepted: accepted(&checks),
        checks,
        quick: depth == Depth::Quick,
        form: Some("dat93".into()),
        name: reader.name.clone(),
        description: None,
    }
}

fn is_metadata(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with("电子档案") && lower.ends_with("元数据.xml")
}

/// Folders that hold files, not counting 其他/: the innermost ones are the items'.
fn folders(reader: &BundleReader) -> BTreeMap<String, Vec<String>> {
    let other = format!("{}/", profile().names.other);
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, _) in reader.files().filter(|(p, _)| !p.starts_with(&other)) {
        if let Some((folder, _)) = path.rsplit_once('/') {
            out.entry(folder.to_owned()).or_default().push(path.to_owned());
        }
    }
    out
}

fn note(reader: &BundleReader) -> Option<String> {
    let names = [profile().names.note.as_str(), "说明文件.txt"];
    let there = names.into_iter().find(|n| reader.has(n))?;
    let bytes = reader.small(there, 1 << 26);
    Some(bytes.and_then(|b| foreign_text::text(&b)).unwrap_or_default())
}

fn value<'a>(note: &'a str, key: &str) -> Option<&'a str> {
    let lines = note.trim_start_matches('\u{feff}').lines();
    let found = lines.filter_map(|l| l.split_once(['：', ':'])).find(|(k, _)| k.trim() == key);
    found.map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
}

impl Package<'_> {
    fn list(&self) -> &[Element] {
        self.entries.as_deref().unwrap_or_default()
    }
}

/// Z8: a warning only, for other houses have other grammars.
fn codes(p: &Package<'_>) -> Check {
    let mut r = Report::new("Z8", AUTHENTICITY);
    for code in p.list().iter().map(|e| e.value("档号")) {
        if ArchivalCode::parse(code).is_none() {
            r.add(format!("{} {code}", p.path), "全宗号-门类·年度-期限-机构-件号", code);
        }
    }
    r.or(Outcome::Warn, "档号合乎 DA/T 22-2015 的写法", "档号不是 DA/T 22-2015 的写法")
}

/// Z9.
fn doubles(p: &Package<'_>) -> Check {
    let mut r = Report::new("Z9", AUTHENTICITY);
    let mut seen = BTreeSet::new();
    for code in p.list().iter().map(|e| e.value("档号")) {
        if !seen.insert(code) {
            r.add(format!("{} {code}", p.path), "不重复", "重复");
        }
    }
    r.verdict("没有重复的档号", "有重复的档号")
}

/// Z12.
fn forms(p: &Package<'_>) -> Check {
    let mut r = Report::new("Z12", AUTHENTICITY);
    let name = &profile().names.note;
    match &p.note {
        None => r.add(name, "在包内", "没有这个文件"),
        Some(text) if text.is_empty() => {
            return r
                .plain(Outcome::Manual, "说明文件为空，或不是 UTF-8、GB18030 编码，本程序读不出");
        }
        Some(text) => {
            for key in &profile().note.required {
                if value(text, key).is_none() {
                    r.add(name, format!("有“{key}”"), "没有或为空");
                }
            }
        }
    }
    if let Err(reason) = &p.entries {
        r.add(&p.path, "可读的目录文件", reason);
    } else if p.list().is_empty() {
        r.add(&p.path, "至少一条 <文件>", "没有");
    }
    r.verdict("说明文件、目录文件齐全可读", "说明文件或目录文件有误")
}

/// Z13: 说明文件, 目录文件, folders of items, 其他; nothing else at the top.
fn structure(p: &Package<'_>) -> Check {
    let mut r = Report::new("Z13", AUTHENTICITY);
    for (path, _) in p.reader.files().filter(|(path, _)| !path.contains('/')) {
        let note = path.eq_ignore_ascii_case(&profile().names.note);
        if !note && path != p.path {
            r.add(path, "", "根目录下没有这个位置");
        }
    }
    r.verdict("包的结构合乎规范", "包的结构不合规范")
}

/// W1: 说明文件, 目录文件 and folders count alike.
fn counts(p: &Package<'_>) -> Check {
    let mut r = Report::new("W1", COMPLETENESS);
    let wanted = p.list().len();
    let stated = p.note.as_deref().and_then(|n| value(n, "档案数量"));
    let figures: String = stated.unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    if figures.parse() != Ok(wanted) {
        r.add(&profile().names.note, format!("{wanted} 件"), stated.unwrap_or("读不出"));
    }
    if p.folders.len() != wanted {
        r.add("各件的文件夹", format!("{wanted} 个"), format!("{} 个", p.folders.len()));
    }
    r.verdict(format!("总件数一致：{wanted} 件"), "总件数不一致")
}

/// W3: columns of the catalogue.
fn columns(p: &Package<'_>) -> Check {
    let mut r = Report::new("W3", COMPLETENESS);
    for entry in p.list() {
        for field in ["顺序号", "档号", "责任者", "题名", "日期"] {
            if entry.value(field).is_empty() {
                r.add(
                    format!("{} {}", p.path, entry.value("档号")),
                    format!("有“{field}”"),
                    "没有或为空",
                );
            }
        }
    }
    r.verdict("目录各项齐全", "目录缺项")
}

/// W7.
fn contents(p: &Package<'_>) -> Check {
    let mut r = Report::new("W7", COMPLETENESS);
    for (path, _) in p.reader.files().filter(|(_, size)| *size == 0) {
        r.add(path, "大于 0 字节", "0 字节");
    }
    for (folder, files) in &p.folders {
        if files.iter().all(|f| is_metadata(f.rsplit('/').next().unwrap_or_default())) {
            r.add(folder, "至少一个内容文件", "没有");
        }
    }
    r.verdict("每件都有内容", "有空的件或空文件")
}

/// W11: a folder for each entry, named by its 档号, with its metadata.
fn linked(p: &Package<'_>) -> Check {
    let mut r = Report::new("W11", COMPLETENESS);
    let listed: BTreeSet<&str> = p.list().iter().map(|e| e.value("档号")).collect();
    let mut found = BTreeSet::new();
    for (folder, files) in &p.folders {
        let name = folder.rsplit('/').next().unwrap_or_default();
        found.insert(name);
        if !listed.contains(name) {
            r.add(folder, "以目录中的档号为名", "目录中没有这个档号");
        }
        if !files.iter().any(|f| is_metadata(f.rsplit('/').next().unwrap_or_default())) {
            r.add(folder, "有“电子档案…元数据.XML”", "没有");
        }
    }
    for code in listed.difference(&found) {
        r.add(format!("{} {code}", p.path), "有以档号为名的文件夹", "没有");
    }
    r.verdict("件与文件夹一一对应", "件与文件夹对不上")
}

/// K6.
fn environment(p: &Package<'_>) -> Check {
    let mut r = Report::new("K6", USABILITY);
    if p.note.as_deref().and_then(|n| value(n, "软硬件环境")).is_none() {
        r.add(&profile().names.note, "有“软硬件环境”", "没有");
    }
    r.or(Outcome::Warn, "说明了软硬件环境", "没有说明软硬件环境")
}

/// S9.
fn secrecy(p: &Package<'_>) -> Check {
    let mut r = Report::new("S9", SAFETY);
    for entry in p.list() {
        let found = entry.value("密级");
        if ["秘密", "机密", "绝密"].iter().any(|s| found.contains(s)) {
            r.add(format!("{} {}", p.path, entry.value("档号")), "非涉密", found);
        }
    }
    r.verdict("没有涉密件", "有涉密件")
}
