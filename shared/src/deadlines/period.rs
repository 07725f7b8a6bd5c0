//! Weeks, months, quarters and years, as what is due again and again counts them.

use super::calendar::later;
use crate::nomenclature::Cadence;
use jiff::Span;
use jiff::civil::Date;
use std::fmt;

/// One week, month, quarter or year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    every: Cadence,
    first: Date,
}

impl Period {
    /// That to which a day belongs. Weeks begin on Monday (ISO 8601).
    #[must_use]
    pub fn of(every: Cadence, day: Date) -> Self {
        let month = |month| Date::new(day.year(), month, 1).unwrap_or(day);
        let first = match every {
            Cadence::Week => day.saturating_sub(Span::new().days(day.weekday().to_monday_zero_offset())),
            Cadence::Month => day.first_of_month(),
            Cadence::Quarter => month((day.month() - 1) / 3 * 3 + 1),
            Cadence::Year => month(1),
        };
        Self { every, first }
    }

    /// Which of the four it is.
    #[must_use]
    pub fn cadence(self) -> Cadence {
        self.every
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.next().first.yesterday().unwrap_or(self.first)
    }

    /// The one after it; the same at the end of all days.
    #[must_use]
    pub fn next(self) -> Self {
        let first = match self.every {
            Cadence::Week => later(self.first, 7),
            Cadence::Month => self.first.saturating_add(Span::new().months(1)),
            Cadence::Quarter => self.first.saturating_add(Span::new().months(3)),
            Cadence::Year => self.first.saturating_add(Span::new().years(1)),
        };
        Self::of(self.every, first)
    }

    /// The one before it.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.every, self.first.yesterday().unwrap_or(self.first))
    }

    /// Its year and its number in that year, from 1 on: the week of ISO 8601, the month, the quarter; 1 of a year.
    #[must_use]
    pub fn number(self) -> (i16, i8) {
        let (year, month) = (self.first.year(), self.first.month());
        match self.every {
            Cadence::Week => {
                let week = self.first.iso_week_date();
                (week.year(), week.week())
            }
            Cadence::Month => (year, month),
            Cadence::Quarter => (year, (month + 2) / 3),
            Cadence::Year => (year, 1),
        }
    }
}

/// `2026-W48`, `2026-11`, `2026-Q4`, `2026`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, number) = self.number();
        match self.every {
            Cadence::Week => write!(f, "{year}-W{number:02}"),
            Cadence::Month => write!(f, "{year}-{number:02}"),
            Cadence::Quarter => write!(f, "{year}-Q{number}"),
            Cadence::Year => write!(f, "{year}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_belongs_to_one_week_month_quarter_and_year() {
        let check = |every, day: &str, name: &str, first: &str, last: &str| {
            let period = Period::of(every, day.parse().unwrap());
            let days = (period.first().to_string(), period.last().to_string());
            assert_eq!((period.to_string().as_str(), days), (name, (first.to_owned(), last.to_owned())));
        };
        check(Cadence::Week, "2026-11-27", "2026-W48", "2026-11-23", "2026-11-29");
        // The first days of a year are of the last week of the year before, and the other way round.
        check(Cadence::Week, "2027-01-03", "2026-W53", "2026-12-28", "2027-01-03");
        check(Cadence::Week, "2024-12-30", "2025-W01", "2024-12-30", "2025-01-05");
        check(Cadence::Month, "2028-02-29", "2028-02", "2028-02-01", "2028-02-29");
        check(Cadence::Quarter, "2026-09-30", "2026-Q3", "2026-07-01", "2026-09-30");
        check(Cadence::Quarter, "2026-10-01", "2026-Q4", "2026-10-01", "2026-12-31");
        check(Cadence::Year, "2026-12-31", "2026", "2026-01-01", "2026-12-31");
    }

    #[test]
    fn periods_follow_each_other_without_a_gap() {
        let mut random = fastrand::Rng::with_seed(2026);
        for every in [Cadence::Week, Cadence::Month, Cadence::Quarter, Cadence::Year] {
            for _ in 0..500 {
                let day = later("1970-01-01".parse().unwrap(), random.u32(0..80_000));
                let period = Period::of(every, day);
                assert!(period.first() <= day && day <= period.last(), "{every:?} {day}");
                assert_eq!(later(period.last(), 1), period.next().first(), "{every:?} {day}");
                assert_eq!(period.next().previous(), period, "{every:?} {day}");
                assert_eq!(Period::of(every, period.last()), period, "{every:?} {day}");
            }
        }
    }

    #[test]
    fn the_last_days_of_all_have_a_period() {
        for every in [Cadence::Week, Cadence::Month, Cadence::Quarter, Cadence::Year] {
            for day in [Date::MIN, Date::MAX] {
                let period = Period::of(every, day);
                let _ = (period.previous(), period.next(), period.last(), period.to_string());
            }
        }
    }
}
