//! Letters that say again what another says, until a later day: their writer extends it once, or PROC holds it.

use super::{Authorised, Readers, chartered, sealed_under, writing};
use crate::directory::Directory;
use crate::ids::{DeviceId, Digest, MemberId, ReasonCode};
use crate::message::{Core, Renewal, Right};
use crate::nomenclature::Flow;
use crate::refusal::Refusal;
use crate::time::{DAY_SECONDS, Timestamp};

/// The letter that another renews, as far as it matters.
#[derive(Clone, Copy, Debug)]
pub struct First<'a> {
    /// Its core.
    pub core: &'a Core,
    /// Whether its writer took it back.
    pub is_retired: bool,
    /// Whether the same member renewed it by this right before.
    pub is_renewed: bool,
}

/// whether this letter may be said again, by what the core says, while it lives.
pub(super) fn renewing(
    core: &Core,
    first: Option<First<'_>>,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(renewal) = core.renews else { return Ok(()) };
    let First { core: first, is_retired, is_renewed } = first.ok_or(Refusal::NotFound)?;
    if first.id != renewal.of || first.digest() != renewal.core {
        return Err(Refusal::NotFound);
    }
    let same = (first.group, &first.flow, first.class) == (core.group, &core.flow, core.class);
    if now >= first.expires {
        return Err(Refusal::Expired);
    }
    if is_retired {
        return Err(Refusal::Retired);
    }
    if is_renewed || !same || core.expires <= first.expires || first.order().is_some() {
        return Err(Refusal::Renewed);
    }
    match renewal.right {
        Right::Extension => extending(core, first, directory),
        // by whoever it names, and by nobody who stands in for them.
        Right::Hold(_) if first.names(&core.writer) => Ok(()),
        Right::Hold(_) => Err(Refusal::NotFound),
    }
}

/// its writer alone, once, to nobody new, and until the day that the flow allows from the first letter on.
fn extending(core: &Core, first: &Core, directory: &Directory) -> Result<(), Refusal> {
    if first.writer != core.writer {
        return Err(Refusal::NotFound);
    }
    let flow =
        directory.nomenclature().and_then(|rules| rules.flow(&core.flow)).ok_or(Refusal::UnknownFlow)?;
    let ceiling = extended_until(flow, first).ok_or(Refusal::Renewed)?;
    // What was extended, or is held, is not extended.
    if first.renews.is_some() {
        return Err(Refusal::Renewed);
    }
    if core.recipients.iter().any(|member| !first.names(member)) {
        return Err(Refusal::RecipientRole);
    }
    if core.expires <= ceiling { Ok(()) } else { Err(Refusal::Retention) }
}

/// an extension says why, by one of the flow's reasons; nothing else that is deposited does.
///
/// # Errors
/// [`Refusal::ReasonMissing`], [`Refusal::ReasonUnknown`].
pub fn extension_reason(
    core: &Core,
    reason: Option<&ReasonCode>,
    directory: &Directory,
) -> Result<(), Refusal> {
    let extends = core.renews.is_some_and(|renewal| renewal.right == Right::Extension);
    let Some(reason) = reason else {
        return if extends { Err(Refusal::ReasonMissing) } else { Ok(()) };
    };
    let rules = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    let flow = rules.flow(&core.flow).ok_or(Refusal::UnknownFlow)?;
    // A text has no place beside a letter.
    let is_one = flow.reasons.contains(reason) && rules.reason(reason).is_some_and(|reason| !reason.text);
    if extends && is_one { Ok(()) } else { Err(Refusal::ReasonUnknown) }
}

/// Until when a letter of a flow can be extended at most; none where it cannot.
#[must_use]
pub fn extended_until(flow: &Flow, first: &Core) -> Option<Timestamp> {
    let days = u64::from(flow.extension_days_max?);
    Some(first.created.plus(days * DAY_SECONDS))
}

