//! The example certificates: for trying Pli on one machine, and for its tests.
//!
//! Their private keys are in the repository, so whoever trusts them trusts everybody. They are
//! known by the fingerprint of their issuer's certificate, wherever the files were copied, and
//! [`permitted`] refuses them on every address but loopback, at both ends.
//!
//! [`files`] makes them again, byte for byte: the keys come from their names, and Ed25519
//! signatures have no randomness.

use std::net::SocketAddr;

use super::pki::{Certificate, DEVICE_ID_BYTES, PkiFailed, make_ca};
use super::tls_key::TlsKey;

/// The SHA-256 of `certs-example/ca.pem`, over its DER bytes.
pub const EXAMPLE_CA_FINGERPRINT: [u8; 32] = [
    0x1e, 0x2d, 0x99, 0x46, 0x36, 0x6a, 0xc7, 0xd8, 0xfd, 0x9b, 0xb6, 0x63, 0xca, 0x0c, 0x42, 0xdb, 0x1a,
    0x67, 0xda, 0xfe, 0x89, 0x7f, 0xbb, 0xc6, 0xfc, 0x54, 0xdb, 0xe3, 0x63, 0x33, 0x0c, 0xd2,
];

/// The ids of the four example devices. A real id is random.
pub const EXAMPLE_DEVICES: [[u8; DEVICE_ID_BYTES]; 4] =
    [1u128.to_be_bytes(), 2u128.to_be_bytes(), 3u128.to_be_bytes(), 4u128.to_be_bytes()];

/// 2026-01-01T00:00:00Z.
const NOT_BEFORE: u64 = 1_767_225_600;
/// 2099-12-31T23:59:59Z: an example that ends would only stop somebody from trying.
const NOT_AFTER: u64 = 4_102_444_799;

/// The example certificates were met on an address that others can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "these are the example certificates, whose keys everybody has; use a loopback address \
     instead of {0}, or certificates of your own"
)]
pub struct ExampleOnlyOnLoopback(pub SocketAddr);

/// Whether an end that trusts the issuer `ca_der` may use `addr`: the relay's own address when it
/// listens, the relay's when a client connects.
pub fn permitted(ca_der: &[u8], addr: SocketAddr) -> Result<(), ExampleOnlyOnLoopback> {
    let example = shared::crypto::sha256(ca_der).0 == EXAMPLE_CA_FINGERPRINT;
    // An IPv4 loopback address may come in its IPv6 spelling.
    if example && !addr.ip().to_canonical().is_loopback() {
        return Err(ExampleOnlyOnLoopback(addr));
    }
    Ok(())
}

/// The names and texts of all the files.
pub fn files() -> Result<Vec<(String, String)>, PkiFailed> {
    let issuer = make_ca("Pli example, not a secret", key("ca")?, NOT_BEFORE, NOT_AFTER)?;
    let mut files = Vec::new();
    push(&mut files, "ca", issuer.certificate(), issuer.key())?;
    let relay = key("relay")?;
    push(&mut files, "relay", &issuer.issue_relay(&relay, NOT_BEFORE, NOT_AFTER)?, &relay)?;
    for (number, id) in (1..).zip(&EXAMPLE_DEVICES) {
        let name = format!("device-{number}");
        let device = key(&name)?;
        let certificate = issuer.device_certificate(&device.pair()?, id, NOT_BEFORE, NOT_AFTER)?;
        push(&mut files, &name, &certificate, &device)?;
    }
    Ok(files)
}

fn push(
    files: &mut Vec<(String, String)>,
    name: &str,
    certificate: &Certificate,
    key: &TlsKey,
) -> Result<(), PkiFailed> {
    files.push((format!("{name}.pem"), certificate.pem.clone()));
    files.push((format!("{name}.key.pem"), key.pem()?.to_string()));
    Ok(())
}

