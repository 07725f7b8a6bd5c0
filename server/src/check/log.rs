//! The access log: every leaf, every stored hash, and the checkpoint.
//!
//! It is recomputed leaf by leaf with the right edge of the tree in memory. Where a leaf and its stored
//! hash differ, the checkpoint decides which of the two files is damaged.

use super::Report;
use super::homes::Resting;
use super::leaves::{Log, Reading};
use crate::relay::cosignatures;
use crate::relay::log_files::{END_BYTES, HASH_BYTES, stored_hash};
use crate::relay::sequencer::{CHECKPOINT_BYTES, CHECKPOINT_SLOTS};
use crate::store::{Folder, Home, HomeReader, Places};
use shared::cbor;
use shared::ids::{Digest, PublicKey};
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{
    Checkpoint, Edge, Hashes, TreeHead, inclusion, leaf_hash, root_of, slots, verify_inclusion,
};
use std::io::{BufReader, Read};

pub(super) const LEAVES: &str = "log/leaves";
const ENDS: &str = "log/ends";
const HASHES: &str = "log/hashes";
pub(super) const CHECKPOINT: &str = "log/checkpoint";

/// Where the file of the checkpoint ends: behind its second slot.
const CHECKPOINT_END: u64 = CHECKPOINT_SLOTS[1] + CHECKPOINT_BYTES as u64;

/// The edge forgets what lies behind it after so many leaves.
const SETTLED_EVERY: u64 = 1024;

/// How often the true end of a leaf is looked for. Each search hashes a leaf at every length, and
/// more than a few damaged ends are a lost file.
const SEARCHES_MAX: u32 = 32;

/// Verifies the log and says what it holds.
pub(super) fn verify(homes: &Resting, origin: &str, key: PublicKey, found: &mut Report) -> Log {
    let opened = (homes.open(Home::Leaves), homes.open(Home::LeafEnds), homes.open(Home::Hashes));
    let (leaves, ends, hashes) = match opened {
        (Ok(leaves), Ok(ends), Ok(hashes)) => (leaves, ends, hashes),
        (leaves, ends, hashes) => {
            for error in [leaves.err(), ends.err(), hashes.err()].into_iter().flatten() {
                found.store(error);
            }
            return Log::default();
        }
    };
    let (batch, vouched) = checkpoint(homes, origin, key, found);
    let stored = Stored(homes.places());
    let size = vouched.map_or(ends.end() / END_BYTES, |head| head.size);
    let head = vouched.or_else(|| Some(TreeHead { size, root: root_of(&stored, size).ok()? }));

    let lengths = (leaves.end(), ends.end(), hashes.end());
    let mut walk = Walk {
        leaves,
        ends: BufReader::new(ends),
        hashes: BufReader::new(hashes),
        stored,
        head,
        edge: Edge::default(),
        from: 0,
        searches: 0,
        found,
    };
    let mut reading = Reading::of(batch, size);
    for index in 0..size {
        let Some(leaf) = walk.leaf(index) else { break };
        walk.found.counted.leaves += 1;
        reading.log.walked = index + 1;
        match leaf {
            Some((at, bytes)) => reading.leaf(index, at, &bytes, walk.found),
            None => reading.damaged(index),
        }
    }
    let faults = walk.found.faults.iter().any(|fault| fault.file.starts_with("log/"));
    let root = root_of(&walk.edge, size).ok();
    let last = walk.from;
    if !faults && vouched.is_some_and(|head| root != Some(head.root)) {
        found.fault(CHECKPOINT, None, None, "it vouches for another tree than the leaves give");
    }
    for (file, length, expected) in [
        (LEAVES, lengths.0, last),
        (ENDS, lengths.1, size * END_BYTES),
        (HASHES, lengths.2, slots(size) * HASH_BYTES),
    ] {
        if !faults && length > expected {
            found.fault(file, Some(expected), None, "it goes on after the last leaf of the checkpoint");
        }
    }
    reading.end(size, found);
    if homes.last.is_some_and(|last| last != batch) && !faults {
        found.fault(CHECKPOINT, Some(0), None, "it is not that of the last batch in the journal");
    }
    reading.log
}

