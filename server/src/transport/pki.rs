//! Certificates: one issuer per relay, a certificate for the relay, one for each device.
//!
//! A certificate opens the door and proves nothing else: rights come from signed statements, and
//! every request is signed with the device's own key. So a device's certificate says two things
//! only, its device id and "client", and the relay says them, whatever the device asked for.
//! There is no revocation list: a device is struck off by its card, which is looked at on each
//! connection, and a certificate ends by itself after 90 days.
//!
//! All keys are Ed25519. Times are unix seconds and come in as arguments.

use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, PKCS_ED25519, PublicKeyData, SerialNumber,
};
use rustls_pki_types::{CertificateDer, CertificateSigningRequestDer};
use shared::ids::PublicKey;
use x509_parser::oid_registry::OID_X509_COMMON_NAME;

use super::tls_key::TlsKey;

/// The name in every relay's certificate. The issuer is what tells relays apart: each has its own.
pub const RELAY_NAME: &str = "relay.pli.internal";
/// The bytes of a device id; a certificate spells them as 32 lower-case hexadecimal digits.
pub const DEVICE_ID_BYTES: usize = 16;
/// A lost laptop's certificate is worth nothing after a quarter, also where a card was forgotten.
pub const DEVICE_CERTIFICATE_DAYS: u64 = 90;

const DAY_SECONDS: u64 = 24 * 60 * 60;
/// A request of ours has under 200 bytes; a parser is given no more than it needs.
const REQUEST_BYTES_MAX: usize = 1024;
/// The last second that a certificate can write: 9999-12-31T23:59:59Z.
const TIME_MAX: u64 = 253_402_300_799;

/// Why this machine could not make a key or a certificate.
#[derive(Debug, thiserror::Error)]
pub enum PkiFailed {
    /// A certificate must begin before it ends, and end before the year 10000.
    #[error("these dates make no certificate; look at the clock")]
    Dates,
    /// An issuer's certificate was loaded with a key that is not its own.
    #[error("the issuer's certificate and key do not fit each other; give both as they were made")]
    OtherKey,
    /// The key or the certificate does not parse, or there was no randomness.
    #[error("the key or certificate cannot be used")]
    Encoding(#[from] rcgen::Error),
}

/// A device's request that does not hold: its program is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRequest {
    /// Too long, not a request, or asking for things that no request of ours asks for.
    #[error("not a certificate request of this protocol")]
    Form,
    /// The signature is not by the key in the request.
    #[error("the certificate request is not signed by its own key")]
    Signature,
    /// Another kind of key.
    #[error("the certificate request has a key that is not Ed25519")]
    Algorithm,
    /// Made for another device.
    #[error("the certificate request names another device")]
    Device,
}

/// A certificate as it is sent and as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The bytes on the wire.
    pub der: Vec<u8>,
    /// The same as text.
    pub pem: String,
}

impl From<rcgen::Certificate> for Certificate {
    fn from(certificate: rcgen::Certificate) -> Self {
        Self { der: certificate.der().to_vec(), pem: certificate.pem() }
    }
}

/// A request whose signature holds. Only [`verify_request`] makes one, and
/// [`Issuer::issue_device`] takes nothing else.
#[derive(Debug)]
pub struct VerifiedRequest {
    public: rcgen::PublicKey,
    device: [u8; DEVICE_ID_BYTES],
}

impl VerifiedRequest {
    /// The key that is to be certified, to compare with the one on the device's card.
    pub fn public(&self) -> &[u8] {
        self.public.der_bytes()
    }
}

/// Verifies that `request_der` was made by a device called `device`, with the key it names.
///
/// What else it asks for is dropped here, and a kind of wish that is not known is refused.
pub fn verify_request(
    request_der: &[u8],
    device: &[u8; DEVICE_ID_BYTES],
) -> Result<VerifiedRequest, InvalidRequest> {
    if request_der.len() > REQUEST_BYTES_MAX {
        return Err(InvalidRequest::Form);
    }
    let der = CertificateSigningRequestDer::from(request_der);
    let request = CertificateSigningRequestParams::from_der(&der).map_err(|error| match error {
        rcgen::Error::InvalidCertificationRequestSignature => InvalidRequest::Signature,
        _ => InvalidRequest::Form,
    })?;
    if request.public_key.algorithm() != &PKCS_ED25519 {
        return Err(InvalidRequest::Algorithm);
    }
    if request.params.distinguished_name != named(spell(device)) {
        return Err(InvalidRequest::Device);
    }
    Ok(VerifiedRequest { public: request.public_key, device: *device })
}

/// Who signs the certificates of one relay and its devices.
#[derive(Debug)]
pub struct Issuer {
    certificate: Certificate,
    key: TlsKey,
}

