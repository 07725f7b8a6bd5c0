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
    if let Some(group) = group_of(&published.statement) {
        let (snapshot, now) = (relay.snapshot(), relay.now());
        let reviews = authorise::log_review(device, &snapshot.directory, now).is_ok();
        if snapshot.directory.seat(group, device, now).is_none() && !reviews {
            return Err(Refusal::NotFound.into());
        }
    }
    if published.statement.kind == Kind::Card && !shares_a_group(exchange, &published.statement) {
        return Err(Refusal::NotFound.into());
    }
    exchange.say(&Answer::Statement).await?;
    exchange.say(&published.statement).await
}

/// A card, with the name and telephone beside it, is for those who share a group with its member.
fn shares_a_group<R, W>(exchange: &Exchange<'_, R, W>, statement: &Statement) -> bool {
    let (snapshot, now) = (exchange.relay.snapshot(), exchange.relay.now());
    let (directory, device) = (&snapshot.directory, exchange.request.device);
    let Ok(card) = statement.signed.peek::<Card>() else { return false };
    let reviews = authorise::log_review(device, directory, now).is_ok();
    let own = directory.owner(device).is_some_and(|owner| owner.member == card.member);
    let together = |group: &Group| {
        directory.seat(group.id, device, now).is_some()
            && directory.roster(group.id).is_some_and(|(roster, _)| roster.seat(&card.member).is_some())
    };
    reviews || own || directory.all_groups().any(together)
}

fn group_of(statement: &Statement) -> Option<GroupId> {
    match statement.kind {
        Kind::Group => statement.signed.peek::<Group>().ok().map(|group| group.id),
        Kind::Roster => statement.signed.peek::<Roster>().ok().map(|roster| roster.group),
        Kind::Root | Kind::Nomenclature | Kind::Card | Kind::KeyPage => None,
    }
}
