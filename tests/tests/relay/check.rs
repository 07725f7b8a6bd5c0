//! A whole folder verifies; one flipped bit in any file of it is found and named; and what a crash
//! leaves is no fault and leads back to the same state.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_server::check::{CheckFailed, Fault, Report, check};
use pli_server::relay::change::Change;
use pli_server::relay::index::{Entry, Index, IndexFailed, Removed};
use pli_server::relay::items::{Item, Opening};
use pli_server::relay::{OpenFailed, Relay, Running, Setup, reindex};
use pli_server::store::{Folder, frame};
use pli_tests::whole::copy_folder;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, Letter, MAIRE, POLICE, SECOND_AUDITOR, World};
use shared::time::DAY_SECONDS;
use shared::wire::{Answer, Ask};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A relay's folder in which something of everything lies.
struct Example {
    world: World,
    dir: TempDir,
}

impl Example {
    /// Founded, with key pages, and stopped cleanly.
    async fn founded() -> Self {
        let (world, dir) = (World::new(), tempfile::tempdir().unwrap());
        world.make_relay(dir.path()).await;
        let running = world.open(dir.path());
        world.publish_key_pages(&running.relay).await;
        running.finish().unwrap();
        world.pass(3300);
        Self { world, dir }
    }

    /// And with letters at every step.
    async fn full() -> Self {
        let example = Self::founded().await;
        let running = example.open();
        letters(&example.world, &running.relay).await;
        running.finish().unwrap();
        example
    }

