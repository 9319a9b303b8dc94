//! 模糊测试的入口: every parser of foreign bytes under a name, for the explorer (`tests/fuzz`) and for the test that runs
//! the kept corpus and its neighbours on every build. There is nothing here in the program that offices use.

use std::io::Write as _;

use crate::archive::fuzz as archive;
use crate::extract::fuzz as extract;
use crate::keys::PublicKey;

/// A parser that must come back from whatever bytes it is given.
pub type Target = (&'static str, fn(&[u8]));

/// 目标: one row a parser.
const TARGETS: &[Target] = &[
    ("bundle", archive::bundle),
    ("digest_list", archive::digest_list),
    ("bag_info", archive::bag_info),
    ("description", archive::description),
    ("xml", archive::xml),
    ("receipt", archive::receipt),
    ("file", extract::file),
    ("ledger", extract::ledger),
    ("letter", extract::letter),
    ("public_key", |bytes| {
        let _ = PublicKey::from_pem(&String::from_utf8_lossy(bytes), "");
    }),
    ("case", |bytes| {
        let Ok(mut file) = tempfile::NamedTempFile::with_suffix(".yaml") else { return };
        if file.write_all(bytes).is_ok() {
            let _ = crate::case::load(file.path());
        }
    }),
    #[cfg(feature = "search")]
    ("query", |bytes| {
        let _ = crate::catalog::Query::parse(&String::from_utf8_lossy(bytes));
    }),
];

/// Runs the parser `name` over `bytes`.
///
/// # Panics
/// If there is no such parser, or if it fails at what it promises.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|(n, _)| *n == name);
    let (_, parse) = target.unwrap_or_else(|| panic!("no parser is named {name}"));
    parse(bytes);
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};
    use std::{fs, thread};

    use rayon::prelude::*;

    use super::{TARGETS, run};

    /// Numbers that look like chance and are the same every time.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, most: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % most.max(1) as u64).unwrap()
        }
    }

    /// `seed` with one to four things done to it: a byte changed, a stretch lost, doubled, moved, or the end cut off.
    fn neighbour(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
        const TELLING: [u8; 12] = *b"\0\x01\x7f\x80\xff<>&\"{[\n";
        let mut out = seed.to_vec();
        for _ in 0..=dice.below(4) {
            let (at, length) = (dice.below(out.len()), 1 + dice.below(40));
            let end = (at + length).min(out.len());
            match dice.below(6) {
                0 if at < out.len() => out[at] ^= 1 << dice.below(8),
                1 if at < out.len() => out[at] = TELLING[dice.below(TELLING.len())],
                2 => drop(out.drain(at..end)),
                3 => {
                    let stretch = out[at..end].to_vec();
                    drop(out.splice(at..at, stretch));
                }
                4 => {
                    let stretch: Vec<u8> = out.drain(at..end).collect();
                    let to = dice.below(out.len() + 1);
                    drop(out.splice(to..to, stretch));
                }
                _ if dice.below(8) == 0 => out.truncate(at),
                _ => out.insert(at, TELLING[dice.below(TELLING.len())]),
            }
        }
        out
    }

    /// What was once found, what offices really send, and a step beside each: `ANJUAN_FUZZ` neighbours of every file.
    #[test]
    fn the_kept_corpus_and_its_neighbours_are_read_or_refused() {
        let beside = std::env::var("ANJUAN_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(24);
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
        let mut cases = Vec::new();
        for (name, _) in TARGETS {
            let folder = fs::read_dir(corpus.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
            let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
            files.sort();
            assert!(!files.is_empty(), "{name} has no corpus");
            cases.extend(files.into_iter().map(|file| (*name, file)));
        }
        cases.into_par_iter().for_each(|(name, file)| {
            let seed = fs::read(&file).unwrap();
            run(name, &seed);
            let mut dice = Dice(0x2545_F491_4F6C_DD1D ^ seed.len() as u64);
            // What hangs or kills the process is kept where it can be found.
            let trace = std::env::var_os("ANJUAN_FUZZ_TO").map(PathBuf::from);
            for turn in 0..beside {
                let input = neighbour(&seed, &mut dice);
                let begin = Instant::now();
                if let Some(folder) = &trace {
                    fs::write(folder.join(format!("{name}-{:?}", thread::current().id())), &input)
                        .unwrap();
                }
                run(name, &input);
                let took = begin.elapsed();
                assert!(took < Duration::from_secs(20), "{name} {file:?} {turn}: {took:?}");
            }
        });
    }

    /// A target that the explorer does not know would never be explored.
    #[test]
    fn the_explorer_knows_every_parser() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/Cargo.toml");
        let manifest = fs::read_to_string(manifest).unwrap();
        for (name, _) in TARGETS {
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        }
    }
}
