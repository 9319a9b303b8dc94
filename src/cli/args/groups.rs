//! 命令分组: the list of commands in the order of a clerk's work, under headings, instead of one long list.

use std::fmt::Write as _;

use clap::{Command, CommandFactory, FromArgMatches};
use unicode_width::UnicodeWidthStr;

use super::Args;

/// Headings and their commands; each command that can be seen stands in one of them (a test holds it).
const GROUPS: &[(&str, &[&str])] = &[
    ("从头到尾", &["run"]),
    (
        "填数据、查数据",
        &["new", "check", "evidence", "import", "export", "status", "due", "stats", "rules"],
    ),
    ("出公文", &["generate", "set", "preview", "serve", "layout", "disclose"]),
    ("发文", &["number", "issue", "diff"]),
    ("移交", &["pack", "sign", "handover", "receipt", "key"]),
    ("检测、接收", &["verify", "receive", "return"]),
    ("查找、利用", &["search", "browse", "retrieve", "index"]),
    ("保管", &["fixity", "doctor", "rebuild", "dispose"]),
    ("写模板", &["kinds"]),
];

/// Reads the command line.
///
/// # Errors
/// What clap says of a line that leads to no command; help and version, too.
pub fn read() -> Result<Args, clap::Error> {
    let matches = with_groups(Args::command()).try_get_matches()?;
    Args::from_arg_matches(&matches)
}

/// `command` with its help showing the groups.
fn with_groups(command: Command) -> Command {
    let list = list(&command);
    command.help_template(format!(
        "{{about-with-newline}}\n用法：{{usage}}\n\n{list}\n通用选项:\n{{options}}{{after-help}}"
    ))
}

fn list(command: &Command) -> String {
    let mut out = String::new();
    for (heading, names) in GROUPS {
        let rows = names.iter().filter_map(|name| command.find_subcommand(name));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{heading}:");
        for row in rows {
            let about = row.get_about().map(ToString::to_string).unwrap_or_default();
            let gap = " ".repeat(10_usize.saturating_sub(row.get_name().width()));
            let _ = writeln!(out, "  {}{gap}{about}", row.get_name());
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Args, CommandFactory, GROUPS};

    #[test]
    fn every_command_stands_in_one_group() {
        let command = Args::command();
        let grouped: Vec<&str> =
            GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let once: BTreeSet<&str> = grouped.iter().copied().collect();
        assert_eq!(grouped.len(), once.len());
        for one in command.get_subcommands().filter(|c| !c.is_hide_set()) {
            assert!(once.contains(one.get_name()), "{} is in no group", one.get_name());
        }
    }
}
