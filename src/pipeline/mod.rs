//! 流水线: the steps of the house in their order, each a function over plain values.
//!
//! `check` → `generate` → `pack` → `verify` → `receive` → `search`; `run` walks them all. This room alone
//! knows where things lie (settings) and in what order they happen; it says what happened through events.

#[cfg(feature = "search")]
mod access;
#[cfg(feature = "typeset")]
mod as_issued;
mod bundle;
mod check;
mod choice;
#[cfg(feature = "typeset")]
mod deposit;
mod destroy;
mod diff;
mod disclose;
mod dispose;
mod event;
mod evidence;
mod fair_copy;
mod frozen;
#[cfg(feature = "typeset")]
mod generate;
#[cfg(all(test, feature = "typeset"))]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
mod golden;
#[cfg(feature = "search")]
mod hit_list;
mod issue;
mod keeping;
mod kept_format;
mod kinds;
#[cfg(feature = "typeset")]
mod layout;
mod ledger;
#[cfg(feature = "typeset")]
mod left_over;
mod mend;
mod new_case;
mod number;
mod old;
#[cfg(feature = "typeset")]
mod pack;
#[cfg(feature = "search")]
mod paged;
#[cfg(feature = "typeset")]
mod paper;
#[cfg(feature = "typeset")]
mod preview;
#[cfg(feature = "typeset")]
mod print;
mod progress;
mod receive;
mod rulepack;
#[cfg(feature = "typeset")]
mod run;
#[cfg(feature = "search")]
mod search;
#[cfg(feature = "typeset")]
mod set;
mod settings;
mod text;
mod verify;
mod versions;
#[cfg(any(test, feature = "typeset"))]
mod watch;
mod wording;

pub use bundle::{BundleLine, moment, today};
pub use check::{check, left_out, load};
#[cfg(feature = "typeset")]
pub use check::{load_draft, load_to_redact};
pub use destroy::carry_out;
#[cfg(feature = "typeset")]
pub use diff::marked_pdf;
pub use diff::{Between, diff_files, diff_versions};
#[cfg(feature = "typeset")]
pub use disclose::{DiscloseOptions, disclose, prove_disclosed};
pub use dispose::{may_write_disposal, write_disposal};
pub use event::{DocumentLine, Event, Listener};
pub use evidence::{EvidenceOptions, enter_evidence};
pub use frozen::compare;
#[cfg(feature = "typeset")]
pub use generate::{GenerateOptions, generate};
#[cfg(feature = "search")]
pub use hit_list::{everything as hits_workbook, list as list_hits};
pub use issue::{IssueOptions, issue};
pub use keeping::{doctor, expired, mend as mend_archive, rebuild};
pub use kinds::{KindsOptions, check_kinds, kinds_under, new_kind};
#[cfg(feature = "typeset")]
pub use layout::{ClauseLine, Measured, deviations, layout_of_case, layout_of_file};
pub use ledger::{Import, export_ledger, import};
pub use mend::mend;
pub use new_case::{NewCase, new_case};
pub use number::{Choice, adopt, create_register, export_register, open_register};
pub use old::{OldImport, OldOptions, RecordLine, State as OldState, import_old};
#[cfg(feature = "typeset")]
pub use pack::{HandOver, pack};
#[cfg(feature = "typeset")]
pub use preview::{Preview, PreviewOptions, Previewed};
#[cfg(feature = "typeset")]
pub use print::print_forms;
pub use progress::{Looked, look, write, write_new};
pub use receive::{ReceiptLine, Terms, receive};
#[cfg(feature = "workbench")]
pub use rulepack::open;
pub use rulepack::{named_pack, names as rulepacks, rules as rules_of};
#[cfg(feature = "typeset")]
pub use run::run;
#[cfg(feature = "workbench")]
pub use search::pages_of;
#[cfg(feature = "search")]
pub use search::{SearchOptions, explain, gaps, index_check, prepare, search};
#[cfg(feature = "typeset")]
pub use set::{SetOptions, set};
pub use settings::Settings;
pub use text::{CHILD as EXTRACT_CHILD, ChildLimits, TextReader, extract_child};
pub use verify::{export_bag, export_sip, verify, whole, write_report};
pub use versions::{file_of, versions_of};
#[cfg(feature = "typeset")]
pub use watch::Watch;
