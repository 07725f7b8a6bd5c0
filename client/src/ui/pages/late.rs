//! *En retard*: what is past its time, and what an approver has little time left for; each with where it is done.
//!
//! What is to be sent and what is expected is known without the relay. How many there are does not stand beside the
//! name of this page: on every page, that would open the whole register once more.

use super::deadlines::badge;
use super::month;
use super::paged::{FIRST, rest};
use super::patrimoine::{LINES, TABLE};
use super::patrol::PATROLS;
use crate::dates;
use crate::patrol;
use crate::show::local_time;
use crate::ui::desk::Typed;
use crate::ui::frame::{self, Page, Place};
use crate::ui::waiting::Letter;
use crate::ui::{House, Member};
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use maud::{Markup, html};
use serde_json::Value as Json;
use shared::ids::FlowCode;
use shared::nomenclature::Nomenclature;
use shared::patrimoine::Flows;
use shared::time::{DAY_SECONDS, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Less than this is left for an agreement, and it is nearly over: who works on weekdays sees it on a Friday.
const NEARLY_SECONDS: u64 = 3 * DAY_SECONDS;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/en-retard", get(late))
}

/// A flow's own page, or where every flow is chosen.
pub(super) fn begins(flow: &str, rules: Option<&Nomenclature>) -> &'static str {
    let found = || {
        let (rules, code) = (rules?, flow.parse::<FlowCode>().ok()?);
        let of_table = Flows::of(rules).filter(|flows| flows.route(&code).is_some());
        Some(match of_table {
            Some(flows) if *flows.lines.code == code => LINES,
            Some(_) => TABLE,
            None if patrol::is_split(rules.flow(&code)?, rules) => PATROLS,
            None => "/ecrire",
        })
    };
    found().unwrap_or("/ecrire")
}

/// Where what is due is written: on its own page, as the answer that it is.
pub(super) fn address(due: &Json, rules: Option<&Nomenclature>) -> String {
    let page = begins(due["flow"].as_str().unwrap_or_default(), rules);
    match due["message"].as_str().and_then(|id| id.get(..16)).filter(|_| due["owed"] == true) {
        // Which group it is, the list of groups says.
        Some(id) => format!("/ecrire?reponse={id}"),
        None => page.to_owned(),
    }
}

async fn late(_: Member, State(house): State<Arc<House>>) -> Response {
    let due = house.desk.run(Typed::new("deadlines").flag("late", true)).await;
    let threads = house.desk.run(Typed::new("threads")).await;
    let (letters, inbox) = house.desk.waiting().await;
    let to_send = due.objects();
    // What is due as an answer is not said twice.
    let said: BTreeSet<_> = to_send.iter().filter_map(|one| one["message"].as_str()).collect();
    let late = |direction: &str| -> Vec<&Json> {
        let is_late = |one: &&Json| one["state"] == "late" && one["direction"] == direction;
        let is_new = |one: &&Json| one["message"].as_str().is_none_or(|id| !said.contains(id));
        threads.objects().into_iter().filter(|one| is_late(one) && is_new(one)).collect()
    };
    let (owed, asked, gates) = (late("owed"), late("asked"), nearly_over(&house, &letters));
    let nothing = to_send.is_empty() && owed.is_empty() && asked.is_empty() && gates.is_empty();
    let is_known = [&due, &threads, &inbox].iter().all(|told| told.outcome.is_ok());
    let main = html! {
        @for told in [&due, &threads, &inbox] { (frame::wrong(told)) }
        @if nothing && is_known { p.empty { (house.say("page-late-none", &[])) } }
        (approvals(&house, &gates))
        (to_be_sent(&house, &to_send))
        (requests(&house, &owed, "page-late-owed", ("/plis/", "page-late-answer")))
        (requests(&house, &asked, "page-late-asked", ("/envoyes/", "page-late-look")))
        p { a href="/echeances" { (house.say("page-late-next", &[])) } }
    };
    Page::at(Place::Late, &house.words, main).framed(&house.words)
}

/// The letters that wait for this member's agreement, and will not much longer; the shortest time first.
fn nearly_over<'a>(house: &House, letters: &'a [Arc<Letter>]) -> Vec<(Timestamp, &'a Letter)> {
    let soon = house.desk.now().plus(NEARLY_SECONDS);
    let waits = letters.iter().filter(|letter| letter.state == "to-approve");
    let until = waits.filter_map(|letter| Some((letter.gate.as_ref()?.until, letter.as_ref())));
    let mut letters: Vec<_> = until.filter(|(until, _)| *until < soon).collect();
    letters.sort_by_key(|(until, _)| *until);
    letters
}

