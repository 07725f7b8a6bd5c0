//! The index, against the items from which it is derived.
//!
//! It can be compared after a clean stop only: otherwise the next start brings it up to the journal,
//! or builds it again. The answers to recent requests and the counters are left out, because those
//! are pruned by time, and these outlive the items that they came from.

use super::Report;
use super::homes::Resting;
use super::leaves::Log;
use crate::relay::index::{
    Entry, FOLDER, Index, IndexFailed, List, MessageEntry, OF_A_MESSAGE, block_of, entries,
};
use crate::relay::items::{Item, Place};
use crate::store::{Folder, Home};
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::MessageId;
use std::collections::{BTreeMap, BTreeSet};

/// The most bytes of one entry's value.
const VALUE_BYTES_MAX: usize = 1024;

/// Half a digest: enough to tell entries apart, and half of the memory.
type Mark = [u8; 16];

/// The entries that the items give, the later one where two have one key.
#[derive(Default)]
pub(super) struct Expected {
    entries: BTreeMap<Mark, Value>,
    messages: BTreeSet<MessageId>,
}

struct Value {
    letter: u8,
    /// For a list, the sum over what is in it: the order does not count.
    mark: Mark,
    message: Option<MessageId>,
}

impl Expected {
    /// Adds those of an item.
    pub(super) fn add(&mut self, item: &Item, place: Place, message: Option<MessageId>) {
        self.messages.extend(message.filter(|_| matches!(item, Item::Envelope(_))));
        for entry in entries(item, place) {
            match entry {
                Entry::Value(key, value) if is_compared(&key) => {
                    let value = Value { letter: letter(&key), mark: mark(&value), message };
                    self.entries.insert(mark(&key), value);
                }
                Entry::Listed(list, one) => {
                    let key = block_of(&list, one.number);
                    let empty = Value { letter: letter(&list), mark: [0; 16], message: None };
                    let value = self.entries.entry(mark(&key)).or_insert(empty);
                    value.mark = sum(value.mark, mark_of(one.number, one.id));
                }
                Entry::Unlisted(list, one) => {
                    let key = mark(&block_of(&list, one.number));
                    let is_empty = self.entries.get_mut(&key).is_some_and(|value| {
                        value.mark = difference(value.mark, mark_of(one.number, one.id));
                        value.mark == [0; 16]
                    });
                    if is_empty {
                        self.entries.remove(&key);
                    }
                }
                Entry::Value(..) | Entry::AtLeast(..) => {}
            }
        }
    }
}

/// Verifies the index, if it can be.
pub(super) fn verify(folder: &Folder, homes: &Resting, log: &Log, expected: Expected, found: &mut Report) {
    if folder.disk().facts(FOLDER).is_err() {
        return found.notice(FOLDER, "it is missing, and is built again at the next start");
    }
    if !homes.is_clean() {
        return found
            .notice(FOLDER, "it is brought up to the journal at the next start, and was not compared");
    }
    let first_day = homes.first_day();
    let compared = Index::open(folder).and_then(|index| compare(&index, first_day, log, expected, found));
    if let Err(IndexFailed) = compared {
        found.fault(FOLDER, None, None, "it cannot be read: run `pli-relay reindex`");
    }
}

