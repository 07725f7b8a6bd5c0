//! Items read at their places, and among them the statements with the published recipients.

use super::index::{Index, IndexFailed, MessageEntry};
use super::items::{Destroyed, Done, Envelope, Item, LateGrants, Place, Published, grant_at};
use crate::store::{Home, Store, StoreError, frame};
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::ids::{DeviceId, Digest, MessageId};
use shared::message::{GrantEntry, GrantList};
use shared::seal::ExpiryRecipient;
use shared::signed::Signed;
use shared::time::{Bucket, Timestamp};
use std::sync::Arc;

/// Reads what lies in the homes.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// Where it lies.
    pub store: Arc<dyn Store>,
    /// Where to find it.
    pub index: Index,
}

/// A grant list as it lies there: that of the deposit, or a late one.
#[derive(Clone, Debug)]
pub struct Granted {
    /// Where it lies.
    pub place: Place,
    /// The number of its record.
    pub record: u64,
    /// The time of that record.
    pub at: Timestamp,
    /// As it was signed.
    pub signed: Signed,
    /// What it says.
    pub list: GrantList,
    /// The length of each grant.
    lengths: Vec<u32>,
    /// Whose grants were destroyed.
    destroyed: Vec<DeviceId>,
}

impl Granted {
    /// The grants that are still there.
    pub fn living(&self) -> impl Iterator<Item = &GrantEntry> {
        self.list.grants.iter().filter(|grant| !self.destroyed.contains(&grant.device))
    }

    /// When what the grant of a device is sealed to dies, of one that is still there.
    #[must_use]
    pub fn ends_for(&self, device: DeviceId) -> Option<Timestamp> {
        self.living().find(|grant| grant.device == device).map(|grant| grant.bucket.ends)
    }

    /// How many bytes its grants have.
    pub(super) fn bulk_bytes(&self) -> u64 {
        self.lengths.iter().map(|bytes| u64::from(*bytes)).sum()
    }

    /// The devices that were given a grant.
    pub(super) fn devices(&self) -> impl Iterator<Item = DeviceId> {
        self.list.grants.iter().map(|grant| grant.device)
    }

    /// Whether a device has a grant of this list that is still there.
    #[must_use]
    pub fn names(&self, device: DeviceId) -> bool {
        self.living().any(|grant| grant.device == device)
    }

    /// The devices whose grants were destroyed.
    #[must_use]
    pub fn destroyed(&self) -> &[DeviceId] {
        &self.destroyed
    }

    /// Where in the bulk the grant of a device stands, and its digest.
    fn stands(&self, device: DeviceId) -> Option<((u64, u32), Digest)> {
        let number = self.list.grants.iter().position(|grant| grant.device == device)?;
        Some((grant_at(&self.lengths, number)?, self.list.grants[number].digest))
    }

    /// The offset and length of a grant that is still there, and the mark that it was destroyed.
    pub(super) fn to_destroy(&self, device: DeviceId, number: u64) -> Option<(u64, u32, Destroyed)> {
        let ((from, bytes), _) = self.stands(device).filter(|_| self.names(device))?;
        let (message, list) = (self.list.message, self.record);
        Some((self.place.bulk() + from, bytes, Destroyed { message, number, list, device }))
    }
}

impl Shelf {
    /// Every grant list of a message, that of its deposit first; none if one does not decode.
    ///
    /// # Errors
    /// [`IndexFailed`].
    pub fn lists(
        &self,
        id: MessageId,
        entry: MessageEntry,
        envelope: &Envelope,
    ) -> Result<Option<Vec<Granted>>, IndexFailed> {
        let gone = self.index.destroyed(id)?;
        let granted = |place, done: Done, signed: &Signed, lengths: &[u32]| {
            let destroyed = gone.iter().filter(|(list, _)| *list == done.index).map(|(_, device)| *device);
            Some(Granted {
                place,
                record: done.index,
                at: done.time,
                list: signed.peek().ok()?,
                signed: signed.clone(),
                lengths: lengths.to_vec(),
                destroyed: destroyed.collect(),
            })
        };
        let first = granted(entry.envelope, envelope.done, &envelope.grant_list, &envelope.grants);
        let late = self.late(id)?.into_iter();
        let late = late.map(|(place, late)| granted(place, late.done, &late.list, &late.grants));
        Ok([first].into_iter().chain(late).collect())
    }

