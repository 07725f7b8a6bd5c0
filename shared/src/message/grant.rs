//! A grant: the sealed key that lets one device open one message; and the signed list of them.
//!
//! Each grant is sealed to one expiry recipient of one device and is opened with that one secret
//! and no other. The list is signed and recorded, so that nobody becomes a reader unseen.

use super::Core;
use crate::cbor::{self, Malformed};
use crate::ids::{DeviceId, Digest, MessageId};
use crate::limits::{FRAME_BYTES_MAX, GRANT_BYTES_MAX};
use crate::seal::MessageIdentity;
use crate::signed::Document;
use crate::time::{Bucket, Timestamp};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What is inside a sealed grant.
pub struct Grant {
    /// The message it opens.
    pub message: MessageId,
    /// The digest of that message's core.
    pub core: Digest,
    /// What opens its parts.
    pub identity: MessageIdentity,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantForm {
    version: u8,
    message: MessageId,
    core: Digest,
    identity: String,
}

/// Who may open a message from now on, and on what ground.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantList {
    /// The version of this form: 1.
    pub version: u8,
    /// The message.
    pub message: MessageId,
    /// The digest of its core.
    pub core: Digest,
    /// The device that made the grants.
    pub issuer: DeviceId,
    /// Why it may.
    pub ground: Ground,
    /// When.
    pub made: Timestamp,
    /// One line a device, in the order of the ids.
    pub grants: Vec<GrantEntry>,
}

/// Why somebody may make grants.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The writer, to the core's recipients and their own devices: the list of the deposit.
    Writer,
    /// The writer again, late: to a device that somebody named in the core has now and had not then.
    Device,
    /// A recipient, late: to the member to whom this delegation of theirs leads. By the digest of the
    /// delegation's exact bytes.
    Delegation(Digest),
    /// Who had to agree, late: to the core's recipients. This list is the agreement: its signature says that they may
    /// read, and its buckets until when.
    Approval,
}

/// One grant of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantEntry {
    /// For which device.
    pub device: DeviceId,
    /// Under which of its expiry recipients.
    pub bucket: Bucket,
    /// The digest of the sealed grant.
    pub digest: Digest,
}

impl GrantList {
    /// When what it gives dies, where that is one instant for all.
    #[must_use]
    pub fn ends(&self) -> Option<Timestamp> {
        let mut ends = self.grants.iter().map(|grant| grant.bucket.ends);
        let first = ends.next()?;
        ends.all(|end| end == first).then_some(first)
    }
}

impl Document for GrantList {
    const CONTEXT: &'static str = "pli/grants/v1";
    const BYTES_MAX: usize = FRAME_BYTES_MAX;
}

impl Grant {
    /// The bytes to be sealed: what opens the message with this core.
    #[must_use]
    pub fn encode(core: &Core, identity: &MessageIdentity) -> Zeroizing<Vec<u8>> {
        let secret = identity.to_secret().to_string();
        let form = GrantForm { version: 1, message: core.id, core: core.digest(), identity: secret };
        let bytes = Zeroizing::new(cbor::encode(&form));
        drop(Zeroizing::new(form.identity));
        bytes
    }

    /// What was sealed.
    ///
    /// # Errors
    /// [`Malformed`] if it is no grant.
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let form: GrantForm = cbor::decode(bytes, GRANT_BYTES_MAX)?;
        let secret = Zeroizing::new(form.identity);
        let identity = MessageIdentity::from_secret(&secret).map_err(|_| Malformed::Form)?;
        if form.version != 1 {
            return Err(Malformed::Form);
        }
        Ok(Self { message: form.message, core: form.core, identity })
    }
}
