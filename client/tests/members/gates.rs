//! What waits for an agreement, through the program: who is asked, who reads it then, who is told what; and that with
//! everything of the relay and of its reader together, nothing opens before.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::independent::independent;
use crate::town::Town;
use pli_client::approval;
use pli_client::auditor::agreements::{undecided, waiting};
use pli_client::auditor::sealed::Purpose;
use pli_client::auditor::{self, Records};
use pli_client::failure::Failure;
use pli_client::home::Home;
use pli_client::inbox::{self, List};
use pli_client::keystore::{self, KeyStore};
use pli_server::{Clock, system_clock};
use serde_json::{Value, json};
use shared::ids::ReasonCode;
use shared::message::Grant;
use shared::refusal::Refusal;
use shared::seal::{ExpiryIdentity, open_small};
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::Ask;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const AGENT: &str = "agent-3f2a";

fn letter<'a>(group: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let letter = ["send", "--group", group, "--flow", "F09d", "--subject", "Interventions du 12"];
    [&letter[..], &["--text", "Trois interventions en mai.", "--to", "bref"], more].concat()
}

fn id(said: &Value) -> String {
    said["id"].as_str().unwrap().to_owned()
}

/// Convention art. 9: from the request to the reading, and what each of them is told on the way.
#[test]
fn a_letter_is_read_after_the_agreement_and_everybody_knows_where_it_stands() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp", "proc"]);
    let told = town.told("csp", &letter(&group, &[]));
    for said in ["Géraldine Hamon", "Chloé Vasseur", "sans décision avant le", "30 jours"] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let waiting = town.one("csp", &["sent"]);
    let gate = &waiting["gate"];
    assert_eq!((&gate["state"], &gate["approver"]), (&json!("waiting"), &json!("proc")));
    let letter_id = id(&waiting);
    let text = town.read("csp", &["sent"]);
    assert!(text.contains("attend l'accord de Géraldine Hamon (PROC) depuis aujourd'hui"), "{text}");
    assert_eq!(town.one("csp", &["status", &letter_id])["gate"]["state"], json!("waiting"));

    // Nobody else has anything of it.
    assert!(town.pli("bref", &["inbox"]).objects.is_empty());
    town.no("bref", &["open", &letter_id, "--reason", "bail"], 3, "not-found");
    town.no("bref", &["approve", &letter_id], 3, "not-found");
    town.no("csp", &["approve", &letter_id], 3, "not-found");

    // Who is asked finds it, reads it, and agrees.
    let asked = town.one("proc", &["inbox"]);
    assert_eq!((&asked["state"], &asked["expires"]), (&json!("to-approve"), &gate["until"]));
    let line = town.read("proc", &["inbox"]);
    assert!(line.contains("À VALIDER") && line.contains("attend votre accord depuis aujourd'hui"), "{line}");
    let opened = town.one("proc", &["open", &letter_id, "--reason", "controle"]);
    assert_eq!(opened["text"], json!("Trois interventions en mai."));
    let agreed = town.one("proc", &["approve", &letter_id]);
    assert_eq!((&agreed["state"], &agreed["readers"]), (&json!("approved"), &json!(["bref"])));
    town.no("proc", &["approve", &letter_id], 3, "decided");
    let again = town.failing("proc", &["approve", &letter_id]);
    assert!(again.contains("déjà donné votre accord") && !again.contains("Recommencez"), "{again}");
    town.no("proc", &["reject", &letter_id, "--reason", "objet"], 3, "decided");
    let decided = town.one("proc", &["inbox"]);
    assert_eq!((&decided["state"], &decided["gate"]["state"]), (&json!("decided"), &json!("approved")));

    let waits = town.one("bref", &["inbox"]);
    assert_eq!((&waits["state"], &waits["expires"]), (&json!("new"), &agreed["until"]));
    let opened = town.one("bref", &["open", &letter_id, "--reason", "bail"]);
    assert_eq!(opened["subject"], json!("Interventions du 12"));
    let status = town.one("csp", &["status", &letter_id]);
    assert_eq!(status["gate"]["readable_until"], agreed["until"]);
    let states: Vec<_> =
        status["readers"].as_array().unwrap().iter().map(|reader| &reader["state"]).collect();
    assert_eq!(states, [&json!("opened"), &json!("opened")]);
    assert!(town.read("csp", &["status", &letter_id]).contains("accord de Géraldine Hamon (PROC)"));

    // The reviewer finds nothing to ask, and whoever is handed the account verifies it without Pli.
    let found = town.pli("aud", &["log", "search", "--act", "approval"]);
    assert_eq!((found.objects.len(), &found.objects[0]["item"]), (1, &json!(letter_id)), "{found:?}");
    let asked: Vec<_> = town.pli("aud", &["log", "anomalies"]).objects;
    let of_gates = ["before-approval", "decided-by-another", "undecided"];
    assert!(!asked.iter().any(|it| of_gates.iter().any(|rule| it["rule"] == *rule)), "{asked:?}");
    let file = town.path("piece");
    assert_eq!(town.pli("aud", &["log", "bundle", &letter_id, "--out", &file]).code, 0);
    let home = Home::open(Path::new(&town.path("people/csp"))).unwrap();
    let fingerprint = home.fingerprint().unwrap().to_string();
    let verified = town.pli("aud", &["bundle", "verify", &file, "--fingerprint", &fingerprint]);
    let acts: Vec<_> = verified.objects.iter().filter_map(|it| it["act"].as_str()).collect();
    assert!(acts.contains(&"approval"), "{verified:?}");
    if let Some((code, said)) = independent(&["bundle", &file, &fingerprint]) {
        assert_eq!(code, 0, "{said}");
    }
    let folder = town.path("rapport");
    let report = ["log", "report", "--out", &folder, "--requested-by", "Parquet", "--ground", "CPP 39-2"];
    assert_eq!(town.pli("aud", &report).code, 0);
    let page = std::fs::read_to_string(PathBuf::from(folder).join("rapport.html")).unwrap();
    assert!(page.contains("Accord demandé à") && page.contains("lisible jusqu"), "{page}");
    town.stop();
}

