//! What honest people meant, written down without any signature: who was let in by both leaders, which
//! devices are whose, who read and signed the charter.

use shared::ids::{DeviceId, MemberId};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Default)]
pub(crate) struct Ledger {
    /// Whom both leaders let in, or who came back so; a removal takes them out.
    seated: BTreeSet<MemberId>,
    /// The devices that each member made themselves and did not strike off.
    devices: BTreeMap<MemberId, BTreeSet<DeviceId>>,
    lost: BTreeSet<DeviceId>,
    signed: BTreeSet<MemberId>,
}

impl Ledger {
    pub(crate) fn seated(&mut self, member: &MemberId) {
        self.seated.insert(member.clone());
        self.signed.insert(member.clone());
    }

    pub(crate) fn let_in(&mut self, member: &MemberId) {
        self.seated.insert(member.clone());
    }

    pub(crate) fn removed(&mut self, member: &MemberId) {
        self.seated.remove(member);
    }

    pub(crate) fn device(&mut self, member: MemberId, device: DeviceId) {
        self.devices.entry(member).or_default().insert(device);
    }

    pub(crate) fn struck(&mut self, member: &MemberId, device: DeviceId) {
        self.devices.entry(member.clone()).or_default().remove(&device);
        self.lost.insert(device);
    }

    pub(crate) fn signs(&mut self, member: &MemberId) {
        self.signed.insert(member.clone());
    }

    /// A new charter: nobody has signed it yet.
    pub(crate) fn unsigned(&mut self) {
        self.signed.clear();
    }

    pub(crate) fn has_signed(&self, member: &MemberId) -> bool {
        self.signed.contains(member)
    }

    pub(crate) fn owns(&self, member: &MemberId, device: DeviceId) -> bool {
        self.devices.get(member).is_some_and(|devices| devices.contains(&device))
    }

    /// Whether a device was struck off, or replaced as lost.
    pub(crate) fn is_lost(&self, device: DeviceId) -> bool {
        self.lost.contains(&device)
    }

    /// Whether this device may read for this member.
    pub(crate) fn means(&self, member: &MemberId, device: DeviceId) -> bool {
        self.seated.contains(member) && self.owns(member, device)
    }
}
