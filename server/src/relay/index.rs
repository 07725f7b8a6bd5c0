//! The index: where things lie and how far they are. Rebuildable, never the truth.
//!
//! One sled tree, keys with a letter in front. It holds ids, places and digests and never a byte of
//! a header or a grant. Only the sequencer writes it; whatever it says can be derived again from
//! the homes by [`entries`], which is the one place where an item becomes index entries.

use super::items::{Done, Envelope, Item, Place};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::cbor;
use shared::ids::{DeviceId, Digest, KeyId, MemberId, MessageId};
use shared::message::{GrantList, Header};
use shared::time::Timestamp;
use shared::wire::ListedState;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the index knows of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageEntry {
    /// Where its envelope lies.
    pub envelope: Place,
    /// The digest of its header's exact bytes.
    pub header: Digest,
    /// The record of its deposit.
    pub done: Done,
    /// When it expires.
    pub expires: Timestamp,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// The number.
    pub number: u64,
    /// The message.
    pub id: MessageId,
}

/// An entry that is to be written, or removed with its item.
pub type Entry = (Vec<u8>, Vec<u8>);

/// The index of one relay.
#[derive(Clone, Debug)]
pub struct Index {
    tree: sled::Tree,
    db: sled::Db,
}

/// The index cannot be read or written: it is deleted and rebuilt at the next start.
#[derive(Debug, thiserror::Error)]
#[error("the index cannot be used: stop the relay and run `pli-relay reindex`")]
pub struct IndexFailed;

impl From<sled::Error> for IndexFailed {
    fn from(_: sled::Error) -> Self {
        Self
    }
}

