//! What can be typed after `handover`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::{EXIT_CODES, TEMPLATE};

/// `anjuan handover`.
#[derive(Debug, ClapArgs)]
#[command(
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_subcommand = true,
    next_help_heading = "选项"
)]
pub struct HandoverArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: HandoverAction,
}

/// What to do with hand-overs.
#[derive(Debug, Subcommand)]
pub enum HandoverAction {
    /// 列出移交登记簿：每次移交和它的结果
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    List(BookArgs),
    /// 作废最后一次没有交出的移交，次序留给下一个包
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Void(BookVoidArgs),
    /// 填写《电子档案移交与接收登记表》和数字摘要表（.md 可排印，.json 为数据）
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Form(FormArgs),
    /// 由检测合格的归档包印制目录、备考表、封面、脊背：每盒（卷）一套 PDF，页面就是实物的大小
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Print(HandoverPrintArgs),
}

/// `anjuan handover print`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct HandoverPrintArgs {
    /// 归档包
    #[arg(value_name = "归档包", help_heading = "参数")]
    pub bundle: PathBuf,
    /// 写到这个文件夹
    #[arg(short, long, value_name = "目录")]
    pub out: PathBuf,
    /// 档案盒盒脊的厚度（毫米）：20、30、40、50；不写就按页数取够用的最薄一种，装不下的分盒
    #[arg(long, value_name = "毫米", conflicts_with = "manuscript")]
    pub box_spine: Option<u16>,
    /// 不出 PDF，写成可以改动、再用 anjuan set 排印的文稿（.md）
    #[arg(long)]
    pub manuscript: bool,
}

/// `anjuan handover list`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct BookArgs {
    /// 移交登记簿目录
    #[arg(long, value_name = "目录")]
    pub book: PathBuf,
}

/// `anjuan handover void`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct BookVoidArgs {
    /// 移交登记簿目录
    #[arg(long, value_name = "目录")]
    pub book: PathBuf,
    /// 移交单位
    #[arg(long, value_name = "单位")]
    pub sender: String,
    /// 接收单位
    #[arg(long, value_name = "单位")]
    pub receiver: String,
    /// 事由
    #[arg(long, value_name = "文字")]
    pub reason: String,
}

/// `anjuan handover form`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct FormArgs {
    /// 移交的归档包
    #[arg(value_name = "归档包", help_heading = "参数")]
    pub bundle: PathBuf,
    /// 接收方的回执；有了才填接收单位的检验结果
    #[arg(long, value_name = "文件")]
    pub receipt: Option<PathBuf>,
    /// 移交载体类型、规格，如 U盘，32GB（默认：在线）
    #[arg(long, value_name = "文字", default_value = "在线", hide_default_value = true)]
    pub carrier: String,
    /// 写到这个文件（.md 或 .json）
    #[arg(long, value_name = "文件")]
    pub to: PathBuf,
}
