//! The headers of the messages for this device, oldest first.
//!
//! Right: any enrolled device sees its own mailbox. Showing a header for the first time is a record
//! (*delivery*), durable before the header leaves, and its writer gets a sealed copy of it.

use super::{Exchange, Stop, about, count, writers_copy};
use crate::relay::change::{Asked, Change, Step};
use crate::relay::index::Numbered;
use crate::relay::{Relay, Stored};
use futures_util::future::join_all;
use shared::crypto::{hmac_sha256, sha256};
use shared::ids::{IdBeginning, MemberId, MessageId, Random};
use shared::limits::HEADERS_PER_ANSWER_MAX;
use shared::log::Act;
use shared::message::Right;
use shared::refusal::Refusal;
use shared::wire::{Answer, Listed, ListedState};
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    after: Option<MessageId>,
    beginning: Option<IdBeginning>,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device) = (exchange.relay, exchange.device());
    let mut after = place_of(exchange, after)?;
    let mut listed = Vec::new();
    // What this device may not see any more must not hide what comes after it.
    while listed.len() < HEADERS_PER_ANSWER_MAX {
        let room = HEADERS_PER_ANSWER_MAX - listed.len();
        let found = relay.index().mailbox(device, after, room).map_err(|_| Refusal::Unavailable)?;
        let Some(last) = found.last() else { break };
        after = Some(last.number);
        let ids = found.into_iter().map(|Numbered { id, .. }| id);
        let wanted = ids.filter(|id| beginning.as_ref().is_none_or(|digits| id.begins(digits)));
        // Together, so that their records become durable in one batch.
        for delivered in join_all(wanted.map(|id| deliver(exchange, id))).await {
            match delivered {
                Ok(entry) => listed.push(entry),
                // It expired, or its reader left the group.
                Err(Refusal::NotFound | Refusal::Expired) => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
    }
    let more = listed.len() == HEADERS_PER_ANSWER_MAX;
    let log = relay.log_view(&relay.snapshot(), exchange.known())?;
    exchange.say(&Answer::Headers { log, count: count(listed.len()), more }).await?;
    for entry in listed {
        exchange.say(&entry).await?;
    }
    Ok(())
}

/// Where to go on after a message. If it died meanwhile, the list has to begin again.
pub(super) fn place_of<R, W>(
    exchange: &Exchange<'_, R, W>,
    after: Option<MessageId>,
) -> Result<Option<u64>, Refusal> {
    let Some(id) = after else { return Ok(None) };
    let entry = exchange.relay.index().message(id).map_err(|_| Refusal::Unavailable)?;
    Ok(Some(entry.ok_or(Refusal::NotFound)?.number))
}

/// Whether somebody of whom this holds sealed it anew for PROC, who holds it.
pub(super) fn sealed_anew(
    relay: &Relay,
    stored: &Stored,
    by: impl Fn(&MemberId) -> bool,
) -> Result<bool, Refusal> {
    let core = &stored.header.core;
    let directory = &relay.snapshot().directory;
    let Some((_, order)) = directory.hold(core.group, core.id, relay.now()) else { return Ok(false) };
    let anew = relay.index().renewers(core.id, Right::Hold(order)).map_err(|_| Refusal::Unavailable)?;
    Ok(anew.iter().any(by))
}

async fn deliver<R, W>(exchange: &Exchange<'_, R, W>, id: MessageId) -> Result<Listed, Refusal>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device, now) = (exchange.relay, exchange.device(), exchange.relay.now());
    let stored = relay.stored(id)?;
    let core = &stored.header.core;
    let ends = stored.granted(device).and_then(|granted| granted.ends_for(device));
    if now >= ends.unwrap_or(core.expires) {
        return Err(Refusal::Expired);
    }
    // A writer's own devices have grants too; what they wrote is in their list of sent messages.
    if relay.snapshot().directory.owner(device).is_some_and(|card| card.member == core.writer) {
        return Err(Refusal::NotFound);
    }
    let held = relay.index().state(device, id).map_err(|_| Refusal::Unavailable)?;
    let state = held.map_or(ListedState::Deposited, |held| held.state);
    // what was taken back is shown as such.
    let retired = stored.retired.map(|retired| retired.listed());
    let own = |member: &MemberId| {
        relay.snapshot().directory.owner(device).is_some_and(|card| card.member == *member)
    };
    let sealed_anew = sealed_anew(relay, &stored, own)?;
    let (header, decision) = (stored.envelope.header.clone(), stored.decision());
    let listed = Listed { header, state, retired, sealed_anew, decision };
    if state >= ListedState::Delivered {
        // whoever has left the group is shown nothing more of it.
        relay
            .snapshot()
            .directory
            .reader(core.group, device, core.order().is_some(), now)
            .ok_or(Refusal::NotFound)?;
        return Ok(listed);
    }
    relay
        .record(|snapshot| {
            snapshot
                .directory
                .reader(core.group, device, core.order().is_some(), now)
                .ok_or(Refusal::NotFound)?;
            let mut recording = about(exchange.recording(snapshot, Act::Delivery)?, core);
            // One request shows many headers; each delivery has a name of its own.
            let digest = sha256(&[&recording.asked.digest.0[..], &id.0].concat());
            // And an opening: whoever is given one must not be able to open the others.
            let opening = Random(hmac_sha256(&recording.asked.opening.0, &id.0).0);
            recording.asked = Asked { digest, opening, ..recording.asked };
            Ok(Change::Step(Box::new(Step {
                recording,
                message: id,
                expires: core.expires,
                state: Some(ListedState::Delivered),
                copy: writers_copy(relay, snapshot, &stored),
            })))
        })
        .await?;
    Ok(listed)
}
