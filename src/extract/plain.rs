//! 文本: plain text in whatever encoding an office wrote it, and XML as the text that stands in it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::Reading;
use super::out::Out;
use super::xml::{self, Node};

/// Of this much the encoding is guessed.
const SAMPLE: usize = 256 << 10;

/// A text decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding's name: UTF-8, GB18030, UTF-16LE …
    pub encoding: &'static str,
    /// Characters that could not be read and stand as U+FFFD.
    pub lost: usize,
}

/// Reads `bytes` as text: by its byte order mark, else as UTF-8 if it is, else by what reads as text; Chinese
/// national encodings (GB 2312, GBK, GB 18030) are one.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decoded(encoding, bytes.get(mark..).unwrap_or_default());
    }
    if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) {
        return decoded(UTF_8, bytes);
    }
    if let Some(encoding) = wide(bytes) {
        return decoded(encoding, bytes);
    }
    decoded(guess(bytes), bytes)
}

/// Decodes as a declared encoding (`gb2312` is read as GB 18030, which holds it).
pub(super) fn declared(label: &str, bytes: &[u8]) -> Option<Decoded> {
    let encoding = Encoding::for_label(label.trim().as_bytes())?;
    Some(decoded(encoding, bytes))
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    // GBK and GB 2312 are parts of GB 18030; files that name the older ones hold newer characters all the same.
    let encoding = if encoding == encoding_rs::GBK { GB18030 } else { encoding };
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    let lost = if bad { text.chars().filter(|c| *c == '\u{fffd}').count() } else { 0 };
    let name = if encoding == GB18030 { "GB18030" } else { encoding.name() };
    Decoded { text: text.into_owned(), encoding: name, lost }
}

/// UTF-16 without a mark: noughts stand in every other byte of its Latin letters and line ends, or everything
/// reads as Chinese.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let sample = bytes.get(..SAMPLE.min(bytes.len()) & !1)?;
    let nought = sample.contains(&0);
    let mut best = None;
    for encoding in [UTF_16LE, UTF_16BE] {
        let (text, bad) = encoding.decode_without_bom_handling(sample);
        let score = plausible(&text);
        if !bad && score > 0.95 && best.is_none_or(|(_, b)| score > b) {
            best = Some((encoding, score));
        }
    }
    let (encoding, score) = best?;
    let (text, bad) = GB18030.decode_without_bom_handling(sample);
    (nought || bad || plausible(&text) + 0.2 < score).then_some(encoding)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let sample = bytes.get(..SAMPLE.min(bytes.len())).unwrap_or_default();
    let fits = |encoding: &'static Encoding| {
        let (text, _) = encoding.decode_without_bom_handling(sample);
        // The sample may end within a character.
        let lost = text.chars().rev().skip(2).filter(|c| *c == '\u{fffd}').count();
        (lost * 200 <= text.chars().count(), usual(&text), plausible(&text))
    };
    // Both Chinese encodings turn most bytes into some characters; only the right one into the usual ones.
    let (gb, gb_usual, gb_plausible) = fits(GB18030);
    let (big, big_usual, _) = fits(BIG5);
    if big && sample.len() >= 24 && big_usual > 0.15 && big_usual > 2.0 * gb_usual {
        return BIG5;
    }
    if gb && (gb_usual > 0.1 || gb_plausible > 0.9) {
        return GB18030;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(Some(b"cn"), Utf8Detection::Deny)
}

/// The characters that Chinese texts are mostly made of, both scripts.
const USUAL: &str = "的一是在不了有和人这中大为上个国我以要时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后\
    多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开合还因由其\
    前外天政四日社义事平形相全表间样与关各重新线内数正心反明看原利比或但质气第向道此变条只结解问意建月公无系情者最立代已\
    通并提直题党程展五果员位入常文总次品式活设及管特件长求基资边流路级图山统接知较将组见计别期根论运农指区强放决西被必先\
    回则任取据处府研海口环境督察市县委厅局办室检查整改報為這們時來國發動說種經進電現實體機當點從業應開還與關線數質氣變條\
    結問無題黨員總設長資邊級圖統較將組見計別論運農區強決則據處環縣廳辦檢";

/// How many (0 to 1) of a text's Han characters are usual ones.
fn usual(text: &str) -> f64 {
    let mut han = 0_u32;
    let mut good = 0_u32;
    for c in text.chars().filter(|c| ('\u{3400}'..='\u{9fff}').contains(c)).take(3000) {
        han += 1;
        good += u32::from(USUAL.contains(c));
    }
    if han == 0 { 0.0 } else { f64::from(good) / f64::from(han) }
}

/// How much of a text (0 to 1) is what Chinese documents are written with.
fn plausible(text: &str) -> f64 {
    let mut all = 0_u32;
    let mut good = 0_u32;
    for c in text.chars().take(20_000) {
        all += 1;
        let usual = matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{2010}'..='\u{203b}' | '\u{2460}'..='\u{249b}' | '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ff5e}' | '\u{20000}'..='\u{3134f}' | '·' | '×' | '℃' | '≥' | '≤' | '±' | '°' | '\u{2190}'..='\u{2199}' | '\u{25a0}'..='\u{25ff}' | '\u{2500}'..='\u{257f}');
        good += u32::from(usual);
    }
    if all == 0 { 0.0 } else { f64::from(good) / f64::from(all) }
}

/// Whether `bytes` are a text at all: hardly any control characters, hardly any that cannot be read.
pub(super) fn is(bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return false;
    }
    let sample = bytes.get(..SAMPLE.min(bytes.len())).unwrap_or_default();
    let text = decode(sample).text;
    let bad = text
        .chars()
        .filter(|c| {
            (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}'))
                || *c == '\u{fffd}'
        })
        .count();
    // OCR and old word processors leave a few behind.
    bad * 50 <= text.chars().count()
}

/// Plain text.
pub(super) fn read(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let decoded = decode(bytes);
    told(&decoded, out);
    out.part("", &decoded.text);
    out.text_or("没有文字")
}

/// Says which encoding it was, and what was lost.
pub(super) fn told(decoded: &Decoded, out: &mut Out) {
    out.encoding = Some(decoded.encoding.to_owned());
    if decoded.lost > 0 {
        out.note(format!("{} 处不合 {} 编码，读不出", decoded.lost, decoded.encoding));
    }
}

/// XML: all text in it, an element a line.
pub(super) fn xml(bytes: &[u8], _: &str, out: &mut Out) -> Reading {
    let root = match xml::parse(bytes) {
        Ok(root) => root,
        Err(why) => return Reading::Damaged(why),
    };
    let mut text = String::new();
    lines(&root, &mut text);
    out.part("", &text);
    out.text_or("没有文字")
}

fn lines(node: &Node, text: &mut String) {
    let own = node.text.trim();
    if !own.is_empty() {
        text.push_str(own);
        text.push('\n');
    }
    node.children.iter().for_each(|child| lines(child, text));
}
