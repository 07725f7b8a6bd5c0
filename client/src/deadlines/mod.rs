//! What this device's member has to send, and by when: without the relay, from what the device knows.
//!
//! What is due again and again comes from the nomenclature; what is due once, from letters that were sent or received
//! and are noted in a `register`. What is done is told by the receipts of this device: their leaves prove when it was
//! deposited. What the member did on another device, or a colleague did, is not known here.

pub mod ics;
mod register;
mod rules;
mod threads;

pub(crate) use register::forget_ended;
pub use register::{Entry, Inside, forget, note_received, note_sent};
pub(crate) use rules::keep_rules;
pub use rules::{Rules, rules};
pub use threads::{Request, requests};

use crate::by_end::Folder;
use crate::dates;
use crate::failure::Failure;
use crate::receipts;
use crate::session::Session;
use jiff::civil::Date;
use shared::deadlines::{Period, Term, convention_term};
use shared::ids::{FlowCode, MessageId};
use shared::log::Act;
use shared::message::Because;
use shared::nomenclature::{Due, Flow};
use shared::time::Timestamp;

const FOLDER: Folder = Folder("deadlines");

/// Of a day such as `2026-12-24`.
const DAY_BYTES: usize = 10;

/// Who is told when the convention goes on by itself (art. 24): the secretariat, and the prefect, for whom it writes.
const CONVENTION_KEEPERS: [&str; 2] = ["SEC", "PREF"];

/// Something that is due, or was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deadline {
    /// What has to be sent; none of the convention's own term.
    pub flow: Option<FlowCode>,
    /// What it is, in French.
    pub title: String,
    /// For which period.
    pub period: Option<Period>,
    /// From which day it is counted, as a form named it.
    pub day: Option<Date>,
    /// Until when.
    pub until: Until,
    /// How far it is.
    pub state: State,
    /// What shows that it was deposited, and when.
    pub proof: Option<Deposit>,
    /// From which letter it is due.
    pub message: Option<MessageId>,
}

/// Until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Until {
    /// To the end of a day in Europe/Paris.
    Day(Term),
    /// To an instant.
    Instant(Timestamp),
}

/// How far something is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It is to be done.
    Due,
    /// It is to be done, and its last day is over.
    Late,
    /// It was done.
    Done,
    /// It was not done, and cannot be any more.
    Closed,
}

/// A deposit of this device, as its receipt proves it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deposit {
    /// The number of its record in the log.
    pub index: u64,
    /// The relay's time.
    pub time: Timestamp,
    /// Its flow.
    pub flow: FlowCode,
    /// Which letter.
    pub message: MessageId,
}

impl State {
    /// Its name in `--json`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Late => "late",
            Self::Done => "done",
            Self::Closed => "closed",
        }
    }
}

impl Deadline {
    /// The last day, of an instant the day on which it falls.
    #[must_use]
    pub fn last_day(&self) -> Date {
        match &self.until {
            Until::Day(term) => term.prudent,
            Until::Instant(instant) => dates::day_of(*instant),
        }
    }

    /// Whether it is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Due | State::Late)
    }

    /// Whether its member is reminded: of what is late, of what has come to its reminders, and of every answer that is
    /// owed within hours.
    #[must_use]
    pub fn is_reminded(&self, today: Date) -> bool {
        match (&self.until, self.state) {
            (_, State::Done | State::Closed) => false,
            (_, State::Late) | (Until::Instant(_), State::Due) => true,
            (Until::Day(term), State::Due) => term.is_reminded(today),
        }
    }

    /// Whether it is shown where not everything is: what is to be done, and what was, until its last day is over.
    #[must_use]
    pub fn is_current(&self, today: Date) -> bool {
        let last = match &self.until {
            Until::Day(term) => term.legal,
            Until::Instant(_) => self.last_day(),
        };
        self.is_open() || (self.state == State::Done && today <= last)
    }
}

/// What is due and was, the first to end first; none before this device was ever in contact.
///
/// # Errors
/// Exit 5 if a receipt proves nothing.
pub fn deadlines(session: &Session) -> Result<Option<Vec<Deadline>>, Failure> {
    let Some(rules) = rules(&session.home) else { return Ok(None) };
    let deposits = deposits(session)?;
    Ok(Some(of(&rules, &deposits, &register::entries(session), session.now())))
}

