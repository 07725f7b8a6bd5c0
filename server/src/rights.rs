//! What a connection was let in with, and the moment when that ends.
//!
//! A request is checked against the card in force each time, but a stream that only listens asks nothing
//! more. So each connection waits here for the end of what its device had when it was last looked at: its
//! place on a card in force, and each group in which it counts. Ten thousand of them wait, mostly
//! for nothing: they are woken by new statements only, and look for new groups only where one changed.

use crate::relay::Relay;
use crate::relay::snapshot::Snapshot;
use crate::transport::ended::Ended;
use shared::authorise;
use shared::ids::{DeviceId, GroupId};
use shared::log::TreeHead;
use shared::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// The end of a card is looked for at least so often: the relay's clock may have been put right.
const LOOK_SECONDS: u64 = 3600;

/// What a device had when it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rights {
    enrolled: bool,
    until: Option<Timestamp>,
    /// Where it counts, under the groups of this tree.
    groups: Arc<[GroupId]>,
    tree: TreeHead,
}

/// Waits until a device has less than it had, and says what it lost.
pub(crate) async fn ended(relay: &Relay, device: DeviceId) -> Ended {
    let mut changes = relay.changes();
    changes.mark_unchanged();
    let mut had = Rights::of(device, &relay.snapshot(), relay.now(), None);
    loop {
        let left = had.until.map_or(LOOK_SECONDS, |until| until.since(relay.now()).clamp(1, LOOK_SECONDS));
        let gone = tokio::select! {
            changed = changes.changed() => changed.is_err(),
            () = tokio::time::sleep(Duration::from_secs(left)) => false,
        };
        if gone {
            // The sequencer stopped. Whoever serves this connection closes it with all others.
            std::future::pending::<()>().await;
        }
        let has = Rights::of(device, &relay.snapshot(), relay.now(), Some(&had));
        if let Some(ended) = had.lost(&has) {
            return ended;
        }
        had = has;
    }
}

impl Rights {
    fn of(device: DeviceId, snapshot: &Snapshot, now: Timestamp, before: Option<&Self>) -> Self {
        let (directory, tree) = (&snapshot.directory, snapshot.groups.head());
        let card = authorise::enrolled(device, directory, now).ok();
        let seated = |group: &GroupId| directory.seat(*group, device, now).is_some();
        let groups = match before {
            // No group is new; those that it had are looked at one by one.
            Some(before) if before.tree == tree && before.groups.iter().all(seated) => {
                Arc::clone(&before.groups)
            }
            _ => directory.all_groups().map(|group| group.id).filter(seated).collect(),
        };
        Self { enrolled: card.is_some(), until: card.map(shared::statement::Card::ends), groups, tree }
    }

    /// What is missing of this in what there is now.
    fn lost(&self, now: &Self) -> Option<Ended> {
        if self.enrolled && !now.enrolled {
            return Some(Ended::Struck);
        }
        let kept = |group| now.groups.binary_search(group).is_ok();
        (!self.groups.iter().all(kept)).then_some(Ended::Changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: GroupId = GroupId([1; 16]);
    const SECOND: GroupId = GroupId([2; 16]);

    fn rights(enrolled: bool, groups: &[GroupId]) -> Rights {
        Rights { enrolled, until: None, groups: groups.into(), tree: TreeHead::empty() }
    }

    ///
    #[test]
    fn less_than_before_ends_a_connection_and_more_does_not() {
        let check =
            |had: Rights, has: Rights, expected| assert_eq!(had.lost(&has), expected, "{had:?} {has:?}");
        check(rights(true, &[FIRST]), rights(true, &[FIRST]), None);
        check(rights(true, &[FIRST]), rights(true, &[FIRST, SECOND]), None);
        check(rights(true, &[FIRST, SECOND]), rights(true, &[SECOND]), Some(Ended::Changed));
        check(rights(true, &[FIRST]), rights(true, &[SECOND]), Some(Ended::Changed));
        check(rights(true, &[FIRST]), rights(false, &[]), Some(Ended::Struck));
        check(rights(true, &[]), rights(false, &[]), Some(Ended::Struck));
        // Whoever was on no card is told so by each request; there is nothing to lose.
        check(rights(false, &[]), rights(false, &[]), None);
        check(rights(false, &[]), rights(true, &[FIRST]), None);
    }
}
