//! 核查: gaps, numbers used twice, dates against the order of numbers, and the chain of entries.

use std::collections::BTreeMap;

use super::entry::{Entry, Line, State, lines};
use crate::diag::Diagnostic;
use crate::vocab::doc_number::DocNumber;

/// Findings of one sort that are told one by one; the rest is counted.
const SHOWN: usize = 100;

/// Everything that is wrong with `entries`; `known` is the digest of an entry that is known to have been there, as printed
/// on an earlier copy.
#[must_use]
pub fn audit(entries: &[Entry], known: Option<&str>) -> Vec<Diagnostic> {
    let mut out = chain(entries);
    if let Some(known) = known
        && !entries.iter().any(|e| e.digest == known)
    {
        out.push(
            Diagnostic::error("N-04", format!("没有校验值为 {known} 的条目"))
                .hint("登记簿被换过或者截短过：与保存的备份和印出的登记簿核对。"),
        );
    }
    out.extend(twice(entries));
    let lines = lines(entries);
    let mut series: BTreeMap<(&str, u64), Vec<&Line>> = BTreeMap::new();
    for line in &lines {
        let number = &line.first.number;
        series.entry((&number.code, number.year)).or_default().push(line);
    }
    for ((code, year), lines) in series {
        out.extend(gaps(code, year, &lines));
        out.extend(days(year, &lines));
    }
    out.extend(documents(&lines));
    out
}

fn chain(entries: &[Entry]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut prev = Entry::root();
    for (n, entry) in (1..).zip(entries) {
        let words = if entry.n != n {
            Some(format!("第{n}条不见了，其后是第{}条", entry.n))
        } else if entry.digest != entry.seal() {
            Some(format!("第{n}条（{} {}）的内容与它的校验值不符", entry.act.word(), entry.number))
        } else if entry.prev != prev {
            Some(format!("第{n}条（{} {}）接不上前一条", entry.act.word(), entry.number))
        } else {
            None
        };
        if let Some(words) = words {
            out.push(
                Diagnostic::error("N-04", words)
                    .hint("条目写下后被改动过：与保存的备份和印出的登记簿核对。"),
            );
            // What comes after hangs on this one; it is told once.
            break;
        }
        prev.clone_from(&entry.digest);
    }
    out
}

fn twice(entries: &[Entry]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<&DocNumber, u64> = BTreeMap::new();
    let mut out = Vec::new();
    for entry in entries.iter().filter(|e| e.act.begins()) {
        if let Some(first) = seen.get(&entry.number) {
            let words = format!("{} 用了两次：第{first}条和第{}条", entry.number, entry.n);
            out.push(
                Diagnostic::error("N-06", words)
                    .hint("一份公文一个文号：核对两份公文，改正其中一份的文号。"),
            );
        } else {
            seen.insert(&entry.number, entry.n);
        }
    }
    out
}

fn gaps(code: &str, year: u64, lines: &[&Line]) -> Vec<Diagnostic> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    let mut next = 1;
    for line in lines {
        let seq = line.first.number.seq;
        if seq > next {
            runs.push((next, seq - 1));
        }
        next = next.max(seq + 1);
    }
    let missing: u64 = runs.iter().map(|(from, to)| to - from + 1).sum();
    if missing == 0 {
        return Vec::new();
    }
    let mut words: Vec<String> = runs
        .iter()
        .take(SHOWN)
        .map(|(from, to)| if from == to { from.to_string() } else { format!("{from}—{to}") })
        .collect();
    if runs.len() > SHOWN {
        words.push("……".to_owned());
    }
    let message = format!("{code}〔{year}〕缺 {missing} 个号：{}", words.join("、"));
    let hint = "用过而没有登记的补登：anjuan number enter；没有用的补登后作废，写明事由。";
    vec![Diagnostic::warning("N-05", message).hint(hint)]
}

fn days(year: u64, lines: &[&Line]) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut latest: Option<&Entry> = None;
    for entry in lines.iter().filter(|l| l.state() == State::Used).map(|l| &l.first) {
        if entry.day.is_empty() {
            continue;
        }
        if entry.day.get(..4) != Some(year.to_string().as_str()) {
            let words = format!("{} 的成文日期是 {}，年份不同", entry.number, entry.day);
            out.push(
                Diagnostic::warning("N-07", words)
                    .hint("发文字号的年份与成文年份一致：核对这份公文。"),
            );
            continue;
        }
        match latest {
            Some(before) if entry.day < before.day => {
                let words = format!(
                    "{} 的成文日期 {} 早于前面的 {}（{}）",
                    entry.number, entry.day, before.number, before.day
                );
                out.push(
                    Diagnostic::warning("N-07", words)
                        .hint("号按发文先后编：核对这两份公文的成文日期。"),
                );
            }
            _ => latest = Some(entry),
        }
    }
    let more = out.len().saturating_sub(SHOWN);
    out.truncate(SHOWN);
    if more > 0 {
        out.push(
            Diagnostic::warning("N-07", format!("这样的号还有 {more} 个")).hint("先改正列出的。"),
        );
    }
    out
}

/// Documents with two numbers that are not void.
fn documents(lines: &[Line]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<(&str, &str), &DocNumber> = BTreeMap::new();
    let mut out = Vec::new();
    for line in lines.iter().filter(|l| l.state() == State::Used) {
        let Entry { case, document, number, .. } = &line.first;
        if document.is_empty() {
            continue;
        }
        match seen.get(&(case.as_str(), document.as_str())) {
            Some(first) => out.push(
                Diagnostic::error("N-06", format!("{case} {document} 有两个号：{first}、{number}"))
                    .hint("一份公文一个文号：作废其中一个，写明事由。"),
            ),
            None => drop(seen.insert((case, document), number)),
        }
    }
    out
}
