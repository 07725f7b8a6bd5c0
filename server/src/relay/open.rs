//! Bringing the relay back: journal, homes, index, statements, log, in this order.
//!
//! The journal is applied again (its writes have fixed places, so doing it twice is doing it once),
//! the homes are synced, the index is brought up to them or rebuilt, and only then does the
//! sequencer begin.

use super::Relay;
use super::counters::Counters;
use super::index::{Index, IndexFailed, entries};
use super::items::{Item, Place};
use super::log_files::{LogEnd, LogFiles};
use super::news::Listeners;
use super::sequencer::{CHECKPOINT_BYTES, LogKey, Sequencer, nothing_yet, read_checkpoint};
use super::shelf::Shelf;
use super::snapshot::{Commit, Groups, Snapshot};
use crate::Clock;
use crate::store::{
    Batch, Blobs, Folder, Home, Homes, Journal, Mover, StoreError, Synced, Watermark, frame, journal,
};
use shared::cbor;
use shared::directory::Directory;
use shared::ids::Digest;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Checkpoint, Leaf, root_of};
use shared::time::Timestamp;
use shared::wire::AT_THE_RELAY;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, watch};

/// Changes that wait in front of the sequencer; past this, whoever asks waits with them.
const PROPOSALS_WAITING_MAX: usize = 1024;

/// The relay does not start. Nothing was changed that a later start does not do again.
#[derive(Debug, thiserror::Error)]
pub enum OpenFailed {
    /// The disk, or what lies on it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index, even after a rebuild.
    #[error(transparent)]
    Index(#[from] IndexFailed),
    /// The log is not what its checkpoint says.
    #[error("the log is damaged ({0}): run `pli-relay check`, and restore it from a backup")]
    Log(&'static str),
    /// A stored statement is not accepted.
    #[error(
        "statement {number} of the store is damaged: run `pli-relay check`, and restore it from a backup"
    )]
    Statement {
        /// Which one, counted from zero.
        number: usize,
    },
}

/// A relay whose sequencer works.
pub struct Running {
    /// What requests look at.
    pub relay: Relay,
    sequencer: JoinHandle<Result<(), StoreError>>,
}

impl Running {
    /// Opens the store and starts the sequencer.
    ///
    /// # Errors
    /// [`OpenFailed`] says what is wrong and what to do.
    pub fn open(
        folder: Folder,
        fingerprint: Digest,
        log_key: LogKey,
        clock: Clock,
    ) -> Result<Self, OpenFailed> {
        let Recovery { today, homes, recovered, synced, last, checkpoint } = Recovery::of(&folder, clock())?;
        let index = open_index(&folder, &homes, today, last, &recovered)?;
        let files = LogFiles::new(Arc::clone(&homes));
        let directory = Arc::new(directory_of(&homes, fingerprint)?);
        let commit = Arc::new(last_commit(&files, &log_key, last, checkpoint)?);
        let log = LogEnd::open(files.clone(), commit.tree)?;
        let next_epoch = 1 + u64::try_from(index.keys()?.len()).unwrap_or(u64::MAX - 1);

        let journal = Journal::start(&folder, recovered, &synced, last + 1)?;
        let mover = Mover::start(Arc::clone(&homes), last)?;
        let watermark: Watermark = mover.watermark().clone();
        let shelf = Shelf { homes: Arc::clone(&homes), index: index.clone(), watermark };
        let blobs = Blobs::open(&folder);
        let groups = Arc::new(Groups::of(&directory));
        if groups.head() != commit.head.groups {
            return Err(OpenFailed::Log("its last head names other statements than those of the store"));
        }
        let snapshot = Arc::new(Snapshot { number: 1, directory, groups, commit });
        let time = snapshot.commit.head.time;
        let (sender, receiver) = watch::channel(snapshot);
        let (proposals, waiting) = mpsc::channel(PROPOSALS_WAITING_MAX);

        let relay = Relay {
            clock: Arc::clone(&clock),
            snapshot: receiver,
            proposals,
            shelf: shelf.clone(),
            files: files.clone(),
            blobs: blobs.clone(),
            counters: Arc::new(Counters::default()),
            listeners: Arc::new(Listeners::default()),
        };
        let sequencer = Sequencer {
            clock,
            log_key,
            snapshot: sender,
            journal,
            mover,
            homes,
            blobs,
            shelf,
            index,
            files,
            log,
            ends: BTreeMap::new(),
            epoch: None,
            next_epoch,
            time,
        };
        let sequencer = std::thread::Builder::new()
            .name("sequencer".to_owned())
            .spawn(move || sequencer.run(waiting))
            .map_err(|source| StoreError::Io { file: "the sequencer".to_owned(), source })?;
        Ok(Self { relay, sequencer })
    }

    /// Whether the sequencer still works; if not, nothing is accepted any more.
    #[must_use]
    pub fn works(&self) -> bool {
        !self.sequencer.is_finished()
    }

