//! The one way from values to bytes and back, and the only module that names `serde_cbor`.
//!
//! Every format of Pli is a typed struct in CBOR (RFC 8949): map keys are text in the order of the
//! struct, integers and lengths are minimal, byte strings are byte strings, and there are no floats
//! and no free maps. The **canonical gate** makes this binding: what was decoded is encoded again
//! and must give the same bytes, so one value has one encoding and a signature covers it whole.
//! `serde_cbor` is unmaintained; behind the size cap and the gate its hazards are closed, and the
//! swap is this file.

use serde::{Serialize, de::DeserializeOwned};
use std::io::{self, Write};

/// Bytes that are not the canonical encoding of what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// More bytes than this thing may have.
    #[error("larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// Not CBOR, or not of this type: a missing, unknown or duplicated field, a wrong length.
    #[error("not of the expected form")]
    Form,
    /// The right value in a second spelling: a longer integer, another order, an indefinite length,
    /// bytes after the end.
    #[error("not the canonical encoding")]
    NotCanonical,
}

/// The canonical bytes of a value.
///
/// # Panics
/// Never for the types of this crate: writing typed structs to memory cannot fail.
#[must_use]
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    serde_cbor::to_vec(value).expect("typed structs without floats always encode")
}

/// The value of exactly these bytes, at most `bytes_max` of them.
///
/// # Errors
/// [`Malformed`] says which of the three gates refused.
pub fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8], bytes_max: usize) -> Result<T, Malformed> {
    if bytes.len() > bytes_max {
        return Err(Malformed::TooLarge { limit: bytes_max });
    }
    // the canonical gate: what was decoded must encode to the same bytes.
    let value: T = serde_cbor::from_slice(bytes).map_err(|_| Malformed::Form)?;
    let mut expected = Expected(bytes);
    let same = serde_cbor::to_writer(&mut expected, &value).is_ok() && expected.0.is_empty();
    if same { Ok(value) } else { Err(Malformed::NotCanonical) }
}

/// Takes only the bytes that it expects, so that an encoding is compared without being kept.
struct Expected<'a>(&'a [u8]);

impl Write for Expected<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(bytes).ok_or(io::ErrorKind::InvalidData)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        a: u32,
        #[serde(with = "serde_bytes")]
        b: Vec<u8>,
    }

    const GOOD: &[u8] = &[0xa2, 0x61, b'a', 0x01, 0x61, b'b', 0x42, 7, 8];

    fn check(what: &str, bytes: &[u8], expected: Result<Sample, Malformed>) {
        assert_eq!(decode::<Sample>(bytes, 64), expected, "{what}");
    }

    #[test]
    fn one_value_has_one_encoding() {
        check("canonical", GOOD, Ok(Sample { a: 1, b: vec![7, 8] }));
        check(
            "a longer integer",
            &[0xa2, 0x61, b'a', 0x18, 0x01, 0x61, b'b', 0x42, 7, 8],
            Err(Malformed::NotCanonical),
        );
        check(
            "another order",
            &[0xa2, 0x61, b'b', 0x42, 7, 8, 0x61, b'a', 0x01],
            Err(Malformed::NotCanonical),
        );
        check(
            "indefinite length",
            &[0xbf, 0x61, b'a', 0x01, 0x61, b'b', 0x42, 7, 8, 0xff],
            Err(Malformed::NotCanonical),
        );
        check("a tag", &[0xc1, 0xa2, 0x61, b'a', 0x01, 0x61, b'b', 0x42, 7, 8], Err(Malformed::NotCanonical));
        check(
            "bytes as a list",
            &[0xa2, 0x61, b'a', 0x01, 0x61, b'b', 0x82, 7, 8],
            Err(Malformed::NotCanonical),
        );
        check(
            "an unknown field",
            &[0xa3, 0x61, b'a', 1, 0x61, b'b', 0x40, 0x61, b'c', 1],
            Err(Malformed::Form),
        );
        check("a duplicated field", &[0xa2, 0x61, b'a', 1, 0x61, b'a', 1], Err(Malformed::Form));
        check("bytes after the end", &[GOOD, &[0]].concat(), Err(Malformed::Form));
        check("a length bomb", &[0xbb, 0, 0, 1, 0, 0, 0, 0, 0], Err(Malformed::Form));
        check("a deep list", &[0x81; 60], Err(Malformed::Form));
        check("too large", &[0; 65], Err(Malformed::TooLarge { limit: 64 }));
        for cut in 0..GOOD.len() {
            check("a cut", &GOOD[..cut], Err(Malformed::Form));
        }
    }
}
