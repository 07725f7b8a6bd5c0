//! Padding of notes, so that a length says little about a text.
//!
//! The rule is Padmé (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and
//! Communication with PURBs", 2019): a length is rounded up until few enough of its bits can
//! differ. At most 12 % are added, and a length of any size gives away a number of the order of
//! log log of it. Parts that are documents are not padded.

use thiserror::Error;
use zeroize::Zeroizing;

/// Before the note stands its length, in eight bytes, the highest first.
const PREFIX_BYTES: usize = size_of::<u64>();

/// The bytes are not a note in its padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a padded note: reject the message and tell its writer")]
pub struct InvalidPadding;

/// The length to which `length` is padded; never less, and [`u64::MAX`] where it would be more.
#[must_use]
pub const fn padme(length: u64) -> u64 {
    if length < 2 {
        return length;
    }
    // Of the bits below its highest, a length keeps as many as it takes to write their number.
    let below = length.ilog2();
    let kept = below.ilog2() + 1;
    let cleared = below - kept;
    let mask = (1 << cleared) - 1;
    match length.checked_add(mask) {
        Some(sum) => sum & !mask,
        None => u64::MAX,
    }
}

/// Puts `note` behind its length and zeros behind it, up to a padded length.
#[must_use]
pub fn pad(note: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = note.len() as u64;
    let padded = usize::try_from(padme(PREFIX_BYTES as u64 + length));
    let padded = padded.expect("a padded note fits into memory where the note does");
    let mut bytes = Zeroizing::new(Vec::with_capacity(padded));
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(note);
    bytes.resize(padded, 0);
    bytes
}

/// The note that [`pad`] was given.
///
/// # Errors
///
/// [`InvalidPadding`] if `pad` does not make these bytes of any note: a note has one padded form.
pub fn unpad(padded: &[u8]) -> Result<&[u8], InvalidPadding> {
    let (prefix, rest) = padded.split_first_chunk::<PREFIX_BYTES>().ok_or(InvalidPadding)?;
    let length = u64::from_be_bytes(*prefix);
    let taken = usize::try_from(length).map_err(|_| InvalidPadding)?;
    let (note, zeros) = rest.split_at_checked(taken).ok_or(InvalidPadding)?;
    let right_length = padme(PREFIX_BYTES as u64 + length) == padded.len() as u64;
    if right_length && zeros.iter().all(|&byte| byte == 0) { Ok(note) } else { Err(InvalidPadding) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(length: u64, expected: u64) {
        assert_eq!(padme(length), expected, "of {length}");
    }

    #[test]
    fn lengths_are_rounded_as_in_the_paper() {
        check(0, 0);
        check(1, 1);
        check(2, 2);
        check(8, 8);
        check(9, 10);
        check(15, 16);
        check(100, 104);
        check(1_000, 1_024);
        check(1_025, 1_088);
        check(65_537, 67_584);
        check(1_000_000, 1_015_808);
        check(u64::MAX, u64::MAX);
    }

    #[test]
    fn padding_adds_at_most_an_eighth_and_changes_no_padded_length() {
        for length in 0..100_000 {
            let padded = padme(length);
            assert!(length <= padded && padded <= length + length / 8, "of {length}");
            assert_eq!(padme(padded), padded, "of {length}");
            assert!(padded <= padme(length + 1), "of {length}");
        }
    }

    #[test]
    fn a_note_comes_back() {
        for length in (0..300).chain([65_536, 1_000_000]) {
            let note = vec![0; length];
            let padded = pad(&note);
            assert_eq!(padded.len() as u64, padme(length as u64 + 8));
            assert_eq!(unpad(&padded), Ok(note.as_slice()));
        }
    }

    #[test]
    fn a_note_has_one_padded_form() {
        let padded = pad(&[1; 100]);
        assert_eq!(padded.len(), 112);
        for other in [
            &padded[..111],
            &[padded.as_slice(), &[0]].concat(),
            &[&padded[..111], &[1]].concat(),
            &[&[0; 7], &[105][..], &padded[8..]].concat(),
            &[&[0xff; 8], &padded[8..]].concat(),
            &padded[..7],
            &[],
        ] {
            assert_eq!(unpad(other), Err(InvalidPadding));
        }
    }

    #[test]
    fn zeros_of_any_number_are_at_most_one_empty_note() {
        for length in 0..100 {
            assert_eq!(unpad(&vec![0; length]).is_ok(), length == 8, "{length} zeros");
        }
    }
}
