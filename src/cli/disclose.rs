//! `anjuan disclose`: 公开版, and the proof that nothing withheld is left in it.

use std::path::Path;

use serde_json::json;

use super::args::DiscloseArgs;
use super::exit::Exit;
use super::generate::document;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline::{self, DiscloseOptions, Settings};

/// Makes public versions, or verifies them.
pub fn disclose(args: &DiscloseArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    match (&args.verify, &args.against, &args.case, &args.out) {
        (Some(dir), Some(case), ..) => verify(dir, case, settings, show),
        (_, _, Some(case), Some(out)) => make(args, case, out, settings, show),
        _ => Err(Failure::Usage("写明案件和 --out，或 --verify 和 --against".to_owned())),
    }
}

fn make(
    args: &DiscloseArgs,
    case: &Path,
    out: &Path,
    settings: &Settings,
    show: &Show,
) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |line| document(line, show));
    let case = pipeline::load_to_redact(case, settings, &listen)?;
    let options = DiscloseOptions {
        kinds: args.kind.clone(),
        documents: args.document.clone(),
        formats: args.format.clone(),
        list: args.list.clone(),
    };
    let done = pipeline::disclose(settings, &case, &options, out, &listen)?;
    show.finish();
    let mut total = 0;
    for row in &done.rows {
        total += row.times;
        show.object(&json!({
            "type": "withheld", "field": row.field, "sort": row.sort, "way": row.way, "times": row.times,
            "ground": row.ground,
        }));
    }
    let (errors, warnings) = show.counts();
    show.object(&json!({
        "type": "summary", "errors": errors, "warnings": warnings, "documents": done.made,
        "failed": done.failed, "refused": done.refused, "withheld": total, "manual": done.asks,
        "searched": done.searched, "form": done.form, "list": args.list,
    }));
    show.line(format!(
        "公开 {} 份，失败 {} 份，不予公开 {} 份；不公开的内容 {total} 处，须人工判断 {} 处。",
        done.made,
        done.failed.len(),
        done.refused,
        done.asks
    ));
    show.line(format!("公开审查表（内部留存，不随公开件发布）：{}", done.form.display()));
    if let Some(list) = &args.list {
        show.line(format!("不公开内容的清单（内部留存）：{}", list.display()));
    }
    Ok(match (done.failed.len() + done.refused, done.made) {
        (0, 0) => Exit::No,
        (0, _) => Exit::Done,
        (_, 0) => Exit::Rejected,
        _ => Exit::Partly,
    })
}

fn verify(dir: &Path, case: &Path, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let proof = pipeline::prove_disclosed(settings, dir, case)?;
    for leak in &proof.leaks {
        show.object(&json!({
            "type": "leak", "file": leak.file, "place": leak.place, "sort": leak.sort, "masked": leak.masked,
        }));
    }
    proof.findings().iter().for_each(|f| show.finding(f));
    let holds = proof.holds();
    show.object(&json!({
        "type": "summary", "files": proof.files, "strings": proof.strings, "leaks": proof.leaks.len(),
        "opaque": proof.opaque.len(), "pictures": proof.pictures.len(), "holds": holds,
    }));
    show.line(format!(
        "{} 个文件，{} 条不公开的内容：发现 {} 处，看不透 {} 处，有图片须人看的 {} 个文件。",
        proof.files,
        proof.strings,
        proof.leaks.len(),
        proof.opaque.len(),
        proof.pictures.len()
    ));
    show.line(if holds { "核查通过。" } else { "核查没有通过，不得公开。" });
    Ok(if holds { Exit::Done } else { Exit::No })
}
