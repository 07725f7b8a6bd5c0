//! Judging: by which rules a statement is accepted.
//!
//! One function a kind, in a file by what they judge. Who must have signed is the heart of each, judged by
//! who held which device when it was signed. Nothing here changes the directory.

mod charters;
mod groups;
mod holds;
mod joining;
mod people;
mod rereadings;
mod roots;

use super::{Chain, Change, Continuity, Directory, HeldGroup, InvalidStatement, Judged};
use crate::ids::{DeviceId, KeyId, MemberId, PublicKey, Role};
use crate::limits::{REQUEST_SECONDS_MAX, STATEMENT_BODY_BYTES_MAX};
use crate::signed::Verified;
use crate::statement::{DeviceKey, Kind, Link, Root, Statement};
use crate::time::Timestamp;

impl Directory {
    pub(super) fn judge_alone(
        &self,
        statement: &Statement,
        continuity: Continuity,
    ) -> Result<Judged, InvalidStatement> {
        if statement.body.as_ref().is_some_and(|body| body.len() > STATEMENT_BODY_BYTES_MAX) {
            return Err(InvalidStatement::Body);
        }
        match statement.kind {
            Kind::Root => self.judge_root(statement),
            Kind::Nomenclature => self.judge_nomenclature(statement),
            Kind::Card => self.judge_card(statement),
            Kind::Devices => self.judge_devices(statement),
            Kind::Group => self.judge_group(statement),
            Kind::Roster => self.judge_roster(statement, continuity),
            Kind::Charter => self.judge_charter(statement),
            Kind::Adhesion => self.judge_adhesion(statement, continuity),
            Kind::Delegation => self.judge_delegation(statement, continuity),
            Kind::Proposal => self.judge_proposal(statement, continuity),
            Kind::Enrolment => self.judge_enrolment(statement),
            Kind::Annuaire => self.judge_annuaire(statement),
            Kind::KeyPage => self.judge_key_page(statement),
            Kind::Hold => self.judge_hold(statement),
            Kind::Ruleset => self.judge_ruleset(statement, continuity),
            Kind::Rereading => self.judge_rereading(statement),
        }
    }

    /// The keys of both halves of every root.
    fn root_keys(&self) -> impl Fn(KeyId) -> Option<PublicKey> {
        let keys = self.roots.iter().flat_map(|root| [root.value().authority, root.value().parquet]);
        move |id| keys.clone().find(|key| key.id() == id)
    }

    /// Those, and the key of every device that stands, or stood, for somebody. Whose signature counts is
    /// the rule of each kind.
    fn all_keys(&self) -> impl Fn(KeyId) -> Option<PublicKey> {
        let root_keys = self.root_keys();
        move |id| root_keys(id).or_else(|| self.people.key_ever(id))
    }

    fn authorities(&self, made: Timestamp) -> Vec<KeyId> {
        self.roots_at(made).map(|root| root.authority.id()).collect()
    }

    fn parquets(&self, made: Timestamp) -> Vec<KeyId> {
        self.roots_at(made).map(|root| root.parquet.id()).collect()
    }

    /// The roots in force when something was signed; around a rotation that is both.
    fn roots_at(&self, made: Timestamp) -> impl Iterator<Item = &Root> {
        let (early, late) = (made.plus(REQUEST_SECONDS_MAX), made.0.saturating_sub(REQUEST_SECONDS_MAX));
        let roots = self.roots.iter().map(Verified::value);
        let ends = roots.clone().skip(1).map(|root| root.link.made.0).chain([u64::MAX]);
        let in_force = move |(root, end): &(&Root, u64)| {
            (root.link.version == 1 || root.link.made <= early) && late < *end
        };
        roots.zip(ends).filter(in_force).map(|(root, _)| root)
    }

    /// Whether a device signed, or a further one of its member's that it signed for; its owner in office.
    fn signs<T>(&self, document: &Verified<T>, device: DeviceId, made: Timestamp) -> bool {
        let counts = |signer: &&DeviceId| self.people.reaches(**signer, &[device]);
        document.signers().iter().filter(counts).any(|signer| self.holder(*signer, made).is_some())
    }

    /// Whether a device, or a further one that its member signed for with it, stood for somebody in office.
    fn is_reached(&self, device: DeviceId, made: Timestamp) -> bool {
        let further = self.owner_ever(device).map(|member| self.devices(member)).unwrap_or_default();
        let mut all = further.iter().map(DeviceKey::id).chain([device]);
        all.any(|other| self.people.reaches(other, &[device]) && self.holder(other, made).is_some())
    }

    /// Whether this member signed, with a device of theirs, and nobody else did.
    fn signs_for<T>(&self, document: &Verified<T>, member: &MemberId, made: Timestamp) -> bool {
        let mut cards = document.signers().iter().map(|device| self.holder(*device, made));
        cards.all(|card| card.is_some_and(|card| card.member == *member))
    }

    /// Whether a member signed with devices that count in a group: what somebody else put on their card
    /// signs nothing for them there.
    pub(super) fn signed_in<T>(&self, held: &HeldGroup, document: &Verified<T>, member: &MemberId) -> bool {
        let seat = held.seat_of(member);
        seat.is_some_and(|seat| {
            document.signers().iter().all(|device| self.people.reaches(*device, &seat.devices))
        })
    }

    /// Whether a PROC of the parquet signed.
    fn has_visa<T>(&self, document: &Verified<T>, made: Timestamp) -> bool {
        let mut cards = document.signers().iter().filter_map(|device| self.holder(*device, made));
        cards.any(|card| card.function.as_str() == Role::PROC)
    }
}

fn judged<T>(
    chain: Chain,
    link: &Link,
    document: &Verified<T>,
    change: impl FnOnce(Verified<T>) -> Change,
) -> Judged
where
    Verified<T>: Clone,
{
    Judged {
        chain,
        version: link.version,
        previous: link.previous,
        made: link.made,
        digest: document.digest(),
        signers: document.signers().to_vec(),
        change: change(document.clone()),
    }
}

fn must(signed: bool, who: &'static str) -> Result<(), InvalidStatement> {
    if signed { Ok(()) } else { Err(InvalidStatement::Signer(who)) }
}

fn must_sign<T>(document: &Verified<T>, keys: &[KeyId], who: &'static str) -> Result<(), InvalidStatement> {
    must(keys.iter().any(|key| document.signed_by(*key)), who)
}
