//! A witness at work: it follows the log as every client does, and signs what it followed.
//!
//! What it remembers is on the disk before its signature leaves, so that no crash makes it sign two logs;
//! after a crash in between it signs the same tree again, or a later one. Once it was shown two logs it
//! signs nothing any more: what both were is kept, and people have to look.
//!
//! ```text
//! witness.age      the key, under the passphrase; any `age -d` opens it
//! public.json      its public half, as the authority's draft takes it
//! cosigned         the last checkpoint that it signed
//! conflict         that it was shown two logs; what both were is in evidence/
//! home.toml, …     a home: the relay's address, the root, what was seen of the log
//! ```

use crate::authority::founding;
use crate::failure::{Failure, Unverified};
use crate::home::{Config, Home, create_private, write_private};
use crate::sealed_key;
use crate::session::{Session, go_on_from};
use pli_server::Clock;
use serde::{Deserialize, Serialize};
use shared::crypto::SigningKey;
use shared::ids::MemberId;
use shared::limits::HEAD_ON_DEMAND_SECONDS;
use shared::log::{InvalidConfirmation, LogMemory, NotCosigned, TreeHead, WitnessKey, cosign};
use shared::refusal::Refusal;
use shared::time::Timestamp;
use shared::wire::{Answer, Ask};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

const KEY: &str = "witness.age";
const PUBLIC: &str = "public.json";
const COSIGNED: &str = "cosigned";
const CONFLICT: &str = "conflict";

/// The public half of a witness, as it is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessPublic {
    /// Its verifier key, as signed-note spells it.
    pub witness: WitnessKey,
    /// The key alone, in hexadecimal.
    pub key: String,
}

/// The folder of a witness, open.
pub struct WitnessFolder {
    dir: PathBuf,
    witness: WitnessKey,
    key: SigningKey,
}

/// What a witness signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The tree.
    pub tree: TreeHead,
    /// When.
    pub time: Timestamp,
}

impl WitnessPublic {
    /// Reads the public file of a witness.
    ///
    /// # Errors
    /// [`Failure`] if it is none.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let text =
            std::fs::read_to_string(path).map_err(|error| Failure::usage("witness-public", error.kind()))?;
        let bad = || Failure::usage("witness-public", "this is not the public file of a witness");
        let public: Self = serde_json::from_str(&text).map_err(|_| bad())?;
        if public.key == public.witness.key().to_string() { Ok(public) } else { Err(bad()) }
    }
}

impl WitnessFolder {
    /// Makes a witness of that name.
    ///
    /// # Errors
    /// [`Failure`] if the name is none, one lies there already, or it cannot be written.
    pub fn create(dir: &Path, name: &str, passphrase: &str, work_factor: u8) -> Result<Self, Failure> {
        if dir.join(KEY).exists() || dir.join("home.toml").exists() {
            return Err(Failure::usage("witness-exists", "this folder is used already: give another"));
        }
        let key = SigningKey::generate();
        let witness =
            WitnessKey::new(name, key.public()).map_err(|error| Failure::usage("witness-name", error))?;
        create_private(dir)?;
        let public = WitnessPublic { witness: witness.clone(), key: key.public().to_string() };
        let text = serde_json::to_string_pretty(&public).unwrap_or_default();
        write_private(&dir.join(PUBLIC), format!("{text}\n").as_bytes())?;
        // Last, because it says that the other is there.
        sealed_key::write(&dir.join(KEY), &key, passphrase, work_factor)?;
        Ok(Self { dir: dir.to_owned(), witness, key })
    }

    /// Opens it. Takes about a second, on purpose.
    ///
    /// # Errors
    /// [`Failure`]: no witness there, or another passphrase.
    pub fn open(dir: &Path, passphrase: &str) -> Result<Self, Failure> {
        let absent = || Failure::usage("witness-absent", "there is no witness in this folder");
        let WitnessPublic { witness, .. } = WitnessPublic::read(&dir.join(PUBLIC)).map_err(|_| absent())?;
        let key = sealed_key::read(&dir.join(KEY), passphrase)?.ok_or_else(absent)?;
        if key.public() == witness.key() {
            Ok(Self { dir: dir.to_owned(), witness, key })
        } else {
            Err(absent())
        }
    }

    /// Its verifier key.
    #[must_use]
    pub fn witness(&self) -> &WitnessKey {
        &self.witness
    }

    /// Where that is written down for others.
    #[must_use]
    pub fn public_file(&self) -> PathBuf {
        self.dir.join(PUBLIC)
    }

