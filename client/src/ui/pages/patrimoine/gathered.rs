//! What is to be said beside a merged table: who sent, who is late, what waits to be opened, what came twice and what is
//! missing. Nothing of it is mended here.

use super::TABLE;
use crate::ui::House;
use crate::ui::frame::{day, short};
use crate::ui::pages::rows::ROWS_MAX;
use maud::{Markup, html};
use serde_json::Value as Json;

/// All of it. Where the quarter is not over, nobody is late yet.
pub(super) fn beside(house: &House, group: &str, merged: &Json, is_over: bool) -> Markup {
    let quarter = text(merged, "quarter");
    let unopened = list(merged, "unopened");
    let arguments = [
        ("quarter", quarter.into()),
        ("count", list(merged, "lines").len().into()),
        ("received", merged["received"].as_u64().unwrap_or(0).to_string().into()),
        ("expected", merged["expected"].as_u64().unwrap_or(0).to_string().into()),
    ];
    html! {
        p.sentence { (house.say("patrimoine-merged", &arguments)) }
        @if !unopened.is_empty() {
            div.notice.due {
                p { (house.say("page-patrimoine-unopened", &[("count", unopened.len().into())])) }
                ul { @for letter in unopened {
                    li { a href={ "/plis/" (short(letter)) } { (text(letter, "name")) } ", " (day(&letter["created"])) }
                } }
            }
        }
        @for other in list(merged, "others") {
            p.notice {
                a href={ (TABLE) "/" (group) "?trimestre=" (text(other, "quarter")) } {
                    (house.say("page-patrimoine-others", &[("count", other["letters"].as_u64().unwrap_or(0).into()), ("quarter", text(other, "quarter").into())]))
                }
            }
        }
        @for letter in list(merged, "aside") {
            p.notice.due { a href={ "/plis/" (short(letter)) } { (house.say("page-patrimoine-aside", &[("number", short(letter).chars().take(8).collect::<String>().into())])) } }
        }
        (landlords(house, merged, is_over))
        (doubtful(house, merged))
    }
}

/// Who sent, and who is late.
fn landlords(house: &House, merged: &Json, is_over: bool) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let fewer = |landlord: &str| list(merged, "fewer").iter().any(|one| one == landlord);
    let rows = [("counted", "done"), ("replaced", "same")];
    let late = list(merged, "late");
    html! {
        @if !late.is_empty() || !list(merged, "counted").is_empty() {
            h2 { (say("patrimoine-landlords")) }
            table.cards {
                caption.seen-by-readers { (say("patrimoine-landlords")) }
                thead { tr {
                    th scope="col" { (say("page-state")) }
                    th scope="col" { (say("patrimoine-column-landlord")) }
                    th.n scope="col" { (say("patrimoine-lines")) }
                    th scope="col" { (say("page-received")) }
                } }
                tbody {
                    @for landlord in late.iter().filter_map(Json::as_str) {
                        @let before = list(merged, "unsaid").iter().filter(|line| line["landlord"] == landlord).count();
                        tr {
                            td data-label=(say("page-state")) { @if is_over { span.badge.late { (say("deadlines-late")) } } @else { span.badge.due { (say("page-version-awaited")) } } }
                            th scope="row" { (landlord) @if before > 0 { " " small { (house.say("page-patrimoine-had", &[("count", before.into())])) } } }
                            td.n data-label=(say("patrimoine-lines")) { "–" }
                            td.day data-label=(say("page-received")) { "–" }
                        }
                    }
                    @for (name, class) in rows {
                        @for letter in list(merged, name) {
                            tr {
                                td data-label=(say("page-state")) { span.badge.(class) { (say(&format!("page-version-{name}"))) } }
                                th scope="row" {
                                    (text(letter, "landlord"))
                                    @if name == "counted" && fewer(text(letter, "landlord")) { " " small { (say("page-patrimoine-fewer")) } }
                                }
                                td.n data-label=(say("patrimoine-lines")) { (letter["lines"]) }
                                td.day data-label=(say("page-received")) { (day(&letter["created"])) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What came twice, and what stood in the table before and does not any more.
fn doubtful(house: &House, merged: &Json) -> Markup {
    let described = |line: &Json| {
        let level = line["level"].as_u64().unwrap_or(0).to_string();
        let values = [
            ("building", text(line, "place").into()),
            ("landlord", text(line, "landlord").into()),
            ("level", level.into()),
        ];
        house.say("patrimoine-described", &values)
    };
    let (duplicates, gaps) = (list(merged, "duplicates"), list(merged, "gaps"));
    html! {
        @if !duplicates.is_empty() {
            h2 { (house.say("page-patrimoine-duplicates", &[("count", duplicates.len().into())])) }
            table.cards {
                caption.seen-by-readers { (house.say("page-patrimoine-duplicates", &[("count", duplicates.len().into())])) }
                thead { tr { @for id in ["page-patrimoine-kept", "page-patrimoine-left"] { th scope="col" { (house.say(id, &[])) } } } }
                tbody { @for one in duplicates.iter().take(ROWS_MAX) {
                    tr {
                        th scope="row" data-label=(house.say("page-patrimoine-kept", &[])) { (described(&one["kept"])) }
                        td data-label=(house.say("page-patrimoine-left", &[])) { (described(&one["left_out"])) }
                    }
                } }
            }
        }
        @if !gaps.is_empty() {
            h2 { (house.say("page-patrimoine-gaps", &[("count", gaps.len().into())])) }
            p { (house.say("page-patrimoine-gaps-means", &[])) }
            ul { @for line in gaps.iter().take(ROWS_MAX) { li { (described(line)) } } }
        }
    }
}

/// The lines, in their order; of many, the worst.
pub(super) fn received(house: &House, table: &Json) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let lines = list(table, "lines");
    let more = lines.len().saturating_sub(ROWS_MAX);
    html! {
        @if !lines.is_empty() {
            details.act.whole {
                summary { (house.say("page-patrimoine-table-of", &[("count", lines.len().into())])) }
                div.wide.rows tabindex="0" role="region" aria-label=(say("patrimoine-ranking")) {
                    table {
                        caption.seen-by-readers { (say("patrimoine-ranking")) }
                        thead { tr {
                            th.n scope="col" { "N°" }
                            @for id in ["patrimoine-column-building", "patrimoine-column-problem", "patrimoine-column-level", "patrimoine-column-trend", "patrimoine-column-landlord"] { th scope="col" { (say(id)) } }
                        } }
                        tbody { @for (number, line) in (1..).zip(lines.iter().take(ROWS_MAX)) {
                            @let number: usize = number;
                            tr {
                                td.n { (number) }
                                th scope="row" { (text(line, "place")) }
                                td { (text(line, "problem_title")) }
                                td { (line["level"]) }
                                td { (text(line, "trend")) }
                                td { (text(line, "landlord")) }
                            }
                        } }
                    }
                }
                @if more > 0 { p.small { (house.say("page-patrimoine-more-lines", &[("count", more.into())])) } }
            }
        }
    }
}

fn list<'a>(object: &'a Json, name: &str) -> &'a [Json] {
    object[name].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(object: &'a Json, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}
