//! Parts: the documents of a message and its note, each an age file to the message's identity.
//!
//! The identity is made for one message and reaches its readers inside their grants, so a document
//! is encrypted once whatever their number. Its recipient is as secret as itself: X25519 falls to
//! a quantum computer that sees the recipient, and a file alone does not show it. Hence there is
//! no way to ask for it.
//!
//! Parts are streamed through constant memory. What comes out of an opening part is true only once
//! the end was verified.

use std::fmt;
use std::io::{self, Read, Write};

use age::secrecy::ExposeSecret;
use age::stream::StreamWriter;
use thiserror::Error;
use zeroize::Zeroizing;

use super::age_file::{self, CHUNK_BYTES, Fault, Payload};
use super::streams::{Counted, Source, StreamError};
use super::{InvalidIdentity, OpenError};

const TAG: &str = "X25519";

/// The tag of a chunk (ChaCha20-Poly1305).
const TAG_BYTES: u64 = 16;

/// Why a part did not open. What was written until then must be discarded.
#[derive(Debug, Error)]
pub enum OpenPartError {
    /// The sealed bytes are at fault.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A stream failed; the part may be sound.
    #[error(transparent)]
    Stream(#[from] StreamError),
}

/// How long a part is, inside and outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartSizes {
    /// The length of what was sealed.
    pub plaintext_bytes: u64,
    /// The length of the age file.
    pub ciphertext_bytes: u64,
}

/// The secret that opens every part of one message, made fresh for it.
///
/// ```
/// use shared::seal::MessageIdentity;
///
/// let identity = MessageIdentity::generate();
/// let mut sealed = Vec::new();
/// identity.seal_part(&b"a document"[..], &mut sealed)?;
///
/// let again = MessageIdentity::from_secret(&identity.to_secret())?;
/// let mut opened = Vec::new();
/// again.open_part(sealed.as_slice(), &mut opened)?;
/// assert_eq!(opened, b"a document");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Its recipient cannot be had, nor the identity be shown:
///
/// ```compile_fail,E0599
/// # use shared::seal::MessageIdentity;
/// # let identity = MessageIdentity::generate();
/// identity.recipient();
/// ```
/// ```compile_fail,E0599
/// # use shared::seal::MessageIdentity;
/// # let identity = MessageIdentity::generate();
/// identity.to_public();
/// ```
/// ```compile_fail,E0599
/// # use shared::seal::MessageIdentity;
/// # let identity = MessageIdentity::generate();
/// identity.to_string();
/// ```
/// ```compile_fail,E0616
/// # use shared::seal::MessageIdentity;
/// # let identity = MessageIdentity::generate();
/// identity.0;
/// ```
/// ```compile_fail,E0277
/// # use shared::seal::MessageIdentity;
/// fn serialize<T: serde::Serialize>(_: T) {}
/// serialize(MessageIdentity::generate());
/// ```
#[derive(Clone)]
pub struct MessageIdentity(age::x25519::Identity);

impl MessageIdentity {
    /// Makes the identity of a new message.
    #[must_use]
    pub fn generate() -> Self {
        Self(age::x25519::Identity::generate())
    }

    /// The text `AGE-SECRET-KEY-1…`, for a grant or an export and for nothing else.
    #[must_use]
    pub fn to_secret(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// Reads what [`to_secret`](Self::to_secret) wrote.
    ///
    /// # Errors
    ///
    /// [`InvalidIdentity`] if the text is anything else, be it only its case.
    pub fn from_secret(text: &str) -> Result<Self, InvalidIdentity> {
        let identity = Self(text.parse().map_err(|_: &str| InvalidIdentity)?);
        if *identity.to_secret() == text { Ok(identity) } else { Err(InvalidIdentity) }
    }

    /// Seals all of `plaintext` into `ciphertext`.
    ///
    /// # Errors
    ///
    /// [`StreamError`] says which of the two failed. What was written until then does not open.
    pub fn seal_part(
        &self,
        mut plaintext: impl Read,
        ciphertext: impl Write,
    ) -> Result<PartSizes, StreamError> {
        let mut sealer = self.part_sealer(ciphertext).map_err(StreamError::Write)?;
        let mut chunk = Zeroizing::new(vec![0; CHUNK_BYTES]);
        loop {
            match plaintext.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => sealer.write_all(&chunk[..read]).map_err(StreamError::Write)?,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => return Err(StreamError::Read(cause)),
            }
        }
        let (_, sizes) = sealer.finish().map_err(StreamError::Write)?;
        Ok(sizes)
    }

