//! What a request asks the sequencer to do, prepared as far as it can be outside of it; and what it
//! gets back when that is on the disk.

use super::items::{Done, Opening, SealedTo};
use super::snapshot::Commit;
use shared::authorise::{self, Authorised};
use shared::crypto::BoxKey;
use shared::ids::{DeviceId, Digest, MessageId, Random, ReasonCode};
use shared::limits::{EXPIRIES_MAX, GRANT_BYTES_MAX, GRANTS_MAX, NOTE_BYTES_MAX};
use shared::log::{Outcome, Record};
use shared::message::{Because, GrantList};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::Statement;
use shared::time::Timestamp;
use shared::wire::ListedState;
use std::sync::Arc;
use tokio::sync::oneshot;

/// A change, and where its answer goes.
#[derive(Debug)]
pub struct Proposal {
    /// The number of the directory under which it was authorised. If another is in force when its
    /// turn comes, it is sent back to be authorised again.
    pub under: u64,
    /// What shall change.
    pub change: Change,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Result<Committed, Declined>>,
}

/// What shall change.
#[derive(Debug)]
pub enum Change {
    /// A message is confirmed.
    Deposit(Box<Deposit>),
    /// A message goes one step further for one device.
    Step(Box<Step>),
    /// A statement is accepted.
    Publish(Box<Publication>),
    /// Nothing but a record: the log is read, or a device accounts for what it destroyed.
    RecordAlone(Box<Recording>),
    /// A request was refused.
    Refusal(Box<Recording>),
    /// A device is let in, or a day's count: what the relay alone attests.
    Attested(Box<Record>),
    /// More devices are given grants for a message.
    Grant(Box<LateGrants>),
    /// Another reviewer is given what opens earlier records.
    HandOver(Box<HandOver>),
    /// A message is taken back, or not agreed to.
    Retire(Box<Retirement>),
    /// What waits for a device that will not count again is destroyed. Whether it counts is judged when
    /// its turn comes.
    Destroy {
        /// Whose grants.
        device: DeviceId,
        /// For which messages.
        messages: Vec<MessageId>,
    },
    /// A fresh head is wanted.
    Head,
    /// What has expired is forgotten.
    Sweep,
}

/// A record to be made: all but its number and time.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The request that it answers.
    pub asked: Asked,
    /// The record, with number and time still open.
    pub record: Record,
    /// What its actor sealed to the auditors beside it.
    pub annex: Vec<SealedTo>,
}

impl Recording {
    /// The record of what had been done before. What was sealed to the auditors lies beside the first one.
    #[must_use]
    pub fn of_what_is_done(&self) -> Self {
        let record = Record { outcome: Outcome::AlreadyDone, ..self.record.clone() };
        Self { asked: self.asked, record, annex: Vec::new() }
    }

    fn annex_bytes(&self) -> usize {
        self.annex.iter().map(|sealed| sealed.sealed.len()).sum()
    }
}

/// A statement, and who brings it.
#[derive(Debug)]
pub struct Publication {
    /// The statement.
    pub statement: Statement,
    /// Its record, with act and group still open; none at the founding, where nobody asks.
    pub recording: Option<Recording>,
}

impl From<Statement> for Change {
    /// As at the founding.
    fn from(statement: Statement) -> Self {
        Self::Publish(Box::new(Publication { statement, recording: None }))
    }
}

/// What the sequencer needs of the signed request.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The digest of its exact bytes.
    pub digest: Digest,
    /// Its time.
    pub time: Timestamp,
    /// Its counter.
    pub counter: u64,
    /// Its device.
    pub device: DeviceId,
    /// What opens the commitment of its record.
    pub opening: Random,
}

/// A deposit, its parts durable.
#[derive(Debug)]
pub struct Deposit {
    /// Its record.
    pub recording: Recording,
    /// The right to it. Without one, only a message that is confirmed already is confirmed again.
    pub allowed: Option<Authorised<authorise::Deposit>>,
    /// The message.
    pub message: MessageId,
    /// Its signed header.
    pub header: Signed,
    /// Its signed grant list.
    pub grant_list: Signed,
    /// Grants and note.
    pub bulk: Arc<Bulk>,
}