impl Index {
    /// Opens the index in a folder, empty if it is new.
    ///
    /// # Errors
    /// [`IndexFailed`] if sled does not open it.
    pub fn open(folder: &Path) -> Result<Self, IndexFailed> {
        // A small cache: positions of waiting messages only. Flushing is ours to decide.
        const CACHE_BYTES: u64 = 16 * 1024 * 1024;
        let config = sled::Config::new().path(folder).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        // sled panics over some damage; for us it is one more index that does not open.
        let open = || {
            Ok::<_, sled::Error>({
                let db = config.open()?;
                Self { tree: db.open_tree("pli/1")?, db }
            })
        };
        let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(open));
        Ok(opened.map_err(|_| IndexFailed)??)
    }

    /// Writes the entries of a batch, and the number of that batch.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn write(&self, batch: u64, add: &[Entry], remove: &[Vec<u8>]) -> Result<(), IndexFailed> {
        let mut writes = sled::Batch::default();
        let mut counters = BTreeMap::new();
        for (key, value) in add {
            if key.first() == Some(&COUNTER) {
                let counter: u64 = decode(value)?;
                let held = counters.entry(key).or_insert(self.value(key)?.unwrap_or_default());
                *held = counter.max(*held);
            } else {
                writes.insert(key.as_slice(), value.as_slice());
            }
        }
        // Requests overtake each other, and a rebuild reads them by their day of expiry.
        for (key, highest) in counters {
            writes.insert(key.as_slice(), cbor::encode(&highest));
        }
        for key in remove {
            writes.remove(key.as_slice());
        }
        writes.insert(APPLIED, &batch.to_be_bytes());
        Ok(self.tree.apply_batch(writes)?)
    }

    /// Hands everything to the disk. sled does not make it durable; that is why the journal is kept
    /// until the homes are.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn flush(&self) -> Result<(), IndexFailed> {
        self.db.flush()?;
        Ok(())
    }

    /// The last batch whose entries are here.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn applied(&self) -> Result<u64, IndexFailed> {
        let value = self.tree.get(APPLIED)?;
        Ok(value.and_then(|bytes| bytes.as_ref().try_into().ok()).map_or(0, u64::from_be_bytes))
    }

    /// A message.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn message(&self, id: MessageId) -> Result<Option<MessageEntry>, IndexFailed> {
        self.value(&key(b'm', &[&id.0]))
    }

    /// Where a message's note lies.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn note(&self, id: MessageId) -> Result<Option<Place>, IndexFailed> {
        self.value(&key(b'n', &[&id.0]))
    }

    /// Where a device's grant for a message lies.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn grant(&self, device: DeviceId, id: MessageId) -> Result<Option<Place>, IndexFailed> {
        self.value(&key(b'g', &[&device.0, &id.0]))
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
        self.ids_after(&key(b'b', &[&device.0]), after, limit)
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
        self.ids_after(&key(b'w', &[member.as_str().as_bytes(), &[0]]), after, limit)
    }

    /// Where the notices about a message lie, oldest first.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn notices(&self, id: MessageId) -> Result<Vec<Place>, IndexFailed> {
        self.values(&key(b'o', &[&id.0]))
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
        Ok(self.value(&key(COUNTER, &[&device.0]))?.unwrap_or_default())
    }

    /// Where a statement lies, by the digest of its exact bytes.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn statement(&self, digest: Digest) -> Result<Option<Place>, IndexFailed> {
        self.value(&key(b't', &[&digest.0]))
    }

    /// Where the sealed keys of the boxes lie, with the leaf from which each counts, in order.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn keys(&self) -> Result<Vec<(u64, Place)>, IndexFailed> {
        self.values(&key(b'k', &[]))
    }

    /// Where the sealed reasons of some records lie.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn annexes(&self, from: u64, to: u64) -> Result<Vec<Place>, IndexFailed> {
        let range = key(b'e', &[&from.to_be_bytes()])..key(b'e', &[&to.to_be_bytes()]);
        self.tree.range(range).map(|entry| decode(&entry?.1)).collect()
    }

    /// The messages whose last day is this one or an earlier one.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn expiring(&self, through_day: u64) -> Result<Vec<MessageId>, IndexFailed> {
        let range = key(b'x', &[])..key(b'x', &[&(through_day + 1).to_be_bytes()]);
        self.tree.range(range).map(|entry| message_at_end(&entry?.0)).collect()
    }

    /// Every key of a message's own entries, for when it has expired.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn keys_of(&self, id: MessageId, envelope: &Envelope) -> Result<Vec<Vec<u8>>, IndexFailed> {
        let entries = entries(&Item::Envelope(envelope.clone()), NOWHERE);
        let counters = entries.into_iter().map(|(key, _)| key).filter(|key| key.first() != Some(&COUNTER));
        let mut keys: Vec<_> = counters.collect();
        keys.push(key(b'n', &[&id.0]));
        if let Ok(list) = envelope.grant_list.peek::<GrantList>() {
            for grant in &list.grants {
                keys.push(key(b'g', &[&grant.device.0, &id.0]));
                keys.push(key(b's', &[&grant.device.0, &id.0]));
            }
        }
        for entry in self.tree.scan_prefix(key(b'o', &[&id.0])) {
            keys.push(entry?.0.to_vec());
        }
        Ok(keys)
    }

    /// The keys by which an expired message is found, where its envelope is gone already. What else
    /// is known of it leads nowhere, and goes at the next rebuild.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn bare_keys_of(&self, id: MessageId, through_day: u64) -> Result<Vec<Vec<u8>>, IndexFailed> {
        let mut keys = vec![key(b'm', &[&id.0]), key(b'n', &[&id.0])];
        for entry in self.tree.range(key(b'x', &[])..key(b'x', &[&(through_day + 1).to_be_bytes()])) {
            let (key, _) = entry?;
            if key.ends_with(&id.0) {
                keys.push(key.to_vec());
            }
        }
        Ok(keys)
    }

    /// Every key that names one of these messages, wherever it stands. Reads the whole index: for
    /// what a crash left behind.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn keys_of_all(&self, gone: &BTreeSet<MessageId>) -> Result<Vec<Vec<u8>>, IndexFailed> {
        let mut keys = Vec::new();
        for entry in &self.tree {
            let (key, _) = entry?;
            let id = match key.first() {
                Some(b'o') => key.get(1..).and_then(|rest| rest.first_chunk()),
                Some(b'm' | b'n' | b'g' | b's' | b'b' | b'w' | b'x') => key.last_chunk(),
                _ => None,
            };
            if id.is_some_and(|id| gone.contains(&MessageId(*id))) {
                keys.push(key.to_vec());
            }
        }
        Ok(keys)
    }

    /// The keys of answers to requests that are too old to be asked again.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn answers_before(&self, asked: Timestamp) -> Result<Vec<Vec<u8>>, IndexFailed> {
        let range = key(b'a', &[])..key(b'a', &[&asked.0.to_be_bytes()]);
        self.tree.range(range).map(|entry| Ok(entry?.0.to_vec())).collect()
    }

    /// Every entry, for comparing two indexes.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn all(&self) -> Result<Vec<Entry>, IndexFailed> {
        let entries = self.tree.iter().map(|entry| entry.map(|(key, value)| (key.to_vec(), value.to_vec())));
        Ok(entries.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|(key, _)| key != APPLIED).collect())
    }

    fn value<T: Serialize + DeserializeOwned>(&self, key: &[u8]) -> Result<Option<T>, IndexFailed> {
        self.tree.get(key)?.map(|bytes| decode(&bytes)).transpose()
    }

    fn values<T: Serialize + DeserializeOwned>(&self, prefix: &[u8]) -> Result<Vec<T>, IndexFailed> {
        self.tree.scan_prefix(prefix).map(|entry| decode(&entry?.1)).collect()
    }

    fn ids_after(
        &self,
        prefix: &[u8],
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Numbered>, IndexFailed> {
        let start = [prefix, &after.map_or(0, |index| index + 1).to_be_bytes()].concat();
        let entries = self.tree.range(start..).take(limit);
        let mut found = Vec::new();
        for entry in entries {
            let (key, _) = entry?;
            let Some(rest) = key.strip_prefix(prefix) else { break };
            let number = rest.first_chunk().map(|number| u64::from_be_bytes(*number)).ok_or(IndexFailed)?;
            found.push(Numbered { number, id: message_at_end(&key)? });
        }
        Ok(found)
    }
}

