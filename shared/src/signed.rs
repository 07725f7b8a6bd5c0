//! Exact bytes with their signatures.
//!
//! What is signed travels as the bytes that were signed, and those bytes are verified: nothing is
//! ever encoded again to check a signature. Each kind of document has a context string of its own,
//! so a roster can never pass for a header. Which keys must have signed is the rule of the document
//! and is asked of [`Verified`].

use crate::cbor::{self, Malformed};
use crate::crypto::{SigningKey, sha256};
use crate::ids::{Digest, KeyId, PublicKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A kind of document that is signed.
pub trait Document: Serialize + DeserializeOwned {
    /// What its signatures are over, before the bytes.
    const CONTEXT: &'static str;
    /// The most bytes one may have.
    const BYTES_MAX: usize;
}

/// Exact bytes and the signatures over them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The canonical bytes of the document.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// In the order of the key ids, each key once.
    pub signatures: Vec<Signature>,
}

/// One signature.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// How it was made.
    pub algorithm: Algorithm,
    /// By which key.
    pub key: KeyId,
    /// The signature itself.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// How a signature was made. The list leaves room for ML-DSA-44 beside Ed25519.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Algorithm {
    /// RFC 8032.
    Ed25519,
}

/// Why a document is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The bytes are no such document.
    #[error("the signed bytes are {0}")]
    Malformed(#[from] Malformed),
    /// No signature, the same key twice, or keys out of order.
    #[error("the list of signatures is not in order")]
    Signatures,
    /// A key that nobody vouches for.
    #[error("signed by the unknown key {0}")]
    UnknownKey(KeyId),
    /// A signature that the named key did not make.
    #[error("the signature of key {0} does not fit")]
    NotAuthentic(KeyId),
}

/// A document whose every signature was verified. Only [`Signed::verify`] makes one.
#[derive(Clone, Debug)]
pub struct Verified<T> {
    value: T,
    digest: Digest,
    signers: Vec<KeyId>,
}

impl Signed {
    /// Signs a document with each of these keys.
    ///
    /// # Panics
    /// If the document is larger than its kind may be: the caller bounds it first.
    #[must_use]
    pub fn new<T: Document>(document: &T, keys: &[&SigningKey]) -> Self {
        let bytes = cbor::encode(document);
        assert!(bytes.len() <= T::BYTES_MAX, "a document larger than its kind may be");
        let mut signatures: Vec<_> = keys.iter().map(|key| Signature::new::<T>(&bytes, key)).collect();
        signatures.sort_by_key(|signature| signature.key);
        signatures.dedup_by_key(|signature| signature.key);
        Self { bytes, signatures }
    }

    /// Adds a signature over the same bytes, for somebody who was shown what they say.
    #[must_use]
    pub fn signed_also<T: Document>(mut self, key: &SigningKey) -> Self {
        self.signatures.retain(|signature| signature.key != key.id());
        self.signatures.push(Signature::new::<T>(&self.bytes, key));
        self.signatures.sort_by_key(|signature| signature.key);
        self
    }

    /// What the document is called in chains and in the log: the digest of its exact bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        sha256(&self.bytes)
    }

    /// What it says, before anybody vouched for it: to learn whose keys to ask for.
    ///
    /// # Errors
    /// [`Malformed`] if the bytes are no such document.
    pub fn peek<T: Document>(&self) -> Result<T, Malformed> {
        cbor::decode(&self.bytes, T::BYTES_MAX)
    }

    /// Verifies every signature; `known` gives the public half of a key that counts here.
    ///
    /// # Errors
    /// [`Unproven`] says what is wrong; one bad signature spoils the document.
    pub fn verify<T: Document>(
        &self,
        known: impl Fn(KeyId) -> Option<PublicKey>,
    ) -> Result<Verified<T>, Unproven> {
        let value: T = self.peek()?;
        let in_order = self.signatures.is_sorted_by(|a, b| a.key < b.key);
        if self.signatures.is_empty() || !in_order {
            return Err(Unproven::Signatures);
        }
        for Signature { algorithm: Algorithm::Ed25519, key, signature } in &self.signatures {
            let public = known(*key).ok_or(Unproven::UnknownKey(*key))?;
            public.verify(T::CONTEXT, &self.bytes, signature).map_err(|_| Unproven::NotAuthentic(*key))?;
        }
        let signers = self.signatures.iter().map(|signature| signature.key).collect();
        Ok(Verified { value, digest: self.digest(), signers })
    }

    /// Verifies a document which one known key alone must have signed.
    ///
    /// # Errors
    /// As for [`verify`](Self::verify).
    pub fn verify_by<T: Document>(&self, key: PublicKey) -> Result<Verified<T>, Unproven> {
        self.verify(|id| (id == key.id()).then_some(key))
    }
}

impl Signature {
    fn new<T: Document>(bytes: &[u8], key: &SigningKey) -> Self {
        Self { algorithm: Algorithm::Ed25519, key: key.id(), signature: key.sign(T::CONTEXT, bytes).to_vec() }
    }
}

impl<T> Verified<T> {
    /// What the document says.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// What the document says, without its proof.
    pub fn into_value(self) -> T {
        self.value
    }

    /// The digest of its exact bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Whether this key is among the signers.
    pub fn signed_by(&self, key: KeyId) -> bool {
        self.signers.contains(&key)
    }

    /// Who signed, in order of the ids.
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Paper {
        words: String,
    }
    impl Document for Paper {
        const CONTEXT: &'static str = "pli/paper/v1";
        const BYTES_MAX: usize = 64;
    }

    #[test]
    fn one_bad_signature_spoils_the_document() {
        let (a, b) = (SigningKey::generate(), SigningKey::generate());
        let known = |id| [&a, &b].into_iter().find(|key| key.id() == id).map(SigningKey::public);
        let good = Signed::new(&Paper { words: "oui".into() }, &[&a, &b]);
        let verified: Verified<Paper> = good.verify(known).unwrap();
        assert!(verified.signed_by(a.id()) && verified.signed_by(b.id()));
        let alone = Signed::new(&Paper { words: "oui".into() }, &[&b]);
        assert_eq!(alone.signed_also::<Paper>(&a).signed_also::<Paper>(&b), good, "one after the other");

        let check = |what: &str, change: &dyn Fn(&mut Signed)| {
            let mut bad = good.clone();
            change(&mut bad);
            assert!(bad.verify::<Paper>(known).is_err(), "{what}");
        };
        check("no signature", &|bad| bad.signatures.clear());
        check("one key twice", &|bad| bad.signatures[1] = bad.signatures[0].clone());
        check("another order", &|bad| bad.signatures.reverse());
        check("a changed signature", &|bad| bad.signatures[1].signature[5] ^= 1);
        check("a short signature", &|bad| bad.signatures[1].signature.truncate(63));
        check("changed bytes", &|bad| *bad.bytes.last_mut().unwrap() ^= 1);
        assert_eq!(
            good.verify_by::<Paper>(a.public()).unwrap_err(),
            Unproven::UnknownKey(b.id()),
            "a signer nobody asked for is no help"
        );
    }
}
