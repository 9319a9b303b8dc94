//! What the tests search in: the texts of all documents that the examples make (`tests/golden`).

use std::fs;
use std::path::Path;

use super::{Entry, entry};

/// The documents of the examples, in the order of their names.
pub(super) fn corpus() -> Vec<Entry> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "snap"));
    paths.sort();
    let document = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let text = text.splitn(3, "---\n").nth(2).unwrap().to_owned();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (case, rest) = name.split_once('-').unwrap();
        let (head, title) = rest.split_once(' ').unwrap();
        let (number, date) = match head.starts_with("20") {
            true => (None, head.to_owned()),
            false => {
                let year: String = head.chars().filter(char::is_ascii_digit).take(4).collect();
                (Some(head), format!("{year}-06-01"))
            }
        };
        let mut e = entry(&name, number, title, &date, &text);
        e.metadata.case_id = case.to_owned();
        e.metadata.case_title = format!("{case}案");
        e.metadata.genre = ["通知", "报告", "函", "纪要", "请示", "公示", "方案"]
            .into_iter()
            .find(|g| title.contains(g))
            .unwrap_or("其他")
            .to_owned();
        e
    };
    let all: Vec<Entry> = paths.iter().map(document).collect();
    assert!(all.len() > 100, "{}", all.len());
    all
}

/// Numbers that look like chance and are the same each time (xorshift).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    /// A number below `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}
