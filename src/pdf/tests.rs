//! Files that are no PDF, damaged, or made to harm: an answer, never a panic and never for ever.

use std::time::Duration;

use super::{read, read_within};
use crate::diag::Failure;

/// A file of these objects, the first being the catalogue.
fn file(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    out.extend(format!("trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF").bytes());
    out
}

fn with_content(content: &str, more: &[&str]) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]/Contents 4 0 R\
         /Resources<</XObject<</F 5 0 R>>/Font<</A 6 0 R>>>>>>"
            .to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
    ];
    objects.extend(more.iter().map(|o| (*o).to_owned()));
    file(&objects)
}

fn is_refused(bytes: Vec<u8>) -> bool {
    matches!(read(bytes), Err(Failure::Rejected(list)) if list.iter().all(|f| f.code == "L-11"))
}

#[test]
fn what_is_no_pdf_is_refused() {
    assert!(is_refused(Vec::new()));
    assert!(is_refused(b"%PDF-1.7\n%%EOF".to_vec()));
    assert!(is_refused(vec![0xFF; 5000]));
    let good = with_content("", &[]);
    assert!(read(good.clone()).is_ok());
    assert!(is_refused(good[..40].to_vec()));
}

#[test]
fn trees_that_hold_themselves_and_deep_nests_end() {
    let tree = |kids: &str| {
        file(&[
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            format!("<</Type/Pages/Kids[{kids}]/Count 1>>"),
            "<</Type/Pages/Kids[2 0 R]/Count 1>>".to_owned(),
        ])
    };
    assert!(is_refused(tree("2 0 R")) && is_refused(tree("3 0 R")));
    // What matters is that they come back.
    let _ = read(with_content(&"[".repeat(100_000), &[]));
    let _ = read(with_content(&"q ".repeat(100_000), &[]));
    let _ = read(with_content("0 0 1e300 1e300 re f 1e300 w 0 0 m 1e300 0 l S", &[]));
}

#[test]
fn a_form_that_draws_itself_twice_is_given_up() {
    let form = "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length 12>>\
                stream\n/F Do /F Do \nendstream";
    let bytes = with_content("/F Do", &[form]);
    assert!(read_within(bytes, Duration::from_millis(300)).is_err());
}

#[test]
fn rules_and_letters_are_found_where_they_stand() {
    let font = "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>";
    let content = "BT /A 16 Tf 100 700 Td (AB) Tj ET 1 0 0 rg 79.37 600 442.2 1.417 re f \
                   0 0 0 RG 2 w 79.37 500 m 200 500 l S";
    let sheets = read(with_content(content, &["<<>>", font])).unwrap();
    let sheet = &sheets[0];
    assert!((sheet.width - 210.0).abs() < 0.01 && (sheet.height - 297.0).abs() < 0.01);
    let run = &sheet.runs[0];
    assert_eq!(run.text(), "AB");
    assert!((run.size - 16.0).abs() < 1e-6 && run.colour.is_black());
    assert!(
        (run.x0() - 35.28).abs() < 0.01
            && (run.baseline - (841.89 - 700.0) * 25.4 / 72.0).abs() < 0.01
    );
    let [bar, line] = sheet.rules.as_slice() else { panic!("{:?}", sheet.rules) };
    assert!(bar.colour.is_red() && (bar.area.left - 28.0).abs() < 0.01);
    assert!(
        (bar.area.right - 184.0).abs() < 0.01
            && (bar.area.bottom - bar.area.top - 0.5).abs() < 0.01
    );
    assert!((line.area.bottom - line.area.top - 0.706).abs() < 0.01);
}
