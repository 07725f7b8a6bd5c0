//! One item inside a home that grows: framed, so that it can be found and checked without an index.
//!
//! ```text
//! magic 4 | kind 1 | length 4 | bulk 4 | check 16 | payload | bulk
//! ```
//!
//! Integers are big-endian. The check is the first half of the SHA-256 of kind, lengths and payload.
//! It finds accidents and nothing else: whoever can write the file can compute it. The bulk is
//! ciphertext whose digests the payload names; a scan passes over it without reading it.
//!
//! [`Scan`] walks a home and passes over damage by looking for the next whole frame. Payload and bulk
//! may hold bytes that a member chose, and so a frame inside a damaged frame; what comes after damage
//! is therefore marked, and its signatures are all that speaks for it.

use shared::crypto::Sha256;
use shared::limits::{
    FRAME_BYTES_MAX, GRANT_BYTES_MAX, GRANTS_MAX, NOTE_BYTES_MAX, STATEMENT_BODY_BYTES_MAX,
};
use std::io::{self, Read, Seek, SeekFrom};

/// What stands before the payload.
pub const FRAME_HEADER_BYTES: usize = 29;

/// One payload. The largest is a statement with its body.
pub const FRAME_PAYLOAD_BYTES_MAX: usize = 1024 * 1024;

/// The bulk behind a payload: the note and every grant of a message.
pub const FRAME_BULK_BYTES_MAX: usize = 4 * 1024 * 1024;

const _: () = assert!(STATEMENT_BODY_BYTES_MAX + 2 * FRAME_BYTES_MAX < FRAME_PAYLOAD_BYTES_MAX);
const _: () = assert!(NOTE_BYTES_MAX + GRANTS_MAX * GRANT_BYTES_MAX < FRAME_BULK_BYTES_MAX);

/// Not text in any encoding, so that a search for it rarely stops in vain.
const MAGIC: [u8; 4] = [0xf1, b'P', b'l', 0xfe];

/// How much of a home is read at a time while it is scanned; larger than most frames, and
/// small beside the largest.
const SCAN_BYTES_STEP: usize = 256 * 1024;

/// Bytes that are not one whole frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFrame {
    /// The bytes end too soon, or go on.
    #[error("a frame of another length")]
    Length,
    /// No frame begins here.
    #[error("no frame begins here")]
    Magic,
    /// A length that no frame has.
    #[error("a length over the limit")]
    TooLarge,
    /// The bytes are not those that were framed.
    #[error("the check does not match")]
    Check,
}

/// The frame of a payload behind which so many bytes of bulk will stand.
///
/// # Panics
/// If one of them is over its limit, which the limits of their parts exclude: what could not be read
/// again must not be written.
#[must_use]
pub fn encode(kind: u8, payload: &[u8], bulk_bytes: usize) -> Vec<u8> {
    assert!(payload.len() <= FRAME_PAYLOAD_BYTES_MAX, "a payload is bounded by the limits of its parts");
    assert!(bulk_bytes <= FRAME_BULK_BYTES_MAX, "the bulk is bounded by the limits of its parts");
    let length = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
    let header = Header { kind, length: length(payload.len()), bulk: length(bulk_bytes), check: [0; 16] };
    let mut frame = Vec::with_capacity(FRAME_HEADER_BYTES + payload.len());
    frame.extend_from_slice(&MAGIC);
    frame.extend_from_slice(&header.checked());
    frame.extend_from_slice(&header.check_of(payload));
    frame.extend_from_slice(payload);
    frame
}

/// The kind and the payload of exactly one frame without its bulk.
///
/// # Errors
/// [`InvalidFrame`] says what it is instead.
pub fn decode(bytes: &[u8]) -> Result<(u8, &[u8]), InvalidFrame> {
    let header = Header::parse(bytes)?;
    let payload = &bytes[FRAME_HEADER_BYTES..];
    if payload.len() != header.payload_bytes() {
        return Err(InvalidFrame::Length);
    }
    header.verify(payload)?;
    Ok((header.kind, payload))
}

