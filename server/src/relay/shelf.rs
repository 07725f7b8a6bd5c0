//! Items read at their places, and among them the statements with the published recipients.

use super::index::Index;
use super::items::{Item, Place, Published};
use crate::store::{Homes, Watermark, frame};
use shared::directory::Directory;
use shared::ids::{DeviceId, Digest};
use shared::seal::ExpiryRecipient;
use shared::time::{Bucket, Timestamp};
use std::sync::Arc;

/// Reads what lies in the homes.
#[derive(Clone, Debug)]
pub struct Shelf {
    /// Where it lies.
    pub homes: Arc<Homes>,
    /// Where to find it.
    pub index: Index,
    /// How far the mover has come.
    pub watermark: Watermark,
}

impl Shelf {
    /// An item at its place; none if it died, or is not what the index said.
    #[must_use]
    pub fn item(&self, place: Place) -> Option<Item> {
        // The index may be just ahead of the mover.
        self.watermark.wait(self.index.applied().ok()?).ok()?;
        let bytes = self.homes.read(place.home, place.at, place.bytes as usize).ok()??;
        let (kind, payload) = frame::decode(&bytes).ok()?;
        Item::from_frame(kind, payload).ok()
    }

    /// A stored statement with its body, by the digest of its exact bytes.
    #[must_use]
    pub fn statement(&self, digest: Digest) -> Option<Published> {
        let place = self.index.statement(digest).ok()??;
        match self.item(place)? {
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
