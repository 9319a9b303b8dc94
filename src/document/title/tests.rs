//! Real titles and hostile ones.

use proptest::prelude::*;

use super::prices::BAN;
use super::table::TITLES;
use super::{
    FULL, LINE_MAX, LINE_MIN, break_name, break_prices, break_title, measured, shape, width,
};

const NAMES: &[&str] = &[
    "澄溪区",
    "白鹤县",
    "濛水河",
    "龙滩经济技术开发区",
    "市第三生态环境保护督察组",
    "重庆市第三生态环境保护督察组",
    "渝岭建材集团",
    "恒镀公司",
    "渝岭环保公司",
    "龙滩区",
    "青杠坪镇",
    "龙滩经济技术开发区管理委员会",
    "重庆市生态环境保护督察工作领导小组办公室",
    "重庆市生态环境保护督察工作领导小组",
    "中共丽水市委办公室",
    "丽水市人民政府办公室",
    "中共重庆市委办公厅",
    "重庆市人民政府办公厅",
    "重庆市人民政府",
    "重庆市生态环境局",
    "重庆市规划和自然资源局",
    "钟屿舟",
    "邬叙言",
    "虞伟鈜",
];

fn lines(text: &str, words: &[&str]) -> Vec<String> {
    let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    let title = break_title(text, &words);
    assert_eq!(title.lines.concat(), text);
    assert_eq!(title.text, text);
    title.lines
}

fn measure(line: &str) -> i32 {
    line.chars().map(width).sum()
}

#[test]
fn up_to_twenty_characters_stay_on_one_line() {
    for text in [
        "",
        "督察简报（第1期）",
        "关于钟屿舟、邬叙言同志任职授权的通知",
        "渝岭建材集团整改2026年第2季度调度表",
    ] {
        assert_eq!(lines(text, &[]), [text]);
    }
}

#[test]
fn real_titles_break_by_meaning() {
    for expected in [
        "关于印发《澄溪区生态环境保护｜例行督察报告》的通知",
        "关于印发《重庆市澄溪区贯彻落实｜〈澄溪区生态环境保护例行督察报告〉｜整改方案》的通知",
        "关于报审重庆市澄溪区｜生态环境保护例行督察工作安排的请示",
        "关于移交濛水河流域｜生态环境损害责任追究问题的函",
        "关于商请审核市第三生态环境保护督察组｜组长、副组长人选的函",
        "重庆市第三生态环境保护督察组｜向澄溪区反馈督察情况",
        "关于责成书面说明｜建筑垃圾消纳场监管情况的函",
        "濛水河流域专项督察整改｜2026年第1季度调度表",
        "渝岭建材集团第1批整改任务销号材料｜（自查、核查、复查）",
        "关于恒镀公司涉嫌违法排放｜含镍废水情况的报告",
        "关于移送渝岭环保公司｜涉危险废物问题线索的函",
        "关于对龙滩经济技术开发区新增涉镍｜水污染物排放建设项目实施区域限批的通知",
    ] {
        assert_eq!(lines(&expected.replace('｜', ""), NAMES).join("｜"), expected);
    }
}

#[test]
fn a_name_longer_than_a_line_breaks_where_its_words_end() {
    let expected =
        "关于报送《重庆市澄溪区贯彻落实｜〈澄溪区生态环境保护例行督察报告〉｜整改方案》的报告";
    let name = "重庆市澄溪区贯彻落实〈澄溪区生态环境保护例行督察报告〉整改方案";
    let inner = "澄溪区生态环境保护例行督察报告";
    assert_eq!(lines(&expected.replace('｜', ""), &["澄溪区", name, inner]).join("｜"), expected);
}

#[test]
fn an_issuer_of_twenty_characters_is_a_line_of_its_own() {
    let office = "重庆市生态环境保护督察工作领导小组办公室";
    let broken = lines(&format!("{office}关于开展例行督察进驻工作的通知"), &[office]);
    assert_eq!(broken, [office, "关于开展例行督察进驻工作的通知"]);
}

#[test]
fn a_name_of_the_case_is_not_cut() {
    let text = "关于渝岭鼎盛建材集团水泥熟料公司矿山生态修复问题整改情况的报告";
    let name = "渝岭鼎盛建材集团水泥熟料公司";
    assert!(lines(text, &[name]).iter().any(|l| l.contains(name)));
}

