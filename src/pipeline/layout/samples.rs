//! Documents for the tests of measuring: every element in its place, one of each form.

use std::collections::BTreeMap;

use crate::document::{
    Align, Block, Body, Cell, Column, Document, Form, Header, Imprint, Info, Mark, Part, PartRole,
    Roster, RosterEntry, Signature, SignatureForm, Table, Title,
};

fn title(lines: &[&str]) -> Title {
    Title { text: lines.concat(), lines: lines.iter().map(|l| (*l).to_owned()).collect() }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph { text: text.to_owned(), indent: true }
}

fn heading(level: u8, number: &str, text: &str, run_in: Option<&str>) -> Block {
    Block::Heading {
        level,
        number: number.to_owned(),
        text: text.to_owned(),
        run_in: run_in.map(str::to_owned),
    }
}

const LONG: &str = "各单位要把突出生态环境问题整改作为重大政治任务抓紧抓实逐项明确责任单位整改目标整改措施和完成时限实行清单管理对账销号定期调度通报进展情况坚决防止虚假整改表面整改敷衍整改确保件件有着落事事有回音让人民群众切实感受到整改成效";

fn text(paragraphs: usize) -> Vec<Block> {
    (0..paragraphs).map(|_| paragraph(&format!("{LONG}。"))).collect()
}

fn header(names: &[&str], suffix: &str, number: &str) -> Header {
    Header {
        copy_no: None,
        security: None,
        urgency: None,
        mark: Mark {
            names: names.iter().map(|n| (*n).to_owned()).collect(),
            suffix: suffix.to_owned(),
        },
        number: Some(number.to_owned()),
        upward: false,
        signers: Vec::new(),
    }
}

fn base(form: Form, header: Header) -> Document {
    Document {
        info: Info {
            id: "doc-01".to_owned(),
            title: "样件".to_owned(),
            author: "重庆市生态环境局".to_owned(),
            date: "2025-03-04".to_owned(),
            keywords: Vec::new(),
        },
        form,
        watermark: None,
        header: Some(header),
        body: Body {
            title: title(&["关于印发生态环境保护例行督察", "工作方案的通知"]),
            recipients: Some("各区县（自治县）人民政府，市政府有关部门：".to_owned()),
            blocks: text(3),
            attendance: Vec::new(),
            annex_note: Vec::new(),
            signature: Some(Signature {
                form: SignatureForm::Sealed,
                names: vec!["重庆市生态环境局".to_owned()],
                posts: Vec::new(),
                seals_mm: vec![42.0],
                date: "2025年3月4日".to_owned(),
            }),
            note: None,
        },
        parts: Vec::new(),
        imprint: Some(Imprint {
            copies: Some("市委办公厅，市人大常委会办公厅，市政协办公厅，市高法院，市检察院，重庆警备区，各民主党派市委，市工商联。".to_owned()),
            office: "重庆市生态环境局办公室".to_owned(),
            date: "2025年3月5日印发".to_owned(),
        }),
        assets: BTreeMap::new(),
    }
}

