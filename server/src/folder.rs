//! The relay's folder: its keys, who it is, and under which root it serves.
//!
//! `init` makes the keys; the two roots then sign a statement that names them, and `init` takes
//! that founding in. The keys lie in clear in a private folder: they let the relay speak, not read.

use crate::Clock;
use crate::backup::Backup;
use crate::quotas::Allowance;
use crate::relay::change::Change;
use crate::relay::sequencer::LogKey;
use crate::relay::{OpenFailed, Running, Setup};
use crate::store::{Folder, StoreError};
use crate::transport::pki::{Certificate, Issuer, RELAY_NAME, is_issued_by, make_ca};
use crate::transport::tls::{Identity, certificate_from_pem};
use crate::transport::tls_key::TlsKey;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::crypto::SigningKey;
use shared::directory::Directory;
use shared::ids::{Digest, PublicKey};
use shared::log::verifier_key;
use shared::statement::{Kind, RelayKeys, Root, Statement};
use shared::time::{DAY_SECONDS, Timestamp};
use shared::wire::AT_THE_RELAY;
use std::path::Path;
use zeroize::Zeroizing;

/// The relay's own certificates last ten years; the root statement that names them is what is
/// renewed.
const CA_DAYS: u64 = 3650;

const KEYS: &str = "keys";
const LOG_SEED: &str = "keys/log.seed";
const CA: &str = "keys/ca.pem";
const CA_KEY: &str = "keys/ca.key.der";
const RELAY: &str = "keys/relay.pem";
const RELAY_KEY: &str = "keys/relay.key.pem";
const PUBLIC: &str = "relay.json";
const FINGERPRINT: &str = "fingerprint";

/// The statements of a founding: a root, the nomenclature, cards, groups, rosters.
const FOUNDING_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The folder cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum FolderFailed {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The state in it.
    #[error(transparent)]
    Open(#[from] OpenFailed),
    /// A file of the folder.
    #[error("{file}: {source}")]
    File {
        /// Which one.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that is not what it should be.
    #[error("{file} is not what it should be: {what}")]
    Content {
        /// Which one.
        file: String,
        /// What was expected.
        what: &'static str,
    },
    /// A file that init wrote is no longer what it was.
    #[error("{file} is damaged (it is not {what}): run `pli-relay check`, and restore it from a backup")]
    Damaged {
        /// Which one.
        file: String,
        /// What was expected.
        what: &'static str,
    },
    /// There are keys already.
    #[error("this folder is a relay's already: use another, or keep this one")]
    AlreadyMade,
    /// The founding was not done.
    #[error("this relay has no root yet: have its public file signed, then run init with --founding")]
    NotFounded,
    /// It is a copy, which signs nothing.
    #[error(
        "this folder is a backup, and signs nothing before both roots opened another log for it: give its \
        backup.json to the authority (pli authority reopen, then pli parquet sign), and run `pli-relay restore`"
    )]
    Backup,
    /// A statement of the founding is refused.
    #[error("statement {number} of the founding is refused; nothing was taken")]
    Founding {
        /// Which one, counted from zero.
        number: usize,
    },
}

/// What the two roots sign about a relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicIdentity {
    /// The origin of its log.
    pub log_origin: String,
    /// The key of its checkpoints, in hexadecimal.
    pub log_key: String,
    /// The same, as other tools take it (C2SP signed-note).
    pub verifier_key: String,
    /// The certificate of the authority that issues TLS certificates, in PEM.
    pub tls_ca: String,
}

/// Makes the keys of a new relay.
///
/// # Errors
/// [`FolderFailed`] says what is wrong; nothing of an older relay is overwritten.
pub fn make(
    dir: &Path,
    origin: &str,
    example: Option<&Path>,
    now: Timestamp,
) -> Result<PublicIdentity, FolderFailed> {
    make_in(&Folder::open(dir)?, origin, example, now)
}

