//! Handing over: what opens the hours of before is sealed once more, to a reviewer who came later.
//!
//! An hour's key is sealed to the reviewers of that hour and to nobody else, so only one of them can give it on. All
//! that this device opens is handed over, and nothing that did not open a record here or is not what was recorded: a
//! log does not say to whom an hour was sealed, and the relay keeps no more than is lacking. What the
//! retention of the log has ended is not handed over, nor sealed to last any longer than it would have.

use super::folder;
use super::sealed::{self, Purpose, Sealed};
use crate::failure::{Failure, Unverified};
use crate::mirror::{Mirror, Mirrored, mirror};
use crate::session::Session;
use crate::spool::{Spool, Spooled};
use crate::trust;
use shared::cbor;
use shared::crypto::sha256;
use shared::directory::Directory;
use shared::ids::{DeviceId, MemberId};
use shared::limits::{HANDED_MAX, LEAF_BYTES_MAX};
use shared::log::{Leaf, Record, TreeHead};
use shared::refusal::Refusal;
use shared::seal::{ExpiryIdentity, ExpiryRecipient, seal_small};
use shared::time::{Bucket, Timestamp};
use shared::wire::{About, Ask, SealedAnnex, SealedKey};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What stands before a frame that waits.
const KEY: u8 = 0;
const ANNEX: u8 = 1;

/// What is handed over, sealed, one parcel for each device.
pub struct Handing {
    /// The parcels.
    pub parcels: Vec<Parcel>,
    /// How many hours of the clock are in each.
    pub hours: usize,
    /// How many annexes are in each.
    pub annexes: usize,
    /// How many hours this device cannot open itself, or not all of them.
    pub unopened: usize,
}

/// What one device is given. It waits in a file without a name: a log holds more of it than a memory.
pub struct Parcel {
    /// Which device.
    pub to: DeviceId,
    spooled: Spooled,
}

/// A device that is given something.
struct Receiver {
    device: DeviceId,
    /// To what it is sealed, by the number of the hour's key.
    recipients: BTreeMap<u64, (Bucket, ExpiryRecipient)>,
    spool: Spool,
}

/// Opens what this device can of the whole log, under a record of the reading, and seals it to the devices of another
/// reviewer.
///
/// # Errors
/// [`Failure`] if there is no such reviewer, if this device is none, or if the log cannot be read.
pub async fn prepare(
    session: &mut Session,
    member: &MemberId,
    purpose: Purpose<'_>,
) -> Result<Handing, Failure> {
    let mut directory = trust::prove(session, About::Everybody).await?.directory;
    let (own, now) = (session.device(), session.now());
    let is_of = |device: &DeviceId| directory.owner(*device).is_some_and(|card| card.member == *member);
    let mut devices = directory.auditors(now);
    devices.retain(|device| is_of(device) && *device != own);
    if devices.is_empty() {
        return Err(Failure::usage("hand-over-nobody", "the other has to be a reviewer in office first"));
    }
    let Mirrored { mirror, .. } = mirror(session, &folder(&session.home)).await?;
    let hours = hours(&mirror, session.root().log_kept_seconds(), now)?;
    let mut receivers = Vec::new();
    for device in devices {
        trust::key_pages(session, &mut directory, device).await?;
        let recipients = recipients(session, &directory, device, &hours).await?;
        if !recipients.is_empty() {
            receivers.push(Receiver { device, recipients, spool: Spool::new(&session.home)? });
        }
    }
    if receivers.is_empty() {
        return Err(Failure::usage("hand-over-nothing", "nothing can be sealed to the other's devices"));
    }
    let sealed = sealed::ask(session, (0, mirror.tree().size), purpose).await?;
    let sealed = sealed.ok_or(Refusal::NotAReviewer)?;
    let identity = |bucket| session.expiry_identity(bucket);
    seal(&mirror, &hours, sealed, &identity, receivers)
}

/// The hours whose retention has not ended, by the numbers of their keys, each with its end.
fn hours(mirror: &Mirror, kept_seconds: u64, now: Timestamp) -> Result<BTreeMap<u64, Timestamp>, Failure> {
    let mut hours = BTreeMap::new();
    mirror.read_from(TreeHead::empty(), |_, leaf| {
        if let Ok(Leaf::Keys(keys)) = cbor::decode(leaf, LEAF_BYTES_MAX) {
            hours.insert(keys.epoch, keys.from.plus(kept_seconds));
        }
    })?;
    hours.retain(|_, until| *until > now);
    Ok(hours)
}

/// to which recipient of a device each hour is sealed, as it was to those of that hour.
async fn recipients(
    session: &mut Session,
    directory: &Directory,
    device: DeviceId,
    hours: &BTreeMap<u64, Timestamp>,
) -> Result<BTreeMap<u64, (Bucket, ExpiryRecipient)>, Failure> {
    let (now, mut fetched, mut recipients) = (session.now(), BTreeMap::new(), BTreeMap::new());
    for (epoch, until) in hours {
        let bucket = directory.bucket_for_log(device, *until);
        let Some(bucket) = bucket.filter(|bucket| bucket.ends > now) else { continue };
        let recipient = match fetched.entry(bucket) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(trust::recipient(session, directory, device, bucket).await?),
        };
        recipients.insert(*epoch, (bucket, recipient.clone()));
    }
    Ok(recipients)
}

