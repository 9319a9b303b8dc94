//! METS 1.12 by the profile of E-ARK CSIP 2.2 and SIP 2.2; numbers of requirements stand in the comments.

use std::fmt::Write as _;
use std::io;

use crate::archive::description::Description;
use crate::archive::xml::Element;
use crate::fixity::DigestSet;

const PROFILE: &str = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml";
const NAMESPACES: [(&str, &str); 5] = [
    ("xmlns", "http://www.loc.gov/METS/"),
    ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
    ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ("xmlns:csip", "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"),
    ("xmlns:sip", "https://DILCIS.eu/XML/METS/SIPExtensionMETS"),
];

/// A file as METS lists it.
pub(super) struct Listed {
    /// From the folder that holds the METS file.
    pub(super) path: String,
    /// Media type.
    pub(super) media: String,
    pub(super) digests: DigestSet,
}

/// Files of one use.
pub(super) struct Group {
    pub(super) id: &'static str,
    /// `Documentation`, `Schemas`, `Representations/rep1`, `Data`.
    pub(super) usage: String,
    pub(super) files: Vec<Listed>,
}

/// What the structural map points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// Groups of files: the METS of a representation.
    Files,
    /// METS files of representations: the METS of the package.
    Representations,
}

/// One METS file.
pub(super) struct Mets<'a> {
    /// `OBJID`.
    pub(super) id: String,
    pub(super) label: String,
    pub(super) description: &'a Description,
    pub(super) descriptive: Vec<Listed>,
    pub(super) preservation: Vec<Listed>,
    pub(super) groups: Vec<Group>,
    pub(super) links: Links,
}

