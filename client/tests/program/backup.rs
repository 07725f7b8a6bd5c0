//! A relay is lost and put back from a backup, as its people live through it: what they ask each other for, which of
//! their devices go on, and what they have to send again.
//!
//! Every test has a copy of the demo's world with a relay of its own ([`crate::world`]).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::world;

use pli_server::backup::{MARKER, backup};
use pli_server::folder::FolderFailed;
use pli_server::listen::{ServeFailed, Server};
use pli_server::restore::restore;
use pli_server::system_clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use world::{Said, World, copy};

const OLD: &str = "pli.example/clairval";
const NEW: &str = "pli.example/clairval-2";

fn sent(world: &World) -> String {
    let (group, text) = (world.group("clairval"), world.canary("text"));
    let send = ["send", "--group", &group, "--flow", "F05a", "--to", "police", "--expires", "30d"];
    let sent = world.one("mairie", &[&send[..], &["--subject", "Hall 3", "--text", &text]].concat());
    sent["id"].as_str().unwrap().to_owned()
}

/// What a root answers.
fn root(world: &World, half: &str, arguments: &[&str]) -> Said {
    let roots = world.dir.join("roots");
    let (dir, passphrase) = (roots.join(half), roots.join(format!("{half}.passphrase")));
    let named = [dir.to_str().unwrap(), passphrase.to_str().unwrap()];
    let given = ["--dir", named[0], "--passphrase-file", named[1]];
    world.run("mairie", &[&[half], arguments, &given].concat())
}

/// Both roots open another log for the copy that lies in the relay's folder, and were shown these checkpoints.
fn reopen(world: &World, seen: &[&str]) -> Value {
    let (marker, out) = (world.relay().join(MARKER), world.dir.join("opening"));
    let (marker, out) = (marker.to_str().unwrap(), out.to_str().unwrap());
    let mut reopen = vec!["reopen", "--backup", marker, "--origin", NEW, "--out", out];
    seen.iter().for_each(|file| reopen.extend(["--seen", file]));
    let drafted = root(world, "authority", &reopen);
    assert_eq!(drafted.code, 0, "{drafted:?}");
    let signed = root(world, "parquet", &["sign", out, "--yes"]);
    assert_eq!(signed.code, 0, "{signed:?}");
    assert_eq!(signed.objects[0]["log_origin"], json!(NEW));
    drafted.objects[0].clone()
}

/// The checkpoint that a person's device saw last.
fn newest(world: &World, person: &str) -> (String, u64) {
    let file = world.desk().join(format!("{person}.checkpoint")).to_str().unwrap().to_owned();
    let told = world.one(person, &["receipt", "newest", "--out", &file]);
    assert_eq!(told["origin"], json!(OLD));
    (file, told["size"].as_u64().unwrap())
}

fn states(said: &Said) -> BTreeMap<&str, &str> {
    assert_eq!(said.code, 0, "{said:?}");
    said.objects
        .iter()
        .map(|entry| (entry["id"].as_str().unwrap(), entry["state"].as_str().unwrap()))
        .collect()
}

fn refused(said: &Said, id: &str) {
    assert_eq!((said.code, &said.objects.last().unwrap()["error"]["code"]), (5, &json!(id)), "{said:?}");
}

fn kept(world: &World, person: &str) -> usize {
    fs::read_dir(world.home(person).join("evidence")).unwrap().count()
}

/// The folder of the relay is gone, and the copy stands in its place.
fn put_back(world: &World, copied: &Path) {
    fs::remove_dir_all(world.relay()).unwrap();
    copy(copied, &world.relay());
}

