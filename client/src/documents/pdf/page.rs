//! What is drawn on a page, as text: the strings in their order, with spaces and lines where they stand apart.
//!
//! Order is that of the file. Where a string goes on exactly where the one before it ended, both are one word,
//! however many commands lie between; where a gap is as wide as a space, it is one. What is drawn invisible, in
//! white or beyond the page is read like everything else. A command that is none is damage.

use super::font::Font;
use lopdf::content::{Content, Operation};
use lopdf::{Object, decode_text_string};
use std::rc::Rc;

/// What a page, a form or a pattern draws.
#[derive(Default)]
pub(super) struct Drawn {
    pub(super) text: String,
    /// Whether a letter was drawn of which nobody knows what it is.
    pub(super) fonts_unknown: bool,
    pub(super) is_broken: bool,
    /// The names of images and forms, as they are drawn.
    pub(super) images: Vec<Vec<u8>>,
    pub(super) has_inline_image: bool,
    /// What stands beside: what is to be said instead of what is drawn.
    pub(super) beside: String,
}

/// A gap between letters that is a space, in parts of their size; a space is a quarter wide.
const SPACE: f32 = 0.15;

/// Letters this far above or below, in parts of their size, stand on another line.
const LINE: f32 = 0.5;

/// Letters this far back, in parts of their size, begin anew.
const BACK: f32 = 1.0;

/// Names of images on one page.
const IMAGES_MAX: usize = 1_000;

/// The last command that is decoded, if every byte before it was one.
const LAST: &[u8] = b"\n/PliEnd MP\n";

/// Commands that draw no text.
const KNOWN: &[&str] = &[
    "b", "B", "b*", "B*", "BDC", "BMC", "BX", "c", "cs", "CS", "d", "d0", "d1", "DP", "EMC", "EX", "f", "F",
    "f*", "G", "g", "gs", "h", "i", "j", "J", "K", "k", "l", "M", "m", "MP", "n", "re", "RG", "rg", "ri",
    "s", "S", "SC", "sc", "SCN", "scn", "sh", "v", "w", "W", "W*", "y", "Tr",
];

/// Where something stands: six numbers, as PDF has them.
type Matrix = [f32; 6];

const UPRIGHT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First the one, then the other.
fn times(one: Matrix, other: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = one;
    let [g, h, i, j, k, l] = other;
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l]
}

/// What commands change, and `q` and `Q` keep and bring back.
#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    between_letters: f32,
    between_words: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
}

struct Drawing<F> {
    font: F,
    state: State,
    kept: Vec<State>,
    line: Matrix,
    at: Matrix,
    /// Where the last letter ended on the page, if its width is known.
    ended: Option<(f32, f32)>,
    /// Whether anything was moved since.
    is_moved: bool,
    drawn: Drawn,
}

/// Reads what a page draws; `font` finds a font by its name there.
pub(super) fn read(content: &[u8], font: impl FnMut(&[u8]) -> Option<Rc<Font>>) -> Drawn {
    let state = State {
        page: UPRIGHT,
        font: None,
        size: 1.0,
        between_letters: 0.0,
        between_words: 0.0,
        stretch: 1.0,
        leading: 0.0,
        rise: 0.0,
    };
    let drawn = Drawn::default();
    let mut drawing = Drawing {
        font,
        state,
        kept: Vec::new(),
        line: UPRIGHT,
        at: UPRIGHT,
        ended: None,
        is_moved: false,
        drawn,
    };
    let content = [content, LAST].concat();
    let mut has_last = false;
    for operation in Content::decode_iter(&content) {
        match operation {
            Ok(operation) => {
                has_last = matches!(operation.operands.as_slice(), [Object::Name(name)] if name == b"PliEnd");
                drawing.operation(&operation);
            }
            Err(_) => break,
        }
    }
    drawing.drawn.is_broken |= !has_last;
    drawing.drawn
}

