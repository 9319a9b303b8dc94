//! 新种类: the files of a kind to begin with, from the house's skeleton or from another kind.

use super::kinds::{Kind, Kinds};
use crate::case::admits;
use crate::diag::{Diagnostic, Failure};
use crate::engine::near;

const MANIFEST: &str = include_str!("../../templates/_skeleton/kind.toml.new");
const BODY: &str = include_str!("../../templates/_skeleton/body.md.j2.new");

/// What a new kind shall be.
#[derive(Clone, Debug, Default)]
pub struct NewKind {
    /// 目录代码.
    pub code: String,
    /// 名称.
    pub name: String,
    /// 文种; none for 通知 (for a copy: those of the other kind).
    pub genre: Option<String>,
    /// 版式; none for the one that goes with the 文种.
    pub form: Option<String>,
    /// The code of the kind to copy from.
    pub from: Option<String>,
}

impl NewKind {
    /// The files of the new kind, by name.
    ///
    /// # Errors
    /// [`Failure::Usage`] for a code that cannot be one or is taken, and for a name, 文种 or 版式 that cannot be;
    /// K-02 for an unknown kind to copy from.
    pub fn files(&self, kinds: &Kinds) -> Result<Vec<(String, String)>, Failure> {
        self.inspect(kinds)?;
        match &self.from {
            Some(from) => self.copied(kinds, from),
            None => self.plain(),
        }
    }

    fn inspect(&self, kinds: &Kinds) -> Result<(), Failure> {
        let usage = |words: String| Err(Failure::Usage(words));
        if !admits("Document", "kind", &self.code) {
            return usage(format!(
                "目录代码“{}”不能用；写法是字母 D 加两位数字，如 {}",
                self.code,
                kinds.free_code().unwrap_or_default()
            ));
        }
        if let Some(other) = kinds.get(&self.code) {
            let free = kinds.free_code().unwrap_or_default();
            let (code, name) = (&other.code, &other.name);
            return usage(format!("目录代码 {code} 已用于“{name}”；可用 {free}"));
        }
        if self.name.trim().is_empty() || self.name.chars().any(char::is_control) {
            return usage("种类要有名称，写在一行里，如 --name 催报材料的函".into());
        }
        Ok(())
    }

    /// From the skeleton.
    fn plain(&self) -> Result<Vec<(String, String)>, Failure> {
        let genre = self.genre.as_deref().unwrap_or("通知");
        let form = self.form.as_deref().unwrap_or(match genre {
            "函" => "信函式",
            "纪要" => "纪要式",
            "通知" | "意见" | "报告" | "请示" | "通报" | "批复" | "公告" | "方案" => {
                "文件式"
            }
            _ => "无版头",
        });
        let usage = |what: &str, value: &str| {
            Failure::Usage(format!(
                "没有“{value}”这种{what}；用 anjuan kinds fields --entity Document 查看"
            ))
        };
        if !known("genre", genre) {
            return Err(usage("文种", genre));
        }
        if !known("format", form) {
            return Err(usage("版式", form));
        }
        let tell = match genre {
            "函" => "函告",
            "报告" | "请示" => "报告",
            "通报" | "简报" => "通报",
            "公告" | "公开稿" => "公告",
            "通知" => "通知",
            _ => "说明",
        };
        let yes = |flag: bool| if flag { "true" } else { "false" };
        let manifest = MANIFEST
            .replace("@CODE@", &self.code)
            .replace("@CODE_TEXT@", &quoted(&self.code))
            .replace("@NAME_TEXT@", &quoted(&self.name))
            .replace("@GENRE_TEXT@", &quoted(genre))
            .replace("@FORM_TEXT@", &quoted(form))
            .replace("@SEAL@", yes(form != "无版头" && form != "纪要式"))
            .replace("@RECIPIENTS@", yes(form == "文件式" || form == "信函式"));
        Ok(vec![
            ("kind.toml".into(), manifest),
            ("body.md.j2".into(), BODY.replace("@TELL@", tell)),
        ])
    }

