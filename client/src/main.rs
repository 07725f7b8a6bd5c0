//! `pli`: parse, do, end with the exit code.

use clap::Parser as _;
use pli_client::cli::Cli;
use pli_client::commands;
use std::process::ExitCode;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PLI_TRACE").unwrap_or_else(|_| "error".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    ExitCode::from(commands::run(Cli::parse()))
}
