//! A full disk: what is new is refused, reading goes on, and nothing has to be done afterwards.

use crate::scene::{Reply, Scene, assert_claimed, assert_whole, done, tree};
use pli_server::check::check;
use pli_server::relay::change::Change;
use pli_server::store::Received;
use pli_server::store::disk::Disk;
use pli_tests::whole::log_is_whole;
use pli_tests::world::{COORD, Letter, MAIRE, POLICE, World};
use shared::limits::{DISK_RESERVE_BYTES, DISK_SPARE_BYTES};
use shared::refusal::Refusal;
use shared::time::DAY_SECONDS;
use shared::wire::{About, Answer, Ask};
use std::collections::BTreeMap;
use std::io::Write as _;

#[test]
fn a_full_disk_refuses_what_is_new_and_reading_goes_on() {
    let scene = Scene::with_letters();
    let mut engine = scene.open();
    let relay = engine.relay.clone();
    let [first, second, _] = &scene.sent[..] else { panic!("three letters") };
    let new = scene.world.seal(&relay, POLICE, &[MAIRE], 20, &[b"un document"]);
    let bare = scene.world.seal(&relay, POLICE, &[COORD], 20, &[]);
    drop(relay);
    let claim = |letter: &Letter| letter.claim("suivi", None);
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
    let group = Ask::Statements(About::Group(scene.world.group));
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
    let claim = scene.sent[1].letter.claim("suivi", None);
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
        (include_str!("../../../client/text/fr.ftl"), "place"),
        (include_str!("../../../client/text/en.ftl"), "room"),
    ] {
        let line = catalogue.lines().find_map(|line| line.strip_prefix("refusal-disk-full = ")).unwrap();
        assert!(line.contains(word), "{line}");
    }
}

/// The same on a disk of the system, where one was given: a few hundred megabytes are filled for it.
///
/// `unshare -rm sh -c 'mount -t tmpfs -o size=640m small /mnt && PLI_SMALL_DISK=/mnt cargo test -p
/// pli-tests --test hostile_disk real'` needs no rights.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_disk_is_full_in_the_same_way() {
    let Some(small) = std::env::var_os("PLI_SMALL_DISK") else {
        return eprintln!("left out: PLI_SMALL_DISK names no disk of 640 megabytes");
    };
    let dir = tempfile::tempdir_in(small).unwrap();
    let (relay_dir, filler) = (dir.path().join("relay"), dir.path().join("filler"));
    let world = World::new();
    world.make_relay(&relay_dir).await;
    let running = world.open(&relay_dir);
    let relay = &running.relay;
    world.publish_key_pages(relay).await;
    let letter = world.seal(relay, POLICE, &[MAIRE], 20, &[]);
    world.deposit(relay, POLICE, &letter).await;
    assert!(relay_dir.join("spare").exists());

    let mut file = std::fs::File::create(&filler).unwrap();
    while file.write_all(&[1; 64 * 1024]).is_ok() {}
    let new = world.seal(relay, POLICE, &[MAIRE], 20, &[]);
    let (ask, frames) = new.deposit();
    let frames: Vec<_> = frames.iter().map(Vec::as_slice).collect();
    for _ in 0..20 {
        let (answer, _) = world.ask(relay, POLICE, ask.clone(), &frames).await;
        let Answer::Refused(refused) = answer else { panic!("{answer:?}") };
        assert_eq!(refused.refusal, Refusal::DiskFull);
        let (_, grant, note) = world.claim(relay, MAIRE, &letter).await;
        assert!(letter.envelope.grants.contains(&grant) && letter.envelope.note == note);
    }
    assert!(!relay_dir.join("spare").exists());

    std::fs::remove_file(&filler).unwrap();
    drop(file);
    world.deposit(relay, POLICE, &new).await;
    assert_eq!(world.list(relay, MAIRE).await, 2);
    running.finish().unwrap();
    assert_whole(&check(&relay_dir, world.now()).unwrap());
}
