//! Small secrets to one device: grants, hour keys, copies, reason texts.
//!
//! Each is a whole age file to exactly one expiry recipient, so recipients do not see each other
//! and a key that is destroyed closes all that was sealed to it.

use thiserror::Error;
use zeroize::Zeroizing;

use super::age_file::{self, CHUNK_BYTES, CHUNK_OVERHEAD_BYTES, Fault, HEADER_BYTES_MAX};
use super::{ExpiryIdentity, ExpiryRecipient, OpenError, hybrid};

/// The longest plaintext: one chunk of age, which arrives whole or not at all.
pub const SMALL_BYTES_MAX: usize = CHUNK_BYTES;

/// The longest file that such a plaintext makes; a longer one is not looked at.
const SEALED_BYTES_MAX: usize = HEADER_BYTES_MAX + CHUNK_OVERHEAD_BYTES + SMALL_BYTES_MAX;

/// The text is too long to be sealed as a small secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("too long to seal to a device: shorten it to {SMALL_BYTES_MAX} bytes or send it as a part")]
pub struct TooLong;

/// Seals `plaintext` so that only the holder of `to`'s identity opens it.
///
/// The result opens with every age program that knows hybrid recipients. Its length varies by a
/// few dozen bytes from one call to the next.
///
/// # Errors
///
/// [`TooLong`] if there are more than [`SMALL_BYTES_MAX`] bytes.
pub fn seal_small(to: &ExpiryRecipient, plaintext: &[u8]) -> Result<Vec<u8>, TooLong> {
    if plaintext.len() > SMALL_BYTES_MAX {
        return Err(TooLong);
    }
    Ok(age_file::seal_whole(to, plaintext))
}

/// Opens what [`seal_small`] sealed, and nothing that has another shape.
///
/// # Errors
///
/// [`OpenError`] says whose fault it is; no part of the plaintext is released then.
pub fn open_small(identity: &ExpiryIdentity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    if sealed.len() > SEALED_BYTES_MAX {
        return Err(OpenError::Malformed);
    }
    let plaintext = age_file::open_whole(sealed, identity, hybrid::TAG)?;
    if plaintext.len() > SMALL_BYTES_MAX {
        return Err(OpenError::Malformed);
    }
    Ok(plaintext)
}

impl From<Fault> for OpenError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Malformed | Fault::ExcessiveWork { .. } => Self::Malformed,
            Fault::WrongKey => Self::WrongKey,
            Fault::Damaged => Self::Damaged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> ExpiryIdentity {
        ExpiryIdentity::from_bytes(&[7; 32])
    }

    fn check_round_trip(plaintext: &[u8]) {
        let sealed = seal_small(&identity().recipient(), plaintext).unwrap();
        assert_eq!(open_small(&identity(), &sealed).unwrap().as_slice(), plaintext);
    }

    #[test]
    fn what_was_sealed_opens() {
        check_round_trip(b"");
        check_round_trip(b"a grant");
        check_round_trip(&[5; SMALL_BYTES_MAX]);
    }

    #[test]
    fn one_byte_too_many_is_not_sealed() {
        let outcome = seal_small(&identity().recipient(), &[5; SMALL_BYTES_MAX + 1]);
        assert_eq!(outcome, Err(TooLong));
    }

    #[test]
    fn one_byte_too_many_is_not_opened() {
        let sealed = age_file::seal_whole(&identity().recipient(), &[5; SMALL_BYTES_MAX + 1]);
        assert_eq!(open_small(&identity(), &sealed), Err(OpenError::Malformed));
    }

    #[test]
    fn another_identity_does_not_open() {
        let sealed = seal_small(&identity().recipient(), b"a grant").unwrap();
        let other = ExpiryIdentity::from_bytes(&[8; 32]);
        assert_eq!(open_small(&other, &sealed), Err(OpenError::WrongKey));
    }

    #[test]
    fn no_cut_opens() {
        let sealed = seal_small(&identity().recipient(), b"a grant").unwrap();
        for length in 0..sealed.len() {
            let outcome = open_small(&identity(), &sealed[..length]);
            assert_eq!(outcome, Err(OpenError::Damaged), "cut to {length}");
        }
    }

    #[test]
    fn no_changed_byte_opens() {
        let sealed = seal_small(&identity().recipient(), b"a grant").unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(open_small(&identity(), &changed).is_err(), "changed at {position}");
        }
    }

    #[test]
    fn nothing_may_follow() {
        let mut sealed = seal_small(&identity().recipient(), b"a grant").unwrap();
        sealed.push(0);
        assert_eq!(open_small(&identity(), &sealed), Err(OpenError::Damaged));
    }

    fn check_shape(to: &[&dyn age::Recipient], expected: OpenError) {
        let encryptor = age::Encryptor::with_recipients(to.iter().copied()).unwrap();
        let mut sealed = Vec::new();
        encryptor.wrap_output(&mut sealed).unwrap().finish().unwrap();
        assert_eq!(open_small(&identity(), &sealed), Err(expected));
    }

    #[test]
    fn a_file_to_two_devices_does_not_open() {
        let other = ExpiryIdentity::from_bytes(&[8; 32]).recipient();
        check_shape(&[&identity().recipient(), &other], OpenError::Malformed);
        check_shape(&[&other, &identity().recipient()], OpenError::Malformed);
    }

    #[test]
    fn a_file_of_another_type_does_not_open() {
        check_shape(&[&age::x25519::Identity::generate().to_public()], OpenError::Malformed);
    }
}
