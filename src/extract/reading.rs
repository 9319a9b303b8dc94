//! 著录建议: what an old document says of itself (题名, 文号, 日期, 责任者, 密级, 主送), read from its text as a
//! clerk would who holds the first page. Proposals, to be confirmed; where a text does not say, nothing is made up.

use regex_lite::{Captures, Regex};

use crate::vocab::doc_number::DocNumber;
use crate::vocab::secrecy::Secrecy;

/// 著录建议.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// 题名.
    pub title: Option<String>,
    /// 文号, as the house writes it.
    pub number: Option<String>,
    /// 成文日期, ISO 8601.
    pub date: Option<String>,
    /// 责任者: names joined by 、.
    pub issuer: Option<String>,
    /// 文种.
    pub genre: Option<String>,
    /// 密级 marked at the head.
    pub secrecy: Option<Secrecy>,
    /// 主送.
    pub recipients: Option<String>,
}

/// Lines in which a title is looked for.
const HEAD: usize = 40;
/// Lines in which a mark of secrecy is looked for.
const MARKS: usize = 15;
/// A title has at most so many characters.
const TITLE: usize = 240;

/// 文种, the longest first where one ends with another; traditional characters as they are also written.
const GENRES: &[(&str, &str)] = &[
    ("实施细则", "细则"),
    ("工作方案", "方案"),
    ("会议纪要", "纪要"),
    ("责任清单", "清单"),
    ("决议", "决议"),
    ("決議", "决议"),
    ("决定", "决定"),
    ("決定", "决定"),
    ("命令", "命令"),
    ("公报", "公报"),
    ("公報", "公报"),
    ("公告", "公告"),
    ("通告", "通告"),
    ("意见", "意见"),
    ("意見", "意见"),
    ("通知", "通知"),
    ("通报", "通报"),
    ("通報", "通报"),
    ("报告", "报告"),
    ("報告", "报告"),
    ("请示", "请示"),
    ("請示", "请示"),
    ("批复", "批复"),
    ("批復", "批复"),
    ("议案", "议案"),
    ("議案", "议案"),
    ("复函", "函"),
    ("函", "函"),
    ("纪要", "纪要"),
    ("紀要", "纪要"),
    ("办法", "办法"),
    ("辦法", "办法"),
    ("规定", "规定"),
    ("規定", "规定"),
    ("细则", "细则"),
    ("方案", "方案"),
    ("计划", "计划"),
    ("計劃", "计划"),
    ("规划", "规划"),
    ("总结", "总结"),
    ("總結", "总结"),
    ("清单", "清单"),
    ("名单", "名单"),
    ("制度", "制度"),
    ("条例", "条例"),
    ("规则", "规则"),
    ("简报", "简报"),
    ("要点", "要点"),
    ("令", "令"),
];

/// What `text` says of itself.
#[must_use]
pub fn propose(text: &str) -> Proposal {
    let lines: Vec<String> = text.lines().map(clean).collect();
    let title_at = title(&lines);
    let title = title_at.as_ref().map(|(_, title)| title.clone());
    let date = signed(&lines);
    let genre = title.as_deref().and_then(genre_of);
    let after = title_at.as_ref().map_or(0, |(end, _)| *end);
    Proposal {
        number: number(&lines),
        issuer: issuer(&lines, date.as_ref().map(|(at, _)| *at), title.as_deref()),
        date: date.map(|(_, day)| day),
        genre: genre.map(str::to_owned),
        secrecy: secrecy(&lines),
        recipients: recipients(&lines, after),
        title,
    }
}

/// A line without the signs of mark-up and the blanks that centre it; cells of a table with a bar between.
fn clean(line: &str) -> String {
    let line = line.trim().trim_matches(['#', '*', '\u{feff}']).trim();
    let cells = line.split('\t').map(|c| c.split_whitespace().collect::<Vec<_>>().join(" "));
    cells.filter(|c| !c.is_empty()).collect::<Vec<_>>().join("|")
}

