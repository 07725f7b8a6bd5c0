//! Which versions of the table this device has sent: what is sent has no working copy, and two tables of one quarter must
//! not bear the same number.
//!
//! Numbers and nothing else. Where the file is lost, the numbers begin again from what was opened here, and readers go by
//! when a table was written.

use crate::failure::Failure;
use crate::home::{Home, write_private};
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::ids::GroupId;
use shared::patrimoine::Quarter;

const FILE: &str = "patrimoine";

/// Some thousand quarters.
const FILE_BYTES_MAX: usize = 64 * 1024;

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Versions {
    /// Group, quarter as it is written, and the highest version that was sent.
    sent: Vec<(GroupId, String, u64)>,
}

/// The version of the next table of a quarter, where the highest one that is known otherwise is this.
#[must_use]
pub fn next_version(home: &Home, group: GroupId, quarter: Quarter, known: u64) -> u64 {
    let quarter = quarter.to_string();
    let sent = versions(home).sent.into_iter().filter(|(of, when, _)| *of == group && *when == quarter);
    sent.map(|(_, _, version)| version).chain([known]).max().unwrap_or(0).saturating_add(1)
}

/// Remembers that a version was sent.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub fn remember_version(home: &Home, group: GroupId, quarter: Quarter, version: u64) -> Result<(), Failure> {
    let mut versions = versions(home);
    let quarter = quarter.to_string();
    versions.sent.retain(|(of, when, _)| *of != group || *when != quarter);
    versions.sent.push((group, quarter, version));
    write_private(&home.dir().join(FILE), &cbor::encode(&versions))
}

fn versions(home: &Home) -> Versions {
    let bytes = std::fs::read(home.dir().join(FILE)).ok();
    bytes.and_then(|bytes| cbor::decode(&bytes, FILE_BYTES_MAX).ok()).unwrap_or_default()
}
