//! Who holds what: each letter as the log tells of it, and what each device said that it destroyed.
//!
//! The relay says when a letter ended; each device of its readers says, in a request of its own, up to when it
//! destroyed what opens letters. What nobody said is told as that.

use super::Records;
use super::anomalies::is_reading;
use shared::directory::Directory;
use shared::ids::{DeviceId, FlowCode, GroupId, MemberId, MessageId};
use shared::log::Act;
use shared::message::Gated;
use shared::time::Timestamp;
use std::collections::BTreeMap;
use std::slice;

/// What a log tells of letters and devices.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// The letters that were deposited.
    pub letters: BTreeMap<MessageId, Held>,
    /// Of each device, up to when it said that it destroyed what opens letters, and when it said so last.
    destroyed: BTreeMap<DeviceId, (Timestamp, Timestamp)>,
}

/// A letter, as the log tells of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// When it was deposited.
    pub deposited: Timestamp,
    /// By whom.
    pub writer: MemberId,
    /// In which group.
    pub group: GroupId,
    /// Of which flow.
    pub flow: FlowCode,
    /// When it is destroyed; while it waits for an agreement, the day on which it ends without one.
    pub expires: Timestamp,
    /// When the relay recorded that it ended.
    pub ended: Option<Timestamp>,
    /// When its writer took it back, or who had to agree did not: from then on nothing opens it.
    pub retired: Option<Timestamp>,
    /// Its readers, its writer among them; and of each what they were given.
    pub readers: BTreeMap<MemberId, Given>,
}

/// What a reader was given of a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Given {
    /// When it was first given to them to be read.
    pub read: Option<Timestamp>,
    /// When they last wrote documents or the whole of it to a folder, or printed it: a copy outside of Pli.
    pub exported: Option<Timestamp>,
}

/// What a device says of a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keeps {
    /// Its day has not come, and the device stands for its member: it can be given the letter, if it has a grant.
    Opens,
    /// Its day has not come, and the device stands for nobody any more.
    Gone,
    /// Its writer took it back at this time: no device is given it any more.
    Retired(Timestamp),
    /// It is past its day, and the device said at this time that it destroyed what opens it.
    Destroyed(Timestamp),
    /// It is past its day, and the device has not said anything; it said so of what ended by then, if ever.
    Untold(Option<Timestamp>),
}

impl Holdings {
    /// What these records tell; those of a deposit that was asked for, and all that follows from it.
    #[must_use]
    pub fn of(records: &Records) -> Self {
        let mut holdings = Self::default();
        for record in records.values().map(|opened| &opened.record) {
            match (record.act, record.item, record.actor.as_ref()) {
                (Act::Deposit, Some(item), Some(actor)) if record.outcome.is_first() => {
                    let of_letter = record.group.zip(record.flow.clone()).zip(record.expires);
                    let Some(((group, flow), expires)) = of_letter else { continue };
                    // What waits for an agreement is held by who gives it, and nobody else but its writer.
                    let gate = record.reference.as_deref().and_then(Gated::of_reference);
                    let (to, expires) = match &gate {
                        Some((approver, until)) => (slice::from_ref(approver), *until),
                        None => (record.recipients.as_slice(), expires),
                    };
                    let everybody = to.iter().chain([&actor.member]).cloned();
                    let held = Held {
                        deposited: record.time,
                        writer: actor.member.clone(),
                        group,
                        flow,
                        expires,
                        ended: None,
                        retired: None,
                        readers: everybody.map(|member| (member, Given::default())).collect(),
                    };
                    holdings.letters.entry(item).or_insert(held);
                }
                // To a delegate, or to a reader's new device; or to its recipients, once somebody agreed.
                (Act::Grant | Act::Approval, Some(item), _) => {
                    let Some(held) = holdings.letters.get_mut(&item) else { continue };
                    if record.act == Act::Approval {
                        held.expires = held.expires.max(record.expires.unwrap_or_default());
                    }
                    for member in &record.recipients {
                        held.readers.entry(member.clone()).or_default();
                    }
                }
                (Act::Expiry, Some(item), _) => {
                    let Some(held) = holdings.letters.get_mut(&item) else { continue };
                    held.ended = held.ended.or(Some(record.time));
                }
                (Act::Retirement, Some(item), Some(actor)) => {
                    let held = holdings.letters.get_mut(&item).filter(|held| held.writer == actor.member);
                    let Some(held) = held else { continue };
                    held.retired = held.retired.or(Some(record.time));
                }
                (Act::Rejection, Some(item), Some(_)) => {
                    let Some(held) = holdings.letters.get_mut(&item) else { continue };
                    held.retired = held.retired.or(Some(record.time));
                }
                (Act::Destruction, None, Some(actor)) => {
                    let until = record.reference.as_deref().and_then(|until| until.parse().ok());
                    let told = holdings.destroyed.entry(actor.device).or_default();
                    *told = (*told).max((until.unwrap_or_default(), record.time));
                }
                (_, Some(item), Some(actor)) if is_reading(record) => {
                    let Some(held) = holdings.letters.get_mut(&item) else { continue };
                    let given = held.readers.entry(actor.member.clone()).or_default();
                    given.read = given.read.or(Some(record.time));
                    if matches!(record.act, Act::Export | Act::Print) {
                        given.exported = Some(record.time);
                    }
                }
                _ => {}
            }
        }
        holdings
    }

