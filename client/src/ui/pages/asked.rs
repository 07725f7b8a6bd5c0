//! What pages share that sign something: the question, its answer with the passphrase, and what came of it.
//!
//! A page keeps nothing between the question and its answer: the same form comes twice, the second time with the
//! passphrase, and runs the same command with yes.

use super::door::Secret;
use crate::failure::Failure;
use crate::show::page::Said;
use crate::show::visible;
use crate::ui::desk::{Desk, Told, Typed};
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, status};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

/// A form that asks once more: where it goes, what it brings again, and what its button says.
pub(super) struct Again<'a> {
    /// Its address.
    pub(super) action: &'a str,
    /// What was chosen, by name.
    pub(super) hidden: &'a [(&'a str, &'a str)],
    /// Which sentence of the catalogues is on the button.
    pub(super) button: &'a str,
    /// Where whoever says no goes.
    pub(super) back: &'a str,
}

impl Again<'_> {
    /// The form, with the field for the passphrase.
    pub(super) fn form(&self, house: &House) -> Markup {
        html! {
            form method="post" action=(self.action) {
                @for (name, value) in self.hidden { input type="hidden" name=(name) value=(value); }
                (frame::passphrase(&house.words))
                p.actions {
                    button.main { (house.say(self.button, &[])) }
                    a href=(self.back) { (house.say("page-cancel", &[])) }
                }
            }
        }
    }
}

/// Runs what signs, about this: with yes once the passphrase was typed, which is asked for before.
///
/// # Errors
/// [`Failure`] if it was another passphrase; nothing ran.
pub(super) async fn decided(
    desk: &Desk,
    typed: Typed,
    about: &str,
    phrase: Option<Secret>,
) -> Result<Told, Failure> {
    let is_sure = phrase.is_some();
    if let Some(Secret(phrase)) = phrase {
        desk.proves(phrase).await?;
    }
    Ok(desk.run(typed.flag("yes", is_sure).of(about)).await)
}

/// A page that asks again after another passphrase was typed says so to the browser, too.
pub(super) fn status_of(failure: Option<&Failure>) -> StatusCode {
    if failure.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK }
}

/// The page that asks: what will be signed, and the passphrase; after another passphrase, that it was another one.
pub(super) fn question(
    house: &House,
    (place, title): (Place, &str),
    shown: &Markup,
    again: &Again<'_>,
    failure: Option<&Failure>,
) -> Response {
    let main = html! {
        @if let Some(failure) = failure { (frame::told(&house.desk.failed(failure))) }
        (shown)
        (again.form(house))
    };
    let page = Page::at(place, &house.words, main).called(house.say(title, &[]));
    Page { status: status_of(failure), ..page }.framed(&house.words)
}

/// A statement as its command explains it.
pub(super) fn statement(house: &House, told: &Told) -> Markup {
    let quotes =
        told.said.iter().filter_map(|said| if let Said::Quote(text) = said { Some(text) } else { None });
    html! {
        p { (house.say("page-validation-means", &[])) }
        article.letter.said { @for quote in quotes { @for line in quote.lines() { p { (visible(line.trim_start())) } } } }
    }
}

/// The page that says what was done, or why it was not.
pub(super) fn done(house: &House, place: Place, title: &str, told: &Told, back: &str) -> Response {
    let main = html! {
        (frame::wrong(told))
        @if told.outcome.is_ok() { div.notice.done role="status" { (frame::lines(told)) } }
        @for text in asides(told) { p.notice { (text) } }
        p { a href=(back) { (house.say("page-back", &[])) } }
    };
    let status = told.outcome.as_ref().err().map_or(StatusCode::OK, status);
    let page = Page::at(place, &house.words, main).called(house.say(title, &[]));
    Page { status, ..page }.framed(&house.words)
}

/// What was said beside, without what answers a question that the page asks itself.
fn asides(told: &Told) -> impl Iterator<Item = &str> {
    told.asides()
        .filter(|(id, _)| !matches!(*id, "proposal-cancelled" | "nothing-done"))
        .map(|(_, text)| text)
}
