//! Three hours in a town whose relay forges its log, and who looks at it: a reviewer who never did, one who did, a
//! member who saw all of it.

use super::Town;
use super::forger::{Truth, reason};
use pli_client::auditor;
use pli_client::auditor::sealed::Purpose;
use pli_client::home::Home;
use pli_client::keystore;
use pli_client::session::Session;
use pli_server::system_clock;
use pli_tests::homes::{self, PASSPHRASE};
use pli_tests::whole::copy_folder;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, SECOND_AUDITOR, World};
use shared::crypto::SigningKey;
use shared::log::Confirmation;
use shared::time::Timestamp;
use shared::wire::{Answer, Ask};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const HOUR: u64 = 3600;

/// A real log, in which thousands of readings stand between what members do, and the homes of those who look at it:
/// `first` and `again` are reviewers, and so is `ended`; `member` and `neighbour` are none.
pub(crate) struct Court {
    pub(crate) town: Town,
    /// What members were given for what they did, in the order of the log.
    pub(crate) receipts: Vec<Confirmation>,
    /// How large the log was when one of the reviewers verified it.
    pub(crate) verified: u64,
    opened: AtomicU64,
}

impl Court {
    /// In each of the hours so many readings of the log stand between what members do.
    pub(crate) async fn new(readings: usize) -> Self {
        // Certificates are judged by the system's clock, so the last of the hours is now.
        let begin = Timestamp(system_clock().now().0 - 2 * HOUR);
        let town = Town::of(World::at(begin, 0), 1).await;
        let mut court = Self { town, receipts: Vec::new(), verified: 0, opened: AtomicU64::new(0) };
        court.enrol(AUDITOR, "first");
        court.enrol(AUDITOR, "again");
        court.enrol(MAIRE, "member");
        court.enrol(SECOND_AUDITOR, "ended");
        court.enrol(COORD, "neighbour");

        let letter = court.letter(&[POLICE, BAILLEUR]).await;
        court.reads(POLICE, &letter, None).await;
        court.readings(readings).await;
        court.reads(BAILLEUR, &letter, Some("Réunion du 12 mai")).await;

        court.town.world.pass(HOUR);
        let letter = court.letter(&[POLICE]).await;
        court.readings(readings).await;
        court.reads(POLICE, &letter, None).await;
        let mut reviewer = court.open("again");
        let why = reason();
        let purpose = Purpose { reason: &why, order: None };
        let review = auditor::verify(&mut reviewer, purpose, false).await.unwrap();
        assert_eq!(review.faults, []);
        court.verified = review.mirror.tree().size;

        court.town.world.pass(HOUR);
        court.town.publish(0, &court.town.next_roster(0, &[MAIRE, COORD, BAILLEUR])).await;
        let letter = court.letter(&[BAILLEUR]).await;
        court.readings(readings).await;
        court.reads(BAILLEUR, &letter, Some("Réunion du 13 mai")).await;
        court.open("member").ask(Ask::Log, &[]).await.unwrap();
        court
    }

    async fn letter(&mut self, to: &[usize]) -> Letter {
        let (world, relay) = (&self.town.world, self.town.liar.relay(0));
        // A letter is sealed under a head of the hour.
        world.ask(&relay, MAIRE, Ask::Log, &[]).await;
        let letter = world.seal(&relay, MAIRE, to, 20, &[]);
        self.receipts.push(world.deposit(&relay, MAIRE, &letter).await);
        letter
    }

    /// Lists, claims and acknowledges.
    async fn reads(&mut self, person: usize, letter: &Letter, text: Option<&str>) {
        let (world, relay) = (&self.town.world, self.town.liar.relay(0));
        world.list(&relay, person).await;
        let (claimed, ..) = match text {
            Some(text) => world.claim_with_text(&relay, person, letter, text).await,
            None => world.claim(&relay, person, letter).await,
        };
        let claim = claimed.evidence.index;
        let acknowledged = world.acknowledge(&relay, person, letter, claim).await;
        self.receipts.extend([claimed, acknowledged]);
    }

    /// Another reviewer reads nothing, so many times and a few at once.
    async fn readings(&self, count: usize) {
        let (world, relay) = (&self.town.world, self.town.liar.relay(0));
        let reads = async || {
            let ask = Ask::LogKeys { from: 0, to: 0, reason: reason(), reference: None };
            let (answer, _) = world.ask(&relay, SECOND_AUDITOR, ask, &[]).await;
            assert!(matches!(answer, Answer::LogKeys { .. }));
        };
        for _ in 0..count.div_ceil(8) {
            tokio::join!(reads(), reads(), reads(), reads(), reads(), reads(), reads(), reads());
        }
    }

    fn home(&self, name: &str) -> PathBuf {
        self.town.homes.path().join(name)
    }

    fn enrol(&self, person: usize, name: &str) {
        let Town { world, liar, folders, .. } = &self.town;
        let keys = liar.keys.clone();
        let _ = homes::client(world, person, folders[0].path(), keys, liar.address, &self.home(name));
    }

    /// Opens a home, whose device goes on with counters that no copy of it used.
    pub(crate) fn open(&self, name: &str) -> Session {
        let home = Home::open(&self.home(name)).unwrap();
        let mut lock = home.memory().unwrap();
        lock.memory.counter = self.next_counter();
        lock.save().unwrap();
        drop(lock);
        let master = keystore::unlock(home.dir(), PASSPHRASE).unwrap();
        Session::open(home, master, self.town.world.clock()).unwrap()
    }

    fn next_counter(&self) -> u64 {
        (1 + self.opened.fetch_add(1, Ordering::Relaxed)) << 32
    }

    /// A copy of somebody who is as far as they were.
    pub(crate) fn copy(&self, name: &str) -> Session {
        let copy = format!("{name}-{}", self.opened.load(Ordering::Relaxed));
        copy_folder(&self.home(name), &self.home(&copy));
        self.open(&copy)
    }

    /// All that the relay logged, for whoever has its keys.
    pub(crate) async fn truth(&self) -> Arc<Truth> {
        let Town { world, liar, folders, .. } = &self.town;
        world.people[AUDITOR].skip(self.next_counter());
        let seed = fs::read(folders[0].path().join("keys/log.seed")).unwrap();
        let key = SigningKey::from_seed(<[u8; 32]>::try_from(seed).unwrap().into());
        Arc::new(Truth::of(world, &liar.relay(0), key).await)
    }
}

/// How much evidence a home keeps.
pub(crate) fn evidence(session: &Session) -> usize {
    fs::read_dir(session.home.dir().join("evidence")).unwrap().count()
}
