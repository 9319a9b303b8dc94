//! Public documents set whole: every character of the source stands on the pages, in order.

use super::Sample;

/// Slips of the sources that the manuscripts mend, as their first lines say: what is written, what is set.
const MENDED: &[(&str, &[(&str, &str)])] = &[
    (
        "seed-lishui-2017",
        &[
            (
                "附件：丽水市协调联络组及专项工作小组组成人员名单",
                "附件：丽水市生态环保督察协调联络组及专项工作组组成人员名单",
            ),
            // The label of 附件 stands before the title there, as here.
            ("丽委办发〔2017〕74号\n\n中共丽水市委办公室  丽水市人民政府办公室\n", ""),
        ],
    ),
    ("seed-five-year-plan", &[("陜", "陕")]),
    ("seed-joint-scheme", &[]),
    ("seed-measures", &[]),
];
/// More characters than this that the source does not have are an addition.
const ADDED: usize = 70;

/// What of the source is not on the pages.
pub(super) fn compare(sample: &Sample) -> Vec<String> {
    let Some((name, mended)) = MENDED.iter().find(|(name, _)| *name == sample.name) else {
        return Vec::new();
    };
    let source = std::fs::read_to_string(sample.folder.join("source.txt")).unwrap();
    let mut source = mended.iter().fold(source, |text, (from, to)| {
        assert!(text.contains(from), "{name}: {from}");
        text.replace(from, to)
    });
    if *name == "seed-five-year-plan" {
        source = source.chars().map(simplified).collect();
    }
    let wanted = letters(&source);
    let shown = shown(sample);
    let start = shown.windows(8).position(|w| wanted.starts_with(w)).unwrap_or_default();
    let mut rest = shown[start..].iter();
    let mut found = String::new();
    for (at, c) in wanted.iter().enumerate() {
        if !rest.any(|d| c == d) {
            let from = at.saturating_sub(20);
            let near: String = wanted[from..wanted.len().min(at + 20)].iter().collect();
            return vec![format!("{name}: “{c}” of “{near}” is not on the pages")];
        }
        found.push(*c);
    }
    let added = shown.len() - start - wanted.len();
    if added > ADDED {
        return vec![format!("{name}: {added} characters that the source does not have")];
    }
    Vec::new()
}

/// The characters on the pages in order, without page numbers.
fn shown(sample: &Sample) -> Vec<char> {
    let mut out = Vec::new();
    for page in 0..sample.pages.count() {
        let number = format!("—{}—", page + 1);
        let lines = sample.pages.text(page);
        let body = lines.lines().filter(|l| l.replace(' ', "") != number);
        out.extend(body.flat_map(letters));
    }
    assert!(out.len() > sample.document.body.title.text.len());
    out
}

/// What counts of a text: no blanks; marks of one kind, half or full width, are one.
fn letters(text: &str) -> Vec<char> {
    let mark = |c| match c {
        ',' => '，',
        ';' => '；',
        ':' => '：',
        '(' => '（',
        ')' => '）',
        '<' => '〈',
        '>' => '〉',
        c => c,
    };
    text.chars().filter(|c| !c.is_whitespace()).map(mark).collect()
}

/// The simplified form (`OpenCC`'s table, first candidate).
#[cfg(feature = "search")]
fn simplified(c: char) -> char {
    use hanconv::RawDictionary;
    const TABLE: &str = const { RawDictionary::TSCharacters.text() };
    use std::collections::BTreeMap;
    use std::sync::LazyLock;
    static MAP: LazyLock<BTreeMap<char, char>> = LazyLock::new(|| {
        let pair = |line: &str| {
            let mut words = line.split_whitespace();
            Some((words.next()?.chars().next()?, words.next()?.chars().next()?))
        };
        TABLE.lines().filter(|l| !l.starts_with('#')).filter_map(pair).collect()
    });
    MAP.get(&c).copied().unwrap_or(c)
}

#[cfg(not(feature = "search"))]
fn simplified(c: char) -> char {
    c
}
