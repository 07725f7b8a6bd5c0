//! A landlord's lines of a quarter: one file is dropped, checked, and sent to who merges the table.

use super::confirm::{self, Form, Stands};
use super::{LINES, quarters, recent};
use crate::dates::day_of;
use crate::failure::Failure;
use crate::patrimoine::gathered_quarter;
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Place};
use crate::ui::pages::filled::Filled;
use crate::ui::pages::rows::{self, ROWS_MAX, Rows};
use crate::ui::pages::write::choose::only;
use crate::ui::{House, Member};
use axum::extract::{Multipart, Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, html};
use shared::nomenclature::{Field, FieldKind, Lists};
use shared::patrimoine::{Flows, Quarter};
use shared::refusal::Refusal;
use std::sync::Arc;

/// The one group where lines go, or which.
pub(super) async fn somewhere(_: Member, State(house): State<Arc<House>>) -> Response {
    only(&house, LINES, (Place::Patrimoine, "page-patrimoine-lines"), "page-patrimoine-lines-nowhere").await
}

/// An empty table, as `pli patrimoine import --template` writes it.
pub(super) async fn template(_: Member, State(house): State<Arc<House>>) -> Response {
    let written = house.rules().and_then(|rules| {
        let flows = Flows::of(&rules).ok_or(Refusal::UnknownFlow)?;
        crate::patrimoine::template(flows.lines.flow)
    });
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"patrimoine.csv\""),
    ];
    match written {
        Ok(bytes) => (headers, bytes).into_response(),
        Err(failure) => house.wrong(&failure),
    }
}

pub(super) async fn empty(_: Member, State(house): State<Arc<House>>, Path(group): Path<String>) -> Response {
    shown(&house, &group, None, &html! {}, false)
}

/// The file, and for which quarter.
fn shown(house: &House, group: &str, quarter: Option<&str>, above: &Markup, is_wrong: bool) -> Response {
    let rules = match house.rules() {
        Ok(rules) => rules,
        Err(failure) => return house.wrong(&failure),
    };
    let Some(flows) = Flows::of(&rules) else { return house.wrong(&Refusal::UnknownFlow.into()) };
    let say = |id: &str| house.say(id, &[]);
    let flow = flows.lines.flow;
    let usual = gathered_quarter(&flows, day_of(house.desk.now()));
    let chosen: Quarter = quarter.and_then(|quarter| quarter.parse().ok()).unwrap_or(usual);
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let main = html! {
        p.purpose { (flow.purpose) }
        (above)
        form method="post" action={ (LINES) "/" (group) } enctype="multipart/form-data" data-progress {
            (quarters(house, &recent(house), chosen))
            div.drop data-drop {
                p.field {
                    label for="tableau" { (say("page-patrimoine-file")) }
                    span.help id="aide-tableau" { (say("page-patrimoine-file-help")) }
                    input type="file" id="tableau" name="tableau" accept=".csv,.xlsx" required aria-describedby="aide-tableau";
                }
            }
            p.actions {
                button.main { (say("page-continue")) }
                a.button href="/patrimoine/modele.csv" download { (say("page-patrimoine-template")) }
            }
            p.small { (say("page-patrimoine-continue")) }
        }
        details {
            summary { (say("page-patrimoine-columns")) }
            table.cards {
                caption.seen-by-readers { (say("page-patrimoine-columns")) }
                thead { tr { @for id in ["page-row-column", "page-patrimoine-accepts"] { th scope="col" { (say(id)) } } } }
                tbody { @for column in columns {
                    tr {
                        th scope="row" { (column.label) @if column.required { " " span.required { (say("page-required")) } } }
                        td data-label=(say("page-patrimoine-accepts")) {
                            (accepted(house, column, &rules.lists))
                            @if !column.help.is_empty() { br; (column.help) }
                        }
                    }
                } }
            }
        }
    };
    confirm::page(house, say("page-patrimoine-lines"), main, is_wrong)
}

/// What may stand in a column: what is listed, or of which kind it is.
fn accepted(house: &House, column: &Field, lists: &Lists) -> String {
    let options = column.options(lists);
    if !options.is_empty() {
        return options.iter().map(|option| option.title.as_str()).collect::<Vec<_>>().join(" ; ");
    }
    let id = match column.kind {
        FieldKind::Address => "page-accepts-address",
        FieldKind::Date => "page-accepts-date",
        FieldKind::Position => "page-accepts-position",
        FieldKind::Number => "page-accepts-number",
        _ => "page-accepts-line",
    };
    let [min, max] = [column.min, column.max].map(|bound| bound.unwrap_or(0).to_string());
    house.say(id, &[("min", min.into()), ("max", max.into())])
}

pub(super) async fn step(
    _: Member,
    State(house): State<Arc<House>>,
    Path(group): Path<String>,
    form: Multipart,
) -> Response {
    let read = match Filled::whole(&house, form).await {
        Ok(filled) => match filled.table.clone() {
            Some(table) => Ok((filled, table)),
            None => Err(Failure::usage("page-table-gone", "no table came")),
        },
        Err(failure) => Err(failure),
    };
    let (mut filled, table) = match read {
        Ok(read) => read,
        Err(failure) => {
            return shown(&house, &group, None, &frame::told(&house.desk.failed(&failure)), true);
        }
    };
    let quarter = filled.text("trimestre").map(str::to_owned);
    let typed = || {
        let typed = Typed::new("patrimoine import").with("group", &group);
        typed.with_some("quarter", quarter.as_deref())
    };
    // The file comes last, behind the flags.
    let path = table.display().to_string();
    let stands = confirm::run(&house, &filled, typed, Some(path)).await;
    match stands {
        Stands::Asked(told) => {
            let flow = house.rules().ok().and_then(|rules| Some(Flows::of(&rules)?.lines.flow.clone()));
            let name = house.say("page-patrimoine-your-lines", &[]);
            let inside = match &flow {
                Some(flow) => {
                    let rows = Rows::of(table, flow).await;
                    html! { details.act.whole open { summary { (name) } (rows.table(&house, &rows.lines(), ROWS_MAX, &name)) } }
                }
                None => html! {},
            };
            let action = format!("{LINES}/{group}");
            let hidden = [
                ("tableau", filled.table_name().unwrap_or_default()),
                ("trimestre", quarter.clone().unwrap_or_default()),
            ];
            let form = Form { action: &action, hidden: &hidden, back: &action };
            confirm::asked(&house, &told, &form, house.say("page-patrimoine-lines", &[]), &inside)
        }
        Stands::Sent(told) => {
            filled.forget();
            confirm::sent(&house, &told)
        }
        Stands::Refused(told) => {
            filled.forget();
            let above = match &told.outcome {
                Err(Failure::Form(faults)) => rows::faults(&house, &faults.json(&house.words)),
                _ => frame::wrong(&told),
            };
            shown(&house, &group, quarter.as_deref(), &above, true)
        }
    }
}
