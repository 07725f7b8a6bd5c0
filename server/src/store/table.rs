//! A table of small entries that can be rebuilt: what the index is kept in.
//!
//! [`SledTable`] is sled, and the only place that names it. sled is fast to look things up in and is
//! never the truth: its flush is no sync, so what it lost is brought back from the journal and the
//! homes. It panics over some damage; here that is one more table that cannot be used.

use std::fmt::Debug;
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// A change of one entry: its key, and its new value or none.
pub type Change = (Vec<u8>, Option<Vec<u8>>);

/// A table with keys in order.
pub trait Table: Debug + Send + Sync {
    /// The value of a key.
    ///
    /// # Errors
    /// That the table cannot be used.
    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>>;

    /// Visits the entries from a key up to another, which is left out, in order.
    ///
    /// # Errors
    /// That the table cannot be used.
    fn visit(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> io::Result<()>;

    /// Makes some changes, all of them or none; the later one counts where two have one key.
    ///
    /// # Errors
    /// That the table cannot be used.
    fn apply(&self, changes: Vec<Change>) -> io::Result<()>;

    /// Hands everything to the disk.
    ///
    /// # Errors
    /// That the table cannot be used.
    fn flush(&self) -> io::Result<()>;
}

/// Is shown a key and its value, and says whether to go on.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// Positions of waiting messages: a few dozen bytes each, and only the recent ones are looked at.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// A table in sled.
#[derive(Debug)]
pub struct SledTable {
    tree: sled::Tree,
    db: sled::Db,
}

impl SledTable {
    /// Opens the table in a folder, empty if it is new.
    ///
    /// # Errors
    /// That sled does not open it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        // When it is flushed is ours to decide.
        let config = sled::Config::new().path(folder).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        guarded(|| {
            let db = config.open()?;
            Ok(Self { tree: db.open_tree("pli/2")?, db })
        })
    }
}

impl Table for SledTable {
    fn get(&self, key: &[u8]) -> io::Result<Option<Vec<u8>>> {
        guarded(|| Ok(self.tree.get(key)?.map(|value| value.to_vec())))
    }

    fn visit(&self, from: &[u8], to: &[u8], visit: &mut Visit<'_>) -> io::Result<()> {
        guarded(|| {
            for entry in self.tree.range(from..to) {
                let (key, value) = entry?;
                if visit(&key, &value).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn apply(&self, changes: Vec<Change>) -> io::Result<()> {
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        guarded(|| self.tree.apply_batch(batch))
    }

    fn flush(&self) -> io::Result<()> {
        guarded(|| self.db.flush().map(drop))
    }
}

fn guarded<T>(work: impl FnOnce() -> sled::Result<T>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(outcome) => outcome.map_err(io::Error::other),
        Err(_) => Err(io::Error::other("the table is damaged")),
    }
}