    /// Closes the door, and waits until everything is at its place. Every clone of the relay must be
    /// gone, or this waits for them.
    ///
    /// # Errors
    /// The failure that stopped the sequencer.
    pub fn finish(self) -> Result<(), StoreError> {
        drop(self.relay);
        let broke_off = || StoreError::Stopped { because: "the sequencer broke off".to_owned() };
        self.sequencer.join().map_err(|_| broke_off())?
    }
}

/// What the journal and the checkpoint give back.
struct Recovery {
    /// Segments of days before this one are dead.
    today: u32,
    homes: Arc<Homes>,
    recovered: journal::Recovered,
    synced: Synced,
    /// The number of the last batch, and the checkpoint in it.
    last: u64,
    checkpoint: String,
}

impl Recovery {
    fn of(folder: &Folder, now: Timestamp) -> Result<Self, OpenFailed> {
        // A clock that was set back must not bring a segment back that a sweep has ended.
        let mut latest = now;
        let seen = journal::recover(folder, |batch| {
            latest = latest.max(head_time(batch));
            Ok(())
        })?;
        drop(seen);
        let today = u32::try_from(latest.day()).unwrap_or(u32::MAX);
        let homes = Arc::new(Homes::open(folder, today));
        let recovered = journal::recover(folder, |batch| homes.apply(batch))?;
        let synced = homes.sync()?;
        if let Some((file, offset)) = &recovered.torn {
            tracing::warn!(
                file,
                offset,
                "a batch that was never confirmed was cut off by a crash, and dropped"
            );
        }
        let (last, checkpoint) = last_checkpoint(&homes)?;
        Ok(Self { today, homes, recovered, synced, last, checkpoint })
    }
}

/// The time of the head in a batch.
fn head_time(batch: &Batch) -> Timestamp {
    let leaves = batch.writes.iter().rev().filter(|write| write.home == Home::Leaves);
    let heads = leaves.filter_map(|write| match cbor::decode(&write.bytes, LEAF_BYTES_MAX) {
        Ok(Leaf::Head(head)) => Some(head.time),
        _ => None,
    });
    heads.max().unwrap_or_default()
}

/// The checkpoint's slot. A new relay has none; a log without one is damaged, and must not be begun
/// again from its first leaf.
fn last_checkpoint(homes: &Homes) -> Result<(u64, String), OpenFailed> {
    let new = homes.end(Home::Checkpoint)? == 0 && homes.end(Home::LeafEnds)? == 0;
    if new {
        return Ok((0, String::new()));
    }
    let damaged = OpenFailed::Log("its checkpoint is missing or damaged");
    let slot = homes.read(Home::Checkpoint, 0, CHECKPOINT_BYTES).ok().flatten();
    slot.as_deref().and_then(read_checkpoint).filter(|(last, _)| *last > 0).ok_or(damaged)
}

/// Brings the homes up to the journal, and builds the index of a folder at rest again.
///
/// # Errors
/// [`OpenFailed`].
pub fn reindex(folder: &Folder, now: Timestamp) -> Result<Index, OpenFailed> {
    // The journal stays: the next start applies it once more and finds the index ahead of nothing.
    let Recovery { homes, last, .. } = Recovery::of(folder, now)?;
    rebuild_index(folder, &homes, last)
}

/// Deletes the index and builds it again from the homes.
///
/// # Errors
/// [`OpenFailed`].
pub fn rebuild_index(folder: &Folder, homes: &Homes, last: u64) -> Result<Index, OpenFailed> {
    let path = index_folder(folder);
    match std::fs::remove_dir_all(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::Io { file: "index".to_owned(), source: error }.into());
        }
        _ => {}
    }
    let index = Index::open(&path)?;
    for_each_item(homes, |place, item| Ok(index.write(0, &entries(&item, place), &[])?))?;
    index.write(last, &[], &[])?;
    index.flush()?;
    Ok(index)
}

/// The directory that the stored statements prove.
///
/// # Errors
/// [`OpenFailed::Statement`] if one is not accepted that was accepted once.
pub fn directory_of(homes: &Homes, fingerprint: Digest) -> Result<Directory, OpenFailed> {
    let mut directory = Directory::pinned(fingerprint);
    let mut number = 0;
    // A statement that is passed over may be the one that took a right away.
    for_each_frame(homes, Home::Statements, |_, item| {
        let Some(Item::Statement(published)) = item else { return Err(OpenFailed::Statement { number }) };
        directory.accept(&published.statement, AT_THE_RELAY).map_err(|_| OpenFailed::Statement { number })?;
        number += 1;
        Ok(())
    })?;
    Ok(directory)
}

