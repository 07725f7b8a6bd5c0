//! ZIP: archives, and every office document that is one.
//!
//! Two programs must not see two contents in one file. So each member has one name, its own header says the
//! same as the directory, nothing overlaps, and no byte lies outside; where that is not so, what the directory
//! names is still read, and the archive is unread beside it. Of an archive without a directory the members are
//! read from its beginning on.

use super::reader::Reader;
use super::{Reason, text};
use std::io::{Cursor, Read};
use zip::read::{ZipFile, read_zipfile_from_stream};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

/// What a header of a member has before its name, in bytes.
const HEADER_BYTES: u64 = 30;

/// What may follow a member: its checksum and sizes once more.
const DESCRIPTOR_BYTES: [u64; 5] = [0, 12, 16, 20, 24];

/// Reads an archive.
pub(super) fn read(reader: &mut Reader<'_>, bytes: &[u8]) {
    match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => listed(reader, archive, bytes),
        Err(_) => streamed(reader, bytes),
    }
}

fn listed(reader: &mut Reader<'_>, mut archive: ZipArchive<Cursor<&[u8]>>, bytes: &[u8]) {
    if archive.has_duplicate_names() {
        reader.unread(Reason::Ambiguous);
    }
    if archive.validate_header_consistency().is_err() || !is_covered(&mut archive, bytes) {
        reader.unread(Reason::Broken);
    }
    let mut said: Vec<String> = archive.file_names_raw().chain([archive.comment()]).map(words).collect();
    for number in 0..archive.len() {
        match archive.by_index(number) {
            Ok(mut member) => {
                said.push(words(member.comment_raw()));
                self::member(reader, &mut member);
            }
            Err(error) => reader.within(&said[number].clone(), |reader| reader.unread(why(&error))),
        }
    }
    reader.passage(said.join("\n"));
}

/// Whether every byte before the directory belongs to a member, and nothing stands before the first or behind
/// the end.
fn is_covered(archive: &mut ZipArchive<Cursor<&[u8]>>, bytes: &[u8]) -> bool {
    let directory = archive.central_directory_start();
    let mut ranges = Vec::new();
    for number in 0..archive.len() {
        let Ok(member) = archive.by_index_raw(number) else { return false };
        let Some(data) = member.data_start() else { return false };
        let is_plausible = data >= member.header_start() + HEADER_BYTES;
        let Some(end) = data.checked_add(member.compressed_size()).filter(|_| is_plausible) else {
            return false;
        };
        ranges.push((member.header_start(), end));
    }
    ranges.sort_unstable();
    let starts = ranges.iter().map(|(start, _)| *start).chain([directory]);
    let ends = [0].into_iter().chain(ranges.iter().map(|(_, end)| *end));
    let follows = |(number, (end, start)): (usize, (u64, u64))| {
        start
            .checked_sub(end)
            .is_some_and(|gap| if number == 0 { gap == 0 } else { DESCRIPTOR_BYTES.contains(&gap) })
    };
    let comment = archive.comment();
    let ends_with_comment = bytes.ends_with(comment)
        && bytes
            .len()
            .checked_sub(comment.len() + 22)
            .is_some_and(|at| bytes[at..].starts_with(b"PK\x05\x06"));
    archive.offset() == 0 && ends_with_comment && ends.zip(starts).enumerate().all(follows)
}

/// Reads what is there of an archive whose directory is missing or damaged.
fn streamed(reader: &mut Reader<'_>, bytes: &[u8]) {
    let has_end = bytes.windows(4).any(|window| window == b"PK\x05\x06");
    reader.unread(if has_end { Reason::Broken } else { Reason::Partial });
    let mut rest = Cursor::new(bytes);
    let mut said = Vec::new();
    while let Ok(Some(mut member)) = read_zipfile_from_stream(&mut rest) {
        said.push(words(member.name_raw()));
        self::member(reader, &mut member);
    }
    reader.passage(said.join("\n"));
}

fn member<R: Read>(reader: &mut Reader<'_>, member: &mut ZipFile<'_, R>) {
    let name = words(member.name_raw());
    let (is_folder, is_link) = (member.is_dir(), member.is_symlink());
    reader.within(&name, |reader| {
        if is_link {
            // What it points to is not here.
            reader.unread(Reason::Embedded);
        }
        if member.encrypted() {
            return reader.unread(Reason::Password);
        }
        if !matches!(member.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return reader.unread(Reason::Unknown);
        }
        let unpacked = reader.unpack(&mut *member);
        if unpacked.is_whole && unpacked.bytes.len() as u64 != member.size() {
            reader.unread(Reason::Broken);
        }
        if !is_folder || !unpacked.bytes.is_empty() {
            super::kind::read(reader, &unpacked.bytes);
        }
    });
}

fn why(error: &ZipError) -> Reason {
    match error {
        ZipError::UnsupportedArchive(_) => Reason::Password,
        _ => Reason::Broken,
    }
}

/// A name or a comment, in the likeliest of its encodings.
fn words(raw: &[u8]) -> String {
    let decoded = text::decoded(raw).and_then(|texts| texts.readings.into_iter().next());
    decoded.unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned())
}
