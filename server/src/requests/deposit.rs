//! Confirms a message: header, grant list, grants and note in one durable commit with its record.
//!
//! Right: what [`authorise::deposit`] says. Order: parts are durable already → authorise → header,
//! grant list, grants, note and record in one commit → answer → notify. Nobody can claim before the
//! record is there, because nothing can be found before the commit.

use super::{Exchange, Stop, about, count};
use crate::relay::change::{Bulk, Change, Deposit};
use crate::relay::{Relay, Stored};
use crate::store::{BlobError, Received};
use shared::authorise;
use shared::cbor;
use shared::crypto::sha256;
use shared::ids::{DeviceId, Digest, MemberId, MessageId};
use shared::limits::{
    ANNEX_BYTES_MAX, AUDITOR_DEVICES_MAX, FRAME_BYTES_MAX, GRANT_BYTES_MAX, GRANTS_MAX, LEAF_BYTES_MAX,
    NOTE_BYTES_MAX,
};
use shared::log::{Act, Leaf, Outcome, root_of};
use shared::message::{Core, GrantList, Header, Renewal};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::wire::{Answer, Ask};
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, ask: Ask) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let Ask::Deposit { message, header, grants, annex, reason, reference } = ask else {
        return Err(Stop::Misbehaved("not a deposit"));
    };
    let signed_header: Signed = exchange.item(FRAME_BYTES_MAX).await?;
    let grant_list: Signed = exchange.item(FRAME_BYTES_MAX).await?;
    if signed_header.digest() != header || grant_list.digest() != grants {
        return Err(Stop::Misbehaved("another header or grant list than the request names"));
    }
    let claimed: Header = signed_header.peek()?;
    let list: GrantList = grant_list.peek()?;
    if claimed.core.id != message || list.grants.len() > GRANTS_MAX {
        return Err(Stop::Misbehaved("a header or grant list that does not fit"));
    }
    // What the record says of a renewal, an agreement or an answer is what the header says.
    if reference != claimed.core.reference() {
        return Err(Stop::Misbehaved("another letter, order or agreement than the header names"));
    }
    let relay = exchange.relay;
    relay.quotas().deposit(exchange.device())?;
    let note_bytes = claimed.note().and_then(|note| usize::try_from(note.bytes).ok());
    let note_bytes = note_bytes.filter(|bytes| *bytes <= NOTE_BYTES_MAX);
    let note_bytes = note_bytes.ok_or(Stop::Misbehaved("a header without a note, or with one too large"))?;
    let annexes = annex.as_ref().map_or(0, |annex| annex.devices.len().min(AUDITOR_DEVICES_MAX));
    let bytes = list.grants.len() * GRANT_BYTES_MAX + note_bytes + annexes * ANNEX_BYTES_MAX;
    let body = relay.quotas().body(exchange.device(), bytes)?;
    let bulk = Arc::new(bodies(exchange, &claimed, &list).await?);
    let sealed = exchange.annex(annex.as_ref()).await?;

    // of a letter that was confirmed, and taken back since, the documents are gone.
    if !relay.stored(message).is_ok_and(|stored| stored.is_withdrawn()) {
        parts_are_whole(relay, &claimed, exchange.device())?;
    }
    let recorded = relay
        .record(|snapshot| {
            let (directory, now) = (&snapshot.directory, relay.now());
            // what is confirmed already was authorised then, and is confirmed again as it is,
            // whatever moved since; the sequencer compares it with what is stored.
            let allowed = if is_confirmed(relay, message, header)? {
                None
            } else {
                is_our_log(relay, &claimed)?;
                authorise::annexed(annex.as_ref(), directory, now)?;
                authorise::extension_reason(&claimed.core, reason.as_ref(), directory)?;
                // what has expired, or was never here, is not asked about.
                let answered = claimed.core.reply_to.and_then(|answered| relay.stored(answered).ok());
                authorise::answering(
                    &claimed.core,
                    answered.as_ref().map(|one| &one.header.core),
                    directory,
                )?;
                let writer = &claimed.core.writer;
                let first = claimed.core.renews.map(|renewal| first(relay, renewal, writer)).transpose()?;
                let first = first.as_ref().map(First::of);
                Some(authorise::deposit(
                    &signed_header,
                    &grant_list,
                    exchange.device(),
                    first,
                    directory,
                    now,
                )?)
            };
            let mut recording = about(exchange.recording(snapshot, Act::Deposit)?, &claimed.core);
            recording.record.outcome = Outcome::of(&claimed.core);
            recording.record.annex = annex.as_ref().map(|annex| annex.digest);
            recording.record.reason.clone_from(&reason);
            recording.record.reference.clone_from(&reference);
            recording.annex.clone_from(&sealed);
            Ok(Change::Deposit(Box::new(Deposit {
                recording,
                allowed,
                message,
                header: signed_header.clone(),
                grant_list: grant_list.clone(),
                bulk: Arc::clone(&bulk),
            })))
        })
        .await?;
    let readers = list.grants.iter().map(|grant| grant.device);
    relay.listeners().tell(readers, message);
    relay.quotas().settled(exchange.device(), message);
    drop(body);
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    tracing::debug!(id = %message, "confirmed");
    exchange.say(&Answer::Deposited(confirmation)).await
}

