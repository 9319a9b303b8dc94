//! 时钟: the only room that may ask the machine for the time.
//!
//! Documents and bundles take their times from case data; the clock is asked only for what happens
//! here and now (a receipt).

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};

/// A source of the present time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock, in UTC.
    System,
    /// A fixed moment, for tests and repeatable runs.
    Fixed(DateTime<Utc>),
}

impl Clock {
    /// The present moment, cut to whole seconds.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one room that asks")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match self {
            Self::System => Utc::now(),
            Self::Fixed(moment) => *moment,
        };
        now.with_nanosecond(0).unwrap_or(now)
    }

    /// A clock that stands still at `text` (`2026-11-24T08:00:00Z`), or none if that is no moment.
    #[must_use]
    pub fn fixed(text: &str) -> Option<Self> {
        let text = text.strip_suffix('Z')?;
        let moment = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S").ok()?;
        Some(Self::Fixed(moment.and_utc()))
    }
}
