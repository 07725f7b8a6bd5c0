//! The promises of the store kept in memory, and broken when a test says so.
//!
//! It has neither journal nor files: what a backend must do is written here in its shortest form. A
//! test can let its process die, its next commit fail, and its room run out.

use crate::disk::Survival;
use pli_server::store::blobs::{IsKnown, PART_BYTES_MAX};
use pli_server::store::disk::DiskFile;
use pli_server::store::{
    Batch, BlobError, Blobs, Home, Places, Received, Settle, Store, StoreError, Undeposited, Upload, Visit,
};
use shared::crypto::{Sha256, sha256};
use shared::ids::{DeviceId, Digest, MessageId};
use shared::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What outlives the process: everything that was committed.
#[derive(Clone, Debug, Default)]
pub struct Memory(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    homes: BTreeMap<Home, Vec<u8>>,
    first_day: u32,
    batches: BTreeMap<u64, Batch>,
    parts: BTreeMap<MessageId, Parts>,
    free: Option<u64>,
    /// The next commit fails; whether it is kept all the same.
    fail_next: Option<bool>,
}

#[derive(Clone, Debug)]
struct Parts {
    owner: DeviceId,
    changed: Timestamp,
    /// What has arrived, and how much of it is durable.
    partial: BTreeMap<u32, (Vec<u8>, usize)>,
    whole: BTreeMap<(u32, Digest), Arc<[u8]>>,
}

impl Memory {
    /// Opens the store, as after a start.
    #[must_use]
    pub fn open(&self, time: Arc<AtomicU64>) -> (Arc<MemoryStore>, Arc<MemoryBlobs>) {
        let store = MemoryStore { kept: self.clone(), failed: Mutex::new(None) };
        let blobs = MemoryBlobs { kept: self.clone(), arriving: Arc::default(), time };
        (Arc::new(store), Arc::new(blobs))
    }

    /// What is left after the process died, or after the power went: then of parts that were still
    /// arriving what was made durable.
    pub fn die(&self, survival: Survival) {
        if survival != Survival::Kept {
            for parts in self.kept().parts.values_mut() {
                for (bytes, durable) in parts.partial.values_mut() {
                    bytes.truncate(*durable);
                }
            }
        }
    }

    /// Lets the next commit fail, with the batch kept or lost.
    pub fn fail_next_commit(&self, kept: bool) {
        self.kept().fail_next = Some(kept);
    }

    /// Sets how many bytes may still be written; none for any number.
    pub fn set_free(&self, free: Option<u64>) {
        self.kept().free = free;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn take(&mut self, batch: Batch) {
        for run in batch.runs() {
            if matches!(run.home, Home::Segment { day } if day < self.first_day) {
                continue;
            }
            let home = self.homes.entry(run.home).or_default();
            let Ok(end) = usize::try_from(run.end()) else { continue };
            home.resize(home.len().max(end), 0);
            home[end - run.bytes.len()..end].copy_from_slice(&run.bytes);
        }
        self.last = batch.number();
        self.batches.insert(batch.number(), batch);
    }
}

/// One process's view of the store.
#[derive(Debug)]
pub struct MemoryStore {
    kept: Memory,
    failed: Mutex<Option<String>>,
}

impl MemoryStore {
    fn refuse_when_failed(&self) -> Result<(), StoreError> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.clone().map_or(Ok(()), |because| Err(StoreError::Stopped { because }))
    }
}

impl Places for MemoryStore {
    fn read(&self, home: Home, at: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let kept = self.kept.kept();
        let Some(bytes) = kept.homes.get(&home) else { return Ok(None) };
        let from = usize::try_from(at).ok();
        let piece = from.and_then(|from| bytes.get(from..from.checked_add(length)?));
        let short = || StoreError::Damaged {
            file: home.file().unwrap_or_default(),
            offset: at,
            what: "it ends before this item does",
        };
        piece.map(|piece| Some(piece.to_vec())).ok_or_else(short)
    }

    fn end(&self, home: Home) -> Result<u64, StoreError> {
        Ok(self.kept.kept().homes.get(&home).map_or(0, |bytes| bytes.len() as u64))
    }

    fn days(&self) -> Result<Vec<u32>, StoreError> {
        let kept = self.kept.kept();
        Ok(kept
            .homes
            .keys()
            .filter_map(|home| if let Home::Segment { day } = home { Some(*day) } else { None })
            .collect())
    }
}

impl Store for MemoryStore {
    fn last(&self) -> u64 {
        self.kept.kept().last
    }

    fn free_bytes(&self) -> u64 {
        self.kept.kept().free.unwrap_or(1 << 40)
    }

    fn make_room(&self, bytes: u64) -> Result<(), StoreError> {
        self.refuse_when_failed()?;
        if self.free_bytes() < bytes { Err(StoreError::Full { file: "memory".to_owned() }) } else { Ok(()) }
    }

    fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.refuse_when_failed()?;
        let mut kept = self.kept.kept();
        let is_impossible = batch.runs().iter().any(|run| {
            run.home.file().is_err()
                || run.at.checked_add(run.bytes.len() as u64).is_none_or(|end| end > i64::MAX as u64)
        });
        if batch.number() != kept.last + 1 || is_impossible {
            return Err(StoreError::Impossible("a batch out of turn, or a place that cannot be"));
        }
        let fault = kept.fail_next.take();
        if fault != Some(false) {
            kept.take(batch);
        }
        if fault.is_some() {
            let because = "the commit failed".to_owned();
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(because.clone());
            return Err(StoreError::Stopped { because });
        }
        Ok(())
    }

    fn end_day(&self, day: u32) -> Result<(), StoreError> {
        let mut kept = self.kept.kept();
        kept.first_day = kept.first_day.max(day + 1);
        kept.homes.retain(|home, _| !matches!(home, Home::Segment { day: of } if *of <= day));
        Ok(())
    }

    fn since(&self, after: u64, visit: &mut Visit<'_>) -> Result<bool, StoreError> {
        let batches: Vec<_> =
            self.kept.kept().batches.range(after + 1..).map(|(_, batch)| batch.clone()).collect();
        batches.iter().try_for_each(visit)?;
        Ok(batches.len() as u64 == self.last() - after)
    }

    fn begin(&self, settle: Settle) -> Result<(), StoreError> {
        settle().map_err(|source| StoreError::Io { file: "the index".to_owned(), source })?;
        self.kept.kept().batches.clear();
        Ok(())
    }

    fn tidy(&self, _: Timestamp, _: Settle) -> Result<(), StoreError> {
        self.refuse_when_failed()
    }

    fn forget_overwritten(&self, settle: Settle) -> Result<(), StoreError> {
        self.refuse_when_failed()?;
        self.begin(settle)
    }

    fn close(&self, settle: Settle) -> Result<(), StoreError> {
        self.begin(settle)
    }
}

/// One process's view of the documents.
#[derive(Clone, Debug)]
pub struct MemoryBlobs {
    kept: Memory,
    arriving: Arc<Mutex<BTreeSet<(MessageId, u32)>>>,
    time: Arc<AtomicU64>,
}

impl MemoryBlobs {
    fn arriving(&self) -> MutexGuard<'_, BTreeSet<(MessageId, u32)>> {
        self.arriving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of<T>(
        &self,
        id: MessageId,
        owner: DeviceId,
        look: impl FnOnce(&mut Parts) -> T,
    ) -> Result<Option<T>, BlobError> {
        match self.kept.kept().parts.get_mut(&id) {
            Some(parts) if parts.owner != owner => Err(BlobError::OtherOwner),
            Some(parts) => Ok(Some(look(parts))),
            None => Ok(None),
        }
    }
}

impl Blobs for MemoryBlobs {
    fn begin(
        &self,
        id: MessageId,
        part: u32,
        owner: DeviceId,
        expected: u64,
    ) -> Result<Box<dyn Upload>, BlobError> {
        if expected > PART_BYTES_MAX {
            return Err(BlobError::TooLarge { limit: PART_BYTES_MAX });
        }
        if !self.arriving().insert((id, part)) {
            return Err(BlobError::Busy);
        }
        let mut upload = MemoryUpload { blobs: self.clone(), id, part, expected, received: 0 };
        let changed = Timestamp(self.time.load(Ordering::Relaxed));
        self.kept.kept().parts.entry(id).or_insert_with(|| Parts {
            owner,
            changed,
            partial: BTreeMap::new(),
            whole: BTreeMap::new(),
        });
        let found = self.of(id, owner, |parts| {
            let whole = parts.whole.keys().any(|(number, _)| *number == part);
            let partial = parts.partial.entry(part).or_default().0.len() as u64;
            (whole, partial)
        })?;
        let (is_whole, received) = found.unwrap_or_default();
        if is_whole {
            return Err(BlobError::AlreadyWhole);
        }
        if received > expected {
            return Err(BlobError::OtherSize { received, expected });
        }
        upload.received = received;
        Ok(Box::new(upload))
    }

    fn received(&self, id: MessageId, part: u32, owner: DeviceId) -> Result<Received, BlobError> {
        let found = self.of(id, owner, |parts| {
            let whole = parts.whole.iter().find(|((number, _), _)| *number == part);
            match whole {
                Some(((_, digest), bytes)) => Received::Whole { bytes: bytes.len() as u64, digest: *digest },
                None => {
                    Received::Partial(parts.partial.get(&part).map_or(0, |(bytes, _)| bytes.len() as u64))
                }
            }
        })?;
        Ok(found.unwrap_or(Received::Partial(0)))
    }

