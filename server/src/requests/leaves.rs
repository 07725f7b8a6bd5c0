//! Leaves of the log, in order. Record leaves are closed boxes.
//!
//! Right: any enrolled device, so that everybody is a check on the relay. Makes no record.

use super::{Exchange, Stop, count};
use crate::store::StoreError;
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
    // What is damaged is shown as it is, and what has no bytes any more as an empty leaf: the rest of
    // the log is served, and whoever verifies it names what is not what was logged.
    let leaf = |index| match relay.files().leaf_as_stored(index) {
        Err(error @ StoreError::Damaged { .. }) => {
            tracing::error!(%error, "a leaf of the log is damaged");
            Ok(Vec::new())
        }
        leaf => leaf,
    };
    let leaves: Result<Vec<_>, _> = relay.read(|| (from..to).map(leaf).collect());
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
