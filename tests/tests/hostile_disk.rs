//! A whole relay on a hostile disk: one that is full, one that lost the end of what it had promised,
//! and one on which a bit has turned over.
//!
//! What is asked each time is what its members and its operator would see: whether the relay starts,
//! what it serves and what it refuses, and what `check` says of the folder. `crashes` and `simulation`
//! have the stops, `check` has the faults that only it can see.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_server::check::{Report, check_in};
use pli_server::folder::tls_identity;
use pli_server::relay::Relay;
use pli_server::relay::change::Change;
use pli_server::requests;
use pli_server::store::{Folder, StoreError, journal};
use pli_server::transport::frames::framed;
use pli_tests::disk::{SimDisk, Survival};
use pli_tests::engine::{Engine, founded};
use pli_tests::whole::log_is_whole;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, World, unframed};
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::Digest;
use shared::limits::{DISK_RESERVE_BYTES, DISK_SPARE_BYTES, FRAME_BYTES_MAX};
use shared::log::TreeHead;
use shared::refusal::Refusal;
use shared::wire::{Answer, Ask, Refused};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A relay's folder on a disk of the tests, and what was written there.
struct Scene {
    world: World,
    disk: SimDisk,
    sent: Vec<Sent>,
}

/// A letter that was confirmed.
struct Sent {
    letter: Letter,
    writer: usize,
    readers: Vec<usize>,
}

/// What came back: a refusal, or the answer with its frames, or the bytes of a part.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Reply {
    Refused(Refusal),
    Served(Vec<Vec<u8>>),
}

impl Scene {
    /// A relay that was founded and stopped, with nothing in it yet.
    fn founded() -> Self {
        let world = World::new();
        let disk = founded(&world);
        world.pass(3300);
        Self { world, disk, sent: Vec::new() }
    }

    /// And with letters at every step: waiting, listed, claimed, opened, claimed with a text.
    fn with_letters() -> Self {
        let mut scene = Self::founded();
        let mut engine = scene.open();
        scene.write_letters(&mut engine);
        engine.close().unwrap();
        scene
    }

    fn write_letters(&mut self, engine: &mut Engine) {
        head(engine);
        self.send(engine, POLICE, &[MAIRE], 20, &[]);
        self.send(engine, MAIRE, &[POLICE, COORD], 60, &[b"un document", &[7; 3000]]);
        self.world.pass(30);
        let relay = engine.relay.clone();
        let Sent { letter, .. } = &self.sent[1];
        assert_eq!(done(engine, self.world.list(&relay, POLICE)), 1);
        let (claimed, ..) = done(engine, self.world.claim(&relay, POLICE, letter));
        done(engine, self.world.acknowledge(&relay, POLICE, letter, claimed.evidence.index));
        self.world.pass(400);
        head(engine);
        self.send(engine, COORD, &[BAILLEUR, MAIRE], 60, &[]);
        let Sent { letter, .. } = &self.sent[2];
        done(engine, self.world.claim_with_text(&relay, BAILLEUR, letter, "pour la réunion"));
        let reading =
            Ask::LogKeys { from: 0, to: u64::MAX, reason: "controle".parse().unwrap(), reference: None };
        assert!(matches!(self.ask(engine, AUDITOR, reading), Reply::Served(_)));
    }

    fn open(&self) -> Engine {
        Engine::open(&self.world, &self.disk).unwrap()
    }

    fn send(&mut self, engine: &mut Engine, writer: usize, readers: &[usize], days: u64, parts: &[&[u8]]) {
        let relay = engine.relay.clone();
        let letter = self.world.seal(&relay, writer, readers, days, parts);
        done(engine, self.world.deposit(&relay, writer, &letter));
        self.sent.push(Sent { letter, writer, readers: readers.to_vec() });
    }

    /// Signs a request and gives back what the relay says.
    fn ask(&self, engine: &mut Engine, person: usize, ask: Ask) -> Reply {
        self.ask_with(engine, person, ask, &[])
    }

    fn ask_with(&self, engine: &mut Engine, person: usize, ask: Ask, behind: &[u8]) -> Reply {
        let relay = engine.relay.clone();
        let signed = self.world.people[person].request(ask, self.world.now());
        let sent = [framed(&cbor::encode(&signed)), behind.to_vec()].concat();
        let came = done(engine, async move {
            let (mut receive, mut send) = (sent.as_slice(), Vec::new());
            requests::answer(&relay, None, &mut receive, &mut send).await;
            send
        });
        let first = unframed(&came).remove(0);
        match cbor::decode(&first, 4 * FRAME_BYTES_MAX).unwrap() {
            Answer::Refused(Refused { refusal, .. }) => Reply::Refused(refusal),
            Answer::Part { .. } => Reply::Served(vec![came[4 + first.len()..].to_vec()]),
            _ => Reply::Served(unframed(&came).split_off(1)),
        }
    }

