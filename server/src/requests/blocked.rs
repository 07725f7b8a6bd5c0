//! Counts that the rules stopped something in a group: for the day, and without its writer.
//!
//! Right: a device that counts in the group. No record is made of who asks: only the day's count is recorded.

use super::{Exchange, Stop};
use shared::authorise;
use shared::ids::{GroupId, RuleId};
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    group: GroupId,
    rules: &[RuleId],
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device) = (exchange.relay, exchange.device());
    authorise::counting(group, rules, device, &relay.snapshot().directory, relay.now())?;
    relay.tally().count(Some(group), rules, relay.borne_out());
    exchange.say(&Answer::Noted).await
}
