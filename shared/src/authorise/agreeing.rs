//! What waits for somebody's agreement: who must give it, until when, to whom it is sealed before, and what the
//! agreement fixes.
//!
//! Before the agreement nothing is sealed to a recipient, so that no relay has anything to give them. The agreement is
//! a grant list, signed by who had to agree: without it there are no grants, and with it every reader holds it.

use super::{Authorised, Readers, chartered, enrolled, renewing};
use crate::directory::Directory;
use crate::ids::{DeviceId, GroupId, MemberId, MessageId, ReasonCode};
use crate::limits::REQUEST_SECONDS_MAX;
use crate::message::{Core, Gated, GrantList};
use crate::nomenclature::{Flow, Gate};
use crate::refusal::Refusal;
use crate::statement::Card;
use crate::time::{DAY_SECONDS, Timestamp};

/// whether what a core says of an agreement is what its flow asks for. Whoever has the gate's function themselves
/// agrees by writing.
pub(super) fn gated(
    core: &Core,
    flow: &Flow,
    writer: &Card,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (rule, gate) = match (needed(flow, writer), &core.gate) {
        (None, None) => return Ok(()),
        (Some(rule), Some(gate)) => (rule, gate),
        _ => return Err(Refusal::Gate),
    };
    let is_another = gate.approver != core.writer && !core.is_for(&gate.approver);
    let card = directory.card(&gate.approver).filter(|card| card.function == rule.by);
    if !is_another || card.is_none() || directory.devices_in(core.group, &gate.approver, now).is_empty() {
        return Err(Refusal::Gate);
    }
    let latest = now.plus(u64::from(rule.days) * DAY_SECONDS).plus(REQUEST_SECONDS_MAX);
    let readable_seconds_max = u64::from(flow.retention_days_max) * DAY_SECONDS;
    if gate.until <= now
        || gate.until > latest
        || gate.readable_seconds > readable_seconds_max
        || core.expires <= gate.until
        || core.expires > gate.until.plus(gate.readable_seconds)
    {
        return Err(Refusal::Retention);
    }
    let ladder = &directory.root().ok_or(Refusal::NotFound)?.buckets;
    if ladder.is_end(gate.until) { Ok(()) } else { Err(Refusal::BucketEnd) }
}

/// The agreement that a flow needs of a letter by this writer, if it needs one.
#[must_use]
pub fn needed<'a>(flow: &'a Flow, writer: &Card) -> Option<&'a Gate> {
    flow.gate.as_ref().filter(|gate| gate.by != writer.function)
}

/// who could agree to a letter of a flow in a group: members with the gate's function and a device that counts,
/// who have signed the charter; neither its writer nor one of its recipients.
#[must_use]
pub fn approvers(
    group: GroupId,
    flow: &Flow,
    (writer, to): (&MemberId, &[MemberId]),
    directory: &Directory,
    now: Timestamp,
) -> Vec<MemberId> {
    let seats = directory.roster(group).map(|(roster, _)| roster.seats.as_slice()).unwrap_or_default();
    let can = |member: &&MemberId| {
        let card = directory.card(member).zip(flow.gate.as_ref());
        card.is_some_and(|(card, gate)| card.function == gate.by)
            && *member != writer
            && !to.contains(member)
            && !directory.devices_in(group, member, now).is_empty()
            && chartered(group, member, flow.class, directory, now).is_ok()
    };
    seats.iter().map(|seat| &seat.member).filter(can).cloned().collect()
}

/// the devices to which something that waits for an agreement is sealed at first: those of who must agree, who
/// can open nothing nominative without having signed, and the writer's own.
pub(super) fn first_readers(
    core: &Core,
    gate: &Gated,
    flow: &Flow,
    directory: &Directory,
    now: Timestamp,
) -> Result<Readers, Refusal> {
    let signed = chartered(core.group, &gate.approver, flow.class, directory, now);
    signed.map_err(|_| Refusal::RecipientUnsigned)?;
    let mut readers = Readers::new();
    for (place, member) in [&gate.approver, &core.writer].into_iter().enumerate() {
        let devices = directory.devices_in(core.group, member, now);
        readers.extend(devices.into_iter().map(|device| (device, place)));
    }
    Ok(readers)
}

