//! What a set of statements proves: who belongs, with which devices, under which rules.
//!
//! Relay and clients hold the same [`Directory`] and accept a statement by the same rules, so the
//! relay authors nothing: a member that a client cannot prove from signatures gets no grant. A
//! statement is judged first and applied after, because the relay makes it durable in between.

mod judge;

use crate::cbor;
use crate::ids::{DeviceId, Digest, GroupId, MemberId, PublicKey};
use crate::signed::{Unproven, Verified};
use crate::statement::{
    Card, Group, InvalidNomenclature, KeyPage, Kind, Link, Nomenclature, NomenclatureStatement, Personal,
    Root, Roster, Seat, Statement,
};
use crate::time::{Bucket, Tier, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Statements that were accepted, the newest of each chain.
#[derive(Clone, Debug)]
pub struct Directory {
    fingerprint: Digest,
    root: Option<Verified<Root>>,
    nomenclature: Option<(Verified<NomenclatureStatement>, Nomenclature)>,
    cards: BTreeMap<MemberId, Verified<Card>>,
    personal: BTreeMap<MemberId, Personal>,
    /// Whose each device is, and its key.
    owners: BTreeMap<DeviceId, (MemberId, PublicKey)>,
    groups: BTreeMap<GroupId, Verified<Group>>,
    rosters: BTreeMap<GroupId, Verified<Roster>>,
    key_pages: BTreeMap<(DeviceId, Tier), Verified<KeyPage>>,
}

/// How a statement must follow the one that is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Continuity {
    /// It is the next version and names the held one: the rule at the relay.
    Next,
    /// It is not older than the held one, and the same if the version is the same: the rule at a
    /// client, which may have slept through some versions.
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
    /// The cards of a member.
    Card(MemberId),
    /// The statements of a group.
    Group(GroupId),
    /// The rosters of a group.
    Roster(GroupId),
    /// The key pages of a device for one tier.
    KeyPage(DeviceId, Tier),
}

/// A statement that would be accepted. Only [`Directory::judge`] makes one; [`Directory::apply`]
/// takes nothing else.
#[derive(Clone, Debug)]
pub struct Judged {
    chain: Chain,
    version: u32,
    digest: Digest,
    change: Change,
}

#[derive(Clone, Debug)]
enum Change {
    Root(Box<Verified<Root>>),
    Nomenclature(Verified<NomenclatureStatement>, Box<Nomenclature>),
    Card(Box<Verified<Card>>, Option<Box<Personal>>),
    Group(Verified<Group>),
    Roster(Verified<Roster>),
    KeyPage(Verified<KeyPage>),
}

