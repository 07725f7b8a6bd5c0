//! What lies in the homes: one struct for each kind of framed item, and its kind byte.
//!
//! Everything that the index knows follows from these, so the index can be deleted and rebuilt by
//! reading the homes from the beginning. An item of a message lies in the segment of the day on
//! which the message expires, and dies with it.

use crate::store::frame::{self, FRAME_HEADER_BYTES, FRAME_PAYLOAD_BYTES_MAX};
use crate::store::{Home, Run};
use serde::{Deserialize, Serialize};
use shared::cbor::{self, Malformed};
use shared::ids::{DeviceId, Digest, MessageId, ReasonCode};
use shared::log::Act;
use shared::message::Because;
use shared::signed::Signed;
use shared::statement::{KeyPage, Kind, Statement};
use shared::time::{Bucket, Timestamp};
use shared::wire::{self, ListedState};

/// One framed item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A confirmed message: header and grant list, with its grants and note behind them.
    Envelope(Box<Envelope>),
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
    /// More grants for a confirmed message.
    LateGrants(Box<LateGrants>),
    /// A grant that waited was destroyed.
    Destroyed(Destroyed),
    /// A device was given its grant, and nobody was shown anything.
    Unshown(Unshown),
    /// The end of a message was recorded.
    Expired(Expired),
    /// All segments through a day were ended.
    Ended(Ended),
    /// What a reviewer handed over to another.
    Handed(Handed),
    /// A message was taken back by its writer.
    Retired(Retired),
    /// Who had to agree to a message did not.
    Rejected(Rejected),
}

/// A confirmed message. Behind its frame stand, as bulk, the sealed grants in the order of the list
/// and then the sealed note; their digests are in the list and in the header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// Its signed header.
    pub header: Signed,
    /// Its signed grant list.
    pub grant_list: Signed,
    /// The length of each grant.
    pub grants: Vec<u32>,
    /// The length of the note.
    pub note: u32,
    /// The confirmation.
    pub done: Done,
}

impl Envelope {
    /// How many bytes stand behind the frame.
    #[must_use]
    pub fn bulk_bytes(&self) -> u64 {
        self.grants.iter().map(|bytes| u64::from(*bytes)).sum::<u64>() + u64::from(self.note)
    }

    /// Where in the bulk the note stands.
    #[must_use]
    pub fn note_at(&self) -> (u64, u32) {
        (self.bulk_bytes() - u64::from(self.note), self.note)
    }
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

/// More grants for a confirmed message. Behind its frame stand, as bulk, the sealed grants in the order
/// of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateGrants {
    /// For which message.
    pub message: MessageId,
    /// The number of that message's deposit: its place in every list.
    pub number: u64,
    /// The signed grant list.
    pub list: Signed,
    /// The length of each grant.
    pub grants: Vec<u32>,
    /// The record of it.
    pub done: Done,
}

impl LateGrants {
    /// How many bytes stand behind the frame.
    #[must_use]
    pub fn bulk_bytes(&self) -> u64 {
        self.grants.iter().map(|bytes| u64::from(*bytes)).sum()
    }
}

/// The sealed grant of a device was overwritten with zeros, where it lay. The list still names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destroyed {
    /// Of which message.
    pub message: MessageId,
    /// The number of that message's deposit.
    pub number: u64,
    /// Of which list, by the number of its record.
    pub list: u64,
    /// Whose grant.
    pub device: DeviceId,
}

/// A claim that showed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unshown {
    /// Of which message.
    pub message: MessageId,
    /// To make late grants from it, or to seal the message anew.
    pub act: Act,
    /// The record of it.
    pub done: Done,
}

/// The record that a message expired: a sweep that comes again after a crash makes no other. Where it came before the
/// day of its segment, of something that waited for an agreement, what stood behind envelope and late lists was
/// overwritten with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expired {
    /// Which message.
    pub message: MessageId,
    /// The number of the record.
    pub index: u64,
}

/// Every message through a day has its end in the log, and their segments go: a start after a crash brings
/// none of them back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// The last day, counted from 1970-01-01.
    pub day: u32,
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

/// What a reviewer gave another's device, who was not one yet when it was sealed to the reviewers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handed {
    /// The number of the record.
    pub record: u64,
    /// Who handed it over.
    pub by: DeviceId,
    /// What it opens, or is.
    pub what: Opening,
    /// To whom.
    pub sealed: SealedTo,
}

/// Whatever stood behind the envelope of a message and behind its late lists was overwritten with zeros, where it
/// lay: every grant, and the note. Header and lists still stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retired {
    /// Which message.
    pub message: MessageId,
    /// Why.
    pub because: Because,
    /// The record of it.
    pub done: Done,
}

impl Retired {
    /// As it stands in a list.
    #[must_use]
    pub fn listed(&self) -> wire::Retired {
        wire::Retired { at: self.done.time, because: self.because }
    }
}

/// The same, by who had to agree to it and did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rejected {
    /// Which message.
    pub message: MessageId,
    /// Why, from the nomenclature's list.
    pub reason: ReasonCode,
    /// The record of it.
    pub done: Done,
}

/// What opens something of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Opening {
    /// The key of the boxes of this number.
    Boxes(u64),
    /// What lies beside the record of this number.
    Annex(u64),
}

impl Opening {
    /// Where it lies: with what the relay sealed of the same kind.
    #[must_use]
    pub fn home(self) -> Home {
        match self {
            Self::Boxes(_) => Home::HourKeys,
            Self::Annex(_) => Home::Annexes,
        }
    }
}

