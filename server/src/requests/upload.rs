//! Stores the ciphertext of a document, ahead of the deposit that will name it.
//!
//! Right: any enrolled device whose member counts in a group, for a message that is not deposited
//! yet; the first to upload a part of an id owns that id. What no deposit names is gone after
//! 24 hours. Interrupted uploads go on where they were.

use super::{Exchange, Stop};
use crate::quotas::TooMuch;
use crate::relay::Relay;
use crate::store::{BlobError, Received, StoreError, Upload};
use shared::authorise;
use shared::ids::MessageId;
use shared::limits::{DISK_RESERVE_BYTES, DOCUMENT_BYTES_MAX, DOCUMENTS_MAX};
use shared::refusal::Refusal;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

/// age adds a header and 16 bytes for every 64 KiB.
const CIPHERTEXT_BYTES_MAX: u64 = DOCUMENT_BYTES_MAX + DOCUMENT_BYTES_MAX / 1024 + 4096;

/// What is read at a time; also what one upload holds in memory.
const CHUNK_BYTES: usize = 256 * 1024;

/// How soon to ask again whether an earlier upload of the same part has ended.
const BUSY_SECONDS: u32 = 4;

/// How much of a part has arrived.
pub(super) async fn state<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    id: MessageId,
    part: u16,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let blobs = exchange.relay.blobs();
    let received = blobs.received(id, u32::from(part), exchange.device()).map_err(refusal)?;
    let received = match received {
        Received::Partial(bytes) | Received::Whole { bytes, .. } => bytes,
    };
    exchange.say(&Answer::Upload { received }).await
}

/// Takes the bytes that follow.
pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    id: MessageId,
    part: u16,
    bytes: u64,
    from: u64,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device) = (exchange.relay, exchange.device());
    authorise::uploading(device, &relay.snapshot().directory, relay.now())?;
    if usize::from(part) >= DOCUMENTS_MAX || bytes > CIPHERTEXT_BYTES_MAX {
        return Err(Refusal::TooLarge.into());
    }
    if relay.index().message(id).map_err(|_| Refusal::Unavailable)?.is_some() {
        return Err(Refusal::IdUsed.into());
    }
    has_room(relay, bytes.saturating_sub(from))?;
    let before = relay.quotas().upload(device, id, u32::from(part), bytes)?;
    let begun = relay.read(|| relay.blobs().begin(id, u32::from(part), device, bytes));
    let mut upload = match begun {
        Ok(upload) => upload,
        Err(error) => {
            // Nothing more lies here than before, whatever was announced this time.
            relay.quotas().give_back(device, id, u32::from(part), before);
            return match error {
                BlobError::AlreadyWhole => state(exchange, id, part).await,
                error => Err(refusal(error)),
            };
        }
    };
    if upload.received() != from {
        return Err(Stop::Misbehaved("an upload goes on from somewhere else than it stopped"));
    }
    let received = take(exchange, &mut *upload, bytes - from).await;
    // A part that is not whole yet keeps what came, so that going on from there is honest.
    if let Err(stop) = received {
        relay.read(|| upload.pause()).map_err(refusal)?;
        return Err(stop);
    }
    relay.read(|| upload.finish()).map_err(refusal)?;
    exchange.say(&Answer::Upload { received: bytes }).await
}

async fn take<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    upload: &mut dyn Upload,
    mut left: u64,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let mut chunk = vec![0; CHUNK_BYTES];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        let read = exchange.receive.read(&mut chunk[..wanted]).await.map_err(|_| Stop::Gone)?;
        if read == 0 {
            return Err(Stop::Gone);
        }
        has_room(exchange.relay, read as u64)?;
        exchange.relay.read(|| upload.take(&chunk[..read])).map_err(refusal)?;
        left -= read as u64;
    }
    Ok(())
}

/// Uploads leave alone what is kept for reading and its records. Several together may come closer to
/// it than each alone, so it is asked again with every piece.
fn has_room(relay: &Relay, bytes: u64) -> Result<(), Refusal> {
    let is_room = relay.store().free_bytes() >= DISK_RESERVE_BYTES.saturating_add(bytes);
    if is_room { Ok(()) } else { Err(Refusal::DiskFull) }
}

fn refusal(error: BlobError) -> Stop {
    let refusal = match error {
        BlobError::Store(StoreError::Full { .. }) => Refusal::DiskFull,
        BlobError::Store(error) => {
            tracing::error!(%error, "a document could not be stored");
            Refusal::Unavailable
        }
        // Somebody else's upload is not there, for whoever asks.
        BlobError::OtherOwner => Refusal::IdUsed,
        BlobError::Busy => return TooMuch { wait_seconds: BUSY_SECONDS }.into(),
        _ => Refusal::Malformed,
    };
    refusal.into()
}
