//! The desk behind the page: the device, unlocked for as long as somebody works, and the commands that it runs.
//!
//! The page does what a terminal does (decision 0060): what is typed is parsed as there, runs there, and speaks here.
//! Secrets are in this process alone. They leave it after ten idle minutes or eight hours, whether somebody asks for a
//! page or not.

use super::waiting::{self, Letter, Stale, Waiting};
use crate::cli::{Cli, Command};
use crate::commands;
use crate::failure::Failure;
use crate::home::Home;
use crate::keystore;
use crate::session::Session;
use crate::show::Show;
use crate::show::page::{Heard, Progress, Said};
use crate::words::Words;
use clap::Parser as _;
use pli_server::Clock;
use serde_json::Value as Json;
use shared::form::Typed as FormTyped;
use shared::time::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;
use zeroize::Zeroizing;

/// Nobody at the page for so long, and it is locked.
pub(crate) const IDLE_SECONDS_MAX: u64 = 600;

/// However busy.
const OPEN_SECONDS_MAX: u64 = 8 * 3600;

/// The desk.
pub(crate) struct Desk {
    home: PathBuf,
    clock: Clock,
    words: Arc<Words>,
    /// Held while a command runs: one after the other, as of one person.
    session: Arc<tokio::sync::Mutex<Option<Session>>>,
    open: Mutex<Option<Open>>,
    /// What the command that runs says.
    heard: Mutex<Heard>,
    /// The letters for this device.
    waiting: Waiting,
}

/// Since when somebody works here, and when they last did something.
#[derive(Clone, Copy)]
struct Open {
    since: Timestamp,
    used: Timestamp,
}

impl Open {
    fn holds(self, now: Timestamp) -> bool {
        now < self.used.plus(IDLE_SECONDS_MAX) && now < self.since.plus(OPEN_SECONDS_MAX)
    }
}

/// What came of a command.
pub(crate) struct Told {
    /// Everything that was said, in its order.
    pub(crate) said: Vec<Said>,
    /// How it ended: its exit code, or why it did not do it.
    pub(crate) outcome: Result<u8, Failure>,
}

/// A command as it is typed, piece by piece; what people fill in is never taken for a flag.
pub(crate) struct Typed(Vec<String>);

impl Typed {
    /// `Typed::new("log search")`.
    pub(crate) fn new(command: &str) -> Self {
        Self(std::iter::once("pli").chain(command.split(' ')).map(str::to_owned).collect())
    }

    /// `--name=value`.
    pub(crate) fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.0.push(format!("--{name}={value}"));
        self
    }

    /// The same, where there is a value.
    pub(crate) fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value.filter(|value| !value.is_empty()) {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// `--name`.
    pub(crate) fn flag(mut self, name: &str, is_set: bool) -> Self {
        if is_set {
            self.0.push(format!("--{name}"));
        }
        self
    }

    /// What the command is about; the last piece.
    pub(crate) fn of(self, value: impl std::fmt::Display) -> Self {
        self.all(std::iter::once(value))
    }

    /// What it is about, where that is several things.
    fn all(mut self, values: impl Iterator<Item = impl std::fmt::Display>) -> Self {
        self.0.push("--".to_owned());
        self.0.extend(values.map(|value| value.to_string()));
        self
    }

    /// One more thing that it is about.
    pub(crate) fn and(mut self, value: impl std::fmt::Display) -> Self {
        self.0.push(value.to_string());
        self
    }

    fn parse(self) -> Result<Command, Failure> {
        let cli = Cli::try_parse_from(self.0);
        cli.map(|cli| cli.command).map_err(|error| Failure::usage("usage-arguments", error.kind()))
    }
}

impl Told {
    /// The objects of its results.
    pub(crate) fn objects(&self) -> Vec<&Json> {
        let results = self.said.iter();
        results
            .filter_map(|said| if let Said::Result { object, .. } = said { Some(object) } else { None })
            .collect()
    }

    /// Every sentence beside the results, with its id.
    pub(crate) fn asides(&self) -> impl Iterator<Item = (&str, &str)> {
        self.said.iter().filter_map(|said| match said {
            Said::Aside { id, text } => Some((id.as_str(), text.as_str())),
            _ => None,
        })
    }

    /// What other programs read, if that is the answer.
    pub(crate) fn raw(&self) -> Option<&[u8]> {
        self.said
            .iter()
            .find_map(|said| if let Said::Raw(bytes) = said { Some(bytes.as_slice()) } else { None })
    }

    /// The sentence beside the results that has this id.
    pub(crate) fn aside(&self, wanted: &str) -> Option<&str> {
        self.said.iter().find_map(|said| match said {
            Said::Aside { id, text } | Said::Question { id, text } if id == wanted => Some(text.as_str()),
            _ => None,
        })
    }

    /// Whether it waits for a yes.
    pub(crate) fn asks(&self) -> bool {
        self.said.iter().any(|said| matches!(said, Said::Question { .. }))
    }
}

impl Desk {
    /// A desk that is locked.
    pub(crate) fn new(home: &Path, clock: Clock, words: Arc<Words>) -> Self {
        let (session, open, heard, waiting) = Default::default();
        Self { home: home.to_owned(), clock, words, session, open, heard, waiting }
    }

    /// Its home folder.
    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// The time by this device's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// This device's clock.
    pub(crate) fn clock(&self) -> Clock {
        Clock::clone(&self.clock)
    }

    /// Opens the device with its passphrase.
    ///
    /// # Errors
    /// [`Failure`] if it is another one.
    pub(crate) async fn unlock(&self, passphrase: Zeroizing<String>) -> Result<(), Failure> {
        let (home, clock) = (self.home.clone(), Clock::clone(&self.clock));
        let opened = tokio::task::spawn_blocking(move || {
            let master = keystore::unlock(&home, &passphrase)?;
            Session::open(Home::open(&home)?, master, clock)
        });
        let session = opened.await.map_err(|_| broke_off())??;
        self.adopt(session, self.now()).await;
        Ok(())
    }

