//! An invitation, and the enrolment of the device that answers it.
//!
//! An invitation is signed by who vouches: the authority for a member, the parquet for a hat of its
//! own, a member for a further device of theirs. The device makes its own keys and answers with an
//! enrolment, once; nothing secret leaves it. It counts for nothing until the one who invited has
//! compared six words by telephone and signs a card, or a list of devices.

use super::{Card, DeviceKey, Link};
use crate::cbor;
use crate::crypto::sha256;
use crate::ids::{Digest, InvitationId, MemberId, PublicKey};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::{Document, Signed};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A one-time invitation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    /// Drawn when it is made; whoever answers with it first has used it.
    pub id: InvitationId,
    /// Who is invited, or whose further device.
    pub to: Invited,
    /// When it was made.
    pub made: Timestamp,
    /// When it ends.
    pub expires: Timestamp,
    /// Where the relay listens, as an address and a port.
    pub relay: String,
    /// The digest of the first root statement: what everything is proved from.
    pub fingerprint: Digest,
    /// The newest tree that the inviter verified: the device never goes behind it.
    pub checkpoint: String,
}

/// Who is invited.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Invited {
    /// A member, with their card as it will be, but for its device and its link.
    Member(Box<Card>),
    /// A further device of a member, by one of their own.
    Device(MemberId),
}

/// The answer of a device.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// Its place in the chain: always the first.
    pub link: Link,
    /// The invitation, as it was signed.
    pub invitation: Signed,
    /// The device.
    pub device: DeviceKey,
    /// The key of its TLS certificate.
    pub tls: PublicKey,
}

impl Document for Invitation {
    const CONTEXT: &'static str = "pli/invitation/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Document for Enrolment {
    const CONTEXT: &'static str = "pli/enrolment/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Invitation {
    /// Whose device it will be.
    #[must_use]
    pub fn member(&self) -> &MemberId {
        match &self.to {
            Invited::Member(card) => &card.member,
            Invited::Device(member) => member,
        }
    }
}

impl Enrolment {
    /// What both ends of the telephone call compare, as six words: 66 bits of the digest over the
    /// invitation, with its root, checkpoint and member, and both keys of the device.
    #[must_use]
    pub fn words(&self) -> [u16; 6] {
        let named = ("pli/words/v1", self.invitation.digest(), self.device.key, self.tls);
        let Digest(digest) = sha256(&cbor::encode(&named));
        let bit = |at: usize| u16::from(digest[at / 8] >> (7 - at % 8) & 1);
        std::array::from_fn(|word| (0..11).fold(0, |number, at| number << 1 | bit(11 * word + at)))
    }
}
