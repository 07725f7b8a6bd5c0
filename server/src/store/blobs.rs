//! Documents: ciphertext too large for the journal, each part a file of its own.
//!
//! ```text
//! blobs/<message id>/owner             the device that deposits, written before anything else
//! blobs/<message id>/<part>.partial    while it arrives
//! blobs/<message id>/<part>-<SHA-256>  whole
//! ```
//!
//! A part under its digest's name is whole and durable; [`Blobs::whole`] says so only after the
//! name is durable too, because a deposit relies on it. An upload that was broken off goes on where
//! it stopped: what is there is hashed again, so a digest always covers what the disk really has.
//! After a loss of power the end of a partial file may be wrong; then the digest is another one,
//! and its owner starts that part over ([`Blobs::discard`]).

use super::{Folder, StoreError, create_folder, io_at, private};
use shared::crypto::Sha256;
use shared::ids::{DeviceId, Digest, MessageId};
use shared::limits::DOCUMENT_BYTES_MAX;
use shared::time::Timestamp;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

/// One part: a document with its padding (12 %) and the tags of its encryption.
pub const PART_BYTES_MAX: u64 = DOCUMENT_BYTES_MAX + DOCUMENT_BYTES_MAX / 4;

/// While a part arrives, it is synced each time so much has come: the last sync is short, and the
/// journal's syncs do not wait behind gigabytes.
const SYNC_BYTES_STEP: u64 = 32 * 1024 * 1024;

const OWNER_FILE: &str = "owner";

/// Why a part was not taken, by what its owner does next.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The message id belongs to another device.
    #[error("another device deposits under this message id; draw a new one")]
    OtherOwner,
    /// More than a part may have.
    #[error("larger than the limit of {limit} bytes; split the document")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Not the bytes that were announced, or more of them.
    #[error("{received} bytes where {expected} were announced; start this part over")]
    OtherSize {
        /// How many there are.
        received: u64,
        /// How many were announced.
        expected: u64,
    },
    /// The part, or one of this message, is arriving on another stream.
    #[error("an upload of this message is still open; try again in a minute")]
    Busy,
    /// Nothing is missing.
    #[error("this part is whole already; go on with the next")]
    AlreadyWhole,
    /// The store's own failure.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is there of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// So many bytes; go on with the next.
    Partial(u64),
    /// All of it.
    Whole {
        /// Its size.
        bytes: u64,
        /// Its digest.
        digest: Digest,
    },
}

/// Every part of every message on its way or deposited.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: Folder,
    /// Parts that are arriving. Held while an owner is written and while a message is removed.
    arriving: Arc<Mutex<BTreeSet<(MessageId, u32)>>>,
}

impl Blobs {
    /// The blobs of a folder. Clones are the same blobs.
    #[must_use]
    pub fn open(folder: &Folder) -> Self {
        Self { folder: folder.clone(), arriving: Arc::default() }
    }

    /// Begins a part, or goes on with it; [`Upload::received`] says from where.
    ///
    /// # Errors
    /// [`BlobError`] says what its owner does next.
    pub fn begin(
        &self,
        id: MessageId,
        part: u32,
        owner: DeviceId,
        expected_bytes: u64,
    ) -> Result<Upload, BlobError> {
        if expected_bytes > PART_BYTES_MAX {
            return Err(BlobError::TooLarge { limit: PART_BYTES_MAX });
        }
        let turn = self.turn(id, part)?;
        self.claim(&turn, owner)?;
        if self.find_whole(id, part)?.is_some() {
            return Err(BlobError::AlreadyWhole);
        }
        let name = partial_file(id, part);
        let open = || -> io::Result<(File, u64, Sha256)> {
            // crash point B4: an empty partial file, or none.
            let mut file = private()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(self.folder.join(&name))?;
            let (received, digest) = hash(&mut file)?;
            Ok((file, received, digest))
        };
        let (file, received, digest) = open().map_err(io_at(name))?;
        if received > expected_bytes {
            return Err(BlobError::OtherSize { received, expected: expected_bytes });
        }
        let blobs = self.clone();
        Ok(Upload {
            blobs,
            turn,
            file,
            digest,
            received,
            unsynced: 0,
            expected: expected_bytes,
            broken: false,
        })
    }

