//! 打包: the records of a case into one bundle.

use std::path::Path;

use serde_json::Value;

use super::as_issued;
use super::deposit::{Item, catalogue_context};
use super::generate::{GenerateOptions, Generated, generate};
use super::{BundleLine, Event, Listener, Settings, moment};
use crate::archive::{self, Book, BundleSpec, ExtraFile, Passing};
use crate::case::CaseFile;
use crate::container::open_zip;
use crate::diag::{Diagnostic, Failure};
use crate::keys::PrivateKey;
use crate::register::Register;

/// 移交: what makes a bundle a hand-over.
#[derive(Debug, Default)]
pub struct HandOver<'a> {
    /// Most bytes of one bundle; what is more goes into numbered parts. What a ZIP holds, if nothing is said.
    pub most: Option<u64>,
    /// 移交登记簿, in which it is numbered.
    pub book: Option<&'a mut Book>,
    /// The key that signs it.
    pub key: Option<&'a PrivateKey>,
}

/// Renders every document of `case` and packs it with its evidence into the bundle `out`, or into numbered parts beside it. Documents whose issued version
/// `register` keeps go in as they were issued.
///
/// # Errors
/// Findings against any document bar the bundle: an incomplete bundle is never written.
pub fn pack(
    settings: &Settings,
    case: &CaseFile,
    out: &Path,
    register: Option<&Register>,
    hand_over: HandOver<'_>,
    listen: Listener<'_>,
) -> Result<Vec<BundleLine>, Failure> {
    unclaimed(out, &bundle_id(case))?;
    let sent = register.map(|r| as_issued::sent(r, case)).transpose()?.unwrap_or_default();
    let options =
        GenerateOptions { formats: vec!["pdf".into()], sent, ..GenerateOptions::default() };
    let generated = generate(settings, case, &options, None, &|event| match event {
        Event::Document(line) if line.ok => {}
        other => listen(other),
    })?;
    pack_generated(settings, case, &generated, out, hand_over, listen)
}

/// Nothing but an earlier bundle of the same case may be in the place of a bundle: what was handed over cannot be made again.
fn unclaimed(out: &Path, id: &str) -> Result<(), Failure> {
    if !out.exists() {
        return Ok(());
    }
    let there = match open_zip(out)? {
        Ok(zip) => {
            zip.entries().first().map(|e| e.name.split('/').next().unwrap_or_default().to_owned())
        }
        Err(_) => None,
    };
    let what = match there {
        Some(other) if other == id => return Ok(()),
        Some(other) => format!("是另一个归档包 {other}"),
        None => "不是完好的归档包".to_owned(),
    };
    let words =
        format!("{} 已经有了，{what}，没有改动它；请另写一个名称，或先把它移走", out.display());
    Err(Failure::Usage(words))
}

/// 归档包编号: the case's id in the letters a bundle's name may have, e.g. `AJ-CQ-LX-2025-01-03`.
#[must_use]
pub fn bundle_id(case: &CaseFile) -> String {
    let id: String = case
        .model()
        .case
        .id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '-' })
        .take(61)
        .collect();
    format!("AJ-{id}")
}

/// Packs what has been generated already.
///
/// # Errors
/// As [`pack`].
pub fn pack_generated(
    settings: &Settings,
    case: &CaseFile,
    generated: &Generated,
    out: &Path,
    hand_over: HandOver<'_>,
    listen: Listener<'_>,
) -> Result<Vec<BundleLine>, Failure> {
    if !generated.failed.is_empty() {
        return Err(Failure::Rejected(vec![
            Diagnostic::error(
                "P-06",
                format!(
                    "有 {} 份文件未能生成，不能打包：{}",
                    generated.failed.len(),
                    generated.failed.join("、")
                ),
            )
            .hint("请先按上面的提示改正数据，再重新打包。"),
        ]));
    }
    let spec = spec(case)?;
    let (handed, rest): (Vec<_>, Vec<_>) =
        generated.items.iter().partition(|item| item.handover.is_some());
    if !rest.is_empty() {
        listen(Event::Finding(not_yet(case, &rest)));
    }
    let (with_files, paper): (Vec<_>, Vec<_>) =
        handed.into_iter().map(|i| &i.record).cloned().partition(|r| !r.files.is_empty());
    let spec = BundleSpec { absent: paper.into_iter().map(|r| r.metadata).collect(), ..spec };
    listen(Event::Step("打包", 0));
    let extras = extras(case, generated)?;
    let at = moment(settings);
    let HandOver { most, book, key } = hand_over;
    let terms = Passing { book, key, at: &at, most: most.unwrap_or(archive::MOST) };
    let packed = archive::hand_over(&spec, &with_files, &extras, out, terms)
        .map_err(|e| e.map_findings(|finding| placed(case, finding)))?;
    packed.findings.into_iter().for_each(|f| listen(Event::Finding(f)));
    Ok(packed.value.into_iter().map(BundleLine::of).collect())
}

