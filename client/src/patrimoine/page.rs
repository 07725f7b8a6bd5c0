//! The table as a page: one file that opens without Pli and without a network, and prints in black and white.
//!
//! Beside each picture stands the same as a table: for whoever does not see it, and for whoever wants to be exact.

use super::charts::{self, Picture};
use super::tables::{self, numbered, placed};
use super::{Source, Table, titled};
use crate::sheet::html::{STYLE, line};
use crate::show::{local_date, local_time};
use crate::words::Words;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use shared::nomenclature::{Flow, Nomenclature};
use shared::patrimoine::History;
use shared::time::Timestamp;
use std::collections::BTreeSet;

/// Pictures and tables of many columns want the paper's long side.
const WIDER: &str = "
@page { size: A4 landscape; margin: 12mm; }
body { max-width: 1000px; padding: 8mm 4mm; }
figure { margin: 0 0 4mm; break-inside: avoid; } figcaption { font-size: 9pt; color: #333; }
td.gone { color: #555; }
";

/// What the page is of.
pub struct Of<'a> {
    /// The table.
    pub table: &'a Table,
    /// The tables of all quarters.
    pub history: &'a History,
    /// The flow whose columns are shown.
    pub flow: &'a Flow,
    /// What choices are called.
    pub rules: &'a Nomenclature,
    /// When it was made.
    pub made: Timestamp,
}

/// The whole page, in French.
#[must_use]
pub fn page(of: &Of<'_>, words: &Words) -> String {
    let Of { table, history, .. } = of;
    let say = |id: &str| words.say(id, &[]);
    let quarter = table.quarter.to_string();
    let title = words.say("patrimoine-title", &[("quarter", quarter.into())]);
    let landlords: BTreeSet<_> = table.lines.iter().map(|line| line.landlord.as_str()).collect();
    html! {
        (DOCTYPE)
        html lang="fr" {
            head { meta charset="utf-8"; title { (title) } style { (PreEscaped(STYLE)) (PreEscaped(WIDER)) } }
            body {
                h1 { (title) }
                dl {
                    (line(&say("patrimoine-source"), &source(&table.source, words)))
                    (line(&say("patrimoine-lines"), &table.lines.len().to_string()))
                    (line(&say("patrimoine-landlords"), &landlords.into_iter().collect::<Vec<_>>().join(", ")))
                    (line(&say("report-made"), &local_date(of.made)))
                }
                p { (say("patrimoine-what")) }
                h2 { (say("patrimoine-ranking")) }
                (figure(&charts::ranking(&table.lines, &titled(of.rules), words)))
                (tables::ranking((of.flow, of.rules), &numbered(&table.lines), None, words))
                h2 { (say("patrimoine-levels")) }
                (figure(&charts::levels(history, table.quarter, words)))
                (tables::levels(history, table.quarter, None, words))
                h2 { (say("patrimoine-evolution")) }
                (figure(&charts::evolution(history, table.quarter, words)))
                (tables::evolution(&history.quarters(table.quarter), &history.courses(table.quarter), None, words))
                h2 { (say("patrimoine-map")) }
                @match charts::map(&table.lines, words) {
                    Some(picture) => { (figure(&picture)) (tables::positions(&table.lines, &placed(&table.lines), None, words)) },
                    None => p { (say("patrimoine-map-none")) },
                }
            }
        }
    }
    .into_string()
}

/// Where a table comes from, as people read it.
pub(crate) fn source(source: &Source, words: &Words) -> String {
    match source {
        Source::Letter { message, created, version } => {
            let number = message.to_string()[..8].to_owned();
            let values = [
                ("version", version.to_string().into()),
                ("number", number.into()),
                ("date", local_time(*created).into()),
            ];
            words.say("patrimoine-source-letter", &values)
        }
        Source::Merged { letters } => words.say("patrimoine-source-merged", &[("count", (*letters).into())]),
    }
}

fn figure(picture: &Picture) -> Markup {
    html! { figure { (picture.svg) figcaption { (picture.caption) } } }
}
