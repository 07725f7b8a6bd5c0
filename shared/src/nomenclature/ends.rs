//! A day after which nothing of a flow is left, beside its number of days.
//!
//! What is about an appointment dies after it, images thirty days after they were recorded, and what is listed anew with
//! each year in January. It only ever shortens: the ceilings of the flow and of its class hold as well.

use crate::ceilings::end_of_january;
use crate::ids::FieldName;
use crate::time::{DAY_SECONDS, Timestamp};
use jiff::civil::Date;
use jiff::tz;
use serde::Deserialize;

/// When a letter is destroyed at the latest, whatever its writer chose.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ends {
    /// With the January after the year in which it was written: the lists are made anew (convention art. 6).
    January {},
    /// So many days after a day that its form names.
    Field {
        /// The field of that day.
        field: FieldName,
        /// How many days after it.
        days: u32,
    },
}

impl Ends {
    /// The latest end of what is written `now`, whose form gives `day` for the field that counts: the beginning, in UTC,
    /// of the last day. `None` where the form does not say the day.
    #[must_use]
    pub fn latest(&self, now: Timestamp, day: Option<Date>) -> Option<Timestamp> {
        match self {
            Self::January {} => Some(end_of_january(now)),
            Self::Field { days, .. } => {
                let begins = day?.to_zoned(tz::TimeZone::UTC).ok()?.timestamp().as_second();
                let begins = Timestamp(u64::try_from(begins).unwrap_or_default());
                Some(begins.plus(u64::from(*days).saturating_mul(DAY_SECONDS)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_after_the_day_that_the_flow_names() {
        let check = |ends: &Ends, now: &str, day: Option<&str>, latest: Option<&str>| {
            let day = day.map(|day| day.parse().unwrap());
            assert_eq!(
                ends.latest(now.parse().unwrap(), day),
                latest.map(|at| at.parse().unwrap()),
                "{day:?}"
            );
        };
        let after = |days| Ends::Field { field: "date".parse().unwrap(), days };
        let (now, week, recording) = ("2027-03-01T10:00:00Z", after(7), after(30));
        check(&Ends::January {}, now, None, Some("2028-01-31T23:00:00Z"));
        check(&week, now, Some("2027-03-10"), Some("2027-03-17T00:00:00Z"));
        check(&recording, now, Some("2027-02-20"), Some("2027-03-22T00:00:00Z"));
        check(&recording, now, Some("1969-12-31"), Some("1970-01-31T00:00:00Z"));
        check(&recording, now, None, None);
    }
}
