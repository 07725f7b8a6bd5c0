//! Rows of cells on paper: how wide their columns are, and how they go on from page to page.

use super::face::Style;
use super::setting::{ASCENT, LEADING, MARGIN, PAD, SMALL, Setter, Shape, TEXT, TOGETHER, WIDTH, measure};
use super::{Grid, Kind, Table};
use krilla::tagging::{TableHeaderScope, Tag, TagKind};

/// How wide a term is, and the name of a row of numbers.
const TERM: f32 = 136.0;
const NAME: f32 = 28.0;
/// Paper, and the ground of a head.
const WHITE: u8 = 255;
const SHADED: u8 = 238;
/// Numbers that stand close.
const CLOSE: f32 = 7.0;

/// A cell of a table.
struct Cell {
    text: String,
    style: Style,
    align: Align,
    grey: u8,
    tag: TagKind,
}

#[derive(Clone, Copy)]
enum Align {
    Left,
    Centre,
    Right,
}

impl Cell {
    fn head(text: &str, align: Align, of: TableHeaderScope) -> Self {
        Self { text: text.to_owned(), style: Style::Bold, align, grey: SHADED, tag: Tag::TH(of).into() }
    }

    fn of(text: &str, style: Style, align: Align) -> Self {
        Self { text: text.to_owned(), style, align, grey: WHITE, tag: Tag::TD.into() }
    }
}

/// A row, set: each cell's lines and its element, and how many lines the highest has.
struct Row {
    cells: Vec<(Cell, Vec<String>, Option<usize>)>,
    count: usize,
}

/// How rows are ruled.
#[derive(Clone, Copy)]
struct Ruling<'a> {
    widths: &'a [f32],
    size: f32,
    rule: f32,
}

impl Ruling<'_> {
    /// The height of so many lines.
    fn height(&self, lines: usize) -> f32 {
        measure(lines) * self.size * LEADING + PAD
    }
}

