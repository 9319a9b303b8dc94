//! 销毁: records that an approved list names leave the store; a 存根 stays, with what was known of them.
//!
//! ```text
//! <object>/vN/content/disposal/D2036-0001.json   存根: the approved list, who approved it, digests of what is gone
//! disposals/D2036-0001.json                      the same bytes, kept for ever
//! register/disposals.ndjson                      a chain, one line a disposal
//! ```
//!
//! What was decided lies in staging before anything is touched; whoever opens the archive next carries it to its end. An
//! object is made anew beside the store, without the files, and takes the old one's place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::inventory::{self, Inventory, State};
use super::structure::{self, about};
use super::{Accession, REGISTER, Store, object};
use crate::archive::description::{FileLine, Item};
use crate::archive::handover::Chain;
use crate::archive::profile::profile;
use crate::clock::Clock;
use crate::container::{create_folder, sync_folder, write_through};
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::fixity::{Digest, digest_bytes};
use crate::vocab::retention::Retention;

/// Where the lists are kept for ever.
pub(super) const FOLDER: &str = "disposals";
/// The chain, within the register's folder.
pub(super) const FILE: &str = "disposals.ndjson";
/// Folder of a 存根 within a version's content.
const STUBS: &str = "disposal";
const PLAN: &str = "disposal.json";
const FRESH: &str = "disposed";
const OLD: &str = "old";
const FORMAT: &str = "anjuan-disposal/1";

/// 批准销毁: what the list says, and who answers for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// 批准文号.
    pub approval: String,
    /// 批准单位.
    pub organ: String,
    /// 批准人.
    pub approved_by: String,
    /// 批准日期, ISO 8601.
    pub approved_on: String,
    /// 销毁理由.
    pub reason: String,
    /// 鉴定人.
    pub appraisers: Vec<String>,
    /// 监销人, two or more.
    pub supervisors: Vec<String>,
    /// The 销毁清册, as it was given.
    pub list: String,
}

/// One record to be destroyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doomed {
    /// 档号.
    pub record: String,
    /// 归档包编号.
    pub bundle: String,
    /// 接收号.
    pub accession: String,
    /// 保管期限, as the list has it.
    pub retention: Retention,
    /// Last day of its period, ISO 8601.
    pub until: String,
}

/// 销毁登记 and 存根 in one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destruction {
    /// Always `anjuan-disposal/1`.
    pub format: String,
    /// 销毁号, e.g. `D2036-0001`.
    pub number: String,
    /// When, RFC 3339.
    pub time: String,
    /// Who approved what.
    #[serde(flatten)]
    pub approval: Approval,
    /// What is gone.
    pub items: Vec<Destroyed>,
}

/// 存根 of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destroyed {
    /// 档号.
    pub record: String,
    /// 题名.
    pub title: String,
    /// 归档包编号.
    pub bundle: String,
    /// 接收号.
    pub accession: String,
    /// 保管期限.
    pub retention: Retention,
    /// Last day of its period, ISO 8601.
    pub until: String,
    /// 页数.
    pub pages: u32,
    folder: String,
    files: Vec<Gone>,
}

/// A file that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Gone {
    name: String,
    size: u64,
    sha256: Digest,
    sm3: Digest,
}

/// A line of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    number: String,
    time: String,
    approval: String,
    /// 件数.
    records: usize,
    /// SHA-256 of the list in `disposals/`.
    paper: Digest,
}

impl Destruction {
    /// For people: when and under what.
    #[must_use]
    pub fn words(&self) -> String {
        let a = &self.approval;
        format!(
            "已于 {} 销毁（{}，{} {}批准，批准人 {}，监销人 {}）",
            self.time.get(..10).unwrap_or(&self.time),
            self.number,
            a.organ,
            a.approval,
            a.approved_by,
            a.supervisors.join("、")
        )
    }

    fn bytes(&self) -> Result<Vec<u8>, Failure> {
        let text = serde_json::to_string_pretty(self);
        Ok((text.map_err(|e| Failure::Bug(format!("JSON: {e}")))? + "\n").into_bytes())
    }

