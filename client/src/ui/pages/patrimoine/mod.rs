//! *Patrimoine*: the shared table of art. 4, as far as it was opened on this device.
//!
//! | what | where |
//! |---|---|
//! | whose table, of which quarter, and what one's function does with it | this file |
//! | the ranking, how buildings move, the map; each picture with its table | [`views`] |
//! | a landlord's lines, from a file | [`lines`] |
//! | what was received, merged and sent on | [`table`], in [`gathered`] what is to be said beside it |
//! | the last step before sending, of both | [`confirm`] |
//!
//! Looking asks nobody: it reads working copies. The pictures are those of `pli patrimoine show`.

mod confirm;
mod gathered;
mod lines;
mod table;
mod views;

use crate::dates::day_of;
use crate::deadlines;
use crate::failure::Failure;
use crate::nomenclature;
use crate::patrimoine::{Table, held, source};
use crate::session::Session;
use crate::trust;
use crate::ui::frame::{Page, Place};
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use shared::ids::{GroupId, Role};
use shared::nomenclature::Nomenclature;
use shared::patrimoine::{Flows, History, Quarter};
use shared::refusal::Refusal;
use shared::wire::About;
use std::sync::Arc;

/// Where a landlord sends its lines from, and where the table is merged and sent on.
pub(super) const LINES: &str = "/patrimoine/deposer";
pub(super) const TABLE: &str = "/patrimoine/envoyer";

/// As of results of patrols: read so far, so that the command says why a table is not taken.
const BODY_BYTES_MAX: usize = 2 * crate::documents::limits::TABLE_BYTES_MAX;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route(
            "/patrimoine",
            get(async |member, state, asked| view(View::Ranking, member, state, asked).await),
        )
        .route(
            "/patrimoine/evolution",
            get(async |member, state, asked| view(View::Evolution, member, state, asked).await),
        )
        .route(
            "/patrimoine/carte",
            get(async |member, state, asked| view(View::Map, member, state, asked).await),
        )
        .route("/patrimoine/modele.csv", get(lines::template))
        .route(LINES, get(lines::somewhere))
        .route("/patrimoine/deposer/{group}", get(lines::empty).post(lines::step))
        .route(TABLE, get(table::somewhere))
        .route("/patrimoine/envoyer/{group}", get(table::gathered).post(table::step))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// What is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Ranking,
    Evolution,
    Map,
}

impl View {
    const ALL: [(Self, &str, &str); 3] = [
        (Self::Ranking, "/patrimoine", "page-patrimoine-ranking"),
        (Self::Evolution, "/patrimoine/evolution", "page-patrimoine-evolution"),
        (Self::Map, "/patrimoine/carte", "patrimoine-map"),
    ];
}

/// Which quarter, of which group, which page of a long table.
#[derive(Deserialize, Default)]
struct Asked {
    trimestre: Option<String>,
    groupe: Option<String>,
    page: Option<usize>,
}

/// What a function does with the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Duty {
    /// It sends lines.
    Lines,
    /// It merges them.
    Merge,
    /// It sends the table on.
    Transmit,
    /// It reads it.
    Read,
    /// Nothing.
    None,
}

impl Duty {
    fn of(function: &Role, flows: &Flows<'_>) -> Self {
        match flows.sent_on_by(function) {
            Some(route) if route.code == flows.table.code => Self::Merge,
            Some(_) => Self::Transmit,
            None if flows.lines.flow.from.contains(function) => Self::Lines,
            None if flows.transmission.flow.to.contains(function) => Self::Read,
            None => Self::None,
        }
    }

    /// What stands where there is no table.
    fn empty(self) -> &'static str {
        match self {
            Self::Lines => "page-patrimoine-none-lines",
            Self::Merge => "page-patrimoine-none-merge",
            Self::Transmit | Self::Read => "page-patrimoine-none-read",
            Self::None => "page-patrimoine-none",
        }
    }
}

/// What this device holds, and of which quarter it is shown.
struct Seen {
    duty: Duty,
    rules: Nomenclature,
    history: History,
    table: Option<Table>,
    /// The group that is shown, and the others of which something is here.
    group: Option<GroupId>,
    groups: Vec<GroupId>,
}

async fn view(
    view: View,
    _: Member,
    State(house): State<Arc<House>>,
    Query(asked): Query<Asked>,
) -> Response {
    let page = asked.page;
    match seen(&house, asked).await {
        Ok(seen) => {
            let main = main(&house, &seen, view, page).await;
            Page::at(Place::Patrimoine, &house.words, main).framed(&house.words)
        }
        Err(failure) => house.wrong(&failure),
    }
}

