//! The folder of a root, made for a removable disk.
//!
//! ```text
//! root.age         the key, under the passphrase; any `age -d` opens it
//! root.next.age    the next key, while it takes the other's place
//! public.json      which root, and the public half of its key
//! draft            the first root statement, as it was drafted or signed here
//! invited/         personal parts of who has not answered yet
//! register         what was done here, one line each
//! home.toml, …     a home: the relay's address, the roots, what was seen of the log
//! ```

use super::Half;
use crate::failure::{Failure, Unverified};
use crate::home::{Config, Home, create_private, io, private_options, write_private};
use crate::sealed_key;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::SigningKey;
use shared::ids::{InvitationId, MemberId, PublicKey};
use shared::limits::STATEMENT_BYTES_MAX;
use shared::log::LogMemory;
use shared::seal;
use shared::statement::{Root, Statement};
use shared::time::Timestamp;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const KEY: &str = "root.age";
const NEXT_KEY: &str = "root.next.age";
const PUBLIC: &str = "public.json";
const DRAFT: &str = "draft";
const INVITED: &str = "invited";
const REGISTER: &str = "register";

/// The public half of a root, as it is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootPublic {
    /// Which root.
    pub root: Half,
    /// The public half of its key, in hexadecimal.
    pub key: String,
}

/// The folder of a root, open.
pub struct RootFolder {
    dir: PathBuf,
    half: Half,
    key: SigningKey,
    next: Option<SigningKey>,
    work_factor: u8,
    passphrase: Zeroizing<String>,
}

impl RootPublic {
    /// Reads the public file of a root.
    ///
    /// # Errors
    /// [`Failure`] if it is none.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let bad = |_| Failure::usage("authority-public", "this is not the public file of a root");
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage("authority-public", error.kind()))?;
        let public: Self = serde_json::from_str(&text).map_err(bad)?;
        public.key()?;
        Ok(public)
    }

    /// The key.
    ///
    /// # Errors
    /// [`Failure`] if it is none.
    pub fn key(&self) -> Result<PublicKey, Failure> {
        self.key
            .parse()
            .map_err(|_| Failure::usage("authority-public", "this is not the public file of a root"))
    }
}

impl RootFolder {
    /// Makes a root.
    ///
    /// # Errors
    /// [`Failure`] if one lies there already, or it cannot be written.
    pub fn create(dir: &Path, half: Half, passphrase: &str, work_factor: u8) -> Result<Self, Failure> {
        if dir.join(KEY).exists() || dir.join("home.toml").exists() {
            return Err(Failure::usage("authority-exists", "this folder is used already: give another"));
        }
        create_private(dir)?;
        create_private(&dir.join(INVITED))?;
        let key = SigningKey::generate();
        let passphrase = Zeroizing::new(passphrase.to_owned());
        let folder = Self { dir: dir.to_owned(), half, key, next: None, work_factor, passphrase };
        folder.write_public()?;
        // Last, because it says that the others are there.
        folder.write_key(KEY, &folder.key)?;
        Ok(folder)
    }

    /// Opens it. Takes about a second, on purpose.
    ///
    /// # Errors
    /// [`Failure`]: no such root, or another passphrase.
    pub fn open(dir: &Path, half: Half, passphrase: &str) -> Result<Self, Failure> {
        let absent = || Failure::usage("authority-absent", "there is no such root in this folder");
        let public = RootPublic::read(&dir.join(PUBLIC)).map_err(|_| absent())?;
        if public.root != half {
            return Err(absent());
        }
        let key = sealed_key::read(&dir.join(KEY), passphrase)?.ok_or_else(absent)?;
        let next = sealed_key::read(&dir.join(NEXT_KEY), passphrase)?;
        let passphrase = Zeroizing::new(passphrase.to_owned());
        Ok(Self { dir: dir.to_owned(), half, key, next, work_factor: seal::WORK_FACTOR_SEAL, passphrase })
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Which root.
    #[must_use]
    pub fn half(&self) -> Half {
        self.half
    }

    /// The public half of its key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.key.public()
    }

    /// Where that is written down for others.
    #[must_use]
    pub fn public_file(&self) -> PathBuf {
        self.dir.join(PUBLIC)
    }

    pub(super) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The key, to sign requests with.
    pub(super) fn signing_key(&self) -> SigningKey {
        SigningKey::from_seed(self.key.seed().clone())
    }

