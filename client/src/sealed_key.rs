//! A signing key in a file under a passphrase, for those who are no device: a root, a witness. Any
//! `age -d` opens it.

use crate::failure::Failure;
use crate::home::{io, write_private};
use crate::keystore::KeyStoreError;
use shared::crypto::SigningKey;
use shared::seal::{self, PassphraseError};
use std::path::Path;
use zeroize::Zeroizing;

/// Writes it, whole or not at all.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub(crate) fn write(file: &Path, key: &SigningKey, passphrase: &str, work_factor: u8) -> Result<(), Failure> {
    write_private(file, &seal::seal_with_passphrase(passphrase, key.seed().as_ref(), work_factor))
}

/// Reads it; nothing where it is not there. Takes about a second, on purpose.
///
/// # Errors
/// [`Failure`]: another passphrase, or a file that is damaged.
pub(crate) fn read(file: &Path, passphrase: &str) -> Result<Option<SigningKey>, Failure> {
    let sealed = match std::fs::read(file) {
        Ok(sealed) => sealed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io(&file.file_name().unwrap_or_default().to_string_lossy(), &error)),
    };
    let damaged = || KeyStoreError::Damaged { file: file.to_owned() };
    let seed = seal::open_with_passphrase(passphrase, &sealed, seal::WORK_FACTOR_OPEN_MAX);
    let seed = seed.map_err(|error| match error {
        PassphraseError::WrongPassphrase => KeyStoreError::WrongPassphrase,
        _ => damaged(),
    })?;
    let seed: [u8; 32] = seed.as_slice().try_into().map_err(|_| damaged())?;
    Ok(Some(SigningKey::from_seed(Zeroizing::new(seed))))
}
