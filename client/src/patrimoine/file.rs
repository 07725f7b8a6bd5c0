//! The table as a file, in the columns of a flow.

use crate::failure::Failure;
use crate::form::sheet;
use shared::nomenclature::{Flow, Lists};
use shared::patrimoine::Line;

/// An empty table of a flow: one line of headings, as they are read again.
///
/// # Errors
/// [`Failure`] if it cannot be made.
pub fn template(flow: &Flow) -> Result<Vec<u8>, Failure> {
    sheet::headings(flow)
}

/// Lines, in the columns of a flow.
///
/// # Errors
/// [`Failure`] if they cannot be written so.
pub fn csv(flow: &Flow, lists: &Lists, lines: &[Line]) -> Result<Vec<u8>, Failure> {
    let rows: Vec<_> = lines.iter().map(|line| line.row(flow)).collect();
    sheet::rows(flow, lists, rows.iter().map(Vec::as_slice))
}
