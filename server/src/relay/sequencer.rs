//! The one owner of the relay's state: it takes what waits, decides, numbers, signs, makes durable
//! *once*, and then answers all.
//!
//! Everything that changes anything passes here in one order, so there are no locks and nothing is
//! half done. Readers look at the [`Snapshot`] of the last batch. The order of
//! [`commit`](Sequencer::commit) is the order of the promises.

use super::change::{
    Asked, Change, Committed, Declined, Deposit, Leafed, Proposal, Recorded, Recording, Step,
};
use super::index::{Entry, Index, entries};
use super::items::{Annex, Done, Envelope, Item, Mark, Notice, Place, Published, segment_of};
use super::log_files::{LogEnd, LogFiles};
use super::shelf::Shelf;
use super::snapshot::{Commit, Groups, Snapshot};
use crate::Clock;
use crate::access_log::Epoch;
use crate::store::{Batch, Blobs, Home, Homes, Journal, Mover, StoreError, Write, journal};
use shared::cbor;
use shared::crypto::{SigningKey, sha256};
use shared::directory::{Directory, Judged};
use shared::ids::{Digest, MessageId};
use shared::limits::{
    GRANT_BYTES_MAX, GRANTS_MAX, HEAD_ON_DEMAND_SECONDS, NOTE_BYTES_MAX, RECORD_BYTES_MAX,
    REQUEST_SECONDS_MAX,
};
use shared::log::{HeadLeaf, Leaf, Outcome, Record, StatementLeaf, TreeHead, commit, sign_checkpoint};
use shared::refusal::Refusal;
use shared::statement::Statement;
use shared::time::Timestamp;
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

/// Changes in one batch: enough to share one sync among everybody who waits, few enough that the
/// first does not wait for long.
const BATCH_CHANGES_MAX: usize = 256;

/// The checkpoint's home is one slot of this size, rewritten whole.
pub(super) const CHECKPOINT_BYTES: usize = 1024;

/// What the relay signs its checkpoints with.
pub struct LogKey {
    /// The log's origin line.
    pub origin: String,
    /// Its key.
    pub key: SigningKey,
}

/// The one owner.
pub struct Sequencer {
    pub(super) clock: Clock,
    pub(super) log_key: LogKey,
    pub(super) snapshot: watch::Sender<Arc<Snapshot>>,
    pub(super) journal: Journal,
    pub(super) mover: Mover,
    pub(super) homes: Arc<Homes>,
    pub(super) blobs: Blobs,
    pub(super) shelf: Shelf,
    pub(super) index: Index,
    pub(super) files: LogFiles,
    pub(super) log: LogEnd,
    pub(super) ends: BTreeMap<Home, u64>,
    pub(super) epoch: Option<Epoch>,
    pub(super) next_epoch: u64,
    pub(super) time: Timestamp,
}

/// A batch in the making.
struct Staged {
    now: Timestamp,
    bytes: usize,
    writes: Vec<Write>,
    entries: Vec<Entry>,
    removed: Vec<Vec<u8>>,
    directory: Option<Directory>,
    answers: Vec<(oneshot::Sender<Result<Committed, Declined>>, Answer)>,
    touched: BTreeSet<Digest>,
    segments: Vec<u32>,
    messages: Vec<MessageId>,
    wants_head: bool,
}

