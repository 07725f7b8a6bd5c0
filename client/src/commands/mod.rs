//! What each command does, one a file. A command ends in an exit code of the contract.

mod activity;
mod approve;
mod authority;
mod bundle;
mod cards;
mod charter;
mod deadlines;
mod delegate;
mod demo;
mod device;
mod directory;
pub(crate) mod enroll;
mod expects;
mod extend;
mod flow;
mod form;
mod gate;
mod group;
mod groups;
mod hand_over;
mod history;
mod hold;
mod identity;
mod inbox;
mod log;
mod mirror;
mod notify;
mod open;
mod parquet;
mod patrimoine;
mod patrol;
mod proposal;
mod purge_register;
mod receipts;
mod regrant;
mod reject;
mod report;
mod reread;
mod retention;
mod retire;
mod reveal;
mod rights;
mod ruleset;
mod screen;
mod second;
mod send;
mod sent;
mod shown;
mod stats;
mod status;
mod threads;
mod unlock;
mod witness;

use crate::agent;
use crate::cli::{self, Cli, Command, Common, Patrimoine};
use crate::documents::apart;
use crate::failure::Failure;
use crate::home::Home;
use crate::keystore::{self, Master};
use crate::outside;
use crate::session::Session;
use crate::show::{Show, local_time};
use crate::standing;
use crate::ui;
use crate::words::Language;
use shared::form::Typed;
use shared::ids::{FlowCode, GroupId, MemberId, Role};
use shared::log::Attested;
use shared::message::Header;
use shared::nomenclature::{Flow, Nomenclature};
use shared::wire::About;
use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use zeroize::Zeroizing;

/// A passphrase file is one line.
const PASSPHRASE_BYTES_MAX: u64 = 4096;

/// Whoever took the folder guesses at leisure; each guess costs them most of a second.
const PASSPHRASE_LETTERS_MIN: usize = 12;

/// Does what was typed; gives the exit code.
#[must_use]
pub fn run(cli: Cli) -> u8 {
    let json = cli.common.json;
    if let Command::ReadDocument(typed) = &cli.command {
        // Before there is a runtime: whoever shuts itself in has one thread and nothing open.
        let answer =
            if typed.rows { apart::be_the_child_of_a_table() } else { apart::be_the_child(typed.pictures) };
        Show::new(true, Language::default()).raw(&answer);
        return 0;
    }
    let outcome = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = outcome.map_err(|error| Failure::local("local-io", error)).and_then(|runtime| {
        let outcome = runtime.block_on(async {
            let outcome = interruptible(cli).await;
            // However it ended: a connection of which the relay hears no end counts for this device.
            crate::link::farewell().await;
            outcome
        });
        // What still runs is sealing or waiting; whatever it wrote is found again by the same command.
        runtime.shutdown_background();
        outcome
    });
    let show = Show::new(json, Language::of_environment());
    outcome.unwrap_or_else(|failure| show.failure(&failure))
}

/// What was typed is no command. It is said on standard error; a script is told so too.
#[must_use]
pub fn mistyped(error: &clap::Error) -> u8 {
    let _ = error.print();
    if error.use_stderr() && std::env::args_os().any(|argument| argument == "--json") {
        let show = Show::new(true, Language::of_environment());
        return show.failure(&Failure::usage("usage-arguments", error.kind()));
    }
    u8::try_from(error.exit_code()).unwrap_or(2)
}

/// The command works on a thread of its own, so that Ctrl-C ends it also while it computes. Where it
/// waits, it is dropped, and the files that it had not finished go with it.
async fn interruptible(cli: Cli) -> Result<u8, Failure> {
    const WAIT: Duration = Duration::from_secs(1);
    let runtime = Handle::current();
    let interrupt = Arc::new(Notify::new());
    let interrupted = Arc::clone(&interrupt);
    let mut working = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            let show = Show::new(cli.common.json, Language::of_environment());
            tokio::select! {
                outcome = dispatch(cli, &show) => outcome,
                () = interrupted.notified() => Err(Failure::Interrupted),
            }
        })
    });
    tokio::select! {
        outcome = &mut working => outcome.unwrap_or(Err(Failure::Local {
            code: "local-io",
            message: "the command broke off".to_owned(),
        })),
        () = told_to_stop() => {
            interrupt.notify_one();
            let outcome = tokio::time::timeout(WAIT, working).await;
            // What was done just then was done.
            match outcome {
                Ok(Ok(Ok(code))) => Ok(code),
                _ => Err(Failure::Interrupted),
            }
        }
    }
}