    fn whole(&self, id: MessageId, part: u32, digest: Digest) -> Result<Option<u64>, StoreError> {
        let kept = self.kept.kept();
        let whole = kept.parts.get(&id).and_then(|parts| parts.whole.get(&(part, digest)));
        Ok(whole.map(|bytes| bytes.len() as u64))
    }

    fn read(&self, id: MessageId, part: u32, digest: Digest) -> Result<Arc<dyn DiskFile>, StoreError> {
        let kept = self.kept.kept();
        let whole = kept.parts.get(&id).and_then(|parts| parts.whole.get(&(part, digest)));
        let missing = || StoreError::Io { file: id.to_string(), source: io::ErrorKind::NotFound.into() };
        Ok(Arc::new(Whole(Arc::clone(whole.ok_or_else(missing)?))))
    }

    fn discard(&self, id: MessageId, part: u32, owner: DeviceId) -> Result<(), BlobError> {
        if self.arriving().contains(&(id, part)) {
            return Err(BlobError::Busy);
        }
        self.of(id, owner, |parts| {
            parts.partial.remove(&part);
            parts.whole.retain(|(number, _), _| *number != part);
        })?;
        Ok(())
    }

    fn remove(&self, id: MessageId) -> Result<(), BlobError> {
        if self.arriving().range((id, 0)..=(id, u32::MAX)).next().is_some() {
            return Err(BlobError::Busy);
        }
        self.kept.kept().parts.remove(&id);
        Ok(())
    }

    fn undeposited(&self, is_known: &IsKnown<'_>) -> Result<Vec<Undeposited>, StoreError> {
        let kept = self.kept.kept();
        let mut undeposited = Vec::new();
        for (id, parts) in kept.parts.iter().filter(|(id, _)| !is_known(**id)) {
            let partial = parts.partial.iter().map(|(part, (bytes, _))| (part, bytes.len()));
            let whole = parts.whole.iter().map(|((part, _), bytes)| (part, bytes.len()));
            undeposited.extend(partial.chain(whole).map(|(part, bytes)| Undeposited {
                id: *id,
                part: *part,
                owner: parts.owner,
                bytes: bytes as u64,
            }));
        }
        Ok(undeposited)
    }

    fn orphans(&self, before: Timestamp, is_known: &IsKnown<'_>) -> Result<Vec<MessageId>, StoreError> {
        let kept = self.kept.kept();
        let old = kept.parts.iter().filter(|(id, parts)| !is_known(**id) && parts.changed < before);
        Ok(old.map(|(id, _)| *id).collect())
    }
}

#[derive(Debug)]
struct MemoryUpload {
    blobs: MemoryBlobs,
    id: MessageId,
    part: u32,
    expected: u64,
    received: u64,
}

impl MemoryUpload {
    fn with<T>(&self, work: impl FnOnce(&mut Parts) -> T) -> Result<T, BlobError> {
        let mut kept = self.blobs.kept.kept();
        let parts = kept.parts.get_mut(&self.id);
        let gone = || StoreError::Stopped { because: "the message was removed".to_owned() };
        Ok(work(parts.ok_or_else(gone)?))
    }
}

impl Upload for MemoryUpload {
    fn received(&self) -> u64 {
        self.received
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        let received = self.received + bytes.len() as u64;
        if received > self.expected {
            return Err(BlobError::OtherSize { received, expected: self.expected });
        }
        self.with(|parts| parts.partial.entry(self.part).or_default().0.extend_from_slice(bytes))?;
        self.received = received;
        Ok(())
    }

    fn pause(self: Box<Self>) -> Result<(), BlobError> {
        self.with(|parts| {
            let (bytes, durable) = parts.partial.entry(self.part).or_default();
            *durable = bytes.len();
        })
    }

    fn finish(self: Box<Self>) -> Result<Digest, BlobError> {
        if self.received != self.expected {
            return Err(BlobError::OtherSize { received: self.received, expected: self.expected });
        }
        self.with(|parts| {
            let (bytes, _) = parts.partial.remove(&self.part).unwrap_or_default();
            let digest = sha256(&bytes);
            parts.whole.insert((self.part, digest), bytes.into());
            digest
        })
    }
}

impl Drop for MemoryUpload {
    fn drop(&mut self) {
        self.blobs.arriving().remove(&(self.id, self.part));
    }
}

#[derive(Debug)]
struct Whole(Arc<[u8]>);

impl DiskFile for Whole {
    fn write_all_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<usize> {
        let there = usize::try_from(at).ok().and_then(|at| self.0.get(at..)).unwrap_or_default();
        let read = there.len().min(bytes.len());
        bytes[..read].copy_from_slice(&there[..read]);
        Ok(read)
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.0.len() as u64)
    }

    fn set_aside(&self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The digest of some bytes in pieces, as an upload computes it.
#[must_use]
pub fn digest_of(pieces: &[&[u8]]) -> Digest {
    pieces.iter().fold(Sha256::default(), |digest, piece| digest.with(piece)).finish()
}
