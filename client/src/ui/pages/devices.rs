//! *Vos postes*: the devices that sign for this member; a further one, a lost one, and what each is called.
//!
//! A further one shows six words, which its owner reads there and types here: whoever came between has others.

use super::asked::{self, Again};
use super::door::{Passphrase, SMALL_FORM_BYTES_MAX, Secret};
use crate::failure::Failure;
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place, day};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/postes", get(devices))
        .route("/postes/inviter", post(invite))
        .route("/postes/accepter", post(accept))
        .route("/postes/{id}/nom", post(rename))
        .route("/postes/{id}/radier", post(revoke))
        .layer(DefaultBodyLimit::max(SMALL_FORM_BYTES_MAX))
}

/// The six words that the other device shows.
#[derive(Deserialize)]
struct Compared {
    mots: String,
    phrase: Secret,
}

#[derive(Deserialize)]
struct Name {
    nom: String,
}

/// The passphrase, once it is certain.
#[derive(Deserialize)]
struct Sure {
    phrase: Option<Secret>,
}

async fn devices(_: Member, State(house): State<Arc<House>>) -> Response {
    shown(&house, None).await
}

async fn shown(house: &House, failure: Option<&Failure>) -> Response {
    let told = house.desk.run(Typed::new("device list")).await;
    let devices = told.objects();
    let main = html! {
        @if let Some(failure) = failure { (frame::told(&house.desk.failed(failure))) }
        (frame::wrong(&told))
        @if told.outcome.is_ok() {
            p { (house.say("page-devices-means", &[])) }
            (table(house, &devices))
            h2 { (house.say("page-device-add", &[])) }
            (add(house))
        }
        p { a href="/groupes" { (house.say("page-back", &[])) } }
    };
    let status = asked::status_of(failure);
    let page = Page::at(Place::Accesses, &house.words, main).called(house.say("page-devices", &[]));
    Page { status, ..page }.framed(&house.words)
}

/// The beginning of a device's id, as people tell devices apart.
fn number(device: &Json) -> &str {
    device["device"].as_str().and_then(|id| id.get(..8)).unwrap_or_default()
}

fn table(house: &House, devices: &[&Json]) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        table.cards {
            caption.seen-by-readers { (say("page-devices")) }
            thead { tr { @for id in ["page-device", "page-since", "page-groups", "page-do"] { th scope="col" { (say(id)) } } } }
            tbody {
                @for device in devices {
                    @let (name, number) = (device["name"].as_str().unwrap_or_default(), number(device));
                    tr {
                        th scope="row" data-label=(say("page-device")) {
                            (name) " " small { (number) }
                            @if device["this"] == true { br; small { (say("page-device-this")) } }
                        }
                        td.day data-label=(say("page-since")) { (day(&device["since"])) }
                        td data-label=(say("page-groups")) {
                            @for group in device["groups"].as_array().map_or(&[][..], Vec::as_slice) {
                                p {
                                    (group["name"].as_str().unwrap_or_default()) " "
                                    @if group["counts"] == true { span.badge.done { (say("page-device-counts")) } }
                                    @else { span.badge.waiting { (say("page-device-counts-not")) } }
                                }
                            }
                        }
                        td data-label=(say("page-do")) {
                            details {
                                summary { (say("page-device-rename")) }
                                form method="post" action={ "/postes/" (number) "/nom" } {
                                    p.field {
                                        label for={ "nom-" (number) } { (say("page-device-name")) }
                                        input id={ "nom-" (number) } name="nom" value=(name) maxlength="60" required autocomplete="off";
                                    }
                                    button { (say("page-device-rename")) }
                                }
                            }
                            @if device["this"] != true {
                                form method="post" action={ "/postes/" (number) "/radier" } {
                                    button.danger { (house.say("page-device-revoke-named", &[("name", name.into())])) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A further device, in three steps.
fn add(house: &House) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let phrase = |id: &str| {
        html! {
            p.field {
                label for=(id) { (say("page-passphrase")) }
                input id=(id) name="phrase" type="password" autocomplete="current-password" required;
            }
        }
    };
    html! {
        ol.steps {
            li {
                p { (say("page-device-step-invite")) }
                form method="post" action="/postes/inviter" {
                    (phrase("phrase-inviter"))
                    button { (say("page-device-invite")) }
                }
            }
            li { p { (say("page-device-step-enrol")) } }
            li {
                p { (say("page-device-step-words")) }
                form method="post" action="/postes/accepter" {
                    p.field {
                        label for="mots" { (say("page-device-words")) }
                        input id="mots" name="mots" maxlength="200" required autocomplete="off" autocapitalize="none" spellcheck="false";
                    }
                    (phrase("phrase-accepter"))
                    button.main { (say("page-device-accept")) }
                }
            }
        }
    }
}

/// A file for the other device. It opens nothing by itself: the words are compared.
async fn invite(_: Member, State(house): State<Arc<House>>, Form(typed): Form<Passphrase>) -> Response {
    if let Err(failure) = house.desk.proves(typed.phrase.0).await {
        return shown(&house, Some(&failure)).await;
    }
    let folder = match house.dropped.folder() {
        Ok(folder) => folder,
        Err(failure) => return house.wrong(&failure),
    };
    let file = folder.join("invitation");
    let told = house.desk.run(Typed::new("device add").with("out", file.display())).await;
    let read = std::fs::read(&file);
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        tracing::warn!(%error, "an invitation stays until the next start");
    }
    let Ok(bytes) = read else {
        return asked::done(&house, Place::Accesses, "page-devices", &told, "/postes");
    };
    let headers = [
        (CONTENT_TYPE, "application/octet-stream"),
        (CONTENT_DISPOSITION, "attachment; filename=\"invitation-poste.pli\""),
    ];
    (headers, bytes).into_response()
}

async fn accept(_: Member, State(house): State<Arc<House>>, Form(typed): Form<Compared>) -> Response {
    if let Err(failure) = house.desk.proves(typed.phrase.0).await {
        return shown(&house, Some(&failure)).await;
    }
    let told = house.desk.run(Typed::new("device accept").with("words", &typed.mots)).await;
    asked::done(&house, Place::Accesses, "page-devices", &told, "/postes")
}

async fn rename(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(typed): Form<Name>,
) -> Response {
    let told = house.desk.run(Typed::new("device name").of(&id).and(&typed.nom)).await;
    asked::done(&house, Place::Accesses, "page-devices", &told, "/postes")
}

async fn revoke(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(typed): Form<Sure>,
) -> Response {
    let revoke = || Typed::new("device revoke");
    let (told, failure) = match asked::decided(&house.desk, revoke(), &id, typed.phrase).await {
        Ok(told) => (told, None),
        Err(failure) => (house.desk.run(revoke().of(&id)).await, Some(failure)),
    };
    if !told.asks() {
        return asked::done(&house, Place::Accesses, "page-devices", &told, "/postes");
    }
    let action = format!("/postes/{id}/radier");
    let again = Again { action: &action, hidden: &[], button: "page-device-revoke", back: "/postes" };
    let shown = html! { p { (house.say("page-device-revoke-means", &[("number", id.as_str().into())])) } };
    asked::question(&house, (Place::Accesses, "page-device-revoke"), &shown, &again, failure.as_ref())
}
