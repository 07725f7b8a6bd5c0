//! A member's own list of devices: further ones, and the end of any.
//!
//! The card names the device of the enrolment. From there on a member decides alone: a device that
//! counts signs for the next one, and any of them strikes off a lost one. Nobody else can: a device
//! that somebody put on a card is signed for by none of these. A device that was struck off never
//! comes back.

use super::{DeviceKey, Link};
use crate::ids::{Digest, MemberId};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use serde::{Deserialize, Serialize};

/// The devices of a member, as they say.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Devices {
    /// Its place in the chain.
    pub link: Link,
    /// Whose.
    pub member: MemberId,
    /// [`Card::base`](super::Card::base) of the card it goes on from: after a card with other devices
    /// the list begins anew.
    pub base: Digest,
    /// All of them, one to eight.
    pub devices: Vec<DeviceKey>,
}

impl Document for Devices {
    const CONTEXT: &'static str = "pli/devices/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}