/// What an answer will be when the batch is on the disk.
enum Answer {
    Recorded { index: u64, leaf: Vec<u8>, record: Vec<u8>, asked: Asked },
    Published { index: u64, leaf: Vec<u8> },
    Head,
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
                waiting = self.commit(waiting)?;
            }
            if self.journal.due(self.time) {
                self.retire()?;
            }
        }
        let closed = self.journal.close();
        let index = self.index.clone();
        self.mover.retire(closed, move || index.flush().map_err(std::io::Error::other))?;
        self.mover.finish()
    }

    /// Makes one batch, and gives back what has to wait for the next one.
    ///
    /// # Errors
    /// After an error nothing was answered that is not durable, and nothing more is accepted.
    pub(super) fn commit(&mut self, proposals: Vec<Proposal>) -> Result<Vec<Proposal>, StoreError> {
        let before = Arc::clone(&self.snapshot.borrow());
        self.time = self.time.max((self.clock)());
        let mut staged = Staged::at(self.time);
        let mut later = Vec::new();

        // 1. Decide each against the state, and number its leaf. Nothing is visible yet.
        for proposal in proposals {
            if staged.bytes >= BATCH_BYTES_MAX {
                later.push(proposal);
                continue;
            }
            let answer = match self.decide(&proposal, &before, &mut staged) {
                Ok(answer) => answer,
                Err(Stop::Declined(declined)) => Answer::Declined(declined),
                Err(Stop::Later) => {
                    later.push(proposal);
                    continue;
                }
                Err(Stop::Failed(error)) => return Err(error),
            };
            staged.answers.push((proposal.answer, answer));
        }
        if staged.is_empty() {
            // Refusals, or a head that is young enough: nothing to make durable.
            answer_all(staged.answers, &before.commit);
            return Ok(later);
        }

        // 2. The head ends the batch, and the checkpoint is signed over all of it. A crash from here
        //    to the end of step 3 loses the whole batch, signature included, or keeps all of it: there
        //    are never two roots for one size.
        let (commit, snapshot) = self.seal_batch(&before, &mut staged)?;

        // 3. Durable, once, for everybody in the batch.
        let batch = Arc::new(Batch { number: commit.batch, writes: staged.writes });
        self.journal.append(&batch)?;

        // 4. From here on it has happened. A crash loses only the answers, and the same requests get
        //    the same answers again. What follows is redone from the journal at the next start.
        if self.index.write(commit.batch, &staged.entries, &staged.removed).is_err() {
            tracing::error!("the index could not be written; it is rebuilt at the next start");
            return Err(StoreError::Impossible("the index could not be written"));
        }
        self.mover.send(batch)?;
        self.log.forget(commit.batch, self.mover.watermark().applied());
        self.snapshot.send_replace(snapshot);

        // 5. Only now does anybody hear of it.
        answer_all(staged.answers, &commit);

        // 6. What has expired goes last: a crash before this leaves it for the next sweep.
        for day in staged.segments {
            self.homes.unlink_segment(day)?;
        }
        for message in staged.messages {
            if let Err(error) = self.blobs.remove(message) {
                tracing::warn!(%error, "an expired document stays until the next sweep");
            }
        }
        Ok(later)
    }

    fn decide(
        &mut self,
        proposal: &Proposal,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        let authorised = !matches!(proposal.change, Change::Publish(_) | Change::Head | Change::Sweep);
        // A statement of this very batch changes who is authorised, too.
        if authorised && (proposal.under != before.number || staged.directory.is_some()) {
            return Err(Stop::Declined(Declined::Superseded));
        }
        match &proposal.change {
            Change::Deposit(deposit) => self.deposit(deposit, before, staged),
            Change::Step(step) => self.step(step, before, staged),
            Change::Publish(statement) => self.publish(statement, before, staged),
            Change::LogReading(recording) => self.log_reading(recording, before, staged),
            Change::Head => {
                let age = staged.now.since(before.commit.head.time);
                staged.wants_head |= age >= HEAD_ON_DEMAND_SECONDS;
                Ok(Answer::Head)
            }
            Change::Sweep => self.sweep(staged),
        }
    }

    /// confirms a message once; a repeated deposit is recognised and not doubled.
    fn deposit(&mut self, deposit: &Deposit, before: &Snapshot, staged: &mut Staged) -> Result<Answer, Stop> {
        staged.touch(sha256(&deposit.message.0))?;
        let Recording { asked, record } = &deposit.recording;
        if let Some(entry) = self.index.message(deposit.message)? {
            let Some(Item::Envelope(stored)) = self.shelf.item(entry.envelope) else {
                return Err(Refusal::Expired.into());
            };
            let same = stored.header == deposit.header && stored.grant_list == deposit.grant_list;
            if !same || entry.done.device != asked.device {
                return Err(Refusal::IdUsed.into());
            }
            if entry.done.request == asked.digest {
                return self.again(entry.done, asked, record);
            }
            let record = Record { outcome: Outcome::AlreadyDone, ..record.clone() };
            return self.record_alone(asked, &record, before, staged);
        }
        // It was confirmed when it was asked, and has expired since: nothing is made without the right.
        let allowed = deposit.allowed.as_ref().ok_or(Refusal::Expired)?;
        let (answer, index) = self.record(asked, record, before, staged)?;
        let home = segment_of(allowed.get().header.core.expires);
        let envelope = Envelope {
            header: deposit.header.clone(),
            grant_list: deposit.grant_list.clone(),
            done: asked.done(index, staged.now),
        };
        self.place(home, &Item::Envelope(envelope), staged)?;
        for framed in deposit.frames.iter() {
            self.place_framed(home, &framed.item, framed.bytes.clone(), staged)?;
        }
        Ok(answer)
    }

    /// Records a step of a message for one device. For a claim, what this returns when it is on the
    /// disk is what releases the grant.
    fn step(&mut self, step: &Step, before: &Snapshot, staged: &mut Staged) -> Result<Answer, Stop> {
        let Recording { asked, record } = &step.recording;
        staged.touch(sha256(&[step.message.0, asked.device.0].concat()))?;
        if let Some(done) = self.index.answered(asked.time, asked.digest)? {
            return self.again(done, asked, record);
        }
        let (answer, index) = self.record(asked, record, before, staged)?;
        let home = segment_of(step.expires);
        let held = self.index.state(asked.device, step.message)?;
        let state = held.map_or(step.state, |held| held.state.max(step.state));
        let done = asked.done(index, staged.now);
        let mark = Mark { message: step.message, device: asked.device, state, done };
        self.place(home, &Item::Mark(mark), staged)?;
        if let (Some(copy), Answer::Recorded { record, .. }) = (&step.copy, &answer) {
            let inside =
                cbor::encode(&shared::log::Revealed { opening: asked.opening, record: record.clone() });
            let sealed = copy.key.close(index, &step.message.0, &inside);
            let notice = Notice { message: step.message, index, keys: copy.sealed.clone(), sealed };
            self.place(home, &Item::Notice(notice), staged)?;
        }
        if !step.annex.is_empty() {
            let annex = Annex { index, sealed: step.annex.clone() };
            self.place(Home::Annexes, &Item::Annex(annex), staged)?;
        }
        Ok(answer)
    }

    fn log_reading(
        &mut self,
        reading: &Recording,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        staged.touch(reading.asked.digest)?;
        self.record_alone(&reading.asked, &reading.record, before, staged)
    }

    /// A record that changes nothing else. That it was made is kept, so that the same request gets
    /// the same answer.
    fn record_alone(
        &mut self,
        asked: &Asked,
        record: &Record,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        if let Some(done) = self.index.answered(asked.time, asked.digest)? {
            return self.again(done, asked, record);
        }
        let (answer, index) = self.record(asked, record, before, staged)?;
        self.place(Home::Annexes, &Item::Done(asked.done(index, staged.now)), staged)?;
        Ok(answer)
    }

    /// accepts the next statement of its chain. The same statement again is no news.
    fn publish(
        &mut self,
        statement: &Statement,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<Answer, Stop> {
        let digest = statement.signed.digest();
        staged.touch(digest)?;
        if let Some(published) = self.shelf.statement(digest) {
            let leaf = self.files.leaf(published.index)?;
            return Ok(Answer::Published { index: published.index, leaf });
        }
        let directory = staged.directory.as_ref().unwrap_or(&before.directory);
        let judged = directory.judge(statement, AT_THE_RELAY).map_err(|error| {
            tracing::info!(kind = ?statement.kind, %error, "a statement was refused");
            Refusal::Statement
        })?;
        let leaf = cbor::encode(&Leaf::Statement(statement_leaf(statement, &judged)));
        let index = self.log.size();
        self.log.push(&leaf, &mut staged.writes)?;
        let mut next = directory.clone();
        next.apply(judged);
        staged.directory = Some(next);
        let published = Published { statement: statement.clone(), index };
        self.place(Home::Statements, &Item::Statement(Box::new(published)), staged)?;
        Ok(Answer::Published { index, leaf })
    }

    /// Finds what has expired. The segments and documents go when the entries are gone.
    fn sweep(&mut self, staged: &mut Staged) -> Result<Answer, Stop> {
        let Some(yesterday) = staged.now.day().checked_sub(1) else { return Ok(Answer::Head) };
        for id in self.index.expiring(yesterday)? {
            let place = self.index.message(id)?.map(|entry| entry.envelope);
            if let Some(Item::Envelope(envelope)) = place.and_then(|place| self.shelf.item(place)) {
                staged.removed.extend(self.index.keys_of(id, &envelope)?);
            } else {
                staged.removed.extend(self.index.bare_keys_of(id, yesterday)?);
            }
            staged.messages.push(id);
        }
        let old = Timestamp(staged.now.0.saturating_sub(2 * REQUEST_SECONDS_MAX));
        staged.removed.extend(self.index.answers_before(old)?);
        let expired = |day: &u32| u64::from(*day) <= yesterday;
        staged.segments = self.homes.segments()?.into_iter().filter(expired).collect();
        Ok(Answer::Head)
    }

    /// Numbers, closes and appends one record.
    fn record(
        &mut self,
        asked: &Asked,
        record: &Record,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<(Answer, u64), Stop> {
        self.ensure_epoch(before, staged)?;
        let index = self.log.size();
        let record = cbor::encode(&Record { index, time: staged.now, ..record.clone() });
        if record.len() > RECORD_BYTES_MAX {
            return Err(Refusal::TooLarge.into());
        }
        let epoch = self.epoch.as_ref().ok_or(Refusal::Unavailable)?;
        let leaf = cbor::encode(&epoch.close(index, asked.opening, &record));
        self.log.push(&leaf, &mut staged.writes)?;
        Ok((Answer::Recorded { index, leaf, record, asked: *asked }, index))
    }

    /// The same request again gets the same record, rebuilt from the request itself: the relay kept
    /// neither the record nor what opens it.
    fn again(&self, done: Done, asked: &Asked, record: &Record) -> Result<Answer, Stop> {
        let record = cbor::encode(&Record { index: done.index, time: done.time, ..record.clone() });
        self.mover.watermark().wait(self.journal.next_number() - 1)?;
        let leaf = self.files.leaf(done.index)?;
        match cbor::decode(&leaf, shared::limits::LEAF_BYTES_MAX) {
            Ok(Leaf::Record(closed)) if closed.commitment == commit(asked.opening, &record) => {
                Ok(Answer::Recorded { index: done.index, leaf, record, asked: *asked })
            }
            // The actor's card changed since: their function in the record is not today's.
            _ => Err(Refusal::CounterUsed.into()),
        }
    }

    /// a record is closed under a key that its auditors hold already.
    fn ensure_epoch(&mut self, before: &Snapshot, staged: &mut Staged) -> Result<(), Stop> {
        let serves = |epoch: &Epoch| epoch.serves(&before.directory, staged.now);
        if self.epoch.as_ref().is_some_and(serves) {
            return Ok(());
        }
        let index = self.log.size();
        let begun = Epoch::begin(self.next_epoch, index, &before.directory, &self.shelf, staged.now);
        let (epoch, leaf, keys) = begun.map_err(|error| {
            tracing::warn!(%error, "nothing can be recorded, so nothing is done");
            Refusal::Unavailable
        })?;
        self.log.push(&cbor::encode(&leaf), &mut staged.writes)?;
        self.place(Home::HourKeys, &Item::Keys(keys), staged)?;
        self.epoch = Some(epoch);
        self.next_epoch += 1;
        Ok(())
    }

    fn seal_batch(
        &mut self,
        before: &Snapshot,
        staged: &mut Staged,
    ) -> Result<(Arc<Commit>, Arc<Snapshot>), StoreError> {
        let (number, directory, groups) = match staged.directory.take() {
            Some(directory) => {
                let groups = Arc::new(Groups::of(&directory));
                (before.number + 1, Arc::new(directory), groups)
            }
            None => (before.number, Arc::clone(&before.directory), Arc::clone(&before.groups)),
        };
        let head = HeadLeaf { version: 1, time: staged.now, groups: groups.head() };
        let head_leaf = cbor::encode(&Leaf::Head(head));
        self.log.push(&head_leaf, &mut staged.writes)?;
        let tree = self.log.head()?;
        let checkpoint = sign_checkpoint(&self.log_key.origin, &self.log_key.key, tree);
        let batch = self.journal.next_number();
        staged.writes.push(checkpoint_write(batch, &checkpoint));
        let commit = Arc::new(Commit { batch, tree, checkpoint, head, head_leaf });
        let snapshot = Snapshot { number, directory, groups, commit: Arc::clone(&commit) };
        Ok((commit, Arc::new(snapshot)))
    }

    fn place(&mut self, home: Home, item: &Item, staged: &mut Staged) -> Result<(), StoreError> {
        self.place_framed(home, item, item.to_frame(), staged)
    }

    /// Gives an item its place at the end of its home.
    fn place_framed(
        &mut self,
        home: Home,
        item: &Item,
        bytes: Vec<u8>,
        staged: &mut Staged,
    ) -> Result<(), StoreError> {
        let at = match self.ends.get(&home) {
            Some(end) => *end,
            None => self.homes.end(home)?,
        };
        let length = u32::try_from(bytes.len()).map_err(|_| StoreError::Impossible("an item over 4 GiB"))?;
        staged.entries.extend(entries(item, Place { home, at, bytes: length }));
        self.ends.insert(home, at + u64::from(length));
        staged.bytes += bytes.len();
        staged.writes.push(Write { home, at, bytes });
        Ok(())
    }

    fn retire(&mut self) -> Result<(), StoreError> {
        let closed = self.journal.rotate()?;
        let index = self.index.clone();
        self.mover.retire(closed, move || index.flush().map_err(std::io::Error::other))
    }
}

impl Staged {
    fn at(now: Timestamp) -> Self {
        Self {
            now,
            bytes: 0,
            writes: Vec::new(),
            entries: Vec::new(),
            removed: Vec::new(),
            directory: None,
            answers: Vec::new(),
            touched: BTreeSet::new(),
            segments: Vec::new(),
            messages: Vec::new(),
            wants_head: false,
        }
    }

    /// Two changes of one thing never stand in one batch: the index knows the first only after it.
    fn touch(&mut self, thing: Digest) -> Result<(), Stop> {
        if self.touched.insert(thing) { Ok(()) } else { Err(Stop::Later) }
    }

    fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.removed.is_empty() && self.segments.is_empty() && !self.wants_head
    }
}

