//! Drafts: what somebody wrote and did not send, sealed on this device. Nothing that was typed is lost because the relay is
//! away; documents are chosen again, for a draft keeps none.

use super::form::Sheet;
use crate::failure::Failure;
use crate::form::{self, Kept, Letter};
use crate::show::local_date;
use crate::ui::frame::{Page, Place};
use crate::ui::pages::filled::Filled;
use crate::ui::{House, Member};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde_json::json;
use shared::ids::IdBeginning;
use std::sync::Arc;

/// The field that says which draft a letter was.
pub(in crate::ui::pages) const DRAFT: &str = "brouillon";

/// Keeps what was filled in, in the place of the draft that it was before; gives it.
///
/// # Errors
/// [`Failure`] if it cannot be kept.
pub(super) async fn keep(house: &House, sheet: &Sheet, filled: &Filled) -> Result<Kept, Failure> {
    let (code, flow) = (sheet.code.clone(), sheet.flow.clone());
    let (typed, before) = (filled.form(), beginning(filled.text(DRAFT)));
    let letter = Letter { group: sheet.group, texts: filled.beside_form() };
    house
        .desk
        .look(async move |session, _| {
            let kept = form::keep_letter(session, (code, &flow), letter, &typed)?;
            if let Some(Ok(old)) = before.map(|before| form::find(session, &before)) {
                form::remove(session, old.id)?;
            }
            Ok(kept)
        })
        .await
}

/// Keeps it because nobody is at the page any more, which stays as it is: its documents, too. Says so to the page alone.
pub(super) async fn keep_by_itself(house: &House, sheet: &Sheet, filled: &Filled) -> Response {
    let said = match keep(house, sheet, filled).await {
        Ok(kept) => {
            let date = ("date", local_date(kept.dies).into());
            json!({"draft": kept.id.to_string(), "kept": house.say("page-draft-kept-by-itself", &[date])})
        }
        Err(_) => json!({"draft": null, "kept": house.say("page-draft-not-kept", &[])}),
    };
    ([(CONTENT_TYPE, "application/json")], said.to_string()).into_response()
}

fn beginning(id: Option<&str>) -> Option<IdBeginning> {
    id?.parse().ok()
}

/// What was filled in, of a draft.
///
/// # Errors
/// [`Failure`] if there is none.
pub(super) async fn filled(house: &House, id: &str) -> Result<Filled, Failure> {
    let id: IdBeginning = id.parse().map_err(|error| Failure::usage("usage-id", error))?;
    let kept = house.desk.look(async move |session, _| form::find(session, &id)).await?;
    Ok(Filled::of_draft(&kept))
}

/// A letter was sent: its draft is none any more. One that stays does no harm, and dies by itself.
pub(super) async fn forget(house: &House, filled: &Filled) {
    let Some(id) = beginning(filled.text(DRAFT)) else { return };
    let gone = house.desk.look(async move |session, _| form::remove(session, form::find(session, &id)?.id));
    if let Err(failure) = gone.await {
        tracing::warn!(%failure, "a draft that was sent stays");
    }
}

/// The page that says that it is kept.
pub(super) fn kept(house: &House, kept: &Kept, why: &Markup) -> Response {
    let main = html! {
        (why)
        p.notice.done role="status" { (house.say("page-draft-kept", &[("date", local_date(kept.dies).into())])) }
        p.actions {
            @if let Some(link) = link(kept) { a.button href=(link) { (house.say("page-draft-go-on", &[])) } }
            a href="/ecrire" { (house.say("page-back", &[])) }
        }
    };
    Page::at(Place::Write, &house.words, main).called(house.say("page-draft", &[])).framed(&house.words)
}

fn link(kept: &Kept) -> Option<String> {
    let letter = kept.letter.as_ref()?;
    Some(format!("/ecrire/{}/{}?{DRAFT}={}", letter.group, kept.flow, kept.id))
}

/// The drafts of this device, to go on with or to remove.
pub(super) async fn list(house: &House) -> Markup {
    let found = house.desk.look(async |session, _| Ok(form::all(session))).await.unwrap_or_default();
    let rules = house.rules().ok();
    let drafts: Vec<_> = found.iter().filter_map(|kept| Some((kept, link(kept)?))).collect();
    let title = |kept: &Kept| {
        let flow = rules.as_ref().and_then(|rules| rules.flow(&kept.flow));
        flow.map_or_else(|| kept.flow.to_string(), |flow| flow.title.clone())
    };
    html! {
        @if !drafts.is_empty() {
            section {
                h2 { (house.say("page-drafts", &[])) }
                ul.plain {
                    @for (kept, link) in drafts {
                        li {
                            a href=(link) { (title(kept)) } " "
                            small { (house.say("page-draft-dates", &[("changed", local_date(kept.changed).into()), ("dies", local_date(kept.dies).into())])) }
                            form.inline method="post" action={ "/brouillons/" (kept.id) "/supprimer" } {
                                button.small aria-label=(house.say("page-draft-remove-named", &[("title", title(kept).into())])) { (house.say("page-draft-remove", &[])) }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(super) async fn remove(_: Member, State(house): State<Arc<House>>, Path(id): Path<String>) -> Response {
    let removed = house.desk.look(async move |session, _| {
        let id: IdBeginning = id.parse().map_err(|error| Failure::usage("usage-id", error))?;
        form::remove(session, form::find(session, &id)?.id)
    });
    match removed.await {
        Ok(()) => Redirect::to("/ecrire").into_response(),
        Err(failure) => house.wrong(&failure),
    }
}
