//! Groups: who leads one, who belongs to it, and what is proposed there.
//!
//! Two persons sign what gives somebody something; one is enough to take it away.

use super::{judged, must, must_sign};
use crate::crypto::sha256;
use crate::directory::{Chain, Change, Continuity, Directory, HeldGroup, InvalidStatement, Judged};
use crate::ids::{DeviceId, KeyId, MemberId, Role};
use crate::limits::{GROUP_STATEMENTS_MAX, OPEN_PROPOSALS_MAX, ROSTER_MEMBERS_MAX, STATEMENT_SECONDS_MAX};
use crate::nomenclature::Founder;
use crate::signed::{Document, Verified};
use crate::statement::{Card, Charter, Group, Kind, Proposal, Roster, Seat, Statement};
use crate::time::Timestamp;

impl Directory {
    pub(super) fn judge_group(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let group: Verified<Group> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (group.value(), group.value().link.made);
        let rules = self.nomenclature().and_then(|rules| rules.kind(value.kind));
        let rules = rules.ok_or(InvalidStatement::Rule("the nomenclature has no such kind of group"))?;
        let holder = |device| self.holder(device, made);
        let absent = InvalidStatement::Rule("a leader's device was on no card in office");
        let (president, coordinator) =
            holder(value.president).zip(holder(value.coordinator)).ok_or(absent)?;
        if president.member == coordinator.member {
            return Err(InvalidStatement::Rule("president and coordinator are two persons"));
        }
        // who may lead is said by function, and for a president who founds, by territory.
        if !rules.president.contains(&president.function)
            || !rules.coordinator.contains(&coordinator.function)
        {
            return Err(InvalidStatement::Rule("a leader's function may not lead this kind of group"));
        }
        let covers = |card: &Card| value.territory.iter().all(|place| card.territory.contains(place));
        if rules.founder == Founder::President && (value.territory.is_empty() || !covers(president)) {
            return Err(InvalidStatement::Rule("a president founds a group within their own territory"));
        }
        // the president, the authority or both sides sign, and PROC where the kind asks for a visa.
        let signs = |device| self.signs(&group, device, made);
        match rules.founder {
            Founder::President => must(signs(value.president), "the president")?,
            Founder::Authority => must_sign(&group, &self.authorities(made), "the authority's root")?,
            Founder::Sides => {
                must(signs(value.president), "one side")?;
                must(signs(value.coordinator), "the other side")?;
            }
        }
        if rules.visa {
            must(self.has_visa(&group, made), "PROC (visa)")?;
        }
        // a group keeps its kind, and whoever leads it next is named by who leads it now; if both
        // have gone, by the authority beside the others.
        if let Some(held) = self.group(value.id) {
            if held.kind != value.kind {
                return Err(InvalidStatement::Rule("a group keeps its kind"));
            }
            if value.link.version > GROUP_STATEMENTS_MAX {
                return Err(InvalidStatement::Rule("a group that changed so often is founded anew"));
            }
            let gone = !held.leaders().iter().any(|device| self.is_reached(*device, made));
            let by_leader = held.leaders().into_iter().any(signs);
            let by_authority = gone && group.signers().iter().any(|key| self.authorities(made).contains(key));
            must(by_leader || by_authority, "a leader of the group")?;
        }
        let (chain, link) = (Chain::Group(value.id), value.link.clone());
        Ok(judged(chain, &link, &group, |group| Change::Group(Box::new(group))))
    }

