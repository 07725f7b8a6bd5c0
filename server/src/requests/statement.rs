//! One statement by digest: the roster or nomenclature that a message names, a page of keys.
//!
//! Right: any enrolled device; for a group's statements, a device that counts in the group or a
//! reviewer of the log; for a card, those who share a group with its member. What is unknown and what is forbidden get the same answer. Makes no record.

use super::{Exchange, Stop};
use shared::authorise;
use shared::ids::{Digest, GroupId};
use shared::refusal::Refusal;
use shared::statement::{Card, Group, Kind, Roster, Statement};
use shared::wire::Answer;
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, digest: Digest) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let (relay, device) = (exchange.relay, exchange.device());
    let published = relay.read(|| relay.shelf().statement(digest)).ok_or(Refusal::NotFound)?;
    let (snapshot, now) = (relay.snapshot(), relay.now());
    let directory = &snapshot.directory;
    if let Some(group) = group_of(&published.statement) {
        authorise::seeing_group(group, device, directory, now).map_err(|_| Refusal::NotFound)?;
    }
    if published.statement.kind == Kind::Card {
        let card: Card = published.statement.signed.peek().map_err(|_| Refusal::NotFound)?;
        authorise::seeing_card(&card.member, device, directory, now)?;
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
