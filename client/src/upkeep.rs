//! What a device does by itself, beside what it is asked to: it destroys the secrets of buckets that have ended, says so
//! in the log, and publishes what the letters of the days to come are sealed to.
//!
//! By which clock a secret is destroyed, [`clocks`](shared::clocks) says.

use crate::copies;
use crate::deadlines;
use crate::failure::{Failure, Unverified};
use crate::form;
use crate::home::{Home, MemoryLock, Upkeep};
use crate::keystore::{ExpirySecret, KeyStore, Secrets};
use crate::session::Session;
use crate::trust;
use shared::clocks::ended_by_both;
use shared::crypto::sha256;
use shared::directory::{Chain, Directory};
use shared::log::{Head, Openness, openness};
use shared::refusal::Refusal;
use shared::seal::ExpiryIdentity;
use shared::signed::Signed;
use shared::statement::{KeyPage, Kind, Statement};
use shared::time::{Bucket, BucketPolicy, Step, Tier, Timestamp};
use shared::wire::{Answer, Ask};

/// The key store was opened: what has ended by this clock alone is destroyed, if the relay is silent and an opening
/// a week ago said the same.
///
/// # Errors
/// [`Failure`] if memory or key store cannot be written.
pub(crate) fn opened(home: &Home, store: &mut KeyStore, now: Timestamp) -> Result<(), Failure> {
    let mut lock = home.memory()?;
    let before = lock.memory.upkeep.clocks;
    match lock.memory.upkeep.clocks.opened(now) {
        Some(ended) => destroy(home, lock, store, ended),
        None if lock.memory.upkeep.clocks != before => lock.save(),
        None => Ok(()),
    }
}

/// A head was verified.
pub(crate) fn heard_of(upkeep: &mut Upkeep, head: Head, now: Timestamp) {
    upkeep.clocks.heard(head.time(), now);
}

/// The relay was heard: what has ended by both clocks is destroyed.
///
/// # Errors
/// As for [`opened`].
pub(crate) fn heard(session: &mut Session, head: Head) -> Result<(), Failure> {
    let ended = ended_by_both(session.now(), head.time());
    if !session.store().is_some_and(|store| holds_ended(store, ended)) {
        return Ok(());
    }
    let (home, kept_seconds) = (session.home.clone(), session.root().log_kept_seconds());
    let lock = home.memory()?;
    session.store_mut().map_or(Ok(()), |store| destroy(&home, lock, store, ended))?;
    // That a letter was here is forgotten when nobody can open its records any more.
    home.forget_receipts(|record| {
        let last = record.time.max(record.expires.unwrap_or_default());
        openness(last, ended, kept_seconds) == Openness::ForGood
    })
}

/// That it will be told is kept before anything is destroyed, and is told only of what is gone.
fn destroy(home: &Home, mut lock: MemoryLock, store: &mut KeyStore, ended: Timestamp) -> Result<(), Failure> {
    if holds_ended(store, ended) {
        lock.memory.upkeep.destroyed = lock.memory.upkeep.destroyed.max(Some(ended));
    }
    lock.save()?;
    drop(lock);
    let destroyed = store.destroy_ended(ended)?;
    copies::forget_ended(home, ended)?;
    form::forget_ended(home, ended)?;
    deadlines::forget_ended(home, ended)?;
    tracing::debug!(destroyed, "expiry secrets were destroyed");
    Ok(())
}

/// Whether a secret is there of a bucket that had ended then.
pub(crate) fn holds_ended(store: &KeyStore, ended: Timestamp) -> bool {
    store.secrets().expiry.iter().any(|secret| secret.bucket.ends <= ended)
}

/// Tells and publishes what is owed. That the relay says no, or is gone, is for another day; what does not verify is
/// not.
///
/// # Errors
/// Exit 5.
pub(crate) async fn at_contact(session: &mut Session, directory: &Directory) -> Result<(), Failure> {
    let is_member = directory.owner(session.device()).is_some();
    if session.store().is_none() || !is_member {
        return Ok(());
    }
    // Neither waits for the other.
    let accounted = account(session).await;
    let published = match owes_pages(session)? {
        true => publish_keys(session, directory).await,
        false => Ok(()),
    };
    for done in [accounted, published] {
        match done {
            Err(failure @ Failure::Unverified(_)) => return Err(failure),
            Err(failure) => tracing::debug!(%failure, "what is owed to the relay waits for another day"),
            Ok(()) => {}
        }
    }
    Ok(())
}

/// says in the log up to when secrets were destroyed.
async fn account(session: &mut Session) -> Result<(), Failure> {
    let Some(destroyed) = session.home.memory()?.memory.upkeep.destroyed else { return Ok(()) };
    // Whoever was cut short between the note and the deed has not done it yet.
    if session.store().is_some_and(|store| holds_ended(store, destroyed)) {
        return Ok(());
    }
    // A clock that ran ahead destroyed what had not ended; what had ended by now is gone, too.
    let told = destroyed.min(session.now());
    let answered = session.ask(Ask::Account { destroyed: told }, &[]).await?;
    if !matches!(answered.answer, Answer::Accounted(_)) {
        return Err(Unverified::Answer.into());
    }
    let mut lock = session.home.memory()?;
    if lock.memory.upkeep.destroyed == Some(destroyed) {
        lock.memory.upkeep.destroyed = None;
        lock.save()?;
    }
    Ok(())
}

