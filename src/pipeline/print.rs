//! 印制: the forms of a bundle (目录, 备考表, 封面, 脊背) as PDF files of their real size.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Settings;
use crate::archive::{self, Depth, Print, PrintSet, Stationery};
use crate::container::{create_folder, write_atomically};
use crate::diag::{Diagnostic, Failure, WorldError, has_errors};
use crate::document::Info;
use crate::typeset::{FormPress, FormSheet};

/// One form printed.
#[derive(Debug)]
pub struct Printed {
    /// Its file.
    pub path: PathBuf,
    /// Its title.
    pub title: String,
    /// Its pages.
    pub pages: usize,
}

/// Prints the forms of `bundle` into the folder `out`; boxes have spines of `spine` mm, or as narrow as may be. Warnings of
/// the pages come with what was printed. Nothing is written before all forms are set.
///
/// # Errors
/// As [`archive::prints`]; [`Failure::Faulty`] for fonts, style and table of sizes; [`Failure::Rejected`] with every finding
/// that bars a form; the world's errors.
pub fn print_forms(
    settings: &Settings,
    bundle: &Path,
    spine: Option<u16>,
    out: &Path,
) -> Result<(Vec<Printed>, Vec<Diagnostic>), Failure> {
    let press = FormPress::load(&settings.fonts()?, &settings.styles()?)?;
    let path = press.sizes();
    let table = std::fs::read_to_string(path).map_err(WorldError::while_("读取尺寸表", path))?;
    let stationery = Stationery::parse(&path.display().to_string(), &table)?;
    let set = archive::prints(&archive::verify(bundle, Depth::Full)?, &stationery, spine)?;
    let sizes = serde_json::to_value(&stationery)
        .map_err(|e| Failure::Bug(format!("尺寸表转 JSON：{e}")))?;
    let desk = Desk { press: &press, set: &set, sizes: &sizes };
    let made: Vec<Result<Sheets, Failure>> =
        settings.pool()?.install(|| set.prints.par_iter().map(|print| desk.one(print)).collect());
    let (mut sheets, mut findings) = (Vec::new(), Vec::new());
    for one in made {
        match one {
            Ok(one) => {
                findings.extend(one.findings.iter().cloned());
                sheets.push(one);
            }
            Err(Failure::Rejected(found)) => findings.extend(found),
            Err(other) => return Err(other),
        }
    }
    if has_errors(&findings) {
        return Err(Failure::Rejected(findings));
    }
    create_folder(out)?;
    let mut printed = Vec::new();
    for (print, sheets) in set.prints.iter().zip(sheets) {
        let path = out.join(format!("{}.pdf", print.name));
        write_atomically(&path, |file| std::io::Write::write_all(file, &sheets.bytes))?;
        printed.push(Printed { path, title: print.title.clone(), pages: sheets.pages });
    }
    Ok((printed, findings))
}

/// One form as a file.
struct Sheets {
    bytes: Vec<u8>,
    pages: usize,
    findings: Vec<Diagnostic>,
}

/// What all forms of a bundle share.
struct Desk<'a> {
    press: &'a FormPress,
    set: &'a PrintSet,
    sizes: &'a serde_json::Value,
}

impl Desk<'_> {
    fn one(&self, print: &Print) -> Result<Sheets, Failure> {
        let sheet = FormSheet {
            form: print.form,
            info: Info {
                id: format!("{}/{}", self.set.bundle, print.name),
                title: print.title.clone(),
                author: self.set.sender.clone(),
                date: self.set.date.clone(),
                keywords: vec![self.set.bundle.clone()],
            },
            watermark: self.set.illustrative.then_some("示例"),
            data: &print.data,
            sizes: self.sizes,
        };
        let pages = self.press.set(&sheet)?;
        if pages.has_errors() {
            return Err(Failure::Rejected(pages.findings));
        }
        let bytes = pages.value.to_pdf()?;
        Ok(Sheets { bytes, pages: pages.value.count(), findings: pages.findings })
    }
}

#[cfg(test)]
mod tests;
