//! 字面: what is measured of each face, and which faces a role (仿宋, 楷体 …) is set in.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use ttf_parser::GlyphId;
use typst::layout::Abs;
use typst::text::{Font, FontInstance, FontVariant, FontVariations};

use crate::fixity::Digest;

/// Characters that fill the em box well and that every Chinese face has; the ink of one alone sits too
/// high or too low by chance.
const SAMPLE: &str = "国的是在不有和人这中大为上个以要时来用生到作地于出就分对成会可主发年动同工能过产面方后多定行学法所民得经进等部度家力里如水化";

/// 全角标点 that Latin faces and some Chinese ones have narrow or short: the signs between Han and Latin.
const SIGNS: &[char] = &['·', '—', '‘', '’', '“', '”', '…'];

/// How far a sign's advance may be from one em, in ems.
const FULL_WIDTH: std::ops::RangeInclusive<f64> = 0.98..=1.02;

/// One face, loaded.
pub(super) struct Face {
    /// The face as typst holds it.
    pub(super) font: Font,
    /// The same without variations, for its tables.
    plain: FontInstance,
    /// Name of its file.
    pub(super) file: String,
    /// SHA-256 of its file.
    pub(super) sha256: Digest,
    /// Whether it is a file of this machine and not of the house.
    pub(super) of_machine: bool,
    /// Height of the em box above the baseline in ems; none for a face without Han.
    pub(super) em_top: Option<f64>,
}

impl Face {
    pub(super) fn new(font: Font, file: String, sha256: Digest, of_machine: bool) -> Self {
        let plain = font.clone().instantiate(
            FontVariant::default(),
            Abs::pt(16.0),
            &FontVariations::default(),
        );
        let em_top = em_top(&plain);
        Self { font, plain, file, sha256, of_machine, em_top }
    }

    /// Family name as the style writes it.
    pub(super) fn family(&self) -> &str {
        &self.font.info().family
    }

    /// Whether the face can draw `c`.
    pub(super) fn has(&self, c: char) -> bool {
        self.plain.ttf().glyph_index(c).is_some_and(|id| id != GlyphId(0))
    }

    /// Whether `c` is there and as wide as a Chinese character.
    fn has_full_width(&self, c: char) -> bool {
        let ttf = self.plain.ttf();
        let advance = ttf.glyph_index(c).and_then(|id| ttf.glyph_hor_advance(id));
        advance
            .is_some_and(|a| FULL_WIDTH.contains(&(f64::from(a) / f64::from(ttf.units_per_em()))))
    }
}

/// The middle of the ink of Chinese characters is the middle of their em box: median over [`SAMPLE`], in
/// ems above the baseline, plus half an em. (OS/2 figures are no guide: Fandol's say 0.88, its ink 0.80.)
fn em_top(face: &FontInstance) -> Option<f64> {
    let ttf = face.ttf();
    let units = f64::from(ttf.units_per_em());
    let mut middles: Vec<f64> = SAMPLE
        .chars()
        .filter_map(|c| ttf.glyph_bounding_box(ttf.glyph_index(c)?))
        .map(|ink| (f64::from(ink.y_min) + f64::from(ink.y_max)) / 2.0 / units)
        .collect();
    // A face with a handful of Han is no Chinese face.
    if middles.len() * 2 < SAMPLE.chars().count() {
        return None;
    }
    middles.sort_by(f64::total_cmp);
    middles.get(middles.len() / 2).map(|middle| middle + 0.5)
}

/// 字体: one of the faces that a style asks for.
pub(super) struct Role {
    /// Name in the style: `fang`.
    pub(super) name: String,
    /// Name for people: 仿宋.
    pub(super) title: String,
    /// Faces by number, the first is the role's own; others lend what it lacks.
    pub(super) faces: Vec<usize>,
}

/// Every face and role of a process.
pub(super) struct FaceSet {
    pub(super) faces: Vec<Face>,
    pub(super) roles: Vec<Role>,
}

/// 所用字体: one face, as records and reports name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FaceUse {
    /// 字体: 仿宋, 楷体 …
    pub role: String,
    /// Family.
    pub family: String,
    /// File name.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Whether it is a file of this machine: then other machines make other bytes.
    pub of_machine: bool,
}

