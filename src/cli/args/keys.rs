//! What can be typed after `anjuan key`, `sign`, `return`, `receipt` and `handover`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{EXIT_CODES, TEMPLATE, day};

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

/// `anjuan sign`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct SignArgs {
    /// 归档包（ZIP 文件）
    #[arg(value_name = "归档包", help_heading = "参数")]
    pub bundle: PathBuf,
    /// 用本单位的哪把密钥
    #[arg(long, value_name = "名称")]
    pub key: String,
    /// 签名后的包写到这个文件（默认就写回原文件）
    #[arg(short, long, value_name = "文件")]
    pub out: Option<PathBuf>,
    /// Where.
    #[command(flatten)]
    pub at: RingAt,
    /// Password.
    #[command(flatten)]
    pub password: PasswordAt,
}

/// A key that signs, where signing is asked for.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct SignWith {
    /// 用本单位的这把密钥签名
    #[arg(long, value_name = "名称", requires = "keyring")]
    pub sign: Option<String>,
    /// 密钥库目录（本单位的密钥、信任的公钥、撤销登记）
    #[arg(long, value_name = "目录")]
    pub keyring: Option<PathBuf>,
    /// Password.
    #[command(flatten)]
    pub password: PasswordAt,
}

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
