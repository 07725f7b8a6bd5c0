//! The charte déontologique of a group, and a member's adhesion to it (convention art. 5).
//!
//! A charter is signed by a leader of the group and carries the visa of PROC: it is drawn up under
//! the parquet's control. Where the kind of group asks for one, nothing nominative is written or
//! opened before it is in force and the member has signed it on a device of their own.

use super::Link;
use crate::ids::{Digest, GroupId, MemberId, Role};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One version of a group's charter; its text is the body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Charter {
    /// Its place in the chain.
    pub link: Link,
    /// Of which group.
    pub group: GroupId,
    /// The digest of the text.
    pub text: Digest,
    /// The règlement intérieur by which the group exchanges (CSI L132-5).
    pub reglement: Reglement,
    /// Functions that the règlement intérieur admits beside those of the nomenclature.
    pub named: Vec<Role>,
    /// In force from: at least two weeks after it was made, unless it is the first or an order of PROC
    /// says otherwise.
    pub from: Timestamp,
    /// The reference of that order.
    pub order: Option<String>,
}

/// A règlement intérieur, by reference.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reglement {
    /// Its reference, such as a deliberation's number.
    pub reference: String,
    /// Its date, as it is written on it.
    pub date: String,
}

/// A member's signature under one version of a charter.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adhesion {
    /// Its place in the chain.
    pub link: Link,
    /// Of which group.
    pub group: GroupId,
    /// Who signs.
    pub member: MemberId,
    /// The digest of the charter statement.
    pub charter: Digest,
}

impl Document for Charter {
    const CONTEXT: &'static str = "pli/charter/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Document for Adhesion {
    const CONTEXT: &'static str = "pli/adhesion/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}
