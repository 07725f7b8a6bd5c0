//! What the store asks of a file system, and nothing more.
//!
//! [`OsDisk`] is the operating system's. The tests have another one, which forgets at a crash what
//! was not synced, tears what was being written, fills up, and stops at any [`CrashPoint`]. File
//! names are relative to the relay's folder.

use super::crash::CrashPoint;
use super::table::{SledTable, Table};
use shared::time::Timestamp;
use std::fmt::Debug;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is there already.
    Existing,
    /// It is made where it is not there.
    Made,
    /// It begins empty.
    Empty,
}

/// What is known of a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Its length.
    pub bytes: u64,
    /// When it was last changed.
    pub changed: Timestamp,
    /// Whether it is a folder.
    pub is_folder: bool,
}

/// A disk, seen from the relay's folder.
///
/// A write, a rename and an unlink are durable after the sync of the file, or of the folder that
/// holds the name; before that a crash may keep or lose each of them.
pub trait Disk: Debug + Send + Sync {
    /// Opens a file for reading and writing, for its owner alone.
    ///
    /// # Errors
    /// What the system said.
    fn open(&self, file: &str, how: How) -> io::Result<Arc<dyn DiskFile>>;

    /// Gives a file another name, replacing what had it.
    ///
    /// # Errors
    /// What the system said.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file's name.
    ///
    /// # Errors
    /// What the system said.
    fn unlink(&self, file: &str) -> io::Result<()>;

    /// Makes a folder for its owner alone; one that is there already is no failure.
    ///
    /// # Errors
    /// What the system said.
    fn make_folder(&self, folder: &str) -> io::Result<()>;

    /// Removes an empty folder.
    ///
    /// # Errors
    /// What the system said.
    fn unlink_folder(&self, folder: &str) -> io::Result<()>;

    /// The names in a folder, in no order.
    ///
    /// # Errors
    /// What the system said.
    fn names(&self, folder: &str) -> io::Result<Vec<String>>;

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// What the system said.
    fn sync_folder(&self, folder: &str) -> io::Result<()>;

    /// What is known of a file or a folder.
    ///
    /// # Errors
    /// What the system said.
    fn facts(&self, name: &str) -> io::Result<Facts>;

    /// How many bytes may still be written.
    ///
    /// # Errors
    /// What the system said.
    fn free_bytes(&self) -> io::Result<u64>;

    /// Opens, or makes, the table in a folder.
    ///
    /// # Errors
    /// What is wrong with it.
    fn table(&self, folder: &str) -> io::Result<Box<dyn Table>>;

    /// Removes a table and all that is in it; one that is not there is no failure.
    ///
    /// # Errors
    /// What the system said.
    fn remove_table(&self, folder: &str) -> io::Result<()>;

    /// How much room a table takes, in bytes.
    ///
    /// # Errors
    /// What the system said.
    fn table_bytes(&self, folder: &str) -> io::Result<u64>;

    /// Is told that the program has come to a point at which a crash would leave something half
    /// done. A disk of the tests may stop here.
    ///
    /// # Errors
    /// That the disk has stopped.
    fn pass(&self, _point: CrashPoint) -> io::Result<()> {
        Ok(())
    }
}

/// An open file.
pub trait DiskFile: Debug + Send + Sync {
    /// Writes all of the bytes at an offset.
    ///
    /// # Errors
    /// What the system said; some of the bytes may be there.
    fn write_all_at(&self, bytes: &[u8], at: u64) -> io::Result<()>;

    /// Reads until `bytes` is full or the file ends; says how much.
    ///
    /// # Errors
    /// What the system said.
    fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<usize>;

    /// The length of the file.
    ///
    /// # Errors
    /// What the system said.
    fn bytes(&self) -> io::Result<u64>;

    /// Makes sure that so many bytes from the beginning can be written without more room; the file
    /// is that long then. Where a system cannot promise it, nothing is done.
    ///
    /// # Errors
    /// What the system said.
    fn set_aside(&self, bytes: u64) -> io::Result<()>;

    /// Makes the bytes and the length durable.
    ///
    /// # Errors
    /// What the system said. What was written since the last sync may be lost then.
    fn sync(&self) -> io::Result<()>;
}

/// The operating system's disk, at a path.
#[derive(Debug)]
pub struct OsDisk(PathBuf);

impl OsDisk {
    /// The disk at a path.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    fn path(&self, name: &str) -> PathBuf {
        if name.is_empty() { self.0.clone() } else { self.0.join(name) }
    }
}

impl Disk for OsDisk {
    fn open(&self, file: &str, how: How) -> io::Result<Arc<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(how != How::Existing).truncate(how == How::Empty);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Arc::new(options.open(self.path(file))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.path(from), self.path(to))
    }

    fn unlink(&self, file: &str) -> io::Result<()> {
        std::fs::remove_file(self.path(file))
    }

    fn make_folder(&self, folder: &str) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(self.path(folder)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            Err(error) if !self.path(folder).is_dir() => Err(error),
            _ => Ok(()),
        }
    }

    fn unlink_folder(&self, folder: &str) -> io::Result<()> {
        std::fs::remove_dir(self.path(folder))
    }

    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(self.path(folder))?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    /// Where folders cannot be synced, the file system does it.
    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        if cfg!(unix) { File::open(self.path(folder))?.sync_all() } else { Ok(()) }
    }

    fn facts(&self, name: &str) -> io::Result<Facts> {
        let metadata = std::fs::metadata(self.path(name))?;
        let changed = metadata.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Ok(Facts { bytes: metadata.len(), changed: Timestamp(changed), is_folder: metadata.is_dir() })
    }

    fn free_bytes(&self) -> io::Result<u64> {
        fs4::available_space(&self.0)
    }

    fn table(&self, folder: &str) -> io::Result<Box<dyn Table>> {
        Ok(Box::new(SledTable::open(&self.path(folder))?))
    }

    fn remove_table(&self, folder: &str) -> io::Result<()> {
        match std::fs::remove_dir_all(self.path(folder)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn table_bytes(&self, folder: &str) -> io::Result<u64> {
        let mut bytes = 0;
        for entry in std::fs::read_dir(self.path(folder))? {
            let metadata = entry?.metadata()?;
            bytes += if metadata.is_file() { metadata.len() } else { 0 };
        }
        Ok(bytes)
    }
}

impl DiskFile for File {
    #[cfg(unix)]
    fn write_all_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self, bytes, at)
    }

    #[cfg(windows)]
    fn write_all_at(&self, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = std::os::windows::fs::FileExt::seek_write(self, bytes, at)?;
            if written == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            bytes = &bytes[written..];
            at += written as u64;
        }
        Ok(())
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<usize> {
        let mut read = 0;
        while read < bytes.len() {
            match read_some_at(self, &mut bytes[read..], at + read as u64) {
                Ok(0) => break,
                Ok(some) => read += some,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(read)
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn set_aside(&self, bytes: u64) -> io::Result<()> {
        match fs4::FileExt::allocate(self, bytes) {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
            outcome => outcome,
        }
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

#[cfg(unix)]
fn read_some_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn read_some_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}
