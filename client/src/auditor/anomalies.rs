//! What a reviewer may want to ask about: facts by rule, each with an innocent cause, and no conclusion.
//!
//! A rule looks at records that were opened and verified. Whether its readers were members who had signed the
//! charter comes from the statements of that day ([`Standing`]), not from what the relay says of itself.

use super::agreements::{self, Deciders};
use super::{Opened, Records};
use crate::dates;
use shared::authorise;
use shared::directory::Directory;
use shared::ids::{DeviceId, GroupId, MemberId, MessageId, OrganisationId};
use shared::log::{Act, Outcome, Record};
use shared::nomenclature::Class;
use shared::refusal::Refusal;
use shared::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Letters that one member opens within an hour: whoever comes back from leave opens fewer.
const MANY_LETTERS: usize = 20;
const HOUR_SECONDS: u64 = 3600;

/// Refusals of one kind that are counted in one record: whoever mistypes a number tries again a few times.
const MANY_REFUSALS: u32 = 20;

/// Of so few readings a habit does not show.
const HABIT_READINGS: usize = 5;

/// A rule.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rule {
    /// A letter was given to a device that did not count in its group that day.
    NotAMember,
    /// A nominative letter was given to a member who had not signed the charter in force that day.
    BeforeSignature,
    /// A letter was given, and the relay shows no statement of that day that says what its reader was.
    Unproved,
    /// A letter was given after its end was recorded.
    AfterExpiry,
    /// A letter was given after it was recorded that its writer took it back.
    AfterRetirement,
    /// A letter was given to a recipient, and nobody had agreed to it whose agreement it waits for.
    BeforeApproval,
    /// Somebody decided about a letter whose decision it is not, or whose function is not the flow's.
    DecidedByAnother,
    /// A letter waited for an agreement until it ended.
    Undecided,
    /// A letter was given, and nobody said that it opened.
    Unacknowledged,
    /// A reader's program found that a letter is not what its writer signed.
    DidNotVerify,
    /// Many letters within an hour.
    MassReading,
    /// At night or at the week-end.
    ClosedHours,
    /// Nearly always with the reason that says nothing by itself.
    AlwaysOther,
    /// A nominative letter of one's own organisation, written by somebody else.
    OwnOrganisation,
    /// The relay refused a decision about members or rules.
    Refused,
    /// The relay refused the same thing many times within a minute.
    ManyRefusals,
}

/// Something that a rule found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anomaly {
    /// The rule.
    pub rule: Rule,
    /// Whom it is about.
    pub member: MemberId,
    /// The numbers of the records, in their order; at least one.
    pub records: Vec<u64>,
    /// The time of the first of them.
    pub from: Timestamp,
    /// The time of the last of them.
    pub until: Timestamp,
}

/// What a reader was on the day of a reading, by the statements of that day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// A member of the group, who had signed where that was needed.
    InOrder,
    /// The device did not count in the group.
    NotAMember,
    /// The charter in force was not signed.
    Unsigned,
    /// No statement of that day was shown that would say it.
    Unproved,
}

impl Standing {
    /// What the reader of a record was, under the statements of its day.
    #[must_use]
    pub fn of(record: &Record, group: GroupId, then: &Directory) -> Self {
        let Some(actor) = &record.actor else { return Self::NotAMember };
        let seat = then.seat(group, actor.device, record.time);
        if seat.is_none_or(|(card, _)| card.member != actor.member) {
            return Self::NotAMember;
        }
        // A record that names no class is taken for the most sensitive one.
        let class = record.class.unwrap_or(Class::N4);
        match authorise::chartered(group, &actor.member, class, then, record.time) {
            Ok(()) => Self::InOrder,
            Err(_) => Self::Unsigned,
        }
    }
}

/// What the rules look at.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// The records that were opened, by number.
    pub records: &'a Records,
    /// The standing of the reader in each record of a reading, where it is known.
    pub standings: &'a BTreeMap<u64, Standing>,
    /// The functions whose agreement flows need, by the nomenclature in force.
    pub deciders: &'a Deciders,
    /// The newest time of the log: what is younger than an hour may still be acknowledged.
    pub now: Timestamp,
}

