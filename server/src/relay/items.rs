//! What lies in the homes: one struct for each kind of framed item, and its kind byte.
//!
//! Everything that the index knows follows from these, so the index can be deleted and rebuilt by
//! reading the homes from the beginning. An item of a message lies in the segment of the day on
//! which the message expires, and dies with it.

use crate::store::{Home, frame};
use serde::{Deserialize, Serialize};
use shared::cbor::{self, Malformed};
use shared::ids::{DeviceId, Digest, MessageId};
use shared::limits::{FRAME_BYTES_MAX, NOTE_BYTES_MAX, STATEMENT_BODY_BYTES_MAX, STATEMENT_BYTES_MAX};
use shared::signed::Signed;
use shared::statement::Statement;
use shared::time::{Bucket, Timestamp};
use shared::wire::ListedState;

/// One framed item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A confirmed message: header and grant list.
    Envelope(Envelope),
    /// Its sealed note.
    Note(Note),
    /// One sealed grant.
    Grant(Grant),
    /// How far a message is for one device.
    Mark(Mark),
    /// The writer's sealed copy of a record.
    Notice(Notice),
    /// A statement that was accepted.
    Statement(Box<Published>),
    /// The key of some boxes of the log, sealed to the auditors.
    Keys(Keys),
    /// The text of a reason, sealed to the auditors by who gave it.
    Annex(Annex),
    /// A record was made that changed nothing else.
    Done(Done),
}

/// A confirmed message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Its signed header.
    pub header: Signed,
    /// Its signed grant list.
    pub grant_list: Signed,
    /// The confirmation.
    pub done: Done,
}

/// Where and when something was recorded, and for which request: what the same answer needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// The number of the record.
    pub index: u64,
    /// The relay's time.
    pub time: Timestamp,
    /// The digest of the signed request.
    pub request: Digest,
    /// The time in the request.
    pub asked: Timestamp,
    /// The counter of the request.
    pub counter: u64,
    /// The device that asked.
    pub device: DeviceId,
}

/// A sealed note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Of which message.
    pub message: MessageId,
    /// The ciphertext.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// A sealed grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Of which message.
    pub message: MessageId,
    /// For which device.
    pub device: DeviceId,
    /// The ciphertext.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// A step of a message for one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Which message.
    pub message: MessageId,
    /// For which device.
    pub device: DeviceId,
    /// How far it is now.
    pub state: ListedState,
    /// The record of it.
    pub done: Done,
}

/// The writer's sealed copy of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// About which message.
    pub message: MessageId,
    /// The number of the record.
    pub index: u64,
    /// The key of the box, sealed to each device of the writer.
    pub keys: Vec<SealedTo>,
    /// Opening and record, closed under that key.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// Something small that is sealed to one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedTo {
    /// To which device.
    pub device: DeviceId,
    /// Under which of its expiry recipients.
    pub bucket: Bucket,
    /// The ciphertext.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

/// A statement with its leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The statement and its body.
    pub statement: Statement,
    /// The number of its leaf.
    pub index: u64,
}

/// A key of boxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Its number.
    pub epoch: u64,
    /// The leaf that names it; the boxes that follow are closed under it.
    pub index: u64,
    /// To each auditor's device.
    pub sealed: Vec<SealedTo>,
}

/// A sealed text of a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annex {
    /// The record it belongs to.
    pub index: u64,
    /// To each auditor's device.
    pub sealed: Vec<SealedTo>,
}

/// Room for the largest item: a statement with its body, or a note, and the fields around it.
const ITEM_BYTES_MAX: usize = NOTE_BYTES_MAX + FRAME_BYTES_MAX;
const _: () = assert!(STATEMENT_BYTES_MAX + STATEMENT_BODY_BYTES_MAX < ITEM_BYTES_MAX);

impl Item {
    /// The framed bytes.
    #[must_use]
    pub fn to_frame(&self) -> Vec<u8> {
        let (kind, payload) = match self {
            Self::Envelope(item) => (1, cbor::encode(item)),
            Self::Note(item) => (2, cbor::encode(item)),
            Self::Grant(item) => (3, cbor::encode(item)),
            Self::Mark(item) => (4, cbor::encode(item)),
            Self::Notice(item) => (5, cbor::encode(item)),
            Self::Statement(item) => (6, cbor::encode(item)),
            Self::Keys(item) => (7, cbor::encode(item)),
            Self::Annex(item) => (8, cbor::encode(item)),
            Self::Done(item) => (9, cbor::encode(item)),
        };
        frame::encode(kind, &payload)
    }

    /// The item of a frame.
    ///
    /// # Errors
    /// [`Malformed`] if kind and payload are no item of this version.
    pub fn from_frame(kind: u8, payload: &[u8]) -> Result<Self, Malformed> {
        fn item<T: Serialize + serde::de::DeserializeOwned>(payload: &[u8]) -> Result<T, Malformed> {
            cbor::decode(payload, ITEM_BYTES_MAX)
        }
        Ok(match kind {
            1 => Self::Envelope(item(payload)?),
            2 => Self::Note(item(payload)?),
            3 => Self::Grant(item(payload)?),
            4 => Self::Mark(item(payload)?),
            5 => Self::Notice(item(payload)?),
            6 => Self::Statement(item(payload)?),
            7 => Self::Keys(item(payload)?),
            8 => Self::Annex(item(payload)?),
            9 => Self::Done(item(payload)?),
            _ => return Err(Malformed::Form),
        })
    }
}

/// The segment in which everything of a message lies: the day of its last second.
#[must_use]
pub fn segment_of(expires: Timestamp) -> Home {
    let last_second = Timestamp(expires.0.saturating_sub(1));
    Home::Segment { day: u32::try_from(last_second.day()).unwrap_or(u32::MAX) }
}

/// Where an item lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// In which file.
    pub home: Home,
    /// At which offset.
    pub at: u64,
    /// How many bytes, with its frame.
    pub bytes: u32,
}
