//! Accepts the next statement of a chain.
//!
//! Right: any enrolled device may carry a statement; what counts are the signatures on it. Its leaf
//! holds kind, chain, version and digest, never its bytes. Beside it, in the same batch, stands the record of
//! who brought it.

use super::{Exchange, Stop};
use crate::relay::Relay;
use crate::relay::change::{Change, Committed, Publication};
use shared::ids::{DeviceId, Digest, MessageId};
use shared::limits::{STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use shared::log::Act;
use shared::refusal::Refusal;
use shared::statement::{Hold, Kind, Statement};
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

const FRAME_AROUND_BYTES: usize = 4096;

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, digest: Digest) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let bytes_max = STATEMENT_BYTES_MAX + STATEMENT_BODY_BYTES_MAX + FRAME_AROUND_BYTES;
    // A root publishes hundreds of cards at once; everybody else signs little.
    if !exchange.is_root() {
        exchange.relay.quotas().statement(exchange.device())?;
    }
    let _body = exchange.relay.quotas().body(exchange.device(), bytes_max)?;
    let statement: Statement = exchange.item(bytes_max).await?;
    if statement.signed.digest() != digest {
        return Err(Stop::Misbehaved("another statement than the request names"));
    }
    // A client may hold pages without their recipients, charters without their text, and rulesets without their
    // rules; the relay must be able to give them.
    if matches!(statement.kind, Kind::KeyPage | Kind::Charter | Kind::Ruleset) && statement.body.is_none() {
        return Err(Refusal::Statement.into());
    }
    let relay = exchange.relay;
    let held = held(relay, &statement)?;
    let committed = relay
        .change(|snapshot| {
            let recording = exchange.recording(snapshot, Act::Membership)?;
            let statement = statement.clone();
            Ok(Change::Publish(Box::new(Publication { statement, recording: Some(recording) })))
        })
        .await?;
    let Committed::Published(leafed) = committed else { return Err(Refusal::Unavailable.into()) };
    // Whoever holds the letter is told to look.
    if let Some((message, devices)) = held {
        relay.listeners().tell(devices, message);
    }
    let (log, evidence) = relay.proved(&leafed, exchange.known())?;
    exchange.say(&Answer::Published { log, evidence }).await
}

/// the letter that PROC orders to be held, and who has a grant for it. What is gone is not held any more: that
/// is said, and nothing is accepted. An order that is ended before its day needs no letter.
fn held(relay: &Relay, statement: &Statement) -> Result<Option<(MessageId, Vec<DeviceId>)>, Stop> {
    if statement.kind != Kind::Hold {
        return Ok(None);
    }
    let hold: Hold = statement.signed.peek()?;
    if hold.link.version > 1 {
        return Ok(None);
    }
    let stored = relay.stored(hold.message)?;
    let core = &stored.header.core;
    if core.group != hold.group {
        return Err(Refusal::NotFound.into());
    }
    if stored.is_withdrawn() {
        return Err(Refusal::Retired.into());
    }
    if relay.now() >= stored.ends() {
        return Err(Refusal::Expired.into());
    }
    if core.order().is_some() {
        return Err(Refusal::Renewed.into());
    }
    // A hold that ends with the letter, or before it, holds nothing.
    if hold.until <= core.expires {
        return Err(Refusal::Retention.into());
    }
    Ok(Some((core.id, stored.living().map(|grant| grant.device).collect())))
}
