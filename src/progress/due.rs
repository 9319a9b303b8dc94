//! 时限: what is not yet done and when it is due, computed from the pack's rules as of a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::calendar::{days_after, months_after, quarter};
use super::facts::{Scope, Wanted, admits, day, label, texts, walk};
use super::need::{View, field};
use super::pack::Pack;
use super::rule::{DoneBy, DoneStatus, Rule, Series};
use crate::case::CaseFile;

/// More quarters than this are a slip of the pen.
const QUARTERS: usize = 200;
/// Titles are cut to this many characters.
const TITLE: usize = 60;
/// More items than this are counted, not named.
const NAMED: usize = 5;

/// 紧急程度 as of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 已逾期.
    Overdue,
    /// 7日内到期.
    Week,
    /// 30日内到期.
    Month,
    /// 30日以后.
    Later,
}

impl Urgency {
    /// All of them, most urgent first.
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Week, Self::Month, Self::Later];

    fn of(days: i64) -> Self {
        match days {
            ..0 => Self::Overdue,
            0..=7 => Self::Week,
            8..=30 => Self::Month,
            _ => Self::Later,
        }
    }
}

/// One thing not yet done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// 项目编号.
    pub case: String,
    /// 项目名称.
    pub case_title: String,
    /// 规则标识.
    pub rule: String,
    /// 时限名称.
    pub name: String,
    /// 依据.
    pub article: String,
    /// What the item is known by within the rule.
    pub item: String,
    /// 事项.
    pub title: String,
    /// 责任单位.
    pub organs: Vec<String>,
    /// 到期日.
    pub due: NaiveDate,
    /// 所问日期.
    pub as_of: NaiveDate,
    /// Days left; below zero when overdue.
    pub days_left: i64,
    /// 紧急程度.
    pub urgency: Urgency,
    /// Whether it is a reminder only.
    pub milestone: bool,
    /// How the date was inferred, or what it does not take into account.
    pub note: Option<String>,
}

/// What is not yet done in `case` as of `day`, the earliest first.
#[must_use]
pub fn due(case: &CaseFile, pack: &Pack, day: NaiveDate) -> Vec<Deadline> {
    let info = &case.model().case;
    let work = Work { case, pack, view: View::new(case.json(), day), day };
    let mut out: Vec<Deadline> = pack
        .rules
        .iter()
        .filter(|rule| rule.case_types.is_empty() || rule.case_types.contains(&info.case_type))
        .flat_map(|rule| work.rule(rule))
        .collect();
    out.sort_by(|a, b| (a.due, &a.rule, &a.item).cmp(&(b.due, &b.rule, &b.item)));
    out
}

struct Work<'a> {
    case: &'a CaseFile,
    pack: &'a Pack,
    view: View<'a>,
    day: NaiveDate,
}

impl<'a> Work<'a> {
    fn rule(&self, rule: &Rule) -> Vec<Deadline> {
        let root = self.view.root;
        if let Some(series) = &rule.series {
            return self.quarters(rule, series);
        }
        let Some(over) = &rule.over else {
            return self.item(rule, &Scope { root, items: Vec::new() }).into_iter().collect();
        };
        let mut out = Vec::new();
        for found in walk(root, over) {
            let mut items = found.items;
            // The thing itself may be a field of the last item, e.g. its 公示.
            if !over.ends_with('*') {
                items.push(found.value);
            }
            if !found.value.is_null() && admits(&rule.only, &rule.unless, found.value) {
                out.extend(self.item(rule, &Scope { root, items }));
            }
        }
        if rule.group { group(out) } else { out }
    }

    fn item(&self, rule: &Rule, scope: &Scope<'a>) -> Option<Deadline> {
        let past = |path: &String| scope.day(path).is_none_or(|date| date <= self.day);
        if !rule.since.iter().all(past) || self.is_done(rule, scope) {
            return None;
        }
        let given = rule.due.as_ref().and_then(|path| scope.day(path));
        let (due, note) = match given {
            Some(due) => (due, None),
            None => self.counted(rule, scope)?,
        };
        let key: Vec<String> =
            scope.items.iter().map(|item| label(item)).filter(|l| !l.is_empty()).collect();
        let organs = rule.who.iter().flat_map(|path| scope.texts(path)).collect();
        self.deadline(rule, key.join("/"), &scope.fill(&rule.title), organs, due, note)
    }

    /// The due date counted from another, which must have come.
    fn counted(&self, rule: &Rule, scope: &Scope<'_>) -> Option<(NaiveDate, Option<String>)> {
        let from = scope.day(rule.from.as_ref()?).filter(|from| *from <= self.day)?;
        let number = |fixed: Option<u32>, at: &Option<String>| {
            at.as_ref().and_then(|path| scope.number(path)).or(fixed)
        };
        let mut note = rule.inferred.clone();
        let due = if let Some(count) = rule.workdays {
            let due = self.pack.calendar.workdays_after(from, count)?;
            if !self.pack.calendar.knows(from, due) {
                let words = "规则包没有这一年的放假安排，工作日只按星期计算";
                note = Some(note.map_or_else(|| words.to_owned(), |n| format!("{n}；{words}")));
            }
            due
        } else if let Some(count) = number(rule.months, &rule.months_at) {
            months_after(from, count)?
        } else {
            days_after(from, number(rule.days, &rule.days_at)?)?
        };
        Some((due, note))
    }

