//! What has ended is destroyed, and who says so: a letter's last day, through the program and sessions of its readers.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::town::Town;
use pli_client::auditor::holdings::{Destruction, Holdings, Keeps};
use pli_client::auditor::register::register;
use pli_client::auditor::sealed::Purpose;
use pli_client::auditor::{self, Records};
use pli_client::session::Session;
use pli_client::trust;
use pli_server::{Clock, system_clock};
use serde_json::{Value, json};
use shared::ids::ReasonCode;
use shared::log::Act;
use shared::seal::{ExpiryIdentity, open_small};
use shared::time::{DAY_SECONDS, Tier, Timestamp};
use shared::wire::About;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const AGENT: &str = "agent-3f2a";

/// A town that starts today, and the seconds by which its clock is set forward.
fn town() -> (Town, Arc<AtomicU64>) {
    let ahead = Arc::new(AtomicU64::new(0));
    let (by, now) = (Arc::clone(&ahead), system_clock());
    let clock: Clock = Arc::new(move || now.now().plus(by.load(Ordering::SeqCst)));
    (Town::at(clock), ahead)
}

/// A letter of tomorrow's end.
fn send(town: &Town, group: &str) -> Value {
    let letter = ["send", "--group", group, "--flow", "F07a", "--subject", "Hall 3", "--text", "Vu."];
    let more = ["--person", "DURAND Paul, 1990", "--expires", "2d", "--to", "preft"];
    town.one(AGENT, &[&letter[..], &more].concat())
}

fn contact(town: &Town, member: &str) -> Session {
    let mut session = town.session(member);
    town.wait(trust::prove(&mut session, About::Own)).unwrap();
    session
}

fn records(town: &Town) -> (Session, Records, Timestamp) {
    let mut session = town.session("aud");
    let (reason, mut records) = (ReasonCode::right(), Records::new());
    let purpose = Purpose { reason: &reason, order: None };
    let keep = |index, opened| drop(records.insert(index, opened));
    let review = town.wait(auditor::review(&mut session, purpose, keep)).unwrap();
    assert_eq!(review.faults, []);
    (session, records, review.time)
}

/// the secrets of its day are gone from each device that comes after it, and that is in the log under its
/// signature; the device that does not come is named. What the next days need is there.
#[test]
fn a_letters_end_is_accounted_for_by_relay_and_devices() {
    let (mut town, ahead) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let sent = send(&town, &group);
    let expires: Timestamp = sent["expires"].as_str().unwrap().parse().unwrap();
    town.one("preft", &["open", sent["id"].as_str().unwrap(), "--reason", "suivi"]);

    // While it lives, its readers can open it; nobody owes anything.
    let (mut session, all, now) = records(&town);
    let holdings = Holdings::of(&all);
    let directory = town.wait(trust::prove(&mut session, About::Everybody)).unwrap().directory;
    assert!(Destruction::of(&holdings, &directory, now, |_| true).told.is_empty());
    let held = holdings.letters.values().find(|held| held.writer.as_str() == AGENT).unwrap();
    assert_eq!((held.expires, held.ended), (expires, None));
    let preft = "preft".parse().unwrap();
    assert!(held.readers[&preft].read.is_some() && held.readers[&preft].exported.is_none());
    let keeps: Vec<_> = holdings.devices(held, &preft, &directory, now).map(|(_, keeps)| keeps).collect();
    assert_eq!(keeps, [Keeps::Opens]);

    ahead.store(3 * DAY_SECONDS, Ordering::SeqCst);
    // Somebody bears the relay's clock out, and it sweeps as soon as it starts.
    contact(&town, "aud");
    town.restart();
    let reader = contact(&town, "preft");
    let later = reader.now();
    let living: Vec<_> =
        reader.store().unwrap().secrets().expiry.iter().map(|secret| secret.bucket).collect();
    assert!(living.iter().all(|bucket| bucket.ends > later), "{living:?}");
    let days = living.iter().filter(|bucket| bucket.tier == Tier::Day).count();
    assert_eq!(days, 3, "the ladder is whole again");

    let (mut session, all, now) = records(&town);
    let told: Vec<_> = all.values().filter(|opened| opened.record.act == Act::Destruction).collect();
    let by: Vec<_> =
        told.iter().map(|opened| opened.record.actor.as_ref().unwrap().member.as_str()).collect();
    assert!(by.contains(&"preft") && !by.contains(&AGENT), "{by:?}");
    assert!(told.iter().all(|opened| opened.record.request.is_some()));
    let directory = town.wait(trust::prove(&mut session, About::Everybody)).unwrap().directory;
    let holdings = Holdings::of(&all);
    let account = Destruction::of(&holdings, &directory, now, |_| true);
    let ended: Vec<_> = account.ended.values().map(|ended| (ended.letters, ended.recorded)).collect();
    assert_eq!(ended, [(1, 1)], "the relay recorded its end");
    let untold = |member: &str| -> Vec<_> {
        let of_member = account.told.values().filter(|told| told.member.as_str() == member);
        of_member.map(|told| (told.letters, told.untold)).collect()
    };
    assert_eq!((untold("preft"), untold(AGENT)), (vec![(1, 0)], vec![(1, 1)]));

    // The register says how many, and no more; any member reads it.
    let (lines, _) = town.wait(register(&mut session)).unwrap();
    let told: Vec<_> = lines.iter().map(|line| (line.what.class.clone(), line.what.count)).collect();
    assert_eq!(told, [(Some("RC".parse().unwrap()), 1)]);
    assert!(lines[0].time >= expires && lines[0].what.until < expires);

    // The other comes back, and says so too, once.
    for _ in 0..2 {
        contact(&town, AGENT).close();
    }
    let (_, all, now) = records(&town);
    let account = Destruction::of(&Holdings::of(&all), &directory, now, |_| true);
    assert!(account.told.values().all(|told| told.untold == 0), "{account:?}");
    let of_agent = |opened: &&auditor::Opened| {
        let actor = opened.record.actor.as_ref();
        opened.record.act == Act::Destruction && actor.is_some_and(|actor| actor.member.as_str() == AGENT)
    };
    assert_eq!(all.values().filter(of_agent).count(), 1);
    town.stop();
}

