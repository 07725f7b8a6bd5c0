//! What witnesses signed of the log: the newest signature of each, in one small file.
//!
//! It is no part of the log, and nothing depends on it but what members are told: a file that is lost is
//! made again when the witnesses come back. So it stands beside the sequencer, as what is on its way does.

use crate::store::{Folder, StoreError};
use shared::authorise::{Authorised, Cosignature};
use shared::cbor;
use shared::directory::Directory;
use shared::ids::DeviceId;
use shared::limits::{COSIGNED_BYTES_MAX, WITNESSES_MAX};
use shared::log::{Checkpoint, TreeHead, WitnessKey};
use shared::time::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where they lie, relative to the folder.
pub(crate) const FILE: &str = "log/cosigned";

/// The notes and what is around them.
pub(crate) const BYTES_MAX: usize = WITNESSES_MAX * (COSIGNED_BYTES_MAX + 8) + 8;

/// The newest signature of each witness.
#[derive(Debug)]
pub(crate) struct Cosignatures {
    folder: Folder,
    /// Held while the file is written, so that two witnesses at once are both kept and no view waits for it.
    writing: Mutex<()>,
    held: Mutex<Arc<Vec<Held>>>,
}

/// One of them.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    witness: DeviceId,
    time: Timestamp,
    pub(crate) tree: TreeHead,
    pub(crate) note: String,
}

impl Cosignatures {
    /// What the file holds for the witnesses of the policy in force. A file that is damaged holds nothing.
    pub(crate) fn open(folder: &Folder, directory: &Directory) -> Self {
        let held = folder.read(FILE).map(|bytes| held_in(&bytes, directory)).unwrap_or_default();
        Self { folder: folder.clone(), writing: Mutex::default(), held: Mutex::new(Arc::new(held)) }
    }

    /// Keeps what a witness signed, on the disk before this returns. What is not newer than what is held of
    /// that witness changes nothing.
    pub(crate) fn keep(&self, allowed: Authorised<Cosignature>) -> Result<(), StoreError> {
        let Cosignature { witness, time, checkpoint } = allowed.into_inner();
        let fresh = held(&witness, time, &checkpoint);
        let _writing = lock(&self.writing);
        let held = Arc::clone(&lock(&self.held));
        let is_newer = |old: &Held| old.tree.size <= fresh.tree.size && old.time < fresh.time;
        if held.iter().any(|old| old.witness == fresh.witness && !is_newer(old)) {
            return Ok(());
        }
        let mut all = Vec::clone(&held);
        all.retain(|old| old.witness != fresh.witness);
        all.push(fresh);
        all.sort_by_key(|held| std::cmp::Reverse(held.time));
        all.truncate(WITNESSES_MAX);
        let notes: Vec<_> = all.iter().map(|held| held.note.as_str()).collect();
        self.folder.replace(FILE, &cbor::encode(&notes))?;
        *lock(&self.held) = Arc::new(all);
        Ok(())
    }

    /// As many as the policy in force needs, the newest first.
    pub(crate) fn shown(&self, directory: &Directory) -> Vec<Held> {
        let Some(policy) = directory.root().map(|root| &root.witnesses) else { return Vec::new() };
        let held = Arc::clone(&lock(&self.held));
        let counts = held.iter().filter(|held| policy.witness(held.witness).is_some());
        counts.take(policy.needed.into()).cloned().collect()
    }
}

fn held(witness: &WitnessKey, time: Timestamp, checkpoint: &Checkpoint) -> Held {
    let (tree, note) = (checkpoint.head(), checkpoint.note().to_owned());
    Held { witness: witness.key().id(), time, tree, note }
}

fn held_in(bytes: &[u8], directory: &Directory) -> Vec<Held> {
    let Some(root) = directory.root() else { return Vec::new() };
    let read = |note: &String| {
        let checkpoint = Checkpoint::verify(&root.relay.log_origin, root.relay.log_key, note).ok()?;
        let mut witnesses = root.witnesses.keys.iter();
        witnesses.find_map(|witness| Some(held(witness, witness.saw(&checkpoint)?, &checkpoint)))
    };
    match cbor::decode::<Vec<String>>(bytes, BYTES_MAX) {
        Ok(notes) => notes.iter().filter_map(read).collect(),
        Err(_) => {
            tracing::warn!("{FILE} is damaged; it is made again when the witnesses come back");
            Vec::new()
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
