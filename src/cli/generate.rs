//! `anjuan generate`: 生成公文.

use super::args::GenerateArgs;
use super::exit::Exit;
use super::show::{Show, summary};
use crate::diag::Failure;
use crate::pipeline::{self, DocumentLine, GenerateOptions, Settings};

/// Renders documents; one that fails does not stop the others.
pub fn generate(args: &GenerateArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |line| document(line, show));
    let case = pipeline::load(&args.case, &listen)?;
    let options = GenerateOptions {
        kinds: args.kind.clone(),
        documents: args.document.clone(),
        formats: args.format.clone(),
        unmeasured: args.unmeasured,
    };
    let made = pipeline::generate(settings, &case, &options, Some(&args.out), &listen)?;
    show.finish();
    let (errors, warnings) = show.counts();
    show.object(&summary(errors, warnings));
    show.line(format!(
        "生成 {} 份，失败 {} 份；{} 份的种类还没有模板，未生成。",
        made.papers.len(),
        made.failed.len(),
        made.without_kind.len()
    ));
    Ok(match (made.failed.is_empty(), made.papers.is_empty()) {
        (true, false) => Exit::Done,
        (true, true) => Exit::No,
        (false, false) => Exit::Partly,
        (false, true) => Exit::Rejected,
    })
}

/// One document's line.
pub fn document(line: &DocumentLine, show: &Show) {
    show.object(line);
    let id = &line.document;
    match (&line.path, line.pages) {
        (Some(path), Some(pages)) => show.line(format!("{id}\t{pages} 页\t{}", path.display())),
        _ if line.ok => {}
        _ => show.line(format!("{id}\t未生成\t{}", line.title)),
    }
}
