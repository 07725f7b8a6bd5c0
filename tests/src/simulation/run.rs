//! The relay of a run, and the order in which everything happens.

use super::stage::{MEMBERS, Model, Stage, Weather};
use super::{Summary, Violation};
use crate::disk::{SimDisk, Survival};
use crate::engine::{Engine, founded};
use crate::world::{AUDITOR, World};
use pli_server::relay::OpenFailed;
use pli_server::revoke::Revocation;
use pli_server::store::{Folder, StoreError};
use pli_server::sweep::sweep;
use shared::crypto::sha256;
use shared::ids::PublicKey;
use shared::limits::{DISK_FLOOR_BYTES, DISK_RESERVE_BYTES, DISK_SPARE_BYTES};
use shared::log::LogMemory;
use shared::time::DAY_SECONDS;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Waker};

/// A run that is longer than this hangs.
const TICKS_MAX: u32 = 60_000;

type Actor = Pin<Box<dyn Future<Output = ()>>>;

/// One run.
pub(super) struct Run {
    pub(super) stage: Rc<Stage>,
    pub(super) disk: SimDisk,
    pub(super) engine: Option<Engine>,
    pub(super) actors: Vec<Actor>,
    pub(super) ticks: u32,
    /// What survives the next stop, where it is not left to the seed.
    pub(super) survival: Option<Survival>,
}

fn log_key_of(disk: &SimDisk) -> PublicKey {
    let folder = Folder::on(Arc::new(disk.clone())).unwrap();
    pli_server::folder::log_key(&folder).unwrap().key.public()
}

impl Run {
    pub(super) fn new(random: fastrand::Rng, weather: Weather) -> Self {
        let world = World::new();
        let disk = founded(&world);
        let key = log_key_of(&disk);
        let memories = MEMBERS.into_iter().chain([AUDITOR]);
        let memories =
            memories.map(|person| (person, LogMemory::new("pli.example/log".to_owned(), key))).collect();
        let stage = Rc::new(Stage {
            world,
            random: RefCell::new(random),
            weather: Cell::new(weather),
            relay: RefCell::default(),
            model: RefCell::new(Model { memories, ..Model::default() }),
            kill: Cell::new(false),
            free: Cell::new(None),
            has_left: Cell::new(false),
        });
        Self { stage, disk, engine: None, actors: Vec::new(), ticks: 0, survival: None }
    }

