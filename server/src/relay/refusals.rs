//! Refusals, counted: who is refused by one rule over and over makes one record a minute.
//!
//! The first is recorded at once; those of the minute after it wait here, and go with their count into one
//! record: at the next sweep, or with the next refusal after that minute. A crash loses the count of
//! the last minutes, never the first.

use super::change::Recording;
use shared::ids::DeviceId;
use shared::limits::{REFUSAL_SECONDS, REFUSALS_COUNTED_MAX};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What each device was refused lately, by which rule.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<BTreeMap<(DeviceId, Refusal), Counting>>);

/// Since the last record of these.
#[derive(Debug)]
struct Counting {
    since: Timestamp,
    /// The last one that waits, with how many there are.
    waiting: Option<Recording>,
}

impl Refusals {
    /// One more; gives what is to be recorded now.
    pub(crate) fn count(
        &self,
        device: DeviceId,
        refusal: Refusal,
        recording: Recording,
        now: Timestamp,
    ) -> Vec<Recording> {
        let mut counted = self.counted();
        if let Some(counting) = counted.get_mut(&(device, refusal)) {
            counting.add(recording);
            return counting.due(now).into_iter().collect();
        }
        let pushed_out = make_room(&mut counted);
        counted.insert((device, refusal), Counting { since: now, waiting: None });
        pushed_out.into_iter().chain([recording]).collect()
    }

    /// What has waited for its minute, to be recorded now.
    pub(crate) fn due(&self, now: Timestamp) -> Vec<Recording> {
        let mut due = Vec::new();
        self.counted().retain(|_, counting| {
            let is_over = counting.is_over(now);
            let recording = counting.due(now);
            let goes_on = !is_over || recording.is_some();
            due.extend(recording);
            goes_on
        });
        due
    }

    /// All that waits, for a stop.
    pub(crate) fn all(&self) -> Vec<Recording> {
        std::mem::take(&mut *self.counted()).into_values().filter_map(|counting| counting.waiting).collect()
    }

    fn counted(&self) -> MutexGuard<'_, BTreeMap<(DeviceId, Refusal), Counting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counting {
    fn add(&mut self, mut recording: Recording) {
        let before = self.waiting.as_ref().map_or(0, |waiting| waiting.record.count);
        recording.record.count = before.saturating_add(1);
        self.waiting = Some(recording);
    }

    fn is_over(&self, now: Timestamp) -> bool {
        now.since(self.since) >= REFUSAL_SECONDS
    }

    /// What waits, once its minute is over; another begins.
    fn due(&mut self, now: Timestamp) -> Option<Recording> {
        let recording = if self.is_over(now) { self.waiting.take() } else { None }?;
        self.since = now;
        Some(recording)
    }
}

/// Drops the oldest where there are too many; what waits of it is recorded early.
fn make_room(counted: &mut BTreeMap<(DeviceId, Refusal), Counting>) -> Option<Recording> {
    if counted.len() < REFUSALS_COUNTED_MAX {
        return None;
    }
    let oldest = counted.iter().min_by_key(|(_, counting)| counting.since).map(|(key, _)| *key);
    oldest.and_then(|key| counted.remove(&key)).and_then(|counting| counting.waiting)
}

#[cfg(test)]
mod tests {
    use super::super::change::Asked;
    use super::*;
    use shared::ids::{Digest, KeyId, Random};
    use shared::log::{Act, Record};

    fn recording(number: u64) -> Recording {
        let asked = Asked {
            digest: Digest([0; 32]),
            time: Timestamp(number),
            counter: number,
            device: KeyId([1; 16]),
            opening: Random([0; 32]),
        };
        Recording { asked, record: Record::of(Act::Refusal, Timestamp(number)), annex: Vec::new() }
    }

    fn told(recordings: Vec<Recording>) -> Vec<(u64, u32)> {
        recordings.iter().map(|one| (one.asked.counter, one.record.count)).collect()
    }

    ///
    #[test]
    fn one_rule_makes_one_record_a_minute_for_one_device() {
        let (refusals, one, other) = (Refusals::default(), KeyId([1; 16]), KeyId([2; 16]));
        let count = |device, refusal, number, now| {
            told(refusals.count(device, refusal, recording(number), Timestamp(now)))
        };
        assert_eq!(count(one, Refusal::NotFound, 1, 0), [(1, 1)], "the first at once");
        assert_eq!(count(one, Refusal::NotFound, 2, 10), []);
        assert_eq!(count(one, Refusal::Expired, 3, 10), [(3, 1)], "by another rule");
        assert_eq!(count(other, Refusal::NotFound, 4, 10), [(4, 1)], "to another device");
        assert_eq!(count(one, Refusal::NotFound, 5, 59), []);
        assert_eq!(told(refusals.due(Timestamp(59))), []);
        assert_eq!(count(one, Refusal::NotFound, 6, 60), [(6, 3)], "with the next after the minute");
        assert_eq!(count(one, Refusal::NotFound, 7, 61), []);
        assert_eq!(told(refusals.due(Timestamp(119))), []);
        assert_eq!(told(refusals.due(Timestamp(120))), [(7, 1)], "or at a sweep");
        assert_eq!(count(one, Refusal::NotFound, 8, 130), [], "one a minute");
        assert_eq!(told(refusals.due(Timestamp(180))), [(8, 1)]);
        assert_eq!(told(refusals.due(Timestamp(240))), []);
        assert_eq!(count(one, Refusal::NotFound, 9, 241), [(9, 1)], "and the first again");
        assert_eq!(count(one, Refusal::NotFound, 10, 242), []);
        assert_eq!(told(refusals.all()), [(10, 1)], "nothing is left behind at a stop");
    }

    #[test]
    fn what_is_counted_is_bounded_and_nothing_of_it_is_lost() {
        let refusals = Refusals::default();
        let device = |number: usize| KeyId(u128::try_from(number).unwrap().to_be_bytes());
        let count = |number: usize, now| {
            told(refusals.count(device(number), Refusal::NotFound, recording(now), Timestamp(now)))
        };
        assert_eq!(count(0, 0), [(0, 1)]);
        assert_eq!(count(0, 1), []);
        for number in 1..REFUSALS_COUNTED_MAX {
            assert_eq!(count(number, 2), [(2, 1)]);
        }
        assert_eq!(count(REFUSALS_COUNTED_MAX, 3), [(1, 1), (3, 1)], "the oldest goes, recorded");
        assert_eq!(refusals.counted().len(), REFUSALS_COUNTED_MAX);
    }
}
