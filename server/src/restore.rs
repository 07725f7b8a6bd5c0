//! A copy becomes a relay again, under the root that opened another log for it.
//!
//! The tree goes on from what the copy holds; its next checkpoint, and every one after it, stands under the new
//! origin, and is the first that anybody signed there. The root that says so is a leaf of that very batch. Rules
//!
//!
//! A crash before that batch is on the disk leaves a copy; after it, the same command finishes.

use crate::Clock;
use crate::backup::{Backup, MARKER};
use crate::folder::{self, FolderFailed, PublicIdentity};
use crate::quotas::Allowance;
use crate::relay::change::{Change, Proposal};
use crate::relay::sequencer::{LogKey, Sequencer};
use crate::relay::snapshot::Snapshot;
use crate::relay::{OpenFailed, Opened, Setup, open_store};
use crate::store::{FileBlobs, Folder, Moving, StoreError};
use shared::authorise;
use shared::cbor;
use shared::directory::Directory;
use shared::log::{TreeHead, verifier_key};
use shared::statement::{Kind, RelayKeys, Root, Statement};
use shared::time::Timestamp;
use shared::wire::AT_THE_RELAY;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Every root of a chain.
const ROOTS_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A copy did not become a relay. It is one as before, and the same can be done again.
#[derive(Debug, thiserror::Error)]
pub enum RestoreFailed {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderFailed),
    /// It is a relay's.
    #[error("this folder is no backup: a relay that was not lost goes on under its own root")]
    NotABackup,
    /// The root.
    #[error("the root does not open a log for this backup: {0}")]
    Root(&'static str),
}

impl From<StoreError> for RestoreFailed {
    fn from(error: StoreError) -> Self {
        FolderFailed::Store(error).into()
    }
}

impl From<OpenFailed> for RestoreFailed {
    fn from(error: OpenFailed) -> Self {
        FolderFailed::Open(error).into()
    }
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The origin under which the log goes on.
    pub origin: String,
    /// The tree that the copy held.
    pub from: TreeHead,
    /// The newest tree that was known outside.
    pub newest: TreeHead,
}

/// Takes in the roots of the chain, the last of which opens another log for this copy.
///
/// # Errors
/// [`RestoreFailed`] says what to do; nothing was signed then.
pub fn restore(dir: &Path, roots: &[u8], clock: Clock) -> Result<Restored, RestoreFailed> {
    if !dir.join(MARKER).exists() {
        return Err(RestoreFailed::NotABackup);
    }
    restore_in(&Folder::open(dir)?, roots, clock)
}

/// As [`restore`], in a folder that is open.
///
/// # Errors
/// As for [`restore`].
pub fn restore_in(folder: &Folder, roots: &[u8], clock: Clock) -> Result<Restored, RestoreFailed> {
    let backup = Backup::of(folder)?.ok_or(RestoreFailed::NotABackup)?;
    let roots: Vec<Statement> =
        cbor::decode(roots, ROOTS_BYTES_MAX).map_err(|_| RestoreFailed::Root("it is no list of roots"))?;
    let newest = roots.last().filter(|root| root.kind == Kind::Root);
    let newest = newest.ok_or(RestoreFailed::Root("it is no list of roots"))?;
    let root: Root = newest.signed.peek().map_err(|_| RestoreFailed::Root("it is no list of roots"))?;
    let restored = opened_for(&backup, &root)?;

    let (opened, is_done) = open(folder, &backup, newest, &restored.origin, &clock)?;
    let Opened { relay, mut sequencer, .. } = opened;
    if !is_done {
        begin(&relay.snapshot(), &mut sequencer, &roots, clock.now())?;
    }
    drop(relay);
    sequencer.close()?;
    let public = PublicIdentity {
        log_origin: restored.origin.clone(),
        verifier_key: verifier_key(&restored.origin, root.relay.log_key),
        ..backup.relay
    };
    folder::keep_public(folder, &public)?;
    // Last, because it says that all of this is still to be done.
    folder
        .disk()
        .unlink(MARKER)
        .and_then(|()| folder.disk().sync_folder(""))
        .map_err(|source| FolderFailed::File { file: MARKER.to_owned(), source })?;
    Ok(restored)
}

