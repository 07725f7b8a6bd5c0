//! The key store: what a device must keep secret, and how it forgets.
//!
//! A master secret rests under the member's passphrase in `master.age`, which any `age -d` opens.
//! The secrets themselves stand in `secrets`, in a box whose key is made of the master secret *and*
//! of a rotating key `K_n`. Every change writes the store anew under `K_(n+1)` and destroys `K_n`,
//! so that an expiry secret which was taken out cannot be had back from an older copy of `secrets`,
//! not even with the passphrase.
//!
//! ```text
//! <home>/keystore/master.age       the master secret, under the passphrase
//!                 secrets          first line with the version; then number n, salt, box
//!                 rotating/K-<n>   32 random bytes; this folder is marked not to be backed up
//!                 lock             one process at a time
//! ```
//!
//! Not promised: a copy of the whole folder made before a destruction still opens with its
//! passphrase, and flash memory may keep what was overwritten.

mod error;
mod folder;
mod secrets;
#[cfg(test)]
mod tests;

pub use error::KeyStoreError;
pub use secrets::{ExpirySecret, Master, Secrets};

use folder::{Folder, SECRETS_FILE};
use serde::{Deserialize, Serialize};
use shared::{cbor, crypto, ids::Random, seal, time::Timestamp};
use std::path::Path;
use zeroize::Zeroizing;

/// What the box is bound to and its key derived for.
const CONTEXT: &str = "pli/keystore/v1";

/// A device keeps about a hundred expiry secrets of a hundred bytes; a ladder of buckets ten times
/// as long still fits, and a damaged file cannot fill the memory.
const STORE_BYTES_MAX: usize = 256 * 1024;

/// What stands in `secrets` behind its first line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    number: u64,
    salt: Random,
    #[serde(with = "serde_bytes")]
    sealed: Vec<u8>,
}

/// Why a `secrets` file does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Another version of the program wrote it.
    OtherVersion,
    /// It is not what was written.
    Damaged,
}

impl Closed {
    /// What a `secrets` file holds.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn parse(file: &[u8]) -> Result<Self, Unreadable> {
        let first_line = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if first_line != CONTEXT.as_bytes() {
            let of_another_version =
                first_line.starts_with(b"pli/keystore/v") && first_line.len() < 2 * CONTEXT.len();
            return Err(if of_another_version { Unreadable::OtherVersion } else { Unreadable::Damaged });
        }
        let rest = file.get(CONTEXT.len() + 1..).unwrap_or_default();
        cbor::decode(rest, STORE_BYTES_MAX).map_err(|_| Unreadable::Damaged)
    }

    /// Opens it with the master secret and the rotating key of its number.
    ///
    /// # Errors
    /// [`Unreadable::Damaged`].
    pub fn open(&self, master: &Master, rotating: &[u8; 32]) -> Result<Secrets, Unreadable> {
        let plaintext = box_key(master, rotating, &self.salt)
            .open(self.number, CONTEXT.as_bytes(), &self.sealed)
            .map_err(|_| Unreadable::Damaged)?;
        cbor::decode(&plaintext, STORE_BYTES_MAX).map_err(|_| Unreadable::Damaged)
    }
}

/// The points of a rewrite at which the machine may stop, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    NextKeyWritten,
    StoreWritten,
    StoreRenamed,
    FolderSynced,
    KeyOverwritten,
    KeyUnlinked,
}

/// Whether `home` holds a key store.
#[must_use]
pub fn exists(home: &Path) -> bool {
    Folder::of(home).holds_store()
}

