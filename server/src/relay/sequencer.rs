//! The one owner of the relay's state: it takes what waits, decides, numbers, signs, makes durable
//! *once*, and then answers all.
//!
//! Everything that changes anything passes here in one order, so there are no locks and nothing is
//! half done. Readers look at the [`Snapshot`] of the last batch. The order of
//! `Sequencer::commit` is the order of the promises.

mod gates;

use super::change::{
    Asked, Change, Committed, Declined, Deposit, HandOver, LateGrants, Leafed, Proposal, Publication,
    Recorded, Recording, Retirement, Step, Withdrawal, WritersCopy,
};
use super::history::History;
use super::index::{Entry, Index, MessageEntry, Removed, entries, envelope_entries};
use super::items::{
    self, Annex, Done, Ended, Envelope, Expired, Item, Mark, Notice, Place, Published, Unshown, segment_of,
};
use super::log_files::{LogEnd, LogFiles};
use super::shelf::{Granted, Shelf};
use super::snapshot::{Commit, Snapshot};
use super::time::RelayTime;
use crate::access_log::{Epoch, NoAuditor};
use crate::store::{Batch, Blobs, CrashPoint, Home, Places, Store, StoreError, journal};
use shared::authorise;
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::directory::{Directory, Judged};
use shared::ids::{DeviceId, Digest, MessageId, Random};
use shared::limits::{
    DISK_RESERVE_BYTES, EXPIRIES_MAX, GRANT_BYTES_MAX, GRANTS_MAX, HANDED_MAX, HEAD_ON_DEMAND_SECONDS,
    LEAF_BYTES_MAX, NOTE_BYTES_MAX, RECORD_BYTES_MAX, REQUEST_SECONDS_MAX,
};
use shared::log::{
    Act, Edge, Eliminations, HeadLeaf, Leaf, Record, StatementLeaf, TreeHead, commit, sign_checkpoint,
};
use shared::message::{Core, Header};
use shared::refusal::Refusal;
use shared::statement::{Kind, RelayKeys, Root, Statement};
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::AT_THE_RELAY;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};

/// The bytes of one batch. A batch is one journal entry; past this, what waits takes part in the
/// next one.
const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
const _: () = assert!(BATCH_BYTES_MAX + CHANGE_BYTES_MAX < journal::BATCH_BYTES_MAX);

/// The most that one change adds: a deposit with a note and grants as large as they may be.
const CHANGE_BYTES_MAX: usize = 2 * NOTE_BYTES_MAX + GRANTS_MAX * GRANT_BYTES_MAX;

const _: () = assert!(HANDED_MAX <= GRANTS_MAX, "handing over adds no more");

/// Changes in one batch: enough to share one sync among everybody who waits, few enough that the
/// first does not wait for long.
const BATCH_CHANGES_MAX: usize = 256;

/// The checkpoint's home is two slots of this size with the same bytes, each rewritten whole; and so
/// far apart that no disk damages both at once.
pub(crate) const CHECKPOINT_BYTES: usize = 1024;
pub(crate) const CHECKPOINT_SLOTS: [u64; 2] = [0, 4096];

/// What the relay signs its checkpoints with.
pub struct LogKey {
    /// The log's origin line.
    pub origin: String,
    /// Its key.
    pub key: SigningKey,
}

/// The one owner.
pub struct Sequencer {
    pub(super) clock: Arc<RelayTime>,
    pub(super) log_key: LogKey,
    pub(super) snapshot: watch::Sender<Arc<Snapshot>>,
    pub(super) changes: watch::Sender<u64>,
    pub(super) store: Arc<dyn Store>,
    pub(super) blobs: Arc<dyn Blobs>,
    pub(super) shelf: Shelf,
    pub(super) index: Index,
    pub(super) files: LogFiles,
    pub(super) log: LogEnd,
    pub(super) ends: BTreeMap<Home, u64>,
    pub(super) epoch: Option<Epoch>,
    pub(super) next_epoch: u64,
    pub(super) time: Timestamp,
    /// Through which day it was looked for what ended before its segment; a start looks again from the beginning.
    pub(super) ended_through: u64,
}

/// A batch in the making.
struct Staged {
    now: Timestamp,
    batch: Batch,
    /// What may still be written, in bytes.
    free: u64,
    entries: Vec<Entry>,
    removed: Vec<Removed>,
    /// The statements in force after this batch, where it has any.
    directory: Option<(Directory, History)>,
    answers: Vec<(oneshot::Sender<Result<Committed, Declined>>, Answer)>,
    touched: BTreeSet<Digest>,
    /// Whether something was overwritten that must be in no file when it is answered.
    forgets: bool,
    /// The last day that has expired, if a segment of it or of an earlier one is there.
    expired: Option<u32>,
    /// Whose documents go.
    messages: Vec<MessageId>,
    wants_head: bool,
}

/// What an answer will be when the batch is on the disk.
enum Answer {
    Recorded { index: u64, leaf: Vec<u8>, record: Vec<u8>, asked: Asked },
    Published { index: u64, leaf: Vec<u8> },
    Head,
    Swept { more: bool },
    Declined(Declined),
}

