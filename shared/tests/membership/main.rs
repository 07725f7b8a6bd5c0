//! Whatever six members, the parquet and one hostile among them publish, in any order: nobody becomes a
//! reader whom two persons, or the member's own device, did not make one.
//!
//! Two thousand towns grow from their seeds, forty operations each. A statement counts by the rules under
//! test; beside it a *ledger* writes down, without any signature, what honest people meant. After each
//! operation everybody who counts in the group by the rules must stand in the ledger, and whoever may
//! claim a letter must have been meant when it was written and still be. `PLI_SEED=n` runs one town,
//! `PLI_RUNS=n` so many. `tests/guards.py` takes the guards out one by one and expects this to fail.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "the seed is asked of the environment")]
#![allow(clippy::print_stdout, reason = "what happened how often is read by people")]

mod honest;
mod hostile;
mod ledger;
mod town;

use town::Town;

/// Operations of one town.
const OPERATIONS: usize = 40;

#[test]
fn no_sequence_makes_a_reader_whom_nobody_meant() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("PLI_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("PLI_RUNS").unwrap_or(2_000),
    };
    let mut happened = std::collections::BTreeMap::<&str, [u32; 2]>::new();
    for seed in seeds {
        let mut town = Town::new(seed);
        for _ in 0..OPERATIONS {
            let (name, accepted) = town.step();
            happened.entry(name).or_default()[usize::from(accepted)] += 1;
            town.compare();
        }
        town.compare_client();
    }
    // What never happened was not tested; what an attacker tries is never accepted as such.
    for (name, [refused, accepted]) in &happened {
        println!("{name}: {accepted} accepted, {refused} refused");
        match name.strip_prefix("hostile ") {
            // Whoever holds the authority's root puts devices on cards; they count nowhere.
            Some("puts a device on a card") => assert!(*refused > 0, "{name} was never tried in vain"),
            Some(_) => assert!(*refused > 0 && *accepted == 0, "{name}: {accepted} times"),
            None => assert!(*accepted > 0, "{name} never happened"),
        }
    }
}
