//! 种类: new kinds written, kinds checked on sample cases, typeset and measured where the build can.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Map;

use super::{Event, Listener, Settings, rulepack};
use crate::case::CaseFile;
use crate::container::{create_folder, sync_folder, write_atomically};
use crate::diag::{Checked, Diagnostic, Failure, Outcome, Severity, Span, WorldError};
use crate::template::{Facts, Kind, Kinds, NewKind, compose, inspect_kind, stands_alone};

/// What to check and on what.
#[derive(Clone, Debug, Default)]
pub struct KindsOptions {
    /// Only these kinds, by code, name or folder; empty for all.
    pub kinds: Vec<String>,
    /// Cases to try them on; empty for the examples beside the program.
    pub cases: Vec<PathBuf>,
    /// Manifests and wording only, no pages.
    pub quick: bool,
    /// The rule pack whose kinds are meant; none for the house's.
    pub pack: Option<String>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindsChecked {
    /// How many kinds were checked.
    pub kinds: usize,
    /// How many documents were tried.
    pub documents: usize,
    /// How many of these were made up from the manifest, because no case has one.
    pub made_up: usize,
    /// How many pages were measured.
    pub pages: usize,
}

/// Checks kinds: their manifests, the paths they read, and every document of theirs in the sample cases; a kind
/// that no case has is tried on a made-up document. Findings go to `listen`, each once.
///
/// # Errors
/// Faulty manifests or templates, an unknown kind, a faulty case, and failures of the world.
pub fn check_kinds(
    settings: &Settings,
    options: &KindsOptions,
    listen: Listener<'_>,
) -> Result<KindsChecked, Failure> {
    let Checked { value: kinds, findings } = kinds_under(options.pack.as_deref(), settings)?;
    let chosen = chosen(&kinds, &options.kinds)?;
    let mut told = BTreeSet::new();
    let mut tell = |finding: Diagnostic| {
        if told.insert(finding.key()) {
            listen(Event::Finding(finding));
        }
    };
    findings.into_iter().for_each(&mut tell);
    for kind in &chosen {
        inspect_kind(&kinds, kind).into_iter().for_each(&mut tell);
    }
    let own = !options.cases.is_empty();
    let paths = if own { options.cases.clone() } else { examples(settings.resources()?) };
    let mut cases = Vec::new();
    for path in &paths {
        // What is to be said of the house's own examples is no matter of the author's.
        let quiet = |event: Event| {
            if own {
                listen(event);
            }
        };
        let case = super::load(path, settings, &quiet)?;
        // A case is tried on the kinds of its own jurisdiction.
        let named = case.json().get("rulepack").and_then(|name| name.as_str()).unwrap_or_default();
        let belongs = match &options.pack {
            Some(pack) => named == pack,
            None => !rulepack::has_kinds(named, settings),
        };
        if own || belongs {
            cases.push(case);
        }
    }
    let made_up = add_samples(&chosen, &mut cases)?;
    let mut done = KindsChecked { kinds: chosen.len(), made_up, ..KindsChecked::default() };
    let trial = Trial { settings, kinds: &kinds, quick: options.quick };
    for tried in trial.all(&chosen, &cases, listen)? {
        done.documents += 1;
        done.pages += tried.pages;
        // Notes are about this sample's pages and names, not about the kind.
        let faults = tried.findings.into_iter().filter(|f| f.severity > Severity::Note);
        faults.for_each(&mut tell);
    }
    Ok(done)
}

/// The kinds of the house and of the office, or those of a rule pack.
///
/// # Errors
/// [`Failure::Usage`] if there is no such pack; faulty manifests or templates.
pub fn kinds_under(pack: Option<&str>, settings: &Settings) -> Outcome<Kinds> {
    match pack {
        Some(name) => rulepack::kinds_of(&rulepack::named_pack(name, settings)?, settings),
        None => Kinds::scan(&settings.kind_folders()?),
    }
}

/// The kinds called so, all if none is named.
///
/// # Errors
/// K-02 for each that there is not.
pub(super) fn chosen<'k>(kinds: &'k Kinds, names: &[String]) -> Result<Vec<&'k Kind>, Failure> {
    if names.is_empty() {
        return Ok(kinds.iter().collect());
    }
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        match kinds.named(name) {
            Ok(kind) => found.push(kind),
            Err(finding) => unknown.push(*finding),
        }
    }
    if unknown.is_empty() { Ok(found) } else { Err(Failure::Faulty(unknown)) }
}

