//! What can be typed after `anjuan diff`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

/// `anjuan diff`.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "选项")]
pub struct DiffArgs {
    /// 案件（数据文件 case.yaml，或它所在的文件夹）；或者一份公文数据 .json
    #[arg(value_name = "案件", help_heading = "参数")]
    pub before: PathBuf,
    /// 有 --register 时是公文的标识，如 doc-28；否则是另一个案件或另一份公文数据
    #[arg(value_name = "公文", help_heading = "参数")]
    pub after: PathBuf,
    /// 发文登记簿：与发出的版本比对
    #[arg(long, value_name = "文件")]
    pub register: Option<PathBuf>,
    /// 从第几版（默认为最后一版；写了 --to 时为它的前一版）
    #[arg(long, value_name = "版次", requires = "register",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub from: Option<u32>,
    /// 到第几版（默认为现在的数据）
    #[arg(long, value_name = "版次", requires = "register",
        value_parser = clap::value_parser!(u32).range(1..))]
    pub to: Option<u32>,
    /// 比对两个案件时，是哪一份公文
    #[arg(long, value_name = "标识", conflicts_with = "register")]
    pub document: Option<String>,
    /// 另写成网页（单个文件，可以打印）
    #[arg(long, value_name = "文件")]
    pub html: Option<PathBuf>,
    /// 另排成花脸稿 PDF：删去的加删除线，增加的加下划线，后附修改对照表
    #[cfg(feature = "typeset")]
    #[arg(long, value_name = "文件")]
    pub pdf: Option<PathBuf>,
    /// 登记簿被占用时最多等多少秒（默认 30）
    #[arg(long, value_name = "秒", default_value_t = 30, hide_default_value = true)]
    pub wait: u32,
}
