//! *Vérifier une pièce*: a letter's account, as a court keeps it, is dropped here and proved, or not, and why.
//!
//! Nothing is asked of the relay and nothing is kept: the file is removed once it was read.

use crate::failure::Failure;
use crate::show::page::Said;
use crate::ui::desk::{Told, Typed};
use crate::ui::dropped::Dropped;
use crate::ui::frame::{self, Page, Place};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value as Json;
use shared::limits::BUNDLE_BYTES_MAX;
use shared::log::Act;
use std::io::Write as _;
use std::sync::Arc;

/// What a form needs around the file, and a fingerprint.
const AROUND_BYTES: usize = 16 * 1024;

/// A fingerprint as it is typed, with some blanks.
const FINGERPRINT_BYTES_MAX: usize = 256;

pub(super) fn routes() -> Router<Arc<House>> {
    let limit = DefaultBodyLimit::max(BUNDLE_BYTES_MAX + AROUND_BYTES);
    Router::new().route("/verifier", get(asked).post(verify)).layer(limit)
}

async fn asked(_: Member, State(house): State<Arc<House>>) -> Response {
    Page::at(Place::Verify, &house.words, form(&house)).framed(&house.words)
}

fn form(house: &House) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        p { (say("page-verify-means")) }
        form method="post" action="/verifier" enctype="multipart/form-data" {
            div.drop data-drop {
                p.field {
                    label for="piece" { (say("page-verify-file")) }
                    input id="piece" name="piece" type="file" required;
                }
            }
            details {
                summary { (say("page-verify-other")) }
                p.field {
                    label for="empreinte" { (say("page-verify-fingerprint")) }
                    span.help id="aide-empreinte" { (say("page-verify-fingerprint-help")) }
                    input id="empreinte" name="empreinte" autocomplete="off" spellcheck="false" maxlength="200" aria-describedby="aide-empreinte";
                }
            }
            button.main { (say("page-verify-do")) }
        }
    }
}

async fn verify(_: Member, State(house): State<Arc<House>>, sent: Multipart) -> Response {
    let folder = match house.dropped.folder() {
        Ok(folder) => folder,
        Err(failure) => return house.wrong(&failure),
    };
    let told = match received(&folder, sent).await {
        Ok((file, fingerprint)) => {
            let typed = Typed::new("bundle verify").with_some("fingerprint", Some(&fingerprint));
            house.desk.run(typed.of(file.display())).await
        }
        Err(failure) => house.desk.failed(&failure),
    };
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        tracing::warn!(%error, "a file that was verified stays until the lock");
    }
    let found = told.objects().first().is_some_and(|object| object.get("maker").is_some());
    let main = html! {
        @if found { (proved(&house, &told)) } @else { (refused(&house, &told)) }
        h2 { (house.say("page-verify-another", &[])) }
        (form(&house))
    };
    let status = if found { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Page { status, ..Page::at(Place::Verify, &house.words, main) }.framed(&house.words)
}

/// Writes what comes to the disk, as it comes.
async fn received(
    folder: &std::path::Path,
    mut sent: Multipart,
) -> Result<(std::path::PathBuf, String), Failure> {
    let (mut file, mut fingerprint) = (None, String::new());
    while let Some(mut field) = sent.next_field().await.map_err(cut_short)? {
        match field.name() {
            Some("piece") if file.is_none() => {
                // Its own name is no business of the disk.
                let (path, written) = Dropped::file(folder, "piece")?;
                copied(&mut field, written).await?;
                file = Some(path);
            }
            Some("empreinte") => {
                while let Some(piece) = field.chunk().await.map_err(cut_short)? {
                    fingerprint.push_str(&String::from_utf8_lossy(&piece));
                    if fingerprint.len() > FINGERPRINT_BYTES_MAX {
                        return Err(Failure::usage("usage-arguments", "no fingerprint is so long"));
                    }
                }
            }
            _ => {}
        }
    }
    fingerprint.retain(|letter| letter.is_ascii_hexdigit());
    let file = file.ok_or_else(|| Failure::usage("bundle-file", "no file came"))?;
    Ok((file, fingerprint.to_lowercase()))
}

async fn copied(field: &mut Field<'_>, mut file: std::fs::File) -> Result<(), Failure> {
    while let Some(piece) = field.chunk().await.map_err(cut_short)? {
        let written = tokio::task::spawn_blocking(move || file.write_all(&piece).map(|()| file)).await;
        let written = written.map_err(|_| Failure::local("local-io", "writing broke off"))?;
        file = written.map_err(|error| Failure::local("save-io", error))?;
    }
    Ok(())
}

/// It did not come whole, or is larger than any account.
fn cut_short(error: axum::extract::multipart::MultipartError) -> Failure {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => shared::refusal::Refusal::TooLarge.into(),
        _ => Failure::usage("bundle-file", "the file did not come whole"),
    }
}

/// It proves what it says: of what, and since when others know the log.
fn proved(house: &House, told: &Told) -> Markup {
    let objects = told.objects();
    let records = objects.get(1..).unwrap_or_default();
    let lines = told.said.iter().find_map(|said| match said {
        Said::Result { lines, .. } => Some(lines.as_slice()),
        _ => None,
    });
    html! {
        div.notice.done role="status" { p { strong { (house.say("page-verify-proved", &[])) } } }
        div.said { @for line in lines.unwrap_or_default() { p { (line) } } }
        h2 { (house.say("page-verify-records", &[("count", records.len().into())])) }
        @if !records.is_empty() { (table(house, records)) }
    }
}

fn table(house: &House, records: &[&Json]) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let rules = house.rules().ok();
    let why = |record: &Json| {
        let code = record["reason"].as_str().unwrap_or_default();
        let known =
            code.parse().ok().and_then(|code| rules.as_ref()?.reason(&code).map(|one| one.title.clone()));
        known.unwrap_or_else(|| code.to_owned())
    };
    let act = |record: &Json| {
        let code = record["act"].as_str().unwrap_or_default();
        let known = Act::ALL.iter().any(|act| act.code() == code);
        if known { say(&format!("act-{code}")) } else { code.to_owned() }
    };
    html! {
        table.cards {
            caption.seen-by-readers { (house.say("page-verify-records", &[("count", records.len().into())])) }
            thead { tr { @for id in ["page-journal-number", "page-journal-when", "page-journal-who", "page-journal-act", "page-journal-why"] { th.n[id == "page-journal-number"] scope="col" { (say(id)) } } } }
            tbody {
                @for record in records {
                    tr {
                        th.n scope="row" data-label=(say("page-journal-number")) { (record["index"]) }
                        td.day data-label=(say("page-journal-when")) { (frame::time(&record["time"])) }
                        td data-label=(say("page-journal-who")) {
                            @if record["actor"].is_null() { (say("page-journal-relay")) } @else {
                                (record["actor"]["member"].as_str().unwrap_or_default()) br;
                                small { (record["actor"]["function"].as_str().unwrap_or_default()) ", " (record["actor"]["organisation"].as_str().unwrap_or_default()) }
                            }
                        }
                        td data-label=(say("page-journal-act")) { (act(record)) }
                        td data-label=(say("page-journal-why")) { (why(record)) }
                    }
                }
            }
        }
    }
}

/// It proves nothing, and why.
fn refused(house: &House, told: &Told) -> Markup {
    html! {
        div.notice.wrong role="alert" {
            p { strong { (house.say("page-verify-refused", &[])) } }
            @for said in &told.said { @if let Said::Wrong(line) = said { p { (line) } } }
        }
    }
}
