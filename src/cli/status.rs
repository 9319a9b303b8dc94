//! `anjuan status`: 案件所处阶段.

use std::path::Path;

use serde_json::{Value, json};

use super::args::StatusArgs;
use super::exit::Exit;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline::{self, Looked, Settings};
use crate::progress::{Evidence, Position, StageLine, StepLine, status as position};
use crate::vocab::date::chinese;

/// Says where a case stands and what comes next.
pub fn status(args: &StatusArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let looked = pipeline::look(&args.case, settings, args.as_of)?;
    unsure(&looked, &args.case, show);
    let info = &looked.case.model().case;
    let Some(at) = position(&looked.case, &looked.pack, looked.day) else {
        return Err(Failure::Usage(format!(
            "规则包没有“{}”的阶段；核对 case_type，或者在规则包的 stages.toml 中补上",
            info.case_type
        )));
    };
    lines(&looked, &at).iter().for_each(|line| show.line(line));
    objects(&looked, &at).iter().for_each(|object| show.object(object));
    Ok(Exit::Done)
}

/// Says that the data has errors, if it has.
pub fn unsure(looked: &Looked, path: &Path, show: &Show) {
    if looked.errors > 0 {
        show.note(format!(
            "提示：{} 有 {} 处错误，以下按现有数据推算；用 anjuan check 查看。",
            path.display(),
            looked.errors
        ));
    }
}

fn lines(looked: &Looked, at: &Position) -> Vec<String> {
    let info = &looked.case.model().case;
    let mut out = vec![
        format!("{}（{}）", info.title, info.id),
        format!("{}，截至{}", info.case_type, chinese(at.day)),
    ];
    let declared = match at.declared.as_str() {
        "" => String::new(),
        stage if stage == at.stage => String::new(),
        stage => format!("（数据文件填的是“{stage}”，请核对 stage）"),
    };
    out.push(format!("所处阶段：{}{declared}", at.stage));
    for stage in &at.stages {
        out.push(String::new());
        out.push(head(stage));
        for step in &stage.steps {
            let mark = match step {
                _ if step.skipped => "－",
                _ if step.done => "✓",
                _ if stage.begun => "○",
                _ => "·",
            };
            let date = step.date.filter(|_| step.done).map(chinese).unwrap_or_default();
            let line = format!("  {mark} {}（{}）　{date}", step.name, step.article);
            out.push(line.trim_end().to_owned());
            out.extend(proofs(step));
        }
    }
    out.push(String::new());
    out.extend(ahead(at));
    out
}

/// What proves the step, things with the same proof on one line.
fn proofs(step: &StepLine) -> Vec<String> {
    let mut told: Vec<(Vec<&str>, String)> = Vec::new();
    for need in step.needs.iter().filter(|need| need.met && !need.proof.is_empty()) {
        let proof = need.proof.join("；");
        match told.iter_mut().find(|(_, same)| *same == proof) {
            Some((whats, _)) => whats.push(&need.what),
            None => told.push((vec![&need.what], proof)),
        }
    }
    told.into_iter().map(|(whats, proof)| format!("      {}：{proof}", whats.join("、"))).collect()
}

fn head(stage: &StageLine) -> String {
    let progress = format!("{}/{}", stage.done(), stage.steps.len());
    match (stage.begun, stage.begun_on) {
        (true, Some(day)) => format!("{}　{progress}　{}起", stage.name, chinese(day)),
        (true, None) => format!("{}　{progress}", stage.name),
        (false, _) => format!("{}　未到", stage.name),
    }
}

fn ahead(at: &Position) -> Vec<String> {
    let mut out = Vec::new();
    match at.next_step() {
        None => out.push("各环节都已办结。".to_owned()),
        Some(step) => {
            out.push(format!("下一步：{}", step.name));
            out.push(format!("  依据：{}", step.article));
            out.extend(
                step.needs
                    .iter()
                    .filter(|n| !n.met && !n.optional)
                    .map(|n| format!("  还缺：{}", lack(n))),
            );
            out.extend(step.needs.iter().filter(|n| n.met).map(|n| format!("  已有：{}", have(n))));
        }
    }
    let next = at.next_step().map(|step| step.id.as_str());
    let gaps: Vec<_> = at.gaps().filter(|(_, step)| Some(step.id.as_str()) != next).collect();
    if !gaps.is_empty() {
        out.push("前面的阶段还缺：".to_owned());
    }
    for (stage, step) in gaps {
        let lacks: Vec<String> =
            step.needs.iter().filter(|n| !n.met && !n.optional).map(lack).collect();
        out.push(format!(
            "  {}·{}（{}）：{}",
            stage.name,
            step.name,
            step.article,
            lacks.join("；")
        ));
    }
    out
}

fn lack(need: &Evidence) -> String {
    let missing = need.missing.join("、");
    match need.count {
        Some((there, all)) if all > 1 && !missing.is_empty() => {
            format!("{}（{there}/{all}，缺{missing}）", need.what)
        }
        _ if need.missing.is_empty() => need.what.clone(),
        _ => format!("{}（{missing}）", need.what),
    }
}

fn have(need: &Evidence) -> String {
    let date = need.date.map(chinese).unwrap_or_default();
    let proof = if need.proof.is_empty() {
        String::new()
    } else {
        format!("（{}）", need.proof.join("；"))
    };
    format!("{}　{date}{proof}", need.what).trim_end().to_owned()
}

fn objects(looked: &Looked, at: &Position) -> Vec<Value> {
    let info = &looked.case.model().case;
    let mut out = Vec::new();
    for stage in &at.stages {
        out.push(json!({
            "type": "stage",
            "stage": stage.name,
            "begun": stage.begun,
            "begun_on": stage.begun_on.map(|d| d.to_string()),
            "done": stage.done(),
            "steps": stage.steps.len(),
        }));
        out.extend(stage.steps.iter().map(|step| step_object("step", stage, step)));
    }
    if let Some((stage, step)) =
        at.next.and_then(|(a, b)| at.stages.get(a).map(|s| (s, s.steps.get(b))))
    {
        out.extend(step.map(|step| step_object("next", stage, step)));
    }
    out.push(json!({
        "type": "summary",
        "case": info.id,
        "title": info.title,
        "case_type": info.case_type,
        "as_of": at.day.to_string(),
        "stage": at.stage,
        "declared": at.declared,
        "next": at.next_step().map(|step| &step.id),
        "gaps": at.gaps().count(),
        "data_errors": looked.errors,
    }));
    out
}

fn step_object(kind: &str, stage: &StageLine, step: &StepLine) -> Value {
    let needs: Vec<Value> = step
        .needs
        .iter()
        .map(|need| {
            json!({
                "what": need.what,
                "met": need.met,
                "optional": need.optional,
                "date": need.date.map(|d| d.to_string()),
                "proof": need.proof,
                "count": need.count.map(|(there, _)| there),
                "of": need.count.map(|(_, all)| all),
                "missing": need.missing,
            })
        })
        .collect();
    json!({
        "type": kind,
        "stage": stage.name,
        "step": step.id,
        "name": step.name,
        "article": step.article,
        "done": step.done,
        "skipped": step.skipped,
        "date": step.date.map(|d| d.to_string()),
        "needs": needs,
    })
}
