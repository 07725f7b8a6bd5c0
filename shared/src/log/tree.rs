//! The Merkle tree of RFC 6962: hashes to store, proofs to give, proofs to verify.
//!
//! The arithmetic is the `tlog_tiles` crate's; this module gives it our types and one storage
//! trait. Stored hashes lie in its dense order (a leaf, then every subtree that it completes), so
//! a file of 32-byte slots holds a whole tree.

use crate::ids::Digest;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use tlog_tiles::{Hash, HashReader};

/// The size and root of a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TreeHead {
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
}

impl TreeHead {
    /// The tree without leaves.
    #[must_use]
    pub fn empty() -> Self {
        Self { size: 0, root: Digest(tlog_tiles::EMPTY_HASH.0) }
    }
}

/// Where stored hashes are read.
pub trait Hashes {
    /// The hash in slot `index` of the dense order; none where it cannot be read.
    fn hash_at(&self, index: u64) -> Option<Digest>;
}

/// A proof that does not fit, or hashes that are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not fit the tree")]
pub struct Unfit;

/// The hash of a leaf: SHA-256(0x00 ‖ bytes).
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    Digest(tlog_tiles::record_hash(bytes).0)
}

/// The hashes to store when leaf number `index` is appended; they follow what is stored already.
///
/// # Errors
/// [`Unfit`] if a stored hash cannot be read.
pub fn stored(hashes: &impl Hashes, index: u64, leaf: Digest) -> Result<Vec<Digest>, Unfit> {
    let new =
        tlog_tiles::stored_hashes_for_record_hash(index, Hash(leaf.0), &Reader(hashes)).map_err(|_| Unfit)?;
    Ok(new.into_iter().map(|hash| Digest(hash.0)).collect())
}

/// The slot after the last one that a tree of `size` leaves fills.
#[must_use]
pub fn slots(size: u64) -> u64 {
    tlog_tiles::stored_hash_count(size)
}

/// The root of the first `size` leaves.
///
/// # Errors
/// [`Unfit`] if a stored hash cannot be read.
pub fn root_of(hashes: &impl Hashes, size: u64) -> Result<Digest, Unfit> {
    tlog_tiles::tree_hash(size, &Reader(hashes)).map(|hash| Digest(hash.0)).map_err(|_| Unfit)
}

/// The proof that leaf `index` is in the tree of `size` leaves.
///
/// # Errors
/// [`Unfit`] if it is not, or a stored hash cannot be read.
pub fn inclusion(hashes: &impl Hashes, size: u64, index: u64) -> Result<Vec<Digest>, Unfit> {
    tlog_tiles::prove_record(size, index, &Reader(hashes)).map(digests).map_err(|_| Unfit)
}

/// The proof that the tree of `size` leaves begins with the tree of `older` leaves. Empty for an
/// empty older tree.
///
/// # Errors
/// [`Unfit`] if `older` is larger, or a stored hash cannot be read.
pub fn consistency(hashes: &impl Hashes, size: u64, older: u64) -> Result<Vec<Digest>, Unfit> {
    if older == 0 {
        return Ok(Vec::new());
    }
    tlog_tiles::prove_tree(size, older, &Reader(hashes)).map(digests).map_err(|_| Unfit)
}

/// Verifies that a leaf is number `index` of a tree.
///
/// # Errors
/// [`Unfit`] if the proof does not show it.
pub fn verify_inclusion(head: TreeHead, index: u64, leaf: Digest, proof: &[Digest]) -> Result<(), Unfit> {
    tlog_tiles::check_record(&hashes(proof), head.size, Hash(head.root.0), index, Hash(leaf.0))
        .map_err(|_| Unfit)
}

/// Verifies that a tree begins with an older one.
///
/// # Errors
/// [`Unfit`] if the proof does not show it.
pub fn verify_consistency(newer: TreeHead, older: TreeHead, proof: &[Digest]) -> Result<(), Unfit> {
    if older.size == 0 {
        return if older == TreeHead::empty() && proof.is_empty() { Ok(()) } else { Err(Unfit) };
    }
    tlog_tiles::check_tree(&hashes(proof), newer.size, Hash(newer.root.0), older.size, Hash(older.root.0))
        .map_err(|_| Unfit)
}

/// A tree in memory: for the groups of a head, and for who recomputes a log.
#[derive(Clone, Default, Debug)]
pub struct MemoryTree {
    slots: Vec<Digest>,
    size: u64,
}

impl MemoryTree {
    /// Appends a leaf.
    ///
    /// # Panics
    /// Never: the hashes it needs are its own.
    pub fn push(&mut self, leaf: Digest) {
        let new = stored(self, self.size, leaf).expect("the tree holds its own hashes");
        self.slots.extend(new);
        self.size += 1;
    }

    /// Its size and root.
    ///
    /// # Panics
    /// Never: the hashes it needs are its own.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        let root = root_of(self, self.size).expect("the tree holds its own hashes");
        TreeHead { size: self.size, root }
    }

    /// How many leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }
}

impl Hashes for MemoryTree {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        self.slots.get(usize::try_from(index).ok()?).copied()
    }
}

/// The right edge of a tree: all that its next leaves, its root, and the proofs of its last leaves
/// need.
#[derive(Clone, Default, Debug)]
pub struct Edge {
    size: u64,
    /// The roots of the whole subtrees that the tree consisted of when it was settled, by slot.
    settled: Vec<(u64, Digest)>,
    /// The slot of the first hash since, and the hashes.
    from: u64,
    since: Vec<Digest>,
}

