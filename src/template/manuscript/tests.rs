//! Manuscripts: what they give, and what is said of slips, with places in the file.

use std::path::Path;

use super::compose_manuscript;
use crate::case::load_manuscript;
use crate::diag::{Checked, Diagnostic, Failure};
use crate::document::{Align, Block, Document, Form, SignatureForm};

const HEAD: &str =
    "form: 文件式\ntitle: 关于试验的通知\nissuers: [甲市人民政府]\ndate: 2025-03-04\n";

fn written(dir: &Path, text: &str) -> Result<Document, Failure> {
    let file = dir.join("文稿.md");
    std::fs::write(&file, text).unwrap();
    compose_manuscript(&load_manuscript(&file)?.value).map(|c: Checked<_>| c.value)
}

fn composed(head: &str, body: &str) -> Result<Document, Failure> {
    let dir = tempfile::tempdir().unwrap();
    written(dir.path(), &format!("---\n{head}---\n{body}"))
}

fn findings(outcome: Result<Document, Failure>) -> Vec<Diagnostic> {
    match outcome {
        Err(Failure::Rejected(list) | Failure::Refused(list)) => list,
        other => panic!("{other:?}"),
    }
}

#[test]
fn text_is_text_and_tables_are_drawn() {
    let body = "率为{{ 12|x }}，\\*见\\[注\\]。\n\n::: 表 任务\n\n| 序号 | 任务 |\n|:-:|------:|\n| 1 | 甲\\|乙 |\n| 2 | |\n";
    let doc = composed(HEAD, body).unwrap();
    let [Block::Paragraph { text, .. }, Block::Table(table)] = doc.body.blocks.as_slice() else {
        panic!("{:?}", doc.body.blocks)
    };
    assert_eq!(text, "率为{{ 12|x }}，*见[注]。");
    assert_eq!(table.caption.as_deref(), Some("任务"));
    let columns: Vec<_> =
        table.columns.iter().map(|c| (c.header.as_str(), c.width, c.align)).collect();
    assert_eq!(columns, [("序号", 5.26, Align::Center), ("任务", 31.54, Align::Right)]);
    assert_eq!(table.rows[0][1].0, ["甲|乙"]);
    assert!(table.rows[1][1].0.is_empty());

    // Drawn narrower than its words: “完成时限” and “2025年12月” are not broken for that.
    let body = "| 完成时限 | 问题 |\n|:-:|----------------|\n| 2025年12月 | 甲 |\n";
    let doc = composed(HEAD, body).unwrap();
    let Some(Block::Table(table)) = doc.body.blocks.first() else { panic!("{doc:?}") };
    assert_eq!(table.columns[0].width, 5.6);
}

#[test]
fn forms_and_signatures_follow_from_few_words() {
    let order = HEAD.replace("文件式", "命令式") + "stamps: [{post: 市长, name: 王小红}]\n";
    let doc = composed(&order, "现予公布。").unwrap();
    let signature = doc.body.signature.unwrap();
    assert_eq!(doc.form, Form::Order);
    assert_eq!(
        (signature.form, signature.posts),
        (SignatureForm::Stamped, vec!["市长".to_owned()])
    );
    assert_eq!(doc.header.unwrap().mark.suffix, "令");
    let letter = HEAD.replace("文件式", "信函式").replace("[甲市", "[乙区人民政府, 甲市");
    let doc = composed(&letter, "请支持。").unwrap();
    assert_eq!(doc.header.unwrap().mark.names, ["乙区人民政府"]);
    assert_eq!(doc.body.signature.unwrap().seals_mm, [45.0, 45.0]);
    assert!(doc.imprint.is_none());
    let upward = HEAD.to_owned() + "signers: [李明]\nrecipients: 省人民政府\n";
    let doc = composed(&upward, "请审示。").unwrap();
    assert!(doc.header.unwrap().upward);
    assert_eq!(doc.body.recipients.as_deref(), Some("省人民政府："));
}

#[test]
fn slips_are_placed_in_the_file() {
    let end = HEAD.matches('\n').count() + 2;
    for (head, body, at, words) in [
        ("titel: 甲\n", "乙", (6, 1), "未知字段 titel"),
        ("number: 甲府发[2025]08号\n", "乙", (6, 9), "六角括号"),
        ("urgency: 急\n", "乙", (6, 10), "没有“急”"),
        ("printed_on: 2025-03-01\n", "乙", (6, 13), "早于成文日期"),
        ("seals: [42, 45]\n", "乙", (6, 8), "2 个"),
        ("stamps: [{post: 市长, name: 李明}]\n", "乙", (6, 9), "不是签名章"),
        ("", "乙\n**丙**", (end + 2, 1), "强调"),
        ("", "\n  ::: 章节 丙", (end + 2, 3), "章节"),
        ("", "乙\n\n::: 表 丙\n\n丁", (end + 3, 1), "下面没有表"),
        ("", "乙\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |", (end + 5, 1), "3 格"),
        ("", "乙\n\n::: 图 无.png｜丙", (end + 3, 1), "不存在"),
        ("", "乙\u{fdd0}", (end + 1, 2), "U+FDD0"),
        ("", "\n", (end, 4), "没有正文"),
    ] {
        let list = findings(composed(&format!("{HEAD}{head}"), body));
        let told = |f: &Diagnostic| {
            let place = f.at.as_ref().map(crate::diag::Span::line_column);
            place == Some(at) && format!("{}{}", f.message, f.hints.join("")).contains(words)
        };
        assert!(list.iter().any(told), "{head}{body}: {list:#?}");
    }
}

#[test]
fn a_file_without_front_matter_is_told_what_is_wanted() {
    let dir = tempfile::tempdir().unwrap();
    for (text, words) in
        [("甲", "没有要素"), ("---\ntitle: 甲\n", "没有结束"), ("---\n---\n甲", "没有内容")]
    {
        let list = findings(written(dir.path(), text));
        assert!(list[0].message.contains(words), "{list:#?}");
    }
}

#[test]
fn state_secrets_are_known_even_in_a_faulty_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.md");
    std::fs::write(&file, format!("---\n{HEAD}secrecy: 机密★1年\n---\n甲")).unwrap();
    assert_eq!(load_manuscript(&file).unwrap().value.state_secrets().unwrap().code, "P-08");
    let faulty = findings(composed(&format!("{HEAD}secrecy: 绝密 特急\ncolour: 红\n"), "甲"));
    assert!(faulty.iter().any(|f| f.code == "P-08"));
}

#[test]
fn pictures_come_from_beside_the_file_only() {
    let dir = tempfile::tempdir().unwrap();
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend([0, 0, 1, 44, 0, 0, 0, 200, 8, 2, 0, 0, 0]);
    std::fs::write(dir.path().join("图.png"), &png).unwrap();
    std::fs::write(dir.path().join("文.png"), "不是图").unwrap();
    let text = |name: &str| format!("---\n{HEAD}---\n甲\n\n::: 图 {name}｜乙\n");
    let doc = written(dir.path(), &text("图.png")).unwrap();
    assert_eq!(doc.assets["图.png"], png);
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("b.png"), &png).unwrap();
    std::os::unix::fs::symlink(outside.path().join("b.png"), dir.path().join("链.png")).unwrap();
    for (name, code) in [
        ("文.png", "A-04"),
        ("链.png", "A-03"),
        ("../b.png", "A-03"),
        ("/b.png", "A-03"),
        ("无.png", "A-01"),
    ] {
        let list = findings(written(dir.path(), &text(name)));
        assert!(list.iter().any(|f| f.code == code), "{name}: {list:#?}");
    }
}
