//! Counts that a rule stops what it should not: the rule, and nothing else.
//!
//! Right: any enrolled device. No record is made of who asks: only the day's count is recorded.

use super::{Exchange, Stop};
use shared::ids::RuleId;
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, rule: RuleId) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    relay.tally().count(None, &[rule], relay.borne_out());
    exchange.say(&Answer::Noted).await
}
