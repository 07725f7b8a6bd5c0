//! Which statement was in force when: for each chain its versions, for each group what the heads said of
//! it, both by the leaf from which on they hold.
//!
//! A letter is read under the statements of its day, proved under the head that its writer saw. The
//! history is made from the statements at each start, and grows with them.

use super::snapshot::Groups;
use shared::cbor;
use shared::directory::{Chain, Directory, Judged};
use shared::ids::{Digest, GroupId};
use shared::log::leaf_hash;
use std::collections::BTreeMap;

/// What was in force from which leaf on.
#[derive(Clone, Debug, Default)]
pub struct History {
    chains: BTreeMap<Chain, Vec<(u64, Digest)>>,
    views: BTreeMap<GroupId, Vec<(u64, Digest)>>,
}

impl History {
    /// Applies a statement to the directory, and remembers from which leaf on it is in force.
    pub fn apply(&mut self, index: u64, judged: Judged, directory: &mut Directory) {
        let (chain, digest) = (judged.chain().clone(), judged.digest());
        directory.apply(judged);
        for group in directory.touched(&chain) {
            let Some(view) = directory.view(group) else { continue };
            let hash = leaf_hash(&cbor::encode(&view));
            let views = self.views.entry(group).or_default();
            if views.last().is_none_or(|(_, last)| *last != hash) {
                views.push((index, hash));
            }
        }
        self.chains.entry(chain).or_default().push((index, digest));
    }

    /// Forgets the key pages that the directory holds no more.
    pub fn forget_pages(&mut self, directory: &Directory) {
        self.chains.retain(|chain, versions| {
            if let Chain::KeyPage(device, _) = chain {
                versions
                    .retain(|(_, digest)| directory.key_pages(*device).any(|page| page.digest() == *digest));
            }
            !versions.is_empty()
        });
    }

    /// The versions of a chain in a log of this size, each with its leaf.
    #[must_use]
    pub fn versions(&self, chain: &Chain, size: u64) -> &[(u64, Digest)] {
        self.chains.get(chain).map_or(&[], |versions| before(versions, size))
    }

    /// Every chain.
    pub fn all_chains(&self) -> impl Iterator<Item = &Chain> {
        self.chains.keys()
    }

    /// What the heads said of a group in a log of this size.
    #[must_use]
    pub fn view(&self, group: GroupId, size: u64) -> Option<Digest> {
        before(self.views.get(&group)?, size).last().map(|(_, hash)| *hash)
    }

    /// The groups under the head of a log of this size.
    #[must_use]
    pub fn groups(&self, size: u64) -> Groups {
        let groups = self.views.keys().filter_map(|group| Some((*group, self.view(*group, size)?)));
        groups.collect()
    }
}

fn before(versions: &[(u64, Digest)], size: u64) -> &[(u64, Digest)] {
    &versions[..versions.partition_point(|(index, _)| *index < size)]
}
