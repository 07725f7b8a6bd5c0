//! One version of the annuaire (convention art. 2): which cards are on it.
//!
//! The authority signs the whole list, so that a relay cannot leave a line out of it. The annuaires of
//! art. 22 are the same thing with another title.

use super::Link;
use crate::cbor::{self, Malformed};
use crate::ids::{Digest, MemberId};
use crate::limits::{STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use crate::signed::Document;
use serde::{Deserialize, Serialize};

/// One version of an annuaire; its lines are the body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annuaire {
    /// Its place in the chain of this title.
    pub link: Link,
    /// Which annuaire, such as `Référents`.
    pub title: String,
    /// The digest of the lines.
    pub lines: Digest,
}

/// A member and the digest of their card.
pub type AnnuaireLine = (MemberId, Digest);

impl Document for Annuaire {
    const CONTEXT: &'static str = "pli/annuaire/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Annuaire {
    /// The body: the lines in the order of the handles, each once.
    #[must_use]
    pub fn to_body(lines: &[AnnuaireLine]) -> Vec<u8> {
        cbor::encode(&lines)
    }

    /// The lines of a body.
    ///
    /// # Errors
    /// [`Malformed`] if it is none, or out of order.
    pub fn lines(body: &[u8]) -> Result<Vec<AnnuaireLine>, Malformed> {
        let lines: Vec<AnnuaireLine> = cbor::decode(body, STATEMENT_BODY_BYTES_MAX)?;
        if lines.is_sorted_by(|a, b| a.0 < b.0) { Ok(lines) } else { Err(Malformed::Form) }
    }
}
