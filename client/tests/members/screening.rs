//! The rules between people: what is stopped is not sent, a colleague lets pass what was stopped for its context, and
//! another version of the rules, signed by both roots, holds from the next command on.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use pli_client::screening;
use serde_json::{Value, json};

const AGENT: &str = "agent-3f2a";

/// The police's correspondent writes to the landlord's agent in their channel.
fn letter<'a>(group: &'a str, text: &'a str) -> Vec<&'a str> {
    let to = ["--to", AGENT, "--expires", "2d"];
    [&["send", "--group", group, "--flow", "F07a", "--subject", "Hall 3", "--text", text][..], &to].concat()
}

fn rules(objects: &[Value]) -> Vec<&str> {
    let last = objects.last().unwrap();
    last["objection"]["rules"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap()).collect()
}

/// What is stopped is neither sent nor listed, the panel says where to turn, and the rule alone is counted.
#[test]
fn what_is_stopped_is_not_sent_and_counted_without_a_name() {
    let town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let text = "M. Untel, du 4e, s'est radicalisé.";
    let said = town.pli("preft", &letter(&group, text));
    assert_eq!((said.code, rules(&said.objects)), (4, vec!["X1-radicalisation"]), "{said:?}");
    assert!(!said.text.contains("radicalisé"), "no script is told the words");
    assert!(town.pli("preft", &["sent"]).objects.is_empty());
    let told = town.failing("preft", &letter(&group, text));
    for part in [
        "0 800 005 696",
        "www.stopdjihadisme.gouv.fr",
        "17 ou 112",
        "ni envoyé ni conservé",
        "X1-radicalisation",
    ] {
        assert!(told.contains(part), "{part} is missing: {told}");
    }

    // The reason's text leaves too.
    let fine = town.one("preft", &letter(&group, "Passage à 21 h, hall calme."));
    let id = fine["id"].as_str().unwrap();
    let open = ["open", id, "--reason", "autre", "--reason-text", "Parce qu'il est fiché S."];
    assert_eq!(town.pli(AGENT, &open).code, 4);
    assert_eq!(town.one(AGENT, &["open", id, "--reason", "suivi"])["screening"], Value::Null);

    // A rule is contested, and the authority sees numbers.
    assert_eq!(town.one("bref", &["screen", "report", "X1-contexte"])["state"], "reported");
    town.no("bref", &["screen", "report", "X9-rien"], 2, "screen-rule");
    let counted = town.counts();
    let counts: Vec<_> =
        counted.iter().map(|one| (one.group.is_some(), one.rule.as_str(), one.count)).collect();
    // The text twice, and the reason's once.
    let expected = [(false, "X1-contexte", 1), (true, "X1-extremiste", 1), (true, "X1-radicalisation", 2)];
    assert_eq!(counts, expected);
}

/// a colleague reads it and lets it pass from their own device; the readers are told.
#[test]
fn a_colleague_lets_pass_what_was_stopped_for_its_context() {
    let town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let text = "Le locataire du 4e dit que l'imam est un recruteur, à vérifier.";
    let said = town.pli("preft", &letter(&group, text));
    assert_eq!(said.code, 4, "{said:?}");
    assert_eq!(said.objects[0]["objection"]["releasable"], json!(true), "{said:?}");

    let mut waiting = town.begun("preft", &[&letter(&group, text)[..], &["--second"]].concat());
    let code = waiting.next()["second"]["code"].as_str().unwrap().to_owned();
    // Of another organisation, or the writer themselves: nobody is heard but a colleague.
    town.one("bref", &["reread", &code, "--group", &group]);
    town.one("preft", &["reread", &code, "--group", &group]);
    assert!(waiting.is_running());
    town.one("csp", &["reread", &code.to_lowercase(), "--group", &group]);
    let sent = waiting.next();
    assert_eq!(waiting.ends(), 0, "{sent}");
    let id = sent["id"].as_str().unwrap();
    let opened = town.one(AGENT, &["open", id, "--reason", "suivi"]);
    assert_eq!(opened["screening"]["reread"], json!(true));
    assert_eq!(opened["text"], text);
}

/// rules that both roots signed hold from the next command on, for writers and for readers.
#[test]
fn another_version_of_the_rules_closes_what_the_one_before_let_pass() {
    let town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let text = "Le dossier Galipette est à suivre.";
    let sent = town.one("preft", &letter(&group, text));
    let id = sent["id"].as_str().unwrap().to_owned();

    let mut next = screening::carried();
    next.text = next.text.replacen("words = [", "words = [\"galipette\", ", 1);
    town.publish_rules(&next);
    let said = town.pli("preft", &letter(&group, text));
    assert_eq!(said.code, 4, "{said:?}");
    let said = town.pli(AGENT, &["open", &id, "--reason", "suivi"]);
    assert_eq!(said.code, 4, "{said:?}");
    assert!(!said.text.contains("Galipette"), "{said:?}");
    let status = town.pli("preft", &["status", &id]);
    assert!(status.text.contains("quarantined"), "its writer is told: {status:?}");

    // A corrected version opens it again.
    town.publish_rules(&screening::carried());
    assert_eq!(town.one(AGENT, &["open", &id, "--reason", "suivi"])["text"], text);
}
