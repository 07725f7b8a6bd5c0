//! A PDF, read by a program that did not write it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use lopdf::Document;

/// The text of each page, without spaces and ends of lines: where those stand is the setter's business.
pub(crate) fn pages(bytes: &[u8]) -> Vec<String> {
    let document = Document::load_mem(bytes).unwrap();
    let text = |number: u32| squeezed(&document.extract_text(&[number]).unwrap());
    document.get_pages().into_keys().map(text).collect()
}

/// The same of any text.
pub(crate) fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}
