//! What the relay keeps on its disk, and the promises behind it.
//!
//! The sequencer decides for every item in which [`Home`] and at which place it will lie, and hands
//! a [`Batch`] of such writes to a [`Store`]. Documents are too large for that and go to [`Blobs`].
//! Both are promises that more than one backend can keep, and one suite of tests holds every backend
//! to them:
//!
//! - What was acknowledged is durable, and a batch is there whole or not at all.
//! - A day dies whole, and nothing brings it back.
//! - What was overwritten can be forgotten at once, before anybody is told that it is gone.
//! - A part is whole under its digest's name, or it is not there.
//! - What there is no room for is refused before anything of it is written.
//! - After a failure nothing more is accepted until the store was opened again: what the system kept
//!   of a failed sync is unknown, and opening is the one place that finds out.
//! - Damage is named by file and offset, never passed over. One damage cannot be told from a crash:
//!   that of the very last batch. The checkpoints in the hands of the members show it.
//!
//! [`Embedded`] keeps them in one folder: a batch goes to the [`journal`] in one sync, and only then
//! is anything answered; behind it the [`mover`] writes every item at its place in the [`homes`].
//! Doing that twice gives the same bytes, so recovery is doing it again.

mod batch;
pub mod blobs;
pub mod crash;
pub mod disk;
pub mod embedded;
mod folder;
pub mod frame;
pub mod homes;
pub mod journal;
pub mod layered;
pub mod mover;
mod spare;
pub mod table;

pub use batch::{Batch, Run};
pub use blobs::{BlobError, Blobs, FileBlobs, Received, Undeposited, Upload};
pub use crash::CrashPoint;
pub use embedded::{AtRest, Embedded, Moving};
pub use folder::Folder;
pub use homes::Homes;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::time::Timestamp;
use std::fmt::Debug;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The layout of everything under the folder. A folder of another version is named and left alone.
pub const FORMAT_VERSION: u32 = 5;

const DAY_ZERO: Date = jiff::civil::date(1970, 1, 1);

/// Where items lie, to be read by everybody.
pub trait Places: Debug + Send + Sync {
    /// The bytes at a place; nothing if the home does not exist (any more).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the home ends before the end of the place.
    fn read(&self, home: Home, at: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError>;

    /// Where a home ends; zero if it does not exist.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn end(&self, home: Home) -> Result<u64, StoreError>;

    /// The days that have a segment, in order.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn days(&self) -> Result<Vec<u32>, StoreError>;
}

/// Where batches are made durable. One owner commits; what is committed can be read at once.
pub trait Store: Places {
    /// The number of the last batch that was committed; zero before the first.
    fn last(&self) -> u64;

    /// How much may still be written, in bytes.
    fn free_bytes(&self) -> u64;

    /// Makes sure that a batch of so many bytes can be committed now. Changes nothing that counts.
    ///
    /// # Errors
    /// [`StoreError::Full`], after which the store goes on.
    fn make_room(&self, bytes: u64) -> Result<(), StoreError>;

    /// As [`make_room`](Self::make_room), for a small batch that ends a day and so gives room back: it
    /// may take the last that there is.
    ///
    /// # Errors
    /// As for [`make_room`](Self::make_room).
    fn make_last_room(&self, bytes: u64) -> Result<(), StoreError> {
        self.make_room(bytes)
    }

    /// Makes a batch durable. When this returns, it may be answered and can be read.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] leaves the store as it was. After any other error nothing more is
    /// accepted, and the batch may or may not be there when the store is opened again.
    fn commit(&self, batch: Batch) -> Result<(), StoreError>;

    /// Ends a day and every earlier one: their segments are gone and never come back.
    ///
    /// # Errors
    /// [`StoreError::Io`]; it can be done again.
    fn end_day(&self, day: u32) -> Result<(), StoreError>;

