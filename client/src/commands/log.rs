//! `pli log`: what was done, by whom, when and why; what may be worth a question; whether it is whole.

use super::{mirror, receipts, report};
use crate::auditor::anomalies::{Anomaly, Seen, anomalies};
use crate::auditor::query::Query;
use crate::auditor::report::marks;
use crate::auditor::standings::standings;
use crate::auditor::{self, Concerned, Opened, Review};
use crate::cli::Log;
use crate::failure::{Failure, Unverified};
use crate::home::create_private;
use crate::session::Session;
use crate::show::{Show, exact_time};
use crate::words::Words;
use serde_json::json;
use shared::ids::ReasonCode;
use shared::log::persons::{Found, Person};
use shared::log::verifier_key;
use shared::refusal::Refusal;
use std::path::Path;

/// So many numbers of records on a line; scripts are told all.
const NUMBERS_SHOWN: usize = 12;

pub(super) async fn run(session: &mut Session, command: Log, show: &Show) -> Result<(), Failure> {
    match command {
        Log::Show { index: Some(index), proof, why } => {
            one(session, index, proof.as_deref(), &why.reason, show).await
        }
        Log::Show { index: None, why, .. } => search(session, &Query::default(), &why.reason, show).await,
        Log::Search { filter, why } => search(session, &filter.query(), &why.reason, show).await,
        Log::Person { person, filter, why } => {
            concerned(session, person, &filter.query(), &why.reason, show).await
        }
        Log::Anomalies { filter, why } => questions(session, &filter.query(), &why.reason, show).await,
        Log::Report(typed) => report::run(session, *typed, show).await,
        Log::Mirror { dir } => mirror::run(session, &dir, show).await,
        Log::Receipts { file, why } => receipts::compare(session, &file, &why.reason, show).await,
        Log::Verify { why } => verify(session, &why.reason, show).await,
    }
}

async fn one(
    session: &mut Session,
    index: u64,
    proof: Option<&Path>,
    reason: &ReasonCode,
    show: &Show,
) -> Result<(), Failure> {
    let review = opened(session, reason, None).await?;
    let record = review.records.get(&index).ok_or(Refusal::NotFound)?;
    if let Some(folder) = proof {
        write_proof(session, &review, index, folder)?;
    }
    show_record(index, record, show);
    whole(&review)
}

async fn search(
    session: &mut Session,
    query: &Query,
    reason: &ReasonCode,
    show: &Show,
) -> Result<(), Failure> {
    let review = opened(session, reason, None).await?;
    let mut count = 0;
    for (index, opened) in query.of(&review.records) {
        show_record(index, opened, show);
        count += 1;
    }
    let arguments = [("count", count.into()), ("all", review.records.len().into())];
    show.aside(if count == 0 { "log-none" } else { "log-found" }, &arguments);
    whole(&review)
}

/// What was done with the letters that concern a person: by whom, when, why; and to whom they were not given.
async fn concerned(
    session: &mut Session,
    person: Option<Person>,
    query: &Query,
    reason: &ReasonCode,
    show: &Show,
) -> Result<(), Failure> {
    let unnamed = || Failure::usage("log-person", "a person is typed as NOM Prénom, ANNÉE");
    let person = match person {
        Some(person) => person,
        None => show.ask("log-person-ask").and_then(|typed| typed.parse().ok()).ok_or_else(unnamed)?,
    };
    let review = opened(session, reason, None).await?;
    let of_letter = |letter| move |(_, opened): &(u64, &Opened)| opened.record.item == Some(letter);
    let mut letters = review.about(&person);
    letters.retain(|letter, _| query.of(&review.records).any(|act| of_letter(*letter)(&act)));
    for (letter, concerned) in &letters {
        show_letter(&letter.to_string(), concerned, show);
        let acts = query.of(&review.records).filter(of_letter(*letter));
        acts.for_each(|(index, opened)| show_record(index, opened, show));
    }
    if letters.is_empty() {
        show.aside("log-person-none", &[]);
    }
    whole(&review)
}

/// A letter that concerns the person, and the recipients to whom it was not given.
fn show_letter(letter: &str, concerned: &Concerned<'_>, show: &Show) {
    let names: Vec<_> = concerned.ungiven.iter().map(|member| member.as_str()).collect();
    let (code, id) = match concerned.found {
        Found::NameAndYear => ("name-and-year", "log-person-sure"),
        Found::Name => ("name", "log-person-name"),
    };
    show.result(&json!({"item": letter, "found": code, "ungiven": names}), |words| {
        let mut lines = vec![words.say(id, &[("number", letter[..8].to_owned().into())])];
        if !names.is_empty() {
            lines.push(words.say("log-person-ungiven", &[("names", names.join(", ").into())]));
        }
        lines
    });
}

async fn questions(
    session: &mut Session,
    query: &Query,
    reason: &ReasonCode,
    show: &Show,
) -> Result<(), Failure> {
    let review = opened(session, reason, None).await?;
    let standings = standings(session, &review, query).await?;
    // A rule looks at everything: what follows a reading may be outside of what is asked for.
    let seen = Seen { records: &review.records, standings: &standings, now: review.time };
    let fits = |index: &u64| review.records.get(index).is_some_and(|opened| query.takes(&opened.record));
    let found = anomalies(&seen, fits);
    found.iter().for_each(|anomaly| show_anomaly(anomaly, show));
    if found.is_empty() {
        show.aside("anomaly-none", &[("count", query.of(&review.records).count().into())]);
    }
    whole(&review)
}