/// As [`make`], in a folder that is open.
///
/// # Errors
/// As for [`make`].
pub fn make_in(
    folder: &Folder,
    origin: &str,
    example: Option<&Path>,
    now: Timestamp,
) -> Result<PublicIdentity, FolderFailed> {
    if folder.disk().facts(LOG_SEED).is_ok() {
        return Err(FolderFailed::AlreadyMade);
    }
    if origin.is_empty() || origin.chars().any(|letter| letter.is_whitespace() || letter == '+') {
        return Err(FolderFailed::Content {
            file: "--origin".into(),
            what: "one word without spaces and plus signs",
        });
    }
    folder.disk().make_folder(KEYS).map_err(at(KEYS))?;
    for (name, pem) in tls_files(example, now)? {
        folder.replace(&format!("{KEYS}/{name}"), &pem)?;
    }
    let key = SigningKey::generate();
    let public = PublicIdentity {
        log_origin: origin.to_owned(),
        log_key: key.public().to_string(),
        verifier_key: verifier_key(origin, key.public()),
        tls_ca: text(folder, CA)?,
    };
    keep_public(folder, &public)?;
    // Last, because it says that the others are whole.
    folder.replace(LOG_SEED, key.seed().as_ref())?;
    Ok(public)
}

/// Takes in the founding: the root statement that names this relay, and what follows from it.
///
/// # Errors
/// [`FolderFailed::Founding`] names the statement that is refused.
pub async fn found(dir: &Path, founding: &[u8], clock: Clock) -> Result<Digest, FolderFailed> {
    found_in(&Folder::open(dir)?, founding, clock).await
}

/// As [`found`], in a folder that is open.
///
/// # Errors
/// As for [`found`].
pub async fn found_in(folder: &Folder, founding: &[u8], clock: Clock) -> Result<Digest, FolderFailed> {
    refuse_backup(folder)?;
    let bad = |what| FolderFailed::Content { file: "the founding".into(), what };
    let statements: Vec<Statement> =
        cbor::decode(founding, FOUNDING_BYTES_MAX).map_err(|_| bad("a list of statements in CBOR"))?;
    let root = statements.first().filter(|statement| statement.kind == Kind::Root);
    let root = root.ok_or_else(|| bad("its first statement is the root"))?;
    let claimed: Root = root.signed.peek().map_err(|_| bad("its first statement is the root"))?;
    let public = public_identity(folder)?;
    if claimed.relay.log_key.to_string() != public.log_key || claimed.relay.log_origin != public.log_origin {
        return Err(bad("a root that names this relay"));
    }
    let fingerprint = root.signed.digest();
    // All of it or nothing: a founding that is refused halfway could not be corrected.
    let mut directory = Directory::pinned(fingerprint);
    for (number, statement) in statements.iter().enumerate() {
        directory.accept(statement, AT_THE_RELAY).map_err(|_| FolderFailed::Founding { number })?;
    }
    let (log_key, allowance) = (log_key(folder)?, Allowance::default());
    let setup = Setup { fingerprint, log_key, clock, allowance, issuer: None, opens: None };
    let running = Running::open(folder, setup)?;
    for (number, statement) in statements.iter().enumerate() {
        let published = running.relay.change(|_| Ok(Change::from(statement.clone()))).await;
        published.map_err(|_| FolderFailed::Founding { number })?;
    }
    running.finish()?;
    folder.replace(FINGERPRINT, fingerprint.to_string().as_bytes())?;
    Ok(fingerprint)
}

/// What the roots sign about this relay.
///
/// # Errors
/// [`FolderFailed`] if `init` was not run.
pub fn public_identity(folder: &Folder) -> Result<PublicIdentity, FolderFailed> {
    serde_json::from_str(&text(folder, PUBLIC)?).map_err(|_| damaged(PUBLIC, "as init wrote it"))
}

impl PublicIdentity {
    /// The key of the checkpoints, where both its spellings and the origin fit each other.
    pub(crate) fn whole_log_key(&self) -> Option<PublicKey> {
        let key = self.log_key.parse().ok()?;
        (verifier_key(&self.log_origin, key) == self.verifier_key).then_some(key)
    }

    /// As it stands in the root statement.
    ///
    /// # Errors
    /// [`FolderFailed::Content`] if the file was changed.
    pub fn keys(&self) -> Result<RelayKeys, FolderFailed> {
        let bad = |what| FolderFailed::Content { file: "relay.json".into(), what };
        let log_key: PublicKey = self.log_key.parse().map_err(|_| bad("a log key"))?;
        let tls_ca = certificate_from_pem(self.tls_ca.as_bytes()).map_err(|_| bad("a certificate"))?;
        Ok(RelayKeys { log_origin: self.log_origin.clone(), log_key, tls_ca, continues: None })
    }
}

