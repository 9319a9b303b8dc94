//! What can be typed after `evidence`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand};

use super::values::day;
use super::{EXIT_CODES, TEMPLATE};

/// `anjuan evidence`.
#[derive(Debug, ClapArgs)]
#[command(
    next_help_heading = "选项",
    subcommand_help_heading = "做什么",
    subcommand_value_name = "做什么",
    disable_help_subcommand = true
)]
pub struct EvidenceArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: EvidenceAction,
}

/// What to do with evidence.
#[derive(Debug, Subcommand)]
pub enum EvidenceAction {
    /// 登记：把文件放进案件的证据文件夹，连同大小和 SHA-256 写进数据文件
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Add(EvidenceAddArgs),
}

/// `anjuan evidence add`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct EvidenceAddArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 证据文件，可多个；已在案件文件夹里的不再复制
    #[arg(value_name = "文件", help_heading = "参数", required = true)]
    pub files: Vec<PathBuf>,
    /// 类别：照片、视频、监测报告、询问笔录、谈话记录、书面说明、文件资料、无人机航拍、卫星遥感、现场检查记录、检验鉴定、其他
    #[arg(long, value_name = "类别")]
    pub kind: String,
    /// 取得日期，如 2025-03-12
    #[arg(long, value_name = "日期", value_parser = day)]
    pub on: NaiveDate,
    /// 取证人员：标识或姓名，用逗号并列（现场取证不少于 2 人）
    #[arg(long, value_name = "人员", value_delimiter = ',', required = true)]
    pub by: Vec<String>,
    /// 名称；不写取文件名
    #[arg(long, value_name = "名称")]
    pub title: Option<String>,
    /// 标识；不写接着现有的往下编，如 e-027
    #[arg(long, value_name = "标识")]
    pub id: Option<String>,
    /// 证明哪些问题，如 P01,P02
    #[arg(long, value_name = "问题", value_delimiter = ',')]
    pub problem: Vec<String>,
    /// 提供单位：标识或全称
    #[arg(long, value_name = "单位")]
    pub provider: Option<String>,
    /// 在哪里取得
    #[arg(long, value_name = "地点")]
    pub place: Option<String>,
    /// 原件、复印件、电子件（默认）
    #[arg(long, value_name = "形态", default_value = "电子件", hide_default_value = true)]
    pub originality: String,
    /// 页数；不写，PDF 取它的页数
    #[arg(long, value_name = "页数")]
    pub pages: Option<u64>,
    /// 密级：公开、内部（默认）
    #[arg(long, value_name = "密级", default_value = "内部", hide_default_value = true)]
    pub secrecy: String,
    /// 只列出要做的改动，不写入
    #[arg(long)]
    pub dry_run: bool,
}
