//! The rules over the small example, spoilt on purpose, and over composed documents.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde_json::Value;

use super::{NATIONAL, Pack, business, composed, known, retention};
use crate::case::{self, CaseFile};
use crate::diag::{Diagnostic, Failure, SourceFile, code};
use crate::document::Document;

/// What all rules say.
fn check(case: &CaseFile) -> Vec<Diagnostic> {
    let pack = chongqing();
    let mut out = super::check(case, &pack);
    out.extend(business(case, &pack));
    out.extend(retention(case, &pack, &|_| Some("10年")));
    out
}

/// A pack of the house.
fn pack(name: &str) -> Pack {
    let fetch = &mut |name: &str| {
        let path = format!("templates/_rulepacks/{name}/rules.toml");
        Ok(SourceFile::new(path.as_str(), fs::read_to_string(package(&path)).unwrap()))
    };
    Pack::read(name, fetch).unwrap()
}

fn chongqing() -> Pack {
    pack("chongqing-2021")
}

fn package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Codes and places after replacing `find` (after `from`) in an example.
fn with(example: &str, from: &str, find: &str, by: &str) -> Vec<String> {
    let text = fs::read_to_string(package("examples").join(example).join("case.yaml")).unwrap();
    let start = text.find(from).unwrap();
    let at = start + text[start..].find(find).unwrap();
    let spoilt = format!("{}{by}{}", &text[..at], &text[at + find.len()..]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("case.yaml"), spoilt).unwrap();
    let case = case::load(folder.path()).unwrap().value;
    check(&case)
        .iter()
        .map(|f| {
            assert!(f.at.is_some() && !f.hints.is_empty() && !f.message.contains("……"), "{f:?}");
            format!(
                "{} {}",
                f.code,
                f.path.as_deref().unwrap_or_default().rsplit('/').next().unwrap()
            )
        })
        .collect()
}

#[test]
fn the_examples_break_no_rule() {
    for example in ["routine", "special", "daily"] {
        let case = case::load(&package("examples").join(example)).unwrap().value;
        let found = check(&case);
        assert!(found.is_empty(), "{example}: {found:#?}");
    }
}

#[test]
fn a_jurisdiction_has_rules_and_sources_of_its_own() {
    let lishui = pack("lishui-2017");
    let text = fs::read_to_string(package("examples/lishui/case.yaml")).unwrap();
    let judged = |from: &str, to: &str| -> Vec<Diagnostic> {
        assert!(text.contains(from), "{from}");
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("case.yaml"), text.replacen(from, to, 1)).unwrap();
        let case = case::load(folder.path()).unwrap().value;
        let mut found = super::check(&case, &lishui);
        found.extend(business(&case, &lishui));
        found
    };
    let none = judged("", "");
    assert!(none.is_empty(), "{none:#?}");
    for (from, to, code, clause) in [
        ("training_on: 2018-05-10", "training_on: 2018-05-20", "R-15", "方案六（一）"),
        ("evidence: [e-002]", "evidence: []", "R-36", "方案四（四）"),
        ("key_total: 1", "key_total: 2", "R-25", "方案五（二）2；惯例"),
        ("seq: 9}", "seq: 6}", "R-73", "公文条例第9条；GB/T 9704-2012 7.2.5"),
    ] {
        let found = judged(from, to);
        let told: Vec<_> = found.iter().map(|f| (&*f.code, f.clause().unwrap())).collect();
        assert_eq!(told, [(code, clause)], "{from} -> {to}");
    }
    // A case under the other pack is told that its type is unknown there.
    let case = case::load(&package("examples/lishui")).unwrap().value;
    assert_eq!(business(&case, &chongqing())[0].code, "K-12");
}

