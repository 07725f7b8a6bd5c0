//! The mover: brings batches from the journal to their homes, behind the sequencer.
//!
//! It is the only one that unlinks a journal file: after every home touched since was synced, and
//! after the caller's index was settled. What it has not moved yet lies here in memory, so that
//! everybody reads what is committed wherever it is just now. In the program it is a thread; a test
//! steps it by hand, as late as it likes.

use super::journal::Closed;
use super::{Batch, CrashPoint, Folder, Homes, Settle, StoreError, io_at, lock};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Batches on their way, in number and bytes. When the disk does not keep up, the sequencer waits
/// here, and not in the memory of the machine. Small ones may be many: while homes are synced, the
/// sequencer goes on.
const BATCHES_MAX: usize = 256;
const BYTES_MAX: usize = 48 * 1024 * 1024;

/// How long it waits before it looks again whether a full disk has room.
const FULL_WAIT: Duration = Duration::from_millis(500);

/// Who moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moving {
    /// A thread, as soon as it can.
    Thread,
    /// Whoever calls [`Mover::step`], and the sequencer when too much waits.
    Stepped,
}

/// The mover of one store.
#[derive(Debug)]
pub struct Mover {
    work: Arc<Work>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Work {
    folder: Folder,
    homes: Arc<Homes>,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    bytes: usize,
    /// No more jobs come.
    closed: bool,
    /// The disk has no room for the first job.
    full: bool,
    /// Why nothing more is moved.
    failed: Option<String>,
}

enum Job {
    Apply(Arc<Batch>),
    Retire(Closed, Option<Settle>),
}

impl Mover {
    /// Begins.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the system gives no thread.
    pub fn start(folder: &Folder, homes: Arc<Homes>, moving: Moving) -> Result<Self, StoreError> {
        let (queue, changed) = (Mutex::default(), Condvar::new());
        let work = Arc::new(Work { folder: folder.clone(), homes, queue, changed });
        let thread = match moving {
            Moving::Stepped => None,
            Moving::Thread => {
                let work = Arc::clone(&work);
                let named = std::thread::Builder::new().name("mover".to_owned());
                Some(named.spawn(move || work.until_closed()).map_err(io_at("the mover"))?)
            }
        };
        Ok(Self { work, thread: Mutex::new(thread) })
    }

    /// Hands over a batch that the journal has made durable; waits when the mover is far behind.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] after a failure. The batch itself is safe in the journal.
    pub fn send(&self, batch: Arc<Batch>) -> Result<(), StoreError> {
        let bytes = batch.bytes();
        self.hand_over(Job::Apply(batch), bytes)
    }

    /// Retires a journal file behind the batches sent before. Does not wait for it.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] after a failure.
    pub fn retire(&self, closed: Closed, settle: Settle) -> Result<(), StoreError> {
        self.hand_over(Job::Retire(closed, Some(settle)), 0)
    }

    /// The batches that are not at their places yet, oldest first.
    #[must_use]
    pub fn pending(&self) -> Vec<Arc<Batch>> {
        let queue = lock(&self.work.queue);
        let batches = queue.jobs.iter().filter_map(|job| match job {
            Job::Apply(batch) => Some(Arc::clone(batch)),
            Job::Retire(..) => None,
        });
        batches.collect()
    }

    /// Whether a full disk keeps it from its work, and little more can wait for it.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        let queue = lock(&self.work.queue);
        queue.full && (queue.jobs.len() >= BATCHES_MAX / 2 || queue.bytes >= BYTES_MAX / 2)
    }

    /// Whether nothing more can wait for it just now.
    #[must_use]
    pub fn is_full(&self) -> bool {
        lock(&self.work.queue).is_full()
    }

    /// Does one piece of work; says whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Full`] when there is no room for it now; after any other nothing is moved.
    pub fn step(&self) -> Result<bool, StoreError> {
        self.work.step()
    }

