//! A copy of what a relay must not lose, and of nothing that must be gone in time: statements, log and keys.
//!
//! No document, no journal and no index is read here, and of a segment the key pages alone are taken, which open nothing:
//! so no envelope comes into a copy, and what is destroyed at its end is destroyed in all copies, too: they never had
//! it. The homes of a relay that works only grow, so a checkpoint is read first, and then what it covers; what came
//! after it is left out. A copy has its name once it was verified as [`check`](crate::check) verifies a relay, and
//! never before.
//!
//! The first file in a copy says that it is one. A relay that began to serve from it would sign a second tree under
//! the old name as soon as its log is one leaf longer; so it [serves nothing](crate::relay::Setup::of) before both
//! roots opened another ([`restore`](crate::restore)).

use crate::check::{CheckFailed, Report, check_in};
use crate::folder::{self, FolderFailed, PublicIdentity};
use crate::relay::items::{Handed, Item};
use crate::relay::log_files::{END_BYTES, HASH_BYTES};
use crate::relay::sequencer::{CHECKPOINT_BYTES, CHECKPOINT_SLOTS, LogKey, checkpoint_slot, read_checkpoint};
use crate::store::disk::{Disk as _, How, OsDisk};
use crate::store::{AtRest, Folder, Home, HomeReader, Places, StoreError, frame};
use serde::{Deserialize, Serialize};
use shared::log::{Checkpoint, TreeHead, slots};
use shared::time::Timestamp;
use std::ffi::OsString;
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};

/// What says of a folder that it is a copy; for the authority, too, whose root names what it says.
pub const MARKER: &str = "backup.json";

/// The form of the marker.
const VERSION: u32 = 1;

/// How a copy is called before it is whole.
const UNFINISHED: &str = ".unfinished";

/// Files are copied in pieces of this size.
const PIECE_BYTES: usize = 1024 * 1024;

/// A checkpoint that is being written while it is read is read again.
const READINGS_MAX: u32 = 8;

/// What a copy says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// The form of this file.
    pub version: u32,
    /// The relay whose log it is, as the roots signed it.
    pub relay: PublicIdentity,
    /// The checkpoint up to which it was copied.
    pub checkpoint: String,
}

/// A copy was not made. Under the name that was given is nothing.
#[derive(Debug, thiserror::Error)]
pub enum BackupFailed {
    /// The relay's folder, or the copy's.
    #[error(transparent)]
    Folder(#[from] FolderFailed),
    /// There is something under that name.
    #[error("{0} is there already: give a name that is free")]
    Exists(PathBuf),
    /// Nothing there is a relay's.
    #[error("this is no relay's folder: give the folder that init made")]
    NotARelay,
    /// There is no log yet, or its checkpoint is no more.
    #[error("the log has no checkpoint that can be read: run `pli-relay check`")]
    NoCheckpoint,
    /// What was copied is not what it should be.
    #[error(
        "what was copied did not verify, so it was not kept: run `pli-relay check` on the relay's folder"
    )]
    DidNotVerify(Report),
}

impl From<StoreError> for BackupFailed {
    fn from(error: StoreError) -> Self {
        FolderFailed::Store(error).into()
    }
}

impl Backup {
    /// The tree that was copied, if the log's key signed it.
    #[must_use]
    pub fn tree(&self) -> Option<TreeHead> {
        let key = self.relay.whole_log_key()?;
        let checkpoint = Checkpoint::verify(&self.relay.log_origin, key, &self.checkpoint).ok()?;
        Some(checkpoint.head())
    }

    /// What a copy says of itself; none of a folder that is no copy.
    ///
    /// # Errors
    /// [`FolderFailed`] if it was changed.
    pub fn of(folder: &Folder) -> Result<Option<Self>, FolderFailed> {
        let bytes = match folder.read(MARKER) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|source| FolderFailed::File { file: MARKER.to_owned(), source })?,
        };
        let read: Option<Self> = serde_json::from_slice(&bytes).ok();
        let whole = read.filter(|backup| backup.version == VERSION && backup.tree().is_some());
        let damaged = || FolderFailed::Damaged { file: MARKER.to_owned(), what: "as backup wrote it" };
        whole.map(Some).ok_or_else(damaged)
    }
}

