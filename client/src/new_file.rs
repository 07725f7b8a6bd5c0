//! A file that somebody asked for under a name, and that was not there before.
//!
//! A name that is typed in a hurry may be that of work which is nowhere else: what exists is never replaced. Files of the
//! home, which are replaced all the time, are written by [`home`](crate::home).

use crate::failure::Failure;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Writes a new file.
///
/// # Errors
/// Exit 2 where there is one of this name already, exit 1 where it cannot be written.
pub(crate) fn write_new(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            Failure::usage("file-exists", "this file is there already: give another name")
        }
        kind => Failure::local("export-io", kind),
    };
    let mut opened = OpenOptions::new().write(true).create_new(true).open(file).map_err(failed)?;
    opened.write_all(bytes).map_err(failed)
}