/// Whether the ladder is short of buckets, or a page may not have arrived.
fn owes_pages(session: &Session) -> Result<bool, Failure> {
    let Some(store) = session.store() else { return Ok(false) };
    let (now, secrets) = (session.now(), store.secrets());
    let until = |tier: Tier| {
        secrets.expiry.iter().map(|secret| secret.bucket).filter(|bucket| bucket.tier == tier).max()
    };
    let is_short = |step: &Step| {
        let until = until(step.tier).map(|bucket| bucket.ends);
        !BucketPolicy::lacking(*step, until, now).is_empty()
    };
    Ok(session.root().buckets.steps.iter().any(is_short) || session.home.memory()?.memory.upkeep.unpublished)
}

/// publishes recipients of this device for the buckets of the ladder that have none. Their secrets are on the
/// disk before anybody sees a recipient, and nothing that was published is replaced.
///
/// # Errors
/// As for any request.
pub(crate) async fn publish_keys(session: &mut Session, directory: &Directory) -> Result<(), Failure> {
    let device = session.device();
    owe_pages(session, true)?;
    let mut directory = directory.clone();
    trust::key_pages(session, &mut directory, device).await?;
    let mut published = Ok(());
    for step in session.root().buckets.steps.clone() {
        let until = directory.published_until(device, step.tier);
        let lacking = BucketPolicy::lacking(step, until, session.now());
        if !lacking.is_empty() {
            let page = page(session, &lacking, &directory)?;
            // One tier that is refused keeps no other back.
            published = published.and(trust::publish(session, &page).await);
        }
    }
    published?;
    owe_pages(session, false)
}

fn owe_pages(session: &Session, unpublished: bool) -> Result<(), Failure> {
    let mut lock = session.home.memory()?;
    lock.memory.upkeep.unpublished = unpublished;
    lock.save()
}

/// A page for buckets of one tier, with fresh secrets but for those that an earlier attempt left.
fn page(session: &mut Session, buckets: &[Bucket], directory: &Directory) -> Result<Statement, Failure> {
    let (device, now) = (session.device(), session.now());
    let tier = buckets.first().ok_or(Refusal::NotFound)?.tier;
    let link = directory.next_link(&Chain::KeyPage(device, tier), now);
    let store = session.store_mut().ok_or(Refusal::NotEnrolled)?;
    let holds = |secrets: &Secrets, bucket| secrets.expiry.iter().any(|secret| secret.bucket == bucket);
    if buckets.iter().any(|bucket| !holds(store.secrets(), *bucket)) {
        store.update(|secrets| {
            for bucket in buckets {
                if !holds(secrets, *bucket) {
                    let seed = *ExpiryIdentity::generate().to_bytes();
                    secrets.expiry.push(ExpirySecret { bucket: *bucket, seed });
                }
            }
        })?;
    }
    let secrets = &store.secrets().expiry;
    let secret = |bucket: &Bucket| secrets.iter().find(|secret| secret.bucket == *bucket);
    let recipient = |secret: &ExpirySecret| ExpiryIdentity::from_bytes(&secret.seed).recipient().to_bytes();
    let body: Vec<u8> = buckets.iter().filter_map(secret).flat_map(recipient).collect();
    let page = KeyPage { link, device, buckets: buckets.to_vec(), recipients: sha256(&body) };
    Ok(Statement { kind: Kind::KeyPage, signed: Signed::new(&page, &[session.key()]), body: Some(body) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use super::*;
    use crate::home::Config;
    use shared::crypto::SigningKey;
    use shared::log::LogMemory;
    use shared::time::DAY_SECONDS;
    use std::net::Ipv4Addr;

    const START: u64 = 20_000 * DAY_SECONDS;

    /// A device that heard the relay at the start, with a secret for each of the thirty days that follow.
    struct Device {
        _folder: tempfile::TempDir,
        home: Home,
        store: KeyStore,
    }

    impl Device {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let config = Config {
                relay: (Ipv4Addr::LOCALHOST, 1).into(),
                member: "mairie".parse().unwrap(),
                fingerprint: String::new(),
            };
            let log = LogMemory::new("pli.example".to_owned(), SigningKey::generate().public());
            let home = Home::create(folder.path(), config, &[], log).unwrap();
            let day = |day: u64| Bucket { ends: Timestamp(START + day * DAY_SECONDS), tier: Tier::Day };
            let expiry = (1..=30).map(|number| ExpirySecret { bucket: day(number), seed: [7; 32] }).collect();
            let mut secrets = Secrets::default();
            secrets.expiry = expiry;
            let store = KeyStore::create(folder.path(), "neuf ours bleus", &secrets, 1).unwrap();
            let mut lock = home.memory().unwrap();
            lock.memory.upkeep.clocks.heard(Timestamp(START), Timestamp(START));
            lock.save().unwrap();
            drop(lock);
            Self { _folder: folder, home, store }
        }

        /// Opens the key store after so many days; how many secrets are left.
        fn open(&mut self, day: u64) -> usize {
            opened(&self.home, &mut self.store, Timestamp(START + day * DAY_SECONDS)).unwrap();
            self.store.secrets().expiry.len()
        }

        fn owes(&self) -> Option<u64> {
            let destroyed = self.home.memory().unwrap().memory.upkeep.destroyed;
            destroyed.map(|destroyed| (destroyed.0 - START) / DAY_SECONDS)
        }
    }

    #[test]
    fn one_clock_alone_has_to_say_it_twice_a_week_apart() {
        let mut device = Device::new();
        let openings = [(0, 30), (5, 30), (6, 30), (11, 30), (12, 25), (18, 25), (19, 18), (60, 11), (67, 0)];
        for (day, left) in openings {
            assert_eq!(device.open(day), left, "day {day}");
        }
        assert_eq!(device.owes(), Some(60));
    }
}