/// For a person's request: who holds what, with the reference in the log and no name; and what is asked is told to
/// nobody who reviews nothing.
#[test]
fn a_persons_request_finds_who_holds_what() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let sent = send(&town, &group);
    town.no("csp", &["rights", "D-2026-4", "--person", "DURAND Paul"], 3, "not-a-reviewer");

    let asked = ["rights", "D-2026-4", "--person", "durand paul, 1990"];
    let found = town.one("aud", &asked);
    assert_eq!((&found["item"], &found["found"]), (&sent["id"], &json!("name-and-year")));
    assert_eq!((&found["writer"], &found["ended"]), (&json!(AGENT), &Value::Null));
    let readers = found["readers"].as_array().unwrap();
    let of = |member: &str| readers.iter().find(|reader| reader["member"] == member).unwrap();
    assert_eq!(readers.len(), 2);
    assert_eq!(of("preft")["read"], Value::Null);
    assert_eq!(of("preft")["devices"][0]["keeps"], "opens");

    let id = sent["id"].as_str().unwrap();
    town.one("preft", &["open", id, "--reason", "suivi"]);
    let folder = town.path("copy");
    town.one("preft", &["open", id, "--reason", "suivi", "--export", &folder]);
    let found = town.one("aud", &asked);
    let preft =
        &found["readers"].as_array().unwrap().iter().find(|reader| reader["member"] == "preft").unwrap();
    assert!(preft["read"].is_string() && preft["exported"].is_string(), "{preft}");
    let text = town.read("aud", &asked);
    assert!(text.contains("copie hors de Pli") && text.contains("peut encore l'ouvrir"), "{text}");

    // Another name, another group.
    assert!(town.pli("aud", &["rights", "D-2026-5", "--person", "DURAND Paule"]).objects.is_empty());
    let elsewhere = ["rights", "D-2026-6", "--person", "DURAND Paul", "--group", "0123456789"];
    assert!(town.pli("aud", &elsewhere).objects.is_empty());

    let readings = town.pli("aud", &["log", "search", "--act", "log-reading"]);
    let references: Vec<_> = readings.objects.iter().filter_map(|it| it["reference"].as_str()).collect();
    assert_eq!(references, ["D-2026-4", "D-2026-4", "D-2026-4", "D-2026-5", "D-2026-6"]);
    assert!(!readings.text.to_lowercase().contains("durand"));

    let kept = town.one("preft", &["retention", "status"]);
    assert_eq!((&kept["id"], &kept["expires"]), (&sent["id"], &sent["expires"]));
    assert!(town.pli("aud", &["retention", "report"]).objects.is_empty(), "nothing has come to its end");
    town.no("csp", &["retention", "report"], 3, "not-a-reviewer");
    assert!(town.pli("csp", &["purge-register", "--csv", &town.path("register.csv")]).objects.is_empty());
    let csv = std::fs::read_to_string(town.path("register.csv")).unwrap();
    assert!(csv.starts_with("feuille;detruit_le;classe;"), "{csv}");
    town.stop();
}

