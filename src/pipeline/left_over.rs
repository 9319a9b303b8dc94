//! 先前的文件: what earlier runs left among the documents and might now be taken for one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::diag::{Diagnostic, Failure, WorldError};
use crate::export::EXPORTERS;
use crate::vocab::date;

/// What drafts begin with.
pub const DRAFT: &str = "样稿 ";
/// The most names that are listed.
const LISTED: usize = 10;

/// P-11: files in `out` that were made like documents of a case and that none of `names` (by document id) is the name
/// of any more, or whose document is among the `failed`. They are told and stay: only a person knows whether they are wanted.
///
/// # Errors
/// What the system reports.
pub fn find(
    out: &Path,
    names: &BTreeMap<String, String>,
    failed: &[String],
) -> Result<Vec<Diagnostic>, Failure> {
    let ids: BTreeMap<&str, &str> =
        names.iter().map(|(id, name)| (name.as_str(), id.as_str())).collect();
    let mut strange = BTreeSet::new();
    let mut old = BTreeSet::new();
    let while_ = || WorldError::while_("查看输出文件夹", out);
    for entry in fs::read_dir(out).map_err(while_())? {
        let name = entry.map_err(while_())?.file_name().to_string_lossy().into_owned();
        let Some(stem) = made_like_ours(&name) else { continue };
        let (draft, stem) = stem.strip_prefix(DRAFT).map_or((false, stem), |stem| (true, stem));
        match ids.get(stem) {
            None => drop(strange.insert(name)),
            Some(id) if !draft && failed.iter().any(|f| f == id) => drop(old.insert(name)),
            Some(_) => {}
        }
    }
    let mut told = Vec::new();
    if !strange.is_empty() {
        let message = format!(
            "{} 里有 {} 个先前生成的文件，不是这个案件现在的任何一份公文：{}",
            out.display(),
            strange.len(),
            list(&strange)
        );
        told.push(Diagnostic::warning("P-11", message).hint(
            "文号、日期、标题改过以后，旧名称的文件还留着；程序不删。不再有用的请删去或移走，以免误用；打包不会用到它们。是别的案件的，请各用一个文件夹。",
        ));
    }
    if !old.is_empty() {
        let message = format!(
            "{} 里有 {} 个文件是先前生成的，这一次它们的公文没有做成：{}",
            out.display(),
            old.len(),
            list(&old)
        );
        told.push(Diagnostic::warning("P-11", message).hint(
            "里面是改动以前的内容，不要当成这一次的；按上面的提示改正后重新生成，就换成新的。",
        ));
    }
    Ok(told)
}

fn list(names: &BTreeSet<String>) -> String {
    let shown: Vec<String> = names.iter().take(LISTED).map(|name| format!("“{name}”")).collect();
    let more = names.len().saturating_sub(LISTED);
    let rest = if more > 0 { format!("，还有 {more} 个") } else { String::new() };
    format!("{}{rest}", shown.join("、"))
}

/// The name without what a format adds, if it looks like one that the program gives: 文号 or date, a space, the title.
fn made_like_ours(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let format = EXPORTERS.iter().map(|e| e.format().name()).find(|f| *f == extension)?;
    let stem = match stem.rsplit_once('-') {
        // Pictures are numbered by page.
        Some((stem, page)) if format == "png" && page.parse::<u32>().is_ok() => stem,
        _ => stem,
    };
    let (lead, _) = stem.strip_prefix(DRAFT).unwrap_or(stem).split_once(' ')?;
    let number = lead.contains('〔') && lead.ends_with('号');
    // Public versions are another command's.
    let public = stem.ends_with("（公开版）");
    ((number || date::parse(lead).is_some()) && !public).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::made_like_ours;

    #[test]
    fn names_that_the_program_gives_are_told_from_others() {
        for (name, stem) in [
            ("渝环督〔2025〕3号 关于进驻的通知.pdf", Some("渝环督〔2025〕3号 关于进驻的通知")),
            ("2025-03-04 台账-2.png", Some("2025-03-04 台账")),
            ("样稿 2025-03-04 台账.txt", Some("样稿 2025-03-04 台账")),
            ("2025-03-04 台账（公开版）.pdf", None),
            ("领导讲话 终稿.pdf", None),
            ("2025-03-04 台账.docx", None),
            ("说明.pdf", None),
        ] {
            assert_eq!(made_like_ours(name), stem, "{name}");
        }
    }
}