/// the half of the rules that this letter itself shows: made under an order that is in force, by a member, for
/// who ordered it and for nobody else, until the order's day. Whether the flow would let them write to PROC is not
/// asked: an order is no exchange of the group's.
pub(super) fn holding(core: &Core, directory: &Directory, now: Timestamp) -> Result<Readers, Refusal> {
    let (renewal, order) = core.renews.zip(core.order()).ok_or(Refusal::Malformed)?;
    let (card, _) = directory.seat(core.group, core.device, now).ok_or(Refusal::NotAMember)?;
    if card.member != core.writer {
        return Err(Refusal::NotAMember);
    }
    sealed_under(core, directory)?;
    let (hold, digest) = directory.hold(core.group, renewal.of, now).ok_or(Refusal::Held)?;
    if digest != order || core.expires != hold.until {
        return Err(Refusal::Held);
    }
    let (member, devices) = directory.orderer(core.group, renewal.of).ok_or(Refusal::Held)?;
    if core.recipients != [member.clone()] || core.version != 1 || core.gate.is_some() {
        return Err(Refusal::RecipientRole);
    }
    Ok(devices.into_iter().map(|device| (device, 0)).collect())
}

/// whether a member may claim a letter in order to say it again, which shows it to nobody: its writer, where it can
/// be extended; and while PROC holds it, whoever it names.
pub(super) fn claiming(
    core: &Core,
    member: &MemberId,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let flow = directory.nomenclature().and_then(|rules| rules.flow(&core.flow));
    let extends = *member == core.writer && flow.is_some_and(|flow| flow.extension_days_max.is_some());
    let passes_on = core.names(member) && obeyable(core, directory, now).is_some();
    if extends || passes_on { Ok(()) } else { Err(Refusal::GrantGround) }
}

/// The order by which PROC holds a letter, if it can be obeyed: it outlasts the letter, until an end of the ladder, and
/// whoever gave it is in office.
fn obeyable(core: &Core, directory: &Directory, now: Timestamp) -> Option<Digest> {
    let (hold, order) = directory.hold(core.group, core.id, now)?;
    let is_end = directory.root().is_some_and(|root| root.buckets.is_end(hold.until));
    let (_, devices) = directory.orderer(core.group, core.id)?;
    let mut reached = devices.iter().map(|device| directory.reader(core.group, *device, true, now));
    let can = hold.until > core.expires && is_end && core.order().is_none();
    (can && reached.any(|card| card.is_some())).then_some(order)
}

/// whether the order stands under which a letter was made. It may have been ended before its day.
///
/// # Errors
/// [`Refusal::Expired`].
pub fn order_stands(core: &Core, directory: &Directory, now: Timestamp) -> Result<(), Refusal> {
    match core.renews {
        Some(Renewal { of, right: Right::Hold(_), .. }) => {
            directory.hold(core.group, of, now).map(drop).ok_or(Refusal::Expired)
        }
        _ => Ok(()),
    }
}

/// as [`chartered`], which is for members: who ordered that a letter is held has signed the order.
///
/// # Errors
/// As for [`chartered`].
pub fn chartered_reader(
    core: &Core,
    member: &MemberId,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    if core.order().is_some() { Ok(()) } else { chartered(core.group, member, core.class, directory, now) }
}

/// Whether a letter was its writer's to write, under the statements as they were.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn written(core: &Core, as_of: &Directory) -> Result<(), Refusal> {
    writing(core, as_of, core.created).map(drop)
}

/// what PROC holds is not taken back before somebody else than its writer has sealed it anew, and what was sealed
/// anew is not taken back at all.
pub(super) fn holds_back(
    core: &Core,
    is_sealed_anew: bool,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let waits = obeyable(core, directory, now).is_some() && !is_sealed_anew;
    if waits || core.order().is_some() { Err(Refusal::Held) } else { Ok(()) }
}

/// An order that a device has to obey: a letter that PROC holds, and that names its member.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn owes(
    core: &Core,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<Renewal>, Refusal> {
    let (card, _) = directory.seat(core.group, device, now).ok_or(Refusal::NotAMember)?;
    let order = obeyable(core, directory, now).ok_or(Refusal::Held)?;
    if !core.names(&card.member) || now >= core.expires {
        return Err(Refusal::NotFound);
    }
    Ok(Authorised(Renewal { of: core.id, core: core.digest(), right: Right::Hold(order) }))
}
