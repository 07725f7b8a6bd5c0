//! The file of an invitation: who is invited, and what proves that they are.
//!
//! It holds the invitation as it was signed, the statements from which its signature is proved, and the
//! person's own name, which the relay is not told before they are accepted. Nothing in it is secret, but it
//! is good for one device only: whoever answers first has used it, and is seen by the words.

use crate::failure::{Failure, Unverified};
use crate::home::write_private;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::SigningKey;
use shared::directory::{Continuity, Directory};
use shared::log::{Checkpoint, LogMemory};
use shared::signed::Signed;
use shared::statement::{
    Card, DeviceKey, Enrolment, Invitation, Invited, Kind, Link, Personal, Root, Statement,
};
use std::path::Path;

/// A chain of roots, a nomenclature, and the cards of one member.
pub(crate) const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What stands in the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationFile {
    /// As it was signed.
    pub invitation: Signed,
    /// What proves it, in the order in which it proves itself: roots, and the cards of a member who
    /// invites a further device of theirs.
    pub proof: Vec<Statement>,
    /// The name of who is invited; absent where it is protected, and for a further device.
    #[serde(with = "serde_bytes")]
    pub personal: Option<Vec<u8>>,
}

/// An invitation that was verified.
#[derive(Debug)]
pub struct Proven {
    /// The file.
    pub file: InvitationFile,
    /// What it says.
    pub invitation: Invitation,
    /// What its proof proves.
    pub directory: Directory,
    /// The root statement.
    pub root: Root,
    /// What its checkpoint remembers of the log.
    pub log: LogMemory,
}

impl InvitationFile {
    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        write_private(path, &cbor::encode(self))
    }

    /// Reads and verifies it. Whether it has ended is not asked.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it cannot be read, exit 5 if it is not what was signed.
    pub fn read(path: &Path) -> Result<Proven, Failure> {
        Self::parse(&std::fs::read(path).map_err(|error| Failure::usage("enroll-file", error.kind()))?)
    }

    /// Verifies what stands in such a file.
    ///
    /// # Errors
    /// Exit 5 if it is not what was signed.
    pub fn parse(bytes: &[u8]) -> Result<Proven, Failure> {
        let file: Self = cbor::decode(bytes, FILE_BYTES_MAX).map_err(|_| Unverified::Invitation)?;
        file.proven().ok_or_else(|| Unverified::Invitation.into())
    }

    fn proven(self) -> Option<Proven> {
        let invitation: Invitation = self.invitation.peek().ok()?;
        let mut directory = Directory::pinned(invitation.fingerprint);
        self.proof.iter().try_for_each(|statement| directory.accept(statement, Continuity::Forward)).ok()?;
        let root = directory.root()?.clone();
        // The rule is the relay's own: what it would take as an answer is an invitation.
        let key = SigningKey::generate();
        let (device, tls) =
            (DeviceKey { key: key.public(), name: String::new() }, SigningKey::generate().public());
        let link = Link::first(invitation.made);
        let answer = Enrolment { link, invitation: self.invitation.clone(), device, tls };
        let answer = Statement { kind: Kind::Enrolment, signed: Signed::new(&answer, &[&key]), body: None };
        directory.judge(&answer, Continuity::Next).ok()?;
        let (origin, log_key) = (root.relay.log_origin.clone(), root.relay.log_key);
        let tree = Checkpoint::verify(&origin, log_key, &invitation.checkpoint).ok()?.head();
        let log = LogMemory { origin, key: log_key, tree };
        let proven = Proven { file: self, invitation, directory, root, log };
        (proven.file.personal.is_none() || proven.personal().is_some()).then_some(proven)
    }
}

impl Proven {
    /// The card as it will be, or as it is for a further device.
    #[must_use]
    pub fn card(&self) -> Option<&Card> {
        match &self.invitation.to {
            Invited::Member(card) => Some(card),
            Invited::Device(member) => self.directory.card(member),
        }
    }

    /// The name of who is invited, where the card names its digest; of whose device it will be, where it
    /// stands beside their card.
    #[must_use]
    pub fn personal(&self) -> Option<Personal> {
        if let Invited::Device(member) = &self.invitation.to {
            return self.directory.personal(member).cloned();
        }
        let body = self.file.personal.as_deref()?;
        let personal: Personal = cbor::decode(body, FILE_BYTES_MAX).ok()?;
        (self.card()?.personal == personal.digest()).then_some(personal)
    }
}