    /// From another kind: its templates as they are, its manifest with this code and name.
    fn copied(&self, kinds: &Kinds, from: &str) -> Result<Vec<(String, String)>, Failure> {
        let other = kinds.named(from).map_err(|finding| Failure::Faulty(vec![*finding]))?;
        if self.genre.is_some() || self.form.is_some() {
            let words = "--genre、--form 与 --from 不能同时用；文种、版式照抄，改 kind.toml 即可";
            return Err(Failure::Usage(words.into()));
        }
        let mut manifest = format!(
            "# 抄自 {} {}（{}）；各项的含义见 docs/template-guide.md“清单”一节。\n",
            other.code, other.name, other.slug
        );
        let mut head = true;
        for line in other.source.text().lines() {
            head &= !line.trim_start().starts_with('[');
            let key = line.split('=').next().unwrap_or_default().trim();
            match key {
                _ if !head => manifest.push_str(line),
                "code" => manifest.push_str(&["code = ", &quoted(&self.code)].concat()),
                "name" => manifest.push_str(&["name = ", &quoted(&self.name)].concat()),
                _ => manifest.push_str(line),
            }
            manifest.push('\n');
        }
        let mut files = vec![("kind.toml".to_owned(), manifest)];
        // What the templates say of their own folder stays true: the other kind's folder is still there.
        files.extend(kinds.bodies(other));
        Ok(files)
    }
}

impl Kinds {
    /// The lowest code above all that are taken, to offer for a new kind.
    #[must_use]
    pub fn free_code(&self) -> Option<String> {
        let taken = |code: &String| self.get(code).is_some();
        let last = self.iter().filter_map(|k| k.code.get(1..)?.parse::<u32>().ok()).max();
        let above = (last.unwrap_or(0) + 1..100).chain(1..100);
        above.map(|n| format!("D{n:02}")).find(|code| !taken(code))
    }

    /// The kind with this code, or with this name or folder.
    ///
    /// # Errors
    /// K-02 with what may have been meant.
    pub fn named(&self, code: &str) -> Result<&Kind, Box<Diagnostic>> {
        let found = self
            .get(code)
            .or_else(|| self.iter().find(|k| k.name == code || k.slug == code))
            .or_else(|| self.iter().find(|k| k.code.eq_ignore_ascii_case(code)));
        found.ok_or_else(|| {
            // 「督察整改方案」 for 督察整改方案（报送与印发）, too.
            let bare = |k: &Kind| k.name.split('（').next().unwrap_or_default().to_owned();
            let called = |k: &Kind| [k.name.clone(), k.slug.clone(), bare(k)];
            let names: Vec<String> = self.iter().flat_map(called).collect();
            // 「D9」 for D09.
            let number = code.strip_prefix(['D', 'd']).and_then(|n| n.parse::<u32>().ok());
            let padded = number.and_then(|n| self.get(&format!("D{n:02}")));
            let guess = padded.or_else(|| {
                let name = near(code, &names)?.to_owned();
                self.iter().find(|k| called(k).contains(&name))
            });
            let within = self.iter().find(|k| k.name.contains(code));
            let hint = guess.or(within).map_or_else(
                || "用 anjuan kinds 查看现有种类。".to_owned(),
                |k| format!("是否应为 {}（{}）？用 anjuan kinds 查看现有种类。", k.code, k.name),
            );
            Box::new(Diagnostic::error("K-02", format!("没有文件种类“{code}”")).hint(hint))
        })
    }
}

/// Whether the model admits `value` for a field of documents.
fn known(field: &str, value: &str) -> bool {
    let shape = crate::case::shape("Document", field);
    shape.is_some_and(|s| match s.sort {
        crate::case::Sort::Choice(all) => all.iter().any(|c| c == value),
        _ => true,
    })
}

