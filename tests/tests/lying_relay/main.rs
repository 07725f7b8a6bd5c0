//! A relay with all its keys that drops, reorders, replays, forks, freezes or forges statements, or its log, before
//! members' own clients on a real connection. Each lie is caught, and the test says by which rule.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod court;
mod days;
mod forger;
mod liar;
mod log;
mod watched;

use liar::{Liar, Lie};
use pli_client::failure::{Failure, Unverified};
use pli_client::inbox::{self, Motive};
use pli_client::outbox::{self, Wanted};
use pli_client::session::Session;
use pli_client::trust;
use pli_server::system_clock;
use pli_tests::homes;
use pli_tests::whole::copy_folder;
use pli_tests::world::{BAILLEUR, COORD, Letter, MAIRE, POLICE, World};
use shared::crypto::SigningKey;
use shared::directory::{Chain, InvalidStatement};
use shared::form::Form;
use shared::log::{Act, InvalidConfirmation};
use shared::message::{Draft, Handling, Thread};
use shared::refusal::Refusal;
use shared::signed::{Signed, Unproven};
use shared::statement::{Card, DeviceKey, Devices, Kind, Link, Roster, Statement};
use shared::time::DAY_SECONDS;
use shared::wire::About;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// A town whose relay lies when it is told to.
struct Town {
    world: World,
    liar: Liar,
    folders: Vec<TempDir>,
    homes: TempDir,
}

impl Town {
    /// One story; and as many more, which part from it here.
    async fn new(stories: usize) -> Self {
        // Certificates are judged by the system's clock, so the world begins now.
        Self::of(World::at(system_clock().now(), 0), stories).await
    }

    async fn of(world: World, stories: usize) -> Self {
        let first = tempfile::tempdir().unwrap();
        world.make_relay(first.path()).await;
        let running = world.open(first.path());
        world.publish_key_pages(&running.relay).await;
        running.finish().unwrap();
        let mut folders = vec![first];
        for _ in 1..stories {
            let next = tempfile::tempdir().unwrap();
            copy_folder(folders[0].path(), next.path());
            folders.push(next);
        }
        let paths: Vec<&Path> = folders.iter().map(TempDir::path).collect();
        let liar = Liar::start(&world, &paths).await;
        Self { world, liar, folders, homes: tempfile::tempdir().unwrap() }
    }

    fn client(&self, person: usize) -> Session {
        let home = self.homes.path().join(self.world.people[person].member.as_str());
        let relay = self.folders[0].path();
        homes::client(&self.world, person, relay, self.liar.keys.clone(), self.liar.address, &home)
    }

    /// The next roster of one story.
    fn next_roster(&self, story: usize, seated: &[usize]) -> Statement {
        let snapshot = self.liar.relay(story).snapshot();
        let link = snapshot.directory.next_link(&Chain::Roster(self.world.group), self.world.now());
        self.world.roster(link, seated)
    }

    async fn publish(&self, story: usize, statement: &Statement) {
        self.world.publish(&self.liar.relay(story), statement).await;
    }

    fn wanted(&self, to: usize) -> Wanted {
        let draft = Draft {
            group: self.world.group,
            flow: "F05a".parse().unwrap(),
            to: vec![self.world.people[to].member.clone()],
            subject: "Hall 3".into(),
            text: "Une note.".into(),
            form: Form::default(),
            handling: Handling::D2,
            thread: Thread::default(),
            documents: Vec::new(),
            expires: self.world.now().plus(20 * DAY_SECONDS),
            reply_to: None,
            renews: None,
            first: None,
            vouches: false,
            reread: None,
        };
        Wanted { draft, sources: Vec::new(), persons: Vec::new(), first: None, reason: None }
    }
}

fn lie(lie: impl Fn(&mut Vec<Statement>) + Send + Sync + 'static) -> Option<Lie> {
    Some(Arc::new(move |_, statements| lie(statements)))
}

fn position(statements: &[Statement], kind: Kind) -> usize {
    statements.iter().rposition(|statement| statement.kind == kind).unwrap()
}

