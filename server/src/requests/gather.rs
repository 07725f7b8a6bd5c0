//! Gathers the statements that prove something, in the order in which the log holds them: that is an
//! order in which they prove each other.
//!
//! A signature is judged by who held the device when it was made, so whoever signed is shown with every
//! version of their card. Names and telephones stand beside the newest version alone.

use super::{Exchange, Stop, count};
use crate::relay::Relay;
use crate::relay::history::History;
use crate::relay::snapshot::Snapshot;
use shared::directory::Chain;
use shared::ids::{Digest, GroupId, MemberId, Role};
use shared::message::is_recent;
use shared::refusal::Refusal;
use shared::statement::{Card, Group, Kind, Proposal, Roster, Statement};
use std::collections::{BTreeMap, BTreeSet};
use tokio::io::{AsyncRead, AsyncWrite};

/// Statements to be shown, by their leaves.
pub(super) struct Gathered<'a> {
    pub(super) relay: &'a Relay,
    pub(super) snapshot: &'a Snapshot,
    size: u64,
    found: BTreeMap<u64, Digest>,
    members: BTreeSet<MemberId>,
}

/// The ruleset in force, and the one before it, by which letters may still come.
const RULESETS: usize = 2;

/// A roster signed by both leaders proves by itself; one signed by one of them only from such a one on.
const LEADERS: usize = 2;

impl<'a> Gathered<'a> {
    /// Nothing yet.
    pub(super) fn nothing(relay: &'a Relay, snapshot: &'a Snapshot, size: u64) -> Self {
        Self { relay, snapshot, size, found: BTreeMap::new(), members: BTreeSet::new() }
    }

    /// As the log stood at this size. Every root and nomenclature is among them: a group is judged by the
    /// rules of the day on which it was signed.
    pub(super) fn at(relay: &'a Relay, snapshot: &'a Snapshot, size: u64) -> Self {
        let mut gathered = Self::nothing(relay, snapshot, size);
        gathered.all(&Chain::Root);
        gathered.all(&Chain::Nomenclature);
        gathered.last(&Chain::Ruleset, RULESETS);
        gathered
    }

    /// As the log stands now.
    pub(super) fn now(relay: &'a Relay, snapshot: &'a Snapshot) -> Self {
        Self::at(relay, snapshot, u64::MAX)
    }

