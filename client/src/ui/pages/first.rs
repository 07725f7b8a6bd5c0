//! *Première ouverture*: from an invitation to a device that is accepted, on a page.
//!
//! | step | what is shown |
//! |---|---|
//! | nothing there | where the invitation is dropped |
//! | an invitation was chosen | for whom it is, and the passphrase to choose |
//! | it was answered | six words, who is told them, and whether somebody accepted them |
//!
//! Which step it is stands in the folder and nowhere else, so that it is found again by every start; the rules are those
//! of `pli enroll` ([`enrolment`](crate::enrolment)). A further device of a member comes in by the same page.

use super::door::{SMALL_FORM_BYTES_MAX, Secret};
use crate::commands::{chosen_passphrase, enroll, function_title};
use crate::enrolment::{self, Stage};
use crate::failure::Failure;
use crate::invitation::{FILE_BYTES_MAX, InvitationFile, Proven};
use crate::keystore;
use crate::nomenclature::last_in_force;
use crate::ui::arrival::Waiting;
use crate::ui::{House, Newcomer, Visitor, frame, status};
use axum::Router;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, Form, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use shared::refusal::Refusal;
use shared::statement::Invited;
use std::sync::Arc;

/// Its address.
pub(in crate::ui) const FIRST: &str = "/premiere-ouverture";

/// What a form needs around the file.
const AROUND_BYTES: usize = 16 * 1024;

/// As in the form where a device is called something else.
const NAME_LETTERS_MAX: usize = 60;

pub(super) fn routes() -> Router<Arc<House>> {
    let chosen = post(choose).layer(DefaultBodyLimit::max(FILE_BYTES_MAX + AROUND_BYTES));
    let answered = post(answer).layer(DefaultBodyLimit::max(SMALL_FORM_BYTES_MAX));
    Router::new()
        .route(FIRST, get(first))
        .route("/premiere-ouverture/invitation", chosen)
        .route("/premiere-ouverture/phrase", answered)
        .route("/premiere-ouverture/etat", get(stage))
}

/// The passphrase, twice where it is chosen now.
#[derive(Deserialize)]
struct Chosen {
    nom: Option<String>,
    phrase: Secret,
    encore: Option<Secret>,
}

async fn first(_: Newcomer, State(house): State<Arc<House>>) -> Response {
    shown(&house, None)
}

/// Where the page is, for itself.
async fn stage(_: Visitor, State(house): State<Arc<House>>) -> impl IntoResponse {
    let stage = enrolment::stage(house.desk.home());
    let state = match house.is_enrolled() {
        true => "enrolled",
        false => state(&house, stage.as_ref().unwrap_or(&Stage::New)),
    };
    ([(CONTENT_TYPE, "application/json")], json!({"state": state}).to_string())
}

/// What changes on the page by itself has another name.
fn state(house: &House, stage: &Stage) -> &'static str {
    match (stage, house.arrival.waiting()) {
        (Stage::New, _) => "new",
        (Stage::Invited(_), _) => "invited",
        (_, Waiting::Not) => "locked",
        (_, Waiting::Acceptance) => "waiting",
        (_, Waiting::Relay) => "unreached",
    }
}

/// The invitation is looked at, and kept; nothing is sent.
async fn choose(_: Newcomer, State(house): State<Arc<House>>, sent: Multipart) -> Response {
    let chosen = async {
        let proven = InvitationFile::parse(&received(sent).await?)?;
        enrolment::choose(house.desk.home(), &proven)
    };
    match chosen.await {
        Ok(()) => {
            house.arrival.stop();
            Redirect::to(FIRST).into_response()
        }
        Err(failure) => shown(&house, Some(&failure)),
    }
}

async fn received(mut sent: Multipart) -> Result<Vec<u8>, Failure> {
    let cut_short = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::TooLarge.into(),
        _ => Failure::usage("enroll-file", "the file did not come whole"),
    };
    while let Some(field) = sent.next_field().await.map_err(cut_short)? {
        if field.name() == Some("invitation") {
            return Ok(field.bytes().await.map_err(cut_short)?.to_vec());
        }
    }
    Err(Failure::usage("enroll-file", "no file came"))
}

/// The device is made and answers; or goes on with its passphrase.
async fn answer(_: Newcomer, State(house): State<Arc<House>>, Form(typed): Form<Chosen>) -> Response {
    let home = house.desk.home();
    let begun = async {
        let proven = match enrolment::stage(home)? {
            Stage::Invited(proven) | Stage::Answered { invitation: proven, .. } => *proven,
            Stage::New | Stage::Enrolled => return Ok(()),
        };
        let passphrase = match keystore::exists(home) {
            true => typed.phrase.0,
            false => {
                let again = typed.encore.map(|again| again.0).unwrap_or_default();
                chosen_passphrase(typed.phrase.0, Some(&again))?
            }
        };
        let name = typed.nom.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| house.say("page-first-name", &[]), str::to_owned);
        let name = name.chars().take(NAME_LETTERS_MAX).collect();
        house.arrival.begin(&house, proven, name, passphrase).await
    };
    match begun.await {
        Ok(()) => Redirect::to(FIRST).into_response(),
        Err(failure) => shown(&house, Some(&failure)),
    }
}