    /// Waits until all that was handed over is done.
    ///
    /// # Errors
    /// [`StoreError::Full`] when there is no room for it now; after any other nothing is moved.
    pub fn catch_up(&self) -> Result<(), StoreError> {
        if lock(&self.thread).is_none() {
            while self.step()? {}
        }
        let mut queue = lock(&self.work.queue);
        while !queue.jobs.is_empty() {
            queue.refuse_when_failed()?;
            if queue.full {
                return Err(StoreError::Full { file: "a home".to_owned() });
            }
            queue = self.work.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// Does all that was handed over, and ends.
    ///
    /// # Errors
    /// The first failure.
    pub fn finish(&self) -> Result<(), StoreError> {
        lock(&self.work.queue).closed = true;
        self.work.changed.notify_all();
        match lock(&self.thread).take() {
            Some(thread) => {
                let broke_off = || StoreError::Stopped { because: "the mover broke off".to_owned() };
                thread.join().map_err(|_| broke_off())?;
            }
            None => while self.step()? {},
        }
        self.refuse_when_failed()?;
        let left = !lock(&self.work.queue).jobs.is_empty();
        if left { Err(StoreError::Full { file: "a home".to_owned() }) } else { Ok(()) }
    }

    fn hand_over(&self, job: Job, bytes: usize) -> Result<(), StoreError> {
        let is_stepped = lock(&self.thread).is_none();
        let mut queue = lock(&self.work.queue);
        while queue.is_full() && queue.failed.is_none() {
            if is_stepped {
                drop(queue);
                self.step()?;
                queue = lock(&self.work.queue);
            } else {
                queue = self.work.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
        queue.refuse_when_failed()?;
        queue.bytes += bytes;
        queue.jobs.push_back(job);
        drop(queue);
        self.work.changed.notify_all();
        Ok(())
    }

    fn refuse_when_failed(&self) -> Result<(), StoreError> {
        lock(&self.work.queue).refuse_when_failed()
    }
}

/// A mover that is dropped still does what was handed over, so that no thread outlives its owner.
impl Drop for Mover {
    fn drop(&mut self) {
        lock(&self.work.queue).closed = true;
        self.work.changed.notify_all();
        if let Some(thread) = lock(&self.thread).take() {
            let _ = thread.join();
        }
    }
}

impl Work {
    fn until_closed(&self) {
        let _failed = FailedOnPanic(self);
        loop {
            match self.step() {
                Ok(true) => {}
                Ok(false) => {
                    let queue = lock(&self.queue);
                    if queue.jobs.is_empty() && queue.closed {
                        return;
                    }
                    if queue.jobs.is_empty() {
                        drop(self.changed.wait(queue));
                    }
                }
                Err(StoreError::Full { file }) if !lock(&self.queue).closed => {
                    tracing::warn!(file, "the disk is full; what is committed waits in the journal");
                    std::thread::sleep(FULL_WAIT);
                }
                Err(error) => {
                    tracing::error!(%error, "the mover stopped; what was acknowledged is in the journal");
                    return;
                }
            }
        }
    }

    fn step(&self) -> Result<bool, StoreError> {
        let outcome = self.first_job();
        let mut queue = lock(&self.queue);
        match &outcome {
            Ok(true) => {
                queue.full = false;
                if let Some(Job::Apply(batch)) = queue.jobs.pop_front() {
                    queue.bytes -= batch.bytes();
                }
            }
            Ok(false) => {}
            Err(StoreError::Full { .. }) => queue.full = true,
            Err(error) => {
                queue.failed.get_or_insert(error.to_string());
            }
        }
        drop(queue);
        self.changed.notify_all();
        outcome
    }

    /// The first job stays in the queue until it is done: until then it is read from there.
    fn first_job(&self) -> Result<bool, StoreError> {
        enum Now {
            Apply(Arc<Batch>),
            Retire(Closed, Option<Settle>),
        }
        let now = {
            let mut queue = lock(&self.queue);
            queue.refuse_when_failed()?;
            match queue.jobs.front_mut() {
                None => return Ok(false),
                Some(Job::Apply(batch)) => Now::Apply(Arc::clone(batch)),
                Some(Job::Retire(closed, settle)) => Now::Retire(closed.clone(), settle.take()),
            }
        };
        match now {
            Now::Apply(batch) => self.homes.apply(&batch)?,
            Now::Retire(closed, settle) => {
                self.folder.pass(CrashPoint::M1)?;
                let synced = self.homes.sync()?;
                self.folder.pass(CrashPoint::M2)?;
                if let Some(settle) = settle {
                    settle().map_err(|source| StoreError::Io { file: "the index".to_owned(), source })?;
                }
                self.folder.pass(CrashPoint::M3)?;
                closed.unlink(&self.folder, synced)?;
            }
        }
        Ok(true)
    }
}

impl Queue {
    fn is_full(&self) -> bool {
        self.jobs.len() >= BATCHES_MAX || self.bytes >= BYTES_MAX
    }

    fn refuse_when_failed(&self) -> Result<(), StoreError> {
        self.failed.as_ref().map_or(Ok(()), |because| Err(StoreError::Stopped { because: because.clone() }))
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Queue({} jobs, {} bytes)", self.jobs.len(), self.bytes)
    }
}

/// Lets nobody wait for a thread that is gone.
struct FailedOnPanic<'a>(&'a Work);

impl Drop for FailedOnPanic<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            lock(&self.0.queue).failed.get_or_insert("the mover broke off".to_owned());
            self.0.changed.notify_all();
        }
    }
}
