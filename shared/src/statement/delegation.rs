//! A delegation: who is written to while a member is away.
//!
//! It goes to an active member of the same group, is seen by the group, and ends by itself. It moves
//! addressing and waiting messages, never membership: the delegate opens with their own identity.

use super::Link;
use crate::ids::{FlowCode, GroupId, MemberId};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One member stands in for another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// Its place in the chain.
    pub link: Link,
    /// In which group.
    pub group: GroupId,
    /// Who is away.
    pub member: MemberId,
    /// Who stands in.
    pub to: MemberId,
    /// From then on.
    pub from: Timestamp,
    /// Until then; a delegation that is withdrawn is made anew with an end that is past.
    pub until: Timestamp,
    /// For one flow only.
    pub flow: Option<FlowCode>,
}

impl Document for Delegation {
    const CONTEXT: &'static str = "pli/delegation/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Delegation {
    /// Whether it holds at this instant for this flow.
    #[must_use]
    pub fn holds(&self, flow: &FlowCode, now: Timestamp) -> bool {
        self.from <= now && now < self.until && self.flow.as_ref().is_none_or(|only| only == flow)
    }
}
