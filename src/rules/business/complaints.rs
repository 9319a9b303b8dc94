//! C 信访举报和边督边改.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, Row, part};
use super::{Says, Verdict, day};

/// R-21 受理编号: channel letter, round, place, eight figures of the day, four of the number.
pub fn accept_number(f: &Facts<'_>, out: &mut Says<'_>) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for c in f.rows("complaints") {
        let number = c.text("accept_no");
        let words = [
            ("number", number.to_owned()),
            ("channel", c.text("channel").to_owned()),
            ("on", day(c.day("received_on"))),
        ];
        let at = c.at("accept_no");
        if !seen.insert(number) {
            out.say("twice", &at, &words);
        }
        let Some((letter, date)) = parts(number) else {
            out.say("form", &at, &words);
            continue;
        };
        let wanted = match c.text("channel") {
            "来电" => 'D',
            "来信" => 'X',
            _ => 'Q',
        };
        if letter != wanted {
            out.say("channel", &at, &words);
        }
        if c.day("received_on").is_some_and(|d| d.format("%Y%m%d").to_string() != date) {
            out.say("date", &at, &words);
        }
    }
}

/// Channel letter and day of a number like `D3CQ202503100001`.
fn parts(number: &str) -> Option<(char, &str)> {
    let letter = number.chars().next().filter(|c| matches!(c, 'D' | 'X' | 'Q'))?;
    let rest = number.get(1..)?;
    let at = rest.find("CQ")?;
    let (round, tail) = (rest.get(..at)?, rest.get(at + 2..)?);
    let figures = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    (figures(round) && figures(tail) && tail.len() == 12).then_some((letter, tail.get(..8)?))
}

/// R-22 信访件时序.
pub fn order(f: &Facts<'_>, out: &mut Says<'_>) {
    let on_site = f.on_site();
    for c in f.rows("complaints") {
        let [received, assigned, due, closed] =
            ["received_on", "assigned_on", "due_on", "closed_on"].map(|k| c.day(k));
        let words = [("number", c.text("accept_no").to_owned())];
        if let (Some(on), Some((from, to))) = (received, on_site)
            && !(from..=to).contains(&on)
        {
            let words = [words[0].clone(), ("from", day(Some(from))), ("to", day(Some(to)))];
            out.say("outside", &c.at("received_on"), &words);
        }
        let later = |a: Option<_>, b: Option<_>| matches!((a, b), (Some(a), Some(b)) if a > b);
        if later(received, assigned) {
            out.say("assigned", &c.at("assigned_on"), &words);
        }
        if later(assigned, due) {
            out.say("due", &c.at("due_on"), &words);
        }
        if later(assigned, closed) {
            out.say("closed", &c.at("closed_on"), &words);
        }
    }
}

/// R-23 办结要素齐全.
pub fn closed_whole(f: &Facts<'_>, out: &mut Says<'_>) {
    for c in f.rows("complaints") {
        let words = |what: &str| {
            [
                ("number", c.text("accept_no").to_owned()),
                ("what", what.to_owned()),
                ("status", c.text("status").to_owned()),
            ]
        };
        if c.text("status") == "未办结" {
            if c.has("closed_on") {
                out.say("open", &c.at("closed_on"), &words("办结日期"));
            }
            continue;
        }
        let lacking: Vec<&str> = [
            ("verdict", "是否属实"),
            ("findings", "核实情况"),
            ("handling", "处理情况"),
            ("closed_on", "办结日期"),
        ]
        .into_iter()
        .filter(|(key, _)| !c.has(key))
        .map(|(_, name)| name)
        .collect();
        if !lacking.is_empty() {
            out.say("lacking", &c.at("status"), &words(&lacking.join("、")));
        }
    }
}

/// R-24 属地与承办单位.
pub fn whose(f: &Facts<'_>, out: &mut Says<'_>) {
    let ours = f.object("case").ids("districts");
    for c in f.rows("complaints") {
        let district = c.text("district");
        let number = c.text("accept_no").to_owned();
        if !district.is_empty() && !ours.contains(&district) {
            out.say("district", &c.at("district"), &[("number", number.clone())]);
        }
        let organ = c.text("assigned_to");
        let seat = f.organ(organ).map_or("", |o| o.text("district"));
        if !organ.is_empty() && seat != district && !f.is_inspected(organ) {
            out.say("organ", &c.at("assigned_to"), &[("number", number), ("organ", f.name(organ))]);
        }
    }
}

