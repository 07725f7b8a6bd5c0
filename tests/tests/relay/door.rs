//! The door as a member's own program meets it: certificates that renew themselves, connections that end
//! with the rights they began with, and a home that was copied.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_client::failure::Failure;
use pli_client::home::{Config, Home};
use pli_client::keystore::{self, KeyStore, Secrets};
use pli_client::link::Conversation;
use pli_client::session::Session;
use pli_server::folder;
use pli_server::listen::Server;
use pli_server::quotas::Allowance;
use pli_server::system_clock;
use pli_server::transport::pki::{DEVICE_CERTIFICATE_DAYS, Issuer, not_after, verify_request};
use pli_server::transport::tls_key::TlsKey;
use pli_tests::world::{BAILLEUR, COORD, MAIRE, POLICE, World};
use shared::cbor;
use shared::crypto::SigningKey;
use shared::directory::Directory;
use shared::limits::FRAME_BYTES_MAX;
use shared::log::LogMemory;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Card, Kind, Link, Root, Statement};
use shared::time::DAY_SECONDS;
use shared::wire::{AT_THE_RELAY, About, Answer, Ask, News};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// Far longer than anything here takes: a test that would hang fails instead.
const PATIENCE: Duration = Duration::from_secs(20);

/// The passphrases of these people are not worth guessing.
const WORK_FACTOR: u8 = 2;

/// A relay that listens, and homes of its members.
struct Scene {
    world: World,
    dir: TempDir,
    server: Server,
    issuer: Issuer,
    statements: Vec<Statement>,
}

impl Scene {
    async fn start(issues: bool) -> Self {
        // Certificates are judged by the system's clock, so the world begins now.
        let world = World::at(system_clock().now(), 0);
        let dir = tempfile::tempdir().unwrap();
        let relay = dir.path().join("relay");
        let public = folder::make(&relay, "pli.example/log", None, world.now()).unwrap();
        let statements = world.statements(public.keys().unwrap());
        folder::found(&relay, &cbor::encode(&statements), world.clock()).await.unwrap();
        let issuer = folder::issuer(&relay).unwrap();
        if !issues {
            std::fs::remove_file(relay.join("keys/ca.key.der")).unwrap();
        }
        let any = (Ipv4Addr::LOCALHOST, 0).into();
        let server = Server::start_with(&relay, any, world.clock(), Allowance::ample()).await.unwrap();
        Self { world, dir, server, issuer, statements }
    }

    fn home(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Makes the home of somebody whose certificate was issued so many seconds ago.
    fn settle(&self, name: &str, key: &SigningKey, seconds_ago: u64) {
        let (tls, device, dir) = (TlsKey::generate().unwrap(), key.id().0, self.home(name));
        let request = verify_request(&tls.request(&device).unwrap(), &device).unwrap();
        let certificate = self.issuer.issue_device(&request, self.world.now().0 - seconds_ago).unwrap();
        let config = Config {
            relay: self.server.address(),
            member: "police-1".parse().unwrap(),
            fingerprint: self.statements[0].signed.digest().to_string(),
        };
        let root: Root = self.statements[0].signed.peek().unwrap();
        let log = LogMemory::new(root.relay.log_origin, root.relay.log_key);
        let home = Home::create(&dir, config, &self.statements[..1], log).unwrap();
        home.keep_certificate(&certificate.der).unwrap();
        let mut secrets = Secrets::default();
        secrets.signing_seed = **key.seed();
        secrets.tls_key = tls.pkcs8().to_vec();
        KeyStore::create(&dir, "passphrase", &secrets, WORK_FACTOR).unwrap();
    }

    fn session(&self, name: &str) -> Session {
        let home = Home::open(&self.home(name)).unwrap();
        let master = keystore::unlock(home.dir(), "passphrase").unwrap();
        Session::open(home, master, self.world.clock()).unwrap()
    }

    /// A member whose certificate has so many seconds left, at work.
    fn member(&self, person: usize, seconds_left: u64) -> Session {
        let name = person.to_string();
        let ago = DEVICE_CERTIFICATE_DAYS * DAY_SECONDS - seconds_left;
        self.settle(&name, &self.world.people[person].key, ago);
        self.session(&name)
    }

    /// When the certificate of a home ends, in seconds from now.
    fn left(&self, name: &str) -> u64 {
        let der = std::fs::read(self.home(name).join("certificate")).unwrap();
        not_after(&der).unwrap().saturating_sub(self.world.now().0)
    }

    /// What the founding proves.
    fn directory(&self) -> Directory {
        let mut directory = Directory::pinned(self.statements[0].signed.digest());
        for statement in &self.statements {
            directory.accept(statement, AT_THE_RELAY).unwrap();
        }
        directory
    }

    /// The group without somebody.
    fn roster_without(&self, person: usize) -> Statement {
        let digest = self.directory().roster(self.world.group).unwrap().1;
        let link = Link { version: 2, previous: Some(digest), made: self.world.now() };
        let seated: Vec<_> = self.world.everybody().into_iter().filter(|other| *other != person).collect();
        self.world.roster(link, &seated)
    }

    /// The next card of the officer, changed.
    fn card(&self, change: impl FnOnce(&mut Card)) -> Statement {
        let directory = self.directory();
        let member = &self.world.people[POLICE].member;
        let mut card = directory.card(member).unwrap().clone();
        card.link = Link { version: 2, previous: directory.card_digest(member), made: self.world.now() };
        change(&mut card);
        let signed = Signed::new(&card, &[&self.world.authority]);
        Statement { kind: Kind::Card, signed, body: None }
    }
}

const DAY: u64 = DAY_SECONDS;
const WHOLE: u64 = DEVICE_CERTIFICATE_DAYS * DAY_SECONDS;

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("somebody waits for ever")
}

