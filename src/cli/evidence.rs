//! `anjuan evidence`: 证据材料登记.

use serde_json::json;

use super::args::{EvidenceAction, EvidenceAddArgs, EvidenceArgs};
use super::exit::Exit;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline::{self, EvidenceOptions, Settings};

/// Does what is asked with evidence.
pub fn evidence(args: &EvidenceArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    match &args.action {
        EvidenceAction::Add(a) => add(a, settings, show),
    }
}

/// Lays files beside the data file and enters them in it.
fn add(args: &EvidenceAddArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let options = EvidenceOptions {
        kind: args.kind.clone(),
        on: args.on,
        by: args.by.clone(),
        title: args.title.clone(),
        id: args.id.clone(),
        provider: args.provider.clone(),
        place: args.place.clone(),
        problems: args.problem.clone(),
        originality: args.originality.clone(),
        pages: args.pages,
        secrecy: args.secrecy.clone(),
    };
    let entering = pipeline::enter_evidence(&args.case, &args.files, &options, settings)?;
    if args.dry_run {
        entering.diff().lines().for_each(|line| show.line(show.change(line)));
    } else {
        entering.write()?;
    }
    let mut added = 0;
    for entered in &entering.entered {
        let mut object = serde_json::to_value(entered).unwrap_or_default();
        if let Some(map) = object.as_object_mut() {
            map.shift_insert(0, "type".into(), "evidence".into());
        }
        show.object(&object);
        added += usize::from(!entered.already);
        let word = match (entered.already, args.dry_run) {
            (true, _) => "已有",
            (false, true) => "将登记",
            (false, false) => "已登记",
        };
        show.line(format!(
            "{word} {}　{}\n  {}，{} 字节，SHA-256 {}",
            entered.evidence, entered.title, entered.path, entered.size, entered.sha256
        ));
    }
    entering.new.iter().for_each(|f| show.finding(f));
    let (errors, warnings) = show.counts();
    let already = entering.entered.len() - added;
    show.object(&json!({
        "type": "summary", "errors": errors, "warnings": warnings, "added": added, "already": already,
        "written": !args.dry_run && added > 0, "path": entering.file,
    }));
    let tail = if args.dry_run { "；没有写入任何东西" } else { "" };
    show.line(format!("登记 {added} 份，此前已有 {already} 份{tail}。"));
    if errors > 0 {
        show.note("登记以后案件里有上面的错误（如移交件数），请在数据文件里改正。");
    }
    Ok(Exit::Done)
}
