//! Documents: ciphertext too large for a batch, each part by itself.
//!
//! [`FileBlobs`] keeps each part in a file of its own:
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

use super::disk::{DiskFile, How};
use super::folder::found;
use super::{CrashPoint, Folder, StoreError, io_at, lock};
use shared::crypto::Sha256;
use shared::ids::{DeviceId, Digest, MessageId};
use shared::limits::DOCUMENT_BYTES_MAX;
use shared::time::Timestamp;
use std::collections::BTreeSet;
use std::fmt::{self, Debug};
use std::io;
use std::sync::{Arc, Mutex};

/// One part: a document with its padding (12 %) and the tags of its encryption.
pub const PART_BYTES_MAX: u64 = DOCUMENT_BYTES_MAX + DOCUMENT_BYTES_MAX / 4;

/// While a part arrives, it is synced each time so much has come: the last sync is short, and the
/// journal's syncs do not wait behind gigabytes.
const SYNC_BYTES_STEP: u64 = 32 * 1024 * 1024;

/// What is read at a time.
const CHUNK_BYTES: usize = 256 * 1024;

const OWNER_FILE: &str = "owner";

/// Every part of every message on its way or deposited.
pub trait Blobs: Debug + Send + Sync {
    /// Begins a part, or goes on with it; [`Upload::received`] says from where.
    ///
    /// # Errors
    /// [`BlobError`] says what its owner does next.
    fn begin(
        &self,
        id: MessageId,
        part: u32,
        owner: DeviceId,
        expected_bytes: u64,
    ) -> Result<Box<dyn Upload>, BlobError>;

    /// What is there of a part, for its owner.
    ///
    /// # Errors
    /// [`BlobError::OtherOwner`].
    fn received(&self, id: MessageId, part: u32, owner: DeviceId) -> Result<Received, BlobError>;

    /// The size of a part that is whole and will still be there after a crash.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn whole(&self, id: MessageId, part: u32, digest: Digest) -> Result<Option<u64>, StoreError>;

    /// A whole part, to be read.
    ///
    /// # Errors
    /// [`StoreError::Io`], also when it is not there.
    fn read(&self, id: MessageId, part: u32, digest: Digest) -> Result<Arc<dyn DiskFile>, StoreError>;

    /// Forgets what is there of one part, so that its owner can start it over. Not for a message
    /// that was deposited: the caller knows.
    ///
    /// # Errors
    /// [`BlobError::OtherOwner`], and [`BlobError::Busy`] while it arrives.
    fn discard(&self, id: MessageId, part: u32, owner: DeviceId) -> Result<(), BlobError>;

    /// Removes every part of a message. May be repeated; what an interruption leaves is found by the
    /// next one, or by [`orphans`](Self::orphans).
    ///
    /// # Errors
    /// [`BlobError::Busy`] while a part arrives.
    fn remove(&self, id: MessageId) -> Result<(), BlobError>;

    /// What is there of messages that nobody deposited yet, part by part. `is_known` says which were
    /// deposited.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn undeposited(&self, is_known: &IsKnown<'_>) -> Result<Vec<Undeposited>, StoreError>;

    /// Messages that nobody deposited, and to which nothing was added since `before`.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn orphans(&self, before: Timestamp, is_known: &IsKnown<'_>) -> Result<Vec<MessageId>, StoreError>;
}

/// What is there of a part that nobody deposited yet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Undeposited {
    /// The message.
    pub id: MessageId,
    /// The place in it.
    pub part: u32,
    /// Whose it is.
    pub owner: DeviceId,
    /// How many bytes.
    pub bytes: u64,
}

/// Whether a message was deposited.
pub type IsKnown<'a> = dyn Fn(MessageId) -> bool + 'a;

/// A part that is arriving.
pub trait Upload: Debug + Send {
    /// How many bytes are there: the offset to go on from.
    fn received(&self) -> u64;

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`BlobError::OtherSize`] when they are more than was announced; none of them is kept.
    fn take(&mut self, bytes: &[u8]) -> Result<(), BlobError>;

    /// Stops for now. What was taken is durable, so that going on from it is honest.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    fn pause(self: Box<Self>) -> Result<(), BlobError>;

    /// Ends the part. When this returns, it is whole, durable, and named by its digest.
    ///
    /// # Errors
    /// [`BlobError::OtherSize`] when bytes are missing; the upload can be begun again.
    fn finish(self: Box<Self>) -> Result<Digest, BlobError>;
}

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

