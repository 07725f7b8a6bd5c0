//! What one device may take of the relay: connections, requests, messages, uploads, memory.
//!
//! A flood by one device is refused with the time to wait, and nobody else notices. Everything here is
//! counted in memory: a restart forgives, except for uploads, which lie on the disk.

use crate::Clock;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use shared::ids::{DeviceId, MessageId};
use shared::limits::{
    BODY_BYTES_MAX, DEVICE_BODY_BYTES_MAX, DEVICE_CONNECTIONS_MAX, DEVICE_DEPOSITS_BURST,
    DEVICE_DEPOSITS_PER_MINUTE, DEVICE_REQUESTS_BURST, DEVICE_REQUESTS_PER_SECOND, DEVICE_STATEMENTS_BURST,
    DEVICE_STATEMENTS_PER_MINUTE, DEVICE_UPLOAD_BYTES_MAX, DEVICE_UPLOADS_MAX, STRANGERS_MAX,
    STRANGERS_REQUESTS_PER_SECOND,
};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is taken back when something that was counted has ended, such as an upload by its deposit,
/// comes free at once; for memory this is a guess.
const BODY_WAIT_SECONDS: u32 = 2;

/// What no deposit names is removed within a day.
const UPLOAD_WAIT_SECONDS: u32 = 3600;

/// How much each device may take.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Requests in a burst.
    pub requests_burst: u32,
    /// Requests per second in the long run.
    pub requests_per_second: u32,
    /// Deposits in a burst.
    pub deposits_burst: u32,
    /// Deposits per minute in the long run.
    pub deposits_per_minute: u32,
    /// Statements in a burst.
    pub statements_burst: u32,
    /// Statements per minute in the long run.
    pub statements_per_minute: u32,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            requests_burst: DEVICE_REQUESTS_BURST,
            requests_per_second: DEVICE_REQUESTS_PER_SECOND,
            deposits_burst: DEVICE_DEPOSITS_BURST,
            deposits_per_minute: DEVICE_DEPOSITS_PER_MINUTE,
            statements_burst: DEVICE_STATEMENTS_BURST,
            statements_per_minute: DEVICE_STATEMENTS_PER_MINUTE,
        }
    }
}

impl Allowance {
    /// So much that no trial and no benchmark meets it.
    #[must_use]
    pub fn ample() -> Self {
        const AMPLE: u32 = 100_000_000;
        Self {
            requests_burst: AMPLE,
            requests_per_second: AMPLE,
            deposits_burst: AMPLE,
            deposits_per_minute: AMPLE,
            statements_burst: AMPLE,
            statements_per_minute: AMPLE,
        }
    }
}

/// Too much; worth asking again after so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// The time to wait.
    pub wait_seconds: u32,
}

/// What everybody takes just now.
#[derive(Clone, Debug)]
pub struct Quotas(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    allowance: Allowance,
    clock: RelayClock,
    /// Of all strangers together: there is nothing to tell them apart by.
    strangers: Rate,
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    devices: BTreeMap<DeviceId, OfDevice>,
    body_bytes: usize,
    strangers: u32,
}

#[derive(Debug)]
struct OfDevice {
    requests: Rate,
    deposits: Rate,
    statements: Rate,
    connections: u32,
    greetings: u32,
    body_bytes: usize,
    /// What was uploaded and is not deposited, by message and part.
    uploads: BTreeMap<(MessageId, u32), u64>,
}

type Rate = RateLimiter<NotKeyed, InMemoryState, RelayClock, NoOpMiddleware<Nanos>>;

impl Quotas {
    /// Nothing taken yet.
    #[must_use]
    pub fn new(allowance: Allowance, clock: Clock) -> Self {
        let clock = RelayClock(clock);
        let rate = NonZeroU32::new(STRANGERS_REQUESTS_PER_SECOND).unwrap_or(NonZeroU32::MIN);
        let strangers = RateLimiter::direct_with_clock(Quota::per_second(rate), clock.clone());
        Self(Arc::new(Shared { allowance, clock, strangers, counted: Mutex::default() }))
    }

