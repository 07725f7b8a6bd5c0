//! What a letter hides, such as the code of a door (convention art. 6): hidden where it is read and kept, shown one time
//! for each record that says so.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use serde_json::{Value, json};
use std::path::Path;

const AGENT: &str = "agent-3f2a";
const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");

/// What nobody reads by accident.
const CODE: &str = "47B19A";
const BADGE: &str = "0093-5512";

/// A landlord sends the codes of a building to the police of its circonscription; gives the letter's id.
fn sent(town: &Town, group: &str) -> String {
    let form = format!(
        "adresse = \"1 rue des Lilas, 93200 Clairval\"\nhall = \"A\"\n\n\
         [[rows]]\ntype = \"code\"\nacces = \"Porte du hall\"\nvaleur = \"{CODE}\"\neffet = \"2026-12-01\"\n\n\
         [[rows]]\ntype = \"badge\"\nacces = \"Parking\"\nbadge = \"{BADGE}\"\neffet = \"2026-12-01\"\n"
    );
    let form = town.file("acces.toml", &form);
    let letter =
        ["send", "--group", group, "--flow", "F06b", "--to", "csp", "--expires", "20d", "--form", &form];
    town.one("bref", &letter)["id"].as_str().unwrap().to_owned()
}

fn is_hidden(text: &str) -> bool {
    !text.contains(CODE) && !text.contains(BADGE)
}

/// How often a letter was revealed, as the log says.
fn revealed(town: &Town, id: &str) -> usize {
    let found = town.pli("aud", &["log", "search", "--act", "reveal", "--item", id]);
    assert_eq!(found.code, 0, "{found:?}");
    found.objects.len()
}

/// Files below a folder that hold some text.
fn holding(folder: &Path, text: &str) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let held = |path: &Path| match std::fs::read(path) {
        Ok(bytes) => usize::from(bytes.windows(text.len()).any(|window| window == text.as_bytes())),
        Err(_) => 0,
    };
    entries.map(|path| if path.is_dir() { holding(&path, text) } else { held(&path) }).sum()
}

#[test]
fn a_code_is_hidden_until_it_is_asked_for_and_each_time_is_recorded() {
    let mut town = Town::with(&[], NOMENCLATURE);
    let group = town.channel(AGENT, &["bref", "csp"]);
    let id = sent(&town, &group);

    let open = ["open", &id, "--reason", "action"];
    let said = town.pli("csp", &open);
    let rows = said.objects[0]["form"]["rows"].as_array().unwrap();
    assert!(is_hidden(&said.text), "{said:?}");
    assert_eq!((&rows[0]["valeur"], &rows[1]["badge"]), (&json!({"hidden": true}), &json!({"hidden": true})));
    assert_eq!(
        (&rows[0]["acces"], rows[1].get("valeur")),
        (&json!("Porte du hall"), None),
        "the rest is read"
    );
    let text = town.read("csp", &open);
    assert!(is_hidden(&text) && text.contains("(masqué)"), "{text}");
    assert!(text.contains(&format!("pli reveal {}", &id[..8])), "{text}");
    assert_eq!(revealed(&town, &id), 0);

    // A reason is needed, and each time is one record of its own.
    town.no("csp", &["reveal", &id], 3, "reason-missing");
    assert_eq!(revealed(&town, &id), 0);
    let shown = town.one("csp", &["reveal", &id, "--reason", "action"]);
    let rows = &shown["form"]["rows"];
    assert_eq!((&rows[0]["valeur"], &rows[1]["badge"]), (&json!(CODE), &json!(BADGE)));
    let text = town.read("csp", &["reveal", &id, "--reason", "action"]);
    assert!(text.contains(CODE) && text.contains("inscrit au journal sous le n°"), "{text}");
    let found = town.pli("aud", &["log", "search", "--act", "reveal", "--item", &id]).objects;
    assert_eq!(found.len(), 2, "{found:?}");
    let number = |record: &Value| record["index"].as_u64().unwrap();
    assert!(number(&found[0]) != number(&found[1]) && found.iter().any(|one| one["index"] == shown["index"]));
    assert!(found.iter().all(|one| one["reason"] == "action"), "{found:?}");

    // What was seen once is hidden again, for its writer too; and nobody keeps it in clear.
    assert!(is_hidden(&town.pli("csp", &open).text));
    assert!(is_hidden(&town.pli("bref", &["open", &id, "--reason", "controle"]).text));
    assert_eq!(holding(Path::new(&town.path("")), CODE), 1, "the test finds what there is");
    std::fs::remove_file(town.path("acces.toml")).unwrap();
    for secret in [CODE, BADGE] {
        assert_eq!(holding(Path::new(&town.path("")), secret), 0, "{secret}");
    }
    // Who is not named reveals nothing, and what hides nothing is opened.
    town.no("preft", &["reveal", &id, "--reason", "action"], 3, "not-found");
    let halls = ["send", "--group", &group, "--flow", "F10a", "--to", "csp", "--subject", "x", "--text", "y"];
    let plain = town.one("bref", &halls)["id"].as_str().unwrap().to_owned();
    town.no("csp", &["reveal", &plain], 2, "reveal-nothing");
    town.stop();
}

/// Where a letter may be kept as a working copy, the copy hides what the letter hid, and revealing asks the relay.
#[test]
fn a_working_copy_hides_what_its_letter_hides() {
    let (before, of) = NOMENCLATURE.split_once("[flows.F06b]").unwrap();
    let weaker = of.replacen("class = \"N2\"", "class = \"N1\"", 1);
    let mut town = Town::with(&[], &format!("{before}[flows.F06b]{weaker}"));
    let group = town.channel(AGENT, &["bref", "csp"]);
    let id = sent(&town, &group);
    town.one("csp", &["open", &id, "--reason", "action"]);
    let copied = town.pli("csp", &["open", &id]);
    assert!(copied.objects[0]["copy"].is_object() && is_hidden(&copied.text), "{copied:?}");
    assert_eq!(copied.objects[0]["form"]["rows"][0]["valeur"], json!({"hidden": true}));
    assert!(is_hidden(&town.read("csp", &["open", &id])));
    let shown = town.pli("csp", &["reveal", &id, "--reason", "action"]);
    assert!(shown.text.contains(CODE), "{shown:?}");
    assert_eq!(revealed(&town, &id), 1);
    assert_eq!(holding(Path::new(&town.path("people/csp")), CODE), 0);

    // Without the relay there is no record, and so nothing is shown.
    town.stop();
    assert!(is_hidden(&town.pli("csp", &["open", &id]).text));
    let said = town.pli("csp", &["reveal", &id, "--reason", "action"]);
    assert!(said.code == 6 && is_hidden(&said.text), "{said:?}");
}
