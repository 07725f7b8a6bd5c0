//! The journal: where a batch becomes durable, in one sync.
//!
//! ```text
//! file   magic 4 | version 4 | first number 8 | salt 32 | SHA-256 of these 32     (the first block)
//! batch  mark 4 | table 4 | number 8 | data 8 | check 16 | table | data
//! ```
//!
//! Integers are big-endian; the table is CBOR and says where each run of the data belongs. A file is
//! filled with zeros and synced ahead of small batches, so that their sync changes no metadata; for
//! large ones room is set aside, because writing zeros first would cost more than it saves. Every
//! batch begins in a block of its own, so that a write in flight never touches a block that holds
//! something acknowledged.
//!
//! The check is XXH3 and finds accidents; what vouches for content are the signatures in it. Its
//! seed and the mark are taken from the random salt of the file: bytes that a member chose cannot
//! pass for a batch, wherever they come to lie. After a start the journal continues in a new file,
//! never in an old one.

use super::disk::{DiskFile, How};
use super::{Batch, CrashPoint, Folder, Home, Run, StoreError, date_of, io_at};
use serde::{Deserialize, Serialize};
use shared::crypto::{Sha256, random};
use shared::ids::Digest;
use shared::{cbor, time::Timestamp};
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// The data of one batch. A batch is some hundred requests of a few kilobytes with at most a few
/// notes of a megabyte; past this the sequencer closes it. Recovery holds one batch in memory.
pub const BATCH_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The table of one batch: some thirty bytes a run, and a batch writes to few homes.
const TABLE_BYTES_MAX: usize = 1024 * 1024;

/// The file is changed at this length: recovery reads it in a second or two.
pub const FILE_BYTES_ROTATE: u64 = 64 * 1024 * 1024;

/// The file is changed this many seconds after its first batch, so that what expired leaves the
/// journal soon after it left its segment.
pub const FILE_SECONDS_ROTATE: u64 = 600;

/// Zeros are written ahead in steps of this: some milliseconds of waiting, one time in hundreds.
const ZEROS_BYTES_STEP: u64 = 4 * 1024 * 1024;

/// Past this a batch is large: zeros ahead of it would cost more than a change of metadata.
const LARGE_BYTES: u64 = 256 * 1024;

/// Room for large batches is set aside in steps of this.
const ROOM_BYTES_STEP: u64 = 16 * 1024 * 1024;

/// What a disk writes whole, or leaves alone.
const BLOCK_BYTES: u64 = 4096;

/// What follows the last batch.
static ZEROS: [u8; 4096] = [0; 4096];

const FILE_MAGIC: [u8; 4] = *b"PliJ";
const FILE_VERSION: u32 = 2;
const FILE_HEADER_BYTES: usize = 80;
const BATCH_HEADER_BYTES: usize = 40;

const _: () = assert!(BATCH_BYTES_MAX < u32::MAX as usize);
const _: () =
    assert!(ZEROS_BYTES_STEP.is_multiple_of(BLOCK_BYTES) && (FILE_HEADER_BYTES as u64) < BLOCK_BYTES);
const _: () = assert!(LARGE_BYTES < ZEROS_BYTES_STEP);

/// A journal file that takes no more batches. It is unlinked when all that is in it has been synced
/// at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a closed file is replayed at every start until it is retired"]
pub struct Closed {
    sequence: u32,
    last: Option<u64>,
}

impl Closed {
    /// The file, relative to the folder.
    #[must_use]
    pub fn file(&self) -> String {
        file_name(self.sequence)
    }

    /// The number of the last batch in it, if it holds any.
    #[must_use]
    pub fn last_number(&self) -> Option<u64> {
        self.last
    }

    /// Unlinks the file, durably. `synced` is the number of the last batch that is synced at its
    /// places.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] when the sync came before the last batch in the file.
    pub fn unlink(&self, folder: &Folder, synced: u64) -> Result<(), StoreError> {
        if self.last.is_some_and(|last| synced < last) {
            return Err(StoreError::Impossible("a journal file is unlinked after its last batch was synced"));
        }
        folder.pass(CrashPoint::J8)?;
        folder.unlink(&self.file())?;
        folder.pass(CrashPoint::J9)?;
        folder.sync("journal")
    }
}

/// The journal, open at its end.
#[derive(Debug)]
pub struct Journal {
    folder: Folder,
    current: Current,
    next: u64,
    failed: Option<String>,
}

#[derive(Debug)]
struct Current {
    sequence: u32,
    file: Arc<dyn DiskFile>,
    salt: [u8; 32],
    /// Where the next batch will begin.
    end: u64,
    /// How far the file is filled with synced zeros.
    zeros: u64,
    /// How far room is set aside.
    room: u64,
    holds_batches: bool,
    /// When the first batch was seen by [`Journal::due`].
    first_seen: Option<Timestamp>,
}

