//! Leaves of the log, in order. Record leaves are closed boxes.
//!
//! Right: any enrolled device, so that everybody is a check on the relay. Makes no record.

use super::{Exchange, Stop, count};
use shared::limits::LEAVES_PER_ANSWER_MAX;
use shared::refusal::Refusal;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, from: u64, to: u64) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    let snapshot = relay.snapshot();
    relay.log_view(&snapshot, 0)?;
    let to = to.min(snapshot.commit.tree.size).min(from.saturating_add(LEAVES_PER_ANSWER_MAX));
    let leaves: Result<Vec<_>, _> =
        relay.read(|| (from..to).map(|index| relay.files().leaf(index)).collect());
    let leaves = leaves.map_err(|error| {
        tracing::error!(%error, "a leaf of the log cannot be read");
        Refusal::Unavailable
    })?;
    exchange.say(&Answer::Leaves { count: count(leaves.len()) }).await?;
    for leaf in leaves {
        exchange.say_bytes(&leaf).await?;
    }
    Ok(())
}