    fn is_done(&self, rule: &Rule, scope: &Scope<'_>) -> bool {
        let past = |path: &String| scope.day(path).is_some_and(|date| date <= self.day);
        let by_status = |status: &DoneStatus| {
            scope.day(&status.without).is_none()
                && scope.texts(&status.field).iter().any(|s| status.values.iter().any(|v| v == s))
        };
        rule.done.iter().any(past)
            || rule.done_status.as_ref().is_some_and(by_status)
            || rule.done_by.as_ref().is_some_and(|by| self.is_done_by(by, scope))
    }

    fn is_done_by(&self, by: &DoneBy, scope: &Scope<'_>) -> bool {
        let wanted = by.of.as_ref().map(|path| scope.texts(path));
        walk(self.view.root, &format!("{}.*", by.list)).iter().any(|found| {
            let record = found.value;
            let points = match (&by.key, &wanted) {
                (Some(key), Some(wanted)) => record
                    .get(key)
                    .is_some_and(|value| texts(value).iter().any(|text| wanted.contains(text))),
                _ => true,
            };
            points
                && admits(&by.only, &Wanted::new(), record)
                && record.get(&by.date).and_then(day).is_some_and(|date| date <= self.day)
        })
    }

    fn quarters(&self, rule: &Rule, series: &Series) -> Vec<Deadline> {
        let scope = Scope { root: self.view.root, items: Vec::new() };
        let Some(start) = scope.day(&series.start).filter(|start| *start <= self.day) else {
            return Vec::new();
        };
        let stop = self.view.look(&series.stop);
        let last = stop.date.filter(|_| stop.met);
        let records = walk(self.view.root, &format!("{}.*", series.list));
        let is_done = |name: &str| {
            records.iter().map(|found| found.value).any(|record| {
                field(record, &series.key) == name
                    && record.get(&series.date).and_then(day).is_some_and(|d| d <= self.day)
            })
        };
        let mut out = Vec::new();
        let mut at = start;
        for _ in 0..QUARTERS {
            let Some((name, end)) = quarter(at) else { break };
            if last.is_some_and(|last| end > last) {
                break;
            }
            if end > start && !is_done(&name) {
                let words = name.replace('Q', "年第") + "季度";
                let title = scope.fill(&rule.title.replace("{period}", &words));
                let organs = rule.who.iter().flat_map(|path| scope.texts(path)).collect();
                out.extend(self.deadline(rule, name, &title, organs, end, rule.inferred.clone()));
            }
            let Some(next) = end.succ_opt().filter(|_| end < self.day) else { break };
            at = next;
        }
        out
    }

    fn deadline(
        &self,
        rule: &Rule,
        item: String,
        title: &str,
        organs: Vec<&str>,
        due: NaiveDate,
        note: Option<String>,
    ) -> Option<Deadline> {
        let days_left = (due - self.day).num_days();
        if rule.milestone && days_left < 0 {
            return None;
        }
        let info = &self.case.model().case;
        Some(Deadline {
            case: info.id.clone(),
            case_title: info.title.clone(),
            rule: rule.id.clone(),
            name: rule.name.clone(),
            article: rule.article.clone(),
            item,
            title: cut(title),
            organs: organs.into_iter().map(|id| self.view.name(id)).collect(),
            due,
            as_of: self.day,
            days_left,
            urgency: Urgency::of(days_left),
            milestone: rule.milestone,
            note,
        })
    }
}

/// Items due on the same day from the same organs, told as one.
fn group(list: Vec<Deadline>) -> Vec<Deadline> {
    let mut groups: BTreeMap<(NaiveDate, Vec<String>), Vec<Deadline>> = BTreeMap::new();
    for deadline in list {
        groups.entry((deadline.due, deadline.organs.clone())).or_default().push(deadline);
    }
    let joined = |mut list: Vec<Deadline>| {
        let count = list.len();
        let titles: Vec<&str> = list.iter().take(NAMED).map(|d| d.title.as_str()).collect();
        let mut title = titles.join("、");
        if count > NAMED {
            title.push_str(&format!("等{count}项"));
        }
        let items: Vec<&str> = list.iter().map(|d| d.item.as_str()).collect();
        let item = items.join("+");
        let first = list.drain(..).next();
        first.map(|first| Deadline { title, item, ..first })
    };
    groups.into_values().filter_map(joined).collect()
}

fn cut(title: &str) -> String {
    match title.char_indices().nth(TITLE) {
        Some((at, _)) => format!("{}……", &title[..at]),
        None => title.to_owned(),
    }
}

/// Whether something in `list` is overdue.
#[must_use]
pub fn is_overdue(list: &[Deadline]) -> bool {
    list.iter().any(|deadline| deadline.urgency == Urgency::Overdue)
}
