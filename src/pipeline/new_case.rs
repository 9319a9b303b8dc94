//! 新建案件: a folder with a blank data file, laid out for the pack it shall be held to.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{Settings, rulepack, today, write};
use crate::case::{self, Sort, nearest};
use crate::container::create_folder;
use crate::diag::{Failure, WorldError};

/// The stage of a case that begins.
const FIRST: &str = "准备";

/// What is known of the case already.
#[derive(Clone, Debug, Default)]
pub struct NewCase {
    /// 规则包.
    pub pack: String,
    /// 督察类型; left to be filled in if none.
    pub case_type: Option<String>,
    /// 所处阶段; else the first.
    pub stage: Option<String>,
}

/// Writes a blank case into `folder`, which must be new or empty; gives the data file and how many fields are to be
/// filled in.
///
/// # Errors
/// [`Failure::Usage`] for a folder that holds something, a pack, type or stage that is not there; the world's errors.
pub fn new_case(
    folder: &Path,
    wanted: &NewCase,
    settings: &Settings,
) -> Result<(PathBuf, usize), Failure> {
    let pack = rulepack::named_pack(&wanted.pack, settings)?;
    let mut types = choices("case_type");
    types.retain(|t| pack.case_types.is_empty() || pack.case_types.contains(t));
    if let Some(case_type) = &wanted.case_type {
        admitted("督察类型", case_type, &types)?;
    }
    let stage = wanted.stage.as_deref().unwrap_or(FIRST);
    admitted("阶段", stage, &choices("stage"))?;
    empty(folder)?;

    let mut given = BTreeMap::from([
        ("/illustrative", "false".to_owned()),
        ("/rulepack", wanted.pack.clone()),
        ("/as_of", today(settings).to_string()),
        ("/case/stage", stage.to_owned()),
    ]);
    given.extend(wanted.case_type.clone().map(|t| ("/case/case_type", t)));
    let file = folder.join("case.yaml");
    create_folder(&folder.join("attachments"))?;
    write(&file, case::blank(&given).as_bytes())?;
    let to_fill = match case::load(&file) {
        Err(Failure::Rejected(list)) => list.len(),
        Err(other) => return Err(other),
        Ok(_) => 0,
    };
    Ok((file, to_fill))
}

fn choices(field: &str) -> Vec<String> {
    match case::shape("Case", field).map(|shape| shape.sort) {
        Some(Sort::Choice(all)) => all,
        _ => Vec::new(),
    }
}

fn admitted(what: &str, word: &str, all: &[String]) -> Result<(), Failure> {
    if all.iter().any(|w| w == word) {
        return Ok(());
    }
    let near = nearest(word, all.iter().map(String::as_str));
    let near = near.map(|w| format!("，是不是“{w}”")).unwrap_or_default();
    Err(Failure::Usage(format!("没有{what}“{word}”{near}；可以写：{}", all.join("、"))))
}

/// Whether `folder` is not there, or holds nothing.
fn empty(folder: &Path) -> Result<(), Failure> {
    let taken = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(WorldError::while_("查看文件夹", folder)(error).into()),
    };
    if taken {
        let words = format!("{} 里已经有东西，没有改动它；请另写一个名称", folder.display());
        return Err(Failure::Usage(words));
    }
    Ok(())
}
