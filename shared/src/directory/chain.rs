//! Chains: which statement goes on from which, and how a new one must follow.

use super::{Directory, InvalidStatement, Judged};
use crate::ids::{DeviceId, Digest, GroupId, InvitationId, MemberId, MessageId};
use crate::log::Act;
use crate::signed::Verified;
use crate::statement::{Kind, Link};
use crate::time::Tier;
use serde::{Deserialize, Serialize};

/// How a statement must follow the one that is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Continuity {
    /// It is the next version and names the held one: the rule at the relay.
    Next,
    /// As at the relay, but a chain may be entered in the middle: the rule at a client, which is shown
    /// what it needs. Where the beginning decides who may go on, a client is shown the beginning, too.
    Forward,
}

/// Which chain a statement belongs to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chain {
    /// The one chain of root statements.
    Root,
    /// The one chain of nomenclatures.
    Nomenclature,
    /// The one chain of rulesets.
    Ruleset,
    /// The cards of a member.
    Card(MemberId),
    /// The lists of a member's devices.
    Devices(MemberId),
    /// The statements of a group.
    Group(GroupId),
    /// The rosters of a group.
    Roster(GroupId),
    /// The charters of a group.
    Charter(GroupId),
    /// A member's signatures under the charters of a group.
    Adhesion(GroupId, MemberId),
    /// A member's delegations in a group.
    Delegation(GroupId, MemberId),
    /// The proposals of one kind for a group.
    Proposal(GroupId, Kind),
    /// The answer to an invitation.
    Enrolment(InvitationId),
    /// The versions of an annuaire.
    Annuaire(String),
    /// The key pages of a device for one tier.
    KeyPage(DeviceId, Tier),
    /// The orders by which a letter of a group is held.
    Hold(GroupId, MessageId),
    /// What a member of a group read as a second person.
    Rereading(GroupId, MemberId),
}

impl Chain {
    /// what it is to have a statement of this chain accepted, for the log; a proposal is of what it
    /// proposes. Nothing is decided by a key page, which every device makes by the calendar, nor by the answer
    /// to an invitation, of a device that belongs to nobody yet: their leaves say enough.
    #[must_use]
    pub fn act(&self) -> Option<Act> {
        match self {
            Self::Root
            | Self::Nomenclature
            | Self::Ruleset
            | Self::Charter(_)
            | Self::Proposal(_, Kind::Charter) => Some(Act::Rule),
            Self::Card(_)
            | Self::Devices(_)
            | Self::Group(_)
            | Self::Roster(_)
            | Self::Adhesion(..)
            | Self::Delegation(..)
            | Self::Proposal(..)
            | Self::Annuaire(_) => Some(Act::Membership),
            Self::Hold(..) => Some(Act::Hold),
            Self::Rereading(..) => Some(Act::Rereading),
            Self::KeyPage(..) | Self::Enrolment(_) => None,
        }
    }

    /// The letter that it is about, where it is about one.
    #[must_use]
    pub fn message(&self) -> Option<MessageId> {
        if let Self::Hold(_, message) = self { Some(*message) } else { None }
    }

    /// The group that it is of, where it is of one.
    #[must_use]
    pub fn group(&self) -> Option<GroupId> {
        match self {
            Self::Group(group)
            | Self::Roster(group)
            | Self::Charter(group)
            | Self::Adhesion(group, _)
            | Self::Delegation(group, _)
            | Self::Hold(group, _)
            | Self::Rereading(group, _)
            | Self::Proposal(group, _) => Some(*group),
            Self::Root
            | Self::Nomenclature
            | Self::Ruleset
            | Self::Card(_)
            | Self::Devices(_)
            | Self::Enrolment(_)
            | Self::Annuaire(_)
            | Self::KeyPage(..) => None,
        }
    }

    /// Whether a chain is followed from its first statement: who may go on is decided by what came
    /// before.
    fn is_followed_from_the_first(&self) -> bool {
        matches!(self, Self::Root | Self::Group(_) | Self::Charter(_) | Self::Devices(_) | Self::Enrolment(_))
    }
}

