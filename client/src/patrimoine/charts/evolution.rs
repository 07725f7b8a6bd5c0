//! How buildings move: a small curve for each, all with the same axes, in the order of the ranking.

use super::{Frame, Picture, WIDTH, part, short};
use crate::words::Words;
use maud::{Markup, html};
use shared::patrimoine::{Course, History, Quarter};

/// The most curves of one picture. Those that moved come before those that did not.
const COURSES_MAX: usize = 24;

/// The curves stand in four columns.
const COLUMNS: usize = 4;
const STEP: usize = WIDTH / COLUMNS;
const HIGH: usize = 118;
const TOP: usize = 34;

/// Within a curve: where its left end is, how wide it is, and the height of level 1 and of a level.
const LEFT: usize = 16;
const WIDE: usize = 168;
const FLOOR: usize = 92;
const LEVEL: usize = 13;

/// The picture, up to a quarter.
#[must_use]
pub fn evolution(history: &History, until: Quarter, words: &Words) -> Picture {
    let (quarters, courses) = (history.quarters(until), history.courses(until));
    let shown = chosen(&courses);
    let title = words.say("patrimoine-evolution", &[]);
    let counts = [("shown", shown.len().into()), ("count", courses.len().into())];
    let caption = words.say("patrimoine-evolution-caption", &counts);
    let rows = shown.len().div_ceil(COLUMNS);
    let frame = Frame { name: "evolution", title: &title, caption, height: TOP + rows * HIGH + 4 };
    frame.around(&html! {
        @for (place, course) in (0..).zip(shown) {
            g transform=(format!("translate({} {})", place % COLUMNS * STEP, TOP + place / COLUMNS * HIGH)) {
                (curve(course, &quarters, words))
            }
        }
    })
}

/// Those that moved, then others, as many as there is room for; in the order of the ranking.
fn chosen(courses: &[Course]) -> Vec<&Course> {
    let moved = |course: &Course| {
        let mut levels = course.levels.iter();
        levels.next().is_some_and(|first| levels.any(|level| level != first))
    };
    let (moving, still): (Vec<_>, Vec<_>) = (0..).zip(courses).partition(|(_, course)| moved(course));
    let mut chosen: Vec<(usize, &Course)> = moving.into_iter().chain(still).take(COURSES_MAX).collect();
    chosen.sort_by_key(|(place, _)| *place);
    chosen.into_iter().map(|(_, course)| course).collect()
}

fn curve(course: &Course, quarters: &[Quarter], words: &Words) -> Markup {
    let steps = quarters.len().saturating_sub(1).max(1);
    let x = |place: usize| LEFT + place * WIDE / steps;
    let y = |level: u8| FLOOR - usize::from(level.saturating_sub(1)) * LEVEL;
    let points: Vec<_> =
        (0..).zip(&course.levels).filter_map(|(place, level)| Some((place, (*level)?))).collect();
    let building = &course.line.building;
    let place = [building.address.commune.clone()].into_iter().chain(part(building, words));
    html! {
        text x="0" y="12" font-size="12" font-weight="bold" { (short(&building.address.street, 32)) }
        text x="0" y="26" font-size="11" fill="#444" { (short(&place.collect::<Vec<_>>().join(", "), 38)) }
        @for level in 1..=5_u8 {
            line x1=(LEFT) y1=(y(level)) x2=(LEFT + WIDE) y2=(y(level)) stroke="#ccc" stroke-width="0.7" {}
        }
        @for level in [1, 5_u8] {
            text x=(LEFT - 6) y=(y(level) + 4) text-anchor="end" font-size="10" fill="#444" { (level) }
        }
        path d=(path(&points, x, y)) fill="none" stroke="#000" stroke-width="2" stroke-linejoin="round" {}
        @for (place, level) in &points { circle cx=(x(*place)) cy=(y(*level)) r="3" fill="#000" {} }
        @match (points.last(), course.levels.last()) {
            // A building that is not in the newest table ends in an open ring.
            (Some((place, level)), Some(None)) => circle cx=(x(*place)) cy=(y(*level)) r="3.5" fill="#fff" stroke="#000" stroke-width="1.5" {},
            (Some((_, level)), _) => text x=(LEFT + WIDE + 8) y=(y(*level) + 5) font-weight="bold" { (level) },
            (None, _) => {},
        }
        @if let (Some(first), Some(last)) = (quarters.first(), quarters.last()) {
            text x=(LEFT) y=(FLOOR + 14) font-size="10" fill="#444" { (first) }
            @if quarters.len() > 1 {
                text x=(LEFT + WIDE) y=(FLOOR + 14) text-anchor="end" font-size="10" fill="#444" { (last) }
            }
        }
    }
}

/// A line from point to point, broken where a quarter has none.
fn path(points: &[(usize, u8)], x: impl Fn(usize) -> usize, y: impl Fn(u8) -> usize) -> String {
    let mut path = String::new();
    let mut before = None;
    for (place, level) in points {
        let goes_on = before.is_some_and(|before: usize| before + 1 == *place);
        path.push_str(&format!("{}{} {}", if goes_on { "L" } else { "M" }, x(*place), y(*level)));
        before = Some(*place);
    }
    path
}