/// Without any blanks: `机 密` is `机密`.
fn close(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[expect(clippy::expect_used, reason = "a pattern of ours, tried by tests")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

/// 发文字号 that stands for itself: alone on its line (or beside 签发人), or after its label.
fn number(lines: &[String]) -> Option<String> {
    let whole = pattern(
        r"^[（(]?(?:[\[【]?(?:发文字号|文号|字号)[\]】]?[:：|]?)?([A-Za-z\u{4e00}-\u{9fff}]{1,20}[〔\[［（(【﹝]\d{4}[〕\]］）)】﹞]第?\d{1,5}号)[）)]?(?:签发人.*)?$",
    );
    lines.iter().take(HEAD + 20).find_map(|line| {
        let line = close(line);
        let found = whole.captures(&line)?;
        DocNumber::parse(found.get(1)?.as_str()).map(|n| n.to_string())
    })
}

/// 密级 at the head: `机密★1年`, `秘密`, `密级：内部`.
fn secrecy(lines: &[String]) -> Option<Secrecy> {
    let marks = [
        ("绝密", Secrecy::TopSecret),
        ("絕密", Secrecy::TopSecret),
        ("机密", Secrecy::Secret),
        ("機密", Secrecy::Secret),
        ("秘密", Secrecy::Confidential),
        ("内部资料", Secrecy::Internal),
        ("内部文件", Secrecy::Internal),
        ("内部", Secrecy::Internal),
    ];
    let read = |word: &str| {
        let word = word.strip_prefix("密级").map_or(word, |w| w.trim_start_matches([':', '：']));
        marks.iter().find_map(|(mark, secrecy)| {
            let rest = word.strip_prefix(mark)?;
            let starred = rest.starts_with(['★', '☆', '*', '＊', '※']);
            let alone = rest.is_empty()
                || ["特急", "加急", "急件", "平急", "注意保存", ",注意保存", "，注意保存"]
                    .contains(&rest);
            (starred || alone).then_some(*secrecy)
        })
    };
    let shown = lines.iter().filter(|l| !l.is_empty()).take(MARKS);
    shown
        .filter_map(|line| {
            let short = close(line);
            let alone = (short.chars().count() <= 14).then(|| read(&short)).flatten();
            alone.or_else(|| line.split([' ', '|']).filter_map(read).max())
        })
        .max()
}

/// The title and the line after it.
fn title(lines: &[String]) -> Option<(usize, String)> {
    let starts = (0..lines.len().min(HEAD)).filter(|i| lines.get(*i).is_some_and(|l| may_begin(l)));
    for start in starts.clone() {
        if let Some(found) = collect(lines, start) {
            return Some(found);
        }
    }
    // No line ends with a 文种: what stands alone at the head, in book marks or short.
    starts.into_iter().find_map(|i| {
        let line = lines.get(i)?;
        let bare =
            !line.contains(['。', '，', ',', '：', ':', '；', '|']) && line.chars().count() <= 60;
        let next_empty = lines.get(i + 1).is_none_or(String::is_empty);
        (bare && (next_empty || line.starts_with('《'))).then(|| (i + 1, unmarked(line)))
    })
}

/// Whether a title may begin with this line.
fn may_begin(line: &str) -> bool {
    let short = close(line);
    let count = short.chars().count();
    let mark = short.ends_with("文件") && count <= 60 && !short.contains("关于");
    let labels = [
        "签发人",
        "主题词",
        "抄送",
        "主送",
        "附件",
        "索引号",
        "发布日期",
        "来源",
        "首页",
        "当前位置",
    ];
    count >= 4
        && !mark
        && !short.contains(['>', '|'])
        && !labels.iter().any(|l| short.starts_with(l))
        && !short.ends_with([':', '：'])
        && number(&[line.to_owned()]).is_none()
        && day_of(&short).is_none()
        && !short.bytes().all(|b| b.is_ascii())
}

/// Lines from `start` on that together end with a 文种.
fn collect(lines: &[String], start: usize) -> Option<(usize, String)> {
    let mut title = String::new();
    for (i, line) in lines.iter().enumerate().skip(start).take(7) {
        let stop = line.is_empty() || line.ends_with([':', '：']) || line.contains(['。', '；']);
        if stop || (i > start && !may_begin(line) && close(line).chars().count() >= 4) {
            return None;
        }
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        if latin(title.chars().next_back()) && latin(line.chars().next()) {
            title.push(' ');
        }
        title.push_str(line);
        if title.chars().count() > TITLE {
            return None;
        }
        let next = lines.get(i + 1).map_or("", String::as_str);
        // 「…的通知」 may still go on: （试行）, or a second line of a name.
        if genre_of(&title).is_some()
            && !(next.starts_with(['（', '('])
                && next.ends_with(['）', ')'])
                && next.chars().count() < 12
                && day_of(next).is_none())
        {
            let said = title.contains("关于") || title.contains("關於") || title.contains("印发");
            return (said || title.chars().count() <= 60).then(|| (i + 1, unmarked(&title)));
        }
    }
    None
}

/// Without book marks about the whole.
fn unmarked(title: &str) -> String {
    let inner = title.strip_prefix('《').and_then(|t| t.strip_suffix('》'));
    inner.filter(|t| !t.contains(['《', '》'])).unwrap_or(title).trim().to_owned()
}

/// The 文种 that a title ends with.
fn genre_of(title: &str) -> Option<&'static str> {
    let mut end = title.trim_end();
    while let Some(rest) = end.strip_suffix(['》', '”', '】']) {
        end = rest.trim_end();
    }
    for (open, shut) in [('（', '）'), ('(', ')')] {
        if end.ends_with(shut)
            && let Some(at) = end.rfind(open)
        {
            end = end.get(..at)?.trim_end();
        }
    }
    let end = end.trim_end_matches(['》', '”']);
    GENRES.iter().find(|(word, _)| end.ends_with(word)).map(|(_, genre)| *genre)
}

/// 成文日期: the first line that is a date and nothing else, and which line.
fn signed(lines: &[String]) -> Option<(usize, String)> {
    let whole = lines.iter().enumerate().find_map(|(i, line)| {
        let line = close(line);
        let bare = line.trim_matches(['（', '）', '(', ')']);
        day_of(bare).map(|day| (i, day))
    });
    whole.or_else(|| {
        let labelled = pattern(
            r"^[\[【]?(?:成文日期|发文日期|印发日期|发布日期|成文时间)[\]】]?[:：|]?(.{8,12})$",
        );
        lines.iter().take(HEAD).enumerate().find_map(|(i, line)| {
            let line = close(line);
            day_of(labelled.captures(&line)?.get(1)?.as_str()).map(|day| (i, day))
        })
    })
}

/// A date that is the whole text: `2017年10月26日`, `二〇一七年十月二十六日`, `2017-10-26`, `2017.10.26`; `20171026` as it is
/// left when signs were lost.
fn day_of(text: &str) -> Option<String> {
    let figures = pattern(r"^(\d{4})(?:年|-|\.|/)(\d{1,2})(?:月|-|\.|/)(\d{1,2})日?$");
    let eight = pattern(r"^((?:19|20)\d{2})(\d{2})(\d{2})日?$");
    let figure = |c: &Captures<'_>, n: usize| c.get(n)?.as_str().parse::<u32>().ok();
    let (year, month, day) = if let Some(c) =
        figures.captures(text).or_else(|| eight.captures(text))
    {
        (figure(&c, 1)?, figure(&c, 2)?, figure(&c, 3)?)
    } else {
        let words = pattern(
            r"^([一二三四五六七八九〇○零Ｏ0]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日$",
        );
        let c = words.captures(text)?;
        let year: Option<String> = c.get(1)?.as_str().chars().map(digit).collect();
        (year?.parse().ok()?, tens(c.get(2)?.as_str())?, tens(c.get(3)?.as_str())?)
    };
    let date = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    (1900..2200).contains(&year).then(|| date.to_string())
}

fn digit(c: char) -> Option<char> {
    let at = "〇一二三四五六七八九".chars().position(|d| d == c);
    let at = at.or_else(|| "○零Ｏ0".contains(c).then_some(0))?;
    char::from_digit(u32::try_from(at).ok()?, 10)
}

/// 一 to 三十一.
fn tens(text: &str) -> Option<u32> {
    let one = |t: &str| match t.chars().next() {
        None => Some(0),
        Some(c) => digit(c)?.to_digit(10),
    };
    match text.split_once('十') {
        None => one(text),
        Some(("", ones)) => Some(10 + one(ones)?),
        Some((tens, ones)) => Some(one(tens)? * 10 + one(ones)?),
    }
}

/// 责任者: the 发文机关标志, else the signature above the date, else who the title names.
fn issuer(lines: &[String], date_at: Option<usize>, title: Option<&str>) -> Option<String> {
    let mark = lines.iter().filter(|l| !l.is_empty()).take(8).find_map(|line| {
        let short = close(line);
        let name = short.strip_suffix("文件")?;
        (organ(name) && name.chars().count() >= 4).then(|| {
            let spaced = line.trim_end_matches("文件").trim();
            listed(spaced)
        })
    });
    let signature = || {
        let at = date_at?;
        let mut names: Vec<String> = Vec::new();
        for line in lines.get(..at)?.iter().rev().take(20) {
            if line.is_empty() {
                continue;
            }
            if !organ(line) || names.len() >= 12 {
                break;
            }
            names.insert(0, listed(line));
        }
        (!names.is_empty()).then(|| names.join("、"))
    };
    let named = || {
        let title = title?;
        let at = ["关于", "關於", "印发"].iter().filter_map(|w| title.find(w)).min()?;
        let head = title.get(..at)?.trim().trim_end_matches('等').trim();
        (!head.is_empty() && head.chars().count() < 200 && organ(head.split([' ', '、']).next()?))
            .then(|| listed(head))
    };
    // A signature of many offices that is read in part is shorter than what the title names.
    let longer =
        |a: String, b: String| if b.split('、').count() > a.split('、').count() { b } else { a };
    mark.or_else(|| match (signature(), named()) {
        (Some(a), Some(b)) => Some(longer(a, b)),
        (a, b) => a.or(b),
    })
}

/// Names set apart by blanks are a list.
fn listed(names: &str) -> String {
    names.split([' ', '|', '、']).filter(|n| !n.is_empty()).collect::<Vec<_>>().join("、")
}

/// Whether a line may be the name of an office: short, ends as offices do, no sentence.
fn organ(line: &str) -> bool {
    const ENDS: &[&str] = &[
        "局",
        "厅",
        "廳",
        "委",
        "办",
        "辦",
        "办公室",
        "辦公室",
        "政府",
        "委员会",
        "委員會",
        "小组",
        "小組",
        "组",
        "部",
        "院",
        "处",
        "處",
        "中心",
        "公司",
        "集团",
        "集團",
        "站",
        "队",
        "党委",
        "人大",
        "政协",
        "学校",
        "公室",
    ];
    let count = line.chars().count();
    (3..=60).contains(&count)
        && !line.contains(['。', '，', ',', '；', '：', ':', '《', '“', '1', '2'])
        && line
            .split([' ', '\t', '、'])
            .all(|n| n.is_empty() || ENDS.iter().any(|e| n.ends_with(e)))
}

/// 主送: the first line after the title that ends with a colon and is no sentence.
fn recipients(lines: &[String], from: usize) -> Option<String> {
    let line = lines.iter().skip(from).filter(|l| !l.is_empty()).take(6).find(|l| {
        let plain = !l.contains(['。', '《', '；']) && l.chars().count() <= 200;
        l.ends_with(['：', ':']) && plain
    })?;
    Some(line.trim_end_matches(['：', ':']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Proposal, day_of, propose};
    use crate::vocab::secrecy::Secrecy;

    #[test]
    fn a_document_with_all_its_elements() {
        let text = "000012\n机密★1年\n特急\n重庆市生态环境局文件\n渝环发〔2019〕12号   签发人：张三\n\n\
                    重庆市生态环境局\n关于印发《水污染防治\n工作方案（试行）》的通知\n各区县生态环境局：\n\
                    现印发给你们。\n重庆市生态环境局\n二〇一九年十月二十六日\n抄送：市政府办公厅。\n";
        assert_eq!(
            propose(text),
            Proposal {
                title: Some("重庆市生态环境局关于印发《水污染防治工作方案（试行）》的通知".into()),
                number: Some("渝环发〔2019〕12号".into()),
                date: Some("2019-10-26".into()),
                issuer: Some("重庆市生态环境局".into()),
                genre: Some("通知".into()),
                secrecy: Some(Secrecy::Secret),
                recipients: Some("各区县生态环境局".into()),
            }
        );
    }

    #[test]
    fn a_number_within_a_sentence_is_another_documents() {
        let text = "关于开展检查的通知\n各单位：\n根据渝环〔2018〕3号文件和《办法》（渝委办发〔2016〕52号）。\n";
        let proposal = propose(text);
        assert_eq!(proposal.number, None);
        assert_eq!(proposal.secrecy, None);
        assert_eq!(proposal.genre.as_deref(), Some("通知"));
        for line in [
            "渝环[2018]第003号",
            "文号：渝环（2018）3号",
            "（渝环【2018】3号）",
            "渝 环 ﹝2018﹞ 3 号",
        ] {
            assert_eq!(propose(line).number.as_deref(), Some("渝环〔2018〕3号"), "{line}");
        }
    }

    #[test]
    fn secrecy_is_a_mark_not_a_word() {
        for (text, wanted) in [
            ("秘 密\n关于某事的函", Some(Secrecy::Confidential)),
            ("000001 绝密★长期\n关于某事的函", Some(Secrecy::TopSecret)),
            ("密级：内部\n关于某事的函", Some(Secrecy::Internal)),
            ("关于保守国家秘密的通知\n秘密级文件要登记。", None),
        ] {
            assert_eq!(propose(text).secrecy, wanted, "{text}");
        }
    }

    #[test]
    fn days() {
        assert_eq!(day_of("2017年10月26日").as_deref(), Some("2017-10-26"));
        assert_eq!(day_of("二○○九年三月三十一日").as_deref(), Some("2009-03-31"));
        assert_eq!(day_of("2017.1.5").as_deref(), Some("2017-01-05"));
        for not in ["2017年13月1日", "二〇一七年二月三十日", "2017年10月27日印发", "10月26日"]
        {
            assert_eq!(day_of(not), None, "{not}");
        }
    }
}
