//! *Changer les membres*: who joins a group and who leaves it, for those who lead it, and who leaves for a colleague.
//!
//! Two persons add anybody: what is chosen here is a proposal, which the other leader signs. One is enough to take away.

use super::asked::{self, Again};
use super::door::{SMALL_FORM_BYTES_MAX, Secret};
use super::groups::number;
use super::paged::{MEMBERS_LISTED_MAX, handle};
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    let change = get(choose).post(change).layer(DefaultBodyLimit::max(SMALL_FORM_BYTES_MAX));
    Router::new().route("/groupes/{id}/membres", change)
}

/// What is to be done with whom, and the passphrase once it is certain.
#[derive(Deserialize)]
struct Change {
    geste: String,
    membre: String,
    phrase: Option<Secret>,
}

impl Change {
    /// The command that does it.
    fn command(&self) -> Option<Typed> {
        match self.geste.as_str() {
            "ecrire" => Some(Typed::new("group propose").with("add", format!("{}=write", self.membre))),
            "lire" => Some(Typed::new("group propose").with("add", format!("{}=read", self.membre))),
            "retirer" => Some(Typed::new("group remove").with("member", &self.membre)),
            _ => None,
        }
    }
}

async fn choose(_: Member, State(house): State<Arc<House>>, Path(id): Path<String>) -> Response {
    let told = house.desk.run(Typed::new("group show").of(&id)).await;
    let Some(group) = told.objects().into_iter().find(|object| object.get("members").is_some()) else {
        return house.told(Place::Groups, &told);
    };
    let seats = group["members"].as_array().map_or(&[][..], Vec::as_slice);
    let annuaire = house.desk.run(Typed::new("directory")).await;
    let is_there = |person: &&Json| seats.iter().any(|seat| seat["member"] == person["member"]);
    let others = annuaire.objects().into_iter().filter(|person| person.get("member").is_some());
    let others = named(others.filter(|person| !is_there(person)), |person| &person["organisation"]["name"]);
    let members = named(seats.iter(), |seat| &seat["organisation_name"]);
    let back = format!("/groupes/{}", number(group));
    let say = |id: &str| house.say(id, &[]);
    let main = html! {
        p.byline { (group["name"].as_str().unwrap_or_default()) }
        @if leads(group) {
            h2 { (say("page-roster-add")) }
            p { (say("page-roster-add-means")) }
            (frame::wrong(&annuaire))
            @if others.is_empty() { p.empty { (say("page-roster-add-none")) } }
            @else {
                form method="post" {
                    (people(&house, "ajoute", &others))
                    fieldset {
                        legend { (say("page-roster-may")) }
                        label.choice { input type="radio" name="geste" value="ecrire" checked; (say("page-roster-writes")) }
                        label.choice { input type="radio" name="geste" value="lire"; (say("page-roster-reads")) }
                    }
                    p.actions { button.main { (say("page-roster-propose")) } }
                }
            }
        }
        h2 { (say("page-roster-remove")) }
        p { (say("page-roster-remove-means")) }
        form method="post" {
            input type="hidden" name="geste" value="retirer";
            (people(&house, "retire", &members))
            p.actions { button.danger { (say("page-roster-remove")) } }
        }
        p { a href=(back) { (say("page-back")) } }
    };
    Page::at(Place::Groups, &house.words, main).called(say("page-roster")).framed(&house.words)
}

/// Whether this member is one of the two who lead it.
pub(super) fn leads(group: &Json) -> bool {
    !group["you"].is_null() && [&group["president"], &group["coordinator"]].contains(&&group["you"])
}

/// By handle, as people say them, in the order of what they are called.
fn named<'a>(
    people: impl Iterator<Item = &'a Json>,
    organisation: impl Fn(&'a Json) -> &'a Json,
) -> Vec<(String, String)> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let people = people.map(|person| {
        let shown = format!(
            "{} ({}, {})",
            text(&person["name"]),
            text(&person["function_title"]),
            text(organisation(person))
        );
        (text(&person["member"]), shown)
    });
    let mut people: Vec<_> = people.collect::<BTreeMap<_, _>>().into_iter().collect();
    people.sort_by(|one, other| one.1.cmp(&other.1));
    people
}

fn people(house: &House, id: &str, people: &[(String, String)]) -> Markup {
    if people.len() > MEMBERS_LISTED_MAX {
        return handle(house, (id, "membre"), "page-roster-who", "", true);
    }
    html! {
        p.field {
            label for=(id) { (house.say("page-roster-who", &[])) }
            select id=(id) name="membre" required {
                option value="" { (house.say("page-choose", &[])) }
                @for (member, shown) in people { option value=(member) { (shown) } }
            }
        }
    }
}

async fn change(
    member: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(form): Form<Change>,
) -> Response {
    let (Some(typed), Some(again)) = (form.command(), form.command()) else {
        return super::door::nothing(member, State(house)).await;
    };
    let back = format!("/groupes/{id}");
    let (told, failure) = match asked::decided(&house.desk, typed, &id, form.phrase).await {
        Ok(told) => (told, None),
        Err(failure) => (house.desk.run(again.of(&id)).await, Some(failure)),
    };
    if !told.asks() {
        return asked::done(&house, Place::Groups, "page-roster", &told, &back);
    }
    let action = format!("{back}/membres");
    let hidden = [("geste", form.geste.as_str()), ("membre", &form.membre)];
    let again = Again { action: &action, hidden: &hidden, button: "page-sign", back: &back };
    let shown = asked::statement(&house, &told);
    asked::question(&house, (Place::Groups, "page-roster"), &shown, &again, failure.as_ref())
}
