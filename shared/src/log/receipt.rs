//! What an answer proves, and how a client verifies it.
//!
//! Every confirmation carries the record, its opening, its leaf with an inclusion proof, the
//! checkpoint, and the proof that this checkpoint goes on from the client's last one. [`LogMemory`]
//! is what a client remembers of the log; it only moves forward along proofs.

use super::{
    Checkpoint, Cosigned, HeadLeaf, InvalidCheckpoint, Leaf, Record, TreeHead, Unfit, commit, leaf_hash,
    verify_consistency, verify_inclusion,
};
use crate::cbor;
use crate::directory::GroupView;
use crate::ids::{Digest, PublicKey, Random};
use crate::limits::{HEAD_AHEAD_SECONDS_MAX, LEAF_BYTES_MAX, RECORD_BYTES_MAX};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A leaf with its inclusion proof.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The number of the leaf.
    pub index: u64,
    /// Its exact bytes.
    #[serde(with = "serde_bytes")]
    pub leaf: Vec<u8>,
    /// The proof under the checkpoint it comes with.
    pub inclusion: Vec<Digest>,
}

/// The newest state of the log: checkpoint, proof from the client's last one, and the head.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogView {
    /// The signed note.
    pub checkpoint: String,
    /// The size from which the next proof leads here: what the client said it knows.
    pub since: u64,
    /// The consistency proof.
    pub consistency: Vec<Digest>,
    /// The newest head, the last leaf.
    pub head: Evidence,
    /// What witnesses signed, as many of them as the policy needs and the newest first.
    pub cosigned: Vec<Cosigned>,
}

/// A view of the log with the record of what was asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The log after it.
    pub log: LogView,
    /// The exact bytes of the record.
    #[serde(with = "serde_bytes")]
    pub record: Vec<u8>,
    /// What opens its commitment.
    pub opening: Random,
    /// Its leaf.
    pub evidence: Evidence,
}

/// The proof that a group's view stands under a head.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupProof {
    /// Its place among the groups.
    pub index: u64,
    /// The proof under the head's tree of groups.
    pub inclusion: Vec<Digest>,
}

/// Why an answer proves nothing. The client keeps it as evidence and ends with exit code 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidConfirmation {
    /// The checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] InvalidCheckpoint),
    /// The log was rewritten, or is shown in two versions.
    #[error(
        "the log does not go on from what this device saw before: keep the evidence and tell the parquet"
    )]
    Fork,
    /// The roots that opened this log were shown an older tree of the last one than this device saw.
    #[error(
        "this log was opened by roots that knew less of the last one than this device: keep the evidence and tell \
        the parquet"
    )]
    Withheld,
    /// A leaf is not where it should be.
    #[error("the log does not contain what the relay says it recorded")]
    Inclusion,
    /// The last leaf is no head, or of another time.
    #[error("the head of the log is not believable")]
    Head,
    /// The record is not the one that was asked for.
    #[error("the record does not say what was asked")]
    Record,
    /// The statements are not those in force.
    #[error("the statements are not those that the head of the log names")]
    Statements,
}

impl LogView {
    /// The origin under which it stands; what it says, until it was verified.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.checkpoint.lines().next().unwrap_or_default()
    }
}

/// What a client remembers of one log.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogMemory {
    /// The log's origin.
    pub origin: String,
    /// The key of its checkpoints.
    pub key: PublicKey,
    /// The newest tree that was verified.
    pub tree: TreeHead,
}

/// A head that was verified. Only [`LogMemory::follow`] and [`Head::of_past`] make one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    leaf: HeadLeaf,
    tree: TreeHead,
}

impl LogMemory {
    /// A client that has seen nothing yet.
    #[must_use]
    pub fn new(origin: String, key: PublicKey) -> Self {
        Self { origin, key, tree: TreeHead::empty() }
    }

    /// The size of the tree that a view shows.
    ///
    /// # Errors
    /// [`InvalidConfirmation::Checkpoint`] if it is not this log's.
    pub fn size_of(&self, view: &LogView) -> Result<u64, InvalidConfirmation> {
        Ok(Checkpoint::verify(&self.origin, self.key, &view.checkpoint)?.head().size)
    }

