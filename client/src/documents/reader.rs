//! What was read so far, where the reading is, and how much may still be read.
//!
//! Every kind of document is read through this one: it is what counts against the [`Limits`], so that no kind
//! can forget to.

use super::limits::{Limits, NAME_BYTES_MAX, PICTURE_BYTES_MAX, UNREAD_MAX};
use super::{Passage, Picture, Place, Reading, Reason, Unread, kind, text};
use std::io::{ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A reading on its way through a document.
pub(super) struct Reader<'l> {
    limits: &'l Limits,
    place: Place,
    text_left: usize,
    unpacked_left: usize,
    parts_left: usize,
    pages_left: usize,
    reading: Reading,
}

/// What came out of a part that is packed.
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    /// Whether that is all, and its checksum is right.
    pub(super) is_whole: bool,
}

impl<'l> Reader<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            place: Place::default(),
            text_left: limits.text_bytes,
            unpacked_left: limits.unpacked_bytes,
            parts_left: limits.parts,
            pages_left: limits.pages,
            reading: Reading::default(),
        }
    }

    pub(super) fn finish(self) -> Reading {
        self.reading
    }

    /// Keeps a text that stands here.
    pub(super) fn passage(&mut self, text: impl Into<String>) {
        let mut text = text.into();
        if text.trim().is_empty() {
            return;
        }
        if text::is_foreign(&text) {
            self.unread(Reason::Letters);
        }
        if text.len() > self.text_left {
            text.truncate(text.floor_char_boundary(self.text_left));
            self.unread(Reason::TooLarge);
        }
        self.text_left -= text.len();
        if !text.is_empty() {
            self.reading.passages.push(Passage { place: self.place.clone(), text });
        }
    }

    /// Says that something here is not read.
    pub(super) fn unread(&mut self, reason: Reason) {
        let unread = Unread { place: self.place.clone(), reason };
        if self.reading.unread.len() < UNREAD_MAX && !self.reading.unread.contains(&unread) {
            self.reading.unread.push(unread);
        }
    }

    /// An image stands here: unread, and kept for whoever recognises letters in it, if somebody does.
    pub(super) fn picture(&mut self, bytes: &[u8]) {
        self.unread(Reason::Image);
        if self.reading.pictures.len() < self.limits.pictures && bytes.len() <= PICTURE_BYTES_MAX {
            let picture = Picture { place: self.place.clone(), bytes: bytes.to_vec() };
            self.reading.pictures.push(picture);
        }
    }

    /// Goes into a part by its name, if there may be one more.
    pub(super) fn within(&mut self, name: &str, then: impl FnOnce(&mut Self)) {
        let name = &name[..name.floor_char_boundary(NAME_BYTES_MAX)];
        self.place.parts.push(name.to_owned());
        let page = self.place.page.take();
        if self.place.parts.len() > self.limits.depth {
            self.unread(Reason::TooDeep);
        } else if self.parts_left == 0 {
            self.unread(Reason::TooMany);
        } else {
            self.parts_left -= 1;
            then(self);
        }
        self.place.page = page;
        self.place.parts.pop();
    }

    /// Goes on behind what breaks off: the parsers are not ours, and a panic of one makes its part unread and no
    /// other. What was read before stays.
    pub(super) fn whatever_happens(&mut self, then: impl FnOnce(&mut Self)) {
        let place = self.place.clone();
        if catch_unwind(AssertUnwindSafe(|| then(self))).is_err() {
            self.place = place;
            self.unread(Reason::Failed);
        }
    }

    /// Reads a part by what its bytes are.
    pub(super) fn part(&mut self, name: &str, bytes: &[u8]) {
        self.within(name, |reader| kind::read(reader, bytes));
    }

    /// Goes to a page; says whether there may be one more.
    pub(super) fn page(&mut self, number: u32) -> bool {
        self.place.page = Some(number);
        let is_one = self.pages_left > 0;
        if is_one {
            self.pages_left -= 1;
        } else {
            self.unread(Reason::TooMany);
        }
        is_one
    }

    /// Leaves the pages.
    pub(super) fn no_page(&mut self) {
        self.place.page = None;
    }

    /// How many bytes may still come out of compression.
    pub(super) fn unpacked_left(&self) -> usize {
        self.unpacked_left
    }

    /// Unpacks as much as there may be; whatever is wrong with it, what came before is there, and the rest is
    /// unread.
    pub(super) fn unpack(&mut self, packed: impl Read) -> Unpacked {
        let mut bytes = Vec::new();
        // A part is no longer than a document may be: both are held in memory, as text too.
        let most = self.unpacked_left.min(self.limits.document_bytes);
        let mut packed = packed.take(most as u64 + 1);
        let is_whole = match packed.read_to_end(&mut bytes) {
            _ if bytes.len() > most => {
                bytes.truncate(most);
                self.unread(Reason::TooLarge);
                false
            }
            Ok(_) => true,
            Err(error) => {
                let is_cut = error.kind() == ErrorKind::UnexpectedEof;
                self.unread(if is_cut { Reason::Partial } else { Reason::Broken });
                false
            }
        };
        self.unpacked_left -= bytes.len();
        Unpacked { bytes, is_whole }
    }
}
