//! The right to do something, decided from statements and the request alone.
//!
//! The relay asks before it acts; every client asks the same functions before it seals and again
//! before it shows. The answer is a proof type, or a refusal by number. Rule ids are those of
//! `docs/protocol.md`.

mod agreeing;
mod late;
mod renewing;
mod speaking;

pub use agreeing::{agreed, approvers, needed, rejecting};
pub use late::{
    Granting, Known, delegate, delegate_to_be, granting, is_delegate, late_grants, lost, reading_late,
    retiring,
};
pub use renewing::{First, chartered_reader, extended_until, extension_reason, order_stands, owes, written};
pub use speaking::{
    Cosignature, accounting, certifying, cosigning, counting, enrolled, handing_over, inviting, is_root,
    log_review, open_to_strangers, publishing, request_time, seeing_card, seeing_charter, seeing_enrolment,
    seeing_group, seeing_proposal, speaking, uploading,
};

use crate::directory::Directory;
use crate::form::{self, Form};
use crate::ids::{DeviceId, GroupId, MemberId, ReasonCode};
use crate::limits::{
    ENVELOPE_MONTHS_MAX, GRANTS_MAX, HEAD_AHEAD_SECONDS_MAX, HEAD_SECONDS_MAX, ORPHAN_SECONDS_MAX,
    RECIPIENTS_MAX, REQUEST_SECONDS_MAX,
};
use crate::log::Act;
use crate::message::{Core, GrantEntry, GrantList, Ground, Header, is_reread};
use crate::nomenclature::{Class, Flow};
use crate::refusal::Refusal;
use crate::signed::Signed;
use crate::statement::Card;
use crate::time::{DAY_SECONDS, Timestamp};
use crate::wire::Annexed;
use std::collections::BTreeMap;

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
    /// Whether the writer took the message back, or who had to agree did not.
    pub is_retired: bool,
    /// When what the grant is sealed to dies.
    pub ends: Timestamp,
}

/// Whether the writer may send what the core says, under these statements.
///
/// # Errors
/// The [`Refusal`] of the first rule that says no.
pub fn core(
    core: Core,
    first: Option<First<'_>>,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<Core>, Refusal> {
    sending(&core, first, directory, now)?;
    Ok(Authorised(core))
}

/// Whether the core may be sent, and to whose devices.
fn sending(
    core: &Core,
    first: Option<First<'_>>,
    directory: &Directory,
    now: Timestamp,
) -> Result<Readers, Refusal> {
    let readers = match core.order() {
        Some(_) => renewing::holding(core, directory, now)?,
        None => {
            let flow = writing(core, directory, now)?;
            recipients(core, flow, directory, now)?
        }
    };
    renewing::renewing(core, first, directory, now)?;
    Ok(readers)
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
    if core.order().is_some() {
        // it is for who ordered it, and whoever passed it on keeps nothing by it.
        let readers = renewing::holding(core, as_of, core.created)?;
        return if readers.contains_key(&reader) { Ok(()) } else { Err(Refusal::NotFound) };
    }
    let flow = writing(core, as_of, core.created)?;
    let (card, _) = as_of.seat(core.group, reader, core.created).ok_or(Refusal::NotAMember)?;
    let is_recipient = core.is_for(&card.member) && flow.to.contains(&card.function);
    let is_asked = core.approver() == Some(&card.member);
    if !is_recipient && !is_asked && card.member != core.writer {
        return Err(Refusal::NotFound);
    }
    closed(core, flow, as_of, core.created)
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
    sealed_under(core, directory)?;
    screened(core, directory, now)?;
    let nomenclature = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
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
    agreeing::gated(core, flow, card, directory, now)?;
    if flow.referents {
        referents(core, card, directory)?;
    }
    // nothing nominative without a charter in force, signed by who writes.
    chartered(core.group, &core.writer, flow.class, directory, now)?;
    retention(core, flow, directory, now)?;
    Ok(flow)
}

/// roster and nomenclature are those in force.
fn sealed_under(core: &Core, directory: &Directory) -> Result<(), Refusal> {
    let (roster, digest) = directory.roster(core.group).ok_or(Refusal::NotAMember)?;
    directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    if (core.roster_version, core.roster) != (roster.link.version, digest)
        || Some(core.nomenclature) != directory.nomenclature_digest()
    {
        return Err(Refusal::StaleRoster);
    }
    Ok(())
}