impl Journal {
    /// Unlinks what was recovered and then synced up to the batch `synced`, and begins a new file,
    /// whose first batch will have the number `next`. In this order, because a batch that a crash cut
    /// off is excused at the end of the last file only.
    ///
    /// # Errors
    /// [`StoreError::Io`], and [`StoreError::Impossible`] if `next` leaves a gap or the sync came
    /// before the last batch.
    pub fn start(folder: &Folder, recovered: &Recovered, synced: u64, next: u64) -> Result<Self, StoreError> {
        if next == 0 || recovered.next.is_some_and(|expected| expected != next) {
            return Err(StoreError::Impossible("batches are numbered from 1 and without gaps"));
        }
        let sequence = recovered.files.last().map_or(1, |closed| closed.sequence + 1);
        // Oldest first, so that what a crash leaves has no gap.
        for closed in &recovered.files {
            closed.unlink(folder, synced)?;
        }
        let current = create(folder, sequence, next)?;
        Ok(Self { folder: folder.clone(), current, next, failed: None })
    }

    /// The number that the next batch must have.
    #[must_use]
    pub fn next_number(&self) -> u64 {
        self.next
    }

    /// Makes sure that a batch of so many bytes can be written. It may be called at any time, and
    /// what a full disk leaves of it does no harm.
    ///
    /// # Errors
    /// [`StoreError::Full`], after which the journal goes on; after any other nothing is accepted.
    pub fn make_room(&mut self, bytes: u64) -> Result<(), StoreError> {
        self.refuse_when_failed()?;
        match self.current.make_room(&self.folder, bytes) {
            Err(full @ StoreError::Full { .. }) => Err(full),
            outcome => self.keep_failure(outcome),
        }
    }

    /// Makes a batch durable. When this returns, it may be answered.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] leaves the journal as it was. After any other error nothing more
    /// is accepted, and the batch may or may not be there after the next start.
    pub fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.refuse_when_failed()?;
        if batch.number() != self.next {
            return Err(StoreError::Impossible("batches are numbered without gaps"));
        }
        for run in batch.runs() {
            if let Home::Segment { day } = run.home {
                date_of(day)?;
            }
            if run.at.checked_add(run.bytes.len() as u64).is_none_or(|end| i64::try_from(end).is_err()) {
                return Err(StoreError::Impossible("a place past the end of all files"));
            }
        }
        let head = self.current.head_of(batch)?;
        let outcome = self.current.commit(&self.folder, &head, batch);
        self.keep_failure(outcome)?;
        self.next += 1;
        Ok(())
    }

    /// Whether the file has become long or old enough to be changed; to be asked after each batch,
    /// and now and then while there are none.
    pub fn due(&mut self, now: Timestamp) -> bool {
        if !self.current.holds_batches {
            return false;
        }
        let first = *self.current.first_seen.get_or_insert(now);
        self.current.end >= FILE_BYTES_ROTATE || now.since(first) >= FILE_SECONDS_ROTATE
    }

    /// Changes to a new file.
    ///
    /// # Errors
    /// [`StoreError::Full`], after which the journal goes on in the file it has; after any other
    /// nothing is accepted.
    pub fn rotate(&mut self) -> Result<Closed, StoreError> {
        self.refuse_when_failed()?;
        let fresh = match create(&self.folder, self.current.sequence + 1, self.next) {
            Err(full @ StoreError::Full { .. }) => return Err(full),
            fresh => self.keep_failure(fresh)?,
        };
        Ok(std::mem::replace(&mut self.current, fresh).closed(self.next))
    }

    /// Ends the journal, for a clean stop. Nothing is accepted afterwards.
    pub fn close(&mut self) -> Closed {
        self.failed.get_or_insert("it was closed".to_owned());
        self.current.closed(self.next)
    }

    fn refuse_when_failed(&self) -> Result<(), StoreError> {
        self.failed.as_ref().map_or(Ok(()), |because| Err(StoreError::Stopped { because: because.clone() }))
    }

    /// After a failed sync the system may have dropped what it could not write, and the next sync
    /// would say that all is well. So the first failure is the last thing this journal does.
    fn keep_failure<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &outcome {
            self.failed = Some(error.to_string());
        }
        outcome
    }
}

/// Where each run of a batch's data belongs.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    home: Home,
    at: u64,
    bytes: u32,
}

impl Current {
    fn closed(&self, next: u64) -> Closed {
        Closed { sequence: self.sequence, last: self.holds_batches.then_some(next - 1) }
    }

