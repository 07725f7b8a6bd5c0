//! The table: who is found in the nomenclature, what is merged, and what moves.

use super::*;
use crate::form::{Typed, TypedRow, check};
use crate::ids::{MessageId, OrganisationId};
use crate::nomenclature::{Flow, Nomenclature};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

const TEXT: &str = include_str!("../../nomenclature.toml");
const SMALL: &str = include_str!("../../../tests/data/nomenclature.toml");

fn rules() -> Nomenclature {
    Nomenclature::parse(TEXT).unwrap()
}

fn landlord(name: &str) -> OrganisationId {
    name.parse().unwrap()
}

fn line(owner: &str, street: &str, hall: &str, level: u8, trend: Trend) -> Line {
    let building = Building {
        address: format!("{street}, 93200 Clairval").parse().unwrap(),
        name: String::new(),
        hall: hall.to_owned(),
    };
    let values = vec![("niveau".to_owned(), level.to_string())];
    let problem = "trafic".to_owned();
    Line { landlord: landlord(owner), building, problem, level, trend, position: None, values }
}

fn letter(owner: &str, number: u8, deposited: u64, lines: Vec<Line>) -> Letter {
    Letter {
        landlord: landlord(owner),
        message: MessageId([number; 16]),
        deposited: Timestamp(deposited),
        lines,
    }
}

#[test]
fn the_flows_are_found_by_their_columns_and_by_who_sends_to_whom() {
    let rules = rules();
    let flows = Flows::of(&rules).unwrap();
    let codes = [flows.lines, flows.table, flows.transmission].map(|route| route.code.as_str());
    assert_eq!(codes, ["F04a", "F04b", "F04c"]);
    let sends = |function: &str| {
        flows.sent_on_by(&function.parse().unwrap()).map(|route| route.code.as_str().to_owned())
    };
    assert_eq!((sends("AORIF").as_deref(), sends("SEC").as_deref()), (Some("F04b"), Some("F04c")));
    assert_eq!((sends("BREF"), sends("CSP")), (None, None));
    assert!(Flows::of(&Nomenclature::parse(SMALL).unwrap()).is_none());
    assert!(flows.route(&"F05a".parse().unwrap()).is_none());
}

/// What a landlord typed, as the form keeps it.
fn row(flow: &Flow, rules: &Nomenclature, cells: &[(&str, &str)]) -> Vec<String> {
    let cells = cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let fields = vec![("trimestre".to_owned(), "2026-T4".to_owned())];
    let typed = Typed { fields, rows: vec![TypedRow { line: 2, cells }] };
    check(flow, &rules.lists, &typed).unwrap().rows()[0].clone()
}

#[test]
fn a_line_goes_from_the_landlord_s_form_into_the_table_and_back() {
    let rules = rules();
    let flows = Flows::of(&rules).unwrap();
    let cells = [
        ("adresse", "12 bd des Lilas 93200 Clairval"),
        ("hall", "3"),
        ("problematique", "trafic"),
        ("niveau", "4"),
        ("tendance", "En hausse"),
        ("observe", "2/11/2026"),
        ("position", "48.9361, 2.3574"),
    ];
    let row = row(flows.lines.flow, &rules, &cells);
    assert!(Line::of(flows.lines.flow, &row, None).is_none(), "a landlord's form does not name them");
    let read = Line::of(flows.lines.flow, &row, Some(&landlord("plaine"))).unwrap();
    assert_eq!((read.level, read.trend), (4, Trend::Rising));
    assert_eq!(read.position, Some(Position { north: 48_936_100, east: 2_357_400 }));
    let merged = read.row(flows.table.flow);
    assert_eq!((merged[0].as_str(), merged.len()), ("plaine", row.len() + 1));
    let again = Line::of(flows.table.flow, &merged, Some(&landlord("aorif"))).unwrap();
    assert_eq!(again.landlord, landlord("plaine"), "who merges is not whose building it is");
    assert_eq!((again.building, again.level, again.position), (read.building, 4, read.position));
    let mut short = row;
    short.truncate(5);
    assert!(Line::of(flows.lines.flow, &short, Some(&landlord("plaine"))).is_none());
}

#[test]
fn spellings_of_one_building_are_the_same() {
    let building = |street: &str, name: &str, hall: &str| Building {
        address: format!("{street}, 93200 Clairval").parse().unwrap(),
        name: name.to_owned(),
        hall: hall.to_owned(),
    };
    let same = |a: Building, b: Building| a.sameness() == b.sameness();
    assert!(same(building("12 av. Foch", "Bât. B", "Hall 2"), building("12 avenue FOCH", "b", "2")));
    assert!(!same(building("12 av. Foch", "B", "2"), building("12 av. Foch", "B", "")));
    assert!(!same(building("12 av. Foch", "B", ""), building("12 av. Foch", "", "B")));
    assert!(same(building("12 av. Foch", "bat", ""), building("12 av. Foch", "BAT", "")));
    assert!(building("2 rue A", "", "").order() < building("10 rue A", "", "").order());
    assert!(building("10 rue A", "", "").order() < building("2 rue B", "", "").order());
    assert!(building("2 rue A", "", "hall 2").order() < building("2 rue A", "", "hall 10").order());
}

