//! What the leaves of the log say in their order: times that do not go back, keys before the records
//! that are closed under them, a head at each batch's end; and what the rest of the folder refers to.

use super::Report;
use super::log::{CHECKPOINT, LEAVES, leaf_name};
use shared::cbor;
use shared::ids::Digest;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Leaf, StatementLeaf, TreeHead};
use shared::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What the log says, for everything that refers to it.
#[derive(Default)]
pub(super) struct Log {
    /// The number of the last batch.
    pub(super) batch: u64,
    /// The time of the last head.
    pub(super) time: Timestamp,
    /// The leaves that name statements.
    pub(super) statements: BTreeMap<u64, StatementLeaf>,
    /// The leaves that name sealed keys, by epoch: where, and the digest.
    pub(super) keys: BTreeMap<u64, (u64, Digest)>,
    /// The groups' tree after each change of it, and after each statement.
    pub(super) views: Vec<(u64, TreeHead)>,
    /// A bit for each leaf: whether it is a record.
    records: Vec<u64>,
    /// Leaves that are damaged, and said to be: what refers to them is not a second fault.
    damaged: BTreeSet<u64>,
    /// How many leaves could be walked over, and how many there are.
    pub(super) walked: u64,
    size: u64,
}

impl Log {
    /// Whether this leaf is a record, or may have been one.
    pub(super) fn is_record(&self, index: u64) -> bool {
        if self.is_unknown(index) {
            return true;
        }
        let word = usize::try_from(index / 64).ok().and_then(|word| self.records.get(word));
        word.is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Whether nobody can say any more what this leaf was.
    pub(super) fn is_unknown(&self, index: u64) -> bool {
        self.damaged.contains(&index) || (self.walked..self.size).contains(&index)
    }

    /// Whether there are leaves of which nobody can say any more what they were.
    pub(super) fn is_unsure(&self) -> bool {
        !self.damaged.is_empty() || self.walked < self.size
    }

    fn mark_record(&mut self, index: u64) {
        let Ok(word) = usize::try_from(index / 64) else { return };
        if self.records.len() <= word {
            self.records.resize(word + 1, 0);
        }
        self.records[word] |= 1 << (index % 64);
    }
}

/// What the leaves say, in their order.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) log: Log,
    heads: u64,
    epoch: u64,
    /// Whether the last leaf was a head; and whether a statement came after the last head.
    at_head: bool,
    statement: bool,
    /// Whether a key may have been named by a damaged leaf.
    unsure: bool,
}

impl Reading {
    /// Before the first leaf of a log that says to have so many batches and leaves.
    pub(super) fn of(batch: u64, size: u64) -> Self {
        Self { log: Log { batch, size, ..Log::default() }, ..Self::default() }
    }

    pub(super) fn leaf(&mut self, index: u64, at: u64, bytes: &[u8], found: &mut Report) {
        let mut wrong = |what: &str| found.fault(LEAVES, Some(at), Some(leaf_name(index)), what);
        self.at_head = false;
        match cbor::decode(bytes, LEAF_BYTES_MAX) {
            Err(malformed) => wrong(&format!("a leaf is {malformed}")),
            Ok(Leaf::Record(record)) => {
                if self.unsure && record.epoch > self.epoch {
                    (self.epoch, self.unsure) = (record.epoch, false);
                }
                if record.version != 1 || record.epoch != self.epoch || self.epoch == 0 {
                    wrong("a record is not closed under the key that was logged last before it");
                }
                self.log.mark_record(index);
            }
            Ok(Leaf::Head(head)) => {
                if head.version != 1 || head.time < self.log.time {
                    wrong("the time of a head goes back");
                }
                self.log.time = self.log.time.max(head.time);
                let before = self.log.views.last().map(|(_, groups)| *groups);
                if self.statement || before != Some(head.groups) {
                    self.log.views.push((index, head.groups));
                }
                (self.heads, self.at_head, self.statement) = (self.heads + 1, true, false);
            }
            Ok(Leaf::Elimination(line)) => {
                if line.version != 1 || line.count == 0 || line.from > line.until {
                    wrong("a line of the elimination register is none");
                }
            }
            Ok(Leaf::Statement(statement)) => {
                self.statement = true;
                self.log.statements.insert(index, statement);
            }
            Ok(Leaf::Keys(keys)) => {
                let next = keys.epoch == self.epoch + 1 || (self.unsure && keys.epoch > self.epoch);
                self.unsure = false;
                if keys.version != 1 || !next {
                    wrong("the keys of the boxes are not numbered in order");
                }
                if keys.from < self.log.time {
                    wrong("the time of a key goes back");
                }
                self.epoch = keys.epoch;
                self.log.keys.insert(keys.epoch, (index, keys.sealed));
            }
        }
    }

    pub(super) fn damaged(&mut self, index: u64) {
        self.log.damaged.insert(index);
        (self.at_head, self.unsure) = (false, true);
    }

    pub(super) fn end(&self, size: u64, found: &mut Report) {
        // Without all leaves nothing can be said about the number of batches.
        if self.log.walked < size || !self.log.damaged.is_empty() {
            return;
        }
        if size > 0 && !self.at_head {
            found.fault(LEAVES, None, Some(leaf_name(size - 1)), "the last leaf is no head");
        }
        if self.heads != self.log.batch {
            let what = format!("it says {} batches and the log has {} heads", self.log.batch, self.heads);
            found.fault(CHECKPOINT, Some(0), None, what);
        }
    }
}
