//! *Annuaire*: whom each party has named, and how to reach them; also while the relay is away.
//!
//! It is narrowed by organisation, function and territory, which an address may hold; a person is looked for by a form
//! whose words stand in none.

use super::paged::{Paged, query};
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/annuaire", get(directory).post(search))
}

/// What restricts it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Narrowed {
    organisation: String,
    fonction: String,
    commune: String,
    page: Option<usize>,
}

/// Words of a name, or of whatever else stands on a line.
#[derive(Deserialize)]
struct Words {
    mots: String,
}

async fn directory(_: Member, State(house): State<Arc<House>>, Query(narrowed): Query<Narrowed>) -> Response {
    let told = house.desk.run(Typed::new("directory")).await;
    shown(&house, &told, &narrowed, "")
}

async fn search(_: Member, State(house): State<Arc<House>>, Form(typed): Form<Words>) -> Response {
    let told = house.desk.run(Typed::new("directory").of(&typed.mots)).await;
    shown(&house, &told, &Narrowed::default(), &typed.mots)
}

fn shown(house: &House, told: &Told, narrowed: &Narrowed, words: &str) -> Response {
    let all = told.objects();
    let is = |wanted: &str, value: &Json| wanted.is_empty() || value == wanted;
    let covers = |line: &Json| {
        let communes = line["territory"].as_array().map_or(&[][..], Vec::as_slice);
        narrowed.commune.is_empty() || communes.iter().any(|commune| commune == &narrowed.commune)
    };
    let mut lines: Vec<&Json> = all.clone();
    lines.retain(|line| {
        is(&narrowed.organisation, &line["organisation"]["id"])
            && is(&narrowed.fonction, &line["function"])
            && covers(line)
    });
    // By organisation; within one by family name, as they come.
    lines.sort_by_key(|line| line["organisation"]["name"].as_str().unwrap_or_default().to_lowercase());
    let address = query(&[
        ("organisation", &narrowed.organisation),
        ("fonction", &narrowed.fonction),
        ("commune", &narrowed.commune),
    ]);
    let paged = Paged::of(&lines, narrowed.page);
    let main = html! {
        (frame::wrong(told))
        @if let Some(kept) = told.aside("directory-kept") { p.notice.due role="status" { (kept) } }
        @if told.outcome.is_ok() {
            (filters(house, &all, narrowed, words))
            @if lines.is_empty() { p.empty role="status" { (house.say("page-directory-none", &[])) } }
            @else {
                p role="status" { (house.say("page-directory-count", &[("count", lines.len().into())])) }
                (table(house, paged.lines)) (paged.links(house, &format!("/annuaire{address}"))) }
        }
    };
    Page::at(Place::Directory, &house.words, main).framed(&house.words)
}

/// What there is to choose from: of a search, what it found.
fn filters(house: &House, all: &[&Json], narrowed: &Narrowed, words: &str) -> Markup {
    let (mut organisations, mut functions, mut communes) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for line in all {
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        organisations.insert(text(&line["organisation"]["id"]), text(&line["organisation"]["name"]));
        functions.insert(text(&line["function"]), text(&line["function_title"]));
        for commune in line["territory"].as_array().map_or(&[][..], Vec::as_slice) {
            communes.insert(text(commune), text(commune));
        }
    }
    let choice = |name: &'static str, id: &str, options: &BTreeMap<String, String>, chosen: &str| {
        let mut options: Vec<_> = options.iter().collect();
        options.sort_by_key(|(_, title)| title.to_lowercase());
        html! {
            p.field {
                label for=(name) { (house.say(id, &[])) }
                select id=(name) name=(name) {
                    option value="" { (house.say("page-all", &[])) }
                    @for (code, title) in options { option value=(code) selected[code == chosen] { (title) } }
                }
            }
        }
    };
    html! {
        div.filters {
            @if words.is_empty() {
                form method="get" action="/annuaire" {
                    (choice("organisation", "page-organisation", &organisations, &narrowed.organisation))
                    (choice("fonction", "page-function", &functions, &narrowed.fonction))
                    (choice("commune", "page-territory", &communes, &narrowed.commune))
                    button { (house.say("page-filter", &[])) }
                }
            }
            form method="post" action="/annuaire" role="search" {
                p.field {
                    label for="mots" { (house.say("page-directory-search", &[])) }
                    input id="mots" name="mots" value=(words) maxlength="200" autocomplete="off";
                }
                button { (house.say("page-search", &[])) }
                @if !words.is_empty() { a href="/annuaire" { (house.say("page-directory-whole", &[])) } }
            }
        }
    }
}

fn table(house: &House, lines: &[&Json]) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let columns =
        ["page-name", "page-function", "page-organisation", "page-territory", "page-telephone", "page-email"];
    html! {
        table.cards {
            caption.seen-by-readers { (say("page-directory")) }
            thead { tr { @for id in columns { th scope="col" { (say(id)) } } } }
            tbody {
                @for line in lines {
                    @let text = |name: &str| line[name].as_str().unwrap_or_default();
                    tr {
                        th scope="row" data-label=(say("page-name")) {
                            @if text("name").is_empty() { (text("member")) } @else { (text("name")) }
                            @if line["changed"] == true { br; small { (say("page-directory-changed")) } }
                        }
                        td data-label=(say("page-function")) { (text("function_title")) }
                        td data-label=(say("page-organisation")) { (line["organisation"]["name"].as_str().unwrap_or_default()) }
                        td data-label=(say("page-territory")) { (frame::list(&line["territory"])) }
                        td.day data-label=(say("page-telephone")) {
                            @let digits = dialled(text("telephone"));
                            @if !digits.is_empty() { a href={ "tel:" (digits) } { (text("telephone")) } }
                        }
                        td.mail data-label=(say("page-email")) {
                            (mail(text("email")))
                        }
                    }
                }
            }
        }
    }
}

/// An address of e-mail, which is broken behind its sign alone.
fn mail(address: &str) -> Markup {
    let (local, host) = address.split_once('@').unwrap_or((address, ""));
    html! {
        @if !host.is_empty() { a href={ "mailto:" (address) } { (local) "@" wbr; (host) } }
        @else { (local) }
    }
}

/// A telephone number as it is dialled.
fn dialled(number: &str) -> String {
    number.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect()
}