    /// Seals what is going to be written, for a caller who makes the plaintext as it goes.
    ///
    /// # Errors
    ///
    /// The error of `ciphertext`, to which the header is written at once.
    pub fn part_sealer<W: Write>(&self, ciphertext: W) -> io::Result<PartSealer<W>> {
        let ciphertext = Counted::new(ciphertext);
        let stream = age_file::encryptor(&self.0.to_public()).wrap_output(ciphertext)?;
        Ok(PartSealer { stream, plaintext_bytes: 0 })
    }

    /// Opens a part.
    ///
    /// **Nothing in `plaintext` may be shown or used before this returns `Ok`**: pieces are written
    /// as they come, and that the last of them is missing is noticed last. Write to a private place
    /// and discard it on an error.
    ///
    /// # Errors
    ///
    /// [`OpenPartError`] tells a fault of the part from a failure of the streams.
    pub fn open_part(
        &self,
        ciphertext: impl Read,
        plaintext: impl Write,
    ) -> Result<PartSizes, OpenPartError> {
        let mut source = Source::new(ciphertext);
        let outcome = self.pour(&mut source, plaintext);
        // Age cannot tell a source that failed from one that ended, and a cut from a lost line.
        if let Some(cause) = source.failed {
            return Err(StreamError::Read(cause).into());
        }
        Ok(PartSizes { plaintext_bytes: outcome?, ciphertext_bytes: source.bytes })
    }

    fn pour(&self, source: impl Read, mut plaintext: impl Write) -> Result<u64, OpenPartError> {
        let mut payload = Payload::begin(source, &self.0, TAG)?;
        let mut chunk = Zeroizing::new(vec![0; CHUNK_BYTES]);
        let mut plaintext_bytes = 0;
        loop {
            let read = payload.read(&mut chunk)?;
            if read == 0 {
                break;
            }
            plaintext.write_all(&chunk[..read]).map_err(StreamError::Write)?;
            plaintext_bytes += read as u64;
        }
        plaintext.flush().map_err(StreamError::Write)?;
        Ok(plaintext_bytes)
    }
}

impl fmt::Debug for MessageIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MessageIdentity(..)")
    }
}

impl From<Fault> for OpenPartError {
    fn from(fault: Fault) -> Self {
        Self::Open(fault.into())
    }
}

/// A part that is being written. Without [`finish`](Self::finish) it does not open.
pub struct PartSealer<W: Write> {
    stream: StreamWriter<Counted<W>>,
    plaintext_bytes: u64,
}

impl<W: Write> PartSealer<W> {
    /// How many bytes come after the header, which is written already, for so many bytes of plaintext: a
    /// tag of 16 for every chunk, of which there is at least one (C2SP age, "Payload").
    #[must_use]
    pub const fn payload_bytes(plaintext_bytes: u64) -> u64 {
        let chunks = plaintext_bytes.div_ceil(CHUNK_BYTES as u64);
        plaintext_bytes + TAG_BYTES * if chunks == 0 { 1 } else { chunks }
    }

    /// Writes the end of the part and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// The error of the destination; the part does not open then.
    pub fn finish(self) -> io::Result<(W, PartSizes)> {
        let mut written = self.stream.finish()?;
        written.flush()?;
        let sizes = PartSizes { plaintext_bytes: self.plaintext_bytes, ciphertext_bytes: written.bytes };
        Ok((written.inner, sizes))
    }
}

impl<W: Write> Write for PartSealer<W> {
    fn write(&mut self, plaintext: &[u8]) -> io::Result<usize> {
        let taken = self.stream.write(plaintext)?;
        self.plaintext_bytes += taken as u64;
        Ok(taken)
    }

    /// Passes on what is sealed already; up to one chunk waits for more, or for the end.
    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl<W: Write> fmt::Debug for PartSealer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartSealer").field("plaintext_bytes", &self.plaintext_bytes).finish_non_exhaustive()
    }
}
