//! A file that one side writes while the other reads: sealed and sent at once, fetched and opened at
//! once.
//!
//! The bytes lie in the file, where a later try finds them; between the two sides goes only how far it
//! is written. So neither waits for the other longer than it must, and memory is constant.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// The writer's side: how far the file is written.
pub(crate) struct Written(watch::Sender<u64>);

/// The reader's side.
pub(crate) struct Growing {
    file: File,
    at: u64,
    written: watch::Receiver<u64>,
}

/// Both sides of a file that is there already, as far as it is written.
pub(crate) fn growing(path: &Path) -> io::Result<(Written, Growing)> {
    let file = File::open(path)?;
    let (sender, written) = watch::channel(file.metadata()?.len());
    Ok((Written(sender), Growing { file, at: 0, written }))
}

impl Written {
    /// So much more is in the file.
    pub(crate) fn add(&self, bytes: u64) {
        self.0.send_modify(|written| *written += bytes);
    }

    /// Whether nobody reads it any more.
    pub(crate) fn is_in_vain(&self) -> bool {
        self.0.is_closed()
    }
}

impl Growing {
    /// How far it is written.
    pub(crate) fn written(&self) -> u64 {
        *self.written.borrow()
    }

    /// Goes on from there.
    pub(crate) fn seek(&mut self, from: u64) -> io::Result<()> {
        self.at = self.file.seek(SeekFrom::Start(from))?;
        Ok(())
    }

    /// The next bytes, as soon as there are any; none once the writer has stopped.
    pub(crate) async fn next(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let at = self.at;
        // A writer that stopped leaves its last word.
        let _ = self.written.wait_for(|written| *written > at).await;
        let read = self.file.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// For a thread of its own, which may wait.
impl Read for Growing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Handle::current().block_on(self.next(buffer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn halves() -> (tempfile::NamedTempFile, Written, Growing) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let (written, growing) = growing(file.path()).unwrap();
        (file, written, growing)
    }

    #[tokio::test]
    async fn what_is_written_meanwhile_is_read_until_the_writer_stops() {
        let (mut file, written, mut growing) = halves();
        let reading = tokio::task::spawn_blocking(move || {
            let mut all = Vec::new();
            growing.read_to_end(&mut all).map(|_| all)
        });
        for piece in [b"abc", b"def"] {
            file.write_all(piece).unwrap();
            written.add(3);
            tokio::task::yield_now().await;
        }
        drop(written);
        assert_eq!(reading.await.unwrap().unwrap(), b"abcdef");
    }

    #[tokio::test]
    async fn it_goes_on_from_anywhere() {
        let (mut file, written, mut growing) = halves();
        file.write_all(b"abcdef").unwrap();
        written.add(6);
        assert_eq!(growing.written(), 6);
        growing.seek(4).unwrap();
        let mut buffer = [0; 16];
        assert_eq!(growing.next(&mut buffer).await.unwrap(), 2);
        assert_eq!(&buffer[..2], b"ef");
    }
}
