//! The homes: files in which every item has a place that was decided before it was written.
//!
//! [`Homes`] reads any place and writes batches that are already durable in the journal; since the
//! places are decided, writing twice is writing once. The [`Mover`] is the thread that does it
//! behind the sequencer, and the only one that unlinks a journal file: after every home touched
//! since was synced, and after the caller's index was flushed.
//!
//! A read of a place that the mover has not reached finds what was there before; whoever reads so
//! early waits on the [`Watermark`]. A segment before the first living day is never written again,
//! so neither the mover nor recovery brings back what has expired.

use super::{Batch, Closed, Folder, Home, StoreError, day_of, io_at, private, read_at, write_all_at};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Files kept open for readers. Reading goes mostly to a few days and to the log; a process may
/// have some thousand files and needs them for connections.
const OPEN_FILES_MAX: usize = 64;

/// Files written and not yet synced, each kept open: a failed write-back is told only to those who
/// had the file open. Past this they are synced early.
const UNSYNCED_FILES_MAX: usize = 128;

/// Batches on their way to the mover. When the disk does not keep up, the sequencer waits here and
/// not in the memory of the machine.
const MOVER_BATCHES_MAX: usize = 32;

/// Proof that every batch up to a number is at its places and synced.
#[derive(Debug)]
pub struct Synced {
    through: u64,
}

impl Synced {
    /// The number of the last such batch; zero if there was none since the start.
    #[must_use]
    pub fn through(&self) -> u64 {
        self.through
    }
}

/// Every home of a folder. Readers share it; one writer at a time gets in.
#[derive(Debug)]
pub struct Homes {
    folder: Folder,
    open: Mutex<OpenFiles>,
    writer: Mutex<Writer>,
}

#[derive(Debug, Default)]
struct OpenFiles {
    files: BTreeMap<Home, (Arc<File>, u64)>,
    uses: u64,
}

#[derive(Debug)]
struct Writer {
    first_day: u32,
    applied: u64,
    unsynced: BTreeMap<Home, Arc<File>>,
    /// Folders, relative to the store's, with names that are not durable yet.
    unsynced_folders: BTreeSet<&'static str>,
    /// A sync that failed. What it left behind is unknown, and a second one would say all is well.
    failed: Option<String>,
}

impl Homes {
    /// The homes of a folder; segments of days before `first_day` are dead.
    #[must_use]
    pub fn open(folder: &Folder, first_day: u32) -> Self {
        // A crash may have come between a new file and the sync of its name: synced once at the start.
        let unsynced_folders = BTreeSet::from(["", "segments", "log"]);
        let writer =
            Writer { first_day, applied: 0, unsynced: BTreeMap::new(), unsynced_folders, failed: None };
        Self { folder: folder.clone(), open: Mutex::default(), writer: Mutex::new(writer) }
    }

    /// The bytes at a place; nothing if the home does not exist (any more).
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the home ends before the end of the place.
    pub fn read(&self, home: Home, at: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let name = home.file()?;
        let Some(file) = self.file(home)? else { return Ok(None) };
        let short =
            || StoreError::Damaged { file: name.clone(), offset: at, what: "it ends before this item does" };
        let end = file.metadata().map_err(io_at(name.as_str()))?.len();
        if at.checked_add(length as u64).is_none_or(|wanted| wanted > end) {
            return Err(short());
        }
        let mut bytes = vec![0; length];
        let read = read_at(&file, &mut bytes, at).map_err(io_at(name.as_str()))?;
        if read == length { Ok(Some(bytes)) } else { Err(short()) }
    }

