//! Expiry keys: the `mlkem768x25519` recipients and identities of age, which `age` 0.11 lacks.
//!
//! The key exchange is X-Wing (ML-KEM-768 with X25519) inside HPKE, so what is sealed stays closed
//! as long as either of the two holds. The format is C2SP's, and other implementations open and
//! seal it. This file goes when the `age` crate has the recipient itself.
//!
//! A low-order X25519 share, which would leave the post-quantum half alone, is rejected here
//! because the key exchange below does not.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use age_core::format::{FILE_KEY_BYTES, FileKey, Stanza};
use age_core::secrecy::ExposeSecret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use bech32::Hrp;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable};
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

use super::{InvalidIdentity, text};

/// The type of the stanza, as it stands in the header.
pub(super) const TAG: &str = "mlkem768x25519";

/// What HPKE binds the key exchange to, so that no other protocol's exchange passes for it.
const INFO: &[u8] = b"age-encryption.org/mlkem768x25519";

/// What the writer sends: an ML-KEM-768 ciphertext and an X25519 share.
const ENCAPSULATED_BYTES: usize = 1088 + SHARE_BYTES;
const SHARE_BYTES: usize = 32;

/// The file key and the tag of ChaCha20-Poly1305.
const BODY_BYTES: usize = FILE_KEY_BYTES + 16;

const SECRET_PREFIX: Hrp = Hrp::parse_unchecked("AGE-SECRET-KEY-PQ-");
const PUBLIC_PREFIX: Hrp = Hrp::parse_unchecked("age1pq");

/// The bytes are not a public expiry key, or the text does not spell one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an expiry recipient: fetch the device's key page again")]
pub struct InvalidRecipient;

/// The secret half of an expiry key. Destroying it is what makes a message expire.
///
/// It is wiped when dropped and shows nothing of itself in [`fmt::Debug`].
pub struct ExpiryIdentity(<XWing as Kem>::PrivateKey);

impl ExpiryIdentity {
    /// Makes a fresh identity.
    #[must_use]
    pub fn generate() -> Self {
        let (secret, _) = XWing::gen_keypair();
        Self(secret)
    }

    /// The identity grown from an X-Wing seed; every 32 bytes are one.
    #[must_use]
    pub fn from_bytes(seed: &[u8; 32]) -> Self {
        Self(Deserializable::from_bytes(seed).expect("every 32 bytes are an X-Wing seed"))
    }

    /// The X-Wing seed.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut seed = Zeroizing::new([0; 32]);
        self.0.write_exact(seed.as_mut_slice());
        seed
    }

    /// The public half.
    #[must_use]
    pub fn recipient(&self) -> ExpiryRecipient {
        ExpiryRecipient(XWing::sk_to_pk(&self.0))
    }

    /// The text `AGE-SECRET-KEY-PQ-1…`, which other age programs read.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        text::encode_secret(SECRET_PREFIX, self.to_bytes().as_slice())
    }

    /// Reads what [`to_text`](Self::to_text) wrote.
    ///
    /// # Errors
    ///
    /// [`InvalidIdentity`] if the text is anything else, be it only its case.
    pub fn from_text(text: &str) -> Result<Self, InvalidIdentity> {
        let seed = text::decode(SECRET_PREFIX, text).ok_or(InvalidIdentity)?;
        let identity = Self(Deserializable::from_bytes(&seed).map_err(|_| InvalidIdentity)?);
        if *identity.to_text() == text { Ok(identity) } else { Err(InvalidIdentity) }
    }
}

impl fmt::Debug for ExpiryIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExpiryIdentity(..)")
    }
}

/// The public half of an expiry key: what one device offers for one bucket.
#[derive(Clone, PartialEq, Eq)]
pub struct ExpiryRecipient(<XWing as Kem>::PublicKey);

impl ExpiryRecipient {
    /// The length of [`to_bytes`](Self::to_bytes): an ML-KEM-768 key and an X25519 key.
    pub const BYTES: usize = 1184 + 32;

