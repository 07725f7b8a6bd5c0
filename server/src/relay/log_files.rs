//! The access log as it lies in the homes: leaves one after the other, where each ends, and the
//! dense hashes of the tree.

use crate::store::{Home, Homes, StoreError, Write};
use shared::ids::Digest;
use shared::log::{Hashes, TreeHead, leaf_hash, slots, stored};
use std::collections::BTreeMap;
use std::sync::Arc;

const HASH_BYTES: u64 = 32;
const END_BYTES: u64 = 8;

/// Reads the log from the homes.
#[derive(Clone, Debug)]
pub struct LogFiles {
    homes: Arc<Homes>,
}

impl LogFiles {
    /// The log in these homes.
    #[must_use]
    pub fn new(homes: Arc<Homes>) -> Self {
        Self { homes }
    }

    /// The bytes of a leaf.
    ///
    /// # Errors
    /// [`StoreError`] if it is not there or cannot be read.
    pub fn leaf(&self, index: u64) -> Result<Vec<u8>, StoreError> {
        let from = if index == 0 { 0 } else { self.end_of(index - 1)? };
        let to = self.end_of(index)?;
        let damaged =
            |what| StoreError::Damaged { file: "log/ends".to_owned(), offset: index * END_BYTES, what };
        let length = to.checked_sub(from).and_then(|length| usize::try_from(length).ok());
        let length = length.filter(|length| *length <= shared::limits::LEAF_BYTES_MAX);
        let length = length.ok_or_else(|| damaged("the ends of the leaves are not in order"))?;
        self.homes.read(Home::Leaves, from, length)?.ok_or_else(|| damaged("there are no leaves"))
    }

    /// Where a leaf ends.
    ///
    /// # Errors
    /// [`StoreError`] if it is not there.
    pub fn end_of(&self, index: u64) -> Result<u64, StoreError> {
        let at = index * END_BYTES;
        let missing =
            || StoreError::Damaged { file: "log/ends".to_owned(), offset: at, what: "the leaf is missing" };
        let bytes = self.homes.read(Home::LeafEnds, at, 8)?.ok_or_else(missing)?;
        bytes.as_slice().try_into().map(u64::from_be_bytes).map_err(|_| missing())
    }
}

impl Hashes for LogFiles {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        let bytes = self.homes.read(Home::Hashes, index * HASH_BYTES, 32).ok()??;
        bytes.as_slice().try_into().ok().map(Digest)
    }
}

/// The growing end of the log, in the hands of the sequencer: what the mover has not written yet is
/// remembered here.
#[derive(Debug)]
pub struct LogEnd {
    files: LogFiles,
    tree: TreeHead,
    leaves_end: u64,
    recent: BTreeMap<u64, Digest>,
    /// For each batch not yet seen at its place, up to which slot its hashes go.
    batches: Vec<(u64, u64)>,
}

impl LogEnd {
    /// The end of a log that was recovered.
    ///
    /// # Errors
    /// [`StoreError`] if the last leaf cannot be read.
    pub fn open(files: LogFiles, tree: TreeHead) -> Result<Self, StoreError> {
        let leaves_end = if tree.size == 0 { 0 } else { files.end_of(tree.size - 1)? };
        Ok(Self { files, tree, leaves_end, recent: BTreeMap::new(), batches: Vec::new() })
    }

    /// The number that the next leaf will have.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.tree.size
    }

    /// Appends a leaf: what to write where.
    ///
    /// # Errors
    /// [`StoreError`] if a stored hash cannot be read.
    pub fn push(&mut self, leaf: &[u8], writes: &mut Vec<Write>) -> Result<(), StoreError> {
        let index = self.tree.size;
        let first = slots(index);
        let new = stored(self, index, leaf_hash(leaf)).map_err(|_| hashes_damaged(first))?;
        let hashes: Vec<u8> = new.iter().flat_map(|digest| digest.0).collect();
        for (slot, digest) in (first..).zip(new) {
            self.recent.insert(slot, digest);
        }
        writes.push(Write { home: Home::Leaves, at: self.leaves_end, bytes: leaf.to_vec() });
        self.leaves_end += leaf.len() as u64;
        let end = self.leaves_end.to_be_bytes().to_vec();
        writes.push(Write { home: Home::LeafEnds, at: index * END_BYTES, bytes: end });
        writes.push(Write { home: Home::Hashes, at: first * HASH_BYTES, bytes: hashes });
        self.tree.size += 1;
        Ok(())
    }

    /// The tree with everything that was appended.
    ///
    /// # Errors
    /// [`StoreError`] if a stored hash cannot be read.
    pub fn head(&mut self) -> Result<TreeHead, StoreError> {
        let root = shared::log::root_of(self, self.tree.size).map_err(|_| hashes_damaged(0))?;
        self.tree.root = root;
        Ok(self.tree)
    }

    /// Forgets what the mover has written meanwhile; `committed` is the batch that was just made.
    pub fn forget(&mut self, committed: u64, applied: u64) {
        self.batches.push((committed, slots(self.tree.size)));
        let written = self.batches.iter().take_while(|(batch, _)| *batch <= applied).last().copied();
        if let Some((_, through)) = written {
            self.batches.retain(|(batch, _)| *batch > applied);
            self.recent = self.recent.split_off(&through);
        }
    }
}

impl Hashes for LogEnd {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        self.recent.get(&index).copied().or_else(|| self.files.hash_at(index))
    }
}

fn hashes_damaged(slot: u64) -> StoreError {
    let offset = slot * HASH_BYTES;
    StoreError::Damaged { file: "log/hashes".to_owned(), offset, what: "a stored hash cannot be read" }
}