/// Proves the group, under a lie; the client must have kept the evidence and end with exit code 5.
async fn caught(town: &Town, session: &mut Session, lie: Option<Lie>) -> Unverified {
    town.liar.tell(lie);
    let proved = trust::prove(session, About::Group(town.world.group)).await;
    town.liar.tell(None);
    match proved {
        Err(failure @ Failure::Unverified(_)) => {
            assert_eq!(failure.exit_code(), 5);
            let Failure::Unverified(unverified) = failure else { unreachable!() };
            unverified
        }
        Err(other) => panic!("another failure: {other}"),
        Ok(_) => panic!("believed"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_dropped_reordered_or_forged_is_noticed() {
    let town = Town::new(1).await;
    let ghost = SigningKey::from_seed([99; 32].into());
    // The coordinator has a second device, so that there is a list of devices to lie about.
    let coord = &town.world.people[COORD];
    let directory = Arc::clone(&town.liar.relay(0).snapshot().directory);
    let card = directory.card(&coord.member).unwrap().clone();
    let further = SigningKey::from_seed([98; 32].into());
    let devices = vec![card.devices[0].clone(), DeviceKey { key: further.public(), name: "portable".into() }];
    let list = Devices {
        link: Link::first(town.world.now()),
        member: coord.member.clone(),
        base: card.base(),
        devices,
    };
    let signed = Signed::new(&list, &[&coord.key]);
    town.publish(0, &Statement { kind: Kind::Devices, signed, body: None }).await;
    let mut session = town.client(MAIRE);
    trust::prove(&mut session, About::Group(town.world.group)).await.unwrap();

    // what is kept back is missed, because the head names all of it.
    let withheld = Unverified::Log(InvalidConfirmation::Statements);
    for kind in [Kind::Adhesion, Kind::Devices] {
        let drop = move |all: &mut Vec<Statement>| drop(all.remove(position(all, kind)));
        assert_eq!(caught(&town, &mut session, lie(drop)).await, withheld, "{kind:?} dropped");
    }
    let all_charters = |all: &mut Vec<Statement>| {
        all.retain(|statement| !matches!(statement.kind, Kind::Charter | Kind::Adhesion));
    };
    assert_eq!(caught(&town, &mut session, lie(all_charters)).await, withheld, "the charter dropped");
    // without what vouches for them, statements prove nothing.
    for kind in [Kind::Root, Kind::Group, Kind::Card] {
        let drop = move |all: &mut Vec<Statement>| drop(all.remove(position(all, kind)));
        let found = caught(&town, &mut session, lie(drop)).await;
        assert!(matches!(found, Unverified::Statement(_)) || found == withheld, "{kind:?} dropped: {found}");
    }
    let roster = |all: &mut Vec<Statement>| drop(all.remove(position(all, Kind::Roster)));
    let found = caught(&town, &mut session, lie(roster)).await;
    assert!(matches!(found, Unverified::Statement(_) | Unverified::Log(_)), "the roster dropped: {found}");
    // each rests on those before it.
    let found = caught(&town, &mut session, lie(|all| all.reverse())).await;
    assert!(matches!(found, Unverified::Statement(_)), "reordered: {found}");
    // every signature is over the very bytes.
    let flip = |all: &mut Vec<Statement>| {
        let at = position(all, Kind::Roster);
        let last = all[at].signed.bytes.len() - 1;
        all[at].signed.bytes[last] ^= 1;
    };
    let found = caught(&town, &mut session, lie(flip)).await;
    assert!(matches!(found, Unverified::Statement(InvalidStatement::Unproven(_))), "changed: {found}");

    // a ghost device on a card, signed by whoever the relay is.
    let (forger, member) = (ghost.clone_for_test(), coord.member.clone());
    let forged_card = move |all: &mut Vec<Statement>| {
        let at = all.iter().rposition(|one| is_card_of(one, &member)).unwrap();
        let card: Card = all[at].signed.peek().unwrap();
        let mut devices = card.devices.clone();
        devices.push(DeviceKey { key: forger.public(), name: "bureau".into() });
        all[at].signed = Signed::new(&Card { devices, ..card }, &[&forger]);
    };
    let found = caught(&town, &mut session, lie(forged_card)).await;
    let unknown = InvalidStatement::Unproven(Unproven::UnknownKey(ghost.id()));
    assert_eq!(found, Unverified::Statement(unknown.clone()), "a forged card");
    // a list of devices that none of them signed.
    let forger = ghost.clone_for_test();
    let forged_list = move |all: &mut Vec<Statement>| {
        let at = position(all, Kind::Devices);
        let mut list: Devices = all[at].signed.peek().unwrap();
        list.devices.push(DeviceKey { key: forger.public(), name: "bureau".into() });
        all[at].signed = Signed::new(&list, &[&forger]);
    };
    assert_eq!(caught(&town, &mut session, lie(forged_list)).await, Unverified::Statement(unknown.clone()));
    // a roster with one more, signed by nobody who leads.
    let forger = ghost.clone_for_test();
    let forged_roster = move |all: &mut Vec<Statement>| {
        let at = position(all, Kind::Roster);
        let mut roster: Roster = all[at].signed.peek().unwrap();
        roster.seats[0].devices.push(forger.id());
        all[at].signed = Signed::new(&roster, &[&forger]);
    };
    assert_eq!(caught(&town, &mut session, lie(forged_roster)).await, Unverified::Statement(unknown));
    // After all that the truth is believed as before.
    trust::prove(&mut session, About::Group(town.world.group)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_removal_is_noticed_by_who_saw_it_and_by_who_did_not() {
    let town = Town::new(1).await;
    let mut knows = town.client(MAIRE);
    trust::prove(&mut knows, About::Group(town.world.group)).await.unwrap();
    let before = Arc::new(std::sync::Mutex::new(Vec::new()));
    let keep = Arc::clone(&before);
    town.liar.tell(lie(move |all| keep.lock().unwrap().clone_from(all)));
    trust::prove(&mut knows, About::Group(town.world.group)).await.unwrap();
    town.publish(0, &town.next_roster(0, &[MAIRE, COORD, POLICE])).await;
    town.liar.tell(None);
    trust::prove(&mut knows, About::Group(town.world.group)).await.unwrap();

    // yesterday's statements are not those that today's head names.
    let replay = move |all: &mut Vec<Statement>| all.clone_from(&before.lock().unwrap());
    let replayed = Unverified::Log(InvalidConfirmation::Statements);
    let mut fresh = town.client(COORD);
    assert_eq!(caught(&town, &mut fresh, lie(replay.clone())).await, replayed);
    assert_eq!(caught(&town, &mut knows, lie(replay)).await, replayed);
    let kept = std::fs::read_dir(town.homes.path().join("coord-1").join("evidence")).unwrap().count();
    assert!(kept > 0, "the evidence is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_relay_lets_nobody_seal() {
    let town = Town::new(1).await;
    let mut session = town.client(MAIRE);
    let kept = Arc::new(std::sync::Mutex::new(None));
    let keep = Arc::clone(&kept);
    town.liar.tell(Some(Arc::new(move |answer, statements| {
        *keep.lock().unwrap() = Some((answer.clone(), statements.clone()));
    })));
    outbox::plan(&mut session, &town.wanted(POLICE)).await.unwrap();
    town.world.pass(660);
    town.publish(0, &town.next_roster(0, &[MAIRE, COORD])).await;
    // the old head is of this log, and so are its statements; but nothing is sealed under it.
    town.liar.tell(Some(Arc::new(move |answer, statements| {
        let (old, followed) = kept.lock().unwrap().clone().unwrap();
        (*answer, *statements) = (old, followed);
    })));
    match outbox::plan(&mut session, &town.wanted(POLICE)).await {
        Err(Failure::Refused(Refusal::StaleHead)) => {}
        Err(other) => panic!("another failure: {other}"),
        Ok(_) => panic!("sealed under an old head"),
    }
    town.liar.tell(None);
    match outbox::plan(&mut session, &town.wanted(POLICE)).await {
        Err(Failure::Refused(Refusal::RecipientRole)) => {}
        other => panic!("the truth is that the reader was removed: {:?}", other.err()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_members_shown_two_rosters_find_out() {
    let town = Town::new(2).await;
    // In the second story the landlord was removed.
    town.publish(0, &town.next_roster(0, &[MAIRE, COORD, POLICE, BAILLEUR])).await;
    town.publish(1, &town.next_roster(1, &[MAIRE, COORD, POLICE])).await;
    let mut maire = town.client(MAIRE);
    trust::prove(&mut maire, About::Group(town.world.group)).await.unwrap();
    // whoever saw the first story does not follow the second.
    town.liar.turn_to(1);
    assert_eq!(caught(&town, &mut maire, None).await, Unverified::Log(InvalidConfirmation::Fork));

    // who only ever sees the second reads nothing that was written under the first.
    let letter = town.world.seal(&town.liar.relay(0), MAIRE, &[POLICE], 20, &[]);
    let mut police = town.client(POLICE);
    let read = smuggled(&town, &mut police, &letter).await;
    assert!(
        matches!(read, Err(Failure::Unverified(_)) | Err(Failure::Refused(_))),
        "read across two stories"
    );
}

/// A letter of the first story in the second: the relay there is made to hold it.
async fn smuggled(town: &Town, session: &mut Session, letter: &Letter) -> Result<(), Failure> {
    let (ask, frames) = letter.deposit();
    let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
    let _ = town.world.ask(&town.liar.relay(1), MAIRE, ask, &frames).await;
    let motive = Motive { reason: Some("suivi".parse().unwrap()), text: None, reread: None };
    let entry = inbox::find(session, &letter.id.to_string()).await?;
    inbox::open(session, &entry, Act::Release, &motive).await.map(drop)
}

fn is_card_of(statement: &Statement, member: &shared::ids::MemberId) -> bool {
    statement.kind == Kind::Card && statement.signed.peek::<Card>().is_ok_and(|card| card.member == *member)
}

/// Another handle on the same key.
trait CloneForTest {
    fn clone_for_test(&self) -> Self;
}

impl CloneForTest for SigningKey {
    fn clone_for_test(&self) -> Self {
        Self::from_seed(self.seed().clone())
    }
}
