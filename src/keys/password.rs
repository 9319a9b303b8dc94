//! 口令: kept out of logs, wiped when done.

use std::fmt;
use std::fs;
use std::path::Path;

use zeroize::Zeroizing;

use super::fault;
use crate::diag::{Diagnostic, Failure, WorldError};

/// Fewest characters of a new password.
const SHORTEST: usize = 8;

/// 口令.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password as it was typed.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The first line of the file at `path`.
    ///
    /// # Errors
    /// [`Failure::Key`] with M-03 for an empty one, what the system reports.
    pub fn from_file(path: &Path) -> Result<Self, Failure> {
        let read = fs::read_to_string(path).map_err(WorldError::while_("读取口令文件", path))?;
        let text = Zeroizing::new(read);
        let line = text.lines().next().unwrap_or_default();
        if line.is_empty() {
            let words = format!("口令文件 {} 的第一行是空的", path.display());
            return Err(fault::one(Diagnostic::error("M-03", words).hint("口令写在文件第一行。")));
        }
        Ok(Self::new(line.to_owned()))
    }

    /// Whether it may protect a new key.
    ///
    /// # Errors
    /// [`Failure::Key`] with M-03.
    pub fn fit_for_new(&self) -> Result<(), Failure> {
        if self.0.chars().count() >= SHORTEST {
            return Ok(());
        }
        let words = format!("口令太短，至少要 {SHORTEST} 个字符");
        Err(fault::one(
            Diagnostic::error("M-03", words).hint("可用一句话作口令，长的比难记的更好。"),
        ))
    }

    /// Its bytes, UTF-8.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
