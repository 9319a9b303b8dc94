//! The index beside other engines, over texts and questions of `benches/search`, in an optimized test program:
//! `ANJUAN_BESIDE=build:FOLDER:TEXTS` makes an index of TEXTS (lines of id, title, text), `ANJUAN_BESIDE=ask:FOLDER:QUESTIONS:OUT` asks it
//! (lines of class, term, term) and writes what was found and how long it took. Nothing is asserted: the script compares.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::Instant;

use super::{Catalog, Entry, Query, entry};
use crate::diag::Failure;

/// How many keys are told of what was found.
const KEPT: usize = 3000;

fn read(line: std::io::Result<String>) -> Result<Entry, Failure> {
    let line = line.unwrap();
    let mut cells = line.splitn(3, '\t');
    let mut cell = || cells.next().unwrap_or_default().to_owned();
    let (id, title, text) = (cell(), cell(), cell());
    let n: usize = id.parse().unwrap();
    let date = format!("{}-{:02}-{:02}", 2005 + n % 20, n % 12 + 1, n % 28 + 1);
    Ok(entry(&id, None, &title, &date, &text))
}

fn build(folder: &Path, texts: &Path) {
    let mut catalog = Catalog::open(folder).unwrap();
    let lines = BufReader::new(fs::File::open(texts).unwrap()).lines();
    catalog.rebuild(lines.map(read), "1").unwrap();
}

fn ask(folder: &Path, questions: &Path, out: &Path) {
    let catalog = Catalog::open(folder).unwrap();
    let questions = fs::read_to_string(questions).unwrap();
    let mut queries = Vec::new();
    for line in questions.lines() {
        let terms: Vec<String> = line.split('\t').skip(1).map(|t| format!("“{t}”")).collect();
        let alone = terms.iter().map(|t| ("正文".to_owned(), t.clone())).collect();
        let alone = Query { limit: 10, fields: alone, ..Query::default() };
        queries.push((Query::parse(&terms.join(" ")).0, alone));
    }
    let mut out = std::io::BufWriter::new(fs::File::create(out).unwrap());
    let timed = |work: &dyn Fn()| {
        let begin = Instant::now();
        work();
        begin.elapsed().as_secs_f64() * 1000.0
    };
    for (query, alone) in &queries {
        let (total, found) = catalog.gathered(&Query { limit: KEPT, ..query.clone() }).unwrap();
        let keys = catalog.keys(&found);
        let keys: Vec<&str> = keys.iter().filter_map(|k| k.rsplit('/').next()).collect();
        let first = Query { limit: 10, ..query.clone() };
        let bare = timed(&|| drop(catalog.gathered(&first).unwrap()));
        let full = timed(&|| drop(catalog.search(&first).unwrap()));
        let counted = Query { facets: true, ..first.clone() };
        let counted = timed(&|| drop(catalog.search(&counted).unwrap()));
        let alone = timed(&|| drop(catalog.gathered(alone).unwrap()));
        let keys = keys.join(",");
        writeln!(out, "{total}\t{bare:.4}\t{keys}\t{full:.4}\t{counted:.4}\t{alone:.4}").unwrap();
    }
    out.flush().unwrap();
}

#[test]
fn beside_other_engines() {
    let Ok(what) = std::env::var("ANJUAN_BESIDE") else { return };
    let paths: Vec<&Path> = what.split(':').skip(1).map(Path::new).collect();
    match (what.split(':').next(), paths.as_slice()) {
        (Some("build"), [folder, texts]) => build(folder, texts),
        (Some("ask"), [folder, questions, out]) => ask(folder, questions, out),
        _ => panic!("build:FOLDER:TEXTS or ask:FOLDER:QUESTIONS:OUT, not {what}"),
    }
}
