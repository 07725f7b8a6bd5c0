//! A member's home folder on one device: what is not secret, and what was verified so far.
//!
//! Secrets are the key store's. Here lie the relay's address, the pinned fingerprint, the root
//! statement, what the device remembers of the log, and its receipts.

use crate::auditor::Reviewed;
use crate::failure::{Failure, Unverified};
use crate::outside::Outside;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::cbor;
use shared::clocks::Clocks;
use shared::directory::{Chain, Continuity, Directory};
use shared::ids::{DeviceId, Digest, MemberId};
use shared::limits::RECORD_BYTES_MAX;
use shared::log::{Confirmation, LogMemory, Record, kept_of};
use shared::statement::{Root, Statement};
use shared::time::Timestamp;
use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The folder of the texts of the nomenclature.
const NOMENCLATURES: &str = "nomenclature";

const STATE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A home folder.
#[derive(Clone, Debug)]
pub struct Home {
    dir: PathBuf,
    /// What `home.toml` says.
    pub config: Config,
}

/// What `home.toml` says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the relay listens.
    pub relay: SocketAddr,
    /// Whose home this is; in the folder of a root, which of the two.
    pub member: MemberId,
    /// The digest of the first root statement, in hexadecimal: what everything is proved from.
    pub fingerprint: String,
}

/// What the device remembers between commands.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// The log, as far as it was verified.
    pub log: LogMemory,
    /// The checkpoint of that tree, as the relay signed it: what others are shown when its log was lost.
    pub checkpoint: Option<String>,
    /// How far the log was verified leaf by leaf, where that was asked for.
    pub reviewed: Option<Reviewed>,
    /// When as many witnesses as are needed had last seen the log.
    pub attested: Option<Timestamp>,
    /// The counter of the last request.
    pub counter: u64,
    /// The digest of the last receipt.
    pub receipt: Option<Digest>,
    /// The newest statement seen of each chain; chains only go forward.
    pub chains: Vec<(Chain, u32, Digest)>,
    /// Its member's own devices, as this device knows them.
    pub standing: Option<Standing>,
    /// The devices of the members to whom this device wrote, when it last did.
    pub written_to: Vec<(MemberId, Vec<DeviceId>)>,
    /// What the device does by itself.
    pub upkeep: Upkeep,
    /// What was written outside of this folder.
    pub outside: Outside,
}

/// How far a device is with what it does by itself.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upkeep {
    /// What is known of both clocks.
    pub clocks: Clocks,
    /// Up to when secrets were destroyed, or are to be, if the relay was not told yet.
    pub destroyed: Option<Timestamp>,
    /// Whether there may be secrets whose key page did not arrive.
    pub unpublished: bool,
}

/// What a device knows of its member's devices.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// What the card named when this device enrolled: the digest of its devices.
    pub base: Digest,
    /// The version of the newest card that was seen since; zero before the first.
    pub card: u32,
    /// Every device that was properly signed for, also those that ended.
    pub devices: Vec<DeviceId>,
    /// Those of them that the member was not told of yet.
    pub untold: Vec<DeviceId>,
}

/// The device's memory, held by this process alone until it is dropped.
pub struct MemoryLock {
    path: PathBuf,
    /// What is remembered; [`save`](Self::save) makes it last.
    pub memory: Memory,
    _lock: File,
}

impl Home {
    /// Opens a home.
    ///
    /// # Errors
    /// [`Failure`] if there is none, or it is not what it should be.
    pub fn open(dir: &Path) -> Result<Self, Failure> {
        let absent = |_| Failure::usage("home-absent", "there is no home.toml: enrol this device first");
        let text = std::fs::read_to_string(dir.join("home.toml")).map_err(absent)?;
        let config = toml::from_str(&text).map_err(|_| damaged("home.toml"))?;
        Ok(Self { dir: dir.to_owned(), config })
    }