    fn bundles(&self) -> BTreeSet<&str> {
        self.items.iter().map(|i| i.bundle.as_str()).collect()
    }

    fn line(&self) -> Result<Line, Failure> {
        Ok(Line {
            number: self.number.clone(),
            time: self.time.clone(),
            approval: self.approval.approval.clone(),
            records: self.items.len(),
            paper: digest_bytes(&self.bytes()?).sha256,
        })
    }
}

impl Store {
    /// Destroys `doomed` under `approval`. When this returns the files are gone; if it is cut short after the decision was
    /// on the disk, the next to open the archive for writing ends it.
    ///
    /// # Errors
    /// [`Failure::No`] with B-20 or B-21 against records that are not there, permanent or gone already: then nothing was
    /// touched. What the system reports.
    pub fn destroy(
        &mut self,
        approval: &Approval,
        doomed: &[Doomed],
        clock: &Clock,
    ) -> Result<Destruction, Failure> {
        let items = self.doom(doomed)?;
        let now = clock.now();
        let destruction = Destruction {
            format: FORMAT.into(),
            number: self.next_number(&now.format("%Y").to_string())?,
            time: now.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            approval: approval.clone(),
            items,
        };
        let staging = self.staging();
        object::clear(&staging)?;
        let plan = destruction.bytes()?;
        write_through(&staging, &staging.join(PLAN), |f| f.write_all(&plan))?;
        resume(self)?;
        Ok(destruction)
    }

    /// The 存根 that `doomed` would leave; nothing is touched.
    ///
    /// # Errors
    /// [`Failure::No`] with every B-20 and B-21; what the system reports.
    pub fn doom(&self, doomed: &[Doomed]) -> Result<Vec<Destroyed>, Failure> {
        let mut items = Vec::new();
        let mut findings = Vec::new();
        let current = self.current()?;
        for wanted in doomed {
            match self.doomed(wanted, &current)? {
                Ok(item) => items.push(item),
                Err(finding) => findings.push(*finding),
            }
        }
        if findings.is_empty() { Ok(items) } else { Err(Failure::No(findings)) }
    }

    /// The 存根 that `wanted` will leave.
    fn doomed(
        &self,
        wanted: &Doomed,
        current: &[Accession],
    ) -> Result<Result<Destroyed, Box<Diagnostic>>, Failure> {
        let refuse = |code, words: String| Ok(Err(Box::new(Diagnostic::error(code, words))));
        let which = &wanted.record;
        let accession =
            current.iter().find(|a| a.bundle == wanted.bundle && a.number == wanted.accession);
        let Some(accession) = accession else {
            let words = format!(
                "{which}：库里没有 {} 的接收 {}，或它已被更正的移交取代",
                wanted.bundle, wanted.accession
            );
            return refuse("B-21", words);
        };
        if !object::bag(&self.objects(), &accession.bundle, accession.version).is_dir() {
            let words = format!("{which} 由旧版程序入库（没有随件登记），不能在库内销毁");
            return refuse("B-21", words);
        }
        let description = self.description(accession)?;
        let item = description.items.iter().find(|i| i.metadata.archival_code == *which);
        let Some(item) = item else {
            return refuse("B-21", format!("{which} 在 {} 里没有电子文件", wanted.bundle));
        };
        if item.metadata.retention == Retention::Permanent {
            return refuse("B-21", format!("{which} 永久保管，不得销毁"));
        }
        if item.metadata.retention != wanted.retention {
            let words = format!(
                "{which} 的保管期限在库里是{}，清册上是{}",
                item.metadata.retention.name(),
                wanted.retention.name()
            );
            return refuse("B-21", words);
        }
        if let Some(gone) = self.destroyed(accession)?.get(which) {
            return refuse("B-20", format!("{which} {}", gone.words()));
        }
        Ok(Ok(stub(item, wanted)))
    }