    /// Verifies that a view and what is remembered are one log, and remembers the newer of both.
    /// `proof` leads from the smaller tree to the larger.
    ///
    /// # Errors
    /// [`InvalidConfirmation`]; then nothing is remembered.
    pub fn follow(
        &mut self,
        view: &LogView,
        proof: &[Digest],
        now: Timestamp,
    ) -> Result<Head, InvalidConfirmation> {
        let tree = Checkpoint::verify(&self.origin, self.key, &view.checkpoint)?.head();
        let (newer, older) = if tree.size < self.tree.size { (self.tree, tree) } else { (tree, self.tree) };
        // never another tree of the same size, never a tree that does not contain the last one.
        verify_consistency(newer, older, proof).map_err(|Unfit| InvalidConfirmation::Fork)?;
        let head = verified_head(tree, &view.head)?;
        // a clock that runs ahead is not believed, or it could make keys die early.
        if head.time > now.plus(HEAD_AHEAD_SECONDS_MAX) {
            return Err(InvalidConfirmation::Head);
        }
        self.tree = newer;
        Ok(Head { leaf: head, tree })
    }
}

impl Confirmation {
    /// The record, proved by this receipt alone, by whoever knows the log's key: no relay is asked, and nothing
    /// remembered. Gives the tree that the log had signed, too.
    ///
    /// # Errors
    /// [`InvalidConfirmation`] names what does not fit.
    pub fn proved(&self, origin: &str, key: PublicKey) -> Result<(Record, TreeHead), InvalidConfirmation> {
        let tree = Checkpoint::verify(origin, key, &self.log.checkpoint)?.head();
        verified_head(tree, &self.log.head)?;
        Ok((self.recorded(tree)?, tree))
    }

    /// The same without what it is not proved by: the proof from what its device knew before, and who else had
    /// seen the log.
    #[must_use]
    pub fn to_be_given(&self) -> Self {
        let log = LogView { since: 0, consistency: Vec::new(), cosigned: Vec::new(), ..self.log.clone() };
        Self { log, ..self.clone() }
    }

    /// The record, proved to be in this tree.
    ///
    /// # Errors
    /// [`InvalidConfirmation`] names what does not fit.
    pub fn recorded(&self, tree: TreeHead) -> Result<Record, InvalidConfirmation> {
        let Leaf::Record(leaf) = self.evidence.verified(tree)? else {
            return Err(InvalidConfirmation::Inclusion);
        };
        if commit(self.opening, &self.record) != leaf.commitment {
            return Err(InvalidConfirmation::Record);
        }
        let record: Record =
            cbor::decode(&self.record, RECORD_BYTES_MAX).map_err(|_| InvalidConfirmation::Record)?;
        if record.index == self.evidence.index { Ok(record) } else { Err(InvalidConfirmation::Record) }
    }
}

impl Evidence {
    /// The leaf, proved to be in this tree.
    ///
    /// # Errors
    /// [`InvalidConfirmation::Inclusion`] if it is not.
    pub fn verified(&self, tree: TreeHead) -> Result<Leaf, InvalidConfirmation> {
        verify_inclusion(tree, self.index, leaf_hash(&self.leaf), &self.inclusion)
            .map_err(|Unfit| InvalidConfirmation::Inclusion)?;
        cbor::decode(&self.leaf, LEAF_BYTES_MAX).map_err(|_| InvalidConfirmation::Inclusion)
    }
}

impl Head {
    /// A head of the past: the last leaf of a tree which the caller knows to be of the same log.
    ///
    /// # Errors
    /// [`InvalidConfirmation::Head`] if it is none.
    pub fn of_past(tree: TreeHead, evidence: &Evidence) -> Result<Self, InvalidConfirmation> {
        Ok(Self { leaf: verified_head(tree, evidence)?, tree })
    }

    /// The relay's time.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.leaf.time
    }

    /// The tree whose last leaf it is.
    #[must_use]
    pub fn tree(&self) -> TreeHead {
        self.tree
    }

    /// Verifies that what a client computed of a group from its own statements is in force.
    ///
    /// # Errors
    /// [`InvalidConfirmation::Statements`]: something was withheld, or slipped in.
    pub fn vouches_for(&self, view: &GroupView, proof: &GroupProof) -> Result<(), InvalidConfirmation> {
        let leaf = leaf_hash(&cbor::encode(view));
        verify_inclusion(self.leaf.groups, proof.index, leaf, &proof.inclusion)
            .map_err(|Unfit| InvalidConfirmation::Statements)
    }
}

fn verified_head(tree: TreeHead, evidence: &Evidence) -> Result<HeadLeaf, InvalidConfirmation> {
    if evidence.index.checked_add(1) != Some(tree.size) {
        return Err(InvalidConfirmation::Head);
    }
    match evidence.verified(tree)? {
        Leaf::Head(head) => Ok(head),
        _ => Err(InvalidConfirmation::Head),
    }
}
