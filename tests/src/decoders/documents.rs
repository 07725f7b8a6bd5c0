//! What reads documents and words: whatever the bytes are, a reading of them ends, and keeps to its limits.

use pli_client::documents::{Limits, read};
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
