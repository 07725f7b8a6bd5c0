//! The rows of a workbook (XLSX): what stands in the cells of its one filled sheet, or why that is not taken.
//!
//! A table that somebody sends says what its writer sees, and nothing else. So what a program computes (formulas), what
//! a screen leaves out (hidden sheets, rows and columns) and what belongs to several lines at once (merged cells) is
//! refused by the name of its cell, and nothing is taken from the rest. Macros, pictures, remarks and colours are not
//! looked at. Bytes go in and rows come out: whoever has something to lose asks [`apart`](super::apart).

mod cells;
mod numbers;
mod strings;

use super::limits::{Limits, TABLE_BYTES_MAX};
use cells::Cells;
use numbers::Numbers;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use serde::{Deserialize, Serialize};
use shared::limits::{FORM_FIELDS_MAX, FORM_ROWS_MAX, FORM_TEXT_LETTERS_MAX};
use std::fmt;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// One row in which something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its line, counted from 1.
    pub line: u32,
    /// Columns, counted from 0, and what stands there; empty cells are left out.
    pub cells: Vec<(u32, String)>,
}

/// A table that is not taken, and where that shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(deny_unknown_fields)]
#[error("{why:?}")]
pub struct Unusable {
    /// Why.
    pub why: Why,
    /// The line, counted from 1.
    pub line: Option<u32>,
    /// The column, counted from 0.
    pub column: Option<u32>,
    /// Which sheet of a workbook, counted from 1.
    pub sheet: Option<u32>,
}

/// Why a table is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// Neither a workbook nor a text.
    Kind,
    /// Damaged.
    Broken,
    /// No child could be shut in to read it, or it broke off.
    Failed,
    /// Reading it takes too long.
    Time,
    /// Nothing stands in it.
    Empty,
    /// More bytes than a table has.
    TooLarge,
    /// More rows than a table has.
    TooManyRows,
    /// More columns than a table has.
    TooManyColumns,
    /// More letters than a cell has.
    LongCell,
    /// A formula.
    Formula,
    /// What a formula gives where it fails.
    Error,
    /// Merged cells.
    Merged,
    /// Something stands in a hidden sheet.
    HiddenSheet,
    /// Something stands in a hidden row.
    HiddenRow,
    /// Something stands in a hidden column.
    HiddenColumn,
    /// Something stands in a second sheet.
    SecondSheet,
    /// Its bytes are letters in no encoding that is known.
    Encoding,
    /// A quotation mark that is not closed, or stands where none may.
    Quote,
    /// More cells than there are headings.
    LongRow,
}

impl Why {
    /// What the catalogues call it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Broken => "broken",
            Self::Failed => "failed",
            Self::Time => "time",
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::TooManyRows => "rows",
            Self::TooManyColumns => "columns",
            Self::LongCell => "long-cell",
            Self::Formula => "formula",
            Self::Error => "error",
            Self::Merged => "merged",
            Self::HiddenSheet => "hidden-sheet",
            Self::HiddenRow => "hidden-row",
            Self::HiddenColumn => "hidden-column",
            Self::SecondSheet => "second-sheet",
            Self::Encoding => "encoding",
            Self::Quote => "quote",
            Self::LongRow => "long-row",
        }
    }
}

impl Unusable {
    /// Without a place.
    #[must_use]
    pub fn because(why: Why) -> Self {
        Self { why, line: None, column: None, sheet: None }
    }

    /// In a cell.
    #[must_use]
    pub fn at(why: Why, line: u32, column: u32) -> Self {
        Self { why, line: Some(line), column: Some(column), sheet: None }
    }

    /// The cell as spreadsheets call it; the line alone where it is the whole line's.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let line = self.line?;
        Some(self.column.map_or_else(|| line.to_string(), |column| Cell { line, column }.to_string()))
    }

    fn on(self, sheet: u32) -> Self {
        Self { sheet: Some(sheet), ..self }
    }
}

/// What the child answers.
pub type Answer = Result<Vec<Row>, Unusable>;