/// Copies statements, log and keys of the relay in `dir`, which may be at work, to `to`; says up to which tree.
///
/// # Errors
/// [`BackupFailed`]; then there is nothing under that name.
pub fn backup(dir: &Path, to: &Path, now: Timestamp) -> Result<TreeHead, BackupFailed> {
    if !dir.join("version").exists() {
        return Err(BackupFailed::NotARelay);
    }
    let failed = |source| FolderFailed::File { file: to.display().to_string(), source };
    let to = std::path::absolute(to).map_err(failed)?;
    if to.symlink_metadata().is_ok() {
        return Err(BackupFailed::Exists(to));
    }
    let (Some(parent), Some(name)) = (to.parent(), to.file_name()) else {
        return Err(BackupFailed::Exists(to));
    };
    let mut unfinished = OsString::from(name);
    unfinished.push(UNFINISHED);
    let unfinished = parent.join(unfinished);
    if unfinished.symlink_metadata().is_ok() {
        // What an earlier run left says that it is a copy, and is nobody's backup. Anything else stays.
        if !unfinished.join(MARKER).exists() {
            return Err(BackupFailed::Exists(unfinished));
        }
        if let Err(error @ StoreError::InUse) = Folder::open(&unfinished) {
            return Err(error.into());
        }
        remove(&unfinished).map_err(failed)?;
    }
    let copied = Folder::look_at(dir).map_err(BackupFailed::from).and_then(|from| {
        let copy = Folder::open(&unfinished)?;
        let tree = copy_to(&from, &copy, now)?;
        drop(copy);
        std::fs::rename(&unfinished, &to).map_err(failed)?;
        OsDisk::at(parent).sync_folder("").map_err(failed)?;
        Ok(tree)
    });
    if copied.is_err() {
        remove(&unfinished).map_err(failed)?;
    }
    copied
}

