//! What waits for a signature: what it changes, who proposed it, until when, and signing it.
//!
//! What is signed is what was shown: the form brings the digest of the statement, and the command signs no other.

use super::asked::{self, Again};
use super::door::Secret;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Place, day};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Form, State};
use axum::response::Response;
use axum::routing::post;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use std::sync::Arc;

const ADDRESS: &str = "/groupes/valider";

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route(ADDRESS, post(validate))
}

/// Which proposal, and the passphrase once it is certain.
#[derive(Deserialize)]
struct Validation {
    groupe: String,
    acte: String,
    nature: String,
    phrase: Option<Secret>,
}

/// What waits, that of this member first; of one group, or of all.
pub(super) fn shown(house: &House, told: &Told, group: Option<&str>) -> Markup {
    let fits = |proposal: &&Json| group.is_none_or(|group| proposal["group"] == group);
    let all: Vec<_> =
        told.objects().into_iter().filter(|object| object.get("yours").is_some()).filter(fits).collect();
    let (yours, others): (Vec<&Json>, Vec<&Json>) =
        all.into_iter().partition(|proposal| proposal["yours"] == true);
    html! {
        @if !yours.is_empty() {
            section.waiting {
                h2 { (house.say("page-proposals-yours", &[])) }
                @for proposal in yours { (one(house, proposal, true)) }
            }
        }
        @if !others.is_empty() {
            details {
                summary { (house.say("page-proposals-others", &[("count", others.len().into())])) }
                @for proposal in others { (one(house, proposal, false)) }
            }
        }
    }
}

fn title(proposal: &Json) -> &'static str {
    match proposal["kind"].as_str() {
        Some("group") => "page-proposal-group",
        Some("charter") => "page-proposal-charter",
        _ => "page-proposal-roster",
    }
}

fn one(house: &House, proposal: &Json, is_yours: bool) -> Markup {
    let text = |name: &str| proposal[name].as_str().unwrap_or_default();
    let says = proposal["says"].as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Json::as_str);
    html! {
        article.letter {
            h3 { (house.say(title(proposal), &[("name", text("name").into())])) }
            div.said { @for line in says { p { (line.trim()) } } }
            dl.facts {
                dt { (house.say("page-proposed-by", &[])) } dd { (frame::list(&proposal["signers"])) ", " (day(&proposal["made"])) }
                dt { (house.say("page-sign-before", &[])) } dd { (day(&proposal["until"])) }
                @if !is_yours { dt { (house.say("page-waits-for", &[])) } dd { (text("waits_for")) } }
            }
            @if is_yours {
                form method="post" action=(ADDRESS) {
                    input type="hidden" name="groupe" value=(text("group"));
                    input type="hidden" name="acte" value=(text("statement"));
                    input type="hidden" name="nature" value=(text("kind"));
                    button.main { (house.say("page-examine", &[])) }
                }
            }
        }
    }
}

async fn validate(_: Member, State(house): State<Arc<House>>, Form(form): Form<Validation>) -> Response {
    let command = if form.nature == "charter" { "charter visa" } else { "group validate" };
    let typed = || Typed::new(command).with("statement", &form.acte);
    let (told, failure) = match asked::decided(&house.desk, typed(), &form.groupe, form.phrase).await {
        Ok(told) => (told, None),
        Err(failure) => (house.desk.run(typed().of(&form.groupe)).await, Some(failure)),
    };
    if !told.asks() {
        return asked::done(&house, Place::Groups, "page-validation", &told, "/groupes");
    }
    let hidden = [("groupe", form.groupe.as_str()), ("acte", &form.acte), ("nature", &form.nature)];
    let again = Again { action: ADDRESS, hidden: &hidden, button: "page-sign", back: "/groupes" };
    let shown = asked::statement(&house, &told);
    asked::question(&house, (Place::Groups, "page-validation"), &shown, &again, failure.as_ref())
}