    /// What stands before the data of a batch in this file.
    fn head_of(&self, batch: &Batch) -> Result<Vec<u8>, StoreError> {
        let too_large = || StoreError::Impossible("a batch over its limit");
        let entry = |run: &Run| {
            let bytes = u32::try_from(run.bytes.len()).ok()?;
            Some(Entry { home: run.home, at: run.at, bytes })
        };
        let table: Option<Vec<Entry>> = batch.runs().iter().map(entry).collect();
        let table = cbor::encode(&table.ok_or_else(too_large)?);
        let length = u32::try_from(table.len()).map_err(|_| too_large())?;
        if batch.bytes() > BATCH_BYTES_MAX || table.len() > TABLE_BYTES_MAX {
            return Err(too_large());
        }
        let mut head = Vec::with_capacity(BATCH_HEADER_BYTES + table.len());
        head.extend_from_slice(&self.salt[..4]);
        head.extend_from_slice(&length.to_be_bytes());
        head.extend_from_slice(&batch.number().to_be_bytes());
        head.extend_from_slice(&(batch.bytes() as u64).to_be_bytes());
        let data = batch.runs().iter().map(|run| run.bytes.as_slice());
        let check = check_of(&self.salt, &head, &table, data);
        head.extend_from_slice(&check);
        head.extend_from_slice(&table);
        Ok(head)
    }

    fn commit(&mut self, folder: &Folder, head: &[u8], batch: &Batch) -> Result<(), StoreError> {
        let whole = head.len() as u64 + batch.bytes() as u64;
        self.make_room(folder, whole)?;
        folder.pass(CrashPoint::J1)?;
        let write = || {
            self.file.write_all_at(head, self.end)?;
            let mut at = self.end + head.len() as u64;
            for run in batch.runs() {
                self.file.write_all_at(&run.bytes, at)?;
                at += run.bytes.len() as u64;
            }
            folder.disk().pass(CrashPoint::J2)?;
            self.file.sync()
        };
        write().map_err(io_at(file_name(self.sequence)))?;
        folder.pass(CrashPoint::J3)?;
        self.end = (self.end + whole).next_multiple_of(BLOCK_BYTES);
        self.holds_batches = true;
        Ok(())
    }

    fn make_room(&mut self, folder: &Folder, bytes: u64) -> Result<(), StoreError> {
        let wanted = self.end + bytes;
        if wanted <= self.zeros || (bytes > LARGE_BYTES && wanted <= self.room) {
            return Ok(());
        }
        let outcome = if bytes > LARGE_BYTES {
            let room = wanted.next_multiple_of(ROOM_BYTES_STEP);
            self.file.set_aside(room).map(|()| self.room = room)
        } else {
            self.write_zeros(wanted.next_multiple_of(ZEROS_BYTES_STEP))
        };
        outcome.map_err(io_at(file_name(self.sequence)))?;
        folder.pass(CrashPoint::J4)
    }

    fn write_zeros(&mut self, until: u64) -> std::io::Result<()> {
        let zeros = vec![0; 1024 * 1024];
        let mut at = self.zeros.max(self.end);
        while at < until {
            let step = usize::try_from(until - at).unwrap_or(usize::MAX).min(zeros.len());
            self.file.write_all_at(&zeros[..step], at)?;
            at += step as u64;
        }
        self.file.sync()?;
        self.zeros = until;
        Ok(())
    }
}

/// Makes a file under a passing name; under its own it always has a whole header.
fn create(folder: &Folder, sequence: u32, first: u64) -> Result<Current, StoreError> {
    let name = file_name(sequence);
    let passing = format!("{name}.new");
    let salt = random();
    let header = FileHeader { version: FILE_VERSION, first, salt }.encode();
    let file = folder.open_file(&passing, How::Empty)?;
    file.write_all_at(&header, 0).and_then(|()| file.sync()).map_err(io_at(passing.as_str()))?;
    folder.pass(CrashPoint::J5)?;
    folder.disk().rename(&passing, &name).map_err(io_at(name))?;
    folder.pass(CrashPoint::J6)?;
    folder.sync("journal")?;
    folder.pass(CrashPoint::J7)?;
    Ok(Current {
        sequence,
        file,
        salt,
        end: BLOCK_BYTES,
        zeros: 0,
        room: 0,
        holds_batches: false,
        first_seen: None,
    })
}

struct FileHeader {
    version: u32,
    first: u64,
    salt: [u8; 32],
}

