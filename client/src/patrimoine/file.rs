//! The table as a file, as spreadsheets here read and write it: semicolons, French headings, and a mark that says UTF-8.

use crate::annuaire::inert;
use crate::failure::Failure;
use crate::form::{Secrets, shown};
use crate::words::{Language, Words};
use shared::nomenclature::{Flow, Lists};
use shared::patrimoine::Line;

/// Spreadsheets take a file without it for one in an older alphabet.
const MARK: &str = "\u{feff}";

/// An empty table of a flow: one line of headings, as they are read again.
///
/// # Errors
/// [`Failure`] if it cannot be made.
pub fn template(flow: &Flow) -> Result<Vec<u8>, Failure> {
    written(&[headings(flow)])
}

/// Lines, in the columns of a flow.
///
/// # Errors
/// [`Failure`] if they cannot be written so.
pub fn csv(flow: &Flow, lists: &Lists, lines: &[Line]) -> Result<Vec<u8>, Failure> {
    let words = Words::new(Language::French);
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let row = |line: &Line| {
        let row = line.row(flow);
        columns
            .iter()
            .zip(row)
            .map(|(column, value)| inert(&shown(column, lists, &value, (Secrets::Hidden, &words))))
            .collect()
    };
    let rows: Vec<Vec<String>> = [headings(flow)].into_iter().chain(lines.iter().map(row)).collect();
    written(&rows)
}

fn headings(flow: &Flow) -> Vec<String> {
    flow.table.iter().flat_map(|table| &table.columns).map(|column| column.label.clone()).collect()
}

fn written(rows: &[Vec<String>]) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::local("save-io", error);
    let mut lines = csv::WriterBuilder::new().delimiter(b';').from_writer(MARK.as_bytes().to_vec());
    for row in rows {
        lines.write_record(row).map_err(|error| failed(&error))?;
    }
    lines.into_inner().map_err(|error| failed(&error))
}
