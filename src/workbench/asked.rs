//! 检索页的请求: what the search page is asked, and the links to what it may be asked next.

use serde::Deserialize;

use crate::pipeline::SearchOptions;

/// Records on a page.
pub(super) const PER_PAGE: usize = 20;
/// How many near records are offered.
const NEAR: usize = 5;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// 检索式.
    pub q: String,
    /// `date` for 按日期; by relevance otherwise.
    pub sort: String,
    /// Any value: newer ones count more.
    pub recent: String,
    /// Any value: each case once.
    pub by_case: String,
    /// 档号 or key of the record that others are to be like; the query is not looked at then.
    pub similar: String,
    /// Page, from 1.
    pub page: String,
}

impl Asked {
    /// The page asked for, from 1.
    pub(super) fn page(&self) -> usize {
        self.page.parse().unwrap_or(1).max(1)
    }

    /// Whether anything is asked.
    pub(super) fn is_blank(&self) -> bool {
        self.q.trim().is_empty() && self.similar.is_empty()
    }

    /// How to search for it; `role` may see no more than the archive's settings say.
    pub(super) fn options(&self, role: Option<&str>, today: Option<u64>) -> SearchOptions {
        SearchOptions {
            by_date: self.sort == "date",
            recent: !self.recent.is_empty(),
            by_case: !self.by_case.is_empty() && self.similar.is_empty(),
            limit: PER_PAGE,
            offset: (self.page() - 1).saturating_mul(PER_PAGE),
            today,
            role: role.map(str::to_owned),
            facets: true,
            near: NEAR,
            similar: (!self.similar.is_empty()).then(|| self.similar.clone()),
            ..SearchOptions::default()
        }
    }

    /// The address of it at `path`.
    pub(super) fn link(&self, path: &str) -> String {
        let page = if self.page() > 1 { self.page().to_string() } else { String::new() };
        let parts = [
            ("q", &self.q),
            ("sort", &self.sort),
            ("recent", &self.recent),
            ("by_case", &self.by_case),
            ("similar", &self.similar),
            ("page", &page),
        ];
        let parts = parts.iter().filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> =
            parts.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("{path}?{}", parts.join("&"))
    }

    /// The first page of the same, changed by `change`.
    pub(super) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self { page: String::new(), ..self.clone() };
        change(&mut other);
        other
    }

    /// Only those whose `field` has `value`.
    pub(super) fn narrowed(&self, field: &str, value: &str) -> Self {
        self.with(|to| {
            if !to.q.is_empty() {
                to.q.push(' ');
            }
            to.q.push_str(&format!("{field}：{}", quoted(value)));
        })
    }
}

/// A value in quotes that it does not contain itself.
fn quoted(value: &str) -> String {
    let pairs = [('“', '”'), ('「', '」'), ('『', '』')];
    let inside = |c: char| match c {
        '“' | '”' => value.contains(['"', '＂', '“', '”']),
        c => value.contains(c),
    };
    let free = pairs.into_iter().find(|(_, close)| !inside(*close));
    free.map_or_else(
        // Quotes do not count in searching.
        || format!("“{}”", value.replace(['"', '＂', '“', '”'], "")),
        |(open, close)| format!("{open}{value}{close}"),
    )
}

/// `text` as a value within an address.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Asked, encoded, quoted};

    #[test]
    fn links_say_what_is_asked_and_begin_at_the_first_page() {
        let asked = Asked { q: "污水 整改".into(), page: "3".into(), ..Asked::default() };
        assert_eq!(
            asked.link("/search"),
            "/search?q=%E6%B1%A1%E6%B0%B4%20%E6%95%B4%E6%94%B9&page=3"
        );
        let narrowed = asked.narrowed("文种", "通知");
        assert_eq!((narrowed.q.as_str(), narrowed.page()), ("污水 整改 文种：“通知”", 1));
        assert_eq!(encoded("a&b=\"<"), "a%26b%3D%22%3C");
        for (page, expected) in [("", 1), ("0", 1), ("-1", 1), ("7", 7), ("x", 1)] {
            assert_eq!(Asked { page: page.into(), ..Asked::default() }.page(), expected);
        }
    }

    #[test]
    fn a_value_with_quotes_is_quoted_otherwise() {
        assert_eq!(quoted("甲区"), "“甲区”");
        assert_eq!(quoted("“回头看”一案"), "「“回头看”一案」");
        assert_eq!(quoted("「甲」"), "“「甲」”");
        assert_eq!(quoted("\"」』"), "“」』”");
    }
}