impl FileHeader {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(FILE_HEADER_BYTES);
        bytes.extend_from_slice(&FILE_MAGIC);
        bytes.extend_from_slice(&self.version.to_be_bytes());
        bytes.extend_from_slice(&self.first.to_be_bytes());
        bytes.extend_from_slice(&self.salt);
        let Digest(digest) = Sha256::default().with(&bytes).finish();
        bytes.extend_from_slice(&digest);
        bytes
    }

    fn parse(bytes: &[u8; FILE_HEADER_BYTES]) -> Option<Self> {
        let version = u32::from_be_bytes(*bytes[4..].first_chunk()?);
        let first = u64::from_be_bytes(*bytes[8..].first_chunk()?);
        let header = Self { version, first, salt: *bytes[16..].first_chunk()? };
        // Batches are numbered from 1, and there will never be so many that their numbers end.
        let is_possible = (1..u64::MAX / 2).contains(&first);
        (is_possible && header.encode() == bytes).then_some(header)
    }
}

fn check_of<'a>(
    salt: &[u8; 32],
    head: &[u8],
    table: &[u8],
    data: impl Iterator<Item = &'a [u8]>,
) -> [u8; 16] {
    let seed = salt[4..].first_chunk().map_or(0, |seed| u64::from_be_bytes(*seed));
    let mut check = Xxh3::with_seed(seed);
    check.update(head);
    check.update(table);
    data.for_each(|bytes| check.update(bytes));
    check.digest128().to_be_bytes()
}

fn file_name(sequence: u32) -> String {
    format!("journal/{sequence:010}")
}

/// What recovery met.
#[derive(Debug, Default, PartialEq, Eq)]
#[must_use = "the files stay until they are unlinked"]
pub struct Recovered {
    /// The files, oldest first; to be unlinked when the homes were synced.
    pub files: Vec<Closed>,
    /// How many batches were whole.
    pub batches: u64,
    /// The number that the next batch must have, if there was any file.
    pub next: Option<u64>,
    /// The last batch, when it was cut off by a crash: its file and offset. Nobody was answered.
    pub torn: Option<(String, u64)>,
    /// Where the batch after the last whole one begins, or would: its file and offset.
    end: Option<(String, u64)>,
    /// Where the last whole batch lies.
    last: Option<(u32, u64)>,
}

impl Recovered {
    /// Makes sure that the journal has every batch which the homes have: one is moved only after it was
    /// durable here, so no crash takes it back. To go on without it would be to give its numbers to
    /// something else.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where a batch that was confirmed should be.
    pub fn reaches(&self, at_home: u64) -> Result<(), StoreError> {
        match (&self.end, self.next) {
            (Some((file, offset)), Some(next)) if next <= at_home => Err(StoreError::Damaged {
                file: file.clone(),
                offset: *offset,
                what: "a batch that was confirmed is gone",
            }),
            _ => Ok(()),
        }
    }

    /// Writes the last whole batch once more and syncs it. After a failed sync the system may show
    /// what it has dropped; only the last batch can be such, because nothing is accepted after a
    /// failure. Before this, nothing may rest on it.
    ///
    /// # Errors
    /// [`StoreError::Io`]; then it may be there or not, and nobody was answered.
    pub fn make_sure(&self, folder: &Folder) -> Result<(), StoreError> {
        let Some((sequence, at)) = self.last else { return Ok(()) };
        let old = Old::open(folder, sequence)?;
        let Some((_, bytes)) = old.batch_at(at)? else {
            return Err(old.damaged(at, "a batch that was there just now"));
        };
        folder.pass(CrashPoint::J10)?;
        old.file.write_all_at(&bytes, at).and_then(|()| old.file.sync()).map_err(io_at(file_name(sequence)))
    }
}

/// Gives every whole batch to `apply`, in order, one in memory at a time. Changes nothing but
/// unfinished new files, and may be repeated.
///
/// # Errors
/// [`StoreError::Damaged`] names what crashes cannot explain; then nothing after it was applied.
pub fn recover(
    folder: &Folder,
    mut apply: impl FnMut(&Batch) -> Result<(), StoreError>,
) -> Result<Recovered, StoreError> {
    let mut recovered = Recovered::default();
    let sequences = sequences(folder)?;
    for sequence in &sequences {
        let mut old = Old::open(folder, *sequence)?;
        if recovered.next.is_some_and(|expected| expected != old.header.first) {
            return Err(old.damaged(0, "the file before this one does not end where this one begins"));
        }
        let mut next = old.header.first;
        while let Some((at, batch)) = old.next(next)? {
            apply(&batch)?;
            recovered.batches += 1;
            recovered.last = Some((*sequence, at));
            next += 1;
        }
        if !old.ends_in_zeros()? {
            if Some(sequence) != sequences.last() || old.batch_follows()? {
                return Err(old.damaged(old.at, "a batch that was committed"));
            }
            recovered.torn = Some((file_name(*sequence), old.at));
        }
        recovered.next = Some(next);
        recovered.end = Some((file_name(*sequence), old.at));
        let last = (next > old.header.first).then(|| next - 1);
        recovered.files.push(Closed { sequence: *sequence, last });
    }
    Ok(recovered)
}