/// The sealed grants of a message in the order of their list, and then its sealed note.
#[derive(Debug, Default)]
pub struct Bulk {
    /// All of it.
    pub bytes: Vec<u8>,
    /// The length of each grant.
    pub grants: Vec<u32>,
    /// The length of the note.
    pub note: u32,
}

/// More grants for a message.
#[derive(Debug)]
pub struct LateGrants {
    /// Its record.
    pub recording: Recording,
    /// The right to it. Without one, only a list that is there already is recorded again.
    pub allowed: Option<Authorised<GrantList>>,
    /// Which message.
    pub message: MessageId,
    /// When it expires.
    pub expires: Timestamp,
    /// The signed list.
    pub list: Signed,
    /// The grants.
    pub bulk: Arc<Bulk>,
    /// The writer's copy of the record.
    pub copy: Option<WritersCopy>,
}

/// What opens earlier records, for another reviewer's device.
#[derive(Debug)]
pub struct HandOver {
    /// Its record.
    pub recording: Recording,
    /// To which device.
    pub to: DeviceId,
    /// What of it that device was not given by the relay.
    pub lacking: Vec<(Opening, SealedTo)>,
}

/// A message that its writer takes back, or to which somebody does not agree.
#[derive(Debug)]
pub struct Retirement {
    /// Its record.
    pub recording: Recording,
    /// The right to it, and to which message.
    pub allowed: Authorised<MessageId>,
    /// By whom, and why.
    pub how: Withdrawal,
    /// How many bytes are overwritten.
    pub bytes: u64,
    /// The writer's copy of the record.
    pub copy: Option<WritersCopy>,
}

/// By whom a message is withdrawn, and why.
#[derive(Clone, Debug)]
pub enum Withdrawal {
    /// By its writer.
    TakenBack(Because),
    /// By who had to agree to it.
    Rejected(ReasonCode),
}

/// A step of a message for one device.
#[derive(Debug)]
pub struct Step {
    /// Its record.
    pub recording: Recording,
    /// Which message.
    pub message: MessageId,
    /// When it expires.
    pub expires: Timestamp,
    /// How far it is then; none for a claim that shows nothing.
    pub state: Option<ListedState>,
    /// The writer's copy of the record.
    pub copy: Option<WritersCopy>,
}

/// What the writer's copy of a record is closed with.
#[derive(Debug)]
pub struct WritersCopy {
    /// Closes the copy.
    pub key: BoxKey,
    /// The same key, sealed to each of the writer's devices.
    pub sealed: Vec<SealedTo>,
}

/// A change that is on the disk.
#[derive(Debug)]
pub enum Committed {
    /// With a record.
    Recorded(Recorded),
    /// A statement's leaf.
    Published(Leafed),
    /// Nothing but a head, or nothing at all.
    Head,
    /// What has expired is forgotten.
    Swept {
        /// Or there is more of it, for another change.
        more: bool,
    },
}

/// Proof that a record is durable. Only the sequencer makes one, and the release of a grant takes
/// it.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub(super) leafed: Leafed,
    pub(super) record: Vec<u8>,
    pub(super) opening: Random,
}

/// A leaf in the log, under a checkpoint that is on the disk.
#[derive(Debug, Clone)]
pub struct Leafed {
    /// The number of the leaf.
    pub index: u64,
    /// Its bytes.
    pub leaf: Vec<u8>,
    /// The batch after which it is proved.
    pub commit: Arc<Commit>,
}

/// Why a change was not made. Nothing was written of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declined {
    /// The answer is no.
    Refused(Refusal),
    /// The directory changed meanwhile: authorise again.
    Superseded,
}

