//! `anjuan verify`: 四性检测.

use super::args::VerifyArgs;
use super::exit::Exit;
use super::inspection;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline;

/// Inspects a bundle and tells every result.
pub fn verify(args: &VerifyArgs, show: &Show) -> Result<Exit, Failure> {
    let inspection = pipeline::verify(&args.bundle)?;
    inspection::draw(&inspection, show);
    Ok(if inspection.accepted { Exit::Done } else { Exit::No })
}
