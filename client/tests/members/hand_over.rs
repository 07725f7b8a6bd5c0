//! A reviewer of the log who came later is given the hours from before by one in place, each through the program on a
//! home of their own.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use pli_client::trust;
use serde_json::{Value, json};
use shared::cbor;
use shared::crypto::sha256;
use shared::seal::seal_small;
use shared::wire::{About, Ask, SealedKey};

const AGENT: &str = "agent-3f2a";

fn faults(verified: &Value) -> Vec<&str> {
    verified["faults"].as_array().unwrap().iter().map(|fault| fault["what"].as_str().unwrap()).collect()
}

/// Verifies the whole log anew; the faults, and how many records were opened.
fn verified(town: &Town, member: &str) -> (Vec<String>, u64) {
    let said = town.pli(member, &["log", "verify", "--all"]);
    let object = &said.objects[0];
    let faults: Vec<_> = faults(object).into_iter().map(str::to_owned).collect();
    assert_eq!(said.code, if faults.is_empty() { 0 } else { 5 }, "{said:?}");
    (faults, object["records"].as_u64().unwrap())
}

/// nothing of before is closed to the successor any more, neither records nor what lies beside them.
#[test]
fn who_came_later_reads_what_was_before() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let letter = [
        "send",
        "--group",
        &group,
        "--flow",
        "F07a",
        "--subject",
        "Hall 3",
        "--text",
        "Vu.",
        "--to",
        "preft",
    ];
    let sent = town.one(AGENT, &letter);
    let id = sent["id"].as_str().unwrap();
    town.one("preft", &["open", id, "--reason", "autre", "--reason-text", "pour la réunion"]);
    assert_eq!(verified(&town, "aud").0, [""; 0]);

    // Nobody is given anything who reviews nothing, and by nobody else.
    town.no("aud", &["log", "hand-over", "aud-2"], 2, "hand-over-nobody");
    town.no("aud", &["log", "hand-over", "csp"], 2, "hand-over-nobody");
    town.no("aud", &["log", "hand-over", "aud"], 2, "hand-over-nobody");
    town.no("csp", &["log", "hand-over", "aud"], 3, "not-a-reviewer");

    town.name_reviewer("aud-2");
    let (before, _) = verified(&town, "aud-2");
    assert!(before.len() > 20 && before.iter().all(|what| what == "unopened"), "{before:?}");

    // Somebody in place gives something false: it opens nothing, and is nobody else's fault.
    town.name_reviewer("aud-3");
    hand_something_false(&town, "aud-3", "aud-2", 1);
    let (before, _) = verified(&town, "aud-2");
    assert!(before.iter().all(|what| what == "unopened"), "{before:?}");

    let handed = town.one("aud", &["log", "hand-over", "aud-2"]);
    assert_eq!((&handed["state"], &handed["member"]), (&json!("handed"), &json!("aud-2")));
    assert_eq!((&handed["unopened"], handed["devices"].as_array().unwrap().len()), (&json!(0), 1));
    assert!(handed["hours"].as_u64().unwrap() > 0 && handed["annexes"].as_u64().unwrap() > 0, "{handed}");
    let (after, opened) = verified(&town, "aud-2");
    assert_eq!(after, [""; 0]);
    assert!(opened > before.len() as u64);
    let found = town.pli("aud-2", &["log", "search", "--item", id, "--act", "release"]);
    assert_eq!(found.objects[0]["reason_text"], "pour la réunion", "{found:?}");

    // It is in the log, by whom and to whom; the same again adds nothing.
    let told = town.pli("aud-2", &["log", "search", "--act", "hand-over", "--actor", "aud"]);
    assert_eq!(told.objects.len(), 1, "{told:?}");
    assert_eq!(
        (&told.objects[0]["recipients"], &told.objects[0]["reference"]),
        (&json!(["aud-2"]), &handed["devices"][0])
    );
    assert_eq!(town.one("aud", &["log", "hand-over", "aud-2"])["state"], "already");
    assert_eq!(verified(&town, "aud-2").0, [""; 0]);

    // And goes on from them, to who came last.
    assert_eq!(town.one("aud-2", &["log", "hand-over", "aud-3"])["state"], "handed");
    assert_eq!(verified(&town, "aud-3").0, [""; 0]);
    town.stop();
}

/// What no program of ours does.
fn hand_something_false(town: &Town, by: &str, to: &str, epoch: u64) {
    let mut session = town.session(by);
    town.wait(async {
        let mut directory = trust::prove(&mut session, About::Everybody).await.unwrap().directory;
        let device = directory.devices(&to.parse().unwrap())[0].id();
        trust::key_pages(&mut session, &mut directory, device).await.unwrap();
        let bucket = directory.bucket_for_log(device, session.now()).unwrap();
        let recipient = trust::recipient(&mut session, &directory, device, bucket).await.unwrap();
        let sealed = seal_small(&recipient, &[7; 32]).unwrap();
        let frame = cbor::encode(&SealedKey { epoch, bucket, sealed });
        let ask = Ask::HandOver { to: device, keys: 1, annexes: 0, digest: sha256(&frame) };
        assert!(session.ask(ask, &[frame]).await.unwrap().record.is_some());
    });
    session.close();
}
