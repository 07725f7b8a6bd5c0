//! A key page: the expiry recipients that a device publishes for one tier of buckets.
//!
//! The page names its buckets and the digest of its body; the body is the recipients one after the
//! other, 1,216 bytes each, in the order of the buckets. A published recipient is never replaced: each page of a tier
//! goes on where the one before ended.

use super::Link;
use crate::ids::{DeviceId, Digest};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::seal::ExpiryRecipient;
use crate::signed::Document;
use crate::time::{Bucket, Timestamp};
use serde::{Deserialize, Serialize};

/// The expiry recipients of one device for some buckets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPage {
    /// Its place in the chain of this device and tier.
    pub link: Link,
    /// Whose.
    pub device: DeviceId,
    /// The buckets, all of one tier, in the order of their ends.
    pub buckets: Vec<Bucket>,
    /// The digest of the body.
    pub recipients: Digest,
}

impl Document for KeyPage {
    const CONTEXT: &'static str = "pli/key-page/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl KeyPage {
    /// Whether a bucket of the page has not ended then.
    #[must_use]
    pub fn lives_at(&self, now: Timestamp) -> bool {
        self.buckets.last().is_some_and(|bucket| bucket.ends > now)
    }

    /// The recipient for one bucket, from the page's body (already compared with its digest).
    #[must_use]
    pub fn recipient(&self, body: &[u8], bucket: Bucket) -> Option<ExpiryRecipient> {
        let place = self.buckets.iter().position(|published| *published == bucket)?;
        let bytes = body.chunks_exact(ExpiryRecipient::BYTES).nth(place)?;
        ExpiryRecipient::from_bytes(bytes).ok()
    }
}
