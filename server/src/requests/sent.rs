//! The headers of the messages that this member wrote, oldest first.
//!
//! Right: any enrolled device sees its own member's. Makes no record: a writer knows the header.

use super::{
    Exchange, Stop, count,
    mailbox::{place_of, sealed_anew},
};
use shared::ids::MessageId;
use shared::limits::HEADERS_PER_ANSWER_MAX;
use shared::refusal::Refusal;
use shared::wire::{Answer, Listed, ListedState};
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(
    exchange: &mut Exchange<'_, R, W>,
    after: Option<MessageId>,
) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    let snapshot = relay.snapshot();
    let card = snapshot.directory.owner(exchange.device()).ok_or(Refusal::NotEnrolled)?;
    let after = place_of(exchange, after)?;
    let ids = relay.index().sent(&card.member, after, HEADERS_PER_ANSWER_MAX);
    let ids = ids.map_err(|_| Refusal::Unavailable)?;
    let more = ids.len() == HEADERS_PER_ANSWER_MAX;
    let stored = ids.into_iter().filter_map(|found| relay.stored(found.id).ok());
    let listed = stored.map(|stored| {
        let retired = stored.retired.map(|retired| retired.listed());
        let sealed_anew = sealed_anew(relay, &stored, |member| *member == card.member)?;
        let decision = stored.decision();
        let (header, state) = (stored.envelope.header, ListedState::Deposited);
        Ok(Listed { header, state, retired, sealed_anew, decision })
    });
    let listed: Vec<_> = listed.collect::<Result<_, Refusal>>()?;
    let log = relay.log_view(&snapshot, exchange.known())?;
    exchange.say(&Answer::Headers { log, count: count(listed.len()), more }).await?;
    for entry in listed {
        exchange.say(&entry).await?;
    }
    Ok(())
}
