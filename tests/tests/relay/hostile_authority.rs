//! The authority's root key in hostile hands, with as many cards and devices of its own as it likes: nobody
//! reads an exchange group who was not let in there, no visa is given, no charter put in force, no magistrate
//! made. What it can do, silencing people, is seen.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_tests::world::{AUDITOR, BEGIN, COORD, MAIRE, POLICE, PROC, World};
use shared::authorise;
use shared::crypto::{SigningKey, sha256};
use shared::directory::{Chain, Continuity, Directory};
use shared::ids::{DeviceId, Digest, GroupId, MemberId};
use shared::log::TreeHead;
use shared::message::HeadReference;
use shared::nomenclature::Nomenclature;
use shared::signed::{Document, Signed};
use shared::statement::{
    Adhesion, Card, Charter, DeviceKey, Devices, Group, GroupKind, Kind, NomenclatureStatement, RelayKeys,
    Root, Roster, Seat, Statement,
};
use std::collections::BTreeSet;

/// The town under attack.
struct Town {
    world: World,
    directory: Directory,
    /// Devices of the attacker's.
    ghosts: Vec<SigningKey>,
}

impl Town {
    fn new() -> Self {
        let world = World::new();
        let log_key = SigningKey::from_seed([9; 32].into()).public();
        let relay =
            RelayKeys { log_origin: "pli.example/log".into(), log_key, tls_ca: Vec::new(), continues: None };
        let mut statements = world.statements(relay);
        statements.extend(world.people.iter().flat_map(|person| world.key_pages(person)));
        let mut directory = Directory::pinned(statements[0].signed.digest());
        for statement in &statements {
            directory.accept(statement, Continuity::Next).unwrap();
        }
        let ghosts = (100..104).map(|seed| SigningKey::from_seed([seed; 32].into())).collect();
        Self { world, directory, ghosts }
    }

    /// Signs with the authority's key and whatever devices the attacker has, and publishes.
    fn tries<T: Document>(&mut self, kind: Kind, document: &T, body: Option<Vec<u8>>) -> bool {
        let mut keys: Vec<&SigningKey> = self.ghosts.iter().collect();
        keys.push(&self.world.authority);
        // A document spoiled by a signature that does not count is tried with each set that does.
        let known = |key: &&SigningKey| {
            self.directory.owner(key.id()).is_some() || key.id() == self.world.authority.id()
        };
        let known: Vec<&SigningKey> = keys.iter().copied().filter(known).collect();
        let root = [&self.world.authority];
        for keys in [keys.as_slice(), known.as_slice(), root.as_slice()] {
            let statement = Statement { kind, signed: Signed::new(document, keys), body: body.clone() };
            let judged = self.directory.judge(&statement, Continuity::Next).and_then(|judged| {
                authorise::publishing(&judged, &self.directory, BEGIN)?;
                Ok(judged)
            });
            if let Ok(judged) = judged {
                self.directory.apply(judged);
                return true;
            }
        }
        false
    }

    fn card(&self, member: &MemberId, function: &str, devices: &[&SigningKey]) -> Card {
        let template = self.directory.card(&self.world.people[POLICE].member).unwrap().clone();
        let held = self.directory.card(member).cloned();
        let key = |key: &&SigningKey| DeviceKey { key: key.public(), name: "bureau".into() };
        Card {
            link: self.directory.next_link(&Chain::Card(member.clone()), BEGIN),
            member: member.clone(),
            function: function.parse().unwrap(),
            devices: devices.iter().map(key).collect(),
            ..held.unwrap_or(template)
        }
    }

    /// A member of the attacker's, with one of their devices.
    fn invents(&mut self, handle: &str, function: &str, ghost: usize) -> bool {
        let card = self.card(&handle.parse().unwrap(), function, &[&self.ghosts[ghost].clone_key()]);
        self.tries(Kind::Card, &card, None)
    }

