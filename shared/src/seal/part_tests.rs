//! What a part is held to: its round trip, its ends, its shape, and whose fault a failure is.

use std::io::{self, Read, Write};

use super::age_file::CHUNK_BYTES as CHUNK;
use super::{ExpiryIdentity, InvalidIdentity, MessageIdentity, OpenError, OpenPartError, StreamError};

fn seal(identity: &MessageIdentity, plaintext: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::new();
    identity.seal_part(plaintext, &mut sealed).unwrap();
    sealed
}

fn open(identity: &MessageIdentity, sealed: impl Read) -> Result<Vec<u8>, OpenError> {
    let mut opened = Vec::new();
    match identity.open_part(sealed, &mut opened) {
        Ok(_) => Ok(opened),
        Err(OpenPartError::Open(error)) => Err(error),
        Err(OpenPartError::Stream(error)) => panic!("{error}"),
    }
}

/// Gives one byte at a time and is interrupted before each, as a slow network might be.
struct Slow<'a>(&'a [u8], bool);

impl Read for Slow<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let taken = room.len().min(1);
        self.0.read(&mut room[..taken])
    }
}

/// A disk that fails, or is full, after some bytes.
struct Failing(usize);

impl Failing {
    fn take(&mut self, wanted: usize) -> io::Result<usize> {
        let taken = wanted.min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }
}

impl Read for Failing {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.take(room.len())
    }
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.take(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn check_round_trip(length: usize) {
    let identity = MessageIdentity::generate();
    let plaintext: Vec<u8> = (0..=250).cycle().take(length).collect();
    let mut sealed = Vec::new();
    let sealing = identity.seal_part(plaintext.as_slice(), &mut sealed).unwrap();
    let mut opened = Vec::new();
    let opening = identity.open_part(sealed.as_slice(), &mut opened).unwrap();
    assert_eq!(opened, plaintext);
    assert_eq!(opening, sealing);
    assert_eq!(sealing.plaintext_bytes, length as u64);
    assert_eq!(sealing.ciphertext_bytes, sealed.len() as u64);
}

#[test]
fn what_was_sealed_opens() {
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7] {
        check_round_trip(length);
    }
}

#[test]
fn what_comes_and_goes_in_drops_is_the_same() {
    let identity = MessageIdentity::generate();
    let plaintext = vec![5; CHUNK + 1];
    let mut sealed = Vec::new();
    identity.seal_part(Slow(&plaintext, false), &mut sealed).unwrap();
    assert_eq!(open(&identity, Slow(&sealed, false)), Ok(plaintext));
}

#[test]
fn a_sealer_takes_what_is_written_to_it() {
    let identity = MessageIdentity::generate();
    let mut sealer = identity.part_sealer(Vec::new()).unwrap();
    for _ in 0..1_000 {
        sealer.write_all(&[5; 100]).unwrap();
    }
    let (sealed, sizes) = sealer.finish().unwrap();
    assert_eq!(sizes.plaintext_bytes, 100_000);
    assert_eq!(sizes.ciphertext_bytes, sealed.len() as u64);
    assert_eq!(open(&identity, sealed.as_slice()), Ok(vec![5; 100_000]));
}

/// Whoever sees a part knows the length of its document to the byte: 16 bytes of nonce follow
/// the header, and 16 of tag each chunk. That is why notes are padded.
#[test]
fn the_length_of_a_part_gives_away_the_length_of_its_document() {
    for length in [0, 1, CHUNK, CHUNK + 1, 5 * CHUNK - 1] {
        let sealed = seal(&MessageIdentity::generate(), &vec![5; length]);
        let mac = sealed.windows(5).position(|window| window == b"\n--- ").unwrap();
        let header = mac + b"\n--- ".len() + 43 + b"\n".len();
        let chunks = length.div_ceil(CHUNK).max(1);
        assert_eq!(sealed.len(), header + 16 + length + 16 * chunks);
    }
}

#[test]
fn no_cut_opens() {
    let identity = MessageIdentity::generate();
    let sealed = seal(&identity, b"a document");
    for length in 0..sealed.len() {
        let outcome = open(&identity, &sealed[..length]);
        assert_eq!(outcome, Err(OpenError::Damaged), "cut to {length}");
    }
}

#[test]
fn no_cut_of_a_part_of_many_chunks_opens() {
    let identity = MessageIdentity::generate();
    for extra in [0, 1] {
        let sealed = seal(&identity, &vec![5; 2 * CHUNK + extra]);
        for back in (1..40).chain(CHUNK - 40..CHUNK + 40) {
            let outcome = open(&identity, &sealed[..sealed.len() - back]);
            assert_eq!(outcome, Err(OpenError::Damaged), "{back} bytes cut");
        }
    }
}

