//! What is typed about the shared table (convention art. 4).

use clap::{Args, Subcommand};
use shared::patrimoine::Quarter;
use std::path::PathBuf;

/// The shared table.
#[derive(Subcommand, Debug)]
pub enum Patrimoine {
    /// For landlords: check a file of lines and send it to who merges the table.
    Import(Import),
    /// For who merges: make the table of a quarter from the letters that were opened here, and show what is twice, what is
    /// missing and who is late.
    Merge(Merge),
    /// Send the table on: merged, to the secretariat; as the secretariat, to its closed list.
    Send(SendTable),
    /// Show the table of a quarter, and how it came to be so; without the relay.
    Show(ShowTable),
    /// Show what became of every building between two quarters; without the relay.
    Diff(Diff),
}

/// Send lines.
#[derive(Args, Debug)]
pub struct Import {
    /// The lines, with the headings of the template.
    #[arg(required_unless_present = "template", conflicts_with = "template")]
    pub file: Option<PathBuf>,
    /// The group: its id, or the first 6 digits and more.
    #[arg(long, required_unless_present = "template")]
    pub group: Option<String>,
    /// The quarter, such as 2026-T4; the one whose table is made now without.
    #[arg(long, value_name = "QUARTER")]
    pub quarter: Option<Quarter>,
    /// Write an empty file with the headings, and nothing else.
    #[arg(long, value_name = "FILE")]
    pub template: Option<PathBuf>,
    /// Send it although the same was sent before.
    #[arg(long)]
    pub again: bool,
    /// Do not ask before sending. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Merge.
#[derive(Args, Debug)]
pub struct Merge {
    /// The quarter, such as 2026-T4; the one whose table is made now without.
    #[arg(long, value_name = "QUARTER")]
    pub quarter: Option<Quarter>,
    /// The group: its id, or the first 6 digits and more; the one that letters come from without.
    #[arg(long)]
    pub group: Option<String>,
    /// Write the table as CSV.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Send the table.
#[derive(Args, Debug)]
pub struct SendTable {
    /// The quarter, such as 2026-T4; the one whose table is made now without.
    #[arg(long, value_name = "QUARTER")]
    pub quarter: Option<Quarter>,
    /// The group: its id, or the first 6 digits and more.
    #[arg(long)]
    pub group: String,
    /// Send it although letters that belong to it were not opened yet.
    #[arg(long)]
    pub partial: bool,
    /// Send it although the same was sent before.
    #[arg(long)]
    pub again: bool,
    /// Do not ask before sending. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}

/// Show the table.
#[derive(Args, Debug)]
pub struct ShowTable {
    /// The quarter, such as 2026-T4; the newest that is known here without.
    #[arg(long, value_name = "QUARTER")]
    pub quarter: Option<Quarter>,
    /// The group: its id, or its first digits; the only one without.
    #[arg(long)]
    pub group: Option<String>,
    /// Write a page with pictures, which opens without Pli.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Write the pictures alone into a folder.
    #[arg(long, value_name = "DIR")]
    pub svg: Option<PathBuf>,
}

/// Compare two quarters.
#[derive(Args, Debug)]
pub struct Diff {
    /// The earlier quarter, such as 2026-T3.
    pub before: Quarter,
    /// The later one.
    pub after: Quarter,
    /// The group: its id, or its first digits; the only one without.
    #[arg(long)]
    pub group: Option<String>,
}
