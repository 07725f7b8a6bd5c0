//! The index: where things lie and how far they are. Rebuildable, never the truth.
//!
//! One table, keys with a letter in front; what changed lately lies in memory above it. It holds ids,
//! places and digests and never a byte of a header or a grant. Only the sequencer writes it; whatever it
//! says can be derived again from the homes by [`entries`], which is the one place where an item becomes
//! index entries. What many messages share (a mailbox, a writer, a last day) is a list in blocks of
//! `BLOCK` records, so that a batch of messages for the same readers costs little more than one of them.

use super::items::{Done, Envelope, Item, LateGrants, Opening, Place, Rejected, Retired};
use crate::store::layered::Layered;
use crate::store::table::Change;
use crate::store::{Folder, Home, Settle};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::cbor;
use shared::ids::{DeviceId, Digest, KeyId, MemberId, MessageId};
use shared::log::Act;
use shared::message::{GrantList, Ground, Header, Right};
use shared::time::Timestamp;
use shared::wire::ListedState;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The folder of the table, in the relay's.
pub const FOLDER: &str = "index";

/// So many records of the log share one entry of a list. An entry stays under two kilobytes.
const BLOCK: u64 = 64;

/// What the index knows of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageEntry {
    /// Where its envelope lies.
    pub envelope: Place,
    /// The number of its deposit's record: its place in every list.
    pub number: u64,
}

/// How far a message is for one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateEntry {
    /// The last step.
    pub state: ListedState,
    /// The record of it.
    pub index: u64,
}

/// A message in a list, with the number of its deposit's record: the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbered {
    /// The number.
    pub number: u64,
    /// The message.
    pub id: MessageId,
}

/// What an item adds to the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A value of its own.
    Value(Vec<u8>, Vec<u8>),
    /// A counter that only grows: requests overtake each other, and a rebuild reads them in the order
    /// of the days on which they expire.
    AtLeast(Vec<u8>, u64),
    /// A message in a list, by the beginning of its keys.
    Listed(Vec<u8>, Numbered),
    /// A message that stands in a list no more.
    Unlisted(Vec<u8>, Numbered),
}

/// What leaves the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// A value.
    Value(Vec<u8>),
    /// A message from a list.
    Listed(Vec<u8>, Numbered),
}

/// The index of one relay.
#[derive(Clone, Debug)]
pub struct Index(Arc<Layered>);

/// The index cannot be read or written: it is deleted and rebuilt at the next start.
#[derive(Debug, thiserror::Error)]
#[error("the index cannot be used: stop the relay and run `pli-relay reindex`")]
pub struct IndexFailed;

impl From<std::io::Error> for IndexFailed {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "the index cannot be used");
        Self
    }
}

impl Index {
    /// Opens the index of a folder, empty if it is new.
    ///
    /// # Errors
    /// [`IndexFailed`] if its table does not open.
    pub fn open(folder: &Folder) -> Result<Self, IndexFailed> {
        Ok(Self(Arc::new(Layered::over(folder.disk().table(FOLDER)?))))
    }

