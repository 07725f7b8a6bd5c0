//! People: their cards, their devices, and who held which device when.
//!
//! A signature is judged by who held the device when it was made, not by who holds it today: a letter
//! outlives its writer's laptop, a visa the magistrate's office. So a device that was replaced is not
//! forgotten, it has an end.

use crate::ids::{DeviceId, Digest, MemberId, PublicKey};
use crate::limits::{DEVICE_LISTS_MAX, REQUEST_SECONDS_MAX};
use crate::log::Actor;
use crate::signed::Verified;
use crate::statement::{Card, DeviceKey, Devices, Personal};
use crate::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Clocks of those who sign differ by so much.
const DRIFT_SECONDS: u64 = REQUEST_SECONDS_MAX;

/// Everybody with a card.
#[derive(Clone, Debug, Default)]
pub(super) struct People {
    members: BTreeMap<MemberId, Person>,
    tenures: BTreeMap<DeviceId, Vec<Tenure>>,
}

/// One member.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) card: Arc<Verified<Card>>,
    pub(super) personal: Option<Personal>,
    pub(super) list: Option<Verified<Devices>>,
    /// Which device signed for which further one.
    vouched: BTreeMap<DeviceId, DeviceId>,
    /// Devices that were struck off, or replaced. They never come back.
    struck: BTreeSet<DeviceId>,
    /// Every device that stood for them.
    ever: BTreeSet<DeviceId>,
    /// How many lists go on from the card's devices.
    lists: u32,
}

/// A stretch of time in which a device stood for a card.
#[derive(Clone, Debug)]
struct Tenure {
    card: Arc<Verified<Card>>,
    key: PublicKey,
    since: Timestamp,
    until: Option<Timestamp>,
}

impl Person {
    /// The devices that sign for them today.
    pub(super) fn devices(&self) -> &[DeviceKey] {
        let card = self.card.value();
        match &self.list {
            Some(list) if list.value().base == card.base() => &list.value().devices,
            _ => &card.devices,
        }
    }

    /// How many lists of theirs go on from the devices of their card.
    pub(super) fn lists(&self) -> u32 {
        self.lists
    }

    /// Whether a device was struck off by its member.
    pub(super) fn has_struck(&self, device: DeviceId) -> bool {
        self.struck.contains(&device)
    }

    /// Whether a device is one of `named`, or was signed for by one that is, step by step.
    fn reaches(&self, device: DeviceId, named: &[DeviceId]) -> bool {
        let mut step = Some(device);
        for _ in 0..=DEVICE_LISTS_MAX {
            match step {
                Some(device) if named.contains(&device) => return true,
                Some(device) => step = self.vouched.get(&device).copied(),
                None => return false,
            }
        }
        false
    }
}

