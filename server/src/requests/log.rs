//! The newest checkpoint and head. An idle relay makes a head for it, at most one a minute.
//!
//! Right: any enrolled device. Makes no record.

use super::{Exchange, Stop};
use crate::relay::change::Change;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    exchange.relay.change(|_| Ok(Change::Head)).await?;
    let view = exchange.relay.log_view(&exchange.relay.snapshot(), exchange.known())?;
    exchange.say(&Answer::Log(view)).await
}
