//! `anjuan pack`: 打包.

use std::time::Duration;

use super::args::PackArgs;
use super::exit::Exit;
use super::generate::document;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline::{self, BundleLine, Settings};

/// Renders all documents and packs them with the evidence into one bundle.
pub fn pack(args: &PackArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |line| document(line, show));
    let case = pipeline::load(&args.case, settings, &listen)?;
    let wait = Duration::from_secs(args.wait.into());
    let register =
        args.register.as_ref().map(|at| pipeline::open_register(at, wait)).transpose()?;
    let line = pipeline::pack(settings, &case, &args.out, register.as_ref(), &listen)?;
    show.finish();
    bundle(&line, show);
    Ok(Exit::Done)
}

/// The bundle's line.
pub fn bundle(line: &BundleLine, show: &Show) {
    show.object(line);
    show.line(format!(
        "归档包 {}：{} 件、{} 个文件、{} 字节\n  {}\n  SHA-256 {}\n  SM3     {}",
        line.id,
        line.items,
        line.files,
        line.bytes,
        line.path.display(),
        line.sha256,
        line.sm3
    ));
}
