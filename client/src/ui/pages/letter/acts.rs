//! What a reader does with a letter that they opened: see what it hides, take its documents, print it, answer. Each but
//! the answer is a record of its own, with a reason, before anything is shown.

use super::{Why, content, read, reasons};
use crate::ui::frame::{self, Page, Place, short, time};
use crate::ui::pages::door::Secret;
use crate::ui::pages::taken;
use crate::ui::{House, Member};
use axum::extract::{Form, Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use shared::nomenclature::Nomenclature;
use std::sync::Arc;

/// Why documents are taken, and the passphrase.
#[derive(Deserialize)]
pub(super) struct Take {
    reason: Option<String>,
    reason_text: Option<String>,
    phrase: Secret,
}

/// What may be done with it.
pub(super) fn asked(house: &House, id: &str, letter: &Json, rules: &Nomenclature, why: &Why) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let documents = letter["attachments"].as_array().map_or(0, Vec::len);
    let hides = letter["hides"] == true;
    let act = |path: &str, title: &str, means: &str, proves: bool| {
        let reasons = reasons(letter, rules);
        html! {
            details.act {
                summary { (say(title)) }
                form method="post" action={ "/plis/" (id) "/" (path) } {
                    p { (say(means)) }
                    (reason(house, path, &reasons, why))
                    @if proves { (phrase(house, path)) }
                    button.main { (say(title)) }
                }
            }
        }
    };
    html! {
        section.acts aria-labelledby="suite" {
            h2 id="suite" { (say("page-letter-acts")) }
            p.actions { a.button href={ "/ecrire?reponse=" (short(letter)) } { (say("page-reply")) } }
            @if hides { (act("valeurs", "page-reveal", "page-reveal-means", false)) }
            @if documents > 0 { (act("documents", "page-save", "page-save-means", true)) }
            (act("imprimer", "page-print", "page-print-means", false))
        }
    }
}

/// Why, with the reason for which it was opened chosen. `of` tells forms on one page apart.
fn reason(house: &House, of: &str, reasons: &[(String, String)], why: &Why) -> Markup {
    let chosen = why.reason.as_deref().unwrap_or_default();
    html! {
        @if !reasons.is_empty() {
            p.field {
                label for={ "motif-" (of) } { (house.say("page-why-act", &[])) }
                select id={ "motif-" (of) } name="reason" {
                    @for (code, title) in reasons { option value=(code) selected[code == chosen] { (title) } }
                }
            }
            p.field {
                label for={ "texte-" (of) } { (house.say("page-why-text", &[])) }
                input id={ "texte-" (of) } name="reason_text" maxlength="500" autocomplete="off" value=[why.reason_text.as_deref()];
            }
        }
    }
}

fn phrase(house: &House, of: &str) -> Markup {
    html! {
        p.field {
            label for={ "phrase-" (of) } { (house.say("page-passphrase", &[])) }
            input id={ "phrase-" (of) } name="phrase" type="password" autocomplete="current-password" required;
        }
    }
}

/// Shows what it hides, with the rest of it.
pub(super) async fn reveal(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Response {
    let told = house.desk.run(why.typed("reveal").of(&id)).await;
    let leaf = told.objects().first().map(|letter| letter["index"].to_string()).unwrap_or_default();
    let done =
        html! { p.notice.done role="status" { (house.say("page-revealed", &[("leaf", leaf.into())])) } };
    read(&house, &id, &told, &why, done).await
}

/// Writes its documents where the browser can take them.
pub(super) async fn save(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(take): Form<Take>,
) -> Response {
    if let Err(failure) = house.desk.proves(take.phrase.0).await {
        return house.wrong(&failure);
    }
    let folder = match house.dropped.folder() {
        Ok(folder) => folder,
        Err(failure) => return house.wrong(&failure),
    };
    let why = Why { reason: take.reason, reason_text: take.reason_text };
    let told = house.desk.run(why.typed("open").with("save", folder.display()).of(&id)).await;
    let leaf = told.objects().first().map(|letter| letter["index"].to_string()).unwrap_or_default();
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let done = html! {
        section aria-labelledby="a-prendre" {
            h2 id="a-prendre" { (house.say("page-saved", &[])) }
            p.notice.done role="status" { (house.say("page-saved-recorded", &[("leaf", leaf.into())])) }
            (taken::list(&house, &name))
        }
    };
    read(&house, &id, &told, &why, done).await
}

/// A sheet for the printer, stamped with who printed it, when, and under which record.
pub(super) async fn print(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Response {
    let told = house.desk.run(why.typed("open").flag("print", true).of(&id)).await;
    let found = told.objects().into_iter().find(|object| object.get("printed").is_some());
    let Some(letter) = found else { return house.told(Place::Inbox, &told) };
    let rules = match house.rules() {
        Ok(rules) => rules,
        Err(failure) => return house.wrong(&failure),
    };
    let stamp = house.say(
        "open-printed",
        &[
            ("name", letter["printed"]["by"].as_str().unwrap_or_default().into()),
            ("date", time(&letter["printed"]["at"]).into()),
            ("leaf", letter["index"].to_string().into()),
        ],
    );
    let main = html! {
        (frame::told(&told))
        div.notice.done.only-on-screen {
            p { (house.say("page-print-ready", &[])) }
            button.main type="button" data-print hidden { (house.say("page-print", &[])) }
        }
        // On paper the foot is repeated on every sheet, with room of its own.
        div.paper {
            div {
                p.stamp { (stamp) }
                (content::byline(&house, letter))
                (content::letter(&house, letter, &rules))
                (content::documents(&house, letter))
            }
            div.at-foot aria-hidden="true" { p.stamp { (stamp) } }
        }
        p.only-on-screen { a href="/" { (house.say("page-back", &[])) } }
    };
    let title = letter["subject"].as_str().unwrap_or_default().to_owned();
    Page::at(Place::Inbox, &house.words, main).called(title).framed(&house.words)
}
