//! What a relay left in its folder: whether its log is whole, from its leaves alone; and a copy of it.

#![allow(clippy::unwrap_used, reason = "a trial that cannot go on has failed")]

use crate::world::{AUDITOR, World};
use pli_server::relay::Relay;
use pli_server::relay::items::Item;
use shared::cbor;
use shared::crypto::BoxKey;
use shared::ids::Digest;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Leaf, MemoryTree, Record, leaf_hash};
use shared::seal::open_small;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

/// The leaves give the root that is signed, and every root that anybody was shown. Says how many of them
/// are records.
///
/// # Errors
/// What does not fit.
pub fn log_is_whole(relay: &Relay, shown: &BTreeMap<u64, Digest>) -> Result<usize, String> {
    let signed = relay.snapshot().commit.tree;
    let mut tree = MemoryTree::default();
    let mut records = 0;
    for index in 0..signed.size {
        let leaf = relay.files().leaf(index).map_err(|error| error.to_string())?;
        tree.push(leaf_hash(&leaf));
        let decoded: Leaf = cbor::decode(&leaf, LEAF_BYTES_MAX).map_err(|error| error.to_string())?;
        records += usize::from(matches!(decoded, Leaf::Record(_)));
        if shown.get(&tree.size()).is_some_and(|root| *root != tree.head().root) {
            return Err(format!("the tree of {} leaves is not the one that was shown", tree.size()));
        }
    }
    if tree.head() != signed {
        return Err("the leaves do not give the signed root".to_owned());
    }
    match shown.keys().next_back() {
        Some(size) if *size > signed.size => Err("a larger tree was shown than there is".to_owned()),
        _ => Ok(records),
    }
}

/// Every record of a log in its order, as a reviewer of this world opens them; without a request of theirs,
/// which would be one more.
///
/// # Panics
/// If one does not open.
#[must_use]
pub fn records(world: &World, relay: &Relay) -> Vec<Record> {
    let auditor = &world.people[AUDITOR];
    let keys = relay.index().keys().unwrap().into_iter().map(|(_, place)| {
        let Some(Item::Keys(keys)) = relay.shelf().item(place) else { panic!("no keys") };
        let ours = keys.sealed.iter().find(|sealed| sealed.device == auditor.device()).unwrap();
        let key = open_small(&auditor.expiry_identity(ours.bucket), &ours.sealed).unwrap();
        (keys.epoch, BoxKey::from_bytes(Zeroizing::new(key.as_slice().try_into().unwrap())))
    });
    let keys: BTreeMap<_, _> = keys.collect();
    let leaves =
        (0..relay.snapshot().commit.tree.size).map(|index| (index, relay.files().leaf(index).unwrap()));
    let records = leaves.filter_map(|(index, leaf)| match cbor::decode(&leaf, LEAF_BYTES_MAX).unwrap() {
        Leaf::Record(closed) => Some(closed.open(index, &keys[&closed.epoch]).unwrap().1),
        _ => None,
    });
    records.collect()
}

/// Copies a relay's folder, all but its lock: what a stop at this instant would leave.
///
/// # Panics
/// If the disk refuses.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else if path.file_name().unwrap() != "lock" {
            fs::copy(&path, &target).unwrap();
        }
    }
}