/// what the newest root says of the log that it opens, if that is this one.
fn opened_for(backup: &Backup, root: &Root) -> Result<Restored, RestoreFailed> {
    let RelayKeys { log_origin, log_key, tls_ca, .. } = backup.relay.keys()?;
    let named = &root.relay;
    if named.log_key != log_key || named.tls_ca != tls_ca {
        return Err(RestoreFailed::Root("it names the keys of another relay"));
    }
    let continued = named.continues.as_ref().filter(|continued| continued.origin == log_origin);
    let continued = continued.ok_or(RestoreFailed::Root("it does not go on from this log"))?;
    if Some(continued.restored) != backup.tree() {
        return Err(RestoreFailed::Root("it goes on from another backup of this log"));
    }
    let (origin, from, newest) = (named.log_origin.clone(), continued.restored, continued.newest);
    Ok(Restored { origin, from, newest })
}

/// Opens the copy to go on under the new origin; or, where a crash came after the first batch there, as it is by
/// then. The answer says which.
fn open(
    folder: &Folder,
    backup: &Backup,
    newest: &Statement,
    origin: &str,
    clock: &Clock,
) -> Result<(Opened, bool), RestoreFailed> {
    let opened = |under: &str, opens: Option<&str>| {
        let key = folder::log_key(folder)?.key;
        let setup = Setup {
            fingerprint: folder::fingerprint(folder)?,
            log_key: LogKey { origin: under.to_owned(), key },
            clock: Clock::clone(clock),
            allowance: Allowance::default(),
            issuer: None,
            opens: opens.map(str::to_owned),
        };
        let store = Arc::new(open_store(folder, Moving::Stepped)?);
        let blobs = Arc::new(FileBlobs::open(folder));
        Ok::<_, RestoreFailed>(Opened::new(folder, store, blobs, setup)?)
    };
    match opened(&backup.relay.log_origin, Some(origin)) {
        Err(RestoreFailed::Folder(FolderFailed::Open(OpenFailed::Log(what)))) => {
            let begun = opened(origin, None)?;
            let in_force = begun.relay.snapshot().directory.root_digest();
            if in_force == Some(newest.signed.digest()) {
                Ok((begun, true))
            } else {
                Err(OpenFailed::Log(what).into())
            }
        }
        opened => Ok((opened?, false)),
    }
}

/// takes in what the copy does not hold of the chain, in one batch, the first under the new origin.
fn begin(
    snapshot: &Snapshot,
    sequencer: &mut Sequencer,
    roots: &[Statement],
    now: Timestamp,
) -> Result<(), RestoreFailed> {
    let held = snapshot.directory.root().map(|root| root.link.version);
    let missing: Vec<_> = roots.iter().filter(|root| version(root) > held).cloned().collect();
    judge(&snapshot.directory, &missing, now)?;
    let (mut answers, mut proposals) = (Vec::new(), Vec::new());
    for root in missing {
        let (answer, answered) = oneshot::channel();
        proposals.push(Proposal { under: snapshot.number, change: Change::from(root), answer });
        answers.push(answered);
    }
    sequencer.advance(proposals)?;
    match answers.iter_mut().all(|answer| matches!(answer.try_recv(), Ok(Ok(_)))) {
        true => Ok(()),
        false => Err(RestoreFailed::Root("the relay does not take it now: look at its disk")),
    }
}

/// Whether the relay takes these roots, before it takes the first of them.
fn judge(directory: &Directory, roots: &[Statement], now: Timestamp) -> Result<(), RestoreFailed> {
    let mut directory = directory.clone();
    if roots.is_empty() {
        return Err(RestoreFailed::Root("the backup holds it already"));
    }
    for root in roots {
        let judged = directory.judge(root, AT_THE_RELAY);
        let judged =
            judged.map_err(|_| RestoreFailed::Root("both roots have to sign it, and every one before it"))?;
        let allowed = authorise::publishing(&judged, &directory, now);
        allowed.map_err(|_| RestoreFailed::Root("it was made too long ago: have a new one signed"))?;
        directory.apply(judged);
    }
    Ok(())
}

fn version(statement: &Statement) -> Option<u32> {
    statement.signed.peek::<Root>().ok().map(|root| root.link.version)
}