    /// Shows every batch after this one, in order, or says that it no longer has them all. To be asked
    /// before [`begin`](Self::begin).
    ///
    /// # Errors
    /// [`StoreError::Io`], and what `visit` says.
    fn since(&self, after: u64, visit: &mut Visit<'_>) -> Result<bool, StoreError>;

    /// Ends the opening: from here on batches are committed. `settle` makes durable what the caller
    /// derived from the batches so far; it is called before the store forgets them.
    ///
    /// # Errors
    /// [`StoreError::Io`]; the store can be opened again.
    fn begin(&self, settle: Settle) -> Result<(), StoreError>;

    /// Does between batches what need not be done before an answer. `settle` as for
    /// [`begin`](Self::begin).
    ///
    /// # Errors
    /// After any error nothing more is accepted.
    fn tidy(&self, now: Timestamp, settle: Settle) -> Result<(), StoreError>;

    /// Waits until what was overwritten is in no file any more: not at its place, and not in what the store
    /// keeps to recover from. `settle` as for [`begin`](Self::begin).
    ///
    /// # Errors
    /// After any error nothing more is accepted, and opening the store again does it.
    fn forget_overwritten(&self, settle: Settle) -> Result<(), StoreError>;

    /// Brings everything to its place, for a clean stop. Nothing is accepted afterwards.
    ///
    /// # Errors
    /// What stands in the way; everything that was committed is durable all the same.
    fn close(&self, settle: Settle) -> Result<(), StoreError>;

    /// Is told that the program has come to a point at which a crash would leave something half done.
    ///
    /// # Errors
    /// That the store has stopped, in a test.
    fn pass(&self, _point: CrashPoint) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Is shown a batch.
pub type Visit<'a> = dyn FnMut(&Batch) -> Result<(), StoreError> + 'a;

/// Makes durable what was derived from batches.
pub type Settle = Box<dyn FnOnce() -> io::Result<()> + Send>;

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
    /// The disk has no room.
    #[error("{file}: the disk is full; free some space, the relay goes on by itself")]
    Full {
        /// The file, relative to the folder.
        file: String,
    },
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
    move |source| match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { file: file.into() },
        _ => StoreError::Io { file: file.into(), source },
    }
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
    /// The newest checkpoint, twice.
    Checkpoint,
    /// The sealed keys of the hours of the log.
    HourKeys,
    /// What records refer to and is too large for a leaf.
    Annexes,
    /// The signed statements: rosters, nomenclatures, cards, key pages.
    Statements,
    /// The same bytes at the same places: a statement that is lost may be the one that took a right
    /// away.
    StatementsAgain,
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
            Self::StatementsAgain => "statements.again",
        };
        Ok(name.to_owned())
    }

    /// The folder of the file, relative to the store's; it must be synced when the file is new.
    fn folder(self) -> &'static str {
        match self {
            Self::Segment { .. } => "segments",
            Self::Statements | Self::StatementsAgain => "",
            _ => "log",
        }
    }

    /// Whether it holds framed items.
    #[must_use]
    pub fn is_framed(self) -> bool {
        matches!(self, Self::Segment { .. } | Self::HourKeys | Self::Annexes | Self::Statements)
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

/// A home read from its beginning, as a scan does. One that does not exist is empty.
pub struct HomeReader<'a> {
    places: &'a dyn Places,
    home: Home,
    end: u64,
    at: u64,
}

impl<'a> HomeReader<'a> {
    /// The home as it is now.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn new(places: &'a dyn Places, home: Home) -> Result<Self, StoreError> {
        Ok(Self { places, home, end: places.end(home)?, at: 0 })
    }

    /// Where it ends.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// So many bytes from this offset; none if it ends before, or cannot be read.
    #[must_use]
    pub fn piece(&self, at: u64, length: usize) -> Option<Vec<u8>> {
        self.places.read(self.home, at, length).ok().flatten()
    }
}

impl Read for HomeReader<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = bytes.len().min(left);
        let read = self.places.read(self.home, self.at, wanted).map_err(io::Error::other)?;
        let read = read.unwrap_or_default();
        bytes[..read.len()].copy_from_slice(&read);
        self.at += read.len() as u64;
        Ok(read.len())
    }
}

impl Seek for HomeReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.end.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// What these locks protect is right between any two statements, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

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
