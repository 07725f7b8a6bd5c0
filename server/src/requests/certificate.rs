//! Gives a device the certificate that opens the door: its first, or a fresh one.
//!
//! Right: any enrolled device, for itself, also on a connection without a certificate. That the
//! device asks is proved as for every request, by its signature; that the key to be certified is its own
//! follows, because the signed request holds what that key signed. Makes no record.

use super::{Exchange, Stop};
use crate::transport::pki::verify_request;
use shared::refusal::Refusal;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, request: Vec<u8>) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let request = verify_request(&request, &exchange.device().0)
        .map_err(|_| Stop::Misbehaved("a certificate request that does not hold"))?;
    // A relay with the example's certificates has nothing to issue with.
    let issuer = exchange.relay.issuer().ok_or(Refusal::Unavailable)?;
    let issued = issuer.issue_device(&request, exchange.relay.now().0).map_err(|error| {
        tracing::error!(%error, "no certificate could be issued");
        Refusal::Unavailable
    })?;
    exchange.say(&Answer::Certificate { der: issued.der }).await
}
