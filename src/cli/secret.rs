//! 口令: from a file, or asked for where a person sits at the terminal; never from the command line.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use super::args::{PasswordAt, SignWith};
use super::show::Show;
use crate::archive::Trust;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::keys::{Keyring, Password, PrivateKey};
use crate::pipeline::{self, Settings};

/// The password of the key called `name`.
pub fn password(
    at: &PasswordAt,
    settings: &Settings,
    show: &Show,
    name: &str,
) -> Result<Password, Failure> {
    match at.password_file.clone().or_else(|| settings.password_file()) {
        Some(file) => Password::from_file(&file),
        None => ask(show, &format!("密钥“{name}”的口令：")),
    }
}

/// A new password: from the file, or asked for twice.
pub fn new_password(file: Option<&PathBuf>, show: &Show, name: &str) -> Result<Password, Failure> {
    if let Some(file) = file {
        return Password::from_file(file);
    }
    let once = ask(show, &format!("密钥“{name}”的新口令（至少 8 个字符）："))?;
    if ask(show, "再输一次：")? == once {
        Ok(once)
    } else {
        let finding = Diagnostic::error("M-03", "两次输入的口令不同");
        Err(Failure::Key(vec![finding.hint("重新运行，两次输入同一口令。")]))
    }
}

fn ask(show: &Show, words: &str) -> Result<Password, Failure> {
    if !io::stdin().is_terminal() || show.json() {
        let finding = Diagnostic::error("M-04", "没有给出口令，这里也没有终端可以询问");
        let hint = "用 --password-file 指明口令文件，或设环境变量 ANJUAN_PASSWORD_FILE。";
        return Err(Failure::Key(vec![finding.hint(hint)]));
    }
    rpassword::prompt_password(words)
        .map(Password::new)
        .map_err(|e| WorldError::while_("在终端上读取口令", Path::new(""))(e).into())
}

/// What the options on signing and trust come to.
pub struct Hands {
    /// 密钥库.
    pub ring: Option<Keyring>,
    /// The key that signs.
    pub key: Option<PrivateKey>,
    required: bool,
    today: chrono::NaiveDate,
}

impl Hands {
    /// Opens the ring and unlocks the key, as far as they were asked for.
    pub fn of(
        with: &SignWith,
        required: bool,
        settings: &Settings,
        show: &Show,
    ) -> Result<Self, Failure> {
        let today = pipeline::today(settings);
        let ring = with.keyring.as_ref().map(|at| Keyring::open(at, false)).transpose()?;
        let key = match (&with.sign, &ring) {
            (Some(name), Some(ring)) => {
                ring.own_key(name)?;
                let password = password(&with.password, settings, show, name)?;
                Some(ring.unlock(name, &password, today)?)
            }
            _ => None,
        };
        Ok(Self { ring, key, required, today })
    }

    /// By what signatures are judged.
    pub fn trust(&self) -> Trust<'_> {
        Trust { ring: self.ring.as_ref(), today: self.today, required: self.required }
    }
}
