//! 安全性: nothing in the bundle can do harm or be where it may not.

use super::forms;
use super::{Check, Outcome, Report, SAFETY, Subject};
use crate::archive::handover::Mark;
use crate::archive::reader::BundleReader;

pub(super) fn checks(s: &Subject<'_>) -> Vec<Check> {
    vec![
        scanner(),
        scan(),
        strays(s.reader),
        Report::new("S4", SAFETY).plain(Outcome::Na, "离线载体才检测读取速度"),
        Report::new("S5", SAFETY).plain(Outcome::Na, "离线载体才检测外观"),
        Report::new("S6", SAFETY).plain(Outcome::Na, "光盘才检测盘片"),
        paths(s.reader),
        log(s),
        secrecy(s),
    ]
}

/// S1.
pub(super) fn scanner() -> Check {
    Report::new("S1", SAFETY).plain(Outcome::Manual, "请确认接收环境装有杀毒软件")
}

/// S2.
pub(super) fn scan() -> Check {
    Report::new("S2", SAFETY).plain(Outcome::Manual, "请用杀毒软件扫描本包")
}

/// S3: files that programs leave behind.
pub(super) fn strays(reader: &BundleReader) -> Check {
    let mut r = Report::new("S3", SAFETY);
    for (path, _) in reader.files() {
        let name = path.rsplit('/').next().unwrap_or_default();
        let lower = name.to_lowercase();
        let stray = ["thumbs.db", "desktop.ini", ".ds_store"].contains(&lower.as_str())
            || name.starts_with("~$")
            || name.starts_with("._")
            || [".exe", ".dll", ".bat", ".cmd", ".js", ".vbs", ".lnk", ".tmp"]
                .iter()
                .any(|e| lower.ends_with(e));
        if stray {
            r.add(path, "", "系统或程序遗留的文件、可执行文件");
        }
    }
    r.verdict("没有多余的系统文件和可执行文件", "有多余的系统文件或可执行文件")
}

/// S7: names, links and the container's form.
pub(super) fn paths(reader: &BundleReader) -> Check {
    let mut r = Report::new("S7", SAFETY);
    for fault in &reader.faults {
        r.add(&fault.name, "", &fault.reason);
    }
    r.verdict("路径安全，容器为规范形式", "路径不安全")
}

/// S8: the log of what was done.
fn log(s: &Subject<'_>) -> Check {
    let mut r = Report::new("S8", SAFETY);
    if !s.full {
        return r.plain(Outcome::Na, "这一版的包没有业务日志；移交过程由接收登记和回执记录");
    }
    forms::chain(s, &mut r);
    r.verdict("业务日志前后相扣", "业务日志被改动或不完整")
}

/// S8 at reception: the order of hand-overs as the receiver's register shows it (`against`: place, what should be, what
/// is), beside what the log came to.
pub(super) fn order(log: &mut Check, against: Vec<(String, String, String)>, mark: Option<Mark>) {
    let mut r = Report::new("S8", SAFETY);
    for (place, expected, found) in against {
        r.add(place, expected, found);
    }
    if !r.evidence.is_empty() {
        log.evidence.append(&mut r.evidence);
        if log.outcome != Outcome::Fail {
            log.outcome = Outcome::Warn;
        }
        log.message.push_str("；移交次序不连续或分叉，请向移交方查询");
    } else if let Some(mark) = mark {
        log.message.push_str(&format!("；第 {} 次移交，次序连续", mark.sequence));
        if log.outcome == Outcome::Na {
            log.outcome = Outcome::Pass;
        }
    }
}

/// S9: no state secret in an open bundle.
fn secrecy(s: &Subject<'_>) -> Check {
    let mut r = Report::new("S9", SAFETY);
    let all = s.description.items.iter().map(|i| &i.metadata).chain(&s.description.absent);
    for m in all.filter(|m| m.secrecy.is_state_secret()) {
        r.add(format!("{}（{}）", m.archival_code, m.id), "非涉密", m.secrecy.name());
    }
    r.verdict("没有涉密件", "有涉密件")
}
