//! What can be typed: commands and options, each with its Chinese help.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

mod archive;
mod author;
mod diff;
mod groups;
mod keys;
mod number;
mod old;

pub use archive::{
    BrowseArgs, By, DisposeAction, DisposeArgs, DisposeCarryOutArgs, DisposeListArgs, DoctorArgs,
    FixityArgs, RebuildArgs, RetrieveArgs,
};
#[cfg(feature = "typeset")]
pub use author::PreviewArgs;
pub use author::{KindsAction, KindsArgs, KindsCheckArgs, KindsFieldsArgs, KindsNewArgs};
pub use diff::DiffArgs;
pub use groups::read;
pub use keys::{
    AlgorithmChoice, CountersignArgs, FormArgs, HandoverAction, HandoverArgs, HandoverPrintArgs,
    KeepArgs, KeyAction, KeyArgs, NewArgs as KeyNewArgs, PasswordArgs, PasswordAt, PurposeChoice,
    ReceiptAction, ReceiptArgs, ReceiptVerifyArgs, ReturnArgs, RevokeArgs, SignArgs, SignWith,
    TrustArgs,
};
pub use number::{
    AdoptArgs, CheckArgs as NumberCheckArgs, EnterArgs, ExportArgs as NumberExportArgs, IssueArgs,
    ListArgs, NumberAction, NumberArgs, RegisterAt, ShowArgs, TakeArgs, VoidArgs, Which,
};
pub use old::{ExtractChildArgs, ImportArgs};
#[cfg(feature = "search")]
pub use old::{IndexAction, IndexArgs};

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
    #[cfg(feature = "typeset")]
    #[command(flatten)]
    pub make: MakeArgs,
}

/// What pages are made of, beside the case.
#[cfg(feature = "typeset")]
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

/// `anjuan new`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct NewArgs {
    /// 新文件夹的名称；已经有东西的文件夹不写
    #[arg(value_name = "文件夹", help_heading = "参数")]
    pub folder: PathBuf,
    /// 督察类型，如 例行督察、日常督察；不写就空着，以后填
    #[arg(long = "type", value_name = "督察类型")]
    pub case_type: Option<String>,
    /// 所处阶段，如 准备（默认）、进驻
    #[arg(long, value_name = "阶段")]
    pub stage: Option<String>,
    /// 规则包（默认 chongqing-2021；anjuan rules --packs 列出现有的）
    #[arg(long, value_name = "名称")]
    pub pack: Option<String>,
}

/// `anjuan check`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct CheckArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 改正有把握的文字问题（半角标点、全角数字、文号括号、单位符号等）：先列出改动，再写入数据文件
    #[arg(long)]
    pub fix: bool,
    /// 与 --fix 同用：只列出改动，不写入
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
}

/// `anjuan export`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
#[command(group = clap::ArgGroup::new("form").required(true))]
pub struct ExportArgs {
    /// 数据文件 case.yaml 或它所在的文件夹（导出台账）；归档包（导出 SIP、BagIt 包）
    #[arg(value_name = "案件或归档包", help_heading = "参数")]
    pub case: PathBuf,
    /// 哪种台账：problems、complaints、tasks、measures、dispatches、all（全部），可用逗号并列
    #[arg(long, value_name = "台账", value_delimiter = ',', group = "form")]
    pub ledger: Vec<String>,
    /// 检测归档包，合格的另存为国际通行的提交信息包（E-ARK SIP 2.2，ZIP）
    #[arg(long, group = "form")]
    pub sip: bool,
    /// 检测归档包，合格的解开为一个 BagIt 文件夹（RFC 8493）
    #[arg(long, group = "form")]
    pub bag: bool,
    /// 写成这个文件或文件夹，如 台账.xlsx
    #[arg(short, long, value_name = "文件")]
    pub out: PathBuf,
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
    #[cfg(feature = "typeset")]
    #[command(flatten)]
    pub make: MakeArgs,
    /// 不量版面，只用于比较速度
    #[arg(long, hide = true)]
    pub unmeasured: bool,
}

