//! Bringing the relay back: store, index, statements, log, in this order.
//!
//! Opening the store brings back what a crash left in its journal; the index is then brought up to
//! it or rebuilt, and only then does the sequencer begin. [`Opened`] is a relay that somebody else
//! drives; [`Running`] has a thread for it.

use super::Relay;
use super::cosignatures::Cosignatures;
use super::counters::Counters;
use super::heads::Heads;
use super::history::History;
use super::index::{Entry, Index, IndexFailed, entries};
use super::items::{Item, Place, Published};
use super::log_files::{END_BYTES, LogEnd, LogFiles};
use super::news::Listeners;
use super::refusals::Refusals;
use super::sequencer::{
    CHECKPOINT_BYTES, CHECKPOINT_SLOTS, LogKey, Sequencer, batch_at_home, nothing_yet, read_checkpoint,
};
use super::shelf::Shelf;
use super::snapshot::{Commit, Snapshot};
use super::time::RelayTime;
use crate::Clock;
use crate::folder::{self, FolderFailed};
use crate::quotas::{Allowance, Quotas};
use crate::store::{
    Batch, Blobs, Embedded, FileBlobs, Folder, Home, HomeReader, Moving, Places, Store, StoreError,
    Undeposited, frame,
};
use crate::transport::pki::Issuer;
use shared::cbor;
use shared::directory::{Continuity, Directory};
use shared::ids::Digest;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Checkpoint, Edge, Leaf, root_of};
use shared::time::Timestamp;
use shared::wire::AT_THE_RELAY;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
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

/// What a relay is besides its folder.
pub struct Setup {
    /// Under which root it was founded.
    pub fingerprint: Digest,
    /// What signs its checkpoints.
    pub log_key: LogKey,
    /// Where the time comes from.
    pub clock: Clock,
    /// How much each device may take.
    pub allowance: Allowance,
    /// What issues the devices' certificates; none where the folder has the example's.
    pub issuer: Option<Arc<Issuer>>,
    /// The origin under which it signs from now on, where the log goes on under another.
    pub opens: Option<String>,
}

impl Setup {
    /// The setup of a folder that was founded.
    ///
    /// # Errors
    /// [`FolderFailed`] if it was not, or is a copy: two trees of one size would be signed under one name.
    pub fn of(folder: &Folder, clock: Clock) -> Result<Self, FolderFailed> {
        folder::refuse_backup(folder)?;
        let (fingerprint, log_key) = (folder::fingerprint(folder)?, folder::log_key(folder)?);
        let issuer = folder::issuer_in(folder)?.map(Arc::new);
        Ok(Self { fingerprint, log_key, clock, allowance: Allowance::default(), issuer, opens: None })
    }
}

/// A relay that was brought back, and does nothing until its sequencer is driven.
pub struct Opened {
    /// What requests look at.
    pub relay: Relay,
    /// What changes its state.
    pub sequencer: Sequencer,
    /// What waits for the sequencer.
    pub proposals: mpsc::Receiver<super::change::Proposal>,
}

