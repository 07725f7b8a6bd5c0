//! A tree that grows and gives its tiles as they fill up: how the log is written down as files.
//!
//! In memory is only what is not whole yet: the leaves of one bundle and, of each level, the hashes of one
//! tile, a few megabytes however long the log is. Every hash is computed here, from the leaves; whoever
//! writes the files compares [`Growth::head`] with a checkpoint before they publish that.

use super::tiles::{Content, HEIGHT, InvalidTile, Rows, TILE_WIDTH, Tile, fits, push_entry};
use super::{Edge, TreeHead, leaf_hash};

/// The growing end of a tree.
#[derive(Clone, Debug)]
pub struct Growth {
    edge: Edge,
    bundle: Vec<u8>,
    rows: Vec<Vec<u8>>,
}

impl Growth {
    /// Goes on from a tree whose partial tiles can be read. They must give its root, and the bundle must be
    /// of the leaves that they name: what was damaged or exchanged is not gone on from.
    ///
    /// # Errors
    /// [`InvalidTile::Absent`] if a tile cannot be read, [`InvalidTile::Root`] if it is not under the root.
    pub fn of(head: TreeHead, mut read: impl FnMut(Tile) -> Option<Vec<u8>>) -> Result<Self, InvalidTile> {
        let edge = Rows::read(head, &mut read)?;
        let bundle = Content::Entries.partial(head.size).map_or(Some(Vec::new()), read);
        let bundle = bundle.ok_or(InvalidTile::Absent)?;
        if !fits(&bundle, edge.row(0)) {
            return Err(InvalidTile::Root);
        }
        let right = Edge::of(&edge, head.size).map_err(|_| InvalidTile::Root)?;
        Ok(Self { edge: right, bundle, rows: edge.into_rows() })
    }

