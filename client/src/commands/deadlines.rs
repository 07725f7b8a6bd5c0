//! `pli deadlines`: what has to be sent and by when, what is late, and what was done, with the proof of when.

use crate::cli::Deadlines;
use crate::dates;
use crate::deadlines::ics::{Said, calendar};
use crate::deadlines::{Deadline, State, Until, deadlines};
use crate::failure::{Failure, Unverified};
use crate::home::write_private;
use crate::session::Session;
use crate::show::{Show, local_time};
use crate::trust;
use crate::words::Words;
use jiff::civil::Date;
use serde_json::{Value, json};
use shared::deadlines::{Period, Term};
use shared::nomenclature::Cadence;
use shared::wire::About;
use std::path::Path;

pub(super) async fn run(session: &mut Session, typed: Deadlines, show: &Show) -> Result<(), Failure> {
    let known = match deadlines(session)? {
        Some(known) => known,
        // A device that was never in contact, or that has seen newer rules than it kept.
        None => {
            trust::prove(session, About::Own).await?;
            session.close();
            deadlines(session)?.ok_or(Unverified::Answer)?
        }
    };
    if typed.ics.as_deref() == Some(Path::new("-")) {
        show.raw(calendar(&known, session.now(), |one| said(one, &show.words)).as_bytes());
        return Ok(());
    }
    let today = dates::day_of(session.now());
    let is_shown = |one: &&Deadline| match typed.late {
        true => one.state == State::Late,
        false => typed.all || one.is_current(today),
    };
    let shown: Vec<_> = known.iter().filter(is_shown).collect();
    show_table(&shown, show);
    if shown.is_empty() {
        show.aside("deadlines-none", &[]);
    }
    show.aside("deadlines-limits", &[]);
    if let Some(file) = &typed.ics {
        let count = known.iter().filter(|one| one.is_open()).count();
        // A calendar without an event is none (RFC 5545, 3.6).
        if count > 0 {
            write(file, &calendar(&known, session.now(), |one| said(one, &show.words)))?;
        }
        let file = file.display().to_string();
        show.aside("deadlines-written", &[("count", count.into()), ("file", file.into())]);
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = || Failure::local("export-io", "the file cannot be written");
    let whole = std::path::absolute(file).map_err(|_| failed())?;
    write_private(&whole, text.as_bytes()).map_err(|_| failed())
}

/// One line each, in columns.
fn show_table(shown: &[&Deadline], show: &Show) {
    let words = &show.words;
    let rows: Vec<_> = shown.iter().map(|one| [state(one, words), until(one, words)]).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for (one, [state, until]) in shown.iter().zip(&rows) {
        show.result(&object(one, words), |words| {
            let mut line = format!("{state:first$}  {until:second$}  {}", what(one, words));
            if let Some(proof) = proof(one, words) {
                line = format!("{line}, {proof}");
            }
            let mut lines = vec![line];
            lines.extend(is_court(one).then(|| words.say("deadlines-court", &[])));
            lines
        });
    }
}

/// What a script reads of one.
pub(super) fn object(one: &Deadline, words: &Words) -> Value {
    let (due, legal) = match &one.until {
        Until::Day(Term { prudent, legal, court, .. }) => {
            (prudent.to_string(), court.then(|| legal.to_string()))
        }
        Until::Instant(instant) => (instant.to_string(), None),
    };
    let proof = one.proof.as_ref();
    json!({
        "flow": one.flow.as_ref().map(|flow| flow.as_str()),
        "title": title(one, words),
        "what": what(one, words),
        "until": until(one, words),
        "day": one.last_day().to_string(),
        "court": is_court(one),
        "period": one.period.map(|period| period.to_string()),
        "due": due,
        "legal": legal,
        "state": one.state.code(),
        "proof": proof.map(|proof| json!({"index": proof.index, "time": proof.time.to_string()})),
        "message": one.message.map(|message| message.to_string()),
        // Whether it is the answer to that letter.
        "owed": one.message.is_some() && one.period.is_none() && one.day.is_none(),
    })
}

/// What has to be sent, and for what.
pub(super) fn what(one: &Deadline, words: &Words) -> String {
    let title = ("title", title(one, words).into());
    let Some(flow) = &one.flow else { return words.say("deadlines-convention", &[]) };
    let flow = ("flow", flow.to_string().into());
    let number = one.message.map(|message| message.to_string()[..8].to_owned());
    match (one.period, one.day, number) {
        (Some(period), ..) => {
            words.say("deadlines-period", &[title, flow, ("period", period_name(period, words).into())])
        }
        (None, Some(day), number) => {
            let number = ("number", number.unwrap_or_default().into());
            words.say("deadlines-counted", &[title, flow, ("date", people(day).into()), number])
        }
        (None, None, number) => {
            words.say("deadlines-answer", &[title, flow, ("number", number.unwrap_or_default().into())])
        }
    }
}

fn title(one: &Deadline, words: &Words) -> String {
    match one.flow {
        Some(_) => one.title.clone(),
        None => words.say("deadlines-convention", &[]),
    }
}

fn period_name(period: Period, words: &Words) -> String {
    let (year, number) = period.number();
    let id = match period.cadence() {
        Cadence::Week => "deadlines-week",
        Cadence::Month => "deadlines-month",
        Cadence::Quarter => "deadlines-quarter",
        Cadence::Year => "deadlines-year",
    };
    words.say(id, &[("number", number.into()), ("year", year.to_string().into())])
}

/// Until when: the prudent day, and the legal one beside it where it is another.
pub(super) fn until(one: &Deadline, words: &Words) -> String {
    match &one.until {
        Until::Day(Term { prudent, legal, .. }) if prudent < legal => {
            let days = [("date", people(*prudent).into()), ("legal", people(*legal).into())];
            words.say("deadlines-until-both", &days)
        }
        Until::Day(term) => words.say("deadlines-until", &[("date", people(term.prudent).into())]),
        Until::Instant(instant) => words.say("deadlines-until", &[("date", local_time(*instant).into())]),
    }
}

fn state(one: &Deadline, words: &Words) -> String {
    let id = match one.state {
        // Of what goes on by itself nobody has anything to send.
        _ if one.flow.is_none() => "deadlines-told",
        State::Due => "deadlines-due",
        State::Late => "deadlines-late",
        State::Done => "deadlines-done",
        State::Closed => "deadlines-closed",
    };
    words.say(id, &[])
}

fn proof(one: &Deadline, words: &Words) -> Option<String> {
    let proof = one.proof.as_ref()?;
    let arguments = [("date", local_time(proof.time).into()), ("leaf", proof.index.to_string().into())];
    Some(words.say("deadlines-proof", &arguments))
}

/// Whether a court counts it, so that it is sent by another way than this one.
fn is_court(one: &Deadline) -> bool {
    matches!(&one.until, Until::Day(term) if term.court)
}

fn said(one: &Deadline, words: &Words) -> Said {
    let mut description = until(one, words);
    if is_court(one) {
        description = format!("{description}\n{}", words.say("deadlines-court", &[]).trim());
    }
    Said { summary: words.say("deadlines-event", &[("what", what(one, words).into())]), description }
}

fn people(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// What somebody who unlocks is reminded of; nothing where it cannot be known at once.
pub(super) fn reminders(session: &Session) -> Vec<Deadline> {
    let today = dates::day_of(session.now());
    let known = deadlines(session).unwrap_or_else(|failure| {
        tracing::warn!(%failure, "nobody is reminded of what is due");
        None
    });
    known.unwrap_or_default().into_iter().filter(|one| one.is_reminded(today)).collect()
}

/// One line of that.
pub(super) fn reminder(one: &Deadline, words: &Words) -> String {
    let id = if one.state == State::Late { "unlock-deadline-late" } else { "unlock-deadline" };
    words.say(id, &[("until", until(one, words).into()), ("what", what(one, words).into())])
}