/// reads the grants and the note, and compares them with what header and list name.
async fn bodies<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    header: &Header,
    list: &GrantList,
) -> Result<Bulk, Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let mut bulk = exchange.grants(list).await?;
    let part = header.note().ok_or(Stop::Misbehaved("a header without a note"))?;
    let from = bulk.bytes.len();
    let length = exchange.body_into(NOTE_BYTES_MAX, &mut bulk.bytes).await?;
    if length as u64 != part.bytes || sha256(&bulk.bytes[from..]) != part.digest {
        return Err(Stop::Misbehaved("another note than the header names"));
    }
    bulk.note = count(length);
    Ok(bulk)
}

/// every document is at the relay whole and durable, and was uploaded by the device that
/// deposits. What arrived as something else (an upload that went on after a loss of power) is thrown
/// away, so that it can be sent again.
fn parts_are_whole(relay: &Relay, header: &Header, device: DeviceId) -> Result<(), Refusal> {
    let (id, blobs) = (header.core.id, relay.blobs());
    for (number, part) in (0..).zip(header.documents()) {
        let expected = Received::Whole { bytes: part.bytes, digest: part.digest };
        let mut received = relay.read(|| blobs.received(id, number, device)).map_err(not_whole)?;
        // All of it had come when the relay stopped, and nobody was told.
        if received == Received::Partial(part.bytes) {
            let finish = || blobs.begin(id, number, device, part.bytes)?.finish();
            let digest = relay.read(finish).map_err(not_whole)?;
            received = Received::Whole { bytes: part.bytes, digest };
        }
        if received != expected {
            if matches!(received, Received::Whole { .. }) {
                relay.read(|| blobs.discard(id, number, device)).map_err(not_whole)?;
            }
            return Err(Refusal::PartsMissing);
        }
        // Its name is synced before anything rests on it.
        let whole = relay.read(|| blobs.whole(id, number, part.digest));
        if whole.map_err(|_| Refusal::Unavailable)? != Some(part.bytes) {
            return Err(Refusal::PartsMissing);
        }
    }
    Ok(())
}

fn not_whole(error: BlobError) -> Refusal {
    match error {
        BlobError::Store(_) => Refusal::Unavailable,
        _ => Refusal::PartsMissing,
    }
}

/// The letter that another renews, as it is stored.
struct First {
    core: Core,
    is_retired: bool,
    is_renewed: bool,
}

impl First {
    fn of(&self) -> authorise::First<'_> {
        let Self { core, is_retired, is_renewed } = self;
        authorise::First { core, is_retired: *is_retired, is_renewed: *is_renewed }
    }
}

fn first(relay: &Relay, Renewal { of, right, .. }: Renewal, writer: &MemberId) -> Result<First, Refusal> {
    let stored = relay.stored(of)?;
    let is_retired = stored.is_withdrawn();
    let Stored { header, .. } = stored;
    let renewers = relay.index().renewers(of, right).map_err(|_| Refusal::Unavailable)?;
    Ok(First { core: header.core, is_retired, is_renewed: renewers.contains(writer) })
}

fn is_confirmed(relay: &Relay, message: MessageId, header: Digest) -> Result<bool, Refusal> {
    match relay.stored(message) {
        Ok(stored) => Ok(stored.envelope.header.digest() == header),
        Err(Refusal::NotFound) => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// The head in the message is one of this log's.
fn is_our_log(relay: &Relay, header: &Header) -> Result<(), Refusal> {
    let head = header.core.head;
    if relay.heads().hold(head) {
        return Ok(());
    }
    let known = head.tree.size > 0 && head.tree.size <= relay.snapshot().commit.tree.size;
    let ours = known
        && root_of(relay.files(), head.tree.size).is_ok_and(|root| root == head.tree.root)
        && relay.files().leaf(head.tree.size - 1).is_ok_and(|leaf| {
            matches!(cbor::decode(&leaf, LEAF_BYTES_MAX), Ok(Leaf::Head(leaf)) if leaf.time == head.time)
        });
    if ours {
        relay.heads().remember(head);
        Ok(())
    } else {
        Err(Refusal::StaleHead)
    }
}