/// Ctrl-C; a window that is closed, or a machine that stops.
#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hang_up)) =
        (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}

async fn dispatch(cli: Cli, show: &Show) -> Result<u8, Failure> {
    let common = &cli.common;
    let of_a_member = !matches!(
        cli.command,
        Command::Agent
            | Command::Bundle { .. }
            | Command::Demo(_)
            | Command::Screen(_)
            | Command::Flow { .. }
            | Command::Form { .. }
            | Command::Ruleset { .. }
            | Command::ReadDocument(_)
            | Command::Authority { .. }
            | Command::Parquet { .. }
            | Command::Witness { .. }
            | Command::Ui(_)
    );
    let asks_the_relay = of_a_member && !matches!(cli.command, Command::Unlock | Command::Lock);
    let outcome = match act(cli.command, common, show).await {
        Ok(0) if show.was_declined() => Ok(Failure::Declined.exit_code()),
        outcome => outcome,
    };
    if of_a_member && !show.is_json() {
        tell_news(common, show);
        tell_saved(common, show);
    }
    if asks_the_relay && !show.is_json() && !matches!(outcome, Err(Failure::Unreached)) {
        tell_unattested(common, show);
    }
    outcome
}

/// A log that nobody but the relay has seen of late is used, and the member is told.
fn tell_unattested(common: &Common, show: &Show) {
    let known = || {
        let home = home(common)?;
        let attested = home.memory()?.memory.attested;
        Ok::<_, Failure>(home.root()?.witnesses.judge(attested, pli_server::system_clock().now()))
    };
    match known() {
        Ok(Attested::Since(Some(time))) => show.aside("attested-since", &[("date", local_time(time).into())]),
        Ok(Attested::Since(None)) => show.aside("attested-never", &[]),
        Ok(Attested::Enough) | Err(_) => {}
    }
}

/// A further device that signs for the member is told once, after whatever was asked.
fn tell_news(common: &Common, show: &Show) {
    let devices = home(common).and_then(|home| standing::news(&home)).unwrap_or_default();
    for device in devices {
        show.aside("device-news", &[("device", device.to_string()[..8].to_owned().into())]);
    }
}

/// What was saved in clear outlives its letter, unless its reader removes it: they are reminded once.
fn tell_saved(common: &Common, show: &Show) {
    let due = home(common).and_then(|home| outside::due(&home, pli_server::system_clock().now()));
    for saved in due.unwrap_or_default() {
        let number = saved.message.to_string()[..8].to_owned();
        show.aside("save-reminder", &[("number", number.into()), ("folder", saved.folder.into())]);
    }
}

async fn act(command: Command, common: &Common, show: &Show) -> Result<u8, Failure> {
    match command {
        Command::Form { command } => form::run(command, common, show)?,
        Command::Flow { command } => flow::run(command, common, show).await?,
        // What is written empty needs neither enrolment nor secrets.
        Command::Patrimoine { command: Patrimoine::Import(typed) } if typed.template.is_some() => {
            patrimoine::template(&typed, home(common).ok().as_ref(), show)?;
        }
        Command::Accesses(filter) => receipts::accesses(&home(common)?, filter, show)?,
        Command::Receipt { command } => receipts::run(&home(common)?, command, show)?,
        Command::Bundle { command } => bundle::run(home(common).ok().as_ref(), command, show)?,
        Command::Enroll(enroll) => enroll::run(&enroll, common, show).await?,
        Command::Authority { command } => authority::run(command, common, show).await?,
        Command::Parquet { command } => parquet::run(command, common, show).await?,
        Command::Witness { command } => witness::run(command, common, show).await?,
        Command::Unlock => {
            unlock::unlock(home(common)?, master(&home(common)?, common, show)?, show).await?;
        }
        Command::Lock => unlock::lock(&home(common)?, show),
        Command::Agent => unlock::agent(&home(common)?).await?,
        Command::Screen(typed) => return screen::run(&typed, common, show).await,
        Command::Ruleset { command } => ruleset::run(command, common, show).await?,
        Command::ReadDocument(_) => {}
        Command::Ui(typed) => {
            ui::serve(&home_dir(common)?, pli_server::system_clock(), !typed.no_browser, show).await?
        }
        Command::Notify(typed) => notify::run(&typed, common, show).await?,
        Command::Demo(demo) => return demo::run(demo, show).await,
        of_a_member => return perform(&mut session(common, show)?, of_a_member, show).await,
    }
    Ok(0)
}

