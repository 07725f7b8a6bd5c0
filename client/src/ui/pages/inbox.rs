//! *À traiter* and *À valider*: what waits, without its contents.
//!
//! Nothing is opened here: what a letter says stays sealed until its opening is recorded ([`letter`](super::letter)).

use super::welcome::charters;
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place, day, short};
use crate::ui::{House, Member, Visitor};
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde_json::{Value as Json, json};
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/", get(inbox)).route("/a-valider", get(approvals)).route("/attente", get(came))
}

/// How many letters came since Pli was started; the page asks by itself, also behind the lock: it is a number.
async fn came(_: Visitor, State(house): State<Arc<House>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], json!({"came": house.notices.came()}).to_string())
}

async fn inbox(_: Member, State(house): State<Arc<House>>) -> Response {
    shown(&house, Place::Inbox, |state| state != "retired", "page-inbox-none").await
}

async fn approvals(_: Member, State(house): State<Arc<House>>) -> Response {
    shown(&house, Place::Approvals, |state| matches!(state, "to-approve" | "decided"), "page-approvals-none")
        .await
}

/// The letters in these states, the newest first.
async fn shown(house: &House, place: Place, is_shown: impl Fn(&str) -> bool, none: &str) -> Response {
    let told = house.desk.run(Typed::new("inbox")).await;
    let letters = told.objects().into_iter().filter(|letter| letter["state"].as_str().is_some_and(&is_shown));
    let letters: Vec<_> = letters.rev().collect();
    // Where nothing comes, a charter that was not signed may be why.
    let groups = match told.outcome.is_ok() && letters.is_empty() && place == Place::Inbox {
        true => Some(house.desk.run(Typed::new("groups")).await),
        false => None,
    };
    let main = html! {
        (frame::wrong(&told))
        @if let Some(groups) = &groups { (charters(house, &groups.objects())) }
        @if told.outcome.is_ok() && letters.is_empty() { p.empty { (house.say(none, &[])) } }
        @if !letters.is_empty() { (table(house, &letters)) }
        @if place == Place::Inbox { (notify(house)) }
    };
    Page::at(place, &house.words, main).framed(&house.words)
}

/// Asks the browser whether it may tell. It stays hidden without a script, which is what tells.
fn notify(house: &House) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        div.notify hidden data-notify {
            p.actions { button type="button" { (say("page-notify")) } span.small { (say("page-notify-means")) } }
            p.small role="status" hidden data-notify-done { (say("page-notify-done")) }
            p.small role="status" hidden data-notify-denied { (say("page-notify-denied")) }
        }
    }
}

fn table(house: &House, letters: &[&Json]) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        table.cards {
            caption.seen-by-readers { (say("page-inbox")) }
            thead { tr {
                @for id in ["page-state", "page-what", "page-from", "page-group", "page-received", "page-ends"] { th scope="col" { (say(id)) } }
            } }
            tbody {
                @for letter in letters {
                    @let state = letter["state"].as_str().unwrap_or_default();
                    tr class=(state) {
                        td data-label=(say("page-state")) { span.badge.(state) { (say(&format!("inbox-{state}"))) } }
                        th scope="row" data-label=(say("page-what")) {
                            a href={ "/plis/" (short(letter)) } { (letter["title"].as_str().unwrap_or_default()) }
                        }
                        td data-label=(say("page-from")) {
                            (letter["from"]["name"].as_str().unwrap_or_default())
                            @if let Some(organisation) = letter["from"]["organisation_name"].as_str() { br; small { (organisation) } }
                        }
                        td data-label=(say("page-group")) { (letter["group_name"].as_str().unwrap_or_default()) }
                        td.day data-label=(say("page-received")) { (day(&letter["created"])) }
                        td.day data-label=(say("page-ends")) { (day(&letter["expires"])) }
                    }
                }
            }
        }
    }
}
