//! The relay at work: opens the folder, listens, sweeps, and stops cleanly.

use crate::relay::{Relay, Running};
use crate::store::Folder;
use crate::transport::{example, quic, tls};
use crate::{Clock, connection, folder, sweep};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

/// How long a stop waits for the last packets of closing connections.
const CLOSE_SECONDS: u64 = 2;

/// The relay does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServeFailed {
    /// Its folder.
    #[error(transparent)]
    Folder(#[from] folder::FolderFailed),
    /// Its state.
    #[error(transparent)]
    Open(#[from] crate::relay::OpenFailed),
    /// Its disk.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// Its certificates.
    #[error(transparent)]
    Tls(#[from] tls::TlsFailed),
    /// The address.
    #[error(transparent)]
    Endpoint(#[from] quic::EndpointFailed),
    /// The example certificates on an address that others can reach.
    #[error(transparent)]
    Example(#[from] example::ExampleOnlyOnLoopback),
    /// It broke off.
    #[error("the relay broke off: look at its traces, then start it again")]
    BrokeOff,
}

/// A relay that listens.
pub struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeFailed>>,
}

impl Server {
    /// Opens the folder and listens; when this returns, connections are accepted.
    ///
    /// # Errors
    /// [`ServeFailed`] says what is wrong and what to do.
    pub async fn start(dir: &Path, listen: SocketAddr, clock: Clock) -> Result<Self, ServeFailed> {
        let folder = Folder::open(dir).map_err(folder::FolderFailed::Store)?;
        let (identity, ca) = folder::tls_identity(&folder)?;
        example::permitted(&ca, listen)?;
        let tls = tls::relay_tls(&identity, &ca)?;
        let (fingerprint, log_key) = (folder::fingerprint(&folder)?, folder::log_key(&folder)?);
        let opened =
            tokio::task::spawn_blocking(move || Running::open(&folder, fingerprint, log_key, clock)).await;
        let running = opened.map_err(|_| ServeFailed::BrokeOff)??;
        let endpoint = quic::relay_endpoint(listen, tls)?;
        let address = endpoint.local_addr().map_err(|_| ServeFailed::BrokeOff)?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(running, endpoint, stopped));
        Ok(Self { address, stop, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until it stops by itself, which it does only when its disk fails.
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

async fn serve(
    running: Running,
    endpoint: quinn::Endpoint,
    mut stopped: oneshot::Receiver<()>,
) -> Result<(), ServeFailed> {
    let mut connections = JoinSet::new();
    let mut sweeps = tokio::time::interval(Duration::from_secs(sweep::SWEEP_SECONDS));
    let mut alive = tokio::time::interval(Duration::from_secs(1));
    while running.works() {
        tokio::select! {
            Some(incoming) = endpoint.accept() => admit(&running.relay, incoming, &mut connections),
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            _ = sweeps.tick() => sweep::sweep(&running.relay).await,
            _ = alive.tick() => {}
            _ = &mut stopped => break,
        }
    }
    endpoint.close(0u8.into(), b"");
    connections.shutdown().await;
    let _ = tokio::time::timeout(Duration::from_secs(CLOSE_SECONDS), endpoint.wait_idle()).await;
    let finished = tokio::task::spawn_blocking(move || running.finish()).await;
    Ok(finished.map_err(|_| ServeFailed::BrokeOff)??)
}

fn admit(relay: &Relay, incoming: quinn::Incoming, connections: &mut JoinSet<()>) {
    let connecting = match quic::admitted(incoming, connections.len()) {
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
