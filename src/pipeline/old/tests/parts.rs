//! Old files that do not fit one bundle: numbered parts, cut short and gone on with.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Desk, NOTICE, states};
use crate::archive::Store;
use crate::clock::Clock;
use crate::pipeline::Event;
use crate::pipeline::old::{OldOptions, State, import_old};

/// A notice of about 400 kB.
fn long(n: u32) -> String {
    let more = format!("第{n}份的附录。\n").repeat(20_000);
    format!("{}{more}", NOTICE.replace("12号", &format!("{n}号")))
}

/// Two of them fit a part, three do not.
fn options() -> OldOptions {
    OldOptions { most: Some(1_100_000), ..Desk::options() }
}

fn put(desk: &Desk, names: &[(&str, u32)]) -> Vec<PathBuf> {
    names.iter().map(|(name, n)| desk.put(name, long(*n))).collect()
}

fn four(desk: &Desk) -> Vec<PathBuf> {
    put(desk, &[("甲.txt", 1), ("乙.txt", 2), ("丙.txt", 3), ("丁.txt", 4)])
}

/// Imports as if the process had been killed before the second part went in.
fn cut_short(desk: &Desk, files: &[PathBuf]) {
    let begun = AtomicUsize::new(0);
    let killed = catch_unwind(AssertUnwindSafe(|| {
        let listen = |event: Event| {
            if matches!(event, Event::Step("检测和接收", _)) {
                assert!(begun.fetch_add(1, Ordering::Relaxed) < 1, "killed");
            }
        };
        import_old(&desk.settings, files, &desk.at("库"), &options(), &listen)
    }));
    assert!(killed.is_err());
    let store = Store::open_for_reading(&desk.at("库")).unwrap();
    assert_eq!(store.accessions().unwrap().len(), 1);
    let found = store.groups(None).unwrap();
    assert_eq!((found.len(), found[0].code.to_string()), (1, "B-24".into()));
}

/// 档号 and 题名 of everything in the archive, each once.
fn codes(desk: &Desk) -> Vec<String> {
    let store = Store::open_for_reading(&desk.at("库")).unwrap();
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    for accession in store.accessions().unwrap() {
        for record in store.records(&accession).unwrap() {
            let file = record.files[0].sha256;
            assert!(seen.insert(file.to_string()), "the same file twice");
            out.push(record.metadata.archival_code);
        }
    }
    out.sort();
    let once: BTreeSet<&String> = out.iter().collect();
    assert_eq!(once.len(), out.len(), "a 档号 twice: {out:?}");
    out
}

#[test]
fn what_does_not_fit_one_bundle_goes_in_as_parts() {
    let desk = Desk::new();
    let files = four(&desk);
    let told = std::sync::Mutex::new(Vec::new());
    let listen = |event: Event| {
        if let Event::Finding(finding) = event {
            told.lock().unwrap().push(finding.code.to_string());
        }
    };
    let done = import_old(&desk.settings, &files, &desk.at("库"), &options(), &listen).unwrap();
    assert_eq!(done.count(State::Imported), 4, "{:?} {:?}", states(&done), done.findings);
    assert_eq!(told.into_inner().unwrap(), Vec::<String>::new(), "nothing is missing in the end");
    let store = Store::open_for_reading(&desk.at("库")).unwrap();
    let accessions = store.accessions().unwrap();
    let ids: Vec<&str> = accessions.iter().map(|a| a.bundle.as_str()).collect();
    assert!(ids.len() == 2 && ids[0].ends_with("-P001") && ids[1].ends_with("-P002"), "{ids:?}");
    assert_eq!(store.groups(None).unwrap().len(), 0);
    // Each file is told with the accession that it came in by.
    for line in &done.lines {
        let own = accessions.iter().find(|a| a.number == line.accession).unwrap();
        let records = store.records(own).unwrap();
        assert!(records.iter().any(|r| r.metadata.archival_code == line.archival_code));
    }
    assert_eq!(codes(&desk).len(), 4);
    let again = import_old(&desk.settings, &files, &desk.at("库"), &options(), &|_| {}).unwrap();
    assert_eq!(again.count(State::Already), 4);
    // What fits goes in whole.
    let desk = Desk::new();
    desk.import(&four(&desk), &Desk::options()).unwrap();
    let store = Store::open_for_reading(&desk.at("库")).unwrap();
    assert_eq!(store.accessions().unwrap().len(), 1);
}

#[test]
fn an_import_cut_short_between_parts_goes_on_with_the_same_files() {
    let mut desk = Desk::new();
    let files = four(&desk);
    cut_short(&desk, &files);
    // The day after; it is still the one hand-over.
    desk.settings.clock = Clock::fixed("2026-11-25T08:00:00Z").unwrap();
    let dry = OldOptions { dry_run: true, ..options() };
    let told = desk.import(&files, &dry).unwrap();
    assert_eq!((told.count(State::Ready), told.count(State::Already)), (2, 2));
    let done = desk.import(&files, &options()).unwrap();
    assert_eq!((done.count(State::Imported), done.count(State::Already)), (2, 2));
    let store = Store::open_for_reading(&desk.at("库")).unwrap();
    assert_eq!(store.groups(None).unwrap().len(), 0, "the group is complete");
    let accessions = store.accessions().unwrap();
    assert!(accessions.len() == 2 && accessions.iter().all(|a| a.version == 1));
    // As if nothing had happened.
    let calm = Desk::new();
    calm.import(&four(&calm), &options()).unwrap();
    let other = Store::open_for_reading(&calm.at("库")).unwrap();
    let digests = |s: &Store| {
        s.accessions().unwrap().iter().map(|a| (a.bundle.clone(), a.sha256)).collect::<Vec<_>>()
    };
    assert_eq!(digests(&store), digests(&other));
    assert_eq!(codes(&desk), codes(&calm));
}

#[test]
fn what_is_in_stays_as_it_is_when_other_files_are_imported() {
    for names in [
        // All of them and one more; some of them; others.
        vec![("甲.txt", 1), ("乙.txt", 2), ("丙.txt", 3), ("丁.txt", 4), ("戊.txt", 5)],
        vec![("丙.txt", 3), ("丁.txt", 4)],
        vec![("戊.txt", 5), ("己.txt", 6)],
    ] {
        let desk = Desk::new();
        cut_short(&desk, &four(&desk));
        let before = codes(&desk);
        let done = desk.import(&put(&desk, &names), &options()).unwrap();
        let good = done.count(State::Imported) + done.count(State::Already);
        assert_eq!(good, names.len(), "{:?} {:?}", states(&done), done.findings);
        let after = codes(&desk);
        assert!(before.iter().all(|code| after.contains(code)));
        let store = Store::open_for_reading(&desk.at("库")).unwrap();
        assert!(store.accessions().unwrap().iter().all(|a| a.version == 1), "{names:?}");
    }
}

#[test]
fn a_file_that_fits_no_part_comes_back_and_the_others_enter() {
    let desk = Desk::new();
    let mut files = put(&desk, &[("甲.txt", 1), ("乙.txt", 2)]);
    files.push(desk.put("大.txt", format!("{}{}", long(3), long(3).repeat(2))));
    let done = desk.import(&files, &options()).unwrap();
    assert_eq!((done.count(State::Imported), done.count(State::Returned)), (2, 1));
    let [found] = &done.findings[..] else { panic!("{:?}", done.findings) };
    assert_eq!(found.code.to_string(), "P-09");
    assert!(found.message.contains("放不进任何一个包"), "{}", found.message);
}
