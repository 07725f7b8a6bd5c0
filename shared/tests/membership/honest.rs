//! What honest people do, and what the ledger says of it.

use super::town::{AORIF, COORD, MAIRE, MEMBERS, PROC, Town};
use shared::crypto::SigningKey;
use shared::directory::Chain;
use shared::signed::Signed;
use shared::statement::{DeviceKey, Devices, Kind, Seat, Statement};
use shared::time::DAY_SECONDS;

/// The flows that the town knows, with the writers and readers left to the rules.
const FLOWS: [&str; 3] = ["F05a", "F17a", "F10b"];

impl Town {
    /// One operation, by anybody; its name, and whether it was accepted.
    pub(crate) fn step(&mut self) -> (&'static str, bool) {
        let person = self.below(MEMBERS.len());
        match self.below(22) {
            0 | 1 => ("two leaders add a member", self.add(person)),
            2 => ("hostile two leaders add who may not join", self.add(AORIF)),
            3 => (
                "a leader removes a member",
                self.remove(person, if person == MAIRE { COORD } else { MAIRE }),
            ),
            4 => ("a party takes its own back", self.take_back()),
            5 => ("a member is struck off", self.end_card(person)),
            6 => ("a member is attested anew", self.attest(person)),
            7 => ("a member signs for a further device", self.further_device(person)),
            8 => ("a member strikes a device off", self.strike_device(person)),
            9 => ("a member is invited anew", self.replace_device(person)),
            10 => ("a new charter", self.new_charter()),
            11 => ("a member signs the charter", self.sign_charter(person)),
            12..=14 => ("a member writes", self.write_some(person)),
            15 => {
                self.now = self.now.plus(self.below(20) as u64 * DAY_SECONDS + 60);
                ("time passes", true)
            }
            _ => self.attack(),
        }
    }

    fn statement(kind: Kind, signed: Signed) -> Statement {
        Statement { kind, signed, body: None }
    }

    /// The seat as two leaders sign it after a telephone call: with the devices that are the member's.
    fn meant_seat(&self, person: usize) -> Option<Seat> {
        let mut seat = self.seat(person);
        seat.devices.retain(|device| self.ledger.owns(&seat.member, *device));
        (!seat.devices.is_empty()).then_some(seat)
    }

    fn add(&mut self, person: usize) -> bool {
        let Some(seat) = self.meant_seat(person) else { return false };
        let mut seats = self.seats();
        seats.retain(|held| held.member != seat.member);
        seats.push(seat);
        let signed = Signed::new(&self.roster(seats), &[self.key(MAIRE), self.key(COORD)]);
        let accepted = self.publish(&Self::statement(Kind::Roster, signed));
        if accepted {
            assert_ne!(person, AORIF, "seed {}: somebody joined who may not", self.seed);
            let member = self.member(person).clone();
            self.ledger.let_in(&member);
        }
        accepted
    }

    pub(crate) fn remove(&mut self, person: usize, by: usize) -> bool {
        let mut seats = self.seats();
        seats.retain(|seat| seat.member != *self.member(person));
        let signed = Signed::new(&self.roster(seats), &[self.key(by)]);
        let accepted = self.publish(&Self::statement(Kind::Roster, signed));
        if accepted {
            let member = self.member(person).clone();
            self.ledger.removed(&member);
        }
        accepted
    }

    fn take_back(&mut self) -> bool {
        let (police, colleague) = (2, 3);
        if self.below(2) == 0 { self.remove(police, colleague) } else { self.remove(colleague, police) }
    }

    fn end_card(&mut self, person: usize) -> bool {
        let Some(held) = self.directory.card(self.member(person)).cloned() else { return false };
        let mut card = held;
        card.link = self.link(&Chain::Card(card.member.clone()));
        card.until = Some(self.now);
        self.publish(&self.signed_card(&card))
    }

