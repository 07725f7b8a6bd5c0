//! Documents that were dropped on the page, until their letter is sealed: in the home, for this user alone.
//!
//! They stream to the disk as they come; memory stays constant. What stands here in clear stood on this machine in clear
//! already. A document goes with its letter, with the lock, and with the next start.

use crate::failure::Failure;
use crate::home::{create_private, io, private_options};
use shared::crypto::random;
use std::path::{Path, PathBuf};

/// What names a folder in it: nobody guesses another's.
const FOLDER_BYTES: usize = 8;

/// The folder.
pub(crate) struct Dropped(PathBuf);

impl Dropped {
    /// The folder of a home, empty.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be made.
    pub(crate) fn begun(home: &Path) -> Result<Self, Failure> {
        let dropped = Self(home.join("dropped"));
        dropped.clear();
        create_private(&dropped.0)?;
        Ok(dropped)
    }

    /// Forgets every document.
    pub(crate) fn clear(&self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "dropped documents stay");
        }
    }

    /// A folder for the documents of one letter.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be made.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        let name: String = random::<FOLDER_BYTES>().iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = self.0.join(name);
        create_private(&folder)?;
        Ok(folder)
    }

    /// The files in such a folder, in the order of their names; none for what is no name of one.
    pub(crate) fn files(&self, folder: &str) -> Vec<PathBuf> {
        let is_digit = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
        if folder.len() != 2 * FOLDER_BYTES || !folder.bytes().all(is_digit) {
            return Vec::new();
        }
        let entries = std::fs::read_dir(self.0.join(folder)).into_iter().flatten().flatten();
        let is_file = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_file());
        let mut files: Vec<_> = entries.filter(is_file).map(|entry| entry.path()).collect();
        files.sort();
        files
    }

    /// A file in such a folder, called as its writer called it, and never outside.
    ///
    /// # Errors
    /// [`Failure`] if it has no name, or is there already.
    pub(crate) fn file(folder: &Path, typed: &str) -> Result<(PathBuf, std::fs::File), Failure> {
        let name = typed.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        if name.is_empty() || name == "." || name == ".." || name.contains('\0') {
            return Err(Failure::usage("send-document", "a document has a name"));
        }
        let path = folder.join(name);
        let file =
            private_options().create_new(true).open(&path).map_err(|error| io("a document", &error))?;
        Ok((path, file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_stays_in_its_folder_whatever_it_is_called() {
        let home = tempfile::tempdir().unwrap();
        let dropped = Dropped::begun(home.path()).unwrap();
        let folder = dropped.folder().unwrap();
        for (typed, name) in [
            ("note.pdf", "note.pdf"),
            ("../../memory", "memory"),
            ("C:\\Users\\x\\bilan.xlsx", "bilan.xlsx"),
            ("/etc/passwd", "passwd"),
            (" été.txt ", "été.txt"),
        ] {
            let (path, _) = Dropped::file(&folder, typed).unwrap();
            assert_eq!(path, folder.join(name), "{typed}");
        }
        for typed in ["", "..", ".", "a/..", "x\0y", "note.pdf"] {
            assert!(Dropped::file(&folder, typed).is_err(), "{typed:?}");
        }
        dropped.clear();
        assert!(!folder.exists());
    }

    #[test]
    fn nothing_is_found_but_what_lies_in_a_folder_of_ours() {
        let home = tempfile::tempdir().unwrap();
        let dropped = Dropped::begun(home.path()).unwrap();
        let folder = dropped.folder().unwrap();
        for name in ["b.svg", "a.txt"] {
            Dropped::file(&folder, name).unwrap();
        }
        create_private(&folder.join("preuves")).unwrap();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(dropped.files(&name), [folder.join("a.txt"), folder.join("b.svg")]);
        for typed in [
            "",
            "..",
            "../../../../../..",
            "0123456789abcdef",
            &name.to_uppercase(),
            &format!("{name}/preuves"),
        ] {
            assert_eq!(dropped.files(typed), [PathBuf::new(); 0], "{typed}");
        }
    }
}