    /// Reads the 1,216 bytes of a published key.
    ///
    /// # Errors
    ///
    /// [`InvalidRecipient`] if there are more or fewer, or if they are no ML-KEM key.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidRecipient> {
        Deserializable::from_bytes(bytes).map(Self).map_err(|_| InvalidRecipient)
    }

    /// The bytes to publish.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }
}

impl fmt::Display for ExpiryRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::encode(PUBLIC_PREFIX, &self.0.to_bytes()))
    }
}

impl FromStr for ExpiryRecipient {
    type Err = InvalidRecipient;

    fn from_str(text: &str) -> Result<Self, InvalidRecipient> {
        let bytes = text::decode(PUBLIC_PREFIX, text).ok_or(InvalidRecipient)?;
        let recipient = Self::from_bytes(&bytes)?;
        if recipient.to_string() == text { Ok(recipient) } else { Err(InvalidRecipient) }
    }
}

/// Enough of the text to tell two keys apart; the whole would fill a screen.
impl fmt::Debug for ExpiryRecipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_string();
        write!(f, "ExpiryRecipient({}…)", text.get(..24).unwrap_or(&text))
    }
}

impl age::Recipient for ExpiryRecipient {
    fn wrap_file_key(&self, file_key: &FileKey) -> Result<(Vec<Stanza>, HashSet<String>), age::EncryptError> {
        let (encapsulated, body) = hpke::single_shot_seal::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeS::Base,
            &self.0,
            INFO,
            file_key.expose_secret(),
            b"",
        )
        .map_err(|cause| age::EncryptError::Io(std::io::Error::other(cause.to_string())))?;
        let stanza = Stanza { tag: TAG.into(), args: vec![BASE64.encode(encapsulated.to_bytes())], body };
        // The label keeps any age program from adding a recipient that a quantum computer opens.
        Ok((vec![stanza], HashSet::from(["postquantum".into()])))
    }
}

impl age::Identity for ExpiryIdentity {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, age::DecryptError>> {
        if stanza.tag != TAG {
            return None;
        }
        let Some(encapsulated) = encapsulated(stanza) else {
            return Some(Err(age::DecryptError::InvalidHeader));
        };
        let mut opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, XWing>(
            &OpModeR::Base,
            &self.0,
            &encapsulated,
            INFO,
            &stanza.body,
            b"",
        )
        // A stanza for another key looks just like a damaged one.
        .ok()?;
        let file_key = FileKey::try_init_with_mut(|room| {
            room.copy_from_slice(opened.get(..FILE_KEY_BYTES).ok_or(())?);
            Ok::<(), ()>(())
        });
        opened.zeroize();
        Some(file_key.map_err(|()| age::DecryptError::InvalidHeader))
    }
}