impl Opened {
    /// Brings a relay back on these backends.
    ///
    /// # Errors
    /// [`OpenFailed`] says what is wrong and what to do.
    pub fn new(
        folder: &Folder,
        store: Arc<dyn Store>,
        blobs: Arc<dyn Blobs>,
        setup: Setup,
    ) -> Result<Self, OpenFailed> {
        let Setup { fingerprint, mut log_key, clock, allowance, issuer, opens } = setup;
        let files = LogFiles::new(Arc::clone(&store));
        let commit = Arc::new(last_commit(&files, &*store, &log_key)?);
        // What was signed so far was verified; what comes stands under the name that it goes on with.
        let is_opened_anew = opens.is_some();
        log_key.origin = opens.unwrap_or(log_key.origin);
        let index = open_index(folder, &*store, commit.head.time)?;
        store.begin(index.settler())?;
        let (mut directory, mut history) = in_force(&*store, fingerprint)?;
        with_pages(&*store, &index.pages()?, &mut directory, &mut history)?;
        let log = LogEnd::open(&files, commit.tree.size)?;
        let next_epoch = 1 + u64::try_from(index.keys()?.len()).unwrap_or(u64::MAX - 1);
        let groups = Arc::new(history.groups(u64::MAX));
        if groups.head() != commit.head.groups {
            return Err(OpenFailed::Log("its last head names other statements than those of the store"));
        }
        let (directory, history) = (Arc::new(directory), Arc::new(history));
        let cosignatures = Arc::new(Cosignatures::open(folder, &directory));
        let snapshot = Arc::new(Snapshot { number: 1, directory, history, groups, commit });
        let time = snapshot.commit.head.time;
        let goes_on = !is_opened_anew && snapshot.commit.tree.size > 0;
        let (changed, changes) = watch::channel(snapshot.number);
        let (sender, receiver) = watch::channel(snapshot);
        let (door, proposals) = mpsc::channel(PROPOSALS_WAITING_MAX);
        let shelf = Shelf { store: Arc::clone(&store), index: index.clone() };
        let relay_time = Arc::new(RelayTime::since(goes_on.then_some(time), Arc::clone(&clock)));
        let quotas = Quotas::new(allowance, Arc::clone(&clock));
        let is_known = |id| index.message(id).is_ok_and(|found| found.is_some());
        for Undeposited { id, part, owner, bytes } in blobs.undeposited(&is_known)? {
            quotas.found_upload(owner, id, part, bytes);
        }
        let relay = Relay {
            time: Arc::clone(&relay_time),
            snapshot: receiver,
            changes,
            proposals: door,
            shelf: shelf.clone(),
            files: files.clone(),
            blobs: Arc::clone(&blobs),
            counters: Arc::new(Counters::default()),
            listeners: Arc::new(Listeners::default()),
            heads: Arc::new(Heads::default()),
            cosignatures,
            refusals: Arc::new(Refusals::default()),
            tally: Arc::default(),
            quotas,
            issuer,
        };
        let sequencer = Sequencer {
            clock: relay_time,
            log_key,
            snapshot: sender,
            changes: changed,
            store,
            blobs,
            shelf,
            index,
            files,
            log,
            ends: BTreeMap::new(),
            epoch: None,
            next_epoch,
            ended_through: 0,
            time,
        };
        Ok(Self { relay, sequencer, proposals })
    }
}