/// Parts as files of the relay's folder. Clones are the same parts.
#[derive(Clone, Debug)]
pub struct FileBlobs {
    folder: Folder,
    /// Parts that are arriving. Held while an owner is written and while a message is removed.
    arriving: Arc<Mutex<BTreeSet<(MessageId, u32)>>>,
}

impl FileBlobs {
    /// The parts in a folder.
    #[must_use]
    pub fn open(folder: &Folder) -> Self {
        Self { folder: folder.clone(), arriving: Arc::default() }
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
        self.folder.pass(CrashPoint::B1)?;
        self.folder.disk().make_folder(&folder).map_err(io_at(folder.as_str()))?;
        match self.owner(turn.id)? {
            Some(known) if known != owner => return Err(BlobError::OtherOwner),
            Some(_) => {}
            None => self.folder.replace(&format!("{folder}/{OWNER_FILE}"), owner.to_string().as_bytes())?,
        }
        self.folder.pass(CrashPoint::B2)?;
        self.folder.sync(&folder)?;
        self.folder.sync("blobs")?;
        Ok(())
    }

    /// Whose parts these are; nothing where there are none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if its file does not say.
    pub fn owner(&self, id: MessageId) -> Result<Option<DeviceId>, StoreError> {
        let file = format!("{}/{OWNER_FILE}", message_folder(id));
        let Some(bytes) = found(self.folder.read(&file)).map_err(io_at(file.as_str()))? else {
            return Ok(None);
        };
        let owner = String::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
        owner.map(Some).ok_or(StoreError::Damaged { file, offset: 0, what: "not the id of a device" })
    }

    /// Refuses somebody else's message; says whether there is anything of it.
    fn is_of(&self, id: MessageId, owner: DeviceId) -> Result<bool, BlobError> {
        match self.owner(id)? {
            Some(known) if known != owner => Err(BlobError::OtherOwner),
            known => Ok(known.is_some()),
        }
    }

    fn find_whole(&self, id: MessageId, part: u32) -> Result<Option<(u64, Digest)>, StoreError> {
        let folder = message_folder(id);
        let prefix = format!("{part}-");
        for name in self.folder.names(&folder)?.unwrap_or_default() {
            let digest = name.strip_prefix(&prefix).and_then(|digits| digits.parse().ok());
            if let Some(digest) = digest {
                let facts = self.folder.disk().facts(&format!("{folder}/{name}")).map_err(io_at(folder))?;
                return Ok(Some((facts.bytes, digest)));
            }
        }
        Ok(None)
    }

    /// The messages of which there is something, and that were not deposited.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn unknown(&self, is_known: &IsKnown<'_>) -> Result<Vec<MessageId>, StoreError> {
        let names = self.folder.names("blobs")?.unwrap_or_default();
        Ok(names.iter().filter_map(|name| name.parse().ok()).filter(|id| !is_known(*id)).collect())
    }

    /// When something was last added to a message's folder.
    fn touched(&self, id: MessageId) -> Result<Timestamp, StoreError> {
        let folder = message_folder(id);
        let mut newest = self.changed(&folder)?;
        for name in self.folder.names(&folder)?.unwrap_or_default() {
            newest = newest.max(self.changed(&format!("{folder}/{name}"))?);
        }
        Ok(newest)
    }

    /// When a file was last changed; the distant past for one that has just gone.
    fn changed(&self, name: &str) -> Result<Timestamp, StoreError> {
        let facts = found(self.folder.disk().facts(name)).map_err(io_at(name))?;
        Ok(facts.map_or(Timestamp(0), |facts| facts.changed))
    }
}

impl Blobs for FileBlobs {
    fn begin(
        &self,
        id: MessageId,
        part: u32,
        owner: DeviceId,
        expected_bytes: u64,
    ) -> Result<Box<dyn Upload>, BlobError> {
        if expected_bytes > PART_BYTES_MAX {
            return Err(BlobError::TooLarge { limit: PART_BYTES_MAX });
        }
        let turn = self.turn(id, part)?;
        self.claim(&turn, owner)?;
        if self.find_whole(id, part)?.is_some() {
            return Err(BlobError::AlreadyWhole);
        }
        let name = partial_file(id, part);
        self.folder.pass(CrashPoint::B3)?;
        let file = self.folder.open_file(&name, How::Made)?;
        let (received, digest) = hash(&*file).map_err(io_at(name))?;
        if received > expected_bytes {
            return Err(BlobError::OtherSize { received, expected: expected_bytes });
        }
        Ok(Box::new(FileUpload {
            folder: self.folder.clone(),
            turn,
            file,
            digest,
            received,
            unsynced: 0,
            expected: expected_bytes,
            broken: false,
        }))
    }

