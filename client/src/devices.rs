//! A member's own devices: a further one is invited and accepted by one that counts, any of them strikes
//! off a lost one.
//!
//! Nobody else is asked, and nobody else can: the list is signed by a device of the member's.

use crate::failure::{Failure, Unverified};
use crate::invitation::InvitationFile;
use crate::session::Session;
use crate::six_words;
use crate::standing;
use crate::trust::{self, Proved};
use shared::crypto::random;
use shared::directory::{Chain, Directory};
use shared::ids::{DeviceId, InvitationId};
use shared::limits::{DEVICES_MAX, INVITATION_SECONDS_MAX};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{Card, DeviceKey, Devices, Invitation, Invited, Kind, Statement};
use shared::time::Timestamp;
use shared::wire::About;

/// One device of a member.
#[derive(Debug)]
pub struct Line {
    /// Which one.
    pub device: DeviceId,
    /// What its owner calls it.
    pub name: String,
    /// Whether it is this one.
    pub is_this: bool,
    /// Since when it signs for them.
    pub since: Option<Timestamp>,
    /// Each of the member's groups, by name, and whether it counts there.
    pub groups: Vec<(String, bool)>,
}

/// A device that answered an invitation of this member's.
#[derive(Debug)]
pub struct Waiting {
    /// The device.
    pub device: DeviceKey,
    /// The words to compare.
    pub words: String,
    made: Timestamp,
}

/// The member's devices, and in which groups each counts.
///
/// # Errors
/// As for any request.
pub async fn list(session: &mut Session) -> Result<Vec<Line>, Failure> {
    let Proved { directory, groups, .. } = trust::prove(session, About::Own).await?;
    let (this, now) = (session.device(), session.now());
    let own = own(session, &directory)?.clone();
    let mut lines: Vec<Line> = directory
        .devices(&own.member)
        .iter()
        .map(|device| Line {
            device: device.id(),
            name: device.name.clone(),
            is_this: device.id() == this,
            since: directory
                .devices_ever(&own.member)
                .find(|(ever, _)| *ever == device.id())
                .map(|(_, at)| at),
            groups: Vec::new(),
        })
        .collect();
    for group in groups {
        let directory = trust::prove(session, About::Group(group)).await?.directory;
        let name = directory.group(group).map_or_else(|| group.to_string(), |group| group.name.clone());
        for line in &mut lines {
            let counts =
                directory.seat(group, line.device, now).is_some() || directory.leads(group, line.device, now);
            line.groups.push((name.clone(), counts));
        }
    }
    Ok(lines)
}

/// Invites a further device of this member's.
///
/// # Errors
/// [`Failure::Usage`] if there are eight already; as for any request.
pub async fn invite(session: &mut Session) -> Result<(Timestamp, InvitationFile), Failure> {
    let proved = trust::prove(session, About::Own).await?;
    let (now, member) = (session.now(), own(session, &proved.directory)?.member.clone());
    if proved.directory.devices(&member).len() >= DEVICES_MAX {
        return Err(Failure::usage("device-too-many", "a member has eight devices at most: revoke one"));
    }
    let expires = now.plus(INVITATION_SECONDS_MAX);
    let invitation = Invitation {
        id: InvitationId(random()),
        to: Invited::Device(member),
        made: now,
        expires,
        relay: session.home.config.relay.to_string(),
        fingerprint: session.home.fingerprint()?,
        checkpoint: session.checkpoint().ok_or(Unverified::Answer)?.to_owned(),
    };
    let invitation = Signed::new(&invitation, &[session.key()]);
    Ok((expires, InvitationFile { invitation, proof: proved.statements, personal: None }))
}

