//! The messages, segment by segment: each envelope with its note, its grants, its documents, and
//! the steps that its readers took.

use super::Report;
use super::homes::Resting;
use super::index::Expected;
use super::items::for_each;
use super::leaves::Log;
use super::statements::People;
use crate::relay::items::{
    Destroyed, Done, Envelope, Expired, Item, LateGrants, Mark, Notice, Place, Published, Unshown, grant_at,
    home_of, segment_of,
};
use crate::store::blobs::{self, Blobs, FileBlobs};
use crate::store::{Folder, Home, Places, StoreError};
use shared::crypto::sha256;
use shared::ids::{DeviceId, Digest, MessageId};
use shared::message::{GrantList, Ground, Header, Part};
use shared::signed::Signed;
use shared::statement::{KeyPage, Kind};
use shared::wire::ListedState;
use std::collections::{BTreeMap, BTreeSet};

/// Verifies every segment that lives.
pub(super) fn verify(
    folder: &Folder,
    homes: &Resting,
    log: &Log,
    people: &People,
    expected: &mut Expected,
    found: &mut Report,
) {
    let days = match homes.places().days() {
        Ok(days) => days,
        Err(error) => return found.store(error),
    };
    let blobs = FileBlobs::open(folder);
    let mut known = BTreeSet::new();
    for day in days {
        let home = Home::Segment { day };
        let file = home.file().unwrap_or_default();
        if day < homes.first_day() {
            found.notice(&file, "it has expired and goes with the next sweep");
            continue;
        }
        let mut segment = Segment {
            home,
            file,
            log,
            people,
            places: homes.places(),
            messages: BTreeMap::new(),
            strays: BTreeSet::new(),
        };
        let whole = for_each(homes, home, found, |place, item, found| {
            expected.add(&item, place, message_of(&item));
            segment.item(place, item, &mut known, found);
        });
        segment.end(whole, &blobs, found);
    }
    match blobs.unknown(&|id| known.contains(&id)) {
        Ok(ids) => {
            for id in ids {
                let _ = owner(&blobs, id, found);
            }
        }
        Err(error) => found.store(error),
    }
}

/// The device that the folder of a message's documents names, if it names one.
fn owner(blobs: &FileBlobs, id: MessageId, found: &mut Report) -> Option<DeviceId> {
    blobs.owner(id).unwrap_or_else(|error| {
        match error {
            StoreError::Damaged { file, offset, what } => {
                found.fault(&file, Some(offset), Some(id.to_string()), format!("it is {what}"));
            }
            error => found.store(error),
        }
        None
    })
}

/// What stands behind an item is something else.
const NOT_NAMED: &str = "a grant or a note is not the one that list and header name";

/// Which message an item belongs to.
fn message_of(item: &Item) -> Option<MessageId> {
    match item {
        Item::Envelope(envelope) => envelope.header.peek::<Header>().ok().map(|header| header.core.id),
        Item::Mark(mark) => Some(mark.message),
        Item::Notice(notice) => Some(notice.message),
        Item::LateGrants(late) => Some(late.message),
        Item::Destroyed(gone) => Some(gone.message),
        Item::Unshown(claim) => Some(claim.message),
        Item::Expired(expired) => Some(expired.message),
        Item::Retired(retired) => Some(retired.message),
        Item::Rejected(rejected) => Some(rejected.message),
        Item::Statement(_)
        | Item::Keys(_)
        | Item::Annex(_)
        | Item::Done(_)
        | Item::Ended(_)
        | Item::Handed(_) => None,
    }
}

/// Everything that expires on one day.
struct Segment<'a> {
    home: Home,
    file: String,
    log: &'a Log,
    people: &'a People,
    places: &'a dyn Places,
    messages: BTreeMap<MessageId, Message>,
    /// Messages of which there is something, but no envelope.
    strays: BTreeSet<MessageId>,
}

/// What an envelope names.
struct Message {
    readers: BTreeMap<DeviceId, ListedState>,
    documents: Vec<Part>,
    device: DeviceId,
    core: Digest,
    /// The number of its deposit's record.
    number: u64,
    /// What stands behind envelope and late lists, by the number of the record of each: grants, and the note.
    behind: BTreeMap<u64, Vec<Kept>>,
}

/// A grant or the note as it lies there.
struct Kept {
    /// Whose grant; of the note, nobody's.
    device: Option<DeviceId>,
    at: u64,
    bytes: u32,
    state: KeptState,
}

