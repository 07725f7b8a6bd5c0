//! The form of one flow: who will read it and why that is lawful, its fields and rows, its documents, and how long it
//! is kept.

use super::choose::Answered;
use super::drafts;
use super::fields::{Around, Wrong, cell, example, field};
use crate::failure::Failure;
use crate::trust;
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::filled::Filled;
use crate::ui::{House, Member};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use shared::authorise;
use shared::ids::{FlowCode, GroupId};
use shared::nomenclature::{Flow, Nomenclature};
use shared::refusal::Refusal;
use shared::wire::About;
use std::sync::Arc;

/// Rows of an empty table: a page of them. A longer one is dropped as a file.
const ROWS: u32 = 5;

/// What the form is called, for the buttons that stand outside it.
pub(super) const FORM: &str = "formulaire";

/// A flow in a group, as its writer sees it.
pub(super) struct Sheet {
    pub(super) group: GroupId,
    pub(super) code: FlowCode,
    group_name: String,
    pub(super) rules: Nomenclature,
    pub(super) flow: Flow,
    readers: Vec<Reader>,
    approvers: Vec<(String, String)>,
    /// Whether the relay did not answer.
    is_away: bool,
}

/// Somebody who may receive it.
struct Reader {
    member: String,
    name: String,
    is_signed: bool,
}

pub(super) async fn empty(
    _: Member,
    State(house): State<Arc<House>>,
    Path((group, flow)): Path<(String, String)>,
    Query(answered): Query<Answered>,
) -> Response {
    match sheet(&house, &group, &flow).await {
        Ok(sheet) => {
            let mut filled = match answered.brouillon {
                Some(id) => match drafts::filled(&house, &id).await {
                    Ok(filled) => filled,
                    Err(failure) => return house.wrong(&failure),
                },
                None => Filled::default(),
            };
            filled.texts.extend(answered.reponse.map(|id| ("reponse".to_owned(), id)));
            shown(&house, &sheet, &filled, &Wrong::default(), &html! {})
        }
        Err(failure) => house.wrong(&failure),
    }
}

/// The flow, its rules and who may read it, as the relay proves them now; without the relay, nobody is proved to read it.
///
/// # Errors
/// [`Failure`].
pub(super) async fn sheet(house: &House, group: &str, flow: &str) -> Result<Sheet, Failure> {
    let group: GroupId = group.parse().map_err(|error| Failure::usage("usage-group", error))?;
    let code: FlowCode = flow.parse().map_err(|error| Failure::usage("usage-arguments", error))?;
    match proved(house, group, code.clone()).await {
        Err(Failure::Unreached) => {
            let rules = house.rules()?;
            let flow = crate::commands::flow_of(&rules, &code)?.clone();
            let (group_name, readers, approvers) = Default::default();
            Ok(Sheet { group, code, group_name, rules, flow, readers, approvers, is_away: true })
        }
        sheet => sheet,
    }
}

async fn proved(house: &House, group: GroupId, code: FlowCode) -> Result<Sheet, Failure> {
    house
        .desk
        .look(async move |session, _| {
            let directory = trust::prove(session, About::Group(group)).await?.directory;
            let (rules, now) = (directory.nomenclature().ok_or(Refusal::UnknownFlow)?, session.now());
            let flow = crate::commands::flow_of(rules, &code)?.clone();
            let own = &session.home.config.member;
            let (roster, _) = directory.roster(group).ok_or(Refusal::NotAMember)?;
            let seats = roster.seats.iter().map(|seat| &seat.member).filter(|member| *member != own);
            let may = seats
                .filter(|member| directory.card(member).is_some_and(|card| flow.to.contains(&card.function)));
            let readers = may.map(|member| Reader {
                member: member.to_string(),
                name: frame::person(&directory, member),
                is_signed: authorise::chartered(group, member, flow.class, &directory, now).is_ok(),
            });
            let readers: Vec<_> = readers.collect();
            let writer = directory.card(own).ok_or(Refusal::NotEnrolled)?;
            let approvers = match authorise::needed(&flow, writer) {
                Some(_) => authorise::approvers(group, &flow, (own, &[]), &directory, now),
                None => Vec::new(),
            };
            let approvers =
                approvers.iter().map(|member| (member.to_string(), frame::person(&directory, member)));
            Ok(Sheet {
                group,
                group_name: directory.group(group).map(|group| group.name.clone()).unwrap_or_default(),
                approvers: approvers.collect(),
                readers,
                rules: rules.clone(),
                flow,
                code,
                is_away: false,
            })
        })
        .await
}

