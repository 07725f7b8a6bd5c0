//! The report of a review: what a magistrate is handed, computed from records that were opened and verified.
//!
//! It has two forms. A *contrôle* names nobody: members are numbered, in the order in which they are first named. A
//! *procédure* rests on a written order, which the log records, and says who they are.

use super::activity::Activity;
use super::agreements::{Waiting, deciders, waiting};
use super::anomalies::{Anomaly, Seen, anomalies, is_reading};
use super::query::Query;
use super::standings::{Composition, Standings};
use super::{Records, Review};
use crate::words::Words;
use shared::directory::Directory;
use shared::ids::{MemberId, MessageId, OrganisationId};
use shared::log::{Act, Record};
use shared::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Why and for whom a report is made.
#[derive(Clone, Debug)]
pub struct Commission {
    /// Who asked for it.
    pub requested_by: String,
    /// On what legal ground.
    pub ground: String,
    /// The written order, for the form that says who people are.
    pub order: Option<String>,
    /// When it is made.
    pub made: Timestamp,
}

/// A report, ready to be written down.
pub struct Report<'a> {
    /// Why and for whom.
    pub commission: Commission,
    /// What was asked.
    pub query: Query,
    /// The log that it rests on.
    pub review: &'a Review,
    /// The acts that were asked for, in the order of the log.
    pub acts: Vec<(u64, &'a Record)>,
    /// What may be worth a question among them.
    pub anomalies: Vec<Anomaly>,
    /// The letters among them that wait, or waited, for an agreement.
    pub waiting: Vec<(MessageId, Waiting)>,
    /// Who belonged to the groups concerned, and from when.
    pub compositions: Vec<Composition>,
    /// Who else than the relay saw the log, and when.
    pub witnesses: Vec<(String, Timestamp)>,
    /// How much was done when.
    pub activity: Activity,
    people: BTreeMap<MemberId, String>,
}

/// How much of each there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Acts.
    pub acts: usize,
    /// Letters.
    pub letters: usize,
    /// Times that a letter was given to be read.
    pub readings: usize,
    /// Members who acted.
    pub members: usize,
    /// Organisations whose members acted.
    pub organisations: usize,
}

impl<'a> Report<'a> {
    /// Computes it. `directory` says who members are; it is looked at for a *procédure* alone.
    #[must_use]
    pub fn of(
        review: &'a Review,
        records: &'a Records,
        query: Query,
        commission: Commission,
        standings: Standings,
        witnesses: Vec<(String, Timestamp)>,
        directory: &Directory,
    ) -> Self {
        let asked = records.iter().filter(|(_, opened)| query.takes(&opened.record));
        let acts: Vec<_> = asked.map(|(index, opened)| (*index, &opened.record)).collect();
        let deciders = deciders(directory);
        let seen = Seen { records, standings: &standings.readers, deciders: &deciders, now: review.time };
        let asked: BTreeSet<_> = acts.iter().map(|(index, _)| *index).collect();
        let anomalies = anomalies(&seen, |index| asked.contains(index));
        let activity = Activity::of(&acts.iter().map(|(_, record)| *record).collect::<Vec<_>>());
        let compositions = standings.compositions;
        let letters: BTreeSet<_> = acts.iter().filter_map(|(_, record)| record.item).collect();
        let waiting: Vec<_> = waiting(records).into_iter().filter(|(id, _)| letters.contains(id)).collect();

        let people = people(
            (&acts[..], &anomalies[..]),
            (&waiting[..], &compositions[..]),
            directory,
            commission.order.is_some(),
        );
        Self {
            commission,
            query,
            review,
            acts,
            anomalies,
            waiting,
            compositions,
            witnesses,
            activity,
            people,
        }
    }

    /// How a member is called in this report.
    #[must_use]
    pub fn person<'b>(&'b self, member: &'b MemberId) -> &'b str {
        self.people.get(member).map_or("?", String::as_str)
    }

