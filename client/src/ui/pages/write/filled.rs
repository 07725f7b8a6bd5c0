//! What was filled in on the page, as a form of HTML brings it.
//!
//! Names are those of the page: `champ.adresse` for a field, `ligne.2.adresse` for a cell, `a` for a recipient. Texts are
//! bounded together by what a letter holds; documents go to the disk as they come.

use crate::failure::Failure;
use crate::ui::House;
use crate::ui::desk::Typed;
use crate::ui::dropped::Dropped;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
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
pub(super) struct Filled {
    /// Every text by its name, in the order in which it came.
    pub(super) texts: Vec<(String, String)>,
    /// Where its documents are, if it has any.
    folder: Option<PathBuf>,
    /// A table that was dropped instead of rows.
    pub(super) table: Option<PathBuf>,
}

impl Filled {
    /// Reads it, and puts its documents on the disk. What goes wrong is told with what was filled in, which its writer
    /// needs not type again; no document stays then. The rest is still taken in: a browser that is cut short while it
    /// sends shows no page that says why.
    pub(super) async fn read(house: &House, mut form: Multipart) -> (Self, Result<(), Failure>) {
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
            let folder = self.folder(house)?;
            if name != "tableau" && self.documents().len() >= DOCUMENTS_MAX {
                return Err(Failure::usage("page-too-many", "too many documents"));
            }
            let folder = if name == "tableau" { house.dropped.folder()? } else { folder };
            let (path, document) = Dropped::file(&folder, &file)?;
            let mut document = tokio::fs::File::from_std(document);
            let mut written = 0;
            while let Some(piece) = field.chunk().await.map_err(|error| broken(&error))? {
                written += piece.len() as u64;
                if written > DOCUMENT_BYTES_MAX {
                    return Err(Failure::usage("page-too-large", "a document is too large"));
                }
                house.dropped.came(piece.len());
                document
                    .write_all(&piece)
                    .await
                    .map_err(|error| Failure::local("page-no-room", error.kind()))?;
            }
            document.flush().await.map_err(|error| Failure::local("page-no-room", error.kind()))?;
            if name == "tableau" {
                self.table = Some(path);
            }
            return Ok(());
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
        // Documents of the step before; only a folder of ours.
        if name == "dossier" {
            self.folder = house.dropped.known(&text);
            return Ok(());
        }
        self.texts.push((name, text));
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
    pub(super) fn folder_name(&self) -> Option<String> {
        self.folder.as_ref()?.file_name().map(|name| name.to_string_lossy().into_owned())
    }

    /// Its documents.
    pub(super) fn documents(&self) -> Vec<PathBuf> {
        let Some(folder) = &self.folder else { return Vec::new() };
        let mut found: Vec<_> =
            std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        found.sort();
        found
    }

    /// Removes its documents.
    pub(super) fn forget(&self) {
        for folder in self.folder.as_deref().into_iter().chain(self.table.as_deref().and_then(Path::parent)) {
            let _ = std::fs::remove_dir_all(folder);
        }
    }

    /// The text of this name, if something was filled in.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let found = self.texts.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }

    /// Every text of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Whether a field was filled in.
    pub(super) fn has_fields(&self) -> bool {
        self.texts.iter().any(|(name, text)| name.starts_with("champ.") && !text.trim().is_empty())
    }

    /// The rows that were filled in, by their numbers on the page.
    pub(super) fn rows(&self) -> BTreeMap<u32, Vec<(String, String)>> {
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
    pub(super) fn with_rows(mut self, rows: &[TypedRow]) -> Self {
        if let Some(folder) = self.table.take().as_deref().and_then(Path::parent) {
            let _ = std::fs::remove_dir_all(folder);
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
    pub(super) fn form(&self) -> FormTyped {
        let fields = self.texts.iter().filter_map(|(name, text)| {
            let field = name.strip_prefix("champ.")?;
            (!text.trim().is_empty()).then(|| (field.to_owned(), text.clone()))
        });
        let rows = self.rows().into_iter().map(|(line, cells)| TypedRow { line, cells });
        FormTyped { fields: fields.collect(), rows: rows.collect() }
    }

    /// The command, but for its yes.
    pub(super) fn command(&self, group: &GroupId, flow: &FlowCode) -> Typed {
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
            .flag("attest", self.text("atteste").is_some())
    }
}

fn broken(error: &MultipartError) -> Failure {
    Failure::usage("page-broken", error.status())
}
