//! The numbers as a page: one file that opens without Pli and without a network, and prints in black and white.

use super::stats::{Counts, Shown, Stats};
use crate::dates;
use crate::sheet::html::{STYLE, line};
use crate::show::local_date;
use crate::words::{Value, Words};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use shared::ids::GroupId;
use shared::nomenclature::Nomenclature;
use shared::time::Timestamp;
use std::collections::BTreeMap;

/// The height of the chart's bars, and how far they stand from each other.
const HEIGHT: u64 = 90;
const WIDTH: u64 = 720;

/// What the numbers are of.
pub struct Of<'a> {
    /// From the first day to the last one, where one was asked for.
    pub period: String,
    /// What groups are called.
    pub groups: &'a BTreeMap<GroupId, String>,
    /// What flows are called.
    pub nomenclature: Option<&'a Nomenclature>,
    /// When they were counted.
    pub made: Timestamp,
}

/// The whole page.
#[must_use]
pub fn page(stats: &Stats, of: &Of<'_>, words: &Words) -> String {
    let say = |id: &str| words.say(id, &[]);
    let sum = stats.by(|_| ()).remove(&()).unwrap_or_default();
    html! {
        (DOCTYPE)
        html lang="fr" {
            head { meta charset="utf-8"; title { (say("stats-title")) } style { (PreEscaped(STYLE)) } }
            body {
                h1 { (say("stats-title")) }
                dl {
                    (line(&say("report-period"), &of.period))
                    (line(&say("report-made"), &local_date(of.made)))
                }
                p { (say("stats-what")) }
                h2 { (say("stats-months")) } (months(stats, words))
                h2 { (say("stats-kinds")) } (kinds(stats, of, words))
                h2 { (say("stats-rest")) }
                dl {
                    (line(&say("stats-letters"), &sum.letters.to_string()))
                    (line(&say("stats-members"), &stats.members().to_string()))
                    (line(&say("stats-log-readings"), &stats.log_readings.to_string()))
                    (line(&say("stats-refusals"), &stats.refusals.values().sum::<u64>().to_string()))
                }
                p { (say("stats-limits")) }
            }
        }
    }
    .into_string()
}

/// Letters and readings of each month, as bars and as a table.
fn months(stats: &Stats, words: &Words) -> Markup {
    let say = |id: &str| words.say(id, &[]);
    let months = stats.by(|line| line.month.as_str());
    let highest = months
        .values()
        .map(|counts| counts.letters.max(counts.shown().readings.unwrap_or(0)))
        .max()
        .unwrap_or(0)
        .max(1);
    let step = WIDTH / (months.len().max(1) as u64);
    let (half, height) = ((step / 2).clamp(1, 40), |count: u64| count * HEIGHT / highest);
    let bar = |place: u64, count: u64, fill: &str| {
        html! { rect x=(place) y=(96 - height(count)) width=(half.saturating_sub(1).max(1)) height=(height(count)) fill=(fill) stroke="#000" {} }
    };
    html! {
        svg viewBox="0 0 720 104" role="img" aria-label=(say("stats-chart")) {
            line x1="0" y1="96" x2="720" y2="96" stroke="#000" {}
            @for (place, counts) in (0..).map(|place| place * step).zip(months.values()) {
                (bar(place, counts.letters, "#000")) (bar(place + half, counts.shown().readings.unwrap_or(0), "#fff"))
            }
        }
        p { (say("stats-chart")) }
        table {
            thead { tr { th { (say("stats-month")) } (heads(words)) } }
            tbody { @for (month, counts) in &months { tr { td { (dates::month_name(month)) } (cells(counts, words)) } } }
        }
    }
}

/// The same, group by group and flow by flow.
fn kinds(stats: &Stats, of: &Of<'_>, words: &Words) -> Markup {
    let title = |flow: &shared::ids::FlowCode| {
        let known = of.nomenclature.and_then(|rules| rules.flow(flow));
        known.map_or_else(|| flow.to_string(), |known| format!("{flow} {}", known.title))
    };
    html! {
        table {
            thead { tr { th { (words.say("report-group", &[])) } th { (words.say("report-flow", &[])) } (heads(words)) } }
            tbody {
                @for ((group, flow), counts) in stats.by(|line| (line.group, &line.flow)) {
                    tr {
                        td { (of.groups.get(&group).cloned().unwrap_or_else(|| group.to_string())) }
                        td { (title(flow)) }
                        (cells(&counts, words))
                    }
                }
            }
        }
    }
}

fn heads(words: &Words) -> Markup {
    html! {
        @for id in ["stats-letters", "stats-attested", "stats-readings", "stats-unread", "stats-median"] { th.n { (words.say(id, &[])) } }
    }
}

fn cells(counts: &Counts, words: &Words) -> Markup {
    let Shown { attested, readings, unread, median } = counts.shown();
    let number = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), |number| number.to_string());
    html! {
        td.n { (counts.letters) } td.n { (number(attested)) } td.n { (number(readings)) } td.n { (number(unread)) }
        td.n { (median.map_or_else(|| "–".to_owned(), |seconds| delay(seconds, words))) }
    }
}

/// A delay as people say it: minutes, hours, or days.
fn delay(seconds: u64, words: &Words) -> String {
    let (id, count) = match seconds {
        0..3600 => ("stats-minutes", seconds.div_ceil(60)),
        3600..172_800 => ("stats-hours", seconds / 3600),
        _ => ("stats-days", seconds / 86_400),
    };
    words.say(id, &[("count", Value::from(usize::try_from(count).unwrap_or(usize::MAX)))])
}
