//! 阶段: where a case stands on a day, what is done, what is missing and what the next lawful step is.

use chrono::NaiveDate;

use super::need::{Evidence, View};
use super::pack::{Flow, Pack, Step};
use crate::case::CaseFile;

/// Where a case stands.
#[derive(Clone, Debug)]
pub struct Position {
    /// 所问日期.
    pub day: NaiveDate,
    /// 阶段 by the facts.
    pub stage: String,
    /// 阶段 as the data file says; empty if it does not.
    pub declared: String,
    /// All stages, in order.
    pub stages: Vec<StageLine>,
    /// Index of stage and step of what comes next; none when everything is done.
    pub next: Option<(usize, usize)>,
}

/// One stage.
#[derive(Clone, Debug)]
pub struct StageLine {
    /// 名称.
    pub name: String,
    /// Whether the case has entered it.
    pub begun: bool,
    /// Since when, where that can be told.
    pub begun_on: Option<NaiveDate>,
    /// Its steps that apply to this case.
    pub steps: Vec<StepLine>,
}

/// One step.
#[derive(Clone, Debug)]
pub struct StepLine {
    /// 标识.
    pub id: String,
    /// 名称.
    pub name: String,
    /// 依据.
    pub article: String,
    /// Whether everything it needs is there.
    pub done: bool,
    /// Whether it may be left out, and was.
    pub skipped: bool,
    /// When the last of it was there.
    pub date: Option<NaiveDate>,
    /// What the case has of each thing it needs.
    pub needs: Vec<Evidence>,
}

impl StageLine {
    /// Steps done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }
}

impl Position {
    /// Index of the stage that the case is in.
    #[must_use]
    pub fn at(&self) -> usize {
        self.stages.iter().rposition(|stage| stage.begun).unwrap_or(0)
    }

    /// The step that comes next.
    #[must_use]
    pub fn next_step(&self) -> Option<&StepLine> {
        let (stage, step) = self.next?;
        self.stages.get(stage)?.steps.get(step)
    }

    /// What earlier stages have left open.
    pub fn gaps(&self) -> impl Iterator<Item = (&StageLine, &StepLine)> {
        self.stages[..self.at()]
            .iter()
            .flat_map(|stage| stage.steps.iter().filter(|s| !s.done).map(move |step| (stage, step)))
    }
}

/// Where `case` stands on `day`; none if the pack has no stages for its type.
#[must_use]
pub fn status(case: &CaseFile, pack: &Pack, day: NaiveDate) -> Option<Position> {
    let flow = pack.flow(&case.model().case.case_type)?;
    let view = View::new(case.json(), day);
    Some(position(flow, &view, case))
}

fn position(flow: &Flow, view: &View<'_>, case: &CaseFile) -> Position {
    let stages: Vec<StageLine> = flow
        .stage
        .iter()
        .enumerate()
        .map(|(index, stage)| {
            let begun_on = view.all(&stage.begins);
            StageLine {
                name: stage.name.clone(),
                begun: index == 0 || begun_on.is_some(),
                begun_on,
                steps: stage.step.iter().filter_map(|step| line(step, view)).collect(),
            }
        })
        .collect();
    let declared = case.json().pointer("/case/stage").and_then(|s| s.as_str()).unwrap_or_default();
    let mut out = Position {
        day: view.day,
        stage: String::new(),
        declared: declared.to_owned(),
        stages,
        next: None,
    };
    let at = out.at();
    out.stage = out.stages.get(at).map(|stage| stage.name.clone()).unwrap_or_default();
    // What comes next is in this stage or after it; what earlier stages left open is named apart, and comes
    // next only when nothing else does.
    let open = |range: std::ops::Range<usize>| {
        range.into_iter().find_map(|stage| {
            out.stages.get(stage)?.steps.iter().position(|step| !step.done).map(|s| (stage, s))
        })
    };
    let next = open(at..out.stages.len()).or_else(|| open(0..at));
    out.next = next;
    out
}

fn line(step: &Step, view: &View<'_>) -> Option<StepLine> {
    if step.when.as_ref().is_some_and(|path| !view.holds(path)) {
        return None;
    }
    let needs: Vec<Evidence> = step.need.iter().map(|need| view.look(need)).collect();
    let asked = needs.iter().filter(|e| !e.optional || e.met);
    Some(StepLine {
        id: step.id.clone(),
        name: step.name.clone(),
        article: step.article.clone(),
        skipped: needs.iter().all(|e| e.optional && !e.met),
        done: needs.iter().all(|e| e.met || e.optional),
        date: asked.filter_map(|e| e.date).max(),
        needs,
    })
}
