//! 索引结构: how an entry becomes a document of the engine.

use std::sync::Arc;

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::{TantivyDocument, TantivyError};

use super::entry::Entry;
use super::facet::{self, FACETS};
use super::fields::{self, FIELDS};
use super::{gram, sound};
use crate::vocab::date;

/// The engine's handles of our fields.
#[derive(Clone, Debug)]
pub(crate) struct Handles {
    /// One for each of [`FIELDS`], in that order.
    pub fields: Vec<Field>,
    /// For each of [`FIELDS`] that of its 读音, if it has one.
    pub sounds: Vec<Option<Field>>,
    /// One for each of [`FACETS`], in that order.
    pub facets: Vec<Field>,
    /// Column by which answers are grouped.
    pub case: Field,
    /// Column of names.
    pub names: Field,
    /// Record key.
    pub key: Field,
    /// Date as eight figures, 0 if unreadable.
    pub date: Field,
    /// 密级 as a number, the higher the more secret.
    pub level: Field,
    /// The entry as JSON.
    pub data: Field,
}

/// What the index holds of `entry`.
pub(crate) fn document(entry: &Entry, handles: &Handles) -> tantivy::Result<TantivyDocument> {
    let mut doc = TantivyDocument::new();
    doc.add_text(handles.key, entry.key());
    doc.add_u64(handles.date, day(&entry.metadata.date));
    doc.add_u64(handles.level, entry.metadata.secrecy as u64);
    for ((spec, &field), &sound) in FIELDS.iter().zip(&handles.fields).zip(&handles.sounds) {
        for value in (spec.values)(entry) {
            doc.add_text(field, value);
            if let Some(sound) = sound {
                doc.add_text(sound, value);
            }
        }
    }
    for (spec, &field) in FACETS.iter().zip(&handles.facets) {
        for value in (spec.values)(entry).iter().filter(|v| !v.is_empty()) {
            doc.add_text(field, value);
        }
    }
    doc.add_text(handles.case, &entry.metadata.case_id);
    for name in facet::names(entry) {
        doc.add_text(handles.names, name);
    }
    doc.add_text(handles.data, stored(entry)?);
    Ok(doc)
}

/// What is kept of `entry` to answer with.
pub(crate) fn stored(entry: &Entry) -> tantivy::Result<String> {
    serde_json::to_string(entry).map_err(|e| TantivyError::IoError(Arc::new(e.into())))
}

/// A date as eight figures; 0 if it is none.
pub(crate) fn day(text: &str) -> u64 {
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
    let sounds = FIELDS
        .iter()
        .map(|spec| {
            let sounds = TextFieldIndexing::default()
                .set_tokenizer(sound::NAME)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(false);
            let options = TextOptions::default().set_indexing_options(sounds);
            spec.sounds.then(|| builder.add_text_field(&format!("sound_{}", spec.id), options))
        })
        .collect();
    // Columns only: what they hold is asked for by the fields above.
    let column = || TextOptions::from(FAST);
    let facets = FACETS.iter().map(|spec| builder.add_text_field(spec.id, column())).collect();
    let case = builder.add_text_field(facet::CASE, column());
    let names = builder.add_text_field(facet::NAMES, column());
    let key = builder.add_text_field("key", STRING | FAST);
    let date = builder.add_u64_field("date", FAST | INDEXED);
    let level = builder.add_u64_field("level", FAST | INDEXED);
    let data = builder.add_text_field("data", STORED);
    let handles = Handles { fields, sounds, facets, case, names, key, date, level, data };
    (builder.build(), handles)
}
