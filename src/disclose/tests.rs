//! What is public of the examples and of planted data.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::detect::Detector;
use super::mend::without;
use super::redact::redact;
use super::table::{Policy, Table};
use super::{Needle, Needles};
use crate::case;
use crate::diag::{Failure, SourceFile};

const TEXT: &str = include_str!("../../templates/_rulepacks/chongqing-2021/disclosure.toml");

fn table() -> Table {
    Table::read(&SourceFile::new("disclosure.toml", TEXT), &mut alone).unwrap()
}

fn example(name: &str) -> case::CaseFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    case::load(&path).unwrap().value
}

/// The example with one text in the place of another.
fn planted(name: &str, find: &str, put: &str) -> case::CaseFile {
    let case = example(name);
    let text = case.source.text();
    assert!(text.contains(find), "{find}");
    case::reread(&case, SourceFile::new("case.yaml", text.replacen(find, put, 1))).unwrap().value
}

/// A text made public, as the only one of its case.
fn made_public(text: &str) -> (String, Vec<(&'static str, String)>) {
    let table = table();
    let public = ["023-00000003".to_owned()];
    let persons = ["洛一川".to_owned(), "高兴".to_owned()];
    let detector = Detector::new(&table, &public, &persons, &[text]).unwrap();
    let found = detector.find(text);
    let words = found.hits.iter().map(|h| (h.sort, h.words.clone())).collect();
    (without(text, &found.hits), words)
}

#[test]
fn every_field_of_the_model_is_decided_once() {
    let table = table();
    let mut seen = BTreeSet::new();
    let mut open = vec![case::top()];
    while let Some(entity) = open.pop() {
        if !seen.insert(entity) {
            continue;
        }
        let row =
            table.entity.get(entity).unwrap_or_else(|| panic!("{entity} is not in the table"));
        for field in case::fields(entity) {
            open.extend(case::group(entity, field));
            let has = |list: &[String]| usize::from(list.iter().any(|f| f == field));
            let times =
                has(&row.keep) + has(&row.words) + usize::from(row.withhold.contains_key(field));
            let id = usize::from(field == "id");
            assert_eq!(times + id, 1, "{entity}.{field}");
        }
    }
    assert_eq!(seen.len(), table.entity.len(), "entities that the model does not have");
}

/// A table that stands on no other.
fn alone(name: &str) -> Result<Arc<SourceFile>, Failure> {
    panic!("{name} was asked for")
}

#[test]
fn a_table_says_what_differs_from_that_on_which_it_stands() {
    let read = |text: &str| {
        Table::read(&SourceFile::new("disclosure.toml", text), &mut |name| {
            Ok(SourceFile::new(name, if name == "round" { "base = \"round\"" } else { TEXT }))
        })
    };
    const LISHUI: &str = include_str!("../../templates/_rulepacks/lishui-2017/disclosure.toml");
    let own = read(LISHUI).unwrap();
    assert!(own.ground.values().all(|g| !g.contains("重庆")), "{:?}", own.ground);
    assert_eq!(own.policy("Complaint", "reporter"), table().policy("Complaint", "reporter"));
    let own = read("base = \"chongqing-2021\"\n[entity.District]\nkeep = [\"name\"]\n").unwrap();
    assert_eq!(own.policy("District", "code"), Policy::Withhold("scope"));
    assert_eq!(own.policy("Organ", "name"), Policy::Keep);
    for (text, want) in [
        ("base = \"round\"", "站在自己上面"),
        ("base = \"a\"\n[entity.Distrikt]\nkeep = []", "没有实体“Distrikt”"),
        ("base = \"a\"\nkeep = []", "没有“keep”这一项"),
    ] {
        match read(text) {
            Err(Failure::Faulty(list)) => {
                assert!(list[0].message.contains(want) && list[0].at.is_some(), "{list:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_table_with_slips_is_refused() {
    let spoiled = [
        ("keep = [\"organ\", \"name\"]", "keep = [\"organ\", \"nmae\"]"),
        ("place = \"reporter\"", "place = \"reporters\""),
        ("[entity.Hotline]", "[entity.Hotlines]"),
        ("id = \"mobile\"", "id = \"mobil\""),
        ("[public]", "[publik]"),
    ];
    for (from, to) in spoiled {
        assert!(TEXT.contains(from), "{from}");
        let source = SourceFile::new("disclosure.toml", TEXT.replacen(from, to, 1));
        assert!(Table::read(&source, &mut alone).is_err(), "{to}");
    }
}

#[test]
fn sentences_read_on_without_what_is_withheld() {
    for (from, to) in [
        ("举报人张建国（联系电话：13812345678）反映油烟直排。", "举报人反映油烟直排。"),
        (
            "举报人：张建国，电话：138 1234 5678，反映学府路餐馆油烟直排。",
            "反映学府路餐馆油烟直排。",
        ),
        (
            "市民王丽多次来电反映，学府路多家餐馆油烟直排。",
            "市民多次来电反映，学府路多家餐馆油烟直排。",
        ),
        (
            "信访人欧阳建国称河水发黑；欧阳建国要求尽快处理。",
            "信访人称河水发黑；群众要求尽快处理。",
        ),
        ("居民李女士投诉夜间噪声。", "居民投诉夜间噪声。"),
        ("请拨打13812345678联系。", "请拨打有关电话联系。"),
        ("请拨打电话１３８—１２３４—５６７８联系。", "请拨打有关电话联系。"),
        ("其身份证号11010519491231002X，住址：澄溪区学府路12号3幢502室。", ""),
        ("赔偿款转入卡号6222021234567890123，群众满意。", "赔偿款转入，群众满意。"),
        (
            "家住澄溪区银杏湾街道学府路12号3幢5-2的居民反映噪声扰民。",
            "家住澄溪区的居民反映噪声扰民。",
        ),
        ("居民长期无法开窗，家住学府路12号3幢5-2。", "居民长期无法开窗。"),
        ("家住学府路12号的居民反映噪声扰民。", "家住当地的居民反映噪声扰民。"),
        ("学府小区3幢2单元502室居民反映油烟扰民。", "学府小区居民反映油烟扰民。"),
        ("微信号：zhang_jg88，邮箱zhang.jg@example.com，反映夜间施工。", "反映夜间施工。"),
        ("车牌号为渝A·12345的货车夜间倾倒渣土。", "有关货车夜间倾倒渣土。"),
        ("渝AD12345夜间倾倒渣土。", "有关车辆夜间倾倒渣土。"),
        ("赔偿款转入账户6222 0212 3456 7890 128后，群众撤回投诉。", "赔偿款转入后，群众撤回投诉。"),
        ("由洛一川、高 兴现场核实。", "由有关人员、有关人员现场核实。"),
    ] {
        assert_eq!(made_public(from).0, to, "{from}");
    }
}

#[test]
fn what_is_public_stays_as_it_is() {
    for text in [
        "专门值班电话023-00000003，受理时间每天8:00—20:00。",
        "举报人反映油烟直排，居民长期无法开窗，群众反映强烈。",
        "居民高度关注，村民多次投诉；市民于3月10日来电。",
        "现场检查学府路23家餐饮单位，9家油烟净化设施未清洗，3家未安装。",
        "12345热线转来：河里鱼少了，水有酱味。",
        "受理编号D3CQ202503100001，渝环督办〔2025〕16号，2025年3月10日。",
        "管网建成18.9公里，罚款15.5万元，COD浓度为45.67毫克/升。",
        "重点排污单位自动监控数据超标3.2倍，排放渗滤液2000吨。",
    ] {
        let (words, found) = made_public(text);
        assert_eq!((words.as_str(), found.len()), (text, 0), "{found:?}");
    }
}

#[test]
fn the_examples_lose_no_public_text() {
    for name in ["routine", "special", "daily"] {
        let case = example(name);
        let public = redact(&case, &table()).unwrap();
        assert_eq!(public.asks, [], "{name}");
        for entry in &public.withheld {
            assert!(
                matches!(entry.sort.as_str(), "item" | "person"),
                "{name}: {entry:?} is no personal data"
            );
        }
        for list in ["complaints", "tasks", "problems", "documents"] {
            let count = |json: &serde_json::Value| json[list].as_array().map(Vec::len);
            assert_eq!(count(&public.json), count(case.json()), "{name} {list}");
        }
        assert!(public.json["evidence"].as_array().unwrap().is_empty());
        assert!(public.needles().count() > 20, "{name}: {}", public.needles().count());
        // Nothing that is looked for is left in the public data.
        let left = public.needles();
        let text = public.json.to_string();
        let found = left.within(&text);
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn what_is_planted_is_taken_out_everywhere() {
    let find = "学府路多家餐馆油烟直排，楼上居民长期无法开窗。";
    let put = "举报人张建国（电话138-1234-5678、身份证号１１０１０５１９４９１２３１００２Ｘ）反映学府路餐馆油烟直排，楼上居民长期无法开窗。";
    let case = planted("routine", find, put);
    let public = redact(&case, &table()).unwrap();
    assert_eq!(
        public.json["complaints"][0]["summary"],
        "举报人反映学府路餐馆油烟直排，楼上居民长期无法开窗。"
    );
    let needles = public.needles();
    for written in ["13812345678", "１３８ １２３４ ５６７８", "11010519491231002x", "张 建 国"]
    {
        assert_eq!(needles.within(written).len(), 1, "{written}");
    }
    // A reporter named in one text is known in all others.
    let case = planted("routine", find, put);
    let text = case.source.text().replacen(
        "现场检查学府路23家餐饮单位",
        "约张建国到场，现场检查学府路23家餐饮单位",
        1,
    );
    let case = case::reread(&case, SourceFile::new("case.yaml", text)).unwrap().value;
    let public = redact(&case, &table()).unwrap();
    let findings = public.json["complaints"][0]["findings"].as_str().unwrap().to_owned();
    assert!(findings.starts_with("约群众到场，现场检查"), "{findings}");
}

#[test]
fn a_text_of_nothing_else_says_so() {
    let find = "学府路多家餐馆油烟直排，楼上居民长期无法开窗。";
    let case = planted("routine", find, "身份证号11010519491231002X。");
    let public = redact(&case, &table()).unwrap();
    assert_eq!(public.json["complaints"][0]["summary"], "内容涉及个人信息，不予公开。");
}

#[test]
fn what_no_rule_decides_is_asked() {
    let find = "学府路多家餐馆油烟直排，楼上居民长期无法开窗。";
    let case = planted("routine", find, "有患者长期服药，编号1234567890123。");
    let asks = redact(&case, &table()).unwrap().asks;
    let words: Vec<&str> = asks.iter().map(|a| a.words.as_str()).collect();
    assert_eq!(words, ["1234567890123", "患者"]);
    assert!(asks.iter().all(|a| a.path == "/complaints/0/summary"));
}

#[test]
fn problems_outside_report_and_feedback_go_with_what_points_to_them() {
    let case = example("routine");
    let text = case.source.text().replacen(
        "    in_report: true\n    in_feedback: true\n",
        "    in_report: false\n    in_feedback: false\n",
        1,
    );
    let case = case::reread(&case, SourceFile::new("case.yaml", text)).unwrap().value;
    let public = redact(&case, &table()).unwrap();
    let ids = |json: &serde_json::Value| json["problems"].as_array().unwrap().len();
    assert_eq!(ids(&public.json) + 1, ids(case.json()));
    assert!(!public.json["tasks"][0]["problems"].to_string().contains("\"P01\""));
}

#[test]
fn needles_are_found_in_every_writing() {
    let needles = Needles::new(
        [("手机号码", "13812345678"), ("QQ", "1234567"), ("信访人姓名", "张建国")]
            .map(|(sort, words)| Needle { sort: sort.into(), words: words.into() }),
    );
    for text in [
        "138 1234 5678",
        "１３８１２３４５６７８",
        "138-1234-\n5678",
        "一三八一二三四五六七八",
        "QQ：1234567。",
        "张\u{3000}建国",
        "张\n建国",
        "1\u{200b}3812345678",
    ] {
        assert_eq!(needles.within(text).len(), 1, "{text}");
    }
    for text in ["13812345679", "QQ：12345678", "张建民", ""] {
        assert!(needles.within(text).is_empty(), "{text}");
    }
    let utf16: Vec<u8> = "x张建国".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(needles.within_bytes(&utf16).len(), 1);
    assert_eq!(needles.within_bytes(&[&b"\0"[..], &utf16].concat()).len(), 1);
    assert_eq!(needles.within_bytes("a138-1234-5678b".as_bytes()).len(), 1);
    // Masked, nobody learns it.
    let needle = needles.within("13812345678")[0];
    assert_eq!(needle.masked(), "138…（11字）");
}