    /// Deposits a letter whose documents are there, or not.
    fn deposit(&self, engine: &mut Engine, writer: usize, letter: &Letter) -> Reply {
        let (ask, frames) = letter.deposit();
        let behind: Vec<u8> = frames.iter().flat_map(|frame| framed(frame)).collect();
        self.ask_with(engine, writer, ask, &behind)
    }

    fn upload(&self, engine: &mut Engine, writer: usize, letter: &Letter, from: usize) -> Reply {
        let bytes = &letter.documents[0];
        let ask = Ask::Upload { message: letter.id, part: 0, bytes: bytes.len() as u64, from: from as u64 };
        self.ask_with(engine, writer, ask, &bytes[from..])
    }

    fn check(&self) -> Report {
        check_of(&self.disk, &self.world)
    }
}

fn check_of(disk: &SimDisk, world: &World) -> Report {
    let folder = Folder::on(Arc::new(disk.clone())).unwrap();
    check_in(&folder, world.now()).unwrap()
}

/// Lets the relay work until something is done.
fn done<T>(engine: &mut Engine, work: impl Future<Output = T>) -> T {
    engine.run(work).unwrap().expect("nobody but the relay is waited for")
}

fn head(engine: &mut Engine) {
    let relay = engine.relay.clone();
    done(engine, relay.change(|_| Ok(Change::Head))).unwrap();
}

fn tree(engine: &Engine) -> TreeHead {
    engine.relay.snapshot().commit.tree
}

fn assert_whole(report: &Report) {
    assert_eq!(report.faults, [], "{report:?}");
}

fn refused(refusal: Refusal) -> Reply {
    Reply::Refused(refusal)
}

/// The grant list, the grant and the note are those of the letter.
fn assert_claimed(reply: &Reply, letter: &Letter) {
    let Reply::Served(frames) = reply else { panic!("not claimed: {reply:?}") };
    assert_eq!(frames.len(), 3);
    assert!(letter.envelope.grants.contains(&frames[1]) && frames[2] == letter.envelope.note);
}

#[test]
fn a_full_disk_refuses_what_is_new_and_reading_goes_on() {
    let mut scene = Scene::with_letters();
    let mut engine = scene.open();
    let relay = engine.relay.clone();
    let new = scene.world.seal(&relay, POLICE, &[MAIRE], 20, &[b"un document"]);
    let bare = scene.world.seal(&relay, POLICE, &[COORD], 20, &[]);

    // Somebody else has filled the disk to its last byte. What was set aside is given back to itself.
    assert_eq!(scene.disk.file("spare").map(|spare| spare.len() as u64), Some(DISK_SPARE_BYTES));
    scene.disk.set_capacity(Some(scene.disk.used_bytes()));
    for _ in 0..3 {
        assert_eq!(scene.upload(&mut engine, POLICE, &new, 0), refused(Refusal::DiskFull));
        assert_eq!(scene.deposit(&mut engine, POLICE, &bare), refused(Refusal::DiskFull));
        let before = tree(&engine).size;
        let Sent { letter, .. } = &scene.sent[0];
        assert_claimed(
            &scene.ask(&mut engine, MAIRE, letter.claim("suivi", None, Vec::new())),
            letter,
        );
        // The record, and the head behind it.
        assert!(tree(&engine).size >= before + 2, "no grant without a record");
    }
    assert_eq!(scene.disk.file("spare"), None);
    let fetch = Ask::Fetch { message: scene.sent[1].letter.id, part: 0, from: 0 };
    assert_eq!(scene.ask(&mut engine, POLICE, fetch.clone()), Reply::Served(vec![scene.sent[1].letter.documents[0].clone()]));

    // That is used up, too: nothing is released any more without its record, and what needs none is
    // still shown.
    scene.disk.set_capacity(Some(scene.disk.used_bytes()));
    let before = tree(&engine);
    let claim = scene.sent[1].letter.claim("suivi", None, Vec::new());
    assert_eq!(scene.ask(&mut engine, COORD, claim.clone()), refused(Refusal::DiskFull));
    assert_eq!(scene.deposit(&mut engine, POLICE, &bare), refused(Refusal::DiskFull));
    assert_eq!(tree(&engine), before);
    assert!(matches!(scene.ask(&mut engine, POLICE, fetch), Reply::Served(_)));
    let status = Ask::Status { message: scene.sent[1].letter.id };
    assert!(matches!(scene.ask(&mut engine, MAIRE, status), Reply::Served(_)));
    // What waits for its place waits on.
    while let Ok(true) = engine.step() {}

    // There is room again, and nobody has done anything about the relay.
    scene.disk.set_capacity(None);
    while engine.step().unwrap() {}
    assert_claimed(&scene.ask(&mut engine, COORD, claim), &scene.sent[1].letter);
    assert!(matches!(scene.deposit(&mut engine, POLICE, &bare), Reply::Served(_)));
    assert!(matches!(scene.upload(&mut engine, POLICE, &new, 0), Reply::Served(_)));
    assert!(matches!(scene.deposit(&mut engine, POLICE, &new), Reply::Served(_)));
    let shown = BTreeMap::from([(before.size, before.root)]);
    log_is_whole(&engine.relay, &shown).unwrap();
    let after = tree(&engine);
    drop(relay);
    engine.close().unwrap();
    assert_whole(&scene.check());

    let engine = scene.open();
    assert_eq!(tree(&engine), after);
    assert!(scene.disk.file("spare").is_some(), "room is set aside again");
    scene.sent.clear();
}

