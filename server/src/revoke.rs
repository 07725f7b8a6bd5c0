//! Destroys what waits for devices that will not count again. Idempotent: what a crash leaves is found
//! by the next pass.
//!
//! A roster or a card takes a device away; the grants that wait for it are overwritten where they lie
//! . The first pass looks at everybody for whom something waits, each further one at those whom a
//! change can concern. Whether a device is lost is judged again by the sequencer.

use crate::relay::Relay;
use crate::relay::change::Change;
use crate::relay::index::{IndexFailed, Numbered};
use crate::relay::items::Item;
use shared::authorise;
use shared::directory::Directory;
use shared::ids::{DeviceId, Digest, GroupId, MessageId};
use shared::message::{Core, Header};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// How often it looks by itself, in seconds: an office can end without a statement.
const LOOK_SECONDS: u64 = 60;

/// Messages of one change: enough that few batches are needed, few enough that nobody waits behind them.
const MESSAGES_MAX: usize = 64;

/// What was looked at.
#[derive(Debug, Default)]
pub struct Revocation {
    /// The rosters under which everything that is lost was destroyed.
    rosters: BTreeMap<GroupId, Digest>,
}

/// Looks after each change of the directory, until the relay stops.
pub(crate) async fn follow(relay: Relay) {
    let mut revocation = Revocation::default();
    loop {
        let number = relay.snapshot().number;
        revocation.pass(&relay).await;
        let look = tokio::time::timeout(Duration::from_secs(LOOK_SECONDS), relay.is_succeeded(number));
        if matches!(look.await, Ok(false)) {
            return;
        }
    }
}

impl Revocation {
    /// Looks once.
    pub async fn pass(&mut self, relay: &Relay) {
        if let Err(refusal) = self.try_pass(relay).await {
            tracing::warn!(%refusal, "grants of devices that do not count stay until the next pass");
        }
    }

    async fn try_pass(&mut self, relay: &Relay) -> Result<(), Refusal> {
        let (directory, now) = (relay.snapshot().directory.clone(), relay.borne_out());
        let rosters: BTreeMap<_, _> = directory
            .all_groups()
            .filter_map(|group| Some((group.id, directory.roster(group.id)?.1)))
            .collect();
        for device in relay.read(|| relay.index().waiting()).map_err(|_| Refusal::Unavailable)? {
            let is_lost = |group: &GroupId| authorise::lost(*group, false, device, &directory, now);
            // Nothing is left for a device that was lost everywhere and looked at.
            let is_changed = |group: &&GroupId| self.rosters.get(*group) != rosters.get(*group);
            if rosters.keys().all(is_lost) || rosters.keys().filter(is_changed).any(is_lost) {
                destroy_of(relay, device, &directory, now).await?;
            }
        }
        self.rosters = rosters;
        Ok(())
    }
}

/// Has everything destroyed that waits for this device where it is lost, in bounded pieces.
async fn destroy_of(
    relay: &Relay,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut after = None;
    loop {
        let found = relay.index().mailbox(device, after, MESSAGES_MAX).map_err(|_| Refusal::Unavailable)?;
        let Some(last) = found.last() else { return Ok(()) };
        after = Some(last.number);
        let is_lost = |id: &MessageId| {
            let core = core_of(relay, *id).ok().flatten();
            core.is_some_and(|core| {
                authorise::lost(core.group, core.order().is_some(), device, directory, now)
            })
        };
        let messages: Vec<_> =
            relay.read(|| found.iter().map(|Numbered { id, .. }| *id).filter(is_lost).collect());
        if !messages.is_empty() {
            let count = messages.len();
            relay.change(|_| Ok(Change::Destroy { device, messages: messages.clone() })).await?;
            tracing::info!(%device, count, "grants that waited were destroyed");
        }
    }
}

fn core_of(relay: &Relay, id: MessageId) -> Result<Option<Core>, IndexFailed> {
    let place = relay.index().message(id)?.map(|entry| entry.envelope);
    let Some(Item::Envelope(envelope)) = place.and_then(|place| relay.shelf().item(place)) else {
        return Ok(None);
    };
    Ok(envelope.header.peek::<Header>().ok().map(|header| header.core))
}
