//! The ranking, line by line: the level as a bar of five cells, and where it is going.

use super::{Frame, Picture, arrow, building, shade, short, trend};
use crate::words::Words;
use maud::{Markup, html};
use shared::patrimoine::{Line, Trend};

/// The most lines of one picture: what a page shows. The table beside it has all of them.
const LINES_MAX: usize = 30;

/// The height of a line, and where the first one begins.
const STEP: usize = 24;
const TOP: usize = 52;

/// Where the columns begin, and how wide a cell of the bar is.
const PROBLEM: usize = 410;
const LEVEL: usize = 610;
const CELL: usize = 28;
const TREND: usize = 808;
const LANDLORD: usize = 850;

/// The picture.
#[must_use]
pub fn ranking(lines: &[Line], problem: &dyn Fn(&Line) -> String, words: &Words) -> Picture {
    let shown = lines.get(..LINES_MAX).unwrap_or(lines);
    let title = words.say("patrimoine-ranking", &[]);
    let counts = [("shown", shown.len().into()), ("count", lines.len().into())];
    let caption = words.say("patrimoine-ranking-caption", &counts);
    let frame = Frame { name: "classement", title: &title, caption, height: TOP + STEP * shown.len() + 34 };
    let foot = TOP + STEP * shown.len() + 22;
    frame.around(&html! {
        g fill="#444" font-size="12" {
            text x="34" y=(TOP - 8) { (words.say("patrimoine-column-building", &[])) }
            text x=(PROBLEM) y=(TOP - 8) { (words.say("patrimoine-column-problem", &[])) }
            text x=(LEVEL) y=(TOP - 8) { (words.say("patrimoine-column-level", &[])) }
            text x=(TREND) y=(TOP - 8) text-anchor="middle" { (words.say("patrimoine-column-trend", &[])) }
            text x=(LANDLORD) y=(TOP - 8) { (words.say("patrimoine-column-landlord", &[])) }
        }
        @for (number, one) in (0..).zip(shown) { (line(number, one, &problem(one), words)) }
        line x1="0" y1=(foot - 20) x2="960" y2=(foot - 20) stroke="#000" {}
        (legend(foot, words))
    })
}

fn line(number: usize, line: &Line, problem: &str, words: &Words) -> Markup {
    let (top, text) = (TOP + STEP * number, TOP + STEP * number + 16);
    html! {
        line x1="0" y1=(top) x2="960" y2=(top) stroke="#ccc" stroke-width="0.7" {}
        text x="24" y=(text) text-anchor="end" fill="#444" { (number + 1) }
        text x="34" y=(text) { (short(&building(&line.building, words), 54)) }
        text x=(PROBLEM) y=(text) { (short(problem, 28)) }
        @for cell in 1..=5_u8 {
            @let (fill, edge) = if cell <= line.level { (shade(line.level), "#000") } else { ("none", "#bbb") };
            rect x=(LEVEL + usize::from(cell - 1) * CELL) y=(top + 6) width=(CELL - 3) height=(STEP - 12)
                fill=(fill) stroke=(edge) stroke-width="0.8" {}
        }
        text x=(LEVEL + 5 * CELL + 6) y=(text) font-weight="bold" { (line.level) }
        (arrow(line.trend, TREND, top + STEP / 2))
        text x=(LANDLORD) y=(text) { (short(line.landlord.as_str(), 15)) }
    }
}

fn legend(y: usize, words: &Words) -> Markup {
    let trends = [Trend::Rising, Trend::Stable, Trend::Falling];
    html! {
        @for (place, one) in (0..).zip(trends) {
            (arrow(one, 40 + place * 130, y - 4))
            text x=(54 + place * 130) y=(y) font-size="12" fill="#444" { (trend(one, words)) }
        }
    }
}
