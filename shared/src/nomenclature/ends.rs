//! A day after which nothing of a flow is left, beside its number of days.
//!
//! What is about an appointment dies after it, images thirty days after they were recorded, and what is listed anew with
//! each year in the January after the year that it is for. It only ever shortens: the ceilings of the flow and of its
//! class hold as well. Only those who see the form can ask; the relay goes by the ceilings.

use crate::ceilings::{end_of_january, end_of_january_after};
use crate::ids::FieldName;
use crate::time::{DAY_SECONDS, Timestamp};
use jiff::civil::{Date, date};
use jiff::tz;
use serde::Deserialize;

/// When a letter is destroyed at the latest, whatever its writer chose.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ends {
    /// With the January after a year that its form names, or, where it names none, after the one in which it was written:
    /// the lists are made anew (convention art. 6).
    Year {
        /// The field of that year.
        field: FieldName,
    },
    /// So many days after a day that its form names.
    Field {
        /// The field of that day.
        field: FieldName,
        /// How many days after it.
        days: u32,
    },
}

impl Ends {
    /// The field that counts.
    #[must_use]
    pub fn field(&self) -> &FieldName {
        let (Self::Year { field } | Self::Field { field, .. }) = self;
        field
    }

    /// The latest end of what is written `now`, whose form says this in the field that counts: of a day, the beginning, in
    /// UTC, of the last day. `None` where the form does not say the day.
    #[must_use]
    pub fn latest(&self, now: Timestamp, said: Option<&str>) -> Option<Timestamp> {
        match self {
            Self::Year { .. } => {
                Some(said.and_then(year).map_or_else(|| end_of_january(now), end_of_january_after))
            }
            Self::Field { days, .. } => {
                let day: Date = said?.parse().ok()?;
                let begins = day.to_zoned(tz::TimeZone::UTC).ok()?.timestamp().as_second();
                let begins = Timestamp(u64::try_from(begins).unwrap_or_default());
                Some(begins.plus(u64::from(*days).saturating_mul(DAY_SECONDS)))
            }
        }
    }

    /// The last day that a form of the flow may name as an end of its own, where there is one: a list does not hold for
    /// longer than it is kept.
    #[must_use]
    pub fn last_day(&self, said: Option<&str>) -> Option<Date> {
        let Self::Year { .. } = self else { return None };
        said.and_then(year).map(|year| date(year.saturating_add(1), 1, 31))
    }
}

fn year(said: &str) -> Option<i16> {
    said.parse().ok().filter(|year| (1..9999).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_after_the_day_that_the_flow_names() {
        let check = |ends: &Ends, now: &str, day: Option<&str>, latest: Option<&str>| {
            assert_eq!(
                ends.latest(now.parse().unwrap(), day),
                latest.map(|at| at.parse().unwrap()),
                "{day:?}"
            );
        };
        let after = |days| Ends::Field { field: "date".parse().unwrap(), days };
        let (now, week, recording) = ("2027-03-01T10:00:00Z", after(7), after(30));
        let year = Ends::Year { field: "annee".parse().unwrap() };
        check(&year, now, None, Some("2028-01-31T23:00:00Z"));
        check(&year, now, Some("2027"), Some("2028-01-31T23:00:00Z"));
        check(&year, "2026-11-28T10:00:00Z", Some("2027"), Some("2028-01-31T23:00:00Z"));
        check(&year, now, Some("2020"), Some("2021-01-31T23:00:00Z"));
        check(&year, now, Some("12345"), Some("2028-01-31T23:00:00Z"));
        check(&week, now, Some("2027-03-10"), Some("2027-03-17T00:00:00Z"));
        check(&recording, now, Some("2027-02-20"), Some("2027-03-22T00:00:00Z"));
        check(&recording, now, Some("1969-12-31"), Some("1970-01-31T00:00:00Z"));
        check(&recording, now, None, None);
        assert_eq!(year.last_day(Some("2027")), Some(date(2028, 1, 31)));
        assert_eq!((year.last_day(None), week.last_day(Some("2027"))), (None, None));
    }
}
