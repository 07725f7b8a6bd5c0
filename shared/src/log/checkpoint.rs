//! The checkpoint: a size and a root, signed (C2SP tlog-checkpoint, signed-note).
//!
//! It has no time of its own; the head, the last leaf of every batch, has.

use super::TreeHead;
use crate::crypto::SigningKey;
use crate::ids::{Digest, PublicKey};
use base64::Engine as _;
use signed_note::{Note, Verifier, VerifierList};
use tlog_tiles::Hash;

/// The byte that signed-note puts before an Ed25519 key.
const ED25519: u8 = 1;

/// A verified checkpoint. Only [`Checkpoint::verify`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    head: TreeHead,
    note: String,
    alone: String,
}

/// A checkpoint that is not the log's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCheckpoint {
    /// Not a signed note, or not a checkpoint inside.
    #[error("the checkpoint is malformed")]
    Malformed,
    /// Another log's.
    #[error("the checkpoint is of another log")]
    Origin,
    /// Not signed by the log's key.
    #[error("the checkpoint is not signed by the log's key")]
    NotAuthentic,
}

/// Signs a checkpoint with the log's key.
///
/// # Panics
/// If the origin is no key name (empty, with spaces or a plus): it was checked when the relay was
/// made.
#[must_use]
pub fn sign_checkpoint(origin: &str, key: &SigningKey, head: TreeHead) -> String {
    let text = format!("{origin}\n{}\n{}\n", head.size, Hash(head.root.0));
    let signature = key.sign_raw(text.as_bytes()).to_vec();
    let id = signed_note::key_id(origin, &encoded(key.public()));
    let signature =
        signed_note::Signature::new(origin.to_owned(), id, signature).expect("the origin is a key name");
    let note = Note::new(text.as_bytes(), &[signature]).expect("a checkpoint is a note");
    String::from_utf8(note.to_bytes()).expect("a note is text")
}

/// The log's verifier key as signed-note spells it, for other tools.
#[must_use]
pub fn verifier_key(origin: &str, key: PublicKey) -> String {
    let encoded = encoded(key);
    let id = signed_note::key_id(origin, &encoded);
    format!("{origin}+{id:08x}+{}", base64::prelude::BASE64_STANDARD.encode(encoded))
}

/// The proof of one leaf, as other tools read it (C2SP tlog-proof).
#[must_use]
pub fn proof_text(index: u64, inclusion: &[Digest], checkpoint: &str) -> String {
    let hashes: String = inclusion.iter().map(|digest| format!("{}\n", Hash(digest.0))).collect();
    format!("c2sp.org/tlog-proof@v1\nindex {index}\n{hashes}\n{checkpoint}")
}

impl Checkpoint {
    /// Verifies the note of one log.
    ///
    /// # Errors
    /// [`InvalidCheckpoint`] says what is wrong.
    pub fn verify(origin: &str, key: PublicKey, note: &str) -> Result<Self, InvalidCheckpoint> {
        let parsed = Note::from_bytes(note.as_bytes()).map_err(|_| InvalidCheckpoint::Malformed)?;
        let known = VerifierList::new(vec![Box::new(LogKey { origin: origin.to_owned(), key })]);
        let (by_log, _) = parsed.verify(&known).map_err(|_| InvalidCheckpoint::NotAuthentic)?;
        let checkpoint = tlog_tiles::Checkpoint::from_reader(&mut parsed.text(), false)
            .map_err(|_| InvalidCheckpoint::Malformed)?;
        if checkpoint.to_bytes() != parsed.text() {
            return Err(InvalidCheckpoint::Malformed);
        }
        if checkpoint.origin() != origin {
            return Err(InvalidCheckpoint::Origin);
        }
        let head = TreeHead { size: checkpoint.size(), root: Digest(checkpoint.hash().0) };
        let alone = Note::new(parsed.text(), &by_log).map_err(|_| InvalidCheckpoint::Malformed)?;
        let alone = String::from_utf8(alone.to_bytes()).map_err(|_| InvalidCheckpoint::Malformed)?;
        Ok(Self { head, note: note.to_owned(), alone })
    }

    /// The size and root it vouches for.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.head
    }

    /// The note as it was signed.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The note with the log's signature and nobody else's.
    #[must_use]
    pub fn alone(&self) -> &str {
        &self.alone
    }
}

struct LogKey {
    origin: String,
    key: PublicKey,
}

impl Verifier for LogKey {
    fn name(&self) -> &str {
        &self.origin
    }

    fn key_id(&self) -> u32 {
        signed_note::key_id(&self.origin, &encoded(self.key))
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_raw(message, signature).is_ok()
    }
}

fn encoded(key: PublicKey) -> Vec<u8> {
    [&[ED25519], key.0.as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_of_one_log_and_one_key() {
        let (key, other) = (SigningKey::generate(), SigningKey::generate());
        let head = TreeHead { size: 7, root: Digest([3; 32]) };
        let note = sign_checkpoint("pli.example/log", &key, head);
        assert_eq!(Checkpoint::verify("pli.example/log", key.public(), &note).unwrap().head(), head);
        let refused = |origin, key: &SigningKey, note: &str| {
            Checkpoint::verify(origin, key.public(), note).unwrap_err()
        };
        assert_eq!(refused("pli.example/other", &key, &note), InvalidCheckpoint::NotAuthentic);
        assert_eq!(refused("pli.example/log", &other, &note), InvalidCheckpoint::NotAuthentic);
        assert_eq!(
            refused("pli.example/log", &key, &note.replacen('7', "8", 1)),
            InvalidCheckpoint::NotAuthentic
        );
        for cut in 0..note.len() {
            assert!(
                Checkpoint::verify("pli.example/log", key.public(), &note[..note.floor_char_boundary(cut)])
                    .is_err()
            );
        }
    }

    #[test]
    fn the_verifier_key_is_as_signed_note_spells_it() {
        let key = SigningKey::generate();
        let spelled = verifier_key("pli.example/log", key.public());
        let standard = signed_note::StandardVerifier::new(&spelled).unwrap();
        let note = sign_checkpoint("pli.example/log", &key, TreeHead::empty());
        let known = VerifierList::new(vec![Box::new(standard)]);
        assert!(Note::from_bytes(note.as_bytes()).unwrap().verify(&known).is_ok());
    }
}
