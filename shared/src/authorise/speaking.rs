//! Who may speak to the relay at all, see whose statements, and publish one.

use super::Authorised;
use crate::directory::{Directory, InvalidStatement, Judged};
use crate::ids::{DeviceId, GroupId, KeyId, MemberId, PublicKey, Role, RuleId};
use crate::limits::{
    COSIGNED_BYTES_MAX, INVITATION_SECONDS_MAX, OPEN_PROPOSALS_MAX, REQUEST_SECONDS_MAX, RULES_NAMED_MAX,
    STATEMENT_SECONDS_MAX,
};
use crate::log::{Checkpoint, WitnessKey};
use crate::refusal::Refusal;
use crate::signed::Signed;
use crate::statement::{Card, Enrolment, Group, Invitation, Invited, Kind, Proposal};
use crate::time::Timestamp;
use crate::wire::{Ask, Request};

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

/// whether this device may hand what opens earlier records to that one: both review the log.
///
/// # Errors
/// [`Refusal::NotAReviewer`] of who asks, [`Refusal::GrantTarget`] of who would be given.
pub fn handing_over(
    device: DeviceId,
    to: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<MemberId>, Refusal> {
    log_review(device, directory, now)?;
    if to == device {
        return Err(Refusal::GrantTarget);
    }
    log_review(to, directory, now).map_err(|_| Refusal::GrantTarget)
}

/// whether a device may say that it destroyed what opens whatever ended by `destroyed`: of the past alone.
///
/// # Errors
/// [`Refusal::RequestTime`].
pub fn accounting(destroyed: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if destroyed <= now.plus(REQUEST_SECONDS_MAX) { Ok(()) } else { Err(Refusal::RequestTime) }
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
    // who orders holds sees where there are any.
    let orders = directory.has_holds(group) && gives_visas(device, directory);
    let counts = directory.seat(group, device, now).is_some() || directory.leads(group, device, now);
    if counts || orders || log_review(device, directory, now).is_ok() {
        Ok(())
    } else {
        Err(Refusal::NotAMember)
    }
}

/// whether this device may see a charter: as for its group, and who gives it the visa.
///
/// # Errors
/// [`Refusal::NotAMember`].
pub fn seeing_charter(
    group: GroupId,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    if gives_visas(device, directory) { Ok(()) } else { seeing_group(group, device, directory, now) }
}

/// whether this device may see what is proposed in a group, while it waits: whoever may see the group;
/// PROC, for what needs a visa; whoever is named in `group`, the group statement that is proposed; the
/// authority, for a group that it founds. Who belongs is shown to those who belong.
#[must_use]
pub fn seeing_proposal(
    proposal: &Proposal,
    group: Option<&Group>,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> bool {
    if now.since(proposal.link.made) >= STATEMENT_SECONDS_MAX {
        return false;
    }
    let owner = directory.owner(device).map(|card| &card.member);
    let is_leader =
        |leader: DeviceId| leader == device || (owner.is_some() && directory.owner_ever(leader) == owner);
    let is_named = || group.is_some_and(|group| group.leaders().into_iter().any(is_leader));
    let founds = || directory.root().is_some_and(|root| root.authority.id() == device);
    match proposal.of {
        _ if seeing_group(proposal.group, device, directory, now).is_ok() => true,
        Kind::Group => gives_visas(device, directory) || is_named() || founds(),
        Kind::Charter => gives_visas(device, directory),
        _ => false,
    }
}

/// whether this device may have counted what rules stopped in a group: it counts there, and names a few.
///
/// # Errors
/// [`Refusal::NotAMember`], [`Refusal::TooLarge`].
pub fn counting(
    group: GroupId,
    rules: &[RuleId],
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    directory.seat(group, device, now).ok_or(Refusal::NotAMember)?;
    let once = rules.is_sorted_by(|a, b| a < b);
    if once && !rules.is_empty() && rules.len() <= RULES_NAMED_MAX { Ok(()) } else { Err(Refusal::TooLarge) }
}

/// Whether the owner of this device gives visas.
fn gives_visas(device: DeviceId, directory: &Directory) -> bool {
    directory.owner(device).is_some_and(|card| card.function.as_str() == Role::PROC)
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
/// for what a root does; of a witness, for what a witness does; or of a device that nobody knows yet, for
/// its enrolment alone.
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
                | Ask::Counts
                | Ask::Consistency { .. }
        );
        return if of_roots { Ok(root) } else { Err(Refusal::NotEnrolled) };
    }
    if let Some(witness) = witness(request.device, directory) {
        let of_witnesses = matches!(request.ask, Ask::Log | Ask::Consistency { .. } | Ask::Cosign { .. });
        return if of_witnesses { Ok(witness.key()) } else { Err(Refusal::NotEnrolled) };
    }
    enrolled(request.device, directory, now)?;
    directory.device_key(request.device).ok_or(Refusal::NotEnrolled)
}

