//! Witnesses through the program: a relay that two of three must have seen, the members who are told when
//! they have not, and what each command says.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::independent::independent;
use crate::town::{PASSPHRASE, Town};
use pli_client::witness::{WitnessFolder, WitnessPublic};
use pli_server::system_clock;
use serde_json::json;
use shared::limits::WITNESS_STOP_SECONDS;
use shared::statement::WitnessPolicy;
use shared::time::Timestamp;
use std::path::Path;

const AGENT: &str = "agent-3f2a";

/// This passphrase is not worth guessing.
const WORK_FACTOR: u8 = 2;

fn letter(group: &str) -> [&str; 11] {
    ["send", "--group", group, "--flow", "F07a", "--subject", "Hall 3", "--text", "Vu.", "--to", "preft"]
}

/// the whole story of a relay that was founded with witnesses who came late.
#[test]
fn members_are_told_until_enough_witnesses_have_come() {
    let desk = tempfile::tempdir().unwrap();
    let dir = |number: usize| desk.path().join(number.to_string()).to_str().unwrap().to_owned();
    let make = |number: usize| {
        let name = format!("temoin-{number}.example");
        let folder = WitnessFolder::create(Path::new(&dir(number)), &name, PASSPHRASE, WORK_FACTOR).unwrap();
        folder.witness().clone()
    };
    let keys: Vec<_> = (0..3).map(make).collect();
    make(3);
    // So long ago that nothing is deposited any more.
    let made = Timestamp(system_clock().now().0 - WITNESS_STOP_SECONDS - 1);
    let mut town = Town::watched(WitnessPolicy::of(2, keys), made);
    let group = town.channel(AGENT, &["bref"]);
    let (relay, founding) = (town.address().to_string(), town.path("founding"));
    let first = |number: usize| {
        let dir = dir(number);
        let run = ["witness", "run", "--once", "--dir", &dir, "--relay", &relay, "--founding", &founding];
        town.pli("csp", &run)
    };

    let told = town.told("preft", &["groups"]);
    assert!(told.contains("Journal pas encore attesté : trop peu de témoins"), "{told}");
    town.no(AGENT, &letter(&group), 3, "unattested");

    let seen = first(0);
    assert_eq!((seen.code, seen.objects.len()), (0, 1), "{seen:?}");
    assert_eq!(seen.objects[0]["origin"], json!("pli.example/clairval"));
    town.no(AGENT, &letter(&group), 3, "unattested");
    assert_eq!(first(1).code, 0);
    assert_eq!(town.told("preft", &["groups"]), "", "two of three");
    let sent = town.one(AGENT, &letter(&group));
    let id = sent["id"].as_str().unwrap().to_owned();
    assert_eq!(town.one("preft", &["open", &id, "--reason", "suivi"])["subject"], "Hall 3");

    // What it was told once it remembers; and nobody's witness is one.
    town.one("csp", &["witness", "run", "--once", "--dir", &dir(0)]);
    town.no("csp", &["witness", "run", "--once", "--dir", &dir(2)], 2, "witness-relay");
    assert_eq!((first(3).code, first(2).code), (2, 0));
    town.no("csp", &["witness", "run", "--once", "--dir", &dir(3)], 2, "witness-not-named");
    town.no("csp", &["witness", "run", "--once", "--dir", &dir(9)], 2, "witness-absent");

    // An independent verifier says the same of what the witness signed.
    let note = desk.path().join("0").join("cosigned");
    let public = WitnessPublic::read(&desk.path().join("0").join("public.json")).unwrap();
    let other = WitnessPublic::read(&desk.path().join("1").join("public.json")).unwrap();
    let vkey = town.log_key();
    let verify = |witness: &WitnessPublic| {
        let (note, witness) = (note.to_str().unwrap(), witness.witness.to_string());
        independent(&["--vkey", &vkey, "--checkpoint", note, "--witness", &witness]).map(|(code, _)| code)
    };
    if let Some(code) = verify(&public) {
        assert_eq!((code, verify(&other)), (0, Some(5)));
    }
    town.stop();
}

/// What `init` makes is what the authority takes, and a name that is none is refused.
#[test]
fn a_witness_is_made_and_named() {
    let mut town = Town::build();
    let dir = town.path("temoin");
    town.no("csp", &["witness", "init", "--dir", &dir, "--name", "deux mots"], 2, "witness-name");
    let made = town.one("csp", &["witness", "init", "--dir", &dir, "--name", "temoin.example"]);
    let public = WitnessPublic::read(Path::new(made["public"].as_str().unwrap())).unwrap();
    assert_eq!(made["witness"], json!(public.witness.to_string()));
    assert_eq!(made["key"], json!(public.witness.key().to_string()));
    town.no("csp", &["witness", "init", "--dir", &dir, "--name", "temoin.example"], 2, "witness-exists");
    assert!(WitnessPublic::read(&Path::new(&dir).join("witness.age")).is_err());
    town.stop();
}
