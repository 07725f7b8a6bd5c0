//! What was counted today, so that a rule that stops what it should not is mended on the same day.
//!
//! Right: the two roots, which sign the rules, and who reviews the log. Makes no record: nobody is in it.

use super::{Exchange, Stop};
use shared::authorise;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device) = (exchange.relay, exchange.device());
    authorise::certifying(device, &relay.snapshot().directory, relay.now())?;
    exchange.say(&Answer::Counts(relay.tally().counted())).await
}
