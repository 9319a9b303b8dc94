//! 装具: sizes of paper, boxes and volume covers as the style's table gives them, and how many boxes a series fills.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Failure, SourceFile, Span};

/// 用纸和装具: the table `sizes.toml` of the style of the forms. Lengths are millimetres.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Stationery {
    sheet: Sheet,
    #[serde(rename = "box")]
    carton: Casing,
    volume: Casing,
    clear: Clear,
    thickness: Thickness,
}

/// 幅面 of lists and notes.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    width: u16,
    height: u16,
    binding: u16,
    edge: u16,
    basis: String,
}

/// 档案盒 or 卷皮: its front, and the breadths of spine it is made with.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Casing {
    width: u16,
    height: u16,
    spines: Vec<u16>,
    basis: String,
}

/// Edges without print.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Clear {
    ends: u16,
    sides: u16,
    basis: String,
}

/// How thick pages are.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Thickness {
    pages_per_mm: u16,
    basis: String,
}

/// Shortest and longest side that is believed.
const SIDES: std::ops::RangeInclusive<u16> = 100..=1000;
/// Breadths of spine that are believed.
const SPINES: std::ops::RangeInclusive<u16> = 8..=100;

impl Stationery {
    /// Reads the table; `name` is its file's, for findings.
    ///
    /// # Errors
    /// [`Failure::Faulty`] with K-07: where it cannot be read, or every figure that cannot be meant.
    pub fn parse(name: &str, text: &str) -> Result<Self, Failure> {
        let source = SourceFile::new(name.to_owned(), text.to_owned());
        let read: Self = toml::from_str(text).map_err(|e| {
            let words = format!("装具尺寸表有误：{}", e.message());
            let finding = Diagnostic::error("K-07", words)
                .at(Span::new(&source, e.span().unwrap_or(0..0)))
                .hint(
                    "照原表写全 [sheet]、[box]、[volume]、[clear]、[thickness] 五节，数字为毫米。",
                );
            Failure::Faulty(vec![finding])
        })?;
        let faults = read.faults();
        if faults.is_empty() {
            return Ok(read);
        }
        let say = |words: String| Diagnostic::error("K-07", format!("{name}：{words}"));
        Err(Failure::Faulty(faults.into_iter().map(say).collect()))
    }

    fn faults(&self) -> Vec<String> {
        let mut out = Vec::new();
        let mut side = |what: &str, mm: u16| {
            if !SIDES.contains(&mm) {
                let (least, most) = SIDES.into_inner();
                out.push(format!("{what}是 {mm} 毫米，应在 {least} 至 {most} 之间"));
            }
        };
        side("[sheet] 的宽", self.sheet.width);
        side("[sheet] 的高", self.sheet.height);
        for (what, casing) in [("[box] ", &self.carton), ("[volume] ", &self.volume)] {
            side(&format!("{what}的宽"), casing.width);
            side(&format!("{what}的高"), casing.height);
        }
        for (what, casing) in [("[box] ", &self.carton), ("[volume] ", &self.volume)] {
            let spines = &casing.spines;
            let rising = spines.windows(2).all(|w| matches!(w, [a, b] if a < b));
            if spines.is_empty() || !rising || spines.iter().any(|mm| !SPINES.contains(mm)) {
                let (least, most) = SPINES.into_inner();
                out.push(format!("{what}的 spines 应由薄到厚，各在 {least} 至 {most} 毫米之间"));
            }
        }
        let margins = [self.sheet.binding, self.sheet.edge, self.clear.ends, self.clear.sides];
        if margins.iter().any(|mm| *mm > 40) {
            out.push("留白（binding、edge、ends、sides）不超过 40 毫米".to_owned());
        }
        if !(1..=40).contains(&self.thickness.pages_per_mm) {
            out.push("pages_per_mm 应在 1 至 40 之间".to_owned());
        }
        out
    }

    /// 盒脊厚度 that boxes are made with, in millimetres, the narrowest first.
    #[must_use]
    pub fn box_spines(&self) -> &[u16] {
        &self.carton.spines
    }