/// Opens the master secret with the member's passphrase. Takes about a second, on purpose.
///
/// # Errors
/// [`KeyStoreError`]; a wrong passphrase is told from a damaged file as far as age can tell.
pub fn unlock(home: &Path, passphrase: &str) -> Result<Master, KeyStoreError> {
    let folder = Folder::of(home);
    if !folder.holds_store() {
        return Err(KeyStoreError::Absent { home: home.to_owned() });
    }
    let damaged = || KeyStoreError::Damaged { file: folder.master() };
    let sealed = folder.read_master()?;
    let master =
        seal::open_with_passphrase(passphrase, &sealed, seal::WORK_FACTOR_OPEN_MAX).map_err(|error| {
            match error {
                seal::PassphraseError::WrongPassphrase => KeyStoreError::WrongPassphrase,
                seal::PassphraseError::ExcessiveWork { .. } | seal::PassphraseError::Unusable(_) => damaged(),
            }
        })?;
    Master::from_slice(&master).ok_or_else(damaged)
}

/// A key store that was opened.
pub struct KeyStore {
    folder: Folder,
    master: Master,
    number: u64,
    secrets: Secrets,
}

impl std::fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyStore").field("number", &self.number).finish_non_exhaustive()
    }
}

impl KeyStore {
    /// Makes the key store of a new device. A stop before the end leaves no store, and the next
    /// call starts over.
    ///
    /// # Errors
    /// [`KeyStoreError::AlreadyThere`], and what the machine refused.
    pub fn create(
        home: &Path,
        passphrase: &str,
        secrets: &Secrets,
        work_factor: u8,
    ) -> Result<Self, KeyStoreError> {
        let folder = Folder::of(home);
        folder.prepare()?;
        let _alone = folder.lock()?;
        if folder.holds_store() {
            return Err(KeyStoreError::AlreadyThere { home: home.to_owned() });
        }
        let master = Master::draw();
        folder.write_master(&seal::seal_with_passphrase(passphrase, master.bytes(), work_factor))?;
        let mut store = Self { folder, master, number: 0, secrets: Secrets::default() };
        store.rewrite(secrets.clone(), |_| Ok(()))?;
        Ok(store)
    }

    /// Opens the store, and finishes a rewrite that was interrupted.
    ///
    /// # Errors
    /// [`KeyStoreError`]. Nothing is destroyed unless the store opened: somebody who put back an
    /// old `secrets` by mistake can still put back the newer one.
    pub fn open(home: &Path, master: Master) -> Result<Self, KeyStoreError> {
        let folder = Folder::of(home);
        if !folder.holds_store() {
            return Err(KeyStoreError::Absent { home: home.to_owned() });
        }
        let _alone = folder.lock()?;
        let (number, secrets) = read(&folder, &master)?;
        folder.discard_temporary()?;
        folder.destroy_rotating_except(number, || Ok(()))?;
        Ok(Self { folder, master, number, secrets })
    }

    /// The secrets, as this process last read or wrote them.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Puts other secrets in the place of all that were there; one rewrite.
    ///
    /// # Errors
    /// As for [`update`](Self::update).
    pub fn replace(&mut self, secrets: Secrets) -> Result<(), KeyStoreError> {
        self.update(|kept| *kept = secrets)
    }

    /// Changes the secrets; one rewrite. The change is made to what the disk holds now, so that of
    /// two processes neither undoes the other's.
    ///
    /// # Errors
    /// [`KeyStoreError`]; the store then holds the secrets from before or after the change, whole.
    pub fn update<T>(&mut self, change: impl FnOnce(&mut Secrets) -> T) -> Result<T, KeyStoreError> {
        let _alone = self.folder.lock()?;
        (self.number, self.secrets) = read(&self.folder, &self.master)?;
        let mut secrets = self.secrets.clone();
        let answer = change(&mut secrets);
        self.rewrite(secrets, |_| Ok(()))?;
        Ok(answer)
    }