    pub(super) fn judge_roster(
        &self,
        statement: &Statement,
        continuity: Continuity,
    ) -> Result<Judged, InvalidStatement> {
        let roster: Verified<Roster> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (roster.value(), roster.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("a roster of an unknown group"))?;
        let named = held.statements.iter().find(|group| group.digest() == value.statement);
        let named = named.ok_or(InvalidStatement::Rule("a roster under another group statement"))?.value();
        sound_seats(&value.seats)?;
        let before = held.roster.as_ref().filter(|before| value.link.previous == Some(before.digest()));
        let [president, coordinator] = named.leaders().map(|device| self.signs(&roster, device, made));
        // two persons sign a roster; one is enough to take away. Whoever does so signs alone, and under
        // the group statement of before: a group is led when both who lead it have signed.
        if president && coordinator {
            if continuity == Continuity::Next && held.newest().digest() != value.statement {
                return Err(InvalidStatement::Rule("a roster under a group statement of the past"));
            }
        } else {
            let missing = if president { "the coordinator" } else { "the president" };
            let before = before.ok_or(InvalidStatement::Signer(missing))?.value();
            let (less, only_less) = value.changes_from(before);
            let leader =
                || held.newest().value().leaders().iter().any(|device| self.signs(&roster, *device, made));
            let colleague = || less.iter().all(|member| self.is_colleague(&roster, member, made));
            must(only_less && !less.is_empty() && (leader() || colleague()), missing)?;
            if roster.signers().len() != 1 || value.statement != before.statement {
                return Err(InvalidStatement::Rule(
                    "who takes away signs alone, under the group statement of before",
                ));
            }
        }
        if continuity == Continuity::Next {
            self.may_be_added(held, value, before.map(Verified::value), made)?;
        }
        let (chain, link) = (Chain::Roster(value.group), value.link.clone());
        Ok(judged(chain, &link, &roster, |roster| Change::Roster(Box::new(roster))))
    }

    /// a party takes back its own people.
    fn is_colleague(&self, roster: &Verified<Roster>, member: &MemberId, made: Timestamp) -> bool {
        let organisation = self.card(member).map(|card| &card.organisation.id);
        let mut cards = roster.signers().iter().filter_map(|device| self.holder(*device, made));
        cards.any(|card| organisation == Some(&card.organisation.id))
    }

    /// whoever is added has a card in office and a function that may join, and their devices sign
    /// for them. A client asks the same whenever somebody counts.
    fn may_be_added(
        &self,
        held: &HeldGroup,
        roster: &Roster,
        before: Option<&Roster>,
        made: Timestamp,
    ) -> Result<(), InvalidStatement> {
        let group = held.newest().value().id;
        for seat in &roster.seats {
            let was = before.and_then(|before| before.seat(&seat.member));
            let added =
                seat.devices.iter().filter(|device| was.is_none_or(|was| !was.devices.contains(device)));
            let mut added = added.peekable();
            if added.peek().is_none() && was.is_some() {
                continue;
            }
            let card = self.card(&seat.member).filter(|card| card.in_office(made));
            let card = card.ok_or(InvalidStatement::Rule("a roster names members with a card in office"))?;
            if !self.may_join(group, card, made) {
                return Err(InvalidStatement::Rule(
                    "somebody's function or territory may not join this group",
                ));
            }
            let signs = |device: &DeviceId| self.devices(&seat.member).iter().any(|own| own.id() == *device);
            if !added.all(signs) {
                return Err(InvalidStatement::Rule("a roster names a device that is not its member's"));
            }
        }
        Ok(())
    }

