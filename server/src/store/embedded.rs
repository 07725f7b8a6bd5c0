//! The store in one folder: a journal that is synced before anything is answered, and behind it the
//! homes.
//!
//! Opening is recovery: the batches of the journal are brought to their places once more. Its files
//! stay until the caller has caught up with them ([`Store::since`]); [`Store::begin`] unlinks them and
//! begins a new one.

use super::journal::{self, Journal, Recovered};
use super::mover::Mover;
use super::{Batch, CrashPoint, Folder, Home, Homes, Places, Settle, Store, StoreError, Visit, lock, spare};
use shared::limits::DISK_FLOOR_BYTES;
use shared::time::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub use super::mover::Moving;

/// The store in one folder.
#[derive(Debug)]
pub struct Embedded {
    folder: Folder,
    homes: Arc<Homes>,
    mover: Mover,
    journal: Mutex<Phase>,
    last: AtomicU64,
}

/// Where the journal is in its life.
#[derive(Debug)]
enum Phase {
    /// It was recovered, and everything in it is synced at its place.
    Recovered(Recovered),
    /// It takes batches.
    Begun(Journal),
}

impl Embedded {
    /// Opens the store, bringing back what a crash left in the journal. `ended` says through which day
    /// a batch ended all segments, if it did: none of these is brought back. `last` says of
    /// the homes which batch was the last one that came there.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] names what no crash can explain; nothing was changed then.
    pub fn open(
        folder: &Folder,
        moving: Moving,
        ended: impl Fn(&Batch) -> Option<u32>,
        last: impl FnOnce(&dyn Places) -> Result<u64, StoreError>,
    ) -> Result<Self, StoreError> {
        let homes = Arc::new(Homes::open(folder));
        let at_home = last(&AtRest { homes: Arc::clone(&homes), pending: Vec::new() })?;
        let journaled = journal::recover(folder, |_| Ok(()))?;
        journaled.reaches(at_home)?;
        journaled.make_sure(folder)?;
        let mut through = None;
        let recovered = journal::recover(folder, |batch| {
            through = through.max(ended(batch));
            homes.apply(batch)
        })?;
        homes.sync()?;
        // A clock that was set back must not bring a segment back that a sweep has ended; and what no sweep
        // has ended yet, only a sweep ends: it is recorded first.
        if let Some(day) = through {
            homes.end_day(day)?;
        }
        if let Some((file, offset)) = &recovered.torn {
            tracing::warn!(file, offset, "a batch that was never confirmed was cut off, and dropped");
        }
        let last = recovered.next.map_or(at_home, |next| next - 1);
        let mover = Mover::start(folder, Arc::clone(&homes), moving)?;
        let journal = Mutex::new(Phase::Recovered(recovered));
        Ok(Self { folder: folder.clone(), homes, mover, journal, last: AtomicU64::new(last) })
    }

    /// Lets a stepped mover do one piece of work; says whether there was one.
    ///
    /// # Errors
    /// As for [`Mover::step`].
    pub fn step(&self) -> Result<bool, StoreError> {
        self.mover.step()
    }
}

impl Places for Embedded {
    fn read(&self, home: Home, at: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        // What the mover applies while the file is read lies in the list all the same.
        let pending = self.mover.pending();
        read(&self.homes, &pending, home, at, length)
    }

    fn end(&self, home: Home) -> Result<u64, StoreError> {
        end(&self.homes, &self.mover.pending(), home)
    }

    fn days(&self) -> Result<Vec<u32>, StoreError> {
        days(&self.homes, &self.mover.pending())
    }
}

impl Store for Embedded {
    fn last(&self) -> u64 {
        self.last.load(Ordering::Acquire)
    }

    fn free_bytes(&self) -> u64 {
        self.folder.disk().free_bytes().unwrap_or_default()
    }

    fn make_room(&self, bytes: u64) -> Result<(), StoreError> {
        if self.mover.is_stuck() {
            return Err(StoreError::Full { file: "a home".to_owned() });
        }
        // Everything is written twice: to the journal, and to its home.
        let wanted = DISK_FLOOR_BYTES + 2 * bytes;
        if self.free_bytes() < wanted && !(spare::give_up(&self.folder)? && self.free_bytes() >= wanted) {
            return Err(StoreError::Full { file: "the journal".to_owned() });
        }
        lock(&self.journal).begun()?.make_room(bytes)
    }

