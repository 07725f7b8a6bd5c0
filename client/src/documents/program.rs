//! Another program is asked, and its answer bounded in bytes and in time.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAnswer {
    /// It did not start, or broke off, or said too much.
    #[error("the program broke off")]
    Failed,
    /// It took too long, and was ended.
    #[error("the program took too long")]
    Time,
}

/// What a program says on its standard output; `typed` is what it is given, if its input is not set already.
///
/// Nobody sees what it says on standard error: a stranger's document could stand in it.
pub(super) fn ask(
    command: &mut Command,
    typed: Option<Vec<u8>>,
    bytes_max: usize,
    deadline: Duration,
) -> Result<Vec<u8>, NoAnswer> {
    if typed.is_some() {
        command.stdin(Stdio::piped());
    }
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = child.map_err(|_| NoAnswer::Failed)?;
    if let (Some(typed), Some(mut input)) = (typed, child.stdin.take()) {
        // Whoever does not want to hear it all has ended, and that is seen below.
        thread::spawn(move || input.write_all(&typed));
    }
    let output = child.stdout.take();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut answer = Vec::new();
        let read = output.map(|output| output.take(bytes_max as u64 + 1).read_to_end(&mut answer));
        let is_whole = matches!(read, Some(Ok(_))) && answer.len() <= bytes_max;
        // Nobody waits any more if it took too long.
        let _ = tell.send(is_whole.then_some(answer));
    });
    let answer = told.recv_timeout(deadline);
    // It has said what it had to say. Ended or not, it is not left behind.
    let _ = child.kill();
    let _ = child.wait();
    match answer {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) | Err(RecvTimeoutError::Disconnected) => Err(NoAnswer::Failed),
        Err(RecvTimeoutError::Timeout) => Err(NoAnswer::Time),
    }
}
