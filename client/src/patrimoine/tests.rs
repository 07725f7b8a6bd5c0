//! The quarter that is meant, files, and pictures of whatever a table holds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::*;
use crate::words::{Language, Words};
use jiff::civil::date;
use shared::ids::MessageId;
use shared::nomenclature::Nomenclature;
use shared::patrimoine::{Building, History, Line, Position, Trend};
use shared::time::Timestamp;

fn rules() -> Nomenclature {
    Nomenclature::parse(crate::nomenclature::CARRIED).unwrap()
}

fn quarter(text: &str) -> Quarter {
    text.parse().unwrap()
}

fn line(number: usize, level: u8, position: Option<(i32, i32)>) -> Line {
    let building = Building {
        address: format!("{number} rue <Haute> & Basse, 93210 Clairval").parse().unwrap(),
        name: "B".to_owned(),
        hall: "Hall \"3\"".to_owned(),
    };
    let position = position.map(|(north, east)| Position { north, east });
    let landlord = "plaine".parse().unwrap();
    let problem = "trafic".to_owned();
    Line { landlord, building, problem, level, trend: Trend::Falling, position, values: Vec::new() }
}

#[test]
fn until_it_is_due_the_table_of_the_last_quarter_is_made() {
    let rules = rules();
    let flows = Flows::of(&rules).unwrap();
    let check = |day: Date, gathered: &str, closed: &str| {
        assert_eq!(gathered_quarter(&flows, day), quarter(gathered), "{day}");
        assert_eq!(closed_quarter(&flows, day), quarter(closed), "{day}");
    };
    check(date(2026, 12, 31), "2026-T4", "2026-T3");
    check(date(2027, 1, 1), "2026-T4", "2026-T4");
    check(date(2027, 1, 15), "2026-T4", "2026-T4");
    check(date(2027, 1, 16), "2027-T1", "2026-T4");
}

#[test]
fn a_table_is_written_as_spreadsheets_here_read_it() {
    let rules = rules();
    let flow = Flows::of(&rules).unwrap().table.flow;
    let mut one = line(1, 4, None);
    one.values = vec![
        ("adresse".to_owned(), "1 rue Haute, 93210 Clairval".to_owned()),
        ("hall".to_owned(), "=1+1".to_owned()),
        ("problematique".to_owned(), "trafic".to_owned()),
        ("observe".to_owned(), "2026-12-02".to_owned()),
    ];
    let written = String::from_utf8(csv(flow, &rules.lists, &[one]).unwrap()).unwrap();
    let line = written.lines().nth(1).unwrap();
    assert_eq!(line, "plaine;1 rue Haute, 93210 Clairval;;'=1+1;;;Trafic de stupéfiants;;;02/12/2026;");
}

#[test]
fn whatever_a_table_holds_is_drawn() {
    let words = Words::new(Language::French);
    let lines_of = |count: usize, places: &[Option<(i32, i32)>]| -> Vec<Line> {
        (0..count)
            .map(|number| line(number, u8::try_from(number % 5).unwrap() + 1, places[number % places.len()]))
            .collect()
    };
    let poles = [Some((90_000_000, 180_000_000)), Some((-90_000_000, -180_000_000)), None];
    let tables = [
        lines_of(0, &[None]),
        lines_of(1, &[Some((48_900_000, 2_300_000))]),
        lines_of(2, &[Some((0, 0))]),
        lines_of(400, &poles),
    ];
    for lines in tables {
        let mut history = History::default();
        history.add(quarter("2024-T1"), lines.clone());
        history.add(quarter("2026-T4"), lines.clone());
        let drawn = [
            Some(charts::ranking(&lines, &|line| line.problem.clone(), &words)),
            Some(charts::levels(&history, quarter("2026-T4"), &words)),
            Some(charts::evolution(&history, quarter("2026-T4"), &words)),
            charts::map(&lines, &words),
        ];
        assert_eq!(drawn[3].is_some(), lines.iter().any(|line| line.position.is_some()));
        for picture in drawn.into_iter().flatten() {
            let svg = picture.svg.into_string();
            assert!(svg.len() < 200_000, "a picture stays one that can be shown");
            assert!(!svg.contains("<Haute>") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}

#[test]
fn a_page_shows_what_was_typed_and_does_not_obey_it() {
    let (rules, words) = (rules(), Words::new(Language::French));
    let lines = vec![line(1, 5, Some((48_900_000, 2_300_000)))];
    let mut history = History::default();
    history.add(quarter("2026-T4"), lines.clone());
    let source =
        Source::Letter { message: MessageId([1; 16]), created: Timestamp(1_800_000_000), version: 2 };
    let table = Table { quarter: quarter("2026-T4"), source, lines };
    let of = Of {
        table: &table,
        history: &history,
        flow: Flows::of(&rules).unwrap().table.flow,
        rules: &rules,
        made: Timestamp(1_800_000_000),
    };
    let page = page(&of, &words);
    assert!(page.contains("1 rue &lt;Haute&gt; &amp; Basse, Clairval, bât. B, Hall &quot;3&quot;"), "{page}");
    assert!(!page.contains("<Haute>"));
}
