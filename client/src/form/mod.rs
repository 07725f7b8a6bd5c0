//! Forms on this side: read from files or asked at the terminal, kept as sealed drafts, shown to their readers.
//!
//! What a field accepts is [`shared::form`]; here is how it is typed and how it is read.

mod ask;
mod drafts;
mod file;
mod organisations;
pub mod sheet;

pub use ask::ask;
pub use drafts::{Kept, Letter, all, find, forget_ended, keep, keep_letter, remove};
pub use file::{empty, read, template};
pub use organisations::by_name;

use crate::show::visible;
use crate::words::Words;
use serde_json::{Map, Value as Json, json};
use shared::form::Form;
use shared::nomenclature::{Field, FieldKind, Flow, Lists};

/// Whether what a form hides is shown: a reader asks for it, and that is recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Secrets {
    /// That there is something.
    Hidden,
    /// What it is.
    Revealed,
}

/// Whether a form says something that it hides.
#[must_use]
pub fn hides(flow: &Flow, form: &Form) -> bool {
    let is_secret = |field: &Field| field.kind == FieldKind::Secret;
    let secret = |name: &str| flow.fields.iter().any(|field| field.name.as_str() == name && is_secret(field));
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let in_row = |row: &Vec<String>| {
        columns.iter().zip(row).any(|(column, value)| is_secret(column) && !value.is_empty())
    };
    form.fields().iter().any(|(name, _)| secret(name)) || form.rows().iter().any(in_row)
}

/// A value as its reader sees it: a day as it is written in French, the title of a choice.
#[must_use]
pub fn shown(field: &Field, lists: &Lists, value: &str, (secrets, words): (Secrets, &Words)) -> String {
    let title = || field.options(lists).iter().find(|item| item.code == value).map(|item| item.title.clone());
    match field.kind {
        FieldKind::Date => {
            let day: Result<jiff::civil::Date, _> = value.parse();
            day.map_or_else(|_| value.to_owned(), |day| day.strftime("%d/%m/%Y").to_string())
        }
        FieldKind::Choice => title().unwrap_or_else(|| value.to_owned()),
        FieldKind::YesNo => words.say(if value == "oui" { "form-yes" } else { "form-no" }, &[]),
        FieldKind::Secret if !value.is_empty() && secrets == Secrets::Hidden => words.say("form-hidden", &[]),
        _ => visible(value),
    }
}

/// A form as people read it: a line for each field, then the rows.
#[must_use]
pub fn lines(flow: &Flow, lists: &Lists, form: &Form, (secrets, words): (Secrets, &Words)) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, value) in form.fields() {
        let Some(field) = flow.fields.iter().find(|field| field.name.as_str() == name) else { continue };
        let mut paragraphs = value.lines();
        let first = paragraphs.next().unwrap_or_default();
        lines.push(format!("{} : {}", field.label, shown(field, lists, first, (secrets, words))));
        lines.extend(paragraphs.map(|line| format!("    {}", visible(line))));
    }
    let Some(table) = flow.table.as_ref().filter(|_| !form.rows().is_empty()) else { return lines };
    // A column in which nothing was filled takes no room.
    let is_filled =
        |place: &usize| form.rows().iter().any(|row| row.get(*place).is_some_and(|value| !value.is_empty()));
    let places: Vec<_> = (0..table.columns.len()).filter(is_filled).collect();
    let columns = || places.iter().filter_map(|place| Some((*place, table.columns.get(*place)?)));
    let heading: Vec<_> = columns().map(|(_, column)| column.label.clone()).collect();
    let rows = form.rows().iter().map(|row| {
        let cell = |(place, column)| {
            shown(column, lists, row.get::<usize>(place).map_or("", String::as_str), (secrets, words))
        };
        columns().map(cell).collect::<Vec<_>>()
    });
    let all: Vec<_> = [heading].into_iter().chain(rows).collect();
    let letters = |text: &String| text.chars().count();
    let widths: Vec<_> = (0..places.len())
        .map(|place| all.iter().filter_map(|row| row.get(place)).map(letters).max().unwrap_or_default())
        .collect();
    lines.push(String::new());
    for row in &all {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        lines.push(cells.collect::<Vec<_>>().join("  ").trim_end().to_owned());
    }
    lines
}

/// The same for scripts, typed: numbers are numbers, yes and no are true and false, what may be filled more than once is
/// a list.
#[must_use]
pub fn json(flow: &Flow, form: &Form, secrets: Secrets) -> Json {
    let mut fields = Map::new();
    for field in &flow.fields {
        let name = field.name.as_str();
        let values: Vec<_> = form.fields().iter().filter(|(filled, _)| filled == name).collect();
        let typed: Vec<_> = values.iter().map(|(_, value)| typed(field, value, secrets)).collect();
        match typed.as_slice() {
            [] => {}
            _ if field.several => drop(fields.insert(name.to_owned(), typed.into())),
            [only, ..] => drop(fields.insert(name.to_owned(), only.clone())),
        }
    }
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let row = |row: &Vec<String>| {
        let cells = columns.iter().zip(row).filter(|(_, value)| !value.is_empty());
        Json::Object(
            cells.map(|(column, value)| (column.name.to_string(), typed(column, value, secrets))).collect(),
        )
    };
    let rows: Vec<_> = form.rows().iter().map(row).collect();
    json!({"fields": fields, "rows": rows})
}

fn typed(field: &Field, value: &str, secrets: Secrets) -> Json {
    match field.kind {
        FieldKind::Number => value.parse::<u64>().map_or_else(|_| json!(value), |number| json!(number)),
        FieldKind::YesNo => json!(value == "oui"),
        FieldKind::Secret if secrets == Secrets::Hidden => json!({"hidden": true}),
        _ => json!(value),
    }
}
