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
    /// 阶段 as the data file says for its own day or after; empty if it does not.
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
    /// Steps that the law puts before it.
    pub after: Vec<String>,
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
    let is_past = view.day < case.model().as_of;
    let declared = case.json().pointer("/case/stage").and_then(|s| s.as_str());
    let declared = declared.filter(|_| !is_past).unwrap_or_default();
    let mut out = Position {
        day: view.day,
        stage: String::new(),
        declared: declared.to_owned(),
        stages,
        next: None,
    };
    let at = out.at();
    out.stage = out.stages.get(at).map(|stage| stage.name.clone()).unwrap_or_default();
    out.next = next(&out.stages, at);
    out
}

/// What comes next: the first open step from stage `at` on, else what earlier stages left open; where the law
/// puts another open step before it, that one.
fn next(stages: &[StageLine], at: usize) -> Option<(usize, usize)> {
    let steps: Vec<(usize, usize, &StepLine)> = stages
        .iter()
        .enumerate()
        .flat_map(|(a, stage)| stage.steps.iter().enumerate().map(move |(b, step)| (a, b, step)))
        .collect();
    let open = |(_, _, step): &&(usize, usize, &StepLine)| !step.done;
    let mut found = steps.iter().filter(open).find(|(stage, ..)| *stage >= at);
    found = found.or_else(|| steps.iter().find(open));
    // Only earlier steps stand in `after`, so this ends.
    while let Some((_, _, step)) = found {
        let Some(before) = steps.iter().filter(open).find(|(.., s)| step.after.contains(&s.id))
        else {
            break;
        };
        found = Some(before);
    }
    found.map(|(stage, step, _)| (*stage, *step))
}

fn line(step: &Step, view: &View<'_>) -> Option<StepLine> {
    if !view.applies(step.when.as_deref()) {
        return None;
    }
    let needs: Vec<Evidence> = step
        .need
        .iter()
        .filter(|need| view.applies(need.when.as_deref()))
        .map(|need| view.look(need))
        .collect();
    let asked = needs.iter().filter(|e| !e.optional || e.met);
    Some(StepLine {
        id: step.id.clone(),
        name: step.name.clone(),
        article: step.article.clone(),
        after: step.after.clone(),
        skipped: needs.iter().all(|e| e.optional && !e.met),
        done: needs.iter().all(|e| e.met || e.optional),
        date: asked.filter_map(|e| e.date).max(),
        needs,
    })
}