    /// One more request.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn request(&self, device: DeviceId) -> Result<(), TooMuch> {
        self.of(device, |of, clock| wait(&of.requests, clock))
    }

    /// One more request of somebody whom nobody knows. Nothing is kept of who it was.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn unknown_request(&self) -> Result<(), TooMuch> {
        wait(&self.0.strangers, &self.0.clock)
    }

    /// One more statement.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn statement(&self, device: DeviceId) -> Result<(), TooMuch> {
        self.of(device, |of, clock| wait(&of.statements, clock))
    }

    /// One more deposit.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn deposit(&self, device: DeviceId) -> Result<(), TooMuch> {
        self.of(device, |of, clock| wait(&of.deposits, clock))
    }

    /// One more connection, until the guard is dropped.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn connection(&self, device: DeviceId) -> Result<Guard, TooMuch> {
        self.of(device, |of, _| {
            if of.connections >= DEVICE_CONNECTIONS_MAX {
                return Err(TooMuch { wait_seconds: BODY_WAIT_SECONDS });
            }
            of.connections += 1;
            Ok(())
        })?;
        Ok(Guard { quotas: self.clone(), device, taken: Taken::Connection })
    }

    /// One more connection that waits to be greeted, until the guard is dropped. What it will count as
    /// is not known before, so there is a limit of its own: whoever connects and says nothing takes no
    /// more places than whoever is served.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn greeting(&self, device: DeviceId) -> Result<Guard, TooMuch> {
        self.of(device, |of, _| {
            if of.greetings >= DEVICE_CONNECTIONS_MAX {
                return Err(TooMuch { wait_seconds: BODY_WAIT_SECONDS });
            }
            of.greetings += 1;
            Ok(())
        })?;
        Ok(Guard { quotas: self.clone(), device, taken: Taken::Greeting })
    }

    /// one more connection without a certificate, until the guard is dropped. Nothing of a member's
    /// is counted here, and nothing of a stranger's there.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn stranger(&self) -> Result<Stranger, TooMuch> {
        let mut counted = self.counted();
        if counted.strangers >= STRANGERS_MAX {
            return Err(TooMuch { wait_seconds: BODY_WAIT_SECONDS });
        }
        counted.strangers += 1;
        Ok(Stranger(self.clone()))
    }

    /// How many connections without a certificate there are.
    #[must_use]
    pub fn strangers(&self) -> u32 {
        self.counted().strangers
    }

    /// Memory for what a request brings with it, until the guard is dropped.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn body(&self, device: DeviceId, bytes: usize) -> Result<Guard, TooMuch> {
        let mut counted = self.counted();
        let all = counted.body_bytes + bytes;
        let of = counted.of(device, &self.0);
        if of.body_bytes + bytes > DEVICE_BODY_BYTES_MAX || all > BODY_BYTES_MAX {
            return Err(TooMuch { wait_seconds: BODY_WAIT_SECONDS });
        }
        of.body_bytes += bytes;
        counted.body_bytes = all;
        Ok(Guard { quotas: self.clone(), device, taken: Taken::Body(bytes) })
    }

    /// Room for a part that is not deposited yet, until [`settled`](Self::settled) or
    /// [`forgotten`](Self::forgotten). Who announces it again with fewer bytes has not less on the disk.
    /// Gives what counted for it before.
    ///
    /// # Errors
    /// [`TooMuch`].
    pub fn upload(
        &self,
        device: DeviceId,
        id: MessageId,
        part: u32,
        bytes: u64,
    ) -> Result<Option<u64>, TooMuch> {
        self.of(device, |of, _| {
            let before = of.uploads.get(&(id, part)).copied();
            let bytes = bytes.max(before.unwrap_or_default());
            let others = of.uploads.iter().filter(|(place, _)| **place != (id, part));
            let (mut total, mut messages) = (bytes, vec![id]);
            for ((message, _), bytes) in others {
                total = total.saturating_add(*bytes);
                messages.push(*message);
            }
            messages.sort_unstable();
            messages.dedup();
            if total > DEVICE_UPLOAD_BYTES_MAX || messages.len() > DEVICE_UPLOADS_MAX {
                return Err(TooMuch { wait_seconds: UPLOAD_WAIT_SECONDS });
            }
            Ok(of.uploads.insert((id, part), bytes))
        })
    }

    /// An upload that did not begin: what counted before it counts again.
    pub fn give_back(&self, device: DeviceId, id: MessageId, part: u32, before: Option<u64>) {
        self.of(device, |of, _| match before {
            Some(bytes) => of.uploads.insert((id, part), bytes),
            None => of.uploads.remove(&(id, part)),
        });
    }

    /// What was on the disk before the start of a part that is not deposited yet.
    pub fn found_upload(&self, device: DeviceId, id: MessageId, part: u32, bytes: u64) {
        self.counted().of(device, &self.0).uploads.insert((id, part), bytes);
    }

    /// The parts of a message are deposited, or removed: they count no more.
    pub fn settled(&self, device: DeviceId, id: MessageId) {
        self.counted().of(device, &self.0).uploads.retain(|(message, _), _| *message != id);
    }

    /// The parts of a message were removed, whosever they were.
    pub fn forgotten(&self, id: MessageId) {
        for of in self.counted().devices.values_mut() {
            of.uploads.retain(|(message, _), _| *message != id);
        }
    }

    fn of<T>(&self, device: DeviceId, take: impl FnOnce(&mut OfDevice, &RelayClock) -> T) -> T {
        let mut counted = self.counted();
        take(counted.of(device, &self.0), &self.0.clock)
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn of(&mut self, device: DeviceId, shared: &Shared) -> &mut OfDevice {
        self.devices.entry(device).or_insert_with(|| {
            let Allowance {
                requests_burst,
                requests_per_second,
                deposits_burst,
                deposits_per_minute,
                statements_burst,
                statements_per_minute,
            } = shared.allowance;
            let some = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
            let requests = Quota::per_second(some(requests_per_second)).allow_burst(some(requests_burst));
            let deposits = Quota::per_minute(some(deposits_per_minute)).allow_burst(some(deposits_burst));
            let statements =
                Quota::per_minute(some(statements_per_minute)).allow_burst(some(statements_burst));
            OfDevice {
                statements: RateLimiter::direct_with_clock(statements, shared.clock.clone()),
                requests: RateLimiter::direct_with_clock(requests, shared.clock.clone()),
                deposits: RateLimiter::direct_with_clock(deposits, shared.clock.clone()),
                connections: 0,
                greetings: 0,
                body_bytes: 0,
                uploads: BTreeMap::new(),
            }
        })
    }
}

