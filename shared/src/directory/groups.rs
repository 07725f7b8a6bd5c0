//! Groups, and who counts in them: leaders, roster, charter, and who stands in for whom.

use super::Directory;
use crate::ids::{DeviceId, Digest, FlowCode, GroupId, MemberId, MessageId, Role};
use crate::signed::Verified;
use crate::statement::{
    Adhesion, Card, Charter, Delegation, DeviceKey, Group, Hold, Rereading, Roster, Seat,
};
use crate::time::Timestamp;
use std::collections::BTreeMap;

/// A group, with everything that hangs on it.
#[derive(Clone, Debug)]
pub(super) struct HeldGroup {
    /// Every statement of it, at least one: what its leaders signed is judged by who led it then.
    pub(super) statements: Vec<Verified<Group>>,
    pub(super) roster: Option<Verified<Roster>>,
    pub(super) charters: Vec<Verified<Charter>>,
    pub(super) adhesions: BTreeMap<MemberId, Verified<Adhesion>>,
    pub(super) delegations: BTreeMap<MemberId, Verified<Delegation>>,
    pub(super) holds: BTreeMap<MessageId, Verified<Hold>>,
    /// What members read as a second person, the newest of each.
    pub(super) rereadings: BTreeMap<MemberId, Verified<Rereading>>,
}

impl HeldGroup {
    pub(super) fn newest(&self) -> &Verified<Group> {
        self.statements.last().expect("a group is held with its first statement")
    }

    pub(super) fn seat_of(&self, member: &MemberId) -> Option<&Seat> {
        self.roster.as_ref()?.value().seat(member)
    }

    /// The devices that lead it, or led it, and those that signed what counts.
    pub(super) fn signers(&self) -> impl Iterator<Item = DeviceId> {
        let leaders = self.statements.iter().flat_map(|group| group.value().leaders());
        let groups = self.statements.iter().flat_map(Verified::signers);
        let charters = self.charters.iter().flat_map(Verified::signers);
        let roster = self.roster.iter().flat_map(Verified::signers);
        let holds = self.holds.values().flat_map(Verified::signers);
        leaders.chain(groups.chain(charters).chain(roster).chain(holds).copied())
    }

    pub(super) fn charter(&self, now: Timestamp) -> Option<&Verified<Charter>> {
        self.charters.iter().rfind(|charter| charter.value().from <= now)
    }
}

impl Directory {
    /// A group.
    #[must_use]
    pub fn group(&self, group: GroupId) -> Option<&Group> {
        self.groups.get(&group).map(|held| held.newest().value())
    }

    /// The digest of a group's statement.
    #[must_use]
    pub fn group_digest(&self, group: GroupId) -> Option<Digest> {
        self.groups.get(&group).map(|held| held.newest().digest())
    }