/// The page of a form, as far as it was filled.
pub(super) fn shown(
    house: &House,
    sheet: &Sheet,
    filled: &Filled,
    wrong: &Wrong,
    above: &Markup,
) -> Response {
    let Sheet { flow, rules, .. } = sheet;
    let say = |id: &str| house.say(id, &[]);
    let around = Around { house, lists: &rules.lists, filled, wrong };
    let rows = filled.rows();
    let lines: Vec<u32> = match rows.last_key_value() {
        Some((last, _)) => (1..=ROWS.max(*last)).collect(),
        None => (1..=ROWS).collect(),
    };
    let names: Vec<_> = flow.all_fields().map(|field| field.name.as_str()).collect();
    let elsewhere = wrong.elsewhere(&names, &lines.iter().map(|line| u64::from(*line)).collect::<Vec<_>>());
    let main = html! {
        p.purpose { @if !sheet.is_away { strong { (sheet.group_name) } ". " } (flow.purpose) }
        @if sheet.is_away { (frame::told(&house.desk.failed(&Failure::Unreached))) }
        (above)
        @if wrong.count() > 0 {
            div.notice.wrong role="alert" {
                p { (house.say("page-faults", &[("count", wrong.count().into())])) }
                @for fault in &elsewhere { p { (fault) } }
            }
        }
        form.write id=(FORM) method="post" enctype="multipart/form-data" data-progress data-draft {
            (hidden(filled, &["reponse"]))
            input type="hidden" name=(drafts::DRAFT) value=(filled.text(drafts::DRAFT).unwrap_or_default());
            @if let Some(folder) = filled.folder_name() { input type="hidden" name="dossier" value=(folder); }
            (readers(house, sheet, filled))
            @if flow.needs_form() {
                input type="hidden" name="sujet" value=(flow.title);
            } @else {
                (line(&say("page-subject"), "sujet", filled, true))
            }
            @if flow.needs_form() {
                (fields(&around, flow))
            } @else {
                (text(house, "page-text", filled))
                @if !flow.fields.is_empty() {
                    details.optional open[wrong.count() > 0 || filled.has_fields()] {
                        summary { (say("page-fields")) }
                        (fields(&around, flow))
                    }
                }
            }
            @if let Some(table) = &flow.table {
                fieldset {
                    legend { (say("page-rows")) }
                    p.field { label for="tableau" { (say("page-table-file")) } input type="file" id="tableau" name="tableau" accept=".csv,.xlsx"; }
                    div.wide tabindex="0" role="region" aria-label=(say("page-rows")) {
                        table.cards {
                            thead { tr { @for column in &table.columns { th scope="col" { (column.label) @if column.required { " " span.required { (say("page-required")) } } @if let Some(example) = example(column.kind) { br; small { (example) } } } } } }
                            tbody {
                                @for line in &lines {
                                    @let cells = rows.get(line).map_or(&[][..], Vec::as_slice);
                                    tr { @for column in &table.columns { (cell(&around, column, *line, cells)) } }
                                }
                            }
                        }
                    }
                }
            }
            @if flow.needs_form() { (text(house, "page-text-more", filled)) }
            div.drop data-drop {
                p.field {
                    label for="documents" { (say("page-documents")) }
                    span.help { (say("page-documents-help")) }
                    input type="file" id="documents" name="documents" multiple;
                }
                ul.documents { @for document in filled.documents() { li { (document.file_name().unwrap_or_default().to_string_lossy()) } } }
            }
            (more(house, sheet, filled))
            p.actions {
                button.main { (say("page-continue")) }
                button name="garder" value="1" formnovalidate { (say("page-draft-keep")) }
            }
            p.small { (say("page-continue-help")) }
        }
    };
    let status = if wrong.count() > 0 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::at(Place::Write, &house.words, main).called(flow.title.clone());
    Page { status, ..page }.framed(&house.words)
}