impl Mets<'_> {
    pub(super) fn document(&self) -> io::Result<Element> {
        let created = self.created();
        let mut root = Element::new("mets");
        for (name, value) in NAMESPACES {
            root = root.with(name, value);
        }
        // CSIP1–CSIP6.
        root = root
            .with("OBJID", &self.id)
            .with("LABEL", &self.label)
            .with("TYPE", "Mixed")
            .with("csip:CONTENTINFORMATIONTYPE", "MIXED")
            .with("PROFILE", PROFILE);
        let mut parts = vec![self.header(&created)];
        for (n, file) in self.descriptive.iter().enumerate() {
            let (sort, other) = match file.media.as_str() {
                "application/xml" => ("DC", None),
                _ => ("OTHER", Some("ANJUAN-BUNDLE")),
            };
            let mut reference = self.reference(file, &format!("dmd-{n}-ref"), sort, &created);
            if let Some(other) = other {
                reference = reference.with("OTHERMDTYPE", other);
            }
            // CSIP17–CSIP31.
            parts.push(
                Element::new("dmdSec")
                    .with("ID", &format!("dmd-{n}"))
                    .with("CREATED", &created)
                    .with("STATUS", "CURRENT")
                    .holding([reference]),
            );
        }
        if !self.preservation.is_empty() {
            // CSIP31–CSIP44.
            let all = self.preservation.iter().enumerate().map(|(n, file)| {
                let reference = self.reference(file, &format!("amd-{n}-ref"), "PREMIS", &created);
                Element::new("digiprovMD")
                    .with("ID", &format!("amd-{n}"))
                    .with("CREATED", &created)
                    .with("STATUS", "CURRENT")
                    .holding([reference])
            });
            parts.push(Element::new("amdSec").with("ID", "amd").holding(all));
        }
        // CSIP58–CSIP79.
        let groups = self.groups.iter().map(|group| {
            let files = group.files.iter().enumerate().map(|(n, file)| {
                let link = Element::new("FLocat")
                    .with("LOCTYPE", "URL")
                    .with("xlink:type", "simple")
                    .with("xlink:href", &href(&file.path));
                Element::new("file")
                    .with("ID", &format!("{}-{n}", group.id))
                    .with("MIMETYPE", &file.media)
                    .with("SIZE", &file.digests.size.to_string())
                    .with("CREATED", &created)
                    .with("CHECKSUM", &file.digests.sha256.to_string())
                    .with("CHECKSUMTYPE", "SHA-256")
                    .holding([link])
            });
            Element::new("fileGrp")
                .with("ID", &format!("grp-{}", group.id))
                .with("USE", &group.usage)
                .holding(files)
        });
        parts.push(Element::new("fileSec").with("ID", "files").holding(groups));
        parts.push(self.structure());
        Ok(root.holding(parts))
    }

    /// Times in the package are the hand-over's, not those of writing it.
    fn created(&self) -> String {
        format!("{}T00:00:00+08:00", self.description.date)
    }

    /// CSIP7–CSIP16, SIP1–SIP9: when, of which kind, made by what, handed over by whom to whom.
    fn header(&self, created: &str) -> Element {
        let d = self.description;
        let agent = |role: &str, sort: &str, other: Option<&str>, name: &str| {
            let mut agent = Element::new("agent").with("ROLE", role);
            if role == "OTHER" {
                agent = agent.with("OTHERROLE", "SUBMITTER");
            }
            agent = agent.with("TYPE", sort);
            if let Some(other) = other {
                agent = agent.with("OTHERTYPE", other);
            }
            agent.holding([Element::text("name", name)])
        };
        let (name, version) = d.software.rsplit_once(' ').unwrap_or((&d.software, "1"));
        let software = agent("CREATOR", "OTHER", Some("SOFTWARE"), name)
            .holding([Element::text("note", version).with("csip:NOTETYPE", "SOFTWARE VERSION")]);
        let code =
            |text: &str| Element::text("note", text).with("csip:NOTETYPE", "IDENTIFICATIONCODE");
        let mut agents = vec![software];
        if self.links == Links::Representations {
            agents.push(
                agent("ARCHIVIST", "ORGANIZATION", None, &d.sender)
                    .holding([code(&d.fonds.number)]),
            );
            agents.push(
                agent("CREATOR", "ORGANIZATION", None, &d.sender).holding([code(&d.fonds.number)]),
            );
            agents.push(
                agent("PRESERVATION", "ORGANIZATION", None, &d.receiver)
                    .holding([code(&d.receiver)]),
            );
        }
        Element::new("metsHdr")
            .with("CREATEDATE", created)
            .with("RECORDSTATUS", "NEW")
            .with("csip:OAISPACKAGETYPE", "SIP")
            .holding(agents)
    }

    fn reference(&self, file: &Listed, id: &str, sort: &str, created: &str) -> Element {
        Element::new("mdRef")
            .with("ID", id)
            .with("LOCTYPE", "URL")
            .with("xlink:type", "simple")
            .with("xlink:href", &href(&file.path))
            .with("MDTYPE", sort)
            .with("MIMETYPE", &file.media)
            .with("SIZE", &file.digests.size.to_string())
            .with("CREATED", created)
            .with("CHECKSUM", &file.digests.sha256.to_string())
            .with("CHECKSUMTYPE", "SHA-256")
    }

    /// CSIP80–CSIP112: the one physical map.
    fn structure(&self) -> Element {
        let div = |id: &str, label: &str| Element::new("div").with("ID", id).with("LABEL", label);
        let mut parts = Vec::new();
        let numbered = |list: &[Listed], lead: &str| {
            (0..list.len()).map(|n| format!("{lead}-{n}")).collect::<Vec<_>>().join(" ")
        };
        if !self.descriptive.is_empty() || !self.preservation.is_empty() {
            let mut metadata = div("div-metadata", "Metadata");
            if !self.preservation.is_empty() {
                metadata = metadata.with("ADMID", &numbered(&self.preservation, "amd"));
            }
            if !self.descriptive.is_empty() {
                metadata = metadata.with("DMDID", &numbered(&self.descriptive, "dmd"));
            }
            parts.push(metadata);
        }
        for group in &self.groups {
            let id = format!("div-{}", group.id);
            let target = format!("grp-{}", group.id);
            let pointer = if group.usage.starts_with("Representations/") {
                let path = group.files.first().map_or("", |f| f.path.as_str());
                Element::new("mptr")
                    .with("LOCTYPE", "URL")
                    .with("xlink:type", "simple")
                    .with("xlink:href", &href(path))
                    .with("xlink:title", &target)
            } else {
                Element::new("fptr").with("FILEID", &target)
            };
            parts.push(div(&id, &group.usage).holding([pointer]));
        }
        let top = div("div-root", &self.id).holding(parts);
        Element::new("structMap")
            .with("ID", "map")
            .with("TYPE", "PHYSICAL")
            .with("LABEL", "CSIP")
            .holding([top])
    }
}

/// A path as a relative reference (RFC 3986): all but unreserved characters and `/` percent-encoded.
fn href(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::href;

    #[test]
    fn names_become_relative_references() {
        assert_eq!(href("data/Z109/正文 1.pdf"), "data/Z109/%E6%AD%A3%E6%96%87%201.pdf");
        assert_eq!(href("a-b._~"), "a-b._~");
    }
}