/// Goes through the log, and seals what opens there.
fn seal(
    mirror: &Mirror,
    hours: &BTreeMap<u64, Timestamp>,
    mut sealed: Sealed,
    identity: &dyn Fn(Bucket) -> Option<ExpiryIdentity>,
    mut receivers: Vec<Receiver>,
) -> Result<Handing, Failure> {
    let (mut opened, mut unopened, mut annexes) = (BTreeSet::new(), BTreeSet::new(), 0);
    let mut written = Ok(());
    mirror.read_from(TreeHead::empty(), |index, leaf| {
        let Ok(Leaf::Record(closed)) = cbor::decode(leaf, LEAF_BYTES_MAX) else { return };
        let epoch = closed.epoch;
        if !hours.contains_key(&epoch) {
            return;
        }
        let Ok((_, record)) = sealed.keys.open(index, &closed) else {
            unopened.insert(epoch);
            return;
        };
        let annex = sealed.annexes.beside(index, record.annex, identity);
        let annex = annex.filter(|annex| Some(sha256(annex)) == record.annex);
        annexes += usize::from(annex.is_some());
        let key = sealed.keys.opening(epoch).filter(|_| opened.insert(epoch));
        for receiver in &mut receivers {
            if let Some(key) = key {
                let frame = |bucket, sealed| cbor::encode(&SealedKey { epoch, bucket, sealed });
                written =
                    take(&mut written).and_then(|()| receiver.add(epoch, KEY, key.bytes().as_ref(), frame));
            }
            if let Some(annex) = &annex {
                let frame = |bucket, sealed| cbor::encode(&SealedAnnex { index, bucket, sealed });
                written = take(&mut written).and_then(|()| receiver.add(epoch, ANNEX, annex, frame));
            }
        }
    })?;
    written?;
    let parcels: Result<Vec<_>, _> = receivers.into_iter().map(Receiver::packed).collect();
    // A key serves for an hour of the clock, or for a part of one.
    let count = |epochs: BTreeSet<u64>| {
        epochs.iter().map(|epoch| hours[epoch].0 / 3600).collect::<BTreeSet<_>>().len()
    };
    Ok(Handing { parcels: parcels?, hours: count(opened), annexes, unopened: count(unopened) })
}

fn take(result: &mut Result<(), Failure>) -> Result<(), Failure> {
    std::mem::replace(result, Ok(()))
}

impl Receiver {
    /// Seals one thing to the device, if something of that hour can be.
    fn add(
        &mut self,
        epoch: u64,
        kind: u8,
        secret: &[u8],
        frame: impl FnOnce(Bucket, Vec<u8>) -> Vec<u8>,
    ) -> Result<(), Failure> {
        let Some((bucket, recipient)) = self.recipients.get(&epoch) else { return Ok(()) };
        let sealed = seal_small(recipient, secret).map_err(|_| Refusal::TooLarge)?;
        self.spool.push(&[&[kind], frame(*bucket, sealed).as_slice()].concat())
    }

    fn packed(self) -> Result<Parcel, Failure> {
        Ok(Parcel { to: self.device, spooled: self.spool.rewound()? })
    }
}

impl Parcel {
    /// How many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.spooled.bytes
    }

    /// Sends it, in as many requests as it takes; says after each how many bytes are sent. Gives their records.
    ///
    /// # Errors
    /// [`Failure`]; what was sent stays, and the same again does no harm.
    pub async fn send(
        mut self,
        session: &mut Session,
        mut sent: impl FnMut(u64),
    ) -> Result<Vec<Record>, Failure> {
        let mut records = Vec::new();
        while self.spooled.left() > 0 {
            let (mut keys, mut annexes) = (Vec::new(), Vec::new());
            for _ in 0..self.spooled.left().min(HANDED_MAX) {
                let Some(frame) = self.spooled.next()? else { break };
                match frame.split_first() {
                    Some((&KEY, key)) => keys.push(key.to_vec()),
                    Some((_, annex)) => annexes.push(annex.to_vec()),
                    None => {}
                }
            }
            let count = |frames: &[Vec<u8>]| u32::try_from(frames.len()).map_err(|_| Refusal::TooLarge);
            let (keys_count, annexes_count) = (count(&keys)?, count(&annexes)?);
            let frames = [keys, annexes].concat();
            let digest = sha256(&frames.concat());
            let ask = Ask::HandOver { to: self.to, keys: keys_count, annexes: annexes_count, digest };
            records.push(session.ask(ask, &frames).await?.record.ok_or(Unverified::Answer)?);
            sent(self.spooled.read());
        }
        Ok(records)
    }
}
