//! The last step before lines or a table are sent: one sentence, and one button. What went before is said, and goes
//! again only by a button that says so.

use crate::show::page::Said;
use crate::ui::House;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::filled::Filled;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

/// Sentences that are said in a place of their own.
const SAID_HERE: [&str; 3] = ["send-before", "again-sent", "send-cancelled"];

/// How sending stands.
pub(super) enum Stands {
    /// It waits for a yes.
    Asked(Told),
    /// It went.
    Sent(Told),
    /// It did not, and why.
    Refused(Told),
}

/// Runs the command, once without a yes and, where its reader gave it, with it. A yes to what went before has to say so:
/// a form that comes twice sends nothing twice.
pub(super) async fn run(
    house: &House,
    filled: &Filled,
    typed: impl Fn() -> Typed + Send + Sync,
    file: Option<String>,
) -> Stands {
    // What the command is about stands behind its flags.
    let whole = |typed: Typed| match &file {
        Some(file) => typed.of(file),
        None => typed,
    };
    let told = house.desk.run(whole(typed())).await;
    if told.outcome.is_err() {
        return Stands::Refused(told);
    }
    let went_before = told.aside("again-sent").is_some();
    let says_yes = filled.text("oui").is_some() && (!went_before || filled.text("encore").is_some());
    if !says_yes {
        return Stands::Asked(told);
    }
    let told = house.desk.run(whole(typed().flag("again", went_before).flag("yes", true))).await;
    if told.outcome.is_ok() { Stands::Sent(told) } else { Stands::Refused(told) }
}

/// Where a form goes, and what it carries on.
pub(super) struct Form<'a> {
    pub(super) action: &'a str,
    pub(super) hidden: &'a [(&'a str, String)],
    /// Where its reader changes something.
    pub(super) back: &'a str,
}

/// What would be sent, in one sentence, below what is in it.
pub(super) fn asked(house: &House, told: &Told, form: &Form<'_>, title: String, inside: &Markup) -> Response {
    let before = told.aside("again-sent");
    let beside = told.said.iter().filter_map(|said| match said {
        Said::Aside { id, text } if !SAID_HERE.contains(&id.as_str()) => Some(text),
        _ => None,
    });
    let quotes = told.said.iter().filter_map(|said| match said {
        Said::Quote(text) => Some(text.lines()),
        _ => None,
    });
    let main = html! {
        @for text in beside { p.notice { (text) } }
        (inside)
        div.said { @for line in quotes.flatten() { p { (line) } } }
        @if let Some(before) = before { p.notice.due { (before) " " (house.say("page-again-means", &[])) } }
        @if let Some(sentence) = told.aside("send-before") { p.sentence { (sentence) } }
        form method="post" action=(form.action) enctype="multipart/form-data" data-progress {
            @for (name, value) in form.hidden { input type="hidden" name=(name) value=(value); }
            input type="hidden" name="oui" value="1";
            @if before.is_some() { input type="hidden" name="encore" value="1"; }
            p.actions {
                @if before.is_some() { button { (house.say("page-again", &[])) } }
                @else { button.main autofocus { (house.say("page-send", &[])) } }
                a.button href=(form.back) { (house.say("page-change", &[])) }
            }
        }
    };
    Page::at(Place::Patrimoine, &house.words, main).called(title).framed(&house.words)
}

/// It is there.
pub(super) fn sent(house: &House, told: &Told) -> Response {
    let main = html! {
        div.notice.done role="status" { (frame::lines(told)) }
        p.actions {
            a.button href="/patrimoine" { (house.say("page-patrimoine", &[])) }
            a.button href="/envoyes" { (house.say("page-sent", &[])) }
        }
    };
    let title = house.say("page-sent-done", &[]);
    Page::at(Place::Patrimoine, &house.words, main).called(title).framed(&house.words)
}

/// What went wrong, above what is to be changed.
pub(super) fn page(house: &House, title: String, main: Markup, is_wrong: bool) -> Response {
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::at(Place::Patrimoine, &house.words, main).called(title);
    Page { status, ..page }.framed(&house.words)
}
