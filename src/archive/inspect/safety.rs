//! 安全性: nothing in the bundle can do harm or be where it may not.

use super::{Check, Outcome, Report, SAFETY, Subject};
use crate::archive::handover::Mark;
use crate::archive::reader::BundleReader;

pub(super) fn checks(s: &Subject<'_>) -> Vec<Check> {
    vec![
        Report::new("S1", SAFETY).plain(Outcome::Manual, "请确认接收环境装有杀毒软件"),
        Report::new("S2", SAFETY).plain(Outcome::Manual, "请用杀毒软件扫描本包"),
        strays(s),
        Report::new("S4", SAFETY).plain(Outcome::Na, "离线载体才检测读取速度、外观和盘片"),
        paths(s.reader),
        Report::new("S8", SAFETY).plain(Outcome::Na, "移交过程日志由接收登记和回执记录"),
        secrecy(s),
    ]
}

/// S8: the order of hand-overs, as the receiver's register shows it (`against`: place, what should be, what is).
pub(in crate::archive) fn process_log(
    against: Vec<(String, String, String)>,
    mark: Option<Mark>,
) -> Check {
    let mut r = Report::new("S8", SAFETY);
    for (place, expected, found) in against {
        r.add(place, expected, found);
    }
    match mark {
        None if r.evidence.is_empty() => {
            r.plain(Outcome::Na, "移交过程日志由接收登记和回执记录；移交方没有编次")
        }
        _ => {
            let n = mark.map_or(0, |m| m.sequence);
            r.or(
                Outcome::Warn,
                format!("第 {n} 次移交，次序连续"),
                "移交次序不连续或分叉，请向移交方查询",
            )
        }
    }
}

/// S3: files that programs leave behind.
fn strays(s: &Subject<'_>) -> Check {
    let mut r = Report::new("S3", SAFETY);
    for (path, _) in s.reader.files() {
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

/// S9: no state secret in an open bundle.
fn secrecy(s: &Subject<'_>) -> Check {
    let mut r = Report::new("S9", SAFETY);
    let all = s.description.items.iter().map(|i| &i.metadata).chain(&s.description.absent);
    for m in all.filter(|m| m.secrecy.is_state_secret()) {
        r.add(format!("{}（{}）", m.archival_code, m.id), "非涉密", m.secrecy.name());
    }
    r.verdict("没有涉密件", "有涉密件")
}
