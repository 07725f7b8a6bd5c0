//! Opening: the reader repeats every check before anything is shown.

use super::{Core, Grant, GrantEntry, GrantList, Ground, Header, Note, PartKind};
use crate::authorise;
use crate::cbor;
use crate::crypto::sha256;
use crate::directory::Directory;
use crate::ids::{DeviceId, MemberId, PublicKey};
use crate::limits::NOTE_BYTES_MAX;
use crate::refusal::Refusal;
use crate::seal::{ExpiryIdentity, MessageIdentity, open_small, unpad};
use crate::signed::{Signed, Verified};
use crate::time::Timestamp;
use zeroize::Zeroizing;

/// A message that is what its writer signed, and that its writer was allowed to write.
pub struct Opened {
    /// What was written.
    pub note: Note,
    /// The note as its writer signed it.
    pub signed: Signed,
    /// What opens its documents. Dropped with this, and never kept.
    pub identity: MessageIdentity,
}

/// A reader who was given a grant after the deposit: seated today, and not when the message was sealed.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// Their device.
    pub device: DeviceId,
    /// The statements in force.
    pub today: &'a Directory,
    /// When they read.
    pub now: Timestamp,
    /// To whom the delegation of a recipient leads, by the device that gave the grants.
    pub delegate: &'a dyn Fn(DeviceId) -> Option<MemberId>,
}

/// Why a message is not shown. The reader's client tells the relay, so that the record says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessage {
    /// The header is not signed by the device that it names.
    #[error("the header is not what its writer signed")]
    Header,
    /// The writer had no right to send it, or the reader none to receive it.
    #[error("its writer was not allowed to send it: {0}")]
    Rule(Refusal),
    /// The grant does not open, or is for another message.
    #[error("the grant does not fit this message")]
    Grant,
    /// A ciphertext is not the one that the header names.
    #[error("a part is not what the header names")]
    Part,
    /// Its form is not what the nomenclature asks for in its flow.
    #[error("its form is not that of its flow")]
    Form,
    /// The note does not open, is not signed by the same device, or has another core.
    #[error("the note is not what its writer signed")]
    Note,
}

/// Verifies a header under the directory as it was when the message was sealed: signature, core,
/// parts, and that this reader is named.
///
/// # Errors
/// [`InvalidMessage::Header`] or [`InvalidMessage::Rule`].
pub fn verify_header(
    header: &Signed,
    as_of: &Directory,
    reader: DeviceId,
) -> Result<Verified<Header>, InvalidMessage> {
    let verified = in_form(header, as_of)?;
    authorise::reading(&verified.value().core, reader, as_of).map_err(InvalidMessage::Rule)?;
    Ok(verified)
}

/// As [`verify_header`], for a reader who came later: the writer is judged under the directory as it
/// was, the reader as things stand today. Whether they were given a grant rightly is asked of the list
/// that comes with it; `is_delegate` says whether one may have been on the ground of a delegation.
///
/// # Errors
/// As for [`verify_header`].
pub fn verify_header_late(
    header: &Signed,
    as_of: &Directory,
    reader: &Reader<'_>,
    is_delegate: bool,
) -> Result<Verified<Header>, InvalidMessage> {
    let verified = in_form(header, as_of)?;
    let core = &verified.value().core;
    authorise::reading_late(core, as_of, reader.device, reader.today, reader.now, is_delegate)
        .map_err(InvalidMessage::Rule)?;
    Ok(verified)
}

/// A header signed by the device it names, with its parts in their form.
fn in_form(header: &Signed, as_of: &Directory) -> Result<Verified<Header>, InvalidMessage> {
    let claimed: Header = header.peek().map_err(|_| InvalidMessage::Header)?;
    let key = as_of.device_key(claimed.core.device).ok_or(InvalidMessage::Header)?;
    let verified = header.verify_by::<Header>(key).map_err(|_| InvalidMessage::Header)?;
    if claimed.note().is_none() { Err(InvalidMessage::Header) } else { Ok(verified) }
}

