//! The report of the log: asked for with the passphrase again, for it leaves Pli; then taken as files.

use super::filter::Filter;
use crate::failure::Failure;
use crate::ui::desk::Told;
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::door::Secret;
use crate::ui::pages::taken;
use crate::ui::{House, Member};
use axum::extract::{Form, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// All of it in one file, as it is downloaded.
const ARCHIVE: &str = "rapport.zip";

/// Of which records, for whom, on what ground.
#[derive(Deserialize)]
pub(super) struct Asked {
    demandeur: String,
    fondement: String,
    phrase: Secret,
    #[serde(flatten)]
    filter: Filter,
}

pub(super) fn asked(house: &House, filter: &Filter) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        section aria-labelledby="rapport" {
            h2 id="rapport" { (say("page-journal-report")) }
            p { (say("page-journal-report-means")) }
            details {
                summary { (say("page-journal-report-ask")) }
                form method="post" action="/journal/rapport" {
                    @if is_narrowed(filter) { p.notice { (say("page-journal-report-narrowed")) } }
                    @for (name, value) in filter.beside_days() {
                        @if !value.is_empty() { input type="hidden" name=(name) value=(value); }
                    }
                    @for (name, is_set) in [("nuit", filter.nuit.is_some()), ("semaine", filter.semaine.is_some())] {
                        @if is_set { input type="hidden" name=(name) value="on"; }
                    }
                    @for (name, id, value) in [("du", "page-journal-from", &filter.du), ("au", "page-journal-until", &filter.au)] {
                        p.field { label for={ "rapport-" (name) } { (say(id)) } input id={ "rapport-" (name) } name=(name) type="date" value=(value); }
                    }
                    p.field { label for="demandeur" { (say("report-requested-by")) } input id="demandeur" name="demandeur" required maxlength="200" autocomplete="off"; }
                    p.field { label for="fondement" { (say("report-ground")) } input id="fondement" name="fondement" required maxlength="200" autocomplete="off"; }
                    p.field {
                        label for="rapport-ordre" { (say("page-journal-order")) }
                        span.help id="aide-rapport-ordre" { (say("page-journal-report-order")) }
                        input id="rapport-ordre" name="ordre" value=(filter.ordre) maxlength="200" autocomplete="off" aria-describedby="aide-rapport-ordre";
                    }
                    (frame::passphrase(&house.words))
                    button.main { (say("page-journal-report-write")) }
                }
            }
        }
    }
}

/// Whether more was asked for than days, which the form shows.
fn is_narrowed(filter: &Filter) -> bool {
    filter.beside_days().iter().any(|(_, value)| !value.is_empty())
        || filter.nuit.is_some()
        || filter.semaine.is_some()
}

pub(super) async fn write(_: Member, State(house): State<Arc<House>>, Form(asked): Form<Asked>) -> Response {
    match written(&house, asked).await {
        Ok((told, folder)) => {
            let main = html! {
                (frame::told(&told))
                @if let Some(folder) = &folder {
                    p.notice.done role="status" { (house.say("page-journal-report-done", &[])) }
                    (taken::list(&house, folder))
                }
                p { a href="/journal" { (house.say("page-back", &[])) } }
            };
            let title = house.say("page-journal-report", &[]);
            Page::at(Place::Journal, &house.words, main).called(title).framed(&house.words)
        }
        Err(failure) => house.wrong(&failure),
    }
}

/// What came of it, and the name of the folder where it waits.
async fn written(house: &House, asked: Asked) -> Result<(Told, Option<String>), Failure> {
    let Asked { demandeur, fondement, phrase, filter } = asked;
    house.desk.proves(phrase.0).await?;
    let folder = house.dropped.folder()?;
    let typed = filter.typed("log report");
    let typed = typed.with("requested-by", demandeur.trim()).with("ground", fondement.trim());
    let told = house.desk.run(typed.with("out", folder.display())).await;
    if told.objects().is_empty() {
        return Ok((told, None));
    }
    let within = folder.clone();
    let archived = tokio::task::spawn_blocking(move || archive(&within));
    let failed = |error: std::io::Error| Failure::local("save-io", error);
    archived.await.map_err(|_| Failure::local("local-io", "the archive broke off"))?.map_err(failed)?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok((told, name))
}

/// Puts everything of a report in one file beside it. Its folders are one deep.
fn archive(folder: &Path) -> std::io::Result<()> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        match entry.file_type()?.is_dir() {
            false => files.push((name, entry.path())),
            true => {
                for inner in std::fs::read_dir(entry.path())? {
                    let inner = inner?;
                    files.push((format!("{name}/{}", inner.file_name().to_string_lossy()), inner.path()));
                }
            }
        }
    }
    files.sort();
    let file = crate::home::private_options().create_new(true).open(folder.join(ARCHIVE))?;
    let mut archive = ZipWriter::new(file);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, path) in files {
        archive.start_file(name, options)?;
        std::io::copy(&mut File::open(path)?, &mut archive)?;
    }
    archive.finish()?;
    Ok(())
}
