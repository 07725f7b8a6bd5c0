//! What is typed about what is kept, and what was destroyed.

use super::Why;
use crate::dates;
use clap::{Args, Subcommand};
use shared::log::persons::Person;
use shared::time::Timestamp;
use std::path::PathBuf;

/// What is kept, and what was destroyed.
#[derive(Subcommand, Debug)]
pub enum Retention {
    /// Show the letters that you wrote or may read, in the order in which they are destroyed.
    Status,
    /// For a reviewer of the log: what was destroyed, as the relay recorded and as each device signed; and which
    /// devices have not said so.
    Report(Destroyed),
}

/// Account for what was destroyed.
#[derive(Args, Debug)]
pub struct Destroyed {
    /// In one group: its id, or its first digits.
    #[arg(long)]
    pub group: Option<String>,
    /// Letters to be destroyed from this day on.
    #[arg(long, value_name = "DAY", value_parser = dates::first)]
    pub from: Option<Timestamp>,
    /// Letters to be destroyed until the end of this day.
    #[arg(long, value_name = "DAY", value_parser = dates::last)]
    pub until: Option<Timestamp>,
    /// Why the log is read.
    #[command(flatten)]
    pub why: Why,
}

/// Show the elimination register.
#[derive(Args, Debug)]
pub struct PurgeRegister {
    /// What was destroyed from this day on.
    #[arg(long, value_name = "DAY", value_parser = dates::first)]
    pub from: Option<Timestamp>,
    /// What was destroyed until the end of this day.
    #[arg(long, value_name = "DAY", value_parser = dates::last)]
    pub until: Option<Timestamp>,
    /// Write the lines into this file, too.
    #[arg(long, value_name = "FILE")]
    pub csv: Option<PathBuf>,
}

/// Answer a person's request.
#[derive(Args, Debug)]
pub struct Rights {
    /// The reference of the written request; recorded in the log, so without a name.
    pub reference: String,
    /// Who: 'NOM Prénom, ANNÉE', or without the year. Asked without, so that no history keeps it.
    #[arg(long, value_name = "PERSON")]
    pub person: Option<Person>,
    /// In one group: its id, or its first digits.
    #[arg(long)]
    pub group: Option<String>,
}
