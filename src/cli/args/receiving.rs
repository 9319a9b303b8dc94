//! What can be typed after `verify` and `receive`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::SignWith;

/// `anjuan verify`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct VerifyArgs {
    /// 归档包（ZIP 文件，或解开后的文件夹）；别的程序做的 BagIt 包、移交信息包也可以
    #[arg(value_name = "归档包", help_heading = "参数")]
    pub bundle: PathBuf,
    /// 快速检测：只看结构、件数、大小、名称和清单的写法，不重算摘要
    #[arg(long)]
    pub quick: bool,
    /// 写出四性检测报告：.md（可用 set 排印）、.txt 或 .json，可写几次
    #[arg(long, value_name = "文件")]
    pub report: Vec<PathBuf>,
    /// 密钥库目录：判断签名人是否可信
    #[arg(long, value_name = "目录")]
    pub keyring: Option<PathBuf>,
    /// 没有移交单位的可信签名即不合格
    #[arg(long, requires = "keyring")]
    pub require_signature: bool,
}

/// `anjuan receive`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ReceiveArgs {
    /// 归档包（ZIP 文件）
    #[arg(value_name = "归档包", help_heading = "参数")]
    pub bundle: PathBuf,
    /// 档案库目录；没有时新建
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 没有移交单位的可信签名即不合格
    #[arg(long, requires = "keyring")]
    pub require_signature: bool,
    /// 检测不合格时开具退回单，写到这个文件（.json，旁边另有 .md）
    #[arg(long, value_name = "文件", requires = "by")]
    pub return_to: Option<PathBuf>,
    /// 退回单上的经办人
    #[arg(long, value_name = "姓名")]
    pub by: Option<String>,
    /// Key.
    #[command(flatten)]
    pub with: SignWith,
}
