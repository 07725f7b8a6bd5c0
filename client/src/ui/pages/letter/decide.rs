//! To agree to a letter or not, on the page where it was read: what will happen is said first, then the passphrase is
//! asked again, and the number of the record is said after.

use crate::inbox::{self, Entry};
use crate::show::page::Said;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::door::Secret;
use crate::ui::{House, Member};
use axum::extract::{Form, Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use shared::ids::MemberId;
use shared::nomenclature::Nomenclature;
use shared::time::Timestamp;
use std::sync::Arc;

/// A decision: once to be told what it does, once with yes and the passphrase.
#[derive(Deserialize)]
pub(super) struct Decision {
    reason: Option<String>,
    oui: Option<String>,
    phrase: Option<Secret>,
}

/// Until when a member may agree to it, where it waits for them.
pub(super) fn waits(entry: &Entry, own: &MemberId, now: Timestamp) -> Option<Timestamp> {
    let gate = entry.header.core.gate.as_ref().filter(|gate| gate.approver == *own && now < gate.until)?;
    (entry.decision.is_none() && entry.retired.is_none()).then_some(gate.until)
}

/// Whether a letter that was read waits for this member. The relay is asked only where it may.
pub(super) async fn asks(house: &House, id: &str, letter: &Json) -> bool {
    let Some(approver) = letter["gate"]["approver"].as_str().map(str::to_owned) else { return false };
    let id = id.to_owned();
    let looked = house.desk.look(async move |session, _| {
        let own = session.home.config.member.clone();
        if own.as_str() != approver {
            return Ok(false);
        }
        let entry = inbox::find(session, &id).await?;
        Ok(waits(&entry, &own, session.now()).is_some())
    });
    looked.await.unwrap_or(false)
}

/// The two ways.
pub(super) fn asked(house: &House, id: &str, rules: &Nomenclature) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        section.decision aria-labelledby="decision" {
            h2 id="decision" { (say("page-decide")) }
            p { (say("page-decide-means")) }
            div.two {
                form method="post" action={ "/plis/" (id) "/accord" } {
                    fieldset {
                        legend { (say("page-approve")) }
                        p { (say("page-approve-means")) }
                        button.main { (say("page-approve")) }
                    }
                }
                form method="post" action={ "/plis/" (id) "/refus" } {
                    fieldset {
                        legend { (say("page-reject")) }
                        p.field {
                            label for="refus" { (say("page-reject-why")) }
                            select id="refus" name="reason" required {
                                option value="" { (say("page-choose")) }
                                @for reason in &rules.rejections { option value=(reason.code) { (reason.title) } }
                            }
                        }
                        button.danger { (say("page-reject")) }
                    }
                }
            }
        }
    }
}

pub(super) async fn approve(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(decision): Form<Decision>,
) -> Response {
    decided(&house, &id, Way { command: "approve", path: "accord", title: "page-approve" }, decision).await
}

pub(super) async fn reject(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(decision): Form<Decision>,
) -> Response {
    decided(&house, &id, Way { command: "reject", path: "refus", title: "page-reject" }, decision).await
}

/// One of the two.
#[derive(Clone, Copy)]
struct Way {
    command: &'static str,
    path: &'static str,
    title: &'static str,
}

async fn decided(house: &House, id: &str, way: Way, decision: Decision) -> Response {
    let Decision { reason, oui, phrase } = decision;
    let proved = match (oui, phrase) {
        (Some(_), Some(phrase)) => Some(house.desk.proves(phrase.0).await),
        _ => None,
    };
    let says_yes = matches!(proved, Some(Ok(())));
    let typed = Typed::new(way.command).with_some("reason", reason.as_deref()).flag("yes", says_yes);
    let told = house.desk.run(typed.of(id)).await;
    let wrong = proved.and_then(Result::err).map(|failure| house.desk.failed(&failure));
    let main = html! {
        @if let Some(wrong) = &wrong { (frame::wrong(wrong)) }
        @if told.asks() { (question(house, id, way, reason.as_deref(), &told)) } @else { (answer(house, &told)) }
    };
    let title = house.say(way.title, &[]);
    Page::at(Place::Approvals, &house.words, main).called(title).framed(&house.words)
}

/// What will happen, and the second click.
fn question(house: &House, id: &str, way: Way, reason: Option<&str>, told: &Told) -> Markup {
    // What follows the question was said to nobody who said no.
    let before = told.said.iter().take_while(|said| !matches!(said, Said::Question { .. }));
    let before =
        before.filter_map(|said| if let Said::Aside { text, .. } = said { Some(text) } else { None });
    html! {
        h2 { (house.say("page-decide-before", &[])) }
        @for text in before { p.sentence { (text) } }
        form method="post" action={ "/plis/" (id) "/" (way.path) } {
            input type="hidden" name="oui" value="1";
            @if let Some(reason) = reason { input type="hidden" name="reason" value=(reason); }
            (frame::passphrase(&house.words))
            div.actions {
                button.main { (house.say(&format!("{}-sure", way.title), &[])) }
                a href={ "/plis/" (id) } { (house.say("page-decide-not", &[])) }
            }
        }
    }
}

/// What was done, with the number of its record.
fn answer(house: &House, told: &Told) -> Markup {
    let is_done = told.outcome.is_ok() && !told.objects().is_empty();
    html! {
        (frame::wrong(told))
        @if is_done { div.notice.done role="status" { (frame::lines(told)) } } @else { (frame::told(&Told { said: asides(told), outcome: Ok(0) })) }
        p { a href="/a-valider" { (house.say("page-decide-back", &[])) } }
    }
}

/// What was said beside.
fn asides(told: &Told) -> Vec<Said> {
    told.said.iter().filter(|said| matches!(said, Said::Aside { .. })).cloned().collect()
}
