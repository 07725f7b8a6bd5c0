//! Which attributes of elements say something to somebody.

use super::Reason;
use super::reader::Reader;

/// Attributes whose value is read whatever it is; in any namespace.
const SPEAKING: &[&str] = &[
    "alt",
    "author",
    "caption",
    "content",
    "descr",
    "description",
    "display",
    "displaytext",
    "error",
    "errortitle",
    "formula",
    "help",
    "initials",
    "label",
    "name",
    "oddheader",
    "placeholder",
    "prompt",
    "prompttitle",
    "string-value",
    "summary",
    "tag",
    "text",
    "title",
    "tooltip",
    "val",
    "value",
];

/// Attributes that only say how something looks, or what a name means.
const SILENT: &[&str] = &["class", "d", "path", "points", "schemalocation", "style", "transform", "viewbox"];

/// What an attribute says, if it says something: those that usually do, and every other in which words stand.
pub(super) fn attribute(reader: &mut Reader<'_>, name: &str, value: &str, into: &mut String) {
    if value.trim_start().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        reader.unread(Reason::Embedded);
    }
    let name = name.to_ascii_lowercase();
    let local = name.rsplit(':').next().unwrap_or_default();
    if name.starts_with("xmlns") || SILENT.contains(&local) && value.is_ascii() {
        return;
    }
    if SPEAKING.contains(&local) && value.chars().any(char::is_alphabetic) || has_words(value) {
        into.push_str(value);
        into.push('\n');
    }
}

/// Whether words stand in a value: letters around a space, or letters that no program uses by itself.
pub(super) fn has_words(value: &str) -> bool {
    let has_letters = |piece: &str| piece.chars().any(char::is_alphabetic);
    let words = value.split_whitespace().filter(|piece| has_letters(piece)).count();
    words > 1 || value.chars().any(|letter| letter.is_alphabetic() && !letter.is_ascii())
}