fn remove(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The same from a folder that is only looked at into one that is open and empty.
///
/// # Errors
/// As for [`backup`]; then the copy is not to be used.
pub fn copy_to(from: &Folder, to: &Folder, now: Timestamp) -> Result<TreeHead, BackupFailed> {
    let relay = folder::public_identity(from)?;
    let homes = AtRest::without_journal(from);
    let (batch, checkpoint) = newest_checkpoint(&homes, &folder::log_key(from)?)?;
    let (note, tree) = (checkpoint.note(), checkpoint.head());
    let marker = Backup { version: VERSION, relay, checkpoint: note.to_owned() };
    // First, so that nothing in this folder is ever without it.
    to.replace(MARKER, serde_json::to_string_pretty(&marker).unwrap_or_default().as_bytes())?;
    folder::copy_small_files(from, to)?;

    let leaves_end = homes.read(Home::LeafEnds, (tree.size - 1) * END_BYTES, 8)?;
    let leaves_end = leaves_end.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
    copy(&homes, Home::LeafEnds, tree.size * END_BYTES, to)?;
    copy(&homes, Home::Leaves, leaves_end, to)?;
    copy(&homes, Home::Hashes, slots(tree.size) * HASH_BYTES, to)?;
    for home in [Home::HourKeys, Home::Annexes] {
        copy(&homes, home, covered(&homes, home, tree.size)?, to)?;
    }
    let statements = covered(&homes, Home::Statements, tree.size)?;
    for home in [Home::Statements, Home::StatementsAgain] {
        copy(&homes, home, statements, to)?;
    }
    copy_pages(&homes, tree.size, now, to)?;
    let (slot, file) = (checkpoint_slot(batch, note), to.open_file(&Home::Checkpoint.file()?, How::Empty)?);
    let written = CHECKPOINT_SLOTS.into_iter().try_for_each(|at| file.write_all_at(&slot, at));
    written.and_then(|()| file.sync()).map_err(|source| failed_at(Home::Checkpoint, source))?;
    to.sync("log")?;
    to.sync("")?;

    let report = check_in(to, now).map_err(|error| match error {
        CheckFailed::Folder(error) => BackupFailed::Folder(error),
        CheckFailed::Running | CheckFailed::NotARelay => BackupFailed::NotARelay,
    })?;
    if report.faults.is_empty() { Ok(tree) } else { Err(BackupFailed::DidNotVerify(report)) }
}

/// The newest checkpoint at its place, and the number of its batch. Everything that it covers came to its place
/// before it did, for it is the last thing that a batch writes; of its two slots the older one counts.
fn newest_checkpoint(homes: &dyn Places, key: &LogKey) -> Result<(u64, Checkpoint), BackupFailed> {
    for _ in 0..READINGS_MAX {
        let slot = |at| homes.read(Home::Checkpoint, at, CHECKPOINT_BYTES).ok().flatten();
        let read = CHECKPOINT_SLOTS.into_iter().filter_map(slot).filter_map(|slot| read_checkpoint(&slot));
        let whole = read.filter_map(|(batch, note)| {
            Some((batch, Checkpoint::verify(&key.origin, key.key.public(), &note).ok()?))
        });
        if let Some(found) = whole.min_by_key(|(batch, _)| *batch) {
            return Ok(found);
        }
    }
    Err(BackupFailed::NoCheckpoint)
}

/// Where the items end that belong to a log of this size: what later batches brought stands behind them.
fn covered(homes: &AtRest, home: Home, size: u64) -> Result<u64, StoreError> {
    let mut end = 0;
    for scanned in frame::Scan::new(BufReader::new(HomeReader::new(homes, home)?), 0) {
        // What is being written just now is whole later, and belongs to what is left out; damage in the middle is
        // found when the copy is verified.
        let Ok(frame::Scanned::Frame { at, kind, payload, bulk, .. }) = scanned else { break };
        if Item::from_frame(kind, &payload).ok().and_then(|item| leaf_of(&item)) >= Some(size) {
            break;
        }
        end = at + (frame::FRAME_HEADER_BYTES + payload.len()) as u64 + u64::from(bulk);
    }
    Ok(end)
}

/// The leaf that an item outside of the segments belongs to.
fn leaf_of(item: &Item) -> Option<u64> {
    match item {
        Item::Statement(published) => Some(published.index),
        Item::Keys(keys) => Some(keys.index),
        Item::Annex(annex) => Some(annex.index),
        Item::Done(done) => Some(done.index),
        Item::Handed(Handed { record, .. }) => Some(*record),
        _ => None,
    }
}

/// The key pages that live, which lie among the letters of their days: without them nobody could be written to until
/// their device came.
fn copy_pages(homes: &AtRest, size: u64, now: Timestamp, to: &Folder) -> Result<(), StoreError> {
    for day in homes.days()?.into_iter().filter(|day| u64::from(*day) >= now.day()) {
        let home = Home::Segment { day };
        let scan = frame::Scan::new(BufReader::new(HomeReader::new(homes, home)?), 0);
        let pages = scan.filter_map(|scanned| match scanned {
            Ok(frame::Scanned::Frame { kind, payload, .. }) => Item::from_frame(kind, &payload).ok(),
            _ => None,
        });
        let covered = pages.filter(|item| matches!(item, Item::Statement(page) if page.index < size));
        let frames: Vec<u8> = covered.flat_map(|page| page.to_frame()).collect();
        if !frames.is_empty() {
            let file = to.open_file(&home.file()?, How::Empty)?;
            let written = file.write_all_at(&frames, 0).and_then(|()| file.sync());
            written.map_err(|source| failed_at(home, source))?;
        }
    }
    to.sync("segments")
}

fn copy(homes: &AtRest, home: Home, end: u64, to: &Folder) -> Result<(), StoreError> {
    let file = to.open_file(&home.file()?, How::Empty)?;
    let mut at = 0;
    while at < end {
        let length = usize::try_from(end - at).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        let bytes = homes.read(home, at, length)?.unwrap_or_default();
        if bytes.is_empty() {
            let what = "it ends before what its checkpoint covers";
            return Err(StoreError::Damaged { file: home.file()?, offset: at, what });
        }
        file.write_all_at(&bytes, at).map_err(|source| failed_at(home, source))?;
        at += bytes.len() as u64;
    }
    file.sync().map_err(|source| failed_at(home, source))
}

fn failed_at(home: Home, source: std::io::Error) -> StoreError {
    StoreError::Io { file: home.file().unwrap_or_default(), source }
}
