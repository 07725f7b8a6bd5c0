//! The right to do something, decided from statements and the request alone.
//!
//! The relay asks before it acts; every client asks the same functions before it seals and again
//! before it shows. The answer is a proof type, or a refusal by number. Rule ids are those of
//! `docs/protocol.md`.

use crate::directory::{Directory, InvalidStatement, Judged};
use crate::ids::{DeviceId, Digest, GroupId, KeyId, MemberId, PublicKey, ReasonCode};
use crate::limits::{
    ENVELOPE_MONTHS_MAX, GRANTS_MAX, HEAD_AHEAD_SECONDS_MAX, HEAD_SECONDS_MAX, ORPHAN_SECONDS_MAX,
    RECIPIENTS_MAX, REQUEST_SECONDS_MAX, STATEMENT_SECONDS_MAX,
};
use crate::log::Act;
use crate::message::{Core, GrantEntry, GrantList, Ground, Header, Ruleset};
use crate::refusal::Refusal;
use crate::signed::Signed;
use crate::statement::{Card, Class, Flow, Group};
use crate::time::{DAY_SECONDS, Timestamp};
use crate::wire::{Ask, Request};
use std::collections::{BTreeMap, BTreeSet};

/// Something that the statements allow. Only this module makes one.
#[derive(Clone, Debug)]
pub struct Authorised<T>(T);

impl<T> Authorised<T> {
    /// What is allowed.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// What is allowed, without its proof.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// A deposit that the statements allow.
#[derive(Clone, Debug)]
pub struct Deposit {
    /// The header.
    pub header: Header,
    /// Who can open it.
    pub grants: GrantList,
}

/// A claim that the statements allow.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What will be recorded.
    pub act: Act,
    /// Why.
    pub reason: Option<ReasonCode>,
}

/// What a reader says about a claim.
#[derive(Clone, Copy, Debug)]
pub struct ClaimTerms<'a> {
    /// To read it here, or to write it to a folder.
    pub act: Act,
    /// Why.
    pub reason: Option<&'a ReasonCode>,
    /// Whether a text goes with the reason.
    pub has_text: bool,
    /// Whether the grant rests on a delegation that leads to this device: its member need not be named.
    pub is_delegate: bool,
}

/// Late grants before they are sealed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Granting {
    /// On what ground.
    pub ground: Ground,
    /// To which devices.
    pub devices: Vec<DeviceId>,
}

/// What is known where a late grant list arrives.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Who has a grant already.
    pub granted: &'a BTreeSet<DeviceId>,
    /// Whether the asking device claimed its own with the act [`Act::Regrant`].
    pub claimed: bool,
    /// To whom the delegation leads that the list names, if it names one.
    pub delegate: Option<&'a MemberId>,
}

/// Whether the writer may send what the core says, under these statements.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn core(core: Core, directory: &Directory, now: Timestamp) -> Result<Authorised<Core>, Refusal> {
    let flow = writing(&core, directory, now)?;
    recipients(&core, flow, directory, now)?;
    Ok(Authorised(core))
}

/// Whose each device is that may have a grant for a message: recipients by their place in the list,
/// and the writer after them.
type Readers = BTreeMap<DeviceId, usize>;

/// Whether the writer was allowed to write this and the reader to receive it, under the statements
/// as they were: what a reader asks before anything is shown. The other recipients are their own
/// affair, and may have left since.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn reading(core: &Core, reader: DeviceId, as_of: &Directory) -> Result<(), Refusal> {
    let flow = writing(core, as_of, core.created)?;
    let (card, _) = as_of.seat(core.group, reader, core.created).ok_or(Refusal::NotAMember)?;
    let is_recipient =
        core.recipients.binary_search(&card.member).is_ok() && flow.to.contains(&card.function);
    if is_recipient || card.member == core.writer { Ok(()) } else { Err(Refusal::NotFound) }
}

/// as [`reading`], for a reader who was given a late grant: their device counts today, whatever the
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
    let is_recipient =
        core.recipients.binary_search(&card.member).is_ok() && flow.to.contains(&card.function);
    let may_read = is_recipient || card.member == core.writer || is_delegate;
    if may_read { Ok(()) } else { Err(Refusal::NotFound) }
}

