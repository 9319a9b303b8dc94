//! 取字: the text of a foreign file, read by a child of this program with limits on time and memory.
//!
//! Whatever a file does to its reader, it does to the child alone: a crash, a hang or a flood of memory costs that
//! file's text (docs/decisions/0020-extract.md). Pictures may be given to an OCR program of the machine, if asked.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::container::write_atomically;
use crate::diag::{Failure, WorldError};
use crate::extract::{Extracted, Limits, Part, Reading, extract};
use crate::fixity::Digest;

/// Name of the hidden command that the child runs.
pub const CHILD: &str = "extract-child";
/// What a child may write to its parent.
const MOST_OUTPUT: u64 = 512 << 20;
/// Changes when texts come out otherwise; older ones are then read again.
const VERSION: &str = "1";

/// Limits of a child.
#[derive(Clone, Copy, Debug)]
pub struct ChildLimits {
    /// Seconds of waiting, and of processor time.
    pub seconds: u64,
    /// Bytes of address space.
    pub memory: u64,
}

impl Default for ChildLimits {
    fn default() -> Self {
        Self { seconds: 30, memory: 2 << 30 }
    }
}

/// 取字人: reads files in children.
#[derive(Clone, Debug)]
pub struct TextReader {
    /// This program; none: read here (in tests of this crate, where there is none).
    program: Option<PathBuf>,
    limits: ChildLimits,
    /// OCR program for pictures.
    ocr: Option<PathBuf>,
}

/// A text, and whether it was guessed by an OCR program.
#[derive(Clone, Debug)]
pub struct Won {
    /// What was read.
    pub extracted: Extracted,
    /// 识别.
    pub ocr: bool,
}

impl TextReader {
    /// A reader that runs this program again for every file.
    #[must_use]
    pub fn new(ocr: Option<PathBuf>) -> Self {
        let program = if cfg!(test) { None } else { std::env::current_exe().ok() };
        Self { program, limits: ChildLimits::default(), ocr }
    }

    /// The text of the file at `path`; `name` is what it is called.
    #[must_use]
    pub fn read(&self, path: &Path, name: &str) -> Won {
        let extracted = match &self.program {
            Some(program) => self.child(program, path, name),
            None => here(path, name),
        };
        let picture = extracted.media_type.starts_with("image/");
        if let (true, Some(ocr)) = (picture, &self.ocr) {
            return self.recognized(ocr, path, extracted);
        }
        Won { extracted, ocr: false }
    }

    /// The text of a file of the archive, by its digest: read once, kept in `folder` (derived; may be deleted).
    #[must_use]
    pub fn kept(&self, folder: &Path, digest: Digest, path: &Path, name: &str) -> Extracted {
        let place = folder.join(VERSION).join(format!("{digest}.json"));
        let known = fs::read_to_string(&place).ok().and_then(|t| serde_json::from_str(&t).ok());
        if let Some(extracted) = known {
            return extracted;
        }
        let extracted = self.read(path, name).extracted;
        let parent = place.parent().unwrap_or(folder);
        // What a child could not tell may be told another time.
        let told = !extracted.media_type.is_empty();
        if told
            && fs::create_dir_all(parent).is_ok()
            && let Ok(text) = serde_json::to_string(&extracted)
        {
            // A text that cannot be kept is read again next time.
            let _ =
                write_atomically(&place, |file| std::io::Write::write_all(file, text.as_bytes()));
        }
        extracted
    }

    fn child(&self, program: &Path, path: &Path, name: &str) -> Extracted {
        let ending = Path::new(name).extension().map_or("", |e| e.to_str().unwrap_or_default());
        let child = Command::new(program)
            .args([CHILD, "--seconds", &self.limits.seconds.to_string()])
            .args(["--memory", &self.limits.memory.to_string(), "--ending", ending, "--"])
            .arg(path)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let lost = |why: String| Extracted::nothing("", "文件", Reading::Damaged(why));
        let Ok(child) = child else { return lost("起不了读取的子进程".into()) };
        match wait(child, self.limits.seconds, MOST_OUTPUT) {
            Ended::Well(output) => serde_json::from_slice(&output)
                .unwrap_or_else(|_| lost("读取的子进程没有给出结果".into())),
            Ended::Late => lost(format!("{} 秒内没有读完", self.limits.seconds)),
            Ended::Badly(how) => lost(format!("读取的子进程中断（{how}）")),
        }
    }