/// What there is of it. It lies before the mark that says it was destroyed.
#[derive(PartialEq, Eq)]
enum KeptState {
    Whole,
    Other,
    Destroyed,
}

impl Segment<'_> {
    fn item(&mut self, place: Place, item: Item, known: &mut BTreeSet<MessageId>, found: &mut Report) {
        let id = message_of(&item);
        let outcome = match item {
            Item::Envelope(envelope) => self.envelope(place, &envelope, known, found),
            Item::Mark(mark) => self.mark(&mark),
            Item::Notice(notice) => self.notice(&notice),
            Item::LateGrants(late) => self.late(place, &late),
            Item::Destroyed(gone) => self.destroyed(&gone),
            Item::Unshown(claim) => self.unshown(&claim),
            Item::Expired(expired) => self.expired(&expired),
            Item::Retired(retired) => self.overwritten(retired.message, retired.done),
            Item::Rejected(rejected) => self.overwritten(rejected.message, rejected.done),
            Item::Statement(published) => {
                found.counted.statements += 1;
                self.page(&published)
            }
            Item::Keys(_) | Item::Annex(_) | Item::Done(_) | Item::Ended(_) | Item::Handed(_) => {
                Err("something that is not of a message")
            }
        };
        if let Err(what) = outcome {
            found.fault(&self.file, Some(place.at), id.map(|id| id.to_string()), what);
        }
    }

    fn envelope(
        &mut self,
        place: Place,
        envelope: &Envelope,
        known: &mut BTreeSet<MessageId>,
        found: &mut Report,
    ) -> Result<(), &'static str> {
        let header: Header = envelope.header.peek().map_err(|_| "a header does not decode")?;
        let list: GrantList = envelope.grant_list.peek().map_err(|_| "a grant list does not decode")?;
        let (core, done) = (&header.core, envelope.done);
        let note = *header.note().ok_or("a header without a note")?;
        if !known.insert(core.id) {
            return Err("a message is here twice");
        }
        found.counted.messages += 1;
        self.messages.insert(
            core.id,
            Message {
                readers: list.grants.iter().map(|grant| (grant.device, ListedState::Deposited)).collect(),
                documents: header.documents().to_vec(),
                device: core.device,
                core: core.digest(),
                number: done.index,
                behind: BTreeMap::new(),
            },
        );
        if segment_of(core.expires) != self.home {
            return Err("a message lies in the segment of another day than the one on which it expires");
        }
        let ours = list.message == core.id && list.core == core.digest() && list.issuer == core.device;
        if !ours || list.ground != Ground::Writer {
            return Err("a grant list is for another message");
        }
        if done.device != core.device || !self.log.is_record(done.index) {
            return Err("the leaf of a deposit is no record");
        }
        if let Some(key) = self.people.devices.get(&core.device) {
            if envelope.header.verify_by::<Header>(*key).is_err() {
                return Err("a header or grant list is not signed by its device");
            }
        } else if self.people.whole {
            return Err("a header is of a device that is on no card");
        }
        self.is_signed(&envelope.grant_list, &list)?;
        if list.grants.len() != envelope.grants.len() || u64::from(envelope.note) != note.bytes {
            return Err("what stands behind a message is not what header and list name");
        }
        let mut behind = self.kept(place, &list, &envelope.grants);
        let (from, bytes) = envelope.note_at();
        behind.push(self.kept_at(None, place.bulk() + from, bytes, note.digest));
        self.messages.entry(core.id).and_modify(|message| drop(message.behind.insert(done.index, behind)));
        Ok(())
    }

    fn late(&mut self, place: Place, late: &LateGrants) -> Result<(), &'static str> {
        let list: GrantList = late.list.peek().map_err(|_| "a grant list does not decode")?;
        let recorded = self.log.is_record(late.done.index) && late.done.device == list.issuer;
        self.is_signed(&late.list, &list)?;
        let kept = self.kept(place, &list, &late.grants);
        let Some(message) = self.owner(late.message) else { return Ok(()) };
        let ours = list.message == late.message && list.core == message.core && late.number == message.number;
        if !ours || list.ground == Ground::Writer || !message.readers.contains_key(&list.issuer) {
            return Err("a late grant list is for another message");
        }
        if !recorded {
            return Err("the leaf of a late grant list is no record");
        }
        if list.grants.len() != late.grants.len() {
            return Err("what stands behind a late grant list is not what it names");
        }
        for grant in &list.grants {
            message.readers.entry(grant.device).or_insert(ListedState::Deposited);
        }
        message.behind.insert(late.done.index, kept);
        Ok(())
    }

    fn destroyed(&mut self, gone: &Destroyed) -> Result<(), &'static str> {
        let (places, home) = (self.places, self.home);
        let Some(message) = self.owner(gone.message) else { return Ok(()) };
        let grants = message.behind.get_mut(&gone.list).ok_or("a grant of no list was destroyed")?;
        let kept = grants.iter_mut().find(|kept| kept.device == Some(gone.device));
        let kept = kept.ok_or("a grant that no list names was destroyed")?;
        if kept.is_destroyed(places, home) { Ok(()) } else { Err("a grant that was destroyed is there") }
    }

    /// Taken back, or not agreed to.
    fn overwritten(&mut self, id: MessageId, done: Done) -> Result<(), &'static str> {
        let (places, home) = (self.places, self.home);
        let recorded = self.log.is_record(done.index);
        let Some(message) = self.owner(id) else { return Ok(()) };
        // The documents went after the answer, or go when the letter ends.
        message.documents.clear();
        let mut left = false;
        for kept in message.behind.values_mut().flatten() {
            left |= !kept.is_destroyed(places, home);
        }
        match (left, recorded) {
            (true, _) => Err("something of a message that was taken back is there"),
            (_, false) => Err("the leaf of a retirement is no record"),
            _ => Ok(()),
        }
    }

    fn unshown(&mut self, claim: &Unshown) -> Result<(), &'static str> {
        let recorded = self.log.is_record(claim.done.index);
        let Some(message) = self.owner(claim.message) else { return Ok(()) };
        if !message.readers.contains_key(&claim.done.device) {
            return Err("a claim of a device without a grant");
        }
        if recorded { Ok(()) } else { Err("the leaf of a claim is no record") }
    }

    /// A key page is signed by its device, is in the log, and lies with its last bucket.
    fn page(&self, Published { statement, index }: &Published) -> Result<(), &'static str> {
        let page: KeyPage = match statement.signed.peek() {
            Ok(page) if statement.kind == Kind::KeyPage => page,
            _ => return Err("a statement that is no key page"),
        };
        if home_of(statement) != self.home {
            return Err("a key page lies under another day");
        }
        if statement.body.as_deref().map(sha256) != Some(page.recipients) {
            return Err("a key page is without its recipients");
        }
        let leaf = self.log.statements.get(index);
        if leaf.is_none_or(|leaf| leaf.digest != statement.signed.digest()) && !self.log.is_unknown(*index) {
            return Err("the leaf of a key page is that of something else");
        }
        match self.people.devices.get(&page.device) {
            Some(key) if statement.signed.verify_by::<KeyPage>(*key).is_err() => {
                Err("a key page is not signed by its device")
            }
            None if self.people.whole => Err("a key page is of a device that is on no card"),
            _ => Ok(()),
        }
    }

    fn expired(&mut self, expired: &Expired) -> Result<(), &'static str> {
        let (places, home) = (self.places, self.home);
        let recorded = self.log.is_record(expired.index);
        let Some(message) = self.owner(expired.message) else { return Ok(()) };
        // What ended before its segment was overwritten, and its documents went; what ends with it, goes with it.
        message.documents.clear();
        for kept in message.behind.values_mut().flatten() {
            kept.may_be_destroyed(places, home);
        }
        if recorded { Ok(()) } else { Err("the leaf of an expiry is no record") }
    }

    /// A grant list is signed by the device that made it, where that device is known.
    fn is_signed(&self, signed: &Signed, list: &GrantList) -> Result<(), &'static str> {
        match self.people.devices.get(&list.issuer) {
            Some(key) if signed.verify_by::<GrantList>(*key).is_err() => {
                Err("a header or grant list is not signed by its device")
            }
            None if self.people.whole => Err("a grant list is of a device that is on no card"),
            _ => Ok(()),
        }
    }

    /// The grants behind an item.
    fn kept(&self, place: Place, list: &GrantList, lengths: &[u32]) -> Vec<Kept> {
        let kept = list.grants.iter().enumerate().filter_map(|(number, grant)| {
            let (from, bytes) = grant_at(lengths, number)?;
            let at = place.bulk() + from;
            Some(self.kept_at(Some(grant.device), at, bytes, grant.digest))
        });
        kept.collect()
    }

    fn kept_at(&self, device: Option<DeviceId>, at: u64, bytes: u32, digest: Digest) -> Kept {
        let read = self.places.read(self.home, at, bytes as usize);
        let fits = matches!(read, Ok(Some(found)) if sha256(&found) == digest);
        let state = if fits { KeptState::Whole } else { KeptState::Other };
        Kept { device, at, bytes, state }
    }

    /// What an item belongs to; none, and no fault of its own, where there is no envelope.
    fn owner(&mut self, id: MessageId) -> Option<&mut Message> {
        if !self.messages.contains_key(&id) {
            self.strays.insert(id);
        }
        self.messages.get_mut(&id)
    }

    fn mark(&mut self, mark: &Mark) -> Result<(), &'static str> {
        let recorded = self.log.is_record(mark.done.index) && mark.done.device == mark.device;
        let Some(message) = self.owner(mark.message) else { return Ok(()) };
        let held = message.readers.get_mut(&mark.device).ok_or("a step of a device without a grant")?;
        let back = mark.state < *held;
        *held = mark.state.max(*held);
        if back {
            return Err("a message went back a step");
        }
        if recorded { Ok(()) } else { Err("the leaf of a step is no record") }
    }

    fn notice(&mut self, notice: &Notice) -> Result<(), &'static str> {
        let recorded = self.log.is_record(notice.index);
        if self.owner(notice.message).is_none() || recorded {
            return Ok(());
        }
        Err("a copy of a leaf that is no record")
    }

    /// Says what is missing at the end of the segment.
    fn end(self, whole: bool, blobs: &FileBlobs, found: &mut Report) {
        for (id, message) in self.messages {
            let other = message.behind.values().flatten().filter(|kept| kept.state == KeptState::Other);
            for kept in other {
                found.fault(&self.file, Some(kept.at), Some(id.to_string()), NOT_NAMED);
            }
            if !message.documents.is_empty()
                && owner(blobs, id, found).is_some_and(|owner| owner != message.device)
            {
                let file = format!("blobs/{id}/owner");
                found.fault(
                    &file,
                    None,
                    Some(id.to_string()),
                    "it is another device than deposited the message",
                );
            }
            let mut wrong = |file: &str, at, what: String| found.fault(file, at, Some(id.to_string()), what);
            let mut documents = 0;
            for (number, part) in (0..).zip(&message.documents) {
                documents += 1;
                match document(blobs, id, number, *part) {
                    Ok(true) => {}
                    Ok(false) => {
                        let file = format!("blobs/{id}/{number}-{}", part.digest);
                        wrong(&file, None, "a document is not the one that its header names".to_owned());
                    }
                    Err(StoreError::Io { file, source }) if source.kind() == std::io::ErrorKind::NotFound => {
                        wrong(&file, None, "a document is missing".to_owned());
                    }
                    Err(StoreError::Io { file, source }) => {
                        wrong(&file, None, format!("it cannot be read: {source}"))
                    }
                    Err(error) => wrong(&self.file, None, error.to_string()),
                }
            }
            found.counted.documents += documents;
        }
        for id in self.strays {
            let what = if whole { "its envelope is missing" } else { "its envelope is missing or damaged" };
            found.fault(&self.file, None, Some(id.to_string()), what);
        }
    }
}

impl Kept {
    /// Takes it for destroyed, and says whether it is.
    fn is_destroyed(&mut self, places: &dyn Places, home: Home) -> bool {
        self.state = KeptState::Destroyed;
        self.is_zero(places, home)
    }

    /// Takes it for destroyed where it is.
    fn may_be_destroyed(&mut self, places: &dyn Places, home: Home) {
        if self.is_zero(places, home) {
            self.state = KeptState::Destroyed;
        }
    }

    fn is_zero(&self, places: &dyn Places, home: Home) -> bool {
        let read = places.read(home, self.at, self.bytes as usize);
        matches!(read, Ok(Some(bytes)) if bytes.iter().all(|byte| *byte == 0))
    }
}

/// Whether a document has the size and the digest that its header names.
fn document(blobs: &FileBlobs, id: MessageId, number: u32, part: Part) -> Result<bool, StoreError> {
    let document = blobs.read(id, number, part.digest)?;
    let (length, digest) = blobs::hash(&*document).map_err(|source| {
        let file = format!("blobs/{id}/{number}-{}", part.digest);
        StoreError::Io { file, source }
    })?;
    Ok(length == part.bytes && digest.finish() == part.digest)
}
