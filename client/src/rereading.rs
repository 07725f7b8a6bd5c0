//! A second person of the same organisation reads what the rules stopped for its context, on the same screen, and lets
//! it pass from a device of their own.
//!
//! What they type is eight characters. The screen that shows those waits here for what their device signs.

use crate::failure::Failure;
use crate::session::Session;
use crate::trust;
use shared::directory::{Chain, Directory};
use shared::ids::{GroupId, MemberId, TextCode};
use shared::message::is_recent;
use shared::refusal::Refusal;
use shared::signed::{Signed, Verified};
use shared::statement::{Kind, Rereading, Statement};
use shared::time::Timestamp;
use shared::wire::About;
use std::time::Duration;

/// How often is looked whether somebody has let it pass, and how often at most: whoever was fetched from the office
/// beside has that long.
const LOOK: Duration = Duration::from_secs(3);
const LOOKS_MAX: u32 = 300;

/// The members of a group who may read it: of this device's organisation, and not its member.
#[must_use]
pub fn colleagues(session: &Session, directory: &Directory, group: GroupId) -> Vec<MemberId> {
    let Some((roster, _)) = directory.roster(group) else { return Vec::new() };
    let Some(own) = directory.owner(session.device()) else { return Vec::new() };
    let is_colleague = |member: &&MemberId| {
        let card = directory.card(member);
        **member != own.member
            && card.is_some_and(|card| card.organisation.id == own.organisation.id)
            && !directory.devices_in(group, member, session.now()).is_empty()
    };
    roster.seats.iter().map(|seat| &seat.member).filter(is_colleague).cloned().collect()
}

/// Says for this device's member that they read what this code stands for.
///
/// # Errors
/// The relay's refusal.
pub async fn let_pass(session: &mut Session, group: GroupId, code: TextCode) -> Result<(), Failure> {
    let directory = trust::prove(session, About::Group(group)).await?.directory;
    let (card, _) = directory.seat(group, session.device(), session.now()).ok_or(Refusal::NotAMember)?;
    let member = card.member.clone();
    let link = directory.next_link(&Chain::Rereading(group, member.clone()), session.now());
    let rereading = Rereading { link, group, member, code };
    let signed = Signed::new(&rereading, &[session.key()]);
    trust::publish(session, &Statement { kind: Kind::Rereading, signed, body: None }).await
}

/// Waits until a colleague has let pass what this code stands for.
///
/// # Errors
/// A failure of this machine if nobody came; the relay's refusal.
pub async fn awaited(
    session: &mut Session,
    group: GroupId,
    code: &TextCode,
) -> Result<(MemberId, Signed), Failure> {
    for _ in 0..LOOKS_MAX {
        if let Some(found) = looked_for(session, group, code).await? {
            return Ok(found);
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(Failure::local("reread-nobody", "nobody let it pass within a quarter of an hour"))
}

/// Who of the colleagues has let pass what this code stands for, and what they signed; none yet.
///
/// # Errors
/// The relay's refusal.
pub async fn looked_for(
    session: &mut Session,
    group: GroupId,
    code: &TextCode,
) -> Result<Option<(MemberId, Signed)>, Failure> {
    let proved = trust::prove(session, About::Group(group)).await?;
    let colleagues = colleagues(session, &proved.directory, group);
    let found = passed(&proved.directory, group, code, session.now())
        .find(|(rereading, _)| colleagues.contains(&rereading.member));
    let Some((rereading, verified)) = found else { return Ok(None) };
    let signed = proved.statements.iter().find(|one| one.signed.digest() == verified.digest());
    Ok(signed.map(|statement| (rereading.member.clone(), statement.signed.clone())))
}

/// What was let pass under this code lately.
fn passed<'a>(
    directory: &'a Directory,
    group: GroupId,
    code: &TextCode,
    now: Timestamp,
) -> impl Iterator<Item = (&'a Rereading, &'a Verified<Rereading>)> {
    let is_it = move |(rereading, _): &(&Rereading, _)| rereading.code == *code && is_recent(rereading, now);
    directory.rereadings(group).filter(is_it)
}
