//! What travels: the greeting, the signed requests, the answers.
//!
//! One request travels on one stream. A frame is a length and CBOR, at most
//! [`FRAME_BYTES_MAX`](crate::limits::FRAME_BYTES_MAX); what is larger or already signed follows in
//! frames of its own, in the order that the request names by digest. Every request is signed by the
//! device that asks: the certificate of the connection opens the door and proves nothing else.

use crate::directory::Continuity;
use crate::ids::{DeviceId, Digest, GroupId, IdBeginning, MessageId, PublicKey, Random, ReasonCode, RuleId};
use crate::limits::REQUEST_BYTES_MAX;
use crate::log::{Act, Confirmation, Evidence, GroupProof, LogView, Outcome};
use crate::message::Because;
use crate::refusal::Refusal;
use crate::signed::{Document, Signed};
use crate::time::{Bucket, Timestamp};
use serde::{Deserialize, Serialize};

/// The version of the protocol, said in the greeting and in every request.
pub const VERSION: u8 = 1;

/// A relay takes statements one by one in their chains; a client takes the newest.
pub const AT_THE_RELAY: Continuity = Continuity::Next;

/// The first frame of a connection, from the client.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// [`VERSION`].
    pub version: u8,
    /// The client's software, for the records.
    pub software: String,
}

/// The relay's answer to a greeting. Only now is a client connected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ready {
    /// Go on.
    Welcome {
        /// The relay's software.
        software: String,
        /// The relay's time.
        time: Timestamp,
    },
    /// Not with this version, or not now.
    Refused(Refused),
}

/// What a device signs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// [`VERSION`].
    pub version: u8,
    /// Who asks.
    pub device: DeviceId,
    /// Each request of a device has a counter of its own.
    pub counter: u64,
    /// By the device's clock; believed within ten minutes.
    pub time: Timestamp,
    /// Opens the commitment of the record that this request makes. Never kept by the relay.
    pub opening: Random,
    /// The size of the newest tree that this device verified.
    pub known: u64,
    /// The digest of the last confirmation that this device kept; a cloned device has another.
    pub receipt: Option<Digest>,
    /// What is asked.
    pub ask: Ask,
}

impl Document for Request {
    const CONTEXT: &'static str = "pli/request/v1";
    const BYTES_MAX: usize = REQUEST_BYTES_MAX;
}

