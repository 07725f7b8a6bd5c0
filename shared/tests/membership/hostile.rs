//! What a hostile member tries, alone, with a struck device, or with the authority's root in their hands.

use super::town::{COORD, MAIRE, MEMBERS, OTHER_STRANGER, PROC, STRANGER, Town};
use shared::crypto::SigningKey;
use shared::directory::Chain;
use shared::signed::Signed;
use shared::statement::{DeviceKey, Devices, Group, Kind, Proposal, Seat, Statement};

impl Town {
    pub(crate) fn attack(&mut self) -> (&'static str, bool) {
        let victim = self.below(MEMBERS.len());
        match self.below(11) {
            0 => ("hostile adds a stranger alone", self.seat_alone(STRANGER)),
            1 => ("hostile adds somebody alone", self.seat_alone(victim)),
            2 => ("hostile adds a device to a seat", self.device_in_seat(victim)),
            3 => ("hostile removes one and adds another", self.swap(victim)),
            4 => ("hostile puts a device on a card", self.ghost_on_card(victim)),
            5 => ("hostile restates the group", self.usurp()),
            6 => ("hostile lists another's devices", self.list_of(victim)),
            7 => ("hostile signs the charter for another", self.adhere_for(victim)),
            8 => ("hostile writes a charter", self.charter_alone()),
            9 => ("hostile uses a struck device", self.use_struck()),
            _ => ("hostile replays", self.replay()),
        }
    }

    fn own_key(&self) -> SigningKey {
        SigningKey::from_seed(self.key(self.hostile).seed().clone())
    }

    fn publish_roster(&mut self, seats: Vec<Seat>, keys: &[&SigningKey]) -> bool {
        let signed = Signed::new(&self.roster(seats), keys);
        self.publish(&Statement { kind: Kind::Roster, signed, body: None })
    }

    fn seat_alone(&mut self, person: usize) -> bool {
        let seat = self.seat(person);
        let mut seats = self.seats();
        if seats.iter().any(|held| held.member == seat.member) || seat.devices.is_empty() {
            return false;
        }
        seats.push(seat);
        let (own, stranger) = (self.own_key(), self.key(STRANGER).seed().clone());
        self.publish_roster(seats, &[&own, &SigningKey::from_seed(stranger)])
    }

    fn device_in_seat(&mut self, person: usize) -> bool {
        let (own, ghost) = (self.own_key(), self.fresh_key());
        let member = self.member(person).clone();
        let mut seats = self.seats();
        let Some(seat) = seats.iter_mut().find(|seat| seat.member == member) else { return false };
        seat.devices.push(ghost.id());
        // With the authority's root the device stands on the card, too.
        self.card_with(person, &ghost);
        self.people[person].keys.push(ghost);
        self.publish_roster(seats, &[&own])
    }

    fn swap(&mut self, person: usize) -> bool {
        let own = self.own_key();
        let member = self.member(person).clone();
        let mut seats = self.seats();
        seats.retain(|seat| seat.member != member);
        seats.push(self.seat(STRANGER));
        self.publish_roster(seats, &[&own])
    }

    fn ghost_on_card(&mut self, person: usize) -> bool {
        let ghost = match self.struck_key().filter(|(owner, _)| *owner == person) {
            Some((_, key)) => key,
            None => self.fresh_key(),
        };
        let accepted = self.card_with(person, &ghost);
        assert!(!accepted || self.holds_authority, "seed {}: a card that nobody signed", self.seed);
        // Nor does it sign the charter for whom it was put there.
        let member = self.member(person).clone();
        let adhered = self.adhesion(&member, &ghost).is_some_and(|adhesion| self.publish(&adhesion));
        assert!(!adhered, "seed {}: a device that nobody signed for signs for {member}", self.seed);
        self.people[person].keys.push(ghost);
        accepted
    }

    /// A card that names what it named, and a device of the attacker's; signed with what they have.
    fn card_with(&mut self, person: usize, ghost: &SigningKey) -> bool {
        let Some(mut card) = self.directory.card(self.member(person)).cloned() else { return false };
        card.link = self.link(&Chain::Card(card.member.clone()));
        card.devices.push(DeviceKey { key: ghost.public(), name: "bureau".into() });
        let own = self.own_key();
        let by = if self.holds_authority { &self.authority } else { &own };
        let signed = Signed::new(&card, &[by]);
        self.publish(&Statement { kind: Kind::Card, signed, body: None })
    }