impl<F: FnMut(&[u8]) -> Option<Rc<Font>>> Drawing<F> {
    fn operation(&mut self, operation: &Operation) {
        let operands = operation.operands.as_slice();
        let numbers: Vec<f32> = operands.iter().filter_map(|operand| operand.as_float().ok()).collect();
        match (operation.operator.as_str(), numbers.as_slice(), operands) {
            ("q", ..) => self.keep(),
            ("Q", ..) => self.state = self.kept.pop().unwrap_or_else(|| self.state.clone()),
            ("cm", &[a, b, c, d, e, f], _) => self.state.page = times([a, b, c, d, e, f], self.state.page),
            ("BT", ..) => self.go(UPRIGHT),
            ("ET", ..) => {}
            ("Td", &[x, y], _) => self.step(x, y),
            ("TD", &[x, y], _) => {
                self.state.leading = -y;
                self.step(x, y);
            }
            ("Tm", &[a, b, c, d, e, f], _) => self.go([a, b, c, d, e, f]),
            ("T*", ..) => self.step(0.0, -self.state.leading),
            ("Tc", &[width], _) => self.state.between_letters = width,
            ("Tw", &[width], _) => self.state.between_words = width,
            ("Tz", &[percent], _) => self.state.stretch = percent / 100.0,
            ("TL", &[leading], _) => self.state.leading = leading,
            ("Ts", &[rise], _) => self.state.rise = rise,
            ("Tf", &[size], [Object::Name(name), _]) => {
                self.state.font = (self.font)(name);
                self.state.size = size;
            }
            ("Tj", _, [Object::String(text, _)]) => self.show(text),
            ("'", _, [Object::String(text, _)]) => {
                self.step(0.0, -self.state.leading);
                self.show(text);
            }
            ("\"", &[words, letters], [.., Object::String(text, _)]) => {
                self.state.between_words = words;
                self.state.between_letters = letters;
                self.step(0.0, -self.state.leading);
                self.show(text);
            }
            ("TJ", _, [Object::Array(pieces)]) => pieces.iter().for_each(|piece| match piece {
                Object::String(text, _) => self.show(text),
                piece => {
                    let back = piece.as_float().unwrap_or_default() / 1000.0;
                    self.advance(-back * self.state.size * self.state.stretch);
                    // Also where no width is known: this far apart letters stand only between words.
                    self.is_moved |= back < -SPACE && self.ended.is_none();
                }
            }),
            ("Do", _, [Object::Name(name)]) if self.drawn.images.len() < IMAGES_MAX => {
                if !self.drawn.images.contains(name) {
                    self.drawn.images.push(name.clone());
                }
            }
            ("Do", ..) => self.drawn.is_broken = true,
            ("BI", ..) => self.drawn.has_inline_image = true,
            (name, ..) if KNOWN.contains(&name) => operands.iter().for_each(|operand| self.beside(operand)),
            _ => {
                self.drawn.is_broken = true;
                operands.iter().for_each(|operand| self.stray(operand));
            }
        }
    }

    fn keep(&mut self) {
        // Nobody nests this deep by hand, and whoever does it on purpose is not followed.
        if self.kept.len() < 1_000 {
            self.kept.push(self.state.clone());
        } else {
            self.drawn.is_broken = true;
        }
    }

    fn go(&mut self, to: Matrix) {
        self.line = to;
        self.at = to;
        self.is_moved = true;
    }

    fn step(&mut self, x: f32, y: f32) {
        self.go(times([1.0, 0.0, 0.0, 1.0, x, y], self.line));
    }

    fn advance(&mut self, x: f32) {
        self.at = times([1.0, 0.0, 0.0, 1.0, x, 0.0], self.at);
    }

    /// Shows a string where the drawing is.
    fn show(&mut self, bytes: &[u8]) {
        self.part();
        let Some(font) = self.state.font.clone() else {
            // Without a font it is at least read as what it looks like.
            self.drawn.fonts_unknown = true;
            self.drawn.text.extend(bytes.iter().map(|byte| char::from(*byte)));
            self.ended = None;
            self.is_moved = false;
            return;
        };
        self.drawn.fonts_unknown |= font.disagrees();
        let mut is_known = true;
        for letter in font.letters(bytes) {
            match letter.text {
                Some(text) => self.drawn.text.push_str(&text),
                None => {
                    self.drawn.fonts_unknown = true;
                    self.drawn.text.push('\u{fffd}');
                }
            }
            is_known &= letter.width.is_some();
            let width = letter.width.unwrap_or_default() / 1000.0 * self.state.size;
            let space = if letter.is_space { self.state.between_words } else { 0.0 };
            self.advance((width + self.state.between_letters + space) * self.state.stretch);
        }
        let place = self.place();
        self.ended = is_known.then_some((place[4], place[5]));
        self.is_moved = false;
    }

    fn place(&self) -> Matrix {
        let risen = times([1.0, 0.0, 0.0, 1.0, 0.0, self.state.rise], self.at);
        times(risen, self.state.page)
    }

    /// Parts what comes from what was, if it stands apart.
    fn part(&mut self) {
        if self.drawn.text.is_empty() {
            return;
        }
        let place = self.place();
        let across =
            (place[0].hypot(place[1]) * self.state.size * self.state.stretch).abs().max(f32::EPSILON);
        let separator = match self.ended {
            Some((x, y)) => {
                let (dx, dy) = (place[4] - x, place[5] - y);
                let length = place[0].hypot(place[1]).max(f32::EPSILON);
                let along = (dx * place[0] + dy * place[1]) / length / across;
                let aside = (dy * place[0] - dx * place[1]) / length / across;
                if !(aside.abs() < LINE && along > -BACK) {
                    Some('\n')
                } else {
                    (along > SPACE).then_some(' ')
                }
            }
            None => self.is_moved.then_some(' '),
        };
        if let Some(separator) = separator
            && !self.drawn.text.ends_with([' ', '\n'])
        {
            self.drawn.text.push(separator);
        }
    }

    /// Text that is not drawn but stands beside: what is to be said instead of it, and other properties.
    fn beside(&mut self, operand: &Object) {
        match operand {
            Object::String(..) => {
                let text = decode_text_string(operand).unwrap_or_default();
                self.drawn.beside.extend([&text, "\n"]);
            }
            Object::Array(operands) => operands.iter().for_each(|operand| self.beside(operand)),
            Object::Dictionary(dictionary) => dictionary.iter().for_each(|(_, operand)| self.beside(operand)),
            _ => {}
        }
    }

    /// Text after which no command shows it.
    fn stray(&mut self, operand: &Object) {
        match operand {
            Object::String(text, _) => self.show(text),
            Object::Array(operands) => operands.iter().for_each(|operand| self.stray(operand)),
            _ => {}
        }
    }
}
