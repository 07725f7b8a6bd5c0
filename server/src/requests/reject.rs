//! Who had to agree to a letter does not: what opens it is gone from the relay before the answer.
//!
//! Right: what [`authorise::rejecting`] says, while nothing was decided. Nobody but they and the writer had a grant;
//! the writer is told why by `status`.

use super::{Exchange, Stop, about, mailbox::sealed_anew, writers_copy};
use crate::relay::change::{Change, Retirement, Withdrawal};
use shared::authorise;
use shared::ids::{MessageId, ReasonCode};
use shared::log::Act;
use shared::refusal::Refusal;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    message: MessageId,
    reason: ReasonCode,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    let stored = relay.stored(message)?;
    let core = &stored.header.core;
    // by somebody else: what who rejects it sealed anew could be anything.
    let is_sealed_anew = sealed_anew(relay, &stored, |member| Some(member) != core.approver())?;
    let recorded = relay
        .record(|snapshot| {
            let (device, directory) = (exchange.device(), &snapshot.directory);
            let allowed =
                authorise::rejecting(core, &reason, device, is_sealed_anew, directory, relay.now())?;
            if stored.retired.is_some() {
                return Err(Refusal::Retired);
            }
            if stored.approved().is_some() {
                return Err(Refusal::Decided);
            }
            let mut recording = about(exchange.recording(snapshot, Act::Rejection)?, core);
            recording.record.reason = Some(reason.clone());
            let copy = writers_copy(relay, snapshot, &stored);
            let (how, bytes) = (Withdrawal::Rejected(reason.clone()), stored.bulk_bytes());
            Ok(Change::Retire(Box::new(Retirement { recording, allowed, how, bytes, copy })))
        })
        .await?;
    relay.listeners().tell(stored.living().map(|grant| grant.device), message);
    let confirmation = relay.confirmation(&recorded, exchange.known())?;
    exchange.say(&Answer::Rejected(confirmation)).await
}
