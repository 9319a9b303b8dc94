//! 邮件 (.eml, .mht): heads, body, attachments; what is attached is read one level deep.

use mail_parser::{Address, MessageParser, MimeHeaders, PartType};

use super::ofd::nested;
use super::out::Out;
use super::{Reading, html};

/// Heads by which a mail is known.
const HEADS: &[&str] = &[
    "from:",
    "date:",
    "subject:",
    "received:",
    "mime-version:",
    "message-id:",
    "return-path:",
    "to:",
];

/// Whether it begins like a mail: two known heads, and nothing else before the first empty line.
pub(super) fn is(bytes: &[u8], ending: &str) -> bool {
    let head = bytes.get(..8192.min(bytes.len())).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let mut known = 0;
    for (n, line) in head.lines().enumerate() {
        if line.trim().is_empty() || n > 100 {
            break;
        }
        if line.starts_with([' ', '\t']) && n > 0 {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if !name.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        let small = line.to_lowercase();
        known += usize::from(HEADS.iter().any(|h| small.starts_with(h)));
    }
    known >= if matches!(ending, "eml" | "mht" | "mhtml") { 1 } else { 3 }
}

pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let Some(mail) = MessageParser::default().parse(bytes) else {
        return Reading::Damaged("不是完整的邮件".into());
    };
    let mut head = String::new();
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            head.push_str(label);
            head.push('：');
            head.push_str(value);
            head.push('\n');
        }
    };
    let subject = mail.subject().unwrap_or_default();
    line("主题", subject);
    let from = people(mail.from());
    line("发件人", &from);
    line("收件人", &people(mail.to()));
    line("抄送", &people(mail.cc()));
    let day = mail.date().map(|d| {
        format!("{:04}-{:02}-{:02} {:02}:{:02}", d.year, d.month, d.day, d.hour, d.minute)
    });
    line("时间", day.as_deref().unwrap_or_default());
    out.property("title", subject);
    out.property("author", &from);
    out.property("created", day.as_deref().and_then(|d| d.get(..10)).unwrap_or_default());
    out.part("信头", &head);
    let plain = (0..mail.text_body_count())
        .filter_map(|n| mail.text_part(u32::try_from(n).ok()?))
        .filter(|p| matches!(p.body, PartType::Text(_)));
    let mut said = false;
    for part in plain {
        if let PartType::Text(text) = &part.body {
            said |= !text.trim().is_empty();
            out.part("", text);
        }
    }
    if !said {
        for part in mail.html_bodies() {
            if let PartType::Html(text) = &part.body {
                html::page(text, "", out);
            }
        }
    }
    for (n, part) in mail.attachments().enumerate() {
        let name = part.attachment_name().map_or_else(|| format!("附件{}", n + 1), str::to_owned);
        if !out.member(&name, part.contents().len() as u64) {
            break;
        }
        nested(part.contents(), &name, out);
    }
    out.text_or("邮件里没有文字")
}

fn people(address: Option<&Address<'_>>) -> String {
    let Some(address) = address else { return String::new() };
    let one = |a: &mail_parser::Addr<'_>| match (a.name(), a.address()) {
        (Some(name), Some(at)) => format!("{name} <{at}>"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => String::new(),
    };
    address.iter().map(one).filter(|p| !p.is_empty()).collect::<Vec<_>>().join("、")
}
