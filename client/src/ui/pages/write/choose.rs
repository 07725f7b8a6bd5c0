//! What this member may send, group by group: a tile for each.

use super::drafts;
use crate::failure::Failure;
use crate::trust;
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, Member, status};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use shared::refusal::Refusal;
use shared::wire::About;
use std::sync::Arc;

/// The letter that is answered, where one is.
#[derive(Deserialize)]
pub(super) struct Answered {
    /// The beginning of its id.
    pub(super) reponse: Option<String>,
    /// The draft that is gone on with.
    pub(super) brouillon: Option<String>,
}

/// A group, and what may be sent there.
struct Choice {
    group: String,
    name: String,
    flows: Vec<(String, String, String)>,
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
                let flows = sends.map(|(code, flow)| {
                    (code.to_string(), flow.title.clone(), first_sentence(&flow.purpose).to_owned())
                });
                choices.push(Choice {
                    group: id.to_string(),
                    name: group.name.clone(),
                    flows: flows.collect(),
                });
            }
            Ok(choices)
        })
        .await
}

/// Up to the first full stop that a capital follows: « art. 5 » goes on.
fn first_sentence(text: &str) -> &str {
    let begins_anew = |place: &usize| text[*place..].trim_start().starts_with(char::is_uppercase);
    let end = text.match_indices(". ").map(|(place, _)| place + 1).find(begins_anew);
    end.map_or(text, |place| &text[..place])
}

fn tiles(house: &House, choices: &[Choice], answered: Option<&str>) -> Markup {
    let none = choices.iter().all(|choice| choice.flows.is_empty());
    let link = |choice: &Choice, code: &str| {
        let answered = answered.map(|id| format!("?reponse={id}")).unwrap_or_default();
        format!("/ecrire/{}/{code}{answered}", choice.group)
    };
    html! {
        p { (house.say("page-write-choose", &[])) }
        @if none { p.empty { (house.say("page-write-none", &[])) } }
        @for choice in choices.iter().filter(|choice| !choice.flows.is_empty()) {
            h2 { (choice.name) }
            ul.tiles {
                @for (code, title, purpose) in &choice.flows {
                    li { a href=(link(choice, code)) { strong { (title) } small { (purpose) } } }
                }
            }
        }
    }
}
