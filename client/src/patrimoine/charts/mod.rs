//! The table in pictures: the ranking, how many buildings of each level, how they move, and a map.
//!
//! Each is an SVG of its own that needs nothing from outside. Levels are told apart by number, length or shape and never
//! by shade alone, so that they can be printed in black and white and copied; whoever cannot see a picture has its title,
//! its description and, on the page, the same as a table.

mod evolution;
mod levels;
mod map;
mod ranking;

pub use evolution::evolution;
pub use levels::{counted, levels};
pub use map::map;
pub use ranking::ranking;

use crate::words::Words;
use maud::{Markup, html};
use shared::patrimoine::{Building, Line, Trend};

/// How wide every picture is, in its own units: with a margin, what a screen of 1366 pixels and a landscape page of A4
/// show without shrinking it.
const WIDTH: usize = 960;

/// The shade of a level. It goes with a number, a length or a shape.
const SHADES: [&str; 5] = ["#ffffff", "#d9d9d9", "#a8a8a8", "#606060", "#000000"];

/// A picture.
pub struct Picture {
    /// What it is called, as a file and on the page.
    pub name: &'static str,
    /// The whole of it.
    pub svg: Markup,
    /// What stands under it: what its marks mean, and what is not in it.
    pub caption: String,
}

/// What a picture is, before it is drawn.
struct Frame<'a> {
    name: &'static str,
    title: &'a str,
    caption: String,
    height: usize,
}

impl Frame<'_> {
    /// Puts what was drawn into it.
    fn around(self, drawn: &Markup) -> Picture {
        let Frame { name, title, caption, height } = self;
        let (title_id, caption_id) = (format!("{name}-title"), format!("{name}-desc"));
        let svg = html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {WIDTH} {height}")) width=(WIDTH) height=(height)
                role="img" aria-labelledby=(format!("{title_id} {caption_id}"))
                font-family="'Liberation Sans', Arial, Helvetica, sans-serif" font-size="13" fill="#000" {
                title id=(title_id) { (title) }
                desc id=(caption_id) { (caption) }
                rect width="100%" height="100%" fill="#fff" {}
                text x="0" y="18" font-size="16" font-weight="bold" { (title) }
                (drawn)
            }
        };
        Picture { name, svg, caption }
    }
}

/// The shade of a level from 1 to 5.
fn shade(level: u8) -> &'static str {
    SHADES.get(usize::from(level.saturating_sub(1))).copied().unwrap_or("#000000")
}

/// Where a level is going, as an arrow around a place: up, level, or down.
fn arrow(trend: Trend, x: usize, y: usize) -> Markup {
    let path = match trend {
        Trend::Rising => format!("M{x} {} l6 11 h-12 z", y.saturating_sub(6)),
        Trend::Stable => format!("M{} {} h12 v4 h-12 z", x.saturating_sub(6), y.saturating_sub(2)),
        Trend::Falling => format!("M{x} {} l6 -11 h-12 z", y + 6),
    };
    let fill = if trend == Trend::Falling { "#fff" } else { "#000" };
    html! { path d=(path) fill=(fill) stroke="#000" stroke-width="1.2" stroke-linejoin="round" {} }
}

/// What a trend is called.
#[must_use]
pub fn trend(trend: Trend, words: &Words) -> String {
    let id = match trend {
        Trend::Rising => "patrimoine-rising",
        Trend::Stable => "patrimoine-stable",
        Trend::Falling => "patrimoine-falling",
    };
    words.say(id, &[])
}

/// A building as people say it: `12 rue des Lilas, Clairval, bât. B, hall 3`.
#[must_use]
pub fn building(building: &Building, words: &Words) -> String {
    let place = format!("{}, {}", building.address.street, building.address.commune);
    [place].into_iter().chain(part(building, words)).collect::<Vec<_>>().join(", ")
}

/// Which part of an address is meant: `bât. B`, `hall 3`.
fn part(building: &Building, words: &Words) -> Vec<String> {
    let named = |id: &str, name: &str| words.say(id, &[("name", name.into())]);
    // Whoever typed "Bât. B" or "Les Tulipes" said what it is.
    let says_what = |name: &str| {
        name.split_whitespace().any(|word| word.chars().filter(|one| one.is_alphabetic()).count() > 2)
    };
    let parts = [("patrimoine-building", &building.name), ("patrimoine-hall", &building.hall)];
    let parts = parts.into_iter().filter(|(_, name)| !name.is_empty());
    parts.map(|(id, name)| if says_what(name) { name.clone() } else { named(id, name) }).collect()
}

/// The number of a line in the ranking.
#[must_use]
pub fn number(lines: &[Line], line: &Line) -> usize {
    lines.iter().position(|one| std::ptr::eq(one, line)).map_or(0, |place| place.saturating_add(1))
}

/// As many letters as there is room for.
fn short(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
