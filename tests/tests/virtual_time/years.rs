//! Five years of a group of twenty-five: what lies on the disk and lives on the devices does not grow with the years.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]
#![allow(clippy::print_stdout, reason = "a test prints its seed")]

use pli_tests::years::{MEMBERS, Month, live};
use plotters::prelude::*;
use std::path::{Path, PathBuf};

const YEARS: usize = 5;
const SEED: u64 = 93;

/// What a year may have more than the first, in tenths of it.
const TENTHS_MAX: u64 = 11;

#[test]
fn the_fifth_year_holds_no_more_than_the_first() {
    println!("seed {SEED}");
    let months = live(YEARS as u64, SEED);
    assert_eq!(months.len(), 12 * YEARS);
    for (number, month) in months.iter().enumerate().skip(11).step_by(12) {
        println!("year {}: {month:?}", number / 12 + 1);
    }
    let (first, last) = (months[11], months[12 * YEARS - 1]);
    assert!(first.letters > 200 && first.secrets > MEMBERS * 90, "{first:?}");
    assert!(10 * last.bytes() <= TENTHS_MAX * first.bytes(), "{} {}", first.bytes(), last.bytes());
    assert!(10 * last.secrets as u64 <= TENTHS_MAX * first.secrets as u64, "{first:?} {last:?}");
    assert!(last.lines > 4 * first.lines, "what is destroyed is in the register");
    if std::env::var_os("PLI_WRITE_PLOTS").is_some_and(|write| write == "1") {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        plot(docs.join("retention-bytes.svg"), "MB on the relay's disk, log apart", &months, |month| {
            month.bytes() as f64 / 1e6
        });
        plot(
            docs.join("retention-secrets.svg"),
            "expiry secrets that live on all devices",
            &months,
            |month| month.secrets as f64,
        );
        plot(docs.join("retention-register.svg"), "lines of the elimination register", &months, |month| {
            month.lines as f64
        });
    }
}

/// A curve over the months.
fn plot(file: PathBuf, title: &str, months: &[Month], value: impl Fn(&Month) -> f64) {
    let points: Vec<_> =
        (1..).zip(months).map(|(number, month)| (f64::from(number) / 12.0, value(month))).collect();
    let top = points.iter().map(|(_, value)| *value).fold(1.0, f64::max) * 1.1;
    let area = SVGBackend::new(&file, (640, 300)).into_drawing_area();
    area.fill(&WHITE).unwrap();
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 16))
        .margin(10)
        .x_label_area_size(32)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..5.0, 0.0..top)
        .unwrap();
    chart.configure_mesh().x_desc("years").x_labels(6).draw().unwrap();
    chart.draw_series(LineSeries::new(points, &BLUE)).unwrap();
    area.present().unwrap();
}
