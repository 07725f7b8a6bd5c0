//! Why the key store did not open or did not change, sorted by what the member does next.

use std::path::{Path, PathBuf};

/// Why the key store did not open or did not change. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum KeyStoreError {
    /// There is no key store in this home folder.
    #[error("no key store in {}: enrol this device first", home.display())]
    Absent {
        /// The home folder.
        home: PathBuf,
    },
    /// There is one already, and it is not overwritten.
    #[error("a key store is already in {}: choose another folder", home.display())]
    AlreadyThere {
        /// The home folder.
        home: PathBuf,
    },
    /// The passphrase does not open the master secret.
    #[error("wrong passphrase: type it again")]
    WrongPassphrase,
    /// A file is not what was written.
    #[error("{} is damaged: restore the whole folder from a copy, or enrol this device again", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
    },
    /// Another version of Pli wrote it.
    #[error("{} was written by another version: use that version, or enrol this device again", file.display())]
    OtherVersion {
        /// The file.
        file: PathBuf,
    },
    /// The store names a rotating key that is not there, as after restoring a backup.
    #[error(
        "rotating key {number} is missing; restored from a backup? put back the newer store, or enrol this device again"
    )]
    RotatingKeyMissing {
        /// Its number.
        number: u64,
    },
    /// Another process keeps the store for itself.
    #[error("another pli is changing the key store: try again in a moment")]
    Busy,
    /// The machine did not do as asked.
    #[error("{} could not be read or written", file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// What the machine said.
        source: std::io::Error,
    },
}

impl KeyStoreError {
    /// The id of the sentence for the member, in the catalogues of [`words`](crate::words). It may
    /// name `$file`.
    #[must_use]
    pub fn message(&self) -> &'static str {
        match self {
            Self::Absent { .. } => "keystore-absent",
            Self::AlreadyThere { .. } => "keystore-already-there",
            Self::WrongPassphrase => "keystore-wrong-passphrase",
            Self::Damaged { .. } => "keystore-damaged",
            Self::OtherVersion { .. } => "keystore-other-version",
            Self::RotatingKeyMissing { .. } => "keystore-rotating-missing",
            Self::Busy => "keystore-busy",
            Self::Io { .. } => "keystore-io",
        }
    }

    /// The file or folder at fault, if one is.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Absent { home: file }
            | Self::AlreadyThere { home: file }
            | Self::Damaged { file }
            | Self::OtherVersion { file }
            | Self::Io { file, .. } => Some(file),
            Self::WrongPassphrase | Self::RotatingKeyMissing { .. } | Self::Busy => None,
        }
    }
}
