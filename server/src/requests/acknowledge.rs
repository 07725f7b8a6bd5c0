//! Records how a claim ended: opened, not what its writer signed, or stopped by the reader's rules.
//!
//! Right: a device to which the grant was released.

use super::{Exchange, Stop, about, writers_copy};
use crate::relay::change::{Change, Step};
use shared::ids::{MessageId, RuleId};
use shared::limits::RULES_NAMED_MAX;
use shared::log::{Act, Outcome, named};
use shared::refusal::Refusal;
use shared::wire::{Answer, ListedState};
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    message: MessageId,
    claim: u64,
    (outcome, rules): (Outcome, Vec<RuleId>),
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    // the rules are named where they stopped something, and nowhere else.
    if rules.is_empty() == (outcome == Outcome::Quarantined) || rules.len() > RULES_NAMED_MAX {
        return Err(Refusal::Malformed.into());
    }
    let (relay, device) = (exchange.relay, exchange.device());
    let stored = relay.stored(message)?;
    let core = &stored.header.core;
    // to whoever is not in the group, there is nothing here, expired or not.
    relay
        .snapshot()
        .directory
        .reader(core.group, device, core.order().is_some(), relay.now())
        .ok_or(Refusal::NotFound)?;
    let held = relay.index().state(device, message).map_err(|_| Refusal::Unavailable)?;
    let held = held.ok_or(Refusal::NotFound)?;
    if relay.now() >= core.expires {
        return Err(Refusal::Expired.into());
    }
    // only a device to which the grant was released says how it ended.
    // The last step of this device is the claim that is acknowledged, unless this very request was
    // answered before.
    let again = relay.index().answered(exchange.request.time, exchange.signed.digest());
    let again = again.map_err(|_| Refusal::Unavailable)?.is_some();
    if held.state < ListedState::Released || (held.index != claim && !again) {
        return Err(Refusal::NotClaimed.into());
    }
    let recorded = relay
        .record(|snapshot| {
            let mut recording = about(exchange.recording(snapshot, Act::Opening)?, core);
            recording.record.outcome = outcome;
            recording.record.reference = named(&rules);
            Ok(Change::Step(Box::new(Step {
                recording,
                message,
                expires: core.expires,
                state: Some(if outcome == Outcome::Done {
                    ListedState::Opened
                } else {
                    ListedState::Released
                }),
                copy: writers_copy(relay, snapshot, &stored),
            })))
        })
        .await?;
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    exchange.say(&Answer::Acknowledged(confirmation)).await
}
