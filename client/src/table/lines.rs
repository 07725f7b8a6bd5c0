//! The rows of a text (CSV): which encoding, which delimiter, and no quotation mark that takes two lines for one.
//!
//! RFC 4180, and what spreadsheets here write: `;`, `,` or tabs, lines that end in either way, a first line `sep=;`. A
//! quotation mark that is forgotten would put the rows behind it into a cell of the one before, which may go to
//! somebody else: so a text in which one stands where none may is refused with its line.

use crate::documents::limits::{TABLE_BYTES_MAX, TABLE_TEXT_BYTES_MAX};
use crate::documents::text::decoded;
use crate::documents::workbook::{ROWS_MAX, Row, Unusable, Why, is_long};
use shared::limits::FORM_FIELDS_MAX;
use std::borrow::Cow;

/// In the order in which they are tried.
const DELIMITERS: [u8; 3] = *b";,\t";

/// Reads the rows of a text in whichever encoding; in several that fit, the one in which the headings are known.
pub(super) fn read(bytes: &[u8], is_known: impl Fn(&str) -> bool) -> Result<Vec<Row>, Unusable> {
    if bytes.len() > TABLE_BYTES_MAX {
        return Err(Unusable::because(Why::TooLarge));
    }
    // A document that is mostly letters would be a table with strange headings.
    if [b"%PDF-".as_slice(), b"{\\rtf"].iter().any(|begins| bytes.starts_with(begins)) {
        return Err(Unusable::because(Why::Kind));
    }
    let texts = decoded(bytes).ok_or_else(|| Unusable::because(Why::Kind))?;
    if !texts.is_whole {
        return Err(Unusable::because(Why::Encoding));
    }
    let known = |text: &str, delimiter: u8| {
        let headings = records(first_line(text), delimiter).next();
        headings.map_or(0, |(_, cells)| cells.iter().filter(|cell| is_known(cell)).count())
    };
    let mut best: Option<(usize, &str, u8)> = None;
    let readings: Vec<_> = texts.readings.iter().map(|text| with_one_line_end(text)).collect();
    for text in &readings {
        let (text, named) = without_hint(text);
        for delimiter in named.map_or(DELIMITERS.to_vec(), |named| vec![named]) {
            let known = known(text, delimiter);
            if best.is_none_or(|(most, ..)| known > most) {
                best = Some((known, text, delimiter));
            }
        }
    }
    let (_, text, delimiter) = best.ok_or_else(|| Unusable::because(Why::Empty))?;
    rows(text, delimiter)
}

/// Lines end in one way: so they are counted alike, also where a line ends as on machines before 2001.
fn with_one_line_end(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// The first line in which something stands; the hint of a spreadsheet is none.
fn first_line(text: &str) -> &str {
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// A text whose first line, `sep=;`, is empty, and the delimiter that it named.
fn without_hint(text: &str) -> (&str, Option<u8>) {
    let first = text.lines().next().unwrap_or_default();
    let named = first.get(..4).filter(|sep| sep.eq_ignore_ascii_case("sep=")).and(first.as_bytes().get(4));
    match (named, first.len()) {
        // The line break stays, so that lines are counted as they are seen.
        (Some(delimiter), 5) if DELIMITERS.contains(delimiter) => {
            (text.get(5..).unwrap_or_default(), Some(*delimiter))
        }
        _ => (text, None),
    }
}

/// The rows of a text whose lines end in `\n`, with this delimiter, without those in which nothing stands.
///
/// # Errors
/// [`Unusable`] with the line.
fn rows(text: &str, delimiter: u8) -> Result<Vec<Row>, Unusable> {
    let at_line = |why, line| Unusable { line: Some(line), ..Unusable::because(why) };
    if let Some(line) = loose_quote(text, delimiter) {
        return Err(at_line(Why::Quote, line));
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut left = TABLE_TEXT_BYTES_MAX;
    let mut delimiters_in_a_row = None;
    for (line, cells) in records(text, delimiter) {
        let delimiters = *delimiters_in_a_row.get_or_insert(cells.len().saturating_sub(1));
        let mut row = Row { line, cells: Vec::new() };
        for (column, cell) in (0u32..).zip(cells) {
            if cell.trim().is_empty() {
                continue;
            }
            if column as usize >= FORM_FIELDS_MAX {
                return Err(Unusable::at(Why::TooManyColumns, line, column));
            }
            if is_long(&cell) {
                return Err(Unusable::at(Why::LongCell, line, column));
            }
            // Whole lines that stand between two quotation marks are rows that were swallowed.
            let within = cell.bytes().filter(|byte| *byte == delimiter).count();
            if delimiters > 0 && within >= delimiters && cell.contains('\n') {
                return Err(Unusable::at(Why::Quote, line, column));
            }
            left = left.checked_sub(cell.len()).ok_or_else(|| Unusable::because(Why::TooLarge))?;
            row.cells.push((column, cell));
        }
        if row.cells.is_empty() {
            continue;
        }
        if rows.len() >= ROWS_MAX {
            return Err(Unusable::because(Why::TooManyRows));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Every record and its line.
fn records(text: &str, delimiter: u8) -> impl Iterator<Item = (u32, Vec<String>)> {
    let mut reader = csv::ReaderBuilder::new();
    reader.has_headers(false).flexible(true).delimiter(delimiter);
    let records = reader.from_reader(text.as_bytes()).into_records();
    records.map_while(Result::ok).map(|record| {
        let (line, byte) = record.position().map_or((0, 0), |place| (place.line(), place.byte()));
        // Empty lines before a record count as its beginning there.
        let rest =
            usize::try_from(byte).ok().and_then(|byte| text.as_bytes().get(byte..)).unwrap_or_default();
        let line = line + rest.iter().take_while(|byte| **byte == b'\n').count() as u64;
        (u32::try_from(line).unwrap_or(u32::MAX), record.iter().map(str::to_owned).collect())
    })
}

/// The line of a quotation mark that is not closed, that stands within a cell that began without one, or behind which
/// the cell goes on.
fn loose_quote(text: &str, delimiter: u8) -> Option<u32> {
    enum At {
        Beginning,
        Plain,
        Quoted,
        Closed,
    }
    let (mut at, mut line, mut opened) = (At::Beginning, 1u32, 1u32);
    for byte in text.bytes() {
        at = match (at, byte) {
            (At::Beginning, b'"') => {
                opened = line;
                At::Quoted
            }
            (At::Closed, b'"') => At::Quoted,
            (At::Plain, b'"') => return Some(line),
            (At::Quoted, b'"') => At::Closed,
            (At::Quoted, _) => At::Quoted,
            (_, b'\n') => At::Beginning,
            (_, byte) if byte == delimiter => At::Beginning,
            (At::Closed, _) => return Some(line),
            (At::Beginning | At::Plain, _) => At::Plain,
        };
        if byte == b'\n' {
            line = line.saturating_add(1);
        }
    }
    matches!(at, At::Quoted).then_some(opened)
}