    /// Goes to the relay that a founding names. Both are remembered, and needed once; and again where the roots opened
    /// another log, which nobody shows a witness but people.
    ///
    /// # Errors
    /// [`Failure`]: something is missing, the founding does not name this witness, or it has seen two logs.
    pub fn session(
        &self,
        relay: Option<SocketAddr>,
        founding: Option<&Path>,
        clock: Clock,
    ) -> Result<Session, Failure> {
        if self.dir.join(CONFLICT).exists() {
            return Err(Unverified::TwoLogs.into());
        }
        let home = self.home(relay, founding)?;
        let key = SigningKey::from_seed(self.key.seed().clone());
        let session = Session::of_witness(home, key, clock)?;
        if session.root().witnesses.keys.contains(&self.witness) {
            Ok(session)
        } else {
            Err(Failure::usage("witness-not-named", "the founding does not name this witness"))
        }
    }

    fn home(&self, relay: Option<SocketAddr>, founding: Option<&Path>) -> Result<Home, Failure> {
        if self.dir.join("home.toml").exists() {
            let mut home = Home::open(&self.dir)?;
            if let Some(founding) = founding {
                let (roots, _) = founding::roots_in(founding)?;
                if go_on_from(&roots, &home.roots()?) {
                    home.keep_roots(&roots)?;
                }
            }
            if let Some(relay) = relay.filter(|relay| *relay != home.config.relay) {
                home.move_to(relay)?;
            }
            return Ok(home);
        }
        let (Some(relay), Some(founding)) = (relay, founding) else {
            let needed =
                "say once where the relay listens, and what it was founded with: --relay, --founding";
            return Err(Failure::usage("witness-relay", needed));
        };
        let (roots, root) = founding::roots_in(founding)?;
        let first = roots.first().ok_or(Unverified::Invitation)?;
        let member: MemberId = "witness".parse().map_err(|error| Failure::local("local-io", error))?;
        let config = Config { relay, member, fingerprint: first.signed.digest().to_string() };
        let log = LogMemory::new(root.relay.log_origin, root.relay.log_key);
        Home::create(&self.dir, config, &roots, log)
    }

    /// Follows the log and signs what it has come to.
    ///
    /// # Errors
    /// [`Failure`]; exit 5 where it is not the log that this witness knows, of which the evidence is kept
    /// and which it never signs again.
    pub async fn attest(&self, session: &mut Session) -> Result<Seen, Failure> {
        let answered = session.ask(Ask::Log, &[]).await.or_else(|failure| self.stopped(session, failure))?;
        let (head, checkpoint) = (answered.head, session.checkpoint());
        let (head, checkpoint) = head.zip(checkpoint).ok_or(Unverified::Answer)?;
        // R-58: what was followed is remembered by now, and what is signed is written down before it leaves.
        let (log, now) = (session.home.memory()?.memory.log.clone(), session.now());
        let note = cosign(&log, head, checkpoint, &self.witness, &self.key, now)?;
        write_private(&self.dir.join(COSIGNED), note.as_bytes())?;
        match session.ask(Ask::Cosign { note }, &[]).await?.answer {
            Answer::Cosigned => Ok(Seen { tree: log.tree, time: now }),
            _ => Err(Unverified::Answer.into()),
        }
    }

    /// A conflict ends this witness; the other half of it is what it signed last.
    fn stopped<T>(&self, session: &Session, failure: Failure) -> Result<T, Failure> {
        if matches!(failure, Failure::Unverified(Unverified::Log(InvalidConfirmation::Fork))) {
            write_private(&self.dir.join(CONFLICT), format!("{}\n", session.now()).as_bytes())?;
            if let Ok(signed) = std::fs::read(self.dir.join(COSIGNED)) {
                session.home.keep_evidence(&signed)?;
            }
        }
        Err(failure)
    }
}

/// A witness that could not see the log looks again after a minute; an idle relay has nothing new before.
pub const SHORTEST_PAUSE: Duration = Duration::from_secs(HEAD_ON_DEMAND_SECONDS);

/// And one that saw it, within the hour.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// How long a witness waits that has signed: it may miss a few times before anybody is told.
#[must_use]
pub fn pause(session: &Session) -> Duration {
    let fresh = Duration::from_secs(session.root().witnesses.fresh_seconds);
    (fresh / 8).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
}

/// Whether it is worth looking again after this.
#[must_use]
pub fn passes(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Unreached
            | Failure::Wait { .. }
            | Failure::Refused(Refusal::Unavailable | Refusal::DiskFull | Refusal::RequestTime)
            | Failure::Local { code: STALE, .. }
    )
}

/// The clocks differ, or a head is missing.
const STALE: &str = "witness-stale";

impl From<NotCosigned> for Failure {
    fn from(refused: NotCosigned) -> Self {
        match refused {
            NotCosigned::Stale => Self::local(STALE, refused),
            NotCosigned::Behind | NotCosigned::Other => Unverified::Answer.into(),
        }
    }
}