/// What a device can ask.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// The newest checkpoint and head.
    Log,
    /// The statements that prove something, in the order in which they prove each other.
    Statements(About),
    /// Those that proved a group when the log had this size: what a letter of the past is read under.
    Past {
        /// Which group.
        group: GroupId,
        /// The size of a tree whose last leaf is a head.
        size: u64,
    },
    /// One statement of the past, by digest.
    Statement {
        /// The digest of its exact bytes.
        digest: Digest,
    },
    /// The key pages of a device, without their bodies.
    KeyPages {
        /// Which device.
        device: DeviceId,
    },
    /// To take the answer to an invitation, which follows; from a device that nobody knows yet.
    Enrol {
        /// The key that the device signs with.
        key: PublicKey,
        /// The digest of the enrolment's exact bytes.
        digest: Digest,
    },
    /// To accept the statement that follows.
    Publish {
        /// The digest of its exact bytes.
        digest: Digest,
    },
    /// The headers of messages for this device.
    Mailbox {
        /// After this one; from the beginning without.
        after: Option<MessageId>,
        /// Only those whose id begins so: whoever opens one letter is not shown the others.
        beginning: Option<IdBeginning>,
    },
    /// The headers of messages which this member wrote.
    Sent {
        /// After this one; from the beginning without.
        after: Option<MessageId>,
    },
    /// How much of a part has arrived.
    UploadState {
        /// Of which message.
        message: MessageId,
        /// Which part, counted from zero.
        part: u16,
    },
    /// To store a document's ciphertext; its bytes follow.
    Upload {
        /// Of which message.
        message: MessageId,
        /// Which part, counted from zero.
        part: u16,
        /// Its whole length.
        bytes: u64,
        /// Where the bytes that follow begin.
        from: u64,
    },
    /// To deposit: header, grant list, grants, note and annex follow.
    Deposit {
        /// Which message.
        message: MessageId,
        /// The digest of the header's exact bytes.
        header: Digest,
        /// The digest of the grant list's exact bytes.
        grants: Digest,
        /// The persons concerned, where the letter is nominative.
        annex: Option<Annexed>,
        /// Why, where it extends another letter.
        reason: Option<ReasonCode>,
        /// What it rests on: where it says another letter again, that letter, or the order by which it is held; where it
        /// waits for an agreement, whose and until when.
        reference: Option<String>,
    },
    /// To be given the grant, after the record.
    Claim {
        /// Which message.
        message: MessageId,
        /// The digest of its core.
        core: Digest,
        /// [`Act::Release`], [`Act::Export`], [`Act::Reveal`], [`Act::Print`], [`Act::Regrant`] or [`Act::Renewal`].
        act: Act,
        /// Why.
        reason: Option<ReasonCode>,
        /// The reason's text, where it has one.
        annex: Option<Annexed>,
    },
    /// To give grants to more devices: the late grant list follows, and the grants.
    Grant {
        /// Which message.
        message: MessageId,
        /// The digest of the list's exact bytes.
        grants: Digest,
        /// Where the list is an agreement, until when the recipients may read.
        approves: Option<Timestamp>,
    },
    /// To say how a claim ended.
    Acknowledge {
        /// Which message.
        message: MessageId,
        /// The number of the claim's record.
        claim: u64,
        /// Whether it was what its writer signed, and shown.
        outcome: Outcome,
        /// Of what was not shown, the rules that stopped it; none otherwise.
        rules: Vec<RuleId>,
    },
    /// The ciphertext of a part.
    Fetch {
        /// Of which message.
        message: MessageId,
        /// Which part, counted from zero.
        part: u16,
        /// From this byte.
        from: u64,
    },
    /// Who was shown, was given and opened a message of this member's.
    Status {
        /// Which message.
        message: MessageId,
    },
    /// Leaves of the log, from one number up to, not including, another.
    Leaves {
        /// The first.
        from: u64,
        /// After the last.
        to: u64,
    },
    /// The proof between two trees of the past.
    Consistency {
        /// The smaller size.
        older: u64,
        /// The larger size.
        newer: u64,
    },
    /// The sealed keys of the boxes of a stretch of the log, for a reviewer.
    LogKeys {
        /// The first leaf.
        from: u64,
        /// After the last.
        to: u64,
        /// Why.
        reason: ReasonCode,
        /// The order it rests on, if any.
        reference: Option<String>,
    },
    /// To keep what opens earlier records for another reviewer's device: it follows, sealed to that device by the
    /// asker, each key a [`SealedKey`] and then each annex a [`SealedAnnex`].
    HandOver {
        /// Whose.
        to: DeviceId,
        /// How many keys follow, in the order of their epochs.
        keys: u32,
        /// How many annexes follow after them, in the order of their records.
        annexes: u32,
        /// The digest of the bytes of all these frames, one after the other.
        digest: Digest,
    },
    /// The outside of a letter, for a reviewer who proves to others what became of it.
    Letter {
        /// Which message.
        message: MessageId,
        /// Why.
        reason: ReasonCode,
        /// The order it rests on, if any.
        reference: Option<String>,
    },
    /// To account for what was destroyed: no secret is left on the device of a bucket that had ended then.
    Account {
        /// When.
        destroyed: Timestamp,
    },
    /// To have a witness's signature kept and shown, on a checkpoint that the relay signed.
    Cosign {
        /// The note with both signatures.
        note: String,
    },
    /// To be told of what arrives, until the stream ends.
    Watch,
    /// To be given a certificate for the connection, also by a device that has none.
    Certificate {
        /// What asks for it: PKCS #10 in DER, signed by the key that is certified.
        #[serde(with = "serde_bytes")]
        request: Vec<u8>,
    },
    /// To count, for the day and without its writer, that the rules stopped something in a group.
    Blocked {
        /// Which group.
        group: GroupId,
        /// By which rules, each once.
        rules: Vec<RuleId>,
    },
    /// To count, for the day and without who says so, that a rule stops what it should not.
    Contest {
        /// Which rule.
        rule: RuleId,
    },
    /// What was counted since the last record of it, for the two roots, who mend the rules.
    Counts,
    /// To take a message back: nobody opens it from then on, its writer neither.
    Retire {
        /// Which message.
        message: MessageId,
        /// Why.
        because: Because,
    },
    /// Not to agree to a message that waits for it: nobody opens it from then on.
    Reject {
        /// Which message.
        message: MessageId,
        /// Why, from the nomenclature's list; its writer reads it.
        reason: ReasonCode,
    },
}

impl Ask {
    /// The message that it names, if it is about one.
    #[must_use]
    pub fn item(&self) -> Option<MessageId> {
        match self {
            Self::UploadState { message, .. }
            | Self::Upload { message, .. }
            | Self::Deposit { message, .. }
            | Self::Claim { message, .. }
            | Self::Grant { message, .. }
            | Self::Acknowledge { message, .. }
            | Self::Fetch { message, .. }
            | Self::Status { message }
            | Self::Letter { message, .. }
            | Self::Retire { message, .. }
            | Self::Reject { message, .. } => Some(*message),
            Self::Log
            | Self::Statements(_)
            | Self::Past { .. }
            | Self::Statement { .. }
            | Self::KeyPages { .. }
            | Self::Enrol { .. }
            | Self::Publish { .. }
            | Self::Mailbox { .. }
            | Self::Sent { .. }
            | Self::Leaves { .. }
            | Self::Consistency { .. }
            | Self::LogKeys { .. }
            | Self::HandOver { .. }
            | Self::Account { .. }
            | Self::Cosign { .. }
            | Self::Watch
            | Self::Blocked { .. }
            | Self::Contest { .. }
            | Self::Counts
            | Self::Certificate { .. } => None,
        }
    }
}

