//! `anjuan export --sip|--bag`: a bundle for archives of another tradition.

use serde_json::json;

use super::args::ExportArgs;
use super::exit::Exit;
use super::inspection;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline;

/// Inspects the bundle and, if it is acceptable, writes it in the other form.
pub fn export(args: &ExportArgs, show: &Show) -> Result<Exit, Failure> {
    let out = args.out.display();
    let (inspection, written) = if args.sip {
        let (inspection, sip) = pipeline::export_sip(&args.case, &args.out)?;
        let written = sip.is_some();
        if let Some(sip) = sip {
            show.object(&json!({
                "type": "sip", "id": sip.id, "path": args.out, "files": sip.files, "bytes": sip.bytes,
            }));
            show.line(format!("SIP {}：{} 个文件，已写入 {out}。", sip.id, sip.files));
        }
        (inspection, written)
    } else {
        let (inspection, files) = pipeline::export_bag(&args.case, &args.out)?;
        if let Some(files) = files {
            show.object(&json!({"type": "bag", "path": args.out, "files": files}));
            show.line(format!("BagIt 包：{files} 个文件，已写入 {out}。"));
        }
        (inspection, files.is_some())
    };
    if written {
        return Ok(Exit::Done);
    }
    inspection::draw(&inspection, show);
    show.note(if inspection.accepted {
        "不是本程序格式的归档包（见 docs/bundle-format.md），没有导出。"
    } else {
        "归档包不合格，没有导出。"
    });
    Ok(Exit::No)
}