    fn attest(&mut self, person: usize) -> bool {
        let Some(mut card) = self.directory.card(self.member(person)).cloned() else { return false };
        card.link = self.link(&Chain::Card(card.member.clone()));
        card.until = None;
        self.publish(&self.signed_card(&card))
    }

    fn further_device(&mut self, person: usize) -> bool {
        let fresh = self.fresh_key();
        let accepted = self.list_devices(person, |devices| {
            devices.push(DeviceKey { key: fresh.public(), name: "portable".into() });
        });
        if accepted {
            let member = self.member(person).clone();
            self.ledger.device(member, fresh.id());
        }
        self.people[person].keys.push(fresh);
        accepted
    }

    fn strike_device(&mut self, person: usize) -> bool {
        let own: Vec<_> = self.directory.devices(self.member(person)).iter().map(DeviceKey::id).collect();
        let lost = own[self.below(own.len())];
        let accepted = self.list_devices(person, |devices| devices.retain(|device| device.id() != lost));
        if accepted {
            let member = self.member(person).clone();
            self.ledger.struck(&member, lost);
        }
        accepted
    }

    fn list_devices(&mut self, person: usize, change: impl FnOnce(&mut Vec<DeviceKey>)) -> bool {
        let member = self.member(person).clone();
        let mut devices = self.directory.devices(&member).to_vec();
        change(&mut devices);
        let list = Devices {
            link: self.link(&Chain::Devices(member.clone())),
            base: self.directory.card(&member).unwrap().base(),
            member,
            devices,
        };
        let signed = Signed::new(&list, &[self.key(person)]);
        self.publish(&Self::statement(Kind::Devices, signed))
    }

    /// The authority invites somebody anew whose devices are all lost: none of those may come back.
    fn replace_device(&mut self, person: usize) -> bool {
        let fresh = self.fresh_key();
        let member = self.member(person).clone();
        let before: Vec<_> = self.directory.devices(&member).iter().map(DeviceKey::id).collect();
        let card = self.card(person, &fresh);
        let accepted = self.publish(&self.signed_card(&card));
        if accepted {
            before.into_iter().for_each(|device| self.ledger.struck(&member, device));
            self.ledger.device(member, fresh.id());
        }
        self.people[person].keys.push(fresh);
        accepted
    }

    fn new_charter(&mut self) -> bool {
        let mut charter = self.charter(self.now);
        charter.order = Some("ordonnance 12".into());
        let signed = Signed::new(&charter, &[self.key(MAIRE), self.key(PROC)]);
        let accepted = self.publish(&Self::statement(Kind::Charter, signed));
        if accepted {
            self.ledger.unsigned();
        }
        accepted
    }

    fn sign_charter(&mut self, person: usize) -> bool {
        let (member, key) = (self.member(person).clone(), self.key(person));
        let Some(adhesion) = self.adhesion(&member, key) else { return false };
        let accepted = self.publish(&adhesion);
        if accepted {
            self.ledger.signs(&member);
        }
        accepted
    }

    /// Mostly to those whom the roster names, as a writer picks from a list.
    fn write_some(&mut self, writer: usize) -> bool {
        let flow = FLOWS[self.below(FLOWS.len())];
        let seats = self.seats();
        let mut to = Vec::new();
        for person in (0..MEMBERS.len()).filter(|person| *person != writer) {
            let listed = seats.iter().any(|seat| seat.member == *self.member(person));
            if self.below(if listed { 2 } else { 12 }) == 0 {
                to.push(person);
            }
        }
        self.write(writer, &to, flow)
    }

    /// A key that somebody lost.
    pub(crate) fn struck_key(&mut self) -> Option<(usize, SigningKey)> {
        let person = self.below(MEMBERS.len());
        let key = self.people[person].keys.iter().find(|key| self.ledger.is_lost(key.id()))?;
        Some((person, SigningKey::from_seed(key.seed().clone())))
    }
}