impl Setter<'_> {
    pub(super) fn verdict(&mut self, text: &str) {
        let cell = Cell { tag: Tag::P.into(), ..Cell::of(text, Style::Bold, Align::Left) };
        self.rows(Ruling { widths: &[WIDTH], size: TEXT, rule: 1.5 }, None, None, [vec![cell]]);
    }

    pub(super) fn terms(&mut self, terms: &[(String, String)]) {
        let table = self.element(Tag::Table, None);
        let ruling = Ruling { widths: &[TERM, WIDTH - TERM], size: TEXT, rule: 0.0 };
        let row = |(term, text): &(String, String)| {
            let term = Cell { grey: WHITE, ..Cell::head(term, Align::Left, TableHeaderScope::Row) };
            vec![term, Cell::of(text, Style::Regular, Align::Left)]
        };
        self.rows(ruling, Some(table), None, terms.iter().map(row));
    }

    pub(super) fn table(&mut self, table: &Table) {
        let align = |kind| if kind == Kind::Numbers { Align::Right } else { Align::Left };
        let style = |kind| if kind == Kind::Remarks { Style::Italic } else { Style::Regular };
        let head = |(text, kind): &(String, Kind)| Cell::head(text, align(*kind), TableHeaderScope::Column);
        let head = table.columns.iter().map(head).collect();
        let cell = |(text, (_, kind)): (&String, &(String, Kind))| Cell::of(text, style(*kind), align(*kind));
        let rows = table.rows.iter().map(|row| row.iter().zip(&table.columns).map(cell).collect());
        let ruling = Ruling { widths: &self.widths(table), size: SMALL, rule: 0.5 };
        let table = self.element(Tag::Table, None);
        self.rows(ruling, Some(table), Some(head), rows);
    }

    pub(super) fn grid(&mut self, grid: &Grid) {
        let mut widths = vec![(WIDTH - NAME) / measure(grid.heads.len().max(1)); grid.heads.len() + 1];
        widths[0] = NAME;
        let head = |text: &String| Cell::head(text, Align::Centre, TableHeaderScope::Column);
        let corner = Cell::of("", Style::Regular, Align::Left);
        let heads = std::iter::once(corner).chain(grid.heads.iter().map(head)).collect();
        let count = |count: &usize| {
            let text = if *count > 0 { count.to_string() } else { String::new() };
            let grey = u8::try_from(255 - grid.darkness(*count) * 255 / 100).unwrap_or(WHITE);
            Cell { grey, ..Cell::of(&text, Style::Regular, Align::Centre) }
        };
        let rows = grid.rows.iter().map(|(name, counts)| {
            let name = Cell::head(name, Align::Left, TableHeaderScope::Row);
            std::iter::once(name).chain(counts.iter().map(count)).collect()
        });
        let ruling = Ruling { widths: &widths, size: CLOSE, rule: 0.5 };
        // A picture is seen whole.
        if self.room() < measure(grid.rows.len() + 1) * ruling.height(1) {
            self.turn();
        }
        let table = self.element(Tag::Table, None);
        self.rows(ruling, Some(table), Some(heads), rows);
    }

    /// The width of each column: the narrow ones have what they like, the wide ones share what is left.
    fn widths(&self, table: &Table) -> Vec<f32> {
        let liked = |(place, (head, _)): (usize, &(String, Kind))| {
            let texts = table.rows.iter().filter_map(|row| row.get(place));
            let widths = texts.map(|text| self.faces.of(Style::Regular).width(text, SMALL));
            // A hair more, so that what just fits is not broken by rounding.
            widths.fold(self.faces.of(Style::Bold).width(head, SMALL), f32::max) + 2.0 * PAD + 0.1
        };
        let mut widths: Vec<_> = table.columns.iter().enumerate().map(liked).collect();
        let mut by_width: Vec<_> = (0..widths.len()).collect();
        by_width.sort_by(|one, other| widths[*one].total_cmp(&widths[*other]));
        let mut left = WIDTH;
        for (place, column) in by_width.iter().enumerate() {
            widths[*column] = widths[*column].min(left / measure(by_width.len() - place));
            left -= widths[*column];
        }
        let spread = WIDTH / (WIDTH - left).max(1.0);
        widths.iter().map(|width| width * spread).collect()
    }

    /// Rows within rules, from page to page, each under the same head; of a table, or each cell for itself.
    fn rows(
        &mut self,
        ruling: Ruling<'_>,
        table: Option<usize>,
        head: Option<Vec<Cell>>,
        body: impl IntoIterator<Item = Vec<Cell>>,
    ) {
        let mut head = head.map(|cells| self.row(ruling, table, cells));
        let above = head.as_ref().map_or(0.0, |head| ruling.height(head.count));
        let mut headed = None;
        for cells in body {
            let row = self.row(ruling, table, cells);
            let mut from = 0;
            while from < row.count {
                // A row of few lines stays whole; another one goes on over the next page.
                let whole = ruling.height(row.count - from);
                let kept = if whole <= TOGETHER / 2.0 { whole } else { ruling.height(3) };
                let start = if headed == Some(self.page()) { 0.0 } else { above };
                if self.room() < start + kept {
                    self.turn();
                }
                if let Some(head) = head.as_mut().filter(|_| headed != Some(self.page())) {
                    self.strip(ruling, head, 0, head.count);
                    // From now on it is only repeated.
                    head.cells.iter_mut().for_each(|(_, _, of)| *of = None);
                }
                headed = Some(self.page());
                let fits = |count: &usize| ruling.height(*count) <= self.room();
                let count = (1..=row.count - from).take_while(fits).count().max(1);
                self.strip(ruling, &row, from, count);
                from += count;
            }
        }
        self.y += ruling.size;
    }

    fn row(&mut self, ruling: Ruling<'_>, table: Option<usize>, cells: Vec<Cell>) -> Row {
        let within = table.map(|table| self.element(Tag::TR, Some(table)));
        let set = |(cell, width): (Cell, &f32)| {
            let lines = self.faces.of(cell.style).wrap(&cell.text, ruling.size, width - 2.0 * PAD);
            let of = self.element(cell.tag.clone(), within);
            (cell, lines, Some(of))
        };
        let cells: Vec<_> = cells.into_iter().zip(ruling.widths).map(set).collect();
        let count = cells.iter().map(|(_, lines, _)| lines.len()).max().unwrap_or(0).max(1);
        Row { cells, count }
    }

    /// So many lines of a row, from one of them on.
    fn strip(&mut self, ruling: Ruling<'_>, row: &Row, from: usize, count: usize) {
        let (height, size, mut left) = (ruling.height(count), ruling.size, MARGIN.0);
        for ((cell, lines, of), width) in row.cells.iter().zip(ruling.widths) {
            let (x, width) = (left, *width);
            left += width;
            if cell.grey < WHITE {
                self.mark(x, self.y, Shape::Filled { width, height, grey: cell.grey }, None);
            }
            if ruling.rule > 0.0 {
                self.mark(x, self.y, Shape::Ruled { width, height, rule: ruling.rule }, None);
            }
            let mut y = self.y + PAD / 2.0;
            for line in lines.iter().skip(from).take(count) {
                let free = width - 2.0 * PAD - self.faces.of(cell.style).width(line, size);
                let x = x
                    + PAD
                    + match cell.align {
                        Align::Left => 0.0,
                        Align::Centre => free / 2.0,
                        Align::Right => free,
                    };
                let what = Shape::Line { text: line.clone(), size, style: cell.style };
                self.mark(x, y + size * ASCENT, what, *of);
                y += size * LEADING;
            }
        }
        self.y += height;
    }
}
