//! What the bytes of a part are, whatever it is called.

use super::reader::Reader;
use super::{Reason, archive, html, mail, pdf, rtf, text, xml};
use memchr::memmem;

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Pdf,
    Zip,
    Rtf,
    /// Word, Excel and PowerPoint before 2007; objects and macros in what came after.
    Ole,
    Image,
    Sound,
    /// Known, and not read.
    Other,
    /// Perhaps text of some kind.
    Text,
}

/// How each kind begins. Those with a place of their own say where it is.
const BEGINNINGS: &[(usize, &[u8], Kind)] = &[
    (0, b"%PDF-", Kind::Pdf),
    (0, b"PK\x03\x04", Kind::Zip),
    (0, b"PK\x05\x06", Kind::Zip),
    (0, b"{\\rtf", Kind::Rtf),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind::Ole),
    (0, b"\x89PNG", Kind::Image),
    (0, b"\xff\xd8\xff", Kind::Image),
    (0, b"GIF8", Kind::Image),
    (0, b"II*\0", Kind::Image),
    (0, b"MM\0*", Kind::Image),
    (0, b"BM", Kind::Image),
    (8, b"WEBP", Kind::Image),
    (4, b"ftyphei", Kind::Image),
    (4, b"ftypmif", Kind::Image),
    (4, b"ftypavif", Kind::Image),
    (0, b"\xd7\xcd\xc6\x9a", Kind::Image),
    (0, b"\x01\0\0\0", Kind::Image),
    (0, b"\0\0\x01\0", Kind::Image),
    (0, b"RIFF", Kind::Sound),
    (0, b"ID3", Kind::Sound),
    (0, b"\xff\xfb", Kind::Sound),
    (0, b"OggS", Kind::Sound),
    (0, b"fLaC", Kind::Sound),
    (4, b"ftyp", Kind::Sound),
    (0, b"\x1a\x45\xdf\xa3", Kind::Sound),
    (0, b"7z\xbc\xaf", Kind::Other),
    (0, b"Rar!", Kind::Other),
    (0, b"\x1f\x8b", Kind::Other),
    (0, b"BZh", Kind::Other),
    (0, b"\xfd7zXZ", Kind::Other),
    (257, b"ustar", Kind::Other),
];

/// A PDF may begin this late, as far as its readers are concerned.
const PDF_WITHIN: usize = 1024;

/// The end of a ZIP directory stands this near to the end of a file: 22 bytes and a comment.
const ZIP_END_WITHIN: usize = 65_557;

impl Kind {
    fn of(bytes: &[u8]) -> Self {
        let begins = |(at, beginning, _): &&(usize, &[u8], Self)| {
            bytes.get(*at..).is_some_and(|rest| rest.starts_with(beginning))
        };
        // Two letters are not enough to take a text for an image.
        let is_meant = |kind: &Self| *kind != Self::Image || !bytes.starts_with(b"BM") || bytes.contains(&0);
        BEGINNINGS.iter().find(begins).map(|(_, _, kind)| *kind).filter(is_meant).unwrap_or(Self::Text)
    }
}

/// Reads a part by its kind.
pub(super) fn read(reader: &mut Reader<'_>, bytes: &[u8]) {
    let kind = Kind::of(bytes);
    if matches!(kind, Kind::Rtf | Kind::Text | Kind::Pdf) && is_something_else_too(kind, bytes) {
        reader.unread(Reason::Ambiguous);
    }
    reader.whatever_happens(|reader| by_kind(reader, kind, bytes));
}

fn by_kind(reader: &mut Reader<'_>, kind: Kind, bytes: &[u8]) {
    match kind {
        Kind::Pdf => pdf::read(reader, bytes),
        Kind::Zip => archive::read(reader, bytes),
        Kind::Rtf => rtf::read(reader, bytes),
        Kind::Ole => reader.unread(ole(bytes)),
        Kind::Image => reader.picture(bytes),
        Kind::Sound => reader.unread(Reason::Sound),
        Kind::Other => reader.unread(Reason::Unknown),
        Kind::Text => words(reader, bytes),
    }
}

/// Whether another program would see another document in the same bytes.
fn is_something_else_too(kind: Kind, bytes: &[u8]) -> bool {
    let has = |bytes: &[u8], what: &[u8]| memmem::find(bytes, what).is_some();
    let beginning = &bytes[..bytes.len().min(PDF_WITHIN)];
    let end = &bytes[bytes.len().saturating_sub(ZIP_END_WITHIN)..];
    has(end, b"PK\x05\x06") || (kind != Kind::Pdf && has(beginning, b"%PDF-"))
}

/// An OLE file holds an encrypted document, a program, or something else of another program.
fn ole(bytes: &[u8]) -> Reason {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &name).is_some()
    };
    match (has("EncryptedPackage"), has("VBA")) {
        (true, _) => Reason::Password,
        (false, true) => Reason::Macro,
        (false, false) => Reason::Embedded,
    }
}

/// Reads what is text of some kind, in each encoding in which it may have been written.
fn words(reader: &mut Reader<'_>, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    let Some(texts) = text::decoded(bytes) else { return reader.unread(Reason::Unknown) };
    if !texts.is_whole {
        reader.unread(Reason::Broken);
    }
    let first = texts.readings.first().map(String::as_str).unwrap_or_default();
    if mail::is_one(first) {
        return mail::read(reader, bytes, &texts.readings);
    }
    let read = if html::is_one(first) {
        html::read
    } else if xml::is_one(first) {
        xml::read
    } else {
        text::read
    };
    texts.readings.iter().for_each(|text| read(reader, text));
}
