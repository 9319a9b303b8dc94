//! What goes out comes back the same, byte for byte every time, and is never a formula.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{Desk, asked, deeds, example, rows_told, take, tiny};
use crate::case::{self, Amendment, CaseFile};
use crate::diag::Failure;
use crate::ledger::cell::{Cell, trim};
use crate::ledger::form::COMMON;
use crate::ledger::{FORMS, Form, Options, export};

fn all() -> Vec<&'static Form> {
    FORMS.iter().collect()
}

#[test]
fn examples_come_back_unchanged() {
    for name in ["routine", "special", "daily", "lishui"] {
        let case = example(name);
        let text = case.source.text().to_owned();
        let (bytes, rows) = export(&case, &all()).unwrap();
        assert_eq!(bytes, export(&case, &all()).unwrap().0, "the same bytes every time");
        let book = Desk::new().open(&bytes).unwrap();
        assert_eq!(book.sheets.len(), 5);
        let imported = take(case, &book, &Options { update: true, ..Options::default() });
        assert_eq!(rows_told(&imported), "");
        assert!(deeds(&imported).iter().all(|d| *d == "same"));
        assert_eq!(deeds(&imported).len(), rows.iter().sum::<usize>());
        assert_eq!(imported.case.source.text(), text);
    }
}

fn with_problem(fields: Json) -> CaseFile {
    let case = tiny();
    let mut item = json!({
        "id": "P90", "seq": 90, "title": "题", "category": "其他", "description": "述",
        "responsible_organs": ["o-a"], "source": "督察发现", "tier": "市字头", "found_on": "2025-09-20",
        "severity": "一般", "in_report": false, "in_feedback": false, "status": "待整改"
    });
    if let (Json::Object(item), Json::Object(fields)) = (&mut item, fields) {
        item.extend(fields);
    }
    let add = Amendment::Add { list: "/problems".into(), item };
    let source = case::amend(&case, &[add]).unwrap();
    case::reread(&case, source).unwrap().value
}

#[test]
fn texts_are_never_formulas() {
    for text in
        ["=1+1", "+1", "-2+3", "@SUM(A1)", "=HYPERLINK(\"http://a\")", "\t=1", "'=1", "{=1}"]
    {
        let case = with_problem(json!({"title": text, "place": text, "description": text}));
        let forms = [crate::ledger::form("problems").unwrap()];
        let (bytes, _) = export(&case, &forms).unwrap();
        let book = Desk::new().open(&bytes).unwrap();
        let sheet = &book.sheets[0];
        assert!(sheet.formulas.is_empty());
        let row = sheet.rows.values().last().unwrap();
        assert_eq!(row[&2], Cell::Text(text.into()));
        // In the XML itself: cells of shared strings, no <f>.
        let xml = std::cell::RefCell::new(String::new());
        let _ = crate::container::remade(
            &bytes,
            |name, part| {
                if name.ends_with("sheet1.xml") {
                    *xml.borrow_mut() = String::from_utf8(part.clone()).unwrap();
                }
                Some(part)
            },
            &[],
        );
        assert!(!xml.borrow().contains("<f>"));
        let setup = xml.borrow().contains("paperSize=\"9\"")
            && xml.borrow().contains("orientation=\"landscape\"");
        assert!(setup && xml.borrow().contains("ySplit=\"3\""), "{}", xml.borrow());
    }
}

#[test]
fn a_text_too_long_for_a_cell_is_told() {
    let case = with_problem(json!({"description": "长".repeat(32_768)}));
    match export(&case, &all()) {
        Err(Failure::Rejected(found)) => {
            assert_eq!(found[0].code, "T-10");
            assert_eq!(found[0].path.as_deref(), Some("/problems/1/description"));
        }
        other => panic!("{:?}", other.map(|_| ())),
    }
}

/// What of a text Excel keeps: no carriage returns, nothing unseen at its ends.
fn kept(text: &str) -> String {
    trim(&text.replace("\r\n", "\n").replace('\r', "\n")).to_owned()
}

fn back(case: &CaseFile) -> (String, Json) {
    let (bytes, _) = export(case, &[crate::ledger::form("problems").unwrap()]).unwrap();
    let book = Desk::new().open(&bytes).unwrap();
    let imported = take(tiny(), &book, &asked("problems"));
    (rows_told(&imported), imported.case.json()["problems"][1].clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Cell text of any characters: out, in, into the data file, and read again.
    #[test]
    fn any_text_survives(
        title in "\\PC{1,12}",
        place in any::<String>().prop_filter("something", |t| !kept(t).is_empty() && !COMMON.blank.contains(&kept(t))),
        description in "[-=+@'\"#:&<>_x0-9A-F\u{1}\u{7f}\u{85}\u{2028}\u{feff}\r\n\t \\\\，。年😀]{0,20}[a字]",
    ) {
        prop_assume!(!kept(&title).is_empty());
        let fields = json!({"title": title, "place": place, "description": description});
        let (told, item) = back(&with_problem(fields));
        prop_assert_eq!(told, "");
        prop_assert_eq!(&item["title"], &json!(kept(&title)));
        prop_assert_eq!(&item["place"], &json!(kept(&place)));
        prop_assert_eq!(&item["description"], &json!(kept(&description)));
    }
}