    /// What is there of a part, for its owner.
    ///
    /// # Errors
    /// [`BlobError::OtherOwner`].
    pub fn received(&self, id: MessageId, part: u32, owner: DeviceId) -> Result<Received, BlobError> {
        match self.owner(id)? {
            Some(known) if known != owner => return Err(BlobError::OtherOwner),
            Some(_) => {}
            None => return Ok(Received::Partial(0)),
        }
        if let Some((bytes, digest)) = self.find_whole(id, part)? {
            return Ok(Received::Whole { bytes, digest });
        }
        let name = partial_file(id, part);
        match std::fs::metadata(self.folder.join(&name)) {
            Ok(metadata) => Ok(Received::Partial(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Received::Partial(0)),
            Err(error) => Err(io_at(name)(error).into()),
        }
    }

    /// The size of a part that is whole and will still be there after a crash.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn whole(&self, id: MessageId, part: u32, digest: Digest) -> Result<Option<u64>, StoreError> {
        let name = whole_file(id, part, digest);
        match std::fs::metadata(self.folder.join(&name)) {
            Ok(metadata) => {
                // crash point B8: nobody has been told that it is whole.
                self.folder.sync(&message_folder(id))?;
                Ok(Some(metadata.len()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_at(name)(error)),
        }
    }

    /// A whole part, to be read.
    ///
    /// # Errors
    /// [`StoreError::Io`], also when it is not there.
    pub fn read(&self, id: MessageId, part: u32, digest: Digest) -> Result<File, StoreError> {
        let name = whole_file(id, part, digest);
        File::open(self.folder.join(&name)).map_err(io_at(name))
    }

    /// Forgets what is there of one part, so that its owner can start it over. Not for a message
    /// that was deposited: the caller knows.
    ///
    /// # Errors
    /// [`BlobError::OtherOwner`], and [`BlobError::Busy`] while it arrives.
    pub fn discard(&self, id: MessageId, part: u32, owner: DeviceId) -> Result<(), BlobError> {
        let turn = self.turn(id, part)?;
        match self.owner(id)? {
            Some(known) if known != owner => return Err(BlobError::OtherOwner),
            Some(_) => {}
            None => return Ok(()),
        }
        let whole = self.find_whole(id, part)?.map(|(_, digest)| whole_file(id, part, digest));
        for name in whole.into_iter().chain([partial_file(id, part)]) {
            unlink(&self.folder, &name)?;
        }
        self.folder.sync(&message_folder(id))?;
        drop(turn);
        Ok(())
    }

    /// Removes every part of a message. May be repeated; an interrupted removal leaves a folder that
    /// the next one, or [`orphans`](Self::orphans), finds.
    ///
    /// # Errors
    /// [`BlobError::Busy`] while a part arrives.
    pub fn remove(&self, id: MessageId) -> Result<(), BlobError> {
        let arriving = lock(&self.arriving);
        if arriving.range((id, 0)..=(id, u32::MAX)).next().is_some() {
            return Err(BlobError::Busy);
        }
        let folder = message_folder(id);
        let Some(names) = names_in(&self.folder, &folder)? else { return Ok(()) };
        // The owner goes last: until then nobody else can begin under this id.
        for name in names.iter().filter(|name| *name != OWNER_FILE) {
            // crash point B9: some parts are gone; the owner and the rest wait for the next removal.
            unlink(&self.folder, &format!("{folder}/{name}"))?;
        }
        unlink(&self.folder, &format!("{folder}/{OWNER_FILE}"))?;
        // crash point B10: an empty folder, or a few names that came back.
        std::fs::remove_dir(self.folder.join(&folder)).map_err(io_at(folder))?;
        // crash point B11: gone, but the name may come back; then as B10.
        self.folder.sync("blobs")?;
        Ok(())
    }

    /// Messages that `is_known` does not know and that nothing was added to since `before`.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn orphans(
        &self,
        before: Timestamp,
        is_known: impl Fn(MessageId) -> bool,
    ) -> Result<Vec<MessageId>, StoreError> {
        let mut orphans = Vec::new();
        for name in names_in(&self.folder, "blobs")?.unwrap_or_default() {
            let Ok(id) = name.parse::<MessageId>() else { continue };
            if !is_known(id) && self.touched(id)? < before {
                orphans.push(id);
            }
        }
        Ok(orphans)
    }

    /// When something was last added to a message's folder.
    fn touched(&self, id: MessageId) -> Result<Timestamp, StoreError> {
        let folder = message_folder(id);
        let mut newest = modified(&self.folder, &folder)?;
        for name in names_in(&self.folder, &folder)?.unwrap_or_default() {
            newest = newest.max(modified(&self.folder, &format!("{folder}/{name}"))?);
        }
        Ok(newest)
    }

    fn turn(&self, id: MessageId, part: u32) -> Result<Turn, BlobError> {
        if !lock(&self.arriving).insert((id, part)) {
            return Err(BlobError::Busy);
        }
        Ok(Turn { arriving: Arc::clone(&self.arriving), id, part })
    }

    /// Writes down whose message this is, durably, before the first byte of it is taken.
    fn claim(&self, turn: &Turn, owner: DeviceId) -> Result<(), BlobError> {
        let _alone = lock(&self.arriving);
        let folder = message_folder(turn.id);
        // crash point B1: nothing, or an empty folder that belongs to nobody.
        create_folder(&self.folder.join(&folder)).map_err(io_at(folder.as_str()))?;
        match self.owner(turn.id)? {
            Some(known) if known != owner => return Err(BlobError::OtherOwner),
            Some(_) => {}
            // crash point B2: F1 to F3.
            None => self.folder.replace(&format!("{folder}/{OWNER_FILE}"), owner.to_string().as_bytes())?,
        }
        // crash point B3: the owner is there, in a folder whose own name may still be lost.
        self.folder.sync(&folder)?;
        self.folder.sync("blobs")?;
        Ok(())
    }

    fn owner(&self, id: MessageId) -> Result<Option<DeviceId>, StoreError> {
        let file = format!("{}/{OWNER_FILE}", message_folder(id));
        match std::fs::read_to_string(self.folder.join(&file)) {
            Ok(text) => {
                let what = "not the id of a device";
                text.parse().map(Some).map_err(|_| StoreError::Damaged { file, offset: 0, what })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_at(file)(error)),
        }
    }

    fn find_whole(&self, id: MessageId, part: u32) -> Result<Option<(u64, Digest)>, StoreError> {
        let folder = message_folder(id);
        let prefix = format!("{part}-");
        for name in names_in(&self.folder, &folder)?.unwrap_or_default() {
            let digest = name.strip_prefix(&prefix).and_then(|digits| digits.parse().ok());
            if let Some(digest) = digest {
                let metadata = std::fs::metadata(self.folder.join(&format!("{folder}/{name}")));
                return Ok(Some((metadata.map_err(io_at(folder))?.len(), digest)));
            }
        }
        Ok(None)
    }
}

/// A part that is arriving.
pub struct Upload {
    blobs: Blobs,
    turn: Turn,
    file: File,
    digest: Sha256,
    received: u64,
    unsynced: u64,
    expected: u64,
    /// A write failed, so the file and the digest may differ.
    broken: bool,
}

impl Upload {
    /// How many bytes are there: the offset to go on from.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.received
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`BlobError::OtherSize`] when they are more than was announced; none of them is kept.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        let received = self.received + bytes.len() as u64;
        if received > self.expected {
            return Err(BlobError::OtherSize { received, expected: self.expected });
        }
        self.refuse_when_broken()?;
        self.broken = true;
        // crash point B5: some of these bytes are there, and are hashed when the upload goes on.
        self.file.write_all(bytes).map_err(io_at(self.name()))?;
        self.unsynced += bytes.len() as u64;
        if self.unsynced >= SYNC_BYTES_STEP {
            self.sync()?;
            self.unsynced = 0;
        }
        self.broken = false;
        self.digest.update(bytes);
        self.received = received;
        Ok(())
    }

    /// Stops for now. What was taken is durable, so that going on from it is honest.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn pause(self) -> Result<(), BlobError> {
        self.refuse_when_broken()?;
        Ok(self.sync()?)
    }

    /// Ends the part. When this returns, it is whole, durable, and named by its digest.
    ///
    /// # Errors
    /// [`BlobError::OtherSize`] when bytes are missing; the upload can be begun again.
    pub fn finish(self) -> Result<Digest, BlobError> {
        if self.received != self.expected {
            return Err(BlobError::OtherSize { received: self.received, expected: self.expected });
        }
        self.refuse_when_broken()?;
        let digest = self.digest.clone().finish();
        let whole = whole_file(self.turn.id, self.turn.part, digest);
        let folder = &self.blobs.folder;
        self.sync()?;
        // crash point B6: all bytes are durable under the partial name.
        std::fs::rename(folder.join(&self.name()), folder.join(&whole)).map_err(io_at(whole))?;
        // crash point B7: one of the two names is there; both lead on.
        folder.sync(&message_folder(self.turn.id))?;
        Ok(digest)
    }

    /// After a failed sync the system may have dropped bytes and still show them, so going on from
    /// them would not be honest: the part is started over.
    fn sync(&self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(|error| {
            let started_over = unlink(&self.blobs.folder, &self.name());
            started_over.err().unwrap_or_else(|| io_at(self.name())(error))
        })
    }

    fn refuse_when_broken(&self) -> Result<(), StoreError> {
        let because = || format!("{} was not written to its end", self.name());
        if self.broken { Err(StoreError::Stopped { because: because() }) } else { Ok(()) }
    }

    fn name(&self) -> String {
        partial_file(self.turn.id, self.turn.part)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({}, {} of {} bytes)", self.name(), self.received, self.expected)
    }
}

