//! *Envoyés*: what this member sent, how far each letter is, and what may still be done with it ([`back`]).

mod back;

use super::paged::{Paged, Part};
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place, day, short};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use maud::html;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/envoyes", get(sent)).route("/envoyes/{id}", get(status).post(back::act))
}

async fn sent(_: Member, State(house): State<Arc<House>>, Query(part): Query<Part>) -> Response {
    let say = |id: &str| house.say(id, &[]);
    let told = house.desk.run(Typed::new("sent")).await;
    let letters: Vec<_> = told.objects().into_iter().rev().collect();
    let paged = Paged::of(&letters, part.page);
    let main = html! {
        (frame::wrong(&told))
        @if let Some(kept) = told.aside("sent-kept") { p.notice.due role="status" { (kept) } }
        @if told.outcome.is_ok() && letters.is_empty() { p.empty { (say("sent-none")) } }
        @if !letters.is_empty() {
            table.cards {
                caption.seen-by-readers { (say("page-sent")) }
                thead { tr { @for id in ["page-state", "page-what", "page-to", "page-sent-on", "page-ends"] { th scope="col" { (say(id)) } } } }
                tbody {
                    @for letter in paged.lines {
                        @let gate = letter["gate"]["state"].as_str();
                        @let state = gate.unwrap_or(letter["state"].as_str().unwrap_or_default());
                        tr class=(state) {
                            td data-label=(say("page-state")) { span.badge.(state) { (say(&format!("page-state-{state}"))) } }
                            th scope="row" data-label=(say("page-what")) {
                                a href={ "/envoyes/" (short(letter)) } { (letter["title"].as_str().unwrap_or_default()) }
                            }
                            td data-label=(say("page-to")) { (frame::list(&letter["names"])) }
                            td.day data-label=(say("page-sent-on")) { (day(&letter["created"])) }
                            td.day data-label=(say("page-ends")) { (day(&letter["expires"])) }
                        }
                    }
                }
            }
        }
        (paged.links(&house, "?"))
    };
    Page::at(Place::Sent, &house.words, main).framed(&house.words)
}

/// How far it is, reader by reader, as the command says it.
async fn status(_: Member, State(house): State<Arc<House>>, Path(id): Path<String>) -> Response {
    let told = house.desk.run(Typed::new("status").of(&id)).await;
    let lives = told.objects().into_iter().find(|letter| letter["retired"].is_null());
    let rules = house.rules().ok();
    let letter = told.objects().first().copied().cloned().unwrap_or_default();
    let main = html! {
        (frame::told(&told))
        @if let Some(title) = letter["title"].as_str() {
            dl.facts {
                dt { (house.say("page-what", &[])) } dd { (title) }
                dt { (house.say("page-sent-on", &[])) } dd { (frame::time(&letter["created"])) }
            }
        }
        div.said { (frame::lines(&told)) }
        @if let Some((letter, rules)) = lives.zip(rules) { (back::offered(&house, letter, &rules)) }
        p { a href="/envoyes" { (house.say("page-back", &[])) } }
    };
    Page::at(Place::Sent, &house.words, main).called(house.say("page-status", &[])).framed(&house.words)
}
