//! The pictures of the table, made of invented buildings: `docs/patrimoine.svg` is what the program draws.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use pli_client::patrimoine::charts::{self, Picture};
use pli_client::patrimoine::titled;
use pli_client::words::{Language, Words};
use shared::nomenclature::Nomenclature;
use shared::patrimoine::{Flows, History, Line, Quarter};
use std::collections::BTreeMap;
use std::path::Path;

const NOMENCLATURE: &str = include_str!("../../../shared/nomenclature.toml");
const SAMPLE: &str = include_str!("../../../tests/data/patrimoine.csv");

/// The tables of the sample.
fn sample(rules: &Nomenclature) -> History {
    let flow = Flows::of(rules).unwrap().table.flow;
    let mut tables: BTreeMap<Quarter, Vec<Line>> = BTreeMap::new();
    for line in SAMPLE.lines().skip(1) {
        let (quarter, rest) = line.split_once(';').unwrap();
        let row: Vec<_> = rest.split(';').map(str::to_owned).collect();
        tables.entry(quarter.parse().unwrap()).or_default().push(Line::of(flow, &row, None).unwrap());
    }
    let mut history = History::default();
    for (quarter, mut lines) in tables {
        lines.sort_by_cached_key(Line::rank);
        history.add(quarter, lines);
    }
    history
}

/// All four, one under the other.
fn drawn() -> String {
    let (rules, words) = (Nomenclature::parse(NOMENCLATURE).unwrap(), Words::new(Language::French));
    let history = sample(&rules);
    let newest = history.newest().unwrap();
    let lines = history.table(newest).unwrap();
    let pictures = [
        charts::ranking(lines, &titled(&rules), &words),
        charts::levels(&history, newest, &words),
        charts::evolution(&history, newest, &words),
        charts::map(lines, &words).unwrap(),
    ];
    let height = |picture: &Picture| -> usize {
        let svg = picture.svg.clone().into_string();
        svg.split(" height=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let (mut top, mut all) = (20, String::new());
    for picture in &pictures {
        all.push_str(&picture.svg.clone().into_string().replacen(
            "<svg",
            &format!("<svg x=\"20\" y=\"{top}\""),
            1,
        ));
        all.push('\n');
        top += height(picture) + 24;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 {top}\" width=\"1000\" height=\"{top}\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{all}</svg>\n"
    )
}

#[test]
fn the_picture_in_the_documentation_is_what_is_drawn() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/patrimoine.svg");
    let drawn = drawn();
    if std::env::var_os("PLI_WRITE_PLOTS").is_some_and(|write| write == "1") {
        std::fs::write(&file, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(kept == drawn, "docs/patrimoine.svg is another picture: make it again with PLI_WRITE_PLOTS=1");
}