/// the ruleset of the screening record is the one in force, or was until a while ago; and whoever let
/// something pass as a second person may do so.
fn screened(core: &Core, directory: &Directory, now: Timestamp) -> Result<(), Refusal> {
    let rules = directory.screens_by(core.screening.ruleset, now);
    let second = core.screening.reread.as_ref().is_none_or(|signed| is_reread(core, signed, directory));
    if rules && second { Ok(()) } else { Err(Refusal::Screening) }
}

/// what is for the two référents goes to both and to nobody else: one of the writer's own organisation,
/// one of the other side, each with a function of their own.
fn referents(core: &Core, writer: &Card, directory: &Directory) -> Result<(), Refusal> {
    let [one, other] = &core.recipients[..] else { return Err(Refusal::Referents) };
    let (one, other) = directory.card(one).zip(directory.card(other)).ok_or(Refusal::RecipientRole)?;
    let is_colleague = |card: &Card| card.organisation.id == writer.organisation.id;
    let two_sides = is_colleague(one) != is_colleague(other) && one.function != other.function;
    if two_sides { Ok(()) } else { Err(Refusal::Referents) }
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
    first: Option<First<'_>>,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<Deposit>, Refusal> {
    let key = directory.device_key(device).ok_or(Refusal::NotEnrolled)?;
    let header: Header = header.verify_by(key).map_err(|_| Refusal::Malformed)?.into_value();
    let grants: GrantList = grant_list.verify_by(key).map_err(|_| Refusal::Malformed)?.into_value();
    if header.core.device != device || header.note().is_none() {
        return Err(Refusal::Malformed);
    }
    let readers = sending(&header.core, first, directory, now)?;
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
    let is_held = core.order().is_some();
    let card = directory.reader(core.group, device, is_held, now).ok_or(Refusal::NotFound)?;
    if !core.names(&card.member) && !terms.is_delegate {
        return Err(Refusal::NotFound);
    }
    if now >= terms.ends {
        return Err(Refusal::Expired);
    }
    order_stands(core, directory, now)?;
    // who has not signed the charter in force opens nothing nominative.
    chartered_reader(core, &card.member, directory, now)?;
    if terms.act == Act::Renewal {
        renewing::claiming(core, &card.member, directory, now)?;
    }
    let nomenclature = directory.nomenclature().ok_or(Refusal::UnknownFlow)?;
    let flow = nomenclature.flow(&core.flow);
    // Of a flow that the nomenclature has no more, what is nominative still asks for a reason.
    let any: Vec<ReasonCode> = nomenclature.reasons.iter().map(|reason| reason.code.clone()).collect();
    let asked = match flow {
        Some(flow) => &flow.reasons[..],
        None if core.class >= Class::N2 => &any[..],
        None => &[],
    };
    let reason =
        terms.reason.map(|code| nomenclature.reason(code).ok_or(Refusal::ReasonUnknown)).transpose()?;
    match reason {
        // a claim that shows nothing needs no reason.
        None if !asked.is_empty() && !terms.act.shows_nothing() => return Err(Refusal::ReasonMissing),
        Some(reason) if !asked.is_empty() && !asked.contains(&reason.code) => {
            return Err(Refusal::ReasonUnknown);
        }
        // A text goes with the reason that asks for one, and with no other.
        Some(reason) if reason.text != terms.has_text => return Err(Refusal::ReasonMissing),
        None if terms.has_text => return Err(Refusal::ReasonMissing),
        _ => {}
    }
    // to whoever could have read it, and to nobody else.
    if terms.is_retired {
        return Err(Refusal::Retired);
    }
    Ok(Authorised(Claim { act: terms.act, reason: terms.reason.cloned() }))
}

/// what goes to the auditors goes to devices of theirs, to each once, and to one at least.
///
/// # Errors
/// [`Refusal::GrantTarget`].
pub fn annexed(annex: Option<&Annexed>, directory: &Directory, now: Timestamp) -> Result<(), Refusal> {
    let Some(Annexed { devices, .. }) = annex else { return Ok(()) };
    let auditors = directory.auditors(now);
    let to_auditors = devices.iter().all(|(device, _)| auditors.contains(device));
    let once = devices.is_sorted_by(|(a, _), (b, _)| a < b);
    if to_auditors && once && !devices.is_empty() { Ok(()) } else { Err(Refusal::GrantTarget) }
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
    closed(core, flow, directory, now)?;
    // before somebody agreed, to none of them.
    match &core.gate {
        Some(gate) => agreeing::first_readers(core, gate, flow, directory, now),
        None => Ok(readers),
    }
}

