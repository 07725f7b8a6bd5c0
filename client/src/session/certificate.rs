//! The certificate that opens the relay's door, which renews itself.
//!
//! It is for 90 days. In its last thirty, each new connection asks for the next one on the way; where that
//! fails, nobody notices while the old one holds. A device that slept past the end comes without one, as a
//! stranger, and asks for a new one there: the request is signed by the device as any other. The key stays
//! the same; it never leaves the device.

use super::{Door, Session};
use crate::failure::{Failure, Unverified};
use crate::link::Link;
use pli_server::transport::pki::{device_of, is_issued_by, not_after};
use pli_server::transport::tls::Identity;
use pli_server::transport::tls_key::TlsKey;
use shared::ids::DeviceId;
use shared::limits::REQUEST_SECONDS_MAX;
use shared::refusal::Refusal;
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::{Answer, Ask};

/// From so many days before its end on, a certificate is renewed: whoever connects once a month has one.
const RENEW_DAYS: u64 = 30;

impl Session {
    /// Where the certificate is over, or may be by the relay's clock, which is right to within ten minutes:
    /// asks for another as a stranger.
    pub(super) async fn renew_what_is_over(&mut self) -> Result<(), Failure> {
        let left = self.certificate_left();
        if left > REQUEST_SECONDS_MAX {
            return Ok(());
        }
        match self.renew_as_stranger().await {
            Err(error) if left > 0 => {
                tracing::warn!(%error, "the certificate is not renewed, and holds for some minutes");
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// Where the certificate ends soon: asks for another, on a connection that it still opened.
    pub(super) async fn renew_what_ends_soon(&mut self, link: &Link) {
        if self.certificate_left() <= RENEW_DAYS * DAY_SECONDS
            && let Err(error) = self.renew(link).await
        {
            tracing::warn!(%error, "the certificate is not renewed, and still holds");
        }
    }

    /// The seconds until the certificate ends, by this device's clock. One that cannot be read is over.
    fn certificate_left(&self) -> u64 {
        let Door::Device { identity: Some(identity), .. } = &self.door else { return 0 };
        let end = identity.chain().first().and_then(|own| not_after(own));
        end.map_or(0, |end| Timestamp(end).since(self.now()))
    }

    async fn renew_as_stranger(&mut self) -> Result<(), Failure> {
        let link = Link::connect_as_stranger(self.home.config.relay, &self.root.relay.tls_ca).await?;
        let renewed = self.renew(&link).await;
        link.close();
        renewed
    }

    async fn renew(&mut self, link: &Link) -> Result<(), Failure> {
        let unusable = |error| Failure::local("local-certificate", error);
        let store = self.store().ok_or(Refusal::NotEnrolled)?;
        let key = TlsKey::from_pkcs8(&store.secrets().tls_key).map_err(unusable)?;
        let request = key.request(&self.device().0).map_err(unusable)?;
        let request = self.sign(Ask::Certificate { request })?;
        match link.begin(&request, &[]).await?.answer().await? {
            Answer::Certificate { der } => self.adopt(der),
            _ => Err(Unverified::Answer.into()),
        }
    }

    fn adopt(&mut self, der: Vec<u8>) -> Result<(), Failure> {
        let (device, now) = (self.device(), self.now());
        let Door::Device { store, identity } = &mut self.door else { return Err(Unverified::Answer.into()) };
        let (ca, key) = (&self.root.relay.tls_ca, &store.secrets().tls_key);
        let fresh = fitting(&der, device, key, ca, now).ok_or(Unverified::Answer)?;
        self.home.keep_certificate(&der)?;
        *identity = Some(fresh);
        tracing::debug!("the certificate is renewed");
        Ok(())
    }
}

/// a certificate is of use only if it is this device's, by the relay's issuer, for the key that is
/// here, and not over already.
fn fitting(der: &[u8], device: DeviceId, key: &[u8], ca: &[u8], now: Timestamp) -> Option<Identity> {
    let is_ours = device_of(der) == Some(device.0)
        && is_issued_by(der, ca)
        && not_after(der).is_some_and(|end| end > now.0);
    let identity = Identity::from_der(vec![der.to_vec()], key).ok()?;
    (is_ours && identity.fits()).then_some(identity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pli_server::transport::pki::{Issuer, make_ca, verify_request};
    use shared::ids::KeyId;

    const OWN: DeviceId = KeyId([1; 16]);
    const OTHER: DeviceId = KeyId([2; 16]);
    const NOW: Timestamp = Timestamp(1_800_000_000);

    fn issuer() -> Issuer {
        make_ca("test", TlsKey::generate().unwrap(), NOW.0, NOW.0 + DAY_SECONDS).unwrap()
    }

    ///
    #[test]
    fn a_certificate_that_is_not_this_device_s_is_not_kept() {
        let (relay, another) = (issuer(), issuer());
        let (key, other_key) = (TlsKey::generate().unwrap(), TlsKey::generate().unwrap());
        let check = |issuer: &Issuer, key_in: &TlsKey, device: DeviceId, from: u64, expected: bool| {
            let request = verify_request(&key_in.request(&device.0).unwrap(), &device.0).unwrap();
            let der = issuer.issue_device(&request, from).unwrap().der;
            let kept = fitting(&der, OWN, key.pkcs8(), &relay.certificate().der, NOW);
            assert_eq!(kept.is_some(), expected, "{device} from {from}");
        };
        check(&relay, &key, OWN, NOW.0, true);
        check(&another, &key, OWN, NOW.0, false);
        check(&relay, &other_key, OWN, NOW.0, false);
        check(&relay, &key, OTHER, NOW.0, false);
        check(&relay, &key, OWN, NOW.0 - 90 * DAY_SECONDS, false);
        assert!(fitting(b"nothing", OWN, key.pkcs8(), &relay.certificate().der, NOW).is_none());
    }
}
