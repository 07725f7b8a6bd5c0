//! Lies about who belongs and about what was done, each caught by its rule.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_tests::world::{AUDITOR, BAILLEUR, BEGIN, COORD, MAIRE, POLICE, PROC, World};
use shared::authorise;
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::directory::{Chain, Continuity, Directory, InvalidStatement};
use shared::ids::{Digest, GroupId, InvitationId, MemberId, MessageId, Random, ReasonCode};
use shared::log::{Act, Actor, Outcome, Record};
use shared::refusal::Refusal;
use shared::signed::{Algorithm, Document, Signature, Signed};
use shared::statement::{
    Adhesion, Annuaire, Card, Charter, Delegation, DeviceKey, Devices, Enrolment, Group, GroupKind,
    Invitation, Invited, Kind, Link, Proposal, RelayKeys, Root, Roster, Seat, Statement,
};
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::{Ask, Request, VERSION};

const OTHER: GroupId = GroupId([0x6f; 16]);

fn relay_keys() -> RelayKeys {
    let log_key = SigningKey::from_seed([9; 32].into()).public();
    RelayKeys { log_origin: "pli.example/log".into(), log_key, tls_ca: Vec::new(), continues: None }
}

/// The statements of the world, and what they prove.
fn world() -> (World, Vec<Statement>, Directory) {
    let world = World::new();
    let statements = world.statements(relay_keys());
    let mut directory = Directory::pinned(statements[0].signed.digest());
    for statement in &statements {
        directory.accept(statement, Continuity::Next).unwrap();
    }
    (world, statements, directory)
}

fn seed(byte: u8) -> SigningKey {
    SigningKey::from_seed([byte; 32].into())
}

fn signed<T: Document>(kind: Kind, document: &T, keys: &[&SigningKey]) -> Statement {
    Statement { kind, signed: Signed::new(document, keys), body: None }
}

/// Who tells lies here, and to whom.
struct Town {
    world: World,
    statements: Vec<Statement>,
    directory: Directory,
}

impl Town {
    fn new() -> Self {
        let (world, statements, directory) = world();
        Self { world, statements, directory }
    }

    fn key(&self, person: usize) -> &SigningKey {
        &self.world.people[person].key
    }

    fn member(&self, person: usize) -> MemberId {
        self.world.people[person].member.clone()
    }

    fn next(&self, chain: &Chain) -> Link {
        self.directory.next_link(chain, BEGIN)
    }

    fn held<T: Document>(&self, kind: Kind) -> T {
        self.statements.iter().find(|it| it.kind == kind).unwrap().signed.peek().unwrap()
    }

    /// The next card of somebody.
    fn card(&self, person: usize) -> Card {
        let member = self.member(person);
        let link = self.next(&Chain::Card(member.clone()));
        Card { link, ..self.directory.card(&member).unwrap().clone() }
    }

    /// The first card of somebody new.
    fn newcomer(&self, name: &str, function: &str, device: u8) -> Card {
        let devices = vec![DeviceKey { key: seed(device).public(), name: "bureau".into() }];
        let (member, function) = (name.parse().unwrap(), function.parse().unwrap());
        Card { link: Link::first(BEGIN), member, function, devices, ..self.card(POLICE) }
    }

    fn group(&self) -> Group {
        Group { link: self.next(&Chain::Group(self.world.group)), ..self.held(Kind::Group) }
    }

    fn roster(&self) -> Roster {
        Roster { link: self.next(&Chain::Roster(self.world.group)), ..self.held(Kind::Roster) }
    }

    fn charter(&self) -> Charter {
        let from = BEGIN.plus(14 * DAY_SECONDS);
        Charter { link: self.next(&Chain::Charter(self.world.group)), from, ..self.held(Kind::Charter) }
    }

    /// The list of POLICE's devices, with a further one.
    fn list(&self, devices: &[&SigningKey]) -> Devices {
        let member = self.member(POLICE);
        let base = self.directory.card(&member).unwrap().base();
        let devices =
            devices.iter().map(|key| DeviceKey { key: key.public(), name: "portable".into() }).collect();
        Devices { link: self.next(&Chain::Devices(member.clone())), member, base, devices }
    }

    fn accept(&mut self, statement: &Statement) {
        self.directory.accept(statement, Continuity::Next).unwrap();
    }

    /// Everything but one thing is as it should be: the rule that is broken says so.
    fn refuses(&self, rule: &str, what: &str, statement: &Statement, why: &str) {
        let judged = self
            .directory
            .judge(statement, Continuity::Next)
            .and_then(|judged| authorise::publishing(&judged, &self.directory, BEGIN));
        let said = judged.expect_err(&format!("{rule}: {what}")).to_string();
        assert!(said.contains(why), "{rule}: {what}: {said:?}, and not {why:?}");
    }

    fn accepts(&self, what: &str, statement: &Statement) {
        let judged = self.directory.judge(statement, Continuity::Next);
        let judged = judged.unwrap_or_else(|error| panic!("{what}: {error}"));
        authorise::publishing(&judged, &self.directory, BEGIN).unwrap();
    }
}