impl Rule {
    /// Every rule, in the order in which it is told.
    pub const ALL: [Self; 16] = [
        Self::NotAMember,
        Self::BeforeSignature,
        Self::Unproved,
        Self::AfterExpiry,
        Self::AfterRetirement,
        Self::BeforeApproval,
        Self::DecidedByAnother,
        Self::Undecided,
        Self::Unacknowledged,
        Self::DidNotVerify,
        Self::MassReading,
        Self::ClosedHours,
        Self::AlwaysOther,
        Self::OwnOrganisation,
        Self::Refused,
        Self::ManyRefusals,
    ];

    /// Its name for scripts, which also names its sentences in the catalogues.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAMember => "not-a-member",
            Self::BeforeSignature => "before-signature",
            Self::Unproved => "unproved",
            Self::AfterExpiry => "after-expiry",
            Self::AfterRetirement => "after-retirement",
            Self::BeforeApproval => "before-approval",
            Self::DecidedByAnother => "decided-by-another",
            Self::Undecided => "undecided",
            Self::Unacknowledged => "unacknowledged",
            Self::DidNotVerify => "did-not-verify",
            Self::MassReading => "mass-reading",
            Self::ClosedHours => "closed-hours",
            Self::AlwaysOther => "always-other",
            Self::OwnOrganisation => "own-organisation",
            Self::Refused => "refused",
            Self::ManyRefusals => "many-refusals",
        }
    }

    /// What it finds, member by member.
    fn finds(self, seen: &Seen<'_>) -> BTreeMap<MemberId, Vec<u64>> {
        match self {
            Self::NotAMember => seen.readings_in(Standing::NotAMember),
            Self::BeforeSignature => seen.readings_in(Standing::Unsigned),
            Self::Unproved => seen.readings_in(Standing::Unproved),
            Self::AfterExpiry => seen.after(Act::Expiry),
            Self::AfterRetirement => seen.after(Act::Retirement),
            Self::BeforeApproval => agreements::before_approval(seen.records),
            Self::DecidedByAnother => agreements::by_another(seen.records, seen.deciders),
            Self::Undecided => agreements::undecided(seen.records, seen.now),
            Self::Unacknowledged => seen.unacknowledged(),
            Self::DidNotVerify => seen.by_member(|record| record.outcome == Outcome::DidNotVerify),
            Self::MassReading => seen.mass_reading(),
            Self::ClosedHours => seen.by_member(|record| {
                is_reading(record) && (dates::is_night(record.time) || dates::is_weekend(record.time))
            }),
            Self::AlwaysOther => seen.always_other(),
            Self::OwnOrganisation => seen.own_organisation(),
            // Of everything that was refused: a letter that came too late is an ordinary day.
            Self::Refused => seen.by_member(|record| {
                let of_statement = record.reference.as_deref() == Some(Refusal::Statement.code());
                record.act == Act::Refusal && of_statement
            }),
            Self::ManyRefusals => {
                seen.by_member(|record| record.act == Act::Refusal && record.count >= MANY_REFUSALS)
            }
        }
    }
}

/// What the rules find among the records that are asked for, in the order of the rules and of the members. A rule
/// looks at all of them: what follows a reading may lie outside of what is asked for.
#[must_use]
pub fn anomalies(seen: &Seen<'_>, is_asked: impl Fn(&u64) -> bool) -> Vec<Anomaly> {
    let mut found = Vec::new();
    for rule in Rule::ALL {
        for (member, mut records) in rule.finds(seen) {
            records.retain(&is_asked);
            let time = |index: Option<&u64>| index.and_then(|index| seen.records.get(index));
            let ends = time(records.first()).zip(time(records.last()));
            let Some((from, until)) = ends.map(|(from, until)| (from.record.time, until.record.time)) else {
                continue;
            };
            found.push(Anomaly { rule, member, records, from, until });
        }
    }
    found
}

/// Whether something was given to be read.
#[must_use]
pub fn is_reading(record: &Record) -> bool {
    let shows = record.act.is_claim() && !record.act.shows_nothing();
    shows && record.outcome == Outcome::Done
}

