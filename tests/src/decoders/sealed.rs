//! What is sealed, and what stands around it: headers, notes, grants, parts, the key store.

use super::stage::{READER, STAGE};
use super::{canonical, is_canonical};
use pli_client::keystore::{Closed, Master, Secrets};
use shared::cbor;
use shared::crypto::sha256;
use shared::message::{
    Grant, GrantList, Header, InvalidMessage, Note, Part, PartKind, Reader, late_entry_for, open_grant,
    open_note, verify_header,
};
use shared::seal::{
    ExpiryIdentity, MessageIdentity, open_small, open_with_passphrase, pad, seal_small, unpad,
};
use shared::signed::Signed;

/// A header, as the writer whom it names would have signed it.
pub(super) fn header(bytes: &[u8]) -> bool {
    let Some(header) = canonical::<Header>(bytes) else { return is_canonical::<Signed>(bytes) };
    let signed = Signed::new(&header, &[&STAGE.owner(header.core.device).key]);
    let reader = STAGE.world.people[READER].device();
    verify_header(&signed, &STAGE.directory, reader).is_ok()
}

/// The inside of a note, signed, padded and sealed as its writer would have done.
pub(super) fn content(bytes: &[u8]) -> bool {
    let unpadded = unpad(bytes).is_ok();
    let Some(note) = canonical::<Note>(bytes) else { return unpadded };
    let writer = STAGE.owner(note.core.device);
    let inside = cbor::encode(&Signed::new(&note, &[&writer.key]));
    let mut sealed = Vec::new();
    if STAGE.identity.seal_part(pad(&inside).as_slice(), &mut sealed).is_err() {
        return false;
    }
    let document = Part { kind: PartKind::Document, bytes: 1, digest: sha256(b"") };
    let note_part = Part { kind: PartKind::Note, bytes: sealed.len() as u64, digest: sha256(&sealed) };
    let mut parts = vec![document; note.documents.len().min(64)];
    parts.push(note_part);
    let header = Header { core: note.core.clone(), parts };
    let signed = Signed::new(&header, &[&writer.key]);
    let reader = STAGE.world.people[READER].device();
    let Ok(verified) = verify_header(&signed, &STAGE.directory, reader) else { return false };
    let secret = STAGE.identity.to_secret();
    let Ok(identity) = MessageIdentity::from_secret(&secret) else { return false };
    open_note(&verified, &sealed, identity, &STAGE.directory).is_ok()
}

/// A sealed grant; and the inside of one, sealed to its reader.
pub(super) fn grant(bytes: &[u8]) -> bool {
    let reader = ExpiryIdentity::from_bytes(&[7; 32]);
    if Grant::decode(bytes).is_err() {
        return open_small(&reader, bytes).is_ok();
    }
    let sealed = seal_small(&reader.recipient(), bytes);
    let opened = sealed.map(|sealed| open_grant(&STAGE.letter.core, &sealed, &reader));
    matches!(opened, Ok(Ok(_) | Err(InvalidMessage::Grant)))
}

/// A grant list, as its issuer would have signed it.
pub(super) fn grant_list(bytes: &[u8]) -> bool {
    let Some(list) = canonical::<GrantList>(bytes) else { return false };
    let core = &STAGE.letter.core;
    let list = GrantList { core: core.digest(), ..list };
    let signed = Signed::new(&list, &[&STAGE.owner(list.issuer).key]);
    let delegate = |_| Some(STAGE.world.people[READER].member.clone());
    let reader = Reader {
        device: STAGE.world.people[READER].device(),
        today: &STAGE.directory,
        now: STAGE.world.now(),
        delegate: &delegate,
    };
    late_entry_for(core, &signed, &STAGE.directory, &reader).is_ok()
}

/// A sealed document or note.
pub(super) fn part(bytes: &[u8]) -> bool {
    STAGE.identity.open_part(bytes, std::io::sink()).is_ok()
}

/// The sealed master secret.
pub(super) fn passphrase(bytes: &[u8]) -> bool {
    // What asks for more work than this is refused before any is done.
    const WORK_FACTOR_MAX: u8 = 4;
    open_with_passphrase("passphrase", bytes, WORK_FACTOR_MAX).is_ok()
}

/// The file of a device's secrets, and what is inside.
pub(super) fn key_store(bytes: &[u8]) -> bool {
    let Some(master) = Master::from_slice(&[7; 32]) else { return false };
    let opened = Closed::parse(bytes).and_then(|closed| closed.open(&master, &[9; 32]));
    opened.is_ok() || is_canonical::<Secrets>(bytes)
}
