//! What is in force after a batch: statements, checkpoint, head. Readers look at it, never at the
//! sequencer.

use super::cosignatures::Held;
use super::history::History;
use shared::cbor;
use shared::directory::Directory;
use shared::ids::{Digest, GroupId};
use shared::log::{
    Cosigned, Edge, Either, Evidence, GroupProof, Hashes, HeadLeaf, LogView, MemoryTree, TreeHead, Unfit,
    consistency, inclusion, leaf_hash, root_of, verify_consistency, verify_inclusion,
};
use std::cmp::Ordering;
use std::sync::Arc;

/// What is in force.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Counts the changes of the directory.
    pub number: u64,
    /// Every statement in force.
    pub directory: Arc<Directory>,
    /// Which were in force before.
    pub history: Arc<History>,
    /// The groups under the head.
    pub groups: Arc<Groups>,
    /// The last batch.
    pub commit: Arc<Commit>,
}

/// The end of a batch that is on the disk. A checkpoint leaves the relay only inside one.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Which batch.
    pub batch: u64,
    /// The tree after it.
    pub tree: TreeHead,
    /// The signed checkpoint.
    pub checkpoint: String,
    /// The head, its last leaf.
    pub head: HeadLeaf,
    /// The bytes of that leaf.
    pub head_leaf: Vec<u8>,
    /// The hashes that prove the leaves of the batch, so that the answers to it need not look for them.
    pub edge: Edge,
}

/// The tree over the groups' views that a head names.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    ids: Vec<GroupId>,
    tree: MemoryTree,
}

impl Groups {
    /// The groups of a directory that have a roster, in the order of their ids.
    #[must_use]
    pub fn of(directory: &Directory) -> Self {
        let views = directory.all_groups().filter_map(|group| directory.view(group.id));
        views.map(|view| (view.group, leaf_hash(&cbor::encode(&view)))).collect()
    }

    /// What the head names.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.tree.head()
    }

    /// The proof of one group.
    #[must_use]
    pub fn proof(&self, group: GroupId) -> Option<GroupProof> {
        let index = self.ids.binary_search(&group).ok()? as u64;
        let inclusion = inclusion(&self.tree, self.tree.size(), index).ok()?;
        Some(GroupProof { index, inclusion })
    }
}

/// In the order of the ids.
impl FromIterator<(GroupId, Digest)> for Groups {
    fn from_iter<I: IntoIterator<Item = (GroupId, Digest)>>(views: I) -> Self {
        let mut groups = Self::default();
        for (id, hash) in views {
            groups.ids.push(id);
            groups.tree.push(hash);
        }
        groups
    }
}

impl Commit {
    /// What a client is shown of the log, going on from the tree it knows.
    ///
    /// A client that says it knows a larger tree gets no proof and will see that it has none: the
    /// relay was put back from a backup, or lies.
    ///
    /// # Errors
    /// [`Unfit`] if the stored hashes are damaged.
    pub(crate) fn view(&self, known: u64, cosigned: &[Held], hashes: &impl Hashes) -> Result<LogView, Unfit> {
        let consistency = match known.cmp(&self.tree.size) {
            Ordering::Less => self.consistency(known, self.tree.size, hashes)?,
            Ordering::Equal | Ordering::Greater => Vec::new(),
        };
        let head = self.evidence(self.tree.size - 1, self.head_leaf.clone(), hashes)?;
        let cosigned = cosigned.iter().filter_map(|held| self.cosigned(held, hashes)).collect();
        Ok(LogView { checkpoint: self.checkpoint.clone(), since: known, consistency, head, cosigned })
    }

    /// What a witness signed, with the proof that this tree goes on from it; nothing if it does not.
    fn cosigned(&self, held: &Held, hashes: &impl Hashes) -> Option<Cosigned> {
        let consistency = consistency(&self.hashes(hashes), self.tree.size, held.tree.size).ok()?;
        verify_consistency(self.tree, held.tree, &consistency).ok()?;
        Some(Cosigned { note: held.note.clone(), consistency })
    }

    /// The stored hashes, with those of this batch.
    pub(crate) fn hashes<'a, H: Hashes>(&'a self, stored: &'a H) -> Either<'a, Edge, H> {
        Either(&self.edge, stored)
    }

    /// The proof between two trees up to this one. One that its reader would take for a lie does not
    /// leave.
    ///
    /// # Errors
    /// [`Unfit`] if the stored hashes are damaged.
    pub fn consistency(&self, older: u64, newer: u64, hashes: &impl Hashes) -> Result<Vec<Digest>, Unfit> {
        let hashes = Either(&self.edge, hashes);
        let head = |size| match size {
            0 => Ok(TreeHead::empty()),
            size if size == self.tree.size => Ok(self.tree),
            size => Ok(TreeHead { size, root: root_of(&hashes, size)? }),
        };
        let proof = consistency(&hashes, newer, older)?;
        verify_consistency(head(newer)?, head(older)?, &proof)?;
        Ok(proof)
    }

    /// The last leaf of an earlier tree, with its proof under that tree.
    ///
    /// # Errors
    /// [`Unfit`] if the stored hashes are damaged.
    pub fn past_head(&self, size: u64, leaf: Vec<u8>, hashes: &impl Hashes) -> Result<Evidence, Unfit> {
        let hashes = Either(&self.edge, hashes);
        let index = size.checked_sub(1).ok_or(Unfit)?;
        let tree = TreeHead { size, root: root_of(&hashes, size)? };
        let inclusion: Vec<Digest> = inclusion(&hashes, size, index)?;
        verify_inclusion(tree, index, leaf_hash(&leaf), &inclusion)?;
        Ok(Evidence { index, leaf, inclusion })
    }

    /// A leaf with its proof under this checkpoint; a proof that does not verify does not leave.
    ///
    /// # Errors
    /// [`Unfit`] if the stored hashes are damaged.
    pub fn evidence(&self, index: u64, leaf: Vec<u8>, hashes: &impl Hashes) -> Result<Evidence, Unfit> {
        let inclusion: Vec<Digest> = inclusion(&Either(&self.edge, hashes), self.tree.size, index)?;
        verify_inclusion(self.tree, index, leaf_hash(&leaf), &inclusion)?;
        Ok(Evidence { index, leaf, inclusion })
    }
}
