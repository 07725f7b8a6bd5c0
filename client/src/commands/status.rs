//! `pli status`: reader by reader, how far a message is, each step proved from the log.

use super::person;
use crate::cli::Status;
use crate::failure::{Failure, Unverified};
use crate::inbox::{self, List};
use crate::outbox;
use crate::session::{Answered, Session};
use crate::show::{Show, local_time};
use crate::trust;
use serde_json::json;
use shared::cbor;
use shared::crypto::BoxKey;
use shared::directory::Directory;
use shared::ids::{DeviceId, MemberId, MessageId};
use shared::limits::{FRAME_BYTES_MAX, RECORD_BYTES_MAX};
use shared::log::{Act, InvalidConfirmation, Leaf, Outcome, Record, Revealed, TreeHead, commit};
use shared::message::{Core, GrantList, Header};
use shared::seal::open_small;
use shared::signed::{Signed, Verified};
use shared::time::Timestamp;
use shared::wire::{About, Answer, Ask, Notice, Request};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// How far a message is for one device.
struct Step {
    member: MemberId,
    device: Option<DeviceId>,
    state: &'static str,
    at: Timestamp,
}

pub(super) async fn run(session: &mut Session, status: &Status, show: &Show) -> Result<(), Failure> {
    let (header, steps) = steps(session, &status.id).await?;
    let directory = trust::prove(session, About::Group(header.core.group)).await?.directory;
    let readers: Vec<_> = steps
        .iter()
        .map(|step| {
            json!({
                "member": step.member.as_str(),
                "device": step.device.map(|device| device.to_string()),
                "state": step.state,
                "at": step.at.to_string(),
            })
        })
        .collect();
    let object = json!({"id": header.core.id.to_string(), "readers": readers});
    show.result(&object, |words| {
        let line = |step: &Step| {
            words.say(
                &format!("status-{}", step.state),
                &[("name", person(&directory, &step.member).into()), ("date", local_time(step.at).into())],
            )
        };
        steps.iter().map(line).collect()
    });
    session.close();
    Ok(())
}

async fn steps(session: &mut Session, typed: &str) -> Result<(Header, Vec<Step>), Failure> {
    let beginning = inbox::beginning(typed)?;
    let begins = |header: &Header| header.core.id.begins(&beginning);
    let sent =
        inbox::list(session, List::Sent, Some(&beginning)).await?.into_iter().map(|entry| entry.header);
    let mut found: Vec<_> = sent.filter(begins).map(|header| (header, true)).collect();
    for header in outbox::waiting(session)?.into_iter().filter(begins) {
        if !found.iter().any(|(deposited, _)| deposited.core.id == header.core.id) {
            found.push((header, false));
        }
    }
    let (header, is_deposited) = inbox::only(found)?;
    let steps =
        if is_deposited { proved_steps(session, &header).await? } else { recorded_steps(&header.core) };
    Ok((header, steps))
}

/// Not confirmed yet: it is recorded here, and nothing more.
fn recorded_steps(core: &Core) -> Vec<Step> {
    let step = |member: &MemberId| Step {
        member: member.clone(),
        device: None,
        state: "recorded",
        at: core.created,
    };
    core.recipients.iter().map(step).collect()
}

/// The relay's notices, each opened with this device's own key and proved under the checkpoint.
async fn proved_steps(session: &mut Session, header: &Header) -> Result<Vec<Step>, Failure> {
    let message = header.core.id;
    let Answered { answer, mut conversation, head, .. } = session.ask(Ask::Status { message }, &[]).await?;
    let Answer::Status { deposit, count, .. } = answer else { return Err(Unverified::Answer.into()) };
    let tree = head.ok_or(Unverified::Answer)?.tree();
    let own: Signed = conversation.item(FRAME_BYTES_MAX).await?;
    let list: Signed = conversation.item(FRAME_BYTES_MAX).await?;
    let directory = trust::prove(session, About::Group(header.core.group)).await?.directory;
    let key = directory.device_key(header.core.device).ok_or(Unverified::Answer)?;
    let verified = own.verify_by::<Header>(key).map_err(|_| Unverified::Answer)?;
    let list: GrantList = list.verify_by(key).map_err(|_| Unverified::Answer)?.into_value();
    if verified.value() != header || list.core != header.core.digest() {
        return Err(Unverified::Answer.into());
    }
    deposited(session, tree, message, &deposit)?;
    let mut records = Vec::new();
    for _ in 0..count {
        let notice: Notice = conversation.item(FRAME_BYTES_MAX).await?;
        records.push(noticed(session, &directory, tree, message, &notice)?);
    }
    let mut steps = BTreeMap::new();
    for entry in &list.grants {
        let Some(card) = directory.owner(entry.device) else { continue };
        if card.member != header.core.writer {
            let (member, at) = (card.member.clone(), header.core.created);
            steps.insert(entry.device, Step { member, device: Some(entry.device), state: "deposited", at });
        }
    }
    for record in records {
        let step = record.actor.as_ref().and_then(|actor| steps.get_mut(&actor.device));
        if let (Some(step), Some(state)) = (step, state_of(&record))
            && goes_further(step.state, state)
        {
            step.state = state;
            step.at = record.time;
        }
    }
    Ok(steps.into_values().collect())
}