/// Why a statement is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidStatement {
    /// Its bytes or signatures.
    #[error(transparent)]
    Unproven(#[from] Unproven),
    /// It does not follow the held version.
    #[error("version {found} does not follow version {held} of its chain")]
    Chain {
        /// The version held, 0 if none.
        held: u32,
        /// The version of the statement.
        found: u32,
    },
    /// Two statements of one version.
    #[error("another statement with version {version} is already known: keep both as evidence")]
    Fork {
        /// The version.
        version: u32,
    },
    /// Somebody whose signature is needed did not sign.
    #[error("the signature of {0} is missing")]
    Signer(&'static str),
    /// The body is absent or not what the statement names.
    #[error("the body does not fit its digest")]
    Body,
    /// A nomenclature that contradicts itself.
    #[error(transparent)]
    Nomenclature(#[from] InvalidNomenclature),
    /// Another rule.
    #[error("{0}")]
    Rule(&'static str),
}

impl From<cbor::Malformed> for InvalidStatement {
    fn from(malformed: cbor::Malformed) -> Self {
        Self::Unproven(malformed.into())
    }
}

/// What the head of the log says of one group: the digests of everything that decides who reads.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupView {
    /// Which group.
    pub group: GroupId,
    /// The root statement.
    pub root: Digest,
    /// The nomenclature.
    pub nomenclature: Digest,
    /// The group statement.
    pub statement: Digest,
    /// The roster.
    pub roster: Digest,
    /// The cards of its members and leaders, in the order of the handles.
    pub cards: Vec<(MemberId, Digest)>,
}

impl Directory {
    /// An empty directory that will accept one first root statement only.
    #[must_use]
    pub fn pinned(fingerprint: Digest) -> Self {
        Self {
            fingerprint,
            root: None,
            nomenclature: None,
            cards: BTreeMap::new(),
            personal: BTreeMap::new(),
            owners: BTreeMap::new(),
            groups: BTreeMap::new(),
            rosters: BTreeMap::new(),
            key_pages: BTreeMap::new(),
        }
    }

    /// Judges and applies in one step, for those who need not make it durable in between.
    ///
    /// # Errors
    /// As for [`judge`](Self::judge).
    pub fn accept(&mut self, statement: &Statement, continuity: Continuity) -> Result<(), InvalidStatement> {
        self.apply(self.judge(statement, continuity)?);
        Ok(())
    }

    /// The same statements, with those of the past in force which a message names. They are verified
    /// like any other, but need not follow.
    ///
    /// # Errors
    /// As for [`judge`](Self::judge), but for the chain.
    pub fn as_of<'a>(&self, past: impl IntoIterator<Item = &'a Statement>) -> Result<Self, InvalidStatement> {
        let mut then = self.clone();
        for statement in past {
            let judged = match statement.kind {
                Kind::Roster => then.judge_past_roster(statement)?,
                _ => then.judge_alone(statement)?,
            };
            then.apply(judged);
        }
        Ok(then)
    }

    /// Decides whether a statement is accepted, changing nothing.
    ///
    /// # Errors
    /// [`InvalidStatement`] says which rule it breaks.
    pub fn judge(&self, statement: &Statement, continuity: Continuity) -> Result<Judged, InvalidStatement> {
        let judged = self.judge_alone(statement)?;
        self.follows(&judged, continuity)?;
        Ok(judged)
    }

    /// Applies what was judged against this very directory.
    pub fn apply(&mut self, judged: Judged) {
        match judged.change {
            Change::Root(root) => self.root = Some(*root),
            Change::Nomenclature(statement, rules) => self.nomenclature = Some((statement, *rules)),
            Change::Card(card, personal) => {
                let member = card.value().member.clone();
                self.owners.retain(|_, (owner, _)| *owner != member);
                for device in &card.value().devices {
                    self.owners.insert(device.key.id(), (member.clone(), device.key));
                }
                match personal {
                    Some(personal) => self.personal.insert(member.clone(), *personal),
                    None => self.personal.remove(&member),
                };
                self.cards.insert(member, *card);
            }
            Change::Group(group) => {
                self.groups.insert(group.value().id, group);
            }
            Change::Roster(roster) => {
                self.rosters.insert(roster.value().group, roster);
            }
            Change::KeyPage(page) => {
                let tier = page.value().buckets[0].tier;
                self.key_pages.insert((page.value().device, tier), page);
            }
        }
    }

    /// The root statement in force.
    #[must_use]
    pub fn root(&self) -> Option<&Root> {
        self.root.as_ref().map(Verified::value)
    }

    /// The digest of the root statement in force.
    #[must_use]
    pub fn root_digest(&self) -> Option<Digest> {
        self.root.as_ref().map(Verified::digest)
    }

    /// The nomenclature in force.
    #[must_use]
    pub fn nomenclature(&self) -> Option<&Nomenclature> {
        self.nomenclature.as_ref().map(|(_, rules)| rules)
    }

    /// The digest of the nomenclature statement in force.
    #[must_use]
    pub fn nomenclature_digest(&self) -> Option<Digest> {
        self.nomenclature.as_ref().map(|(statement, _)| statement.digest())
    }

    /// A member's card.
    #[must_use]
    pub fn card(&self, member: &MemberId) -> Option<&Card> {
        self.cards.get(member).map(Verified::value)
    }

    /// The digest of a member's card.
    #[must_use]
    pub fn card_digest(&self, member: &MemberId) -> Option<Digest> {
        self.cards.get(member).map(Verified::digest)
    }

    /// Everybody with a card, in the order of the handles.
    pub fn all_cards(&self) -> impl Iterator<Item = &Card> {
        self.cards.values().map(Verified::value)
    }

    /// The erasable part of a member's card, if it is here.
    #[must_use]
    pub fn personal(&self, member: &MemberId) -> Option<&Personal> {
        self.personal.get(member)
    }

    /// The card on which a device stands.
    #[must_use]
    pub fn owner(&self, device: DeviceId) -> Option<&Card> {
        self.owners.get(&device).and_then(|(member, _)| self.card(member))
    }

    /// The public key of a device on a current card.
    #[must_use]
    pub fn device_key(&self, device: DeviceId) -> Option<PublicKey> {
        self.owners.get(&device).map(|(_, key)| *key)
    }

    /// A group.
    #[must_use]
    pub fn group(&self, group: GroupId) -> Option<&Group> {
        self.groups.get(&group).map(Verified::value)
    }

    /// Every group, in the order of the ids.
    pub fn all_groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values().map(Verified::value)
    }

    /// The roster of a group, with its digest.
    #[must_use]
    pub fn roster(&self, group: GroupId) -> Option<(&Roster, Digest)> {
        self.rosters.get(&group).map(|roster| (roster.value(), roster.digest()))
    }

    /// The card and seat of a device in a group: it is on its owner's card *and* the roster names
    /// it, and its owner is in office.
    #[must_use]
    pub fn seat(&self, group: GroupId, device: DeviceId, now: Timestamp) -> Option<(&Card, &Seat)> {
        let card = self.owner(device)?;
        let seat = self.roster(group)?.0.seat(&card.member)?;
        (card.in_office(now) && seat.devices.contains(&device)).then_some((card, seat))
    }

    /// The devices of a member that count in a group.
    #[must_use]
    pub fn devices_in(&self, group: GroupId, member: &MemberId, now: Timestamp) -> Vec<DeviceId> {
        let in_office = self.card(member).is_some_and(|card| card.in_office(now));
        let seat = self.roster(group).and_then(|(roster, _)| roster.seat(member)).filter(|_| in_office);
        let Some(seat) = seat else { return Vec::new() };
        let on_card = |device: &&DeviceId| self.owners.get(device).is_some_and(|(owner, _)| owner == member);
        let mut devices: Vec<_> = seat.devices.iter().filter(on_card).copied().collect();
        devices.sort_unstable();
        devices.dedup();
        devices
    }

    /// The devices of those who review the log, in the order of the ids.
    #[must_use]
    pub fn auditors(&self, now: Timestamp) -> Vec<DeviceId> {
        let reviewers =
            self.all_cards().filter(|card| card.function.as_str() == "AUD" && card.in_office(now));
        let mut devices: Vec<_> =
            reviewers.flat_map(|card| &card.devices).map(|device| device.key.id()).collect();
        devices.sort_unstable();
        devices
    }

    /// The key page of a device for a tier.
    #[must_use]
    pub fn key_page(&self, device: DeviceId, tier: Tier) -> Option<&Verified<KeyPage>> {
        self.key_pages.get(&(device, tier))
    }

    /// The bucket of a device that ends at this instant.
    #[must_use]
    pub fn bucket_ending(&self, device: DeviceId, ends: Timestamp) -> Option<Bucket> {
        self.key_pages
            .range((device, Tier::Seconds(0))..=(device, Tier::Month))
            .flat_map(|(_, page)| &page.value().buckets)
            .find(|bucket| bucket.ends == ends)
            .copied()
    }

    /// The bucket to which something for an auditor is sealed: the one that ends soonest after
    /// `wanted`, or the last that the device has.
    #[must_use]
    pub fn bucket_for_log(&self, device: DeviceId, wanted: Timestamp) -> Option<Bucket> {
        let pages = self.key_pages.range((device, Tier::Seconds(0))..=(device, Tier::Month));
        let buckets: Vec<Bucket> = pages.flat_map(|(_, page)| page.value().buckets.clone()).collect();
        let after = buckets.iter().filter(|bucket| bucket.ends >= wanted).min();
        after.or_else(|| buckets.iter().max()).copied()
    }

    /// Every chain that is held, with its version and digest.
    #[must_use]
    pub fn chains(&self) -> Vec<(Chain, u32, Digest)> {
        let cards = self.cards.keys().cloned().map(Chain::Card);
        let groups = self.groups.keys().copied().map(Chain::Group);
        let rosters = self.rosters.keys().copied().map(Chain::Roster);
        let all = [Chain::Root, Chain::Nomenclature].into_iter().chain(cards).chain(groups).chain(rosters);
        all.filter_map(|chain| self.held(&chain).map(|(version, digest)| (chain, version, digest))).collect()
    }

    /// What the head says of one group, as far as these statements are complete.
    #[must_use]
    pub fn view(&self, group: GroupId) -> Option<GroupView> {
        let statement = self.groups.get(&group)?;
        let roster = self.rosters.get(&group)?;
        let leaders = [statement.value().president, statement.value().coordinator];
        let leaders = leaders.iter().filter_map(|key| self.owners.get(key)).map(|(member, _)| member);
        let mut members: Vec<_> =
            roster.value().seats.iter().map(|seat| &seat.member).chain(leaders).collect();
        members.sort_unstable();
        members.dedup();
        let cards = members
            .into_iter()
            .map(|member| Some((member.clone(), self.card_digest(member)?)))
            .collect::<Option<_>>()?;
        Some(GroupView {
            group,
            root: self.root.as_ref()?.digest(),
            nomenclature: self.nomenclature_digest()?,
            statement: statement.digest(),
            roster: roster.digest(),
            cards,
        })
    }

    /// The version and digest that is held of a chain.
    fn held(&self, chain: &Chain) -> Option<(u32, Digest)> {
        fn of<T>(verified: &Verified<T>, link: impl Fn(&T) -> &Link) -> (u32, Digest) {
            (link(verified.value()).version, verified.digest())
        }
        match chain {
            Chain::Root => self.root.as_ref().map(|held| of(held, |root| &root.link)),
            Chain::Nomenclature => self.nomenclature.as_ref().map(|(held, _)| of(held, |value| &value.link)),
            Chain::Card(member) => self.cards.get(member).map(|held| of(held, |card| &card.link)),
            Chain::Group(group) => self.groups.get(group).map(|held| of(held, |group| &group.link)),
            Chain::Roster(group) => self.rosters.get(group).map(|held| of(held, |roster| &roster.link)),
            Chain::KeyPage(device, tier) => {
                self.key_page(*device, *tier).map(|held| of(held, |page| &page.link))
            }
        }
    }
}

impl Judged {
    /// Which chain it goes on.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The digest of its exact bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    fn previous(&self) -> Option<Digest> {
        match &self.change {
            Change::Root(held) => held.value().link.previous,
            Change::Nomenclature(held, _) => held.value().link.previous,
            Change::Card(held, _) => held.value().link.previous,
            Change::Group(held) => held.value().link.previous,
            Change::Roster(held) => held.value().link.previous,
            Change::KeyPage(held) => held.value().link.previous,
        }
    }
}