/// Which devices answered and were not accepted yet, the last first.
///
/// # Errors
/// As for any request.
pub async fn waiting(session: &mut Session) -> Result<Vec<Waiting>, Failure> {
    let directory = trust::prove(session, About::Enrolments).await?.directory;
    let member = own(session, &directory)?.member.clone();
    let answers = directory.enrolments().map(|(_, answer)| answer.value());
    let mut waiting: Vec<Waiting> = answers
        .filter(|answer| directory.owner_ever(answer.device.id()).is_none())
        .filter_map(|answer| {
            let invitation: Invitation = answer.invitation.peek().ok()?;
            let ours = invitation.to == Invited::Device(member.clone());
            let (device, words) = (answer.device.clone(), six_words::of(answer));
            ours.then_some(Waiting { device, words, made: answer.link.made })
        })
        .collect();
    waiting.sort_by_key(|waiting| std::cmp::Reverse(waiting.made));
    Ok(waiting)
}

/// The answer that these words belong to; the last one where none were said.
///
/// # Errors
/// [`Failure::Usage`] if no device answered; exit 5 if the words are others.
pub async fn answer(session: &mut Session, said: Option<&str>) -> Result<Waiting, Failure> {
    let waiting = waiting(session).await?;
    if waiting.is_empty() {
        return Err(Failure::usage("device-none-waits", "no device answered an invitation of yours"));
    }
    let fits = |waiting: &Waiting| said.is_none_or(|said| six_words::same(said, &waiting.words));
    waiting.into_iter().find(fits).ok_or_else(|| Unverified::Words.into())
}

/// Signs for a device. Whoever calls has compared the words.
///
/// # Errors
/// As for any request.
pub async fn accept(session: &mut Session, waiting: Waiting) -> Result<(), Failure> {
    let device = waiting.device.id();
    restate(session, |devices| {
        devices.push(waiting.device);
        Ok(())
    })
    .await?;
    standing::signed_for(&session.home, device)
}

/// Calls a device something else.
///
/// # Errors
/// As for any request.
pub async fn rename(session: &mut Session, beginning: &str, name: &str) -> Result<DeviceId, Failure> {
    let mut renamed = None;
    restate(session, |devices| {
        let device = one(devices, beginning)?;
        device.name = name.to_owned();
        renamed = Some(device.id());
        Ok(())
    })
    .await?;
    renamed.ok_or_else(|| Refusal::NotFound.into())
}

/// Strikes off a lost device. It never comes back.
///
/// # Errors
/// [`Failure::Usage`] if it is this one; as for any request.
pub async fn revoke(session: &mut Session, beginning: &str) -> Result<DeviceId, Failure> {
    let (this, mut revoked) = (session.device(), None);
    restate(session, |devices| {
        let device = one(devices, beginning)?.id();
        if device == this {
            return Err(Failure::usage("device-this", "revoke this device from another one"));
        }
        devices.retain(|other| other.id() != device);
        revoked = Some(device);
        Ok(())
    })
    .await?;
    revoked.ok_or_else(|| Refusal::NotFound.into())
}

/// The next list of devices.
async fn restate(
    session: &mut Session,
    change: impl FnOnce(&mut Vec<DeviceKey>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let directory = trust::prove(session, About::Own).await?.directory;
    let card = own(session, &directory)?;
    let (member, base) = (card.member.clone(), card.base());
    let mut devices = directory.devices(&member).to_vec();
    change(&mut devices)?;
    let link = directory.next_link(&Chain::Devices(member.clone()), session.now());
    let list = Devices { link, member, base, devices };
    let signed = Signed::new(&list, &[session.key()]);
    trust::publish(session, &Statement { kind: Kind::Devices, signed, body: None }).await
}

/// The one device whose id begins so.
fn one<'a>(devices: &'a mut [DeviceKey], beginning: &str) -> Result<&'a mut DeviceKey, Failure> {
    let mut found = devices.iter_mut().filter(|device| device.id().to_string().starts_with(beginning));
    match (found.next(), found.next()) {
        (Some(device), None) if beginning.len() >= 4 => Ok(device),
        _ => {
            Err(Failure::usage("device-unknown", "no one device of yours begins so: look at pli device list"))
        }
    }
}

fn own<'a>(session: &Session, directory: &'a Directory) -> Result<&'a Card, Failure> {
    Ok(directory.owner(session.device()).ok_or(Refusal::NotEnrolled)?)
}
