//! What a head says of a group: the digests of everything that decides who reads there.
//!
//! Relay and client compute it from the statements that they hold; a proof under the head's tree of
//! groups shows that both hold the same. A statement that is kept back, or slipped in, changes it.

use super::{Chain, Directory, HeldGroup};
use crate::ids::{Digest, GroupId, MemberId, MessageId};
use crate::signed::Verified;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the head of the log says of one group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupView {
    /// Which group.
    pub group: GroupId,
    /// The root statement.
    pub root: Digest,
    /// The nomenclature.
    pub nomenclature: Digest,
    /// The ruleset.
    pub ruleset: Digest,
    /// The group statement.
    pub statement: Digest,
    /// The roster.
    pub roster: Digest,
    /// The newest charter, which may not be in force yet.
    pub charter: Option<Digest>,
    /// The cards of its members, and of whoever signed for it, in the order of the handles.
    pub cards: Vec<(MemberId, Digest)>,
    /// Their own lists of devices.
    pub devices: Vec<(MemberId, Digest)>,
    /// Who signed the charter.
    pub adhesions: Vec<(MemberId, Digest)>,
    /// Who is away.
    pub delegations: Vec<(MemberId, Digest)>,
    /// Which letters are held.
    pub holds: Vec<(MessageId, Digest)>,
}

impl Directory {
    /// What the head says of one group, as far as these statements are complete.
    #[must_use]
    pub fn view(&self, group: GroupId) -> Option<GroupView> {
        let held = self.groups.get(&group)?;
        let (mut cards, mut devices) = (Vec::new(), Vec::new());
        for member in self.concerned(group) {
            let (card, list) = self.people.digests(member)?;
            cards.push((member.clone(), card));
            devices.extend(list.map(|list| (member.clone(), list)));
        }
        let digests = |(member, digest): (&MemberId, Digest)| (member.clone(), digest);
        let adhesions = held.adhesions.iter().map(|(member, adhesion)| (member, adhesion.digest()));
        let delegations = held.delegations.iter().map(|(member, held)| (member, held.digest()));
        Some(GroupView {
            group,
            root: self.root_digest()?,
            nomenclature: self.nomenclature_digest()?,
            ruleset: self.ruleset_digest()?,
            statement: held.newest().digest(),
            roster: held.roster.as_ref()?.digest(),
            charter: held.charters.last().map(Verified::digest),
            cards,
            devices,
            adhesions: adhesions.map(digests).collect(),
            delegations: delegations.map(digests).collect(),
            holds: held.holds.iter().map(|(message, hold)| (*message, hold.digest())).collect(),
        })
    }

    /// The members of a group, its leaders, and whoever signed a statement of it that counts.
    #[must_use]
    pub fn concerned(&self, group: GroupId) -> BTreeSet<&MemberId> {
        let Some(held) = self.groups.get(&group) else { return BTreeSet::new() };
        let signers = held.signers().filter_map(|device| self.people.owner_ever(device));
        let seats = held.roster.iter().flat_map(|roster| &roster.value().seats);
        seats.map(|seat| &seat.member).chain(signers).collect()
    }

    fn concerns(&self, held: &HeldGroup, member: &MemberId) -> bool {
        held.seat_of(member).is_some()
            || held.signers().any(|device| self.people.owner_ever(device) == Some(member))
    }

    /// The groups of which a head says something else when this chain goes on.
    #[must_use]
    pub fn touched(&self, chain: &Chain) -> Vec<GroupId> {
        match chain {
            Chain::Root | Chain::Nomenclature | Chain::Ruleset => self.groups.keys().copied().collect(),
            Chain::Card(member) | Chain::Devices(member) => {
                let groups = self.groups.iter().filter(|(_, held)| self.concerns(held, member));
                groups.map(|(group, _)| *group).collect()
            }
            Chain::Group(group)
            | Chain::Roster(group)
            | Chain::Charter(group)
            | Chain::Adhesion(group, _)
            | Chain::Delegation(group, _)
            | Chain::Hold(group, _) => vec![*group],
            // Nothing is decided by what a second person read until a letter names it.
            Chain::Rereading(..)
            | Chain::KeyPage(..)
            | Chain::Proposal(..)
            | Chain::Enrolment(_)
            | Chain::Annuaire(_) => Vec::new(),
        }
    }
}
