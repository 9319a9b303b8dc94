//! `anjuan run`: 全程.

use std::time::Duration;

use super::args::RunArgs;
use super::exit::Exit;
use super::generate::{document, options, told};
use super::show::{Show, bundle as show_bundle};
use super::{inspection, receive};
use crate::diag::Failure;
use crate::pipeline::{self, Settings};

/// Walks the whole chain for one case.
pub fn run(args: &RunArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |line| document(line, show));
    let mut formats = args.format.clone();
    if !formats.iter().any(|f| f == "pdf") {
        formats.insert(0, "pdf".into());
    }
    let make = pipeline::GenerateOptions {
        formats,
        typeset: options(&args.make, settings)?,
        ..pipeline::GenerateOptions::default()
    };
    let wait = Duration::from_secs(args.wait.into());
    let register =
        args.register.as_ref().map(|at| pipeline::open_register(at, wait)).transpose()?;
    let done = pipeline::run(settings, &args.case, &args.out, &make, register.as_ref(), &listen)?;
    show.finish();
    show.line(told("", done.documents, done.failed.len(), &done.without_kind));
    if done.bundles.is_empty() {
        show.note("有文件未能生成，没有打包；请按上面的提示改正后重来。");
        return Ok(Exit::Partly);
    }
    done.bundles.iter().for_each(|line| show_bundle(line, show));
    for (found, receipt) in &done.received {
        inspection::draw(found, show);
        let Some(line) = receipt else { return Ok(Exit::No) };
        receive::receipt(line, show);
    }
    show.note(format!(
        "公文在 {0}/documents，归档包在 {0}/bundles，档案库在 {0}/archive；检索：anjuan search 检索词 --archive {0}/archive",
        args.out.display()
    ));
    Ok(Exit::Done)
}
