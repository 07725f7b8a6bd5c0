//! The files of the key store: private to this user, written whole, synced, destroyed.
//!
//! Every function is one operation on the disk that returns when the disk has it. Their order, and
//! what a stop between two of them means, stands in the rewrite of the key store.

use super::KeyStoreError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

pub(super) const SECRETS_FILE: &str = "secrets";
const SECRETS_TEMPORARY: &str = "secrets.new";
const MASTER_FILE: &str = "master.age";
const MASTER_TEMPORARY: &str = "master.age.new";
const LOCK_FILE: &str = "lock";
const ROTATING_FOLDER: &str = "rotating";

/// 32 bytes under one scrypt stanza take some 250 bytes; leaves room for grease beside it.
const MASTER_BYTES_MAX: usize = 16 * 1024;

/// A rotating key has 32 bytes; a file in its place is not overwritten beyond this.
const OVERWRITE_BYTES_MAX: u64 = 4096;

/// A rewrite takes milliseconds, on a slow disk a second. Whoever has waited for five waits for a
/// process that hangs.
const LOCK_TRIES: u32 = 500;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// The two marks by which backup programs know a folder to leave out: the Cache Directory Tagging
/// Specification, and the file name that several of them are told to look for.
const MARKS: [(&str, &str); 2] = [
    (
        "CACHEDIR.TAG",
        "Signature: 8a477f597d28d172789f06886806bc55\n\
         # Pli: the rotating key stands in this folder. It must not be backed up: a copy would keep\n\
         # alive what was destroyed.\n",
    ),
    (".nobackup", "Ce dossier ne doit pas être sauvegardé.\nThis folder must not be backed up.\n"),
];

pub(super) struct Folder {
    home: PathBuf,
    path: PathBuf,
    rotating: PathBuf,
}

type Done<T> = Result<T, KeyStoreError>;

impl Folder {
    pub(super) fn of(home: &Path) -> Self {
        let path = home.join("keystore");
        Self { home: home.to_owned(), rotating: path.join(ROTATING_FOLDER), path }
    }

    pub(super) fn secrets(&self) -> PathBuf {
        self.path.join(SECRETS_FILE)
    }

    pub(super) fn master(&self) -> PathBuf {
        self.path.join(MASTER_FILE)
    }

    pub(super) fn holds_store(&self) -> bool {
        self.secrets().exists()
    }

    /// Makes the folders and marks the inner one.
    pub(super) fn prepare(&self) -> Done<()> {
        for folder in [&self.path, &self.rotating] {
            make_private_folder(folder).map_err(at(folder))?;
        }
        for (name, text) in MARKS {
            let file = self.rotating.join(name);
            write_private(&file, text.as_bytes(), OpenOptions::new().create(true).truncate(true))
                .map_err(at(&file))?;
        }
        for folder in [&self.rotating, &self.path, &self.home] {
            sync_folder(folder).map_err(at(folder))?;
        }
        Ok(())
    }

