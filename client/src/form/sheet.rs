//! A form as spreadsheets here read and write it: semicolons, French headings, and a mark that says UTF-8. No cell of it is
//! a formula, whatever was typed.

use super::{Secrets, shown};
use crate::annuaire::inert;
use crate::failure::Failure;
use crate::words::{Language, Words};
use shared::form::Form;
use shared::nomenclature::{Field, Flow, Lists};

/// Spreadsheets take a file without it for one in an older alphabet.
const MARK: &str = "\u{feff}";

/// The columns of a flow's table; where it has none, its fields.
fn columns(flow: &Flow) -> &[Field] {
    flow.table.as_ref().map_or(&flow.fields, |table| &table.columns)
}

/// An empty table of a flow: one line of headings, as they are read again.
///
/// # Errors
/// [`Failure`] if it cannot be made.
pub fn headings(flow: &Flow) -> Result<Vec<u8>, Failure> {
    written(&[labels(flow)])
}

/// The rows of a form under their headings, as they are read again.
///
/// # Errors
/// [`Failure`] if they cannot be written so.
pub fn rows<'a>(
    flow: &Flow,
    lists: &Lists,
    rows: impl Iterator<Item = &'a [String]>,
) -> Result<Vec<u8>, Failure> {
    let words = Words::new(Language::French);
    let row = |row: &[String]| {
        let cells = columns(flow).iter().zip(row);
        cells.map(|(column, value)| cell(column, lists, value, &words)).collect()
    };
    written(&std::iter::once(labels(flow)).chain(rows.map(row)).collect::<Vec<_>>())
}

/// The fields of a form, a line each: what it is called, and what it says.
///
/// # Errors
/// [`Failure`] if they cannot be written so.
pub fn fields(flow: &Flow, lists: &Lists, form: &Form) -> Result<Vec<u8>, Failure> {
    let words = Words::new(Language::French);
    let line = |(name, value): &(String, String)| {
        let field = flow.fields.iter().find(|field| field.name.as_str() == name)?;
        Some(vec![field.label.clone(), cell(field, lists, value, &words)])
    };
    let heading = ["form-column-field", "form-column-value"].map(|id| words.say(id, &[])).to_vec();
    written(&std::iter::once(heading).chain(form.fields().iter().filter_map(line)).collect::<Vec<_>>())
}

fn cell(field: &Field, lists: &Lists, value: &str, words: &Words) -> String {
    // A text of several lines stays one cell, as quotation marks keep it.
    let shown = value.lines().map(|line| shown(field, lists, line, (Secrets::Hidden, words)));
    inert(&shown.collect::<Vec<_>>().join("\n"))
}

fn labels(flow: &Flow) -> Vec<String> {
    columns(flow).iter().map(|column| column.label.clone()).collect()
}

fn written(rows: &[Vec<String>]) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::local("save-io", error);
    let mut lines = csv::WriterBuilder::new().delimiter(b';').from_writer(MARK.as_bytes().to_vec());
    for row in rows {
        lines.write_record(row).map_err(|error| failed(&error))?;
    }
    lines.into_inner().map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use shared::nomenclature::Nomenclature;

    #[test]
    fn a_table_is_read_again_and_commands_no_spreadsheet() {
        let rules = Nomenclature::parse(crate::nomenclature::CARRIED).unwrap();
        let flow = rules.flow(&"F10b".parse().unwrap()).unwrap();
        let place =
            |name: &str| columns(flow).iter().position(|column| column.name.as_str() == name).unwrap();
        let mut row = vec![String::new(); columns(flow).len()];
        row[place("date")] = "2026-11-24".to_owned();
        row[place("adresse")] = "1 rue des Lilas, 93200 Clairval".to_owned();
        row[place("constat")] = "=HYPERLINK(1) ; \"porte\"".to_owned();
        let bytes = rows(flow, &rules.lists, std::iter::once(row.as_slice())).unwrap();
        let read = crate::table::of_text(&bytes, columns(flow)).unwrap();
        let expected = [
            ("date", "24/11/2026"),
            ("adresse", row[place("adresse")].as_str()),
            ("constat", "'=HYPERLINK(1) ; \"porte\""),
        ];
        let cells: Vec<_> = read[0].cells.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!((read.len(), cells), (1, expected.to_vec()));
        assert!(crate::table::of_text(&headings(flow).unwrap(), columns(flow)).unwrap().is_empty());
    }
}
