//! The root statement: the authority's key and the parquet's, pinned together.
//!
//! Neither can change the other's half, nor anything that hangs on both: the relay's keys, the
//! log's origin, the ladder of buckets, the witness policy. The fingerprint that a member compares
//! at enrolment is the digest of the first root statement.

use super::Link;
use crate::ids::PublicKey;
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use crate::time::BucketPolicy;
use serde::{Deserialize, Serialize};

/// The two roots and what both vouch for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Root {
    /// Its place in the chain.
    pub link: Link,
    /// The secretariat of the comité de pilotage: who is who.
    pub authority: PublicKey,
    /// The parquet: its hats, and the visa on groups and nomenclature.
    pub parquet: PublicKey,
    /// The relay.
    pub relay: RelayKeys,
    /// For which stretches of time devices keep keys.
    pub buckets: BucketPolicy,
    /// How many months a record stays readable on line (CNIL 2021-122).
    pub log_months: u8,
    /// Who else must have seen a checkpoint.
    pub witnesses: WitnessPolicy,
}

/// What identifies the relay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelayKeys {
    /// The origin line of its checkpoints (C2SP tlog-checkpoint).
    pub log_origin: String,
    /// The key that signs its checkpoints.
    pub log_key: PublicKey,
    /// The DER certificate of the authority that issues the relay's and the devices' TLS
    /// certificates. It opens the door and proves nothing else.
    #[serde(with = "serde_bytes")]
    pub tls_ca: Vec<u8>,
}

/// Which cosignatures a checkpoint needs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessPolicy {
    /// How many of the keys below.
    pub needed: u8,
    /// The witnesses' verifier keys (C2SP signed-note, `cosignature/v1`).
    pub keys: Vec<String>,
}

impl Document for Root {
    const CONTEXT: &'static str = "pli/root/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}
