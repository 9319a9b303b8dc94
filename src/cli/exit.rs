//! 退出码: the one table (docs/cli.md).

use std::process::ExitCode;

use crate::diag::Failure;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0 完成.
    Done,
    /// 1 结果为否.
    No,
    /// 2 用法或设置有误.
    Usage,
    /// 3 部分完成.
    Partly,
    /// 4 数据须改正.
    Rejected,
    /// 5 模板、种类有误.
    Faulty,
    /// 6 磁盘或读写出错.
    World,
    /// 10 此处没有档案库.
    NoArchive,
    /// 11 被另一进程占用.
    Locked,
    /// 12 密钥或口令有误.
    Key,
    /// 13 按规定不予处理.
    Refused,
    /// 14 有逾期事项 (asked for with `--exit-code`).
    Overdue,
    /// 70 程序自身的错误.
    Bug,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Partly => 3,
            Self::Rejected => 4,
            Self::Faulty => 5,
            Self::World => 6,
            Self::NoArchive => 10,
            Self::Locked => 11,
            Self::Key => 12,
            Self::Refused => 13,
            Self::Overdue => 14,
            Self::Bug => 70,
        }
    }
}

impl From<&Failure> for Exit {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Rejected(_) => Self::Rejected,
            Failure::Faulty(_) => Self::Faulty,
            Failure::Refused(_) => Self::Refused,
            Failure::No(_) => Self::No,
            Failure::Key(_) => Self::Key,
            Failure::Usage(_) => Self::Usage,
            Failure::NoArchive(_) => Self::NoArchive,
            Failure::Locked(_) => Self::Locked,
            Failure::World(_) => Self::World,
            Failure::Bug(_) => Self::Bug,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