fn approvals(house: &House, letters: &[(Timestamp, &Letter)]) -> Markup {
    let columns = ["page-what", "page-from", "page-late-decide-by", "page-do"];
    section(
        house,
        letters.len(),
        "page-late-approvals",
        &columns,
        &html! {
            @for (until, letter) in letters.iter().take(FIRST) {
                tr {
                    th scope="row" { (letter.title) }
                    td data-label=(house.say("page-from", &[])) { (letter.from.name) }
                    td.day data-label=(house.say("page-late-decide-by", &[])) { (local_time(*until)) }
                    td { a.button href={ "/plis/" (letter.number()) } { (house.say("page-late-decide", &[])) } }
                }
            }
        },
    )
}

/// What had to be sent.
fn to_be_sent(house: &House, due: &[&Json]) -> Markup {
    let rules = house.rules().ok();
    let columns = ["page-state", "page-deadlines-what", "page-deadlines-until", "page-do"];
    section(
        house,
        due.len(),
        "page-late-to-send",
        &columns,
        &html! {
            @for one in due.iter().take(FIRST) {
                tr {
                    td data-label=(house.say("page-state", &[])) { (badge(house, "late")) " " small { (since(house, &one["day"])) } }
                    th scope="row" { (one["what"].as_str().unwrap_or_default()) }
                    td data-label=(house.say("page-deadlines-until", &[])) { (one["until"].as_str().unwrap_or_default()) }
                    td {
                        @if one["court"] == true { (house.say("deadlines-court", &[]).trim()) }
                        @else if one["owed"] == true {
                        a.button href=(address(one, rules.as_ref())) { (house.say("page-reply", &[])) }
                        " " a href={ "/plis/" (beginning(one)) } { (house.say("page-late-read", &[])) }
                    }
                    @else { a.button href=(address(one, rules.as_ref())) { (house.say("page-write", &[])) } }
                    }
                }
            }
        },
    )
}

/// What somebody asked for by a day that is over.
fn requests(house: &House, requests: &[&Json], title: &str, (place, does): (&str, &str)) -> Markup {
    let columns = ["page-state", "page-what", "page-expected", "page-before", "page-do"];
    section(
        house,
        requests.len(),
        title,
        &columns,
        &html! {
            @for one in requests.iter().take(FIRST) {
                tr {
                    td data-label=(house.say("page-state", &[])) { (badge(house, "late")) " " small { (since(house, &one["by"])) } }
                    th scope="row" { (one["title"].as_str().unwrap_or_default()) " " small { (house.say("page-letter-number", &[("number", number(one).into())])) } }
                    td data-label=(house.say("page-expected", &[])) { (one["expects"].as_str().unwrap_or_default()) }
                    td.day data-label=(house.say("page-before", &[])) { (month::people(one["by"].as_str().unwrap_or_default())) }
                    td { a.button href={ (place) (beginning(one)) } { (house.say(does, &[])) } }
                }
            }
        },
    )
}

fn section(house: &House, count: usize, title: &str, columns: &[&str], rows: &Markup) -> Markup {
    html! {
        @if count > 0 {
            h2 { (house.say(title, &[])) }
            table.cards {
                caption.seen-by-readers { (house.say(title, &[])) }
                thead { tr { @for id in columns { th scope="col" { (house.say(id, &[])) } } } }
                tbody { (rows) }
            }
            (rest(house, count))
        }
    }
}

/// The beginning of a letter's id: what stands in addresses.
fn beginning(one: &Json) -> &str {
    one["message"].as_str().and_then(|id| id.get(..16)).unwrap_or_default()
}

fn number(request: &Json) -> String {
    request["message"].as_str().unwrap_or_default().chars().take(8).collect()
}

/// For how many days it is late.
fn since(house: &House, day: &Json) -> String {
    let Some(day) = day.as_str().and_then(|day| dates::day(day).ok()) else { return String::new() };
    let days = dates::day_of(house.desk.now()).since(day).map_or(0, |span| span.get_days());
    house.say("page-late-since", &[("count", days.max(0).into())])
}