    /// Nobody counts in the exchange group but the devices that were let in, and what an honest client
    /// seals there is for them alone.
    fn holds(&self, what: &str) {
        let group = self.world.group;
        let honest: BTreeSet<DeviceId> = self.world.people.iter().map(|person| person.device()).collect();
        for ghost in &self.ghosts {
            assert!(self.directory.seat(group, ghost.id(), BEGIN).is_none(), "{what}: a ghost counts");
        }
        for person in &self.world.people {
            let devices = self.directory.devices_in(group, &person.member, BEGIN);
            assert!(devices.iter().all(|device| honest.contains(device)), "{what}: a ghost is written to");
        }
        for card in self.directory.all_cards().filter(|card| card.is_hat()) {
            let own = self.world.people.iter().any(|person| person.member == card.member);
            assert!(
                own && !card.devices.iter().any(|device| !honest.contains(&device.id())),
                "{what}: a hat"
            );
        }
        assert_eq!(self.directory.newest_charter(group).unwrap().0.link.version, 1, "{what}: a charter");
        assert_eq!(self.directory.group(group).unwrap().link.version, 1, "{what}: the group");
    }
}

trait CloneKey {
    fn clone_key(&self) -> Self;
}

impl CloneKey for SigningKey {
    fn clone_key(&self) -> Self {
        Self::from_seed(self.seed().clone())
    }
}

#[test]
fn no_reader_no_visa_no_charter_and_no_magistrate() {
    let mut town = Town::new();
    let group = town.world.group;
    let [maire, coord, police] =
        [MAIRE, COORD, POLICE].map(|person| town.world.people[person].member.clone());

    // it makes members as it likes, but no hat of the parquet, and of no magistrate anything else.
    assert!(town.invents("faux-maire", "MAIRE", 0) && town.invents("faux-coord", "COORD", 1));
    for hat in ["PROC", "MREF", "PREP", "AUD"] {
        assert!(!town.invents("faux-parquet", hat, 2), "R-07: {hat}");
    }
    for (person, function) in [(PROC, "BREF"), (AUDITOR, "AUD")] {
        let member = town.world.people[person].member.clone();
        let card = town.card(&member, function, &[&town.ghosts[2].clone_key()]);
        assert!(!town.tries(Kind::Card, &card, None), "R-07: a magistrate's card");
    }
    town.holds("R-07");

    // nor does it take the group over, or found another one to exchange in.
    let held = town.directory.group(group).unwrap().clone();
    let ghosts = [town.ghosts[0].id(), town.ghosts[1].id()];
    let restated = |link, id, kind| Group {
        link,
        id,
        kind,
        president: ghosts[0],
        coordinator: ghosts[1],
        ..held.clone()
    };
    let next = town.directory.next_link(&Chain::Group(group), BEGIN);
    assert!(!town.tries(Kind::Group, &restated(next, group, GroupKind::Echange), None), "R-08: taken over");
    for kind in [GroupKind::Echange, GroupKind::InfraCommunal, GroupKind::Cispdr] {
        let id = GroupId([7; 16]);
        let first = town.directory.next_link(&Chain::Group(id), BEGIN);
        assert!(!town.tries(Kind::Group, &restated(first, id, kind), None), "R-08: founded {kind:?}");
    }
    // nor puts anybody into it.
    let (roster, _) = town.directory.roster(group).unwrap();
    let mut roster =
        Roster { link: town.directory.next_link(&Chain::Roster(group), BEGIN), ..roster.clone() };
    let devices = vec![town.ghosts[0].id()];
    roster.seats.insert(1, Seat { member: "faux-maire".parse().unwrap(), devices, writes: true });
    roster.seats.sort_by(|a, b| a.member.cmp(&b.member));
    assert!(!town.tries(Kind::Roster, &roster, None), "R-09: added");
    town.holds("R-08, R-09");

    // nor gives it a charter, or signs one for somebody.
    let charter = Charter {
        link: town.directory.next_link(&Chain::Charter(group), BEGIN),
        order: Some("faux".into()),
        ..town.directory.charter(group, BEGIN).unwrap().0.clone()
    };
    assert!(!town.tries(Kind::Charter, &charter, None), "R-45");
    let (_, digest) = town.directory.charter(group, BEGIN).unwrap();
    let adhesion = Adhesion {
        link: town.directory.next_link(&Chain::Adhesion(group, police.clone()), BEGIN),
        group,
        member: police.clone(),
        charter: digest,
    };
    assert!(!town.tries(Kind::Adhesion, &adhesion, None), "R-46");

    // a device of its own on a member's card signs nothing there that counts.
    let own = town.world.people[POLICE].key.clone_key();
    let card = town.card(&police, "CSP", &[&own, &town.ghosts[3].clone_key()]);
    assert!(town.tries(Kind::Card, &card, None), "it can; the member's client stops");
    town.holds("a ghost on a card");
    let list = Devices {
        link: town.directory.next_link(&Chain::Devices(police.clone()), BEGIN),
        member: police.clone(),
        base: card.base(),
        devices: card.devices.clone(),
    };
    let further = DeviceKey { key: town.ghosts[2].public(), name: "portable".into() };
    let list = Devices { devices: list.devices.iter().cloned().chain([further]).collect(), ..list };
    town.tries(Kind::Devices, &list, None);
    town.holds("R-44: a list by the ghost");
    assert!(!town.tries(Kind::Adhesion, &adhesion, None), "R-46: on a ghost's device");

    // With both leaders' cards replaced by its own devices it still does not lead.
    for (member, function, ghost) in [(&maire, "MAIRE", 0), (&coord, "COORD", 1)] {
        let fresh = SigningKey::from_seed([110 + ghost; 32].into());
        let card = town.card(member, function, &[&fresh]);
        town.ghosts.push(fresh);
        assert!(town.tries(Kind::Card, &card, None), "it can; both are told");
    }
    let next = town.directory.next_link(&Chain::Group(group), BEGIN);
    assert!(!town.tries(Kind::Group, &restated(next, group, GroupKind::Echange), None), "R-08: no visa");
    assert!(!town.tries(Kind::Roster, &roster, None), "R-09");
    town.holds("both leaders gone");
}

