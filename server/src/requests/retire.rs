//! Takes a letter back: what opens it is gone from the relay before the answer.
//!
//! Right: what [`authorise::retiring`] says, the writer's devices, of what PROC does not hold. What was released before stays released:
//! its readers may still say how it went, and the writer is told of it by `status`.

use super::{Exchange, Stop, about, mailbox::sealed_anew, writers_copy};
use crate::relay::change::{Change, Retirement, Withdrawal};
use shared::authorise;
use shared::ids::MessageId;
use shared::log::Act;
use shared::message::Because;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    message: MessageId,
    because: Because,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    let stored = relay.stored(message)?;
    let core = &stored.header.core;
    // by somebody else: what its writer sealed anew could be anything.
    let is_sealed_anew = sealed_anew(relay, &stored, |member| *member != core.writer)?;
    let recorded = relay
        .record(|snapshot| {
            let allowed = authorise::retiring(
                core,
                exchange.device(),
                (is_sealed_anew, stored.ends()),
                &snapshot.directory,
                relay.now(),
            )?;
            let mut recording = about(exchange.recording(snapshot, Act::Retirement)?, core);
            recording.record.reference = Some(because.code().to_owned());
            let copy = writers_copy(relay, snapshot, &stored);
            let (how, bytes) = (Withdrawal::TakenBack(because), stored.bulk_bytes());
            Ok(Change::Retire(Box::new(Retirement { recording, allowed, how, bytes, copy })))
        })
        .await?;
    relay.listeners().tell(stored.living().map(|grant| grant.device), message);
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    exchange.say(&Answer::Retired(confirmation)).await
}
