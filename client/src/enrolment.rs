//! Enrolling a device: fresh secrets, one answer to one invitation, six words, and then the keys that it
//! opens letters with.
//!
//! ```text
//! begin    secrets, home, and the answer, kept in `enrolling` before it is sent
//! send     as a stranger; who comes second is refused
//! accepted asks for a certificate, which the relay gives to whoever stands on a card
//! finish   the card is this device's; a page of keys for each tier of the ladder; `enrolling` goes
//! ```
//!
//! Each step may be cut short: the same invitation in the same folder goes on where it was.

use crate::failure::{Failure, Unverified};
use crate::home::{Config, Home, Standing, create_private, io, write_private};
use crate::invitation::Proven;
use crate::keystore::{self, KeyStore, Secrets};
use crate::session::Session;
use crate::six_words;
use crate::trust;
use crate::upkeep;
use pli_server::Clock;
use pli_server::transport::tls_key::TlsKey;
use shared::cbor;
use shared::crypto::SigningKey;
use shared::ids::PublicKey;
use shared::limits::STATEMENT_BYTES_MAX;
use shared::refusal::Refusal;
use shared::signed::Signed;
use shared::statement::{DeviceKey, Enrolment, Invited, Kind, Link, Statement};
use shared::wire::{About, Answer, Ask};
use std::net::SocketAddr;
use std::path::Path;
use zeroize::Zeroizing;

/// The answer of a device that nobody accepted yet.
const ENROLLING: &str = "enrolling";

/// A device on its way in.
pub struct Enrolling {
    /// The device.
    pub session: Session,
    /// Whether its home was made just now.
    pub is_new: bool,
    statement: Statement,
    enrolment: Enrolment,
}

/// How a device is to be made.
pub struct Wanted<'a> {
    /// Where its home will be.
    pub home: &'a Path,
    /// What its owner calls it.
    pub name: &'a str,
    /// What its key store will open with.
    pub passphrase: &'a str,
    /// How much work that will be.
    pub work_factor: u8,
}

/// Makes the device and its answer, or finds both where they were left.
///
/// # Errors
/// [`Failure`]: the invitation has ended, or the folder is somebody's already.
pub async fn begin(invitation: &Proven, wanted: &Wanted<'_>, clock: Clock) -> Result<Enrolling, Failure> {
    let (dir, now) = (wanted.home, clock.now());
    let relay = address(&invitation.invitation.relay).await?;
    let found = Home::open(dir).ok();
    is_free(found.as_ref(), invitation)?;
    if found.is_none() && now >= invitation.invitation.expires {
        return Err(Refusal::InvitationEnded.into());
    }
    if found.is_none()
        && !keystore::exists(dir)
        && std::fs::read_dir(dir).is_ok_and(|mut files| files.next().is_some())
    {
        return Err(Failure::usage(
            "enroll-folder",
            "this folder is used already: give a new one with --home",
        ));
    }
    create_private(dir)?;
    let store = match keystore::exists(dir) {
        true => KeyStore::open(dir, keystore::unlock(dir, wanted.passphrase)?)?,
        false => KeyStore::create(dir, wanted.passphrase, &secrets()?, wanted.work_factor)?,
    };
    let key = SigningKey::from_seed(Zeroizing::new(store.secrets().signing_seed));
    let device = DeviceKey { key: key.public(), name: wanted.name.to_owned() };
    let is_new = found.is_none();
    let home = match found {
        Some(mut home) => {
            if home.config.relay != relay {
                home.move_to(relay)?;
            }
            home
        }
        None => settle(dir, relay, invitation, &device)?,
    };
    let statement = answer(&home, invitation, device, &key, &store, now)?;
    let enrolment = statement.signed.peek().map_err(|_| Unverified::Invitation)?;
    let session = Session::with(home, store, clock)?;
    Ok(Enrolling { session, is_new, statement, enrolment })
}

/// Whether a folder may become this member's: it is nobody's, or an enrolment began there.
fn is_free(found: Option<&Home>, invitation: &Proven) -> Result<(), Failure> {
    let Some(home) = found else { return Ok(()) };
    let same = home.config.member == *invitation.invitation.member()
        && home.fingerprint()? == invitation.invitation.fingerprint;
    if !same {
        return Err(Failure::usage(
            "enroll-other-home",
            "this folder is another member's: give another --home",
        ));
    }
    if !home.dir().join(ENROLLING).exists() {
        return Err(Failure::usage(
            "enroll-done",
            "this device is enrolled: give another --home for another",
        ));
    }
    Ok(())
}

async fn address(typed: &str) -> Result<SocketAddr, Failure> {
    let mut found = tokio::net::lookup_host(typed).await.map_err(|_| Failure::Unreached)?;
    found.next().ok_or(Failure::Unreached)
}