struct Header {
    kind: u8,
    length: u32,
    bulk: u32,
    check: [u8; 16],
}

impl Header {
    fn parse(bytes: &[u8]) -> Result<Self, InvalidFrame> {
        let bytes = bytes.first_chunk::<FRAME_HEADER_BYTES>().ok_or(InvalidFrame::Length)?;
        if bytes[..4] != MAGIC {
            return Err(InvalidFrame::Magic);
        }
        let length = u32::from_be_bytes([bytes[5], bytes[6], bytes[7], bytes[8]]);
        let bulk = u32::from_be_bytes([bytes[9], bytes[10], bytes[11], bytes[12]]);
        if length as usize > FRAME_PAYLOAD_BYTES_MAX || bulk as usize > FRAME_BULK_BYTES_MAX {
            return Err(InvalidFrame::TooLarge);
        }
        let mut check = [0; 16];
        check.copy_from_slice(&bytes[13..]);
        Ok(Self { kind: bytes[4], length, bulk, check })
    }

    fn payload_bytes(&self) -> usize {
        self.length as usize
    }

    /// From the magic to the end of the bulk.
    fn whole_bytes(&self) -> u64 {
        FRAME_HEADER_BYTES as u64 + u64::from(self.length) + u64::from(self.bulk)
    }

    fn verify(&self, payload: &[u8]) -> Result<(), InvalidFrame> {
        if self.check_of(payload) == self.check { Ok(()) } else { Err(InvalidFrame::Check) }
    }

    /// What the check covers besides the payload.
    fn checked(&self) -> [u8; 9] {
        let mut bytes = [0; 9];
        bytes[0] = self.kind;
        bytes[1..5].copy_from_slice(&self.length.to_be_bytes());
        bytes[5..].copy_from_slice(&self.bulk.to_be_bytes());
        bytes
    }

    fn check_of(&self, payload: &[u8]) -> [u8; 16] {
        let digest = Sha256::default().with(&self.checked()).with(payload).finish();
        let mut half = [0; 16];
        half.copy_from_slice(&digest.0[..16]);
        half
    }
}

type Framed = Result<(Header, Vec<u8>), InvalidFrame>;

/// What a [`Scan`] met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scanned {
    /// A whole frame.
    Frame {
        /// Where it begins.
        at: u64,
        /// Its kind.
        kind: u8,
        /// What was framed.
        payload: Vec<u8>,
        /// How many bytes of bulk stand behind it.
        bulk: u32,
        /// Whether damage came before it in this home; see the module's first words.
        after_damage: bool,
    },
    /// A stretch in which there is no whole frame.
    Damaged {
        /// Where it begins.
        at: u64,
        /// Where the next whole frame begins, or the home ends.
        until: u64,
        /// What is wrong at its beginning.
        what: InvalidFrame,
    },
}

/// Walks over the frames of a home, from its beginning to its end.
pub struct Scan<R> {
    window: Window<R>,
    at: u64,
    after_damage: bool,
}

impl<R: Read + Seek> Scan<R> {
    /// A walk that begins at the offset `at`.
    pub fn new(home: R, at: u64) -> Self {
        Self { window: Window { home, end: None, start: 0, bytes: Vec::new() }, at, after_damage: false }
    }

    fn step(&mut self) -> io::Result<Option<Scanned>> {
        let at = self.at;
        match self.frame_at(at)? {
            Some(Ok((header, payload))) => {
                self.at = at + header.whole_bytes();
                let (kind, bulk, after_damage) = (header.kind, header.bulk, self.after_damage);
                Ok(Some(Scanned::Frame { at, kind, payload, bulk, after_damage }))
            }
            Some(Err(what)) => {
                self.at = self.next_whole(at)?;
                self.after_damage = true;
                Ok(Some(Scanned::Damaged { at, until: self.at, what }))
            }
            None => Ok(None),
        }
    }