/// The deposit's leaf is the one of the receipt that this device kept, if it kept one.
fn deposited(
    session: &Session,
    tree: TreeHead,
    message: MessageId,
    deposit: &shared::log::Evidence,
) -> Result<(), Failure> {
    deposit.verified(tree)?;
    match session.home.receipt(deposit.index) {
        Some(receipt) if receipt.evidence.leaf != deposit.leaf => Err(InvalidConfirmation::Record.into()),
        Some(receipt) => {
            let record: Record =
                cbor::decode(&receipt.record, RECORD_BYTES_MAX).map_err(|_| InvalidConfirmation::Record)?;
            if record.item == Some(message) { Ok(()) } else { Err(InvalidConfirmation::Record.into()) }
        }
        // Deposited from another device of this member.
        None => Ok(()),
    }
}

fn noticed(
    session: &Session,
    directory: &Directory,
    tree: TreeHead,
    message: MessageId,
    notice: &Notice,
) -> Result<Record, Failure> {
    let Leaf::Record(leaf) = notice.evidence.verified(tree)? else {
        return Err(InvalidConfirmation::Inclusion.into());
    };
    let identity = session.expiry_identity(notice.bucket);
    let key = identity.and_then(|identity| open_small(&identity, &notice.key).ok());
    let key = key.and_then(|key| key.as_slice().try_into().ok().map(Zeroizing::new));
    let inside =
        key.and_then(|key| BoxKey::from_bytes(key).open(notice.index, &message.0, &notice.sealed).ok());
    let inside = inside.ok_or(InvalidConfirmation::Record)?;
    let revealed: Revealed =
        cbor::decode(&inside, 2 * RECORD_BYTES_MAX).map_err(|_| InvalidConfirmation::Record)?;
    if commit(revealed.opening, &revealed.record) != leaf.commitment {
        return Err(InvalidConfirmation::Record.into());
    }
    let record: Record =
        cbor::decode(&revealed.record, RECORD_BYTES_MAX).map_err(|_| InvalidConfirmation::Record)?;
    let fits = record.index == notice.evidence.index
        && record.item == Some(message)
        && is_told_by_its_actor(directory, &record);
    if fits { Ok(record) } else { Err(InvalidConfirmation::Record.into()) }
}

/// The reader's own signed request stands behind the record and says the same. Of a reader who has
/// left the group, the signature can no longer be looked at here; the reviewers of the log can.
fn is_told_by_its_actor(directory: &Directory, record: &Record) -> bool {
    let (Some(actor), Some(request)) = (&record.actor, &record.request) else { return false };
    let told = match directory.device_key(actor.device) {
        Some(key) => request.verify_by::<Request>(key).ok().map(Verified::into_value),
        None => request.peek::<Request>().ok(),
    };
    told.is_some_and(|request| record.tells(&request))
}

fn state_of(record: &Record) -> Option<&'static str> {
    match (record.act, record.outcome) {
        (Act::Delivery, _) => Some("delivered"),
        (Act::Release, _) => Some("released"),
        (Act::Export, _) => Some("exported"),
        (Act::Opening, Outcome::Done) => Some("opened"),
        (Act::Opening, _) => Some("not-verified"),
        (Act::Deposit | Act::LogReading | Act::Refusal, _) => None,
    }
}

/// What was opened stays opened, since the first time, however often it is claimed again.
fn goes_further(from: &str, to: &str) -> bool {
    let rank = |state: &str| match state {
        "deposited" => 0,
        "delivered" => 1,
        "released" | "exported" => 2,
        _ => 3,
    };
    rank(to) > rank(from) || (rank(to) == rank(from) && to != from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_stays_opened_since_the_first_time() {
        assert!(goes_further("deposited", "delivered"));
        assert!(goes_further("released", "opened"));
        assert!(goes_further("opened", "not-verified"), "the last verdict is the one to know");
        for (from, to) in [("opened", "released"), ("opened", "opened"), ("exported", "delivered")] {
            assert!(!goes_further(from, to), "{from} to {to}");
        }
    }
}