    /// The file of a home to read from the beginning, as a scan does; nothing if there is none.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn reader(&self, home: Home) -> Result<Option<File>, StoreError> {
        let name = home.file()?;
        found(File::open(self.folder.join(&name))).map_err(io_at(name))
    }

    /// Where a home ends; zero if it does not exist. While the mover is behind, only the sequencer
    /// knows where it will end.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn end(&self, home: Home) -> Result<u64, StoreError> {
        let name = home.file()?;
        let metadata = found(std::fs::metadata(self.folder.join(&name))).map_err(io_at(name))?;
        Ok(metadata.map_or(0, |metadata| metadata.len()))
    }

    /// Writes everything in a batch at its place. The batch is durable already, so a crash in the
    /// middle costs nothing. Not synced when this returns.
    ///
    /// # Errors
    /// [`StoreError::Io`]; the batch can be applied again.
    pub fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        writer.refuse_when_failed()?;
        for write in &batch.writes {
            if matches!(write.home, Home::Segment { day } if day < writer.first_day) {
                continue;
            }
            let file = self.file_to_write(&mut writer, write.home)?;
            // crash point H1: some writes of the batch are there; recovery writes them all again.
            write_all_at(&file, &write.bytes, write.at).map_err(|error| at_home(write.home, error))?;
        }
        writer.applied = writer.applied.max(batch.number);
        Ok(())
    }

    /// Makes every write of every applied batch durable, and the names of new files.
    ///
    /// # Errors
    /// [`StoreError::Io`]; after it nothing is applied or synced until the relay has started again.
    pub fn sync(&self) -> Result<Synced, StoreError> {
        let mut writer = lock(&self.writer);
        writer.refuse_when_failed()?;
        self.sync_writer(&mut writer)?;
        Ok(Synced { through: writer.applied })
    }

    /// Ends a segment, and with it every earlier day: none of them is written again.
    ///
    /// # Errors
    /// [`StoreError::Io`]; it can be done again.
    pub fn unlink_segment(&self, day: u32) -> Result<(), StoreError> {
        let home = Home::Segment { day };
        let name = home.file()?;
        let mut writer = lock(&self.writer);
        writer.first_day = writer.first_day.max(day.saturating_add(1));
        writer.unsynced.remove(&home);
        // Held to the end, so that no reader opens and keeps what is about to go.
        let mut open = lock(&self.open);
        open.files.remove(&home);
        // crash point H2: the segment is there, and the next start finds it expired.
        found(std::fs::remove_file(self.folder.join(&name))).map_err(io_at(name))?;
        // crash point H3: the name may come back; then as H2.
        self.folder.sync("segments")
    }

    /// The days that have a segment, in order.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn segments(&self) -> Result<Vec<u32>, StoreError> {
        let list = || -> io::Result<Vec<u32>> {
            let mut days = Vec::new();
            for entry in std::fs::read_dir(self.folder.join("segments"))? {
                days.extend(entry?.file_name().to_str().and_then(day_of));
            }
            days.sort_unstable();
            Ok(days)
        };
        list().map_err(io_at("segments"))
    }

    /// A file to read, from among the open ones if it is there.
    fn file(&self, home: Home) -> Result<Option<Arc<File>>, StoreError> {
        let mut open = lock(&self.open);
        if let Some(file) = open.kept(home) {
            return Ok(Some(file));
        }
        let name = home.file()?;
        let opened = private().read(true).write(true).open(self.folder.join(&name));
        Ok(found(opened).map_err(io_at(name))?.map(|file| open.keep(home, file)))
    }

    fn file_to_write(&self, writer: &mut Writer, home: Home) -> Result<Arc<File>, StoreError> {
        if let Some(file) = writer.unsynced.get(&home) {
            return Ok(Arc::clone(file));
        }
        if writer.unsynced.len() >= UNSYNCED_FILES_MAX {
            self.sync_writer(writer)?;
        }
        let file = match self.file(home)? {
            Some(file) => file,
            None => {
                writer.unsynced_folders.insert(home.folder());
                let path = self.folder.join(&home.file()?);
                let created = private().read(true).write(true).create(true).truncate(false).open(path);
                lock(&self.open).keep(home, created.map_err(|error| at_home(home, error))?)
            }
        };
        writer.unsynced.insert(home, Arc::clone(&file));
        Ok(file)
    }

    fn sync_writer(&self, writer: &mut Writer) -> Result<(), StoreError> {
        let outcome = self.sync_each(writer);
        match &outcome {
            Ok(()) => {
                writer.unsynced.clear();
                writer.unsynced_folders.clear();
            }
            Err(error) => writer.failed = Some(error.to_string()),
        }
        outcome
    }

    fn sync_each(&self, writer: &Writer) -> Result<(), StoreError> {
        for (home, file) in &writer.unsynced {
            // crash point H4: some homes are synced, and the journal still has everything.
            file.sync_data().map_err(|error| at_home(*home, error))?;
        }
        for folder in &writer.unsynced_folders {
            // crash point H5: a new file may be without a name, and the journal still has it.
            self.folder.sync(folder)?;
        }
        Ok(())
    }
}

impl Writer {
    fn refuse_when_failed(&self) -> Result<(), StoreError> {
        refuse_when(self.failed.as_ref())
    }
}

fn refuse_when(failed: Option<&String>) -> Result<(), StoreError> {
    failed.map_or(Ok(()), |because| Err(StoreError::Stopped { because: because.clone() }))
}

