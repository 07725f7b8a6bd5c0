//! A form as a file: TOML or JSON with a value for each field and `rows` for the table, or a table alone as CSV.

use crate::failure::Failure;
use crate::words::Words;
use serde_json::Value as Json;
use shared::form::{Typed, TypedRow};
use shared::limits::NOTE_BYTES_MAX;
use shared::nomenclature::{Field, FieldKind, Flow, Lists};
use std::io::Read as _;
use std::path::Path;

/// What is typed in a file is bounded by what a letter holds.
const FILE_BYTES_MAX: u64 = 4 * NOTE_BYTES_MAX as u64;

/// The rows of the table, in a file of fields.
const ROWS: &str = "rows";

/// Reads a file by its extension.
///
/// # Errors
/// [`Failure`] if it is no such file; what its fields say is not looked at.
pub fn read(file: &Path, flow: &Flow) -> Result<Typed, Failure> {
    let unreadable = |error: &dyn std::fmt::Display| Failure::usage("form-file", error);
    let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    if extension.as_deref() == Some("csv") {
        let columns = flow.table.as_ref().map_or(&flow.fields, |table| &table.columns);
        let rows = rows_of(&text(file)?, columns)?;
        return Ok(match (&flow.table, rows.first()) {
            (Some(_), _) => Typed { fields: Vec::new(), rows },
            (None, Some(only)) if rows.len() == 1 => Typed { fields: only.cells.clone(), rows: Vec::new() },
            (None, _) => return Err(unreadable(&"a form without a table is one line")),
        });
    }
    let text = text(file)?;
    let read: Json = match extension.as_deref() {
        Some("json") => serde_json::from_str(&text).map_err(|error| unreadable(&error.classify_plainly()))?,
        _ => toml::from_str(&text).map_err(|error| unreadable(&error.message()))?,
    };
    let Json::Object(entries) = read else { return Err(unreadable(&"a form names its fields")) };
    let mut typed = Typed::default();
    for (name, value) in entries {
        match value {
            Json::Array(rows) if name == ROWS => {
                for (line, row) in (1..).zip(rows) {
                    let Json::Object(cells) = row else { return Err(unreadable(&"a row names its columns")) };
                    let cells =
                        cells.into_iter().filter_map(|(column, value)| Some((column, plain(&value)?)));
                    typed.rows.push(TypedRow { line, cells: cells.collect() });
                }
            }
            Json::Array(values) => {
                typed.fields.extend(values.iter().filter_map(plain).map(|value| (name.clone(), value)));
            }
            value => typed.fields.extend(plain(&value).map(|value| (name, value))),
        }
    }
    Ok(typed)
}

/// Where a file is no JSON, without its text.
trait Plainly {
    fn classify_plainly(&self) -> String;
}

impl Plainly for serde_json::Error {
    fn classify_plainly(&self) -> String {
        format!("line {}, column {}", self.line(), self.column())
    }
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::Null | Json::Array(_) | Json::Object(_) => None,
        Json::Bool(yes) => Some(if *yes { "oui" } else { "non" }.to_owned()),
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.clone()),
    }
}

fn text(file: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::usage("form-file", error.kind());
    let mut text = String::new();
    let read = std::fs::File::open(file).map_err(failed)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text);
    read.map_err(failed)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        Err(Failure::usage("form-file", "the file is too large"))
    } else {
        Ok(text)
    }
}

/// Rows by their headings: the codes or the labels of the columns.
fn rows_of(text: &str, columns: &[Field]) -> Result<Vec<TypedRow>, Failure> {
    let heading = text.lines().next().unwrap_or_default();
    let delimiter = if heading.contains(';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        Failure::usage("form-file", format!("line {line} has another number of cells"))
    };
    let names: Vec<_> =
        reader.headers().map_err(unreadable)?.iter().map(|heading| named(heading, columns)).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line =
            record.position().and_then(|position| u32::try_from(position.line()).ok()).unwrap_or_default();
        let cells = names.iter().cloned().zip(record.iter().map(str::to_owned)).collect();
        rows.push(TypedRow { line, cells });
    }
    Ok(rows)
}

/// The name of the column that a heading means; what means none is left as it is, and is a fault of each row.
fn named(heading: &str, columns: &[Field]) -> String {
    let folded = |text: &str| text.trim().to_lowercase();
    let means =
        |column: &&Field| column.name.as_str() == folded(heading) || folded(&column.label) == folded(heading);
    columns.iter().find(means).map_or_else(|| heading.trim().to_owned(), |column| column.name.to_string())
}

/// An empty form of a flow, to be filled in any editor: each field with what it asks for beside it.
#[must_use]
pub fn template(flow: &Flow, lists: &Lists, words: &Words) -> String {
    let mut lines = vec![format!("# {} (art. {})", flow.title, flow.article)];
    if !flow.purpose.is_empty() {
        lines.push(format!("# {}", flow.purpose));
    }
    flow.fields.iter().for_each(|field| lines.extend(one(field, lists, words)));
    if let Some(table) = &flow.table {
        lines.extend([
            String::new(),
            format!("# {}", words.say("form-template-row", &[])),
            format!("[[{ROWS}]]"),
        ]);
        table.columns.iter().for_each(|column| lines.extend(one(column, lists, words)));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn one(field: &Field, lists: &Lists, words: &Words) -> Vec<String> {
    let id = if field.required { "flow-field-required" } else { "flow-field" };
    let label =
        words.say(id, &[("label", field.label.clone().into()), ("name", field.name.to_string().into())]);
    let mut lines = vec![String::new(), format!("# {label}")];
    if !field.help.is_empty() {
        lines.push(format!("# {}", field.help));
    }
    lines.extend(field.options(lists).iter().map(|item| format!("#   {} : {}", item.code, item.title)));
    if field.kind == FieldKind::YesNo {
        lines.push(format!("#   {}", words.say("form-yes-no", &[])));
    }
    let empty = match field.kind {
        _ if field.several => "[]",
        FieldKind::Text => "\"\"\"\n\"\"\"",
        _ => "\"\"",
    };
    lines.push(format!("{} = {empty}", field.name));
    lines
}
