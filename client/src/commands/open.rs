//! `pli open`: the claim, its record, and only then what was written.

use super::person;
use super::screen::part;
use super::second::{self, Asked};
use crate::cli::Open;
use crate::copies;
use crate::deadlines::{self, Inside};
use crate::failure::Failure;
use crate::form::{self, Secrets};
use crate::home::create_private;
use crate::inbox::{self, Entry, Motive, Reading};
use crate::new_file::write_new;
use crate::nomenclature::last_in_force;
use crate::outside;
use crate::screening::{self, Stopped};
use crate::session::Session;
use crate::show::{Show, local_time, visible};
use crate::trust;
use crate::words::Words;
use serde_json::json;
use shared::crypto::{random, sha256};
use shared::ids::{MemberId, TextCode};
use shared::limits::REASON_TEXT_BYTES_MAX;
use shared::log::Act;
use shared::message::{Core, Handling, Note, Thread, quarantine};
use shared::nomenclature::Nomenclature;
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::About;
use std::path::{Path, PathBuf};

/// Whoever saves one letter more often into one folder cleans up first.
const SAVED_MAX: usize = 99;

pub(super) async fn run(session: &mut Session, open: Open, show: &Show) -> Result<(), Failure> {
    if open.reason_text.as_ref().is_some_and(|text| text.len() > REASON_TEXT_BYTES_MAX) {
        return Err(Refusal::TooLarge.into());
    }
    // What is not nominative and was opened here before needs neither the relay nor another record.
    let writes = open.export.is_some() || open.save.is_some();
    if !writes && let Some((copy, opened)) = copies::find(session, &inbox::beginning(&open.id)?) {
        let (from, copied) = (copy.from, Some(copy.opened));
        // What was screened when it was opened is screened again: the rules may have changed since.
        let screen = screening::ready(&screening::last_in_force(Some(&session.home)))?;
        if let Some(judgement) = quarantine(&opened.note, &[], false, &screen) {
            return Err(Failure::Quarantined(Box::new(Stopped::by(&screen, judgement))));
        }
        let rules = last_in_force(Some(&session.home))?;
        let shown = Shown { note: &opened.note, rules: &rules, from, index: copy.index, anew: None, copied };
        report(&shown, (&vec![None; opened.note.documents.len()], &[]), &open, show);
        return Ok(());
    }
    let mut motive = Motive { reason: open.reason.clone(), text: open.reason_text.clone(), reread: None };
    let entry = inbox::find(session, &open.id).await?;
    // A folder that cannot be made is known before the opening is recorded.
    for folder in open.save.iter().chain(&open.export) {
        create_private(folder).map_err(|error| Failure::local("save-io", error))?;
    }
    // What is written to a folder has left Pli's care, and the record says so.
    let act = if writes { Act::Export } else { Act::Release };
    let reading = match inbox::open(session, &entry, act, &motive).await {
        Err(Failure::Quarantined(stopped)) if stopped.judgement.is_releasable() => {
            motive.reread =
                Some(second(session, &entry, &open, (Failure::Quarantined(stopped), show)).await?);
            inbox::open(session, &entry, act, &motive).await?
        }
        Err(Failure::Refused(refusal @ (Refusal::ReasonMissing | Refusal::ReasonUnknown))) => {
            return Err(without_reason(session, &entry, refusal, show).await?);
        }
        reading => reading?,
    };

    // It was opened, whether what is due can be noted or not.
    if let Err(failure) = deadlines::note_received(session, &reading.header.core, inside(&reading)) {
        tracing::warn!(%failure, "what is due was not noted");
    }
    // It outlives the letter, unless its reader removes it.
    if let Some(folder) = open.save.as_ref().or(open.export.as_ref()) {
        outside::saved(&session.home, reading.header.core.id, reading.ends, folder)?;
    }
    let mut paths = vec![None; reading.opened.note.documents.len()];
    let rules = reading.directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    let mut sheets = Vec::new();
    if let Some(folder) = &open.save {
        sheets = save_form(Shown::of(&reading, rules).note, rules, folder)?;
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
    report(&Shown::of(&reading, rules), (&paths, &sheets), &open, show);
    session.close();
    Ok(())
}

/// Writes what the form says beside the documents, as spreadsheets read it: its fields, and its rows. What it hides stays
/// hidden there.
fn save_form(note: &Note, rules: &Nomenclature, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let Some((form, flow)) = note.form(rules).zip(rules.flow(&note.core.flow)) else { return Ok(Vec::new()) };
    let mut sheets = Vec::new();
    if !form.fields().is_empty() {
        sheets.push(("formulaire", form::sheet::fields(flow, &rules.lists, &form)?));
    }
    if !form.rows().is_empty() {
        sheets
            .push(("tableau", form::sheet::rows(flow, &rules.lists, form.rows().iter().map(Vec::as_slice))?));
    }
    let begins = format!("{}-{}", note.core.flow, &note.core.id.to_string()[..8]);
    let mut written = Vec::new();
    for (what, bytes) in sheets {
        let named = |number: usize| match number {
            1 => folder.join(format!("{begins}-{what}.csv")),
            number => folder.join(format!("{begins}-{what} ({number}).csv")),
        };
        // What was saved before, and perhaps worked on since, stays.
        let file = (1..=SAVED_MAX).map(named).find(|file| !file.exists());
        let file = file.ok_or_else(|| Failure::local("save-io", "saved too often into this folder"))?;
        write_new(&file, &bytes)?;
        written.push(file);
    }
    Ok(written)
}

/// Waits until a colleague, who sits at this screen too, lets it be shown from their own device: nobody reads it alone.
async fn second(
    session: &mut Session,
    entry: &Entry,
    open: &Open,
    (failure, show): (Failure, &Show),
) -> Result<MemberId, Failure> {
    let core = &entry.header.core;
    let salt: [u8; 32] = random();
    let code = || Ok(((), TextCode::of(sha256(&[salt, core.digest().0].concat()))));
    let asked = Asked { group: core.group, question: "second-open-confirm", assume_yes: open.second };
    second::ask(session, &asked, (failure, show), code).await.map(|((), member, _)| member)
}

/// Says the reasons for which this exchange is opened, by the nomenclature in force; gives what its reader is told.
pub(super) async fn without_reason(
    session: &mut Session,
    entry: &Entry,
    refusal: Refusal,
    show: &Show,
) -> Result<Failure, Failure> {
    let core = &entry.header.core;
    let directory = trust::prove(session, About::Group(core.group)).await?.directory;
    let rules = directory.nomenclature();
    let codes = rules.and_then(|rules| rules.flow(&core.flow)).map(|flow| flow.reasons.as_slice());
    let codes = codes.unwrap_or_default();
    for reason in codes.iter().filter_map(|code| rules?.reason(code)) {
        show.aside(
            "open-reason",
            &[("code", reason.code.as_str().into()), ("title", reason.title.clone().into())],
        );
    }
    Ok(match (refusal, codes) {
        (Refusal::ReasonMissing, [first, ..]) => {
            Failure::explained(refusal, "open-reason-missing", &[("code", first.to_string())])
        }
        _ => refusal.into(),
    })
}

/// What is shown of a letter.
struct Shown<'a> {
    note: &'a Note,
    /// By which its form is shown.
    rules: &'a Nomenclature,
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
    fn of(reading: &'a Reading, rules: &'a Nomenclature) -> Self {
        // of what is held, what its writer wrote, and not who passed it on.
        let note = reading.first.as_ref().unwrap_or(&reading.opened.note);
        let writer = &note.core.writer;
        let organisation = reading.directory.card(writer).map(|card| card.organisation.id.to_string());
        Self {
            note,
            rules,
            from: (person(&reading.directory, writer), organisation),
            index: reading.index,
            anew: reading.first.as_ref().map(|_| &reading.header.core),
            copied: None,
        }
    }
}

