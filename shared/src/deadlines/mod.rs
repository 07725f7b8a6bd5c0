//! By when something has to be sent: from a [`Due`] of the nomenclature to days and instants.
//!
//! Nothing here reads a clock or knows a time zone: whoever asks turns an instant into a day of Europe/Paris first. Of
//! what a court counts there are two days. The *prudent* one is the plain count, and what people go by; the *legal* one
//! is that of CPP art. 801, of which it is for the parquet to say whether it saves a sworn agent's procès-verbal.

pub mod calendar;
mod period;

pub use period::Period;

use crate::nomenclature::{Cadence, Due};
use crate::time::Timestamp;
use calendar::{court_end, later};
use jiff::civil::Date;

/// The day on which the convention was signed; it takes effect with it (art. 24).
const CONVENTION_SIGNED: Date = jiff::civil::date(2020, 7, 7);

/// "trois (3) ans, renouvelable par tacite reconduction" (art. 24).
const CONVENTION_YEARS: i16 = 3;

/// The last day of something, and what leads to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// The last day by the plain count: what people go by.
    pub prudent: Date,
    /// The last day by CPP art. 801, never before the prudent one; the same where no court counts.
    pub legal: Date,
    /// Whether the code de procédure pénale counts it.
    pub court: bool,
    /// The days on which whoever is concerned is reminded, in their order.
    pub reminders: Vec<Date>,
    /// The last day on which it can be done at all, where it cannot be done late.
    pub closes: Option<Date>,
}

impl Term {
    fn counted(from: Date, days: u32, remind: &[u32]) -> Self {
        let prudent = later(from, days);
        let mut reminders: Vec<_> = remind.iter().map(|days| later(from, *days)).collect();
        reminders.sort_unstable();
        Self { prudent, legal: prudent, court: false, reminders, closes: None }
    }

    /// Whether somebody who has not done it is reminded on this day: from the first reminder on, or on the last day where
    /// there is none.
    #[must_use]
    pub fn is_reminded(&self, today: Date) -> bool {
        self.reminders.first().unwrap_or(&self.prudent).min(&self.prudent) <= &today
    }
}

impl Due {
    /// From the day that a form names. None where it is counted otherwise.
    #[must_use]
    pub fn after_day(&self, day: Date) -> Option<Term> {
        let Self::Field { days, remind, court, closes, .. } = self else { return None };
        let mut term = Term::counted(day, *days, remind);
        term.court = *court;
        if *court {
            term.legal = court_end(term.prudent);
        }
        term.closes = closes.then_some(term.legal);
        Some(term)
    }

    /// From the end of a period. None where it is counted otherwise.
    #[must_use]
    pub fn after_period(&self, period: Period) -> Option<Term> {
        let Self::Period { days, remind, .. } = self else { return None };
        Some(Term::counted(period.last(), *days, remind))
    }

    /// How often it comes back. None where it does not.
    #[must_use]
    pub fn cadence(&self) -> Option<Cadence> {
        if let Self::Period { every, .. } = self { Some(*every) } else { None }
    }

    /// The period for which something counts that was deposited on this day: the last one that was over by then, also
    /// where it comes late. What is due on the last day of a period itself counts for the one that is running.
    ///
    /// What comes before its period is over counts for the one before: a table that corrects the last one would pass for
    /// the next one otherwise.
    #[must_use]
    pub fn counts_for(&self, day: Date) -> Option<Period> {
        let Self::Period { every, days, .. } = self else { return None };
        let running = Period::of(*every, day);
        Some(if *days == 0 { running } else { running.previous() })
    }

    /// The instant by which something is answered that was deposited at this one. None where it is counted otherwise.
    #[must_use]
    pub fn after_deposit(&self, deposited: Timestamp) -> Option<Timestamp> {
        let Self::Answered { hours, .. } = self else { return None };
        Some(deposited.plus(u64::from(*hours) * 3600))
    }
}

/// The next tacit renewal of the convention, on this day or later (art. 24), with a reminder a quarter before it: the text
/// names none.
#[must_use]
pub fn convention_term(today: Date) -> Term {
    let prudent = next_renewal(today);
    let reminders = vec![prudent.saturating_sub(jiff::Span::new().months(3))];
    Term { prudent, legal: prudent, court: false, reminders, closes: None }
}

fn next_renewal(today: Date) -> Date {
    let signed = CONVENTION_SIGNED;
    // The first term is the end of the first three years.
    let begun = (today.year().saturating_sub(signed.year()) / CONVENTION_YEARS).max(1);
    let term = |number: i16| {
        let year = signed.year().saturating_add(number.saturating_mul(CONVENTION_YEARS));
        Date::new(year, signed.month(), signed.day()).unwrap_or(Date::MAX)
    };
    let this = term(begun);
    if today <= this { this } else { term(begun.saturating_add(1)) }
}

#[cfg(test)]
mod tests {
    use super::calendar::is_working_day;
    use super::*;
    use jiff::civil::date;

    /// Of a procès-verbal (convention art. 14; CPP art. 29).
    fn court() -> Due {
        let field = "constatation".parse().unwrap();
        Due::Field { field, days: 5, remind: vec![3], court: true, closes: false }
    }

    fn period(every: Cadence, days: u32, remind: &[u32]) -> Due {
        Due::Period { every, days, remind: remind.to_vec() }
    }

