//! 找不到的路径: where it was looked for, where it breaks off, and what stands there that is like it.

use std::fs;
use std::path::{Path, absolute};

use crate::case::nearest;
use crate::diag::WorldError;

/// What was being done where a case was looked for.
const READING_A_CASE: &str = "读取数据文件";

/// What to say of a file or folder that is not there.
pub fn told(error: &WorldError) -> String {
    let path = absolute(&error.path).unwrap_or_else(|_| error.path.clone());
    let advice = match error.doing {
        READING_A_CASE => {
            "核对路径。案件写它的文件夹（里面有数据文件 case.yaml），或者直接写数据文件；相对的路径从当前文件夹算起。"
        }
        _ => "核对路径；相对的路径从当前文件夹算起。",
    };
    format!(
        "错误：{error}\n  = 找的位置：{}{}\n  = 办法：{advice}",
        path.display(),
        broken_off(&path)
    )
}

/// Up to where `path` is there, and the name there that is most like the one that is not.
fn broken_off(path: &Path) -> String {
    let Some(there) = path.ancestors().skip(1).find(|folder| folder.is_dir()) else {
        return String::new();
    };
    let Some(gone) = path.strip_prefix(there).ok().and_then(|rest| rest.iter().next()) else {
        return String::new();
    };
    let gone = gone.to_string_lossy();
    let mut names: Vec<String> = fs::read_dir(there)
        .map(|all| all.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    names.sort();
    let near = nearest(&gone, names.iter().map(String::as_str));
    let near = near.map(|name| format!("，有相近的“{name}”")).unwrap_or_default();
    format!("\n  = 查到：{} 里没有“{gone}”{near}", there.display())
}
