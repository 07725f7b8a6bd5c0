//! The log as static files (C2SP tlog-tiles): which there are, where each lies, what is in it.
//!
//! A hash tile is up to 256 hashes that stand side by side in one level of the tree, of every eighth
//! level; an entry bundle is the leaves under a tile of level 0. A partial tile is the beginning of its
//! whole one and a whole one never changes: the files of a larger tree go beside those of a smaller one,
//! and only the checkpoint is replaced.
//!
//! Of the `tlog_tiles` crate this takes the arithmetic of the tree. It writes the paths of Go's checksum
//! database, with the height in them, and its parser panics at a width of zero; its reader of proved
//! tiles skips the proof of some. Both are here.

use super::{Hashes, TreeHead, leaf_hash, root_of};
use crate::ids::Digest;
use crate::limits::LEAF_BYTES_MAX;
use std::cell::RefCell;
use std::fmt;
use std::str::FromStr;
use tlog_tiles::stored_hash_index;

/// Where the checkpoint lies.
pub const CHECKPOINT_PATH: &str = "checkpoint";

/// The hashes of a whole tile, and the leaves of a whole bundle.
pub const TILE_WIDTH: u16 = 256;

/// A tile spans as many levels of the tree.
pub(super) const HEIGHT: u8 = 8;

/// The levels of tiles that a tree can have.
pub(super) const LEVELS: u8 = 8;

/// No tree has more leaves, so that the number of each stored hash fits 64 bits.
pub(super) const LEAVES_MAX: u64 = 1 << 62;

/// One hash in a tile.
const HASH_BYTES: usize = 32;

/// The longest path: a bundle's, with its index in six groups of three digits.
const PATH_BYTES_MAX: usize = 48;

/// What a tile holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Content {
    /// Leaves.
    Entries,
    /// Hashes of this level of tiles: of leaves at 0, of whole tiles of the level below above it.
    Hashes(u8),
}

/// One file of the log beside the checkpoint: which part of the tree it holds. Its numbers are those of a
/// tree that can be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Tile {
    content: Content,
    index: u64,
    width: u16,
}

/// No tile, or not the log's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidTile {
    /// Not the one spelling of a tile's path.
    #[error("this is no path of a tile")]
    Path,
    /// Not so many leaves, one after the other with their lengths.
    #[error("this is no entry bundle of that width")]
    Entries,
    /// The tree is smaller.
    #[error("the tree has no such tile yet")]
    Absent,
    /// The hashes do not lead to the root.
    #[error("the tile is not under the checkpoint")]
    Root,
}

impl Content {
    /// Its level among the tiles.
    fn level(self) -> u8 {
        match self {
            Self::Entries => 0,
            Self::Hashes(level) => level,
        }
    }

    /// How many hashes of this level a tree of `size` leaves has, or leaves.
    pub(super) fn filled(self, size: u64) -> u64 {
        size.checked_shr(u32::from(HEIGHT) * u32::from(self.level())).unwrap_or_default()
    }

    /// Its tile that a tree of `size` leaves has not filled up, where it has begun one.
    pub(super) fn partial(self, size: u64) -> Option<Tile> {
        let filled = self.filled(size);
        let width = u16::try_from(filled % u64::from(TILE_WIDTH)).ok()?;
        Tile::new(self, filled / u64::from(TILE_WIDTH), width)
    }

    /// Everything that a tree is written down as.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Entries).chain((0..LEVELS).map(Self::Hashes))
    }
}

impl Tile {
    /// The tile number `index` of its level, with the first `width` of its places; none if no tree has it.
    #[must_use]
    pub fn new(content: Content, index: u64, width: u16) -> Option<Self> {
        let span = 1_u64.checked_shl(u32::from(HEIGHT) * u32::from(content.level()))?;
        let end = index.checked_mul(TILE_WIDTH.into())?.checked_add(width.into())?.checked_mul(span)?;
        let is_one = (1..=TILE_WIDTH).contains(&width) && end <= LEAVES_MAX;
        is_one.then_some(Self { content, index, width })
    }

