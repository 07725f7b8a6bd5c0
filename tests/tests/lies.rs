//! Lies about who belongs and about what was done, each caught by its rule.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_tests::world::{AUDITOR, BAILLEUR, BEGIN, COORD, MAIRE, POLICE, PROC, World};
use shared::crypto::SigningKey;
use shared::directory::{Continuity, Directory, InvalidStatement};
use shared::ids::{Digest, MemberId, MessageId, Random, ReasonCode};
use shared::log::{Act, Actor, Outcome, Record};
use shared::signed::Signed;
use shared::statement::{Card, DeviceKey, Group, GroupKind, Kind, Link, RelayKeys, Statement};
use shared::time::Timestamp;
use shared::wire::{Ask, Request, VERSION};

fn relay_keys() -> RelayKeys {
    let log_key = SigningKey::from_seed([9; 32].into()).public();
    RelayKeys { log_origin: "pli.example/log".into(), log_key, tls_ca: Vec::new() }
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

fn next(directory: &Directory, kind: Kind, group: &World) -> Link {
    let chain = match kind {
        Kind::Group => shared::directory::Chain::Group(group.group),
        _ => shared::directory::Chain::Roster(group.group),
    };
    let (_, version, digest) = directory.chains().into_iter().find(|(held, ..)| *held == chain).unwrap();
    Link { version: version + 1, previous: Some(digest), made: BEGIN }
}

fn refused(directory: &Directory, statement: &Statement) -> InvalidStatement {
    directory.judge(statement, Continuity::Next).unwrap_err()
}

/// the group's next leaders are named by one who leads it now, whoever else signs.
#[test]
fn no_root_alone_takes_over_a_group() {
    let (world, _, directory) = world();
    let held = directory.group(world.group).unwrap().clone();
    let restated = |change: &dyn Fn(&mut Group), keys: &[&SigningKey]| {
        let mut group = Group { link: next(&directory, Kind::Group, &world), ..held.clone() };
        change(&mut group);
        Statement { kind: Kind::Group, signed: Signed::new(&group, keys), body: None }
    };
    let key = |person: usize| &world.people[person].key;
    let usurp = |group: &mut Group| group.president = world.people[AUDITOR].device();
    let by_parquet = restated(&usurp, &[key(AUDITOR), key(PROC), &world.parquet]);
    assert!(matches!(refused(&directory, &by_parquet), InvalidStatement::Rule(_)));
    let without_visa = restated(&|group| group.kind = GroupKind::Travail, &[&world.authority]);
    assert!(matches!(refused(&directory, &without_visa), InvalidStatement::Rule(_)));
    let in_order = restated(&|group| group.name = "Autre nom".into(), &[key(MAIRE), key(PROC)]);
    assert!(directory.judge(&in_order, Continuity::Next).is_ok());
}

/// neither root certifies for the other, not even by giving somebody another function.
#[test]
fn no_root_takes_over_the_other_s_cards() {
    let (world, statements, directory) = world();
    let check = |person: usize, function: &str, by: &SigningKey| {
        let held = directory.card(&world.people[person].member).unwrap();
        let old = statements.iter().find(|statement| {
            statement.kind == Kind::Card && statement.signed.peek::<Card>().unwrap().member == held.member
        });
        let link = Link { version: 2, previous: Some(old.unwrap().signed.digest()), made: BEGIN };
        let stranger = SigningKey::from_seed([77; 32].into());
        let card = Card {
            link,
            function: function.parse().unwrap(),
            devices: vec![DeviceKey { key: stranger.public(), name: "autre".into() }],
            ..held.clone()
        };
        let statement = Statement { kind: Kind::Card, signed: Signed::new(&card, &[by]), body: None };
        refused(&directory, &statement)
    };
    let rule = InvalidStatement::Rule("a hat of the parquet is an enrolment of its own");
    assert_eq!(check(AUDITOR, "BREF", &world.authority), rule, "the authority removes a reviewer");
    assert_eq!(check(POLICE, "AUD", &world.parquet), rule, "the parquet takes a member over");
    assert_eq!(check(AUDITOR, "AUD", &world.authority), InvalidStatement::Signer("the parquet's root"));
    assert_eq!(check(POLICE, "CSP", &world.parquet), InvalidStatement::Signer("the authority's root"));
}

/// two persons to add anybody.
#[test]
fn no_leader_alone_adds_a_member() {
    let (world, _, mut directory) = world();
    let fewer = world.roster(next(&directory, Kind::Roster, &world), &[MAIRE, COORD, POLICE]);
    directory.accept(&fewer, Continuity::Next).unwrap();
    let both = world.roster(next(&directory, Kind::Roster, &world), &[MAIRE, COORD, POLICE, BAILLEUR]);
    for kept in 0..2 {
        let mut alone = both.clone();
        alone.signed.signatures = vec![both.signed.signatures[kept].clone()];
        assert!(matches!(refused(&directory, &alone), InvalidStatement::Signer(_)));
    }
    assert!(directory.judge(&both, Continuity::Next).is_ok());
}

/// a record says what its actor signed, or it is not that actor's.
#[test]
fn a_record_cannot_tell_another_story_than_the_request_inside() {
    let (world, ..) = world();
    let (device, message) = (world.people[POLICE].device(), MessageId([5; 16]));
    let reason: ReasonCode = "suivi".parse().unwrap();
    let ask = Ask::Claim {
        message,
        core: Digest([6; 32]),
        act: Act::Release,
        reason: Some(reason.clone()),
        reason_text: None,
        reason_for: Vec::new(),
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
    let honest = Record {
        version: 1,
        index: 3,
        time: BEGIN.plus(2),
        act: Act::Release,
        actor: Some(actor),
        item: Some(message),
        group: None,
        flow: None,
        class: None,
        reason: Some(reason),
        reason_text: None,
        reference: None,
        recipients: Vec::new(),
        outcome: Outcome::Done,
        software: "pli".into(),
        request: None,
    };
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
    lie("a text that was not given", &|record| record.reason_text = Some(Digest([1; 32])));
    lie("another end", &|record| record.outcome = Outcome::DidNotVerify);
    lie("another device", &|record| record.actor.as_mut().unwrap().device = world.people[BAILLEUR].device());
    lie("nobody", &|record| record.actor = None);
    lie("another day", &|record| record.time = Timestamp(BEGIN.0 + 86_400));
}
