//! 查找个人信息: what in a text is personal data, where it stands, and what a sentence needs in its place.

use std::ops::Range;

use regex_lite::Regex;

use super::digits::numbers;
use super::fold::Folded;
use super::people::People;
use super::table::Table;
use crate::diag::Failure;

/// 一处个人信息.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hit {
    /// Id of its sort.
    pub(super) sort: &'static str,
    /// Bytes that go, with the words that lead to it (“电话：”).
    pub(super) reach: Range<usize>,
    /// What is withheld, in its plain form.
    pub(super) words: String,
    /// What stands in its place; empty for nothing.
    pub(super) put: String,
}

/// What one text holds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Personal data, in order, none within another.
    pub(super) hits: Vec<Hit>,
    /// Words that a person must judge.
    pub(super) asks: Vec<String>,
}

/// The detector: patterns made once, and the numbers that are public.
#[derive(Debug)]
pub(super) struct Detector<'a> {
    table: &'a Table,
    people: People,
    /// Figures of numbers that are published on purpose.
    public: Vec<String>,
    labels: Labels,
}

#[derive(Debug)]
struct Labels {
    phone: Regex,
    document: Regex,
    bank: Regex,
    email_label: Regex,
    call: Regex,
    short_phone: Regex,
    certificate: Regex,
    email: Regex,
    chat: Regex,
    plate: Regex,
    lorry: Regex,
}

fn pattern(text: &str) -> Result<Regex, Failure> {
    Regex::new(text).map_err(|error| Failure::Bug(format!("{text}: {error}")))
}

impl Labels {
    fn new() -> Result<Self, Failure> {
        let end = r"(?:号码|账号|帐号|号)? ?(?:为|是|:)? ?\(?$";
        Ok(Self {
            phone: pattern(&format!(
                r"(?:其|本人|联系|手机|移动|固定|家庭|办公|举报)*(?:电话|手机|座机|联系方式|[Tt][Ee][Ll]){end}"
            ))?,
            document: pattern(&format!(r"(?:其|本人)?(?:公民|居民)?(?:身份证|身份|证件){end}"))?,
            bank: pattern(&format!(r"(?:其|本人)?(?:银行)?(?:卡|账户|帐户|账号|帐号){end}"))?,
            email_label: pattern(
                r"(?:电子)?(?:邮箱|邮件|[Ee]-?[Mm]ail)(?:地址)? ?(?:为|是|:)? ?$",
            )?,
            call: pattern(
                r"(?:拨打|拨|致电|打|呼叫)(?:其|本人)?(?:联系|手机|移动|固定|家庭|办公|举报)*(?:电话|手机|座机)?(?:号码)? ?$",
            )?,
            short_phone: pattern(
                r"(?:电话|座机|固话|联系方式)(?:号码)? ?(?:为|是|:)? ?([2-8][0-9]{2,3}[ -]?[0-9]{4})(?:[^0-9A-Za-z]|$)",
            )?,
            certificate: pattern(
                r"(?:护照|通行证|军官证|士兵证|社保卡|社会保障卡|驾驶证|学籍|准考证)(?:号码|号)? ?(?:为|是|:)? ?([A-Za-z0-9][A-Za-z0-9-]{5,19})",
            )?,
            email: pattern(
                r"[A-Za-z0-9][A-Za-z0-9._%+-]* ?@ ?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
            )?,
            chat: pattern(
                r"(?:其|本人)?(?:[Qq]{2}|微信|[Ww]e[Cc]hat|[Ww][Xx]|[Vv][Xx]|V信|企鹅号|抖音|微博)(?:号码|账号|帐号|号)? ?(?:为|是|:)? ?([A-Za-z0-9][A-Za-z0-9_-]{4,19})",
            )?,
            plate: pattern(
                r"(?:车牌(?:号码|号)? ?(?:为|是|:)? ?)?([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][ .-]?[A-HJ-NP-Za-hj-np-z0-9]{4,5}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳])(的)?",
            )?,
            lorry: pattern(r"^(?:[一-龥]{0,4})?(?:车|货车|车辆|挂车|罐车)")?,
        })
    }
}

impl<'a> Detector<'a> {
    /// A detector for the texts of one case.
    ///
    /// # Errors
    /// [`Failure::Bug`] for a pattern that is none.
    pub(super) fn new(
        table: &'a Table,
        public: &[String],
        persons: &[String],
        texts: &[&str],
    ) -> Result<Self, Failure> {
        let figures = |t: &String| {
            Folded::new(t).text.chars().filter(char::is_ascii_digit).collect::<String>()
        };
        Ok(Self {
            table,
            people: People::new(&table.words, persons, texts)?,
            public: public.iter().map(figures).filter(|f| !f.is_empty()).collect(),
            labels: Labels::new()?,
        })
    }