impl OpenFiles {
    fn kept(&mut self, home: Home) -> Option<Arc<File>> {
        self.uses += 1;
        let (file, used) = self.files.get_mut(&home)?;
        *used = self.uses;
        Some(Arc::clone(file))
    }

    fn keep(&mut self, home: Home, file: File) -> Arc<File> {
        if self.files.len() >= OPEN_FILES_MAX {
            let oldest = self.files.iter().min_by_key(|(_, (_, used))| *used).map(|(home, _)| *home);
            oldest.and_then(|home| self.files.remove(&home));
        }
        let file = Arc::new(file);
        self.files.insert(home, (Arc::clone(&file), self.uses));
        file
    }
}

fn at_home(home: Home, error: io::Error) -> StoreError {
    io_at(home.file().unwrap_or_default())(error)
}

/// Nothing, where a file was not found.
fn found<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What these locks protect is right between any two statements, so a panic elsewhere spoils nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How far the mover has come, for readers of a place that is just behind.
#[derive(Clone, Debug)]
pub struct Watermark(Arc<Progress>);

#[derive(Debug, Default)]
struct Progress {
    applied: AtomicU64,
    /// Why there will be no more, once there will be no more.
    ended: Mutex<Option<String>>,
    changed: Condvar,
}

impl Watermark {
    /// The number of the last batch that can be read at its places.
    #[must_use]
    pub fn applied(&self) -> u64 {
        self.0.applied.load(Ordering::Acquire)
    }

    /// Blocks until that batch can be read at its places.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when it never will.
    pub fn wait(&self, number: u64) -> Result<(), StoreError> {
        if self.applied() >= number {
            return Ok(());
        }
        let mut ended = lock(&self.0.ended);
        loop {
            if self.applied() >= number {
                return Ok(());
            }
            refuse_when(ended.as_ref())?;
            ended = self.0.changed.wait(ended).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn refuse_when_ended(&self) -> Result<(), StoreError> {
        refuse_when(lock(&self.0.ended).as_ref())
    }

    fn reach(&self, number: u64) {
        let ended = lock(&self.0.ended);
        self.0.applied.store(number, Ordering::Release);
        drop(ended);
        self.0.changed.notify_all();
    }

    fn end(&self, because: String) {
        lock(&self.0.ended).get_or_insert(because);
        self.0.changed.notify_all();
    }
}

enum Job {
    Apply(Arc<Batch>),
    Retire(Closed, Box<dyn FnOnce() -> io::Result<()> + Send>),
}

/// The thread that brings batches from the journal to their homes.
#[derive(Debug)]
pub struct Mover {
    jobs: Option<SyncSender<Job>>,
    watermark: Watermark,
    thread: Option<JoinHandle<Result<(), StoreError>>>,
}

impl Mover {
    /// Starts the thread. `applied` is the number of the last batch that recovery applied.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the system gives no thread.
    pub fn start(homes: Arc<Homes>, applied: u64) -> Result<Self, StoreError> {
        let (jobs, waiting) = sync_channel(MOVER_BATCHES_MAX);
        let watermark = Watermark(Arc::default());
        watermark.reach(applied);
        let progress = watermark.clone();
        let thread = std::thread::Builder::new()
            .name("mover".to_owned())
            .spawn(move || {
                let _end = EndOnDrop(&progress);
                let outcome = move_all(&homes, &waiting, &progress);
                if let Err(error) = &outcome {
                    tracing::error!(%error, "the mover stopped; what was acknowledged is in the journal");
                    progress.end(error.to_string());
                }
                outcome
            })
            .map_err(io_at("the mover"))?;
        Ok(Self { jobs: Some(jobs), watermark, thread: Some(thread) })
    }

    /// Hands over a batch that the journal has made durable; waits when the mover is far behind.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] after a failure. The batch itself is safe in the journal.
    pub fn send(&self, batch: Arc<Batch>) -> Result<(), StoreError> {
        self.hand_over(Job::Apply(batch))
    }

    /// Retires a journal file behind the batches sent before: sync of the homes, `flush` of the
    /// caller's index, and only then the unlink. Does not wait for it.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] after a failure.
    pub fn retire(
        &self,
        closed: Closed,
        flush: impl FnOnce() -> io::Result<()> + Send + 'static,
    ) -> Result<(), StoreError> {
        self.hand_over(Job::Retire(closed, Box::new(flush)))
    }

    /// How far it has come.
    #[must_use]
    pub fn watermark(&self) -> &Watermark {
        &self.watermark
    }

    /// Does all that was handed over, and ends. For an empty journal folder, the journal is closed
    /// and retired before.
    ///
    /// # Errors
    /// The first failure.
    pub fn finish(mut self) -> Result<(), StoreError> {
        self.jobs = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(outcome)) => outcome,
            _ => Err(StoreError::Stopped { because: "the mover broke off".to_owned() }),
        }
    }

