//! The contract of `pli`: its commands, the objects they say, their exit codes, and the world that
//! `pli demo` leaves. Scripts rely on it, so a change here is a change for them.
//!
//! Every test has a copy of the demo's world with a relay of its own ([`crate::world`]).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says why")]

use crate::independent;
use crate::printed;
use crate::world;

use independent::independent;
use serde_json::{Value, json};
use shared::crypto::sha256;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use world::{DEMO, PEOPLE, Said, World, bytes_under, files, interrupt, until};

/// Large enough that an interruption finds it on its way.
const LARGE_BYTES: usize = 64 << 20;

/// So much of it has passed when it is interrupted.
const BEGUN_BYTES: u64 = 1 << 20;

#[test]
fn the_demo_tells_its_story_and_leaves_its_world() {
    assert_eq!(DEMO.output.status.code(), Some(0), "{:?}", DEMO.output);
    let story = String::from_utf8(DEMO.output.stdout.clone()).unwrap();
    for chapter in 1..=9 {
        assert!(story.contains(&format!("\n{chapter}. ")), "chapter {chapter}: {story}");
    }
    for said in
        ["Pli ", "Refusé : ", "Ouvert : ", "identiques", "Sa boîte est vide", "a été changée après coup"]
    {
        assert!(story.contains(said), "{said}: {story}");
    }
    let dir = &DEMO.dir;
    assert!(story.contains(&format!("serve --dir {}/relay", dir.display())), "{story}");
    assert!(story.contains(&format!("--home {}/people/", dir.display())), "{story}");

    assert_eq!(names(&dir.join("people")), {
        let with_passphrase = |person: &&str| [(*person).to_owned(), format!("{person}.passphrase")];
        PEOPLE.iter().flat_map(with_passphrase).collect::<Vec<_>>()
    });
    for person in PEOPLE {
        assert!(dir.join("people").join(person).join("home.toml").is_file(), "{person}");
    }
    let named = names(dir);
    for name in ["address", "groups.json", "people", "relay"] {
        assert!(named.contains(&name.to_owned()), "{name}: {named:?}");
    }
    let groups: Value = serde_json::from_slice(&fs::read(dir.join("groups.json")).unwrap()).unwrap();
    check_shape(&groups, &json!({"clairval": "id", "montreval": "id"}));
    let address = fs::read_to_string(dir.join("address")).unwrap();
    assert!(address.parse::<std::net::SocketAddr>().unwrap().ip().is_loopback());
}

#[test]
fn every_object_has_the_keys_of_the_contract() {
    let world = World::new("objects");
    let (subject, text) = (world.canary("subject"), world.canary("text"));
    let document = world.document("document", 100_000);
    let group = world.group("clairval");
    let sent = world.one(
        "mairie",
        &[
            "send",
            "--group",
            &group,
            "--flow",
            "F05a",
            "--to",
            "police",
            "bailleur",
            "--subject",
            &subject,
            "--text",
            &text,
            "--attest",
            "--attach",
            document.to_str().unwrap(),
            "--expires",
            "30d",
        ],
    );
    check_shape(
        &sent,
        &json!({
            "id": "id", "group": "id", "flow": "text", "expires": "time", "state": "text", "index": "count",
            "readers": [{"member": "text", "organisation": "text", "devices": "count"}],
        }),
    );
    assert_eq!(
        (&sent["group"], &sent["flow"], &sent["state"]),
        (&json!(group), &json!("F05a"), &json!("deposited"))
    );
    let readers: Vec<_> =
        sent["readers"].as_array().unwrap().iter().map(|reader| &reader["member"]).collect();
    assert_eq!(readers, [&json!("bailleur"), &json!("police")]);
    let id = string(&sent["id"]);

    let inbox = world.pli("police", &["inbox"]);
    assert_eq!(inbox.code, 0);
    for entry in &inbox.objects {
        check_shape(
            entry,
            &json!({
                "id": "id", "group": "id", "group_name": "text", "flow": "text", "title": "text",
                "from": {"member": "text", "name": "text", "organisation": "text", "organisation_name": "text"},
                "created": "time", "expires": "time", "parts": [{"kind": "text", "bytes": "count"}], "state": "text",
            }),
        );
    }
    let entry = inbox.objects.iter().find(|entry| entry["id"] == id).unwrap();
    assert_eq!([&entry["from"]["member"], &entry["from"]["organisation"]], ["mairie", "mairie"]);
    assert_eq!(entry["expires"], sent["expires"]);
    let kinds: Vec<_> = entry["parts"].as_array().unwrap().iter().map(|part| &part["kind"]).collect();
    assert_eq!(kinds, [&json!("document"), &json!("note")]);

    let desk = world.desk();
    let saved = desk.join("saved");
    let opened =
        world.one("police", &["open", &id[..6], "--reason", "suivi", "--save", saved.to_str().unwrap()]);
    check_shape(
        &opened,
        &json!({
            "id": "id", "flow": "text", "from": {"member": "text", "name": "text", "organisation": "text"},
            "created": "time", "expires": "time", "subject": "text", "text": "text",
            "attachments": [{"name": "text", "bytes": "count", "sha256": "digest", "path": "text"}], "index": "count",
            "screening": {"verdict": "text", "reread": "flag", "vouched": [{"place": "text", "because": "text"}]},
        }),
    );
    assert_eq!((&opened["subject"], &opened["text"]), (&json!(subject), &json!(text)));
    let attachment = &opened["attachments"][0];
    let content = fs::read(&document).unwrap();
    assert_eq!(attachment["name"], document.file_name().unwrap().to_str().unwrap());
    assert_eq!(attachment["bytes"], content.len());
    assert_eq!(attachment["sha256"], sha256(&content).to_string());
    assert!(fs::read(attachment["path"].as_str().unwrap()).unwrap() == content);

    let own = world.pli("mairie", &["inbox"]);
    assert_eq!((own.code, own.objects), (0, vec![]), "who wrote it does not wait for it");

    // A folder that cannot be made is noticed before the opening is recorded.
    let occupied = document.to_str().unwrap();
    let said = world.pli("bailleur", &["open", &id, "--reason", "suivi", "--save", occupied]);
    assert_eq!((said.code, &said.objects[0]["error"]["code"]), (1, &json!("save-io")));
    let status = world.one("mairie", &["status", &id]);
    assert_eq!(
        status["readers"].as_array().unwrap().iter().filter(|reader| reader["state"] == "opened").count(),
        1
    );

    // Without a folder nothing is written, and no path is said.
    let unsaved = world.one("bailleur", &["open", &id, "--reason", "suivi"]);
    assert_eq!(unsaved["attachments"][0]["path"], Value::Null);

    let status = world.one("mairie", &["status", &id]);
    check_shape(
        &status,
        &json!({
            "id": "id", "flow": "text", "title": "text", "created": "time",
            "readers": [{"member": "text", "device": "id", "state": "text", "at": "time"}],
        }),
    );
    let states: Vec<_> =
        status["readers"].as_array().unwrap().iter().map(|reader| &reader["state"]).collect();
    assert_eq!(states, [&json!("opened"), &json!("opened")]);

    let all = world.pli("mairie", &["sent"]);
    let entry = all.objects.iter().find(|entry| entry["id"] == id).unwrap();
    check_shape(
        entry,
        &json!({
            "id": "id", "group": "id", "flow": "text", "title": "text", "to": ["text"], "names": ["text"],
            "created": "time", "expires": "time", "parts": [{"kind": "text", "bytes": "count"}], "state": "text",
        }),
    );

    let regranted = world.pli("mairie", &["regrant", "--yes"]);
    assert_eq!((regranted.code, regranted.objects), (0, vec![]), "every reader has a grant on each device");

    let verified = world.one("voisin", &["log", "verify"]);
    check_shape(
        &verified,
        &json!({
            "size": "count", "root": "digest", "time": "time", "witnesses": [], "from": "count", "records": "count",
            "unread_before": "count", "closed_on_order": "count", "closed_for_good": "count",
            "opened": "flag", "faults": [],
        }),
    );
    assert_eq!(verified["opened"], false, "only a reviewer opens boxes");
    world.end();
}

