//! What format 2 added: forms under 其他/, PREMIS, the log's chain, the BagIt profile. Added to the checks they belong to.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;

use super::{Report, Subject};
use crate::archive::profile::{SCHEMAS, profile};
use crate::archive::xml::Element;
use crate::archive::{bag, forms, premis};
use crate::vocab::date;

/// Bytes of a form that may be read into memory.
const LIMIT: u64 = 1 << 26;

fn tree(s: &Subject<'_>, path: &str) -> Option<Rc<Element>> {
    s.tree(path, LIMIT)?.ok()
}

fn json(s: &Subject<'_>, path: &str) -> Option<Value> {
    serde_json::from_slice(&s.reader.small(path, LIMIT)?).ok()
}

/// Z12: every form is there and can be read as what it is.
pub(super) fn present(s: &Subject<'_>, r: &mut Report) {
    let names = &profile().names;
    for name in names.forms() {
        let path = names.form(name);
        if !s.reader.has(&path) {
            r.add(path, "在包内", "没有这个文件");
        } else if name.to_lowercase().ends_with(".json") && json(s, &path).is_none() {
            r.add(path, "可读的 JSON", "读不出");
        }
    }
    for (path, root) in [
        (names.form(&names.filing_list), "归档文件目录"),
        (names.form(&names.volume_list), "卷内文件目录"),
        (names.form(&names.log), "业务日志"),
        (premis::PATH.to_owned(), "premis"),
    ] {
        match tree(s, &path) {
            Some(found) if found.name == root => {}
            Some(found) => r.add(path, root, found.name.as_str()),
            None if s.reader.has(&path) => r.add(path, root, "读不出"),
            None if path == premis::PATH => r.add(path, "在包内", "没有这个文件"),
            None => {}
        }
    }
    let id = json(s, &names.form(&names.handover));
    let range = id.as_ref().and_then(|v| v.get("载体起止顺序号")?.as_str()).unwrap_or_default();
    if id.is_some() && range != s.description.id {
        r.add(names.form(&names.handover), format!("载体起止顺序号 {}", s.description.id), range);
    }
}

/// Both lists that can be read: where, what they should be, what they are.
fn both_lists<'a>(
    s: &'a Subject<'_>,
) -> impl Iterator<Item = (String, Element, Rc<Element>)> + use<'a> {
    let names = &profile().names;
    let wanted = [
        (&names.filing_list, forms::filing_list(s.description)),
        (&names.volume_list, forms::volume_list(s.description)),
    ];
    wanted.into_iter().filter_map(|(name, wanted)| {
        let path = names.form(name);
        let found = tree(s, &path)?;
        Some((path, wanted, found))
    })
}

/// Z5: rows of both lists say what the metadata says; 备注 is free.
pub(super) fn lists(s: &Subject<'_>, r: &mut Report) {
    for (path, wanted, found) in both_lists(s) {
        for (part, (wanted, found)) in wanted.children.iter().zip(&found.children).enumerate() {
            for (line, (wanted, found)) in wanted.children.iter().zip(&found.children).enumerate() {
                let place = format!("{path} 第 {} 部分第 {line} 行", part + 1);
                let order = |e: &Element| {
                    e.children.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join("、")
                };
                if order(wanted) != order(found) {
                    r.add(&place, order(wanted), order(found));
                    continue;
                }
                for (wanted, found) in wanted.children.iter().zip(&found.children) {
                    if wanted.name != "备注" && wanted.text.trim() != found.text.trim() {
                        let field = format!("{place} {}", wanted.name);
                        r.add(field, wanted.text.trim(), found.text.trim());
                    }
                }
            }
        }
    }
}

/// W1: numbers of items in the lists and in 登记表.
pub(super) fn counts(s: &Subject<'_>, r: &mut Report) {
    for (path, wanted, found) in both_lists(s) {
        let sizes = |e: &Element| {
            e.children.iter().map(|c| c.children.len().saturating_sub(1)).collect::<Vec<_>>()
        };
        let sound = found.children.iter().all(|c| !c.children.is_empty());
        if !sound || sizes(&wanted) != sizes(&found) {
            let say = |e: &Element| {
                let all = e.children.iter().map(|c| c.children.len().saturating_sub(1));
                all.map(|n| format!("{n} 件")).collect::<Vec<_>>().join("、")
            };
            r.add(path, say(&wanted), say(&found));
        }
    }
    let names = &profile().names;
    let path = names.form(&names.handover);
    let Some(form) = json(s, &path) else { return };
    let stated = form.pointer("/移交电子档案数量/文件").and_then(Value::as_u64);
    if stated != Some(s.description.items.len() as u64) {
        let found = stated.map_or_else(|| "读不出".into(), |n| format!("{n} 件"));
        r.add(path, format!("{} 件", s.description.items.len()), found);
    }
}

