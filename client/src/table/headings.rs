//! What the columns of a table are called, and which of a form they are: by code or by French label, however they are
//! capitalised, accented and spaced.

use super::{Unfit, Unusable, Why};
use crate::documents::workbook::{Row, column_letters};
use crate::show::visible;
use crate::words::Words;
use shared::form::{TypedRow, plain};
use shared::nomenclature::Field;

/// Letters of a heading that are said again.
const SHOWN_LETTERS_MAX: usize = 40;

/// What is wrong with a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misnamed {
    /// No column of the form is called so.
    Unknown {
        /// Its column, counted from 0.
        column: u32,
        /// How it begins.
        heading: String,
    },
    /// The form needs a column that is not there.
    Missing {
        /// Its French label.
        label: String,
    },
    /// What the form has, where something of that is wrong.
    Known {
        /// The French labels.
        labels: Vec<String>,
    },
    /// Two columns are the same.
    Twice {
        /// The French label.
        label: String,
    },
}

impl Misnamed {
    /// The line that says so.
    #[must_use]
    pub(super) fn said(&self, words: &Words) -> String {
        match self {
            Self::Unknown { column, heading } => {
                let column = column_letters(*column);
                words.say(
                    "table-heading-unknown",
                    &[("column", column.into()), ("heading", visible(heading).into())],
                )
            }
            Self::Known { labels } => {
                words.say("table-heading-known", &[("labels", labels.join(" ; ").into())])
            }
            Self::Missing { label } => {
                words.say("table-heading-missing", &[("label", label.as_str().into())])
            }
            Self::Twice { label } => words.say("table-heading-twice", &[("label", label.as_str().into())]),
        }
    }
}

/// The column of a form that a heading means.
#[must_use]
pub fn column<'a>(heading: &str, columns: &'a [Field]) -> Option<&'a Field> {
    let wanted = plain(heading);
    let by_code = columns.iter().find(|column| plain(column.name.as_str()) == wanted);
    by_code.or_else(|| columns.iter().find(|column| plain(&column.label) == wanted))
}

/// The rows under their headings, which stand in the first.
///
/// # Errors
/// [`Unfit`]: everything that is wrong with the headings, or the first cell that has none.
pub fn named(rows: &[Row], columns: &[Field]) -> Result<Vec<TypedRow>, Unfit> {
    let Some((first, rows)) = rows.split_first() else { return Err(Unusable::because(Why::Empty).into()) };
    let mut wrong = Vec::new();
    let mut known: Vec<(u32, &Field)> = Vec::new();
    for (place, heading) in &first.cells {
        match column(heading, columns) {
            None => wrong.push(Misnamed::Unknown {
                column: *place,
                heading: heading.trim().chars().take(SHOWN_LETTERS_MAX).collect(),
            }),
            Some(field) if known.iter().any(|(_, other)| other.name == field.name) => {
                wrong.push(Misnamed::Twice { label: field.label.clone() });
            }
            Some(field) => known.push((*place, field)),
        }
    }
    let is_missing = |field: &&Field| {
        field.required && field.when.is_none() && !known.iter().any(|(_, other)| other.name == field.name)
    };
    let missing = columns.iter().filter(is_missing);
    wrong.extend(missing.map(|field| Misnamed::Missing { label: field.label.clone() }));
    if !wrong.is_empty() {
        wrong.push(Misnamed::Known { labels: columns.iter().map(|column| column.label.clone()).collect() });
        return Err(Unfit::Headings(wrong));
    }
    let typed = rows.iter().map(|row| {
        let cells = row.cells.iter().map(|(place, text)| {
            let (_, field) = known
                .binary_search_by_key(place, |(place, _)| *place)
                .ok()
                .and_then(|found| known.get(found))
                .ok_or_else(|| Unusable::at(Why::LongRow, row.line, *place))?;
            Ok((field.name.to_string(), text.clone()))
        });
        Ok(TypedRow { line: row.line, cells: cells.collect::<Result<_, Unusable>>()? })
    });
    typed.collect::<Result<_, Unusable>>().map_err(Unfit::from)
}