#[test]
fn every_rule_of_the_matrix_can_fail() {
    let up = "id: doc-351\n";
    let down = "id: doc-352\n";
    for (from, find, by, want) in [
        (up, "code: 渝岭建材", "code: 渝环", "R-73 code"),
        (up, "year: 2026", "year: 2025", "R-73 year"),
        (up, "seq: 33", "seq: 35", "R-73 doc_number"),
        (up, "seq: 33", "seq: 0", "R-73 seq"),
        (up, "    signer: p-dsz\n", "", "R-74 genre"),
        (up, "recipients: [o-office]", "recipients: [o-office, o-lg]", "R-74 recipients"),
        (up, "recipients: [o-office]", "recipients: [e-shuini]", "R-74 0"),
        (up, "copies: [o-gzw]", "copies: [e-shuini]", "R-74 0"),
        (up, "copies: [o-gzw]", "copies: [o-office]", "R-79 0"),
        (up, "issuers: [e-yuling]", "issuers: [e-yuling, o-gzw]", "R-75 1"),
        (up, "整改方案的报告", "整改方案的函", "R-89 title"),
        (up, "关于报送", "关于转发关于报送", "W-43 title"),
        (down, "recipients: [e-shuini, e-gukuang, e-xiechu]", "recipients: [o-gzw]", "W-51 0"),
        (down, "    recipients: [e-shuini, e-gukuang, e-xiechu]\n", "", "R-79 title"),
        ("id: doc-421\n", "recipients: [o-office]", "recipients: [e-shuini]", "W-51 0"),
    ] {
        let found = with("daily", from, find, by);
        assert!(found.iter().any(|f| f == want), "{find} -> {by}: {want} expected, {found:?}");
        // An issuer more is also one that has not countersigned.
        let same = found.iter().all(|f| f.get(..4) == want.get(..4));
        assert!(same, "{find} -> {by}: {found:?}");
    }
}

/// A case of `tests/rules/fixtures.toml`: an example changed so that it breaks one rule.
#[derive(serde::Deserialize)]
struct Fixture {
    rule: String,
    case: String,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    put: BTreeMap<String, Value>,
    says: String,
}

/// The value at a path whose parts are keys, indices or `#id`.
fn at<'a>(value: &'a mut Value, path: &[&str]) -> &'a mut Value {
    let Some((part, rest)) = path.split_first() else { return value };
    let next = match (value, part.strip_prefix('#')) {
        (Value::Array(list), Some(id)) => list.iter_mut().find(|v| v["id"] == id).expect(part),
        (Value::Array(list), None) => &mut list[part.parse::<usize>().unwrap()],
        (Value::Object(map), _) => map.entry(*part).or_insert(Value::Null),
        (other, _) => panic!("{part} of {other}"),
    };
    at(next, rest)
}

fn changed(fixture: &Fixture, examples: &BTreeMap<&str, Value>) -> Value {
    let mut json = examples[fixture.case.as_str()].clone();
    for (path, value) in &fixture.put {
        *at(&mut json, &path.split('/').collect::<Vec<_>>()) = value.clone();
    }
    for path in &fixture.remove {
        let (parent, last) = path.rsplit_once('/').unwrap();
        match at(&mut json, &parent.split('/').collect::<Vec<_>>()) {
            Value::Object(map) => drop(map.shift_remove(last).expect(path)),
            Value::Array(list) => {
                let index = match last.strip_prefix('#') {
                    Some(id) => list.iter().position(|v| v["id"] == id).expect(path),
                    None => last.parse().unwrap(),
                };
                drop(list.remove(index));
            }
            other => panic!("{path}: {other}"),
        }
    }
    json
}

#[derive(serde::Deserialize)]
struct Fixtures {
    fixture: Vec<Fixture>,
}

#[test]
fn each_business_rule_has_a_fixture_that_breaks_it_alone() {
    let text = fs::read_to_string(package("tests/rules/fixtures.toml")).unwrap();
    let Fixtures { fixture: fixtures } = toml::from_str(&text).unwrap();
    let examples: BTreeMap<&str, Value> = ["routine", "special", "daily"]
        .into_iter()
        .map(|e| (e, case::load(&package("examples").join(e)).unwrap().value.json().clone()))
        .collect();
    let judged = fixtures.par_iter().map(|fixture| {
        let folder = tempfile::tempdir().unwrap();
        let json = serde_json::to_string(&changed(fixture, &examples)).unwrap();
        fs::write(folder.path().join("case.json"), json).unwrap();
        let case = match case::load(&folder.path().join("case.json")) {
            Ok(case) => case.value,
            Err(error) => panic!("{}: {error:?}", fixture.rule),
        };
        let found = check(&case);
        let codes: BTreeSet<&str> = found.iter().map(|f| &*f.code).collect();
        let first = found.first().map_or("", |f| f.message.as_str());
        let placed = found.iter().all(|f| f.path.is_some() && !f.hints.is_empty());
        let whole = codes == BTreeSet::from([fixture.rule.as_str()]) && !first.contains("……");
        let good = whole && placed && first == fixture.says;
        if good { String::new() } else { format!("\n{}: {codes:?}: {first}", fixture.rule) }
    });
    let wrong: String = judged.collect();
    assert!(wrong.is_empty(), "{wrong}");
    let proven: BTreeSet<&str> = fixtures.iter().map(|f| f.rule.as_str()).collect();
    for id in business::ids() {
        assert!(proven.contains(id), "{id} has no fixture");
        assert!(chongqing().rules().iter().any(|rule| rule.id == id), "{id} is not in the pack");
    }
}

