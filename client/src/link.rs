//! The connection to the relay: one stream a request, frames in and out.
//!
//! Nothing that arrives here is believed yet: [`session`](crate::session) verifies it.

use crate::failure::{Failure, Unverified};
use pli_server::transport::ended::Ended;
use pli_server::transport::frames::{FrameError, framed, read_frame};
use pli_server::transport::tls::{Identity, client_tls, stranger_tls};
use pli_server::transport::{example, quic};
use serde::{Serialize, de::DeserializeOwned};
use shared::cbor;
use shared::limits::{FRAME_BYTES_MAX, STRANGER_REQUESTS_MAX, STRANGER_SECONDS_MAX};
use shared::signed::Signed;
use shared::wire::{Answer, Hello, Ready, VERSION};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The endpoints of this process, so that an interrupted command can still say good-bye: a relay
/// that hears nothing keeps an upload's place for its sender until the connection idles out.
static ENDPOINTS: Mutex<Vec<quinn::Endpoint>> = Mutex::new(Vec::new());

/// A connection that the relay greeted.
pub struct Link {
    connection: quinn::Connection,
    /// Where it has no certificate: how many requests it may still make, and until when.
    stranger: Option<(AtomicU32, Instant)>,
}

/// A request under way, with the answer that came and the frames that follow it.
pub struct Conversation {
    connection: quinn::Connection,
    send: quinn::SendStream,
    receive: quinn::RecvStream,
}

impl Link {
    /// Connects and is greeted.
    ///
    /// # Errors
    /// [`Failure::Unreached`], or the relay's refusal.
    pub async fn connect(relay: SocketAddr, identity: &Identity, ca: &[u8]) -> Result<Self, Failure> {
        let tls = client_tls(identity, ca).map_err(unusable)?;
        Self::through(quic::client_config(tls).map_err(unusable)?, relay, ca).await
    }

    /// Connects without a certificate and is greeted: for a device that has none, or none that still holds.
    /// The relay answers little on such a connection, and not for long.
    ///
    /// # Errors
    /// As for [`connect`](Self::connect).
    pub async fn connect_as_stranger(relay: SocketAddr, ca: &[u8]) -> Result<Self, Failure> {
        let tls = stranger_tls(ca).map_err(unusable)?;
        let link = Self::through(quic::client_config(tls).map_err(unusable)?, relay, ca).await?;
        let until = Instant::now() + Duration::from_secs(STRANGER_SECONDS_MAX / 2);
        Ok(Self { stranger: Some((STRANGER_REQUESTS_MAX.into(), until)), ..link })
    }

    /// Whether the relay hears nothing more here: a stranger says little on one connection.
    #[must_use]
    pub fn is_used_up(&self) -> bool {
        let used_up = |(left, until): &(AtomicU32, Instant)| {
            left.load(Ordering::Relaxed) == 0 || *until < Instant::now()
        };
        self.stranger.as_ref().is_some_and(used_up)
    }

