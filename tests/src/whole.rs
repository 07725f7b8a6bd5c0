//! Whether the log of a relay is whole, from its leaves alone.

use pli_server::relay::Relay;
use shared::cbor;
use shared::ids::Digest;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::{Leaf, MemoryTree, leaf_hash};
use std::collections::BTreeMap;

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