    /// Every group, in the order of the ids.
    pub fn all_groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values().map(|held| held.newest().value())
    }

    /// The roster of a group, with its digest.
    #[must_use]
    pub fn roster(&self, group: GroupId) -> Option<(&Roster, Digest)> {
        let roster = self.groups.get(&group)?.roster.as_ref()?;
        Some((roster.value(), roster.digest()))
    }

    /// Whether the leaders whom the group names today have signed its roster. If not, nothing is
    /// written there until they have.
    #[must_use]
    pub fn is_led(&self, group: GroupId) -> bool {
        let held = self.groups.get(&group);
        held.is_some_and(|held| {
            held.roster.as_ref().is_some_and(|roster| roster.value().statement == held.newest().digest())
        })
    }

    /// Whether a device is one of a group's two leaders' today.
    #[must_use]
    pub fn leads(&self, group: GroupId, device: DeviceId, now: Timestamp) -> bool {
        let leaders = self.group(group).map(Group::leaders);
        leaders.is_some_and(|leaders| self.people.reaches(device, &leaders))
            && self.owner(device).is_some_and(|card| card.in_office(now))
    }

    /// The charter of a group that is in force, with its digest.
    #[must_use]
    pub fn charter(&self, group: GroupId, now: Timestamp) -> Option<(&Charter, Digest)> {
        let charter = self.groups.get(&group)?.charter(now)?;
        Some((charter.value(), charter.digest()))
    }

    /// The newest charter of a group, which may not be in force yet.
    #[must_use]
    pub fn newest_charter(&self, group: GroupId) -> Option<(&Charter, Digest)> {
        let charter = self.groups.get(&group)?.charters.last()?;
        Some((charter.value(), charter.digest()))
    }

    /// Under which charter a member's last signature stands.
    #[must_use]
    pub fn adhesion(&self, group: GroupId, member: &MemberId) -> Option<&Adhesion> {
        self.groups.get(&group)?.adhesions.get(member).map(Verified::value)
    }

    /// Whether a member signed the charter in force, or a later one, on a device that counts in the group:
    /// a device that somebody else put on their card signs nothing for them.
    #[must_use]
    pub fn has_signed(&self, group: GroupId, member: &MemberId, now: Timestamp) -> bool {
        let Some(held) = self.groups.get(&group) else { return false };
        let Some(charter) = held.charter(now) else { return false };
        let Some((adhesion, seat)) = held.adhesions.get(member).zip(held.seat_of(member)) else {
            return false;
        };
        if !adhesion.signers().iter().any(|device| self.people.reaches(*device, &seat.devices)) {
            return false;
        }
        held.charters
            .iter()
            .filter(|other| other.value().link.version >= charter.value().link.version)
            .any(|other| adhesion.value().charter == other.digest())
    }

    /// A member's delegation, past and future ones too.
    #[must_use]
    pub fn delegation(&self, group: GroupId, member: &MemberId) -> Option<(&Delegation, Digest)> {
        let delegation = self.groups.get(&group)?.delegations.get(member)?;
        Some((delegation.value(), delegation.digest()))
    }

    /// Who stands in for a member, for a flow: an active member of the group.
    #[must_use]
    pub fn delegate(
        &self,
        group: GroupId,
        member: &MemberId,
        flow: &FlowCode,
        now: Timestamp,
    ) -> Option<&MemberId> {
        let held = self.groups.get(&group)?;
        let signed = held.delegations.get(member)?;
        let delegation = signed.value();
        let stands_in = delegation.holds(flow, now)
            && self.signed_in(held, signed, member)
            && !self.devices_in(group, &delegation.to, now).is_empty();
        stands_in.then_some(&delegation.to)
    }

    /// Whether somebody with this card may be a member of a group: by their function and territory, as
    /// the nomenclature and the règlement intérieur say.
    #[must_use]
    pub fn may_join(&self, group: GroupId, card: &Card, now: Timestamp) -> bool {
        let Some(held) = self.groups.get(&group) else { return false };
        let group = held.newest().value();
        let Some(rules) = self.nomenclature().and_then(|rules| rules.kind(group.kind)) else { return false };
        let named =
            || held.charter(now).is_some_and(|charter| charter.value().named.contains(&card.function));
        let function =
            rules.members.contains(&card.function) || (rules.named.contains(&card.function) && named());
        let meets = || card.territory.iter().any(|place| group.territory.contains(place));
        function && (!rules.local.contains(&card.function) || meets())
    }

    /// Whether a device signs for a member of a group, and the roster names it or its owner signed for it
    /// with one that the roster names: in office or not.
    #[must_use]
    pub fn is_seated(&self, group: GroupId, device: DeviceId) -> bool {
        let seat = self
            .owner(device)
            .zip(self.roster(group))
            .and_then(|(card, (roster, _))| roster.seat(&card.member));
        seat.is_some_and(|seat| self.people.reaches(device, &seat.devices))
    }

    /// The card and seat of a device in a group: it signs for its owner, the roster names it or its
    /// owner signed for it with one that the roster names, and its owner is in office and may be there.
    #[must_use]
    pub fn seat(&self, group: GroupId, device: DeviceId, now: Timestamp) -> Option<(&Card, &Seat)> {
        let card = self.owner(device)?;
        let seat = self.roster(group)?.0.seat(&card.member)?;
        let counts = card.in_office(now)
            && self.people.reaches(device, &seat.devices)
            && self.may_join(group, card, now);
        counts.then_some((card, seat))
    }

    /// The order by which a letter of a group is held now, with its digest.
    #[must_use]
    pub fn hold(&self, group: GroupId, message: MessageId, now: Timestamp) -> Option<(&Hold, Digest)> {
        let hold = self.groups.get(&group)?.holds.get(&message)?;
        (now < hold.value().until).then_some((hold.value(), hold.digest()))
    }

    /// Who ordered that a letter of a group is held, and the devices of theirs to which it is sealed: the one that
    /// signed the order, and those that it signed for.
    #[must_use]
    pub fn orderer(&self, group: GroupId, message: MessageId) -> Option<(&MemberId, Vec<DeviceId>)> {
        let signers = self.groups.get(&group)?.holds.get(&message)?.signers();
        let member = self.owner_ever(*signers.first()?)?;
        let devices = self.devices(member).iter().map(DeviceKey::id);
        let mut devices: Vec<_> = devices.filter(|device| self.people.reaches(*device, signers)).collect();
        devices.sort_unstable();
        Some((member, devices))
    }

    /// Whether a device is one to which held letters of a group are sealed, its owner PROC still.
    #[must_use]
    pub fn orders(&self, group: GroupId, device: DeviceId) -> bool {
        let Some(held) = self.groups.get(&group) else { return false };
        let is_proc = self.owner(device).is_some_and(|card| card.function.as_str() == Role::PROC);
        is_proc && held.holds.values().any(|hold| self.people.reaches(device, hold.signers()))
    }

    /// Whether a letter of a group was ever held.
    #[must_use]
    pub fn has_holds(&self, group: GroupId) -> bool {
        self.groups.get(&group).is_some_and(|held| !held.holds.is_empty())
    }

    /// The card of a device that may be shown what is sealed to it in a group: of a member; of what is held, also of who
    /// ordered that, and is in office.
    #[must_use]
    pub fn reader(&self, group: GroupId, device: DeviceId, is_held: bool, now: Timestamp) -> Option<&Card> {
        let member = self.seat(group, device, now).map(|(card, _)| card);
        let orders = |card: &&Card| is_held && card.in_office(now) && self.orders(group, device);
        member.or_else(|| self.owner(device).filter(orders))
    }

    /// The devices of a member that count in a group.
    #[must_use]
    pub fn devices_in(&self, group: GroupId, member: &MemberId, now: Timestamp) -> Vec<DeviceId> {
        let devices = self.devices(member).iter().map(DeviceKey::id);
        let mut devices: Vec<_> = devices.filter(|device| self.seat(group, *device, now).is_some()).collect();
        devices.sort_unstable();
        devices.dedup();
        devices
    }
}
