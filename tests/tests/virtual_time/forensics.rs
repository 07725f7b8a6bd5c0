//! What has expired is gone from the disk: no byte of it in any file of the relay's folder, wherever a purge was stopped.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

use pli_server::relay::change::Change;
use pli_server::store::CrashPoint;
use pli_server::sweep::sweep;
use pli_tests::disk::{SimDisk, Survival};
use pli_tests::engine::{Engine, founded};
use pli_tests::world::{COORD, Letter, PIECE_BYTES, POLICE, World};
use shared::limits::ORPHAN_SECONDS_MAX;
use shared::time::DAY_SECONDS;
use std::collections::BTreeSet;

/// Files are read a page at a time.
const PAGE: [u8; 4096] = [0; 4096];

/// A journal file is kept for ten minutes.
const JOURNAL_SECONDS: u64 = 600;

/// Pieces of everything that letters leave at the relay, but for those that stand on the disk without them.
fn needles(letters: &[Letter], disk: &SimDisk) -> Vec<Vec<u8>> {
    let mut needles: Vec<_> = letters.iter().flat_map(Letter::pieces).collect();
    let there = found(disk, &needles);
    let mut number = 0..;
    needles.retain(|_| number.next().is_some_and(|number| !there.contains(&number)));
    needles.retain(|needle| !needle.starts_with(&[0]));
    needles
}

/// Which of the needles are found in some file. Files are long and mostly zeros: pages of these are passed over, and
/// the first two bytes of a place decide whether it is looked at. No needle begins with a zero.
fn found(disk: &SimDisk, needles: &[Vec<u8>]) -> BTreeSet<usize> {
    let begins = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut by_beginning = vec![Vec::new(); 1 << 16];
    for (number, needle) in needles.iter().enumerate() {
        by_beginning[begins(needle)].push(number);
    }
    let mut found = BTreeSet::new();
    for bytes in disk.all_files().iter().filter_map(|name| disk.file(name)) {
        for (page, start) in bytes.chunks(PAGE.len()).zip((0..).step_by(PAGE.len())) {
            if page == &PAGE[..page.len()] {
                continue;
            }
            for at in start..start + page.len() {
                let Some(window) = bytes.get(at..at + PIECE_BYTES) else { break };
                let candidates = by_beginning[begins(window)].iter();
                found.extend(candidates.filter(|number| needles[**number] == window));
            }
        }
    }
    found
}

/// The relay works on for a while: a head now and then, and the mover behind it.
fn work_on(world: &World, engine: &mut Engine) {
    for _ in 0..3 {
        world.pass(JOURNAL_SECONDS + 1);
        let relay = engine.relay.clone();
        engine.run(relay.change(|_| Ok(Change::Head))).unwrap().unwrap().unwrap();
        while engine.step().unwrap() {}
    }
}

/// One letter is read, one waits, and one is uploaded and never deposited.
fn send(world: &World, engine: &mut Engine, [read, waits, orphan]: &[Letter; 3]) {
    let relay = engine.relay.clone();
    for letter in [read, waits, orphan] {
        engine.run(world.upload(&relay, COORD, letter)).unwrap().unwrap();
    }
    for letter in [read, waits] {
        engine.run(world.deposit(&relay, COORD, letter)).unwrap().unwrap();
    }
    engine.run(world.list(&relay, POLICE)).unwrap().unwrap();
    engine.run(world.claim(&relay, POLICE, read)).unwrap().unwrap();
}

fn check_gone(stop: Option<(CrashPoint, u32, Survival)>) {
    let world = World::new();
    let mut disk = founded(&world);
    let mut engine = Engine::open(&world, &disk).unwrap();
    let document: Vec<u8> = (0..70_000_u32).flat_map(u32::to_be_bytes).collect();
    let relay = engine.relay.clone();
    let letters = [(); 3].map(|()| world.seal(&relay, COORD, &[POLICE], 2, &[b"un document", &document]));
    drop(relay);
    let (all, deposited) = (needles(&letters, &disk), needles(&letters[..2], &disk));
    send(&world, &mut engine, &letters);
    work_on(&world, &mut engine);
    assert_eq!(found(&disk, &deposited).len(), deposited.len(), "what lives is there");
    assert!(deposited.len() > 20 && all.len() > deposited.len());

    world.pass(2 * DAY_SECONDS + ORPHAN_SECONDS_MAX);
    let relay = engine.relay.clone();
    engine.run(relay.change(|_| Ok(Change::Head))).unwrap().unwrap().unwrap();
    if let Some((point, passage, survival)) = stop {
        disk.stop_at(point, passage);
        let swept = engine.run(sweep(&relay));
        assert!(swept.is_err() && disk.has_stopped(), "{point} is not passed");
        drop((relay, engine));
        disk = disk.crashed(survival, &mut fastrand::Rng::with_seed(1));
        disk.calm();
        engine = Engine::open(&world, &disk).unwrap();
    } else {
        drop(relay);
    }
    for _ in 0..2 {
        let relay = engine.relay.clone();
        engine.run(sweep(&relay)).unwrap().unwrap();
    }
    work_on(&world, &mut engine);
    assert_eq!(found(&disk, &all), BTreeSet::new(), "{stop:?}");
    engine.close().unwrap();
    assert_eq!(found(&disk, &all), BTreeSet::new(), "after a clean stop, {stop:?}");
}

#[test]
fn nothing_is_left_of_what_expired() {
    check_gone(None);
}

#[test]
fn nothing_is_left_wherever_a_purge_was_stopped() {
    let points = [
        (CrashPoint::S1, 1),
        (CrashPoint::J2, 1),
        (CrashPoint::J3, 1),
        (CrashPoint::S2, 1),
        (CrashPoint::S4, 1),
        (CrashPoint::W1, 1),
        (CrashPoint::W2, 1),
        (CrashPoint::H2, 1),
        (CrashPoint::H3, 1),
    ];
    let survivals = [Survival::Lost, Survival::Kept, Survival::Torn].into_iter().cycle();
    for ((point, passage), survival) in points.into_iter().zip(survivals) {
        check_gone(Some((point, passage, survival)));
    }
}