    async fn through(config: quinn::ClientConfig, relay: SocketAddr, ca: &[u8]) -> Result<Self, Failure> {
        example::permitted(ca, relay).map_err(|_| {
            Failure::usage("refusal-example-address", "the example certificates are for this machine alone")
        })?;
        let any: SocketAddr = match relay {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let endpoint = quic::client_endpoint(any).map_err(|error| Failure::local("local-io", error))?;
        let connection = quic::connect(&endpoint, &config, relay).await.map_err(|error| {
            tracing::info!(%error, "not connected");
            Failure::Unreached
        })?;
        ENDPOINTS.lock().unwrap_or_else(PoisonError::into_inner).push(endpoint);
        let link = Self { connection, stranger: None };
        link.greet().await?;
        Ok(link)
    }

    /// Begins a request: the signed request, then its bodies.
    ///
    /// # Errors
    /// [`Failure::Unreached`] if the connection is lost, or why the relay closed it.
    pub async fn begin(&self, request: &Signed, bodies: &[Vec<u8>]) -> Result<Conversation, Failure> {
        if let Some((left, _)) = &self.stranger {
            left.fetch_sub(1, Ordering::Relaxed);
        }
        let mut conversation = self.conversation().await?;
        let frames = [cbor::encode(request)];
        for frame in frames.iter().chain(bodies) {
            // A relay that refuses early stops reading; its answer says why.
            if conversation.send(&framed(frame)).await.is_err() {
                break;
            }
        }
        Ok(conversation)
    }

    /// Says good-bye, so that the relay need not wait.
    pub fn close(&self) {
        self.connection.close(0u8.into(), b"");
    }

    async fn conversation(&self) -> Result<Conversation, Failure> {
        let (send, receive) = self.connection.open_bi().await.map_err(|_| lost(&self.connection))?;
        Ok(Conversation { connection: self.connection.clone(), send, receive })
    }

    async fn greet(&self) -> Result<(), Failure> {
        let mut conversation = self.conversation().await?;
        let hello = Hello { version: VERSION, software: shared::SOFTWARE.to_owned() };
        let _ = conversation.send(&framed(&cbor::encode(&hello))).await;
        match conversation.item::<Ready>(FRAME_BYTES_MAX).await? {
            Ready::Welcome { .. } => Ok(()),
            Ready::Refused(refused) => Err(refused.into()),
        }
    }
}

fn unusable(error: impl std::fmt::Display) -> Failure {
    Failure::local("local-certificate", error)
}

/// Why nothing more comes: the relay's reason, where it closed the connection with one.
fn lost(connection: &quinn::Connection) -> Failure {
    connection.close_reason().map_or(Failure::Unreached, |error| Ended::from(&error).into())
}

/// Closes every connection of this process, and waits until that has been sent. Whether it arrives is not
/// waited for: the relay gives up a silent connection by itself.
pub async fn farewell() {
    const WAIT: Duration = Duration::from_millis(100);
    let endpoints = std::mem::take(&mut *ENDPOINTS.lock().unwrap_or_else(PoisonError::into_inner));
    for endpoint in endpoints {
        endpoint.close(0u8.into(), b"");
        let _ = tokio::time::timeout(WAIT, endpoint.wait_idle()).await;
    }
}

impl Conversation {
    /// The relay's answer; a refusal is a failure.
    ///
    /// # Errors
    /// [`Failure::Refused`], [`Failure::Unreached`], or an answer that is none.
    pub async fn answer(&mut self) -> Result<Answer, Failure> {
        match self.item(FRAME_BYTES_MAX).await? {
            Answer::Refused(refused) => Err(refused.into()),
            answer => Ok(answer),
        }
    }

    /// The next frame, decoded.
    ///
    /// # Errors
    /// [`Failure::Unreached`] if the connection is lost, exit 5 if the frame is not what it should be.
    pub async fn item<T: Serialize + DeserializeOwned>(&mut self, bytes_max: usize) -> Result<T, Failure> {
        let frame = self.frame(bytes_max).await?;
        cbor::decode(&frame, bytes_max).map_err(|_| Unverified::Answer.into())
    }

    /// The next frame.
    ///
    /// # Errors
    /// As for [`item`](Self::item).
    pub async fn frame(&mut self, bytes_max: usize) -> Result<Vec<u8>, Failure> {
        match read_frame(&mut self.receive, bytes_max).await {
            Ok(Some(frame)) => Ok(frame),
            Err(FrameError::TooLong { .. }) => Err(Unverified::Answer.into()),
            Ok(None) | Err(_) => Err(lost(&self.connection)),
        }
    }

    /// The bytes that follow without frames.
    ///
    /// # Errors
    /// [`Failure::Unreached`] if the connection is lost, or why the relay closed it.
    pub async fn bytes(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        match self.receive.read(buffer).await {
            Ok(Some(read)) => Ok(read),
            Ok(None) | Err(_) => Err(lost(&self.connection)),
        }
    }

    /// Sends bytes without a frame. The relay may have refused already; then its answer says why.
    ///
    /// # Errors
    /// [`Failure::Unreached`] if nothing more can be sent.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        quic::write_all(&mut self.send, bytes).await.map_err(|_| lost(&self.connection))
    }
}
