//! What can be typed where a case is looked at: `status`, `due`, `rules`, `stats` and `serve`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, ValueEnum};

use super::values::day;

/// `anjuan status`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct StatusArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 截至哪一天，如 2025-09-01（默认为数据时点）；此后的事不算
    #[arg(long, value_name = "日期", value_parser = day)]
    pub as_of: Option<NaiveDate>,
}

/// `anjuan due`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct DueArgs {
    /// 数据文件 case.yaml，或它所在的文件夹；可以有多个
    #[arg(value_name = "案件", help_heading = "参数", required = true)]
    pub case: Vec<PathBuf>,
    /// 截至哪一天，如 2025-09-01（默认为各案件的数据时点）；此后的事不算
    #[arg(long, value_name = "日期", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// 只列出逾期的和这么多天以内到期的
    #[arg(long, value_name = "天数")]
    pub within: Option<u32>,
    /// 另存为日历文件（iCalendar），可导入手机和办公软件的日历
    #[arg(long, value_name = "文件")]
    pub ics: Option<PathBuf>,
    /// 有逾期事项时退出码为 14，供脚本使用
    #[arg(long)]
    pub exit_code: bool,
}

/// `anjuan rules`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct RulesArgs {
    /// 数据文件 case.yaml，或它所在的文件夹；不写则只列出规则
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: Option<PathBuf>,
    /// 规则包（不写则用案件所写的，没有案件时用 chongqing-2021）
    #[arg(long, value_name = "名称", conflicts_with = "case")]
    pub pack: Option<String>,
    /// 只列出本案件不符合的
    #[arg(long, requires = "case")]
    pub broken: bool,
    /// 列出现有的规则包
    #[arg(long, conflicts_with_all = ["case", "pack"])]
    pub packs: bool,
    /// 输出 Markdown 表格
    #[arg(long, conflicts_with = "case")]
    pub markdown: bool,
}

/// `anjuan stats`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct StatsArgs {
    /// 数据文件 case.yaml，或它所在的文件夹；可以有多个，合并统计
    #[arg(value_name = "案件", help_heading = "参数", required = true)]
    pub case: Vec<PathBuf>,
    /// 截至哪一天，如 2025-09-01（默认为各案件的数据时点）；此后的事不算
    #[arg(long, value_name = "日期", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// 按什么分：unit（责任单位，默认）、district（区县）、category（类别）、status（状态），可用逗号并列
    #[arg(
        long,
        value_name = "方式",
        value_delimiter = ',',
        default_value = "unit",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub by: Vec<StatsBy>,
    /// 另画成图（SVG，可打印），存入此目录
    #[arg(long, value_name = "目录")]
    pub svg: Option<PathBuf>,
}

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsBy {
    /// 责任单位.
    Unit,
    /// 区县.
    District,
    /// 类别.
    Category,
    /// 状态.
    Status,
}

/// `anjuan serve`.
#[cfg(feature = "workbench")]
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ServeArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 可供检索的档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: Option<PathBuf>,
    /// 以何种角色检索：角色能看到哪一级，写在档案库的 access.toml 中
    #[arg(long, value_name = "角色", requires = "archive")]
    pub role: Option<String>,
    /// 端口；0 为任选
    #[arg(short, long, value_name = "端口", default_value_t = 8648, hide_default_value = true)]
    pub port: u16,
}
