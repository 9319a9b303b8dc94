//! 规则包: the stages and deadlines that a pack writes, read and checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::calendar::Calendar;
use super::need::Need;
use super::rule::Rule;
use crate::diag::{Diagnostic, Failure, SourceFile, Span, read_table};
use crate::vocab::date;

/// The texts of a pack.
#[derive(Clone, Debug)]
pub struct Sources {
    /// `stages.toml`.
    pub stages: Arc<SourceFile>,
    /// `deadlines.toml`.
    pub deadlines: Arc<SourceFile>,
}

/// Stages, deadlines and calendar of a pack.
#[derive(Debug, Default)]
pub struct Pack {
    flows: Vec<Flow>,
    /// 时限.
    pub(super) rules: Vec<Rule>,
    /// 工作日历.
    pub(super) calendar: Calendar,
}

/// The stages of one 督察类型.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// 督察类型.
    pub case_type: String,
    /// Its stages, in order.
    pub stage: Vec<Stage>,
}

/// One stage.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// 名称.
    pub name: String,
    /// What must be there for it to begin.
    #[serde(default)]
    pub begins: Vec<Need>,
    /// Its steps.
    pub step: Vec<Step>,
}

/// One step.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// 标识, unique within the flow.
    pub id: String,
    /// 名称.
    pub name: String,
    /// 依据.
    pub article: String,
    /// Path to something that must stand in the case for the step to apply.
    pub when: Option<String>,
    /// Steps that the law puts before it.
    #[serde(default)]
    pub after: Vec<String>,
    /// What it needs.
    pub need: Vec<Need>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stages {
    flow: Vec<Flow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deadlines {
    deadline: Vec<Rule>,
    #[serde(default)]
    calendar: Vec<Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    #[serde(default)]
    off: Vec<(String, String)>,
    #[serde(default)]
    work: Vec<String>,
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// [`Failure::Faulty`] with K-12 for everything that is wrong with it.
    pub fn read(sources: &Sources) -> Result<Self, Failure> {
        let mut findings = Vec::new();
        let stages: Option<Stages> = table(&sources.stages, &mut findings);
        let deadlines: Option<Deadlines> = table(&sources.deadlines, &mut findings);
        let (Some(stages), Some(deadlines)) = (stages, deadlines) else {
            return Err(Failure::Faulty(findings));
        };
        for flow in &stages.flow {
            inspect(flow, &sources.stages, &mut findings);
        }
        let mut ids: Vec<&str> = Vec::new();
        for rule in &deadlines.deadline {
            let fault = rule.fault().or_else(|| {
                ids.contains(&rule.id.as_str()).then(|| "标识与前面的时限重复".to_owned())
            });
            ids.push(&rule.id);
            findings.extend(fault.map(|f| faulty(&sources.deadlines, &rule.id, &f)));
        }
        let calendar = calendar(&deadlines.calendar, &sources.deadlines, &mut findings);
        if !findings.is_empty() {
            return Err(Failure::Faulty(findings));
        }
        let mut stages = stages;
        stages.flow.iter_mut().for_each(name_subjects);
        Ok(Self { flows: stages.flow, rules: deadlines.deadline, calendar })
    }

    /// The stages of a 督察类型.
    #[must_use]
    pub fn flow(&self, case_type: &str) -> Option<&Flow> {
        self.flows.iter().find(|flow| flow.case_type == case_type)
    }

    /// The flows, for tests over all of them.
    #[cfg(test)]
    pub(super) fn flows(&self) -> &[Flow] {
        &self.flows
    }
}

fn table<T: DeserializeOwned>(
    source: &Arc<SourceFile>,
    findings: &mut Vec<Diagnostic>,
) -> Option<T> {
    read_table(source, "K-12", "规则包", "写法见文件开头的说明。")
        .map_err(|finding| findings.push(*finding))
        .ok()
}

/// Approvals name a kind of document; what it is called stands where the document itself is needed.
fn name_subjects(flow: &mut Flow) {
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for stage in &flow.stage {
        for need in stage.begins.iter().chain(stage.step.iter().flat_map(|step| &step.need)) {
            if let ([code], false) = (need.document.as_slice(), need.name.is_empty()) {
                names.entry(code.clone()).or_insert_with(|| need.name.clone());
            }
        }
    }
    for stage in &mut flow.stage {
        let steps = stage.step.iter_mut().flat_map(|step| &mut step.need);
        for need in stage.begins.iter_mut().chain(steps) {
            need.subject = need.of.as_ref().and_then(|of| names.get(of)).cloned();
        }
    }
}

fn inspect(flow: &Flow, source: &Arc<SourceFile>, findings: &mut Vec<Diagnostic>) {
    let mut ids: Vec<&str> = Vec::new();
    if flow.stage.is_empty() {
        findings.push(faulty(source, &flow.case_type, "没有阶段"));
    }
    for (index, stage) in flow.stage.iter().enumerate() {
        if index > 0 && stage.begins.is_empty() {
            findings.push(faulty(source, &stage.name, "第一个以外的阶段要写 begins"));
        }
        let named = stage.begins.iter().map(|need| (&stage.name, need));
        let steps = stage.step.iter().flat_map(|s| s.need.iter().map(move |need| (&s.id, need)));
        for (name, need) in named.chain(steps) {
            let kinds = [
                !need.document.is_empty(),
                need.approval.is_some(),
                need.event.is_some(),
                need.field.is_some(),
                need.list.is_some(),
            ];
            if kinds.iter().filter(|is| **is).count() != 1 {
                let fault = "每一项写 document、approval、event、field、list 之一";
                findings.push(faulty(source, name, fault));
            }
            if need.approval.is_some() && need.of.is_none() {
                findings.push(faulty(source, name, "approval 要写 of"));
            }
            if need.list.is_some() && need.date.is_none() {
                findings.push(faulty(source, name, "list 要写 date"));
            }
            if need.per.is_some() != need.key.is_some() {
                findings.push(faulty(source, name, "per 和 key 要同时写"));
            }
        }
        for step in &stage.step {
            for before in step.after.iter().filter(|before| !ids.contains(&before.as_str())) {
                findings.push(faulty(source, before, "不是前面的环节，不能写进 after"));
            }
            if ids.contains(&step.id.as_str()) {
                findings.push(faulty(source, &step.id, "环节标识重复"));
            }
            ids.push(&step.id);
        }
    }
}

fn calendar(years: &[Year], source: &Arc<SourceFile>, findings: &mut Vec<Diagnostic>) -> Calendar {
    let mut out = Calendar::default();
    for year in years {
        out.years.insert(year.year);
        for (from, to) in &year.off {
            match (date::parse(from), date::parse(to)) {
                (Some(from), Some(to)) if from <= to && (to - from).num_days() < 366 => {
                    out.off.extend(from.iter_days().take_while(|day| *day <= to));
                }
                _ => findings.push(faulty(source, from, "放假的起止日期有误")),
            }
        }
        for day in &year.work {
            match date::parse(day) {
                Some(day) => drop(out.work.insert(day)),
                None => findings.push(faulty(source, day, "上班的日期有误")),
            }
        }
    }
    out
}

/// A finding where `words` first stand in quotes.
fn faulty(source: &Arc<SourceFile>, words: &str, fault: &str) -> Diagnostic {
    let quoted = format!("\"{words}\"");
    let start = source.text().find(&quoted).unwrap_or(0);
    let end = if start == 0 { 0 } else { start + quoted.len() };
    Diagnostic::error("K-12", format!("规则包有误：“{words}”{fault}"))
        .at(Span::new(source, start..end))
        .hint("写法见文件开头的说明。")
}
