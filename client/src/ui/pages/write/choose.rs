//! What this member may send, group by group: a tile for each. What has a page of its own is written there.

use super::drafts;
use crate::failure::Failure;
use crate::patrol;
use crate::trust;
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::patrimoine::{LINES, TABLE};
use crate::ui::pages::patrol::PATROLS;
use crate::ui::{House, Member, status};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use shared::ids::{FlowCode, GroupId};
use shared::nomenclature::{Flow, Nomenclature};
use shared::patrimoine::Flows;
use shared::refusal::Refusal;
use shared::wire::About;
use std::sync::Arc;

/// The letter that is answered, where one is.
#[derive(Deserialize)]
pub(in crate::ui::pages) struct Answered {
    /// The beginning of its id.
    pub(in crate::ui::pages) reponse: Option<String>,
    /// The draft that is gone on with.
    pub(in crate::ui::pages) brouillon: Option<String>,
}

/// A group, and what may be sent there.
struct Choice {
    name: String,
    flows: Vec<Sending>,
}

/// A flow that may be sent, and the page where it is written.
struct Sending {
    title: String,
    purpose: String,
    page: String,
}

pub(super) async fn choose(
    _: Member,
    State(house): State<Arc<House>>,
    Query(answered): Query<Answered>,
) -> Response {
    let (choices, drafts) = (choices(&house).await, drafts::list(&house).await);
    let main = html! {
        @match &choices {
            Ok(choices) => { (drafts) (tiles(&house, choices, answered.reponse.as_deref())) }
            Err(failure) => { (frame::told(&house.desk.failed(failure))) (drafts) }
        }
    };
    let status = choices.as_ref().err().map_or(StatusCode::OK, status);
    Page { status, ..Page::at(Place::Write, &house.words, main) }.framed(&house.words)
}

async fn choices(house: &House) -> Result<Vec<Choice>, Failure> {
    house
        .desk
        .look(async |session, _| {
            let mut choices = Vec::new();
            for id in trust::prove(session, About::Own).await?.groups {
                let directory = match trust::prove(session, About::Group(id)).await {
                    Ok(proved) => proved.directory,
                    // This device leads it, and its first roster is not signed yet.
                    Err(Failure::Refused(Refusal::NotAMember)) => continue,
                    Err(failure) => return Err(failure),
                };
                let (Some(group), Some(card), Some(rules)) =
                    (directory.group(id), directory.owner(session.device()), directory.nomenclature())
                else {
                    continue;
                };
                let sends = rules.flows.iter().filter(|(_, flow)| {
                    flow.groups.contains(&group.kind) && flow.from.contains(&card.function) && !flow.referents
                });
                let flows = sends.map(|(code, flow)| Sending {
                    title: flow.title.clone(),
                    purpose: first_sentence(&flow.purpose).to_owned(),
                    page: page(id, code, flow, rules),
                });
                choices.push(Choice { name: group.name.clone(), flows: flows.collect() });
            }
            Ok(choices)
        })
        .await
}

/// Where a flow is written.
fn page(group: GroupId, code: &FlowCode, flow: &Flow, rules: &Nomenclature) -> String {
    let of_table = Flows::of(rules).filter(|flows| flows.route(code).is_some());
    match of_table {
        Some(flows) if flows.lines.code == code => format!("{LINES}/{group}"),
        Some(_) => format!("{TABLE}/{group}"),
        None if patrol::is_split(flow, rules) => format!("{PATROLS}/{group}/{code}"),
        None => format!("/ecrire/{group}/{code}"),
    }
}

/// The one page that begins so where this member sends something, or which of them, or that there is none.
pub(in crate::ui::pages) async fn only(
    house: &House,
    begins: &str,
    (place, title): (Place, &str),
    nowhere: &str,
) -> Response {
    let choices = match choices(house).await {
        Ok(choices) => choices,
        Err(failure) => return house.wrong(&failure),
    };
    let all = choices.iter().flat_map(|choice| choice.flows.iter().map(move |sending| (choice, sending)));
    let here: Vec<_> = all.filter(|(_, sending)| sending.page.starts_with(begins)).collect();
    if let [(_, only)] = here.as_slice() {
        return Redirect::to(&only.page).into_response();
    }
    let main = html! {
        @if here.is_empty() { p.empty { (house.say(nowhere, &[])) } }
        @else {
            p { (house.say("page-which-group", &[])) }
            ul.tiles { @for (choice, Sending { title, page, .. }) in &here {
                li { a href=(page) { strong { (choice.name) } small { (title) } } }
            } }
        }
    };
    Page::at(place, &house.words, main).called(house.say(title, &[])).framed(&house.words)
}

/// Up to the first full stop that a capital follows: « art. 5 » goes on.
fn first_sentence(text: &str) -> &str {
    let begins_anew = |place: &usize| text[*place..].trim_start().starts_with(char::is_uppercase);
    let end = text.match_indices(". ").map(|(place, _)| place + 1).find(begins_anew);
    end.map_or(text, |place| &text[..place])
}

fn tiles(house: &House, choices: &[Choice], answered: Option<&str>) -> Markup {
    let none = choices.iter().all(|choice| choice.flows.is_empty());
    let link = |page: &str| {
        let answered = answered.map(|id| format!("?reponse={id}")).unwrap_or_default();
        format!("{page}{answered}")
    };
    html! {
        p { (house.say("page-write-choose", &[])) }
        @if none { p.empty { (house.say("page-write-none", &[])) } }
        @for choice in choices.iter().filter(|choice| !choice.flows.is_empty()) {
            h2 { (choice.name) }
            ul.tiles {
                @for Sending { title, purpose, page } in &choice.flows {
                    li { a href=(link(page)) { strong { (title) } small { (purpose) } } }
                }
            }
        }
    }
}
