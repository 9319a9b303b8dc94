//! `anjuan verify`: 四性检测.

use super::args::VerifyArgs;
use super::exit::Exit;
use super::inspection;
use super::inspection_report::Report;
use super::report_form::Form;
use super::show::Show;
use crate::archive::Trust;
use crate::diag::Failure;
use crate::keys::Keyring;
use crate::pipeline::{self, Settings};
use crate::vocab::date;

/// Inspects a bundle, tells every result, and writes the reports that are asked for.
pub fn verify(args: &VerifyArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut forms = Vec::new();
    for path in &args.report {
        forms.push((path, Form::of(path)?));
    }
    let ring = args.keyring.as_ref().map(|at| Keyring::open(at, false)).transpose()?;
    let trust = Trust {
        ring: ring.as_ref(),
        today: pipeline::today(settings),
        required: args.require_signature,
    };
    let inspection = pipeline::verify(&args.bundle, args.quick, &trust)?;
    inspection::draw(&inspection, show);
    if !forms.is_empty() {
        let day = date::office_day(settings.clock.now());
        let about = Report { inspection: &inspection, whole: pipeline::whole(&args.bundle)?, day };
        for (path, form) in forms {
            pipeline::write_report(path, &about.text(form)?)?;
            show.line(format!("检测报告：{}", path.display()));
        }
    }
    Ok(if inspection.accepted { Exit::Done } else { Exit::No })
}