    fn next_number(&self, year: &str) -> Result<String, Failure> {
        let chain: Chain<Line> = Chain::open(&self.disposals())?;
        let head = format!("D{year}-");
        let last = chain.entries.iter().filter_map(|l| l.number.strip_prefix(&head)?.parse().ok());
        Ok(format!("{head}{:04}", last.max().unwrap_or(0_u32) + 1))
    }

    fn disposals(&self) -> PathBuf {
        self.root.join(REGISTER).join(FILE)
    }

    /// What was destroyed of an accession, by 档号.
    pub(super) fn destroyed(
        &self,
        accession: &Accession,
    ) -> Result<BTreeMap<String, Destruction>, Failure> {
        let content = object::content(&self.objects(), &accession.bundle, accession.version);
        let mut out = BTreeMap::new();
        for one in stubs(&content)? {
            for item in one.items.iter().filter(|i| i.bundle == accession.bundle) {
                out.insert(item.record.clone(), one.clone());
            }
        }
        Ok(out)
    }
}

fn stub(item: &Item, wanted: &Doomed) -> Destroyed {
    let gone =
        |f: &FileLine| Gone { name: f.name.clone(), size: f.size, sha256: f.sha256, sm3: f.sm3 };
    Destroyed {
        record: wanted.record.clone(),
        title: item.metadata.title.clone(),
        bundle: wanted.bundle.clone(),
        accession: wanted.accession.clone(),
        retention: item.metadata.retention,
        until: wanted.until.clone(),
        pages: item.metadata.pages,
        folder: item.folder.clone(),
        files: item.files.iter().map(gone).collect(),
    }
}

/// The 存根 in a version's content, in order of their numbers.
pub(super) fn stubs(content: &Path) -> Result<Vec<Destruction>, Failure> {
    let folder = content.join(STUBS);
    let mut out = Vec::new();
    for (name, kind) in structure::names(&folder)? {
        if kind.is_file() {
            let path = folder.join(name);
            let bytes = fs::read(&path).map_err(WorldError::while_("读取存根", &path))?;
            out.push(serde_json::from_slice(&bytes).map_err(|e| {
                WorldError::while_("读懂存根", &path)(
                    io::Error::new(io::ErrorKind::InvalidData, e),
                )
            })?);
        }
    }
    Ok(out)
}

/// Whether `path` (from the bag's root) is a file that one of `stubs` of object `id` destroyed.
pub(super) fn is_gone(stubs: &[Destruction], id: &str, path: &str) -> bool {
    let items = stubs.iter().flat_map(|s| &s.items).filter(|i| i.bundle == id);
    items.into_iter().any(|item| within(&item.folder, path))
}

/// Whether `path` is content of the record in `folder`: its metadata stay.
fn within(folder: &str, path: &str) -> bool {
    let name = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| name != profile().names.metadata)
}

/// What was decided and not yet ended, if anything.
pub(super) fn pending(staging: &Path) -> Option<Destruction> {
    serde_json::from_slice(&fs::read(staging.join(PLAN)).ok()?).ok()
}

/// Ends the destruction that staging tells of, if there is one. Doing it twice is doing it once.
pub(super) fn resume(store: &Store) -> Result<(), Failure> {
    let staging = store.staging();
    let Some(plan) = pending(&staging) else { return Ok(()) };
    // The index holds texts; it is derived and comes back without them.
    remove(&store.root.join("index"))?;
    for id in plan.bundles() {
        let object = store.objects().join(id);
        let fresh = staging.join(FRESH).join(id);
        if !object.is_dir() {
            // Cut short between the two halves of the exchange: what is fresh was whole by then.
            move_(&fresh, &object)?;
        } else if !has_stub(&object, &plan)? {
            remove(&fresh)?;
            make_anew(store, id, &plan, &fresh)?;
            let old = staging.join(OLD);
            create_folder(&old)?;
            remove(&old.join(id))?;
            move_(&object, &old.join(id))?;
            move_(&fresh, &object)?;
        }
        let root = store.objects();
        sync_folder(&root).map_err(WorldError::while_("销毁", &root))?;
        remove(&staging.join(OLD).join(id))?;
    }
    record(store, &plan)?;
    Ok(object::clear(&staging)?)
}

