//! The access log: a Merkle tree (RFC 6962) of leaves, a signed checkpoint (C2SP tlog-checkpoint),
//! and what both prove.
//!
//! A leaf shows a commitment and a closed box; the record inside is for auditors and for those whom
//! it concerns. Anyone can verify that nothing was cut, changed or inserted, with tools that are
//! not ours. Witnesses verify it for everybody, and sign what they saw.

mod checkpoint;
mod cosignature;
mod elimination;
mod growth;
mod leaf;
pub mod persons;
mod receipt;
mod record;
mod reopened;
mod retention;
pub mod tiles;
mod tree;
mod witness;

pub use checkpoint::{Checkpoint, InvalidCheckpoint, proof_text, sign_checkpoint, verifier_key};
pub use cosignature::{NoWitnessKey, WitnessKey};
pub use elimination::{EliminationLeaf, Eliminations};
pub use growth::Growth;
pub use leaf::{HeadLeaf, KeysLeaf, Leaf, RecordBox, Revealed, StatementLeaf, commit};
pub use receipt::{Confirmation, Evidence, GroupProof, Head, InvalidConfirmation, LogMemory, LogView};
pub use record::{Act, Actor, Outcome, Record, named};
pub use reopened::{Continued, kept_of};
pub use retention::{Openness, is_ordered, openness, opens_without_order};
pub use tree::{
    Edge, Either, Hashes, MemoryTree, TreeHead, Unfit, consistency, inclusion, leaf_hash, root_of, slots,
    stored, verify_consistency, verify_inclusion,
};
pub use witness::{Attested, Cosigned, NotCosigned, attested, cosign, seen_by};
