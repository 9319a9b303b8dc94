//! `anjuan serve`: 工作台.

use serde_json::json;

use super::args::ServeArgs;
use super::exit::Exit;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline::Settings;
use crate::workbench::{self, Workbench};

/// Serves the workbench until interrupted.
pub fn serve(args: &ServeArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let bench = Workbench {
        settings: settings.clone(),
        case: args.case.clone(),
        archive: args.archive.clone(),
        role: args.role.clone(),
    };
    workbench::serve(bench, args.port, |address| {
        let url = format!("http://{address}/");
        show.object(&json!({"type": "serving", "url": url}));
        show.line(format!("工作台：{url}（只在本机可见；按 Ctrl+C 结束）"));
    })?;
    Ok(Exit::Done)
}
