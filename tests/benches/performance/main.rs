//! The numbers of Pli, each beside its limit in the same run; the page `docs/performance.md` is made of
//! them.
//!
//! `cargo bench -p pli-tests` measures everything five times, one after the other, so that what the
//! machine does meanwhile falls on all alike; `cargo bench -p pli-tests -- 2` twice. `cargo bench -p pli-tests
//! -- deposits 1` measures one thing once, and leaves the page alone.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its numbers")]
#![allow(clippy::cast_precision_loss, reason = "a measured number has no sixteen digits")]

mod bare;
mod deposits;
mod documents;
mod idle;
mod latency;
mod logging;
mod page;
mod patrol;
mod purge;
mod reading;
mod ready;
mod relay;
mod review;
mod screening;
mod storage;
mod ui;

use clap::Parser as _;
use page::Page;

const ROUNDS: usize = 5;

type Measure = fn(&mut Page, usize);

/// In the order of the page.
const MEASURES: [(&str, Measure); 12] = [
    ("deposits", deposits::measure),
    ("storage", storage::measure),
    ("latency", latency::measure),
    ("documents", documents::measure),
    ("idle", idle::measure),
    ("ready", ready::measure),
    ("review", review::measure),
    ("purge", purge::measure),
    ("reading", reading::measure),
    ("screening", screening::measure),
    ("patrol", patrol::measure),
    ("ui", ui::measure),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["role", "bare", folder] => bare::serve(folder.as_ref()),
        ["role", "relay", folder] => relay::serve(folder.as_ref()),
        ["role", "reindex", folder] => relay::reindex(folder.as_ref()),
        ["role", "send", home, group, reader, file] => {
            documents::send(home.as_ref(), group, reader, file.as_ref());
        }
        ["role", "open", home, id, folder] => documents::open(home.as_ref(), id, folder.as_ref()),
        [] => all(ROUNDS),
        [rounds] if rounds.parse::<usize>().is_ok() => all(rounds.parse().unwrap()),
        [name, rounds] if MEASURES.iter().any(|(known, _)| known == name) => {
            let (_, measure) = MEASURES.into_iter().find(|(known, _)| known == name).unwrap();
            let mut page = Page::default();
            (0..rounds.parse().unwrap()).for_each(|round| measure(&mut page, round));
            page.print();
        }
        // The demo builds the world of the documents, and runs the program that it is in.
        _ => {
            let code = pli_client::commands::run(pli_client::cli::Cli::parse());
            std::process::exit(code.into());
        }
    }
}

/// Everything, so many times, and the page is made anew.
fn all(rounds: usize) {
    let mut page = Page::default();
    for round in 0..rounds {
        for (name, measure) in MEASURES {
            println!("round {round}: {name}");
            measure(&mut page, round);
        }
    }
    page.print();
    page.write(rounds);
}
