//! Sealing: from a screened draft and an authorised core to what the relay stores.

use super::{Core, Document, Grant, GrantEntry, GrantList, Ground, Header, Note, Part, PartKind, Screened};
use crate::authorise::{Authorised, Granting};
use crate::cbor;
use crate::crypto::{SigningKey, sha256};
use crate::ids::DeviceId;
use crate::seal::{ExpiryRecipient, MessageIdentity, StreamError, pad, seal_small};
use crate::signed::Signed;
use crate::time::{Bucket, Timestamp};

/// A document that lies sealed, ready to be sent.
#[derive(Clone, Debug)]
pub struct SealedDocument {
    /// Its ciphertext.
    pub part: Part,
    /// What its readers will see.
    pub document: Document,
}

/// One device that shall be able to open.
#[derive(Clone)]
pub struct Target {
    /// Which device.
    pub device: DeviceId,
    /// The bucket that ends when the message expires.
    pub bucket: Bucket,
    /// Its published recipient for that bucket.
    pub recipient: ExpiryRecipient,
}

/// A sealed message, without its documents, which went ahead.
pub struct Envelope {
    /// The signed header.
    pub header: Signed,
    /// The sealed note.
    pub note: Vec<u8>,
    /// The signed list of grants.
    pub grant_list: Signed,
    /// The sealed grants, in the order of the list.
    pub grants: Vec<Vec<u8>>,
}

/// Grants that are made after the deposit.
pub struct LateGrants {
    /// The signed list of them.
    pub list: Signed,
    /// The sealed grants, in the order of the list.
    pub grants: Vec<Vec<u8>>,
}

/// Seals the note and makes the grants.
///
/// The documents were sealed to `identity` before; nobody keeps it after this.
///
/// # Errors
/// [`StreamError`] cannot happen in memory; it is the sealing's own type.
///
/// # Panics
/// Never: a grant is far smaller than what is sealed at once.
pub fn seal(
    message: &Screened,
    core: &Authorised<Core>,
    documents: Vec<SealedDocument>,
    identity: &MessageIdentity,
    targets: &[Target],
    key: &SigningKey,
    now: Timestamp,
) -> Result<Envelope, StreamError> {
    let core = core.get();
    let (parts, documents): (Vec<_>, Vec<_>) =
        documents.into_iter().map(|sealed| (sealed.part, sealed.document)).unzip();

    let draft = message.draft();
    let note = Note {
        core: core.clone(),
        documents,
        subject: draft.subject.clone(),
        fields: draft.form.fields().to_vec(),
        rows: draft.form.rows().to_vec(),
        thread: draft.thread.clone(),
        text: draft.text.clone(),
        vouched: message.vouched().to_vec(),
        salt: core.screening.reread.as_ref().and(draft.reread.as_ref()).map(|(salt, _)| *salt),
        first: draft.first.clone(),
    };
    let note = pad(&cbor::encode(&Signed::new(&note, &[key])));
    let mut sealed_note = Vec::new();
    identity.seal_part(note.as_slice(), &mut sealed_note)?;

    let header =
        Header { core: core.clone(), parts: [parts, vec![part(PartKind::Note, &sealed_note)]].concat() };
    let LateGrants { list, grants } = granted(core, Ground::Writer, identity, targets, key, now);
    Ok(Envelope { header: Signed::new(&header, &[key]), note: sealed_note, grant_list: list, grants })
}

/// Makes grants for a message that was deposited, for those among `targets` that are allowed. Nobody
/// keeps the identity after this.
///
/// # Panics
/// Never: a grant is far smaller than what is sealed at once.
#[must_use]
pub fn grant_late(
    core: &Core,
    allowed: &Authorised<Granting>,
    identity: &MessageIdentity,
    targets: &[Target],
    key: &SigningKey,
    now: Timestamp,
) -> LateGrants {
    let Granting { ground, devices } = allowed.get();
    let targets: Vec<_> = targets.iter().filter(|target| devices.contains(&target.device)).cloned().collect();
    granted(core, *ground, identity, &targets, key, now)
}

/// The grants for some devices, and the list that its issuer's key signs.
fn granted(
    core: &Core,
    ground: Ground,
    identity: &MessageIdentity,
    targets: &[Target],
    key: &SigningKey,
    now: Timestamp,
) -> LateGrants {
    let grant = Grant::encode(core, identity);
    let mut targets: Vec<&Target> = targets.iter().collect();
    targets.sort_by_key(|target| target.device);
    let grant_for = |target: &&Target| seal_small(&target.recipient, &grant).expect("a grant is small");
    let grants: Vec<_> = targets.iter().map(grant_for).collect();
    let entries = targets.iter().zip(&grants).map(|(target, grant)| GrantEntry {
        device: target.device,
        bucket: target.bucket,
        digest: sha256(grant),
    });
    let list = GrantList {
        version: 1,
        message: core.id,
        core: core.digest(),
        issuer: key.id(),
        ground,
        made: now,
        grants: entries.collect(),
    };
    LateGrants { list: Signed::new(&list, &[key]), grants }
}

fn part(kind: PartKind, ciphertext: &[u8]) -> Part {
    Part { kind, bytes: ciphertext.len() as u64, digest: sha256(ciphertext) }
}
