//! 日历: deadlines as an iCalendar file (RFC 5545), the same bytes for the same deadlines.

use std::collections::BTreeMap;

use super::due::{Deadline, Urgency};
use crate::fixity::digest_bytes;
use crate::vocab::date;

/// Octets of a line without its end (RFC 5545 3.1).
const LINE: usize = 75;
/// Figures of the digest that make a UID.
const UID: usize = 32;

/// The calendar that holds `deadlines`, each as an event of one whole day with a reminder a week before.
#[must_use]
pub fn ics(deadlines: &[Deadline]) -> String {
    let mut out = Lines(String::new());
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", "-//anjuan//due//ZH");
    out.line("CALSCALE", "GREGORIAN");
    out.line("METHOD", "PUBLISH");
    out.text("X-WR-CALNAME", "督察时限");
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for deadline in deadlines {
        let name = format!("{}\n{}\n{}", deadline.case, deadline.rule, deadline.item);
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        let uid = digest_bytes(format!("{name}\n{count}").as_bytes()).sha256.to_string();
        event(&mut out, deadline, &uid[..UID]);
    }
    out.line("END", "VCALENDAR");
    out.0
}

fn event(out: &mut Lines, deadline: &Deadline, uid: &str) {
    out.line("BEGIN", "VEVENT");
    out.line("UID", &format!("{uid}@anjuan"));
    out.line("DTSTAMP", &format!("{}T000000Z", date::eight_figures(deadline.as_of)));
    out.line("DTSTART;VALUE=DATE", &date::eight_figures(deadline.due));
    if let Some(next) = deadline.due.succ_opt() {
        out.line("DTEND;VALUE=DATE", &date::eight_figures(next));
    }
    let late = if deadline.urgency == Urgency::Overdue { "【已逾期】" } else { "" };
    let summary = format!("{late}{}：{}", deadline.name, deadline.title);
    out.text("SUMMARY", &summary);
    out.text("DESCRIPTION", &description(deadline));
    out.text("CATEGORIES", &deadline.name);
    out.line("TRANSP", "TRANSPARENT");
    out.line("BEGIN", "VALARM");
    out.line("ACTION", "DISPLAY");
    out.line("TRIGGER", "-P7D");
    out.text("DESCRIPTION", &summary);
    out.line("END", "VALARM");
    out.line("END", "VEVENT");
}

fn description(deadline: &Deadline) -> String {
    let mut lines = vec![format!("{}（{}）", deadline.case_title, deadline.case)];
    if !deadline.organs.is_empty() {
        lines.push(format!("责任单位：{}", deadline.organs.join("、")));
    }
    lines.push(format!("到期日：{}", date::chinese(deadline.due)));
    lines.push(format!("依据：{}", deadline.article));
    lines.extend(deadline.note.iter().map(|note| format!("说明：{note}")));
    lines.push(format!("截至{}的数据。", date::chinese(deadline.as_of)));
    lines.join("\n")
}

/// Content lines: folded on characters at 75 octets, ended by CRLF.
struct Lines(String);

impl Lines {
    /// A property whose value holds nothing that must be escaped.
    fn line(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for character in format!("{name}:{value}").chars() {
            if character.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            room -= character.len_utf8();
            self.0.push(character);
        }
        self.0.push_str("\r\n");
    }

    /// A property whose value is a TEXT (RFC 5545 3.3.11): escaped, without control characters.
    fn text(&mut self, name: &str, value: &str) {
        let mut out = String::new();
        for character in value.chars() {
            match character {
                '\\' | ';' | ',' => out.extend(['\\', character]),
                '\n' => out.push_str("\\n"),
                c if c.is_control() => {}
                c => out.push(c),
            }
        }
        self.line(name, &out);
    }
}
