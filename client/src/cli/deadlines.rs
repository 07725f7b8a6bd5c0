//! What is typed about deadlines.

use clap::Args;
use std::path::PathBuf;

/// Show what is due.
#[derive(Args, Debug)]
pub struct Deadlines {
    /// Also what was done before, and what cannot be done any more.
    #[arg(long)]
    pub all: bool,
    /// Only what is late.
    #[arg(long, conflicts_with = "all")]
    pub late: bool,
    /// Write what is to be done into this calendar file (iCalendar), with alarms; it names nobody. Nothing but the
    /// calendar to standard output with `-`.
    #[arg(long, value_name = "FILE")]
    pub ics: Option<PathBuf>,
}

/// Show requests and how they ended.
#[derive(Args, Debug)]
pub struct Threads {
    /// Also those that have ended.
    #[arg(long)]
    pub all: bool,
}
