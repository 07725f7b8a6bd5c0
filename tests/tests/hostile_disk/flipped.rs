//! One bit turned over, in any file of a relay's folder: named, and never served.
//!
//! `PLI_SEED=17` walks other bits; the seed is shown where a walk fails.

use crate::scene::{Reply, Scene, Sent, assert_whole, seed, tree};
use crate::torn::{Died, Rest, is_between_batches};
use pli_server::check::check_in;
use pli_server::folder::tls_identity;
use pli_server::relay::Setup;
use pli_server::store::Folder;
use pli_tests::disk::SimDisk;
use pli_tests::engine::Engine;
use pli_tests::world::{AUDITOR, BAILLEUR, COORD, MAIRE, POLICE};
use shared::cbor;
use shared::ids::MessageId;
use shared::limits::FRAME_BYTES_MAX;
use shared::log::{Evidence, TreeHead};
use shared::refusal::Refusal;
use shared::statement::Statement;
use shared::wire::{About, Ask, Notice};
use std::collections::BTreeMap;
use std::sync::Arc;

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
            let reply = without_paths(self.ask(engine, person, ask));
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
        let proved = ask("statements".into(), MAIRE, Ask::Statements(About::Group(self.world.group)));
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
                ask(format!("claim of {}", letter.id), *reader, letter.claim("suivi", None));
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

/// A reply without the paths of its proofs: a refusal is recorded, and they lead to another tree then.
fn without_paths(reply: Reply) -> Reply {
    let Reply::Served(frames) = reply else { return reply };
    let without_path = |frame: Vec<u8>| match cbor::decode::<Notice>(&frame, frame.len()) {
        Ok(Notice { index, evidence, key, bucket, sealed }) => {
            let evidence = Evidence { inclusion: Vec::new(), ..evidence };
            cbor::encode(&Notice { index, evidence, key, bucket, sealed })
        }
        Err(_) => frame,
    };
    Reply::Served(frames.into_iter().map(without_path).collect())
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

const BITS_A_FILE: usize = 10;

/// What is read where nothing is damaged.
fn good_readings(scene: &Scene, disk: &SimDisk) -> (TreeHead, Readings) {
    let mut engine = Engine::open(&scene.world, &disk.copied(scene.world.shared_time())).unwrap();
    let tree = tree(&engine);
    let readings = scene.readings(&mut engine);
    let refused = readings.values().filter(|reply| matches!(reply, Reply::Refused(_)));
    assert_eq!(refused.count(), 0, "what proves a group is for its members");
    (tree, readings)
}

#[test]
fn a_flipped_bit_in_any_file_is_named_and_never_served() {
    let scene = Scene::with_everything();
    assert_whole(&scene.check());
    let good = [good_readings(&scene, &scene.disk)];
    let seed = seed();
    eprintln!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut told = BTreeMap::new();
    for file in scene.disk.all_files() {
        let length = scene.disk.file(&file).unwrap().len();
        let places = places(&mut random, length);
        let effects = places.iter().filter(|(at, bit)| flip(&scene, &good, &file, *at, *bit)).count();
        told.insert(file, (effects, places.len()));
    }
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