/// The log, opened: for a reviewer and nobody else.
pub(super) async fn opened(
    session: &mut Session,
    reason: &ReasonCode,
    order: Option<&str>,
) -> Result<Review, Failure> {
    let review = auditor::review(session, reason, order).await?;
    if review.is_reviewer { Ok(review) } else { Err(Refusal::NotAReviewer.into()) }
}

/// What was shown is worth what the log is worth.
pub(super) fn whole(review: &Review) -> Result<(), Failure> {
    match review.broken().count() {
        0 => Ok(()),
        count => Err(Unverified::Faults(count).into()),
    }
}

fn show_anomaly(anomaly: &Anomaly, show: &Show) {
    let (code, member) = (anomaly.rule.code(), anomaly.member.as_str());
    let object = json!({
        "rule": code,
        "member": member,
        "count": anomaly.records.len(),
        "records": anomaly.records,
        "from": anomaly.from.to_string(),
        "until": anomaly.until.to_string(),
    });
    show.result(&object, |words| {
        let numbers: Vec<_> = anomaly.records.iter().take(NUMBERS_SHOWN).map(u64::to_string).collect();
        let more = if anomaly.records.len() > NUMBERS_SHOWN { ", …" } else { "" };
        let arguments = [
            ("member", member.to_owned().into()),
            ("count", anomaly.records.len().into()),
            ("from", exact_time(anomaly.from).into()),
            ("until", exact_time(anomaly.until).into()),
            ("numbers", format!("{}{more}", numbers.join(", ")).into()),
        ];
        vec![
            words.say(&format!("anomaly-{code}"), &arguments),
            words.say("anomaly-records", &arguments),
            words.say("anomaly-cause", &[("cause", words.say(&format!("anomaly-{code}-cause"), &[]).into())]),
        ]
    });
}

async fn verify(session: &mut Session, reason: &ReasonCode, show: &Show) -> Result<(), Failure> {
    let review = auditor::review(session, reason, None).await?;
    let faults: Vec<_> =
        review.faults.iter().map(|fault| json!({"index": fault.index, "what": fault.what.code()})).collect();
    let object = json!({
        "size": review.tree.size,
        "root": review.tree.root.to_string(),
        "records": review.records.len(),
        "opened": review.is_reviewer,
        "faults": faults,
    });
    show.result(&object, |words| verdict(&review, words));
    if review.faults.is_empty() { Ok(()) } else { Err(Unverified::Faults(review.faults.len()).into()) }
}

fn verdict(review: &Review, words: &Words) -> Vec<String> {
    if review.faults.is_empty() {
        let id = if review.is_reviewer { "log-whole-opened" } else { "log-whole" };
        let arguments =
            [("size", review.tree.size.to_string().into()), ("count", review.records.len().into())];
        return vec![words.say(id, &arguments)];
    }
    let line = |fault: &auditor::Fault| {
        words.say(&format!("log-fault-{}", fault.what.code()), &[("leaf", fault.index.to_string().into())])
    };
    review.faults.iter().map(line).collect()
}

pub(super) fn show_record(index: u64, opened: &Opened, show: &Show) {
    let record = &opened.record;
    let actor = record.actor.as_ref();
    let recipients: Vec<_> = record.recipients.iter().map(|member| member.as_str()).collect();
    let object = json!({
        "index": index,
        "time": record.time.to_string(),
        "act": record.act,
        "actor": actor.map(|actor| json!({
            "member": actor.member.as_str(),
            "function": actor.function.as_str(),
            "organisation": actor.organisation.as_str(),
            "device": actor.device.to_string(),
        })),
        "item": record.item.map(|item| item.to_string()),
        "group": record.group.map(|group| group.to_string()),
        "flow": record.flow.as_ref().map(|flow| flow.as_str()),
        "class": record.class,
        "reason": record.reason.as_ref().map(|reason| reason.as_str()),
        "reason_text": opened.reason_text(),
        "reference": record.reference,
        "recipients": recipients,
        "outcome": record.outcome,
        "count": record.count,
        "attested": record.attested(),
        "software": record.software,
    });
    show.result(&object, |words| {
        let name = actor.map_or_else(String::new, |actor| {
            format!("{} ({}, {})", actor.member, actor.function, actor.organisation)
        });
        let act = record.act.code();
        let item = record.item.map(|item| item.to_string()[..8].to_owned()).unwrap_or_default();
        let reason = record.reason.as_ref().map(|reason| format!("[{reason}]")).unwrap_or_default();
        let text = opened.reason_text().map(|text| format!(" « {text} »")).unwrap_or_default();
        let marks = marks(record, words);
        vec![words.say(
            "log-line",
            &[
                ("leaf", index.to_string().into()),
                ("date", exact_time(record.time).into()),
                ("name", name.into()),
                ("act", words.say(&format!("act-{act}"), &[]).into()),
                ("number", format!("{item} {reason}{text}{marks}").into()),
            ],
        )]
    });
}

/// The leaf, its proof and the verifier key, for tools that are not ours.
fn write_proof(session: &Session, review: &Review, index: u64, folder: &Path) -> Result<(), Failure> {
    let number = usize::try_from(index).map_err(|_| Refusal::NotFound)?;
    let leaf = review.leaves.get(number).ok_or(Refusal::NotFound)?;
    let proof = review.proof_text(index).ok_or(Refusal::NotFound)?;
    let relay = &session.root().relay;
    create_private(folder)?;
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes);
    write("leaf", leaf)
        .and_then(|()| write("proof", proof.as_bytes()))
        .and_then(|()| write("vkey", verifier_key(&relay.log_origin, relay.log_key).as_bytes()))
        .map_err(|error| Failure::local("save-io", error))
}