/// Does what an unlocked device asks of the relay, or of its own memory: what a terminal and the page have in common.
///
/// # Errors
/// [`Failure`].
pub(crate) async fn perform(session: &mut Session, command: Command, show: &Show) -> Result<u8, Failure> {
    match command {
        Command::Send(send) => send::run(session, send, show).await?,
        Command::Identity(typed) => identity::run(session, typed, show).await?,
        Command::Patrol { command } => return patrol::run(session, command, show).await,
        Command::Patrimoine { command } => patrimoine::run(session, command, show).await?,
        Command::Inbox(inbox) => inbox::run(session, &inbox, show).await?,
        Command::Open(open) => open::run(session, open, show).await?,
        Command::Reveal(typed) => reveal::run(session, typed, show).await?,
        Command::Threads(typed) => threads::run(session, &typed, show)?,
        // A terminal asks for it without the passphrase: nothing of it is sealed.
        Command::Accesses(filter) => receipts::accesses(&session.home, filter, show)?,
        Command::Groups => groups::run(session, show).await?,
        Command::Group { command } => group::run(session, command, show).await?,
        Command::Charter { command } => charter::run(session, command, show).await?,
        Command::Directory(typed) => directory::run(session, &typed, show).await?,
        Command::Delegate(typed) => delegate::run(session, &typed, show).await?,
        Command::Approve(typed) => approve::run(session, &typed, show).await?,
        Command::Reject(typed) => reject::run(session, &typed, show).await?,
        Command::Sent => sent::run(session, show).await?,
        Command::Status(status) => status::run(session, &status, show).await?,
        Command::Regrant(typed) => regrant::run(session, &typed, show).await?,
        Command::Extend(typed) => extend::run(session, typed, show).await?,
        Command::Hold(typed) => hold::run(session, &typed, show).await?,
        Command::Retire(typed) => retire::retire(session, &typed, show).await?,
        Command::Recall(typed) => retire::recall(session, &typed, show).await?,
        Command::Stats(typed) => stats::run(session, typed, show).await?,
        Command::Deadlines(typed) => deadlines::run(session, typed, show).await?,
        Command::Retention { command } => retention::run(session, command, show).await?,
        Command::PurgeRegister(typed) => purge_register::run(session, typed, show).await?,
        Command::Rights(typed) => rights::run(session, typed, show).await?,
        Command::Log { command } => log::run(session, command, show).await?,
        Command::Bundle { command } => bundle::run(Some(&session.home), command, show)?,
        Command::Device { command } => device::run(session, command, show).await?,
        Command::Reread(typed) => reread::run(session, &typed, show).await?,
        _ => return Err(Failure::usage("usage-arguments", "not a command of a member's device")),
    }
    Ok(0)
}

/// `pli send` with a form that was filled in elsewhere than in a file.
///
/// # Errors
/// [`Failure`].
pub(crate) async fn send_filled(
    session: &mut Session,
    send: cli::Send,
    form: Option<Typed>,
    show: &Show,
) -> Result<u8, Failure> {
    send::filled(session, send, form, show).await?;
    Ok(0)
}

/// A flow of the nomenclature; one that Pli does not carry says where it goes.
///
/// # Errors
/// [`Failure`].
pub(crate) fn flow_of<'a>(rules: &'a Nomenclature, code: &FlowCode) -> Result<&'a Flow, Failure> {
    form::flow(rules, code)
}

fn home(common: &Common) -> Result<Home, Failure> {
    Home::open(&home_dir(common)?)
}

fn home_dir(common: &Common) -> Result<PathBuf, Failure> {
    let dir = common.home.as_ref();
    let dir = dir.ok_or_else(|| Failure::usage("usage-home", "say which home: --home DIR or PLI_HOME"))?;
    std::path::absolute(dir).map_err(|error| Failure::local("local-io", error))
}

fn session(common: &Common, show: &Show) -> Result<Session, Failure> {
    let home = home(common)?;
    let master = master(&home, common, show)?;
    Session::open(home, master, pli_server::system_clock())
}

