//! Peers that break the rules, before a real relay on a real network: what each of them is told, that
//! nothing of theirs is left behind, and that whoever keeps the rules is served meanwhile and after.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by panicking")]

mod files;
mod floods;
mod frames;
mod handshakes;
mod letters;
mod reading;
mod stage;
mod strangers;
