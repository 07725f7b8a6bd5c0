//! Verifies a relay's folder at rest: everything in it against everything else.
//!
//! It repairs nothing and says by file, offset and item what is wrong. What a crash leaves behind is
//! not wrong: writes that the journal still holds are laid over the homes, as the next
//! start will do for good. The order is that of trust: journal, log under its checkpoint, statements
//! under the log, messages under both, and last the index, which is derived from all of them.
//!
//! What it cannot see: a folder that somebody copied by other means and put back verifies. The checkpoints in the
//! hands of the members show that.

mod homes;
mod index;
mod items;
mod leaves;
mod log;
mod messages;
mod statements;

use crate::backup::MARKER;
use crate::folder::{self, FolderFailed};
use crate::relay::sequencer::LogKey;
use crate::store::{Folder, StoreError};
use homes::Resting;
use serde::Serialize;
use shared::statement::Root;
use shared::time::Timestamp;
use std::path::Path;

/// More faults than these are counted and not listed: one lost file can make millions.
const FAULTS_LISTED_MAX: usize = 1000;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What is wrong. Empty: the folder is what it should be.
    pub faults: Vec<Fault>,
    /// How many faults were found beyond those that are listed.
    pub unlisted: u64,
    /// What is worth knowing and is not wrong.
    pub notices: Vec<Notice>,
    /// How much was verified.
    pub counted: Counted,
}

/// Something that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file, relative to the folder.
    pub file: String,
    /// Where in it.
    pub offset: Option<u64>,
    /// Which message, leaf or statement is concerned.
    pub item: Option<String>,
    /// What is wrong.
    pub what: String,
}

/// Something that will be put right by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The file, relative to the folder.
    pub file: String,
    /// What there is to know.
    pub what: String,
}

/// How much was verified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Batches that the journal still holds.
    pub batches: u64,
    /// Leaves of the log.
    pub leaves: u64,
    /// Statements.
    pub statements: u64,
    /// Framed items, statements among them.
    pub items: u64,
    /// Messages that have not expired.
    pub messages: u64,
    /// Their documents.
    pub documents: u64,
    /// Entries of the index that were compared.
    pub entries: u64,
}

/// The folder could not be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum CheckFailed {
    /// A relay works in it.
    #[error("a relay works in this folder: stop the relay first, then check again")]
    Running,
    /// Nothing there is a relay's.
    #[error("this is no relay's folder: give the folder that init made")]
    NotARelay,
    /// It cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderFailed),
}

/// Verifies a folder that no relay works in.
///
/// # Errors
/// [`CheckFailed`] if there is nothing to check; what is wrong with the folder is in the [`Report`].
pub fn check(dir: &Path, now: Timestamp) -> Result<Report, CheckFailed> {
    if !dir.join("version").exists() && !dir.join("keys").exists() {
        return Err(CheckFailed::NotARelay);
    }
    let mut found = Report::default();
    // Looked at before the folder is opened, which makes those that are missing.
    for name in ["version", "journal", "segments", "log", "blobs"] {
        if !dir.join(name).exists() {
            found.fault(name, None, None, "it is missing");
        }
    }
    if !found.faults.is_empty() {
        return Ok(found);
    }
    match Folder::open(dir) {
        Ok(folder) => check_in(&folder, now),
        Err(StoreError::InUse) => Err(CheckFailed::Running),
        Err(error @ StoreError::Damaged { .. }) => {
            found.store(error);
            Ok(found)
        }
        Err(error) => Err(FolderFailed::Store(error).into()),
    }
}

/// Verifies an open folder that no relay works in.
///
/// # Errors
/// As for [`check`].
pub fn check_in(folder: &Folder, now: Timestamp) -> Result<Report, CheckFailed> {
    let mut found = Report::default();
    match checked(folder, now, &mut found) {
        Ok(()) => {}
        Err(FolderFailed::Store(error @ StoreError::Damaged { .. })) => found.store(error),
        Err(FolderFailed::Damaged { file, what }) => {
            found.fault(&file, None, None, format!("it is not {what}"));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(found)
}

fn checked(folder: &Folder, now: Timestamp, found: &mut Report) -> Result<(), FolderFailed> {
    let fingerprint = folder::fingerprint(folder)?;
    let LogKey { origin, key } = folder::log_key(folder)?;
    // The public file spells its key twice. Where it agrees with itself, it is the seed that is damaged.
    let key = match folder::public_identity(folder)?.whole_log_key() {
        Some(named) if named != key.public() => {
            found.fault("keys/log.seed", None, None, "it is not the key that relay.json names");
            named
        }
        _ => key.public(),
    };
    // The public file is compared with certificates that are whole.
    match folder::tls_identity(folder).and_then(|_| folder::verify_public(folder, key)) {
        Err(FolderFailed::Damaged { file, what }) => {
            found.fault(&file, None, None, format!("it is not {what}"));
        }
        other => other?,
    }

    if folder.disk().facts(MARKER).is_ok() {
        found.notice(MARKER, "this is a backup, which signs nothing before `pli-relay restore`");
    }
    let mut homes = Resting::read(folder, now, found);
    let log = log::verify(&homes, &origin, key, found);
    log::verify_cosigned(folder, &homes, &origin, key, found);
    homes.living_from(log.time);
    let mut expected = index::Expected::default();
    let people = statements::verify(&homes, &log, fingerprint, &mut expected, found);
    if let Some(Root { relay, .. }) = people.directory.root()
        && (relay.log_origin != origin || relay.log_key != key)
    {
        found.fault("statements", None, None, "the root statement in force names another log");
    }
    items::verify_hour_keys(&homes, &log, &mut expected, found);
    items::verify_annexes(&homes, &log, &mut expected, found);
    messages::verify(folder, &homes, &log, &people, &mut expected, found);
    index::verify(folder, &homes, &log, expected, found);
    Ok(())
}

impl Report {
    fn fault(&mut self, file: &str, offset: Option<u64>, item: Option<String>, what: impl Into<String>) {
        if self.faults.len() < FAULTS_LISTED_MAX {
            self.faults.push(Fault { file: file.to_owned(), offset, item, what: what.into() });
        } else {
            self.unlisted += 1;
        }
    }

    fn notice(&mut self, file: &str, what: impl Into<String>) {
        self.notices.push(Notice { file: file.to_owned(), what: what.into() });
    }

    /// What the store says of a file.
    fn store(&mut self, error: StoreError) {
        match error {
            StoreError::Damaged { file, offset, what } => self.fault(&file, Some(offset), None, what),
            StoreError::OtherVersion { ref file, .. } => self.fault(file, None, None, error.to_string()),
            StoreError::Io { file, source } => {
                self.fault(&file, None, None, format!("it cannot be read: {source}"))
            }
            StoreError::InUse
            | StoreError::Impossible(_)
            | StoreError::Full { .. }
            | StoreError::Stopped { .. } => {
                self.fault("the folder", None, None, error.to_string());
            }
        }
    }
}
