//! `anjuan pack`: 打包.

use std::time::Duration;

use super::args::PackArgs;
use super::exit::Exit;
use super::generate::document;
use super::secret::Hands;
use super::show::{Show, bundle};
use crate::archive::Book;
use crate::diag::Failure;
use crate::pipeline::{self, HandOver, Settings};

/// Renders all documents and packs them with the evidence into one bundle.
pub fn pack(args: &PackArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |line| document(line, show));
    let case = pipeline::load(&args.case, settings, &listen)?;
    let wait = Duration::from_secs(args.wait.into());
    let register =
        args.register.as_ref().map(|at| pipeline::open_register(at, wait)).transpose()?;
    let hands = Hands::of(&args.with, false, settings, show)?;
    let mut book = args.book.as_ref().map(|at| Book::open(at, true)).transpose()?;
    let hand_over = HandOver { most: args.part_size, book: book.as_mut(), key: hands.key.as_ref() };
    let lines = pipeline::pack(settings, &case, &args.out, register.as_ref(), hand_over, &listen)?;
    show.finish();
    lines.iter().for_each(|line| bundle(line, show));
    if lines.len() > 1 {
        show.note(format!(
            "一个包放不下，分成 {} 个包；每个包都可单独检测、接收，请全部移交。",
            lines.len()
        ));
    }
    Ok(Exit::Done)
}