impl Item {
    /// The framed bytes, without the bulk behind them.
    #[must_use]
    pub fn to_frame(&self) -> Vec<u8> {
        let (kind, payload) = match self {
            Self::Envelope(item) => (1, cbor::encode(item)),
            Self::Mark(item) => (4, cbor::encode(item)),
            Self::Notice(item) => (5, cbor::encode(item)),
            Self::Statement(item) => (6, cbor::encode(item)),
            Self::Keys(item) => (7, cbor::encode(item)),
            Self::Annex(item) => (8, cbor::encode(item)),
            Self::Done(item) => (9, cbor::encode(item)),
            Self::LateGrants(item) => (10, cbor::encode(item)),
            Self::Destroyed(item) => (11, cbor::encode(item)),
            Self::Unshown(item) => (12, cbor::encode(item)),
            Self::Expired(item) => (13, cbor::encode(item)),
            Self::Ended(item) => (14, cbor::encode(item)),
            Self::Handed(item) => (15, cbor::encode(item)),
            Self::Retired(item) => (16, cbor::encode(item)),
            Self::Rejected(item) => (17, cbor::encode(item)),
        };
        frame::encode(kind, &payload, usize::try_from(self.bulk_bytes()).unwrap_or(usize::MAX))
    }

    /// How many bytes stand behind the frame.
    #[must_use]
    pub fn bulk_bytes(&self) -> u64 {
        match self {
            Self::Envelope(envelope) => envelope.bulk_bytes(),
            Self::LateGrants(late) => late.bulk_bytes(),
            _ => 0,
        }
    }

    /// The item of a frame.
    ///
    /// # Errors
    /// [`Malformed`] if kind and payload are no item of this version.
    pub fn from_frame(kind: u8, payload: &[u8]) -> Result<Self, Malformed> {
        fn item<T: Serialize + serde::de::DeserializeOwned>(payload: &[u8]) -> Result<T, Malformed> {
            cbor::decode(payload, FRAME_PAYLOAD_BYTES_MAX)
        }
        Ok(match kind {
            1 => Self::Envelope(item(payload)?),
            4 => Self::Mark(item(payload)?),
            5 => Self::Notice(item(payload)?),
            6 => Self::Statement(item(payload)?),
            7 => Self::Keys(item(payload)?),
            8 => Self::Annex(item(payload)?),
            9 => Self::Done(item(payload)?),
            10 => Self::LateGrants(item(payload)?),
            11 => Self::Destroyed(item(payload)?),
            12 => Self::Unshown(item(payload)?),
            13 => Self::Expired(item(payload)?),
            14 => Self::Ended(item(payload)?),
            15 => Self::Handed(item(payload)?),
            16 => Self::Retired(item(payload)?),
            17 => Self::Rejected(item(payload)?),
            _ => return Err(Malformed::Form),
        })
    }

    /// The items in the bytes of a batch that belong to a framed home, with their places.
    pub fn in_run(run: &Run) -> impl Iterator<Item = (Place, Self)> + '_ {
        let scan = frame::Scan::new(std::io::Cursor::new(run.bytes.as_slice()), 0);
        let scanned = scan.take(if run.home.is_framed() { usize::MAX } else { 0 });
        scanned.filter_map(|scanned| match scanned {
            Ok(frame::Scanned::Frame { at, kind, payload, .. }) => {
                let place = Place::of(run.home, run.at + at, payload.len());
                Some((place, Self::from_frame(kind, &payload).ok()?))
            }
            _ => None,
        })
    }
}

/// Where in the bulk behind an item a grant stands, by its place in the list.
#[must_use]
pub fn grant_at(lengths: &[u32], place: usize) -> Option<(u64, u32)> {
    let before = lengths.get(..place)?.iter().map(|bytes| u64::from(*bytes)).sum();
    Some((before, *lengths.get(place)?))
}

/// The segment in which everything of a message lies: the day of its last second.
#[must_use]
pub fn segment_of(expires: Timestamp) -> Home {
    let last_second = Timestamp(expires.0.saturating_sub(1));
    Home::Segment { day: u32::try_from(last_second.day()).unwrap_or(u32::MAX) }
}

/// Where a statement lies: with all others, for good; or a key page, in the segment of its last bucket, with which it
/// dies.
#[must_use]
pub fn home_of(statement: &Statement) -> Home {
    let page = (statement.kind == Kind::KeyPage).then(|| statement.signed.peek::<KeyPage>().ok()).flatten();
    let last = page.and_then(|page| page.buckets.last().copied());
    last.map_or(Home::Statements, |bucket| segment_of(bucket.ends))
}

/// Where an item lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// In which file.
    pub home: Home,
    /// At which offset.
    pub at: u64,
    /// How many bytes, with its frame and without its bulk.
    pub bytes: u32,
}

impl Place {
    /// The place of a frame with a payload of this length.
    #[must_use]
    pub fn of(home: Home, at: u64, payload_bytes: usize) -> Self {
        let bytes = u32::try_from(FRAME_HEADER_BYTES + payload_bytes).unwrap_or(u32::MAX);
        Self { home, at, bytes }
    }

    /// The offset of the bulk behind the frame.
    #[must_use]
    pub fn bulk(&self) -> u64 {
        self.at + u64::from(self.bytes)
    }
}
