//! Gives grants to more devices: a late grant list and its grants in one durable commit with its record.
//!
//! Right: what [`authorise::late_grants`] says. A list on the ground of an agreement is recorded as such. Order: as for a deposit, authorise → list, grants and
//! record in one commit → answer → notify. Nobody can claim before the record is there.

use super::{Exchange, Stop, about, writers_copy};
use crate::relay::change::{Change, LateGrants};
use crate::relay::snapshot::Snapshot;
use crate::relay::{Relay, Stored};
use shared::authorise::{self, Authorised, Known};
use shared::ids::{DeviceId, Digest, MemberId, MessageId};
use shared::limits::{FRAME_BYTES_MAX, GRANT_BYTES_MAX, GRANTS_MAX};
use shared::log::Act;
use shared::message::{GrantList, Ground};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::time::Timestamp;
use shared::wire::Answer;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    message: MessageId,
    grants: Digest,
    approves: Option<Timestamp>,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let signed: Signed = exchange.item(FRAME_BYTES_MAX).await?;
    if signed.digest() != grants {
        return Err(Stop::Misbehaved("another grant list than the request names"));
    }
    let list: GrantList = signed.peek()?;
    if list.message != message || list.grants.len() > GRANTS_MAX {
        return Err(Stop::Misbehaved("a grant list that does not fit"));
    }
    // who agrees says so in the request, so that the record can say nothing else.
    let agreed = list.ends().filter(|_| list.ground == Ground::Approval);
    if agreed != approves {
        return Err(Stop::Misbehaved("an agreement of another day than the request names"));
    }
    let (relay, device) = (exchange.relay, exchange.device());
    let body = relay.quotas().body(device, list.grants.len() * GRANT_BYTES_MAX)?;
    let bulk = Arc::new(exchange.grants(&list).await?);
    let recorded = relay
        .record(|snapshot| {
            let stored = relay.stored(message)?;
            let core = &stored.header.core;
            // What is there already was authorised then; the sequencer compares it with what is stored.
            let is_there =
                stored.lists.iter().any(|held| held.signed == signed && held.list.issuer == device);
            let allowed = if is_there {
                None
            } else {
                Some(authorised(relay, snapshot, &stored, (&signed, &list), device)?)
            };
            let act = if approves.is_some() { Act::Approval } else { Act::Grant };
            let mut recording = about(exchange.recording(snapshot, act)?, core);
            recording.record.recipients = members(snapshot, &list);
            if approves.is_some() {
                recording.record.expires = approves;
                recording.record.reference = Some(grants.to_string());
            }
            Ok(Change::Grant(Box::new(LateGrants {
                recording,
                allowed,
                message,
                expires: core.expires,
                list: signed.clone(),
                bulk: Arc::clone(&bulk),
                copy: writers_copy(relay, snapshot, &stored),
            })))
        })
        .await?;
    relay.listeners().tell(list.grants.iter().map(|grant| grant.device), message);
    drop(body);
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    exchange.say(&Answer::Granted(confirmation)).await
}

fn authorised(
    relay: &Relay,
    snapshot: &Snapshot,
    stored: &Stored,
    (signed, list): (&Signed, &GrantList),
    device: DeviceId,
) -> Result<Authorised<GrantList>, Refusal> {
    let (core, directory, now) = (&stored.header.core, &snapshot.directory, relay.now());
    let granted: BTreeSet<_> = stored.living().map(|grant| grant.device).collect();
    let claimed = relay.index().unshown(core.id, device, Act::Regrant).map_err(|_| Refusal::Unavailable)?;
    let delegate = match list.ground {
        Ground::Delegation(delegation) => authorise::delegate_to_be(delegation, core, directory, now),
        Ground::Writer | Ground::Device | Ground::Approval => None,
    };
    let approved = stored.approved().map(|(_, until)| until);
    let known = Known { granted: &granted, claimed, delegate: delegate.as_ref(), approved };
    authorise::late_grants(signed, core, known, device, directory, now)
}

/// Who is given a grant, as the record says it.
fn members(snapshot: &Snapshot, list: &GrantList) -> Vec<MemberId> {
    let owners = list.grants.iter().filter_map(|grant| snapshot.directory.owner(grant.device));
    owners.map(|card| card.member.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}
