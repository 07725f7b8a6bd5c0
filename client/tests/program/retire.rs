//! A letter is taken back, as a member does it: what they are told, what its readers see, and what a data protection
//! officer is given.
//!
//! Every test has a copy of the demo's world with a relay of its own ([`crate::world`]).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::world;

use pli_client::show::exact_time;
use serde_json::{Value, json};
use shared::time::Timestamp;
use std::fs;
use std::path::Path;
use world::{Said, World};

/// A letter of the town hall to the police and the landlord; its id, and what stands in it.
fn sent(world: &World) -> (String, [String; 3]) {
    let (group, subject, text) = (world.group("clairval"), world.canary("subject"), world.canary("text"));
    let document = world.document("document", 20_000);
    let send =
        ["send", "--group", &group, "--flow", "F05a", "--to", "police", "bailleur", "--expires", "30d"];
    let content =
        ["--subject", &subject, "--text", &text, "--attest", "--attach", document.to_str().unwrap()];
    let sent = world.one("mairie", &[&send[..], &content].concat());
    let name = document.file_name().unwrap().to_str().unwrap().to_owned();
    (sent["id"].as_str().unwrap().to_owned(), [subject, text, name])
}

fn of<'a>(said: &'a Said, id: &str) -> &'a Value {
    said.objects.iter().find(|entry| entry["id"] == id).unwrap()
}

fn time(value: &Value) -> Timestamp {
    let instant: jiff::Timestamp = value.as_str().unwrap().parse().unwrap();
    Timestamp(u64::try_from(instant.as_second()).unwrap())
}