/// Puts the list and the chain's line where they belong, unless they are there.
fn record(store: &Store, one: &Destruction) -> Result<(), Failure> {
    let path = store.root.join(FOLDER).join(format!("{}.json", one.number));
    if !path.is_file() {
        create_folder(&store.root.join(FOLDER))?;
        store.write(&path, &one.bytes()?)?;
    }
    let mut chain: Chain<Line> = Chain::open(&store.disposals())?;
    if chain.entries.iter().all(|l| l.number != one.number) {
        chain.append(one.line()?)?;
    }
    Ok(())
}

fn has_stub(object: &Path, plan: &Destruction) -> Result<bool, Failure> {
    let newest = inventory::read(object)?.map_or(0, |i| i.newest());
    let name = format!("v{newest}/content/{STUBS}/{}.json", plan.number);
    Ok(object.join(name).is_file())
}

/// Builds object `id` at `fresh` without what `plan` destroys, with the 存根 in each version. Every version stays, for the
/// register's lines name them; none of them holds or lists what is gone.
fn make_anew(store: &Store, id: &str, plan: &Destruction, fresh: &Path) -> Result<(), Failure> {
    let (object, staging) = (store.objects().join(id), store.staging());
    let Some(before) = inventory::read(&object)? else {
        let finding = Diagnostic::error("B-09", "缺少库存清单，没有销毁");
        return Err(Failure::No(vec![about(finding, &object)]));
    };
    let newest = before.newest();
    let gone = |logical: &str| {
        let path = logical.strip_prefix(id).and_then(|p| p.strip_prefix('/'));
        let items = || plan.items.iter().filter(|i| i.bundle == id);
        path.is_some_and(|path| items().any(|item| within(&item.folder, path)))
    };
    let mut after = Inventory { manifest: State::new(), ..before.clone() };
    for (digest, paths) in &before.manifest {
        for path in paths {
            let parts = path.split_once("/content/");
            if parts.is_some_and(|(_, logical)| gone(logical)) {
                continue;
            }
            keep(&object.join(path), &fresh.join(path))
                .map_err(WorldError::while_("写入暂存区", &fresh.join(path)))?;
            after.manifest.entry(digest.clone()).or_default().push(path.clone());
        }
    }
    let bytes = plan.bytes()?;
    let digest = digest_bytes(&bytes).sha256.to_string();
    let name = format!("{STUBS}/{}.json", plan.number);
    for (version, state) in &mut after.versions {
        for paths in state.state.values_mut() {
            paths.retain(|logical| !gone(logical));
        }
        state.state.retain(|_, paths| !paths.is_empty());
        state.state.entry(digest.clone()).or_default().push(name.clone());
        let place = format!("{version}/content/{name}");
        create_folder(&fresh.join(format!("{version}/content/{STUBS}")))?;
        write_through(&staging, &fresh.join(&place), |f| f.write_all(&bytes))?;
        after.manifest.entry(digest.clone()).or_default().push(place);
    }
    let declaration = inventory::OBJECT_TEXT.as_bytes();
    write_through(&staging, &fresh.join(inventory::OBJECT), |f| f.write_all(declaration))?;
    for number in 1..=newest {
        let text = until(&after, number).text()?;
        inventory::write(&staging, &fresh.join(format!("v{number}")), &text)?;
    }
    inventory::write(&staging, fresh, &after.text()?)?;
    sync_all(fresh).map_err(WorldError::while_("写入暂存区", fresh))?;
    Ok(())
}

/// `inventory` as it was when version `number` was the newest.
fn until(inventory: &Inventory, number: u32) -> Inventory {
    let early = |name: &str| {
        let version = name.split('/').next().and_then(|v| v.strip_prefix('v')?.parse::<u32>().ok());
        version.is_some_and(|v| v <= number)
    };
    let mut out = Inventory { head: format!("v{number}"), ..inventory.clone() };
    out.versions.retain(|name, _| early(name));
    out.manifest.values_mut().for_each(|paths| paths.retain(|p| early(p)));
    out.manifest.retain(|_, paths| !paths.is_empty());
    out
}

