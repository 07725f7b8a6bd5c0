//! What was written outside of the home, where Pli's care ends: what a command that was killed left half written is
//! removed by the next one, and who saved something is reminded of it when the letter is destroyed.

use crate::failure::Failure;
use crate::home::Home;
use serde::{Deserialize, Serialize};
use shared::ids::MessageId;
use shared::time::Timestamp;
use std::fs::File;
use std::path::Path;

/// What was written outside.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outside {
    /// Files that are being written, by their temporary names.
    unfinished: Vec<String>,
    /// What was saved, until its reader is reminded.
    saved: Vec<Saved>,
}

/// Documents of a letter that were saved in clear.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// Of which letter.
    pub message: MessageId,
    /// When that letter is destroyed.
    pub expires: Timestamp,
    /// In which folder.
    pub folder: String,
}

/// Remembers that a file is being written, before there is one.
///
/// # Errors
/// [`Failure`] if the memory cannot be written.
pub(crate) fn begin(home: &Home, file: &Path) -> Result<(), Failure> {
    let Some(file) = file.to_str() else { return Ok(()) };
    let mut lock = home.memory()?;
    let unfinished = &mut lock.memory.outside.unfinished;
    if !unfinished.iter().any(|known| known == file) {
        unfinished.push(file.to_owned());
    }
    lock.save()
}

/// Forgets it: it has its name, or is gone.
///
/// # Errors
/// [`Failure`] if the memory cannot be written.
pub(crate) fn end(home: &Home, file: &Path) -> Result<(), Failure> {
    let mut lock = home.memory()?;
    lock.memory.outside.unfinished.retain(|known| Path::new(known) != file);
    lock.save()
}

/// Removes what was left by commands that are no more.
///
/// # Errors
/// [`Failure`] if the memory cannot be written.
pub fn clear(home: &Home) -> Result<(), Failure> {
    let mut lock = home.memory()?;
    let unfinished = &mut lock.memory.outside.unfinished;
    if unfinished.is_empty() {
        return Ok(());
    }
    unfinished.retain(|file| match File::open(file) {
        // Whoever still writes it holds it.
        Ok(open) if open.try_lock().is_ok() => std::fs::remove_file(file).is_err(),
        Ok(_) => true,
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    });
    lock.save()
}

/// Remembers what was saved, for a reminder when its letter is destroyed.
///
/// # Errors
/// [`Failure`] if the memory cannot be written.
pub fn saved(home: &Home, message: MessageId, ends: Timestamp, folder: &Path) -> Result<(), Failure> {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned()).display().to_string();
    let saved = Saved { message, expires: ends, folder };
    let mut lock = home.memory()?;
    let known = &mut lock.memory.outside.saved;
    if !known.contains(&saved) {
        known.push(saved);
    }
    lock.save()
}

/// What was saved of letters that are destroyed by now; each is told once.
///
/// # Errors
/// [`Failure`] if the memory cannot be written.
pub fn due(home: &Home, now: Timestamp) -> Result<Vec<Saved>, Failure> {
    let mut lock = home.memory()?;
    let (due, waits): (Vec<_>, Vec<_>) =
        lock.memory.outside.saved.drain(..).partition(|saved| saved.expires <= now);
    lock.memory.outside.saved = waits;
    if !due.is_empty() {
        lock.save()?;
    }
    Ok(due)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::home::{Config, private_options};
    use shared::crypto::SigningKey;
    use shared::log::LogMemory;
    use std::net::Ipv4Addr;

    fn home(folder: &Path) -> Home {
        let config = Config {
            relay: (Ipv4Addr::LOCALHOST, 1).into(),
            member: "mairie".parse().unwrap(),
            fingerprint: String::new(),
        };
        let log = LogMemory::new("pli.example".to_owned(), SigningKey::generate().public());
        Home::create(&folder.join("home"), config, &[], log).unwrap()
    }

    #[test]
    fn what_a_killed_command_left_is_removed_by_the_next_and_what_is_being_written_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(folder.path());
        let [left, busy, done] = ["left", "busy", "done"].map(|name| folder.path().join(name));
        for file in [&left, &busy, &done] {
            begin(&home, file).unwrap();
            std::fs::write(file, "en clair").unwrap();
        }
        end(&home, &done).unwrap();
        let writing = private_options().open(&busy).unwrap();
        writing.lock().unwrap();
        clear(&home).unwrap();
        assert!(!left.exists() && busy.exists() && done.exists());
        drop(writing);
        clear(&home).unwrap();
        assert!(!busy.exists() && done.exists());
        assert_eq!(home.memory().unwrap().memory.outside, Outside::default());
    }
}
