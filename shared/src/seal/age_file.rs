//! The way through the `age` crate, in and out.
//!
//! The crate reads a header of any length and starts over at each of its lines, so a hostile one
//! costs memory without end and time by its square. Here the header is read first, up to a cap,
//! and age gets it from memory. Age also tries every stanza it finds; here a file has exactly one,
//! of the type the caller expects, and beside it at most *grease*: stanzas that mean nothing and
//! keep readers used to skipping what they do not know.

use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::iter;

use age::stream::StreamReader;
use age::{DecryptError, Decryptor, Encryptor};
use age_core::format::{FileKey, Stanza};
use zeroize::Zeroizing;

/// Room for twice the longest header that Pli writes, so that another program's grease fits too.
pub(super) const HEADER_BYTES_MAX: usize = 4096;

/// The version line, a hybrid stanza (first line, body), the longest grease age makes (type and
/// four arguments, 99 bytes of body), the line with the MAC.
const HEADER_BYTES_WRITTEN: usize = 22 + (18 + 1494 + 1 + 44) + (3 + 15 + 4 * 9 + 1 + 135) + 48;
const _: () = assert!(2 * HEADER_BYTES_WRITTEN <= HEADER_BYTES_MAX);

/// How much age encrypts at a time; reading and writing in the same pieces copies least.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;

/// Around the plaintext of one chunk: the nonce of the file and the tag of the chunk.
pub(super) const CHUNK_OVERHEAD_BYTES: usize = 16 + 16;

/// What can be wrong with a file, before it is sorted for the caller who opened it.
#[derive(Debug)]
pub(super) enum Fault {
    Malformed,
    WrongKey,
    Damaged,
    ExcessiveWork { required: u8 },
}

impl From<DecryptError> for Fault {
    fn from(error: DecryptError) -> Self {
        match error {
            DecryptError::InvalidHeader | DecryptError::UnknownFormat => Self::Malformed,
            DecryptError::NoMatchingKeys
            | DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed => Self::WrongKey,
            DecryptError::ExcessiveWork { required, .. } => Self::ExcessiveWork { required },
            DecryptError::InvalidMac | DecryptError::Io(_) => Self::Damaged,
        }
    }
}

/// An encryptor to one recipient, of a kind that can always be sealed to.
pub(super) fn encryptor(to: &dyn age::Recipient) -> Encryptor {
    Encryptor::with_recipients(iter::once(to)).expect("one sound recipient can be sealed to")
}

/// Seals what is in memory.
pub(super) fn seal_whole(to: &dyn age::Recipient, plaintext: &[u8]) -> Vec<u8> {
    let room = Vec::with_capacity(HEADER_BYTES_WRITTEN + CHUNK_OVERHEAD_BYTES + plaintext.len());
    let sealed = encryptor(to).wrap_output(room).and_then(|mut writer| {
        writer.write_all(plaintext)?;
        writer.finish()
    });
    sealed.expect("memory can be written")
}

/// Opens what is in memory.
pub(super) fn open_whole(
    sealed: &[u8],
    key: &dyn age::Identity,
    tag: &str,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut payload = Payload::begin(sealed, key, tag)?;
    // The plaintext is shorter than its file, so this never grows and leaves no copy behind.
    let mut plaintext = Zeroizing::new(vec![0; sealed.len()]);
    let mut filled = 0;
    loop {
        match payload.read(&mut plaintext[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    plaintext.truncate(filled);
    Ok(plaintext)
}

/// The content of a file whose header was verified.
pub(super) struct Payload<R>(StreamReader<Split<R>>);

impl<R: Read> Payload<R> {
    /// Reads the header and finds the file key in the one stanza, which must be a `tag`.
    pub(super) fn begin(sealed: R, key: &dyn age::Identity, tag: &str) -> Result<Self, Fault> {
        let mut sealed = BufReader::with_capacity(HEADER_BYTES_MAX, sealed);
        let header = read_header(&mut sealed)?;
        let file = Decryptor::new_buffered(Split { header: Cursor::new(header), rest: sealed })?;
        let only = Only { tag, key };
        Ok(Self(file.decrypt(iter::once(&only as &dyn age::Identity))?))
    }

    /// Reads plaintext into `room`. Zero means that the end was reached and verified, for a file
    /// that was cut at a chunk's border still lacks the chunk marked as its last.
    pub(super) fn read(&mut self, room: &mut [u8]) -> Result<usize, Fault> {
        self.0.read(room).map_err(|_| Fault::Damaged)
    }
}

/// The lines up to the one with the MAC, which is the first to begin with three hyphens.
fn read_header(sealed: &mut impl BufRead) -> Result<Vec<u8>, Fault> {
    let mut header = Vec::with_capacity(HEADER_BYTES_MAX);
    loop {
        let line_start = header.len();
        let room = (HEADER_BYTES_MAX - line_start) as u64;
        let read = sealed.by_ref().take(room).read_until(b'\n', &mut header);
        read.map_err(|_: io::Error| Fault::Damaged)?;
        let line = &header[line_start..];
        if line.last() != Some(&b'\n') {
            let full = header.len() == HEADER_BYTES_MAX;
            return Err(if full { Fault::Malformed } else { Fault::Damaged });
        }
        if line.starts_with(b"---") {
            return Ok(header);
        }
    }
}

/// A file behind its header. Whoever reads it by lines, as age does for the header, comes to an end
/// with the header; whoever reads it by bytes goes on. So a header that our scan thinks complete
/// and age's parser does not can draw nothing more out of the file.
struct Split<R> {
    header: Cursor<Vec<u8>>,
    rest: BufReader<R>,
}

impl<R: Read> Read for Split<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self.header.read(room)? {
            0 => self.rest.read(room),
            read => Ok(read),
        }
    }
}

impl<R: Read> BufRead for Split<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.header.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.header.consume(bytes);
    }
}

