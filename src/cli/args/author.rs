//! What a template author types: `kinds` and `preview`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::{EXIT_CODES, TEMPLATE};

/// `anjuan kinds`.
#[derive(Debug, ClapArgs)]
#[command(
    next_help_heading = "选项",
    subcommand_help_heading = "做什么（不写为列出）",
    subcommand_value_name = "做什么",
    disable_help_subcommand = true
)]
pub struct KindsArgs {
    /// 规则包：列出、检查它的种类（不写是各地通用的）
    #[arg(long, value_name = "名称", global = true)]
    pub pack: Option<String>,
    /// What to do; none lists them.
    #[command(subcommand)]
    pub action: Option<KindsAction>,
}

/// What to do with kinds.
#[derive(Debug, Subcommand)]
pub enum KindsAction {
    /// 列出文件种类（默认）
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    List,
    /// 检查种类：清单、字段、样例文件、字形、版面
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Check(KindsCheckArgs),
    /// 模板能用的全部数据、函数和过滤器：中文名、类型、含义
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Fields(KindsFieldsArgs),
    /// 新建一个种类的文件夹，里面是能用的清单和正文，照着改
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    New(KindsNewArgs),
}

/// `anjuan kinds check`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct KindsCheckArgs {
    /// 只检查这些种类：代码、名称或文件夹名；不写为全部
    #[arg(value_name = "种类", help_heading = "参数")]
    pub kind: Vec<String>,
    /// 试排用的案件（数据文件或文件夹），可多个；不写用随程序的示例
    #[arg(long, value_name = "案件")]
    pub case: Vec<PathBuf>,
    /// 只查清单和措辞，不排版
    #[arg(long)]
    pub quick: bool,
}

/// `anjuan kinds fields`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct KindsFieldsArgs {
    /// 只列这个种类用到的数据：代码、名称或文件夹名
    #[arg(long, value_name = "种类")]
    pub kind: Option<String>,
    /// 只列这一组，如 问题、整改任务、函数、过滤器
    #[arg(long, value_name = "名称", conflicts_with = "kind")]
    pub entity: Option<String>,
    /// 只列与这个词有关的，如 时限、责任单位、title
    #[arg(long, value_name = "词")]
    pub find: Option<String>,
}

/// `anjuan kinds new`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct KindsNewArgs {
    /// 新文件夹的名称，英文小写，如 material-reminder
    #[arg(value_name = "文件夹", help_heading = "参数")]
    pub folder: String,
    /// 目录代码，如 D51，不能与已有的相同；不写用下一个没有用过的
    #[arg(long, value_name = "代码")]
    pub code: Option<String>,
    /// 名称，如 催报材料的函
    #[arg(long, value_name = "名称")]
    pub name: String,
    /// 文种：通知（默认）、函、报告、纪要、清单……
    #[arg(long, value_name = "文种")]
    pub genre: Option<String>,
    /// 版式：文件式、信函式、命令式、纪要式、无版头（默认随文种）
    #[arg(long, value_name = "版式")]
    pub form: Option<String>,
    /// 照已有的种类抄一份：代码、名称或文件夹名
    #[arg(long, value_name = "种类")]
    pub from: Option<String>,
    /// 建在这个种类目录里，以后的命令用 --kinds-dir 指明它（默认建在程序的 templates 里）
    #[arg(long, value_name = "目录")]
    pub into: Option<PathBuf>,
}

/// `anjuan preview`.
#[cfg(feature = "typeset")]
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct PreviewArgs {
    /// 案件（数据文件 case.yaml，或它所在的文件夹），或者一份文稿（.md）
    #[arg(value_name = "案件或文稿", help_heading = "参数")]
    pub what: PathBuf,
    /// 看案件里的这份文件，如 doc-28
    #[arg(long, value_name = "文件", conflicts_with = "kind")]
    pub document: Option<String>,
    /// 看这个种类：代码、名称或文件夹名；案件里还没有这种文件的，程序照清单写一份样例
    #[arg(long, value_name = "种类")]
    pub kind: Option<String>,
    /// 输出目录（默认 preview）
    #[arg(short, long, value_name = "目录", default_value = "preview", hide_default_value = true)]
    pub out: PathBuf,
    /// 输出格式：pdf、png、txt，可用逗号并列（默认 pdf,png）
    #[arg(long, value_name = "格式", value_delimiter = ',')]
    pub format: Vec<String>,
    /// 一直看着：数据、附件、模板、版式一有改动就重新排，按 Ctrl+C 结束
    #[arg(short, long)]
    pub watch: bool,
    /// Fonts and attached data.
    #[command(flatten)]
    pub make: super::MakeArgs,
}
