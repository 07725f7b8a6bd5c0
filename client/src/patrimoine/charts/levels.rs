//! How many buildings of each level there are, quarter by quarter: a bar for each quarter, the worst at its foot. A building
//! counts once, by the worst of its lines.

use super::{Frame, Picture, WIDTH, shade};
use crate::words::Words;
use maud::html;
use shared::patrimoine::{History, Quarter, worst};

/// Where the bars stand, and how high the highest is.
const TOP: usize = 40;
const HIGH: usize = 170;
const FOOT: usize = TOP + HIGH;

/// How many buildings of each level, from 1 to 5, a quarter has; none where it has no table.
#[must_use]
pub fn counted(history: &History, quarter: Quarter) -> Option<[usize; 5]> {
    let mut counts = [0; 5];
    for line in worst(history.table(quarter)?) {
        if let Some(count) = counts.get_mut(usize::from(line.level.saturating_sub(1))) {
            *count += 1;
        }
    }
    Some(counts)
}

/// The picture, up to a quarter.
#[must_use]
pub fn levels(history: &History, until: Quarter, words: &Words) -> Picture {
    let quarters = history.quarters(until);
    let bars: Vec<_> = quarters.iter().map(|quarter| counted(history, *quarter)).collect();
    let highest = bars.iter().flatten().map(|counts| counts.iter().sum()).max().unwrap_or(0).max(1);
    let step = (WIDTH - 180) / quarters.len().max(1);
    let (step, wide) = (step.min(120), step.min(120) * 2 / 3);
    let title = words.say("patrimoine-levels", &[]);
    let caption = words.say("patrimoine-levels-caption", &[]);
    let frame = Frame { name: "niveaux", title: &title, caption, height: FOOT + 30 };
    frame.around(&html! {
        @for (place, (quarter, counts)) in (0..).zip(quarters.iter().zip(&bars)) {
            @let left = 12 + place * step;
            @match counts {
                Some(counts) => {
                    @for (level, from, count) in stacked(counts) {
                        @let (low, high) = (from * HIGH / highest, (from + count) * HIGH / highest);
                        rect x=(left) y=(FOOT - high) width=(wide) height=(high - low) fill=(shade(level)) stroke="#000" stroke-width="0.8" {}
                        @if high - low >= 10 {
                            text x=(left + wide / 2) y=(FOOT - usize::midpoint(low, high) + 4) text-anchor="middle" font-size="11"
                                fill=(if level >= 4 { "#fff" } else { "#000" }) { (count) }
                        }
                    }
                },
                None => text x=(left + wide / 2) y=(FOOT - 6) text-anchor="middle" fill="#444" { "–" },
            }
            text x=(left + wide / 2) y=(FOOT + 18) text-anchor="middle" font-size="12" { (quarter) }
        }
        line x1="0" y1=(FOOT) x2=(WIDTH - 150) y2=(FOOT) stroke="#000" {}
        @for (place, level) in (0..).zip([1, 2, 3, 4, 5_u8]) {
            rect x=(WIDTH - 130) y=(TOP + place * 24) width="22" height="16" fill=(shade(level)) stroke="#000" stroke-width="0.8" {}
            text x=(WIDTH - 100) y=(TOP + place * 24 + 13) { (words.say("patrimoine-level", &[("level", level.to_string().into())])) }
        }
    })
}

/// Level, what lies under it, and how many: the worst at the foot.
fn stacked(counts: &[usize; 5]) -> Vec<(u8, usize, usize)> {
    let mut from = 0;
    let mut parts = Vec::new();
    for (level, count) in (1..=5_u8).zip(counts).rev().filter(|(_, count)| **count > 0) {
        parts.push((level, from, *count));
        from += count;
    }
    parts
}
