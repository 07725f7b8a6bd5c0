//! What is packed in a PDF: streams, and through which filters they went.

use crate::documents::Reason;
use crate::documents::reader::{Reader, Unpacked};
use flate2::read::ZlibDecoder;
use lopdf::{Document, Object, Stream};

/// Whether a stream is an image.
pub(super) fn is_image(stream: &Stream) -> bool {
    stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image")
}

/// Unpacks a stream; a checksum is compared where there is one.
pub(super) fn unpack(reader: &mut Reader<'_>, document: &Document, stream: &Stream) -> Unpacked {
    let filters = match stream.dict.get_deref(b"Filter", document) {
        Ok(Object::Name(name)) => vec![name.as_slice()],
        Ok(Object::Array(names)) => names.iter().map(|name| name.as_name().unwrap_or_default()).collect(),
        Ok(_) => vec![b"".as_slice()],
        Err(_) => Vec::new(),
    };
    let is_packed =
        |known: &[&[u8]]| !filters.is_empty() && filters.iter().all(|filter| known.contains(filter));
    if filters.is_empty() {
        return reader.unpack(stream.content.as_slice());
    }
    if filters == [b"FlateDecode"] {
        let mut decoder = ZlibDecoder::new(stream.content.as_slice());
        let mut unpacked = reader.unpack(&mut decoder);
        let rest = usize::try_from(decoder.total_in()).ok().and_then(|read| stream.content.get(read..));
        if unpacked.is_whole && !rest.is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace)) {
            reader.unread(Reason::Broken);
        }
        if !stream.dict.has(b"DecodeParms") || !unpacked.is_whole {
            return unpacked;
        }
        // What is counted already is not counted twice.
        let plain = stream.get_plain_content_with_limit(unpacked.bytes.len().saturating_mul(2));
        match plain {
            Ok(bytes) => unpacked.bytes = bytes,
            Err(_) => reader.unread(Reason::Broken),
        }
        return unpacked;
    }
    let known: &[&[u8]] =
        &[b"FlateDecode", b"LZWDecode", b"ASCII85Decode", b"ASCIIHexDecode", b"RunLengthDecode"];
    if !is_packed(known) {
        reader.unread(if filters.contains(&b"Crypt".as_slice()) {
            Reason::Password
        } else {
            Reason::Unknown
        });
        return Unpacked { bytes: Vec::new(), is_whole: false };
    }
    match stream.get_plain_content_with_limit(reader.unpacked_left()) {
        Ok(bytes) => reader.unpack(bytes.as_slice()),
        Err(_) => {
            reader.unread(Reason::Broken);
            Unpacked { bytes: Vec::new(), is_whole: false }
        }
    }
}