/// The writer's half of the rules; gives the flow.
fn writing<'a>(core: &Core, directory: &'a Directory, now: Timestamp) -> Result<&'a Flow, Refusal> {
    // the writing device counts in the group, and its member may write.
    let (card, seat) = directory.seat(core.group, core.device, now).ok_or(Refusal::NotAMember)?;
    if card.member != core.writer || !seat.writes {
        return Err(Refusal::NotAMember);
    }
    // the roster is signed by those who lead the group today.
    if !directory.is_led(core.group) {
        return Err(Refusal::NotLed);
    }
    // roster and nomenclature are those in force.
    let (roster, digest) = directory.roster(core.group).ok_or(Refusal::NotAMember)?;
    let nomenclature = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    if (core.roster_version, core.roster) != (roster.link.version, digest)
        || Some(core.nomenclature) != directory.nomenclature_digest()
    {
        return Err(Refusal::StaleRoster);
    }
    // the flow exists, travels in this kind of group, and this function may send it.
    let flow = nomenclature.flow(&core.flow).ok_or(Refusal::UnknownFlow)?;
    let group = directory.group(core.group).ok_or(Refusal::NotAMember)?;
    if core.version != 1 || core.class != flow.class {
        return Err(Refusal::Malformed);
    }
    if !flow.groups.contains(&group.kind) {
        return Err(Refusal::GroupKind);
    }
    if !flow.from.contains(&card.function) {
        return Err(Refusal::SenderRole);
    }
    if flow.gate.is_some() || core.approver.is_some() {
        return Err(Refusal::Gate);
    }
    // nothing nominative without a charter in force, signed by who writes.
    chartered(core.group, &core.writer, flow.class, directory, now)?;
    retention(core, flow, directory, now)?;
    // a screening record with the ruleset in force.
    if core.screening.ruleset != Ruleset::form().digest() {
        return Err(Refusal::Screening);
    }
    Ok(flow)
}

/// from class N2 on, whether the group has a charter in force (with its règlement intérieur and
/// PROC's visa, without which there is none) and this member has signed it.
///
/// # Errors
/// [`Refusal::CharterMissing`], [`Refusal::CharterUnsigned`].
pub fn chartered(
    group: GroupId,
    member: &MemberId,
    class: Class,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    if class < Class::N2 {
        return Ok(());
    }
    directory.charter(group, now).ok_or(Refusal::CharterMissing)?;
    if directory.has_signed(group, member, now) { Ok(()) } else { Err(Refusal::CharterUnsigned) }
}

/// Whether a header and its grant list may be deposited by this device now.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn deposit(
    header: &Signed,
    grant_list: &Signed,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<Deposit>, Refusal> {
    let key = directory.device_key(device).ok_or(Refusal::NotEnrolled)?;
    let header: Header = header.verify_by(key).map_err(|_| Refusal::Malformed)?.into_value();
    let grants: GrantList = grant_list.verify_by(key).map_err(|_| Refusal::Malformed)?.into_value();
    if header.core.device != device || header.note().is_none() {
        return Err(Refusal::Malformed);
    }
    let flow = writing(&header.core, directory, now)?;
    let readers = recipients(&header.core, flow, directory, now)?;
    sealing(&header.core, now)?;
    grants_fit(&grants, &header.core, &readers, directory)?;
    Ok(Authorised(Deposit { header, grants }))
}

/// sealed under a head that was at most ten minutes old, so that nothing newer can have been
/// kept from the writer for longer, and not longer ago than an upload is kept. Whether the roster
/// moved meanwhile is asked of the roster itself.
///
/// # Errors
/// [`Refusal::StaleHead`].
pub fn sealing(core: &Core, now: Timestamp) -> Result<(), Refusal> {
    let fresh_head = core.created.since(core.head.time) <= HEAD_SECONDS_MAX
        && core.head.time.since(core.created) <= HEAD_AHEAD_SECONDS_MAX;
    let recent =
        now.since(core.created) <= ORPHAN_SECONDS_MAX && core.created.since(now) <= REQUEST_SECONDS_MAX;
    if fresh_head && recent { Ok(()) } else { Err(Refusal::StaleHead) }
}

