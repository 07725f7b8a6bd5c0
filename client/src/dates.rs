//! Dates as people type them: days in Europe/Paris, day first or as ISO 8601 writes them.

use jiff::civil::{Date, DateTime, Weekday};
use shared::time::Timestamp;

/// The day of `2026-12-24` or `24/12/2026`.
///
/// # Errors
/// What to type instead.
pub fn day(text: &str) -> Result<Date, String> {
    let format = if text.contains('/') { "%d/%m/%Y" } else { "%Y-%m-%d" };
    Date::strptime(format, text.trim()).map_err(|_| "a day such as 24/12/2026 or 2026-12-24".to_owned())
}

/// When a day begins.
#[must_use]
pub fn begins(day: Date) -> Timestamp {
    let begins = day.in_tz("Europe/Paris").ok().map(|zoned| zoned.timestamp().as_second());
    Timestamp(begins.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or_default())
}

/// When the day that is typed begins.
///
/// # Errors
/// What to type instead.
pub fn first(text: &str) -> Result<Timestamp, String> {
    day(text).map(begins)
}

/// When the day that is typed is over.
///
/// # Errors
/// What to type instead.
pub fn last(text: &str) -> Result<Timestamp, String> {
    day(text).map(ends)
}

/// When a day is over.
#[must_use]
pub fn ends(day: Date) -> Timestamp {
    begins(day.tomorrow().unwrap_or(day))
}

/// The first beginning of a day that is not before an instant.
#[must_use]
pub fn first_after(instant: Timestamp) -> Timestamp {
    here(instant).map_or(Timestamp(u64::MAX), |instant| ends(instant.date()))
}

/// When the day of an instant begins.
#[must_use]
pub fn midnight(instant: Timestamp) -> Timestamp {
    here(instant).map_or(instant, |instant| begins(instant.date()))
}

/// The day of an instant.
#[must_use]
pub fn day_of(instant: Timestamp) -> Date {
    here(instant).map_or(Date::MAX, DateTime::date)
}

/// Whether it is between 22:00 and 6:00 at an instant.
#[must_use]
pub fn is_night(instant: Timestamp) -> bool {
    here(instant).is_some_and(|instant| !(6..22).contains(&instant.hour()))
}

/// Whether it is a Saturday or a Sunday at an instant.
#[must_use]
pub fn is_weekend(instant: Timestamp) -> bool {
    here(instant).is_some_and(|instant| matches!(instant.weekday(), Weekday::Saturday | Weekday::Sunday))
}

/// The hour of the day, 0 to 23, and the day of the week, 0 for Monday, at an instant.
#[must_use]
pub fn hour_and_weekday(instant: Timestamp) -> Option<(usize, usize)> {
    let instant = here(instant)?;
    let day = usize::try_from(instant.weekday().to_monday_zero_offset()).ok()?;
    Some((usize::try_from(instant.hour()).ok()?, day))
}

/// The month of an instant, such as 2026-11.
#[must_use]
pub fn month(instant: Timestamp) -> String {
    here(instant).map(|instant| instant.strftime("%Y-%m").to_string()).unwrap_or_default()
}

/// A month as people write it: 11/2026.
#[must_use]
pub fn month_name(month: &str) -> String {
    month.split_once('-').map_or_else(|| month.to_owned(), |(year, month)| format!("{month}/{year}"))
}

/// An instant as everywhere, in UTC.
#[must_use]
pub fn universal(instant: Timestamp) -> DateTime {
    jiff::tz::TimeZone::UTC.to_datetime(of(instant))
}

fn here(instant: Timestamp) -> Option<DateTime> {
    of(instant).in_tz("Europe/Paris").ok().map(|zoned| zoned.datetime())
}

fn of(instant: Timestamp) -> jiff::Timestamp {
    let seconds = i64::try_from(instant.0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_typed_in_two_ways_and_lasts_in_paris() {
        assert_eq!(day("24/12/2026"), day("2026-12-24"));
        for bad in ["", "24/12", "31/02/2026", "2026-13-01", "24.12.2026", "12/24/2026"] {
            assert!(day(bad).is_err(), "{bad}");
        }
        let winter = day("24/12/2026").unwrap();
        assert_eq!(begins(winter).to_string(), "2026-12-23T23:00:00Z");
        assert_eq!(ends(winter).to_string(), "2026-12-24T23:00:00Z");
        assert_eq!(begins(day("2026-07-14").unwrap()).to_string(), "2026-07-13T22:00:00Z");
    }

    #[test]
    fn offices_are_closed_at_night_and_at_the_week_end() {
        let at = |text: &str, hours: u64| begins(day(text).unwrap()).plus(hours * 3600);
        assert!(is_night(at("27/11/2026", 22)) && is_night(at("27/11/2026", 5)));
        assert!(!is_night(at("27/11/2026", 6)) && !is_night(at("27/11/2026", 21)));
        assert!(is_weekend(at("28/11/2026", 0)) && is_weekend(at("29/11/2026", 23)));
        assert!(!is_weekend(at("27/11/2026", 23)) && !is_weekend(at("30/11/2026", 0)));
        assert_eq!(hour_and_weekday(at("29/11/2026", 17)), Some((17, 6)));
    }

    #[test]
    fn a_day_has_23_hours_in_march_25_in_october_and_february_29_days_at_times() {
        let hours = |text: &str| {
            let day = day(text).unwrap();
            ends(day).since(begins(day)) / 3600
        };
        assert_eq!((hours("28/03/2026"), hours("29/03/2026"), hours("30/03/2026")), (24, 23, 24));
        assert_eq!((hours("24/10/2026"), hours("25/10/2026"), hours("26/10/2026")), (24, 25, 24));
        assert_eq!(ends(day("28/02/2028").unwrap()), begins(day("29/02/2028").unwrap()));
        assert_eq!(ends(day("28/02/2027").unwrap()), begins(day("01/03/2027").unwrap()));
        assert!(day("29/02/2027").is_err());
    }

    #[test]
    fn a_notice_ends_with_a_day() {
        let noon = begins(day("24/12/2026").unwrap()).plus(12 * 3600);
        assert_eq!(first_after(noon), begins(day("25/12/2026").unwrap()));
    }
}
