//! The table to look at: the ranking, how buildings move, and the map, each as a picture and as a table.
//!
//! The pictures are SVG with attributes alone, which the page's rules allow; long tables come a page at a time.

use super::Seen;
use crate::patrimoine::charts::{self, Picture};
use crate::patrimoine::tables::{self, numbered, placed};
use crate::patrimoine::{Table, titled};
use crate::ui::House;
use crate::ui::desk::Typed;
use crate::ui::frame;
use crate::ui::pages::paged::{Paged, query};
use maud::{Markup, html};
use serde_json::Value as Json;

/// Every line by its level, then by where it is going.
pub(super) fn ranking(house: &House, seen: &Seen, table: &Table, page: Option<usize>) -> Markup {
    let words = &house.words;
    let all = numbered(&table.lines);
    let paged = Paged::of(&all, page);
    let flow = shared::patrimoine::Flows::of(&seen.rules).map(|flows| flows.table.flow.clone());
    let name = house.say("patrimoine-ranking", &[]);
    html! {
        (figure(&charts::ranking(&table.lines, &titled(&seen.rules), words)))
        (beside(house, &name, page, &html! {
            @if let Some(flow) = &flow { (wide(&name, &tables::ranking((flow, &seen.rules), paged.lines, Some(&name), words))) }
            (paged.links(house, &address("/patrimoine", seen, table)))
        }))
    }
}

/// How many of each level, each building's course, and what changed since the quarter before.
pub(super) async fn evolution(house: &House, seen: &Seen, table: &Table, page: Option<usize>) -> Markup {
    let (words, history, quarter) = (&house.words, &seen.history, table.quarter);
    let (quarters, courses) = (history.quarters(quarter), history.courses(quarter));
    let paged = Paged::of(&courses, page);
    let [levels, evolution] = ["patrimoine-levels", "patrimoine-evolution"].map(|id| house.say(id, &[]));
    html! {
        (figure(&charts::levels(history, quarter, words)))
        (beside(house, &levels, None, &wide(&levels, &tables::levels(history, quarter, Some(&levels), words))))
        (changes(house, seen, table).await)
        (figure(&charts::evolution(history, quarter, words)))
        (beside(house, &evolution, page, &html! {
            (wide(&evolution, &tables::evolution(&quarters, paged.lines, Some(&evolution), words)))
            (paged.links(house, &address("/patrimoine/evolution", seen, table)))
        }))
    }
}

/// Where buildings are, of those whose position was said.
pub(super) fn map(house: &House, table: &Table, page: Option<usize>) -> Markup {
    let words = &house.words;
    let all = placed(&table.lines);
    let paged = Paged::of(&all, page);
    let name = house.say("patrimoine-map", &[]);
    html! {
        @match charts::map(&table.lines, words) {
            None => p.empty { (house.say("page-patrimoine-map-none", &[])) },
            Some(picture) => {
                (figure(&picture))
                (beside(house, &name, page, &html! {
                    (wide(&name, &tables::positions(&table.lines, paged.lines, Some(&name), words)))
                    (paged.links(house, &format!("/patrimoine/carte{}", query(&[("trimestre", &table.quarter.to_string())]))))
                }))
            },
        }
    }
}

/// What moved since the quarter before, line by line, as `pli patrimoine diff` says it.
async fn changes(house: &House, seen: &Seen, table: &Table) -> Markup {
    let before = table.quarter.previous();
    if seen.history.table(before).is_none() {
        return html! { p { (house.say("page-patrimoine-no-before", &[("quarter", before.to_string().into())])) } };
    }
    let typed = Typed::new("patrimoine diff");
    let typed = typed.with_some("group", seen.group.map(|group| group.to_string()).as_deref());
    let told = house.desk.run(typed.of(before).and(table.quarter)).await;
    let nothing = Json::Null;
    let diff = told.objects().pop().unwrap_or(&nothing);
    let changes = diff["changes"].as_array().map_or(&[][..], Vec::as_slice);
    let say = |id: &str| house.say(id, &[]);
    let level = |level: &Json| level.as_u64().map_or_else(|| "–".to_owned(), |level| level.to_string());
    let text = |line: &Json, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    html! {
        h3 { (house.say("page-patrimoine-changes", &[("quarter", before.to_string().into())])) }
        (frame::wrong(&told))
        @if changes.is_empty() { p { (say("page-patrimoine-no-change")) } }
        @else {
            table.cards {
                caption.seen-by-readers { (house.say("page-patrimoine-changes", &[("quarter", before.to_string().into())])) }
                thead { tr {
                    th scope="col" { (say("page-patrimoine-change")) }
                    @for id in ["patrimoine-column-building", "patrimoine-column-problem", "patrimoine-column-landlord"] { th scope="col" { (say(id)) } }
                    th.n scope="col" { (say("page-patrimoine-before")) }
                    th.n scope="col" { (say("page-patrimoine-after")) }
                } }
                tbody { @for change in changes.iter().take(CHANGES_MAX) {
                    @let code = text(change, "change");
                    tr {
                        td data-label=(say("page-patrimoine-change")) { span.badge.(badge(&code)) { (say(&format!("page-change-{code}"))) } }
                        th scope="row" { (text(change, "place")) }
                        td data-label=(say("patrimoine-column-problem")) { (text(change, "problem_title")) }
                        td data-label=(say("patrimoine-column-landlord")) { (text(change, "landlord")) }
                        td.n data-label=(say("page-patrimoine-before")) { (level(&change["before"])) }
                        td.n data-label=(say("page-patrimoine-after")) { (level(&change["after"])) }
                    }
                } }
            }
            @if changes.len() > CHANGES_MAX { p.small { (house.say("page-patrimoine-more-changes", &[("count", (changes.len() - CHANGES_MAX).into())])) } }
        }
        p { (house.say("patrimoine-same", &[("count", diff["same"].as_u64().unwrap_or(0).into())])) }
    }
}

/// Changes that one page lists: they come in the order of the ranking.
const CHANGES_MAX: usize = 60;

/// How a change is marked: what gets worse, what gets better, what needs a look.
fn badge(change: &str) -> &'static str {
    match change {
        "up" | "new" => "late",
        "down" => "done",
        "gone" | "unsaid" => "due",
        _ => "same",
    }
}

fn figure(picture: &Picture) -> Markup {
    html! { figure tabindex="0" { (picture.svg) figcaption.small { (picture.caption) } } }
}

/// The same as a table, open where its reader leafs through it.
fn beside(house: &House, name: &str, page: Option<usize>, table: &Markup) -> Markup {
    html! {
        details open[page.is_some()] {
            summary { (house.say("page-patrimoine-table", &[("title", name.into())])) }
            (table)
        }
    }
}

fn wide(name: &str, table: &Markup) -> Markup {
    html! { div.wide.rows tabindex="0" role="region" aria-label=(name) { (table) } }
}

/// Where the pages of a long table are.
fn address(path: &str, seen: &Seen, table: &Table) -> String {
    let group = seen.group.map(|group| group.to_string()).unwrap_or_default();
    format!("{path}{}", query(&[("trimestre", &table.quarter.to_string()), ("groupe", &group)]))
}
