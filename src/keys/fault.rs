//! What is wrong with keys and passwords, as findings (exit 12).

use crate::diag::{Diagnostic, Failure};

/// M-01: bytes that are no key of ours.
pub fn unreadable(what: &str, reason: &str) -> Failure {
    let finding = Diagnostic::error("M-01", format!("{what} 读不懂：{reason}"));
    one(finding.hint("核对文件是否完整、是否传错；须为 PEM 形式，算法为 Ed25519 或 SM2。"))
}

/// M-02: the password does not open the key.
pub fn wrong_password(what: &str) -> Failure {
    let finding = Diagnostic::error("M-02", format!("{what} 打不开：口令不对，或文件已损坏"));
    one(finding.hint("重新输入口令；口令丢失的无法找回，只能撤销这把密钥，另建一把。"))
}

/// One finding as a failure.
pub fn one(finding: Diagnostic) -> Failure {
    Failure::Key(vec![finding])
}
