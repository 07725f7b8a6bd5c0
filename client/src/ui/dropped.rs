//! Documents that were dropped on the page, until their letter is sealed: in the home, for this user alone.
//!
//! They stream to the disk as they come; memory stays constant. What stands here in clear stood on this machine in clear
//! already. A document goes with its letter, with the lock, and with the next start.

use crate::failure::Failure;
use crate::home::{create_private, io, private_options};
use shared::crypto::random;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What names a folder in it: nobody guesses another's.
const FOLDER_BYTES: usize = 8;

/// The folder, and how much of a document has come so far.
pub(crate) struct Dropped {
    folder: PathBuf,
    /// Held as long as the page is served: another start would empty the folder under it.
    _only: File,
    arriving: AtomicU64,
}

impl Dropped {
    /// The folder of a home, empty.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be made, or if the page of this home is served already.
    pub(crate) fn begun(home: &Path) -> Result<Self, Failure> {
        let only = private_options().open(home.join("page.lock")).map_err(|error| io("page.lock", &error))?;
        only.try_lock()
            .map_err(|_| Failure::local("ui-running", "the page of this home is served already"))?;
        let dropped = Self { folder: home.join("dropped"), _only: only, arriving: AtomicU64::new(0) };
        dropped.clear();
        create_private(&dropped.folder)?;
        Ok(dropped)
    }

    /// Forgets every document.
    pub(crate) fn clear(&self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder)
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
        let folder = self.folder.join(name);
        create_private(&folder)?;
        Ok(folder)
    }

    /// A folder that was made so, by its name.
    pub(crate) fn known(&self, name: &str) -> Option<PathBuf> {
        let is_digit = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
        let is_one = name.len() == 2 * FOLDER_BYTES && name.bytes().all(is_digit);
        Some(self.folder.join(name)).filter(|folder| is_one && folder.is_dir())
    }

    /// So much more of what is on its way has come.
    pub(crate) fn came(&self, bytes: usize) {
        self.arriving.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Nothing is on its way any more.
    pub(crate) fn is_done(&self) {
        self.arriving.store(0, Ordering::Relaxed);
    }

    /// How much has come of what is on its way, if something is.
    pub(crate) fn arriving(&self) -> Option<u64> {
        Some(self.arriving.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0)
    }

    /// The files in such a folder, in the order of their names; none for what is no name of one.
    pub(crate) fn files(&self, folder: &str) -> Vec<PathBuf> {
        let Some(folder) = self.known(folder) else { return Vec::new() };
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let is_file = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_file());
        let mut files: Vec<_> = entries.filter(is_file).map(|entry| entry.path()).collect();
        files.sort();
        files
    }

    /// A file in such a folder, called as its writer called it, and never outside.
    ///
    /// # Errors
    /// [`Failure`] if it has no name, or is there already.
    pub(crate) fn file(folder: &Path, typed: &str) -> Result<(PathBuf, File), Failure> {
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
        assert!(Dropped::begun(home.path()).is_err(), "one page of a home at a time");
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
            assert!(dropped.files(typed).is_empty(), "{typed}");
        }
    }
}
