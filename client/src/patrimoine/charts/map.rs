//! The map: every building whose position was said, with a scale and the names of communes, and nothing beneath it.
//!
//! No tiles, no roads, no address of a server: whoever opens the picture tells nobody which places they look at. Degrees
//! become metres by the cosine of the middle of what is shown, which over a department is exact to a few metres.

use super::{Frame, Picture, WIDTH, number, shade};
use crate::words::Words;
use maud::{Markup, html};
use shared::patrimoine::{Line, Position, worst};
use std::collections::BTreeMap;

/// The area of the points, within the picture.
const TOP: f64 = 34.0;
const MARGIN: f64 = 44.0;
const WIDE: f64 = 960.0;
const HIGH_MIN: f64 = 260.0;
const HIGH_MAX: f64 = 540.0;

/// Metres of a millionth of a degree to the north.
const METRES: f64 = 0.111_195;

/// The least that is shown across, in metres: a street, so that one building is not shown as if it were a country.
const ACROSS_MIN: f64 = 400.0;

/// From what is least to what is worst.
const LEVELS: [u8; 5] = [1, 2, 3, 4, 5];

/// How many buildings bear their number of the ranking.
const NUMBERED: usize = 15;

/// A building in the picture.
struct Point<'a> {
    /// Its number in the ranking.
    number: usize,
    line: &'a Line,
    at: (f64, f64),
}

/// From positions to the picture.
struct Projection {
    north: f64,
    west: f64,
    /// How much narrower a degree to the east is.
    narrow: f64,
    /// Units of the picture in a metre.
    scale: f64,
    high: f64,
    left: f64,
    top: f64,
}

impl Projection {
    /// That in which all of them are seen.
    fn of(places: &[Position]) -> Option<Self> {
        let bound = |of: fn(&Position) -> i32| {
            let (min, max) = (places.iter().map(of).min()?, places.iter().map(of).max()?);
            Some((f64::from(min), f64::from(max)))
        };
        let ((south, north), (west, east)) = (bound(|place| place.north)?, bound(|place| place.east)?);
        let narrow = (f64::midpoint(south, north) / 1e6).to_radians().cos().max(0.01);
        let (across, along) = ((east - west) * METRES * narrow, (north - south) * METRES);
        let (room_wide, room_high) = (WIDE - 2.0 * MARGIN, HIGH_MAX - 2.0 * MARGIN);
        let scale = (room_wide / across.max(ACROSS_MIN)).min(room_high / along.max(ACROSS_MIN));
        let high = (along * scale + 2.0 * MARGIN).clamp(HIGH_MIN, HIGH_MAX);
        let (left, top) = ((WIDE - across * scale) / 2.0, TOP + (high - along * scale) / 2.0);
        Some(Self { north, west, narrow, scale, high, left, top })
    }

    fn point(&self, place: Position) -> (f64, f64) {
        let east = (f64::from(place.east) - self.west) * METRES * self.narrow;
        let south = (self.north - f64::from(place.north)) * METRES;
        (self.left + east * self.scale, self.top + south * self.scale)
    }
}

/// The picture; none where no position was said.
#[must_use]
pub fn map(lines: &[Line], words: &Words) -> Option<Picture> {
    let worst = worst(lines);
    let places: Vec<_> = worst.iter().filter_map(|line| line.position).collect();
    let projection = Projection::of(&places)?;
    let points: Vec<_> = worst
        .iter()
        .filter_map(|line| {
            let at = projection.point(line.position?);
            Some(Point { number: number(lines, line), line, at })
        })
        .collect();
    let title = words.say("patrimoine-map", &[]);
    let counts = [("shown", points.len().into()), ("count", worst.len().into())];
    let caption = words.say("patrimoine-map-caption", &counts);
    let height = whole(TOP + projection.high) + 36;
    let frame = Frame { name: "carte", title: &title, caption, height };
    Some(frame.around(&html! {
        rect x="0.5" y=(TOP) width=(WIDTH - 1) height=(tenths(projection.high)) fill="#fafafa" stroke="#999" {}
        (communes(&points))
        // What is worse is drawn last, and lies above.
        @for level in LEVELS { (marks(level, &of_level(&points, level))) }
        (numbers(&points))
        (north())
        (scale(&projection))
        (legend(TOP + projection.high + 22.0, words))
    }))
}

/// A shape for each level, around each of its places: circle, ring, triangle, square and diamond. One path draws all of
/// a level, so that a map of a thousand buildings is no heavier than a page may be.
fn marks(level: u8, places: &[(f64, f64)]) -> Markup {
    let all =
        |shape: &dyn Fn(f64, f64) -> String| places.iter().map(|(x, y)| shape(*x, *y)).collect::<String>();
    let circles = |radius: f64| {
        let across = 2.0 * radius;
        let arc = |wide: f64| format!("a{radius} {radius} 0 1 0 {wide} 0");
        all(&|x, y| format!("M{:.1} {y:.1}{}{}", x - radius, arc(across), arc(-across)))
    };
    let shape = match level {
        1 => circles(4.0),
        2 => circles(5.5),
        3 => all(&|x, y| format!("M{x:.1} {:.1}l7 12h-14z", y - 7.0)),
        4 => all(&|x, y| format!("M{:.1} {:.1}h12v12h-12z", x - 6.0, y - 6.0)),
        _ => all(&|x, y| format!("M{x:.1} {:.1}l9 9l-9 9l-9-9z", y - 9.0)),
    };
    html! {
        path d=(shape) fill=(shade(level)) stroke="#000" stroke-width="1.2" stroke-linejoin="round" {}
        @if level == 2 { path d=(circles(1.5)) fill="#000" {} }
    }
}

