//! A whole relay on a hostile disk: one that is full, one that lost the end of what it had promised,
//! and one on which a bit has turned over.
//!
//! What is asked each time is what its members and its operator would see: whether the relay starts,
//! what it serves and what it refuses, and what `check` says of the folder. `crashes` and `simulation`
//! have the stops, `check` has the faults that only it can see.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_server::check::{Report, check, check_in};
use pli_server::folder::tls_identity;
use pli_server::relay::change::Change;
use pli_server::relay::{Running, Setup, reindex};
use pli_server::requests;
use pli_server::store::disk::Disk;
use pli_server::store::{FORMAT_VERSION, Folder, Received, journal};
use pli_server::transport::frames::framed;
use pli_tests::disk::{SimDisk, Survival};
use pli_tests::engine::{Engine, founded};
use pli_tests::whole::log_is_whole;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, World, unframed};
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::{Digest, MessageId};
use shared::limits::{DISK_RESERVE_BYTES, DISK_SPARE_BYTES, FRAME_BYTES_MAX};
use shared::log::TreeHead;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Link, Statement};
use shared::time::DAY_SECONDS;
use shared::wire::{Answer, Ask, Refused};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// A relay's folder on a disk of the tests, and what was written there.
struct Scene {
    world: World,
    disk: SimDisk,
    sent: Vec<Sent>,
    /// How many leaves the log has when the letters were written.
    leaves: u64,
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
        Self { world, disk, sent: Vec::new(), leaves: 0 }
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
        self.leaves = tree(engine).size;
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
            Answer::Consistency(_) => Reply::Served(vec![first]),
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

    /// Publishes another roster.
    fn publish(&self, engine: &mut Engine) -> Reply {
        let directory = Arc::clone(&engine.relay.snapshot().directory);
        let (roster, digest) = directory.roster(self.world.group).unwrap();
        let link = Link { version: roster.link.version + 1, previous: Some(digest), made: self.world.now() };
        let statement = self.world.roster(link, &[MAIRE, COORD, POLICE]);
        let ask = Ask::Publish { digest: statement.signed.digest() };
        self.ask_with(engine, COORD, ask, &framed(&cbor::encode(&statement)))
    }

