//! What was written in a letter: its form in the words of the nomenclature, its text, the names of its documents, and
//! the proof of its opening.

use crate::form::{Secrets, shown};
use crate::show::size;
use crate::ui::House;
use crate::ui::frame::time;
use maud::{Markup, html};
use serde_json::Value as Json;
use shared::nomenclature::{Field, FieldKind, Nomenclature};

/// From whom, and when.
pub(super) fn byline(house: &House, letter: &Json) -> Markup {
    let arguments = [
        ("name", letter["from"]["name"].as_str().unwrap_or_default().into()),
        ("date", time(&letter["created"]).into()),
    ];
    html! { p.byline { (house.say("page-byline", &arguments)) } }
}

/// What was written.
pub(super) fn letter(house: &House, letter: &Json, rules: &Nomenclature) -> Markup {
    let text = letter["text"].as_str().unwrap_or_default();
    html! {
        article.letter {
            (filled(house, letter, rules))
            @if !text.is_empty() { div.text { @for line in text.lines() { p { (line) } } } }
        }
    }
}

/// What goes with it, by name.
pub(super) fn documents(house: &House, letter: &Json) -> Markup {
    let documents = letter["attachments"].as_array().map_or(&[][..], Vec::as_slice);
    // Where they can be taken, they are listed once.
    let is_taken = documents.iter().any(|document| document["path"].is_string());
    html! {
        @if !documents.is_empty() && !is_taken {
            h2 { (house.say("page-documents", &[])) }
            ul.documents {
                @for document in documents {
                    li { (document["name"].as_str().unwrap_or_default()) " " small { (size(document["bytes"].as_u64().unwrap_or_default(), &house.words)) } }
                }
            }
        }
    }
}

/// The record of this opening, in words.
pub(super) fn proof(house: &House, letter: &Json) -> Markup {
    html! {
        details.proof {
            summary { (house.say("page-proof", &[("leaf", letter["index"].to_string().into())])) }
            p { (house.say("page-proof-means", &[])) }
            p { (house.say("page-proof-ends", &[("date", time(&letter["expires"]).into())])) }
        }
    }
}

/// The form, field by field and row by row, in the words of the nomenclature.
fn filled(house: &House, letter: &Json, rules: &Nomenclature) -> Markup {
    let flow = letter["flow"].as_str().and_then(|code| rules.flow(&code.parse().ok()?));
    let Some(flow) = flow else { return html! {} };
    let form = &letter["form"];
    let fields: Vec<_> =
        flow.fields.iter().filter(|field| form["fields"].get(field.name.as_str()).is_some()).collect();
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let rows = form["rows"].as_array().map_or(&[][..], Vec::as_slice);
    let columns: Vec<_> = columns
        .iter()
        .filter(|column| rows.iter().any(|row| row.get(column.name.as_str()).is_some()))
        .collect();
    html! {
        @if !fields.is_empty() {
            dl.facts { @for field in fields { dt { (field.label) } dd { (value(house, rules, field, &form["fields"][field.name.as_str()])) } } }
        }
        @if !rows.is_empty() {
            div.wide tabindex="0" role="region" aria-label=(flow.title) {
                table {
                    thead { tr { @for column in &columns { th scope="col" { (column.label) } } } }
                    tbody { @for row in rows { tr { @for column in &columns { td { (value(house, rules, column, &row[column.name.as_str()])) } } } } }
                }
            }
        }
    }
}

/// A value as its reader sees it.
fn value(house: &House, rules: &Nomenclature, field: &Field, value: &Json) -> Markup {
    let one = |value: &Json| {
        let text = match value {
            Json::Null => return String::new(),
            Json::Object(_) => return house.say("form-hidden", &[]),
            Json::Bool(is) => (if *is { "oui" } else { "non" }).to_owned(),
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        match field.kind {
            FieldKind::Text => text,
            _ => shown(field, &rules.lists, &text, (Secrets::Revealed, &house.words)),
        }
    };
    match value {
        Json::Array(values) => html! { @for value in values { p { (one(value)) } } },
        other => html! { @for line in one(other).lines() { p { (line) } } },
    }
}
