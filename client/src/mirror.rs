//! A mirror of the log: a folder of its files for any web server (C2SP tlog-tiles), which only grows.
//!
//! Every hash in it was computed here, from the leaves. Whole tiles are written as they fill up, partial ones
//! and then the checkpoint only once the leaves have given its root: an interrupted run leaves the mirror as
//! it was, with some whole tiles beyond it, and the same command goes on. Files are made to be read by
//! everybody, for that is what a mirror is for; the leaves are sealed. Where both roots opened another log, the mirror
//! of the old one is set aside under its name and never removed.

use crate::failure::{Failure, Unverified};
use crate::home::{io, sync_folder};
use crate::session::{Answered, Session};
use shared::cbor;
use shared::ids::{Digest, PublicKey};
use shared::limits::{LEAF_BYTES_MAX, LEAVES_PER_ANSWER_MAX};
use shared::log::tiles::{CHECKPOINT_PATH, Content, TILE_WIDTH, Tile, TileHashes, entries, new_tiles};
use shared::log::{
    Checkpoint, Edge, Evidence, Growth, Hashes, InvalidCheckpoint, InvalidConfirmation, LogMemory, LogView,
    TreeHead, consistency, inclusion, leaf_hash, proof_text, root_of, verify_consistency, verify_inclusion,
};
use shared::statement::{RelayKeys, Root};
use shared::time::Timestamp;
use shared::wire::{Answer, Ask};
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Where a file is written before it has its name.
const UNFINISHED: &str = ".unfinished";

/// The largest file of a mirror: a whole bundle of the largest leaves.
const FILE_BYTES_MAX: u64 = TILE_WIDTH as u64 * (LEAF_BYTES_MAX as u64 + 2);

/// A mirror that is at a checkpoint, held by this process alone until it is dropped.
pub struct Mirror {
    folder: Folder,
    checkpoint: Checkpoint,
}

/// What was done.
pub struct Mirrored {
    /// The mirror.
    pub mirror: Mirror,
    /// The log as the relay showed it, at the mirror's checkpoint.
    pub view: LogView,
    /// The relay's time then.
    pub time: Timestamp,
    /// How many leaves it had before.
    pub before: u64,
    /// How many tiles were written.
    pub tiles: u64,
}

/// Brings the mirror in `dir` to the newest checkpoint; begins one where there is none.
///
/// # Errors
/// [`Failure`] if the folder is no mirror of this log or is damaged, if the log does not go on from it, or
/// if its leaves do not give its root. Of the last two the evidence is kept.
pub async fn mirror(session: &mut Session, dir: &Path) -> Result<Mirrored, Failure> {
    let (folder, answered) = loop {
        let log = session.root().relay.clone();
        let folder = Folder::of(dir, session)?;
        let answered = session.ask(Ask::Log, &[]).await?;
        // It may only now have heard that both roots opened another log.
        if session.root().relay == log {
            break (folder, answered);
        }
    };
    let (origin, key) = (session.root().relay.log_origin.clone(), session.root().relay.log_key);
    let before = folder.checkpoint(&origin, key)?;
    let older = before.as_ref().map_or_else(TreeHead::empty, Checkpoint::head);
    let mut growth = Growth::of(older, |tile| folder.read(tile)).map_err(damaged)?;
    let begun = growth.edge().clone();

    let Answer::Log(view) = answered.answer else { return Err(Unverified::Answer.into()) };
    let head = answered.head.ok_or(Unverified::Answer)?;
    let tree = head.tree();
    if let Some(before) = &before {
        goes_on(session, before, &view, tree).await?;
    }
    let checkpoint = Checkpoint::verify(&origin, key, &view.checkpoint).map_err(InvalidConfirmation::from)?;
    let mirror = Mirror { folder, checkpoint };
    let mut done = Mirrored { mirror, view, time: head.time(), before: older.size, tiles: 0 };
    if tree.size == older.size {
        return Ok(done);
    }
    let folder = &done.mirror.folder;
    while growth.size() < tree.size {
        for leaf in next_leaves(session, growth.size(), tree.size).await? {
            let whole = growth.push(&leaf).map_err(|_| Unverified::Answer)?;
            done.tiles += folder.write_tiles(whole)?;
        }
    }
    if growth.head() != tree {
        session.home.keep_evidence(&cbor::encode(&done.view))?;
        return Err(Unverified::Altered(first_altered(session, begun, tree).await?).into());
    }
    done.tiles += folder.write_tiles(growth.partial())?;
    folder.write(CHECKPOINT_PATH, done.view.checkpoint.as_bytes())?;
    folder.forget_partial(older.size, tree.size)?;
    Ok(done)
}

