//! Judging: by which rules a statement is accepted.
//!
//! One function a kind. Who must have signed is the heart of each, judged by who held which device
//! when it was signed. Nothing here changes the directory.

use super::{Chain, Change, Continuity, Directory, HeldGroup, InvalidStatement, Judged};
use crate::cbor;
use crate::crypto::sha256;
use crate::ids::{DeviceId, KeyId, MemberId, PublicKey, Role};
use crate::limits::{
    CHARTER_NOTICE_SECONDS, DELEGATION_SECONDS_MAX, DEVICE_LISTS_MAX, DEVICES_MAX, INVITATION_SECONDS_MAX,
    KEY_PAGE_RECIPIENTS_MAX, REQUEST_SECONDS_MAX, ROSTER_MEMBERS_MAX, STATEMENT_BODY_BYTES_MAX,
};
use crate::seal::ExpiryRecipient;
use crate::signed::{Document, Verified};
use crate::statement::{
    Adhesion, Annuaire, Card, Charter, Delegation, DeviceKey, Devices, Enrolment, Founder, Group, Invitation,
    Invited, KeyPage, Kind, Link, Nomenclature, NomenclatureStatement, Proposal, Root, Roster, Seat,
    Statement,
};
use crate::time::{Bucket, Timestamp};
use std::collections::BTreeSet;

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
            Kind::Proposal => self.judge_proposal(statement),
            Kind::Enrolment => self.judge_enrolment(statement),
            Kind::Annuaire => self.judge_annuaire(statement),
            Kind::KeyPage => self.judge_key_page(statement),
        }
    }

    fn judge_root(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: Root = statement.signed.peek()?;
        let before = self.root().unwrap_or(&claimed);
        let keys = [before.authority, before.parquet, claimed.authority, claimed.parquet];
        let root = statement.signed.verify::<Root>(|id| keys.into_iter().find(|key| key.id() == id))?;
        // only the pinned root begins the chain. Each half rotates its own key, the old and the new
        // one signing; anything else needs both halves.
        if self.roots.is_empty() && root.digest() != self.fingerprint {
            return Err(InvalidStatement::Rule("not the root whose fingerprint was pinned"));
        }
        let only = |authority, parquet| {
            let link = claimed.link.clone();
            Root { link, authority, parquet, ..before.clone() } == claimed
        };
        let authority_alone =
            only(claimed.authority, before.parquet) && claimed.authority != before.authority;
        let parquet_alone = only(before.authority, claimed.parquet) && claimed.parquet != before.parquet;
        if self.roots.is_empty() || !parquet_alone {
            must_sign(&root, &[before.authority.id()], "the authority's root")?;
            must_sign(&root, &[claimed.authority.id()], "the authority's new root")?;
        }
        if self.roots.is_empty() || !authority_alone {
            must_sign(&root, &[before.parquet.id()], "the parquet's root")?;
            must_sign(&root, &[claimed.parquet.id()], "the parquet's new root")?;
        }
        Ok(judged(Chain::Root, &claimed.link, &root, |root| Change::Root(Box::new(root))))
    }

    fn judge_nomenclature(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let signed: Verified<NomenclatureStatement> = statement.signed.verify(self.root_keys())?;
        let link = signed.value().link.clone();
        must_sign(&signed, &self.authorities(link.made), "the authority's root")?;
        must_sign(&signed, &self.parquets(link.made), "the parquet's root")?;
        if statement.body_digest() != Some(signed.value().text) {
            return Err(InvalidStatement::Body);
        }
        let body = statement.body.clone().ok_or(InvalidStatement::Body)?;
        let text = String::from_utf8(body).map_err(|_| InvalidStatement::Body)?;
        let rules = Box::new(Nomenclature::parse(&text)?);
        Ok(judged(Chain::Nomenclature, &link, &signed, |signed| Change::Nomenclature(signed, rules)))
    }

    fn judge_card(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let card: Verified<Card> = statement.signed.verify(self.root_keys())?;
        let value = card.value();
        self.may_certify(value, value.link.made, &card)?;
        // A card that is renewed names the device of the enrolment still, struck off or not: the member's
        // own list goes on from it.
        let renewed = self.card(&value.member).is_some_and(|held| held.base() == value.base());
        self.sound_devices(value, &value.devices)?;
        if !renewed {
            self.never_struck(value, &value.devices)?;
        }
        let personal = match &statement.body {
            Some(_) if value.protected => {
                return Err(InvalidStatement::Rule("a protected card shows no personal part"));
            }
            Some(body) if sha256(body) == value.personal => {
                Some(Box::new(cbor::decode(body, STATEMENT_BODY_BYTES_MAX)?))
            }
            Some(_) => return Err(InvalidStatement::Body),
            None => None,
        };
        let (chain, link) = (Chain::Card(value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &card, |card| Change::Card(Box::new(card), personal)))
    }

    /// the parquet certifies its hats, the authority everybody else, and neither can take over
    /// what the other certifies.
    fn may_certify<T: Document>(
        &self,
        card: &Card,
        made: Timestamp,
        by: &Verified<T>,
    ) -> Result<(), InvalidStatement> {
        match card.is_hat() {
            true => must_sign(by, &self.parquets(made), "the parquet's root")?,
            false => must_sign(by, &self.authorities(made), "the authority's root")?,
        }
        if self.card(&card.member).is_some_and(|held| held.is_hat() != card.is_hat()) {
            return Err(InvalidStatement::Rule("a hat of the parquet is an enrolment of its own"));
        }
        Ok(())
    }

    /// one to eight devices, each of one member alone.
    fn sound_devices(&self, card: &Card, devices: &[DeviceKey]) -> Result<(), InvalidStatement> {
        if devices.is_empty() || devices.len() > DEVICES_MAX {
            return Err(InvalidStatement::Rule("a member has one to eight devices"));
        }
        for (place, device) in devices.iter().enumerate() {
            if devices[..place].iter().any(|other| other.key == device.key) {
                return Err(InvalidStatement::Rule("a device is named once"));
            }
            if self.owner_ever(device.id()).is_some_and(|owner| *owner != card.member) {
                return Err(InvalidStatement::Rule("a device belongs to one member only"));
            }
        }
        Ok(())
    }

    /// nor does a device come back that its member struck off.
    fn never_struck(&self, card: &Card, devices: &[DeviceKey]) -> Result<(), InvalidStatement> {
        let person = self.people.person(&card.member);
        let struck = |device: &DeviceKey| person.is_some_and(|person| person.has_struck(device.id()));
        if devices.iter().any(struck) {
            return Err(InvalidStatement::Rule("a device that was struck off never comes back"));
        }
        Ok(())
    }

    fn judge_devices(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: Devices = statement.signed.peek()?;
        let person = self.people.person(&claimed.member);
        let person = person.ok_or(InvalidStatement::Rule("a list of devices of somebody without a card"))?;
        // signed by one of the member's devices of before, and by nobody else.
        let before = person.devices();
        let list: Verified<Devices> = statement
            .signed
            .verify(|id| before.iter().map(|device| device.key).find(|key| key.id() == id))?;
        let (value, card) = (list.value(), person.card.value());
        if value.base != card.base() {
            return Err(InvalidStatement::Rule("a list of devices that goes on from another card"));
        }
        if value.link.version > DEVICE_LISTS_MAX {
            return Err(InvalidStatement::Rule("too many lists of devices: a new invitation is needed"));
        }
        self.sound_devices(card, &value.devices)?;
        self.never_struck(card, &value.devices)?;
        let (chain, link) = (Chain::Devices(value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &list, |list| Change::Devices(Box::new(list))))
    }

    fn judge_group(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
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
            let gone = !held.leaders().iter().any(|device| self.is_reached(*device, made));
            let by_leader = held.leaders().into_iter().any(signs);
            let by_authority = gone && group.signers().iter().any(|key| self.authorities(made).contains(key));
            must(by_leader || by_authority, "a leader of the group")?;
        }
        let (chain, link) = (Chain::Group(value.id), value.link.clone());
        Ok(judged(chain, &link, &group, |group| Change::Group(Box::new(group))))
    }

    fn judge_roster(
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
            let colleague =
                || !less.is_empty() && less.iter().all(|member| self.is_colleague(&roster, member, made));
            must(only_less && (leader() || colleague()), missing)?;
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

    fn judge_charter(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let charter: Verified<Charter> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (charter.value(), charter.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("a charter of an unknown group"))?;
        // one who leads the group signs, and PROC, who is somebody else, gives the visa.
        let leaders = held.newest().value().leaders();
        must(leaders.iter().any(|device| self.signs(&charter, *device, made)), "a leader of the group")?;
        must(self.has_visa(&charter, made), "PROC (visa)")?;
        let cards = charter.signers().iter().filter_map(|device| self.holder(*device, made));
        let signers: BTreeSet<_> = cards.map(|card| &card.member).collect();
        must(signers.len() > 1, "a second person")?;
        if statement.body.as_ref().is_some_and(|body| sha256(body) != value.text || !is_text(body)) {
            return Err(InvalidStatement::Body);
        }
        if value.reglement.reference.trim().is_empty() || value.reglement.date.trim().is_empty() {
            return Err(InvalidStatement::Rule("a charter names a règlement intérieur and its date"));
        }
        // everybody has two weeks to read and sign it, unless PROC orders otherwise.
        if let Some(before) = held.charters.last().filter(|_| value.link.version > 1) {
            let ordered = value.order.as_ref().is_some_and(|order| !order.trim().is_empty());
            let noticed = value.from >= made.plus(CHARTER_NOTICE_SECONDS) || ordered;
            let again = before.digest() == charter.digest();
            if !again && (!noticed || value.from < before.value().from) {
                return Err(InvalidStatement::Rule("a new charter takes effect two weeks after it was made"));
            }
        }
        let (chain, link) = (Chain::Charter(value.group), value.link.clone());
        Ok(judged(chain, &link, &charter, |charter| Change::Charter(Box::new(charter))))
    }

    fn judge_adhesion(
        &self,
        statement: &Statement,
        continuity: Continuity,
    ) -> Result<Judged, InvalidStatement> {
        let adhesion: Verified<Adhesion> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (adhesion.value(), adhesion.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("an adhesion in an unknown group"))?;
        // on a device of one's own, under a charter of the group.
        if !held.charters.iter().any(|charter| charter.digest() == value.charter) {
            return Err(InvalidStatement::Rule("an adhesion to a charter that the group does not have"));
        }
        must(self.signs_for(&adhesion, &value.member, made), "the member")?;
        if continuity == Continuity::Next && held.seat_of(&value.member).is_none() {
            return Err(InvalidStatement::Rule("an adhesion of somebody who is not in the group"));
        }
        let (chain, link) = (Chain::Adhesion(value.group, value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &adhesion, |adhesion| Change::Adhesion(Box::new(adhesion))))
    }

    fn judge_delegation(
        &self,
        statement: &Statement,
        continuity: Continuity,
    ) -> Result<Judged, InvalidStatement> {
        let delegation: Verified<Delegation> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (delegation.value(), delegation.value().link.made);
        let held = self.groups.get(&value.group);
        let held = held.ok_or(InvalidStatement::Rule("a delegation in an unknown group"))?;
        // by the absent member, to another active one, for a while.
        must(self.signs_for(&delegation, &value.member, made), "the absent member")?;
        if value.to == value.member || value.until.since(value.from) > DELEGATION_SECONDS_MAX {
            return Err(InvalidStatement::Rule(
                "a delegation leads to somebody else, for three months at most",
            ));
        }
        let seated = |member| held.seat_of(member).is_some();
        if continuity == Continuity::Next && !(seated(&value.member) && seated(&value.to)) {
            return Err(InvalidStatement::Rule("a delegation leads from a member of the group to another"));
        }
        let (chain, link) = (Chain::Delegation(value.group, value.member.clone()), value.link.clone());
        Ok(judged(chain, &link, &delegation, |delegation| Change::Delegation(Box::new(delegation))))
    }

    fn judge_proposal(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let proposal: Verified<Proposal> = statement.signed.verify(self.all_keys())?;
        let (value, made) = (proposal.value(), proposal.value().link.made);
        let body = statement.body.as_ref().filter(|body| sha256(body) == value.statement);
        let inner = body.and_then(|body| value.read(body)).ok_or(InvalidStatement::Body)?;
        // somebody who is concerned proposes what they signed themselves.
        let leaders = match value.of {
            Kind::Group => {
                self.proposed::<Group>(&inner, |group| group.id == value.group)?.leaders().to_vec()
            }
            Kind::Roster => {
                self.proposed::<Roster>(&inner, |roster| roster.group == value.group)?;
                Vec::new()
            }
            Kind::Charter => {
                self.proposed::<Charter>(&inner, |charter| charter.group == value.group)?;
                Vec::new()
            }
            _ => return Err(InvalidStatement::Rule("a group, a roster or a charter is proposed")),
        };
        let signed = |key: &KeyId| inner.signed.signatures.iter().any(|signature| signature.key == *key);
        must(proposal.signers().iter().all(signed), "the proposer, under what is proposed")?;
        let concerned = |device: &DeviceId| {
            let card = self.holder(*device, made);
            let is_proc = card.is_some_and(|card| card.function.as_str() == Role::PROC);
            let authority = self.authorities(made).contains(device);
            let seated = || self.seat(value.group, *device, made).is_some();
            is_proc
                || authority
                || leaders.contains(device)
                || self.leads(value.group, *device, made)
                || seated()
        };
        must(proposal.signers().iter().all(concerned), "somebody whom the group concerns")?;
        let (chain, link) = (Chain::Proposal(value.group, value.of), value.link.clone());
        Ok(judged(chain, &link, &proposal, |proposal| Change::Proposal(Box::new(proposal))))
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

    fn judge_enrolment(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: Enrolment = statement.signed.peek()?;
        // signed by the very device, within the time of an invitation by who may invite.
        let enrolment: Verified<Enrolment> = statement.signed.verify_by(claimed.device.key)?;
        let (made, device) = (claimed.link.made, claimed.device.id());
        let invitation: Verified<Invitation> = claimed.invitation.verify(self.all_keys())?;
        let invited = invitation.value();
        match &invited.to {
            Invited::Member(card) => self.may_certify(card, invited.made, &invitation)?,
            Invited::Device(member) => {
                must(self.signs_for(&invitation, member, invited.made), "a device of the member")?;
            }
        }
        let ends = invited.expires.min(invited.made.plus(INVITATION_SECONDS_MAX));
        if made >= ends || invited.fingerprint != self.fingerprint {
            return Err(InvalidStatement::Rule("the invitation has ended"));
        }
        if claimed.link.version != 1 {
            return Err(InvalidStatement::Rule("an invitation is answered once"));
        }
        if self.owner_ever(device).is_some() || statement.body.is_some() || claimed.device.key == claimed.tls
        {
            return Err(InvalidStatement::Rule("a device enrols with fresh keys of its own"));
        }
        let id = invited.id;
        Ok(judged(Chain::Enrolment(id), &claimed.link, &enrolment, |enrolment| {
            Change::Enrolment(Box::new(enrolment), id)
        }))
    }

    fn judge_annuaire(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let annuaire: Verified<Annuaire> = statement.signed.verify(self.root_keys())?;
        let (value, link) = (annuaire.value(), annuaire.value().link.clone());
        must_sign(&annuaire, &self.authorities(link.made), "the authority's root")?;
        let body = statement.body.as_ref().filter(|body| sha256(body) == value.lines);
        Annuaire::lines(body.ok_or(InvalidStatement::Body)?)?;
        let chain = Chain::Annuaire(value.title.clone());
        Ok(judged(chain, &link, &annuaire, |annuaire| Change::Annuaire(Box::new(annuaire))))
    }

    fn judge_key_page(&self, statement: &Statement) -> Result<Judged, InvalidStatement> {
        let claimed: KeyPage = statement.signed.peek()?;
        let key = self
            .device_key(claimed.device)
            .ok_or(InvalidStatement::Rule("a key page of a device that signs for nobody"))?;
        // a page is signed by its own device, and is of one tier and in order.
        let page: Verified<KeyPage> = statement.signed.verify_by(key)?;
        let value = page.value();
        let Some(first) = value.buckets.first() else {
            return Err(InvalidStatement::Rule("a key page without buckets"));
        };
        // the buckets are of the ladder, which bounds how many chains a device can begin.
        let root = self.root().ok_or(InvalidStatement::Rule("no root statement is known yet"))?;
        if !root.buckets.steps.iter().any(|step| step.tier == first.tier) {
            return Err(InvalidStatement::Rule("a key page for a tier that is not on the ladder"));
        }
        let of_ladder = |bucket: &Bucket| bucket.tier == first.tier && root.buckets.is_end(bucket.ends);
        let one_tier = value.buckets.iter().all(of_ladder);
        let in_order = value.buckets.is_sorted_by(|a, b| a.ends < b.ends);
        if !one_tier || !in_order || value.buckets.len() > KEY_PAGE_RECIPIENTS_MAX {
            return Err(InvalidStatement::Rule("a key page has at most 40 buckets of one tier, in order"));
        }
        // A client may hold the statement without its body; the relay takes none without.
        if let Some(body) = &statement.body {
            let fits = sha256(body) == value.recipients
                && body.len() == value.buckets.len() * ExpiryRecipient::BYTES;
            if !fits
                || body
                    .chunks(ExpiryRecipient::BYTES)
                    .any(|bytes| ExpiryRecipient::from_bytes(bytes).is_err())
            {
                return Err(InvalidStatement::Body);
            }
        }
        let (chain, link) = (Chain::KeyPage(value.device, first.tier), value.link.clone());
        Ok(judged(chain, &link, &page, Change::KeyPage))
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

fn sound_seats(seats: &[Seat]) -> Result<(), InvalidStatement> {
    if seats.len() > ROSTER_MEMBERS_MAX || !seats.is_sorted_by(|a, b| a.member < b.member) {
        return Err(InvalidStatement::Rule("a roster names each member once, in order, at most 300"));
    }
    if seats.iter().any(|seat| seat.devices.is_empty()) {
        return Err(InvalidStatement::Rule("a roster names at least one device of each member"));
    }
    Ok(())
}

fn is_text(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok()
}

fn must(signed: bool, who: &'static str) -> Result<(), InvalidStatement> {
    if signed { Ok(()) } else { Err(InvalidStatement::Signer(who)) }
}

fn must_sign<T>(document: &Verified<T>, keys: &[KeyId], who: &'static str) -> Result<(), InvalidStatement> {
    must(keys.iter().any(|key| document.signed_by(*key)), who)
}