    /// The narrowest of `spines` that holds `pages`.
    fn narrowest(&self, spines: &[u16], pages: u32) -> Option<u16> {
        let holds = |mm: &&u16| pages <= self.capacity(**mm);
        spines.iter().find(holds).copied()
    }

    fn capacity(&self, mm: u16) -> u32 {
        u32::from(mm) * u32::from(self.thickness.pages_per_mm)
    }

    /// 卷脊厚度 for a volume of `pages`: the narrowest that holds them, or the broadest there is.
    pub(super) fn volume_spine(&self, pages: u32) -> u16 {
        let spines = &self.volume.spines;
        self.narrowest(spines, pages).or(spines.last().copied()).unwrap_or_default()
    }

    /// 装盒: the 件 of each box, in their order, and its spine; a 件 is never cut. Boxes are as broad as `asked`, or filled as the
    /// broadest would be and each as narrow as what is in it allows. `pages` are those of each 件.
    pub(super) fn boxes(&self, pages: &[u32], asked: Option<u16>) -> Vec<(Range<usize>, u16)> {
        let widest = asked.or(self.carton.spines.last().copied()).unwrap_or_default();
        let mut out: Vec<Range<usize>> = Vec::new();
        let (mut from, mut held) = (0, 0);
        for (at, count) in pages.iter().enumerate() {
            if at > from && held + count > self.capacity(widest) {
                out.push(from..at);
                (from, held) = (at, 0);
            }
            held += count;
        }
        if from < pages.len() {
            out.push(from..pages.len());
        }
        let of = |range: &Range<usize>| pages.get(range.clone()).unwrap_or_default().iter().sum();
        let spine = |range: &Range<usize>| match asked {
            Some(mm) => mm,
            None => self.narrowest(&self.carton.spines, of(range)).unwrap_or(widest),
        };
        out.into_iter().map(|range| (range.clone(), spine(&range))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Stationery;
    use crate::diag::Failure;

    fn shipped() -> String {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("templates/_styles/archive-forms/sizes.toml");
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn boxes_are_filled_in_order_and_no_item_is_cut() {
        let table = Stationery::parse("sizes.toml", &shipped()).unwrap();
        let most = u32::from(table.thickness.pages_per_mm) * 50;
        // All in the narrowest that holds them.
        assert_eq!(table.boxes(&[2, 2, 2], None), [(0..3, 20)]);
        assert_eq!(table.boxes(&[most / 2, most / 2], None), [(0..2, 50)]);
        // One page more than the broadest: a second box, narrow.
        assert_eq!(table.boxes(&[most, 1], None), [(0..1, 50), (1..2, 20)]);
        // An item larger than any box has one of its own.
        assert_eq!(table.boxes(&[1, most * 3, 1], None), [(0..1, 20), (1..2, 50), (2..3, 20)]);
        // As asked: every box is as broad.
        let narrow = most / 50 * 20;
        assert_eq!(
            table.boxes(&[narrow, narrow, 1], Some(20)),
            [(0..1, 20), (1..2, 20), (2..3, 20)]
        );
        assert_eq!(table.volume_spine(1), 10);
        assert_eq!(table.volume_spine(u32::MAX), 20);
    }

    #[test]
    fn a_table_that_cannot_be_meant_is_refused_with_every_fault() {
        let text = shipped();
        let all = text.replacen("width = 210", "width = 21", 1).replace("[10, 15, 20]", "[20, 10]");
        let Err(Failure::Faulty(found)) = Stationery::parse("sizes.toml", &all) else {
            panic!("accepted");
        };
        assert_eq!(found.len(), 2, "{found:?}");
        for broken in [text.replace("[clear]", "[clean]"), text.replace("ends = 15\n", "")] {
            let refused = Stationery::parse("sizes.toml", &broken);
            assert!(matches!(refused, Err(Failure::Faulty(f)) if f[0].code == "K-07"));
        }
    }
}
