//! 索引结构: how an entry becomes a document of the engine.

use std::sync::Arc;

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, TantivyError};

use super::entry::Entry;
use super::fields::{self, FIELDS};
use super::gram;
use crate::vocab::date;

/// The engine's handles of our fields.
#[derive(Clone, Debug)]
pub(crate) struct Handles {
    /// One for each of [`FIELDS`], in that order.
    pub fields: Vec<Field>,
    /// Record key.
    pub key: Field,
    /// Date as eight figures, 0 if unreadable.
    pub date: Field,
    /// The entry as JSON.
    pub data: Field,
}

/// What the index holds of `entry`.
pub(crate) fn document(entry: &Entry, handles: &Handles) -> tantivy::Result<TantivyDocument> {
    let mut doc = TantivyDocument::new();
    doc.add_text(handles.key, entry.key());
    doc.add_u64(handles.date, day(&entry.metadata.date));
    for (spec, &field) in FIELDS.iter().zip(&handles.fields) {
        for value in (spec.values)(entry) {
            doc.add_text(field, value);
        }
    }
    let data =
        serde_json::to_string(entry).map_err(|e| TantivyError::IoError(Arc::new(e.into())))?;
    doc.add_text(handles.data, data);
    Ok(doc)
}

/// A date as eight figures; 0 if it is none.
fn day(text: &str) -> u64 {
    date::parse(text).and_then(|d| date::eight_figures(d).parse().ok()).unwrap_or(0)
}

/// The fields of the index.
pub(crate) fn schema() -> (Schema, Handles) {
    let mut builder = Schema::builder();
    let fields = FIELDS
        .iter()
        .map(|spec| {
            let grams = TextFieldIndexing::default()
                .set_tokenizer(gram::NAME)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(spec.id == fields::BODY);
            builder.add_text_field(spec.id, TextOptions::default().set_indexing_options(grams))
        })
        .collect();
    let key = builder.add_text_field("key", STRING | FAST);
    let date = builder.add_u64_field("date", FAST | INDEXED);
    let data = builder.add_text_field("data", STORED);
    (builder.build(), Handles { fields, key, date, data })
}
