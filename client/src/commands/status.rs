//! `pli status`: reader by reader, how far a message is, each step proved from the log.

use super::{gate, person};
use crate::account::{Account, account};
use crate::cli::Status;
use crate::failure::Failure;
use crate::inbox::{self, List};
use crate::outbox;
use crate::session::Session;
use crate::show::{Show, local_time};
use crate::trust;
use crate::words::Words;
use serde_json::{Value as Json, json};
use shared::directory::Directory;
use shared::ids::{DeviceId, MemberId};
use shared::log::{Act, Outcome, Record};
use shared::message::{Core, Header};
use shared::time::Timestamp;
use shared::wire::About;
use std::collections::BTreeMap;

/// How far a message is for one device.
pub(super) struct Step {
    pub(super) member: MemberId,
    device: Option<DeviceId>,
    state: &'static str,
    at: Timestamp,
    /// Whether a copy was written to a folder: it has left Pli's care.
    is_copied: bool,
}

impl Step {
    /// Whether what opens it was given out: what happened then, nobody takes back.
    pub(super) fn is_read(&self) -> bool {
        !matches!(self.state, "recorded" | "deposited" | "delivered")
    }

    pub(super) fn json(&self) -> Json {
        json!({
            "member": self.member.as_str(),
            "device": self.device.map(|device| device.to_string()),
            "state": self.state,
            "at": self.at.to_string(),
        })
    }

    pub(super) fn line(&self, directory: &Directory, words: &Words) -> String {
        let id = match (self.state, self.is_copied) {
            ("opened", true) => "status-opened-copied".to_owned(),
            (state, _) => format!("status-{state}"),
        };
        let name = person(directory, &self.member);
        words.say(&id, &[("name", name.into()), ("date", local_time(self.at).into())])
    }
}

pub(super) async fn run(session: &mut Session, status: &Status, show: &Show) -> Result<(), Failure> {
    let (header, account) = found(session, &status.id).await?;
    let steps = account.as_ref().map_or_else(|| recorded_steps(&header.core), |it| steps(&header.core, it));
    let directory = trust::prove(session, About::Group(header.core.group)).await?.directory;
    let retired = account.as_ref().and_then(Account::retirement);
    let (decision, now) = (account.as_ref().and_then(gate::decided), session.now());
    // What is not deposited yet waits for nothing.
    let gated = account.as_ref().map(|_| &header.core);
    let mut object = json!({
        "id": header.core.id.to_string(),
        "flow": header.core.flow.as_str(),
        "title": super::flow_title(directory.nomenclature(), &header),
        "created": header.core.created.to_string(),
        "readers": steps.iter().map(Step::json).collect::<Vec<_>>(),
    });
    if let Some(gate) = gated.and_then(|core| gate::json(core, decision.as_ref(), now)) {
        object["gate"] = gate;
    }
    if let Some(record) = retired {
        object["retired"] = json!({"at": record.time.to_string(), "because": record.reference});
    }
    show.result(&object, |words| {
        let lines = furthest(&steps).into_iter().map(|step| step.line(&directory, words));
        let retired = retired.map(|record| {
            let because =
                words.say(&format!("because-{}", record.reference.as_deref().unwrap_or_default()), &[]);
            let arguments = [("date", local_time(record.time).into()), ("because", because.into())];
            words.say("status-retired", &arguments)
        });
        let gate = gated.and_then(|core| gate::line(core, decision.as_ref(), &directory, now, words));
        retired.into_iter().chain(gate).chain(lines).collect()
    });
    session.close();
    Ok(())
}

/// One step for each reader, the furthest of their devices: a person reads one line about a person.
pub(super) fn furthest(steps: &[Step]) -> Vec<&Step> {
    let mut of: BTreeMap<&MemberId, &Step> = BTreeMap::new();
    for step in steps {
        let known = of.entry(&step.member).or_insert(step);
        if goes_further(known.state, step.state) || (step.is_copied && !known.is_copied) {
            *known = step;
        }
    }
    of.into_values().collect()
}

/// The letter, and what became of it once it was deposited.
async fn found(session: &mut Session, typed: &str) -> Result<(Header, Option<Account>), Failure> {
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
    let account = if is_deposited { Some(account(session, &header).await?) } else { None };
    Ok((header, account))
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

/// What the relay's notices say, each opened with this device's own key and proved under the checkpoint.
pub(super) fn steps(core: &Core, account: &Account) -> Vec<Step> {
    let Account { directory, lists, records, .. } = account;
    let mut steps = BTreeMap::new();
    for (at, entry) in lists.iter().flat_map(|list| list.grants.iter().map(|entry| (list.made, entry))) {
        let Some(member) = directory.owner_ever(entry.device) else { continue };
        if *member != core.writer {
            let (member, at) = (member.clone(), at.max(core.created));
            let device = Some(entry.device);
            steps.insert(entry.device, Step { member, device, state: "deposited", at, is_copied: false });
        }
    }
    for record in records {
        let step = record.actor.as_ref().and_then(|actor| steps.get_mut(&actor.device));
        if let (Some(step), Some(state)) = (step, state_of(record)) {
            step.is_copied |= matches!(state, "exported" | "printed");
            if goes_further(step.state, state) {
                (step.state, step.at) = (state, record.time);
            }
        }
    }
    steps.into_values().collect()
}

fn state_of(record: &Record) -> Option<&'static str> {
    match (record.act, record.outcome) {
        (Act::Delivery, _) => Some("delivered"),
        (Act::Release, _) => Some("released"),
        (Act::Export, _) => Some("exported"),
        (Act::Reveal, _) => Some("revealed"),
        (Act::Print, _) => Some("printed"),
        (Act::Opening, Outcome::Done) => Some("opened"),
        (Act::Opening, Outcome::Quarantined) => Some("quarantined"),
        (Act::Opening, _) => Some("not-verified"),
        (Act::Regrant, _) => Some("regranted"),
        (Act::Renewal, _) => Some("renewed"),
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
            | Act::Destruction
            | Act::Retirement
            | Act::Hold
            | Act::Rereading
            | Act::Blocked
            | Act::Contested
            | Act::Approval
            | Act::Rejection,
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
        "released" | "exported" | "revealed" | "printed" | "renewed" => 3,
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
