//! A whole relay on a hostile disk: one that is full, one that lost the end of what it had promised,
//! and one on which a bit has turned over.
//!
//! What is asked each time is what its members and its operator would see: whether the relay starts,
//! what it serves and what it refuses, and what `check` says of the folder. `crashes` and `simulation`
//! have the stops, `check` has the faults that only it can see.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::print_stderr, reason = "a seed is shown to whoever looks into a failure")]

mod flipped;
mod full;
mod index;
mod scene;
mod torn;
mod version;