    /// Whether another key waits to take this one's place.
    pub(super) fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// The key that takes this one's place; drawn and kept before anybody hears of it.
    pub(super) fn next(&mut self) -> Result<SigningKey, Failure> {
        if self.next.is_none() {
            let next = SigningKey::generate();
            self.write_key(NEXT_KEY, &next)?;
            self.next = Some(next);
        }
        let next = self.next.as_ref().map(|next| SigningKey::from_seed(next.seed().clone()));
        next.ok_or_else(|| Failure::local("local-io", "no next key"))
    }

    /// The next key takes the other's place, which is gone.
    pub(super) fn promote(&mut self) -> Result<(), Failure> {
        let Some(next) = self.next.take() else { return Ok(()) };
        self.key = next;
        std::fs::rename(self.dir.join(NEXT_KEY), self.dir.join(KEY)).map_err(|error| io(KEY, &error))?;
        self.write_public()
    }

    /// Keeps the first root statement, as this root drafted or signed it.
    pub(super) fn keep_draft(&self, root: &Statement) -> Result<(), Failure> {
        write_private(&self.dir.join(DRAFT), &cbor::encode(root))
    }

    /// The first root statement, as it was kept.
    pub(super) fn draft(&self) -> Result<Statement, Failure> {
        let bytes = std::fs::read(self.dir.join(DRAFT))
            .map_err(|_| Failure::usage("authority-not-founded", "this root signed no founding yet"))?;
        Ok(cbor::decode(&bytes, 2 * STATEMENT_BYTES_MAX).map_err(|_| Unverified::Invitation)?)
    }

    /// What it keeps of the relay. Made from the draft at the first contact, for which an address is needed.
    pub(super) fn home(&self, relay: Option<SocketAddr>) -> Result<Home, Failure> {
        if self.dir.join("home.toml").exists() {
            let mut home = Home::open(&self.dir)?;
            if let Some(relay) = relay.filter(|relay| *relay != home.config.relay) {
                home.move_to(relay)?;
            }
            return Ok(home);
        }
        let relay =
            relay.ok_or_else(|| Failure::usage("authority-relay", "say where the relay listens: --relay"))?;
        let draft = self.draft()?;
        let root: Root = draft.signed.peek().map_err(|_| Unverified::Invitation)?;
        let member: MemberId =
            self.half.as_str().parse().map_err(|error| Failure::local("local-io", error))?;
        let config = Config { relay, member, fingerprint: draft.signed.digest().to_string() };
        let log = LogMemory::new(root.relay.log_origin, root.relay.log_key);
        Home::create(&self.dir, config, std::slice::from_ref(&draft), log)
    }

    /// Keeps somebody's personal part until they have answered.
    pub(super) fn keep_invited(&self, id: InvitationId, personal: &[u8]) -> Result<(), Failure> {
        write_private(&self.dir.join(INVITED).join(id.to_string()), personal)
    }

    /// The personal part of somebody who was invited.
    pub(super) fn invited(&self, id: InvitationId) -> Option<Vec<u8>> {
        std::fs::read(self.dir.join(INVITED).join(id.to_string())).ok()
    }

    /// Forgets it.
    pub(super) fn forget_invited(&self, id: InvitationId) -> Result<(), Failure> {
        remove(&self.dir.join(INVITED).join(id.to_string()))
    }

    /// Writes down what was done.
    pub(super) fn register(
        &self,
        now: Timestamp,
        act: &str,
        member: &MemberId,
        reason: Option<&str>,
    ) -> Result<(), Failure> {
        let line = serde_json::json!({
            "time": now.to_string(), "act": act, "member": member.as_str(), "reason": reason});
        let failed = |error| io(REGISTER, &error);
        let mut file = private_options().append(true).open(self.dir.join(REGISTER)).map_err(failed)?;
        writeln!(file, "{line}").and_then(|()| file.sync_all()).map_err(failed)
    }

    fn write_public(&self) -> Result<(), Failure> {
        let public = RootPublic { root: self.half, key: self.key.public().to_string() };
        let text = serde_json::to_string_pretty(&public).unwrap_or_default();
        write_private(&self.dir.join(PUBLIC), format!("{text}\n").as_bytes())
    }

    fn write_key(&self, name: &str, key: &SigningKey) -> Result<(), Failure> {
        sealed_key::write(&self.dir.join(name), key, &self.passphrase, self.work_factor)
    }
}

fn remove(path: &Path) -> Result<(), Failure> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(io("a file of the folder", &error)),
        _ => Ok(()),
    }
}
