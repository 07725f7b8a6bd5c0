//! A letter that says again what another says, until a later day.
//!
//! An expiry stands in the core that everybody signed and sealed to, and never moves. So what has to last
//! longer is sealed anew, under keys that die later, while the first still opens; the first dies on its day.

use crate::ids::{Digest, MessageId};
use serde::{Deserialize, Serialize};

/// Which letter is said again, and by what right.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// The first letter.
    pub of: MessageId,
    /// The digest of its core.
    pub core: Digest,
    /// By what right.
    pub right: Right,
}

/// By what right a letter outlasts its first end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Right {
    /// Its writer extends it once, for a reason that stands in the log.
    Extension,
    /// PROC holds it: the digest of the order.
    Hold(Digest),
}

impl Renewal {
    /// What the record of its deposit rests on: the first letter, or the order.
    #[must_use]
    pub fn reference(&self) -> String {
        match self.right {
            Right::Extension => self.of.to_string(),
            Right::Hold(order) => order.to_string(),
        }
    }
}