/// The example cases beside the program's resources, in order of name.
fn examples(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.join("examples")).into_iter().flatten();
    let mut all: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.join("case.yaml").is_file())
        .collect();
    all.sort();
    all
}

/// Gives each case a made-up document of every kind that no case has and that occurs in such cases.
fn add_samples(chosen: &[&Kind], cases: &mut [CaseFile]) -> Result<usize, Failure> {
    let mut added = 0;
    for kind in chosen.iter().filter(|k| stands_alone(k)) {
        let has = |case: &CaseFile| case.model().documents.iter().any(|d| d.kind == kind.code);
        if cases.iter().any(has) {
            continue;
        }
        for case in cases.iter_mut() {
            let case_type = case.json()["case"]["case_type"].as_str().unwrap_or_default();
            if kind.case_types.iter().any(|t| t == case_type) {
                add_sample(kind, case)?;
                added += 1;
            }
        }
    }
    Ok(added)
}

/// Adds a made-up document of `kind` to `case`; gives its id.
pub(super) fn add_sample(kind: &Kind, case: &mut CaseFile) -> Result<String, Failure> {
    let entry = kind.sample(case.json());
    let id = entry["id"].as_str().unwrap_or_default().to_owned();
    case.add_document(entry).map_err(|error| {
        let message = format!("照 {}（{}）的清单写不出样例文件：{error}", kind.code, kind.name);
        Failure::Faulty(vec![
            Diagnostic::error("K-01", message)
                .at(kind.place_of("genres"))
                .hint("请核对文种、版式、密级、保管期限、公开属性的写法。"),
        ])
    })?;
    Ok(id)
}

/// One document tried.
struct Tried {
    findings: Vec<Diagnostic>,
    pages: usize,
}

struct Trial<'a> {
    settings: &'a Settings,
    kinds: &'a Kinds,
    quick: bool,
}