/// Walks over every framed item of every home.
///
/// # Errors
/// What `visit` says, and [`OpenFailed::Store`]. Damaged stretches are passed over here; `check`
/// names them.
pub(crate) fn for_each_item(
    homes: &Homes,
    mut visit: impl FnMut(Place, Item) -> Result<(), OpenFailed>,
) -> Result<(), OpenFailed> {
    let segments = homes.segments()?.into_iter().map(|day| Home::Segment { day });
    for home in [Home::Statements, Home::HourKeys, Home::Annexes].into_iter().chain(segments) {
        for_each_frame(homes, home, |place, item| item.map_or(Ok(()), |item| visit(place, item)))?;
    }
    Ok(())
}

/// Walks over a home; what is no item comes as none.
fn for_each_frame(
    homes: &Homes,
    home: Home,
    mut visit: impl FnMut(Place, Option<Item>) -> Result<(), OpenFailed>,
) -> Result<(), OpenFailed> {
    let Some(file) = homes.reader(home)? else { return Ok(()) };
    for scanned in frame::Scan::new(file, 0) {
        let name = || home.file().unwrap_or_default();
        let scanned = scanned.map_err(|source| StoreError::Io { file: name(), source })?;
        let (at, length, item) = match scanned {
            frame::Scanned::Frame { at, kind, payload, .. } => {
                (at, frame::FRAME_HEADER_BYTES + payload.len(), Item::from_frame(kind, &payload).ok())
            }
            frame::Scanned::Damaged { at, until, .. } => {
                (at, usize::try_from(until - at).unwrap_or(usize::MAX), None)
            }
        };
        visit(Place { home, at, bytes: u32::try_from(length).unwrap_or(u32::MAX) }, item)?;
    }
    Ok(())
}

/// The index as it is, brought up to the journal; or a new one, if it cannot be trusted.
fn open_index(
    folder: &Folder,
    homes: &Homes,
    today: u32,
    last: u64,
    recovered: &journal::Recovered,
) -> Result<Index, OpenFailed> {
    let first_replayed = last.saturating_sub(recovered.batches);
    if let Ok(index) = Index::open(&index_folder(folder)) {
        let applied = index.applied().unwrap_or(u64::MAX);
        if (first_replayed..=last).contains(&applied) {
            // Entries have fixed keys and values: writing those of a batch again changes nothing.
            let replayed = journal::recover(folder, |batch| {
                if batch.number > applied {
                    let failed = |_| StoreError::Impossible("the index could not be written");
                    index.write(batch.number, &entries_of(batch), &[]).map_err(failed)?;
                }
                Ok(())
            });
            if replayed.is_ok() {
                forget_unlinked(&index, homes, today, last)?;
                return Ok(index);
            }
        }
    }
    tracing::warn!("the index does not fit the store and is rebuilt");
    rebuild_index(folder, homes, last)
}

/// The journal does not say what a sweep removed from the index, and a crash may have taken that
/// back: entries of messages whose segment is unlinked lead nowhere.
fn forget_unlinked(index: &Index, homes: &Homes, today: u32, last: u64) -> Result<(), OpenFailed> {
    let Some(yesterday) = u64::from(today).checked_sub(1) else { return Ok(()) };
    let mut gone = BTreeSet::new();
    for id in index.expiring(yesterday)? {
        let unlinked = match index.message(id)? {
            Some(entry) => homes.end(entry.envelope.home)? == 0,
            None => true,
        };
        if unlinked {
            gone.insert(id);
        }
    }
    if !gone.is_empty() {
        index.write(last, &[], &index.keys_of_all(&gone)?)?;
    }
    Ok(())
}

fn entries_of(batch: &Batch) -> Vec<super::index::Entry> {
    let framed = batch.writes.iter().filter_map(|write| {
        let (kind, payload) = frame::decode(&write.bytes).ok()?;
        let item = Item::from_frame(kind, payload).ok()?;
        let bytes = u32::try_from(write.bytes.len()).ok()?;
        Some(entries(&item, Place { home: write.home, at: write.at, bytes }))
    });
    framed.flatten().collect()
}

/// The last batch, from the checkpoint's slot, compared with the hashes.
fn last_commit(files: &LogFiles, key: &LogKey, last: u64, checkpoint: String) -> Result<Commit, OpenFailed> {
    if last == 0 {
        return Ok(nothing_yet());
    }
    let verified = Checkpoint::verify(&key.origin, key.key.public(), &checkpoint)
        .map_err(|_| OpenFailed::Log("its checkpoint is not this relay's"))?;
    let tree = verified.head();
    let root = root_of(files, tree.size).map_err(|_| OpenFailed::Log("stored hashes are missing"))?;
    if root != tree.root {
        return Err(OpenFailed::Log("the stored hashes do not give the checkpoint's root"));
    }
    let head_leaf = files.leaf(tree.size - 1)?;
    match cbor::decode(&head_leaf, LEAF_BYTES_MAX) {
        Ok(Leaf::Head(head)) => Ok(Commit { batch: last, tree, checkpoint, head, head_leaf }),
        _ => Err(OpenFailed::Log("its last leaf is no head")),
    }
}

fn index_folder(folder: &Folder) -> PathBuf {
    folder.path().join("index")
}
