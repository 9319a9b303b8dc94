//! `anjuan kinds`: 文件种类.

use serde_json::json;

use super::args::{KindsAction, KindsArgs};
use super::exit::Exit;
use super::show::{Show, summary};
use crate::diag::{Checked, Failure};
use crate::pipeline::{self, Settings};
use crate::template::{Facts, Kinds, compose};

/// Lists kinds, or checks their manifests and templates against cases.
pub fn kinds(args: &KindsArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let Checked { value: kinds, findings } = Kinds::scan(&settings.templates())?;
    findings.iter().for_each(|f| show.finding(f));
    match args.action {
        KindsAction::List => list(&kinds, show),
        KindsAction::Check => return check(&kinds, args, show),
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
            "retention": kind.retention,
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

fn check(kinds: &Kinds, args: &KindsArgs, show: &Show) -> Result<Exit, Failure> {
    let mut tried = 0;
    for path in &args.case {
        let case = pipeline::load(path, &|event| show.event(event, |_| {}))?;
        let facts = Facts::new(case.json());
        for document in case.model().documents.iter().filter(|d| kinds.get(&d.kind).is_some()) {
            // Catalogues want the pages of others; `generate` tries them.
            if kinds.get(&document.kind).is_some_and(|k| k.reads.iter().any(|r| r == "records")) {
                continue;
            }
            tried += 1;
            match compose(kinds, &facts, &document.id, &serde_json::Map::new()) {
                Ok(checked) => checked.findings.iter().for_each(|f| show.finding(f)),
                Err(Failure::Rejected(list) | Failure::Faulty(list)) => {
                    list.iter().for_each(|f| show.finding(f));
                }
                Err(other) => return Err(other),
            }
        }
    }
    let (errors, warnings) = show.counts();
    show.object(&summary(errors, warnings));
    show.line(format!(
        "{} 个种类，试拟 {tried} 份文件：{errors} 处错误、{warnings} 处警告。",
        kinds.iter().count()
    ));
    Ok(if errors > 0 { Exit::Faulty } else { Exit::Done })
}
