//! What of a document could be read, and what could not: the form in which texts come to the rules.
//!
//! Who reads documents is a program of its own; here is only what it found.

use crate::limits::{PLACE_BYTES_MAX, VOUCHED_MAX};
use serde::{Deserialize, Serialize};

/// What was found in one document.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// What could be read, in the order in which it stands there.
    pub passages: Vec<Passage>,
    /// What could not. A document of which nothing is here was read to its end.
    pub unread: Vec<Unread>,
}

/// A text of a document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Where: a part inside of the document, such as `word/header1.xml`, or a page.
    pub place: String,
    /// What.
    pub text: String,
}

/// Something that the rules could not see.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// Where: the document's name, and the part inside of it.
    pub place: String,
    /// Why.
    pub because: Unreadable,
}

/// Why something could not be read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// A picture, or a page that is one.
    Image,
    /// It is locked by a password.
    Password,
    /// Of a kind that is not known.
    UnknownType,
    /// A program, or an object of another program.
    Embedded,
    /// It is damaged.
    Broken,
    /// It ends before its end, or not everything in it was understood.
    Partial,
    /// There is more of it than is read.
    TooLarge,
    /// Documents in documents in documents.
    TooDeep,
    /// Reading it took too long.
    TooSlow,
    /// What reads documents stopped, or could not be started safely.
    Failed,
    /// It was sent before, and screened then.
    Earlier,
}

impl Contents {
    /// A document that was not read at all.
    #[must_use]
    pub fn unread(because: Unreadable) -> Self {
        let unread = Unread { place: String::new(), because };
        Self { passages: Vec::new(), unread: vec![unread] }
    }

    /// All the texts as one.
    #[must_use]
    pub fn text(&self) -> String {
        let texts: Vec<_> = self.passages.iter().map(|passage| passage.text.as_str()).collect();
        texts.join("\n\n")
    }

    /// What could not be read of a document of this name, its places bounded, as its sender vouches for it.
    pub fn vouched<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Unread> + 'a {
        self.unread.iter().map(move |unread| {
            let inside = if unread.place.is_empty() { "" } else { " › " };
            let mut place = format!("{name}{inside}{}", unread.place);
            place.retain(|letter| !letter.is_control());
            while place.len() > PLACE_BYTES_MAX {
                place.pop();
            }
            Unread { place, because: unread.because }
        })
    }
}

/// Whether these can stand in a letter.
#[must_use]
pub fn are_bounded(vouched: &[Unread]) -> bool {
    vouched.len() <= VOUCHED_MAX && vouched.iter().all(|unread| unread.place.len() <= PLACE_BYTES_MAX)
}

/// Shows nothing of what was read.
impl std::fmt::Debug for Contents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contents({} passages, {} unread)", self.passages.len(), self.unread.len())
    }
}

/// Shows nothing of what was read.
impl std::fmt::Debug for Passage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Passage({} bytes)", self.text.len())
    }
}

/// Shows no name of a file.
impl std::fmt::Debug for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unread({:?})", self.because)
    }
}
