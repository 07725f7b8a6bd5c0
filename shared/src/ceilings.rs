//! Latest ends that hang on something else than the day of a deposit. The flows' own ceilings are data.
//!
//! Days are those of Europe/Paris, which are ahead of UTC's by an hour or two.

use crate::time::{DAY_SECONDS, Timestamp};
use jiff::civil::{Date, date};
use jiff::{Span, tz};

/// Winter in Paris is so far ahead of UTC.
const HOUR_SECONDS: u64 = 3600;

/// The beginning of the month in which somebody turns twenty-five (CNIL AU-038, art. 4); of the month before, where that
/// is the day itself, which begins earlier in Paris.
#[must_use]
pub fn before_twenty_five(born: Date) -> Timestamp {
    let birthday = born.saturating_add(Span::new().years(25));
    start(birthday.saturating_sub(Span::new().days(1)).first_of_month())
}

/// Thirty days after images were recorded, whenever they are sent (CSI art. L252-5).
#[must_use]
pub fn after_recording(recorded: Timestamp) -> Timestamp {
    recorded.plus(30 * DAY_SECONDS)
}

/// The end of the 31st of January after a means of access was listed: the lists are made anew with the year
/// (convention art. 6). Midnight in Paris is 23:00 UTC in winter.
#[must_use]
pub fn end_of_january(listed: Timestamp) -> Timestamp {
    end_of_january_after(listed.plus(HOUR_SECONDS).date().year())
}

/// The end of the 31st of January after a year.
#[must_use]
pub fn end_of_january_after(year: i16) -> Timestamp {
    let february = date(year.clamp(0, 9998).saturating_add(1), 2, 1);
    Timestamp(start(february).0.saturating_sub(HOUR_SECONDS))
}

/// The first instant of a day in UTC.
fn start(day: Date) -> Timestamp {
    let zoned = day.to_zoned(tz::TimeZone::UTC).map_or(0, |zoned| zoned.timestamp().as_second());
    Timestamp(u64::try_from(zoned).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

    use super::*;

    #[test]
    fn nobody_is_kept_into_the_month_of_their_twenty_fifth_birthday() {
        let check = |born: &str, ends: &str| {
            assert_eq!(before_twenty_five(born.parse().unwrap()), ends.parse().unwrap(), "{born}");
        };
        check("2002-03-17", "2027-03-01T00:00:00Z");
        check("2002-03-02", "2027-03-01T00:00:00Z");
        check("2002-03-01", "2027-02-01T00:00:00Z");
        check("2004-02-29", "2029-02-01T00:00:00Z");
        check("2003-01-01", "2027-12-01T00:00:00Z");
        check("1930-06-15", "1970-01-01T00:00:00Z");
    }

    #[test]
    fn images_die_thirty_days_after_they_were_recorded() {
        let recorded: Timestamp = "2028-02-15T22:10:00Z".parse().unwrap();
        assert_eq!(after_recording(recorded), "2028-03-16T22:10:00Z".parse().unwrap());
    }

    #[test]
    fn a_means_of_access_is_gone_after_january() {
        let check = |listed: &str, ends: &str| {
            assert_eq!(end_of_january(listed.parse().unwrap()), ends.parse().unwrap(), "{listed}");
        };
        check("2026-01-01T00:00:00Z", "2027-01-31T23:00:00Z");
        check("2026-12-31T22:59:59Z", "2027-01-31T23:00:00Z");
        // In Paris it is the next year already.
        check("2026-12-31T23:00:00Z", "2028-01-31T23:00:00Z");
    }
}
