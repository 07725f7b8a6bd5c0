//! The index, against the items from which it is derived.
//!
//! It can be compared after a clean stop only: otherwise the next start brings it up to the journal,
//! or builds it again. The answers to recent requests and the counters are left out, because those
//! are pruned by time, and these outlive the items that they came from.

use super::Report;
use super::leaves::Log;
use super::overlay::Overlay;
use crate::relay::index::{Index, IndexFailed, MessageEntry, entries};
use crate::relay::items::{Item, Place};
use crate::store::{Folder, Home};
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::MessageId;
use std::collections::{BTreeMap, BTreeSet};

const FILE: &str = "index";

/// The most bytes of one entry's value.
const VALUE_BYTES_MAX: usize = 1024;

/// Half a digest: enough to tell entries apart, and half of the memory.
type Mark = [u8; 16];

/// The entries that the items give, the later one where two have one key.
#[derive(Default)]
pub(super) struct Expected {
    entries: BTreeMap<Mark, Entry>,
    messages: BTreeSet<MessageId>,
}

struct Entry {
    letter: u8,
    value: Mark,
    message: Option<MessageId>,
}

impl Expected {
    /// Adds those of an item.
    pub(super) fn add(&mut self, item: &Item, place: Place, message: Option<MessageId>) {
        self.messages.extend(message.filter(|_| matches!(item, Item::Envelope(_))));
        for (key, value) in entries(item, place) {
            if let Some(letter) = key.first().copied().filter(|letter| is_compared(*letter)) {
                self.entries.insert(mark(&key), Entry { letter, value: mark(&value), message });
            }
        }
    }
}

/// Verifies the index, if it can be.
pub(super) fn verify(folder: &Folder, overlay: &Overlay, log: &Log, expected: Expected, found: &mut Report) {
    let path = folder.path().join(FILE);
    if !path.is_dir() {
        return found.notice(FILE, "it is missing, and is built again at the next start");
    }
    if !overlay.clean {
        return found.notice(FILE, "it is brought up to the journal at the next start, and was not compared");
    }
    let compared = Index::open(&path).and_then(|index| compare(&index, overlay, log, expected, found));
    if let Err(IndexFailed) = compared {
        found.fault(FILE, None, None, "it cannot be read: run `pli-relay reindex`");
    }
}

fn compare(
    index: &Index,
    overlay: &Overlay,
    log: &Log,
    mut expected: Expected,
    found: &mut Report,
) -> Result<(), IndexFailed> {
    let applied = index.applied()?;
    if applied != log.batch {
        let what =
            format!("it stands at batch {applied} of {}, and is built again at the next start", log.batch);
        found.notice(FILE, what);
        return Ok(());
    }
    // Where items are damaged, what the index says of them is no fault of the index.
    let damaged: BTreeSet<String> = found.faults.iter().map(|fault| fault.file.clone()).collect();
    let homes_are_whole = damaged.is_empty();
    let mut left_over = 0;
    for (key, value) in index.all()? {
        let Some(letter) = key.first().copied().filter(|letter| is_compared(*letter)) else { continue };
        found.counted.entries += 1;
        match expected.entries.remove(&mark(&key)) {
            Some(entry) if entry.value == mark(&value) => {}
            Some(_) if !homes_are_whole => {}
            Some(entry) => {
                found.fault(FILE, None, described(letter, entry.message), "an entry leads elsewhere")
            }
            None => match place_of(letter, &value) {
                // An item that the index knows and that is gone from a home that lives.
                Some(place) if !is_dead(place.home, overlay) => {
                    let file = place.home.file().unwrap_or_default();
                    if !damaged.contains(&file) {
                        let what = "the index leads here, and there is no such item";
                        found.fault(&file, Some(place.at), described(letter, message_in(letter, &key)), what);
                    }
                }
                None if message_in(letter, &key).is_some_and(|id| expected.messages.contains(&id)) => {
                    if homes_are_whole {
                        let item = described(letter, message_in(letter, &key));
                        found.fault(FILE, None, item, "an entry without an item");
                    }
                }
                _ => left_over += 1,
            },
        }
    }
    for entry in expected.entries.values() {
        found.fault(FILE, None, described(entry.letter, entry.message), "an entry is missing");
    }
    if left_over > 0 {
        found.notice(FILE, format!("{left_over} entries are of messages that are gone"));
    }
    Ok(())
}

fn is_dead(home: Home, overlay: &Overlay) -> bool {
    matches!(home, Home::Segment { day } if day < overlay.first_day())
}

fn mark(bytes: &[u8]) -> Mark {
    let digest = sha256(bytes).0;
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}

fn is_compared(letter: u8) -> bool {
    !matches!(letter, b'a' | b'c')
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
        b'n' | b'g' | b'o' | b't' | b'e' => cbor::decode(value, VALUE_BYTES_MAX).ok(),
        _ => None,
    }
}

/// The message in a key, where the entries of this letter have one.
fn message_in(letter: u8, key: &[u8]) -> Option<MessageId> {
    match letter {
        b'o' => key.get(1..17)?.try_into().ok().map(MessageId),
        b'm' | b'n' | b'g' | b's' | b'b' | b'w' | b'x' => key.last_chunk().map(|id| MessageId(*id)),
        _ => None,
    }
}