/// Why a change is not made now.
enum Stop {
    Declined(Declined),
    /// It touches what an earlier change of this batch touched: it takes part in the next one.
    Later,
    Failed(StoreError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Declined(Declined::Refused(refusal))
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl From<super::index::IndexFailed> for Stop {
    fn from(_: super::index::IndexFailed) -> Self {
        Refusal::Unavailable.into()
    }
}

impl Sequencer {
    /// Works until every door to it is closed, then brings everything to its place.
    ///
    /// # Errors
    /// The failure of the disk after which nothing more is accepted.
    pub fn run(mut self, mut proposals: mpsc::Receiver<Proposal>) -> Result<(), StoreError> {
        let mut waiting = Vec::new();
        while proposals.blocking_recv_many(&mut waiting, BATCH_CHANGES_MAX) > 0 {
            while !waiting.is_empty() {
                waiting = self.advance(waiting)?;
            }
        }
        self.close()
    }

    /// Makes one batch of what waits, and does what need not be done before an answer. Gives back
    /// what has to wait for the next one.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub fn advance(&mut self, waiting: Vec<Proposal>) -> Result<Vec<Proposal>, StoreError> {
        let waiting = self.commit(waiting)?;
        self.store.tidy(self.time, self.index.settler())?;
        Ok(waiting)
    }

    /// Brings everything to its place, for a clean stop.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn close(self) -> Result<(), StoreError> {
        self.store.close(self.index.settler())
    }

    /// Makes one batch, and gives back what has to wait for the next one.
    ///
    /// # Errors
    /// After an error nothing was answered that is not durable, and nothing more is accepted.
    fn commit(&mut self, proposals: Vec<Proposal>) -> Result<Vec<Proposal>, StoreError> {
        let before = Arc::clone(&self.snapshot.borrow());
        self.time = self.time.max(self.clock.borne_out());
        let (now, later) = first_batch(proposals);
        let now = self.with_room(now)?;
        let mut staged = Staged::at(self.time, self.store.last() + 1, self.store.free_bytes());
        let mut waiting = Vec::new();

        // 1. Decide each against the state, and number its leaf. Nothing is visible yet.
        for proposal in now {
            let answer = match self.decide(&proposal, &before, &mut staged) {
                Ok(answer) => answer,
                Err(Stop::Declined(declined)) => Answer::Declined(declined),
                Err(Stop::Later) => {
                    waiting.push(proposal);
                    continue;
                }
                Err(Stop::Failed(error)) => return Err(error),
            };
            staged.answers.push((proposal.answer, answer));
        }
        waiting.extend(later);
        if staged.is_empty() {
            // Refusals, or a head that is young enough: nothing to make durable.
            answer_all(staged.answers, &before.commit);
            return Ok(waiting);
        }

        // 2. The head ends the batch, and the checkpoint is signed over all of it. A crash from here
        //    to the end of step 3 loses the whole batch, signature included, or keeps all of it: there
        //    are never two roots for one size.
        let (commit, snapshot) = self.seal_batch(&before, &mut staged);
        self.store.pass(CrashPoint::S1)?;

        // 3. Durable, once, for everybody in the batch.
        self.store.commit(staged.batch)?;
        self.store.pass(CrashPoint::S2)?;

        // 4. From here on it has happened. A crash loses only the answers, and the same requests get
        //    the same answers again. What follows is redone from the journal at the next start.
        if self.index.write(commit.batch, staged.entries, &staged.removed).is_err() {
            return Err(StoreError::Stopped { because: "the index could not be written".to_owned() });
        }
        let number = snapshot.number;
        self.snapshot.send_replace(snapshot);
        // Ten thousand connections wait for this, so they are woken for new statements only.
        self.changes.send_if_modified(|held| std::mem::replace(held, number) != number);
        self.store.pass(CrashPoint::S3)?;

        // 5. R-76: who is told that a letter was taken back is told that nothing opens it any more. A crash before
        //    this leaves the overwriting to the next start, which does it before it takes anything.
        if staged.forgets {
            self.store.forget_overwritten(self.index.settler())?;
        }

        // 6. Only now does anybody hear of it.
        answer_all(staged.answers, &commit);
        self.store.pass(CrashPoint::S4)?;

        // 7. What has expired goes last: a crash before this leaves it for the next sweep.
        if let Some(day) = staged.expired {
            self.store.pass(CrashPoint::W1)?;
            self.store.end_day(day)?;
        }
        for message in staged.messages {
            self.store.pass(CrashPoint::W2)?;
            if let Err(error) = self.blobs.remove(message) {
                tracing::warn!(%error, "a document stays until a sweep finds it");
            }
        }
        Ok(waiting)
    }

