//! OFD (GB/T 33190): text objects of every page by the places they stand at; attachments and signatures listed.

use std::collections::BTreeMap;

use super::out::Out;
use super::xml::{self, Node};
use super::{Reading, listing, within};
use crate::sheet::{Placed, reading};

type Files = BTreeMap<String, Vec<u8>>;

pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let parts = match listing::parts(bytes, out, |name| name.to_lowercase().ends_with(".xml")) {
        Ok(parts) => parts,
        Err(reading) => return reading,
    };
    let root = match open(&parts.taken, "OFD.xml") {
        Ok(root) => root,
        Err(why) => return Reading::Damaged(why),
    };
    let mut pages = 0_u32;
    let mut faults = Vec::new();
    let many = root.named("DocBody").count() > 1;
    for (n, body) in root.named("DocBody").enumerate() {
        if let Some(info) = body.child("DocInfo") {
            properties(info, out);
        }
        if let Some(list) = body.child("Signatures") {
            let signed =
                open(&parts.taken, list.text.trim()).map_or(0, |s| s.named("Signature").count());
            if signed > 0 {
                out.note(format!("有 {signed} 个电子签章（没有验签）"));
            }
        }
        let Some(at) = body.child("DocRoot").map(|r| absolute("", &r.text)) else {
            faults.push("没有文档入口".to_owned());
            continue;
        };
        let before = if many { format!("文档{} ", n + 1) } else { String::new() };
        match document(&parts.taken, &at, &before, out) {
            Ok(count) => pages += count,
            Err(why) => faults.push(why),
        }
        attachments(bytes, &parts.taken, &at, out);
    }
    out.pages = Some(pages);
    match faults.into_iter().next() {
        Some(why) if !out.has_text() => Reading::Damaged(why),
        Some(why) => {
            out.note(why);
            Reading::Text
        }
        None => out.text_or("页面上没有文字（可能是扫描件）"),
    }
}

fn open(files: &Files, name: &str) -> Result<Node, String> {
    let name = absolute("", name);
    let bytes = files.get(&name).ok_or_else(|| format!("缺少部件 {name}"))?;
    xml::parse(bytes).map_err(|why| format!("{name}：{why}"))
}

/// A location of the file from the one that names it (GB/T 33190 7.3: a leading stroke is the root).
fn absolute(from: &str, to: &str) -> String {
    let to = to.trim().replace('\\', "/");
    let folder = from.rsplit_once('/').map_or("", |(f, _)| f);
    let whole = if to.starts_with('/') { to } else { format!("{folder}/{to}") };
    let mut out: Vec<&str> = Vec::new();
    for piece in whole.split('/') {
        match piece {
            "" | "." => {}
            ".." => drop(out.pop()),
            piece => out.push(piece),
        }
    }
    out.join("/")
}

fn properties(info: &Node, out: &mut Out) {
    for (element, name) in [
        ("Title", "title"),
        ("Author", "author"),
        ("Subject", "subject"),
        ("CreationDate", "created"),
        ("ModDate", "modified"),
        ("Creator", "creator"),
    ] {
        if let Some(node) = info.child(element) {
            out.property(name, &node.text);
        }
    }
}

/// The pages of one document; how many.
fn document(files: &Files, at: &str, before: &str, out: &mut Out) -> Result<u32, String> {
    let root = open(files, at)?;
    let templates: BTreeMap<&str, String> = root
        .child("CommonData")
        .map(|c| {
            let one = |t| Some((Node::attribute(t, "ID")?, absolute(at, t.attribute("BaseLoc")?)));
            c.named("TemplatePage").filter_map(one).collect()
        })
        .unwrap_or_default();
    let mut count = 0;
    for page in root.child("Pages").map(|p| p.named("Page").collect::<Vec<_>>()).unwrap_or_default()
    {
        count += 1;
        let Some(location) = page.attribute("BaseLoc").map(|l| absolute(at, l)) else { continue };
        let content = match open(files, &location) {
            Ok(content) => content,
            Err(why) => {
                out.note(format!("第{count}页读不出（{why}）"));
                continue;
            }
        };
        let mut placed = Vec::new();
        for used in content.named("Template") {
            let template = used.attribute("TemplateID").and_then(|id| templates.get(id));
            if let Some(node) = template.and_then(|t| open(files, t).ok()) {
                texts(&node, &mut placed);
            }
        }
        texts(&content, &mut placed);
        if !out.part(format!("{before}第{count}页"), &reading(placed)) {
            break;
        }
    }
    Ok(count)
}

fn figures(text: Option<&str>) -> Vec<f64> {
    text.unwrap_or_default().split_whitespace().filter_map(|n| n.parse().ok()).collect()
}

