//! Number, joint issue, dates, authority, title and reply of one document.

use std::collections::BTreeMap;

use chrono::Datelike;

use super::matrix::way;
use super::{Act, Found};
use crate::case::CaseFile;
use crate::vocab::retention::Retention;

/// R-73 发文字号.
pub fn number(act: &Act<'_>, found: &mut Found<'_>) {
    let entry = act.entry;
    let Some(number) = &entry.doc_number else { return };
    let host = entry.issuers.first().and_then(|id| act.case.organ(id));
    if let Some(own) = host.and_then(|organ| organ.doc_code.as_deref())
        && !number.code.starts_with(own)
    {
        let mut words = act.with("code", &number.code);
        words.push(("own", own.to_owned()));
        found.say("R-73", "code", &act.at("doc_number/code"), &words);
    }
    let issued = entry.issued_on.year();
    if i64::try_from(number.year) != Ok(i64::from(issued)) {
        let mut words = act.with("year", &number.year);
        words.push(("issued", issued.to_string()));
        found.say("R-73", "year", &act.at("doc_number/year"), &words);
    }
    if number.seq == 0 {
        found.say("R-73", "zero", &act.at("doc_number/seq"), &act.with("seq", &number.seq));
    }
}

/// one number, one document.
pub fn twice(case: &CaseFile, found: &mut Found<'_>) {
    let mut seen = BTreeMap::new();
    for (index, entry) in case.model().documents.iter().enumerate() {
        let Some(number) = &entry.doc_number else { continue };
        if let Some(other) = seen.insert(number.clone(), &entry.title) {
            let act = Act { case, entry, index };
            let mut words = act.with("number", number);
            words.push(("other", other.clone()));
            found.say("R-73", "twice", &act.at("doc_number"), &words);
        }
    }
}

/// R-75 联合行文: only among peers.
pub fn joint(act: &Act<'_>, found: &mut Found<'_>) {
    let Some((host, others)) = act.entry.issuers.split_first() else { return };
    let level = |id: &str| act.case.organ(id).map(|organ| organ.level.as_str());
    for (i, id) in others.iter().enumerate() {
        let apart = matches!((level(host), level(id)), (Some(a), Some(b)) if a != b);
        if apart || act.is_above(host, id) || act.is_above(id, host) {
            let words = act.with("organ", &act.case.organ_name(id));
            found.say("R-75", "peers", &act.at(&format!("issuers/{}", i + 1)), &words);
        }
    }
}

/// R-76 日期次序.
pub fn dates(act: &Act<'_>, found: &mut Found<'_>) {
    let entry = act.entry;
    if entry.signed_on.is_some_and(|day| day > entry.issued_on) {
        found.say("R-76", "signed", &act.at("signed_on"), &act.words());
    }
    if entry.printed_on.is_some_and(|day| day < entry.issued_on) {
        found.say("R-76", "printed", &act.at("printed_on"), &act.words());
    }
}

/// R-80 授权表述.
pub fn authority(act: &Act<'_>, found: &mut Found<'_>) {
    let entry = act.entry;
    let kind = |id: &str| act.case.organ(id).map_or("", |organ| organ.kind.as_str());
    let level = |id: &str| act.case.organ(id).map_or("", |organ| organ.level.as_str());
    let Some(host) = entry.issuers.first() else { return };
    let department = matches!(kind(host), "领导小组办公室" | "党委部门" | "政府部门");
    let lower = entry.recipients.iter().any(|id| {
        matches!(kind(id), "党委" | "政府") && level(host) == "市级" && level(id) == "区县级"
    });
    let genre = matches!(entry.genre.as_str(), "通知" | "通报" | "意见");
    if genre && act.is_issued() && department && lower && entry.authority_note.is_none() {
        found.say("R-80", "missing", &act.at("title"), &act.words());
    }
}

/// R-89 标题与文种, W-43 标题写法.
pub fn title(act: &Act<'_>, found: &mut Found<'_>) {
    let entry = act.entry;
    let title = entry.title.trim_end();
    // 「（试行）」「（龙滩区）」 say more about the document, after its kind.
    let bare = match title.strip_suffix('）').and_then(|t| t.rsplit_once('（')) {
        Some((head, _)) => head,
        None => title,
    };
    if way(&entry.genre).is_some() {
        let named = if entry.genre == "纪要" {
            title.contains(entry.genre.as_str())
        } else {
            bare.ends_with(entry.genre.as_str()) || (entry.genre == "命令" && bare.ends_with('令'))
        };
        if !named {
            found.say("R-89", "ending", &act.at("title"), &act.words());
        }
    }
    let stacked = ["的通知的通知", "的报告的报告", "关于转发关于", "关于印发关于", "关于批转关于"];
    if stacked.iter().any(|words| title.contains(words)) {
        found.say("W-43", "stacked", &act.at("title"), &act.words());
    }
    if let Some(mark) = title.chars().last().filter(|c| "。，；：、！？.,;".contains(*c)) {
        found.say("W-43", "mark", &act.at("title"), &act.with("mark", &mark));
    }
}

/// W-52 批复与请示: only where the case names what the document rests on.
pub fn reply(act: &Act<'_>, found: &mut Found<'_>) {
    let entry = act.entry;
    if entry.genre != "批复" || entry.basis.is_empty() {
        return;
    }
    let asked =
        |id: &String| act.case.model().documents.iter().any(|d| &d.id == id && d.genre == "请示");
    if !entry.basis.iter().any(asked) {
        found.say("W-52", "unasked", &act.at("basis"), &act.words());
    }
}

/// R-82 保管期限下限: a document is kept no shorter than its kind asks.
pub fn retention<'k>(
    act: &Act<'_>,
    floor: &dyn Fn(&str) -> Option<&'k str>,
    found: &mut Found<'_>,
) {
    let Some(least) = floor(&act.entry.kind) else { return };
    let kept = act.entry.retention;
    let wanted = [Retention::Years10, Retention::Years30, Retention::Permanent];
    if wanted.iter().any(|term| term.name() == least && *term > kept) {
        let mut words = act.with("kept", &kept.name());
        words.push(("least", least.to_owned()));
        found.say("R-82", "short", &act.at("retention"), &words);
    }
}
