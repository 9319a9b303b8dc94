//! 字体归类: which class of 公文 type a font is, and where its em box lies; one table.

/// 字体 class in the sense of GB/T 9704-2012 5.2.2, 7.2, 7.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// 仿宋.
    FangSong,
    /// 楷体.
    Kai,
    /// 黑体.
    Hei,
    /// 小标宋 and what stands for it.
    BiaoSong,
    /// 宋体.
    Song,
    /// A western face.
    Latin,
    /// None of these.
    Other,
}

impl Face {
    /// Its Chinese name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FangSong => "仿宋",
            Self::Kai => "楷体",
            Self::Hei => "黑体",
            Self::BiaoSong => "小标宋",
            Self::Song => "宋体",
            Self::Latin => "西文字体",
            Self::Other => "其他字体",
        }
    }
}

/// One row: a part of the name in small letters without spaces and hyphens; the class; the em box's upper edge
/// above the baseline in em (the middle of 国 plus a half), measured per font.
type Row = (&'static str, Face, Option<f64>);

/// The table; the first row that fits counts. What stands for 小标宋 is a heavy 宋体.
const FACES: &[Row] = &[
    ("小标宋", Face::BiaoSong, None),
    ("xiaobiaosong", Face::BiaoSong, None),
    ("fzxbs", Face::BiaoSong, Some(0.86)),
    ("fandolsongbold", Face::BiaoSong, Some(0.80)),
    ("fandolsong", Face::Song, Some(0.80)),
    ("fandolfang", Face::FangSong, Some(0.80)),
    ("fandolkai", Face::Kai, Some(0.80)),
    ("fandolhei", Face::Hei, Some(0.80)),
    ("notoserif", Face::Song, Some(0.88)),
    ("sourcehanserif", Face::Song, Some(0.88)),
    ("notosans", Face::Hei, Some(0.88)),
    ("sourcehansans", Face::Hei, Some(0.88)),
    ("lxgwwenkai", Face::Kai, Some(0.88)),
    ("仿宋", Face::FangSong, Some(0.86)),
    ("fangsong", Face::FangSong, Some(0.86)),
    ("simfang", Face::FangSong, Some(0.86)),
    ("fzfs", Face::FangSong, Some(0.86)),
    ("楷", Face::Kai, Some(0.86)),
    ("kai", Face::Kai, Some(0.86)),
    ("fzkt", Face::Kai, Some(0.86)),
    ("黑", Face::Hei, Some(0.86)),
    ("hei", Face::Hei, Some(0.86)),
    ("fzht", Face::Hei, Some(0.86)),
    ("宋", Face::Song, Some(0.86)),
    ("song", Face::Song, Some(0.86)),
    ("simsun", Face::Song, Some(0.86)),
    ("fzss", Face::Song, Some(0.86)),
    ("liberation", Face::Latin, None),
    ("times", Face::Latin, None),
    ("arial", Face::Latin, None),
    ("helvetica", Face::Latin, None),
    ("dejavu", Face::Latin, None),
    ("libertinus", Face::Latin, None),
    ("roman", Face::Latin, None),
];

/// Words in a font's name that tell a heavy weight.
const HEAVY: [&str; 4] = ["semibold", "bold", "black", "heavy"];

fn plain(name: &str) -> String {
    // A subset's tag: six letters and a plus.
    let name = match name.split_once('+') {
        Some((tag, rest)) if tag.len() == 6 => rest,
        _ => name,
    };
    name.chars().filter(|c| !matches!(c, ' ' | '-' | '_')).flat_map(char::to_lowercase).collect()
}

fn row(plain: &str) -> Option<&'static Row> {
    FACES.iter().find(|(part, _, _)| plain.contains(part))
}

/// The class of the font called `name`, and whether it is a heavy weight that the class does not have.
#[must_use]
pub fn face_of(name: &str, weight: u16) -> (Face, bool) {
    let plain = plain(name);
    let heavy = weight >= 600 || HEAVY.iter().any(|w| plain.contains(w));
    match row(&plain).map_or(Face::Other, |row| row.1) {
        Face::Song | Face::BiaoSong if heavy => (Face::BiaoSong, false),
        face => (face, heavy && face != Face::BiaoSong),
    }
}

/// Upper edge of the em box above the baseline in em: by the table, or by the middle of 国's ink (`guo`, bottom
/// and top above the baseline in em), or what most fonts have.
#[must_use]
pub fn em_top(name: &str, guo: Option<(f64, f64)>) -> f64 {
    let known = row(&plain(name)).and_then(|row| row.2);
    known.or_else(|| guo.map(|(low, high)| f64::midpoint(low, high) + 0.5)).unwrap_or(0.86)
}

#[cfg(test)]
mod tests {
    use super::{Face, em_top, face_of};

    #[test]
    fn names_of_families_and_of_postscript_are_classed_alike() {
        for (name, weight, face) in [
            ("FandolFang R", 400, Face::FangSong),
            ("ABCDEF+FandolFang-Regular", 400, Face::FangSong),
            ("仿宋_GB2312", 400, Face::FangSong),
            ("FandolSong", 700, Face::BiaoSong),
            ("FandolSong-Bold", 400, Face::BiaoSong),
            ("FandolSong", 400, Face::Song),
            ("方正小标宋简体", 400, Face::BiaoSong),
            ("FZXBSJW--GB1-0", 400, Face::BiaoSong),
            ("NotoSerifSC-SemiBold", 600, Face::BiaoSong),
            ("Noto Sans SC", 500, Face::Hei),
            ("KaiTi", 400, Face::Kai),
            ("SimHei", 400, Face::Hei),
            ("TimesNewRomanPSMT", 400, Face::Latin),
            ("Wingdings", 400, Face::Other),
        ] {
            assert_eq!(face_of(name, weight), (face, false), "{name}");
        }
        assert_eq!(face_of("SimHei", 700), (Face::Hei, true));
    }

    #[test]
    fn the_em_box_is_known_measured_or_supposed() {
        assert_eq!(em_top("FandolKai", None), 0.80);
        assert!((em_top("Unknown", Some((-0.08, 0.80))) - 0.86).abs() < 1e-9);
        assert!((em_top("Unknown", Some((-0.10, 0.86))) - 0.88).abs() < 1e-9);
    }
}
