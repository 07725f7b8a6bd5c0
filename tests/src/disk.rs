//! A disk in memory that forgets.
//!
//! What was written and not synced may be lost at a crash, kept, or kept in part; so may every name
//! that was made, moved or removed and whose folder was not synced. The disk stops at any crash point
//! or after any number of operations, fills up, and fails once or for good. Everything on it can be
//! looked at and changed by a test, down to a bit.

use pli_server::store::CrashPoint;
use pli_server::store::disk::{Disk, DiskFile, Facts, How};
use pli_server::store::table::{Change, Table, Visit};
use shared::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a disk writes whole, or not at all.
const SECTOR_BYTES: usize = 512;

/// What is left of a disk after a crash.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Survival {
    /// Everything that was written, as durable as it was before: the process died, and the system goes
    /// on.
    Kept,
    /// Nothing but what was synced: the power went.
    Lost,
    /// Of the rest any part, sector by sector and name by name.
    Torn,
}

/// A disk in memory. Clones are the same disk.
#[derive(Clone)]
pub struct SimDisk(Arc<Shared>);

struct Shared {
    time: Arc<AtomicU64>,
    state: Mutex<State>,
}

/// A name, and what it names now; nothing if it went.
type Renaming = (String, Option<Option<u64>>);

#[derive(Clone, Default)]
struct State {
    files: BTreeMap<u64, File>,
    next_file: u64,
    /// Every name by its path; none for a folder.
    names: BTreeMap<String, Option<u64>>,
    durable_names: BTreeMap<String, Option<u64>>,
    /// What happened to names since their folder was synced, by folder, in order.
    pending_names: BTreeMap<String, Vec<Renaming>>,
    tables: BTreeMap<String, TableState>,
    faults: Faults,
}

#[derive(Clone, Default)]
struct File {
    content: Content,
    durable: Content,
    pending: Vec<Pending>,
    changed: u64,
}

/// The bytes of a file, and how long it is: what was set aside and not written is zeros.
#[derive(Clone, Default)]
struct Content {
    bytes: Vec<u8>,
    length: usize,
}

#[derive(Clone)]
enum Pending {
    Write(usize, Vec<u8>),
    Length(usize),
}

#[derive(Clone, Default)]
struct TableState {
    entries: BTreeMap<Vec<u8>, Vec<u8>>,
    flushed: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// What goes wrong, and what was passed.
#[derive(Clone, Default)]
struct Faults {
    stopped: bool,
    stop_at: Option<(CrashPoint, u32)>,
    stop_after: Option<u64>,
    operations: u64,
    passed: BTreeMap<CrashPoint, u32>,
    fail_next_sync: Option<bool>,
    capacity: Option<u64>,
}

impl SimDisk {
    /// An empty disk; `time` says when files are changed.
    #[must_use]
    pub fn new(time: Arc<AtomicU64>) -> Self {
        let mut state = State::default();
        state.names.insert(String::new(), None);
        state.durable_names.insert(String::new(), None);
        Self(Arc::new(Shared { time, state: Mutex::new(state) }))
    }

    /// What this disk is after a crash now. Whoever still holds this one gets nothing done any more.
    #[must_use]
    pub fn crashed(&self, survival: Survival, random: &mut fastrand::Rng) -> Self {
        let mut state = self.state();
        let Faults { stopped, stop_at, capacity, .. } = state.faults;
        state.faults.stopped = true;
        let mut after = state.clone();
        drop(state);
        // Passages are counted on, and a stop that was not reached is still to come.
        let (passed, stop_at) = (std::mem::take(&mut after.faults.passed), stop_at.filter(|_| !stopped));
        after.faults = Faults { capacity, passed, stop_at, ..Faults::default() };
        if survival != Survival::Kept {
            after.survive(survival == Survival::Torn, random);
        }
        Self(Arc::new(Shared { time: Arc::clone(&self.0.time), state: Mutex::new(after) }))
    }