#[test]
fn an_id_is_named_by_a_beginning_of_six_digits() {
    let world = World::new("beginnings");
    let id = string(&note(&world)["id"]);
    let check = |person: &str, command: &str, beginning: &str, code: i32| {
        let said = world.pli(person, &[&[command, beginning], reason(command)].concat());
        assert_eq!(said.code, code, "{command} {beginning}: {said:?}");
    };
    let commands = [("police", "open"), ("mairie", "status"), ("mairie", "regrant"), ("mairie", "recall")];
    for (person, command) in commands {
        check(person, command, &id, 0);
        check(person, command, &id[..6], 0);
        check(person, command, &id[..6].to_uppercase(), 0);
        check(person, command, &id[..5], 2);
        check(person, command, "", 2);
        check(person, command, "not an id", 2);
    }
    let group = world.group("clairval");
    let code = |group: &str| {
        let (subject, text) = (world.canary("subject"), world.canary("text"));
        let letter = [
            "send",
            "--flow",
            "F05a",
            "--to",
            "police",
            "--subject",
            &subject,
            "--text",
            &text,
            "--group",
            group,
        ];
        world.pli("mairie", &letter).code
    };
    assert_eq!(code(&group[..6]), 0);
    assert_eq!(code(&group[..5]), 2);
    world.end();
}

