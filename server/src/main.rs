//! `pli-relay`: makes a relay's folder, serves it, checks it, rebuilds its index, copies it and goes on from a copy.
//!
//! What was asked for goes to stdout, with `--json` one object a line; everything else goes to
//! stderr. Exit codes: 0 done, 1 failed on this machine, 2 wrong usage, 5 did not verify.

use clap::{Parser, Subcommand};
use pli_server::backup::{BackupFailed, backup};
use pli_server::check::{CheckFailed, Report, check};
use pli_server::folder::{self, FolderFailed};
use pli_server::listen::{Doors, ServeFailed, Server};
use pli_server::log_http;
use pli_server::quotas::Allowance;
use pli_server::relay::{OpenFailed, reindex};
use pli_server::restore::{RestoreFailed, restore};
use pli_server::store::{Folder, StoreError};
use pli_server::system_clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

const EXIT_FAILED: u8 = 1;
const EXIT_DID_NOT_VERIFY: u8 = 5;

/// The Pli relay: stores sealed letters, and records before it releases.
#[derive(Parser)]
#[command(name = "pli-relay", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Write one JSON object a line.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Make a relay's keys; then, with what the two roots signed about them, found it.
    ///
    /// First without --founding: it writes relay.json, from which `pli authority draft` makes a founding and
    /// `pli parquet sign` signs it. Then with it.
    Init {
        /// The relay's folder; made if it is not there.
        #[arg(long)]
        dir: PathBuf,
        /// The name of the log, without spaces and plus signs.
        #[arg(long, default_value = "pli.local/log")]
        origin: String,
        /// Take the certificates of this folder, such as certs-example, instead of making some.
        #[arg(long)]
        tls: Option<PathBuf>,
        /// The founding: the root statement that names this relay, and the statements after it.
        #[arg(long, conflicts_with_all = ["origin", "tls"])]
        founding: Option<PathBuf>,
    },
    /// Serve until SIGTERM or SIGINT.
    Serve {
        /// The relay's folder.
        #[arg(long)]
        dir: PathBuf,
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:4433")]
        listen: SocketAddr,
        /// Show the log to other tools over HTTP, as C2SP tlog-tiles: a port of this machine, or an address in
        /// full.
        ///
        /// A bare port is reached from this machine alone, where a web server with TLS may stand before it.
        /// Any address that is typed in full is taken, also one that everybody reaches: whoever reads there
        /// sees how much is recorded and when, and for whom statements are made, but nothing of what the
        /// records say.
        #[arg(long, value_name = "ADDR", value_parser = log_http::address)]
        log_http: Option<SocketAddr>,
    },
    /// Verify a folder while no relay works in it.
    Check {
        /// The relay's folder.
        #[arg(long)]
        dir: PathBuf,
    },
    /// Copy statements, log and keys, never letters; also while the relay works.
    ///
    /// A letter that is in no copy is gone at its end in all of them. What was deposited and is in a copy no more,
    /// the devices of its writers name: `pli sent`.
    Backup {
        /// The relay's folder.
        #[arg(long)]
        dir: PathBuf,
        /// Where to; nothing may be there yet. The copy holds the relay's keys: keep it as you keep these.
        to: PathBuf,
    },
    /// Make a relay of a copy, under the root with which authority and parquet opened another log for it.
    Restore {
        /// The folder of the copy.
        #[arg(long)]
        dir: PathBuf,
        /// What `pli authority reopen` drafted and `pli parquet sign` signed.
        #[arg(long, value_name = "FILE")]
        root: PathBuf,
    },
    /// Delete the index and build it again, while no relay works in the folder.
    Reindex {
        /// The relay's folder.
        #[arg(long)]
        dir: PathBuf,
    },
}

/// Why it was not done: a code for scripts, and a line that says what to do.
struct Failure {
    code: &'static str,
    message: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { command, json } = Arguments::parse();
    let filter =
        EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).with_env_var("PLI_TRACE");
    tracing_subscriber::fmt().with_env_filter(filter.from_env_lossy()).with_writer(std::io::stderr).init();
    let done = match command {
        Command::Init { dir, founding: Some(founding), .. } => found(&dir, &founding, json).await,
        Command::Init { dir, origin, tls, .. } => init(&dir, &origin, tls.as_deref(), json),
        Command::Serve { dir, listen, log_http } => {
            serve(&dir, Doors { members: listen, log_http }, json).await
        }
        Command::Check { dir } => checked(&dir, json),
        Command::Backup { dir, to } => backed_up(&dir, &to, json),
        Command::Restore { dir, root } => restored(&dir, &root, json),
        Command::Reindex { dir } => reindexed(&dir, json),
    };
    done.unwrap_or_else(|failure| {
        if json {
            say(&json!({ "error": { "code": failure.code, "message": failure.message } }).to_string());
        }
        tell(&failure.message);
        EXIT_FAILED.into()
    })
}

