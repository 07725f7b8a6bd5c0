//! The proof between two trees of the past: how a reader compares a writer's head with their own.
//!
//! Right: any enrolled device. Makes no record.

use super::{Exchange, Stop};
use crate::relay::unproved;
use shared::refusal::Refusal;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    older: u64,
    newer: u64,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    let snapshot = relay.snapshot();
    relay.log_view(&snapshot, 0)?;
    if older > newer || newer > snapshot.commit.tree.size {
        return Err(Refusal::NotFound.into());
    }
    let proof = relay.read(|| snapshot.commit.consistency(older, newer, relay.files()));
    let proof = proof.map_err(|_| unproved())?;
    exchange.say(&Answer::Consistency(proof)).await
}