#[test]
fn what_is_typed_wrongly_is_usage() {
    let world = World::new("usage");
    let group = world.group("clairval");
    let letter =
        ["send", "--group", &group, "--flow", "F05a", "--to", "police", "--subject", "s", "--text", "t"];
    let check = |arguments: &[&str], code: &str| {
        let said = world.pli("mairie", arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {said:?}");
        assert_eq!(
            (said.objects.len(), &said.objects[0]["error"]["code"]),
            (1, &json!(code)),
            "{arguments:?}"
        );
    };
    check(&["inbox", "--loudly"], "usage-arguments");
    check(&["unheard-of"], "usage-arguments");
    check(&[&letter[..], &["--expires", "soon"]].concat(), "usage-arguments");
    check(&letter[..letter.len() - 2], "usage-arguments");
    check(&[&letter[..], &["--attest", "--attach", "/nowhere/patrouilles.csv"]].concat(), "send-document");
    check(&[&letter[..], &["--attest", "--attach", "/"]].concat(), "send-document");
    check(&["inbox", "--passphrase-file", "/nowhere/passphrase"], "usage-passphrase-file");
    let said = world.run("voisin", &["inbox"]);
    assert_eq!((said.code, &said.objects[0]["error"]["code"]), (2, &json!("usage-locked")));
    let said = world.run("nobody", &["inbox"]);
    assert_eq!((said.code, &said.objects[0]["error"]["code"]), (2, &json!("home-absent")));
    let homeless = world::program(&world.desk()).args(["--json", "inbox"]).output().unwrap();
    assert_eq!(homeless.status.code(), Some(2));
    world.end();
}

#[test]
fn a_refusal_has_its_number_and_its_code() {
    let world = World::new("refusals");
    let group = world.group("clairval");
    let (subject, text) = (world.canary("subject"), world.canary("text"));
    let send = |flow: &'static str, to: &'static str, more: &[&'static str]| {
        let base =
            ["send", "--group", &group, "--flow", flow, "--to", to, "--subject", &subject, "--text", &text];
        base.iter().chain(more).map(|argument| (*argument).to_owned()).collect::<Vec<_>>()
    };
    let check = |person: &str, arguments: &[String], number: u16, code: &str| {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        refused(&world.pli(person, &arguments), number, code)
    };
    check("voisin", &send("F05a", "police", &[]), 12, "not-a-member");
    check("mairie", &send("F23a", "police", &[]), 13, "unknown-flow");
    check("mairie", &send("F10b", "bailleur", &[]), 14, "sender-role");
    check("police", &send("F10b", "mairie", &[]), 15, "recipient-role");
    check("mairie", &send("F05a", "voisin", &[]), 15, "recipient-role");
    check("mairie", &send("F05a", "police", &["--expires", "200d"]), 17, "retention");

    let id = string(&note(&world)["id"]);
    let open = |id: &str, more: &[&str]| {
        ["open", id].iter().chain(more).map(|argument| (*argument).to_owned()).collect::<Vec<_>>()
    };
    check("police", &open(&id, &[]), 27, "reason-missing");
    check("police", &open(&id, &["--reason", "curiosite"]), 28, "reason-unknown");
    let text = world.canary("reason text");
    check("police", &open(&id, &["--reason", "suivi", "--reason-text", &text]), 27, "reason-missing");
    check("police", &open(&id, &["--reason", "autre"]), 27, "reason-missing");

    // What is not there and what is another's get one answer.
    let unknown = check("voisin", &open(&"0".repeat(32), &["--reason", "suivi"]), 11, "not-found");
    assert_eq!(check("voisin", &open(&id, &["--reason", "suivi"]), 11, "not-found"), unknown);
    let status = |id: &str| vec!["status".to_owned(), id.to_owned()];
    assert_eq!(check("police", &status(&"0".repeat(32)), 11, "not-found"), unknown);
    assert_eq!(check("police", &status(&id), 11, "not-found"), unknown);
    let regrant = vec!["regrant".to_owned(), id.clone()];
    assert_eq!(check("police", &regrant, 11, "not-found"), unknown, "only its writer lets others read");
    for person in ["mairie", "police", "bailleur", "voisin"] {
        check(person, &["log".to_owned(), "show".to_owned()], 32, "not-a-reviewer");
    }
    world.end();
}

#[test]
fn the_screen_objects_before_anything_is_sealed() {
    let world = World::new("objections");
    let group = world.group("clairval");
    let disguised = world.desk().join("bilan\u{202e}fdp.exe");
    fs::write(&disguised, "not a PDF").unwrap();
    let check = |subject: &str, more: &[&str], rule: &str| {
        let base = [
            "send",
            "--group",
            &group,
            "--flow",
            "F05a",
            "--to",
            "police",
            "--subject",
            subject,
            "--text",
            "t",
        ];
        let said = world.pli("mairie", &[&base, more].concat());
        assert_eq!(said.code, 4, "{said:?}");
        assert_eq!(said.objects, [json!({"objection": {"verdict": "refuse", "rules": [rule]}})]);
        assert_eq!(files(&world.home("mairie").join("outbox")), Vec::<PathBuf>::new());
    };
    check("", &[], "form-subject");
    check(" ", &[], "form-subject");
    check("two\nlines", &[], "form-subject");
    check("a subject", &["--attest", "--attach", disguised.to_str().unwrap()], "form-document-name");
    world.end();
}

#[test]
fn a_wrong_passphrase_fails_on_this_machine() {
    let world = World::new("passphrase");
    let wrong = world.desk().join("wrong");
    fs::write(&wrong, "not the passphrase\n").unwrap();
    let said = world.run("police", &["inbox", "--passphrase-file", wrong.to_str().unwrap()]);
    assert_eq!((said.code, &said.objects[0]["error"]["code"]), (1, &json!("keystore-wrong-passphrase")));
    let right = world.dir.join("people").join("police.passphrase");
    assert_eq!(world.run("police", &["inbox", "--passphrase-file", right.to_str().unwrap()]).code, 0);
    world.end();
}

#[test]
fn a_relay_that_is_gone_is_not_reached() {
    let mut world = World::new("unreached");
    world.unlock("police");
    world.stop_relay();
    let said = world.pli("police", &["inbox"]);
    assert_eq!((said.code, &said.objects[0]["error"]["code"]), (6, &json!("unreached")));
    world.start_relay();
    assert_eq!(world.pli("police", &["inbox"]).code, 0);
    world.end();
}

#[test]
fn numbers_have_no_names_and_no_content() {
    let world = World::new("stats");
    for _ in 0..3 {
        note(&world);
    }
    // A picture says nothing to the rules: its writer vouches for it.
    let picture = world.desk().join("plan.png");
    fs::write(&picture, b"\x89PNG\r\n\x1a\n").unwrap();
    note_with(&world, &["--attest", "--attach", picture.to_str().unwrap()]);
    let folder = world.desk().join("nombres");
    let out = folder.to_str().unwrap();
    let made = world.one("parquet", &["stats", "--out", out]);
    assert_eq!(made["groups"], 1);
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let numbers: Value = serde_json::from_str(&read("statistiques.json")).unwrap();
    let of_notes = numbers["lines"].as_array().unwrap().iter().find(|line| line["flow"] == "F05a").unwrap();
    assert_eq!((&of_notes["letters"], &of_notes["unread"]), (&json!(5), &json!(4)), "the demo's, and these");
    assert_eq!(of_notes["attested"], 1);
    let of_patrols = numbers["lines"].as_array().unwrap().iter().find(|line| line["flow"] == "F10b").unwrap();
    assert_eq!(
        (&of_patrols["letters"], &of_patrols["unread"]),
        (&json!(1), &Value::Null),
        "one is somebody's"
    );
    let all = [read("statistiques.html"), read("statistiques.csv"), read("statistiques.json")].concat();
    assert!(all.contains("Groupe bailleurs de Clairval") && all.contains("Note confidentielle"));
    for name in ["Orsini", "Delmas", "\"police\"", "commissariat", "mairie"] {
        assert!(!all.contains(name), "{name}");
    }
    let nothing = folder.with_extension("avant");
    let before = ["stats", "--out", nothing.to_str().unwrap(), "--until", "2020-01-01"];
    assert_eq!(world.one("parquet", &before)["letters"], 0);
    let again = world.pli("parquet", &["stats", "--out", out]);
    assert_eq!((again.code, &again.objects[0]["error"]["code"]), (2, &json!("report-folder")));
    assert_eq!(
        world.pli("police", &["stats", "--out", nothing.with_extension("refus").to_str().unwrap()]).code,
        3
    );
    world.end();
}

/// What this device verified is gone on from; what lies in its folder is believed as far as it gives the root.
#[test]
fn what_was_verified_is_gone_on_from() {
    let world = World::new("incremental");
    note(&world);
    let first = world.one("parquet", &["log", "verify"]);
    note(&world);
    let second = world.one("parquet", &["log", "verify"]);
    assert_eq!(second["from"], first["size"]);
    assert_eq!(second["records"], 4, "the first reading, two connections and the deposit");
    let all = world.one("parquet", &["log", "verify", "--all"]);
    assert_eq!(all["from"], 0);
    assert!(all["records"].as_u64() > first["records"].as_u64(), "{all}");

    // What this device keeps of the log was changed: it says so, and asks for it again.
    let bundle = world.home("parquet").join("log/tile/entries/000.p");
    let bundle = files(&bundle).pop().unwrap();
    flip(&bundle, 300);
    let said = world.pli("parquet", &["log", "show"]);
    assert_eq!((said.code, &said.objects.last().unwrap()["error"]["code"]), (1, &json!("mirror-damaged")));
    world.one("parquet", &["log", "verify", "--all"]);
    assert_eq!(world.pli("parquet", &["log", "show"]).code, 0);
    world.end();
}

#[test]
fn what_was_altered_does_not_verify() {
    let world = World::new("altered");
    let document = world.document("document", 100_000);
    let sent = note_with(&world, &["--attest", "--attach", document.to_str().unwrap()]);
    let (id, index) = (string(&sent["id"]), &sent["index"]);

    // One bit of one leaf.
    let proof = world.desk().join("proof");
    world.one("parquet", &["log", "show", &index.to_string(), "--proof", proof.to_str().unwrap()]);
    let leaf = fs::read(proof.join("leaf")).unwrap();
    let leaves = world.relay().join("log").join("leaves");
    let place = find(&fs::read(&leaves).unwrap(), &leaf) + leaf.len() / 2;
    flip(&leaves, place);
    for person in ["parquet", "voisin"] {
        let said = world.pli(person, &["log", "verify", "--all"]);
        assert_eq!(said.code, 5, "{said:?}");
        let faults = said.objects[0]["faults"].as_array().unwrap();
        assert!(faults.iter().any(|fault| fault["index"] == *index), "{faults:?}");
        assert_eq!(said.objects[1]["error"]["code"], "log-faults");
    }
    flip(&leaves, place);
    assert_eq!(world.pli("parquet", &["log", "verify"]).code, 0);

    // One bit of a document.
    let blob = blobs(&world).into_iter().find(|path| path.to_string_lossy().contains(&id)).unwrap();
    flip(&blob, 50_000);
    let saved = world.desk().join("saved");
    let open = ["open", &id, "--reason", "suivi", "--save", saved.to_str().unwrap()];
    let said = world.pli("police", &open);
    assert_eq!((said.code, &said.objects[0]["error"]["code"]), (5, &json!("open-not-authentic")), "{said:?}");
    assert_eq!(files(&saved), Vec::<PathBuf>::new(), "nothing is left that did not verify");
    flip(&blob, 50_000);
    world.one("police", &open);
    world.end();
}

#[test]
fn the_text_of_a_reason_reaches_the_parquet_alone() {
    let world = World::new("reason text");
    let id = string(&note(&world)["id"]);
    let text = world.canary("reason text");
    let opened = world.one("police", &["open", &id, "--reason", "autre", "--reason-text", &text]);
    let index = opened["index"].to_string();
    let record = world.one("parquet", &["log", "show", &index]);
    check_shape(
        &record,
        &json!({
            "index": "count", "time": "time", "act": "text", "item": "id", "group": "id", "flow": "text", "class": "text",
            "actor": {"member": "text", "function": "text", "organisation": "text", "device": "id"},
            "reason": "text", "reason_text": "text", "reference": "null", "recipients": ["text"], "outcome": "text",
            "count": "count", "attested": "text", "software": "text",
        }),
    );
    assert_eq!((&record["actor"]["member"], &record["reason"]), (&json!("police"), &json!("autre")));
    assert_eq!(record["reason_text"], text);
    let status = world.one("mairie", &["status", &id]);
    assert!(!status.to_string().contains(&text), "the writer is not told");
    world.end();
}

#[test]
fn a_reviewer_finds_the_letters_that_concern_a_person_and_nobody_else_learns_the_name() {
    let world = World::new("person");
    let (name, group) = (world.canary_name("person"), world.group("clairval"));
    let (subject, text) = (world.canary("subject"), world.canary("text"));
    let send = ["send", "--group", &group, "--flow", "F05a", "--to", "police", "bailleur"];
    let letter = ["--subject", &subject, "--text", &text];
    let person = format!("{} Zoé, 1987", name.to_uppercase());
    let about = world.one("mairie", &[&send[..], &letter, &["--person", &person]].concat());
    world.one("mairie", &[&send[..], &letter].concat());
    let id = string(&about["id"]);
    world.one("police", &["open", &id, "--reason", "suivi"]);

    let found = |typed: &str| {
        let said = world.pli("parquet", &["log", "person", typed]);
        assert_eq!(said.code, 0, "{said:?}");
        said.objects
    };
    let objects = found(&format!("zoe {name},1987"));
    assert_eq!(
        objects[0],
        json!({"item": id, "found": "name-and-year", "ungiven": ["bailleur"]}),
        "to whom it was not given"
    );
    let acts: Vec<_> = objects[1..].iter().map(|record| string(&record["act"])).collect();
    assert_eq!(acts, ["deposit", "delivery", "release", "opening"]);
    assert!(objects[1..].iter().all(|record| record["item"] == json!(id)));
    assert_eq!(found(&format!("{name} Zoé"))[0]["found"], "name");
    assert_eq!(found(&format!("{name} Zoé, 1988"))[0]["found"], "name");
    assert_eq!(found("Quelquun Dautre, 1987"), Vec::<Value>::new());

    // Who is not a reviewer asks for nothing, and what is no person is said so.
    let refused = world.pli("police", &["log", "person", &person]);
    assert_eq!((refused.code, &refused.objects[0]["refusal"]["code"]), (3, &json!("not-a-reviewer")));
    let bad = world.pli("mairie", &[&send[..], &letter, &["--person", "1987"]].concat());
    assert_eq!((bad.code, &bad.objects[0]["error"]["code"]), (2, &json!("usage-arguments")));
    world.end();
}

#[test]
fn a_reviewer_asks_for_what_fits_and_is_told_what_may_be_worth_a_question() {
    let world = World::new("search");
    let id = string(&note(&world)["id"]);
    world.one("police", &["open", &id, "--reason", "suivi"]);
    let found = |arguments: &[&str]| {
        let said = world.pli("parquet", &[&["log", "search"], arguments].concat());
        assert_eq!(said.code, 0, "{said:?}");
        said.objects.iter().map(|record| string(&record["act"])).collect::<Vec<_>>()
    };
    let item = ["--item", &id[..8]];
    assert_eq!(found(&item)[0], "deposit");
    assert_eq!(found(&[&item[..], &["--act", "release"]].concat()), ["release"]);
    assert_eq!(found(&[&item[..], &["--actor", "police", "--stated-reason", "suivi"]].concat()), ["release"]);
    assert_eq!(found(&[&item[..], &["--organisation", "mairie"]].concat()), ["deposit"]);
    assert_eq!(found(&[&item[..], &["--until", "31/12/2020"]].concat()), Vec::<String>::new());
    assert_eq!(found(&[&item[..], &["--flow", "F10b"]].concat()), Vec::<String>::new());
    let group = world.group("clairval");
    assert_eq!(found(&[&item[..], &["--group", &group[..8], "--act", "deposit"]].concat()), ["deposit"]);
    let bad = world.pli("parquet", &["log", "search", "--act", "reading"]);
    assert_eq!((bad.code, &bad.objects[0]["error"]["code"]), (2, &json!("usage-arguments")));

    // Who tried in vain is found, and what rests on the relay's word alone says so.
    assert_eq!(world.pli("police", &["log", "search"]).code, 3);
    let attested = |act: &str| {
        let said = world.pli("parquet", &["log", "search", "--actor", "police", "--act", act]);
        let told = |record: &Value| (string(&record["attested"]), record["reference"].clone());
        let mut told: Vec<_> = said.objects.iter().map(told).collect();
        told.dedup();
        told
    };
    assert_eq!(attested("refusal").last(), Some(&("actor".to_owned(), json!("not-a-reviewer"))));
    assert_eq!(attested("connection"), [("relay".to_owned(), Value::Null)]);

    // Whatever the hour of this test: nobody read what was not theirs, or without having signed.
    let said = world.pli("parquet", &["log", "anomalies"]);
    assert_eq!(said.code, 0, "{said:?}");
    for told in &said.objects {
        check_shape(
            told,
            &json!({"rule": "text", "member": "text", "count": "count", "records": ["count"],
                "from": "time", "until": "time"}),
        );
        assert!(
            !["not-a-member", "before-signature", "did-not-verify"].contains(&told["rule"].as_str().unwrap()),
            "{told}"
        );
    }
    world.end();
}

#[test]
fn a_report_names_nobody_without_an_order_and_is_made_of_files_that_need_no_pli() {
    let world = World::new("report");
    let id = string(&note(&world)["id"]);
    world.one("police", &["open", &id, "--reason", "suivi"]);
    let report = |name: &str, more: &[&str]| {
        let folder = world.desk().join(name);
        let out = folder.to_str().unwrap().to_owned();
        let who = ["--requested-by", "Mme Hamon, vice-procureure", "--ground", "convention, art. 5"];
        let made = world
            .one("parquet", &[&["log", "report", "--out", &out], &who[..], &["--item", &id], more].concat());
        (made, folder)
    };
    let (made, folder) = report("controle", &[]);
    assert_eq!((&made["acts"], &made["faults"]), (&json!(4), &json!(0)), "{made}");
    let text = |folder: &Path, name: &str| fs::read_to_string(folder.join(name)).unwrap();
    for name in ["rapport.html", "actes.csv", "actes.json"] {
        let written = text(&folder, name);
        for told in ["Orsini", "Delmas", "\"member\": \"police\"", ">police ("] {
            assert!(!written.contains(told), "{name} names nobody: {told}");
        }
    }
    let page = text(&folder, "rapport.html");
    for told in [
        "Le journal est entier",
        "M1 (COORD, mairie)",
        "Mme Hamon, vice-procureure",
        "art. 5",
        &id[..8],
        "ouverture",
    ] {
        assert!(page.contains(told), "{told}");
    }
    for reaching_out in ["<script", "http:", "https:", "src="] {
        assert!(!page.contains(reaching_out), "{reaching_out}");
    }
    let paper = |folder: &Path| printed::pages(&fs::read(folder.join("rapport.pdf")).unwrap()).concat();
    let printed = paper(&folder);
    for told in ["Orsini", "Delmas", "police("] {
        assert!(!printed.contains(told), "rapport.pdf names nobody: {told}");
    }
    for told in ["Lejournalestentier", "M1(COORD,mairie)", "MmeHamon,vice-procureure", "Chronologie"] {
        assert!(printed.contains(told), "{told}: {printed}");
    }
    let csv = text(&folder, "actes.csv");
    let authors: Vec<_> = csv.lines().skip(1).map(|line| line.split(';').nth(3).unwrap()).collect();
    assert!(authors.len() == 4 && authors.iter().all(|author| author.starts_with('M')), "{authors:?}");
    let acts: Value = serde_json::from_str(&text(&folder, "actes.json")).unwrap();
    for act in acts["acts"].as_array().unwrap() {
        let readers = act["recipients"].as_array().unwrap().iter().chain([&act["actor"]["member"]]);
        assert!(
            readers.map(|reader| reader.as_str().unwrap()).all(|reader| reader.starts_with('M')),
            "{act}"
        );
    }

    // What rests on the relay's word alone says so in every file.
    let doors = world.desk().join("connexions");
    let out = doors.to_str().unwrap().to_owned();
    let who = ["--requested-by", "Mme Hamon", "--ground", "convention, art. 5", "--act", "connection"];
    world.one("parquet", &[&["log", "report", "--out", &out], &who[..]].concat());
    assert!(text(&doors, "actes.csv").lines().skip(1).all(|line| line.ends_with(";1;relais")));
    assert!(text(&doors, "rapport.html").contains("connexion (sur la seule parole du relais)"));
    let told: Value = serde_json::from_str(&text(&doors, "actes.json")).unwrap();
    let told = told["acts"].as_array().unwrap();
    assert!(!told.is_empty() && told.iter().all(|act| act["attested"] == "relay" && act["count"] == 1));
    assert!(!page.contains("seule parole") && acts["acts"][0]["attested"] == "actor");

    // Every file stands in the list of digests, as it is.
    let sums = text(&folder, "empreintes.txt");
    let listed: Vec<_> = sums.lines().map(|line| line.split_once("  ").unwrap()).collect();
    for (digest, name) in &listed {
        assert_eq!(sha256(&fs::read(folder.join(name)).unwrap()).to_string(), *digest, "{name}");
    }
    assert_eq!(listed.len(), files(&folder).len() - 1);
    let (said, out) = (
        world.pli(
            "parquet",
            &["log", "report", "--out", folder.to_str().unwrap(), "--requested-by", "x", "--ground", "y"],
        ),
        2,
    );
    assert_eq!((said.code, &said.objects[0]["error"]["code"]), (out, &json!("report-folder")));

    // With an order people have names, and the log tells that it was so.
    let (_, folder) = report("procedure", &["--order", "réquisition 2026/412"]);
    let page = text(&folder, "rapport.html");
    assert!(page.contains("Awa Delmas [mairie] (COORD, mairie)") && page.contains("réquisition 2026/412"));
    let printed = paper(&folder);
    assert!(printed.contains("AwaDelmas[mairie](COORD,mairie)") && printed.contains("réquisition2026/412"));
    let readings = world.pli("parquet", &["log", "search", "--act", "log-reading"]);
    assert!(readings.objects.iter().any(|record| record["reference"] == "réquisition 2026/412"));
    world.end();
}

#[test]
fn a_member_proves_their_own_acts_without_the_relay_and_a_reviewer_compares() {
    let mut world = World::new("receipts");
    let id = string(&note(&world)["id"]);
    world.one("police", &["open", &id, "--reason", "suivi"]);
    let file = world.desk().join("recus");
    let file = file.to_str().unwrap();
    let given = world.one("police", &["receipt", "give", "--out", file]);
    assert!(given["receipts"].as_u64().unwrap() >= 2);
    let compared = world.one("parquet", &["log", "receipts", file]);
    assert_eq!((&compared["receipts"], &compared["missing"]), (&given["receipts"], &json!([])));

    world.stop_relay();
    let own = world.pli("police", &["accesses", "--item", &id]);
    let acts: Vec<_> = own.objects.iter().map(|record| string(&record["act"])).collect();
    assert_eq!((own.code, acts), (0, vec!["release".to_owned(), "opening".to_owned()]));
    assert_eq!(world.pli("mairie", &["receipt", "verify", file]).objects.len() as u64, given["receipts"]);

    // A receipt proves what it proves, and no bit of it else.
    let bytes = fs::read(file).unwrap();
    for place in (0..bytes.len()).step_by(bytes.len() / 24) {
        flip(Path::new(file), place);
        let said = world.pli("mairie", &["receipt", "verify", file]);
        assert_eq!(said.code, 5, "{place}: {said:?}");
        flip(Path::new(file), place);
    }
    world.end();
}

#[test]
fn an_interruption_is_mended_by_the_same_command() {
    let mut world = World::new("interruption");
    let document = world.document("large", LARGE_BYTES);
    let (subject, text, group) = (world.canary("subject"), world.canary("text"), world.group("clairval"));
    let send = [
        "send",
        "--group",
        &group,
        "--flow",
        "F05a",
        "--to",
        "police",
        "--subject",
        &subject,
        "--text",
        &text,
        "--attest",
        "--attach",
        document.to_str().unwrap(),
    ];
    let count = |world: &World| world.pli("mairie", &["sent"]).objects.len();
    let before = count(&world);
    let outbox = world.home("mairie").join("outbox");

    // Interrupted while it is sealed and uploaded at once: nobody can open what was sealed.
    let child = world.start("mairie", &send);
    until("an upload", || arriving(&world, &[]));
    interrupt(&child);
    interrupted(child);
    assert_eq!((count(&world), names(&outbox)), (before, Vec::new()));

    // The relay goes away meanwhile: the letter is sealed to its end. What the outbox holds then is kept
    // aside.
    let old = blobs(&world);
    let child = world.start("mairie", &send);
    let arriving = until("an upload", || arriving(&world, &old));
    world.stop_relay();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{output:?}");
    world.start_relay();
    let inode = fs::metadata(&arriving).unwrap().ino();
    let id = names(&outbox).remove(0);
    let (entry, aside) = (outbox.join(&id), world.desk().join("aside"));
    fs::create_dir(&aside).unwrap();
    for file in files(&entry) {
        fs::copy(&file, aside.join(file.file_name().unwrap())).unwrap();
    }
    let recorded = world.one("mairie", &["status", &id]);
    assert_eq!(recorded["readers"][0]["state"], "recorded");
    check_ambiguous(&world, &entry, &id);

    // Who changes their mind before it is deposited takes it back here, and the relay hears nothing.
    let back = world.one("mairie", &["recall", &id]);
    assert_eq!(back, json!({"id": id, "state": "never-sent"}));
    assert_eq!(names(&outbox), Vec::<String>::new());
    world::copy(&aside, &entry);

    // The same command goes on with the same message and the same bytes.
    let sent = world.one("mairie", &send);
    assert_eq!(sent["id"], id);
    assert!(blobs(&world).iter().any(|path| fs::metadata(path).unwrap().ino() == inode), "it was begun anew");
    assert_eq!(count(&world), before + 1);
    assert_eq!(names(&outbox), Vec::<String>::new());

    // The deposit was kept and its answer lost: the outbox still holds it, and it is not doubled.
    fs::rename(&aside, &entry).unwrap();
    let again = world.one("mairie", &send);
    assert_eq!((&again["id"], &again["index"]), (&sent["id"], &sent["index"]));
    assert_eq!(count(&world), before + 1);
    assert_eq!(names(&outbox), Vec::<String>::new());
    let status = world.one("mairie", &["status", &id]);
    assert_eq!(status["readers"][0]["state"], "deposited");

    // And so does a reader's.
    let saved = world.desk().join("saved");
    let open = ["open", &id, "--reason", "action", "--save", saved.to_str().unwrap()];
    let inbox = world.home("police").join("inbox");
    let child = world.start("police", &open);
    until("a download", || (bytes_under(&inbox) >= BEGUN_BYTES).then_some(()));
    interrupt(&child);
    interrupted(child);
    assert!(bytes_under(&inbox) >= BEGUN_BYTES);
    assert_eq!(names(&saved), Vec::<String>::new(), "nothing is left in clear");
    let opened = world.one("police", &open);
    let digest = sha256(&fs::read(&document).unwrap()).to_string();
    let attachment = &opened["attachments"][0];
    assert_eq!(attachment["sha256"], digest);
    assert_eq!(sha256(&fs::read(attachment["path"].as_str().unwrap()).unwrap()).to_string(), digest);
    assert_eq!(names(&saved).len(), 1);
    assert_eq!(names(&inbox), Vec::<String>::new());
    world.end();
}

/// Only what was not confirmed goes on. Who types a confirmed letter again means another one.
#[test]
fn a_confirmed_letter_typed_again_is_another_one() {
    let world = World::new("again");
    let (first, second) = (note(&world), note(&world));
    assert_ne!(first["id"], second["id"]);
    world.end();
}

#[test]
fn an_export_is_opened_by_stock_age() {
    let world = World::new("export");
    let document = world.document("document", 200_000);
    let text = world.canary("text");
    let id = string(&note_with(&world, &["--attest", "--attach", document.to_str().unwrap()])["id"]);
    let folder = world.desk().join("export");
    let exported =
        world.one("police", &["open", &id, "--reason", "plainte", "--export", folder.to_str().unwrap()]);
    assert_eq!(names(&folder), ["document-1.age", "identity.txt", "note.age"]);
    let record = world.one("parquet", &["log", "show", &exported["index"].to_string()]);
    assert_eq!(record["act"], "export");
    let mode = fs::metadata(folder.join("identity.txt")).unwrap().mode();
    assert_eq!(mode & 0o077, 0, "only its owner reads an identity");
    let status = world.one("mairie", &["status", &id]);
    assert_eq!(status["readers"][0]["state"], "opened");
    if installed("age") {
        let open = |name: &str| {
            let identity = folder.join("identity.txt");
            let output = Command::new("age")
                .arg("-d")
                .arg("-i")
                .arg(identity)
                .arg(folder.join(name))
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            output.stdout
        };
        assert!(open("document-1.age") == fs::read(&document).unwrap());
        find(&open("note.age"), text.as_bytes());
    }
    world.end();
}

#[test]
fn a_proof_is_verified_by_the_independent_program() {
    let world = World::new("proof");
    let index = note(&world)["index"].to_string();
    let folder = world.desk().join("proof");
    world.one("parquet", &["log", "show", &index, "--proof", folder.to_str().unwrap()]);
    assert_eq!(names(&folder), ["leaf", "proof", "vkey"]);
    let verify = || {
        let vkey = fs::read_to_string(folder.join("vkey")).unwrap();
        let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        independent(&["--vkey", vkey.trim(), "--leaf", &file("leaf"), "--proof", &file("proof")])
    };
    if let Some((code, said)) = verify() {
        assert_eq!(code, 0, "{said}");
        assert!(said.starts_with("OK") && said.contains(&format!("number {index} ")), "{said}");
        flip(&folder.join("leaf"), 20);
        assert_eq!(verify().unwrap().0, 5);
    }
    world.end();
}

#[test]
fn a_watched_inbox_shows_what_arrives() {
    let world = World::new("watch");
    let first = string(&note(&world)["id"]);
    let mut child = world.start("police", &["inbox", "--watch"]);
    let (say, said) = mpsc::channel();
    let output = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        for line in output.lines() {
            let object: Value = serde_json::from_str(&line.unwrap()).unwrap();
            let _ = say.send(object["id"].as_str().unwrap_or_default().to_owned());
        }
    });
    let shown = |wanted: &str| until("a line", || said.try_recv().ok().filter(|id| id == wanted));
    shown(&first);
    let second = string(&note(&world)["id"]);
    shown(&second);
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    reader.join().unwrap();
    world.end();
}