    fn make_last_room(&self, bytes: u64) -> Result<(), StoreError> {
        if self.mover.is_full() {
            return Err(StoreError::Full { file: "a home".to_owned() });
        }
        lock(&self.journal).begun()?.make_room(bytes)
    }

    fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        lock(&self.journal).begun()?.append(&batch)?;
        let number = batch.number();
        self.mover.send(Arc::new(batch))?;
        self.last.store(number, Ordering::Release);
        Ok(())
    }

    fn end_day(&self, day: u32) -> Result<(), StoreError> {
        self.homes.end_day(day)
    }

    fn since(&self, after: u64, visit: &mut Visit<'_>) -> Result<bool, StoreError> {
        let mut expected = after + 1;
        let mut complete = true;
        let recovered = journal::recover(&self.folder, |batch| {
            if batch.number() >= expected {
                complete &= batch.number() == expected;
                expected = batch.number() + 1;
                if complete {
                    visit(batch)?;
                }
            }
            Ok(())
        });
        drop(recovered?);
        Ok(complete && expected == self.last() + 1)
    }

    fn begin(&self, settle: Settle) -> Result<(), StoreError> {
        let mut phase = lock(&self.journal);
        if let Phase::Recovered(recovered) = &*phase {
            settle().map_err(|source| StoreError::Io { file: "the index".to_owned(), source })?;
            let last = self.last();
            *phase = Phase::Begun(Journal::start(&self.folder, recovered, last, last + 1)?);
            spare::keep(&self.folder)?;
        }
        Ok(())
    }

    fn tidy(&self, now: Timestamp, settle: Settle) -> Result<(), StoreError> {
        let mut phase = lock(&self.journal);
        let journal = phase.begun()?;
        if !journal.due(now) {
            return Ok(());
        }
        let closed = match journal.rotate() {
            // It goes on in the file it has.
            Err(StoreError::Full { .. }) => return Ok(()),
            closed => closed?,
        };
        drop(phase);
        spare::keep(&self.folder)?;
        self.mover.retire(closed, settle)
    }

    fn forget_overwritten(&self, settle: Settle) -> Result<(), StoreError> {
        let closed = lock(&self.journal).begun()?.rotate();
        let caught_up = closed.and_then(|closed| {
            self.mover.retire(closed, settle)?;
            self.mover.catch_up()
        });
        // Whoever was answered when there is room again could not tell that it was not done before.
        caught_up.map_err(|error| match error {
            StoreError::Full { .. } => StoreError::Stopped { because: error.to_string() },
            error => error,
        })
    }

    fn close(&self, settle: Settle) -> Result<(), StoreError> {
        self.begin(Box::new(|| Ok(())))?;
        let closed = lock(&self.journal).begun()?.close();
        self.mover.retire(closed, settle)?;
        self.mover.finish()
    }

    fn pass(&self, point: CrashPoint) -> Result<(), StoreError> {
        self.folder.pass(point)
    }
}

impl Phase {
    fn begun(&mut self) -> Result<&mut Journal, StoreError> {
        match self {
            Self::Begun(journal) => Ok(journal),
            Self::Recovered(_) => Err(StoreError::Impossible("the opening has not ended")),
        }
    }
}

/// The homes of a folder in which no relay works, as the next start will make them. Nothing is
/// changed but unfinished journal files, which any start removes.
#[derive(Debug)]
pub struct AtRest {
    homes: Arc<Homes>,
    pending: Vec<Arc<Batch>>,
}

impl AtRest {
    /// Reads the journal. Its batches are kept in memory: the journal is changed at 64 MiB, and a
    /// changed file goes when its batches are at their places, so this is a file or two.
    pub fn open(folder: &Folder) -> (Self, Result<Recovered, StoreError>) {
        let mut pending = Vec::new();
        let recovered = journal::recover(folder, |batch| {
            pending.push(Arc::new(batch.clone()));
            Ok(())
        });
        (Self { homes: Arc::new(Homes::open(folder)), pending }, recovered)
    }

