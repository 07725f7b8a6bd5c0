//! Witnesses: others than the relay, who sign a checkpoint only if it goes on from the last one that they
//! signed, so that nobody is shown a log of their own.
//!
//! A relay that shows two logs would need as many witnesses on each as the policy asks for, and each
//! signs one of them. The time of a cosignature counts because a witness looks at the head's: a tree from
//! before is not signed as if it were of now. Rules; C2SP tlog-witness, but for its transport.

use super::{
    Checkpoint, Head, InvalidCheckpoint, InvalidConfirmation, LogMemory, TreeHead, Unfit, WitnessKey,
    verify_consistency,
};
use crate::crypto::SigningKey;
use crate::ids::{Digest, PublicKey};
use crate::limits::{COSIGNED_BYTES_MAX, HEAD_AHEAD_SECONDS_MAX, REQUEST_SECONDS_MAX, WITNESSES_MAX};
use crate::statement::WitnessPolicy;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// A checkpoint that a witness signed, as the relay shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosigned {
    /// The note, with the log's signature and the witness's.
    pub note: String,
    /// The proof from its tree to that of the view.
    pub consistency: Vec<Digest>,
}

/// Whether others than the relay vouch for the log, as the policy asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attested {
    /// As many as are needed, a short while ago; or none are needed.
    Enough,
    /// Not since this time, or never.
    Since(Option<Timestamp>),
}

/// Why a witness does not sign what it was shown, although it is the log that it follows. What is not that
/// log is an [`InvalidConfirmation`], a conflict among it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCosigned {
    /// It has seen a larger tree.
    #[error("the relay showed less than this witness has seen before")]
    Behind,
    /// Its head is not of now: the relay's clock or the witness's is wrong, or the tree is kept from moving.
    #[error("the newest head of the log is not of now: compare this clock with the relay's")]
    Stale,
    /// The checkpoint is not that of the tree which was followed.
    #[error("another checkpoint than the one that was followed")]
    Other,
}

/// Signs a checkpoint for a witness that followed the log to it, and keeps that tree. `log` is what is
/// remembered by then, on the disk.
///
/// # Errors
/// [`NotCosigned`].
pub fn cosign(
    log: &LogMemory,
    head: Head,
    checkpoint: &str,
    witness: &WitnessKey,
    key: &SigningKey,
    now: Timestamp,
) -> Result<String, NotCosigned> {
    // never less than was seen, and nothing of another time.
    if head.tree() != log.tree {
        return Err(NotCosigned::Behind);
    }
    if now.since(head.time()).max(head.time().since(now)) > REQUEST_SECONDS_MAX {
        return Err(NotCosigned::Stale);
    }
    let checkpoint = Checkpoint::verify(&log.origin, log.key, checkpoint).map_err(|_| NotCosigned::Other)?;
    if checkpoint.head() != log.tree {
        return Err(NotCosigned::Other);
    }
    Ok(witness.cosign(&checkpoint, key, now))
}

/// Which witnesses of a policy signed what is shown of their signatures, each of a tree that goes on to this one.
///
/// # Errors
/// [`InvalidConfirmation`] if one of these notes is not the log's, not the beginning of this tree, or signed by no
/// witness of the policy.
pub fn seen_by(
    policy: &WitnessPolicy,
    origin: &str,
    key: PublicKey,
    tree: TreeHead,
    shown: &[Cosigned],
) -> Result<Vec<(String, Timestamp)>, InvalidConfirmation> {
    let mut seen = Vec::new();
    for Cosigned { note, consistency } in shown {
        let checkpoint = Checkpoint::verify(origin, key, note)?;
        verify_consistency(tree, checkpoint.head(), consistency)
            .map_err(|Unfit| InvalidConfirmation::Fork)?;
        let before = seen.len();
        let saw = |witness: &WitnessKey| Some((witness.name().to_owned(), witness.saw(&checkpoint)?));
        seen.extend(policy.keys.iter().filter_map(saw));
        if seen.len() == before {
            return Err(InvalidCheckpoint::Malformed.into());
        }
    }
    Ok(seen)
}

/// The newest time at which as many witnesses as the policy needs had seen this log, by what a view shows
/// of their signatures; nothing where they are fewer. `head` is that of the view.
///
/// # Errors
/// [`InvalidConfirmation`] if the log signed a tree that is not the beginning of this one, whoever
/// else signed it.
pub fn attested(
    policy: &WitnessPolicy,
    log: &LogMemory,
    head: Head,
    shown: &[Cosigned],
    now: Timestamp,
) -> Result<Option<Timestamp>, InvalidConfirmation> {
    if shown.len() > WITNESSES_MAX || shown.iter().any(|it| it.note.len() > COSIGNED_BYTES_MAX) {
        return Err(InvalidCheckpoint::Malformed.into());
    }
    let mut times = vec![None; policy.keys.len()];
    for Cosigned { note, consistency } in shown {
        let checkpoint = Checkpoint::verify(&log.origin, log.key, note)?;
        verify_consistency(head.tree(), checkpoint.head(), consistency)
            .map_err(|Unfit| InvalidConfirmation::Fork)?;
        for (time, witness) in times.iter_mut().zip(&policy.keys) {
            // A clock that runs ahead makes nothing fresh.
            let saw = witness.saw(&checkpoint).filter(|saw| *saw <= now.plus(HEAD_AHEAD_SECONDS_MAX));
            *time = saw.max(*time);
        }
    }
    // The last of those who are needed, the newest first; those who never signed come after.
    times.sort_unstable_by_key(|time| Reverse(*time));
    let last = usize::from(policy.needed).checked_sub(1);
    Ok(last.and_then(|last| times.get(last).copied().flatten()))
}