/// The store of a folder, opened.
///
/// # Errors
/// [`StoreError`].
pub fn open_store(folder: &Folder, moving: Moving) -> Result<Embedded, StoreError> {
    Embedded::open(folder, moving, day_ended, |homes| Ok(batch_at_home(homes)))
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
    pub fn open(folder: &Folder, setup: Setup) -> Result<Self, OpenFailed> {
        let store = Arc::new(open_store(folder, Moving::Thread)?);
        let blobs = Arc::new(FileBlobs::open(folder));
        let Opened { relay, sequencer, proposals } = Opened::new(folder, store, blobs, setup)?;
        let sequencer = std::thread::Builder::new()
            .name("sequencer".to_owned())
            .spawn(move || sequencer.run(proposals))
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

/// Brings the homes up to the journal, and builds the index of a folder at rest again.
///
/// # Errors
/// [`OpenFailed`].
pub fn reindex(folder: &Folder) -> Result<Index, OpenFailed> {
    let store = open_store(folder, Moving::Stepped)?;
    let index = rebuild_index(folder, &store)?;
    store.close(index.settler())?;
    Ok(index)
}

/// Deletes the index and builds it again from the homes.
///
/// # Errors
/// [`OpenFailed`].
pub fn rebuild_index(folder: &Folder, store: &dyn Store) -> Result<Index, OpenFailed> {
    /// Entries that are written at a time: enough that a list is not written once a message, and some
    /// ten megabytes.
    const ENTRIES_MAX: usize = 50_000;
    folder.remove_table(super::index::FOLDER)?;
    let index = Index::open(folder)?;
    let mut waiting = Vec::new();
    for_each_item(store, |place, item| {
        waiting.extend(entries(&item, place));
        if waiting.len() >= ENTRIES_MAX {
            index.write(0, std::mem::take(&mut waiting), &[])?;
            index.settle()?;
        }
        Ok(())
    })?;
    index.write(store.last(), waiting, &[])?;
    index.settle()?;
    Ok(index)
}

/// The directory that the stored statements prove.
///
/// # Errors
/// [`OpenFailed::Statement`] if one is not accepted that was accepted once.
pub fn in_force(places: &dyn Places, fingerprint: Digest) -> Result<(Directory, History), OpenFailed> {
    let (mut directory, mut history) = (Directory::pinned(fingerprint), History::default());
    let mut number = 0;
    // A statement that is passed over may be the one that took a right away.
    for_each_frame(places, Home::Statements, &mut |_, item| {
        let Some(Item::Statement(published)) = item else { return Err(OpenFailed::Statement { number }) };
        let judged = directory.judge(&published.statement, AT_THE_RELAY);
        let judged = judged.map_err(|_| OpenFailed::Statement { number })?;
        history.apply(published.index, judged, &mut directory);
        number += 1;
        Ok(())
    })?;
    Ok((directory, history))
}

/// Adds the key pages that live. One of a device that signs for nobody any more is passed over: a page gives nobody a
/// right, and takes none away.
///
/// # Errors
/// [`OpenFailed`] if the disk does not read.
fn with_pages(
    places: &dyn Places,
    pages: &[Place],
    directory: &mut Directory,
    history: &mut History,
) -> Result<(), OpenFailed> {
    let mut found = Vec::new();
    for place in pages {
        let bytes = places.read(place.home, place.at, place.bytes as usize)?.unwrap_or_default();
        let item =
            frame::decode(&bytes).ok().and_then(|(kind, payload)| Item::from_frame(kind, payload).ok());
        found.extend(item.and_then(|item| match item {
            Item::Statement(published) => Some(*published),
            _ => None,
        }));
    }
    // In the order in which they were accepted, each goes on from the one before; the first that lives, from none.
    found.sort_by_key(|page| page.index);
    for Published { statement, index } in found {
        match directory.judge(&statement, Continuity::Forward) {
            Ok(judged) => history.apply(index, judged, directory),
            Err(error) => tracing::debug!(%error, "a key page counts no more"),
        }
    }
    Ok(())
}

/// Walks over every framed item of every home.
fn for_each_item(
    places: &dyn Places,
    mut visit: impl FnMut(Place, Item) -> Result<(), OpenFailed>,
) -> Result<(), OpenFailed> {
    let segments = places.days()?.into_iter().map(|day| Home::Segment { day });
    for home in [Home::Statements, Home::HourKeys, Home::Annexes].into_iter().chain(segments) {
        // Damaged stretches are passed over here; `check` names them.
        for_each_frame(places, home, &mut |place, item| item.map_or(Ok(()), |item| visit(place, item)))?;
    }
    Ok(())
}

/// Is shown an item, or that there is none where one should be.
type VisitItem<'a> = dyn FnMut(Place, Option<Item>) -> Result<(), OpenFailed> + 'a;

/// Walks over a home. What is damaged of the statements is looked for in their second copy.
fn for_each_frame(places: &dyn Places, home: Home, visit: &mut VisitItem<'_>) -> Result<(), OpenFailed> {
    let unreadable = |source| StoreError::Io { file: home.file().unwrap_or_default(), source };
    for scanned in frame::Scan::new(HomeReader::new(places, home)?, 0) {
        match scanned.map_err(unreadable)? {
            frame::Scanned::Frame { at, kind, payload, .. } => {
                visit(Place::of(home, at, payload.len()), Item::from_frame(kind, &payload).ok())?;
            }
            frame::Scanned::Damaged { at, until, .. } if home == Home::Statements => {
                let length = usize::try_from(until - at).unwrap_or(usize::MAX);
                let again = places.read(Home::StatementsAgain, at, length)?.unwrap_or_default();
                tracing::error!(at, until, "stored statements are damaged, and taken from their second copy");
                for_each_frame_of(&again, at, visit)?;
            }
            frame::Scanned::Damaged { at, .. } => visit(Place { home, at, bytes: 0 }, None)?,
        }
    }
    Ok(())
}

/// Walks over the bytes of a stretch of statements.
fn for_each_frame_of(bytes: &[u8], from: u64, visit: &mut VisitItem<'_>) -> Result<(), OpenFailed> {
    let mut met = false;
    for scanned in frame::Scan::new(Cursor::new(bytes), 0) {
        met = true;
        let item = match scanned {
            Ok(frame::Scanned::Frame { kind, payload, .. }) => Item::from_frame(kind, &payload).ok(),
            _ => None,
        };
        visit(Place { home: Home::Statements, at: from, bytes: 0 }, item)?;
    }
    if met { Ok(()) } else { visit(Place { home: Home::Statements, at: from, bytes: 0 }, None) }
}

/// The index as it is, brought up to the store; or a new one, if it cannot be trusted.
fn open_index(folder: &Folder, store: &dyn Store, time: Timestamp) -> Result<Index, OpenFailed> {
    if let Ok(index) = Index::open(folder)
        && let Ok(applied) = index.applied()
        && applied <= store.last()
    {
        // Entries have fixed keys and values: writing those of a batch again changes nothing.
        let replayed = store.since(applied, &mut |batch| {
            let failed = |_| StoreError::Stopped { because: "the index could not be written".to_owned() };
            index.write(batch.number(), entries_of(batch), &[]).map_err(failed)
        });
        if matches!(replayed, Ok(true)) && !has_outgrown(folder, store)? {
            forget_unlinked(&index, store, time)?;
            return Ok(index);
        }
    }
    tracing::warn!("the index does not fit the store and is rebuilt");
    rebuild_index(folder, store)
}

/// Whether the table takes more room than it can need: sled never gives any back.
fn has_outgrown(folder: &Folder, store: &dyn Store) -> Result<bool, OpenFailed> {
    /// A table under this is left alone.
    const BYTES_LEFT_ALONE: u64 = 256 * 1024 * 1024;
    let bytes = folder.table_bytes(super::index::FOLDER)?;
    if bytes <= BYTES_LEFT_ALONE {
        return Ok(false);
    }
    let days = store.days()?.into_iter().map(|day| Home::Segment { day });
    let mut living = 0;
    for home in days.chain([Home::Statements, Home::LeafEnds]) {
        living += store.end(home)?;
    }
    Ok(bytes > living / 2)
}

/// The journal does not say what a sweep removed from the index, and a crash may have taken that
/// back: entries of messages and key pages whose segment was unlinked lead nowhere.
fn forget_unlinked(index: &Index, store: &dyn Store, time: Timestamp) -> Result<(), OpenFailed> {
    let Some(yesterday) = time.day().checked_sub(1) else { return Ok(()) };
    let days = store.days()?;
    let mut gone = BTreeSet::new();
    for id in index.expiring(yesterday, usize::MAX)? {
        let lives = index.message(id)?.is_some_and(|entry| match entry.envelope.home {
            Home::Segment { day } => days.binary_search(&day).is_ok(),
            _ => false,
        });
        if !lives {
            gone.insert(id);
        }
    }
    let is_ended = |day: u32| u64::from(day) <= yesterday && days.binary_search(&day).is_err();
    let mut removed = index.pages_ending(is_ended)?;
    if !gone.is_empty() {
        removed.extend(index.all_of_each(&gone)?);
    }
    if !removed.is_empty() {
        index.write(store.last(), Vec::new(), &removed)?;
    }
    Ok(())
}

fn entries_of(batch: &Batch) -> Vec<Entry> {
    batch.runs().iter().flat_map(Item::in_run).flat_map(|(place, item)| entries(&item, place)).collect()
}

/// The day through which a sweep ended all segments in a batch, if it did.
fn day_ended(batch: &Batch) -> Option<u32> {
    let beside = batch.runs().iter().filter(|run| run.home == Home::Annexes);
    let ended = beside.flat_map(Item::in_run).filter_map(|(_, item)| match item {
        Item::Ended(ended) => Some(ended.day),
        _ => None,
    });
    ended.max()
}

/// The last batch, from its checkpoint, compared with the hashes. A new relay has none; a log without
/// one is damaged, and must not be begun again from its first leaf.
fn last_commit(files: &LogFiles, store: &dyn Store, key: &LogKey) -> Result<Commit, OpenFailed> {
    if store.last() == 0 && store.end(Home::LeafEnds)? == 0 {
        return Ok(nothing_yet());
    }
    let slot = |at| store.read(Home::Checkpoint, at, CHECKPOINT_BYTES).ok().flatten();
    let read = CHECKPOINT_SLOTS.into_iter().filter_map(slot).filter_map(|slot| read_checkpoint(&slot));
    let verified = read.filter(|(batch, _)| *batch == store.last()).find_map(|(batch, text)| {
        let verified = Checkpoint::verify(&key.origin, key.key.public(), &text).ok()?;
        Some((batch, text, verified.head()))
    });
    let (batch, checkpoint, tree) =
        verified.ok_or(OpenFailed::Log("its checkpoint is missing, damaged or not this relay's"))?;
    // A checkpoint from before is signed too, and its root is among the hashes.
    if store.end(Home::LeafEnds)? != tree.size * END_BYTES {
        return Err(OpenFailed::Log("it has more or fewer leaves than its checkpoint says"));
    }
    let root = root_of(files, tree.size).map_err(|_| OpenFailed::Log("stored hashes are missing"))?;
    if root != tree.root {
        return Err(OpenFailed::Log("the stored hashes do not give the checkpoint's root"));
    }
    let head_leaf = files.leaf(tree.size - 1).map_err(|error| match error {
        // Leaf, end and hash do not fit each other; which of them is wrong, `check` finds out.
        StoreError::Damaged { .. } => OpenFailed::Log("its last leaf is damaged"),
        error => error.into(),
    })?;
    match cbor::decode(&head_leaf, LEAF_BYTES_MAX) {
        Ok(Leaf::Head(head)) => {
            Ok(Commit { batch, tree, checkpoint, head, head_leaf, edge: Edge::default() })
        }
        _ => Err(OpenFailed::Log("its last leaf is no head")),
    }
}
