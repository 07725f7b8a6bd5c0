//! Instants, and the buckets in which keys die.
//!
//! An instant is a whole second in UTC, always an argument. A **bucket** is a stretch of time with
//! one expiry key a device: the expiry of a message is the end of a bucket, so that destroying one
//! secret destroys everything that expired then. Bucket lengths are signed policy; tests use
//! seconds.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The seconds of a day.
pub const DAY_SECONDS: u64 = 24 * 3600;

/// Seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// So many seconds later.
    #[must_use]
    pub fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this; zero if it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Whole days since 1970-01-01.
    #[must_use]
    pub fn day(self) -> u64 {
        self.0 / DAY_SECONDS
    }

    /// The civil date in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        instant(self).to_zoned(jiff::tz::TimeZone::UTC).date()
    }
}

/// RFC 3339, in UTC.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&instant(*self), f)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = InvalidTimestamp;

    /// Reads RFC 3339.
    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| InvalidTimestamp)?;
        instant.as_second().try_into().map(Self).map_err(|_| InvalidTimestamp)
    }
}

/// A text is no instant since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an instant is written as in RFC 3339, such as 2026-11-27T09:00:00Z")]
pub struct InvalidTimestamp;

/// How long one bucket lasts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// So many seconds, counted from 1970; for tests and drills.
    Seconds(u32),
    /// A day in UTC.
    Day,
    /// An ISO 8601 week, Monday to Sunday, in UTC.
    Week,
    /// A calendar month in UTC.
    Month,
}

impl Tier {
    /// The first end of a bucket of this tier that is later than `after`.
    #[must_use]
    pub fn end_after(self, after: Timestamp) -> Timestamp {
        /// 1970-01-05 was the first Monday.
        const MONDAY_SECONDS: u64 = 4 * DAY_SECONDS;
        let next = |length: u64, offset: u64| {
            let passed = (after.0 + length - offset % length) / length;
            Timestamp(passed * length + offset % length)
        };
        match self {
            Self::Seconds(length) => next(u64::from(length.max(1)), 0),
            Self::Day => next(DAY_SECONDS, 0),
            Self::Week => next(7 * DAY_SECONDS, MONDAY_SECONDS),
            Self::Month => first_of_next_month(after),
        }
    }
}

/// One stretch of time of one tier, named by its end, which is not part of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bucket {
    /// When its keys die.
    pub ends: Timestamp,
    /// Its length.
    pub tier: Tier,
}

/// The ladder of buckets for which every device keeps keys, finest first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketPolicy {
    /// The tiers.
    pub steps: Vec<Step>,
}

/// So many buckets of one tier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Their length.
    pub tier: Tier,
    /// How many, counted from the one that is running.
    pub count: u8,
}

impl Default for BucketPolicy {
    /// 35 days, 27 weeks, 37 months: ninety days are met to within a week, and the longest
    /// retention (36 months) has a whole bucket to end in.
    fn default() -> Self {
        let step = |tier, count| Step { tier, count };
        Self { steps: vec![step(Tier::Day, 35), step(Tier::Week, 27), step(Tier::Month, 37)] }
    }
}

impl BucketPolicy {
    /// The buckets of one step, as a device publishes them at `now`.
    #[must_use]
    pub fn published(step: Step, now: Timestamp) -> Vec<Bucket> {
        let mut ends = now;
        (0..step.count)
            .map(|_| {
                ends = step.tier.end_after(ends);
                Bucket { ends, tier: step.tier }
            })
            .collect()
    }

    /// The buckets of one step that a device has yet to publish at `now`, where its last one ends at `until`; none
    /// while the ladder is nearly whole: a page is made for a fifth of it, or for a week.
    #[must_use]
    pub fn lacking(step: Step, until: Option<Timestamp>, now: Timestamp) -> Vec<Bucket> {
        let mut ladder = Self::published(step, now);
        let (whole, top) = (ladder.len(), ladder.last().map_or(now, |bucket| bucket.ends));
        let until = until.unwrap_or_default();
        ladder.retain(|bucket| bucket.ends > until);
        let is_worth_it = 5 * ladder.len() >= whole || top.since(until) >= 7 * DAY_SECONDS;
        if is_worth_it { ladder } else { Vec::new() }
    }

    /// Every instant at which a bucket ends that is later than `now` and not later than `wanted`;
    /// the latest first. The writer takes the first for which every reader has a key.
    #[must_use]
    pub fn ends_until(&self, wanted: Timestamp, now: Timestamp) -> Vec<Timestamp> {
        let mut ends: Vec<_> = self
            .steps
            .iter()
            .flat_map(|step| Self::published(*step, now))
            .map(|bucket| bucket.ends)
            .filter(|ends| *ends <= wanted)
            .collect();
        ends.sort_unstable();
        ends.dedup();
        ends.reverse();
        ends
    }

    /// Whether this is the end of a bucket of the ladder.
    #[must_use]
    pub fn is_end(&self, instant: Timestamp) -> bool {
        instant.0 > 0
            && self.steps.iter().any(|step| step.tier.end_after(Timestamp(instant.0 - 1)) == instant)
    }
}