/// The search that ends every test finds what it is there to find.
#[test]
#[should_panic(expected = "leak: the subject is in segments/leak")]
fn a_canary_at_the_relay_ends_a_test() {
    let world = World::new("leak");
    fs::write(world.relay().join("segments/leak"), world.canary("subject").to_uppercase()).unwrap();
    world.end();
}

/// A note from the coordinator to the police, as it was confirmed.
fn note(world: &World) -> Value {
    note_with(world, &[])
}

fn note_with(world: &World, more: &[&str]) -> Value {
    let (group, subject, text) = (world.group("clairval"), world.canary("subject"), world.canary("text"));
    let base = [
        "send",
        "--group",
        &group,
        "--flow",
        "F05a",
        "--to",
        "police",
        "--subject",
        &subject,
        "--text",
        &text,
    ];
    world.one("mairie", &[&base, more].concat())
}

/// Beside a message that waits in the outbox stands another whose id begins like it.
fn check_ambiguous(world: &World, entry: &Path, id: &str) {
    let mut pending = fs::read(entry.join("pending")).unwrap();
    let bytes = id.parse::<shared::ids::MessageId>().unwrap().0;
    let last = find(&pending, &bytes) + bytes.len() - 1;
    pending[last] ^= 1;
    let twin = entry.with_file_name("twin");
    fs::create_dir(&twin).unwrap();
    fs::write(twin.join("pending"), pending).unwrap();
    for more in [&["status"][..], &["recall"], &["retire", "--because", "received"]] {
        let said = world.pli("mairie", &[more, &[&id[..6]]].concat());
        let code = &said.objects[0]["error"]["code"];
        assert_eq!((said.code, code), (2, &json!("usage-id-ambiguous")), "{said:?}");
    }
    fs::remove_dir_all(twin).unwrap();
}

