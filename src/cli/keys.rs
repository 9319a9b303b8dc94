//! `anjuan key` and `anjuan sign`: 密钥和签名.

use std::path::Path;

use serde_json::{Value, json};

use super::args::{
    AlgorithmChoice, KeyAction, KeyArgs, KeyNewArgs, PasswordArgs, PurposeChoice, RevokeArgs,
    SignArgs, TrustArgs,
};
use super::exit::Exit;
use super::secret;
use super::show::Show;
use super::table::Table;
use crate::archive;
use crate::diag::{Diagnostic, Failure, WorldError};
use crate::entropy::Entropy;
use crate::keys::{
    Algorithm, Fingerprint, Keyring, NewKey, PublicKey, Purpose, Revocation, TrustedKey,
};
use crate::pipeline::{self, BundleLine, Settings};

/// Does what is asked of the key ring.
pub fn key(args: &KeyArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    match &args.action {
        KeyAction::New(a) => new(a, settings, show),
        KeyAction::List(a) => {
            list(&Keyring::open(&a.at.keyring, false)?, show);
            Ok(Exit::Done)
        }
        KeyAction::Show(a) => {
            let key = read(&a.file)?;
            show.object(&line("公钥", &key, None));
            show.line(words(&key));
            Ok(Exit::Done)
        }
        KeyAction::Export(a) => {
            let ring = Keyring::open(&a.at.keyring, false)?;
            let own = ring.own_key(&a.name)?;
            pipeline::write(&a.to, own.key.to_pem().as_bytes())?;
            let mut object = line("本单位", &own.key, Some(&own.holder));
            object["path"] = json!(a.to);
            show.object(&object);
            show.line(format!(
                "公钥已写到 {}；请把它送给对方，并用另一途径（电话、当面、公函）告知指纹：\n{}",
                a.to.display(),
                words(&own.key)
            ));
            Ok(Exit::Done)
        }
        KeyAction::Trust(a) => trust(a, settings, show),
        KeyAction::Revoke(a) => revoke(a, settings, show),
        KeyAction::Password(a) => change(a, settings, show),
    }
}

/// Adds a signature to a bundle.
pub fn sign(args: &SignArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let ring = Keyring::open(&args.at.keyring, false)?;
    ring.own_key(&args.key)?;
    let password = secret::password(&args.password, settings, show, &args.key)?;
    let key = ring.unlock(&args.key, &password, pipeline::today(settings))?;
    let out = args.out.as_ref().unwrap_or(&args.bundle);
    let line = BundleLine::of(archive::sign(&args.bundle, out, &key)?);
    super::show::bundle(&line, show);
    Ok(Exit::Done)
}

fn purpose(choice: PurposeChoice) -> Purpose {
    match choice {
        PurposeChoice::Handover => Purpose::Handover,
        PurposeChoice::Receipt => Purpose::Receipt,
        PurposeChoice::All => Purpose::All,
    }
}

fn new(args: &KeyNewArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut ring = Keyring::open(&args.at.keyring, true)?;
    let file = args.password.password_file.clone().or_else(|| settings.password_file());
    let password = secret::new_password(file.as_ref(), show, &args.name)?;
    let algorithm = match args.algorithm {
        Some(AlgorithmChoice::Ed25519) => Algorithm::Ed25519,
        Some(AlgorithmChoice::Sm2) => Algorithm::Sm2,
        None => ring.policy.usual(),
    };
    let about = NewKey {
        name: &args.name,
        holder: &args.holder,
        algorithm,
        purpose: purpose(args.purpose),
        created: pipeline::today(settings),
    };
    let own = ring.add_own(about, &password, &mut Entropy::System)?;
    let mut object = line("本单位", &own.key, Some(&own.holder));
    object["name"] = json!(own.name);
    show.object(&object);
    show.line(format!(
        "已新建密钥“{}”（{}）\n{}\n口令丢失无法找回；密钥库请另存一份备份。",
        own.name,
        own.holder,
        words(&own.key)
    ));
    Ok(Exit::Done)
}

