//! 计数: the problems, tasks and complaints of one case, and how far each is on a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value as Json;

use super::facts::{day, texts, walk};
use super::need::{View, field};
use super::stats::{By, Subject};
use crate::case::CaseFile;

/// What is said where a problem lies in no one district.
const NOWHERE: &str = "跨区县或者未填";
/// Never finished by its nature.
pub const LONG_TERM: &str = "长期坚持";

/// How far one thing is.
#[derive(Clone, Copy, Debug)]
pub enum State {
    /// 已销号, 已办结.
    Closed,
    /// 已完成待销号, 阶段性办结.
    Done,
    /// 长期坚持.
    LongTerm,
    /// 推进中.
    Open,
    /// 逾期未完成.
    Overdue,
}

/// One problem, task or complaint.
pub struct Entry {
    /// What it is.
    pub subject: Subject,
    /// Where it is counted, by each way of telling apart.
    pub names: BTreeMap<By, Vec<String>>,
    /// How far it is.
    pub state: State,
}

/// One case being counted.
pub struct Count<'a> {
    view: View<'a>,
    /// Whether the day is before the data's own: states that bear no date cannot be trusted then.
    is_before: bool,
    districts: BTreeMap<&'a str, &'a str>,
    problems: BTreeMap<&'a str, &'a Json>,
    plans: BTreeMap<&'a str, Option<NaiveDate>>,
    tasks: Vec<(&'a Json, State)>,
    by_problem: BTreeMap<&'a str, Vec<State>>,
}

impl<'a> Count<'a> {
    /// `case`, looked at on a day.
    pub fn new(case: &'a CaseFile, on: NaiveDate) -> Self {
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
            by_problem: BTreeMap::new(),
        };
        out.tasks = all("tasks.*")
            .filter(|task| {
                let issued = out.plans.get(field(task, "plan")).copied().flatten();
                issued.is_none_or(|issued| issued <= on)
            })
            .map(|task| (task, out.task_state(task)))
            .collect();
        for (task, state) in &out.tasks {
            for problem in texts_at(task, "problems") {
                out.by_problem.entry(problem).or_default().push(*state);
            }
        }
        out
    }

    /// Everything in it that is counted.
    pub fn all(&self) -> Vec<Entry> {
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
        let tasks = self.by_problem.get(id).map(Vec::as_slice).unwrap_or_default();
        let is_late = tasks.iter().any(|s| matches!(s, State::Overdue));
        let status = if self.is_before { derived(tasks) } else { field(problem, "status") };
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
