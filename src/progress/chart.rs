//! 统计图: bars as SVG that reads in black and white: parts are told apart by pattern and by figure, not by colour.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use unicode_width::UnicodeWidthStr;

use super::stats::{By, Statistics, percent, share};

/// Height of a row, in px.
const ROW: usize = 28;
/// Height of a bar.
const BAR: usize = 18;
/// Length of the longest bar.
const LENGTH: usize = 480;
/// Width of half an em of the labels' 14px.
const HALF: usize = 7;
/// Labels are cut to this many half ems.
const LABEL: usize = 44;
/// Height of a line of notes.
const NOTE: usize = 18;
/// Space around.
const EDGE: usize = 16;
/// Fills of the five states, in their order.
const FILLS: [&str; 5] = ["url(#closed)", "url(#done)", "url(#long)", "url(#open)", "url(#late)"];
/// Patterns: id, background, and the path drawn over it on 8 by 8 px.
const PATTERNS: [(&str, &str, &str); 5] = [
    ("closed", "#333", ""),
    ("done", "#fff", "M-2 2L2 -2M0 8L8 0M6 10L10 6"),
    ("long", "#fff", "M1 4h2M5 1h2M5 7h2"),
    ("open", "#fff", ""),
    ("late", "#fff", "M0 0L8 8M8 0L0 8"),
];

/// The bar chart of `table` as an SVG document; `notes` are said under its title.
///
/// # Errors
/// What the writer reports.
pub fn chart(table: &Statistics, notes: &[String]) -> io::Result<Vec<u8>> {
    let widest = table.rows.iter().map(|row| cut(&row.name, LABEL).width()).max().unwrap_or(0);
    let left = EDGE + widest * HALF + 18;
    let top = EDGE + 60 + notes.len() * NOTE;
    let width = left + LENGTH + 120 + EDGE;
    let height = top + table.rows.len().max(1) * ROW + EDGE;
    let mut svg = Svg(Writer::new_with_indent(Vec::new(), b' ', 2));
    svg.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    svg.open(
        "svg",
        &[
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("width", &width.to_string()),
            ("height", &height.to_string()),
            ("viewBox", &format!("0 0 {width} {height}")),
            ("font-family", "sans-serif"),
            ("font-size", "14"),
            ("role", "img"),
        ],
    )?;
    let title = format!("{}进度（按{}）", table.subject.name(), table.by.name());
    svg.element("title", &[], &title)?;
    svg.element("desc", &[], &notes.join("；"))?;
    patterns(&mut svg)?;
    let (w, h) = (width.to_string(), height.to_string());
    svg.empty("rect", &[("width", &w), ("height", &h), ("fill", "#fff")])?;
    svg.text(EDGE, EDGE + 16, "start", &[("font-size", "18"), ("font-weight", "bold")], &title)?;
    for (line, note) in notes.iter().enumerate() {
        let note = cut(note, (width - 2 * EDGE) / 6);
        svg.text(EDGE, EDGE + 38 + line * NOTE, "start", &[("font-size", "12")], &note)?;
    }
    if table.by != By::Status {
        legend(&mut svg, table, top - 28)?;
    }
    let largest = table.rows.iter().map(|row| row.figures.total).max().unwrap_or(0);
    for (index, row) in table.rows.iter().enumerate() {
        let y = top + index * ROW;
        svg.text(left - 8, y + 14, "end", &[], &cut(&row.name, LABEL))?;
        let end = bar(&mut svg, table.by, row.figures.parts(), largest, (left, y))?;
        let said = match table.by {
            By::Status => percent(share(row.figures.total, table.total.total)),
            _ => format!("{}{}", table.subject.finished(), percent(row.figures.finished())),
        };
        svg.text(end + 6, y + 14, "start", &[], &format!("{}　{said}", row.figures.total))?;
    }
    if table.rows.is_empty() {
        svg.text(EDGE, top + 14, "start", &[], &format!("没有{}。", table.subject.name()))?;
    }
    svg.close("svg")?;
    let mut out = svg.0.into_inner();
    out.push(b'\n');
    Ok(out)
}

