//! The text of documents, read before they are sealed: what they say, and what of them nobody could read.
//!
//! [`read`] is pure: bytes go in, a [`Reading`] comes out. It never passes over anything in silence: what was
//! not read to its end and understood is in [`Reading::unread`], with its place and a [`Reason`]. What a
//! document is, its bytes say and not its name. Since the bytes are a stranger's, nobody calls [`read`] in a
//! process that has something to lose: [`apart`] does so in a child that can do nothing else.
//!
//! A document is parts within parts: `kind` says what one is, `archive`, `mail` and `pdf` open what holds
//! others, `xml`, `html`, `rtf` and `text` end in words, `reader` keeps what was read and what may still be,
//! and [`limits`] holds the numbers.

pub mod apart;
mod archive;
mod html;
mod kind;
pub mod limits;
mod mail;
mod markup;
pub mod ocr;
mod pdf;
mod program;
mod reader;
mod rtf;
mod shut_in;
pub(crate) mod text;
pub mod workbook;
mod xml;

pub use limits::Limits;
use serde::{Deserialize, Serialize};
use shared::screening::Contents;
pub use shared::screening::Unreadable as Reason;

/// What was read of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its texts, in the order of the document.
    pub passages: Vec<Passage>,
    /// What was not read, or not to its end. Empty if everything was.
    pub unread: Vec<Unread>,
    /// Images that a reader of letters may be shown, if somebody asked for them; each is in `unread` too.
    pub pictures: Vec<Picture>,
}

/// Where something stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The names of the parts that lead there, from the outside in; none for the document itself.
    pub parts: Vec<String>,
    /// The page, counted from 1, where there are pages.
    pub page: Option<u32>,
}

/// One text of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Where it stands.
    pub place: Place,
    /// What stands there.
    pub text: String,
}

/// Something of a document that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unread {
    /// Where it stands.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

/// An image as it stands in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// Where it stands.
    pub place: Place,
    /// The file.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.parts.join(" › "))?;
        match self.page {
            Some(page) if self.parts.is_empty() => write!(f, "page {page}"),
            Some(page) => write!(f, " › page {page}"),
            None => Ok(()),
        }
    }
}

impl Reading {
    /// Nothing was read, for one reason.
    #[must_use]
    pub fn none(reason: Reason) -> Self {
        let unread = vec![Unread { place: Place::default(), reason }];
        Self { unread, ..Self::default() }
    }

    /// The texts as they are judged: each passage, and what stands on the pages of one part, together.
    pub fn texts(&self) -> impl Iterator<Item = String> + '_ {
        let same_part = |one: &Passage, other: &Passage| one.place.parts == other.place.parts;
        let parts = self.passages.chunk_by(same_part).filter(|passages| passages.len() > 1);
        let joined = parts.map(|passages| {
            passages.iter().map(|passage| passage.text.as_str()).collect::<Vec<_>>().join("\n")
        });
        self.passages.iter().map(|passage| passage.text.clone()).chain(joined)
    }
}

impl From<Reading> for Contents {
    fn from(reading: Reading) -> Self {
        let unread = reading
            .unread
            .iter()
            .map(|one| shared::screening::Unread { place: one.place.to_string(), because: one.reason });
        Self { texts: reading.texts().collect(), unread: unread.collect() }
    }
}

/// Reads a document as far as the limits go.
#[must_use]
pub fn read(bytes: &[u8], limits: &Limits) -> Reading {
    let mut reader = reader::Reader::new(limits);
    if bytes.len() > limits.document_bytes {
        reader.unread(Reason::TooLarge);
    } else {
        kind::read(&mut reader, bytes);
    }
    reader.finish()
}
