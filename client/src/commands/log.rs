//! `pli log`: what was done, by whom, when and why; what may be worth a question; whether it is whole.

use super::{activity, bundle, hand_over, mirror, receipts, report};
use crate::auditor::agreements::deciders;
use crate::auditor::anomalies::{Anomaly, Seen, anomalies};
use crate::auditor::query::Query;
use crate::auditor::report::marks;
use crate::auditor::sealed::Purpose;
use crate::auditor::standings::standings;
use crate::auditor::{self, Concerned, Fault, FaultKind, Opened, Records, Review, about};
use crate::cli::Log;
use crate::failure::{Failure, Unverified};
use crate::home::create_private;
use crate::session::Session;
use crate::show::{Show, exact_time};
use crate::trust;
use crate::words::Words;
use serde_json::json;
use shared::log::persons::{Found, Person};
use shared::log::{seen_by, verifier_key};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::About;
use std::path::Path;

/// So many numbers of records on a line; scripts are told all.
const NUMBERS_SHOWN: usize = 12;

pub(super) async fn run(session: &mut Session, command: Log, show: &Show) -> Result<(), Failure> {
    match command {
        Log::Show { index: Some(index), proof, why } => {
            one(session, index, proof.as_deref(), why.purpose(), show).await
        }
        Log::Show { index: None, why, .. } => search(session, &Query::default(), why.purpose(), show).await,
        Log::Search { filter, why } => search(session, &filter.query(), why.purpose(), show).await,
        Log::Person { person, filter, why } => {
            concerned(session, person, &filter.query(), why.purpose(), show).await
        }
        Log::Anomalies { filter, why } => questions(session, &filter.query(), why.purpose(), show).await,
        Log::Activity { filter, why } => activity::run(session, &filter.query(), why.purpose(), show).await,
        Log::Report(typed) => report::run(session, *typed, show).await,
        Log::Bundle { item, out, why } => bundle::make(session, &item, why.purpose(), &out, show).await,
        Log::Mirror { dir } => mirror::run(session, &dir, show).await,
        Log::Receipts { file, why } => receipts::compare(session, &file, why.purpose(), show).await,
        Log::HandOver { member, why } => hand_over::run(session, &member, why.purpose(), show).await,
        Log::Verify { all, why } => verify(session, why.purpose(), all, show).await,
    }
}

async fn one(
    session: &mut Session,
    index: u64,
    proof: Option<&Path>,
    purpose: Purpose<'_>,
    show: &Show,
) -> Result<(), Failure> {
    let mut found = None;
    let review = reviewed(session, purpose, |number, opened| {
        found = found.take().or((number == index).then_some(opened));
    })
    .await?;
    let record = found.ok_or(Refusal::NotFound)?;
    if let Some(folder) = proof {
        write_proof(session, &review, index, folder)?;
    }
    show_record(index, &record, show);
    whole(&review, show)
}

/// Shows what fits while the log is read: the first of it at once, and however much there is.
async fn search(
    session: &mut Session,
    query: &Query,
    purpose: Purpose<'_>,
    show: &Show,
) -> Result<(), Failure> {
    let mut count = 0;
    let review = reviewed(session, purpose, |index, opened| {
        if query.takes(&opened.record) {
            show_record(index, &opened, show);
            count += 1;
        }
    })
    .await?;
    let arguments = [("count", count.into()), ("all", review.opened.to_string().into())];
    show.aside(if count == 0 { "log-none" } else { "log-found" }, &arguments);
    whole(&review, show)
}

/// What was done with the letters that concern a person: by whom, when, why; and to whom they were not given.
async fn concerned(
    session: &mut Session,
    person: Option<Person>,
    query: &Query,
    purpose: Purpose<'_>,
    show: &Show,
) -> Result<(), Failure> {
    let person = person_or_ask(person, show)?;
    let (review, records) = opened(session, purpose).await?;
    let of_letter = |letter| move |(_, opened): &(u64, &Opened)| opened.record.item == Some(letter);
    let mut letters = about(&records, &person);
    letters.retain(|letter, _| query.of(&records).any(|act| of_letter(*letter)(&act)));
    for (letter, concerned) in &letters {
        show_letter(&letter.to_string(), concerned, show);
        let acts = query.of(&records).filter(of_letter(*letter));
        acts.for_each(|(index, opened)| show_record(index, opened, show));
    }
    if letters.is_empty() {
        show.aside("log-person-none", &[]);
    }
    whole(&review, show)
}

/// Who was typed, or is asked for.
pub(super) fn person_or_ask(typed: Option<Person>, show: &Show) -> Result<Person, Failure> {
    let unnamed = || Failure::usage("log-person", "a person is typed as NOM Prénom, ANNÉE");
    let ask = || show.ask("log-person-ask").and_then(|typed| typed.parse().ok());
    typed.or_else(ask).ok_or_else(unnamed)
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
    purpose: Purpose<'_>,
    show: &Show,
) -> Result<(), Failure> {
    let (review, records) = opened(session, purpose).await?;
    let standings = standings(session, &review, &records, query).await?;
    // A rule looks at everything: what follows a reading may be outside of what is asked for.
    let deciders = deciders(&trust::prove(session, About::Own).await?.directory);
    let (standings, now) = (&standings.readers, review.time);
    let seen = Seen { records: &records, standings, deciders: &deciders, now };
    let fits = |index: &u64| records.get(index).is_some_and(|opened| query.takes(&opened.record));
    let found = anomalies(&seen, fits);
    found.iter().for_each(|anomaly| show_anomaly(anomaly, show));
    if found.is_empty() {
        show.aside("anomaly-none", &[("count", query.of(&records).count().into())]);
    }
    whole(&review, show)
}