#[test]
fn everybody_goes_on_but_who_saw_more_than_the_roots_were_shown() {
    let mut world = World::new("backup");
    let before = sent(&world);
    world.pli("police", &["inbox"]);
    world.one("police", &["open", &before, "--reason", "suivi"]);
    world.stop_relay();
    let copied = world.dir.join("copy");
    let tree = backup(&world.relay(), &copied, system_clock().now()).unwrap();
    world.start_relay();

    // What the relay loses.
    let after = sent(&world);
    let retired = sent(&world);
    world.one("mairie", &["retire", &retired, "--because", "superseded"]);
    let (mayor, mayor_size) = newest(&world, "mairie");
    assert_eq!(world.pli("police", &["inbox"]).code, 0);
    assert_eq!(world.pli("parquet", &["log", "verify"]).code, 0);
    let site = world.desk().join("site");
    let mirror = ["log", "mirror", site.to_str().unwrap()];
    world.one("parquet", &mirror);
    let (reviewer, reviewer_size) = newest(&world, "parquet");
    assert!(tree.size < mayor_size && mayor_size < reviewer_size);
    let receipts = world.pli("mairie", &["accesses"]).objects.len();
    let file = world.desk().join("receipts");
    world.one("mairie", &["receipt", "give", "--out", file.to_str().unwrap()]);
    world.stop_relay();

    put_back(&world, &copied);
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let started = world.wait(Server::start(&world.relay(), any, system_clock()));
    assert!(matches!(started.err(), Some(ServeFailed::Folder(FolderFailed::Backup))));

    let kept_before = kept(&world, "parquet");
    // The roots were shown what the mayor saw, and not what the reviewer saw.
    let people =
        ["people", "roots"].map(|name| (world.dir.join(name), world.dir.join(format!("{name}.kept"))));
    people.iter().for_each(|(from, to)| copy(from, to));
    let drafted = reopen(&world, &[&mayor]);
    assert_eq!(
        (drafted["restored"].as_u64(), drafted["newest"].as_u64()),
        (Some(tree.size), Some(mayor_size))
    );
    restore(&world.relay(), &opening(&world), system_clock()).unwrap();
    world.start_relay();
    assert_eq!(world.pli("mairie", &["inbox"]).code, 0, "who saw no more goes on");
    refused(&world.pli("mairie", &mirror), "log-withheld");
    for _ in 0..2 {
        refused(&world.pli("parquet", &["inbox"]), "log-withheld");
        assert_eq!(kept(&world, "parquet"), kept_before + 1, "what it saw and what the roots say of it");
    }
    world.stop_relay();

    // They ask around, and sign what the reviewer saw.
    for (from, to) in &people {
        fs::remove_dir_all(from).unwrap();
        fs::rename(to, from).unwrap();
    }
    put_back(&world, &copied);
    let drafted = reopen(&world, &[&mayor, &reviewer]);
    assert_eq!(drafted["newest"].as_u64(), Some(reviewer_size));
    restore(&world.relay(), &opening(&world), system_clock()).unwrap();
    world.start_relay();

    let listed = world.pli("mairie", &["sent"]);
    let told = states(&listed);
    assert_eq!((told.get(&*before), told.get(&*after)), (Some(&"lost"), Some(&"lost")), "{listed:?}");
    assert_eq!(told.get(&*retired), None, "what was taken back is not to be sent again");
    let again = sent(&world);
    assert_eq!(states(&world.pli("mairie", &["sent"])).get(&*again), Some(&"deposited"));
    assert_eq!(world.pli("police", &["inbox"]).objects.len(), 1);
    world.one("police", &["open", &again, "--reason", "suivi"]);
    assert!(world.pli("mairie", &["accesses"]).objects.len() > receipts, "what was done stays proved");

    // The reviewer reads the new log from its first leaf, and what was mirrored of the old one is there.
    let verified = world.one("parquet", &["log", "verify"]);
    assert_eq!((&verified["from"], &verified["faults"]), (&json!(0), &json!([])));
    let old = fs::read_to_string(world.home("parquet").join("log.pli-example-clairval/checkpoint")).unwrap();
    let new = fs::read_to_string(world.home("parquet").join("log/checkpoint")).unwrap();
    assert_eq!((old.lines().next(), new.lines().next()), (Some(OLD), Some(NEW)));
    world.one("mairie", &mirror);
    assert!(site.with_file_name("site.pli-example-clairval").join("checkpoint").exists());
    let compared = world.one("parquet", &["log", "receipts", file.to_str().unwrap()]);
    assert_eq!(compared["missing"], json!([]));
    assert!(compared["receipts"].as_u64().unwrap() > 0);
    assert_eq!(kept(&world, "parquet"), kept_before);
    world.end();
}

fn opening(world: &World) -> Vec<u8> {
    fs::read(world.dir.join("opening")).unwrap()
}
