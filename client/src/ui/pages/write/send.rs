//! The steps after the form: the rules look at it, one sentence says what will happen, and then it is sent.
//!
//! Each step runs the same command. Without a yes it says what it would do; with it, it does.

use super::drafts;
use super::fields::Wrong;
use super::form::{FORM, Sheet, sheet, shown};
use crate::failure::Failure;
use crate::form;
use crate::show::page::Said;
use crate::ui::desk::Told;
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::filled::Filled;
use crate::ui::{BY_ITSELF, House, Member};
use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::json;
use shared::ids::Random;
use shared::message::Objection;
use std::sync::Arc;

/// What the page knows of the steps, and the command does not.
const STEPS: [&str; 2] = ["oui", "modifier"];

pub(super) async fn step(
    _: Member,
    State(house): State<Arc<House>>,
    Path((group, flow)): Path<(String, String)>,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    // What was typed is read first: whatever fails then, it is not lost.
    let (filled, outcome) = Filled::read(&house, form).await;
    let sheet = match sheet(&house, &group, &flow).await {
        Ok(sheet) => sheet,
        Err(failure) => return house.wrong(&failure),
    };
    if let Err(failure) = outcome {
        let above = frame::told(&house.desk.failed(&failure));
        return shown(&house, &sheet, &filled, &Wrong::default(), &above);
    }
    let mut typed = filled.form();
    if let Some(table) = &filled.table {
        match form::read(table, &sheet.flow) {
            Ok(read) => typed.rows = read.rows,
            Err(failure) => {
                let above = frame::told(&house.desk.failed(&failure));
                return shown(&house, &sheet, &filled, &Wrong::default(), &above);
            }
        }
    }
    let mut filled = filled.with_rows(&typed.rows);
    if filled.text("garder").is_some() {
        return match headers.contains_key(BY_ITSELF) {
            true => drafts::keep_by_itself(&house, &sheet, &filled).await,
            false => keep(&house, &sheet, &mut filled, &html! {}).await,
        };
    }
    if filled.text("modifier").is_some() {
        return shown(&house, &sheet, &filled, &Wrong::default(), &html! {});
    }
    let is_form = !typed.fields.is_empty() || !typed.rows.is_empty() || sheet.flow.needs_form();
    let says_yes = filled.text("oui").is_some();
    let command = filled.command(&sheet.group, &sheet.code).flag("yes", says_yes);
    let told = house.desk.send(command, is_form.then_some(typed)).await;
    match &told.outcome {
        Ok(_) if says_yes => {
            filled.forget();
            drafts::forget(&house, &filled).await;
            sent(&house, &told)
        }
        Ok(_) => asked(&house, &sheet, &filled, &told),
        Err(Failure::Form(faults)) => {
            shown(&house, &sheet, &filled, &Wrong::of(&faults.json(&house.words)), &html! {})
        }
        Err(Failure::Unreached) => keep(&house, &sheet, &mut filled, &panel(&told)).await,
        Err(Failure::Objected(Objection::Unread(_))) => asked(&house, &sheet, &filled, &told),
        Err(Failure::Stopped(stopped)) if stopped.judgement.is_releasable() => {
            let above = html! { (panel(&told)) (second(&house, &filled, &told)) };
            shown(&house, &sheet, &filled, &Wrong::default(), &above)
        }
        Err(_) => shown(&house, &sheet, &filled, &Wrong::default(), &panel(&told)),
    }
}

/// Keeps it as a draft, and says so; what may not be kept stays on the page.
async fn keep(house: &House, sheet: &Sheet, filled: &mut Filled, why: &Markup) -> Response {
    match drafts::keep(house, sheet, filled).await {
        Ok(kept) => {
            filled.forget();
            drafts::kept(house, &kept, why)
        }
        Err(failure) => {
            let above = html! { (why) (frame::told(&house.desk.failed(&failure))) };
            shown(house, sheet, filled, &Wrong::default(), &above)
        }
    }
}

