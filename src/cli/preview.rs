//! `anjuan preview`: 看样.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use serde_json::json;

use super::args::PreviewArgs;
use super::exit::Exit;
use super::generate::options;
use super::show::Show;
use crate::diag::{Diagnostic, Failure, Severity};
use crate::pipeline::{Event, Preview, PreviewOptions, Previewed, Settings};

/// Changed files named in a line, at most.
const NAMED: usize = 3;

/// Renders one document, and with `--watch` again after every change until interrupted.
pub fn preview(args: &PreviewArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let wanted = PreviewOptions {
        what: args.what.clone(),
        document: args.document.clone(),
        kind: args.kind.clone(),
        out: args.out.clone(),
        formats: args.format.clone(),
        typeset: options(&args.make, settings)?,
    };
    let mut preview = Preview::new(settings, wanted)?;
    // Looked at before the first rendering: what changes meanwhile is not missed.
    let mut watch = args.watch.then(|| preview.watch());
    let mut round = Round { number: 1, changed: Vec::new() };
    let first = round.run(&mut preview, show);
    let Some(watch) = &mut watch else { return first };
    if let Err(failure) = first {
        tell(&failure, show)?;
    }
    show.note(format!("看着 {} 个文件；改动后自动重排，按 Ctrl+C 结束。", watch.count()));
    loop {
        let changed = watch.wait();
        preview.take_note(&changed);
        round = Round { number: round.number + 1, changed };
        if let Err(failure) = round.run(&mut preview, show) {
            tell(&failure, show)?;
        }
    }
}

/// A failure that a change of the files may mend is shown; our own mistakes end the watch.
fn tell(failure: &Failure, show: &Show) -> Result<(), Failure> {
    match failure {
        Failure::Bug(words) => Err(Failure::Bug(words.clone())),
        other => {
            show.failure(other);
            Ok(())
        }
    }
}

/// One rendering.
struct Round {
    number: usize,
    changed: Vec<PathBuf>,
}

impl Round {
    /// Renders and tells what came of it; findings that bar the document are told here, other failures returned.
    fn run(&self, preview: &mut Preview<'_>, show: &Show) -> Result<Exit, Failure> {
        if !self.changed.is_empty() {
            let names: Vec<String> = (self.changed.iter().take(NAMED))
                .map(|p| p.file_name().unwrap_or_default().to_string_lossy().into_owned())
                .collect();
            let more = if self.changed.len() > NAMED { "等" } else { "" };
            show.note(format!("改动：{}{more}", names.join("、")));
        }
        let begun = Instant::now();
        let found: Mutex<Vec<Diagnostic>> = Mutex::new(Vec::new());
        let done = preview.render(&|event| match event {
            Event::Finding(finding) => {
                if let Ok(mut found) = found.lock() {
                    found.push(finding);
                }
            }
            other => show.event(other, |_| {}),
        });
        let millis = begun.elapsed().as_millis();
        show.finish();
        let mut found = found.into_inner().unwrap_or_default();
        let (done, exit) = match done {
            Ok(done) => (Some(done), Exit::Done),
            Err(failure) => match failure {
                Failure::Rejected(list) => (None, take(&mut found, list, Exit::Rejected)),
                Failure::Faulty(list) => (None, take(&mut found, list, Exit::Faulty)),
                Failure::Refused(list) => (None, take(&mut found, list, Exit::Refused)),
                other => return Err(other),
            },
        };
        found.iter().for_each(|f| show.finding(f));
        let count = |severity| found.iter().filter(|f| f.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        show.object(&json!({
            "type": "preview",
            "round": self.number,
            "ok": done.is_some(),
            "document": done.as_ref().map(|d| &d.document),
            "title": done.as_ref().map(|d| &d.title),
            "made_up": done.as_ref().is_some_and(|d| d.made_up),
            "pages": done.as_ref().map(|d| d.pages),
            "paths": done.as_ref().map(|d| &d.paths),
            "millis": u64::try_from(millis).unwrap_or(u64::MAX),
            "errors": errors,
            "warnings": warnings,
        }));
        show.line(line(done.as_ref(), errors, warnings, millis));
        Ok(exit)
    }
}

fn take(found: &mut Vec<Diagnostic>, list: Vec<Diagnostic>, exit: Exit) -> Exit {
    found.extend(list);
    exit
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a rendering")]
fn line(done: Option<&Previewed>, errors: usize, warnings: usize, millis: u128) -> String {
    let seconds = millis as f64 / 1000.0;
    let Some(done) = done else {
        return format!(
            "没有排出：{errors} 处错误、{warnings} 处警告；上一次排好的保持原样。用时 {seconds:.2} 秒。"
        );
    };
    let made_up = if done.made_up {
        "（案件里没有这种文件，是照清单写的样例）"
    } else {
        ""
    };
    let first = done.paths.first().map(|p| p.display().to_string()).unwrap_or_default();
    let more = match done.paths.len() {
        0 | 1 => String::new(),
        n => format!(" 等 {n} 个文件"),
    };
    let warned = if warnings > 0 { format!("，{warnings} 处警告") } else { String::new() };
    format!(
        "排好了：{}{made_up}，{} 页{warned}，用时 {seconds:.2} 秒：{first}{more}",
        done.title, done.pages
    )
}