    /// Writes the entries of a batch, and the number of that batch.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn write(&self, batch: u64, add: Vec<Entry>, remove: &[Removed]) -> Result<(), IndexFailed> {
        let mut changes: Vec<Change> = Vec::with_capacity(add.len() + remove.len());
        let mut counters: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
        let mut lists: BTreeMap<Vec<u8>, List> = BTreeMap::new();
        for entry in add {
            match entry {
                Entry::Value(key, value) => changes.push((key, Some(value))),
                Entry::AtLeast(key, counter) => {
                    let held = counters.entry(key).or_default();
                    *held = counter.max(*held);
                }
                Entry::Listed(list, message) => {
                    self.list(&mut lists, &list, message.number)?.insert(message);
                }
                Entry::Unlisted(list, message) => {
                    self.list(&mut lists, &list, message.number)?.remove(message);
                }
            }
        }
        for (key, counter) in counters {
            let held: u64 = self.value(&key)?.unwrap_or_default();
            changes.push((key, Some(cbor::encode(&counter.max(held)))));
        }
        for removed in remove {
            match removed {
                Removed::Value(key) => changes.push((key.clone(), None)),
                Removed::Listed(list, message) => {
                    self.list(&mut lists, list, message.number)?.remove(*message);
                }
            }
        }
        changes.extend(lists.into_iter().map(|(key, list)| (key, list.encoded())));
        changes.push((APPLIED.to_vec(), Some(batch.to_be_bytes().to_vec())));
        self.0.apply(changes);
        Ok(())
    }

    /// Brings everything to the table on the disk. Until then a crash takes it back to the last time,
    /// and the journal knows what came after.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn settle(&self) -> Result<(), IndexFailed> {
        Ok(self.0.settle()?)
    }

    /// What [`settle`](Self::settle)s this index, for the store to call.
    #[must_use]
    pub fn settler(&self) -> Settle {
        let index = self.clone();
        Box::new(move || index.settle().map_err(std::io::Error::other))
    }

    /// The last batch whose entries are here.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn applied(&self) -> Result<u64, IndexFailed> {
        let value = self.0.get(APPLIED)?;
        Ok(value.and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes))
    }

    /// A message.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn message(&self, id: MessageId) -> Result<Option<MessageEntry>, IndexFailed> {
        self.value(&key(b'm', &[&id.0]))
    }

    /// How far a message is for a device that has a grant; none if it was shown nothing yet.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn state(&self, device: DeviceId, id: MessageId) -> Result<Option<StateEntry>, IndexFailed> {
        self.value(&key(b's', &[&device.0, &id.0]))
    }

    /// The messages waiting in a device's mailbox, oldest first, after the one recorded as `after`.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn mailbox(
        &self,
        device: DeviceId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Numbered>, IndexFailed> {
        self.listed_after(&mailbox_of(device), after, limit)
    }

    /// The messages that a member wrote, oldest first, after the one recorded as `after`.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn sent(
        &self,
        member: &MemberId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Numbered>, IndexFailed> {
        self.listed_after(&written_by(member), after, limit)
    }

    /// Where the notices about a message lie, oldest first.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn notices(&self, id: MessageId) -> Result<Vec<Place>, IndexFailed> {
        self.values(&key(b'o', &[&id.0]))
    }

    /// Where the late grant lists of a message lie, oldest first.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn late_grants(&self, id: MessageId) -> Result<Vec<Place>, IndexFailed> {
        self.values(&key(b'l', &[&id.0]))
    }

    /// The grants of a message that were destroyed: by the number of their list's record, and whose.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn destroyed(&self, id: MessageId) -> Result<Vec<(u64, DeviceId)>, IndexFailed> {
        let mut destroyed = Vec::new();
        self.visit_prefix(&key(b'd', &[&id.0]), |key, _| {
            let (list, device) =
                key.get(17..).and_then(|rest| rest.split_first_chunk()).ok_or(IndexFailed)?;
            let device = device.try_into().map_err(|_| IndexFailed)?;
            destroyed.push((u64::from_be_bytes(*list), KeyId(device)));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(destroyed)
    }

    /// Whether a device was given its grant of a message, for an act that shows nothing: to make late ones from it,
    /// or to seal the message anew.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn unshown(&self, id: MessageId, device: DeviceId, act: Act) -> Result<bool, IndexFailed> {
        Ok(self.0.get(&unshown(id, device, act))?.is_some())
    }

    /// Who said this message again, by this right.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn renewers(&self, of: MessageId, right: Right) -> Result<Vec<MemberId>, IndexFailed> {
        let prefix = renewed(of, right);
        let mut renewers = Vec::new();
        self.visit_prefix(&prefix, |key, _| {
            let member = key.get(prefix.len()..).and_then(|member| std::str::from_utf8(member).ok());
            renewers.push(member.and_then(|member| member.parse().ok()).ok_or(IndexFailed)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(renewers)
    }

    /// What waits for an agreement, or was agreed to, and may end with one of these days, before its segment does.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn may_end(&self, from_day: u64, through_day: u64) -> Result<BTreeSet<MessageId>, IndexFailed> {
        let day = |day: u64| key(b'u', &[&day.to_be_bytes()]);
        let mut found = BTreeSet::new();
        self.visit(&day(from_day), &day(through_day + 1), |key, _| {
            found.insert(MessageId(*key.last_chunk().ok_or(IndexFailed)?));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// Whether the end of a message is in the log already: a crash brought the message back, or it ended before its
    /// segment.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn has_ended(&self, id: MessageId) -> Result<bool, IndexFailed> {
        Ok(self.0.get(&key(b'f', &[&id.0]))?.is_some())
    }

    /// Where it lies that a message was taken back, or that nobody agreed to it, if so it was.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn retired(&self, id: MessageId) -> Result<Option<Place>, IndexFailed> {
        self.value(&key(b'r', &[&id.0]))
    }

    /// The devices in whose mailboxes something waits, in their order.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn waiting(&self) -> Result<Vec<DeviceId>, IndexFailed> {
        let (mut found, mut from) = (Vec::new(), vec![b'b']);
        loop {
            let mut next: Option<DeviceId> = None;
            self.visit(&from, b"c", |key, _| {
                let device = key.get(1..17).and_then(|id| id.try_into().ok()).ok_or(IndexFailed)?;
                next = Some(KeyId(device));
                Ok(ControlFlow::Break(()))
            })?;
            let Some(device) = next else { return Ok(found) };
            found.push(device);
            from = after_prefix(&mailbox_of(device));
        }
    }

    /// The record of a request that was already done.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn answered(&self, asked: Timestamp, request: Digest) -> Result<Option<Done>, IndexFailed> {
        self.value(&key(b'a', &[&asked.0.to_be_bytes(), &request.0]))
    }

    /// The highest counter that a device's recorded requests had.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn counter(&self, device: DeviceId) -> Result<u64, IndexFailed> {
        Ok(self.value(&key(b'c', &[&device.0]))?.unwrap_or_default())
    }

    /// Where a statement lies, by the digest of its exact bytes.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn statement(&self, digest: Digest) -> Result<Option<Place>, IndexFailed> {
        self.value(&key(b't', &[&digest.0]))
    }

    /// Where the key pages lie, by their last day.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn pages(&self) -> Result<Vec<Place>, IndexFailed> {
        self.values(b"p")
    }

    /// What the index knows of the key pages whose last day is one for which this holds.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn pages_ending(&self, goes: impl Fn(u32) -> bool) -> Result<Vec<Removed>, IndexFailed> {
        let mut ended = Vec::new();
        self.visit_prefix(b"p", |page, _| {
            let (day, digest) = page.get(1..).and_then(|rest| rest.split_first_chunk()).ok_or(IndexFailed)?;
            if goes(u32::from_be_bytes(*day)) {
                ended.extend([page.to_vec(), key(b't', &[digest])].map(Removed::Value));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(ended)
    }

    /// Where the sealed keys of the boxes lie, with the leaf from which each counts, in order.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn keys(&self) -> Result<Vec<(u64, Place)>, IndexFailed> {
        self.values(b"k")
    }

    /// Where the sealed keys of the boxes of one number lie, with the leaf from which they count.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn epoch(&self, epoch: u64) -> Result<Option<(u64, Place)>, IndexFailed> {
        self.value(&key(b'k', &[&epoch.to_be_bytes()]))
    }

    /// Where lies what others handed over to a device to open one thing.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn handed(&self, to: DeviceId, what: Opening) -> Result<Vec<Place>, IndexFailed> {
        self.values(&handed_to(to, what))
    }

    /// Whether this one handed it over to that device.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn is_handed(&self, to: DeviceId, what: Opening, by: DeviceId) -> Result<bool, IndexFailed> {
        Ok(self.0.get(&[handed_to(to, what).as_slice(), &by.0].concat())?.is_some())
    }

    /// Where the sealed reasons of some records lie.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn annexes(&self, from: u64, to: u64) -> Result<Vec<Place>, IndexFailed> {
        // A stretch may end before it begins: who asks chooses both.
        self.values_between(&key(b'e', &[&from.min(to).to_be_bytes()]), &key(b'e', &[&to.to_be_bytes()]))
    }

    /// So many of the messages whose last day is this one or an earlier one.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn expiring(&self, through_day: u64, limit: usize) -> Result<Vec<MessageId>, IndexFailed> {
        let mut expiring = Vec::new();
        self.visit(b"x", &last_day(through_day + 1), |_, value| {
            expiring.extend(List::of(value)?.0.into_values());
            Ok(if expiring.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        expiring.truncate(limit);
        Ok(expiring)
    }

    /// Everything that a message added to the index, for when it has expired.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn all_of(
        &self,
        id: MessageId,
        envelope: &Envelope,
        late: &[LateGrants],
    ) -> Result<Vec<Removed>, IndexFailed> {
        let nowhere = Place { home: Home::Statements, at: 0, bytes: 0 };
        let late_items = late.iter().map(|late| Item::LateGrants(Box::new(late.clone())));
        let items = [Item::Envelope(Box::new(envelope.clone()))].into_iter().chain(late_items);
        let mut all: Vec<_> = items
            .flat_map(|item| entries(&item, nowhere))
            .filter_map(|entry| match entry {
                // The answer to a request outlives what it made, as long as it may be asked again.
                Entry::Value(key, _) if key.first() == Some(&b'a') => None,
                Entry::Value(key, _) => Some(Removed::Value(key)),
                Entry::Listed(list, message) => Some(Removed::Listed(list, message)),
                Entry::AtLeast(..) | Entry::Unlisted(..) => None,
            })
            .collect();
        let lists = late.iter().map(|late| &late.list).chain([&envelope.grant_list]);
        for list in lists.filter_map(|list| list.peek::<GrantList>().ok()) {
            let state = |device: DeviceId| Removed::Value(key(b's', &[&device.0, &id.0]));
            all.extend(list.grants.iter().map(|grant| state(grant.device)));
        }
        for letter in OF_A_MESSAGE {
            self.visit_prefix(&key(letter, &[&id.0]), |key, _| {
                all.push(Removed::Value(key.to_vec()));
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(all)
    }

    /// Everything that names one of these messages, wherever it stands. Reads the whole index: for
    /// what a crash left behind.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn all_of_each(&self, gone: &BTreeSet<MessageId>) -> Result<Vec<Removed>, IndexFailed> {
        let mut removed = Vec::new();
        self.visit(&[], &[u8::MAX], |key, value| {
            match key.first() {
                Some(b'b' | b'w' | b'x') => {
                    let list = key.len().checked_sub(8).map(|end| &key[..end]).ok_or(IndexFailed)?;
                    let named = List::of(value)?.0.into_iter().filter(|(_, id)| gone.contains(id));
                    removed.extend(
                        named.map(|(number, id)| Removed::Listed(list.to_vec(), Numbered { number, id })),
                    );
                }
                letter => {
                    let id = match letter {
                        Some(letter) if OF_A_MESSAGE.contains(letter) => {
                            key.get(1..).and_then(|rest| rest.first_chunk())
                        }
                        Some(b'm' | b's' | b'u') => key.last_chunk(),
                        _ => None,
                    };
                    let id = match letter {
                        Some(b'y') => Some(decode::<MessageId>(value)?),
                        _ => id.copied().map(MessageId),
                    };
                    if id.is_some_and(|id| gone.contains(&id)) {
                        removed.push(Removed::Value(key.to_vec()));
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(removed)
    }

    /// The answers to requests that are too old to be asked again.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn answers_before(&self, asked: Timestamp) -> Result<Vec<Removed>, IndexFailed> {
        let mut old = Vec::new();
        self.visit(b"a", &key(b'a', &[&asked.0.to_be_bytes()]), |key, _| {
            old.push(Removed::Value(key.to_vec()));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(old)
    }

    /// Shows every entry but the number of the last batch, in order.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn each(&self, mut show: impl FnMut(&[u8], &[u8])) -> Result<(), IndexFailed> {
        self.visit(&[], &[u8::MAX], |key, value| {
            if key != APPLIED {
                show(key, value);
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    fn list<'a>(
        &self,
        lists: &'a mut BTreeMap<Vec<u8>, List>,
        list: &[u8],
        number: u64,
    ) -> Result<&'a mut List, IndexFailed> {
        let key = block_of(list, number);
        if !lists.contains_key(&key) {
            let held = self.0.get(&key)?.map_or(Ok(List::default()), |value| List::of(&value))?;
            lists.insert(key.clone(), held);
        }
        lists.get_mut(&key).ok_or(IndexFailed)
    }

    fn listed_after(
        &self,
        list: &[u8],
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Numbered>, IndexFailed> {
        let first = after.map_or(0, |number| number + 1);
        let start = block_of(list, first);
        let mut found = Vec::new();
        self.visit(&start, &after_prefix(list), |_, value| {
            let wanted = List::of(value)?.0.into_iter().filter(|(number, _)| *number >= first);
            found.extend(wanted.map(|(number, id)| Numbered { number, id }));
            Ok(if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        found.truncate(limit);
        Ok(found)
    }

    fn value<T: Serialize + DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, IndexFailed> {
        self.0.get(key)?.map(|bytes| decode(&bytes)).transpose()
    }

    fn values<T: Serialize + DeserializeOwned>(&self, prefix: &[u8]) -> Result<Vec<T>, IndexFailed> {
        self.values_between(prefix, &after_prefix(prefix))
    }

    fn values_between<T: Serialize + DeserializeOwned>(
        &self,
        from: &[u8],
        to: &[u8],
    ) -> Result<Vec<T>, IndexFailed> {
        let mut values = Vec::new();
        self.visit(from, to, |_, value| {
            values.push(decode(value)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(values)
    }

    fn visit_prefix(
        &self,
        prefix: &[u8],
        visit: impl FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>, IndexFailed>,
    ) -> Result<(), IndexFailed> {
        self.visit(prefix, &after_prefix(prefix), visit)
    }

    fn visit(
        &self,
        from: &[u8],
        to: &[u8],
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>, IndexFailed>,
    ) -> Result<(), IndexFailed> {
        let mut outcome = Ok(());
        self.0.visit(from, to, &mut |key, value| {
            visit(key, value).unwrap_or_else(|error| {
                outcome = Err(error);
                ControlFlow::Break(())
            })
        })?;
        outcome
    }
}

/// Messages of one block, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List(pub BTreeMap<u64, MessageId>);

impl List {
    /// A list as it is kept.
    ///
    /// # Errors
    /// [`IndexFailed`] if the bytes are none.
    pub fn of(bytes: &[u8]) -> Result<Self, IndexFailed> {
        let (messages, rest) = bytes.as_chunks::<24>();
        let message = |bytes: &[u8; 24]| {
            let (number, id) = bytes.split_first_chunk()?;
            Some((u64::from_be_bytes(*number), MessageId(*id.first_chunk()?)))
        };
        let list: Option<_> = messages.iter().map(message).collect();
        list.filter(|_| rest.is_empty()).map(Self).ok_or(IndexFailed)
    }

    fn insert(&mut self, message: Numbered) {
        self.0.insert(message.number, message.id);
    }

    fn remove(&mut self, message: Numbered) {
        self.0.remove(&message.number);
    }

    /// The bytes to keep; none for an empty list.
    fn encoded(&self) -> Option<Vec<u8>> {
        let bytes: Vec<u8> =
            self.0.iter().flat_map(|(number, id)| number.to_be_bytes().into_iter().chain(id.0)).collect();
        (!bytes.is_empty()).then_some(bytes)
    }
}

/// The entries of one item that lies at `place`.
#[must_use]
pub fn entries(item: &Item, place: Place) -> Vec<Entry> {
    let at = |key: Vec<u8>| vec![Entry::Value(key, cbor::encode(&place))];
    match item {
        Item::Envelope(envelope) => {
            let parts = (envelope.header.peek::<Header>(), envelope.grant_list.peek::<GrantList>());
            // An envelope that does not decode was never accepted; it has no entries.
            let (Ok(header), Ok(list)) = parts else { return Vec::new() };
            envelope_entries(&header, &list, envelope.done, place)
        }
        Item::Mark(mark) => {
            let state = StateEntry { state: mark.state, index: mark.done.index };
            let key = key(b's', &[&mark.device.0, &mark.message.0]);
            let mut entries = done_entries(mark.done);
            entries.push(Entry::Value(key, cbor::encode(&state)));
            entries
        }
        Item::Notice(notice) => at(key(b'o', &[&notice.message.0, &notice.index.to_be_bytes()])),
        Item::Statement(published) => {
            let digest = published.statement.signed.digest();
            let mut entries = at(key(b't', &[&digest.0]));
            if let Home::Segment { day } = place.home {
                entries.extend(at(page_of(day, digest)));
            }
            entries
        }
        Item::Keys(keys) => {
            let key = key(b'k', &[&keys.epoch.to_be_bytes()]);
            vec![Entry::Value(key, cbor::encode(&(keys.index, place)))]
        }
        Item::Done(done) => done_entries(*done),
        Item::LateGrants(late) => {
            let Ok(list) = late.list.peek::<GrantList>() else { return Vec::new() };
            let message = Numbered { number: late.number, id: late.message };
            let mut entries = done_entries(late.done);
            entries.extend(at(key(b'l', &[&late.message.0, &late.done.index.to_be_bytes()])));
            let waiting = list.grants.iter().map(|grant| Entry::Listed(mailbox_of(grant.device), message));
            entries.extend(waiting);
            if list.ground == Ground::Approval {
                entries.extend(list.ends().map(|ends| may_end_on(ends, late.message)));
            }
            entries
        }
        Item::Destroyed(gone) => {
            let message = Numbered { number: gone.number, id: gone.message };
            let (list, device) = (gone.list.to_be_bytes(), gone.device);
            let mut entries = at(key(b'd', &[&gone.message.0, &list, &device.0]));
            entries.push(Entry::Unlisted(mailbox_of(device), message));
            entries
        }
        Item::Unshown(claim) => {
            let mut entries = done_entries(claim.done);
            entries.extend(at(unshown(claim.message, claim.done.device, claim.act)));
            entries
        }
        Item::Expired(expired) => at(key(b'f', &[&expired.message.0])),
        // It stays in every list, so that nothing vanishes without a word.
        Item::Retired(Retired { message, done, .. }) | Item::Rejected(Rejected { message, done, .. }) => {
            let mut entries = done_entries(*done);
            entries.extend(at(key(b'r', &[&message.0])));
            entries
        }
        Item::Ended(_) => Vec::new(),
        Item::Annex(annex) => at(key(b'e', &[&annex.index.to_be_bytes()])),
        Item::Handed(handed) => {
            at([handed_to(handed.sealed.device, handed.what).as_slice(), &handed.by.0].concat())
        }
    }
}

/// The entries of a confirmed message.
#[must_use]
pub fn envelope_entries(header: &Header, list: &GrantList, done: Done, place: Place) -> Vec<Entry> {
    let core = &header.core;
    let message = Numbered { number: done.index, id: core.id };
    let entry = MessageEntry { envelope: place, number: done.index };
    let mut entries = vec![
        Entry::Value(key(b'm', &[&core.id.0]), cbor::encode(&entry)),
        Entry::AtLeast(key(b'c', &[&done.device.0]), done.counter),
        Entry::Listed(written_by(&core.writer), message),
        Entry::Listed(last_day(last_day_of(core.expires)), message),
    ];
    entries.extend(core.gate.as_ref().map(|gate| may_end_on(gate.until, core.id)));
    entries.extend(list.grants.iter().map(|grant| Entry::Listed(mailbox_of(grant.device), message)));
    // It goes with the one that renews, whatever becomes of the first.
    if let Some(renewal) = core.renews {
        let key = [renewed(renewal.of, renewal.right).as_slice(), core.writer.as_str().as_bytes()].concat();
        entries.push(Entry::Value(key, cbor::encode(&core.id)));
    }
    entries
}

fn page_of(day: u32, Digest(page): Digest) -> Vec<u8> {
    key(b'p', &[&day.to_be_bytes(), &page])
}

fn unshown(MessageId(id): MessageId, KeyId(device): DeviceId, act: Act) -> Vec<u8> {
    key(if act == Act::Renewal { b'n' } else { b'g' }, &[&id, &device])
}

fn renewed(MessageId(of): MessageId, right: Right) -> Vec<u8> {
    key(b'y', &[&of, &[u8::from(matches!(right, Right::Hold(_)))]])
}

fn done_entries(done: Done) -> Vec<Entry> {
    let answered = key(b'a', &[&done.asked.0.to_be_bytes(), &done.request.0]);
    vec![
        Entry::Value(answered, cbor::encode(&done)),
        Entry::AtLeast(key(b'c', &[&done.device.0]), done.counter),
    ]
}

/// The key of the block of a list in which a number stands.
#[must_use]
pub fn block_of(list: &[u8], number: u64) -> Vec<u8> {
    [list, &(number / BLOCK).to_be_bytes()].concat()
}

fn mailbox_of(KeyId(device): DeviceId) -> Vec<u8> {
    key(b'b', &[&device])
}

fn written_by(member: &MemberId) -> Vec<u8> {
    key(b'w', &[member.as_str().as_bytes(), &[0]])
}

fn handed_to(KeyId(device): DeviceId, what: Opening) -> Vec<u8> {
    let (kind, number) = match what {
        Opening::Boxes(epoch) => (b'k', epoch),
        Opening::Annex(index) => (b'e', index),
    };
    key(b'h', &[&device, &[kind], &number.to_be_bytes()])
}

fn last_day(day: u64) -> Vec<u8> {
    key(b'x', &[&day.to_be_bytes()])
}

/// The day of the last second before an end.
fn last_day_of(ends: Timestamp) -> u64 {
    Timestamp(ends.0.saturating_sub(1)).day()
}

/// What waits for an agreement, or was agreed to, by a day on which it may end before its segment.
fn may_end_on(ends: Timestamp, MessageId(id): MessageId) -> Entry {
    Entry::Value(key(b'u', &[&last_day_of(ends).to_be_bytes(), &id]), Vec::new())
}

fn key(letter: u8, parts: &[&[u8]]) -> Vec<u8> {
    [&[letter], parts.concat().as_slice()].concat()
}

/// The first key after all that begin so.
fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut after = prefix.to_vec();
    while let Some(last) = after.pop() {
        if let Some(next) = last.checked_add(1) {
            after.push(next);
            break;
        }
    }
    after
}

fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, IndexFailed> {
    cbor::decode(bytes, ENTRY_BYTES_MAX).map_err(|_| IndexFailed)
}

/// The letters of what belongs to a message alone, whose keys go on with its id: notices, late grant
/// lists, destroyed grants, claims that showed nothing, that its end was recorded, and that it was taken back.
pub(crate) const OF_A_MESSAGE: [u8; 7] = [b'o', b'l', b'd', b'g', b'n', b'f', b'r'];

const APPLIED: &[u8] = b"!applied";
const ENTRY_BYTES_MAX: usize = 1024;

#[cfg(test)]
mod tests {
    use super::super::items::Destroyed;
    use super::*;

    #[test]
    fn a_list_is_read_after_any_number_and_across_its_blocks() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(&Folder::open(dir.path()).unwrap()).unwrap();
        let device = KeyId([7; 16]);
        let message = |number: u64| Numbered { number, id: MessageId([number.to_be_bytes()[7]; 16]) };
        let numbers = [0, 3, 63, 64, 65, 200];
        let add = |number| Entry::Listed(mailbox_of(device), message(number));
        index.write(1, numbers[..3].iter().map(|number| add(*number)).collect(), &[]).unwrap();
        index.write(2, numbers[2..].iter().map(|number| add(*number)).collect(), &[]).unwrap();
        index.write(3, vec![Entry::Listed(mailbox_of(KeyId([8; 16])), message(9))], &[]).unwrap();
        let listed = |after, limit| -> Vec<u64> {
            index.mailbox(device, after, limit).unwrap().iter().map(|message| message.number).collect()
        };
        assert_eq!(listed(None, 100), numbers);
        assert_eq!(listed(Some(3), 100), [63, 64, 65, 200]);
        assert_eq!(listed(Some(63), 2), [64, 65]);
        assert_eq!(listed(Some(200), 100), [0_u64; 0]);
        let gone = [3, 64, 65].map(|number| Removed::Listed(mailbox_of(device), message(number)));
        index.write(4, Vec::new(), &gone).unwrap();
        assert_eq!(listed(None, 100), [0, 63, 200]);
        assert_eq!(index.applied().unwrap(), 4);
    }

    #[test]
    fn what_was_destroyed_waits_no_more_and_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::open(&Folder::open(dir.path()).unwrap()).unwrap();
        let (device, other) = (KeyId([7; 16]), KeyId([8; 16]));
        let message = Numbered { number: 5, id: MessageId([5; 16]) };
        let listed = |device| Entry::Listed(mailbox_of(device), message);
        index.write(1, vec![listed(device), listed(other)], &[]).unwrap();
        assert_eq!(index.waiting().unwrap(), [device, other]);
        let gone = Destroyed { message: message.id, number: 5, list: 5, device };
        let place = Place { home: Home::Segment { day: 1 }, at: 0, bytes: 64 };
        let destroyed = || entries(&Item::Destroyed(gone), place);
        // Recovery shows a batch again, and in its order.
        index.write(2, [vec![listed(device)], destroyed()].concat(), &[]).unwrap();
        assert_eq!(index.waiting().unwrap(), [other]);
        assert_eq!(index.destroyed(message.id).unwrap(), [(5, device)]);
        index.write(3, vec![listed(device)], &[]).unwrap();
        assert_eq!(index.waiting().unwrap(), [device, other], "granted again");
        let removed = index.all_of_each(&BTreeSet::from([message.id])).unwrap();
        index.write(4, Vec::new(), &removed).unwrap();
        assert_eq!((index.waiting().unwrap(), index.destroyed(message.id).unwrap()), (vec![], vec![]));
    }

    #[test]
    fn a_prefix_ends_where_the_next_one_begins() {
        assert_eq!(after_prefix(b"ab"), b"ac");
        assert_eq!(after_prefix(&[1, 255, 255]), [2]);
    }
}
