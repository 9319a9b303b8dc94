//! What can be typed after `key`, and where else keys and passwords are asked for.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::values::day;
use super::{EXIT_CODES, TEMPLATE};

/// Where the key ring lies.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct RingAt {
    /// 密钥库目录（本单位的密钥、信任的公钥、撤销登记）
    #[arg(long, value_name = "目录")]
    pub keyring: PathBuf,
}

/// Where the password comes from.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct PasswordAt {
    /// 口令文件（第一行）；没有时用环境变量 `ANJUAN_PASSWORD_FILE` 所指的文件，再没有就在终端上询问
    #[arg(long, value_name = "文件")]
    pub password_file: Option<PathBuf>,
}

/// `anjuan key`.
#[derive(Debug, ClapArgs)]
#[command(
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_subcommand = true,
    next_help_heading = "选项"
)]
pub struct KeyArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: KeyAction,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeyAction {
    /// 新建本单位的密钥，私钥用口令加密
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    New(NewArgs),
    /// 列出密钥库：本单位的密钥、信任的公钥、撤销登记
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    List(ListArgs),
    /// 看一个公钥文件的算法和指纹（用另一途径核对指纹时用）
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Show(ShowArgs),
    /// 导出本单位的公钥，送给对方登记
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Export(ExportArgs),
    /// 登记信任对方的公钥，指纹须先用另一途径核对
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Trust(TrustArgs),
    /// 登记撤销一把密钥：写明日期和事由，此后的签名不再算数
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Revoke(RevokeArgs),
    /// 换一把密钥的口令
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Password(PasswordArgs),
}

/// Algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AlgorithmChoice {
    /// Ed25519.
    Ed25519,
    /// SM2 with SM3.
    Sm2,
}

/// Purposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PurposeChoice {
    /// Bundles.
    #[value(name = "移交")]
    Handover,
    /// Receipts.
    #[value(name = "接收")]
    Receipt,
    /// Both.
    #[value(name = "全部")]
    All,
}

/// `anjuan key new`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct NewArgs {
    /// 密钥在本库中的名称，如 yijiao-2026
    #[arg(value_name = "名称", help_heading = "参数")]
    pub name: String,
    /// 持有单位，与归档包上的移交单位、接收单位写法相同
    #[arg(long, value_name = "单位")]
    pub holder: String,
    /// 算法：ed25519、sm2（要求商用密码的，签名用 SM2 和 SM3）；默认按签名规定，没有规定的为 ed25519
    #[arg(long, value_name = "算法", hide_possible_values = true)]
    pub algorithm: Option<AlgorithmChoice>,
    /// 用途：移交、接收、全部（默认）
    #[arg(
        long,
        value_name = "用途",
        default_value = "全部",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub purpose: PurposeChoice,
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
    /// Password.
    #[command(flatten)]
    pub password: PasswordAt,
}

/// `anjuan key list`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ListArgs {
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
}

/// `anjuan key show`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ShowArgs {
    /// 公钥文件（.pub.pem）
    #[arg(value_name = "公钥", help_heading = "参数")]
    pub file: PathBuf,
}

/// `anjuan key export`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ExportArgs {
    /// 密钥的名称
    #[arg(value_name = "名称", help_heading = "参数")]
    pub name: String,
    /// 写到这个文件
    #[arg(long, value_name = "文件")]
    pub to: PathBuf,
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
}

/// `anjuan key trust`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct TrustArgs {
    /// 对方的公钥文件
    #[arg(value_name = "公钥", help_heading = "参数")]
    pub file: PathBuf,
    /// 持有单位，与归档包上的移交单位、接收单位写法相同
    #[arg(long, value_name = "单位")]
    pub holder: String,
    /// 对方当面、电话或公函告知的指纹（64 位，可分组）；与文件不符的不予登记
    #[arg(long, value_name = "指纹")]
    pub fingerprint: String,
    /// 用途：移交（对方移交给我）、接收（对方接收我的）、全部（默认）
    #[arg(
        long,
        value_name = "用途",
        default_value = "全部",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub purpose: PurposeChoice,
    /// 生效日期，如 2026-01-01（默认不限）
    #[arg(long, value_name = "日期", value_parser = day)]
    pub from: Option<NaiveDate>,
    /// 失效日期，当天仍有效（默认不限）
    #[arg(long, value_name = "日期", value_parser = day)]
    pub to: Option<NaiveDate>,
    /// 登记人
    #[arg(long, value_name = "姓名")]
    pub by: String,
    /// 备注，如怎样核对的指纹
    #[arg(long, value_name = "文字", default_value = "", hide_default_value = true)]
    pub note: String,
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
}

/// `anjuan key revoke`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct RevokeArgs {
    /// 密钥的名称、指纹，或公钥文件
    #[arg(value_name = "密钥", help_heading = "参数")]
    pub key: String,
    /// 撤销日期：从这天起的签名不算数（默认今天）
    #[arg(long, value_name = "日期", value_parser = day)]
    pub on: Option<NaiveDate>,
    /// 事由
    #[arg(long, value_name = "文字")]
    pub reason: String,
    /// 登记人
    #[arg(long, value_name = "姓名")]
    pub by: String,
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
}

/// `anjuan key password`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct PasswordArgs {
    /// 密钥的名称
    #[arg(value_name = "名称", help_heading = "参数")]
    pub name: String,
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
    /// The old one.
    #[command(flatten)]
    pub password: PasswordAt,
    /// 新口令的文件（第一行）；没有时在终端上询问
    #[arg(long, value_name = "文件")]
    pub new_password_file: Option<PathBuf>,
}
