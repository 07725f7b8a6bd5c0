//! When something is destroyed: when two clocks say that it has ended, so that one wrong clock destroys nothing.
//!
//! A device destroys what opens a letter when its own clock and the relay's say so; or, where the relay is silent, when
//! its own has said so twice, a week apart, so that what waits on a laptop in a cupboard dies too. A relay unlinks what
//! it holds when its own clock says so and a device has borne it out.

use crate::time::{DAY_SECONDS, Timestamp};
use serde::{Deserialize, Serialize};

/// From then on the relay is silent.
const SILENCE_SECONDS: u64 = DAY_SECONDS;

/// So far apart has the device's clock to say twice that something ended, where it is alone.
const ALONE_SECONDS: u64 = 7 * DAY_SECONDS;

/// What a device remembers of both clocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// The time of the newest head, as far as this device's clock allows it.
    heard: Timestamp,
    /// When the key store was opened while the relay was silent.
    alone: Option<Timestamp>,
}

impl Clocks {
    /// A verified head says this: whoever shows one of long ago is as silent as who shows none.
    pub fn heard(&mut self, head: Timestamp, now: Timestamp) {
        self.heard = self.heard.max(head.min(now));
        if now.since(self.heard) < SILENCE_SECONDS {
            self.alone = None;
        }
    }

    /// The key store was opened. What had ended by the instant that comes back has ended by this clock alone, twice.
    pub fn opened(&mut self, now: Timestamp) -> Option<Timestamp> {
        if now.since(self.heard) < SILENCE_SECONDS {
            return None;
        }
        match self.alone {
            // A clock that went back has to say it twice anew.
            Some(before) if before <= now && now.since(before) < ALONE_SECONDS => None,
            Some(before) if before <= now => {
                self.alone = Some(now);
                Some(before)
            }
            _ => {
                self.alone = Some(now);
                None
            }
        }
    }

    /// The later of both clocks: nothing is opened that has ended by either.
    #[must_use]
    pub fn latest(&self, now: Timestamp) -> Timestamp {
        self.heard.max(now)
    }
}

/// how far a relay believes its own clock: as far as a signed request bore it out, and from there on as far as its
/// machine counted seconds, which nobody can set. A clock that jumps ahead, or that was wrong at the start, ends nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BorneOut {
    time: Timestamp,
    /// The seconds that the machine had counted by then.
    counted: u64,
}

impl BorneOut {
    /// Nobody has spoken since this time, which is that of the log's last head.
    #[must_use]
    pub fn since(time: Timestamp, counted: u64) -> Self {
        Self { time, counted }
    }

    /// A request of somebody known bears this time.
    pub fn heard(&mut self, asked: Timestamp, now: Timestamp, counted: u64) {
        self.time = self.time(now, counted).max(asked.min(now));
        self.counted = counted;
    }

    /// What the relay goes by, where its own clock says `now`.
    #[must_use]
    pub fn time(&self, now: Timestamp, counted: u64) -> Timestamp {
        now.min(self.time.plus(counted.saturating_sub(self.counted)))
    }
}

/// What has ended by both clocks.
#[must_use]
pub fn ended_by_both(now: Timestamp, head: Timestamp) -> Timestamp {
    now.min(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u64) -> Timestamp {
        Timestamp((20_000 + day) * DAY_SECONDS)
    }

    fn device() -> Clocks {
        let mut clocks = Clocks::default();
        clocks.heard(day(0), day(0));
        clocks
    }

    #[test]
    fn one_clock_alone_has_to_say_it_twice_a_week_apart() {
        let mut clocks = device();
        let openings =
            [(0, None), (5, None), (6, None), (11, None), (12, Some(5)), (18, None), (19, Some(12))];
        for (now, ended) in openings {
            assert_eq!(clocks.opened(day(now)), ended.map(day), "day {now}");
        }
    }

    #[test]
    fn a_clock_that_went_back_says_it_anew() {
        let mut clocks = device();
        assert_eq!(clocks.opened(day(400)), None);
        assert_eq!(clocks.opened(day(3)), None, "it was set right");
        assert_eq!(clocks.opened(day(9)), None);
        assert_eq!(clocks.opened(day(10)), Some(day(3)), "only what had ended by the clock that was right");
    }

    #[test]
    fn where_the_relay_was_heard_of_late_the_device_is_not_alone() {
        let mut clocks = device();
        for now in 1..40 {
            clocks.heard(day(now), day(now));
            assert_eq!(clocks.opened(day(now)), None);
        }
        // A relay that shows what is old is as silent as one that is gone.
        for now in 41..48 {
            clocks.heard(day(39), day(now));
            assert_eq!(clocks.opened(day(now)), None);
        }
        assert_eq!(clocks.opened(day(48)), Some(day(41)));
    }

    #[test]
    fn neither_clock_alone_ends_anything_and_either_keeps_it_shut() {
        let mut clocks = device();
        // A relay whose clock ran ahead is believed as far as the device's own allows.
        clocks.heard(day(500), day(1));
        assert_eq!(clocks.latest(day(1)), day(1));
        assert_eq!(ended_by_both(day(1), day(500)), day(1));
        // And a device whose clock went back opens nothing that the relay had ended.
        clocks.heard(day(30), day(30));
        assert_eq!(clocks.latest(day(2)), day(30));
        assert_eq!(ended_by_both(day(2), day(30)), day(2));
    }

    #[test]
    fn a_relay_believes_its_clock_as_far_as_it_was_borne_out_and_then_as_its_machine_counts() {
        let mut relay = BorneOut::since(day(0), 1000);
        assert_eq!(relay.time(day(30), 1000), day(0), "it was off for a month, or its clock is wrong");
        assert_eq!(relay.time(day(30), 1060), day(0).plus(60));
        relay.heard(day(30).plus(2), day(30), 1070);
        assert_eq!(relay.time(day(30), 1070), day(30), "no request is believed beyond its own clock");
        assert_eq!(relay.time(day(31), 1070 + DAY_SECONDS), day(31), "a night in which nobody came");
        assert_eq!(relay.time(day(400), 1070 + DAY_SECONDS), day(31), "a clock that jumps ahead");
        assert_eq!(relay.time(day(29), 1070 + DAY_SECONDS), day(29), "and one that went back");
    }

    #[test]
    fn of_a_relay_ahead_and_of_devices_behind_the_latest_that_both_allow_counts() {
        let mut relay = BorneOut::since(day(0), 0);
        let ahead = day(1).plus(500);
        relay.heard(day(1), ahead, 10);
        assert_eq!(relay.time(ahead, 10), day(1));
        relay.heard(day(1).plus(1).0.checked_sub(300).map(Timestamp).unwrap(), ahead.plus(1), 11);
        assert_eq!(relay.time(ahead.plus(1), 11), day(1).plus(1), "a device that is late takes nothing back");
    }
}
