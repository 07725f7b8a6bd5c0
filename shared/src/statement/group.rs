//! A group, and its roster.
//!
//! The group statement names the keys of its president and coordinator and, for a group that
//! exchanges nominative information (CSI L132-5), carries the parquet's visa. The roster names, for
//! each member, the *devices* that count: a device that somebody else put on a card opens nothing
//! until the group's two leaders have named it. Two persons to add anybody.

use super::Link;
use crate::ids::{DeviceId, Digest, GroupId, KeyId, MemberId};
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

impl GroupKind {
    /// Whether nominative information may be exchanged, so that the parquet's visa is needed.
    #[must_use]
    pub fn is_nominative(self) -> bool {
        matches!(self, Self::Echange | Self::InfraCommunal | Self::Cispdr | Self::Bilateral)
    }
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
    /// The device key of the president (maire or EPCI president).
    pub president: KeyId,
    /// The device key of the coordinator.
    pub coordinator: KeyId,
    /// The charter in force (convention art. 5), where one was adopted.
    pub charter: Option<Digest>,
}

/// Who belongs to a group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Its place in the chain.
    pub link: Link,
    /// Of which group.
    pub group: GroupId,
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

impl Roster {
    /// The seat of a member.
    #[must_use]
    pub fn seat(&self, member: &MemberId) -> Option<&Seat> {
        let place = self.seats.binary_search_by(|seat| seat.member.cmp(member)).ok()?;
        self.seats.get(place)
    }
}
