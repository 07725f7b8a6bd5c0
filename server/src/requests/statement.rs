//! One statement by digest: the roster or nomenclature that a message names, a page of keys.
//!
//! Right: any enrolled device; for a group's statements, a device that counts in the group or a
//! reviewer of the log. What is unknown and what is forbidden get the same answer. Makes no record.

use super::{Exchange, Stop};
use shared::authorise;
use shared::ids::{Digest, GroupId};
use shared::refusal::Refusal;
use shared::statement::{Group, Kind, Roster, Statement};
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, digest: Digest) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device) = (exchange.relay, exchange.device());
    let published = relay.read(|| relay.shelf().statement(digest)).ok_or(Refusal::NotFound)?;
    if let Some(group) = group_of(&published.statement) {
        let (snapshot, now) = (relay.snapshot(), relay.now());
        let reviews = authorise::log_review(device, &snapshot.directory, now).is_ok();
        if snapshot.directory.seat(group, device, now).is_none() && !reviews {
            return Err(Refusal::NotFound.into());
        }
    }
    exchange.say(&Answer::Statement).await?;
    exchange.say(&published.statement).await
}

fn group_of(statement: &Statement) -> Option<GroupId> {
    match statement.kind {
        Kind::Group => statement.signed.peek::<Group>().ok().map(|group| group.id),
        Kind::Roster => statement.signed.peek::<Roster>().ok().map(|roster| roster.group),
        Kind::Root | Kind::Nomenclature | Kind::Card | Kind::KeyPage => None,
    }
}
