//! Where the time comes from; tests bring their own.

use shared::time::Timestamp;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What says the time, and how much of it went by.
pub trait Time: Send + Sync {
    /// What the time is, as somebody set it.
    fn now(&self) -> Timestamp;

    /// The seconds that went by since some instant, which nobody sets.
    fn counted(&self) -> u64 {
        self.now().0
    }
}

/// A time that is never set.
impl<F: Fn() -> Timestamp + Send + Sync> Time for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

/// Says the time to everybody who holds it.
pub type Clock = Arc<dyn Time>;

/// The operating system's clock.
#[must_use]
pub fn system_clock() -> Clock {
    Arc::new(SystemTimes { begun: Instant::now() })
}

struct SystemTimes {
    begun: Instant,
}

impl Time for SystemTimes {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Timestamp(since.map_or(0, |since| since.as_secs()))
    }

    fn counted(&self) -> u64 {
        self.begun.elapsed().as_secs()
    }
}
