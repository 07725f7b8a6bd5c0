//! The relay's folder: held by one process, with a version in front of everything else.

use super::disk::{Disk, DiskFile, How, OsDisk};
use super::{CrashPoint, FORMAT_VERSION, StoreError, io_at};
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

const FIRST_WORDS: &str = "pli-relay store ";
const VERSION_FILE: &str = "version";
const LOCK_FILE: &str = "lock";
const FOLDERS: [&str; 4] = ["journal", "segments", "log", "blobs"];

/// Small files are read whole, and none of ours is larger.
const SMALL_BYTES_MAX: u64 = 64 * 1024;

/// The relay's folder, held by this process alone for as long as any clone of this lives.
#[derive(Clone, Debug)]
pub struct Folder {
    disk: Arc<dyn Disk>,
    _lock: Option<Arc<File>>,
}

impl Folder {
    /// Takes the folder, and makes it when it is not there.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has it, [`StoreError::OtherVersion`] when it was
    /// written by another relay, [`StoreError::Damaged`] when it is not a relay's.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let disk = OsDisk::at(path);
        let is_new = !path.exists();
        disk.make_folder("").map_err(io_at("the folder"))?;
        if is_new && let Some(parent) = path.parent() {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            OsDisk::at(parent).sync_folder("").map_err(io_at("the parent of the folder"))?;
        }
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(path.join(LOCK_FILE)).map_err(io_at(LOCK_FILE))?;
        fs4::FileExt::try_lock(&lock).map_err(|refused| match refused {
            fs4::TryLockError::WouldBlock => StoreError::InUse,
            fs4::TryLockError::Error(source) => io_at(LOCK_FILE)(source),
        })?;
        Self { disk: Arc::new(disk), _lock: Some(Arc::new(lock)) }.prepared()
    }

    /// The folder of a relay that may be at work, to be read and not changed.
    ///
    /// # Errors
    /// [`StoreError::OtherVersion`], [`StoreError::Damaged`].
    pub fn look_at(path: &Path) -> Result<Self, StoreError> {
        let folder = Self { disk: Arc::new(OsDisk::at(path)), _lock: None };
        folder.version()?;
        Ok(folder)
    }

    /// The folder on a disk that this process has for itself anyway.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn on(disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        Self { disk, _lock: None }.prepared()
    }

    /// The disk it lies on.
    #[must_use]
    pub fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// A small file, whole.
    ///
    /// # Errors
    /// What the system said.
    pub fn read(&self, file: &str) -> io::Result<Vec<u8>> {
        let open = self.disk.open(file, How::Existing)?;
        let length = open.bytes()?.min(SMALL_BYTES_MAX);
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        let read = open.read_at(&mut bytes, 0)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Puts a small file in place, whole or not at all, and durably.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn replace(&self, file: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let fresh = format!("{file}.new");
        let write = || -> io::Result<()> {
            self.disk.pass(CrashPoint::F1)?;
            let to = self.disk.open(&fresh, How::Empty)?;
            to.write_all_at(bytes, 0)?;
            to.sync()?;
            self.disk.pass(CrashPoint::F2)?;
            self.disk.rename(&fresh, file)?;
            self.disk.pass(CrashPoint::F3)?;
            self.disk.sync_folder(file.rsplit_once('/').map_or("", |(folder, _)| folder))
        };
        write().map_err(io_at(file))
    }

    /// Removes a table.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn remove_table(&self, folder: &str) -> Result<(), StoreError> {
        self.disk.remove_table(folder).map_err(io_at(folder))
    }

    /// How much room a table takes, in bytes.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn table_bytes(&self, folder: &str) -> Result<u64, StoreError> {
        self.disk.table_bytes(folder).map_err(io_at(folder))
    }

    pub(crate) fn open_file(&self, file: &str, how: How) -> Result<Arc<dyn DiskFile>, StoreError> {
        self.disk.open(file, how).map_err(io_at(file))
    }

    /// Removes a file, if it is there. Durable after the folder's sync.
    pub(super) fn unlink(&self, file: &str) -> Result<(), StoreError> {
        found(self.disk.unlink(file)).map(drop).map_err(io_at(file))
    }

    /// The names in a folder, or nothing where it does not exist.
    pub(super) fn names(&self, folder: &str) -> Result<Option<Vec<String>>, StoreError> {
        found(self.disk.names(folder)).map_err(io_at(folder))
    }

    /// Syncs the names in a folder.
    pub(crate) fn sync(&self, folder: &str) -> Result<(), StoreError> {
        let name = if folder.is_empty() { "the folder" } else { folder };
        self.disk.sync_folder(folder).map_err(io_at(name))
    }

    pub(super) fn pass(&self, point: CrashPoint) -> Result<(), StoreError> {
        self.disk.pass(point).map_err(io_at(point.to_string()))
    }

    fn prepared(self) -> Result<Self, StoreError> {
        self.claim_version()?;
        for name in FOLDERS {
            self.disk.make_folder(name).map_err(io_at(name))?;
        }
        self.sync("")?;
        Ok(self)
    }

    /// The version comes first into a new folder, so that nothing in it is ever without one.
    fn claim_version(&self) -> Result<(), StoreError> {
        match self.version() {
            Err(StoreError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                if self.disk.facts(FOLDERS[0]).is_ok() {
                    return Err(bad_version("missing, although the folder holds a store"));
                }
                self.replace(VERSION_FILE, format!("{FIRST_WORDS}{FORMAT_VERSION}\n").as_bytes())
            }
            outcome => outcome,
        }
    }

    /// Whether it is of this version.
    fn version(&self) -> Result<(), StoreError> {
        let text = self.read(VERSION_FILE).map_err(io_at(VERSION_FILE))?;
        let text = String::from_utf8(text).map_err(|_| bad_version("not text"))?;
        let found = text.trim_end().strip_prefix(FIRST_WORDS).and_then(|number| number.parse().ok());
        let found = found.ok_or_else(|| bad_version("not the version of a relay's folder"))?;
        let (file, expected) = (VERSION_FILE.to_owned(), FORMAT_VERSION);
        if found == expected { Ok(()) } else { Err(StoreError::OtherVersion { file, found, expected }) }
    }
}

fn bad_version(what: &'static str) -> StoreError {
    StoreError::Damaged { file: VERSION_FILE.to_owned(), offset: 0, what }
}

/// Nothing, where a file was not found.
pub(super) fn found<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_relay_on_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = Folder::open(folder.path()).unwrap();
        assert!(matches!(Folder::open(folder.path()), Err(StoreError::InUse)));
        drop(first);
        assert!(Folder::open(folder.path()).is_ok());
    }

    #[test]
    fn another_version_is_named() {
        let folder = tempfile::tempdir().unwrap();
        drop(Folder::open(folder.path()).unwrap());
        let check = |text: &str, expected: &str| {
            std::fs::write(folder.path().join(VERSION_FILE), text).unwrap();
            let refused = Folder::open(folder.path()).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        };
        check("pli-relay store 7\n", &format!("version has format 7 and this relay reads {FORMAT_VERSION}"));
        check("something else", "version is damaged at byte 0");
        std::fs::remove_file(folder.path().join(VERSION_FILE)).unwrap();
        assert!(matches!(Folder::open(folder.path()), Err(StoreError::Damaged { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay");
        let _held = Folder::open(&path).unwrap();
        let mode = |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.clone()), 0o700);
        assert_eq!(mode(path.join("journal")), 0o700);
        assert_eq!(mode(path.join(VERSION_FILE)), 0o600);
    }
}
