//! Items read at their places, and among them the statements with the published recipients.

use super::index::Index;
use super::items::{Envelope, Item, Place, Published};
use crate::store::{Home, Store, frame};
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::ids::{DeviceId, Digest};
use shared::message::GrantList;
use shared::seal::ExpiryRecipient;
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

impl Shelf {
    /// An item at its place; none if it died, or is not what the index said.
    #[must_use]
    pub fn item(&self, place: Place) -> Option<Item> {
        let bytes = match self.store.read(place.home, place.at, place.bytes as usize) {
            Ok(bytes) => bytes?,
            Err(error) => return damaged(&error.to_string()),
        };
        match frame::decode(&bytes).map_err(|error| error.to_string()) {
            Ok((kind, payload)) => Item::from_frame(kind, payload).ok(),
            // What is damaged is refused, and everything else is served.
            Err(error) => damaged(&format!("{} at {}: {error}", name(place.home), place.at)),
        }
    }

    /// The sealed grant of a device and its place in the list; none if the list has none, or if it
    /// is not what the list names.
    #[must_use]
    pub fn grant(
        &self,
        envelope: &Envelope,
        place: Place,
        list: &GrantList,
        device: DeviceId,
    ) -> Option<Vec<u8>> {
        let number = list.grants.iter().position(|grant| grant.device == device)?;
        self.bulk(place, envelope.grant_at(number)?, list.grants[number].digest)
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
                sha256(found) == digest || damaged::<()>(&format!("{} at {at}", name(place.home))).is_some()
            }),
            Err(error) => damaged(&error.to_string()),
        }
    }

    /// A stored statement with its body, by the digest of its exact bytes.
    #[must_use]
    pub fn statement(&self, digest: Digest) -> Option<Published> {
        let place = self.index.statement(digest).ok()??;
        let again = Place { home: Home::StatementsAgain, ..place };
        match self.item(place).or_else(|| self.item(again))? {
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
        let page = directory.key_page(device, bucket.tier)?;
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
