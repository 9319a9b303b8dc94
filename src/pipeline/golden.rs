//! 金样页: every element and form of GB/T 9704 as a manuscript under tests/golden/pages, its pages kept as small
//! pictures and compared pixel by pixel; the public documents among them are also compared word by word.
//!
//! `INSTA_UPDATE=always cargo test --lib golden` takes the pages as they are now; look at every one that changed.
//! When a page differs, expected, actual and diff (lost ink blue, new ink red) lie in `golden-pages` under the
//! target folder, and the message says where on the page the difference is. Folders with more than
//! [`WHOLE`] pages keep those that their `pages.txt` names.

mod picture;
mod seeds;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::case::load_manuscript;
use crate::diag::{Diagnostic, Failure};
use crate::document::Document;
use crate::template::compose_manuscript;
use crate::typeset::{Options, Pages, Typesetter};
use picture::Picture;

/// Documents of at most so many pages are kept whole.
const WHOLE: usize = 4;
/// Pixels to the inch: a 3号 character is ten pixels high.
const PPI: f32 = 45.0;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders with a manuscript, in order of name.
fn folders() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/golden/pages")).unwrap();
    let mut all: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    all.retain(|p| p.join("paper.md").is_file());
    all.sort();
    all
}

/// One manuscript set, past the gate that refuses state secrets: 密级 must be seen to be judged.
struct Sample {
    name: String,
    folder: PathBuf,
    document: Document,
    pages: Pages,
}

fn sample(typesetter: &Typesetter, folder: &Path) -> Result<Sample, String> {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let told = |findings: &[Diagnostic]| {
        let lines = findings.iter().map(|f| format!("    {} {}", f.code, f.message));
        format!("{name}:\n{}", lines.collect::<Vec<_>>().join("\n"))
    };
    let fail = |failure: Failure| match failure {
        Failure::Rejected(list) | Failure::Faulty(list) | Failure::Refused(list) => told(&list),
        other => format!("{name}: {other:?}"),
    };
    let manuscript = load_manuscript(&folder.join("paper.md")).map_err(fail)?.value;
    let document = compose_manuscript(&manuscript).map_err(fail)?.value;
    let set = typesetter.typeset(&document).map_err(fail)?;
    if set.has_errors() {
        return Err(told(&set.findings));
    }
    Ok(Sample { name, folder: folder.to_path_buf(), document, pages: set.value })
}

impl Sample {
    /// The pages to keep, from 1.
    fn kept(&self) -> Vec<usize> {
        if self.pages.count() <= WHOLE {
            return (1..=self.pages.count()).collect();
        }
        let list = fs::read_to_string(self.folder.join("pages.txt")).unwrap_or_default();
        list.split_whitespace().map(|n| n.parse().unwrap()).collect()
    }

    /// What is wrong with the pages.
    fn compare(&self, update: bool) -> Vec<String> {
        let kept = self.kept();
        let mut wrong = Vec::new();
        if kept.is_empty() || kept.iter().any(|n| *n > self.pages.count()) {
            let count = self.pages.count();
            return vec![format!("{}: {count} pages; pages.txt must name some of them", self.name)];
        }
        for number in &kept {
            let made = self.pages.to_png(number - 1, PPI).unwrap();
            let made = Picture::decode(&made).unwrap().reduced();
            let file = self.folder.join(format!("page-{number}.png"));
            let there = fs::read(&file).ok().and_then(|bytes| Picture::decode(&bytes));
            let told = match &there {
                None => Some("is new".to_owned()),
                Some(there) => there.difference(&made),
            };
            let Some(told) = told else { continue };
            if update {
                fs::write(&file, made.encode()).unwrap();
                continue;
            }
            let out = target().join(&self.name);
            fs::create_dir_all(&out).unwrap();
            let put = |what: &str, bytes: Vec<u8>| {
                fs::write(out.join(format!("page-{number}-{what}.png")), bytes).unwrap();
            };
            put("actual", made.encode());
            if let Some(there) = &there {
                put("expected", there.encode());
                put("diff", there.overlay(&made).encode());
            }
            wrong.push(format!("{} page {number} {told}\n    see {}", self.name, out.display()));
        }
        let names: BTreeSet<String> = kept.iter().map(|n| format!("page-{n}.png")).collect();
        for entry in fs::read_dir(&self.folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("page-") && !names.contains(&name) {
                if update {
                    fs::remove_file(&path).unwrap();
                } else {
                    wrong.push(format!("{}: {name} is a page no more", self.name));
                }
            }
        }
        wrong
    }
}

/// Where pictures of differences go.
fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| root().join("target")).join("golden-pages")
}

#[test]
fn golden_pages() {
    let fonts = root().join("fonts");
    let styles = root().join("templates/_styles");
    let typesetter = Typesetter::load(&fonts, &styles, &Options::default()).unwrap().value;
    let update = std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always");
    let only = std::env::var("GOLDEN_ONLY").unwrap_or_default();
    let mut folders = folders();
    assert!(folders.len() > 35, "{} folders", folders.len());
    folders.retain(|f| f.to_string_lossy().contains(&only));
    let wrong: Vec<String> = folders
        .par_iter()
        .flat_map_iter(|folder| match sample(&typesetter, folder) {
            Err(told) => vec![told],
            Ok(sample) => {
                let mut wrong = sample.compare(update);
                wrong.extend(seeds::compare(&sample));
                wrong
            }
        })
        .collect();
    let mend = "if the new pages are right: INSTA_UPDATE=always cargo test --lib golden";
    assert!(wrong.is_empty(), "{} differences\n{}\n{mend}", wrong.len(), wrong.join("\n"));
}

/// Nothing that the pages show has a way around the gate of `anjuan set`.
#[test]
fn the_classified_sample_is_refused_by_the_command() {
    use super::{SetOptions, Settings, set};
    use crate::clock::Clock;
    let home = root().to_path_buf();
    let settings = Settings {
        home: Some(home),
        clock: Clock::System,
        no_color: true,
        jobs: 1,
        own_kinds: Vec::new(),
    };
    let out = tempfile::tempdir().unwrap();
    let file = root().join("tests/golden/pages/secrecy/paper.md");
    let codes = std::sync::Mutex::new(Vec::new());
    let listen = |event| {
        if let super::Event::Finding(finding) = event {
            codes.lock().unwrap().push(finding.code);
        }
    };
    let options = SetOptions { formats: vec!["txt".into()], typeset: Options::default() };
    let done = set(&settings, &[file], &options, out.path(), &listen).unwrap();
    assert_eq!((done.done, done.failed, done.refused), (0, 0, 1));
    assert_eq!(*codes.lock().unwrap(), ["P-08"]);
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}
