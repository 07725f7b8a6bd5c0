//! The statements that prove a group, under a fresh head: root, nomenclature, cards, group, roster.
//!
//! Right: a device that counts in the group, or a reviewer of the log. An unknown group and a
//! forbidden one get the same answer. Without a group: what proves the device's own card. Makes no
//! record.

use super::{Exchange, Stop, count};
use crate::relay::change::Change;
use crate::relay::snapshot::Snapshot;
use shared::authorise;
use shared::ids::{DeviceId, Digest, GroupId};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    group: Option<GroupId>,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    relay.change(|_| Ok(Change::Head)).await?;
    let (snapshot, device, now) = (relay.snapshot(), exchange.device(), relay.now());
    let digests = match group {
        Some(group) => of_group(&snapshot, device, group, now)?,
        None => of_device(&snapshot, device)?,
    };
    let log = relay.log_view(&snapshot, exchange.known())?;
    let groups = snapshot.directory.all_groups().map(|group| group.id);
    let groups = groups.filter(|group| snapshot.directory.seat(*group, device, now).is_some()).collect();
    let proof = group.and_then(|group| snapshot.groups.proof(group));
    let found: Option<Vec<_>> =
        relay.read(|| digests.iter().map(|digest| relay.shelf().statement(*digest)).collect());
    let found = found.ok_or(Refusal::Unavailable)?;
    exchange.say(&Answer::Statements { log, groups, proof, count: count(found.len()) }).await?;
    for published in found {
        exchange.say(&published.statement).await?;
    }
    Ok(())
}

/// In the order in which they prove each other.
fn of_group(
    snapshot: &Snapshot,
    device: DeviceId,
    group: GroupId,
    now: Timestamp,
) -> Result<Vec<Digest>, Refusal> {
    let directory = &snapshot.directory;
    authorise::seeing_group(group, device, directory, now)?;
    let view = directory.view(group).ok_or(Refusal::NotAMember)?;
    let cards = view.cards.iter().map(|(_, digest)| *digest);
    let mut digests: Vec<_> = [view.root, view.nomenclature].into_iter().chain(cards).collect();
    // The reviewers' cards: a reason's text is sealed to their devices.
    let reviewers = directory.all_cards().filter(|card| card.function.as_str() == "AUD");
    digests.extend(reviewers.filter_map(|card| directory.card_digest(&card.member)));
    digests.extend([view.statement, view.roster]);
    let mut seen = std::collections::BTreeSet::new();
    digests.retain(|digest| seen.insert(*digest));
    Ok(digests)
}

fn of_device(snapshot: &Snapshot, device: DeviceId) -> Result<Vec<Digest>, Refusal> {
    let directory = &snapshot.directory;
    let card = directory.owner(device).ok_or(Refusal::NotEnrolled)?;
    let digests =
        [directory.root_digest(), directory.nomenclature_digest(), directory.card_digest(&card.member)];
    Ok(digests.into_iter().flatten().collect())
}
