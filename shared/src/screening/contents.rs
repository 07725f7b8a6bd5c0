//! What of a document could be read, and what could not: the form in which texts come to the rules.
//!
//! Who reads documents is a program of its own; here is only what it found.

use crate::limits::{PLACE_BYTES_MAX, VOUCHED_MAX};
use serde::{Deserialize, Serialize};

/// What was found in one document.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// What could be read: each passage, and what stands in one part of the document together.
    pub texts: Vec<String>,
    /// What could not. A document of which nothing is here was read to its end.
    pub unread: Vec<Unread>,
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// It is a picture; what is written in it nobody sees here.
    Image,
    /// It is sound or video.
    Sound,
    /// It is encrypted.
    Password,
    /// It is of no kind that is read here.
    Unknown,
    /// It is of several kinds at once, or names two things alike.
    Ambiguous,
    /// It is damaged: a checksum or a reference is wrong, or it is not formed as it should be.
    Broken,
    /// Its end is missing.
    Partial,
    /// It has more bytes than are read.
    TooLarge,
    /// It lies in too many parts within parts.
    TooDeep,
    /// It has more parts or pages than are read.
    TooMany,
    /// It is an object of another program.
    Embedded,
    /// It is a program.
    Macro,
    /// It is a page on which no text was found.
    Blank,
    /// It is text in letters of which the document does not say which ones they are.
    Letters,
    /// It took too long.
    Time,
    /// Whoever read it broke off.
    Failed,
    /// Here nobody can be kept from doing more than reading.
    Unprotected,
    /// It was sent before, and screened then.
    Earlier,
}

impl Unreadable {
    /// Its name on the wire, for scripts and catalogues.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Sound => "sound",
            Self::Password => "password",
            Self::Unknown => "unknown",
            Self::Ambiguous => "ambiguous",
            Self::Broken => "broken",
            Self::Partial => "partial",
            Self::TooLarge => "too-large",
            Self::TooDeep => "too-deep",
            Self::TooMany => "too-many",
            Self::Embedded => "embedded",
            Self::Macro => "macro",
            Self::Blank => "blank",
            Self::Letters => "letters",
            Self::Time => "time",
            Self::Failed => "failed",
            Self::Unprotected => "unprotected",
            Self::Earlier => "earlier",
        }
    }
}

impl Contents {
    /// A document that was not read at all.
    #[must_use]
    pub fn unread(because: Unreadable) -> Self {
        let unread = Unread { place: String::new(), because };
        Self { texts: Vec::new(), unread: vec![unread] }
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
        write!(f, "Contents({} texts, {} unread)", self.texts.len(), self.unread.len())
    }
}

/// Shows no name of a file.
impl std::fmt::Debug for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unread({:?})", self.because)
    }
}
