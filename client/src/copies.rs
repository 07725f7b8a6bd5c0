//! Working copies: what is not nominative (N0, N1) and was opened once is read again on the same device, without the
//! relay, until it expires.
//!
//! A copy is what the relay gave, sealed as it was: it opens with the secret of its bucket, and dies with it. What was
//! proved when it was opened is written beside it, under a key of this device alone.

use crate::by_end::Folder;
use crate::failure::Failure;
use crate::home::Home;
use crate::session::Session;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::{SigningKey, derive, hmac_sha256};
use shared::ids::{Digest, IdBeginning, MessageId, PublicKey};
use shared::limits::{FRAME_BYTES_MAX, NOTE_BYTES_MAX};
use shared::message::{Core, Header, InvalidMessage, Opened, open_grant, open_note_of};
use shared::signed::Signed;
use shared::time::{Bucket, Timestamp};
use std::path::Path;

/// The folder of a home in which they lie.
const FOLDER: Folder = Folder("copies");

const COPY_BYTES_MAX: usize = NOTE_BYTES_MAX + 4 * FRAME_BYTES_MAX;

/// A copy, as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    /// The signed header.
    pub header: Signed,
    /// This device's grant, sealed.
    #[serde(with = "serde_bytes")]
    pub grant: Vec<u8>,
    /// Under which bucket.
    pub bucket: Bucket,
    /// The note, sealed.
    #[serde(with = "serde_bytes")]
    pub note: Vec<u8>,
    /// The writer's device, as it was proved.
    pub key: PublicKey,
    /// The number of the record of its opening.
    pub index: u64,
    /// When it was opened.
    pub opened: Timestamp,
    /// The writer's name, and organisation, as their card said.
    pub from: (String, Option<String>),
}

/// What is kept: the copy, and that it is this device's.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    mac: Digest,
    #[serde(with = "serde_bytes")]
    copy: Vec<u8>,
}

/// Keeps a copy of what was just opened and [allows one](shared::message::Core::allows_copy).
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub(crate) fn keep(session: &Session, header: &Header, copy: &Copy) -> Result<(), Failure> {
    let bytes = cbor::encode(copy);
    let sealed = Sealed { mac: mac(session.key(), &bytes), copy: bytes };
    FOLDER.write(&session.home, header.core.expires, header.core.id, &cbor::encode(&sealed))
}

/// The copy of the one letter whose id begins so, if it is here and lives, and what is in it.
#[must_use]
pub fn find(session: &Session, beginning: &IdBeginning) -> Option<(Copy, Opened)> {
    let now = session.home.memory().ok()?.memory.upkeep.clocks.latest(session.now());
    let found = FOLDER.files(&session.home).into_iter();
    let mut found = found.filter(|(expires, id, _)| *expires > now && id.begins(beginning));
    // Of two that begin so, the relay's list asks for more digits.
    let (Some((_, _, file)), None) = (found.next(), found.next()) else { return None };
    let Kept { copy, opened } = read(session, &file, |_| true)?;
    // What its file is called is nobody's word.
    (opened.note.core.id.begins(beginning) && opened.note.core.expires > now).then_some((copy, opened))
}

/// A copy that opens.
pub struct Kept {
    /// As it is kept.
    pub copy: Copy,
    /// What is in it.
    pub opened: Opened,
}

/// Every copy that lives, of letters whose core is asked for, the oldest letter first.
#[must_use]
pub fn all(session: &Session, asked: impl Fn(&Core) -> bool) -> Vec<Kept> {
    let Ok(now) = session.home.memory().map(|lock| lock.memory.upkeep.clocks.latest(session.now())) else {
        return Vec::new();
    };
    let living = FOLDER.files(&session.home).into_iter().filter(|(expires, _, _)| *expires > now);
    let mut found: Vec<_> = living
        .filter_map(|(_, _, file)| read(session, &file, &asked))
        .filter(|kept| kept.opened.note.core.expires > now)
        .collect();
    found.sort_by_key(|kept| (kept.opened.note.core.created, kept.opened.note.core.id));
    found.dedup_by_key(|kept| kept.opened.note.core.id);
    found
}

/// A copy, if it is this device's and its core is asked for, and what is in it.
fn read(session: &Session, file: &Path, asked: impl Fn(&Core) -> bool) -> Option<Kept> {
    let sealed: Sealed = cbor::decode(&std::fs::read(file).ok()?, COPY_BYTES_MAX).ok()?;
    if mac(session.key(), &sealed.copy) != sealed.mac {
        return None;
    }
    let copy: Copy = cbor::decode(&sealed.copy, COPY_BYTES_MAX).ok()?;
    if !asked(&copy.header.peek::<Header>().ok()?.core) {
        return None;
    }
    let opened = opened(session, &copy).ok()?;
    Some(Kept { copy, opened })
}

fn opened(session: &Session, copy: &Copy) -> Result<Opened, InvalidMessage> {
    let header = copy.header.verify_by::<Header>(copy.key).map_err(|_| InvalidMessage::Header)?;
    let identity = session.expiry_identity(copy.bucket).ok_or(InvalidMessage::Grant)?;
    let identity = open_grant(&header.value().core, &copy.grant, &identity)?;
    open_note_of(&header, &copy.note, identity, copy.key)
}

/// Removes the copies of letters that had expired then.
///
/// # Errors
/// [`Failure`] if one cannot be removed.
pub(crate) fn forget_ended(home: &Home, ended: Timestamp) -> Result<(), Failure> {
    FOLDER.remove(home, |expires, _| expires <= ended)
}

/// Removes the copy of a letter that was taken back.
///
/// # Errors
/// [`Failure`] if it cannot be removed.
pub fn forget(home: &Home, message: MessageId) -> Result<(), Failure> {
    FOLDER.remove(home, |_, id| id == message)
}

fn mac(key: &SigningKey, copy: &[u8]) -> Digest {
    hmac_sha256(derive(key.seed().as_ref(), b"", "pli/copy/v1").as_ref(), copy)
}
