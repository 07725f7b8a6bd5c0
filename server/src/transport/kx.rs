//! X25519MLKEM768: a key exchange that holds while either of its halves does.
//!
//! ring has no ML-KEM, so the group is put together here from ring's X25519 and the `ml-kem`
//! crate, as draft-ietf-tls-ecdhe-mlkem says: in shares and in the secret, the ML-KEM half is
//! first. It protects who, when and how much from someone who records today and computes later;
//! content is protected by its own seal.
//!
//! [`provider`] offers this group alone. Both ends are Pli, so a classical group would serve only
//! somebody who wants the weaker exchange: a peer without the hybrid is refused.

use std::sync::Arc;

use ml_kem::MlKem768;
use ml_kem::kem::{Decapsulate, DecapsulationKey, Encapsulate, EncapsulationKey, Kem, KeyExport};
use rustls::crypto::{
    ActiveKeyExchange, CompletedKeyExchange, CryptoProvider, SharedSecret, SupportedKxGroup, ring,
};
use rustls::{Error, NamedGroup, PeerMisbehaved, ProtocolVersion};
use zeroize::Zeroize;

/// An ML-KEM-768 encapsulation key: the first part of the client's share (FIPS 203, table 3).
const ENCAPSULATION_KEY_BYTES: usize = 1184;
/// An ML-KEM-768 ciphertext: the first part of the relay's share (FIPS 203, table 3).
const CIPHERTEXT_BYTES: usize = 1088;
/// An X25519 public key: the last part of both shares (RFC 7748).
const X25519_BYTES: usize = 32;

const BAD_SHARE: Error = Error::PeerMisbehaved(PeerMisbehaved::InvalidKeyShare);

/// ring's provider with [`X25519MlKem768`] as its only key exchange.
///
/// The suites stay in ring's order, AES-256-GCM first: where the processor has AES it is up to
/// twice as fast as ChaCha20.
pub fn provider() -> Arc<CryptoProvider> {
    let mut provider = ring::default_provider();
    provider.kx_groups = vec![&X25519MlKem768];
    Arc::new(provider)
}

/// The hybrid group, for TLS 1.3 only.
#[derive(Debug)]
pub struct X25519MlKem768;

impl SupportedKxGroup for X25519MlKem768 {
    /// The client begins: it sends an encapsulation key and its X25519 key.
    fn start(&self) -> Result<Box<dyn ActiveKeyExchange>, Error> {
        let classical = ring::kx_group::X25519.start()?;
        let (decapsulation_key, encapsulation_key) = MlKem768::generate_keypair();
        let share = [&encapsulation_key.to_bytes()[..], classical.pub_key()].concat();
        Ok(Box::new(Begun { classical, decapsulation_key, share }))
    }

    /// The relay answers in one step, because a ciphertext needs the client's key.
    fn start_and_complete(&self, peer_share: &[u8]) -> Result<CompletedKeyExchange, Error> {
        let (lattice, classical) = halves(peer_share, ENCAPSULATION_KEY_BYTES)?;
        let lattice = lattice.try_into().map_err(|_| BAD_SHARE)?;
        // A key whose coefficients are not reduced is refused here, as FIPS 203 section 7.2 asks.
        let encapsulation_key = EncapsulationKey::<MlKem768>::new(lattice).map_err(|_| BAD_SHARE)?;
        let classical = ring::kx_group::X25519.start_and_complete(classical)?;
        let (ciphertext, mut shared) = encapsulation_key.encapsulate();
        let secret = join(&shared, &classical.secret);
        shared.as_mut_slice().zeroize();
        Ok(CompletedKeyExchange {
            group: self.name(),
            pub_key: [&ciphertext[..], &classical.pub_key].concat(),
            secret,
        })
    }

    fn ffdhe_group(&self) -> Option<rustls::ffdhe_groups::FfdheGroup<'static>> {
        None
    }

    fn name(&self) -> NamedGroup {
        NamedGroup::X25519MLKEM768
    }

    fn usable_for_version(&self, version: ProtocolVersion) -> bool {
        version == ProtocolVersion::TLSv1_3
    }
}

/// The client's exchange between its share and the relay's.
///
/// It does not name its classical half to rustls (`hybrid_component`), which would send that half
/// a second time as a group of its own.
struct Begun {
    classical: Box<dyn ActiveKeyExchange>,
    decapsulation_key: DecapsulationKey<MlKem768>,
    share: Vec<u8>,
}

impl ActiveKeyExchange for Begun {
    fn complete(self: Box<Self>, peer_share: &[u8]) -> Result<SharedSecret, Error> {
        let (lattice, classical) = halves(peer_share, CIPHERTEXT_BYTES)?;
        let classical = self.classical.complete(classical)?;
        let mut shared = self.decapsulation_key.decapsulate_slice(lattice).map_err(|_| BAD_SHARE)?;
        let secret = join(&shared, &classical);
        shared.as_mut_slice().zeroize();
        Ok(secret)
    }

