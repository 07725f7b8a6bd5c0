//! The relay's state: one sequencer that changes it, and what everybody else may look at.
//!
//! `sequencer` is the order of things; `open` brings it back after a stop of any kind; `snapshot`
//! is what is in force; `items` and `index` are what lies where; `time` is what may be destroyed by now. Nothing here
//! knows a socket.

pub mod change;
pub(crate) mod cosignatures;
mod counters;
mod heads;
pub mod history;
pub mod index;
pub mod items;
pub mod log_files;
mod news;
mod open;
mod refusals;
pub mod sequencer;
pub mod shelf;
pub mod snapshot;
mod tally;
mod time;

pub(crate) use counters::Counted;
pub use open::{OpenFailed, Opened, Running, Setup, in_force, open_store, rebuild_index, reindex};

use crate::quotas::Quotas;
use crate::store::{Blobs, Store, StoreError};
use crate::transport::pki::Issuer;
use change::{Change, Committed, Declined, Leafed, Proposal, Recorded, Recording};
use index::Index;
use log_files::LogFiles;
use shared::ids::{DeviceId, Digest, MessageId};
use shared::log::{Act, Actor, Confirmation, Evidence, LogView, Record, commit};
use shared::message::{GrantEntry, Ground, Header};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::{Ask, Decision, Request};
use shelf::{Granted, Shelf};
use snapshot::{Commit, Snapshot};
use std::sync::Arc;
use time::RelayTime;
use tokio::sync::{mpsc, oneshot, watch};

/// What requests look at, and their door to the sequencer.
#[derive(Clone)]
pub struct Relay {
    time: Arc<RelayTime>,
    snapshot: watch::Receiver<Arc<Snapshot>>,
    changes: watch::Receiver<u64>,
    proposals: mpsc::Sender<Proposal>,
    shelf: Shelf,
    files: LogFiles,
    blobs: Arc<dyn Blobs>,
    counters: Arc<counters::Counters>,
    listeners: Arc<news::Listeners>,
    heads: Arc<heads::Heads>,
    cosignatures: Arc<cosignatures::Cosignatures>,
    refusals: Arc<refusals::Refusals>,
    tally: Arc<tally::Tally>,
    quotas: Quotas,
    issuer: Option<Arc<Issuer>>,
}

/// A message as it is stored.
pub struct Stored {
    /// Where it lies.
    pub place: items::Place,
    /// The signed header and grant list.
    pub envelope: items::Envelope,
    /// The header.
    pub header: Header,
    /// Who was given grants: by the deposit, and later.
    pub lists: Vec<Granted>,
    /// That its writer took it back, if they did.
    pub retired: Option<items::Retired>,
    /// That who had to agree to it did not, if they said so.
    pub rejected: Option<items::Rejected>,
}

impl Stored {
    /// The list that has a grant for a device which is still there.
    #[must_use]
    pub fn granted(&self, device: DeviceId) -> Option<&Granted> {
        self.lists.iter().find(|list| list.names(device))
    }

    /// Whether nobody opens it any more before its end.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.retired.is_some() || self.rejected.is_some()
    }

    /// When the last of what it was sealed to dies.
    #[must_use]
    pub fn ends(&self) -> Timestamp {
        let ends = self.lists.iter().flat_map(|list| &list.list.grants).map(|grant| grant.bucket.ends);
        ends.max().unwrap_or(self.header.core.expires)
    }

    /// Of what waits for an agreement, the first one, and until when it lets it be read.
    #[must_use]
    pub fn approved(&self) -> Option<(Timestamp, Timestamp)> {
        let first = self.lists.iter().find(|list| list.list.ground == Ground::Approval)?;
        Some((first.at, first.list.ends()?))
    }

    /// What was decided, as it stands in a list.
    #[must_use]
    pub fn decision(&self) -> Option<Decision> {
        let approved = self.approved().map(|(at, until)| Decision::Approved { at, until });
        let rejected = self.rejected.as_ref();
        approved.or(rejected.map(|it| Decision::Rejected { at: it.done.time, reason: it.reason.clone() }))
    }

    /// How many bytes stand behind the envelope and the late lists: grants, and the note.
    #[must_use]
    pub fn bulk_bytes(&self) -> u64 {
        self.envelope.bulk_bytes() + self.lists[1..].iter().map(Granted::bulk_bytes).sum::<u64>()
    }

    /// Every grant that is still there; of a message that was taken back, all that were before.
    pub fn living(&self) -> impl Iterator<Item = &GrantEntry> {
        self.lists.iter().flat_map(Granted::living)
    }
}