/// Whether an answer keeps to the limits: its rows in order, none too long.
#[must_use]
pub fn is_bounded(rows: &[Row]) -> bool {
    let in_order = rows.is_sorted_by(|one, other| one.line < other.line);
    let fits = |row: &Row| {
        let in_order = row.cells.is_sorted_by(|(one, _), (other, _)| one < other);
        let columns = row.cells.iter().all(|(column, _)| (*column as usize) < FORM_FIELDS_MAX);
        in_order && columns && row.cells.iter().all(|(_, text)| !is_long(text))
    };
    in_order && rows.len() <= ROWS_MAX && rows.iter().all(fits)
}

/// The rows of a form, and their headings.
pub(crate) const ROWS_MAX: usize = FORM_ROWS_MAX + 1;

/// Whether it is more than stands in a cell.
pub(crate) fn is_long(text: &str) -> bool {
    text.len() as u64 > FORM_TEXT_LETTERS_MAX && text.chars().count() as u64 > FORM_TEXT_LETTERS_MAX
}

/// Whether the bytes begin as a workbook does.
#[must_use]
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads the rows of a workbook.
///
/// # Errors
/// [`Unusable`] with the first thing that is in the way.
pub fn rows(bytes: &[u8], limits: &Limits) -> Answer {
    if bytes.len() > TABLE_BYTES_MAX {
        return Err(Unusable::because(Why::TooLarge));
    }
    let broken = || Unusable::because(Why::Broken);
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unusable::because(Why::Kind))?;
    // Two programs would see two contents in one file.
    if archive.has_duplicate_names() {
        return Err(broken());
    }
    let mut parts = Parts { archive, left: limits.unpacked_bytes, part_bytes: limits.document_bytes };
    let book = parts.text("xl/workbook.xml")?.ok_or_else(|| Unusable::because(Why::Kind))?.whole()?;
    let (sheets, is_1904) = sheets(&book)?;
    let relations = relations(&parts.text("xl/_rels/workbook.xml.rels")?.ok_or_else(broken)?.whole()?)?;
    let strings = match parts.text("xl/sharedStrings.xml")? {
        Some(text) => strings::read(&text.whole()?)?,
        None => Vec::new(),
    };
    let numbers = match parts.text("xl/styles.xml")? {
        Some(text) => Numbers::read(&text.whole()?, is_1904)?,
        None => Numbers::plain(),
    };
    let cells = Cells { strings: &strings, numbers: &numbers, text_bytes: limits.text_bytes };
    let mut filled: Option<Vec<Row>> = None;
    for (number, sheet) in (1..).zip(&sheets) {
        let target = relations.iter().find(|(id, _)| *id == sheet.relation).ok_or_else(broken)?;
        let part = parts.text(&target.1)?.ok_or_else(broken)?;
        let read = cells.read(&part.text);
        let is_filled = read.as_ref().map_or(true, |rows| !rows.is_empty());
        match (is_filled, sheet.is_hidden, &filled) {
            (false, ..) => {}
            (true, true, _) => return Err(Unusable::because(Why::HiddenSheet).on(number)),
            (true, false, Some(_)) => return Err(Unusable::because(Why::SecondSheet).on(number)),
            (true, false, None) => {
                // What is wrong in the beginning is said of a sheet, also where its end was cut off.
                let rows = read.map_err(|unusable| unusable.on(number));
                filled = Some(match (rows, part.is_whole) {
                    (Err(Unusable { why: Why::Broken, .. }) | Ok(_), false) => {
                        return Err(Unusable::because(Why::TooLarge));
                    }
                    (rows, _) => rows?,
                });
            }
        }
    }
    filled.ok_or_else(|| Unusable::because(Why::Empty))
}

/// The members of the archive, unpacked as far as the limits go.
struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    left: usize,
    part_bytes: usize,
}

/// The text of one member.
struct Part {
    text: String,
    /// Whether that is all of it.
    is_whole: bool,
}

impl Part {
    fn whole(self) -> Result<String, Unusable> {
        if self.is_whole { Ok(self.text) } else { Err(Unusable::because(Why::TooLarge)) }
    }
}

