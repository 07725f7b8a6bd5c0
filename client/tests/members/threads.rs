//! Requests and their answers through the program: what is expected by which day, on both sides, until somebody says how
//! it ended; and that what is for information expects nothing.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::{Town, around};
use pli_client::dates;
use pli_client::deadlines::requests;
use pli_server::{Clock, system_clock};
use serde_json::{Value, json};
use shared::deadlines::calendar::later;
use shared::time::DAY_SECONDS;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const AGENT: &str = "agent-3f2a";
const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");

/// A channel of the police with a landlord, and the seconds by which the clock of sessions is set forward.
fn town() -> (Town, String, Arc<AtomicU64>) {
    let ahead = Arc::new(AtomicU64::new(0));
    let (by, now) = (Arc::clone(&ahead), system_clock());
    let clock: Clock = Arc::new(move || now.now().plus(by.load(Ordering::SeqCst)));
    let town = Town::under(NOMENCLATURE, clock);
    let group = town.channel(AGENT, &["bref", "csp"]);
    (town, group, ahead)
}

/// The police ask a landlord for means (F06c, of which an answer is expected unless somebody says otherwise).
fn request<'a>(group: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let letter = ["send", "--group", group, "--flow", "F06c", "--to", "bref", "--field", "base=sans-donnee"];
    let fields = ["--field", "opj=Brigadier", "--field", "service=CSP", "--field", "objet=Accès à la cave"];
    [&letter[..], &fields, more].concat()
}

fn asked(town: &Town, group: &str, more: &[&str]) -> String {
    let sent = town.one("preft", &request(group, more));
    sent["id"].as_str().unwrap().to_owned()
}

/// The landlord answers with what was asked for (F06d).
fn answer<'a>(group: &'a str, id: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let letter = ["send", "--group", group, "--flow", "F06d", "--to", "preft", "--reply-to", id];
    let place = ["--field", "adresse=1 rue des Lilas, 93200 Clairval", "--field", "nature=acces"];
    let rest = ["--field", "contact=Gardien, loge A", "--field", "debut=01/12/2026"];
    [&letter[..], &place, &rest, more].concat()
}

/// What somebody expects and owes: direction, what, by when, state, outcome.
fn threads(town: &Town, member: &str, more: &[&str]) -> Vec<[Value; 5]> {
    let said = town.pli(member, &[&["threads"], more].concat());
    assert_eq!(said.code, 0, "{said:?}");
    let keys = ["direction", "expects", "by", "state", "outcome"];
    said.objects.iter().map(|one| keys.map(|key| one[key].clone())).collect()
}

fn line(said: [&str; 4], outcome: Option<&str>) -> [Value; 5] {
    let [direction, expects, by, state] = said.map(|text| json!(text));
    let by = if by == "" { Value::Null } else { by };
    [direction, expects, by, state, json!(outcome)]
}

#[test]
fn a_request_has_a_day_and_is_open_on_both_sides_until_an_answer_ends_it() {
    let (mut town, group, ahead) = town();
    // Within the days that a letter of this town lives at least.
    let day = later(dates::day_of(system_clock().now()), 1);
    let (iso, typed) = (day.to_string(), day.strftime("%d/%m/%Y").to_string());
    let id = asked(&town, &group, &["--expects", "document", "--by", &typed]);
    let (asks, owes) = (["asked", "Document", &iso, "open"], ["owed", "Document", &iso, "open"]);
    assert_eq!(threads(&town, "preft", &[]), [line(asks, None)]);

    // Whoever is asked knows it once they have read it.
    assert_eq!(threads(&town, "bref", &[]), Vec::<[Value; 5]>::new());
    assert!(town.told("bref", &["threads"]).contains("Rien n'est attendu"));
    let opened = town.one("bref", &["open", &id, "--reason", "reponse"]);
    assert_eq!(opened["thread"], json!({"expects": "document", "by": iso, "outcome": null}));
    assert!(
        town.read("bref", &["open", &id, "--reason", "reponse"])
            .contains(&format!("Attendu : Document, avant le {typed}"))
    );
    assert_eq!(threads(&town, "bref", &[]), [line(owes, None)]);
    assert!(town.read("bref", &["threads"]).contains("attendu de vous : Document"));
    assert_eq!(threads(&town, "csp", &["--all"]), Vec::<[Value; 5]>::new(), "nobody asked them");

    // Its day is over: late, for both, and said so.
    let late = |member: &str| -> Vec<_> {
        requests(&town.session(member)).iter().map(|one| (one.asked, one.late)).collect()
    };
    let noon = |day| dates::begins(day).plus(DAY_SECONDS / 2).since(system_clock().now());
    ahead.store(noon(day), Ordering::SeqCst);
    assert_eq!((late("preft"), late("bref")), (vec![(true, false)], vec![(false, false)]), "the day itself");
    ahead.store(noon(later(day, 1)), Ordering::SeqCst);
    assert_eq!((late("preft"), late("bref")), (vec![(true, true)], vec![(false, true)]));

    // An answer that says how it ends closes it.
    ahead.store(0, Ordering::SeqCst);
    let answered = town.one("bref", &answer(&group, &id, &["--outcome", "fait"]));
    assert_eq!(threads(&town, "bref", &[]), Vec::<[Value; 5]>::new());
    let ended = |direction| line([direction, "Document", &iso, "ended"], Some("Fait"));
    assert_eq!(threads(&town, "bref", &["--all"]), [ended("owed")]);
    // Whoever asked knows it once they have read that.
    assert_eq!(threads(&town, "preft", &[]), [line(asks, None)]);
    let opened = town.one("preft", &["open", answered["id"].as_str().unwrap(), "--reason", "action"]);
    assert_eq!(opened["thread"]["outcome"], "fait");
    assert_eq!(threads(&town, "preft", &[]), Vec::<[Value; 5]>::new());
    assert_eq!(threads(&town, "preft", &["--all"]), [ended("asked")]);
    ahead.store(noon(later(day, 1)), Ordering::SeqCst);
    assert_eq!((late("preft"), late("bref")), (vec![(true, false)], vec![(false, false)]), "it was answered");
    town.stop();
}