/// Somebody kept the relay's whole folder while a letter lived, and steals the laptop after its end, with its passphrase:
/// nothing on it opens the letter. With the laptop of before, it would have.
#[test]
fn what_was_kept_before_is_of_no_use_after() {
    let (mut town, ahead) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let sent = send(&town, &group);
    town.one("preft", &["open", sent["id"].as_str().unwrap(), "--reason", "suivi"]);
    let id = sent["id"].as_str().unwrap().parse().unwrap();
    town.stop();
    let kept = std::path::PathBuf::from(town.path("kept"));
    for (from, to) in [("relay", "kept"), ("people/preft", "before")] {
        copy(std::path::Path::new(&town.path(from)), std::path::Path::new(&town.path(to)));
    }
    town.begin();
    ahead.store(3 * DAY_SECONDS, Ordering::SeqCst);
    town.restart();
    contact(&town, "preft").close();
    contact(&town, AGENT).close();

    let folder = pli_server::store::Folder::open(&kept).unwrap();
    let grants: Vec<Vec<u8>> = town.wait(async {
        let setup = pli_server::relay::Setup::of(&folder, system_clock()).unwrap();
        let running = pli_server::relay::Running::open(&folder, setup).unwrap();
        let relay = running.relay.clone();
        let stored = relay.stored(id).unwrap();
        let grants = stored.living().map(|entry| {
            let granted = stored.granted(entry.device).unwrap();
            relay.read(|| relay.shelf().grant(granted, entry.device)).unwrap()
        });
        let grants = grants.collect();
        drop(stored);
        drop(relay);
        running.finish().unwrap();
        grants
    });
    assert_eq!(grants.len(), 2);
    let opened = |home: &str| {
        let home = std::path::PathBuf::from(town.path(home));
        let master = pli_client::keystore::unlock(&home, crate::town::PASSPHRASE).unwrap();
        let store = pli_client::keystore::KeyStore::open(&home, master).unwrap();
        let secrets: Vec<_> = store.secrets().expiry.iter().map(|secret| secret.seed).collect();
        assert!(secrets.len() > 3);
        let opens = |grant: &&Vec<u8>| {
            secrets.iter().any(|seed| open_small(&ExpiryIdentity::from_bytes(seed), grant).is_ok())
        };
        grants.iter().filter(opens).count()
    };
    assert_eq!(opened("before"), 1, "its reader's grant, as long as its secret was there");
    assert_eq!(opened("people/preft"), 0);
    assert_eq!(opened(&format!("people/{AGENT}")), 0, "nor its writer's");
    town.stop();
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

/// What is not nominative is read again without the relay and without another record, until it is destroyed or taken
/// back; nothing of it lies there in clear, and of what is nominative nothing stays at all.
#[test]
fn a_working_copy_opens_without_the_relay_until_its_letter_ends() {
    let (mut town, ahead) = town();
    let group = town.channel(AGENT, &["bref", "csp"]);
    let patrol = |text: &str| {
        let letter = ["send", "--group", &group, "--flow", "F10b", "--subject", "Passages de nuit"];
        let sent =
            town.one("csp", &[&letter[..], &["--text", text, "--expires", "2d", "--to", "bref"]].concat());
        sent["id"].as_str().unwrap().to_owned()
    };
    let (kept, withdrawn) = (patrol("Hall calme hier soir."), patrol("Hall occupé hier soir."));
    let note = send(&town, &group);
    let open = |town: &Town, member: &str, id: &str| town.pli(member, &["open", id, "--reason", "suivi"]);
    for id in [&kept, &withdrawn] {
        assert_eq!(town.one("bref", &["open", id])["copy"], Value::Null);
    }
    assert_eq!(open(&town, "preft", note["id"].as_str().unwrap()).code, 0);
    let people = town.path("people");
    let folder = |member: &str| format!("{people}/{member}/copies");
    let copies = |member: &str| std::fs::read_dir(folder(member)).map_or(0, Iterator::count);
    assert_eq!((copies("bref"), copies("preft")), (2, 0), "what is nominative stays nowhere");
    assert_eq!(openings(&town), 3);
    let clear: &[u8] = "Hall calme".as_bytes();
    for file in std::fs::read_dir(folder("bref")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(clear.len()).any(|window| window == clear));
    }

    // It was taken back: the copy goes at the next contact.
    town.one("csp", &["retire", &withdrawn, "--because", "superseded"]);
    town.pli("bref", &["inbox"]);
    assert_eq!(copies("bref"), 1);
    assert_eq!(town.pli("bref", &["open", &withdrawn]).code, 3);

    town.stop();
    let again = town.one("bref", &["open", &kept[..8]]);
    assert_eq!(again["text"], json!("Hall calme hier soir."));
    assert!(again["copy"]["opened"].is_string() && again["index"].is_u64());
    assert_eq!(open(&town, "preft", note["id"].as_str().unwrap()).code, 6, "the relay is needed");
    // Somebody else's, or one that was changed, is none.
    let file = std::fs::read_dir(folder("bref")).unwrap().next().unwrap().unwrap().path();
    let sealed = std::fs::read(&file).unwrap();
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&file, &changed).unwrap();
    assert_eq!(town.pli("bref", &["open", &kept]).code, 6);
    std::fs::write(&file, &sealed).unwrap();

    ahead.store(3 * DAY_SECONDS, Ordering::SeqCst);
    town.begin();
    assert_eq!(openings(&town), 3, "no other record was made");
    let session = contact(&town, "bref");
    assert!(pli_client::copies::find(&session, &kept.parse().unwrap()).is_none());
    assert_eq!(copies("bref"), 0);
    town.stop();
}

fn openings(town: &Town) -> usize {
    let (_, all, _) = records(town);
    all.values().filter(|opened| opened.record.act == Act::Release).count()
}
