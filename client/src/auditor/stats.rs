//! Numbers of the log without names or content, for the *comité de pilotage* and the yearly review of the charter
//! (convention art. 25): how much goes through the groups, of which kind, and how soon it is read.

use super::anomalies::is_reading;
use super::query::Query;
use crate::dates;
use shared::ids::{FlowCode, GroupId, MemberId, MessageId};
use shared::log::{Act, Outcome, Record};
use shared::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is counted together: letters that were deposited in one month, in one group, of one flow.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Line {
    /// The month, such as 2026-11, in Europe/Paris.
    pub month: String,
    /// The group.
    pub group: GroupId,
    /// The flow.
    pub flow: FlowCode,
}

/// What became of those letters.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Letters.
    pub letters: u64,
    /// Those whose writer vouched for parts that nobody could read.
    pub attested: u64,
    /// Times that one was given to be read.
    pub readings: u64,
    /// Letters that were given to nobody.
    pub unread: u64,
    /// From the deposit to the first reading by each reader, in seconds, the shortest first.
    pub delays: Vec<u64>,
}

/// The numbers of a log, record by record.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    lines: BTreeMap<Line, Counts>,
    letters: BTreeMap<MessageId, (Line, Timestamp)>,
    read: BTreeSet<(MessageId, MemberId)>,
    /// Refusals by the relay, by code.
    pub refusals: BTreeMap<String, u64>,
    /// Readings of the log.
    pub log_readings: u64,
    /// Members who acted.
    members: BTreeSet<MemberId>,
}

impl Stats {
    /// Counts a record, in the order of the log; of letters, those that the query asks for.
    pub fn take(&mut self, record: &Record, query: &Query) {
        if !query.takes(record) {
            return;
        }
        self.members.extend(record.actor.iter().map(|actor| actor.member.clone()));
        match (record.act, record.item) {
            (Act::Deposit, Some(item)) if record.outcome.is_first() => self.deposit(item, record),
            (Act::LogReading, _) => self.log_readings += 1,
            (Act::Refusal, _) => {
                let code = record.reference.clone().unwrap_or_default();
                *self.refusals.entry(code).or_default() += u64::from(record.count);
            }
            (_, Some(item)) if is_reading(record) => self.reading(item, record),
            _ => {}
        }
    }

    /// How many members acted.
    #[must_use]
    pub fn members(&self) -> usize {
        self.members.len()
    }

    /// The numbers, by month, group and flow.
    #[must_use]
    pub fn lines(&self) -> BTreeMap<&Line, Counts> {
        let mut lines: BTreeMap<_, _> =
            self.lines.iter().map(|(line, counts)| (line, counts.clone())).collect();
        let read: BTreeSet<_> = self.read.iter().map(|(item, _)| item).collect();
        for (item, (line, _)) in &self.letters {
            if let Some(counts) = lines.get_mut(line).filter(|_| !read.contains(item)) {
                counts.unread += 1;
            }
        }
        lines.values_mut().for_each(|counts| counts.delays.sort_unstable());
        lines
    }

    /// The same, added up over whatever `of` leaves out.
    #[must_use]
    pub fn by<'a, K: Ord>(&'a self, of: impl Fn(&'a Line) -> K) -> BTreeMap<K, Counts> {
        let mut sums: BTreeMap<K, Counts> = BTreeMap::new();
        for (line, counts) in self.lines() {
            let sum = sums.entry(of(line)).or_default();
            sum.letters += counts.letters;
            sum.attested += counts.attested;
            sum.readings += counts.readings;
            sum.unread += counts.unread;
            sum.delays.extend(counts.delays);
        }
        sums.values_mut().for_each(|counts| counts.delays.sort_unstable());
        sums
    }

    fn deposit(&mut self, item: MessageId, record: &Record) {
        let Some((group, flow)) = record.group.zip(record.flow.clone()) else { return };
        let line = Line { month: dates::month(record.time), group, flow };
        let counts = self.lines.entry(line.clone()).or_default();
        counts.letters += 1;
        counts.attested += u64::from(record.outcome == Outcome::Attested);
        self.letters.insert(item, (line, record.time));
    }