    fn history(&self) -> &'a History {
        &self.snapshot.history
    }

    /// Every version of a chain.
    pub(super) fn all(&mut self, chain: &Chain) -> &'a [(u64, Digest)] {
        let versions = self.history().versions(chain, self.size);
        self.found.extend(versions.iter().copied());
        versions
    }

    /// The newest version of a chain.
    pub(super) fn newest(&mut self, chain: &Chain) {
        self.last(chain, 1);
    }

    /// So many of the newest versions of a chain.
    fn last(&mut self, chain: &Chain, count: usize) {
        self.found.extend(self.history().versions(chain, self.size).iter().rev().take(count).copied());
    }

    /// A member: their cards and their lists of devices.
    pub(super) fn member(&mut self, member: &MemberId) {
        if self.members.insert(member.clone()) {
            self.all(&Chain::Card(member.clone()));
            self.all(&Chain::Devices(member.clone()));
        }
    }

    /// Those who review the log: what is for them is sealed to their devices.
    pub(super) fn reviewers(&mut self) {
        let reviewers =
            self.snapshot.directory.all_cards().filter(|card| card.function.as_str() == Role::AUD);
        reviewers.for_each(|card| self.member(&card.member));
    }

    /// A group and its charters, with whoever signed for them.
    pub(super) fn group(&mut self, group: GroupId) -> Result<(), Refusal> {
        for (_, digest) in self.all(&Chain::Group(group)) {
            let statement = self.statement(*digest)?;
            self.signers(&statement);
            self.leaders(&statement);
        }
        for (_, digest) in self.all(&Chain::Charter(group)) {
            let statement = self.statement(*digest)?;
            self.signers(&statement);
        }
        Ok(())
    }

    /// Who belongs to a group, and what they signed there.
    pub(super) fn roster(&mut self, group: GroupId) -> Result<(), Refusal> {
        let rosters = self.history().versions(&Chain::Roster(group), self.size);
        for (index, digest) in rosters.iter().rev() {
            let statement = self.statement(*digest)?;
            self.found.insert(*index, *digest);
            self.signers(&statement);
            // Of those who were taken away, too: a colleague who did so is judged by their card.
            self.seats(&statement);
            if statement.signed.signatures.len() >= LEADERS {
                break;
            }
        }
        let signed = |chain: &&Chain| matches!(chain, Chain::Adhesion(of, _) | Chain::Delegation(of, _) if *of == group);
        for chain in self.history().all_chains().filter(signed) {
            self.newest(chain);
            if let Chain::Adhesion(_, member) | Chain::Delegation(_, member) = chain {
                self.member(member);
            }
        }
        let held = |chain: &&Chain| matches!(chain, Chain::Hold(of, _) if *of == group);
        for chain in self.history().all_chains().filter(held) {
            if let Some((index, digest)) = self.history().versions(chain, self.size).last() {
                self.found.insert(*index, *digest);
                self.signers(&self.statement(*digest)?);
            }
        }
        Ok(())
    }

    /// What members of a group read as second persons within the day.
    pub(super) fn rereadings(&mut self, group: GroupId) -> Result<(), Refusal> {
        let (directory, now) = (&self.snapshot.directory, self.relay.now());
        let recent = directory.rereadings(group).filter(|(rereading, _)| is_recent(rereading, now));
        let chains: Vec<_> =
            recent.map(|(rereading, _)| Chain::Rereading(group, rereading.member.clone())).collect();
        for chain in chains {
            if let Some((index, digest)) = self.history().versions(&chain, self.size).last() {
                self.found.insert(*index, *digest);
                self.signers(&self.statement(*digest)?);
            }
        }
        Ok(())
    }

    /// A proposal, with whoever it names and whoever signed it so far.
    pub(super) fn proposal(&mut self, group: GroupId, of: Kind) -> Result<(), Refusal> {
        let versions = self.history().versions(&Chain::Proposal(group, of), self.size);
        let Some((index, digest)) = versions.last() else { return Ok(()) };
        let statement = self.statement(*digest)?;
        self.found.insert(*index, *digest);
        self.signers(&statement);
        let proposal: Proposal = statement.signed.peek().map_err(|_| Refusal::Unavailable)?;
        if let Some(inner) = statement.body.as_deref().and_then(|body| proposal.read(body)) {
            self.signers(&inner);
            self.leaders(&inner);
            self.seats(&inner);
        }
        Ok(())
    }

    /// Whoever signed a statement with a device.
    fn signers(&mut self, statement: &Statement) {
        let directory = &self.snapshot.directory;
        let devices = statement.signed.signatures.iter().map(|signature| signature.key);
        let members: Vec<_> = devices.filter_map(|device| directory.owner_ever(device)).collect();
        members.into_iter().for_each(|member| self.member(member));
    }

    fn leaders(&mut self, statement: &Statement) {
        if let (Kind::Group, Ok(group)) = (statement.kind, statement.signed.peek::<Group>()) {
            let leaders = group.leaders().into_iter();
            let members: Vec<_> =
                leaders.filter_map(|device| self.snapshot.directory.owner_ever(device)).collect();
            members.into_iter().for_each(|member| self.member(member));
        }
    }

    fn seats(&mut self, statement: &Statement) {
        if let (Kind::Roster, Ok(roster)) = (statement.kind, statement.signed.peek::<Roster>()) {
            roster.seats.iter().for_each(|seat| self.member(&seat.member));
        }
    }

    fn statement(&self, digest: Digest) -> Result<Statement, Refusal> {
        let found = self.relay.read(|| self.relay.shelf().statement(digest));
        found.map(|published| published.statement).ok_or(Refusal::Unavailable)
    }

    /// How many they are.
    pub(super) fn count(&self) -> u32 {
        count(self.found.len())
    }

    /// A statement as it is shown: large bodies are asked for one by one.
    fn shown(&self, digest: Digest) -> Result<Statement, Refusal> {
        let mut statement = self.statement(digest)?;
        let keeps_body = match statement.kind {
            Kind::Card => {
                let card = statement.signed.peek::<Card>();
                card.is_ok_and(|card| self.snapshot.directory.card_digest(&card.member) == Some(digest))
            }
            Kind::Charter | Kind::Ruleset | Kind::Nomenclature => false,
            _ => true,
        };
        if !keeps_body {
            statement.body = None;
        }
        Ok(statement)
    }

    /// Sends them, one a frame, and keeps one at a time in memory.
    pub(super) async fn send<R, W>(&self, exchange: &mut Exchange<'_, R, W>) -> Result<(), Stop>
    where
        R: AsyncRead + Unpin + Send,
        W: AsyncWrite + Unpin + Send,
    {
        for digest in self.found.values() {
            let statement = self.shown(*digest)?;
            exchange.say(&statement).await?;
        }
        Ok(())
    }
}
