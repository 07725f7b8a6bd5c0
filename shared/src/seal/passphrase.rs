//! Files under a passphrase: what a device keeps for its member, which any `age -d` opens.

use age::scrypt;
use age::secrecy::SecretString;
use thiserror::Error;
use zeroize::Zeroizing;

use super::OpenError;
use super::age_file::{self, Fault};

/// The work to seal: 2^18 rounds of scrypt take 256 MiB and 0.6 s, which a member who
/// unlocks a device bears and a thief who guesses pays at every guess.
pub const WORK_FACTOR_SEAL: u8 = 18;

/// The most work to open: 1 GiB and 2.5 s. A file that asks for more would stop the machine
/// before its passphrase is known to be wrong.
pub const WORK_FACTOR_OPEN_MAX: u8 = 20;

const _: () = assert!(WORK_FACTOR_SEAL <= WORK_FACTOR_OPEN_MAX);

const TAG: &str = "scrypt";

/// Why a passphrase file did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PassphraseError {
    /// The passphrase is not the one, or the line that tells was altered.
    #[error("wrong passphrase: type it again")]
    WrongPassphrase,
    /// Opening would take more memory and time than the caller grants.
    #[error("asks for work factor {required}: seal it again with a lower one where it was made")]
    ExcessiveWork {
        /// What the file asks for.
        required: u8,
    },
    /// The file itself is at fault.
    #[error("the file under the passphrase is unusable: restore it from its last copy")]
    Unusable(#[source] OpenError),
}

/// Seals `plaintext` under `passphrase`, at the cost of 2^`work_factor` rounds.
///
/// # Panics
///
/// If `work_factor` is zero or above [`WORK_FACTOR_OPEN_MAX`]: nobody would open the file.
#[must_use]
pub fn seal_with_passphrase(passphrase: &str, plaintext: &[u8], work_factor: u8) -> Vec<u8> {
    assert!(
        (1..=WORK_FACTOR_OPEN_MAX).contains(&work_factor),
        "a work factor lies between 1 and {WORK_FACTOR_OPEN_MAX}"
    );
    let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(work_factor);
    age_file::seal_whole(&recipient, plaintext)
}

/// Opens what [`seal_with_passphrase`] or any other age program sealed under `passphrase`.
///
/// # Errors
///
/// [`PassphraseError`] says what to do; a file that asks for more than `max_work_factor` is told
/// before any work is done.
pub fn open_with_passphrase(
    passphrase: &str,
    sealed: &[u8],
    max_work_factor: u8,
) -> Result<Zeroizing<Vec<u8>>, PassphraseError> {
    let mut identity = scrypt::Identity::new(SecretString::from(passphrase));
    identity.set_max_work_factor(max_work_factor);
    age_file::open_whole(sealed, &identity, TAG).map_err(|fault| match fault {
        Fault::WrongKey => PassphraseError::WrongPassphrase,
        Fault::ExcessiveWork { required } => PassphraseError::ExcessiveWork { required },
        Fault::Malformed => PassphraseError::Unusable(OpenError::Malformed),
        Fault::Damaged => PassphraseError::Unusable(OpenError::Damaged),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Little enough for tests in any number.
    const LITTLE_WORK: u8 = 4;

    fn sealed() -> Vec<u8> {
        seal_with_passphrase("neuf ours bleus", b"a master secret", LITTLE_WORK)
    }

    fn check(passphrase: &str, sealed: &[u8], expected: PassphraseError) {
        let outcome = open_with_passphrase(passphrase, sealed, LITTLE_WORK);
        assert_eq!(outcome, Err(expected));
    }

    #[test]
    fn what_was_sealed_opens() {
        let opened = open_with_passphrase("neuf ours bleus", &sealed(), LITTLE_WORK).unwrap();
        assert_eq!(opened.as_slice(), b"a master secret");
    }

    #[test]
    fn another_passphrase_does_not_open() {
        check("neuf ours", &sealed(), PassphraseError::WrongPassphrase);
        check("", &sealed(), PassphraseError::WrongPassphrase);
    }

    #[test]
    fn a_file_that_asks_for_too_much_work_gets_none() {
        let asks = String::from_utf8_lossy(&sealed()[..60]).replace(" 4\n", " 63\n");
        let greedy = [asks.as_bytes(), &sealed()[60..]].concat();
        check("neuf ours bleus", &greedy, PassphraseError::ExcessiveWork { required: 63 });
    }

    #[test]
    fn a_file_for_a_key_is_no_passphrase_file() {
        let recipient = crate::seal::ExpiryIdentity::from_bytes(&[7; 32]).recipient();
        let sealed = age_file::seal_whole(&recipient, b"a grant");
        check("", &sealed, PassphraseError::Unusable(OpenError::Malformed));
    }

    #[test]
    fn no_cut_and_no_changed_byte_opens() {
        let sealed = sealed();
        for position in 0..sealed.len() {
            let cut = &sealed[..position];
            check("neuf ours bleus", cut, PassphraseError::Unusable(OpenError::Damaged));
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            let outcome = open_with_passphrase("neuf ours bleus", &changed, LITTLE_WORK);
            assert!(outcome.is_err(), "changed at {position}");
        }
    }

    #[test]
    #[should_panic(expected = "a work factor lies between 1 and 20")]
    fn a_file_that_nobody_would_open_is_not_sealed() {
        let _ = seal_with_passphrase("neuf ours bleus", b"", WORK_FACTOR_OPEN_MAX + 1);
    }
}
