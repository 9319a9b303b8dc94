//! 定稿: what a document was when it was issued, as digests, and whether it would still come out the same.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Map;

use super::{Settings, rulepack};
use crate::case::{self, CaseFile};
use crate::diag::{Diagnostic, Failure, WorldError, has_errors};
use crate::document::Document;
use crate::fixity::digest_bytes;
use crate::register::{Line, Register, State, lines};
use crate::rules::{self, Pack};
use crate::template::{Facts, Kind, Kinds, compose};

/// What a kind reads that tells of other documents; such a document is a catalogue, whose data are theirs.
const OTHERS: &str = "records";

/// What a document is by its data.
#[derive(Debug, Default)]
pub struct Tree {
    /// The document; none for a catalogue of others, which has no data of its own.
    pub document: Option<Document>,
    /// SHA-256 over everything that its pages show: its tree as JSON (what the style is given, and what `--attach-data`
    /// attaches), then its pictures. Empty for a catalogue of others.
    pub digest: String,
}

/// Composes a document and holds it to the rules.
///
/// # Errors
/// Every finding that bars the document.
pub fn tree(
    (kinds, pack): (&Kinds, &Pack),
    case: &CaseFile,
    facts: &Facts<'_>,
    id: &str,
) -> Result<Tree, Failure> {
    let entry = case.model().documents.iter().find(|d| d.id == id);
    let kind = entry.and_then(|e| kinds.get(&e.kind));
    if kind.is_some_and(|k| k.reads.iter().any(|r| r == OTHERS)) {
        return Ok(Tree::default());
    }
    let placed = |finding: Diagnostic| match (&finding.at, &finding.path) {
        (None, Some(path)) => {
            let span = case.span_near(path);
            finding.at(span)
        }
        _ => finding,
    };
    let composed = compose(kinds, facts, id, &Map::new()).map_err(|f| f.map_findings(placed))?;
    let genre = entry.map_or("", |e| e.genre.as_str());
    let findings = rules::composed(&composed.value, genre, pack);
    if has_errors(&findings) {
        return Err(Failure::Rejected(findings.into_iter().map(placed).collect()));
    }
    let document = composed.value;
    let mut all = json(&document)?;
    for (name, bytes) in &document.assets {
        let _ = write!(all, "\n{} {name}", digest_bytes(bytes).sha256);
    }
    let digest = digest_bytes(all.as_bytes()).sha256.to_string();
    Ok(Tree { document: Some(document), digest })
}

/// The tree as the style is given it.
pub fn json(document: &Document) -> Result<String, Failure> {
    serde_json::to_string(document).map_err(|e| Failure::Bug(format!("document: {e}")))
}

/// SHA-256 over what a kind is made of: `digest path` of every file of its folder, of the shared wording and of the
/// style of documents, a line each, in order. (The style of the archive's forms makes no document.)
///
/// # Errors
/// The world's errors.
pub fn template(settings: &Settings, kind: &Kind) -> Result<String, Failure> {
    let root = settings.templates()?;
    let mut list = String::new();
    let beside = kind.folder.parent().map(|dir| dir.join("_partials"));
    let mut parts = vec![kind.folder.clone(), root.join("_partials"), root.join("_styles/gb9704")];
    if let Some(dir) = beside.filter(|dir| !parts.contains(dir)) {
        parts.push(dir);
    }
    for part in parts {
        gather(&root, &part, &mut list)?;
    }
    Ok(digest_bytes(list.as_bytes()).sha256.to_string())
}

fn gather(root: &Path, folder: &Path, list: &mut String) -> Result<(), WorldError> {
    if !folder.is_dir() {
        return Ok(());
    }
    let mut paths = Vec::new();
    for item in fs::read_dir(folder).map_err(WorldError::while_("读取模板目录", folder))? {
        paths.push(item.map_err(WorldError::while_("读取模板目录", folder))?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(root, &path, list)?;
        } else {
            let bytes = fs::read(&path).map_err(WorldError::while_("读取模板", &path))?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            let names: Vec<_> = name.iter().map(std::ffi::OsStr::to_string_lossy).collect();
            let _ = writeln!(list, "{} {}", digest_bytes(&bytes).sha256, names.join("/"));
        }
    }
    Ok(())
}

