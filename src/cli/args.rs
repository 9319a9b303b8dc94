//! What can be typed: commands and options, each with its Chinese help.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

mod archive;
mod author;
mod data;
mod diff;
mod evidence;
mod groups;
mod handover;
mod keys;
#[cfg(feature = "typeset")]
mod making;
mod number;
mod old;
mod progress;
mod receipt;
mod receiving;
#[cfg(feature = "search")]
mod search;
mod sign;
mod values;

pub use archive::{
    BrowseArgs, By, DisposeAction, DisposeArgs, DisposeCarryOutArgs, DisposeListArgs, DoctorArgs,
    FixityArgs, RebuildArgs, RetrieveArgs,
};
#[cfg(feature = "typeset")]
pub use author::PreviewArgs;
pub use author::{KindsAction, KindsArgs, KindsCheckArgs, KindsFieldsArgs, KindsNewArgs};
pub use data::{CheckArgs, ExportArgs, NewArgs};
pub use diff::DiffArgs;
pub use evidence::{EvidenceAction, EvidenceAddArgs, EvidenceArgs};
pub use groups::read;
pub use handover::{FormArgs, HandoverAction, HandoverArgs, HandoverPrintArgs};
pub use keys::{
    AlgorithmChoice, KeyAction, KeyArgs, NewArgs as KeyNewArgs, PasswordArgs, PasswordAt,
    PurposeChoice, RevokeArgs, TrustArgs,
};
#[cfg(feature = "typeset")]
pub use making::{
    DiscloseArgs, FontsFrom, GenerateArgs, LayoutArgs, MakeArgs, PackArgs, RunArgs, SetArgs,
};
pub use number::{
    AdoptArgs, CheckArgs as NumberCheckArgs, EnterArgs, ExportArgs as NumberExportArgs, IssueArgs,
    ListArgs, NumberAction, NumberArgs, RegisterAt, ShowArgs, TakeArgs, VoidArgs, Which,
};
pub use old::{ExtractChildArgs, ImportArgs};
#[cfg(feature = "search")]
pub use old::{IndexAction, IndexArgs};
#[cfg(feature = "workbench")]
pub use progress::ServeArgs;
pub use progress::{DueArgs, RulesArgs, StatsArgs, StatsBy, StatusArgs};
pub use receipt::{
    CountersignArgs, KeepArgs, ReceiptAction, ReceiptArgs, ReceiptVerifyArgs, ReturnArgs,
};
pub use receiving::{ReceiveArgs, VerifyArgs};
#[cfg(feature = "search")]
pub use search::{SearchArgs, SortBy};
pub use sign::{SignArgs, SignWith};

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

const EXIT_CODES: &str = "退出码：\
0 完成 · 1 结果为否（包不合格、没有找到） · 2 用法或设置有误 · 3 部分完成 · 4 数据须改正 · \
5 模板或种类有误 · 6 磁盘或读写出错 · 10 此处没有档案库 · 11 被另一进程占用 · 12 密钥或口令有误 · 13 按规定不予处理（密级等） · \
14 有逾期事项（due --exit-code） · 70 程序自身的错误 · 130 被中断";

/// 案卷：生态环境保护督察公文生成与归档流水线
#[derive(Debug, Parser)]
#[command(
    name = "anjuan",
    bin_name = "anjuan",
    about = "案卷：生态环境保护督察公文生成与归档流水线\n数据填一次，公文、目录、归档包一次做对；接收方离线即可检测、接收、检索。",
    version,
    help_template = TEMPLATE,
    after_help = EXIT_CODES,
    subcommand_help_heading = "命令",
    subcommand_value_name = "命令",
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    next_help_heading = "选项"
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

