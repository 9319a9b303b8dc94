//! `anjuan check`: 校验数据文件, and with `--fix` 改正有把握的文字问题.

use serde_json::{Value, json};

use super::args::CheckArgs;
use super::exit::Exit;
use super::show::{Show, summary};
use crate::case::CaseFile;
use crate::diag::{Checked, Failure};
use crate::pipeline::{self, Settings};

/// Lists every finding against a case.
pub fn check(args: &CheckArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    if args.fix {
        return fix(args, settings, show);
    }
    let checked = pipeline::check(&args.case, settings)?;
    Ok(conclude(args, show, &checked, summary))
}

/// Shows the mends, makes them, and lists what is left.
fn fix(args: &CheckArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut repair = pipeline::mend(&args.case, settings)?;
    for line in repair.diff.lines() {
        show.line(show.change(line));
    }
    if !args.dry_run {
        repair.write()?;
    }
    for fix in &repair.fixes {
        let mut object = json!(fix);
        if let Value::Object(map) = &mut object {
            map.insert("type".into(), "fix".into());
        }
        show.object(&object);
    }
    let fixed = repair.fixes.len();
    show.line(match (fixed, repair.written) {
        (0, _) => "没有可以自动改正的文字问题。".to_owned(),
        (n, true) => format!("改正 {n} 处，已写入数据文件。"),
        (n, false) => format!("可以改正 {n} 处；没有写入（--dry-run）。"),
    });
    let written = repair.written;
    Ok(conclude(args, show, &repair.left, |errors, warnings| {
        let mut object = summary(errors, warnings);
        if let Value::Object(map) = &mut object {
            map.insert("fixed".into(), fixed.into());
            map.insert("written".into(), written.into());
        }
        object
    }))
}

fn conclude(
    args: &CheckArgs,
    show: &Show,
    checked: &Checked<CaseFile>,
    summary: impl Fn(usize, usize) -> Value,
) -> Exit {
    checked.findings.iter().for_each(|f| show.finding(f));
    let (errors, warnings) = show.counts();
    show.object(&summary(errors, warnings));
    let case = &checked.value.model().case;
    if errors == 0 {
        show.line(format!("{}（{}）：没有错误，{warnings} 处警告。", case.title, case.id));
        return Exit::Done;
    }
    show.line(format!(
        "{}：{errors} 处错误、{warnings} 处警告{}。",
        args.case.display(),
        show.to_fill()
    ));
    let secret = checked.findings.iter().any(|f| f.code == "P-08");
    if secret { Exit::Refused } else { Exit::Rejected }
}