    /// A disk with the same content, at another clock.
    #[must_use]
    pub fn copied(&self, time: Arc<AtomicU64>) -> Self {
        let state = State { faults: Faults::default(), ..self.state().clone() };
        Self(Arc::new(Shared { time, state: Mutex::new(state) }))
    }

    /// Stops when a crash point is passed for the `number`th time, counted from one.
    pub fn stop_at(&self, point: CrashPoint, number: u32) {
        let mut state = self.state();
        state.faults.passed.clear();
        state.faults.stop_at = Some((point, number));
    }

    /// Stops after so many more operations that change something.
    pub fn stop_after(&self, operations: u64) {
        let mut state = self.state();
        state.faults.stop_after = Some(state.faults.operations + operations);
    }

    /// From now on nothing goes wrong that was going to.
    pub fn calm(&self) {
        let faults = &mut self.state().faults;
        (faults.stop_at, faults.stop_after, faults.fail_next_sync, faults.capacity) =
            (None, None, None, None);
    }

    /// Whether it has stopped.
    #[must_use]
    pub fn has_stopped(&self) -> bool {
        self.state().faults.stopped
    }

    /// The crash points that were passed, and how often.
    #[must_use]
    pub fn passed(&self) -> BTreeMap<CrashPoint, u32> {
        self.state().faults.passed.clone()
    }

    /// Fails the next sync of a file. What was to be synced is `kept` all the same, or lost.
    pub fn fail_next_sync(&self, kept: bool) {
        self.state().faults.fail_next_sync = Some(kept);
    }

    /// Sets how many bytes fit on it; none for any number.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.state().faults.capacity = bytes;
    }

    /// How many bytes its files take.
    #[must_use]
    pub fn used_bytes(&self) -> u64 {
        self.state().used()
    }

    /// The bytes of a file, if it is there.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<Vec<u8>> {
        let state = self.state();
        let file = (*state.names.get(name)?)?;
        Some(state.files[&file].content.whole())
    }

    /// The names of all files, in order.
    #[must_use]
    pub fn all_files(&self) -> Vec<String> {
        let state = self.state();
        state.names.iter().filter(|(_, file)| file.is_some()).map(|(name, _)| name.clone()).collect()
    }

    /// Changes a file behind everybody's back, durably.
    pub fn change(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        if let Some(Some(file)) = state.names.get(name).copied()
            && let Some(file) = state.files.get_mut(&file)
        {
            let mut bytes = file.content.whole();
            change(&mut bytes);
            file.content = Content { length: bytes.len(), bytes };
            file.durable = file.content.clone();
            file.pending.clear();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before something that changes the disk.
    fn changing(&self) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.working()?;
        state.faults.operations += 1;
        if state.faults.stop_after.is_some_and(|after| state.faults.operations > after) {
            state.faults.stopped = true;
            return Err(stopped());
        }
        Ok(state)
    }

    fn working(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state();
        if state.faults.stopped { Err(stopped()) } else { Ok(state) }
    }

    fn now(&self) -> u64 {
        self.0.time.load(Ordering::Relaxed)
    }
}

impl State {
    fn used(&self) -> u64 {
        let living: BTreeSet<u64> = self.names.values().filter_map(|file| *file).collect();
        living.iter().filter_map(|file| self.files.get(file)).map(|file| file.content.length as u64).sum()
    }

    fn free(&self) -> u64 {
        self.faults.capacity.map_or(1 << 40, |capacity| capacity.saturating_sub(self.used()))
    }

    fn file_mut(&mut self, file: u64) -> io::Result<&mut File> {
        self.files.get_mut(&file).ok_or_else(not_found)
    }

    fn is_folder(&self, name: &str) -> bool {
        self.names.get(name) == Some(&None)
    }

