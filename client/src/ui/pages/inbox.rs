//! *À traiter* and *À valider*: what waits, without its contents.
//!
//! Nothing is opened here: what a letter says stays sealed until its opening is recorded ([`letter`](super::letter)).

use super::paged::{Paged, Part};
use super::welcome::charters;
use crate::show::local_date;
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place};
use crate::ui::waiting::Letter;
use crate::ui::{House, Member, Visitor};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde_json::json;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/", get(inbox)).route("/a-valider", get(approvals)).route("/attente", get(came))
}

/// How many letters came since Pli was started; the page asks by itself, also behind the lock: it is a number.
async fn came(_: Visitor, State(house): State<Arc<House>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], json!({"came": house.notices.came()}).to_string())
}

/// One of the two lists.
struct List {
    place: Place,
    is_shown: fn(&str) -> bool,
    /// What is said where nothing waits.
    none: &'static str,
}

const INBOX: List =
    List { place: Place::Inbox, is_shown: |state| state != "retired", none: "page-inbox-none" };

const APPROVALS: List = List {
    place: Place::Approvals,
    is_shown: |state| matches!(state, "to-approve" | "decided"),
    none: "page-approvals-none",
};

async fn inbox(_: Member, State(house): State<Arc<House>>, Query(part): Query<Part>) -> Response {
    shown(&house, &INBOX, &part).await
}

async fn approvals(_: Member, State(house): State<Arc<House>>, Query(part): Query<Part>) -> Response {
    shown(&house, &APPROVALS, &part).await
}

/// The letters of a list, the newest first.
async fn shown(house: &House, list: &List, part: &Part) -> Response {
    let (letters, told) = house.desk.waiting().await;
    let letters: Vec<_> = letters.into_iter().rev().filter(|letter| (list.is_shown)(&letter.state)).collect();
    let paged = Paged::of(&letters, part.page);
    // Where nothing comes, a charter that was not signed may be why.
    let groups = match told.outcome.is_ok() && letters.is_empty() && list.place == Place::Inbox {
        true => Some(house.desk.run(Typed::new("groups")).await),
        false => None,
    };
    let main = html! {
        (frame::wrong(&told))
        @if let Some(groups) = &groups { (charters(house, &groups.objects())) }
        @if told.outcome.is_ok() && letters.is_empty() { p.empty { (house.say(list.none, &[])) } }
        @if !letters.is_empty() { (table(house, paged.lines)) }
        (paged.links(house, "?"))
        @if list.place == Place::Inbox { (notify(house)) }
    };
    Page::at(list.place, &house.words, main).framed(&house.words)
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

fn table(house: &House, letters: &[Arc<Letter>]) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        table.cards {
            caption.seen-by-readers { (say("page-inbox")) }
            thead { tr {
                @for id in ["page-state", "page-what", "page-from", "page-group", "page-received", "page-ends"] { th scope="col" { (say(id)) } }
            } }
            tbody {
                @for letter in letters {
                    tr class=(letter.state) {
                        td data-label=(say("page-state")) {
                            span.badge.(letter.state) { (say(&format!("inbox-{}", letter.state))) }
                        }
                        th scope="row" data-label=(say("page-what")) {
                            a href={ "/plis/" (letter.number()) } { (letter.title) }
                        }
                        td data-label=(say("page-from")) {
                            (letter.from.name)
                            @if let Some(organisation) = &letter.from.organisation_name { br; small { (organisation) } }
                        }
                        td data-label=(say("page-group")) { (letter.group_name) }
                        td.day data-label=(say("page-received")) { (local_date(letter.created)) }
                        td.day data-label=(say("page-ends")) { (local_date(letter.expires)) }
                    }
                }
            }
        }
    }
}
