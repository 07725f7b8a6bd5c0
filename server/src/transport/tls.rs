//! What the two ends ask of each other in TLS: version 1.3, `pli/1`, the relay's certificate and the
//! device's.
//!
//! A device that has no certificate yet, or only one that is over, comes without: it is let in as a
//! stranger, and what a stranger may do is not decided here. Who shows one that does not hold is refused.
//!
//! Every connection is a full handshake. A resumed session would carry yesterday's answer to "who
//! is this" past today's check, and early data can be replayed; so the relay gives no tickets,
//! neither end remembers a session, and nothing is sent before the handshake is done.
//!
//! No file is read here: certificates and keys come in as bytes. The dates of certificates are
//! compared with the system's clock by rustls. A root's own dates are not looked at.

use std::fmt;
use std::sync::Arc;

use rustls::client::{Resumption, WantsClientCert};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroize;

use super::tls_key::TlsKey;
use super::{kx, pki};

/// The protocol's name in the handshake. A peer that speaks another version is refused there.
pub const ALPN: &[u8] = b"pli/1";

/// Why an end cannot be set up: the files it was given are at fault, not the network.
#[derive(Debug, thiserror::Error)]
pub enum TlsFailed {
    /// The text is not PEM.
    #[error("the PEM text does not parse; give the files as they were issued")]
    Pem(#[source] rustls_pki_types::pem::Error),
    /// There is no certificate in what should be a chain.
    #[error("there is no certificate; give the certificate file, then the key file")]
    NoCertificate,
    /// The key's bytes are no private key.
    #[error("the private key does not parse; give the certificate file, then the key file")]
    Key,
    /// The certificate and the key do not belong together, or one of them is of no use for TLS.
    #[error("the certificate and the private key do not fit each other")]
    Identity(#[source] rustls::Error),
    /// The issuer's certificate cannot serve as a root.
    #[error("the issuer's certificate does not parse; give the one this relay publishes")]
    Issuer(#[source] rustls::Error),
    /// rustls refuses the combination of settings, which no input can cause.
    #[error("TLS 1.3 with mutual authentication cannot be set up")]
    Settings,
}

/// A certificate chain, its own certificate first, and the key that belongs to it.
///
/// The key is wiped on drop.
pub struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// From the texts of two PEM files; what is not a certificate or a key in them is passed over.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, TlsFailed> {
        let chain: Vec<_> =
            CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().map_err(TlsFailed::Pem)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(TlsFailed::Pem)?;
        Self::new(chain, key)
    }

    /// From DER bytes.
    pub fn from_der(chain: Vec<Vec<u8>>, key: &[u8]) -> Result<Self, TlsFailed> {
        let chain = chain.into_iter().map(CertificateDer::from).collect();
        let key = PrivateKeyDer::try_from(key).map_err(|_| TlsFailed::Key)?;
        Self::new(chain, key.clone_key())
    }

    fn new(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<Self, TlsFailed> {
        if chain.is_empty() {
            return Err(TlsFailed::NoCertificate);
        }
        Ok(Self { chain, key })
    }

    /// Whether the key is that of the first certificate.
    #[must_use]
    pub fn fits(&self) -> bool {
        let key = TlsKey::from_pkcs8(self.key.secret_der());
        key.is_ok_and(|key| self.chain.first().is_some_and(|own| pki::is_of(own, &key)))
    }

    /// The certificates, as they are sent.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// The DER bytes of the first certificate in a PEM text.
pub fn certificate_from_pem(pem: &[u8]) -> Result<Vec<u8>, TlsFailed> {
    Ok(CertificateDer::from_pem_slice(pem).map_err(TlsFailed::Pem)?.to_vec())
}

/// The relay's end: it admits devices with a certificate of the issuer `client_ca_der`, and strangers with
/// none.
pub fn relay_tls(identity: &Identity, client_ca_der: &[u8]) -> Result<ServerConfig, TlsFailed> {
    let provider = kx::provider();
    // Without the hint, somebody without a certificate does not learn which issuer is trusted.
    let verifier = WebPkiClientVerifier::builder_with_provider(only(client_ca_der)?, provider.clone())
        .clear_root_hint_subjects()
        .allow_unauthenticated()
        .build()
        .map_err(|_| TlsFailed::Settings)?;
    let mut tls = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])
        .map_err(|_| TlsFailed::Settings)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(identity.chain.clone(), identity.key.clone_key())
        .map_err(TlsFailed::Identity)?;
    tls.alpn_protocols = vec![ALPN.to_vec()];
    tls.send_tls13_tickets = 0;
    tls.session_storage = Arc::new(NoServerSessionStorage {});
    tls.max_early_data_size = 0;
    Ok(tls)
}

/// The device's end: it trusts the issuer `relay_ca_der`, not the system's list of authorities.
pub fn client_tls(identity: &Identity, relay_ca_der: &[u8]) -> Result<ClientConfig, TlsFailed> {
    let tls = trusting(relay_ca_der)?
        .with_client_auth_cert(identity.chain.clone(), identity.key.clone_key())
        .map_err(TlsFailed::Identity)?;
    Ok(without_memory(tls))
}

/// The end of a device that has no certificate, or none that still holds: it asks for one.
pub fn stranger_tls(relay_ca_der: &[u8]) -> Result<ClientConfig, TlsFailed> {
    Ok(without_memory(trusting(relay_ca_der)?.with_no_client_auth()))
}

fn trusting(relay_ca_der: &[u8]) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TlsFailed> {
    let tls = ClientConfig::builder_with_provider(kx::provider())
        .with_protocol_versions(&[&TLS13])
        .map_err(|_| TlsFailed::Settings)?;
    Ok(tls.with_root_certificates(only(relay_ca_der)?))
}

fn without_memory(mut tls: ClientConfig) -> ClientConfig {
    tls.alpn_protocols = vec![ALPN.to_vec()];
    tls.resumption = Resumption::disabled();
    tls.enable_early_data = false;
    tls
}

fn only(ca_der: &[u8]) -> Result<Arc<RootCertStore>, TlsFailed> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(ca_der)).map_err(TlsFailed::Issuer)?;
    Ok(Arc::new(roots))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CA: &[u8] = include_bytes!("../../../certs-example/ca.pem");
    const RELAY: &[u8] = include_bytes!("../../../certs-example/relay.pem");
    const RELAY_KEY: &[u8] = include_bytes!("../../../certs-example/relay.key.pem");
    const DEVICE_KEY: &[u8] = include_bytes!("../../../certs-example/device-1.key.pem");

    #[test]
    fn the_relay_gives_no_tickets_and_keeps_no_sessions() {
        let identity = Identity::from_pem(RELAY, RELAY_KEY).unwrap();
        let tls = relay_tls(&identity, &certificate_from_pem(CA).unwrap()).unwrap();
        assert_eq!(tls.send_tls13_tickets, 0);
        assert_eq!(tls.max_early_data_size, 0);
        assert!(!tls.session_storage.can_cache());
        assert!(!tls.ticketer.enabled());
        assert_eq!(tls.alpn_protocols, [ALPN]);
    }

    #[test]
    fn a_key_of_another_certificate_is_refused() {
        let identity = Identity::from_pem(RELAY, DEVICE_KEY).unwrap();
        let ca = certificate_from_pem(CA).unwrap();
        assert!(matches!(relay_tls(&identity, &ca), Err(TlsFailed::Identity(_))));
        assert!(matches!(client_tls(&identity, &ca), Err(TlsFailed::Identity(_))));
    }

    #[test]
    fn files_in_the_wrong_order_are_named() {
        assert!(matches!(Identity::from_pem(RELAY_KEY, RELAY_KEY), Err(TlsFailed::NoCertificate)));
        assert!(matches!(Identity::from_pem(RELAY, RELAY), Err(TlsFailed::Pem(_))));
        assert!(matches!(Identity::from_der(vec![vec![0]], b"no key"), Err(TlsFailed::Key)));
    }

    #[test]
    fn bytes_that_are_no_certificate_are_no_issuer() {
        let identity = Identity::from_pem(RELAY, RELAY_KEY).unwrap();
        assert!(matches!(relay_tls(&identity, b"nothing"), Err(TlsFailed::Issuer(_))));
    }

    #[test]
    fn an_identity_does_not_show_its_key() {
        let identity = Identity::from_pem(RELAY, RELAY_KEY).unwrap();
        assert_eq!(format!("{identity:?}"), "Identity { certificates: 1, .. }");
    }
}
