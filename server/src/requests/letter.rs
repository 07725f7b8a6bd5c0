//! Shows a reviewer the outside of a letter, after the record of the reading: the header that its writer signed.
//!
//! Right: a reviewer of the log (AUD), with a reason of the list. What is inside, and what opens it, is not
//! given to anybody here.

use super::log_keys::reading;
use super::{Exchange, Stop};
use crate::relay::Relay;
use crate::relay::change::Recorded;
use shared::ids::MessageId;
use shared::signed::Signed;
use shared::wire::{Answer, Ask};
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, ask: Ask) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let Ask::Letter { message, reason, reference } = ask else {
        return Err(Stop::Misbehaved("not a reading of a letter's outside"));
    };
    let recorded = reading(exchange, Some(message), &reason, reference.as_ref()).await?;
    let header = release(exchange.relay, &recorded, message);
    let confirmation = exchange.relay.confirmation(&recorded, exchange.known())?;
    exchange.say(&Answer::Letter { confirmation, kept: header.is_some() }).await?;
    match header {
        Some(header) => exchange.say(&header).await,
        None => Ok(()),
    }
}

/// The header, for the record that is on the disk; none of a letter that has expired or never was.
fn release(relay: &Relay, _recorded: &Recorded, message: MessageId) -> Option<Signed> {
    relay.stored(message).ok().map(|stored| stored.envelope.header)
}
