//! The journal: where a batch becomes durable, in one write and one sync.
//!
//! ```text
//! file   magic 4 | version 4 | first number 8 | salt 32 | SHA-256 of these 32     (the first block)
//! batch  mark 4  | length 4  | number 8       | SHA-256 32 | CBOR of the Batch    (whole blocks)
//! ```
//!
//! Integers are big-endian. A file is filled with zeros and synced before it is used, so that the
//! sync of a commit changes no metadata. Every batch begins in a block of its own, so that a write
//! in flight never touches a block that holds something acknowledged. The mark of a batch is the
//! first bytes of the random salt of its file, and its digest begins with the whole salt: bytes that
//! a member chose cannot pass for a batch, wherever they come to lie. After a start the journal
//! continues in a new file, never in an old one.

use super::{Batch, Folder, Home, StoreError, Synced, date_of, io_at, private, read_at, write_all_at};
use shared::crypto::{Sha256, random};
use shared::ids::Digest;
use shared::{cbor, time::Timestamp};
use std::fs::File;
use std::io;

/// The CBOR of one batch. A batch is some hundred requests of a few kilobytes with at most a few
/// notes of a megabyte; past this the sequencer closes it. Recovery holds one batch in memory.
pub const BATCH_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The file is changed at this length: recovery reads it in a second or two.
pub const FILE_BYTES_ROTATE: u64 = 64 * 1024 * 1024;

/// The file is changed this many seconds after its first batch, so that what expired leaves the
/// journal soon after it left its segment.
pub const FILE_SECONDS_ROTATE: u64 = 600;

/// Zeros are written ahead in steps of this: some milliseconds of waiting, one time in hundreds.
const AHEAD_BYTES_STEP: u64 = 8 * 1024 * 1024;

/// What a disk writes whole, or leaves alone.
const BLOCK_BYTES: usize = 4096;

const FILE_MAGIC: [u8; 4] = *b"PliJ";
const FILE_VERSION: u32 = 1;
const FILE_HEADER_BYTES: usize = 80;
const BATCH_HEADER_BYTES: usize = 48;

const _: () = assert!(BATCH_BYTES_MAX < u32::MAX as usize);
const _: () = assert!(AHEAD_BYTES_STEP.is_multiple_of(BLOCK_BYTES as u64) && FILE_HEADER_BYTES < BLOCK_BYTES);

/// A journal file that takes no more batches. It is unlinked when all that is in it has been synced
/// at its place.
#[derive(Debug, PartialEq, Eq)]
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

    /// Unlinks the file, durably.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] when the sync came before the last batch in the file.
    pub fn unlink(self, folder: &Folder, synced: &Synced) -> Result<(), StoreError> {
        if self.last.is_some_and(|last| synced.through() < last) {
            return Err(StoreError::Impossible("a journal file is unlinked after its last batch was synced"));
        }
        // crash point J8: everything is at its place, and is written there once more at the start.
        match std::fs::remove_file(folder.join(&self.file())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_at(self.file())(error)),
            _ => {}
        }
        // crash point J9: unlinked, but the name may come back; then as J8.
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
    file: File,
    salt: [u8; 32],
    /// Where the next batch will begin.
    end: u64,
    /// How far the file is filled with synced zeros.
    ahead: u64,
    holds_batches: bool,
    /// When the first batch was seen by [`Journal::due`].
    first_seen: Option<Timestamp>,
}

