//! What can be typed after `check` and `export`: a clerk's data in and out.

use std::path::PathBuf;

use clap::Args as ClapArgs;

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