/// The page, at the step at which the folder is.
fn shown(house: &Arc<House>, failure: Option<&Failure>) -> Response {
    let stage = enrolment::stage(house.desk.home());
    let damaged = stage.as_ref().err();
    let (stage, unread) =
        (stage.as_ref().unwrap_or(&Stage::New), failure.is_none().then_some(damaged).flatten());
    let kept = house.arrival.failed(|failure| house.desk.failed(failure));
    let main = html! {
        @if let Some(failure) = failure.or(unread) { (frame::told(&house.desk.failed(failure))) }
        @else if let Some(kept) = kept.filter(|_| house.arrival.waiting() == Waiting::Not) { (frame::told(&kept)) }
        @match stage {
            Stage::New | Stage::Enrolled => (ask_invitation(house)),
            Stage::Invited(proven) => (ask_passphrase(house, proven)),
            Stage::Answered { invitation, words } => (six_words(house, stage, invitation, words)),
        }
    };
    let status = match failure {
        Some(failure) if failure.message_id() == "keystore-wrong-passphrase" => StatusCode::UNAUTHORIZED,
        Some(failure) => status(failure),
        None => StatusCode::OK,
    };
    house.outside("page-first", status, main)
}

fn step(house: &House, number: u32) -> Markup {
    html! { p.small { (house.say("page-first-step", &[("number", number.into())])) } }
}

fn ask_invitation(house: &House) -> Markup {
    html! {
        (step(house, 1))
        p { (house.say("page-first-means", &[])) }
        (file(house))
        p.small { (house.say("page-first-none", &[])) }
    }
}

fn file(house: &House) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        form method="post" action="/premiere-ouverture/invitation" enctype="multipart/form-data" {
            div.drop data-drop {
                p.field {
                    label for="invitation" { (say("page-first-file")) }
                    span.help id="aide-invitation" { (say("page-first-file-help")) }
                    input id="invitation" name="invitation" type="file" required aria-describedby="aide-invitation";
                }
            }
            button.main { (say("page-first-look")) }
        }
    }
}

/// Another invitation than the one that was chosen.
fn other(house: &House) -> Markup {
    html! { details { summary { (house.say("page-first-other", &[])) } (file(house)) } }
}

/// For whom it is.
fn person(house: &House, proven: &Proven) -> Markup {
    let introduced = enroll::introduced(proven, &house.words);
    let Some((_, [(_, name), (_, member), _, (_, organisation)])) = introduced else { return html! {} };
    // An invitation need not prove what is exchanged; what a function is called stands in what this program carries.
    let rules = proven.directory.nomenclature().cloned().or_else(|| last_in_force(None).ok());
    let function = proven.card().map(|card| function_title(rules.as_ref(), &card.function));
    let facts = [
        ("page-name", name),
        ("page-first-member", member),
        ("page-function", function.unwrap_or_default()),
        ("page-organisation", organisation),
    ];
    html! { dl.facts { @for (id, value) in facts { dt { (house.say(id, &[])) } dd { (value) } } } }
}

fn ask_passphrase(house: &House, proven: &Proven) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let is_further = matches!(proven.invitation.to, Invited::Device(_));
    html! {
        (step(house, 2))
        p { (say(if is_further { "page-first-for-device" } else { "page-first-for" })) }
        (person(house, proven))
        form method="post" action="/premiere-ouverture/phrase" data-busy=(say("page-first-busy")) {
            p.field {
                label for="nom" { (say("page-first-name-label")) }
                span.help id="aide-nom" { (say("page-first-name-help")) }
                input id="nom" name="nom" value=(say("page-first-name")) maxlength=(NAME_LETTERS_MAX) autocomplete="off" required aria-describedby="aide-nom";
            }
            @if keystore::exists(house.desk.home()) {
                p.field {
                    label for="phrase" { (say("page-passphrase")) }
                    span.help id="aide-phrase" { (say("page-first-chosen-already")) }
                    input id="phrase" name="phrase" type="password" autocomplete="current-password" required aria-describedby="aide-phrase";
                }
            } @else {
                p.field {
                    label for="phrase" { (say("page-first-phrase")) }
                    span.help id="aide-phrase" { (say("page-first-phrase-help")) }
                    input id="phrase" name="phrase" type="password" autocomplete="new-password" required aria-describedby="aide-phrase";
                }
                p.field {
                    label for="encore" { (say("page-first-again")) }
                    input id="encore" name="encore" type="password" autocomplete="new-password" required;
                }
            }
            button.main { (say("page-first-do")) }
        }
        (other(house))
    }
}

fn six_words(house: &House, stage: &Stage, proven: &Proven, words: &str) -> Markup {
    let (say, waiting) = (|id: &str| house.say(id, &[]), house.arrival.waiting());
    // What a terminal is told of the other device's terminal is said of its page here.
    let (call, compare) = match enroll::whom_to_call(proven) {
        "enroll-other-screen" => ("page-first-other-screen", "page-first-compare-own"),
        call => (call, "page-first-compare"),
    };
    html! {
        (step(house, 3))
        @match waiting {
            Waiting::Relay => p.notice.due role="status" { (say("page-first-unreached")) },
            Waiting::Acceptance => p.notice role="status" { (say("page-first-waiting")) },
            Waiting::Not => {},
        }
        p { (say(call)) }
        ol.words lang="fr" aria-label=(say("page-first-words")) { @for word in words.split(' ') { li { (word) } } }
        p { (say(compare)) }
        @if waiting == Waiting::Not {
            form method="post" action="/premiere-ouverture/phrase" data-busy=(say("page-first-busy-again")) {
                p { (say("page-first-go-on-means")) }
                (frame::passphrase(&house.words))
                button.main { (say("page-first-go-on")) }
            }
        } @else {
            p.actions data-ask="/premiere-ouverture/etat" data-state=(state(house, stage)) {
                a.button href=(FIRST) { (say("page-first-ask")) }
            }
            p.small { (say("page-first-close")) }
        }
        (other(house))
    }
}