/// The next of the leaves up to a size: as many as the relay gives at once.
async fn next_leaves(session: &mut Session, from: u64, to: u64) -> Result<Vec<Vec<u8>>, Failure> {
    let Answered { answer, mut conversation, .. } = session.ask(Ask::Leaves { from, to }, &[]).await?;
    let Answer::Leaves { count } = answer else { return Err(Unverified::Answer.into()) };
    if count == 0 || u64::from(count) > (to - from).min(LEAVES_PER_ANSWER_MAX) {
        return Err(Unverified::Answer.into());
    }
    let mut leaves = Vec::new();
    for _ in 0..count {
        leaves.push(conversation.frame(LEAF_BYTES_MAX).await?);
    }
    Ok(leaves)
}

/// The first leaf that is not the one which the checkpoint vouches for. The leaves are asked for once more, with
/// the proofs that what came so far is the beginning of the log.
async fn first_altered(session: &mut Session, mut good: Edge, tree: TreeHead) -> Result<u64, Failure> {
    let with = |edge: &Edge, leaves: &[Digest]| {
        let mut edge = edge.clone();
        for leaf in leaves {
            edge.push(*leaf);
        }
        edge.settle();
        edge
    };
    while good.size() < tree.size {
        let leaves = next_leaves(session, good.size(), tree.size).await?;
        let leaves: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let all = with(&good, &leaves);
        if begins(session, all.head(), tree).await? {
            good = all;
            continue;
        }
        let (mut fits, mut does_not) = (0, leaves.len());
        while does_not - fits > 1 {
            let middle = fits.midpoint(does_not);
            if begins(session, with(&good, &leaves[..middle]).head(), tree).await? {
                fits = middle;
            } else {
                does_not = middle;
            }
        }
        return Ok(good.size() + fits as u64);
    }
    // It gave the right ones this time.
    Err(Unverified::Answer.into())
}

/// Whether a tree begins with another, by the relay's proof.
async fn begins(session: &mut Session, older: TreeHead, tree: TreeHead) -> Result<bool, Failure> {
    if older.size == 0 || older.size == tree.size {
        return Ok(older.size == 0 || older == tree);
    }
    let proof = ask_consistency(session, older.size, tree.size).await?;
    Ok(verify_consistency(tree, older, &proof).is_ok())
}

async fn ask_consistency(session: &mut Session, older: u64, newer: u64) -> Result<Vec<Digest>, Failure> {
    let answered = session.ask(Ask::Consistency { older, newer }, &[]).await?;
    match answered.answer {
        Answer::Consistency(proof) => Ok(proof),
        _ => Err(Unverified::Answer.into()),
    }
}

fn damaged(error: impl std::fmt::Display) -> Failure {
    Failure::local("mirror-damaged", error)
}

impl Mirror {
    /// Opens what is there already, under the log's public name and key, without asking anybody.
    ///
    /// # Errors
    /// [`Failure`] if it is no mirror of this log.
    pub fn open(dir: &Path, origin: &str, key: PublicKey) -> Result<Self, Failure> {
        let folder = Folder::open(dir)?;
        let checkpoint = folder.checkpoint(origin, key)?.ok_or_else(|| damaged("it has no checkpoint"))?;
        Ok(Self { folder, checkpoint })
    }

