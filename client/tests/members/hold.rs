//! PROC holds a letter, and reads what its writer signed after the first one is gone.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use pli_client::failure::Failure;
use pli_client::inbox::{self, List, Motive};
use pli_client::session::Session;
use pli_client::show::Show;
use pli_client::words::Language;
use pli_client::{renewal, trust};
use pli_server::{Clock, system_clock};
use serde_json::{Value, json};
use shared::log::Act;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Hold, Kind, Link, Statement};
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::About;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const AGENT: &str = "agent-3f2a";

fn instant(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

/// A town that starts today, and the seconds by which its clock is set forward.
fn town() -> (Town, Arc<AtomicU64>) {
    let ahead = Arc::new(AtomicU64::new(0));
    let (by, now) = (Arc::clone(&ahead), system_clock());
    let clock: Clock = Arc::new(move || now.now().plus(by.load(Ordering::SeqCst)));
    (Town::at(clock), ahead)
}

/// The day so many days from now, as it is typed.
fn typed(days: i64) -> String {
    (system_clock().now().date() + jiff::Span::new().days(days)).strftime("%d/%m/%Y").to_string()
}

/// The letter that lies with PROC, as their inbox lists it.
fn held(town: &Town, session: &mut Session) -> Option<inbox::Entry> {
    let listed = town.wait(inbox::list(session, List::Mailbox, None)).unwrap();
    listed.into_iter().find(|entry| entry.header.core.renews.is_some())
}

fn quiet() -> Show {
    Show::new(true, Language::French)
}

/// from the order to the day on which the hold ends by itself.
#[test]
fn what_proc_holds_outlasts_its_end_and_no_longer_than_ordered() {
    let (mut town, ahead) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let document = town.file("constat.txt", "Porte du hall dégradée, photographiée le 12.");
    let letter = ["send", "--group", &group, "--flow", "F07a", "--subject", "Hall 3", "--text", "Vu le 12."];
    let more = ["--expires", "2d", "--to", "preft", "--attach", &document];
    let sent = town.one(AGENT, &[&letter[..], &more].concat());
    let id = sent["id"].as_str().unwrap();

    // Refused for anyone else, without reference, and of what is not there.
    let until = typed(60);
    let hold = |id| ["hold", id, "--group", &group, "--reference", "PV 2026/114", "--until", &until];
    let ask = hold(id);
    for other in ["preft", "csp", "aud", "maire"] {
        town.no(other, &ask, 3, "statement");
    }
    town.no("proc", &["hold", id, "--group", &group, "--reference", " ", "--until", &until], 3, "statement");
    let short = typed(1);
    town.no(
        "proc",
        &["hold", id, "--group", &group, "--reference", "PV 1", "--until", &short],
        3,
        "retention",
    );
    let unknown = "00112233445566778899aabbccddeeff";
    town.no("proc", &hold(unknown), 3, "not-found");
    town.no("proc", &["hold", id, "--group", &group, "--lift"], 2, "hold-none");

    let said = town.failing("preft", &ask);
    assert!(said.contains("Seul le procureur"), "{said}");
    let ordered = town.one("proc", &ask);
    // What is ordered until a day is not destroyed before that day is over, and is never prolonged.
    let last = (system_clock().now().date() + jiff::Span::new().days(60)).to_string();
    assert!(ordered["until"].as_str().unwrap() > last.as_str(), "{ordered} {last}");
    let longer = typed(100);
    let longer = ["hold", id, "--group", &group, "--reference", "PV 2026/114", "--until", &longer];
    town.no("proc", &longer, 3, "statement");
    let said = town.failing("proc", &longer);
    assert!(said.contains("déjà ordonnée, référence PV 2026/114"), "{said}");
    town.no("proc", &["hold", &id[..8], "--group", &group, "--lift"], 2, "hold-id");
    assert_eq!((&ordered["state"], &ordered["reference"]), (&json!("held"), &json!("PV 2026/114")));
    let until = instant(&ordered["until"]);
    let mut proc = town.session("proc");
    assert!(held(&town, &mut proc).is_none(), "nobody has passed it on yet");

    // Its writer cannot make it vanish: whoever takes it back passes it on first. Here a reader is faster, and is told.
    let text = town.told("preft", &["inbox"]);
    assert!(text.contains("PV 2026/114") && text.contains("copie scellée"), "{text}");
    let listed = town.one("preft", &["inbox"]);
    assert_eq!(listed["hold"]["reference"], json!("PV 2026/114"));
    let copies = |town: &Town| {
        let found = town.pli("aud", &["log", "search", "--act", "deposit"]);
        found.objects.iter().filter(|it| it["reference"].is_string()).count()
    };
    assert_eq!(copies(&town), 1, "one copy, however often it is looked at");
    town.one(AGENT, &["retire", id, "--because", "superseded"]);
    assert_eq!(copies(&town), 2, "its writer has passed it on, too");

    // After the first letter's end PROC reads what its writer signed; nobody else has anything.
    ahead.store(3 * DAY_SECONDS, Ordering::SeqCst);
    town.restart();
    let mut proc = town.session("proc");
    let entry = held(&town, &mut proc).unwrap();
    assert_eq!((entry.header.core.expires, entry.header.core.writer.as_str()), (until, "preft"));
    let motive = Motive { reason: Some("plainte".parse().unwrap()), text: None, reread: None };
    let reading = town.wait(inbox::open(&mut proc, &entry, Act::Release, &motive)).unwrap();
    let first = reading.first.as_ref().unwrap();
    assert_eq!((first.core.writer.as_str(), first.text.as_str()), (AGENT, "Vu le 12."));
    let folder = std::path::PathBuf::from(town.path("held"));
    std::fs::create_dir(&folder).unwrap();
    let saved = town.wait(inbox::save_document(&mut proc, &reading, 0, &folder, &quiet())).unwrap();
    assert_eq!(std::fs::read_to_string(saved).unwrap(), "Porte du hall dégradée, photographiée le 12.");
    let mut preft = town.session("preft");
    assert!(town.wait(inbox::list(&mut preft, List::Mailbox, None)).unwrap().is_empty());
    // Who passed it on is no reader of it, and cannot take it back.
    let passed_on = town.wait(inbox::list(&mut preft, List::Sent, None)).unwrap();
    let refused = town.wait(inbox::open(&mut preft, &passed_on[0], Act::Release, &motive)).err().unwrap();
    assert!(matches!(refused, Failure::Refused(_) | Failure::Unverified(_)), "{refused}");
    drop(preft);

    // It can be ended before its day, by PROC; from then on it opens for nobody.
    let now = proc.now();
    let directory =
        town.wait(trust::prove(&mut proc, About::Group(group.parse().unwrap()))).unwrap().directory;
    let (order, digest) = directory.hold(group.parse().unwrap(), id.parse().unwrap(), now).unwrap();
    let link = Link { version: 2, previous: Some(digest), made: now };
    let publish = |session: &mut Session, hold: &Hold| {
        let signed = Signed::new(hold, &[session.key()]);
        let statement = Statement { kind: Kind::Hold, signed, body: None };
        town.wait(trust::publish(session, &statement))
    };
    let longer = Hold { link: link.clone(), until: until.plus(31 * DAY_SECONDS), ..order.clone() };
    let refused = publish(&mut proc, &longer).unwrap_err();
    assert!(matches!(refused, Failure::Refused(Refusal::Statement)), "never prolonged: {refused}");
    publish(&mut proc, &Hold { link, until: now, ..order.clone() }).unwrap();
    let refused = town.wait(inbox::open(&mut proc, &entry, Act::Release, &motive)).err().unwrap();
    assert!(matches!(refused, Failure::Refused(Refusal::Expired)), "{refused}");

    // And on that day its secrets are gone from PROC's device, and it from the relay.
    ahead.store(until.since(system_clock().now()) + 2 * DAY_SECONDS, Ordering::SeqCst);
    town.restart();
    let mut proc = town.session("proc");
    assert!(held(&town, &mut proc).is_none());
    let living = proc.store().unwrap().secrets().expiry.iter().map(|secret| secret.bucket.ends);
    assert!(living.min().unwrap() > until);
    town.stop();
}

/// What is destroyed already is said to be; and what PROC holds is not taken back before somebody has passed it on.
#[test]
fn what_is_gone_is_not_held_and_what_is_held_is_not_taken_back() {
    let (mut town, ahead) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let send = |subject: &str| {
        let letter = ["send", "--group", &group, "--flow", "F07a", "--subject", subject, "--text", "Vu."];
        let sent = town.one(AGENT, &[&letter[..], &["--expires", "2d", "--to", "preft"]].concat());
        sent["id"].as_str().unwrap().to_owned()
    };
    let (gone, kept) = (send("Hall 1"), send("Hall 2"));
    town.one(AGENT, &["retire", &gone, "--because", "received"]);
    let until = typed(70);
    let hold = |id| ["hold", id, "--group", group.as_str(), "--reference", "PV 1", "--until", until.as_str()];
    town.no("proc", &hold(&gone), 3, "retired");
    town.one("proc", &hold(&kept));

    // A changed client that asks for it directly is refused; the program passes it on first.
    let mut writer = town.session(AGENT);
    let message = kept.parse().unwrap();
    let because = shared::message::Because::Received;
    let ask = shared::wire::Ask::Retire { message, because };
    let refused = town.wait(writer.ask(ask, &[])).err().unwrap();
    assert!(matches!(refused, Failure::Refused(Refusal::Held)), "{refused}");
    drop(writer);
    town.no(AGENT, &["retire", &kept, "--because", "received"], 3, "held");
    let mut proc = town.session("proc");
    let entry = held(&town, &mut proc).unwrap();
    assert_eq!(entry.header.core.writer.as_str(), AGENT);
    // What its writer passed on could be anything: until somebody else has, too, the first one stays.
    town.no(AGENT, &["retire", &kept, "--because", "received"], 3, "held");
    town.pli("preft", &["inbox"]);
    town.one(AGENT, &["retire", &kept, "--because", "received"]);
    // What was sealed anew is not taken back.
    let ask = shared::wire::Ask::Retire { message: entry.header.core.id, because };
    let mut writer = town.session(AGENT);
    let refused = town.wait(writer.ask(ask, &[])).err().unwrap();
    assert!(matches!(refused, Failure::Refused(Refusal::Held)), "{refused}");
    // Nobody passes on what nobody ordered.
    let entry = town.wait(inbox::list(&mut writer, List::Sent, None)).unwrap().pop().unwrap();
    let proved = town.wait(trust::prove(&mut writer, About::Group(group.parse().unwrap()))).unwrap();
    assert!(!town.wait(renewal::comply(&mut writer, &entry, &proved.directory, &quiet())).unwrap());
    drop(writer);

    ahead.store(3 * DAY_SECONDS, Ordering::SeqCst);
    town.restart();
    let mut proc = town.session("proc");
    let (now, group) = (proc.now(), group.parse().unwrap());
    let reference = "PV 2".to_owned();
    let until = instant(&json!(entry.header.core.expires.to_string()));
    for message in [gone, kept] {
        let hold = Hold {
            link: Link::first(now),
            group,
            message: message.parse().unwrap(),
            reference: reference.clone(),
            until: until.plus(0),
        };
        let signed = Signed::new(&hold, &[proc.key()]);
        let statement = Statement { kind: Kind::Hold, signed, body: None };
        let refused = town.wait(trust::publish(&mut proc, &statement)).unwrap_err();
        assert!(matches!(refused, Failure::Refused(Refusal::NotFound | Refusal::Expired)), "{refused}");
    }
    town.stop();
}
