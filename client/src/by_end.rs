//! Files of a home that are about one letter each and go with it: named by its end and its id.

use crate::failure::Failure;
use crate::home::{Home, create_private, io, write_private};
use shared::ids::MessageId;
use shared::time::Timestamp;
use std::path::PathBuf;

/// A folder of such files, by its name.
#[derive(Clone, Copy)]
pub(crate) struct Folder(pub(crate) &'static str);

impl Folder {
    /// Writes the file of a letter, in place of the last one.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub(crate) fn write(
        self,
        home: &Home,
        expires: Timestamp,
        id: MessageId,
        bytes: &[u8],
    ) -> Result<(), Failure> {
        let folder = home.dir().join(self.0);
        create_private(&folder)?;
        write_private(&folder.join(format!("{}-{id}", expires.0)), bytes)
    }

    /// Every file, with the end of its letter and its id. What its file is called is nobody's word.
    pub(crate) fn files(self, home: &Home) -> Vec<(Timestamp, MessageId, PathBuf)> {
        let entries = std::fs::read_dir(home.dir().join(self.0)).into_iter().flatten().flatten();
        let named = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let (expires, id) = name.split_once('-')?;
            Some((Timestamp(expires.parse().ok()?), id.parse().ok()?, entry.path()))
        });
        named.collect()
    }

    /// Removes what goes.
    ///
    /// # Errors
    /// [`Failure`] if one cannot be removed.
    pub(crate) fn remove(
        self,
        home: &Home,
        goes: impl Fn(Timestamp, MessageId) -> bool,
    ) -> Result<(), Failure> {
        for (_, _, file) in self.files(home).into_iter().filter(|(expires, id, _)| goes(*expires, *id)) {
            match std::fs::remove_file(file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(io(self.0, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
