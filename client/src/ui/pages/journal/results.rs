//! What was found in the log: acts as a table, what may be worth a question, and the letters about a person.

use super::Known;
use crate::show::exact_time;
use crate::show::page::Said;
use crate::ui::House;
use crate::ui::desk::Told;
use crate::ui::frame;
use maud::{Markup, html};
use serde_json::Value as Json;
use shared::nomenclature::Nomenclature;
use shared::refusal::Refusal;
use std::collections::BTreeMap;

/// So many acts make a page that is read, and is no heavier than a page may be; a report has them all.
const ROWS_MAX: usize = 80;

/// What groups are called, by id.
type Names = BTreeMap<String, String>;

/// The acts that were asked for, the newest first.
pub(super) fn acts(house: &House, known: &Known, groups: &Names, told: &Told) -> Markup {
    let acts = told.objects();
    let count = acts.len();
    html! {
        section aria-labelledby="trouve" {
            h2 id="trouve" { (house.say("page-journal-found", &[("count", count.into())])) }
            (frame::wrong(told))
            @for text in beside(told) { p.notice { (text) } }
            @if count > ROWS_MAX { p.notice { (house.say("page-journal-many", &[("count", ROWS_MAX.into())])) } }
            @if count > 0 { (table(house, (known, groups), acts.into_iter().rev().take(ROWS_MAX))) }
        }
    }
}

/// What was said beside the acts, but for how many they are: the heading says it.
fn beside(told: &Told) -> impl Iterator<Item = &str> {
    told.said.iter().filter_map(|said| match said {
        Said::Aside { id, text } if id != "log-found" => Some(text.as_str()),
        _ => None,
    })
}

fn table<'a>(house: &House, names: (&Known, &Names), acts: impl Iterator<Item = &'a Json>) -> Markup {
    let (say, rules) = (|id: &str| house.say(id, &[]), house.rules().ok());
    let heads = [
        "page-journal-number",
        "page-journal-when",
        "page-journal-who",
        "page-journal-act",
        "page-journal-about",
        "page-journal-why",
    ];
    html! {
        table.cards {
            caption.seen-by-readers { (say("page-journal-acts")) }
            thead { tr { @for id in heads { th.n[id == "page-journal-number"] scope="col" { (say(id)) } } } }
            tbody { @for act in acts { (row(house, names, rules.as_ref(), act)) } }
        }
    }
}

fn row(house: &House, (known, groups): (&Known, &Names), rules: Option<&Nomenclature>, act: &Json) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let code = text(&act["act"]);
    let flow = text(&act["flow"]);
    let title = flow.parse().ok().and_then(|code| rules?.flow(&code).map(|flow| flow.title.clone()));
    let reason = text(&act["reason"]);
    let why = reason.parse().ok().and_then(|code| rules?.reason(&code).map(|reason| reason.title.clone()));
    let number = |id: &Json| id.as_str().and_then(|id| id.get(..8)).unwrap_or_default().to_owned();
    let (actor, count) = (&act["actor"], act["count"].as_u64().unwrap_or(1));
    html! {
        tr {
            th.n scope="row" data-label=(say("page-journal-number")) { (act["index"]) }
            td.day data-label=(say("page-journal-when")) { (exact(&act["time"])) }
            td data-label=(say("page-journal-who")) {
                @if actor.is_null() { (say("page-journal-relay")) } @else {
                    (text(&actor["member"])) br;
                    small { (text(&actor["function"])) ", " (known.organisation(actor["organisation"].as_str().unwrap_or_default())) }
                }
            }
            td data-label=(say("page-journal-act")) {
                (say(&format!("act-{code}")))
                @if code == "refusal" { br; small { (refused(house, &act["reference"])) } }
                @if count > 1 { br; small { (house.say("log-times", &[("count", count.to_string().into())])) } }
                @if act["outcome"] == "did-not-verify" || act["outcome"] == "quarantined" { br; small { (say("page-journal-unshown")) } }
            }
            td data-label=(say("page-journal-about")) {
                (title.unwrap_or(flow))
                @if !act["item"].is_null() { br; small { (house.say("page-journal-letter", &[("number", number(&act["item"]).into())])) } }
                @if let Some(group) = act["group"].as_str() {
                    br; small {
                        @let number = number(&act["group"]);
                        @match groups.get(group) {
                            Some(name) => { (name) " (" (number) ")" }
                            None => (house.say("page-journal-of-group", &[("number", number.into())]))
                        }
                    }
                }
            }
            td data-label=(say("page-journal-why")) {
                (why.unwrap_or(reason))
                @if let Some(text) = act["reason_text"].as_str() { br; small { "« " (text) " »" } }
            }
        }
    }
}