    /// Waits until this process is alone. The lock ends with the file that is returned.
    pub(super) fn lock(&self) -> Done<File> {
        let path = self.path.join(LOCK_FILE);
        let file = private(OpenOptions::new().create(true).truncate(false).write(true))
            .open(&path)
            .map_err(at(&path))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(source)) => return Err(KeyStoreError::Io { file: path, source }),
            }
        }
        Err(KeyStoreError::Busy)
    }

    pub(super) fn read(&self, name: &str, bytes_max: usize) -> Done<Zeroizing<Vec<u8>>> {
        let file = self.path.join(name);
        let bytes = read_at_most(&file, bytes_max).map_err(at(&file))?;
        if bytes.len() > bytes_max { Err(KeyStoreError::Damaged { file }) } else { Ok(bytes) }
    }

    pub(super) fn read_master(&self) -> Done<Zeroizing<Vec<u8>>> {
        self.read(MASTER_FILE, MASTER_BYTES_MAX)
    }

    pub(super) fn write_master(&self, sealed: &[u8]) -> Done<()> {
        self.write_synced(MASTER_TEMPORARY, sealed)?;
        fs::rename(self.path.join(MASTER_TEMPORARY), self.master()).map_err(at(&self.path))?;
        self.sync()
    }

    pub(super) fn write_temporary(&self, bytes: &[u8]) -> Done<()> {
        self.write_synced(SECRETS_TEMPORARY, bytes)
    }

    pub(super) fn rename_temporary(&self) -> Done<()> {
        fs::rename(self.path.join(SECRETS_TEMPORARY), self.secrets()).map_err(at(&self.path))
    }

    pub(super) fn discard_temporary(&self) -> Done<()> {
        let file = self.path.join(SECRETS_TEMPORARY);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&file)(error)),
            _ => Ok(()),
        }
    }

    pub(super) fn sync(&self) -> Done<()> {
        sync_folder(&self.path).map_err(at(&self.path))
    }

    /// Writes a rotating key under a number that is not taken.
    pub(super) fn write_rotating(&self, number: u64, key: &[u8; 32]) -> Done<()> {
        let file = self.rotating_file(number);
        write_private(&file, key, OpenOptions::new().create_new(true)).map_err(at(&file))?;
        sync_folder(&self.rotating).map_err(at(&self.rotating))
    }

    pub(super) fn read_rotating(&self, number: u64) -> Done<Zeroizing<[u8; 32]>> {
        let file = self.rotating_file(number);
        let mut key = Zeroizing::new([0; 32]);
        let bytes = read_at_most(&file, key.len()).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => KeyStoreError::RotatingKeyMissing { number },
            _ => at(&file)(source),
        })?;
        if bytes.len() != key.len() {
            return Err(KeyStoreError::Damaged { file });
        }
        key.copy_from_slice(&bytes);
        Ok(key)
    }

    /// The highest number of a rotating key that is there; zero without any.
    pub(super) fn newest_rotating(&self) -> Done<u64> {
        Ok(self.rotating_numbers()?.into_iter().max().unwrap_or_default())
    }

    /// Overwrites, then unlinks, every rotating key but one. `overwritten` is called between.
    pub(super) fn destroy_rotating_except(
        &self,
        kept: u64,
        mut overwritten: impl FnMut() -> Done<()>,
    ) -> Done<()> {
        let mut destroyed = false;
        for number in self.rotating_numbers()?.into_iter().filter(|number| *number != kept) {
            let file = self.rotating_file(number);
            overwrite(&file).map_err(at(&file))?;
            overwritten()?;
            fs::remove_file(&file).map_err(at(&file))?;
            destroyed = true;
        }
        if destroyed { sync_folder(&self.rotating).map_err(at(&self.rotating)) } else { Ok(()) }
    }

    fn rotating_file(&self, number: u64) -> PathBuf {
        self.rotating.join(format!("K-{number}"))
    }

    fn rotating_numbers(&self) -> Done<Vec<u64>> {
        let entries = match fs::read_dir(&self.rotating) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(at(&self.rotating)(error)),
        };
        let mut numbers = Vec::new();
        for entry in entries {
            let entry = entry.map_err(at(&self.rotating))?;
            let number = entry.file_name().to_str().and_then(|name| name.strip_prefix("K-")?.parse().ok());
            numbers.extend(number.filter(|number| entry.path() == self.rotating_file(*number)));
        }
        Ok(numbers)
    }

    fn write_synced(&self, name: &str, bytes: &[u8]) -> Done<()> {
        let file = self.path.join(name);
        write_private(&file, bytes, OpenOptions::new().create(true).truncate(true)).map_err(at(&file))
    }
}

fn at(file: &Path) -> impl Fn(io::Error) -> KeyStoreError {
    move |source| KeyStoreError::Io { file: file.to_owned(), source }
}

fn write_private(file: &Path, bytes: &[u8], options: &mut OpenOptions) -> io::Result<()> {
    let mut file = private(options.write(true)).open(file)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// One byte more than `bytes_max` says that there are too many.
fn read_at_most(file: &Path, bytes_max: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(file)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(bytes_max + 1));
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn overwrite(file: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(file)?;
    if !metadata.is_file() {
        return Ok(());
    }
    let mut file = OpenOptions::new().write(true).open(file)?;
    io::copy(&mut io::repeat(0).take(metadata.len().min(OVERWRITE_BYTES_MAX)), &mut file)?;
    file.sync_all()
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600)
}

/// Elsewhere the folder of the profile is private by inheritance.
#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened to be synced; its file system journals names by itself.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
