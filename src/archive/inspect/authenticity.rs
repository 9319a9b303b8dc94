//! 真实性: metadata and content belong together and are what they claim.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::forms;
use super::{AUTHENTICITY, Check, Outcome, Report, Subject, signatures};
use crate::archive::bag;
use crate::archive::description::Item;
use crate::archive::profile::profile;
use crate::archive::reader::is_bundle_id;
use crate::archive::xml::Element;
use crate::record::Metadata;
use crate::vocab::archival_code::ArchivalCode;
use crate::vocab::date;

/// Longest title and other text (characters).
const MAX_TEXT: usize = 1000;

pub(super) fn checks(s: &Subject<'_>) -> Vec<Check> {
    vec![
        signatures::check(s),
        lengths(s),
        types(s),
        domains(s),
        plausible(s),
        characters(s),
        codes(s),
        duplicates(s),
        files(s),
        linked(s),
        forms(s),
        structure(s),
        received(s),
    ]
}

fn all<'a>(s: &'a Subject<'_>) -> impl Iterator<Item = &'a Metadata> {
    s.description.items.iter().map(|i| &i.metadata).chain(&s.description.absent)
}

fn texts(m: &Metadata) -> Vec<(&'static str, &str)> {
    let mut out = vec![
        ("题名", m.title.as_str()),
        ("责任者", m.responsible.as_str()),
        ("文种", m.genre.as_str()),
        ("档号", m.archival_code.as_str()),
    ];
    out.extend(m.document_number.as_deref().map(|n| ("文号", n)));
    out.extend(m.note.as_deref().map(|n| ("备注", n)));
    out.extend(m.recipients.iter().chain(&m.copies).map(|n| ("主送、抄送", n.as_str())));
    out
}

fn place(m: &Metadata, field: &str) -> String {
    format!("{}（{}）{field}", m.archival_code, m.id)
}

fn lengths(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z3", AUTHENTICITY);
    for m in all(s) {
        for (field, text) in texts(m) {
            let n = text.chars().count();
            if n > MAX_TEXT {
                r.add(place(m, field), format!("不超过 {MAX_TEXT} 字"), format!("{n} 字"));
            }
        }
    }
    r.verdict("元数据各项长度正常", "元数据过长")
}

fn types(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z4", AUTHENTICITY);
    if date::parse(&s.description.date).is_none() {
        r.add("移交日期", "2025-03-04", &s.description.date);
    }
    for m in all(s) {
        if date::parse(&m.date).is_none() {
            r.add(place(m, "日期"), "2025-03-04", &m.date);
        }
    }
    r.verdict("日期、数字等格式正确", "元数据格式不对")
}

fn domains(s: &Subject<'_>) -> Check {
    // 密级 and 保管期限 outside their domains cannot be read at all (K1); what is left is their agreement
    // with the catalogue.
    let mut r = Report::new("Z5", AUTHENTICITY);
    let names = &profile().names;
    let path = format!("data/{}", names.catalogue);
    if let Some(Ok(root)) = s.tree(&path, 1 << 26) {
        let by_code: BTreeMap<&str, &Element> =
            root.children.iter().map(|e| (e.value("档号"), e)).collect();
        for item in &s.description.items {
            let m = &item.metadata;
            let Some(entry) = by_code.get(m.archival_code.as_str()) else { continue };
            for (field, wanted) in [
                ("题名", m.title.clone()),
                ("责任者", m.responsible.clone()),
                ("密级", m.secrecy.name().into()),
                ("保管期限", m.retention.name().into()),
                ("页数", m.pages.to_string()),
                ("日期", date::parse(&m.date).map(date::eight_figures).unwrap_or_default()),
            ] {
                if entry.value(field) != wanted {
                    r.add(format!("{path} {}", place(m, field)), wanted, entry.value(field));
                }
            }
        }
    }
    if s.full {
        forms::lists(s, &mut r);
    }
    r.verdict("密级、保管期限等取值与目录一致", "元数据取值不对或与目录不一致")
}

fn plausible(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z6", AUTHENTICITY);
    for item in &s.description.items {
        let m = &item.metadata;
        if m.date > s.description.date {
            r.add(place(m, "日期"), format!("不晚于移交日期 {}", s.description.date), &m.date);
        }
        if m.pages == 0 {
            r.add(place(m, "页数"), "大于 0", "0");
        }
    }
    r.verdict("日期、页数合理", "元数据不合理")
}

