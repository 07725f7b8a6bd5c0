//! How much of a document is read, and how long: every number with its reason.

use shared::limits::{FORM_FIELDS_MAX, FORM_ROWS_MAX};
use std::time::Duration;

/// How much is read of one document. What goes beyond is unread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the document itself, and of each part once it is unpacked.
    pub document_bytes: usize,
    /// Bytes of text, all passages together.
    pub text_bytes: usize,
    /// Bytes that come out of compression, all parts together.
    pub unpacked_bytes: usize,
    /// Parts within parts: an archive with a letter with a table with a part in it has four.
    pub depth: usize,
    /// Parts, all together.
    pub parts: usize,
    /// Pages of a PDF.
    pub pages: usize,
    /// How many images are handed over to be recognised.
    pub pictures: usize,
}

impl Limits {
    /// What is read of a document that somebody sends.
    pub const USUAL: Self = Self {
        // A report of some hundred scanned pages is larger, and is pictures anyway.
        document_bytes: 64 << 20,
        // A thousand dense pages. Whoever writes more does not write a letter.
        text_bytes: 4 << 20,
        // Text is packed ten to one at most; four times the largest document is a bomb or a film.
        unpacked_bytes: 256 << 20,
        // A mail with an archive with a letter with a table: one more than people make by hand.
        depth: 4,
        // A presentation of three hundred pages has two thousand.
        parts: 10_000,
        // Longer than any report of the parties, and read in seconds.
        pages: 2_000,
        pictures: 0,
    };

    /// What is read of a table.
    pub const TABLE: Self = Self { text_bytes: TABLE_TEXT_BYTES_MAX, ..Self::USUAL };

    /// The same, with as many images as somebody waits for to be recognised.
    #[must_use]
    pub const fn with_pictures(self) -> Self {
        Self { pictures: PICTURES_MAX, ..self }
    }
}

/// Recognising a page takes seconds.
pub const PICTURES_MAX: usize = 16;

/// A page scanned in colour at 300 points an inch.
pub const PICTURE_BYTES_MAX: usize = 8 << 20;

/// A document that has too much to say says no more: what is unread is listed this far.
pub const UNREAD_MAX: usize = 1_000;

/// Elements within elements; an office document has some thirty.
pub const NESTING_MAX: usize = 1_000;

/// A name or a title in a place is cut here, since a place is shown on a line.
pub const NAME_BYTES_MAX: usize = 256;

/// One table: a hundred thousand rows, which are refused by their number, come so far.
pub const TABLE_BYTES_MAX: usize = 32 << 20;

/// Text of one table: ten thousand rows of a dozen cells of sixty letters have half of it.
pub const TABLE_TEXT_BYTES_MAX: usize = 16 << 20;

/// What the child may answer of a table: its text, and some bytes more for each cell that has hardly any.
pub const TABLE_ANSWER_BYTES_MAX: usize = TABLE_TEXT_BYTES_MAX + 16 * FORM_ROWS_MAX * FORM_FIELDS_MAX;

/// How long the reading of one document may take.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// How long the recognition of one image may take.
pub const OCR_DEADLINE: Duration = Duration::from_secs(30);

/// Address space of the process that reads: the document, what is unpacked, and the tree that it makes of it.
pub const CHILD_MEMORY_BYTES: u64 = 1 << 30;

/// Its processor time in seconds, beside the deadline: also if nobody is left to end it.
pub const CHILD_SECONDS: u64 = 20;

/// What it may answer: the texts, the pictures, and as much again for places and reasons.
pub const ANSWER_BYTES_MAX: usize =
    2 * Limits::USUAL.text_bytes + PICTURES_MAX * PICTURE_BYTES_MAX + UNREAD_MAX * 8 * NAME_BYTES_MAX;

const _: () = assert!((ANSWER_BYTES_MAX as u64) < CHILD_MEMORY_BYTES / 4, "an answer fits into the child");
const _: () = assert!((TABLE_ANSWER_BYTES_MAX as u64) < CHILD_MEMORY_BYTES / 4, "and that of a table");
const _: () = assert!(CHILD_SECONDS >= DEADLINE.as_secs(), "the deadline ends a reading first");
