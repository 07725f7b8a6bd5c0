//! Keeps for a reviewer what another one hands over to them: what opens the records of before they came.
//!
//! Right: what [`authorise::handing_over`] says. The relay cannot look into what is sealed, so it takes no word
//! for it: it keeps only what the relay itself never sealed to that device, one of each from each reviewer,
//! and whoever opens it finds out. It is released as everything else is, under the record of a reading.

use super::{Exchange, Stop};
use crate::relay::Relay;
use crate::relay::change::{Change, HandOver};
use crate::relay::index::IndexFailed;
use crate::relay::items::{Item, Opening, SealedTo};
use crate::relay::snapshot::Snapshot;
use shared::authorise;
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::{DeviceId, Digest};
use shared::limits::{GRANT_BYTES_MAX, HANDED_MAX};
use shared::log::Act;
use shared::refusal::Refusal;
use shared::wire::{Answer, Ask, SealedAnnex, SealedKey};
use std::collections::BTreeSet;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, ask: Ask) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let Ask::HandOver { to, keys, annexes, digest } = ask else {
        return Err(Stop::Misbehaved("not a handing over"));
    };
    let (relay, device) = (exchange.relay, exchange.device());
    authorise::handing_over(device, to, &relay.snapshot().directory, relay.now())?;
    let count = u64::from(keys) + u64::from(annexes);
    let count = usize::try_from(count).ok().filter(|count| *count <= HANDED_MAX).ok_or(Refusal::TooLarge)?;
    let body = relay.quotas().body(device, count * GRANT_BYTES_MAX)?;
    let handed = handed(exchange, to, (keys, annexes), digest).await?;
    let recorded = relay
        .record(|snapshot| {
            let given = authorise::handing_over(device, to, &snapshot.directory, relay.now())?;
            let mut recording = exchange.recording(snapshot, Act::HandOver)?;
            recording.record.reference = Some(to.to_string());
            recording.record.recipients = vec![given.get().clone()];
            let lacking = relay.read(|| lacking(relay, snapshot, to, &handed))?;
            Ok(Change::HandOver(Box::new(HandOver { recording, to, lacking })))
        })
        .await?;
    drop(body);
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    exchange.say(&Answer::HandedOver(confirmation)).await
}

/// Reads what follows the request, and compares it with what that names.
async fn handed<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    to: DeviceId,
    (keys, annexes): (u32, u32),
    digest: Digest,
) -> Result<Vec<(Opening, SealedTo)>, Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (mut bytes, mut handed) = (Vec::new(), Vec::new());
    for number in 0..keys + annexes {
        let from = bytes.len();
        exchange.body_into(GRANT_BYTES_MAX, &mut bytes).await?;
        let frame = &bytes[from..];
        let (what, bucket, sealed) = if number < keys {
            let SealedKey { epoch, bucket, sealed } = cbor::decode(frame, GRANT_BYTES_MAX)?;
            (Opening::Boxes(epoch), bucket, sealed)
        } else {
            let SealedAnnex { index, bucket, sealed } = cbor::decode(frame, GRANT_BYTES_MAX)?;
            (Opening::Annex(index), bucket, sealed)
        };
        handed.push((what, SealedTo { device: to, bucket, sealed }));
    }
    if sha256(&bytes) != digest {
        return Err(Stop::Misbehaved("something else is handed over than the request names"));
    }
    if handed.is_empty() || !handed.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Err(Stop::Misbehaved("what is handed over is nothing, or not in order"));
    }
    Ok(handed)
}

/// What of it the device was not given by the relay. All of it opens something that there is, and is sealed to a
/// recipient of that device which lives.
fn lacking(
    relay: &Relay,
    snapshot: &Snapshot,
    to: DeviceId,
    handed: &[(Opening, SealedTo)],
) -> Result<Vec<(Opening, SealedTo)>, Refusal> {
    let buckets: BTreeSet<_> = handed.iter().map(|(_, sealed)| sealed.bucket).collect();
    let lives = |bucket| {
        let recipient = relay.shelf().recipient(&snapshot.directory, to, bucket);
        bucket.ends > relay.now() && recipient.is_some()
    };
    if !buckets.into_iter().all(lives) {
        return Err(Refusal::GrantTarget);
    }
    let mut lacking = Vec::new();
    for (what, sealed) in handed {
        let original = original(relay, *what).map_err(|IndexFailed| Refusal::Unavailable)?;
        let given = original.ok_or(Refusal::NotFound)?;
        if !given.iter().any(|given| given.device == to) {
            lacking.push((*what, sealed.clone()));
        }
    }
    Ok(lacking)
}

/// What was sealed to the reviewers of that time; empty where it is damaged, none where there never was any.
fn original(relay: &Relay, what: Opening) -> Result<Option<Vec<SealedTo>>, IndexFailed> {
    let place = match what {
        Opening::Boxes(epoch) => relay.index().epoch(epoch)?.map(|(_, place)| place),
        Opening::Annex(index) => relay.index().annexes(index, index.saturating_add(1))?.first().copied(),
    };
    Ok(place.map(|place| match relay.shelf().item(place) {
        Some(Item::Keys(keys)) => keys.sealed,
        Some(Item::Annex(annex)) => annex.sealed,
        _ => Vec::new(),
    }))
}
