//! `anjuan kinds`: 文件种类.

use serde_json::json;

use super::args::{KindsAction, KindsArgs};
use super::exit::Exit;
use super::show::{Show, summary};
use crate::diag::{Checked, Failure};
use crate::pipeline::{self, Settings};
use crate::template::{Facts, Kinds, check_kind};

/// Lists kinds, or checks their manifests and templates against cases.
pub fn kinds(args: &KindsArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let Checked { value: kinds, findings } = Kinds::scan(&settings.templates())?;
    findings.iter().for_each(|f| show.finding(f));
    match args.action {
        KindsAction::List => list(&kinds, show),
        KindsAction::Check => return check(&kinds, args, settings, show),
    }
    Ok(Exit::Done)
}

fn list(kinds: &Kinds, show: &Show) {
    for kind in kinds.iter() {
        show.object(&json!({
            "type": "kind",
            "code": kind.code,
            "name": kind.name,
            "folder": kind.slug,
            "genres": kind.genres,
            "forms": kind.forms,
            "case_types": kind.case_types,
            "issuer": kind.issuer,
            "recipients": kind.recipients,
            "copies": kind.copies,
            "approvals": kind.approvals,
            "retention": kind.retention,
            "secrecy": kind.secrecy,
            "openness": kind.openness,
            "articles": kind.articles,
        }));
        show.line(format!(
            "{}　{}　{}・{}　{}",
            kind.code,
            kind.name,
            kind.genres.join("、"),
            kind.forms.join("、"),
            kind.articles.join("；")
        ));
    }
}

fn check(
    kinds: &Kinds,
    args: &KindsArgs,
    settings: &Settings,
    show: &Show,
) -> Result<Exit, Failure> {
    let cases: Result<Vec<_>, Failure> = args
        .case
        .iter()
        .map(|path| pipeline::load(path, settings, &|event| show.event(event, |_| {})))
        .collect();
    let cases = cases?;
    let facts: Vec<Facts<'_>> =
        cases.iter().map(|case| Facts::new(case.json()).beside(&case.dir)).collect();
    let samples: Vec<&Facts<'_>> = facts.iter().collect();
    for kind in kinds.iter() {
        check_kind(kinds, kind, &samples).iter().for_each(|f| show.finding(f));
    }
    let documents = cases.iter().flat_map(|c| &c.model().documents);
    let tried = documents.filter(|d| kinds.get(&d.kind).is_some()).count();
    let (errors, warnings) = show.counts();
    show.object(&summary(errors, warnings));
    show.line(format!(
        "{} 个种类，样例中有 {tried} 份文件：{errors} 处错误、{warnings} 处警告。",
        kinds.iter().count()
    ));
    Ok(if errors > 0 { Exit::Faulty } else { Exit::Done })
}
