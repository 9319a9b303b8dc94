//! 密钥库: a folder with the office's own keys, the keys of others that it trusts, and what was revoked.
//!
//! ```text
//! <keyring>/own/<name>.key.pem        PKCS#8 under a password; readable by its owner alone
//!               <name>.pub.pem        to be given to others
//!               <name>.toml           holder, created, purpose
//!           trusted/<figures>.pub.pem public key of another office, named by its fingerprint
//!                   <figures>.toml    holder, valid_from, valid_to, purpose, note, by, on
//!           revoked/<figures>.toml    fingerprint, on, reason, by
//!           policy.toml               签名规定; may be missing
//! ```
//!
//! All of it is read at once and every fault in it is told: a ring that cannot be read whole trusts nobody.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;

use super::fault::one;
use super::{Against, Fingerprint, Password, Policy, PrivateKey, PublicKey, Purpose, Standing};
use crate::container::{create_folder, name_fault, write_atomically, write_secretly};
use crate::diag::{Diagnostic, Failure, SourceFile, WorldError, read_table};
use crate::entropy::Entropy;
use crate::vocab::date;

const OWN: &str = "own";
const TRUSTED: &str = "trusted";
const REVOKED: &str = "revoked";
/// Longest name of an own key (characters).
const MAX_NAME: usize = 40;

/// 密钥库.
#[derive(Debug)]
pub struct Keyring {
    root: PathBuf,
    /// 本单位的密钥, in order of name.
    pub own: Vec<OwnKey>,
    /// 信任的公钥, in order of fingerprint.
    pub trusted: Vec<TrustedKey>,
    /// 撤销登记, in order of fingerprint.
    pub revoked: Vec<Revocation>,
    /// 签名规定.
    pub policy: Policy,
}

/// 本单位的密钥: what may be known of it without the password.
#[derive(Clone, Debug)]
pub struct OwnKey {
    /// Its name in this ring.
    pub name: String,
    /// 公钥.
    pub key: PublicKey,
    /// 持有单位.
    pub holder: String,
    /// 生成日期.
    pub created: NaiveDate,
    /// 用途.
    pub purpose: Purpose,
}

/// 信任的公钥.
#[derive(Clone, Debug)]
pub struct TrustedKey {
    /// 公钥.
    pub key: PublicKey,
    /// 持有单位.
    pub holder: String,
    /// First day, if limited.
    pub from: Option<NaiveDate>,
    /// Last day, if limited.
    pub to: Option<NaiveDate>,
    /// 用途.
    pub purpose: Purpose,
    /// 备注.
    pub note: String,
    /// 登记人.
    pub by: String,
    /// 登记日期.
    pub on: NaiveDate,
}