/// Every text object below, its characters placed on the page (millimetres).
fn texts(node: &Node, placed: &mut Vec<Placed>) {
    let mut objects = Vec::new();
    node.below("TextObject", &mut objects);
    for object in objects {
        if object.attribute("Visible") == Some("false") {
            continue;
        }
        let [left, top] = match figures(object.attribute("Boundary")).as_slice() {
            [x, y, ..] => [*x, *y],
            _ => [0.0, 0.0],
        };
        let ctm = match figures(object.attribute("CTM")).as_slice() {
            [a, b, c, d, e, f] => [*a, *b, *c, *d, *e, *f],
            _ => [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        };
        let size = figures(object.attribute("Size").or_else(|| object.attribute("size")))
            .first()
            .copied()
            .unwrap_or(4.0);
        let stretch = figures(object.attribute("HScale")).first().copied().unwrap_or(1.0);
        let scale = ctm[2].hypot(ctm[3]);
        let mut pen = (0.0, 0.0);
        for code in object.named("TextCode") {
            if let Some(x) = figures(code.attribute("X")).first() {
                pen.0 = *x;
            }
            if let Some(y) = figures(code.attribute("Y")).first() {
                pen.1 = *y;
            }
            let (dx, dy) = (deltas(code.attribute("DeltaX")), deltas(code.attribute("DeltaY")));
            let (mut x, mut y) = pen;
            let text: Vec<char> = code.text.trim_matches(['\n', '\r']).chars().collect();
            for (i, c) in text.iter().enumerate() {
                let width = stretch * size * if c.is_ascii() { 0.5 } else { 1.0 };
                let at = |x: f64, y: f64| {
                    (
                        left + ctm[0] * x + ctm[2] * y + ctm[4],
                        top + ctm[1] * x + ctm[3] * y + ctm[5],
                    )
                };
                let (x0, y0) = at(x, y);
                // Up to a little more than an em the step is this character's own; beyond, it is a gap.
                let step = dx.get(i).copied().filter(|s| (0.01..1.3 * size).contains(s));
                let x1 = x0 + ctm[0].abs().max(scale * 0.1) * step.unwrap_or(width);
                placed.push(Placed {
                    text: c.to_string(),
                    x0,
                    x1,
                    y: y0,
                    size: size * scale.max(0.01),
                });
                match (dx.get(i), dy.get(i)) {
                    (None, None) if dx.is_empty() && dy.is_empty() => x += width,
                    (step_x, step_y) => {
                        x += step_x.copied().unwrap_or_default();
                        y += step_y.copied().unwrap_or_default();
                    }
                }
            }
        }
    }
}

/// Steps between characters; `g n v` stands for n times v.
fn deltas(text: Option<&str>) -> Vec<f64> {
    let mut out = Vec::new();
    let mut words = text.unwrap_or_default().split_whitespace();
    while let Some(word) = words.next() {
        if word == "g" {
            let times: usize = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
            let step = words.next().and_then(|v| v.parse().ok()).unwrap_or(0.0);
            out.extend(std::iter::repeat_n(step, times.min(100_000)));
        } else if let Ok(step) = word.parse() {
            out.push(step);
        }
        if out.len() > 200_000 {
            break;
        }
    }
    out
}

/// Attachments: listed, and read one level deep.
fn attachments(bytes: &[u8], files: &Files, at: &str, out: &mut Out) {
    let Ok(root) = open(files, at) else { return };
    let Some(list) = root.child("Attachments").map(|a| absolute(at, &a.text)) else { return };
    let Ok(node) = open(files, &list) else { return };
    for attachment in node.named("Attachment") {
        let Some(file) = attachment.child("FileLoc").map(|f| absolute(&list, &f.text)) else {
            continue;
        };
        let ending = attachment.attribute("Format").unwrap_or_default();
        let mut name = attachment.attribute("Name").unwrap_or(&file).to_owned();
        if !ending.is_empty()
            && !name.to_lowercase().ends_with(&format!(".{}", ending.to_lowercase()))
        {
            name = format!("{name}.{ending}");
        }
        let Ok(parts) = listing::parts(bytes, out, |n| n == file) else { continue };
        let Some(content) = parts.taken.get(&file) else {
            out.note(format!("附件“{name}”不在文件里"));
            continue;
        };
        if !out.member(&name, content.len() as u64) {
            break;
        }
        nested(content, &name, out);
    }
}

/// A file within this one, if it may still be opened.
pub(super) fn nested(content: &[u8], name: &str, out: &mut Out) {
    if out.depth == 0 {
        out.note(format!("附件“{name}”只列出，没有读"));
        return;
    }
    let inner = within(content, name, &out.limits, out.depth - 1);
    if !inner.reading.words().is_empty() {
        out.note(format!("附件“{name}”：{}", inner.reading.words()));
    }
    for part in inner.parts {
        out.part(format!("附件“{name}”{}", part.place), &part.text);
    }
}
