//! Where everything of a sheet stands on paper: pages of lines and boxes, and what each of them is.
//!
//! Nothing is written here. What is set is told apart from what it means: a mark has a place, an element a meaning,
//! and a mark of no element (a rule, a head that is repeated) is passed over by who has the sheet read aloud.

use super::face::{Faces, Style};
use super::{Bars, Block, Sheet};
use krilla::tagging::{ListNumbering, Tag, TagKind};
use std::num::NonZeroU16;

/// A4, in points.
pub(super) const PAPER: (f32, f32) = (595.28, 841.89);
/// Left and right, and above and below.
pub(super) const MARGIN: (f32, f32) = (42.5, 51.0);
pub(super) const WIDTH: f32 = PAPER.0 - 2.0 * MARGIN.0;
const BOTTOM: f32 = PAPER.1 - MARGIN.1;
/// Between a rule and a text.
pub(super) const PAD: f32 = 3.0;
/// From one baseline to the next, and from the top of a line to its baseline, for a size of one.
pub(super) const LEADING: f32 = 1.36;
pub(super) const ASCENT: f32 = 1.07;
const TITLE: f32 = 17.0;
const HEADING: f32 = 12.0;
pub(super) const TEXT: f32 = 10.0;
pub(super) const SMALL: f32 = 8.0;
/// A heading is not left alone at the foot of a page.
pub(super) const TOGETHER: f32 = 120.0;
/// The highest bar.
const BAR: f32 = 80.0;

/// Something that is seen, from its left upper corner; a line of text from the left of its baseline.
pub(super) struct Mark {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) what: Shape,
    /// The element that it belongs to.
    pub(super) of: Option<usize>,
}

pub(super) enum Shape {
    Line {
        text: String,
        size: f32,
        style: Style,
    },
    /// Of this grey: 0 is black.
    Filled {
        width: f32,
        height: f32,
        grey: u8,
    },
    /// With a rule of this width around it.
    Ruled {
        width: f32,
        height: f32,
        rule: f32,
    },
}

/// Something that is meant, within something else or at the top.
pub(super) struct Element {
    pub(super) tag: TagKind,
    pub(super) within: Option<usize>,
}

/// A sheet on paper.
#[derive(Default)]
pub(super) struct Paper {
    pub(super) pages: Vec<Vec<Mark>>,
    /// In the order of reading; what something is within comes before it.
    pub(super) elements: Vec<Element>,
    /// What each section is called, its page, and where on it.
    pub(super) sections: Vec<(String, usize, f32)>,
}

/// Sets a sheet. `foot` says what stands below page so many of so many.
pub(super) fn set(sheet: &Sheet, faces: &Faces, foot: impl Fn(usize, usize) -> String) -> Paper {
    let mut setter = Setter { faces, paper: Paper::default(), y: 0.0 };
    setter.turn();
    let title = setter.element(Tag::Hn(NonZeroU16::MIN, Some(sheet.title.clone())), None);
    setter.text(&sheet.title, TITLE, Style::Bold, 0.0, title);
    sheet.blocks.iter().for_each(|block| setter.block(block));
    let mut paper = setter.paper;
    let count = paper.pages.len();
    for (number, page) in (1..).zip(&mut paper.pages) {
        let text = foot(number, count);
        let x = PAPER.0 - MARGIN.0 - faces.of(Style::Regular).width(&text, SMALL);
        let what = Shape::Line { text, size: SMALL, style: Style::Regular };
        page.push(Mark { x, y: PAPER.1 - MARGIN.1 / 2.0, what, of: None });
    }
    paper
}

pub(super) struct Setter<'a> {
    pub(super) faces: &'a Faces,
    paper: Paper,
    /// How far down the page is full.
    pub(super) y: f32,
}

