//! What lies on the relay's disk, and may come back otherwise than it was written.

use crate::disk::SimDisk;
use pli_server::relay::index::{self, Index};
use pli_server::relay::items::{Item, Place};
use pli_server::store::disk::How;
use pli_server::store::frame::{Scan, Scanned};
use pli_server::store::{Embedded, Folder, Home, Moving, frame};
use shared::crypto::sha256;
use shared::ids::{KeyId, MemberId, MessageId};
use shared::time::Timestamp;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::sync::Arc;
use xxhash_rust::xxh3::Xxh3;

/// A journal file as it lies there, and with its checks put right.
pub(super) fn journal(bytes: &[u8]) -> bool {
    [bytes, &checked(bytes)].into_iter().any(|bytes| {
        let disk = SimDisk::new(Arc::default());
        let Ok(folder) = Folder::on(Arc::new(disk)) else { return false };
        let file = folder.disk().open("journal/0000000001", How::Made);
        if !file.is_ok_and(|file| file.write_all_at(bytes, 0).is_ok()) {
            return false;
        }
        Embedded::open(&folder, Moving::Stepped, |_| None, |_| Ok(0)).is_ok()
    })
}

/// A file of items: what is whole in it is found again, in any company.
pub(super) fn segment(bytes: &[u8]) -> bool {
    let mut accepted = false;
    let mut last = 0;
    for scanned in Scan::new(Cursor::new(bytes), 0).flatten() {
        let (at, until) = match scanned {
            Scanned::Frame { at, kind, payload, bulk, .. } => {
                accepted |= item(kind, &payload);
                let length = frame::encode(kind, &payload, bulk as usize).len();
                (at, at + length as u64 + u64::from(bulk))
            }
            Scanned::Damaged { at, until, .. } => (at, until),
        };
        assert!(at == last && until > at, "the walk goes on, and leaves nothing out");
        last = until;
    }
    assert!(last == bytes.len() as u64, "the walk comes to the end");
    if let Some((kind, payload)) = bytes.split_first() {
        accepted |= item(*kind, payload);
        if payload.len() <= frame::FRAME_PAYLOAD_BYTES_MAX {
            let framed = frame::encode(*kind, payload, 0);
            assert_eq!(frame::decode(&framed).ok(), Some((*kind, payload)));
        }
    }
    accepted
}

/// Entries of the index: it answers with what it has, or says that it cannot be used.
pub(super) fn index(bytes: &[u8]) -> bool {
    let disk = SimDisk::new(Arc::default());
    let Ok(folder) = Folder::on(Arc::new(disk)) else { return false };
    let Ok(table) = folder.disk().table(index::FOLDER) else { return false };
    let mut rest = bytes;
    let mut changes = Vec::new();
    while let Some((key, value)) = pair(&mut rest) {
        changes.push((key.to_vec(), Some(value.to_vec())));
    }
    let any = !changes.is_empty();
    if table.apply(changes).is_err() {
        return false;
    }
    let Ok(index) = Index::open(&folder) else { return false };
    let (device, id, digest) = (KeyId([1; 16]), MessageId([2; 16]), sha256(b""));
    let member: Option<MemberId> = "maire-1".parse().ok();
    let mut whole = index.applied().is_ok() && index.message(id).is_ok();
    whole &= index.state(device, id).is_ok() && index.counter(device).is_ok();
    whole &= index.mailbox(device, None, 64).is_ok() && index.mailbox(device, Some(9), 2).is_ok();
    whole &= member.is_none_or(|member| index.sent(&member, None, 64).is_ok());
    whole &= index.notices(id).is_ok() && index.answered(Timestamp(0), digest).is_ok();
    whole &= index.statement(digest).is_ok() && index.keys().is_ok();
    whole &= index.annexes(0, u64::MAX).is_ok() && index.expiring(40_000, usize::MAX).is_ok();
    whole &= index.all_of_each(&BTreeSet::from([id])).is_ok();
    whole &= index.answers_before(Timestamp(u64::MAX)).is_ok();
    any && whole
}

fn item(kind: u8, payload: &[u8]) -> bool {
    let Ok(item) = Item::from_frame(kind, payload) else { return false };
    let place = Place { home: Home::Segment { day: 20_000 }, at: 0, bytes: 64 };
    drop(index::entries(&item, place));
    assert_eq!(
        frame::decode(&item.to_frame()).ok(),
        Some((kind, payload)),
        "accepted, and written otherwise"
    );
    true
}

/// A key and a value, each behind its length in a byte or two.
fn pair<'a>(bytes: &mut &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let (key_bytes, rest) = bytes.split_first()?;
    let (key, rest) = rest.split_at_checked(usize::from(*key_bytes))?;
    let (value_bytes, rest) = rest.split_first_chunk::<2>()?;
    let (value, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*value_bytes)))?;
    *bytes = rest;
    Some((key, value))
}

/// The file with the digest of its header and the check of each batch as the journal would write them.
fn checked(file: &[u8]) -> Vec<u8> {
    const SALT: std::ops::Range<usize> = 16..48;
    const BLOCK: usize = 4096;
    let mut file = file.to_vec();
    if file.len() < 80 {
        return file;
    }
    let digest = sha256(&file[..SALT.end]);
    file[SALT.end..80].copy_from_slice(&digest.0);
    let salt = file[SALT].to_vec();
    let seed = salt[4..].first_chunk().map_or(0, |seed| u64::from_be_bytes(*seed));
    for at in (BLOCK..file.len()).step_by(BLOCK) {
        let Some(head) = file.get(at..at + 24).filter(|head| head[..4] == salt[..4]) else { continue };
        let table = head[4..].first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes) as usize);
        let data = head[16..].first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
        let behind = usize::try_from(data).ok().and_then(|data| data.checked_add(table));
        let Some(behind) = behind.and_then(|behind| file.get(at + 40..)?.get(..behind)) else { continue };
        let mut check = Xxh3::with_seed(seed);
        check.update(head);
        check.update(behind);
        file[at + 24..at + 40].copy_from_slice(&check.digest128().to_be_bytes());
    }
    file
}
