//! 分包组: parts of one hand-over as the store holds them, in whatever order they came: which are missing, which contradict.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::papers::Papers;
use super::{Store, inventory, object, structure};
use crate::archive::bag;
use crate::archive::description::{Description, Item};
use crate::archive::parts::{Part, SetList};
use crate::diag::{Diagnostic, Failure};
use crate::record::Metadata;

/// 没有收齐的分包组, as far as it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenGroup {
    /// 分包组.
    pub group: String,
    /// 移交日期 of its parts, ISO 8601.
    pub date: String,
    /// 归档包编号 of the parts that are there.
    pub parts: BTreeSet<String>,
}

/// A part in the store: its newest version.
struct Held {
    part: Part,
    description: Description,
    /// Its place in the register; 0 where that cannot be told.
    seq: u64,
}

impl Store {
    /// The newest version of the part that is object `id`; none if it is not there, no part, or unreadable (which
    /// the doctor tells).
    fn held(&self, id: &str) -> Result<Option<Held>, Failure> {
        let objects = self.objects();
        let Ok(Some(inventory)) = inventory::read(&objects.join(id)) else { return Ok(None) };
        let newest = inventory.newest();
        let list = object::bag(&objects, id, newest).join(bag::DESCRIPTION);
        let Ok(text) = fs::read_to_string(&list) else { return Ok(None) };
        let Ok(description) = serde_json::from_str::<Description>(&text) else { return Ok(None) };
        let Some(part) = description.part.clone() else { return Ok(None) };
        let papers = Papers::read(&object::content(&objects, id, newest)).ok().flatten();
        let seq = papers.and_then(|p| p.line()).map_or(0, |line| line.seq);
        Ok(Some(Held { part, description, seq }))
    }

    /// Whether `new` can be a part of its group beside those of the same making that are there.
    ///
    /// # Errors
    /// [`Failure::No`] with B-25 for everything that contradicts.
    pub(super) fn joins(&self, new: &Description) -> Result<(), Failure> {
        let Some(part) = &new.part else { return Ok(()) };
        let mut findings = Vec::new();
        let codes: BTreeSet<&str> = all(new).map(code).collect();
        for number in 1..=999 {
            let id = Part::id(&part.group, number);
            // Parts of another making are what this one corrects.
            let there = if self.objects().join(&id).is_dir() { self.held(&id)? } else { None };
            let Some(held) = there.filter(|h| h.part.set == part.set) else { continue };
            if held.part.count != part.count {
                findings.push(format!(
                    "{id} 写明共 {} 包，{} 写明共 {} 包",
                    held.part.count, new.id, part.count
                ));
            }
            if number == part.number {
                if lines(&held.description).digest() != lines(new).digest() {
                    findings.push(format!("{id} 已经接收，内容却不同（同一次分包里同一包号）"));
                }
                continue;
            }
            for m in all(&held.description).filter(|m| codes.contains(code(m))) {
                findings.push(format!(
                    "“{}”（档号 {}）在 {id} 里已有，{} 里又有",
                    m.title, m.archival_code, new.id
                ));
            }
        }
        if findings.is_empty() {
            return Ok(());
        }
        let hint = "没有接收：同一组的各包互相矛盾。请退回移交方，全组重新打包移交。";
        let told = findings.into_iter().map(|words| Diagnostic::error("B-25", words).hint(hint));
        Err(Failure::No(told.collect()))
    }

    /// What is to be said of the groups of parts in the store (of `only` one, if it is named): parts that were not received,
    /// parts that belong to another making.
    ///
    /// # Errors
    /// What the system reports.
    pub fn groups(&self, only: Option<&str>) -> Result<Vec<Diagnostic>, Failure> {
        Ok(self
            .parts_by_group(only)?
            .iter()
            .flat_map(|(group, parts)| judge(group, parts))
            .collect())
    }

    /// Groups of which parts are missing.
    ///
    /// # Errors
    /// What the system reports.
    pub fn open_groups(&self) -> Result<Vec<OpenGroup>, Failure> {
        let mut out = Vec::new();
        for (group, parts) in self.parts_by_group(None)? {
            let Some(newest) = newest(&parts) else { continue };
            let own: BTreeMap<&u32, &Held> =
                parts.iter().filter(|(_, h)| h.part.set == newest.set).collect();
            if (1..=newest.count).all(|n| own.contains_key(&n)) {
                continue;
            }
            let date = own.values().map(|h| h.description.date.clone()).next().unwrap_or_default();
            let parts = own.values().map(|h| h.description.id.clone()).collect();
            out.push(OpenGroup { group, date, parts });
        }
        Ok(out)
    }