    fn pub_key(&self) -> &[u8] {
        &self.share
    }

    fn ffdhe_group(&self) -> Option<rustls::ffdhe_groups::FfdheGroup<'static>> {
        None
    }

    fn group(&self) -> NamedGroup {
        NamedGroup::X25519MLKEM768
    }
}

/// The two parts of a share, when it is exactly as long as it must be.
fn halves(share: &[u8], lattice_bytes: usize) -> Result<(&[u8], &[u8]), Error> {
    if share.len() != lattice_bytes + X25519_BYTES {
        return Err(BAD_SHARE);
    }
    Ok(share.split_at(lattice_bytes))
}

/// One allocation of the final size, so that no copy stays behind; rustls wipes it on drop.
fn join(lattice: &[u8], classical: &SharedSecret) -> SharedSecret {
    SharedSecret::from([lattice, classical.secret_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT_SHARE_BYTES: usize = ENCAPSULATION_KEY_BYTES + X25519_BYTES;
    const RELAY_SHARE_BYTES: usize = CIPHERTEXT_BYTES + X25519_BYTES;

    fn refused<T>(result: Result<T, Error>) {
        assert_eq!(result.err(), Some(BAD_SHARE));
    }

    #[test]
    fn both_ends_reach_one_secret_of_both_halves() {
        let client = X25519MlKem768.start().unwrap();
        assert_eq!(client.pub_key().len(), CLIENT_SHARE_BYTES);
        let relay = X25519MlKem768.start_and_complete(client.pub_key()).unwrap();
        assert_eq!(relay.pub_key.len(), RELAY_SHARE_BYTES);
        let secret = client.complete(&relay.pub_key).unwrap();
        assert_eq!(secret.secret_bytes(), relay.secret.secret_bytes());
        assert_eq!(secret.secret_bytes().len(), 64);
    }

    #[test]
    fn the_ml_kem_half_stands_first_in_shares_and_secret() {
        let classical = ring::kx_group::X25519.start().unwrap();
        let (decapsulation_key, encapsulation_key) = MlKem768::generate_keypair();
        let share = [&encapsulation_key.to_bytes()[..], classical.pub_key()].concat();
        let relay = X25519MlKem768.start_and_complete(&share).unwrap();
        let (ciphertext, public) = relay.pub_key.split_at(CIPHERTEXT_BYTES);
        let lattice = decapsulation_key.decapsulate_slice(ciphertext).unwrap();
        let classical = classical.complete(public).unwrap();
        let expected = [&lattice[..], classical.secret_bytes()].concat();
        assert_eq!(relay.secret.secret_bytes(), expected);
    }

    #[test]
    fn a_share_of_the_wrong_length_is_misbehaviour() {
        for bytes in [0, X25519_BYTES, CLIENT_SHARE_BYTES - 1, CLIENT_SHARE_BYTES + 1] {
            refused(X25519MlKem768.start_and_complete(&vec![1; bytes]));
        }
        for bytes in [0, X25519_BYTES, RELAY_SHARE_BYTES - 1, RELAY_SHARE_BYTES + 1] {
            refused(X25519MlKem768.start().unwrap().complete(&vec![1; bytes]));
        }
    }

    #[test]
    fn an_unreduced_ml_kem_key_is_misbehaviour() {
        let mut share = X25519MlKem768.start().unwrap().pub_key().to_vec();
        share[..3].fill(0xff);
        refused(X25519MlKem768.start_and_complete(&share));
    }

    #[test]
    fn a_low_order_x25519_key_is_misbehaviour() {
        let client = X25519MlKem768.start().unwrap();
        let mut share = client.pub_key().to_vec();
        let mut answer = X25519MlKem768.start_and_complete(&share).unwrap().pub_key;
        share[ENCAPSULATION_KEY_BYTES..].fill(0);
        refused(X25519MlKem768.start_and_complete(&share));
        answer[CIPHERTEXT_BYTES..].fill(0);
        refused(client.complete(&answer));
    }

    #[test]
    fn a_changed_ciphertext_leads_to_another_secret() {
        let client = X25519MlKem768.start().unwrap();
        let mut relay = X25519MlKem768.start_and_complete(client.pub_key()).unwrap();
        relay.pub_key[0] ^= 1;
        let secret = client.complete(&relay.pub_key).unwrap();
        assert_ne!(secret.secret_bytes(), relay.secret.secret_bytes());
    }

    #[test]
    fn only_the_hybrid_group_is_offered() {
        let provider = provider();
        let names: Vec<_> = provider.kx_groups.iter().map(|group| group.name()).collect();
        assert_eq!(names, [NamedGroup::X25519MLKEM768]);
        assert!(!provider.kx_groups[0].usable_for_version(ProtocolVersion::TLSv1_2));
    }

    #[test]
    fn aes_256_gcm_is_preferred() {
        let first = provider().cipher_suites[0].suite();
        assert_eq!(first, rustls::CipherSuite::TLS13_AES_256_GCM_SHA384);
    }
}
