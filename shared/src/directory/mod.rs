//! What a set of statements proves: who belongs, with which devices, under which rules.
//!
//! Relay and clients hold the same [`Directory`] and accept a statement by the same rules, so the
//! relay authors nothing: a member that a client cannot prove from signatures gets no grant. A
//! statement is judged first and applied after, because the relay makes it durable in between.

mod chain;
mod groups;
mod judge;
mod people;
mod view;

pub use chain::{Chain, Continuity};
pub use view::GroupView;

use crate::cbor;
use crate::ids::{DeviceId, Digest, GroupId, InvitationId, KeyId, MemberId, PublicKey, Role};
use crate::limits::RULESET_SECONDS_MAX;
use crate::log::{Actor, WitnessKey};
use crate::nomenclature::{InvalidNomenclature, Nomenclature};
use crate::signed::{Unproven, Verified};
use crate::statement::{
    Adhesion, Annuaire, Card, Charter, Delegation, DeviceKey, Devices, Enrolment, Group, Hold, KeyPage, Kind,
    NomenclatureStatement, Personal, Proposal, Rereading, Root, Roster, RulesetStatement, Statement,
};
use crate::time::{Bucket, Tier, Timestamp};
use groups::HeldGroup;
use people::People;
use std::collections::BTreeMap;

/// Statements that were accepted, the newest of each chain.
#[derive(Clone, Debug)]
pub struct Directory {
    fingerprint: Digest,
    /// Every root since the first: a signature is judged by the root of its time.
    roots: Vec<Verified<Root>>,
    nomenclature: Option<(Verified<NomenclatureStatement>, Nomenclature)>,
    /// The ruleset in force, and the one before it, which is accepted for a while.
    rulesets: Vec<Verified<RulesetStatement>>,
    people: People,
    groups: BTreeMap<GroupId, HeldGroup>,
    annuaires: BTreeMap<String, Verified<Annuaire>>,
    enrolments: BTreeMap<InvitationId, Verified<Enrolment>>,
    proposals: BTreeMap<(GroupId, Kind), Verified<Proposal>>,
    /// Of each device and tier in the order of their buckets; those of buckets that have ended go as others come.
    key_pages: BTreeMap<(DeviceId, Tier), Vec<Verified<KeyPage>>>,
}

/// A statement that would be accepted. Only [`Directory::judge`] makes one; [`Directory::apply`]
/// takes nothing else.
#[derive(Clone, Debug)]
pub struct Judged {
    chain: Chain,
    version: u32,
    previous: Option<Digest>,
    made: Timestamp,
    digest: Digest,
    signers: Vec<KeyId>,
    change: Change,
}

