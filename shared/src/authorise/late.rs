//! Grants that are made later, and those that wait in vain: for a named reader's new device, for a delegate;
//! and whose are destroyed, by a roster, a card, or the writer.

use super::{Authorised, agreeing, enrolled, is_published, renewing, request_time, writing};
use crate::directory::Directory;
use crate::ids::{DeviceId, Digest, GroupId, MemberId, MessageId};
use crate::limits::GRANTS_MAX;
use crate::message::{Core, GrantEntry, GrantList, Ground};
use crate::refusal::Refusal;
use crate::signed::Signed;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// Late grants before they are sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Granting {
    /// On what ground.
    pub ground: Ground,
    /// When what they are sealed to dies.
    pub ends: Timestamp,
    /// To which devices.
    pub devices: Vec<DeviceId>,
}

/// What is known where a late grant list arrives.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Who has a grant already.
    pub granted: &'a BTreeSet<DeviceId>,
    /// Whether the asking device claimed its own with the act [`Act::Regrant`](crate::log::Act::Regrant).
    pub claimed: bool,
    /// To whom the delegation leads that the list names, if it names one.
    pub delegate: Option<&'a MemberId>,
    /// Of what waits for an agreement, until when it can be read, once somebody agreed.
    pub approved: Option<Timestamp>,
}

/// as [`reading`](super::reading), for a reader who was given a late grant: their device counts today, whatever the
/// roster was when the message was sealed.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn reading_late(
    core: &Core,
    as_of: &Directory,
    reader: DeviceId,
    today: &Directory,
    now: Timestamp,
    is_delegate: bool,
) -> Result<(), Refusal> {
    let flow = writing(core, as_of, core.created)?;
    let (card, _) = today.seat(core.group, reader, now).ok_or(Refusal::NotAMember)?;
    let is_recipient = core.is_for(&card.member) && flow.to.contains(&card.function);
    let is_first = core.gate.is_some() && core.is_sealed_first_to(&card.member);
    // nobody stands in for a référent.
    let may_read = is_recipient || is_first || card.member == core.writer || (is_delegate && !flow.referents);
    if may_read { Ok(()) } else { Err(Refusal::NotFound) }
}

/// whether late grants may be made by this device to those, on this ground. Asked before
/// anything is sealed, and again by the relay.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no. What is not this device's is not found.
pub fn granting(
    core: &Core,
    granting: Granting,
    issuer: DeviceId,
    known: Known<'_>,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<Granting>, Refusal> {
    let (card, _) = directory.seat(core.group, issuer, now).ok_or(Refusal::NotFound)?;
    if !core.names(&card.member) {
        return Err(Refusal::NotFound);
    }
    let (ends, Known { delegate, approved, .. }) = (granting.ends, known);
    let flow = directory.nomenclature().and_then(|rules| rules.flow(&core.flow));
    let flow = flow.ok_or(Refusal::UnknownFlow)?;
    // before somebody agreed to it, a letter that needs that has no end for its recipients, and they no grant.
    let (is_theirs, end): (&dyn Fn(&MemberId) -> bool, _) = match granting.ground {
        Ground::Device if card.member == core.writer => {
            (&|owner| core.is_sealed_first_to(owner), Some(core.first_end()))
        }
        // nobody stands in for a référent.
        Ground::Delegation(_) if core.is_for(&card.member) && !flow.referents => (
            &|owner| delegate == Some(owner),
            if core.gate.is_some() { approved } else { Some(core.expires) },
        ),
        Ground::Approval => {
            agreeing::approving(core, card, ends, approved, directory, now)?;
            (&|owner| core.is_for(owner), Some(ends))
        }
        _ => return Err(Refusal::GrantGround),
    };
    match end {
        None => return Err(Refusal::Gate),
        Some(end) if now >= end => return Err(Refusal::Expired),
        Some(end) if end != ends => return Err(Refusal::GrantTarget),
        Some(_) => {}
    }
    if granting.devices.is_empty() || granting.devices.len() > GRANTS_MAX {
        return Err(Refusal::GrantTarget);
    }
    for device in &granting.devices {
        let (owner, _) = directory.seat(core.group, *device, now).ok_or(Refusal::GrantTarget)?;
        let is_first = core.gate.is_some() && core.is_sealed_first_to(&owner.member);
        let may_receive = owner.member == core.writer || is_first || flow.to.contains(&owner.function);
        if !may_receive || !is_theirs(&owner.member) || directory.bucket_ending(*device, ends).is_none() {
            return Err(Refusal::GrantTarget);
        }
    }
    Ok(Authorised(granting))
}