    fn name(&mut self, path: &str, to: Option<Option<u64>>) {
        match to {
            Some(file) => self.names.insert(path.to_owned(), file),
            None => self.names.remove(path),
        };
        self.pending_names.entry(parent(path).to_owned()).or_default().push((path.to_owned(), to));
    }

    /// The power goes: what was not synced is lost, or `torn`. What is left is durable.
    fn survive(&mut self, torn: bool, random: &mut fastrand::Rng) {
        let mut names = self.durable_names.clone();
        for changes in self.pending_names.values() {
            // A file system keeps the order of what happens to the names of one folder.
            let kept = if torn { random.usize(0..=changes.len()) } else { 0 };
            for (path, to) in &changes[..kept] {
                match to {
                    Some(file) => names.insert(path.clone(), *file),
                    None => names.remove(path),
                };
            }
        }
        // What lies in a folder whose own name was lost is lost with it.
        let reachable = |path: &str| path.is_empty() || names.contains_key(parent(path));
        names = names.iter().filter(|(path, _)| reachable(path)).map(|(p, f)| (p.clone(), *f)).collect();
        for file in self.files.values_mut() {
            if torn {
                file.tear(random);
            } else {
                file.content.clone_from(&file.durable);
            }
            file.durable.clone_from(&file.content);
            file.pending.clear();
        }
        for table in self.tables.values_mut() {
            if !torn || random.bool() {
                table.entries.clone_from(&table.flushed);
            }
            table.flushed.clone_from(&table.entries);
        }
        self.names.clone_from(&names);
        self.durable_names = names;
        self.pending_names.clear();
    }
}

impl File {
    fn write(&mut self, bytes: &[u8], at: usize) {
        self.content.put(bytes, at);
        self.pending.push(Pending::Write(at, bytes.to_vec()));
    }

    fn set_length(&mut self, length: usize) {
        self.content.set_length(length);
        self.pending.push(Pending::Length(length));
    }

    /// What was synced, and of each write since then any of its sectors.
    fn tear(&mut self, random: &mut fastrand::Rng) {
        let mut content = self.durable.clone();
        for pending in &self.pending {
            match pending {
                Pending::Length(length) if random.bool() => content.set_length(*length),
                Pending::Length(_) => {}
                Pending::Write(at, written) => {
                    // Most writes are kept or lost whole; the rest is torn between its sectors. How many
                    // there are must not decide what happens next: sealed lengths vary between runs.
                    let mut random = random.fork();
                    let fate = random.u8(0..4);
                    let mut from = 0;
                    while from < written.len() {
                        let sector_end = (at + from + 1).next_multiple_of(SECTOR_BYTES) - at;
                        let until = sector_end.min(written.len());
                        if fate == 0 || (fate > 1 && random.bool()) {
                            content.put(&written[from..until], at + from);
                        }
                        from = until;
                    }
                }
            }
        }
        self.content = content;
    }
}

impl Content {
    fn put(&mut self, written: &[u8], at: usize) {
        self.length = self.length.max(at + written.len());
        // Zeros behind everything else are a length and nothing more: there are megabytes of them.
        let last = without_zeros(written);
        let kept = self.bytes.len().saturating_sub(at).clamp(last, written.len());
        if kept > 0 {
            let end = at + kept;
            if self.bytes.len() < end {
                self.bytes.resize(end, 0);
            }
            self.bytes[at..end].copy_from_slice(&written[..kept]);
        }
    }

    fn set_length(&mut self, length: usize) {
        self.bytes.truncate(length);
        self.length = length;
    }

    fn whole(&self) -> Vec<u8> {
        let mut bytes = self.bytes.clone();
        bytes.resize(self.length, 0);
        bytes
    }
}