/// 墨迹: where the ink of a character lies, in em.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Ink {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl FaceSet {
    /// The number of the face that a run is set in.
    pub(super) fn number(&self, font: &Font) -> Option<usize> {
        self.faces.iter().position(|face| &face.font == font)
    }

    /// The face that `role` is set in.
    pub(super) fn own(&self, role: &Role) -> Option<&Face> {
        self.faces.get(*role.faces.first()?)
    }

    /// The ink of each character of `words` in the faces that `role` is set in, in em: white at its left and its
    /// right, top and bottom above the baseline of the role's own face once em boxes are aligned. Names are placed
    /// by their ink: 甲 begins far from its box's edge, 件 ends near it.
    pub(super) fn inks(&self, role: &str, words: &str) -> BTreeMap<String, Ink> {
        let Some(role) = self.roles.iter().find(|r| r.name == role) else { return BTreeMap::new() };
        let own = self.own(role).and_then(|face| face.em_top).unwrap_or(NOMINAL_EM_TOP);
        let of = |c: char| {
            let mut faces = role.faces.iter().filter_map(|&n| self.faces.get(n));
            let face = faces.find(|face| face.has(c))?;
            let ttf = face.plain.ttf();
            let em = f64::from(ttf.units_per_em());
            let id = ttf.glyph_index(c)?;
            let (ink, wide) = (ttf.glyph_bounding_box(id)?, ttf.glyph_hor_advance(id)?);
            let down = face.em_top.unwrap_or(own) - own;
            Some(Ink {
                left: f64::from(ink.x_min) / em,
                right: (f64::from(wide) - f64::from(ink.x_max)) / em,
                top: f64::from(ink.y_max) / em - down,
                bottom: f64::from(ink.y_min) / em - down,
            })
        };
        words.chars().filter_map(|c| Some((c.to_string(), of(c)?))).collect()
    }

    /// Whether face `number` is some role's own.
    pub(super) fn is_own(&self, number: usize) -> bool {
        self.roles.iter().any(|role| role.faces.first() == Some(&number))
    }

    /// The face of `role` as reports name it.
    pub(super) fn face_use(&self, role: &str, number: usize) -> Option<FaceUse> {
        self.faces.get(number).map(|face| FaceUse {
            role: role.to_owned(),
            family: face.family().to_owned(),
            file: face.file.clone(),
            sha256: face.sha256,
            of_machine: face.of_machine,
        })
    }

    /// What the style learns: for each role the families in order (each with the characters it may be used
    /// for, as a class of a regular expression over signs of ours, or null for all) and the em box of its own
    /// face.
    pub(super) fn to_json(&self) -> Value {
        let mut out = Map::new();
        for role in &self.roles {
            let entry = json!({
                "families": self.families(role),
                "em_top": self.own(role).and_then(|face| face.em_top).unwrap_or(NOMINAL_EM_TOP),
            });
            out.insert(role.name.clone(), entry);
        }
        Value::Object(out)
    }

    fn families(&self, role: &Role) -> Vec<Value> {
        let named = |face: &Face, covers: Option<String>| json!({ "name": face.family().to_lowercase(), "covers": covers });
        let faces: Vec<&Face> = role.faces.iter().filter_map(|&n| self.faces.get(n)).collect();
        let Some((own, lenders)) = faces.split_first() else { return Vec::new() };
        if own.em_top.is_none() {
            return faces.iter().map(|face| named(face, None)).collect();
        }
        let mut out = Vec::new();
        // Signs that the role's own face has too narrow come from the first that has them full.
        for lender in lenders {
            let first = |c: &char| faces.iter().find(|f| f.has_full_width(*c)).map(|f| &f.font);
            let lent: String = SIGNS.iter().filter(|c| first(c) == Some(&lender.font)).collect();
            if !lent.is_empty() {
                out.push(named(lender, Some(format!("[{lent}]"))));
            }
        }
        out.push(named(own, None));
        let signs: String = SIGNS.iter().collect();
        out.extend(lenders.iter().map(|face| named(face, Some(format!("[^{signs}]")))));
        out
    }

    /// Whether `c` is lent on purpose: a sign, not a character that is missing.
    pub(super) fn is_sign(c: char) -> bool {
        SIGNS.contains(&c)
    }
}

/// The em box that the style's lines are built on: it begins this far above the baseline.
pub(super) const NOMINAL_EM_TOP: f64 = 0.80;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{FaceSet, SIGNS};
    use crate::typeset::fonts;

    fn house() -> FaceSet {
        fonts::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap()
    }

    #[test]
    fn em_boxes_are_measured_and_every_role_has_full_signs() {
        let set = house();
        let em_top = |file: &str| {
            set.faces.iter().find(|f| f.file == file).unwrap().em_top.map(|t| (t * 100.0).round())
        };
        assert_eq!(em_top("FandolSong-Bold.ttf"), Some(80.0));
        assert_eq!(em_top("NotoSerifSC-SemiBold.ttf"), Some(88.0));
        assert_eq!(em_top("NotoSansSC-Medium.ttf"), Some(88.0));
        assert_eq!(em_top("LiberationSerif-Regular.ttf"), None, "no Han");
        for role in &set.roles {
            if set.own(role).unwrap().em_top.is_none() {
                continue;
            }
            let families = set.families(role);
            for c in SIGNS {
                // The first family that may be used for it is a Chinese one that has it full.
                let used = families.iter().find(|f| match f["covers"].as_str() {
                    None => set.own(role).unwrap().has(*c),
                    Some(class) => class.contains(*c) != class.starts_with("[^"),
                });
                let family = used.unwrap()["name"].as_str().unwrap();
                let full = role
                    .faces
                    .iter()
                    .map(|&n| &set.faces[n])
                    .any(|f| f.family().to_lowercase() == family && f.has_full_width(*c));
                assert!(full, "{} {c} from {family}", role.title);
            }
        }
    }
}
