//! *Relire pour un collègue*: somebody read, on a colleague's screen, what the rules stopped there for its context, and
//! says so from their own device with the eight characters that stand on that screen.

use super::asked;
use super::door::{SMALL_FORM_BYTES_MAX, Secret};
use crate::failure::Failure;
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::response::Response;
use axum::routing::get;
use maud::html;
use serde::Deserialize;
use std::sync::Arc;

/// Where it is.
pub(super) const ADDRESS: &str = "/relire";

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route(ADDRESS, get(ask).post(let_pass)).layer(DefaultBodyLimit::max(SMALL_FORM_BYTES_MAX))
}

#[derive(Deserialize, Default)]
struct Read {
    groupe: String,
    code: String,
    phrase: Option<Secret>,
}

async fn ask(_: Member, State(house): State<Arc<House>>) -> Response {
    shown(&house, &Read::default(), None).await
}

async fn let_pass(_: Member, State(house): State<Arc<House>>, Form(read): Form<Read>) -> Response {
    let phrase = read.phrase.as_ref().map(|phrase| phrase.0.clone()).unwrap_or_default();
    if let Err(failure) = house.desk.proves(phrase).await {
        return shown(&house, &read, Some(&failure)).await;
    }
    let typed = Typed::new("reread").with("group", &read.groupe).flag("yes", true).of(read.code.trim());
    let told = house.desk.run(typed).await;
    asked::done(&house, Place::Groups, "page-reread", &told, "/")
}

async fn shown(house: &House, read: &Read, failure: Option<&Failure>) -> Response {
    let told = house.desk.run(Typed::new("groups")).await;
    let groups = told.objects();
    let groups: Vec<_> = groups.iter().filter(|group| !group["you"].is_null()).collect();
    let say = |id: &str| house.say(id, &[]);
    let main = html! {
        (frame::wrong(&told))
        @if let Some(failure) = failure { (frame::told(&house.desk.failed(failure))) }
        p { (say("page-reread-means")) }
        form method="post" action=(ADDRESS) {
            p.field {
                label for="groupe" { (say("page-group")) }
                select id="groupe" name="groupe" required {
                    @if groups.len() != 1 { option value="" { (say("page-choose")) } }
                    @for group in groups {
                        @let id = group["id"].as_str().unwrap_or_default();
                        option value=(id) selected[id == read.groupe] { (group["name"].as_str().unwrap_or(id)) }
                    }
                }
            }
            p.field {
                label for="code" { (say("page-reread-code")) }
                input id="code" name="code" value=(read.code) maxlength="20" required autocomplete="off" autocapitalize="characters" spellcheck="false";
            }
            (frame::passphrase(&house.words))
            p.actions { button.main { (say("page-reread-do")) } a href="/groupes" { (say("page-cancel")) } }
        }
    };
    let page = Page::at(Place::Groups, &house.words, main).called(say("page-reread"));
    Page { status: asked::status_of(failure), ..page }.framed(&house.words)
}
