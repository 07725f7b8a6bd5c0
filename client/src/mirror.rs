//! A mirror of the log: a folder of its files for any web server (C2SP tlog-tiles), which only grows.
//!
//! Every hash in it was computed here, from the leaves. Whole tiles are written as they fill up, partial ones
//! and then the checkpoint only once the leaves have given its root: an interrupted run leaves the mirror as
//! it was, with some whole tiles beyond it, and the same command goes on. Files are made to be read by
//! everybody, for that is what a mirror is for; the leaves are sealed.

use crate::failure::{Failure, Unverified};
use crate::home::{io, sync_folder};
use crate::session::{Answered, Session};
use shared::cbor;
use shared::ids::PublicKey;
use shared::limits::LEAF_BYTES_MAX;
use shared::log::tiles::{CHECKPOINT_PATH, TILE_WIDTH, Tile, new_tiles};
use shared::log::{
    Checkpoint, Growth, InvalidCheckpoint, InvalidConfirmation, LogView, TreeHead, verify_consistency,
};
use shared::wire::{Answer, Ask};
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Where a file is written before it has its name.
const UNFINISHED: &str = ".unfinished";

/// The largest file of a mirror: a whole bundle of the largest leaves.
const FILE_BYTES_MAX: u64 = TILE_WIDTH as u64 * (LEAF_BYTES_MAX as u64 + 2);

/// What was done.
pub struct Mirrored {
    /// How many leaves the mirror had before.
    pub before: u64,
    /// The tree that it holds now.
    pub tree: TreeHead,
    /// How many tiles were written.
    pub tiles: u64,
}

/// Brings the mirror in `dir` to the newest checkpoint; begins one where there is none.
///
/// # Errors
/// [`Failure`] if the folder is no mirror of this log or is damaged, if the log does not go on from it, or
/// if its leaves do not give its root. Of the last two the evidence is kept.
pub async fn mirror(session: &mut Session, dir: &Path) -> Result<Mirrored, Failure> {
    let relay = &session.root().relay;
    let folder = Folder::open(dir)?;
    let before = folder.checkpoint(&relay.log_origin, relay.log_key)?;
    let older = before.as_ref().map_or_else(TreeHead::empty, Checkpoint::head);
    let growth = Growth::of(older, |tile| folder.read(tile));
    let mut growth = growth.map_err(|error| Failure::local("mirror-damaged", error))?;

    let answered = session.ask(Ask::Log, &[]).await?;
    let Answer::Log(view) = &answered.answer else { return Err(Unverified::Answer.into()) };
    let tree = answered.head.ok_or(Unverified::Answer)?.tree();
    if let Some(before) = &before {
        goes_on(session, before, view, tree).await?;
    }
    let mut done = Mirrored { before: older.size, tree, tiles: 0 };
    if tree.size == older.size {
        return Ok(done);
    }
    while growth.size() < tree.size {
        let ask = Ask::Leaves { from: growth.size(), to: tree.size };
        let Answered { answer, mut conversation, .. } = session.ask(ask, &[]).await?;
        let Answer::Leaves { count } = answer else { return Err(Unverified::Answer.into()) };
        if count == 0 || u64::from(count) > tree.size - growth.size() {
            return Err(Unverified::Answer.into());
        }
        for _ in 0..count {
            let leaf = conversation.frame(LEAF_BYTES_MAX).await?;
            let whole = growth.push(&leaf).map_err(|_| Unverified::Answer)?;
            done.tiles += folder.write_tiles(whole)?;
        }
    }
    if growth.head() != tree {
        session.home.keep_evidence(&cbor::encode(view))?;
        return Err(Unverified::Faults(1).into());
    }
    done.tiles += folder.write_tiles(growth.partial())?;
    folder.write(CHECKPOINT_PATH, view.checkpoint.as_bytes())?;
    folder.forget_partial(older.size, tree.size)?;
    Ok(done)
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
        let answered = session.ask(Ask::Consistency { older: older.size, newer: tree.size }, &[]).await?;
        let Answer::Consistency(proof) = answered.answer else { return Err(Unverified::Answer.into()) };
        proof
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
