//! A letter's account for a court: made by the reviewer, verified by anybody, and worth nothing once a bit of it is
//! another, whoever changed it.
//!
//! Every test has a copy of the demo's world with a relay of its own ([`crate::world`]).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::independent;
use crate::world;

use independent::independent;
use pli_client::home::Home;
use pli_client::keystore;
use pli_client::session::Session;
use serde_json::{Value, json};
use shared::bundle::{self, Bundle, InvalidBundle};
use shared::cbor;
use shared::ids::Digest;
use shared::limits::BUNDLE_BYTES_MAX;
use shared::log::InvalidConfirmation;
use shared::signed::Signed;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use world::World;

/// A letter that was sent, shown, opened; its id, and the file of its account.
fn account(world: &World, more: &[&str]) -> (String, PathBuf) {
    let group = world.group("clairval");
    let send =
        ["send", "--group", &group, "--flow", "F05a", "--to", "police", "--subject", "x", "--text", "y"];
    let id = world.one("mairie", &send)["id"].as_str().unwrap().to_owned();
    world.pli("police", &["inbox"]);
    world.one("police", &["open", &id, "--reason", "suivi"]);
    let file = world.desk().join("piece");
    let made = [&["log", "bundle", &id, "--out", file.to_str().unwrap()], more].concat();
    let said = world.pli("parquet", &made);
    assert_eq!(said.code, 0, "{said:?}");
    (id, file)
}

fn fingerprint(world: &World) -> Digest {
    Home::open(&world.home("mairie")).unwrap().fingerprint().unwrap()
}

/// The program, where nobody is enrolled.
fn verify(file: &Path, fingerprint: Digest) -> (i32, Vec<Value>) {
    let verify =
        ["bundle", "verify", file.to_str().unwrap(), "--fingerprint", &fingerprint.to_string(), "--json"];
    let output =
        Command::new(env!("CARGO_BIN_EXE_pli")).args(verify).env_remove("PLI_HOME").output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let objects = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), objects)
}