    pub(super) fn judge_proposal(
        &self,
        statement: &Statement,
        continuity: Continuity,
    ) -> Result<Judged, InvalidStatement> {
        let proposal: Verified<Proposal> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (proposal.value(), proposal.value().link.made);
        let body = statement.body.as_ref().filter(|body| sha256(body) == value.statement);
        let inner = body.and_then(|body| value.read(body)).ok_or(InvalidStatement::Body)?;
        // somebody who is concerned proposes what they signed themselves.
        let group = match value.of {
            Kind::Group => Some(self.proposed::<Group>(&inner, |group| group.id == value.group)?),
            Kind::Roster => {
                self.proposed::<Roster>(&inner, |roster| roster.group == value.group)?;
                None
            }
            Kind::Charter => {
                self.proposed::<Charter>(&inner, |charter| charter.group == value.group)?;
                None
            }
            _ => return Err(InvalidStatement::Rule("a group, a roster or a charter is proposed")),
        };
        if value.of != Kind::Charter && inner.body.is_some() {
            return Err(InvalidStatement::Body);
        }
        let signed = |key: &KeyId| inner.signed.signatures.iter().any(|signature| signature.key == *key);
        must(proposal.signers().iter().all(signed), "the proposer, under what is proposed")?;
        if continuity == Continuity::Next {
            let leads = |device: &DeviceId| self.leads(value.group, *device, made);
            let vouches = |device: &DeviceId| {
                let card = self.holder(*device, made);
                card.is_some_and(|card| card.function.as_str() == Role::PROC)
                    || self.authorities(made).contains(device)
                    || leads(device)
            };
            // Whoever a group names as its next leader is asked by those who lead it now; of a group that is
            // not founded, its two leaders.
            let signed_by = |who: &dyn Fn(&DeviceId) -> bool| {
                inner.signed.signatures.iter().any(|signature| who(&signature.key))
            };
            let is_held = self.groups.contains_key(&value.group);
            let named = |device: &DeviceId| {
                let leaders = group.as_ref().map(Group::leaders);
                leaders.is_some_and(|leaders| self.people.reaches(*device, &leaders))
                    && (!is_held || signed_by(&vouches))
            };
            let seated = |device: &DeviceId| {
                value.of == Kind::Roster && self.seat(value.group, *device, made).is_some()
            };
            let concerned = |device: &DeviceId| vouches(device) || named(device) || seated(device);
            must(proposal.signers().iter().all(concerned), "somebody whom the group concerns")?;
            if let Some(group) = group.as_ref().filter(|_| !is_held) {
                self.may_propose(group, &proposal)?;
            }
        }
        let (chain, link) = (Chain::Proposal(value.group, value.of), value.link.clone());
        Ok(judged(chain, &link, &proposal, |proposal| Change::Proposal(Box::new(proposal))))
    }

    /// Whether a group that is not founded may be proposed: by its kind's rules, as far as they ask for no
    /// signature, and few at a time by one member.
    fn may_propose(&self, group: &Group, proposal: &Verified<Proposal>) -> Result<(), InvalidStatement> {
        let made = proposal.value().link.made;
        let rules = self.nomenclature().and_then(|rules| rules.kind(group.kind));
        let holder = |device| self.holder(device, made);
        let leaders = holder(group.president).zip(holder(group.coordinator));
        let fits = rules.zip(leaders).is_some_and(|(rules, (president, coordinator))| {
            president.member != coordinator.member
                && rules.president.contains(&president.function)
                && rules.coordinator.contains(&coordinator.function)
        });
        if !fits {
            return Err(InvalidStatement::Rule("a leader's function may not lead this kind of group"));
        }
        let owners = |proposal: &Verified<Proposal>| -> Vec<&MemberId> {
            proposal.signers().iter().filter_map(|device| self.owner_ever(*device)).collect()
        };
        let own = owners(proposal);
        let open = self.proposals().filter(|other| {
            let value = other.value();
            !self.groups.contains_key(&value.group)
                && value.group != group.id
                && made.since(value.link.made) < STATEMENT_SECONDS_MAX
                && owners(other).iter().any(|owner| own.contains(owner))
        });
        if open.count() >= OPEN_PROPOSALS_MAX {
            return Err(InvalidStatement::Rule("too many groups are proposed and not founded yet"));
        }
        Ok(())
    }

    /// A proposed document, every signature on it verified so far.
    fn proposed<T: Document>(
        &self,
        statement: &Statement,
        fits: impl Fn(&T) -> bool,
    ) -> Result<T, InvalidStatement> {
        let document = statement.signed.verify::<T>(self.all_keys())?.into_value();
        if fits(&document) {
            Ok(document)
        } else {
            Err(InvalidStatement::Rule("a proposal for another group"))
        }
    }
}

fn sound_seats(seats: &[Seat]) -> Result<(), InvalidStatement> {
    if seats.len() > ROSTER_MEMBERS_MAX || !seats.is_sorted_by(|a, b| a.member < b.member) {
        return Err(InvalidStatement::Rule("a roster names each member once, in order, at most 300"));
    }
    if seats.iter().any(|seat| seat.devices.is_empty()) {
        return Err(InvalidStatement::Rule("a roster names at least one device of each member"));
    }
    Ok(())
}
