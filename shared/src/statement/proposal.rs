//! A statement that still needs a signature: what one person proposes and another validates.
//!
//! Its body is the very statement, signed so far. Nothing counts for being proposed; the log shows
//! that it was.

use super::{Kind, Link, Statement};
use crate::cbor;
use crate::ids::{Digest, GroupId};
use crate::limits::{STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use crate::signed::Document;
use serde::{Deserialize, Serialize};

/// What is proposed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// Its place in the chain of proposals of this kind for this group.
    pub link: Link,
    /// For which group.
    pub group: GroupId,
    /// A group statement, a roster or a charter.
    pub of: Kind,
    /// The digest of the body.
    pub statement: Digest,
}

impl Document for Proposal {
    const CONTEXT: &'static str = "pli/proposal/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Proposal {
    /// The statement in a body, as far as it is one of this kind.
    #[must_use]
    pub fn read(&self, body: &[u8]) -> Option<Statement> {
        let statement: Statement = cbor::decode(body, STATEMENT_BODY_BYTES_MAX).ok()?;
        (statement.kind == self.of).then_some(statement)
    }
}
