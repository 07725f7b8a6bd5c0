//! A stop at every crash point of the program: of the sequencer, the journal, the mover, the sweeper
//! and the documents. Each twice and more: what was written just before is lost, is kept with the
//! answer lost, or is there in part. After each the relay starts, goes on, and keeps every promise.

#![allow(clippy::print_stderr, reason = "what was run is shown to whoever looks into a failure")]

use pli_server::store::CrashPoint;
use pli_tests::disk::Survival;
use pli_tests::simulation::{crash_at, rehearse};
use pli_tests::threads::each;

/// A point that is passed more often is tried at its first passages and at its last.
const PASSAGES_MAX: u32 = 3;

#[test]
fn a_stop_at_any_crash_point_breaks_no_promise() {
    let passed = rehearse().unwrap_or_else(|violation| panic!("{violation}"));
    let mut stops = Vec::new();
    for point in CrashPoint::ALL {
        let number = passed.get(point).copied().unwrap_or_default();
        assert!(number > 0, "{point} is never passed in the piece that is played");
        let first = 1..=number.min(PASSAGES_MAX);
        for number in first.chain((number > PASSAGES_MAX).then_some(number)) {
            let survivals =
                [(Survival::Lost, 0), (Survival::Kept, 0), (Survival::Torn, 1), (Survival::Torn, 2)];
            stops.extend(survivals.map(|(survival, seed)| (*point, number, survival, seed)));
        }
    }
    let outcomes =
        each(stops.clone(), |(point, number, survival, seed)| crash_at(point, number, survival, seed));
    for ((point, number, survival, _), outcome) in stops.iter().zip(outcomes) {
        if let Err(violation) = outcome {
            panic!("{point}, passage {number}, {survival:?}: {violation}");
        }
    }
    eprintln!("{} stops at {} crash points", stops.len(), CrashPoint::ALL.len());
}