/// What witnesses signed, which is no part of the log: each note is the log's, and of a tree that is there.
/// A file that is not what it should be is made again, and all the same something damaged it.
pub(super) fn verify_cosigned(
    folder: &Folder,
    homes: &Resting,
    origin: &str,
    key: PublicKey,
    found: &mut Report,
) {
    let Ok(bytes) = folder.read(cosignatures::FILE) else { return };
    let Ok(notes) = cbor::decode::<Vec<String>>(&bytes, cosignatures::BYTES_MAX) else {
        return found.fault(cosignatures::FILE, None, None, "it is not what witnesses signed");
    };
    let stored = Stored(homes.places());
    for note in notes {
        let tree = Checkpoint::verify(origin, key, &note).map(|checkpoint| checkpoint.head());
        if !tree.is_ok_and(|tree| root_of(&stored, tree.size) == Ok(tree.root)) {
            found.fault(cosignatures::FILE, None, None, "what a witness signed is no tree of this log");
        }
    }
}

/// The number of the last batch and its tree, from the better of the two slots.
fn checkpoint(homes: &Resting, origin: &str, key: PublicKey, found: &mut Report) -> (u64, Option<TreeHead>) {
    let places = homes.places();
    let end = places.end(Home::Checkpoint).unwrap_or_default();
    if end != CHECKPOINT_END {
        let what = if end == 0 { "it is missing" } else { "it has not the length that it is written with" };
        found.fault(CHECKPOINT, None, None, what);
    }
    let whole = usize::try_from(end.min(CHECKPOINT_END)).unwrap_or_default();
    let bytes = places.read(Home::Checkpoint, 0, whole).ok().flatten().unwrap_or_default();
    let mut newest = (0, None);
    let mut between = 0;
    for at in CHECKPOINT_SLOTS {
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        if bytes.get(between..from).is_some_and(|bytes| bytes.iter().any(|byte| *byte != 0)) {
            found.fault(CHECKPOINT, Some(between as u64), None, "something stands between its slots");
        }
        between = from + CHECKPOINT_BYTES;
        let Some(slot) = bytes.get(from..between) else { continue };
        let vouched = vouched(slot, at, origin, key, found);
        newest = match vouched {
            Some((batch, head)) if batch > newest.0 => (batch, Some(head)),
            _ => newest,
        };
    }
    let first = |at: u64| bytes.get(usize::try_from(at).ok()?..)?.get(..CHECKPOINT_BYTES);
    if newest.1.is_some() && first(CHECKPOINT_SLOTS[0]) != first(CHECKPOINT_SLOTS[1]) {
        found.fault(CHECKPOINT, None, None, "its two slots differ");
    }
    newest
}

/// What one slot vouches for, and what is wrong with it.
fn vouched(
    slot: &[u8],
    at: u64,
    origin: &str,
    key: PublicKey,
    found: &mut Report,
) -> Option<(u64, TreeHead)> {
    let (batch, text) = slot.split_first_chunk()?;
    let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
    let (text, rest) = text.split_at(end);
    if rest.iter().any(|byte| *byte != 0) {
        found.fault(CHECKPOINT, Some(at + 8), None, "something stands behind its text");
    }
    let Ok(text) = String::from_utf8(text.to_vec()) else {
        found.fault(CHECKPOINT, Some(at + 8), None, "it is not text");
        return None;
    };
    match Checkpoint::verify(origin, key, &text) {
        Ok(checkpoint) => Some((u64::from_be_bytes(*batch), checkpoint.head())),
        Err(invalid) => {
            found.fault(CHECKPOINT, Some(at + 8), None, invalid.to_string());
            None
        }
    }
}

/// A walk over the leaves in their order.
struct Walk<'a> {
    leaves: HomeReader<'a>,
    ends: BufReader<HomeReader<'a>>,
    hashes: BufReader<HomeReader<'a>>,
    stored: Stored<'a>,
    /// The tree that counts; none if not even the stored hashes give one.
    head: Option<TreeHead>,
    edge: Edge,
    /// Where the next leaf begins.
    from: u64,
    searches: u32,
    found: &'a mut Report,
}

