//! What is due becomes late, and is done by a deposit that its leaf proves: through the program, and through sessions
//! whose clock is set forward.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use icalendar::{Calendar, CalendarComponent, Component as _};
use jiff::civil::Date;
use pli_client::dates;
use pli_client::deadlines::{Deadline, Inside, State, deadlines, note_received, note_sent};
use pli_client::inbox::{self, List};
use pli_client::outbox::{self, Sent, Wanted};
use pli_client::session::Session;
use pli_client::show::Show;
use pli_client::trust;
use pli_client::words::Language;
use pli_server::{Clock, system_clock};
use serde_json::{Value, json};
use shared::deadlines::Period;
use shared::deadlines::calendar::later;
use shared::form::Form;
use shared::ids::MessageId;
use shared::message::{Core, Draft, Handling, Thread};
use shared::nomenclature::Cadence;
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::About;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const AGENT: &str = "agent-3f2a";

/// Flows with deadlines, beside those of most tests. The table is due each week: a clock need not be set far.
fn nomenclature() -> String {
    let flows = include_str!("../../../tests/data/deadlines.toml");
    let weekly = flows.replace(
        r#"every = "quarter", days = 15, remind = [8]"#,
        r#"every = "week", days = 3, remind = [2]"#,
    );
    assert_ne!(weekly, flows);
    format!("{}\n{weekly}", crate::town::NOMENCLATURE)
}

/// A town that starts today, and the seconds by which its clock is set forward.
fn town() -> (Town, Arc<AtomicU64>) {
    let ahead = Arc::new(AtomicU64::new(0));
    let (by, now) = (Arc::clone(&ahead), system_clock());
    let clock: Clock = Arc::new(move || now.now().plus(by.load(Ordering::SeqCst)));
    (Town::under(&nomenclature(), clock), ahead)
}

/// Sets the clock forward to the noon of a day, and gives that noon.
fn set(ahead: &AtomicU64, day: Date) -> Timestamp {
    let noon = dates::begins(day).plus(DAY_SECONDS / 2);
    ahead.store(noon.since(system_clock().now()), Ordering::SeqCst);
    noon
}

/// What a session of a member says is due of one flow, without asking anybody.
fn due(town: &Town, member: &str, flow: &str) -> Vec<Deadline> {
    let all = deadlines(&town.session(member)).unwrap().unwrap();
    all.into_iter().filter(|one| one.flow.as_ref().is_some_and(|code| code.as_str() == flow)).collect()
}

fn deposit(
    town: &Town,
    session: &mut Session,
    group: &str,
    what: (&str, &str),
    first: Option<MessageId>,
) -> Sent {
    let (flow, to) = what;
    let draft = Draft {
        group: group.parse().unwrap(),
        flow: flow.parse().unwrap(),
        to: vec![to.parse().unwrap()],
        subject: "Tableau".to_owned(),
        text: "Voir le tableau.".to_owned(),
        form: Form::default(),
        handling: Handling::D2,
        thread: Thread::default(),
        documents: Vec::new(),
        expires: session.now().plus(100 * DAY_SECONDS),
        reply_to: first,
        renews: None,
        first: None,
        vouches: false,
        reread: None,
    };
    let wanted =
        Wanted { draft, sources: Vec::new(), persons: Vec::new(), first: None, reason: None, gate: None };
    let plan = town.wait(outbox::plan(session, &wanted)).unwrap();
    let show = Show::new(true, Language::French);
    let sent = town.wait(outbox::send(session, &wanted, plan, &show)).unwrap();
    note_sent(session, &sent.header.core, Inside::default()).unwrap();
    sent
}

