//! A table that was dropped: its rows as they were written, and what is wrong in them, line by line.

use crate::faults::ranges;
use crate::form;
use crate::ui::House;
use maud::{Markup, html};
use serde_json::Value as Json;
use shared::form::TypedRow;
use shared::nomenclature::Flow;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Rows that one page shows: with all of the largest table it would have megabytes. What is not shown is named by its
/// lines.
pub(super) const ROWS_MAX: usize = 150;

/// Kinds of faults that one page lists.
const FAULTS_MAX: usize = 100;

/// The rows of a table as they were written.
pub(super) struct Rows {
    flow: Flow,
    by_line: BTreeMap<u64, TypedRow>,
}

impl Rows {
    /// Those of a table; none where it cannot be read, which the command says.
    pub(super) async fn of(table: PathBuf, flow: &Flow) -> Self {
        let like = flow.clone();
        // A workbook is read by another process.
        let read = tokio::task::spawn_blocking(move || form::read(&table, &like)).await;
        let rows = read.ok().and_then(Result::ok).map(|typed| typed.rows).unwrap_or_default();
        let by_line = rows.into_iter().map(|row| (u64::from(row.line), row)).collect();
        Self { flow: flow.clone(), by_line }
    }

    /// Those of a table that is not here any more.
    pub(super) fn none(flow: &Flow) -> Self {
        Self { flow: flow.clone(), by_line: BTreeMap::new() }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.by_line.is_empty()
    }

    /// On which lines they stood.
    pub(super) fn lines(&self) -> Vec<u64> {
        self.by_line.keys().copied().collect()
    }

    /// Those that stood on these lines, in the columns that any of them fills; of many, the first.
    pub(super) fn table(&self, house: &House, lines: &[u64], room: usize, name: &str) -> Markup {
        let say = |id: &str| house.say(id, &[]);
        let shown: Vec<_> = lines.iter().take(room).filter_map(|line| self.by_line.get(line)).collect();
        let cell = |row: &TypedRow, name: &str| -> String {
            let found = row.cells.iter().find(|(column, _)| column == name);
            found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let columns = self.flow.table.as_ref().map_or(&[][..], |table| &table.columns);
        let is_filled = |name: &str| shown.iter().any(|row| !cell(row, name).is_empty());
        let columns: Vec<_> = columns.iter().filter(|column| is_filled(column.name.as_str())).collect();
        let rest = lines.get(room..).unwrap_or_default();
        html! {
            div.wide.rows tabindex="0" role="region" aria-label=(name) {
                table {
                    caption.seen-by-readers { (name) }
                    thead { tr { th.n scope="col" { (say("page-row-line")) } @for column in &columns { th scope="col" { (column.label) } } } }
                    tbody { @for row in &shown {
                        tr { th.n scope="row" { (row.line) } @for column in &columns { td { (cell(row, column.name.as_str())) } } }
                    } }
                }
            }
            @if !rest.is_empty() { p.small { (house.say("page-row-rest", &[("count", rest.len().into()), ("lines", written(rest).into())])) } }
        }
    }
}

/// What is wrong, and on which lines; what is wrong in the same way is said once. Nothing went.
pub(super) fn faults(house: &House, faults: &Json) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let faults = faults.as_array().map_or(&[][..], Vec::as_slice);
    let text = |fault: &Json, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    let mut alike: Vec<(String, String, Vec<u64>)> = Vec::new();
    for fault in faults {
        let (label, because) = (text(fault, "label"), text(fault, "because"));
        let known = alike.iter_mut().find(|(column, why, _)| *column == label && *why == because);
        match known {
            Some((_, _, lines)) => lines.extend(fault["line"].as_u64()),
            None => alike.push((label, because, fault["line"].as_u64().into_iter().collect())),
        }
    }
    let more = alike.len().saturating_sub(FAULTS_MAX);
    html! {
        div.notice.wrong role="alert" {
            p { (house.say("page-faults", &[("count", faults.len().into())])) " " (say("page-row-faults")) }
        }
        table.cards {
            caption.seen-by-readers { (say("page-row-faults-table")) }
            thead { tr { @for id in ["page-row-lines", "page-row-column", "page-row-wrong"] { th scope="col" { (say(id)) } } } }
            tbody { @for (label, because, lines) in alike.iter().take(FAULTS_MAX) {
                tr {
                    td data-label=(say("page-row-lines")) { @if lines.is_empty() { "–" } @else { (written(lines)) } }
                    th scope="row" { (label) }
                    td.begins data-label=(say("page-row-wrong")) { (because) }
                }
            } }
        }
        @if more > 0 { p.small { (house.say("fault-more", &[("count", more.into())])) } }
    }
}

/// Lines, with those in a row as one: `3, 5-7, 12`.
pub(super) fn written(lines: &[u64]) -> String {
    let lines: Vec<u32> = lines.iter().filter_map(|line| u32::try_from(*line).ok()).collect();
    ranges(&lines, usize::MAX)
}
