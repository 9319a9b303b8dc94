//! 写窗: a writer whose last stretch stays in memory, so that going back within it costs no call.
//!
//! A ZIP writer goes back to each entry's header once it knows the check sum; a plain buffer would be emptied each time,
//! five calls for every small file.

use std::io::{self, Seek, SeekFrom, Write};

/// Writes on to `inner`, holding up to `most` bytes of the end back. [`Write::flush`] gives everything away.
pub(super) struct Window<W> {
    inner: W,
    /// How many bytes have left; what is held stands behind them.
    left: u64,
    held: Vec<u8>,
    most: usize,
    /// Where the next byte goes.
    at: u64,
}

impl<W: Write + Seek> Window<W> {
    /// Over `inner`, which is empty.
    pub(super) fn new(inner: W, most: usize) -> Self {
        Self { inner, left: 0, held: Vec::with_capacity(most), most, at: 0 }
    }

    fn end(&self) -> u64 {
        self.left + self.held.len() as u64
    }

    fn give(&mut self) -> io::Result<()> {
        self.inner.seek(SeekFrom::Start(self.left))?;
        self.inner.write_all(&self.held)?;
        self.left = self.end();
        self.held.clear();
        Ok(())
    }
}

impl<W: Write + Seek> Write for Window<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let written = if let Some(before) = self.left.checked_sub(self.at).filter(|&n| n > 0) {
            let data = &data[..data.len().min(usize::try_from(before).unwrap_or(usize::MAX))];
            self.inner.seek(SeekFrom::Start(self.at))?;
            self.inner.write_all(data)?;
            data.len()
        } else {
            if self.held.len() >= self.most {
                self.give()?;
            }
            // Where the window was just given away, the place may lie before it now.
            if self.at < self.left {
                return self.write(data);
            }
            let from = usize::try_from(self.at - self.left).map_err(io::Error::other)?;
            let data = &data[..data.len().min(self.most)];
            let over = data.len().min(self.held.len() - from);
            self.held[from..from + over].copy_from_slice(&data[..over]);
            self.held.extend_from_slice(&data[over..]);
            data.len()
        };
        self.at += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.give()?;
        self.inner.flush()
    }
}

impl<W: Write + Seek> Seek for Window<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        // No holes: they would have to be filled.
        let to = to.filter(|&to| to <= self.end());
        self.at = to.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Seek, SeekFrom, Write};

    use proptest::prelude::*;

    use super::Window;

    proptest! {
        /// Whatever is written wherever: the bytes are those of a file without a window.
        #[test]
        fn as_without_a_window(
            most in 1usize..40,
            steps in prop::collection::vec((0u64..120, prop::collection::vec(any::<u8>(), 0..60)), 0..40),
        ) {
            let mut plain = Cursor::new(Vec::new());
            let mut file = Cursor::new(Vec::new());
            let mut window = Window::new(&mut file, most);
            for (nth, (at, data)) in steps.iter().enumerate() {
                let end = plain.get_ref().len() as u64;
                // Mostly on, sometimes back.
                if nth % 3 == 0 {
                    plain.seek(SeekFrom::Start((*at).min(end))).unwrap();
                    prop_assert_eq!(window.seek(SeekFrom::Start((*at).min(end))).unwrap(), (*at).min(end));
                }
                plain.write_all(data).unwrap();
                window.write_all(data).unwrap();
                prop_assert_eq!(window.stream_position().unwrap(), plain.position());
                prop_assert_eq!(window.seek(SeekFrom::End(0)).unwrap(), plain.get_ref().len() as u64);
                window.seek(SeekFrom::Start(plain.position())).unwrap();
            }
            prop_assert!(window.seek(SeekFrom::End(1)).is_err());
            window.flush().unwrap();
            drop(window);
            prop_assert_eq!(file.into_inner(), plain.into_inner());
        }
    }

    #[test]
    fn going_back_a_little_costs_no_call() {
        struct Counted(Cursor<Vec<u8>>, usize);
        impl Write for Counted {
            fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
                self.1 += 1;
                self.0.write(data)
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        impl Seek for Counted {
            fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
                self.0.seek(to)
            }
        }
        let mut file = Counted(Cursor::new(Vec::new()), 0);
        let mut window = Window::new(&mut file, 1 << 16);
        for n in 0..100u8 {
            let head = window.stream_position().unwrap();
            window.write_all(&[0; 30]).unwrap();
            window.write_all(&[n; 500]).unwrap();
            window.seek(SeekFrom::Start(head + 14)).unwrap();
            window.write_all(&[1; 4]).unwrap();
            window.seek(SeekFrom::End(0)).unwrap();
        }
        window.flush().unwrap();
        drop(window);
        assert_eq!((file.0.into_inner().len(), file.1), (53_000, 1));
    }
}
