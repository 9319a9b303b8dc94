//! `anjuan new`: 新建空白案件.

use serde_json::json;

use super::args::NewArgs;
use super::exit::Exit;
use super::rules::USUAL;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline::{self, NewCase, Settings};

/// Writes a blank case and says how to go on.
pub fn new(args: &NewArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let wanted = NewCase {
        pack: args.pack.clone().unwrap_or_else(|| USUAL.to_owned()),
        case_type: args.case_type.clone(),
        stage: args.stage.clone(),
    };
    let (file, to_fill) = pipeline::new_case(&args.folder, &wanted, settings)?;
    show.object(&json!({"type": "new", "path": file, "to_fill": to_fill}));
    let folder = args.folder.display();
    show.line(format!("已建好空白案件：{}；证据材料放在 {folder}/attachments。", file.display()));
    show.line(format!(
        "有 {to_fill} 个必填项等着填，每项上面一行写着名称、含义和写法；填一些就查一次：anjuan check {folder}"
    ));
    Ok(Exit::Done)
}