impl Edge {
    /// The edge of a stored tree of `size` leaves.
    ///
    /// # Errors
    /// [`Unfit`] if a stored hash cannot be read.
    pub fn of(hashes: &impl Hashes, size: u64) -> Result<Self, Unfit> {
        let seen = Seen { hashes, slots: RefCell::default() };
        if size > 0 {
            root_of(&seen, size)?;
        }
        Ok(Self { size, settled: seen.slots.into_inner(), from: slots(size), since: Vec::new() })
    }

    /// How many leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; gives the hashes to store.
    ///
    /// # Panics
    /// Never: what it needs is on the edge.
    pub fn push(&mut self, leaf: Digest) -> &[Digest] {
        let new = stored(self, self.size, leaf).expect("the edge has what the next leaf needs");
        let first = self.since.len();
        self.since.extend(new);
        self.size += 1;
        &self.since[first..]
    }

    /// Its size and root.
    ///
    /// # Panics
    /// Never: what it needs is on the edge.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        let root = root_of(self, self.size).expect("the edge has what the root needs");
        TreeHead { size: self.size, root }
    }

    /// Forgets what only the proofs of the leaves so far need.
    ///
    /// # Panics
    /// Never: what it needs is on the edge.
    pub fn settle(&mut self) {
        *self = Self::of(self, self.size).expect("the edge has what the root needs");
    }
}

impl Hashes for Edge {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        match index.checked_sub(self.from) {
            Some(place) => self.since.get(usize::try_from(place).ok()?).copied(),
            None => self.settled.iter().find(|(slot, _)| *slot == index).map(|(_, hash)| *hash),
        }
    }
}

/// Remembers which hashes were read.
struct Seen<'a, H> {
    hashes: &'a H,
    slots: RefCell<Vec<(u64, Digest)>>,
}

impl<H: Hashes> Hashes for Seen<'_, H> {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        let hash = self.hashes.hash_at(index)?;
        self.slots.borrow_mut().push((index, hash));
        Some(hash)
    }
}

/// Hashes that are looked for in one place and then in another.
#[derive(Debug)]
pub struct Either<'a, A, B>(pub &'a A, pub &'a B);

impl<A: Hashes, B: Hashes> Hashes for Either<'_, A, B> {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        self.0.hash_at(index).or_else(|| self.1.hash_at(index))
    }
}

struct Reader<'a, H>(&'a H);

impl<H: Hashes> HashReader for Reader<'_, H> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::tlog::Error> {
        let read = |index: &u64| self.0.hash_at(*index).map(|digest| Hash(digest.0));
        let all: Option<Vec<_>> = indexes.iter().map(read).collect();
        all.ok_or_else(|| tlog_tiles::tlog::Error::InvalidInput("a stored hash is missing".into()))
    }
}

fn digests(hashes: Vec<Hash>) -> Vec<Digest> {
    hashes.into_iter().map(|hash| Digest(hash.0)).collect()
}

fn hashes(digests: &[Digest]) -> Vec<Hash> {
    digests.iter().map(|digest| Hash(digest.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(size: u64) -> MemoryTree {
        let mut tree = MemoryTree::default();
        (0..size).for_each(|leaf| tree.push(leaf_hash(&leaf.to_be_bytes())));
        tree
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proved_and_no_other() {
        for size in 1..20 {
            let tree = tree(size);
            for index in 0..size {
                let proof = inclusion(&tree, size, index).unwrap();
                let leaf = leaf_hash(&index.to_be_bytes());
                assert_eq!(verify_inclusion(tree.head(), index, leaf, &proof), Ok(()));
                assert_eq!(verify_inclusion(tree.head(), index, leaf_hash(b"other"), &proof), Err(Unfit));
            }
        }
    }

    #[test]
    fn a_tree_begins_with_its_past_and_with_nothing_else() {
        let now = tree(19);
        for older in 0..=19 {
            let proof = consistency(&now, 19, older).unwrap();
            let past = tree(older).head();
            assert_eq!(verify_consistency(now.head(), past, &proof), Ok(()), "{older}");
            let forged = TreeHead { root: leaf_hash(b"forged"), ..past };
            assert!(verify_consistency(now.head(), forged, &proof).is_err(), "{older}");
        }
    }

    #[test]
    fn the_edge_is_enough_for_every_next_leaf_every_root_and_the_proofs_since_it_was_settled() {
        for settled in 0..34_u64 {
            let (mut edge, mut whole) = (Edge::default(), MemoryTree::default());
            for index in 0..70_u64 {
                if index == settled {
                    edge.settle();
                    assert!(edge.settled.len() <= 7 && edge.since.is_empty());
                }
                let leaf = leaf_hash(&index.to_be_bytes());
                let before = whole.slots.len();
                whole.push(leaf);
                assert_eq!(edge.push(leaf), &whole.slots[before..]);
                assert_eq!(edge.head(), whole.head());
                for since in settled..=index.min(settled + 5) {
                    let proof = inclusion(&edge, index + 1, since);
                    assert_eq!(proof, inclusion(&whole, index + 1, since), "{since} of {index}");
                }
            }
            let again = Edge::of(&whole, 70).unwrap();
            assert_eq!(again.head(), edge.head());
        }
    }
}
