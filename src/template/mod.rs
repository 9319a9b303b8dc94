//! 文件种类: folders of wording, and how a case and a kind make a document.
//!
//! A kind is a folder under `templates/` with a manifest (`kind.toml`) and bodies; no kind is named in Rust.
//! Words come first: a body is rendered to a small markup, the markup parsed into the document tree, and only
//! the tree goes on to layout.

mod additions;
mod check;
mod compose;
mod facts;
mod fields;
mod functions;
#[cfg(test)]
mod guide;
mod kinds;
mod manifest;
mod manuscript;
mod markup;
mod pictures;
mod sample;
mod skeleton;
mod table;
#[cfg(test)]
mod tests;

pub use check::{inspect_kind, stands_alone};
pub use compose::compose;
pub use facts::Facts;
pub use fields::{FieldGroup, field_group, field_groups, find_fields, near_fields};
pub use kinds::{Kind, Kinds};
pub use manuscript::compose_manuscript;
pub use skeleton::NewKind;
