//! What the rules stopped, and which of them were contested: counted by day, group and rule, and by nobody.
//!
//! Each is counted here until its day is over, and goes into the log as one record then, so that no record stands beside
//! the connection of who was stopped. A stop of the relay brings it forward; a crash loses what was counted since
//! midnight: nothing was promised to anybody for it.

use shared::ids::{GroupId, RuleId};
use shared::log::{Act, Record};
use shared::time::Timestamp;
use shared::wire::Counted;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Different rules in different groups that are counted at a time; more of them on one day are somebody's invention, and
/// are not counted.
const COUNTED_MAX: usize = 4096;

/// Since the last record of these.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// The day of the first.
    day: Option<u64>,
    counts: BTreeMap<(Option<GroupId>, RuleId), u32>,
}

impl Tally {
    /// One more of each rule, in a group; or contested, without one.
    pub(crate) fn count(&self, group: Option<GroupId>, rules: &[RuleId], now: Timestamp) {
        let mut held = self.held();
        held.day.get_or_insert(now.day());
        for rule in rules {
            let key = (group, rule.clone());
            if held.counts.len() < COUNTED_MAX || held.counts.contains_key(&key) {
                let count = held.counts.entry(key).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// What is counted and not recorded yet.
    pub(crate) fn counted(&self) -> Vec<Counted> {
        let held = self.held();
        let counted = |((group, rule), count): (&(Option<GroupId>, RuleId), &u32)| Counted {
            group: *group,
            rule: rule.clone(),
            count: *count,
        };
        held.counts.iter().map(counted).collect()
    }

    /// The records of a day that is over; of today, too, before a stop.
    pub(crate) fn due(&self, now: Timestamp, is_last: bool) -> Vec<Record> {
        let mut held = self.held();
        if !is_last && held.day.is_none_or(|day| day >= now.day()) {
            return Vec::new();
        }
        let Counts { counts, .. } = std::mem::take(&mut *held);
        let record = |((group, rule), count): ((Option<GroupId>, RuleId), u32)| {
            let act = if group.is_some() { Act::Blocked } else { Act::Contested };
            Record { group, reference: Some(rule.to_string()), count, ..Record::of(act, now) }
        };
        counts.into_iter().map(record).collect()
    }

    fn held(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::time::DAY_SECONDS;

    #[test]
    fn a_day_makes_one_record_of_each_rule_and_says_nobody() {
        let (tally, group) = (Tally::default(), GroupId([1; 16]));
        let rules: Vec<RuleId> = ["X1-contexte", "X1-sujet"].map(|id| id.parse().unwrap()).to_vec();
        let at = |day: u64, seconds| Timestamp(day * DAY_SECONDS + seconds);
        tally.count(Some(group), &rules, at(10, 5));
        tally.count(Some(group), &rules[..1], at(10, 6));
        tally.count(None, &rules[..1], at(10, 7));
        assert!(tally.due(at(10, 86_399), false).is_empty());
        assert_eq!(tally.counted().len(), 3);
        let records = tally.due(at(11, 0), false);
        let told: Vec<_> = records
            .iter()
            .map(|one| (one.act.code(), one.reference.as_deref().unwrap(), one.count))
            .collect();
        let expected =
            [("contested", "X1-contexte", 1), ("blocked", "X1-contexte", 2), ("blocked", "X1-sujet", 1)];
        assert_eq!(told, expected);
        assert!(records.iter().all(|one| one.is_by_relay_alone() && one.actor.is_none()));
        assert!(tally.due(at(12, 0), false).is_empty(), "once");
        tally.count(None, &rules, at(12, 0));
        assert_eq!(tally.due(at(12, 1), true).len(), 2, "before a stop");
    }
}