    /// The frame at this offset; nothing at the end of the home.
    fn frame_at(&mut self, at: u64) -> io::Result<Option<Framed>> {
        let bytes = self.window.at(at, FRAME_HEADER_BYTES)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let header = match Header::parse(bytes) {
            Ok(header) => header,
            Err(what) => return Ok(Some(Err(what))),
        };
        if at + header.whole_bytes() > self.window.end()? {
            return Ok(Some(Err(InvalidFrame::Length)));
        }
        let bytes = self.window.at(at, FRAME_HEADER_BYTES + header.payload_bytes())?;
        let Some(payload) = bytes.get(FRAME_HEADER_BYTES..) else {
            return Ok(Some(Err(InvalidFrame::Length)));
        };
        Ok(Some(header.verify(payload).map(|()| payload.to_vec()).map(|payload| (header, payload))))
    }

    /// Where the next whole frame begins after the damaged one. If its header still says where it
    /// ends and a frame begins there, its payload is not searched: the writer of a payload must not
    /// decide what comes next.
    fn next_whole(&mut self, damaged: u64) -> io::Result<u64> {
        if let Ok(header) = Header::parse(self.window.at(damaged, FRAME_HEADER_BYTES)?) {
            let end = damaged + header.whole_bytes();
            if let Some(Ok(_)) = self.frame_at(end)? {
                return Ok(end);
            }
        }
        let mut from = damaged + 1;
        loop {
            let bytes = self.window.at(from, SCAN_BYTES_STEP)?;
            let length = bytes.len();
            if length < FRAME_HEADER_BYTES {
                return Ok(from + length as u64);
            }
            match bytes.windows(MAGIC.len()).position(|candidate| candidate == MAGIC) {
                Some(place) => {
                    from += place as u64;
                    if let Some(Ok(_)) = self.frame_at(from)? {
                        return Ok(from);
                    }
                    from += 1;
                }
                None => from += (length + 1 - MAGIC.len()) as u64,
            }
        }
    }
}

impl<R: Read + Seek> Iterator for Scan<R> {
    type Item = io::Result<Scanned>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step().transpose()
    }
}

/// A stretch of the home in memory: at most one frame and one step.
struct Window<R> {
    home: R,
    /// Where the home ends, once it was asked.
    end: Option<u64>,
    start: u64,
    bytes: Vec<u8>,
}

impl<R: Read + Seek> Window<R> {
    fn end(&mut self) -> io::Result<u64> {
        match self.end {
            Some(end) => Ok(end),
            None => Ok(*self.end.insert(self.home.seek(SeekFrom::End(0))?)),
        }
    }