fn wait(rate: &Rate, clock: &RelayClock) -> Result<(), TooMuch> {
    rate.check().map_err(|until| {
        let seconds = until.wait_time_from(clock.now()).as_secs() + 1;
        TooMuch { wait_seconds: u32::try_from(seconds).unwrap_or(u32::MAX) }
    })
}

/// Something that is taken, and given back when this is dropped.
#[derive(Debug)]
pub struct Guard {
    quotas: Quotas,
    device: DeviceId,
    taken: Taken,
}

#[derive(Debug)]
enum Taken {
    Connection,
    Greeting,
    Body(usize),
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut counted = self.quotas.counted();
        if let Taken::Body(bytes) = self.taken {
            counted.body_bytes -= bytes;
        }
        let of = counted.of(self.device, &self.quotas.0);
        match self.taken {
            Taken::Connection => of.connections -= 1,
            Taken::Greeting => of.greetings -= 1,
            Taken::Body(bytes) => of.body_bytes -= bytes,
        }
    }
}

/// A stranger's place, given back when this is dropped.
#[derive(Debug)]
pub struct Stranger(Quotas);

impl Drop for Stranger {
    fn drop(&mut self) {
        self.0.counted().strangers -= 1;
    }
}

/// The relay's clock as the rates read it.
#[derive(Clone)]
struct RelayClock(Clock);

impl std::fmt::Debug for RelayClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RelayClock")
    }
}