/// the writer reads why, and nobody opens it any more.
#[test]
fn a_refused_agreement_says_why() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp", "proc"]);
    let letter_id = id(&town.one("csp", &letter(&group, &[])));
    town.no("proc", &["reject", &letter_id, "--reason", "humeur"], 3, "reason-unknown");
    let said = town.failing("proc", &["reject", &letter_id, "--reason", "humeur"]);
    assert!(said.contains("Demande incomplète"), "{said}");
    let said = town.failing("proc", &["reject", &letter_id]);
    assert!(said.contains("--reason incomplet : Demande incomplète"), "{said}");
    let rejected = town.one("proc", &["reject", &letter_id, "--reason", "incomplet"]);
    assert_eq!((&rejected["state"], &rejected["reason"]), (&json!("rejected"), &json!("incomplet")));
    let again = town.one("proc", &["reject", &letter_id, "--reason", "objet"]);
    assert_eq!((&again["state"], &again["reason"]), (&json!("already-rejected"), &json!("incomplet")));
    town.no("proc", &["approve", &letter_id], 3, "decided");
    town.no("proc", &["open", &letter_id, "--reason", "controle"], 3, "retired");
    town.no("csp", &["open", &letter_id, "--reason", "controle"], 3, "retired");
    let status = town.one("csp", &["status", &letter_id]);
    let gate = &status["gate"];
    assert_eq!((&gate["state"], &gate["reason"]), (&json!("rejected"), &json!("incomplet")));
    let text = town.read("csp", &["status", &letter_id]);
    assert!(
        text.contains("refusé par Géraldine Hamon (PROC)") && text.contains("Demande incomplète"),
        "{text}"
    );
    assert_eq!(town.one("csp", &["sent"])["gate"]["state"], json!("rejected"));
    assert!(town.pli("bref", &["inbox"]).objects.is_empty());
    town.stop();
}

