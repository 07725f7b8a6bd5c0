//! What is put before a reader who has no Pli: said once, and laid out as a page ([`html`]) and on paper ([`pdf`]).
//!
//! A sheet knows words and numbers and nothing of their place, so that both forms say the same.

mod face;
pub mod html;
pub mod pdf;
mod rows;
mod setting;

use std::collections::BTreeMap;

/// A title, and what stands under it from top to bottom.
pub struct Sheet {
    /// What it is.
    pub title: String,
    /// The rest.
    pub blocks: Vec<Block>,
}

/// One thing on a sheet.
pub enum Block {
    /// A section begins.
    Heading(String),
    /// Terms, and what each of them is here.
    Terms(Vec<(String, String)>),
    /// The sentence that matters most, in a box.
    Verdict(String),
    /// A paragraph.
    Text(String),
    /// Sentences that stand beside each other.
    List(Vec<String>),
    /// What is typed, or read by programs: its lines are kept.
    Code(String),
    /// A table.
    Table(Table),
    /// Numbers that are also a picture.
    Grid(Grid),
    /// Bars from left to right.
    Bars(Bars),
}

/// A table; its heads are repeated on each page.
pub struct Table {
    /// What stands in each column.
    pub columns: Vec<(String, Kind)>,
    /// A text for each column, row by row.
    pub rows: Vec<Vec<String>>,
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Words.
    Words,
    /// Numbers, which end under each other.
    Numbers,
    /// What somebody might say to it.
    Remarks,
}

/// Counts of a day's hours, row by row; the darker the more.
pub struct Grid {
    /// What stands over the counts.
    pub heads: Vec<String>,
    /// What each row is called, and its counts.
    pub rows: Vec<(String, Vec<usize>)>,
}

impl Grid {
    /// How dark a count is, of a hundred: never so much that its number cannot be read.
    fn darkness(&self, count: usize) -> usize {
        let highest = self.rows.iter().flat_map(|(_, counts)| counts).max().copied().unwrap_or(0);
        count * 45 / highest.max(1)
    }
}

/// Counts, in places of the same width.
pub struct Bars {
    /// How many places there are.
    pub places: usize,
    /// The counts of those that have any.
    pub counts: BTreeMap<usize, usize>,
    /// What they are; also for who does not see them.
    pub caption: String,
}

impl Bars {
    /// The highest.
    fn highest(&self) -> usize {
        self.counts.values().max().copied().unwrap_or(0).max(1)
    }
}
