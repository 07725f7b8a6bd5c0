//! A letter: what its outside says, why it is opened, and, once that is recorded, what was written.
//!
//! Looking at this page opens nothing; the button does. The reason is there, the first one chosen, and Enter accepts it.

mod acts;
mod content;
mod decide;

use crate::copies;
use crate::failure::Failure;
use crate::inbox;
use crate::trust;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use shared::nomenclature::Nomenclature;
use shared::wire::About;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    // Whoever comes back to an address that only acts looks at the letter's outside.
    let back = async |Path(id): Path<String>| match id.chars().all(|letter| letter.is_ascii_alphanumeric()) {
        true => Redirect::to(&format!("/plis/{id}")),
        false => Redirect::to("/"),
    };
    Router::new()
        .route("/plis/{id}", get(outside).post(open))
        .route("/plis/{id}/valeurs", post(acts::reveal).get(back))
        .route("/plis/{id}/documents", post(acts::save).get(back))
        .route("/plis/{id}/imprimer", post(acts::print).get(back))
        .route("/plis/{id}/accord", post(decide::approve).get(back))
        .route("/plis/{id}/refus", post(decide::reject).get(back))
}

/// Why it is opened.
#[derive(Deserialize, Default)]
struct Why {
    reason: Option<String>,
    reason_text: Option<String>,
}

impl Why {
    /// A command for this reason.
    fn typed(&self, command: &str) -> Typed {
        Typed::new(command)
            .with_some("reason", self.reason.as_deref())
            .with_some("reason-text", self.reason_text.as_deref())
    }
}

/// What stands on the envelope, and the reasons there are.
struct Outside {
    title: String,
    purpose: String,
    writer: String,
    created: String,
    expires: String,
    group: String,
    reasons: Vec<(String, String)>,
    is_ours: bool,
    /// Until when this member may agree to it, where it waits for them.
    gate: Option<String>,
}

async fn outside(_: Member, State(house): State<Arc<House>>, Path(id): Path<String>) -> Response {
    let typed = id.clone();
    let found = house.desk.look(async move |session, _| {
        let entry = inbox::find(session, &typed).await?;
        let core = &entry.header.core;
        let directory = trust::prove(session, About::Group(core.group)).await?.directory;
        let rules = directory.nomenclature();
        let flow = rules.and_then(|rules| rules.flow(&core.flow));
        let reasons = flow.iter().flat_map(|flow| &flow.reasons).filter_map(|code| rules?.reason(code));
        let own = &session.home.config.member;
        Ok(Outside {
            title: flow.map_or_else(|| core.flow.to_string(), |flow| flow.title.clone()),
            purpose: flow.map(|flow| flow.purpose.clone()).unwrap_or_default(),
            writer: frame::person(&directory, &core.writer),
            created: crate::show::local_time(core.created),
            expires: crate::show::local_time(entry.ends_for(own)),
            group: directory.group(core.group).map_or_else(String::new, |group| group.name.clone()),
            reasons: reasons.map(|reason| (reason.code.to_string(), reason.title.clone())).collect(),
            is_ours: core.writer == *own,
            gate: decide::waits(&entry, own, session.now()).map(crate::show::local_time),
        })
    });
    match found.await {
        // What was opened here before is read without the relay.
        Err(Failure::Unreached) if has_copy(&house, &id).await => {
            let told = house.desk.failed(&Failure::Unreached);
            let main = html! {
                (frame::wrong(&told))
                p { (house.say("page-letter-copy", &[])) }
                form method="post" action={ "/plis/" (id) } { button.main { (house.say("page-open-copy", &[])) } }
            };
            Page::at(Place::Inbox, &house.words, main).framed(&house.words)
        }
        Ok(letter) => {
            let main = asked(&house, &id, &letter);
            let place = if letter.gate.is_some() { Place::Approvals } else { Place::Inbox };
            Page::at(place, &house.words, main).called(letter.title).framed(&house.words)
        }
        Err(failure) => house.wrong(&failure),
    }
}

/// Whether a working copy of it is on this device.
async fn has_copy(house: &House, id: &str) -> bool {
    let typed = id.to_owned();
    let looked = house
        .desk
        .look(async move |session, _| Ok(copies::find(session, &inbox::beginning(&typed)?).is_some()));
    looked.await.unwrap_or(false)
}

fn asked(house: &House, id: &str, letter: &Outside) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        dl.facts {
            dt { (say("page-from")) } dd { (letter.writer) }
            dt { (say("page-received")) } dd { (letter.created) }
            @if !letter.group.is_empty() { dt { (say("page-group")) } dd { (letter.group) } }
            dt { (say("page-ends")) } dd { (letter.expires) }
        }
        @if let Some(until) = &letter.gate { p.notice.due { (house.say("page-letter-waits", &[("date", until.clone().into())])) } }
        p.purpose { (letter.purpose) }
        @if letter.is_ours {
            p.notice { (say("page-letter-ours")) " " a href={ "/envoyes/" (id) } { (say("page-status")) } }
        } @else {
            form.open method="post" action={ "/plis/" (id) } {
                @if !letter.reasons.is_empty() {
                    fieldset {
                        legend { (say("page-why")) }
                        @for (number, (code, title)) in letter.reasons.iter().enumerate() {
                            label.choice {
                                input type="radio" name="reason" value=(code) checked[number == 0] autofocus[number == 0];
                                (title)
                            }
                        }
                        p.field {
                            label for="texte" { (say("page-why-text")) }
                            input id="texte" name="reason_text" maxlength="500" autocomplete="off";
                        }
                    }
                }
                button.main { (say("page-open")) }
                p.small { (say("page-open-recorded")) }
            }
        }
    }
}

async fn open(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Response {
    let told = house.desk.run(why.typed("open").of(&id)).await;
    read(&house, &id, &told, &why, html! {}).await
}

/// The letter in what a command said, with what may be done with it; or why there is none.
async fn read(house: &House, id: &str, told: &Told, why: &Why, done: Markup) -> Response {
    let Some(letter) = told.objects().into_iter().find(|object| object.get("subject").is_some()) else {
        return house.told(Place::Inbox, told);
    };
    let rules = match house.rules() {
        Ok(rules) => rules,
        Err(failure) => return house.wrong(&failure),
    };
    let waits = decide::asks(house, id, letter).await;
    let main = html! {
        (frame::told(told))
        (done)
        p.only-on-paper { (house.say("page-print-first", &[])) }
        div.only-on-screen {
            (content::byline(house, letter))
            (content::letter(house, letter, &rules))
            (content::documents(house, letter))
            @if waits { (decide::asked(house, id, &rules)) }
            (acts::asked(house, id, letter, &rules, why))
            (content::proof(house, letter))
        }
    };
    let title = letter["subject"].as_str().unwrap_or_default().to_owned();
    let place = if waits { Place::Approvals } else { Place::Inbox };
    Page::at(place, &house.words, main).called(title).framed(&house.words)
}

/// The reasons for which letters of this flow are opened: code, and title.
fn reasons(letter: &Json, rules: &Nomenclature) -> Vec<(String, String)> {
    let flow = letter["flow"].as_str().and_then(|code| rules.flow(&code.parse().ok()?));
    let reasons = flow.iter().flat_map(|flow| &flow.reasons).filter_map(|code| rules.reason(code));
    reasons.map(|reason| (reason.code.to_string(), reason.title.clone())).collect()
}
