//! Word 文档 (.docx): what stands in the document as it would be printed: insertions in, deletions out; tables,
//! text boxes, headers, footers, notes.

use super::out::Out;
use super::xml::{self, Node};
use super::{Reading, listing};

/// Parts that are read.
fn wanted(name: &str) -> bool {
    let xml = |head: &str| name.starts_with(head) && name.ends_with(".xml");
    matches!(name, "docProps/core.xml" | "docProps/app.xml" | "_rels/.rels")
        || [
            "word/document",
            "word/header",
            "word/footer",
            "word/footnotes",
            "word/endnotes",
            "word/comments",
        ]
        .iter()
        .any(|head| xml(head))
}

pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let parts = match listing::parts(bytes, out, wanted) {
        Ok(parts) => parts,
        Err(reading) => return reading,
    };
    let main = parts.taken.keys().find(|n| n.starts_with("word/document")).cloned();
    let Some(main) = main else { return Reading::Damaged("没有正文部件".into()) };
    properties(&parts.taken, out);
    let body = match parts.taken.get(&main).map(|b| xml::parse(b)) {
        Some(Ok(root)) => root,
        Some(Err(why)) => return Reading::Damaged(why),
        None => return Reading::Damaged("没有正文部件".into()),
    };
    // What stands above every page comes first: 发文机关标志 is often there.
    for (head, place) in [
        ("word/header", "页眉"),
        ("", ""),
        ("word/footnotes", "脚注"),
        ("word/endnotes", "尾注"),
        ("word/footer", "页脚"),
        ("word/comments", "批注"),
    ] {
        if head.is_empty() {
            out.part("", &text(&body));
            continue;
        }
        let mut seen: Vec<String> = Vec::new();
        for (name, bytes) in parts.taken.iter().filter(|(n, _)| n.starts_with(head)) {
            match xml::parse(bytes) {
                Ok(root) => {
                    let text = text(&root);
                    if !seen.contains(&text) {
                        out.part(place, &text);
                        seen.push(text);
                    }
                }
                Err(_) => out.note(format!("部件 {name} 读不出")),
            }
        }
    }
    out.text_or("文档里没有文字")
}

/// `docProps`: title, author, days, pages.
fn properties(parts: &std::collections::BTreeMap<String, Vec<u8>>, out: &mut Out) {
    let read = |name: &str| parts.get(name).and_then(|b| xml::parse(b).ok());
    if let Some(core) = read("docProps/core.xml") {
        for (element, name) in [
            ("title", "title"),
            ("creator", "author"),
            ("lastModifiedBy", "editor"),
            ("subject", "subject"),
            ("keywords", "keywords"),
            ("created", "created"),
            ("modified", "modified"),
        ] {
            if let Some(node) = core.child(element) {
                let day = matches!(name, "created" | "modified");
                let value = node
                    .text
                    .split_once('T')
                    .filter(|_| day)
                    .map_or(node.text.as_str(), |(d, _)| d);
                out.property(name, value);
            }
        }
    }
    if let Some(app) = read("docProps/app.xml") {
        out.pages = app.child("Pages").and_then(|n| n.text.trim().parse().ok());
        if let Some(node) = app.child("Application") {
            out.property("creator", &node.text);
        }
    }
}

/// The text of a part, a paragraph a line.
fn text(root: &Node) -> String {
    let mut out = String::new();
    block(root, &mut out);
    out
}

/// Paragraphs and tables.
fn block(node: &Node, out: &mut String) {
    match node.name.as_str() {
        "p" => {
            let mut boxes = String::new();
            inline(node, out, &mut boxes);
            out.push('\n');
            out.push_str(&boxes);
        }
        "tr" => {
            let mut first = true;
            for cell in cells(node) {
                if !std::mem::take(&mut first) {
                    out.push('\t');
                }
                let mut text = String::new();
                cell.children.iter().for_each(|c| block(c, &mut text));
                let words: Vec<&str> =
                    text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
                out.push_str(&words.join(" "));
            }
            out.push('\n');
        }
        "del" | "moveFrom" | "Fallback" | "sectPr" | "pPr" | "tblPr" => {}
        // The separators that every file of notes begins with.
        "footnote" | "endnote"
            if matches!(node.attribute("type"), Some("separator" | "continuationSeparator")) => {}
        _ => node.children.iter().for_each(|c| block(c, out)),
    }
}

/// Cells of a row, those in content controls too.
fn cells(row: &Node) -> Vec<&Node> {
    let mut out = Vec::new();
    for child in &row.children {
        match child.name.as_str() {
            "tc" => out.push(child),
            "sdt" | "sdtContent" | "ins" | "customXml" => out.extend(cells(child)),
            _ => {}
        }
    }
    out
}

/// Runs of a paragraph; text boxes come after it.
fn inline(node: &Node, out: &mut String, boxes: &mut String) {
    for child in &node.children {
        match child.name.as_str() {
            "t" => out.push_str(&child.text),
            "tab" | "ptab" => out.push('\t'),
            "br" | "cr" => out.push('\n'),
            "noBreakHyphen" => out.push('-'),
            "sym" => {
                let code = child.attribute("char").and_then(|c| u32::from_str_radix(c, 16).ok());
                let told = code.filter(|c| !(0xE000..=0xF8FF).contains(c)).and_then(char::from_u32);
                out.extend(told);
            }
            "txbxContent" => block(child, boxes),
            // Deleted, moved away, codes of fields, the older form of what stands in `Choice`, pronunciations.
            "del" | "moveFrom" | "delText" | "instrText" | "Fallback" | "rt" | "pPr" | "rPr" => {}
            _ => inline(child, out, boxes),
        }
    }
}
