//! Documents are read apart: by a child of this process that has nothing and can do nothing but read.
//!
//! What reads formats is large, and what it reads comes from strangers. So the program runs itself once more:
//! the child has the document as its standard input and nothing else, shuts itself in before it reads a byte,
//! and answers with a [`Reading`], or with the rows of a workbook, in canonical CBOR. Whatever it says is bounded and decoded strictly. A child
//! that dies, is silent, or talks nonsense makes a document unread, and never one that was read.

use super::limits::{ANSWER_BYTES_MAX, DEADLINE, TABLE_ANSWER_BYTES_MAX};
use super::program::{NoAnswer, ask};
use super::shut_in::shut_in;
use super::workbook::{self, Row, Unusable, Why};
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

/// What is typed after it to be given the rows of a workbook.
pub const ROWS: &str = "--rows";

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
        let mut command = self.command(self.pictures.then_some(PICTURES), document);
        match ask(&mut command, None, ANSWER_BYTES_MAX, self.deadline) {
            Ok(answer) => {
                cbor::decode(&answer, ANSWER_BYTES_MAX).unwrap_or_else(|_| Reading::none(Reason::Failed))
            }
            Err(NoAnswer::Time) => Reading::none(Reason::Time),
            Err(NoAnswer::Failed) => Reading::none(Reason::Failed),
        }
    }

    /// Reads the rows of a workbook, given as the standard input of whoever reads it.
    ///
    /// # Errors
    /// [`Unusable`] as the child says, or because it said nothing that fits.
    pub fn rows(&self, workbook: Stdio) -> Result<Vec<Row>, Unusable> {
        let failed = || Unusable::because(Why::Failed);
        let mut command = self.command(Some(ROWS), workbook);
        match ask(&mut command, None, TABLE_ANSWER_BYTES_MAX, self.deadline) {
            Ok(answer) => {
                let answer: workbook::Answer =
                    cbor::decode(&answer, TABLE_ANSWER_BYTES_MAX).map_err(|_| failed())?;
                answer.and_then(|rows| if workbook::is_bounded(&rows) { Ok(rows) } else { Err(failed()) })
            }
            Err(NoAnswer::Time) => Err(Unusable::because(Why::Time)),
            Err(NoAnswer::Failed) => Err(failed()),
        }
    }

    fn command(&self, wanted: Option<&str>, document: Stdio) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(COMMAND).args(wanted).stdin(document);
        if cfg!(unix) {
            command.env_clear().current_dir("/");
        }
        command
    }
}

/// What the child does: the encoded [`Reading`] of its standard input, with pictures or without.
#[must_use]
pub fn be_the_child(pictures: bool) -> Vec<u8> {
    let limits = if pictures { Limits::USUAL.with_pictures() } else { Limits::USUAL };
    let reading = match given(&limits) {
        Ok(bytes) => read(&bytes, &limits),
        Err(NotGiven::Unprotected) => Reading::none(Reason::Unprotected),
        Err(NotGiven::Failed) => Reading::none(Reason::Failed),
    };
    cbor::encode(&reading)
}

/// What the child does for a table: the encoded [`workbook::Answer`].
#[must_use]
pub fn be_the_child_of_a_table() -> Vec<u8> {
    let answer: workbook::Answer = match given(&Limits::TABLE) {
        Ok(bytes) => std::panic::catch_unwind(|| workbook::rows(&bytes, &Limits::TABLE))
            .unwrap_or(Err(Unusable::because(Why::Failed))),
        Err(_) => Err(Unusable::because(Why::Failed)),
    };
    cbor::encode(&answer)
}

enum NotGiven {
    Unprotected,
    Failed,
}

/// Shuts this process in, and takes what it is given.
fn given(limits: &Limits) -> Result<Vec<u8>, NotGiven> {
    // A message of a panic may hold text of the document.
    std::panic::set_hook(Box::new(|_| {}));
    shut_in().map_err(|_| NotGiven::Unprotected)?;
    let mut bytes = Vec::new();
    let document = io::stdin().lock().take(limits.document_bytes as u64 + 1).read_to_end(&mut bytes);
    document.map_err(|_| NotGiven::Failed)?;
    Ok(bytes)
}