/// A text as TOML writes it: a basic string is written as JSON writes one (TOML 1.0 "String"; no control
/// characters come here).
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Map;

    use super::{Kinds, NewKind};
    use crate::diag::Failure;
    use crate::template::tests::check_kind;
    use crate::template::{Facts, compose};

    fn house() -> Kinds {
        Kinds::scan(&[Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")]).unwrap().value
    }

    /// The kinds of a folder with just this new kind in it.
    fn made(new: &NewKind) -> (tempfile::TempDir, Kinds) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("trial")).unwrap();
        for (name, text) in new.files(&house()).unwrap() {
            std::fs::write(dir.path().join("trial").join(name), text).unwrap();
        }
        let partials = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/_partials");
        std::fs::create_dir(dir.path().join("_partials")).unwrap();
        for entry in std::fs::read_dir(partials).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, dir.path().join("_partials").join(path.file_name().unwrap()))
                .unwrap();
        }
        let kinds = Kinds::scan(&[dir.path()]).unwrap();
        assert!(kinds.findings.is_empty(), "{:?}", kinds.findings);
        (dir, kinds.value)
    }

    #[test]
    fn a_new_kind_of_every_genre_is_sound_and_its_sample_composes_over_every_example() {
        let genres = ["通知", "函", "报告", "纪要", "清单", "公告"];
        for genre in genres {
            let new = NewKind {
                code: "D77".into(),
                name: "试写的\"新\"种类".into(),
                genre: Some(genre.into()),
                ..NewKind::default()
            };
            let (_dir, kinds) = made(&new);
            let kind = kinds.get("D77").unwrap();
            assert_eq!(kind.name, new.name);
            assert_eq!(kind.genres, [genre]);
            for example in ["routine", "special", "daily"] {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
                let mut case = crate::case::load(&path).unwrap().value;
                case.add_document(kind.sample(case.json())).unwrap();
                let facts = Facts::new(case.json());
                let list = check_kind(&kinds, kind, &[&facts]);
                assert!(list.is_empty(), "{genre} {example}: {list:#?}");
                let done = compose(&kinds, &facts, "sample-D77", &Map::new()).unwrap();
                let text = done.value.plain_text();
                assert!(text.contains("发现问题") && text.contains("有关要求"), "{text}");
                let faults = crate::case::check_facts(&case);
                assert!(faults.is_empty(), "{genre} {example}: {faults:#?}");
            }
        }
    }

    #[test]
    fn a_copy_has_the_new_code_and_the_old_words() {
        let house = house();
        for old in house.iter() {
            let new = NewKind {
                code: "D77".into(),
                name: "抄来的种类".into(),
                from: Some(old.code.clone()),
                ..NewKind::default()
            };
            let (_dir, kinds) = made(&new);
            let kind = kinds.get("D77").unwrap();
            assert_eq!((kind.name.as_str(), &kind.articles), ("抄来的种类", &old.articles));
            assert_eq!(kind.table.len(), old.table.len());
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_a_way_out() {
        let house = house();
        let base = NewKind { code: "D77".into(), name: "新种类".into(), ..NewKind::default() };
        let with = |change: &dyn Fn(&mut NewKind)| {
            let mut new = base.clone();
            change(&mut new);
            match new.files(&house).unwrap_err() {
                Failure::Usage(words) => words,
                Failure::Faulty(list) => format!("{} {}", list[0].message, list[0].hints.concat()),
                other => panic!("{other:?}"),
            }
        };
        let taken = house.iter().next().unwrap().code.clone();
        assert!(with(&|n| n.code = "51".into()).contains("字母 D 加两位数字"));
        assert!(with(&|n| n.code = taken.clone()).contains("可用 D51"));
        assert!(with(&|n| n.name = " ".into()).contains("名称"));
        assert!(with(&|n| n.genre = Some("涵".into())).contains("“涵”"));
        assert!(with(&|n| n.form = Some("信涵式".into())).contains("版式"));
        assert!(with(&|n| n.from = Some("督办涵".into())).contains("没有文件种类"));
        let both = |n: &mut NewKind| {
            n.from = Some(taken.clone());
            n.genre = Some("函".into());
        };
        assert!(with(&both).contains("--from"));
    }
}
