//! A protected agent (convention art. 7): a pseudonym for everybody, a name for two référents, through the
//! program, each person on a home of their own.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use serde_json::{Value, json};

const AGENT: &str = "agent-3f2a";

const CARD: &str = r#"{"family_name": "Perrin", "given_name": "Lucie", "telephone": "06 00 00 00 00"}"#;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn readers(sent: &Value) -> Vec<&str> {
    sent["readers"].as_array().unwrap().iter().map(|reader| reader["member"].as_str().unwrap()).collect()
}

fn letter<'a>(group: &'a str, flow: &'a str, to: &'a str) -> [&'a str; 11] {
    ["send", "--group", group, "--flow", flow, "--subject", "Hall 3", "--text", "Vu.", "--to", to]
}

/// R-55.
#[test]
fn a_protected_agent_says_who_they_are_to_two_referents_alone() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let card = town.file("card.json", CARD);

    // Everybody there sees a pseudonym, and the annuaire knows nothing of it.
    let shown = town.pli("csp", &["group", "show", &group]);
    assert!(shown.text.contains(AGENT) && !shown.text.contains("Perrin"));
    assert!(!town.pli("csp", &["directory"]).text.contains(AGENT));

    let sent = town.one(AGENT, &["identity", "--group", &group, "--card", &card]);
    assert_eq!((readers(&sent), &sent["flow"]), (vec!["bref", "preft"], &json!("F07c")));
    let open = |member: &str| town.one(member, &["open", &text(&sent["id"]), "--reason", "suivi"]);
    for member in ["bref", "preft"] {
        let opened = open(member);
        assert_eq!(
            (&opened["from"]["member"], &opened["subject"]),
            (&json!(AGENT), &json!("Identité de agent-3f2a"))
        );
        let text = text(&opened["text"]);
        assert!(text.contains("Nom : Perrin\nPrénom : Lucie\n") && text.contains("06 00 00 00 00"), "{text}");
    }
    town.no("csp", &["open", &text(&sent["id"]), "--reason", "suivi"], 3, "not-found");
    town.no("bref", &["open", &text(&sent["id"])], 3, "reason-missing");

    // The agent writes to the police under the pseudonym, and is answered.
    let report = town.one(AGENT, &letter(&group, "F07a", "preft"));
    let opened = town.one("preft", &["open", &text(&report["id"]), "--reason", "suivi"]);
    assert_eq!(opened["from"]["member"], AGENT);
    assert_eq!(readers(&town.one("preft", &letter(&group, "F07a", AGENT))), [AGENT]);

    // Whoever is not one of the two, or is one of them only, is not told.
    for to in ["bref", "preft"] {
        town.no(AGENT, &letter(&group, "F07c", to), 3, "referents");
    }
    town.no(
        AGENT,
        &["identity", "--group", &group, "--card", &card, "--to", "bref", "csp"],
        3,
        "recipient-role",
    );
    town.no("bref", &["identity", "--group", &group, "--card", &card], 2, "identity-unprotected");
    town.no(AGENT, &["identity", "--group", &group], 2, "identity-card");
    for bad in ["", "{}", r#"{"family_name": "", "given_name": "L", "telephone": "0"}"#, "[1]"] {
        let card = town.file("bad.json", bad);
        town.no(AGENT, &["identity", "--group", &group, "--card", &card], 2, "identity-card");
    }
    town.stop();
}

/// R-55: nobody stands in for a référent, neither for what waits nor for what comes.
#[test]
fn a_delegate_is_not_told_who_a_protected_agent_is() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "bref-2"]);
    let card = town.file("card.json", CARD);
    let identity = ["identity", "--group", &group, "--card", &card, "--to", "bref", "preft"];
    let sent = town.one(AGENT, &identity);
    let (from, until) = crate::town::around();
    let delegate = ["delegate", "--from", &from, "--until", &until, "--to", "bref-2"];
    assert_eq!(town.one("bref", &delegate)["letters"], 0);
    town.no("bref-2", &["open", &text(&sent["id"]), "--reason", "suivi"], 3, "not-found");
    assert_eq!(readers(&town.one(AGENT, &identity)), ["bref", "preft"]);
    // Without names it would go to both of the organisation, which is one too many.
    town.no(AGENT, &["identity", "--group", &group, "--card", &card], 3, "referents");
    town.stop();
}