    fn received(&self, id: MessageId, part: u32, owner: DeviceId) -> Result<Received, BlobError> {
        if !self.is_of(id, owner)? {
            return Ok(Received::Partial(0));
        }
        if let Some((bytes, digest)) = self.find_whole(id, part)? {
            return Ok(Received::Whole { bytes, digest });
        }
        let name = partial_file(id, part);
        let facts = found(self.folder.disk().facts(&name)).map_err(io_at(name))?;
        Ok(Received::Partial(facts.map_or(0, |facts| facts.bytes)))
    }

    fn whole(&self, id: MessageId, part: u32, digest: Digest) -> Result<Option<u64>, StoreError> {
        let name = whole_file(id, part, digest);
        let facts = found(self.folder.disk().facts(&name)).map_err(io_at(name))?;
        if facts.is_some() {
            self.folder.pass(CrashPoint::B7)?;
            self.folder.sync(&message_folder(id))?;
        }
        Ok(facts.map(|facts| facts.bytes))
    }

    fn read(&self, id: MessageId, part: u32, digest: Digest) -> Result<Arc<dyn DiskFile>, StoreError> {
        self.folder.open_file(&whole_file(id, part, digest), How::Existing)
    }

    fn discard(&self, id: MessageId, part: u32, owner: DeviceId) -> Result<(), BlobError> {
        let turn = self.turn(id, part)?;
        if !self.is_of(id, owner)? {
            return Ok(());
        }
        let whole = self.find_whole(id, part)?.map(|(_, digest)| whole_file(id, part, digest));
        for name in whole.into_iter().chain([partial_file(id, part)]) {
            self.folder.unlink(&name)?;
        }
        self.folder.sync(&message_folder(id))?;
        drop(turn);
        Ok(())
    }

    fn remove(&self, id: MessageId) -> Result<(), BlobError> {
        let arriving = lock(&self.arriving);
        if arriving.range((id, 0)..=(id, u32::MAX)).next().is_some() {
            return Err(BlobError::Busy);
        }
        let folder = message_folder(id);
        let Some(names) = self.folder.names(&folder)? else { return Ok(()) };
        // The owner goes last: until then nobody else can begin under this id.
        for name in names.iter().filter(|name| *name != OWNER_FILE) {
            self.folder.pass(CrashPoint::B8)?;
            self.folder.unlink(&format!("{folder}/{name}"))?;
        }
        self.folder.unlink(&format!("{folder}/{OWNER_FILE}"))?;
        self.folder.pass(CrashPoint::B9)?;
        self.folder.disk().unlink_folder(&folder).map_err(io_at(folder))?;
        self.folder.pass(CrashPoint::B10)?;
        self.folder.sync("blobs")?;
        Ok(())
    }

    fn undeposited(&self, is_known: &IsKnown<'_>) -> Result<Vec<Undeposited>, StoreError> {
        let mut undeposited = Vec::new();
        for id in self.unknown(is_known)? {
            let owner = match self.owner(id) {
                Ok(Some(owner)) => owner,
                Ok(None) => continue,
                // Nobody can go on with it, and so it goes with the orphans.
                Err(error @ StoreError::Damaged { .. }) => {
                    tracing::error!(%error, "an upload that was not deposited is given up");
                    continue;
                }
                Err(error) => return Err(error),
            };
            let folder = message_folder(id);
            for name in self.folder.names(&folder)?.unwrap_or_default() {
                let Some(part) = part_of(&name) else { continue };
                let facts = found(self.folder.disk().facts(&format!("{folder}/{name}")));
                let bytes = facts.map_err(io_at(folder.as_str()))?.map_or(0, |facts| facts.bytes);
                undeposited.push(Undeposited { id, part, owner, bytes });
            }
        }
        Ok(undeposited)
    }

    fn orphans(&self, before: Timestamp, is_known: &IsKnown<'_>) -> Result<Vec<MessageId>, StoreError> {
        let mut orphans = Vec::new();
        for id in self.unknown(is_known)? {
            if self.touched(id)? < before {
                orphans.push(id);
            }
        }
        Ok(orphans)
    }
}

/// A part that is arriving in a file.
struct FileUpload {
    folder: Folder,
    turn: Turn,
    file: Arc<dyn DiskFile>,
    digest: Sha256,
    received: u64,
    unsynced: u64,
    expected: u64,
    /// A write failed, so the file and the digest may differ.
    broken: bool,
}