    fn put(&self, sort: &str) -> String {
        self.table.sort(sort).map_or_else(String::new, |s| s.put.clone())
    }

    /// Everything in `text`; its bytes are those of `text` as it is.
    pub(super) fn find(&self, text: &str) -> Found {
        let folded = Folded::new(text);
        let mut found = Found::default();
        self.numbers(&folded, &mut found);
        self.codes(&folded, &mut found.hits);
        self.people.find(&folded, &|sort| self.put(sort), &mut found.hits);
        for word in &self.table.words.ask {
            if folded.text.contains(word.as_str()) {
                found.asks.push(word.clone());
            }
        }
        settle(&mut found.hits);
        for hit in &mut found.hits {
            hit.reach = folded.back(&hit.reach);
        }
        found
    }

    fn numbers(&self, folded: &Folded, found: &mut Found) {
        let text = &folded.text;
        for number in numbers(folded) {
            if self.public.contains(&number.figures) {
                continue;
            }
            let lead = text.get(..number.range.start).unwrap_or_default();
            // A number of no known form is what the word before it says.
            let said = [
                ("landline", &self.labels.phone),
                ("certificate", &self.labels.document),
                ("bank", &self.labels.bank),
            ];
            let said = said.iter().find(|(_, label)| label.is_match(lead)).map(|(sort, _)| *sort);
            let Some(sort) = number.sort.or(said) else {
                found.asks.push(number.figures);
                continue;
            };
            let label = match sort {
                "mobile" | "landline" => &self.labels.phone,
                "identity" | "certificate" => &self.labels.document,
                _ => &self.labels.bank,
            };
            let called = self.labels.call.is_match(lead);
            let labelled = label.find(lead).map(|m| m.start());
            let (start, put) = match labelled {
                Some(start) if !called => (start, String::new()),
                Some(start) => (start, self.put(sort)),
                None => (number.range.start, self.put(sort)),
            };
            let reach = start..number.range.end;
            found.hits.push(Hit { sort, reach, words: number.figures, put });
        }
    }

    fn codes(&self, folded: &Folded, hits: &mut Vec<Hit>) {
        let text = &folded.text;
        let plain = |end: usize| {
            let next = text.get(end..).and_then(|rest| rest.chars().next());
            !next.is_some_and(|c| c.is_ascii_alphanumeric())
        };
        for m in self.labels.email.find_iter(text) {
            let lead = text.get(..m.start()).unwrap_or_default();
            let label = self.labels.email_label.find(lead).map(|l| l.start());
            let put = if label.is_some() { String::new() } else { self.put("email") };
            let words = m.as_str().replace(' ', "");
            hits.push(Hit {
                sort: "email",
                reach: label.unwrap_or(m.start())..m.end(),
                words,
                put,
            });
        }
        let labelled = [
            ("landline", &self.labels.short_phone),
            ("certificate", &self.labels.certificate),
            ("chat", &self.labels.chat),
        ];
        for (sort, pattern) in labelled {
            for found in pattern.captures_iter(text) {
                let (Some(all), Some(code)) = (found.get(0), found.get(1)) else { continue };
                let figures = code.as_str().chars().filter(char::is_ascii_digit).count();
                let public = self
                    .public
                    .iter()
                    .any(|p| figures > 6 && p.ends_with(&code.as_str().replace([' ', '-'], "")));
                if public || !plain(code.end()) {
                    continue;
                }
                let words = code.as_str().to_owned();
                let reach = all.start()..code.end();
                hits.push(Hit { sort, reach, words, put: String::new() });
            }
        }
        for found in self.labels.plate.captures_iter(text) {
            let (Some(all), Some(plate)) = (found.get(0), found.get(1)) else { continue };
            if !plain(plate.end()) || !plate.as_str().chars().any(|c| c.is_ascii_digit()) {
                continue;
            }
            let words = plate.as_str().replace([' ', '.', '-'], "");
            let rest = text.get(all.end()..).unwrap_or_default();
            let put = if self.labels.lorry.is_match(rest) {
                self.put("plate").chars().take(2).collect()
            } else {
                self.put("plate")
            };
            hits.push(Hit { sort: "plate", reach: all.range(), words, put });
        }
    }
}

/// In order, the widest of those that overlap.
fn settle(hits: &mut Vec<Hit>) {
    hits.sort_by_key(|h| (h.reach.start, std::cmp::Reverse(h.reach.end)));
    let mut end = 0;
    hits.retain(|hit| {
        let keeps = hit.reach.start >= end;
        if keeps {
            end = hit.reach.end;
        }
        keeps
    });
}
