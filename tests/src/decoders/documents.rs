//! What reads documents and words: whatever the bytes are, a reading of them ends, and keeps to its limits.

use super::canonical;
use crate::documents::tables::columns;
use pli_client::documents::workbook::{self, Answer};
use pli_client::documents::{Limits, read};
use pli_client::table;
use shared::nomenclature::Field;
use shared::screening::text::Views;

/// Small, so that a fuzzer meets them.
const LIMITS: Limits = Limits {
    document_bytes: 1 << 20,
    text_bytes: 1 << 16,
    unpacked_bytes: 1 << 22,
    depth: 4,
    parts: 200,
    pages: 20,
    pictures: 2,
};

/// Whether the bytes were read whole.
fn document(bytes: &[u8]) -> bool {
    let reading = read(bytes, &LIMITS);
    let text: usize = reading.passages.iter().map(|passage| passage.text.len()).sum();
    assert!(text <= LIMITS.text_bytes && reading.pictures.len() <= LIMITS.pictures);
    assert!(reading.pictures.len() <= reading.unread.len(), "an image counts as read");
    assert!(reading.passages.iter().all(|passage| passage.place.parts.len() <= LIMITS.depth));
    reading.unread.is_empty()
}

/// A PDF.
pub(super) fn pdf(bytes: &[u8]) -> bool {
    document(bytes)
}

/// An archive: an office document, or any other.
pub(super) fn archive(bytes: &[u8]) -> bool {
    document(bytes)
}

/// A page of HTML.
pub(super) fn html(bytes: &[u8]) -> bool {
    document(bytes)
}

/// RTF.
pub(super) fn rtf(bytes: &[u8]) -> bool {
    document(bytes)
}

/// A mail with attachments.
pub(super) fn mail(bytes: &[u8]) -> bool {
    document(bytes)
}

/// Text in some encoding.
pub(super) fn plain(bytes: &[u8]) -> bool {
    document(bytes)
}

/// A workbook, as the child reads its rows.
pub(super) fn workbook(bytes: &[u8]) -> bool {
    let rows = workbook::rows(bytes, &LIMITS);
    assert!(rows.as_ref().map_or(true, |rows| workbook::is_bounded(rows)));
    rows.is_ok()
}

/// What the child answers of a workbook, and its headings.
pub(super) fn workbook_answer(bytes: &[u8]) -> bool {
    let Some(answer) = canonical::<Answer>(bytes) else { return false };
    let Ok(rows) = answer else { return true };
    workbook::is_bounded(&rows) && table::headings::named(&rows, &known()).is_ok()
}

/// A table in CSV, and its headings.
pub(super) fn table(bytes: &[u8]) -> bool {
    let known = known();
    let Ok(rows) = table::of_text(bytes, &known) else { return false };
    assert!(rows.is_sorted_by(|one, other| one.line < other.line), "a line twice");
    let mut cells = rows.iter().flat_map(|row| &row.cells);
    assert!(cells.all(|(name, _)| known.iter().any(|column| column.name.as_str() == name)));
    true
}

fn known() -> Vec<Field> {
    static COLUMNS: std::sync::LazyLock<Vec<Field>> = std::sync::LazyLock::new(columns);
    // Not all in every table.
    COLUMNS.iter().cloned().map(|column| Field { required: false, ..column }).collect()
}

/// The words of a text, in the views in which they are judged.
pub(super) fn views(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let views = Views::of(text);
    assert!(
        views.words.iter().all(|word| views.typed.get(word.typed.clone()).is_some()),
        "a word nobody typed"
    );
    true
}
