//! `pli open`: the claim, its record, and only then what was written.

use super::person;
use crate::cli::Open;
use crate::copies;
use crate::failure::Failure;
use crate::home::create_private;
use crate::inbox::{self, Entry, Motive, Reading};
use crate::outside;
use crate::session::Session;
use crate::show::{Show, local_time, visible};
use crate::trust;
use serde_json::json;
use shared::limits::REASON_TEXT_BYTES_MAX;
use shared::log::Act;
use shared::message::{Core, Note};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::About;
use std::path::PathBuf;

pub(super) async fn run(session: &mut Session, open: Open, show: &Show) -> Result<(), Failure> {
    if open.reason_text.as_ref().is_some_and(|text| text.len() > REASON_TEXT_BYTES_MAX) {
        return Err(Refusal::TooLarge.into());
    }
    // What is not nominative and was opened here before needs neither the relay nor another record.
    let writes = open.export.is_some() || open.save.is_some();
    if !writes && let Some((copy, opened)) = copies::find(session, &inbox::beginning(&open.id)?) {
        let (from, copied) = (copy.from, Some(copy.opened));
        let shown = Shown { note: &opened.note, from, index: copy.index, anew: None, copied };
        report(&shown, &vec![None; opened.note.documents.len()], &open, show);
        return Ok(());
    }
    let motive = Motive { reason: open.reason.clone(), text: open.reason_text.clone() };
    let entry = inbox::find(session, &open.id).await?;
    // A folder that cannot be made is known before the opening is recorded.
    for folder in open.save.iter().chain(&open.export) {
        create_private(folder).map_err(|error| Failure::local("save-io", error))?;
    }
    // What is written to a folder has left Pli's care, and the record says so.
    let act = if writes { Act::Export } else { Act::Release };
    let reading = match inbox::open(session, &entry, act, &motive).await {
        Err(failure @ Failure::Refused(Refusal::ReasonMissing | Refusal::ReasonUnknown)) => {
            say_reasons(session, &entry, show).await?;
            return Err(failure);
        }
        reading => reading?,
    };

    // It outlives the letter, unless its reader removes it.
    if let Some(folder) = open.save.as_ref().or(open.export.as_ref()) {
        outside::saved(&session.home, &reading.header.core, folder)?;
    }
    let mut paths = vec![None; reading.opened.note.documents.len()];
    if let Some(folder) = &open.save {
        for (number, path) in (0..).zip(&mut paths) {
            *path = Some(inbox::save_document(session, &reading, number, folder, show).await?);
        }
    }
    if let Some(folder) = &open.export {
        let written = inbox::export(session, &reading, folder, show).await?;
        for (path, exported) in paths.iter_mut().zip(written.into_iter().skip(2)) {
            *path = Some(exported);
        }
    }
    report(&Shown::of(&reading), &paths, &open, show);
    session.close();
    Ok(())
}

/// The reasons for which this exchange is opened, by the nomenclature in force.
async fn say_reasons(session: &mut Session, entry: &Entry, show: &Show) -> Result<(), Failure> {
    let core = &entry.header.core;
    let directory = trust::prove(session, About::Group(core.group)).await?.directory;
    let rules = directory.nomenclature();
    let codes = rules.and_then(|rules| rules.flow(&core.flow)).map(|flow| flow.reasons.as_slice());
    for reason in codes.unwrap_or_default().iter().filter_map(|code| rules?.reason(code)) {
        show.aside(
            "open-reason",
            &[("code", reason.code.as_str().into()), ("title", reason.title.clone().into())],
        );
    }
    Ok(())
}

/// What is shown of a letter.
struct Shown<'a> {
    note: &'a Note,
    /// The name of its writer, and their organisation.
    from: (String, Option<String>),
    /// The number of the record of its opening.
    index: u64,
    /// Of a letter that PROC holds: the letter that it was sealed anew as.
    anew: Option<&'a Core>,
    /// When it was opened, where it comes from the working copy.
    copied: Option<Timestamp>,
}

impl<'a> Shown<'a> {
    fn of(reading: &'a Reading) -> Self {
        // of what is held, what its writer wrote, and not who passed it on.
        let note = reading.first.as_ref().unwrap_or(&reading.opened.note);
        let writer = &note.core.writer;
        let organisation = reading.directory.card(writer).map(|card| card.organisation.id.to_string());
        Self {
            note,
            from: (person(&reading.directory, writer), organisation),
            index: reading.index,
            anew: reading.first.as_ref().map(|_| &reading.header.core),
            copied: None,
        }
    }
}

fn report(shown: &Shown<'_>, paths: &[Option<PathBuf>], open: &Open, show: &Show) {
    let Shown { note, from: (name, organisation), index, anew, copied } = shown;
    let core = &note.core;
    let attachments: Vec<_> = note
        .documents
        .iter()
        .zip(paths)
        .map(|(document, path)| {
            json!({
                "name": document.name,
                "bytes": document.bytes,
                "sha256": document.sha256.to_string(),
                "path": path,
            })
        })
        .collect();
    let mut object = json!({
        "id": core.id.to_string(),
        "from": {"member": core.writer.as_str(), "organisation": organisation},
        "subject": note.subject,
        "text": note.text,
        "attachments": attachments,
        "index": index,
    });
    if let Some(anew) = anew {
        object["held"] = json!({"as": anew.id.to_string(), "by": anew.writer.as_str()});
    }
    if let Some(opened) = copied {
        object["copy"] = json!({"opened": opened.to_string(), "expires": core.expires.to_string()});
    }
    show.result(&object, |words| {
        let id = match (anew, copied) {
            (Some(_), _) => "open-held",
            (None, Some(_)) => "open-copy",
            (None, None) => "open-done",
        };
        let done = words.say(
            id,
            &[
                ("number", core.id.to_string()[..8].to_owned().into()),
                ("name", name.clone().into()),
                ("date", local_time(core.created).into()),
                ("leaf", index.to_string().into()),
                ("opened", copied.map(local_time).unwrap_or_default().into()),
                ("expires", local_time(core.expires).into()),
            ],
        );
        let mut lines = vec![done, String::new(), visible(&note.subject), String::new()];
        lines.extend(note.text.lines().map(visible));
        lines.push(String::new());
        for (document, path) in note.documents.iter().zip(paths) {
            lines.push(match path.as_ref().filter(|_| open.save.is_some()).and_then(|path| path.parent()) {
                Some(folder) => words.say(
                    "open-document-saved",
                    &[
                        ("document", document.name.clone().into()),
                        ("folder", folder.display().to_string().into()),
                    ],
                ),
                None if open.export.is_some() => document.name.clone(),
                None => words.say(
                    "open-document",
                    &[
                        ("document", document.name.clone().into()),
                        ("bytes", document.bytes.to_string().into()),
                    ],
                ),
            });
        }
        if let Some(folder) = &open.export {
            lines.push(words.say("open-exported", &[("folder", folder.display().to_string().into())]));
        }
        lines
    });
}
