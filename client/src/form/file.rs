//! A form as a file: TOML or JSON with a value for each field and `rows` for the table, or a table alone as CSV or
//! XLSX.

use super::sheet;
use crate::failure::Failure;
use crate::table;
use crate::words::Words;
use serde_json::{Map, Value as Json, json};
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
    if matches!(extension.as_deref(), Some("csv" | "xlsx")) {
        let columns = flow.table.as_ref().map_or(&flow.fields, |table| &table.columns);
        let rows = table::read(file, columns)?;
        return Ok(match (&flow.table, rows.first()) {
            (Some(_), _) => Typed { fields: Vec::new(), rows },
            (None, Some(only)) if rows.len() == 1 => Typed { fields: only.cells.clone(), rows: Vec::new() },
            (None, _) => return Err(unreadable(&"a form without a table is one line")),
        });
    }
    let text = text(file)?;
    let read: Json = match extension.as_deref() {
        Some("json") => serde_json::from_str(&text).map_err(|error| unreadable(&error.classify_plainly()))?,
        _ => toml::from_str(&text).map_err(|error| unreadable(&at_line(&error, &text)))?,
    };
    let Json::Object(entries) = read else { return Err(unreadable(&"a form names its fields")) };
    let entries = as_typed(entries);
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

/// The entries of what `pli form show --json` says: `fields` and `rows`, alone or as `form` of more.
fn as_typed(mut entries: Map<String, Json>) -> Map<String, Json> {
    if let Some(Json::Object(form)) = entries.get("form").cloned() {
        entries = form;
    }
    let (fields, rows) = (entries.get("fields").cloned(), entries.get(ROWS).cloned());
    match fields {
        Some(Json::Object(mut fields)) if entries.keys().all(|name| name == "fields" || name == ROWS) => {
            fields.extend(rows.map(|rows| (ROWS.to_owned(), rows)));
            fields
        }
        _ => entries,
    }
}

/// What is wrong with a TOML file, and in which line.
fn at_line(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    match before {
        Some(before) => format!("line {}: {}", before.matches('\n').count() + 1, error.message()),
        None => error.message().to_owned(),
    }
}

/// An empty form as a file of this name asks for it: a table as CSV, JSON, or else TOML.
///
/// # Errors
/// A usage failure for what is written by a spreadsheet alone.
pub fn empty(file: &Path, flow: &Flow, lists: &Lists, words: &Words) -> Result<Vec<u8>, Failure> {
    let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("csv") => sheet::headings(flow),
        Some("json") => {
            let empty =
                |field: &Field| (field.name.to_string(), if field.several { json!([]) } else { json!("") });
            let mut form: Map<_, _> = flow.fields.iter().map(empty).collect();
            let row = flow.table.as_ref().map(|table| table.columns.iter().map(empty).collect::<Map<_, _>>());
            form.extend(row.map(|row| (ROWS.to_owned(), json!([row]))));
            Ok(format!("{:#}\n", Json::Object(form)).into_bytes())
        }
        Some("xlsx" | "xls" | "ods") => {
            Err(Failure::usage("form-template-kind", "a template is written as csv, toml or json"))
        }
        _ => Ok(template(flow, lists, words).into_bytes()),
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::words::Language;
    use shared::nomenclature::Nomenclature;

    fn rules() -> Nomenclature {
        Nomenclature::parse(crate::nomenclature::CARRIED).unwrap()
    }

    fn read_as(name: &str, text: &str) -> Result<Typed, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let rules = rules();
        read(&file, rules.flow(&"F06b".parse().unwrap()).unwrap())
    }

    #[test]
    fn what_is_shown_as_json_is_read_again() {
        let fields = r#""fields":{"annee":2027,"adresse":"1 rue A, 93200 B"}"#;
        let rows = r#""rows":[{"type":"code","valeur":"A12"}]"#;
        for text in [
            format!("{{{fields},{rows}}}"),
            format!(r#"{{"id":"0011","flow":"F06b","form":{{{fields},{rows}}}}}"#),
            format!(r#"{{"annee":"2027","adresse":"1 rue A, 93200 B",{rows}}}"#),
        ] {
            let typed = read_as("form.json", &text).unwrap();
            let mut named: Vec<_> =
                typed.fields.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            named.sort_unstable();
            assert_eq!(named, [("adresse", "1 rue A, 93200 B"), ("annee", "2027")], "{text}");
            assert_eq!(typed.rows[0].cells.len(), 2, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_in_toml_is_said_with_its_line() {
        let failure = read_as("form.toml", "annee = 2027\n\nadresse = 1 rue A\n").err().unwrap();
        assert!(failure.to_string().starts_with("line 3: "), "{failure}");
    }

    #[test]
    fn an_empty_form_is_of_the_kind_that_its_name_says() {
        let (rules, words) = (rules(), Words::new(Language::French));
        let flow = rules.flow(&"F10b".parse().unwrap()).unwrap();
        let empty = |name: &str| empty(Path::new(name), flow, &rules.lists, &words);
        let text = |name: &str| String::from_utf8(empty(name).unwrap()).unwrap();
        assert!(text("m.csv").starts_with("\u{feff}Date;Heure;Adresse;"), "{}", text("m.csv"));
        assert!(toml::from_str::<Json>(&text("m.toml")).is_ok() && text("m").contains("[[rows]]"));
        let read: Json = serde_json::from_str(&text("m.JSON")).unwrap();
        assert_eq!(read["rows"][0]["adresse"], json!(""));
        assert!(matches!(empty("m.xlsx"), Err(Failure::Usage { code: "form-template-kind", .. })));
    }
}