async fn log(session: &mut Session) -> Result<(), Failure> {
    soon(session.ask(Ask::Log, &[])).await.map(drop)
}

async fn publish(session: &mut Session, statement: &Statement) {
    let ask = Ask::Publish { digest: statement.signed.digest() };
    soon(session.ask(ask, &[cbor::encode(statement)])).await.unwrap();
}

/// A stream that only listens, with its first news behind it.
async fn watch(session: &mut Session) -> Conversation {
    let mut conversation = soon(session.begin(Ask::Watch)).await.unwrap();
    assert_eq!(soon(conversation.answer()).await.unwrap(), Answer::Watching);
    assert_eq!(news(&mut conversation).await.unwrap(), News::Look);
    conversation
}

async fn news(conversation: &mut Conversation) -> Result<News, Failure> {
    soon(conversation.item(FRAME_BYTES_MAX)).await
}

fn refusal(failure: &Failure) -> Option<Refusal> {
    match failure {
        Failure::Refused(refusal) => Some(*refusal),
        _ => None,
    }
}

///
#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_renews_itself_in_its_last_month() {
    let scene = Scene::start(true).await;
    let people = [(MAIRE, 31 * DAY, 31 * DAY), (COORD, 30 * DAY, WHOLE), (POLICE, 3600, WHOLE)];
    for (person, before, after) in people {
        let mut session = scene.member(person, before);
        log(&mut session).await.unwrap();
        assert_eq!(scene.left(&person.to_string()), after, "{before} seconds were left");
        session.close();
        // The fresh one opens the door too, and is left alone.
        log(&mut session).await.unwrap();
        let mut again = scene.session(&person.to_string());
        log(&mut again).await.unwrap();
        assert_eq!(scene.left(&person.to_string()), after);
    }
    scene.server.stop().await.unwrap();
}

///
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_slept_past_the_end_comes_back_by_itself() {
    let scene = Scene::start(true).await;
    let asleep = |person: usize, seconds| {
        scene.settle(&person.to_string(), &scene.world.people[person].key, WHOLE + seconds);
        scene.session(&person.to_string())
    };
    // It ends this second, in five, and has been over for a year.
    for (person, mut session) in
        [(MAIRE, asleep(MAIRE, 0)), (COORD, scene.member(COORD, 5)), (POLICE, asleep(POLICE, 365 * DAY))]
    {
        log(&mut session).await.unwrap();
        assert_eq!(scene.left(&person.to_string()), WHOLE);
    }
    // Whoever is on no card is told so, as at any door.
    scene.settle("nobody", &SigningKey::generate(), WHOLE + DAY);
    let failure = log(&mut scene.session("nobody")).await.unwrap_err();
    assert_eq!(refusal(&failure), Some(Refusal::NotEnrolled));
    assert_eq!(scene.left("nobody"), 0);
    scene.server.stop().await.unwrap();
}

