//! `pli open`: the claim, its record, and only then what was written.

use super::person;
use super::second::{self, Asked};
use super::shown::Shown;
use crate::cli::Open;
use crate::copies;
use crate::deadlines::{self, Inside};
use crate::failure::Failure;
use crate::form::{self, Secrets};
use crate::home::create_private;
use crate::inbox::{self, Entry, Motive, Reading};
use crate::new_file::write_new;
use crate::nomenclature;
use crate::outside;
use crate::screening::{self, Stopped};
use crate::session::Session;
use crate::show::Show;
use crate::trust;
use shared::crypto::{random, sha256};
use shared::directory::Directory;
use shared::ids::{MemberId, TextCode};
use shared::limits::REASON_TEXT_BYTES_MAX;
use shared::log::Act;
use shared::message::{Note, quarantine};
use shared::nomenclature::Nomenclature;
use shared::refusal::Refusal;
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
    let versions = if writes { Vec::new() } else { nomenclature::kept(&session.home) };
    if !writes
        && !open.print
        && let Some((copy, opened)) = copies::find(session, &inbox::beginning(&open.id)?)
        && let Some(rules) = nomenclature::of(&opened.note, &versions)
    {
        let (from, copied) = (copy.from, Some(copy.opened));
        // What was screened when it was opened is screened again: the rules may have changed since.
        let screen = screening::ready(&screening::last_in_force(Some(&session.home)))?;
        if let Some(judgement) = quarantine(&opened.note, &[], false, &screen) {
            return Err(Failure::Quarantined(Box::new(Stopped::by(&screen, judgement))));
        }
        let (note, index) = (&opened.note, copy.index);
        let paths = vec![None; note.documents.len()];
        let (anew, exported, secrets, printed) = (None, None, Secrets::Hidden, None);
        let sheets = Vec::new();
        Shown { note, rules, from, index, anew, copied, paths, sheets, exported, secrets, printed }
            .show(show);
        return Ok(());
    }
    let mut motive = Motive { reason: open.reason.clone(), text: open.reason_text.clone(), reread: None };
    let entry = inbox::find(session, &open.id).await?;
    // A folder that cannot be made is known before the opening is recorded.
    for folder in open.save.iter().chain(&open.export) {
        create_private(folder).map_err(|error| Failure::local("save-io", error))?;
    }
    // What is written to a folder, or on paper, has left Pli's care, and the record says so.
    let act = match (writes, open.print) {
        (true, _) => Act::Export,
        (false, true) => Act::Print,
        (false, false) => Act::Release,
    };
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
    let mut sheets = Vec::new();
    if let Some(folder) = &open.save {
        sheets = save_form(Shown::of(&reading).note, &reading.nomenclature, folder)?;
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
    let own = &session.home.config.member;
    let printed = open.print.then(|| (named(&reading.directory, own), session.now()));
    let exported = open.export.as_deref();
    Shown { paths, sheets, exported, printed, ..Shown::of(&reading) }.show(show);
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

/// What is inside of it, as far as something is due after it.
fn inside(reading: &Reading) -> Inside<'_> {
    let note = &reading.opened.note;
    Inside { fields: &note.fields, thread: Some(&note.thread) }
}

/// A member with their organisation, as a stamp names them.
fn named(directory: &Directory, member: &MemberId) -> String {
    match directory.card(member) {
        Some(card) => format!("{} ({})", person(directory, member), card.organisation.name),
        None => person(directory, member),
    }
}
