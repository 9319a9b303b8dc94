//! One document under one plan: a single compilation.

use std::collections::BTreeMap;

use typst::diag::Warned;
use typst::foundations::Bytes;
use typst_layout::PagedDocument;

use super::{Laid, Plan};
use crate::diag::Failure;
use crate::document::{Document, Marked};
use crate::typeset::world::{DocWorld, Shared, asset_name};

/// The document as data, ready to be laid out again and again.
pub(super) struct Press<'a> {
    shared: &'a Shared,
    document: Bytes,
    names: Vec<&'a str>,
    pictures: Vec<Bytes>,
}

impl<'a> Press<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        doc: &'a Document,
        marked: Option<&Marked>,
    ) -> Result<Self, Failure> {
        let bug = |e| Failure::Bug(format!("公文转 JSON：{e}"));
        let json = match marked {
            None => serde_json::to_vec(doc).map_err(bug)?,
            Some(marked) => {
                let mut tree = serde_json::to_value(doc).map_err(bug)?;
                marked.put_into(&mut tree);
                serde_json::to_vec(&tree).map_err(bug)?
            }
        };
        Ok(Self {
            shared,
            document: Bytes::new(json),
            names: doc.assets.keys().map(String::as_str).collect(),
            pictures: doc.assets.values().map(|bytes| Bytes::new(bytes.clone())).collect(),
        })
    }

    /// The virtual file of each picture. Names are the same for every document: typst never frees one.
    pub(super) fn assets(&self) -> BTreeMap<String, String> {
        let files = self.names.iter().enumerate();
        files.map(|(i, name)| ((*name).to_owned(), asset_name(i))).collect()
    }

    pub(super) fn run(&self, plan: &Plan) -> Result<Laid, Failure> {
        let plan = serde_json::to_vec(plan).map_err(|e| Failure::Bug(format!("版面计划：{e}")))?;
        let layout = Bytes::new(plan);
        let world = DocWorld::new(self.shared, self.document.clone(), layout, &self.pictures)?;
        let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
        match output {
            Ok(document) => Ok(Laid {
                document,
                findings: world.findings(&warnings, "L-01"),
                adjustments: Vec::new(),
            }),
            Err(errors) => Err(Failure::Faulty(world.findings(&errors, "K-07"))),
        }
    }
}