/// out of place and out of time.
#[test]
fn a_statement_is_the_next_of_its_chain_and_of_now() {
    let town = Town::new();
    let both = [town.key(MAIRE), town.key(COORD)];
    let roster = |change: &dyn Fn(&mut Roster)| {
        let mut roster = town.roster();
        change(&mut roster);
        signed(Kind::Roster, &roster, &both)
    };
    town.accepts("the next", &roster(&|_| ()));
    town.refuses("R-05", "a gap", &roster(&|it| it.link.version = 3), "does not follow");
    town.refuses("R-05", "a fork", &roster(&|it| it.link.version = 1), "already known");
    town.refuses("R-05", "another past", &roster(&|it| it.link.previous = None), "does not follow");
    let dated = |card: Card| signed(Kind::Card, &card, &[&town.world.authority]);
    let mut old = town.card(POLICE);
    old.link.made = Timestamp(BEGIN.0 - 31 * DAY_SECONDS);
    town.refuses("R-31", "signed over a month ago", &dated(old), "more than a month ago");
    let mut young = town.card(POLICE);
    young.link.made = BEGIN.plus(601);
    town.refuses("R-31", "signed tomorrow", &dated(young), "in the future");
}

/// A signed statement with other bytes, every signature good.
fn spelled(town: &Town, change: &dyn Fn(&mut Vec<u8>)) -> Statement {
    let mut bytes = cbor::encode(&town.card(POLICE));
    change(&mut bytes);
    let key = &town.world.authority;
    let signature = key.sign(Card::CONTEXT, &bytes).to_vec();
    let signature = Signature { algorithm: Algorithm::Ed25519, key: key.id(), signature };
    Statement { kind: Kind::Card, signed: Signed { bytes, signatures: vec![signature] }, body: None }
}

/// who may sign signs another spelling, or for another kind.
#[test]
fn a_statement_has_one_spelling_and_one_kind() {
    let town = Town::new();
    town.accepts("as it is", &spelled(&town, &|_| ()));
    let entry = |name: &str, value: u8| {
        [&[0x60 + u8::try_from(name.len()).unwrap()], name.as_bytes(), &[value]].concat()
    };
    let more = |name: &'static str| {
        move |bytes: &mut Vec<u8>| {
            bytes[0] += 1;
            bytes.extend(entry(name, 0xf6));
        }
    };
    town.refuses("R-01", "an unknown field", &spelled(&town, &more("rank")), "signed bytes");
    town.refuses("R-01", "a field twice", &spelled(&town, &more("until")), "signed bytes");
    town.refuses("R-01", "a byte after it", &spelled(&town, &|bytes| bytes.push(0)), "signed bytes");
    let as_another = Statement { kind: Kind::Group, ..spelled(&town, &|_| ()) };
    town.refuses("R-03", "a card as a group", &as_another, "signed bytes");
    let mut forged = spelled(&town, &|_| ());
    forged.signed.signatures[0].key = town.world.parquet.id();
    town.refuses("R-03", "another's name under it", &forged, "does not fit");
}

/// each half of the root has its own key, and no more.
#[test]
fn no_half_of_the_root_changes_what_is_both_s() {
    let town = Town::new();
    let root = Root { link: town.next(&Chain::Root), ..town.held(Kind::Root) };
    let new = seed(99);
    let rotated = Root { authority: new.public(), ..root.clone() };
    let (authority, parquet) = (&town.world.authority, &town.world.parquet);
    town.accepts("its own key", &signed(Kind::Root, &rotated, &[authority, &new]));
    let check = |what: &str, root: &Root, keys: &[&SigningKey]| {
        town.refuses("R-06", what, &signed(Kind::Root, root, keys), "the parquet's root");
    };
    let relay = RelayKeys { log_key: new.public(), ..root.relay.clone() };
    check("and the log's key", &Root { relay, ..rotated.clone() }, &[authority, &new]);
    check("and the other half", &Root { parquet: new.public(), ..rotated }, &[authority, &new]);
    check("how long records are kept", &Root { log_months: 1, ..root.clone() }, &[authority]);
    check("nothing, but a new version", &root, &[authority]);
    let (device, own) = ("a root is nobody's device", town.key(POLICE));
    let taken = Root { authority: own.public(), ..root.clone() };
    town.refuses("R-06", "a member's device", &signed(Kind::Root, &taken, &[authority, own]), device);
    let devices = vec![DeviceKey { key: parquet.public(), name: "poste".into() }];
    let card = signed(Kind::Card, &Card { devices, ..town.card(POLICE) }, &[authority]);
    town.refuses("R-07", "the other root as a device", &card, device);
    let lines = cbor::encode(&Vec::<(MemberId, Digest)>::new());
    let annuaire = |title: &str| {
        let annuaire = Annuaire { link: Link::first(BEGIN), title: title.into(), lines: sha256(&lines) };
        Statement { body: Some(lines.clone()), ..signed(Kind::Annuaire, &annuaire, &[authority]) }
    };
    town.accepts("an annuaire", &annuaire(&"x".repeat(128)));
    town.refuses("3.11", "a title like a book", &annuaire(&"x".repeat(129)), "a few words");
    town.refuses("R-06", "nor the parquet", &signed(Kind::Root, &root, &[parquet]), "the authority's root");
}

