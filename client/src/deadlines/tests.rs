//! What is due, from what is known: without a home and without a relay.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;
use shared::nomenclature::Nomenclature;

/// The three ways of counting, on the flows of the domain.
const FLOWS: &str = include_str!("../../../tests/data/deadlines.toml");

fn rules(function: &str) -> Rules {
    let text = format!("{}{FLOWS}", include_str!("../../../tests/data/nomenclature.toml"));
    let nomenclature = Nomenclature::parse(&text).unwrap();
    Rules { nomenclature, function: function.parse().unwrap(), from: at("2025-11-03T08:00:00Z") }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn deposit(index: u64, time: &str, flow: &str) -> Deposit {
    let message = MessageId([u8::try_from(index).unwrap(); 16]);
    Deposit { index, time: at(time), flow: flow.parse().unwrap(), message }
}

fn entry(letter: u8, flow: &str, sent: bool, day: Option<&str>) -> Entry {
    Entry {
        message: MessageId([letter; 16]),
        flow: flow.parse().unwrap(),
        sent,
        created: at("2026-11-27T16:00:00Z"),
        day: day.map(ToOwned::to_owned),
        answers: Vec::new(),
        expects: None,
        outcome: None,
        with: Vec::new(),
    }
}

/// Flow, period, last day, state, and the number in the log.
type Line = (String, String, String, &'static str, Option<u64>);

fn lines(deadlines: &[Deadline]) -> Vec<Line> {
    let line = |one: &Deadline| {
        let text = |text: Option<String>| text.unwrap_or_default();
        let (flow, period) =
            (one.flow.as_ref().map(ToString::to_string), one.period.map(|it| it.to_string()));
        let index = one.proof.as_ref().map(|proof| proof.index);
        (text(flow), text(period), one.last_day().to_string(), one.state.code(), index)
    };
    deadlines.iter().map(line).collect()
}

fn expected(lines: &[(&str, &str, &str, &'static str, Option<u64>)]) -> Vec<Line> {
    let owned = |(flow, period, day, state, index): &(&str, &str, &str, &'static str, Option<u64>)| {
        ((*flow).to_owned(), (*period).to_owned(), (*day).to_owned(), *state, *index)
    };
    lines.iter().map(owned).collect()
}

#[test]
fn a_quarter_is_due_then_late_then_done_by_the_first_deposit_after_it() {
    let check =
        |now: &str, deposits: &[Deposit], wanted: &[(&str, &str, &str, &'static str, Option<u64>)]| {
            assert_eq!(lines(&of(&rules("BREF"), deposits, &[], at(now))), expected(wanted), "{now}");
        };
    let running = ("F04b", "2026-Q4", "2027-01-15", "due", None);
    check("2026-10-15T21:59:59Z", &[], &[("F04b", "2026-Q3", "2026-10-15", "due", None), running]);
    // Midnight in Paris.
    check("2026-10-15T22:00:00Z", &[], &[("F04b", "2026-Q3", "2026-10-15", "late", None), running]);
    let table = deposit(7, "2026-10-20T08:00:00Z", "F04b");
    let again = deposit(9, "2026-11-20T08:00:00Z", "F04b");
    let other = deposit(3, "2026-10-02T08:00:00Z", "F10a");
    let before = deposit(2, "2026-09-30T21:59:59Z", "F04b");
    let done = ("F04b", "2026-Q3", "2026-10-15", "done", Some(7));
    check("2026-11-27T09:00:00Z", &[other, before, again, table], &[done, running]);
}

#[test]
fn the_list_of_a_year_counts_for_the_year_that_it_names() {
    let nomenclature = Nomenclature::parse(crate::nomenclature::CARRIED).unwrap();
    let mut rules = rules("BREF");
    rules.nomenclature = nomenclature;
    let check = |now: &str, sent: &[(&str, &str)], wanted: &[(&str, &str, &'static str)]| {
        let (mut deposits, mut entries) = (Vec::new(), Vec::new());
        for (number, (time, year)) in (1..).zip(sent) {
            deposits.push(deposit(u64::from(number), time, "F06a"));
            let first = format!("{year}-01-01");
            entries.extend((!year.is_empty()).then(|| entry(number, "F06a", true, Some(&first))));
        }
        let found = of(&rules, &deposits, &entries, at(now));
        let lists = found.iter().filter(|one| one.flow.as_ref().is_some_and(|flow| flow.as_str() == "F06a"));
        let lists: Vec<_> = lists
            .map(|one| (one.period.unwrap().to_string(), one.last_day().to_string(), one.state.code()))
            .collect();
        let wanted: Vec<_> =
            wanted.iter().map(|(year, day, state)| ((*year).to_owned(), (*day).to_owned(), *state)).collect();
        assert_eq!(lists, wanted, "{now} {sent:?}");
    };
    let (before, next) = (("2026", "2026-01-31", "late"), ("2027", "2027-01-31", "due"));
    let done = |(year, day, _): (&'static str, &'static str, &str)| (year, day, "done");
    check("2026-11-28T09:00:00Z", &[], &[before, next]);
    check("2026-11-28T09:00:00Z", &[("2026-11-28T08:00:00Z", "2027")], &[before, done(next)]);
    check("2026-11-28T09:00:00Z", &[("2026-11-28T08:00:00Z", "2026")], &[done(before), next]);
    // Where it is not known what it named, it counts by its day.
    check("2026-11-28T09:00:00Z", &[("2026-11-28T08:00:00Z", "")], &[done(before), next]);
    check(
        "2027-01-15T09:00:00Z",
        &[("2026-11-28T08:00:00Z", "2027")],
        &[done(next), ("2028", "2028-01-31", "due")],
    );
    check(
        "2027-01-15T09:00:00Z",
        &[("2027-01-10T08:00:00Z", "")],
        &[done(next), ("2028", "2028-01-31", "due")],
    );
}

#[test]
fn the_table_of_a_quarter_counts_for_the_quarter_that_it_names() {
    let sent = deposit(7, "2026-11-28T08:00:00Z", "F04b");
    let named = entry(7, "F04b", true, Some("2026-10-01"));
    let found = of(&rules("BREF"), &[sent], &[named], at("2026-11-28T09:00:00Z"));
    let wanted =
        [("F04b", "2026-Q3", "2026-10-15", "late", None), ("F04b", "2026-Q4", "2027-01-15", "done", Some(7))];
    assert_eq!(lines(&found), expected(&wanted));
}

#[test]
fn what_a_letter_expects_by_a_day_is_due_until_it_is_answered() {
    let mut rules = rules("PREFT");
    rules.nomenclature = Nomenclature::parse(crate::nomenclature::CARRIED).unwrap();
    let mut asked = entry(6, "F05a", false, None);
    asked.expects = Some(("avis".to_owned(), Some("2026-12-05".to_owned())));
    let check = |asked: &Entry, now: &str, wanted: &[(&str, &'static str)]| {
        let found = of(&rules, &[], std::slice::from_ref(asked), at(now));
        let found: Vec<_> = found.iter().map(|one| (one.title.as_str(), one.state.code())).collect();
        assert_eq!(found, wanted, "{now}");
    };
    check(&asked, "2026-12-05T09:00:00Z", &[("Avis", "due")]);
    check(&asked, "2026-12-06T09:00:00Z", &[("Avis", "late")]);
    asked.outcome = Some(("fait".to_owned(), MessageId([9; 16])));
    check(&asked, "2026-12-06T09:00:00Z", &[("Avis", "done")]);
    asked.sent = true;
    check(&asked, "2026-12-06T09:00:00Z", &[]);
}

#[test]
fn what_was_due_before_somebody_was_in_office_is_not_theirs() {
    let mut rules = rules("BREF");
    let periods = |rules: &Rules| {
        let found = of(rules, &[], &[], at("2026-10-20T08:00:00Z"));
        found.iter().map(|one| one.period.unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(periods(&rules), ["2026-Q3", "2026-Q4"]);
    rules.from = at("2026-10-15T08:00:00Z");
    assert_eq!(periods(&rules), ["2026-Q3", "2026-Q4"]);
    rules.from = at("2026-10-16T08:00:00Z");
    assert_eq!(periods(&rules), ["2026-Q4"]);
    rules.function = "CSP".parse().unwrap();
    assert!(periods(&rules).is_empty(), "nor what others send");
}

#[test]
fn a_proces_verbal_is_done_by_its_deposit_and_has_both_days() {
    let sent = entry(4, "F14b", true, Some("2026-12-20"));
    let found =
        |deposits: &[Deposit], now: &str| of(&rules("BREF"), deposits, std::slice::from_ref(&sent), at(now));
    let pv = |found: &[Deadline]| {
        let pv = found.iter().find(|one| one.flow.as_ref().is_some_and(|flow| flow.as_str() == "F14b"));
        pv.unwrap().clone()
    };
    let deposited = deposit(4, "2026-12-21T10:00:00Z", "F14b");
    let done = pv(&found(std::slice::from_ref(&deposited), "2026-12-26T10:00:00Z"));
    let Until::Day(term) = &done.until else { panic!("no day") };
    assert_eq!(
        (term.prudent.to_string().as_str(), term.legal.to_string().as_str()),
        ("2026-12-25", "2026-12-28")
    );
    assert_eq!((done.state, done.proof), (State::Done, Some(deposited)));
    // Taken back because it went to the wrong person, it is to be done again.
    assert_eq!(pv(&found(&[], "2026-12-25T22:59:59Z")).state, State::Due);
    assert_eq!(pv(&found(&[], "2026-12-25T23:00:00Z")).state, State::Late);

    // Who received it has it to pass on, or nothing to do.
    let received = entry(4, "F14b", false, Some("2026-12-20"));
    let of_function = |function: &str| {
        let all = of(&rules(function), &[], std::slice::from_ref(&received), at("2026-12-24T10:00:00Z"));
        all.iter().filter(|one| one.message.is_some()).count()
    };
    assert_eq!((of_function("BREF"), of_function("PREFT")), (1, 0));
}

#[test]
fn a_video_is_reminded_of_twice_answered_or_closed() {
    let mut video = entry(5, "F15d", false, Some("2026-11-05"));
    let video_at = |video: &Entry, deposits: &[Deposit], now: &str| {
        let all = of(&rules("BREF"), deposits, std::slice::from_ref(video), at(now));
        all.into_iter().find(|one| one.message == Some(video.message)).unwrap()
    };
    let check = |now: &str, state: State, is_reminded: bool| {
        let found = video_at(&video, &[], now);
        assert_eq!((found.state, found.is_reminded(dates::day_of(at(now)))), (state, is_reminded), "{now}");
    };
    check("2026-11-24T12:00:00Z", State::Due, false);
    check("2026-11-25T12:00:00Z", State::Due, true);
    check("2026-12-05T12:00:00Z", State::Due, true);
    check("2026-12-06T12:00:00Z", State::Closed, false);

    let answer = deposit(8, "2026-11-27T10:00:00Z", "F15f");
    video.answers.push((answer.flow.clone(), answer.message));
    let found = video_at(&video, std::slice::from_ref(&answer), "2026-12-06T12:00:00Z");
    assert_eq!((found.state, found.proof), (State::Done, Some(answer)));
    assert_eq!(
        video_at(&video, &[], "2026-12-06T12:00:00Z").proof,
        None,
        "another's answer proves nothing here"
    );
}

#[test]
fn an_answer_is_owed_within_hours_by_whose_function_it_is() {
    let mut asked = entry(6, "F08b", false, None);
    let answer_at = |asked: &Entry, deposits: &[Deposit], now: &str| {
        lines(&of(&rules("PREFT"), deposits, std::slice::from_ref(asked), at(now)))
    };
    let line = |state, index| expected(&[("F08c", "", "2026-11-29", state, index)]);
    assert_eq!(answer_at(&asked, &[], "2026-11-29T16:00:00Z"), line("due", None));
    assert_eq!(answer_at(&asked, &[], "2026-11-29T16:00:01Z"), line("late", None));
    assert!(of(&rules("CSP"), &[], std::slice::from_ref(&asked), at("2026-11-28T08:00:00Z")).is_empty());
    let answer = deposit(11, "2026-11-28T09:00:00Z", "F08c");
    asked.answers.push((answer.flow.clone(), answer.message));
    assert_eq!(
        answer_at(&asked, std::slice::from_ref(&answer), "2026-12-06T12:00:00Z"),
        line("done", Some(11))
    );
}

#[test]
fn the_convention_goes_on_for_those_who_keep_it() {
    let found = |function| lines(&of(&rules(function), &[], &[], at("2026-06-01T08:00:00Z")));
    let term = expected(&[("", "", "2026-07-07", "due", None)]);
    assert_eq!((found("SEC"), found("PREF")), (term.clone(), term));
    assert!(found("CSP").is_empty());
}

#[test]
fn what_is_over_is_shown_where_everything_is() {
    let all =
        of(&rules("BREF"), &[deposit(7, "2026-10-02T08:00:00Z", "F04b")], &[], at("2026-10-15T08:00:00Z"));
    let current = |day: &str| all.iter().filter(|one| one.is_current(day.parse().unwrap())).count();
    assert_eq!((current("2026-10-15"), current("2026-10-16")), (2, 1));
}

#[test]
fn a_day_is_what_a_form_keeps_and_nothing_else() {
    assert!(day("2026-12-24").is_some());
    for bad in [
        "",
        "24/12/2026",
        "2026-12-24T10:00",
        "20261224",
        "2026-02-30",
        "-002026-12-24",
        "2026-12-24[Europe/Paris]",
    ] {
        assert_eq!(day(bad), None, "{bad}");
    }
}