    /// What the devices of a member say of a letter: those that were theirs while it could be read.
    pub fn devices<'a>(
        &'a self,
        held: &'a Held,
        member: &'a MemberId,
        directory: &'a Directory,
        now: Timestamp,
    ) -> impl Iterator<Item = (DeviceId, Keeps)> + 'a {
        let theirs = move |(device, since): &(DeviceId, Timestamp)| {
            let stood = directory.holder(*device, held.deposited.max(*since));
            *since < held.expires && stood.is_some_and(|card| card.member == *member)
        };
        let devices = directory.devices_ever(member).filter(theirs);
        devices.map(move |(device, _)| match self.keeps(held, device, now) {
            Keeps::Opens if directory.owner(device).is_none() => (device, Keeps::Gone),
            keeps => (device, keeps),
        })
    }

    fn keeps(&self, held: &Held, device: DeviceId, now: Timestamp) -> Keeps {
        if now < held.expires {
            return held.retired.map_or(Keeps::Opens, Keeps::Retired);
        }
        match self.destroyed.get(&device) {
            Some((until, said)) if held.expires <= *until => Keeps::Destroyed(*said),
            told => Keeps::Untold(told.map(|(until, _)| *until)),
        }
    }
}

/// What was destroyed of one flow in one group.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ended {
    /// Letters whose day has come.
    pub letters: u64,
    /// Those of them of which the relay recorded the end.
    pub recorded: u64,
}

/// What one device said of the letters whose day has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Whose it is.
    pub member: MemberId,
    /// Letters that it could open.
    pub letters: u64,
    /// Those of them of which it has not said that it destroyed what opens them.
    pub untold: u64,
    /// Up to when it said so last.
    pub until: Option<Timestamp>,
    /// Whether it still stands for its member: another says nothing any more.
    pub in_service: bool,
}

/// The account of destruction.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Destruction {
    /// By the relay.
    pub ended: BTreeMap<(GroupId, FlowCode), Ended>,
    /// By each device.
    pub told: BTreeMap<DeviceId, Told>,
}

impl Destruction {
    /// Of the letters that `is_asked` chooses, those whose day has come.
    #[must_use]
    pub fn of(
        holdings: &Holdings,
        directory: &Directory,
        now: Timestamp,
        is_asked: impl Fn(&Held) -> bool,
    ) -> Self {
        let mut account = Self::default();
        for held in holdings.letters.values().filter(|held| held.expires <= now && is_asked(held)) {
            let ended = account.ended.entry((held.group, held.flow.clone())).or_default();
            ended.letters += 1;
            ended.recorded += u64::from(held.ended.is_some());
            for member in held.readers.keys() {
                for (device, keeps) in holdings.devices(held, member, directory, now) {
                    let told = account.told.entry(device).or_insert_with(|| Told {
                        member: member.clone(),
                        letters: 0,
                        untold: 0,
                        until: holdings.destroyed.get(&device).map(|(until, _)| *until),
                        in_service: directory.owner(device).is_some(),
                    });
                    told.letters += 1;
                    told.untold += u64::from(matches!(keeps, Keeps::Untold(_)));
                }
            }
        }
        account
    }
}