impl People {
    pub(super) fn person(&self, member: &MemberId) -> Option<&Person> {
        self.members.get(member)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Person> {
        self.members.values()
    }

    /// Takes a card in. A list of devices that went on from other ones ends with it.
    pub(super) fn apply_card(&mut self, card: Verified<Card>, personal: Option<Personal>) {
        let (member, made) = (card.value().member.clone(), card.value().link.made);
        let card = Arc::new(card);
        match self.members.get_mut(&member) {
            Some(person) => {
                let anew = person.card.value().base() != card.value().base();
                let before: Vec<_> = person.devices().iter().map(DeviceKey::id).collect();
                person.card = card;
                person.personal = personal;
                // With other devices on the card those of before were lost: none of them comes back.
                if anew {
                    person.vouched.clear();
                    person.lists = 0;
                    let after: Vec<_> = person.devices().iter().map(DeviceKey::id).collect();
                    person.struck.extend(before.iter().filter(|device| !after.contains(device)));
                }
            }
            None => {
                let person = Person {
                    card,
                    personal,
                    list: None,
                    vouched: BTreeMap::new(),
                    struck: BTreeSet::new(),
                    ever: BTreeSet::new(),
                    lists: 0,
                };
                self.members.insert(member.clone(), person);
            }
        }
        self.begin_tenures(&member, made);
    }

    /// Takes a list of devices in. Its signer, one of the devices before, vouches for the new ones.
    pub(super) fn apply_devices(&mut self, list: Verified<Devices>) {
        let (member, made) = (list.value().member.clone(), list.value().link.made);
        let Some(person) = self.members.get_mut(&member) else { return };
        let before: Vec<_> = person.devices().iter().map(DeviceKey::id).collect();
        let signer = list.signers().iter().copied().find(|signer| before.contains(signer));
        let after: Vec<_> = list.value().devices.iter().map(DeviceKey::id).collect();
        let added = after.iter().filter(|device| !before.contains(device));
        person.vouched.extend(added.filter_map(|device| Some((*device, signer?))));
        person.struck.extend(before.iter().filter(|device| !after.contains(device)));
        person.list = Some(list);
        person.lists += 1;
        self.begin_tenures(&member, made);
    }

    fn begin_tenures(&mut self, member: &MemberId, made: Timestamp) {
        let Some(person) = self.members.get_mut(member) else { return };
        for device in &person.ever {
            let last = self.tenures.get_mut(device).and_then(|tenures| tenures.last_mut());
            if let Some(tenure) = last.filter(|tenure| tenure.until.is_none()) {
                tenure.until = Some(made);
            }
        }
        for device in person.devices().to_vec() {
            let card = Arc::clone(&person.card);
            let tenure = Tenure { card, key: device.key, since: made, until: None };
            self.tenures.entry(device.id()).or_default().push(tenure);
            person.ever.insert(device.id());
        }
    }

    /// The card for which a device signs today.
    pub(super) fn owner(&self, device: DeviceId) -> Option<&Card> {
        let last = self.tenures.get(&device)?.last().filter(|tenure| tenure.until.is_none())?;
        Some(last.card.value())
    }

    /// The member for whom a device signs, or signed.
    pub(super) fn owner_ever(&self, device: DeviceId) -> Option<&MemberId> {
        Some(&self.tenures.get(&device)?.last()?.card.value().member)
    }

    /// Whether a card said so of whoever acts with a device, once.
    pub(super) fn knows(&self, actor: &Actor) -> bool {
        let says = |card: &Card| {
            card.member == actor.member
                && card.function == actor.function
                && card.organisation.id == actor.organisation
        };
        let tenures = self.tenures.get(&actor.device);
        tenures.is_some_and(|tenures| tenures.iter().any(|tenure| says(tenure.card.value())))
    }

    /// Every device that stands for a member, or stood, with its beginning.
    pub(super) fn devices_ever(&self, member: &MemberId) -> impl Iterator<Item = (DeviceId, Timestamp)> {
        let of_member = |tenure: &&Tenure| tenure.card.value().member == *member;
        self.tenures
            .iter()
            .filter_map(move |(device, tenures)| Some((*device, tenures.iter().find(of_member)?.since)))
    }

    /// The key of a device that stands, or stood, for a card.
    pub(super) fn key_ever(&self, device: DeviceId) -> Option<PublicKey> {
        Some(self.tenures.get(&device)?.last()?.key)
    }

    /// The card for which a device signed at an instant, its owner in office.
    pub(super) fn holder(&self, device: DeviceId, at: Timestamp) -> Option<&Card> {
        let (early, late) = (at.plus(DRIFT_SECONDS), Timestamp(at.0.saturating_sub(DRIFT_SECONDS)));
        let covers = |tenure: &&Tenure| tenure.since <= early && tenure.until.is_none_or(|end| late < end);
        let card = self.tenures.get(&device)?.iter().rev().find(covers)?.card.value();
        (card.from <= early && late < card.ends()).then_some(card)
    }

    /// Whether a device is one of `named`, or its member signed for it with one of them.
    pub(super) fn reaches(&self, device: DeviceId, named: &[DeviceId]) -> bool {
        let person = self.owner_ever(device).and_then(|member| self.members.get(member));
        named.contains(&device) || person.is_some_and(|person| person.reaches(device, named))
    }

    /// The digests of a member's card and of their list of devices.
    pub(super) fn digests(&self, member: &MemberId) -> Option<(Digest, Option<Digest>)> {
        let person = self.members.get(member)?;
        Some((person.card.digest(), person.list.as_ref().map(Verified::digest)))
    }
}