/// The same file in another place: a second name, or a copy where the disk has no such names.
fn keep(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to)?;
        fs::File::open(to)?.sync_all()?;
    }
    Ok(())
}

fn sync_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_all(&entry.path())?;
        }
    }
    sync_folder(folder)
}

fn remove(folder: &Path) -> Result<(), WorldError> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(WorldError::while_("清除", folder)(e))
        }
        _ => Ok(()),
    }
}

fn move_(from: &Path, to: &Path) -> Result<(), WorldError> {
    fs::rename(from, to).map_err(WorldError::while_("销毁", to))
}

/// Every destruction that the objects tell of, by number.
fn all(store: &Store) -> Result<BTreeMap<String, Destruction>, Failure> {
    let mut out = BTreeMap::new();
    let (ids, _) = structure::objects(store)?;
    for id in &ids {
        let newest = inventory::read(&store.objects().join(id))?.map_or(0, |i| i.newest());
        for version in 1..=newest {
            for one in stubs(&object::content(&store.objects(), id, version))? {
                out.insert(one.number.clone(), one);
            }
        }
    }
    Ok(out)
}

/// Makes lists and chain again from what the objects carry, as far as they are missing.
pub(super) fn settle(store: &Store) -> Result<(), Failure> {
    all(store)?.values().try_for_each(|one| record(store, one))
}

/// What lists, chain and 存根 say of each other.
pub(super) fn look(store: &Store, out: &mut Vec<Diagnostic>) -> Result<(), Failure> {
    let stubs = match all(store) {
        Ok(stubs) => stubs,
        Err(Failure::World(error)) => {
            out.push(about(Diagnostic::error("B-23", "存根读不懂"), &error.path));
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    let chain = match Chain::<Line>::read(&store.disposals()) {
        Ok((chain, _)) => chain,
        Err(Failure::No(findings)) => {
            out.extend(findings);
            return Ok(());
        }
        Err(other) => return Err(other),
    };
    let mend = "用 anjuan doctor --repair 由库内的存根补齐。";
    for (number, one) in &stubs {
        let path = store.root.join(FOLDER).join(format!("{number}.json"));
        let bytes = one.bytes()?;
        match fs::read(&path) {
            Ok(there) if there == bytes => {}
            Ok(_) => {
                let words = format!("销毁清册 {number} 与库内的存根不一致，可能被改动");
                let hint = "把它移到别处留作证据，再用 anjuan doctor --repair 补回。";
                out.push(about(Diagnostic::error("B-23", words), &path).hint(hint));
            }
            Err(_) => {
                let words = format!("缺少销毁清册 {number}，它须永久保存");
                out.push(about(Diagnostic::error("B-23", words), &path).hint(mend));
            }
        }
        match chain.entries.iter().find(|l| l.number == *number) {
            Some(line) if *line == one.line()? => {}
            Some(_) => {
                let words = format!("销毁登记 {number} 与库内的存根不一致");
                out.push(about(Diagnostic::error("B-23", words), &store.disposals()));
            }
            None => {
                let words = format!("库内有销毁 {number} 的存根，登记里没有");
                let finding = Diagnostic::error("B-23", words);
                out.push(about(finding, &store.disposals()).hint(mend));
            }
        }
    }
    for line in chain.entries.iter().filter(|l| !stubs.contains_key(&l.number)) {
        let words = format!("登记了销毁 {}，库里没有它的存根", line.number);
        out.push(about(Diagnostic::error("B-23", words), &store.disposals()));
    }
    for (name, _) in structure::names(&store.root.join(FOLDER))? {
        if name.strip_suffix(".json").is_none_or(|n| !stubs.contains_key(n)) {
            out.push(structure::stray(&store.root.join(FOLDER).join(&name), &name));
        }
    }
    Ok(())
}