/// Holds the case at `path` against the register: numbers that differ (N-11), documents that would not come out as they
/// were issued (N-13).
///
/// # Errors
/// [`Failure::Refused`] for state secrets (P-08), [`Failure::Rejected`] if there is no readable case, faults of kinds, the
/// register's and the world's.
pub fn compare(
    settings: &Settings,
    register: &Register,
    path: &Path,
) -> Result<Vec<Diagnostic>, Failure> {
    let case = case::load(path)?.value;
    let secrets = case::state_secrets(&case);
    if !secrets.is_empty() {
        return Err(Failure::Refused(secrets));
    }
    let (pack, kinds) = rulepack::open(&case, settings, &|_| {})?;
    let facts = Facts::new(case.json()).beside(&case.dir);
    let entries = register.entries()?;
    let all = lines(&entries);
    let mut out = Vec::new();
    for (index, document) in case.model().documents.iter().enumerate() {
        let of_it =
            |l: &&Line| l.first.case == case.model().case.id && l.first.document == document.id;
        let mut of_it = all.iter().filter(of_it).peekable();
        if of_it.peek().is_none() {
            continue;
        }
        let at = format!("/documents/{index}");
        let told = |finding: Diagnostic| finding.at(case.span_near(&format!("{at}/id"))).path(&*at);
        let Some(line) = of_it.find(|l| l.state() == State::Used) else {
            if let Some(number) = &document.doc_number {
                let words = format!("数据文件里的文号 {number} 在登记簿里已作废");
                let hint = "从数据文件里删去 doc_number，改正后重新发文（anjuan issue）。";
                out.push(told(Diagnostic::error("N-11", words)).hint(hint));
            }
            continue;
        };
        let number = &line.first.number;
        match &document.doc_number {
            Some(own) if own == number => {}
            Some(own) => {
                let words = format!("数据文件里的文号是 {own}，登记簿里是 {number}");
                let hint = "核对哪一个是印发时用的，改正数据文件，或者作废登记簿里的号。";
                out.push(told(Diagnostic::error("N-11", words)).hint(hint));
                continue;
            }
            None => {
                let words = format!("“{}”取了 {number}，数据文件里没有写", document.title);
                let hint = "发文没有办完的，再运行一次 anjuan issue；不发了的，作废这个号。";
                out.push(told(Diagnostic::warning("N-11", words)).hint(hint));
                continue;
            }
        }
        let versions = line.versions();
        let Some((last, issue)) = versions.last().map(|v| (v.number, v.entry)) else { continue };
        if issue.data.is_empty() {
            continue;
        }
        let kind = kinds.get(&document.kind);
        let now = match tree((&kinds, &pack), &case, &facts, &document.id) {
            Ok(now) => now.digest,
            Err(Failure::Rejected(list) | Failure::Faulty(list)) => {
                out.extend(list);
                continue;
            }
            Err(other) => return Err(other),
        };
        if now != issue.data {
            let same = match kind {
                Some(kind) => template(settings, kind)? == issue.template,
                None => false,
            };
            let whose = if same { "数据" } else { "数据或模板" };
            let words =
                format!("{number}“{}”发文后{whose}改过，现在生成的与发出的不同", document.title);
            let at = format!("看改了哪里：anjuan diff {} {}", path.display(), document.id);
            let hint = format!(
                "发出的公文不再改动：改回来，或者作更正（anjuan issue --revise），第{last}版仍然保留。{at} --register …。"
            );
            out.push(told(Diagnostic::warning("N-13", words)).hint(hint));
        }
    }
    Ok(out)
}
