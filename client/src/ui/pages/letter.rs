//! A letter: what its outside says, why it is opened, and, once that is recorded, what was written.
//!
//! Looking at this page opens nothing; the button does. The reason is there, the first one chosen, and Enter accepts it.

use crate::form::{Secrets, shown};
use crate::inbox;
use crate::nomenclature::last_in_force;
use crate::trust;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Page, Place, time};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value as Json;
use shared::nomenclature::{Field, FieldKind, Nomenclature};
use shared::wire::About;
use std::sync::Arc;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/plis/{id}", get(outside).post(open))
}

/// Why it is opened.
#[derive(Deserialize)]
struct Why {
    reason: Option<String>,
    reason_text: Option<String>,
}

/// What stands on the envelope, and the reasons there are.
struct Outside {
    title: String,
    purpose: String,
    writer: String,
    created: String,
    expires: String,
    reasons: Vec<(String, String)>,
    is_ours: bool,
}

async fn outside(_: Member, State(house): State<Arc<House>>, Path(id): Path<String>) -> Response {
    let typed = id.clone();
    let found = house.desk.look(async move |session, _| {
        let entry = inbox::find(session, &typed).await?;
        let core = &entry.header.core;
        let directory = trust::prove(session, About::Group(core.group)).await?.directory;
        let rules = directory.nomenclature();
        let flow = rules.and_then(|rules| rules.flow(&core.flow));
        let reasons = flow.iter().flat_map(|flow| &flow.reasons).filter_map(|code| rules?.reason(code));
        let own = &session.home.config.member;
        Ok(Outside {
            title: flow.map_or_else(|| core.flow.to_string(), |flow| flow.title.clone()),
            purpose: flow.map(|flow| flow.purpose.clone()).unwrap_or_default(),
            writer: frame::person(&directory, &core.writer),
            created: crate::show::local_time(core.created),
            expires: crate::show::local_time(entry.ends_for(own)),
            reasons: reasons.map(|reason| (reason.code.to_string(), reason.title.clone())).collect(),
            is_ours: core.writer == *own,
        })
    });
    match found.await {
        Ok(letter) => {
            let main = asked(&house, &id, &letter);
            Page::at(Place::Inbox, &house.words, main).called(letter.title).framed(&house.words)
        }
        Err(failure) => house.wrong(&failure),
    }
}

fn asked(house: &House, id: &str, letter: &Outside) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        dl.facts {
            dt { (say("page-from")) } dd { (letter.writer) }
            dt { (say("page-received")) } dd { (letter.created) }
            dt { (say("page-ends")) } dd { (letter.expires) }
        }
        p.purpose { (letter.purpose) }
        @if !letter.is_ours {
            form.open method="post" action={ "/plis/" (id) } {
                @if !letter.reasons.is_empty() {
                    fieldset {
                        legend { (say("page-why")) }
                        @for (number, (code, title)) in letter.reasons.iter().enumerate() {
                            label.choice {
                                input type="radio" name="reason" value=(code) checked[number == 0] autofocus[number == 0];
                                (title)
                            }
                        }
                        p.field {
                            label for="texte" { (say("page-why-text")) }
                            input id="texte" name="reason_text" maxlength="500" autocomplete="off";
                        }
                    }
                }
                button.main { (say("page-open")) }
                p.small { (say("page-open-recorded")) }
            }
        }
    }
}

async fn open(
    _: Member,
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Response {
    let typed = Typed::new("open")
        .with_some("reason", why.reason.as_deref())
        .with_some("reason-text", why.reason_text.as_deref());
    let told = house.desk.run(typed.of(&id)).await;
    let Some(letter) = told.objects().into_iter().find(|object| object.get("subject").is_some()) else {
        return house.told(Place::Inbox, &told);
    };
    let rules = last_in_force(crate::home::Home::open(house.desk.home()).ok().as_ref());
    let main = match &rules {
        Ok(rules) => content(&house, letter, rules, &told),
        Err(failure) => return house.wrong(failure),
    };
    let title = letter["subject"].as_str().unwrap_or_default().to_owned();
    Page::at(Place::Inbox, &house.words, main).called(title).framed(&house.words)
}

/// What was written.
fn content(house: &House, letter: &Json, rules: &Nomenclature, told: &Told) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let text = letter["text"].as_str().unwrap_or_default();
    let documents = letter["attachments"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        (frame::told(told))
        p.byline {
            (house.say("page-byline", &[
                ("name", letter["from"]["name"].as_str().unwrap_or_default().into()),
                ("date", time(&letter["created"]).into()),
            ]))
        }
        article.letter {
            (filled(house, letter, rules))
            @if !text.is_empty() { div.text { @for line in text.lines() { p { (line) } } } }
        }
        @if !documents.is_empty() {
            h2 { (say("page-documents")) }
            ul.documents {
                @for document in documents {
                    li { (document["name"].as_str().unwrap_or_default()) " " small { (frame::size(document["bytes"].as_u64().unwrap_or_default())) } }
                }
            }
        }
        details.proof {
            summary { (house.say("page-proof", &[("leaf", letter["index"].to_string().into())])) }
            p { (say("page-proof-means")) }
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