/// What an actor seals to the auditors beside a record: the relay sees how long it is, and a digest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annexed {
    /// The digest of 32 random bytes and of what follows them.
    pub digest: Digest,
    /// For which devices of auditors it follows, sealed, one a frame, in their order.
    pub devices: Vec<(DeviceId, Bucket)>,
}

/// What statements are asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum About {
    /// The device's own standing: its member's card and list of devices.
    Own,
    /// A group, with a proof under the head.
    Group(GroupId),
    /// An annuaire, by its title, and the cards on it.
    Annuaire(String),
    /// Every card, for who certifies them.
    Everybody,
    /// What waits for a signature and concerns the device.
    Proposals,
    /// The answers to invitations that the device's member, or the root that asks, has to accept.
    Enrolments,
}

/// What the relay answers. Where frames follow, the answer says how many.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answer {
    /// No, and why.
    Refused(Refused),
    /// The newest state of the log.
    Log(LogView),
    /// Statements follow, one a frame, in the order in which they prove each other.
    Statements {
        /// The log under whose head they stand.
        log: LogView,
        /// The groups in which this device counts.
        groups: Vec<GroupId>,
        /// The proof of the group that was asked for.
        proof: Option<GroupProof>,
        /// How many frames follow.
        count: u32,
    },
    /// The statements of the past follow, in the same order; none if they are those of today.
    Past {
        /// The head of that time, the last leaf of that tree.
        head: Evidence,
        /// The proof of the group under it.
        proof: GroupProof,
        /// How many frames follow.
        count: u32,
    },
    /// One statement follows.
    Statement,
    /// A statement was accepted.
    Published {
        /// The log after it.
        log: LogView,
        /// Its leaf.
        evidence: Evidence,
    },
    /// Key pages follow, one a frame, without bodies.
    KeyPages {
        /// How many frames follow.
        count: u32,
    },
    /// Headers follow, each a [`Listed`].
    Headers {
        /// The log after the deliveries were recorded.
        log: LogView,
        /// How many frames follow.
        count: u32,
        /// Whether there are more after the last of them.
        more: bool,
    },
    /// How many bytes of a part are at the relay.
    Upload {
        /// From where to go on.
        received: u64,
    },
    /// A message is confirmed.
    Deposited(Confirmation),
    /// A claim is recorded; grant list, grant and note follow, and no note for [`Act::Regrant`].
    Claimed(Confirmation),
    /// Late grants are recorded.
    Granted(Confirmation),
    /// An acknowledgement is recorded.
    Acknowledged(Confirmation),
    /// The bytes of a part follow, without frames.
    Part {
        /// How many.
        bytes: u64,
    },
    /// Header and grant list follow, then the late lists, then notices, each a [`Notice`].
    Status {
        /// The log in which they stand.
        log: LogView,
        /// The leaf of the deposit.
        deposit: Evidence,
        /// How many late grant lists follow after the first.
        late: u32,
        /// The devices whose grants were destroyed and who have no other, in their order.
        destroyed: Vec<DeviceId>,
        /// How many notices follow.
        count: u32,
    },
    /// Leaves follow, one a frame.
    Leaves {
        /// How many frames follow.
        count: u32,
    },
    /// The proof that was asked for.
    Consistency(Vec<Digest>),
    /// The reading is recorded; sealed keys follow, each a [`SealedKey`].
    LogKeys {
        /// The record of the reading.
        confirmation: Confirmation,
        /// How many keys follow, as the relay sealed them.
        keys: u32,
        /// How many follow after them that other reviewers handed over.
        handed: u32,
        /// How many annexes follow after these, each a [`SealedAnnex`], in the order of their records.
        annexes: u32,
    },
    /// What was handed over is recorded, and kept.
    HandedOver(Confirmation),
    /// The reading is recorded; the header follows, while the letter is kept.
    Letter {
        /// The record of the reading.
        confirmation: Confirmation,
        /// Whether the header follows.
        kept: bool,
    },
    /// The account is recorded.
    Accounted(Confirmation),
    /// The witness's signature is kept.
    Cosigned,
    /// The stream stays open; each further frame is a [`News`].
    Watching,
    /// A certificate for the device, which opens the door and proves nothing else.
    Certificate {
        /// Its bytes: X.509 in DER.
        #[serde(with = "serde_bytes")]
        der: Vec<u8>,
    },
    /// It will be counted; nothing is promised.
    Noted,
    /// What was counted and is not in the log yet.
    Counts(Vec<Counted>),
    /// That a message was taken back is recorded, and what opened it is gone from the relay.
    Retired(Confirmation),
    /// That nobody agreed to a message is recorded, and what opened it is gone from the relay.
    Rejected(Confirmation),
}