    /// A device that is unlocked already, by somebody who was last there at this instant.
    pub(crate) async fn adopt(&self, mut session: Session, used: Timestamp) {
        session.stay();
        *self.session.lock().await = Some(session);
        *self.opened() = Some(Open { since: used, used });
    }

    /// The passphrase once more, before what cannot be undone.
    ///
    /// # Errors
    /// [`Failure`] if it is another one.
    pub(crate) async fn proves(&self, passphrase: Zeroizing<String>) -> Result<(), Failure> {
        let home = self.home.clone();
        let unlocked = tokio::task::spawn_blocking(move || keystore::unlock(&home, &passphrase).map(drop));
        Ok(unlocked.await.map_err(|_| broke_off())??)
    }

    /// Closes the device. What still runs ends first, and is the last that did.
    pub(crate) async fn lock(&self) {
        *self.opened() = None;
        *self.session.lock().await = None;
        *self.hearing() = Heard::default();
        self.waiting.forget();
    }

    /// Whether somebody works here. What `counts` keeps it open; what a page asks by itself does not.
    pub(crate) fn is_open(&self, counts: bool) -> bool {
        let now = self.now();
        let mut open = self.opened();
        let Some(known) = open.as_mut().filter(|known| known.holds(now)) else { return false };
        if counts {
            known.used = now;
        }
        true
    }

    /// Whether nobody was there for too long, or somebody for longer than a day of work.
    pub(crate) fn is_over(&self) -> bool {
        let now = self.now();
        self.opened().is_some_and(|open| !open.holds(now))
    }

    /// Runs a command.
    pub(crate) async fn run(&self, typed: Typed) -> Told {
        match typed.parse() {
            Ok(command) => {
                self.with(async |session, show| commands::perform(session, command, show).await).await
            }
            Err(failure) => self.told(&Heard::default(), Err(failure)),
        }
    }

    /// Runs `pli send` with a form that was filled in on the page.
    pub(crate) async fn send(&self, typed: Typed, form: Option<FormTyped>) -> Told {
        match typed.parse() {
            Ok(Command::Send(send)) => {
                self.with(async |session, show| commands::send_filled(session, send, form, show).await).await
            }
            Ok(_) => self.told(&Heard::default(), Err(Failure::usage("usage-arguments", "another command"))),
            Err(failure) => self.told(&Heard::default(), Err(failure)),
        }
    }

    /// What a look at the session gives.
    ///
    /// # Errors
    /// [`Failure`]; exit 2 if it is locked.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        work: impl AsyncFnOnce(&mut Session, &Show) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.work(Heard::default(), work).await
    }

    /// The letters for this device that did not end, oldest first, and what was said about getting them: where the relay is
    /// away they are those of before.
    pub(crate) async fn waiting(&self) -> (Vec<Arc<Letter>>, Told) {
        if !self.waiting.is_told() {
            match self.look(async |session, _| waiting::watch(session).await).await {
                Ok(watch) => self.waiting.follow(watch),
                Err(failure) => {
                    let told = self.told(&Heard::default(), Err(failure));
                    return (self.waiting.letters(self.now()), told);
                }
            }
        }
        let stale = self.waiting.stale();
        let told = match &stale {
            Stale::Whole => self.run(Typed::new("inbox")).await,
            Stale::These(ids) if ids.is_empty() => Told { said: Vec::new(), outcome: Ok(0) },
            Stale::These(ids) => self.run(Typed::new("inbox").all(ids.iter())).await,
        };
        self.waiting.learn(stale, &told);
        (self.waiting.letters(self.now()), told)
    }

    /// How far the command is that takes long.
    pub(crate) fn progress(&self) -> Option<Progress> {
        self.hearing().progress()
    }

    async fn with(
        &self,
        work: impl AsyncFnOnce(&mut Session, &Show) -> Result<u8, Failure> + Send + 'static,
    ) -> Told {
        let heard = Heard::default();
        *self.hearing() = heard.clone();
        let outcome = self.work(heard.clone(), work).await;
        self.told(&heard, outcome)
    }

    /// A command computes, waits for the disk and for the relay: on a thread that may.
    async fn work<T: Send + 'static>(
        &self,
        heard: Heard,
        work: impl AsyncFnOnce(&mut Session, &Show) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (session, words, runtime) =
            (Arc::clone(&self.session), Arc::clone(&self.words), Handle::current());
        let waiting = self.waiting.clone();
        let working = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                let mut session = session.lock().await;
                let locked = || Failure::usage("usage-locked", "this device is locked");
                let session = session.as_mut().ok_or_else(locked)?;
                let outcome = work(session, &Show::to_page(heard, words)).await;
                waiting.changed(session.touched());
                outcome
            })
        });
        working.await.unwrap_or_else(|_| Err(broke_off()))
    }

    /// Why something was not done, as it is said.
    pub(crate) fn failed(&self, failure: &Failure) -> Told {
        let heard = Heard::default();
        let code = Show::to_page(heard.clone(), Arc::clone(&self.words)).failure(failure);
        Told { said: heard.take(), outcome: Ok(code) }
    }

    fn told(&self, heard: &Heard, outcome: Result<u8, Failure>) -> Told {
        if let Err(failure) = &outcome {
            Show::to_page(heard.clone(), Arc::clone(&self.words)).failure(failure);
        }
        Told { said: heard.take(), outcome }
    }

    fn opened(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hearing(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn broke_off() -> Failure {
    Failure::local("local-io", "the command broke off")
}