/// what the form says of who may read it and until when. What is about an address goes, of those whose
/// function is held for a territory, to whose territory has it; and it ends when the person whom it is about turns
/// twenty-five, or on the day that the flow counts from what it says.
///
/// Asked by clients alone, before they seal and after they open: it is inside.
///
/// # Errors
/// [`Refusal::Territory`], [`Refusal::Retention`].
pub fn filled(core: &Core, form: &Form, directory: &Directory) -> Result<(), Refusal> {
    let Some(rules) = directory.nomenclature() else { return Ok(()) };
    let Some(flow) = rules.flow(&core.flow) else { return Ok(()) };
    let places = form.places(flow);
    let is_local = |card: &Card| rules.roles.get(&card.function).is_some_and(|role| role.local);
    let fits = |card: &Card| !is_local(card) || places.iter().all(|place| place.is_in(&card.territory));
    let mut cards = core.recipients.iter().filter_map(|member| directory.card(member));
    if !cards.all(fits) {
        return Err(Refusal::Territory);
    }
    let outlasts = form::latest_end(flow, form, core.created).is_some_and(|latest| core.expires > latest);
    if outlasts { Err(Refusal::Retention) } else { Ok(()) }
}

/// a closed list is everybody in the group who stands on it, and nobody else (convention art. 4).
fn closed(core: &Core, flow: &Flow, directory: &Directory, now: Timestamp) -> Result<(), Refusal> {
    if flow.closed.is_empty() {
        return Ok(());
    }
    let (roster, _) = directory.roster(core.group).ok_or(Refusal::NotAMember)?;
    let stands = |member: &&MemberId| {
        let is_meant = directory.card(member).is_some_and(|card| flow.closed.contains(&card.function));
        is_meant && **member != core.writer && !directory.devices_in(core.group, member, now).is_empty()
    };
    let mut meant: Vec<_> = roster.seats.iter().map(|seat| &seat.member).filter(stands).collect();
    meant.sort_unstable();
    if meant.into_iter().eq(&core.recipients) { Ok(()) } else { Err(Refusal::ClosedList) }
}

/// what a letter answers is a letter of the same group, of a flow that it may answer, and names who writes. What
/// has expired since is not asked about.
///
/// # Errors
/// [`Refusal::Answers`].
pub fn answering(core: &Core, answered: Option<&Core>, directory: &Directory) -> Result<(), Refusal> {
    let Some(answered) = answered else { return Ok(()) };
    let flow =
        directory.nomenclature().and_then(|rules| rules.flow(&core.flow)).ok_or(Refusal::UnknownFlow)?;
    let may_answer = flow.answers.is_empty() || flow.answers.contains(&answered.flow);
    let fits =
        core.reply_to == Some(answered.id) && answered.group == core.group && answered.names(&core.writer);
    if fits && may_answer { Ok(()) } else { Err(Refusal::Answers) }
}

/// the expiry is the end of a bucket, in the future, and not over the ceiling.
fn retention(core: &Core, flow: &Flow, directory: &Directory, now: Timestamp) -> Result<(), Refusal> {
    // what extends another letter is bounded from that one on, too.
    let days_max =
        if core.renews.is_some() { flow.extension_days_max } else { Some(flow.retention_days_max) };
    let days = u64::from(days_max.ok_or(Refusal::Renewed)?).min(u64::from(ENVELOPE_MONTHS_MAX) * 31);
    // what waits for an agreement counts from there.
    let from = core.gate.as_ref().map_or(now, |gate| gate.until);
    let ceiling = from.plus(days * DAY_SECONDS).plus(REQUEST_SECONDS_MAX);
    // A day or a year that stands in the form is for those to ask who see it.
    if core.expires <= now || core.expires > ceiling {
        return Err(Refusal::Retention);
    }
    // What the archives have to agree to, they have agreed to.
    let class = directory.nomenclature().and_then(|rules| rules.retention_of(flow));
    if class.is_some_and(|class| class.needs_visa && class.visa.is_none()) {
        return Err(Refusal::Visa);
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
    // The writer reads what they write; who passes on what is held does not.
    let writers = usize::from(core.order().is_none());
    let others = if core.gate.is_some() { 1 } else { core.recipients.len() };
    let mut reached = vec![false; others + writers];
    for grant in &grants.grants {
        let place = readers.get(&grant.device).ok_or(Refusal::GrantTarget)?;
        if !is_published(grant, directory) || grant.bucket.ends != core.first_end() {
            return Err(Refusal::GrantTarget);
        }
        reached[*place] = true;
    }
    if reached.into_iter().all(|reached| reached) { Ok(()) } else { Err(Refusal::GrantTarget) }
}

fn is_published(grant: &GrantEntry, directory: &Directory) -> bool {
    directory.key_page(grant.device, grant.bucket).is_some()
}