/// An ordinary document with everything that one may have.
pub(super) fn full() -> Document {
    let mut head = header(&["重庆市生态环境局"], "文件", "渝环〔2025〕16号");
    head.copy_no = Some("000123".to_owned());
    head.security = Some("机密★1年".to_owned());
    head.urgency = Some("特急".to_owned());
    let mut doc = base(Form::Document, head);
    let mut blocks = vec![
        paragraph("现将有关事项通知如下。"),
        heading(1, "一、", "总体要求", None),
        heading(2, "（一）", "压实责任。", Some(LONG)),
        heading(2, "（二）", "健全机制", None),
        heading(3, "1.", "加强调度", None),
        heading(4, "（1）", "按月报送", None),
    ];
    blocks.extend(text(4));
    blocks.push(heading(1, "二、", "工作安排", None));
    blocks.extend(text(5));
    doc.body.blocks = blocks;
    doc.body.annex_note = vec![
        "重庆市生态环境保护例行督察发现问题整改责任分工和完成时限一览表".to_owned(),
        "整改任务调度表".to_owned(),
    ];
    doc.body.note = Some("此件公开发布".to_owned());
    let column =
        |header: &str, width| Column { header: header.to_owned(), width, align: Align::Left };
    let table = Block::Table(Table {
        id: "t".to_owned(),
        caption: None,
        columns: vec![column("序号", 1.0), column("任务", 6.0), column("单位", 3.0)],
        rows: (1..6)
            .map(|n| {
                [n.to_string(), "完成污水管网改造".to_owned(), "市生态环境局".to_owned()]
                    .map(|t| Cell(vec![t]))
                    .to_vec()
            })
            .collect(),
    });
    let part = |label: &str, name: &str, blocks, landscape| Part {
        role: PartRole::Annex,
        label: Some(label.to_owned()),
        title: title(&[name]),
        blocks,
        signature: None,
        landscape,
        apart: None,
    };
    let names = doc.body.annex_note.clone();
    let [first, second] = names.as_slice() else { return doc };
    let mut one = part("附件1", first, text(2), false);
    one.title = title(&["重庆市生态环境保护例行督察发现问题", "整改责任分工和完成时限一览表"]);
    // Two lines of one length are a rectangle.
    one.title = title(&["重庆市生态环境保护例行督察发现问题整改", "责任分工和完成时限一览表"]);
    doc.parts = vec![one, part("附件2", second, vec![table], true)];
    doc
}

/// Upward, joint, two signers, no seals.
pub(super) fn upward() -> Document {
    let mut head = header(&["重庆市生态环境局", "重庆市水利局"], "文件", "渝环〔2025〕17号");
    head.upward = true;
    head.signers = vec!["李明华".to_owned(), "王大力".to_owned()];
    let mut doc = base(Form::Document, head);
    doc.body.title = title(&["关于濛溪河流域水环境问题", "整改情况的报告"]);
    doc.body.recipients = Some("市政府：".to_owned());
    doc.body.signature = Some(Signature {
        form: SignatureForm::Unsealed,
        names: vec!["重庆市生态环境局".to_owned(), "重庆市水利局".to_owned()],
        posts: Vec::new(),
        seals_mm: Vec::new(),
        date: "2025年3月4日".to_owned(),
    });
    doc
}

/// A joint document with two seals.
pub(super) fn joint() -> Document {
    let mut doc = base(
        Form::Document,
        header(&["重庆市生态环境局", "重庆市水利局"], "文件", "渝环〔2025〕18号"),
    );
    if let Some(signature) = &mut doc.body.signature {
        signature.names = vec!["重庆市生态环境局".to_owned(), "重庆市水利局".to_owned()];
        signature.seals_mm = vec![42.0, 42.0];
    }
    doc
}

/// 信函.
pub(super) fn letter() -> Document {
    let mut doc = base(Form::Letter, header(&["重庆市生态环境局"], "", "渝环函〔2025〕3号"));
    doc.body.title = title(&["关于商请提供资料的函"]);
    doc
}

/// 命令.
pub(super) fn order() -> Document {
    let mut doc = base(Form::Order, header(&["重庆市人民政府令"], "", "第362号"));
    doc.body.recipients = None;
    doc.body.blocks = text(2);
    doc.body.title = Title { text: String::new(), lines: Vec::new() };
    doc.body.signature = Some(Signature {
        form: SignatureForm::Stamped,
        names: vec!["胡某某".to_owned()],
        posts: vec!["市　长".to_owned()],
        seals_mm: Vec::new(),
        date: "2025年3月4日".to_owned(),
    });
    doc
}

/// 纪要.
pub(super) fn minutes() -> Document {
    let mut doc =
        base(Form::Minutes, header(&["生态环境保护督察工作领导小组会议纪要"], "", "第3期"));
    doc.body.title = title(&["研究例行督察进驻有关工作"]);
    doc.body.recipients = None;
    doc.body.signature = None;
    let roster = |label: &str, text: &str| Roster {
        label: label.to_owned(),
        entries: vec![RosterEntry { name: String::new(), text: text.to_owned() }],
    };
    doc.body.attendance =
        vec![roster("出席", "李明华、王大力、张文远、赵一鸣"), roster("列席", "钱小川、孙立")];
    doc
}
