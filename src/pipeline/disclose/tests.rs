//! Every public document of the examples, composed from public data.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Map, json};

use super::{OPEN, choose, doubts, public};
use crate::case::{self, CaseFile};
use crate::clock::Clock;
use crate::pipeline::Settings;
use crate::template::{Facts, Kinds, compose};

fn settings() -> Settings {
    let home = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    Settings {
        home: Some(home),
        clock: Clock::System,
        no_color: true,
        jobs: 1,
        own_kinds: Vec::new(),
    }
}

fn example(name: &str) -> CaseFile {
    case::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)).unwrap().value
}

#[test]
fn every_public_document_of_the_examples_composes_and_holds_nothing_withheld() {
    let kinds = Kinds::scan(&settings().kind_folders().unwrap()).unwrap().value;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for name in ["routine", "special", "daily"] {
        let case = example(name);
        let mut redaction = public(&settings(), &case).unwrap();
        let open = choose(&case, &kinds, &[], &[]).unwrap().open;
        assert!(open.iter().all(|d| d.openness == OPEN) && open.len() > 1, "{name}");
        assert!(doubts(&case, &redaction, &[]).is_empty());
        let mut ids: Vec<String> = open.iter().map(|d| d.id.clone()).collect();
        seen.extend(open.iter().map(|d| d.kind.clone()));
        // A public kind that no example has is tried on the routine one.
        for kind in kinds.iter().filter(|k| k.openness == OPEN && name == "routine") {
            if kind.forms.iter().any(|f| f == "文件式") && kind.code != "D34" {
                let documents = redaction.json["documents"].as_array_mut().unwrap();
                let mut entry = documents[0].clone();
                for (key, value) in [
                    ("id", json!(format!("trial-{}", kind.code))),
                    ("kind", json!(kind.code)),
                    ("genre", json!(kind.genres[0])),
                    ("format", json!("文件式")),
                    ("title", json!(format!("关于{}的{}", kind.name, kind.genres[0]))),
                    ("openness", json!(OPEN)),
                ] {
                    entry[key] = value;
                }
                ids.push(format!("trial-{}", kind.code));
                seen.insert(kind.code.clone());
                documents.push(entry);
            }
        }
        let facts = Facts::new(&redaction.json);
        let needles = redaction.needles();
        for id in ids {
            let made = compose(&kinds, &facts, &id, &Map::new())
                .unwrap_or_else(|e| panic!("{name} {id}: {e:?}"));
            assert!(made.findings.is_empty(), "{name} {id}: {:?}", made.findings);
            let text = made.value.plain_text();
            assert!(needles.within(&text).is_empty(), "{name} {id}: {:?}", needles.within(&text));
            for bad in [
                "null",
                "none",
                "undefined",
                "，，",
                "。。",
                "，。",
                "（）",
                "有关人员、有关人员",
                "某某",
            ] {
                assert!(!text.contains(bad), "{name} {id}: {bad} in\n{text}");
            }
        }
    }
    let all: BTreeSet<String> =
        kinds.iter().filter(|k| k.openness == OPEN).map(|k| k.code.clone()).collect();
    assert!(all.is_subset(&seen), "{all:?} {seen:?}");
}

#[test]
fn only_public_documents_are_chosen_and_the_others_refused_with_the_article() {
    let kinds = Kinds::scan(&settings().kind_folders().unwrap()).unwrap().value;
    let case = example("routine");
    let ids = ["doc-30".to_owned(), "doc-28".to_owned(), "doc-31".to_owned()];
    let choice = choose(&case, &kinds, &[], &ids).unwrap();
    assert_eq!(choice.open.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["doc-30"]);
    let told: Vec<_> =
        choice.refused.iter().map(|(d, f)| (d.id.as_str(), f.code.as_ref())).collect();
    assert_eq!(told, [("doc-28", "D-01"), ("doc-31", "D-01")]);
    assert!(choice.refused.iter().all(|(_, f)| f.at.is_some() && f.clause().is_some()));
    assert!(choice.refused[1].1.hints[0].contains("第三十七条"));
    assert!(choose(&case, &kinds, &["D99".into()], &[]).is_err());
    assert!(choose(&case, &kinds, &[], &["doc-999".into()]).is_err());
}

#[test]
fn what_a_person_must_see_is_told() {
    let case = example("routine");
    let text = case.source.text();
    let find = "学府路多家餐馆油烟直排";
    let text = text.replacen(find, "有患者反映学府路多家餐馆油烟直排，编号1234567890123", 1);
    let text = text.replacen(
        "    subject: g-07\n    step: 公开审核",
        "    subject: g-07\n    step: 会签",
        1,
    );
    let case = case::reread(&case, crate::diag::SourceFile::new("case.yaml", text)).unwrap().value;
    let kinds = Kinds::scan(&settings().kind_folders().unwrap()).unwrap().value;
    let redaction = public(&settings(), &case).unwrap();
    let open = choose(&case, &kinds, &[], &[]).unwrap().open;
    let told = doubts(&case, &redaction, &open);
    let codes: Vec<&str> = told.iter().map(|f| f.code.as_ref()).collect();
    assert_eq!(codes, ["D-02", "D-02", "D-03"], "{told:?}");
    // The figures themselves are not repeated.
    assert!(told.iter().all(|f| !f.message.contains("1234567890123")));
}
