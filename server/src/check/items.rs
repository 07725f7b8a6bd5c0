//! The framed items of a home, and the two homes whose items stand for themselves: the sealed keys
//! of the log's boxes, and the sealed reasons.

use super::Report;
use super::homes::Resting;
use super::index::Expected;
use super::leaves::Log;
use crate::relay::items::{Handed, Item, Opening, Place};
use crate::store::{Home, frame};
use shared::cbor;
use shared::crypto::sha256;

/// Gives every item of a home to `visit`, and says what is no item. The answer is whether the home
/// is whole.
pub(super) fn for_each(
    homes: &Resting,
    home: Home,
    found: &mut Report,
    mut visit: impl FnMut(Place, Item, &mut Report),
) -> bool {
    let file = match homes.open(home) {
        Ok(file) => file,
        Err(error) => {
            found.store(error);
            return false;
        }
    };
    let name = home.file().unwrap_or_default();
    let mut whole = true;
    for scanned in frame::Scan::new(file, 0) {
        match scanned {
            Ok(frame::Scanned::Frame { at, kind, payload, bulk, .. }) => {
                found.counted.items += 1;
                match Item::from_frame(kind, &payload) {
                    Ok(item) if item.bulk_bytes() == u64::from(bulk) => {
                        visit(Place::of(home, at, payload.len()), item, found);
                    }
                    Ok(_) => {
                        whole = false;
                        found.fault(&name, Some(at), None, "more or less stands behind a frame than it says");
                    }
                    Err(malformed) => {
                        whole = false;
                        found.fault(&name, Some(at), None, format!("an item of kind {kind} is {malformed}"));
                    }
                }
            }
            Ok(frame::Scanned::Damaged { at, until, what }) => {
                whole = false;
                found.fault(&name, Some(at), None, format!("{} bytes are damaged: {what}", until - at));
            }
            Err(error) => {
                found.fault(&name, None, None, format!("it cannot be read: {error}"));
                return false;
            }
        }
    }
    whole
}

/// The sealed keys of the boxes: one for each leaf that names some, with the digest it names; and what was handed
/// over of them, each of a key that a leaf names.
pub(super) fn verify_hour_keys(homes: &Resting, log: &Log, expected: &mut Expected, found: &mut Report) {
    let home = Home::HourKeys;
    let name = home.file().unwrap_or_default();
    let mut missing = log.keys.clone();
    let whole = for_each(homes, home, found, |place, item, found| {
        expected.add(&item, place, None);
        let mut wrong = |item: Option<String>, what: &str| found.fault(&name, Some(place.at), item, what);
        let keys = match item {
            Item::Keys(keys) => keys,
            Item::Handed(Handed { what: Opening::Boxes(epoch), record, .. }) => {
                if !log.keys.contains_key(&epoch) && !log.is_unsure() {
                    wrong(Some(format!("key {epoch}")), "a key was handed over that no leaf names");
                }
                if !log.is_record(record) {
                    wrong(Some(format!("leaf {record}")), "a leaf that it belongs to is no record");
                }
                return;
            }
            _ => return wrong(None, "something else than keys of boxes"),
        };
        let epoch = Some(format!("key {}", keys.epoch));
        match missing.remove(&keys.epoch) {
            Some((index, _)) if index != keys.index => wrong(epoch, "keys whose leaf is another one"),
            Some((_, digest)) if digest != sha256(&cbor::encode(&keys.sealed)) => {
                wrong(epoch, "sealed keys are not those whose digest was logged");
            }
            None if !log.is_unknown(keys.index) => wrong(epoch, "keys that no leaf names, or twice"),
            _ => {}
        }
    });
    if whole {
        for epoch in missing.keys() {
            found.fault(
                &name,
                None,
                Some(format!("key {epoch}")),
                "sealed keys that a leaf names are missing",
            );
        }
    }
}

/// What stands beside records: sealed reasons, and that a record was made which changed nothing else.
/// Each belongs to a record; that days have ended stands between them.
pub(super) fn verify_annexes(homes: &Resting, log: &Log, expected: &mut Expected, found: &mut Report) {
    let home = Home::Annexes;
    let name = home.file().unwrap_or_default();
    for_each(homes, home, found, |place, item, found| {
        expected.add(&item, place, None);
        let of: &[u64] = match &item {
            Item::Annex(annex) => &[annex.index],
            Item::Done(done) => &[done.index],
            Item::Ended(_) => return,
            Item::Handed(Handed { what: Opening::Annex(index), record, .. }) => &[*index, *record],
            _ => return found.fault(&name, Some(place.at), None, "something that is not of a record"),
        };
        for index in of.iter().filter(|index| !log.is_record(**index)) {
            let leaf = Some(format!("leaf {index}"));
            found.fault(&name, Some(place.at), leaf, "a leaf that it belongs to is no record");
        }
    });
}