    /// Words on a picture, by the program that was asked for: `PROGRAM FILE stdout -l chi_sim`, as tesseract takes it.
    fn recognized(&self, ocr: &Path, path: &Path, mut extracted: Extracted) -> Won {
        let child = Command::new(ocr)
            .arg(path)
            .args(["stdout", "-l", "chi_sim"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let said = match child.map(|c| wait(c, self.limits.seconds * 4, 16 << 20)) {
            Ok(Ended::Well(bytes)) => String::from_utf8_lossy(&bytes).trim().to_owned(),
            Ok(Ended::Late) => {
                extracted.notes.push("识别程序没有按时结束".into());
                String::new()
            }
            Ok(Ended::Badly(how)) => {
                extracted.notes.push(format!("识别程序出错（{how}）"));
                String::new()
            }
            Err(error) => {
                extracted.notes.push(format!("起不了识别程序 {}：{error}", ocr.display()));
                String::new()
            }
        };
        if said.is_empty() {
            return Won { extracted, ocr: false };
        }
        extracted.parts = vec![Part { place: String::new(), text: said }];
        extracted.reading = Reading::Text;
        Won { extracted, ocr: true }
    }
}

/// Reads in this process.
fn here(path: &Path, name: &str) -> Extracted {
    let limits = Limits::default();
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|f| f.take(limits.file + 1).read_to_end(&mut bytes));
    match read {
        Ok(_) => extract(&bytes, name, &limits),
        Err(error) => Extracted::nothing("", "文件", Reading::Damaged(error.to_string())),
    }
}

/// What the child does: bounds itself, reads, and gives the result as JSON.
///
/// # Errors
/// Limits that the system does not set; a file that cannot be read is a result.
pub fn extract_child(path: &Path, ending: &str, limits: ChildLimits) -> Result<String, Failure> {
    bound(limits).map_err(WorldError::while_("限制子进程", path))?;
    let extracted = here(path, &format!("x.{ending}"));
    serde_json::to_string(&extracted).map_err(|e| Failure::Bug(format!("JSON: {e}")))
}

/// Sets the limits of this process; the system holds them, whatever is read.
#[cfg(unix)]
fn bound(limits: ChildLimits) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let set =
        |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    set(Resource::As, limits.memory)?;
    set(Resource::Cpu, limits.seconds + 1)?;
    set(Resource::Core, 0)?;
    Ok(())
}

#[cfg(not(unix))]
fn bound(_: ChildLimits) -> std::io::Result<()> {
    Ok(())
}

enum Ended {
    Well(Vec<u8>),
    Late,
    Badly(String),
}

/// Waits for a child and what it says, and ends it when it is late.
fn wait(mut child: Child, seconds: u64, most: u64) -> Ended {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    let Some(output) = child.stdout.take() else { return Ended::Badly("没有输出".into()) };
    let listener = thread::spawn(move || {
        let mut bytes = Vec::new();
        // More than this is not heard; the child then ends by itself or is late.
        output.take(most).read_to_end(&mut bytes).map(|_| bytes)
    });
    let mut pause = Duration::from_millis(2);
    let status: Option<ExitStatus> = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() < deadline => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
            _ => {
                // It may have ended by itself just then.
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
        }
    };
    let heard = listener.join();
    match (status, heard) {
        (None, _) => Ended::Late,
        (Some(status), Ok(Ok(bytes))) if status.success() => Ended::Well(bytes),
        (Some(status), _) => Ended::Badly(how(status)),
    }
}

fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return match signal {
            6 => "内存超限或程序中止".into(),
            9 | 24 => "用时超限".into(),
            11 => "内存访问出错".into(),
            n => format!("信号 {n}"),
        };
    }
    status.code().map_or_else(|| "原因不明".into(), |code| format!("退出码 {code}"))
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use super::{Ended, wait};

    fn shell(words: &str) -> std::process::Child {
        Command::new("sh").args(["-c", words]).stdout(Stdio::piped()).spawn().unwrap()
    }

    #[test]
    fn a_child_that_hangs_is_ended() {
        let begin = Instant::now();
        assert!(matches!(wait(shell("exec sleep 60"), 1, 1000), Ended::Late));
        assert!(begin.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn how_a_child_ends_is_told() {
        assert!(
            matches!(wait(shell("echo 字"), 20, 1000), Ended::Well(b) if b == "字\n".as_bytes())
        );
        assert!(matches!(wait(shell("exit 3"), 20, 1000), Ended::Badly(how) if how == "退出码 3"));
        assert!(
            matches!(wait(shell("kill -ABRT $$"), 20, 1000), Ended::Badly(how) if how.contains("内存"))
        );
    }
}
