//! Deadlines as a calendar file (RFC 5545), for whatever keeps people's diaries: whole days, with alarms on the days of
//! the reminders.
//!
//! It says what has to be sent and by when: titles of the nomenclature and beginnings of letters' numbers, no name and
//! nothing that a letter says. An event keeps its UID, so that importing the next file moves it and adds none.

use super::{Deadline, Until};
use ics::parameters::Value;
use ics::properties::{Class, Description, DtStart, Summary, Transp, Trigger};
use ics::{Alarm, Event, ICalendar, escape_text};
use jiff::civil::Date;
use shared::cbor;
use shared::crypto::sha256;
use shared::time::Timestamp;

/// When offices open: an alarm at midnight wakes somebody.
const ALARM_HOUR: i64 = 9;

/// What is said of one: its line, and what stands beside it.
pub struct Said {
    /// One line.
    pub summary: String,
    /// More of it; may be empty.
    pub description: String,
}

/// The file, for what is still to be done.
#[must_use]
pub fn calendar(deadlines: &[Deadline], now: Timestamp, say: impl Fn(&Deadline) -> Said) -> String {
    let mut calendar = ICalendar::new("2.0", "-//Pli//pli deadlines//FR");
    for deadline in deadlines.iter().filter(|deadline| deadline.is_open()) {
        calendar.add_event(event(deadline, now, say(deadline)));
    }
    calendar.to_string()
}

fn event(deadline: &Deadline, now: Timestamp, said: Said) -> Event<'static> {
    let day = deadline.last_day();
    let made = now.to_string().replace(['-', ':'], "");
    let mut event = Event::new(uid(deadline), made);
    let mut start = DtStart::new(day.strftime("%Y%m%d").to_string());
    start.add(Value::DATE);
    event.push(start);
    event.push(Summary::new(escape_text(said.summary.clone())));
    if !said.description.is_empty() {
        event.push(Description::new(escape_text(said.description)));
    }
    event.push(Class::confidential());
    // Whoever has something to send is not absent that day.
    event.push(Transp::transparent());
    for reminder in reminders(deadline, day) {
        let trigger = Trigger::new(hours(reminder, day));
        event.add_alarm(Alarm::display(trigger, Description::new(escape_text(said.summary.clone()))));
    }
    event
}

/// Its reminders, or its last day.
fn reminders(deadline: &Deadline, last: Date) -> Vec<Date> {
    match &deadline.until {
        Until::Day(term) if !term.reminders.is_empty() => term.reminders.clone(),
        _ => vec![last],
    }
}

/// The opening of offices on a day, as a duration before or after the beginning of another.
fn hours(of: Date, day: Date) -> String {
    let hours = 24 * i64::from((of - day).get_days()) + ALARM_HOUR;
    let sign = if hours < 0 { "-" } else { "" };
    format!("{sign}PT{}H", hours.unsigned_abs())
}

/// The same as long as it is the same deadline, also where its day moves.
fn uid(deadline: &Deadline) -> String {
    let term = deadline.flow.is_none().then(|| deadline.last_day().to_string());
    let flow = deadline.flow.as_ref().map(ToString::to_string);
    let period = deadline.period.map(|period| period.to_string());
    let named = cbor::encode(&("pli/deadline/v1", flow, period, deadline.message, term));
    format!("{}@pli", &sha256(&named).to_string()[..32])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::deadlines::State;
    use icalendar::{Calendar, CalendarComponent, Component as _, DatePerhapsTime};
    use jiff::civil::date;
    use shared::deadlines::Term;

    fn deadline(until: Until, state: State) -> Deadline {
        Deadline {
            flow: Some("F04b".parse().unwrap()),
            title: "Tableau unique".to_owned(),
            period: None,
            day: None,
            until,
            state,
            proof: None,
            message: None,
        }
    }

    fn term(prudent: Date, reminders: Vec<Date>) -> Until {
        Until::Day(Term { prudent, legal: prudent, court: false, reminders, closes: None })
    }

    #[test]
    fn another_hand_reads_the_days_the_alarms_and_what_was_escaped() {
        let now: Timestamp = "2026-11-27T09:00:00Z".parse().unwrap();
        let until = term(date(2027, 1, 15), vec![date(2027, 1, 2), date(2027, 1, 15)]);
        let late = deadline(until, State::Late);
        let answer = deadline(Until::Instant("2026-11-29T23:30:00Z".parse().unwrap()), State::Due);
        let done = deadline(term(date(2026, 1, 1), Vec::new()), State::Done);
        let long = "Tableau unique classé par niveau ; adresses, tendances\\évolutions, par trimestre écoulé";
        let text = calendar(&[late, answer, done], now, |_| Said {
            summary: long.to_owned(),
            description: "Remise, ou LRAR.\nPli n'en est pas la voie.".to_owned(),
        });
        assert!(text.lines().count() > 10 && text.lines().all(|line| line.len() <= 77), "{text}");
        assert!(text.split('\n').all(|line| line.is_empty() || line.ends_with('\r')), "{text}");

        let read: Calendar = text.parse().unwrap();
        let events: Vec<_> = read.components.iter().filter_map(CalendarComponent::as_event).collect();
        assert_eq!(events.len(), 2, "what was done is in no diary");
        let days: Vec<_> = events
            .iter()
            .map(|event| match event.get_start().unwrap() {
                DatePerhapsTime::Date(day) => day.to_string(),
                other => panic!("not a whole day: {other:?}"),
            })
            .collect();
        // Half past midnight in Paris.
        assert_eq!(days, ["2027-01-15", "2026-11-30"]);
        assert_eq!(events[0].get_summary(), Some(long));
        assert_eq!(events[0].get_description(), Some("Remise, ou LRAR.\nPli n'en est pas la voie."));
        assert_eq!(events[0].property_value("DTSTAMP"), Some("20261127T090000Z"));
        let triggers = |event: &icalendar::Event| -> Vec<String> {
            let alarms = event.components().iter().filter(|part| part.component_kind() == "VALARM");
            alarms.map(|alarm| alarm.property_value("TRIGGER").unwrap().to_owned()).collect()
        };
        assert_eq!(triggers(events[0]), ["-PT303H", "PT9H"]);
        assert_eq!(triggers(events[1]), ["PT9H"]);
    }

    #[test]
    fn an_event_moves_with_its_deadline_and_is_not_another() {
        let due = |day, flow: &str| {
            let mut due = deadline(term(day, Vec::new()), State::Due);
            due.flow = Some(flow.parse().unwrap());
            uid(&due)
        };
        let (one, moved) = (due(date(2027, 1, 15), "F04b"), due(date(2027, 1, 20), "F04b"));
        assert_eq!(one, moved);
        assert_ne!(one, due(date(2027, 1, 15), "F06a"));
    }
}
