//! What can be typed after `search`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::values::{date, field, secrecy};

/// `anjuan search`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct SearchArgs {
    /// 检索式，如：水环境 整改、“一岗双责”、文号:渝环督办2025 16、督察 -约谈
    #[arg(value_name = "检索式", help_heading = "参数", required_unless_present = "similar")]
    pub query: Vec<String>,
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 按字段限定，如 文种=通知；可多次使用
    #[arg(long, value_name = "字段=值", value_parser = field)]
    pub field: Vec<(String, String)>,
    /// 起始日期，如 2025-03-01
    #[arg(long, value_name = "日期", value_parser = date)]
    pub from: Option<String>,
    /// 截止日期
    #[arg(long, value_name = "日期", value_parser = date)]
    pub to: Option<String>,
    /// 排序：relevance（相关度，默认）、date（日期）
    #[arg(
        long,
        value_name = "方式",
        default_value = "relevance",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub sort: SortBy,
    /// 最多给出多少条
    #[arg(long, value_name = "数", default_value_t = 20, hide_default_value = true)]
    pub limit: usize,
    /// 跳过前多少条
    #[arg(long, value_name = "数", default_value_t = 0, hide_default_value = true)]
    pub offset: usize,
    /// 日期近的加权
    #[arg(long)]
    pub recent: bool,
    /// 各项的件数：文种、年度、区县、责任者、密级、保管期限、阶段、案件
    #[arg(long)]
    pub facets: bool,
    /// 每个案件只列最相关的一件，并注明该案共有几件
    #[arg(long)]
    pub by_case: bool,
    /// 查与某件相似的：它的档号、文号，或 归档包编号/标识
    #[arg(long, value_name = "档号", conflicts_with = "query")]
    pub similar: Option<String>,
    /// 只查密级不高于此的：公开、内部、秘密、机密、绝密
    #[arg(long, value_name = "密级", value_parser = secrecy)]
    pub max_secrecy: Option<crate::vocab::secrecy::Secrecy>,
    /// 以何种角色查阅：角色能看到哪一级，写在档案库的 access.toml 中
    #[arg(long, value_name = "角色")]
    pub role: Option<String>,
    /// 正文中查到的，到它的 PDF 里找出页码
    #[arg(long)]
    pub pages: bool,
    /// 说明检索式是怎么读的，各部分各有几件
    #[arg(long)]
    pub explain: bool,
    /// 查到的全部写成 Excel 清单
    #[arg(long, value_name = "文件")]
    pub xlsx: Option<PathBuf>,
}

/// Order of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SortBy {
    /// Best first.
    Relevance,
    /// Newest first.
    Date,
}