/// The right to write one part, for one upload at a time.
#[derive(Debug)]
struct Turn {
    arriving: Arc<Mutex<BTreeSet<(MessageId, u32)>>>,
    id: MessageId,
    part: u32,
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.arriving).remove(&(self.id, self.part));
    }
}

fn message_folder(id: MessageId) -> String {
    format!("blobs/{id}")
}

fn partial_file(id: MessageId, part: u32) -> String {
    format!("blobs/{id}/{part}.partial")
}

fn whole_file(id: MessageId, part: u32, digest: Digest) -> String {
    format!("blobs/{id}/{part}-{digest}")
}

/// The length and the digest of a file up to its end, where it is left.
fn hash(file: &mut File) -> io::Result<(u64, Sha256)> {
    let mut digest = Sha256::default();
    let mut bytes = vec![0; 256 * 1024];
    let mut length = 0;
    loop {
        match file.read(&mut bytes) {
            Ok(0) => return Ok((length, digest)),
            Ok(read) => {
                digest.update(&bytes[..read]);
                length += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The names in a folder, or nothing where it does not exist.
fn names_in(folder: &Folder, name: &str) -> Result<Option<Vec<String>>, StoreError> {
    let list = || -> io::Result<Vec<String>> {
        std::fs::read_dir(folder.join(name))?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    };
    match list() {
        Ok(names) => Ok(Some(names)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(io_at(name)(error)),
    }
}

fn unlink(folder: &Folder, name: &str) -> Result<(), StoreError> {
    match std::fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_at(name)(error)),
        _ => Ok(()),
    }
}

/// When a file was last changed; the distant past for one that has just gone.
fn modified(folder: &Folder, name: &str) -> Result<Timestamp, StoreError> {
    match std::fs::metadata(folder.join(name)).and_then(|metadata| metadata.modified()) {
        Ok(time) => Ok(Timestamp(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Timestamp(0)),
        Err(error) => Err(io_at(name)(error)),
    }
}

/// What this lock protects is a set of turns, right between any two statements.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::crypto::sha256;
    use tempfile::TempDir;

    const ID: MessageId = MessageId([7; 16]);
    const OWNER: DeviceId = shared::ids::KeyId([1; 16]);
    const OTHER: DeviceId = shared::ids::KeyId([2; 16]);

    fn blobs() -> (TempDir, Blobs) {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(&Folder::open(dir.path()).unwrap());
        (dir, blobs)
    }

    fn document(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|place| u8::try_from(place * 7 % 251).unwrap()).collect()
    }

    fn upload(blobs: &Blobs, part: u32, bytes: &[u8]) -> Digest {
        let mut upload = blobs.begin(ID, part, OWNER, bytes.len() as u64).unwrap();
        upload.take(bytes).unwrap();
        upload.finish().unwrap()
    }

    #[test]
    fn an_upload_in_pieces_is_the_whole() {
        let document = document(300_000);
        let expected = document.len() as u64;
        for cuts in [vec![], vec![0], vec![1, 2, 3], vec![299_999], vec![65_536, 65_536, 262_144]] {
            let (_dir, blobs) = blobs();
            let mut end = 0;
            for (turn, cut) in cuts.iter().copied().enumerate() {
                let mut upload = blobs.begin(ID, 3, OWNER, expected).unwrap();
                assert_eq!(upload.received(), end as u64);
                upload.take(&document[end..cut.max(end)]).unwrap();
                end = end.max(cut);
                // One in two is broken off without a word.
                if turn % 2 == 0 {
                    upload.pause().unwrap()
                } else {
                    drop(upload)
                }
                assert_eq!(blobs.received(ID, 3, OWNER).unwrap(), Received::Partial(end as u64));
            }
            let mut upload = blobs.begin(ID, 3, OWNER, expected).unwrap();
            for piece in document[end..].chunks(10_007) {
                upload.take(piece).unwrap();
            }
            let digest = upload.finish().unwrap();
            assert_eq!(digest, sha256(&document));
            assert_eq!(blobs.whole(ID, 3, digest).unwrap(), Some(expected));
            let mut found = Vec::new();
            blobs.read(ID, 3, digest).unwrap().read_to_end(&mut found).unwrap();
            assert!(found == document);
        }
    }

    #[test]
    fn a_message_belongs_to_one_device() {
        let (_dir, blobs) = blobs();
        let digest = upload(&blobs, 0, b"ciphertext");
        let check = |refused: Result<(), BlobError>| assert!(matches!(refused, Err(BlobError::OtherOwner)));
        check(blobs.begin(ID, 1, OTHER, 10).map(drop));
        check(blobs.received(ID, 0, OTHER).map(drop));
        check(blobs.discard(ID, 0, OTHER));
        assert_eq!(blobs.whole(ID, 0, digest).unwrap(), Some(10));
    }

    #[test]
    fn a_size_is_exact() {
        let (_dir, blobs) = blobs();
        assert!(matches!(blobs.begin(ID, 0, OWNER, PART_BYTES_MAX + 1), Err(BlobError::TooLarge { .. })));
        let mut upload = blobs.begin(ID, 0, OWNER, 4).unwrap();
        upload.take(b"abc").unwrap();
        assert!(matches!(upload.take(b"de"), Err(BlobError::OtherSize { received: 5, expected: 4 })));
        assert!(matches!(upload.finish(), Err(BlobError::OtherSize { received: 3, expected: 4 })));
        assert!(matches!(
            blobs.begin(ID, 0, OWNER, 2),
            Err(BlobError::OtherSize { received: 3, expected: 2 })
        ));
        blobs.discard(ID, 0, OWNER).unwrap();
        assert_eq!(upload_empty(&blobs), sha256(b""));
    }

    fn upload_empty(blobs: &Blobs) -> Digest {
        blobs.begin(ID, 0, OWNER, 0).unwrap().finish().unwrap()
    }

    #[test]
    fn a_part_arrives_on_one_stream_and_once() {
        let (_dir, blobs) = blobs();
        let open = blobs.begin(ID, 0, OWNER, 4).unwrap();
        assert!(matches!(blobs.begin(ID, 0, OWNER, 4), Err(BlobError::Busy)));
        assert!(matches!(blobs.remove(ID), Err(BlobError::Busy)));
        assert!(blobs.begin(ID, 1, OWNER, 4).is_ok(), "another part has its own stream");
        drop(open);
        let digest = upload(&blobs, 0, b"abcd");
        assert!(matches!(blobs.begin(ID, 0, OWNER, 4), Err(BlobError::AlreadyWhole)));
        assert_eq!(blobs.received(ID, 0, OWNER).unwrap(), Received::Whole { bytes: 4, digest });
        assert_eq!(blobs.whole(ID, 0, sha256(b"other")).unwrap(), None);
        assert_eq!(blobs.whole(ID, 1, digest).unwrap(), None);
    }

    #[test]
    fn a_removal_may_be_interrupted_and_repeated() {
        let (dir, blobs) = blobs();
        let digest = upload(&blobs, 0, b"one");
        upload(&blobs, 10, b"two");
        // What an interruption leaves: some parts gone, the owner still there.
        std::fs::remove_file(dir.path().join(whole_file(ID, 0, digest))).unwrap();
        assert!(matches!(blobs.begin(ID, 0, OTHER, 4), Err(BlobError::OtherOwner)));
        blobs.remove(ID).unwrap();
        blobs.remove(ID).unwrap();
        assert!(!dir.path().join(message_folder(ID)).exists());
        assert_eq!(blobs.received(ID, 0, OTHER).unwrap(), Received::Partial(0));
    }

    #[test]
    fn orphans_are_old_and_unknown() {
        let (dir, blobs) = blobs();
        upload(&blobs, 0, b"one");
        std::fs::create_dir(dir.path().join("blobs/lost+found")).unwrap();
        let touched = blobs.touched(ID).unwrap();
        assert_eq!(blobs.orphans(touched, |_| false).unwrap(), []);
        assert_eq!(blobs.orphans(touched.plus(1), |_| false).unwrap(), [ID]);
        assert_eq!(blobs.orphans(touched.plus(1), |id| id == ID).unwrap(), []);
    }
}
