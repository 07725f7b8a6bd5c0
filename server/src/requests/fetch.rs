//! The ciphertext of a document, from any byte on.
//!
//! Right: a device to which the grant was released, while the message lives. Makes no record
//! of its own: the claim is the record.

use super::{Exchange, Stop};
use shared::authorise;
use shared::ids::MessageId;
use shared::log::Act;
use shared::refusal::Refusal;
use shared::wire::{Answer, ListedState};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

/// What is sent at a time; also what one download holds in memory.
const CHUNK_BYTES: usize = 256 * 1024;

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    message: MessageId,
    part: u16,
    from: u64,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device) = (exchange.relay, exchange.device());
    let stored = relay.stored(message)?;
    // whoever has left the group is given nothing more of it.
    let core = &stored.header.core;
    let (snapshot, is_held) = (relay.snapshot(), core.order().is_some());
    snapshot.directory.reader(core.group, device, is_held, relay.now()).ok_or(Refusal::NotFound)?;
    authorise::order_stands(core, &snapshot.directory, relay.now())?;
    let held = relay.index().state(device, message).map_err(|_| Refusal::Unavailable)?;
    // who seals it anew is given its documents, too.
    let unshown = relay.index().unshown(message, device, Act::Renewal).map_err(|_| Refusal::Unavailable)?;
    let held = held.map(|held| held.state).or(unshown.then_some(ListedState::Delivered));
    if held.ok_or(Refusal::NotFound)? < ListedState::Released && !unshown {
        return Err(Refusal::NotClaimed.into());
    }
    let ends = stored.granted(device).and_then(|granted| granted.ends_for(device));
    if relay.now() >= ends.unwrap_or(core.expires) {
        return Err(Refusal::Expired.into());
    }
    if stored.is_withdrawn() {
        return Err(Refusal::Retired.into());
    }
    let document = stored.header.documents().get(usize::from(part)).ok_or(Refusal::NotFound)?;
    let mut left =
        document.bytes.checked_sub(from).ok_or(Stop::Misbehaved("from after the end of a part"))?;
    let file =
        relay.read(|| relay.blobs().read(message, u32::from(part), document.digest)).map_err(|error| {
            tracing::error!(%error, "a confirmed document cannot be read");
            Refusal::Unavailable
        })?;
    exchange.say(&Answer::Part { bytes: left }).await?;
    let mut chunk = vec![0; CHUNK_BYTES];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
        let at = document.bytes - left;
        let read = relay.read(|| file.read_at(&mut chunk[..wanted], at)).map_err(|_| Stop::Gone)?;
        if read == 0 {
            return Err(Stop::Gone);
        }
        exchange.send.write_all(&chunk[..read]).await.map_err(|_| Stop::Gone)?;
        left -= read as u64;
    }
    Ok(())
}
