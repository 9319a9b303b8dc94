//! 没有查的规则: what was left out because the data it needs have errors, so that nobody takes silence for consent.

use crate::diag::Diagnostic;

/// The most ids that are listed.
const LISTED: usize = 12;

/// What was left out.
#[derive(Clone, Copy, Debug)]
pub enum Unchecked<'a> {
    /// These rules: they look at what cannot be read.
    These(&'a [&'static str]),
    /// 业务规则: ids are twice there or lead nowhere.
    Business,
    /// All rules: there is no case to speak of.
    All,
}

/// Y-09: the note about it.
#[must_use]
pub fn unchecked(what: Unchecked<'_>) -> Diagnostic {
    let words = match what {
        Unchecked::These(ids) => {
            let more =
                if ids.len() > LISTED { format!("等{}条", ids.len()) } else { String::new() };
            let shown: Vec<&str> = ids.iter().copied().take(LISTED).collect();
            format!("规则{}{more}要用到上面读不出的数据项，这一次没有查", shown.join("、"))
        }
        Unchecked::Business => "标识重复或引用不到，业务规则这一次没有查".to_owned(),
        Unchecked::All => "数据还读不成一个案件，业务规则和文字规则这一次都没有查".to_owned(),
    };
    Diagnostic::note("Y-09", words).hint("改正上面的错误以后再查一次；到那时可能还有要改的。")
}
