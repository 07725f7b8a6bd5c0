//! How much was done along the days, and at which hours something was read: the numbers of two pictures, each of which
//! is also told as a table.

use super::anomalies::is_reading;
use crate::dates;
use crate::sheet::{Bars, Grid};
use crate::show::local_date;
use crate::words::{Value, Words};
use shared::log::Record;
use shared::time::{DAY_SECONDS, Timestamp};
use std::collections::BTreeMap;

/// Days beside each other in the picture; a longer stretch is told in weeks.
const BARS_MAX: usize = 92;

/// What was done when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Activity {
    /// The time of the first act and of the last.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Whether acts are counted by week.
    pub by_week: bool,
    /// How many acts there are in each place that has any, from the first day on.
    pub counts: BTreeMap<usize, usize>,
    /// How often something was given to be read, by weekday (Monday first) and hour, in Europe/Paris.
    pub hours: [[usize; 24]; 7],
}

impl Activity {
    /// Of records in the order of the log.
    #[must_use]
    pub fn of(records: &[&Record]) -> Self {
        let span = records.first().zip(records.last()).map(|(first, last)| (first.time, last.time));
        let days = span.map_or(0, |(first, last)| place(first, last, DAY_SECONDS).saturating_add(1));
        let mut activity =
            Self { span, by_week: days > BARS_MAX, counts: BTreeMap::new(), hours: [[0; 24]; 7] };
        let step = activity.step();
        for record in records {
            let first = span.map_or(record.time, |(first, _)| first);
            *activity.counts.entry(place(first, record.time, step)).or_default() += 1;
            let Some((hour, day)) = dates::hour_and_weekday(record.time).filter(|_| is_reading(record))
            else {
                continue;
            };
            if let Some(count) = activity.hours.get_mut(day).and_then(|hours| hours.get_mut(hour)) {
                *count += 1;
            }
        }
        activity
    }

    /// When a place begins.
    #[must_use]
    pub fn begins(&self, place: usize) -> Option<Timestamp> {
        let (first, _) = self.span?;
        Some(dates::midnight(first).plus(self.step().saturating_mul(place as u64)))
    }

    /// Acts by day, or by week where there are many days.
    #[must_use]
    pub fn bars(&self, words: &Words) -> Option<Bars> {
        let (first, last) = self.span?;
        let highest = self.counts.values().max().copied().unwrap_or(1);
        let arguments = [
            ("from", Value::from(local_date(first))),
            ("until", local_date(last).into()),
            ("highest", highest.into()),
        ];
        let id = if self.by_week { "report-bars-weeks" } else { "report-bars-days" };
        let places = place(first, last, self.step()).saturating_add(1);
        Some(Bars { places, counts: self.counts.clone(), caption: words.say(id, &arguments) })
    }

    /// Readings by hour and weekday.
    #[must_use]
    pub fn grid(&self, words: &Words) -> Grid {
        let row = |(day, counts): (usize, &[usize; 24])| {
            (words.say(&format!("report-day-{day}"), &[]), counts.to_vec())
        };
        Grid {
            heads: (0..24).map(|hour: u8| hour.to_string()).collect(),
            rows: self.hours.iter().enumerate().map(row).collect(),
        }
    }

    fn step(&self) -> u64 {
        if self.by_week { 7 * DAY_SECONDS } else { DAY_SECONDS }
    }
}

/// In which place, of so many seconds from the first day on, an instant is.
fn place(first: Timestamp, time: Timestamp, step: u64) -> usize {
    usize::try_from(time.since(dates::midnight(first)) / step).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::log::{Act, Outcome};

    /// Friday, 16 January 2026, 09:00 in Paris.
    const FRIDAY: Timestamp = Timestamp(1_768_550_400);

    fn check(seconds: &[u64], by_week: bool, counts: &[(usize, usize)]) {
        let record =
            |after: &u64| Record { outcome: Outcome::Done, ..Record::of(Act::Release, FRIDAY.plus(*after)) };
        let records: Vec<_> = seconds.iter().map(record).collect();
        let activity = Activity::of(&records.iter().collect::<Vec<_>>());
        assert_eq!(activity.by_week, by_week, "{seconds:?}");
        assert_eq!(activity.counts, counts.iter().copied().collect(), "{seconds:?}");
        let read: usize = activity.hours.iter().flatten().sum();
        assert_eq!(read, records.len(), "{seconds:?}");
    }

    #[test]
    fn acts_are_counted_by_day_and_by_week_where_days_are_many() {
        check(&[], false, &[]);
        check(&[0, 60, 2 * DAY_SECONDS], false, &[(0, 2), (2, 1)]);
        check(&[0, 91 * DAY_SECONDS], false, &[(0, 1), (91, 1)]);
        check(&[0, 92 * DAY_SECONDS], true, &[(0, 1), (13, 1)]);
    }

    #[test]
    fn a_reading_is_counted_at_its_hour_in_paris() {
        let record = Record { outcome: Outcome::Done, ..Record::of(Act::Release, FRIDAY) };
        let activity = Activity::of(&[&record]);
        assert_eq!(activity.hours[4][9], 1);
        assert_eq!(activity.begins(0), Some(Timestamp(FRIDAY.0 - 9 * 3600)));
    }
}
