//! `anjuan rules`: 规则, what they rest on and how a case stands to them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::args::RulesArgs;
use super::exit::Exit;
use super::show::Show;
use super::table::Table;
use crate::diag::{Failure, Severity, code};
use crate::pipeline::{self, Settings};
use crate::rules::{Pack, is_of_composed};

/// The pack that is listed when neither a case nor an option names one.
pub(super) const USUAL: &str = "chongqing-2021";
/// Longer names do not push the others further.
const NAMES: usize = 30;

/// One rule as it is listed.
struct Line {
    id: String,
    name: String,
    severity: Option<Severity>,
    source: String,
    applies: Vec<String>,
    off: bool,
    /// Where it is checked.
    when: When,
}

/// When a rule is checked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// `anjuan check` sees it.
    Check,
    /// Only the composed document shows it.
    Generate,
    /// Held by other commands: packing, receiving, register.
    Elsewhere,
}

impl When {
    fn name(self) -> &'static str {
        match self {
            Self::Check => "校验时",
            Self::Generate => "成文时",
            Self::Elsewhere => "归档、登记时",
        }
    }
}

/// Lists the rules of a pack, and how a case stands to them.
pub fn rules(args: &RulesArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    if args.packs {
        return packs(settings, show);
    }
    let Some(path) = &args.case else {
        let pack = pipeline::named_pack(args.pack.as_deref().unwrap_or(USUAL), settings)?;
        let lines = lines(&pack);
        if args.markdown {
            page(&pack, &lines).lines().for_each(|line| show.line(line));
        } else {
            print(&lines, None, "", false, show);
        }
        lines.iter().for_each(|line| show.object(&object(line, &pack, "", None)));
        show.object(&json!({"type": "summary", "pack": pack.name, "rules": lines.len()}));
        return Ok(Exit::Done);
    };
    let checked = pipeline::check(path, settings)?;
    let pack = pipeline::rules_of(&checked.value, settings)?;
    let mut broken: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &checked.findings {
        *broken.entry(&finding.code).or_default() += 1;
    }
    let info = &checked.value.model().case;
    let lines = lines(&pack);
    let left_out = pipeline::left_out(&checked, &pack);
    let standing = |line: &Line| standing(line, &info.case_type, &broken, &left_out);
    print(&lines, Some(&standing), &info.case_type, args.broken, show);
    for line in &lines {
        let (word, count) = standing(line);
        if !args.broken || count > 0 {
            show.object(&object(line, &pack, &info.case_type, Some((word, count))));
        }
    }
    let count = |word: &str| lines.iter().filter(|l| standing(l).0 == word).count();
    let (kept, hurt, none) = (count(KEPT), count(BROKEN), count(NOT_ASKED));
    show.line(format!(
        "{}（{}，规则包 {}）：{} 条规则，符合 {kept} 条，不符合 {hurt} 条，不适用 {none} 条，其余在成文、归档时检查。",
        info.title,
        info.case_type,
        pack.name,
        lines.len()
    ));
    let unchecked = count(UNCHECKED);
    if unchecked > 0 {
        show.line(format!("{unchecked} 条因数据有错误没有查，改正以后再看。"));
    }
    if hurt > 0 {
        show.line(format!("各处的位置和改法：anjuan check {}", path.display()));
    }
    show.object(&json!({
        "type": "summary", "pack": pack.name, "rules": lines.len(),
        "kept": kept, "broken": hurt, "not_applicable": none,
    }));
    Ok(Exit::Done)
}

fn packs(settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    for name in pipeline::rulepacks(settings)? {
        let pack = pipeline::named_pack(&name, settings)?;
        let rules = lines(&pack).iter().filter(|line| !line.off).count();
        let types = pack.case_types.join("、");
        show.line(format!("{name}　{}　{rules} 条规则　{types}", pack.title));
        show.object(&json!({
            "type": "pack", "pack": name, "title": pack.title, "rules": rules, "case_types": pack.case_types,
        }));
    }
    Ok(Exit::Done)
}

