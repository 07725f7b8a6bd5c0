//! Results of patrols: ten thousand rows read, checked and split among thirty landlords, beside the least that any
//! reading of the same file costs, which is finding its cells.

use crate::page::{Page, Wanted};
use pli_client::{screening, table};
use pli_tests::documents::tables::nomenclature;
use shared::form::{Typed, check};
use shared::patrol::{Building, Buildings, Place, Source};
use std::fmt::Write as _;
use std::time::Instant;

const ROWS: usize = 10_000;
const LANDLORDS: usize = 30;
const ADDRESSES: usize = 2_000;

pub(crate) fn measure(page: &mut Page, _round: usize) {
    const SECTION: &str = "Patrols: ten thousand rows for thirty landlords, on the writer's machine";
    let nomenclature = nomenclature();
    let flow = nomenclature.flow(&"F10b".parse().unwrap()).unwrap();
    let columns = &flow.table.as_ref().unwrap().columns;
    let file = file();
    let buildings = buildings();
    let screen = screening::carried().screen().unwrap();

    let began = Instant::now();
    let rows = table::of_text(file.as_bytes(), columns).unwrap();
    let read = began.elapsed();

    let began = Instant::now();
    let form = check(flow, &nomenclature.lists, &Typed { fields: Vec::new(), rows }).unwrap();
    let checked = began.elapsed();

    let began = Instant::now();
    let place = |row: &Vec<String>| Some(Place { address: row[2].parse().ok()?, hall: row[3].clone() });
    let places: Vec<_> = form.rows().iter().map(place).collect();
    let split = buildings.split(places.iter().map(Option::as_ref));
    let parted = began.elapsed();
    assert_eq!((split.for_landlord.len(), split.unmatched.len()), (LANDLORDS, 0));

    let began = Instant::now();
    for row in form.rows() {
        std::hint::black_box(screen.judge(&row.join("\n")));
    }
    let judged = began.elapsed();

    let began = Instant::now();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(file.as_bytes());
    let cells: usize = reader.records().map(|record| record.unwrap().len()).sum();
    let least = began.elapsed();
    assert_eq!(cells, ROWS * 11);

    let mut add = |what: &str, seconds: f64| page.add(SECTION, what, "ms", Wanted::Nothing, seconds * 1000.0);
    add("the table, read with its lines", read.as_secs_f64());
    add("each row checked, in one spelling", checked.as_secs_f64());
    add("each row to its landlord", parted.as_secs_f64());
    add("each row judged by the rules of article 5", judged.as_secs_f64());
    add("the same file, its cells found", least.as_secs_f64());
}

fn address(number: usize) -> String {
    format!("{} rue des Lilas, 93{:03} Clairval", number % 200 + 1, number / 200)
}

fn file() -> String {
    let mut file =
        "date;heure;adresse;hall;passage;controles;verbalisations;interpellations;constat;suite;ref\n"
            .to_owned();
    for row in 0..ROWS {
        let address = address(row * 7 % ADDRESSES);
        let _ = writeln!(
            file,
            "24/12/2026;22h{:02};{address};Hall {};oui;{};0;0;porte du hall dégradée, gazinière en bas;nouveau passage;F10a-{row}",
            row % 60,
            row % 4,
            row % 9
        );
    }
    file
}

fn buildings() -> Buildings {
    let mut buildings = Buildings::default();
    for number in 0..ADDRESSES {
        let building = Building {
            address: address(number).parse().unwrap(),
            building: String::new(),
            hall: String::new(),
            landlord: format!("bailleur-{}", number % LANDLORDS).parse().unwrap(),
        };
        buildings.add(Source::Landlord, &building);
    }
    buildings
}
