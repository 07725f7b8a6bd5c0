//! The page as people use it: three people's days in a real Chromium, with a pointer, with the keyboard alone, and without
//! a script; and what the browser is left with afterwards.
//!
//! What is done there is in `tests/browser`, for Node.js: here a town is built for it, and pages are served. Neither a
//! browser nor Node.js is on every machine: without `chromium`, or without `npm ci` in that folder, a test says so and
//! passes. With `PLI_BROWSER_REQUIRED=1` the lack is a failure.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says why")]

mod away;
#[path = "../served/mod.rs"]
#[allow(dead_code, reason = "shared with the tests of the program")]
mod served;
mod stage;
#[path = "../members/town.rs"]
#[allow(dead_code, reason = "shared with the tests of groups")]
mod town;

use stage::{Stage, chromium};

/// The days of those who have one, done in one way.
fn journeys(way: &str) {
    let Some(chromium) = chromium() else { return };
    let mut stage = Stage::for_whole_days();
    stage.serve(&["nouveau", "coord", "maire", "csp", "preft", "bref", "aorif", "sec", "proc", "aud"]);
    chromium.does(way, &stage);
    stage.end();
}

/// The browser is left alone with what it still has.
#[test]
fn a_locked_page_shows_nothing_and_does_nothing() {
    let Some(chromium) = chromium() else { return };
    let mut stage = Stage::set();
    stage.serve(&["coord", "csp", "bref", "maire"]);
    chromium.does("locking", &stage);
    stage.end();
}

/// `cargo test --workspace --test browser -- --ignored pictures` makes docs/pages anew.
#[test]
#[ignore = "pictures are made to be looked at"]
fn pictures() {
    let Some(chromium) = chromium() else { return };
    let mut stage = Stage::for_whole_days();
    stage.furnish();
    stage.serve(&["coord", "csp", "bref", "proc", "aud", "pref", "preft", "nouveau", "sec"]);
    chromium.does("pictures", &stage);
    stage.end();
}

#[test]
fn everybody_does_their_day_with_a_pointer() {
    journeys("mouse");
}

#[test]
fn everybody_does_their_day_with_the_keyboard_alone() {
    journeys("keyboard");
}

#[test]
fn everybody_does_their_day_without_a_script() {
    journeys("no-script");
}
