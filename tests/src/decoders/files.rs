//! What is read of the log as files: from a path that a visitor asks for, and from a folder that others write to.

use shared::ids::Digest;
use shared::log::tiles::{Content, TILE_WIDTH, Tile, entries, fits, hash_tile, push_entry};
use shared::log::{Growth, Hashes, TreeHead, leaf_hash};
use std::collections::BTreeMap;

/// A path; and what a tree whose every hash is the same one, or none, has there.
pub(super) fn tile_path(bytes: &[u8]) -> bool {
    struct Same(Option<Digest>);
    impl Hashes for Same {
        fn hash_at(&self, _: u64) -> Option<Digest> {
            self.0
        }
    }
    let Some(tile) = std::str::from_utf8(bytes).ok().and_then(|path| path.parse::<Tile>().ok()) else {
        return false;
    };
    assert_eq!(tile.to_string().as_bytes(), bytes, "accepted, and written otherwise");
    assert!((1..=TILE_WIDTH).contains(&tile.width()) && tile.first_leaf() < tile.tree_size());
    assert!(tile.whole().is_none_or(|whole| whole.is_whole() && whole.index() == tile.index()));
    for same in [Same(None), Same(Some(Digest([7; 32])))] {
        for size in [0, 1, tile.tree_size(), tile.tree_size() + 1, u64::MAX] {
            let head = TreeHead { size, root: Digest([8; 32]) };
            assert!(hash_tile(&same, head, tile).is_err(), "proved by nothing");
        }
    }
    true
}

/// A width in one byte, less one, and so many leaves.
pub(super) fn entry_bundle(bytes: &[u8]) -> bool {
    let Some((width, bundle)) = bytes.split_first() else { return false };
    let width = u16::from(*width) + 1;
    let Ok(leaves) = entries(bundle, width) else { return false };
    let (mut again, mut hashes) = (Vec::new(), Vec::new());
    for leaf in &leaves {
        push_entry(&mut again, leaf).expect("a leaf of a bundle");
        hashes.extend(leaf_hash(leaf).0);
    }
    assert_eq!(again, bundle, "accepted, and written otherwise");
    assert!(fits(bundle, &hashes) && !fits(bundle, &hashes[1..]));
    let first = Tile::new(Content::Entries, 0, 1).expect("the first leaf");
    let cut = first.cut(bundle.to_vec()).expect("a bundle has a first leaf");
    assert_eq!(entries(&cut, 1), Ok(leaves[..1].to_vec()));
    true
}

/// A size in eight bytes, a root, and partial tiles one after the other, each with its length in two bytes: what
/// a mirror is gone on from.
pub(super) fn mirror(bytes: &[u8]) -> bool {
    let Some((size, rest)) = bytes.split_first_chunk::<8>() else { return false };
    let Some((root, mut rest)) = rest.split_first_chunk::<32>() else { return false };
    let head = TreeHead { size: u64::from_be_bytes(*size), root: Digest(*root) };
    let mut files = BTreeMap::new();
    let growth = Growth::of(head, |tile| {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (file, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        rest = after;
        files.insert(tile, file.to_vec());
        Some(file.to_vec())
    });
    let Ok(mut growth) = growth else { return false };
    assert_eq!(growth.head(), head);
    assert_eq!(growth.partial().into_iter().collect::<BTreeMap<_, _>>(), files, "gone on from other files");
    growth.push(b"a leaf").expect("a leaf fits");
    assert_eq!(growth.head().size, head.size + 1);
    true
}
