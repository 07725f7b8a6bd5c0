//! Thousands of runs of a whole relay in bad weather: no promise is broken, and a seed is a run.
//!
//! `PLI_SEED=17 cargo test -p pli-tests --test simulation` runs one seed again; `PLI_RUNS` says how many.

#![allow(clippy::print_stderr, reason = "what was run is shown to whoever looks into a failure")]

use pli_tests::simulation::{Summary, run};

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
    let runs = number("PLI_RUNS").unwrap_or(200);
    let mut total = Summary::default();
    for seed in 0..runs {
        let summary = run(seed).unwrap_or_else(|violation| panic!("{violation}"));
        total.confirmed += summary.confirmed;
        total.released += summary.released;
        total.opened += summary.opened;
        total.crashes += summary.crashes;
        total.lost += summary.lost;
        total.full += summary.full;
        total.expired += summary.expired;
    }
    eprintln!("{runs} runs: {total:?}");
}