    /// What it holds.
    #[must_use]
    pub fn content(self) -> Content {
        self.content
    }

    /// Its number in its level.
    #[must_use]
    pub fn index(self) -> u64 {
        self.index
    }

    /// How many hashes or leaves it holds, from 1 to [`TILE_WIDTH`].
    #[must_use]
    pub fn width(self) -> u16 {
        self.width
    }

    /// The number of the first leaf under it.
    #[must_use]
    pub fn first_leaf(self) -> u64 {
        (self.index * u64::from(TILE_WIDTH)) << (HEIGHT * self.content.level())
    }

    /// The size of the smallest tree that has it.
    #[must_use]
    pub fn tree_size(self) -> u64 {
        (self.index * u64::from(TILE_WIDTH) + u64::from(self.width)) << (HEIGHT * self.content.level())
    }

    /// The whole tile of which it is the beginning, or itself; none if no tree has that.
    #[must_use]
    pub fn whole(self) -> Option<Self> {
        Self::new(self.content, self.index, TILE_WIDTH)
    }

    /// Whether it is whole.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.width == TILE_WIDTH
    }

    /// What it is of the bytes of its whole tile, or of any wider one.
    ///
    /// # Errors
    /// [`InvalidTile::Entries`] if these are not the bytes of one.
    pub fn cut(self, mut wider: Vec<u8>) -> Result<Vec<u8>, InvalidTile> {
        let end = match self.content {
            Content::Hashes(_) => usize::from(self.width) * HASH_BYTES,
            Content::Entries => leaves(&wider, self.width)?.1,
        };
        if wider.len() < end {
            return Err(InvalidTile::Entries);
        }
        wider.truncate(end);
        Ok(wider)
    }
}