#[test]
fn a_week_becomes_late_and_a_deposit_makes_it_done_under_its_number() {
    let (mut town, ahead) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let week = Period::of(Cadence::Week, dates::day_of(system_clock().now()));
    let wednesday = later(week.last(), 3);
    let last = |town: &Town, day: Date| {
        set(&ahead, day);
        let found = due(town, "bref", "F04b");
        assert_eq!(found.len(), 2, "the last week and the one that is running");
        (found[0].period.unwrap(), found[0].last_day(), found[0].state, found[0].is_reminded(day))
    };
    assert_eq!(last(&town, later(wednesday, 0)), (week, wednesday, State::Due, true));
    assert_eq!(last(&town, wednesday.yesterday().unwrap()), (week, wednesday, State::Due, true));
    assert_eq!(last(&town, later(week.last(), 1)), (week, wednesday, State::Due, false));
    assert_eq!(last(&town, later(wednesday, 1)), (week, wednesday, State::Late, true));
    assert!(due(&town, "csp", "F04b").is_empty(), "others send it");

    // It comes late, and counts.
    let thursday = set(&ahead, later(wednesday, 1));
    town.restart();
    let mut session = town.session("bref");
    town.wait(trust::prove(&mut session, About::Own)).unwrap();
    let sent = deposit(&town, &mut session, &group, ("F04b", "csp"), None);
    drop(session);
    let done = due(&town, "bref", "F04b").remove(0);
    let proof = done.proof.unwrap();
    assert_eq!((done.period, done.state), (Some(week), State::Done));
    assert_eq!((proof.index, proof.message), (sent.record.index, sent.header.core.id));
    assert!(proof.time.since(thursday) < 600, "{proof:?}");

    // And no longer for the next one.
    let found = last(&town, later(wednesday, 8));
    assert_eq!(found, (week.next(), later(wednesday, 7), State::Late, true));
    town.stop();
}

#[test]
fn an_answer_is_owed_from_the_inbox_on_and_given_by_a_letter_that_answers() {
    let (mut town, ahead) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let letter =
        ["send", "--group", &group, "--flow", "F08b", "--subject", "Plainte", "--text", "Dès que possible."];
    let asked = town.one("bref", &[&letter[..], &["--to", "preft"]].concat());
    assert!(town.pli("preft", &["deadlines"]).objects.is_empty(), "it was not heard of yet");
    let listed = town.one("preft", &["inbox"]);
    let owed = town.one("preft", &["deadlines"]);
    let created: Timestamp = listed["created"].as_str().unwrap().parse().unwrap();
    let expected = json!({
        "flow": "F08c",
        "title": "Rendez-vous fixé",
        "period": null,
        "due": created.plus(48 * 3600).to_string(),
        "legal": null,
        "state": "due",
        "proof": null,
        "message": asked["id"],
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&owed[key], value, "{key}: {owed}");
    }

    // Who unlocks is reminded; who owes nothing is not.
    assert_eq!(town.one("preft", &["unlock"])["deadlines"], json!([owed]));
    town.one("preft", &["lock"]);
    assert_eq!(town.one("csp", &["unlock"]).get("deadlines"), None);
    town.one("csp", &["lock"]);

    ahead.store(49 * 3600, Ordering::SeqCst);
    assert_eq!(due(&town, "preft", "F08c")[0].state, State::Late);
    ahead.store(0, Ordering::SeqCst);
    let first = asked["id"].as_str().unwrap().parse().unwrap();
    let mut session = town.session("preft");
    let answer = deposit(&town, &mut session, &group, ("F08c", "bref"), Some(first));
    drop(session);
    let done = town.one("preft", &["deadlines"]);
    assert_eq!((&done["state"], &done["message"]), (&json!("done"), &asked["id"]));
    assert_eq!(done["proof"]["index"], json!(answer.record.index));
    assert_eq!(due(&town, "preft", "F08c")[0].state, State::Done, "the clock has gone on: {done}");
    town.stop();
}

/// A letter that somebody really sent, as if it were of another flow: the forms of those are not of this test.
fn core_of(town: &Town, session: &mut Session, flow: &str) -> Core {
    let sent = town.wait(inbox::list(session, List::Sent, None)).unwrap();
    Core { flow: flow.parse().unwrap(), ..sent.last().unwrap().header.core.clone() }
}

fn field(name: &str, day: &str) -> [(String, String); 1] {
    [(name.to_owned(), day.to_owned())]
}

