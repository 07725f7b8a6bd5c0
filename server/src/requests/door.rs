//! By which door a request came: what the transport knows of whoever sends it.
//!
//! A certificate opens the door and proves nothing else. Whoever has none is a stranger: heard, and
//! answered only where a device without one must be ([`open_to_strangers`](shared::authorise::open_to_strangers)).

use shared::ids::DeviceId;

/// What is known of the other end before its request is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A connection whose certificate names this device.
    Certified(DeviceId),
    /// A connection without a certificate.
    Stranger,
    /// No connection at all: a caller in this process, who answers for the device.
    Open,
}
