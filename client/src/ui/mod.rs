//! `pli ui`: the page that officers, landlords and magistrates use, on this machine alone.
//!
//! A second front end beside the terminal: the same commands run here ([`desk`]), and nothing is decided or sealed in
//! the browser. What reaches a page is [`loopback`]'s, [`neighbour`]'s and [`visits`]' to judge, before it is read;
//! pages are made whole by [`frame`] and [`pages`], and go without a script.
//!
//! | what | where |
//! |---|---|
//! | the address, and who is turned away | [`loopback`], [`neighbour`] |
//! | coming in, once | [`entry`], [`visits`] |
//! | a device that is not enrolled yet | [`arrival`] |
//! | unlocked, idle, commands | [`desk`] |
//! | documents on their way | [`dropped`] |
//! | what waits, as it was last said | [`waiting`] |
//! | that a letter came | [`notices`] |
//! | what is shown | [`frame`], [`pages`], `assets/` |

mod arrival;
mod desk;
mod dropped;
mod entry;
mod frame;
mod loopback;
mod neighbour;
mod notices;
mod pages;
mod serve;
mod visits;
mod waiting;

pub(crate) use serve::{Served, serve};

use crate::enrolment;
use crate::failure::Failure;
use crate::home::Home;
use crate::nomenclature::last_in_force;
use crate::words::{Value, Words};
use arrival::Arrival;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::HeaderName;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};
use desk::Desk;
use dropped::Dropped;
use entry::Entry;
use frame::Page;
use loopback::Loopback;
use maud::{Markup, html};
use notices::Notices;
use shared::nomenclature::Nomenclature;
use std::sync::{Arc, Mutex};
use visits::Visits;

/// A page that asks by itself says so, and keeps nobody unlocked.
const BY_ITSELF: HeaderName = HeaderName::from_static("x-pli-by-itself");

/// Everything that answers.
pub(crate) struct House {
    loopback: Loopback,
    visits: Visits,
    entry: Mutex<Entry>,
    desk: Desk,
    dropped: Dropped,
    arrival: Arrival,
    notices: Notices,
    words: Arc<Words>,
}

impl House {
    /// A sentence of the catalogues.
    fn say(&self, id: &str, arguments: &[(&str, Value<'_>)]) -> String {
        self.words.say(id, arguments)
    }

    /// The rules that were last in force here: they are there without the relay, and while the desk is locked.
    fn rules(&self) -> Result<Nomenclature, Failure> {
        last_in_force(Home::open(self.desk.home()).ok().as_ref())
    }

    /// Whether a device lives here that was accepted.
    fn is_enrolled(&self) -> bool {
        // Between the end of an enrolment and an open desk nobody is asked for the passphrase.
        enrolment::is_done(self.desk.home()) && self.arrival.waiting() == arrival::Waiting::Not
    }

    /// Closes the device, and forgets what was dropped and not sent.
    async fn lock(&self) {
        self.desk.lock().await;
        self.dropped.clear();
    }

    /// A page that says why something was not done, and what to do.
    fn wrong(&self, failure: &Failure) -> Response {
        let told = self.desk.failed(failure);
        let main = html! { (frame::told(&told)) p { a href="/" { (self.say("page-back", &[])) } } };
        let title = self.say("page-wrong", &[]);
        Page { place: Some(frame::Place::Inbox), title, main, status: status(failure) }.framed(&self.words)
    }

    /// A page that says what a command said, where that is all there is to say.
    fn told(&self, place: frame::Place, told: &desk::Told) -> Response {
        let status = told.outcome.as_ref().err().map_or(StatusCode::OK, status);
        let main = html! {
            (frame::told(told))
            div.said { (frame::lines(told)) }
            p { a href="/" { (self.say("page-back", &[])) } }
        };
        Page { status, ..Page::at(place, &self.words, main) }.framed(&self.words)
    }

    /// A page before anybody came in.
    fn outside(&self, title: &str, status: StatusCode, main: Markup) -> Response {
        Page { place: None, title: self.say(title, &[]), main, status }.framed(&self.words)
    }
}

/// How a browser is told of a failure.
fn status(failure: &Failure) -> StatusCode {
    match failure.exit_code() {
        2 => StatusCode::BAD_REQUEST,
        3 => StatusCode::FORBIDDEN,
        4 => StatusCode::UNPROCESSABLE_ENTITY,
        5 => StatusCode::BAD_GATEWAY,
        6 => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Proof that a browser came in by the entry.
struct Visitor;

/// Proof that it did, and that no device lives here yet: for the pages of the first start alone.
struct Newcomer;

/// Proof that it did, and that the device is unlocked. Every page but the entry and the first start asks for it.
struct Member;

impl FromRequestParts<Arc<House>> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        if house.visits.knows(&parts.headers, house.desk.now()) {
            return Ok(Self);
        }
        Err(pages::door::closed(house, StatusCode::UNAUTHORIZED))
    }
}

impl FromRequestParts<Arc<House>> for Newcomer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let _: Visitor = <Visitor as FromRequestParts<Arc<House>>>::from_request_parts(parts, house).await?;
        if house.is_enrolled() {
            return Err(Redirect::to(pages::welcome::WELCOME).into_response());
        }
        house.arrival.is_used(house.desk.now());
        Ok(Self)
    }
}

impl FromRequestParts<Arc<House>> for Member {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, house: &Arc<House>) -> Result<Self, Response> {
        let _: Visitor = <Visitor as FromRequestParts<Arc<House>>>::from_request_parts(parts, house).await?;
        if !house.is_enrolled() {
            return Err(Redirect::to(pages::first::FIRST).into_response());
        }
        let by_itself = parts.headers.contains_key(BY_ITSELF);
        if house.desk.is_open(!by_itself) {
            return Ok(Self);
        }
        // A form that was sent after the lock is not done, and says so; a page that is looked at is asked for again.
        Err(match parts.method.is_safe() && !by_itself {
            true => Redirect::to("/deverrouiller").into_response(),
            false => pages::door::locked(house, &pages::door::Locked::TooLate),
        })
    }
}
