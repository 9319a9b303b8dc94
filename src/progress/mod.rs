//! 进度: where a case stands (阶段), what is due (时限), and the figures of its progress (统计), as of a given day.
//!
//! Which stages there are, what each step needs and how deadlines are counted is data of the rule pack
//! (`stages.toml`, `deadlines.toml`); this room knows only how to look facts up in a case. A fact dated after
//! the day asked about has not happened yet.

mod calendar;
mod chart;
mod count;
mod due;
mod facts;
mod ics;
mod need;
mod pack;
mod rule;
mod stats;
mod status;

pub use chart::chart;
pub use due::{Deadline, Urgency, due, is_overdue};
pub use ics::ics;
pub use need::Evidence;
pub use pack::{Pack, Sources};
pub use stats::{By, Figures, Statistics, Subject, percent, share, statistics};
pub use status::{Position, StageLine, StepLine, status};

#[cfg(test)]
mod tests;