/// Its path, without a slash before it.
impl fmt::Display for Tile {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = vec![format!("{:03}", self.index % 1000)];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(format!("x{:03}", rest % 1000));
            rest /= 1000;
        }
        groups.reverse();
        match self.content {
            Content::Entries => write!(to, "tile/entries/{}", groups.join("/"))?,
            Content::Hashes(level) => write!(to, "tile/{level}/{}", groups.join("/"))?,
        }
        if self.is_whole() { Ok(()) } else { write!(to, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = InvalidTile;

    fn from_str(path: &str) -> Result<Self, InvalidTile> {
        let read = || {
            let (content, rest) = path.strip_prefix("tile/")?.split_once('/')?;
            let content = match content {
                "entries" => Content::Entries,
                level => Content::Hashes(level.parse().ok()?),
            };
            let (number, width) = match rest.split_once(".p/") {
                Some((number, width)) => (number, width.parse().ok()?),
                None => (rest, TILE_WIDTH),
            };
            let index = number.split('/').try_fold(0_u64, |index, group| {
                let group: u64 = group.trim_start_matches('x').parse().ok()?;
                index.checked_mul(1000)?.checked_add(group)
            });
            Self::new(content, index?, width)
        };
        // It was read loosely; what is not the one spelling of what was read ends here.
        let tile = if path.len() <= PATH_BYTES_MAX { read() } else { None };
        tile.filter(|tile| tile.to_string() == path).ok_or(InvalidTile::Path)
    }
}

/// The tiles that a tree of `newer` leaves has and one of `older` leaves had not, each once and as wide as
/// the newer tree fills it.
pub fn new_tiles(older: u64, newer: u64) -> impl Iterator<Item = Tile> {
    Content::all().flat_map(move |content| {
        let (before, now) = (content.filled(older), content.filled(newer));
        let width = u64::from(TILE_WIDTH);
        (before / width..now.div_ceil(width))
            .filter_map(move |index| {
                let filled = (now - index * width).min(width);
                Tile::new(content, index, u16::try_from(filled).ok()?)
            })
            .filter(move |tile| tile.tree_size() > older)
    })
}

/// The bytes of a hash tile, proved to be under the root of a tree: what is stored falsely is not given.
///
/// # Errors
/// [`InvalidTile`] if the tree has no such tile, or it is not under the root.
pub fn hash_tile(hashes: &impl Hashes, head: TreeHead, tile: Tile) -> Result<Vec<u8>, InvalidTile> {
    let Content::Hashes(level) = tile.content else { return Err(InvalidTile::Path) };
    if tile.tree_size() > head.size {
        return Err(InvalidTile::Absent);
    }
    let edge = Rows::read(head, |tile| Some(stored_tile(hashes, tile)))?;
    tile.cut(proved(hashes, &edge, level, tile.index)?)
}

/// The widest tile of that number: from the edge, or a whole one whose root stands in the proved tile above it.
fn proved(hashes: &impl Hashes, edge: &Rows, level: u8, index: u64) -> Result<Vec<u8>, InvalidTile> {
    let content = Content::Hashes(level);
    if content.filled(edge.size) / u64::from(TILE_WIDTH) == index {
        return Ok(edge.row(level).to_vec());
    }
    let above = proved(hashes, edge, level + 1, index / u64::from(TILE_WIDTH))?;
    let (above, _) = above.as_chunks::<HASH_BYTES>();
    let place = usize::try_from(index % u64::from(TILE_WIDTH)).unwrap_or(usize::MAX);
    let whole = Tile::new(content, index, TILE_WIDTH).ok_or(InvalidTile::Absent)?;
    let bytes = stored_tile(hashes, whole);
    let is_under = bytes.len() == usize::from(TILE_WIDTH) * HASH_BYTES
        && above.get(place) == Some(&tlog_tiles::Tile::subtree_hash(&bytes).0);
    if is_under { Ok(bytes) } else { Err(InvalidTile::Root) }
}

/// A hash tile as it is stored, be it damaged; short where a hash cannot be read.
fn stored_tile(hashes: &impl Hashes, tile: Tile) -> Vec<u8> {
    let first = tile.index * u64::from(TILE_WIDTH);
    let slot = |place| stored_hash_index(HEIGHT * tile.content.level(), first + u64::from(place));
    let read = (0..tile.width).map_while(|place| hashes.hash_at(slot(place)));
    read.flat_map(|hash| hash.0).collect()
}

/// The partial hash tiles of a tree, one of each level and of some none: all that its root needs, proved
/// by it.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    size: u64,
    rows: Vec<Vec<u8>>,
}

impl Rows {
    /// Reads them.
    pub(super) fn read(
        head: TreeHead,
        mut read: impl FnMut(Tile) -> Option<Vec<u8>>,
    ) -> Result<Self, InvalidTile> {
        if head.size > LEAVES_MAX {
            return Err(InvalidTile::Absent);
        }
        let mut row = |level| match Content::Hashes(level).partial(head.size) {
            Some(tile) => read(tile).ok_or(InvalidTile::Absent),
            None => Ok(Vec::new()),
        };
        let rows = Self { size: head.size, rows: (0..LEVELS).map(&mut row).collect::<Result<_, _>>()? };
        match root_of(&rows, head.size) {
            Ok(root) if root == head.root => Ok(rows),
            _ => Err(InvalidTile::Root),
        }
    }

    /// The hashes of one level.
    pub(super) fn row(&self, level: u8) -> &[u8] {
        self.rows.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// The hashes of all levels.
    pub(super) fn into_rows(self) -> Vec<Vec<u8>> {
        self.rows
    }
}

impl Hashes for Rows {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        let level = tlog_tiles::Tile::from_index(HEIGHT, index).level();
        let tile = Content::Hashes(level).partial(self.size)?;
        hash_in(tile, self.row(level), index)
    }
}

