//! More devices may read: from a grant of this device's own, grants for others.
//!
//! No message identity is ever kept. Whoever gives late grants claims their own first, under an act of
//! its own that brings no text, opens it in memory, seals it to the others, and deposits the list of
//! them. Nobody is given one whom the statements do not prove: as recipient, as writer, or as the member
//! to whom a delegation leads.

use crate::account::{Account, account};
use crate::failure::{Failure, Unverified};
use crate::inbox::{self, Entry, Under};
use crate::session::{Answered, Session};
use crate::trust;
use shared::authorise::{self, Granting, Known};
use shared::cbor;
use shared::directory::Directory;
use shared::ids::{DeviceId, MemberId};
use shared::limits::{FRAME_BYTES_MAX, GRANT_BYTES_MAX};
use shared::log::{Act, Record};
use shared::message::{Ground, LateGrants, Target, grant_late};
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::time::Timestamp;
use shared::wire::Ask;
use std::collections::BTreeSet;

/// A letter of this member's, and who of those it names has a device without a grant.
pub struct Lacking {
    /// The devices that count, have a key for the letter's last day, and have no grant.
    pub devices: Vec<(MemberId, DeviceId)>,
    /// Whether this device has a grant, from which others can be made.
    pub is_here: bool,
    /// The statements that prove it.
    pub directory: Directory,
}

/// Finds the devices that lack a grant for a letter which this member wrote.
///
/// # Errors
/// [`Failure`].
pub async fn lacking(session: &mut Session, entry: &Entry) -> Result<Lacking, Failure> {
    let core = &entry.header.core;
    let account: Account = account(session, &entry.header).await?;
    let mut directory = account.directory.clone();
    let mut devices = Vec::new();
    // of what waits for an agreement, to who agrees alone; they give it to its recipients.
    let to =
        core.gate.as_ref().map_or(core.recipients.as_slice(), |gate| std::slice::from_ref(&gate.approver));
    for member in to.iter().chain([&core.writer]) {
        for device in directory.devices_in(core.group, member, session.now()) {
            if account.is_granted(device) {
                continue;
            }
            trust::key_pages(session, &mut directory, device).await?;
            if directory.bucket_ending(device, core.first_end()).is_some() {
                devices.push((member.clone(), device));
            }
        }
    }
    Ok(Lacking { devices, is_here: account.is_granted(session.device()), directory })
}

/// Gives these devices grants for a message, on this ground; gives the record of it.
///
/// # Errors
/// [`Failure`]; nothing is kept of what was opened.
pub async fn regrant(
    session: &mut Session,
    entry: &Entry,
    ground: Ground,
    to: &[DeviceId],
) -> Result<Record, Failure> {
    let core = &entry.header.core;
    let ends = match ground {
        Ground::Delegation(_) if core.gate.is_some() => entry.approved().ok_or(Refusal::Gate)?,
        _ => core.first_end(),
    };
    grant(session, entry, Granting { ground, ends, devices: to.to_vec() }).await
}

/// The same, until a day that the ground allows.
///
/// # Errors
/// As for [`regrant`].
pub(crate) async fn grant(
    session: &mut Session,
    entry: &Entry,
    granting: Granting,
) -> Result<Record, Failure> {
    let core = &entry.header.core;
    let (ground, ends, to) = (granting.ground, granting.ends, granting.devices.clone());
    // 1. Is it allowed? Nothing is claimed for what the relay would refuse.
    let inbox::Verified { mut proved, as_of, .. } = inbox::verified(session, entry).await?;
    for device in &to {
        trust::key_pages(session, &mut proved.directory, *device).await?;
    }
    let directory = &proved.directory;
    let now = session.now();
    let delegate = match ground {
        Ground::Delegation(delegation) => authorise::delegate_to_be(delegation, core, directory, now),
        Ground::Writer | Ground::Device | Ground::Approval => None,
    };
    let known = Known {
        granted: &BTreeSet::new(),
        claimed: false,
        delegate: delegate.as_ref(),
        approved: entry.approved(),
    };
    let allowed = authorise::granting(core, granting, session.device(), known, directory, now)?;
    let targets = targets(session, directory, &to, ends).await?;

    // 2. The claim, whose record says that grants were made from it. No text comes with it.
    let ask =
        Ask::Claim { message: core.id, core: core.digest(), act: Act::Regrant, reason: None, annex: None };
    let Answered { record, mut conversation, .. } = session.ask(ask, &[]).await?;
    record.ok_or(Unverified::Answer)?;
    let grant_list: Signed = conversation.item(FRAME_BYTES_MAX).await?;
    let grant = conversation.frame(GRANT_BYTES_MAX).await?;

    // 3. The identity is in memory until the others are sealed.
    let under = Under { today: directory, as_of: &as_of };
    let (identity, _) = inbox::granted(session, core, &grant_list, &grant, under)?;
    let LateGrants { list, grants } =
        grant_late(core, &allowed, &identity, &targets, session.key(), session.now());
    drop(identity);

    let approves = (ground == Ground::Approval).then_some(ends);
    let ask = Ask::Grant { message: core.id, grants: list.digest(), approves };
    let bodies: Vec<_> = [cbor::encode(&list)].into_iter().chain(grants).collect();
    let answered = session.ask(ask, &bodies).await?;
    answered.record.ok_or_else(|| Unverified::Answer.into())
}

/// What the grants will be sealed to.
async fn targets(
    session: &mut Session,
    directory: &Directory,
    to: &[DeviceId],
    ends: Timestamp,
) -> Result<Vec<Target>, Failure> {
    let mut targets = Vec::new();
    for device in to {
        let bucket = directory.bucket_ending(*device, ends).ok_or(Refusal::GrantTarget)?;
        let recipient = trust::recipient(session, directory, *device, bucket).await?;
        targets.push(Target { device: *device, bucket, recipient });
    }
    Ok(targets)
}
