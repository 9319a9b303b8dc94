//! 国际提交信息包: a received or packed bundle as an E-ARK SIP 2.2 (CSIP 2.2, METS, PREMIS), for archives that take those.
//!
//! ```text
//! <id>/METS.xml
//!      metadata/descriptive/dc.xml, bundle.json   what the package is about, item by item
//!      metadata/preservation/premis.xml           if the bundle has one
//!      documentation/                             tag files of the bag: manifests, signatures
//!      schemas/                                   the schemas that travel in the bundle
//!      representations/rep1/METS.xml, data/…      the payload, every byte as it was
//! ```
//!
//! Nothing is left out and nothing is made anew but METS and Dublin Core, whose times come from the hand-over date, so
//! the same bundle gives the same bytes.

mod mets;

use std::collections::BTreeMap;
use std::path::Path;

use super::bag;
use super::description::Description;
use super::inspect::{self, Inspection};
use super::profile::profile;
use super::reader::{self, BundleReader};
use super::sign::Trust;
use super::xml::Element;
use crate::container::{Source, write_zip};
use crate::diag::{Failure, WorldError};
use crate::fixity::{DigestSet, digest_bytes, digest_reader};
use mets::{Group, Links, Listed, Mets};

/// Folder of the one representation.
const REPRESENTATION: &str = "representations/rep1";
/// Where a bag keeps PREMIS.
const PREMIS: &str = "metadata/premis.xml";

/// A SIP written.
#[derive(Clone, Debug)]
pub struct Sip {
    /// `OBJID`: 归档包编号.
    pub id: String,
    /// Files, METS included.
    pub files: usize,
    /// Size of the ZIP in bytes.
    pub bytes: u64,
}

/// Inspects the bundle at `path` and, if it is acceptable, writes it as an E-ARK SIP to the ZIP `out`.
///
/// # Errors
/// Only when the world fails; a bad bundle is told by the inspection, and nothing is written then.
pub fn export_sip(path: &Path, out: &Path) -> Result<(Inspection, Option<Sip>), Failure> {
    let Ok(reader) = reader::open(path)? else {
        return Ok((inspect::verify(path, inspect::Depth::Full)?, None));
    };
    let inspection = inspect::inspect(&reader, path, &Trust::nobody())?;
    let Some(description) = inspection.description.clone().filter(|_| inspection.accepted) else {
        return Ok((inspection, None));
    };
    let entries = entries(&reader, &description).map_err(|e| match e {
        Fault::Io(e) => Failure::World(WorldError::while_("读取归档包", path)(e)),
        Fault::Own(words) => Failure::Bug(words),
    })?;
    write_zip(out, &entries)?;
    let bytes = std::fs::metadata(out).map_err(WorldError::while_("读取", out))?.len();
    Ok((inspection, Some(Sip { id: description.id, files: entries.len(), bytes })))
}

enum Fault {
    Io(std::io::Error),
    Own(String),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// Where a file of the bag goes in the SIP: folder within the root or the representation, and whether it is payload.
fn place(path: &str) -> (Part, String) {
    let schemas = format!("data/{}/", profile().names.schemas);
    if let Some(name) = path.strip_prefix(&schemas) {
        return (Part::Schemas, format!("schemas/{name}"));
    }
    if let Some(rest) = path.strip_prefix("data/") {
        return (Part::Data, format!("data/{rest}"));
    }
    match path {
        PREMIS => (Part::Preservation, "metadata/preservation/premis.xml".to_owned()),
        bag::DESCRIPTION => (Part::Descriptive, "metadata/descriptive/bundle.json".to_owned()),
        other => (Part::Documentation, format!("documentation/{other}")),
    }
}

/// Part of the SIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Descriptive,
    Preservation,
    Documentation,
    Schemas,
    Data,
}

