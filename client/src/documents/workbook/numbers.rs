//! What a number in a cell says: itself, or a day and a time of the day, as its style has it.
//!
//! A spreadsheet keeps days as numbers, and only the format of the cell tells that they are meant. They are written as
//! forms keep them, `2026-12-24` and `14:05`, so that nobody has to know in which order a machine shows them.

use super::{Unusable, attribute, elements};
use jiff::civil::{Date, date};
use jiff::{Span, ToSpan as _};

/// The formats that every spreadsheet knows by number, where they show a day or a time.
const BUILT_IN: [std::ops::RangeInclusive<u32>; 4] = [14..=22, 27..=36, 45..=47, 50..=58];

/// The first number after the last day that spreadsheets know, 31 December 9999.
const DAYS_END: f64 = 2_958_466.0;

/// Counted from 1900 on, as if that had been a leap year: from this number on it makes no difference.
const LEAP_ERROR_DAYS: i64 = 60;

const DAY_SECONDS: f64 = 86_400.0;

/// Whole numbers are exact up to here.
const EXACT_MAX: f64 = 9e15;

/// How the styles of a workbook show numbers.
pub(super) struct Numbers {
    /// Of each style, whether it shows a day or a time.
    is_moment: Vec<bool>,
    is_1904: bool,
}

impl Numbers {
    /// Where there are no styles.
    pub(super) fn plain() -> Self {
        Self { is_moment: Vec::new(), is_1904: false }
    }

    /// Reads the styles.
    pub(super) fn read(text: &str, is_1904: bool) -> Result<Self, Unusable> {
        let (mut custom, mut is_moment) = (Vec::new(), Vec::new());
        let mut is_cells = false;
        elements(text, |start| {
            match start.local_name().as_ref() {
                "numFmt" => {
                    let number = attribute(start, "numFmtId")?.and_then(|number| number.parse::<u32>().ok());
                    let code = attribute(start, "formatCode")?.unwrap_or_default();
                    custom.extend(number.map(|number| (number, shows_moment(&code))));
                }
                "cellXfs" => is_cells = true,
                "cellStyleXfs" | "cellStyles" | "dxfs" => is_cells = false,
                "xf" if is_cells => {
                    let number = attribute(start, "numFmtId")?.and_then(|number| number.parse::<u32>().ok());
                    let number = number.unwrap_or_default();
                    let said = custom.iter().find(|(custom, _)| *custom == number).map(|(_, shows)| *shows);
                    let known = || BUILT_IN.iter().any(|range| range.contains(&number));
                    is_moment.push(said.unwrap_or_else(known));
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(Self { is_moment, is_1904 })
    }

    /// What a number says in a cell of this style.
    pub(super) fn say(&self, text: &str, style: Option<usize>) -> String {
        let Some(number) = text.trim().parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return text.to_owned();
        };
        let is_moment = style.and_then(|style| self.is_moment.get(style)).copied().unwrap_or_default();
        let moment = is_moment.then(|| self.moment(number)).flatten();
        moment.unwrap_or_else(|| plain(number))
    }

    /// `2026-12-24`, `14:05`, or both.
    fn moment(&self, number: f64) -> Option<String> {
        if !(0.0..DAYS_END).contains(&number) {
            return None;
        }
        let mut days = whole(number)?;
        let mut seconds = whole((number.fract() * DAY_SECONDS).round())?;
        if seconds >= whole(DAY_SECONDS)? {
            (days, seconds) = (days.checked_add(1)?, 0);
        }
        let time = format!("{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
        let time = if seconds % 60 == 0 { time } else { format!("{time}:{:02}", seconds % 60) };
        if days == 0 {
            return Some(time);
        }
        let day = self.day(days)?;
        Some(if seconds == 0 { day.to_string() } else { format!("{day} {time}") })
    }

    fn day(&self, days: i64) -> Option<Date> {
        let (first, days) = match days {
            _ if self.is_1904 => (date(1904, 1, 1), days),
            // 29 February 1900, which there was not.
            LEAP_ERROR_DAYS => return None,
            ..LEAP_ERROR_DAYS => (date(1899, 12, 31), days),
            _ => (date(1899, 12, 30), days),
        };
        let span: Span = i32::try_from(days).ok()?.days();
        first.checked_add(span).ok()
    }
}

/// A number without its sign of exponent, and without a point where it is whole.
fn plain(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < EXACT_MAX {
        format!("{number:.0}")
    } else {
        format!("{number}")
    }
}

#[allow(clippy::cast_possible_truncation, reason = "what is over the bound is nothing")]
fn whole(number: f64) -> Option<i64> {
    (number.abs() < EXACT_MAX).then_some(number.trunc() as i64)
}

/// Whether the code of a format shows a day or a time: a letter of theirs that is not quoted.
fn shows_moment(code: &str) -> bool {
    let (mut is_quoted, mut is_bracketed, mut is_escaped) = (false, false, false);
    for letter in code.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '\\' | '_' | '*' => is_escaped = true,
            '[' => is_bracketed = true,
            ']' => is_bracketed = false,
            'd' | 'D' | 'j' | 'J' | 'm' | 'M' | 'y' | 'Y' | 'h' | 'H' | 's' | 'S' if !is_bracketed => {
                return true;
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_shows_a_day_or_not() {
        let check = |code: &str, expected| assert_eq!(shows_moment(code), expected, "{code}");
        for code in ["dd/mm/yyyy", "[$-40C]d mmm yyyy;@", "[h]:mm:ss", "jj/mm/aaaa", "hh\\hmm"] {
            check(code, true);
        }
        for code in ["General", "0.00", "#,##0 \"jours\"", "[Red]0", "\\d0", "0_d", "@"] {
            check(code, false);
        }
    }

    #[test]
    fn a_number_is_itself_or_a_moment() {
        let check = |number: &str, is_moment: bool, is_1904: bool, expected: &str| {
            let numbers = Numbers { is_moment: vec![false, true], is_1904 };
            assert_eq!(numbers.say(number, Some(usize::from(is_moment))), expected, "{number}");
        };
        check("12", false, false, "12");
        check("1.2E1", false, false, "12");
        check("12.5", false, false, "12.5");
        check("93200", false, false, "93200");
        check("inf", false, false, "inf");
        check("46380", true, false, "2026-12-24");
        check("46380.927083333336", true, false, "2026-12-24 22:15");
        check("0.927083333333333", true, false, "22:15");
        check("44918", true, true, "2026-12-24");
        check("1", true, false, "1900-01-01");
        check("60", true, false, "60");
        check("61", true, false, "1900-03-01");
        check("-1", true, false, "-1");
        check("3000000", true, false, "3000000");
        check("46380.99999999", true, false, "2026-12-25");
        let numbers = Numbers::plain();
        assert_eq!(numbers.say("46380", Some(7)), "46380", "a style that is none");
    }
}
