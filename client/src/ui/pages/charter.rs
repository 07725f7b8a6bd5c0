//! The charter of a group: to read, and to sign once it was read.
//!
//! What is signed is the text that was shown: the form brings its digest, and the command signs no other.

use super::asked;
use super::groups::own;
use crate::show::visible;
use crate::ui::desk::Typed;
use crate::ui::frame::{Page, Place, day};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/groupes/{id}/charte", get(read).post(sign))
}

/// Which text, and that it was read.
#[derive(Deserialize)]
struct Signature {
    acte: String,
    lu: Option<String>,
}

async fn read(_: Member, State(house): State<Arc<House>>, Path(id): Path<String>) -> Response {
    shown(&house, &id, false).await
}

async fn sign(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(form): Form<Signature>,
) -> Response {
    if form.lu.is_none() {
        return shown(&house, &id, true).await;
    }
    let typed = Typed::new("charter sign").with("statement", &form.acte).flag("yes", true).of(&id);
    let told = house.desk.run(typed).await;
    asked::done(&house, Place::Groups, "page-charter", &told, &format!("/groupes/{id}"))
}

async fn shown(house: &House, id: &str, is_unread: bool) -> Response {
    let told = house.desk.run(Typed::new("charter show").of(id)).await;
    let charters: Vec<_> = told.objects().into_iter().filter(|object| object.get("text").is_some()).collect();
    if charters.is_empty() {
        return house.told(Place::Groups, &told);
    }
    let group = house.desk.run(Typed::new("group show").of(id)).await;
    let group = group.objects().into_iter().find(|object| object.get("members").is_some()).cloned();
    let group = group.unwrap_or_default();
    let asks = own(&group).is_some_and(|own| own["charter_signed"] == false);
    let name = group["name"].as_str().unwrap_or_default().to_owned();
    let main = html! {
        p.byline { (name) }
        @for charter in &charters { (text(house, charter, charters.len() > 1)) }
        p.notice { (house.say("charter-sanctions", &[])) }
        @for charter in charters.iter().filter(|charter| asks && charter["newest"] == true) {
            (form(house, id, charter, is_unread))
        }
        @if !asks && own(&group).is_some() { p.notice.done { (house.say("page-charter-signed", &[])) } }
        p { a href={ "/groupes/" (id) } { (house.say("page-back", &[])) } }
    };
    Page::at(Place::Groups, &house.words, main).called(house.say("page-charter", &[])).framed(&house.words)
}

/// One version: which, from when, and its text.
fn text(house: &House, charter: &Json, is_one_of_several: bool) -> Markup {
    let (say, reglement) = (|id: &str| house.say(id, &[]), &charter["reglement"]);
    let part = |name: &str| reglement[name].as_str().unwrap_or_default();
    let lines = charter["text"].as_str().unwrap_or_default();
    html! {
        @if is_one_of_several {
            h2 { (say(if charter["in_force"] == true { "page-charter-now" } else { "page-charter-next" })) }
        }
        dl.facts {
            dt { (say("page-version")) } dd { (charter["version"].to_string()) }
            dt { (say("page-applies-from")) } dd { (day(&charter["from"])) }
            dt { (say("page-reglement")) } dd { (part("reference")) ", " (part("date")) }
            @if let Some(order) = charter["order"].as_str() { dt { (say("page-charter-order")) } dd { (order) } }
        }
        article.letter { @for line in lines.lines() { p { (visible(line)) } } }
    }
}

fn form(house: &House, id: &str, charter: &Json, is_unread: bool) -> Markup {
    html! {
        form method="post" action={ "/groupes/" (id) "/charte" } {
            input type="hidden" name="acte" value=(charter["statement"].as_str().unwrap_or_default());
            p.field.faulty[is_unread] {
                label.choice for="lu" {
                    input id="lu" type="checkbox" name="lu" value="oui" required aria-describedby=[is_unread.then_some("lu-faute")] aria-invalid=[is_unread.then_some("true")];
                    (house.say("page-charter-have-read", &[]))
                }
                @if is_unread { span.fault id="lu-faute" { (house.say("page-charter-unread", &[])) } }
            }
            p.actions { button.main { (house.say("page-charter-sign", &[])) } }
        }
    }
}