/// The places of a level.
fn of_level(points: &[Point<'_>], level: u8) -> Vec<(f64, f64)> {
    points.iter().filter(|point| point.line.level == level).map(|point| point.at).collect()
}

/// The first of the ranking by their number, on the side on which it covers nothing; where every side is taken, not at
/// all: the table beside the map has it.
fn numbers(points: &[Point<'_>]) -> Markup {
    let mut taken: Vec<_> = points.iter().map(|point| point.at).collect();
    let mut shown = Vec::new();
    for Point { number, at: (x, y), .. } in points.iter().filter(|point| point.number <= NUMBERED) {
        let sides = [(15.0, -8.0), (-15.0, -8.0), (15.0, 12.0), (-15.0, 12.0)];
        let free = |at: &(f64, f64)| {
            // A number covers what is this near to its middle.
            taken.iter().all(|other| (other.0 - at.0).abs() > 14.0 || (other.1 - at.1).abs() > 11.0)
        };
        if let Some(at) = sides.iter().map(|(right, down)| (x + right, y + down)).find(free) {
            taken.push(at);
            shown.push((number, at));
        }
    }
    html! {
        g font-size="11" font-weight="bold" text-anchor="middle" {
            @for (number, (x, y)) in shown { text x=(tenths(x)) y=(tenths(y + 4.0)) { (number) } }
        }
    }
}

/// Each commune's name above its buildings, and under the name of another one that stands there.
fn communes(points: &[Point<'_>]) -> Markup {
    let mut communes: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for point in points {
        communes.entry(&point.line.building.address.commune).or_default().push(point.at);
    }
    let mut taken: Vec<(f64, f64)> = Vec::new();
    let mut shown = Vec::new();
    for (name, places) in communes {
        let (west, east) =
            places.iter().fold((WIDE, 0.0_f64), |(west, east), (x, _)| (west.min(*x), east.max(*x)));
        let x = f64::midpoint(west, east).clamp(90.0, WIDE - 90.0);
        let top = places.iter().fold(f64::MAX, |top, (_, y)| top.min(*y));
        let mut y = (top - 22.0).max(TOP + 20.0);
        while taken.iter().any(|(other_x, other_y)| (other_x - x).abs() < 150.0 && (other_y - y).abs() < 20.0)
        {
            y += 20.0;
        }
        taken.push((x, y));
        shown.push((name, x, y));
    }
    html! {
        g font-size="16" fill="#767676" text-anchor="middle" letter-spacing="1" {
            @for (name, x, y) in shown { text x=(tenths(x)) y=(tenths(y)) { (name) } }
        }
    }
}

fn north() -> Markup {
    html! {
        path d="M930 48 l7 22 l-7 -6 l-7 6 z" fill="#000" {}
        text x="930" y="84" text-anchor="middle" font-size="11" { "N" }
    }
}

/// A bar of a round length, about a sixth of the picture.
fn scale(projection: &Projection) -> Markup {
    let wanted = WIDE / 6.0 / projection.scale;
    let power = 10_f64.powf(wanted.log10().floor());
    let metres = [5.0, 2.0, 1.0]
        .map(|digit| digit * power)
        .into_iter()
        .find(|round| *round <= wanted)
        .unwrap_or(power);
    let text = if metres < 1000.0 { format!("{metres:.0} m") } else { format!("{:.0} km", metres / 1000.0) };
    let (left, y) = (20.0, TOP + projection.high - 18.0);
    let right = left + metres * projection.scale;
    html! {
        path d=(format!("M{left:.1} {:.1} v6 H{right:.1} v-6", y - 6.0)) fill="none" stroke="#000" stroke-width="1.5" {}
        text x=(tenths(right + 8.0)) y=(tenths(y + 4.0)) font-size="12" { (text) }
    }
}

fn legend(y: f64, words: &Words) -> Markup {
    html! {
        @for level in LEVELS {
            @let x = 20.0 + f64::from(level - 1) * 120.0;
            (marks(level, &[(x, y)]))
            text x=(tenths(x + 16.0)) y=(tenths(y + 5.0)) font-size="12" { (words.say("patrimoine-level", &[("level", level.to_string().into())])) }
        }
    }
}

fn tenths(number: f64) -> String {
    format!("{number:.1}")
}

/// Whole units, of what is between nought and some hundreds.
fn whole(number: f64) -> usize {
    format!("{:.0}", number.clamp(0.0, 10_000.0)).parse().unwrap_or(0)
}