/// `anjuan disclose`.
#[cfg(feature = "typeset")]
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
    /// 输出目录；公开审查表也写在这里
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
    #[cfg(feature = "typeset")]
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
    #[arg(long, value_name = "大小", value_parser = super::size::parse)]
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
#[cfg(feature = "typeset")]
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

/// `anjuan search`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct SearchArgs {
    /// 检索式，如：水环境 整改、“一岗双责”、文号:渝环督办2025 16、督察 -约谈
    #[arg(value_name = "检索式", help_heading = "参数", required_unless_present = "similar")]
    pub query: Vec<String>,
    /// 档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: PathBuf,
    /// 按字段限定，如 文种=通知；可多次使用
    #[arg(long, value_name = "字段=值", value_parser = field)]
    pub field: Vec<(String, String)>,
    /// 起始日期，如 2025-03-01
    #[arg(long, value_name = "日期", value_parser = date)]
    pub from: Option<String>,
    /// 截止日期
    #[arg(long, value_name = "日期", value_parser = date)]
    pub to: Option<String>,
    /// 排序：relevance（相关度，默认）、date（日期）
    #[arg(
        long,
        value_name = "方式",
        default_value = "relevance",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub sort: SortBy,
    /// 最多给出多少条
    #[arg(long, value_name = "数", default_value_t = 20, hide_default_value = true)]
    pub limit: usize,
    /// 跳过前多少条
    #[arg(long, value_name = "数", default_value_t = 0, hide_default_value = true)]
    pub offset: usize,
    /// 日期近的加权
    #[arg(long)]
    pub recent: bool,
    /// 各项的件数：文种、年度、区县、责任者、密级、保管期限、阶段、案件
    #[arg(long)]
    pub facets: bool,
    /// 每个案件只列最相关的一件，并注明该案共有几件
    #[arg(long)]
    pub by_case: bool,
    /// 查与某件相似的：它的档号、文号，或 归档包编号/标识
    #[arg(long, value_name = "档号", conflicts_with = "query")]
    pub similar: Option<String>,
    /// 只查密级不高于此的：公开、内部、秘密、机密、绝密
    #[arg(long, value_name = "密级", value_parser = secrecy)]
    pub max_secrecy: Option<crate::vocab::secrecy::Secrecy>,
    /// 以何种角色查阅：角色能看到哪一级，写在档案库的 access.toml 中
    #[arg(long, value_name = "角色")]
    pub role: Option<String>,
    /// 正文中查到的，到它的 PDF 里找出页码
    #[arg(long)]
    pub pages: bool,
    /// 说明检索式是怎么读的，各部分各有几件
    #[arg(long)]
    pub explain: bool,
    /// 查到的全部写成 Excel 清单
    #[arg(long, value_name = "文件")]
    pub xlsx: Option<PathBuf>,
}

/// Order of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SortBy {
    /// Best first.
    Relevance,
    /// Newest first.
    Date,
}

/// `anjuan status`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct StatusArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 截至哪一天，如 2025-09-01（默认为数据时点）；此后的事不算
    #[arg(long, value_name = "日期", value_parser = day)]
    pub as_of: Option<NaiveDate>,
}

/// `anjuan due`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct DueArgs {
    /// 数据文件 case.yaml，或它所在的文件夹；可以有多个
    #[arg(value_name = "案件", help_heading = "参数", required = true)]
    pub case: Vec<PathBuf>,
    /// 截至哪一天，如 2025-09-01（默认为各案件的数据时点）；此后的事不算
    #[arg(long, value_name = "日期", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// 只列出逾期的和这么多天以内到期的
    #[arg(long, value_name = "天数")]
    pub within: Option<u32>,
    /// 另存为日历文件（iCalendar），可导入手机和办公软件的日历
    #[arg(long, value_name = "文件")]
    pub ics: Option<PathBuf>,
    /// 有逾期事项时退出码为 14，供脚本使用
    #[arg(long)]
    pub exit_code: bool,
}