#[test]
fn a_case_of_another_jurisdictions_type_is_told_so() {
    let case = case::load(&package("examples/daily")).unwrap().value;
    let mut pack = chongqing();
    pack.case_types = vec!["综合督查".into()];
    let found = business(&case, &pack);
    assert_eq!(found.len(), 1);
    assert_eq!((&*found[0].code, found[0].path.as_deref()), ("K-12", Some("/case/case_type")));
    assert!(found[0].hints[0].contains("综合督查"), "{:?}", found[0].hints);
}

#[test]
fn a_document_is_kept_no_shorter_than_its_kind_asks() {
    let case = case::load(&package("examples/daily")).unwrap().value;
    let found = retention(&case, &chongqing(), &|code| (code == "D33").then_some("永久"));
    let wrong: Vec<_> = found.iter().map(|f| (&*f.code, f.at.is_some())).collect();
    let kept = |d: &&case::DocumentEntry| d.kind == "D33" && d.retention.name() != "永久";
    assert_eq!(wrong.len(), case.model().documents.iter().filter(kept).count());
    assert!(wrong.iter().all(|w| *w == ("R-82", true)));
    let found = retention(&case, &chongqing(), &|_| Some("永久"));
    assert!(!found.is_empty() && found.iter().all(|f| f.message.contains("不短于永久")));
}

/// Reads `text` as a pack that may stand on those of the house.
fn written(text: &str) -> Result<Pack, Vec<String>> {
    let read = Pack::read("own", &mut |name| {
        if name == "own" {
            return Ok(SourceFile::new("own/rules.toml", text));
        }
        let path = format!("templates/_rulepacks/{name}/rules.toml");
        Ok(SourceFile::new(path.as_str(), fs::read_to_string(package(&path)).unwrap()))
    });
    read.map_err(|failure| match failure {
        Failure::Faulty(list) => list
            .iter()
            .map(|f| {
                assert!(f.code == "K-12" && f.at.is_some() && !f.hints.is_empty(), "{f:?}");
                let (line, column) = f.at.as_ref().unwrap().line_column();
                format!("{line}:{column} {}", f.message)
            })
            .collect(),
        other => panic!("{other:?}"),
    })
}

#[test]
fn a_pack_says_only_what_differs_from_its_base() {
    let pack = written(
        "[[base]]\npack = \"national\"\n[[base]]\npack = \"chongqing-2021\"\nrules = [\"R-15\", \"R-16\"]\n\
         [params]\npublicity_min_days = 7\n[kinds]\nfeedback = \"D62\"\n\
         [[rule]]\nid = \"R-15\"\nsource = \"丽水方案五\"\nseverity = \"warning\"\n[[rule]]\nid = \"R-80\"\noff = true\n",
    )
    .unwrap();
    assert!(pack.applies("R-15", "") && pack.applies("R-73", "") && !pack.applies("R-17", ""));
    assert!(!pack.applies("R-80", ""), "switched off");
    assert_eq!((pack.number("publicity_min_days"), pack.kind("feedback")), (Some(7.0), "D62"));
    assert_eq!(pack.number("progress_months"), Some(6.0), "of the base");
    assert!(pack.required().is_empty(), "of the base only if it is taken whole");
    let found = pack.finding("R-15", "early", &BTreeMap::new());
    assert_eq!(
        (found.clause(), found.severity),
        (Some("丽水方案五"), crate::diag::Severity::Warning)
    );
}

