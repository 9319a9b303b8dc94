//! 移交次序: the number of a hand-over between two offices, and what the receiver can tell from it.

use serde::{Deserialize, Serialize};

use super::Head;
use crate::fixity::Digest;

/// 移交序号 in a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// 第几次 of this sender to this receiver, from 1.
    pub sequence: u64,
    /// SHA-256 of the tag manifest of the hand-over before; none for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Digest>,
    /// 链头 of the sender's book when it was packed: all that the book held before this hand-over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub book: Option<Head>,
}

/// Every key that [`Mark::lines`] may write.
pub(in crate::archive) const KEYS: [&str; 4] =
    ["Handover-Sequence", "Handover-Previous", "Handover-Book-Entries", "Handover-Book-Head"];

impl Mark {
    /// As `bag-info.txt` says it.
    #[must_use]
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let [sequence, previous, entries, head] = KEYS;
        let mut out = vec![(sequence, self.sequence.to_string())];
        out.extend(self.previous.map(|d| (previous, d.to_string())));
        if let Some(book) = self.book {
            out.extend([(entries, book.entries.to_string()), (head, book.head.to_string())]);
        }
        out
    }
}

/// One hand-over as the receiver knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::archive) struct Passed {
    /// Its mark.
    pub(in crate::archive) mark: Mark,
    /// SHA-256 of its tag manifest.
    pub(in crate::archive) tagmanifest: Digest,
}

/// What speaks against the order of `now`, after what was received (`before`) and what was given back (`returned`) of the
/// same two offices: place, what should be, what is.
pub(in crate::archive) fn judge(
    before: &[Passed],
    returned: &[Passed],
    now: Option<&Passed>,
) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    let Some(now) = now else {
        if let Some(last) = before.iter().map(|p| p.mark.sequence).max() {
            let place = "Handover-Sequence".to_owned();
            out.push((place, format!("第 {} 次移交", last + 1), "没有编次".into()));
        }
        return out;
    };
    let n = now.mark.sequence;
    let place = format!("第 {n} 次移交");
    let known = || before.iter().chain(returned);
    if let Some(other) =
        before.iter().find(|p| p.mark.sequence == n && p.tagmanifest != now.tagmanifest)
    {
        out.push((
            place.clone(),
            format!("只有一个包，先收到的是 {}", other.tagmanifest),
            format!("又一个同次的包 {}", now.tagmanifest),
        ));
    }
    // A gap is told when it is first seen past the last one received, and as long as it stays.
    for missing in (1..n).filter(|m| known().all(|p| p.mark.sequence != *m)).take(100) {
        out.push((
            place.clone(),
            format!("第 {missing} 次移交已收到"),
            format!("缺第 {missing} 次移交"),
        ));
    }
    for other in known().filter(|p| p.tagmanifest != now.tagmanifest) {
        let (Some(then), Some(told)) = (other.mark.book, now.mark.book) else { continue };
        let earlier = other.mark.sequence < n;
        if then.entries == told.entries && then.head != told.head
            || earlier && then.entries >= told.entries
            || !earlier && then.entries < told.entries && other.mark.sequence != n
        {
            out.push((
                place.clone(),
                format!(
                    "与第 {} 次移交时的移交登记簿相衔接（{} 条）",
                    other.mark.sequence, then.entries
                ),
                format!("移交登记簿 {} 条，校验值 {}：回退、另起或被改写", told.entries, told.head),
            ));
        }
    }
    let before_it: Vec<Digest> =
        known().filter(|p| p.mark.sequence + 1 == n).map(|p| p.tagmanifest).collect();
    match now.mark.previous {
        Some(previous) if !before_it.is_empty() && !before_it.contains(&previous) => {
            let seen: Vec<String> = before_it.iter().map(ToString::to_string).collect();
            out.push((
                place,
                format!("前一次移交的摘要 {}", seen.join("、")),
                format!("包内写的是 {previous}，移交次序分叉"),
            ));
        }
        None if n > 1 => out.push((place, "写明前一次移交的摘要".into(), "没有".into())),
        _ => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Head, Mark, Passed, judge};
    use crate::fixity::Digest;

    fn passed(sequence: u64, own: u8, previous: Option<u8>) -> Passed {
        let digest = |b| Digest([b; 32]);
        Passed {
            mark: Mark { sequence, previous: previous.map(digest), book: None },
            tagmanifest: digest(own),
        }
    }

    fn words(before: &[Passed], returned: &[Passed], now: &Passed) -> Vec<String> {
        judge(before, returned, Some(now)).into_iter().map(|(_, _, found)| found).collect()
    }

    #[test]
    fn a_row_without_a_gap_says_nothing() {
        let (one, two) = (passed(1, 1, None), passed(2, 2, Some(1)));
        assert_eq!(words(&[], &[], &one), Vec::<String>::new());
        assert_eq!(words(&[one], &[], &two), Vec::<String>::new());
        // The same again, and one that comes late.
        assert_eq!(words(&[one, two], &[], &two), Vec::<String>::new());
        assert_eq!(words(&[two], &[], &one), Vec::<String>::new());
    }

    #[test]
    fn gaps_forks_and_missing_numbers_are_told() {
        let one = passed(1, 1, None);
        assert_eq!(words(&[one], &[], &passed(4, 4, Some(3))), ["缺第 2 次移交", "缺第 3 次移交"]);
        let fork = words(&[one], &[], &passed(1, 9, None));
        assert!(fork[0].contains("同次"), "{fork:?}");
        let other = words(&[one], &[], &passed(2, 2, Some(7)));
        assert!(other[0].contains("分叉"), "{other:?}");
        assert_eq!(judge(&[one], &[], None).len(), 1);
        assert_eq!(judge(&[], &[], None).len(), 0);
    }

    #[test]
    fn a_book_that_went_back_shows() {
        let with = |p: Passed, entries, head| {
            let book = Some(Head { entries, head: Digest([head; 32]) });
            Passed { mark: Mark { book, ..p.mark }, ..p }
        };
        let one = with(passed(1, 1, None), 0, 0);
        let two = passed(2, 2, Some(1));
        assert_eq!(words(&[one], &[], &with(two, 2, 5)), Vec::<String>::new());
        assert!(words(&[one], &[], &with(two, 0, 0))[0].contains("回退"), "not grown");
        let three = with(passed(3, 3, Some(2)), 4, 9);
        assert_eq!(words(&[one, with(two, 2, 5)], &[], &three), Vec::<String>::new());
        assert!(words(&[one, with(two, 4, 5)], &[], &three)[0].contains("改写"), "another head");
        // One that comes late.
        assert_eq!(words(&[three, one], &[], &with(two, 2, 5)), Vec::<String>::new());
        assert_eq!(words(&[three, one], &[], &with(two, 7, 5)).len(), 1);
    }

    #[test]
    fn what_was_given_back_is_not_missing() {
        let one = passed(1, 1, None);
        let three = passed(3, 3, Some(2));
        assert_eq!(words(&[one], &[passed(2, 2, Some(1))], &three), Vec::<String>::new());
    }
}
