//! `anjuan diff`: 比对.

use std::time::Duration;

use serde_json::json;

use super::args::DiffArgs;
use super::exit::Exit;
use super::show::Show;
use crate::compare::page;
use crate::diag::Failure;
use crate::document::Marking;
use crate::pipeline::{self, Between, Settings};

/// Compares versions of a document, the document of two cases, or two trees.
pub fn diff(args: &DiffArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let found = match &args.register {
        Some(register) => {
            let wait = Duration::from_secs(args.wait.into());
            let register = pipeline::open_register(register, wait)?;
            let version = |v: Option<u32>| v.map(|v| v as usize);
            let between = Between { from: version(args.from), to: version(args.to) };
            let id = args.after.to_string_lossy();
            pipeline::diff_versions(settings, &register, &args.before, &id, between)?
        }
        None => {
            let id = args.document.as_deref();
            pipeline::diff_files(settings, &args.before, &args.after, id)?
        }
    };
    // Files first: whoever reads that there is a difference finds them there.
    if let Some(path) = &args.html {
        pipeline::write(path, page(&found).as_bytes())?;
    }
    #[cfg(feature = "typeset")]
    if let Some(path) = &args.pdf {
        pipeline::write(path, &pipeline::marked_pdf(settings, &found)?)?;
    }
    show.line(&found.marked.note);
    let paint = |mark, words| match mark {
        Marking::Kept => words,
        Marking::Deleted => show.paint("31;9", words),
        Marking::Inserted => show.paint("34;4", words),
    };
    for (n, change) in (1..).zip(&found.changes) {
        show.object(&json!({
            "type": "change", "place": change.place, "kind": change.kind.name(),
            "before": change.side(false), "after": change.side(true), "words": change.words(),
        }));
        show.line(format!("{n}. {}：{}", change.place, change.words()));
        // What came or went whole has been said.
        if change.runs.len() > 1 {
            show.line(format!("   {}", change.line(&paint)));
        }
    }
    let (changes, same) = (found.changes.len(), found.same);
    show.object(&json!({"type": "summary", "changes": changes, "same": same}));
    if changes == 0 {
        show.line("没有不同。");
        return Ok(Exit::Done);
    }
    show.line(format!("共 {changes} 处不同，{same} 处相同。"));
    Ok(Exit::No)
}
