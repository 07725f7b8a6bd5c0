//! Cosignatures: a witness says that it saw a checkpoint, and when (C2SP tlog-cosignature,
//! `cosignature/v1` with Ed25519).
//!
//! A cosignature is one more signature line of the note, over the time and the checkpoint's text. Any
//! tool that knows the two specifications verifies it. What a witness may sign, and what its signature
//! is worth to a client, is decided beside it, in `witness`.

use super::Checkpoint;
use crate::crypto::SigningKey;
use crate::ids::PublicKey;
use crate::limits::WITNESS_KEY_BYTES_MAX;
use crate::time::Timestamp;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use signed_note::{Note, Signature, Verifier, VerifierList};
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// The byte that stands before a key which signs `cosignature/v1`.
const COSIGNATURE_V1: u8 = 4;

/// A witness as a policy names it: a verifier key in the spelling of signed-note, `name+id+key`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WitnessKey {
    name: String,
    key: PublicKey,
}

/// What is no witness's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the verifier key of a witness: name+id+key, of the type cosignature/v1")]
pub struct NoWitnessKey;

impl WitnessKey {
    /// A key under a name, which has neither spaces nor a plus.
    ///
    /// # Errors
    /// [`NoWitnessKey`] if no key is named so, or at such length.
    pub fn new(name: &str, key: PublicKey) -> Result<Self, NoWitnessKey> {
        let plain = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_graphic() && letter != '+');
        let witness = Self { name: name.to_owned(), key };
        if plain && witness.to_string().len() <= WITNESS_KEY_BYTES_MAX {
            Ok(witness)
        } else {
            Err(NoWitnessKey)
        }
    }

    /// The name on its signature lines.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> PublicKey {
        self.key
    }

    /// When this witness says that it saw a checkpoint; nothing if it did not sign this note, or not so.
    #[must_use]
    pub fn saw(&self, checkpoint: &Checkpoint) -> Option<Timestamp> {
        let note = Note::from_bytes(checkpoint.note().as_bytes()).ok()?;
        let known = VerifierList::new(vec![Box::new(self.clone())]);
        let (lines, _) = note.verify(&known).ok()?;
        let (time, _) = lines.first()?.signature().split_first_chunk()?;
        Some(Timestamp(u64::from_be_bytes(*time)))
    }

    /// A checkpoint with the log's signature and this witness's, who has the key and saw it at this time.
    ///
    /// # Panics
    /// Never: the name of the key was looked at when it was made.
    #[must_use]
    pub fn cosign(&self, checkpoint: &Checkpoint, key: &SigningKey, time: Timestamp) -> String {
        let (alone, body) = (checkpoint.alone(), text_of(checkpoint.alone()));
        let signature = key.sign_raw(&signed_bytes(time, body.as_bytes()));
        let signature = [&time.0.to_be_bytes(), signature.as_slice()].concat();
        let line = Signature::new(self.name.clone(), self.id(), signature).expect("the name is a key's name");
        format!("{alone}{}", String::from_utf8_lossy(&line.to_bytes()))
    }

    fn encoded(&self) -> Vec<u8> {
        [&[COSIGNATURE_V1], self.key.0.as_slice()].concat()
    }

    fn id(&self) -> u32 {
        signed_note::key_id(&self.name, &self.encoded())
    }
}

impl Verifier for WitnessKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id()
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some((time, signature)) = signature.split_first_chunk() else { return false };
        let time = Timestamp(u64::from_be_bytes(*time));
        self.key.verify_raw(&signed_bytes(time, text), signature).is_ok()
    }
}

/// What a cosignature is over.
fn signed_bytes(time: Timestamp, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {}\n", time.0).as_bytes(), text].concat()
}

/// The text of a note, up to the empty line before its signatures.
fn text_of(note: &str) -> &str {
    note.rfind("\n\n").and_then(|end| note.get(..=end)).unwrap_or_default()
}

impl Display for WitnessKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id(), BASE64_STANDARD.encode(self.encoded()))
    }
}

impl FromStr for WitnessKey {
    type Err = NoWitnessKey;