#[test]
fn a_place_on_the_map_is_read_as_forms_keep_it() {
    let check = |text: &str, expected: Option<(i32, i32)>| {
        assert_eq!(Position::of(text).map(|place| (place.north, place.east)), expected, "{text}");
    };
    check("48.936100,2.357400", Some((48_936_100, 2_357_400)));
    check("-0.500000,-180.000000", Some((-500_000, -180_000_000)));
    for bad in ["", "48.9,2.3", "91.000000,0.000000", "+1.000000,2.000000", "1.000000;2.000000", "-.000000,1"]
    {
        check(bad, None);
    }
}

#[test]
fn two_versions_of_one_landlord_are_never_mixed() {
    let first = letter("plaine", 1, 100, vec![line("plaine", "1 rue A", "", 5, Trend::Rising)]);
    let second = letter("plaine", 2, 200, vec![line("plaine", "2 rue A", "", 2, Trend::Stable)]);
    let other = letter("vallon", 3, 50, vec![line("vallon", "3 rue A", "", 3, Trend::Stable)]);
    let merged = merge(&[second.clone(), other, first, second], &[], &[]);
    let streets: Vec<_> = merged.lines.iter().map(|line| line.building.address.street.as_str()).collect();
    assert_eq!(streets, ["3 rue A", "2 rue A"]);
    let named = |versions: &[Version]| versions.iter().map(|one| one.message.0[0]).collect::<Vec<_>>();
    assert_eq!((named(&merged.counted), named(&merged.replaced)), (vec![2, 3], vec![1]));
}

#[test]
fn a_building_has_a_line_for_each_thing_that_is_wrong_and_counts_by_the_worst() {
    let mut thefts = line("plaine", "1 rue A", "", 4, Trend::Stable);
    thefts.problem = "vol".to_owned();
    let lines = vec![line("plaine", "1 rue A", "", 2, Trend::Rising), thefts.clone()];
    let merged = merge(&[letter("plaine", 1, 100, lines)], &[], &[]);
    assert_eq!((merged.lines.len(), merged.duplicates.len()), (2, 0));
    assert_eq!(worst(&merged.lines), [&thefts]);
    let steps = diff(&[line("plaine", "1 rue A", "", 1, Trend::Stable)], &merged.lines);
    let steps: Vec<_> = steps.iter().map(|step| (step.line.problem.as_str(), step.change)).collect();
    assert_eq!(steps, [("trafic", Change::Up(1)), ("vol", Change::New)]);
    // One gets worse under another that stays the worst.
    let steps = diff(&[line("plaine", "1 rue A", "", 1, Trend::Stable), thefts], &merged.lines);
    assert_eq!(steps.iter().map(|step| step.change).collect::<Vec<_>>(), [Change::Up(1), Change::Same]);
}

#[test]
fn what_is_twice_missing_or_late_is_named() {
    let now = [
        letter(
            "plaine",
            1,
            100,
            vec![
                line("plaine", "1 rue A", "hall 1", 2, Trend::Stable),
                line("plaine", "1 rue A", "1", 4, Trend::Falling),
            ],
        ),
        letter("vallon", 2, 100, vec![line("vallon", "1 RUE A", "Hall 1", 4, Trend::Rising)]),
    ];
    let before = [
        line("plaine", "1 rue A", "1", 1, Trend::Stable),
        line("plaine", "7 rue A", "", 3, Trend::Stable),
        line("seine", "9 rue A", "", 5, Trend::Stable),
    ];
    let expected = ["vallon", "seine", "plaine", "seine"].map(landlord);
    let merged = merge(&now, &expected, &before);
    assert_eq!(merged.lines.len(), 1);
    assert_eq!((merged.lines[0].landlord.as_str(), merged.lines[0].level), ("vallon", 4));
    let left_out: Vec<_> = merged.duplicates.iter().map(|one| one.left_out.level).collect();
    assert_eq!(left_out, [4, 2]);
    assert!(merged.duplicates.iter().all(|one| one.kept == merged.lines[0]));
    let streets =
        |lines: &[Line]| lines.iter().map(|line| line.building.address.street.clone()).collect::<Vec<_>>();
    assert_eq!(
        (streets(&merged.gaps), streets(&merged.unsaid)),
        (vec!["7 rue A".to_owned()], vec!["9 rue A".to_owned()])
    );
    assert_eq!((merged.late.as_slice(), merged.expected()), (&[landlord("seine")][..], 3));
}

