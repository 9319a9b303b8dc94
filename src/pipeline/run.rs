//! 全程: case in, documents, bundle, verified and received out.

use std::path::Path;

use super::generate::{GenerateOptions, generate};
use super::pack::{HandOver, bundle_id, pack_generated};
use super::receive::{ReceiptLine, Terms, receive_all};
use super::{BundleLine, Event, Listener, Settings, as_issued, check};
use crate::archive::Inspection;
use crate::diag::Failure;
use crate::register::Register;

/// What the chain made.
#[derive(Debug)]
pub struct RunSummary {
    /// Documents made.
    pub documents: usize,
    /// Documents that could not be made.
    pub failed: Vec<String>,
    /// Documents whose kind has no folder among the templates.
    pub without_kind: Vec<String>,
    /// The bundle, or its parts in order; none if a document failed.
    pub bundles: Vec<BundleLine>,
    /// How the receiving side found each of them, and its receipt if it was received. Ends with one that was not.
    pub received: Vec<(Inspection, Option<ReceiptLine>)>,
}

/// Walks the whole chain for the case at `path`; everything lands under `out`: `documents/`, `bundles/`,
/// `archive/`. `options` must ask for PDF, which is what is packed. Documents whose issued version `register` keeps are written
/// and packed as they were issued.
///
/// # Errors
/// What the steps report; documents that fail are listed, and then no bundle is made.
pub fn run(
    settings: &Settings,
    path: &Path,
    out: &Path,
    options: &GenerateOptions,
    register: Option<&Register>,
    listen: Listener<'_>,
) -> Result<RunSummary, Failure> {
    listen(Event::Step("读取和校验数据", 0));
    let case = check::load(path, settings, listen)?;
    let sent = register.map(|r| as_issued::sent(r, &case)).transpose()?.unwrap_or_default();
    let options = GenerateOptions { sent, ..options.clone() };
    let generated = generate(settings, &case, &options, Some(&out.join("documents")), listen)?;
    let mut summary = RunSummary {
        documents: generated.papers.len(),
        failed: generated.failed.clone(),
        without_kind: generated.without_kind.clone(),
        bundles: Vec::new(),
        received: Vec::new(),
    };
    if !summary.failed.is_empty() {
        return Ok(summary);
    }
    let zip = out.join("bundles").join(format!("{}.zip", bundle_id(&case)));
    summary.bundles =
        pack_generated(settings, &case, &generated, &zip, HandOver::default(), listen)?;
    let bundles: Vec<&Path> = summary.bundles.iter().map(|b| b.path.as_path()).collect();
    let archive = out.join("archive");
    summary.received = receive_all(settings, &bundles, &archive, true, &Terms::plain(), listen)?;
    Ok(summary)
}
