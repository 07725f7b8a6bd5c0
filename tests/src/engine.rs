//! A relay driven by hand on a disk of the tests: what its threads do in the program is done here when
//! a test says so.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::disk::SimDisk;
use crate::world::World;
use pli_server::relay::change::Proposal;
use pli_server::relay::sequencer::Sequencer;
use pli_server::relay::{OpenFailed, Opened, Relay, open_store};
use pli_server::store::{Embedded, FileBlobs, Folder, Moving, StoreError};
use std::pin::pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll, Waker};
use tokio::sync::mpsc;

/// A request takes a few turns. What waits for longer waits for somebody else.
const TURNS_MAX: u32 = 64;

/// The relay of a folder.
pub struct Engine {
    /// What requests see.
    pub relay: Relay,
    sequencer: Sequencer,
    proposals: mpsc::Receiver<Proposal>,
    waiting: Vec<Proposal>,
    store: Arc<Embedded>,
}

/// A relay's folder that was founded once, by the people of [`World::new`].
#[must_use]
pub fn founded(world: &World) -> SimDisk {
    static FOUNDED: LazyLock<SimDisk> = LazyLock::new(|| {
        let world = World::new();
        let disk = SimDisk::new(world.shared_time());
        let folder = Folder::on(Arc::new(disk.clone())).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(world.make_relay_in(&folder));
        disk
    });
    FOUNDED.copied(world.shared_time())
}

impl Engine {
    /// Opens the folder on a disk.
    ///
    /// # Errors
    /// [`OpenFailed`].
    pub fn open(world: &World, disk: &SimDisk) -> Result<Self, OpenFailed> {
        let folder = Folder::on(Arc::new(disk.clone()))?;
        let store = Arc::new(open_store(&folder, Moving::Stepped)?);
        let blobs = Arc::new(FileBlobs::open(&folder));
        let opened = Opened::new(&folder, Arc::clone(&store) as _, blobs, world.setup(&folder))?;
        let Opened { relay, sequencer, proposals } = opened;
        Ok(Self { relay, sequencer, proposals, waiting: Vec::new(), store })
    }

    /// Takes up to so many of the changes that wait, and makes a batch of them.
    ///
    /// # Errors
    /// What stops the sequencer.
    pub fn advance(&mut self, changes_max: usize) -> Result<(), StoreError> {
        while self.waiting.len() < changes_max
            && let Ok(proposal) = self.proposals.try_recv()
        {
            self.waiting.push(proposal);
        }
        if !self.waiting.is_empty() {
            self.waiting = self.sequencer.advance(std::mem::take(&mut self.waiting))?;
        }
        Ok(())
    }

    /// Lets the mover do one piece of work; says whether there was one.
    ///
    /// # Errors
    /// What stops the mover.
    pub fn step(&self) -> Result<bool, StoreError> {
        self.store.step()
    }

    /// Does something that asks the relay, and lets the relay work until it is done; nothing if it waits
    /// for more than the relay.
    ///
    /// # Errors
    /// What stops the sequencer.
    pub fn run<T>(&mut self, work: impl Future<Output = T>) -> Result<Option<T>, StoreError> {
        let mut work = pin!(work);
        let mut context = Context::from_waker(Waker::noop());
        for _ in 0..TURNS_MAX {
            if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
                return Ok(Some(done));
            }
            self.advance(usize::MAX)?;
        }
        Ok(None)
    }

    /// Brings everything to its place and ends. Nobody may hold the relay any more.
    ///
    /// # Errors
    /// What the disk refused.
    pub fn close(self) -> Result<(), StoreError> {
        let Self { relay, sequencer, .. } = self;
        drop(relay);
        sequencer.close()
    }
}
