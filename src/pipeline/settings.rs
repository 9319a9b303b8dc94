//! 设置: the only room that reads the environment and the working folder.

use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::diag::Failure;

/// Stack of a thread that sets documents; memory is taken only as it is used.
#[cfg(feature = "typeset")]
const STACK_BYTES: usize = 64 << 20;

/// Folder names that make a folder the program's home.
const RESOURCES: [&str; 3] = ["templates", "fonts", "archive-schema"];

/// Where things lie and how the program should behave, read once at the start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// 程序资源目录: holds `templates`, `fonts` and `archive-schema`. None where the program stands alone: what an archive office
    /// does needs nothing of it.
    pub home: Option<PathBuf>,
    /// The source of the present time.
    pub clock: Clock,
    /// Whether the environment asks for output without colours (`NO_COLOR`).
    pub no_color: bool,
    /// 并行数: documents rendered at the same time.
    pub jobs: usize,
    /// 自有种类目录: folders of kinds besides the house's.
    pub own_kinds: Vec<PathBuf>,
}

impl Settings {
    /// Reads the environment: `ANJUAN_HOME` (resource folder), `ANJUAN_NOW` (a fixed time for repeatable
    /// receipts, `2026-11-24T08:00:00Z`), `NO_COLOR`. `home` and `jobs` are what the command line said.
    ///
    /// # Errors
    /// [`Failure::Usage`] when the resource folder that was named is none, or a value cannot be read.
    #[expect(clippy::disallowed_methods, reason = "this is the one room that asks")]
    pub fn read(home: Option<PathBuf>, jobs: Option<usize>) -> Result<Self, Failure> {
        let var = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
        let clock = match var("ANJUAN_NOW") {
            None => Clock::System,
            Some(text) => Clock::fixed(&text).ok_or_else(|| {
                Failure::Usage(format!(
                    "环境变量 ANJUAN_NOW 的值“{text}”不是时刻；写法如 2026-11-24T08:00:00Z"
                ))
            })?,
        };
        let asked = home.or_else(|| var("ANJUAN_HOME").map(PathBuf::from));
        let home = match asked {
            Some(dir) => {
                if let Some(missing) = RESOURCES.iter().find(|name| !dir.join(name).is_dir()) {
                    return Err(Failure::Usage(format!(
                        "资源目录 {} 中没有 {missing} 文件夹；请指向含 templates、fonts、archive-schema 的目录",
                        dir.display()
                    )));
                }
                Some(dir)
            }
            None => find_home(),
        };
        let jobs = jobs
            .or_else(|| std::thread::available_parallelism().ok().map(Into::into))
            .unwrap_or(1)
            .max(1);
        Ok(Self { home, clock, no_color: var("NO_COLOR").is_some(), jobs, own_kinds: Vec::new() })
    }

    /// 程序资源目录.
    ///
    /// # Errors
    /// [`Failure::Usage`] where there is none.
    pub fn resources(&self) -> Result<&Path, Failure> {
        self.home.as_deref().ok_or_else(|| {
            Failure::Usage(
                "找不到程序资源（templates、fonts、archive-schema 三个文件夹）；\
                 请把它们放在程序旁边，或用 --home 指明。检测、接收、检索、回执、密钥不需要它们"
                    .into(),
            )
        })
    }

    /// 模板目录.
    ///
    /// # Errors
    /// As [`Settings::resources`].
    pub fn templates(&self) -> Result<PathBuf, Failure> {
        Ok(self.resources()?.join("templates"))
    }

    /// Folders of kinds: the house's, then the office's own.
    ///
    /// # Errors
    /// As [`Settings::resources`].
    pub fn kind_folders(&self) -> Result<Vec<PathBuf>, Failure> {
        Ok(std::iter::once(self.templates()?).chain(self.own_kinds.iter().cloned()).collect())
    }

    /// 版式目录.
    ///
    /// # Errors
    /// As [`Settings::resources`].
    pub fn styles(&self) -> Result<PathBuf, Failure> {
        Ok(self.templates()?.join("_styles"))
    }

    /// Threads for documents. Laying out and tagging a long table recurses deeply: each thread has a stack of
    /// its own size, not the system's.
    #[cfg(feature = "typeset")]
    pub fn pool(&self) -> Result<rayon::ThreadPool, Failure> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.jobs)
            .stack_size(STACK_BYTES)
            .build()
            .map_err(|e| Failure::Bug(format!("thread pool: {e}")))
    }

    /// 本机字体目录: `own` first, then where this kind of system keeps fonts.
    #[must_use]
    pub fn machine_fonts(&self, own: &[PathBuf]) -> Vec<PathBuf> {
        let under = |name: &str, rest: &str| {
            std::env::var_os(name)
                .filter(|v| !v.is_empty())
                .map(|dir| PathBuf::from(dir).join(rest))
        };
        let system = if cfg!(windows) {
            vec![under("WINDIR", "Fonts"), under("LOCALAPPDATA", "Microsoft\\Windows\\Fonts")]
        } else if cfg!(target_os = "macos") {
            vec![
                under("HOME", "Library/Fonts"),
                Some("/Library/Fonts".into()),
                Some("/System/Library/Fonts".into()),
            ]
        } else {
            vec![
                under("XDG_DATA_HOME", "fonts").or_else(|| under("HOME", ".local/share/fonts")),
                under("HOME", ".fonts"),
                Some("/usr/local/share/fonts".into()),
                Some("/usr/share/fonts".into()),
            ]
        };
        own.iter().cloned().chain(system.into_iter().flatten()).collect()
    }

    /// 口令文件 that the environment names (`ANJUAN_PASSWORD_FILE`). The password itself is never read from the environment,
    /// which other programs of the same user can see.
    #[must_use]
    pub fn password_file(&self) -> Option<PathBuf> {
        std::env::var_os("ANJUAN_PASSWORD_FILE").filter(|v| !v.is_empty()).map(PathBuf::from)
    }

    /// 字体目录.
    ///
    /// # Errors
    /// As [`Settings::resources`].
    pub fn fonts(&self) -> Result<PathBuf, Failure> {
        Ok(self.resources()?.join("fonts"))
    }
}

/// The nearest folder above the program, or the working folder and those above it, that holds the resources.
#[expect(clippy::disallowed_methods, reason = "this is the one room that asks")]
fn find_home() -> Option<PathBuf> {
    let complete = |dir: &Path| RESOURCES.iter().all(|name| dir.join(name).is_dir());
    let program = std::env::current_exe().ok().and_then(|exe| exe.canonicalize().ok());
    let here = std::env::current_dir().ok();
    [program, here]
        .into_iter()
        .flatten()
        .find_map(|start| start.ancestors().find(|dir| complete(dir)).map(Path::to_path_buf))
}