/// `anjuan rules`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct RulesArgs {
    /// 数据文件 case.yaml，或它所在的文件夹；不写则只列出规则
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: Option<PathBuf>,
    /// 规则包（不写则用案件所写的，没有案件时用 chongqing-2021）
    #[arg(long, value_name = "名称", conflicts_with = "case")]
    pub pack: Option<String>,
    /// 只列出本案件不符合的
    #[arg(long, requires = "case")]
    pub broken: bool,
    /// 列出现有的规则包
    #[arg(long, conflicts_with_all = ["case", "pack"])]
    pub packs: bool,
    /// 输出 Markdown 表格
    #[arg(long, conflicts_with = "case")]
    pub markdown: bool,
}

/// `anjuan stats`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct StatsArgs {
    /// 数据文件 case.yaml，或它所在的文件夹；可以有多个，合并统计
    #[arg(value_name = "案件", help_heading = "参数", required = true)]
    pub case: Vec<PathBuf>,
    /// 截至哪一天，如 2025-09-01（默认为各案件的数据时点）；此后的事不算
    #[arg(long, value_name = "日期", value_parser = day)]
    pub as_of: Option<NaiveDate>,
    /// 按什么分：unit（责任单位，默认）、district（区县）、category（类别）、status（状态），可用逗号并列
    #[arg(
        long,
        value_name = "方式",
        value_delimiter = ',',
        default_value = "unit",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub by: Vec<StatsBy>,
    /// 另画成图（SVG，可打印），存入此目录
    #[arg(long, value_name = "目录")]
    pub svg: Option<PathBuf>,
}

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsBy {
    /// 责任单位.
    Unit,
    /// 区县.
    District,
    /// 类别.
    Category,
    /// 状态.
    Status,
}

/// `anjuan serve`.
#[cfg(feature = "workbench")]
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct ServeArgs {
    /// 数据文件 case.yaml，或它所在的文件夹
    #[arg(value_name = "案件", help_heading = "参数")]
    pub case: PathBuf,
    /// 可供检索的档案库目录
    #[arg(short, long, value_name = "目录")]
    pub archive: Option<PathBuf>,
    /// 以何种角色检索：角色能看到哪一级，写在档案库的 access.toml 中
    #[arg(long, value_name = "角色", requires = "archive")]
    pub role: Option<String>,
    /// 端口；0 为任选
    #[arg(short, long, value_name = "端口", default_value_t = 8648, hide_default_value = true)]
    pub port: u16,
}

fn field(text: &str) -> Result<(String, String), String> {
    text.split_once(['=', '：', ':'])
        .map(|(name, value)| (name.trim().into(), value.trim().into()))
        .filter(|(name, _): &(String, String)| !name.is_empty())
        .ok_or_else(|| "写法为 字段=值，如 文种=通知".into())
}

/// 密级 by its name.
fn secrecy(text: &str) -> Result<crate::vocab::secrecy::Secrecy, String> {
    use crate::vocab::secrecy::Secrecy::{Confidential, Internal, Public, Secret, TopSecret};
    let all = [Public, Internal, Confidential, Secret, TopSecret];
    all.into_iter()
        .find(|level| level.name() == text)
        .ok_or_else(|| "密级为 公开、内部、秘密、机密、绝密 之一".into())
}

/// `表头=字段`; the field may be empty.
fn pair(text: &str) -> Result<(String, String), String> {
    text.rsplit_once('=')
        .map(|(head, name)| (head.trim().into(), name.trim().into()))
        .filter(|(head, _): &(String, String)| !head.is_empty())
        .ok_or_else(|| "写法为 表头=字段，如 情况说明=问题描述".into())
}

fn day(text: &str) -> Result<NaiveDate, String> {
    crate::vocab::date::parse(text).ok_or_else(|| "日期写法为 2025-03-04".into())
}

fn date(text: &str) -> Result<String, String> {
    crate::vocab::date::parse(text)
        .map(|_| text.into())
        .ok_or_else(|| "日期写法为 2025-03-04".into())
}