/// Keeps what the roots sign about this relay.
///
/// # Errors
/// [`FolderFailed`] if it cannot be written.
pub(crate) fn keep_public(folder: &Folder, public: &PublicIdentity) -> Result<(), FolderFailed> {
    Ok(folder.replace(PUBLIC, serde_json::to_string_pretty(public).unwrap_or_default().as_bytes())?)
}

/// Nothing is signed in the folder of a copy.
///
/// # Errors
/// [`FolderFailed::Backup`].
pub(crate) fn refuse_backup(folder: &Folder) -> Result<(), FolderFailed> {
    Backup::of(folder)?.map_or(Ok(()), |_| Err(FolderFailed::Backup))
}

/// Copies keys, certificates, and who this relay is.
///
/// # Errors
/// [`FolderFailed`] if the relay was not founded, or one of them cannot be read or written.
pub(crate) fn copy_small_files(from: &Folder, to: &Folder) -> Result<(), FolderFailed> {
    fingerprint(from)?;
    to.disk().make_folder(KEYS).map_err(at(KEYS))?;
    let mut keys = from.disk().names(KEYS).map_err(at(KEYS))?;
    keys.retain(|name| !name.ends_with(".new"));
    let files = keys.iter().map(|name| format!("{KEYS}/{name}"));
    for file in files.chain([PUBLIC, FINGERPRINT].map(str::to_owned)) {
        let bytes = Zeroizing::new(from.read(&file).map_err(at(&file))?);
        to.replace(&file, &bytes)?;
    }
    Ok(())
}

/// The fingerprint under which this relay was founded.
///
/// # Errors
/// [`FolderFailed::NotFounded`].
pub fn fingerprint(folder: &Folder) -> Result<Digest, FolderFailed> {
    let text = text(folder, FINGERPRINT).map_err(|error| match error {
        FolderFailed::File { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
            FolderFailed::NotFounded
        }
        error => error,
    })?;
    text.trim().parse().map_err(|_| damaged(FINGERPRINT, "64 digits"))
}

/// What signs the checkpoints.
///
/// # Errors
/// [`FolderFailed`] if it cannot be read.
pub fn log_key(folder: &Folder) -> Result<LogKey, FolderFailed> {
    let seed = Zeroizing::new(folder.read(LOG_SEED).map_err(at(LOG_SEED))?);
    let seed: [u8; 32] = seed.as_slice().try_into().map_err(|_| damaged(LOG_SEED, "32 bytes"))?;
    let origin = public_identity(folder)?.log_origin;
    Ok(LogKey { origin, key: SigningKey::from_seed(Zeroizing::new(seed)) })
}

/// The relay's TLS identity, and the certificate of who issues the devices'.
///
/// # Errors
/// [`FolderFailed`] if it cannot be read.
pub fn tls_identity(folder: &Folder) -> Result<(Identity, Vec<u8>), FolderFailed> {
    let chain = text(folder, RELAY)?;
    let own = certificate_from_pem(chain.as_bytes()).map_err(|_| damaged(RELAY, "PEM"))?;
    let ca = text(folder, CA)?;
    let ca = certificate_from_pem(ca.as_bytes()).map_err(|_| damaged(CA, "PEM"))?;
    if !is_issued_by(&ca, &ca) {
        return Err(damaged(CA, "a certificate that its own key signed"));
    }
    if !is_issued_by(&own, &ca) {
        return Err(damaged(RELAY, "a certificate of keys/ca.pem"));
    }
    let key = Zeroizing::new(text(folder, RELAY_KEY)?);
    let identity = Identity::from_pem(chain.as_bytes(), key.as_bytes());
    match identity.ok().filter(Identity::fits) {
        Some(identity) => Ok((identity, ca)),
        None => Err(damaged(RELAY_KEY, "the key of keys/relay.pem")),
    }
}