/// Makes an issuer that is its own root. It can sign certificates, but no further issuers.
pub fn make_ca(name: &str, key: TlsKey, not_before: u64, not_after: u64) -> Result<Issuer, PkiFailed> {
    let pair = key.pair()?;
    let mut params = params(named(name.to_owned()), &pair, not_before, not_after)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let certificate = params.self_signed(&pair)?.into();
    Ok(Issuer { certificate, key })
}

impl Issuer {
    /// An issuer that was kept.
    pub fn load(certificate: Certificate, key: TlsKey) -> Result<Self, PkiFailed> {
        let (_, parsed) = x509_parser::parse_x509_certificate(&certificate.der)
            .map_err(|_| rcgen::Error::CouldNotParseCertificate)?;
        if parsed.public_key().subject_public_key.data.as_ref() != key.public()? {
            return Err(PkiFailed::OtherKey);
        }
        Ok(Self { certificate, key })
    }

    /// The root that both ends are given.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The key to keep.
    pub fn key(&self) -> &TlsKey {
        &self.key
    }

    /// A certificate for the relay itself.
    pub fn issue_relay(
        &self,
        key: &TlsKey,
        not_before: u64,
        not_after: u64,
    ) -> Result<Certificate, PkiFailed> {
        let pair = key.pair()?;
        let mut params = params(named(RELAY_NAME.to_owned()), &pair, not_before, not_after)?;
        params.subject_alt_names = vec![rcgen::SanType::DnsName(RELAY_NAME.try_into()?)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(params, &pair)
    }

    /// A certificate for a device, for [`DEVICE_CERTIFICATE_DAYS`] from `now`.
    pub fn issue_device(&self, request: &VerifiedRequest, now: u64) -> Result<Certificate, PkiFailed> {
        let end = now.checked_add(DEVICE_CERTIFICATE_DAYS * DAY_SECONDS);
        let end = end.ok_or(PkiFailed::Dates)?;
        self.device_certificate(&request.public, &request.device, now, end)
    }

    /// Without a request and with any dates: for the example certificates only.
    pub(super) fn device_certificate(
        &self,
        public: &impl PublicKeyData,
        device: &[u8; DEVICE_ID_BYTES],
        not_before: u64,
        not_after: u64,
    ) -> Result<Certificate, PkiFailed> {
        let mut params = params(named(spell(device)), public, not_before, not_after)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params, public)
    }

    fn sign(
        &self,
        mut params: CertificateParams,
        public: &impl PublicKeyData,
    ) -> Result<Certificate, PkiFailed> {
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let root = CertificateDer::from(self.certificate.der.as_slice());
        let issuer = rcgen::Issuer::from_ca_cert_der(&root, self.key.pair()?)?;
        Ok(params.signed_by(public, &issuer)?.into())
    }
}

/// Which device a certificate names: 32 lower-case hexadecimal digits and nothing beside them.
///
/// It believes the certificate, so it is asked after TLS has verified it.
pub fn device_of(certificate_der: &[u8]) -> Option<[u8; DEVICE_ID_BYTES]> {
    let (rest, certificate) = x509_parser::parse_x509_certificate(certificate_der).ok()?;
    let mut attributes = certificate.subject().iter_attributes();
    let name = attributes.next()?;
    if !rest.is_empty() || attributes.next().is_some() {
        return None;
    }
    if name.attr_type() != &OID_X509_COMMON_NAME {
        return None;
    }
    read_id(name.as_str().ok()?)
}

/// The second after which a certificate is over, in unix seconds.
#[must_use]
pub fn not_after(certificate_der: &[u8]) -> Option<u64> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate_der).ok()?;
    certificate.validity().not_after.timestamp().try_into().ok()
}

/// What stands in a certificate between what is signed and the signature: that it is Ed25519, and 64 bytes.
const ED25519_SIGNATURE: [u8; 10] = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x41, 0x00];

/// Whether every bit of a certificate is under the signature of this issuer. Its dates are not looked at.
#[must_use]
pub fn is_issued_by(certificate_der: &[u8], issuer_der: &[u8]) -> bool {
    let parsed = |der| x509_parser::parse_x509_certificate(der).ok().filter(|(rest, _)| rest.is_empty());
    let (Some((_, certificate)), Some((_, issuer))) = (parsed(certificate_der), parsed(issuer_der)) else {
        return false;
    };
    let Ok(key) = issuer.public_key().subject_public_key.data.as_ref().try_into() else { return false };
    let (signed, signature) = (certificate.tbs_certificate.as_ref(), &certificate.signature_value.data);
    // What is around the signed bytes has one spelling, and a parser would take others.
    let inside = [signed, &ED25519_SIGNATURE, signature].concat();
    let Ok([high, low]) = u16::try_from(inside.len()).map(u16::to_be_bytes) else { return false };
    let header: &[u8] = if inside.len() < 256 { &[0x30, 0x81, low] } else { &[0x30, 0x82, high, low] };
    certificate_der == [header, &inside].concat() && PublicKey(key).verify_raw(signed, signature).is_ok()
}

