//! 统计: problems, tasks and complaints counted by unit, district, category and state, over one case or several.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value as Json;

use super::facts::{day, texts, walk};
use super::need::{View, field};
use crate::case::CaseFile;

/// What is said where a problem lies in no one district.
const NOWHERE: &str = "跨区县或者未填";
/// Never finished by its nature.
const LONG_TERM: &str = "长期坚持";
/// Order of states in tables; others follow.
const STATES: [&str; 11] = [
    "已销号",
    "已完成",
    LONG_TERM,
    "已办结",
    "阶段性办结",
    "整改中",
    "正在推进",
    "待整改",
    "未启动",
    "滞后",
    "未办结",
];

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// 问题.
    Problems,
    /// 整改任务.
    Tasks,
    /// 信访举报件.
    Complaints,
}

/// By what it is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// 责任单位.
    Unit,
    /// 区县.
    District,
    /// 类别.
    Category,
    /// 状态.
    Status,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Problems, Self::Tasks, Self::Complaints];

    /// 名称.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Problems => "问题",
            Self::Tasks => "整改任务",
            Self::Complaints => "信访举报件",
        }
    }

    /// Names of the figures: closed, done, long-term, open, overdue.
    #[must_use]
    pub fn states(self) -> [&'static str; 5] {
        match self {
            Self::Complaints => ["已办结", "阶段性办结", "", "在办", "逾期未办结"],
            _ => ["已销号", "已完成待销号", LONG_TERM, "推进中", "逾期未完成"],
        }
    }
}

impl By {
    /// 名称.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "责任单位",
            Self::District => "区县",
            Self::Category => "类别",
            Self::Status => "状态",
        }
    }
}

/// Counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// 总数.
    pub total: usize,
    /// 已销号, 已办结.
    pub closed: usize,
    /// 已完成待销号, 阶段性办结.
    pub done: usize,
    /// 长期坚持.
    pub long_term: usize,
    /// 推进中, within its time.
    pub open: usize,
    /// 逾期未完成.
    pub overdue: usize,
}

impl Figures {
    /// The counts of the five states in their order.
    #[must_use]
    pub fn parts(&self) -> [usize; 5] {
        [self.closed, self.done, self.long_term, self.open, self.overdue]
    }

    /// 完成率: closed and done of the total, in thousandths, rounded.
    #[must_use]
    pub fn finished(&self) -> usize {
        share(self.closed + self.done, self.total)
    }

    fn add(&mut self, state: State) {
        self.total += 1;
        *match state {
            State::Closed => &mut self.closed,
            State::Done => &mut self.done,
            State::LongTerm => &mut self.long_term,
            State::Open => &mut self.open,
            State::Overdue => &mut self.overdue,
        } += 1;
    }
}

/// `part` of `whole` in thousandths, rounded; nothing of nothing is nothing.
#[must_use]
pub fn share(part: usize, whole: usize) -> usize {
    if whole == 0 { 0 } else { (part * 2000 + whole) / (whole * 2) }
}

/// Thousandths as `93.8%`.
#[must_use]
pub fn percent(thousandths: usize) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// What it is about.
    pub name: String,
    /// Its counts.
    pub figures: Figures,
}

/// One table.
#[derive(Clone, Debug, Serialize)]
pub struct Statistics {
    /// What is counted.
    pub subject: Subject,
    /// By what it is told apart.
    pub by: By,
    /// The rows, the largest first (states in their own order).
    pub rows: Vec<Row>,
    /// 合计: each counted once, in however many rows it stands.
    pub total: Figures,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Closed,
    Done,
    LongTerm,
    Open,
    Overdue,
}

/// One problem, task or complaint.
struct Entry {
    subject: Subject,
    names: BTreeMap<By, Vec<String>>,
    state: State,
}