/// The stored hash of slot `index`, from the hash tile that holds it.
fn hash_in(tile: Tile, bytes: &[u8], index: u64) -> Option<Digest> {
    if bytes.len() != usize::from(tile.width) * HASH_BYTES {
        return None;
    }
    let tile = tlog_tiles::Tile::new(HEIGHT, tile.content.level(), tile.index, tile.width.into(), false);
    tile.hash_at_index(bytes, index).ok().map(|hash| Digest(hash.0))
}

/// The stored hashes of a tree that is written down as tiles, for proofs. Nothing is believed of them: who
/// gives a proof away verifies it, and who goes on from an edge compares its root.
pub struct TileHashes<R> {
    size: u64,
    read: R,
    held: RefCell<[Option<Held>; LEVELS as usize]>,
}

/// The tile of a level that was read last, with its bytes: proofs of neighbours share it.
type Held = (Tile, Vec<u8>);

impl<R: Fn(Tile) -> Option<Vec<u8>>> TileHashes<R> {
    /// Of a tree of `size` leaves, whose tiles `read` gives.
    pub fn new(size: u64, read: R) -> Self {
        Self { size, read, held: RefCell::default() }
    }
}

impl<R: Fn(Tile) -> Option<Vec<u8>>> Hashes for TileHashes<R> {
    fn hash_at(&self, index: u64) -> Option<Digest> {
        let place = tlog_tiles::Tile::from_index(HEIGHT, index);
        let content = Content::Hashes(place.level());
        let first = place.level_index().checked_mul(TILE_WIDTH.into())?;
        let width = content.filled(self.size).checked_sub(first)?.min(TILE_WIDTH.into());
        let tile = Tile::new(content, place.level_index(), u16::try_from(width).ok()?)?;
        let mut held = self.held.borrow_mut();
        let held = held.get_mut(usize::from(place.level()))?;
        if held.as_ref().is_none_or(|(held, _)| *held != tile) {
            *held = Some((tile, (self.read)(tile)?));
        }
        held.as_ref().and_then(|(tile, bytes)| hash_in(*tile, bytes, index))
    }
}

/// Puts a leaf at the end of a bundle: its length in two bytes, highest first, and the leaf.
///
/// # Errors
/// [`InvalidTile::Entries`] if it is larger than a leaf may be.
pub fn push_entry(bundle: &mut Vec<u8>, leaf: &[u8]) -> Result<(), InvalidTile> {
    let length = u16::try_from(leaf.len()).ok().filter(|_| leaf.len() <= LEAF_BYTES_MAX);
    bundle.extend(length.ok_or(InvalidTile::Entries)?.to_be_bytes());
    bundle.extend(leaf);
    Ok(())
}

/// The leaves of a bundle that holds `width` of them and nothing else.
///
/// # Errors
/// [`InvalidTile::Entries`] if it does not.
pub fn entries(bundle: &[u8], width: u16) -> Result<Vec<&[u8]>, InvalidTile> {
    let (leaves, end) = leaves(bundle, width)?;
    if end == bundle.len() { Ok(leaves) } else { Err(InvalidTile::Entries) }
}

/// Whether these are the bytes of a bundle whose leaves have the hashes of this tile.
#[must_use]
pub fn fits(bundle: &[u8], hash_tile: &[u8]) -> bool {
    let (hashes, rest) = hash_tile.as_chunks::<HASH_BYTES>();
    let leaves = u16::try_from(hashes.len()).ok().and_then(|width| entries(bundle, width).ok());
    let hash_of = |leaf: &&[u8]| leaf_hash(leaf).0;
    rest.is_empty() && leaves.is_some_and(|leaves| leaves.iter().map(hash_of).eq(hashes.iter().copied()))
}

