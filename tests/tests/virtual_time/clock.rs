//! the relay's clock is set to what is wrong, as it works or while it stands still. Nothing is destroyed by that clock
//! alone, and nothing of it is in the log for ever.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_server::sweep::sweep;
use pli_tests::disk::SimDisk;
use pli_tests::engine::{Engine, founded};
use pli_tests::world::{COORD, Letter, MAIRE, POLICE, World};
use shared::limits::REQUEST_SECONDS_MAX;
use shared::message::HeadReference;
use shared::refusal::Refusal;
use shared::time::DAY_SECONDS;
use shared::wire::Answer;

const YEAR: i64 = 365 * DAY_SECONDS.cast_signed();

/// What expired is gone within a minute of its day's end.
const SWEEP_SECONDS: u64 = 60;

struct Stage {
    world: World,
    disk: SimDisk,
    engine: Engine,
}

impl Stage {
    fn new() -> Self {
        let world = World::new();
        let disk = founded(&world);
        let engine = Engine::open(&world, &disk).unwrap();
        Self { world, disk, engine }
    }

    fn restart(self) -> Self {
        let Self { world, disk, engine } = self;
        engine.close().unwrap();
        let engine = Engine::open(&world, &disk).unwrap();
        Self { world, disk, engine }
    }

    fn sweep(&mut self) {
        let relay = self.engine.relay.clone();
        self.engine.run(sweep(&relay)).unwrap().unwrap();
    }

    fn hear(&mut self) {
        let relay = self.engine.relay.clone();
        self.engine.run(self.world.hear(&relay)).unwrap().unwrap();
    }

    fn sealed(&mut self, days: u64) -> Letter {
        self.hear();
        self.world.seal(&self.engine.relay, COORD, &[POLICE, MAIRE], days, &[&[7; 5000]])
    }

    fn send(&mut self, days: u64) -> Letter {
        let letter = self.sealed(days);
        let relay = self.engine.relay.clone();
        self.engine.run(self.world.deposit(&relay, COORD, &letter)).unwrap().unwrap();
        letter
    }

    /// Its document is there, and no deposit has named it yet.
    fn upload(&mut self, days: u64) -> Letter {
        let letter = self.sealed(days);
        let relay = self.engine.relay.clone();
        self.engine.run(self.world.upload(&relay, COORD, &letter)).unwrap().unwrap();
        letter
    }

    fn claim(&mut self, letter: &Letter) -> Answer {
        let relay = self.engine.relay.clone();
        let ask = letter.claim("suivi", None);
        self.engine.run(self.world.ask(&relay, POLICE, ask, &[])).unwrap().unwrap().0
    }

    fn holds(&self, letter: &Letter) -> bool {
        self.engine.relay.index().message(letter.id).unwrap().is_some()
    }

    fn documents(&self) -> Vec<String> {
        self.disk.all_files().into_iter().filter(|name| name.starts_with("blobs/")).collect()
    }

    fn head(&self) -> HeadReference {
        let commit = &self.engine.relay.snapshot().commit;
        HeadReference { tree: commit.tree, time: commit.head.time }
    }
}

fn no(answer: &Answer) -> Option<Refusal> {
    match answer {
        Answer::Refused(refused) => Some(refused.refusal),
        _ => None,
    }
}

/// Whether it was working or not when its clock was set ahead: it sweeps nothing, it logs nothing, it answers nobody;
/// and set right, it goes on as if nothing had been.
#[test]
fn a_clock_that_is_set_ahead_destroys_nothing() {
    for is_restarted in [false, true] {
        let mut stage = Stage::new();
        let (letter, _) = (stage.send(20), stage.upload(20));
        let (head, documents) = (stage.head(), stage.documents());
        assert!(!documents.is_empty());
        stage.world.set_relay(YEAR);
        if is_restarted {
            stage = stage.restart();
        }
        for _ in 0..3 {
            stage.world.pass(SWEEP_SECONDS);
            stage.sweep();
        }
        assert_eq!(no(&stage.claim(&letter)), Some(Refusal::RequestTime));
        assert!(stage.holds(&letter) && stage.documents() == documents, "restarted: {is_restarted}");
        let since = stage.head().time.since(head.time);
        assert!(since <= 3 * SWEEP_SECONDS, "{since} s went by in the log, restarted: {is_restarted}");

        stage.world.set_relay(0);
        assert!(matches!(stage.claim(&letter), Answer::Claimed(_)));
        let next = stage.send(20);
        assert!(matches!(stage.claim(&next), Answer::Claimed(_)));
    }
}

/// A clock that is ahead by so little that the relay goes on answering sweeps no letter before everybody's day is over.
#[test]
fn a_clock_that_is_a_little_ahead_sweeps_at_everybodys_midnight() {
    let mut stage = Stage::new();
    let letter = stage.send(2);
    stage.world.set_relay(REQUEST_SECONDS_MAX.cast_signed() - 1);
    let left = letter.core.expires.since(stage.world.now());
    stage.world.pass(left - 1);
    stage.hear();
    stage.sweep();
    assert!(stage.holds(&letter));
    assert_eq!(no(&stage.claim(&letter)), Some(Refusal::Expired), "either clock keeps it shut");
    stage.world.pass(1);
    stage.sweep();
    assert!(!stage.holds(&letter));
}

/// What expires in a night in which nobody speaks to the relay is gone in that night.
#[test]
fn a_relay_alone_goes_by_what_its_machine_counts() {
    let mut stage = Stage::new();
    let letter = stage.send(2);
    stage.world.pass(letter.core.expires.since(stage.world.now()) - 1);
    stage.sweep();
    assert!(stage.holds(&letter));
    stage.world.pass(SWEEP_SECONDS);
    stage.sweep();
    assert!(!stage.holds(&letter));
}

/// A relay that was off for weeks sweeps when the first who comes has borne out what its clock says.
#[test]
fn a_relay_that_was_off_sweeps_when_somebody_spoke() {
    let mut stage = Stage::new();
    let letter = stage.send(20);
    let before = stage.head().time;
    stage.world.pass(30 * DAY_SECONDS);
    stage = stage.restart();
    stage.sweep();
    assert!(stage.holds(&letter) && stage.head().time == before, "by its own clock alone it is over");
    assert_eq!(no(&stage.claim(&letter)), Some(Refusal::Expired));
    stage.sweep();
    assert!(!stage.holds(&letter));
    assert_eq!(stage.head().time, stage.world.now());
}

/// A clock that is set back keeps nothing readable, and what has ended is swept all the same when it is set right.
#[test]
fn a_clock_that_is_set_back_opens_nothing_that_ended() {
    let mut stage = Stage::new();
    let letter = stage.send(2);
    stage.world.pass(3 * DAY_SECONDS);
    stage.world.set_relay(-2 * DAY_SECONDS.cast_signed());
    stage.sweep();
    assert_eq!(no(&stage.claim(&letter)), Some(Refusal::RequestTime));
    stage.world.set_relay(0);
    assert_eq!(no(&stage.claim(&letter)), Some(Refusal::Expired));
    stage.sweep();
    assert!(!stage.holds(&letter));
}
