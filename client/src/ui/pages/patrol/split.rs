//! What becomes of a table of results: who gets which rows, which rows nobody gets, and what went.

use super::Channel;
use crate::show::page::Said;
use crate::ui::House;
use crate::ui::desk::Told;
use crate::ui::frame::{self, Page, Place, day, list, short};
use crate::ui::pages::filled::Filled;
use crate::ui::pages::rows::{ROWS_MAX, Rows, written};
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one landlord, where there are many landlords.
const ROWS_MIN: usize = 3;

/// So many rows that go to nobody are seen at once; of more, what sends the others would be far below.
const ROWS_OPEN: usize = 5;

/// Sentences that this page says in its own way.
const SAID_HERE: [&str; 4] = ["patrol-before", "patrol-parcel", "patrol-until", "send-cancelled"];

/// Who gets what, one sentence, and one button.
pub(super) fn preview(
    house: &House,
    channel: &Channel,
    filled: &Filled,
    told: &Told,
    rows: &Rows,
) -> Response {
    let say = |id: &str| house.say(id, &[]);
    let nothing = Json::Null;
    let split = told.objects().pop().unwrap_or(&nothing);
    let (planned, kept) = (letters(split, "planned"), letters(split, "sent"));
    let room = (ROWS_MAX / planned.len().max(1)).max(ROWS_MIN);
    let main = html! {
        @if planned.is_empty() {
            div.notice.due { p { (say(if kept.is_empty() { "page-patrol-none" } else { "page-patrol-all-sent" })) } }
        } @else {
            h2 { (say("page-patrol-who")) }
            @for letter in &planned {
                details.act.whole {
                    summary { (heading(house, letter)) }
                    @if let Some(answers) = letter["answers"].as_str() {
                        p { (house.say("page-patrol-answers", &[("number", beginning(answers).into())])) }
                    }
                    (rows.table(house, &lines(letter), room, name(letter)))
                }
            }
        }
        (kept_before(house, &kept))
        (unmatched(house, split, rows))
        @for text in beside(told) { p.notice.due { (text) } }
        @if !planned.is_empty() {
            p.sentence { (sentence(house, split, &planned)) }
            (go(house, channel, filled, "page-send"))
        } @else {
            p.actions { a.button href=(channel.path()) { (say("page-patrol-another")) } }
        }
    };
    page(house, main, "page-patrol-preview")
}

/// What went to whom.
pub(super) fn sent(house: &House, channel: &Channel, told: &Told) -> Response {
    let say = |id: &str| house.say(id, &[]);
    let nothing = Json::Null;
    let split = told.objects().pop().unwrap_or(&nothing);
    let (kept, went): (Vec<_>, Vec<_>) =
        letters(split, "sent").into_iter().partition(|letter| letter["kept"] == true);
    let rows = Rows::none(&channel.flow);
    let main = html! {
        div.notice.done role="status" { p { (house.say("page-patrol-done", &[("count", went.len().into())])) } }
        @if !went.is_empty() {
            table.cards {
                caption.seen-by-readers { (say("page-patrol-done-table")) }
                thead { tr { @for id in ["page-patrol-landlord", "page-patrol-rows", "page-patrol-readers", "page-patrol-letter"] { th.n[id == "page-patrol-rows"] scope="col" { (say(id)) } } } }
                tbody { @for letter in &went {
                    tr {
                        th scope="row" data-label=(say("page-patrol-landlord")) { (name(letter)) }
                        td.n data-label=(say("page-patrol-rows")) { (letter["rows"]) }
                        td data-label=(say("page-patrol-readers")) { (list(&letter["names"])) }
                        td data-label=(say("page-patrol-letter")) { a href={ "/envoyes/" (short(letter)) } { (house.say("page-letter-number", &[("number", beginning(short(letter)).into())])) } }
                    }
                } }
            }
        }
        (kept_before(house, &kept))
        (unmatched(house, split, &rows))
        @for text in beside(told) { p.notice.due { (text) } }
        p.actions {
            a.button href="/envoyes" { (say("page-sent")) }
            a.button href=(channel.path()) { (say("page-patrol-more")) }
        }
    };
    page(house, main, "page-patrol-done-title")
}

/// Sending broke off: what went stays as it went, and the same table goes on.
pub(super) fn broken_off(house: &House, channel: &Channel, filled: &Filled, told: &Told) -> Response {
    let main = html! {
        (frame::wrong(told))
        p { (house.say("page-patrol-goes-on", &[])) }
        (go(house, channel, filled, "page-patrol-go-on"))
    };
    let status = told.outcome.as_ref().err().map_or(axum::http::StatusCode::OK, crate::ui::status);
    let page = Page::at(Place::Write, &house.words, main).called(house.say("page-patrol-broken-off", &[]));
    Page { status, ..page }.framed(&house.words)
}