/// What was refused, and where to turn: said above the form, which stays as it was filled.
fn panel(told: &Told) -> Markup {
    frame::told(told)
}

/// A colleague may let it pass: with which characters, and going on once they did. What they are made with goes along,
/// so that the same text has the same ones.
fn second(house: &House, filled: &Filled, told: &Told) -> Markup {
    let asked = told.objects().into_iter().find_map(|object| object.get("second").cloned());
    let salt = filled.text("relecture").map_or_else(|| Random::draw().to_string(), str::to_owned);
    html! {
        section.second {
            @match &asked {
                Some(asked) => {
                    p { (house.say("page-second-code", &[("names", frame::list(&asked["colleagues"]).into())])) }
                    p.code { (asked["code"].as_str().unwrap_or_default()) }
                    button.main form=(FORM) name="relecture" value=(salt) { (house.say("page-second-go-on", &[])) }
                }
                None => button form=(FORM) name="relecture" value=(salt) { (house.say("page-second-ask", &[])) }
            }
        }
    }
}

/// One sentence, and two buttons.
fn asked(house: &House, sheet: &Sheet, filled: &Filled, told: &Told) -> Response {
    let unread = matches!(told.outcome, Err(Failure::Objected(Objection::Unread(_))));
    let sentence = told.aside("send-before").or_else(|| told.aside("send-before-gated"));
    let beside = told.said.iter().filter_map(|said| match said {
        Said::Aside { id, text } if !id.starts_with("send-before") && id != "send-cancelled" => Some(text),
        _ => None,
    });
    let main = html! {
        @if let Some(sentence) = sentence { p.sentence { (sentence) } }
        (frame::wrong(told))
        @for text in beside { p.notice.due { (text) } }
        form method="post" enctype="multipart/form-data" data-progress {
            @for (name, text) in filled.texts.iter().filter(|(name, _)| !STEPS.contains(&name.as_str()) && name != "atteste") {
                input type="hidden" name=(name) value=(text);
            }
            @if let Some(folder) = filled.folder_name() { input type="hidden" name="dossier" value=(folder); }
            @if unread {
                label.choice { input type="checkbox" name="atteste" value="1" required; (house.say("page-attest", &[])) }
            } @else if filled.text("atteste").is_some() {
                input type="hidden" name="atteste" value="1";
            }
            p.actions {
                @if unread {
                    button.main { (house.say("page-continue", &[])) }
                } @else {
                    button.main name="oui" value="1" autofocus { (house.say("page-send", &[])) }
                }
                button name="modifier" value="1" formnovalidate { (house.say("page-change", &[])) }
            }
        }
    };
    Page::at(Place::Write, &house.words, main).called(sheet.flow.title.clone()).framed(&house.words)
}

/// It is there.
fn sent(house: &House, told: &Told) -> Response {
    let main = html! {
        div.notice.done role="status" { (frame::lines(told)) }
        p.actions {
            a.button href="/envoyes" { (house.say("page-sent", &[])) }
            a.button href="/ecrire" { (house.say("page-write-again", &[])) }
        }
    };
    Page::at(Place::Write, &house.words, main).called(house.say("page-sent-done", &[])).framed(&house.words)
}

/// How far a letter is that is on its way to here or from here; the page asks by itself.
pub(super) async fn progress(_: Member, State(house): State<Arc<House>>) -> impl IntoResponse {
    let arriving = house.dropped.arriving();
    let progress = house.desk.progress();
    let said = match (arriving, progress) {
        (Some(bytes), _) => json!({"what": house.say("page-arriving", &[]), "done": bytes}),
        (None, Some(progress)) => json!({"what": progress.what, "done": progress.done, "of": progress.of}),
        (None, None) => json!({}),
    };
    ([(CONTENT_TYPE, "application/json")], said.to_string())
}
