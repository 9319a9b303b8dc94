//! 报告的样子: in what form `--report` is written, by the end of its file's name.

use std::path::Path;

use crate::diag::Failure;

/// Form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A manuscript that `set` prints.
    Manuscript,
    /// Plain text.
    Text,
    /// Data.
    Json,
}

impl Form {
    /// By the name's extension.
    ///
    /// # Errors
    /// [`Failure::Usage`] for another, before anything is looked at.
    pub fn of(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().and_then(|e| e.to_str()).map(str::to_lowercase);
        match ending.as_deref() {
            Some("md") => Ok(Self::Manuscript),
            Some("txt") => Ok(Self::Text),
            Some("json") => Ok(Self::Json),
            _ => Err(Failure::Usage(format!(
                "--report 的文件名以 .md（文稿）、.txt（文字）或 .json（数据）结尾：{}",
                path.display()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Form;

    #[test]
    fn the_form_is_told_by_the_name() {
        assert_eq!(Form::of(Path::new("a/报告.MD")).ok(), Some(Form::Manuscript));
        assert_eq!(Form::of(Path::new("报告.pdf")).ok(), None);
        assert_eq!(Form::of(Path::new("报告")).ok(), None);
    }
}