fn list(ring: &Keyring, show: &Show) {
    let mut table = Table::new(["类别", "名称、单位", "算法", "用途", "起止", "指纹（前 16 位）"]);
    let gone = |key: &PublicKey| {
        ring.revocation(key.fingerprint()).map_or_else(String::new, |r| format!("{} 撤销", r.on))
    };
    for own in &ring.own {
        let mut object = line("本单位", &own.key, Some(&own.holder));
        object["name"] = json!(own.name);
        object["purpose"] = json!(own.purpose.word());
        object["revoked"] = json!(ring.revocation(own.key.fingerprint()).map(|r| r.on.to_string()));
        show.object(&object);
        let who = format!("{}（{}）", own.name, own.holder);
        let span = format!("{}起 {}", own.created, gone(&own.key));
        let (algorithm, purpose) = (own.key.algorithm().name(), own.purpose.word());
        table.row(["本单位", &who, algorithm, purpose, &span, &own.key.fingerprint().short()]);
    }
    for other in &ring.trusted {
        let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string());
        let mut object = line("信任", &other.key, Some(&other.holder));
        object["purpose"] = json!(other.purpose.word());
        object["from"] = json!(day(other.from));
        object["to"] = json!(day(other.to));
        object["by"] = json!(other.by);
        object["on"] = json!(other.on.to_string());
        object["note"] = json!(other.note);
        object["revoked"] =
            json!(ring.revocation(other.key.fingerprint()).map(|r| r.on.to_string()));
        show.object(&object);
        let part = |d: Option<chrono::NaiveDate>| day(d).unwrap_or_else(|| "不限".into());
        let span = format!("{}至{} {}", part(other.from), part(other.to), gone(&other.key));
        let (algorithm, purpose) = (other.key.algorithm().name(), other.purpose.word());
        table.row([
            "信任",
            &other.holder,
            algorithm,
            purpose,
            &span,
            &other.key.fingerprint().short(),
        ]);
    }
    for gone in &ring.revoked {
        show.object(&json!({
            "type": "revocation", "fingerprint": gone.fingerprint.to_string(), "on": gone.on.to_string(),
            "reason": gone.reason, "by": gone.by,
        }));
        let span = format!("{}起", gone.on);
        table.row(["撤销", &gone.reason, "", "", &span, &gone.fingerprint.short()]);
    }
    for text in table.lines() {
        show.line(text);
    }
}

fn trust(args: &TrustArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let key = read(&args.file)?;
    let told: Fingerprint = args.fingerprint.parse().map_err(Failure::Usage)?;
    if told != key.fingerprint() {
        let words = format!(
            "{} 的指纹与对方告知的不符，没有登记：文件的是 {}",
            args.file.display(),
            key.fingerprint().grouped()
        );
        let hint = "公钥可能在途中被换；请向对方索取新的文件，再核对一次。";
        return Err(Failure::Key(vec![Diagnostic::error("M-10", words).hint(hint)]));
    }
    let mut ring = Keyring::open(&args.at.keyring, true)?;
    ring.trust(TrustedKey {
        key: key.clone(),
        holder: args.holder.clone(),
        from: args.from,
        to: args.to,
        purpose: purpose(args.purpose),
        note: args.note.clone(),
        by: args.by.clone(),
        on: pipeline::today(settings),
    })?;
    show.object(&line("信任", &key, Some(&args.holder)));
    show.line(format!("已登记信任{}的公钥\n{}", args.holder, words(&key)));
    Ok(Exit::Done)
}

fn revoke(args: &RevokeArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let mut ring = Keyring::open(&args.at.keyring, true)?;
    let own = ring.own.iter().find(|k| k.name == args.key).map(|k| k.key.fingerprint());
    let fingerprint =
        match own.or_else(|| Fingerprint::parse(&args.key)) {
            Some(fingerprint) => fingerprint,
            None => read(Path::new(&args.key)).map(|key| key.fingerprint()).map_err(|failure| {
                match failure {
                    Failure::World(_) => {
                        let words =
                            format!("“{}”不是密钥的名称、指纹，也没有这个公钥文件", args.key);
                        Failure::Key(vec![
                            Diagnostic::error("M-05", words)
                                .hint("用 anjuan key list 看有哪些密钥。"),
                        ])
                    }
                    other => other,
                }
            })?,
        };
    let on = args.on.unwrap_or_else(|| pipeline::today(settings));
    ring.revoke(Revocation { fingerprint, on, reason: args.reason.clone(), by: args.by.clone() })?;
    show.object(&json!({
        "type": "revocation", "fingerprint": fingerprint.to_string(), "on": on.to_string(),
        "reason": args.reason, "by": args.by,
    }));
    show.line(format!(
        "已登记撤销：{on} 起，指纹为 {} 的密钥的签名不算数。",
        fingerprint.grouped()
    ));
    show.line("本单位的密钥撤销后，请通知所有登记过它的单位同样登记撤销。");
    Ok(Exit::Done)
}

fn change(args: &PasswordArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let ring = Keyring::open(&args.at.keyring, false)?;
    let own = ring.own_key(&args.name)?;
    let old = secret::password(&args.password, settings, show, &args.name)?;
    let new = secret::new_password(args.new_password_file.as_ref(), show, &args.name)?;
    ring.change_password(&args.name, &old, &new, &mut Entropy::System)?;
    let mut object = line("本单位", &own.key, Some(&own.holder));
    object["name"] = json!(own.name);
    show.object(&object);
    show.line(format!("密钥“{}”已换口令；旧的备份仍是旧口令，请一并更换。", args.name));
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<PublicKey, Failure> {
    let bytes = std::fs::read(path).map_err(WorldError::while_("读取公钥", path))?;
    PublicKey::from_pem(&String::from_utf8_lossy(&bytes), &path.display().to_string())
}

fn line(sort: &str, key: &PublicKey, holder: Option<&str>) -> Value {
    json!({
        "type": "key", "sort": sort, "holder": holder, "algorithm": key.algorithm().id(),
        "fingerprint": key.fingerprint().to_string(),
    })
}

fn words(key: &PublicKey) -> String {
    format!("  算法 {}\n  指纹 {}", key.algorithm().name(), key.fingerprint().grouped())
}
