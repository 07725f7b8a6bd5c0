//! A legal hold: PROC orders that one letter outlasts its end, for a proceeding, until a day.
//!
//! It is dated, names its reference, is seen by the group, and ends by itself. It opens nothing: whoever holds the
//! letter seals it anew to who ordered that, and their client says so. An order of the CNIL is entered by PROC, with
//! its reference. What is destroyed already stays destroyed.

use super::Link;
use crate::ids::{GroupId, MessageId};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One letter is held.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hold {
    /// Its place in the chain.
    pub link: Link,
    /// In which group.
    pub group: GroupId,
    /// Which letter.
    pub message: MessageId,
    /// Of the order, or of the proceeding.
    pub reference: String,
    /// The end of a bucket; a hold that is lifted is made anew with an end that is past.
    pub until: Timestamp,
}

impl Document for Hold {
    const CONTEXT: &'static str = "pli/hold/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}