#[test]
fn a_court_verifies_it_with_the_fingerprint_alone() {
    let mut world = World::new("bundle");
    let (id, file) = account(&world, &[]);
    let fingerprint = fingerprint(&world);
    // Years later there is no relay, and the letter has long been destroyed.
    world.stop_relay();
    let (code, objects) = verify(&file, fingerprint);
    assert_eq!(code, 0, "{objects:?}");
    let proved = &objects[0];
    assert_eq!((&proved["item"], &proved["maker"]), (&json!(id), &json!("parquet")));
    assert_eq!((&proved["header"]["from"], &proved["header"]["to"]), (&json!("mairie"), &json!(["police"])));
    assert!(proved["members"].as_array().unwrap().contains(&json!("police")));
    let acts: Vec<_> = objects[1..].iter().map(|record| record["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["deposit", "delivery", "release", "opening"]);
    assert_eq!(objects[3]["reason"], "suivi");

    let (code, objects) = verify(&file, Digest([7; 32]));
    assert_eq!((code, &objects[0]["error"]["code"]), (5, &json!("unverified-bundle")), "of another town");
    let has_names = |file: &PathBuf| String::from_utf8_lossy(&fs::read(file).unwrap()).contains("Orsini");
    assert!(!has_names(&file), "nobody is named without an order");
    world.start_relay();

    // What was read for it is in the log, with the letter and the order.
    let ordered = world.desk().join("ordonnee");
    let made = ["log", "bundle", &id[..8], "--out", ordered.to_str().unwrap(), "--order", "2026-77"];
    assert_eq!(world.pli("parquet", &made).code, 0);
    assert!(has_names(&ordered));
    let readings = world.pli("parquet", &["log", "search", "--act", "log-reading", "--item", &id]);
    let last = readings.objects.last().unwrap();
    assert_eq!((&last["reference"], &last["actor"]["member"]), (&json!("2026-77"), &json!("parquet")));

    let refused = world.pli("police", &["log", "bundle", &id, "--out", "/nowhere"]);
    assert_eq!(refused.code, 3, "only a reviewer makes one");
    let unknown = world.pli("parquet", &["log", "bundle", "ffffffffffff", "--out", "/nowhere"]);
    assert_eq!(unknown.code, 3, "nothing is recorded of it");
    world.end();
}

/// What shares no code with Pli says of an account; nothing where there is no Python.
fn judged(file: &Path, fingerprint: Digest) -> Option<(i32, String)> {
    independent(&["bundle", file.to_str().unwrap(), &fingerprint.to_string()])
}

#[test]
fn the_independent_verifier_says_the_same() {
    let world = World::new("bundle-python");
    let (_, file) = account(&world, &["--order", "2026-77"]);
    let fingerprint = fingerprint(&world);
    let Some((code, said)) = judged(&file, fingerprint) else { return world.end() };
    assert!(code == 0 && said.starts_with("OK: "), "{said}");
    let (code, said) = judged(&file, Digest([7; 32])).unwrap();
    assert!(code == 5 && said.starts_with("FAILED: "), "{said}");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    assert_eq!(judged(&file, fingerprint).unwrap().0, 5);
    world.end();
}

#[test]
fn a_bundle_with_one_bit_changed_proves_nothing() {
    let world = World::new("bundle-bits");
    let (_, file) = account(&world, &[]);
    let (fingerprint, file) = (fingerprint(&world), fs::read(file).unwrap());
    bundle::verify(&file, fingerprint).unwrap();
    // Each seventh byte, and another bit each time; and all of what stands around the signature.
    let places = (0..file.len()).filter(|place| place % 7 == 0 || *place < 64 || file.len() - place < 256);
    for place in places {
        let mut changed = file.clone();
        changed[place] ^= 1 << (place / 7 % 8);
        assert!(bundle::verify(&changed, fingerprint).is_err(), "byte {place} of {}", file.len());
    }
    assert!(bundle::verify(&file[..file.len() - 1], fingerprint).is_err());
    world.end();
}

/// whoever made it can sign anything: what they changed is found out by what vouches for it.
#[test]
fn a_reviewer_cannot_change_what_others_signed() {
    let world = World::new("bundle-lies");
    let (_, file) = account(&world, &[]);
    let fingerprint = fingerprint(&world);
    let dir = world.home("parquet");
    let passphrase = fs::read_to_string(dir.with_extension("passphrase")).unwrap();
    let master = keystore::unlock(&dir, passphrase.trim()).unwrap();
    let session = Session::open(Home::open(&dir).unwrap(), master, pli_server::system_clock()).unwrap();
    let signed: Signed = cbor::decode(&fs::read(file).unwrap(), BUNDLE_BYTES_MAX).unwrap();
    let honest: Bundle = signed.peek().unwrap();
    let check = |what: &str, lie: &dyn Fn(&mut Bundle), expected: &dyn Fn(&InvalidBundle) -> bool| {
        let mut bundle = honest.clone();
        lie(&mut bundle);
        let file = cbor::encode(&Signed::new(&bundle, &[session.key()]));
        let found = bundle::verify(&file, fingerprint).map(drop).unwrap_err();
        assert!(expected(&found), "{what}: {found:?}");
    };
    let log = |invalid: &InvalidBundle| matches!(invalid, InvalidBundle::Log(_));
    let record = |invalid: &InvalidBundle| matches!(invalid, InvalidBundle::Record(_));
    let header = |invalid: &InvalidBundle| *invalid == InvalidBundle::Header;
    let inclusion = |invalid: &InvalidBundle| *invalid == InvalidBundle::Log(InvalidConfirmation::Inclusion);
    let record_of = |bundle: &Bundle, act: usize| -> shared::log::Record {
        let bytes = &bundle.acts[act].revealed.record;
        cbor::decode(bytes, bytes.len()).unwrap()
    };

    check("another root", &|it| it.log.checkpoint = it.log.checkpoint.replacen('\n', "\n1", 1), &log);
    check("a leaf", &|it| it.acts[1].evidence.leaf[40] ^= 1, &inclusion);
    check("a proof", &|it| it.acts[1].evidence.inclusion[0].0[0] ^= 1, &inclusion);
    check("a place", &|it| it.acts[1].evidence.index += 1, &inclusion);
    check("an opening", &|it| it.acts[2].revealed.opening.0[0] ^= 1, &record);
    let backdated = |it: &mut Bundle| {
        let mut record = record_of(it, 2);
        record.time.0 -= 3600;
        it.acts[2].revealed.record = cbor::encode(&record);
    };
    check("a time", &backdated, &record);
    check("the order of acts", &|it| it.acts.swap(0, 1), &record);
    check("an act twice", &|it| it.acts.insert(1, it.acts[0].clone()), &record);
    check("another letter", &|it| it.item.0[0] ^= 1, &record);
    check("the last head", &|it| it.log.head.leaf[20] ^= 1, &log);
    check("a head of the past", &|it| it.group.head.leaf[20] ^= 1, &log);
    check("a tree of the past", &|it| it.group.tree.root.0[0] ^= 1, &log);
    check("the way from there", &|it| it.group.consistency[0].0[0] ^= 1, &log);
    check("a member's card left out", &|it| drop(it.group.statements.pop()), &|invalid| {
        matches!(invalid, InvalidBundle::Group | InvalidBundle::Statement(_))
    });
    check("a group's proof", &|it| it.group.proof.index += 1, &|invalid| *invalid == InvalidBundle::Group);
    check("no cards", &|it| it.statements.truncate(1), &|invalid| *invalid == InvalidBundle::Maker);
    check("a statement", &|it| it.statements[1].signed.bytes[9] ^= 1, &|invalid| {
        matches!(invalid, InvalidBundle::Statement(_))
    });
    check("a header's bytes", &|it| it.header.as_mut().unwrap().bytes[30] ^= 1, &header);
    check(
        "a header signed anew",
        &|it| {
            let signed = it.header.as_mut().unwrap();
            let header: shared::message::Header = signed.peek().unwrap();
            *signed = Signed::new(&header, &[session.key()]);
        },
        &header,
    );
    check("nothing that was done", &|it| it.acts.clear(), &|invalid| *invalid == InvalidBundle::Malformed);
    check("no deposit", &|it| drop(it.acts.remove(0)), &header);
    check("another day", &|it| it.made.0 -= 1, &|invalid| *invalid == InvalidBundle::Maker);
    check("a proof from before", &|it| it.log.since = 1, &|invalid| *invalid == InvalidBundle::Malformed);
    let stranger = shared::crypto::SigningKey::generate();
    let file = cbor::encode(&Signed::new(&honest, &[&stranger]));
    assert_eq!(bundle::verify(&file, fingerprint).map(drop).unwrap_err(), InvalidBundle::Maker);
    world.end();
}
