//! 用法: what clap says of a wrong command line, in Chinese; help and version on stdout.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::exit::Exit;

/// Answers a command line that did not lead to a command.
pub fn answer(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader that has gone away is no error of ours.
            let _ = write!(io::stdout(), "{}", options(&error.render().to_string()));
            Exit::Done.into()
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = write!(io::stderr(), "{}", options(&error.render().to_string()));
            Exit::Usage.into()
        }
        _ => {
            let _ = write!(io::stderr(), "{}", chinese(error));
            Exit::Usage.into()
        }
    }
}

/// The one English word that clap leaves in its usage lines.
fn options(text: &str) -> String {
    text.replace("[OPTIONS]", "[选项]")
}

/// The error's words.
fn chinese(error: &clap::Error) -> String {
    let get = |kind| error.get(kind).map(value).unwrap_or_default();
    let arg = get(ContextKind::InvalidArg);
    let bad = get(ContextKind::InvalidValue);
    let mut out = String::from("错误：");
    // Writing to a String cannot fail.
    let _ = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            write!(out, "没有命令“{}”", get(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument if is_word(&arg) => {
            write!(
                out,
                "“{arg}……”读作了选项；检索词以减号开头的，前面加 --，如 anjuan search -- {arg}……"
            )
        }
        ErrorKind::UnknownArgument => write!(out, "不认识的参数“{arg}”"),
        ErrorKind::MissingRequiredArgument => write!(out, "缺少参数：{arg}"),
        ErrorKind::MissingSubcommand => write!(out, "缺少命令"),
        ErrorKind::InvalidValue if bad.is_empty() => write!(out, "参数“{arg}”缺少值"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            write!(out, "参数“{arg}”的值“{bad}”不对")
        }
        ErrorKind::ArgumentConflict => {
            write!(out, "参数“{arg}”重复，或与“{}”不能同时使用", get(ContextKind::PriorArg))
        }
        ErrorKind::NoEquals => write!(out, "参数“{arg}”后要用等号写值"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            write!(out, "参数“{arg}”的值的个数不对")
        }
        ErrorKind::InvalidUtf8 => write!(out, "命令行中有不是 UTF-8 的字符"),
        _ => write!(out, "命令行有误"),
    };
    if let Some(source) = std::error::Error::source(error) {
        let _ = write!(out, "：{source}");
    }
    out.push('\n');
    let near: Vec<String> =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
            .into_iter()
            .filter_map(|kind| error.get(kind))
            .map(value)
            .collect();
    if !near.is_empty() {
        let _ = writeln!(out, "提示：是否想写“{}”？", near.join("、"));
    }
    if let Some(valid) = error.get(ContextKind::ValidValue).map(value).filter(|v| !v.is_empty()) {
        let _ = writeln!(out, "提示：可用的值：{valid}");
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        let usage = usage.trim_start_matches("Usage:").trim();
        let _ = writeln!(out, "用法：{}", options(usage));
    }
    out.push_str("用 --help 查看说明。\n");
    out
}

/// Whether `arg` is a minus before a Chinese word, no option.
fn is_word(arg: &str) -> bool {
    arg.strip_prefix('-').and_then(|word| word.chars().next()).is_some_and(|c| !c.is_ascii())
}

fn value(value: &ContextValue) -> String {
    match value {
        ContextValue::String(s) => s.clone(),
        ContextValue::Strings(list) => list.join("、"),
        ContextValue::StyledStr(s) => s.to_string(),
        ContextValue::StyledStrs(list) => {
            list.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        ContextValue::Number(n) => n.to_string(),
        ContextValue::Bool(b) => b.to_string(),
        _ => String::new(),
    }
}
