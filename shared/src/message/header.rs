//! The header: the core and the parts, signed by the writer's device; all that the relay sees.

use super::Core;
use crate::ids::Digest;
use crate::limits::{DOCUMENTS_MAX, HEADER_BYTES_MAX};
use crate::signed::Document;
use serde::{Deserialize, Serialize};

/// The outside of a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// What all parts repeat.
    pub core: Core,
    /// The ciphertexts: documents first, then the note, exactly one.
    pub parts: Vec<Part>,
}

/// One ciphertext.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub digest: Digest,
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// A document of any kind; its name is inside the note.
    Document,
    /// The note.
    Note,
}

impl Document for Header {
    const CONTEXT: &'static str = "pli/header/v1";
    const BYTES_MAX: usize = HEADER_BYTES_MAX;
}

impl Header {
    /// The note, if the parts are in their form: documents first, then exactly one note.
    #[must_use]
    pub fn note(&self) -> Option<&Part> {
        let (last, documents) = self.parts.split_last()?;
        let in_form = last.kind == PartKind::Note
            && documents.len() <= DOCUMENTS_MAX
            && documents.iter().all(|part| part.kind == PartKind::Document);
        in_form.then_some(last)
    }

    /// The documents, in their order.
    #[must_use]
    pub fn documents(&self) -> &[Part] {
        self.parts.split_last().map_or(&[], |(_, documents)| documents)
    }
}
