//! Statements under a fresh head, in the order in which they prove each other.
//!
//! Right: for a group, a device that counts there or leads it, or a reviewer of the log; an unknown group
//! and a forbidden one get the same answer. For all cards, a root, or a reviewer. For the annuaire, any
//! member. For the rest, what concerns the device that asks. Makes no record.

use super::gather::Gathered;
use super::{Exchange, Stop};
use crate::relay::Relay;
use crate::relay::change::Change;
use shared::authorise;
use shared::directory::{Chain, Directory};
use shared::ids::{DeviceId, GroupId, MemberId};
use shared::refusal::Refusal;
use shared::signed::Verified;
use shared::statement::{Annuaire, Group, Kind, Proposal};
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
            gathered.rereadings(*group)?;
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
            // The authority, which signs the groups that it founds, has no card.
            match member {
                Some(member) => gathered.member(&member),
                None if authorise::is_root(device, directory) => {}
                None => return Err(Refusal::NotEnrolled),
            }
            for proposal in directory.proposals().map(Verified::value) {
                let group = proposed_group(relay, proposal, directory);
                if authorise::seeing_proposal(proposal, group.as_ref(), device, directory, now) {
                    gathered.group(proposal.group)?;
                    if authorise::seeing_group(proposal.group, device, directory, now).is_ok() {
                        gathered.roster(proposal.group)?;
                    }
                    gathered.proposal(proposal.group, proposal.of)?;
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

/// The group statement that is proposed, if one is.
fn proposed_group(relay: &Relay, proposal: &Proposal, directory: &Directory) -> Option<Group> {
    let (_, digest) = directory.held(&Chain::Proposal(proposal.group, proposal.of))?;
    let published = relay.read(|| relay.shelf().statement(digest))?;
    let inner = proposal.read(&published.statement.body?).filter(|inner| inner.kind == Kind::Group)?;
    inner.signed.peek().ok()
}
