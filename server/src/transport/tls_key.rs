//! A private key for TLS: a device makes its own, and it never leaves the device.
//!
//! What leaves is a request that the key signed, which [`super::pki`] turns into a certificate.
//! The relay and its issuer keep theirs in the same form: Ed25519, in PKCS #8. Where the bytes are
//! kept, and under which lock, is the caller's matter.

use std::fmt;

use rcgen::{CertificateParams, KeyPair, PKCS_ED25519};
use rustls_pki_types::PrivatePkcs8KeyDer;
use zeroize::Zeroizing;

use super::pki::{DEVICE_ID_BYTES, PkiFailed, named, spell};

/// A private key, wiped on drop.
pub struct TlsKey(Zeroizing<Vec<u8>>);

impl TlsKey {
    /// A new key.
    pub fn generate() -> Result<Self, PkiFailed> {
        let pair = KeyPair::generate_for(&PKCS_ED25519)?;
        Ok(Self(Zeroizing::new(pair.serialize_der())))
    }

    /// A key that was kept.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, PkiFailed> {
        let key = Self(Zeroizing::new(der.to_vec()));
        key.pair()?;
        Ok(key)
    }

    /// The bytes to keep.
    pub fn pkcs8(&self) -> &[u8] {
        &self.0
    }

    /// The text to keep.
    pub fn pem(&self) -> Result<Zeroizing<String>, PkiFailed> {
        Ok(Zeroizing::new(self.pair()?.serialize_pem()))
    }

    /// The public half.
    pub fn public(&self) -> Result<Vec<u8>, PkiFailed> {
        Ok(self.pair()?.public_key_raw().to_vec())
    }

    /// Asks the relay for a certificate for this key: PKCS #10, in DER.
    pub fn request(&self, device: &[u8; DEVICE_ID_BYTES]) -> Result<Vec<u8>, PkiFailed> {
        let mut params = CertificateParams::default();
        params.distinguished_name = named(spell(device));
        Ok(params.serialize_request(&self.pair()?)?.der().to_vec())
    }

    /// ring does not wipe its keys, so one is made for each operation.
    pub(super) fn pair(&self) -> Result<KeyPair, PkiFailed> {
        let der = PrivatePkcs8KeyDer::from(self.pkcs8());
        Ok(KeyPair::from_pkcs8_der_and_sign_algo(&der, &PKCS_ED25519)?)
    }
}

impl fmt::Debug for TlsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_bytes() {
        let key = TlsKey::generate().unwrap();
        let kept = TlsKey::from_pkcs8(key.pkcs8()).unwrap();
        assert_eq!(kept.public().unwrap(), key.public().unwrap());
        assert_eq!(*kept.pem().unwrap(), *key.pem().unwrap());
    }

    #[test]
    fn two_keys_differ() {
        let public = || TlsKey::generate().unwrap().public().unwrap();
        assert_ne!(public(), public());
    }

    #[test]
    fn other_bytes_are_no_key() {
        assert!(matches!(TlsKey::from_pkcs8(b"no key"), Err(PkiFailed::Encoding(_))));
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", TlsKey::generate().unwrap()), "TlsKey");
    }
}