/// The slot of the newest checkpoint: the number of its batch, its text, and zeros.
fn checkpoint_write(batch: u64, checkpoint: &str) -> Write {
    let mut bytes = [&batch.to_be_bytes(), checkpoint.as_bytes()].concat();
    bytes.resize(CHECKPOINT_BYTES.max(bytes.len()), 0);
    Write { home: Home::Checkpoint, at: 0, bytes }
}

/// What [`checkpoint_write`] wrote.
pub(super) fn read_checkpoint(slot: &[u8]) -> Option<(u64, String)> {
    let (batch, text) = slot.split_first_chunk()?;
    let text = text.split(|byte| *byte == 0).next()?;
    Some((u64::from_be_bytes(*batch), String::from_utf8(text.to_vec()).ok()?))
}

/// An empty log's last batch, for a relay that has not made one yet.
pub(super) fn nothing_yet() -> Commit {
    let head = HeadLeaf { version: 1, time: Timestamp(0), groups: TreeHead::empty() };
    Commit { batch: 0, tree: TreeHead::empty(), checkpoint: String::new(), head, head_leaf: Vec::new() }
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
            Answer::Declined(declined) => Err(declined),
        };
        // Whoever asked may have gone; what was done stays done.
        let _ = to.send(answer);
    }
}
