//! 分词: a long word typed without spaces as the words it is made of, by the general dictionary and the archive's own
//! names. Only what is offered beside the answers depends on it; what is found does not.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jieba_rs::Jieba;

use super::fold::fold;
use super::store::Catalog;
use super::visible::Figures;

/// Names of the archive that are learned, at most.
const NAMES: usize = 20_000;
/// Common enough to win against any way of cutting it in pieces.
const COMMON: usize = 100_000;
/// Words of the field that the general dictionary cuts in pieces.
const TERMS: &[&str] = &[
    "生态环境",
    "督察",
    "督查",
    "整改",
    "销号",
    "边督边改",
    "立行立改",
    "举报件",
    "信访件",
    "回头看",
];
/// Particles that stand everywhere and tell nothing.
const EMPTY: &[&str] =
    &["的", "了", "和", "与", "及", "在", "对", "关于", "等", "是", "有", "年", "月", "日"];

/// The general dictionary, which takes longer to read than to copy.
static GENERAL: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Cuts words.
pub(crate) struct Cutter {
    jieba: Jieba,
}

impl Cutter {
    /// A cutter that holds `names` whole.
    pub(crate) fn new(names: &[String]) -> Self {
        let mut jieba = GENERAL.clone();
        for name in names.iter().map(|n| fold(n)).chain(TERMS.iter().map(|t| fold(t))) {
            if name.chars().count() > 1 {
                jieba.add_word(&name, Some(COMMON), Some("n"));
            }
        }
        Self { jieba }
    }

    /// The telling words of a folded form, none twice.
    pub(crate) fn words(&self, folded: &str) -> Vec<String> {
        let mut out: Vec<String> = Vec::new();
        for token in self.jieba.cut(folded, true) {
            let word = token.word;
            let telling = word.chars().any(char::is_alphanumeric) && !EMPTY.contains(&word);
            if telling && !out.iter().any(|w| w == word) {
                out.push(word.to_owned());
            }
        }
        out
    }
}

impl Catalog {
    /// Names that the records' descriptions give, at most so many that learning them is quick.
    ///
    /// Only those of records that may be seen: how a word is cut would tell of the others.
    pub(crate) fn names(&self, figures: &Figures<'_>) -> tantivy::Result<Vec<String>> {
        let mut out: BTreeSet<String> = BTreeSet::new();
        for (at, reader) in figures.searcher.segment_readers().iter().enumerate() {
            let Some(column) = reader.fast_fields().str(super::facet::NAMES)? else { continue };
            let mut known: BTreeSet<u64> = BTreeSet::new();
            if figures.visible.has_all(at) {
                known.extend(0..column.num_terms() as u64);
            } else {
                let seen = (0..reader.max_doc()).filter(|&doc| figures.visible.has(at, doc));
                known.extend(seen.flat_map(|doc| column.term_ords(doc)));
            }
            for ord in known {
                let mut name = String::new();
                column.ord_to_str(ord, &mut name)?;
                out.insert(name);
                if out.len() > NAMES {
                    out.pop_last();
                }
            }
        }
        Ok(out.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Cutter;

    #[test]
    fn names_of_the_archive_stay_whole() {
        let plain = Cutter::new(&[]).words("青杠坪镇石灰窑沟矿山修复");
        assert!(plain.len() > 3, "{plain:?}");
        let own = Cutter::new(&["青杠坪镇".into(), "石灰窑沟".into()]);
        assert_eq!(own.words("青杠坪镇石灰窑沟矿山修复"), ["青杠坪镇", "石灰窑沟", "矿山", "修复"]);
        assert_eq!(own.words("关于整改的整改"), ["整改"]);
    }
}