/// whether who has no certificate may ask this: a device asks for one, or answers an invitation; a
/// root and a witness have none.
#[must_use]
pub fn open_to_strangers(request: &Request, directory: &Directory) -> bool {
    matches!(request.ask, Ask::Certificate { .. } | Ask::Enrol { .. })
        || root_key(request.device, directory).is_some()
        || witness(request.device, directory).is_some()
}

/// A signature of a witness that the relay keeps and shows.
#[derive(Debug)]
pub struct Cosignature {
    /// Whose.
    pub witness: WitnessKey,
    /// When the witness says that it saw the log.
    pub time: Timestamp,
    /// What it signed, with its signature.
    pub checkpoint: Checkpoint,
}

/// whether this is a signature of the witness that brings it, made just now, on a checkpoint of this
/// log. Whether the tree is this log's, the log itself has to say.
///
/// # Errors
/// The [`Refusal`].
pub fn cosigning(
    note: &str,
    device: DeviceId,
    directory: &Directory,
    now: Timestamp,
) -> Result<Authorised<Cosignature>, Refusal> {
    let witness = witness(device, directory).ok_or(Refusal::NotEnrolled)?;
    if note.len() > COSIGNED_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    let relay = &directory.root().ok_or(Refusal::NotEnrolled)?.relay;
    let verified = |note: &str| Checkpoint::verify(&relay.log_origin, relay.log_key, note);
    let checkpoint = verified(note).map_err(|_| Refusal::Malformed)?;
    let time = witness.saw(&checkpoint).ok_or(Refusal::Malformed)?;
    request_time(time, now)?;
    let is_alone = checkpoint.note().lines().count() == checkpoint.alone().lines().count() + 1;
    if !is_alone {
        return Err(Refusal::Malformed);
    }
    Ok(Authorised(Cosignature { witness: witness.clone(), time, checkpoint }))
}

/// The witness of the policy in force that signs with this key.
fn witness(key: KeyId, directory: &Directory) -> Option<&WitnessKey> {
    directory.root()?.witnesses.witness(key)
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

/// Whether a key is one of the two of the root in force.
#[must_use]
pub fn is_root(key: KeyId, directory: &Directory) -> bool {
    root_key(key, directory).is_some()
}

/// Whether an answered invitation waits for this device's member, or for this root, to accept it.
#[must_use]
pub fn seeing_enrolment(enrolment: &Enrolment, device: DeviceId, directory: &Directory) -> bool {
    let invitation: Result<Invitation, _> = enrolment.invitation.peek();
    let Some((root, invitation)) = directory.root().zip(invitation.ok()) else { return false };
    let concerns = match &invitation.to {
        Invited::Member(card) if card.is_hat() => device == root.parquet.id(),
        Invited::Member(_) => device == root.authority.id(),
        Invited::Device(member) => directory.owner(device).is_some_and(|card| card.member == *member),
    };
    concerns && directory.owner_ever(enrolment.device.id()).is_none()
}

/// whether the relay takes a statement now: not from the future, not older than a month, and signed by
/// roots in force and by devices that stand for members in office. A client judges by the time at which it
/// was signed alone.
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
    let gone = |key: &KeyId| match directory.was_root(*key) {
        true => root_key(*key, directory).is_none(),
        false => {
            directory.owner_ever(*key).is_some()
                && directory.owner(*key).is_none_or(|card| !card.in_office(now))
        }
    };
    match judged.signers().iter().any(gone) {
        true => {
            Err(InvalidStatement::Rule("signed by a key that was replaced, or by somebody out of office"))
        }
        false => Ok(()),
    }
}

/// whether whoever signed an invitation may still invite: a root in force, or a device that stands for
/// its member today, with few of its invitations answered and not accepted.
///
/// # Errors
/// [`Refusal::InvitationEnded`].
pub fn inviting(
    signed: &Signed,
    invitation: &Invitation,
    directory: &Directory,
    now: Timestamp,
) -> Result<(), Refusal> {
    let inviter = signed.signatures.first().ok_or(Refusal::InvitationEnded)?.key;
    let Invited::Device(member) = &invitation.to else {
        return root_key(inviter, directory).map(drop).ok_or(Refusal::InvitationEnded);
    };
    let stands = directory.owner(inviter).is_some_and(|card| card.member == *member && card.in_office(now));
    let waits = |enrolment: &Enrolment| {
        let other: Result<Invitation, _> = enrolment.invitation.peek();
        other.is_ok_and(|other| other.id != invitation.id && other.to == invitation.to)
            && directory.owner_ever(enrolment.device.id()).is_none()
            && now.since(enrolment.link.made) < INVITATION_SECONDS_MAX
    };
    let open = directory.enrolments().filter(|(_, enrolment)| waits(enrolment.value())).count();
    if stands && open < OPEN_PROPOSALS_MAX { Ok(()) } else { Err(Refusal::InvitationEnded) }
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