/// The line of a grant list that is for this reader, signed by the writer's device for this very
/// core. A reader opens nothing whose grant list does not name them.
///
/// # Errors
/// [`InvalidMessage::Grant`].
pub fn entry_for(
    core: &Core,
    grant_list: &Signed,
    as_of: &Directory,
    reader: DeviceId,
) -> Result<GrantEntry, InvalidMessage> {
    let key = as_of.device_key(core.device).ok_or(InvalidMessage::Grant)?;
    let list = grant_list.verify_by::<GrantList>(key).map_err(|_| InvalidMessage::Grant)?.into_value();
    if list.issuer != core.device || list.ground != Ground::Writer {
        return Err(InvalidMessage::Grant);
    }
    // nobody is slipped in beside those who are named.
    let slipped_in =
        |entry: &GrantEntry| as_of.owner(entry.device).is_some_and(|card| !core.names(&card.member));
    if list.grants.iter().any(slipped_in) {
        return Err(InvalidMessage::Grant);
    }
    entry_of(core, &list, reader)
}

/// as [`entry_for`], for a list of any ground. A late one is signed by a device of
/// the writer and names devices of nobody but those whom the core names; or by one of a recipient,
/// and names devices of nobody but the member to whom its delegation leads.
///
/// # Errors
/// [`InvalidMessage::Grant`].
pub fn late_entry_for(
    core: &Core,
    grant_list: &Signed,
    as_of: &Directory,
    reader: &Reader<'_>,
) -> Result<GrantEntry, InvalidMessage> {
    let claimed: GrantList = grant_list.peek().map_err(|_| InvalidMessage::Grant)?;
    let Reader { today, delegate, .. } = reader;
    // Whoever gave them may have replaced the device since.
    let issuer = || today.owner_ever(claimed.issuer).ok_or(InvalidMessage::Grant);
    let is_theirs: &dyn Fn(&MemberId) -> bool = match claimed.ground {
        Ground::Writer => return entry_for(core, grant_list, as_of, reader.device),
        Ground::Device if *issuer()? == core.writer => &|owner| core.names(owner),
        Ground::Delegation(_) if core.recipients.binary_search(issuer()?).is_ok() => {
            let delegate = delegate(claimed.issuer).ok_or(InvalidMessage::Grant)?;
            &move |owner| *owner == delegate
        }
        _ => return Err(InvalidMessage::Grant),
    };
    let key = today.past_key(claimed.issuer).ok_or(InvalidMessage::Grant)?;
    let list = grant_list.verify_by::<GrantList>(key).map_err(|_| InvalidMessage::Grant)?.into_value();
    let owner = |device| today.owner(device).map(|card| &card.member);
    let slipped_in = list.grants.iter().any(|entry| owner(entry.device).is_some_and(|one| !is_theirs(one)));
    if slipped_in || !owner(reader.device).is_some_and(is_theirs) {
        return Err(InvalidMessage::Grant);
    }
    entry_of(core, &list, reader.device)
}

fn entry_of(core: &Core, list: &GrantList, reader: DeviceId) -> Result<GrantEntry, InvalidMessage> {
    let ours = list.version == 1 && list.message == core.id && list.core == core.digest();
    let entry = list.grants.iter().find(|entry| entry.device == reader).filter(|_| ours);
    let entry = entry.filter(|entry| entry.bucket.ends == core.expires);
    entry.copied().ok_or(InvalidMessage::Grant)
}

/// Opens a grant with the one secret of its bucket, and checks that it is for this core.
///
/// # Errors
/// [`InvalidMessage::Grant`].
pub fn open_grant(
    core: &Core,
    sealed: &[u8],
    identity: &ExpiryIdentity,
) -> Result<MessageIdentity, InvalidMessage> {
    let bytes = open_small(identity, sealed).map_err(|_| InvalidMessage::Grant)?;
    let grant = Grant::decode(&bytes).map_err(|_| InvalidMessage::Grant)?;
    if grant.message == core.id && grant.core == core.digest() {
        Ok(grant.identity)
    } else {
        Err(InvalidMessage::Grant)
    }
}