#[test]
fn no_changed_byte_opens() {
    let identity = MessageIdentity::generate();
    let sealed = seal(&identity, b"a document");
    for position in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[position] ^= 1;
        assert!(open(&identity, changed.as_slice()).is_err(), "changed at {position}");
    }
}

#[test]
fn nothing_may_follow_and_no_chunk_may_be_moved() {
    let identity = MessageIdentity::generate();
    let sealed = seal(&identity, &vec![5; 2 * CHUNK]);
    let chunk = CHUNK + 16;
    let (start, rest) = sealed.split_at(sealed.len() - 2 * chunk);
    let (first, last) = rest.split_at(chunk);
    for changed in [
        [start, first, last, &[0]].concat(),
        [start, first, last, last].concat(),
        [start, last, first].concat(),
        [start, last].concat(),
        [start, first].concat(),
    ] {
        assert_eq!(open(&identity, changed.as_slice()), Err(OpenError::Damaged));
    }
}

#[test]
fn another_identity_does_not_open() {
    let sealed = seal(&MessageIdentity::generate(), b"a document");
    let outcome = open(&MessageIdentity::generate(), sealed.as_slice());
    assert_eq!(outcome, Err(OpenError::WrongKey));
}

/// The recipient that the module itself keeps to itself.
fn recipient(identity: &MessageIdentity) -> age::x25519::Recipient {
    identity.to_secret().parse::<age::x25519::Identity>().unwrap().to_public()
}

fn check_shape(identity: &MessageIdentity, to: &[&dyn age::Recipient]) {
    let encryptor = age::Encryptor::with_recipients(to.iter().copied()).unwrap();
    let mut sealed = Vec::new();
    encryptor.wrap_output(&mut sealed).unwrap().finish().unwrap();
    assert_eq!(open(identity, sealed.as_slice()), Err(OpenError::Malformed));
}

#[test]
fn a_part_to_anybody_else_too_does_not_open() {
    let identity = MessageIdentity::generate();
    let other = MessageIdentity::generate();
    check_shape(&identity, &[&recipient(&identity), &recipient(&other)]);
    check_shape(&identity, &[&recipient(&other), &recipient(&identity)]);
    check_shape(&identity, &[&recipient(&identity), &recipient(&identity)]);
}

#[test]
fn a_part_of_another_type_does_not_open() {
    let hybrid = ExpiryIdentity::from_bytes(&[7; 32]).recipient();
    check_shape(&MessageIdentity::generate(), &[&hybrid]);
}

#[test]
fn a_stream_that_fails_is_not_a_damaged_part() {
    let identity = MessageIdentity::generate();
    let sealed = seal(&identity, &vec![5; 2 * CHUNK]);
    for sound in [0, 10, 100, CHUNK, sealed.len()] {
        let source = sealed[..sound].chain(Failing(0));
        let outcome = identity.open_part(source, io::sink());
        assert!(matches!(outcome, Err(OpenPartError::Stream(StreamError::Read(_)))));
    }
    let outcome = identity.open_part(sealed.as_slice(), Failing(CHUNK));
    assert!(matches!(outcome, Err(OpenPartError::Stream(StreamError::Write(_)))));
}

#[test]
fn sealing_tells_which_stream_failed() {
    let identity = MessageIdentity::generate();
    let outcome = identity.seal_part(Failing(CHUNK), io::sink());
    assert!(matches!(outcome, Err(StreamError::Read(_))));
    for room in [0, 10, 400, CHUNK] {
        let outcome = identity.seal_part([5; 2 * CHUNK].as_slice(), Failing(room));
        assert!(matches!(outcome, Err(StreamError::Write(_))));
    }
}

#[test]
fn a_text_of_another_spelling_is_no_identity() {
    let secret = MessageIdentity::generate().to_secret();
    for text in [&secret.to_lowercase(), &secret[1..], &format!("{} ", *secret), ""] {
        assert_eq!(MessageIdentity::from_secret(text).err(), Some(InvalidIdentity));
    }
    let hybrid = ExpiryIdentity::from_bytes(&[7; 32]).to_text();
    assert!(MessageIdentity::from_secret(&hybrid).is_err());
}

#[test]
fn debug_shows_no_secret() {
    let identity = MessageIdentity::generate();
    assert_eq!(format!("{identity:?}"), "MessageIdentity(..)");
    let sealer = identity.part_sealer(Vec::new()).unwrap();
    assert_eq!(format!("{sealer:?}"), "PartSealer { plaintext_bytes: 0, .. }");
}
