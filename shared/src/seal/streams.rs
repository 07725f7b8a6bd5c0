//! The two ends of a part: where its bytes come from and where they go.
//!
//! Age reports a source that failed and a file that is damaged by the same error. What a caller
//! does next differs, so the source keeps its own.

use std::io::{self, Read, Write};

use thiserror::Error;

/// A stream around a part failed, on this machine or on the way to it.
#[derive(Debug, Error)]
pub enum StreamError {
    /// The source could not be read.
    #[error("the source could not be read: try again")]
    Read(#[source] io::Error),
    /// The destination could not be written.
    #[error("the destination could not be written: make room and try again")]
    Write(#[source] io::Error),
}

/// Counts what is written.
pub(super) struct Counted<W> {
    pub(super) inner: W,
    pub(super) bytes: u64,
}

impl<W> Counted<W> {
    pub(super) const fn new(inner: W) -> Self {
        Self { inner, bytes: 0 }
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Counts what is read, and keeps the error that ended it.
pub(super) struct Source<R> {
    inner: R,
    pub(super) bytes: u64,
    pub(super) failed: Option<io::Error>,
}

impl<R> Source<R> {
    pub(super) const fn new(inner: R) -> Self {
        Self { inner, bytes: 0, failed: None }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(room) {
            Ok(read) => {
                self.bytes += read as u64;
                Ok(read)
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => Err(cause),
            Err(cause) => {
                let kind = cause.kind();
                self.failed = Some(cause);
                Err(kind.into())
            }
        }
    }
}