    fn open(&self) -> Running {
        self.world.open(self.path())
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn check(&self) -> Report {
        check(self.path(), self.world.now()).unwrap()
    }
}

/// One letter is only deposited, one is opened, one is claimed with a text.
async fn letters(world: &World, relay: &Relay) -> [Letter; 3] {
    world.hear(relay).await;
    let waiting = world.seal(relay, POLICE, &[MAIRE], 20, &[]);
    world.deposit(relay, POLICE, &waiting).await;
    let opened = world.seal(relay, MAIRE, &[POLICE, COORD], 60, &[b"un document", &[7; 100_000]]);
    world.deposit(relay, MAIRE, &opened).await;
    world.pass(30);
    assert_eq!(world.list(relay, POLICE).await, 1, "what a member wrote is in no mailbox of theirs");
    let (claimed, grant, note) = world.claim(relay, POLICE, &opened).await;
    let directory = &relay.snapshot().directory;
    assert_eq!(world.read(directory, POLICE, &opened, &grant, &note).unwrap().note.documents.len(), 2);
    world.acknowledge(relay, POLICE, &opened, claimed.evidence.index).await;
    // The next hour of the clock, and so another key of boxes; the journal is not changed yet.
    world.pass(400);
    world.hear(relay).await;
    let reasoned = world.seal(relay, COORD, &[BAILLEUR, MAIRE], 60, &[]);
    world.deposit(relay, COORD, &reasoned).await;
    assert_eq!(world.list(relay, BAILLEUR).await, 1);
    world.claim_with_text(relay, BAILLEUR, &reasoned, "pour la réunion").await;
    // Records that change nothing else: a reading of the log, a deposit that was confirmed before.
    let reading =
        Ask::LogKeys { from: 0, to: u64::MAX, reason: "controle".parse().unwrap(), reference: None };
    let (answer, _) = world.ask(relay, AUDITOR, reading, &[]).await;
    assert!(matches!(answer, Answer::LogKeys { .. }));
    // What one reviewer hands over to the other, who was not given that text.
    let beside = relay.index().annexes(0, u64::MAX).unwrap();
    let Some(Item::Annex(annex)) = relay.shelf().item(beside[0]) else { panic!("no annex") };
    let (handing, frames) = world.handing(relay, SECOND_AUDITOR, &[Opening::Annex(annex.index)], b"le texte");
    let (answer, _) = world.ask(relay, AUDITOR, handing, &[&frames[0]]).await;
    assert!(matches!(answer, Answer::HandedOver(_)));
    world.deposit(relay, COORD, &reasoned).await;
    world.deposit(relay, COORD, &world.seal(relay, COORD, &[MAIRE], 2, &[])).await;
    [waiting, opened, reasoned]
}

fn assert_whole(report: &Report) {
    assert_eq!(report.faults, [], "{report:?}");
}

/// Flips one bit, checks, and puts it back.
fn flipped(example: &Example, file: &str, at: u64, bit: u8) -> Report {
    let path = example.path().join(file);
    let good = fs::read(&path).unwrap();
    let mut bad = good.clone();
    bad[usize::try_from(at).unwrap()] ^= 1 << bit;
    fs::write(&path, bad).unwrap();
    let report = example.check();
    fs::write(&path, good).unwrap();
    report
}

/// The flip is found, and nothing but the file it is in is blamed.
fn assert_named(example: &Example, file: &str, at: u64, bit: u8) -> Report {
    let report = flipped(example, file, at, bit);
    let blamed: Vec<&str> = report.faults.iter().map(|fault| fault.file.as_str()).collect();
    assert!(!blamed.is_empty(), "{file}, byte {at}, bit {bit}: not found");
    assert!(blamed.iter().all(|blamed| *blamed == file), "{file}, byte {at}, bit {bit}: {:?}", report.faults);
    report
}

fn length_of(example: &Example, file: &str) -> u64 {
    fs::metadata(example.path().join(file)).unwrap().len()
}

/// The framed items of a file with their places and lengths.
fn frames(example: &Example, file: &str) -> Vec<(u64, u64, Item)> {
    let home = fs::File::open(example.path().join(file)).unwrap();
    frame::Scan::new(home, 0)
        .map(|scanned| match scanned.unwrap() {
            frame::Scanned::Frame { at, kind, payload, bulk, .. } => {
                let length = (frame::FRAME_HEADER_BYTES + payload.len()) as u64 + u64::from(bulk);
                (at, length, Item::from_frame(kind, &payload).unwrap())
            }
            frame::Scanned::Damaged { .. } => panic!("damaged"),
        })
        .collect()
}

/// Until the last batch is in its homes too: both slots of the checkpoint, which come last, begin with its number.
async fn settled(example: &Example, relay: &Relay) {
    let last = relay.snapshot().commit.batch.to_be_bytes();
    let is_there = || {
        let checkpoint = fs::read(example.path().join("log/checkpoint")).unwrap_or_default();
        [0, 4096].iter().all(|at| checkpoint.get(*at..*at + 8) == Some(&last[..]))
    };
    while !is_there() {
        tokio::task::yield_now().await;
    }
}

/// The index of a folder at rest. sled lets go of its lock some time after its last handle was dropped.
fn opened_index(dir: &Path) -> Index {
    let folder = Folder::open(dir).unwrap();
    loop {
        match Index::open(&folder) {
            Ok(index) => return index,
            Err(IndexFailed) => std::thread::yield_now(),
        }
    }
}

fn only_in(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_folder_verifies() {
    let example = Example::full().await;
    let report = example.check();
    assert_whole(&report);
    assert_eq!(report.notices, []);
    let counted = report.counted;
    assert_eq!((counted.batches, counted.messages, counted.documents), (0, 4, 2));
    // Root, nomenclature, ruleset, seven cards, group, roster, charter, four adhesions; three key pages of each of
    // seven devices.
    assert_eq!(counted.statements, 17 + 21);
    assert!(counted.leaves > counted.statements && counted.entries > 40, "{counted:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_relay_is_not_checked_and_neither_is_any_folder() {
    let example = Example::founded().await;
    let running = example.open();
    assert!(matches!(check(example.path(), example.world.now()), Err(CheckFailed::Running)));
    running.finish().unwrap();
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(check(empty.path(), example.world.now()), Err(CheckFailed::NotARelay)));
    assert_eq!(only_in(empty.path()).len(), 0, "nothing was made there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_is_named_by_its_file() {
    let example = Example::full().await;
    for file in [
        "log/leaves",
        "log/ends",
        "log/hashes",
        "log/hour-keys",
        "log/annexes",
        "statements",
        "statements.again",
    ] {
        let length = length_of(&example, file);
        for part in 0..12 {
            assert_named(&example, file, part * (length - 1) / 11, u8::try_from(part % 8).unwrap());
        }
        assert_named(&example, file, length - 8, 0);
    }
    for at in [0, 5, 7, 8, 30, 60, 100, 300, 1023] {
        for bit in [0, 7] {
            assert_named(&example, "log/checkpoint", at, bit);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_a_segment_names_the_message() {
    let example = Example::full().await;
    for path in only_in(&example.path().join("segments")) {
        let file = format!("segments/{}", path.file_name().unwrap().to_str().unwrap());
        for (at, length, item) in frames(&example, &file) {
            let message = match &item {
                Item::Envelope(envelope) => {
                    envelope.header.peek::<shared::message::Header>().unwrap().core.id
                }
                // What is lost of a step is lost: nothing else says that it was taken. A key page has days of many
                // letters, and names none.
                Item::Mark(_) | Item::Notice(_) | Item::Statement(_) => {
                    assert_named(&example, &file, at + length / 2, 3);
                    continue;
                }
                other => panic!("not of a message: {other:?}"),
            };
            for place in [at, at + 5, at + 20, at + 500] {
                assert_named(&example, &file, place, 4);
            }
            // In the grants and in the note.
            for place in [at + length / 2, at + length - 1] {
                let report = assert_named(&example, &file, place, 4);
                let names =
                    |fault: &Fault| fault.item.as_ref().is_some_and(|item| *item == message.to_string());
                assert!(report.faults.iter().all(names), "{report:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_read_to_its_end() {
    let example = Example::full().await;
    let folders = only_in(&example.path().join("blobs"));
    assert_eq!(folders.len(), 1);
    for path in only_in(&folders[0]) {
        let name = path.strip_prefix(example.path()).unwrap().to_str().unwrap().to_owned();
        if !name.ends_with("/owner") {
            let last = length_of(&example, &name) - 1;
            assert_named(&example, &name, 0, 0);
            assert_named(&example, &name, last, 7);
            fs::rename(&path, example.path().join("away")).unwrap();
            let faults = example.check().faults;
            assert!(faults.len() == 1 && faults[0].file == name, "{faults:?}");
            fs::rename(example.path().join("away"), &path).unwrap();
        }
    }
    assert_whole(&example.check());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_lost_or_cut_is_missed() {
    let example = Example::full().await;
    let segments = only_in(&example.path().join("segments"))
        .into_iter()
        .map(|path| format!("segments/{}", path.file_name().unwrap().to_str().unwrap()));
    let files = [
        "log/leaves",
        "log/ends",
        "log/hashes",
        "log/checkpoint",
        "log/hour-keys",
        "statements",
        "statements.again",
    ];
    for file in files.into_iter().map(str::to_owned).chain(segments) {
        let path = example.path().join(&file);
        let good = fs::read(&path).unwrap();
        fs::write(&path, &good[..good.len() - 1]).unwrap();
        let faults = example.check().faults;
        assert!(faults.iter().any(|fault| fault.file == file), "{file} cut: {faults:?}");
        fs::write(&path, [good.as_slice(), b"more"].concat()).unwrap();
        let faults = example.check().faults;
        assert!(faults.iter().any(|fault| fault.file == file), "{file} longer: {faults:?}");
        fs::remove_file(&path).unwrap();
        let faults = example.check().faults;
        assert!(faults.iter().any(|fault| fault.file == file), "{file} lost: {faults:?}");
        fs::write(&path, good).unwrap();
    }
    assert_whole(&example.check());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_does_not_start_on_a_damaged_log_or_statement() {
    let example = Example::full().await;
    let refused = |file: &str, change: &dyn Fn(&Path)| {
        let path = example.path().join(file);
        let good = fs::read(&path).unwrap();
        change(&path);
        let folder = Folder::open(example.path()).unwrap();
        let opened = Running::open(&folder, Setup::of(&folder, example.world.clock()).unwrap());
        let error = opened.err().unwrap_or_else(|| panic!("{file}: it started"));
        assert!(matches!(error, OpenFailed::Log(_) | OpenFailed::Statement { .. }), "{file}: {error}");
        fs::write(&path, good).unwrap();
    };
    let flip = |at: usize| {
        move |path: &Path| {
            let mut bytes = fs::read(path).unwrap();
            bytes[at] ^= 0x80;
            fs::write(path, bytes).unwrap();
        }
    };
    refused("log/checkpoint", &|path| fs::remove_file(path).unwrap());
    let both = |at: usize| {
        move |path: &Path| {
            flip(at)(path);
            flip(4096 + at)(path);
        }
    };
    refused("log/checkpoint", &both(20));
    refused("log/checkpoint", &both(100));
    // A roster that is passed over is a member who is back.
    let (at, length, _) = frames(&example, "statements").remove(9);
    let whole = usize::try_from(length_of(&example, "statements")).unwrap();
    for place in [usize::try_from(at + length / 2).unwrap(), whole - 1] {
        let again = example.path().join("statements.again");
        let good = fs::read(&again).unwrap();
        flip(place)(&again);
        refused("statements", &flip(place));
        fs::write(&again, good).unwrap();
    }
    assert_whole(&example.check());
}

/// A disk that lost a write shows an old checkpoint, with a signature that is right.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_does_not_go_back_to_a_checkpoint_from_before() {
    let example = Example::founded().await;
    let path = example.path().join("log/checkpoint");
    let before = fs::read(&path).unwrap();
    let running = example.open();
    letters(&example.world, &running.relay).await;
    running.finish().unwrap();
    let good = fs::read(&path).unwrap();
    for slots in [0..4096, 4096..good.len(), 0..good.len()] {
        let mut stale = good.clone();
        stale[slots.clone()].copy_from_slice(&before[slots]);
        fs::write(&path, stale).unwrap();
        let folder = Folder::open(example.path()).unwrap();
        let opened = Running::open(&folder, Setup::of(&folder, example.world.clock()).unwrap());
        assert!(matches!(opened.err(), Some(OpenFailed::Log(_))));
        drop(folder);
        assert!(!example.check().faults.is_empty());
    }
    fs::write(&path, good).unwrap();
    example.open().finish().unwrap();
    assert_whole(&example.check());
}

/// What is kept twice is served from its second copy.
#[tokio::test(flavor = "multi_thread")]
async fn a_relay_starts_with_one_of_two_copies() {
    let example = Example::full().await;
    let (at, frame_bytes, _) = frames(&example, "statements").remove(9);
    let places = [
        ("log/checkpoint", 20),
        ("log/checkpoint", 4096 + 100),
        ("statements", at + frame_bytes / 2),
        ("statements", length_of(&example, "statements") - 1),
        ("statements.again", at + 3),
    ];
    for (file, place) in places {
        let path = example.path().join(file);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        bad[usize::try_from(place).unwrap()] ^= 1;
        fs::write(&path, bad).unwrap();
        let faults = example.check().faults;
        assert!(!faults.is_empty() && faults.iter().all(|fault| fault.file == file), "{file}: {faults:?}");
        let running = example.open();
        assert_eq!(running.relay.snapshot().directory.all_cards().count(), 7);
        assert_eq!(example.world.list(&running.relay, POLICE).await, 1, "{file}");
        // The next batch writes both slots of the checkpoint again.
        example.world.pass(120);
        example.world.hear(&running.relay).await;
        running.finish().unwrap();
        if !file.ends_with("checkpoint") {
            fs::write(&path, good).unwrap();
        }
    }
    assert_whole(&example.check());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_leaves_is_no_fault_and_leads_back_to_the_same_state() {
    let example = Example::founded().await;
    let (now, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (behind, arrived) = (now.path().join("behind"), kept.path().join("arrived"));
    let running = example.open();
    let early = running.relay.snapshot().commit.batch;
    copy_folder(example.path(), &behind);
    letters(&example.world, &running.relay).await;
    let at_the_end = running.relay.snapshot().commit.clone();
    // Everything is acknowledged. In one copy the homes have it all, in the other they have none of
    // it, and the journal is all there is.
    copy_folder(example.path(), &arrived);
    copy_folder(&example.path().join("journal"), &behind.join("journal"));
    copy_folder(&example.path().join("blobs"), &behind.join("blobs"));
    running.finish().unwrap();
    let expected = index_of(example.path());

    for dir in [&behind, &arrived] {
        let report = check(dir, example.world.now()).unwrap();
        assert_whole(&report);
        assert_eq!(report.counted.batches, at_the_end.batch - early);
        assert_eq!((report.counted.messages, report.counted.documents), (4, 2));
        assert!(report.notices.iter().any(|notice| notice.file == "index"), "{report:?}");

        let opened = example.world.open(dir);
        let commit = opened.relay.snapshot().commit.clone();
        assert_eq!((commit.batch, commit.tree), (at_the_end.batch, at_the_end.tree));
        assert_eq!(commit.checkpoint, at_the_end.checkpoint);
        opened.finish().unwrap();
        assert_eq!(index_of(dir), expected);
        let report = check(dir, example.world.now()).unwrap();
        assert_whole(&report);
        assert_eq!(report.notices, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_the_journal_is_named() {
    let example = Example::founded().await;
    let crashed = tempfile::tempdir().unwrap();
    let running = example.open();
    letters(&example.world, &running.relay).await;
    example.world.list(&running.relay, COORD).await;
    settled(&example, &running.relay).await;
    copy_folder(example.path(), crashed.path());
    running.finish().unwrap();

    let crashed = Example { world: example.world, dir: crashed };
    let journal = only_in(&crashed.path().join("journal"));
    assert_eq!(journal.len(), 1);
    let file = format!("journal/{}", journal[0].file_name().unwrap().to_str().unwrap());
    let bytes = fs::read(&journal[0]).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() as u64;
    for at in [0, 20, 70, 4096, 4100, 4110, 4150, 5000, end / 2 / 4096 * 4096 + 30, end - 50, end] {
        assert_named(&crashed, &file, at, 2);
    }
    assert_whole(&crashed.check());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuilt_index_is_the_same_and_one_that_differs_is_found() {
    let example = Example::full().await;
    let lasting = |entries: Vec<(Vec<u8>, Vec<u8>)>| -> Vec<_> {
        entries.into_iter().filter(|(key, _)| !matches!(key[0], b'a' | b'c')).collect()
    };
    let before = lasting(index_of(example.path()));
    fs::remove_dir_all(example.path().join("index")).unwrap();
    let report = example.check();
    assert_whole(&report);
    assert!(report.notices.iter().any(|notice| notice.file == "index"));
    assert!(!example.path().join("index").exists(), "a check makes nothing");

    drop(reindex(&Folder::open(example.path()).unwrap()).unwrap());
    assert_eq!(lasting(index_of(example.path())), before);
    let report = example.check();
    assert_whole(&report);
    assert_eq!(report.notices, []);

    let change = |change: &dyn Fn(&Index, u64)| {
        let index = opened_index(example.path());
        change(&index, index.applied().unwrap());
        index.settle().unwrap();
        drop(index);
        let faults = example.check().faults;
        assert!(!faults.is_empty() && faults.iter().all(|fault| fault.file == "index"), "{faults:?}");
        drop(reindex(&Folder::open(example.path()).unwrap()).unwrap());
        assert_whole(&example.check());
    };
    for letter in [b'm', b'b', b'w', b'x'] {
        let (key, value) = before.iter().find(|(key, _)| key[0] == letter).unwrap().clone();
        let (_, other) = before.iter().rfind(|(key, _)| key[0] == letter).unwrap().clone();
        let other = if other == value { [value.as_slice(), value.as_slice()].concat() } else { other };
        change(&|index, batch| index.write(batch, vec![], &[Removed::Value(key.clone())]).unwrap());
        let entry = || Entry::Value(key.clone(), other.clone());
        change(&|index, batch| index.write(batch, vec![entry()], &[]).unwrap());
    }
    let (message, value) = before.iter().find(|(key, _)| key[0] == b'm').unwrap().clone();
    let stray = || Entry::Value([&b"s"[..], &[1; 16], &message[1..]].concat(), value.clone());
    change(&|index, batch| index.write(batch, vec![stray()], &[]).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_segment_is_missed_and_an_expired_one_is_not() {
    let example = Example::full().await;
    let segments = only_in(&example.path().join("segments"));
    fs::rename(&segments[1], example.path().join("away")).unwrap();
    let faults = example.check().faults;
    let name = format!("segments/{}", segments[1].file_name().unwrap().to_str().unwrap());
    assert!(!faults.is_empty() && faults.iter().all(|fault| fault.file == name), "{faults:?}");
    fs::rename(example.path().join("away"), &segments[1]).unwrap();

    example.world.pass(3 * DAY_SECONDS);
    let report = example.check();
    assert_whole(&report);
    let expired = format!("segments/{}", segments[0].file_name().unwrap().to_str().unwrap());
    assert!(report.notices.iter().any(|notice| notice.file == expired), "{report:?}");
    assert_eq!(report.counted.messages, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_the_index_forgot_is_done_again() {
    let example = Example::full().await;
    let crashed = tempfile::tempdir().unwrap();
    example.world.pass(3 * DAY_SECONDS);
    let running = example.open();
    example.world.hear(&running.relay).await;
    // The index as it was before the sweep, the rest as it was after.
    copy_folder(&example.path().join("index"), &crashed.path().join("index"));
    let _ = running.relay.change(|_| Ok(Change::Sweep)).await.unwrap();
    let _ = running.relay.change(|_| Ok(Change::Sweep)).await.unwrap();
    for entry in only_in(example.path()) {
        let name = entry.file_name().unwrap();
        if entry.is_dir() && name != "index" {
            copy_folder(&entry, &crashed.path().join(name));
        } else if entry.is_file() && name != "lock" {
            fs::copy(&entry, crashed.path().join(name)).unwrap();
        }
    }
    running.finish().unwrap();
    let swept = index_of(example.path());

    let crashed = Example { world: example.world, dir: crashed };
    assert_whole(&crashed.check());
    crashed.open().finish().unwrap();
    let held = index_of(crashed.path());
    let expected: Vec<_> = swept.into_iter().filter(|(key, _)| key[0] != b'a').collect();
    assert_eq!(held.into_iter().filter(|(key, _)| key[0] != b'a').collect::<Vec<_>>(), expected);
    let report = crashed.check();
    assert_whole(&report);
    assert_eq!(report.notices, []);
}

fn index_of(dir: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut all = Vec::new();
    let index = opened_index(dir);
    index.each(|key, value| all.push((key.to_vec(), value.to_vec()))).unwrap();
    all
}
