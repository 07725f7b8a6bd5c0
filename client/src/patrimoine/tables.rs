//! What the pictures show, as tables: for whoever does not see them, and for whoever wants to be exact. The page that
//! opens without Pli and the page of Pli show the same.

use super::charts::{self, building};
use crate::form::{Secrets, shown};
use crate::words::Words;
use maud::{Markup, html};
use shared::nomenclature::{Flow, Nomenclature};
use shared::patrimoine::{Course, History, Line, Quarter, column, worst};

/// Lines with their numbers in the ranking.
pub(crate) fn numbered(lines: &[Line]) -> Vec<(usize, &Line)> {
    (1..).zip(lines).collect()
}

/// The worst line of each building whose position was said.
pub(crate) fn placed(lines: &[Line]) -> Vec<&Line> {
    worst(lines).into_iter().filter(|line| line.position.is_some()).collect()
}

/// A name for those who hear a table, where the page says none above it.
fn caption(name: Option<&str>) -> Markup {
    html! { @if let Some(name) = name { caption.seen-by-readers { (name) } } }
}

/// Lines, with every column of a flow.
pub(crate) fn ranking(
    (flow, rules): (&Flow, &Nomenclature),
    lines: &[(usize, &Line)],
    name: Option<&str>,
    words: &Words,
) -> Markup {
    let columns = flow.table.as_ref().map_or(&[][..], |table| &table.columns);
    let cells = |line: &Line| columns.iter().zip(line.row(flow));
    html! {
        table {
            (caption(name))
            thead { tr { th.n scope="col" { "N°" } @for column in columns { th scope="col" { (column.label) } } } }
            tbody {
                @for (number, line) in lines {
                    tr {
                        th.n scope="row" { (number) }
                        @for (column, value) in cells(line) { td { (shown(column, &rules.lists, &value, (Secrets::Hidden, words))) } }
                    }
                }
            }
        }
    }
}

/// How many buildings of each level, quarter by quarter.
pub(crate) fn levels(history: &History, until: Quarter, name: Option<&str>, words: &Words) -> Markup {
    html! {
        table {
            (caption(name))
            thead {
                tr {
                    th scope="col" { (words.say("patrimoine-quarter", &[])) }
                    @for level in 1..=5_u8 { th.n scope="col" { (words.say("patrimoine-level", &[("level", level.to_string().into())])) } }
                }
            }
            tbody {
                @for quarter in history.quarters(until) {
                    tr {
                        th scope="row" { (quarter) }
                        @match charts::counted(history, quarter) {
                            Some(counts) => { @for count in counts { td.n { (count) } } },
                            None => { @for _ in 1..=5 { td.n { "–" } } },
                        }
                    }
                }
            }
        }
    }
}

/// The level of each building, quarter by quarter.
pub(crate) fn evolution(
    quarters: &[Quarter],
    courses: &[Course],
    name: Option<&str>,
    words: &Words,
) -> Markup {
    html! {
        table {
            (caption(name))
            thead {
                tr {
                    th scope="col" { (words.say("patrimoine-column-building", &[])) }
                    th scope="col" { (words.say("patrimoine-column-landlord", &[])) }
                    @for quarter in quarters { th.n scope="col" { (quarter) } }
                }
            }
            tbody {
                @for course in courses {
                    tr {
                        th scope="row" { (building(&course.line.building, words)) }
                        td { (course.line.landlord) }
                        @for level in &course.levels { td.n { @match level { Some(level) => (level), None => "–" } } }
                    }
                }
            }
        }
    }
}

/// Where buildings are; each with its number in the ranking of `all`.
pub(crate) fn positions(all: &[Line], placed: &[&Line], name: Option<&str>, words: &Words) -> Markup {
    html! {
        table {
            (caption(name))
            thead {
                tr {
                    th.n scope="col" { "N°" }
                    @for id in ["patrimoine-column-building", "patrimoine-column-level", "patrimoine-column-position"] {
                        th scope="col" { (words.say(id, &[])) }
                    }
                }
            }
            tbody {
                @for line in placed {
                    tr {
                        td.n { (charts::number(all, line)) }
                        th scope="row" { (building(&line.building, words)) }
                        td { (line.level) }
                        td { (line.value(column::POSITION).unwrap_or_default()) }
                    }
                }
            }
        }
    }
}