/// Options of every command.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "通用选项")]
pub struct Global {
    /// 结果按 NDJSON 输出到标准输出，每行一个对象
    #[arg(long, global = true)]
    pub json: bool,
    /// 只输出结果和错误
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// 颜色：auto（默认）、always、never
    #[arg(
        long,
        global = true,
        value_name = "何时",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub color: ColorWhen,
    /// 进度：auto（默认）、never、json
    #[arg(
        long,
        global = true,
        value_name = "方式",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub progress: ProgressWhen,
    /// 同时处理的文件数（默认为处理器核数）
    #[arg(short, long, global = true, value_name = "数")]
    pub jobs: Option<usize>,
    /// 程序资源目录（含 templates、fonts、archive-schema）
    #[arg(long, global = true, value_name = "目录")]
    pub home: Option<PathBuf>,
    /// 另加的种类目录（本单位自己的种类，与程序的一并使用），可多个
    #[arg(long, global = true, value_name = "目录")]
    pub kinds_dir: Vec<PathBuf>,
    /// 显示帮助
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    pub help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    pub version: Option<bool>,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// When a person watches.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How to tell of progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProgressWhen {
    /// A bar when a person watches.
    Auto,
    /// Not at all.
    Never,
    /// NDJSON lines on stderr.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// 全程：校验数据、生成公文、打包、检测、接收入库
    #[cfg(feature = "typeset")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Run(RunArgs),
    /// 新建一个空白案件：数据文件里列出必填的各项，每项写明名称、含义和写法
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    New(NewArgs),
    /// 校验数据文件，一次列出全部问题
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Check(CheckArgs),
    /// 导入：台账（Excel 工作簿）的行进入数据文件（--into），或旧档的文件进入档案库（--archive）；有误的标明原因退回
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Import(Box<ImportArgs>),
    /// 证据材料：把文件放进案件，连同大小和校验值登记进数据文件
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Evidence(EvidenceArgs),
    /// 导出台账：问题、信访件、任务、措施、季度调度写成 Excel 工作簿
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Export(ExportArgs),
    /// 生成公文（PDF、PNG、文本）
    #[cfg(feature = "typeset")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Generate(GenerateArgs),
    /// 公开版：去掉个人信息和内部内容后生成主动公开的文件；--verify 核查成品里没有留下不公开的内容
    #[cfg(feature = "typeset")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Disclose(DiscloseArgs),
    /// 排一份文稿（任何通知、函、令、纪要、办法），不需要案件
    #[cfg(feature = "typeset")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Set(SetArgs),
    /// 生成全部公文并打成一个归档包
    #[cfg(feature = "typeset")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Pack(PackArgs),
    /// 检查版面：逐条款量出 PDF 或案件公文的版面，与 GB/T 9704—2012 比较
    #[cfg(feature = "typeset")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Layout(LayoutArgs),
    /// 检测归档包（四性检测），不需要任何工作目录
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Verify(VerifyArgs),
    /// 检测归档包并接收入库
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Receive(ReceiveArgs),
    /// 签名：在归档包里加上本单位的电子签名
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Sign(SignArgs),
    /// 退回归档包：开具退回单，列明文件和原因
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Return(ReturnArgs),
    /// 回执：核对、会签、归档
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Receipt(ReceiptArgs),
    /// 移交：移交登记簿、移交与接收登记表、目录和封面的印件
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Handover(HandoverArgs),
    /// 密钥：新建、列出、导出、信任、撤销、换口令
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Key(KeyArgs),
    /// 馆藏：按全宗、年度、保管期限、案件、文种统计和列出库中的件
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Browse(BrowseArgs),
    /// 调档：取出一件，连同可逐步核对到回执的来源证明
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Retrieve(RetrieveArgs),
    /// 巡检：重新计算库中文件的摘要，与库存清单、登记的归档包摘要核对
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Fixity(FixityArgs),
    /// 体检：列出档案库中一切不正常之处；--repair 修补不丢内容的部分
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Doctor(DoctorArgs),
    /// 重建：只凭库中的包重做接收登记簿、回执和索引
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Rebuild(RebuildArgs),
    /// 处置：列出保管期限已满、提请鉴定的件；按批准的清册销毁
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Dispose(DisposeArgs),
    /// 在档案库中检索
    #[cfg(feature = "search")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Search(SearchArgs),
    /// 索引：与档案库核对（index check），列出没有文字可供检索的文件（index gaps）
    #[cfg(feature = "search")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Index(IndexArgs),
    /// Reads one foreign file in a process of its own; for the program itself.
    #[command(name = crate::pipeline::EXTRACT_CHILD, hide = true)]
    ExtractChild(ExtractChildArgs),
    /// 案件所处阶段：办了什么，下一步依法该办什么，还缺什么
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Status(StatusArgs),
    /// 时限：逾期的、快到期的和以后到期的事项，可导出日历
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Due(DueArgs),
    /// 规则：程序检查的各条规则，依据和在本案件中的状况
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Rules(RulesArgs),
    /// 统计：问题、整改任务、信访举报件的进度，可画图
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Stats(StatsArgs),
    /// 文号：取号、补登、作废、核查、导出发文登记簿
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Number(NumberArgs),
    /// 发文：核对审批，取号，把文号写入数据文件
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Issue(IssueArgs),
    /// 比对：发出的版本与现在的数据、两版之间、两个案件的同一份公文；可出网页和花脸稿
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Diff(DiffArgs),
    /// 文件种类：列出、检查、新建，查可用的数据
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Kinds(KindsArgs),
    /// 看样：排一份公文，改动后随时重排（写模板、改数据、写文稿时用）
    #[cfg(feature = "typeset")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Preview(PreviewArgs),
    /// 工作台：在本机浏览器里看校验结果、看样、检索（只看不写）
    #[cfg(feature = "workbench")]
    #[command(help_template = TEMPLATE, after_help = EXIT_CODES)]
    Serve(ServeArgs),
}
