//! Frames that wait in a file without a name, sealed as they are, until they are used in their order: what a log has
//! more of than a memory. The file goes with the process.

use crate::failure::Failure;
use crate::home::{Home, io};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _};

/// The side that is written.
pub(crate) struct Spool {
    file: BufWriter<File>,
    frames: usize,
    bytes: u64,
}

/// The side that is read.
pub(crate) struct Spooled {
    from: Box<dyn Read>,
    left: usize,
    read: u64,
    /// How many bytes all of it has.
    pub(crate) bytes: u64,
}

impl Spool {
    pub(crate) fn new(home: &Home) -> Result<Self, Failure> {
        let file = tempfile::tempfile_in(home.dir()).map_err(failed)?;
        Ok(Self { file: BufWriter::new(file), frames: 0, bytes: 0 })
    }

    pub(crate) fn push(&mut self, frame: &[u8]) -> Result<(), Failure> {
        let length =
            u32::try_from(frame.len()).map_err(|_| failed(std::io::ErrorKind::FileTooLarge.into()))?;
        self.file
            .write_all(&length.to_be_bytes())
            .and_then(|()| self.file.write_all(frame))
            .map_err(failed)?;
        self.frames += 1;
        self.bytes += 4 + u64::from(length);
        Ok(())
    }

    /// What was written, from the beginning.
    pub(crate) fn rewound(self) -> Result<Spooled, Failure> {
        let Self { file, frames, bytes } = self;
        let mut file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        Ok(Spooled { from: Box::new(BufReader::new(file)), left: frames, read: 0, bytes })
    }
}

impl Spooled {
    /// Nothing.
    pub(crate) fn empty() -> Self {
        Self { from: Box::new(std::io::empty()), left: 0, read: 0, bytes: 0 }
    }

    /// How many frames are left.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// How many bytes were read.
    pub(crate) fn read(&self) -> u64 {
        self.read
    }

    /// The next frame; none after the last.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        let mut length = [0; 4];
        self.from.read_exact(&mut length).map_err(failed)?;
        let mut frame = Vec::new();
        let length = u64::from(u32::from_be_bytes(length));
        self.from.by_ref().take(length).read_to_end(&mut frame).map_err(failed)?;
        self.left = left;
        self.read += 4 + length;
        Ok(Some(frame))
    }
}

fn failed(error: std::io::Error) -> Failure {
    io("the log", &error)
}
