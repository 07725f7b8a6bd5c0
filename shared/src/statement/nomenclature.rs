//! The nomenclature as a statement: its place in the chain, and the digest of the text that both roots sign.
//!
//! What it says is [`nomenclature`](crate::nomenclature).

use super::Link;
use crate::ids::Digest;
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use serde::{Deserialize, Serialize};

/// The statement that both roots sign.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NomenclatureStatement {
    /// Its place in the chain.
    pub link: Link,
    /// The digest of the TOML text.
    pub text: Digest,
}

impl Document for NomenclatureStatement {
    const CONTEXT: &'static str = "pli/nomenclature/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}
