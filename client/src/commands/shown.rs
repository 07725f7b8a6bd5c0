//! What is shown of a letter that was opened: to its reader's terminal, to scripts, and to the page.
//!
//! What it hides stays hidden unless its reader asked for it, under a record of its own.

use super::person;
use super::screen::part;
use crate::form::{self, Secrets};
use crate::inbox::Reading;
use crate::show::{Show, local_time, visible};
use crate::words::Words;
use serde_json::{Value as Json, json};
use shared::form::Form;
use shared::message::{Core, Handling, Note, Thread};
use shared::nomenclature::{Flow, Nomenclature};
use shared::time::Timestamp;
use std::path::{Path, PathBuf};

/// What is shown of a letter.
pub(super) struct Shown<'a> {
    /// What was written.
    pub(super) note: &'a Note,
    /// By which its form is shown.
    pub(super) rules: &'a Nomenclature,
    /// The name of its writer, and their organisation.
    pub(super) from: (String, Option<String>),
    /// The number of the record of its opening.
    pub(super) index: u64,
    /// Of a letter that PROC holds: the letter that it was sealed anew as.
    pub(super) anew: Option<&'a Core>,
    /// When it was opened, where it comes from the working copy.
    pub(super) copied: Option<Timestamp>,
    /// Where its documents were written, in their order.
    pub(super) paths: Vec<Option<PathBuf>>,
    /// Where its form was written, as spreadsheets read it.
    pub(super) sheets: Vec<PathBuf>,
    /// The folder to which the whole of it was exported.
    pub(super) exported: Option<&'a Path>,
    /// Whether what it hides is shown.
    pub(super) secrets: Secrets,
    /// Who printed it, and when.
    pub(super) printed: Option<(String, Timestamp)>,
}

impl<'a> Shown<'a> {
    /// Of what was just opened.
    pub(super) fn of(reading: &'a Reading) -> Self {
        // of what is held, what its writer wrote, and not who passed it on.
        let note = reading.first.as_ref().unwrap_or(&reading.opened.note);
        let writer = &note.core.writer;
        let organisation = reading.directory.card(writer).map(|card| card.organisation.id.to_string());
        Self {
            note,
            rules: &reading.nomenclature,
            from: (person(&reading.directory, writer), organisation),
            index: reading.index,
            anew: reading.first.as_ref().map(|_| &reading.header.core),
            copied: None,
            paths: vec![None; note.documents.len()],
            sheets: Vec::new(),
            exported: None,
            secrets: Secrets::Hidden,
            printed: None,
        }
    }

    /// Its form, where it has one.
    fn form(&self) -> Option<(Form, Flow)> {
        let filled = self.note.form(self.rules).filter(|form| !form.is_empty());
        Some((filled?, self.rules.flow(&self.note.core.flow)?.clone()))
    }

    /// The form that hides something, if it does.
    pub(super) fn hides(&self) -> Option<(Form, Flow)> {
        self.form().filter(|(form, flow)| form::hides(flow, form))
    }

    /// As scripts and the page read it.
    pub(super) fn object(&self) -> Json {
        let Self { note, from: (name, organisation), index, anew, copied, .. } = self;
        let core = &note.core;
        let attachments: Vec<_> = note
            .documents
            .iter()
            .zip(&self.paths)
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
        if let Some((form, flow)) = self.form() {
            object["form"] = form::json(&flow, &form, self.secrets);
            if !self.sheets.is_empty() {
                object["form_files"] = json!(self.sheets);
            }
            object["hides"] = (self.secrets == Secrets::Hidden && form::hides(&flow, &form)).into();
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
        if let Some(gate) = &core.gate {
            object["gate"] = json!({"approver": gate.approver.as_str(), "until": gate.until.to_string()});
        }
        if let Some((by, at)) = &self.printed {
            object["printed"] = json!({"by": by, "at": at.to_string()});
        }
        object
    }

    /// Shows it.
    pub(super) fn show(&self, show: &Show) {
        show.result(&self.object(), |words| self.lines(words));
    }

    /// As people read it.
    fn lines(&self, words: &Words) -> Vec<String> {
        let Self { note, rules, from: (name, _), index, anew, copied, .. } = self;
        let core = &note.core;
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
        let mut lines: Vec<_> = self.printed.iter().map(|printed| self.stamp(printed, words)).collect();
        lines.push(done);
        lines.extend(screened(note, words));
        lines.extend([String::new(), visible(&note.subject), String::new()]);
        lines.extend(threaded(note, rules, words));
        if let Some((form, flow)) = &self.form() {
            lines.extend(form::lines(flow, &rules.lists, form, (self.secrets, words)));
            lines.push(String::new());
            if self.secrets == Secrets::Hidden && form::hides(flow, form) {
                let number = core.id.to_string()[..8].to_owned();
                lines.extend([words.say("open-hidden", &[("number", number.into())]), String::new()]);
            }
        }
        lines.extend(note.text.lines().map(visible));
        lines.push(String::new());
        lines.extend(
            self.sheets
                .iter()
                .map(|file| words.say("open-form-saved", &[("file", file.display().to_string().into())])),
        );
        for (document, path) in note.documents.iter().zip(&self.paths) {
            lines.push(
                match path.as_ref().filter(|_| self.exported.is_none()).and_then(|path| path.parent()) {
                    Some(folder) => words.say(
                        "open-document-saved",
                        &[
                            ("document", document.name.clone().into()),
                            ("folder", folder.display().to_string().into()),
                        ],
                    ),
                    None if self.exported.is_some() => document.name.clone(),
                    None => words.say(
                        "open-document",
                        &[
                            ("document", document.name.clone().into()),
                            ("bytes", document.bytes.to_string().into()),
                        ],
                    ),
                },
            );
        }
        if let Some(folder) = self.exported {
            lines.push(words.say("open-exported", &[("folder", folder.display().to_string().into())]));
        }
        lines
    }

    /// What stands on paper: who has it, since when, and under which record.
    fn stamp(&self, (by, at): &(String, Timestamp), words: &Words) -> String {
        let arguments = [
            ("name", by.clone().into()),
            ("date", local_time(*at).into()),
            ("leaf", self.index.to_string().into()),
        ];
        words.say("open-printed", &arguments)
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