    fn reading(&mut self, item: MessageId, record: &Record) {
        // What was deposited before the time that is asked for is not of these letters.
        let Some((line, deposited)) = self.letters.get(&item) else { return };
        let counts = self.lines.entry(line.clone()).or_default();
        counts.readings += 1;
        let reader = record.actor.as_ref().map(|actor| (item, actor.member.clone()));
        if reader.is_some_and(|reader| self.read.insert(reader)) {
            counts.delays.push(record.time.since(*deposited));
        }
    }
}

/// Of fewer letters only their number is told: the rest would be about one person.
const LETTERS_MIN: u64 = 5;

/// What is told beside the number of letters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Shown {
    /// Letters whose writer vouched for parts that nobody could read.
    pub attested: Option<u64>,
    /// Times that one was given to be read.
    pub readings: Option<u64>,
    /// Letters that were given to nobody.
    pub unread: Option<u64>,
    /// How long half of the readers took at most, in seconds.
    pub median: Option<u64>,
}

impl Counts {
    /// What may be told; nothing where the letters are few.
    #[must_use]
    pub fn shown(&self) -> Shown {
        if self.letters < LETTERS_MIN {
            return Shown::default();
        }
        let [attested, readings, unread] = [self.attested, self.readings, self.unread].map(Some);
        Shown { attested, readings, unread, median: self.median() }
    }

    /// How long half of the readers took at most, in seconds.
    fn median(&self) -> Option<u64> {
        self.delays.get(self.delays.len().checked_sub(1)? / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use shared::ids::KeyId;
    use shared::log::Actor;

    const NOVEMBER: u64 = 1_795_510_800;

    fn record(act: Act, item: u8, time: u64, member: &str) -> Record {
        let actor = Actor {
            member: member.parse().unwrap(),
            function: "CSP".parse().unwrap(),
            organisation: "police".parse().unwrap(),
            device: KeyId([1; 16]),
        };
        Record {
            actor: Some(actor),
            item: Some(MessageId([item; 16])),
            group: Some(GroupId([9; 16])),
            flow: Some("F05a".parse().unwrap()),
            reference: (act == Act::Refusal).then(|| "not-found".to_owned()),
            count: if act == Act::Refusal { 7 } else { 1 },
            ..Record::of(act, Timestamp(time))
        }
    }

    #[test]
    fn letters_are_counted_by_the_month_of_their_deposit_and_readers_once() {
        let month = 31 * 86_400;
        let mut stats = Stats::default();
        for record in [
            Record { outcome: Outcome::Attested, ..record(Act::Deposit, 1, NOVEMBER, "maire") },
            record(Act::Deposit, 2, NOVEMBER + 60, "maire"),
            record(Act::Release, 1, NOVEMBER + 600, "csp"),
            record(Act::Release, 1, NOVEMBER + 700, "csp"),
            record(Act::Release, 1, NOVEMBER + month, "bref"),
            record(Act::Deposit, 3, NOVEMBER + month, "maire"),
            record(Act::Release, 4, NOVEMBER + month, "bref"),
            record(Act::Refusal, 1, NOVEMBER + month, "csp"),
        ] {
            stats.take(&record, &Query::default());
        }
        let lines: Vec<_> =
            stats.lines().into_iter().map(|(line, counts)| (line.month.as_str(), counts)).collect();
        let november = Counts { letters: 2, attested: 1, readings: 3, unread: 1, delays: vec![600, month] };
        let december = Counts { letters: 1, attested: 0, readings: 0, unread: 1, delays: Vec::new() };
        assert_eq!(lines, [("2026-11", november), ("2026-12", december)]);
        let all = stats.by(|line| line.group).into_values().next().unwrap();
        assert_eq!((all.letters, all.unread, all.median(), all.shown()), (3, 2, Some(600), Shown::default()));
        assert_eq!((stats.members(), stats.refusals["not-found"]), (3, 7));
    }
}
