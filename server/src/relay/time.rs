//! What time it is for the relay: by its own clock, where it refuses; as far as somebody else's bears that out, where
//! it records and destroys.

use crate::clock::Clock;
use shared::clocks::BorneOut;
use shared::time::Timestamp;
use std::sync::{Mutex, PoisonError};

/// Both times.
pub(super) struct RelayTime {
    clock: Clock,
    borne_out: Mutex<BorneOut>,
}

impl RelayTime {
    /// `last` is the time of the log's last head; a log that begins, begins by the relay's own clock.
    pub(super) fn since(last: Option<Timestamp>, clock: Clock) -> Self {
        let borne_out = BorneOut::since(last.unwrap_or_else(|| clock.now()), clock.counted());
        Self { clock, borne_out: Mutex::new(borne_out) }
    }

    /// By its own clock.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// By its own clock, as far as it was borne out.
    pub(super) fn borne_out(&self) -> Timestamp {
        self.held().time(self.clock.now(), self.clock.counted())
    }

    /// A request that was made then has been verified.
    pub(super) fn heard(&self, asked: Timestamp) {
        self.held().heard(asked, self.clock.now(), self.clock.counted());
    }

    fn held(&self) -> std::sync::MutexGuard<'_, BorneOut> {
        self.borne_out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