/// What is there from where a journal was cut.
#[derive(Clone, Copy, Debug)]
enum Rest {
    Nothing,
    Zeros,
    Noise,
}

/// A relay that died with a journal, and the last batch in it.
struct Died {
    scene: Scene,
    file: String,
    /// Where the last batch begins and ends.
    last: std::ops::Range<usize>,
    before: TreeHead,
    after: TreeHead,
}

impl Died {
    /// Dies after so many pieces of the mover's work; none for all of it.
    fn after(moved: Option<usize>) -> Self {
        let mut scene = Scene::with_letters();
        let mut engine = scene.open();
        let file = scene.disk.all_files().into_iter().find(|name| name.starts_with("journal/")).unwrap();
        scene.send(&mut engine, POLICE, &[MAIRE, COORD], 20, &[b"un document"]);
        let claim = scene.sent[3].letter.claim("suivi", None, Vec::new());
        assert!(matches!(scene.ask(&mut engine, MAIRE, claim.clone()), Reply::Served(_)));
        let before = tree(&engine);
        let written = scene.disk.file(&file).unwrap().iter().rposition(|byte| *byte != 0).unwrap();
        let begin = (written + 1).next_multiple_of(4096);
        assert!(matches!(scene.ask(&mut engine, COORD, claim), Reply::Served(_)));
        let after = tree(&engine);
        for _ in 0..moved.unwrap_or(usize::MAX) {
            if !engine.step().unwrap() {
                break;
            }
        }
        scene.disk = scene.disk.crashed(Survival::Kept, &mut fastrand::Rng::with_seed(1));
        let bytes = scene.disk.file(&file).unwrap();
        // mark 4 | table 4 | number 8 | data 8 | check 16
        let table = u32::from_be_bytes(bytes[begin + 4..begin + 8].try_into().unwrap()) as usize;
        let data = u64::from_be_bytes(bytes[begin + 16..begin + 24].try_into().unwrap());
        let last = begin..begin + 40 + table + usize::try_from(data).unwrap();
        Self { scene, file, last, before, after }
    }

    /// The journal up to a byte of its last batch, and what is there instead of the rest. Says whether
    /// that is what was there.
    fn cut(&self, disk: &SimDisk, whole: &[u8], at: usize, rest: Rest) -> bool {
        let mut random = fastrand::Rng::with_seed(at as u64);
        let mut bytes = whole[..self.last.end].to_vec();
        match rest {
            Rest::Nothing => bytes.truncate(at),
            Rest::Zeros => bytes[at..].fill(0),
            Rest::Noise => bytes[at..].iter_mut().for_each(|byte| *byte = random.u8(..)),
        }
        let is_whole = bytes == whole[..self.last.end];
        disk.change(&self.file, |journal| *journal = bytes);
        is_whole
    }
}

