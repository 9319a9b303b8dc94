//! What can be typed after `import`, `index` and the hidden command of the reading child.

use std::path::PathBuf;

use clap::Args as ClapArgs;
#[cfg(feature = "search")]
use clap::Subcommand;

use super::values::{date, field, pair};
#[cfg(feature = "search")]
use super::{EXIT_CODES, TEMPLATE};

/// `anjuan import`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
#[group(id = "target", required = true, multiple = false, args = ["into", "archive"])]
pub struct ImportArgs {
    /// 与 --into 同用：一个工作簿（.xlsx；.xlsm 只读数据）；与 --archive 同用：旧档的文件或文件夹，可多个
    #[arg(value_name = "文件", help_heading = "参数", required = true)]
    pub files: Vec<PathBuf>,
    /// 导入台账到这个案件：数据文件 case.yaml，或它所在的文件夹
    #[arg(long, value_name = "案件")]
    pub into: Option<PathBuf>,
    /// 导入旧档到这个档案库（没有时新建）
    #[arg(short, long, value_name = "目录")]
    pub archive: Option<PathBuf>,
    /// 是哪种台账：problems（问题）、complaints（信访件）、tasks（任务）、measures（措施）、dispatches（季度调度）；不写则按表头认
    #[arg(long = "as", value_name = "台账", requires = "into")]
    pub ledger: Option<String>,
    /// 工作表的名称；不写则按表头认
    #[arg(long, value_name = "工作表", requires = "into")]
    pub sheet: Option<String>,
    /// 指明一列是哪一栏，如 "情况说明=问题描述"、"F列=status"；等号后面不写的不导入；可多次使用
    #[arg(long, value_name = "表头=字段", value_parser = pair, requires = "into")]
    pub map: Vec<(String, String)>,
    /// 没有填（旧档：也没有从原文读出）的，一律取这个值，如 "来源=督察发现"、"责任者=某局"；可多次使用
    #[arg(long, value_name = "字段=值", value_parser = field)]
    pub set: Vec<(String, String)>,
    /// 案件里已有而内容不同的，以台账为准更新（空着的格不改动原值）
    #[arg(long, requires = "into")]
    pub update: bool,
    /// 只列出要做的改动，不写入
    #[arg(long)]
    pub dry_run: bool,
    /// What belongs to old files alone.
    #[command(flatten)]
    pub old: OldArgs,
}

/// Options of the import of old files.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "旧档选项（与 --archive 同用）")]
pub struct OldArgs {
    /// 著录表（CSV、Excel、TOML）：每个文件一行，有“文件”一列，其余如 题名、责任者、文号、日期、密级、保管期限、页数、备注、附件
    #[arg(long, value_name = "文件", requires = "archive")]
    pub meta: Option<PathBuf>,
    /// 全宗号，如 Z109
    #[arg(long, value_name = "全宗号", requires = "archive")]
    pub fonds: Option<String>,
    /// 全宗名称（立档单位）
    #[arg(long, value_name = "名称", requires = "archive")]
    pub fonds_name: Option<String>,
    /// 门类代码（默认 WS，文书）
    #[arg(long, value_name = "代码", requires = "archive")]
    pub category: Option<String>,
    /// 机构（问题）代码（默认 JD，旧档）
    #[arg(long, value_name = "代码", requires = "archive")]
    pub unit: Option<String>,
    /// 移交单位（默认为全宗名称）
    #[arg(long, value_name = "名称", requires = "archive")]
    pub sender: Option<String>,
    /// 接收单位（默认为移交单位）
    #[arg(long, value_name = "名称", requires = "archive")]
    pub receiver: Option<String>,
    /// 移交日期（默认今天）
    #[arg(long, value_name = "日期", value_parser = date, requires = "archive")]
    pub date: Option<String>,
    /// 每个包最多多大，如 4.3GB、700MB、4GiB；放不下的按案卷分成几个包入库（默认、最大：4GiB）
    #[arg(long, value_name = "大小", value_parser = crate::cli::size::parse, requires = "archive")]
    pub part_size: Option<u64>,
    /// 是示例数据，只能进入测试库
    #[arg(long, requires = "archive")]
    pub illustrative: bool,
    /// 用这个识别程序读图像上的字（与 tesseract 的调用方式相同，简体中文）
    #[arg(long, value_name = "程序", requires = "archive")]
    pub ocr: Option<PathBuf>,
    /// 把全部著录（含从原文读出的）写成这个 CSV，核对改正后可作 --meta 再用
    #[arg(long, value_name = "文件", requires = "archive")]
    pub list: Option<PathBuf>,
}

/// `anjuan index`.
#[cfg(feature = "search")]
#[derive(Debug, ClapArgs)]
#[command(
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_subcommand = true,
    next_help_heading = "选项"
)]
pub struct IndexArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: IndexAction,
}

/// Actions on the index.
#[cfg(feature = "search")]
#[derive(Debug, Subcommand)]
pub enum IndexAction {
    /// 没有文字可供检索的文件，和原因（扫描件、加密、损坏……）
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Gaps {
        /// 档案库目录
        #[arg(short, long, value_name = "目录", help_heading = "选项")]
        archive: PathBuf,
    },
    /// 核对索引与档案库是否一致：每件都在、都对、都查得到，没有多余的
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Check {
        /// 档案库目录
        #[arg(short, long, value_name = "目录", help_heading = "选项")]
        archive: PathBuf,
    },
}

/// `anjuan extract-child`.
#[derive(Debug, ClapArgs)]
pub struct ExtractChildArgs {
    /// The file.
    pub file: PathBuf,
    /// Ending of its name.
    #[arg(long, default_value = "")]
    pub ending: String,
    /// Seconds of processor time.
    #[arg(long)]
    pub seconds: u64,
    /// Bytes of address space.
    #[arg(long)]
    pub memory: u64,
}