impl Directory {
    /// Every chain in which a device never goes back, with the version and digest that are held.
    #[must_use]
    pub fn chains(&self) -> Vec<(Chain, u32, Digest)> {
        let members = self.all_cards().map(|card| card.member.clone());
        let people = members.flat_map(|member| [Chain::Card(member.clone()), Chain::Devices(member)]);
        let groups = self.groups.iter().flat_map(|(group, held)| {
            let adhesions = held.adhesions.keys().map(|member| Chain::Adhesion(*group, member.clone()));
            let delegations = held.delegations.keys().map(|member| Chain::Delegation(*group, member.clone()));
            let holds = held.holds.keys().map(|message| Chain::Hold(*group, *message));
            let own = [Chain::Group(*group), Chain::Roster(*group), Chain::Charter(*group)];
            own.into_iter().chain(adhesions).chain(delegations).chain(holds)
        });
        let annuaires = self.annuaires.keys().cloned().map(Chain::Annuaire);
        let all = [Chain::Root, Chain::Nomenclature, Chain::Ruleset]
            .into_iter()
            .chain(people)
            .chain(groups)
            .chain(annuaires);
        all.filter_map(|chain| self.held(&chain).map(|(version, digest)| (chain, version, digest))).collect()
    }

    /// What the next statement of a chain is linked to: its version, and the digest before it.
    #[must_use]
    pub fn next_link(&self, chain: &Chain, made: crate::time::Timestamp) -> Link {
        match self.held(chain) {
            Some((version, digest)) => {
                Link { version: version.saturating_add(1), previous: Some(digest), made }
            }
            None => Link::first(made),
        }
    }

    /// The version and digest that is held of a chain.
    #[must_use]
    pub fn held(&self, chain: &Chain) -> Option<(u32, Digest)> {
        fn of<T>(verified: &Verified<T>, link: impl Fn(&T) -> &Link) -> (u32, Digest) {
            (link(verified.value()).version, verified.digest())
        }
        let group = |group| self.groups.get(group);
        match chain {
            Chain::Root => self.roots.last().map(|held| of(held, |root| &root.link)),
            Chain::Nomenclature => self.nomenclature.as_ref().map(|(held, _)| of(held, |value| &value.link)),
            Chain::Ruleset => self.rulesets.last().map(|held| of(held, |value| &value.link)),
            Chain::Card(member) => self.people.person(member).map(|held| of(&*held.card, |card| &card.link)),
            Chain::Devices(member) => self.device_list(member).map(|held| of(held, |list| &list.link)),
            Chain::Group(id) => group(id).map(|held| of(held.newest(), |group| &group.link)),
            Chain::Roster(id) => group(id)?.roster.as_ref().map(|held| of(held, |roster| &roster.link)),
            Chain::Charter(id) => group(id)?.charters.last().map(|held| of(held, |charter| &charter.link)),
            Chain::Adhesion(id, member) => {
                group(id)?.adhesions.get(member).map(|held| of(held, |value| &value.link))
            }
            Chain::Delegation(id, member) => {
                group(id)?.delegations.get(member).map(|held| of(held, |value| &value.link))
            }
            Chain::Hold(id, message) => {
                group(id)?.holds.get(message).map(|held| of(held, |value| &value.link))
            }
            Chain::Rereading(id, member) => {
                group(id)?.rereadings.get(member).map(|held| of(held, |value| &value.link))
            }
            Chain::Proposal(id, kind) => {
                self.proposals.get(&(*id, *kind)).map(|held| of(held, |value| &value.link))
            }
            Chain::Enrolment(id) => self.enrolments.get(id).map(|held| of(held, |value| &value.link)),
            Chain::Annuaire(title) => self.annuaires.get(title).map(|held| of(held, |value| &value.link)),
            Chain::KeyPage(device, tier) => {
                self.key_pages.get(&(*device, *tier))?.last().map(|held| of(held, |page| &page.link))
            }
        }
    }

    /// a chain goes on from the version that is held, and never forks.
    pub(super) fn follows(&self, judged: &Judged, continuity: Continuity) -> Result<(), InvalidStatement> {
        let found = judged.version;
        let Some((held, digest)) = self.held(&judged.chain) else {
            let first = found == 1 && judged.previous.is_none();
            let enters =
                continuity == Continuity::Forward && found > 0 && !judged.chain.is_followed_from_the_first();
            return if first || enters { Ok(()) } else { Err(InvalidStatement::Chain { held: 0, found }) };
        };
        if found == held && judged.digest != digest {
            return Err(InvalidStatement::Fork { version: held });
        }
        let again = found == held && continuity == Continuity::Forward;
        let next = held.checked_add(1) == Some(found) && judged.previous == Some(digest);
        if again || next { Ok(()) } else { Err(InvalidStatement::Chain { held, found }) }
    }
}