    /// Makes a home for a device, which has no certificate yet.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn create(dir: &Path, config: Config, roots: &[Statement], log: LogMemory) -> Result<Self, Failure> {
        Self::made(dir, config, roots, log, None)
    }

    /// Makes a home for a device that enrols, and knows what its member's card will say of it.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn create_enrolling(
        dir: &Path,
        config: Config,
        roots: &[Statement],
        log: LogMemory,
        standing: Standing,
    ) -> Result<Self, Failure> {
        Self::made(dir, config, roots, log, Some(standing))
    }

    fn made(
        dir: &Path,
        config: Config,
        roots: &[Statement],
        log: LogMemory,
        standing: Option<Standing>,
    ) -> Result<Self, Failure> {
        let home = Self { dir: dir.to_owned(), config };
        create_private(dir)?;
        for folder in ["receipts", "outbox", "inbox", "evidence"] {
            create_private(&dir.join(folder))?;
        }
        let memory = Memory {
            log,
            checkpoint: None,
            reviewed: None,
            attested: None,
            counter: 0,
            receipt: None,
            chains: Vec::new(),
            standing,
            written_to: Vec::new(),
            upkeep: Upkeep::default(),
            outside: Outside::default(),
        };
        home.keep_roots(roots)?;
        write_private(&dir.join("memory"), &cbor::encode(&memory))?;
        let text = toml::to_string(&home.config).map_err(|_| damaged("home.toml"))?;
        write_private(&dir.join("home.toml"), text.as_bytes())?;
        Ok(home)
    }

    /// Goes to another address from now on.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn move_to(&mut self, relay: SocketAddr) -> Result<(), Failure> {
        self.config.relay = relay;
        let text = toml::to_string(&self.config).map_err(|_| damaged("home.toml"))?;
        write_private(&self.dir.join("home.toml"), text.as_bytes())
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What everything is proved from.
    ///
    /// # Errors
    /// [`Failure`] if `home.toml` was changed.
    pub fn fingerprint(&self) -> Result<Digest, Failure> {
        self.config.fingerprint.parse().map_err(|_| damaged("home.toml"))
    }

    /// The root statements, from the first on, as far as they were seen. They are verified whenever they
    /// are used.
    ///
    /// # Errors
    /// [`Failure`] if they cannot be read.
    pub fn roots(&self) -> Result<Vec<Statement>, Failure> {
        read(&self.dir.join("roots"))
    }

    /// Keeps the root statements, from the first on.
    ///
    /// # Errors
    /// [`Failure`] if they cannot be written.
    pub fn keep_roots(&self, roots: &[Statement]) -> Result<(), Failure> {
        write_private(&self.dir.join("roots"), &cbor::encode(&roots))
    }

    /// What each of the roots says, from the first on.
    ///
    /// # Errors
    /// [`Failure`] if they cannot be read.
    pub fn root_chain(&self) -> Result<Vec<Root>, Failure> {
        self.roots()?.iter().map(|root| root.signed.peek().map_err(|_| damaged("roots"))).collect()
    }

    /// goes on with the log that the newest root names, if it is another than the one that is remembered. What
    /// was verified leaf by leaf and what witnesses signed was of the other.
    ///
    /// # Errors
    /// Exit 5 if its roots knew less of the last log than this device, of which the evidence is kept.
    pub fn follow_roots(&self) -> Result<(), Failure> {
        let roots = self.root_chain()?;
        let mut lock = self.memory()?;
        let memory = &mut lock.memory;
        if roots.last().is_none_or(|newest| newest.relay.is_log_of(&memory.log)) {
            return Ok(());
        }
        let log = match memory.log.under(&roots) {
            Ok(log) => log,
            Err(invalid) => {
                self.keep_evidence(&cbor::encode(&(&memory.log, &memory.checkpoint, self.roots()?)))?;
                return Err(invalid.into());
            }
        };
        self.set_receipts_aside(&roots)?;
        (memory.log, memory.checkpoint, memory.reviewed, memory.attested) = (log, None, None, None);
        // Pages that came after the backup are lost with it.
        memory.upkeep.unpublished = true;
        lock.save()
    }

    /// What this device did and the newest log does not have any more stays proved under the old one; its number is
    /// another's now.
    fn set_receipts_aside(&self, roots: &[Root]) -> Result<(), Failure> {
        let folder = self.dir.join("receipts");
        let failed = |error| io("receipts", &error);
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let file = entry.map_err(failed)?.path();
            // What was set aside before has its version as extension.
            if file.extension().is_some() {
                continue;
            }
            let receipt: Confirmation = read(&file)?;
            if receipt.evidence.index >= kept_of(receipt.log.origin(), roots) {
                let aside = file.with_extension(roots.len().to_string());
                std::fs::rename(&file, aside).map_err(failed)?;
            }
        }
        sync_folder(&folder).map_err(failed)
    }

    /// The device's TLS certificate; none before its first.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be read.
    pub fn certificate(&self) -> Result<Option<Vec<u8>>, Failure> {
        match std::fs::read(self.dir.join("certificate")) {
            Ok(der) => Ok(Some(der)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(damaged("certificate")),
        }
    }

    /// The newest root statement that was seen, proved from the pinned one.
    ///
    /// # Errors
    /// [`Failure`] if it does not follow from it.
    pub fn root(&self) -> Result<Root, Failure> {
        let (fingerprint, roots) = (self.fingerprint()?, self.roots()?);
        // Whoever drafted the first root has it before the other half signed: its digest is the proof.
        if let [only] = roots.as_slice()
            && only.signed.digest() == fingerprint
        {
            return only.signed.peek().map_err(|_| damaged("roots"));
        }
        let mut directory = Directory::pinned(fingerprint);
        for root in &roots {
            directory.accept(root, Continuity::Forward)?;
        }
        Ok(directory.root().cloned().ok_or(Unverified::Answer)?)
    }

    /// The body of the ruleset that was last in force here, if it can be read; whoever uses it compares its digest.
    #[must_use]
    pub fn ruleset(&self) -> Option<Vec<u8>> {
        std::fs::read(self.dir.join("ruleset")).ok()
    }

    /// Keeps the body of the ruleset in force.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn keep_ruleset(&self, body: &[u8]) -> Result<(), Failure> {
        let _lock = self.memory()?;
        write_private(&self.dir.join("ruleset"), body)
    }

    /// A text of the nomenclature by its digest, if it was kept; whoever uses it compares the digest.
    #[must_use]
    pub fn nomenclature(&self, text: Digest) -> Option<Vec<u8>> {
        let (_, file) =
            self.nomenclatures().into_iter().find(|(_, file)| file.ends_with(&text.to_string()))?;
        std::fs::read(self.dir.join(NOMENCLATURES).join(file)).ok()
    }

    /// The text of the newest version that was kept.
    #[must_use]
    pub fn newest_nomenclature(&self) -> Option<Vec<u8>> {
        let (_, file) = self.nomenclatures().into_iter().max()?;
        std::fs::read(self.dir.join(NOMENCLATURES).join(file)).ok()
    }

    /// The texts of all versions that were kept, the newest first.
    #[must_use]
    pub fn nomenclature_texts(&self) -> Vec<Vec<u8>> {
        let mut files = self.nomenclatures();
        files.sort_unstable_by(|a, b| b.cmp(a));
        let folder = self.dir.join(NOMENCLATURES);
        files.into_iter().filter_map(|(_, file)| std::fs::read(folder.join(file)).ok()).collect()
    }

    /// Keeps the text of a version.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn keep_nomenclature(&self, version: u32, digest: Digest, text: &[u8]) -> Result<(), Failure> {
        let folder = self.dir.join(NOMENCLATURES);
        let file = folder.join(format!("{version}-{digest}"));
        if file.exists() {
            return Ok(());
        }
        let _lock = self.memory()?;
        create_private(&folder)?;
        write_private(&file, text)
    }

    /// Version and file of each text that was kept.
    fn nomenclatures(&self) -> Vec<(u32, String)> {
        let entries = std::fs::read_dir(self.dir.join(NOMENCLATURES)).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let numbered = names.filter_map(|name| Some((name.split_once('-')?.0.parse().ok()?, name)));
        numbered.collect()
    }

    /// Keeps the device's TLS certificate, in place of the last one.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn keep_certificate(&self, certificate: &[u8]) -> Result<(), Failure> {
        // Another command of this home may have renewed it too.
        let _lock = self.memory()?;
        write_private(&self.dir.join("certificate"), certificate)
    }

    /// The memory, for this process alone. Blocks while another command of this home uses it.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be read.
    pub fn memory(&self) -> Result<MemoryLock, Failure> {
        let path = self.dir.join("memory");
        let failed = |error| io("memory.lock", &error);
        let lock = private_options().open(self.dir.join("memory.lock")).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(MemoryLock { memory: read(&path)?, path, _lock: lock })
    }

    /// Keeps a confirmation: the proof that an act of this device stands in the log.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn keep_receipt(&self, confirmation: &Confirmation) -> Result<(), Failure> {
        let name = format!("{:012}", confirmation.evidence.index);
        write_private(&self.dir.join("receipts").join(name), &cbor::encode(confirmation))
    }

    /// Every kept confirmation, in the order of the numbers; of one number, that of the newest log first.
    ///
    /// # Errors
    /// [`Failure`] if one cannot be read.
    pub fn receipts(&self) -> Result<Vec<Confirmation>, Failure> {
        self.receipt_files()?.iter().map(|file| read(file)).collect()
    }

    fn receipt_files(&self) -> Result<Vec<PathBuf>, Failure> {
        let entries = std::fs::read_dir(self.dir.join("receipts")).map_err(|error| io("receipts", &error))?;
        let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        files.sort_unstable();
        Ok(files)
    }

    /// Forgets the confirmations of these records.
    ///
    /// # Errors
    /// [`Failure`] if one cannot be read or removed.
    pub fn forget_receipts(&self, goes: impl Fn(&Record) -> bool) -> Result<(), Failure> {
        for file in self.receipt_files()? {
            let receipt: Confirmation = read(&file)?;
            let record = cbor::decode::<Record>(&receipt.record, RECORD_BYTES_MAX);
            // Another command may have been at it.
            if record.is_ok_and(|record| goes(&record))
                && let Err(error) = std::fs::remove_file(file)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                return Err(io("receipts", &error));
            }
        }
        Ok(())
    }

    /// A kept confirmation, by the number of its record in the newest log.
    #[must_use]
    pub fn receipt(&self, index: u64) -> Option<Confirmation> {
        read(&self.dir.join("receipts").join(format!("{index:012}"))).ok()
    }

    /// Keeps what did not verify, for the parquet.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn keep_evidence(&self, bytes: &[u8]) -> Result<(), Failure> {
        let name = shared::crypto::sha256(bytes).to_string();
        write_private(&self.dir.join("evidence").join(&name[..16]), bytes)
    }
}

