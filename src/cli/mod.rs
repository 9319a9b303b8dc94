//! 命令行: the face. Only this room prints, draws findings and decides exit codes.
//!
//! One file per command; `args` says what was typed, `report` draws findings, `exit` holds the table of exit
//! codes, `show` writes results.

mod args;
mod browse;
mod bundle;
mod check;
mod diff;
#[cfg(feature = "typeset")]
mod disclose;
mod due;
mod evidence;
mod exit;
mod fixity_report;
#[cfg(feature = "typeset")]
mod generate;
mod handover;
mod inspection;
mod inspection_report;
mod keeping;
mod keys;
mod kinds;
#[cfg(feature = "typeset")]
mod layout;
mod ledger;
mod missing;
mod new;
mod number;
mod old;
#[cfg(feature = "typeset")]
mod pack;
#[cfg(feature = "typeset")]
mod preview;
mod progress;
mod receive;
mod report;
mod report_form;
mod rules;
#[cfg(feature = "typeset")]
mod run;
#[cfg(feature = "search")]
mod search;
mod secret;
#[cfg(feature = "workbench")]
mod serve;
#[cfg(feature = "typeset")]
mod set;
mod show;
mod size;
mod stats;
mod status;
mod table;
mod usage;
mod verify;

use std::panic;
use std::process::ExitCode;

use args::{Args, Command};
use exit::Exit;
use show::Show;

use crate::diag::Failure;
use crate::pipeline::Settings;

/// Reads the command line, does what it says and gives the exit code.
pub fn main() -> ExitCode {
    let args = match args::read() {
        Ok(args) => args,
        Err(error) => return usage::answer(&error),
    };
    panic::set_hook(Box::new(report::panic_message));
    match panic::catch_unwind(|| start(&args)) {
        Ok(exit) => exit.into(),
        Err(_) => Exit::Bug.into(),
    }
}

fn start(args: &Args) -> Exit {
    // The reading child needs nothing of this machine but its file.
    if let Command::ExtractChild(child) = &args.command {
        let show = Show::new(&args.global, true);
        return old::child(child).unwrap_or_else(|failure| show.failure(&failure));
    }
    let mut settings = match Settings::read(args.global.home.clone(), args.global.jobs) {
        Ok(settings) => settings,
        Err(failure) => return Show::new(&args.global, false).failure(&failure),
    };
    settings.own_kinds.clone_from(&args.global.kinds_dir);
    let show = Show::new(&args.global, settings.no_color);
    match dispatch(args, &settings, &show) {
        Ok(exit) => exit,
        Err(failure) => show.failure(&failure),
    }
}

fn dispatch(args: &Args, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    match &args.command {
        #[cfg(feature = "typeset")]
        Command::Run(a) => run::run(a, settings, show),
        Command::New(a) => new::new(a, settings, show),
        Command::Check(a) => check::check(a, settings, show),
        #[cfg(feature = "typeset")]
        Command::Generate(a) => generate::generate(a, settings, show),
        #[cfg(feature = "typeset")]
        Command::Disclose(a) => disclose::disclose(a, settings, show),
        #[cfg(feature = "typeset")]
        Command::Set(a) => set::set(a, settings, show),
        #[cfg(feature = "typeset")]
        Command::Pack(a) => pack::pack(a, settings, show),
        Command::Verify(a) => verify::verify(a, settings, show),
        Command::Receive(a) => receive::receive(a, settings, show),
        Command::Browse(a) => browse::browse(a, show),
        Command::Retrieve(a) => keeping::retrieve(a, show),
        Command::Fixity(a) => keeping::fixity(a, settings, show),
        Command::Doctor(a) => keeping::doctor(a, show),
        Command::Rebuild(a) => keeping::rebuild(a, show),
        Command::Dispose(a) => browse::dispose(a, settings, show),
        Command::Sign(a) => keys::sign(a, settings, show),
        Command::Return(a) => handover::give_back(a, settings, show),
        Command::Receipt(a) => handover::receipt(a, settings, show),
        Command::Handover(a) => handover::handover(a, settings, show),
        Command::Key(a) => keys::key(a, settings, show),
        #[cfg(feature = "search")]
        Command::Search(a) => search::search(a, settings, show),
        #[cfg(feature = "typeset")]
        Command::Layout(a) => layout::layout(a, settings, show),
        Command::Status(a) => status::status(a, settings, show),
        Command::Due(a) => due::due(a, settings, show),
        Command::Rules(a) => rules::rules(a, settings, show),
        Command::Stats(a) => stats::stats(a, settings, show),
        Command::Evidence(a) => evidence::evidence(a, settings, show),
        Command::Import(a) if a.archive.is_some() => old::import(a, settings, show),
        Command::Import(a) => ledger::import(a, settings, show),
        Command::Export(a) if a.sip || a.bag => bundle::export(a, show),
        Command::Export(a) => ledger::export(a, show),
        #[cfg(feature = "search")]
        Command::Index(a) => old::index(a, show),
        Command::ExtractChild(a) => old::child(a),
        Command::Number(a) => number::number(a, settings, show),
        Command::Issue(a) => number::issue(a, settings, show),
        Command::Diff(a) => diff::diff(a, settings, show),
        Command::Kinds(a) => kinds::kinds(a, settings, show),
        #[cfg(feature = "typeset")]
        Command::Preview(a) => preview::preview(a, settings, show),
        #[cfg(feature = "workbench")]
        Command::Serve(a) => serve::serve(a, settings, show),
    }
}
