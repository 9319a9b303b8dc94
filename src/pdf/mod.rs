//! 读 PDF: the sheets of any PDF file, whoever made it.
//!
//! The parser is a library that was written for rendering; a file that was made to harm may still make it panic or
//! run on for ever. It therefore works in a thread of its own that shares nothing with the rest: the bytes go in,
//! the sheets or an answer come out, and if neither comes in time the file is refused
//! (docs/decisions/0012-measured-pages.md).

mod device;
#[cfg(feature = "typeset")]
mod inner;
mod words;

#[cfg(test)]
mod tests;

#[cfg(feature = "typeset")]
pub use inner::inner;
pub use words::{NoWords, words};

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use crate::diag::{Diagnostic, Failure};
use crate::sheet::Sheet;

/// Name of the thread that reads; a panic there is the file's fault, not ours.
pub const THREAD: &str = "read-pdf";
/// How long one file may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Deep nesting is followed down to this much stack.
const STACK: usize = 256 << 20;

/// The sheets of a PDF file.
///
/// # Errors
/// [`Failure::Rejected`] with L-11 for a file that is no PDF, encrypted, damaged or made to harm.
pub fn read(bytes: Vec<u8>) -> Result<Vec<Sheet>, Failure> {
    read_within(bytes, PATIENCE)
}

fn read_within(bytes: Vec<u8>, patience: Duration) -> Result<Vec<Sheet>, Failure> {
    let (tell, told) = mpsc::sync_channel(1);
    let given_up = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&given_up);
    let reader =
        thread::Builder::new().name(THREAD.to_owned()).stack_size(STACK).spawn(move || {
            // Whoever asked may have gone.
            let _ = tell.send(device::sheets(bytes, heard));
        });
    if let Err(error) = reader {
        return Err(Failure::Bug(format!("起不了读 PDF 的线程：{error}")));
    }
    let answer = told.recv_timeout(patience);
    given_up.store(true, Ordering::Relaxed);
    match answer {
        Ok(Ok(sheets)) if !sheets.is_empty() => Ok(sheets),
        Ok(Ok(_)) => Err(refused("没有页面")),
        Ok(Err(why)) => Err(refused(why)),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(refused("久读不完")),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(refused("内容损坏")),
    }
}

fn refused(why: &str) -> Failure {
    let finding = Diagnostic::error("L-11", format!("读不了这个 PDF 文件：{why}"))
        .hint("用阅读器打开核对；能打开的，另存为未加密的 PDF 后再检查。");
    Failure::Rejected(vec![finding])
}
