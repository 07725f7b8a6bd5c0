//! The ruleset: by which texts are screened, as data that the authority and the parquet sign like the nomenclature.
//!
//! What it says of texts is [`screening`](crate::screening). Here is what makes it the one in force: its place in the
//! chain, and the digest of its bytes, which are large and asked for by whoever has not got them yet.

use super::Link;
use crate::cbor;
use crate::crypto::sha256;
use crate::ids::Digest;
use crate::limits::{STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use crate::screening::{RulesetInvalid, Screen};
use crate::signed::Document;
use serde::{Deserialize, Serialize};

/// The statement that both roots sign.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesetStatement {
    /// Its place in the chain.
    pub link: Link,
    /// The digest of a [`Ruleset`].
    pub rules: Digest,
}

impl Document for RulesetStatement {
    const CONTEXT: &'static str = "pli/ruleset/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

/// What people wrote, and what was learned from sentences: the body of the statement.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruleset {
    /// The rules, in TOML.
    pub text: String,
    /// The weights of the model.
    #[serde(with = "serde_bytes")]
    pub weights: Vec<u8>,
}

impl Ruleset {
    /// Its canonical bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Reads the body of a statement.
    ///
    /// # Errors
    /// [`cbor::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, cbor::Malformed> {
        cbor::decode(bytes, STATEMENT_BODY_BYTES_MAX)
    }

    /// What a statement names.
    #[must_use]
    pub fn digest(&self) -> Digest {
        sha256(&self.encode())
    }

    /// Makes the rules ready.
    ///
    /// # Errors
    /// [`RulesetInvalid`] says what is wrong with them.
    pub fn screen(&self) -> Result<Screen, RulesetInvalid> {
        Screen::of(&self.text, &self.weights)
    }
}