fn sequences(folder: &Folder) -> Result<Vec<u32>, StoreError> {
    let mut sequences = Vec::new();
    for name in folder.names("journal")?.unwrap_or_default() {
        if name.ends_with(".new") {
            folder.unlink(&format!("journal/{name}"))?;
        } else if let Some(sequence) =
            name.parse().ok().filter(|n| file_name(*n) == format!("journal/{name}"))
        {
            sequences.push(sequence);
        }
    }
    sequences.sort_unstable();
    Ok(sequences)
}

/// A file of an earlier run.
struct Old {
    sequence: u32,
    file: Arc<dyn DiskFile>,
    length: u64,
    header: FileHeader,
    at: u64,
}

impl Old {
    fn open(folder: &Folder, sequence: u32) -> Result<Self, StoreError> {
        let name = file_name(sequence);
        let file = folder.open_file(&name, How::Existing)?;
        let mut bytes = [0; FILE_HEADER_BYTES];
        let length = file.bytes().map_err(io_at(name.as_str()))?;
        file.read_at(&mut bytes, 0).map_err(io_at(name.as_str()))?;
        let Some(header) = FileHeader::parse(&bytes) else {
            return Err(StoreError::Damaged { file: name, offset: 0, what: "the header of a journal file" });
        };
        if header.version != FILE_VERSION {
            let (found, expected) = (header.version, FILE_VERSION);
            return Err(StoreError::OtherVersion { file: name, found, expected });
        }
        Ok(Self { sequence, file, length, header, at: BLOCK_BYTES })
    }

    fn damaged(&self, offset: u64, what: &'static str) -> StoreError {
        StoreError::Damaged { file: file_name(self.sequence), offset, what }
    }

    /// The whole batch here and its offset; it must have this number. Nothing if there is none.
    fn next(&mut self, number: u64) -> Result<Option<(u64, Batch)>, StoreError> {
        let Some((found, bytes)) = self.batch_at(self.at)? else { return Ok(None) };
        if found != number {
            return Err(self.damaged(self.at, "a batch is missing before this one"));
        }
        let length = bytes.len() as u64;
        let runs = runs_of(&bytes)
            .ok_or_else(|| self.damaged(self.at, "a batch of another form, though its check matches"))?;
        let at = self.at;
        self.at = (at + length).next_multiple_of(BLOCK_BYTES);
        Ok(Some((at, Batch::of(number, runs))))
    }

    /// The number and the bytes of the batch at this block, if its check matches.
    fn batch_at(&self, at: u64) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let mut header = [0; BATCH_HEADER_BYTES];
        self.read(&mut header, at)?;
        let Some((table, data)) = lengths_of(&header) else { return Ok(None) };
        let number = header[8..].first_chunk().map_or(0, |number| u64::from_be_bytes(*number));
        let length = BATCH_HEADER_BYTES + table + data;
        if header[..4] != self.header.salt[..4] || length as u64 > self.length.saturating_sub(at) {
            return Ok(None);
        }
        let mut bytes = vec![0; length];
        self.read(&mut bytes, at)?;
        let (table, data) = bytes[BATCH_HEADER_BYTES..].split_at(table);
        let expected = check_of(&self.header.salt, &header[..24], table, [data].into_iter());
        Ok((expected == header[24..]).then_some((number, bytes)))
    }

    /// Whether nothing but zeros follows.
    fn ends_in_zeros(&self) -> Result<bool, StoreError> {
        let mut bytes = vec![0; 256 * 1024];
        let mut at = self.at;
        loop {
            let read = self.read(&mut bytes, at)?;
            // Compared by the block: most of what follows the end is zeros, and much of it.
            if read == 0 || bytes[..read].chunks(ZEROS.len()).any(|block| block != &ZEROS[..block.len()]) {
                return Ok(read == 0);
            }
            at += read as u64;
        }
    }

    /// Whether a whole batch begins in any block after the one here.
    fn batch_follows(&self) -> Result<bool, StoreError> {
        let mut at = self.at + BLOCK_BYTES;
        while at < self.length {
            if self.batch_at(at)?.is_some() {
                return Ok(true);
            }
            at += BLOCK_BYTES;
        }
        Ok(false)
    }

    fn read(&self, bytes: &mut [u8], at: u64) -> Result<usize, StoreError> {
        self.file.read_at(bytes, at).map_err(io_at(file_name(self.sequence)))
    }
}

