//! The calendar by which French courts count: public holidays, working days, and the end of a delay (CPP art. 801).
//!
//! The list of holidays is that of the Code du travail, art. L3133-1, as it holds in Seine-Saint-Denis; Whit Monday is
//! on it, whether it is worked or not (Cass. crim. 10 May 2006). When Easter is, the crate `computus` says. Days are
//! civil days: whoever has an instant turns it into a day of Europe/Paris first.

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};

/// 1 January, 1 May, 8 May, 14 July, the Assumption, All Saints, 11 November, Christmas: month and day.
const FIXED: [(i8, i8); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];

/// Easter Monday, the Ascension, Whit Monday: days after Easter Sunday.
const AFTER_EASTER: [u32; 3] = [1, 39, 50];

/// Easter Sunday of a year; none before the Gregorian calendar.
#[must_use]
pub fn easter(year: i16) -> Option<Date> {
    let computus::Date { month, day, .. } = computus::gregorian(year.into()).ok()?;
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// The public holidays of a year (Code du travail, art. L3133-1), in their order.
#[must_use]
pub fn holidays(year: i16) -> Vec<Date> {
    let fixed = FIXED.into_iter().filter_map(|(month, day)| Date::new(year, month, day).ok());
    let easter = easter(year);
    let moving = AFTER_EASTER.into_iter().filter_map(|days| easter.map(|easter| later(easter, days)));
    let mut holidays: Vec<_> = fixed.chain(moving).collect();
    holidays.sort_unstable();
    // In 2008 the Ascension was the first of May.
    holidays.dedup();
    holidays
}

/// Whether a day is a public holiday.
#[must_use]
pub fn is_holiday(day: Date) -> bool {
    holidays(day.year()).contains(&day)
}

/// Whether a day is neither a Saturday, nor a Sunday, nor a public holiday.
#[must_use]
pub fn is_working_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

/// The last day of a delay that would end on this one (CPP art. 801): it ends at 24:00, and where that is a Saturday, a
/// Sunday or a holiday, on the next working day.
#[must_use]
pub fn court_end(day: Date) -> Date {
    let mut end = day;
    while !is_working_day(end) && end < Date::MAX {
        end = later(end, 1);
    }
    end
}

/// So many days after a day; the last day that there is, where that is too far.
#[must_use]
pub fn later(day: Date, days: u32) -> Date {
    day.saturating_add(SignedDuration::from_hours(24 * i64::from(days)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_is_between_22_march_and_25_april() {
        let check = |year, month, day| assert_eq!(easter(year), Some(date(year, month, day)));
        check(2026, 4, 5);
        check(2027, 3, 28);
        check(2028, 4, 16);
        check(2038, 4, 25);
        check(2285, 3, 22);
        assert_eq!((easter(1582), easter(-1)), (None, None));
    }

    #[test]
    fn the_holidays_of_a_year_are_those_of_the_code_du_travail() {
        let check = |year, days: &[(i8, i8)]| {
            let expected: Vec<_> = days.iter().map(|(month, day)| date(year, *month, *day)).collect();
            assert_eq!(holidays(year), expected);
        };
        let (spring, rest) = (
            [(1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25)],
            [(7, 14), (8, 15), (11, 1), (11, 11), (12, 25)],
        );
        check(2026, &[&spring[..], &rest].concat());
        check(2027, &[&[(1, 1), (3, 29), (5, 1), (5, 6), (5, 8), (5, 17)][..], &rest].concat());
        check(2008, &[&[(1, 1), (3, 24), (5, 1), (5, 8), (5, 12)][..], &rest].concat());
    }

    #[test]
    fn a_delay_ends_on_a_working_day() {
        let check = |day: &str, end: &str| assert_eq!(court_end(day.parse().unwrap()), end.parse().unwrap());
        check("2026-06-08", "2026-06-08");
        check("2026-06-06", "2026-06-08");
        check("2026-06-07", "2026-06-08");
        check("2026-05-25", "2026-05-26");
        // Friday 25 December, and the week-end after it.
        check("2026-12-25", "2026-12-28");
        // A Sunday and two holidays in a row: Easter 2011 was on 24 April, Whit Monday 2008 on 12 May.
        check("2011-04-23", "2011-04-26");
        check("2008-05-10", "2008-05-13");
        assert_eq!(court_end(Date::MAX), Date::MAX);
    }

    #[test]
    fn what_is_too_far_is_the_last_day() {
        assert_eq!(later(date(2026, 12, 31), 1), date(2027, 1, 1));
        assert_eq!(later(date(2026, 1, 1), u32::MAX), Date::MAX);
    }
}