/// The master secret: from the unlocked session, a file, or what is typed.
fn master(home: &Home, common: &Common, show: &Show) -> Result<Master, Failure> {
    if common.passphrase_file.is_none()
        && let Some(master) = agent::fetch(home.dir())
    {
        return Ok(master);
    }
    Ok(keystore::unlock(home.dir(), &old_passphrase(common, show)?)?)
}

/// A passphrase that exists: from a file, or typed.
fn old_passphrase(common: &Common, show: &Show) -> Result<Zeroizing<String>, Failure> {
    if let Some(file) = &common.passphrase_file {
        return passphrase_of(file);
    }
    typed_passphrase("unlock-passphrase", show)
}

/// A passphrase that is chosen now: from a file, or typed twice.
fn new_passphrase(common: &Common, show: &Show) -> Result<Zeroizing<String>, Failure> {
    match &common.passphrase_file {
        Some(file) => chosen_passphrase(passphrase_of(file)?, None),
        None => {
            let first = typed_passphrase("passphrase-new", show)?;
            let again = typed_passphrase("passphrase-again", show)?;
            chosen_passphrase(first, Some(&again))
        }
    }
}

/// A passphrase as it was chosen, and typed again.
///
/// # Errors
/// [`Failure::Usage`] if it was typed in two ways, or is short.
pub(crate) fn chosen_passphrase(
    passphrase: Zeroizing<String>,
    again: Option<&Zeroizing<String>>,
) -> Result<Zeroizing<String>, Failure> {
    if again.is_some_and(|again| *again != passphrase) {
        return Err(Failure::usage("passphrase-differs", "the passphrase was typed in two ways"));
    }
    match passphrase.chars().count() {
        0..PASSPHRASE_LETTERS_MIN => {
            Err(Failure::usage("passphrase-short", "a passphrase has twelve letters at least"))
        }
        _ => Ok(passphrase),
    }
}

fn passphrase_of(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let failed = |error| Failure::usage("usage-passphrase-file", error);
    let file = std::fs::File::open(file).map_err(failed)?;
    let mut text = Zeroizing::new(String::new());
    file.take(PASSPHRASE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
    Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()))
}

fn typed_passphrase(id: &str, show: &Show) -> Result<Zeroizing<String>, Failure> {
    if show.is_json() || !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "usage-locked",
            "this device is locked: run `pli unlock`, or give --passphrase-file",
        ));
    }
    let prompt = format!("{} ", show.words.say(id, &[]));
    let typed = rpassword::prompt_password(prompt).map_err(|error| match error.kind() {
        std::io::ErrorKind::Interrupted => Failure::Interrupted,
        _ => Failure::local("local-io", error),
    })?;
    Ok(Zeroizing::new(typed))
}

/// The one group whose id begins like this, among those in which this device counts.
async fn group(session: &mut Session, beginning: &str) -> Result<GroupId, Failure> {
    // A whole id is asked for as it is: the relay says whether this device is a member.
    if let Ok(group) = beginning.parse() {
        return Ok(group);
    }
    let groups = crate::trust::prove(session, About::Own).await?.groups;
    let mut found = groups.into_iter().filter(|group| group.to_string().starts_with(beginning));
    match (found.next(), found.next()) {
        (Some(group), None) if beginning.len() >= 6 => Ok(group),
        _ => Err(Failure::usage("usage-group", "no one group of yours begins so: give its whole id")),
    }
}

/// A flow as people say it.
fn flow_title(nomenclature: Option<&Nomenclature>, header: &Header) -> String {
    flow_name(nomenclature, &header.core.flow)
}

/// The same, of its code.
fn flow_name(nomenclature: Option<&Nomenclature>, code: &FlowCode) -> String {
    let flow = nomenclature.and_then(|rules| rules.flow(code));
    flow.map_or_else(|| code.to_string(), |flow| format!("{} ({code})", flow.title))
}

/// A function as the nomenclature calls it.
pub(crate) fn function_title(nomenclature: Option<&Nomenclature>, function: &Role) -> String {
    let rules = nomenclature.and_then(|rules| rules.roles.get(function));
    rules.map_or_else(|| function.to_string(), |rules| rules.title.clone())
}

/// A member as people say it: the name on their card where it is here, else the handle.
fn person(directory: &shared::directory::Directory, member: &MemberId) -> String {
    directory.personal(member).map_or_else(|| member.to_string(), shared::statement::Personal::name)
}