/// The lengths of table and data in the header of a batch, if they can be.
fn lengths_of(header: &[u8; BATCH_HEADER_BYTES]) -> Option<(usize, usize)> {
    let table = usize::try_from(u32::from_be_bytes(*header[4..].first_chunk()?)).ok()?;
    let data = usize::try_from(u64::from_be_bytes(*header[16..].first_chunk()?)).ok()?;
    (table <= TABLE_BYTES_MAX && data <= BATCH_BYTES_MAX).then_some((table, data))
}

/// The runs of a whole batch.
fn runs_of(batch: &[u8]) -> Option<Vec<Run>> {
    let (header, rest) = batch.split_first_chunk()?;
    let (table, data) = lengths_of(header)?;
    let (table, mut rest) = rest.split_at_checked(table)?;
    let table: Vec<Entry> = cbor::decode(table, TABLE_BYTES_MAX).ok()?;
    if rest.len() != data {
        return None;
    }
    let mut runs = Vec::with_capacity(table.len());
    for Entry { home, at, bytes } in table {
        let (run, after) = rest.split_at_checked(bytes as usize)?;
        runs.push(Run { home, at, bytes: run.to_vec() });
        rest = after;
    }
    rest.is_empty().then_some(runs)
}

#[cfg(test)]
mod tests {
    use super::super::Homes;
    use super::*;
    use std::fs::File;
    use std::path::{Path, PathBuf};
    use tempfile::TempDir;

    fn batch(number: u64, bytes: usize) -> Batch {
        let bytes = vec![u8::try_from(number % 251).unwrap(); bytes];
        let mut batch = Batch::new(number);
        batch.write(Home::Segment { day: 20_000 }, number * 10_000, &bytes);
        batch.write(Home::Leaves, number * 10_000, &bytes);
        batch.write(Home::Checkpoint, 0, &bytes);
        batch
    }

