//! A small strict reader of iCalendar files (RFC 5545), and what it makes of ours.

use std::collections::BTreeSet;

use super::{EXAMPLES, day, due, example, ics, pack};

/// Reads a calendar as strictly as the standard lets: CRLF, folding at 75 octets on characters, one of each
/// property, unique UIDs, TEXT escaped. Gives UID and SUMMARY of its events.
pub(super) fn strict(file: &str, events: usize) -> Vec<(String, String)> {
    assert!(file.ends_with("\r\n"));
    let physical: Vec<&str> = file.strip_suffix("\r\n").unwrap().split("\r\n").collect();
    let mut lines: Vec<String> = Vec::new();
    for line in physical {
        assert!(!line.contains(['\r', '\n']), "bare line end in {line:?}");
        assert!((1..=75).contains(&line.len()), "{} octets: {line}", line.len());
        match line.strip_prefix(' ') {
            Some(rest) => lines.last_mut().unwrap().push_str(rest),
            None => lines.push(line.to_owned()),
        }
    }
    let mut open: Vec<(String, BTreeSet<String>)> = Vec::new();
    let (mut uids, mut out, mut uid) = (BTreeSet::new(), Vec::new(), String::new());
    for line in &lines {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line}"));
        assert!(name.bytes().all(|b| b.is_ascii_uppercase() || b"-;=".contains(&b)), "{name}");
        match name {
            "BEGIN" => open.push((value.to_owned(), BTreeSet::new())),
            "END" => {
                let (component, properties) = open.pop().unwrap();
                assert_eq!(component, value);
                let wanted: &[&str] = match value {
                    "VCALENDAR" => &["VERSION", "PRODID"],
                    "VEVENT" => &["UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY", "DESCRIPTION"],
                    "VALARM" => &["ACTION", "TRIGGER", "DESCRIPTION"],
                    other => panic!("{other}"),
                };
                wanted.iter().for_each(|w| assert!(properties.contains(*w), "{value} without {w}"));
            }
            _ => {
                let (component, properties) = open.last_mut().unwrap();
                assert!(properties.insert(name.to_owned()), "{name} twice");
                match name {
                    "UID" => {
                        assert!(value.is_ascii() && uids.insert(value.to_owned()), "{value}");
                        uid = value.to_owned();
                    }
                    "DTSTAMP" => {
                        let figures = value.strip_suffix("T000000Z").unwrap();
                        assert!(figures.len() == 8 && figures.bytes().all(|b| b.is_ascii_digit()));
                    }
                    "SUMMARY" if component == "VEVENT" => out.push((uid.clone(), unescape(value))),
                    "SUMMARY" | "DESCRIPTION" => drop(unescape(value)),
                    _ => {}
                }
            }
        }
    }
    assert!(open.is_empty());
    assert_eq!(out.len(), events);
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some(c @ ('\\' | ';' | ',')) => out.push(c),
                other => panic!("\\{other:?} in {text}"),
            },
            ';' | ',' => panic!("unescaped {character} in {text}"),
            c => {
                assert!(!c.is_control(), "{c:?}");
                out.push(c);
            }
        }
    }
    out
}

#[test]
fn calendars_are_strict_stable_and_the_same_bytes() {
    let pack = pack();
    let on = day("2026-07-10");
    let cases = EXAMPLES.map(example);
    let mut list: Vec<_> = cases.iter().flat_map(|case| due(case, &pack, on)).collect();
    assert!(list.len() > 40);
    let file = ics(&list);
    assert_eq!(file, ics(&list));
    let before = strict(&file, list.len());
    // A date that moves keeps its UID, so that a calendar updates the entry.
    list[0].due = day("2026-12-01");
    let after = strict(&ics(&list), list.len());
    assert_eq!(before[0].0, after[0].0);
    // The same event the next day is the same event.
    let later: Vec<_> = cases.iter().flat_map(|case| due(case, &pack, day("2026-07-11"))).collect();
    let later: BTreeSet<String> =
        strict(&ics(&later), later.len()).into_iter().map(|e| e.0).collect();
    assert!(before.iter().filter(|(uid, _)| later.contains(uid)).count() > 40);
    // The same case twice: still one UID each.
    let twice = [list.clone(), list.clone()].concat();
    strict(&ics(&twice), twice.len());
}

#[test]
fn texts_are_escaped_and_folded_between_characters() {
    let mut deadline = due(&example("routine"), &pack(), day("2026-07-10")).remove(0);
    deadline.title = format!("一,二;三\\四\n五\r六\u{7}𠮷{}", "督察整改🌊".repeat(40));
    let events = strict(&ics(std::slice::from_ref(&deadline)), 1);
    let wanted = deadline.title.replace(['\r', '\u{7}'], "");
    assert!(events[0].1.ends_with(&wanted), "{}", events[0].1);
}

#[test]
fn no_deadlines_are_an_empty_calendar() {
    assert!(strict(&ics(&[]), 0).is_empty());
}
