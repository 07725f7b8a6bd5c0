//! *Vos accès*: one's own acts as the log has them, each proved by the receipt that this device kept. Known without the
//! relay.

use super::paged::{Paged, query};
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place, time};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use shared::log::Act;
use shared::nomenclature::Nomenclature;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/acces", get(accesses))
}

/// Which.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Narrowed {
    du: String,
    au: String,
    acte: String,
    page: Option<usize>,
}

async fn accesses(_: Member, State(house): State<Arc<House>>, Query(narrowed): Query<Narrowed>) -> Response {
    let typed = Typed::new("accesses")
        .with_some("from", Some(&narrowed.du))
        .with_some("until", Some(&narrowed.au))
        .with_some("act", Some(&narrowed.acte));
    let told = house.desk.run(typed).await;
    let acts: Vec<_> = told.objects().into_iter().rev().collect();
    let address = query(&[("du", &narrowed.du), ("au", &narrowed.au), ("acte", &narrowed.acte)]);
    let paged = Paged::of(&acts, narrowed.page);
    let rules = house.rules().ok();
    let main = html! {
        p { (house.say("page-accesses-means", &[])) }
        (filters(&house, &narrowed))
        (frame::wrong(&told))
        @if told.outcome.is_ok() {
            @match told.aside("accesses-proved") {
                Some(proved) => { p.notice.done role="status" { (proved) } }
                None => { p.empty { (house.say("accesses-none", &[])) } }
            }
        }
        @if !acts.is_empty() {
            (table(&house, paged.lines, rules.as_ref()))
            (paged.links(&house, &format!("/acces{address}")))
        }
        ul.tiles { li { a href="/postes" { strong { (house.say("page-devices", &[])) } (house.say("page-devices-tile", &[])) } } }
    };
    Page::at(Place::Accesses, &house.words, main).framed(&house.words)
}

fn filters(house: &House, narrowed: &Narrowed) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let mut acts: Vec<_> =
        Act::ALL.iter().map(|act| (act.code(), say(&format!("act-{}", act.code())))).collect();
    acts.sort_by(|a, b| a.1.cmp(&b.1));
    html! {
        div.filters {
            form method="get" action="/acces" {
                p.field { label for="du" { (say("page-from-day")) } input id="du" name="du" type="date" value=(narrowed.du); }
                p.field { label for="au" { (say("page-until-day")) } input id="au" name="au" type="date" value=(narrowed.au); }
                p.field {
                    label for="acte" { (say("page-act")) }
                    select id="acte" name="acte" {
                        option value="" { (say("page-all-acts")) }
                        @for (code, title) in acts { option value=(code) selected[code == narrowed.acte] { (title) } }
                    }
                }
                button { (say("page-filter")) }
            }
        }
    }
}

fn table(house: &House, acts: &[&Json], rules: Option<&Nomenclature>) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        table.cards {
            caption.seen-by-readers { (say("page-accesses")) }
            thead { tr { @for id in ["page-act", "page-when", "page-what", "page-reason", "page-record"] { th scope="col" { (say(id)) } } } }
            tbody {
                @for act in acts {
                    @let text = |name: &str| act[name].as_str().unwrap_or_default();
                    tr {
                        th scope="row" data-label=(say("page-act")) { (say(&format!("act-{}", text("act")))) }
                        td.day data-label=(say("page-when")) { (time(&act["time"])) }
                        td data-label=(say("page-what")) {
                            (flow(text("flow"), rules))
                            @if let Some(letter) = text("item").get(..8) { " " small { (house.say("page-letter-number", &[("number", letter.into())])) } }
                        }
                        td data-label=(say("page-reason")) {
                            (reason(text("reason"), rules))
                            @if !text("reason_text").is_empty() { br; small { "« " (text("reason_text")) " »" } }
                        }
                        td.day data-label=(say("page-record")) { (house.say("page-record-number", &[("leaf", act["index"].to_string().into())])) }
                    }
                }
            }
        }
    }
}

/// A flow as the nomenclature calls it.
fn flow(code: &str, rules: Option<&Nomenclature>) -> String {
    let flow = rules.and_then(|rules| rules.flow(&code.parse().ok()?));
    flow.map_or_else(|| code.to_owned(), |flow| flow.title.clone())
}

/// A reason as the nomenclature calls it.
fn reason(code: &str, rules: Option<&Nomenclature>) -> String {
    let reason = rules.and_then(|rules| rules.reason(&code.parse().ok()?));
    reason.map_or_else(|| code.to_owned(), |reason| reason.title.clone())
}
