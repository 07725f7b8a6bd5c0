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

    /// a certificate is kept only if it is this device's, by the relay's issuer, for the key that is
    /// here, and not over already.
    fn adopt(&mut self, der: Vec<u8>) -> Result<(), Failure> {
        let is_ours = device_of(&der) == Some(self.device().0)
            && is_issued_by(&der, &self.root.relay.tls_ca)
            && not_after(&der).is_some_and(|end| end > self.now().0);
        let Door::Device { store, identity } = &mut self.door else { return Err(Unverified::Answer.into()) };
        let fresh = Identity::from_der(vec![der.clone()], &store.secrets().tls_key);
        let Some(fresh) = fresh.ok().filter(|fresh| is_ours && fresh.fits()) else {
            return Err(Unverified::Answer.into());
        };
        self.home.keep_certificate(&der)?;
        *identity = Some(fresh);
        tracing::debug!("the certificate is renewed");
        Ok(())
    }
}
