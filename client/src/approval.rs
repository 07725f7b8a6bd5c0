//! To agree to a letter that waits for it: who will read it, and until when, found before anybody is asked; then grants
//! for them, whose signed list is the agreement.
//!
//! The list travels with the letter: each recipient is shown it before their program opens anything. Whoever gets a
//! device later is given theirs by another list of the same day.

use crate::account::account;
use crate::failure::Failure;
use crate::inbox::{self, Entry, List};
use crate::regrant::grant;
use crate::session::Session;
use crate::trust;
use shared::authorise::Granting;
use shared::directory::Directory;
use shared::ids::{DeviceId, MemberId};
use shared::log::Record;
use shared::message::{Gated, Ground};
use shared::refusal::Refusal;
use shared::time::Timestamp;

/// Who will read a letter, and until when.
pub struct Agreement {
    /// When it ends for them: the day that this agreement fixes, or that the first one fixed.
    pub ends: Timestamp,
    /// The devices that count, have a key for that day, and have no grant.
    pub devices: Vec<(MemberId, DeviceId)>,
    /// Recipients who will not be able to read it on any device: gone since, or without keys for that day.
    pub left_out: Vec<MemberId>,
    /// The statements that prove it.
    pub directory: Directory,
}

/// The letter whose id begins like this, which waits for this member's agreement, or to which they agreed; and what
/// its writer asked for.
///
/// # Errors
/// A refusal if there is none, or if it is somebody else's to decide.
pub async fn find(session: &mut Session, typed: &str) -> Result<(Entry, Gated), Failure> {
    let beginning = inbox::beginning(typed)?;
    let entry = inbox::only(inbox::list(session, List::Mailbox, Some(&beginning)).await?)?;
    let own = &session.home.config.member;
    let gate = entry.header.core.gate.clone().filter(|gate| gate.approver == *own);
    Ok((entry, gate.ok_or(Refusal::GrantGround)?))
}

/// Finds out who will read it until when; nothing is decided yet.
///
/// # Errors
/// [`Failure`], also where nobody could be given anything.
pub async fn plan(
    session: &mut Session,
    entry: &Entry,
    gate: &Gated,
    readable_seconds: Option<u64>,
) -> Result<Agreement, Failure> {
    let core = &entry.header.core;
    let account = account(session, &entry.header).await?;
    let (mut directory, now) = (account.directory.clone(), session.now());
    let mut devices = Vec::new();
    for member in &core.recipients {
        for device in directory.devices_in(core.group, member, now) {
            trust::key_pages(session, &mut directory, device).await?;
            devices.push((member.clone(), device));
        }
    }
    let has_key = |device: &DeviceId, end| directory.bucket_ending(*device, end).is_some();
    let ends = match entry.approved() {
        Some(first) => first,
        None => {
            let seconds =
                readable_seconds.map_or(gate.readable_seconds, |wanted| wanted.min(gate.readable_seconds));
            let latest = now.plus(seconds).min(core.expires);
            let reaches_all = |end: &Timestamp| {
                let reached = |(member, _): &(MemberId, DeviceId)| {
                    devices.iter().any(|(owner, device)| owner == member && has_key(device, *end))
                };
                devices.iter().all(reached)
            };
            let ends = session.root().buckets.ends_until(latest, now).into_iter().find(reaches_all);
            ends.ok_or_else(|| {
                Failure::local("send-no-keys", "a recipient has published no keys that live until then")
            })?
        }
    };
    devices.retain(|(_, device)| has_key(device, ends));
    let reads = |member: &&MemberId| devices.iter().any(|(owner, _)| owner == *member);
    let left_out = core.recipients.iter().filter(|member| !reads(member)).cloned().collect();
    devices.retain(|(_, device)| !account.is_granted(*device));
    Ok(Agreement { ends, devices, left_out, directory })
}

/// Agrees; gives the record of it.
///
/// # Errors
/// [`Failure`]; nothing is kept of what was opened.
pub async fn agree(session: &mut Session, entry: &Entry, agreement: &Agreement) -> Result<Record, Failure> {
    let devices = agreement.devices.iter().map(|(_, device)| *device).collect();
    grant(session, entry, Granting { ground: Ground::Approval, ends: agreement.ends, devices }).await
}