/// What its reader is told of the screening: for what its writer vouches, and that a second person let it pass.
fn screened(note: &Note, words: &Words) -> Vec<String> {
    let mut lines = Vec::new();
    if !note.vouched.is_empty() {
        lines.push(words.say("open-attested", &[("count", note.vouched.len().into())]));
        lines.extend(note.vouched.iter().map(|one| part(one, words)));
    }
    if note.core.screening.reread.is_some() {
        lines.push(words.say("open-reread", &[]));
    }
    lines
}

/// What is inside of it, as far as something is due after it.
fn inside(reading: &Reading) -> Inside<'_> {
    let note = &reading.opened.note;
    Inside { fields: &note.fields, thread: Some(&note.thread) }
}

/// What is expected of its reader, or how it ends what was expected; and what they may do with it.
fn threaded(note: &Note, rules: &Nomenclature, words: &Words) -> Vec<String> {
    let Thread { action, by, outcome } = &note.thread;
    let mut lines = Vec::new();
    if let Some(action) = action.as_ref().and_then(|code| rules.actions.iter().find(|one| one.code == *code))
    {
        let day = by.as_ref().and_then(|day| day.parse::<jiff::civil::Date>().ok());
        let day = day.map(|day| day.strftime("%d/%m/%Y").to_string());
        let id = if day.is_some() { "open-expects-by" } else { "open-expects" };
        lines.push(
            words.say(
                id,
                &[("action", action.title.clone().into()), ("date", day.unwrap_or_default().into())],
            ),
        );
    }
    if let Some(outcome) =
        outcome.as_ref().and_then(|code| rules.outcomes.iter().find(|one| one.code == *code))
    {
        lines.push(words.say("open-outcome", &[("outcome", outcome.title.clone().into())]));
    }
    if note.core.handling != Handling::D2 {
        lines.push(words.say(&format!("handling-{:?}", note.core.handling).to_lowercase(), &[]));
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn report(shown: &Shown<'_>, (paths, sheets): (&[Option<PathBuf>], &[PathBuf]), open: &Open, show: &Show) {
    let Shown { note, rules, from: (name, organisation), index, anew, copied } = shown;
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
        "flow": core.flow.as_str(),
        "from": {"member": core.writer.as_str(), "name": name, "organisation": organisation},
        "created": core.created.to_string(),
        "expires": core.expires.to_string(),
        "subject": note.subject,
        "text": note.text,
        "attachments": attachments,
        "index": index,
    });
    // What was screened whole, and by nobody beside, is as every letter should be.
    if core.screening.reread.is_some() || !note.vouched.is_empty() {
        let vouched = note.vouched.iter().map(|one| json!({"place": one.place, "because": one.because}));
        let vouched: Vec<_> = vouched.collect();
        object["screening"] = json!({
            "verdict": core.screening.verdict,
            "reread": core.screening.reread.is_some(),
            "vouched": vouched,
        });
    }
    let filled = note.form(rules).filter(|form| !form.is_empty()).zip(rules.flow(&core.flow));
    if let Some((form, flow)) = &filled {
        object["form"] = form::json(flow, form, Secrets::Hidden);
        if !sheets.is_empty() {
            object["form_files"] = json!(sheets);
        }
    }
    if note.thread != Thread::default() {
        let Thread { action, by, outcome } = &note.thread;
        object["thread"] = json!({"expects": action, "by": by, "outcome": outcome});
    }
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
        let mut lines = vec![done];
        lines.extend(screened(note, words));
        lines.extend([String::new(), visible(&note.subject), String::new()]);
        lines.extend(threaded(note, rules, words));
        if let Some((form, flow)) = &filled {
            lines.extend(form::lines(flow, &rules.lists, form, (Secrets::Hidden, words)));
            lines.push(String::new());
            if form::hides(flow, form) {
                let number = core.id.to_string()[..8].to_owned();
                lines.extend([words.say("open-hidden", &[("number", number.into())]), String::new()]);
            }
        }
        lines.extend(note.text.lines().map(visible));
        lines.push(String::new());
        lines.extend(
            sheets
                .iter()
                .map(|file| words.say("open-form-saved", &[("file", file.display().to_string().into())])),
        );
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
