//! The core: what all parts of a message repeat, byte for byte.

use super::{Renewal, Right};
use crate::cbor;
use crate::crypto::sha256;
use crate::ids::{DeviceId, Digest, FlowCode, GroupId, MemberId, MessageId};
use crate::log::TreeHead;
use crate::nomenclature::Class;
use crate::signed::Signed;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What decides who may read a message, and until when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Core {
    /// The version of this form: 1.
    pub version: u8,
    /// The message.
    pub id: MessageId,
    /// Its group; nobody outside can be a recipient.
    pub group: GroupId,
    /// The version of the roster it was sealed under.
    pub roster_version: u32,
    /// The digest of that roster.
    pub roster: Digest,
    /// The digest of the nomenclature it was made under.
    pub nomenclature: Digest,
    /// What it is, in the nomenclature.
    pub flow: FlowCode,
    /// How sensitive, as the nomenclature says of the flow.
    pub class: Class,
    /// What its readers may do with it.
    pub handling: Handling,
    /// Who wrote it.
    pub writer: MemberId,
    /// On which device.
    pub device: DeviceId,
    /// Who may read it, in the order of the handles, each once; the writer is not among them.
    pub recipients: Vec<MemberId>,
    /// When it was sealed, by the writer's clock.
    pub created: Timestamp,
    /// When its keys die: the end of a bucket.
    pub expires: Timestamp,
    /// Which message it answers.
    pub reply_to: Option<MessageId>,
    /// Which letter it says again until a later day, and by what right.
    pub renews: Option<Renewal>,
    /// Who must agree first.
    pub approver: Option<MemberId>,
    /// How it was screened before it was sealed.
    pub screening: Screening,
    /// The newest head its writer had seen: what a reader compares with its own log.
    pub head: HeadReference,
}

/// Distribution codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Handling {
    /// For the group.
    D1,
    /// For the named recipients only.
    D2,
    /// No further use without the author's agreement.
    D3,
    /// Not to be produced in court without the author's agreement.
    D4,
}

/// The record of the screening.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screening {
    /// The digest of the statement of the ruleset that was applied.
    pub ruleset: Digest,
    /// What it said.
    pub verdict: Verdict,
    /// Of what was stopped for its context: what a second person signed, who let it pass.
    pub reread: Option<Signed>,
}

/// What lets a draft be sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every part was read and passed.
    Passed,
    /// The writer vouches for parts that could not be read.
    Attested,
}

/// A head, as another log view can be compared with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadReference {
    /// The tree whose last leaf it is.
    pub tree: TreeHead,
    /// Its time.
    pub time: Timestamp,
}

impl Core {
    /// The digest that a grant names.
    #[must_use]
    pub fn digest(&self) -> Digest {
        sha256(&cbor::encode(self))
    }

    /// Whether a member is named: as a recipient, or as the writer.
    #[must_use]
    pub fn names(&self, member: &MemberId) -> bool {
        *member == self.writer || self.recipients.binary_search(member).is_ok()
    }

    /// What the record of its deposit rests on: the letter or order that it renews, or the letter that it answers.
    #[must_use]
    pub fn reference(&self) -> Option<String> {
        let answered = || self.reply_to.map(|answered| answered.to_string());
        self.renews.map(|renewal| renewal.reference()).or_else(answered)
    }

    /// The order under which it was made, if PROC holds what it says.
    #[must_use]
    pub fn order(&self) -> Option<Digest> {
        match self.renews?.right {
            Right::Hold(order) => Some(order),
            Right::Extension => None,
        }
    }

    /// Whether its reader's device may keep it as a working copy, read again without another record: what is not
    /// nominative, unless it is held, which is read with a record each time.
    #[must_use]
    pub fn allows_copy(&self) -> bool {
        self.class <= Class::N1 && self.order().is_none()
    }
}
