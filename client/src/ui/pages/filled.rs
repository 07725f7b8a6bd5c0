//! What was filled in on the page, as a form of HTML brings it.
//!
//! Names are those of the page: `champ.adresse` for a field, `ligne.2.adresse` for a cell, `a` for a recipient. Texts are
//! bounded together by what a letter holds; documents go to the disk as they come.

use crate::failure::Failure;
use crate::form::Kept;
use crate::ui::House;
use crate::ui::desk::Typed;
use crate::ui::dropped::Dropped;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use shared::form::{Typed as FormTyped, TypedRow};
use shared::ids::{FlowCode, GroupId};
use shared::limits::{DOCUMENT_BYTES_MAX, DOCUMENTS_MAX, NOTE_BYTES_MAX};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt as _;

/// Every text together.
const TEXTS_BYTES_MAX: usize = 2 * NOTE_BYTES_MAX;

/// What was filled in.
#[derive(Default)]
pub(in crate::ui::pages) struct Filled {
    /// Every text by its name, in the order in which it came.
    pub(in crate::ui::pages) texts: Vec<(String, String)>,
    /// Where its documents are, if it has any.
    folder: Option<PathBuf>,
    /// A table that was dropped instead of rows.
    pub(in crate::ui::pages) table: Option<PathBuf>,
}

impl Filled {
    /// Reads it, where there is nothing in it that somebody would have to type again.
    ///
    /// # Errors
    /// As [`read`](Self::read) tells it.
    pub(in crate::ui::pages) async fn whole(house: &House, form: Multipart) -> Result<Self, Failure> {
        let (filled, outcome) = Self::read(house, form).await;
        outcome.map(|()| filled)
    }

    /// Reads it, and puts its documents on the disk. What goes wrong is told with what was filled in, which its writer
    /// needs not type again; no document stays then. The rest is still taken in: a browser that is cut short while it
    /// sends shows no page that says why.
    pub(in crate::ui::pages) async fn read(
        house: &House,
        mut form: Multipart,
    ) -> (Self, Result<(), Failure>) {
        let mut filled = Self::default();
        let (mut bytes, mut outcome) = (0, Ok(()));
        loop {
            match form.next_field().await {
                Ok(Some(mut field)) => {
                    // Of what comes after something went wrong, texts alone are kept.
                    let is_kept = outcome.is_ok() || field.file_name().is_none();
                    if is_kept {
                        outcome = outcome.and(filled.take(house, &mut field, &mut bytes).await);
                    }
                    while matches!(field.chunk().await, Ok(Some(_))) {}
                }
                Ok(None) => break,
                Err(error) => {
                    outcome = outcome.and(Err(broken(&error)));
                    break;
                }
            }
        }
        house.dropped.is_done();
        if outcome.is_err() {
            filled.forget();
            (filled.folder, filled.table) = (None, None);
        }
        (filled, outcome)
    }

