//! The cells of one sheet, in the order of their lines.
//!
//! Rows and cells come in order, each once: a sheet that goes back is damaged, since no two programs would agree on what
//! stands there.

use super::numbers::Numbers;
use super::strings::Said;
use super::{Cell, ROWS_MAX, Row, Unusable, Why, attribute, event, events, is_long, is_true};
use quick_xml::events::{BytesStart, Event};
use shared::limits::FORM_FIELDS_MAX;

/// What the cells of a workbook refer to.
pub(super) struct Cells<'a> {
    pub(super) strings: &'a [String],
    pub(super) numbers: &'a Numbers,
    /// How many bytes of text a sheet may have.
    pub(super) text_bytes: usize,
}

/// Where the reading of a sheet is.
struct Place {
    line: u32,
    is_hidden: bool,
    /// The column of the next cell, where it does not say its own.
    column: u32,
    /// The hidden columns: first and last.
    hidden: Vec<(u32, u32)>,
    cell: Option<Open>,
    rows: Vec<Row>,
    text_left: usize,
    depth: u32,
    had_root: bool,
}

/// A cell that is open.
struct Open {
    column: u32,
    kind: String,
    style: Option<usize>,
}

impl Cells<'_> {
    /// The rows of a sheet in which something stands.
    pub(super) fn read(&self, text: &str) -> Result<Vec<Row>, Unusable> {
        let mut events = events(text);
        let mut said = Said::default();
        let mut place = Place {
            line: 0,
            is_hidden: false,
            column: 0,
            hidden: Vec::new(),
            cell: None,
            rows: Vec::new(),
            text_left: self.text_bytes,
            depth: 0,
            had_root: false,
        };
        loop {
            let event = event(&mut events)?;
            if place.cell.is_some() {
                said.event(&event)?;
            }
            match event {
                Event::Eof => break,
                Event::Start(start) => {
                    place.had_root = true;
                    place.depth = place.depth.saturating_add(1);
                    if place.start(&start)? {
                        said.take();
                    }
                }
                Event::Empty(start) => {
                    place.start(&start)?;
                    place.end(start.local_name().as_ref(), self, &mut said)?;
                }
                Event::End(end) => {
                    place.depth = place.depth.saturating_sub(1);
                    place.end(end.local_name().as_ref(), self, &mut said)?;
                }
                _ => {}
            }
        }
        if place.depth > 0 || !place.had_root { Err(Unusable::because(Why::Broken)) } else { Ok(place.rows) }
    }
}

impl Place {
    /// Goes into an element; says whether it is a cell.
    fn start(&mut self, start: &BytesStart<'_>) -> Result<bool, Unusable> {
        let broken = || Unusable::because(Why::Broken);
        match start.local_name().as_ref() {
            "col" if is_true(attribute(start, "hidden")?.as_deref()) => {
                let bound = |name| -> Result<u32, Unusable> {
                    let number = attribute(start, name)?.and_then(|number| number.parse::<u32>().ok());
                    number.and_then(|number| number.checked_sub(1)).ok_or_else(broken)
                };
                self.hidden.push((bound("min")?, bound("max")?));
            }
            "row" => {
                let line = match attribute(start, "r")? {
                    Some(line) => line.parse().ok(),
                    None => self.line.checked_add(1),
                };
                self.line = line.filter(|line| *line > self.line).ok_or_else(broken)?;
                self.is_hidden = is_true(attribute(start, "hidden")?.as_deref());
                self.column = 0;
            }
            "c" => {
                if self.line == 0 || self.cell.is_some() {
                    return Err(broken());
                }
                let column = match attribute(start, "r")? {
                    Some(name) => {
                        let cell = Cell::parse(&name).filter(|cell| cell.line == self.line);
                        cell.map(|cell| cell.column)
                            .filter(|column| *column >= self.column)
                            .ok_or_else(broken)?
                    }
                    None => self.column,
                };
                self.column = column.checked_add(1).ok_or_else(broken)?;
                let kind = attribute(start, "t")?.unwrap_or_default();
                let style = attribute(start, "s")?.and_then(|style| style.parse().ok());
                self.cell = Some(Open { column, kind, style });
                return Ok(true);
            }
            "f" => {
                if let Some(cell) = &self.cell {
                    return Err(Unusable::at(Why::Formula, self.line, cell.column));
                }
            }
            "mergeCell" => {
                let range = attribute(start, "ref")?.unwrap_or_default();
                let first = range.split(':').next().and_then(Cell::parse).ok_or_else(broken)?;
                return Err(Unusable::at(Why::Merged, first.line, first.column));
            }
            _ => {}
        }
        Ok(false)
    }

    /// Comes out of an element.
    fn end(&mut self, name: &str, cells: &Cells<'_>, said: &mut Said) -> Result<(), Unusable> {
        if name != "c" {
            return Ok(());
        }
        let Some(Open { column, kind, style }) = self.cell.take() else { return Ok(()) };
        let text = said.take();
        let at = |why| Err(Unusable::at(why, self.line, column));
        if text.trim().is_empty() {
            return Ok(());
        }
        let text = match kind.as_str() {
            "s" => match text.trim().parse::<usize>().ok().and_then(|number| cells.strings.get(number)) {
                Some(text) => text.clone(),
                None => return at(Why::Broken),
            },
            "str" | "inlineStr" | "d" => text,
            "b" => (if text.trim() == "1" { "vrai" } else { "faux" }).to_owned(),
            "e" => return at(Why::Error),
            "" | "n" => cells.numbers.say(&text, style),
            _ => return at(Why::Broken),
        };
        if text.trim().is_empty() {
            return Ok(());
        }
        if self.is_hidden {
            return at(Why::HiddenRow);
        }
        if self.hidden.iter().any(|(first, last)| (*first..=*last).contains(&column)) {
            return at(Why::HiddenColumn);
        }
        if column as usize >= FORM_FIELDS_MAX {
            return at(Why::TooManyColumns);
        }
        if is_long(&text) {
            return at(Why::LongCell);
        }
        let Some(left) = self.text_left.checked_sub(text.len()) else {
            return Err(Unusable::because(Why::TooLarge));
        };
        self.text_left = left;
        if let Some(row) = self.rows.last_mut().filter(|row| row.line == self.line) {
            row.cells.push((column, text));
            return Ok(());
        }
        if self.rows.len() >= ROWS_MAX {
            return Err(Unusable::because(Why::TooManyRows));
        }
        self.rows.push(Row { line: self.line, cells: vec![(column, text)] });
        Ok(())
    }
}
