//! `pli status`: reader by reader, how far a message is, each step proved from the log.

use super::person;
use crate::account::{Account, account};
use crate::cli::Status;
use crate::failure::Failure;
use crate::inbox::{self, List};
use crate::outbox;
use crate::session::Session;
use crate::show::{Show, local_time};
use crate::trust;
use serde_json::json;
use shared::ids::{DeviceId, MemberId};
use shared::log::{Act, Outcome, Record};
use shared::message::{Core, Header};
use shared::time::Timestamp;
use shared::wire::About;
use std::collections::BTreeMap;

/// How far a message is for one device.
struct Step {
    member: MemberId,
    device: Option<DeviceId>,
    state: &'static str,
    at: Timestamp,
    /// Whether a copy was written to a folder: it has left Pli's care.
    is_copied: bool,
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
            let id = match (step.state, step.is_copied) {
                ("opened", true) => "status-opened-copied".to_owned(),
                (state, _) => format!("status-{state}"),
            };
            words.say(
                &id,
                &[("name", person(&directory, &step.member).into()), ("date", local_time(step.at).into())],
            )
        };
        furthest(&steps).into_iter().map(line).collect()
    });
    session.close();
    Ok(())
}

/// One step for each reader, the furthest of their devices: a person reads one line about a person.
fn furthest(steps: &[Step]) -> Vec<&Step> {
    let mut of: BTreeMap<&MemberId, &Step> = BTreeMap::new();
    for step in steps {
        let known = of.entry(&step.member).or_insert(step);
        if goes_further(known.state, step.state) || (step.is_copied && !known.is_copied) {
            *known = step;
        }
    }
    of.into_values().collect()
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
        is_copied: false,
    };
    core.recipients.iter().map(step).collect()
}

/// The relay's notices, each opened with this device's own key and proved under the checkpoint.
async fn proved_steps(session: &mut Session, header: &Header) -> Result<Vec<Step>, Failure> {
    let Account { directory, lists, records, .. } = account(session, header).await?;
    let mut steps = BTreeMap::new();
    for (at, entry) in lists.iter().flat_map(|list| list.grants.iter().map(|entry| (list.made, entry))) {
        let Some(member) = directory.owner_ever(entry.device) else { continue };
        if *member != header.core.writer {
            let (member, at) = (member.clone(), at.max(header.core.created));
            let device = Some(entry.device);
            steps.insert(entry.device, Step { member, device, state: "deposited", at, is_copied: false });
        }
    }
    for record in records {
        let step = record.actor.as_ref().and_then(|actor| steps.get_mut(&actor.device));
        if let (Some(step), Some(state)) = (step, state_of(&record)) {
            step.is_copied |= state == "exported";
            if goes_further(step.state, state) {
                (step.state, step.at) = (state, record.time);
            }
        }
    }
    Ok(steps.into_values().collect())
}

fn state_of(record: &Record) -> Option<&'static str> {
    match (record.act, record.outcome) {
        (Act::Delivery, _) => Some("delivered"),
        (Act::Release, _) => Some("released"),
        (Act::Export, _) => Some("exported"),
        (Act::Opening, Outcome::Done) => Some("opened"),
        (Act::Opening, _) => Some("not-verified"),
        (Act::Regrant, _) => Some("regranted"),
        (
            Act::Deposit
            | Act::LogReading
            | Act::HandOver
            | Act::Grant
            | Act::Refusal
            | Act::Connection
            | Act::Expiry
            | Act::Membership
            | Act::Rule
            | Act::Destruction,
            _,
        ) => None,
    }
}

/// What was opened stays opened, since the first time, however often it is claimed again.
fn goes_further(from: &str, to: &str) -> bool {
    let rank = |state: &str| match state {
        "deposited" => 0,
        "delivered" => 1,
        "regranted" => 2,
        "released" | "exported" => 3,
        _ => 4,
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