/// What this device deposited, as its receipts prove it; without what went to the wrong person, and reached nobody
/// else by that.
fn deposits(session: &Session) -> Result<Vec<Deposit>, Failure> {
    let proved = receipts::prove(&session.home, &session.home.receipts()?)?;
    let records = || proved.iter().flat_map(|log| log.records.values()).map(|opened| &opened.record);
    let is_recalled = |message: MessageId| {
        records().any(|record| {
            record.act == Act::Retirement
                && record.item == Some(message)
                && record.reference.as_deref() == Some(Because::WrongRecipient.code())
        })
    };
    let deposited = records().filter(|record| record.act == Act::Deposit);
    let deposits = deposited.filter_map(|record| {
        let (flow, message) = (record.flow.clone()?, record.item?);
        Some(Deposit { index: record.index, time: record.time, flow, message })
    });
    Ok(deposits.filter(|deposit| !is_recalled(deposit.message)).collect())
}

/// The same, from what is known.
#[must_use]
pub fn of(rules: &Rules, deposits: &[Deposit], entries: &[Entry], now: Timestamp) -> Vec<Deadline> {
    let known = Known { rules, deposits, now, today: dates::day_of(now) };
    let flows = &rules.nomenclature.flows;
    let mut deadlines: Vec<_> =
        flows.iter().flat_map(|(code, flow)| known.periods(code, flow, entries)).collect();
    for entry in entries {
        deadlines.extend(known.dated(entry));
        let answers: Vec<_> =
            flows.iter().filter_map(|(code, flow)| known.answer(entry, code, flow)).collect();
        deadlines.extend(known.expected(entry).filter(|_| answers.is_empty()));
        deadlines.extend(answers);
    }
    if CONVENTION_KEEPERS.contains(&rules.function.as_str()) {
        deadlines.push(known.convention());
    }
    deadlines.sort_by_key(|deadline| (deadline.last_day(), deadline.flow.clone(), deadline.message));
    deadlines
}

/// What is known, and when.
struct Known<'a> {
    rules: &'a Rules,
    deposits: &'a [Deposit],
    now: Timestamp,
    today: Date,
}