/// Who is asked is found by themselves, or named; and where nobody could agree, nothing is sent.
#[test]
fn somebody_who_can_agree_is_found_before_anything_is_sealed() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp"]);
    town.no("csp", &letter(&group, &[]), 3, "gate");
    assert!(town.pli("csp", &["sent"]).objects.is_empty());
    let group = town.channel(AGENT, &["bref", "csp", "proc"]);
    town.no("csp", &letter(&group, &["--approver", "preft"]), 3, "gate");
    let note = ["send", "--group", &group, "--flow", "F10b", "--to", "bref", "--subject", "x", "--text", "y"];
    town.no("csp", &[&note[..], &["--approver", "proc"]].concat(), 2, "send-approver-needless");
    let sent = town.one("csp", &letter(&group, &["--approver", "proc", "--expires", "2d"]));
    assert_eq!(sent["gate"]["approver"], json!("proc"));
    // As long as its writer asked for, and no longer; sooner where who agrees says so.
    let letter_id = id(&sent);
    town.no("proc", &["approve", &letter_id, "--expires", "20d"], 2, "approve-unread");
    let agreed = town.one("proc", &["approve", &letter_id, "--expires", "20d", "--yes"]);
    let until: Timestamp = agreed["until"].as_str().unwrap().parse().unwrap();
    assert!(until <= system_clock().now().plus(2 * DAY_SECONDS), "{until}");
    // What is taken back is decided about no more.
    let other = id(&town.one("csp", &letter(&group, &[])));
    town.one("csp", &["retire", &other, "--because", "superseded"]);
    town.no("proc", &["approve", &other], 3, "retired");
    town.no("proc", &["reject", &other, "--reason", "objet"], 3, "retired");
    town.stop();
}

/// what nobody decides ends: for who was asked, for its writer, and in the log.
#[test]
fn what_nobody_decides_ends() {
    let ahead = Arc::new(AtomicU64::new(0));
    let (by, now) = (Arc::clone(&ahead), system_clock());
    let clock: Clock = Arc::new(move || now.now().plus(by.load(Ordering::SeqCst)));
    let mut town = Town::at(clock);
    let group = town.channel(AGENT, &["bref", "csp", "proc"]);
    let sent = town.one("csp", &letter(&group, &[]));
    let letter_id = id(&sent);
    let until: Timestamp = sent["gate"]["until"].as_str().unwrap().parse().unwrap();
    ahead.store(until.since(system_clock().now()) + DAY_SECONDS, Ordering::SeqCst);
    town.session("aud").close();
    let mut proc = town.session("proc");
    let found = town.wait(approval::find(&mut proc, &letter_id)).err().unwrap();
    assert!(matches!(found, Failure::Refused(Refusal::NotFound)), "{found}");
    let reason: ReasonCode = "objet".parse().unwrap();
    let ask = Ask::Reject { message: letter_id.parse().unwrap(), reason };
    let refused = town.wait(proc.ask(ask, &[])).err().unwrap();
    assert!(matches!(refused, Failure::Refused(Refusal::Expired)), "{refused}");
    town.restart();
    let mut csp = town.session("csp");
    let listed = town.wait(inbox::list(&mut csp, List::Sent, None)).unwrap();
    assert_eq!((listed.len(), &listed[0].decision), (1, &None), "its writer still finds it");

    let mut aud = town.session("aud");
    let (reason, mut records) = (ReasonCode::right(), Records::new());
    let purpose = Purpose { reason: &reason, order: None };
    let keep = |index, opened| drop(records.insert(index, opened));
    let review = town.wait(auditor::review(&mut aud, purpose, keep)).unwrap();
    assert_eq!(review.faults, []);
    let letters = waiting(&records);
    assert_eq!(letters.len(), 1);
    let told = undecided(&records, review.time);
    assert_eq!(told.keys().map(|member| member.as_str()).collect::<Vec<_>>(), ["proc"]);
    let ended = records.values().filter(|opened| opened.record.act == shared::log::Act::Expiry);
    let ended: Vec<_> = ended.map(|opened| (opened.record.item, opened.record.expires)).collect();
    assert_eq!(ended, [(Some(letter_id.parse().unwrap()), Some(until))]);
    town.stop();
}

