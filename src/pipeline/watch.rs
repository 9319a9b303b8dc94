//! 看守: which files changed since the last look, by modification time and size. A look costs a few
//! milliseconds; the pause between two looks grows with it, so that looking never takes more than a twentieth of
//! the time (docs/decisions/0016-preview.md).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// The pause between two looks, at least.
const PAUSE: Duration = Duration::from_millis(300);
/// The pause is at least so many times what a look takes.
const SHARE: u32 = 20;
/// How long nothing may change before a change counts as finished: editors write in several steps.
const REST: Duration = Duration::from_millis(120);
/// Folders deeper than this are not looked into.
const DEEPEST: usize = 8;
/// More files than this are not looked at.
const MOST: usize = 50_000;

/// What was seen of one file.
type Seen = (Option<SystemTime>, u64);

/// The files looked at, and how they were.
#[derive(Debug)]
pub struct Watch {
    roots: Vec<(PathBuf, usize)>,
    skip: Vec<PathBuf>,
    seen: BTreeMap<PathBuf, Seen>,
    /// How long the last look took.
    took: Duration,
}

impl Watch {
    /// Looks at `roots` (files, or folders so many levels deep) for the first time; nothing in `skip` counts.
    #[must_use]
    pub fn new(roots: Vec<(PathBuf, usize)>, skip: Vec<PathBuf>) -> Self {
        let mut watch = Self { roots, skip, seen: BTreeMap::new(), took: Duration::ZERO };
        watch.seen = watch.look();
        watch
    }

    /// A whole case folder, templates and the like.
    #[must_use]
    pub fn deep(path: PathBuf) -> (PathBuf, usize) {
        (path, DEEPEST)
    }

    /// How many files are looked at.
    #[must_use]
    pub fn count(&self) -> usize {
        self.seen.len()
    }

    /// Waits until files have changed, come or gone, and have come to rest; gives them, in order of name.
    pub fn wait(&mut self) -> Vec<PathBuf> {
        loop {
            thread::sleep(PAUSE.max(self.took * SHARE));
            let changed = self.changed();
            if !changed.is_empty() {
                return changed;
            }
        }
    }

    /// What has changed since the last time; none while nothing has. Changes still under way are waited for.
    pub fn changed(&mut self) -> Vec<PathBuf> {
        let mut now = self.look();
        if now == self.seen {
            return Vec::new();
        }
        loop {
            thread::sleep(REST);
            let next = self.look();
            if next == now {
                break;
            }
            now = next;
        }
        let differs = |path: &&PathBuf| now.get(*path) != self.seen.get(*path);
        let changed: BTreeSet<PathBuf> =
            now.keys().chain(self.seen.keys()).filter(differs).cloned().collect();
        self.seen = now;
        changed.into_iter().collect()
    }

    fn look(&mut self) -> BTreeMap<PathBuf, Seen> {
        let begun = Instant::now();
        let mut out = BTreeMap::new();
        for (root, depth) in &self.roots {
            self.walk(root, *depth, &mut out);
        }
        self.took = begun.elapsed();
        out
    }

    fn walk(&self, path: &Path, depth: usize, out: &mut BTreeMap<PathBuf, Seen>) {
        // A file that cannot be seen just now is as if it were not there; reading it will say more.
        let Ok(about) = fs::metadata(path) else { return };
        if self.skip.iter().any(|s| s == path) || out.len() >= MOST {
            return;
        }
        if !about.is_dir() {
            out.insert(path.to_path_buf(), (about.modified().ok(), about.len()));
            return;
        }
        if depth == 0 {
            return;
        }
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            if !is_passing(&entry.file_name().to_string_lossy()) {
                self.walk(&entry.path(), depth - 1, out);
            }
        }
    }
}

/// Whether a file is an editor's own and gone in a moment.
fn is_passing(name: &str) -> bool {
    name.starts_with(['.', '#', '~'])
        || name.ends_with(['~', '#'])
        || name.ends_with(".tmp")
        || name == "4913"
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use std::fs;
    use std::thread;
    use std::time::Duration;

    use super::Watch;

    #[test]
    fn changes_are_seen_whole_and_an_editor_s_own_files_and_the_output_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("out")).unwrap();
        fs::create_dir_all(at("附件/图")).unwrap();
        fs::write(at("case.yaml"), "a").unwrap();
        fs::write(at("附件/图/1.png"), "a").unwrap();
        let mut watch = Watch::new(vec![Watch::deep(dir.path().into())], vec![at("out")]);
        assert_eq!(watch.count(), 2);
        assert!(watch.changed().is_empty());
        for own in ["out/a.pdf", ".case.yaml.swp", "case.yaml~", "#case.yaml#", "4913"] {
            fs::write(at(own), "x").unwrap();
        }
        assert!(watch.changed().is_empty());
        fs::write(at("case.yaml"), "ab").unwrap();
        fs::write(at("附件/图/2.png"), "a").unwrap();
        fs::remove_file(at("附件/图/1.png")).unwrap();
        assert_eq!(watch.changed(), [at("case.yaml"), at("附件/图/1.png"), at("附件/图/2.png")]);
        assert!(watch.changed().is_empty());
    }

    #[test]
    fn a_change_under_way_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("case.yaml");
        fs::write(&file, "").unwrap();
        let mut watch = Watch::new(vec![(file.clone(), 0)], Vec::new());
        let writer = thread::spawn({
            let file = file.clone();
            move || {
                for n in 1..=8 {
                    fs::write(&file, "x".repeat(n)).unwrap();
                    thread::sleep(Duration::from_millis(40));
                }
            }
        });
        assert_eq!(watch.wait(), std::slice::from_ref(&file));
        writer.join().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap().len(), 8);
        assert!(watch.changed().is_empty());
    }
}