/// neither root certifies for the other, not even by giving somebody another function.
#[test]
fn no_root_takes_over_the_other_s_cards() {
    let town = Town::new();
    let (authority, parquet) = (&town.world.authority, &town.world.parquet);
    let check = |what: &str, person: usize, function: &str, by: &SigningKey, why: &str| {
        let devices = vec![DeviceKey { key: seed(77).public(), name: "autre".into() }];
        let card = Card { function: function.parse().unwrap(), devices, ..town.card(person) };
        town.refuses("R-07", what, &signed(Kind::Card, &card, &[by]), why);
    };
    let hat = "a hat of the parquet is an enrolment of its own";
    check("the authority removes a reviewer", AUDITOR, "BREF", authority, hat);
    check("the parquet takes a member over", POLICE, "AUD", parquet, hat);
    check("the authority certifies a reviewer", AUDITOR, "AUD", authority, "the parquet's root");
    check("the parquet certifies an officer", POLICE, "CSP", parquet, "the authority's root");
    let stolen = Card { devices: town.card(MAIRE).devices, ..town.card(POLICE) };
    town.refuses("R-07", "another's device", &signed(Kind::Card, &stolen, &[authority]), "one member only");
    let mut protected = signed(Kind::Card, &Card { protected: true, ..town.card(POLICE) }, &[authority]);
    town.accepts("a protected card", &protected);
    protected.body = Some(b"a name".to_vec());
    town.refuses("R-07", "a protected card with a name", &protected, "no personal part");
}

/// the visa is a `PROC`'s, and whoever leads next is named by who leads now.
#[test]
fn no_root_alone_takes_over_a_group() {
    let mut town = Town::new();
    let mref = town.newcomer("mref-1", "MREF", 61);
    town.accept(&signed(Kind::Card, &mref, &[&town.world.parquet]));
    let second = town.newcomer("maire-2", "MAIRE", 62);
    town.accept(&signed(Kind::Card, &second, &[&town.world.authority]));
    let elsewhere = Card { territory: vec!["Ailleurs".into()], ..town.newcomer("maire-3", "MAIRE", 63) };
    town.accept(&signed(Kind::Card, &elsewhere, &[&town.world.authority]));
    let (authority, parquet) = (&town.world.authority, &town.world.parquet);
    let group = |change: &dyn Fn(&mut Group), keys: &[&SigningKey]| {
        let mut group = town.group();
        change(&mut group);
        signed(Kind::Group, &group, keys)
    };
    let (maire, coord, proc) = (town.key(MAIRE), town.key(COORD), town.key(PROC));
    let (mref, rival, stranger) = (seed(61), seed(62), seed(63));
    let refuses = |what: &str, statement: &Statement, why: &str| town.refuses("R-08", what, statement, why);
    town.accepts("in order", &group(&|_| (), &[maire, proc]));
    for (what, key) in [("the authority", authority), ("the parquet's root", parquet), ("MREF", &mref)] {
        refuses(&format!("the visa of {what}"), &group(&|_| (), &[maire, key]), "PROC (visa)");
    }
    refuses("without its president", &group(&|_| (), &[coord, proc]), "the president");
    let usurped = |it: &mut Group| it.president = rival.id();
    refuses("a president whom nobody named", &group(&usurped, &[&rival, proc]), "a leader of the group");
    refuses("nor the authority", &group(&usurped, &[&rival, proc, authority]), "a leader of the group");
    town.accepts("whom the coordinator names", &group(&usurped, &[&rival, proc, coord]));
    let far = |it: &mut Group| it.president = stranger.id();
    refuses("a president of another town", &group(&far, &[&stranger, proc, coord]), "territory");
    let auditor = |it: &mut Group| it.president = town.key(AUDITOR).id();
    refuses("a reviewer presides", &group(&auditor, &[town.key(AUDITOR), proc, coord]), "function");
    let alone = |it: &mut Group| it.coordinator = it.president;
    refuses("one person leads alone", &group(&alone, &[maire, proc]), "two persons");
    let kind = |it: &mut Group| it.kind = GroupKind::Cispdr;
    refuses("another kind", &group(&kind, &[maire, proc]), "keeps its kind");
}

/// a leader with a new device has not gone; the authority names leaders when both have.
#[test]
fn the_authority_names_leaders_when_nobody_else_can() {
    let mut town = Town::new();
    for (name, function, device) in [("maire-2", "MAIRE", 61), ("coord-2", "COORD", 62)] {
        let card = town.newcomer(name, function, device);
        town.accept(&signed(Kind::Card, &card, &[&town.world.authority]));
    }
    let usurp = |town: &Town| {
        let (president, coordinator) = (seed(61).id(), seed(62).id());
        let group = Group { president, coordinator, ..town.group() };
        signed(Kind::Group, &group, &[&seed(61), town.key(PROC), &town.world.authority])
    };
    for (person, device) in [(MAIRE, 71), (COORD, 72)] {
        let (member, new) = (town.member(person), seed(device));
        let (base, old) = (town.directory.card(&member).unwrap().base(), town.key(person).public());
        for devices in [vec![old, new.public()], vec![new.public()]] {
            let made = Timestamp(BEGIN.0 - 1_000);
            let link = Link { made, ..town.next(&Chain::Devices(member.clone())) };
            let devices = devices.into_iter().map(|key| DeviceKey { key, name: "portable".into() }).collect();
            let list = Devices { link, member: member.clone(), base, devices };
            town.accept(&signed(Kind::Devices, &list, &[town.key(person)]));
        }
    }
    let kept = "a leader of the group";
    town.refuses("R-08", "both have a new device", &usurp(&town), kept);
    for (person, last) in [(MAIRE, false), (COORD, true)] {
        let card = Card {
            from: Timestamp(BEGIN.0 - DAY_SECONDS),
            until: Some(Timestamp(BEGIN.0 - 700)),
            ..town.card(person)
        };
        town.accept(&signed(Kind::Card, &card, &[&town.world.authority]));
        match last {
            false => town.refuses("R-08", "one has gone", &usurp(&town), kept),
            true => town.accepts("both have gone", &usurp(&town)),
        }
    }
}

