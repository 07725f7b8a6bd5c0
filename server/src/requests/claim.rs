//! Releases a grant, after the record.
//!
//! Right: what [`authorise::claim`] says, for a device that has a grant. Order: authorise → record
//! durable → only then the grant leaves: [`release`] takes the proof. The log may say more than
//! happened, never less.

use super::{Exchange, Stop, about, writers_copy};
use crate::relay::Relay;
use crate::relay::Stored;
use crate::relay::change::{Change, Recorded, Step};
use crate::relay::shelf::Granted;
use crate::relay::snapshot::Snapshot;
use shared::authorise::{self, ClaimTerms};
use shared::ids::DeviceId;
use shared::log::Act;
use shared::message::{Core, Ground};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::{Answer, Ask, ListedState};
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, ask: Ask) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let Ask::Claim { message, core: named, act, reason, annex } = ask else {
        return Err(Stop::Misbehaved("not a claim"));
    };
    if !act.is_claim() {
        return Err(Stop::Misbehaved("a claim is to read, to export, to grant or to renew"));
    }
    let (relay, device) = (exchange.relay, exchange.device());
    let sealed = exchange.annex(annex.as_ref()).await?;
    // An unknown message, one of others and one without a grant are the same to who asks.
    let stored = relay.stored(message)?;
    let core = &stored.header.core;
    let granted = stored.granted(device).filter(|_| core.digest() == named).ok_or(Refusal::NotFound)?;
    // of what somebody had to agree to, not every grant ends on the same day.
    let ends = granted.ends_for(device).ok_or(Refusal::NotFound)?;
    let recorded = relay
        .record(|snapshot| {
            let is_delegate = is_delegate(granted, core, device, snapshot, relay.now());
            let (reason, has_text) = (reason.as_ref(), annex.is_some());
            let is_retired = stored.is_withdrawn();
            let terms = ClaimTerms { act, reason, has_text, is_delegate, is_retired, ends };
            let claim = authorise::claim(core, terms, device, &snapshot.directory, relay.now())?.into_inner();
            authorise::annexed(annex.as_ref(), &snapshot.directory, relay.now())?;
            let mut recording = about(exchange.recording(snapshot, claim.act)?, core);
            recording.record.reason = claim.reason;
            recording.record.annex = annex.as_ref().map(|annex| annex.digest);
            recording.annex.clone_from(&sealed);
            Ok(Change::Step(Box::new(Step {
                recording,
                message,
                expires: core.expires,
                state: (!act.shows_nothing()).then_some(ListedState::Released),
                copy: writers_copy(relay, snapshot, &stored),
            })))
        })
        .await?;
    let (grant, note) = release(relay, &recorded, &stored, granted, device)?;
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    exchange.say(&Answer::Claimed(confirmation)).await?;
    exchange.say(&granted.signed).await?;
    exchange.say_bytes(&grant).await?;
    // who makes grants is given no text, and the record says that none was.
    if act == Act::Regrant { Ok(()) } else { exchange.say_bytes(&note).await }
}

/// Whether a grant rests on a delegation that leads to this device's member now.
fn is_delegate(
    granted: &Granted,
    core: &Core,
    device: DeviceId,
    snapshot: &Snapshot,
    now: Timestamp,
) -> bool {
    let Ground::Delegation(_) = granted.list.ground else { return false };
    let directory = &snapshot.directory;
    let delegate = authorise::delegate(granted.list.issuer, core, directory, now);
    directory.owner(device).is_some_and(|card| delegate.as_ref() == Some(&card.member))
}

/// the grant and the note, for the record that is on the disk. There is no other way to read
/// a grant. What is damaged does not leave.
fn release(
    relay: &Relay,
    _recorded: &Recorded,
    stored: &Stored,
    granted: &Granted,
    device: DeviceId,
) -> Result<(Vec<u8>, Vec<u8>), Refusal> {
    let Stored { place, envelope, header, .. } = stored;
    let digest = header.note().ok_or(Refusal::Unavailable)?.digest;
    let read = || {
        let shelf = relay.shelf();
        Some((shelf.grant(granted, device)?, shelf.note(envelope, *place, digest)?))
    };
    // What was destroyed or taken back since the record is refused as such when it is asked for again.
    relay.read(read).ok_or(Refusal::Unavailable)
}
