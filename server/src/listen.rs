//! The relay at work: opens the folder, listens, sweeps, and stops cleanly.
//!
//! When its disk fails or fills up under it, it closes every connection, opens its folder again as
//! after a crash, and goes on: opening is the one place that finds out what is on the disk. Damage is
//! not lived with; then it stops and says so.

use crate::quotas::Allowance;
use crate::relay::{OpenFailed, Relay, Running, Setup};
use crate::store::{Folder, StoreError};
use crate::transport::{example, quic, tls};
use crate::{Clock, connection, folder, log_http, revoke, sweep};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// How long a stop waits for the last packets of closing connections.
const CLOSE_SECONDS: u64 = 2;

/// How long after a failure the folder is opened again.
const REOPEN_SECONDS: u64 = 1;

/// The relay does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeFailed {
    /// Its folder.
    #[error(transparent)]
    Folder(#[from] folder::FolderFailed),
    /// Its state.
    #[error(transparent)]
    Open(#[from] OpenFailed),
    /// Its disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its certificates.
    #[error(transparent)]
    Tls(#[from] tls::TlsFailed),
    /// The address.
    #[error(transparent)]
    Endpoint(#[from] quic::EndpointFailed),
    /// The address for readers of the log.
    #[error(
        "the log is not served on {0}: {1}; give another address to --log-http, or stop what listens there"
    )]
    LogHttp(SocketAddr, std::io::Error),
    /// The example certificates on an address that others can reach.
    #[error(transparent)]
    Example(#[from] example::ExampleOnlyOnLoopback),
    /// It broke off.
    #[error("the relay broke off: look at its traces, then start it again")]
    BrokeOff,
}

/// Where a relay listens.
#[derive(Clone, Copy, Debug)]
pub struct Doors {
    /// For members.
    pub members: SocketAddr,
    /// For readers of the log, over HTTP; nowhere without.
    pub log_http: Option<SocketAddr>,
}

/// For members alone.
impl From<SocketAddr> for Doors {
    fn from(members: SocketAddr) -> Self {
        Self { members, log_http: None }
    }
}

/// A relay that listens.
pub struct Server {
    address: SocketAddr,
    log_http: Option<SocketAddr>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeFailed>>,
}

impl Server {
    /// Opens the folder and listens; when this returns, connections are accepted.
    ///
    /// # Errors
    /// [`ServeFailed`] says what is wrong and what to do.
    pub async fn start(dir: &Path, listen: SocketAddr, clock: Clock) -> Result<Self, ServeFailed> {
        Self::start_with(dir, listen, clock, Allowance::default()).await
    }

    /// As [`start`](Self::start), with another allowance for each device.
    ///
    /// # Errors
    /// As for [`start`](Self::start).
    pub async fn start_with(
        dir: &Path,
        listen: SocketAddr,
        clock: Clock,
        allowance: Allowance,
    ) -> Result<Self, ServeFailed> {
        Self::start_at(dir, listen.into(), clock, allowance).await
    }

    /// As [`start_with`](Self::start_with), at more than one address.
    ///
    /// # Errors
    /// As for [`start`](Self::start).
    pub async fn start_at(
        dir: &Path,
        doors: Doors,
        clock: Clock,
        allowance: Allowance,
    ) -> Result<Self, ServeFailed> {
        let Doors { members: listen, log_http } = doors;
        let folder = Folder::open(dir).map_err(folder::FolderFailed::Store)?;
        let (identity, ca) = folder::tls_identity(&folder)?;
        example::permitted(&ca, listen)?;
        let tls = tls::relay_tls(&identity, &ca)?;
        let visits = match log_http {
            Some(at) => Some(TcpListener::bind(at).await.map_err(|error| ServeFailed::LogHttp(at, error))?),
            None => None,
        };
        let log_http = visits.as_ref().and_then(|door| door.local_addr().ok());
        let reopen = Reopen { folder, clock, allowance };
        let running = reopen.open().await?;
        warn_of_few_auditors(&running.relay);
        let endpoint = match quic::relay_endpoint(listen, tls) {
            Ok(endpoint) => endpoint,
            Err(failed) => {
                // Its threads have left the folder when this returns.
                let _ = tokio::task::spawn_blocking(move || running.finish()).await;
                return Err(failed.into());
            }
        };
        let address = endpoint.local_addr().map_err(|_| ServeFailed::BrokeOff)?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(running, reopen, Listening { endpoint, visits }, stopped));
        Ok(Self { address, log_http, stop, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it shows the log over HTTP.
    #[must_use]
    pub fn log_http(&self) -> Option<SocketAddr> {
        self.log_http
    }

    /// Waits until it stops by itself, which it does only when what is on its disk is damaged.
    ///
    /// # Errors
    /// What stopped it.
    pub async fn failed(&mut self) -> Result<(), ServeFailed> {
        (&mut self.task).await.map_err(|_| ServeFailed::BrokeOff)?
    }

    /// Closes every connection, brings everything to its place, and ends.
    ///
    /// # Errors
    /// What went wrong before or while stopping; what was confirmed is on the disk all the same.
    pub async fn stop(self) -> Result<(), ServeFailed> {
        let _ = self.stop.send(());
        self.task.await.map_err(|_| ServeFailed::BrokeOff)?
    }
}

/// The doors, which stay open while the folder is opened again.
struct Listening {
    endpoint: quinn::Endpoint,
    visits: Option<TcpListener>,
}

/// What it takes to open the folder again.
struct Reopen {
    folder: Folder,
    clock: Clock,
    allowance: Allowance,
}

impl Reopen {
    async fn open(&self) -> Result<Running, ServeFailed> {
        let setup = Setup { allowance: self.allowance, ..Setup::of(&self.folder, Arc::clone(&self.clock))? };
        let folder = self.folder.clone();
        let opened = tokio::task::spawn_blocking(move || Running::open(&folder, setup)).await;
        Ok(opened.map_err(|_| ServeFailed::BrokeOff)??)
    }

    /// Opens it again, as often as it takes; nothing if the relay is stopped meanwhile. New connections
    /// are refused at once, so that nobody waits for nothing.
    async fn again(
        &self,
        endpoint: &quinn::Endpoint,
        stopped: &mut oneshot::Receiver<()>,
    ) -> Result<Option<Running>, ServeFailed> {
        loop {
            let pause = tokio::time::sleep(Duration::from_secs(REOPEN_SECONDS));
            tokio::pin!(pause);
            loop {
                tokio::select! {
                    () = &mut pause => break,
                    _ = &mut *stopped => return Ok(None),
                    Some(incoming) = endpoint.accept() => incoming.refuse(),
                }
            }
            match self.open().await {
                Err(ServeFailed::Open(OpenFailed::Store(
                    error @ (StoreError::Full { .. } | StoreError::Io { .. }),
                ))) => tracing::error!(%error, "the folder cannot be opened again yet"),
                outcome => return outcome.map(Some),
            }
        }
    }
}

/// Whoever reviews the log alone can lose it, or keep it to themselves.
fn warn_of_few_auditors(relay: &Relay) {
    let directory = &relay.snapshot().directory;
    let owner = |device| directory.owner(device).map(|card| card.member.clone());
    let auditors: BTreeSet<_> = directory.auditors(relay.now()).into_iter().filter_map(owner).collect();
    if auditors.len() < 2 {
        tracing::warn!(
            auditors = auditors.len(),
            "fewer than two members can review the log: enrol another (AUD)"
        );
    }
}

async fn serve(
    running: Running,
    reopen: Reopen,
    doors: Listening,
    mut stopped: oneshot::Receiver<()>,
) -> Result<(), ServeFailed> {
    let endpoint = &doors.endpoint;
    let mut running = Some(running);
    let mut outcome = Ok(());
    while let Some(open) = running.take() {
        let (was_stopped, finished) = serve_one(open, &doors, &mut stopped).await;
        match finished {
            Err(ServeFailed::Store(error)) if !was_stopped => {
                tracing::error!(%error, "the relay opens its folder again");
                running = reopen.again(endpoint, &mut stopped).await?;
            }
            finished => outcome = finished,
        }
    }
    endpoint.close(0u8.into(), b"");
    let _ = tokio::time::timeout(Duration::from_secs(CLOSE_SECONDS), endpoint.wait_idle()).await;
    outcome
}

/// Serves until it is stopped or its sequencer stops; says which, and how it ended.
async fn serve_one(
    running: Running,
    Listening { endpoint, visits }: &Listening,
    stopped: &mut oneshot::Receiver<()>,
) -> (bool, Result<(), ServeFailed>) {
    let mut connections = JoinSet::new();
    let mut visitors = JoinSet::new();
    let mut revocation = JoinSet::new();
    revocation.spawn(revoke::follow(running.relay.clone()));
    let mut sweeps = tokio::time::interval(Duration::from_secs(sweep::SWEEP_SECONDS));
    let mut alive = tokio::time::interval(Duration::from_secs(1));
    let mut was_stopped = false;
    while running.works() && !was_stopped {
        tokio::select! {
            Some(incoming) = endpoint.accept() => admit(&running.relay, incoming, &mut connections),
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            stream = log_http::visitor(visits.as_ref()), if visitors.len() < log_http::VISITORS_MAX => {
                visitors.spawn(log_http::serve(running.relay.clone(), stream));
            }
            Some(_) = visitors.join_next(), if !visitors.is_empty() => {}
            _ = sweeps.tick() => sweep::sweep(&running.relay).await,
            _ = alive.tick() => {}
            _ = &mut *stopped => was_stopped = true,
        }
    }
    connections.shutdown().await;
    if was_stopped {
        running.relay.record_counted(true).await;
    }
    visitors.shutdown().await;
    revocation.shutdown().await;
    let finished = tokio::task::spawn_blocking(move || running.finish()).await;
    let finished = finished.map_err(|_| ServeFailed::BrokeOff).and_then(|finished| Ok(finished?));
    (was_stopped, finished)
}

fn admit(relay: &Relay, incoming: quinn::Incoming, connections: &mut JoinSet<()>) {
    // Strangers have places of their own, and a member is never turned away for them.
    let strangers = usize::try_from(relay.quotas().strangers()).unwrap_or_default();
    let members = connections.len().saturating_sub(strangers);
    let connecting = match quic::admitted(incoming, members) {
        Ok(Some(connecting)) => connecting,
        Ok(None) => return,
        Err(ended) => {
            tracing::info!(%ended, "a greeting was refused");
            return;
        }
    };
    let relay = relay.clone();
    connections.spawn(async move {
        match connecting.await {
            Ok(connection) => connection::serve(relay, connection).await,
            Err(error) => {
                let ended = crate::transport::ended::Ended::from(&error);
                tracing::info!(%ended, "a connection was refused");
            }
        }
    });
}
