//! 印件: forms of the archive (目录, 备考表, 封面, 脊背) set by the style `archive-forms`.
//!
//! No 公文 and no plan: one compilation of the form's data in the sizes of a table. What is checked of a 公文 is checked here
//! too: every character has a glyph, every text is on a page, nothing stands over a rule, an edge or another text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use typst::diag::Warned;
use typst::foundations::Bytes;
use typst_layout::PagedDocument;

use super::texts::Placed;
use super::world::{self, DocWorld, Shared};
use super::{Pages, bounds, check, embox, faces, fonts, scan, substitutes};
use crate::diag::{Checked, Diagnostic, Failure, Outcome};
use crate::document::{Info, break_name};

/// Folder of the style under the folder of styles.
const STYLE: &str = "archive-forms";
/// Below this size in points a text is hard to read (小六号 is 6.5).
const LEGIBLE_PT: f64 = 6.4;
/// Characters from which a name may need two lines and is broken where its words end.
const NAME_LINE: usize = 8;
/// Longer texts are running text and break anywhere.
const NAME_MOST: usize = 60;

/// 印机: fonts and the style of the forms, loaded once.
pub struct FormPress {
    shared: Shared,
    faces: faces::FaceSet,
    sizes: PathBuf,
}

/// 一种印件 to be set.
#[derive(Clone, Debug)]
pub struct FormSheet<'a> {
    /// Which form of the style.
    pub form: &'a str,
    /// What the PDF says of itself.
    pub info: Info,
    /// Words on every page, e.g. 示例.
    pub watermark: Option<&'a str>,
    /// What stands on the form; every text of it must be printed.
    pub data: &'a Value,
    /// Sizes of paper and stationery, as the style's table has them.
    pub sizes: &'a Value,
}

impl FormPress {
    /// Loads the fonts that `fonts_dir/fonts.toml` lists and the style `styles_dir/archive-forms`.
    ///
    /// # Errors
    /// [`Failure::Faulty`] for faulty fonts or a style without `main.typ`, the world's errors.
    pub fn load(fonts_dir: &Path, styles_dir: &Path) -> Result<Self, Failure> {
        let dir = styles_dir.join(STYLE);
        let faces = fonts::load(fonts_dir)?;
        let sources = world::read_style(&dir)?;
        let shared = Shared::new(&faces, sources, false)?;
        Ok(Self { shared, faces, sizes: dir.join("sizes.toml") })
    }

    /// The style's table of sizes.
    #[must_use]
    pub fn sizes(&self) -> &Path {
        &self.sizes
    }

    /// Sets a form into pages, each as large as the thing itself.
    ///
    /// # Errors
    /// Invisible and unassigned characters are [`Failure::Rejected`]; an error in the style is [`Failure::Faulty`]. Missing
    /// glyphs (P-01), lost text (L-02), text over an edge or rule (L-08) or over text (L-09) come back as errors beside
    /// the pages; text too small to read (L-12) as a warning.
    pub fn set(&self, sheet: &FormSheet<'_>) -> Outcome<Pages> {
        let mut leaves = Vec::new();
        collect(sheet.data, &mut String::new(), &mut leaves);
        let texts: Vec<Placed<'_>> = leaves
            .iter()
            .map(|(place, text)| Placed { place: place.clone(), text, running: false })
            .collect();
        let forbidden = scan::forbidden(&texts);
        if !forbidden.is_empty() {
            return Err(Failure::Rejected(forbidden));
        }
        let (document, mut findings) = self.compile(sheet, &texts)?;
        let document = embox::aligned(document, &self.faces);
        let substitutes = substitutes::substitutes(&document, &self.faces, &texts);
        let undrawn = check::undrawn(&document);
        let missing = check::missing_glyphs(&undrawn, &texts);
        findings.extend(missing.iter().cloned());
        findings.extend(check::lost_characters(&document, &texts, &undrawn));
        findings.extend(substitutes::notes(&substitutes));
        let used = substitutes::faces_used(&document, &self.faces);
        let pages =
            Pages::new(document, &sheet.info, missing, Vec::new()).with_faces(used, substitutes);
        let sheets = pages.sheets();
        findings.extend(bounds::burst(&sheets));
        findings.extend(bounds::overprinted(&sheets, sheet.watermark));
        let runs = sheets.iter().flat_map(|s| &s.runs);
        let smallest = runs.map(|run| run.size).min_by(f64::total_cmp);
        if let Some(size) = smallest.filter(|size| *size < LEGIBLE_PT) {
            let message = format!("{}有的字缩到{size:.1}磅才放得下", sheet.info.title);
            let hint = "名称、题名用规范的简称，或者换厚一些的盒脊（--box-spine）。";
            findings.push(Diagnostic::warning("L-12", message).hint(hint));
        }
        Ok(Checked { value: pages, findings })
    }

    fn compile(
        &self,
        sheet: &FormSheet<'_>,
        texts: &[Placed<'_>],
    ) -> Result<(PagedDocument, Vec<Diagnostic>), Failure> {
        let bytes = |value: &Value| {
            let bytes = serde_json::to_vec(value);
            bytes.map(Bytes::new).map_err(|e| Failure::Bug(format!("印件转 JSON：{e}")))
        };
        let document = bytes(&json!({
            "form": sheet.form, "info": sheet.info, "watermark": sheet.watermark, "data": sheet.data,
        }))?;
        let layout = bytes(&json!({ "sizes": sheet.sizes, "folds": folds(texts) }))?;
        let world = DocWorld::new(&self.shared, document, layout, &[])?;
        let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
        match output {
            Ok(document) => Ok((document, world.findings(&warnings, "L-01"))),
            Err(errors) => Err(Failure::Faulty(world.findings(&errors, "K-07"))),
        }
    }
}

/// Names that may need two lines, broken where their words end.
fn folds(texts: &[Placed<'_>]) -> BTreeMap<String, Vec<String>> {
    let name = |words: &&str| (NAME_LINE..=NAME_MOST).contains(&words.chars().count());
    // Rows of lists have cells of their own and wrap there.
    let fields = texts.iter().filter(|placed| !placed.place.contains('第')).map(|p| p.text);
    fields.filter(name).map(|words| (words.to_owned(), break_name(words))).collect()
}

/// Every text of `value` with its place: 「全宗名称」, 「件第3行第5列」.
fn collect(value: &Value, place: &mut String, out: &mut Vec<(String, String)>) {
    let from = place.len();
    match value {
        Value::String(text) if !text.is_empty() => out.push((place.clone(), text.clone())),
        Value::Array(all) => {
            let unit = if all.first().is_some_and(Value::is_string) { "列" } else { "行" };
            for (at, inner) in all.iter().enumerate() {
                place.push_str(&format!("第{}{unit}", at + 1));
                collect(inner, place, out);
                place.truncate(from);
            }
        }
        Value::Object(fields) => {
            for (name, inner) in fields {
                place.push_str(name);
                collect(inner, place, out);
                place.truncate(from);
            }
        }
        _ => {}
    }
}
