//! The pictures of the log: acts along the days, and readings by hour and weekday; each with the same numbers as a table.
//!
//! Bars and shades are drawn by attributes: no element has a style, which the page's rules forbid.

use crate::ui::House;
use crate::ui::desk::Told;
use crate::ui::frame;
use maud::{Markup, html};
use serde_json::Value as Json;

/// The picture of the days: how wide it is, how high its bars are at most, and what stands above and below them.
const WIDTH: usize = 900;
const HIGH: usize = 150;
const ABOVE: usize = 20;
const BELOW: usize = 24;

/// The widest that a bar gets, where there are few.
const BAR_MAX: usize = 48;

/// The picture of the hours: the names of days, then cells.
const NAMES: usize = 84;
const CELL: (usize, usize) = (34, 30);

pub(super) fn activity(house: &House, told: &Told) -> Markup {
    let say = |id: &str| house.say(id, &[]);
    let found =
        told.objects().into_iter().find(|object| object["acts"].as_u64().is_some_and(|acts| acts > 0));
    html! {
        section aria-labelledby="trouve" {
            h2 id="trouve" { (say("page-journal-activity")) }
            (frame::told(told))
            @if let Some(activity) = found {
                (days(house, activity))
                (hours(house, activity))
            }
        }
    }
}

/// A bar a day, or a week where there are many days.
fn days(house: &House, activity: &Json) -> Markup {
    let bars = activity["bars"].as_array().map_or(&[][..], Vec::as_slice);
    let number =
        |bar: &Json, name: &str| bar[name].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let highest = bars.iter().map(|bar| number(bar, "count")).max().unwrap_or(0).max(1);
    let places = bars.iter().map(|bar| number(bar, "place")).max().unwrap_or(0) + 1;
    let step = (WIDTH / places).clamp(1, BAR_MAX);
    let foot = ABOVE + HIGH;
    let day = |bar: &Json| frame::day(&bar["from"]);
    let id = if activity["by"] == "week" { "report-bars-weeks" } else { "report-bars-days" };
    let caption = house.say(
        id,
        &[
            ("from", frame::day(&activity["from"]).into()),
            ("until", frame::day(&activity["until"]).into()),
            ("highest", highest.into()),
        ],
    );
    html! {
        h3 { (house.say("page-journal-timeline", &[])) }
        figure tabindex="0" {
            svg viewBox=(format!("0 0 {WIDTH} {}", foot + BELOW)) role="img" aria-label=(caption) {
                line x1="0" y1=(foot) x2=(WIDTH) y2=(foot) stroke="#56616d" {}
                @for bar in bars {
                    @let (count, place) = (number(bar, "count"), number(bar, "place"));
                    @let (x, high) = (place * step, (count * HIGH / highest).max(2));
                    rect x=(x) y=(foot - high) width=(step.saturating_sub(2).max(1)) height=(high) fill="#1d4b57" { title { (day(bar)) " : " (count) } }
                    @if step >= 18 { text x=(x + step / 2 - 1) y=(foot - high - 5) text-anchor="middle" font-size="13" fill="#1c2530" { (count) } }
                }
                text x="0" y=(foot + 17) font-size="13" fill="#56616d" { (frame::day(&activity["from"])) }
                @if places > 3 { text x=((places * step).min(WIDTH)) y=(foot + 17) text-anchor="end" font-size="13" fill="#56616d" { (frame::day(&activity["until"])) } }
            }
            figcaption.small { (caption) }
        }
        details {
            summary { (house.say("page-journal-numbers-table", &[])) }
            table.narrow {
                caption.seen-by-readers { (caption) }
                thead { tr { th scope="col" { (house.say("page-journal-day", &[])) } th.n scope="col" { (house.say("page-journal-count", &[])) } } }
                tbody { @for bar in bars { tr { th scope="row" { (day(bar)) } td.n { (number(bar, "count")) } } } }
            }
        }
    }
}

/// Seven rows of twenty-four cells; the darker the more.
fn hours(house: &House, activity: &Json) -> Markup {
    let rows: Vec<Vec<u64>> = serde_json::from_value(activity["hours"].clone()).unwrap_or_default();
    let highest = rows.iter().flatten().max().copied().unwrap_or(0).max(1);
    let name = |day: usize| house.say(&format!("report-day-{day}"), &[]);
    let (wide, high) = CELL;
    let (width, height) = (NAMES + 24 * wide, 22 + rows.len() * high);
    // Of a hundred; never so dark that the number cannot be read.
    let shade = |count: u64| format!("0.{:02}", 8 + count * 42 / highest);
    let label = house.say("report-hours", &[]);
    html! {
        h3 { (house.say("page-journal-hours", &[])) }
        figure tabindex="0" {
            svg viewBox=(format!("0 0 {width} {height}")) role="img" aria-label=(label) {
                @for hour in 0..24 { text x=(NAMES + hour * wide + wide / 2) y="14" text-anchor="middle" font-size="12" fill="#56616d" { (hour) } }
                @for (day, counts) in rows.iter().enumerate() {
                    @let y = 22 + day * high;
                    text x="0" y=(y + high * 2 / 3) font-size="13" fill="#1c2530" { (name(day)) }
                    @for (hour, count) in counts.iter().enumerate() {
                        @let x = NAMES + hour * wide;
                        rect x=(x) y=(y) width=(wide - 2) height=(high - 2) fill="#ffffff" stroke="#d9d5cb" {}
                        @if *count > 0 {
                            rect x=(x) y=(y) width=(wide - 2) height=(high - 2) fill="#1d4b57" fill-opacity=(shade(*count)) {}
                            text x=(x + wide / 2 - 1) y=(y + high * 2 / 3) text-anchor="middle" font-size="13" fill="#1c2530" { (count) }
                        }
                    }
                }
            }
            figcaption.small { (label) }
        }
        details {
            summary { (house.say("page-journal-numbers-table", &[])) }
            div.wide.close tabindex="0" role="region" aria-label=(house.say("page-journal-hours", &[])) {
                table {
                    caption.seen-by-readers { (label) }
                    thead { tr { th scope="col" { (house.say("page-journal-day", &[])) } @for hour in 0..24 { th.n scope="col" { (hour) " h" } } } }
                    tbody {
                        @for (day, counts) in rows.iter().enumerate() {
                            tr { th scope="row" { (name(day)) } @for count in counts { td.n { (count) } } }
                        }
                    }
                }
            }
        }
    }
}
