//! Real titles and hostile ones.

use proptest::prelude::*;

use super::{LINE_MAX, break_title, width};

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
