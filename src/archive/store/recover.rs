//! 续接: what a reception that was cut short left behind is brought to its end, or taken back.

use super::papers::Papers;
use super::{Store, disposal, object, register};
use crate::diag::{Failure, WorldError};
use crate::fixity::digest_bytes;

/// Ends the reception that staging tells of, if its content is in the store; then empties staging. Doing it twice is
/// doing it once.
pub(super) fn roll_forward(store: &Store) -> Result<(), Failure> {
    disposal::resume(store)?;
    let staging = store.staging();
    if let Some(pending) = object::pending(&staging) {
        let objects = store.objects();
        let content = object::content(&objects, &pending.object, pending.version);
        if content.is_dir() {
            object::settle(&staging, &objects.join(&pending.object), pending.version)?;
            if let Some(papers) = Papers::read(&content)? {
                put_line(store, &papers)?;
                store.put_receipts(&papers)?;
            }
        }
    }
    Ok(object::clear(&staging)?)
}

/// Adds the register's line of `papers` unless it is there.
pub(super) fn put_line(store: &Store, papers: &Papers) -> Result<(), Failure> {
    let events = store.events();
    let tail = register::tail(&events)?;
    let (reached, prev) = tail
        .as_ref()
        .map_or((0, register::NOTHING), |t| (t.line.seq, digest_bytes(t.text.as_bytes()).sha256));
    match papers.line() {
        Some(line) if line.seq == reached + 1 && line.prev == prev => {
            Ok(register::append(&events, &papers.event)?)
        }
        Some(line) if line.seq <= reached => Ok(()),
        _ => {
            let reason =
                "接收登记簿与库中随件保存的登记接不上；先运行 anjuan doctor --archive 查明";
            let error = std::io::Error::new(std::io::ErrorKind::InvalidData, reason);
            Err(WorldError::while_("核对登记簿", &events)(error).into())
        }
    }
}