impl Walk<'_> {
    /// The next leaf with its offset, where it is what the checkpoint vouches for. None at all where
    /// the files end too soon.
    #[expect(clippy::option_option, reason = "the end of the walk is not a damaged leaf")]
    fn leaf(&mut self, index: u64) -> Option<Option<(u64, Vec<u8>)>> {
        let mut end = [0; 8];
        if self.ends.read_exact(&mut end).is_err() {
            self.found.fault(ENDS, Some(index * END_BYTES), Some(leaf_name(index)), "it ends too soon");
            return None;
        }
        let end = u64::from_be_bytes(end);
        let first = slots(index);
        let mut held = Vec::new();
        for _ in first..slots(index + 1) {
            let mut hash = [0; 32];
            if self.hashes.read_exact(&mut hash).is_err() {
                self.found.fault(
                    HASHES,
                    Some(first * HASH_BYTES),
                    Some(leaf_name(index)),
                    "it ends too soon",
                );
                return None;
            }
            held.push(Digest(hash));
        }
        let bytes = self.bytes_to(end);
        let computed = bytes.as_deref().map(leaf_hash);
        let (leaf, hash) = if computed == Some(held[0]) {
            (bytes.map(|bytes| (end, bytes)), held[0])
        } else {
            self.damaged(index, end, bytes, held[0])?
        };
        self.compare_inner(index, first, hash, &held);
        let at = self.from;
        match leaf {
            Some((end, bytes)) => {
                self.from = end;
                Some(Some((at, bytes)))
            }
            None => {
                self.from = end.max(at);
                Some(None)
            }
        }
    }

    fn bytes_to(&mut self, end: u64) -> Option<Vec<u8>> {
        let length = end.checked_sub(self.from).and_then(|length| usize::try_from(length).ok())?;
        (length <= LEAF_BYTES_MAX).then(|| self.leaves.piece(self.from, length)).flatten()
    }

    /// Says which file is damaged, and goes on with what the checkpoint vouches for. None where the
    /// leaves end too soon.
    #[expect(clippy::type_complexity, reason = "a leaf with its end, where there is one, and its hash")]
    fn damaged(
        &mut self,
        index: u64,
        end: u64,
        bytes: Option<Vec<u8>>,
        held: Digest,
    ) -> Option<(Option<(u64, Vec<u8>)>, Digest)> {
        let name = Some(leaf_name(index));
        let computed = bytes.as_deref().map(leaf_hash);
        if let (Some(bytes), Some(computed)) = (bytes, computed)
            && self.is_vouched(index, computed)
        {
            let at = slots(index) * HASH_BYTES;
            self.found.fault(HASHES, Some(at), name, "a stored hash is not that of its leaf");
            return Some((Some((end, bytes)), computed));
        }
        if let Some((end, bytes)) = self.true_end(held) {
            self.found.fault(ENDS, Some(index * END_BYTES), name, "a leaf does not end where it says");
            return Some((Some((end, bytes)), held));
        }
        if end < self.from || end - self.from > LEAF_BYTES_MAX as u64 {
            self.found.fault(ENDS, Some(index * END_BYTES), name, "the ends of the leaves are not in order");
        } else if end > self.leaves.end() {
            self.found.fault(LEAVES, Some(self.from), name, "it ends too soon");
            return None;
        } else {
            self.found.fault(LEAVES, Some(self.from), name, "a leaf is not the one that was logged");
        }
        Some((None, held))
    }

    fn is_vouched(&self, index: u64, hash: Digest) -> bool {
        let Some(head) = self.head else { return false };
        let proof = inclusion(&self.stored, head.size, index);
        proof.is_ok_and(|proof| verify_inclusion(head, index, hash, &proof).is_ok())
    }

    /// The end at which the bytes from here have this hash.
    fn true_end(&mut self, hash: Digest) -> Option<(u64, Vec<u8>)> {
        self.searches += 1;
        if self.searches > SEARCHES_MAX {
            return None;
        }
        let left = self.leaves.end().checked_sub(self.from)?;
        let room = usize::try_from(left).unwrap_or(usize::MAX).min(LEAF_BYTES_MAX);
        let bytes = self.leaves.piece(self.from, room)?;
        let length = (0..=room).find(|length| leaf_hash(&bytes[..*length]) == hash)?;
        Some((self.from + length as u64, bytes[..length].to_vec()))
    }

    /// Compares the hashes of the subtrees that this leaf completes.
    fn compare_inner(&mut self, index: u64, first: u64, leaf: Digest, held: &[Digest]) {
        if index.is_multiple_of(SETTLED_EVERY) {
            self.edge.settle();
        }
        let new = self.edge.push(leaf).to_vec();
        for ((slot, new), held) in (first..).zip(&new).zip(held).skip(1) {
            if new != held {
                let what = "a stored hash is not that of its subtree";
                self.found.fault(HASHES, Some(slot * HASH_BYTES), None, what);
            }
        }
    }
}

pub(super) fn leaf_name(index: u64) -> String {
    format!("leaf {index}")
}

/// The hashes as they are stored.
struct Stored<'a>(&'a dyn Places);

impl Hashes for Stored<'_> {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        stored_hash(self.0, index)
    }
}