    /// Refuses what there is no room for, before anything of it is written: all of it, if not even
    /// a record fits.
    fn with_room(&mut self, proposals: Vec<Proposal>) -> Result<Vec<Proposal>, StoreError> {
        let bytes = |proposals: &[Proposal]| proposals.iter().map(|one| one.change.bytes_max()).sum();
        if self.has_room(bytes(&proposals))? {
            return Ok(proposals);
        }
        let (refused, kept): (Vec<_>, Vec<_>) =
            proposals.into_iter().partition(|proposal| proposal.change.is_new_load());
        refused.into_iter().for_each(|proposal| proposal.decline(Refusal::DiskFull.into()));
        if self.has_room(bytes(&kept))? {
            return Ok(kept);
        }
        // What has expired may be all that is in the way.
        let (sweeps, refused): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|proposal| matches!(proposal.change, Change::Sweep));
        refused.into_iter().for_each(|proposal| proposal.decline(Refusal::DiskFull.into()));
        if sweeps.is_empty() {
            return Ok(sweeps);
        }
        if Self::is_room(self.store.make_last_room(bytes(&sweeps)))? {
            return Ok(sweeps);
        }
        sweeps.into_iter().for_each(|proposal| proposal.decline(Refusal::DiskFull.into()));
        Ok(Vec::new())
    }

    fn has_room(&self, bytes: u64) -> Result<bool, StoreError> {
        Self::is_room(self.store.make_room(bytes))
    }

    fn is_room(made: Result<(), StoreError>) -> Result<bool, StoreError> {
        match made {
            Ok(()) => Ok(true),
            Err(StoreError::Full { file }) => {
                tracing::warn!(file, "the disk is full");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn decide(
        &mut self,
        proposal: &Proposal,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        // What needs no right, and what is judged below under the directory that is in force then. A record
        // says who somebody is, so whoever brings a statement is looked at again.
        let authorised = match &proposal.change {
            Change::Publish(publication) => publication.recording.is_some(),
            Change::Refusal(_) | Change::Head | Change::Sweep | Change::Destroy { .. } => false,
            Change::Deposit(_)
            | Change::Step(_)
            | Change::RecordAlone(_)
            | Change::Grant(_)
            | Change::HandOver(_)
            | Change::Retire(_)
            | Change::Attested(_) => true,
        };
        // A statement of this very batch changes who is authorised, too.
        if authorised && (proposal.under != before.number || staged.directory.is_some()) {
            return Err(Stop::Declined(Declined::Superseded));
        }
        // New load is refused while there is room for what was promised already.
        if proposal.change.is_new_load() && staged.free < DISK_RESERVE_BYTES + 2 * proposal.change.bytes_max()
        {
            return Err(Refusal::DiskFull.into());
        }
        match &proposal.change {
            Change::Deposit(deposit) => self.deposit(deposit, before, staged),
            Change::Step(step) => self.step(step, before, staged),
            Change::Publish(publication) => self.publish(publication, before, staged),
            Change::Grant(late) => self.grant(late, before, staged),
            Change::HandOver(handing) => self.hand_over(handing, before, staged),
            Change::Retire(retirement) => self.retire(retirement, before, staged),
            Change::Destroy { device, messages } => self.destroy(*device, messages, before, staged),
            Change::RecordAlone(recording) => self.record_once(recording, before, staged),
            Change::Refusal(recording) => self.refusal(recording, before, staged),
            Change::Attested(record) => self.attested(record, before, staged),
            Change::Head => {
                let age = staged.now.since(before.commit.head.time);
                staged.wants_head |= age >= HEAD_ON_DEMAND_SECONDS;
                Ok(Answer::Head)
            }
            Change::Sweep => self.sweep(before, staged),
        }
    }

    /// confirms a message once; a repeated deposit is recognised and not doubled.
    fn deposit(&mut self, deposit: &Deposit, before: &Snapshot, staged: &mut Staged) -> Result<Answer, Stop> {
        staged.touch(sha256(&deposit.message.0))?;
        let Recording { asked, record, .. } = &deposit.recording;
        if let Some(entry) = self.index.message(deposit.message)? {
            let Some(Item::Envelope(stored)) = self.shelf.item(entry.envelope) else {
                return Err(Refusal::Expired.into());
            };
            let same = stored.header == deposit.header && stored.grant_list == deposit.grant_list;
            if !same || stored.done.device != asked.device {
                return Err(Refusal::IdUsed.into());
            }
            if stored.done.request == asked.digest {
                return self.again(stored.done, asked, record);
            }
            return self.record_alone(&deposit.recording.of_what_is_done(), before, staged);
        }
        // It was confirmed when it was asked, and has expired since: nothing is made without the right.
        let allowed = deposit.allowed.as_ref().ok_or(Refusal::Expired)?.get();
        // once, also where two ask at the same moment; and of nothing that was taken back meanwhile.
        if let Some(renewal) = allowed.header.core.renews {
            staged.touch(sha256(&renewal.of.0))?;
            if self.index.renewers(renewal.of, renewal.right)?.contains(&allowed.header.core.writer) {
                return Err(Refusal::Renewed.into());
            }
            if self.index.retired(renewal.of)?.is_some() {
                return Err(Refusal::Retired.into());
            }
        }
        let (answer, index) = self.record(&deposit.recording, before, staged)?;
        let home = segment_of(allowed.header.core.expires);
        let done = asked.done(index, staged.now);
        let envelope = Item::Envelope(Box::new(Envelope {
            header: deposit.header.clone(),
            grant_list: deposit.grant_list.clone(),
            grants: deposit.bulk.grants.clone(),
            note: deposit.bulk.note,
            done,
        }));
        let place = self.place_bytes(home, &envelope.to_frame(), &deposit.bulk.bytes, staged)?;
        staged.entries.extend(envelope_entries(&allowed.header, &allowed.grants, done, place));
        Ok(answer)
    }

    /// Records a step of a message for one device. For a claim, what this returns when it is on the
    /// disk is what releases the grant.
    fn step(&mut self, step: &Step, before: &Snapshot, staged: &mut Staged) -> Result<Answer, Stop> {
        let Recording { asked, record, .. } = &step.recording;
        staged.touch(sha256(&[step.message.0, asked.device.0].concat()))?;
        // the letter may have been taken back since the claim was authorised.
        if record.act.is_claim() && self.index.retired(step.message)?.is_some() {
            return Err(Refusal::Retired.into());
        }
        if let Some(done) = self.index.answered(asked.time, asked.digest)? {
            return self.again(done, asked, record);
        }
        let (answer, index) = self.record(&step.recording, before, staged)?;
        let home = segment_of(step.expires);
        let (message, done) = (step.message, asked.done(index, staged.now));
        let item = match step.state {
            Some(state) => {
                let held = self.index.state(asked.device, message)?;
                let state = held.map_or(state, |held| held.state.max(state));
                Item::Mark(Mark { message, device: asked.device, state, done })
            }
            None => Item::Unshown(Unshown { message, act: record.act, done }),
        };
        self.place(home, &item, staged)?;
        self.notice(home, message, step.copy.as_ref(), &answer, staged)?;
        Ok(answer)
    }

    /// The writer's copy of a record.
    fn notice(
        &mut self,
        home: Home,
        message: MessageId,
        copy: Option<&WritersCopy>,
        answer: &Answer,
        staged: &mut Staged,
    ) -> Result<(), StoreError> {
        let (Some(copy), Answer::Recorded { index, record, asked, .. }) = (copy, answer) else {
            return Ok(());
        };
        let inside = cbor::encode(&shared::log::Revealed { opening: asked.opening, record: record.clone() });
        let sealed = copy.key.close(*index, &message.0, &inside);
        let notice = Notice { message, index: *index, keys: copy.sealed.clone(), sealed };
        self.place(home, &Item::Notice(notice), staged).map(drop)
    }

    /// gives grants to more devices, once; the same list again is recognised and not doubled.
    fn grant(&mut self, late: &LateGrants, before: &Snapshot, staged: &mut Staged) -> Result<Answer, Stop> {
        staged.touch(sha256(&late.message.0))?;
        let Recording { asked, record, .. } = &late.recording;
        if let Some(done) = self.index.answered(asked.time, asked.digest)? {
            return self.again(done, asked, record);
        }
        let entry = self.index.message(late.message)?.ok_or(Refusal::NotFound)?;
        let Some(Item::Envelope(envelope)) = self.shelf.item(entry.envelope) else {
            return Err(Refusal::Expired.into());
        };
        let lists = self.shelf.lists(late.message, entry, &envelope)?.ok_or(Refusal::Unavailable)?;
        if lists.iter().any(|held| held.signed == late.list) {
            return self.record_alone(&late.recording.of_what_is_done(), before, staged);
        }
        if self.index.retired(late.message)?.is_some() {
            return Err(Refusal::Retired.into());
        }
        let allowed = late.allowed.as_ref().ok_or(Refusal::GrantTarget)?.get();
        // Another list may have come since this one was authorised: nobody has two grants.
        if allowed.grants.iter().any(|grant| lists.iter().any(|held| held.names(grant.device))) {
            return Err(Refusal::GrantTarget.into());
        }
        gates::is_one_decision(allowed, &lists)?;
        let (answer, index) = self.record(&late.recording, before, staged)?;
        let home = segment_of(late.expires);
        let item = Item::LateGrants(Box::new(items::LateGrants {
            message: late.message,
            number: entry.number,
            list: late.list.clone(),
            grants: late.bulk.grants.clone(),
            done: asked.done(index, staged.now),
        }));
        let place = self.place_bytes(home, &item.to_frame(), &late.bulk.bytes, staged)?;
        staged.entries.extend(entries(&item, place));
        self.notice(home, late.message, late.copy.as_ref(), &answer, staged)?;
        Ok(answer)
    }

    /// keeps what one reviewer hands over to another's device, once; the same again is recognised and not
    /// doubled.
    fn hand_over(
        &mut self,
        handing: &HandOver,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        let HandOver { recording, to, lacking } = handing;
        let (asked, by) = (&recording.asked, recording.asked.device);
        staged.touch(sha256(&[to.0, by.0].concat()))?;
        if let Some(done) = self.index.answered(asked.time, asked.digest)? {
            return self.again(done, asked, &recording.record);
        }
        let mut new = Vec::new();
        for (what, sealed) in lacking {
            if !self.index.is_handed(*to, *what, by)? {
                new.push((*what, sealed));
            }
        }
        if new.is_empty() {
            return self.record_alone(&recording.of_what_is_done(), before, staged);
        }
        let (answer, record) = self.record(recording, before, staged)?;
        self.place(Home::Annexes, &Item::Done(asked.done(record, staged.now)), staged)?;
        for (what, sealed) in new {
            let handed = items::Handed { record, by, what, sealed: sealed.clone() };
            self.place(what.home(), &Item::Handed(handed), staged)?;
        }
        Ok(answer)
    }

    /// withdraws a letter, once: whatever stands behind its envelope and its late lists is overwritten where
    /// it lies, in one step with the record and the item that says so. It stays in every list.
    fn retire(
        &mut self,
        retirement: &Retirement,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        let Retirement { recording, allowed, how, copy, .. } = retirement;
        let (asked, message) = (&recording.asked, *allowed.get());
        staged.touch(sha256(&message.0))?;
        if let Some(done) = self.index.answered(asked.time, asked.digest)? {
            return self.again(done, asked, &recording.record);
        }
        let entry = self.index.message(message)?.ok_or(Refusal::NotFound)?;
        if let Some(place) = self.index.retired(message)? {
            return match (how, self.shelf.item(place)) {
                (Withdrawal::Rejected(_), Some(Item::Retired(_))) => Err(Refusal::Retired.into()),
                _ => self.record_alone(&recording.of_what_is_done(), before, staged),
            };
        }
        let Some(Item::Envelope(envelope)) = self.shelf.item(entry.envelope) else {
            return Err(Refusal::Expired.into());
        };
        let lists = self.shelf.lists(message, entry, &envelope)?.ok_or(Refusal::Unavailable)?;
        if matches!(how, Withdrawal::Rejected(_)) && gates::is_approved(&lists) {
            return Err(Refusal::Decided.into());
        }
        // What a reader does in this very batch comes before or after it.
        let readers: BTreeSet<_> = lists.iter().flat_map(Granted::devices).collect();
        for reader in readers {
            staged.touch(sha256(&[message.0, reader.0].concat()))?;
        }
        let (answer, index) = self.record(recording, before, staged)?;
        self.overwrite(message, entry, &envelope, staged)?;
        let home = entry.envelope.home;
        let done = asked.done(index, staged.now);
        let item = match how {
            Withdrawal::TakenBack(because) => {
                Item::Retired(items::Retired { message, because: *because, done })
            }
            Withdrawal::Rejected(reason) => {
                Item::Rejected(items::Rejected { message, reason: reason.clone(), done })
            }
        };
        self.place(home, &item, staged)?;
        self.notice(home, message, copy.as_ref(), &answer, staged)?;
        staged.messages.push(message);
        staged.forgets = true;
        Ok(answer)
    }

    /// Overwrites whatever stands behind an envelope and its late lists, where it lies.
    fn overwrite(
        &self,
        message: MessageId,
        entry: MessageEntry,
        envelope: &Envelope,
        staged: &mut Staged,
    ) -> Result<(), Stop> {
        let late = self.shelf.late(message)?.into_iter().map(|(place, late)| (place, late.bulk_bytes()));
        for (place, bytes) in late.chain([(entry.envelope, envelope.bulk_bytes())]) {
            let bytes = usize::try_from(bytes).map_err(|_| Refusal::Unavailable)?;
            staged.batch.write(place.home, place.bulk(), &vec![0; bytes]);
        }
        Ok(())
    }

    /// overwrites the grants that wait for a device which will not count again, where they lie, in
    /// one step with the marks that say so. What its member has opened stays as it is recorded.
    fn destroy(
        &mut self,
        device: DeviceId,
        messages: &[MessageId],
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        let messages: BTreeSet<_> = messages.iter().collect();
        for message in &messages {
            staged.touch(sha256(&message.0))?;
            staged.touch(sha256(&[message.0, device.0].concat()))?;
        }
        for message in messages {
            let Some(entry) = self.index.message(*message)? else { continue };
            let Some(Item::Envelope(envelope)) = self.shelf.item(entry.envelope) else { continue };
            let Ok(Header { core, .. }) = envelope.header.peek() else { continue };
            let directory = staged.in_force(before);
            if !authorise::lost(core.group, core.order().is_some(), device, directory, staged.now) {
                continue;
            }
            for list in self.shelf.lists(*message, entry, &envelope)?.unwrap_or_default() {
                if let Some((at, bytes, mark)) = list.to_destroy(device, entry.number) {
                    staged.batch.write(list.place.home, at, &vec![0; bytes as usize]);
                    self.place(list.place.home, &Item::Destroyed(mark), staged)?;
                }
            }
        }
        Ok(Answer::Head)
    }

    /// A reading of the log, or what a device says of itself.
    fn record_once(
        &mut self,
        recording: &Recording,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        staged.touch(recording.asked.digest)?;
        self.record_alone(recording, before, staged)
    }

    /// A record that changes nothing else. That it was made is kept, so that the same request gets
    /// the same answer.
    fn record_alone(
        &mut self,
        recording: &Recording,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        let Recording { asked, record, .. } = recording;
        if let Some(done) = self.index.answered(asked.time, asked.digest)? {
            return self.again(done, asked, record);
        }
        let (answer, index) = self.record(recording, before, staged)?;
        self.place(Home::Annexes, &Item::Done(asked.done(index, staged.now)), staged)?;
        Ok(answer)
    }

    /// a refusal in the log, where somebody can open it. The same request is refused each time that
    /// it comes, so nothing is kept of it.
    fn refusal(
        &mut self,
        recording: &Recording,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        if !self.has_epoch(before, staged)? {
            return Ok(Answer::Head);
        }
        self.record(recording, before, staged).map(|(answer, _)| answer)
    }

    /// what the relay alone attests, in the log, where somebody can open it.
    fn attested(&mut self, record: &Record, before: &Snapshot, staged: &mut Staged) -> Result<Answer, Stop> {
        if self.has_epoch(before, staged)? {
            self.append(record, Random::draw(), staged)?;
        }
        Ok(Answer::Head)
    }

    /// accepts the next statement of its chain, with the record of who brought it. The same
    /// statement again is no news.
    fn publish(
        &mut self,
        Publication { statement, recording }: &Publication,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        let digest = statement.signed.digest();
        staged.touch(digest)?;
        if let Some(published) = self.shelf.statement(digest) {
            let leaf = self.logged(published.index)?;
            return Ok(Answer::Published { index: published.index, leaf });
        }
        let directory = staged.in_force(before);
        let judged = directory.judge(statement, AT_THE_RELAY).and_then(|judged| {
            authorise::publishing(&judged, directory, staged.now)?;
            Ok(judged)
        });
        let judged = judged.map_err(|error| {
            tracing::info!(kind = ?statement.kind, %error, "a statement was refused");
            Refusal::Statement
        })?;
        let leaf = cbor::encode(&Leaf::Statement(statement_leaf(statement, &judged)));
        if leaf.len() > LEAF_BYTES_MAX {
            return Err(Refusal::TooLarge.into());
        }
        // a page that was long under way may have ended; there is no place for it any more.
        let home = items::home_of(statement);
        if let Home::Segment { day } = home
            && u64::from(day) < staged.now.day()
        {
            return Err(Refusal::Statement.into());
        }
        // a log goes on under another name in `restore`, and nowhere else.
        let own = |relay: &RelayKeys| {
            relay.log_origin == self.log_key.origin && relay.log_key == self.log_key.key.public()
        };
        if recording.is_some()
            && statement.kind == Kind::Root
            && !statement.signed.peek::<Root>().is_ok_and(|root| own(&root.relay))
        {
            tracing::info!("a root was refused that names another log");
            return Err(Refusal::Statement.into());
        }
        // First what can still be refused.
        if let Some((recording, act)) = recording.as_ref().zip(judged.chain().act())
            && self.has_epoch(before, staged)?
        {
            let (reference, chain) = (Some(digest.to_string()), judged.chain());
            let (group, item) = (chain.group(), chain.message());
            let record = Record { act, reference, group, item, ..recording.record.clone() };
            self.record(&Recording { record, ..recording.clone() }, before, staged)?;
        }
        let index = self.log.size();
        self.log.push(&leaf, &mut staged.batch);
        let in_force = || (Directory::clone(&before.directory), History::clone(&before.history));
        let (directory, history) = staged.directory.get_or_insert_with(in_force);
        history.apply(index, judged, directory);
        let published = Published { statement: statement.clone(), index };
        let item = Item::Statement(Box::new(published));
        let place = self.place(home, &item, staged)?;
        if home == Home::Statements {
            staged.batch.write(Home::StatementsAgain, place.at, &item.to_frame());
        }
        Ok(Answer::Published { index, leaf })
    }

    /// Finds what has expired, and records it. The segments and documents go when the entries are gone.
    fn sweep(&mut self, before: &Snapshot, staged: &mut Staged) -> Result<Answer, Stop> {
        let Some(yesterday) = staged.now.day().checked_sub(1) else {
            return Ok(Answer::Swept { more: false });
        };
        // Two sweeps of one batch would find the same.
        staged.touch(sha256(b"what has expired"))?;
        let mut without_envelope = BTreeSet::new();
        // Of a hundred thousand, no more is read at a time than is forgotten.
        let mut expired = self.index.expiring(yesterday, EXPIRIES_MAX + 1)?;
        let more = expired.len() > EXPIRIES_MAX;
        expired.truncate(EXPIRIES_MAX);
        let days = self.store.days()?;
        let directory = Arc::clone(&before.directory);
        let rules = directory.nomenclature().zip(directory.nomenclature_digest());
        let mut eliminations = rules.map(|(rules, rule)| Eliminations::under(rules, rule));
        for id in expired {
            let place = self.index.message(id)?.map(|entry| entry.envelope);
            let item = place.and_then(|place| self.shelf.item(place));
            // What lay in a segment that is gone was recorded before it went.
            let lay = place.filter(|place| days.iter().any(|day| place.home == Home::Segment { day: *day }));
            if let Some(place) = lay {
                let core = match &item {
                    Some(Item::Envelope(envelope)) => {
                        envelope.header.peek().ok().map(|Header { core, .. }| core)
                    }
                    _ => None,
                };
                if let Some(mark) = self.expiry(id, core.as_ref(), before, staged)? {
                    // It is in the index only if a crash brings the message back there.
                    self.place_bytes(place.home, &mark.to_frame(), &[], staged)?;
                    eliminations.iter_mut().for_each(|lines| lines.add(core.as_ref(), staged.now));
                }
            }
            if let Some(Item::Envelope(envelope)) = item {
                let late: Vec<_> = self.shelf.late(id)?.into_iter().map(|(_, late)| late).collect();
                staged.removed.extend(self.index.all_of(id, &envelope, &late)?);
            } else {
                without_envelope.insert(id);
            }
            staged.messages.push(id);
        }
        let more = self.end_early(yesterday, &mut eliminations, before, staged)? || more;
        for line in eliminations.into_iter().flat_map(Eliminations::lines) {
            self.log.push(&cbor::encode(&Leaf::Elimination(line)), &mut staged.batch);
        }
        if !without_envelope.is_empty() {
            staged.removed.extend(self.index.all_of_each(&without_envelope)?);
        }
        let old = Timestamp(staged.now.0.saturating_sub(2 * REQUEST_SECONDS_MAX));
        staged.removed.extend(self.index.answers_before(old)?);
        staged.removed.extend(self.index.pages_ending(|day| u64::from(day) <= yesterday)?);
        staged.forget_pages(before);
        if !more && let Some(day) = days.into_iter().filter(|day| u64::from(*day) <= yesterday).max() {
            self.place(Home::Annexes, &Item::Ended(Ended { day }), staged)?;
            staged.expired = Some(day);
        }
        Ok(Answer::Swept { more })
    }

    /// the end of a message in the log, once, where somebody can open it; if it was recorded now, the mark that
    /// lies beside the message.
    fn expiry(
        &mut self,
        id: MessageId,
        core: Option<&Core>,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Option<Item>, Stop> {
        if self.index.has_ended(id)? || !self.has_epoch(before, staged)? {
            return Ok(None);
        }
        let mut record = Record { item: Some(id), ..Record::of(Act::Expiry, staged.now) };
        if let Some(core) = core {
            record.group = Some(core.group);
            record.flow = Some(core.flow.clone());
            record.class = Some(core.class);
            record.expires = Some(core.expires);
        }
        let (index, ..) = self.append(&record, Random::draw(), staged)?;
        Ok(Some(Item::Expired(Expired { message: id, index })))
    }

    /// Closes and appends the record of a request, with what its actor sealed to the auditors beside it.
    fn record(
        &mut self,
        recording: &Recording,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<(Answer, u64), Stop> {
        let Recording { asked, record, annex } = recording;
        //
        if !(Record { time: staged.now, ..record.clone() }).is_in_time(asked.time) {
            return Err(Refusal::RequestTime.into());
        }
        if !self.has_epoch(before, staged)? {
            tracing::warn!("{NoAuditor}: nothing can be recorded, so nothing is done");
            return Err(Refusal::Unavailable.into());
        }
        let (index, leaf, record) = self.append(record, asked.opening, staged)?;
        if !annex.is_empty() {
            let annex = Annex { index, sealed: annex.clone() };
            self.place(Home::Annexes, &Item::Annex(annex), staged)?;
        }
        Ok((Answer::Recorded { index, leaf, record, asked: *asked }, index))
    }

    /// Numbers, closes and appends one record; gives its number, its leaf and its bytes.
    fn append(
        &mut self,
        record: &Record,
        opening: Random,
        staged: &mut Staged,
    ) -> Result<(u64, Vec<u8>, Vec<u8>), Refusal> {
        let index = self.log.size();
        let record = cbor::encode(&Record { index, time: staged.now, ..record.clone() });
        if record.len() > RECORD_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        let epoch = self.epoch.as_ref().ok_or(Refusal::Unavailable)?;
        let leaf = cbor::encode(&epoch.close(index, opening, &record));
        self.log.push(&leaf, &mut staged.batch);
        Ok((index, leaf, record))
    }

    /// The same request again gets the same record, rebuilt from the request itself: the relay kept
    /// neither the record nor what opens it.
    fn again(&self, done: Done, asked: &Asked, record: &Record) -> Result<Answer, Stop> {
        let record = cbor::encode(&Record { index: done.index, time: done.time, ..record.clone() });
        let leaf = self.logged(done.index)?;
        match cbor::decode(&leaf, LEAF_BYTES_MAX) {
            Ok(Leaf::Record(closed)) if closed.commitment == commit(asked.opening, &record) => {
                Ok(Answer::Recorded { index: done.index, leaf, record, asked: *asked })
            }
            // The actor's card changed since: their function in the record is not today's.
            _ => Err(Refusal::CounterUsed.into()),
        }
    }

    /// A leaf of the past. One that is damaged is refused, and everything else goes on.
    fn logged(&self, index: u64) -> Result<Vec<u8>, Stop> {
        self.files.leaf(index).map_err(|error| match error {
            StoreError::Damaged { .. } => {
                tracing::error!(%error, "a leaf of the log is not served");
                Refusal::Unavailable.into()
            }
            error => error.into(),
        })
    }

    /// a record is closed under a key that its auditors hold already; false where there are none.
    fn has_epoch(&mut self, before: &Snapshot, staged: &mut Staged) -> Result<bool, StoreError> {
        let serves = |epoch: &Epoch| epoch.serves(&before.directory, staged.now);
        if self.epoch.as_ref().is_some_and(serves) {
            return Ok(true);
        }
        let index = self.log.size();
        let begun = Epoch::begin(self.next_epoch, index, &before.directory, &self.shelf, staged.now);
        let Ok((epoch, leaf, keys)) = begun else { return Ok(false) };
        self.log.push(&cbor::encode(&leaf), &mut staged.batch);
        self.place(Home::HourKeys, &Item::Keys(keys), staged)?;
        self.epoch = Some(epoch);
        self.next_epoch += 1;
        Ok(true)
    }

    fn seal_batch(&mut self, before: &Snapshot, staged: &mut Staged) -> (Arc<Commit>, Arc<Snapshot>) {
        let mut snapshot = before.clone();
        if let Some((directory, history)) = staged.directory.take() {
            snapshot.number += 1;
            snapshot.groups = Arc::new(history.groups(u64::MAX));
            (snapshot.directory, snapshot.history) = (Arc::new(directory), Arc::new(history));
        }
        let head = HeadLeaf { version: 1, time: staged.now, groups: snapshot.groups.head() };
        let head_leaf = cbor::encode(&Leaf::Head(head));
        self.log.push(&head_leaf, &mut staged.batch);
        let tree = self.log.head();
        let checkpoint = sign_checkpoint(&self.log_key.origin, &self.log_key.key, tree);
        let batch = staged.batch.number();
        let slot = checkpoint_slot(batch, &checkpoint);
        CHECKPOINT_SLOTS.iter().for_each(|at| staged.batch.write(Home::Checkpoint, *at, &slot));
        let edge = self.log.end_batch();
        let commit = Arc::new(Commit { batch, tree, checkpoint, head, head_leaf, edge });
        snapshot.commit = Arc::clone(&commit);
        (commit, Arc::new(snapshot))
    }

    fn place(&mut self, home: Home, item: &Item, staged: &mut Staged) -> Result<Place, StoreError> {
        let place = self.place_bytes(home, &item.to_frame(), &[], staged)?;
        staged.entries.extend(entries(item, place));
        Ok(place)
    }

    /// Gives a frame, and the bulk behind it, the place at the end of its home.
    fn place_bytes(
        &mut self,
        home: Home,
        frame: &[u8],
        bulk: &[u8],
        staged: &mut Staged,
    ) -> Result<Place, StoreError> {
        let at = match self.ends.get(&home) {
            Some(end) => *end,
            None => self.store.end(home)?,
        };
        let bytes = u32::try_from(frame.len()).map_err(|_| StoreError::Impossible("an item over 4 GiB"))?;
        let place = Place { home, at, bytes };
        staged.batch.write(home, at, frame);
        staged.batch.write(home, place.bulk(), bulk);
        self.ends.insert(home, place.bulk() + bulk.len() as u64);
        Ok(place)
    }
}

/// What takes part in one batch, and what takes part in the next.
fn first_batch(mut proposals: Vec<Proposal>) -> (Vec<Proposal>, Vec<Proposal>) {
    let mut before = 0;
    let number = proposals.iter().position(|proposal| {
        let is_past = before >= BATCH_BYTES_MAX as u64;
        before += proposal.change.bytes_max();
        is_past
    });
    let later = number.map(|number| proposals.split_off(number)).unwrap_or_default();
    (proposals, later)
}

impl Staged {
    fn at(now: Timestamp, number: u64, free: u64) -> Self {
        Self {
            now,
            batch: Batch::new(number),
            free,
            entries: Vec::new(),
            removed: Vec::new(),
            directory: None,
            answers: Vec::new(),
            touched: BTreeSet::new(),
            forgets: false,
            expired: None,
            messages: Vec::new(),
            wants_head: false,
        }
    }

    /// The statements in force, with those of this batch.
    fn in_force<'a>(&'a self, before: &'a Snapshot) -> &'a Directory {
        self.directory.as_ref().map_or(&*before.directory, |(directory, _)| directory)
    }

    /// The key pages whose last day is over are forgotten with the segments in which they lay: a start would not find
    /// them either.
    fn forget_pages(&mut self, before: &Snapshot) {
        let today = Timestamp(self.now.day() * DAY_SECONDS);
        if !self.in_force(before).has_pages_ended(today) {
            return;
        }
        let in_force = || (Directory::clone(&before.directory), History::clone(&before.history));
        let (directory, history) = self.directory.get_or_insert_with(in_force);
        directory.forget_pages(today);
        history.forget_pages(directory);
    }

    /// Two changes of one thing never stand in one batch: the index knows the first only after it.
    fn touch(&mut self, thing: Digest) -> Result<(), Stop> {
        if self.touched.insert(thing) { Ok(()) } else { Err(Stop::Later) }
    }

    fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.removed.is_empty() && self.expired.is_none() && !self.wants_head
    }
}

/// The slot of the newest checkpoint: the number of its batch, its text, and zeros.
pub(crate) fn checkpoint_slot(batch: u64, checkpoint: &str) -> Vec<u8> {
    let mut bytes = [&batch.to_be_bytes(), checkpoint.as_bytes()].concat();
    bytes.resize(CHECKPOINT_BYTES.max(bytes.len()), 0);
    bytes
}

/// What [`checkpoint_slot`] made.
pub(crate) fn read_checkpoint(slot: &[u8]) -> Option<(u64, String)> {
    let (batch, text) = slot.split_first_chunk()?;
    let text = text.split(|byte| *byte == 0).next()?;
    Some((u64::from_be_bytes(*batch), String::from_utf8(text.to_vec()).ok()?))
}

/// The number of the last batch that came to its place, zero before the first. The checkpoint does not
/// sign it; so where the two slots differ, one is from before or damaged, and the smaller number counts:
/// what came after it is in the journal, or the log is not begun. A larger one could be any.
pub(crate) fn batch_at_home(homes: &dyn Places) -> u64 {
    let slot = |at| homes.read(Home::Checkpoint, at, CHECKPOINT_BYTES).ok().flatten();
    let numbers = CHECKPOINT_SLOTS.into_iter().filter_map(slot).filter_map(|slot| read_checkpoint(&slot));
    numbers.map(|(batch, _)| batch).filter(|batch| *batch > 0).min().unwrap_or_default()
}

/// An empty log's last batch, for a relay that has not made one yet.
pub(super) fn nothing_yet() -> Commit {
    let head = HeadLeaf { version: 1, time: Timestamp(0), groups: TreeHead::empty() };
    Commit {
        batch: 0,
        tree: TreeHead::empty(),
        checkpoint: String::new(),
        head,
        head_leaf: Vec::new(),
        edge: Edge::default(),
    }
}

fn statement_leaf(statement: &Statement, judged: &Judged) -> StatementLeaf {
    StatementLeaf {
        version: 1,
        kind: statement.kind,
        chain: judged.chain().clone(),
        statement_version: judged.version(),
        digest: judged.digest(),
    }
}

fn answer_all(answers: Vec<(oneshot::Sender<Result<Committed, Declined>>, Answer)>, commit: &Arc<Commit>) {
    for (to, answer) in answers {
        let leafed = |index, leaf| Leafed { index, leaf, commit: Arc::clone(commit) };
        let answer = match answer {
            Answer::Recorded { index, leaf, record, asked } => Ok(Committed::Recorded(Recorded {
                leafed: leafed(index, leaf),
                record,
                opening: asked.opening,
            })),
            Answer::Published { index, leaf } => Ok(Committed::Published(leafed(index, leaf))),
            Answer::Head => Ok(Committed::Head),
            Answer::Swept { more } => Ok(Committed::Swept { more }),
            Answer::Declined(declined) => Err(declined),
        };
        // Whoever asked may have gone; what was done stays done.
        let _ = to.send(answer);
    }
}