/// The entries of one item that lies at `place`.
#[must_use]
pub fn entries(item: &Item, place: Place) -> Vec<Entry> {
    match item {
        Item::Envelope(envelope) => envelope_entries(envelope, place),
        Item::Note(note) => vec![(key(b'n', &[&note.message.0]), cbor::encode(&place))],
        Item::Grant(grant) => vec![(key(b'g', &[&grant.device.0, &grant.message.0]), cbor::encode(&place))],
        Item::Mark(mark) => {
            let state = StateEntry { state: mark.state, index: mark.done.index };
            let mut entries = done_entries(mark.done);
            entries.push((key(b's', &[&mark.device.0, &mark.message.0]), cbor::encode(&state)));
            entries
        }
        Item::Notice(notice) => {
            vec![(key(b'o', &[&notice.message.0, &notice.index.to_be_bytes()]), cbor::encode(&place))]
        }
        Item::Statement(published) => {
            vec![(key(b't', &[&published.statement.signed.digest().0]), cbor::encode(&place))]
        }
        Item::Keys(keys) => {
            vec![(key(b'k', &[&keys.epoch.to_be_bytes()]), cbor::encode(&(keys.index, place)))]
        }
        Item::Done(done) => done_entries(*done),
        Item::Annex(annex) => vec![(key(b'e', &[&annex.index.to_be_bytes()]), cbor::encode(&place))],
    }
}

/// An envelope that does not decode was never accepted; it has no entries.
fn envelope_entries(envelope: &Envelope, place: Place) -> Vec<Entry> {
    let (Ok(header), Ok(list)) = (envelope.header.peek::<Header>(), envelope.grant_list.peek::<GrantList>())
    else {
        return Vec::new();
    };
    let (id, done) = (header.core.id, envelope.done);
    let message = MessageEntry {
        envelope: place,
        header: envelope.header.digest(),
        done,
        expires: header.core.expires,
    };
    let number = done.index.to_be_bytes();
    let last_second = Timestamp(header.core.expires.0.saturating_sub(1));
    let expires = last_second.day().to_be_bytes();
    let mut entries = done_entries(done);
    entries.push((key(b'm', &[&id.0]), cbor::encode(&message)));
    entries.push((key(b'w', &[header.core.writer.as_str().as_bytes(), &[0], &number, &id.0]), Vec::new()));
    entries.push((key(b'x', &[&expires, &id.0]), Vec::new()));
    for KeyId(device) in list.grants.iter().map(|grant| grant.device) {
        entries.push((key(b'b', &[&device, &number, &id.0]), Vec::new()));
    }
    entries
}

fn done_entries(done: Done) -> Vec<Entry> {
    vec![
        (key(b'a', &[&done.asked.0.to_be_bytes(), &done.request.0]), cbor::encode(&done)),
        (key(COUNTER, &[&done.device.0]), cbor::encode(&done.counter)),
    ]
}

fn key(letter: u8, parts: &[&[u8]]) -> Vec<u8> {
    [&[letter], parts.concat().as_slice()].concat()
}

fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, IndexFailed> {
    cbor::decode(bytes, ENTRY_BYTES_MAX).map_err(|_| IndexFailed)
}

fn message_at_end(key: &[u8]) -> Result<MessageId, IndexFailed> {
    key.last_chunk().map(|id| MessageId(*id)).ok_or(IndexFailed)
}

/// The letter of a device's highest counter.
const COUNTER: u8 = b'c';
const APPLIED: &[u8] = b"!applied";
const ENTRY_BYTES_MAX: usize = 1024;
const NOWHERE: Place = Place { home: crate::store::Home::Statements, at: 0, bytes: 0 };