#[test]
fn a_refusal_says_why_and_a_closure_needs_nothing_more() {
    let (mut town, group, _) = town();
    let (yesterday, _) = around();
    let letter = ["--expects", "reponse", "--by"];
    town.no("preft", &request(&group, &[&letter[..], &[&yesterday]].concat()), 2, "send-by-past");
    let day = later(dates::day_of(system_clock().now()), 1);
    let (iso, typed) = (day.to_string(), day.strftime("%d/%m/%Y").to_string());
    let id = asked(&town, &group, &[&letter[..], &[&typed]].concat());
    town.one("bref", &["open", &id, "--reason", "reponse"]);
    assert_eq!(threads(&town, "bref", &[]), [line(["owed", "Réponse", &iso, "open"], None)]);

    // Without its reason it is not sent, and ends nothing.
    let refused = answer(&group, &id, &["--outcome", "refus"]);
    town.no("bref", &refused, 2, "send-outcome-text");
    assert_eq!(threads(&town, "bref", &[]).len(), 1);
    let why = [&refused[..], &["--text", "La cave est louée."]].concat();
    let refused = town.one("bref", &why);
    let opened = town.read("preft", &["open", refused["id"].as_str().unwrap(), "--reason", "action"]);
    assert!(opened.contains("Suite donnée : Refusé") && opened.contains("La cave est louée."), "{opened}");
    let outcome = Some("Refusé, pour la raison dite dans la réponse");
    assert_eq!(threads(&town, "preft", &["--all"]), [line(["asked", "Réponse", &iso, "ended"], outcome)]);

    // What the flow expects where nobody says anything, and an end without more.
    let id = asked(&town, &group, &[]);
    assert_eq!(threads(&town, "preft", &[]), [line(["asked", "Réponse", "", "open"], None)]);
    town.one("bref", &["open", &id, "--reason", "reponse"]);
    town.one("bref", &answer(&group, &id, &["--outcome", "clos"]));
    assert_eq!(threads(&town, "bref", &[]), Vec::<[Value; 5]>::new());

    // Nor by a code of their own.
    town.no("bref", &answer(&group, &id, &["--outcome", "peut-etre"]), 2, "send-thread");
    town.stop();
}

#[test]
fn what_is_for_information_expects_nothing() {
    let (mut town, group, _) = town();
    let (_, week) = around();
    let id = asked(&town, &group, &["--expects", "information"]);
    let opened = town.one("bref", &["open", &id, "--reason", "reponse"]);
    assert_eq!(opened.get("thread"), None, "{opened}");
    for member in ["preft", "bref"] {
        assert_eq!(threads(&town, member, &["--all"]), Vec::<[Value; 5]>::new());
    }
    // No day is named for nothing, and nothing is expected that is on no list.
    let letter =
        ["send", "--group", &group, "--flow", "F10b", "--to", "bref", "--subject", "x", "--text", "y"];
    let with = |more: &[&'static str]| [&letter[..], more].concat();
    town.no(
        "preft",
        &[&with(&["--expects", "information"])[..], &["--by", &week]].concat(),
        2,
        "send-thread",
    );
    town.no("preft", &with(&["--expects", "merci"]), 2, "send-thread");
    town.no("preft", &with(&["--outcome", "fait"]), 2, "usage-arguments");
    town.one("preft", &letter);
    assert_eq!(threads(&town, "preft", &["--all"]), Vec::<[Value; 5]>::new());
    town.stop();
}
