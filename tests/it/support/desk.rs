//! A hermetic desk: an empty folder, an empty environment, a fixed time, and the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A desk; its folder goes when it is dropped.
pub(crate) struct Desk {
    dir: TempDir,
    home: PathBuf,
}

/// What a command answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Exit code; none if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The project's folder.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), home: project().to_path_buf() }
    }

    /// The desk's folder.
    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A file or folder on the desk.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Puts a copy of an example case on the desk as `name`.
    pub(crate) fn example(&self, example: &str, name: &str) -> PathBuf {
        let to = self.at(name);
        copy_folder(&project().join("examples").join(example), &to);
        to
    }

    /// Replaces text in a file on the desk; the text must be there.
    pub(crate) fn edit(&self, file: &str, find: &str, replace: &str) {
        let path = self.at(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(find), "{file} has no {find:?}");
        std::fs::write(path, text.replacen(find, replace, 1)).unwrap();
    }

    /// Gives the desk templates of its own (fonts and archive schemas are shared), to be spoiled at will.
    pub(crate) fn own_templates(&mut self) {
        let home = self.at("home");
        copy_folder(&project().join("templates"), &home.join("templates"));
        for shared in ["fonts", "archive-schema"] {
            std::os::unix::fs::symlink(project().join(shared), home.join(shared)).unwrap();
        }
        self.home = home;
    }

    /// Runs the program on the desk.
    pub(crate) fn run(&self, args: &[&str]) -> Answer {
        self.run_with(args, &[])
    }

    /// Runs the program with environment variables of one's own.
    pub(crate) fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Answer {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anjuan"));
        command
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("ANJUAN_HOME", &self.home)
            .env("ANJUAN_NOW", "2026-11-24T08:00:00Z")
            .envs(env.iter().copied())
            .stdin(Stdio::null());
        self.answer(&mut command)
    }

    /// Runs any command and takes its answer, the desk's folder written as `$DESK`.
    pub(crate) fn answer(&self, command: &mut Command) -> Answer {
        let output = command.output().unwrap();
        let desk = self.path().to_string_lossy().into_owned();
        let clean = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&desk, "$DESK");
        Answer {
            code: output.status.code(),
            stdout: clean(&output.stdout),
            stderr: clean(&output.stderr),
        }
    }
}

impl Answer {
    /// Asserts the exit code, showing everything said if it differs.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// The NDJSON lines of stdout.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        self.stdout.lines().map(parse).collect()
    }

    /// The NDJSON lines of one type.
    #[track_caller]
    pub(crate) fn of_type(&self, kind: &str) -> Vec<serde_json::Value> {
        self.lines().into_iter().filter(|l| l["type"] == kind).collect()
    }
}

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
