//! `anjuan generate`: 生成公文.

use super::args::{FontsFrom, GenerateArgs, MakeArgs};
use super::exit::Exit;
use super::show::{Show, summary};
use crate::diag::Failure;
use crate::pipeline::{self, DocumentLine, GenerateOptions, Settings};
use crate::typeset::Options;

/// Renders documents; one that fails does not stop the others.
pub fn generate(args: &GenerateArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |line| document(line, show));
    let case = if args.draft {
        pipeline::load_draft(&args.case, settings, &listen)?
    } else {
        pipeline::load(&args.case, settings, &listen).inspect_err(|failure| {
            if matches!(failure, Failure::Rejected(_)) {
                show.note(
                    "数据有错误，没有生成公文；要先看样子，加 --draft 生成带“样稿”水印的文件。",
                );
            }
        })?
    };
    let options = GenerateOptions {
        kinds: args.kind.clone(),
        documents: args.document.clone(),
        formats: args.format.clone(),
        typeset: options(&args.make, settings)?,
        unmeasured: args.unmeasured,
        draft: args.draft,
        ..GenerateOptions::default()
    };
    let made = pipeline::generate(settings, &case, &options, Some(&args.out), &listen)?;
    show.finish();
    let (errors, warnings) = show.counts();
    show.object(&summary(errors, warnings));
    let mark = if args.draft { "样稿" } else { "" };
    show.line(told(mark, made.papers.len(), made.failed.len(), &made.without_kind));
    Ok(match (made.failed.is_empty(), made.papers.is_empty()) {
        (true, false) => Exit::Done,
        (true, true) => Exit::No,
        (false, false) => Exit::Partly,
        (false, true) => Exit::Rejected,
    })
}

/// What came of it, in a line: only what there is.
pub fn told(mark: &str, made: usize, failed: usize, without_kind: &[String]) -> String {
    let mut words = format!("生成{mark} {made} 份");
    if failed > 0 {
        words.push_str(&format!("；没有做成 {failed} 份，原因见上"));
    }
    if !without_kind.is_empty() {
        let list = without_kind.join("、");
        words.push_str(&format!("；{} 份的种类没有模板，没有生成：{list}", without_kind.len()));
    }
    words + "。"
}

/// What the typesetter shall do besides the house's ways.
pub fn options(make: &MakeArgs, settings: &Settings) -> Result<Options, Failure> {
    let office_fonts = match make.fonts {
        FontsFrom::Office => Some(settings.machine_fonts(&make.font_dir)),
        FontsFrom::Bundled if make.font_dir.is_empty() => None,
        FontsFrom::Bundled => {
            let words = "--font-dir 只在 --fonts office 时有用，请一并写上";
            return Err(Failure::Usage(words.to_owned()));
        }
    };
    Ok(Options { office_fonts, attach_data: make.attach_data })
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
