//! Digests, signatures, boxes and random bytes: suite `pli/1`, and the only module that names
//! `ring`.
//!
//! A signature is over a context string and the message, so that bytes signed as one thing can
//! never be taken for another. ring does not wipe its keys: a seed rests in [`Zeroizing`] and the
//! key pair is built for the operation.

use crate::ids::{Digest, KeyId, PublicKey, Random};
use ring::{aead, digest, hkdf, hmac, rand::SecureRandom, signature, signature::KeyPair};
use zeroize::Zeroizing;

/// Something that is not what its key would have made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not authentic")]
pub struct NotAuthentic;

/// Random bytes from the operating system.
///
/// # Panics
/// If the operating system has no random bytes to give, nothing safe can go on.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    ring::rand::SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

impl Random {
    /// Freshly drawn.
    #[must_use]
    pub fn draw() -> Self {
        Self(random())
    }
}

/// SHA-256 of one piece.
#[must_use]
pub fn sha256(bytes: &[u8]) -> Digest {
    Sha256::default().with(bytes).finish()
}

/// SHA-256 of a stream.
#[derive(Clone)]
pub struct Sha256(digest::Context);

impl Default for Sha256 {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Sha256 {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Takes the next bytes, for chains of calls.
    #[must_use]
    pub fn with(mut self, bytes: &[u8]) -> Self {
        self.update(bytes);
        self
    }

    /// The digest of all that was taken.
    ///
    /// # Panics
    /// Never: SHA-256 has 32 bytes.
    #[must_use]
    pub fn finish(self) -> Digest {
        Digest(self.0.finish().as_ref().try_into().expect("SHA-256 has 32 bytes"))
    }
}

/// HMAC-SHA-256.
///
/// # Panics
/// Never: SHA-256 has 32 bytes.
#[must_use]
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> Digest {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
    Digest(tag.as_ref().try_into().expect("SHA-256 has 32 bytes"))
}

/// HKDF-SHA-256 (RFC 5869): 32 bytes bound to `info`.
///
/// # Panics
/// Never: one block of output is always allowed.
#[must_use]
pub fn derive(secret: &[u8], salt: &[u8], info: &str) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|block| block.fill(out.as_mut()))
        .expect("one block is always allowed");
    out
}

/// An Ed25519 signing key (RFC 8032).
#[derive(Clone)]
pub struct SigningKey {
    seed: Zeroizing<[u8; 32]>,
    public: PublicKey,
}

impl SigningKey {
    /// A fresh key.
    #[must_use]
    pub fn generate() -> Self {
        Self::from_seed(Zeroizing::new(random()))
    }

    /// The key of a kept seed.
    #[must_use]
    pub fn from_seed(seed: Zeroizing<[u8; 32]>) -> Self {
        let public = PublicKey(public_half(&pair(&seed)));
        Self { seed, public }
    }

    /// The secret seed, for the key store alone.
    #[must_use]
    pub fn seed(&self) -> &Zeroizing<[u8; 32]> {
        &self.seed
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// The name of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.public.id()
    }

    /// A signature over `context` and `message`.
    #[must_use]
    pub fn sign(&self, context: &str, message: &[u8]) -> [u8; 64] {
        self.sign_raw(&in_context(context, message))
    }

    /// A signature over exactly these bytes, for formats which bring a context of their own
    /// (C2SP signed-note).
    ///
    /// # Panics
    /// Never: an Ed25519 signature has 64 bytes.
    #[must_use]
    pub fn sign_raw(&self, message: &[u8]) -> [u8; 64] {
        pair(&self.seed).sign(message).as_ref().try_into().expect("a signature has 64 bytes")
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.id())
    }
}

impl PublicKey {
    /// The name of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let Digest(digest) = sha256(&self.0);
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        KeyId(half)
    }

    /// Whether this key signed `message` in `context`.
    ///
    /// # Errors
    /// [`NotAuthentic`] for any other bytes, and for a key that is no point of the curve.
    pub fn verify(&self, context: &str, message: &[u8], signature: &[u8]) -> Result<(), NotAuthentic> {
        self.verify_raw(&in_context(context, message), signature)
    }

    /// Whether this key signed exactly these bytes.
    ///
    /// # Errors
    /// [`NotAuthentic`], as for [`verify`](Self::verify).
    pub fn verify_raw(&self, message: &[u8], signature: &[u8]) -> Result<(), NotAuthentic> {
        signature::UnparsedPublicKey::new(&signature::ED25519, &self.0)
            .verify(message, signature)
            .map_err(|_| NotAuthentic)
    }
}

