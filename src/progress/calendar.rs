//! 日期推算: months that end early, 工作日 by the office's calendar, quarters.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// No deadline lies further off than this many days.
const FURTHEST: u32 = 36_600;

/// 工作日历: days off and days worked besides the week's own order.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Years that the calendar knows.
    pub years: BTreeSet<i32>,
    /// 放假.
    pub off: BTreeSet<NaiveDate>,
    /// 调休上班.
    pub work: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// Whether `day` is a 工作日.
    #[must_use]
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        if self.work.contains(&day) {
            return true;
        }
        !self.off.contains(&day) && !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// The `count`-th 工作日 after `day`; the day itself is not counted.
    #[must_use]
    pub fn workdays_after(&self, day: NaiveDate, count: u32) -> Option<NaiveDate> {
        let (mut at, mut left) = (day, count.min(FURTHEST));
        while left > 0 {
            at = at.succ_opt()?;
            left -= u32::from(self.is_workday(at));
        }
        Some(at)
    }

    /// Whether every year from `from` to `to` is in the calendar.
    #[must_use]
    pub fn knows(&self, from: NaiveDate, to: NaiveDate) -> bool {
        (from.year()..=to.year()).all(|year| self.years.contains(&year))
    }
}

/// `count` calendar months after `day`: the same day of the month, or the month's last day where it is shorter.
#[must_use]
pub fn months_after(day: NaiveDate, count: u32) -> Option<NaiveDate> {
    day.checked_add_months(Months::new(count.min(FURTHEST)))
}

/// `count` calendar days after `day`.
#[must_use]
pub fn days_after(day: NaiveDate, count: u32) -> Option<NaiveDate> {
    day.checked_add_days(Days::new(u64::from(count.min(FURTHEST))))
}

/// 季度 as data writes it (`2025Q3`), and its last day.
#[must_use]
pub fn quarter(day: NaiveDate) -> Option<(String, NaiveDate)> {
    let number = day.month0() / 3 + 1;
    let first = NaiveDate::from_ymd_opt(day.year(), number * 3, 1)?;
    let last = months_after(first, 1)?.pred_opt()?;
    Some((format!("{}Q{number}", day.year()), last))
}