fn characters(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z7", AUTHENTICITY);
    for m in all(s) {
        for (field, text) in texts(m) {
            let strange = text.chars().find(|c| {
                c.is_control() || matches!(*c, '\u{fffd}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            });
            if let Some(c) = strange {
                r.add(place(m, field), "无控制字符、私用区字符", format!("U+{:04X}", c as u32));
            }
        }
    }
    r.verdict("元数据中没有特殊字符", "元数据中有特殊字符")
}

fn codes(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z8", AUTHENTICITY);
    let fonds = &s.description.fonds;
    for m in all(s) {
        let Some(code) = m.code() else {
            r.add(place(m, "档号"), "全宗号-门类·年度-期限-机构-件号", &m.archival_code);
            continue;
        };
        let wanted = ArchivalCode {
            fonds: fonds.number.clone(),
            category: fonds.category.clone(),
            year: fonds.year,
            retention: m.retention,
            unit: fonds.unit.clone(),
            item: code.item,
        };
        if code != wanted {
            r.add(place(m, "档号"), wanted.to_string(), &m.archival_code);
        }
    }
    r.verdict("档号合乎规则，与元数据一致", "档号不合规则或与元数据不一致")
}

fn duplicates(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z9", AUTHENTICITY);
    let mut seen = BTreeMap::new();
    for m in all(s) {
        if let Some(other) = seen.insert(format!("档号 {}", m.archival_code), &m.id) {
            r.add(place(m, "档号"), "不重复", format!("与 {other} 相同"));
        }
        if let Some(number) = &m.document_number
            && let Some(other) = seen.insert(format!("文号 {number} {}", m.title), &m.id)
        {
            r.add(place(m, "文号和题名"), "不重复", format!("与 {other} 相同"));
        }
    }
    // By the bytes that are there, not by what is stated of them.
    let mut files = BTreeMap::new();
    for item in &s.description.items {
        for file in &item.files {
            let path = format!("{}/{}", item.folder, file.name);
            let Some(found) = s.digests.get(&path).filter(|d| d.size > 0) else { continue };
            if let Some(other) = files.insert(found.sha256, path.clone()) {
                r.add(path, "内容不重复", format!("与 {other} 内容相同"));
            }
        }
    }
    r.verdict("没有重复的档号、文件", "有重复的档号或文件")
}

/// Z10: name, size and digest in the list = the file.
fn files(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z10", AUTHENTICITY);
    for item in &s.description.items {
        for file in &item.files {
            let path = format!("{}/{}", item.folder, file.name);
            let Some(size) = s.reader.size(&path) else {
                r.add(path, "在包内", "没有这个文件");
                continue;
            };
            if size != file.size {
                r.add(&path, format!("{} 字节", file.size), format!("{size} 字节"));
            } else if let Some(found) = s.digests.get(&path)
                && (found.sha256 != file.sha256 || found.sm3 != file.sm3)
            {
                r.add(&path, file.sha256.to_string(), found.sha256.to_string());
            }
        }
    }
    if s.full {
        forms::objects(s, &mut r);
    }
    r.verdict("元数据中的文件名、大小、摘要与文件一致", "元数据与文件不一致")
}

/// Z11: each item's metadata file speaks of the files beside it, and of no others.
fn linked(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z11", AUTHENTICITY);
    for item in &s.description.items {
        let path = format!("{}/{}", item.folder, profile().names.metadata);
        let Some(read) = s.tree(&path, 1 << 24) else {
            r.add(&path, "每件有元数据", "没有这个文件");
            continue;
        };
        match read {
            Ok(root) => compare(&mut r, &path, item, &root),
            Err(reason) => r.add(&path, "可读的 XML", reason),
        }
    }
    r.verdict("每件元数据与内容一一关联", "元数据与内容没有关联上")
}

fn compare(r: &mut Report, path: &str, item: &Item, root: &Element) {
    let first = |name: &str| {
        let mut found = Vec::new();
        root.below(name, &mut found);
        found.first().map(|e| e.text.trim().to_owned()).unwrap_or_default()
    };
    let m = &item.metadata;
    for (field, wanted) in [
        ("当前位置", item.folder.clone()),
        ("题名", m.title.clone()),
        ("责任者", m.responsible.clone()),
        ("密级", m.secrecy.name().into()),
        ("日期", m.date.clone()),
        ("文种", m.genre.clone()),
        ("文件编号", m.document_number.clone().unwrap_or_default()),
        ("页数", m.pages.to_string()),
        ("室编件号", m.code().map(|c| format!("{:04}", c.item)).unwrap_or_default()),
    ] {
        let found = first(field);
        if found != wanted {
            r.add(format!("{path} {field}"), wanted, found);
        }
    }
    let mut listed = Vec::new();
    root.below("计算机文件名", &mut listed);
    let listed: Vec<&str> = listed.iter().map(|e| e.text.trim()).collect();
    let wanted: Vec<&str> = item.files.iter().map(|f| f.name.as_str()).collect();
    if listed != wanted {
        r.add(format!("{path} 计算机文件名"), wanted.join("、"), listed.join("、"));
        return;
    }
    // 编码数据: the digest of each file, whatever the machine's list says.
    let values = |name: &str| {
        let mut found = Vec::new();
        root.below(name, &mut found);
        found.iter().map(|e| e.text.trim().to_owned()).collect::<Vec<_>>()
    };
    let stated = values("计算机文件大小").into_iter().zip(values("编码数据"));
    for (file, (size, code)) in item.files.iter().zip(stated) {
        let wanted = (file.size.to_string(), STANDARD.encode(file.sha256.0));
        if (&size, &code) != (&wanted.0, &wanted.1) {
            let say = |(size, code): (&str, &str)| format!("{size} 字节 {code}");
            let found = say((&size, &code));
            r.add(format!("{path} {}", file.name), say((&wanted.0, &wanted.1)), found);
        }
    }
}

/// Z14: what was received is what was sent.
fn received(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z14", AUTHENTICITY);
    if s.full {
        forms::sums(s, &mut r);
        forms::stated(s, &mut r);
    }
    if !r.evidence.is_empty() {
        return r.verdict("", "与数字摘要表或移交与接收登记表不符");
    }
    let words = match (s.full, s.digests.quick()) {
        (true, false) => {
            "件数、案卷数、数据量、起止、单位、日期与登记表相符，内容与数字摘要表相符；"
        }
        (true, true) => "件数、案卷数、数据量、起止、单位、日期与登记表相符；",
        (false, _) => "",
    };
    for field in if s.full { forms::by_hand(s) } else { Vec::new() } {
        r.add(field, "由人填写", "空");
    }
    let hand = "登记表上的签名、盖章须由人确认，并将整包的 SHA-256 与纸上的核对";
    r.plain(Outcome::Manual, format!("{words}{hand}"))
}

/// Z12: 说明文件 and 目录文件 are there and readable.
fn forms(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z12", AUTHENTICITY);
    let names = &profile().names;
    let note = format!("data/{}", names.note);
    match s.reader.text(&note) {
        Some(text) => {
            for key in &profile().note.required {
                let value =
                    text.lines().find_map(|l| l.strip_prefix(key.as_str())?.strip_prefix('：'));
                if value.is_none_or(|v| v.trim().is_empty()) {
                    r.add(&note, format!("有“{key}”"), "没有或为空");
                }
            }
        }
        None => r.add(&note, "在包内", "没有这个文件，或不是 UTF-8 文本"),
    }
    let catalogue = format!("data/{}", names.catalogue);
    match s.tree(&catalogue, 1 << 26) {
        None => r.add(&catalogue, "在包内", "没有这个文件"),
        Some(Err(reason)) => r.add(&catalogue, "可读的 XML", reason),
        Some(Ok(root)) if root.name != "目录文件" => {
            r.add(&catalogue, "目录文件", root.name.as_str());
        }
        Some(Ok(_)) => {}
    }
    if s.full {
        forms::present(s, &mut r);
    }
    r.verdict("说明文件、目录文件和各表齐全可读", "说明文件、目录文件或表有误")
}

/// Z13: nothing stands where the format has no place for it.
fn structure(s: &Subject<'_>) -> Check {
    let mut r = Report::new("Z13", AUTHENTICITY);
    if s.reader.text(bag::DECLARATION).as_deref() != Some(bag::DECLARATION_TEXT) {
        r.add(bag::DECLARATION, "BagIt 1.0 声明", "缺少或不同");
    }
    let d = s.description;
    match s.reader.packed_name() {
        Some(name) if name != d.id => r.add(name, format!("文件夹名为 {}", d.id), name),
        // In a ZIP the gate has seen to the form.
        None if !is_bundle_id(&d.id) => {
            r.add(bag::DESCRIPTION, "编号是大写字母、数字和“-”，不超过 64 个字符", &d.id);
        }
        _ => {}
    }
    let names = &profile().names;
    let records = format!("data/{}/{}/", d.fonds.number, d.fonds.category);
    let other = format!("data/{}/", names.other);
    for (path, _) in s.reader.files() {
        let known = path.starts_with(&records)
            || path.starts_with(&other)
            || path.starts_with("metadata/")
            || path.starts_with("signature/")
            || path.strip_prefix("data/").is_some_and(|p| p == names.note || p == names.catalogue)
            || [bag::DECLARATION, bag::INFO, bag::MANIFEST, bag::TAG_MANIFEST].contains(&path);
        if !known {
            r.add(path, "", "格式中没有这个位置");
        }
    }
    if s.full {
        forms::tag_files(s, &mut r);
    }
    r.verdict("包的结构合乎规范", "包的结构不合规范")
}