fn reason(command: &str) -> &'static [&'static str] {
    if command == "open" { &["--reason", "suivi"] } else { &[] }
}

/// A refusal, and nothing else; gives its sentence.
fn refused(said: &Said, number: u16, code: &str) -> String {
    assert_eq!((said.code, said.objects.len()), (3, 1), "{code}: {said:?}");
    let refusal = &said.objects[0]["refusal"];
    let mut shape = json!({"code": "text", "number": "count", "message": "text"});
    // What goes elsewhere says where.
    for key in ["title", "because", "channel"].iter().filter(|_| refusal.get("channel").is_some()) {
        shape[key] = json!("text");
    }
    check_shape(refusal, &shape);
    assert_eq!((&refusal["code"], &refusal["number"]), (&json!(code), &json!(number)));
    string(&refusal["message"])
}

/// What has come to the relay of a document that is not an old one, once it is worth the name.
fn arriving(world: &World, old: &[PathBuf]) -> Option<PathBuf> {
    let is_begun = |path: &PathBuf| {
        !old.contains(path)
            && path.extension().is_some_and(|end| end == "partial")
            && fs::metadata(path).is_ok_and(|file| file.len() >= BEGUN_BYTES)
    };
    blobs(world).into_iter().find(is_begun)
}

fn interrupted(child: std::process::Child) {
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(said["error"]["code"], "interrupted");
}

