//! What is said of a letter that waits for an agreement, in every list: whose, since when, until when, and what came of it.

use super::person;
use crate::account::Account;
use crate::show::{local_date, local_time};
use crate::words::Words;
use serde_json::{Value, json};
use shared::directory::Directory;
use shared::ids::ReasonCode;
use shared::log::Act;
use shared::message::Core;
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::Decision;

/// How far the agreement is, for scripts and catalogues.
fn state(until: Timestamp, decision: Option<&Decision>, now: Timestamp) -> &'static str {
    match decision {
        Some(Decision::Approved { .. }) => "approved",
        Some(Decision::Rejected { .. }) => "rejected",
        None if now < until => "waiting",
        None => "lapsed",
    }
}

/// Whether it still waits.
pub(super) fn is_open(core: &Core, decision: Option<&Decision>, now: Timestamp) -> bool {
    core.gate.as_ref().is_some_and(|gate| state(gate.until, decision, now) == "waiting")
}

/// For scripts.
pub(super) fn json(core: &Core, decision: Option<&Decision>, now: Timestamp) -> Option<Value> {
    let gate = core.gate.as_ref()?;
    let mut object = json!({
        "approver": gate.approver.as_str(),
        "until": gate.until.to_string(),
        "state": state(gate.until, decision, now),
    });
    match decision {
        Some(Decision::Approved { at, until }) => {
            object["at"] = json!(at.to_string());
            object["readable_until"] = json!(until.to_string());
        }
        Some(Decision::Rejected { at, reason }) => {
            object["at"] = json!(at.to_string());
            object["reason"] = json!(reason.as_str());
        }
        None => {}
    }
    Some(object)
}

/// One line about it, as its writer and its approver read it.
pub(super) fn line(
    core: &Core,
    decision: Option<&Decision>,
    directory: &Directory,
    now: Timestamp,
    words: &Words,
) -> Option<String> {
    let gate = core.gate.as_ref()?;
    let function = directory.card(&gate.approver).map(|card| card.function.to_string());
    let name = format!("{} ({})", person(directory, &gate.approver), function.unwrap_or_default());
    let mut arguments = vec![
        ("name", name.into()),
        ("days", days_since(core.created, now).into()),
        ("until", local_time(gate.until).into()),
    ];
    let id = match decision {
        Some(Decision::Approved { at, until }) => {
            arguments.extend([("date", local_date(*at).into()), ("end", local_time(*until).into())]);
            "gate-approved"
        }
        Some(Decision::Rejected { at, reason }) => {
            let reason = title(directory, reason);
            arguments.extend([("date", local_date(*at).into()), ("reason", reason.into())]);
            "gate-rejected"
        }
        None if now < gate.until => "gate-waiting",
        None => "gate-lapsed",
    };
    Some(words.say(id, &arguments))
}

/// What was decided, as the writer's copies of the records prove it.
pub(super) fn decided(account: &Account) -> Option<Decision> {
    account.records.iter().find_map(|record| match record.act {
        Act::Approval => Some(Decision::Approved { at: record.time, until: record.expires? }),
        Act::Rejection => Some(Decision::Rejected { at: record.time, reason: record.reason.clone()? }),
        _ => None,
    })
}

/// Why, as people read it.
fn title(directory: &Directory, reason: &ReasonCode) -> String {
    let known = directory.nomenclature().and_then(|rules| rules.rejection(reason));
    known.map_or_else(|| reason.to_string(), |reason| reason.title.clone())
}

/// Whole days that have passed.
pub(super) fn days_since(then: Timestamp, now: Timestamp) -> u64 {
    now.since(then) / DAY_SECONDS
}
