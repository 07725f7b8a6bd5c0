//! A log with witnesses: what a witness does before a relay that tells two stories, and what members do when
//! nobody watches.

use super::Town;
use pli_client::failure::{Failure, Unverified};
use pli_client::inbox;
use pli_client::outbox;
use pli_client::session::Session;
use pli_client::trust;
use pli_client::witness::WitnessFolder;
use pli_server::system_clock;
use pli_tests::homes::{LITTLE_WORK, PASSPHRASE};
use pli_tests::world::{COORD, MAIRE, POLICE, World};
use shared::cbor;
use shared::limits::{HEAD_ON_DEMAND_SECONDS, WITNESS_FRESH_SECONDS, WITNESS_STOP_SECONDS};
use shared::log::{Attested, InvalidConfirmation};
use shared::wire::{About, Answer, Ask};
use std::fs;
use std::path::PathBuf;

/// A town with a witness at work, beside two of whom the tests hold the keys.
struct Watched {
    town: Town,
    witness: WitnessFolder,
    dir: PathBuf,
    _folder: tempfile::TempDir,
}

impl Watched {
    async fn new(stories: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("temoin");
        let witness = WitnessFolder::create(&dir, "temoin.example", PASSPHRASE, LITTLE_WORK).unwrap();
        let mut world = World::at(system_clock().now(), 0);
        world.policy.keys[0] = witness.witness().clone();
        Self { town: Town::of(world, stories).await, witness, dir, _folder: folder }
    }

    fn session(&self) -> Result<Session, Failure> {
        let town = &self.town;
        let founding = self.dir.join("founding");
        fs::write(&founding, cbor::encode(&town.world.statements(town.liar.keys.clone()))).unwrap();
        self.witness.session(Some(town.liar.address), Some(&founding), town.world.clock())
    }

    /// How much evidence it keeps.
    fn kept(&self) -> usize {
        fs::read_dir(self.dir.join("evidence")).unwrap().count()
    }

    /// Two other witnesses sign what there is.
    async fn others_sign(&self) {
        let (world, relay) = (&self.town.world, self.town.liar.relay(0));
        for witness in &world.witnesses[1..] {
            let note = world.cosigned(&relay, witness);
            let signed = witness.request(Ask::Cosign { note }, world.now());
            assert_eq!(world.say(&relay, &signed, &[]).await.0, Answer::Cosigned);
        }
    }

    /// What a member's device says of the log.
    fn attested(&self, session: &Session) -> Attested {
        let attested = session.home.memory().unwrap().memory.attested;
        session.root().witnesses.judge(attested, self.town.world.now())
    }
}

/// whoever shows a witness two logs is found out, and never gets its signature again.
#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_is_shown_two_logs_keeps_both_and_stops() {
    let watched = Watched::new(2).await;
    let town = &watched.town;
    town.publish(0, &town.next_roster(0, &[MAIRE, COORD, POLICE])).await;
    town.publish(1, &town.next_roster(1, &[MAIRE, COORD])).await;
    let mut session = watched.session().unwrap();
    let seen = watched.witness.attest(&mut session).await.unwrap();
    assert_eq!(seen.tree, town.liar.relay(0).snapshot().commit.tree);
    let signed = fs::read_to_string(watched.dir.join("cosigned")).unwrap();

    town.liar.turn_to(1);
    let caught = watched.witness.attest(&mut session).await.unwrap_err();
    assert!(matches!(&caught, Failure::Unverified(Unverified::Log(InvalidConfirmation::Fork))), "{caught}");
    assert_eq!((caught.exit_code(), watched.kept()), (5, 2), "both halves of the conflict");
    assert_eq!(fs::read_to_string(watched.dir.join("cosigned")).unwrap(), signed, "nothing more was signed");

    // The true story again is not signed either, before people have looked.
    town.liar.turn_to(0);
    let stopped = watched.session().err().unwrap();
    assert!(matches!(stopped, Failure::Unverified(Unverified::TwoLogs)), "{stopped}");
    assert_eq!(stopped.exit_code(), 5);
    assert!(WitnessFolder::create(&watched.dir, "temoin.example", PASSPHRASE, LITTLE_WORK).is_err());
}

/// its state is on the disk before its signature leaves; whatever was lost in between is signed again.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_state_and_answer_loses_nothing() {
    let watched = Watched::new(1).await;
    let relay = watched.town.liar.relay(0);
    let shown = || relay.snapshot().commit.tree;
    let mut session = watched.session().unwrap();
    // It followed, and died before it signed.
    session.ask(Ask::Log, &[]).await.unwrap();
    assert_eq!(session.home.memory().unwrap().memory.log.tree, shown());
    drop(session);
    let mut session = watched.session().unwrap();
    assert_eq!(watched.witness.attest(&mut session).await.unwrap().tree, shown());
    // It signed, and its answer was lost: the same tree again.
    assert_eq!(watched.witness.attest(&mut session).await.unwrap().tree, shown());
    drop(session);
    // And after a stop it goes on from where it was, without the founding.
    fs::remove_file(watched.dir.join("founding")).unwrap();
    watched.town.world.pass(HEAD_ON_DEMAND_SECONDS);
    let again = WitnessFolder::open(&watched.dir, PASSPHRASE).unwrap();
    let mut session = again.session(None, None, watched.town.world.clock()).unwrap();
    let size = shown().size;
    assert!(again.attest(&mut session).await.unwrap().tree.size > size);
    assert_eq!(watched.kept(), 0);
}

/// members go on without witnesses for a while and are told, and then write nothing more.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_for_long_in_a_log_that_nobody_watches() {
    let watched = Watched::new(1).await;
    let (town, world) = (&watched.town, &watched.town.world);
    let mut maire = town.client(MAIRE);
    let group = || About::Group(world.group);
    outbox::plan(&mut maire, &town.wanted(POLICE)).await.unwrap();
    assert_eq!(watched.attested(&maire), Attested::Since(None));

    watched.others_sign().await;
    let first = world.now();
    trust::prove(&mut maire, group()).await.unwrap();
    assert_eq!(watched.attested(&maire), Attested::Enough);

    // One of the two comes no more, and what one signs is not enough.
    world.pass(WITNESS_FRESH_SECONDS + 1);
    let mut session = watched.session().unwrap();
    watched.witness.attest(&mut session).await.unwrap();
    outbox::plan(&mut maire, &town.wanted(POLICE)).await.unwrap();
    assert_eq!(watched.attested(&maire), Attested::Since(Some(first)), "told, and going on");

    world.pass(WITNESS_STOP_SECONDS - WITNESS_FRESH_SECONDS);
    match outbox::plan(&mut maire, &town.wanted(POLICE)).await {
        Err(failure @ Failure::Unattested) => assert_eq!(failure.exit_code(), 3),
        other => panic!("planned: {:?}", other.err()),
    }
    // Reading goes on.
    let unknown = inbox::find(&mut maire, "b7b10c").await.err().unwrap();
    assert!(!matches!(unknown, Failure::Unattested | Failure::Unverified(_)), "{unknown}");
    trust::prove(&mut maire, group()).await.unwrap();

    watched.others_sign().await;
    outbox::plan(&mut maire, &town.wanted(POLICE)).await.unwrap();
    assert_eq!(watched.attested(&maire), Attested::Enough);
}
