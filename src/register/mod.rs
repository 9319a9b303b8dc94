//! 发文登记簿: numbers of documents, one sequence for each 机关代字 and year, in one database file. A number is taken
//! once and never again; what is entered stays for ever, each entry chained to the one before by its digest. Beside an
//! issued document's entry lie the files of its version, bytes in, bytes out.

mod audit;
mod deed;
mod entry;
mod fault;
mod kept;
mod place;
mod store;
mod tables;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod versions_tests;

pub use audit::audit;
pub use deed::{About, Taken};
pub use entry::{Act, Entry, Kept, Line, State, lines};
pub use kept::Made;
pub use place::network;
pub use store::Register;