/// two persons to add anybody, one to take away, and only whom the nomenclature lets in.
#[test]
fn no_leader_alone_adds_a_member() {
    let mut town = Town::new();
    let outsider = Card { territory: vec!["Ailleurs".into()], ..town.newcomer("police-2", "CSP", 61) };
    let secretary = town.newcomer("secretaire-1", "SEC", 62);
    let school = town.newcomer("ecole-1", "EN", 63);
    let ended = Card { until: Some(BEGIN), ..town.newcomer("police-3", "CSP", 64) };
    let fine = town.newcomer("police-4", "CSP", 65);
    let mut elsewhere = town.newcomer("prefet-1", "PREFT", 66);
    elsewhere.organisation.id = "prefecture".parse().unwrap();
    for card in [&outsider, &secretary, &school, &ended, &fine, &elsewhere] {
        town.accept(&signed(Kind::Card, card, &[&town.world.authority]));
    }
    let roster = |seats: &dyn Fn(&mut Vec<Seat>), keys: &[&SigningKey]| {
        let mut roster = town.roster();
        seats(&mut roster.seats);
        roster.seats.sort_by(|a, b| a.member.cmp(&b.member));
        signed(Kind::Roster, &roster, keys)
    };
    let add = |card: &Card, device: u8| {
        let seat = Seat { member: card.member.clone(), devices: vec![seed(device).id()], writes: true };
        move |seats: &mut Vec<Seat>| seats.push(seat.clone())
    };
    let (maire, coord, police) = (town.key(MAIRE), town.key(COORD), town.key(POLICE));
    let refuses = |what: &str, statement: &Statement, why: &str| town.refuses("R-09", what, statement, why);
    town.accepts("both", &roster(&add(&fine, 65), &[maire, coord]));
    refuses("the president alone", &roster(&add(&fine, 65), &[maire]), "the coordinator");
    refuses("the coordinator alone", &roster(&add(&fine, 65), &[coord]), "the president");
    refuses("with a member", &roster(&add(&fine, 65), &[maire, police]), "the coordinator");
    refuses(
        "with the authority",
        &roster(&add(&fine, 65), &[maire, &town.world.authority]),
        "the coordinator",
    );
    refuses("a function of another group", &roster(&add(&secretary, 62), &[maire, coord]), "may not join");
    refuses("whom no règlement names", &roster(&add(&school, 63), &[maire, coord]), "may not join");
    refuses("of another town", &roster(&add(&outsider, 61), &[maire, coord]), "may not join");
    refuses("out of office", &roster(&add(&ended, 64), &[maire, coord]), "in office");
    refuses("with another's device", &roster(&add(&fine, 61), &[maire, coord]), "not its member's");
    refuses("with no device", &roster(&|seats| seats[0].devices.clear(), &[maire, coord]), "at least one");

    let without = |person: usize| {
        let member = town.member(person);
        move |seats: &mut Vec<Seat>| seats.retain(|seat| seat.member != member)
    };
    town.accepts("one leader takes away", &roster(&without(POLICE), &[coord]));
    town.accepts("a colleague takes away", &roster(&without(POLICE), &[town.key(BAILLEUR)]));
    refuses("somebody of elsewhere takes away", &roster(&without(POLICE), &[&seed(66)]), "the president");
    refuses("two who are not both leaders", &roster(&without(POLICE), &[maire, police]), "signs alone");
    refuses("a member restates", &roster(&|_| (), &[police]), "the president");
    refuses("a leader alone restates", &roster(&|_| (), &[coord]), "the president");
}