/// A key for a file that has one stanza and grease. Age asks it once, with all stanzas.
struct Only<'a> {
    tag: &'a str,
    key: &'a dyn age::Identity,
}

impl age::Identity for Only<'_> {
    fn unwrap_stanza(&self, stanza: &Stanza) -> Option<Result<FileKey, DecryptError>> {
        self.key.unwrap_stanza(stanza)
    }

    fn unwrap_stanzas(&self, stanzas: &[Stanza]) -> Option<Result<FileKey, DecryptError>> {
        let mut meant = stanzas.iter().filter(|stanza| !stanza.tag.ends_with("-grease"));
        match (meant.next(), meant.next()) {
            (Some(stanza), None) if stanza.tag == self.tag => self.unwrap_stanza(stanza),
            _ => Some(Err(DecryptError::InvalidHeader)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{ExpiryIdentity, hybrid};

    /// Repeats its line for ever, and counts how much of it was taken.
    struct Endless {
        line: &'static [u8],
        taken: usize,
    }

    impl Read for Endless {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            for byte in room.iter_mut() {
                *byte = self.line[self.taken % self.line.len()];
                self.taken += 1;
            }
            Ok(room.len())
        }
    }

    fn check_endless(start: &str, line: &'static [u8]) {
        let identity = ExpiryIdentity::from_bytes(&[7; 32]);
        let mut endless = Endless { line, taken: 0 };
        let file = start.as_bytes().chain(&mut endless);
        let outcome = Payload::begin(file, &identity, hybrid::TAG);
        assert!(matches!(outcome, Err(Fault::Malformed)));
        assert!(endless.taken <= HEADER_BYTES_MAX);
    }

    #[test]
    fn a_header_without_end_is_given_up_at_the_cap() {
        check_endless("age-encryption.org/v1\n", b"-> a\n\n");
        check_endless("age-encryption.org/v1\n-> a\n", b"AAAA");
        check_endless("age-encryption.org/v1\n-> ", b"a ");
        check_endless("", b"-");
        check_endless("", b"\n");
    }

    #[test]
    fn a_header_that_only_seems_complete_draws_nothing_more() {
        let identity = ExpiryIdentity::from_bytes(&[7; 32]);
        let mut endless = Endless { line: b"A", taken: 0 };
        let file = b"age-encryption.org/v1\n-> a\n\n--- \n".chain(&mut endless);
        let outcome = Payload::begin(file, &identity, hybrid::TAG);
        assert!(outcome.is_err());
        assert!(endless.taken <= HEADER_BYTES_MAX);
    }

    #[test]
    fn what_is_written_keeps_to_the_length_it_is_said_to_have() {
        let recipient = ExpiryIdentity::from_bytes(&[7; 32]).recipient();
        for _ in 0..200 {
            let header = read_header(&mut seal_whole(&recipient, b"").as_slice()).unwrap();
            assert!(header.len() <= HEADER_BYTES_WRITTEN);
        }
    }
}
