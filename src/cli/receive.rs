//! `anjuan receive`: 接收入库.

use super::args::ReceiveArgs;
use super::exit::Exit;
use super::inspection;
use super::show::Show;
use crate::diag::Failure;
use crate::pipeline::{self, ReceiptLine, Settings};

/// Verifies a bundle and takes it into the archive.
pub fn receive(args: &ReceiveArgs, settings: &Settings, show: &Show) -> Result<Exit, Failure> {
    let listen = |event| show.event(event, |_| {});
    let (inspection, line) =
        pipeline::receive(settings, &args.bundle, &args.archive, true, &listen)?;
    show.finish();
    inspection::draw(&inspection, show);
    match line {
        Some(line) => {
            receipt(&line, show);
            Ok(Exit::Done)
        }
        None => {
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
}