    /// Forgets the mirror in `dir`, so that all of it is asked for again.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be removed.
    pub fn forget(dir: &Path) -> Result<(), Failure> {
        match fs::remove_dir_all(dir) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(io("the folder of the mirror", &error)),
            _ => Ok(()),
        }
    }

    /// The tree that it holds.
    #[must_use]
    pub fn tree(&self) -> TreeHead {
        self.checkpoint.head()
    }

    /// Its checkpoint, as it was signed.
    #[must_use]
    pub fn checkpoint(&self) -> &str {
        self.checkpoint.note()
    }

    /// Shows every leaf from the end of an earlier tree on, with its number; and then whether they are those
    /// which the checkpoint vouches for, after that tree.
    ///
    /// # Errors
    /// [`Failure::Local`] if they are not, or cannot be read: the files were changed since they were written.
    pub fn read_from(&self, earlier: TreeHead, mut leaf: impl FnMut(u64, &[u8])) -> Result<(), Failure> {
        let mut edge = Edge::of(&self.hashes(), earlier.size).map_err(damaged)?;
        if edge.head() != earlier {
            return Err(damaged("it is not what was verified before"));
        }
        let bundles = new_tiles(earlier.size, self.tree().size);
        for bundle in bundles.filter(|tile| tile.content() == Content::Entries) {
            let bytes = self.folder.read(bundle).ok_or_else(|| damaged("a file of it is missing"))?;
            let leaves = (bundle.first_leaf()..).zip(entries(&bytes, bundle.width()).map_err(damaged)?);
            for (index, bytes) in leaves.filter(|(index, _)| *index >= earlier.size) {
                leaf(index, bytes);
                edge.push(leaf_hash(bytes));
            }
            edge.settle();
        }
        if edge.head() == self.tree() { Ok(()) } else { Err(damaged("its leaves do not give its root")) }
    }

    /// One leaf with its proof as other tools read it (C2SP tlog-proof); none if it is not there, or not the one
    /// which the checkpoint vouches for.
    #[must_use]
    pub fn proved(&self, index: u64) -> Option<(Vec<u8>, String)> {
        let evidence = self.evidence(index)?;
        Some((evidence.leaf, proof_text(index, &evidence.inclusion, self.checkpoint())))
    }

    /// The same, as our own formats hold it.
    #[must_use]
    pub fn evidence(&self, index: u64) -> Option<Evidence> {
        let (tree, width) = (self.tree(), u64::from(TILE_WIDTH));
        let filled = tree.size.checked_sub(index / width * width)?.min(width);
        let bundle = Tile::new(Content::Entries, index / width, u16::try_from(filled).ok()?)?;
        let bytes = self.folder.read(bundle)?;
        let leaves = entries(&bytes, bundle.width()).ok()?;
        let leaf = leaves.get(usize::try_from(index % width).ok()?)?.to_vec();
        let inclusion = inclusion(&self.hashes(), tree.size, index).ok()?;
        verify_inclusion(tree, index, leaf_hash(&leaf), &inclusion).ok()?;
        Some(Evidence { index, leaf, inclusion })
    }

    /// The tree of its first leaves.
    #[must_use]
    pub fn beginning(&self, size: u64) -> Option<TreeHead> {
        root_of(&self.hashes(), size).ok().map(|root| TreeHead { size, root })
    }

    /// The proof that it begins with the tree of its first leaves.
    #[must_use]
    pub fn goes_on_from(&self, older: TreeHead) -> Option<Vec<Digest>> {
        let proof = consistency(&self.hashes(), self.tree().size, older.size).ok()?;
        verify_consistency(self.tree(), older, &proof).is_ok().then_some(proof)
    }

    fn hashes(&self) -> impl Hashes + '_ {
        TileHashes::new(self.tree().size, |tile| self.folder.read(tile))
    }
}

/// R-25, for the mirror too: it may have been made by another device, that saw another log.
async fn goes_on(
    session: &mut Session,
    before: &Checkpoint,
    view: &LogView,
    tree: TreeHead,
) -> Result<(), Failure> {
    let older = before.head();
    let proof = if older.size < tree.size {
        ask_consistency(session, older.size, tree.size).await?
    } else {
        Vec::new()
    };
    if verify_consistency(tree, older, &proof).is_err() {
        session.home.keep_evidence(&cbor::encode(&(before.note(), view, proof)))?;
        return Err(InvalidConfirmation::Fork.into());
    }
    Ok(())
}

/// The folder of a mirror, held by this process alone until it is dropped.
struct Folder {
    dir: PathBuf,
    _lock: Option<File>,
}

impl Folder {
    /// Opens it; makes it where it is not there.
    fn open(dir: &Path) -> Result<Self, Failure> {
        let failed = |error| io("the folder of the mirror", &error);
        let dir = std::path::absolute(dir).map_err(failed)?;
        make(&dir).map_err(failed)?;
        let lock = lock(&dir).map_err(failed)?;
        let folder = Self { dir, _lock: lock };
        if !folder.dir.join(CHECKPOINT_PATH).exists() {
            let begun = |name: &std::ffi::OsStr| name == "tile" || name == UNFINISHED;
            let mut entries = fs::read_dir(&folder.dir).map_err(failed)?;
            if entries.any(|entry| entry.map_or(true, |entry| !begun(&entry.file_name()))) {
                return Err(Failure::usage("mirror-not-empty", "give an empty folder, or that of a mirror"));
            }
        }
        Ok(folder)
    }

    /// Opens it for the newest log of the session's roots. What it holds of one before is set aside, if the roots were
    /// shown as much of that log; it may have been made by another device, that saw more.
    fn of(dir: &Path, session: &Session) -> Result<Self, Failure> {
        let (folder, roots) = (Self::open(dir)?, session.home.root_chain()?);
        let Some((log, note)) = folder.of_an_earlier_log(&roots) else { return Ok(folder) };
        if let Err(invalid) = log.under(&roots) {
            session.home.keep_evidence(&cbor::encode(&(note, session.home.roots()?)))?;
            return Err(invalid.into());
        }
        folder.set_aside(&log.origin)?;
        Self::open(dir)
    }