impl governor::clock::Clock for RelayClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(Duration::from_secs(self.0.counted()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::KeyId;
    use shared::time::Timestamp;
    use std::sync::atomic::{AtomicU64, Ordering};

    const ONE: DeviceId = KeyId([1; 16]);
    const OTHER: DeviceId = KeyId([2; 16]);
    const ID: MessageId = MessageId([7; 16]);

    fn quotas(allowance: Allowance) -> (Quotas, Arc<AtomicU64>) {
        let time = Arc::new(AtomicU64::new(1_800_000_000));
        let clock = Arc::clone(&time);
        let clock: Clock = Arc::new(move || Timestamp(clock.load(Ordering::Relaxed)));
        (Quotas::new(allowance, clock), time)
    }

    #[test]
    fn a_burst_is_followed_by_a_wait_that_is_told_and_long_enough() {
        let (quotas, time) = quotas(Allowance::default());
        for _ in 0..DEVICE_DEPOSITS_BURST {
            assert_eq!(quotas.deposit(ONE), Ok(()));
        }
        let too_much = quotas.deposit(ONE).unwrap_err();
        assert!((1..=60 / DEVICE_DEPOSITS_PER_MINUTE + 1).contains(&too_much.wait_seconds), "{too_much:?}");
        assert_eq!(quotas.deposit(OTHER), Ok(()), "others are unharmed");
        time.fetch_add(too_much.wait_seconds.into(), Ordering::Relaxed);
        assert_eq!(quotas.deposit(ONE), Ok(()));
        assert!(quotas.deposit(ONE).is_err());
        time.fetch_add(86_400, Ordering::Relaxed);
        for _ in 0..DEVICE_DEPOSITS_BURST {
            assert_eq!(quotas.deposit(ONE), Ok(()));
        }
    }

    #[test]
    fn what_is_taken_is_given_back() {
        let (quotas, _) = quotas(Allowance::default());
        let connections: Vec<_> =
            (0..DEVICE_CONNECTIONS_MAX).map(|_| quotas.connection(ONE).unwrap()).collect();
        assert!(quotas.connection(ONE).is_err());
        assert!(quotas.connection(OTHER).is_ok());
        let greetings: Vec<_> = (0..DEVICE_CONNECTIONS_MAX).map(|_| quotas.greeting(ONE).unwrap()).collect();
        assert!(quotas.greeting(ONE).is_err());
        assert!(quotas.greeting(OTHER).is_ok());
        drop((connections, greetings));
        assert!(quotas.connection(ONE).is_ok() && quotas.greeting(ONE).is_ok());

        let half = quotas.body(ONE, DEVICE_BODY_BYTES_MAX / 2).unwrap();
        assert!(quotas.body(ONE, DEVICE_BODY_BYTES_MAX / 2 + 1).is_err());
        drop(half);
        assert!(quotas.body(ONE, DEVICE_BODY_BYTES_MAX).is_ok());
        let devices = BODY_BYTES_MAX / DEVICE_BODY_BYTES_MAX;
        let device = |number: usize| KeyId([u8::try_from(number).unwrap(); 16]);
        let all: Vec<_> =
            (0..devices).map(|number| quotas.body(device(number), DEVICE_BODY_BYTES_MAX).unwrap()).collect();
        assert!(quotas.body(device(devices), 1).is_err(), "all devices together");
        drop(all);
        assert!(quotas.body(device(devices), 1).is_ok());
    }

    ///
    #[test]
    fn strangers_are_few_and_take_no_place_of_a_member() {
        let (quotas, _) = quotas(Allowance::default());
        let mut strangers: Vec<_> = (0..STRANGERS_MAX).map(|_| quotas.stranger().unwrap()).collect();
        assert!(quotas.stranger().is_err());
        assert!(quotas.connection(ONE).is_ok() && quotas.greeting(ONE).is_ok());
        strangers.pop();
        assert_eq!(quotas.strangers(), STRANGERS_MAX - 1);
        assert!(quotas.stranger().is_ok());
    }

    #[test]
    fn uploads_count_until_they_are_deposited() {
        let (quotas, _) = quotas(Allowance::default());
        assert_eq!(quotas.upload(ONE, ID, 0, DEVICE_UPLOAD_BYTES_MAX).map(drop), Ok(()));
        assert_eq!(
            quotas.upload(ONE, ID, 0, DEVICE_UPLOAD_BYTES_MAX).map(drop),
            Ok(()),
            "the same part again"
        );
        assert_eq!(quotas.upload(ONE, ID, 0, 1).map(drop), Ok(()), "and as if it were smaller");
        assert!(quotas.upload(ONE, ID, 1, 1).is_err());
        assert_eq!(quotas.upload(OTHER, ID, 1, 1).map(drop), Ok(()));
        quotas.settled(ONE, ID);
        let id = |number: usize| MessageId([u8::try_from(number).unwrap(); 16]);
        for number in 0..DEVICE_UPLOADS_MAX {
            assert_eq!(quotas.upload(ONE, id(number), 0, 1).map(drop), Ok(()));
        }
        assert!(quotas.upload(ONE, id(99), 0, 1).is_err());
        quotas.forgotten(id(3));
        assert_eq!(quotas.upload(ONE, id(99), 0, 1).map(drop), Ok(()));
    }

    #[test]
    fn what_was_found_at_the_start_can_be_gone_on_with() {
        let (quotas, _) = quotas(Allowance::default());
        let half = DEVICE_UPLOAD_BYTES_MAX / 2;
        quotas.found_upload(ONE, ID, 0, half - 10);
        quotas.found_upload(ONE, ID, 1, half - 20);
        assert_eq!(quotas.upload(ONE, ID, 0, half), Ok(Some(half - 10)));
        assert_eq!(quotas.upload(ONE, ID, 1, half), Ok(Some(half - 20)));
        assert!(quotas.upload(ONE, ID, 2, 1).is_err());
        quotas.give_back(ONE, ID, 1, Some(half - 20));
        let before = quotas.upload(ONE, ID, 2, 20).unwrap();
        quotas.give_back(ONE, ID, 2, before);
        assert_eq!(quotas.upload(ONE, ID, 1, half), Ok(Some(half - 20)), "nothing counts for the other part");
    }
}
