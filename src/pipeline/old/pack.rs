//! 入库: described old files are packed, bundle by bundle, inspected and received.

use std::collections::BTreeMap;
use std::path::Path;

use super::describe::Candidate;
use super::grouping::{Group, group, taken};
use super::records::{bundle_id, record, unique_texts};
use super::resume::Resumed;
use super::sent_back::{apart_from, refuse, too_large};
use super::settled::Settled;
use super::{OldImport, OldOptions, State, about, line};
use crate::archive::{self, BundleSpec, Depth, Passing};
use crate::diag::{Failure, WorldError};
use crate::pipeline::receive::receive_all;
use crate::pipeline::{Event, Listener, Settings, Terms, moment};

/// One import: what it stands under, and where it goes.
pub(super) struct Import<'a> {
    pub(super) settings: &'a Settings,
    pub(super) settled: &'a Settled,
    /// The archive.
    pub(super) root: &'a Path,
    pub(super) options: &'a OldOptions,
    pub(super) listen: Listener<'a>,
}

impl Import<'_> {
    /// Packs and receives `fresh`; what an inspection objects to comes back, the rest goes on.
    pub(super) fn enter(
        &self,
        mut fresh: Vec<Candidate>,
        resumed: &mut Vec<Resumed>,
        out: &mut OldImport,
    ) -> Result<(), Failure> {
        fresh.sort_by(|a, b| {
            let day =
                |c: &Candidate| c.metadata.as_ref().map(|m| m.date.clone()).unwrap_or_default();
            (a.year, day(a), &a.file.name).cmp(&(b.year, day(b), &b.file.name))
        });
        loop {
            let (groups, bad) = group(self.settled, fresh, &taken(self.root, resumed)?);
            for (candidate, finding) in bad {
                out.findings.push(about(&candidate.file.path, finding));
                out.lines.push(line(&candidate, State::Returned, None, ""));
            }
            if self.options.dry_run {
                for candidate in groups.into_values().flatten() {
                    let digest = &candidate.file.digests.sha256;
                    let held = resumed.iter().find_map(|r| r.held.get(digest));
                    out.lines.push(match held {
                        Some((m, by)) => line(&candidate, State::Already, Some(m.clone()), by),
                        None => line(&candidate, State::Ready, None, ""),
                    });
                }
                return Ok(());
            }
            let Some((key, members)) = groups.iter().next() else { return Ok(()) };
            let rest: Vec<Candidate> =
                groups.iter().filter(|(k, _)| *k != key).flat_map(|(_, m)| m.clone()).collect();
            let again = self.one(key, members, resumed, out)?;
            // Those that are left get their numbers anew.
            fresh = rest.into_iter().chain(again).collect();
        }
    }

    /// Packs one bundle, or the parts that it makes, and receives it. What cannot enter is told; those to be tried again are
    /// given back.
    fn one(
        &self,
        key: &Group,
        members: &[Candidate],
        resumed: &mut Vec<Resumed>,
        out: &mut OldImport,
    ) -> Result<Vec<Candidate>, Failure> {
        let (settings, settled, listen) = (self.settings, self.settled, self.listen);
        let (fonds, category, year, unit, _) = key;
        let title = format!("旧档（{year}年度）");
        let id = bundle_id(fonds, *year, members);
        let mut records = Vec::new();
        for candidate in members {
            records.extend(record(candidate, &id, &title));
        }
        unique_texts(&mut records);
        let going_on = resumed.iter().find(|r| r.is(&id, members)).map(|r| r.date.clone());
        let spec = BundleSpec {
            id: id.clone(),
            case_id: id.clone(),
            case_title: title,
            sender: settled.sender.clone(),
            receiver: settled.receiver.clone(),
            date: going_on.clone().unwrap_or_else(|| settled.date.clone()),
            illustrative: self.options.illustrative,
            fonds_number: fonds.clone(),
            fonds_name: settled.fonds_name.clone(),
            category: category.clone(),
            unit: unit.clone(),
            year: *year,
            software: concat!("anjuan ", env!("CARGO_PKG_VERSION")).into(),
            absent: Vec::new(),
            handover: None,
            part: None,
        };
        listen(Event::Step("打包入库", 0));
        let folder =
            tempfile::tempdir().map_err(WorldError::while_("建立临时文件夹", self.root))?;
        let zip = folder.path().join(format!("{id}.zip"));
        let most = self.options.most.unwrap_or(archive::MOST);
        let terms = Passing { book: None, key: None, at: &moment(settings), most };
        let packed = match archive::hand_over(&spec, &records, &[], &zip, terms) {
            Err(Failure::Rejected(found)) if found.iter().all(|f| f.code == "P-09") => {
                return too_large(members, found, out);
            }
            other => other?.value,
        };
        // All of them are looked at before the first goes in.
        let mut inspections = Vec::new();
        for part in &packed {
            inspections.push(archive::verify(&part.path, Depth::Full)?);
        }
        if inspections.iter().any(|i| !i.accepted) {
            inspections.retain(|i| !i.accepted);
            let again = refuse(members, &inspections, out);
            out.inspections.extend(inspections);
            return Ok(again);
        }
        // What is in stays as it is, if this is not the group that was begun.
        let strange = |r: &Resumed| going_on.is_none() && members.iter().any(|c| r.holds(c));
        if let Some(at) = resumed.iter().position(strange) {
            return Ok(apart_from(&resumed.remove(at), members, out));
        }
        let paths: Vec<&Path> = packed.iter().map(|p| p.path.as_path()).collect();
        let plain = Terms::plain();
        let received = receive_all(settings, &paths, self.root, true, &plain, listen)?;
        let mut places: BTreeMap<String, (String, State)> = BTreeMap::new();
        for (inspection, receipt) in received {
            if let Some(r) = &receipt {
                let state = if r.already { State::Already } else { State::Imported };
                let codes = inspection.codes().map(str::to_owned);
                places.extend(codes.map(|code| (code, (r.accession.clone(), state))));
            }
            out.receipts.extend(receipt);
            out.inspections.push(inspection);
        }
        for (candidate, record) in members.iter().zip(records) {
            let code = &record.metadata.archival_code;
            let (accession, state) =
                places.get(code).cloned().unwrap_or((String::new(), State::Imported));
            out.lines.push(line(candidate, state, Some(record.metadata), &accession));
        }
        resumed.retain(|r| r.group != id);
        Ok(Vec::new())
    }
}