/// The tables over `cases`, each looked at on its day.
#[must_use]
pub fn statistics(cases: &[(&CaseFile, NaiveDate)], by: By) -> Vec<Statistics> {
    let entries: Vec<Entry> =
        cases.iter().flat_map(|(case, day)| Count::new(case, *day).all()).collect();
    let table = |subject| {
        let mut rows: BTreeMap<&str, Figures> = BTreeMap::new();
        let mut total = Figures::default();
        for entry in entries.iter().filter(|entry| entry.subject == subject) {
            total.add(entry.state);
            let mut names: Vec<&str> =
                entry.names.get(&by).into_iter().flatten().map(String::as_str).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                rows.entry(name).or_default().add(entry.state);
            }
        }
        let mut rows: Vec<Row> = rows
            .into_iter()
            .map(|(name, figures)| Row { name: name.to_owned(), figures })
            .collect();
        let rank = |name: &str| STATES.iter().position(|s| *s == name).unwrap_or(STATES.len());
        match by {
            By::Status => rows.sort_by_key(|row| rank(&row.name)),
            _ => rows.sort_by_key(|row| std::cmp::Reverse(row.figures.total)),
        }
        Statistics { subject, by, rows, total }
    };
    Subject::ALL.into_iter().map(table).collect()
}

/// One case being counted.
struct Count<'a> {
    view: View<'a>,
    /// Whether the day is before the data's own: states that bear no date cannot be trusted then.
    is_before: bool,
    districts: BTreeMap<&'a str, &'a str>,
    problems: BTreeMap<&'a str, &'a Json>,
    plans: BTreeMap<&'a str, Option<NaiveDate>>,
    tasks: Vec<(&'a Json, State)>,
}

impl<'a> Count<'a> {
    fn new(case: &'a CaseFile, on: NaiveDate) -> Self {
        let root = case.json();
        let all = |path| walk(root, path).into_iter().map(|found| found.value);
        let mut out = Self {
            view: View::new(root, on),
            is_before: on < case.model().as_of,
            districts: all("districts.*").map(|d| (field(d, "id"), field(d, "name"))).collect(),
            problems: all("problems.*").map(|p| (field(p, "id"), p)).collect(),
            plans: all("plan.*")
                .map(|p| (field(p, "id"), p.get("issued_on").and_then(day)))
                .collect(),
            tasks: Vec::new(),
        };
        out.tasks = all("tasks.*")
            .filter(|task| {
                let issued = out.plans.get(field(task, "plan")).copied().flatten();
                issued.is_none_or(|issued| issued <= on)
            })
            .map(|task| (task, out.task_state(task)))
            .collect();
        out
    }

    fn all(&self) -> Vec<Entry> {
        let known = |item: &Json, date: &str| {
            item.get(date).and_then(day).is_none_or(|date| date <= self.view.day)
        };
        let problems =
            self.problems.values().filter(|p| known(p, "found_on")).map(|p| self.problem(p));
        let complaints = walk(self.view.root, "complaints.*");
        let complaints = complaints
            .iter()
            .map(|f| f.value)
            .filter(|c| known(c, "received_on"))
            .map(|c| self.complaint(c));
        let tasks = self.tasks.iter().map(|(task, state)| self.task(task, *state));
        problems.chain(tasks).chain(complaints).collect()
    }

    fn is_past(&self, item: &Json, pointer: &str) -> bool {
        item.pointer(pointer).and_then(day).is_some_and(|date| date <= self.view.day)
    }

    fn is_late(&self, item: &Json, date: &str) -> bool {
        item.get(date).and_then(day).is_some_and(|due| due < self.view.day)
    }

    fn task_state(&self, task: &Json) -> State {
        let undated = task.get("completed_on").and_then(day).is_none();
        let says = |status: &str| undated && field(task, "status") == status;
        if self.is_past(task, "/closure/filing/date") || says("已销号") {
            State::Closed
        } else if self.is_past(task, "/completed_on") || says("已完成") {
            State::Done
        } else if field(task, "deadline_type") == LONG_TERM {
            State::LongTerm
        } else if self.is_late(task, "deadline") {
            State::Overdue
        } else {
            State::Open
        }
    }

