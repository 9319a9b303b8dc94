//! What can be typed after `return` and `receipt`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::keys::{PasswordAt, RingAt};
use super::{EXIT_CODES, SignWith, TEMPLATE};

/// `anjuan return`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ReturnArgs {
    /// 归档包（ZIP 文件）
    #[arg(value_name = "归档包", help_heading = "参数")]
    pub bundle: PathBuf,
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 退回理由；检测有不合格项时可以不写
    #[arg(long, value_name = "文字", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// 经办人
    #[arg(long, value_name = "姓名")]
    pub by: String,
    /// 退回单写到这个文件（.json）；旁边另写一份可排印的 .md
    #[arg(short, long, value_name = "文件")]
    pub out: PathBuf,
    /// Key.
    #[command(flatten)]
    pub with: SignWith,
}

/// `anjuan receipt`.
#[derive(Debug, ClapArgs)]
#[command(
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_subcommand = true,
    next_help_heading = "选项"
)]
pub struct ReceiptArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: ReceiptAction,
}

/// What to do with a receipt.
#[derive(Debug, Subcommand)]
pub enum ReceiptAction {
    /// 核对回执或退回单：签名、所说的包、移交登记、接收登记簿的前后
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Verify(ReceiptVerifyArgs),
    /// 核对后由移交方会签，并记入移交登记簿
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Countersign(CountersignArgs),
    /// 接收方把会签过的回执归入档案库
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Keep(KeepArgs),
    /// 把退回单写成可排印的文稿（.md）
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Print(PrintArgs),
}

/// `anjuan receipt verify`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ReceiptVerifyArgs {
    /// 回执或退回单（.json）
    #[arg(value_name = "回执", help_heading = "参数")]
    pub file: PathBuf,
    /// 移交的归档包
    #[arg(long, value_name = "文件")]
    pub bundle: Option<PathBuf>,
    /// 移交登记簿目录
    #[arg(long, value_name = "目录")]
    pub book: Option<PathBuf>,
    /// 密钥库目录；没有时只核对签名，不判断签名人
    #[arg(long, value_name = "目录")]
    pub keyring: Option<PathBuf>,
}

/// `anjuan receipt countersign`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct CountersignArgs {
    /// 回执或退回单（.json）；会签写回这个文件
    #[arg(value_name = "回执", help_heading = "参数")]
    pub file: PathBuf,
    /// 用本单位的哪把密钥
    #[arg(long, value_name = "名称")]
    pub key: String,
    /// 移交登记簿目录
    #[arg(long, value_name = "目录")]
    pub book: Option<PathBuf>,
    /// 移交的归档包
    #[arg(long, value_name = "文件")]
    pub bundle: Option<PathBuf>,
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
    /// Password.
    #[command(flatten)]
    pub password: PasswordAt,
}

/// `anjuan receipt keep`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct KeepArgs {
    /// 会签过的回执（.json）
    #[arg(value_name = "回执", help_heading = "参数")]
    pub file: PathBuf,
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
}

/// `anjuan receipt print`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct PrintArgs {
    /// 退回单（.json）
    #[arg(value_name = "退回单", help_heading = "参数")]
    pub file: PathBuf,
    /// 写到这个文件（.md）
    #[arg(long, value_name = "文件")]
    pub to: PathBuf,
}
