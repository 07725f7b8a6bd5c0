//! Thousands of runs of a whole relay in bad weather: no promise is broken, and a seed is a run.
//!
//! `PLI_SEED=17 cargo test -p pli-tests --test virtual_time simulation` runs one seed again; `PLI_RUNS` says how many.

#![allow(clippy::print_stderr, reason = "what was run is shown to whoever looks into a failure")]

use pli_tests::simulation::{Summary, run};
use pli_tests::threads::each;

const RUNS: u64 = 2000;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn no_promise_is_broken() {
    if let Some(seed) = number("PLI_SEED") {
        match run(seed) {
            Ok(summary) => eprintln!("seed {seed}: {summary:?}"),
            Err(violation) => panic!("{violation}"),
        }
        return;
    }
    let runs = number("PLI_RUNS").unwrap_or(RUNS);
    let mut total = Summary::default();
    for summary in each(0..runs, run) {
        let summary = summary.unwrap_or_else(|violation| panic!("{violation}"));
        total.confirmed += summary.confirmed;
        total.released += summary.released;
        total.opened += summary.opened;
        total.crashes += summary.crashes;
        total.lost += summary.lost;
        total.full += summary.full;
        total.expired += summary.expired;
    }
    eprintln!("{runs} runs, seeds 0 to {}: {total:?}", runs - 1);
    // A simulation in which nothing happens keeps every promise.
    for (what, number) in [
        ("confirmed", total.confirmed),
        ("released", total.released),
        ("opened", total.opened),
        ("crashes", total.crashes),
        ("lost", total.lost),
        ("expired", total.expired),
    ] {
        assert!(number as u64 > runs / 20, "{what}: {number} in {runs} runs");
    }
}

#[test]
fn a_seed_is_a_run() {
    for seed in 0..12 {
        let once = run(seed).unwrap_or_else(|violation| panic!("{violation}"));
        assert_eq!(run(seed).unwrap_or_else(|violation| panic!("{violation}")), once, "seed {seed}");
    }
}