/// A relay with certificates that it did not issue renews none.
#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_fails_is_noticed_only_when_the_door_is_closed() {
    let scene = Scene::start(false).await;
    let mut session = scene.member(COORD, 10 * DAY);
    log(&mut session).await.unwrap();
    assert_eq!(scene.left(&COORD.to_string()), 10 * DAY);
    scene.settle("late", &scene.world.people[POLICE].key, WHOLE);
    let failure = log(&mut scene.session("late")).await.unwrap_err();
    assert_eq!(refusal(&failure), Some(Refusal::Unavailable));
    scene.server.stop().await.unwrap();
}

/// a group that is lost ends the connection, also of a stream that only listens; nobody else's.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_ends_with_a_group_of_its_device() {
    let scene = Scene::start(true).await;
    let (mut coord, mut police) = (scene.member(COORD, WHOLE), scene.member(POLICE, WHOLE));
    let mut bailleur = scene.member(BAILLEUR, WHOLE);
    let (mut gone, mut stays) = (watch(&mut police).await, watch(&mut bailleur).await);
    publish(&mut coord, &scene.roster_without(POLICE)).await;
    let failure = news(&mut gone).await.unwrap_err();
    assert!(matches!(failure, Failure::Changed), "{failure}");
    assert_eq!((failure.exit_code(), failure.message_id().as_str()), (6, "closed-changed"));
    let failure = log(&mut police).await.unwrap_err();
    assert!(matches!(failure, Failure::Changed), "the same connection: {failure}");

    // The same command again connects, and is told what is no longer allowed.
    log(&mut police).await.unwrap();
    let statements = Ask::Statements(About::Group(scene.world.group));
    let refused = soon(police.ask(statements.clone(), &[])).await.err().unwrap();
    assert_eq!(refusal(&refused), Some(Refusal::NotAMember));
    // Whoever kept theirs was not disturbed: what listened still listens.
    soon(bailleur.ask(statements, &[])).await.unwrap();
    assert!(tokio::time::timeout(Duration::ZERO, stays.item::<News>(FRAME_BYTES_MAX)).await.is_err());
    scene.server.stop().await.unwrap();
}

/// a card without the device ends the connection, and so does the day on which a card ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_ends_with_the_inscription() {
    let other = SigningKey::generate().public();
    let replaced = |card: &mut Card| card.devices[0].key = other;
    check_struck(replaced).await;
    check_struck(|card| card.until = Some(card.link.made.plus(1))).await;
}

/// An officer listens, their card changes, and then a second passes.
async fn check_struck(change: impl FnOnce(&mut Card)) {
    let scene = Scene::start(true).await;
    let (mut coord, mut police) = (scene.member(COORD, WHOLE), scene.member(POLICE, WHOLE));
    let mut gone = watch(&mut police).await;
    publish(&mut coord, &scene.card(change)).await;
    scene.world.pass(1);
    let failure = news(&mut gone).await.unwrap_err();
    assert!(matches!(failure, Failure::Struck), "{failure}");
    assert_eq!((failure.exit_code(), failure.message_id().as_str()), (3, "closed-struck"));
    police.disconnect();
    let failure = log(&mut police).await.unwrap_err();
    assert_eq!(refusal(&failure), Some(Refusal::NotEnrolled));
    scene.server.stop().await.unwrap();
}

/// a folder that was copied is two machines with one counter, and both are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_copied_home_is_noticed_and_both_are_told() {
    let scene = Scene::start(true).await;
    let (mut first, mut coord) = (scene.member(POLICE, WHOLE), scene.member(COORD, WHOLE));
    log(&mut first).await.unwrap();
    copy(&scene.home(&POLICE.to_string()), &scene.home("copy"));
    let mut second = scene.session("copy");
    // Whoever speaks first is not told apart from the only one.
    log(&mut second).await.unwrap();
    for _ in 0..2 {
        for session in [&mut first, &mut second] {
            let failure = log(session).await.unwrap_err();
            assert_eq!(refusal(&failure), Some(Refusal::Cloned));
        }
    }
    log(&mut coord).await.unwrap();
    scene.server.stop().await.unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(path, to).unwrap();
        }
    }
}