/// 撤销登记.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// Which key.
    pub fingerprint: Fingerprint,
    /// 撤销日期: from this day on it signs for nobody.
    pub on: NaiveDate,
    /// 事由.
    pub reason: String,
    /// 登记人.
    pub by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnFile {
    holder: String,
    created: String,
    purpose: Purpose,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrustedFile {
    fingerprint: String,
    holder: String,
    valid_from: Option<String>,
    valid_to: Option<String>,
    purpose: Purpose,
    note: String,
    by: String,
    on: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokedFile {
    fingerprint: String,
    on: String,
    reason: String,
    by: String,
}

impl Keyring {
    /// Opens the key ring at `root`; a folder that is not there is an empty ring if `create`.
    ///
    /// # Errors
    /// [`Failure::Key`] with every M-08, what the system reports.
    pub fn open(root: &Path, create: bool) -> Result<Self, Failure> {
        if !root.is_dir() && !create {
            let words = format!("没有密钥库 {}", root.display());
            let hint = "核对 --keyring；第一次使用先新建密钥：anjuan key new，或登记对方的公钥：anjuan key trust。";
            return Err(one(Diagnostic::error("M-05", words).hint(hint)));
        }
        let mut faults = Vec::new();
        let mut ring = Self {
            root: root.to_path_buf(),
            own: Vec::new(),
            trusted: Vec::new(),
            revoked: Vec::new(),
            policy: Policy::default(),
        };
        match Policy::read(root) {
            Ok(policy) => ring.policy = policy,
            Err(finding) => faults.push(*finding),
        }
        for (stem, path) in tables(&root.join(OWN))? {
            let read = read::<OwnFile>(&path).and_then(|file| {
                Ok(OwnKey {
                    key: public(&path)?,
                    holder: file.holder,
                    created: day(&path, "created", &file.created)?,
                    purpose: file.purpose,
                    name: stem,
                })
            });
            sort(read, &mut ring.own, &mut faults);
        }
        for (_, path) in tables(&root.join(TRUSTED))? {
            let read = read::<TrustedFile>(&path).and_then(|file| {
                let key = public(&path)?;
                if Fingerprint::parse(&file.fingerprint) != Some(key.fingerprint()) {
                    return Err(bad(&path, "登记的指纹与旁边的公钥不符"));
                }
                let limit = |name: &str, text: &Option<String>| {
                    text.as_deref().map(|t| day(&path, name, t)).transpose()
                };
                Ok(TrustedKey {
                    key,
                    holder: file.holder,
                    from: limit("valid_from", &file.valid_from)?,
                    to: limit("valid_to", &file.valid_to)?,
                    purpose: file.purpose,
                    note: file.note,
                    by: file.by,
                    on: day(&path, "on", &file.on)?,
                })
            });
            sort(read, &mut ring.trusted, &mut faults);
        }
        for (_, path) in tables(&root.join(REVOKED))? {
            let read = read::<RevokedFile>(&path).and_then(|file| {
                let fingerprint = Fingerprint::parse(&file.fingerprint)
                    .ok_or_else(|| bad(&path, "指纹不是 64 位十六进制数字"))?;
                let on = day(&path, "on", &file.on)?;
                Ok(Revocation { fingerprint, on, reason: file.reason, by: file.by })
            });
            sort(read, &mut ring.revoked, &mut faults);
        }
        if faults.is_empty() { Ok(ring) } else { Err(Failure::Key(faults)) }
    }

    /// 生成密钥 `name` for `holder`, under `password`.
    ///
    /// # Errors
    /// M-03 for a short password, M-09 for a name that is taken or unfit, the world's errors.
    pub fn add_own(
        &mut self,
        about: NewKey<'_>,
        password: &Password,
        entropy: &mut Entropy,
    ) -> Result<OwnKey, Failure> {
        password.fit_for_new()?;
        let NewKey { name, holder, algorithm, purpose, created } = about;
        let unfit = name.is_empty()
            || name.chars().count() > MAX_NAME
            || name.contains(['/', '.'])
            || name_fault(name).is_some();
        if unfit {
            let words = format!("“{name}”不能作密钥的名称");
            let hint = format!("用不超过 {MAX_NAME} 个字母、数字、汉字、短横，如 yijiao-2026。");
            return Err(one(Diagnostic::error("M-09", words).hint(hint)));
        }
        let folder = self.root.join(OWN);
        create_folder(&folder)?;
        let secret = folder.join(format!("{name}.key.pem"));
        if secret.exists() || self.own.iter().any(|k| k.name == name) {
            let words = format!("密钥库里已有名为“{name}”的密钥");
            return Err(one(Diagnostic::error("M-09", words).hint("另取一个名称。")));
        }
        let key = PrivateKey::generate(algorithm, entropy)?;
        // The table comes last: without it the key is not in the ring.
        let pem = key.to_pem(password, entropy)?;
        write_secretly(&secret, pem.as_bytes())?;
        let public = key.public().clone();
        text(&folder.join(format!("{name}.pub.pem")), &public.to_pem())?;
        let table = lines(&[
            ("holder", holder),
            ("created", &created.to_string()),
            ("purpose", purpose.word()),
        ]);
        text(&folder.join(format!("{name}.toml")), &table)?;
        let own =
            OwnKey { name: name.into(), key: public, holder: holder.into(), created, purpose };
        self.own.push(own.clone());
        Ok(own)
    }

    /// The own key called `name`, opened to sign on `day`.
    ///
    /// # Errors
    /// M-05 if there is none, M-06 if it was revoked, M-11 if the policy forbids it, M-01 and M-02 of the key itself.
    pub fn unlock(
        &self,
        name: &str,
        password: &Password,
        day: NaiveDate,
    ) -> Result<PrivateKey, Failure> {
        let own = self.own_key(name)?;
        if let Some(gone) = self.revocation(own.key.fingerprint())
            && gone.on <= day
        {
            let words = format!("密钥“{name}”已于 {} 撤销（{}），不能再签名", gone.on, gone.reason);
            return Err(one(
                Diagnostic::error("M-06", words).hint("另建一把密钥，把公钥送给对方登记。")
            ));
        }
        self.policy.may_sign(own.key.algorithm()).map_err(|against| {
            let hint = format!(
                "用别的密钥签名；新建：anjuan key new --algorithm {}。",
                self.policy.usual().id()
            );
            one(against.finding().hint(hint))
        })?;
        self.open_own(own, password)
    }

    fn open_own(&self, own: &OwnKey, password: &Password) -> Result<PrivateKey, Failure> {
        let name = &own.name;
        let path = self.root.join(OWN).join(format!("{name}.key.pem"));
        let pem = fs::read_to_string(&path).map_err(WorldError::while_("读取私钥", &path))?;
        let key = PrivateKey::from_pem(&pem, password, &format!("私钥“{name}”"))?;
        if key.public().fingerprint() == own.key.fingerprint() {
            Ok(key)
        } else {
            Err(one(*bad(&path, "私钥与旁边的公钥不是一对")))
        }
    }

    /// 换口令 of the own key `name`.
    ///
    /// # Errors
    /// As [`Self::unlock`], M-03 for a short new password.
    pub fn change_password(
        &self,
        name: &str,
        old: &Password,
        new: &Password,
        entropy: &mut Entropy,
    ) -> Result<(), Failure> {
        new.fit_for_new()?;
        // A revoked key may still change its password, and so may one that the policy forbids.
        let key = self.open_own(self.own_key(name)?, old)?;
        let path = self.root.join(OWN).join(format!("{name}.key.pem"));
        write_secretly(&path, key.to_pem(new, entropy)?.as_bytes())?;
        Ok(())
    }

    /// The own key called `name`.
    ///
    /// # Errors
    /// M-05 if there is none.
    pub fn own_key(&self, name: &str) -> Result<&OwnKey, Failure> {
        self.own.iter().find(|k| k.name == name).ok_or_else(|| {
            let known: Vec<&str> = self.own.iter().map(|k| k.name.as_str()).collect();
            let words = format!("密钥库 {} 里没有名为“{name}”的密钥", self.root.display());
            let hint = if known.is_empty() {
                "先新建：anjuan key new。".to_owned()
            } else {
                format!("有的是：{}。", known.join("、"))
            };
            one(Diagnostic::error("M-05", words).hint(hint))
        })
    }

    /// 登记信任的公钥.
    ///
    /// # Errors
    /// M-09 if the key is in the ring already, the world's errors.
    pub fn trust(&mut self, new: TrustedKey) -> Result<(), Failure> {
        let fingerprint = new.key.fingerprint();
        if let Some(there) = self.trusted.iter().find(|k| k.key.fingerprint() == fingerprint) {
            let words = format!("这把公钥已登记在{}名下", there.holder);
            let hint = format!(
                "要改的，先删去密钥库 trusted 里的 {}.toml 和 .pub.pem。",
                fingerprint.short()
            );
            return Err(one(Diagnostic::error("M-09", words).hint(hint)));
        }
        if let (Some(from), Some(to)) = (new.from, new.to)
            && from > to
        {
            return Err(Failure::Usage(format!("生效日期 {from} 晚于失效日期 {to}")));
        }
        let folder = self.root.join(TRUSTED);
        create_folder(&folder)?;
        let short = fingerprint.short();
        text(&folder.join(format!("{short}.pub.pem")), &new.key.to_pem())?;
        let (from, to) = (new.from.map(|d| d.to_string()), new.to.map(|d| d.to_string()));
        let (name, on) = (fingerprint.to_string(), new.on.to_string());
        let mut rows = vec![("fingerprint", name.as_str()), ("holder", &new.holder)];
        rows.extend(from.as_deref().map(|d| ("valid_from", d)));
        rows.extend(to.as_deref().map(|d| ("valid_to", d)));
        rows.extend([
            ("purpose", new.purpose.word()),
            ("note", &new.note),
            ("by", &new.by),
            ("on", &on),
        ]);
        text(&folder.join(format!("{short}.toml")), &lines(&rows))?;
        self.trusted.push(new);
        Ok(())
    }

    /// 登记撤销.
    ///
    /// # Errors
    /// M-09 if it was revoked before, the world's errors.
    pub fn revoke(&mut self, new: Revocation) -> Result<(), Failure> {
        if let Some(there) = self.revocation(new.fingerprint) {
            let words = format!("这把密钥已于 {} 撤销（{}）", there.on, there.reason);
            return Err(one(Diagnostic::error("M-09", words)));
        }
        let folder = self.root.join(REVOKED);
        create_folder(&folder)?;
        let table = lines(&[
            ("fingerprint", &new.fingerprint.to_string()),
            ("on", &new.on.to_string()),
            ("reason", &new.reason),
            ("by", &new.by),
        ]);
        text(&folder.join(format!("{}.toml", new.fingerprint.short())), &table)?;
        self.revoked.push(new);
        Ok(())
    }

    /// The revocation of a key, if there is one.
    #[must_use]
    pub fn revocation(&self, of: Fingerprint) -> Option<&Revocation> {
        self.revoked.iter().find(|r| r.fingerprint == of)
    }

    /// What the policy has against a signature of `key` made on `signed`.
    ///
    /// # Errors
    /// The line that says no.
    pub fn allows(&self, key: &PublicKey, signed: NaiveDate) -> Result<(), Against> {
        self.policy.accepts(key.algorithm())?;
        let known = self.trusted.iter().find(|k| k.key.fingerprint() == key.fingerprint());
        self.policy.lasts(known.and_then(|k| k.to), signed)
    }

    /// 可信程度 of `key` for `purpose`: it signed on `signed`, and is asked for on `today`.
    #[must_use]
    pub fn standing(
        &self,
        key: &PublicKey,
        purpose: Purpose,
        signed: NaiveDate,
        today: NaiveDate,
    ) -> Standing {
        let of = key.fingerprint();
        let own = self.own.iter().find(|k| k.key.fingerprint() == of);
        let trusted = self.trusted.iter().find(|k| k.key.fingerprint() == of);
        let known = trusted
            .map(|k| (k.holder.clone(), k.purpose, k.from, k.to))
            .or_else(|| own.map(|k| (k.holder.clone(), k.purpose, None, None)));
        let gone = self.revocation(of);
        if let Some(gone) = gone.filter(|g| g.on <= signed || known.is_none()) {
            let holder = known.map_or_else(|| "未登记的单位".into(), |(holder, ..)| holder);
            return Standing::Revoked { holder, on: gone.on, reason: gone.reason.clone() };
        }
        let Some((holder, covers, from, to)) = known else { return Standing::Unknown };
        if !covers.covers(purpose) {
            return Standing::OtherPurpose { holder, purpose: covers };
        }
        if let Some(from) = from.filter(|from| signed < *from) {
            return Standing::NotYet { holder, from };
        }
        if let Some(to) = to.filter(|to| signed > *to) {
            return Standing::Expired { holder, to };
        }
        if let Some(gone) = gone {
            return Standing::RevokedSince { holder, on: gone.on, reason: gone.reason.clone() };
        }
        match to.filter(|to| today > *to) {
            Some(to) => Standing::ExpiredSince { holder, to },
            None => Standing::Trusted { holder },
        }
    }
}

/// What a new own key is to be.
#[derive(Clone, Copy, Debug)]
pub struct NewKey<'a> {
    /// Its name in the ring.
    pub name: &'a str,
    /// 持有单位.
    pub holder: &'a str,
    /// 算法.
    pub algorithm: super::Algorithm,
    /// 用途.
    pub purpose: Purpose,
    /// 生成日期.
    pub created: NaiveDate,
}

/// The tables in `folder` with their names, in order of name.
fn tables(folder: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).map_err(WorldError::while_("读取密钥库", folder))? {
        let path = entry.map_err(WorldError::while_("读取密钥库", folder))?.path();
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned());
        if let (Some(stem), Some("toml")) = (stem, path.extension().and_then(|e| e.to_str())) {
            out.push((stem, path));
        }
    }
    out.sort();
    Ok(out)
}