impl Known<'_> {
    fn sends(&self, flow: &Flow) -> bool {
        flow.from.contains(&self.rules.function)
    }

    fn deposit(&self, message: MessageId) -> Option<&Deposit> {
        self.deposits.iter().find(|deposit| deposit.message == message)
    }

    /// The last period and the one that is running; not one that was due before its sender was in office.
    fn periods(&self, code: &FlowCode, flow: &Flow, entries: &[Entry]) -> Vec<Deadline> {
        let due = flow.due.as_ref().filter(|_| self.sends(flow));
        let Some((due, every)) = due.and_then(|due| Some((due, due.cadence()?))) else { return Vec::new() };
        let running = Period::of(every, self.today);
        let begun = dates::day_of(self.rules.from);
        let is_ahead = flow.year_field().is_some();
        // What names its year or its quarter counts for that, where it is known here, whenever it was sent.
        let counted = |deposit: &Deposit| {
            let entry = entries.iter().find(|entry| entry.message == deposit.message);
            let named = entry.and_then(|entry| day(entry.day.as_ref()?)).map(|day| Period::of(every, day));
            match named {
                Some(period) => Some(if is_ahead { period.previous() } else { period }),
                None => due.counts_for(dates::day_of(deposit.time)),
            }
        };
        let deadline = |period: Period| {
            let term = due.after_period(period).filter(|term| begun <= term.prudent)?;
            let counts = |deposit: &&Deposit| deposit.flow == *code && counted(deposit) == Some(period);
            let proof = self.deposits.iter().filter(counts).min_by_key(|deposit| deposit.time).cloned();
            let state = self.state_of_day(&term, proof.is_some());
            Some(Deadline {
                flow: Some(code.clone()),
                title: flow.title.clone(),
                // What is due in January is the list of the year that begins.
                period: Some(if is_ahead { period.next() } else { period }),
                day: None,
                until: Until::Day(term),
                state,
                proof,
                message: None,
            })
        };
        [running.previous(), running].into_iter().filter_map(deadline).collect()
    }

    /// What is counted from a day that the letter's form names. Who sent it has done it by sending it; who received it has
    /// something to do where it closes, and where it is theirs to pass on.
    fn dated(&self, entry: &Entry) -> Option<Deadline> {
        let flow = self.rules.nomenclature.flow(&entry.flow)?;
        let day = day(entry.day.as_ref()?)?;
        let term = flow.due.as_ref()?.after_day(day)?;
        if !entry.sent && term.closes.is_none() && !self.sends(flow) {
            return None;
        }
        let (is_done, proof) = match entry.sent {
            true => (self.deposit(entry.message).is_some(), self.deposit(entry.message).cloned()),
            false => self.answered(entry.answers.iter()),
        };
        Some(Deadline {
            flow: Some(entry.flow.clone()),
            title: flow.title.clone(),
            period: None,
            day: Some(day),
            state: self.state_of_day(&term, is_done),
            until: Until::Day(term),
            proof,
            message: Some(entry.message),
        })
    }

    /// The answer that is owed to a letter, if it is this member's to give.
    fn answer(&self, entry: &Entry, code: &FlowCode, flow: &Flow) -> Option<Deadline> {
        let Some(due @ Due::Answered { flow: first, .. }) = &flow.due else { return None };
        if entry.sent || *first != entry.flow || !self.sends(flow) {
            return None;
        }
        let until = due.after_deposit(entry.created)?;
        let (is_done, proof) = self.answered(entry.answers.iter().filter(|(flow, _)| flow == code));
        let state = match is_done {
            true => State::Done,
            false if self.now > until => State::Late,
            false => State::Due,
        };
        Some(Deadline {
            flow: Some(code.clone()),
            title: flow.title.clone(),
            period: None,
            day: None,
            until: Until::Instant(until),
            state,
            proof,
            message: Some(entry.message),
        })
    }

    /// What a letter expects of this member by a day, where no flow is owed for it.
    fn expected(&self, entry: &Entry) -> Option<Deadline> {
        let (action, by) = entry.expects.as_ref().filter(|_| !entry.sent)?;
        let action = self.rules.nomenclature.actions.iter().find(|one| one.code == *action)?;
        let last = day(by.as_ref()?).filter(|_| action.awaits)?;
        let term = Term { prudent: last, legal: last, court: false, reminders: Vec::new(), closes: None };
        let (is_answered, proof) = self.answered(entry.answers.iter());
        Some(Deadline {
            flow: Some(entry.flow.clone()),
            title: action.title.clone(),
            period: None,
            day: None,
            state: self.state_of_day(&term, is_answered || entry.outcome.is_some()),
            until: Until::Day(term),
            proof,
            message: Some(entry.message),
        })
    }

    /// Whether there is an answer, and the proof of it where it was sent from here.
    fn answered<'b>(
        &self,
        answers: impl Iterator<Item = &'b (FlowCode, MessageId)>,
    ) -> (bool, Option<Deposit>) {
        let answers: Vec<_> = answers.collect();
        let own = answers.iter().find_map(|(_, message)| self.deposit(*message));
        (!answers.is_empty(), own.cloned())
    }

    fn state_of_day(&self, term: &Term, is_done: bool) -> State {
        match is_done {
            true => State::Done,
            false if term.closes.is_some_and(|last| last < self.today) => State::Closed,
            false if term.prudent < self.today => State::Late,
            false => State::Due,
        }
    }

    /// What goes on by itself on its day: there is nothing to send.
    fn convention(&self) -> Deadline {
        Deadline {
            flow: None,
            title: String::new(),
            period: None,
            day: None,
            until: Until::Day(convention_term(self.today)),
            state: State::Due,
            proof: None,
            message: None,
        }
    }
}

/// The day of a field's canonical value, such as `2026-12-24`.
fn day(value: &str) -> Option<Date> {
    // Whatever else reads as a day is not what a form keeps.
    let day: Date = value.parse().ok().filter(|_| value.len() == DAY_BYTES)?;
    (day.to_string() == value).then_some(day)
}

#[cfg(test)]
mod tests;