/// R-25 批次统计一致.
pub fn batches(f: &Facts<'_>, out: &mut Says<'_>) {
    let mut by_batch: BTreeMap<i64, Vec<Row<'_>>> = BTreeMap::new();
    for c in f.rows("complaints") {
        by_batch.entry(c.number("batch")).or_default().push(c);
    }
    let all_types = f.object("case").text("complaint_counting") == "多类型";
    for batch in f.rows("complaint_batches") {
        let number = batch.number("batch_no");
        let list = by_batch.get(&number).map_or(&[][..], Vec::as_slice);
        let count = |test: &dyn Fn(&Row<'_>) -> bool| list.iter().filter(|c| test(c)).count();
        let mut compare = |key: &str, what: &str, counted: usize| {
            let told = batch.number(key);
            if usize::try_from(told) != Ok(counted) {
                let words = [
                    ("batch", number.to_string()),
                    ("what", what.to_owned()),
                    ("told", told.to_string()),
                    ("counted", counted.to_string()),
                ];
                out.say("differs", &batch.at(key), &words);
            }
        };
        compare("total", "总件数", list.len());
        compare("key_total", "重点件数", count(&|c| c.is("key")));
        compare("phone", "来电件数", count(&|c| c.text("channel") == "来电"));
        compare("letter", "来信件数", count(&|c| c.text("channel") == "来信"));
        compare("other", "其他渠道件数", count(&|c| c.text("channel") == "其他"));
        for kind in ["水", "大气", "噪声", "生态", "土壤", "辐射", "其他"] {
            let counted = count(&|c| {
                let types = c.ids("types");
                if all_types { types.contains(&kind) } else { types.first() == Some(&kind) }
            });
            compare(&format!("by_type/{kind}"), &format!("{kind}类件数"), counted);
        }
    }
}

/// R-26 边督边改公开.
pub fn made_public(f: &Facts<'_>, out: &mut Says<'_>) {
    let public: BTreeSet<i64> = f
        .rows("disclosures")
        .iter()
        .filter(|g| g.text("kind") == "边督边改情况")
        .map(|g| g.number("batch"))
        .collect();
    let complaints = f.rows("complaints");
    for batch in f.rows("complaint_batches") {
        let number = batch.number("batch_no");
        let mut mine = complaints.iter().filter(|c| c.number("batch") == number).peekable();
        let closed = mine.peek().is_some() && mine.all(|c| c.text("status") != "未办结");
        // One release may tell of all batches: then it names none.
        if closed && !public.contains(&number) && !public.contains(&0) {
            out.say("none", &batch.at(""), &[("batch", number.to_string())]);
        }
    }
}

/// R-27 开展抽查.
pub fn spot_checked(f: &Facts<'_>, out: &mut Says<'_>) {
    let complaints = f.rows("complaints");
    if let Some(first) = complaints.first()
        && f.reached("报告")
        && !complaints.iter().any(|c| c.has("spot_check"))
    {
        out.say("none", &first.at(""), &[("count", complaints.len().to_string())]);
    }
}

/// R-28 重点件抽查.
pub fn key_checked(f: &Facts<'_>, out: &mut Says<'_>) {
    for c in f.rows("complaints") {
        if c.is("key")
            && c.text("status") == "已办结"
            && part(c.get("spot_check")).get("date").is_null()
        {
            out.say("none", &c.at(""), &[("number", c.text("accept_no").into())]);
        }
    }
}

/// The rules of this file.
pub const TABLE: &[super::Rule] = &[
    ("R-21", accept_number as Verdict),
    ("R-22", order),
    ("R-23", closed_whole),
    ("R-24", whose),
    ("R-25", batches),
    ("R-26", made_public),
    ("R-27", spot_checked),
    ("R-28", key_checked),
];
