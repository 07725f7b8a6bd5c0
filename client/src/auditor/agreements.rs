//! Letters that wait for an agreement, as the log tells of them: whose, until when, what was decided, and who was given
//! them before that.

use super::Records;
use super::anomalies::is_reading;
use shared::directory::Directory;
use shared::ids::{FlowCode, MemberId, MessageId, Role};
use shared::log::{Act, Outcome, Record};
use shared::message::Gated;
use shared::time::Timestamp;
use std::collections::BTreeMap;

/// The function whose agreement each flow needs, of the flows that need one.
pub type Deciders = BTreeMap<FlowCode, Role>;

/// A letter that waits for an agreement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// The number of its deposit.
    pub deposit: u64,
    /// When it was deposited.
    pub since: Timestamp,
    /// Who wrote it.
    pub writer: MemberId,
    /// Of which flow.
    pub flow: Option<FlowCode>,
    /// Who has to agree.
    pub approver: MemberId,
    /// Without a decision it ends then.
    pub until: Timestamp,
    /// The first decision: the number and the time of its record, and until when it may be read, or why not.
    pub decided: Option<Decided>,
    /// Whether its writer took it back.
    pub is_retired: bool,
}

/// A decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// The number of its record.
    pub index: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: MemberId,
    /// Until when its recipients may read it; none where it was rejected.
    pub until: Option<Timestamp>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// The functions that decide, by the nomenclature in force.
#[must_use]
pub fn deciders(directory: &Directory) -> Deciders {
    let flows = directory.nomenclature().into_iter().flat_map(|rules| &rules.flows);
    flows.filter_map(|(code, flow)| Some((code.clone(), flow.gate.as_ref()?.by.clone()))).collect()
}

/// Every letter of these records that waits, or waited.
#[must_use]
pub fn waiting(records: &Records) -> BTreeMap<MessageId, Waiting> {
    let mut letters: BTreeMap<MessageId, Waiting> = BTreeMap::new();
    for (index, record) in records.iter().map(|(index, opened)| (*index, &opened.record)) {
        let Some((item, actor)) = record.item.zip(record.actor.as_ref()) else { continue };
        if record.act == Act::Deposit {
            let gate = record.reference.as_deref().and_then(Gated::of_reference);
            if let Some((approver, until)) = gate.filter(|_| record.outcome.is_first()) {
                letters.entry(item).or_insert(Waiting {
                    deposit: index,
                    since: record.time,
                    writer: actor.member.clone(),
                    flow: record.flow.clone(),
                    approver,
                    until,
                    decided: None,
                    is_retired: false,
                });
            }
            continue;
        }
        let Some(letter) = letters.get_mut(&item) else { continue };
        if is_decision(record) {
            letter.decided.get_or_insert(Decided {
                index,
                at: record.time,
                by: actor.member.clone(),
                until: record.expires.filter(|_| record.act == Act::Approval),
                reason: record.reason.as_ref().map(ToString::to_string),
            });
        }
        letter.is_retired |= record.act == Act::Retirement && actor.member == letter.writer;
    }
    letters
}

/// Whether somebody said yes or no to a letter.
fn is_decision(record: &Record) -> bool {
    matches!(record.act, Act::Approval | Act::Rejection)
        && matches!(record.outcome, Outcome::Done | Outcome::AlreadyDone)
}

/// Readings by somebody else than who had to agree, and its writer, before anybody agreed.
pub(super) fn before_approval(records: &Records) -> BTreeMap<MemberId, Vec<u64>> {
    let letters = waiting(records);
    let mut found: BTreeMap<MemberId, Vec<u64>> = BTreeMap::new();
    for (index, record) in records.iter().map(|(index, opened)| (*index, &opened.record)) {
        let letter = record.item.and_then(|item| letters.get(&item));
        let Some((letter, actor)) = letter.zip(record.actor.as_ref()) else { continue };
        let agreed = letter.decided.as_ref().filter(|decided| decided.until.is_some());
        let is_before = agreed.is_none_or(|agreed| index < agreed.index);
        let is_theirs = actor.member == letter.approver || actor.member == letter.writer;
        if is_reading(record) && is_before && !is_theirs {
            found.entry(actor.member.clone()).or_default().push(index);
        }
    }
    found
}

/// Decisions by somebody who is not the one that the letter waits for, or whose function is not the flow's.
pub(super) fn by_another(records: &Records, deciders: &Deciders) -> BTreeMap<MemberId, Vec<u64>> {
    let letters = waiting(records);
    let mut found: BTreeMap<MemberId, Vec<u64>> = BTreeMap::new();
    for (index, record) in records.iter().map(|(index, opened)| (*index, &opened.record)) {
        let Some(actor) = record.actor.as_ref().filter(|_| is_decision(record)) else { continue };
        let letter = record.item.and_then(|item| letters.get(&item));
        let is_asked = letter.is_some_and(|letter| letter.approver == actor.member);
        let function = record.flow.as_ref().and_then(|flow| deciders.get(flow));
        if !is_asked || function != Some(&actor.function) {
            found.entry(actor.member.clone()).or_default().push(index);
        }
    }
    found
}

/// Letters to which nobody said anything until their day; by who had to.
#[must_use]
pub fn undecided(records: &Records, now: Timestamp) -> BTreeMap<MemberId, Vec<u64>> {
    let mut found: BTreeMap<MemberId, Vec<u64>> = BTreeMap::new();
    for letter in waiting(records).into_values() {
        if letter.decided.is_none() && !letter.is_retired && letter.until <= now {
            found.entry(letter.approver).or_default().push(letter.deposit);
        }
    }
    found.values_mut().for_each(|deposits| deposits.sort_unstable());
    found
}