/// One bar; says where it ends.
fn bar(
    svg: &mut Svg,
    by: By,
    parts: [usize; 5],
    largest: usize,
    at: (usize, usize),
) -> io::Result<usize> {
    let (mut x, y) = at;
    let height = BAR.to_string();
    let total: usize = parts.iter().sum();
    let told = if by == By::Status {
        vec![(total, FILLS[1])]
    } else {
        parts.into_iter().zip(FILLS).collect()
    };
    for (count, fill) in told.into_iter().filter(|(count, _)| *count > 0) {
        let length = (count * LENGTH).div_ceil(largest.max(1)).max(2);
        let attributes = [
            ("x", x.to_string()),
            ("y", y.to_string()),
            ("width", length.to_string()),
            ("height", height.clone()),
            ("fill", fill.to_owned()),
            ("stroke", "#000".to_owned()),
        ];
        let attributes: Vec<(&str, &str)> =
            attributes.iter().map(|(k, v)| (*k, v.as_str())).collect();
        svg.empty("rect", &attributes)?;
        let figure = count.to_string();
        // A figure on a white ground in the middle of its part, where there is room for it.
        let room = figure.len() * HALF + 6;
        if by != By::Status && length >= room + 4 {
            let middle = x + length / 2;
            let (gx, gy, gw) = (middle - room / 2, y + 2, room.to_string());
            let ground = [
                ("x", gx.to_string()),
                ("y", gy.to_string()),
                ("width", gw),
                ("height", (BAR - 4).to_string()),
                ("fill", "#fff".to_owned()),
            ];
            let ground: Vec<(&str, &str)> = ground.iter().map(|(k, v)| (*k, v.as_str())).collect();
            svg.empty("rect", &ground)?;
            svg.text(middle, y + 14, "middle", &[("font-size", "12")], &figure)?;
        }
        x += length;
    }
    Ok(x)
}

fn legend(svg: &mut Svg, table: &Statistics, y: usize) -> io::Result<()> {
    let mut x = EDGE;
    for (name, fill) in table.subject.states().into_iter().zip(FILLS) {
        if name.is_empty() {
            continue;
        }
        let (at, top) = (x.to_string(), y.to_string());
        let size = [("x", at.as_str()), ("y", &top), ("width", "24"), ("height", "14")];
        svg.empty("rect", &[&size[..], &[("fill", fill), ("stroke", "#000")]].concat())?;
        svg.text(x + 30, y + 12, "start", &[("font-size", "12")], name)?;
        x += 30 + name.width() * 6 + 18;
    }
    Ok(())
}

fn patterns(svg: &mut Svg) -> io::Result<()> {
    svg.open("defs", &[])?;
    for (id, ground, path) in PATTERNS {
        let size = [("width", "8"), ("height", "8"), ("patternUnits", "userSpaceOnUse")];
        svg.open("pattern", &[&[("id", id)], &size[..]].concat())?;
        svg.empty("rect", &[("width", "8"), ("height", "8"), ("fill", ground)])?;
        if !path.is_empty() {
            svg.empty("path", &[("d", path), ("stroke", "#000"), ("stroke-width", "1.4")])?;
        }
        svg.close("pattern")?;
    }
    svg.close("defs")
}

fn cut(name: &str, most: usize) -> String {
    if name.width() <= most {
        return name.to_owned();
    }
    let mut out = String::new();
    for character in name.chars() {
        out.push(character);
        if out.width() + 2 > most {
            out.pop();
            break;
        }
    }
    out + "…"
}

/// The document being written; the library escapes, characters that XML cannot hold are left out.
struct Svg(Writer<Vec<u8>>);

impl Svg {
    fn start<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
        BytesStart::new(name).with_attributes(attributes.iter().copied())
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.0.write_event(Event::Start(Self::start(name, attributes)))
    }

    fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.0.write_event(Event::Empty(Self::start(name, attributes)))
    }

    fn element(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> io::Result<()> {
        let allowed = |c: &char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
        let text: String = text.chars().filter(allowed).collect();
        self.open(name, attributes)?;
        self.0.write_event(Event::Text(BytesText::new(&text)))?;
        self.close(name)
    }

    fn text(
        &mut self,
        x: usize,
        y: usize,
        anchor: &str,
        more: &[(&str, &str)],
        text: &str,
    ) -> io::Result<()> {
        let (x, y) = (x.to_string(), y.to_string());
        let place = [("x", x.as_str()), ("y", y.as_str()), ("text-anchor", anchor)];
        self.element("text", &[&place[..], more].concat(), text)
    }
}