impl Upload for FileUpload {
    fn received(&self) -> u64 {
        self.received
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        let received = self.received + bytes.len() as u64;
        if received > self.expected {
            return Err(BlobError::OtherSize { received, expected: self.expected });
        }
        self.refuse_when_broken()?;
        self.broken = true;
        self.file.write_all_at(bytes, self.received).map_err(io_at(self.name()))?;
        self.folder.pass(CrashPoint::B4)?;
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

    fn pause(self: Box<Self>) -> Result<(), BlobError> {
        self.refuse_when_broken()?;
        self.sync()?;
        // Its name too: a part that is paused may be the first of its message.
        Ok(self.folder.sync(&message_folder(self.turn.id))?)
    }

    fn finish(self: Box<Self>) -> Result<Digest, BlobError> {
        if self.received != self.expected {
            return Err(BlobError::OtherSize { received: self.received, expected: self.expected });
        }
        self.refuse_when_broken()?;
        let digest = self.digest.clone().finish();
        let whole = whole_file(self.turn.id, self.turn.part, digest);
        self.sync()?;
        self.folder.pass(CrashPoint::B5)?;
        self.folder.disk().rename(&self.name(), &whole).map_err(io_at(whole))?;
        self.folder.pass(CrashPoint::B6)?;
        self.folder.sync(&message_folder(self.turn.id))?;
        Ok(digest)
    }
}

impl FileUpload {
    /// After a failed sync the system may have dropped bytes and still show them, so going on from
    /// them would not be honest: the part is started over.
    fn sync(&self) -> Result<(), StoreError> {
        self.file.sync().map_err(|error| {
            let started_over = self.folder.unlink(&self.name());
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

impl Debug for FileUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileUpload({}, {} of {} bytes)", self.name(), self.received, self.expected)
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

/// The part that a file of a message's folder belongs to, be it whole or on its way.
fn part_of(file: &str) -> Option<u32> {
    file.split(['.', '-']).next()?.parse().ok()
}

fn partial_file(id: MessageId, part: u32) -> String {
    format!("blobs/{id}/{part}.partial")
}

fn whole_file(id: MessageId, part: u32, digest: Digest) -> String {
    format!("blobs/{id}/{part}-{digest}")
}

/// The length and the digest of a file.
///
/// # Errors
/// What the system said.
pub fn hash(file: &dyn DiskFile) -> io::Result<(u64, Sha256)> {
    let mut digest = Sha256::default();
    let mut bytes = vec![0; CHUNK_BYTES];
    let mut length = 0;
    loop {
        match file.read_at(&mut bytes, length)? {
            0 => return Ok((length, digest)),
            read => {
                digest.update(&bytes[..read]);
                length += read as u64;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::crypto::sha256;
    use tempfile::TempDir;

    const ID: MessageId = MessageId([7; 16]);
    const OWNER: DeviceId = shared::ids::KeyId([1; 16]);
    const OTHER: DeviceId = shared::ids::KeyId([2; 16]);

    fn blobs() -> (TempDir, FileBlobs) {
        let dir = tempfile::tempdir().unwrap();
        let blobs = FileBlobs::open(&Folder::open(dir.path()).unwrap());
        (dir, blobs)
    }

    fn document(bytes: usize) -> Vec<u8> {
        (0..bytes).map(|place| u8::try_from(place * 7 % 251).unwrap()).collect()
    }

    fn upload(blobs: &FileBlobs, part: u32, bytes: &[u8]) -> Digest {
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
            let mut found = vec![0; document.len() + 1];
            let read = blobs.read(ID, 3, digest).unwrap().read_at(&mut found, 0).unwrap();
            assert!(found[..read] == document);
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

    fn upload_empty(blobs: &FileBlobs) -> Digest {
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
        assert_eq!(blobs.orphans(touched, &|_| false).unwrap(), []);
        assert_eq!(blobs.orphans(touched.plus(1), &|_| false).unwrap(), [ID]);
        assert_eq!(blobs.orphans(touched.plus(1), &|id| id == ID).unwrap(), []);
        assert_eq!(blobs.undeposited(&|id| id == ID).unwrap(), []);
        let there = Undeposited { id: ID, part: 0, owner: OWNER, bytes: 3 };
        assert_eq!(blobs.undeposited(&|_| false).unwrap(), [there]);
    }
}