    fn hand_over(&self, job: Job) -> Result<(), StoreError> {
        self.watermark.refuse_when_ended()?;
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        // Nobody takes what was not sent: the thread has ended, or is just about to say why.
        if sent { Ok(()) } else { self.watermark.wait(u64::MAX) }
    }
}

/// A mover that is dropped still does what was handed over, so that no thread outlives its owner.
impl Drop for Mover {
    fn drop(&mut self) {
        self.jobs = None;
        self.thread.take().map(JoinHandle::join);
    }
}

/// Wakes everybody when the thread ends, however it ends.
struct EndOnDrop<'a>(&'a Watermark);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        self.0.end("the mover has ended".to_owned());
    }
}

fn move_all(homes: &Homes, waiting: &Receiver<Job>, progress: &Watermark) -> Result<(), StoreError> {
    for job in waiting {
        match job {
            Job::Apply(batch) => {
                homes.apply(&batch)?;
                progress.reach(batch.number);
            }
            Job::Retire(closed, flush) => {
                // crash point M1: the homes may lack anything, and the journal has it.
                let synced = homes.sync()?;
                // crash point M2: the index may lack anything, and recovery shows it every batch.
                flush().map_err(io_at("the index"))?;
                // crash point M3: homes and index have everything; J8 and J9 follow.
                closed.unlink(&homes.folder, &synced)?;
            }
        }
    }
    homes.sync().map(drop)
}

#[cfg(test)]
mod tests {
    use super::super::{Journal, Recovered, Write, journal};
    use super::*;
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    const DAY: u32 = 20_000;

    fn batch(number: u64, home: Home) -> Batch {
        Batch {
            number,
            writes: vec![Write { home, at: number * 4, bytes: number.to_be_bytes()[4..].to_vec() }],
        }
    }

    fn store(dir: &Path) -> (Folder, Arc<Homes>, Journal) {
        let folder = Folder::open(dir).unwrap();
        let homes = Arc::new(Homes::open(&folder, 0));
        let recovered: Recovered = journal::recover(&folder, |batch| homes.apply(batch)).unwrap();
        let next = recovered.next.unwrap_or(1);
        let journal = Journal::start(&folder, recovered, &homes.sync().unwrap(), next).unwrap();
        (folder, homes, journal)
    }

    fn journal_files(folder: &Folder) -> usize {
        std::fs::read_dir(folder.join("journal")).unwrap().count()
    }

