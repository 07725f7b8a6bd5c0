//! Quarters of a year, as the table counts them.

use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// Quarters of years that are written with four digits.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=9999;

/// One quarter of a year, written `2026-T4`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Quarter {
    year: i16,
    number: u8,
}

/// What was typed is no quarter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a quarter is typed as 2026-T4")]
pub struct NotAQuarter;

impl Quarter {
    /// The quarter of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        let number = match day.month() {
            ..=3 => 1,
            4..=6 => 2,
            7..=9 => 3,
            _ => 4,
        };
        Self { year: day.year().clamp(*YEARS.start(), *YEARS.end()), number }
    }

    /// The one before it; itself at the beginning of all years.
    #[must_use]
    pub fn previous(self) -> Self {
        match self.number {
            2.. => Self { number: self.number - 1, ..self },
            _ if self.year > *YEARS.start() => Self { year: self.year - 1, number: 4 },
            _ => self,
        }
    }

    /// The one after it; itself at the end of all years.
    #[must_use]
    pub fn next(self) -> Self {
        match self.number {
            ..=3 => Self { number: self.number + 1, ..self },
            _ if self.year < *YEARS.end() => Self { year: self.year + 1, number: 1 },
            _ => self,
        }
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Option<Date> {
        let month = i8::try_from(self.number).ok()?.checked_mul(3)?.checked_sub(2)?;
        Date::new(self.year, month, 1).ok()
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// Which of its year, from 1 to 4.
    #[must_use]
    pub fn number(self) -> u8 {
        self.number
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-T{}", self.year, self.number)
    }
}

impl FromStr for Quarter {
    type Err = NotAQuarter;

    fn from_str(text: &str) -> Result<Self, NotAQuarter> {
        let (year, number) = text.trim().split_once("-T").ok_or(NotAQuarter)?;
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(year) || !is_digits(number) || number.len() != 1 {
            return Err(NotAQuarter);
        }
        let year = year.parse().ok().filter(|year| YEARS.contains(year)).ok_or(NotAQuarter)?;
        let number = number.parse().ok().filter(|number| (1..=4).contains(number)).ok_or(NotAQuarter)?;
        Ok(Self { year, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_quarter_is_that_of_its_days() {
        let check = |day: Date, text: &str| assert_eq!(Quarter::of(day).to_string(), text);
        check(date(2026, 1, 1), "2026-T1");
        check(date(2026, 3, 31), "2026-T1");
        check(date(2026, 4, 1), "2026-T2");
        check(date(2026, 9, 30), "2026-T3");
        check(date(2026, 12, 31), "2026-T4");
        let quarter = |text: &str| text.parse::<Quarter>().unwrap();
        assert_eq!(quarter("2026-T1").previous(), quarter("2025-T4"));
        assert_eq!(quarter("2025-T4").next(), quarter("2026-T1"));
        assert_eq!(quarter("2026-T2").next().previous(), quarter("2026-T2"));
        assert!(quarter("2025-T4") < quarter("2026-T1"));
        assert_eq!((quarter("1000-T1").previous(), quarter("9999-T4").next()), {
            (quarter("1000-T1"), quarter("9999-T4"))
        });
        for bad in ["", "2026", "2026-T0", "2026-T5", "2026-T11", "26-T1", "2026-t1", "+2026-T1", "2026-T+1"]
        {
            assert_eq!(bad.parse::<Quarter>(), Err(NotAQuarter), "{bad}");
        }
    }
}
