//! *Résultats de patrouille*: one table is dropped, and each landlord receives the rows of its own buildings.
//!
//! | step | where |
//! |---|---|
//! | which group, and the file | this file |
//! | the landlords' lists of halls that are answered | [`lists`] |
//! | who gets what, what nobody gets, and what went | [`split`] |
//!
//! Both steps run `pli patrol send`: without a yes it says what it would do. Nothing is kept between them but the table
//! that was dropped. What went before is left out: sending the same table twice sends nothing twice.

mod lists;
mod split;

use self::lists::List;
use crate::failure::Failure;
use crate::form::sheet;
use crate::patrol;
use crate::trust;
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place};
use crate::ui::pages::filled::Filled;
use crate::ui::pages::rows::{self, Rows};
use crate::ui::pages::write::choose::{Answered, only};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};
use shared::ids::{FlowCode, GroupId};
use shared::nomenclature::Flow;
use shared::refusal::Refusal;
use shared::wire::About;
use std::sync::Arc;

/// Where results are sent from.
pub(super) const PATROLS: &str = "/patrouilles";

/// A table that is too large is read as far as here, so that the command says why it is not taken.
const BODY_BYTES_MAX: usize = 2 * crate::documents::limits::TABLE_BYTES_MAX;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route(PATROLS, get(somewhere))
        .route("/patrouilles/{group}/{flow}", get(empty).post(step))
        .route("/patrouilles/{group}/{flow}/modele.csv", get(template))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// A flow of results in a group, as who sends it sees it.
struct Channel {
    group: GroupId,
    group_name: String,
    code: FlowCode,
    flow: Flow,
    /// How many lines of lists say whose a building is.
    known: usize,
}

impl Channel {
    fn path(&self) -> String {
        format!("{PATROLS}/{}/{}", self.group, self.code)
    }
}

/// The one group where results go, or which.
async fn somewhere(_: Member, State(house): State<Arc<House>>) -> Response {
    only(&house, PATROLS, (Place::Write, "page-patrol"), "page-patrol-nowhere").await
}

async fn empty(
    _: Member,
    State(house): State<Arc<House>>,
    Path((group, flow)): Path<(String, String)>,
    Query(answered): Query<Answered>,
) -> Response {
    let channel = match channel(&house, &group, &flow).await {
        Ok(channel) => channel,
        Err(failure) => return house.wrong(&failure),
    };
    let lists = lists::waiting(&house, &channel, answered.reponse.as_deref()).await;
    asked(&house, &channel, &lists, &html! {}, StatusCode::OK)
}

/// The flow in the group, as the relay proves both now, and what this device knows of buildings.
async fn channel(house: &House, group: &str, flow: &str) -> Result<Channel, Failure> {
    let group: GroupId = group.parse().map_err(|error| Failure::usage("usage-group", error))?;
    let code: FlowCode = flow.parse().map_err(|error| Failure::usage("usage-arguments", error))?;
    house
        .desk
        .look(async move |session, _| {
            let directory = trust::prove(session, About::Group(group)).await?.directory;
            let rules = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
            let flow = crate::commands::flow_of(rules, &code)?.clone();
            if !patrol::is_split(&flow, rules) {
                return Err(Failure::usage("patrol-flow", "no flow of results"));
            }
            let known = patrol::known(session, rules).len();
            let group_name = directory.group(group).map(|group| group.name.clone()).unwrap_or_default();
            Ok(Channel { group, group_name, code, flow, known })
        })
        .await
}

/// The headings, as a file to fill.
async fn template(
    _: Member,
    State(house): State<Arc<House>>,
    Path((group, flow)): Path<(String, String)>,
) -> Response {
    let written = channel(&house, &group, &flow).await.and_then(|channel| sheet::headings(&channel.flow));
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"resultats-patrouille.csv\""),
    ];
    match written {
        Ok(bytes) => (headers, bytes).into_response(),
        Err(failure) => house.wrong(&failure),
    }
}