    fn from_str(spelled: &str) -> Result<Self, NoWitnessKey> {
        if spelled.len() > WITNESS_KEY_BYTES_MAX {
            return Err(NoWitnessKey);
        }
        let (name, rest) = spelled.split_once('+').ok_or(NoWitnessKey)?;
        let (_, encoded) = rest.split_once('+').ok_or(NoWitnessKey)?;
        let encoded = BASE64_STANDARD.decode(encoded).map_err(|_| NoWitnessKey)?;
        let key = encoded.strip_prefix(&[COSIGNATURE_V1]).ok_or(NoWitnessKey)?;
        let witness = Self::new(name, PublicKey(key.try_into().map_err(|_| NoWitnessKey)?))?;
        // The id among it, and one spelling only.
        if witness.to_string() == spelled { Ok(witness) } else { Err(NoWitnessKey) }
    }
}

impl TryFrom<String> for WitnessKey {
    type Error = NoWitnessKey;

    fn try_from(spelled: String) -> Result<Self, NoWitnessKey> {
        spelled.parse()
    }
}

impl From<WitnessKey> for String {
    fn from(witness: WitnessKey) -> Self {
        witness.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Digest;
    use crate::log::{TreeHead, sign_checkpoint};
    use zeroize::Zeroizing;

    const ORIGIN: &str = "pli.example/log";
    const SEEN: Timestamp = Timestamp(1_700_000_000);

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_seed(Zeroizing::new([byte; 32]))
    }

    fn checkpoint(size: u64) -> Checkpoint {
        let note = sign_checkpoint(ORIGIN, &key(1), TreeHead { size, root: Digest([3; 32]) });
        Checkpoint::verify(ORIGIN, key(1).public(), &note).unwrap()
    }

    fn witness(byte: u8) -> WitnessKey {
        WitnessKey::new("witness.example/w", key(byte).public()).unwrap()
    }

    fn read(note: &str) -> Checkpoint {
        Checkpoint::verify(ORIGIN, key(1).public(), note).unwrap()
    }

    /// Every byte of it as the specification composes it, from fixed keys.
    #[test]
    fn a_cosignature_is_as_the_specification_composes_it() {
        let note = witness(2).cosign(&checkpoint(7), &key(2), SEEN);
        let expected = include_str!("cosigned.note");
        assert_eq!(note, expected);
        assert_eq!(
            witness(2).to_string(),
            "witness.example/w+cb1393dc+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
        );
        assert_eq!(witness(2).saw(&read(expected)), Some(SEEN));
    }

    #[test]
    fn a_cosignature_is_one_keys_one_times_and_one_checkpoints() {
        let note = witness(2).cosign(&checkpoint(7), &key(2), SEEN);
        assert_eq!(witness(3).saw(&read(&note)), None, "another witness");
        let renamed = WitnessKey::new("witness.example/v", key(2).public()).unwrap();
        assert_eq!(renamed.saw(&read(&note)), None, "another name");
        assert_eq!(witness(2).saw(&checkpoint(7)), None, "nobody's");
        let line = note.lines().last().unwrap();
        let moved = format!("{}{line}\n", checkpoint(8).alone());
        assert_eq!(witness(2).saw(&read(&moved)), None, "another checkpoint's");
        let (name, encoded) = line.rsplit_once(' ').unwrap();
        let bytes = BASE64_STANDARD.decode(encoded).unwrap();
        for place in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[place] ^= 1;
            let line = format!("{name} {}", BASE64_STANDARD.encode(&bytes));
            let flipped = format!("{}{line}\n", checkpoint(7).alone());
            assert_eq!(witness(2).saw(&read(&flipped)), None, "byte {place}");
        }
        // Two witnesses on one note, each beside the other.
        let both =
            format!("{note}{}\n", witness(3).cosign(&checkpoint(7), &key(3), SEEN).lines().last().unwrap());
        assert_eq!([witness(2), witness(3)].map(|witness| witness.saw(&read(&both))), [Some(SEEN); 2]);
        assert_eq!(read(&both).alone(), checkpoint(7).note());
    }

    #[test]
    fn a_witness_is_spelled_in_one_way() {
        let spelled = witness(2).to_string();
        assert_eq!(spelled.parse(), Ok(witness(2)));
        let check = |spelled: &str| assert_eq!(spelled.parse::<WitnessKey>(), Err(NoWitnessKey), "{spelled}");
        check("");
        check(&spelled.to_uppercase());
        check(&spelled.replacen("witness", "witnes", 1));
        check(&super::super::verifier_key("witness.example/w", key(2).public()));
        check(&format!("{spelled} "));
        for bad in ["", "a b", "a+b", "é", &"x".repeat(WITNESS_KEY_BYTES_MAX)] {
            assert_eq!(WitnessKey::new(bad, key(2).public()), Err(NoWitnessKey), "{bad}");
        }
    }
}