/// A symmetric key for boxes: AES-256-GCM.
///
/// The caller gives each box of one key a nonce of its own.
#[derive(Clone)]
pub struct BoxKey(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for BoxKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BoxKey(..)")
    }
}

impl BoxKey {
    /// A fresh key.
    #[must_use]
    pub fn generate() -> Self {
        Self(Zeroizing::new(random()))
    }

    /// The key of kept bytes.
    #[must_use]
    pub fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The secret bytes, to be sealed at once.
    #[must_use]
    pub fn bytes(&self) -> &Zeroizing<[u8; 32]> {
        &self.0
    }

    /// Closes a box. `number` must never repeat under one key.
    ///
    /// # Panics
    /// Never for boxes under 64 GiB.
    #[must_use]
    pub fn close(&self, number: u64, bound_to: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let mut bytes = plaintext.to_vec();
        self.key()
            .seal_in_place_append_tag(nonce(number), aead::Aad::from(bound_to), &mut bytes)
            .expect("a box is far under the limit of AES-GCM");
        bytes
    }

    /// Opens a box.
    ///
    /// # Errors
    /// [`NotAuthentic`] if one bit, the number, or what it is bound to differs.
    pub fn open(
        &self,
        number: u64,
        bound_to: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, NotAuthentic> {
        let mut bytes = Zeroizing::new(sealed.to_vec());
        let length = self
            .key()
            .open_in_place(nonce(number), aead::Aad::from(bound_to), &mut bytes)
            .map_err(|_| NotAuthentic)?
            .len();
        bytes.truncate(length);
        Ok(bytes)
    }

    fn key(&self) -> aead::LessSafeKey {
        let key = aead::UnboundKey::new(&aead::AES_256_GCM, self.0.as_ref()).expect("the key has 32 bytes");
        aead::LessSafeKey::new(key)
    }
}

fn nonce(number: u64) -> aead::Nonce {
    let mut bytes = [0; 12];
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    aead::Nonce::assume_unique_for_key(bytes)
}

fn pair(seed: &[u8; 32]) -> signature::Ed25519KeyPair {
    signature::Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are a seed")
}

fn public_half(pair: &signature::Ed25519KeyPair) -> [u8; 32] {
    pair.public_key().as_ref().try_into().expect("an Ed25519 public key has 32 bytes")
}

// every signature is over its context, a zero byte and the message.
fn in_context(context: &str, message: &[u8]) -> Vec<u8> {
    [context.as_bytes(), &[0], message].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_in_its_context_only() {
        let key = SigningKey::generate();
        let signature = key.sign("pli/a/v1", b"bytes");
        assert_eq!(key.public().verify("pli/a/v1", b"bytes", &signature), Ok(()));
        assert_eq!(key.public().verify("pli/b/v1", b"bytes", &signature), Err(NotAuthentic));
        assert_eq!(key.public().verify("pli/a/v1", b"byte", &signature), Err(NotAuthentic));
        assert_eq!(key.public().verify("pli/a/v1", b"bytes", &signature[..63]), Err(NotAuthentic));
    }

    #[test]
    fn a_box_opens_under_its_number_and_binding_only() {
        let key = BoxKey::generate();
        let sealed = key.close(7, b"leaf", b"record");
        assert_eq!(key.open(7, b"leaf", &sealed).as_deref().map(Vec::as_slice), Ok(b"record".as_slice()));
        assert!(key.open(8, b"leaf", &sealed).is_err());
        assert!(key.open(7, b"other", &sealed).is_err());
        assert!(key.open(7, b"leaf", &sealed[1..]).is_err());
        assert!(BoxKey::generate().open(7, b"leaf", &sealed).is_err());
    }

    #[test]
    fn rfc_8032_test_2_and_rfc_5869_are_met() {
        let key = SigningKey::from_seed(Zeroizing::new(
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb".parse::<Digest>().unwrap().0,
        ));
        assert_eq!(
            key.public().to_string(),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        );
        assert!(key.sign_raw(&[0x72]).starts_with(&[0x92, 0xa0, 0x09, 0xa9]));
        assert_eq!(derive(&[0x0b; 22], b"", "").as_ref()[..4], [0x8d, 0xa4, 0xe7, 0x75]);
    }
}
