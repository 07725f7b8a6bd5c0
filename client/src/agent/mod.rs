//! The agent: keeps the master secret of an unlocked session in memory, until it is locked.
//!
//! `pli unlock` starts a background process of the same user, which hands the secret to later
//! commands over a local socket and ends with `pli lock` or when nobody asked for a while. The
//! secret reaches it over standard input, never as an argument or in the environment, and is wiped
//! when it ends. It is never written to a file by the agent; whether the machine writes its memory
//! to swap is the machine's affair, so an encrypted disk is assumed.
//!
//! The idle limit counts the time that the machine was awake: one that sleeps with an open session
//! wakes with it.

#[cfg(unix)]
mod place;
#[cfg(test)]
#[cfg(unix)]
mod tests;
#[cfg(unix)]
mod unix;

use crate::keystore::Master;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;
use zeroize::Zeroizing;

/// The hidden subcommand which the background process is started with, followed by `--home` and the
/// home folder. It takes [`read_master`] from standard input and then runs [`serve`].
pub const SUBCOMMAND: &str = "agent";

/// A member who is called away leaves the session open for this long and no longer.
pub const IDLE: Duration = Duration::from_secs(600);

/// Why the session did not start or end as asked.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// Another agent serves this home folder.
    #[error("this session is already unlocked: lock it first")]
    Running,
    /// No private folder with a short enough path was found for the socket.
    #[error("no place for the socket {}: set XDG_RUNTIME_DIR to a short, private folder", socket.display())]
    NoPlace {
        /// The last place that was tried.
        socket: PathBuf,
    },
    /// The background process ended at once, or does not answer.
    #[error("the background process does not answer: give the passphrase with each command instead")]
    NotStarted,
    /// What came over standard input is not a master secret.
    #[error("this command is started by `pli unlock` and by nobody else")]
    NotAMaster,
    /// This system has no sockets that show who asks.
    #[error("not available on this system: give the passphrase with each command instead")]
    NotAvailable,
    /// The machine did not do as asked.
    #[error("the socket {} could not be used", file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// What the machine said.
        source: std::io::Error,
    },
}

impl AgentError {
    /// The id of the sentence for the member, in the catalogues of [`words`](crate::words).
    #[must_use]
    pub fn message(&self) -> &'static str {
        match self {
            Self::Running => "agent-running",
            Self::NoPlace { .. } => "agent-no-place",
            Self::NotStarted | Self::NotAMaster => "agent-not-started",
            Self::NotAvailable => "agent-not-available",
            Self::Io { .. } => "agent-io",
        }
    }
}

/// The master secret, as the background process gets it: exactly 32 bytes and the end.
///
/// # Errors
/// [`AgentError::NotAMaster`] for anything else.
pub fn read_master(from: impl Read) -> Result<Master, AgentError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64));
    from.take(33).read_to_end(&mut bytes).map_err(|_| AgentError::NotAMaster)?;
    Master::from_slice(&bytes).ok_or(AgentError::NotAMaster)
}

/// Starts the background process for `home`, in the place of one that may be running, and returns
/// when it answers.
///
/// # Errors
/// [`AgentError`]; no process is left behind then.
#[cfg(unix)]
pub fn start(home: &Path, master: &Master) -> Result<(), AgentError> {
    let place = place::Place::of(home)?;
    let io = |source| AgentError::Io { file: home.to_owned(), source };
    let mut command = std::process::Command::new(std::env::current_exe().map_err(io)?);
    command.arg(SUBCOMMAND).arg("--home").arg(std::path::absolute(home).map_err(io)?);
    unix::start(&place, command, master)
}

/// What the background process does: hands out the secret until it is stopped or `idle` has passed
/// since somebody last had it.
///
/// # Errors
/// [`AgentError::Running`] if another one serves this home folder already.
#[cfg(unix)]
pub async fn serve(home: &Path, master: Master, idle: Duration) -> Result<(), AgentError> {
    unix::serve(&place::Place::of(home)?, master, idle).await
}

/// The master secret of an unlocked session. Takes a second at most; `None` says that the
/// passphrase must be asked. A socket that nobody serves any more is removed.
#[must_use]
#[cfg(unix)]
pub fn fetch(home: &Path) -> Option<Master> {
    unix::fetch(&place::Place::of(home).ok()?)
}

/// Ends the session. When it returns true, the secret is wiped; false says that there was none.
#[cfg(unix)]
pub fn stop(home: &Path) -> bool {
    place::Place::of(home).is_ok_and(|place| unix::stop(&place))
}

/// Not available on this system.
///
/// # Errors
/// [`AgentError::NotAvailable`], always.
#[cfg(not(unix))]
pub fn start(_: &Path, _: &Master) -> Result<(), AgentError> {
    Err(AgentError::NotAvailable)
}

/// Not available on this system.
///
/// # Errors
/// [`AgentError::NotAvailable`], always.
#[cfg(not(unix))]
pub async fn serve(_: &Path, _: Master, _: Duration) -> Result<(), AgentError> {
    Err(AgentError::NotAvailable)
}

/// Not available on this system: nothing is ever there.
#[must_use]
#[cfg(not(unix))]
pub fn fetch(_: &Path) -> Option<Master> {
    None
}

/// Not available on this system: nothing ever ends.
#[cfg(not(unix))]
pub fn stop(_: &Path) -> bool {
    false
}
