//! `anjuan set`: 排文稿.

use super::args::SetArgs;
use super::exit::Exit;
use super::generate::{document, options};
use super::show::{Show, summary};
use crate::diag::Failure;
use crate::pipeline::{self, SetOptions, Settings};

/// Sets free documents; one that fails does not stop the others.
pub fn set(args: &SetArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |line| document(line, show));
    let options =
        SetOptions { formats: args.format.clone(), typeset: options(&args.make, settings)? };
    let made = pipeline::set(settings, &args.manuscript, &options, &args.out, &listen)?;
    show.finish();
    let (errors, warnings) = show.counts();
    show.object(&summary(errors, warnings));
    let refused = match made.refused {
        0 => String::new(),
        n => format!("，按保密规定不予处理 {n} 份"),
    };
    show.line(format!("排好 {} 份，失败 {} 份{refused}。", made.done, made.failed));
    Ok(match (made.done, made.failed, made.refused) {
        (_, 0, 0) => Exit::Done,
        (0, 0, _) => Exit::Refused,
        (0, ..) => Exit::Rejected,
        _ => Exit::Partly,
    })
}
