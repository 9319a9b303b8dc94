//! 体检: everything in an archive that is not as it should be, told without changing anything; and the mending of what
//! can be mended without losing anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde::Serialize;

use super::papers::Papers;
use super::register::{self, Line, Lines};
use super::structure::{self, about, names, stray};
use super::{ABOUT, EVENTS, OBJECTS, RECEIPTS, REGISTER, Store, disposal, object, recover};
use crate::archive::handover::give_back;
use crate::container::is_unfinished;
use crate::diag::{Diagnostic, Failure, SourceFile, Span, WorldError};
use crate::vocab::date;

/// 体检结果.
#[derive(Debug, Default, Serialize)]
pub struct Health {
    /// Objects in the store.
    pub objects: usize,
    /// Lines of the register.
    pub accessions: usize,
    /// Content files.
    pub files: usize,
    /// Everything that is not as it should be.
    #[serde(skip)]
    pub findings: Vec<Diagnostic>,
}

/// What lies beside the folders of the store and belongs to an archive.
const BESIDE: [&str; 4] = ["index", super::journal::FOLDER, disposal::FOLDER, "access.toml"];
const MEND: &str = "用 anjuan doctor --repair 补齐；所需内容都在库内。";

impl Store {
    /// Looks the archive over: nothing is read of what is kept but names, sizes and lists (the bytes are for
    /// [`Store::check_fixity`]), nothing is changed.
    ///
    /// # Errors
    /// What the system reports.
    pub fn doctor(&self) -> Result<Health, Failure> {
        let mut health = Health::default();
        self.surroundings(&mut health.findings)?;
        let (text, lines, broken) = self.lines(&mut health)?;
        let (ids, strays) = structure::objects(self)?;
        health.findings.extend(strays);
        health.objects = ids.len();
        let mut known: BTreeSet<String> =
            lines.iter().map(|(_, l)| l.accession.number.clone()).collect();
        let mut versions = BTreeSet::new();
        for id in &ids {
            let object = structure::examine(self, id)?;
            health.files += object.files.len();
            health.findings.extend(object.findings);
            let newest = object.inventory.map_or(0, |i| i.newest());
            for version in 1..=newest {
                versions.insert((id.clone(), version));
                let content = object::content(&self.objects(), id, version);
                match Papers::read(&content) {
                    Ok(Some(papers)) => {
                        self.papers(&papers, &content, (&lines, broken), &mut health.findings);
                        if let Some(line) = papers.line() {
                            known.insert(line.accession.number);
                        }
                    }
                    Ok(None) => self.without_papers(id, version, &lines, &mut health.findings),
                    Err(error) => health.findings.push(about(
                        Diagnostic::error("B-11", "随件保存的登记、回执读不了"),
                        &error.path,
                    )),
                }
            }
        }
        for (id, check) in super::journal::last(self)? {
            if check.damaged > 0 && ids.contains(&id) {
                let words = format!(
                    "上次巡检（{}）发现 {} 处损坏，此后没有查过",
                    date::office_time(&check.time),
                    check.damaged
                );
                health.findings.push(
                    about(Diagnostic::error("B-10", words), &self.objects().join(&id)).hint(
                        "按 anjuan fixity 所列从备份恢复，再巡检一次；查过没有损坏，就不再提示。",
                    ),
                );
            }
        }
        health.findings.extend(self.groups(None)?);
        self.slips(&mut known, &mut health.findings)?;
        disposal::look(self, &mut health.findings)?;
        self.orphans(&text, &lines, &versions, &mut health.findings);
        for (name, _) in names(&self.receipts())? {
            if !known.contains(name.split('.').next().unwrap_or_default()) {
                health.findings.push(stray(&self.receipts().join(&name), &name));
            }
        }
        Ok(health)
    }