/// Whether this device may have its grant for a message now, on these terms.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no. What is not this device's is not found.
pub fn claim(
    core: &Core,
    terms: ClaimTerms<'_>,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<Claim>, Refusal> {
    // still a member of the group, and named in the core.
    let (card, _) = directory.seat(core.group, device, now).ok_or(Refusal::NotFound)?;
    if !core.names(&card.member) && !terms.is_delegate {
        return Err(Refusal::NotFound);
    }
    if now >= core.expires {
        return Err(Refusal::Expired);
    }
    // who has not signed the charter in force opens nothing nominative.
    chartered(core.group, &card.member, core.class, directory, now)?;
    let nomenclature = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    let asked = nomenclature.flow(&core.flow).map_or(&[][..], |flow| &flow.reasons);
    let reason =
        terms.reason.map(|code| nomenclature.reason(code).ok_or(Refusal::ReasonUnknown)).transpose()?;
    match reason {
        // a claim that shows nothing needs no reason.
        None if !asked.is_empty() && terms.act != Act::Regrant => return Err(Refusal::ReasonMissing),
        Some(reason) if !asked.is_empty() && !asked.contains(&reason.code) => {
            return Err(Refusal::ReasonUnknown);
        }
        // A text goes with the reason that asks for one, and with no other.
        Some(reason) if reason.text != terms.has_text => return Err(Refusal::ReasonMissing),
        None if terms.has_text => return Err(Refusal::ReasonMissing),
        _ => {}
    }
    Ok(Authorised(Claim { act: terms.act, reason: terms.reason.cloned() }))
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
    delegate: Option<&MemberId>,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<Granting>, Refusal> {
    let (card, _) = directory.seat(core.group, issuer, now).ok_or(Refusal::NotFound)?;
    if !core.names(&card.member) {
        return Err(Refusal::NotFound);
    }
    if now >= core.expires {
        return Err(Refusal::Expired);
    }
    let is_theirs: &dyn Fn(&MemberId) -> bool = match granting.ground {
        Ground::Device if card.member == core.writer => &|owner| core.names(owner),
        Ground::Delegation(_) if core.recipients.binary_search(&card.member).is_ok() => {
            &|owner| delegate == Some(owner)
        }
        _ => return Err(Refusal::GrantGround),
    };
    if granting.devices.is_empty() || granting.devices.len() > GRANTS_MAX {
        return Err(Refusal::GrantTarget);
    }
    let flow = directory.nomenclature().and_then(|rules| rules.flow(&core.flow));
    let flow = flow.ok_or(Refusal::UnknownFlow)?;
    for device in &granting.devices {
        let (owner, _) = directory.seat(core.group, *device, now).ok_or(Refusal::GrantTarget)?;
        let may_receive = owner.member == core.writer || flow.to.contains(&owner.function);
        if !may_receive
            || !is_theirs(&owner.member)
            || directory.bucket_ending(*device, core.expires).is_none()
        {
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
    granting(core, Granting { ground: list.ground, devices }, device, known.delegate, directory, now)?;
    let ours =
        list.version == 1 && list.message == core.id && list.core == core.digest() && list.issuer == device;
    if !ours {
        return Err(Refusal::Malformed);
    }
    if !known.claimed {
        return Err(Refusal::NotClaimed);
    }
    let in_order = list.grants.is_sorted_by(|a, b| a.device < b.device);
    let fits = |grant: &GrantEntry| {
        !known.granted.contains(&grant.device)
            && grant.bucket.ends == core.expires
            && is_published(grant, directory)
    };
    if in_order && list.grants.iter().all(fits) { Ok(Authorised(list)) } else { Err(Refusal::GrantTarget) }
}

/// To whom a delegation leads now for what this core says: one that a recipient of it made.
#[must_use]
pub fn delegate(delegation: Digest, core: &Core, directory: &Directory, now: Timestamp) -> Option<MemberId> {
    let absent = delegator(delegation, core, directory)?;
    directory.delegate(core.group, absent, &core.flow, now).cloned()
}

/// To whom it leads, or will when it begins: grants are made when the delegation is, and open nothing
/// before its first day.
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
#[must_use]
pub fn lost(group: GroupId, device: DeviceId, directory: &Directory, now: Timestamp) -> bool {
    let Some(card) = directory.owner(device) else { return true };
    let has_ended = card.until.is_some_and(|until| until <= now);
    has_ended || !directory.is_seated(group, device)
}

/// Whether the owner of this device reviews the log.
///
/// # Errors
/// [`Refusal::NotAReviewer`].
pub fn log_review(
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<MemberId>, Refusal> {
    let card = directory.owner(device).ok_or(Refusal::NotEnrolled)?;
    if directory.auditors(now).contains(&device) {
        Ok(Authorised(card.member.clone()))
    } else {
        Err(Refusal::NotAReviewer)
    }
}

/// whether this device may see the statements of a group: it counts there, or its owner reviews
/// the log. An unknown group and a forbidden one get the same answer.
///
/// # Errors
/// [`Refusal::NotAMember`].
pub fn seeing_group(
    group: GroupId,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let counts = directory.seat(group, device, now).is_some() || directory.leads(group, device, now);
    if counts || log_review(device, directory, now).is_ok() { Ok(()) } else { Err(Refusal::NotAMember) }
}

/// whether this device may see a member's card, with the name and telephone beside it: any card
/// of the annuaire, which is there to be consulted (convention art. 2); a protected one (art. 7) is
/// seen by those who share a group with it, and by a reviewer of the log.
///
/// # Errors
/// [`Refusal::NotFound`].
pub fn seeing_card(
    member: &MemberId,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let listed = directory.card(member).is_some_and(|card| !card.protected);
    let own = directory.owner(device).is_some_and(|card| card.member == *member);
    let together = |group: &Group| {
        directory.seat(group.id, device, now).is_some()
            && directory.roster(group.id).is_some_and(|(roster, _)| roster.seat(member).is_some())
    };
    let reviews = log_review(device, directory, now).is_ok();
    if listed || own || reviews || directory.all_groups().any(together) {
        Ok(())
    } else {
        Err(Refusal::NotFound)
    }
}

/// whether this device may upload at all: it counts in some group.
///
/// # Errors
/// [`Refusal::NotAMember`].
pub fn uploading(device: DeviceId, directory: &Directory, now: Timestamp) -> Result<(), Refusal> {
    let counts = directory.all_groups().any(|group| directory.seat(group.id, device, now).is_some());
    if counts { Ok(()) } else { Err(Refusal::NotAMember) }
}

/// Whether this device may speak at all: it is on a card whose owner is in office.
///
/// # Errors
/// [`Refusal::NotEnrolled`].
pub fn enrolled(device: DeviceId, directory: &Directory, now: Timestamp) -> Result<&Card, Refusal> {
    directory.owner(device).filter(|card| card.in_office(now)).ok_or(Refusal::NotEnrolled)
}

/// the key by which a request is verified: that of a device whose owner is in office; of a root,
/// for what a root does; or of a device that nobody knows yet, for its enrolment alone.
///
/// # Errors
/// [`Refusal::NotEnrolled`].
pub fn speaking(request: &Request, directory: &Directory, now: Timestamp) -> Result<PublicKey, Refusal> {
    if let Ask::Enrol { key, .. } = &request.ask {
        return if key.id() == request.device { Ok(*key) } else { Err(Refusal::NotEnrolled) };
    }
    if let Some(root) = root_key(request.device, directory) {
        let of_roots = matches!(
            request.ask,
            Ask::Log
                | Ask::Statements(_)
                | Ask::Statement { .. }
                | Ask::Publish { .. }
                | Ask::Consistency { .. }
        );
        return if of_roots { Ok(root) } else { Err(Refusal::NotEnrolled) };
    }
    enrolled(request.device, directory, now)?;
    directory.device_key(request.device).ok_or(Refusal::NotEnrolled)
}

/// whether who has no certificate may ask this: a device asks for one, or answers an invitation; a
/// root has none.
#[must_use]
pub fn open_to_strangers(request: &Request, directory: &Directory) -> bool {
    matches!(request.ask, Ask::Certificate { .. } | Ask::Enrol { .. })
        || root_key(request.device, directory).is_some()
}

/// Whether a key is one of the two roots'.
fn root_key(key: KeyId, directory: &Directory) -> Option<PublicKey> {
    let root = directory.root()?;
    [root.authority, root.parquet].into_iter().find(|root| root.id() == key)
}

/// whether every card may be seen by this key: a root's, which certifies them, or a reviewer's.
///
/// # Errors
/// [`Refusal::NotAReviewer`].
pub fn certifying(key: KeyId, directory: &Directory, now: Timestamp) -> Result<(), Refusal> {
    if root_key(key, directory).is_some() { Ok(()) } else { log_review(key, directory, now).map(drop) }
}

/// whether the relay takes a statement now: not from the future, not older than a month, and
/// signed by roots in force and by devices that stand for members in office. A client judges by the time at which it was
/// signed alone.
///
/// # Errors
/// [`InvalidStatement::Rule`].
pub fn publishing(judged: &Judged, directory: &Directory, now: Timestamp) -> Result<(), InvalidStatement> {
    if judged.made() > now.plus(REQUEST_SECONDS_MAX) {
        return Err(InvalidStatement::Rule("signed in the future: look at the clock"));
    }
    if now.since(judged.made()) > STATEMENT_SECONDS_MAX {
        return Err(InvalidStatement::Rule("signed more than a month ago"));
    }
    let gone = |key: &KeyId| match directory.owner_ever(*key) {
        Some(_) => directory.owner(*key).is_none_or(|card| !card.in_office(now)),
        None => directory.was_root(*key) && root_key(*key, directory).is_none(),
    };
    match judged.signers().iter().any(gone) {
        true => {
            Err(InvalidStatement::Rule("signed by a key that was replaced, or by somebody out of office"))
        }
        false => Ok(()),
    }
}

/// whether a request is of now, by its own time. Asked when it arrives, and again when its record
/// is made: a record that comes later tells another story than the request.
///
/// # Errors
/// [`Refusal::RequestTime`].
pub fn request_time(asked: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let apart = now.since(asked).max(asked.since(now));
    if apart <= REQUEST_SECONDS_MAX { Ok(()) } else { Err(Refusal::RequestTime) }
}

/// The digest of the ruleset in force.
#[must_use]
pub fn ruleset() -> Digest {
    Ruleset::form().digest()
}

/// the recipients are members of the group whose function may receive the flow.
fn recipients(core: &Core, flow: &Flow, directory: &Directory, now: Timestamp) -> Result<Readers, Refusal> {
    let named = &core.recipients;
    if named.is_empty() || named.len() > RECIPIENTS_MAX || !named.is_sorted_by(|a, b| a < b) {
        return Err(Refusal::RecipientRole);
    }
    let mut readers = Readers::new();
    for (place, member) in named.iter().chain([&core.writer]).enumerate() {
        let devices = directory.devices_in(core.group, member, now);
        let may_receive = !devices.is_empty()
            && directory.card(member).is_some_and(|card| flow.to.contains(&card.function));
        if place < named.len() && (*member == core.writer || !may_receive) {
            return Err(Refusal::RecipientRole);
        }
        // nor is anything nominative sealed to who has not signed.
        chartered(core.group, member, flow.class, directory, now).map_err(|_| Refusal::RecipientUnsigned)?;
        readers.extend(devices.into_iter().map(|device| (device, place)));
    }
    Ok(readers)
}

/// the expiry is the end of a bucket, in the future, and not over the ceiling.
fn retention(core: &Core, flow: &Flow, directory: &Directory, now: Timestamp) -> Result<(), Refusal> {
    let days = u64::from(flow.retention_days_max).min(u64::from(ENVELOPE_MONTHS_MAX) * 31);
    let ceiling = now.plus(days * DAY_SECONDS).plus(REQUEST_SECONDS_MAX);
    if core.expires <= now || core.expires > ceiling {
        return Err(Refusal::Retention);
    }
    let ladder = &directory.root().ok_or(Refusal::NotFound)?.buckets;
    if ladder.is_end(core.expires) { Ok(()) } else { Err(Refusal::BucketEnd) }
}

/// the grants are for this core, for devices of those it names and no others, and everybody
/// named has one.
fn grants_fit(
    grants: &GrantList,
    core: &Core,
    readers: &Readers,
    directory: &Directory,
) -> Result<(), Refusal> {
    let ours = grants.version == 1
        && grants.message == core.id
        && grants.core == core.digest()
        && grants.issuer == core.device
        && grants.ground == Ground::Writer;
    if !ours || grants.grants.len() > GRANTS_MAX {
        return Err(Refusal::Malformed);
    }
    if !grants.grants.is_sorted_by(|a, b| a.device < b.device) {
        return Err(Refusal::GrantTarget);
    }
    let mut reached = vec![false; core.recipients.len() + 1];
    for grant in &grants.grants {
        let place = readers.get(&grant.device).ok_or(Refusal::GrantTarget)?;
        if !is_published(grant, directory) || grant.bucket.ends != core.expires {
            return Err(Refusal::GrantTarget);
        }
        reached[*place] = true;
    }
    if reached.into_iter().all(|reached| reached) { Ok(()) } else { Err(Refusal::GrantTarget) }
}

fn is_published(grant: &GrantEntry, directory: &Directory) -> bool {
    let page = directory.key_page(grant.device, grant.bucket.tier);
    page.is_some_and(|page| page.value().buckets.contains(&grant.bucket))
}
