//! Releases the sealed keys of a stretch of the log to a reviewer, after the record of the reading.
//!
//! Right: a reviewer of the log (AUD), with a reason of the list. Reading the log is logged.

use super::{Exchange, Stop, count};
use crate::relay::Relay;
use crate::relay::change::{Change, Recorded};
use crate::relay::index::IndexFailed;
use crate::relay::items::{Annex, Item, Keys, Opening, Place, SealedTo};
use crate::relay::snapshot::Snapshot;
use shared::authorise;
use shared::cbor;
use shared::ids::{DeviceId, MessageId, ReasonCode};
use shared::limits::{LEAF_BYTES_MAX, REFERENCE_BYTES_MAX};
use shared::log::{Act, Leaf, is_ordered, opens_without_order};
use shared::refusal::Refusal;
use shared::wire::{Answer, Ask, SealedAnnex, SealedKey};
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, ask: Ask) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let Ask::LogKeys { from, to, reason, reference } = ask else {
        return Err(Stop::Misbehaved("not a reading of the log"));
    };
    let (relay, device) = (exchange.relay, exchange.device());
    let recorded = reading(exchange, None, &reason, reference.as_ref()).await?;
    // what is older than a year opens on a written order alone.
    let from = if is_ordered(&reason, reference.as_deref()) { from } else { from.max(opens_at(relay)?) };
    let released = release(relay, &recorded, device, from, to);
    let Released { keys, handed, annexes } = released.map_err(|IndexFailed| Refusal::Unavailable)?;
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    let answer = Answer::LogKeys {
        confirmation,
        keys: count(keys.len()),
        handed: count(handed.len()),
        annexes: count(annexes.1),
    };
    exchange.say(&answer).await?;
    for key in keys.into_iter().chain(handed) {
        exchange.say(&key).await?;
    }
    for place in annexes.0 {
        let annexes = relay.read(|| annexes_at(relay, device, place));
        for annex in annexes.map_err(|IndexFailed| Refusal::Unavailable)? {
            exchange.say(&annex).await?;
        }
    }
    Ok(())
}

/// Records that a reviewer reads the log, or about one letter.
pub(super) async fn reading<R, W>(
    exchange: &Exchange<'_, R, W>,
    item: Option<MessageId>,
    reason: &ReasonCode,
    reference: Option<&String>,
) -> Result<Recorded, Refusal>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    if reference.is_some_and(|reference| reference.len() > REFERENCE_BYTES_MAX) {
        return Err(Refusal::TooLarge);
    }
    let (relay, device) = (exchange.relay, exchange.device());
    let recording = |snapshot: &Snapshot| {
        authorise::log_review(device, &snapshot.directory, relay.now())?;
        let nomenclature = snapshot.directory.nomenclature().ok_or(Refusal::Unavailable)?;
        nomenclature.reason(reason).ok_or(Refusal::ReasonUnknown)?;
        let mut recording = exchange.recording(snapshot, Act::LogReading)?;
        recording.record.item = item;
        recording.record.reason = Some(reason.clone());
        recording.record.reference = reference.cloned();
        Ok(Change::RecordAlone(Box::new(recording)))
    };
    relay.record(recording).await
}

/// The first leaf whose box opens without an order.
fn opens_at(relay: &Relay) -> Result<u64, Refusal> {
    let epochs = relay.index().keys().map_err(|_| Refusal::Unavailable)?;
    let is_old = |index: u64| match relay.files().leaf(index).map(|leaf| cbor::decode(&leaf, LEAF_BYTES_MAX))
    {
        Ok(Ok(Leaf::Keys(keys))) => !opens_without_order(keys.from, relay.now()),
        // A leaf that cannot be read opens nothing early.
        _ => true,
    };
    let old = relay.read(|| epochs.partition_point(|(index, _)| is_old(*index)));
    Ok(epochs.get(old).map_or(u64::MAX, |(index, _)| *index).min(relay.snapshot().commit.tree.size))
}

/// What a reading gives: the keys whose boxes lie in the stretch, and the annexes, as sealed to this device.
struct Released {
    keys: Vec<SealedKey>,
    /// What other reviewers handed over, where the relay sealed none to this device.
    handed: Vec<SealedKey>,
    /// Where annexes lie of which this device has some, and how many: they are read when they are sent, for a log
    /// has more of them than a memory.
    annexes: (Vec<Place>, usize),
}

/// Releases it for the record that is on the disk.
fn release(
    relay: &Relay,
    _recorded: &Recorded,
    device: DeviceId,
    from: u64,
    to: u64,
) -> Result<Released, IndexFailed> {
    let epochs = relay.index().keys()?;
    let annexes = relay.index().annexes(from, to)?;
    let ends = epochs.iter().skip(1).map(|(index, _)| *index).chain([u64::MAX]);
    let in_stretch = epochs.iter().zip(ends).filter(|((begins, _), ends)| *begins < to && from < *ends);
    let mut released = Released { keys: Vec::new(), handed: Vec::new(), annexes: (Vec::new(), 0) };
    relay.read(|| {
        for ((_, place), _) in in_stretch {
            let Some(Item::Keys(Keys { epoch, sealed, .. })) = relay.shelf().item(*place) else { continue };
            let key = |SealedTo { bucket, sealed, .. }| SealedKey { epoch, bucket, sealed };
            match ours(device, sealed) {
                Some(sealed) => released.keys.push(key(sealed)),
                None => {
                    let handed = handed(relay, device, Opening::Boxes(epoch))?;
                    released.handed.extend(handed.into_iter().map(key));
                }
            }
        }
        for place in annexes {
            let count = annexes_at(relay, device, place)?.len();
            if count > 0 {
                released.annexes.0.push(place);
                released.annexes.1 += count;
            }
        }
        Ok(released)
    })
}

/// What lies beside one record, as sealed to this device.
fn annexes_at(relay: &Relay, device: DeviceId, place: Place) -> Result<Vec<SealedAnnex>, IndexFailed> {
    let Some(Item::Annex(Annex { index, sealed })) = relay.shelf().item(place) else { return Ok(Vec::new()) };
    let annex = |SealedTo { bucket, sealed, .. }| SealedAnnex { index, bucket, sealed };
    match ours(device, sealed) {
        Some(sealed) => Ok(vec![annex(sealed)]),
        None => Ok(handed(relay, device, Opening::Annex(index))?.into_iter().map(annex).collect()),
    }
}

/// What the relay, or an actor, sealed to this device.
fn ours(device: DeviceId, sealed: Vec<SealedTo>) -> Option<SealedTo> {
    sealed.into_iter().find(|sealed| sealed.device == device)
}

/// what others handed over to this device to open one thing, each of them.
fn handed(relay: &Relay, device: DeviceId, what: Opening) -> Result<Vec<SealedTo>, IndexFailed> {
    let places = relay.index().handed(device, what)?;
    let handed = places.into_iter().filter_map(|place| match relay.shelf().item(place)? {
        Item::Handed(handed) => Some(handed.sealed),
        _ => None,
    });
    Ok(handed.collect())
}