async fn seen(house: &House, asked: Asked) -> Result<Seen, Failure> {
    house
        .desk
        .look(async move |session, _| {
            let versions = nomenclature::kept(&session.home);
            let rules = versions.first().cloned().ok_or(Refusal::UnknownFlow)?;
            let flows = Flows::of(&rules).ok_or(Refusal::UnknownFlow)?;
            // Where it is not known yet and the relay is away, the table is looked at all the same.
            let duty = function(session).await.map_or(Duty::Read, |function| Duty::of(&function, &flows));
            let mut all = held(session, &versions);
            let groups: Vec<_> = all.keys().copied().collect();
            let wanted = asked.groupe.and_then(|group| group.parse().ok());
            let group = groups.iter().copied().find(|group| wanted.is_none_or(|wanted| *group == wanted));
            let held = group.and_then(|group| all.remove(&group)).unwrap_or_default();
            let history = held.history();
            let quarter = asked.trimestre.and_then(|quarter| quarter.parse().ok());
            let table = quarter.or_else(|| history.newest()).and_then(|quarter| held.table(quarter));
            let table = table.or_else(|| held.table(history.newest()?));
            Ok(Seen { duty, rules, history, table, group, groups })
        })
        .await
}

/// One's own function, as it was last proved; a device that was never in contact asks.
async fn function(session: &mut Session) -> Result<Role, Failure> {
    if let Some(rules) = deadlines::rules(&session.home) {
        return Ok(rules.function);
    }
    let directory = trust::prove(session, About::Own).await?.directory;
    Ok(directory.owner(session.device()).ok_or(Refusal::NotEnrolled)?.function.clone())
}

/// What one's function does with the table.
async fn duty(house: &House) -> Result<Duty, Failure> {
    house
        .desk
        .look(async |session, _| {
            let function = function(session).await?;
            let rules = nomenclature::last_in_force(Some(&session.home))?;
            let flows = Flows::of(&rules).ok_or(Refusal::UnknownFlow)?;
            Ok(Duty::of(&function, &flows))
        })
        .await
}

async fn main(house: &House, seen: &Seen, view: View, page: Option<usize>) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    html! {
        (duties(house, seen.duty))
        @match &seen.table {
            None => p.empty { (say(seen.duty.empty())) },
            Some(table) => {
                (chosen(house, seen, table, view))
                @match view {
                    View::Ranking => (views::ranking(house, seen, table, page)),
                    View::Evolution => (views::evolution(house, seen, table, page).await),
                    View::Map => (views::map(house, table, page)),
                }
            },
        }
        p.small { (say("page-patrimoine-what")) }
    }
}

/// What one's function does with it.
fn duties(house: &House, duty: Duty) -> Markup {
    let link =
        |path: &str, id: &str| html! { p.actions { a.button.main href=(path) { (house.say(id, &[])) } } };
    match duty {
        Duty::Lines => link(LINES, "page-patrimoine-lines"),
        Duty::Merge => link(TABLE, "page-patrimoine-merge"),
        Duty::Transmit => link(TABLE, "page-patrimoine-transmit"),
        Duty::Read | Duty::None => html! {},
    }
}

/// Which table this is, and the ways to another quarter, group and view.
fn chosen(house: &House, seen: &Seen, table: &Table, view: View) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let here = View::ALL.iter().find(|(one, ..)| *one == view).map_or("/patrimoine", |(_, path, _)| path);
    let group = seen.group.filter(|_| seen.groups.len() > 1);
    let query = super::paged::query(&[
        ("trimestre", &table.quarter.to_string()),
        ("groupe", &group.map(|group| group.to_string()).unwrap_or_default()),
    ]);
    let query = query.trim_end_matches('&');
    html! {
        h2 { (house.say("patrimoine-title", &[("quarter", table.quarter.to_string().into())])) }
        p { (source(&table.source, &house.words)) ". " (house.say("page-patrimoine-count", &[("count", table.lines.len().into())])) }
        div.filters {
            form method="get" action=(here) {
                @if let Some(group) = group { input type="hidden" name="groupe" value=(group); }
                (quarters(house, &seen.history.known().collect::<Vec<_>>(), table.quarter))
                button { (say("page-patrimoine-show")) }
            }
        }
        @if seen.groups.len() > 1 {
            p { (say("page-patrimoine-groups")) @for one in &seen.groups {
                " " a href={ (here) "?groupe=" (one) } aria-current=[(Some(*one) == seen.group).then_some("true")] { (one.to_string().chars().take(8).collect::<String>()) }
            } }
        }
        nav.views aria-label=(say("page-patrimoine-views")) {
            @for (one, path, name) in View::ALL {
                a.button href={ (path) (query) } aria-current=[(one == view).then_some("page")] { (say(name)) }
            }
        }
    }
}

/// A choice of quarters, the newest first.
fn quarters(house: &House, quarters: &[Quarter], chosen: Quarter) -> Markup {
    html! {
        p.field {
            label for="trimestre" { (house.say("patrimoine-quarter", &[])) }
            select id="trimestre" name="trimestre" {
                @for quarter in quarters.iter().rev() {
                    option value=(quarter) selected[*quarter == chosen] { (quarter) }
                }
            }
        }
    }
}

/// The quarters for which somebody writes now: the one that comes, the one that runs, and the year before.
fn recent(house: &House) -> Vec<Quarter> {
    let now = Quarter::of(day_of(house.desk.now()));
    let mut quarters: Vec<_> =
        std::iter::successors(Some(now), |quarter| Some(quarter.previous())).take(5).collect();
    quarters.reverse();
    quarters
}
