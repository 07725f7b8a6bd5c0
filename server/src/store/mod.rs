//! What the relay keeps on its disk, and the one order in which it gets there.
//!
//! The sequencer decides for every item in which [`Home`] and at which place it will lie. A
//! [`Batch`] of such writes goes to the [`journal`] in one write and one sync, and only then is
//! anything answered. Behind it the mover ([`homes`]) writes every item at its place; doing that
//! twice gives the same bytes, so recovery is doing it again. A document is too large for a journal
//! and is a file of its own ([`blobs`]).
//!
//! The promises:
//! - What was acknowledged is on the disk, and a journal file goes only after its homes were synced.
//! - After a crash at any instant a batch is there whole or not at all.
//! - A segment dies whole, by unlink, and nothing brings it back.
//! - After a failed write or sync nothing more is accepted until the relay has started again: what
//!   the system kept of a failed sync is unknown, and recovery is the one place that finds out.
//! - Damage is named by file and offset, never passed over. One damage cannot be told from a crash:
//!   that of the very last batch. The checkpoints in the hands of the members show it.

pub mod blobs;
pub mod frame;
pub mod homes;
pub mod journal;

pub use blobs::{BlobError, Blobs, Received, Upload};
pub use homes::{Homes, Mover, Synced, Watermark};
pub use journal::{Closed, Journal, Recovered};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The layout of everything under the folder. A folder of another version is named and left alone.
pub const FORMAT_VERSION: u32 = 1;

const FIRST_WORDS: &str = "pli-relay store ";
const VERSION_FILE: &str = "version";
const LOCK_FILE: &str = "lock";
const DAY_ZERO: Date = jiff::civil::date(1970, 1, 1);

/// Why the store did not do it, by what can be done about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Bytes that were synced are no longer what they were.
    #[error("{file} is damaged at byte {offset} ({what}); stop, keep a copy, and restore it from a backup")]
    Damaged {
        /// The file, relative to the folder.
        file: String,
        /// Where in it.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// Written by another version of the relay.
    #[error(
        "{file} has format {found} and this relay reads {expected}; use the relay that wrote it, or migrate"
    )]
    OtherVersion {
        /// The file, relative to the folder.
        file: String,
        /// Its version.
        found: u32,
        /// Ours.
        expected: u32,
    },
    /// Another process holds the folder.
    #[error("another relay uses this folder; stop it first, or give this one its own")]
    InUse,
    /// What was asked can never be done: a batch over its limit, out of turn, or with an impossible
    /// place. Nothing was written, and the store goes on.
    #[error("not written: {0}")]
    Impossible(&'static str),
    /// The disk refused.
    #[error("{file}: {source}; look at the disk, then start the relay again")]
    Io {
        /// The file, relative to the folder.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// An earlier failure; nothing is accepted any more.
    #[error("the store stopped ({because}); start the relay again")]
    Stopped {
        /// The message of the first failure.
        because: String,
    },
}

/// Turns what the system said about `file` into a [`StoreError`].
fn io_at(file: impl Into<String>) -> impl FnOnce(io::Error) -> StoreError {
    move |source| StoreError::Io { file: file.into(), source }
}

/// A file in which items have their final places.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Home {
    /// Everything that expires on one day.
    Segment {
        /// The day, counted from 1970-01-01.
        day: u32,
    },
    /// The leaves of the access log, one after the other.
    Leaves,
    /// Where each leaf ends.
    LeafEnds,
    /// The hashes of the tree over the leaves.
    Hashes,
    /// The newest checkpoint.
    Checkpoint,
    /// The sealed keys of the hours of the log.
    HourKeys,
    /// What records refer to and is too large for a leaf.
    Annexes,
    /// The signed statements: rosters, nomenclatures, cards, key pages.
    Statements,
}

impl Home {
    /// Where the file lies, relative to the folder.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] for a day past the year 9999, which has no name.
    pub fn file(self) -> Result<String, StoreError> {
        let name = match self {
            Self::Segment { day } => return Ok(format!("segments/{}", date_of(day)?)),
            Self::Leaves => "log/leaves",
            Self::LeafEnds => "log/ends",
            Self::Hashes => "log/hashes",
            Self::Checkpoint => "log/checkpoint",
            Self::HourKeys => "log/hour-keys",
            Self::Annexes => "log/annexes",
            Self::Statements => "statements",
        };
        Ok(name.to_owned())
    }

    /// The folder of the file, relative to the store's; it must be synced when the file is new.
    fn folder(self) -> &'static str {
        match self {
            Self::Segment { .. } => "segments",
            Self::Statements => "",
            _ => "log",
        }
    }
}

fn date_of(day: u32) -> Result<Date, StoreError> {
    DAY_ZERO
        .checked_add(std::time::Duration::from_secs(u64::from(day) * shared::time::DAY_SECONDS))
        .map_err(|_| StoreError::Impossible("a segment's day is past the year 9999"))
}

fn day_of(file_name: &str) -> Option<u32> {
    let date: Date = file_name.parse().ok()?;
    let days = DAY_ZERO.duration_until(date).as_secs() / shared::time::DAY_SECONDS.cast_signed();
    u32::try_from(days).ok().filter(|_| date.to_string() == file_name)
}

/// Bytes and the place where they will lie.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// The file.
    pub home: Home,
    /// The offset of the first byte.
    pub at: u64,
    /// The bytes.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// What becomes durable together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Its place in the order: one more than the batch before.
    pub number: u64,
    /// The writes; of two to the same place the later one stays.
    pub writes: Vec<Write>,
}

/// The relay's folder, held by this process alone for as long as any clone of this lives.
#[derive(Clone, Debug)]
pub struct Folder {
    path: Arc<Path>,
    _lock: Arc<File>,
}