    /// The late grant lists of a message, with their places. One that is damaged is left out: whoever
    /// it names has no grant then, and everybody else has theirs.
    pub(super) fn late(&self, id: MessageId) -> Result<Vec<(Place, LateGrants)>, IndexFailed> {
        let items = self.index.late_grants(id)?.into_iter().filter_map(|place| match self.item(place)? {
            Item::LateGrants(late) => Some((place, *late)),
            _ => None,
        });
        Ok(items.collect())
    }

    /// An item at its place; none if it died, or is not what the index said.
    #[must_use]
    pub fn item(&self, place: Place) -> Option<Item> {
        self.read_item(place).unwrap_or_else(|error| damaged(&error.to_string()))
    }

    /// As [`item`](Self::item), where a disk that fails is told from an item that is not there.
    ///
    /// # Errors
    /// [`StoreError`] if the disk does not read.
    pub fn read_item(&self, place: Place) -> Result<Option<Item>, StoreError> {
        let Some(bytes) = self.store.read(place.home, place.at, place.bytes as usize)? else {
            return Ok(None);
        };
        Ok(match frame::decode(&bytes).map_err(|error| error.to_string()) {
            Ok((kind, payload)) => Item::from_frame(kind, payload).ok(),
            // What is damaged is refused, and everything else is served.
            Err(error) => damaged(&format!("{} at {}: {error}", name(place.home), place.at)),
        })
    }

    /// The sealed grant of a device; none if the list has none, or if it is not what the list names.
    #[must_use]
    pub fn grant(&self, granted: &Granted, device: DeviceId) -> Option<Vec<u8>> {
        let (at, digest) = granted.stands(device)?;
        self.bulk(granted.place, at, digest)
    }

    /// The sealed note; none if it is not what the header names.
    #[must_use]
    pub fn note(&self, envelope: &Envelope, place: Place, digest: Digest) -> Option<Vec<u8>> {
        self.bulk(place, envelope.note_at(), digest)
    }

    fn bulk(&self, place: Place, (from, bytes): (u64, u32), digest: Digest) -> Option<Vec<u8>> {
        let at = place.bulk() + from;
        match self.store.read(place.home, at, bytes as usize) {
            Ok(found) => found.filter(|found| {
                let fits = sha256(found) == digest;
                // A grant that was destroyed while its claim was recorded is no damage.
                if !fits && !found.iter().all(|byte| *byte == 0) {
                    let _: Option<()> = damaged(&format!("{} at {at}", name(place.home)));
                }
                fits
            }),
            Err(error) => damaged(&error.to_string()),
        }
    }

    /// A stored statement with its body, by the digest of its exact bytes.
    #[must_use]
    pub fn statement(&self, digest: Digest) -> Option<Published> {
        let place = self.index.statement(digest).ok()??;
        // A key page has no second copy: without it, its device is written to on other days.
        let again = Place { home: Home::StatementsAgain, ..place };
        let again = || self.item(again).filter(|_| place.home == Home::Statements);
        match self.item(place).or_else(again)? {
            Item::Statement(published) => Some(*published),
            _ => None,
        }
    }

    /// The recipient of a device for one bucket.
    #[must_use]
    pub fn recipient(
        &self,
        directory: &Directory,
        device: DeviceId,
        bucket: Bucket,
    ) -> Option<ExpiryRecipient> {
        let page = directory.key_page(device, bucket)?;
        let body = self.statement(page.digest())?.statement.body?;
        page.value().recipient(&body, bucket)
    }

    /// The recipient of an auditor's device for what shall be readable until `wanted`.
    #[must_use]
    pub fn recipient_for_log(
        &self,
        directory: &Directory,
        device: DeviceId,
        wanted: Timestamp,
    ) -> Option<(Bucket, ExpiryRecipient)> {
        let bucket = directory.bucket_for_log(device, wanted)?;
        Some((bucket, self.recipient(directory, device, bucket)?))
    }
}

fn name(home: Home) -> String {
    home.file().unwrap_or_default()
}

fn damaged<T>(what: &str) -> Option<T> {
    tracing::error!(what, "stored bytes are damaged and not served: run `pli-relay check`");
    None
}
