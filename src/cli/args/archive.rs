//! What can be typed for the keeping of an archive: `browse`, `retrieve`, `fixity`, `doctor`, `rebuild`, `dispose`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::values::day;
use super::{EXIT_CODES, TEMPLATE};
use crate::archive::Sample;

/// `anjuan browse`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct BrowseArgs {
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 按什么统计：fonds（全宗）、year（年度）、retention（保管期限）、case（案件）、genre（文种）；可用逗号并列成多级，不写则五项各统计一次
    #[arg(long, value_name = "方式", value_delimiter = ',', hide_possible_values = true)]
    pub by: Vec<By>,
    /// 逐件列出，不统计
    #[arg(long, conflicts_with = "by")]
    pub list: bool,
    /// 只看这个全宗号
    #[arg(long, value_name = "全宗号")]
    pub fonds: Option<String>,
    /// 只看这个归档年度
    #[arg(long, value_name = "年度")]
    pub year: Option<u16>,
    /// 只看这种保管期限：永久、30年、10年
    #[arg(long, value_name = "期限", value_parser = ["永久", "30年", "10年"])]
    pub retention: Option<String>,
    /// 只看这个案件（案件编号，或题名中的字）
    #[arg(long, value_name = "案件")]
    pub case: Option<String>,
    /// 只看这种文种，如 通知
    #[arg(long, value_name = "文种")]
    pub genre: Option<String>,
    /// 最多列出多少件（默认全部）
    #[arg(long, value_name = "数", requires = "list")]
    pub limit: Option<usize>,
    /// 跳过前多少件
    #[arg(
        long,
        value_name = "数",
        requires = "list",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub offset: usize,
}

/// By what holdings are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// 全宗.
    Fonds,
    /// 年度.
    Year,
    /// 保管期限.
    Retention,
    /// 案件.
    Case,
    /// 文种.
    Genre,
}

/// `anjuan retrieve`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct RetrieveArgs {
    /// 哪一件：档号，或 归档包编号/标识（如 AJ-CQ-LX-2025-01-03/doc-28）
    #[arg(value_name = "件", help_heading = "参数")]
    pub record: String,
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 写到哪里：新的文件夹，或以 .zip 结尾的文件
    #[arg(short, long, value_name = "位置")]
    pub out: PathBuf,
}

/// `anjuan fixity`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct FixityArgs {
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 只查一部分：包数（如 50）或百分比（如 10%）；从最久没查的开始，多次运行依次查遍全库
    #[arg(long, value_name = "数", value_parser = sample)]
    pub sample: Option<Sample>,
    /// 改为按这个种子抽签，同一种子抽出同样的包
    #[arg(long, value_name = "种子", requires = "sample")]
    pub seed: Option<String>,
    /// 只查这么多天以内没有查过的
    #[arg(long, value_name = "天数")]
    pub older_than: Option<u32>,
    /// 另存巡检报告；.md 为文稿（anjuan set 排印），.txt 为文字，.json 为数据
    #[arg(long, value_name = "文件")]
    pub report: Option<PathBuf>,
}

/// `anjuan doctor`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct DoctorArgs {
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 修补不丢失任何内容的部分：续完中断的接收，清除临时文件，补齐登记、回执和索引
    #[arg(long)]
    pub repair: bool,
}

/// `anjuan rebuild`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct RebuildArgs {
    /// 档案库目录（其中至少要有 store 文件夹）
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
}

/// `anjuan dispose`.
#[derive(Debug, ClapArgs)]
#[command(
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_subcommand = true,
    next_help_heading = "选项"
)]
pub struct DisposeArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: DisposeAction,
}

/// What to do about records whose period has run out.
#[derive(Debug, Subcommand)]
pub enum DisposeAction {
    /// 列出保管期限已满的件，提请鉴定；程序不销毁任何东西
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    List(DisposeListArgs),
    /// 按批准的销毁清册销毁期满的件，留存根；不能撤回
    #[command(name = "carry-out", help_template = TEMPLATE, after_help = EXIT_CODES)]
    CarryOut(DisposeCarryOutArgs),
}

/// `anjuan dispose carry-out`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct DisposeCarryOutArgs {
    /// 填好的销毁清册（dispose list --out 清册.toml）
    #[arg(value_name = "清册")]
    pub list: PathBuf,
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 批准文号，须与清册里的相同
    #[arg(long, value_name = "文号")]
    pub approval: String,
    /// 只核对，不销毁
    #[arg(long)]
    pub dry_run: bool,
}

/// `anjuan dispose list`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct DisposeListArgs {
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 截至哪一天，如 2036-01-01
    #[arg(long, value_name = "日期", value_parser = day)]
    pub as_of: NaiveDate,
    /// 另存为待填的销毁清册（.toml）、Excel 工作簿（.xlsx），或可排印的文稿（.md）
    #[arg(short, long, value_name = "文件")]
    pub out: Option<PathBuf>,
    /// 鉴定单位，写成文稿时须有
    #[arg(long, value_name = "单位")]
    pub organ: Option<String>,
}

fn sample(text: &str) -> Result<Sample, String> {
    let wrong = || "写法为包数（如 50）或百分比（如 10%）".to_owned();
    match text.strip_suffix(['%', '％']) {
        Some(n) => match n.parse() {
            Ok(n @ 1..=100) => Ok(Sample::Percent(n)),
            _ => Err(wrong()),
        },
        None => match text.parse() {
            Ok(n) if n > 0 => Ok(Sample::Count(n)),
            _ => Err(wrong()),
        },
    }
}