/// R-44, and what counts in a group: a device that somebody else put on a card opens nothing.
#[test]
fn a_device_counts_that_its_member_signed_for() {
    let mut town = Town::new();
    let group = town.world.group;
    let (slipped, further, third) = (seed(81), seed(82), seed(83));
    let seated = |town: &Town, key: &SigningKey| town.directory.seat(group, key.id(), BEGIN).is_some();
    let own = town.key(POLICE);
    let further_list = signed(Kind::Devices, &town.list(&[own, &further]), &[own]);
    town.accept(&further_list);
    assert!(seated(&town, &further), "a further device, signed for by one that counts");
    let own = town.key(POLICE);
    let third_list = signed(Kind::Devices, &town.list(&[&further, &third]), &[&further]);
    let by_struck = signed(Kind::Devices, &town.list(&[own, &third]), &[own]);
    town.accepts("by the first device, as long as it is one", &by_struck);
    town.accept(&third_list);
    assert!(seated(&town, &third), "step by step");
    assert!(!seated(&town, town.key(POLICE)), "a device that was struck off");
    let own = town.key(POLICE);
    let back = signed(Kind::Devices, &town.list(&[&further, own]), &[&further]);
    town.refuses("R-44", "struck off, and back", &back, "never comes back");
    let by_struck = signed(Kind::Devices, &town.list(&[own, &seed(84)]), &[own]);
    town.refuses("R-44", "by a device that was struck off", &by_struck, "unknown key");
    let adhesion = Adhesion {
        link: town.next(&Chain::Adhesion(group, town.member(POLICE))),
        ..town.held(Kind::Adhesion)
    };
    let adhesion = Adhesion { member: town.member(POLICE), ..adhesion };
    town.refuses("R-31", "a revoked key", &signed(Kind::Adhesion, &adhesion, &[own]), "replaced");

    let devices = vec![DeviceKey { key: slipped.public(), name: "autre".into() }];
    let card = Card { devices, ..town.card(POLICE) };
    let with_struck =
        Card { devices: [card.devices.clone(), town.card(POLICE).devices].concat(), ..card.clone() };
    let with_struck = signed(Kind::Card, &with_struck, &[&town.world.authority]);
    town.refuses("R-44", "struck off, and back on a card", &with_struck, "never comes back");
    town.accept(&signed(Kind::Card, &card, &[&town.world.authority]));
    assert!(!seated(&town, &slipped), "put on the card by the authority");
    let adhesion = signed(Kind::Adhesion, &adhesion, &[&slipped]);
    town.refuses("R-46", "nor does that one sign a charter", &adhesion, "not in the group");
    let (member, to) = (town.member(POLICE), town.member(BAILLEUR));
    let (link, until) = (Link::first(BEGIN), BEGIN.plus(DAY_SECONDS));
    let away = Delegation { link, group, member, to, from: BEGIN, until, flow: None };
    let away = signed(Kind::Delegation, &away, &[&slipped]);
    town.refuses("R-47", "nor a delegation", &away, "member of the group");
    let vouched = signed(Kind::Devices, &town.list(&[&slipped, &seed(85)]), &[&slipped]);
    town.accept(&vouched);
    assert!(!seated(&town, &seed(85)), "signed for by that one");
    assert!(!seated(&town, &further), "nor does it sign any more, now that the card names others");
}

/// charter, adhesion, delegation.
#[test]
fn nobody_signs_a_charter_or_a_delegation_for_another() {
    let mut town = Town::new();
    let group = town.world.group;
    let other = Group { id: OTHER, link: Link::first(BEGIN), ..town.group() };
    town.accept(&signed(Kind::Group, &other, &[town.key(MAIRE), town.key(PROC)]));
    let (maire, coord, proc) = (town.key(MAIRE), town.key(COORD), town.key(PROC));
    let (police, authority) = (town.key(POLICE), &town.world.authority);
    let charter = |change: &dyn Fn(&mut Charter), keys: &[&SigningKey]| {
        let mut charter = town.charter();
        change(&mut charter);
        signed(Kind::Charter, &charter, keys)
    };
    let refuses = |what: &str, statement: &Statement, why: &str| town.refuses("R-45", what, statement, why);
    town.accepts("in two weeks", &charter(&|_| (), &[coord, proc]));
    refuses("by two leaders", &charter(&|_| (), &[maire, coord]), "PROC (visa)");
    refuses("with the authority's visa", &charter(&|_| (), &[maire, authority]), "PROC (visa)");
    refuses("by a member", &charter(&|_| (), &[police, proc]), "a leader of the group");
    refuses("by PROC alone", &charter(&|_| (), &[proc]), "a leader of the group");
    refuses("today", &charter(&|it| it.from = BEGIN, &[maire, proc]), "two weeks");
    town.accepts(
        "today, by order",
        &charter(&|it| (it.from, it.order) = (BEGIN, Some("17".into())), &[maire, proc]),
    );
    let before = |it: &mut Charter| (it.from, it.order) = (Timestamp(BEGIN.0 - 1), Some("17".into()));
    refuses("before the one before", &charter(&before, &[maire, proc]), "two weeks");
    let late = |it: &mut Charter| it.from = BEGIN.plus(367 * DAY_SECONDS);
    refuses("in more than a year", &charter(&late, &[maire, proc]), "within a year");
    let elsewhere = |it: &mut Charter| (it.group, it.link) = (GroupId([1; 16]), Link::first(BEGIN));
    refuses("of no group", &charter(&elsewhere, &[maire, proc]), "unknown group");

    let own = Adhesion { member: town.member(POLICE), ..town.held(Kind::Adhesion) };
    let own = Adhesion { link: town.next(&Chain::Adhesion(group, own.member.clone())), ..own };
    let adhesion = |change: &dyn Fn(&mut Adhesion), key: &SigningKey| {
        let mut adhesion = own.clone();
        change(&mut adhesion);
        signed(Kind::Adhesion, &adhesion, &[key])
    };
    town.accepts("one's own", &adhesion(&|_| (), police));
    town.refuses("R-46", "by a leader", &adhesion(&|_| (), maire), "the member");
    let replayed = |it: &mut Adhesion| (it.group, it.link) = (OTHER, Link::first(BEGIN));
    town.refuses("R-46", "in another group", &adhesion(&replayed, police), "does not have");

    let delegation = |change: &dyn Fn(&mut Delegation), key: &SigningKey| {
        let (member, to) = (town.member(POLICE), town.member(BAILLEUR));
        let (link, until) = (Link::first(BEGIN), BEGIN.plus(7 * DAY_SECONDS));
        let mut delegation = Delegation { link, group, member, to, from: BEGIN, until, flow: None };
        change(&mut delegation);
        signed(Kind::Delegation, &delegation, &[key])
    };
    let refuses = |what: &str, statement: &Statement, why: &str| town.refuses("R-47", what, statement, why);
    town.accepts("for a week", &delegation(&|_| (), police));
    refuses("by who stands in", &delegation(&|_| (), town.key(BAILLEUR)), "the absent member");
    refuses("to oneself", &delegation(&|it| it.to = it.member.clone(), police), "somebody else");
    refuses("to an outsider", &delegation(&|it| it.to = town.member(AUDITOR), police), "member of the group");
    let long = |it: &mut Delegation| it.until = BEGIN.plus(122 * DAY_SECONDS);
    refuses("for four months", &delegation(&long, police), "three months");
    refuses("in another group", &delegation(&|it| it.group = OTHER, police), "member of the group");
}