/// whether this device may agree to a letter now, until `ends`: it is of who must agree, who still has the gate's
/// function; nobody waited too long; and the first agreement has fixed the day for all that follow.
pub(super) fn approving(
    core: &Core,
    card: &Card,
    ends: Timestamp,
    approved: Option<Timestamp>,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let gate = approver(core, card, directory)?;
    if now >= gate.until {
        return Err(Refusal::Expired);
    }
    match approved {
        Some(first) if first != ends => return Err(Refusal::Decided),
        Some(_) => return Ok(()),
        None => {}
    }
    // The list says exactly when it was made, and is held to that (`is_in_time`).
    if ends <= now || ends > gate.readable_until(now.plus(REQUEST_SECONDS_MAX), core.expires) {
        return Err(Refusal::Retention);
    }
    let ladder = &directory.root().ok_or(Refusal::NotFound)?.buckets;
    if ladder.is_end(ends) { Ok(()) } else { Err(Refusal::BucketEnd) }
}

/// The gate of a letter, for who must agree and still has the function for it: to anybody whom it does not name there
/// is nothing here.
fn approver<'a>(core: &'a Core, card: &Card, directory: &Directory) -> Result<&'a Gated, Refusal> {
    let gate = core.gate.as_ref().filter(|gate| gate.approver == card.member);
    let gate = gate.ok_or(if core.names(&card.member) { Refusal::GrantGround } else { Refusal::NotFound })?;
    let flow = directory.nomenclature().and_then(|rules| rules.flow(&core.flow));
    let rule = flow.ok_or(Refusal::UnknownFlow)?.gate.as_ref();
    if rule.is_some_and(|rule| rule.by == card.function) { Ok(gate) } else { Err(Refusal::GrantGround) }
}

/// whether a grant list is the agreement that a letter waited for, by who held its device when they signed: what a
/// reader asks of a list before they believe the relay that they may read.
#[must_use]
pub fn agreed(core: &Core, list: &GrantList, as_of: &Directory, today: &Directory) -> bool {
    let Some(gate) = &core.gate else { return false };
    // Whoever has left the group since is proved by the statements under which the letter was sealed.
    let knows = |directory: &&Directory| directory.card(&gate.approver).is_some();
    let holder = [today, as_of].into_iter().find(knows).and_then(|it| it.holder(list.issuer, list.made));
    // Under these, it was the function of the gate.
    let function = as_of.card(&gate.approver).map(|card| &card.function);
    let is_theirs =
        holder.is_some_and(|card| card.member == gate.approver && Some(&card.function) == function);
    is_theirs && is_in_time(core, list)
}

/// whether an agreement was made before its last day, and gives no longer than it may, counted from then.
pub(super) fn is_in_time(core: &Core, list: &GrantList) -> bool {
    core.gate.as_ref().zip(list.ends()).is_some_and(|(gate, ends)| {
        list.made < gate.until && ends <= gate.readable_until(list.made, core.expires)
    })
}

/// whether this device may say no to a letter: it is of who must agree, and nobody waited too long. What PROC holds
/// is sealed anew first, by somebody else. That nothing was decided yet, the relay has to say.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn rejecting(
    core: &Core,
    reason: &ReasonCode,
    device: DeviceId,
    is_sealed_anew: bool,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<MessageId>, Refusal> {
    enrolled(device, directory, now)?;
    let (card, _) = directory.seat(core.group, device, now).ok_or(Refusal::NotFound)?;
    let gate = approver(core, card, directory)?;
    let rules = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    if rules.rejection(reason).is_none() {
        return Err(Refusal::ReasonUnknown);
    }
    if now >= gate.until {
        return Err(Refusal::Expired);
    }
    renewing::holds_back(core, is_sealed_anew, directory, now)?;
    Ok(Authorised(core.id))
}
