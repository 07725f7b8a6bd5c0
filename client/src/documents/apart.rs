//! Documents are read apart: by a child of this process that has nothing and can do nothing but read.
//!
//! What reads formats is large, and what it reads comes from strangers. So the program runs itself once more:
//! the child has the document as its standard input and nothing else, shuts itself in before it reads a byte,
//! and answers with a [`Reading`] in canonical CBOR. Whatever it says is bounded and decoded strictly. A child
//! that dies, is silent, or talks nonsense makes a document unread, and never one that was read.

use super::limits::{ANSWER_BYTES_MAX, DEADLINE};
use super::program::{NoAnswer, ask};
use super::shut_in::shut_in;
use super::{Limits, Reading, Reason, read};
use shared::cbor;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What is typed to become the child. It is in no help.
pub const COMMAND: &str = "read-document";

/// What is typed after it to be given images too.
pub const PICTURES: &str = "--pictures";

/// How documents are read apart.
#[derive(Debug, Clone)]
pub struct Apart {
    /// The program that is run: this one.
    pub program: PathBuf,
    /// How long a document may take.
    pub deadline: Duration,
    /// Whether images are wanted, to be recognised.
    pub pictures: bool,
}

impl Apart {
    /// By this program, as long as documents usually may take.
    ///
    /// # Errors
    /// What the system says if it does not know which program this is.
    pub fn usual() -> io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, deadline: DEADLINE, pictures: false })
    }

    /// Reads a document, given as the standard input of whoever reads it.
    #[must_use]
    pub fn read(&self, document: Stdio) -> Reading {
        let mut command = Command::new(&self.program);
        command.arg(COMMAND).args(self.pictures.then_some(PICTURES)).stdin(document);
        if cfg!(unix) {
            command.env_clear().current_dir("/");
        }
        match ask(&mut command, None, ANSWER_BYTES_MAX, self.deadline) {
            Ok(answer) => {
                cbor::decode(&answer, ANSWER_BYTES_MAX).unwrap_or_else(|_| Reading::none(Reason::Failed))
            }
            Err(NoAnswer::Time) => Reading::none(Reason::Time),
            Err(NoAnswer::Failed) => Reading::none(Reason::Failed),
        }
    }
}

/// What the child does: the encoded [`Reading`] of its standard input.
#[must_use]
pub fn be_the_child(pictures: bool) -> Vec<u8> {
    // A message of a panic may hold text of the document.
    std::panic::set_hook(Box::new(|_| {}));
    let limits = if pictures { Limits::USUAL.with_pictures() } else { Limits::USUAL };
    let reading = match shut_in() {
        Ok(()) => typed(&limits),
        Err(_) => Reading::none(Reason::Unprotected),
    };
    cbor::encode(&reading)
}

fn typed(limits: &Limits) -> Reading {
    let mut bytes = Vec::new();
    let document = io::stdin().lock().take(limits.document_bytes as u64 + 1).read_to_end(&mut bytes);
    match document {
        Ok(_) => read(&bytes, limits),
        Err(_) => Reading::none(Reason::Failed),
    }
}
