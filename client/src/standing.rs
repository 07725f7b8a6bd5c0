//! A device's own standing: which devices sign for its member, and that nobody else put one there.
//!
//! The authority vouches for persons. If a card names another device than the one that enrolled, or one
//! stands there for which no device of the member signed, somebody reads in the member's name: the client
//! stops and keeps the evidence. A further device that was properly signed for is told once.

use crate::failure::{Failure, Unverified};
use crate::home::{Home, Standing};
use crate::session::Session;
use crate::trust;
use shared::cbor;
use shared::directory::{Chain, Directory};
use shared::ids::DeviceId;
use shared::statement::DeviceKey;

/// Compares what statements prove with what this device knows of its member's devices.
///
/// # Errors
/// [`Unverified::OwnDevices`], with the statements kept as evidence.
pub(crate) async fn check(session: &mut Session, directory: &Directory) -> Result<(), Failure> {
    let member = session.home.config.member.clone();
    // A root has no devices; and not every answer shows one's own card.
    if session.store().is_none() || directory.card(&member).is_none() {
        return Ok(());
    }
    if compare(&session.home, directory)? {
        return Ok(());
    }
    let shown = [Chain::Card(member.clone()), Chain::Devices(member)].map(|chain| directory.held(&chain));
    for (_, digest) in shown.into_iter().flatten() {
        // The signed bytes are what convicts somebody; where the relay keeps them back, the digest does.
        let kept = match trust::statement(session, digest).await {
            Ok(statement) => cbor::encode(&statement),
            Err(_) => cbor::encode(&digest),
        };
        session.home.keep_evidence(&kept)?;
    }
    Err(Unverified::OwnDevices.into())
}

/// Whether everything fits; then it is remembered.
fn compare(home: &Home, directory: &Directory) -> Result<bool, Failure> {
    let member = &home.config.member;
    let Some(card) = directory.card(member) else { return Ok(true) };
    let mut lock = home.memory()?;
    let known = lock.memory.standing.clone();
    let ever: Vec<DeviceId> = directory.devices_ever(member).map(|(device, _)| device).collect();
    let mut standing = known.clone().unwrap_or_else(|| Standing {
        base: card.base(),
        card: card.link.version,
        devices: ever.clone(),
        untold: Vec::new(),
    });
    // What stood there before this device enrolled is the past; from then on nothing slips in, not even
    // for a while.
    let now: Vec<DeviceId> = directory.devices(member).iter().map(DeviceKey::id).collect();
    let (watched, past) = if standing.card == 0 { (now, ever) } else { (ever, Vec::new()) };
    let unknown: Vec<DeviceId> =
        watched.into_iter().filter(|device| !standing.devices.contains(device)).collect();
    let signed_for = unknown.iter().all(|device| directory.is_signed_for(*device, &standing.devices));
    if card.base() != standing.base || !signed_for {
        return Ok(false);
    }
    standing.untold.extend(&unknown);
    standing.devices.extend(unknown);
    let past: Vec<_> = past.into_iter().filter(|device| !standing.devices.contains(device)).collect();
    standing.devices.extend(past);
    standing.card = card.link.version;
    if known.as_ref() != Some(&standing) {
        lock.memory.standing = Some(standing);
        lock.save()?;
    }
    Ok(true)
}

/// The devices that signed up since the member was last told; from now on they are told.
///
/// # Errors
/// [`Failure`] if the memory cannot be used.
pub fn news(home: &Home) -> Result<Vec<DeviceId>, Failure> {
    let mut lock = home.memory()?;
    let untold = lock.memory.standing.as_mut().map(|standing| std::mem::take(&mut standing.untold));
    let untold = untold.unwrap_or_default();
    if !untold.is_empty() {
        lock.save()?;
    }
    Ok(untold)
}

/// This device signed for another one itself: its member need not be told.
///
/// # Errors
/// [`Failure`] if the memory cannot be used.
pub(crate) fn signed_for(home: &Home, device: DeviceId) -> Result<(), Failure> {
    let mut lock = home.memory()?;
    if let Some(standing) = &mut lock.memory.standing {
        standing.devices.push(device);
    }
    lock.save()
}