#[test]
fn what_hangs_on_both_roots_is_not_changed_by_one() {
    let mut town = Town::new();
    let held = town.directory.root().unwrap().clone();
    let link = town.directory.next_link(&Chain::Root, BEGIN);
    let ghost = town.ghosts[0].public();
    //
    type Change<'a> = &'a dyn Fn(&mut Root);
    let changes: [(&str, Change<'_>); 3] = [
        ("the parquet's key", &|root| root.parquet = ghost),
        ("the log's key", &|root| root.relay.log_key = ghost),
        ("how long the log is kept", &|root| root.log_months = 0),
    ];
    for (what, change) in changes {
        let mut root = Root { link: link.clone(), ..held.clone() };
        change(&mut root);
        assert!(!town.tries(Kind::Root, &root, None), "R-06: {what}");
    }
    // No gate opens: the rules of what is exchanged are both roots'.
    let text = pli_tests::world::NOMENCLATURE.replace("charter = true", "charter = false");
    let open = text.replace("class = \"N2\"", "class = \"N0\"").replace("class = \"N4\"", "class = \"N0\"");
    let open = open.replace("class = \"N3\"", "class = \"N0\"");
    Nomenclature::parse(&open).unwrap();
    let nomenclature = NomenclatureStatement {
        link: town.directory.next_link(&Chain::Nomenclature, BEGIN),
        text: sha256(text.as_bytes()),
    };
    assert!(!town.tries(Kind::Nomenclature, &nomenclature, Some(text.into_bytes())), "the nomenclature");
}

/// What a writer's client does after all that: the letter goes to whom the leaders let in, or nowhere.
#[test]
fn an_honest_client_seals_to_nobody_else() {
    let mut town = Town::new();
    let head = HeadReference { tree: TreeHead { size: 9, root: Digest([3; 32]) }, time: BEGIN };
    let seals = |town: &Town| {
        let letter = town.world.seal_under(&town.directory, head, MAIRE, &[POLICE], 20, &[]);
        let letter = letter.ok()?;
        let list: shared::message::GrantList = letter.envelope.grant_list.peek().unwrap();
        Some(list.grants.iter().map(|grant| grant.device).collect::<Vec<_>>())
    };
    let before = seals(&town).unwrap();
    let police = town.world.people[POLICE].member.clone();
    let own = town.world.people[POLICE].key.clone_key();
    let both = town.card(&police, "CSP", &[&own, &town.ghosts[0].clone_key()]);
    assert!(town.tries(Kind::Card, &both, None));
    assert_eq!(seals(&town), Some(before), "the ghost gets nothing");
    let alone = town.card(&police, "CSP", &[&town.ghosts[1].clone_key()]);
    assert!(town.tries(Kind::Card, &alone, None));
    assert_eq!(seals(&town), None, "and alone it gets nothing either: nobody is written to");
}