/// what was signed in one group is nothing in another.
#[test]
fn nothing_is_replayed_from_another_group() {
    let mut town = Town::new();
    let other = Group { id: OTHER, link: Link::first(BEGIN), ..town.group() };
    town.accept(&signed(Kind::Group, &other, &[town.key(MAIRE), town.key(PROC)]));
    let both = [town.key(MAIRE), town.key(COORD)];
    let roster = Roster { group: OTHER, link: Link::first(BEGIN), ..town.roster() };
    let why = "under another group statement";
    town.refuses("R-09", "the other group's leaders", &signed(Kind::Roster, &roster, &both), why);
    let mut replayed = town.statements.iter().find(|it| it.kind == Kind::Roster).unwrap().clone();
    replayed.signed.bytes = cbor::encode(&roster);
    assert!(matches!(town.directory.judge(&replayed, Continuity::Next), Err(InvalidStatement::Unproven(_))));
}

/// who proposes does not validate.
#[test]
fn one_person_does_not_propose_and_validate() {
    let mut town = Town::new();
    let further = seed(82);
    let (member, old) = (town.member(COORD), town.key(COORD));
    let devices = [old.public(), further.public()];
    let devices = devices.map(|key| DeviceKey { key, name: "portable".into() }).to_vec();
    let base = town.directory.card(&member).unwrap().base();
    let list = Devices { link: town.next(&Chain::Devices(member.clone())), member, base, devices };
    town.accept(&signed(Kind::Devices, &list, &[old]));
    let coord = town.key(COORD);
    let mut added = town.roster();
    added.seats[0].devices.push(town.key(PROC).id());
    let roster = |keys: &[&SigningKey]| signed(Kind::Roster, &added, keys);
    let proposal = |inner: &Statement, key: &SigningKey| {
        let body = cbor::encode(inner);
        let (link, group) = (Link::first(BEGIN), town.world.group);
        let proposal = Proposal { link, group, of: Kind::Roster, statement: sha256(&body) };
        Statement { body: Some(body), ..signed(Kind::Proposal, &proposal, &[key]) }
    };
    town.accepts("the coordinator proposes", &proposal(&roster(&[coord]), coord));
    town.refuses("R-09", "and validates with another device", &roster(&[coord, &further]), "the president");
    town.refuses(
        "R-48",
        "another proposes it",
        &proposal(&roster(&[coord]), town.key(POLICE)),
        "the proposer",
    );
    let outside = proposal(&roster(&[town.key(AUDITOR)]), town.key(AUDITOR));
    town.refuses("R-48", "somebody outside proposes", &outside, "whom the group concerns");
}