    /// With two strangers as leaders; and with a visa, where PROC was deceived and nobody who leads is
    /// behind it.
    fn usurp(&mut self) -> bool {
        let key_of = |town: &Self, person| SigningKey::from_seed(town.key(person).seed().clone());
        let (own, proc) = (self.own_key(), key_of(self, PROC));
        let (president, coordinator) = (key_of(self, STRANGER), key_of(self, OTHER_STRANGER));
        let group = Group {
            link: self.link(&Chain::Group(self.group)),
            president: president.id(),
            coordinator: coordinator.id(),
            ..self.directory.group(self.group).unwrap().clone()
        };
        let mut keys = vec![&own, &president, &coordinator];
        if self.holds_authority {
            keys.push(&self.authority);
        } else if ![MAIRE, COORD].contains(&self.hostile) {
            keys.push(&proc);
        }
        let signed = Signed::new(&group, &keys);
        self.publish(&Statement { kind: Kind::Group, signed, body: None })
    }

    fn list_of(&mut self, person: usize) -> bool {
        if person == self.hostile {
            return false;
        }
        let (own, ghost) = (self.own_key(), self.fresh_key());
        let accepted = self.list_with(person, &ghost, &own);
        self.people[person].keys.push(ghost);
        accepted
    }

    fn list_with(&mut self, person: usize, ghost: &SigningKey, by: &SigningKey) -> bool {
        let member = self.member(person).clone();
        let mut devices = self.directory.devices(&member).to_vec();
        devices.push(DeviceKey { key: ghost.public(), name: "bureau".into() });
        let list = Devices {
            link: self.link(&Chain::Devices(member.clone())),
            base: self.directory.card(&member).unwrap().base(),
            member,
            devices,
        };
        self.publish(&Statement { kind: Kind::Devices, signed: Signed::new(&list, &[by]), body: None })
    }

    fn adhere_for(&mut self, person: usize) -> bool {
        if person == self.hostile {
            return false;
        }
        let (member, own) = (self.member(person).clone(), self.own_key());
        self.adhesion(&member, &own).is_some_and(|adhesion| self.publish(&adhesion))
    }

    fn charter_alone(&mut self) -> bool {
        let own = self.own_key();
        let mut charter = self.charter(self.now);
        charter.order = Some("faux".into());
        let mut keys = vec![&own];
        if self.holds_authority {
            keys.push(&self.authority);
        }
        let signed = Signed::new(&charter, &keys);
        self.publish(&Statement { kind: Kind::Charter, signed, body: None })
    }

    /// A thief of a laptop: a further device, a charter's signature, a seat for a friend.
    fn use_struck(&mut self) -> bool {
        let Some((person, stolen)) = self.struck_key() else { return false };
        let ghost = self.fresh_key();
        let listed = self.list_with(person, &ghost, &stolen);
        self.people[person].keys.push(ghost);
        let member = self.member(person).clone();
        let adhered = self.adhesion(&member, &stolen).is_some_and(|adhesion| self.publish(&adhesion));
        let mut seats = self.seats();
        seats.push(self.seat(STRANGER));
        let seated = self.publish_roster(seats, &[&stolen, &self.own_key()]);
        assert!(!listed && !adhered && !seated, "seed {}: a struck device signs", self.seed);
        false
    }

    /// Something that was accepted once; and as a proposal, what nobody else signed.
    fn replay(&mut self) -> bool {
        let number = self.below(self.accepted.len());
        let old = self.accepted[number].clone();
        let again = self.publish(&old);
        let mut seats = self.seats();
        seats.push(self.seat(STRANGER));
        let own = self.own_key();
        let inner =
            Statement { kind: Kind::Roster, signed: Signed::new(&self.roster(seats), &[&own]), body: None };
        let body = shared::cbor::encode(&inner);
        let proposal = Proposal {
            link: self.link(&Chain::Proposal(self.group, Kind::Roster)),
            group: self.group,
            of: Kind::Roster,
            statement: shared::crypto::sha256(&body),
        };
        let signed = Signed::new(&proposal, &[&own]);
        self.publish(&Statement { kind: Kind::Proposal, signed, body: Some(body) });
        assert!(!again, "seed {}: an old statement counts again", self.seed);
        again
    }
}