/// The file, and which lists it answers.
fn asked(house: &House, channel: &Channel, lists: &[List], above: &Markup, status: StatusCode) -> Response {
    let say = |id: &str| house.say(id, &[]);
    let columns = channel.flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let columns: Vec<_> = columns.iter().map(|column| column.label.as_str()).collect();
    let main = html! {
        p.purpose { strong { (channel.group_name) } ". " (channel.flow.purpose) }
        (above)
        @if channel.known == 0 {
            div.notice.due {
                p { (say("page-patrol-no-lists")) }
                p { a href="/" { (say("page-patrol-open-lists")) } }
            }
        }
        form method="post" action=(channel.path()) enctype="multipart/form-data" data-progress {
            div.drop data-drop {
                p.field {
                    label for="tableau" { (say("page-patrol-file")) }
                    span.help id="aide-tableau" { (house.say("page-patrol-file-help", &[("columns", columns.join(", ").into())])) }
                    input type="file" id="tableau" name="tableau" accept=".csv,.xlsx" required aria-describedby="aide-tableau";
                }
            }
            @if !lists.is_empty() {
                fieldset {
                    legend { (say("page-patrol-lists")) }
                    p.help { (say("page-patrol-lists-help")) }
                    @for list in lists {
                        label.choice {
                            input type="checkbox" name="liste" value=(list.id) checked[list.chosen];
                            (list.landlord) ", " (list.day)
                        }
                    }
                }
            }
            p.actions { button.main { (say("page-continue")) } }
            p.small { (say("page-patrol-continue")) }
        }
        p.actions {
            a.button href={ (channel.path()) "/modele.csv" } download { (say("page-patrol-template")) }
            a href={ "/ecrire/" (channel.group) "/" (channel.code) } { (say("page-patrol-by-hand")) }
        }
    };
    let page = Page::at(Place::Write, &house.words, main).called(house.say("page-patrol", &[]));
    Page { status, ..page }.framed(&house.words)
}

async fn step(
    _: Member,
    State(house): State<Arc<House>>,
    Path((group, flow)): Path<(String, String)>,
    form: Multipart,
) -> Response {
    let channel = match channel(&house, &group, &flow).await {
        Ok(channel) => channel,
        Err(failure) => return house.wrong(&failure),
    };
    let mut filled = match Filled::whole(&house, form).await {
        Ok(filled) => filled,
        Err(failure) => return again(&house, &channel, &Filled::default(), &failure).await,
    };
    let Some(table) = filled.table.clone() else {
        let failure = Failure::usage("page-table-gone", "no table came");
        return again(&house, &channel, &filled, &failure).await;
    };
    let says_yes = filled.text("oui").is_some();
    let mut typed = Typed::new("patrol send").with("group", channel.group).with("flow", &channel.code);
    for list in filled.all("liste") {
        typed = typed.with("answers", list);
    }
    let told = house.desk.run(typed.flag("unsent", true).flag("yes", says_yes).of(table.display())).await;
    match &told.outcome {
        Ok(_) if says_yes => {
            filled.forget();
            split::sent(&house, &channel, &told)
        }
        Ok(_) => {
            let rows = Rows::of(table, &channel.flow).await;
            split::preview(&house, &channel, &filled, &told, &rows)
        }
        Err(Failure::Form(faults)) => {
            let above = rows::faults(&house, &faults.json(&house.words));
            filled.forget();
            refused(&house, &channel, &filled, &above).await
        }
        // Some of it may have gone: the same table goes on where it broke off.
        Err(_) if says_yes => split::broken_off(&house, &channel, &filled, &told),
        Err(_) => {
            filled.forget();
            refused(&house, &channel, &filled, &frame::wrong(&told)).await
        }
    }
}

async fn again(house: &House, channel: &Channel, filled: &Filled, failure: &Failure) -> Response {
    let above = frame::told(&house.desk.failed(failure));
    refused(house, channel, filled, &above).await
}

/// Nothing went, and why; the next file is dropped in the same place.
async fn refused(house: &House, channel: &Channel, filled: &Filled, above: &Markup) -> Response {
    let mut lists = lists::waiting(house, channel, None).await;
    for list in &mut lists {
        list.chosen = filled.all("liste").any(|id| id == list.id);
    }
    asked(house, channel, &lists, above, StatusCode::UNPROCESSABLE_ENTITY)
}
