//! *Pendant votre absence*: who is written to meanwhile, from when to when; seen by the group, over by itself.

use super::asked;
use super::door::{Passphrase, SMALL_FORM_BYTES_MAX, Secret};
use super::groups::number;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place, day};
use crate::ui::{House, Member, status};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/absence", get(ask).post(delegate))
        .route("/absence/fin", post(end))
        .layer(DefaultBodyLimit::max(SMALL_FORM_BYTES_MAX))
}

/// What is filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    suppleant: String,
    du: String,
    au: String,
    groupe: String,
    flux: String,
    plis: Option<String>,
}

/// The same, with the passphrase.
#[derive(Deserialize)]
struct Signed {
    #[serde(flatten)]
    wanted: Wanted,
    phrase: Secret,
}

async fn ask(_: Member, State(house): State<Arc<House>>) -> Response {
    shown(&house, &Wanted::default(), None).await
}

async fn delegate(_: Member, State(house): State<Arc<House>>, Form(form): Form<Signed>) -> Response {
    let Signed { wanted, phrase } = form;
    if let Err(failure) = house.desk.proves(phrase.0).await {
        return shown(&house, &wanted, Some((&house.desk.failed(&failure), StatusCode::UNAUTHORIZED))).await;
    }
    let typed = Typed::new("delegate")
        .with("to", &wanted.suppleant)
        .with("from", &wanted.du)
        .with("until", &wanted.au)
        .with_some("group", Some(&wanted.groupe))
        .with_some("flow", Some(&wanted.flux))
        .flag("yes", wanted.plis.is_some());
    let told = house.desk.run(typed).await;
    match told.outcome.as_ref().err().map(status) {
        None => asked::done(&house, Place::Groups, "page-absence", &told, "/absence"),
        Some(status) => shown(&house, &wanted, Some((&told, status))).await,
    }
}

async fn end(_: Member, State(house): State<Arc<House>>, Form(typed): Form<Passphrase>) -> Response {
    if let Err(failure) = house.desk.proves(typed.phrase.0).await {
        let told = house.desk.failed(&failure);
        return shown(&house, &Wanted::default(), Some((&told, StatusCode::UNAUTHORIZED))).await;
    }
    let told = house.desk.run(Typed::new("delegate").flag("end", true)).await;
    asked::done(&house, Place::Groups, "page-absence", &told, "/absence")
}

async fn shown(house: &House, wanted: &Wanted, wrong: Option<(&Told, StatusCode)>) -> Response {
    let told = house.desk.run(Typed::new("groups")).await;
    let groups: Vec<_> = told.objects().into_iter().filter(|group| !group["you"].is_null()).collect();
    let held: Vec<_> = groups.iter().copied().filter(|group| !group["you"]["delegation"].is_null()).collect();
    let colleagues = colleagues(&groups);
    let main = html! {
        (frame::wrong(&told))
        @if let Some((wrong, _)) = wrong { (frame::wrong(wrong)) }
        p { (house.say("page-absence-means", &[])) }
        @if !held.is_empty() { (current(house, &held)) }
        @if told.outcome.is_ok() && colleagues.is_empty() { p.empty { (house.say("page-absence-nobody", &[])) } }
        @if !colleagues.is_empty() { (form(house, wanted, &groups, &colleagues)) }
        p { a href="/groupes" { (house.say("page-back", &[])) } }
    };
    let page = Page::at(Place::Groups, &house.words, main).called(house.say("page-absence", &[]));
    Page { status: wrong.map_or(StatusCode::OK, |(_, status)| status), ..page }.framed(&house.words)
}

/// Everybody of one's groups, by handle, as people say them.
fn colleagues(groups: &[&Json]) -> Vec<(String, String)> {
    let mut named = BTreeMap::new();
    for group in groups {
        for member in group["members"].as_array().map_or(&[][..], Vec::as_slice) {
            let text = |name: &str| member[name].as_str().unwrap_or_default();
            if member["member"] != group["you"]["member"] {
                named.insert(
                    text("member").to_owned(),
                    format!("{} ({})", text("name"), text("organisation_name")),
                );
            }
        }
    }
    let mut named: Vec<_> = named.into_iter().collect();
    named.sort_by(|a, b| a.1.cmp(&b.1));
    named
}

/// What holds or is to come, and that one is back.
fn current(house: &House, groups: &[&Json]) -> Markup {
    html! {
        h2 { (house.say("page-absence-now", &[])) }
        ul {
            @for group in groups {
                @let held = &group["you"]["delegation"];
                li {
                    (house.say("page-absence-line", &[
                        ("group", group["name"].as_str().unwrap_or_default().into()),
                        ("name", held["to_name"].as_str().unwrap_or_default().into()),
                        ("from", day(&held["from"]).into()),
                        ("until", frame::last(&held["until"]).into()),
                    ]))
                    @if let Some(flow) = held["flow_title"].as_str() { " (" (flow) ")" }
                }
            }
        }
        details {
            summary { (house.say("page-absence-back", &[])) }
            form method="post" action="/absence/fin" {
                p.field {
                    label for="phrase-fin" { (house.say("page-passphrase", &[])) }
                    input id="phrase-fin" name="phrase" type="password" autocomplete="current-password" required;
                }
                button { (house.say("page-absence-end", &[])) }
            }
        }
    }
}

fn form(house: &House, wanted: &Wanted, groups: &[&Json], colleagues: &[(String, String)]) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let rules = house.rules().ok();
    let functions: Vec<_> = groups.iter().filter_map(|group| group["you"]["function"].as_str()).collect();
    let flows = rules.iter().flat_map(|rules| &rules.flows);
    let flows = flows.filter(|(_, flow)| flow.to.iter().any(|role| functions.contains(&role.as_str())));
    html! {
        h2 { (say("page-absence-new")) }
        form method="post" action="/absence" {
            p.field {
                label for="suppleant" { (say("page-absence-who")) }
                select id="suppleant" name="suppleant" required {
                    option value="" { (say("page-choose")) }
                    @for (member, name) in colleagues { option value=(member) selected[*member == wanted.suppleant] { (name) } }
                }
            }
            div.pair {
                p.field {
                    label for="du" { (say("page-from-day")) }
                    input id="du" name="du" type="date" required value=(wanted.du);
                }
                p.field {
                    label for="au" { (say("page-until-day")) }
                    input id="au" name="au" type="date" required value=(wanted.au);
                }
            }
            div.pair {
                p.field {
                    label for="groupe" { (say("page-absence-group")) }
                    select id="groupe" name="groupe" {
                        option value="" { (say("page-absence-all-groups")) }
                        @for group in groups { option value=(number(group)) selected[number(group) == wanted.groupe] { (group["name"].as_str().unwrap_or_default()) } }
                    }
                }
                p.field {
                    label for="flux" { (say("page-absence-flow")) }
                    select id="flux" name="flux" {
                        option value="" { (say("page-absence-all-flows")) }
                        @for (code, flow) in flows { option value=(code) selected[code.as_str() == wanted.flux] { (flow.title) } }
                    }
                }
            }
            p.field {
                label.choice for="plis" {
                    input id="plis" name="plis" type="checkbox" value="oui" checked[wanted.plis.is_some()];
                    (say("page-absence-letters"))
                }
            }
            (frame::passphrase(&house.words))
            p.actions { button.main { (say("page-absence-sign")) } }
        }
    }
}