/// Why the relay refused, in words.
fn refused(house: &House, code: &Json) -> String {
    let code = code.as_str().unwrap_or_default();
    match Refusal::ALL.iter().find(|refusal| refusal.code() == code) {
        Some(refusal) => house.say(&format!("refusal-{}", refusal.code()), &[("seconds", "".into())]),
        None => code.to_owned(),
    }
}

/// From when to when; one time where they are the same.
fn span(from: &Json, until: &Json) -> String {
    let (from, until) = (exact(from), exact(until));
    if from == until { from } else { format!("{from} – {until}") }
}

/// A time to the second: what a record is read by.
fn exact(time: &Json) -> String {
    time.as_str().and_then(|time| time.parse().ok()).map(exact_time).unwrap_or_default()
}

/// What may be worth a question: the fact, where it stands, and what may be behind it.
pub(super) fn anomalies(house: &House, told: &Told) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let found = told.objects();
    html! {
        section aria-labelledby="trouve" {
            h2 id="trouve" { (say("page-journal-anomalies")) }
            (frame::told(told))
            p { (say("page-journal-anomalies-mean")) }
            @if found.len() > ROWS_MAX { p.notice { (house.say("page-journal-many-points", &[("count", ROWS_MAX.into())])) } }
            @for anomaly in found.into_iter().take(ROWS_MAX) {
                @let rule = anomaly["rule"].as_str().unwrap_or_default();
                @let member = anomaly["member"].as_str().unwrap_or_default().to_owned();
                @let arguments = [("member", member.into()), ("count", anomaly["count"].as_u64().unwrap_or_default().into())];
                article.letter {
                    h3 { (house.say(&format!("anomaly-{rule}"), &arguments)) }
                    dl.facts {
                        dt { (say("page-journal-span")) } dd { (span(&anomaly["from"], &anomaly["until"])) }
                        dt { (say("page-journal-numbers")) } dd { (numbers(&anomaly["records"])) }
                        dt { (say("page-journal-cause")) } dd { (say(&format!("anomaly-{rule}-cause"))) }
                        dt { (say("page-journal-rule")) } dd { (say(&format!("page-rule-{rule}"))) }
                    }
                }
            }
        }
    }
}

/// So many that one can look up; a report has the rest.
fn numbers(records: &Json) -> String {
    const SHOWN: usize = 12;
    let records = records.as_array().map_or(&[][..], Vec::as_slice);
    let shown: Vec<_> = records.iter().take(SHOWN).map(Json::to_string).collect();
    let more = if records.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The letters that concern a person, and what was done with each.
pub(super) fn letters(house: &House, known: &Known, groups: &Names, told: &Told) -> Markup {
    let mut letters: Vec<(&Json, Vec<&Json>)> = Vec::new();
    for object in told.objects() {
        match letters.last_mut() {
            _ if object.get("found").is_some() => letters.push((object, Vec::new())),
            Some((_, acts)) => acts.push(object),
            None => {}
        }
    }
    html! {
        section aria-labelledby="trouve" {
            h2 id="trouve" { (house.say("page-journal-person-found", &[("count", letters.len().into())])) }
            (frame::told(told))
            @let rows = ROWS_MAX / letters.len().clamp(1, ROWS_MAX);
            @if letters.len() > ROWS_MAX { p.notice { (house.say("page-journal-many-letters", &[("count", ROWS_MAX.into())])) } }
            @for (letter, acts) in letters.into_iter().take(ROWS_MAX) {
                @let is_more = acts.len() > rows;
                @let sure = letter["found"] == "name-and-year";
                @let number = letter["item"].as_str().and_then(|id| id.get(..8)).unwrap_or_default().to_owned();
                h3 { (house.say(if sure { "log-person-sure" } else { "log-person-name" }, &[("number", number.clone().into())])) }
                @if !frame::list(&letter["ungiven"]).is_empty() {
                    p { (house.say("log-person-ungiven", &[("names", frame::list(&letter["ungiven"]).into())])) }
                }
                (table(house, (known, groups), acts.into_iter().take(rows)))
                @if is_more { p.small { (house.say("page-journal-more-acts", &[("number", number.into())])) } }
            }
        }
    }
}
