//! `anjuan receive`: 接收入库.

use super::args::ReceiveArgs;
use super::exit::Exit;
use super::handover;
use super::inspection;
use super::secret::Hands;
use super::show::Show;
use crate::archive::{ReturnTerms, Store};
use crate::diag::Failure;
use crate::pipeline::{self, ReceiptLine, Settings, Terms};

/// Verifies a bundle and takes it into the archive.
pub fn receive(args: &ReceiveArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |_| {});
    // Before anything is taken in: a wrong password stops nothing half-way.
    let hands = Hands::of(&args.with, args.require_signature, settings, show)?;
    let terms = Terms { trust: hands.trust(), key: hands.key.as_ref() };
    let (inspection, line) =
        pipeline::receive(settings, &args.bundle, &args.archive, true, &terms, &listen)?;
    show.finish();
    inspection::draw(&inspection, show);
    match line {
        Some(line) => {
            receipt(&line, show);
            Ok(Exit::Done)
        }
        None => {
            if let (Some(out), Some(by)) = (&args.return_to, &args.by) {
                let terms = ReturnTerms { reason: "", by, key: terms.key, trust: terms.trust };
                let mut store = Store::open(&args.archive, true)?;
                let returned = store.give_back(&args.bundle, &terms, &settings.clock)?;
                handover::slip(&returned, out, show)?;
                return Ok(Exit::No);
            }
            show.line("没有接收：请把上面的检测结果退回移交方，改正后重新移交。");
            Ok(Exit::No)
        }
    }
}

/// The receipt's line.
pub fn receipt(line: &ReceiptLine, show: &Show) {
    show.object(line);
    let again = if line.already { "（此前已接收，未重复入库）" } else { "" };
    show.line(format!("接收号 {}{again}\n  回执 {}", line.accession, line.path.display()));
    if let Some(signed) = &line.signed {
        show.line(format!("  已签名的回执，送回移交方：{}", signed.display()));
    }
}