/// A finding about a record, whose id it has for a path, at the record's place in the case.
fn placed(case: &CaseFile, finding: Diagnostic) -> Diagnostic {
    let own = |id: &str| finding.path.as_deref() == Some(id);
    let place = case.entities().find(|(id, _, _)| own(id)).map(|(_, _, pointer)| pointer);
    match place {
        Some(pointer) => finding.at(case.span_near(pointer)).path(pointer),
        None => finding,
    }
}

/// What came after the last hand-over stays with the sender until the next.
fn not_yet(case: &CaseFile, rest: &[&Item]) -> Diagnostic {
    const NAMED: usize = 3;
    let names: Vec<&str> =
        rest.iter().take(NAMED).map(|item| item.record.metadata.title.as_str()).collect();
    let more = if rest.len() > NAMED { "等" } else { "" };
    let message = format!(
        "{} 件形成于最后一次移交之后，没有打进这个包：{}{more}",
        rest.len(),
        names.join("、")
    );
    Diagnostic::warning("P-06", message)
        .path("/archive/handovers")
        .at(case.span_near("/archive/handovers"))
        .hint("下次移交时在 archive.handovers 里加一条，再打包。")
}

fn spec(case: &CaseFile) -> Result<BundleSpec, Failure> {
    let model = case.model();
    let last = model
        .archive
        .as_ref()
        .and_then(|archive| Some((archive, archive.handovers.iter().max_by_key(|h| h.date)?)));
    let Some((archive, handover)) = last else {
        return Err(Failure::Rejected(vec![
            Diagnostic::error(
                "P-06",
                "数据文件没有归档信息（archive）或移交记录（archive.handovers），不能打包",
            )
            .path("/archive")
            .hint("请填写全宗号、门类、机构代码和至少一次移交，再打包。"),
        ]));
    };
    let mut senders: Vec<String> = Vec::new();
    for h in &archive.handovers {
        let name = case.organ_name(&h.from);
        if !senders.contains(&name) {
            senders.push(name);
        }
    }
    Ok(BundleSpec {
        id: bundle_id(case),
        case_id: model.case.id.clone(),
        case_title: model.case.title.clone(),
        sender: senders.join("、"),
        receiver: case.organ_name(&handover.to),
        date: handover.date.to_string(),
        illustrative: model.illustrative,
        fonds_number: archive.fonds_no.clone(),
        fonds_name: archive.fonds_name.clone(),
        category: archive.category.clone(),
        unit: archive.unit_code.clone(),
        year: u16::try_from(archive.year).unwrap_or_default(),
        software: concat!("anjuan ", env!("CARGO_PKG_VERSION")).into(),
        absent: Vec::new(),
        handover: None,
        part: None,
    })
}

/// The catalogues as pages and as data, and the schema the case was read by.
fn extras(case: &CaseFile, generated: &Generated) -> Result<Vec<ExtraFile>, Failure> {
    let mut out = Vec::new();
    let handovers = case.model().archive.as_ref().map_or(&[][..], |a| &a.handovers);
    for handover in handovers {
        let name = format!("目录/归档文件目录（{}）", handover.scope);
        let paper = generated.papers.get(&handover.document);
        if let Some(pdf) = paper.and_then(|p| p.renditions.iter().find(|r| r.format == "pdf")) {
            out.push(ExtraFile { path: format!("{name}.pdf"), bytes: pdf.bytes.clone() });
        }
        let data = Value::Object(catalogue_context(case, &handover.document, &generated.items));
        let mut text = serde_json::to_string_pretty(&data)
            .map_err(|e| Failure::Bug(format!("catalogue as JSON: {e}")))?;
        text.push('\n');
        out.push(ExtraFile { path: format!("{name}.json"), bytes: text.into_bytes().into() });
    }
    out.push(ExtraFile {
        path: "XML模式/case.schema.json".into(),
        bytes: crate::case::SCHEMA.as_bytes().into(),
    });
    Ok(out)
}