impl Folder {
    /// Takes the folder, and makes it when it is not there.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has it, [`StoreError::OtherVersion`] when it was
    /// written by another relay, [`StoreError::Damaged`] when it is not a relay's.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let new = create_folder(path).map_err(io_at("the folder"))?;
        if new && let Some(parent) = path.parent() {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            sync_folder(parent).map_err(io_at("the parent of the folder"))?;
        }
        let lock = private()
            .write(true)
            .create(true)
            .truncate(false)
            .open(path.join(LOCK_FILE))
            .map_err(io_at(LOCK_FILE))?;
        fs4::FileExt::try_lock(&lock).map_err(|refused| match refused {
            fs4::TryLockError::WouldBlock => StoreError::InUse,
            fs4::TryLockError::Error(source) => io_at(LOCK_FILE)(source),
        })?;
        let folder = Self { path: path.into(), _lock: Arc::new(lock) };
        folder.claim_version()?;
        for name in ["journal", "segments", "log", "blobs"] {
            create_folder(&folder.join(name)).map_err(io_at(name))?;
        }
        folder.sync("")?;
        Ok(folder)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The version comes first into a new folder, so that nothing in it is ever without one.
    fn claim_version(&self) -> Result<(), StoreError> {
        let damaged = |what| StoreError::Damaged { file: VERSION_FILE.to_owned(), offset: 0, what };
        match std::fs::read_to_string(self.join(VERSION_FILE)) {
            Ok(text) => {
                let found = text.trim_end().strip_prefix(FIRST_WORDS).and_then(|number| number.parse().ok());
                let found = found.ok_or_else(|| damaged("not the version of a relay's folder"))?;
                let expected = FORMAT_VERSION;
                let file = VERSION_FILE.to_owned();
                if found == expected {
                    Ok(())
                } else {
                    Err(StoreError::OtherVersion { file, found, expected })
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if self.join("journal").exists() {
                    return Err(damaged("missing, although the folder holds a store"));
                }
                self.replace(VERSION_FILE, format!("{FIRST_WORDS}{FORMAT_VERSION}\n").as_bytes())
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(damaged("not text")),
            Err(error) => Err(io_at(VERSION_FILE)(error)),
        }
    }

    fn join(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    /// Syncs the entries of a folder, given relative to this one.
    fn sync(&self, folder: &str) -> Result<(), StoreError> {
        sync_folder(&self.join(folder)).map_err(io_at(if folder.is_empty() { "the folder" } else { folder }))
    }

    /// Puts a small file in place, whole or not at all, and durably.
    fn replace(&self, file: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let fresh = format!("{file}.new");
        let write = || -> io::Result<()> {
            // crash point F1: nothing yet, or a remainder that the next attempt overwrites.
            let mut to = private().write(true).create(true).truncate(true).open(self.join(&fresh))?;
            to.write_all(bytes)?;
            to.sync_all()?;
            // crash point F2: whole, under a name that nobody reads.
            std::fs::rename(self.join(&fresh), self.join(file))?;
            // crash point F3: in place, but the name may still be lost.
            let path = self.join(file);
            sync_folder(path.parent().unwrap_or(&self.path))
        };
        write().map_err(io_at(file))
    }
}

/// How every file of the store is opened: for its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder for its owner alone; says whether it is new.
fn create_folder(path: &Path) -> io::Result<bool> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the names in a folder durable. Where folders cannot be synced, the file system does it.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(unix)]
fn read_some_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, bytes, at)
}

#[cfg(windows)]
fn write_all_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let written = std::os::windows::fs::FileExt::seek_write(file, bytes, at)?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes = &bytes[written..];
        at += written as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn read_some_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, bytes, at)
}

/// Reads until `bytes` is full or the file ends; says how much.
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<usize> {
    let mut read = 0;
    while read < bytes.len() {
        match read_some_at(file, &mut bytes[read..], at + read as u64) {
            Ok(0) => break,
            Ok(some) => read += some,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_relay_on_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = Folder::open(folder.path()).unwrap();
        assert!(matches!(Folder::open(folder.path()), Err(StoreError::InUse)));
        drop(first);
        assert!(Folder::open(folder.path()).is_ok());
    }

    #[test]
    fn another_version_is_named() {
        let folder = tempfile::tempdir().unwrap();
        drop(Folder::open(folder.path()).unwrap());
        let check = |text: &str, expected: &str| {
            std::fs::write(folder.path().join(VERSION_FILE), text).unwrap();
            let refused = Folder::open(folder.path()).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        };
        check("pli-relay store 7\n", "version has format 7 and this relay reads 1");
        check("something else", "version is damaged at byte 0");
        std::fs::remove_file(folder.path().join(VERSION_FILE)).unwrap();
        assert!(matches!(Folder::open(folder.path()), Err(StoreError::Damaged { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay");
        let _held = Folder::open(&path).unwrap();
        let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.clone()), 0o700);
        assert_eq!(mode(path.join("journal")), 0o700);
        assert_eq!(mode(path.join(VERSION_FILE)), 0o600);
    }

    #[test]
    fn a_day_has_one_name() {
        assert_eq!(Home::Segment { day: 0 }.file().unwrap(), "segments/1970-01-01");
        assert_eq!(Home::Segment { day: 20_659 }.file().unwrap(), "segments/2026-07-25");
        assert_eq!(day_of("2026-07-25"), Some(20_659));
        for bad in ["1969-12-31", "2026-7-25", "20260725", "2026-07-25.new", ""] {
            assert_eq!(day_of(bad), None, "{bad}");
        }
        assert!(Home::Segment { day: u32::MAX }.file().is_err());
    }
}
