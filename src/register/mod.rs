//! 发文登记簿: numbers of documents, one sequence for each 机关代字 and year, in one database file. A number is taken
//! once and never again; what is entered stays for ever, each entry chained to the one before by its digest.

mod audit;
mod deed;
mod entry;
mod fault;
mod place;
mod store;
#[cfg(test)]
mod tests;

pub use audit::audit;
pub use deed::{About, Taken};
pub use entry::{Act, Entry, Line, State, lines};
pub use place::network;
pub use store::Register;