    fn task(&self, task: &Json, state: State) -> Entry {
        let problems: Vec<&Json> =
            texts_at(task, "problems").filter_map(|id| self.problems.get(id).copied()).collect();
        let status = match state {
            State::Closed => "已销号",
            State::Done => "已完成",
            State::LongTerm => LONG_TERM,
            _ if self.is_before => "正在推进",
            _ => field(task, "status"),
        };
        let districts = problems.iter().map(|p| self.district(p)).collect();
        let categories = problems.iter().map(|p| field(p, "category").to_owned()).collect();
        let units = vec![self.view.name(field(task, "lead_organ"))];
        entry(Subject::Tasks, state, status, units, districts, categories)
    }

    fn problem(&self, problem: &Json) -> Entry {
        let id = field(problem, "id");
        let tasks: Vec<State> = self
            .tasks
            .iter()
            .filter(|(task, _)| texts_at(task, "problems").any(|p| p == id))
            .map(|(_, state)| *state)
            .collect();
        let is_late = tasks.iter().any(|s| matches!(s, State::Overdue));
        let status = if self.is_before { derived(&tasks) } else { field(problem, "status") };
        let state = match status {
            "已销号" => State::Closed,
            "已完成" => State::Done,
            _ if is_late => State::Overdue,
            LONG_TERM => State::LongTerm,
            _ => State::Open,
        };
        let units = texts_at(problem, "responsible_organs").map(|id| self.view.name(id)).collect();
        let categories = vec![field(problem, "category").to_owned()];
        entry(Subject::Problems, state, status, units, vec![self.district(problem)], categories)
    }

    fn complaint(&self, complaint: &Json) -> Entry {
        let undated = complaint.get("closed_on").and_then(day).is_none();
        let status = field(complaint, "status");
        let is_done = self.is_past(complaint, "/closed_on") || (undated && status != "未办结");
        let state = match status {
            "已办结" if is_done => State::Closed,
            "阶段性办结" if is_done => State::Done,
            _ if self.is_late(complaint, "due_on") => State::Overdue,
            _ => State::Open,
        };
        let status =
            if matches!(state, State::Closed | State::Done) { status } else { "未办结" };
        let units = vec![self.view.name(field(complaint, "assigned_to"))];
        let counting = self.view.root.pointer("/case/complaint_counting").and_then(Json::as_str);
        let kinds = if counting == Some("多类型") { usize::MAX } else { 1 };
        let types = texts_at(complaint, "types").take(kinds).map(str::to_owned).collect();
        entry(Subject::Complaints, state, status, units, vec![self.district(complaint)], types)
    }

    fn district(&self, item: &Json) -> String {
        let id = field(item, "district");
        if id.is_empty() { NOWHERE } else { self.districts.get(id).copied().unwrap_or(id) }
            .to_owned()
    }
}

fn texts_at<'a>(item: &'a Json, name: &str) -> impl Iterator<Item = &'a str> {
    item.get(name).map(texts).unwrap_or_default().into_iter()
}

/// 问题状态 by the states of its tasks (计划四（十四）).
fn derived(tasks: &[State]) -> &'static str {
    let all = |is: fn(&State) -> bool| !tasks.is_empty() && tasks.iter().all(is);
    if all(|s| matches!(s, State::Closed)) {
        "已销号"
    } else if all(|s| matches!(s, State::Closed | State::LongTerm)) {
        LONG_TERM
    } else if all(|s| matches!(s, State::Closed | State::Done)) {
        "已完成"
    } else if tasks.is_empty() {
        "待整改"
    } else {
        "整改中"
    }
}

fn entry(
    subject: Subject,
    state: State,
    status: &str,
    units: Vec<String>,
    districts: Vec<String>,
    categories: Vec<String>,
) -> Entry {
    let or_unknown = |mut names: Vec<String>| {
        names.retain(|name| !name.is_empty());
        if names.is_empty() {
            names.push(NOWHERE.to_owned());
        }
        names
    };
    let names = BTreeMap::from([
        (By::Unit, or_unknown(units)),
        (By::District, or_unknown(districts)),
        (By::Category, or_unknown(categories)),
        (By::Status, or_unknown(vec![status.to_owned()])),
    ]);
    Entry { subject, names, state }
}
