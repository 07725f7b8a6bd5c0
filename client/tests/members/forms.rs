//! Forms through the program: what is wrong is said by line and field, all at once; drafts are sealed on the disk, sent
//! by their number, and die; and a requisition of images is one, or is not sent.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use pli_client::form;
use pli_client::trust;
use pli_server::{Clock, system_clock};
use serde_json::{Value, json};
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::About;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const AGENT: &str = "agent-3f2a";
const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");

/// Where what is written here cannot be taken for anything else.
const OBJECT: &str = "Accès à la chaufferie du bâtiment D";

/// A request of the police (F06c), filled.
fn request() -> String {
    format!("base = \"sans-donnee\"\nopj = \"Brigadier\"\nservice = \"CSP\"\nobjet = \"{OBJECT}\"\n")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// What is wrong, as a script reads it: line, field, code. It must fail with exit 2.
fn faults(town: &Town, member: &str, arguments: &[&str]) -> Vec<(Option<u64>, String, String)> {
    let said = town.pli(member, arguments);
    let error = &said.objects.last().unwrap_or_else(|| panic!("{said:?}"))["error"];
    assert_eq!((said.code, &error["code"]), (2, &json!("form-faults")), "{said:?}");
    let one = |fault: &Value| (fault["line"].as_u64(), text(&fault["field"]), text(&fault["code"]));
    error["faults"].as_array().unwrap().iter().map(one).collect()
}

fn fault(line: Option<u64>, field: &str, code: &str) -> (Option<u64>, String, String) {
    (line, field.to_owned(), code.to_owned())
}

/// Whether any file below a folder holds some text.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| match path.is_dir() {
        true => holds(&path, text),
        false => std::fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes())),
    })
}