    /// Parts in the store by group and number, all or of one group.
    fn parts_by_group(
        &self,
        only: Option<&str>,
    ) -> Result<BTreeMap<String, BTreeMap<u32, Held>>, Failure> {
        let ids = match only {
            Some(group) => (1..=999).map(|n| Part::id(group, n)).collect(),
            None => structure::objects(self)?.0,
        };
        let mut groups: BTreeMap<String, BTreeMap<u32, Held>> = BTreeMap::new();
        for id in ids.iter().filter(|id| is_part(id) && self.objects().join(id).is_dir()) {
            if let Some(held) = self.held(id)? {
                groups.entry(held.part.group.clone()).or_default().insert(held.part.number, held);
            }
        }
        Ok(groups)
    }
}

/// The making that counts: the one of which a part came last.
fn newest(parts: &BTreeMap<u32, Held>) -> Option<&Part> {
    parts.values().max_by_key(|h| h.seq).map(|h| &h.part)
}

/// Whether `id` can be that of a part; only such objects are looked into.
fn is_part(id: &str) -> bool {
    let number = id.rsplit_once("-P").map_or("", |(_, number)| number);
    number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit())
}

/// Every 件, on paper or not.
fn all(d: &Description) -> impl Iterator<Item = &Metadata> {
    d.items.iter().map(|i| &i.metadata).chain(&d.absent)
}

fn code(m: &Metadata) -> &str {
    &m.archival_code
}

/// 全组清单 as far as this part goes.
fn lines(d: &Description) -> SetList {
    let mut list = start(d);
    add(&mut list, d);
    list
}

fn start(d: &Description) -> SetList {
    let (group, count) = d.part.as_ref().map_or(("", 0), |p| (p.group.as_str(), p.count));
    SetList::new(count, [group, &d.sender, &d.receiver, &d.date, &d.case_title])
}

fn add(list: &mut SetList, d: &Description) {
    let number = d.part.as_ref().map_or(0, |p| p.number);
    let mut items: Vec<(&Metadata, Option<&Item>)> =
        d.items.iter().map(|i| (&i.metadata, Some(i))).collect();
    items.extend(d.absent.iter().map(|m| (m, None)));
    items.sort_by(|a, b| a.0.archival_code.cmp(&b.0.archival_code));
    for (metadata, item) in items {
        let files = item.map_or(&[][..], |i| &i.files);
        list.item(number, metadata, files.iter().map(|f| (f.name.as_str(), f.sha256)));
    }
}

/// What speaks against one group.
fn judge(group: &str, parts: &BTreeMap<u32, Held>) -> Vec<Diagnostic> {
    let Some(newest) = newest(parts) else { return Vec::new() };
    let mut out = Vec::new();
    let own =
        |n: &u32| parts.get(n).filter(|h| h.part.set == newest.set && h.part.count == newest.count);
    let missing: Vec<u32> = (1..=newest.count).filter(|n| own(n).is_none()).collect();
    if !missing.is_empty() {
        let names = |words: &dyn Fn(u32) -> String| {
            missing.iter().map(|n| words(*n)).collect::<Vec<_>>().join("、")
        };
        let words = format!(
            "分包组 {group} 没有收齐：共 {} 包，缺第 {} 包（{}）",
            newest.count,
            names(&|n| n.to_string()),
            names(&|n| Part::id(group, n)),
        );
        let hint = "请移交方补交缺的包；收到的各包仍可使用。";
        out.push(Diagnostic::warning("B-24", words).hint(hint));
    }
    for (number, held) in parts.iter().filter(|(n, _)| own(n).is_none()) {
        let words = format!(
            "{} 属于分包组 {group} 先前的一次打包（共 {} 包），不属于最近的一次",
            Part::id(group, *number),
            held.part.count
        );
        let hint = "最近一次移交的全组收齐以后，以新的为准；有疑问的请移交方说明。";
        out.push(Diagnostic::warning("B-25", words).hint(hint));
    }
    if missing.is_empty() {
        let own = parts.range(1..=newest.count).map(|(_, held)| &held.description);
        let list = own.fold(None, |list: Option<SetList>, d| {
            let mut list = list.unwrap_or_else(|| start(d));
            add(&mut list, d);
            Some(list)
        });
        if list.is_some_and(|list| list.digest() != newest.set) {
            let words = format!("分包组 {group} 已收齐，各包的内容与全组清单的摘要不符");
            let hint = "有的包不是这一次打的，或打包以后被换过；请移交方核对。";
            out.push(Diagnostic::error("B-25", words).hint(hint));
        }
    }
    out
}