fn compare(
    index: &Index,
    first_day: u32,
    log: &Log,
    mut expected: Expected,
    found: &mut Report,
) -> Result<(), IndexFailed> {
    let applied = index.applied()?;
    if applied != log.batch {
        let what =
            format!("it stands at batch {applied} of {}, and is built again at the next start", log.batch);
        found.notice(FOLDER, what);
        return Ok(());
    }
    // Where items are damaged, what the index says of them is no fault of the index.
    let damaged: BTreeSet<String> = found.faults.iter().map(|fault| fault.file.clone()).collect();
    let homes_are_whole = damaged.is_empty();
    let mut left_over = 0;
    // Messages whose items are gone are named once, and not again for every list they stand in.
    let mut gone = BTreeSet::new();
    index.each(|key, _| {
        let id = if letter(key) == b'm' { message_in(b'm', key) } else { None };
        gone.extend(id.filter(|id| !expected.messages.contains(id)));
    })?;
    index.each(|key, value| {
        if !is_compared(key) {
            return;
        }
        found.counted.entries += 1;
        let letter = letter(key);
        let marked = if is_list(letter) { mark_of_list(value, &gone) } else { Some(mark(value)) };
        match expected.entries.remove(&mark(key)) {
            Some(entry) if Some(entry.mark) == marked => {}
            Some(_) if !homes_are_whole => {}
            Some(entry) => {
                found.fault(FOLDER, None, described(letter, entry.message), "an entry leads elsewhere");
            }
            None => match place_of(letter, value) {
                // An item that the index knows and that is gone from a home that lives.
                Some(place) if !is_dead(place.home, first_day) => {
                    let file = place.home.file().unwrap_or_default();
                    if !damaged.contains(&file) {
                        let what = "the index leads here, and there is no such item";
                        found.fault(&file, Some(place.at), described(letter, message_in(letter, key)), what);
                    }
                }
                None if message_in(letter, key).is_some_and(|id| expected.messages.contains(&id)) => {
                    if homes_are_whole {
                        let item = described(letter, message_in(letter, key));
                        found.fault(FOLDER, None, item, "an entry without an item");
                    }
                }
                _ => left_over += 1,
            },
        }
    })?;
    for entry in expected.entries.values() {
        found.fault(FOLDER, None, described(entry.letter, entry.message), "an entry is missing");
    }
    if left_over > 0 {
        found.notice(FOLDER, format!("{left_over} entries are of messages that are gone"));
    }
    Ok(())
}

fn is_dead(home: Home, first_day: u32) -> bool {
    matches!(home, Home::Segment { day } if day < first_day)
}

fn mark(bytes: &[u8]) -> Mark {
    let digest = sha256(bytes).0;
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}

fn mark_of(number: u64, id: MessageId) -> Mark {
    mark(&[&number.to_be_bytes()[..], &id.0].concat())
}

/// The mark of a list without some messages; none for bytes that are no list.
fn mark_of_list(value: &[u8], gone: &BTreeSet<MessageId>) -> Option<Mark> {
    let list = List::of(value).ok()?.0.into_iter().filter(|(_, id)| !gone.contains(id));
    Some(list.fold([0; 16], |total, (number, id)| sum(total, mark_of(number, id))))
}

fn sum(a: Mark, b: Mark) -> Mark {
    u128::from_be_bytes(a).wrapping_add(u128::from_be_bytes(b)).to_be_bytes()
}

fn difference(a: Mark, b: Mark) -> Mark {
    u128::from_be_bytes(a).wrapping_sub(u128::from_be_bytes(b)).to_be_bytes()
}

fn letter(key: &[u8]) -> u8 {
    key.first().copied().unwrap_or_default()
}

fn is_list(letter: u8) -> bool {
    matches!(letter, b'b' | b'w' | b'x')
}

fn is_compared(key: &[u8]) -> bool {
    !matches!(letter(key), b'a' | b'c')
}

fn described(letter: u8, message: Option<MessageId>) -> Option<String> {
    let of = message.map_or_else(String::new, |id| format!(" of {id}"));
    Some(format!("entry {}{of}", char::from(letter)))
}

/// The place in a value, where the entries of this letter have one.
fn place_of(letter: u8, value: &[u8]) -> Option<Place> {
    match letter {
        b'm' => cbor::decode::<MessageEntry>(value, VALUE_BYTES_MAX).ok().map(|entry| entry.envelope),
        b'k' => cbor::decode::<(u64, Place)>(value, VALUE_BYTES_MAX).ok().map(|(_, place)| place),
        b't' | b'e' | b'h' => cbor::decode(value, VALUE_BYTES_MAX).ok(),
        letter if OF_A_MESSAGE.contains(&letter) => cbor::decode(value, VALUE_BYTES_MAX).ok(),
        _ => None,
    }
}

/// The message in a key, where the entries of this letter have one.
fn message_in(letter: u8, key: &[u8]) -> Option<MessageId> {
    match letter {
        letter if OF_A_MESSAGE.contains(&letter) => key.get(1..17)?.try_into().ok().map(MessageId),
        b'm' | b's' | b'u' => key.last_chunk().map(|id| MessageId(*id)),
        _ => None,
    }
}