    /// The checkpoint of what is there, if anything is.
    fn checkpoint(&self, origin: &str, key: PublicKey) -> Result<Option<Checkpoint>, Failure> {
        let path = self.dir.join(CHECKPOINT_PATH);
        let bytes = match fetch(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io(CHECKPOINT_PATH, &error)),
        };
        let note = String::from_utf8(bytes).map_err(|_| InvalidCheckpoint::Malformed);
        match note.and_then(|note| Checkpoint::verify(origin, key, &note)) {
            Ok(checkpoint) => Ok(Some(checkpoint)),
            Err(error @ InvalidCheckpoint::Malformed) => Err(Failure::local("mirror-damaged", error)),
            Err(error) => Err(Failure::usage("mirror-other-log", error)),
        }
    }

    /// What is there, and its checkpoint, if it is of a log of these roots that the newest of them went on from.
    fn of_an_earlier_log(&self, roots: &[Root]) -> Option<(LogMemory, String)> {
        let newest = &roots.last()?.relay.log_origin;
        let earlier = roots.iter().map(|root| &root.relay).filter(|relay| relay.log_origin != *newest);
        earlier.into_iter().find_map(|RelayKeys { log_origin, log_key, .. }| {
            let checkpoint = self.checkpoint(log_origin, *log_key).ok()??;
            let log = LogMemory { origin: log_origin.clone(), key: *log_key, tree: checkpoint.head() };
            Some((log, checkpoint.note().to_owned()))
        })
    }

    /// What was mirrored of a log that ended stays beside the mirror of the one that goes on from it.
    fn set_aside(&self, origin: &str) -> Result<(), Failure> {
        let failed = |error| io("the folder of the mirror", &error);
        let name = self.dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let letters = origin.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
        let aside = self.dir.with_file_name(format!("{name}.{}", letters.collect::<String>()));
        if aside.exists() {
            return Err(Failure::usage("mirror-not-empty", "a mirror of that log lies beside it already"));
        }
        fs::rename(&self.dir, &aside).map_err(failed)?;
        sync_folder(aside.parent().unwrap_or(&self.dir)).map_err(failed)
    }

    /// A tile, also where it is part of a whole one that is there already.
    fn read(&self, tile: Tile) -> Option<Vec<u8>> {
        let read = |tile: Tile| fetch(&self.dir.join(tile.to_string())).ok();
        read(tile).or_else(|| tile.cut(read(tile.whole()?)?).ok())
    }

    fn write_tiles(&self, tiles: Vec<(Tile, Vec<u8>)>) -> Result<u64, Failure> {
        tiles.iter().try_for_each(|(tile, bytes)| self.write(&tile.to_string(), bytes))?;
        Ok(tiles.len() as u64)
    }

    /// Writes a file whole or not at all; when this returns, it stays.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let (to, unfinished) = (self.dir.join(path), self.dir.join(UNFINISHED));
        let folder = to.parent().unwrap_or(&self.dir);
        let written = || {
            make(folder)?;
            let mut file = File::create(&unfinished)?;
            file.write_all(bytes)?;
            publish(&unfinished, 0o644)?;
            file.sync_all()?;
            fs::rename(&unfinished, &to)?;
            sync_folder(folder)
        };
        written().map_err(|error| io(path, &error))
    }

    /// Removes the partial tiles that whole ones have replaced.
    fn forget_partial(&self, older: u64, newer: u64) -> Result<(), Failure> {
        for tile in new_tiles(older, newer).filter(|tile| tile.is_whole()) {
            let path = format!("{tile}.p");
            match fs::remove_dir_all(self.dir.join(&path)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(io(&path, &error)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The bytes of a file that is no larger than it may be.
fn fetch(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Makes a folder that everybody may enter, and those above it; one that is there stays as it is.
fn make(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().ok_or(ErrorKind::NotFound)?;
    make(above)?;
    fs::create_dir(folder)?;
    publish(folder, 0o755)?;
    sync_folder(above)
}

/// Whatever the user keeps from others by habit, a mirror is there to be read.
#[cfg(unix)]
fn publish(path: &Path, mode: u32) -> std::io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn publish(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

/// Two runs in one folder would write over each other.
#[cfg(unix)]
fn lock(dir: &Path) -> std::io::Result<Option<File>> {
    let folder = File::open(dir)?;
    folder.lock()?;
    Ok(Some(folder))
}

#[cfg(not(unix))]
fn lock(_: &Path) -> std::io::Result<Option<File>> {
    Ok(None)
}
