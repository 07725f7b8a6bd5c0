//! What the key store keeps, wiped from memory when it is dropped and never shown.

use serde::{Deserialize, Serialize};
use shared::{crypto, time::Bucket};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The secret that the passphrase opens, and that an unlocked session carries in memory.
#[derive(Clone)]
pub struct Master(Zeroizing<[u8; 32]>);

impl Master {
    /// Freshly drawn.
    #[must_use]
    pub fn draw() -> Self {
        Self(Zeroizing::new(crypto::random()))
    }

    /// From exactly 32 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut master = Zeroizing::new([0; 32]);
        if bytes.len() != master.len() {
            return None;
        }
        master.copy_from_slice(bytes);
        Some(Self(master))
    }

    /// The bytes, for the agent and the key store alone.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Master(…)")
    }
}

/// The secrets of one device.
#[derive(Clone, Default, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// The seed of the device's signing key.
    #[serde(with = "serde_bytes")]
    pub signing_seed: [u8; 32],
    /// The private half of the TLS certificate, PKCS#8 in DER.
    #[serde(with = "serde_bytes")]
    pub tls_key: Vec<u8>,
    /// One secret for each bucket that has not ended.
    pub expiry: Vec<ExpirySecret>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} expiry secrets, …)", self.expiry.len())
    }
}

/// The seed of the identity that opens what expires with one bucket.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct ExpirySecret {
    /// The bucket; public.
    #[zeroize(skip)]
    pub bucket: Bucket,
    /// The seed.
    #[serde(with = "serde_bytes")]
    pub seed: [u8; 32],
}

impl fmt::Debug for ExpirySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExpirySecret({:?}, …)", self.bucket)
    }
}
