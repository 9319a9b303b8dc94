//! What can be typed after `anjuan number` and `anjuan issue`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand};

use super::values::day;
use super::{EXIT_CODES, TEMPLATE};

/// `anjuan number`.
#[derive(Debug, ClapArgs)]
#[command(
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_subcommand = true,
    next_help_heading = "选项"
)]
pub struct NumberArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: NumberAction,
}

/// What to do with the register.
#[derive(Debug, Subcommand)]
pub enum NumberAction {
    /// 新建登记簿（第一次使用时）
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Create(CreateArgs),
    /// 取下一个号
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Take(TakeArgs),
    /// 补登一个已经用过的号
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Enter(EnterArgs),
    /// 作废一个号：保留登记，写明事由，不再使用
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Void(VoidArgs),
    /// 列出登记的号
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    List(ListArgs),
    /// 核查：缺号、重号、日期次序、校验链、定稿
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Check(CheckArgs),
    /// 一个号的各版定稿；--out 取出其中一版的文件，与发出时一字节不差
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Show(ShowArgs),
    /// 导出为 Excel 工作簿（.xlsx），或可排印的文稿（.md）
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Export(ExportArgs),
    /// 登记一个案件的公文已有的文号
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Adopt(AdoptArgs),
}

/// Where the register lies.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct RegisterAt {
    /// 发文登记簿文件，须在本机的磁盘上
    #[arg(long, value_name = "文件")]
    pub register: PathBuf,
    /// 登记簿被占用时最多等多少秒（默认 30）
    #[arg(long, value_name = "秒", default_value_t = 30, hide_default_value = true)]
    pub wait: u32,
}

/// `anjuan number create`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct CreateArgs {
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// `anjuan number take`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct TakeArgs {
    /// 机关代字，如 渝环督办
    #[arg(value_name = "机关代字", help_heading = "参数")]
    pub code: String,
    /// 年份（默认为成文日期的年份）
    #[arg(long, value_name = "年份", value_parser = clap::value_parser!(u64).range(1949..=2099))]
    pub year: Option<u64>,
    /// 标题
    #[arg(long, value_name = "标题")]
    pub title: Option<String>,
    /// 成文日期，如 2026-03-04（默认为今天）
    #[arg(long, value_name = "日期", value_parser = day)]
    pub on: Option<NaiveDate>,
    /// 项目编号；与 --document 同用，同一份公文再取一次，得同一个号
    #[arg(long, value_name = "编号", requires = "document")]
    pub case: Option<String>,
    /// 公文在案件里的标识
    #[arg(long, value_name = "标识", requires = "case")]
    pub document: Option<String>,
    /// 经办人
    #[arg(long, value_name = "姓名")]
    pub by: Option<String>,
    /// 一次取多少个号
    #[arg(long, value_name = "数", default_value_t = 1, hide_default_value = true,
        value_parser = clap::value_parser!(u32).range(1..=10_000), conflicts_with = "document")]
    pub count: u32,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// `anjuan number enter`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct EnterArgs {
    /// 发文字号，如 渝环督办〔2026〕16号
    #[arg(value_name = "发文字号", help_heading = "参数")]
    pub number: String,
    /// 标题
    #[arg(long, value_name = "标题")]
    pub title: Option<String>,
    /// 成文日期，如 2026-03-04
    #[arg(long, value_name = "日期", value_parser = day)]
    pub on: Option<NaiveDate>,
    /// 经办人
    #[arg(long, value_name = "姓名")]
    pub by: Option<String>,
    /// 为什么补登
    #[arg(long, value_name = "事由")]
    pub reason: Option<String>,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// `anjuan number void`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct VoidArgs {
    /// 发文字号，如 渝环督办〔2026〕16号
    #[arg(value_name = "发文字号", help_heading = "参数")]
    pub number: String,
    /// 事由
    #[arg(long, value_name = "事由")]
    pub reason: String,
    /// 经办人
    #[arg(long, value_name = "姓名")]
    pub by: String,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// Which numbers.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct Which {
    /// 只要这些机关代字，可用逗号并列
    #[arg(long, value_name = "机关代字", value_delimiter = ',')]
    pub code: Vec<String>,
    /// 只要这一年
    #[arg(long, value_name = "年份")]
    pub year: Option<u64>,
}

/// `anjuan number list`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ListArgs {
    /// Which.
    #[command(flatten)]
    pub which: Which,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// `anjuan number check`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct CheckArgs {
    /// 以前导出的登记簿上末条的校验值：登记簿被截短、调换的，由此查出
    #[arg(long, value_name = "校验值")]
    pub known: Option<String>,
    /// 另与这个案件核对：文号是否一致，发出的公文此后有没有改动；可多次使用
    #[arg(long, value_name = "案件")]
    pub case: Vec<PathBuf>,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// `anjuan number show`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ShowArgs {
    /// 发文字号，如 渝环督办〔2026〕16号
    #[arg(value_name = "发文字号", help_heading = "参数")]
    pub number: String,
    /// 第几版（默认为最后一版）
    #[arg(long, value_name = "版次", value_parser = clap::value_parser!(u32).range(1..), requires = "out")]
    pub version: Option<u32>,
    /// 取出定稿写成这个文件：以 .pdf、.txt、.json 结尾
    #[arg(long, value_name = "文件")]
    pub out: Option<PathBuf>,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// `anjuan number export`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ExportArgs {
    /// 写成这个文件：登记簿.xlsx，或 登记簿.md（再用 anjuan set 排印）
    #[arg(long, value_name = "文件")]
    pub to: PathBuf,
    /// 登记单位，写在文稿上
    #[arg(long, value_name = "名称")]
    pub organ: Option<String>,
    /// Which.
    #[command(flatten)]
    pub which: Which,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// `anjuan number adopt`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct AdoptArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 经办人
    #[arg(long, value_name = "姓名")]
    pub by: Option<String>,
    /// Which.
    #[command(flatten)]
    pub which: Which,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}

/// `anjuan issue`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct IssueArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 公文的标识，如 doc-28
    #[arg(value_name = "公文", help_heading = "参数")]
    pub document: String,
    /// 成文日期，如 2026-03-04（默认为数据文件里写的）
    #[arg(long, value_name = "日期", value_parser = day)]
    pub on: Option<NaiveDate>,
    /// 机关代字（默认为主办机关的代字，信函式加“函”）
    #[arg(long, value_name = "机关代字")]
    pub code: Option<String>,
    /// 更正：数据改正后发新的一版，文号不变，原来的各版都保留；要写明 --reason 和 --by
    #[arg(long, requires_all = ["reason", "by"], conflicts_with_all = ["on", "code"])]
    pub revise: bool,
    /// 更正的事由
    #[arg(long, value_name = "事由", requires = "revise")]
    pub reason: Option<String>,
    /// 经办人
    #[arg(long, value_name = "姓名")]
    pub by: Option<String>,
    /// Where.
    #[command(flatten)]
    pub at: RegisterAt,
}