/// Whether what only init and the roots use is still what was made.
///
/// # Errors
/// [`FolderFailed::Damaged`] names the file that is not.
pub(crate) fn verify_public(folder: &Folder, log_key: PublicKey) -> Result<(), FolderFailed> {
    let public = public_identity(folder)?;
    let ca = text(folder, CA)?;
    let ca = certificate_from_pem(ca.as_bytes()).map_err(|_| damaged(CA, "PEM"))?;
    let named = public.keys().map_err(|_| damaged(PUBLIC, "as init wrote it"))?;
    if named.tls_ca != ca || public.whole_log_key() != Some(log_key) {
        return Err(damaged(PUBLIC, "what the keys and keys/ca.pem give"));
    }
    issuer_in(folder).map(drop)
}

/// What issues the devices' certificates in a folder that is open; none where it has the example's
/// certificates, whose key is not the relay's to use.
///
/// # Errors
/// [`FolderFailed`] if it cannot be read.
pub fn issuer_in(folder: &Folder) -> Result<Option<Issuer>, FolderFailed> {
    let key = match folder.read(CA_KEY) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => Zeroizing::new(read.map_err(at(CA_KEY))?),
    };
    let pem = text(folder, CA)?;
    let der = certificate_from_pem(pem.as_bytes()).map_err(|_| damaged(CA, "PEM"))?;
    let key = TlsKey::from_pkcs8(&key).ok();
    let issuer = key.and_then(|key| Issuer::load(Certificate { der, pem }, key).ok());
    issuer.map(Some).ok_or_else(|| damaged(CA_KEY, "the key of keys/ca.pem"))
}

/// What issues the devices' certificates, also while the relay works in the folder.
///
/// # Errors
/// [`FolderFailed`] if it cannot be read.
pub fn issuer(dir: &Path) -> Result<Issuer, FolderFailed> {
    let bad = |what| FolderFailed::Content { file: CA_KEY.into(), what };
    let pem = std::fs::read_to_string(dir.join(CA)).map_err(at(CA))?;
    let der = certificate_from_pem(pem.as_bytes()).map_err(|_| bad("a certificate"))?;
    let key = Zeroizing::new(std::fs::read(dir.join(CA_KEY)).map_err(at(CA_KEY))?);
    let key = TlsKey::from_pkcs8(&key).map_err(|_| bad("a key"))?;
    Issuer::load(Certificate { der, pem }, key).map_err(|_| bad("the key of its certificate"))
}

/// A file's name and content.
type NewFile = (&'static str, Zeroizing<Vec<u8>>);

fn tls_files(example: Option<&Path>, now: Timestamp) -> Result<Vec<NewFile>, FolderFailed> {
    if let Some(from) = example {
        let names = ["ca.pem", "relay.pem", "relay.key.pem"];
        let read = |name| Ok((name, Zeroizing::new(std::fs::read(from.join(name)).map_err(at(name))?)));
        return names.into_iter().map(read).collect();
    }
    let failed = |_| FolderFailed::Content { file: "keys".into(), what: "made by this system" };
    let until = now.plus(CA_DAYS * DAY_SECONDS).0;
    // An hour of grace for devices whose clocks are behind.
    let from = now.0.saturating_sub(3600);
    let ca = make_ca("Pli", TlsKey::generate().map_err(failed)?, from, until).map_err(failed)?;
    let key = TlsKey::generate().map_err(failed)?;
    let relay = ca.issue_relay(&key, from, until).map_err(failed)?;
    tracing::debug!(name = RELAY_NAME, "the relay's certificate is made");
    Ok(vec![
        ("ca.pem", Zeroizing::new(ca.certificate().pem.clone().into_bytes())),
        ("ca.key.der", Zeroizing::new(ca.key().pkcs8().to_vec())),
        ("relay.pem", Zeroizing::new(relay.pem.into_bytes())),
        ("relay.key.pem", Zeroizing::new(key.pem().map_err(failed)?.as_bytes().to_vec())),
    ])
}

fn text(folder: &Folder, file: &str) -> Result<String, FolderFailed> {
    let bytes = folder.read(file).map_err(at(file))?;
    String::from_utf8(bytes).map_err(|_| damaged(file, "text"))
}

fn damaged(file: &str, what: &'static str) -> FolderFailed {
    FolderFailed::Damaged { file: file.to_owned(), what }
}

fn at(file: &str) -> impl FnOnce(std::io::Error) -> FolderFailed + use<> {
    let file = file.to_owned();
    move |source| FolderFailed::File { file, source }
}