fn first_of_next_month(after: Timestamp) -> Timestamp {
    let first = after.date().first_of_month();
    let next = first.checked_add(jiff::Span::new().months(1)).unwrap_or(Date::MAX);
    let seconds =
        next.to_zoned(jiff::tz::TimeZone::UTC).map_or(i64::MAX, |zoned| zoned.timestamp().as_second());
    Timestamp(u64::try_from(seconds).unwrap_or_default())
}

/// An instant past the last one that has a date is shown as the last one.
fn instant(timestamp: Timestamp) -> jiff::Timestamp {
    i64::try_from(timestamp.0)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn check(tier: Tier, after: &str, expected: &str) {
        assert_eq!(tier.end_after(at(after)), at(expected), "{tier:?} after {after}");
    }

    #[test]
    fn a_bucket_ends_after_and_never_at() {
        check(Tier::Day, "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z");
        check(Tier::Day, "2026-11-24T23:59:59Z", "2026-11-25T00:00:00Z");
        check(Tier::Week, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z");
        check(Tier::Week, "2026-11-29T23:59:59Z", "2026-11-30T00:00:00Z");
        check(Tier::Month, "2028-02-29T12:00:00Z", "2028-03-01T00:00:00Z");
        check(Tier::Month, "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z");
        check(Tier::Seconds(10), "1970-01-01T00:00:10Z", "1970-01-01T00:00:20Z");
        check(Tier::Seconds(10), "1970-01-01T00:00:19Z", "1970-01-01T00:00:20Z");
    }

    #[test]
    fn the_expiry_is_the_latest_end_that_is_not_later_than_wished() {
        let policy = BucketPolicy::default();
        let now = at("2026-11-24T09:00:00Z");
        let chosen = |days: u64| policy.ends_until(now.plus(days * DAY_SECONDS), now).first().copied();
        assert_eq!(chosen(0), None);
        assert_eq!(chosen(1), Some(at("2026-11-25T00:00:00Z")));
        assert_eq!(chosen(20), Some(at("2026-12-14T00:00:00Z")));
        assert_eq!(chosen(90), Some(at("2027-02-22T00:00:00Z")));
        assert_eq!(chosen(365), Some(at("2027-11-01T00:00:00Z")));
    }

    #[test]
    fn a_ladder_is_made_whole_a_week_at_a_time() {
        let now = at("2026-11-24T09:00:00Z");
        let check = |tier, count, until: &str, expected: &[&str]| {
            let lacking = BucketPolicy::lacking(Step { tier, count }, Some(at(until)), now);
            let ends: Vec<_> = lacking.iter().map(|bucket| bucket.ends).collect();
            assert_eq!(ends, expected.iter().map(|end| at(end)).collect::<Vec<_>>(), "{tier:?} {until}");
        };
        check(Tier::Day, 35, "2026-12-29T00:00:00Z", &[]);
        check(Tier::Day, 35, "2026-12-23T00:00:00Z", &[]);
        let week: Vec<_> = (23..30).map(|day| format!("2026-12-{day}T00:00:00Z")).collect();
        let week: Vec<_> = week.iter().map(String::as_str).collect();
        check(Tier::Day, 35, "2026-12-22T00:00:00Z", &week);
        check(Tier::Week, 3, "2026-12-14T00:00:00Z", &[]);
        check(Tier::Week, 3, "2026-12-07T00:00:00Z", &["2026-12-14T00:00:00Z"]);
        check(Tier::Month, 2, "2026-12-01T00:00:00Z", &["2027-01-01T00:00:00Z"]);
        check(Tier::Seconds(10), 5, "2026-11-24T09:00:50Z", &[]);
        check(Tier::Seconds(10), 5, "2026-11-24T09:00:40Z", &["2026-11-24T09:00:50Z"]);
        let step = Step { tier: Tier::Day, count: 35 };
        assert_eq!(BucketPolicy::lacking(step, None, now), BucketPolicy::published(step, now));
    }

    #[test]
    fn every_published_end_is_an_end() {
        let policy = BucketPolicy::default();
        let now = at("2026-11-24T09:00:00Z");
        for ends in policy.ends_until(Timestamp(u64::MAX), now) {
            assert!(policy.is_end(ends), "{ends}");
            assert!(!policy.is_end(ends.plus(1)), "{ends}");
        }
    }

    #[test]
    fn an_instant_reads_as_rfc_3339() {
        assert_eq!(Timestamp(1_790_000_000).to_string(), "2026-09-21T14:13:20Z");
        assert_eq!("2026-09-21T14:13:20Z".parse(), Ok(Timestamp(1_790_000_000)));
        assert_eq!("1969-12-31T23:59:59Z".parse::<Timestamp>(), Err(InvalidTimestamp));
        assert_eq!("yesterday".parse::<Timestamp>(), Err(InvalidTimestamp));
        assert!(!Timestamp(u64::MAX).to_string().is_empty());
    }
}