/// Whether a certificate is for this key.
#[must_use]
pub fn is_of(certificate_der: &[u8], key: &TlsKey) -> bool {
    let parsed = x509_parser::parse_x509_certificate(certificate_der);
    let public = parsed.map(|(_, parsed)| parsed.public_key().subject_public_key.data.to_vec());
    public.is_ok_and(|public| key.public().is_ok_and(|key| key == public))
}

fn params(
    subject: DistinguishedName,
    public: &impl PublicKeyData,
    not_before: u64,
    not_after: u64,
) -> Result<CertificateParams, PkiFailed> {
    if not_before >= not_after || not_after > TIME_MAX {
        return Err(PkiFailed::Dates);
    }
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.not_before = epoch + Duration::from_secs(not_before);
    params.not_after = epoch + Duration::from_secs(not_after);
    params.serial_number = Some(serial(public, not_before));
    Ok(params)
}

/// Two certificates of one issuer never share a number, also when a key is certified again; and
/// one made from the same key and day is the same, which keeps the example certificates stable.
fn serial(public: &impl PublicKeyData, not_before: u64) -> SerialNumber {
    let named = [b"pli/serial/v1\0", public.der_bytes(), &not_before.to_be_bytes()].concat();
    let mut number = shared::crypto::sha256(&named).0;
    number[0] &= 0x7f; // a serial number is positive (RFC 5280, section 4.1.2.2)
    SerialNumber::from_slice(&number[..16])
}

pub(super) fn named(name: String) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    subject
}