fn init(dir: &Path, origin: &str, tls: Option<&Path>, json: bool) -> Result<ExitCode, Failure> {
    let public = folder::make(dir, origin, tls, system_clock().now())?;
    if json {
        say(&serde_json::to_string(&public).unwrap_or_default());
    } else {
        say(&format!("log origin    {}", public.log_origin));
        say(&format!("log key       {}", public.log_key));
        say(&format!("verifier key  {}", public.verifier_key));
        say(&format!("public file   {}", dir.join("relay.json").display()));
    }
    tell(
        "next: give relay.json to the authority (pli authority draft, then pli parquet sign), \
        and run init again with --founding",
    );
    Ok(ExitCode::SUCCESS)
}

async fn found(dir: &Path, founding: &Path, json: bool) -> Result<ExitCode, Failure> {
    let bytes = read(founding)?;
    let fingerprint = folder::found(dir, &bytes, system_clock()).await?;
    match json {
        true => say(&json!({ "fingerprint": fingerprint.to_string() }).to_string()),
        false => say(&format!("fingerprint  {fingerprint}")),
    }
    tell("next: run serve, and have people invited (pli authority invite, pli parquet certify)");
    Ok(ExitCode::SUCCESS)
}

async fn serve(dir: &Path, doors: Doors, json: bool) -> Result<ExitCode, Failure> {
    let mut server = Server::start_at(dir, doors, system_clock(), Allowance::default()).await?;
    let stopped = stop_asked()?;
    let (ready, log) = (server.address().to_string(), server.log_http().map(|at| at.to_string()));
    match (json, log) {
        (true, None) => say(&json!({ "ready": ready }).to_string()),
        (true, Some(log)) => say(&json!({ "ready": ready, "log_http": log }).to_string()),
        (false, None) => say(&format!("ready {ready}")),
        (false, Some(log)) => say(&format!("ready {ready}\nlog http://{log}/")),
    }
    tokio::select! {
        failed = server.failed() => {
            failed?;
            return Err(ServeFailed::BrokeOff.into());
        }
        () = stopped => {}
    }
    server.stop().await?;
    Ok(ExitCode::SUCCESS)
}

/// Ends when the operator asks for the end. Listens from the moment this is called.
#[cfg(unix)]
fn stop_asked() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let refused = |error: std::io::Error| Failure {
        code: "signals",
        message: format!("signals are not heard: {error}"),
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(refused)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(refused)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_asked() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn checked(dir: &Path, json: bool) -> Result<ExitCode, Failure> {
    let report = check(dir, system_clock().now())?;
    if json {
        say_json(&report)
    } else {
        say_text(&report)
    }
    if report.faults.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    tell("the folder did not verify: keep a copy of it as it is, and restore a backup");
    Ok(EXIT_DID_NOT_VERIFY.into())
}

fn backed_up(dir: &Path, to: &Path, json: bool) -> Result<ExitCode, Failure> {
    let tree = match backup(dir, to, system_clock().now()) {
        Err(BackupFailed::DidNotVerify(report)) => {
            if json {
                say_json(&report)
            } else {
                say_text(&report)
            }
            tell(&BackupFailed::DidNotVerify(report).to_string());
            return Ok(EXIT_DID_NOT_VERIFY.into());
        }
        copied => copied?,
    };
    match json {
        true => say(&json!({ "backup": to, "size": tree.size, "root": tree.root.to_string() }).to_string()),
        false => say(&format!("backup  {}\nsize    {}\nroot    {}", to.display(), tree.size, tree.root)),
    }
    tell(
        "not in it, on purpose: letters, their documents, and what waits for devices; what witnesses signed; \
        whatever came after this size",
    );
    Ok(ExitCode::SUCCESS)
}

fn restored(dir: &Path, root: &Path, json: bool) -> Result<ExitCode, Failure> {
    let done = restore(dir, &read(root)?, system_clock())?;
    let (from, newest) = (done.from.size, done.newest.size);
    match json {
        true => say(&json!({ "log_origin": done.origin, "from": from, "newest": newest }).to_string()),
        false => say(&format!("log origin  {}\ngoes on at  {from}\nlast seen   {newest}", done.origin)),
    }
    tell(
        "next: run serve; witnesses are given the root (pli witness run --founding), and writers run pli sent",
    );
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| FolderFailed::File { file: file.display().to_string(), source };
    Ok(std::fs::read(file).map_err(failed)?)
}

fn say_json(report: &Report) {
    report.faults.iter().for_each(|fault| say(&json!({ "fault": fault }).to_string()));
    report.notices.iter().for_each(|notice| say(&json!({ "notice": notice }).to_string()));
    say(&json!({ "counted": report.counted, "unlisted": report.unlisted }).to_string());
}

fn say_text(report: &Report) {
    for fault in &report.faults {
        let at = fault.offset.map_or_else(String::new, |offset| format!(" at byte {offset}"));
        let item = fault.item.as_ref().map_or_else(String::new, |item| format!(" ({item})"));
        say(&format!("fault   {}{at}{item}: {}", fault.file, fault.what));
    }
    if report.unlisted > 0 {
        say(&format!("fault   {} more are not listed", report.unlisted));
    }
    for notice in &report.notices {
        say(&format!("notice  {}: {}", notice.file, notice.what));
    }
    if let Ok(Value::Object(counted)) = serde_json::to_value(report.counted) {
        counted.iter().for_each(|(what, number)| say(&format!("counted {number} {what}")));
    }
}

fn reindexed(dir: &Path, json: bool) -> Result<ExitCode, Failure> {
    if !dir.join("version").exists() {
        return Err(CheckFailed::NotARelay.into());
    }
    let folder = Folder::open(dir)?;
    let index = reindex(&folder)?;
    let mut counts: BTreeMap<char, u64> = BTreeMap::new();
    let mut count =
        |key: &[u8]| *counts.entry(key.first().copied().map_or('?', char::from)).or_default() += 1;
    index.each(|key, _| count(key)).map_err(OpenFailed::Index)?;
    let kinds = [
        ('m', "messages"),
        ('s', "states"),
        ('o', "notices"),
        ('t', "statements"),
        ('k', "keys"),
        ('e', "reasons"),
    ];
    let counts = kinds.map(|(letter, name)| (name, counts.get(&letter).copied().unwrap_or_default()));
    match json {
        true => say(&json!({ "indexed": BTreeMap::from(counts) }).to_string()),
        false => counts.iter().for_each(|(name, number)| say(&format!("{number} {name}"))),
    }
    Ok(ExitCode::SUCCESS)
}

/// One line on stdout. Whoever does not read it any more does not want it.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// One line on stderr.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let (code, message) = match error {
            StoreError::InUse => ("in-use", "a relay works in this folder: stop the relay first".to_owned()),
            error => ("store", error.to_string()),
        };
        Self { code, message }
    }
}

