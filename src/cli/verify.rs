//! `anjuan verify`: 四性检测.

use super::args::VerifyArgs;
use super::exit::Exit;
use super::inspection;
use super::show::Show;
use crate::archive::Trust;
use crate::diag::Failure;
use crate::keys::Keyring;
use crate::pipeline::{self, Settings};

/// Inspects a bundle and tells every result.
pub fn verify(args: &VerifyArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let ring = args.keyring.as_ref().map(|at| Keyring::open(at, false)).transpose()?;
    let trust = Trust {
        ring: ring.as_ref(),
        today: pipeline::today(settings),
        required: args.require_signature,
    };
    let inspection = pipeline::verify(&args.bundle, &trust)?;
    inspection::draw(&inspection, show);
    Ok(if inspection.accepted { Exit::Done } else { Exit::No })
}
