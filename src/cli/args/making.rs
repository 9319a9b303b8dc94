//! What can be typed where documents are made: `run`, `generate`, `disclose`, `set`, `pack` and `layout`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::SignWith;
use crate::cli::size;

/// `anjuan run`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct RunArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 输出目录（其下有 documents、bundles、archive）
    #[arg(short, long, value_name = "目录")]
    pub out: PathBuf,
    /// 另外写出的格式，逗号分隔：pdf、png、txt（pdf 总是写出）
    #[arg(long, value_name = "格式", value_delimiter = ',', help_heading = "选项")]
    pub format: Vec<String>,
    /// 发文登记簿：已发的公文按发出的定稿写出和归档，一字节不差
    #[arg(long, value_name = "文件")]
    pub register: Option<PathBuf>,
    /// 登记簿被占用时最多等多少秒（默认 30）
    #[arg(long, value_name = "秒", default_value_t = 30, hide_default_value = true)]
    pub wait: u32,
    /// Fonts and attached data.
    #[command(flatten)]
    pub make: MakeArgs,
}

/// What pages are made of, beside the case.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct MakeArgs {
    /// 字体：bundled（随程序的字库，默认）、office（先用本机的方正小标宋、仿宋等，没有的用字库）
    #[arg(
        long,
        value_name = "来源",
        default_value = "bundled",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub fonts: FontsFrom,
    /// 本机字体另在此目录；可多次使用，须与 --fonts office 同用
    #[arg(long, value_name = "目录")]
    pub font_dir: Vec<PathBuf>,
    /// 把每份公文的结构化数据附在它的 PDF 里（PDF/A-3a）
    #[arg(long)]
    pub attach_data: bool,
}

/// Where faces come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FontsFrom {
    /// The set beside the program.
    Bundled,
    /// The machine's first.
    Office,
}

/// `anjuan generate`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct GenerateArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 输出目录
    #[arg(short, long, value_name = "目录")]
    pub out: PathBuf,
    /// 只生成这些种类，如 D09,D28
    #[arg(long, value_name = "种类", value_delimiter = ',')]
    pub kind: Vec<String>,
    /// 只生成这些文件，如 doc-28
    #[arg(long, value_name = "文件", value_delimiter = ',')]
    pub document: Vec<String>,
    /// 输出格式：pdf（默认）、png、txt，可用逗号并列
    #[arg(long, value_name = "格式", value_delimiter = ',')]
    pub format: Vec<String>,
    /// 样稿：数据有错误也生成，每页加“样稿”水印，不能归档
    #[arg(long)]
    pub draft: bool,
    /// Fonts and attached data.
    #[command(flatten)]
    pub make: MakeArgs,
    /// 不量版面，只用于比较速度
    #[arg(long, hide = true)]
    pub unmeasured: bool,
}

/// `anjuan disclose`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct DiscloseArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(
        value_name = "案件",
        help_heading = "参数",
        required_unless_present = "verify",
        conflicts_with = "verify"
    )]
    pub case: Option<PathBuf>,
    /// 输出目录，里面只有公开件；公开审查表写在它的旁边
    #[arg(
        short,
        long,
        value_name = "目录",
        required_unless_present = "verify",
        conflicts_with = "verify"
    )]
    pub out: Option<PathBuf>,
    /// 只公开这些种类，如 D10,D18
    #[arg(long, value_name = "种类", value_delimiter = ',')]
    pub kind: Vec<String>,
    /// 只公开这些文件，如 doc-30
    #[arg(long, value_name = "文件", value_delimiter = ',')]
    pub document: Vec<String>,
    /// 输出格式：pdf（默认）、png、txt，可用逗号并列
    #[arg(long, value_name = "格式", value_delimiter = ',')]
    pub format: Vec<String>,
    /// 另存不公开内容的清单（JSON，载有原文，只供内部留存，不得放在输出目录里）
    #[arg(long, value_name = "文件", conflicts_with = "verify")]
    pub list: Option<PathBuf>,
    /// 核查这个目录里的公开件
    #[arg(long, value_name = "目录", requires = "against")]
    pub verify: Option<PathBuf>,
    /// 与 --verify 同用：公开件出自这个案件
    #[arg(long, value_name = "案件", requires = "verify")]
    pub against: Option<PathBuf>,
}

/// `anjuan set`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct SetArgs {
    /// 文稿：开头两行“---”之间写要素（版式、标题、发文机关……），后面写正文；可以有多个
    #[arg(value_name = "文稿", help_heading = "参数", required = true)]
    pub manuscript: Vec<PathBuf>,
    /// 输出目录
    #[arg(short, long, value_name = "目录")]
    pub out: PathBuf,
    /// 输出格式：pdf（默认）、png、txt，可用逗号并列
    #[arg(long, value_name = "格式", value_delimiter = ',')]
    pub format: Vec<String>,
    /// Fonts and attached data.
    #[command(flatten)]
    pub make: MakeArgs,
}

/// `anjuan pack`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct PackArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 归档包文件，如 out/移交.zip
    #[arg(short, long, value_name = "文件")]
    pub out: PathBuf,
    /// 移交登记簿目录（没有时新建）：给这次移交编次，写进包里
    #[arg(long, value_name = "目录")]
    pub book: Option<PathBuf>,
    /// 每个包最多多大，如 4.3GB、700MB、4GiB；放不下的按案卷分成几个包（默认、最大：4GiB）
    #[arg(long, value_name = "大小", value_parser = size::parse)]
    pub part_size: Option<u64>,
    /// Key.
    #[command(flatten)]
    pub with: SignWith,
    /// 发文登记簿：已发的公文按发出的定稿归档，一字节不差
    #[arg(long, value_name = "文件")]
    pub register: Option<PathBuf>,
    /// 登记簿被占用时最多等多少秒（默认 30）
    #[arg(long, value_name = "秒", default_value_t = 30, hide_default_value = true)]
    pub wait: u32,
}

/// `anjuan layout`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct LayoutArgs {
    /// PDF 文件（任何软件制作的都可以），或案件（数据文件 case.yaml，或它所在的文件夹）
    #[arg(value_name = "文件或案件", help_heading = "参数")]
    pub what: PathBuf,
    /// 案件中只检查这些文件，如 doc-28
    #[arg(long, value_name = "文件", value_delimiter = ',')]
    pub document: Vec<String>,
    /// 改为列出各项要求在全部文件中的最大偏差（毫米）
    #[arg(long)]
    pub deviations: bool,
}
