//! Heads that messages name and that were found in this log: many messages are sealed under one head,
//! and to find it means reading a leaf and a dozen hashes.

use shared::message::HeadReference;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// A head serves for ten minutes, and there is one in each batch that made something.
const HEADS_MAX: usize = 64;

/// The heads that were found last.
#[derive(Debug, Default)]
pub(crate) struct Heads(Mutex<VecDeque<HeadReference>>);

impl Heads {
    /// Whether this very head was found before.
    pub(crate) fn hold(&self, head: HeadReference) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&head)
    }

    /// Remembers a head that was found.
    pub(crate) fn remember(&self, head: HeadReference) {
        let mut heads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heads.truncate(HEADS_MAX - 1);
        heads.push_front(head);
    }
}
