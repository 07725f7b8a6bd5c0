//! Statements under a fresh head, in the order in which they prove each other.
//!
//! Right: for a group, a device that counts there or leads it, or a reviewer of the log; an unknown group
//! and a forbidden one get the same answer. For all cards, a root, or a reviewer. For the annuaire, any
//! member. For the rest, what concerns the device that asks. Makes no record.

use super::gather::Gathered;
use super::{Exchange, Stop};
use crate::relay::change::Change;
use shared::authorise;
use shared::directory::Chain;
use shared::ids::{DeviceId, GroupId, MemberId, Role};
use shared::limits::STATEMENT_SECONDS_MAX;
use shared::refusal::Refusal;
use shared::signed::Verified;
use shared::statement::{Annuaire, Kind, Proposal, Statement};
use shared::time::Timestamp;
use shared::wire::{About, Answer};
use tokio::io::{AsyncRead, AsyncWrite};

pub(super) async fn answer<R, W>(exchange: &mut Exchange<'_, R, W>, about: About) -> Result<(), Stop>
where
    R: AsyncRead + Unpin + Send,
    W: AsyncWrite + Unpin + Send,
{
    let relay = exchange.relay;
    relay.change(|_| Ok(Change::Head)).await?;
    let (snapshot, device, now) = (relay.snapshot(), exchange.device(), relay.now());
    let mut gathered = Gathered::now(relay, &snapshot);
    gather(&mut gathered, &about, device, now)?;
    let log = relay.log_view(&snapshot, exchange.known())?;
    let directory = &snapshot.directory;
    let counts = |group: &GroupId| {
        directory.seat(*group, device, now).is_some() || directory.leads(*group, device, now)
    };
    let groups = directory.all_groups().map(|group| group.id).filter(counts).collect();
    let proof = match about {
        About::Group(group) => snapshot.groups.proof(group),
        _ => None,
    };
    exchange.say(&Answer::Statements { log, groups, proof, count: gathered.count() }).await?;
    gathered.send(exchange).await
}

fn gather(
    gathered: &mut Gathered<'_>,
    about: &About,
    device: DeviceId,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (relay, directory) = (gathered.relay, &gathered.snapshot.directory);
    let member = directory.owner(device).map(|card| card.member.clone());
    match about {
        About::Own => gathered.member(&member.ok_or(Refusal::NotEnrolled)?),
        About::Group(group) => {
            authorise::seeing_group(*group, device, directory, now)?;
            // A group without a roster is no group yet.
            directory.roster(*group).ok_or(Refusal::NotAMember)?;
            gathered.group(*group)?;
            gathered.roster(*group)?;
            gathered.reviewers();
        }
        About::Everybody => {
            authorise::certifying(device, directory, now)?;
            directory.all_cards().for_each(|card| gathered.member(&card.member));
            for title in directory.annuaires() {
                gathered.newest(&Chain::Annuaire(title.to_owned()));
            }
        }
        About::Annuaire(title) => {
            let annuaire = directory.annuaire(title).ok_or(Refusal::NotFound)?;
            let published = relay.read(|| relay.shelf().statement(annuaire.digest()));
            let body = published.and_then(|published| published.statement.body).unwrap_or_default();
            let lines = Annuaire::lines(&body).map_err(|_| Refusal::Unavailable)?;
            gathered.newest(&Chain::Annuaire(title.clone()));
            // With every version, and the devices that sign for them: whoever adds a member to a group
            // names these. A protected agent is on no annuaire (convention art. 7).
            let is_shown = |member: &MemberId| directory.card(member).is_some_and(|card| !card.protected);
            lines.iter().map(|(member, _)| member).filter(|member| is_shown(member)).for_each(|member| {
                gathered.member(member);
            });
        }
        About::Proposals => {
            // The authority signs the groups that it founds, and sees no more than these.
            let founds = directory.root().is_some_and(|root| root.authority.id() == device);
            match member {
                Some(member) => gathered.member(&member),
                None if founds => {}
                None => return Err(Refusal::NotEnrolled),
            }
            let waits = |proposal: &&Proposal| now.since(proposal.link.made) < STATEMENT_SECONDS_MAX;
            for proposal in directory.proposals().map(Verified::value).filter(waits) {
                if founds && proposal.of == Kind::Group {
                    gathered.group(proposal.group)?;
                    gathered.proposal(proposal.group, proposal.of)?;
                    continue;
                }
                let sees = authorise::seeing_group(proposal.group, device, directory, now).is_ok();
                let gives_visas =
                    directory.owner(device).is_some_and(|card| card.function.as_str() == Role::PROC);
                if sees || gives_visas || is_named(relay, proposal, device, directory) {
                    gathered.group(proposal.group)?;
                    // Who belongs is shown to those who belong; whoever gives a visa need not know.
                    if sees {
                        gathered.roster(proposal.group)?;
                    }
                    if sees || proposal.of != Kind::Roster {
                        gathered.proposal(proposal.group, proposal.of)?;
                    }
                }
            }
        }
        About::Enrolments => {
            for (id, enrolment) in directory.enrolments() {
                if authorise::seeing_enrolment(enrolment.value(), device, directory) {
                    gathered.newest(&Chain::Enrolment(id));
                }
            }
            if let Some(member) = member {
                gathered.member(&member);
            }
        }
    }
    Ok(())
}

/// Whether what is proposed names this device's member as a leader: they are asked to sign it.
fn is_named(
    relay: &crate::relay::Relay,
    proposal: &Proposal,
    device: DeviceId,
    directory: &shared::directory::Directory,
) -> bool {
    let chain = Chain::Proposal(proposal.group, proposal.of);
    let digest = directory.held(&chain).map(|(_, digest)| digest);
    let published = digest.and_then(|digest| relay.read(|| relay.shelf().statement(digest)));
    let inner = published.and_then(|published| proposal.read(&published.statement.body?));
    let group = inner.filter(|inner| inner.kind == Kind::Group);
    let leaders = group.and_then(|inner: Statement| inner.signed.peek::<shared::statement::Group>().ok());
    let owner = directory.owner(device).map(|card| &card.member);
    leaders.is_some_and(|group| {
        group.leaders().into_iter().any(|leader| leader == device || directory.owner_ever(leader) == owner)
    })
}
