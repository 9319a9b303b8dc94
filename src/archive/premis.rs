//! metadata/premis.xml: objects, events and agents of the payload (PREMIS 3).

use std::collections::BTreeMap;

use super::description::Description;
use super::forms::acts;
use super::xml::Element;
use crate::fixity::DigestSet;

/// Its path in the bag.
pub(super) const PATH: &str = "metadata/premis.xml";
const NAMESPACE: &str = "http://www.loc.gov/premis/v3";
const LOCAL: &str = "anjuan";

fn t(name: &str, text: impl Into<String>) -> Element {
    Element::text(name, text)
}

fn pair(name: &str, kind: &str, value: &str) -> Element {
    Element::new(name).holding([t(&format!("{name}Type"), kind), t(&format!("{name}Value"), value)])
}

/// The record of preservation: one object a payload file, with both digests.
pub(super) fn premis(d: &Description, payload: &BTreeMap<&str, &DigestSet>) -> Element {
    let mut agents: BTreeMap<&str, &'static str> = BTreeMap::new();
    let mut events = Vec::new();
    for item in &d.items {
        let files: Vec<&str> = payload
            .keys()
            .filter(|p| p.strip_prefix(&item.folder).is_some_and(|rest| rest.starts_with('/')))
            .copied()
            .collect();
        for act in acts(d, &item.metadata) {
            // 归档 and 移交 are told once, of the package.
            let kind = match act.act {
                "形成" => "creation",
                "签发" => "approval",
                _ => continue,
            };
            agents.entry(act.agent).or_insert(if act.person { "person" } else { "organization" });
            events.push(event(
                &events,
                kind,
                act.day,
                (act.agent, "implementer"),
                &act.words,
                &files,
            ));
        }
    }
    let all: Vec<&str> = payload.keys().copied().collect();
    agents.entry(&d.sender).or_insert("organization");
    agents.entry(&d.receiver).or_insert("organization");
    agents.entry(&d.software).or_insert("software");
    for (kind, agent, words) in [
        ("message digest calculation", (d.software.as_str(), "executing program"), "SHA-256、SM3"),
        ("packing", (d.software.as_str(), "executing program"), d.format.as_str()),
        ("transfer", (d.sender.as_str(), "implementer"), d.receiver.as_str()),
    ] {
        events.push(event(&events, kind, &d.date, agent, words, &all));
    }
    let types = media_types(d);
    let objects = payload.iter().map(|(path, digests)| object(path, digests, &types));
    let agents = agents.iter().map(|(name, kind)| {
        Element::new("agent").holding([
            pair("agentIdentifier", LOCAL, name),
            t("agentName", *name),
            t("agentType", *kind),
        ])
    });
    Element::new("premis")
        .with("xmlns", NAMESPACE)
        .with("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
        .with("version", "3.0")
        .holding(objects)
        .holding(events)
        .holding(agents)
}

fn media_types(d: &Description) -> BTreeMap<String, &str> {
    let of = |item: &'_ super::description::Item| item.folder.clone();
    d.items
        .iter()
        .flat_map(|item| {
            let folder = of(item);
            item.files.iter().map(move |f| (format!("{folder}/{}", f.name), f.media_type.as_str()))
        })
        .collect()
}

fn object(path: &str, digests: &DigestSet, types: &BTreeMap<String, &str>) -> Element {
    let fixity = |name: &str, digest: String| {
        Element::new("fixity")
            .holding([t("messageDigestAlgorithm", name), t("messageDigest", digest)])
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
    let media_type = types.get(path).copied().unwrap_or(match extension.as_str() {
        "pdf" => "application/pdf",
        "xml" | "xsd" => "application/xml",
        "json" => "application/json",
        _ => "text/plain",
    });
    let format = Element::new("format")
        .holding([Element::new("formatDesignation").holding([t("formatName", media_type)])]);
    Element::new("object").with("xsi:type", "file").holding([
        pair("objectIdentifier", "path", path),
        Element::new("objectCharacteristics").holding([
            fixity("SHA-256", digests.sha256.to_string()),
            fixity("SM3", digests.sm3.to_string()),
            t("size", digests.size.to_string()),
            format,
        ]),
        t("originalName", name),
    ])
}

fn event(
    before: &[Element],
    kind: &str,
    day: &str,
    (agent, role): (&str, &str),
    words: &str,
    objects: &[&str],
) -> Element {
    let number = format!("event-{}", before.len() + 1);
    let agent = pair("linkingAgentIdentifier", LOCAL, agent).holding([t("linkingAgentRole", role)]);
    Element::new("event")
        .holding([
            pair("eventIdentifier", LOCAL, &number),
            t("eventType", kind),
            t("eventDateTime", day),
            Element::new("eventDetailInformation").holding([t("eventDetail", words)]),
            agent,
        ])
        .holding(objects.iter().map(|path| pair("linkingObjectIdentifier", "path", path)))
}