/// Letters of a few landlords with a few buildings, many of them said twice.
fn letters(random: &mut fastrand::Rng) -> Vec<Letter> {
    let trends = [Trend::Rising, Trend::Stable, Trend::Falling];
    let owners = ["plaine", "seine", "vallon"];
    let mut letters = Vec::new();
    for number in 0..random.u8(0..8) {
        let owner = owners[random.usize(..owners.len())];
        let lines = (0..random.u8(0..6)).map(|_| {
            let street = format!("{} {}", random.u8(1..5), ["rue A", "RUE a", "av. B"][random.usize(..3)]);
            let mut line = line(owner, &street, "", random.u8(1..=5), trends[random.usize(..3)]);
            line.values.push(("logements".to_owned(), random.u8(1..3).to_string()));
            line.problem = ["trafic", "vol"][random.usize(..2)].to_owned();
            line
        });
        let lines = lines.collect();
        letters.push(letter(owner, number, random.u64(0..4), lines));
    }
    letters
}

#[test]
fn the_order_of_letters_does_not_matter_and_no_line_is_lost() {
    for seed in 0..500 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut given = letters(&mut random);
        let before: Vec<_> = letters(&mut random).into_iter().flat_map(|letter| letter.lines).collect();
        let expected = ["plaine", "loin"].map(landlord);
        let merged = merge(&given, &expected, &before);
        random.shuffle(&mut given);
        assert_eq!(merge(&given, &expected, &before), merged, "seed {seed}");

        // Every line of a counted letter is in the table or beside it, as often as it was said.
        let mut count: BTreeMap<String, i32> = BTreeMap::new();
        let counted = |letter: &&Letter| merged.counted.iter().any(|one| one.message == letter.message);
        for line in given.iter().filter(counted).flat_map(|letter| &letter.lines) {
            *count.entry(format!("{line:?}")).or_default() += 1;
        }
        let beside = merged.duplicates.iter().map(|one| &one.left_out);
        for line in merged.lines.iter().chain(beside) {
            *count.entry(format!("{line:?}")).or_default() -= 1;
        }
        assert!(count.values().all(|count| *count == 0), "seed {seed}: {count:?}");

        // Nothing is in it twice; every letter is named once; what is worse stands before.
        let mut known = BTreeSet::new();
        assert!(merged.lines.iter().all(|line| known.insert(line.sameness())), "seed {seed}");
        let known: BTreeSet<_> = merged.lines.iter().map(|line| line.building.sameness()).collect();
        assert_eq!(merged.counted.len() + merged.replaced.len(), given.len(), "seed {seed}");
        assert!(merged.lines.is_sorted_by_key(|line| (std::cmp::Reverse(line.level), line.trend)));
        for gap in merged.gaps.iter().chain(&merged.unsaid) {
            assert!(!known.contains(&gap.building.sameness()), "seed {seed}");
        }
    }
}

#[test]
fn what_rose_stands_first_and_what_stayed_last() {
    let before = [
        line("plaine", "1 rue A", "", 2, Trend::Stable),
        line("plaine", "2 rue A", "", 5, Trend::Stable),
        line("plaine", "3 rue A", "", 3, Trend::Stable),
        line("plaine", "4 rue A", "", 1, Trend::Stable),
        line("vallon", "5 rue A", "", 4, Trend::Stable),
    ];
    let after = [
        line("plaine", "1 RUE A", "", 4, Trend::Rising),
        line("plaine", "2 rue A", "", 1, Trend::Falling),
        line("plaine", "3 rue A", "", 3, Trend::Stable),
        line("plaine", "6 rue A", "", 2, Trend::Stable),
    ];
    let steps: Vec<_> = diff(&before, &after).iter().map(|step| (step.change, step.levels)).collect();
    let expected = [
        (Change::Up(2), (Some(2), Some(4))),
        (Change::New, (None, Some(2))),
        (Change::Down(4), (Some(5), Some(1))),
        (Change::Gone, (Some(1), None)),
        (Change::Unsaid, (Some(4), None)),
        (Change::Same, (Some(3), Some(3))),
    ];
    assert_eq!(steps, expected);
}

#[test]
fn a_course_shows_the_quarters_without_a_table_too() {
    let quarter = |text: &str| text.parse::<Quarter>().unwrap();
    let mut history = History::default();
    assert!(
        history.quarters(quarter("2026-T4")).is_empty() && history.courses(quarter("2026-T4")).is_empty()
    );
    history.add(quarter("2026-T1"), vec![line("plaine", "1 rue A", "", 2, Trend::Stable)]);
    history.add(quarter("2026-T3"), vec![line("plaine", "1 rue A", "", 3, Trend::Stable)]);
    history.add(quarter("2026-T4"), vec![line("plaine", "2 rue A", "", 1, Trend::Stable)]);
    let shown = |until: &str| {
        let courses = history.courses(quarter(until));
        courses.into_iter().map(|course| (course.line.level, course.levels)).collect::<Vec<_>>()
    };
    assert_eq!(
        shown("2026-T4"),
        [(1, vec![None, None, None, Some(1)]), (3, vec![Some(2), None, Some(3), None])]
    );
    assert_eq!(shown("2026-T3"), [(3, vec![Some(2), None, Some(3)])]);
    assert_eq!(history.newest(), Some(quarter("2026-T4")));
    // A table that claims another century makes no hundred columns.
    history.add(quarter("9999-T4"), Vec::new());
    assert_eq!(history.quarters(quarter("9999-T4")), [quarter("9999-T4")]);
}