    /// A folder left behind with these batches, and a new file after each number in `rotate_after`.
    fn left_behind(batches: &[Batch], rotate_after: &[u64]) -> (TempDir, Vec<u64>) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let mut journal = started(&folder);
        let mut ends = vec![journal.current.end];
        for batch in batches {
            journal.append(batch).unwrap();
            ends.push(journal.current.end);
            if rotate_after.contains(&batch.number()) {
                let _ = journal.rotate().unwrap();
            }
        }
        (dir, ends)
    }

    fn started(folder: &Folder) -> Journal {
        let recovered = recover(folder, |_| Ok(())).unwrap();
        let next = recovered.next.unwrap_or(1);
        Journal::start(folder, &recovered, next - 1, next).unwrap()
    }

    fn recovered(dir: &Path) -> Result<(Vec<Batch>, Recovered), StoreError> {
        let folder = Folder::open(dir).unwrap();
        let mut batches = Vec::new();
        let report = recover(&folder, |batch| {
            batches.push(batch.clone());
            Ok(())
        })?;
        Ok((batches, report))
    }

    /// How many bytes a batch takes in a file, from its mark to the end of its data.
    fn whole_bytes(batch: &Batch) -> u64 {
        let entry =
            |run: &Run| Entry { home: run.home, at: run.at, bytes: run.bytes.len().try_into().unwrap() };
        let table: Vec<Entry> = batch.runs().iter().map(entry).collect();
        (BATCH_HEADER_BYTES + cbor::encode(&table).len() + batch.bytes()) as u64
    }

    fn file(dir: &Path, sequence: u32) -> PathBuf {
        dir.join(file_name(sequence))
    }

    fn change(path: &Path, at: u64, bytes: &[u8]) {
        File::options().write(true).open(path).unwrap().write_all_at(bytes, at).unwrap();
    }

    fn homes_of(dir: &Path) -> Vec<Vec<u8>> {
        ["segments/2024-10-04", "log/leaves", "log/checkpoint"]
            .map(|name| std::fs::read(dir.join(name)).unwrap())
            .to_vec()
    }

    #[test]
    fn what_was_appended_is_recovered_in_order_and_across_files() {
        let batches: Vec<_> = (1..=9).map(|number| batch(number, 3_000)).collect();
        let (dir, _) = left_behind(&batches, &[3, 4]);
        let (found, report) = recovered(dir.path()).unwrap();
        assert_eq!(found, batches);
        assert_eq!((report.batches, report.next, &report.torn), (9, Some(10), &None));
        let last: Vec<_> = report.files.iter().map(Closed::last_number).collect();
        assert_eq!(last, [Some(3), Some(4), Some(9)]);
    }

    #[test]
    fn recovery_gives_the_same_homes_and_twice_changes_nothing() {
        let batches: Vec<_> = (1..=5).map(|number| batch(number, 2_000)).collect();
        let (dir, _) = left_behind(&batches, &[2]);
        let folder = Folder::open(dir.path()).unwrap();
        let homes = Homes::open(&folder);
        let _ = recover(&folder, |batch| homes.apply(batch)).unwrap();
        let first = homes_of(dir.path());
        assert_eq!(first[2], vec![5; 2_000], "of two writes to one place the later one stays");
        for batch in &batches {
            for run in &batch.runs()[..2] {
                let mut found = vec![0; run.bytes.len()];
                assert_eq!(homes.read(run.home, run.at, &mut found).unwrap(), Some(found.len()));
                assert_eq!(found, run.bytes);
            }
        }
        let _ = recover(&folder, |batch| homes.apply(batch)).unwrap();
        assert_eq!(homes_of(dir.path()), first);
    }

    #[test]
    fn a_start_goes_on_where_recovery_ended() {
        let (dir, ends) = left_behind(&[batch(1, 100), batch(2, 100)], &[]);
        change(&file(dir.path(), 1), ends[1] + 60, &[1]);
        let folder = Folder::open(dir.path()).unwrap();
        let mut journal = started(&folder);
        assert_eq!(journal.next_number(), 2, "the second was torn");
        journal.append(&batch(2, 700)).unwrap();
        drop((journal, folder));
        assert!(!file(dir.path(), 1).exists());
        assert_eq!(recovered(dir.path()).unwrap().0, [batch(2, 700)]);
    }

    #[test]
    fn an_empty_journal_starts_over_at_any_number() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        drop(Journal::start(&folder, &recover(&folder, |_| Ok(())).unwrap(), 0, 40).unwrap());
        let report = recover(&folder, |_| Ok(())).unwrap();
        assert_eq!(report.next, Some(40));
        assert!(Journal::start(&folder, &report, 40, 41).is_err(), "a gap");
        assert!(Journal::start(&folder, &report, 39, 40).is_ok());
    }

    #[test]
    fn a_file_is_unlinked_after_its_last_batch_was_synced() {
        let (dir, _) = left_behind(&[batch(1, 10), batch(2, 10)], &[]);
        let folder = Folder::open(dir.path()).unwrap();
        let report = recover(&folder, |_| Ok(())).unwrap();
        assert!(matches!(report.files[0].unlink(&folder, 1), Err(StoreError::Impossible(_))));
        assert!(file(dir.path(), 1).exists());
        report.files[0].unlink(&folder, 2).unwrap();
        assert!(!file(dir.path(), 1).exists());
    }

    #[test]
    fn a_batch_cut_off_at_any_byte_never_was() {
        let batches = [batch(1, 900), batch(2, 900), batch(3, 400)];
        let (dir, ends) = left_behind(&batches, &[]);
        let path = file(dir.path(), 1);
        let whole = std::fs::read(&path).unwrap();
        let begin = ends[2];
        let length = whole_bytes(&batches[2]);
        let folder = Folder::open(dir.path()).unwrap();
        let check = |cut: u64, torn: bool| {
            let report = recover(&folder, |_| Ok(())).unwrap();
            assert_eq!((report.batches, report.next), (2, Some(3)), "cut at {cut}");
            assert_eq!(report.torn, torn.then(|| (file_name(1), begin)), "cut at {cut}");
        };
        for kept in 0..length {
            let (from, until) = (begin + kept, ends[3]);
            // The rest was never written: zeros are there.
            change(&path, from, &vec![0; usize::try_from(until - from).unwrap()]);
            check(kept, kept > 0);
            change(&path, begin, &whole[usize::try_from(begin).unwrap()..usize::try_from(until).unwrap()]);
        }
        for kept in (0..length).rev() {
            File::options().write(true).open(&path).unwrap().set_len(begin + kept).unwrap();
            check(kept, kept > 0);
        }
        for missing in (0..length).step_by(41) {
            std::fs::write(&path, &whole).unwrap();
            change(&path, begin, &vec![0; usize::try_from(missing + 1).unwrap()]);
            check(missing, missing + 1 < length);
        }
    }

    #[test]
    fn damage_before_the_last_batch_is_named() {
        let batches: Vec<_> = (1..=6).map(|number| batch(number, 6_000)).collect();
        let (dir, ends) = left_behind(&batches, &[4]);
        let check = |sequence: u32, at: u64, expected: Option<u64>| {
            let path = file(dir.path(), sequence);
            let whole = std::fs::read(&path).unwrap();
            change(&path, at, &[whole[usize::try_from(at).unwrap()] ^ 1]);
            match (recovered(dir.path()), expected) {
                (Err(StoreError::Damaged { file, offset, .. }), Some(expected)) => {
                    assert_eq!((file, offset), (file_name(sequence), expected), "byte {at}");
                }
                (Ok(_), None) => {}
                (found, _) => panic!("byte {at} of {sequence}: {:?}", found.map(|(_, report)| report)),
            }
            std::fs::write(&path, whole).unwrap();
        };
        check(1, 20, Some(0));
        for begin in ends.iter().take(4) {
            for at in [0, 5, 12, 30, 47, 48, 5_000] {
                check(1, begin + at, Some(*begin));
            }
        }
        check(1, ends[4] + 70_000, Some(ends[4]));
        let first = BLOCK_BYTES;
        let second = first + (ends[2] - ends[1]);
        check(2, first + 3_000, Some(first));
        check(2, second + 3_000, None);
    }

    #[test]
    fn a_missing_file_is_named() {
        let batches: Vec<_> = (1..=6).map(|number| batch(number, 60)).collect();
        let (dir, _) = left_behind(&batches, &[2, 4]);
        std::fs::remove_file(file(dir.path(), 2)).unwrap();
        let refused = recovered(dir.path()).unwrap_err().to_string();
        assert!(refused.starts_with("journal/0000000003 is damaged at byte 0"), "{refused}");
    }

    #[test]
    fn an_older_format_is_named() {
        let (dir, _) = left_behind(&[batch(1, 60)], &[]);
        let header = FileHeader { version: 9, first: 1, salt: [3; 32] };
        change(&file(dir.path(), 1), 0, &header.encode());
        let refused = recovered(dir.path()).unwrap_err();
        assert!(matches!(refused, StoreError::OtherVersion { found: 9, expected: FILE_VERSION, .. }));
    }

    #[test]
    fn a_batch_of_another_file_is_none_here() {
        let (dir, ends) = left_behind(&[batch(1, 60), batch(2, 60)], &[]);
        let (other, _) = left_behind(&[batch(1, 60), batch(2, 60)], &[]);
        let planted = std::fs::read(file(other.path(), 1)).unwrap();
        change(&file(dir.path(), 1), ends[1], &planted[usize::try_from(ends[1]).unwrap()..]);
        let (found, report) = recovered(dir.path()).unwrap();
        assert_eq!((found.len(), report.torn), (1, Some((file_name(1), ends[1]))));
    }

    #[test]
    fn what_cannot_be_done_is_refused_and_harms_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let mut journal = started(&folder);
        let mut check = |number, home, at| {
            let mut batch = Batch::new(number);
            batch.write(home, at, &[1]);
            let refused = journal.append(&batch);
            assert!(matches!(refused, Err(StoreError::Impossible(_))));
        };
        check(2, Home::Leaves, 0);
        check(1, Home::Segment { day: u32::MAX }, 0);
        check(1, Home::Leaves, u64::MAX);
        check(1, Home::Leaves, u64::MAX / 2);
        journal.append(&batch(1, 10)).unwrap();
    }

    #[test]
    fn after_a_failure_nothing_is_accepted() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let mut journal = started(&folder);
        journal.append(&batch(1, 10)).unwrap();
        let read_only: Arc<dyn DiskFile> = Arc::new(File::open(file(dir.path(), 1)).unwrap());
        let good = std::mem::replace(&mut journal.current.file, read_only);
        assert!(matches!(journal.append(&batch(2, 10)), Err(StoreError::Io { .. })));
        journal.current.file = good;
        assert!(matches!(journal.append(&batch(2, 10)), Err(StoreError::Stopped { .. })));
        assert!(matches!(journal.rotate(), Err(StoreError::Stopped { .. })));
    }

    #[test]
    fn a_file_is_due_by_length_and_by_age() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let mut journal = started(&folder);
        assert!(!journal.due(Timestamp(1_000_000)), "an empty file is never old");
        journal.append(&batch(1, 10)).unwrap();
        assert!(!journal.due(Timestamp(2_000_000)));
        assert!(!journal.due(Timestamp(2_000_000 + FILE_SECONDS_ROTATE - 1)));
        assert!(journal.due(Timestamp(2_000_000 + FILE_SECONDS_ROTATE)));
        let _ = journal.rotate().unwrap();
        journal.append(&batch(2, 12 * 1024 * 1024)).unwrap();
        assert!(!journal.due(Timestamp(1)));
        journal.append(&batch(3, 12 * 1024 * 1024)).unwrap();
        assert!(journal.due(Timestamp(1)));
        assert!(journal.current.room >= journal.current.end, "large batches have room set aside");
        drop((journal, folder));
        assert_eq!(recovered(dir.path()).unwrap().1.batches, 3);
    }
}
