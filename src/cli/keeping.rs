//! `anjuan doctor`, `rebuild`, `fixity`, `retrieve`: 档案库的体检、重建、巡检和调档.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::json;

use super::args::{DoctorArgs, FixityArgs, RebuildArgs, RetrieveArgs};
use super::exit::Exit;
use super::fixity_report::Report;
use super::report_form::Form;
use super::show::Show;
use crate::archive::{FixityPlan, ObjectCheck, Store};
use crate::diag::{Diagnostic, Failure};
use crate::fixity::digest_bytes;
use crate::pipeline::{self, Settings};
use crate::vocab::date;

/// Looks an archive over; exit 1 when something is not as it should be.
pub fn doctor(args: &DoctorArgs, show: &Show) -> Result<Exit, Failure> {
    let mut health = pipeline::doctor(&args.archive)?;
    let mut mended = 0;
    if args.repair && !health.findings.is_empty() {
        let before = std::mem::take(&mut health.findings);
        pipeline::mend_archive(&args.archive)?;
        health = pipeline::doctor(&args.archive)?;
        let key =
            |f: &Diagnostic| (f.key(), f.cell.as_ref().map(|c| c.file.clone()).unwrap_or_default());
        let left: BTreeSet<_> = health.findings.iter().map(key).collect();
        for finding in before.iter().filter(|f| !left.contains(&key(f))) {
            mended += 1;
            let mut object = serde_json::to_value(finding).unwrap_or_default();
            if let Some(map) = object.as_object_mut() {
                map.insert("type".into(), "mended".into());
                map.shift_remove("hint");
            }
            show.object(&object);
            let place = finding.cell.as_ref().map(|c| c.file.as_str()).unwrap_or_default();
            show.line(format!("已修补 {}：{}　{place}", finding.code, finding.message));
        }
    }
    health.findings.iter().for_each(|f| show.finding(f));
    let (errors, warnings) = show.counts();
    let mut summary = serde_json::to_value(&health).unwrap_or_default();
    if let Some(map) = summary.as_object_mut() {
        map.shift_insert(0, "type".into(), "summary".into());
        map.insert("errors".into(), errors.into());
        map.insert("warnings".into(), warnings.into());
        map.insert("mended".into(), mended.into());
    }
    show.object(&summary);
    let verdict = match (errors, warnings) {
        (0, 0) => "一切正常".to_owned(),
        _ => format!("{errors} 处错误、{warnings} 处警告"),
    };
    show.line(format!(
        "体检：{} 个包、{} 次接收、{} 个文件，{verdict}。（文件内容用 anjuan fixity 核对。）",
        health.objects, health.accessions, health.files
    ));
    Ok(if errors + warnings == 0 { Exit::Done } else { Exit::No })
}

/// Makes register, receipts and index again from the store alone.
pub fn rebuild(args: &RebuildArgs, show: &Show) -> Result<Exit, Failure> {
    let rebuilt = pipeline::rebuild(&args.archive)?;
    let mut line = serde_json::to_value(&rebuilt).unwrap_or_default();
    if let Some(map) = line.as_object_mut() {
        map.shift_insert(0, "type".into(), "rebuilt".into());
    }
    show.object(&line);
    let register = if rebuilt.register { "登记簿已重写" } else { "登记簿无须改动" };
    show.line(format!(
        "重建：{} 次接收，{register}，补写回执 {} 份，索引已重做。",
        rebuilt.accessions, rebuilt.receipts
    ));
    if let Some(kept) = &rebuilt.kept {
        show.line(format!("  原登记簿与库不一致，另存为 register/{kept}，请留作查证。"));
    }
    Ok(Exit::Done)
}

/// Digests stored files again; exit 1 when something is damaged.
pub fn fixity(args: &FixityArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let form = args.report.as_deref().map(Form::of).transpose()?;
    let store = Store::open_for_reading(&args.archive)?;
    let plan =
        FixityPlan { sample: args.sample, seed: args.seed.clone(), older_than: args.older_than };
    let checks: RefCell<Vec<ObjectCheck>> = RefCell::default();
    let summary = store.check_fixity(&plan, &settings.clock, &mut |check: ObjectCheck| {
        let mut line = serde_json::to_value(&check).unwrap_or_default();
        if let Some(map) = line.as_object_mut() {
            map.shift_insert(0, "type".into(), "object".into());
        }
        for finding in &check.findings {
            show.finding(finding);
        }
        show.object(&line);
        if form.is_some() {
            checks.borrow_mut().push(check);
        }
    })?;
    let mut line = serde_json::to_value(&summary).unwrap_or_default();
    if let Some(map) = line.as_object_mut() {
        map.shift_insert(0, "type".into(), "summary".into());
    }
    show.object(&line);
    show.line(format!(
        "巡检：查了 {} 个包（库中 {} 个）、{} 个文件、{} 字节，{}。",
        summary.checked,
        summary.objects,
        summary.files,
        summary.bytes,
        match summary.damaged {
            0 => "全部完好".to_owned(),
            n => format!("{n} 个包有损坏"),
        }
    ));
    match (summary.never, &summary.oldest) {
        (0, Some(oldest)) => {
            show.line(format!("  全库最久的一次检查在 {}。", date::office_time(oldest)));
        }
        (never, _) => show.line(format!("  还有 {never} 个包从未查过。")),
    }
    if let (Some(path), Some(form)) = (&args.report, form) {
        let checks = checks.into_inner();
        let now = settings.clock.now();
        let text = Report { summary: &summary, checks: &checks, now }.text(form);
        pipeline::write(path, text.as_bytes())?;
        let digest = digest_bytes(text.as_bytes()).sha256;
        show.object(&json!({"type": "report", "path": path, "sha256": digest}));
        show.line(format!("  报告 {}，SHA-256 {digest}", path.display()));
    }
    Ok(if summary.damaged == 0 { Exit::Done } else { Exit::No })
}

/// Takes a record out with the evidence of where it comes from.
pub fn retrieve(args: &RetrieveArgs, show: &Show) -> Result<Exit, Failure> {
    let store = Store::open_for_reading(&args.archive)?;
    let got = store.retrieve(&args.record, &args.out)?;
    let mut line = serde_json::to_value(&got).unwrap_or_default();
    if let Some(map) = line.as_object_mut() {
        map.shift_insert(0, "type".into(), "record".into());
    }
    show.object(&line);
    show.line(format!(
        "{}　{}\n  {} 个文件和来源证明写到 {}；核对方法见其中的说明.txt。",
        got.record,
        got.title,
        got.files,
        got.path.display()
    ));
    Ok(Exit::Done)
}