impl Journal {
    /// Unlinks what was recovered and then synced, and begins a new file, whose first batch will
    /// have the number `next`. In this order, because a batch that a crash cut off is excused at the
    /// end of the last file only.
    ///
    /// # Errors
    /// [`StoreError::Io`], and [`StoreError::Impossible`] if `next` leaves a gap or the sync came
    /// before the last batch.
    pub fn start(
        folder: &Folder,
        recovered: Recovered,
        synced: &Synced,
        next: u64,
    ) -> Result<Self, StoreError> {
        if next == 0 || recovered.next.is_some_and(|expected| expected != next) {
            return Err(StoreError::Impossible("batches are numbered from 1 and without gaps"));
        }
        let sequence = recovered.files.last().map_or(1, |closed| closed.sequence + 1);
        for closed in recovered.files {
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

    /// Makes a batch durable. When this returns, it may be answered.
    ///
    /// # Errors
    /// [`StoreError::Impossible`] leaves the journal as it was. After any other error nothing more
    /// is accepted, and the batch may or may not be there after the next start.
    pub fn append(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.refuse_when_failed()?;
        if batch.number != self.next {
            return Err(StoreError::Impossible("batches are numbered without gaps"));
        }
        for write in &batch.writes {
            if let Home::Segment { day } = write.home {
                date_of(day)?;
            }
            if write.at.checked_add(write.bytes.len() as u64).is_none_or(|end| i64::try_from(end).is_err()) {
                return Err(StoreError::Impossible("a place past the end of all files"));
            }
        }
        let bytes = self.current.laid_out(batch)?;
        let outcome = self.current.commit(&bytes);
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
    /// After any error nothing more is accepted.
    pub fn rotate(&mut self) -> Result<Closed, StoreError> {
        self.refuse_when_failed()?;
        let fresh = create(&self.folder, self.current.sequence + 1, self.next);
        let fresh = self.keep_failure(fresh)?;
        Ok(std::mem::replace(&mut self.current, fresh).closed(self.next))
    }

    /// Ends the journal, for a clean stop.
    pub fn close(self) -> Closed {
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

impl Current {
    fn closed(&self, next: u64) -> Closed {
        Closed { sequence: self.sequence, last: self.holds_batches.then_some(next - 1) }
    }

    /// A batch as it will lie in this file: whole blocks.
    fn laid_out(&self, batch: &Batch) -> Result<Vec<u8>, StoreError> {
        let cbor = cbor::encode(batch);
        let length = u32::try_from(cbor.len()).ok().filter(|_| cbor.len() <= BATCH_BYTES_MAX);
        let length = length.ok_or(StoreError::Impossible("a batch over its limit"))?;
        let whole = (BATCH_HEADER_BYTES + cbor.len()).next_multiple_of(BLOCK_BYTES);
        let mut bytes = Vec::with_capacity(whole);
        bytes.extend_from_slice(&self.salt[..4]);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(&batch.number.to_be_bytes());
        let digest = digest_of(&self.salt, &bytes, &cbor);
        bytes.extend_from_slice(&digest.0);
        bytes.extend_from_slice(&cbor);
        bytes.resize(whole, 0);
        Ok(bytes)
    }

    fn commit(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.fill_ahead(self.end + bytes.len() as u64).map_err(io_at(file_name(self.sequence)))?;
        let mut write = || -> io::Result<()> {
            // crash point J1: nothing of the batch is there.
            write_all_at(&self.file, bytes, self.end)?;
            // crash point J2: any part of it may be there; whole or not, nobody was answered.
            self.file.sync_data()?;
            // crash point J3: it is there whole, and nobody was answered.
            self.end += bytes.len() as u64;
            self.holds_batches = true;
            Ok(())
        };
        write().map_err(io_at(file_name(self.sequence)))
    }

    fn fill_ahead(&mut self, end: u64) -> io::Result<()> {
        let wanted = end.next_multiple_of(AHEAD_BYTES_STEP);
        if end <= self.ahead {
            return Ok(());
        }
        let zeros = vec![0; 1024 * 1024];
        while self.ahead < wanted {
            let step = usize::try_from(wanted - self.ahead).unwrap_or(usize::MAX).min(zeros.len());
            write_all_at(&self.file, &zeros[..step], self.ahead)?;
            self.ahead += step as u64;
        }
        // crash point J4: the file is longer or it is not; zeros are the end of it either way.
        self.file.sync_all()
    }
}

/// Makes a file under a passing name; under its own it always has a whole header.
fn create(folder: &Folder, sequence: u32, first: u64) -> Result<Current, StoreError> {
    let name = file_name(sequence);
    let make = || -> io::Result<Current> {
        let passing = folder.join(&format!("{name}.new"));
        let file = private().read(true).write(true).create(true).truncate(true).open(&passing)?;
        let salt = random();
        let mut current = Current {
            sequence,
            file,
            salt,
            end: BLOCK_BYTES as u64,
            ahead: 0,
            holds_batches: false,
            first_seen: None,
        };
        current.fill_ahead(BLOCK_BYTES as u64)?;
        write_all_at(&current.file, &FileHeader { version: FILE_VERSION, first, salt }.encode(), 0)?;
        current.file.sync_all()?;
        // crash point J5: a `.new` file, which the next start removes.
        std::fs::rename(passing, folder.join(&name))?;
        // crash point J6: an empty journal file, or none.
        Ok(current)
    };
    let current = make().map_err(io_at(name.as_str()))?;
    folder.sync("journal")?;
    // crash point J7: an empty journal file after the one before it, which ends in zeros.
    Ok(current)
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
        let digest = digest_of(&[], &bytes, &[]);
        bytes.extend_from_slice(&digest.0);
        bytes
    }

    fn parse(bytes: &[u8; FILE_HEADER_BYTES]) -> Option<Self> {
        let version = u32::from_be_bytes(*bytes[4..].first_chunk()?);
        let first = u64::from_be_bytes(*bytes[8..].first_chunk()?);
        let header = Self { version, first, salt: *bytes[16..].first_chunk()? };
        (header.encode() == bytes).then_some(header)
    }
}

fn digest_of(salt: &[u8], header: &[u8], cbor: &[u8]) -> Digest {
    Sha256::default().with(salt).with(header).with(cbor).finish()
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
        while let Some(batch) = old.next(next)? {
            apply(&batch)?;
            recovered.batches += 1;
            next += 1;
        }
        if !old.ends_in_zeros()? {
            if Some(sequence) != sequences.last() || old.batch_follows()? {
                return Err(old.damaged(old.at, "a batch that was committed"));
            }
            recovered.torn = Some((file_name(*sequence), old.at));
        }
        recovered.next = Some(next);
        let last = (next > old.header.first).then(|| next - 1);
        recovered.files.push(Closed { sequence: *sequence, last });
    }
    Ok(recovered)
}

fn sequences(folder: &Folder) -> Result<Vec<u32>, StoreError> {
    let mut sequences = Vec::new();
    for entry in std::fs::read_dir(folder.join("journal")).map_err(io_at("journal"))? {
        let entry = entry.map_err(io_at("journal"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".new") {
            std::fs::remove_file(entry.path()).map_err(io_at(format!("journal/{name}")))?;
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
    file: File,
    length: u64,
    header: FileHeader,
    at: u64,
}

impl Old {
    fn open(folder: &Folder, sequence: u32) -> Result<Self, StoreError> {
        let name = file_name(sequence);
        let open = || -> io::Result<(File, u64, [u8; FILE_HEADER_BYTES])> {
            let file = File::open(folder.join(&name))?;
            let length = file.metadata()?.len();
            let mut bytes = [0; FILE_HEADER_BYTES];
            read_at(&file, &mut bytes, 0)?;
            Ok((file, length, bytes))
        };
        let (file, length, bytes) = open().map_err(io_at(name.as_str()))?;
        let Some(header) = FileHeader::parse(&bytes) else {
            return Err(StoreError::Damaged { file: name, offset: 0, what: "the header of a journal file" });
        };
        if header.version != FILE_VERSION {
            return Err(StoreError::OtherVersion {
                file: name,
                found: header.version,
                expected: FILE_VERSION,
            });
        }
        Ok(Self { sequence, file, length, header, at: BLOCK_BYTES as u64 })
    }

    fn damaged(&self, offset: u64, what: &'static str) -> StoreError {
        StoreError::Damaged { file: file_name(self.sequence), offset, what }
    }

    /// The whole batch here, which must have this number; nothing if there is none.
    fn next(&mut self, number: u64) -> Result<Option<Batch>, StoreError> {
        let Some((found, cbor)) = self.batch_at(self.at)? else { return Ok(None) };
        let batch = cbor::decode::<Batch>(&cbor, BATCH_BYTES_MAX)
            .map_err(|_| self.damaged(self.at, "a batch of another form, though its digest matches"))?;
        if found != number || batch.number != number {
            return Err(self.damaged(self.at, "a batch is missing before this one"));
        }
        self.at += (BATCH_HEADER_BYTES + cbor.len()).next_multiple_of(BLOCK_BYTES) as u64;
        Ok(Some(batch))
    }

    /// The number and the CBOR of the batch at this block, if its digest matches.
    fn batch_at(&self, at: u64) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        let mut header = [0; BATCH_HEADER_BYTES];
        self.read(&mut header, at)?;
        let (mark, rest) = header.split_at(4);
        let (length, rest) = rest.split_at(4);
        let (number, digest) = rest.split_at(8);
        let length = length.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        let number = number.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let begin = at + BATCH_HEADER_BYTES as u64;
        if mark != &self.header.salt[..4]
            || length > BATCH_BYTES_MAX
            || length as u64 > self.length.saturating_sub(begin)
        {
            return Ok(None);
        }
        let mut cbor = vec![0; length];
        self.read(&mut cbor, begin)?;
        let expected = digest_of(&self.header.salt, &header[..16], &cbor);
        Ok((expected.0 == digest).then_some((number, cbor)))
    }

    fn ends_in_zeros(&self) -> Result<bool, StoreError> {
        let mut bytes = vec![0; 256 * 1024];
        let mut at = self.at;
        loop {
            let read = self.read(&mut bytes, at)?;
            if read == 0 || bytes[..read].iter().any(|byte| *byte != 0) {
                return Ok(read == 0);
            }
            at += read as u64;
        }
    }

    /// Whether a whole batch begins in any block after the one here.
    fn batch_follows(&self) -> Result<bool, StoreError> {
        let mut at = self.at + BLOCK_BYTES as u64;
        while at < self.length {
            if self.batch_at(at)?.is_some() {
                return Ok(true);
            }
            at += BLOCK_BYTES as u64;
        }
        Ok(false)
    }

    fn read(&self, bytes: &mut [u8], at: u64) -> Result<usize, StoreError> {
        read_at(&self.file, bytes, at).map_err(io_at(file_name(self.sequence)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Homes, Write};
    use super::*;
    use std::path::{Path, PathBuf};
    use tempfile::TempDir;

    fn batch(number: u64, bytes: usize) -> Batch {
        let fill = u8::try_from(number % 251).unwrap();
        let write = |home, at| Write { home, at, bytes: vec![fill; bytes] };
        let writes = vec![
            write(Home::Segment { day: 20_000 }, number * 10_000),
            write(Home::Leaves, number * 10_000),
            write(Home::Checkpoint, 0),
        ];
        Batch { number, writes }
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
            if rotate_after.contains(&batch.number) {
                let _ = journal.rotate().unwrap();
            }
        }
        (dir, ends)
    }

    fn started(folder: &Folder) -> Journal {
        let homes = Homes::open(folder, 0);
        let recovered = recover(folder, |batch| homes.apply(batch)).unwrap();
        let next = recovered.next.unwrap_or(1);
        Journal::start(folder, recovered, &homes.sync().unwrap(), next).unwrap()
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

    fn file(dir: &Path, sequence: u32) -> PathBuf {
        dir.join(file_name(sequence))
    }

    fn change(path: &Path, at: u64, bytes: &[u8]) {
        write_all_at(&File::options().write(true).open(path).unwrap(), bytes, at).unwrap();
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
        let homes = Homes::open(&folder, 0);
        let _ = recover(&folder, |batch| homes.apply(batch)).unwrap();
        let first = homes_of(dir.path());
        assert_eq!(first[2], vec![5; 2_000], "of two writes to one place the later one stays");
        for batch in &batches {
            for write in &batch.writes[..2] {
                let found = homes.read(write.home, write.at, write.bytes.len()).unwrap();
                assert_eq!(found.as_ref(), Some(&write.bytes));
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
        let synced = Homes::open(&folder, 0).sync().unwrap();
        drop(Journal::start(&folder, recover(&folder, |_| Ok(())).unwrap(), &synced, 40).unwrap());
        let report = recover(&folder, |_| Ok(())).unwrap();
        assert_eq!(report.next, Some(40));
        assert!(Journal::start(&folder, report, &synced, 41).is_err(), "a gap");
        let report = recover(&folder, |_| Ok(())).unwrap();
        assert!(Journal::start(&folder, report, &synced, 40).is_ok());
    }

    #[test]
    fn a_batch_cut_off_at_any_byte_never_was() {
        let batches = [batch(1, 900), batch(2, 900), batch(3, 400)];
        let (dir, ends) = left_behind(&batches, &[]);
        let path = file(dir.path(), 1);
        let whole = std::fs::read(&path).unwrap();
        let begin = ends[2];
        let length = (BATCH_HEADER_BYTES + cbor::encode(&batches[2]).len()) as u64;
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
        let first = BLOCK_BYTES as u64;
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
        assert!(matches!(refused, StoreError::OtherVersion { found: 9, expected: 1, .. }));
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
            let refused = journal.append(&Batch { number, writes: vec![Write { home, at, bytes: vec![1] }] });
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
        let good = journal.current.file.try_clone().unwrap();
        journal.current.file = File::open(file(dir.path(), 1)).unwrap();
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
        assert!(journal.current.ahead >= journal.current.end);
        drop((journal, folder));
        assert_eq!(recovered(dir.path()).unwrap().1.batches, 3);
    }
}