/// What reading one entry of the ring gives.
type Read<T> = Result<T, Box<Diagnostic>>;

fn sort<T>(read: Read<T>, into: &mut Vec<T>, faults: &mut Vec<Diagnostic>) {
    match read {
        Ok(value) => into.push(value),
        Err(finding) => faults.push(*finding),
    }
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Read<T> {
    let text = fs::read_to_string(path).map_err(|e| bad(path, &e.to_string()))?;
    let source = SourceFile::new(path.display().to_string(), text);
    read_table(&source, "M-08", "密钥登记", "改正或删去这个登记文件。")
}

/// The public key beside the table at `path`.
fn public(path: &Path) -> Read<PublicKey> {
    let pem = path.with_extension("pub.pem");
    let text = fs::read_to_string(&pem).map_err(|_| bad(path, "旁边没有公钥文件"))?;
    PublicKey::from_pem(&text, &pem.display().to_string()).map_err(|failure| match failure {
        Failure::Key(list) => {
            list.into_iter().next().map_or_else(|| bad(path, "公钥读不懂"), Box::new)
        }
        _ => bad(path, "公钥读不懂"),
    })
}

fn day(path: &Path, name: &str, text: &str) -> Read<NaiveDate> {
    date::parse(text)
        .ok_or_else(|| bad(path, &format!("{name} 的值“{text}”不是日期；写法如 2026-01-31")))
}

/// M-08: an entry of the ring that cannot be used.
fn bad(path: &Path, reason: &str) -> Box<Diagnostic> {
    let finding = Diagnostic::error("M-08", format!("{}：{reason}", path.display()));
    Box::new(finding.hint("改正或删去这个登记文件。"))
}

/// Lines of a table; JSON's strings are TOML's.
fn lines(rows: &[(&str, &str)]) -> String {
    let line = |(key, value): &(&str, &str)| {
        let clean: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{key} = {}\n", serde_json::Value::from(clean))
    };
    rows.iter().map(line).collect()
}

fn text(path: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    write_atomically(path, |file| file.write_all(text.as_bytes()))?;
    Ok(())
}
