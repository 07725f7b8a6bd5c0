//! One statement by digest: the roster or nomenclature that a message names, the rules, a page of keys.
//!
//! Right: any enrolled device; for a group's statements, a device that counts there or leads it, or a
//! reviewer of the log, and for a charter PROC, too; for a protected card, those who share a group with its
//! member; an enrolment, nobody. What is unknown and what is forbidden get the same answer. Makes no record.

use super::{Exchange, Stop};
use shared::authorise;
use shared::ids::{Digest, GroupId};
use shared::refusal::Refusal;
use shared::statement::{
    Adhesion, Card, Charter, Delegation, Devices, Group, Hold, Kind, Proposal, Rereading, Roster, Statement,
};
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
        let seen = match published.statement.kind {
            Kind::Charter => authorise::seeing_charter(group, device, directory, now),
            _ => authorise::seeing_group(group, device, directory, now),
        };
        seen.map_err(|_| Refusal::NotFound)?;
    }
    match published.statement.kind {
        Kind::Card => {
            let card: Card = published.statement.signed.peek().map_err(|_| Refusal::NotFound)?;
            authorise::seeing_card(&card.member, device, directory, now)?;
        }
        Kind::Devices => {
            let list: Devices = published.statement.signed.peek().map_err(|_| Refusal::NotFound)?;
            authorise::seeing_card(&list.member, device, directory, now)?;
        }
        Kind::Enrolment => return Err(Refusal::NotFound.into()),
        _ => {}
    }
    exchange.say(&Answer::Statement).await?;
    exchange.say(&published.statement).await
}

fn group_of(statement: &Statement) -> Option<GroupId> {
    match statement.kind {
        Kind::Group => statement.signed.peek::<Group>().ok().map(|group| group.id),
        Kind::Roster => statement.signed.peek::<Roster>().ok().map(|roster| roster.group),
        Kind::Charter => statement.signed.peek::<Charter>().ok().map(|charter| charter.group),
        Kind::Adhesion => statement.signed.peek::<Adhesion>().ok().map(|adhesion| adhesion.group),
        Kind::Delegation => statement.signed.peek::<Delegation>().ok().map(|delegation| delegation.group),
        Kind::Hold => statement.signed.peek::<Hold>().ok().map(|hold| hold.group),
        Kind::Rereading => statement.signed.peek::<Rereading>().ok().map(|rereading| rereading.group),
        Kind::Proposal => statement.signed.peek::<Proposal>().ok().map(|proposal| proposal.group),
        Kind::Root
        | Kind::Nomenclature
        | Kind::Ruleset
        | Kind::Card
        | Kind::Devices
        | Kind::Enrolment
        | Kind::Annuaire
        | Kind::KeyPage => None,
    }
}