/// What a person reads, in this language.
fn read(world: &World, person: &str, language: &str, arguments: &[&str]) -> String {
    let session = tempfile::Builder::new().prefix("pli").tempdir().unwrap();
    let passphrase = world.dir.join("people").join(format!("{person}.passphrase"));
    let output = world::program(session.path())
        .env("PLI_LANG", language)
        .arg("--home")
        .arg(world.home(person))
        .arg("--passphrase-file")
        .arg(passphrase)
        .args(arguments)
        .output()
        .unwrap();
    [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat()
}

fn refused(said: &Said, number: u16, code: &str) {
    assert_eq!((said.code, said.objects.len()), (3, 1), "{said:?}");
    let refusal = &said.objects[0]["refusal"];
    assert_eq!((&refusal["number"], &refusal["code"]), (&json!(number), &json!(code)), "{said:?}");
}

#[test]
fn a_recall_names_who_opened_it_and_drafts_the_notice() {
    let world = World::new("recall");
    let (id, content) = sent(&world);
    world.pli("police", &["inbox"]);
    world.one("police", &["open", &id, "--reason", "suivi"]);
    world.pli("bailleur", &["inbox"]);
    let file = world.desk().join("avis.txt");
    let recalled = world.one("mairie", &["recall", &id[..8], "--notice", file.to_str().unwrap()]);
    assert_eq!(
        (&recalled["id"], &recalled["state"], &recalled["because"], &recalled["complete"]),
        (&json!(id), &json!("retired"), &json!("wrong-recipient"), &json!(true))
    );
    let readers: Vec<_> = recalled["readers"].as_array().unwrap().iter().collect();
    let told: Vec<_> = readers.iter().map(|reader| (&reader["member"], &reader["state"])).collect();
    assert_eq!(told.len(), 2);
    assert!(told.contains(&(&json!("police"), &json!("opened"))), "{told:?}");
    assert!(told.contains(&(&json!("bailleur"), &json!("delivered"))), "{told:?}");

    // What the officer is given: times in Paris, the limit, who did what, and nothing of the content.
    let notice = fs::read_to_string(&file).unwrap();
    let at = time(&recalled["at"]);
    let opened = readers.iter().find(|reader| reader["member"] == "police").unwrap();
    for wanted in [
        exact_time(at),
        exact_time(at.plus(72 * 3600)),
        exact_time(time(&opened["at"])),
        id,
        format!("acte n° {}", recalled["index"]),
        "Classe N2".to_owned(),
        "[À COMPLÉTER]".to_owned(),
        "article 33".to_owned(),
        "une note et un document joint".to_owned(),
    ] {
        assert!(notice.contains(&wanted), "{wanted} is not in:\n{notice}");
    }
    let (read, unread) = notice.split_once("n'ont jamais ouvert").unwrap();
    let (_, read) = read.split_once("Ont ouvert le pli").unwrap();
    assert!(read.contains("ouverture, acte n°") && !read.contains("enveloppe montrée, acte n°\n"), "{read}");
    assert!(unread.contains("enveloppe montrée"), "{unread}");
    assert!(!unread.contains(" : ouverture, acte"), "{unread}");
    for secret in content {
        assert!(!notice.contains(&secret), "the content is in the notice");
    }
    assert!(!notice.contains("{ $") && !notice.contains("[breach"), "{notice}");
    world.end();
}

#[test]
fn whoever_had_it_sees_that_it_went() {
    let world = World::new("retired");
    let (id, _) = sent(&world);
    world.one("police", &["open", &id, "--reason", "suivi"]);
    let retired = world.one("mairie", &["retire", &id, "--because", "superseded"]);
    assert_eq!((&retired["state"], &retired["because"]), (&json!("retired"), &json!("superseded")));
    let expected = json!({"at": retired["at"], "because": "superseded"});

    // Its readers, its writer, and who tries.
    for person in ["police", "bailleur"] {
        let said = world.pli(person, &["inbox"]);
        let entry = of(&said, &id);
        assert_eq!((&entry["state"], &entry["retired"]), (&json!("retired"), &expected), "{person}");
        refused(&world.pli(person, &["open", &id, "--reason", "suivi"]), 48, "retired");
    }
    let said = world.pli("mairie", &["sent"]);
    assert_eq!((&of(&said, &id)["state"], &of(&said, &id)["retired"]), (&json!("retired"), &expected));
    let status = world.one("mairie", &["status", &id]);
    assert_eq!(status["retired"], expected);
    let states: Vec<_> = status["readers"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert!(states.contains(&&json!("opened")) && states.contains(&&json!("delivered")), "{status}");
    refused(&world.pli("mairie", &["open", &id, "--reason", "suivi"]), 48, "retired");
    assert_eq!(world.pli("mairie", &["regrant", &id, "--yes"]).objects, Vec::<Value>::new());

    // Once more, on another ground: nothing changes, and the first time stays.
    let again = world.one("mairie", &["recall", &id]);
    assert_eq!((&again["state"], &again["at"]), (&json!("already-retired"), &retired["at"]));
    assert_eq!(again["because"], "superseded", "the first ground stays");
    assert_eq!(world.one("mairie", &["status", &id])["retired"], expected);

    // In words, in both languages.
    let french = read(&world, "mairie", "fr", &["recall", &id]);
    for wanted in
        ["il était déjà retiré", "L'ont ouvert avant le retrait", "ne l'ont jamais ouvert", "72 heures"]
    {
        assert!(french.contains(wanted), "{wanted} is not in:\n{french}");
    }
    let english = read(&world, "police", "en", &["inbox"]);
    assert!(
        english.contains("taken back by its writer on") && english.contains("a later letter"),
        "{english}"
    );
    let french = read(&world, "bailleur", "fr", &["open", &id, "--reason", "suivi"]);
    assert!(french.contains("Ce pli a été retiré par son auteur"), "{french}");

    // The log has each, and what may be worth a question does not.
    let acts = world.pli("parquet", &["log", "search", "--act", "retirement"]);
    let told: Vec<_> = acts.objects.iter().map(|act| (&act["outcome"], &act["reference"])).collect();
    let (first, second) = (json!("done"), json!("already-done"));
    assert_eq!(
        told,
        [
            (&first, &json!("superseded")),
            (&second, &json!("wrong-recipient")),
            (&second, &json!("wrong-recipient"))
        ]
    );
    let anomalies = world.pli("parquet", &["log", "anomalies"]);
    assert!(anomalies.objects.iter().all(|found| found["rule"] != "after-retirement"), "{anomalies:?}");
    world.end();
}

#[test]
fn what_cannot_be_taken_back_says_why() {
    let mut world = World::new("not-retired");
    let (id, _) = sent(&world);
    let unknown = "0".repeat(32);
    for (person, id) in [("police", id.as_str()), ("voisin", &id), ("mairie", &unknown)] {
        refused(&world.pli(person, &["recall", id]), 11, "not-found");
        refused(&world.pli(person, &["retire", id, "--because", "received"]), 11, "not-found");
    }
    let usage = |arguments: &[&str], code: &str| {
        let said = world.pli("mairie", arguments);
        assert_eq!((said.code, &said.objects[0]["error"]["code"]), (2, &json!(code)), "{said:?}");
    };
    usage(&["retire", &id, "--because", "lost"], "retire-because");
    usage(&["retire", &id, "--because", "wrong-recipient"], "retire-because");
    usage(&["retire", &id], "usage-arguments");
    usage(&["recall", &id[..5]], "usage-id");
    let taken = world.desk().join("taken");
    fs::write(&taken, "there already").unwrap();
    usage(&["recall", &id, "--notice", taken.to_str().unwrap()], "recall-exists");
    let said = read(&world, "mairie", "fr", &["retire", &id, "--because", "lost"]);
    assert!(said.contains("superseded") && said.contains("pli recall"), "{said}");
    assert_eq!(world.one("mairie", &["status", &id]).get("retired"), None, "nothing was taken back");

    // A draft that cannot be written changes nothing about the letter, and can be had again.
    let nowhere = Path::new("/nowhere/avis.txt");
    let said = world.pli("mairie", &["recall", &id, "--notice", nowhere.to_str().unwrap()]);
    assert_eq!((said.code, &said.objects[0]["state"]), (1, &json!("retired")), "{said:?}");
    assert_eq!(
        (&said.objects[0]["notice"], &said.objects[1]["error"]["code"]),
        (&Value::Null, &json!("local-io"))
    );
    let file = world.desk().join("avis.txt");
    let again = world.one("mairie", &["recall", &id, "--notice", file.to_str().unwrap()]);
    assert_eq!((&again["state"], &again["notice"]), (&json!("already-retired"), &json!(file)));
    let notice = fs::read_to_string(&file).unwrap();
    assert!(notice.contains("personne n'a ouvert le pli avant le retrait."), "{notice}");
    assert!(notice.contains(&exact_time(time(&again["at"]))), "by the first time: {notice}");

    // Its day has come and gone: the relay knows nothing of it, and the receipt on this device does.
    world.stop_relay();
    fs::remove_dir_all(world.relay().join("segments")).unwrap();
    fs::create_dir(world.relay().join("segments")).unwrap();
    world.start_relay();
    refused(&world.pli("mairie", &["recall", &id]), 25, "expired");
    let said = read(&world, "mairie", "fr", &["recall", &id]);
    assert!(said.contains("Ce pli est déjà détruit"), "{said}");
    refused(&world.pli("police", &["recall", &id]), 11, "not-found");
    world.end();
}
