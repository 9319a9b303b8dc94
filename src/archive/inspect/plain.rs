//! A BagIt bag that another program made (RFC 8493, and 0.97 before it): what its manifests prove.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{
    AUTHENTICITY, COMPLETENESS, Check, Depth, Inspection, Outcome, Report, accepted, all, safety,
    usability,
};
use crate::archive::bag;
use crate::archive::reader::BundleReader;
use crate::fixity::{Algorithm, digest_by};

/// Lines of a manifest by path, and what is wrong with it.
type Lines = (BTreeMap<String, String>, Vec<String>);

/// Inspects the bag as far as BagIt goes.
pub(super) fn inspect(reader: &BundleReader, depth: Depth) -> io::Result<Inspection> {
    let lists = manifests(reader);
    let made = vec![
        fixity(reader, &lists, depth)?,
        Report::new("Z2", AUTHENTICITY).plain(Outcome::Manual, "来源须由移交手续确认"),
        structure(reader, &lists),
        Report::new("Z14", AUTHENTICITY).plain(Outcome::Manual, "请与移交单位核对整包的摘要"),
        octets(reader),
        Report::new("W9", COMPLETENESS).plain(Outcome::Manual, "归档范围是否齐全，须人工核对"),
        about(reader),
        surplus(reader, &lists),
        usability::readable_foreign(reader),
        usability::plain(reader, "data/"),
        safety::scanner(),
        safety::scan(),
        safety::strays(reader),
        safety::paths(reader),
    ];
    let checks = all(made, "外来的 BagIt 包没有供这一项检测的数据");
    Ok(Inspection {
        accepted: accepted(&checks),
        checks,
        quick: depth == Depth::Quick,
        form: Some("bagit".into()),
        name: reader.name.clone(),
        description: None,
    })
}

/// Manifests by file name.
fn manifests(reader: &BundleReader) -> BTreeMap<String, Lines> {
    let names: Vec<&str> = reader
        .files()
        .map(|(path, _)| path)
        .filter(|p| !p.contains('/') && p.ends_with(".txt"))
        .filter(|p| p.starts_with("manifest-") || p.starts_with("tagmanifest-"))
        .collect();
    let read = |name: &str| match reader.text(name) {
        Some(text) => lines(&text),
        None => (BTreeMap::new(), vec!["不是 UTF-8 文本，或过大".to_owned()]),
    };
    names.into_iter().map(|name| (name.to_owned(), read(name))).collect()
}

/// `digest  path`, any blanks between, `*` before the path allowed (md5sum), `%0A %0D %25` decoded.
fn lines(text: &str) -> Lines {
    let mut out = BTreeMap::new();
    let mut faults = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let parts = line.split_once([' ', '\t']);
        let Some((digest, path)) = parts.filter(|(d, _)| d.bytes().all(|b| b.is_ascii_hexdigit()))
        else {
            faults.push(format!("第 {} 行不是“摘要  路径”", i + 1));
            continue;
        };
        let path = path.trim_start_matches([' ', '\t']);
        let path = path.strip_prefix('*').unwrap_or(path);
        let path = path.strip_prefix("./").unwrap_or(path);
        let path = path
            .replace("%0A", "\n")
            .replace("%0a", "\n")
            .replace("%0D", "\r")
            .replace("%0d", "\r")
            .replace("%25", "%");
        if out.insert(path.clone(), digest.to_lowercase()).is_some() {
            faults.push(format!("第 {} 行重复列出 {path}", i + 1));
        }
    }
    (out, faults)
}

fn algorithm(list: &str) -> (&str, Option<Algorithm>) {
    let name = list.rsplit_once("manifest-").map_or(list, |(_, rest)| rest);
    let name = name.strip_suffix(".txt").unwrap_or(name);
    (name, Algorithm::named(name))
}

/// Z1.
fn fixity(
    reader: &BundleReader,
    lists: &BTreeMap<String, Lines>,
    depth: Depth,
) -> io::Result<Check> {
    let mut r = Report::new("Z1", AUTHENTICITY);
    let (mut known, mut unknown, mut weak) = (Vec::new(), Vec::new(), true);
    for (list, (lines, faults)) in lists {
        for fault in faults {
            r.add(list, "", fault);
        }
        let (name, Some(algorithm)) = algorithm(list) else {
            unknown.push(list.as_str());
            continue;
        };
        if list.starts_with("manifest-") {
            known.push(name.to_uppercase());
            weak &= !algorithm.strong();
        }
        if depth == Depth::Quick {
            continue;
        }
        for (path, wanted) in lines.iter().filter(|(path, _)| reader.has(path)) {
            let mut stream = reader.open(path)?;
            let found = digest_by(algorithm, &mut stream)?;
            if found != *wanted {
                r.add(path, format!("{name} {wanted}"), found);
            }
        }
    }
    if !r.evidence.is_empty() {
        return Ok(r.verdict("", "摘要不符，文件被改动或清单有误"));
    }
    let skipped = if unknown.is_empty() {
        String::new()
    } else {
        format!("；{} 的算法本程序不认识，未核", unknown.join("、"))
    };
    Ok(if known.is_empty() {
        for list in unknown {
            r.add(list, "认识的算法", "不认识");
        }
        r.plain(Outcome::Manual, "没有本程序认识的净载荷清单，摘要未核")
    } else if depth == Depth::Quick {
        r.plain(Outcome::Manual, "清单的写法无误；快速检测没有重算摘要，接收前须做全面检测")
    } else if weak {
        let words = format!("{} 摘要相符；这类摘要防不住有意改动{skipped}", known.join("、"));
        r.plain(Outcome::Warn, words)
    } else {
        r.plain(Outcome::Pass, format!("{} 摘要全部相符{skipped}", known.join("、")))
    })
}

