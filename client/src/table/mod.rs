//! Tables as people have them: CSV in whichever encoding, or a workbook, as the rows of a form.
//!
//! A table is taken whole or not at all: what could be read in two ways is refused with its line, so that no row is lost
//! and none slips into another. A text is read here; a workbook, which is an archive of programs' files, is read apart,
//! as every document is. Whether a cell is a day or an address is asked afterwards, by
//! [`form::check`](shared::form::check).

pub mod headings;
mod lines;

use crate::documents::Limits;
use crate::documents::apart::Apart;
use crate::documents::limits::TABLE_BYTES_MAX;
use crate::documents::workbook::{self, Row};
pub use crate::documents::workbook::{Unusable, Why};
use crate::failure::Failure;
use crate::words::Words;
use headings::Misnamed;
use shared::form::TypedRow;
use shared::limits::FORM_ROWS_MAX;
use shared::nomenclature::Field;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::Path;
use std::process::Stdio;

/// A table that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It cannot be read, or in two ways.
    #[error(transparent)]
    Unusable(#[from] Unusable),
    /// Its headings are not those of the form: everything that is wrong with them.
    #[error("the headings are not those of the form")]
    Headings(Vec<Misnamed>),
}

impl Unfit {
    /// The sentences that say so.
    #[must_use]
    pub fn said(&self, words: &Words) -> String {
        match self {
            Self::Unusable(unusable) => {
                let place = match (unusable.place(), unusable.column) {
                    (Some(cell), Some(_)) => words.say("table-cell", &[("cell", cell.into())]),
                    (Some(line), None) => words.say("table-line", &[("line", line.into())]),
                    (None, _) => String::new(),
                };
                let sheet = unusable.sheet.map(|sheet| sheet.to_string()).unwrap_or_default();
                let arguments = [
                    ("place", place.into()),
                    ("sheet", sheet.into()),
                    ("max", FORM_ROWS_MAX.to_string().into()),
                ];
                words.say(&format!("table-{}", unusable.why.code()), &arguments)
            }
            Self::Headings(wrong) => {
                let first = words.say("table-headings", &[]);
                let lines = wrong.iter().map(|one| one.said(words));
                std::iter::once(first).chain(lines).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Reads a table with a line of headings.
///
/// # Errors
/// [`Failure::Table`] names the line or the cell; or the system does not let the file be read.
pub fn read(path: &Path, columns: &[Field]) -> Result<Vec<TypedRow>, Failure> {
    let failed = |error: io::Error| Failure::usage("table-file", error.kind());
    let mut file = File::open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let mut bytes = Vec::new();
    file.by_ref().take(TABLE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    let typed = if workbook::is_one(&bytes) {
        file.rewind().map_err(failed)?;
        let apart = Apart::usual().map_err(|error| Failure::local("local-io", error))?;
        apart.rows(Stdio::from(file)).map_err(Unfit::from).and_then(|rows| of_rows(&rows, columns))
    } else {
        of_text(&bytes, columns)
    };
    typed.map_err(|unfit| Failure::Table(Box::new(unfit)))
}

/// The rows of a workbook, here and not apart: for those who made it themselves.
///
/// # Errors
/// [`Unfit`], with the first thing that is in the way.
pub fn of_workbook(bytes: &[u8], columns: &[Field]) -> Result<Vec<TypedRow>, Unfit> {
    of_rows(&workbook::rows(bytes, &Limits::TABLE)?, columns)
}

/// The rows of a text.
///
/// # Errors
/// [`Unfit`], with the first thing that is in the way.
pub fn of_text(bytes: &[u8], columns: &[Field]) -> Result<Vec<TypedRow>, Unfit> {
    let is_known = |heading: &str| headings::column(heading, columns).is_some();
    of_rows(&lines::read(bytes, is_known)?, columns)
}

fn of_rows(rows: &[Row], columns: &[Field]) -> Result<Vec<TypedRow>, Unfit> {
    headings::named(rows, columns)
}

#[cfg(test)]
mod tests;
