//! A letter is said again until a later day: its writer extends it, once and with a reason.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::world::World;
use serde_json::{Value, json};
use shared::time::{DAY_SECONDS, Timestamp};

fn instant(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// once, by its writer, for a reason, until the day that the flow allows from the first letter on.
#[test]
fn its_writer_extends_a_letter_once_and_says_why() {
    let world = World::new("extension");
    let (group, subject, text) = (world.group("clairval"), world.canary("subject"), world.canary("text"));
    let document = world.document("document", 70_000);
    let send =
        ["send", "--group", &group, "--flow", "F05a", "--to", "police", "bailleur", "--expires", "30d"];
    let content =
        ["--subject", &subject, "--text", &text, "--attest", "--attach", document.to_str().unwrap()];
    let first = world.one("mairie", &[&send[..], &content].concat());
    let id = first["id"].as_str().unwrap();
    world.one("police", &["open", id, "--reason", "suivi"]);

    // By nobody else, and not without one of the reasons of its flow.
    let others = world.pli("police", &["extend", id, "--reason", "suivi"]);
    assert_eq!(others.code, 3, "{others:?}");
    let unknown = world.pli("mairie", &["extend", id, "--reason", "autre"]);
    assert_eq!((unknown.code, &unknown.objects[0]["refusal"]["code"]), (3, &json!("reason-unknown")));

    let extended = world.one("mairie", &["extend", id, "--reason", "suivi"]);
    let anew = extended["id"].as_str().unwrap();
    assert_eq!((&extended["extends"], &extended["first_retired"]), (&json!(id), &json!(true)));
    let (before, after) = (instant(&first["expires"]), instant(&extended["expires"]));
    let sent = world.pli("mairie", &["sent"]);
    let of = |id: &str| sent.objects.iter().find(|entry| entry["id"] == id).unwrap();
    let created = instant(&of(id)["created"]);
    assert!(before < after && after <= created.plus(180 * DAY_SECONDS), "{before} {after}");
    assert!(after > created.plus(140 * DAY_SECONDS), "the last month's end within 180 days: {after}");
    assert_eq!((&of(id)["state"], &of(anew)["state"]), (&json!("retired"), &json!("deposited")));

    // The readers have one that opens, with the same documents.
    let folder = world.desk().join("saved");
    let opened =
        world.one("bailleur", &["open", anew, "--reason", "suivi", "--save", folder.to_str().unwrap()]);
    assert_eq!((&opened["subject"], &opened["text"]), (&json!(subject), &json!(text)));
    let name = document.file_name().unwrap();
    assert_eq!(std::fs::read(folder.join(name)).unwrap(), std::fs::read(&document).unwrap());
    assert_eq!(world.pli("police", &["open", id, "--reason", "suivi"]).code, 3);

    // Once is once, also of the one that it became.
    for gone in [id, anew] {
        let again = world.pli("mairie", &["extend", gone, "--reason", "suivi"]);
        assert_eq!(again.code, 3, "{again:?}");
    }
    // The reviewers see what it rests on, and why.
    let log = world.pli("parquet", &["log", "search", "--item", anew]);
    let deposit = log.objects.iter().find(|record| record["act"] == "deposit").unwrap();
    assert_eq!((&deposit["reference"], &deposit["reason"]), (&json!(id), &json!("suivi")));
    let log = world.pli("parquet", &["log", "search", "--item", id]);
    assert!(log.objects.iter().any(|record| record["act"] == "renewal"), "{log:?}");
    // No copy of what passed through is left.
    let inbox = world.home("mairie").join("inbox");
    assert_eq!(std::fs::read_dir(inbox).unwrap().count(), 0);
    world.end();
}