    /// Destroys the expiry secrets of the buckets that ended by `now`, and says how many. `now` is
    /// the instant which the caller holds for past beyond doubt: the earlier of the device's clock
    /// and the head's time. Without any to destroy the store is not rewritten.
    ///
    /// # Errors
    /// As for [`update`](Self::update). After an error the call is repeated until it succeeds: only
    /// then is the destruction complete.
    pub fn destroy_ended(&mut self, now: Timestamp) -> Result<usize, KeyStoreError> {
        let _alone = self.folder.lock()?;
        (self.number, self.secrets) = read(&self.folder, &self.master)?;
        let mut secrets = self.secrets.clone();
        secrets.expiry.retain(|secret| secret.bucket.ends > now);
        let count = self.secrets.expiry.len() - secrets.expiry.len();
        if count == 0 {
            // An earlier call may have failed between its rename and its last unlink.
            self.folder.destroy_rotating_except(self.number, || Ok(()))?;
        } else {
            self.rewrite(secrets, |_| Ok(()))?;
        }
        Ok(count)
    }

    /// The order of things. At every point the file `secrets` and the rotating key that it names
    /// are both whole on the disk.
    fn rewrite(
        &mut self,
        secrets: Secrets,
        mut reached: impl FnMut(Step) -> std::io::Result<()>,
    ) -> Result<(), KeyStoreError> {
        let file = self.folder.secrets();
        let mut reached =
            |step| reached(step).map_err(|source| KeyStoreError::Io { file: file.clone(), source });
        // A number is never used twice, so that no rotating key that is still needed can be
        // overwritten, whatever an earlier attempt left behind.
        let number = self.folder.newest_rotating()?.max(self.number).saturating_add(1);
        let rotating = Zeroizing::new(crypto::random());
        let closed = close(&self.master, number, &rotating, &secrets);

        // Stopped up to here: the old store under K_n, as if nothing had been asked.
        self.folder.write_rotating(number, &rotating)?;
        reached(Step::NextKeyWritten)?;

        // Stopped here: K_(n+1) opens nothing yet; the next opening destroys it.
        self.folder.write_temporary(&closed)?;
        reached(Step::StoreWritten)?;

        // Stopped here: two stores, but the new one has no name yet; the old one counts.
        self.folder.rename_temporary()?;
        (self.number, self.secrets) = (number, secrets);
        reached(Step::StoreRenamed)?;

        // Stopped here: the disk shows the old name or the new one. Both rotating keys are whole,
        // so either opens, and the next opening destroys the key of the other.
        self.folder.sync()?;
        reached(Step::FolderSynced)?;

        // Stopped here: the new store counts for good, and what was removed is still recoverable
        // from a copy of the old one until K_n is gone. So nothing is reported as destroyed before
        // the end, and the next opening finishes it.
        self.folder.destroy_rotating_except(number, || reached(Step::KeyOverwritten))?;
        reached(Step::KeyUnlinked)
    }
}

/// A `secrets` file.
#[must_use]
pub fn close(master: &Master, number: u64, rotating: &[u8; 32], secrets: &Secrets) -> Vec<u8> {
    let salt = Random::draw();
    let plaintext = Zeroizing::new(cbor::encode(secrets));
    let sealed = box_key(master, rotating, &salt).close(number, CONTEXT.as_bytes(), &plaintext);
    [CONTEXT.as_bytes(), b"\n", &cbor::encode(&Closed { number, salt, sealed })].concat()
}

fn read(folder: &Folder, master: &Master) -> Result<(u64, Secrets), KeyStoreError> {
    let told = |unreadable| {
        let file = folder.secrets();
        match unreadable {
            Unreadable::OtherVersion => KeyStoreError::OtherVersion { file },
            Unreadable::Damaged => KeyStoreError::Damaged { file },
        }
    };
    let closed = Closed::parse(&folder.read(SECRETS_FILE, STORE_BYTES_MAX)?).map_err(told)?;
    let rotating = folder.read_rotating(closed.number)?;
    Ok((closed.number, closed.open(master, &rotating).map_err(told)?))
}

fn box_key(master: &Master, rotating: &[u8; 32], salt: &Random) -> crypto::BoxKey {
    let mut both = Zeroizing::new([0; 64]);
    both[..32].copy_from_slice(master.bytes());
    both[32..].copy_from_slice(rotating);
    crypto::BoxKey::from_bytes(crypto::derive(both.as_ref(), &salt.0, CONTEXT))
}