impl Trial<'_> {
    fn all(
        &self,
        chosen: &[&Kind],
        cases: &[CaseFile],
        listen: Listener<'_>,
    ) -> Result<Vec<Tried>, Failure> {
        let facts: Vec<Facts<'_>> =
            cases.iter().map(|case| Facts::new(case.json()).beside(&case.dir)).collect();
        let mut work: Vec<(&Kind, &CaseFile, &Facts<'_>, &str)> = Vec::new();
        for kind in chosen.iter().filter(|k| stands_alone(k)) {
            for (case, facts) in cases.iter().zip(&facts) {
                let mine = case.model().documents.iter().filter(|d| d.kind == kind.code);
                work.extend(mine.map(|d| (*kind, case, facts, d.id.as_str())));
            }
        }
        #[cfg(feature = "typeset")]
        if !self.quick {
            return self.set(&work, listen);
        }
        listen(Event::Step("试写公文", work.len()));
        let one = |(kind, case, facts, id): &(&Kind, &CaseFile, &Facts<'_>, &str)| {
            let findings = match compose(self.kinds, facts, id, &Map::new()) {
                Ok(checked) => checked.findings,
                Err(Failure::Rejected(list) | Failure::Faulty(list)) => list,
                Err(other) => return Err(other),
            };
            listen(Event::Tick);
            let findings =
                findings.into_iter().map(|f| placed(f, self.kinds, kind, case)).collect();
            Ok(Tried { findings, pages: 0 })
        };
        let _ = (self.settings, self.quick);
        work.iter().map(one).collect()
    }

    /// Sets and measures as well: glyphs, lost words, the clauses of GB/T 9704.
    #[cfg(feature = "typeset")]
    fn set(
        &self,
        work: &[(&Kind, &CaseFile, &Facts<'_>, &str)],
        listen: Listener<'_>,
    ) -> Result<Vec<Tried>, Failure> {
        use rayon::prelude::*;

        use super::paper::Press;
        use crate::typeset::{Options, Typesetter};

        let typesetter = Typesetter::load(
            &self.settings.fonts()?,
            &self.settings.styles()?,
            &Options::default(),
        )?;
        listen(Event::Step("试排公文", work.len()));
        let one = |(kind, case, facts, id): &(&Kind, &CaseFile, &Facts<'_>, &str)| {
            let rules = rulepack::rules(case, self.settings)?;
            let press = Press {
                case,
                kinds: self.kinds,
                rules: &rules,
                facts,
                typesetter: &typesetter.value,
                measures: true,
                draft: false,
            };
            let Some(entry) = case.model().documents.iter().find(|d| d.id == *id) else {
                return Err(Failure::Bug(format!("document {id} is gone")));
            };
            let (findings, pages) = match press.print(entry, &Map::new(), &[]) {
                Ok(checked) => (checked.findings, checked.value.pages),
                Err(Failure::Rejected(list) | Failure::Faulty(list)) => (list, 0),
                Err(other) => return Err(other),
            };
            listen(Event::Tick);
            let findings =
                findings.into_iter().map(|f| placed(f, self.kinds, kind, case)).collect();
            Ok(Tried { findings, pages })
        };
        self.settings.pool()?.install(|| work.par_iter().map(one).collect())
    }
}

/// A finding that knows only its words or nothing at all: where the words stand in the kind's templates, else the
/// manifest, else the case.
pub(super) fn placed(
    finding: Diagnostic,
    kinds: &Kinds,
    kind: &Kind,
    case: &CaseFile,
) -> Diagnostic {
    if finding.at.is_some() {
        return finding;
    }
    let at: Option<Span> = match (&finding.path, &finding.about) {
        (Some(pointer), _) => Some(case.span_near(pointer)),
        (None, Some(words)) => kinds.find_words(kind, words),
        (None, None) => None,
    };
    // What is merely worth knowing has no place in the manifest.
    let at = at.or_else(|| (finding.severity > Severity::Note).then(|| kind.place_of("code")));
    match at {
        Some(at) => finding.at(at),
        None => finding,
    }
}

/// Writes a new kind as a folder of files, whole or not at all. `into` is the folder of kinds, `name` the new
/// folder's own name.
///
/// # Errors
/// [`Failure::Usage`] for a folder that is there already or a name that cannot be one; what [`NewKind::files`]
/// says; failures of the world.
pub fn new_kind(
    settings: &Settings,
    new: &NewKind,
    name: &str,
    into: Option<&Path>,
) -> Result<PathBuf, Failure> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if name.is_empty()
        || !name.chars().all(good)
        || !name.starts_with(|c: char| c.is_ascii_lowercase())
    {
        return Err(Failure::Usage(format!(
            "文件夹名“{name}”不能用；用英文小写字母、数字和 -，以字母开头，如 material-reminder"
        )));
    }
    let mut folders = settings.kind_folders()?;
    let into = into.map_or_else(|| settings.templates(), |dir| Ok(dir.to_path_buf()))?;
    if into.is_dir() && !folders.contains(&into) {
        folders.push(into.clone());
    }
    let taken = |dir: &PathBuf| dir.join(name).symlink_metadata().is_ok();
    if let Some(dir) = folders.iter().chain([&into]).find(|dir| taken(dir)) {
        return Err(Failure::Usage(format!(
            "{} 已经有了，没有改动它；请换一个文件夹名",
            dir.join(name).display()
        )));
    }
    let kinds = Kinds::scan(&folders)?.value;
    let files = new.files(&kinds)?;
    create_folder(&into)?;
    let doing = "建立种类文件夹";
    let folder = into.join(name);
    // Beside its place, so that a rename puts it there; the temporary folder removes itself unless it is kept.
    let room = tempfile::Builder::new()
        .prefix(".anjuan-")
        .tempdir_in(&into)
        .map_err(WorldError::while_(doing, &folder))?;
    let inner = room.path().join(name);
    create_folder(&inner)?;
    for (file, text) in &files {
        write_atomically(&inner.join(file), |f| f.write_all(text.as_bytes()))?;
    }
    fs::rename(&inner, &folder).map_err(WorldError::while_(doing, &folder))?;
    sync_folder(&into).map_err(WorldError::while_(doing, &folder))?;
    Ok(folder)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Mutex;

    use super::{KindsChecked, KindsOptions, NewKind, check_kinds, new_kind};
    use crate::clock::Clock;
    use crate::diag::{Diagnostic, Failure};
    use crate::pipeline::{Event, Settings};

    fn settings() -> Settings {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf();
        Settings {
            home: Some(home),
            clock: Clock::System,
            no_color: true,
            jobs: 1,
            own_kinds: Vec::new(),
        }
    }

    fn new() -> NewKind {
        NewKind {
            code: "D77".into(),
            name: "催报材料的函".into(),
            genre: Some("函".into()),
            ..NewKind::default()
        }
    }

    fn check(
        settings: &Settings,
        kinds: &[&str],
    ) -> Result<(KindsChecked, Vec<Diagnostic>), Failure> {
        let kinds = kinds.iter().map(ToString::to_string).collect();
        run(settings, &KindsOptions { kinds, quick: true, ..KindsOptions::default() })
    }

    fn run(
        settings: &Settings,
        options: &KindsOptions,
    ) -> Result<(KindsChecked, Vec<Diagnostic>), Failure> {
        let found = Mutex::new(Vec::new());
        let done = check_kinds(settings, options, &|event| {
            if let Event::Finding(finding) = event {
                found.lock().unwrap().push(finding);
            }
        })?;
        Ok((done, found.into_inner().unwrap()))
    }

    #[test]
    fn a_new_kind_is_written_whole_and_is_sound_and_never_over_another() {
        let dir = tempfile::tempdir().unwrap();
        let into = dir.path().join("own");
        let mut settings = settings();
        let made = new_kind(&settings, &new(), "material-reminder", Some(&into)).unwrap();
        assert_eq!(made, into.join("material-reminder"));
        let names = |at: &Path| {
            let mut all: Vec<String> = fs::read_dir(at)
                .unwrap()
                .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
                .collect();
            all.sort();
            all
        };
        assert_eq!(names(&made), ["body.md.j2", "kind.toml"]);
        settings.own_kinds = vec![into.clone()];
        let (done, found) = check(&settings, &["D77"]).unwrap();
        assert_eq!(done, KindsChecked { kinds: 1, documents: 3, made_up: 3, pages: 0 });
        assert!(found.is_empty(), "{found:#?}");
        for (name, words) in [
            ("material-reminder", "已经有了"),
            ("circular", "已经有了"),
            ("../x", "不能用"),
            ("催报", "不能用"),
        ] {
            match new_kind(&settings, &new(), name, Some(&into)) {
                Err(Failure::Usage(said)) => assert!(said.contains(words), "{said}"),
                other => panic!("{other:?}"),
            }
        }
        match new_kind(&settings, &new(), "another", Some(&into)) {
            Err(Failure::Usage(said)) => assert!(said.contains("D77 已用于"), "{said}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(names(&into), ["material-reminder"]);
    }

    #[test]
    fn a_faulty_new_kind_is_told_with_its_place_and_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = settings();
        let made = new_kind(&settings, &new(), "material-reminder", Some(dir.path())).unwrap();
        settings.own_kinds = vec![dir.path().to_path_buf()];
        let body = made.join("body.md.j2");
        let text = fs::read_to_string(&body).unwrap();
        fs::write(&body, text.replace("p.title", "p.titel")).unwrap();
        let (_, found) = check(&settings, &["催报材料的函"]).unwrap();
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        let at = one.at.as_ref().unwrap();
        assert_eq!((one.code.as_ref(), at.source.name()), ("K-04", body.to_str().unwrap()));
        assert_eq!(at.source.text().get(at.range.clone()), Some("p.titel"));
        assert!(one.hints[0].contains("title"));
        match check(&settings, &["催报材料的涵"]) {
            Err(Failure::Faulty(list)) => assert!(list[0].hints[0].contains("D77"), "{list:#?}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_house_s_own_kinds_are_sound_on_the_examples() {
        let (done, found) = check(&settings(), &[]).unwrap();
        assert!(found.is_empty(), "{found:#?}");
        assert!(done.kinds >= 50 && done.documents >= 60, "{done:?}");
    }

    #[test]
    fn the_kinds_of_another_jurisdiction_are_sound_on_its_example() {
        let pack = Some("lishui-2017".to_owned());
        let options = KindsOptions { quick: true, pack, ..KindsOptions::default() };
        let (done, found) = run(&settings(), &options).unwrap();
        assert!(found.is_empty(), "{found:#?}");
        assert_eq!((done.kinds, done.documents, done.made_up), (10, 9, 0));
    }
}