/// whether a late grant list may be accepted from this device now. It is signed by the device,
/// for this very core, made after the device claimed its own grant for it, and gives each of its devices
/// one grant, under a bucket that the device published and that ends with the message.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn late_grants(
    list: &Signed,
    core: &Core,
    known: Known<'_>,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<GrantList>, Refusal> {
    let key = directory.device_key(device).ok_or(Refusal::NotEnrolled)?;
    let list: GrantList = list.verify_by(key).map_err(|_| Refusal::Malformed)?.into_value();
    let devices = list.grants.iter().map(|grant| grant.device).collect();
    // All of a list die together; what names nobody gives nothing.
    let ends = list.ends().ok_or(Refusal::GrantTarget)?;
    granting(core, Granting { ground: list.ground, ends, devices }, device, known, directory, now)?;
    let ours =
        list.version == 1 && list.message == core.id && list.core == core.digest() && list.issuer == device;
    if !ours {
        return Err(Refusal::Malformed);
    }
    if !known.claimed {
        return Err(Refusal::NotClaimed);
    }
    if list.ground == Ground::Approval {
        request_time(list.made, now)?;
        if !agreeing::is_in_time(core, &list) {
            return Err(Refusal::Retention);
        }
    }
    let in_order = list.grants.is_sorted_by(|a, b| a.device < b.device);
    let fits = |grant: &GrantEntry| !known.granted.contains(&grant.device) && is_published(grant, directory);
    if in_order && list.grants.iter().all(fits) { Ok(Authorised(list)) } else { Err(Refusal::GrantTarget) }
}

/// To whom a recipient's delegation leads now for what this core says, by the device that gave the grants:
/// also where the delegation was made anew since.
#[must_use]
pub fn delegate(issuer: DeviceId, core: &Core, directory: &Directory, now: Timestamp) -> Option<MemberId> {
    let absent = directory.owner_ever(issuer).filter(|member| core.recipients.contains(member))?;
    directory.delegate(core.group, absent, &core.flow, now).cloned()
}

/// To whom a delegation leads, or will when it begins: grants are made when the delegation is, and open
/// nothing before its first day.
#[must_use]
pub fn delegate_to_be(
    delegation: Digest,
    core: &Core,
    directory: &Directory,
    now: Timestamp,
) -> Option<MemberId> {
    let absent = delegator(delegation, core, directory)?;
    let (held, _) = directory.delegation(core.group, absent)?;
    directory.delegate(core.group, absent, &core.flow, now.max(held.from)).cloned()
}

fn delegator<'a>(delegation: Digest, core: &'a Core, directory: &Directory) -> Option<&'a MemberId> {
    let made = |member: &&MemberId| {
        directory.delegation(core.group, member).is_some_and(|(_, digest)| digest == delegation)
    };
    core.recipients.iter().find(made)
}

/// Whether some delegation of one of the recipients leads to this member now, for what this core says.
#[must_use]
pub fn is_delegate(member: &MemberId, core: &Core, directory: &Directory, now: Timestamp) -> bool {
    let leads_here =
        |absent: &MemberId| directory.delegate(core.group, absent, &core.flow, now) == Some(member);
    core.recipients.iter().any(leads_here)
}

/// whether a device will not count again for letters of this group that wait for it: it stands on
/// no card, the roster names it no more, or its owner's office has ended. A member who is suspended for
/// any other reason keeps what waits.
/// What is held waits for who ordered that, as long as they are PROC.
#[must_use]
pub fn lost(group: GroupId, is_held: bool, device: DeviceId, directory: &Directory, now: Timestamp) -> bool {
    let Some(card) = directory.owner(device) else { return true };
    let has_ended = card.until.is_some_and(|until| until <= now);
    let orders = is_held && directory.orders(group, device);
    has_ended || !(directory.is_seated(group, device) || orders)
}

/// whether this device may take a letter back: any device of its writer's, while something opens it. Whether
/// the writer still is a member is not asked. It only takes away, and a letter that went to the wrong person
/// must be stopped also by who has left since.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no. What is not this device's is not found.
pub fn retiring(
    core: &Core,
    device: DeviceId,
    (is_sealed_anew, ends): (bool, Timestamp),
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<MessageId>, Refusal> {
    if enrolled(device, directory, now)?.member != core.writer {
        return Err(Refusal::NotFound);
    }
    if now >= ends {
        return Err(Refusal::Expired);
    }
    renewing::holds_back(core, is_sealed_anew, directory, now)?;
    Ok(Authorised(core.id))
}