/// W2: bytes handed over as 登记表 states them.
pub(super) fn octets(s: &Subject<'_>, r: &mut Report) {
    let path = profile().names.form(&profile().names.handover);
    let Some(form) = json(s, &path) else { return };
    let prefix = format!("data/{}/", s.description.fonds.number);
    let found: u64 =
        s.reader.files().filter(|(p, _)| p.starts_with(&prefix)).map(|(_, size)| size).sum();
    let stated = form.pointer("/移交数据量/字节").and_then(Value::as_u64);
    if stated != Some(found) {
        r.add(path, format!("{found} 字节"), stated.unwrap_or_default().to_string());
    }
}

/// What data can prove of 登记表; signatures and seals are not among it.
const STATED: [&str; 8] = [
    "/移交电子档案数量/文件",
    "/移交电子档案数量/案卷",
    "/移交数据量/字节",
    "/移交数据量/GB",
    "/载体起止顺序号",
    "/移交日期",
    "/移交单位/单位",
    "/接收单位/单位",
];

fn say(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "没有".into(),
    }
}

/// Z14: 登记表 states what is there. Sizes suffice for it, content need not be read.
pub(super) fn stated(s: &Subject<'_>, r: &mut Report) {
    let path = profile().names.form(&profile().names.handover);
    let Some(form) = json(s, &path) else { return };
    let prefix = format!("data/{}/", s.description.fonds.number);
    let mine = s.reader.files().filter(|(p, _)| p.starts_with(&prefix));
    let (files, bytes) = mine.fold((0, 0), |(n, b), (_, size)| (n + 1, b + size));
    let content = forms::Content { files, bytes, sha256: String::new(), sm3: String::new() };
    let wanted = forms::handover(s.description, &content);
    for field in STATED {
        let (wanted, found) = (wanted.pointer(field), form.pointer(field));
        if wanted != found {
            r.add(format!("{path} {}", &field[1..]), say(wanted), say(found));
        }
    }
}

/// Fields of 登记表 that only a hand fills, as far as they are empty.
pub(super) fn by_hand(s: &Subject<'_>) -> Vec<String> {
    let path = profile().names.form(&profile().names.handover);
    let Some(form) = json(s, &path) else { return Vec::new() };
    let fields = ["填表人", "审核人", "盖章日期"];
    let all = ["移交单位", "接收单位"].into_iter().flat_map(|side| fields.map(|f| (side, f)));
    all.filter(|(side, field)| form.get(side).and_then(|v| v.get(field)).is_none_or(Value::is_null))
        .map(|(side, field)| format!("{path} {side}/{field}"))
        .collect()
}

/// Z14: the content as 数字摘要表 has it. What is written down is what it should be, as everywhere; were it the other way round,
/// a sender would be told to write the digest of a spoiled file into what is right.
pub(super) fn sums(s: &Subject<'_>, r: &mut Report) {
    if s.digests.quick() {
        return;
    }
    let path = profile().names.form(&profile().names.sums);
    let Some(table) = json(s, &path) else { return };
    let content = forms::content(s.description, s.digests.all());
    let Value::Object(wanted) = forms::sums(s.description, &content) else { return };
    for field in ["SHA-256", "SM3", "字节", "文件数"] {
        let pointer = format!("/摘要/0/{field}");
        let wanted = wanted.get("摘要").and_then(|v| v.get(0)?.get(field)).cloned();
        let found = table.pointer(&pointer).cloned();
        if wanted != found {
            r.add(format!("{path} {field}"), say(found.as_ref()), say(wanted.as_ref()));
        }
    }
}

/// Z10: PREMIS knows every payload file, with its size and digests.
pub(super) fn objects(s: &Subject<'_>, r: &mut Report) {
    let Some(root) = tree(s, premis::PATH) else { return };
    let mut listed = BTreeSet::new();
    for object in root.children.iter().filter(|c| c.name == "object") {
        let inner = |names: &[&str]| -> String {
            let mut at = Some(object);
            for name in names {
                at = at.and_then(|e| e.children.iter().find(|c| c.name == *name));
            }
            at.map(|e| e.text.trim().to_owned()).unwrap_or_default()
        };
        let path = inner(&["objectIdentifier", "objectIdentifierValue"]);
        let place = format!("{} {path}", premis::PATH);
        if !listed.insert(path.clone()) {
            r.add(&place, "不重复", "重复");
        }
        let Some(size) = s.reader.size(&path) else {
            r.add(&place, "对象在包内", "没有这个文件");
            continue;
        };
        let stated = inner(&["objectCharacteristics", "size"]);
        if stated != size.to_string() {
            let stated = match stated.as_str() {
                "" => "未记载".to_owned(),
                stated => format!("{stated} 字节"),
            };
            r.add(&place, stated, format!("{size} 字节"));
        }
        let Some(real) = s.digests.get(&path) else { continue };
        let mut fixity = Vec::new();
        object.below("fixity", &mut fixity);
        let by_name: BTreeMap<&str, &str> = fixity
            .iter()
            .map(|f| (f.value("messageDigestAlgorithm"), f.value("messageDigest")))
            .collect();
        for (name, digest) in [("SHA-256", real.sha256.to_string()), ("SM3", real.sm3.to_string())]
        {
            let found = by_name.get(name).copied().unwrap_or_default();
            if found.is_empty() {
                r.add(&place, format!("有 {name}"), "没有");
            } else if found != digest {
                r.add(&place, format!("{name} {found}"), digest);
            }
        }
    }
    for (path, _) in s.reader.files().filter(|(p, _)| p.starts_with("data/")) {
        if !listed.contains(path) {
            r.add(premis::PATH, format!("有对象 {path}"), "没有");
        }
    }
}