    /// What lies around the store: description, strays, staging, locks, permissions.
    fn surroundings(&self, out: &mut Vec<Diagnostic>) -> Result<(), Failure> {
        if let Err(error) = self.about() {
            let finding = Diagnostic::error("B-17", "档案库说明读不懂，或是本程序不认得的版本");
            out.push(about(finding, &error.path).hint("用 anjuan rebuild 由库内的包重写。"));
        }
        let staging = self.staging();
        if let Some(plan) = disposal::pending(&staging) {
            let words = format!("销毁 {} 时中断，还没有完成", plan.number);
            out.push(
                about(Diagnostic::warning("B-22", words), &staging)
                    .hint("批准的销毁已经开始；用 anjuan doctor --repair 从断处接着做完。"),
            );
        } else if let Some(pending) = object::pending(&staging) {
            let words = format!("接收 {} 时中断，还没有完成", pending.object);
            out.push(
                about(Diagnostic::warning("B-01", words), &staging)
                    .hint("用 anjuan doctor --repair，或再接收一次同一个包，都会从断处接着做完。"),
            );
        } else if staging.exists() {
            out.push(
                about(Diagnostic::warning("B-02", "暂存区里有中断留下的内容"), &staging)
                    .hint("用 anjuan doctor --repair 清除；它从未入库，清除不丢内容。"),
            );
        }
        let known = [ABOUT, OBJECTS, REGISTER, RECEIPTS, object::STAGING];
        for (name, _) in names(&self.root)? {
            if !known.contains(&name.as_str()) && !BESIDE.contains(&name.as_str()) {
                out.push(stray(&self.root.join(&name), &name));
            }
        }
        let register = self.root.join(REGISTER);
        for (name, _) in names(&register)? {
            let kept = name.starts_with(super::rebuild::KEPT);
            if ![EVENTS, give_back::FILE, disposal::FILE, "lock"].contains(&name.as_str()) && !kept
            {
                out.push(stray(&register.join(&name), &name));
            }
        }
        if let Ok(lock) = File::open(register.join("lock"))
            && let Err(fs::TryLockError::WouldBlock) = lock.try_lock_shared()
        {
            let words = "另一进程正在写这个档案库，以下结果可能随之变化";
            out.push(about(Diagnostic::note("B-16", words), &register.join("lock")));
        }
        for path in [&self.root, &self.objects(), &register, &self.receipts(), &self.events()] {
            let Ok(metadata) = fs::symlink_metadata(path) else { continue };
            let mode = metadata.permissions().mode();
            if metadata.file_type().is_symlink() {
                out.push(about(Diagnostic::warning("B-15", "是一个链接，内容在别处"), path));
            } else if mode & 0o002 != 0 {
                let finding = Diagnostic::warning("B-15", "任何人都能改写");
                out.push(about(finding, path).hint("收回其他用户的写权限（chmod o-w）。"));
            } else if mode & 0o200 == 0 {
                let finding = Diagnostic::warning("B-15", "本人也不能写，无法接收");
                out.push(about(finding, path).hint("恢复写权限（chmod u+w）。"));
            }
        }
        Ok(())
    }