impl From<OpenFailed> for Failure {
    fn from(error: OpenFailed) -> Self {
        match error {
            OpenFailed::Store(error) => error.into(),
            error => Self { code: "damaged", message: error.to_string() },
        }
    }
}

impl From<FolderFailed> for Failure {
    fn from(error: FolderFailed) -> Self {
        let code = match error {
            FolderFailed::Store(error) => return error.into(),
            FolderFailed::Open(error) => return error.into(),
            FolderFailed::AlreadyMade => "already-made",
            FolderFailed::NotFounded => "not-founded",
            FolderFailed::Backup => "backup",
            FolderFailed::Founding { .. } => "founding",
            FolderFailed::Content { .. } => "content",
            FolderFailed::Damaged { .. } => "damaged",
            FolderFailed::File { ref file, ref source } => {
                let hint = match source.kind() {
                    std::io::ErrorKind::NotFound => "give the right path, or run init first",
                    _ => "look at the disk and its permissions",
                };
                return Self { code: "file", message: format!("{file}: {source}: {hint}") };
            }
        };
        Self { code, message: error.to_string() }
    }
}

impl From<ServeFailed> for Failure {
    fn from(error: ServeFailed) -> Self {
        match error {
            ServeFailed::Folder(error) => error.into(),
            ServeFailed::Open(error) => error.into(),
            ServeFailed::Store(error) => error.into(),
            error => Self { code: "serve", message: error.to_string() },
        }
    }
}

impl From<BackupFailed> for Failure {
    fn from(error: BackupFailed) -> Self {
        let code = match error {
            BackupFailed::Folder(error) => return error.into(),
            BackupFailed::Exists(_) => "exists",
            BackupFailed::NotARelay => "no-relay",
            BackupFailed::NoCheckpoint | BackupFailed::DidNotVerify(_) => "damaged",
        };
        Self { code, message: error.to_string() }
    }
}

impl From<RestoreFailed> for Failure {
    fn from(error: RestoreFailed) -> Self {
        let code = match error {
            RestoreFailed::Folder(error) => return error.into(),
            RestoreFailed::NotABackup => "no-backup",
            RestoreFailed::Root(_) => "root",
        };
        Self { code, message: error.to_string() }
    }
}

impl From<CheckFailed> for Failure {
    fn from(error: CheckFailed) -> Self {
        match error {
            CheckFailed::Folder(error) => error.into(),
            CheckFailed::Running => Self { code: "in-use", message: error.to_string() },
            CheckFailed::NotARelay => Self { code: "no-relay", message: error.to_string() },
        }
    }
}
