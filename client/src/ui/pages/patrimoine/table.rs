//! The table of a quarter as it is sent on: merged from the landlords' letters by who merges it, or as it was received
//! by who transmits it. Which of both, one's function says.

use super::confirm::{self, Form, Stands};
use super::gathered::{beside, received};
use super::{Asked, Duty, TABLE, duty, quarters, recent};
use crate::dates::day_of;
use crate::ui::desk::{Told, Typed};
use crate::ui::frame::{self, Place};
use crate::ui::pages::filled::Filled;
use crate::ui::pages::write::choose::only;
use crate::ui::{House, Member};
use axum::extract::{Multipart, Path, Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value as Json;
use shared::patrimoine::Quarter;
use shared::refusal::Refusal;
use std::sync::Arc;

/// The one group where the table goes on, or which.
pub(super) async fn somewhere(_: Member, State(house): State<Arc<House>>) -> Response {
    let title = title(duty(&house).await.unwrap_or(Duty::None));
    only(&house, TABLE, (Place::Patrimoine, title), "page-patrimoine-table-nowhere").await
}

pub(super) async fn gathered(
    _: Member,
    State(house): State<Arc<House>>,
    Path(group): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    shown(&house, &group, asked.trimestre.as_deref(), &html! {}, false).await
}

fn title(duty: Duty) -> &'static str {
    if duty == Duty::Transmit { "page-patrimoine-transmit" } else { "page-patrimoine-merge" }
}

/// What would be sent on, and all that is to be said beside it.
async fn shown(
    house: &House,
    group: &str,
    quarter: Option<&str>,
    above: &Markup,
    is_wrong: bool,
) -> Response {
    let duty = match duty(house).await {
        Ok(duty @ (Duty::Merge | Duty::Transmit)) => duty,
        Ok(_) => return house.wrong(&Refusal::SenderRole.into()),
        Err(failure) => return house.wrong(&failure),
    };
    let command = if duty == Duty::Merge { "patrimoine merge" } else { "patrimoine show" };
    let told = house.desk.run(Typed::new(command).with("group", group).with_some("quarter", quarter)).await;
    let nothing = Json::Null;
    let table = told.objects().pop().filter(|_| told.outcome.is_ok()).unwrap_or(&nothing);
    let shown: Option<Quarter> =
        table["quarter"].as_str().or(quarter).and_then(|quarter| quarter.parse().ok());
    let say = |id: &str| house.say(id, &[]);
    let lines = table["lines"].as_array().map_or(0, Vec::len);
    let unopened = table["unopened"].as_array().map_or(0, Vec::len);
    let main = html! {
        (above)
        div.filters {
            form method="get" action={ (TABLE) "/" (group) } {
                (quarters(house, &choices(house, shown), shown.unwrap_or_else(|| latest(house))))
                button { (say("page-patrimoine-show")) }
            }
        }
        (frame::wrong(&told))
        @if told.outcome.is_ok() {
            @if duty == Duty::Merge { (beside(house, group, table, shown.is_some_and(|quarter| is_over(house, quarter)))) } @else { (transmitted(house, &told, table)) }
            (received(house, table))
            @if lines == 0 { p.empty { (say("page-patrimoine-nothing-to-send")) } }
            @else {
                form method="post" action={ (TABLE) "/" (group) } enctype="multipart/form-data" data-progress {
                    input type="hidden" name="trimestre" value=(table["quarter"].as_str().unwrap_or_default());
                    @if unopened > 0 {
                        label.choice { input type="checkbox" name="partiel" value="1" required; (say("page-patrimoine-partial")) }
                    }
                    p.actions { button.main { (say("page-continue")) } }
                    p.small { (say("page-patrimoine-continue")) }
                }
            }
        }
    };
    confirm::page(house, say(title(duty)), main, is_wrong)
}

/// Whether a quarter has ended, so that who sent nothing for it is late.
fn is_over(house: &House, quarter: Quarter) -> bool {
    quarter < Quarter::of(day_of(house.desk.now()))
}

fn latest(house: &House) -> Quarter {
    recent(house).pop().unwrap_or_else(|| Quarter::of(day_of(house.desk.now())))
}

/// The quarters of the last year, and the one that is shown.
fn choices(house: &House, shown: Option<Quarter>) -> Vec<Quarter> {
    let mut quarters: Vec<_> = recent(house).into_iter().chain(shown).collect();
    quarters.sort();
    quarters.dedup();
    quarters
}

/// The table that was received, as one line.
fn transmitted(house: &House, told: &Told, table: &Json) -> Markup {
    let quarter = table["quarter"].as_str().unwrap_or_default();
    html! {
        h2 { (house.say("patrimoine-title", &[("quarter", quarter.to_owned().into())])) }
        // The second line says where it comes from.
        @for line in told.said.iter().filter_map(|said| match said {
            crate::show::page::Said::Result { lines, .. } => lines.get(1),
            _ => None,
        }) { p { (line) } }
        p { a href={ "/patrimoine?trimestre=" (quarter) } { (house.say("page-patrimoine-look", &[])) } }
    }
}

pub(super) async fn step(
    _: Member,
    State(house): State<Arc<House>>,
    Path(group): Path<String>,
    form: Multipart,
) -> Response {
    let filled = match Filled::whole(&house, form).await {
        Ok(filled) => filled,
        Err(failure) => {
            return shown(&house, &group, None, &frame::told(&house.desk.failed(&failure)), true).await;
        }
    };
    let quarter = filled.text("trimestre").map(str::to_owned);
    let is_partial = filled.text("partiel").is_some();
    let typed = || {
        let typed = Typed::new("patrimoine send").with("group", &group);
        typed.with_some("quarter", quarter.as_deref()).flag("partial", is_partial)
    };
    match confirm::run(&house, &filled, typed, None).await {
        Stands::Asked(told) => {
            let action = format!("{TABLE}/{group}");
            let back = format!("{action}?trimestre={}", quarter.as_deref().unwrap_or_default());
            let quarter = quarter.unwrap_or_default();
            let inside =
                html! { h2 { (house.say("patrimoine-title", &[("quarter", quarter.as_str().into())])) } };
            let mut hidden = vec![("trimestre", quarter)];
            hidden.extend(is_partial.then(|| ("partiel", "1".to_owned())));
            let form = Form { action: &action, hidden: &hidden, back: &back };
            let title = title(duty(&house).await.unwrap_or(Duty::None));
            confirm::asked(&house, &told, &form, house.say(title, &[]), &inside)
        }
        Stands::Sent(told) => confirm::sent(&house, &told),
        Stands::Refused(told) => shown(&house, &group, quarter.as_deref(), &frame::wrong(&told), true).await,
    }
}
