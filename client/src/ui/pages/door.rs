//! Coming in, unlocking, locking, and the files of the page itself.

use crate::ui::entry::Entry;
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, Member, Visitor};
use axum::Router;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, SET_COOKIE};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::{DOCTYPE, html};
use serde::Deserialize;
use std::sync::{Arc, PoisonError};
use zeroize::Zeroizing;

/// Where the file that the desktop opens posts its token.
pub(in crate::ui) const ENTRY: &str = "/entrer";

/// A passphrase, a code, some choices.
pub(in crate::ui) const SMALL_FORM_BYTES_MAX: usize = 16 * 1024;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/page.js");
const ICON: &str = include_str!("../assets/icon.svg");

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route(ENTRY, get(ask_code).post(enter))
        .route("/entrer/code", post(enter_by_code))
        .route("/deverrouiller", get(ask_passphrase).post(unlock))
        .route("/verrouiller", post(lock))
        .route("/style.css", get(async || file("text/css; charset=utf-8", STYLE)))
        .route("/page.js", get(async || file("text/javascript; charset=utf-8", SCRIPT)))
        .route("/icone.svg", get(async || file("image/svg+xml", ICON)))
        .layer(axum::extract::DefaultBodyLimit::max(SMALL_FORM_BYTES_MAX))
}

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind)], text)
}

/// What a form brings and nothing keeps.
#[derive(Deserialize)]
#[serde(from = "String")]
pub(in crate::ui) struct Secret(pub(in crate::ui) Zeroizing<String>);

impl From<String> for Secret {
    fn from(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }
}

#[derive(Deserialize)]
struct Token {
    jeton: Secret,
}

#[derive(Deserialize)]
struct Code {
    code: Secret,
}

/// The passphrase, wherever it is asked for.
#[derive(Deserialize)]
pub(in crate::ui) struct Passphrase {
    /// As it was typed.
    pub(in crate::ui) phrase: Secret,
}

async fn ask_code(State(house): State<Arc<House>>) -> Response {
    closed(&house, StatusCode::OK)
}

async fn enter(State(house): State<Arc<House>>, Form(Token { jeton }): Form<Token>) -> Response {
    let now = house.desk.now();
    let is_right = house.entry.lock().unwrap_or_else(PoisonError::into_inner).takes_token(&jeton.0, now);
    if is_right { welcome(&house) } else { closed(&house, StatusCode::UNAUTHORIZED) }
}

async fn enter_by_code(State(house): State<Arc<House>>, Form(Code { code }): Form<Code>) -> Response {
    let now = house.desk.now();
    let is_right = house.entry.lock().unwrap_or_else(PoisonError::into_inner).takes_code(&code.0, now);
    if is_right { welcome(&house) } else { closed(&house, StatusCode::UNAUTHORIZED) }
}

/// The cookie, and a page that goes on by itself: a redirect that began in a file would not bring the cookie along.
fn welcome(house: &House) -> Response {
    Entry::remove(house.desk.home());
    let cookie = house.visits.begin(house.desk.now());
    let page = html! {
        (DOCTYPE)
        html lang=(house.words.language().code()) {
            head {
                meta charset="utf-8";
                title { "Pli" }
                meta http-equiv="refresh" content="0; url=/";
                link rel="stylesheet" href="/style.css";
            }
            body.outside { main { p { a href="/" { (house.say("page-enter", &[])) } } } }
        }
    };
    ([(SET_COOKIE, cookie)], Html(page.into_string())).into_response()
}

/// Nobody came in with this browser: how one does.
pub(in crate::ui) fn closed(house: &House, status: StatusCode) -> Response {
    let takes_code = house.entry.lock().unwrap_or_else(PoisonError::into_inner).code().is_some();
    let main = html! {
        @if takes_code {
            p { (house.say("page-closed", &[])) }
            form method="post" action="/entrer/code" {
                p.field {
                    label for="code" { (house.say("page-code", &[])) }
                    input id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required autofocus;
                }
                button.main { (house.say("page-enter", &[])) }
            }
        } @else {
            p { (house.say("page-closed-for-good", &[])) }
        }
    };
    house.outside("page-closed-title", status, main)
}

/// What somebody finds who asks while the device is locked.
pub(in crate::ui) enum Locked<'a> {
    /// Where to type the passphrase.
    Asked,
    /// That it was not the passphrase, or why it could not be opened.
    Failed(&'a crate::failure::Failure),
    /// That what they just sent came too late, and was not done.
    TooLate,
}

/// The device is locked: its passphrase opens it.
pub(in crate::ui) fn locked(house: &House, locked: &Locked<'_>) -> Response {
    let (status, means) = match locked {
        Locked::Asked => (StatusCode::OK, "page-locked"),
        Locked::Failed(_) => (StatusCode::UNAUTHORIZED, "page-locked"),
        Locked::TooLate => (StatusCode::UNAUTHORIZED, "page-locked-late"),
    };
    let main = html! {
        @if let Locked::Failed(failure) = locked { (frame::told(&house.desk.failed(failure))) }
        @if let Locked::TooLate = locked { p.notice.wrong role="alert" { (house.say(means, &[])) } } @else { p { (house.say(means, &[])) } }
        form method="post" action="/deverrouiller" {
            p.field {
                label for="phrase" { (house.say("page-passphrase", &[])) }
                input id="phrase" name="phrase" type="password" autocomplete="current-password" required autofocus;
            }
            button.main { (house.say("page-unlock", &[])) }
        }
    };
    house.outside("page-locked-title", status, main)
}

async fn ask_passphrase(_: Visitor, State(house): State<Arc<House>>) -> Response {
    if house.desk.is_open(false) || !house.is_enrolled() {
        return Redirect::to("/").into_response();
    }
    locked(&house, &Locked::Asked)
}

async fn unlock(_: Visitor, State(house): State<Arc<House>>, Form(typed): Form<Passphrase>) -> Response {
    if !house.is_enrolled() {
        return Redirect::to("/").into_response();
    }
    match house.desk.unlock(typed.phrase.0).await {
        Ok(()) => Redirect::to("/").into_response(),
        Err(failure) => locked(&house, &Locked::Failed(&failure)),
    }
}

async fn lock(_: Visitor, State(house): State<Arc<House>>) -> Response {
    house.lock().await;
    Redirect::to("/deverrouiller").into_response()
}

/// Nothing is there.
pub(super) async fn nothing(_: Member, State(house): State<Arc<House>>) -> Response {
    let main =
        html! { p { (house.say("page-nothing", &[])) } p { a href="/" { (house.say("page-back", &[])) } } };
    let page = Page::at(Place::Inbox, &house.words, main).called(house.say("page-nothing-title", &[]));
    Page { status: StatusCode::NOT_FOUND, ..page }.framed(&house.words)
}