    /// Adds somebody who acts.
    pub(super) fn act<F: Future<Output = ()> + 'static>(&mut self, life: impl FnOnce(Rc<Stage>) -> F) {
        self.actors.push(Box::pin(life(Rc::clone(&self.stage))));
    }

    /// What came of it.
    pub(super) fn told(self, seed: u64, outcome: Result<(), String>) -> Result<Summary, Box<Violation>> {
        let mut model = self.stage.model.borrow_mut();
        let trace = std::mem::take(&mut model.trace);
        match model.violation.take().or(outcome.err()) {
            Some(what) => Err(Box::new(Violation { seed, what, trace })),
            None => {
                model.summary.story = sha256(trace.join("\n").as_bytes()).to_string();
                Ok(model.summary.clone())
            }
        }
    }

    /// Lets everything happen, in an order that the seed decides.
    pub(super) fn play(&mut self) -> Result<(), String> {
        while !self.actors.is_empty() {
            self.ticks += 1;
            if self.ticks > TICKS_MAX {
                return Err("it hangs".to_owned());
            }
            self.look()?;
            let stage = Rc::clone(&self.stage);
            if stage.kill.take() && self.engine.is_some() {
                self.die(false, "it was killed")?;
            }
            if let Some(free) = stage.free.take() {
                self.disk.set_capacity(Some(self.disk.used_bytes() + free));
            }
            let weather = stage.weather.get();
            match stage.below(100) {
                0..60 => self.poll_actor(),
                60..82 => self.work(|engine, some| engine.advance(some))?,
                82..92 => self.work(|engine, _| engine.step().map(drop))?,
                92..96 => stage.world.pass(stage.below(90) as u64),
                96 if stage.chance(300) => {
                    if let Some(relay) = stage.relay.borrow().clone() {
                        self.actors.push(Box::pin(async move { sweep(&relay).await }));
                    }
                }
                96 if stage.chance(300) => {
                    if let Some(relay) = stage.relay.borrow().clone() {
                        self.actors.push(Box::pin(async move { Revocation::default().pass(&relay).await }));
                    }
                }
                97 if stage.chance(20 * weather.days_pass) => {
                    stage.world.pass(DAY_SECONDS * (1 + stage.below(3) as u64));
                    stage.note("days pass");
                }
                98 => self.trouble(weather),
                _ => self.reopen(weather)?,
            }
        }
        Ok(())
    }

    pub(super) fn look(&self) -> Result<(), String> {
        self.stage.model.borrow_mut().violation.take().map_or(Ok(()), Err)
    }

    fn poll_actor(&mut self) {
        let number = self.stage.below(self.actors.len());
        let mut context = Context::from_waker(Waker::noop());
        if self.actors[number].as_mut().poll(&mut context).is_ready() {
            drop(self.actors.swap_remove(number));
        }
    }

    /// Lets the relay do something; if its disk stops or fails, it is dead.
    fn work(
        &mut self,
        work: impl FnOnce(&mut Engine, usize) -> Result<(), StoreError>,
    ) -> Result<(), String> {
        let some = 1 + self.stage.below(8);
        let Some(engine) = &mut self.engine else { return Ok(()) };
        match work(engine, some) {
            Ok(()) | Err(StoreError::Full { .. }) if !self.disk.has_stopped() => Ok(()),
            outcome => {
                let stopped = self.disk.has_stopped();
                let why = outcome.err().map_or_else(|| "stopped".to_owned(), |error| error.to_string());
                self.die(stopped, &why)
            }
        }
    }

    /// The relay dies with its disk, or with the process.
    pub(super) fn die(&mut self, power_lost: bool, why: &str) -> Result<(), String> {
        self.engine = None;
        *self.stage.relay.borrow_mut() = None;
        let mut random = self.stage.random.borrow_mut();
        let survival = match (self.survival.take(), random.u8(0..4)) {
            // A failed sync is no loss of power: the process dies, and sees what the system shows.
            _ if !power_lost => Survival::Kept,
            (Some(survival), _) => survival,
            (None, 0) => Survival::Kept,
            (None, 1) => Survival::Lost,
            (None, _) => Survival::Torn,
        };
        self.disk = self.disk.crashed(survival, &mut random);
        drop(random);
        self.stage.note(format!("the relay died ({why}), {survival:?}"));
        self.stage.model.borrow_mut().summary.crashes += 1;
        Ok(())
    }

    fn trouble(&mut self, weather: Weather) {
        let stage = Rc::clone(&self.stage);
        if self.engine.is_none() {
            return;
        }
        if stage.chance(40 * weather.crash.min(20)) {
            self.disk.stop_after(stage.below(60) as u64);
        } else if stage.chance(40 * weather.sync_fails) {
            let kept = stage.chance(500);
            self.disk.fail_next_sync(kept);
            stage.note(format!("the next sync fails, kept {kept}"));
        } else if weather.narrow && stage.chance(200) {
            // From plenty down to not even a record.
            let used = self.disk.used_bytes();
            let free = [2 * DISK_RESERVE_BYTES, DISK_RESERVE_BYTES, DISK_SPARE_BYTES, DISK_FLOOR_BYTES, 1000];
            let free = free[stage.below(free.len())];
            self.disk.set_capacity(Some(used + free));
            stage.note(format!("{free} bytes are free"));
        } else {
            self.disk.set_capacity(None);
        }
    }

    /// Starts the relay.
    pub(super) fn start(&mut self) -> Result<(), OpenFailed> {
        let engine = Engine::open(&self.stage.world, &self.disk)?;
        *self.stage.relay.borrow_mut() = Some(engine.relay.clone());
        self.engine = Some(engine);
        Ok(())
    }

    /// Starts the relay again, if it is dead. It may die while it starts.
    fn reopen(&mut self, weather: Weather) -> Result<(), String> {
        if self.engine.is_some() {
            return Ok(());
        }
        if self.stage.chance(30 * weather.crash) {
            self.disk.stop_after(self.stage.below(80) as u64);
        }
        match self.start() {
            Ok(()) => {}
            Err(error) if self.disk.has_stopped() => {
                self.die(true, &format!("while it started: {error}"))?;
            }
            Err(OpenFailed::Store(StoreError::Full { .. })) => self.disk.set_capacity(None),
            Err(OpenFailed::Store(error @ StoreError::Io { .. })) => self.die(false, &error.to_string())?,
            Err(error) => return Err(format!("the relay does not start: {error}")),
        }
        Ok(())
    }
}