impl Parts<'_> {
    /// A member by its name, if there is one.
    fn text(&mut self, name: &str) -> Result<Option<Part>, Unusable> {
        let broken = || Unusable::because(Why::Broken);
        let Some(number) = self.archive.index_for_name(name) else { return Ok(None) };
        let member = self.archive.by_index(number).map_err(|_| broken())?;
        let most = self.left.min(self.part_bytes);
        let mut bytes = Vec::new();
        let read = member.take(most as u64 + 1).read_to_end(&mut bytes);
        let is_whole = bytes.len() <= most;
        if is_whole {
            read.map_err(|_| broken())?;
        } else {
            bytes.truncate(most);
        }
        self.left = self.left.saturating_sub(bytes.len());
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            // What was cut off may end within a letter.
            Err(error) if !is_whole => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            Err(_) => return Err(broken()),
        };
        Ok(Some(Part { text, is_whole }))
    }
}

/// A sheet, as the workbook names it.
struct Sheet {
    relation: String,
    is_hidden: bool,
}

/// The sheets in the order in which people see them, and whether days are counted from 1904 on.
fn sheets(book: &str) -> Result<(Vec<Sheet>, bool), Unusable> {
    let (mut sheets, mut is_1904) = (Vec::new(), false);
    elements(book, |start| {
        match start.local_name().as_ref() {
            "sheet" => {
                let relation = attribute(start, "id")?.ok_or_else(|| Unusable::because(Why::Broken))?;
                let state = attribute(start, "state")?;
                sheets.push(Sheet { relation, is_hidden: state.is_some_and(|state| state != "visible") });
            }
            "workbookPr" => is_1904 = is_true(attribute(start, "date1904")?.as_deref()),
            _ => {}
        }
        Ok(())
    })?;
    Ok((sheets, is_1904))
}

/// What the workbook's relations lead to: their ids, and the names of members.
fn relations(text: &str) -> Result<Vec<(String, String)>, Unusable> {
    let mut relations = Vec::new();
    elements(text, |start| {
        if start.local_name().as_ref() == "Relationship"
            && let (Some(id), Some(target)) = (attribute(start, "Id")?, attribute(start, "Target")?)
        {
            let name = match target.strip_prefix('/') {
                Some(name) => name.to_owned(),
                None => format!("xl/{target}"),
            };
            relations.push((id, name));
        }
        Ok(())
    })?;
    Ok(relations)
}

/// Goes through every element of a part that is not the cells of a sheet.
fn elements(
    text: &str,
    mut each: impl FnMut(&BytesStart<'_>) -> Result<(), Unusable>,
) -> Result<(), Unusable> {
    let mut events = events(text);
    loop {
        match event(&mut events)? {
            Event::Eof => return Ok(()),
            Event::Start(start) | Event::Empty(start) => each(&start)?,
            _ => {}
        }
    }
}

fn events(text: &str) -> quick_xml::Reader<&[u8]> {
    let mut events = quick_xml::Reader::from_str(text.trim_start_matches('\u{feff}'));
    events.config_mut().check_comments = false;
    events
}

/// The next event; a definition of types, which no program writes into a workbook, is damage.
fn event<'a>(events: &mut quick_xml::Reader<&'a [u8]>) -> Result<Event<'a>, Unusable> {
    match events.read_event() {
        Err(_) | Ok(Event::DocType(_)) => Err(Unusable::because(Why::Broken)),
        Ok(event) => Ok(event),
    }
}

/// An attribute by its name, in any namespace.
fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, Unusable> {
    for attribute in start.attributes().with_checks(false) {
        let broken = Unusable::because(Why::Broken);
        let attribute = attribute.map_err(|_| broken.clone())?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| broken)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true" | "on"))
}

/// The place of a cell, written as A1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Counted from 1.
    pub(crate) line: u32,
    /// Counted from 0.
    pub(crate) column: u32,
}

impl Cell {
    /// Reads `B12`.
    fn parse(text: &str) -> Option<Self> {
        let digits = text.find(|letter: char| letter.is_ascii_digit())?;
        let (letters, digits) = text.split_at_checked(digits)?;
        let mut column = 0u32;
        for letter in letters.bytes() {
            let value = u32::from(letter.is_ascii_uppercase().then(|| letter.wrapping_sub(b'A'))?);
            column = column.checked_mul(26)?.checked_add(value.checked_add(1)?)?;
        }
        let line = digits.parse().ok().filter(|line| *line > 0)?;
        Some(Self { line, column: column.checked_sub(1)? })
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_letters(self.column), self.line)
    }
}

/// A column, counted from 0, as spreadsheets call it.
pub(crate) fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests;