fn fields(around: &Around<'_>, flow: &Flow) -> Markup {
    html! { fieldset { legend { (flow.title) } @for one in &flow.fields { (field(around, one)) } } }
}

fn text(house: &House, label: &str, filled: &Filled) -> Markup {
    html! {
        p.field {
            label for="texte" { (house.say(label, &[])) }
            textarea id="texte" name="texte" { (filled.text("texte").unwrap_or_default()) }
        }
    }
}

/// Who will read it: everybody who may and has signed, unless its writer says otherwise; a closed list is as it is.
fn readers(house: &House, sheet: &Sheet, filled: &Filled) -> Markup {
    let chosen: Vec<_> = filled.all("a").collect();
    let (closed, only) =
        (!sheet.flow.closed.is_empty(), sheet.readers.iter().filter(|one| one.is_signed).count() == 1);
    html! {
        fieldset {
            legend { (house.say("page-readers", &[])) }
            @if sheet.is_away { p { (house.say("page-readers-away", &[])) } (hidden(filled, &["a"])) }
            @else if sheet.readers.is_empty() { p { (house.say("page-readers-none", &[])) } }
            @if closed { p.help { (house.say("page-readers-closed", &[])) } }
            @for reader in &sheet.readers {
                label.choice {
                    input type="checkbox" name="a" value=(reader.member) disabled[!reader.is_signed]
                        checked[reader.is_signed && (closed || only || chosen.contains(&reader.member.as_str()))];
                    (reader.name)
                    @if !reader.is_signed { " " small { (house.say("page-unsigned", &[])) } }
                }
            }
        }
    }
}

/// What is usual and rarely changed.
fn more(house: &House, sheet: &Sheet, filled: &Filled) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let Sheet { flow, rules, approvers, .. } = sheet;
    let select = |name: &str, label: &str, options: Vec<(String, String)>, chosen: Option<&str>| {
        html! {
            p.field {
                label for=(name) { (say(label)) }
                select id=(name) name=(name) {
                    @for (code, title) in options { option value=(code) selected[Some(code.as_str()) == chosen] { (title) } }
                }
            }
        }
    };
    let codes = ["D1", "D2", "D3", "D4"]
        .map(|code| (code.to_owned(), say(&format!("page-handling-{}", code.to_lowercase()))));
    let actions = rules.actions.iter().map(|action| (action.code.clone(), action.title.clone())).collect();
    let outcomes = std::iter::once((String::new(), say("page-outcome-none")))
        .chain(rules.outcomes.iter().map(|outcome| (outcome.code.clone(), outcome.title.clone())));
    html! {
        @if approvers.len() > 1 { (select("accord", "page-approver", approvers.clone(), filled.text("accord"))) }
        @if filled.text("reponse").is_some() { (select("issue", "page-outcome", outcomes.collect(), filled.text("issue"))) }
        details {
            summary { (say("page-more")) }
            (select("diffusion", "page-handling", codes.into(), filled.text("diffusion").or(Some("D2"))))
            @if filled.text("reponse").is_none() {
                (select("attendu", "page-expects", actions, filled.text("attendu").or(flow.action.as_deref())))
                p.field { label for="avant" { (say("page-by")) } input type="date" id="avant" name="avant" value=(filled.text("avant").unwrap_or_default()); }
            }
            p.field {
                label for="terme" { (say("page-days")) }
                span.help { (house.say("page-days-help", &[("count", flow.retention_days.into()), ("most", flow.retention_days_max.into())])) }
                input id="terme" name="jours" type="number" min="1" max=(flow.retention_days_max) value=(filled.text("jours").unwrap_or_default());
            }
        }
    }
}

fn line(label: &str, name: &str, filled: &Filled, required: bool) -> Markup {
    html! {
        p.field {
            label for=(name) { (label) }
            input id=(name) name=(name) value=(filled.text(name).unwrap_or_default()) maxlength="200" required[required] autocomplete="off";
        }
    }
}

/// What goes to the next step as it is.
pub(super) fn hidden(filled: &Filled, names: &[&str]) -> Markup {
    html! {
        @for (name, text) in filled.texts.iter().filter(|(name, _)| names.contains(&name.as_str())) {
            input type="hidden" name=(name) value=(text);
        }
    }
}