#[test]
fn everything_wrong_with_a_pack_is_told_with_its_place() {
    let found = written(
        "[[base]]\npack = \"own\"\n[[base]]\npack = \"national\"\nrules = [\"R-01\"]\n[params]\n\
         progress_months = 2.5\necobureau_min_share = 3\nmonths = 1\n\
         [[rule]]\nid = \"R-99\"\nname = \"甲\"\nseverity = \"error\"\nsource = \"乙\"\n[rule.say.x]\nmessage = \"丙\"\nhint = \"丁\"\n\
         [[rule]]\nid = \"R-02\"\n[[rule]]\nid = \"R-02\"\n",
    )
    .unwrap_err();
    for (part, times) in [
        ("2:8 规则包“own”站在自己上面", 1),
        ("规则包“national”里没有规则“R-01”", 1),
        ("“progress_months”要写 0 到 36500 的整数，写的是 2.5", 1),
        ("“ecobureau_min_share”要写 0 到 1 的数，写的是 3", 1),
        ("规则没有用到“months”这个数", 1),
        ("程序没有规则“R-99”的检查", 1),
        ("规则“R-02”缺少 name、severity、source、say", 1),
        ("规则“R-02”写了两次", 1),
    ] {
        let count = found.iter().filter(|f| f.contains(part)).count();
        assert_eq!(count, times, "{part}: {found:#?}");
    }
    let found = written("[params]\nprogress_months = \"六\"\n").unwrap_err();
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("2:19 规则包中这一项的类型不对"), "{found:?}");
    let found = written("[[rule]]\nid = \"R-01\"\nsevrity = \"error\"\n").unwrap_err();
    assert!(found[0].contains("规则包中没有“sevrity”这一项"), "{found:?}");
}

#[test]
fn the_pack_says_which_approvals_are_asked_for_before_issue() {
    let lacking = |example: &str, id: &str, pack: &Pack, without: &str, steps: &[&str]| {
        let source = fs::read_to_string(package(&format!("examples/{example}/case.yaml"))).unwrap();
        let mut source = source.replace(&format!("step: {without}"), "step: 会签");
        if example == "daily" {
            source = source.replace("important: true", "important: false");
        }
        let case = case::reread(
            &case::load(&package(&format!("examples/{example}"))).unwrap().value,
            SourceFile::new("case.yaml", source),
        )
        .unwrap()
        .value;
        let index = case.model().documents.iter().position(|d| d.id == id).unwrap();
        let day = case.model().documents[index].issued_on;
        let steps: Vec<String> = steps.iter().map(ToString::to_string).collect();
        let found = super::before_issue((&case, pack), index, &steps, &[], day);
        assert!(found.iter().all(|f| f.code == "N-10" && f.at.is_some()));
        found.into_iter().map(|f| format!("{} {}", f.message, f.hints.concat())).collect::<Vec<_>>()
    };
    let both = ["市委批准", "市政府批准"];
    // Another jurisdiction, whose type of inspection 重庆 does not know: its own pack asks for both.
    let lishui = pack("lishui-2017");
    assert_eq!(lacking("lishui", "doc-29", &lishui, "无", &both), [""; 0]);
    let found = lacking("lishui", "doc-29", &lishui, "市委批准", &both);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("还没有市委批准") && found[0].contains("方案五（一）"), "{found:?}");
    // What is decided of the report holds for the notice that rests on it; a daily case that is not 重要 is not
    // asked at all.
    let chongqing = chongqing();
    assert_eq!(lacking("routine", "doc-28", &chongqing, "无", &both), [""; 0]);
    let found = lacking("routine", "doc-28", &chongqing, "市政府批准", &both);
    assert!(found.len() == 1 && found[0].contains("办法第13条"), "{found:?}");
    let daily = case::load(&package("examples/daily")).unwrap().value;
    let any = daily.model().documents[0].id.clone();
    assert_eq!(lacking("daily", &any, &chongqing, "无", &both), [""; 0]);
    // What no pack speaks of is asked for always.
    assert_eq!(lacking("daily", &any, &chongqing, "无", &["档案审核"]).len(), 1);
    assert_eq!(lacking("daily", &any, &Pack::default(), "无", &both).len(), 2);
}

#[test]
fn an_approval_of_the_base_is_laid_over_step_by_step() {
    let pack = written(
        "[[base]]\npack = \"chongqing-2021\"\n[[approval]]\nsteps = [\"市委批准\"]\nsource = \"某市办法\"\n",
    )
    .unwrap();
    let own = pack.approval("市委批准").unwrap();
    assert!(own.source == "某市办法" && !own.matter && own.asked("日常督察", false, "不予公开"));
    let base = pack.approval("市政府批准").unwrap();
    assert!(base.matter && !base.asked("日常督察", false, "不予公开"));
    assert!(base.asked("专项督察", true, "不予公开") && base.asked("例行督察", false, "不予公开"));
    let found = written(
        "[[approval]]\nsteps = [\"市委同意\"]\ncase_types = [\"巡察\"]\nopenness = [\"公开\"]\nsource = \"甲\"\n",
    )
    .unwrap_err();
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("2:10 没有“市委同意”这种审批环节"), "{found:?}");
}