    /// Who acted, as this report calls them, with function and organisation as they were.
    #[must_use]
    pub fn actor(&self, record: &Record) -> String {
        record.actor.as_ref().map_or_else(String::new, |actor| {
            format!("{} ({}, {})", self.person(&actor.member), actor.function, actor.organisation)
        })
    }

    /// How much of each there is.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let actors = || self.acts.iter().filter_map(|(_, record)| record.actor.as_ref());
        Counts {
            acts: self.acts.len(),
            letters: distinct(self.acts.iter().filter_map(|(_, record)| record.item)),
            readings: self.acts.iter().filter(|(_, record)| is_reading(record)).count(),
            members: distinct(actors().map(|actor| &actor.member)),
            organisations: distinct(actors().map(|actor| &actor.organisation)),
        }
    }

    /// How often each act was done.
    #[must_use]
    pub fn by_act(&self) -> Vec<(Act, usize)> {
        let of = |act: Act| self.acts.iter().filter(move |(_, record)| record.act == act);
        let count = |act: &Act| of(*act).map(|(_, record)| record.count as usize).sum();
        Act::ALL.iter().map(|act| (*act, count(act))).filter(|(_, count)| *count > 0).collect()
    }

    /// How often the members of each organisation were given something to read.
    #[must_use]
    pub fn readings_by_organisation(&self) -> BTreeMap<&OrganisationId, usize> {
        let mut found = BTreeMap::new();
        let readings = self.acts.iter().filter(|(_, record)| is_reading(record));
        for actor in readings.filter_map(|(_, record)| record.actor.as_ref()) {
            *found.entry(&actor.organisation).or_default() += 1;
        }
        found
    }

    /// The time of the first act and of the last.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        Some((self.acts.first()?.1.time, self.acts.last()?.1.time))
    }
}

/// What a reader must know of a record beside what was done: by which rule it was refused, which statement was
/// accepted, how many times, and that it rests on the relay's word alone.
#[must_use]
pub fn marks(record: &Record, words: &Words) -> String {
    let reference = match (record.act, record.reference.as_deref()) {
        (Act::Refusal, Some(code)) => Some(format!("[{code}]")),
        (Act::Membership | Act::Rule, Some(digest)) => Some(digest.chars().take(8).collect()),
        _ => None,
    };
    let times =
        (record.count > 1).then(|| words.say("log-times", &[("count", record.count.to_string().into())]));
    let relay = record.request.is_none().then(|| words.say("log-by-relay", &[]));
    [reference, times, relay].into_iter().flatten().map(|mark| format!(" {mark}")).collect()
}

fn distinct<T: Ord>(things: impl Iterator<Item = T>) -> usize {
    things.collect::<BTreeSet<_>>().len()
}

/// How everybody is called: by a number, or by name and handle.
fn people(
    (acts, anomalies): (&[(u64, &Record)], &[Anomaly]),
    (waiting, compositions): (&[(MessageId, Waiting)], &[Composition]),
    directory: &Directory,
    are_named: bool,
) -> BTreeMap<MemberId, String> {
    let mut people = BTreeMap::new();
    let of_acts = acts.iter().flat_map(|(_, record)| {
        let actor = record.actor.as_ref().map(|actor| &actor.member);
        actor.into_iter().chain(&record.recipients)
    });
    let of_anomalies = anomalies.iter().map(|anomaly| &anomaly.member);
    let of_groups = compositions.iter().flat_map(|group| group.members.iter().map(|(member, _)| member));
    let of_waiting = waiting.iter().flat_map(|(_, letter)| {
        let by = letter.decided.as_ref().map(|decided| &decided.by);
        [&letter.writer, &letter.approver].into_iter().chain(by)
    });
    for member in of_acts.chain(of_anomalies).chain(of_waiting).chain(of_groups) {
        let number = people.len() + 1;
        people.entry(member.clone()).or_insert_with(|| match (are_named, directory.personal(member)) {
            (false, _) => format!("M{number}"),
            (true, None) => member.to_string(),
            (true, Some(personal)) => format!("{} [{member}]", personal.name()),
        });
    }
    people
}