/// nobody makes themselves a leader by proposing it, and nobody fills the screens of others.
#[test]
fn proposals_are_for_those_whom_they_concern_and_few() {
    let mut town = Town::new();
    let rival = town.newcomer("maire-2", "MAIRE", 62);
    town.accept(&signed(Kind::Card, &rival, &[&town.world.authority]));
    let rival = seed(62);
    let carried = |of: Kind, group: GroupId, inner: &Statement, key: &SigningKey| {
        let body = cbor::encode(inner);
        let proposal = Proposal { link: Link::first(BEGIN), group, of, statement: sha256(&body) };
        Statement { body: Some(body), ..signed(Kind::Proposal, &proposal, &[key]) }
    };
    let (group, concerned) = (town.world.group, "whom the group concerns");
    let refuses = |what: &str, statement: &Statement, why: &str| town.refuses("R-48", what, statement, why);
    let charter = |key| carried(Kind::Charter, group, &signed(Kind::Charter, &town.charter(), &[key]), key);
    town.accepts("a leader's charter", &charter(town.key(COORD)));
    refuses("a member's charter", &charter(town.key(POLICE)), concerned);
    let usurped = Group { president: rival.id(), ..town.group() };
    let usurped =
        |keys: &[&SigningKey]| carried(Kind::Group, group, &signed(Kind::Group, &usurped, keys), keys[0]);
    refuses("whoever would lead next", &usurped(&[&rival]), concerned);
    town.accepts("whom a leader names", &usurped(&[&rival, town.key(COORD)]));

    let founding = |number: u8, change: &dyn Fn(&mut Group), body: Option<Vec<u8>>| {
        let id = GroupId([number; 16]);
        let mut group = Group { link: Link::first(BEGIN), id, ..town.group() };
        change(&mut group);
        let inner = Statement { body, ..signed(Kind::Group, &group, &[town.key(MAIRE)]) };
        carried(Kind::Group, id, &inner, town.key(MAIRE))
    };
    let by_bailleur = |it: &mut Group| it.coordinator = town.key(BAILLEUR).id();
    refuses("whose function may not lead", &founding(1, &by_bailleur, None), "function");
    refuses("with something beside it", &founding(1, &|_| (), Some(vec![0])), "body");
    let all: Vec<_> = (1..=9).map(|number| founding(number, &|_| (), None)).collect();
    for statement in &all[..8] {
        town.accept(statement);
    }
    town.refuses("R-48", "the ninth at a time", &all[8], "too many groups");
}

/// an invitation used twice, ended, of another root; a device that is known.
#[test]
fn an_invitation_lets_one_fresh_device_in() {
    let mut town = Town::new();
    let first =
        town.world.further(&town.statements).into_iter().find(|it| it.kind == Kind::Enrolment).unwrap();
    let own: Enrolment = first.signed.peek().unwrap();
    let thief = seed(91);
    let answer = |invite: &dyn Fn(&mut Invitation), device: &SigningKey| {
        let mut invitation: Invitation = own.invitation.peek().unwrap();
        invite(&mut invitation);
        let device_key = DeviceKey { key: device.public(), name: "autre".into() };
        let invitation = Signed::new(&invitation, &[&town.world.authority]);
        signed(Kind::Enrolment, &Enrolment { invitation, device: device_key, ..own.clone() }, &[device])
    };
    town.accepts("a fresh device", &answer(&|_| (), &thief));
    town.refuses("R-49", "ended", &answer(&|it| it.expires = BEGIN, &thief), "has ended");
    town.refuses(
        "R-49",
        "of another root",
        &answer(&|it| it.fingerprint = Digest([7; 32]), &thief),
        "has ended",
    );
    let mut two: Invitation = own.invitation.peek().unwrap();
    two.id = InvitationId([8; 16]);
    let two = Signed::new(&two, &[&town.world.authority, &thief]);
    let device = DeviceKey { key: thief.public(), name: "autre".into() };
    let two = Enrolment { invitation: two, device, ..own.clone() };
    town.refuses("R-49", "signed twice", &signed(Kind::Enrolment, &two, &[&thief]), "one signature");
    town.refuses("R-49", "a known device", &answer(&|_| (), town.key(POLICE)), "fresh keys");
    let second = answer(&|_| (), &thief);
    town.accept(&first);
    town.refuses("R-49", "used", &second, "already known");
    assert!(town.directory.owner(own.device.id()).is_none(), "and it counts for nothing yet");
}

/// whoever invited a device has to stand for its member still.
#[test]
fn a_stolen_device_that_was_struck_off_invites_nobody() {
    let mut town = Town::new();
    let enrolment =
        town.world.further(&town.statements).into_iter().find(|it| it.kind == Kind::Enrolment).unwrap();
    let enrolment: Enrolment = enrolment.signed.peek().unwrap();
    let invitation: Invitation = enrolment.invitation.peek().unwrap();
    let invitation = Invitation { to: Invited::Device(town.member(POLICE)), ..invitation };
    let signed_by_own = Signed::new(&invitation, &[town.key(POLICE)]);
    let may = |town: &Town| authorise::inviting(&signed_by_own, &invitation, &town.directory, BEGIN);
    assert_eq!(may(&town), Ok(()));
    let further = seed(82);
    for keeps_own in [true, false] {
        let devices = [town.key(POLICE), &further];
        let devices = if keeps_own { &devices[..] } else { &devices[1..] };
        let list = signed(Kind::Devices, &town.list(devices), &[town.key(POLICE)]);
        town.directory.accept(&list, Continuity::Next).unwrap();
    }
    assert_eq!(may(&town), Err(Refusal::InvitationEnded));
}

/// A claim of the police officer's, and the record that tells it.
fn reading(world: &World) -> (Request, Record) {
    let (device, message) = (world.people[POLICE].device(), MessageId([5; 16]));
    let reason: ReasonCode = "suivi".parse().unwrap();
    let ask = Ask::Claim {
        message,
        core: Digest([6; 32]),
        act: Act::Release,
        reason: Some(reason.clone()),
        annex: None,
    };
    let request = Request {
        version: VERSION,
        device,
        counter: 1,
        time: BEGIN,
        opening: Random([7; 32]),
        known: 0,
        receipt: None,
        ask,
    };
    let actor = Actor {
        member: "police-1".parse::<MemberId>().unwrap(),
        function: "CSP".parse().unwrap(),
        organisation: "police".parse().unwrap(),
        device,
    };
    let record = Record {
        version: 1,
        index: 3,
        time: BEGIN.plus(2),
        act: Act::Release,
        actor: Some(actor),
        item: Some(message),
        group: None,
        flow: None,
        class: None,
        expires: None,
        reason: Some(reason),
        annex: None,
        reference: None,
        recipients: Vec::new(),
        outcome: Outcome::Done,
        count: 1,
        software: "pli".into(),
        request: None,
    };
    (request, record)
}