/// The first `width` leaves of a bundle, and where they end.
fn leaves(bundle: &[u8], width: u16) -> Result<(Vec<&[u8]>, usize), InvalidTile> {
    let mut rest = bundle;
    let mut next = || {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (leaf, after) = after.split_at_checked(length).filter(|_| length <= LEAF_BYTES_MAX)?;
        rest = after;
        Some(leaf)
    };
    let leaves: Option<Vec<_>> = (0..width.min(TILE_WIDTH)).map(|_| next()).collect();
    Ok((leaves.ok_or(InvalidTile::Entries)?, bundle.len() - rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::MemoryTree;

    fn tree(size: u64) -> MemoryTree {
        let mut tree = MemoryTree::default();
        (0..size).for_each(|leaf| tree.push(leaf_hash(&leaf.to_be_bytes())));
        tree
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        let check = |content, index, width, path: &str| {
            let tile = Tile::new(content, index, width).unwrap();
            assert_eq!(tile.to_string(), path);
            assert_eq!(path.parse(), Ok(tile));
        };
        check(Content::Hashes(0), 0, 1, "tile/0/000.p/1");
        check(Content::Hashes(0), 273, 112, "tile/0/273.p/112");
        check(Content::Hashes(1), 0, 256, "tile/1/000");
        check(Content::Hashes(3), 1_234_067, 255, "tile/3/x001/x234/067.p/255");
        check(Content::Entries, 1_234_067, 256, "tile/entries/x001/x234/067");
        check(Content::Entries, (1 << 54) - 1, 255, "tile/entries/x018/x014/x398/x509/x481/983.p/255");
        check(Content::Hashes(7), 0, 64, "tile/7/000.p/64");
    }

    #[test]
    fn no_other_spelling_is_a_path() {
        for path in [
            "",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/000/",
            "tile/0/0",
            "tile/00/000",
            "tile/+1/000",
            "tile/-1/000",
            "tile/0/x000/000",
            "tile/0/x000",
            "tile/0/001/002",
            "tile/0/xx01/002",
            "tile/0/1000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/",
            "tile/0/000.p",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/8/0/000",
            "tile/7/000",
            "tile/8/000.p/1",
            "tile/63/000.p/1",
            "tile/64/000.p/1",
            "tile/255/000.p/1",
            "tile/data/000",
            "tile/entries/../000",
            "tile/entries/x018/x014/x398/x509/x481/984",
            "tile/0/x018/x446/x744/x073/x709/x551/615.p/255",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999",
            "tile/0/\u{663}00",
            "checkpoint",
        ] {
            assert_eq!(path.parse::<Tile>(), Err(InvalidTile::Path), "{path}");
        }
    }

    #[test]
    fn the_tiles_of_a_tree_are_those_of_the_specification() {
        let tiles: Vec<_> = new_tiles(0, 70_000).collect();
        let count = |content, whole| {
            tiles.iter().filter(|tile| tile.content == content && tile.is_whole() == whole).count()
        };
        let partial: Vec<_> = tiles.iter().filter(|tile| !tile.is_whole()).map(Tile::to_string).collect();
        assert_eq!((count(Content::Hashes(0), true), count(Content::Entries, true)), (273, 273));
        assert_eq!(count(Content::Hashes(1), true), 1);
        assert_eq!(
            partial,
            ["tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]
        );
        assert!(new_tiles(0, LEAVES_MAX).take(3).all(Tile::is_whole));
        assert_eq!(new_tiles(LEAVES_MAX - 1, LEAVES_MAX).count(), 9, "a tile of each level, and a bundle");
    }

    #[test]
    fn what_is_new_is_what_the_crate_says_and_what_was_not_there() {
        for newer in 0..=600_u64 {
            for older in [0, 1, 17, 255, 256, 257, 512, newer / 2, newer] {
                let new: Vec<_> = new_tiles(older, newer).collect();
                let theirs = tlog_tiles::Tile::new_tiles(HEIGHT, older.min(newer), newer);
                let hashes = new.iter().filter(|tile| tile.content != Content::Entries);
                let same = |tile: &Tile| (tile.content.level(), tile.index, u32::from(tile.width));
                assert!(
                    hashes.map(same).eq(theirs.iter().map(|it| (it.level(), it.level_index(), it.width()))),
                    "{older} to {newer}"
                );
                assert!(new.iter().all(|tile| tile.to_string().parse() == Ok(*tile)));
                assert!(new.iter().all(|tile| older < tile.tree_size() && tile.tree_size() <= newer));
            }
        }
    }

    #[test]
    fn a_hash_tile_is_proved_or_not_given() {
        struct Broken<'a>(&'a MemoryTree, u64);
        impl Hashes for Broken<'_> {
            fn hash_at(&self, index: u64) -> Option<Digest> {
                let hash = self.0.hash_at(index)?;
                Some(if index == self.1 { leaf_hash(&hash.0) } else { hash })
            }
        }
        let whole = tree(600);
        for size in [1, 2, 255, 256, 257, 511, 600] {
            let head = tree(size).head();
            for tile in new_tiles(0, size).filter(|tile| tile.content != Content::Entries) {
                let bytes = hash_tile(&whole, head, tile).unwrap();
                assert_eq!(bytes.len(), usize::from(tile.width) * 32, "{tile} of {size}");
                let narrower = Tile::new(tile.content, tile.index, tile.width.div_ceil(2)).unwrap();
                let beginning = hash_tile(&whole, head, narrower).unwrap();
                assert!(bytes.starts_with(&beginning), "{narrower} of {size}");
                let slot = stored_hash_index(HEIGHT * tile.content.level(), tile.index * 256);
                let broken = hash_tile(&Broken(&whole, slot), head, tile);
                assert!(broken == Err(InvalidTile::Root), "{tile} of {size}");
            }
        }
        let beyond = Tile::new(Content::Hashes(0), 2, 89).unwrap();
        assert_eq!(hash_tile(&whole, whole.head(), beyond), Err(InvalidTile::Absent));
        let entries = Tile::new(Content::Entries, 0, 1).unwrap();
        assert_eq!(hash_tile(&whole, whole.head(), entries), Err(InvalidTile::Path));
        assert_eq!(
            hash_tile(&whole, TreeHead::empty(), Tile::new(Content::Hashes(0), 0, 1).unwrap()),
            Err(InvalidTile::Absent)
        );
    }

    #[test]
    fn a_bundle_holds_its_leaves_and_nothing_else() {
        let leaves: [&[u8]; 4] = [b"first", b"", &[7; LEAF_BYTES_MAX], b"last"];
        let mut bundle = Vec::new();
        leaves.iter().for_each(|leaf| push_entry(&mut bundle, leaf).unwrap());
        assert_eq!(entries(&bundle, 4), Ok(leaves.to_vec()));
        for width in [0, 3, 5, 256, u16::MAX] {
            assert_eq!(entries(&bundle, width), Err(InvalidTile::Entries), "{width}");
        }
        for cut in [0, 1, 2, 6, bundle.len() - 1] {
            assert_eq!(entries(&bundle[..cut], 4), Err(InvalidTile::Entries), "{cut}");
        }
        let first = Tile::new(Content::Entries, 0, 2).unwrap().cut(bundle.clone()).unwrap();
        assert_eq!(entries(&first, 2), Ok(leaves[..2].to_vec()));
        assert!(push_entry(&mut bundle, &[7; LEAF_BYTES_MAX + 1]).is_err());
        let hashes: Vec<u8> = leaves.iter().flat_map(|leaf| leaf_hash(leaf).0).collect();
        assert!(fits(&bundle, &hashes) && !fits(&bundle, &hashes[..96]) && !fits(&bundle, &hashes[..127]));
        bundle[3] ^= 1;
        assert!(!fits(&bundle, &hashes));
    }
}
