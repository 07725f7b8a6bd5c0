//! Trials of the relay as it is started by its operator, in a process of its own.
//!
//! `trial kill` kills it at random moments while members work, and compares what they were told with
//! what is on the disk. `trial trace` lets members work while `strace` writes down what the relay asks
//! of the system; `tests/durable.py` judges that.

#![allow(clippy::unwrap_used, reason = "a trial that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "a trial says how it goes")]

use clap::{Parser, Subcommand};
use fastrand::Rng;
use pli_tests::process::{Process, beside};
use pli_tests::trial::Trial;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Between a start and its end, in milliseconds.
const LIFE_MILLISECONDS_MAX: u64 = 900;

/// One start in so many is killed while it recovers.
const EARLY_ONE_IN: u32 = 5;
const EARLY_MILLISECONDS_MAX: u64 = 40;

/// The folder is checked at rest after each so many stops.
const CHECK_EVERY: u32 = 10;

/// Trials of the relay as a process of its own.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Trials,
}

#[derive(Subcommand)]
enum Trials {
    /// Kill the relay again and again while members work.
    Kill {
        /// How often.
        #[arg(long, default_value_t = 10)]
        stops: u32,
        /// Decides when and what; printed, and drawn where it is not given.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Let members work while strace writes down the relay's system calls.
    Trace {
        /// Where to.
        #[arg(long)]
        out: PathBuf,
        /// For how long, in milliseconds.
        #[arg(long, default_value_t = 1500)]
        milliseconds: u64,
    },
}

#[tokio::main]
async fn main() {
    match Arguments::parse().command {
        Trials::Kill { stops, seed } => kill(stops, seed.unwrap_or_else(|| Rng::new().u64(..))).await,
        Trials::Trace { out, milliseconds } => trace(&out, milliseconds).await,
    }
}

async fn kill(stops: u32, seed: u64) {
    println!("seed {seed}: the relay is killed {stops} times");
    let dir = tempfile::tempdir().unwrap();
    let trial = Trial::found(dir.path()).await;
    let mut random = Rng::with_seed(seed);
    for stop in 1..=stops {
        let mut relay = Process::start(&mut serve(dir.path()));
        let early = random.u32(0..EARLY_ONE_IN) == 0;
        let life = random.u64(0..if early { EARLY_MILLISECONDS_MAX } else { LIFE_MILLISECONDS_MAX });
        if early {
            tokio::time::sleep(Duration::from_millis(life)).await;
            relay.kill();
        } else {
            let mut members = trial.work(relay.address(), &mut random).await;
            tokio::time::sleep(Duration::from_millis(life)).await;
            relay.kill();
            give_up(&mut members).await;
        }
        if stop % CHECK_EVERY == 0 || stop == stops {
            check(dir.path());
            println!("stop {stop}: the folder verifies, {:?}", trial.told());
        }
    }
    match trial.verify() {
        Ok(leaves) => println!("everything was kept, and the log of {leaves} leaves is whole"),
        Err(what) => panic!("seed {seed}: {what}"),
    }
    check(dir.path());
    assert!(trial.told().confirmed > 0 && trial.told().released > 0, "nothing happened");
}

async fn trace(out: &Path, milliseconds: u64) {
    let dir = tempfile::tempdir().unwrap();
    let trial = Trial::found(dir.path()).await;
    let serve = serve(dir.path());
    let mut traced = Command::new("strace");
    // Whole strings, in hexadecimal, and the files behind descriptors.
    traced.args(["-f", "-y", "-xx", "-s", "33554432", "-o"]).arg(out);
    traced.args(["-e", "trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2"]);
    traced.arg(serve.get_program()).args(serve.get_args());
    traced.env("PLI_TRACE", "pli_server=debug").env("NO_COLOR", "1").stderr(Stdio::null());
    let mut relay = Process::start(&mut traced);
    let mut members = trial.work(relay.address(), &mut Rng::with_seed(1)).await;
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    give_up(&mut members).await;
    assert!(relay.stop().success(), "the relay did not stop cleanly");
    trial.verify().unwrap();
    println!("{:?}", trial.told());
}

/// Nobody waits for an answer any more. Whoever was told something wrong says so.
async fn give_up(members: &mut tokio::task::JoinSet<Option<()>>) {
    members.abort_all();
    while let Some(ended) = members.join_next().await {
        assert!(ended.is_ok() || ended.is_err_and(|error| error.is_cancelled()), "a promise was broken");
    }
}

fn serve(dir: &Path) -> Command {
    let mut serve = Command::new(beside("pli-relay"));
    serve.args(["serve", "--listen", "127.0.0.1:0", "--dir"]).arg(dir);
    serve
}

fn check(dir: &Path) {
    let checked = Command::new(beside("pli-relay")).args(["check", "--dir"]).arg(dir).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}