/// The same, refused for the seventh time.
fn refusal_of(reading: &Record) -> Record {
    Record {
        act: Act::Refusal,
        outcome: Outcome::Refused,
        reason: None,
        reference: Some(Refusal::NotFound.code().to_owned()),
        count: 7,
        time: BEGIN.plus(720),
        ..reading.clone()
    }
}

/// a record says what its actor signed, or it is not that actor's.
#[test]
fn a_record_cannot_tell_another_story_than_the_request_inside() {
    let (world, ..) = world();
    let (request, honest) = reading(&world);
    assert!(honest.tells(&request));
    let lie = |what: &str, change: &dyn Fn(&mut Record)| {
        let mut record = honest.clone();
        change(&mut record);
        assert!(!record.tells(&request), "{what}");
    };
    lie("another act", &|record| record.act = Act::Export);
    lie("another item", &|record| record.item = Some(MessageId([8; 16])));
    lie("another reason", &|record| record.reason = Some("autre".parse().unwrap()));
    lie("no reason", &|record| record.reason = None);
    lie("a text that was not given", &|record| record.annex = Some(Digest([1; 32])));
    lie("another end", &|record| record.outcome = Outcome::DidNotVerify);
    lie("another device", &|record| record.actor.as_mut().unwrap().device = world.people[BAILLEUR].device());
    lie("nobody", &|record| record.actor = None);
    lie("another day", &|record| record.time = Timestamp(BEGIN.0 + 86_400));
    lie("twice", &|record| record.count = 2);
    lie("a refusal", &|record| {
        (record.act, record.outcome, record.reason) = (Act::Refusal, Outcome::Refused, None);
        record.reference = Some(Refusal::NotFound.code().to_owned());
        assert!(record.tells_refusal(&request), "which it would be");
    });
}

/// what was refused, by which rule, how often; and nothing that was done.
#[test]
fn a_refusal_is_told_as_one() {
    let (world, ..) = world();
    let (request, honest) = reading(&world);
    assert!(!honest.tells_refusal(&request));
    let refused = refusal_of(&honest);
    assert!(refused.tells_refusal(&request));
    let lie = |what: &str, change: &dyn Fn(&mut Record)| {
        let mut record = refused.clone();
        change(&mut record);
        assert!(!record.tells_refusal(&request), "{what}");
    };
    lie("another act", &|record| record.act = Act::Release);
    lie("another item", &|record| record.item = None);
    lie("another end", &|record| record.outcome = Outcome::Done);
    lie("no rule", &|record| record.reference = None);
    lie("a rule that is none", &|record| record.reference = Some("dislike".to_owned()));
    lie("the relay's own trouble", &|record| record.reference = Some(Refusal::DiskFull.code().to_owned()));
    lie("no time", &|record| record.count = 0);
    lie("another device", &|record| record.actor.as_mut().unwrap().device = world.people[BAILLEUR].device());
    lie("another day", &|record| record.time = BEGIN.plus(721));
    let of_another_day = Record {
        reference: Some(Refusal::RequestTime.code().to_owned()),
        time: BEGIN.plus(86_400),
        ..refused.clone()
    };
    assert!(of_another_day.tells_refusal(&request), "that is what is told");
}

/// what may stand without a request, and who may have no card.
#[test]
fn the_relay_alone_attests_two_acts() {
    let (world, _, directory) = world();
    let (request, mut honest) = reading(&world);
    // As their card says.
    honest.actor = honest.actor.map(|actor| Actor::of(directory.owner(actor.device).unwrap(), actor.device));
    let (message, refused) = (honest.item.unwrap(), refusal_of(&honest));
    let alone = |act, actor: Option<Actor>, item| {
        let record = Record { actor, item, ..Record::of(act, BEGIN) };
        record.is_attested(&directory)
    };
    let actor = || honest.actor.clone();
    assert!(alone(Act::Connection, actor(), None) && alone(Act::Expiry, None, Some(message)));
    assert!(!alone(Act::Connection, None, None), "of nobody");
    assert!(!alone(Act::Expiry, actor(), Some(message)), "by somebody");
    assert!(!alone(Act::Expiry, None, None), "of nothing");
    for act in Act::ALL.into_iter().filter(|act| !matches!(act, Act::Connection | Act::Expiry)) {
        assert!(!alone(act, actor(), Some(message)) && !alone(act, None, None), "{act:?} without a request");
    }
    let signed = Signed::new(&request, &[&world.people[POLICE].key]);
    let with = |record: &Record| Record { request: Some(signed.clone()), ..record.clone() };
    assert!(with(&honest).is_attested(&directory) && with(&refused).is_attested(&directory));
    let hidden = Record { actor: None, ..with(&refused) };
    assert!(hidden.tells_refusal(&request) && !hidden.is_attested(&directory), "a member is nobody");
}
