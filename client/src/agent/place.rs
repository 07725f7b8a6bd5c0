//! Where the agent's socket stands: in a folder that nobody else may enter.
//!
//! A lock beside the socket says whether an agent lives. Whoever holds it may remove a socket that
//! was left behind; without it, removing a dead socket could remove one that was just bound.

use super::AgentError;
use shared::crypto;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The address of a Unix socket has 108 bytes on Linux and 104 on macOS, with its closing zero.
const SOCKET_PATH_BYTES_MAX: usize = 100;

pub(super) struct Place {
    pub(super) socket: PathBuf,
    pub(super) lock: PathBuf,
}

impl Place {
    /// The place of one home folder.
    pub(super) fn of(home: &Path) -> Result<Self, AgentError> {
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        Self::choose(runtime.as_deref(), home)
    }

    /// In the runtime folder if it is this user's alone, else in the home folder.
    pub(super) fn choose(runtime: Option<&Path>, home: &Path) -> Result<Self, AgentError> {
        let home = home.canonicalize().map_err(at(home))?;
        let owner = fs::metadata(&home).map_err(at(&home))?.uid();
        let digest = crypto::sha256(home.as_os_str().as_bytes()).to_string();
        let name = format!("pli-{}", &digest[..16]);
        if let Some(place) =
            runtime.filter(|folder| is_private(folder, owner)).and_then(|folder| Self::within(folder, &name))
        {
            return Ok(place);
        }
        let folder = home.join("agent");
        let place = Self::within(&folder, "agent")
            .ok_or_else(|| AgentError::NoPlace { socket: folder.join("agent.sock") })?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(at(&folder))?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).map_err(at(&folder))?;
        Ok(place)
    }

    fn within(folder: &Path, name: &str) -> Option<Self> {
        let socket = folder.join(format!("{name}.sock"));
        let fits = socket.as_os_str().len() <= SOCKET_PATH_BYTES_MAX;
        fits.then(|| Self { socket, lock: folder.join(format!("{name}.lock")) })
    }

    /// The right to be the one agent here, for as long as the file is kept open.
    pub(super) fn lock(&self) -> Result<File, AgentError> {
        let options =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&self.lock);
        let file = options.map_err(at(&self.lock))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(AgentError::Running),
            Err(TryLockError::Error(source)) => Err(at(&self.lock)(source)),
        }
    }

    /// Removes the socket of an agent that ended without removing it; asks for the lock as proof
    /// that none lives.
    pub(super) fn remove_stale(&self, _lock: &File) -> Result<(), AgentError> {
        match fs::remove_file(&self.socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&self.socket)(error)),
            _ => Ok(()),
        }
    }
}

pub(super) fn at(file: &Path) -> impl Fn(io::Error) -> AgentError {
    move |source| AgentError::Io { file: file.to_owned(), source }
}

fn is_private(folder: &Path, owner: u32) -> bool {
    folder.is_absolute()
        && fs::metadata(folder).is_ok_and(|metadata| {
            metadata.is_dir() && metadata.uid() == owner && metadata.mode() & 0o077 == 0
        })
}
