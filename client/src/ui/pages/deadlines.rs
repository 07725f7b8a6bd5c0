//! *Échéances*: what is to be sent and by when, as a list, as a month, and as a file for one's diary; then what is
//! expected of others and of oneself. Known without the relay.

use super::paged::{FIRST, rest};
use super::{late, month};
use crate::dates;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place, time};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/echeances", get(deadlines)).route("/echeances.ics", get(calendar))
}

/// Which month, such as 2026-12.
#[derive(Deserialize)]
struct Asked {
    mois: Option<String>,
}

async fn deadlines(_: Member, State(house): State<Arc<House>>, Query(asked): Query<Asked>) -> Response {
    let told = house.desk.run(Typed::new("deadlines").flag("all", true)).await;
    let threads = house.desk.run(Typed::new("threads").flag("all", true)).await;
    let today = dates::day_of(house.desk.now());
    let first = asked.mois.as_deref().and_then(month::read).unwrap_or_else(|| today.first_of_month());
    let owed: Vec<_> = threads.objects().into_iter().filter_map(|request| owed(&house, request)).collect();
    let dated: Vec<_> = told.objects().into_iter().chain(&owed).collect();
    let main = html! {
        (frame::wrong(&told))
        @if told.outcome.is_ok() {
            (listed(&house, &told))
            (month::shown(&house, &dated, first, today))
            (requests(&house, &threads))
        }
    };
    Page::at(Place::Deadlines, &house.words, main).framed(&house.words)
}

/// An answer that is owed by a day, as a month shows it.
fn owed(house: &House, request: &Json) -> Option<Json> {
    let text = |name: &str| request[name].as_str().unwrap_or_default();
    let is_owed = request["direction"] == "owed" && request["state"] != "ended" && !request["by"].is_null();
    let state = if request["state"] == "late" { "late" } else { "due" };
    let what = [("title", text("title").into()), ("action", text("expects").into())];
    is_owed.then(|| json!({"day": text("by"), "state": state, "what": house.say("page-month-owed", &what)}))
}

/// The same as a file, for whatever keeps one's diary. It names nobody.
async fn calendar(_: Member, State(house): State<Arc<House>>) -> Response {
    let told = house.desk.run(Typed::new("deadlines").with("ics", "-")).await;
    let Some(text) = told.raw() else { return house.told(Place::Deadlines, &told) };
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"echeances-pli.ics\""),
    ];
    (headers, text.to_owned()).into_response()
}

/// What is to be done, what is late first; then what was.
fn listed(house: &House, told: &Told) -> Markup {
    let (mut open, over): (Vec<&Json>, Vec<&Json>) =
        told.objects().into_iter().partition(|one| matches!(one["state"].as_str(), Some("due" | "late")));
    open.sort_by_key(|one| one["state"] != "late");
    html! {
        @if open.is_empty() { p.empty { (house.say("page-deadlines-none", &[])) } }
        @else {
            (table(house, &open, "page-deadlines-open", true))
            p.actions { a.button href="/echeances.ics" download { (house.say("page-deadlines-file", &[])) } }
        }
        @if !over.is_empty() {
            details {
                summary { (house.say("page-deadlines-over", &[("count", over.len().into())])) }
                (table(house, &over, "page-deadlines-over-title", false))
            }
        }
        p.small { (house.say("deadlines-limits", &[])) }
    }
}

fn table(house: &House, deadlines: &[&Json], title: &str, is_open: bool) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let rules = house.rules().ok();
    let last = if is_open { "page-deadlines-do" } else { "page-proof-short" };
    html! {
        table.cards {
            caption.seen-by-readers { (say(title)) }
            thead { tr { @for id in ["page-state", "page-deadlines-what", "page-deadlines-until", last] { th scope="col" { (say(id)) } } } }
            tbody {
                @for one in deadlines.iter().take(FIRST) {
                    @let state = one["state"].as_str().unwrap_or_default();
                    tr {
                        td data-label=(say("page-state")) { (badge(house, state)) }
                        th scope="row" data-label=(say("page-deadlines-what")) {
                            (one["what"].as_str().unwrap_or_default())
                            @if one["court"] == true { br; small { (say("deadlines-court").trim()) } }
                        }
                        td data-label=(say("page-deadlines-until")) { (one["until"].as_str().unwrap_or_default()) }
                        td data-label=(say(last)) {
                            @if is_open && one["court"] != true && !one["flow"].is_null() { a.button href=(late::address(one, rules.as_ref())) { (say("page-write")) } }
                            @if !one["proof"].is_null() { (proof(house, &one["proof"])) }
                        }
                    }
                }
            }
        }
        (rest(house, deadlines.len()))
    }
}

/// How far something is, in a word.
pub(super) fn badge(house: &House, state: &str) -> Markup {
    html! { span.badge.(state) { (house.say(&format!("deadlines-{state}"), &[])) } }
}

fn proof(house: &House, proof: &Json) -> Markup {
    let arguments = [("date", time(&proof["time"]).into()), ("leaf", proof["index"].to_string().into())];
    html! { (house.say("deadlines-proof", &arguments)) }
}

/// What is expected: of oneself, then by oneself; then how it ended.
fn requests(house: &House, told: &Told) -> Markup {
    let all = told.objects();
    let of = |direction: &str, is_ended: bool| -> Vec<&Json> {
        let fits = |one: &&&Json| one["direction"] == direction && (one["state"] == "ended") == is_ended;
        all.iter().filter(fits).copied().collect()
    };
    let ended = [of("owed", true), of("asked", true)].concat();
    html! {
        h2 { (house.say("page-threads", &[])) }
        (frame::wrong(told))
        @if ended.len() == all.len() { p.empty { (house.say("threads-none", &[])) } }
        @for (direction, title) in [("owed", "page-threads-owed"), ("asked", "page-threads-asked")] {
            @let open = of(direction, false);
            @if !open.is_empty() { h3 { (house.say(title, &[])) } (threads(house, &open, title)) }
        }
        @if !ended.is_empty() {
            details {
                summary { (house.say("page-threads-ended", &[("count", ended.len().into())])) }
                (threads(house, &ended, "page-threads"))
            }
        }
    }
}

fn threads(house: &House, requests: &[&Json], title: &str) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        table.cards {
            caption.seen-by-readers { (say(title)) }
            thead { tr { @for id in ["page-state", "page-what", "page-expected", "page-before"] { th scope="col" { (say(id)) } } } }
            tbody {
                @for one in requests.iter().take(FIRST) {
                    @let text = |name: &str| one[name].as_str().unwrap_or_default();
                    @let place = if one["direction"] == "asked" { "/envoyes/" } else { "/plis/" };
                    tr {
                        td data-label=(say("page-state")) {
                            @match text("state") {
                                "late" => { (badge(house, "late")) }
                                "ended" => { span.badge.done { (text("outcome")) } }
                                _ => { span.badge.due { (say("page-threads-open")) } }
                            }
                        }
                        th scope="row" data-label=(say("page-what")) {
                            a href={ (place) (text("message").get(..16).unwrap_or_default()) } { (text("title")) }
                            " " small { (text("message").get(..8).unwrap_or_default()) }
                        }
                        td data-label=(say("page-expected")) { (text("expects")) }
                        td.day data-label=(say("page-before")) { (month::people(text("by"))) }
                    }
                }
            }
        }
        (rest(house, requests.len()))
    }
}
