//! 移交的项目: what stands for the whole import, from the command line or the head of the 著录表.

use super::OldOptions;
use super::describe::Candidate;
use super::form::Form;
use crate::diag::Failure;
use crate::pipeline::Settings;
use crate::vocab::archival_code::ArchivalCode;
use crate::vocab::date;

/// What stands for the whole import.
#[derive(Clone, Debug)]
pub(super) struct Settled {
    pub(super) fonds: String,
    pub(super) fonds_name: String,
    pub(super) category: String,
    pub(super) unit: String,
    pub(super) sender: String,
    pub(super) receiver: String,
    pub(super) date: String,
}

impl Settled {
    /// From the command line, else from the head of the 著录表.
    pub(super) fn new(o: &OldOptions, form: &Form, settings: &Settings) -> Result<Self, Failure> {
        let told = |option: &Option<String>, name: &str| {
            option.clone().or_else(|| form.head(name).map(str::to_owned))
        };
        let needed = |option: &Option<String>, name: &str, flag: &str| {
            told(option, name).ok_or_else(|| {
                Failure::Usage(format!("请用 {flag} 指明{name}，或写在 TOML 著录表的开头"))
            })
        };
        let fonds = needed(&o.fonds, "全宗号", "--fonds")?;
        let fonds_name = needed(&o.fonds_name, "全宗名称", "--fonds-name")?;
        let category = told(&o.category, "门类").unwrap_or_else(|| "WS".into());
        let unit = told(&o.unit, "机构代码").unwrap_or_else(|| "JD".into());
        let probe = format!("{fonds}-{category}·2000-Y-{unit}-0001");
        if ArchivalCode::parse(&probe).is_none() {
            return Err(Failure::Usage(format!(
                "全宗号“{fonds}”（4 位大写字母或数字）、门类“{category}”（2 位）或机构代码“{unit}”（大写字母或数字）不合档号规则"
            )));
        }
        let sender = told(&o.sender, "移交单位").unwrap_or_else(|| fonds_name.clone());
        let receiver = told(&o.receiver, "接收单位").unwrap_or_else(|| sender.clone());
        let today = || date::office_day(settings.clock.now()).to_string();
        let day = told(&o.date, "移交日期").unwrap_or_else(today);
        if date::parse(&day).is_none() {
            return Err(Failure::Usage(format!("移交日期“{day}”写法应为 2025-03-04")));
        }
        Ok(Self { fonds, fonds_name, category, unit, sender, receiver, date: day })
    }

    /// The code of an item without one.
    pub(super) fn code(&self, c: &Candidate, item: u32) -> Option<ArchivalCode> {
        Some(ArchivalCode {
            fonds: self.fonds.clone(),
            category: self.category.clone(),
            year: c.year,
            retention: c.metadata.as_ref()?.retention,
            unit: self.unit.clone(),
            item,
        })
    }
}
