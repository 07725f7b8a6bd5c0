//! What is typed of patrols.

use super::{field, flow_code};
use clap::{Args, Subcommand};
use shared::ids::FlowCode;
use std::path::PathBuf;

/// Results of patrols.
#[derive(Subcommand, Debug)]
pub enum Patrol {
    /// Send each landlord the results that concern its own buildings, and nobody else's (convention art. 10).
    Send(SendPatrol),
}

/// Split a table of results, and send it.
#[derive(Args, Debug)]
pub struct SendPatrol {
    /// The table: CSV in any usual encoding, or XLSX, with a line of headings.
    pub file: PathBuf,
    /// The group: its id, or the first 6 digits and more.
    #[arg(long)]
    pub group: String,
    /// A list of occupied halls that this answers: the id, or its first 6 digits and more. One for each landlord; may be
    /// repeated.
    #[arg(long, value_name = "ID")]
    pub answers: Vec<String>,
    /// Whose buildings are where, beside the lists that were opened on this device: a table with the columns adresse,
    /// batiment, hall and bailleur.
    #[arg(long, value_name = "FILE")]
    pub buildings: Option<PathBuf>,
    /// The flow of the nomenclature.
    #[arg(long, value_name = "FLOW", value_parser = flow_code, default_value = "F10b")]
    pub flow: FlowCode,
    /// A field of the form beside the table, as `name=value`, the same for every landlord. May be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = field)]
    pub field: Vec<(String, String)>,
    /// Send it although the same was sent before.
    #[arg(long, conflicts_with = "unsent")]
    pub again: bool,
    /// Leave out what was sent before, landlord by landlord, and send the rest.
    #[arg(long)]
    pub unsent: bool,
    /// Do not ask before sending. Without a terminal, nobody is asked.
    #[arg(long, short)]
    pub yes: bool,
}
