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
    /// When its keys die: the end of a bucket. Of what waits for an agreement, the latest day that it can be given; the
    /// agreement fixes the day.
    pub expires: Timestamp,
    /// Which message it answers.
    pub reply_to: Option<MessageId>,
    /// Which letter it says again until a later day, and by what right.
    pub renews: Option<Renewal>,
    /// Whose agreement it waits for before its recipients can open it, if anybody's.
    pub gate: Option<Gated>,
    /// How it was screened before it was sealed.
    pub screening: Screening,
    /// The newest head its writer had seen: what a reader compares with its own log.
    pub head: HeadReference,
}

/// Whose agreement a letter waits for, until when, and how long it can be read once it is there.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gated {
    /// Who agrees, or does not.
    pub approver: MemberId,
    /// Without a decision it ends then: the end of a bucket, at which every key dies that it was sealed to at first.
    pub until: Timestamp,
    /// How long its recipients may read it from the agreement on, in seconds, at most.
    pub readable_seconds: u64,
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

    /// Whether a member is named: as a recipient, as the writer, or as who must agree.
    #[must_use]
    pub fn names(&self, member: &MemberId) -> bool {
        *member == self.writer || self.is_for(member) || self.approver() == Some(member)
    }

    /// Whether a member is a recipient.
    #[must_use]
    pub fn is_for(&self, member: &MemberId) -> bool {
        self.recipients.binary_search(member).is_ok()
    }

    /// Who must agree, if somebody must.
    #[must_use]
    pub fn approver(&self) -> Option<&MemberId> {
        self.gate.as_ref().map(|gate| &gate.approver)
    }

    /// whether a member is one of those to whom it is sealed before anybody agreed: the writer, and who must agree;
    /// where nobody must, its recipients.
    #[must_use]
    pub fn is_sealed_first_to(&self, member: &MemberId) -> bool {
        match self.approver() {
            Some(approver) => *member == self.writer || member == approver,
            None => self.names(member),
        }
    }

    /// when the keys die to which it is sealed at first.
    #[must_use]
    pub fn first_end(&self) -> Timestamp {
        self.gate.as_ref().map_or(self.expires, |gate| gate.until)
    }

    /// The order under which it was made, if PROC holds what it says.
    #[must_use]
    pub fn order(&self) -> Option<Digest> {
        match self.renews?.right {
            Right::Hold(order) => Some(order),
            Right::Extension => None,
        }
    }

    /// What the record of its deposit rests on: the letter or the order by which it is said again, whose agreement it
    /// waits for and until when, or the letter that it answers.
    #[must_use]
    pub fn reference(&self) -> Option<String> {
        let renewed = self.renews.map(|renewal| renewal.reference());
        let agreed = || self.gate.as_ref().map(Gated::reference);
        renewed.or_else(agreed).or_else(|| self.reply_to.map(|answered| answered.to_string()))
    }

    /// Whether its reader's device may keep it as a working copy, read again without another record: what is not
    /// nominative, unless it is held, or somebody had to agree; that is read with a record each time.
    #[must_use]
    pub fn allows_copy(&self) -> bool {
        self.class <= Class::N1 && self.order().is_none() && self.gate.is_none()
    }
}

impl Gated {
    /// What the record of its deposit rests on: who must agree, and until when.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("{} {}", self.approver, self.until)
    }

    /// The same, read from a record.
    #[must_use]
    pub fn of_reference(reference: &str) -> Option<(MemberId, Timestamp)> {
        let (approver, until) = reference.split_once(' ')?;
        Some((approver.parse().ok()?, until.parse().ok()?))
    }

    /// the last instant until which an agreement of this time can make it readable; without the clocks' difference.
    #[must_use]
    pub fn readable_until(&self, agreed: Timestamp, expires: Timestamp) -> Timestamp {
        agreed.plus(self.readable_seconds).min(expires)
    }
}