fn secrets() -> Result<Secrets, Failure> {
    let mut secrets = Secrets::default();
    secrets.signing_seed = **SigningKey::generate().seed();
    let tls = TlsKey::generate().map_err(|error| Failure::local("local-certificate", error))?;
    secrets.tls_key = tls.pkcs8().to_vec();
    Ok(secrets)
}

fn settle(dir: &Path, relay: SocketAddr, invitation: &Proven, device: &DeviceKey) -> Result<Home, Failure> {
    let member = invitation.invitation.member().clone();
    let config =
        Config { relay, member: member.clone(), fingerprint: invitation.invitation.fingerprint.to_string() };
    let roots: Vec<_> =
        invitation.file.proof.iter().filter(|statement| statement.kind == Kind::Root).cloned().collect();
    // What the card will name is known: this device alone, or what it names today.
    let (base, mut devices) = match &invitation.invitation.to {
        Invited::Member(card) => {
            let mut card = card.clone();
            card.devices = vec![device.clone()];
            (card.base(), Vec::new())
        }
        Invited::Device(_) => {
            let card = invitation.card().ok_or(Unverified::Invitation)?;
            (card.base(), invitation.directory.devices_ever(&member).map(|(device, _)| device).collect())
        }
    };
    devices.push(device.id());
    let standing = Standing { base, card: 0, devices, untold: Vec::new() };
    Home::create_enrolling(dir, config, &roots, invitation.log.clone(), standing)
}

/// The answer: the one that was kept, unless it was to another invitation.
fn answer(
    home: &Home,
    invitation: &Proven,
    device: DeviceKey,
    key: &SigningKey,
    store: &KeyStore,
    now: shared::time::Timestamp,
) -> Result<Statement, Failure> {
    let file = home.dir().join(ENROLLING);
    let kept = std::fs::read(&file).ok();
    let kept = kept.and_then(|bytes| cbor::decode::<Statement>(&bytes, 2 * STATEMENT_BYTES_MAX).ok());
    let same = |statement: &Statement| {
        statement.signed.peek::<Enrolment>().is_ok_and(|kept| kept.invitation == invitation.file.invitation)
    };
    if let Some(kept) = kept.filter(same) {
        return Ok(kept);
    }
    let unusable = |error| Failure::local("local-certificate", error);
    let tls = TlsKey::from_pkcs8(&store.secrets().tls_key).and_then(|key| key.public()).map_err(unusable)?;
    let tls = PublicKey(tls.try_into().map_err(|_| Failure::local("local-certificate", "another key"))?);
    let link = Link::first(now);
    let enrolment = Enrolment { link, invitation: invitation.file.invitation.clone(), device, tls };
    let statement = Statement { kind: Kind::Enrolment, signed: Signed::new(&enrolment, &[key]), body: None };
    write_private(&file, &cbor::encode(&statement))?;
    Ok(statement)
}

impl Enrolling {
    /// The six words.
    #[must_use]
    pub fn words(&self) -> String {
        six_words::of(&self.enrolment)
    }

    /// Sends the answer. A home that was made for an invitation which is refused goes again.
    ///
    /// # Errors
    /// [`Refusal::InvitationUsed`], [`Refusal::InvitationEnded`], and as for any request.
    pub async fn send(&mut self) -> Result<(), Failure> {
        let signed = &self.statement.signed;
        let ask = Ask::Enrol { key: self.session.key().public(), digest: signed.digest() };
        let sent = self.session.ask(ask, &[cbor::encode(&self.statement)]).await;
        self.session.close();
        match sent {
            Ok(answered) if matches!(answered.answer, Answer::Published { .. }) => Ok(()),
            Ok(_) => Err(Unverified::Answer.into()),
            Err(failure) => {
                let is_no =
                    matches!(failure, Failure::Refused(Refusal::InvitationUsed | Refusal::InvitationEnded));
                if self.is_new && is_no {
                    let dir = self.session.home.dir();
                    std::fs::remove_dir_all(dir).map_err(|error| io("the home folder", &error))?;
                }
                Err(failure)
            }
        }
    }

    /// Whether this device stands on a card by now: then it has its certificate.
    ///
    /// # Errors
    /// As for any request; that it is not accepted yet is none.
    pub async fn is_accepted(&mut self) -> Result<bool, Failure> {
        match self.session.ask(Ask::Log, &[]).await {
            Ok(_) => Ok(true),
            Err(Failure::Refused(Refusal::NotEnrolled) | Failure::Struck) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Makes and publishes its keys, and ends the enrolment.
    ///
    /// # Errors
    /// Exit 5 if the card is not this device's; and as for any request.
    pub async fn finish(mut self) -> Result<Session, Failure> {
        let directory = trust::prove(&mut self.session, About::Own).await?.directory;
        upkeep::publish_keys(&mut self.session, &directory).await?;
        let file = self.session.home.dir().join(ENROLLING);
        std::fs::remove_file(file).map_err(|error| io(ENROLLING, &error))?;
        Ok(self.session)
    }
}
