//! By which door a request came: what the transport knows of whoever sends it.
//!
//! A certificate opens the door and proves nothing else. Whoever has none is a stranger: heard, and
//! answered only where a device without one must be ([`open_to_strangers`](shared::authorise::open_to_strangers)).

use crate::relay::Relay;
use shared::ids::DeviceId;
use shared::refusal::Refusal;
use tokio::sync::OnceCell;

/// What is known of the other end before its request is looked at.
#[derive(Clone, Copy)]
pub enum Door<'a> {
    /// A connection whose certificate names a device.
    Certified(&'a Visit),
    /// A connection without a certificate.
    Stranger,
    /// No connection at all: a caller in this process, who answers for the device.
    Open,
}

/// A connection of a device.
pub struct Visit {
    device: DeviceId,
    is_in_the_log: OnceCell<()>,
}

impl Visit {
    /// It has just begun.
    #[must_use]
    pub fn of(device: DeviceId) -> Self {
        Self { device, is_in_the_log: OnceCell::new() }
    }

    pub(super) fn device(&self) -> DeviceId {
        self.device
    }

    /// has the connection in the log before anything that is asked on it is answered.
    pub(super) async fn enter(&self, relay: &Relay) -> Result<(), Refusal> {
        self.is_in_the_log.get_or_try_init(|| relay.connected(self.device)).await.copied()
    }
}
