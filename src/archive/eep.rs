//! 电子档案元数据.XML and 目录文件.XML (DA/T 48-2009, DA/T 93-2022).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::description::{Description, Item};
use super::forms::acts;
use super::xml::Element;
use crate::record::FileRole;
use crate::vocab::date;

const NAMESPACE: &str = "http://www.saac.gov.cn/standards/ERM/encapsulation";

fn t(name: &str, text: impl Into<String>) -> Element {
    Element::text(name, text)
}

/// 目录文件: one entry an item, in order of 档号.
pub(super) fn catalogue(description: &Description) -> Element {
    let entries = description.items.iter().enumerate().map(|(i, item)| {
        let m = &item.metadata;
        Element::new("文件").holding([
            t("顺序号", (i + 1).to_string()),
            t("档号", &m.archival_code),
            t("责任者", &m.responsible),
            t("题名", &m.title),
            t("日期", date::parse(&m.date).map(date::eight_figures).unwrap_or_default()),
            t("保管期限", m.retention.name()),
            t("密级", m.secrecy.name()),
            t("页数", m.pages.to_string()),
            t("备注", m.note.clone().unwrap_or_default()),
        ])
    });
    Element::new("目录文件").holding(entries)
}

/// The metadata file of one item.
pub(super) fn metadata(description: &Description, item: &Item) -> Element {
    let m = &item.metadata;
    let created = format!("{}T00:00:00", description.date);
    let record = format!("{}/{}", description.id, m.id);
    let mut agents: Vec<(&str, bool)> = Vec::new();
    let mut business = Vec::new();
    for (i, act) in acts(description, m).into_iter().enumerate() {
        let agent = (act.agent, act.person);
        let known = agents.iter().position(|a| *a == agent);
        let place = known.unwrap_or_else(|| {
            agents.push(agent);
            agents.len() - 1
        });
        business.push(Element::new("业务实体").holding([
            t("业务标识符", format!("业务{}", i + 1)),
            t("机构人员标识符", format!("机构人员{}", place + 1)),
            t("文件标识符", &record),
            t("业务状态", "历史行为"),
            t("业务行为", act.act),
            t("行为时间", act.day),
            t("行为描述", act.words),
        ]));
    }
    let agents = agents.iter().enumerate().map(|(i, (name, person))| {
        Element::new("机构人员实体").holding([
            t("机构人员标识符", format!("机构人员{}", i + 1)),
            t("机构人员类型", if *person { "个人" } else { "单位" }),
            t("机构人员名称", *name),
        ])
    });
    let content = Element::new("封装内容").holding([
        Element::new("文件实体块").holding([entity(description, item)]),
        Element::new("业务实体块").holding(business),
        Element::new("机构人员实体块").holding(agents),
    ]);
    Element::new("电子文件封装包").with("xmlns", NAMESPACE).holding([
        t(
            "封装包格式描述",
            "本EEP根据中华人民共和国档案行业标准DA/T 48-2009《基于XML的电子文件封装规范》生成",
        ),
        t("版本", "2009"),
        Element::new("被签名对象").with("eep版本", "2009").holding([
            t("封装包类型", "原始型"),
            t("封装包类型描述", "本封装包包含电子文件数据及其元数据，原始封装，未经修改"),
            t("封装包创建时间", created),
            t("封装包创建单位", &description.sender),
            content,
        ]),
    ])
}

fn entity(description: &Description, item: &Item) -> Element {
    let m = &item.metadata;
    let fonds = &description.fonds;
    let number = m.code().map(|c| format!("{:04}", c.item)).unwrap_or_default();
    let mut about = vec![t("题名", &m.title)];
    about.extend(m.document_number.as_ref().map(|n| t("文件编号", n)));
    about.extend([t("责任者", &m.responsible), t("日期", &m.date), t("文种", &m.genre)]);
    if !m.recipients.is_empty() {
        about.push(t("主送", m.recipients.join("、")));
    }
    if !m.copies.is_empty() {
        about.push(t("抄送", m.copies.join("、")));
    }
    about.push(t("密级", m.secrecy.name()));
    let kind = if item.files.len() > 1 { "组合文件" } else { "单件" };
    Element::new("文件实体").holding([
        t("聚合层次", "文件"),
        Element::new("来源").holding([t("全宗名称", &fonds.name), t("立档单位名称", &fonds.name)]),
        t("电子文件号", format!("{}/{}", description.id, m.id)),
        Element::new("档号").holding([
            t("全宗号", &fonds.number),
            t("年度", fonds.year.to_string()),
            t("保管期限", m.retention.name()),
            t("机构或问题", &fonds.unit),
            t("类别号", &fonds.category),
            t("室编件号", number),
        ]),
        Element::new("内容描述").holding(about),
        Element::new("形式特征").holding([
            t("文件组合类型", kind),
            t("页数", m.pages.to_string()),
            t("语种", "中文"),
        ]),
        Element::new("存储位置")
            .holding([t("当前位置", &item.folder), t("脱机载体编号", &description.id)]),
        Element::new("权限管理")
            .holding([t("控制标识", m.openness.clone().unwrap_or_else(|| "不予公开".into()))]),
        Element::new("文件数据").holding(documents(item)),
    ])
}

fn documents(item: &Item) -> Vec<Element> {
    let line = |(i, file): (usize, &super::description::FileLine)| {
        let n = i + 1;
        // 标识符 as DA/T 48-2009 forms them: 修改, 文档, 文档数据, 编码.
        let id = format!("修改0-文档{n}");
        let data = format!("{id}-文档数据1");
        let encoding = format!("{data}-编码1");
        let role = if file.role == FileRole::Main { "主文档" } else { "附属文档" };
        let code = Element::new("编码").with("编码ID", &encoding).holding([
            Element::new("电子属性").holding([
                t("格式信息", &file.media_type),
                t("计算机文件名", &file.name),
                t("计算机文件大小", file.size.to_string()),
            ]),
            t("编码描述", "仅提供SHA256摘要信息，文档数据在同一文件夹"),
            t("反编码关键字", "sha256-base64Binary"),
            t("编码数据", STANDARD.encode(file.sha256.0))
                .with("编码数据ID", &format!("{encoding}-编码数据")),
        ]);
        Element::new("文档").holding([
            t("文档标识符", id),
            t("文档序号", n.to_string()),
            t("文档主从声明", role),
            Element::new("文档数据").with("文档数据ID", &data).holding([code]),
        ])
    };
    item.files.iter().enumerate().map(line).collect()
}
