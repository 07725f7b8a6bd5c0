//! What is typed by a witness.

use clap::{Args, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Who watches the log.
#[derive(Subcommand, Debug)]
pub enum Witness {
    /// Make a witness: its key, and the public file for the authority's draft.
    Init {
        /// The folder of this witness.
        #[arg(long, value_name = "DIR")]
        dir: PathBuf,
        /// Its name on what it signs, like that of a site: temoin.example.
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    /// Follow the log of a relay and sign what it has come to, again and again.
    Run(Watch),
}

/// Follow the log of a relay.
#[derive(Args, Debug)]
pub struct Watch {
    /// The folder of this witness.
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// Where the relay listens; needed once, then remembered.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub relay: Option<SocketAddr>,
    /// What the relay was founded with, signed by both roots; needed once, then remembered. Where they opened
    /// another log (`pli authority reopen`), what they signed then.
    #[arg(long, value_name = "FILE")]
    pub founding: Option<PathBuf>,
    /// Sign once, and end.
    #[arg(long)]
    pub once: bool,
}