#[test]
fn dates_and_authority() {
    let found = with("routine", "id: doc-28\n", "    authority_note: 经市委、市政府批准\n", "");
    assert_eq!(found, ["R-80 title"]);
    let found = with("routine", "id: doc-09\n", "printed_on: 2025-03-04", "printed_on: 2025-03-03");
    assert_eq!(found, ["R-76 printed_on"]);
    let found =
        with("routine", "id: doc-08\n", "    secrecy:", "    basis: [doc-04]\n    secrecy:");
    assert_eq!(found, ["W-52 basis"]);
    let found =
        with("routine", "id: doc-10\n", "    secrecy:", "    recipients: [q-qw]\n    secrecy:");
    assert_eq!(found, ["R-79 recipients"]);
}

#[test]
fn the_pack_and_the_table_of_codes_agree() {
    let pack = chongqing();
    for id in known() {
        let rule = pack.rules().iter().find(|rule| rule.id == id).expect(id);
        let row = code::lookup(id).expect(id);
        assert_eq!((row.name, row.clause), (rule.name.as_str(), Some(rule.source.as_str())));
    }
}

fn document(blocks: &Value, note: &[&str]) -> Document {
    serde_json::from_value(serde_json::json!({
        "info": {"id": "d", "title": "关于某事的报告", "author": "", "date": "2025-03-04", "keywords": []},
        "form": "document", "watermark": null,
        "header": {"copy_no": null, "security": null, "urgency": null,
            "mark": {"names": ["某局"], "suffix": "文件"}, "number": null, "upward": true, "signers": []},
        "body": {"title": {"text": "关于某事的报告", "lines": []}, "recipients": null, "blocks": blocks,
            "annex_note": note, "signature": null, "note": null},
        "parts": note.iter().map(|title| serde_json::json!({"role": "annex", "label": "附件",
            "title": {"text": title, "lines": []}, "blocks": [], "signature": null, "landscape": false}))
            .collect::<Vec<_>>(),
        "imprint": null
    }))
    .unwrap()
}

#[test]
fn composed_documents() {
    let national = pack(NATIONAL);
    let heading = |level: u8, text: &str| serde_json::json!({"type": "heading", "level": level, "number": "", "text": text, "run_in": null});
    let words = |text: &str| serde_json::json!({"type": "paragraph", "text": text, "indent": true});
    let codes = |blocks: Vec<Value>, note: &[&str]| -> Vec<String> {
        composed(&document(&serde_json::json!(blocks), note), "报告", &national)
            .iter()
            .map(|f| f.code.to_string())
            .collect()
    };
    let none: [&str; 0] = [];
    assert_eq!(
        codes(vec![heading(1, "甲"), heading(3, "乙"), heading(1, "丙"), heading(2, "丁")], &[]),
        none
    );
    assert_eq!(codes(vec![heading(2, "甲")], &[]), ["W-41"]);
    assert_eq!(codes(vec![heading(1, "甲"), heading(4, "乙")], &[]), ["W-41"]);
    assert_eq!(codes(vec![heading(1, "甲：")], &[]), ["W-41"]);
    assert_eq!(codes(vec![words("详见附件2。")], &["一表"]), ["P-02"]);
    assert_eq!(codes(vec![words("详见附件1，《办法》附件9。")], &["一表"]), none);
    assert_eq!(codes(vec![words("详见附件。")], &["一表。"]), ["P-02"]);
    assert_eq!(codes(vec![words("妥否，请批示。")], &[]), ["W-55"]);
    let found =
        composed(&document(&serde_json::json!([words("妥否，请批示。")]), &[]), "请示", &national);
    assert!(found.is_empty(), "{found:?}");
    let mut other = document(&serde_json::json!([]), &["一表"]);
    other.body.annex_note = vec!["二表".into()];
    assert_eq!(composed(&other, "报告", &national).len(), 1);
}
