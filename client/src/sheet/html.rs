//! A sheet as a page: one file that opens without Pli and without a network, and prints in black and white.

use super::{Bars, Block, Grid, Kind, Sheet, Table};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The width of the bars' picture, how high it is, and how high the highest.
const BARS: (usize, usize, usize) = (720, 104, 90);

pub(crate) const STYLE: &str = "
@page { size: A4; margin: 18mm 15mm; }
body { font: 10.5pt/1.45 'Liberation Sans', Arial, sans-serif; color: #000; max-width: 180mm; margin: 0 auto; padding: 8mm 0; }
h1 { font-size: 17pt; margin: 0 0 2mm; } h2 { font-size: 12.5pt; margin: 8mm 0 2mm; border-bottom: 1px solid #000; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; } table + table { margin-top: 4mm; } th, td { border: 1px solid #777; padding: 1mm 1.5mm; text-align: left; vertical-align: top; }
th { background: #eee; } td.n, th.n { text-align: right; } tr { break-inside: avoid; } thead { display: table-header-group; }
dl { display: grid; grid-template-columns: 48mm 1fr; gap: 1mm 3mm; margin: 0; } dt { font-weight: bold; } dd { margin: 0; overflow-wrap: anywhere; }
.hours { table-layout: fixed; } .hours th:first-child { width: 9mm; } .hours td, .hours th { text-align: center; padding: 0.8mm 0; font-size: 8pt; } .verdict { border: 2px solid #000; padding: 3mm; font-weight: bold; }
.cause { font-style: italic; } code { font-size: 8.5pt; overflow-wrap: anywhere; } svg { width: 100%; height: auto; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
* { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
";

/// The whole page, in French.
#[must_use]
pub fn page(sheet: &Sheet) -> String {
    html! {
        (DOCTYPE)
        html lang="fr" {
            head { meta charset="utf-8"; title { (sheet.title) } style { (PreEscaped(STYLE)) } }
            body {
                h1 { (sheet.title) }
                @for block in &sheet.blocks { (shown(block)) }
            }
        }
    }
    .into_string()
}

fn shown(block: &Block) -> Markup {
    html! {
        @match block {
            Block::Heading(text) => h2 { (text) },
            Block::Terms(terms) => dl { @for (term, text) in terms { (line(term, text)) } },
            Block::Verdict(text) => p.verdict { (text) },
            Block::Text(text) => p { (text) },
            Block::List(texts) => ul { @for text in texts { li { (text) } } },
            Block::Code(text) => pre { code { (text) } },
            Block::Table(table) => (rows(table)),
            Block::Grid(grid) => (hours(grid)),
            Block::Bars(chart) => (bars(chart)),
        }
    }
}

/// A term and what it is.
pub(crate) fn line(term: &str, text: &str) -> Markup {
    html! { dt { (term) } dd { (text) } }
}

fn rows(table: &Table) -> Markup {
    let class = |kind: Kind| match kind {
        Kind::Words => None,
        Kind::Numbers => Some("n"),
        Kind::Remarks => Some("cause"),
    };
    let kinds = || table.columns.iter().map(|(_, kind)| class(*kind));
    html! {
        table {
            thead { tr { @for ((head, _), class) in table.columns.iter().zip(kinds()) { th class=[class] { (head) } } } }
            tbody {
                @for row in &table.rows {
                    tr { @for (text, class) in row.iter().zip(kinds()) { td class=[class] { (text) } } }
                }
            }
        }
    }
}

/// The table is the chart, and the number is in the cell.
fn hours(grid: &Grid) -> Markup {
    let shade = |count: usize| format!("background: rgba(0,0,0,0.{:02})", grid.darkness(count));
    html! {
        table.hours {
            thead { tr { th {} @for head in &grid.heads { th { (head) } } } }
            tbody {
                @for (name, counts) in &grid.rows {
                    tr {
                        th { (name) }
                        @for count in counts { td style=(shade(*count)) { @if *count > 0 { (count) } } }
                    }
                }
            }
        }
    }
}

fn bars(chart: &Bars) -> Markup {
    let (width, height, highest) = BARS;
    let step = (width / chart.places.max(1)).clamp(1, 40);
    let foot = height - 8;
    let high = |count: usize| count * highest / chart.highest();
    html! {
        svg viewBox=(format!("0 0 {width} {height}")) role="img" aria-label=(chart.caption) {
            line x1="0" y1=(foot) x2=(width) y2=(foot) stroke="#000" {}
            @for (place, count) in &chart.counts {
                rect x=(place * step) y=(foot - high(*count)) width=(step.saturating_sub(1).max(1)) height=(high(*count)) fill="#444" {}
            }
        }
        p { (chart.caption) }
    }
}