/// The rules of the pack, then those that the program has of itself, in order of id.
fn lines(pack: &Pack) -> Vec<Line> {
    let mut out: Vec<Line> = pack
        .rules()
        .iter()
        .map(|rule| Line {
            id: rule.id.clone(),
            name: rule.name.clone(),
            severity: Some(rule.severity),
            source: rule.source.clone(),
            applies: rule.applies.clone(),
            off: rule.off,
            when: if is_of_composed(&rule.id) { When::Generate } else { When::Check },
        })
        .collect();
    for row in code::CODES.iter().filter(|row| row.is_rule()) {
        if out.iter().all(|line| line.id != row.code)
            && !crate::rules::known().any(|k| k == row.code)
        {
            out.push(Line {
                id: row.code.into(),
                name: row.name.into(),
                severity: left_over(row.code).then_some(Severity::Warning),
                source: row.clause.unwrap_or("—").into(),
                applies: Vec::new(),
                off: false,
                when: match row.code {
                    "P-01" | "P-11" => When::Generate,
                    "P-05" | "P-06" | "P-07" | "P-09" | "P-10" => When::Elsewhere,
                    _ => When::Check,
                },
            });
        }
    }
    // S before R before P before W: from the data to the page.
    let place = |id: &str| "SRPW".find(id.get(..1).unwrap_or_default()).unwrap_or(9);
    out.sort_by(|a, b| place(&a.id).cmp(&place(&b.id)).then(a.id.cmp(&b.id)));
    out
}

/// Whether it tells of what an earlier run left, which bars nothing.
fn left_over(code: &str) -> bool {
    matches!(code, "P-10" | "P-11")
}

/// How a case stands to a rule, and in how many places it breaks it.
type Standing<'a> = dyn Fn(&Line) -> (&'static str, usize) + 'a;

const KEPT: &str = "符合";
const BROKEN: &str = "不符合";
const NOT_ASKED: &str = "不适用";
const UNCHECKED: &str = "没有查";

/// How a case of `case_type` stands to a rule, and in how many places it breaks it.
fn standing(
    line: &Line,
    case_type: &str,
    broken: &BTreeMap<&str, usize>,
    left_out: &BTreeSet<&str>,
) -> (&'static str, usize) {
    let count = broken.get(line.id.as_str()).copied().unwrap_or_default();
    let other = !line.applies.is_empty() && line.applies.iter().all(|t| t != case_type);
    let word = match line.when {
        _ if count > 0 => BROKEN,
        _ if line.off || other => NOT_ASKED,
        _ if left_out.contains(line.id.as_str()) => UNCHECKED,
        When::Check => KEPT,
        later => later.name(),
    };
    (word, count)
}

fn weight(line: &Line) -> &'static str {
    match line.severity {
        Some(Severity::Warning | Severity::Note) => "警告",
        _ => "错误",
    }
}

fn applies(line: &Line) -> String {
    if line.off {
        "不用".into()
    } else if line.applies.is_empty() {
        "全部".into()
    } else {
        line.applies.join("、")
    }
}

fn print(
    lines: &[Line],
    standing: Option<&Standing<'_>>,
    case_type: &str,
    only_broken: bool,
    show: &Show,
) {
    let third = if case_type.is_empty() { "适用" } else { "本案件" };
    let mut table = Table::new(["规则", "名称", third, "轻重", "依据"]);
    for line in lines {
        let third = match standing.map(|f| f(line)) {
            None => applies(line),
            Some((_, 0)) if only_broken => continue,
            Some((word, 0)) => word.into(),
            Some((word, count)) => format!("{word}（{count}处）"),
        };
        table.row([&line.id, &line.name, &third, weight(line), &line.source]);
    }
    table.lines_within(NAMES).iter().for_each(|line| show.line(line));
}

fn object(
    line: &Line,
    pack: &Pack,
    case_type: &str,
    standing: Option<(&str, usize)>,
) -> serde_json::Value {
    let mut object = json!({
        "type": "rule",
        "pack": pack.name,
        "rule": line.id,
        "name": line.name,
        "severity": line.severity.unwrap_or(Severity::Error),
        "source": line.source,
        "case_types": line.applies,
        "off": line.off,
        "checked": line.when.name(),
    });
    if let (Some((word, count)), Some(map)) = (standing, object.as_object_mut()) {
        map.insert("case_type".into(), case_type.into());
        map.insert("status".into(), word.into());
        map.insert("findings".into(), count.into());
    }
    object
}

/// The page of a pack.
fn page(pack: &Pack, lines: &[Line]) -> String {
    let mut out = format!(
        "## {}：{}\n\n| 规则 | 名称 | 适用 | 轻重 | 检查 | 依据 |\n|---|---|---|---|---|---|\n",
        pack.name, pack.title
    );
    for line in lines {
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            line.id,
            line.name,
            applies(line),
            weight(line),
            line.when.name(),
            line.source
        ));
    }
    out
}