/// The key exchange in a stanza that is well formed in every respect, and `None` from any other.
fn encapsulated(stanza: &Stanza) -> Option<<XWing as Kem>::EncappedKey> {
    let [argument] = stanza.args.as_slice() else {
        return None;
    };
    let bytes = BASE64.decode(argument).ok()?;
    if bytes.len() != ENCAPSULATED_BYTES || stanza.body.len() != BODY_BYTES {
        return None;
    }
    let share: &[u8; SHARE_BYTES] = bytes.last_chunk()?;
    // Every scalar is a multiple of the cofactor once clamped, so one product tells.
    if x25519_dalek::x25519([1; 32], *share) == [0; 32] {
        return None;
    }
    Deserializable::from_bytes(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_keeps_its_bytes_and_its_text() {
        let identity = ExpiryIdentity::generate();
        let from_bytes = ExpiryIdentity::from_bytes(&identity.to_bytes());
        let from_text = ExpiryIdentity::from_text(&identity.to_text()).unwrap();
        assert_eq!(from_bytes.recipient(), identity.recipient());
        assert_eq!(from_text.recipient(), identity.recipient());
        assert!(identity.to_text().starts_with("AGE-SECRET-KEY-PQ-1"));
    }

    #[test]
    fn a_recipient_keeps_its_bytes_and_its_text() {
        let recipient = ExpiryIdentity::from_bytes(&[7; 32]).recipient();
        assert_eq!(recipient.to_bytes().len(), ExpiryRecipient::BYTES);
        assert_eq!(ExpiryRecipient::from_bytes(&recipient.to_bytes()), Ok(recipient.clone()));
        assert_eq!(recipient.to_string().parse(), Ok(recipient.clone()));
        assert!(recipient.to_string().starts_with("age1pq1"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let identity = ExpiryIdentity::from_bytes(&[7; 32]);
        assert_eq!(format!("{identity:?}"), "ExpiryIdentity(..)");
    }

    #[test]
    fn a_text_of_another_spelling_is_no_key() {
        let identity = ExpiryIdentity::from_bytes(&[7; 32]);
        let secret = identity.to_text();
        let public = identity.recipient().to_string();
        for text in [&secret.to_lowercase(), &secret[1..], &format!("{} ", *secret), &public, ""] {
            assert_eq!(ExpiryIdentity::from_text(text).err(), Some(InvalidIdentity));
        }
        for text in [&public.to_uppercase(), &public[..public.len() - 1], &secret, ""] {
            assert_eq!(text.parse::<ExpiryRecipient>(), Err(InvalidRecipient));
        }
    }

    #[test]
    fn the_unused_bits_of_a_text_are_zero() {
        // 1,216 bytes leave two bits over in the last of their letters.
        let bytes = ExpiryIdentity::from_bytes(&[7; 32]).recipient().to_bytes();
        let mut fives: Vec<_> = {
            use bech32::primitives::iter::ByteIterExt;
            bytes.iter().copied().bytes_to_fes().collect()
        };
        let last = fives.last_mut().unwrap();
        *last = bech32::Fe32::try_from(last.to_u8() | 1).unwrap();
        let text: String = {
            use bech32::primitives::iter::Fe32IterExt;
            fives.into_iter().with_checksum::<bech32::Bech32>(&PUBLIC_PREFIX).chars().collect()
        };
        assert!(text::decode(PUBLIC_PREFIX, &text).is_some_and(|key| *key == bytes));
        assert_eq!(text.parse::<ExpiryRecipient>(), Err(InvalidRecipient));
    }

    #[test]
    fn bytes_that_are_no_key_are_rejected() {
        let good = ExpiryIdentity::from_bytes(&[7; 32]).recipient().to_bytes();
        for bytes in [&good[1..], &[], &[good.as_slice(), &[0]].concat(), &[0xff; 1216]] {
            assert_eq!(ExpiryRecipient::from_bytes(bytes), Err(InvalidRecipient));
        }
    }

    /// Every encoding of a point whose order divides eight, RFC 7748 and the non-canonical ones.
    #[test]
    fn every_low_order_share_is_rejected() {
        let identity = ExpiryIdentity::from_bytes(&[7; 32]);
        let file_key = FileKey::new(Box::new([9; FILE_KEY_BYTES]));
        let (stanzas, _) = age::Recipient::wrap_file_key(&identity.recipient(), &file_key).unwrap();
        let sealed = BASE64.decode(&stanzas[0].args[0]).unwrap();
        let mut shares: Vec<[u8; 32]> = Vec::new();
        for (first, last) in [(0, 0), (1, 0), (0xec, 0x7f), (0xed, 0x7f), (0xee, 0x7f)] {
            let mut share = [if last == 0 { 0 } else { 0xff }; 32];
            (share[0], share[31]) = (first, last);
            shares.push(share);
        }
        shares.push(hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"));
        shares.push(hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"));
        for share in shares {
            for high_bit in [0, 0x80] {
                let mut bytes = sealed.clone();
                bytes[ENCAPSULATED_BYTES - SHARE_BYTES..].copy_from_slice(&share);
                bytes[ENCAPSULATED_BYTES - 1] |= high_bit;
                let stanza = Stanza {
                    tag: TAG.into(),
                    args: vec![BASE64.encode(bytes)],
                    body: stanzas[0].body.clone(),
                };
                let outcome = age::Identity::unwrap_stanza(&identity, &stanza);
                assert!(matches!(outcome, Some(Err(age::DecryptError::InvalidHeader))));
            }
        }
    }

    fn hex(digits: &str) -> [u8; 32] {
        std::array::from_fn(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap())
    }
}
