//! The note: everything that only readers see, signed by the writer's device.

use super::Core;
use crate::ids::{Digest, Random};
use crate::limits::NOTE_BYTES_MAX;
use crate::screening::Unread;
use crate::signed::{self, Signed};
use serde::{Deserialize, Serialize};

/// The inside of a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The same core as in header and grant.
    pub core: Core,
    /// The documents, in the order of the header's parts.
    pub documents: Vec<Document>,
    /// One line.
    pub subject: String,
    /// The form's fields, by name, in the order of the form.
    pub fields: Vec<(String, String)>,
    /// What was written.
    pub text: String,
    /// What could not be screened, and for which its writer vouches.
    pub vouched: Vec<Unread>,
    /// The salt of the code by which a second person let it pass, if one did.
    pub salt: Option<Random>,
    /// The note of the letter that is held, as its writer signed it: what PROC reads.
    pub first: Option<Signed>,
}

/// One document, as its readers see it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its file name, never a path.
    pub name: String,
    /// Its length in clear.
    pub bytes: u64,
    /// SHA-256 of it in clear.
    pub sha256: Digest,
}

impl signed::Document for Note {
    const CONTEXT: &'static str = "pli/content/v1";
    const BYTES_MAX: usize = NOTE_BYTES_MAX;
}

/// Shows nothing of what is inside.
impl std::fmt::Debug for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Note({})", self.core.id)
    }
}

/// Shows nothing of what is inside.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} bytes)", self.bytes)
    }
}
