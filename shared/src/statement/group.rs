//! A group, and its roster.
//!
//! The group statement names the devices of its president and coordinator and, where the kind asks
//! for it, carries the visa of the parquet's PROC. The roster names, for each member, the *devices*
//! that count: a device that somebody else put on a card opens nothing until the group's two leaders
//! have named it, or a device that counts has signed for it. Two persons to add anybody; one to
//! remove.

use super::Link;
use crate::ids::{DeviceId, Digest, GroupId, MemberId};
use crate::limits::STATEMENT_BYTES_MAX;
use crate::signed::Document;
use serde::{Deserialize, Serialize};

/// The kinds of groups (convention art. 1, 3, 5; CSI L132-5, L132-13).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupKind {
    /// The comité de pilotage (art. 1).
    Pilotage,
    /// A groupe bailleurs, strategy (art. 3).
    Strategie,
    /// A groupe bailleurs, exchange of confidential information (art. 5, CSI L132-5).
    Echange,
    /// An infra-communal sub-group of an exchange group (art. 5).
    InfraCommunal,
    /// An exchange group of a CISPDR (CSI L132-13).
    Cispdr,
    /// A working group on a theme (art. 1, 13, 20, 22).
    Travail,
    /// The group of all parties of the département.
    Departemental,
    /// A channel between two parties.
    Bilateral,
}

/// A group and who leads it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its place in the chain.
    pub link: Link,
    /// Its name on the wire.
    pub id: GroupId,
    /// Its name on the screen.
    pub name: String,
    /// What it is for.
    pub kind: GroupKind,
    /// The communes it covers.
    pub territory: Vec<String>,
    /// The device of the president (maire or EPCI president); of one side, in a bilateral channel.
    pub president: DeviceId,
    /// The device of the coordinator; of the other side.
    pub coordinator: DeviceId,
}

/// Who belongs to a group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Its place in the chain.
    pub link: Link,
    /// Of which group.
    pub group: GroupId,
    /// The digest of the group statement whose leaders sign it.
    pub statement: Digest,
    /// The members, in the order of their handles, each once.
    pub seats: Vec<Seat>,
}

/// One member in a roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Who.
    pub member: MemberId,
    /// Their devices that count here.
    pub devices: Vec<DeviceId>,
    /// Whether they may write, or only read.
    pub writes: bool,
}

impl Document for Group {
    const CONTEXT: &'static str = "pli/group/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Document for Roster {
    const CONTEXT: &'static str = "pli/roster/v1";
    const BYTES_MAX: usize = STATEMENT_BYTES_MAX;
}

impl Group {
    /// President and coordinator.
    #[must_use]
    pub fn leaders(&self) -> [DeviceId; 2] {
        [self.president, self.coordinator]
    }
}

impl Roster {
    /// The seat of a member.
    #[must_use]
    pub fn seat(&self, member: &MemberId) -> Option<&Seat> {
        let place = self.seats.binary_search_by(|seat| seat.member.cmp(member)).ok()?;
        self.seats.get(place)
    }

    /// The members of `before` whom this roster takes something from, and whether it takes away only:
    /// it names nobody, no device and no right that `before` did not.
    #[must_use]
    pub fn changes_from(&self, before: &Self) -> (Vec<MemberId>, bool) {
        let within = |seat: &Seat| {
            before.seat(&seat.member).is_some_and(|held| {
                seat.devices.iter().all(|device| held.devices.contains(device))
                    && (held.writes || !seat.writes)
            })
        };
        let less = before.seats.iter().filter(|held| self.seat(&held.member) != Some(held));
        (less.map(|held| held.member.clone()).collect(), self.seats.iter().all(within))
    }
}
