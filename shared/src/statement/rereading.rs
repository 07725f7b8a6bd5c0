//! A second reading: a colleague of whoever wrote, or reads, was shown on that screen what the rules stopped there for
//! its context, and lets it pass from a device of their own.
//!
//! It names no letter and shows nothing of one: eight characters, made of a salt and of what was read.

use super::Link;
use crate::ids::{GroupId, MemberId, TextCode};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use serde::{Deserialize, Serialize};

/// Something was read by a second person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rereading {
    /// Its place in the chain.
    pub link: Link,
    /// In which group.
    pub group: GroupId,
    /// Who read it.
    pub member: MemberId,
    /// What, as the screen said.
    pub code: TextCode,
}

impl Document for Rereading {
    const CONTEXT: &'static str = "pli/rereading/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}
