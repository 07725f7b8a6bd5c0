//! The homes: files in which every item has a place that was decided before it was written.
//!
//! [`Homes`] reads any place and writes batches that are durable in the journal already; since the
//! places are decided, writing twice is writing once. A segment before the first living day is never
//! written again, so neither the mover nor recovery brings back what has expired.

use super::disk::{DiskFile, How};
use super::folder::found;
use super::{Batch, CrashPoint, Folder, Home, StoreError, day_of, io_at, lock};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// Files kept open for readers. Reading goes mostly to a few days and to the log; a process may
/// have some thousand files and needs them for connections.
const OPEN_FILES_MAX: usize = 64;

/// Files written and not yet synced, each kept open: a failed write-back is told only to those who
/// had the file open. Past this they are synced early.
const UNSYNCED_FILES_MAX: usize = 128;

/// Bytes written and not yet synced. Past this they are synced early: whoever waits for the journal's
/// sync waits for what the disk does besides, and many bytes at once take it a long time.
const UNSYNCED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Every home of a folder. Readers share it; one writer at a time gets in.
#[derive(Debug)]
pub struct Homes {
    folder: Folder,
    open: Mutex<OpenFiles>,
    writer: Mutex<Writer>,
}

#[derive(Debug, Default)]
struct OpenFiles {
    files: BTreeMap<Home, (Arc<dyn DiskFile>, u64)>,
    uses: u64,
    /// Segments of days before this one are dead.
    first_day: u32,
}

#[derive(Debug)]
struct Writer {
    applied: u64,
    unsynced: BTreeMap<Home, Arc<dyn DiskFile>>,
    unsynced_bytes: usize,
    /// Folders, relative to the store's, with names that are not durable yet.
    unsynced_folders: BTreeSet<&'static str>,
    /// A sync that failed. What it left behind is unknown, and a second one would say all is well.
    failed: Option<String>,
}

impl Homes {
    /// The homes of a folder.
    #[must_use]
    pub fn open(folder: &Folder) -> Self {
        // A crash may have come between a new file and the sync of its name: synced once at the start.
        let unsynced_folders = BTreeSet::from(["", "segments", "log"]);
        let writer = Writer {
            applied: 0,
            unsynced: BTreeMap::new(),
            unsynced_bytes: 0,
            unsynced_folders,
            failed: None,
        };
        Self { folder: folder.clone(), open: Mutex::default(), writer: Mutex::new(writer) }
    }

    /// Reads what there is of a place, fewer bytes where the file ends; says how much, or nothing
    /// where there is no file.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn read(&self, home: Home, at: u64, bytes: &mut [u8]) -> Result<Option<usize>, StoreError> {
        let Some(file) = self.file(home)? else { return Ok(None) };
        let read = file.read_at(bytes, at);
        read.map(Some).map_err(|error| io_at(home.file().unwrap_or_default())(error))
    }

    /// Where a home ends; zero if it does not exist.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn end(&self, home: Home) -> Result<u64, StoreError> {
        let name = home.file()?;
        if self.is_dead(home) {
            return Ok(0);
        }
        let facts = found(self.folder.disk().facts(&name)).map_err(io_at(name))?;
        Ok(facts.map_or(0, |facts| facts.bytes))
    }

    /// The days that have a segment, in order.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn days(&self) -> Result<Vec<u32>, StoreError> {
        let names = self.folder.names("segments")?.unwrap_or_default();
        let mut days: Vec<_> = names.iter().filter_map(|name| day_of(name)).collect();
        days.sort_unstable();
        Ok(days)
    }

    /// Whether nothing of this home is ever read or written again.
    #[must_use]
    pub fn is_dead(&self, home: Home) -> bool {
        matches!(home, Home::Segment { day } if day < lock(&self.open).first_day)
    }

    /// Treats the segments of this day and of every earlier one as dead, and leaves them there.
    pub fn treat_as_dead(&self, day: u32) {
        let mut open = lock(&self.open);
        open.first_day = open.first_day.max(day.saturating_add(1));
        open.files.retain(|home, _| !matches!(home, Home::Segment { day: of } if *of <= day));
    }

    /// Writes everything in a batch at its place. The batch is durable already, so a crash in the
    /// middle costs nothing. Not all of it is synced when this returns.
    ///
    /// # Errors
    /// [`StoreError::Full`], after which the batch can be applied again; [`StoreError::Io`], after which it
    /// can be too, unless it was an early sync that failed.
    pub fn apply(&self, batch: &Batch) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        writer.refuse_when_failed()?;
        for run in batch.runs() {
            if self.is_dead(run.home) {
                continue;
            }
            let file = self.file_to_write(&mut writer, run.home)?;
            self.folder.pass(CrashPoint::H1)?;
            let written = file.write_all_at(&run.bytes, run.at);
            written.map_err(|error| io_at(run.home.file().unwrap_or_default())(error))?;
        }
        writer.applied = writer.applied.max(batch.number());
        writer.unsynced_bytes += batch.bytes();
        if writer.unsynced_bytes >= UNSYNCED_BYTES_MAX {
            self.sync_writer(&mut writer)?;
        }
        Ok(())
    }

    /// Makes every write of every applied batch durable, and the names of new files. Gives the
    /// number of the last of them, zero if there was none since the start.
    ///
    /// # Errors
    /// [`StoreError::Io`]; after it nothing is applied or synced until the relay has started again.
    pub fn sync(&self) -> Result<u64, StoreError> {
        let mut writer = lock(&self.writer);
        writer.refuse_when_failed()?;
        self.sync_writer(&mut writer)?;
        Ok(writer.applied)
    }

    /// Ends a day and every earlier one: their segments go, and none of them is written again.
    ///
    /// # Errors
    /// [`StoreError::Io`]; it can be done again.
    pub fn end_day(&self, day: u32) -> Result<(), StoreError> {
        // Waits for what is being written, so that nobody keeps a file that is about to go.
        let mut writer = lock(&self.writer);
        self.treat_as_dead(day);
        writer.unsynced.retain(|home, _| !matches!(home, Home::Segment { day: of } if *of <= day));
        for day in self.days()?.into_iter().filter(|of| *of <= day) {
            self.folder.pass(CrashPoint::H2)?;
            self.folder.unlink(&Home::Segment { day }.file()?)?;
            self.folder.pass(CrashPoint::H3)?;
        }
        self.folder.sync("segments")
    }

    /// A file to read, from among the open ones if it is there.
    fn file(&self, home: Home) -> Result<Option<Arc<dyn DiskFile>>, StoreError> {
        let mut open = lock(&self.open);
        if matches!(home, Home::Segment { day } if day < open.first_day) {
            return Ok(None);
        }
        if let Some(file) = open.kept(home) {
            return Ok(Some(file));
        }
        let name = home.file()?;
        let opened = found(self.folder.disk().open(&name, How::Existing)).map_err(io_at(name))?;
        Ok(opened.map(|file| open.keep(home, file)))
    }

    fn file_to_write(&self, writer: &mut Writer, home: Home) -> Result<Arc<dyn DiskFile>, StoreError> {
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
                let created = self.folder.open_file(&home.file()?, How::Made)?;
                lock(&self.open).keep(home, created)
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
                writer.unsynced_bytes = 0;
            }
            Err(error) => writer.failed = Some(error.to_string()),
        }
        outcome
    }

    fn sync_each(&self, writer: &Writer) -> Result<(), StoreError> {
        for (home, file) in &writer.unsynced {
            self.folder.pass(CrashPoint::H4)?;
            file.sync().map_err(|error| io_at(home.file().unwrap_or_default())(error))?;
        }
        for folder in &writer.unsynced_folders {
            self.folder.pass(CrashPoint::H5)?;
            self.folder.sync(folder)?;
        }
        Ok(())
    }
}

