//! 文种 × 行文方向 × 主送 × 签发人 × 抄送 (公文条例第8、9、13—17条).

use super::{Act, Found};

/// Which way a kind goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// 上行.
    Up,
    /// 下行.
    Down,
    /// 平行: among organs without subordination.
    Level,
    /// 上行、下行、平行都可.
    Any,
    /// 面向社会.
    Public,
    /// 会议.
    Meeting,
}

/// The fifteen kinds of 第8条.
pub const KINDS: &[(&str, Way)] = &[
    ("决议", Way::Meeting),
    ("决定", Way::Down),
    ("命令", Way::Down),
    ("公报", Way::Public),
    ("公告", Way::Public),
    ("通告", Way::Public),
    ("意见", Way::Any),
    ("通知", Way::Down),
    ("通报", Way::Down),
    ("报告", Way::Up),
    ("请示", Way::Up),
    ("批复", Way::Down),
    ("议案", Way::Level),
    ("函", Way::Level),
    ("纪要", Way::Meeting),
];

/// Which way documents of `genre` go; nothing for what is no kind of 第8条.
pub fn way(genre: &str) -> Option<Way> {
    KINDS.iter().find(|(kind, _)| *kind == genre).map(|(_, way)| *way)
}

impl Act<'_> {
    /// Whether it goes out on its own, with a head.
    pub fn is_issued(&self) -> bool {
        matches!(self.entry.format.as_str(), "文件式" | "信函式")
    }

    /// Whether `above` stands above `below` in the chain of 上级机关, as far as the case knows.
    pub fn is_above(&self, above: &str, below: &str) -> bool {
        let mut at = below;
        // A chain that leads back to itself ends here too.
        for _ in 0..32 {
            match self.case.organ(at).and_then(|o| o.parent.as_deref()) {
                Some(parent) if parent == above => return true,
                Some(parent) => at = parent,
                None => return false,
            }
        }
        false
    }

    /// Whether any issuer stands above `organ`.
    pub fn is_below_us(&self, organ: &str) -> bool {
        self.entry.issuers.iter().any(|own| self.is_above(own, organ))
    }

    /// Whether `organ` stands above any issuer.
    pub fn is_above_us(&self, organ: &str) -> bool {
        self.entry.issuers.iter().any(|own| self.is_above(organ, own))
    }

    /// Whether it goes upwards: by its kind, or 意见 to a superior.
    pub fn goes_up(&self) -> bool {
        match way(&self.entry.genre) {
            Some(Way::Up) => true,
            Some(Way::Any) => self.entry.recipients.iter().any(|to| self.is_above_us(to)),
            _ => false,
        }
    }

    /// Pointer of a field of the document.
    pub fn at(&self, field: &str) -> String {
        format!("/documents/{}/{field}", self.index)
    }

    /// Words that every message may use.
    pub fn words(&self) -> Vec<(&'static str, String)> {
        let host = self.entry.issuers.first().map(|id| self.case.organ_name(id));
        vec![
            ("title", self.entry.title.clone()),
            ("genre", self.entry.genre.clone()),
            ("host", host.unwrap_or_default()),
        ]
    }

    /// Those and one more.
    pub fn with(&self, name: &'static str, word: &dyn ToString) -> Vec<(&'static str, String)> {
        let mut words = self.words();
        words.push((name, word.to_string()));
        words
    }

    fn kind_of(&self, organ: &str) -> &str {
        self.case.organ(organ).map_or("", |o| o.kind.as_str())
    }
}

/// R-74 上行文.
pub fn upward(act: &Act<'_>, found: &mut Found<'_>) {
    let entry = act.entry;
    if !act.goes_up() || !act.is_issued() {
        return;
    }
    if entry.signer.is_none() {
        found.say("R-74", "signer", &act.at("genre"), &act.words());
    }
    let to = &entry.recipients;
    // 市委、市政府 may stand side by side.
    let pair = to.len() == 2
        && to.iter().any(|id| act.kind_of(id) == "党委")
        && to.iter().any(|id| act.kind_of(id) == "政府");
    if to.len() > 1 && !pair {
        found.say("R-74", "several", &act.at("recipients"), &act.with("count", &to.len()));
    }
    for (i, id) in to.iter().enumerate() {
        if act.is_below_us(id) {
            let words = act.with("organ", &act.case.organ_name(id));
            found.say("R-74", "inferior", &act.at(&format!("recipients/{i}")), &words);
        }
    }
    for (i, id) in entry.copies.iter().enumerate() {
        if act.is_below_us(id) {
            let words = act.with("organ", &act.case.organ_name(id));
            found.say("R-74", "downwards", &act.at(&format!("copies/{i}")), &words);
        }
    }
}

/// R-79 主送抄送.
pub fn addressees(act: &Act<'_>, found: &mut Found<'_>) {
    let entry = act.entry;
    let addressed = !entry.recipients.is_empty() || entry.recipients_text.is_some();
    match way(&entry.genre) {
        Some(Way::Public) if addressed => {
            let field = if entry.recipients.is_empty() { "recipients_text" } else { "recipients" };
            found.say("R-79", "public", &act.at(field), &act.words());
        }
        Some(Way::Public | Way::Meeting) => {}
        Some(_) if act.is_issued() && !addressed => {
            found.say("R-79", "none", &act.at("title"), &act.words());
        }
        _ => {}
    }
    for (i, id) in entry.copies.iter().enumerate() {
        if entry.recipients.contains(id) {
            let words = act.with("organ", &act.case.organ_name(id));
            found.say("R-79", "both", &act.at(&format!("copies/{i}")), &words);
        }
    }
}

/// W-51 行文方向.
pub fn direction(act: &Act<'_>, found: &mut Found<'_>) {
    if !act.is_issued() {
        return;
    }
    for (i, id) in act.entry.recipients.iter().enumerate() {
        let key = match way(&act.entry.genre) {
            Some(Way::Down) if act.is_above_us(id) => "superior",
            Some(Way::Level) if act.entry.genre == "函" && act.is_below_us(id) => "letter",
            _ => continue,
        };
        let words = act.with("organ", &act.case.organ_name(id));
        found.say("W-51", key, &act.at(&format!("recipients/{i}")), &words);
    }
}