#[test]
fn a_proces_verbal_shows_both_days_and_goes_into_a_calendar_that_names_nobody() {
    let (mut town, _) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let letter = ["send", "--group", &group, "--flow", "F10a", "--subject", "Hall 3", "--text", "Occupé."];
    let sent = town.one("bref", &[&letter[..], &["--to", "csp"]].concat());
    let mut session = town.session("bref");
    let core = core_of(&town, &mut session, "F14b");
    note_sent(&session, &core, Inside { fields: &field("constatation", "2026-06-01"), thread: None })
        .unwrap();
    // Read again with nothing beside the header, it keeps its day.
    note_sent(&session, &core, Inside::default()).unwrap();
    let video = Core { id: MessageId([7; 16]), writer: "csp".parse().unwrap(), ..core };
    let video = Core { flow: "F15d".parse().unwrap(), ..video };
    let today = dates::day_of(system_clock().now()).to_string();
    note_received(&session, &video, Inside { fields: &field("enregistrement", &today), thread: None })
        .unwrap();
    session.close();

    let said = town.pli("bref", &["deadlines", "--all"]);
    let of = |flow: &str| said.objects.iter().find(|one| one["flow"] == flow).unwrap();
    let pv = of("F14b");
    assert_eq!((&pv["due"], &pv["legal"]), (&json!("2026-06-06"), &json!("2026-06-08")));
    assert_eq!(
        (&pv["state"], &pv["proof"]["index"], &pv["message"]),
        (&json!("done"), &sent["index"], &sent["id"])
    );
    assert_eq!((&of("F15d")["state"], &of("F15d")["legal"]), (&json!("due"), &Value::Null));

    let text = town.read("bref", &["deadlines", "--all"]);
    let days = "jusqu'au 06/06/2026 par prudence, au 08/06/2026 si l'article 801";
    assert!(text.contains(days) && text.contains("voie légale : remise, ou lettre recommandée"), "{text}");
    assert!(text.contains(&format!("n° {} du journal", sent["index"])), "{text}");

    let file = town.path("bref.ics");
    assert_eq!(town.pli("bref", &["deadlines", "--ics", &file]).code, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    let calendar: Calendar = text.parse().unwrap();
    let events: Vec<_> = calendar.components.iter().filter_map(CalendarComponent::as_event).collect();
    let summaries: Vec<_> = events.iter().filter_map(|event| event.property_value("SUMMARY")).collect();
    let has = |what: &str| summaries.iter().any(|summary| summary.contains(what));
    assert!(has("(F15d)") && has("(F04b)") && !has("(F14b)"), "{summaries:?}");
    assert!(events.iter().all(|event| !event.components().is_empty()), "each with an alarm: {text}");
    for private in ["Vasseur", "bref", "Hall 3", "Occupé"] {
        assert!(!text.contains(private), "{private}: {text}");
    }

    // A home that was never enrolled has nothing due.
    town.no("nobody", &["deadlines"], 2, "home-absent");
    town.stop();
}

#[test]
fn what_is_noted_is_sealed_is_this_devices_and_dies_with_its_letter() {
    let (mut town, ahead) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let letter = ["send", "--group", &group, "--flow", "F10a", "--subject", "Hall 3", "--text", "Occupé."];
    town.one("bref", &[&letter[..], &["--expires", "2d", "--to", "csp"]].concat());
    let mut session = town.session("bref");
    let core = core_of(&town, &mut session, "F14b");
    note_sent(&session, &core, Inside { fields: &field("constatation", "2026-06-01"), thread: None })
        .unwrap();
    session.close();
    drop(session);
    assert_eq!(due(&town, "bref", "F14b").len(), 1);
    let people = town.path("people");
    let files = |member: &str| -> Vec<PathBuf> {
        let folder = std::fs::read_dir(format!("{people}/{member}/deadlines")).unwrap();
        let files = folder.map(|entry| entry.unwrap().path());
        files.filter(|file| file.to_str().unwrap().ends_with(&core.id.to_string())).collect()
    };
    let file = files("bref").remove(0);
    let sealed = std::fs::read(&file).unwrap();
    for clear in ["F14b", "2026-06-01"] {
        assert!(!sealed.windows(clear.len()).any(|window| window == clear.as_bytes()), "{clear}");
    }
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&file, &changed).unwrap();
    assert!(due(&town, "bref", "F14b").is_empty(), "somebody else's, or changed");
    std::fs::write(&file, &sealed).unwrap();

    ahead.store(3 * DAY_SECONDS, Ordering::SeqCst);
    assert!(due(&town, "bref", "F14b").is_empty());
    town.restart();
    let mut session = town.session("bref");
    town.wait(trust::prove(&mut session, About::Own)).unwrap();
    session.close();
    drop(session);
    assert_eq!(files("bref"), Vec::<PathBuf>::new());
    town.stop();
}