    /// So many bytes from this offset; fewer only where the home ends.
    fn at(&mut self, from: u64, length: usize) -> io::Result<&[u8]> {
        let held = self.start..=self.start + self.bytes.len() as u64;
        if !held.contains(&from) {
            self.bytes.clear();
            self.start = from;
        }
        let skipped = usize::try_from(from - self.start).unwrap_or(usize::MAX);
        if self.bytes.len() - skipped >= length {
            return Ok(&self.bytes[skipped..skipped + length]);
        }
        self.bytes.drain(..skipped);
        self.start = from;
        self.home.seek(SeekFrom::Start(from + self.bytes.len() as u64))?;
        let missing = length.max(SCAN_BYTES_STEP) - self.bytes.len();
        self.home.by_ref().take(missing as u64).read_to_end(&mut self.bytes)?;
        Ok(&self.bytes[..length.min(self.bytes.len())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// A sequence that is the same in every run.
    fn noise(seed: u64) -> impl FnMut(usize) -> usize {
        let mut state = seed;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state >> 33).unwrap() % below
        }
    }

    fn home() -> (Vec<u8>, Vec<u64>) {
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        for (kind, length) in [0_usize, 1, 700, 300_000, 40, 600_000, 3].into_iter().enumerate() {
            let kind = u8::try_from(kind).unwrap();
            bytes.extend(encode(kind, &vec![kind; length], length / 2));
            bytes.extend(vec![9; length / 2]);
            ends.push(bytes.len() as u64);
        }
        (bytes, ends)
    }

    fn scan(bytes: &[u8]) -> Vec<Scanned> {
        Scan::new(Cursor::new(bytes), 0).map(Result::unwrap).collect()
    }

    fn kinds(scanned: &[Scanned]) -> Vec<Option<u8>> {
        scanned
            .iter()
            .map(|one| if let Scanned::Frame { kind, .. } = one { Some(*kind) } else { None })
            .collect()
    }

    #[test]
    fn a_frame_goes_round_and_no_other_bytes_do() {
        let frame = encode(7, b"payload", 0);
        assert_eq!(decode(&frame), Ok((7, b"payload".as_slice())));
        for place in 0..frame.len() {
            for bit in 0..8 {
                let mut other = frame.clone();
                other[place] ^= 1 << bit;
                assert!(decode(&other).is_err(), "byte {place}");
            }
            assert!(decode(&frame[..place]).is_err(), "cut at {place}");
        }
        assert_eq!(decode(&[frame.as_slice(), &[0]].concat()), Err(InvalidFrame::Length));
    }

    #[test]
    fn a_scan_meets_every_frame_and_goes_on_after_damage() {
        let (bytes, ends) = home();
        assert_eq!(kinds(&scan(&bytes)), (0..7).map(Some).collect::<Vec<_>>());

        let mut flipped = bytes.clone();
        flipped[usize::try_from(ends[2]).unwrap() + 5_000] ^= 1;
        let met = scan(&flipped);
        assert_eq!(kinds(&met), [Some(0), Some(1), Some(2), None, Some(4), Some(5), Some(6)]);
        assert_eq!(met[3], Scanned::Damaged { at: ends[2], until: ends[3], what: InvalidFrame::Check });
        assert!(matches!(met[2], Scanned::Frame { after_damage: false, .. }));
        assert!(matches!(met[4], Scanned::Frame { after_damage: true, .. }));

        let mut headless = bytes.clone();
        headless[usize::try_from(ends[2]).unwrap()] ^= 1;
        assert_eq!(kinds(&scan(&headless)), [Some(0), Some(1), Some(2), None, Some(4), Some(5), Some(6)]);

        let end = bytes.len() as u64;
        let met = scan(&bytes[..bytes.len() - 1]);
        assert_eq!(met[6], Scanned::Damaged { at: ends[5], until: end - 1, what: InvalidFrame::Length });
    }

    #[test]
    fn a_payload_does_not_decide_what_comes_after_it() {
        let planted = encode(9, b"planted", 0);
        let mut bytes = [encode(1, &planted, 0), encode(2, b"next", 0)].concat();
        let last = FRAME_HEADER_BYTES - 1;
        bytes[last] ^= 1;
        assert_eq!(kinds(&scan(&bytes)), [None, Some(2)]);
    }

    #[test]
    fn hostile_bytes_end_every_scan() {
        let (whole, _) = home();
        let whole = &whole[..2_000];
        for seed in 1..400 {
            let mut next = noise(seed);
            let mut bytes = whole.to_vec();
            for _ in 0..=next(12) {
                let place = next(bytes.len());
                match next(4) {
                    0 => bytes[place] = u8::try_from(next(256)).unwrap(),
                    1 => bytes.truncate(place.max(1)),
                    2 => drop(bytes.splice(place..place, MAGIC)),
                    _ => drop(bytes.splice(place..place, encode(1, b"x", 0).into_iter().take(next(26)))),
                }
            }
            let _ = decode(&bytes);
            let mut reached = 0;
            for one in scan(&bytes) {
                let (at, until) = match one {
                    Scanned::Frame { at, payload, bulk, .. } => {
                        (at, at + (FRAME_HEADER_BYTES + payload.len()) as u64 + u64::from(bulk))
                    }
                    Scanned::Damaged { at, until, .. } => (at, until),
                };
                assert_eq!(at, reached, "seed {seed}: nothing is passed over in silence");
                reached = until;
            }
            assert_eq!(reached, bytes.len() as u64, "seed {seed}");
        }
    }
}
