//! A hundred thousand letters that expire at once are forgotten while others are deposited: the rate of deposits beside
//! the rate without.

use crate::page::{Page, Wanted};
use pli_server::relay::Relay;
use pli_server::relay::change::Change;
use pli_server::sweep::sweep;
use pli_tests::world::{COORD, Letter, POLICE, World};
use shared::ids::MessageId;
use shared::time::DAY_SECONDS;
use shared::wire::Answer;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use tokio::task::JoinSet;

/// Letters that have expired.
const EXPIRED: u64 = 100_000;

/// Deposits that are under way at a time.
const WRITERS: u64 = 64;

/// Deposits by which the rate without is measured.
const WITHOUT: u64 = 20_000;

pub(crate) fn measure(page: &mut Page, _round: usize) {
    const SECTION: &str = "Purge: 100,000 letters that expired are forgotten while others are deposited";
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (without, during, seconds) = runtime.block_on(async {
        let dir = tempfile::tempdir().unwrap();
        let world = Arc::new(World::new());
        world.make_relay(dir.path()).await;
        let running = world.open(dir.path());
        world.publish_key_pages(&running.relay).await;
        let stage = Stage { world, relay: running.relay.clone(), next: Arc::new(AtomicU64::new(0)) };
        stage.deposit(1, |done| done < EXPIRED).await;

        stage.world.pass(2 * DAY_SECONDS);
        stage.relay.change(|_| Ok(Change::Head)).await.unwrap();
        let without = stage.deposit(20, |done| done < WITHOUT).await;
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, relay) = (Arc::clone(&is_over), stage.relay.clone());
        let began = Instant::now();
        let sweeping = tokio::spawn(async move {
            sweep(&relay).await;
            over.store(true, Ordering::Relaxed);
            began.elapsed().as_secs_f64()
        });
        let during = stage.deposit(20, move |_| !is_over.load(Ordering::Relaxed)).await;
        let seconds = sweeping.await.unwrap();
        drop(stage);
        running.finish().unwrap();
        (without, during, seconds)
    });
    page.add(SECTION, "deposits without a purge", "/s", Wanted::Nothing, without);
    page.add(SECTION, "deposits during the purge", "/s", Wanted::Nothing, during);
    page.add(SECTION, "during to without", "", Wanted::AtLeast(0.8), during / without);
    page.add(SECTION, "the purge", "s", Wanted::AtMost(60.0), seconds);
}

struct Stage {
    world: Arc<World>,
    relay: Relay,
    next: Arc<AtomicU64>,
}

impl Stage {
    /// Deposits letters that expire within so many days, as long as this holds of how many there were; so many a second.
    async fn deposit(&self, days: u64, goes_on: impl Fn(u64) -> bool + Send + Sync + 'static) -> f64 {
        let like = Arc::new(self.world.seal(&self.relay, COORD, &[POLICE], days, &[]));
        let (goes_on, done) = (Arc::new(goes_on), Arc::new(AtomicU64::new(0)));
        let began = Instant::now();
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            let (world, relay, next) = (Arc::clone(&self.world), self.relay.clone(), Arc::clone(&self.next));
            let (like, goes_on, done) = (Arc::clone(&like), Arc::clone(&goes_on), Arc::clone(&done));
            writers.spawn(async move {
                while goes_on(done.fetch_add(1, Ordering::Relaxed)) {
                    one(&world, &relay, &like, next.fetch_add(1, Ordering::Relaxed)).await;
                }
            });
        }
        writers.join_all().await;
        (done.load(Ordering::Relaxed) - WRITERS) as f64 / began.elapsed().as_secs_f64()
    }
}

async fn one(world: &World, relay: &Relay, like: &Letter, number: u64) {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    let (ask, frames) = world.alike(COORD, like, MessageId(id)).deposit();
    let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
    let (answer, _) = world.ask(relay, COORD, ask, &frames).await;
    assert!(matches!(answer, Answer::Deposited(_)), "{answer:?}");
}