/// How long it is without the zeros at its end; they are passed a page at a time.
pub(crate) fn without_zeros(bytes: &[u8]) -> usize {
    const PAGE: [u8; 4096] = [0; 4096];
    let mut end = bytes.len();
    while end > 0 {
        let page = &bytes[end.saturating_sub(PAGE.len())..end];
        if page != &PAGE[..page.len()] {
            let last = page.iter().rposition(|byte| *byte != 0).map_or(0, |place| place + 1);
            return end - page.len() + last;
        }
        end -= page.len();
    }
    0
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn stopped() -> io::Error {
    io::Error::other("the disk has stopped")
}

fn not_found() -> io::Error {
    io::ErrorKind::NotFound.into()
}

impl fmt::Debug for SimDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimDisk")
    }
}

impl Disk for SimDisk {
    fn open(&self, name: &str, how: How) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.working()?;
        let known = match state.names.get(name).copied() {
            Some(None) => return Err(io::ErrorKind::IsADirectory.into()),
            known => known.flatten(),
        };
        let file = match known {
            Some(file) => file,
            None if how == How::Existing || !state.is_folder(parent(name)) => return Err(not_found()),
            None => {
                drop(state);
                state = self.changing()?;
                let file = state.next_file;
                state.next_file += 1;
                state.files.insert(file, File { changed: self.now(), ..File::default() });
                state.name(name, Some(Some(file)));
                file
            }
        };
        if how == How::Empty {
            state.file_mut(file)?.set_length(0);
        }
        Ok(Arc::new(SimFile { disk: self.clone(), file }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.changing()?;
        let file = state.names.get(from).copied().ok_or_else(not_found)?;
        // Both names are in one folder here, and the system does both or none.
        assert_eq!(parent(from), parent(to), "a rename across folders is not simulated");
        state.names.remove(from);
        state.names.insert(to.to_owned(), file);
        let pending = state.pending_names.entry(parent(to).to_owned()).or_default();
        pending.push((to.to_owned(), Some(file)));
        pending.push((from.to_owned(), None));
        Ok(())
    }

    fn unlink(&self, name: &str) -> io::Result<()> {
        let mut state = self.changing()?;
        if !matches!(state.names.get(name), Some(Some(_))) {
            return Err(not_found());
        }
        state.name(name, None);
        Ok(())
    }

    fn make_folder(&self, folder: &str) -> io::Result<()> {
        let mut state = self.changing()?;
        if !state.is_folder(folder) {
            state.name(folder, Some(None));
        }
        Ok(())
    }

    fn unlink_folder(&self, folder: &str) -> io::Result<()> {
        let mut state = self.changing()?;
        if !state.is_folder(folder) {
            return Err(not_found());
        }
        if state.names.keys().any(|name| !name.is_empty() && parent(name) == folder) {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        state.name(folder, None);
        Ok(())
    }

    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let state = self.working()?;
        if !state.is_folder(folder) {
            return Err(not_found());
        }
        let inside = state.names.keys().filter(|name| !name.is_empty() && parent(name) == folder);
        Ok(inside.map(|name| name.rsplit('/').next().unwrap_or_default().to_owned()).collect())
    }

    fn sync_folder(&self, folder: &str) -> io::Result<()> {
        let mut state = self.changing()?;
        for (path, to) in state.pending_names.remove(folder).unwrap_or_default() {
            match to {
                Some(file) => state.durable_names.insert(path, file),
                None => state.durable_names.remove(&path),
            };
        }
        Ok(())
    }

    fn facts(&self, name: &str) -> io::Result<Facts> {
        let state = self.working()?;
        match state.names.get(name).copied().ok_or_else(not_found)? {
            None => Ok(Facts { bytes: 0, changed: Timestamp(0), is_folder: true }),
            Some(file) => {
                let file = &state.files[&file];
                let changed = Timestamp(file.changed);
                Ok(Facts { bytes: file.content.length as u64, changed, is_folder: false })
            }
        }
    }

    fn free_bytes(&self) -> io::Result<u64> {
        Ok(self.working()?.free())
    }

    fn table(&self, folder: &str) -> io::Result<Box<dyn Table>> {
        let mut state = self.working()?;
        state.tables.entry(folder.to_owned()).or_default();
        Ok(Box::new(SimTable { disk: self.clone(), folder: folder.to_owned() }))
    }

    fn remove_table(&self, folder: &str) -> io::Result<()> {
        self.changing()?.tables.remove(folder);
        Ok(())
    }

    fn table_bytes(&self, folder: &str) -> io::Result<u64> {
        let state = self.working()?;
        let table = state.tables.get(folder).ok_or_else(not_found)?;
        Ok(table.entries.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum())
    }

    fn pass(&self, point: CrashPoint) -> io::Result<()> {
        let mut state = self.working()?;
        let passed = state.faults.passed.entry(point).or_default();
        *passed += 1;
        let number = *passed;
        if state.faults.stop_at == Some((point, number)) {
            state.faults.stopped = true;
            return Err(stopped());
        }
        Ok(())
    }
}

struct SimFile {
    disk: SimDisk,
    file: u64,
}

impl fmt::Debug for SimFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimFile({})", self.file)
    }
}