/// Promise 4, with folders: the relay's whole folder and the recipient's whole home, taken together before the agreement,
/// open nothing; the same two after it open the letter.
#[test]
fn relay_and_recipient_together_open_nothing_before_the_agreement() {
    let mut town = Town::build();
    let group = town.channel(AGENT, &["bref", "csp", "proc"]);
    let document = town.file("releve.txt", "Trois interventions, aucune interpellation.");
    let letter_id = id(&town.one("csp", &letter(&group, &["--attach", &document])));
    town.pli("bref", &["inbox"]);
    assert_eq!(opened(&town, &["relay", "people/bref"], "bref"), 0);
    assert_eq!(opened(&town, &["relay", "people/proc"], "proc"), 1, "the test finds what there is");

    town.one("proc", &["approve", &letter_id, "--yes"]);
    assert_eq!(opened(&town, &["relay", "people/bref"], "bref"), 1);
    town.stop();
}

/// How many grants the secrets of a member's device open, of whatever lies anywhere in these folders: each place at which
/// something sealed begins is tried with each secret.
fn opened(town: &Town, folders: &[&str], member: &str) -> usize {
    let home = PathBuf::from(town.path(&format!("people/{member}")));
    let master = keystore::unlock(&home, crate::town::PASSPHRASE).unwrap();
    let store = KeyStore::open(&home, master).unwrap();
    let secrets: Vec<_> =
        store.secrets().expiry.iter().map(|secret| ExpiryIdentity::from_bytes(&secret.seed)).collect();
    assert!(secrets.len() > 3);
    let mut sealed = Vec::new();
    folders.iter().for_each(|folder| sealed_in(Path::new(&town.path(folder)), &mut sealed));
    sealed.sort();
    sealed.dedup();
    assert!(sealed.len() > 1);
    let grants = sealed.iter().filter(|sealed| {
        let plain = secrets.iter().find_map(|secret| opens(secret, sealed));
        plain.is_some_and(|plain| Grant::decode(&plain).is_ok())
    });
    // A batch may lie in the journal and at its place; both begin alike.
    grants.map(|sealed| &sealed[..1024]).collect::<std::collections::BTreeSet<_>>().len()
}

/// What a secret makes of bytes that begin with a grant, wherever that ends: its header, with the last line of it, a nonce
/// and a sealed text of the length that every grant has.
fn opens(secret: &ExpiryIdentity, sealed: &[u8]) -> Option<Vec<u8>> {
    const BEHIND: usize = "\n--- ".len() + 43 + 1 + 16 + 159 + 16;
    let header = sealed.windows(5).position(|window| window == b"\n--- ")?;
    open_small(secret, sealed.get(..header + BEHIND)?).ok().map(|plain| plain.to_vec())
}

fn sealed_in(folder: &Path, into: &mut Vec<Vec<u8>>) {
    const BEGINS: &[u8] = b"age-encryption.org/v1\n";
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sealed_in(&path, into);
        } else if let Ok(bytes) = std::fs::read(path) {
            let places = bytes.windows(BEGINS.len()).enumerate().filter(|(_, window)| *window == BEGINS);
            into.extend(places.map(|(at, _)| bytes[at..bytes.len().min(at + 4096)].to_vec()));
        }
    }
}