/// All files of the SIP by path.
fn entries(reader: &BundleReader, d: &Description) -> Result<BTreeMap<String, Source>, Fault> {
    let mut out = BTreeMap::new();
    let mut parts: BTreeMap<Part, Vec<Listed>> = BTreeMap::new();
    for (path, _) in reader.files() {
        let (part, to) = place(path);
        let digests = digest_reader(reader.open(path)?)?;
        let full = match part {
            Part::Data => format!("{}/{REPRESENTATION}/{to}", d.id),
            _ => format!("{}/{to}", d.id),
        };
        // A schema stays in the payload too, where the bag's manifest lists it.
        if part == Part::Schemas {
            let copy = path.to_owned();
            out.insert(format!("{}/{REPRESENTATION}/{copy}", d.id), reader.source(path)?);
            parts.entry(Part::Data).or_default().push(listed(d, path, &copy, digests));
        }
        out.insert(full, reader.source(path)?);
        parts.entry(part).or_default().push(listed(d, path, &to, digests));
    }
    let dublin = dublin_core(d).document()?;
    let to = "metadata/descriptive/dc.xml";
    let dc = listed(d, to, to, digest_bytes(&dublin));
    out.insert(format!("{}/{to}", d.id), Source::Memory(dublin.into()));
    let mut take = |part| parts.remove(&part).unwrap_or_default();

    let mut data = take(Part::Data);
    data.sort_by(|a, b| a.path.cmp(&b.path));
    let inner = Mets {
        id: "rep1".to_owned(),
        label: format!("{}（移交信息包）", d.case_title),
        description: d,
        descriptive: Vec::new(),
        preservation: Vec::new(),
        groups: vec![Group { id: "data", usage: "Data".to_owned(), files: data }],
        links: Links::Files,
    };
    let inner = inner.document()?.document()?;
    let to = format!("{REPRESENTATION}/METS.xml");
    let own = listed(d, &to, &to, digest_bytes(&inner));
    out.insert(format!("{}/{to}", d.id), Source::Memory(inner.into()));

    let mut descriptive = vec![dc];
    descriptive.extend(take(Part::Descriptive));
    let groups = [
        ("documentation", "Documentation", take(Part::Documentation)),
        ("schemas", "Schemas", take(Part::Schemas)),
        ("rep1", "Representations/rep1", vec![own]),
    ];
    let groups = groups.into_iter().filter(|(_, _, files)| !files.is_empty());
    let outer = Mets {
        id: d.id.clone(),
        label: d.case_title.clone(),
        description: d,
        descriptive,
        preservation: take(Part::Preservation),
        groups: groups
            .map(|(id, usage, files)| Group { id, usage: usage.to_owned(), files })
            .collect(),
        links: Links::Representations,
    };
    let outer = outer.document()?.document()?;
    out.insert(format!("{}/METS.xml", d.id), Source::Memory(outer.into()));
    if !parts.is_empty() {
        return Err(Fault::Own("part of the SIP left over".to_owned()));
    }
    Ok(out)
}

fn listed(d: &Description, path: &str, to: &str, digests: DigestSet) -> Listed {
    let file = d.items.iter().find_map(|item| {
        let name = path.strip_prefix(&item.folder)?.strip_prefix('/')?;
        item.files.iter().find(|f| f.name == name)
    });
    let media = file.map_or_else(|| media_type(path), |f| f.media_type.as_str());
    // METS takes the type alone, without parameters.
    let media = media.split(';').next().unwrap_or(media).trim().to_owned();
    Listed { path: to.to_owned(), media, digests }
}

/// Media type of the files that the bag has besides those of its items.
fn media_type(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending.to_ascii_lowercase().as_str() {
        "xml" | "xsd" => "application/xml",
        "json" => "application/json",
        "txt" | "toml" | "md" | "py" => "text/plain",
        "csv" => "text/csv",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// The package in Dublin Core: title, creator, date, what is in it.
fn dublin_core(d: &Description) -> Element {
    let mut children = Vec::new();
    let mut add = |name: &str, text: &str| {
        if !text.is_empty() {
            children.push(Element::text(&format!("dc:{name}"), text));
        }
    };
    add("title", &d.case_title);
    add("identifier", &d.id);
    add("identifier", &d.case_id);
    add("creator", &d.sender);
    add("date", &d.date);
    add("language", "zh");
    add("type", "Collection");
    add("source", &format!("{}（全宗号 {}）", d.fonds.name, d.fonds.number));
    let all = d.items.iter().map(|i| &i.metadata).chain(&d.absent);
    for m in all {
        let number = m.document_number.as_deref().map(|n| format!(" {n}")).unwrap_or_default();
        add("description", &format!("{} {}{number} {}", m.archival_code, m.title, m.date));
    }
    Element::new("oai_dc:dc")
        .with("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")
        .with("xmlns:dc", "http://purl.org/dc/elements/1.1/")
        .holding(children)
}

#[cfg(test)]
mod tests;