    async fn take(&mut self, house: &House, field: &mut Field<'_>, bytes: &mut usize) -> Result<(), Failure> {
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(str::to_owned) {
            // A field for documents in which none was chosen.
            if file.is_empty() {
                return Ok(());
            }
            let is_table = name == "tableau";
            if !is_table && self.documents().len() >= DOCUMENTS_MAX {
                return Err(Failure::usage("page-too-many", "too many documents"));
            }
            let folder = if is_table { house.dropped.folder()? } else { self.folder(house)? };
            let written = written(house, &folder, &file, field).await;
            if is_table {
                self.forget_table();
                if written.is_err() {
                    let _ = std::fs::remove_dir_all(&folder);
                }
                self.table = written.as_ref().ok().cloned();
            }
            return written.map(drop);
        }
        let mut text = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
            *bytes += piece.len();
            if *bytes > TEXTS_BYTES_MAX {
                return Err(Failure::usage("page-too-large", "the texts are too long"));
            }
            text.extend_from_slice(&piece);
        }
        // Browsers send lines as `\r\n`.
        let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
        // Documents and a table of the step before; only a folder of ours.
        match name.as_str() {
            "dossier" => self.folder = house.dropped.known(&text),
            "tableau" if self.table.is_none() => self.table = house.dropped.files(&text).pop(),
            "tableau" => {}
            _ => self.texts.push((name, text)),
        }
        Ok(())
    }

    fn folder(&mut self, house: &House) -> Result<PathBuf, Failure> {
        if let Some(folder) = &self.folder {
            return Ok(folder.clone());
        }
        let folder = house.dropped.folder()?;
        self.folder = Some(folder.clone());
        Ok(folder)
    }

    /// The last part of the path of its documents, for the next step.
    pub(in crate::ui::pages) fn folder_name(&self) -> Option<String> {
        last(self.folder.as_deref()?)
    }

    /// The last part of the path of where its table is, for the next step.
    pub(in crate::ui::pages) fn table_name(&self) -> Option<String> {
        last(self.table.as_deref()?.parent()?)
    }

    /// Its documents.
    pub(in crate::ui::pages) fn documents(&self) -> Vec<PathBuf> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let mut found: Vec<_> =
            std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        found.sort();
        found
    }

    /// Removes its documents and its table.
    pub(in crate::ui::pages) fn forget(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
        self.forget_table();
    }

    /// Removes its table: another one came, or it is not needed any more.
    fn forget_table(&mut self) {
        if let Some(folder) = self.table.take().as_deref().and_then(Path::parent) {
            let _ = std::fs::remove_dir_all(folder);
        }
    }

    /// The text of this name, if something was filled in.
    pub(in crate::ui::pages) fn text(&self, name: &str) -> Option<&str> {
        let found = self.texts.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }

    /// Every text of this name.
    pub(in crate::ui::pages) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Whether a field was filled in.
    pub(in crate::ui::pages) fn has_fields(&self) -> bool {
        self.texts.iter().any(|(name, text)| name.starts_with("champ.") && !text.trim().is_empty())
    }

    /// The rows that were filled in, by their numbers on the page.
    pub(in crate::ui::pages) fn rows(&self) -> BTreeMap<u32, Vec<(String, String)>> {
        let mut rows = BTreeMap::<u32, Vec<_>>::new();
        for (name, text) in &self.texts {
            let Some((line, column)) = name.strip_prefix("ligne.").and_then(|rest| rest.split_once('.'))
            else {
                continue;
            };
            let Ok(line) = line.parse() else { continue };
            rows.entry(line).or_default().push((column.to_owned(), text.clone()));
        }
        rows.retain(|_, cells| cells.iter().any(|(_, text)| !text.trim().is_empty()));
        rows
    }

    /// The same with these rows, as they were read from a file that is not needed any more.
    pub(in crate::ui::pages) fn with_rows(mut self, rows: &[TypedRow]) -> Self {
        if self.table.is_some() {
            self.forget_table();
            self.texts.retain(|(name, _)| !name.starts_with("ligne."));
            for (line, row) in (1..).zip(rows) {
                let cells = row.cells.iter();
                let line: u32 = line;
                self.texts
                    .extend(cells.map(|(column, text)| (format!("ligne.{line}.{column}"), text.clone())));
            }
        }
        self
    }

    /// The form as the command takes it.
    pub(in crate::ui::pages) fn form(&self) -> FormTyped {
        let fields = self.texts.iter().filter_map(|(name, text)| {
            let field = name.strip_prefix("champ.")?;
            (!text.trim().is_empty()).then(|| (field.to_owned(), text.clone()))
        });
        let rows = self.rows().into_iter().map(|(line, cells)| TypedRow { line, cells });
        FormTyped { fields: fields.collect(), rows: rows.collect() }
    }

    /// What was filled in beside the form: what a draft keeps of it, without the documents and what they were vouched for.
    pub(in crate::ui::pages) fn beside_form(&self) -> Vec<(String, String)> {
        const NOT_KEPT: [&str; 6] =
            ["oui", "modifier", "garder", "atteste", "relecture", super::write::drafts::DRAFT];
        let is_kept = |name: &str| {
            !name.starts_with("champ.") && !name.starts_with("ligne.") && !NOT_KEPT.contains(&name)
        };
        self.texts.iter().filter(|(name, _)| is_kept(name)).cloned().collect()
    }

    /// What was filled in, of a draft.
    pub(in crate::ui::pages) fn of_draft(kept: &Kept) -> Self {
        let mut texts = kept.letter.as_ref().map(|letter| letter.texts.clone()).unwrap_or_default();
        texts.push((super::write::drafts::DRAFT.to_owned(), kept.id.to_string()));
        texts.extend(kept.fields.iter().map(|(name, text)| (format!("champ.{name}"), text.clone())));
        for (line, row) in (1..).zip(&kept.rows) {
            let line: u32 = line;
            let cells = kept.columns.iter().zip(row);
            texts.extend(cells.map(|(column, text)| (format!("ligne.{line}.{column}"), text.clone())));
        }
        Self { texts, ..Self::default() }
    }

    /// The command, but for its yes.
    pub(in crate::ui::pages) fn command(&self, group: &GroupId, flow: &FlowCode) -> Typed {
        let mut typed = Typed::new("send").with("group", group).with("flow", flow);
        for member in self.all("a") {
            typed = typed.with("to", member);
        }
        // Both are there, the title of the flow and an empty text where there is a form.
        for (name, filled) in [("subject", "sujet"), ("text", "texte")] {
            typed = typed.with(name, self.text(filled).unwrap_or_default());
        }
        for document in self.documents() {
            typed = typed.with("attach", document.display());
        }
        typed
            .with_some("handling", self.text("diffusion"))
            .with_some("expects", self.text("attendu"))
            .with_some("by", self.text("avant"))
            .with_some("outcome", self.text("issue"))
            .with_some("reply-to", self.text("reponse"))
            .with_some("expires", self.text("jours").map(|days| format!("{days}d")).as_deref())
            .with_some("approver", self.text("accord"))
            .with_some("second-salt", self.text("relecture"))
            .flag("attest", self.text("atteste").is_some())
    }
}

/// Writes a document into a folder, as it comes.
async fn written(
    house: &House,
    folder: &Path,
    name: &str,
    field: &mut Field<'_>,
) -> Result<PathBuf, Failure> {
    let (path, document) = Dropped::file(folder, name)?;
    let mut document = tokio::fs::File::from_std(document);
    let no_room = |error: std::io::Error| Failure::local("page-no-room", error.kind());
    let mut bytes = 0;
    while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
        bytes += piece.len() as u64;
        if bytes > DOCUMENT_BYTES_MAX {
            return Err(Failure::usage("page-too-large", "a document is too large"));
        }
        house.dropped.came(piece.len());
        document.write_all(&piece).await.map_err(no_room)?;
    }
    document.flush().await.map_err(no_room)?;
    Ok(path)
}

fn last(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}

fn broken(error: &MultipartError) -> Failure {
    let is_too_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    Failure::usage(if is_too_large { "page-file-too-large" } else { "page-broken" }, error.status())
}