/// W5: what PREMIS's events point to is there.
pub(super) fn events(s: &Subject<'_>, r: &mut Report) {
    let Some(root) = tree(s, premis::PATH) else { return };
    let of = |kind: &str, field: &str| -> BTreeSet<String> {
        let mut out = Vec::new();
        root.children.iter().filter(|c| c.name == kind).for_each(|c| c.below(field, &mut out));
        out.iter().map(|e| e.text.trim().to_owned()).collect()
    };
    let types = of("event", "eventType");
    for wanted in ["creation", "transfer"] {
        if !types.contains(wanted) {
            r.add(premis::PATH, format!("有事件 {wanted}"), "没有");
        }
    }
    for (link, kind, id) in [
        ("linkingAgentIdentifierValue", "agent", "agentIdentifierValue"),
        ("linkingObjectIdentifierValue", "object", "objectIdentifierValue"),
    ] {
        for lost in of("event", link).difference(&of(kind, id)) {
            r.add(premis::PATH, format!("事件所指的 {kind}"), lost);
        }
    }
}

/// S8: each entry of the log is bound to the one before, in order of days.
pub(super) fn chain(s: &Subject<'_>, r: &mut Report) {
    let path = profile().names.form(&profile().names.log);
    let Some(root) = tree(s, &path) else {
        r.add(path, "业务日志", "没有或读不出");
        return;
    };
    let (mut last, mut day) = (forms::FIRST.to_owned(), String::new());
    for (i, entry) in root.children.iter().enumerate() {
        let place = format!("{path} 第 {} 项", i + 1);
        let values = ["序号", "时间", "行为", "责任者", "对象", "描述"].map(|n| entry.value(n));
        let digest = forms::link(&last, values);
        if values[0] != (i + 1).to_string() {
            r.add(&place, format!("序号 {}", i + 1), values[0]);
        }
        if entry.value("前项摘要") != last || entry.value("本项摘要") != digest {
            r.add(&place, digest, entry.value("本项摘要"));
        }
        if date::parse(values[1]).is_none() || values[1] < day.as_str() {
            r.add(&place, "时间依次", values[1]);
        }
        last = entry.value("本项摘要").to_owned();
        day = values[1].to_owned();
    }
    if root.children.is_empty() {
        r.add(path, "至少一项", "没有");
    }
}

/// W10: the fields that the BagIt profile asks, whoever's bag it is.
pub(super) fn fields(info: &BTreeMap<String, String>, r: &mut Report) {
    let Some(rules) = bagit_profile() else { return };
    let Some(fields) = rules.get("Bag-Info").and_then(Value::as_object) else { return };
    for (key, rule) in fields {
        let found = info.get(key).map(String::as_str).unwrap_or_default();
        let values: Vec<&str> = rule
            .get("values")
            .and_then(Value::as_array)
            .map(|v| v.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let place = format!("{} {key}", bag::INFO);
        if rule.get("required").and_then(Value::as_bool) == Some(true) && found.is_empty() {
            r.add(place, "有这一项", "没有或为空");
        } else if !values.is_empty() && !values.contains(&found) {
            r.add(place, values.join("、"), found);
        }
    }
}

/// Z13: tag files that the BagIt profile asks.
pub(super) fn tag_files(s: &Subject<'_>, r: &mut Report) {
    let rules = bagit_profile();
    let wanted = rules.as_ref().and_then(|v| v.get("Tag-Files-Required")?.as_array());
    for path in wanted.into_iter().flatten().filter_map(Value::as_str) {
        if !s.reader.has(path) {
            r.add(path, "在包内", "没有这个文件");
        }
    }
    if s.reader.has("fetch.txt") {
        r.add("fetch.txt", "", "归档包不得留待取回的文件");
    }
}

fn bagit_profile() -> Option<Value> {
    let (_, text) = SCHEMAS.iter().find(|(name, _)| *name == "bagit-profile.json")?;
    serde_json::from_str(text).ok()
}