fn place(at: u64) -> io::Result<usize> {
    usize::try_from(at).map_err(|_| io::ErrorKind::FileTooLarge.into())
}

impl DiskFile for SimFile {
    fn write_all_at(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        let (mut state, at, now) = (self.disk.changing()?, place(at)?, self.disk.now());
        let length = state.file_mut(self.file)?.content.length;
        let grown = (at + bytes.len()).saturating_sub(length);
        if grown as u64 > state.free() {
            // As much as fits is there.
            let fits = usize::try_from(state.free()).unwrap_or(usize::MAX);
            let kept = bytes.len().saturating_sub(grown - fits.min(grown));
            state.file_mut(self.file)?.write(&bytes[..kept], at);
            return Err(io::ErrorKind::StorageFull.into());
        }
        let file = state.file_mut(self.file)?;
        file.write(bytes, at);
        file.changed = now;
        Ok(())
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> io::Result<usize> {
        let (mut state, at) = (self.disk.working()?, place(at)?);
        let file = state.file_mut(self.file)?;
        let read = file.content.length.saturating_sub(at).min(bytes.len());
        let there = file.content.bytes.get(at..).unwrap_or_default();
        let written = there.len().min(read);
        bytes[..written].copy_from_slice(&there[..written]);
        bytes[written..read].fill(0);
        Ok(read)
    }

    fn bytes(&self) -> io::Result<u64> {
        Ok(self.disk.working()?.file_mut(self.file)?.content.length as u64)
    }

    fn set_aside(&self, bytes: u64) -> io::Result<()> {
        let (mut state, length) = (self.disk.changing()?, place(bytes)?);
        let held = state.file_mut(self.file)?.content.length;
        if length.saturating_sub(held) as u64 > state.free() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        if length > held {
            state.file_mut(self.file)?.set_length(length);
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.disk.changing()?;
        let fault = state.faults.fail_next_sync.take();
        let file = state.file_mut(self.file)?;
        let pending = std::mem::take(&mut file.pending);
        // After a failed sync the system shows what it has dropped.
        if fault == Some(false) {
            return Err(io::Error::other("the sync failed"));
        }
        for change in pending {
            match change {
                Pending::Write(at, bytes) => file.durable.put(&bytes, at),
                Pending::Length(length) => file.durable.set_length(length),
            }
        }
        match fault {
            Some(_) => Err(io::Error::other("the sync failed, though it was done")),
            None => Ok(()),
        }
    }
}

struct SimTable {
    disk: SimDisk,
    folder: String,
}

impl SimTable {
    fn with<T>(&self, work: impl FnOnce(&mut TableState) -> T) -> io::Result<T> {
        let mut state = self.disk.working()?;
        Ok(work(state.tables.entry(self.folder.clone()).or_default()))
    }
}

impl fmt::Debug for SimTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimTable")
    }
}

