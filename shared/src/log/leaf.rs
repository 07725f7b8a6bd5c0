//! The leaves of the log.
//!
//! A record's leaf shows a commitment and a closed box. The commitment is SHA-256 of 32 random
//! bytes (the *opening*) and the record; the opening comes from the actor's own request, so that
//! the relay can answer the same request twice without keeping it, and a thief of the disk learns
//! nothing. The box holds opening and record under a key which only auditors get. Heads, statement
//! digests, the digests of sealed keys and the lines of the elimination register are open.

use crate::cbor;
use crate::crypto::{BoxKey, NotAuthentic, Sha256};
use crate::directory::Chain;
use crate::ids::{Digest, Random};
use crate::limits::{BOX_BYTES_STEP, RECORD_BYTES_MAX};
use crate::log::{EliminationLeaf, Record, TreeHead};
use crate::statement::Kind;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One leaf.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Leaf {
    /// A record, closed.
    Record(RecordBox),
    /// The end of a batch: the relay's time and the current statements.
    Head(HeadLeaf),
    /// A statement was accepted.
    Statement(StatementLeaf),
    /// The key of the boxes that follow was sealed to the auditors.
    Keys(KeysLeaf),
    /// Letters were destroyed at their end.
    Elimination(EliminationLeaf),
}

/// A record's commitment and box.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordBox {
    /// The version of this form: 1.
    pub version: u8,
    /// SHA-256(opening ‖ record).
    pub commitment: Digest,
    /// Which key closed the box.
    pub epoch: u64,
    /// Opening, length, record and zeros, closed.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// The relay's time and what was in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadLeaf {
    /// The version of this form: 1.
    pub version: u8,
    /// When.
    pub time: Timestamp,
    /// The tree over the groups' views, in the order of the group ids.
    pub groups: TreeHead,
}

/// A statement's place in the log; never its bytes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementLeaf {
    /// The version of this form: 1.
    pub version: u8,
    /// What it is.
    pub kind: Kind,
    /// Which chain it goes on.
    pub chain: Chain,
    /// Its version in the chain.
    pub statement_version: u32,
    /// The digest of its exact bytes.
    pub digest: Digest,
}

/// A new key for boxes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeysLeaf {
    /// The version of this form: 1.
    pub version: u8,
    /// Its number.
    pub epoch: u64,
    /// From when it is used.
    pub from: Timestamp,
    /// The digest of the list of its sealed forms, which are not in the tree.
    pub sealed: Digest,
}

/// The commitment to a record.
#[must_use]
pub fn commit(opening: Random, record: &[u8]) -> Digest {
    Sha256::default().with(&opening.0).with(record).finish()
}

impl RecordBox {
    /// Closes a record.
    ///
    /// # Panics
    /// Never: a record is far under 4 GiB.
    #[must_use]
    pub fn close(index: u64, epoch: u64, key: &BoxKey, opening: Random, record: &[u8]) -> Self {
        let length = u32::try_from(record.len()).expect("a record is far under 4 GiB");
        let mut plaintext = [opening.0.as_slice(), &length.to_be_bytes(), record].concat();
        plaintext.resize(plaintext.len().next_multiple_of(BOX_BYTES_STEP), 0);
        let commitment = commit(opening, record);
        let sealed = key.close(index, &commitment.0, &plaintext);
        Self { version: 1, commitment, epoch, sealed }
    }

    /// Opens the box of leaf `index` and compares what is inside with the commitment.
    ///
    /// # Errors
    /// [`NotAuthentic`] if the box is not what it should be: the relay's fault, to be named.
    pub fn open(&self, index: u64, key: &BoxKey) -> Result<(Random, Record, Vec<u8>), NotAuthentic> {
        let plaintext = key.open(index, &self.commitment.0, &self.sealed)?;
        let (opening, rest) = plaintext.split_first_chunk::<32>().ok_or(NotAuthentic)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(NotAuthentic)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| NotAuthentic)?;
        let bytes = rest.get(..length).ok_or(NotAuthentic)?;
        let opening = Random(*opening);
        if commit(opening, bytes) != self.commitment {
            return Err(NotAuthentic);
        }
        let record: Record = cbor::decode(bytes, RECORD_BYTES_MAX).map_err(|_| NotAuthentic)?;
        if record.index == index { Ok((opening, record, bytes.to_vec())) } else { Err(NotAuthentic) }
    }
}

/// A record with what opens its commitment: what the writer's copy holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revealed {
    /// What opens the commitment.
    pub opening: Random,
    /// The exact bytes of the record.
    #[serde(with = "serde_bytes")]
    pub record: Vec<u8>,
}