impl MemoryLock {
    /// Makes what is remembered last.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be written.
    pub fn save(&self) -> Result<(), Failure> {
        write_private(&self.path, &cbor::encode(&self.memory))
    }
}

/// Writes a file whole or not at all: a temporary name, fsync, rename, fsync of the folder.
///
/// # Errors
/// [`Failure`] if it cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or_else(|| Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let failed = |error| io(&name, &error);
    let temporary = folder.join(format!("{name}.new"));
    let mut file = private_options().truncate(true).open(&temporary).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&temporary, path).map_err(failed)?;
    sync_folder(folder).map_err(failed)
}

/// Makes a folder that only its owner enters.
///
/// # Errors
/// [`Failure`] if it cannot be made.
pub fn create_private(path: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|error| io("the home folder", &error))
}

/// Opens a file that only its owner reads.
#[must_use]
pub fn private_options() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A file of ours that the system does not let us use.
pub fn io(file: &str, error: &std::io::Error) -> Failure {
    Failure::local("local-io", format!("{file}: {error}"))
}

fn read<T: Serialize + DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = std::fs::read(path).map_err(|error| io(&name, &error))?;
    cbor::decode(&bytes, STATE_BYTES_MAX).map_err(|_| damaged(&name))
}

fn damaged(file: &str) -> Failure {
    Failure::local("home-damaged", format!("{file} is not what it should be"))
}

/// Makes the names in a folder last.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere the system does it by itself.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}
