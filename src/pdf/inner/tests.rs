//! Words hidden in every corner of a PDF.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Inner, inner};

/// A withheld number, planted.
const PHONE: &str = "13812345678";

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("7 0 obj\n<< {dict} /Length {} >>\nstream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream\nendobj\n");
    out
}

fn file(part: &[u8]) -> Inner {
    inner(&[b"%PDF-1.7\n", part, b"trailer << /Root 1 0 R >>\n%%EOF\n"].concat())
}

#[track_caller]
fn holds(inner: &Inner, place: &str, words: &str) {
    let found = inner.texts.iter().any(|(p, t)| *p == place && t.contains(words));
    assert!(found, "{place} {words}: {inner:?}");
    assert!(inner.opaque.is_empty(), "{:?}", inner.opaque);
}

#[test]
fn strings_are_read_wherever_they_stand() {
    let utf16: String = "张建国".encode_utf16().map(|u| format!("{u:04X}")).collect();
    for (object, place, words) in [
        (format!("<< /Author ({PHONE}) >>"), "元数据", PHONE),
        (format!("<< /Title <FEFF{utf16}> >>"), "书签、标题", "张建国"),
        (format!("<< /Alt <FEFF{utf16}> >>"), "替代文本", "张建国"),
        (format!("<< /Type /Filespec /UF (a{PHONE}.txt) >>"), "附件", PHONE),
        (format!("<< /Subtype /Text /Contents ({PHONE}) >>"), "批注、表单", PHONE),
        ("<< /Author (\\061\\0638(1)2\\\n345) >>".to_owned(), "元数据", "138(1)2345"),
        ("/#E5#BC#A0#E5#BB#BA#E5#9B#BD".to_owned(), "其他文字", "张建国"),
    ] {
        holds(&file(format!("1 0 obj {object} endobj\n").as_bytes()), place, words);
        let packed = stream("/Type /ObjStm /Filter /FlateDecode", &packed(object.as_bytes()));
        holds(&file(&packed), place, words);
    }
}

#[test]
fn streams_are_decoded_and_told_apart() {
    let zip = |dict: &str, data: &str| stream(dict, &packed(data.as_bytes()));
    let flate = "/Filter /FlateDecode";
    let xmp = format!("<?xpacket?><dc:title>张&#24314;国 {PHONE}</dc:title>");
    holds(&file(&zip(&format!("/Type /Metadata /Subtype /XML {flate}"), &xmp)), "元数据", "张建国");
    let attached = zip(&format!("/Type /EmbeddedFile {flate}"), "{\"a\": \"\\u5f20建国\"}");
    holds(&file(&attached), "附件", "张建国");
    // Invisible, painted over or on no page: the string stands in the contents all the same.
    let content = format!("BT 3 Tr /F1 12 Tf ({PHONE}) Tj ET 0 0 200 200 re f");
    holds(&file(&zip(flate, &content)), "内容流", PHONE);
    holds(&file(&stream("", content.as_bytes())), "内容流", PHONE);
    let hex: String = content.bytes().map(|b| format!("{b:02x}")).collect();
    let twice = stream("/Filter [/ASCIIHexDecode]", format!("{hex}>").as_bytes());
    holds(&file(&twice), "内容流", PHONE);
    let marked = "/Span << /ActualText <FEFF5F205EFA56FD> >> BDC EMC";
    holds(&file(&zip(flate, marked)), "替代文本", "张建国");
}

#[test]
fn codes_are_read_through_every_map() {
    let map = "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
               2 beginbfchar <0003> <5F20> <0004> <5EFA> endbfchar\n\
               1 beginbfrange <0005> <0006> <56FD> endbfrange\n\
               1 beginbfrange\n<0010> <0011> [<0031> <0033>]\nendbfrange endcmap";
    let maps = stream("/Filter /FlateDecode", &packed(map.as_bytes()));
    let content = b"BT [<0003> -20 <00040005>] TJ <00100011> Tj ET";
    let contents = stream("/Filter /FlateDecode", &packed(content));
    for part in [[maps.clone(), contents.clone()].concat(), [contents, maps].concat()] {
        holds(&file(&part), "内容流", "张建国13");
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let opaque = |part: &[u8]| file(part).opaque;
    assert_eq!(opaque(&stream("/Filter /LZWDecode", b"xx")).len(), 1);
    assert_eq!(opaque(&stream("/Filter /FlateDecode", b"no zlib")).len(), 1);
    assert_eq!(opaque(&stream("/Type /EmbeddedFile", b"PK\x03\x04\xff\xfe")).len(), 1);
    assert_eq!(opaque(b"trailer << /Encrypt 4 0 R >>").len(), 1);
    let predicted = "/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 4 >>";
    assert_eq!(opaque(&stream(predicted, &packed(b"\x02aaaa"))).len(), 1);
    let picture = file(&stream("/Subtype /Image /Filter /DCTDecode", b"jpeg"));
    assert_eq!((picture.pictures, picture.opaque.len()), (1, 0));
    // A length that is a reference, or wrong, hides nothing.
    for length in ["5 0 R", "3"] {
        let part = format!("<< /Length {length} >>\nstream\n({PHONE}) Tj\nendstream");
        holds(&file(part.as_bytes()), "内容流", PHONE);
    }
}
