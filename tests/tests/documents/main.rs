//! Documents: whatever somebody writes into whichever place is read, and what is damaged is said to be.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod damage;
mod hostile;
mod places;
mod tables;

use pli_client::documents::{Limits, Reading, read};
use pli_client::screening;
use shared::screening::{Screen, Verdict};

/// What is refused wherever it stands, and however one of its words is damaged.
const SENTENCE: &str =
    "M. Karim Untel est radicalisé, il prêche le djihad ; ce radicalisé appelle au djihad.";

fn screen() -> Screen {
    screening::carried().screen().unwrap()
}

fn read_usually(bytes: &[u8]) -> Reading {
    read(bytes, &Limits::USUAL)
}

fn is_refused(screen: &Screen, reading: &Reading) -> bool {
    screen.judge_contents(&reading.clone().into()).verdict == Verdict::Refuse
}