    /// The homes as they are, with nothing of the journal, also while a relay works in the folder.
    #[must_use]
    pub fn without_journal(folder: &Folder) -> Self {
        Self { homes: Arc::new(Homes::open(folder)), pending: Vec::new() }
    }

    /// The batches in the journal, oldest first.
    #[must_use]
    pub fn pending(&self) -> &[Arc<Batch>] {
        &self.pending
    }

    /// The homes without what is in the journal.
    #[must_use]
    pub fn without_pending(&self) -> Self {
        Self { homes: Arc::clone(&self.homes), pending: Vec::new() }
    }

    /// Leaves out what is in the journal.
    pub fn forget_pending(&mut self) {
        self.pending.clear();
    }

    /// Treats the segments of this day and of every earlier one as dead.
    pub fn without_days_through(&mut self, day: u32) {
        self.homes.treat_as_dead(day);
    }
}

impl Places for AtRest {
    fn read(&self, home: Home, at: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        read(&self.homes, &self.pending, home, at, length)
    }

    fn end(&self, home: Home) -> Result<u64, StoreError> {
        end(&self.homes, &self.pending, home)
    }

    fn days(&self) -> Result<Vec<u32>, StoreError> {
        days(&self.homes, &self.pending)
    }
}

/// Past this, it is asked whether a place can be before memory is taken for it: it may come from a
/// damaged entry.
const UNASKED_BYTES_MAX: usize = 1024 * 1024;

/// A place as it is in the file, with what is pending laid over it.
fn read(
    homes: &Homes,
    pending: &[Arc<Batch>],
    home: Home,
    at: u64,
    length: usize,
) -> Result<Option<Vec<u8>>, StoreError> {
    let short = |offset| {
        let (file, what) = (home.file().unwrap_or_default(), "it ends before this item does");
        StoreError::Damaged { file, offset, what }
    };
    let until = at.checked_add(length as u64).ok_or_else(|| short(at))?;
    if homes.is_dead(home) {
        return Ok(None);
    }
    let over: Vec<_> = pending.iter().flat_map(|batch| batch.runs()).filter(|run| run.home == home).collect();
    // Mostly the place lies in one piece in what was committed last.
    let newest = over.iter().rev().find(|run| run.at < until && at < run.end());
    if let Some(piece) = newest.and_then(|run| run.piece(at, until)) {
        return Ok(Some(piece.to_vec()));
    }
    let over_end = over.iter().map(|run| run.end()).max().unwrap_or_default();
    if length > UNASKED_BYTES_MAX && until > over_end && until > homes.end(home)? {
        return Err(short(at));
    }
    let mut bytes = vec![0; length];
    let read = homes.read(home, at, &mut bytes)?;
    for run in &over {
        let (from, until) = (run.at.max(at), run.end().min(until));
        if let Some(piece) = run.piece(from, until) {
            let place = usize::try_from(from - at).map_err(|_| short(at))?;
            bytes[place..place + piece.len()].copy_from_slice(piece);
        }
    }
    match read {
        None if over.is_empty() => Ok(None),
        read if read == Some(length) || until <= over_end => Ok(Some(bytes)),
        _ => Err(short(at)),
    }
}

fn end(homes: &Homes, pending: &[Arc<Batch>], home: Home) -> Result<u64, StoreError> {
    if homes.is_dead(home) {
        return Ok(0);
    }
    let runs = pending.iter().flat_map(|batch| batch.runs()).filter(|run| run.home == home);
    Ok(runs.map(super::Run::end).max().unwrap_or_default().max(homes.end(home)?))
}

fn days(homes: &Homes, pending: &[Arc<Batch>]) -> Result<Vec<u32>, StoreError> {
    let mut days = homes.days()?;
    let living = pending.iter().flat_map(|batch| batch.runs()).filter(|run| !homes.is_dead(run.home));
    days.extend(living.filter_map(|run| match run.home {
        Home::Segment { day } => Some(day),
        _ => None,
    }));
    days.sort_unstable();
    days.dedup();
    Ok(days)
}