/// The log, opened, with every record: for a reviewer and nobody else.
pub(super) async fn opened(
    session: &mut Session,
    purpose: Purpose<'_>,
) -> Result<(Review, Records), Failure> {
    let mut records = Records::new();
    let keep = |index, opened| drop(records.insert(index, opened));
    let review = reviewed(session, purpose, keep).await?;
    Ok((review, records))
}

/// The same, one record after the other.
pub(super) async fn reviewed(
    session: &mut Session,
    purpose: Purpose<'_>,
    visit: impl FnMut(u64, Opened),
) -> Result<Review, Failure> {
    let review = auditor::review(session, purpose, visit).await?;
    if review.is_reviewer { Ok(review) } else { Err(Refusal::NotAReviewer.into()) }
}

/// What was shown is worth what the log is worth; and what could not be read is told beside it.
pub(super) fn whole(review: &Review, show: &Show) -> Result<(), Failure> {
    let unread = Some(("log-unread", review.unread())).filter(|(_, count)| *count > 0);
    for (id, count) in unread.into_iter().chain(review.closed.told()) {
        show.aside(id, &[("count", count.into())]);
    }
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

async fn verify(session: &mut Session, purpose: Purpose<'_>, all: bool, show: &Show) -> Result<(), Failure> {
    let review = match auditor::verify(session, purpose, all).await {
        Ok(review) => review,
        Err(Failure::Unverified(Unverified::Altered(index))) => {
            let fault = Fault { index, what: FaultKind::Altered };
            show.result(&json!({"faults": [fault_json(&fault)]}), |words| vec![fault_line(&fault, words)]);
            return Err(Unverified::Faults(1).into());
        }
        Err(failure) => return Err(failure),
    };
    let relay = &session.root().relay;
    let (policy, tree) = (&session.root().witnesses, review.mirror.tree());
    let witnesses = seen_by(policy, &relay.log_origin, relay.log_key, tree, &review.view.cosigned)?;
    let seen = |(name, time): &(String, Timestamp)| json!({"name": name, "time": time.to_string()});
    let object = json!({
        "size": review.mirror.tree().size,
        "root": review.mirror.tree().root.to_string(),
        "time": review.time.to_string(),
        "witnesses": witnesses.iter().map(seen).collect::<Vec<_>>(),
        "from": review.from,
        "records": review.opened,
        "unread_before": review.unread_before,
        "closed_on_order": review.closed.on_order,
        "closed_for_good": review.closed.for_good,
        "opened": review.is_reviewer,
        "faults": review.faults.iter().map(fault_json).collect::<Vec<_>>(),
    });
    show.result(&object, |words| {
        let mut lines = verdict(&review, words);
        lines.extend(witnesses.iter().map(|(name, time)| {
            words.say("report-witness", &[("name", name.clone().into()), ("date", exact_time(*time).into())])
        }));
        lines
    });
    match review.faults.len() {
        0 => Ok(()),
        count => Err(Unverified::Faults(count).into()),
    }
}

fn fault_json(fault: &Fault) -> serde_json::Value {
    json!({"index": fault.index, "what": fault.what.code()})
}

fn fault_line(fault: &Fault, words: &Words) -> String {
    words.say(&format!("log-fault-{}", fault.what.code()), &[("leaf", fault.index.to_string().into())])
}

fn verdict(review: &Review, words: &Words) -> Vec<String> {
    if !review.faults.is_empty() {
        return review.faults.iter().map(|fault| fault_line(fault, words)).collect();
    }
    let id = match (review.is_reviewer, review.from) {
        (false, _) => "log-whole",
        (true, 0) => "log-whole-opened",
        (true, _) => "log-whole-since",
    };
    let arguments = [
        ("size", review.mirror.tree().size.to_string().into()),
        ("from", review.from.to_string().into()),
        ("count", review.opened.into()),
    ];
    let mut lines = vec![words.say(id, &arguments)];
    lines.extend(review.closed.told().map(|(id, count)| words.say(id, &[("count", count.into())])));
    if review.unread_before > 0 {
        lines.push(words.say("log-unread-before", &[("count", review.unread_before.into())]));
    }
    lines
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
    let (leaf, proof) = review.mirror.proved(index).ok_or(Refusal::NotFound)?;
    let relay = &session.root().relay;
    create_private(folder)?;
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes);
    write("leaf", &leaf)
        .and_then(|()| write("proof", proof.as_bytes()))
        .and_then(|()| write("vkey", verifier_key(&relay.log_origin, relay.log_key).as_bytes()))
        .map_err(|error| Failure::local("save-io", error))
}
