//! Closing records: the key of the hour lives in this process's memory and, sealed, with the
//! auditors; never on the relay's disk.
//!
//! A key closes the boxes of one clock hour, of one set of auditors, of one run of the relay. Its
//! sealed forms lie beside the tree, which holds their digest, and are released to an auditor like
//! grants: after the record of their own claim.

use crate::relay::items::{Keys, SealedTo};
use crate::relay::shelf::Shelf;
use shared::cbor;
use shared::crypto::{BoxKey, sha256};
use shared::directory::Directory;
use shared::ids::{DeviceId, Random};
use shared::log::{KeysLeaf, Leaf, RecordBox};
use shared::seal::seal_small;
use shared::statement::Root;
use shared::time::Timestamp;

/// A key of boxes, in use.
pub struct Epoch {
    number: u64,
    key: BoxKey,
    hour: u64,
    auditors: Vec<DeviceId>,
}

/// There is nobody to whom a record could be sealed, so none can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no auditor has published keys: enrol a reviewer of the log before anything else")]
pub struct NoAuditor;

impl Epoch {
    /// Whether this key still serves: the same hour, the same auditors.
    #[must_use]
    pub fn serves(&self, directory: &Directory, now: Timestamp) -> bool {
        self.hour == hour_of(now) && self.auditors == directory.auditors(now)
    }

    /// A fresh key, its leaf, and its sealed forms.
    ///
    /// # Errors
    /// [`NoAuditor`] if no auditor's device has a recipient that lives.
    pub fn begin(
        number: u64,
        index: u64,
        directory: &Directory,
        shelf: &Shelf,
        now: Timestamp,
    ) -> Result<(Self, Leaf, Keys), NoAuditor> {
        let key = BoxKey::generate();
        let auditors = directory.auditors(now);
        let until = now.plus(directory.root().map_or(0, Root::log_kept_seconds));
        let sealed: Vec<_> = auditors
            .iter()
            .filter_map(|device| {
                let (bucket, recipient) = shelf.recipient_for_log(directory, *device, until)?;
                let sealed = seal_small(&recipient, key.bytes().as_ref()).ok()?;
                (bucket.ends > now).then_some(SealedTo { device: *device, bucket, sealed })
            })
            .collect();
        if sealed.is_empty() {
            return Err(NoAuditor);
        }
        if sealed.len() < 2 {
            tracing::warn!("one device alone can review the log: enrol a second auditor");
        }
        let digest = sha256(&cbor::encode(&sealed));
        let leaf = Leaf::Keys(KeysLeaf { version: 1, epoch: number, from: now, sealed: digest });
        Ok((Self { number, key, hour: hour_of(now), auditors }, leaf, Keys { epoch: number, index, sealed }))
    }

    /// Closes a record for its leaf.
    #[must_use]
    pub fn close(&self, index: u64, opening: Random, record: &[u8]) -> Leaf {
        Leaf::Record(RecordBox::close(index, self.number, &self.key, opening, record))
    }
}

fn hour_of(now: Timestamp) -> u64 {
    now.0 / 3600
}
