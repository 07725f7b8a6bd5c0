//! Sealing and opening: everything in Pli that is encrypted is an ordinary age file.
//!
//! Small secrets (grants, hour keys, copies, reason texts) go to one device's expiry key, which is
//! a post-quantum hybrid recipient ([`seal_small`]). Documents and notes are *parts*, sealed to an
//! identity made for one message ([`MessageIdentity`]); that identity travels in the grants. What
//! a device keeps under its member's passphrase is a passphrase file ([`seal_with_passphrase`]).
//!
//! This is the only module that names the `age` crate. It reads and writes what it is handed and
//! knows no file, no clock and no format of what it seals. It does not say who sealed something:
//! whoever can open an age file can also replace its content, so what counts is signed elsewhere.

mod age_file;
mod hybrid;
mod padding;
mod part;
#[cfg(test)]
mod part_tests;
mod passphrase;
mod small;
mod streams;
mod text;
#[cfg(test)]
mod vectors;

pub use hybrid::{ExpiryIdentity, ExpiryRecipient, InvalidRecipient};
pub use padding::{InvalidPadding, pad, padme, unpad};
pub use part::{MessageIdentity, OpenPartError, PartSealer, PartSizes};
pub use passphrase::{
    PassphraseError, WORK_FACTOR_OPEN_MAX, WORK_FACTOR_SEAL, open_with_passphrase, seal_with_passphrase,
};
pub use small::{SMALL_BYTES_MAX, TooLong, open_small, seal_small};
pub use streams::StreamError;

use thiserror::Error;

/// Why sealed bytes did not open. It says nothing of what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The bytes are not an age file of the shape Pli seals: the program that made them is at fault.
    #[error("not sealed as Pli seals: reject it and tell whoever sent it")]
    Malformed,
    /// The file is well formed and sealed to another key.
    #[error("sealed to another key: choose the key of the device and bucket that it names")]
    WrongKey,
    /// The file was altered or cut short after it was sealed.
    #[error("altered or cut short: discard what was read and fetch it again")]
    Damaged,
}

/// The text is not an identity of the expected kind in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an identity: give the whole text, in capitals, as it was exported")]
pub struct InvalidIdentity;