impl Seen<'_> {
    /// The records that fit, by who acted.
    fn by_member(&self, fits: impl Fn(&Record) -> bool) -> BTreeMap<MemberId, Vec<u64>> {
        self.by_member_and_number(|_, record| fits(record))
    }

    fn by_member_and_number(&self, fits: impl Fn(u64, &Record) -> bool) -> BTreeMap<MemberId, Vec<u64>> {
        let mut found: BTreeMap<MemberId, Vec<u64>> = BTreeMap::new();
        for (index, Opened { record, .. }) in self.records {
            if let Some(actor) = record.actor.as_ref().filter(|_| fits(*index, record)) {
                found.entry(actor.member.clone()).or_default().push(*index);
            }
        }
        found
    }

    fn readings_in(&self, standing: Standing) -> BTreeMap<MemberId, Vec<u64>> {
        self.by_member_and_number(|index, record| {
            is_reading(record) && self.standings.get(&index) == Some(&standing)
        })
    }

    /// Readings of what had ended by this act.
    fn after(&self, end: Act) -> BTreeMap<MemberId, Vec<u64>> {
        let writers = self.writers();
        // Nobody but its writer takes a letter back.
        let counts = |record: &Record| {
            let writer = record.item.and_then(|item| writers.get(&item)).map(|(member, _)| *member);
            end != Act::Retirement || record.actor.as_ref().map(|actor| &actor.member) == writer
        };
        let ends = self.records.iter();
        let ends = ends.filter(|(_, opened)| opened.record.act == end && counts(&opened.record));
        // The first, whatever else is said later.
        let mut first = BTreeMap::new();
        for (item, index) in ends.filter_map(|(index, opened)| Some((opened.record.item?, *index))) {
            first.entry(item).or_insert(index);
        }
        self.by_member_and_number(|index, record| {
            let end = record.item.and_then(|item| first.get(&item));
            is_reading(record) && end.is_some_and(|end| *end < index)
        })
    }

    fn unacknowledged(&self) -> BTreeMap<MemberId, Vec<u64>> {
        let openings: BTreeSet<(DeviceId, MessageId)> = self
            .records
            .values()
            .map(|opened| &opened.record)
            .filter(|record| record.act == Act::Opening)
            .filter_map(|record| Some((record.actor.as_ref()?.device, record.item?)))
            .collect();
        self.by_member(|record| {
            let reader = record.actor.as_ref().map(|actor| actor.device);
            is_reading(record)
                && self.now.since(record.time) >= HOUR_SECONDS
                && reader.zip(record.item).is_some_and(|reading| !openings.contains(&reading))
        })
    }

    /// The readings of the hours in which there were so many, and no others.
    fn mass_reading(&self) -> BTreeMap<MemberId, Vec<u64>> {
        let mut found = self.by_member(is_reading);
        for records in found.values_mut() {
            let read = |index: &u64| self.records.get(index).map(|opened| (*index, &opened.record));
            let read: Vec<_> = records.iter().filter_map(read).collect();
            let mut many = BTreeSet::new();
            for (begin, (_, first)) in read.iter().enumerate() {
                let within = |(_, record): &&(u64, &Record)| record.time.since(first.time) <= HOUR_SECONDS;
                let hour: Vec<_> = read[begin..].iter().take_while(within).collect();
                let letters: BTreeSet<_> = hour.iter().filter_map(|(_, record)| record.item).collect();
                if letters.len() >= MANY_LETTERS {
                    many.extend(hour.iter().map(|(index, _)| *index));
                }
            }
            records.retain(|index| many.contains(index));
        }
        found
    }

    fn always_other(&self) -> BTreeMap<MemberId, Vec<u64>> {
        let readings = self.by_member(|record| is_reading(record) && record.reason.is_some());
        // The one reason that asks for a text of its own.
        let mut found = self.by_member(|record| is_reading(record) && record.annex.is_some());
        found.retain(|member, records| {
            let all = readings.get(member).map_or(0, Vec::len);
            all >= HABIT_READINGS && 5 * records.len() >= 4 * all
        });
        found
    }

    /// Who wrote each letter, and where they served then.
    fn writers(&self) -> BTreeMap<MessageId, (&MemberId, &OrganisationId)> {
        let deposits = self.records.values().filter(|opened| opened.record.act == Act::Deposit);
        deposits
            .filter_map(|Opened { record, .. }| {
                let actor = record.actor.as_ref()?;
                Some((record.item?, (&actor.member, &actor.organisation)))
            })
            .collect()
    }

    fn own_organisation(&self) -> BTreeMap<MemberId, Vec<u64>> {
        let writers = self.writers();
        self.by_member(|record| {
            let writer = record.item.and_then(|item| writers.get(&item));
            is_reading(record)
                && record.class.is_some_and(|class| class >= Class::N2)
                && writer.zip(record.actor.as_ref()).is_some_and(|((member, organisation), actor)| {
                    *organisation == &actor.organisation && *member != &actor.member
                })
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::auditor::query::{Hours, Query};
    use shared::ids::{Digest, Random, ReasonCode};
    use shared::log::Actor;

    /// Friday the 27th of November 2026, 10:00 in Paris.
    const FRIDAY: Timestamp = Timestamp(1_795_770_000);

    fn record(time: Timestamp, act: Act, member: &str, item: u8) -> Record {
        let organisation = member.split('-').next().unwrap();
        Record {
            actor: Some(Actor {
                member: member.parse().unwrap(),
                function: "CSP".parse().unwrap(),
                organisation: organisation.parse().unwrap(),
                device: shared::ids::KeyId([u8::try_from(member.len()).unwrap(); 16]),
            }),
            item: Some(MessageId([item; 16])),
            flow: Some("F05a".parse().unwrap()),
            class: Some(Class::N2),
            reason: Some("suivi".parse().unwrap()),
            ..Record::of(act, time)
        }
    }

    fn log(records: Vec<Record>) -> Records {
        let opened = |record| Opened { record, opening: Random([0; 32]), annex: None };
        (1..).zip(records.into_iter().map(opened)).collect()
    }

    fn found(records: &Records, standings: &[(u64, Standing)]) -> Vec<(Rule, String, Vec<u64>)> {
        let standings = standings.iter().copied().collect();
        let deciders = Deciders::from([("F09d".parse().unwrap(), "PROC".parse().unwrap())]);
        let now = FRIDAY.plus(90 * 86_400);
        let seen = Seen { records, standings: &standings, deciders: &deciders, now };
        let told = |found: Anomaly| (found.rule, found.member.to_string(), found.records);
        anomalies(&seen, |_| true).into_iter().map(told).collect()
    }

    /// A reading that was acknowledged.
    fn read(time: Timestamp, member: &str, item: u8) -> [Record; 2] {
        [record(time, Act::Release, member, item), record(time, Act::Opening, member, item)]
    }

    #[test]
    fn an_ordinary_week_is_silent() {
        let mut records = vec![record(FRIDAY, Act::Deposit, "mairie-1", 1)];
        records.extend(read(FRIDAY, "police-1", 1));
        records.push(record(FRIDAY, Act::Delivery, "police-1", 2));
        assert_eq!(found(&log(records), &[(2, Standing::InOrder)]), []);
    }

    #[test]
    fn each_rule_finds_its_own() {
        let check =
            |records: Vec<Record>, standings: &[(u64, Standing)], rule, member: &str, numbers: &[u64]| {
                let expected = vec![(rule, member.to_owned(), numbers.to_vec())];
                assert_eq!(found(&log(records), standings), expected, "{rule:?}");
            };
        let one = || read(FRIDAY, "police-1", 1).to_vec();
        check(one(), &[(1, Standing::NotAMember)], Rule::NotAMember, "police-1", &[1]);
        check(one(), &[(1, Standing::Unsigned)], Rule::BeforeSignature, "police-1", &[1]);
        check(one(), &[(1, Standing::Unproved)], Rule::Unproved, "police-1", &[1]);
        check(vec![record(FRIDAY, Act::Export, "police-1", 1)], &[], Rule::Unacknowledged, "police-1", &[1]);
        let failed = Record { outcome: Outcome::DidNotVerify, ..record(FRIDAY, Act::Opening, "police-1", 1) };
        check(vec![failed], &[], Rule::DidNotVerify, "police-1", &[1]);
        let refused = |refusal: Refusal| {
            let reference = Some(refusal.code().to_owned());
            Record { outcome: Outcome::Refused, reference, ..record(FRIDAY, Act::Refusal, "police-1", 1) }
        };
        let both = vec![refused(Refusal::Statement), refused(Refusal::StaleRoster)];
        check(both, &[], Rule::Refused, "police-1", &[1]);
        let often = |count| Record { count, ..refused(Refusal::NotFound) };
        check(vec![often(20), often(19)], &[], Rule::ManyRefusals, "police-1", &[1]);
        let ended = || Record { actor: None, ..record(FRIDAY, Act::Expiry, "police-1", 1) };
        let again = [vec![ended()], one(), vec![ended()]].concat();
        check(again, &[], Rule::AfterExpiry, "police-1", &[2]);
        assert_eq!(found(&log([one(), vec![ended()]].concat()), &[]), [], "before its end");
        let back = || record(FRIDAY, Act::Retirement, "mairie-1", 1);
        let sent = || vec![record(FRIDAY, Act::Deposit, "mairie-1", 1)];
        let again = [sent(), vec![back()], one(), vec![back()]].concat();
        check(again, &[], Rule::AfterRetirement, "police-1", &[3]);
        assert_eq!(found(&log([sent(), one(), vec![back()]].concat()), &[]), [], "before it was taken back");
        let other = record(FRIDAY, Act::Retirement, "police-2", 1);
        let by_another = [sent(), vec![other], one()].concat();
        assert_eq!(found(&log(by_another), &[]), [], "nobody else takes it back");
        let saturday = FRIDAY.plus(86_400);
        check(read(saturday, "police-1", 1).to_vec(), &[], Rule::ClosedHours, "police-1", &[1]);
        let night = FRIDAY.plus(13 * HOUR_SECONDS);
        check(read(night, "police-1", 1).to_vec(), &[], Rule::ClosedHours, "police-1", &[1]);

        let many = |items: u8, apart: u64| -> Vec<Record> {
            (0..items).flat_map(|item| read(FRIDAY.plus(u64::from(item) * apart), "police-1", item)).collect()
        };
        let numbers: Vec<u64> = (0..20).map(|item| 2 * item + 1).collect();
        check(many(20, 60), &[], Rule::MassReading, "police-1", &numbers);
        let mut more = many(20, 60);
        more.extend(read(FRIDAY.plus(72 * HOUR_SECONDS), "police-1", 99));
        check(more, &[], Rule::MassReading, "police-1", &numbers);
        assert_eq!(found(&log(many(19, 60)), &[]), [], "one fewer");
        assert_eq!(found(&log(many(20, 600)), &[]), [], "in three hours");

        let other = |every: u8| -> Vec<Record> {
            let mut records = many(5, 3600);
            for (place, record) in (0..).zip(&mut records) {
                record.annex = (record.act == Act::Release && place / 2 < every).then_some(Digest([1; 32]));
            }
            records
        };
        check(other(4), &[], Rule::AlwaysOther, "police-1", &[1, 3, 5, 7]);
        assert_eq!(found(&log(other(3)), &[]), [], "three of five");

        let mut own = vec![record(FRIDAY, Act::Deposit, "police-2", 1)];
        own.extend(one());
        check(own, &[], Rule::OwnOrganisation, "police-1", &[2]);
        let mut mine = vec![record(FRIDAY, Act::Deposit, "police-1", 1)];
        mine.extend(one());
        assert_eq!(found(&log(mine), &[]), [], "whoever wrote it reads it");
    }

    #[test]
    fn an_agreement_comes_before_the_readings_and_from_who_gives_it() {
        let reference = |until: Timestamp| Some(format!("proc-1 {until}"));
        let gated = |record: Record| Record { flow: Some("F09d".parse().unwrap()), ..record };
        let deposit = || {
            let until = FRIDAY.plus(30 * 86_400);
            let deposit = gated(record(FRIDAY, Act::Deposit, "police-1", 1));
            Record { reference: reference(until), ..deposit }
        };
        let by = |act, member: &str, function: &str| {
            let mut said = gated(record(FRIDAY, act, member, 1));
            said.actor.as_mut().unwrap().function = function.parse().unwrap();
            Record { expires: Some(FRIDAY.plus(20 * 86_400)), ..said }
        };
        let agreed = |member: &str, function: &str| by(Act::Approval, member, function);
        let reads = |member: &str| read(FRIDAY, member, 1).map(gated).to_vec();
        let check = |records: Vec<Record>, expected: &[(Rule, &str, &[u64])]| {
            let told: Vec<_> =
                expected.iter().map(|(rule, by, at)| (*rule, by.to_string(), at.to_vec())).collect();
            assert_eq!(found(&log(records), &[]), told);
        };
        let whole = [vec![deposit()], reads("proc-1"), vec![agreed("proc-1", "PROC")], reads("bailleur-1")];
        check(whole.concat(), &[]);
        let early = [vec![deposit()], reads("bailleur-1"), vec![agreed("proc-1", "PROC")]];
        check(early.concat(), &[(Rule::BeforeApproval, "bailleur-1", &[2])]);
        let rejected = [vec![deposit(), by(Act::Rejection, "proc-1", "PROC")], reads("bailleur-1")];
        check(rejected.concat(), &[(Rule::BeforeApproval, "bailleur-1", &[3])]);
        check(vec![deposit(), agreed("proc-1", "MREF")], &[(Rule::DecidedByAnother, "proc-1", &[2])]);
        check(vec![deposit(), agreed("proc-2", "PROC")], &[(Rule::DecidedByAnother, "proc-2", &[2])]);
        check(vec![deposit()], &[(Rule::Undecided, "proc-1", &[1])]);
        check(vec![deposit(), by(Act::Retirement, "police-1", "CSP")], &[]);
    }

    #[test]
    fn what_is_younger_than_an_hour_may_still_be_acknowledged() {
        let (records, standings) = (log(vec![record(FRIDAY, Act::Release, "police-1", 1)]), BTreeMap::new());
        let deciders = Deciders::new();
        let seen = |now| Seen { records: &records, standings: &standings, deciders: &deciders, now };
        let at = |now| anomalies(&seen(now), |_| true).len();
        assert_eq!((at(FRIDAY.plus(HOUR_SECONDS - 1)), at(FRIDAY.plus(HOUR_SECONDS))), (0, 1));
    }

    #[test]
    fn a_query_restricts_by_what_it_names() {
        let saturday = FRIDAY.plus(86_400);
        let mut records = vec![record(FRIDAY, Act::Deposit, "mairie-1", 1)];
        records.extend(read(saturday, "police-1", 0xab));
        let records = log(records);
        let check = |query: Query, numbers: &[u64]| {
            let found: Vec<_> = query.of(&records).map(|(index, _)| index).collect();
            assert_eq!(found, numbers, "{query:?}");
        };
        let all = Query::default;
        check(all(), &[1, 2, 3]);
        check(Query { actor: Some("police-1".parse().unwrap()), ..all() }, &[2, 3]);
        check(Query { organisation: Some("mairie".parse().unwrap()), ..all() }, &[1]);
        check(Query { act: Some(Act::Release), ..all() }, &[2]);
        check(Query { item: Some("abab".to_owned()), ..all() }, &[2, 3]);
        check(Query { group: Some("ab".to_owned()), ..all() }, &[]);
        check(Query { flow: Some("F17a".parse().unwrap()), ..all() }, &[]);
        check(
            Query { stated_reason: Some(ReasonCode::try_from("suivi".to_owned()).unwrap()), ..all() },
            &[1, 2, 3],
        );
        check(Query { from: Some(saturday), ..all() }, &[2, 3]);
        check(Query { until: Some(saturday), ..all() }, &[1]);
        check(Query { hours: Hours { night: true, weekend: false }, ..all() }, &[]);
        check(Query { hours: Hours { night: true, weekend: true }, ..all() }, &[2, 3]);
    }
}
