//! 输出: results on stdout (for people, or NDJSON), everything else on stderr.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::args::{ColorWhen, Global};
use super::exit::Exit;
use super::missing;
use super::progress::Progress;
use super::report;
use crate::diag::{Diagnostic, Failure, Severity};
use crate::pipeline::{BundleLine, Event};

/// The face of one command.
pub struct Show {
    json: bool,
    quiet: bool,
    color: bool,
    color_out: bool,
    progress: Progress,
    errors: AtomicUsize,
    warnings: AtomicUsize,
    /// Errors that are only fields still to be filled in.
    to_fill: AtomicUsize,
}

impl Show {
    /// A face as the options, the terminal and `NO_COLOR` ask for.
    pub fn new(global: &Global, no_color: bool) -> Self {
        let color = match global.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => !no_color && io::stderr().is_terminal(),
        };
        let color_out = match global.color {
            ColorWhen::Auto => color && io::stdout().is_terminal(),
            _ => color,
        };
        Self {
            json: global.json,
            quiet: global.quiet,
            color,
            color_out,
            progress: Progress::new(global),
            errors: AtomicUsize::new(0),
            warnings: AtomicUsize::new(0),
            to_fill: AtomicUsize::new(0),
        }
    }

    /// Whether results go out as NDJSON.
    pub fn json(&self) -> bool {
        self.json
    }

    /// Whether only results and errors are wanted.
    pub fn quiet(&self) -> bool {
        self.quiet
    }

    /// A result line for scripts (with `--json` only).
    pub fn object(&self, value: &impl Serialize) {
        if self.json
            && let Ok(line) = serde_json::to_string(value)
        {
            self.progress.suspend(|| put(&mut io::stdout().lock(), &line));
        }
    }

    /// A result line for people (without `--json` only).
    pub fn line(&self, text: impl AsRef<str>) {
        if !self.json {
            self.progress.suspend(|| put(&mut io::stdout().lock(), text.as_ref()));
        }
    }

    /// A line of a unified diff, coloured when a person watches.
    pub fn change(&self, line: &str) -> String {
        let color = match line.as_bytes() {
            _ if !self.color_out => return line.to_owned(),
            [b'+', b'+', ..] | [b'-', b'-', ..] => "1",
            [b'+', ..] => "32",
            [b'-', ..] => "31",
            [b'@', ..] => "36",
            _ => return line.to_owned(),
        };
        format!("\u{1b}[{color}m{line}\u{1b}[0m")
    }

    /// `words` in a colour of the terminal when a person watches.
    pub fn paint(&self, color: &str, words: String) -> String {
        if self.color_out { format!("\u{1b}[{color}m{words}\u{1b}[0m") } else { words }
    }

    /// A note for people, on stderr.
    pub fn note(&self, text: impl AsRef<str>) {
        if !self.quiet {
            self.progress.suspend(|| put(&mut io::stderr().lock(), text.as_ref()));
        }
    }

    /// A finding: an NDJSON line on stdout, or drawn on stderr.
    pub fn finding(&self, finding: &Diagnostic) {
        if finding.code == report::TO_FILL {
            self.to_fill.fetch_add(1, Ordering::Relaxed);
        }
        match finding.severity {
            Severity::Error => drop(self.errors.fetch_add(1, Ordering::Relaxed)),
            Severity::Warning => drop(self.warnings.fetch_add(1, Ordering::Relaxed)),
            Severity::Note => {}
        }
        if self.json {
            self.object(finding);
        } else if !(self.quiet && finding.severity < Severity::Error) {
            let text = report::draw(finding, self.color);
            self.progress.suspend(|| put(&mut io::stderr().lock(), &text));
        }
    }

    /// Errors and warnings shown so far.
    pub fn counts(&self) -> (usize, usize) {
        (self.errors.load(Ordering::Relaxed), self.warnings.load(Ordering::Relaxed))
    }

    /// How many of the errors are fields still to be filled in; empty if none is.
    pub fn to_fill(&self) -> String {
        match self.to_fill.load(Ordering::Relaxed) {
            0 => String::new(),
            n => format!("，其中 {n} 处是还没有填的必填项"),
        }
    }

    /// Takes an event of the pipeline; documents are the command's own matter.
    pub fn event(&self, event: Event, document: impl Fn(&crate::pipeline::DocumentLine)) {
        match event {
            Event::Finding(finding) => self.finding(&finding),
            Event::Step(name, total) => self.progress.step(name, total),
            Event::Tick => self.progress.tick(),
            Event::Document(line) => document(&line),
        }
    }

    /// The command is over.
    pub fn finish(&self) {
        self.progress.finish();
    }

    /// Tells why there is no result, and gives the exit code.
    pub fn failure(&self, failure: &Failure) -> Exit {
        self.finish();
        match failure {
            Failure::Rejected(list)
            | Failure::Faulty(list)
            | Failure::Refused(list)
            | Failure::No(list)
            | Failure::Key(list) => {
                list.iter().for_each(|f| self.finding(f));
                let (errors, warnings) = self.counts();
                self.object(&summary(errors, warnings));
                if let Failure::Refused(_) = failure {
                    self.error("按保密等规定不予处理。");
                } else if errors > 0 {
                    let empty = self.to_fill();
                    self.error(&format!("共 {errors} 处错误、{warnings} 处警告{empty}。"));
                }
            }
            Failure::Usage(words) => self.error(&format!("错误：{words}")),
            Failure::NoArchive(path) => self.error(&format!(
                "错误：{} 不是档案库\n  = 办法：请检查路径；新库由 anjuan receive 首次接收时建立。",
                path.display()
            )),
            Failure::Locked(path) => self.error(&format!(
                "错误：{} 正被另一进程使用\n  = 办法：等它结束后再试。",
                path.display()
            )),
            Failure::World(error) if error.source.kind() == io::ErrorKind::NotFound => {
                self.error(&missing::told(error));
            }
            Failure::World(error) => self.error(&format!(
                "错误：{error}\n  = 办法：{}\n  已有文件保持原样，没有写下半个文件。",
                advice(error.source.kind())
            )),
            Failure::Bug(words) => self.error(&format!(
                "程序内部错误：{words}\n  这是程序自身的错误，不是您的数据有误；请把以上内容反馈给开发者。"
            )),
        }
        Exit::from(failure)
    }

    fn error(&self, text: &str) {
        self.progress.suspend(|| put(&mut io::stderr().lock(), text));
    }
}