    /// How many headers a mailbox shows.
    fn headers(&self, engine: &mut Engine, person: usize) -> usize {
        let Reply::Served(headers) = self.ask(engine, person, Ask::Mailbox { after: None, beginning: None })
        else {
            panic!("not listed")
        };
        headers.len()
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

/// The grant list, the grant and the note are those of the letter.
fn assert_claimed(reply: &Reply, letter: &Letter) {
    let Reply::Served(frames) = reply else { panic!("not claimed: {reply:?}") };
    assert_eq!(frames.len(), 3);
    assert!(letter.envelope.grants.contains(&frames[1]) && frames[2] == letter.envelope.note);
}

#[test]
fn a_full_disk_refuses_what_is_new_and_reading_goes_on() {
    let scene = Scene::with_letters();
    let mut engine = scene.open();
    let relay = engine.relay.clone();
    let [first, second, _] = &scene.sent[..] else { panic!("three letters") };
    let new = scene.world.seal(&relay, POLICE, &[MAIRE], 20, &[b"un document"]);
    let bare = scene.world.seal(&relay, POLICE, &[COORD], 20, &[]);
    drop(relay);
    let claim = |letter: &Letter| letter.claim("suivi", None, Vec::new());
    let fetch = Ask::Fetch { message: second.letter.id, part: 0, from: 0 };
    let document = Reply::Served(vec![second.letter.documents[0].clone()]);
    let status = Ask::Status { message: second.letter.id };
    let full = Reply::Refused(Refusal::DiskFull);

    // Somebody else has filled the disk to its last byte. What was set aside is given up.
    assert_eq!(scene.disk.file("spare").map(|spare| spare.len() as u64), Some(DISK_SPARE_BYTES));
    scene.disk.set_capacity(Some(scene.disk.used_bytes()));
    for _ in 0..3 {
        assert_eq!(scene.upload(&mut engine, POLICE, &new, 0), full);
        assert_eq!(scene.deposit(&mut engine, POLICE, &bare), full);
        assert_eq!(scene.publish(&mut engine), full);
        let before = tree(&engine).size;
        assert_claimed(&scene.ask(&mut engine, MAIRE, claim(&first.letter)), &first.letter);
        // The record, and the head behind it.
        assert!(tree(&engine).size >= before + 2, "no grant without a record");
    }
    assert_eq!(scene.disk.file("spare"), None);
    let group = Ask::Statements { group: Some(scene.world.group) };
    assert!(matches!(scene.ask(&mut engine, MAIRE, group), Reply::Served(_)));
    assert_eq!(scene.ask(&mut engine, POLICE, fetch.clone()), document);

    // That is used up, too: nothing is released any more without its record, and what needs none is
    // still shown.
    scene.disk.set_capacity(Some(scene.disk.used_bytes()));
    let before = tree(&engine);
    assert_eq!(scene.ask(&mut engine, COORD, claim(&second.letter)), full);
    assert_eq!(scene.deposit(&mut engine, POLICE, &bare), full);
    assert_eq!(tree(&engine), before, "nothing was recorded and nothing was done");
    assert_eq!(scene.ask(&mut engine, POLICE, fetch), document);
    assert!(matches!(scene.ask(&mut engine, MAIRE, status), Reply::Served(_)));
    // What waits for its place waits on.
    while let Ok(true) = engine.step() {}

    // There is room again, and nobody has done anything about the relay.
    scene.disk.set_capacity(None);
    while engine.step().unwrap() {}
    assert_eq!(scene.headers(&mut engine, COORD), 1, "what was refused is in no mailbox");
    assert_claimed(&scene.ask(&mut engine, COORD, claim(&second.letter)), &second.letter);
    assert!(matches!(scene.deposit(&mut engine, POLICE, &bare), Reply::Served(_)));
    assert!(matches!(scene.upload(&mut engine, POLICE, &new, 0), Reply::Served(_)));
    assert!(matches!(scene.deposit(&mut engine, POLICE, &new), Reply::Served(_)));
    assert_eq!(scene.headers(&mut engine, COORD), 2);
    log_is_whole(&engine.relay, &BTreeMap::from([(before.size, before.root)])).unwrap();
    let after = tree(&engine);
    engine.close().unwrap();
    assert_whole(&scene.check());
    let engine = scene.open();
    assert_eq!(tree(&engine), after);
    assert!(scene.disk.file("spare").is_some(), "room is set aside again");
}

#[test]
fn an_upload_that_meets_a_full_disk_goes_on_where_it_was() {
    let scene = Scene::with_letters();
    let mut engine = scene.open();
    let relay = engine.relay.clone();
    let letter = scene.world.seal(&relay, POLICE, &[MAIRE], 20, &[&[7; 700_000]]);
    drop(relay);
    // There is room for all of it, and not for the line that says whose it is.
    let bytes = letter.documents[0].len() as u64;
    scene.disk.set_capacity(Some(scene.disk.used_bytes() + DISK_RESERVE_BYTES + bytes));
    assert_eq!(scene.upload(&mut engine, POLICE, &letter, 0), Reply::Refused(Refusal::DiskFull));
    assert_eq!(scene.deposit(&mut engine, POLICE, &letter), Reply::Refused(Refusal::PartsMissing));
    scene.disk.set_capacity(None);
    let device = scene.world.people[POLICE].device();
    let Received::Partial(there) = engine.relay.blobs().received(letter.id, 0, device).unwrap() else {
        panic!("it is not whole")
    };
    assert!((500_000..bytes).contains(&there), "{there} of {bytes}");
    let there = usize::try_from(there).unwrap();
    assert!(matches!(scene.upload(&mut engine, POLICE, &letter, there), Reply::Served(_)));
    assert!(matches!(scene.deposit(&mut engine, POLICE, &letter), Reply::Served(_)));
    engine.close().unwrap();
    assert_whole(&scene.check());
}

/// What has expired takes the room that is missing: the relay gets it back by itself.
#[test]
fn a_sweep_is_done_on_a_disk_that_has_no_room_for_anything_else() {
    let mut scene = Scene::with_letters();
    let mut engine = scene.open();
    scene.send(&mut engine, POLICE, &[MAIRE], 20, &[&vec![7; 12_000_000]]);
    while engine.step().unwrap() {}
    scene.disk.unlink("spare").unwrap();
    scene.disk.set_capacity(Some(scene.disk.used_bytes()));
    scene.world.pass(21 * DAY_SECONDS);
    let claim = scene.sent[1].letter.claim("suivi", None, Vec::new());
    assert_eq!(scene.ask(&mut engine, COORD, claim.clone()), Reply::Refused(Refusal::DiskFull));
    let relay = engine.relay.clone();
    done(&mut engine, relay.change(|_| Ok(Change::Sweep))).unwrap();
    drop(relay);
    while engine.step().unwrap() {}
    assert_claimed(&scene.ask(&mut engine, COORD, claim), &scene.sent[1].letter);
    engine.close().unwrap();
    let report = scene.check();
    assert_whole(&report);
    assert_eq!(report.counted.messages, 2);
}

#[test]
fn members_are_told_that_the_disk_is_full_in_their_language() {
    for (catalogue, word) in [
        (include_str!("../../client/text/fr.ftl"), "place"),
        (include_str!("../../client/text/en.ftl"), "room"),
    ] {
        let line = catalogue.lines().find_map(|line| line.strip_prefix("refusal-disk-full = ")).unwrap();
        assert!(line.contains(word), "{line}");
    }
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
        let last = begin..batch_end(&bytes, begin);
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

/// Where the batch ends that begins here: mark 4 | table 4 | number 8 | data 8 | check 16 | table | data.
fn batch_end(journal: &[u8], begin: usize) -> usize {
    let table = u32::from_be_bytes(journal[begin + 4..begin + 8].try_into().unwrap());
    let data = u64::from_be_bytes(journal[begin + 16..begin + 24].try_into().unwrap());
    begin + 40 + usize::try_from(u64::from(table) + data).unwrap()
}

/// Whether a byte fills up the block behind the header or behind a batch, and no batch ever begins there.
fn is_between_batches(journal: &[u8], at: usize) -> bool {
    let (mut end, mut next) = (80, 4096);
    while at >= next && journal[next..next + 4] == journal[16..20] {
        end = batch_end(journal, next);
        next = end.next_multiple_of(4096);
    }
    (end..next).contains(&at)
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
        let Scene { world, disk, sent, .. } = &died.scene;
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
    disk.all_files()
        .into_iter()
        .filter(|name| name != "spare")
        .map(|name| (name.clone(), disk.file(&name).unwrap()))
        .collect()
}

/// What a request got, by what was asked.
type Readings = BTreeMap<String, Reply>;

impl Scene {
    /// A folder in which something of everything lies, an upload that was broken off among it.
    fn with_everything() -> Self {
        let scene = Self::with_letters();
        let engine = scene.open();
        let blobs = engine.relay.blobs();
        let mut upload = blobs.begin(MessageId([9; 16]), 0, scene.world.people[COORD].device(), 900).unwrap();
        upload.take(&[8; 700]).unwrap();
        upload.pause().unwrap();
        engine.close().unwrap();
        scene
    }

    /// Everything that its members read, in an order in which what makes no record comes first.
    fn readings(&self, engine: &mut Engine) -> Readings {
        let mut readings = BTreeMap::new();
        let mut ask = |what: String, person: usize, ask: Ask| {
            let reply = self.ask(engine, person, ask);
            readings.insert(format!("{what} for {}", self.world.people[person].member), reply.clone());
            reply
        };
        for person in [MAIRE, COORD, POLICE, BAILLEUR] {
            let device = self.world.people[person].device();
            ask("sent".into(), person, Ask::Sent { after: None });
            ask(format!("key pages of {device}"), MAIRE, Ask::KeyPages { device });
        }
        for Sent { letter, writer, .. } in &self.sent {
            ask(format!("status of {}", letter.id), *writer, Ask::Status { message: letter.id });
        }
        ask("leaves".into(), AUDITOR, Ask::Leaves { from: 0, to: self.leaves });
        for older in [1, 20, 33] {
            ask(format!("proof from {older}"), AUDITOR, Ask::Consistency { older, newer: self.leaves });
        }
        let proved = ask("statements".into(), MAIRE, Ask::Statements { group: Some(self.world.group) });
        if let Reply::Served(frames) = proved {
            for frame in frames {
                let statement: Statement = cbor::decode(&frame, 4 * FRAME_BYTES_MAX).unwrap();
                let digest = statement.signed.digest();
                ask(format!("statement {digest}"), MAIRE, Ask::Statement { digest });
            }
        }
        for person in [MAIRE, COORD, POLICE, BAILLEUR] {
            ask("mailbox".into(), person, Ask::Mailbox { after: None, beginning: None });
        }
        let reason = "controle".parse().unwrap();
        let reading = Ask::LogKeys { from: 0, to: self.leaves, reason, reference: None };
        ask("keys of the log".into(), AUDITOR, reading);
        for Sent { letter, readers, .. } in &self.sent {
            for reader in readers {
                ask(format!("claim of {}", letter.id), *reader, letter.claim("suivi", None, Vec::new()));
                for part in 0..letter.documents.len() {
                    let part = u16::try_from(part).unwrap();
                    let fetch = Ask::Fetch { message: letter.id, part, from: 0 };
                    ask(format!("part {part} of {}", letter.id), *reader, fetch);
                }
            }
        }
        readings
    }
}

/// What the relay does with a damaged folder.
enum Outcome {
    /// It says why not, and what to do.
    DoesNotStart(String),
    /// These are not served as they were.
    Serves(Vec<String>),
}

/// Starts the relay of a folder as the program does, and has everything read.
fn outcome(scene: &Scene, disk: &SimDisk, good: &[(TreeHead, Readings)]) -> Outcome {
    let started = || -> Result<Engine, String> {
        let folder = Folder::on(Arc::new(disk.clone())).map_err(|error| error.to_string())?;
        tls_identity(&folder).map_err(|error| error.to_string())?;
        Setup::of(&folder, scene.world.clock()).map_err(|error| error.to_string())?;
        Engine::open(&scene.world, disk).map_err(|error| error.to_string())
    };
    match started() {
        Err(error) => Outcome::DoesNotStart(error),
        Ok(mut engine) => {
            let tree = tree(&engine);
            let readings = scene.readings(&mut engine);
            engine.close().unwrap();
            let (_, good) = good.iter().find(|(good, _)| *good == tree).expect("a log that was shown");
            Outcome::Serves(differences(good, &readings))
        }
    }
}

/// What is not served as it was. It is refused, or left out where others stand beside it. Leaves and
/// documents are shown as they lie there: whoever asks for them compares them with a signed digest, which
/// they no longer have.
fn differences(good: &Readings, now: &Readings) -> Vec<String> {
    let mut differences = Vec::new();
    for (what, expected) in good {
        let Some(reply) = now.get(what) else {
            // It is asked for only when its list was given.
            assert!(what.starts_with("statement "), "{what} was not asked for");
            continue;
        };
        if reply == expected {
            continue;
        }
        let is_verified = ["leaves", "part"].iter().any(|kind| what.starts_with(kind));
        match (reply, expected) {
            (Reply::Refused(Refusal::NotFound | Refusal::Unavailable), _) => {}
            (Reply::Served(frames), Reply::Served(good)) if !what.starts_with("claim") => {
                let is_less = frames.iter().all(|frame| good.contains(frame)) && frames.len() < good.len();
                assert!(is_verified || is_less, "{what} is served, and is something else");
            }
            _ => panic!("{what} is {reply:?}"),
        }
        differences.push(what.clone());
    }
    differences
}

/// What no bit of which changes anything that is served, and that is not verified at rest; and why.
const WITHOUT_EFFECT: [(&str, &str); 3] = [
    ("spare", "room that is kept: its bytes are never read"),
    (".partial", "a part that has not come whole is hashed when it ends, and only its digest is deposited"),
    ("09090909090909090909090909090909/owner", "another device than the one that began: it draws a new id"),
];

/// What says nothing in a text: its blanks, and whether a hexadecimal digit is a capital.
fn is_dress(file: &str, byte: u8, bit: u8) -> bool {
    let is_text = [".pem", "version", "relay.json"].iter().any(|end| file.ends_with(end));
    let is_hex = ["fingerprint", "owner"].iter().any(|end| file.ends_with(end));
    (is_text && byte.is_ascii_whitespace()) || (is_hex && bit == 5 && byte.is_ascii_hexdigit())
}

/// Flips one bit of a file. Says whether anything came of it.
fn flip(scene: &Scene, good: &[(TreeHead, Readings)], file: &str, at: usize, bit: u8) -> bool {
    let what = format!("{file}, byte {at}, bit {bit}");
    let disk = scene.disk.copied(scene.world.shared_time());
    let byte = disk.file(file).unwrap()[at];
    disk.change(file, |bytes| bytes[at] ^= 1 << bit);
    let folder = Folder::on(Arc::new(disk.clone()));
    let checked = folder
        .map_err(|error| error.to_string())
        .and_then(|folder| check_in(&folder, scene.world.now()).map_err(|error| error.to_string()));
    let outcome = outcome(scene, &disk, good);
    let report = match checked {
        Ok(report) => report,
        Err(error) => {
            assert!(
                error.starts_with(file) && matches!(outcome, Outcome::DoesNotStart(_)),
                "{what}: {error}"
            );
            return true;
        }
    };
    let blamed: Vec<_> = report.faults.iter().map(|fault| fault.file.as_str()).collect();
    // The origin of the log stands in every checkpoint and in the root.
    let derived = |blamed: &str| file == "relay.json" && ["log/checkpoint", "statements"].contains(&blamed);
    let is_right = blamed.iter().all(|blamed| *blamed == file || derived(blamed));
    assert!(is_right, "{what}: {:?}", report.faults);
    let is_named = blamed.contains(&file) || report.notices.iter().any(|notice| notice.file == file);
    match outcome {
        Outcome::DoesNotStart(error) => {
            let says_what_to_do =
                error.contains("run `pli-relay check`") || error.contains("restore it from a backup");
            assert!(is_named && says_what_to_do, "{what}: {error}, and check: {report:?}");
            assert!(error.contains(file) || error.contains("pli-relay check"), "{what}: {error}");
            return true;
        }
        Outcome::Serves(differences) => {
            assert!(is_named || differences.is_empty(), "{what}: {differences:?} differ, and nobody says so");
        }
    }
    if !is_named {
        let is_explained = WITHOUT_EFFECT.iter().any(|(end, _)| file.ends_with(end))
            || is_dress(file, byte, bit)
            || (file.starts_with("journal/") && is_between_batches(&scene.disk.file(file).unwrap(), at));
        assert!(is_explained, "{what}: it has no effect, and nothing explains that");
    }
    is_named
}

/// The first and the last bit of a file, and some between.
fn places(random: &mut fastrand::Rng, length: usize) -> Vec<(usize, u8)> {
    let mut places = vec![(0, random.u8(..8)), (length - 1, random.u8(..8))];
    places.extend((0..BITS_A_FILE).map(|_| (random.usize(..length), random.u8(..8))));
    places
}

const BITS_A_FILE: usize = 14;

/// Each of these is a folder of the system with a relay in it.
const BITS_OF_INDEX: usize = 7;

/// What is read where nothing is damaged.
fn good_readings(scene: &Scene, disk: &SimDisk) -> (TreeHead, Readings) {
    let mut engine = Engine::open(&scene.world, &disk.copied(scene.world.shared_time())).unwrap();
    let tree = tree(&engine);
    let readings = scene.readings(&mut engine);
    let refused = readings.values().filter(|reply| matches!(reply, Reply::Refused(_)));
    assert_eq!(refused.count(), 2, "the cards of the two reviewers, who share no group");
    (tree, readings)
}

#[test]
fn a_flipped_bit_in_any_file_is_named_and_never_served() {
    let scene = Scene::with_everything();
    assert_whole(&scene.check());
    let good = [good_readings(&scene, &scene.disk)];
    let seed = seed();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut told = BTreeMap::new();
    for file in scene.disk.all_files() {
        let length = scene.disk.file(&file).unwrap().len();
        let places = places(&mut random, length);
        let effects = places.iter().filter(|(at, bit)| flip(&scene, &good, &file, *at, *bit)).count();
        told.insert(file, (effects, places.len()));
    }
    eprintln!("seed {seed}: {told:?}");
    for kind in [
        "blobs/",
        "fingerprint",
        "keys/ca.key.der",
        "keys/ca.pem",
        "keys/log.seed",
        "keys/relay.key.pem",
        "keys/relay.pem",
        "log/annexes",
        "log/checkpoint",
        "log/ends",
        "log/hashes",
        "log/hour-keys",
        "log/leaves",
        "relay.json",
        "segments/",
        "statements",
        "statements.again",
        "version",
    ] {
        assert!(told.iter().any(|(file, (effects, _))| file.starts_with(kind) && *effects > 0), "{kind}");
    }
}

/// The last batch of a journal cannot be told from one that a crash cut off.
#[test]
fn a_flipped_bit_in_a_journal_is_named_and_never_served() {
    for moved in [Some(0), Some(2), None] {
        let died = Died::after(moved);
        let scene = &died.scene;
        let earlier = scene.disk.copied(scene.world.shared_time());
        died.cut(&earlier, &scene.disk.file(&died.file).unwrap(), died.last.start, Rest::Nothing);
        let mut good = vec![good_readings(scene, &scene.disk)];
        if moved.is_some() {
            good.push(good_readings(scene, &earlier));
        }
        let seed = seed();
        let mut random = fastrand::Rng::with_seed(seed);
        eprintln!("seed {seed}, {moved:?} moved");
        let mut places = places(&mut random, 80);
        // The batches, the last of them once more, and the zeros behind it.
        places.extend((0..24).map(|_| (random.usize(4096..died.last.end), random.u8(..8))));
        places.extend((0..8).map(|_| (random.usize(died.last.clone()), random.u8(..8))));
        places.push((died.last.end + 4096, 0));
        for (at, bit) in places {
            flip(scene, &good, &died.file, at, bit);
        }
    }
}

/// The seed of the walk, another one if the environment names it.
fn seed() -> u64 {
    std::env::var("PLI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_124)
}

/// A relay in a folder of the system, with its index in sled; and an older copy of that index.
struct OnDisk {
    world: World,
    dir: TempDir,
    older: TempDir,
    letters: Vec<Letter>,
    /// A claim as it was signed, and the number of its record.
    claim: (Signed, u64),
}

impl OnDisk {
    async fn with_letters() -> Self {
        let world = World::new();
        let (dir, older) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        world.make_relay(dir.path()).await;
        let running = world.open(dir.path());
        world.publish_key_pages(&running.relay).await;
        running.finish().unwrap();
        world.pass(3300);
        let mut letters = Vec::new();
        let mut claim = None;
        for _ in 0..2 {
            copy(&dir.path().join("index"), older.path());
            let running = world.open(dir.path());
            let relay = &running.relay;
            let _ = relay.change(|_| Ok(Change::Head)).await.unwrap();
            for (writer, readers) in [(POLICE, [MAIRE, COORD]), (MAIRE, [POLICE, BAILLEUR])] {
                let letter = world.seal(relay, writer, &readers, 20, &[]);
                world.deposit(relay, writer, &letter).await;
                world.list(relay, readers[0]).await;
                let ask = letter.claim("suivi", None, Vec::new());
                let signed = world.people[readers[0]].request(ask, world.now());
                let (Answer::Claimed(confirmation), _) = world.say(relay, &signed, &[]).await else {
                    panic!("not claimed")
                };
                claim = Some((signed, confirmation.evidence.index));
                letters.push(letter);
            }
            running.finish().unwrap();
        }
        Self { world, dir, older, letters, claim: claim.unwrap() }
    }

    fn copied(&self) -> TempDir {
        let to = tempfile::tempdir().unwrap();
        copy(self.dir.path(), to.path());
        to
    }

    /// Opens the relay of a folder and says what its state is: the log, everything that the index knows,
    /// and what is answered to what was used before. What cannot be said is said so.
    async fn state(&self, dir: &Path) -> Result<Vec<String>, String> {
        let world = &self.world;
        let folder = Folder::open(dir).map_err(|error| error.to_string())?;
        let running = Running::open(&folder, world.setup(&folder)).map_err(|error| error.to_string())?;
        let relay = &running.relay;
        let mut state = vec![format!("{:?}", relay.snapshot().commit.tree)];
        let mut entries = 0;
        let each = relay.index().each(|key, value| {
            entries += 1;
            state.push(format!("{key:?} {value:?}"));
        });
        state.push(format!("{each:?}, {entries} entries"));
        for person in [MAIRE, COORD, POLICE, BAILLEUR] {
            let (_, headers) = world.ask(relay, person, Ask::Sent { after: None }, &[]).await;
            state.push(format!("sent {headers:?}"));
            let mailbox = Ask::Mailbox { after: None, beginning: None };
            let (answer, headers) = world.ask(relay, person, mailbox, &[]).await;
            state.push(format!("mailbox {headers:?} {}", name_of(&answer)));
        }
        // An id that was used, a request that was answered.
        let other = world.alike(BAILLEUR, &self.letters[0], self.letters[0].id);
        let (ask, frames) = other.deposit();
        let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
        state.push(name_of(&world.ask(relay, BAILLEUR, ask, &frames).await.0));
        let (claim, _) = &self.claim;
        state.push(match world.say(relay, claim, &[]).await {
            (Answer::Claimed(confirmation), _) => {
                format!("claimed in record {}", confirmation.evidence.index)
            }
            (other, _) => name_of(&other),
        });
        running.finish().map_err(|error| error.to_string())?;
        Ok(state)
    }
}

fn name_of(answer: &Answer) -> String {
    match answer {
        Answer::Refused(Refused { refusal, .. }) => format!("refused: {refusal:?}"),
        Answer::Headers { more, .. } => format!("headers, more: {more}"),
        other => panic!("{other:?}"),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else if path.file_name().unwrap() != "lock" {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// The files of a table, relative to its folder.
fn files_in(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_in(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_gone_or_old_or_damaged_comes_back_as_it_was() {
    let relay = OnDisk::with_letters().await;
    let good = relay.state(relay.copied().path()).await.unwrap();
    assert!(good.iter().any(|line| line == "refused: IdUsed"), "{good:?}");
    assert!(good.contains(&format!("claimed in record {}", relay.claim.1)));

    type Damage<'a> = (String, Box<dyn Fn(&Path) + 'a>);
    let mut damages: Vec<Damage<'_>> = vec![
        ("gone".into(), Box::new(|index| fs::remove_dir_all(index).unwrap())),
        (
            "an empty folder".into(),
            Box::new(|index| {
                fs::remove_dir_all(index).unwrap();
                fs::create_dir(index).unwrap();
            }),
        ),
        (
            "an older copy".into(),
            Box::new(|index| {
                fs::remove_dir_all(index).unwrap();
                copy(relay.older.path(), index);
            }),
        ),
    ];
    let index = relay.dir.path().join("index");
    let seed = seed();
    let mut random = fastrand::Rng::with_seed(seed);
    for path in files_in(&index) {
        let name = path.strip_prefix(&index).unwrap().to_owned();
        let length = fs::read(&path).unwrap().len();
        let in_file = move |change: Box<dyn Fn(&mut Vec<u8>)>| {
            let name = name.clone();
            move |index: &Path| {
                let mut bytes = fs::read(index.join(&name)).unwrap();
                change(&mut bytes);
                fs::write(index.join(&name), bytes).unwrap();
            }
        };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let half = in_file(Box::new(move |bytes| bytes.truncate(length / 2)));
        damages.push((format!("{name} cut in half"), Box::new(half)));
        let noise = random.u64(..);
        let noise = in_file(Box::new(move |bytes| {
            let mut random = fastrand::Rng::with_seed(noise);
            bytes.iter_mut().for_each(|byte| *byte = random.u8(..));
        }));
        damages.push((format!("{name} overwritten"), Box::new(noise)));
        for _ in 0..BITS_OF_INDEX {
            let (at, bit) = (random.usize(..length), random.u8(..8));
            let flip = in_file(Box::new(move |bytes| bytes[at] ^= 1 << bit));
            damages.push((format!("{name}, byte {at}, bit {bit}"), Box::new(flip)));
        }
    }
    eprintln!("seed {seed}, {} damages", damages.len());
    for (what, damage) in damages {
        let dir = relay.copied();
        damage(&dir.path().join("index"));
        let report = check(dir.path(), relay.world.now()).unwrap();
        assert!(report.faults.iter().all(|fault| fault.file == "index"), "{what}: {report:?}");
        let state = relay.state(dir.path()).await;
        if state.as_ref() == Ok(&good) {
            continue;
        }
        // It does not come back by itself: `check` has named it, and the command brings it back.
        assert!(
            report.faults.iter().any(|fault| fault.what.contains("pli-relay reindex")),
            "{what}: {report:?}"
        );
        let dir = relay.copied();
        damage(&dir.path().join("index"));
        drop(reindex(&Folder::open(dir.path()).unwrap()).unwrap());
        assert_eq!(relay.state(dir.path()).await.as_ref(), Ok(&good), "{what}, after reindex");
        assert_whole(&check(dir.path(), relay.world.now()).unwrap());
    }
}

/// A version that was written is named, with ours and with what to do; and nothing on the disk is changed.
fn assert_other_version(scene: &Scene, disk: &SimDisk, file: &str, version: u32) {
    let before = content(disk);
    let expected = format!("{file} has format {version} and this relay reads");
    let error =
        Engine::open(&scene.world, disk).err().unwrap_or_else(|| panic!("{file} {version}: it started"));
    let error = error.to_string();
    assert!(
        error.starts_with(&expected) && error.contains("use the relay that wrote it, or migrate"),
        "{error}"
    );
    let checked = Folder::on(Arc::new(disk.clone())).map_err(|error| error.to_string()).map(|folder| {
        let report = check_in(&folder, scene.world.now()).unwrap();
        let reindexed = reindex(&folder).err().unwrap().to_string();
        assert!(reindexed.starts_with(&expected), "{reindexed}");
        report.faults.into_iter().find(|fault| fault.file == file).unwrap().what
    });
    let said = checked.unwrap_or_else(|error| error);
    assert!(said.starts_with(&expected), "{said}");
    assert_eq!(content(disk), before, "{file} {version}: something was changed");
}

#[test]
fn a_folder_of_another_version_is_named_and_left_as_it_is() {
    let died = Died::after(Some(2));
    let scene = &died.scene;
    for version in [0, FORMAT_VERSION - 1, FORMAT_VERSION + 1, u32::MAX] {
        let disk = scene.disk.copied(scene.world.shared_time());
        disk.change("version", |bytes| *bytes = format!("pli-relay store {version}\n").into_bytes());
        assert_other_version(scene, &disk, "version", version);
    }
    for version in [0, 1, 3, u32::MAX] {
        let disk = scene.disk.copied(scene.world.shared_time());
        disk.change(&died.file, |bytes| {
            bytes[4..8].copy_from_slice(&version.to_be_bytes());
            let Digest(digest) = sha256(&bytes[..48]);
            bytes[48..80].copy_from_slice(&digest);
        });
        assert_other_version(scene, &disk, &died.file, version);
    }
}