    /// The ten days of the domain, section 1.4.
    #[test]
    fn a_proces_verbal_has_a_prudent_day_and_a_legal_one() {
        let check = |found: &str, prudent: &str, legal: &str| {
            let term = court().after_day(found.parse().unwrap()).unwrap();
            assert_eq!(
                (term.prudent.to_string(), term.legal.to_string()),
                (prudent.into(), legal.into()),
                "{found}"
            );
        };
        check("2026-06-03", "2026-06-08", "2026-06-08");
        check("2026-06-01", "2026-06-06", "2026-06-08");
        check("2026-05-20", "2026-05-25", "2026-05-26");
        check("2026-05-03", "2026-05-08", "2026-05-11");
        check("2026-07-09", "2026-07-14", "2026-07-15");
        check("2026-12-20", "2026-12-25", "2026-12-28");
        check("2026-04-01", "2026-04-06", "2026-04-07");
        check("2026-05-09", "2026-05-14", "2026-05-15");
        check("2026-12-27", "2027-01-01", "2027-01-04");
        check("2028-02-24", "2028-02-29", "2028-02-29");
    }

    #[test]
    fn the_legal_day_is_never_before_the_prudent_one_and_always_a_working_day() {
        let mut random = fastrand::Rng::with_seed(2026);
        for _ in 0..20_000 {
            let found = later(date(1990, 1, 1), random.u32(0..60_000));
            let days = random.u32(0..400);
            let field = "constatation".parse().unwrap();
            let due = Due::Field { field, days, remind: vec![days / 2], court: true, closes: random.bool() };
            let Term { prudent, legal, reminders, closes, .. } = due.after_day(found).unwrap();
            assert_eq!(prudent, later(found, days), "{found} {days}");
            assert!(prudent <= legal && is_working_day(legal), "{found} {days}");
            // Four days in a row are closed at most: a week-end, and a holiday before or behind it.
            assert!(legal <= later(prudent, 4), "{found} {days}");
            let between = |day: &Date| prudent <= *day && *day < legal;
            let mut closed = (0..5).map(|days| later(prudent, days)).filter(between);
            assert!(closed.all(|day| !is_working_day(day)), "{found} {days}");
            assert!(closes.is_none_or(|day| day == legal) && reminders.iter().all(|day| *day <= prudent));
        }
    }

    #[test]
    fn a_video_is_reminded_of_twice_and_closes() {
        let field = "enregistrement".parse().unwrap();
        let due = Due::Field { field, days: 30, remind: vec![25, 20], court: false, closes: true };
        // The thirtieth day is a Saturday: no court counts it.
        let term = due.after_day(date(2026, 11, 5)).unwrap();
        assert_eq!((term.prudent, term.legal), (date(2026, 12, 5), date(2026, 12, 5)));
        assert_eq!(term.reminders, [date(2026, 11, 25), date(2026, 11, 30)]);
        assert_eq!(term.closes, Some(date(2026, 12, 5)));
        let reminded = |day| term.is_reminded(date(2026, 11, day));
        assert!(!reminded(24) && reminded(25) && reminded(30));
    }

    #[test]
    fn a_table_is_due_after_its_quarter_and_counts_for_it_however_late() {
        let table = period(Cadence::Quarter, 15, &[8]);
        let check = |deposited: &str, counts: &str, until: &str| {
            let period = table.counts_for(deposited.parse().unwrap()).unwrap();
            let term = table.after_period(period).unwrap();
            assert_eq!((period.to_string().as_str(), term.prudent.to_string().as_str()), (counts, until));
        };
        check("2026-10-01", "2026-Q3", "2026-10-15");
        check("2026-12-31", "2026-Q3", "2026-10-15");
        check("2027-01-01", "2026-Q4", "2027-01-15");
        let term = table.after_period(Period::of(Cadence::Quarter, date(2026, 9, 1))).unwrap();
        assert!(!term.is_reminded(date(2026, 10, 7)) && term.is_reminded(date(2026, 10, 8)));
        assert_eq!((term.legal, term.closes, term.court), (term.prudent, None, false));

        // The list of addresses of each year, and what is due at the end of the week itself.
        let list = period(Cadence::Year, 31, &[2]);
        let term = list.after_period(list.counts_for(date(2027, 1, 20)).unwrap()).unwrap();
        assert_eq!((term.prudent, term.reminders), (date(2027, 1, 31), vec![date(2027, 1, 2)]));
        let halls = period(Cadence::Week, 0, &[]);
        assert_eq!(halls.counts_for(date(2026, 11, 29)).unwrap().to_string(), "2026-W48");
        let term = halls.after_period(halls.counts_for(date(2026, 11, 29)).unwrap()).unwrap();
        assert!(!term.is_reminded(date(2026, 11, 28)) && term.is_reminded(date(2026, 11, 29)));
    }

    #[test]
    fn an_answer_is_due_so_many_hours_after_the_question() {
        let due = Due::Answered { flow: "F08b".parse().unwrap(), hours: 48 };
        let asked: Timestamp = "2026-11-27T16:00:00Z".parse().unwrap();
        assert_eq!(due.after_deposit(asked).unwrap().to_string(), "2026-11-29T16:00:00Z");
        assert!(due.after_day(date(2026, 1, 1)).is_none() && due.counts_for(date(2026, 1, 1)).is_none());
        assert!(court().after_deposit(asked).is_none() && court().cadence().is_none());
    }

    #[test]
    fn the_convention_goes_on_every_three_years() {
        let check = |today: &str, term: &str| {
            assert_eq!(convention_term(today.parse().unwrap()).prudent.to_string(), term, "{today}");
        };
        check("2020-07-07", "2023-07-07");
        check("2023-07-07", "2023-07-07");
        check("2023-07-08", "2026-07-07");
        check("2026-07-07", "2026-07-07");
        check("2026-07-08", "2029-07-07");
        check("2028-12-31", "2029-07-07");
        assert_eq!(convention_term(date(2026, 1, 1)).reminders, [date(2026, 4, 7)]);
        let _ = (convention_term(Date::MIN), convention_term(Date::MAX));
    }
}