impl Table for SimTable {
    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        self.with(|table| table.entries.get(key).cloned())
    }

    fn visit(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> io::Result<()> {
        let range = from.to_vec()..to.to_vec();
        let entries: Vec<_> =
            self.with(|table| table.entries.range(range).map(|(k, v)| (k.clone(), v.clone())).collect())?;
        for (key, value) in entries {
            if let ControlFlow::Break(()) = visit(&key, &value) {
                break;
            }
        }
        Ok(())
    }

    fn apply(&self, changes: Vec<Change>) -> io::Result<()> {
        self.with(|table| {
            for (key, value) in changes {
                match value {
                    Some(value) => table.entries.insert(key, value),
                    None => table.entries.remove(&key),
                };
            }
        })
    }

    fn flush(&self) -> io::Result<()> {
        self.with(|table| table.flushed.clone_from(&table.entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk() -> SimDisk {
        SimDisk::new(Arc::default())
    }

    fn write(disk: &SimDisk, name: &str, bytes: &[u8], synced: bool) {
        let file = disk.open(name, How::Made).unwrap();
        file.write_all_at(bytes, 0).unwrap();
        if synced {
            file.sync().unwrap();
        }
    }

    #[test]
    fn a_crash_forgets_what_was_not_synced() {
        let disk = disk();
        let mut random = fastrand::Rng::with_seed(1);
        write(&disk, "named", b"one", true);
        disk.sync_folder("").unwrap();
        write(&disk, "named", b"two", false);
        write(&disk, "nameless", b"three", true);
        disk.rename("named", "moved").unwrap();
        assert_eq!(disk.file("moved").unwrap(), b"two");

        let kept = disk.crashed(Survival::Kept, &mut random);
        assert_eq!((kept.file("moved").unwrap(), kept.file("named")), (b"two".to_vec(), None));
        assert_eq!(kept.file("nameless").unwrap(), b"three");
        let lost = disk.crashed(Survival::Lost, &mut random);
        assert_eq!((lost.file("named").unwrap(), lost.file("moved")), (b"one".to_vec(), None));
        assert_eq!(lost.file("nameless"), None);
        assert!(disk.open("named", How::Made).is_err(), "the old one is dead");
    }

    #[test]
    fn a_torn_write_is_there_in_any_part() {
        let mut seen = BTreeSet::new();
        for seed in 0..200 {
            let disk = disk();
            write(&disk, "file", &[1; 3 * SECTOR_BYTES], true);
            disk.sync_folder("").unwrap();
            write(&disk, "file", &[2; 3 * SECTOR_BYTES], false);
            let after = disk.crashed(Survival::Torn, &mut fastrand::Rng::with_seed(seed));
            let bytes = after.file("file").unwrap();
            assert!(bytes.chunks(SECTOR_BYTES).all(|sector| sector.iter().all(|byte| *byte == sector[0])));
            seen.insert([bytes[0], bytes[SECTOR_BYTES], bytes[2 * SECTOR_BYTES]]);
        }
        assert_eq!(seen.len(), 8, "{seen:?}");
    }

    #[test]
    fn a_full_disk_takes_what_fits_and_a_failed_sync_shows_what_it_dropped() {
        let disk = disk();
        disk.set_capacity(Some(10));
        let file = disk.open("file", How::Made).unwrap();
        file.write_all_at(&[1; 8], 0).unwrap();
        assert_eq!(file.write_all_at(&[2; 8], 4).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(disk.file("file").unwrap(), [1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
        assert_eq!(file.set_aside(11).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(disk.free_bytes().unwrap(), 0);
        disk.sync_folder("").unwrap();
        disk.fail_next_sync(false);
        assert!(file.sync().is_err() && file.sync().is_ok());
        let after = disk.crashed(Survival::Lost, &mut fastrand::Rng::with_seed(1));
        assert_eq!(after.file("file").unwrap(), [0_u8; 0]);
    }
}
