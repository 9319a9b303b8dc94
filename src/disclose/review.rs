//! 公开审查表: what was withheld, how often, on which ground, and who has to look at it; without the words themselves.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::redact::{Ask, Withheld};
use crate::case;

/// 公开审查表.
#[derive(Debug, Default)]
pub struct Review {
    /// 项目名称.
    pub case: String,
    /// Documents made public.
    pub made: Vec<Made>,
    /// Documents refused: title and reason.
    pub refused: Vec<(String, String)>,
    /// What was taken out.
    pub rows: Vec<Row>,
    /// What a person has to judge: place and words to look for.
    pub asks: Vec<(String, String)>,
    /// How many strings the finished files are searched for.
    pub searched: usize,
}

/// One document that was made public.
#[derive(Debug, Default)]
pub struct Made {
    /// 标题.
    pub title: String,
    /// Names of its files.
    pub files: Vec<String>,
    /// 公开审核: organ and date, if the case has one.
    pub reviewed: Option<(String, String)>,
}

/// 一类不公开的内容 in one field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Row {
    /// The field: a JSON Pointer without numbers (`/complaints/*/summary`).
    pub field: String,
    /// 类别.
    pub sort: String,
    /// 依据.
    pub ground: String,
    /// How it is dealt with.
    pub way: String,
    /// How often.
    pub times: usize,
}

impl Row {
    /// Rows of what was withheld, in order of field.
    #[must_use]
    pub fn of(withheld: &[Withheld]) -> Vec<Self> {
        let mut rows: BTreeMap<Self, BTreeSet<&str>> = BTreeMap::new();
        for entry in withheld {
            let way = match (entry.put.is_empty(), entry.sort == "item") {
                // Documents are spoken of by their 文种, each by its own.
                (false, true) => "只称文种".to_owned(),
                (false, false) => format!("改作“{}”", entry.put),
                (true, true) => "不收入公开版".to_owned(),
                (true, false) => "删去".to_owned(),
            };
            let row = Self {
                field: general(&entry.unit),
                sort: entry.name.clone(),
                ground: entry.ground.clone(),
                way,
                times: 0,
            };
            rows.entry(row).or_default().insert(&entry.unit);
        }
        rows.into_iter().map(|(row, units)| Self { times: units.len(), ..row }).collect()
    }
}

/// A place in the words of the data model: 信访举报件（第3项）·举报内容.
fn named(path: &str) -> String {
    let mut entity = case::top();
    let mut out: Vec<String> = Vec::new();
    for part in path.split('/').skip(1) {
        match (part.parse::<usize>(), out.last_mut()) {
            (Ok(n), Some(last)) => last.push_str(&format!("（第{}项）", n + 1)),
            _ if part == "*" => {}
            _ => {
                out.push(case::title(entity, part).unwrap_or(part).to_owned());
                entity = case::group(entity, part).unwrap_or(entity);
            }
        }
    }
    out.join("·")
}

/// A pointer without the numbers of items.
fn general(path: &str) -> String {
    let parts = path.split('/').map(|p| if p.parse::<usize>().is_ok() { "*" } else { p });
    parts.collect::<Vec<_>>().join("/")
}

impl Review {
    /// Takes the withheld and the undecided.
    pub fn take(&mut self, withheld: &[Withheld], asks: &[Ask]) {
        self.rows = Row::of(withheld);
        self.asks = asks.iter().map(|a| (a.path.clone(), a.words.clone())).collect();
    }

    /// The form as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
        let mut out =
            format!("# 政府信息公开审查表\n\n项目：{}\n\n## 一、拟公开的文件\n\n", self.case);
        if self.made.is_empty() {
            out.push_str("无。\n");
        } else {
            out.push_str("| 序号 | 标题 | 文件 | 公开审核（案件记载） |\n|---|---|---|---|\n");
        }
        for (i, made) in self.made.iter().enumerate() {
            let reviewed = made.reviewed.as_ref().map_or_else(
                || "没有记载，须补办".to_owned(),
                |(organ, day)| format!("{organ}，{day}"),
            );
            let files: Vec<String> = made.files.iter().map(|f| cell(f)).collect();
            out.push_str(&format!(
                "| {} | {} | {} | {reviewed} |\n",
                i + 1,
                cell(&made.title),
                files.join("<br>")
            ));
        }
        if !self.refused.is_empty() {
            out.push_str("\n### 没有公开的文件\n\n| 标题 | 原因 |\n|---|---|\n");
            for (title, why) in &self.refused {
                out.push_str(&format!("| {} | {} |\n", cell(title), cell(why)));
            }
        }
        out.push_str("\n## 二、区分处理：没有公开的内容\n\n| 数据栏目 | 类别 | 处理 | 处数 | 依据 |\n|---|---|---|---|---|\n");
        for row in &self.rows {
            out.push_str(&format!(
                "| {} | {} | {} | {} | {} |\n",
                named(&row.field),
                row.sort,
                cell(&row.way),
                row.times,
                cell(&row.ground)
            ));
        }
        out.push_str("\n## 三、须人工判断的内容\n\n");
        if self.asks.is_empty() {
            out.push_str("按规则没有。审查人仍应通读公开件，核对有无国家秘密、工作秘密、商业秘密和个人隐私。\n");
        }
        for (path, _) in &self.asks {
            out.push_str(&format!("- {}：判断能否公开，必要时改写数据后重新生成。\n", named(path)));
        }
        out.push_str(&format!(
            "\n## 四、核查\n\n在每个文件的正文、元数据、附件、书签、替代文本和内部数据中查找 {} 条不公开的内容：\
             `anjuan disclose --verify`（结果另附）。\n\n## 五、审查意见\n\n\
             依据《中华人民共和国政府信息公开条例》第十七条，公开前应当经过审查。\n\n\
             | 环节 | 意见 | 签名 | 日期 |\n|---|---|---|---|\n| 经办人 | | | |\n| 承办处室负责人 | | | |\n\
             | 保密审查 | | | |\n| 分管负责人 | | | |\n",
            self.searched
        ));
        out
    }
}