/// Opens the note and checks that it is this writer's note for this core.
///
/// # Errors
/// [`InvalidMessage::Part`] or [`InvalidMessage::Note`].
pub fn open_note(
    header: &Verified<Header>,
    sealed: &[u8],
    identity: MessageIdentity,
    as_of: &Directory,
) -> Result<Opened, InvalidMessage> {
    let key = as_of.device_key(header.value().core.device).ok_or(InvalidMessage::Header)?;
    let opened = open_note_of(header, sealed, identity, key)?;
    // the writer's program is not believed.
    let rules = as_of.nomenclature().ok_or(InvalidMessage::Form)?;
    let form = opened.note.form(rules).ok_or(InvalidMessage::Form)?;
    authorise::filled(&opened.note.core, &form, as_of).map_err(InvalidMessage::Rule)?;
    Ok(opened)
}

/// As [`open_note`], where the key of the writer's device was proved before.
///
/// # Errors
/// As for [`open_note`].
pub fn open_note_of(
    header: &Verified<Header>,
    sealed: &[u8],
    identity: MessageIdentity,
    key: PublicKey,
) -> Result<Opened, InvalidMessage> {
    let header = header.value();
    let part = header.note().ok_or(InvalidMessage::Header)?;
    if sealed.len() > NOTE_BYTES_MAX || sealed.len() as u64 != part.bytes || sha256(sealed) != part.digest {
        return Err(InvalidMessage::Part);
    }
    let mut plaintext = Zeroizing::new(Vec::new());
    identity.open_part(sealed, &mut *plaintext).map_err(|_| InvalidMessage::Note)?;
    let signed: Signed = unpad(&plaintext)
        .ok()
        .and_then(|bytes| cbor::decode(bytes, NOTE_BYTES_MAX).ok())
        .ok_or(InvalidMessage::Note)?;
    let note = signed.verify_by::<Note>(key).map_err(|_| InvalidMessage::Note)?.into_value();
    let documents = header.parts.iter().filter(|part| part.kind == PartKind::Document).count();
    // the same core in header, grant and note, and the digests that the writer signed.
    // what is held brings what its writer signed, and nothing else does.
    let brings_first = note.first.is_some() == header.core.order().is_some();
    if note.core == header.core && note.documents.len() == documents && brings_first {
        Ok(Opened { note, signed, identity })
    } else {
        Err(InvalidMessage::Note)
    }
}

impl Opened {
    /// Of a letter that is held: the core of the first one, as whoever passed it on says.
    #[must_use]
    pub fn first_core(&self) -> Option<Core> {
        self.note.first.as_ref()?.peek::<Note>().ok().map(|note| note.core)
    }

    /// what the writer of the first letter wrote, under the statements as they were when it was sealed. Who
    /// passed it on could leave nothing out, nor put anything in: it is signed, and names the documents.
    ///
    /// # Errors
    /// [`InvalidMessage::Note`], [`InvalidMessage::Rule`].
    pub fn first(&self, as_of: &Directory) -> Result<Note, InvalidMessage> {
        let renewal = self.note.core.renews.ok_or(InvalidMessage::Note)?;
        let (signed, core) = self.note.first.as_ref().zip(self.first_core()).ok_or(InvalidMessage::Note)?;
        let key = as_of.device_key(core.device).ok_or(InvalidMessage::Note)?;
        let first = signed.verify_by::<Note>(key).map_err(|_| InvalidMessage::Note)?.into_value();
        let is_it =
            core.id == renewal.of && core.digest() == renewal.core && core.group == self.note.core.group;
        if !is_it || first.documents != self.note.documents {
            return Err(InvalidMessage::Note);
        }
        authorise::written(&core, as_of).map_err(InvalidMessage::Rule)?;
        Ok(first)
    }
}
