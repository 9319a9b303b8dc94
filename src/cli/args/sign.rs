//! What can be typed after `sign`, and where else something is signed.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::keys::{PasswordAt, RingAt};

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
