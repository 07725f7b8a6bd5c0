//! Requests and their answers: what this member expects of others, and what others expect of them, until somebody says
//! how it ended.
//!
//! Known from the register alone: a request that was not opened on this device is not known here, nor an answer.

use super::register;
use super::rules::rules;
use crate::dates;
use crate::session::Session;
use shared::ids::{FlowCode, MemberId, MessageId};

/// A request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// Which letter.
    pub message: MessageId,
    /// Its flow.
    pub flow: FlowCode,
    /// What that is, in French.
    pub title: String,
    /// Whether this member asked; else they were asked.
    pub asked: bool,
    /// What is expected, in French.
    pub action: String,
    /// By which day, if one was named: `2026-12-24`.
    pub by: Option<String>,
    /// With whom.
    pub with: Vec<MemberId>,
    /// How it ended, in French: as whoever answered said, or what the answer is.
    pub outcome: Option<String>,
    /// Whether it is open and its day is over.
    pub late: bool,
}

/// Every request that this device knows of, the first day first; none where no day was named.
#[must_use]
pub fn requests(session: &Session) -> Vec<Request> {
    let Some(rules) = rules(&session.home) else { return Vec::new() };
    let today = dates::day_of(session.now()).to_string();
    let (actions, outcomes) = (&rules.nomenclature.actions, &rules.nomenclature.outcomes);
    let action = |code: &str| actions.iter().find(|one| one.code == code).map(|one| one.title.clone());
    let outcome = |code: &str| outcomes.iter().find(|one| one.code == code).map(|one| one.title.clone());
    let title = |code: &FlowCode| {
        let flow = rules.nomenclature.flow(code);
        flow.map_or_else(|| code.to_string(), |flow| flow.title.clone())
    };
    let request = |entry: register::Entry| {
        let (expected, by) = entry.expects?;
        // A letter of a flow that answers this one is an answer, also where it says nothing else.
        let answer = entry.answers.first().map(|(code, _)| title(code));
        let ended = entry.outcome.map(|(code, _)| outcome(&code).unwrap_or(code)).or(answer);
        Some(Request {
            message: entry.message,
            title: title(&entry.flow),
            with: entry.with,
            flow: entry.flow,
            asked: entry.sent,
            action: action(&expected).unwrap_or(expected),
            late: ended.is_none() && by.as_ref().is_some_and(|day| *day < today),
            by,
            outcome: ended,
        })
    };
    let mut requests: Vec<_> = register::entries(session).into_iter().filter_map(request).collect();
    requests.sort_by(|a, b| (a.by.is_none(), &a.by, a.message).cmp(&(b.by.is_none(), &b.by, b.message)));
    requests
}
