//! `pli`: parse, do, end with the exit code.

use clap::Parser as _;
use pli_client::cli::Cli;
use pli_client::commands;
use std::process::ExitCode;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PLI_TRACE").unwrap_or_else(|_| "error".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    ExitCode::from(match Cli::try_parse() {
        Ok(cli) => commands::run(cli),
        Err(error) => commands::mistyped(&error),
    })
}