impl Setter<'_> {
    pub(super) fn turn(&mut self) {
        self.paper.pages.push(Vec::new());
        self.y = MARGIN.1;
    }

    /// The number of the page, from 1 on.
    pub(super) fn page(&self) -> usize {
        self.paper.pages.len()
    }

    pub(super) fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    pub(super) fn element(&mut self, tag: impl Into<TagKind>, within: Option<usize>) -> usize {
        self.paper.elements.push(Element { tag: tag.into(), within });
        self.paper.elements.len() - 1
    }

    pub(super) fn mark(&mut self, x: f32, y: f32, what: Shape, of: Option<usize>) {
        if let Some(page) = self.paper.pages.last_mut() {
            page.push(Mark { x, y, what, of });
        }
    }

    /// Lines from the left, so far from the margin; and a little room below them.
    fn text(&mut self, text: &str, size: f32, style: Style, indent: f32, of: usize) {
        for line in self.faces.of(style).wrap(text, size, WIDTH - indent) {
            if self.room() < size * LEADING {
                self.turn();
            }
            let what = Shape::Line { text: line, size, style };
            self.mark(MARGIN.0 + indent, self.y + size * ASCENT, what, Some(of));
            self.y += size * LEADING;
        }
        self.y += size * 0.4;
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => self.heading(text),
            Block::Text(text) => self.paragraph(text, TEXT),
            Block::Code(text) => self.paragraph(text, SMALL),
            Block::List(texts) => self.list(texts),
            Block::Verdict(text) => self.verdict(text),
            Block::Terms(terms) => self.terms(terms),
            Block::Table(table) => self.table(table),
            Block::Grid(grid) => self.grid(grid),
            Block::Bars(bars) => self.bars(bars),
        }
    }

    fn heading(&mut self, text: &str) {
        // The standard knows no heading without a title.
        if text.trim().is_empty() {
            return;
        }
        if self.room() < TOGETHER {
            self.turn();
        } else {
            self.y += HEADING;
        }
        self.paper.sections.push((text.to_owned(), self.page() - 1, self.y));
        let of = self.element(Tag::Hn(NonZeroU16::MIN.saturating_add(1), Some(text.to_owned())), None);
        self.text(text, HEADING, Style::Bold, 0.0, of);
        self.mark(MARGIN.0, self.y - 3.0, Shape::Filled { width: WIDTH, height: 0.75, grey: 0 }, None);
        self.y += PAD;
    }

    fn paragraph(&mut self, text: &str, size: f32) {
        let of = self.element(Tag::P, None);
        self.text(text, size, Style::Regular, 0.0, of);
    }

    fn list(&mut self, texts: &[String]) {
        let list = self.element(Tag::L(ListNumbering::Disc), None);
        for text in texts {
            let item = self.element(Tag::LI, Some(list));
            let label = self.element(Tag::Lbl, Some(item));
            let body = self.element(Tag::LBody, Some(item));
            if self.room() < TEXT * LEADING {
                self.turn();
            }
            let what = Shape::Line { text: "• ".to_owned(), size: TEXT, style: Style::Regular };
            self.mark(MARGIN.0 + 4.0, self.y + TEXT * ASCENT, what, Some(label));
            self.text(text, TEXT, Style::Regular, 14.0, body);
        }
    }

    fn bars(&mut self, bars: &Bars) {
        if self.room() < BAR + TEXT * LEADING {
            self.turn();
        }
        let figure = self.element(Tag::Figure(Some(bars.caption.clone())), None);
        let (foot, step) = (self.y + BAR, (WIDTH / measure(bars.places.max(1))).min(24.0));
        for (place, count) in &bars.counts {
            // Seen, however many stand beside each other, and the last one too.
            let (width, height) = ((step * 0.9).max(0.5), BAR * measure(*count) / measure(bars.highest()));
            let x = MARGIN.0 + (step * measure(*place)).min(WIDTH - width);
            self.mark(x, foot - height, Shape::Filled { width, height, grey: 68 }, Some(figure));
        }
        let line = Shape::Filled { width: WIDTH, height: 0.75, grey: 0 };
        self.mark(MARGIN.0, foot, line, Some(figure));
        self.y = foot + PAD;
        self.paragraph(&bars.caption, TEXT);
    }
}

/// A count as a measure.
#[allow(clippy::cast_precision_loss, reason = "paper has no room for what a float cannot tell apart")]
pub(super) fn measure(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::super::{Grid, Kind, Table};
    use super::*;

    /// Sets blocks and looks where every mark of them is.
    fn check(blocks: Vec<Block>) {
        let faces = Faces::read().expect("the fonts that the program carries");
        let paper = set(&Sheet { title: "Rapport".to_owned(), blocks }, &faces, |page, pages| {
            format!("{page}/{pages}")
        });
        for mark in paper.pages.iter().flatten() {
            let (width, height) = match &mark.what {
                Shape::Line { text, size, style } => (faces.of(*style).width(text.trim_end(), *size), 0.0),
                Shape::Filled { width, height, .. } | Shape::Ruled { width, height, .. } => (*width, *height),
            };
            let is_foot = mark.of.is_none() && height == 0.0;
            let bottom = if is_foot { PAPER.1 } else { BOTTOM + 1.0 };
            assert!(
                mark.x >= MARGIN.0 - 0.1 && mark.x + width <= PAPER.0 - MARGIN.0 + 0.1,
                "{} {width}",
                mark.x
            );
            assert!(mark.y >= MARGIN.1 && mark.y + height <= bottom, "{} {height}", mark.y);
        }
    }

    #[test]
    fn nothing_stands_beyond_the_margins() {
        let columns = ["N°", "Auteur", "Motif"].map(|head| (head.to_owned(), Kind::Words)).to_vec();
        for text in ["W".repeat(9000), "un mot et un autre ".repeat(900), "œ".to_owned(), String::new()] {
            let rows = vec![vec![text.clone(), "12".to_owned(), text.clone()]; 60];
            check(vec![
                Block::Text(text.clone()),
                Block::List(vec![text.clone(); 5]),
                Block::Verdict(text.clone()),
                Block::Terms(vec![(text.clone(), text.clone())]),
                Block::Table(Table { columns: columns.clone(), rows }),
            ]);
        }
        for places in [1, 92, 5000] {
            let counts = (0..places).map(|place| (place, place)).collect();
            let rows = vec![("lun.".to_owned(), vec![1000; 24]); 7];
            check(vec![
                Block::Bars(Bars { places, counts, caption: "Actes".to_owned() }),
                Block::Grid(Grid { heads: (0..24).map(|hour| hour.to_string()).collect(), rows }),
            ]);
        }
    }
}
