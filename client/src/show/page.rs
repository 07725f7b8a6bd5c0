//! What a command says to the page: kept in order, with nobody asked and nothing written to the terminal.
//!
//! The page is a second mouth for the same commands (decision 0060): it shows their objects and sentences, and answers
//! their one question by asking its reader and running the command again with yes.

use indicatif::ProgressBar;
use serde_json::Value as Json;
use std::sync::{Arc, Mutex, PoisonError};

/// One thing that was said.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// A result: what a script reads of it, and what people do.
    Result {
        /// As of `--json`.
        object: Json,
        /// As at a terminal.
        lines: Vec<String>,
    },
    /// Something for people beside the result.
    Aside {
        /// Which sentence of the catalogues.
        id: String,
        /// The sentence.
        text: String,
    },
    /// What somebody wrote.
    Quote(String),
    /// What has to be answered with yes before it goes on.
    Question {
        /// Which sentence of the catalogues.
        id: String,
        /// The sentence.
        text: String,
    },
    /// What went wrong, and what to do; one line of it.
    Wrong(String),
    /// A result that other programs read.
    Raw(Vec<u8>),
}

/// How far something is that takes long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What it is.
    pub what: String,
    /// How far.
    pub done: u64,
    /// Of how much.
    pub of: u64,
}

/// Where a command speaks to, while it runs and after it; copies hear the same.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    said: Vec<Said>,
    bars: Vec<ProgressBar>,
}

impl Heard {
    /// Everything that was said, once.
    #[must_use]
    pub fn take(&self) -> Vec<Said> {
        self.with(|kept| std::mem::take(&mut kept.said))
    }

    /// How far the last thing is that takes long.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        self.with(|kept| {
            let bar = kept.bars.last()?;
            Some(Progress { what: bar.message(), done: bar.position(), of: bar.length().unwrap_or(0) })
        })
    }

    pub(super) fn say(&self, said: Said) {
        self.with(|kept| kept.said.push(said));
    }

    pub(super) fn follow(&self, bar: &ProgressBar) {
        self.with(|kept| kept.bars.push(bar.clone()));
    }

    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