    #[test]
    fn a_place_is_read_where_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let homes = Homes::open(&folder, 0);
        let segment = Home::Segment { day: DAY };
        assert_eq!(homes.read(segment, 4, 4).unwrap(), None);
        assert_eq!(homes.end(segment).unwrap(), 0);
        homes.apply(&batch(1, segment)).unwrap();
        assert_eq!(homes.read(segment, 4, 4).unwrap(), Some(vec![0, 0, 0, 1]));
        assert_eq!((homes.end(segment).unwrap(), homes.segments().unwrap()), (8, vec![DAY]));
        for (at, length) in [(8, 1), (4, 5), (u64::MAX, 2), (0, usize::MAX)] {
            assert!(matches!(homes.read(segment, at, length), Err(StoreError::Damaged { .. })));
        }
        assert_eq!(homes.sync().unwrap().through(), 1);
    }

    #[test]
    fn more_homes_than_open_files() {
        let dir = tempfile::tempdir().unwrap();
        let homes = Homes::open(&Folder::open(dir.path()).unwrap(), 0);
        let days = u32::try_from(UNSYNCED_FILES_MAX).unwrap() + 50;
        for day in 0..days {
            homes.apply(&batch(u64::from(day), Home::Segment { day })).unwrap();
        }
        assert!(lock(&homes.open).files.len() <= OPEN_FILES_MAX);
        assert!(lock(&homes.writer).unsynced.len() <= UNSYNCED_FILES_MAX);
        for day in 0..days {
            let found = homes.read(Home::Segment { day }, u64::from(day) * 4, 4).unwrap();
            assert_eq!(found, Some(day.to_be_bytes().to_vec()));
        }
    }

    #[test]
    fn a_dead_segment_stays_dead() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let homes = Homes::open(&folder, DAY);
        let apply = |number, day| homes.apply(&batch(number, Home::Segment { day })).unwrap();
        apply(1, DAY - 1);
        assert_eq!(homes.segments().unwrap(), [0_u32; 0], "dead before the start");
        apply(2, DAY);
        apply(3, DAY + 1);
        homes.unlink_segment(DAY).unwrap();
        homes.unlink_segment(DAY).unwrap();
        apply(4, DAY);
        assert_eq!(homes.segments().unwrap(), [DAY + 1]);
        assert_eq!(homes.read(Home::Segment { day: DAY }, 8, 4).unwrap(), None);
        assert_eq!(homes.sync().unwrap().through(), 4);
    }

    #[test]
    fn a_journal_file_goes_after_the_sync_and_the_index() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, homes, mut journal) = store(dir.path());
        let mover = Mover::start(Arc::clone(&homes), 0).unwrap();
        for number in 1..=3 {
            let batch = Arc::new(batch(number, Home::Leaves));
            journal.append(&batch).unwrap();
            mover.send(batch).unwrap();
        }
        mover.watermark().wait(3).unwrap();
        assert_eq!(homes.read(Home::Leaves, 12, 4).unwrap(), Some(vec![0, 0, 0, 3]));

        let closed = journal.rotate().unwrap();
        let path = folder.join(&closed.file());
        let flushed = Arc::new(AtomicBool::new(false));
        let (seen, seen_path, seen_homes) = (Arc::clone(&flushed), path.clone(), Arc::clone(&homes));
        mover
            .retire(closed, move || {
                assert!(seen_path.exists(), "the journal is there until the index is flushed");
                assert!(lock(&seen_homes.writer).unsynced.is_empty(), "the homes were synced first");
                seen.store(true, Ordering::SeqCst);
                Ok(())
            })
            .unwrap();
        mover.retire(journal.close(), || Ok(())).unwrap();
        mover.finish().unwrap();
        assert!(flushed.load(Ordering::SeqCst) && !path.exists());
        assert_eq!(journal_files(&folder), 0);
    }

    #[test]
    fn a_sync_before_the_last_batch_unlinks_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, homes, mut journal) = store(dir.path());
        let early = homes.sync().unwrap();
        journal.append(&batch(1, Home::Leaves)).unwrap();
        assert!(matches!(journal.rotate().unwrap().unlink(&folder, &early), Err(StoreError::Impossible(_))));
        assert_eq!(journal_files(&folder), 2);
    }

    #[test]
    fn a_failed_index_keeps_the_journal_and_stops_the_mover() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, homes, mut journal) = store(dir.path());
        let mover = Mover::start(homes, 0).unwrap();
        journal.append(&batch(1, Home::Leaves)).unwrap();
        mover.send(Arc::new(batch(1, Home::Leaves))).unwrap();
        mover.retire(journal.rotate().unwrap(), || Err(io::Error::other("full"))).unwrap();
        let refused = mover.watermark().wait(2).unwrap_err().to_string();
        assert!(refused.contains("the index: full"), "{refused}");
        mover.watermark().wait(1).unwrap();
        let sticky = mover.send(Arc::new(batch(2, Home::Leaves)));
        assert!(matches!(sticky, Err(StoreError::Stopped { .. })));
        assert!(matches!(mover.finish(), Err(StoreError::Io { .. })));
        assert_eq!(journal_files(&folder), 2);
    }

    #[test]
    fn nobody_waits_for_a_mover_that_has_ended() {
        let dir = tempfile::tempdir().unwrap();
        let (_, homes, _) = store(dir.path());
        let mover = Mover::start(homes, 7).unwrap();
        let watermark = mover.watermark().clone();
        let waiting = std::thread::spawn(move || watermark.wait(8));
        drop(mover);
        assert!(matches!(waiting.join().unwrap(), Err(StoreError::Stopped { .. })));
    }

    #[test]
    fn what_the_mover_had_not_moved_is_there_after_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, homes, mut journal) = store(dir.path());
        for number in 1..=5 {
            journal.append(&batch(number, Home::Statements)).unwrap();
        }
        homes.apply(&batch(1, Home::Statements)).unwrap();
        drop((folder, homes, journal));
        let (folder, homes, journal) = store(dir.path());
        for number in 1..=5_u64 {
            let found = homes.read(Home::Statements, number * 4, 4).unwrap();
            assert_eq!(found.as_deref(), Some(&number.to_be_bytes()[4..]));
        }
        assert_eq!((journal.next_number(), journal_files(&folder)), (6, 1));
    }
}