fn page(house: &House, main: Markup, title: &str) -> Response {
    Page::at(Place::Write, &house.words, main).called(house.say(title, &[])).framed(&house.words)
}

/// The form that sends, or goes on.
fn go(house: &House, channel: &Channel, filled: &Filled, button: &str) -> Markup {
    html! {
        form method="post" action=(channel.path()) enctype="multipart/form-data" data-progress {
            @for id in filled.all("liste") { input type="hidden" name="liste" value=(id); }
            @if let Some(folder) = filled.table_name() { input type="hidden" name="tableau" value=(folder); }
            input type="hidden" name="oui" value="1";
            p.actions {
                button.main { (house.say(button, &[])) }
                a.button href=(channel.path()) { (house.say("page-patrol-another", &[])) }
            }
        }
    }
}

/// One sentence: how much of it goes to whom, until when, and that openings are recorded.
fn sentence(house: &House, split: &Json, planned: &[&Json]) -> String {
    let names: BTreeSet<_> = planned
        .iter()
        .flat_map(|letter| letter["names"].as_array())
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    let rows: u64 = planned.iter().filter_map(|letter| letter["rows"].as_u64()).sum();
    let arguments = [
        ("rows", rows.into()),
        ("count", planned.len().into()),
        ("people", names.len().into()),
        ("names", names.into_iter().collect::<Vec<_>>().join(", ").into()),
        ("date", frame::last(&split["expires"]).into()),
    ];
    house.say("page-patrol-sentence", &arguments)
}

fn heading(house: &House, letter: &Json) -> Markup {
    let arguments =
        [("count", letter["rows"].as_u64().unwrap_or(0).into()), ("names", list(&letter["names"]).into())];
    html! { strong { (name(letter)) } " : " (house.say("page-patrol-parcel", &arguments)) }
}

/// What went before, and does not go again.
fn kept_before(house: &House, kept: &[&Json]) -> Markup {
    html! {
        @if !kept.is_empty() {
            div.notice {
                p { (house.say("page-patrol-kept", &[])) }
                ul { @for letter in kept {
                    li {
                        a href={ "/envoyes/" (short(letter)) } { (name(letter)) }
                        " : " (house.say("page-patrol-kept-line", &[("count", letter["rows"].as_u64().unwrap_or(0).into()), ("date", day(&letter["before"]).into())]))
                    }
                } }
            }
        }
    }
}

/// The rows that go to nobody: all of them by their lines, and as many as there is room for as they are.
fn unmatched(house: &House, split: &Json, rows: &Rows) -> Markup {
    let mut by_reason: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for one in letters(split, "unmatched") {
        let why = one["why"].as_str().unwrap_or_default();
        by_reason.entry(why).or_default().extend(one["line"].as_u64());
    }
    let count: usize = by_reason.values().map(Vec::len).sum();
    let room = (ROWS_MAX / by_reason.len().max(1)).max(ROWS_MIN);
    html! {
        @if count > 0 {
            section aria-labelledby="reste" {
                h2 id="reste" { (house.say("page-patrol-unmatched", &[("count", count.into())])) }
                p { (house.say("page-patrol-unmatched-means", &[("count", count.into())])) }
                @for (why, lines) in &by_reason {
                    p.notice.due.begins { (house.say(&format!("patrol-why-{why}"), &[("count", lines.len().into()), ("lines", written(lines).into())]).trim_start()) }
                    @if !rows.is_empty() {
                        details.act.whole open[lines.len() <= ROWS_OPEN] {
                            summary { (house.say("page-patrol-see-rows", &[("count", lines.len().into())])) }
                            (rows.table(house, lines, room, &house.say("page-patrol-rows", &[])))
                        }
                    }
                }
            }
        }
    }
}

fn letters<'a>(split: &'a Json, name: &str) -> Vec<&'a Json> {
    split[name].as_array().map_or(&[][..], Vec::as_slice).iter().collect()
}

fn lines(letter: &Json) -> Vec<u64> {
    letter["lines"].as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_u64).collect()
}

fn name(letter: &Json) -> &str {
    letter["organisation_name"].as_str().unwrap_or_default()
}

/// The first digits of a letter's number, as people read them.
fn beginning(id: &str) -> String {
    id.chars().take(8).collect()
}

/// What else the command said.
fn beside(told: &Told) -> impl Iterator<Item = &str> {
    told.said.iter().filter_map(|said| match said {
        Said::Aside { id, text } if !SAID_HERE.contains(&id.as_str()) => Some(text.as_str()),
        _ => None,
    })
}
