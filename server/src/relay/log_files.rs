//! The access log as it lies in the homes: leaves one after the other, where each ends, and the
//! dense hashes of the tree.

use crate::store::{Batch, Home, Places, Store, StoreError};
use shared::ids::Digest;
use shared::log::tiles::{Content, InvalidTile, Tile, fits, hash_tile, push_entry};
use shared::log::{Edge, Hashes, TreeHead, leaf_hash, slots};
use std::sync::Arc;

pub(crate) const HASH_BYTES: u64 = 32;
pub(crate) const END_BYTES: u64 = 8;

/// Reads the log from the homes.
#[derive(Clone, Debug)]
pub struct LogFiles {
    store: Arc<dyn Store>,
}

impl LogFiles {
    /// The log in this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store }
    }

    /// The bytes of a leaf, as they were logged.
    ///
    /// # Errors
    /// [`StoreError`] if it is not there, is damaged, or cannot be read.
    pub fn leaf(&self, index: u64) -> Result<Vec<u8>, StoreError> {
        let leaf = self.leaf_as_stored(index)?;
        if self.hash_at(slots(index)) == Some(leaf_hash(&leaf)) {
            return Ok(leaf);
        }
        let offset = if index == 0 { 0 } else { self.end_of(index - 1)? };
        let what = "a leaf is not the one that was logged";
        Err(StoreError::Damaged { file: "log/leaves".to_owned(), offset, what })
    }

    /// The bytes of a leaf, be they damaged: whoever verifies the log wants to see what is there.
    ///
    /// # Errors
    /// [`StoreError`] if nothing can be read where it should be.
    pub fn leaf_as_stored(&self, index: u64) -> Result<Vec<u8>, StoreError> {
        let from = if index == 0 { 0 } else { self.end_of(index - 1)? };
        let to = self.end_of(index)?;
        let damaged = |file: &str, offset, what| StoreError::Damaged { file: file.to_owned(), offset, what };
        let length = to.checked_sub(from).and_then(|length| usize::try_from(length).ok());
        let length = length.filter(|length| *length <= shared::limits::LEAF_BYTES_MAX);
        let in_order = "the ends of the leaves are not in order";
        let length = length.ok_or_else(|| damaged("log/ends", index * END_BYTES, in_order))?;
        let leaf = self.store.read(Home::Leaves, from, length)?;
        leaf.ok_or_else(|| damaged("log/leaves", from, "there are no leaves"))
    }

    /// A tile of the log under a checkpoint's tree. What is damaged here is not given.
    ///
    /// # Errors
    /// [`InvalidTile::Absent`] if the tree has no such tile; another if what is stored is not what was logged.
    pub fn tile(&self, tree: TreeHead, tile: Tile) -> Result<Vec<u8>, InvalidTile> {
        if tile.content() != Content::Entries {
            return hash_tile(self, tree, tile);
        }
        let under = Tile::new(Content::Hashes(0), tile.index(), tile.width()).ok_or(InvalidTile::Absent)?;
        let hashes = hash_tile(self, tree, under)?;
        let mut bundle = Vec::new();
        for index in tile.first_leaf()..tile.tree_size() {
            let leaf = self.leaf_as_stored(index).map_err(|_| InvalidTile::Entries)?;
            push_entry(&mut bundle, &leaf)?;
        }
        if fits(&bundle, &hashes) { Ok(bundle) } else { Err(InvalidTile::Root) }
    }

    /// Where a leaf ends.
    ///
    /// # Errors
    /// [`StoreError`] if it is not there.
    pub fn end_of(&self, index: u64) -> Result<u64, StoreError> {
        let at = index * END_BYTES;
        let missing =
            || StoreError::Damaged { file: "log/ends".to_owned(), offset: at, what: "the leaf is missing" };
        let bytes = self.store.read(Home::LeafEnds, at, 8)?.ok_or_else(missing)?;
        bytes.as_slice().try_into().map(u64::from_be_bytes).map_err(|_| missing())
    }
}

impl Hashes for LogFiles {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        stored_hash(&*self.store, index)
    }
}

/// The hash in a slot, as it is stored.
pub(crate) fn stored_hash(places: &(impl Places + ?Sized), index: u64) -> Option<Digest> {
    let bytes = places.read(Home::Hashes, index.checked_mul(HASH_BYTES)?, 32).ok()??;
    bytes.as_slice().try_into().ok().map(Digest)
}

/// The growing end of the log, in the hands of the sequencer.
#[derive(Debug)]
pub struct LogEnd {
    edge: Edge,
    leaves_end: u64,
}

impl LogEnd {
    /// The end of a log that was recovered.
    ///
    /// # Errors
    /// [`StoreError`] if its last leaf or the hashes on its edge cannot be read.
    pub fn open(files: &LogFiles, size: u64) -> Result<Self, StoreError> {
        let leaves_end = if size == 0 { 0 } else { files.end_of(size - 1)? };
        let damaged = |_| StoreError::Damaged {
            file: "log/hashes".to_owned(),
            offset: 0,
            what: "a stored hash cannot be read",
        };
        Ok(Self { edge: Edge::of(files, size).map_err(damaged)?, leaves_end })
    }

    /// The number that the next leaf will have.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Appends a leaf: what to write where.
    pub fn push(&mut self, leaf: &[u8], batch: &mut Batch) {
        let index = self.edge.size();
        let new = self.edge.push(leaf_hash(leaf));
        let hashes: Vec<u8> = new.iter().flat_map(|digest| digest.0).collect();
        batch.write(Home::Leaves, self.leaves_end, leaf);
        self.leaves_end += leaf.len() as u64;
        batch.write(Home::LeafEnds, index * END_BYTES, &self.leaves_end.to_be_bytes());
        batch.write(Home::Hashes, slots(index) * HASH_BYTES, &hashes);
    }

    /// The tree with everything that was appended.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.edge.head()
    }

    /// The edge with the hashes of the batch that was just made, for the proofs of its leaves; from
    /// here on the next batch is made.
    pub fn end_batch(&mut self) -> Edge {
        let edge = self.edge.clone();
        self.edge.settle();
        edge
    }
}