/// Whether a program that a machine need not have is there.
fn installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        let required = std::env::var_os("PLI_INTEROP_REQUIRED").is_some_and(|required| required == "1");
        assert!(!required, "{program} is required and is not installed");
        eprintln!("skipped: {program} is not installed");
    }
    found
}

#[test]
fn results_of_patrols_have_the_keys_of_the_contract() {
    let world = World::new("patrols");
    let group = world.group("clairval");
    let file = |name: &str, text: &str| {
        let path = world.desk().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let [one, other] = [12, 99].map(|number| format!("{number} rue des Lilas, 93200 Clairval"));
    let halls = file("halls.csv", &format!("adresse;hall\n{one};\n"));
    let list = ["send", "--group", &group, "--flow", "F10a", "--to", "police", "--form", &halls];
    let list = string(&world.one("bailleur", &list)["id"]);
    world.pli("police", &["inbox"]);
    let due = world.pli("police", &["deadlines"]).objects;
    let due = due.iter().find(|one| one["message"] == list.as_str()).unwrap();
    check_shape(
        due,
        &json!({
            "flow": "text", "title": "text", "what": "text", "until": "text", "day": "text", "court": "flag",
            "period": "null", "due": "time", "legal": "null", "state": "text", "proof": "null", "message": "id",
            "owed": "flag",
        }),
    );
    assert_eq!((&due["flow"], &due["owed"]), (&json!("F10b"), &json!(true)));
    assert!(world.pli("police", &["deadlines", "--late"]).objects.iter().all(|one| one["state"] == "late"));

    let buildings = file("immeubles.csv", &format!("adresse;bailleur\n{one};bailleur\n"));
    let table = file("resultats.csv", &format!("date;adresse\n24/11/2026;{one}\n24/11/2026;{other}\n"));
    let send = [
        "patrol",
        "send",
        "--group",
        &group,
        "--answers",
        &list,
        "--buildings",
        &buildings,
        &table,
        "--unsent",
    ];
    let shape = |before: &str| {
        json!({
            "group": "id", "group_name": "text", "flow": "text", "title": "text", "rows": "count", "expires": "time",
            "sent": [{
                "organisation": "text", "organisation_name": "text", "readers": ["text"], "names": ["text"],
                "rows": "count", "lines": ["count"], "answers": "id", "before": before, "id": "id", "kept": "flag",
            }],
            "planned": [], "unmatched": [{"line": "count", "why": "text"}], "unanswered": [],
        })
    };
    let said = world.pli("police", &send);
    assert_eq!((said.code, said.objects.len()), (4, 1), "{said:?}");
    let first = &said.objects[0];
    check_shape(first, &shape("null"));
    assert_eq!(first["unmatched"], json!([{"line": 3, "why": "unknown"}]));
    assert_eq!((&first["sent"][0]["lines"], &first["sent"][0]["kept"]), (&json!([2]), &json!(false)));
    // Once more, it is left out.
    let again = &world.pli("police", &send).objects[0];
    check_shape(again, &shape("time"));
    assert_eq!((&again["sent"][0]["id"], &again["sent"][0]["kept"]), (&first["sent"][0]["id"], &json!(true)));
    world.end();
}

/// An object has these keys and no others; a word stands for a kind of value.
fn check_shape(value: &Value, shape: &Value) {
    let fits = match shape {
        Value::Object(keys) => {
            let Value::Object(object) = value else { panic!("{value} is no object") };
            let sorted = |object: &serde_json::Map<String, Value>| {
                object.keys().cloned().collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(sorted(object), sorted(keys), "{value}");
            keys.iter().for_each(|(key, shape)| check_shape(&object[key], shape));
            true
        }
        Value::Array(shapes) => {
            let Value::Array(values) = value else { panic!("{value} is no array") };
            values.iter().for_each(|value| check_shape(value, shapes.first().unwrap_or(&Value::Null)));
            true
        }
        Value::String(kind) => is_of(value, kind),
        _ => false,
    };
    assert!(fits, "{value} is not {shape}");
}

fn is_of(value: &Value, kind: &str) -> bool {
    let text = value.as_str().unwrap_or_default();
    let is_hex = |digits: usize| {
        text.len() == digits && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    };
    match kind {
        "id" => is_hex(32),
        "digest" => is_hex(64),
        "time" => text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok(),
        "text" => !text.is_empty(),
        "count" => value.is_u64(),
        "flag" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn names(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(name).collect();
    names.sort_unstable();
    names
}

/// The sealed documents on the relay's disk.
fn blobs(world: &World) -> Vec<PathBuf> {
    let mut blobs = files(&world.relay().join("blobs"));
    blobs.retain(|path| path.file_name().is_some_and(|name| name != "owner"));
    blobs
}

fn find(content: &[u8], wanted: &[u8]) -> usize {
    content.windows(wanted.len()).position(|window| window == wanted).expect("it is in there")
}

fn flip(path: &Path, place: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[place] ^= 1;
    fs::write(path, bytes).unwrap();
}
