//! A whole relay and its members in one thread: virtual time, a network that loses requests and
//! answers, a disk that forgets, stops, fails and fills up. One seed is one run.
//!
//! The relay is the real one, requests, sequencer and store; only the sockets, the disk and the clock
//! are not. Everything happens in an order that the seed decides, and checkers watch: what was
//! confirmed is kept, what was released is logged, the tree never forks, and nobody is given what is
//! another's.
#![allow(clippy::unwrap_used, reason = "a run that cannot go on has failed")]

mod members;
mod piece;
mod run;
mod stage;
mod verify;

use crate::disk::Survival;
use pli_server::store::CrashPoint;
use run::Run;
use stage::{CALM, MEMBERS, Weather};
use std::collections::BTreeMap;

/// What went wrong in a run.
#[derive(Debug)]
pub struct Violation {
    /// The seed that brings it back.
    pub seed: u64,
    /// What was promised and not kept.
    pub what: String,
    /// What happened last.
    pub trace: Vec<String>,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "seed {}: {}", self.seed, self.what)?;
        self.trace.iter().rev().take(60).rev().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Messages that were confirmed.
    pub confirmed: usize,
    /// Grants that left the relay.
    pub released: usize,
    /// Messages that were opened and read.
    pub opened: usize,
    /// How often the relay died, or its disk failed.
    pub crashes: usize,
    /// Requests and answers that were lost.
    pub lost: usize,
    /// What was refused because there was no room.
    pub full: usize,
    /// Messages that had expired at the end.
    pub expired: usize,
    /// A digest over everything that happened, in order.
    pub story: String,
}

/// Runs a seed.
///
/// # Errors
/// The promise that was not kept.
pub fn run(seed: u64) -> Result<Summary, Box<Violation>> {
    let mut random = fastrand::Rng::with_seed(seed);
    let weather = Weather::of(&mut random);
    let acts = random.usize(2..9);
    let mut run = Run::new(random, weather);
    for person in MEMBERS {
        run.act(|stage| members::life(stage, person, acts));
    }
    run.act(|stage| members::authority(stage, acts / 2));
    let outcome = run.play().and_then(|()| run.verify());
    run.told(seed, outcome)
}

/// Plays a piece in which every crash point is passed, and says how often each was.
///
/// # Errors
/// The promise that was not kept.
///
/// # Panics
/// Never.
pub fn rehearse() -> Result<BTreeMap<CrashPoint, u32>, Box<Violation>> {
    let mut run = Run::new(fastrand::Rng::with_seed(1), CALM);
    run.act(piece::play);
    let mut passed = BTreeMap::new();
    let outcome = run.play().and_then(|()| {
        passed = run.disk.passed();
        run.verify()
    });
    run.told(1, outcome).map(|_| passed)
}

/// Plays the same piece and stops the relay where it passes a crash point for the `number`th time. What
/// had been written then survives as said; the piece goes on, and ends with a loss of power.
///
/// # Errors
/// The promise that was not kept.
pub fn crash_at(
    point: CrashPoint,
    number: u32,
    survival: Survival,
    seed: u64,
) -> Result<Summary, Box<Violation>> {
    let mut run = Run::new(fastrand::Rng::with_seed(1), CALM);
    run.survival = Some(survival);
    run.disk.stop_at(point, number);
    run.act(piece::play);
    let outcome = run.play().and_then(|()| {
        if run.disk.passed().get(&point).is_none_or(|passed| *passed < number) {
            return Err(format!("{point} was not passed {number} times"));
        }
        *run.stage.random.borrow_mut() = fastrand::Rng::with_seed(seed);
        run.verify()
    });
    run.told(seed, outcome)
}
