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
//! Each step may be cut short: the same invitation in the same folder goes on where it was. It is kept there for as long
//! as nobody accepted the device, so that the page can go on without being shown it again.

use crate::failure::{Failure, Unverified};
use crate::home::{Config, Home, Standing, create_private, io, write_private};
use crate::invitation::{InvitationFile, Proven};
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

/// What it answers, until it is accepted.
const INVITATION: &str = "invitation";

/// What the page keeps in a folder before that is anybody's home.
const OF_THE_PAGE: [&str; 3] = ["page.lock", "dropped", "entrer.html"];

/// How far a folder is with becoming the home of a device.
pub enum Stage {
    /// Nothing began, or nothing that can be gone on with.
    New,
    /// An invitation was chosen, which is answered next.
    Invited(Box<Proven>),
    /// It was answered; somebody has to accept the device by its words. Sent or not: the relay is asked.
    Answered {
        /// What was answered.
        invitation: Box<Proven>,
        /// The six words.
        words: String,
    },
    /// A member's device lives there.
    Enrolled,
}

/// How far a folder is.
///
/// # Errors
/// [`Failure`] if what was kept there cannot be read.
pub fn stage(home: &Path) -> Result<Stage, Failure> {
    if is_done(home) {
        return Ok(Stage::Enrolled);
    }
    let file = home.join(INVITATION);
    if !file.exists() {
        return Ok(Stage::New);
    }
    let invitation = Box::new(InvitationFile::read(&file)?);
    // The words are of the device that answered, and not of an invitation that was chosen since.
    let answered = kept(home).filter(|(_, kept)| kept.invitation == invitation.file.invitation);
    Ok(match answered {
        Some((_, enrolment)) => Stage::Answered { invitation, words: six_words::of(&enrolment) },
        None => Stage::Invited(invitation),
    })
}

/// Whether a folder is the home of a device that was accepted.
#[must_use]
pub fn is_done(home: &Path) -> bool {
    home.join("home.toml").exists() && !home.join(ENROLLING).exists()
}

/// Keeps the invitation that will be answered, in a folder that is nobody's or began with this member's.
///
/// # Errors
/// [`Failure::Usage`] if the folder is used already.
pub fn choose(home: &Path, invitation: &Proven) -> Result<(), Failure> {
    is_free(Home::open(home).ok().as_ref(), invitation)?;
    is_empty(home)?;
    create_private(home)?;
    invitation.file.write(&home.join(INVITATION))
}

/// Whether nothing is in the way of a home: a folder with nothing in it but what an enrolment left, or none.
///
/// # Errors
/// [`Failure::Usage`] if something is.
pub fn is_empty(home: &Path) -> Result<(), Failure> {
    if home.join("home.toml").exists() || keystore::exists(home) || only_ours(home) {
        return Ok(());
    }
    Err(Failure::usage("enroll-folder", "this folder is used already: give a new one with --home"))
}

fn only_ours(home: &Path) -> bool {
    let mut names = std::fs::read_dir(home).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.all(|name| name == INVITATION || OF_THE_PAGE.iter().any(|ours| name == *ours))
}

/// A folder that became nobody's home is left as it was found.
fn clear(home: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(home)? {
        let entry = entry?;
        if OF_THE_PAGE.iter().any(|ours| entry.file_name() == *ours) {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => std::fs::remove_dir_all(entry.path())?,
            false => std::fs::remove_file(entry.path())?,
        }
    }
    // While the page is served, its files stand there.
    match std::fs::remove_dir(home) {
        Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => Ok(()),
        removed => removed,
    }
}

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
    is_empty(dir)?;
    create_private(dir)?;
    invitation.file.write(&dir.join(INVITATION))?;
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
    if let Some((statement, _)) =
        kept(home.dir()).filter(|(_, kept)| kept.invitation == invitation.file.invitation)
    {
        return Ok(statement);
    }
    let unusable = |error| Failure::local("local-certificate", error);
    let tls = TlsKey::from_pkcs8(&store.secrets().tls_key).and_then(|key| key.public()).map_err(unusable)?;
    let tls = PublicKey(tls.try_into().map_err(|_| Failure::local("local-certificate", "another key"))?);
    let link = Link::first(now);
    let enrolment = Enrolment { link, invitation: invitation.file.invitation.clone(), device, tls };
    let statement = Statement { kind: Kind::Enrolment, signed: Signed::new(&enrolment, &[key]), body: None };
    write_private(&home.dir().join(ENROLLING), &cbor::encode(&statement))?;
    Ok(statement)
}

/// The answer that lies in a folder, and what it says.
fn kept(home: &Path) -> Option<(Statement, Enrolment)> {
    let bytes = std::fs::read(home.join(ENROLLING)).ok()?;
    let statement: Statement = cbor::decode(&bytes, 2 * STATEMENT_BYTES_MAX).ok()?;
    let enrolment = statement.signed.peek().ok()?;
    Some((statement, enrolment))
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
                    clear(self.session.home.dir()).map_err(|error| io("the home folder", &error))?;
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
        // The answer goes last: it is what says that the device is not done.
        for name in [INVITATION, ENROLLING] {
            match std::fs::remove_file(self.session.home.dir().join(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io(name, &error)),
                _ => {}
            }
        }
        Ok(self.session)
    }
}