impl Answer {
    /// The proof that what was asked is in the log, of the answers that are given once it is.
    #[must_use]
    pub fn confirmation(&self) -> Option<&Confirmation> {
        match self {
            Self::Deposited(confirmation)
            | Self::Claimed(confirmation)
            | Self::Granted(confirmation)
            | Self::Acknowledged(confirmation)
            | Self::HandedOver(confirmation)
            | Self::Accounted(confirmation)
            | Self::Retired(confirmation)
            | Self::Rejected(confirmation)
            | Self::LogKeys { confirmation, .. }
            | Self::Letter { confirmation, .. } => Some(confirmation),
            // Each by its name: what a client verifies is no matter of a forgotten line.
            Self::Refused(_)
            | Self::Log(_)
            | Self::Statements { .. }
            | Self::Past { .. }
            | Self::Statement
            | Self::Published { .. }
            | Self::KeyPages { .. }
            | Self::Headers { .. }
            | Self::Upload { .. }
            | Self::Part { .. }
            | Self::Status { .. }
            | Self::Leaves { .. }
            | Self::Consistency(_)
            | Self::Cosigned
            | Self::Watching
            | Self::Noted
            | Self::Counts(_)
            | Self::Certificate { .. } => None,
        }
    }

    /// The state of the log that it shows.
    #[must_use]
    pub fn log(&self) -> Option<&LogView> {
        match self {
            Self::Log(log)
            | Self::Statements { log, .. }
            | Self::Published { log, .. }
            | Self::Headers { log, .. }
            | Self::Status { log, .. } => Some(log),
            answer => answer.confirmation().map(|confirmation| &confirmation.log),
        }
    }
}

/// How often one rule stopped something in a group, or was contested, since the last record of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// In which group; none where the rule was contested.
    pub group: Option<GroupId>,
    /// Which rule.
    pub rule: RuleId,
    /// How often.
    pub count: u32,
}

/// A refusal on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// Why.
    pub refusal: Refusal,
    /// After how many seconds it is worth asking again, where waiting helps.
    pub wait_seconds: Option<u32>,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, wait_seconds: None }
    }
}

/// One header in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// The signed header.
    pub header: Signed,
    /// How far it is for this device.
    pub state: ListedState,
    /// When and why its writer took it back, if they did.
    pub retired: Option<Retired>,
    /// Whether it was sealed anew for who holds it.
    pub sealed_anew: bool,
    /// What was decided, where somebody had to agree to it and has decided.
    pub decision: Option<Decision>,
}

/// What was decided about a message that waited for an agreement, as the relay says it to those who have it in a list. Who
/// reads it holds the agreement itself; its writer has a copy of the record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Decision {
    /// Its recipients may read it.
    Approved {
        /// Since when.
        at: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// Nobody may.
    Rejected {
        /// Since when.
        at: Timestamp,
        /// Why, from the nomenclature's list.
        reason: ReasonCode,
    },
}

/// That a writer took a message back, as the relay says it to those who have it in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub because: Because,
}

/// How far a message is, for the device that lists it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListedState {
    /// Confirmed, and never shown to this device.
    Deposited,
    /// Shown before.
    Delivered,
    /// Its grant was released, and nothing was heard since.
    Released,
    /// Its reader acknowledged.
    Opened,
}

/// The writer's copy of a record about their message, sealed to their devices by the relay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The number of the record.
    pub index: u64,
    /// Its leaf, under the checkpoint of the answer.
    pub evidence: Evidence,
    /// The key of the box, sealed to the asking device.
    #[serde(with = "serde_bytes")]
    pub key: Vec<u8>,
    /// Under which of its expiry recipients.
    pub bucket: Bucket,
    /// Opening and record, closed under that key.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// The key of some boxes, sealed to an auditor's device: by the relay, or by another auditor who hands it over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedKey {
    /// Which key.
    pub epoch: u64,
    /// Under which of the device's expiry recipients.
    pub bucket: Bucket,
    /// The sealed key.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// The annex of a record, sealed to an auditor's device: by who acted, or by another auditor who hands it over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedAnnex {
    /// The record it belongs to.
    pub index: u64,
    /// Under which of the device's expiry recipients.
    pub bucket: Bucket,
    /// The sealed annex.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// Something arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum News {
    /// A message waits.
    Message(MessageId),
    /// The mailbox may have changed in more ways than were told one by one: list it.
    Look,
}