/// `{"type":"summary","errors":n,"warnings":m}`.
pub fn summary(errors: usize, warnings: usize) -> serde_json::Value {
    serde_json::json!({"type": "summary", "errors": errors, "warnings": warnings})
}

fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "磁盘已满，请腾出空间后重试。",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "没有权限，请换一个可写的目录，或请管理员授权。"
        }
        io::ErrorKind::AddrInUse => "端口已被别的程序占用，用 --port 换一个（0 由系统挑选）。",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "路径上有同名的文件占了文件夹的位置，请换一个目录。"
        }
        _ => "请检查磁盘和路径后重试。",
    }
}

/// The bundle's line.
pub fn bundle(line: &BundleLine, show: &Show) {
    show.object(line);
    show.line(format!(
        "归档包 {}{}：{} 件、{} 个文件、{} 字节{}\n  {}\n  SHA-256 {}\n  SM3     {}",
        line.id,
        line.part.as_ref().map(|p| format!("（{}）", p.words())).unwrap_or_default(),
        line.items,
        line.files,
        line.bytes,
        if line.already { "，先前已打好，核对无误，没有重写" } else { "" },
        line.path.display(),
        line.sha256,
        line.sm3
    ));
}

/// Writes a line; a reader that has gone away is no error of ours.
fn put(out: &mut impl Write, text: &str) {
    let _ = writeln!(out, "{text}");
}
