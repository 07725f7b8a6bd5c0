//! Dates as people type them: days in Europe/Paris, day first or as ISO 8601 writes them.

use jiff::civil::Date;
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

/// When a day is over.
#[must_use]
pub fn ends(day: Date) -> Timestamp {
    begins(day.tomorrow().unwrap_or(day))
}

/// The first beginning of a day that is not before an instant.
#[must_use]
pub fn first_after(instant: Timestamp) -> Timestamp {
    let seconds = i64::try_from(instant.0).unwrap_or(i64::MAX);
    let instant = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
    let day = instant.in_tz("Europe/Paris").map(|zoned| zoned.date());
    day.map_or(Timestamp(u64::MAX), ends)
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
    fn a_notice_ends_with_a_day() {
        let noon = begins(day("24/12/2026").unwrap()).plus(12 * 3600);
        assert_eq!(first_after(noon), begins(day("25/12/2026").unwrap()));
    }
}
