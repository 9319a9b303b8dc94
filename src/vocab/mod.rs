//! The words of office and archive as types and forms.

pub mod archival_code;
pub mod date;
pub mod doc_number;
pub mod numerals;
pub mod retention;
pub mod secrecy;