#[derive(Clone, Debug)]
enum Change {
    Root(Box<Verified<Root>>),
    Nomenclature(Verified<NomenclatureStatement>, Box<Nomenclature>),
    Ruleset(Verified<RulesetStatement>),
    Card(Box<Verified<Card>>, Option<Box<Personal>>),
    Devices(Box<Verified<Devices>>),
    Group(Box<Verified<Group>>),
    Roster(Box<Verified<Roster>>),
    Charter(Box<Verified<Charter>>),
    Adhesion(Box<Verified<Adhesion>>),
    Delegation(Box<Verified<Delegation>>),
    Proposal(Box<Verified<Proposal>>),
    Enrolment(Box<Verified<Enrolment>>, InvitationId),
    Annuaire(Box<Verified<Annuaire>>),
    Hold(Box<Verified<Hold>>),
    Rereading(Box<Verified<Rereading>>),
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
    /// A ruleset by which nothing can be screened.
    #[error("{0}")]
    Ruleset(String),
    /// Another rule.
    #[error("{0}")]
    Rule(&'static str),
}

impl From<cbor::Malformed> for InvalidStatement {
    fn from(malformed: cbor::Malformed) -> Self {
        Self::Unproven(malformed.into())
    }
}

impl Directory {
    /// An empty directory that will accept one first root statement only.
    #[must_use]
    pub fn pinned(fingerprint: Digest) -> Self {
        Self {
            fingerprint,
            roots: Vec::new(),
            nomenclature: None,
            rulesets: Vec::new(),
            people: People::default(),
            groups: BTreeMap::new(),
            annuaires: BTreeMap::new(),
            enrolments: BTreeMap::new(),
            proposals: BTreeMap::new(),
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

    /// Decides whether a statement is accepted, changing nothing.
    ///
    /// # Errors
    /// [`InvalidStatement`] says which rule it breaks.
    pub fn judge(&self, statement: &Statement, continuity: Continuity) -> Result<Judged, InvalidStatement> {
        let judged = self.judge_alone(statement, continuity)?;
        self.follows(&judged, continuity)?;
        Ok(judged)
    }

    /// Applies what was judged against this very directory.
    pub fn apply(&mut self, judged: Judged) {
        if self.held(&judged.chain).is_some_and(|(_, digest)| digest == judged.digest) {
            // The same statement again is no news; a body may come with it.
            if let Change::Card(card, Some(personal)) = judged.change {
                self.people.apply_card(*card, Some(*personal));
            }
            return;
        }
        match judged.change {
            Change::Root(root) => self.roots.push(*root),
            Change::Nomenclature(statement, rules) => self.nomenclature = Some((statement, *rules)),
            Change::Ruleset(statement) => {
                let before = self.rulesets.pop();
                self.rulesets = before.into_iter().chain([statement]).collect();
            }
            Change::Card(card, personal) => {
                self.people.apply_card(*card, personal.map(|personal| *personal));
            }
            Change::Devices(list) => self.people.apply_devices(*list),
            Change::Group(group) => match self.groups.get_mut(&group.value().id) {
                Some(held) => held.statements.push(*group),
                None => {
                    let held = HeldGroup {
                        statements: Vec::new(),
                        roster: None,
                        charters: Vec::new(),
                        adhesions: BTreeMap::new(),
                        delegations: BTreeMap::new(),
                        holds: BTreeMap::new(),
                        rereadings: BTreeMap::new(),
                    };
                    self.groups.entry(group.value().id).or_insert(held).statements.push(*group);
                }
            },
            Change::Roster(roster) => {
                if let Some(held) = self.groups.get_mut(&roster.value().group) {
                    held.roster = Some(*roster);
                }
            }
            Change::Charter(charter) => {
                if let Some(held) = self.groups.get_mut(&charter.value().group) {
                    held.charters.push(*charter);
                }
            }
            Change::Adhesion(adhesion) => {
                if let Some(held) = self.groups.get_mut(&adhesion.value().group) {
                    held.adhesions.insert(adhesion.value().member.clone(), *adhesion);
                }
            }
            Change::Delegation(delegation) => {
                if let Some(held) = self.groups.get_mut(&delegation.value().group) {
                    held.delegations.insert(delegation.value().member.clone(), *delegation);
                }
            }
            Change::Hold(hold) => {
                if let Some(held) = self.groups.get_mut(&hold.value().group) {
                    held.holds.insert(hold.value().message, *hold);
                }
            }
            Change::Rereading(rereading) => {
                if let Some(held) = self.groups.get_mut(&rereading.value().group) {
                    held.rereadings.insert(rereading.value().member.clone(), *rereading);
                }
            }
            Change::Proposal(proposal) => {
                self.proposals.insert((proposal.value().group, proposal.value().of), *proposal);
            }
            Change::Enrolment(enrolment, id) => {
                self.enrolments.insert(id, *enrolment);
            }
            Change::Annuaire(annuaire) => {
                self.annuaires.insert(annuaire.value().title.clone(), *annuaire);
            }
            Change::KeyPage(page) => {
                if let Some(bucket) = page.value().buckets.first() {
                    let pages = self.key_pages.entry((page.value().device, bucket.tier)).or_default();
                    pages.retain(|held| {
                        held.digest() != page.digest() && held.value().lives_at(page.value().link.made)
                    });
                    pages.push(page);
                }
            }
        }
    }

    /// The root statement in force.
    #[must_use]
    pub fn root(&self) -> Option<&Root> {
        self.roots.last().map(Verified::value)
    }

    /// Whether a key is a root's, or was one before it was replaced.
    #[must_use]
    pub fn was_root(&self, key: KeyId) -> bool {
        let halves = self.roots.iter().flat_map(|root| [root.value().authority, root.value().parquet]);
        halves.into_iter().any(|half| half.id() == key)
    }

    /// The digest of the root statement in force.
    #[must_use]
    pub fn root_digest(&self) -> Option<Digest> {
        self.roots.last().map(Verified::digest)
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

    /// The digest of the ruleset statement in force.
    #[must_use]
    pub fn ruleset_digest(&self) -> Option<Digest> {
        self.rulesets.last().map(Verified::digest)
    }

    /// The ruleset statement in force.
    #[must_use]
    pub fn ruleset(&self) -> Option<&RulesetStatement> {
        self.rulesets.last().map(Verified::value)
    }

    /// whether what was screened by this ruleset may be deposited: it is the one in force, or the one before
    /// and another was signed not long ago.
    #[must_use]
    pub fn screens_by(&self, ruleset: Digest, now: Timestamp) -> bool {
        let [before @ .., newest] = self.rulesets.as_slice() else { return false };
        let is_recent = now.since(newest.value().link.made) < RULESET_SECONDS_MAX;
        newest.digest() == ruleset || (is_recent && before.iter().any(|held| held.digest() == ruleset))
    }

    /// What was last read by a second person of a group, each by another member.
    pub fn rereadings(&self, group: GroupId) -> impl Iterator<Item = (&Rereading, &Verified<Rereading>)> {
        let held = self.groups.get(&group).into_iter().flat_map(|held| held.rereadings.values());
        held.map(|rereading| (rereading.value(), rereading))
    }

    /// A member's card.
    #[must_use]
    pub fn card(&self, member: &MemberId) -> Option<&Card> {
        self.people.person(member).map(|person| person.card.value())
    }

    /// The digest of a member's card.
    #[must_use]
    pub fn card_digest(&self, member: &MemberId) -> Option<Digest> {
        self.people.person(member).map(|person| person.card.digest())
    }

    /// Everybody with a card, in the order of the handles.
    pub fn all_cards(&self) -> impl Iterator<Item = &Card> {
        self.people.all().map(|person| person.card.value())
    }

    /// The erasable part of a member's card, if it is here.
    #[must_use]
    pub fn personal(&self, member: &MemberId) -> Option<&Personal> {
        self.people.person(member)?.personal.as_ref()
    }

    /// The devices that sign for a member today: their own list, or the card's.
    #[must_use]
    pub fn devices(&self, member: &MemberId) -> &[DeviceKey] {
        self.people.person(member).map_or(&[], |person| person.devices())
    }

    /// The list that a member made of their devices.
    #[must_use]
    pub fn device_list(&self, member: &MemberId) -> Option<&Verified<Devices>> {
        self.people.person(member)?.list.as_ref()
    }

    /// The card for which a device signs.
    #[must_use]
    pub fn owner(&self, device: DeviceId) -> Option<&Card> {
        self.people.owner(device)
    }

    /// The member for whom a device signs, or signed before it was replaced.
    #[must_use]
    pub fn owner_ever(&self, device: DeviceId) -> Option<&MemberId> {
        self.people.owner_ever(device)
    }

    /// Whether somebody's device, function and organisation stood on one of their cards together.
    #[must_use]
    pub fn knows(&self, actor: &Actor) -> bool {
        self.people.knows(actor)
    }

    /// The card for which a device signed at an instant, its owner in office then.
    #[must_use]
    pub fn holder(&self, device: DeviceId, at: Timestamp) -> Option<&Card> {
        self.people.holder(device, at)
    }

    /// Every device that stands for a member, or stood, with the time since which it did; as far as the
    /// statements that are here tell.
    pub fn devices_ever(&self, member: &MemberId) -> impl Iterator<Item = (DeviceId, Timestamp)> {
        self.people.devices_ever(member)
    }

    /// Whether a device is one of `known`, or was signed for by one that is, step by step.
    #[must_use]
    pub fn is_signed_for(&self, device: DeviceId, known: &[DeviceId]) -> bool {
        self.people.reaches(device, known)
    }

    /// The public key of a device that signs for somebody.
    #[must_use]
    pub fn device_key(&self, device: DeviceId) -> Option<PublicKey> {
        self.people.owner(device).and_then(|_| self.people.key_ever(device))
    }

    /// The public key of a device that signs, or signed, for somebody: what a signature of the past is
    /// verified with.
    #[must_use]
    pub fn past_key(&self, device: DeviceId) -> Option<PublicKey> {
        self.people.key_ever(device)
    }

    /// The public key of a root or a witness, of today or before: those who speak without a card.
    #[must_use]
    pub fn key_without_card(&self, key: KeyId) -> Option<PublicKey> {
        self.roots.iter().map(Verified::value).find_map(|root| {
            let half = [root.authority, root.parquet].into_iter().find(|half| half.id() == key);
            half.or_else(|| root.witnesses.witness(key).map(WitnessKey::key))
        })
    }

    /// The devices of those who review the log, in the order of the ids.
    #[must_use]
    pub fn auditors(&self, now: Timestamp) -> Vec<DeviceId> {
        let reviews = |card: &Card| card.function.as_str() == Role::AUD && card.in_office(now);
        let reviewers = self.people.all().filter(|person| reviews(person.card.value()));
        let mut devices: Vec<_> = reviewers.flat_map(|person| person.devices()).map(DeviceKey::id).collect();
        devices.sort_unstable();
        devices
    }

    /// A version of the annuaire, by its title.
    #[must_use]
    pub fn annuaire(&self, title: &str) -> Option<&Verified<Annuaire>> {
        self.annuaires.get(title)
    }

    /// The titles of the annuaires.
    pub fn annuaires(&self) -> impl Iterator<Item = &str> {
        self.annuaires.keys().map(String::as_str)
    }

    /// Every enrolment, with its invitation.
    pub fn enrolments(&self) -> impl Iterator<Item = (InvitationId, &Verified<Enrolment>)> {
        self.enrolments.iter().map(|(id, enrolment)| (*id, enrolment))
    }

    /// The answer to an invitation.
    #[must_use]
    pub fn enrolment(&self, id: InvitationId) -> Option<&Verified<Enrolment>> {
        self.enrolments.get(&id)
    }

    /// Every proposal.
    pub fn proposals(&self) -> impl Iterator<Item = &Verified<Proposal>> {
        self.proposals.values()
    }

    /// The key pages of a device, by tier and then in the order of their buckets.
    pub fn key_pages(&self, device: DeviceId) -> impl Iterator<Item = &Verified<KeyPage>> {
        self.key_pages.range((device, Tier::Seconds(0))..=(device, Tier::Month)).flat_map(|(_, pages)| pages)
    }

    /// The key page of a device on which a bucket stands.
    #[must_use]
    pub fn key_page(&self, device: DeviceId, bucket: Bucket) -> Option<&Verified<KeyPage>> {
        self.key_pages(device).find(|page| page.value().buckets.contains(&bucket))
    }

    /// Whether there are key pages whose buckets had all ended then.
    #[must_use]
    pub fn has_pages_ended(&self, then: Timestamp) -> bool {
        self.key_pages.values().flatten().any(|page| !page.value().lives_at(then))
    }

    /// Forgets them. The next page of their chain is a first one again.
    pub fn forget_pages(&mut self, then: Timestamp) {
        self.key_pages.retain(|_, pages| {
            pages.retain(|page| page.value().lives_at(then));
            !pages.is_empty()
        });
    }

    /// The end of the last bucket of a tier for which a device published a recipient.
    #[must_use]
    pub fn published_until(&self, device: DeviceId, tier: Tier) -> Option<Timestamp> {
        let newest = self.key_pages.get(&(device, tier))?.last()?;
        newest.value().buckets.last().map(|bucket| bucket.ends)
    }

    /// The bucket of a device that ends at this instant.
    #[must_use]
    pub fn bucket_ending(&self, device: DeviceId, ends: Timestamp) -> Option<Bucket> {
        let mut buckets = self.key_pages(device).flat_map(|page| &page.value().buckets);
        buckets.find(|bucket| bucket.ends == ends).copied()
    }

    /// The bucket to which something for an auditor is sealed: the one that ends soonest after
    /// `wanted`, or the last that the device has.
    #[must_use]
    pub fn bucket_for_log(&self, device: DeviceId, wanted: Timestamp) -> Option<Bucket> {
        let buckets: Vec<_> = self.key_pages(device).flat_map(|page| &page.value().buckets).collect();
        let after = buckets.iter().filter(|bucket| bucket.ends >= wanted).min();
        after.or_else(|| buckets.iter().max()).map(|bucket| **bucket)
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

    /// When it was signed, as it says.
    #[must_use]
    pub fn made(&self) -> Timestamp {
        self.made
    }

    /// The digest of its exact bytes.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Who signed.
    #[must_use]
    pub fn signers(&self) -> &[KeyId] {
        &self.signers
    }
}