    /// The tree so far.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        self.edge.head()
    }

    /// How many leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The right edge of the tree.
    #[must_use]
    pub fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Appends a leaf; gives the tiles that it makes whole, with their bytes.
    ///
    /// # Errors
    /// [`InvalidTile::Entries`] if it is larger than a leaf may be.
    pub fn push(&mut self, leaf: &[u8]) -> Result<Vec<(Tile, Vec<u8>)>, InvalidTile> {
        push_entry(&mut self.bundle, leaf)?;
        // With the leaf come the roots of the subtrees that it completes, of which a tile holds each eighth.
        let stored = self.edge.push(leaf_hash(leaf)).iter().step_by(usize::from(HEIGHT));
        self.rows.iter_mut().zip(stored).for_each(|(row, hash)| row.extend(hash.0));
        let size = self.edge.size();
        if !size.is_multiple_of(u64::from(TILE_WIDTH)) {
            return Ok(Vec::new());
        }
        self.edge.settle();
        Ok(Content::all().filter_map(|content| self.take_whole(content, size)).collect())
    }

    /// The tiles that are not whole, with their bytes.
    #[must_use]
    pub fn partial(&self) -> Vec<(Tile, Vec<u8>)> {
        let size = self.edge.size();
        let tiles = Content::all().filter_map(|content| content.partial(size));
        let bytes = |content| match content {
            Content::Entries => &self.bundle,
            Content::Hashes(level) => &self.rows[usize::from(level)],
        };
        tiles.map(|tile| (tile, bytes(tile.content()).clone())).collect()
    }

    /// The tile that the last leaf made whole, if it did; its level goes on with the next.
    fn take_whole(&mut self, content: Content, size: u64) -> Option<(Tile, Vec<u8>)> {
        let next = content.filled(size).checked_div(TILE_WIDTH.into())?;
        let tile = Tile::new(content, next.checked_sub(1)?, TILE_WIDTH)?;
        (tile.tree_size() == size).then(|| (tile, std::mem::take(self.row(content))))
    }

    fn row(&mut self, content: Content) -> &mut Vec<u8> {
        match content {
            Content::Entries => &mut self.bundle,
            Content::Hashes(level) => &mut self.rows[usize::from(level)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tiles::{TileHashes, entries, hash_tile, new_tiles};
    use crate::log::{MemoryTree, TreeHead, consistency, inclusion};
    use std::collections::BTreeMap;

    type Files = BTreeMap<String, Vec<u8>>;

    fn leaf(index: u64) -> Vec<u8> {
        index.to_be_bytes().repeat(usize::try_from(index % 5).unwrap())
    }

    /// Goes on from what the files hold of a tree, to another size.
    fn grow(files: &mut Files, head: TreeHead, size: u64) -> TreeHead {
        let mut growth = Growth::of(head, |tile| files.get(&tile.to_string()).cloned()).unwrap();
        for index in head.size..size {
            let whole = growth.push(&leaf(index)).unwrap();
            files.extend(whole.into_iter().map(|(tile, bytes)| (tile.to_string(), bytes)));
        }
        let partial = growth.partial();
        files.extend(partial.into_iter().map(|(tile, bytes)| (tile.to_string(), bytes)));
        growth.head()
    }

    /// The files of a tree, made from the whole of it.
    fn at_once(tree: &MemoryTree, head: TreeHead) -> Files {
        let bytes = |tile: Tile| match tile.content() {
            Content::Hashes(_) => hash_tile(tree, head, tile).unwrap(),
            Content::Entries => {
                let mut bundle = Vec::new();
                let leaves = tile.first_leaf()..tile.tree_size();
                leaves.for_each(|index| push_entry(&mut bundle, &leaf(index)).unwrap());
                assert_eq!(entries(&bundle, tile.width()).unwrap().len(), usize::from(tile.width()));
                bundle
            }
        };
        new_tiles(0, head.size).map(|tile| (tile.to_string(), bytes(tile))).collect()
    }

    #[test]
    fn tiles_of_a_tree_that_grew_are_those_of_one_that_was_written_at_once() {
        let mut tree = MemoryTree::default();
        for size in 0..=600_u64 {
            let head = tree.head();
            let whole = at_once(&tree, head);
            for from in [0, size / 3, size * 7919 % (size + 1), size.saturating_sub(1), size] {
                let mut files = Files::new();
                let before = grow(&mut files, TreeHead::empty(), from);
                assert_eq!(grow(&mut files, before, size), head, "{from} to {size}");
                assert!(whole.iter().all(|(path, bytes)| files.get(path) == Some(bytes)), "{from} to {size}");
                let read = |tile: Tile| files.get(&tile.to_string()).cloned();
                let hashes = TileHashes::new(size, read);
                let (leaf, older) = (from.min(size.saturating_sub(1)), from.max(1).min(size));
                assert_eq!(inclusion(&hashes, size, leaf), inclusion(&tree, size, leaf), "{leaf} of {size}");
                assert_eq!(consistency(&hashes, size, older), consistency(&tree, size, older), "{older}");
            }
            tree.push(leaf_hash(&leaf(size)));
        }
    }

    #[test]
    fn a_third_level_is_begun_when_it_should_be() {
        let mut files = Files::new();
        let mut head = TreeHead::empty();
        for size in [65_535, 65_536, 65_537, 65_800] {
            head = grow(&mut files, head, size);
            let mut tree = MemoryTree::default();
            (0..size).for_each(|index| tree.push(leaf_hash(&leaf(index))));
            assert_eq!(head, tree.head());
            for tile in new_tiles(0, size).filter(|tile| tile.content() != Content::Entries) {
                if tile.content() != Content::Hashes(0) || tile.tree_size() > 65_000 {
                    assert_eq!(files[&tile.to_string()], hash_tile(&tree, head, tile).unwrap(), "{tile}");
                }
            }
        }
        assert!(files.contains_key("tile/1/000") && files.contains_key("tile/2/000.p/1"));
    }

    #[test]
    fn what_was_damaged_is_not_gone_on_from() {
        let mut files = Files::new();
        let head = grow(&mut files, TreeHead::empty(), 300);
        let from = |files: &Files, head| {
            Growth::of(head, |tile| files.get(&tile.to_string()).cloned()).map(|growth| growth.head())
        };
        assert_eq!(from(&files, head), Ok(head));
        let partial: Vec<_> = new_tiles(0, 300).filter(|tile| !tile.is_whole()).collect();
        assert_eq!(partial.len(), 3);
        for tile in partial {
            let path = tile.to_string();
            let mut lost = files.clone();
            lost.remove(&path);
            assert_eq!(from(&lost, head), Err(InvalidTile::Absent), "{path}");
            for place in 0..files[&path].len() {
                let mut flipped = files.clone();
                flipped.get_mut(&path).unwrap()[place] ^= 1;
                assert_eq!(from(&flipped, head), Err(InvalidTile::Root), "{path} at {place}");
            }
            let mut short = files.clone();
            short.get_mut(&path).unwrap().pop();
            assert_eq!(from(&short, head), Err(InvalidTile::Root), "{path}");
        }
        let other = TreeHead { root: leaf_hash(b"another"), ..head };
        assert_eq!(from(&files, other), Err(InvalidTile::Root));
        assert_eq!(from(&files, TreeHead { size: u64::MAX, ..head }), Err(InvalidTile::Absent));
    }
}