#[test]
fn a_journal_that_is_cut_anywhere_in_its_last_batch_keeps_all_others() {
    let died = Died::after(Some(0));
    let disk = died.scene.disk.copied(died.scene.world.shared_time());
    let folder = Folder::on(Arc::new(disk.clone())).unwrap();
    let whole = disk.file(&died.file).unwrap();
    let batches = journal::recover(&folder, |_| Ok(())).unwrap().batches;
    assert!(died.last.len() > 2000, "{:?}", died.last);
    for rest in [Rest::Nothing, Rest::Zeros, Rest::Noise] {
        for at in died.last.clone() {
            let is_whole = died.cut(&disk, &whole, at, rest);
            let mut numbers = Vec::new();
            let recovered = journal::recover(&folder, |batch| {
                numbers.push(batch.number());
                Ok(())
            });
            let recovered = recovered.unwrap_or_else(|error| panic!("{rest:?} from {at}: {error}"));
            let expected = if is_whole { batches } else { batches - 1 };
            assert_eq!((recovered.batches, numbers.len() as u64), (expected, expected), "{rest:?} from {at}");
            assert!(numbers.is_sorted_by(|a, b| a + 1 == *b));
        }
    }
}

/// Some places in the last batch: its head, the borders of blocks, its end, and any others.
fn places_in(last: &std::ops::Range<usize>) -> Vec<usize> {
    let mut random = fastrand::Rng::with_seed(2);
    let mut places: Vec<_> = [0, 1, 4, 8, 16, 24, 39, 40, 41].map(|more| last.start + more).to_vec();
    places.extend((last.start..last.end).step_by(512).skip(1));
    places.extend((0..6).map(|_| random.usize(last.clone())));
    places.push(last.end - 1);
    places
}

#[test]
fn a_relay_goes_on_from_what_a_torn_journal_has_left() {
    for moved in [0, 1] {
        let died = Died::after(Some(moved));
        let Scene { world, disk, sent } = &died.scene;
        let whole = disk.file(&died.file).unwrap();
        for at in places_in(&died.last) {
            for rest in [Rest::Nothing, Rest::Zeros, Rest::Noise] {
                let what = format!("{moved} moved, {rest:?} from {at}");
                let disk = disk.copied(world.shared_time());
                let is_whole = died.cut(&disk, &whole, at, rest);
                assert_whole(&check_of(&disk, world));
                let mut engine = Engine::open(world, &disk).unwrap_or_else(|error| panic!("{what}: {error}"));
                assert_eq!(tree(&engine), if is_whole { died.after } else { died.before }, "{what}");
                let shown = BTreeMap::from([(died.before.size, died.before.root)]);
                log_is_whole(&engine.relay, &shown).unwrap_or_else(|error| panic!("{what}: {error}"));
                // What was confirmed before is there, and what is torn can be asked for again.
                let letter = &sent[3].letter;
                for person in [MAIRE, COORD] {
                    let claim = letter.claim("suivi", None, Vec::new());
                    assert_claimed(&died.scene.ask(&mut engine, person, claim), letter);
                }
                log_is_whole(&engine.relay, &shown).unwrap_or_else(|error| panic!("{what}: {error}"));
                engine.close().unwrap();
                assert_whole(&check_of(&disk, world));
            }
        }
    }
}

/// Everything was moved to its place, so it was confirmed; that the journal has lost it is no crash.
#[test]
fn a_relay_does_not_go_back_behind_what_lies_at_its_place() {
    let died = Died::after(None);
    let Scene { world, disk, .. } = &died.scene;
    let whole = disk.file(&died.file).unwrap();
    for at in places_in(&died.last) {
        for rest in [Rest::Nothing, Rest::Zeros, Rest::Noise] {
            let what = format!("{rest:?} from {at}");
            let disk = disk.copied(world.shared_time());
            if died.cut(&disk, &whole, at, rest) {
                continue;
            }
            let before = content(&disk);
            let error = Engine::open(world, &disk).err().unwrap_or_else(|| panic!("{what}: it started"));
            assert!(error.to_string().starts_with(&format!("{} is damaged", died.file)), "{what}: {error}");
            assert!(error.to_string().contains("restore it from a backup"), "{error}");
            let report = check_of(&disk, world);
            assert!(!report.faults.is_empty(), "{what}");
            assert!(report.faults.iter().all(|fault| fault.file == died.file), "{what}: {report:?}");
            assert_eq!(content(&disk), before, "{what}: nothing was changed");
            // The journal as it was: nothing is lost.
            disk.change(&died.file, |journal| journal.clone_from(&whole));
            assert_eq!(tree(&Engine::open(world, &disk).unwrap()), died.after);
        }
    }
}

/// Every file with its bytes.
fn content(disk: &SimDisk) -> BTreeMap<String, Vec<u8>> {
    disk.all_files().into_iter().filter(|name| name != "spare").map(|name| (name.clone(), disk.file(&name).unwrap())).collect()
}