#[test]
fn what_cannot_be_kept_whole_still_fits_the_core() {
    let long = "甲".repeat(50);
    for text in [
        long.clone(),
        "的".repeat(65),
        "a".repeat(300),
        format!("《{}》", "第".repeat(90)),
        "，".repeat(41),
        "关于整改工作情况的报告，甲".repeat(900),
    ] {
        let broken = lines(&text, &[&long]);
        assert!(broken.iter().all(|l| !l.is_empty() && measure(l) <= LINE_MAX), "{broken:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_breaks_into_lines_that_fit(text in "[关于印发《》（）督察的和第1年a、 整改报告]{0,90}", name in "[督察整改]{1,6}") {
        let title = break_title(&text, &[name]);
        prop_assert_eq!(title.lines.concat(), text);
        prop_assert!(title.lines.iter().all(|l| measure(l) <= LINE_MAX));
    }
}

#[test]
fn titles_of_every_kind_break_as_an_editor_would() {
    let mut wrong = Vec::new();
    for expected in TITLES {
        let found = lines(&expected.replace('｜', ""), NAMES).join("｜");
        if found != *expected {
            wrong.push(format!("{expected}\n  is set {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the standard says of every title of the table, whatever the expected lines.
#[test]
fn no_title_of_the_table_breaks_a_ban() {
    for title in TITLES.iter().filter(|t| t.contains('｜')) {
        let lines = lines(&title.replace('｜', ""), NAMES);
        let widths: Vec<i32> = lines.iter().map(|l| measure(l)).collect();
        for line in &lines {
            assert!(
                !line.starts_with(['的', '了', '和', '及', '与', '等', '》', '）', '、', '，']),
                "{title}"
            );
            assert!(
                !line.ends_with(['《', '〈', '（', '第']) && !line.ends_with("关于"),
                "{title}"
            );
        }
        assert!(widths.iter().all(|w| (LINE_MIN..=LINE_MAX).contains(w)), "{title}");
        let apart = widths.iter().max().unwrap() - widths.iter().min().unwrap();
        assert!(apart >= FULL / 2, "矩形: {title}");
        for k in 1..widths.len() - 1 {
            let (before, after) = (&widths[..k], &widths[k + 1..]);
            let wider = |w: &i32| *w > widths[k];
            assert!(!(before.iter().any(wider) && after.iter().any(wider)), "沙漏: {title}");
        }
        for whole in ["—2025年", "（试行）"] {
            assert_eq!(title.contains(whole), lines.iter().any(|l| l.contains(whole)), "{title}");
        }
    }
}

#[test]
fn a_red_head_of_two_lines_breaks_where_its_words_end() {
    for expected in [
        "重庆市生态环境保护督察｜工作领导小组办公室文件",
        "龙滩经济技术开发区｜管理委员会文件",
        "中国共产党重庆市｜澄溪区委员会办公室文件",
    ] {
        assert_eq!(break_name(&expected.replace('｜', "")).join("｜"), expected);
    }
    assert_eq!(break_name("局"), ["局"]);
    assert_eq!(break_name(""), [""]);
}

/// The cheapest of all ways to break at `places`, counted out one by one.
fn brute_force(widths: &[i32], prices: &[i32], places: &[usize]) -> Option<i32> {
    let total: i32 = widths.iter().sum();
    let least = shape::least_lines(total);
    let mut best = None;
    for count in [least, least + 1] {
        let profiles = shape::profiles(count, total);
        let mut ends = vec![0];
        every(widths, places, count, &mut ends, &mut |ends| {
            let extra = i32::try_from(count - least).unwrap() * shape::EXTRA_LINE;
            for profile in &profiles {
                let price = extra + shape::price(widths, prices, ends, profile);
                best = Some(best.map_or(price, |b: i32| b.min(price)));
            }
        });
    }
    best
}

fn every(
    widths: &[i32],
    places: &[usize],
    left: usize,
    ends: &mut Vec<usize>,
    see: &mut dyn FnMut(&[usize]),
) {
    let start = *ends.last().unwrap();
    if left == 0 {
        if start == widths.len() {
            see(&ends[1..]);
        }
        return;
    }
    for &end in places.iter().filter(|&&end| end > start) {
        if widths[start..end].iter().sum::<i32>() > LINE_MAX {
            break;
        }
        ends.push(end);
        every(widths, places, left - 1, ends, see);
        ends.pop();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_way_to_break_is_better_than_the_one_found(
        parts in prop::collection::vec(prop::sample::select(vec![
            "关于", "印发", "《", "》", "澄溪区", "生态环境保护", "例行督察", "报告", "整改方案", "的", "通知", "和",
            "2021—2025年", "（试行）", "、", "渝岭建材集团", "第1批", "落实情况", "加强", "PM2.5 ",
        ]), 8..20),
    ) {
        let text: String = parts.concat().chars().take(45).collect();
        let (chars, widths) = measured(&text);
        if widths.iter().sum::<i32>() > LINE_MAX {
            let names: Vec<String> = NAMES.iter().map(|n| (*n).to_owned()).collect();
            let prices = break_prices(&chars, &names);
            let places: Vec<usize> = (0..=chars.len())
                .filter(|&i| i == 0 || i == chars.len() || prices[i] < BAN)
                .collect();
            let found = shape::search(&widths, &prices, &places).map(|(price, _)| price);
            if let Some(brute) = brute_force(&widths, &prices, &places) {
                prop_assert_eq!(found, Some(brute), "{}", text);
            }
        }
    }
}