/// A key that everybody can compute.
fn key(name: &str) -> Result<TlsKey, PkiFailed> {
    /// PKCS #8, version 1, for an Ed25519 seed (RFC 8410, section 7).
    const BEFORE_SEED: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    let seed = shared::crypto::sha256(format!("pli example key, not a secret: {name}").as_bytes());
    TlsKey::from_pkcs8(&[&BEFORE_SEED[..], &seed.0].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::pki::device_of;
    use crate::transport::tls::certificate_from_pem;

    const README: &str = include_str!("../../../certs-example/README.md");
    const KEPT: [(&str, &str); 12] = [
        ("ca.pem", include_str!("../../../certs-example/ca.pem")),
        ("ca.key.pem", include_str!("../../../certs-example/ca.key.pem")),
        ("relay.pem", include_str!("../../../certs-example/relay.pem")),
        ("relay.key.pem", include_str!("../../../certs-example/relay.key.pem")),
        ("device-1.pem", include_str!("../../../certs-example/device-1.pem")),
        ("device-1.key.pem", include_str!("../../../certs-example/device-1.key.pem")),
        ("device-2.pem", include_str!("../../../certs-example/device-2.pem")),
        ("device-2.key.pem", include_str!("../../../certs-example/device-2.key.pem")),
        ("device-3.pem", include_str!("../../../certs-example/device-3.pem")),
        ("device-3.key.pem", include_str!("../../../certs-example/device-3.key.pem")),
        ("device-4.pem", include_str!("../../../certs-example/device-4.pem")),
        ("device-4.key.pem", include_str!("../../../certs-example/device-4.key.pem")),
    ];

    fn example_ca() -> Vec<u8> {
        certificate_from_pem(KEPT[0].1.as_bytes()).unwrap()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_files_are_what_the_program_makes() {
        let made = files().unwrap();
        assert_eq!(made.len(), KEPT.len());
        for ((name, text), (kept_name, kept)) in made.iter().zip(KEPT) {
            assert_eq!(name, kept_name);
            assert!(text.lines().eq(kept.lines()), "{name} is not what is made today");
        }
    }

    #[test]
    fn the_fingerprint_is_that_of_the_issuer_and_stands_in_the_readme() {
        let fingerprint = shared::crypto::sha256(&example_ca()).0;
        assert_eq!(fingerprint, EXAMPLE_CA_FINGERPRINT, "{fingerprint:#04x?}");
        assert!(README.contains(&hex(&fingerprint)));
    }

    #[test]
    fn each_device_certificate_names_its_device() {
        for (number, id) in EXAMPLE_DEVICES.iter().enumerate() {
            let (_, pem) = KEPT[4 + 2 * number];
            let certificate = certificate_from_pem(pem.as_bytes()).unwrap();
            assert_eq!(device_of(&certificate), Some(*id));
            assert!(README.contains(&hex(id)));
        }
    }

    #[test]
    fn the_example_is_for_loopback_only() {
        let ca = example_ca();
        let check = |addr: &str, allowed: bool| {
            let addr = addr.parse().unwrap();
            let expected = if allowed { Ok(()) } else { Err(ExampleOnlyOnLoopback(addr)) };
            assert_eq!(permitted(&ca, addr), expected, "{addr}");
        };
        check("127.0.0.1:4433", true);
        check("127.9.9.9:4433", true);
        check("[::1]:4433", true);
        check("[::ffff:127.0.0.1]:4433", true);
        check("0.0.0.0:4433", false);
        check("[::]:4433", false);
        check("192.168.1.2:4433", false);
        check("[::ffff:192.168.1.2]:4433", false);
        check("[2001:db8::1]:4433", false);
    }

    #[test]
    fn certificates_of_ones_own_are_for_every_address() {
        let issuer = make_ca("own", TlsKey::generate().unwrap(), NOT_BEFORE, NOT_AFTER).unwrap();
        let anywhere = "0.0.0.0:4433".parse().unwrap();
        assert_eq!(permitted(&issuer.certificate().der, anywhere), Ok(()));
    }
}