impl Relay {
    /// The time by the relay's own clock: what has ended by it is refused.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.time.now()
    }

    /// The time as far as somebody else's clock bears it out: what has ended by it is destroyed.
    #[must_use]
    pub fn borne_out(&self) -> Timestamp {
        self.time.borne_out()
    }

    /// A verified request was made then.
    pub(crate) fn heard(&self, asked: Timestamp) {
        self.time.heard(asked);
    }

    /// What is in force.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.borrow())
    }

    /// Tells of every change of the directory: the number of the one in force. A batch that brings no
    /// statement is not heard of here.
    #[must_use]
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }

    /// What issues the devices' certificates, where this relay has it.
    #[must_use]
    pub(crate) fn issuer(&self) -> Option<&Issuer> {
        self.issuer.as_deref()
    }

    /// Where things lie.
    #[must_use]
    pub fn index(&self) -> &Index {
        &self.shelf.index
    }

    /// Reads what lies there.
    #[must_use]
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The log as it lies on the disk.
    #[must_use]
    pub fn files(&self) -> &LogFiles {
        &self.files
    }

    /// Where everything but the documents is kept.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.shelf.store
    }

    /// The documents.
    #[must_use]
    pub fn blobs(&self) -> &dyn Blobs {
        &*self.blobs
    }

    /// Which counters were used.
    #[must_use]
    pub(crate) fn counters(&self) -> &counters::Counters {
        &self.counters
    }

    /// What everybody takes just now.
    #[must_use]
    pub(crate) fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// Heads that were found in the log before.
    #[must_use]
    pub(crate) fn heads(&self) -> &heads::Heads {
        &self.heads
    }

    /// What witnesses signed.
    #[must_use]
    pub(crate) fn cosignatures(&self) -> &cosignatures::Cosignatures {
        &self.cosignatures
    }

    /// What the rules stopped.
    #[must_use]
    pub(crate) fn tally(&self) -> &tally::Tally {
        &self.tally
    }

    /// Who listens for news.
    #[must_use]
    pub(crate) fn listeners(&self) -> &Arc<news::Listeners> {
        &self.listeners
    }

    /// Has a change made durable, authorising it again as often as the directory changes meanwhile.
    ///
    /// # Errors
    /// The [`Refusal`], of the authorisation or of the sequencer.
    pub async fn change(
        &self,
        mut authorise: impl FnMut(&Snapshot) -> Result<Change, Refusal>,
    ) -> Result<Committed, Refusal> {
        loop {
            let snapshot = self.snapshot();
            let change = authorise(&snapshot)?;
            let (answer, committed) = oneshot::channel();
            let proposal = Proposal { under: snapshot.number, change, answer };
            self.proposals.send(proposal).await.map_err(|_| Refusal::Unavailable)?;
            match committed.await {
                Ok(Ok(committed)) => return Ok(committed),
                Ok(Err(Declined::Refused(refusal))) => return Err(refusal),
                Ok(Err(Declined::Superseded)) => {}
                Err(_) => return Err(Refusal::Unavailable),
            }
        }
    }

    /// As [`change`](Self::change), for what makes a record.
    ///
    /// # Errors
    /// The [`Refusal`].
    pub async fn record(
        &self,
        authorise: impl FnMut(&Snapshot) -> Result<Change, Refusal>,
    ) -> Result<Recorded, Refusal> {
        match self.change(authorise).await? {
            Committed::Recorded(recorded) => Ok(recorded),
            Committed::Published(_) | Committed::Head | Committed::Swept { .. } => Err(Refusal::Unavailable),
        }
    }

    /// records that a device is connected. Nothing is there to say of one that is
    /// on no card.
    ///
    /// # Errors
    /// The [`Refusal`] if it cannot be recorded.
    pub(crate) async fn connected(&self, device: DeviceId) -> Result<(), Refusal> {
        let recorded = self.change(|snapshot| {
            let card = snapshot.directory.owner(device).ok_or(Refusal::NotEnrolled)?;
            let record = Record::of(Act::Connection, self.now());
            Ok(Change::Attested(Box::new(Record { actor: Some(Actor::of(card, device)), ..record })))
        });
        match recorded.await {
            Ok(_) | Err(Refusal::NotEnrolled) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// records a refusal, or counts it with others like it.
    pub(crate) async fn refused(&self, refusal: Refusal, recording: Recording) {
        let (device, now) = (recording.asked.device, self.now());
        self.record_refusals(self.refusals.count(device, refusal, recording, now)).await;
    }

    /// Records what was counted and has waited for long enough: refusals, and what the rules stopped; before a stop,
    /// all of it.
    pub(crate) async fn record_counted(&self, is_last: bool) {
        for record in self.tally.due(self.borne_out(), is_last) {
            if let Err(unrecorded) = self.change(|_| Ok(Change::Attested(Box::new(record.clone())))).await {
                tracing::warn!(%unrecorded, "what the rules stopped on a day is not in the log");
            }
        }
        let counted = if is_last { self.refusals.all() } else { self.refusals.due(self.now()) };
        self.record_refusals(counted).await;
    }

    async fn record_refusals(&self, refusals: Vec<Recording>) {
        for refusal in refusals {
            let record = || Ok(Change::Refusal(Box::new(refusal.clone())));
            if let Err(unrecorded) = self.change(|_| record()).await {
                let reference = &refusal.record.reference;
                tracing::warn!(?reference, %unrecorded, "a refusal is not in the log");
            }
        }
    }

    /// The newest state of the log for a client that knows the tree of size `known`.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] if the log cannot be read.
    pub fn log_view(&self, snapshot: &Snapshot, known: u64) -> Result<LogView, Refusal> {
        self.view(&snapshot.commit, known)
    }

    fn view(&self, commit: &Commit, known: u64) -> Result<LogView, Refusal> {
        let cosigned = self.cosignatures.shown(&self.snapshot.borrow().directory);
        commit.view(known, &cosigned, &self.files).map_err(|_| unproved())
    }

    /// What proves a record to whom it confirms something.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] if the log cannot be read.
    pub fn confirmation(&self, recorded: &Recorded, known: u64) -> Result<Confirmation, Refusal> {
        let (log, evidence) = self.proved(recorded.leafed(), known)?;
        // `tests/durable.py` looks for these bytes in what was written and synced before this line.
        if tracing::enabled!(tracing::Level::DEBUG) {
            let (record, commitment) = (evidence.index, commit(recorded.opening(), recorded.record()));
            tracing::debug!(record, %commitment, "confirmed");
        }
        Ok(Confirmation { log, record: recorded.record().to_vec(), opening: recorded.opening(), evidence })
    }

    /// The log after a leaf, and the leaf's place in it.
    ///
    /// # Errors
    /// [`Refusal::Unavailable`] if the log cannot be read.
    pub fn proved(&self, leafed: &Leafed, known: u64) -> Result<(LogView, Evidence), Refusal> {
        let commit = &leafed.commit;
        let log = self.view(commit, known)?;
        let evidence = commit.evidence(leafed.index, leafed.leaf.clone(), &self.files);
        Ok((log, evidence.map_err(|_| unproved())?))
    }

    /// A message as it is stored; not found if it is unknown or gone.
    ///
    /// # Errors
    /// [`Refusal::NotFound`], [`Refusal::Unavailable`].
    pub fn stored(&self, id: MessageId) -> Result<Stored, Refusal> {
        let entry = self.index().message(id).map_err(|_| Refusal::Unavailable)?.ok_or(Refusal::NotFound)?;
        let envelope = match self.read(|| self.shelf.read_item(entry.envelope)) {
            Ok(Some(items::Item::Envelope(envelope))) => envelope,
            Ok(_) | Err(StoreError::Damaged { .. }) => return Err(Refusal::NotFound),
            // A disk that stopped says nothing about what was on it.
            Err(error) => {
                tracing::error!(%error, "a message could not be read");
                return Err(Refusal::Unavailable);
            }
        };
        let header: Header = envelope.header.peek().map_err(|_| Refusal::Unavailable)?;
        let lists = self.read(|| self.shelf.lists(id, entry, &envelope));
        let lists = lists.ok().flatten().ok_or(Refusal::Unavailable)?;
        let (retired, rejected) = match self.index().retired(id).map_err(|_| Refusal::Unavailable)? {
            None => (None, None),
            Some(place) => match self.read(|| self.shelf.item(place)) {
                Some(items::Item::Retired(retired)) => (Some(retired), None),
                Some(items::Item::Rejected(rejected)) => (None, Some(rejected)),
                // Nobody is given what may have been taken back.
                _ => return Err(Refusal::NotFound),
            },
        };
        Ok(Stored { place: entry.envelope, envelope: *envelope, header, lists, retired, rejected })
    }

    /// Whether this very request made a record before.
    pub(crate) fn answered_before(&self, request: &Request, digest: Digest) -> bool {
        match request.ask {
            Ask::Deposit { message, .. } => {
                self.stored(message).is_ok_and(|stored| stored.envelope.done.request == digest)
            }
            _ => self.index().answered(request.time, digest).is_ok_and(|done| done.is_some()),
        }
    }

    /// Waits until another directory is in force than the one of this number; false if the relay stops.
    pub async fn is_succeeded(&self, number: u64) -> bool {
        let mut snapshot = self.snapshot.clone();
        snapshot.wait_for(|snapshot| snapshot.number != number).await.is_ok()
    }

    /// Does something that may wait for the disk, without holding up other connections.
    pub fn read<T>(&self, look: impl FnOnce() -> T) -> T {
        tokio::task::block_in_place(look)
    }
}

/// The refusal where the log cannot prove what it holds.
pub(crate) fn unproved() -> Refusal {
    tracing::error!("the stored hashes of the log are damaged, and prove nothing: run `pli-relay check`");
    Refusal::Unavailable
}