#[test]
fn what_is_wrong_is_said_by_line_and_field_all_at_once() {
    let mut town = Town::with(&[], NOMENCLATURE);
    town.stop();
    let bad = "base = \"peut-être\"\nopj = \"Brigadier\"\nobjet = \"x\"\ndelai = \"32/12/2026\"\nnom = \"MARVILLE\"\n";
    let bad = town.file("demande.toml", bad);
    let expected = [
        fault(None, "nom", "unknown"),
        fault(None, "base", "choice"),
        fault(None, "service", "missing"),
        fault(None, "delai", "date"),
    ];
    assert_eq!(faults(&town, "preft", &["form", "check", "F06c", &bad]), expected);
    assert_eq!(faults(&town, "preft", &["form", "new", "F06c", "--from", &bad]), expected);
    let told = town.failing("preft", &["form", "check", "F06c", &bad]);
    for said in
        ["« Service » (service) : à remplir.", "« Avant le » (delai) : une date est attendue", "« Base »"]
    {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert!(!told.contains("MARVILLE"), "what was typed is not said again: {told}");
    // What another answer asks for.
    let asked = town.file("requise.toml", &request().replace("sans-donnee", "requisition"));
    let missing = [fault(None, "requisition", "missing")];
    assert_eq!(faults(&town, "preft", &["form", "check", "F06c", &asked]), missing);

    // A table, by the lines of its file.
    let table = "date;adresse;passage;controles\n24/11/2026;1 rue des Lilas, 93200 Clairval;oui;3\n\
                 24/11/2026;rue des Lilas;oui;3\n24.11;1 rue des Lilas, 93200 Clairval;peut-être;1000\n";
    let table = town.file("resultats.csv", table);
    let expected = [
        fault(Some(3), "adresse", "postcode"),
        fault(Some(4), "date", "date"),
        fault(Some(4), "passage", "yes-no"),
        fault(Some(4), "controles", "above"),
    ];
    assert_eq!(faults(&town, "preft", &["form", "check", "F10b", &table]), expected);
    let told = town.failing("preft", &["form", "check", "F10b", &table]);
    assert!(told.contains("Ligne 3, « Adresse » :") && told.contains("au plus 999"), "{told}");

    // A template has every field, with what it asks for; filled, it is a form. Whoever is not enrolled has it too.
    let template = town.path("modele.toml");
    town.one("nobody", &["form", "template", "F06c", "--out", &template]);
    let empty = std::fs::read_to_string(&template).unwrap();
    let shown = town.read("nobody", &["form", "template", "F06c"]);
    assert_eq!(shown, empty);
    assert!(empty.contains("requisition : Sur réquisition") && empty.contains("delai = \"\""), "{empty}");
    let missing = ["base", "opj", "service", "objet"].map(|field| fault(None, field, "missing"));
    assert_eq!(faults(&town, "nobody", &["form", "check", "F06c", &template]), missing);
    let filled = [("base = \"\"", "base = \"sans-donnee\""), ("opj = \"\"", "opj = \"Brigadier\"")];
    let more = [("service = \"\"", "service = \"CSP\""), ("objet = \"\"\"\n", "objet = \"\"\"\nUn toit\n")];
    let filled = filled.iter().chain(&more).fold(empty, |text, (from, to)| text.replace(from, to));
    let filled = town.file("rempli.toml", &filled);
    let valid = town.one("nobody", &["form", "check", "F06c", &filled]);
    assert_eq!((&valid["valid"], &valid["form"]["fields"]["objet"]), (&json!(true), &json!("Un toit")));
    // What Pli does not carry has no form, and says where it goes.
    assert_eq!(town.pli("nobody", &["form", "template", "F15c"]).code, 3);
    town.no("nobody", &["form", "template", "F99a"], 3, "unknown-flow");
}

#[test]
fn a_draft_is_sealed_is_sent_by_its_number_and_is_gone_then() {
    let mut town = Town::with(&[], NOMENCLATURE);
    let group = town.channel(AGENT, &["bref", "csp"]);
    let file = town.file("demande.toml", &request());
    let new = || town.one("preft", &["form", "new", "F06c", "--from", &file]);
    let (kept, other) = (new(), new());
    let (id, other) = (text(&kept["id"]), text(&other["id"]));
    let dies: Timestamp = kept["dies"].as_str().unwrap().parse().unwrap();
    let now = system_clock().now();
    assert!(now < dies && dies <= now.plus(30 * DAY_SECONDS), "{dies}");
    assert!(holds(Path::new(&town.path("")), OBJECT), "the test finds what there is");
    for clear in [OBJECT, "Brigadier"] {
        assert!(!holds(Path::new(&town.path("people/preft")), clear), "{clear}");
    }

    let drafts = |member: &str| town.one(member, &["form", "list"])["drafts"].as_array().unwrap().len();
    assert_eq!((drafts("preft"), drafts("csp")), (2, 0), "of this device alone");
    let shown = town.one("preft", &["form", "show", &id[..6]]);
    assert_eq!((&shown["flow"], &shown["form"]["fields"]["objet"]), (&json!("F06c"), &json!(OBJECT)));
    assert!(town.read("preft", &["form", "show", &id]).contains(OBJECT));
    town.no("csp", &["form", "show", &id], 2, "form-draft");
    town.one("preft", &["form", "remove", &other]);
    town.no("preft", &["form", "show", &other], 2, "form-draft");
    assert_eq!(drafts("preft"), 1);

    // Of another flow it is no form; and what cannot be sent leaves it where it is.
    let send = |flow: &'static str, to: &'static str| {
        ["send", "--group", group.as_str(), "--flow", flow, "--to", to, "--form", id.as_str()]
    };
    town.no("preft", &send("F10b", "bref"), 2, "form-draft");
    town.no("preft", &send("F06c", "csp"), 3, "recipient-role");
    assert_eq!(drafts("preft"), 1);
    let sent = town.one("preft", &send("F06c", "bref"));
    assert_eq!(drafts("preft"), 0);
    town.no("preft", &["form", "show", &id], 2, "form-draft");
    let opened = town.one("bref", &["open", sent["id"].as_str().unwrap(), "--reason", "reponse"]);
    assert_eq!(
        (&opened["subject"], &opened["form"]["fields"]["objet"]),
        (&json!("Demande de moyens pour une enquête"), &json!(OBJECT))
    );
    town.stop();
}

#[test]
fn a_draft_dies_with_its_month() {
    let ahead = Arc::new(AtomicU64::new(0));
    let (by, now) = (Arc::clone(&ahead), system_clock());
    let clock: Clock = Arc::new(move || now.now().plus(by.load(Ordering::SeqCst)));
    let mut town = Town::under(NOMENCLATURE, clock);
    let file = town.file("demande.toml", &request());
    let kept = town.one("preft", &["form", "new", "F06c", "--from", &file]);
    let dies: Timestamp = kept["dies"].as_str().unwrap().parse().unwrap();
    let living = |town: &Town| form::all(&town.session("preft")).len();
    let files = |town: &Town| std::fs::read_dir(town.path("people/preft/drafts")).unwrap().count();
    ahead.store(dies.since(system_clock().now()) - 600, Ordering::SeqCst);
    assert_eq!((living(&town), files(&town)), (1, 1));
    ahead.store(dies.since(system_clock().now()) + 600, Ordering::SeqCst);
    assert_eq!(living(&town), 0, "nobody is shown it any more");

    // At the next contact its file goes, and with it what opened it.
    ahead.store(31 * DAY_SECONDS, Ordering::SeqCst);
    town.restart();
    let mut session = town.session("preft");
    town.wait(trust::prove(&mut session, About::Own)).unwrap();
    session.close();
    drop(session);
    assert_eq!(files(&town), 0);
    town.stop();
}

/// Convention art. 15: without its number nothing is extracted, and after the thirtieth day there is nothing left.
#[test]
fn images_are_asked_for_with_a_number_and_within_thirty_days() {
    let mut town = Town::with(&[], NOMENCLATURE);
    let group = town.channel(AGENT, &["bref", "csp"]);
    let day = |ago: i64| {
        let day = system_clock().now().date().checked_sub(jiff::Span::new().days(ago)).unwrap();
        day.strftime("%d/%m/%Y").to_string()
    };
    let asked = |number: &str, ago: i64| {
        let fields = [
            number.to_owned(),
            "opj=Brigadier, CSP".to_owned(),
            "adresse=1 rue des Lilas, 93200 Clairval".to_owned(),
            "camera=Hall A".to_owned(),
            format!("enregistrement={}", day(ago)),
            "debut=22:00".to_owned(),
            "fin=23:00".to_owned(),
            format!("effacement={}", day(ago - 30)),
        ];
        let letter = ["send", "--group", &group, "--flow", "F15d", "--to", "bref"].map(str::to_owned);
        letter.into_iter().chain(fields.into_iter().flat_map(|field| ["--field".to_owned(), field])).collect()
    };
    let given = |number: &str, ago: i64| {
        let fields = [
            number.to_owned(),
            format!("enregistrement={}", day(ago)),
            "habilite=Responsable de site".to_owned(),
            "remise=main".to_owned(),
            format!("remis={}", day(0)),
        ];
        let letter = ["send", "--group", &group, "--flow", "F15f", "--to", "preft"].map(str::to_owned);
        letter.into_iter().chain(fields.into_iter().flat_map(|field| ["--field".to_owned(), field])).collect()
    };
    let check = |member: &str, letter: Vec<String>, field: &str, code: &str| {
        let letter: Vec<_> = letter.iter().map(String::as_str).collect();
        assert_eq!(faults(&town, member, &letter), [fault(None, field, code)]);
    };
    check("preft", asked("requisition=", 20), "requisition", "missing");
    check("bref", given("requisition= ", 20), "requisition", "missing");
    check("preft", asked("requisition=2026/118", 30), "enregistrement", "ended");
    check("bref", given("requisition=2026/118", 40), "enregistrement", "ended");
    let late = asked("requisition=2026/118", 31);
    let told = town.failing("preft", &late.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(
        told.contains("« Jour de l'enregistrement » (enregistrement) : est trop ancien : 30 jours après"),
        "{told}"
    );
    assert!(
        town.pli("preft", &["sent"]).objects.is_empty() && town.pli("bref", &["sent"]).objects.is_empty()
    );

    let send = |member: &str, letter: Vec<String>| {
        let sent = town.one(member, &letter.iter().map(String::as_str).collect::<Vec<_>>());
        sent["expires"].as_str().unwrap().parse::<Timestamp>().unwrap()
    };
    // What is in time ends with the thirtieth day, however long its flow is kept.
    let now = system_clock().now();
    assert!(send("preft", asked("requisition=2026/118", 20)) <= now.plus(10 * DAY_SECONDS));
    assert!(send("bref", given("requisition=2026/118", 25)) <= now.plus(5 * DAY_SECONDS));
    town.stop();
}