impl Proposal {
    /// Answers that it is not made.
    pub fn decline(self, declined: Declined) {
        // Whoever asked may have gone.
        let _ = self.answer.send(Err(declined));
    }
}

impl Change {
    /// The record that it makes, if it makes one.
    fn recording(&self) -> Option<&Recording> {
        match self {
            Self::Deposit(deposit) => Some(&deposit.recording),
            Self::Step(step) => Some(&step.recording),
            Self::Grant(late) => Some(&late.recording),
            Self::HandOver(handing) => Some(&handing.recording),
            Self::Retire(retirement) => Some(&retirement.recording),
            Self::RecordAlone(recording) | Self::Refusal(recording) => Some(recording),
            Self::Publish(_) | Self::Attested(_) | Self::Destroy { .. } | Self::Head | Self::Sweep => None,
        }
    }

    /// An upper bound of the bytes that the change writes.
    #[must_use]
    pub fn bytes_max(&self) -> u64 {
        let bytes = match self {
            Self::Deposit(deposit) => {
                deposit.bulk.bytes.len() + deposit.header.bytes.len() + deposit.grant_list.bytes.len()
            }
            Self::Publish(publication) => {
                let statement = &publication.statement;
                2 * (statement.signed.bytes.len() + statement.body.as_ref().map_or(0, Vec::len))
            }
            Self::Grant(late) => late.bulk.bytes.len() + late.list.bytes.len(),
            Self::HandOver(handing) => {
                handing.lacking.iter().map(|(_, sealed)| sealed.sealed.len() + HANDED_BYTES_AROUND).sum()
            }
            Self::Destroy { messages, .. } => messages.len() * (GRANT_BYTES_MAX + DESTROYED_BYTES),
            Self::Retire(retirement) => usize::try_from(retirement.bytes).unwrap_or(usize::MAX),
            Self::Sweep => EXPIRIES_MAX * EXPIRY_BYTES + ENDED_BYTES_MAX,
            Self::Step(_) | Self::RecordAlone(_) | Self::Refusal(_) | Self::Attested(_) | Self::Head => 0,
        };
        let annex = self.recording().map_or(0, Recording::annex_bytes);
        (bytes + annex + CHANGE_BYTES_AROUND) as u64
    }

    /// Whether it is new load, which is refused before old promises break; or something that was
    /// promised, such as reading what is there.
    #[must_use]
    pub fn is_new_load(&self) -> bool {
        matches!(self, Self::Deposit(_) | Self::Publish(_) | Self::Grant(_) | Self::HandOver(_))
    }
}

/// The mark that a grant was destroyed, in its frame.
const DESTROYED_BYTES: usize = 256;

/// What stands around something that was handed over, in its frame.
const HANDED_BYTES_AROUND: usize = 256;

/// A record of an expiry in its leaf, with its hashes, and the mark that it was made.
const EXPIRY_BYTES: usize = 2048;

/// What one sweep overwrites of letters that ended before their segments: one as large as it may be, or many small ones.
pub(super) const ENDED_BYTES_MAX: usize = 2 * NOTE_BYTES_MAX + GRANTS_MAX * GRANT_BYTES_MAX;

/// A record in its leaf, its copy for the writer, the keys of an hour, a head, hashes, and frames.
const CHANGE_BYTES_AROUND: usize = 64 * 1024;

impl From<Refusal> for Declined {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Recorded {
    /// The exact bytes of the record.
    #[must_use]
    pub fn record(&self) -> &[u8] {
        &self.record
    }

    /// What opens its commitment.
    #[must_use]
    pub fn opening(&self) -> Random {
        self.opening
    }

    /// Its leaf.
    #[must_use]
    pub fn leafed(&self) -> &Leafed {
        &self.leafed
    }
}

impl Asked {
    /// What is kept of the request.
    #[must_use]
    pub fn done(&self, index: u64, time: Timestamp) -> Done {
        Done {
            index,
            time,
            request: self.digest,
            asked: self.time,
            counter: self.counter,
            device: self.device,
        }
    }
}
