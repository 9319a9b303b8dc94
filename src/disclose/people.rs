//! 姓名和住址: names that follow what people are called by (“举报人”), names of the case's own persons, and where
//! people live.

use std::collections::BTreeSet;

use regex_lite::Regex;

use super::detect::Hit;
use super::fold::Folded;
use super::table::Words;
use crate::diag::Failure;

/// Names and addresses of one case.
#[derive(Debug)]
pub(super) struct People {
    /// A reporter's appellation at the end of a text, with a colon or without.
    label: Option<Regex>,
    /// Names of reporters, and the patterns that find them.
    reporters: Vec<(String, Regex)>,
    /// Names of persons of the case that are not public.
    persons: Vec<(String, Regex)>,
    home: Regex,
    room: Regex,
}

/// Any of these words, the longest first.
fn any(words: &[String]) -> String {
    let mut all: Vec<&String> = words.iter().collect();
    all.sort_by_key(|w| (std::cmp::Reverse(w.chars().count()), w.as_str()));
    all.into_iter().map(|w| escaped(w)).collect::<Vec<_>>().join("|")
}

fn escaped(word: &str) -> String {
    word.chars()
        .map(|c| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() })
        .collect()
}

fn pattern(text: &str) -> Result<Regex, Failure> {
    Regex::new(text).map_err(|error| Failure::Bug(format!("{text}: {error}")))
}

/// A pattern for a name, its characters spaced or not.
fn spaced(name: &str) -> Result<(String, Regex), Failure> {
    let chars: Vec<String> = name.chars().map(|c| escaped(&c.to_string())).collect();
    Ok((name.to_owned(), pattern(&chars.join(" *"))?))
}

impl People {
    /// Learns the names of reporters from `texts`.
    ///
    /// # Errors
    /// [`Failure::Bug`] for a pattern that is none.
    pub(super) fn new(words: &Words, persons: &[String], texts: &[&str]) -> Result<Self, Failure> {
        let labels = any(&words.reporters);
        let after = any(&words.after);
        let double = any(&words.double_surnames);
        let surname = format!("(?:{double}|[{}])", words.surnames);
        // The shortest name that something fitting follows; 某 makes a name that tells nobody.
        let name = format!(
            "(?:{labels})(?:姓名)? ?(?:是|为|叫|:)? ?({surname} ?[一-龥](?: ?[一-龥])??)(?:{after}|$)"
        );
        let name = pattern(&name)?;
        let titled = pattern(&format!(
            "(?:{labels}) ?(?:是|为|叫|:)? ?([{}](?:先生|女士|某某|某))",
            words.surnames
        ))?;
        let mut names = BTreeSet::new();
        for text in texts {
            let folded = Folded::new(text).text;
            let found = name.captures_iter(&folded).chain(titled.captures_iter(&folded));
            for m in found.filter_map(|c| c.get(1)) {
                let plain = m.as_str().replace(' ', "");
                // 举报人反映、举报人认为: a verb is no name.
                let verb = words
                    .after
                    .iter()
                    .any(|w| w.chars().count() > 1 && plain.starts_with(w.as_str()));
                if !verb {
                    names.insert(plain);
                }
            }
        }
        for person in persons {
            names.remove(person);
        }
        Ok(Self {
            label: Some(pattern(&format!("(?:{labels})(?:姓名)? ?(是|为|叫|:)? ?$"))?),
            reporters: names.iter().map(|n| spaced(n)).collect::<Result<_, _>>()?,
            persons: persons.iter().map(|n| spaced(n)).collect::<Result<_, _>>()?,
            home: pattern(
                "(家住|现住|居住在|住在|住址|家庭住址|户籍地|户籍)(?:为|是|在)?(:)? ?((?:重庆市)?[^,。;:()的、]{1,10}?(?:区|县))?([^,。;:()的、]{1,40}?(?:[0-9]+ ?(?:号|室|楼|栋|幢|单元|组|社|户)|[0-9]+-[0-9]+)(?: ?附?[0-9a-zA-Z-]+ ?(?:号|室|楼|栋|幢|单元|户|层)?)*)",
            )?,
            room: pattern(
                "[0-9]{1,3} ?(?:号楼|幢|栋|座)(?: ?[0-9一二三四五六七八]{1,2} ?单元)? ?(?:[0-9]{1,2}-[0-9]{1,2}|[0-9]{3,4}) ?(?:室|号|房)?",
            )?,
        })
    }

    /// Adds what stands in a text.
    pub(super) fn find(&self, folded: &Folded, put: &dyn Fn(&str) -> String, hits: &mut Vec<Hit>) {
        let text = &folded.text;
        for (name, pattern) in &self.reporters {
            for m in pattern.find_iter(text) {
                let lead = text.get(..m.start()).unwrap_or_default();
                let label = self.label.as_ref().and_then(|l| l.captures(lead));
                let colon = label.as_ref().and_then(|l| l.get(1)).is_some();
                let (start, put) = match label.as_ref().and_then(|l| l.get(0)) {
                    // 举报人：张某某，…… goes whole; 举报人张某某反映 keeps what people are called by.
                    Some(all) if colon => (all.start(), String::new()),
                    Some(_) => (m.start(), String::new()),
                    None => (m.start(), put("reporter")),
                };
                hits.push(Hit {
                    sort: "reporter",
                    reach: start..m.end(),
                    words: name.clone(),
                    put,
                });
            }
        }
        for (name, pattern) in &self.persons {
            for m in pattern.find_iter(text) {
                let words = name.clone();
                hits.push(Hit { sort: "person", reach: m.range(), words, put: put("person") });
            }
        }
        for found in self.home.captures_iter(text) {
            let (Some(all), Some(lead), Some(rest)) = (found.get(0), found.get(1), found.get(4))
            else {
                continue;
            };
            let words = rest.as_str().replace(' ', "");
            let alone = |c: Option<char>| c.is_none_or(|c| ",。;:、".contains(c));
            let before = text.get(..all.start()).and_then(|t| t.chars().next_back());
            let after = text.get(all.end()..).and_then(|t| t.chars().next());
            let whole = found.get(2).is_some() || (alone(before) && alone(after));
            let start = if whole { lead.start() } else { rest.start() };
            let put = if whole || found.get(3).is_some() { String::new() } else { put("address") };
            hits.push(Hit { sort: "address", reach: start..all.end(), words, put });
        }
        for m in self.room.find_iter(text) {
            let words = m.as_str().replace(' ', "");
            hits.push(Hit { sort: "address", reach: m.range(), words, put: String::new() });
        }
    }
}
