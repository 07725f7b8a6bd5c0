//! A device on its way in, as far as this process is with it: unlocked, its answer on its way or sent, and asking until
//! somebody accepted it.
//!
//! What lies in the folder ([`Stage`](crate::enrolment::Stage)) is the truth of how far it is; here is only what a start
//! anew has to be given again, and what came of the last try. It asks by itself: pages look, and change nothing.

use super::House;
use crate::enrolment::{self, Enrolling, Wanted};
use crate::failure::Failure;
use crate::invitation::Proven;
use crate::session::Session;
use shared::seal::WORK_FACTOR_SEAL;
use shared::time::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

/// Between two looks whether somebody accepted the device, while they may be on the telephone.
const POLL: Duration = Duration::from_secs(2);

/// The same later: whoever has to be found first is not found within seconds.
const POLL_LATER: Duration = Duration::from_secs(15);

/// When it is later.
const LATER: Duration = Duration::from_secs(30 * 60);

/// What this process knows of it.
#[derive(Default)]
pub(crate) struct Arrival(Mutex<Known>);

#[derive(Default)]
struct Known {
    asking: Option<JoinHandle<()>>,
    failure: Option<Failure>,
    /// When somebody last looked or typed.
    used: Option<Timestamp>,
}

/// How the page says that it waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Waiting {
    /// Nobody unlocked the device since this process began, or something ended the asking.
    Not,
    /// The relay has the answer, and somebody must accept it.
    Acceptance,
    /// The relay is away, and asked again.
    Relay,
}

impl Arrival {
    /// Makes the device and sends its answer, or goes on where that ended; from then on it asks by itself.
    ///
    /// # Errors
    /// [`Failure`]. That the relay is away is none: it is asked again.
    pub(crate) async fn begin(
        &self,
        house: &Arc<House>,
        invitation: Proven,
        name: String,
        passphrase: Zeroizing<String>,
    ) -> Result<(), Failure> {
        self.stop();
        let (home, clock, runtime) = (house.desk.home().to_owned(), house.desk.clock(), Handle::current());
        // Making a key store takes most of a second, on purpose.
        let working = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                let wanted = Wanted {
                    home: &home,
                    name: &name,
                    passphrase: &passphrase,
                    work_factor: WORK_FACTOR_SEAL,
                };
                let mut enrolling = enrolment::begin(&invitation, &wanted, clock).await?;
                let sent = send(&mut enrolling).await;
                Ok::<_, Failure>((enrolling, sent))
            })
        });
        let broke_off = |_| Failure::local("local-io", "the enrolment broke off");
        let (enrolling, sent) = working.await.map_err(broke_off)??;
        let away = match sent {
            Ok(()) => None,
            Err(away @ (Failure::Unreached | Failure::Wait { .. })) => Some(away),
            Err(failure) => return Err(failure),
        };
        let is_sent = away.is_none();
        let mut known = self.known();
        known.failure = away;
        known.asking = Some(tokio::spawn(ask(Arc::clone(house), enrolling, is_sent)));
        Ok(())
    }

    /// Whether it asks, and how far that is.
    pub(crate) fn waiting(&self) -> Waiting {
        let known = self.known();
        match (&known.asking, &known.failure) {
            (None, _) => Waiting::Not,
            (Some(_), None) => Waiting::Acceptance,
            (Some(_), Some(_)) => Waiting::Relay,
        }
    }

    /// What came of the last try, if it failed.
    pub(crate) fn failed<T>(&self, say: impl FnOnce(&Failure) -> T) -> Option<T> {
        self.known().failure.as_ref().map(say)
    }

    /// Somebody is there.
    pub(crate) fn is_used(&self, now: Timestamp) {
        self.known().used = Some(now);
    }

    /// Asks no more; what was begun stays in its folder.
    pub(crate) fn stop(&self) {
        let mut known = self.known();
        known.failure = None;
        if let Some(asking) = known.asking.take() {
            asking.abort();
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends the answer, unless somebody accepted it already.
async fn send(enrolling: &mut Enrolling) -> Result<(), Failure> {
    if !enrolling.is_new && enrolling.is_accepted().await? {
        return Ok(());
    }
    enrolling.send().await
}

/// Asks until the device is accepted, and then opens the desk with it.
async fn ask(house: Arc<House>, enrolling: Enrolling, is_sent: bool) {
    let outcome = accepted(&house, enrolling, is_sent).await;
    let used = house.arrival.known().used;
    let failure = match outcome {
        Ok(session) => {
            house.desk.adopt(session, used.unwrap_or_else(|| house.desk.now())).await;
            None
        }
        Err(failure) => Some(failure),
    };
    let mut known = house.arrival.known();
    (known.asking, known.failure) = (None, failure);
}

async fn accepted(house: &House, mut enrolling: Enrolling, mut is_sent: bool) -> Result<Session, Failure> {
    let started = Instant::now();
    loop {
        let outcome = match is_sent {
            true => enrolling.is_accepted().await,
            false => send(&mut enrolling).await.map(|()| false),
        };
        let failure = match outcome {
            Ok(true) => return enrolling.finish().await,
            Ok(false) => None,
            // A line that is down for a moment is no reason to type everything again.
            Err(away @ (Failure::Unreached | Failure::Wait { .. })) => Some(away),
            Err(failure) => return Err(failure),
        };
        is_sent |= failure.is_none();
        house.arrival.known().failure = failure;
        tokio::time::sleep(if started.elapsed() < LATER { POLL } else { POLL_LATER }).await;
    }
}