pub(super) fn spell(device: &[u8; DEVICE_ID_BYTES]) -> String {
    device.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_id(digits: &str) -> Option<[u8; DEVICE_ID_BYTES]> {
    let canonical = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() != 2 * DEVICE_ID_BYTES || !digits.bytes().all(canonical) {
        return None;
    }
    u128::from_str_radix(digits, 16).ok().map(u128::to_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: [u8; DEVICE_ID_BYTES] = *b"\x01\x23\x45\x67\x89\xab\xcd\xef fedcba\x00";
    const DIGITS: &str = "0123456789abcdef2066656463626100";
    const NOW: u64 = 1_800_000_000;

    fn issuer() -> Issuer {
        make_ca("test", TlsKey::generate().unwrap(), NOW, NOW + DAY_SECONDS).unwrap()
    }

    /// A request that asks for whatever a test likes.
    fn request(change: impl FnOnce(&mut CertificateParams)) -> Vec<u8> {
        let pair = rcgen::KeyPair::generate_for(&PKCS_ED25519).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name = named(DIGITS.to_owned());
        change(&mut params);
        params.serialize_request(&pair).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_names_the_device_that_asked() {
        let key = TlsKey::generate().unwrap();
        let request = verify_request(&key.request(&DEVICE).unwrap(), &DEVICE).unwrap();
        assert_eq!(request.public(), key.public().unwrap());
        let certificate = issuer().issue_device(&request, NOW).unwrap();
        assert_eq!(device_of(&certificate.der), Some(DEVICE));
        assert_eq!(not_after(&certificate.der), Some(NOW + DEVICE_CERTIFICATE_DAYS * DAY_SECONDS));
        assert_eq!(not_after(b"nothing"), None);
    }

    #[test]
    fn a_certificate_has_90_days_and_one_purpose_whatever_was_asked() {
        let asked = request(|params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
            params.subject_alt_names = vec![rcgen::SanType::DnsName(RELAY_NAME.try_into().unwrap())];
        });
        let request = verify_request(&asked, &DEVICE).unwrap();
        let certificate = issuer().issue_device(&request, NOW).unwrap();
        let (_, parsed) = x509_parser::parse_x509_certificate(&certificate.der).unwrap();
        let validity = parsed.validity();
        assert_eq!(validity.not_before.timestamp(), NOW as i64);
        assert_eq!(validity.not_after.timestamp(), (NOW + 90 * DAY_SECONDS) as i64);
        assert!(!parsed.is_ca());
        assert!(parsed.subject_alternative_name().unwrap().is_none());
        assert!(!parsed.key_usage().unwrap().unwrap().value.key_cert_sign());
        let purpose = parsed.extended_key_usage().unwrap().unwrap().value;
        assert!(purpose.client_auth && !purpose.server_auth && !purpose.any);
    }

    #[test]
    fn a_bad_request_is_refused_with_its_reason() {
        let check = |request: &[u8], expected| {
            assert_eq!(verify_request(request, &DEVICE).err(), Some(expected));
        };
        let good = request(|_| {});
        let mut forged = good.clone();
        *forged.last_mut().unwrap() ^= 1;
        check(&forged, InvalidRequest::Signature);
        check(&good[..good.len() - 1], InvalidRequest::Form);
        check(&[0; REQUEST_BYTES_MAX + 1], InvalidRequest::Form);
        check(&request(|params| params.distinguished_name = named("relay".into())), InvalidRequest::Device);
        let also = |params: &mut CertificateParams| {
            params.distinguished_name.push(DnType::OrganizationName, "mairie");
        };
        check(&request(also), InvalidRequest::Device);
        let curve = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name = named(DIGITS.to_owned());
        check(params.serialize_request(&curve).unwrap().der(), InvalidRequest::Algorithm);
    }

    #[test]
    fn a_device_is_read_only_from_its_exact_spelling() {
        let issuer = issuer();
        let key = TlsKey::generate().unwrap();
        let check = |subject: DistinguishedName, expected| {
            let pair = rcgen::KeyPair::generate_for(&PKCS_ED25519).unwrap();
            let params = params(subject, &pair, NOW, NOW + 1).unwrap();
            let certificate = issuer.sign(params, &pair).unwrap();
            assert_eq!(device_of(&certificate.der), expected);
        };
        check(named(DIGITS.into()), Some(DEVICE));
        check(named(DIGITS.to_uppercase()), None);
        check(named(DIGITS[1..].into()), None);
        check(named(format!("+{}", &DIGITS[1..])), None);
        check(named(format!("{DIGITS}00")), None);
        check(DistinguishedName::new(), None);
        let mut two = named(DIGITS.into());
        two.push(DnType::OrganizationName, "mairie");
        check(two, None);
        let relay = issuer.issue_relay(&key, NOW, NOW + 1).unwrap();
        assert_eq!(device_of(&relay.der), None);
        assert_eq!(device_of(b"nothing"), None);
    }

    #[test]
    fn an_issuer_comes_back_only_with_its_own_key() {
        let issuer = issuer();
        let key = TlsKey::from_pkcs8(issuer.key().pkcs8()).unwrap();
        assert!(Issuer::load(issuer.certificate().clone(), key).is_ok());
        let other = TlsKey::generate().unwrap();
        let refused = Issuer::load(issuer.certificate().clone(), other);
        assert!(matches!(refused, Err(PkiFailed::OtherKey)));
    }

    #[test]
    fn a_certificate_is_its_issuers_to_the_last_bit() {
        let (issuer, other) = (issuer(), issuer());
        let key = TlsKey::generate().unwrap();
        let ca = &issuer.certificate().der;
        let relay = issuer.issue_relay(&key, NOW, NOW + 1).unwrap().der;
        assert!(is_issued_by(&relay, ca) && is_issued_by(ca, ca) && is_of(&relay, &key));
        assert!(!is_issued_by(&relay, &other.certificate().der) && !is_of(ca, &key));
        for bit in 0..8 * relay.len() {
            let mut flipped = relay.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_issued_by(&flipped, ca), "bit {bit}");
        }
        let example = crate::transport::tls::certificate_from_pem;
        let ca = example(include_bytes!("../../../certs-example/ca.pem")).unwrap();
        let relay = example(include_bytes!("../../../certs-example/relay.pem")).unwrap();
        assert!(is_issued_by(&ca, &ca) && is_issued_by(&relay, &ca));
    }

    #[test]
    fn dates_that_make_no_certificate_are_refused() {
        let check = |from, to| {
            let made = make_ca("test", TlsKey::generate().unwrap(), from, to);
            assert!(matches!(made, Err(PkiFailed::Dates)), "{from} to {to}");
        };
        check(NOW, NOW);
        check(NOW, NOW - 1);
        check(NOW, TIME_MAX + 1);
        let asked = verify_request(&request(|_| {}), &DEVICE).unwrap();
        assert!(matches!(issuer().issue_device(&asked, u64::MAX), Err(PkiFailed::Dates)));
    }

    #[test]
    fn a_renewed_certificate_has_a_number_of_its_own() {
        let key = TlsKey::generate().unwrap();
        let pair = rcgen::KeyPair::generate_for(&PKCS_ED25519).unwrap();
        assert_ne!(serial(&pair, NOW), serial(&pair, NOW + 1));
        assert_eq!(serial(&pair, NOW), serial(&pair, NOW));
        assert!(issuer().issue_relay(&key, NOW, TIME_MAX).is_ok());
    }
}
