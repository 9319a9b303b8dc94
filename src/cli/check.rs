//! `anjuan check`: 校验数据文件.

use super::args::CheckArgs;
use super::exit::Exit;
use super::show::{Show, summary};
use crate::diag::{Failure, Severity};
use crate::pipeline;

/// Lists every finding against a case.
pub fn check(args: &CheckArgs, show: &Show) -> Result<Exit, Failure> {
    let checked = pipeline::check(&args.case)?;
    checked.findings.iter().for_each(|f| show.finding(f));
    let (errors, warnings) = show.counts();
    show.object(&summary(errors, warnings));
    let case = &checked.value.model().case;
    if errors == 0 {
        show.line(format!("{}（{}）：没有错误，{warnings} 处警告。", case.title, case.id));
        return Ok(Exit::Done);
    }
    show.line(format!("{}：{errors} 处错误、{warnings} 处警告。", args.case.display()));
    let only_secrets =
        checked.findings.iter().filter(|f| f.severity == Severity::Error).all(|f| f.code == "P-08");
    Ok(if only_secrets { Exit::Refused } else { Exit::Rejected })
}