impl Writer {
    fn refuse_when_failed(&self) -> Result<(), StoreError> {
        self.failed.as_ref().map_or(Ok(()), |because| Err(StoreError::Stopped { because: because.clone() }))
    }
}

impl OpenFiles {
    fn kept(&mut self, home: Home) -> Option<Arc<dyn DiskFile>> {
        self.uses += 1;
        let (file, used) = self.files.get_mut(&home)?;
        *used = self.uses;
        Some(Arc::clone(file))
    }

    fn keep(&mut self, home: Home, file: Arc<dyn DiskFile>) -> Arc<dyn DiskFile> {
        if self.files.len() >= OPEN_FILES_MAX {
            let oldest = self.files.iter().min_by_key(|(_, (_, used))| *used).map(|(home, _)| *home);
            oldest.and_then(|home| self.files.remove(&home));
        }
        self.files.insert(home, (Arc::clone(&file), self.uses));
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u32 = 20_000;

    fn batch(number: u64, home: Home) -> Batch {
        let mut batch = Batch::new(number);
        batch.write(home, number * 4, &number.to_be_bytes()[4..]);
        batch
    }

    fn read(homes: &Homes, home: Home, at: u64) -> Vec<u8> {
        let mut bytes = [9; 4];
        let read = homes.read(home, at, &mut bytes).unwrap().unwrap_or_default();
        bytes[..read].to_vec()
    }

    #[test]
    fn a_place_is_read_where_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        let homes = Homes::open(&Folder::open(dir.path()).unwrap());
        let segment = Home::Segment { day: DAY };
        assert_eq!((read(&homes, segment, 4), homes.end(segment).unwrap()), (vec![], 0));
        homes.apply(&batch(1, segment)).unwrap();
        assert_eq!(read(&homes, segment, 4), [0, 0, 0, 1]);
        assert_eq!((homes.end(segment).unwrap(), homes.days().unwrap()), (8, vec![DAY]));
        assert_eq!((read(&homes, segment, 6), read(&homes, segment, 8)), (vec![0, 1], vec![]));
        assert_eq!(homes.sync().unwrap(), 1);
    }

    #[test]
    fn more_homes_than_open_files() {
        let dir = tempfile::tempdir().unwrap();
        let homes = Homes::open(&Folder::open(dir.path()).unwrap());
        let days = u32::try_from(UNSYNCED_FILES_MAX).unwrap() + 50;
        for day in 0..days {
            homes.apply(&batch(u64::from(day), Home::Segment { day })).unwrap();
        }
        assert!(lock(&homes.open).files.len() <= OPEN_FILES_MAX);
        assert!(lock(&homes.writer).unsynced.len() <= UNSYNCED_FILES_MAX);
        for day in 0..days {
            assert_eq!(read(&homes, Home::Segment { day }, u64::from(day) * 4), day.to_be_bytes());
        }
    }

    #[test]
    fn a_dead_segment_stays_dead() {
        let dir = tempfile::tempdir().unwrap();
        let homes = Homes::open(&Folder::open(dir.path()).unwrap());
        let apply = |number, day| homes.apply(&batch(number, Home::Segment { day })).unwrap();
        apply(1, DAY - 1);
        apply(2, DAY);
        apply(3, DAY + 1);
        homes.end_day(DAY).unwrap();
        homes.end_day(DAY).unwrap();
        apply(4, DAY);
        apply(5, DAY - 1);
        assert_eq!(homes.days().unwrap(), [DAY + 1]);
        assert_eq!(read(&homes, Home::Segment { day: DAY }, 8), [0_u8; 0]);
        assert_eq!(homes.sync().unwrap(), 5);
    }
}