    /// What was given back: the chain, and a slip for every entry.
    fn slips(
        &self,
        known: &mut BTreeSet<String>,
        out: &mut Vec<Diagnostic>,
    ) -> Result<(), Failure> {
        let slips = match give_back::read(&self.root) {
            Ok((slips, whole)) => {
                if !whole {
                    let words = "退回登记末行没有写完，是写入中断留下的";
                    let path = give_back::path(&self.root);
                    out.push(about(Diagnostic::warning("B-02", words), &path).hint(MEND));
                }
                slips
            }
            Err(Failure::No(findings)) => {
                out.extend(findings);
                // The slips cannot be told from strays then.
                for (name, _) in names(&self.receipts())? {
                    known.extend(
                        name.split('.').next().filter(|n| n.starts_with('T')).map(Into::into),
                    );
                }
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        for slip in slips {
            let path = self.receipts().join(format!("{}.json", slip.number));
            if !path.is_file() {
                let words = format!("缺少退回单 {}", slip.number);
                let hint = "把同一个包再退回一次即补写；或请移交方送还一份。";
                out.push(about(Diagnostic::error("B-07", words), &path).hint(hint));
            }
            known.insert(slip.number);
        }
        Ok(())
    }

    /// The register's text and lines as far as its chain holds.
    fn lines(&self, health: &mut Health) -> Result<(String, Lines, bool), Failure> {
        let path = self.events();
        if register::torn(&path)?.is_some() {
            let finding = Diagnostic::warning("B-02", "登记簿末行没有写完，是写入中断留下的");
            health.findings.push(about(finding, &path).hint(MEND));
        }
        let text = String::from_utf8_lossy(&match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(e) => return Err(WorldError::while_("读取登记簿", &path)(e).into()),
        })
        .into_owned();
        let (lines, broken) = register::chain(&text);
        health.accessions = lines.len();
        if let Some(n) = broken {
            let source = SourceFile::new(path.display().to_string(), text.as_str());
            let at = source.line_start(n);
            let words = format!("接收登记簿第 {n} 行与前一行的摘要对不上，登记簿可能被改动");
            let finding = Diagnostic::error("B-06", words).at(Span::new(&source, at..at));
            health.findings.push(finding.hint(
                "与备份核对；库内每个包都带有自己的登记，可用 anjuan rebuild 重建（原登记簿另存，不丢弃）。",
            ));
        }
        Ok((text, lines, broken.is_some()))
    }

    /// The papers that an object carries against the register and the receipts.
    fn papers(
        &self,
        papers: &Papers,
        content: &Path,
        (lines, broken): (&[(String, Line)], bool),
        out: &mut Vec<Diagnostic>,
    ) {
        let Some(line) = papers.line() else {
            out.push(about(Diagnostic::error("B-09", "随件保存的登记读不懂"), content));
            return;
        };
        let number = &line.accession.number;
        let at = usize::try_from(line.seq).unwrap_or(usize::MAX).wrapping_sub(1);
        match lines.get(at) {
            // After the place where the chain breaks nothing can be said of single lines.
            None if broken => {}
            None => out.push(
                about(
                    Diagnostic::error("B-04", format!("库中有 {number}，登记簿里没有这一行")),
                    content,
                )
                .hint(MEND),
            ),
            Some((text, _)) if *text != papers.event => out.push(
                about(
                    Diagnostic::error(
                        "B-06",
                        format!("登记簿第 {} 行与随件保存的登记不一致", line.seq),
                    ),
                    content,
                )
                .hint("登记簿可能被改动；与备份核对后用 anjuan rebuild 重建。"),
            ),
            Some(_) => {}
        }
        for (name, bytes) in &papers.receipts {
            let path = self.receipts().join(name);
            match fs::read(&path) {
                Ok(there) if there == *bytes => {}
                Ok(_) => out.push(
                    about(Diagnostic::error("B-08", "回执与随件保存的不一致，可能被改动"), &path)
                        .hint("把它移到别处留作证据，再用 anjuan doctor --repair 补回原样的回执。"),
                ),
                Err(_) => {
                    let finding = Diagnostic::error("B-07", format!("缺少 {number} 的回执"));
                    out.push(about(finding, &path).hint(MEND));
                }
            }
        }
    }

    /// A version of the first form: only the register knows of it.
    fn without_papers(
        &self,
        id: &str,
        version: u32,
        lines: &[(String, Line)],
        out: &mut Vec<Diagnostic>,
    ) {
        let content = object::content(&self.objects(), id, version);
        let line =
            lines.iter().find(|(_, l)| l.accession.bundle == id && l.accession.version == version);
        match line {
            None => out.push(about(
                Diagnostic::error("B-04", "库中有这一版本，登记簿里没有，也没有随件保存的登记"),
                &content,
            )),
            Some((_, line)) => {
                let path = self.receipts().join(format!("{}.json", line.accession.number));
                if !path.is_file() {
                    let words = format!("缺少 {} 的回执", line.accession.number);
                    let finding = Diagnostic::error("B-07", words);
                    out.push(about(finding, &path).hint("再接收一次同一个包即补写。"));
                }
                out.push(
                    about(Diagnostic::note("B-18", "由旧版程序入库，没有随件保存登记"), &content)
                        .hint("登记簿须另行备份：丢失以后不能由库重建。"),
                );
            }
        }
    }

    /// Lines of the register whose object is not there.
    fn orphans(
        &self,
        text: &str,
        lines: &[(String, Line)],
        versions: &BTreeSet<(String, u32)>,
        out: &mut Vec<Diagnostic>,
    ) {
        let path = self.events();
        let source = SourceFile::new(path.display().to_string(), text);
        for (n, (_, line)) in lines.iter().enumerate() {
            let a = &line.accession;
            if !versions.contains(&(a.bundle.clone(), a.version)) {
                let at = source.line_start(n + 1);
                let words =
                    format!("登记了 {}，库中没有 {} 第 {} 版", a.number, a.bundle, a.version);
                let finding = Diagnostic::error("B-05", words).at(Span::new(&source, at..at));
                out.push(finding.hint("从备份恢复这个对象的文件夹，或请移交方重新移交。"));
            }
        }
    }

    /// Mends what can be mended without losing anything: ends a reception that was cut short (opening for writing did),
    /// removes unfinished files, settles inventories that a version has whole, adds what register and receipts lack.
    ///
    /// # Errors
    /// What the system reports.
    pub fn mend(&mut self) -> Result<(), Failure> {
        // What is broken in another way is for people; it stays as it is.
        match give_back::open(&self.root) {
            Ok(_) | Err(Failure::No(_)) => {}
            Err(other) => return Err(other),
        }
        let (ids, _) = structure::objects(self)?;
        let mut folders = vec![self.root.clone(), self.objects(), self.receipts()];
        folders.extend([REGISTER, super::journal::FOLDER].map(|part| self.root.join(part)));
        folders.extend(ids.iter().map(|id| self.objects().join(id)));
        for folder in &folders {
            for (name, kind) in names(folder)? {
                let path = folder.join(&name);
                if kind.is_file() && is_unfinished(&name) {
                    fs::remove_file(&path).map_err(WorldError::while_("清除临时文件", &path))?;
                }
            }
        }
        let mut carried = BTreeMap::new();
        for id in &ids {
            let folder = self.objects().join(id);
            let newest = (1..).take_while(|n| folder.join(format!("v{n}")).is_dir()).last();
            let Some(newest) = newest else { continue };
            if structure::sound_sidecar(&folder.join(format!("v{newest}"))) {
                object::settle(&self.staging(), &folder, newest)?;
            }
            for version in 1..=newest {
                let content = object::content(&self.objects(), id, version);
                if let Ok(Some(papers)) = Papers::read(&content)
                    && let Some(line) = papers.line()
                {
                    carried.insert(line.seq, papers);
                }
            }
        }
        for papers in carried.values() {
            // Where the register breaks off in another way, people must look first.
            if recover::put_line(self, papers).is_err() {
                break;
            }
        }
        carried.values().try_for_each(|papers| self.put_receipts(papers))?;
        match disposal::settle(self) {
            Ok(()) | Err(Failure::No(_)) => {}
            Err(other) => return Err(other),
        }
        Ok(object::clear(&self.staging())?)
    }
}