/// Z13.
fn structure(reader: &BundleReader, lists: &BTreeMap<String, Lines>) -> Check {
    let mut r = Report::new("Z13", AUTHENTICITY);
    let text = reader.text(bag::DECLARATION).unwrap_or_default();
    let info = bag::read_info(&text);
    let version = info.get("BagIt-Version").map(String::as_str).unwrap_or_default();
    if !["1.0", "0.97", "0.96", "0.95", "0.94", "0.93"].contains(&version) {
        r.add(bag::DECLARATION, "BagIt-Version: 1.0", version);
    }
    let encoding = info.get("Tag-File-Character-Encoding").map(|e| e.to_uppercase());
    if encoding.as_deref() != Some("UTF-8") {
        r.add(bag::DECLARATION, "Tag-File-Character-Encoding: UTF-8", encoding.unwrap_or_default());
    }
    if !lists.keys().any(|list| list.starts_with("manifest-")) {
        r.add("manifest-*.txt", "至少一份净载荷清单", "没有");
    }
    if !reader.files().any(|(path, _)| path.starts_with("data/")) {
        r.add("data/", "有净载荷", "没有");
    }
    for (list, (lines, _)) in lists {
        let payload = list.starts_with("manifest-");
        for path in lines.keys().filter(|p| p.starts_with("data/") != payload) {
            r.add(path, "", format!("不该列在 {list} 里"));
        }
    }
    r.verdict(format!("BagIt {version} 包的结构合乎规范"), "包的结构不合 BagIt 规范")
}

/// W2.
fn octets(reader: &BundleReader) -> Check {
    let mut r = Report::new("W2", COMPLETENESS);
    let (octets, streams) = reader
        .files()
        .filter(|(p, _)| p.starts_with("data/"))
        .fold((0, 0), |(o, n), (_, size)| (o + size, n + 1));
    let found = format!("{octets}.{streams}");
    let info = bag::read_info(&reader.text(bag::INFO).unwrap_or_default());
    match info.get("Payload-Oxum") {
        None => r.plain(
            Outcome::Na,
            format!("没有写 Payload-Oxum；实有 {octets} 字节、{streams} 个文件"),
        ),
        Some(stated) => {
            if *stated != found {
                r.add(format!("{} Payload-Oxum", bag::INFO), stated, &found);
            }
            r.verdict(format!("总字节数一致：{octets} 字节、{streams} 个文件"), "总字节数不一致")
        }
    }
}

/// W10.
fn about(reader: &BundleReader) -> Check {
    let mut r = Report::new("W10", COMPLETENESS);
    let info = bag::read_info(&reader.text(bag::INFO).unwrap_or_default());
    for key in ["Source-Organization", "External-Identifier", "Bagging-Date"] {
        if info.get(key).is_none_or(String::is_empty) {
            r.add(format!("{} {key}", bag::INFO), "有这一项", "没有或为空");
        }
    }
    r.or(Outcome::Warn, "写明了来源、编号和日期", "没有写明来源、编号或日期")
}

/// W12: every payload manifest lists every payload file, and nothing that is not there.
fn surplus(reader: &BundleReader, lists: &BTreeMap<String, Lines>) -> Check {
    let mut r = Report::new("W12", COMPLETENESS);
    let mut told = BTreeSet::new();
    let fetched: BTreeSet<String> = reader
        .text("fetch.txt")
        .unwrap_or_default()
        .lines()
        .filter_map(|l| Some(l.splitn(3, [' ', '\t']).nth(2)?.trim().to_owned()))
        .collect();
    for (list, (lines, _)) in lists {
        for path in lines.keys().filter(|p| !reader.has(p)) {
            if told.insert(path.clone()) {
                let later = fetched.contains(path);
                let found = if later {
                    "留待取回（fetch.txt），须先取回"
                } else {
                    "清单上有，包内没有"
                };
                r.add(path, "在包内", found);
            }
        }
        if !list.starts_with("manifest-") {
            continue;
        }
        for (path, _) in reader.files().filter(|(p, _)| p.starts_with("data/")) {
            if !lines.contains_key(path) && told.insert(path.to_owned()) {
                r.add(path, format!("列入 {list}"), "清单上没有这个文件");
            }
        }
    }
    r.verdict("没有清单外的文件，也没有缺失的文件", "有多余或缺失的文件")
}
